"""Whose conduct sufficed: own, others', either, or only both together."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.test_twins import plain_world
from glasshouse.engines.cpu import live_all
from glasshouse.engines.replay import BOTH, OTHERS_ONLY, OWN_ONLY, live_apart
from glasshouse.experiments.harms import HARMS
from glasshouse.experiments.whose import ANSWERS, counted, suffices, whose_conduct
from glasshouse.experiments.why import why
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario
from glasshouse.simulate import simulate
from worlds import world


def alike(raw: dict[str, Any]) -> Loaded:
    return from_raw(raw | {"variants": [{"name": x} for x in ("both", "own", "others")]}, "world")


@pytest.mark.parametrize("k", [0, 3, 5])
def test_what_happened_is_what_happens_without_anything_told_apart(k: int) -> None:
    raw = {x: y for x, y in world(k).items() if x != "variants"}
    apart = live_apart(compile_plan(alike(raw))[0]).people
    alone = live_all(compile_plan(from_raw(raw, "world"))[0]).people
    for name, column in alone.items():
        np.testing.assert_array_equal(column[:, 0], apart[name][:, BOTH])


def test_people_who_only_have_themselves_are_never_marked_by_anybody_else() -> None:
    apart = live_apart(compile_plan(alike(world(3)))[0])
    c = apart.cases
    assert set(c["cause_kind"][c["variant"] == OWN_ONLY].tolist()) == {4}
    assert 4 not in c["cause_kind"][c["variant"] == OTHERS_ONLY].tolist()
    assert (c["variant"] == OTHERS_ONLY).any()


def test_in_a_world_of_wrong_files_others_alone_suffice() -> None:
    found = counted(whose_conduct(from_raw(plain_world(wrong=1.0, people=1024), "world"))["listed_days"])
    assert found["others alone suffice"] > 0
    assert sum(n for a, n in found.items() if a not in ("not harmed", "others alone suffice")) == 0


def test_in_a_world_of_right_files_own_conduct_suffices() -> None:
    found = counted(whose_conduct(from_raw(plain_world(wrong=0.0, people=1024), "world"))["listed_days"])
    assert found["own alone suffices"] > 0
    assert found["others alone suffice"] == found["either suffices"] == found["only together"] == 0


def test_two_half_demerits_suffice_only_together() -> None:
    """A threshold that takes two demerits: somebody with one of their own and one of another's is listed by neither alone."""
    raw = copy.deepcopy(plain_world(wrong=0.5, people=2048))
    raw |= {"score": {"min": 0, "max": 200, "baseline": 100}}
    raw["rules"][0] |= {"points": -10}
    raw["lists"][0]["entry"] = {"trigger": {"score_below": 85}}
    raw["conduct"]["acts"]["debt"].pop("circumstances")
    answers = whose_conduct(from_raw(raw, "world"))["listed_days"]
    assert set(counted(answers)) == set(ANSWERS)
    assert (answers == ANSWERS.index("only together")).any()


def test_every_answer_on_an_example_worked_by_hand() -> None:
    told = [suffices(*x) for x in ((0, 0, 0), (5, 5, 0), (5, 0, 2), (5, 1, 1), (5, 0, 0), (0, 1, 0))]
    assert [*told, "nobody's conduct"] == list(ANSWERS)


def test_a_person_asked_alone_gets_the_answer_that_the_whole_world_gives(tmp_path: Path) -> None:
    raw = {x: y for x, y in world(4).items() if x != "variants"}
    answers = whose_conduct(from_raw(raw, "world"))
    assert set(answers) == set(HARMS)
    simulate(from_raw(raw, "world"), out=tmp_path / "run", threads=1)
    for person in np.flatnonzero(answers["listed_days"] > 0)[:: max(len(answers["listed_days"]) // 12, 1)][:6]:
        told = why(tmp_path / "run", int(person), pairs=False, everybody=False)
        assert told.whose_conduct in ("", ANSWERS[answers["listed_days"][person]])
        assert told.whose_conduct or not told.chains


def test_firms_have_no_conduct_that_is_told_of_people() -> None:
    loaded = read_scenario("restaurant-chain", people=4_000, days=20)
    found = whose_conduct(loaded)["listed_days"]
    firms = int(loaded.scenario.world.people - len(found))  # type: ignore[union-attr]
    assert 0 < firms < 100
