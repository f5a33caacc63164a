"""Firms are graded, and whoever represents a listed one is restricted with it."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.engines.reference_ties import Ties
from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.evidence import standing_label
from glasshouse.scenario.tables import TIE_KINDS
from glasshouse.scenario.tie_tables import expected_reach
from towns import Town, lived

PEOPLE, FIRMS = 140_000, 3_300
REPRESENTATIVE, STAFF = TIE_KINDS.index("representative"), TIE_KINDS.index("staff")
OWN_ACT, PROTECTED, OTHERS = 0, 2, 3

pytestmark = pytest.mark.slow


def brands() -> Town:
    return lived("foreign-brands", people=PEOPLE + FIRMS, days=200)


def test_it_is_reported_and_disputed_and_is_lived_whole() -> None:
    town = brands()
    assert str(standing_label(town.loaded.scenario)) == "reported, disputed"
    assert unsimulated(town.loaded.scenario) == []
    assert town.plan.world.region_cut.tolist() == [PEOPLE, PEOPLE + 3_200, PEOPLE + FIRMS]


def test_each_listed_firm_restricts_whoever_represents_it_and_nobody_else() -> None:
    town = brands()
    ties = Ties(town.plan)
    firms, people = town.cases("factual", "off_the_platforms"), town.cases("factual", "restricted")
    assert (firms["person"] >= PEOPLE).all()
    assert (people["person"] < PEOPLE).all()
    bound = set(people["person"][people["basis"] == OTHERS].tolist())
    listed = sorted(set(firms["person"][firms["opened"] < town.plan.world.days].tolist()))
    assert len(listed) > 20
    assert bound == {p for firm in listed for p in ties.neighbours(firm, REPRESENTATIVE)}


def test_a_stance_is_what_lists_brands_and_breaches_what_lists_the_others() -> None:
    town = brands()
    cases = town.cases("factual", "off_the_platforms")
    is_brand = cases["person"] >= PEOPLE + 3_200
    assert set(cases["basis"][~is_brand].tolist()) == {OWN_ACT}
    assert (cases["basis"] == PROTECTED).sum() > 5
    assert (cases["person"][cases["basis"] == PROTECTED] >= PEOPLE + 3_200).all()
    assert not (town.cases("breaches-only", "off_the_platforms")["basis"] == PROTECTED).any()


def test_with_the_staff_bound_too_a_listed_firm_reaches_as_many_as_it_is_tied_to() -> None:
    town = brands()
    assert town.loaded.scenario.world
    assert town.loaded.scenario.world.firms
    expected = sum(expected_reach(town.loaded.scenario.world.firms).values())
    assert expected == pytest.approx(1 + 0.4 + 5 * 0.35 + 20 * 0.2 + 64 * 0.05, abs=1e-3)
    ties = Ties(town.plan)
    firms, people = town.cases("staff-too", "off_the_platforms"), town.cases("staff-too", "restricted")
    listed = sorted(set(firms["person"][firms["opened"] < town.plan.world.days].tolist()))
    reached = {p for f in listed for kind in (REPRESENTATIVE, STAFF) for p in ties.neighbours(f, kind)}
    bound = set(people["person"][people["basis"] == OTHERS].tolist())
    own = set(people["person"][people["basis"] == OWN_ACT].tolist())
    assert reached - own <= bound <= reached
    spread = np.sqrt(0.4 + 25 * 0.35 + 400 * 0.2 + 64**2 * 0.05 - (expected - 1) ** 2)
    assert abs(len(reached) / len(listed) - expected) < 4 * spread / np.sqrt(len(listed))


def test_nobody_pays_for_a_firm_where_the_firm_stands_alone() -> None:
    cases = brands().cases("nobody-else", "restricted")
    assert set(cases["basis"].tolist()) == {OWN_ACT}
