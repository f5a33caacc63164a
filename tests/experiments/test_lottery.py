"""A lottery of the same size: as many listings, of people who did nothing in particular."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasshouse.codes import CORRECTED, OWN_ACT, WRONG_PERSON
from glasshouse.engines.cpu import Engine, live_all
from glasshouse.engines.replay import replay_block
from glasshouse.errors import ScenarioError
from glasshouse.experiments.lottery import lottery
from glasshouse.experiments.twins import with_variants
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import DoesNotApply, Patch, element
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario
from glasshouse.simulate import reseeded

LIABLE = 1 / 16


def world(**parts: Any) -> Loaded:
    """Group A does it ten times as often as B, and a sixteenth of everybody twenty times as often as the rest; the list never ends."""
    raw = {
        "schema": 1,
        "scheme": {"title": "A list"},
        "data_sources": [{"id": "court", "context": "courts", "kind": "court_record"}],
        "rules": [{"id": "debt", "source": "court", "when": {"signal": "debt"}}],
        "lists": [{"id": "debtors", "entry": {"trigger": {"rule": "debt"}}}],
        "world": {"people": 4096, "start": "2020-01-01", "end": "2020-02-29", "seed": 3, "block": 256,
                  "groups": {"A": {"share": 0.25}, "B": {"share": 0.75}}},
        "conduct": {"acts": {"debt": {"rate": "0.4 per year", "by_group": {"A": 2.0, "B": 0.2},
                                      "liability": [{"share": LIABLE, "multiple": 20}]}}},
        "practice": {
            "sensing": {"court": {"seen": 0.8, "wrong_person": 0.05}},
            "lists": {"debtors": {
                "appeal": {"filed": {"own_act": 0.1, "wrong_person": 0.9}, "upheld": {"own_act": 0.2, "wrong_person": 1}},
                "payment": {"rate": {"own_act": "2 per year"}},
            }},
        },
    }  # fmt: skip
    return from_raw({**raw, **parts}, "world")


@pytest.fixture(scope="module")
def lived() -> list[tuple[Any, Any]]:
    """Plan and result of twelve seeds, scheme and lottery side by side."""
    patch = lottery(world())
    out = []
    for seed in range(3, 15):
        plan, _ = compile_plan(with_variants(reseeded(world(), seed), {"lottery": patch}))
        out.append((plan, live_all(plan)))
    return out


def of(result: Any, column: str, v: int) -> Any:
    return result.cases[column][result.cases["variant"] == v]


def test_a_lottery_lists_as_many_as_the_scheme(lived: list[tuple[Any, Any]]) -> None:
    """The mean number differs by less than three standard errors over the seeds, though misses by themselves would be tenfold that."""
    count = np.array([[len(of(r, "person", v)) for v in (0, 1)] for _, r in lived], float)
    gap = count[:, 1] - count[:, 0]
    assert abs(gap.mean()) < 3 * gap.std(ddof=1) / np.sqrt(len(gap))
    assert abs(gap.mean()) < 0.03 * count[:, 0].mean()
    assert count[:, 0].min() > 150


def test_the_same_number_needs_thinning_because_chance_seldom_draws_somebody_twice() -> None:
    assert 0.3 < lottery(world())["practice.sensing.court.seen"] < 0.75


def test_being_drawn_has_nothing_to_do_with_conduct(lived: list[tuple[Any, Any]]) -> None:
    """Group A is five in eight of those that the scheme lists, and a quarter of those drawn; who did it is no likelier to be."""
    group = [np.concatenate([of(r, "group", v) for _, r in lived]) for v in (0, 1)]
    shares, n = [float((g == 0).mean()) for g in group], len(group[1])
    assert shares[0] > 0.5
    assert abs(shares[1] - 0.25) < 4 * np.sqrt(0.25 * 0.75 / n)
    own = [
        (np.unique(of(r, "person", 0)[of(r, "basis", 0) == OWN_ACT]), np.unique(of(r, "person", 1))) for _, r in lived
    ]
    both = sum(len(np.intersect1d(*x)) for x in own)
    by_chance = sum(len(did) * len(drawn) for did, drawn in own) / 4096
    assert abs(both - by_chance) < 4 * np.sqrt(by_chance), "whoever did it is drawn as often as anybody"


def test_everybody_drawn_is_a_wrong_person_and_is_treated_like_those_the_scheme_lists(
    lived: list[tuple[Any, Any]],
) -> None:
    assert all((of(r, "basis", 1) == WRONG_PERSON).all() for _, r in lived)
    patch = lottery(world())
    appeal = patch["practice.lists.debtors.appeal"]
    assert 0.1 < appeal["filed"]["wrong_person"] < 0.2, "a tenth of own acts, nine tenths of the few wrong persons"
    assert 1.8 < float(patch["practice.lists.debtors.payment.rate.wrong_person"].split()[0]) < 2
    paid = [np.concatenate([of(r, "paid", v) > 0 for _, r in lived]).mean() for v in (0, 1)]
    assert abs(paid[0] - paid[1]) < 0.04


def test_a_list_that_has_nothing_to_draw_from_says_why() -> None:
    def refused(match: str, **parts: Any) -> None:
        with pytest.raises(DoesNotApply, match=match):
            lottery(world(**parts))

    refused("no list", lists=[], practice={})
    refused("lists nobody", practice={"sensing": {"court": {"seen": 0}}})


def test_a_source_of_which_practice_says_nothing_keeps_what_it_claims() -> None:
    source = {"id": "court", "context": "courts", "kind": "court_record", "coverage": 0.5, "accuracy": {"miss": 0.1}}
    patch: Patch = lottery(world(practice={}, data_sources=[source]))
    assert patch["practice.sensing.court"]["wrong_person"] == 1
    assert 0.1 < patch["practice.sensing.court"]["seen"] < 0.45


# --- lists that are entered by a score ----------------------------------------------------------------------------------------------------


def scored(**parts: Any) -> Loaded:
    """The same people, with a score: below 40 they are on the list until they are back at 45, and own acts bring points too."""
    low = {"id": "low", "entry": {"trigger": {"score_below": 40}}, "exit": {"score_above": 45}}
    rules = [{"id": "debt", "source": "court", "when": {"signal": "debt"}, "points": -12}]
    good = {"id": "good", "source": "court", "when": {"signal": "good_deed"}, "points": 4}
    acts = world().raw["conduct"]["acts"] | {"good_deed": {"rate": "20 per year"}}
    appeal = {
        "filed": {"own_act": 0.5, "wrong_person": 0.9},
        "answered": 1,
        "upheld": {"own_act": 0.5, "wrong_person": 1},
    }
    asked = {
        "lists": [low], "score": {"min": 0, "max": 100, "baseline": 50}, "rules": [*rules, good], "conduct": {"acts": acts},
        "practice": {"sensing": {"court": {"seen": 0.9, "wrong_person": 0.02}},
                     "lists": {"low": {"notice": {"served": 1}, "appeal": appeal}}},
    }  # fmt: skip
    return world(**(asked | parts))


@pytest.fixture(scope="module")
def drawn() -> tuple[Loaded, Any, Any]:
    """The scheme and its lottery side by side: the scenario of both, the plan, and what came of it."""
    both = with_variants(scored(), {"lottery": lottery(scored())})
    plan, _ = compile_plan(both)
    return both, plan, live_all(plan)


def test_as_many_are_on_the_list_on_every_evening_and_as_many_come_and_go(drawn: tuple[Loaded, Any, Any]) -> None:
    _, _, result = drawn
    for column in ("listed", "listings", "delistings"):
        by_day = result.daily[column].sum(axis=(2, 3))
        assert (by_day[:, 0] == by_day[:, 1]).all(), column
    assert result.daily["delistings"].sum() > 50, "some come back and some appeal"
    assert (of(result, "appealed", 1) == 0).all()


def test_who_is_drawn_is_anybody_and_wrong_unless_what_they_merit_is_below(drawn: tuple[Loaded, Any, Any]) -> None:
    _, _, result = drawn
    shares = [float((of(result, "group", v) == 0).mean()) for v in (0, 1)]
    n = len(of(result, "group", 1))
    assert shares[0] > 0.4
    assert abs(shares[1] - 0.25) < 4 * np.sqrt(0.25 * 0.75 / n)
    basis, right = of(result, "basis", 1), of(result, "rightful", 1)
    assert ((basis == OWN_ACT) == (right == 1)).all()
    assert 0 < (basis == OWN_ACT).sum() < 0.2 * n
    assert set(basis) == {OWN_ACT, WRONG_PERSON}


def test_nobody_is_drawn_who_is_on_the_list_and_every_lot_is_somebody_else_s_stay(
    drawn: tuple[Loaded, Any, Any],
) -> None:
    _, plan, result = drawn
    stays = [of(result, "closed", v) - of(result, "opened", v) for v in (0, 1)]
    over = [np.sort(x[of(result, "closed", v) > 0]) for v, x in enumerate(stays)]
    assert (over[0] == over[1]).all()
    person, opened = of(result, "person", 1), of(result, "opened", 1)
    closed = np.where(of(result, "closed", 1) > 0, of(result, "closed", 1), plan.world.days + 1)
    order = np.lexsort((opened, person))
    again = person[order][1:] == person[order][:-1]
    assert (opened[order][1:] >= closed[order][:-1])[again].all()


def test_a_lottery_is_the_same_on_two_threads_and_after_it_was_stopped(drawn: tuple[Loaded, Any, Any]) -> None:
    _, plan, whole = drawn
    half = Engine(plan, 2).run(30)
    found = Engine(plan, 1).restore(half.snapshot()).run().result()
    for name, column in whole.cases.items():
        assert (column == found.cases[name]).all(), name


def test_the_life_of_somebody_drawn_is_lived_again_and_says_that_it_was_a_lot(
    drawn: tuple[Loaded, Any, Any], tmp_path: Path
) -> None:
    from glasshouse.experiments.why import why
    from glasshouse.simulate import simulate

    both, _, result = drawn
    recording = simulate(both, threads=1, out=tmp_path / "run")
    someone = int(of(result, "person", 1)[0])
    (chain, *_) = why(recording, someone, "lottery").chains
    assert any("drawn by lot" in step.text for step in chain.steps)
    assert set(recording.cases.column("cause").to_pylist()) >= {"drawn by lot"}


def test_lots_without_a_score_or_without_a_scheme_beside_them_are_refused() -> None:
    with pytest.raises(ScenarioError, match="entered by a score or filed for"):
        compile_plan(with_variants(world(), {"lottery": {"practice.lists.debtors.lots": True}}))
    alone = scored().raw
    alone["practice"]["lists"]["low"]["lots"] = True
    with pytest.raises(ScenarioError, match="listings of the first"):
        compile_plan(from_raw(alone, "alone"))


# --- first listings taken back ------------------------------------------------------------------------------------------------------------


def test_a_first_listing_that_is_taken_back_ends_before_any_gate_and_the_second_stands() -> None:
    again = {"id": "debtors", "entry": {"trigger": {"rule": "debt"}}, "max_days": 5}
    often = world(lists=[again], practice={"sensing": {"court": {"seen": 1}}})
    patch = element("without", "first-listing").patch(often.scenario)
    assert patch == {"practice.lists.debtors.first_spared": True}
    plan, _ = compile_plan(with_variants(often, {"without-first-listing": patch}))
    result = live_all(plan)
    first = of(result, "ordinal", 1) == 1
    stays = np.where(of(result, "closed", 1) > 0, of(result, "closed", 1) - of(result, "opened", 1), 0)
    over = of(result, "opened", 1) < plan.world.days
    assert (stays[first & over] == 1).all()
    assert (of(result, "closed_by", 1)[first & over] == CORRECTED).all()
    assert stays[~first].max() == 5
    assert (of(result, "ordinal", 0) == 1).sum() == first.sum() > 100
    alone = replay_block(plan, 0, result.letters, filings=result.tables["filings"])
    here = result.cases["person"] < plan.world.block
    for name, column in alone.cases.items():
        assert (column == result.cases[name][here]).all(), name


@pytest.mark.parametrize("name", ["mass-listing", "health-code"])
def test_what_files_from_elsewhere_is_drawn_by_lot_too_and_nothing_is_listed_twice(name: str) -> None:
    of_catalogue = read_scenario(name, people=5_000)
    both = with_variants(of_catalogue, {"lottery": lottery(of_catalogue)})
    by_day = live_all(compile_plan(both)[0]).daily["listed"].sum(axis=(2, 3))
    assert by_day[-1, 0] > 20 or by_day[:, 0].max() > 20
    if name == "mass-listing":  # no list of it is entered by a rule, whose lottery is only as large on average
        assert (by_day[:, 0] == by_day[:, 1]).all()
    else:
        assert abs(by_day[:, 1].sum() / by_day[:, 0].sum() - 1) < 0.05
