"""Equality, proportion and scores, on listings and people that can be worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.measures import equality, proportion, score
from glasshouse.measures.frame import BLOCKS, Cases, World
from glasshouse.measures.registry import find
from glasshouse.measures.sources import Acts, People
from glasshouse.measures.tally import Undefined
from glasshouse.measures.uncertainty import estimate
from measures.hand import cases, listing, value, whole, world


class Tables:
    """The tables beside the listings, as a test says them."""

    def __init__(self, people: People | None = None, acts: Any = None, scenario: Any = None) -> None:
        self._people, self._acts, self._scenario = people, acts or {}, scenario or {}

    def people(self, variant: str) -> People | None:
        return self._people

    def acts(self, variant: str) -> Any:
        return self._acts

    def scenario(self, variant: str) -> Any:
        return self._scenario


def two_groups(a: int, b: int, **changed: Any) -> World:
    return world(people=a + b, groups=("A", "B"), population=np.array([[a, b]]), **changed)


def listed_in(of: World, group: int, people: range, **changed: Any) -> list[dict[str, Any]]:
    return [listing(person=person, group=group, **changed) for person in people]


def ordered(of: World, rows: list[dict[str, Any]]) -> Cases:
    """The listings in the order of their slots."""
    unsorted = cases(of, rows)
    order = np.argsort(unsorted.slot, kind="stable")
    return cases(of, [rows[number] for number in order])


def measured(name: str, of: Cases, by_rights: bool = False) -> float | None:
    return value(find(name).count(of, by_rights), of)


# --- equality ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def unequal() -> Cases:
    """40 of 100 listed in A, a quarter of them wrongly; 20 of 200 in B, a tenth of them wrongly."""
    of = two_groups(100, 200)
    rows = listed_in(of, 0, range(30)) + listed_in(of, 0, range(30, 40), basis="wrong_person")
    rows += listed_in(of, 1, range(100, 118)) + listed_in(of, 1, range(118, 120), basis="wrong_person")
    return ordered(of, rows)


def test_shares_listed_are_compared_between_groups(unequal: Cases) -> None:
    assert measured("demographic_parity_difference", unequal) == pytest.approx(0.4 - 0.1)
    assert measured("demographic_parity_ratio", unequal) == pytest.approx(0.25)
    assert measured("disparate_impact", unequal) == pytest.approx(0.6 / 0.9)
    assert measured("statistical_parity_difference", unequal) == pytest.approx(-0.3)
    assert measured("pprev_disparity", unequal) == pytest.approx(4.0)


def test_mistakes_are_compared_among_those_who_can_suffer_them(unequal: Cases) -> None:
    assert measured("fdr_disparity", unequal) == pytest.approx(0.25 / 0.1)
    assert measured("fpr_disparity", unequal) == pytest.approx((10 / 70) / (2 / 182))
    assert measured("fpr_disparity", unequal, by_rights=True) == measured("fpr_disparity", unequal)


def test_by_rights_a_listing_for_poverty_counts_as_wrong() -> None:
    of = two_groups(100, 100)
    poor = listed_in(of, 1, range(100, 110), basis="cannot_pay", rightful=True)
    rows = listed_in(of, 0, range(10)) + listed_in(of, 0, range(10, 12), basis="wrong_person") + poor
    both = ordered(of, rows + listed_in(of, 1, range(110, 112), basis="wrong_person"))
    assert measured("fdr_disparity", both) == pytest.approx(1.0)
    assert measured("fdr_disparity", both, by_rights=True) == pytest.approx(1 / (2 / 12))


def test_a_person_listed_twice_is_one_person() -> None:
    of = two_groups(100, 100)
    rows = listed_in(of, 0, range(20)) + listed_in(of, 0, range(20), opened=9) + listed_in(of, 1, range(100, 120))
    assert measured("demographic_parity_difference", ordered(of, rows)) == pytest.approx(0.0)


def test_of_few_people_nothing_is_said_and_of_some_it_is_flagged() -> None:
    of = world(people=149, groups=("A", "B", "C"), population=np.array([[120, 9, 20]]))
    rows = listed_in(of, 0, range(60)) + listed_in(of, 1, range(120, 129)) + listed_in(of, 2, range(130, 135))
    few = ordered(of, rows)
    shares = estimate(equality.selection_rate(few), few, ("group",))["group"]
    assert shares[1].value is None
    assert "fewer than 10 people" in str(shares[1].reason)
    assert (shares[2].value, shares[2].flag) == (pytest.approx(0.25), "fewer than 30 people live there")
    gap = whole(find("demographic_parity_difference").count(few, False), few)
    assert gap.value == pytest.approx(0.5 - 0.25)
    assert gap.flag is not None


def test_the_cells_of_an_intersection_are_region_by_group() -> None:
    of = world(people=200, groups=("A", "B"), regions=("north", "south"), population=np.array([[50, 50], [50, 50]]))
    rows = [listing(person=p, group=0, region=0) for p in range(10)]
    rows += [listing(person=p, group=1, region=1) for p in range(100, 125)]
    of_all = ordered(of, rows)
    parts = find("selection_rate").parts["intersection"](of_all, False)
    shares = {cell: value(part, of_all) for cell, part in parts.items()}
    assert shares == pytest.approx({"north/A": 0.2, "north/B": 0.0, "south/A": 0.0, "south/B": 0.5})


def test_the_interval_of_a_gap_covers_the_truth() -> None:
    rng, covered, runs = np.random.default_rng(3), 0, 60
    for _ in range(runs):
        of = two_groups(2000, 2000)
        person = np.arange(4000)
        listed = rng.random(4000) < np.where(person % 2, 0.2, 0.3)
        rows = [listing(person=int(p), group=int(p) % 2) for p in person[listed]]
        found = whole(find("demographic_parity_difference").count(ordered(of, rows), False), ordered(of, rows))
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.1 <= found.high
    assert covered / runs > 0.85


def score_world(
    score_: Any, merited: Any, group: Any, rows: list[dict[str, Any]] | None = None, **changed: Any
) -> Cases:
    people = People(*(np.asarray(column, np.int32) for column in (score_, merited, group)))
    count = np.bincount(people.group, minlength=2)
    scheme = {
        "score": {"min": {"value": 0}, "max": 100, "baseline": 50},
        "lists": [{"id": "defaulters", "entry": {"trigger": {"score_below": 40}}}],
    }
    of = two_groups(int(count[0]), int(count[1]), sources=Tables(people, scenario=scheme | changed))
    return ordered(of, rows or [])


def test_where_lists_follow_a_score_the_missed_are_known_and_every_number_is_given() -> None:
    # the published counts of the two-year analysis of a recidivism score
    counts = {(0, "tp"): 1369, (0, "fp"): 805, (0, "fn"): 532, (0, "tn"): 990}
    counts |= {(1, "tp"): 505, (1, "fp"): 349, (1, "fn"): 461, (1, "tn"): 1139}
    group = np.concatenate([np.full(n, g) for (g, _), n in counts.items()])
    kind = np.concatenate([np.full(n, k) for (_, k), n in counts.items()])
    merited, listed = np.where(np.isin(kind, ("tp", "fn")), 10, 60), np.isin(kind, ("tp", "fp"))
    rows = [
        listing(person=int(p), group=int(group[p]), basis="own_act" if kind[p] == "tp" else "wrong_person")
        for p in np.flatnonzero(listed)
    ]
    of = score_world(merited, merited, group, rows)
    worst = measured("equalized_odds_difference", of)
    assert worst == pytest.approx(0.213925, abs=1e-6)
    assert measured("equalized_odds_difference_mean", of) == pytest.approx(0.205649, abs=1e-6)
    assert measured("generalized_entropy_index", of) == pytest.approx(0.183703, abs=1e-6)
    assert measured("theil_index", of) == pytest.approx(0.256381, abs=1e-6)
    # the largest group, B, is the reference here: ratios and signs turn round
    assert measured("fnr_disparity", of) == pytest.approx(1 / 0.58642, abs=1e-4)
    assert measured("average_odds_difference", of) == pytest.approx(0.205649, abs=1e-6)


def test_who_was_rightly_listed_should_have_been_whatever_the_score_says_later() -> None:
    rows = [listing(person=0, closed=50, by="expired"), listing(person=1, basis="wrong_person")]
    of = score_world([50] * 40, [60, 60, 10, *[60] * 37], [0] * 20 + [1] * 20, rows)
    counts = equality.with_missed(of, "group").sum(axis=0)  # type: ignore[union-attr]
    assert counts[:, 0].tolist() == [1, 1, 1, 17]
    assert counts[:, 1].tolist() == [0, 0, 0, 20]


def test_where_lists_follow_a_rule_the_missed_are_not_known_and_it_is_said() -> None:
    of = score_world([1], [1], [0], lists=[{"id": "defaulters", "entry": {"trigger": {"rule": "debt"}}}])
    found = find("equalized_odds_difference").count(of, False)
    assert isinstance(found, Undefined)
    assert "none of its lists is entered by a score" in found.reason


# --- scores -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scores", "said"), [([0, 0, 0, 1], 0.75), ([1, 2, 3, 4], 0.25), ([5, 5, 5], 0.0)])
def test_the_gini_of_four_people(scores: list[int], said: float) -> None:
    levels, counts = np.unique(scores, return_counts=True)
    assert score.gini(levels.astype(float), counts.astype(float)) == pytest.approx(said)


def test_the_gini_of_a_run_is_that_of_its_people() -> None:
    of = score_world([0, 0, 0, 1], [0] * 4, [0, 0, 1, 1])
    found = estimate(score.score_gini(of), of, (None, "group"))
    assert found[None][0].value == pytest.approx(0.75)
    assert [one.value for one in found["group"]] == [None, pytest.approx(0.5)]
    assert found[None][0].detail["small_sample_factor"] == pytest.approx(4 / 3)
    assert found[None][0].detail["theil"] == pytest.approx(np.log(4))


def test_where_people_end_up_is_counted_from_everybody() -> None:
    scores, merited = np.array([98, 100, 100, 103, 100, 97, 99, 120]), np.array([98, 100, 100, 103, 100, 100, 99, 120])
    of = score_world(
        scores, merited, [0, 0, 0, 0, 1, 1, 1, 1], score={"min": 0, "max": 200, "baseline": {"value": 100}}
    )
    by_hand = {
        "score_lowest": 97,
        "score_median": 100,
        "score_highest": 120,
        "people_above_start": 2,
        "people_below_start": 3,
    }
    for name, told in (by_hand | {"people_mistaken": 1}).items():
        assert measured(name, of) == told, name
    assert [one.value for one in estimate(score.people_below_start(of), of, ("group",))["group"]] == [1, 2]
    assert "extreme" in str(estimate(score.score_lowest(of), of)[None][0].luck_reason)


def test_scores_far_apart_have_the_same_gini_as_by_definition() -> None:
    rng = np.random.default_rng(4)
    scores = rng.integers(0, 2_000_000, 300)
    pairs = np.abs(scores[:, None] - scores[None, :]).sum() / 2
    of = score_world(scores, scores, np.arange(300) % 2)
    assert measured("score_gini", of) == pytest.approx(pairs / (300**2 * scores.mean()))


def test_without_a_score_there_is_no_gini() -> None:
    of = score_world([1], [1], [0], score=None)
    assert isinstance(score.score_gini(of), Undefined)


def test_a_score_that_means_the_same_everywhere_has_no_calibration_gap_and_one_that_does_not_has() -> None:
    shown = np.repeat(np.linspace(0, 100, 10).astype(int), 200)
    group = np.arange(2000) % 2
    same = score_world(shown, np.where(np.arange(2000) % 4 < 2, 10, 60), group)
    assert measured("calibration_gap", same) == pytest.approx(0.0)
    harsher = score_world(shown, np.where((group == 1) & (shown < 50), 10, 60), group)
    assert measured("calibration_gap", harsher) == pytest.approx(0.5)  # apart by 1 in half of the bands


def test_points_for_blood_are_irrelevant_to_a_scheme_about_traffic() -> None:
    scheme = {
        "scheme": {"purpose_contexts": ["policing"]},
        "data_sources": [{"id": "clinic", "context": "health"}, {"id": "police", "context": "policing"}],
        "rules": [
            {"id": "blood", "source": "clinic", "when": {"signal": "gives_blood"}, "points": {"value": 8}},
            {"id": "fine", "source": "police", "when": {"signal": "speeds"}, "points": -2},
        ],
    }
    acts = {"gives_blood": Acts(40, 30, 0), "speeds": Acts(500, 180, 2)}
    of = cases(world(sources=Tables(acts=acts, scenario=scheme)), [])
    assert measured("irrelevant_signal_share", of) == pytest.approx(240 / (240 + 360))
    close = scheme | {"related_contexts": [{"between": ["health", "policing"], "justification": "x" * 40}]}
    of = cases(world(sources=Tables(acts=acts, scenario=close)), [])
    assert measured("irrelevant_signal_share", of) == 0.0


# --- proportion -------------------------------------------------------------------------------------------------------

SCHEME = {
    "data_sources": [{"id": "court", "context": "courts"}],
    "rules": [
        {"id": "r1", "source": "court", "when": {"signal": "small"}, "gravity": 1},
        {"id": "r2", "source": "court", "when": {"signal": "middle"}, "gravity": 2},
        {"id": "r3", "source": "court", "when": {"signal": "grave"}, "gravity": 3},
    ],
    "consequences": [
        {"id": "school", "context": "education", "severity": 2},
        {"id": "loan", "context": "credit", "severity": 2},
    ],
    "related_contexts": [{"between": ["courts", "credit"], "justification": "x" * 40}],
}
ACTS = ("small", "middle", "grave")


def barring(**changed: Any) -> World:
    facts = {"scenario": SCHEME, "acts": ACTS, "binds": {"base": {"school": (0,), "loan": (0,)}}}
    return world(**(facts | changed))


def test_ten_days_from_school_and_ten_from_a_loan_are_half_out_of_context() -> None:
    of = cases(barring(), [listing(opened=1, closed=11, by="paid", cause_act=1)])
    assert measured("cross_context_burden_share", of) == pytest.approx(0.5)


def test_a_burden_is_days_barred_times_severity_and_no_day_twice() -> None:
    rows = [listing(person=0, opened=1, closed=11, by="paid"), listing(person=0, opened=6, closed=21, by="paid")]
    assert proportion.burden(cases(barring(), rows)).tolist() == [40, 40]
    assert proportion.burden(cases(world(), rows)).tolist() == [10, 15]


def test_the_lightest_act_with_the_heaviest_burden_is_out_of_proportion() -> None:
    rows = [listing(opened=1, closed=1 + days, by="paid", cause_act=act) for act, days in ((1, 30), (2, 20), (3, 10))]
    assert measured("proportionality_index", cases(barring(), rows)) == pytest.approx(-1.0)


def test_the_index_is_spearmans() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(5)
    grave, days = rng.integers(1, 4, 200), rng.integers(1, 50, 200)
    rows = [listing(opened=1, closed=1 + int(d), by="paid", cause_act=int(g)) for g, d in zip(grave, days, strict=True)]
    of = cases(barring(people=200), rows)
    assert measured("proportionality_index", of) == pytest.approx(stats.spearmanr(grave, days).statistic)


def test_protected_conduct_bears_its_share_of_the_burden_and_none_where_no_rule_asks_for_it() -> None:
    rows = [listing(opened=1, closed=31, by="paid"), listing(opened=1, closed=11, by="paid", basis="protected_conduct")]
    assert measured("protected_conduct_burden_share", cases(barring(), rows)) == pytest.approx(0.25)
    assert measured("protected_conduct_burden_share", cases(barring(), rows[:1])) == 0.0


def test_what_no_recording_holds_is_null_and_says_why() -> None:
    of = cases(barring(), [listing()])
    for name in ("essential_denials", "children_reached", "residual_copy_share", "days_to_recover"):
        found = whole(find(name).count(of, False), of)
        assert found.value is None
        assert found.reason


def test_blocks_add_up_to_everybody() -> None:
    of = two_groups(70, 130)
    for cut in (None, "group", "region", "intersection"):
        assert of.block_people(cut).shape[0] == BLOCKS
        assert of.block_people(cut).sum() == pytest.approx(200)
    assert of.people_in("intersection").tolist() == [70, 130]


def test_a_group_that_objects_half_as_often_has_half_the_access() -> None:
    def wrong(group: int, person: int, appealed: bool) -> dict[str, Any]:
        return listing(person=person, group=group, basis="wrong_person", appealed_on=5 if appealed else 0)

    of_a = [wrong(0, n, n < 8) for n in range(20)]  # 8 of 20
    of_b = [wrong(1, 50 + n, n < 2) for n in range(10)]  # 2 of 10
    of = cases(world(groups=("A", "B"), population=np.array([[60, 40]])), of_a + of_b)
    assert value(equality.appeal_access_disparity(of, False), of) == pytest.approx(0.5)
    by = {group: value(tally, of) for group, tally in equality._access_by_group(of, False).items()}
    assert by == {"A": 1.0, "B": pytest.approx(0.5)}


def test_of_nine_wrongful_listings_no_access_is_compared() -> None:
    rows = [listing(person=n, group=n // 20, basis="wrong_person", appealed_on=5) for n in range(29)]
    of = cases(world(groups=("A", "B"), population=np.array([[60, 40]])), rows)
    assert (
        whole(equality.appeal_access_disparity(of, False), of).reason
        == "fewer than two groups have 10 wrongful listings"
    )
