"""Cameras at the tables, penalties for staff, and files that go home."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.engines.copies import copies_of
from glasshouse.engines.reference_ties import Ties
from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.evidence import standing_label
from glasshouse.scenario.tables import TIE_KINDS
from towns import SIGMAS, Town, lived

PEOPLE, OUTLETS, GUESTS = 187_000, 935, 126_225
STAFF = TIE_KINDS.index("staff")
LEAK_DAY = 274

pytestmark = pytest.mark.slow


def chain() -> Town:
    return lived("restaurant-chain", people=PEOPLE)


def test_the_outlets_and_the_staff_are_there_one_to_one() -> None:
    town = chain()
    assert str(standing_label(town.loaded.scenario)) == "reported, disputed"
    assert unsimulated(town.loaded.scenario) == []
    assert town.plan.world.region_cut.tolist() == [GUESTS, PEOPLE - OUTLETS, PEOPLE]
    ties = Ties(town.plan)
    asked = range(PEOPLE - OUTLETS, PEOPLE, 31)
    assert {len(ties.neighbours(outlet, STAFF)) for outlet in asked} == {64}


def test_outlets_penalise_their_own_staff_only_and_as_often_as_was_said() -> None:
    town = chain()
    penalties = town.acts("factual", "penalises")
    expected = OUTLETS * 104 * 365 / 365.25
    assert abs(penalties[0] - expected) < SIGMAS * np.sqrt(expected)
    letters = town.letters("factual")
    act = town.names.acts.index("penalises")
    mine = (letters["kind"] == 1) & ((letters["tag"] & 255) == act)
    pairs = list(zip(letters["source"][mine].tolist(), letters["target"][mine].tolist(), strict=True))[::997]
    ties = Ties(town.plan)
    assert len(pairs) > 50
    assert all(target in ties.neighbours(source, STAFF) for source, target in pairs)


def test_staff_are_docked_for_what_the_outlet_says_more_than_for_what_a_camera_sees() -> None:
    town = chain()
    days = {v: int(town.cases(v, "docked")["days"].sum()) for v in ("factual", "no-cameras", "no-penalties")}
    assert days["factual"] > days["no-cameras"] > 10 * days["no-penalties"] > 0
    cases = town.cases("factual", "docked")
    assert (cases["person"] >= GUESTS).all()
    assert (cases["person"] < PEOPLE - OUTLETS).all()


def test_every_file_of_a_guest_goes_home_and_a_leak_exposes_whoever_has_one() -> None:
    town = chain()
    copies = copies_of(town.plan, town.result.cases)
    assert copies
    of = {name: copies["variant"] == town.v(name) for name in town.names.variants}
    files = town.cases("factual", "guest_file")
    guests = copies["list"] == town.names.lists.index("guest_file")
    assert (of["factual"] & guests).sum() == (files["opened"] < 365).sum()
    assert not (copies["leaked"][of["factual"]] > 0).any()
    assert not of["nothing-sent"].any()
    leaked = of["a-leak"] & (copies["leaked"] > 0)
    by_then = town.cases("a-leak", "guest_file")["opened"] < LEAK_DAY
    assert (leaked & guests).sum() == by_then.sum() > 1000
