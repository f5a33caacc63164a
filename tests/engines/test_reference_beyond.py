"""What files from elsewhere, on worlds so small that the answer is worked out by hand; chances are 0 or 1."""

from __future__ import annotations

from math import floor, log2
from typing import Any

from beyond import delays_of
from engines.test_reference import BELOW, ONE, Deed, Listing, Small, a, days_of
from glasshouse.engines.reference import Life, live
from glasshouse.engines.reference_models import octaves
from glasshouse.scenario import tables
from glasshouse.scenario.epidemic_tables import EpidemicTables
from glasshouse.scenario.model_tables import BY_CAPACITY, BY_LOTTERY, BY_THRESHOLD, STEPS, ModelTables
from glasshouse.scenario.shock_tables import MASS_LISTING, NO_LIST, UNDONE, ShockTables
from glasshouse.scenario.tables import CORRECTED, HEALTH, INSIDER, MODEL, OTHERS, OWN_ACT, RISK_SCORE, SHOCK

HOUSEHOLD, FILED = 0, 4
AT_ONCE = [ONE]


def lived(small: Small, **outside: Any) -> Life:
    plan = small.plan()
    return live(plan._replace(outside=tables.Outside(**outside)), 0)


def listings(life: Life, *columns: str) -> list[tuple[int, ...]]:
    return [tuple(case[name] for name in columns) for case in life.cases]


# --- Shocks ----------------------------------------------------------------------------------------------------------


def shock(kind: int = MASS_LISTING, day: int = 5, found: int = 0, **more: Any) -> ShockTables:
    one = {"list": NO_LIST, "share": 0, "exactly": 0, "elsewhere": 0, "points": 0}
    columns: dict[str, Any] = {name: a([more.pop(name, x)]) for name, x in one.items()}
    return ShockTables(
        name="S", stream=77, kind=kind, day=a([day]), found=a([found]), repaired=a([ONE]), repair=a([0]),
        delays=delays_of(AT_ONCE), in_region=a([[1]]), acts=a(more.pop("acts", [0])), **columns,
    )  # fmt: skip


def test_a_mass_listing_lists_everybody_there_for_what_an_intruder_did() -> None:
    life = lived(Small([Deed(1, (4,), files=0)], [Listing(FILED)]), shocks=(shock(list=0, share=ONE),))
    found = listings(life, "opened", "person", "cause_kind", "cause_source", "cause_tag", "basis", "rightful")
    assert found == [(5, p, SHOCK, p, 0, INSIDER, 0) for p in range(4)], "nothing else enters a list that is filed for"


def test_of_two_shocks_the_later_number_is_the_cause_and_who_is_listed_is_not_listed_again() -> None:
    both = (shock(list=0, exactly=2), shock(list=0, share=ONE))
    assert listings(lived(Small(lists=[Listing()]), shocks=both), "opened", "cause_tag") == [(5, 1)] * 4
    after = (shock(list=0, share=ONE), shock(day=8, list=0, share=ONE))
    assert len(lived(Small(lists=[Listing()]), shocks=after).cases) == 4


def test_an_exact_number_is_hit() -> None:
    life = lived(Small(lists=[Listing()], people=50), shocks=(shock(list=0, exactly=17),))
    assert days_of(life, "listings") == {5: 17}


def test_points_taken_list_those_who_fall_below_and_come_back_with_the_repair() -> None:
    small = Small([Deed(0, (2,), points=-80)], [Listing(BELOW, 60)])
    life = lived(small, shocks=(shock(share=ONE, points=50, found=10),))
    assert listings(life, "opened", "person", "closed", "closed_by")[:1] == [(2, 0, 0, 0)], (
        "a case of another cause stays"
    )
    assert listings(life, "opened", "person", "closed", "closed_by")[1:] == [(5, p, 11, CORRECTED) for p in (1, 2, 3)]
    assert life.people["score"] == [20, 100, 100, 100], "what was taken from 20 points is 20"
    rows = {row["day"]: (row["hit"], row["repaired"], row["owed"], row["points"]) for row in life.tables["shocks"]}
    assert (rows[4], rows[5], rows[9], rows[10]) == ((0, 0, 0, 0), (4, 0, 4, 170), (0, 0, 4, 170), (0, 4, 0, 0))


def test_the_repair_of_a_bad_rule_gives_back_all_that_it_cost_and_grants_its_cases() -> None:
    deeds = [Deed(0, (2, 3, 4), points=-20, cap=65_535, windows=()), Deed(0, (2,), points=-1)]
    life = lived(Small(deeds, [Listing(BELOW, 60)]), shocks=(shock(UNDONE, day=2, found=7, acts=[1, 0]),))
    assert listings(life, "opened", "closed", "closed_by") == [(3, 8, CORRECTED)]
    assert (life.people["score"][0], life.people["merited"][0], life.people["cap_used"][0][0]) == (99, 99, 0)


def test_the_repair_of_a_bad_rule_moves_what_is_merited_by_ones_own_acts_only() -> None:
    """Twenty points each: two for an own act, and one that another's act put into the file; what it had cost is made good."""
    deeds = [Deed(0, (2, 3), points=-20, cap=65_535, windows=()), Deed(1, (2,), points=-20, cap=65_535, windows=())]
    plan = Small(deeds, [Listing(BELOW, 10)]).plan()
    plan = plan._replace(acts=plan.acts._replace(aims=a([-1, HOUSEHOLD])))
    before, after = (
        live(plan._replace(outside=tables.Outside(shocks=(shock(UNDONE, day=2, found=found, acts=[1, 1]),))), 0)
        for found in (0, 7)
    )
    assert (before.people["score"][0], before.people["merited"][0]) == (40, 60)
    assert (after.people["score"][0], after.people["merited"][0]) == (100, 100)


# --- Models ----------------------------------------------------------------------------------------------------------


def model(how: int, **more: Any) -> ModelTables:
    """A model with one feature, which those have of whom it is true; a round on days 3 and 6. It is true of those in `true`."""
    rounds = [0, 0, 0, 1, 0, 0, 2, *[0] * 14]
    return ModelTables(
        name="M", number=0, truth_stream=61, feature_stream=62, luck_stream=63, list=0, first=0, beyond=2**40, features=("f",),
        round=a(rounds), renews=a([0]), prevalence=a([[more.get("prevalence", ONE // 2)]]), has=a([[[[0], [ONE]]]]),
        weight=a([[more.get("weight", 100)]]), retrains=a([more.get("retrains", 0)]), adjust=a([[0]]), stated=a([[[[0] * STEPS] * 2]]),
        chooses=a([how]), cut=a([50]), same_as=a([0]), capacity=a([more.get("capacity", 0)]), sample=a([[[[3, 0], [0, 3]]]]),
        log_cut=a([]),
    )  # fmt: skip


def test_a_model_that_knows_lists_those_of_whom_it_is_true_and_once() -> None:
    life = lived(Small(lists=[Listing(FILED)], people=60), models=(model(BY_THRESHOLD),))
    (first, second) = life.tables["rounds"]
    assert 15 < first["true"] == first["chosen"] == first["found"] < 45
    assert (first["eligible"], second["eligible"]) == (60, 60 - first["chosen"]), (
        "nothing is true anew, and nobody is chosen"
    )
    assert set(listings(life, "opened", "cause_kind", "cause_tag", "basis", "rightful")) == {(3, MODEL, 0, OWN_ACT, 1)}


def test_a_model_takes_the_riskiest_and_a_lottery_anybody() -> None:
    small = Small(lists=[Listing(FILED)], people=60)
    best = lived(small, models=(model(BY_CAPACITY, capacity=12),)).tables["rounds"][0]
    drawn = lived(small, models=(model(BY_LOTTERY, capacity=12),))
    assert (best["chosen"], best["found"]) == (12, 12)
    assert 0 < drawn.tables["rounds"][0]["found"] < 12
    assert {row for row in listings(drawn, "basis", "rightful")} == {(OWN_ACT, 1), (RISK_SCORE, 0)}


def test_a_model_that_learns_is_weighted_by_what_it_found() -> None:
    small = Small(lists=[Listing(FILED)], people=60)
    first, second = lived(small, models=(model(BY_CAPACITY, capacity=12, retrains=1),)).tables["rounds"]
    assert first["weight_f"] == 100
    assert second["weight_f"] == octaves(3 + 12 + 1) - octaves(1) - octaves(1) + octaves(3 + 1) == 256 * 6


def test_an_octave_has_256_steps() -> None:
    assert [octaves(x) for x in (1, 2, 4, 1024)] == [0, 256, 512, 2560]
    assert [octaves(x) for x in range(3, 3000)] == [floor(256 * log2(x) + 1e-9) for x in range(3, 3000)]


# --- The health code -------------------------------------------------------------------------------------------------


def illness(**more: Any) -> EpidemicTables:
    """It goes to the other of a household on the evening of every day; who is ill for two days is found two days after, by a test."""
    parts: dict[str, Any] = {
        "name": "flu", "stream": 51, "code_stream": 52, "layers": 1, "reach": a([HOUSEHOLD]), "each": a([1]), "slots": a([1]),
        "meets": a([[1]]), "spread_cdf": a([[0]]), "spread_len": a([1]), "cells": a([0, 1]), "cell_layer": a([0]), "cell_first": a([0]),
        "cell_slots": a([1]), "cell_cut": a([ONE]), "period": a([0] * 21), "passes": a([[[ONE]]]),
        "isolates": a([[[ONE]]]), "seeds": 1, "seed_first": 0, "seed_beyond": 1, "delays": delays_of(AT_ONCE, [0, ONE], [0, 0, ONE]),
        "latent": 0, "infectious": 1, "ways": 1, "way_delay": a([2]), "found": a([[ONE]]), "way_list": a([[0]]), "look_back": a([3]),
        "traced": a([[0]]), "contact_list": a([[1]]), "crosses": a([1]), "causes": 0, "cause_cdf": a([[]]), "cause_len": a([0]),
        "cause": a([[[0]]]), "cause_list": a([[0]]), "cause_tag": a([0]), "cause_basis": a([0]),
        "cause_right": a([0]), "gates": 0, "scan_cdf": a([[]]),
        "scan_len": a([0]), "scan_share": a([[0]]), "code_lists": a([1]), "recipients": a([[0]]), "fields": a([[0]]),
    }  # fmt: skip
    return EpidemicTables(**{**parts, **more})


def test_an_illness_goes_to_the_household_overnight_and_no_further() -> None:
    life = lived(Small(lists=[Listing(FILED), Listing(FILED)]), epidemic=illness())
    assert [tuple(row.values()) for row in life.tables["infections"]] == [(0, 1, 0), (1, 2, 0)]
    ill = {row["day"]: row["infectious"] for row in life.tables["epidemic"] if row["infectious"]}
    assert ill == {1: 1, 2: 2, 3: 1}, "each for two days"
    assert listings(life, "opened", "person", "list", "cause_kind", "basis") == [
        (3, 0, 0, HEALTH, OWN_ACT),
        (4, 1, 0, HEALTH, OWN_ACT),
    ]


def test_a_contact_is_filed_the_day_after_for_what_another_has() -> None:
    life = lived(Small(lists=[Listing(FILED), Listing(FILED)]), epidemic=illness(traced=a([[ONE]]), passes=a([[[0]]])))
    found = listings(life, "opened", "person", "list", "cause_source", "cause_tag", "basis", "rightful")
    assert found == [(3, 0, 0, 0, 0, OWN_ACT, 1), (4, 1, 1, 0, 16, OTHERS, 1)]


def test_who_is_at_home_passes_nothing_on() -> None:
    """It is passed on from day 2, and the first is found on day 1."""
    later = {
        "period": a([0, 0, *[1] * 19]),
        "passes": a([[[0], [ONE]]]),
        "delays": delays_of(AT_ONCE, [0] * 9 + [ONE], AT_ONCE),
    }
    small = Small(lists=[Listing(FILED), Listing(FILED)])
    for kept, infected in ((ONE, 2), (0, 1)):
        life = lived(small, epidemic=illness(**later, isolates=a([[[kept, ONE]]])))
        assert len(life.tables["infections"]) == infected
