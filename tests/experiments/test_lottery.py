"""A lottery of the same size: as many listings, of people who did nothing in particular."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.codes import OWN_ACT, WRONG_PERSON
from glasshouse.engines.cpu import live_all
from glasshouse.experiments.lottery import lottery
from glasshouse.experiments.twins import with_variants
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import DoesNotApply, Patch
from glasshouse.scenario.reading import Loaded, from_raw
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
    scored = {"id": "low", "entry": {"trigger": {"score_below": 10}}}
    rules = [{"id": "debt", "source": "court", "when": {"signal": "debt"}, "points": -50}]
    refused(
        "entered by a score", lists=[scored], score={"min": 0, "max": 100, "baseline": 50}, rules=rules, practice={}
    )
    refused("lists nobody", practice={"sensing": {"court": {"seen": 0}}})


def test_a_source_of_which_practice_says_nothing_keeps_what_it_claims() -> None:
    source = {"id": "court", "context": "courts", "kind": "court_record", "coverage": 0.5, "accuracy": {"miss": 0.1}}
    patch: Patch = lottery(world(practice={}, data_sources=[source]))
    assert patch["practice.sensing.court"]["wrong_person"] == 1
    assert 0.1 < patch["practice.sensing.court"]["seen"] < 0.45
