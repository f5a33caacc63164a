"""The catalogue loads clean, compiles, and says what the published figures say."""

from __future__ import annotations

import math

import pytest

from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.evidence import standing_label
from glasshouse.scenario.names import catalogue_names, catalogue_path
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario


@pytest.fixture(scope="module")
def suzhou() -> Loaded:
    return read_scenario("suzhou-2016")


@pytest.fixture(scope="module")
def flag() -> Loaded:
    return read_scenario("unemployment-fraud-flag")


@pytest.mark.parametrize("name", catalogue_names())
def test_each_scenario_loads_without_a_problem_and_again_from_its_raw_form(name: str) -> None:
    loaded = read_scenario(name)
    assert loaded.problems == ()
    assert from_raw(loaded.raw, name).digest == loaded.digest


@pytest.mark.parametrize("name", ["suzhou-2016", "unemployment-fraud-flag"])
def test_the_small_ones_become_tables(name: str) -> None:
    loaded = read_scenario(name)
    plan, names = compile_plan(loaded)
    assert names.variants == tuple(n for n, _ in loaded.variants)
    assert plan.acts.count == len(names.acts) > 0


def test_every_scenario_of_the_catalogue_has_a_title_and_a_summary() -> None:
    schemes = {name: read_scenario(name).scenario.scheme for name in catalogue_names()}
    assert {"suzhou-2016", "unemployment-fraud-flag"} <= set(schemes)
    assert all(scheme.title and scheme.summary for scheme in schemes.values())
    assert catalogue_path("nowhere") is None


def test_the_labels_are_those_of_the_evidence(suzhou: Loaded, flag: Loaded) -> None:
    assert str(standing_label(suzhou.scenario)) == "pilot"
    assert str(standing_label(flag.scenario)) == "documented"


def score_of(suzhou: Loaded, variant: int, **times: int) -> int:
    """The score of somebody with so many recorded acts in 2016, by the rules as they stand: caps, points, scale."""
    scenario = suzhou.variants[variant][1]
    assert scenario.score is not None
    total = scenario.score.baseline.value
    for rule in scenario.rules:
        n = times.get(rule.when.signal or "", 0)
        counted = min(n, rule.cap.count.value) if rule.cap else n
        total += counted * (rule.points.value if rule.points else 0)
    return min(max(total, scenario.score.min.value), scenario.score.max.value)


@pytest.mark.parametrize(("donations", "blocks"), [(3, 10), (4, 10), (3, 11), (9, 40)])
def test_points_and_caps_are_chosen_so_that_over_a_litre_of_blood_and_over_500_hours_land_at_134(
    suzhou: Loaded, donations: int, blocks: int
) -> None:
    assert donations * 0.4 > 1.0
    assert blocks * 50 >= 500
    assert score_of(suzhou, 0, blood_donation=donations, volunteering=blocks) == 134


def test_less_of_either_stays_below_134_and_without_merits_all_stay_at_100(suzhou: Loaded) -> None:
    assert score_of(suzhou, 0, blood_donation=2, volunteering=40) < 134
    assert score_of(suzhou, 0, blood_donation=9, volunteering=9) < 134
    assert score_of(suzhou, 1, blood_donation=9, volunteering=40) == 100
    assert score_of(suzhou, 0, traffic_offence=500) == 0


def test_some_in_the_city_can_be_expected_to_reach_the_top(suzhou: Loaded) -> None:
    assert suzhou.scenario.conduct is not None
    assert suzhou.scenario.world is not None
    share = 1.0
    for name, at_least in (("blood_donation", 3), ("volunteering", 10)):
        act = suzhou.scenario.conduct.acts[name]
        mean = act.rate.value * act.liability[0].multiple.value
        below = sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(at_least))
        share *= act.liability[0].share.value * (1 - below)
    assert share * suzhou.scenario.world.people > 1


def determinations(flag: Loaded, variant: int) -> dict[str, float]:
    """Expected determinations in a year, by basis, before anybody is flagged twice."""
    scenario = flag.variants[variant][1]
    assert scenario.conduct is not None
    assert scenario.world is not None
    act, entry = scenario.conduct.acts["discrepancy"], scenario.practice.lists["fraud_flag"].entry
    assert act.circumstances is not None
    assert entry is not None
    wrong_file = scenario.practice.sensing["wage_match"].wrong_person.value
    all_of_them = act.rate.value * scenario.world.people
    out: dict[str, float] = {"wrong_person": 0.0}
    for name, c in act.circumstances.items():
        n = all_of_them * c.share.value * entry[name].value
        out[c.basis] = out.get(c.basis, 0.0) + n * (1 - wrong_file)
        out["wrong_person"] += n * wrong_file
    return out


def test_the_wrong_share_of_the_flag_is_what_appeals_put_in_and_lies_near_what_a_second_look_found(
    flag: Loaded,
) -> None:
    found = determinations(flag, 0)
    wrong = 1 - found["own_act"] / sum(found.values())
    sources = flag.scenario.evidence.sources
    affirmed, second_look = sources["SN-A-08"].value, sources["SN-A-04"].value
    assert (affirmed, second_look) == (0.08, 0.93)
    assert wrong == pytest.approx(1 - affirmed, abs=0.005)
    assert wrong == pytest.approx(second_look, abs=0.02)
    assert not [p for p in str(flag.raw["conduct"]).split() if p.startswith("0.93")]


@pytest.mark.parametrize(
    ("name", "said"),
    [("unemployment-fraud-flag", "it is not found"), ("suzhou-2016", "chosen so that such a record lands there")],
)
def test_what_is_put_in_is_not_told_as_a_finding(name: str, said: str) -> None:
    assert said in (read_scenario(name).scenario.scheme.summary or "")


def test_determinations_are_those_published_and_a_typical_year_has_a_fifth(flag: Loaded) -> None:
    computer, staff = (sum(determinations(flag, v).values()) for v in (0, 2))
    assert computer == pytest.approx(26_882, rel=0.001)
    assert staff == pytest.approx(computer / 5, rel=0.01)
