"""Shocks hit whom the keys say, exactly as many as are asked for; what they took is given back to the point; and the bytes are the same."""

# ruff: noqa: E501 - a shock is read across

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from glasshouse.codes import CORRECTED, INSIDER, SHOCK
from glasshouse.engines.copies import copies_of
from glasshouse.engines.cpu import Engine, Result, live_all
from glasshouse.engines.replay import people_of_block, replay_block
from glasshouse.engines.shocks import repair_days, slots_hit, words_of_all
from glasshouse.experiments.removal import gate_of, twice
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, from_raw
from glasshouse.scenario.source import parse_document
from glasshouse.scenario.tables import Plan
from glasshouse.simulate import journal_columns

SIGMAS = 3
TOWN = """
schema: 1
scheme: {title: A town that is not ready}
data_sources: [{id: court, context: courts, kind: court_record}, {id: street, context: public_space, kind: camera}]
score: {min: 0, max: 1000, baseline: 500}
rules:
  - {id: petty, source: court, when: {signal: petty}, points: -5}
  - {id: sits, source: street, when: {signal: sits}, points: -7}
  - {id: sold, source: court, when: {signal: buys}, points: 40}
  - {id: tip, source: court, when: {signal: tips}, points: -40}
lists:
  - {id: low, entry: {trigger: {score_below: 100}}}
  - {id: red, entry: {trigger: {filed_by: mass}}}
consequences:
  - {id: rail, context: transport, kind: refusal, trigger: {list: red}}
sharing:
  - {recipient: hotels, sync_days: 7}
  - {recipient: police, sync_days: 1}
world:
  people: 3089
  start: 2020-01-01
  end: 2020-02-09
  block: 64
  regions: {north: {share: 0.4}, south: {share: 0.6}}
  ties: {colleagues: {sizes: {6: 1.0}}}
conduct:
  acts:
    petty: {rate: 2 per year}
    sits: {rate: 20 per year}
    buys: {rate: 6 per year}
    tips: {rate: 6 per year, aimed_at: colleagues}
  demand:
    rail: {users: 0.8, trips: 50 per year, tries_per_trip: {mean: 1}}
practice:
  notice: {served: 0.5}
  sharing:
    hotels: {propagates: 0.5, correction: {between_days: [1, 4]}, kept: 0.3}
    police: {propagates: 0.8, kept: 0.0, lists: [red]}
shocks:
  - {id: mass, kind: mass_listing, from: 2020-01-10, to: 2020-01-20, list: red, regions: [north], count: 150, elsewhere: 200, points: 120, repair: {between_days: [0, 5]}}
  - {id: oops, kind: bad_rule, rule: sits, from: 2020-01-05, to: 2020-01-15}
  - {id: inside, kind: insider, acts: [buys, tips], from: 2020-01-06, to: 2020-01-31}
  - {id: wave, kind: mass_listing, from: 2020-01-12, to: 2020-01-25, share: 0.3, regions: [south], points: 60, repair: {between_days: [0, 3]}}
  - {id: spill, kind: leak, recipient: hotels, from: 2020-01-28}
variants:
  - {name: factual}
  - {name: never, set: {"shocks.mass.count": 0, "shocks.mass.elsewhere": 0, "shocks.mass.points": 0, "shocks.oops": null, "shocks.inside": null, "shocks.wave": null}}
"""
MASS, OOPS, INSIDE, WAVE = range(4)
FACTUAL, NEVER = range(2)


@cache
def town(old: str = "", new: str = "") -> Loaded:
    return from_raw(parse_document(TOWN.replace(old, new) if old else TOWN, "town").data, "town")


@cache
def plan() -> Plan:
    return compile_plan(town())[0]


@cache
def lived() -> Result:
    return live_all(plan(), journalled=np.ones(plan().world.people, np.uint8))


def row(result: Result, shock: str, day: int, variant: int = FACTUAL) -> dict[str, int]:
    told = result.tables["shocks"]
    at = np.flatnonzero((told["shock"] == shock) & (told["day"] == day) & (told["variant"] == variant))
    assert len(at) == 1
    return {name: int(told[name][at[0]]) for name in ("hit", "repaired", "owed", "points")}


# --- who is hit -------------------------------------------------------------------------------------------------------------------


def test_an_exact_number_is_exact_at_home_and_elsewhere() -> None:
    shock = plan().outside.shocks[MASS]
    hit = np.flatnonzero(slots_hit(plan(), shock, FACTUAL, words_of_all(plan(), shock)))
    assert (int((hit < 1236).sum()), int((hit >= 1236).sum())) == (150, 200)
    assert row(lived(), "mass", 10)["hit"] == 350
    cases = lived().cases
    mine = (cases["list"] == 1) & (cases["variant"] == FACTUAL)
    assert sorted(cases["person"][mine].tolist()) == hit.tolist()
    assert set(cases["opened"][mine].tolist()) == {10}
    assert set(cases["basis"][mine].tolist()) == {INSIDER}
    assert set(cases["cause_kind"][mine].tolist()) == {SHOCK}
    assert cases["rightful"][mine].sum() == 0


def test_a_share_hits_that_share_of_its_region_and_nobody_else() -> None:
    shock = plan().outside.shocks[WAVE]
    hit = slots_hit(plan(), shock, FACTUAL, words_of_all(plan(), shock))
    assert not hit[:1236].any()
    n = 3089 - 1236
    assert abs(hit.sum() - 0.3 * n) <= SIGMAS * np.sqrt(n * 0.3 * 0.7)


def test_a_variant_without_the_shock_hits_nobody_and_the_base_does_not_notice_it() -> None:
    assert not (lived().tables["shocks"]["hit"][lived().tables["shocks"]["variant"] == NEVER] > 0).any()
    alone = live_all(compile_plan(from_raw({k: v for k, v in town().raw.items() if k != "variants"}, "town"))[0])
    of = lived().cases["variant"] == FACTUAL
    for name, column in alone.cases.items():
        np.testing.assert_array_equal(column, lived().cases[name][of])
    np.testing.assert_array_equal(alone.people["score"][:, 0], lived().people["score"][:, FACTUAL])


# --- what is taken is given back --------------------------------------------------------------------------------------------------


def test_everybody_ends_with_the_score_they_would_have_had() -> None:
    score = lived().people["score"]
    np.testing.assert_array_equal(score[:, FACTUAL], score[:, NEVER])
    for shock in ("mass", "oops", "inside", "wave"):
        assert max(lived().tables["shocks"]["owed"][lived().tables["shocks"]["shock"] == shock]) > 100
        assert row(lived(), shock, 40)["owed"] == 0


def test_points_that_are_owed_are_those_that_were_taken() -> None:
    assert row(lived(), "mass", 10)["points"] == 350 * 120
    assert row(lived(), "mass", 9)["points"] == 0
    due = repair_days(plan(), plan().outside.shocks[MASS], words_of_all(plan(), plan().outside.shocks[MASS]))
    assert set(due[:, FACTUAL].tolist()) == {20, 21, 22, 23, 24, 25}
    back = sum(row(lived(), "mass", day)["repaired"] for day in range(20, 26))
    assert back == 350
    assert row(lived(), "mass", 25)["points"] == 0


def test_a_scale_that_ends_takes_no_more_than_there_is_and_gives_no_more_back() -> None:
    found = live_all(compile_plan(town("points: 120", "points: 30000"))[0])
    assert row(found, "mass", 10)["points"] < 350 * 1000
    hit = found.cases["person"][(found.cases["list"] == 1) & (found.cases["variant"] == FACTUAL)]
    score = found.people["score"][hit]
    assert (score[:, FACTUAL] >= score[:, NEVER]).all()  # what somebody did at the end of the scale cost nothing
    assert (score[:, FACTUAL] == score[:, NEVER]).mean() > 0.5
    low = (found.cases["list"] == 0) & (found.cases["variant"] == FACTUAL)
    assert sorted(found.cases["person"][low].tolist()) == sorted(
        hit.tolist()
    )  # and below 100 the other list has them too


def test_cases_are_decided_the_day_after_the_repair_whether_anybody_appealed_or_not() -> None:
    shock, cases = plan().outside.shocks[MASS], lived().cases
    due = repair_days(plan(), shock, words_of_all(plan(), shock))[:, FACTUAL]
    mine = (cases["cause_kind"] == SHOCK) & (cases["cause_tag"] == MASS)
    assert (cases["closed_by"][mine] == CORRECTED).all()
    np.testing.assert_array_equal(cases["closed"][mine], due[cases["person"][mine]] + 1)
    np.testing.assert_array_equal(cases["decided"][mine], cases["closed"][mine])


def test_without_being_found_nothing_is_repaired() -> None:
    said = ", to: 2020-01-20, list: red, regions: [north], count: 150, elsewhere: 200, points: 120, repair: {between_days: [0, 5]}"
    found = live_all(compile_plan(town(said, said.replace(", to: 2020-01-20", "").partition(", repair")[0]))[0])
    assert row(found, "mass", 40)["owed"] == 350
    mine = (found.cases["list"] == 1) & (found.cases["variant"] == FACTUAL)
    assert (found.cases["closed"][mine] == 0).all()


def test_the_journal_tells_what_was_taken_and_given_back() -> None:
    told = journal_columns(lived().events, compile_plan(town())[1])
    mine = (told["variant"] == FACTUAL) & (told["detail"] == "mass")
    for event, days in (("taken", {10}), ("given_back", {20, 21, 22, 23, 24, 25})):
        of = mine & (told["event"] == event)
        assert of.sum() == 350
        assert set(told["day"][of].tolist()) == days


# --- the same bytes ---------------------------------------------------------------------------------------------------------------


def assert_same(one: Result, other: Result) -> None:
    np.testing.assert_array_equal(one.acts, other.acts)
    for table in ("daily", "cases", "people", "events"):
        for name, column in getattr(one, table).items():
            np.testing.assert_array_equal(column, getattr(other, table)[name], err_msg=f"{table} {name}")
    for table, columns in one.tables.items():
        for name, column in columns.items():
            np.testing.assert_array_equal(column, other.tables[table][name], err_msg=f"{table} {name}")


def test_threads_and_a_stop_in_the_middle_change_nothing() -> None:
    everybody = np.ones(plan().world.people, np.uint8)
    assert_same(lived(), live_all(plan(), threads=2, journalled=everybody))
    saved = {k: np.array(x) for k, x in Engine(plan(), 1, None, True, everybody).run(21).snapshot().items()}
    assert_same(lived(), Engine(plan(), 1, None, True, everybody).restore(saved).run().result())


def test_a_block_lives_again_alone() -> None:
    for block in (3, 40):
        alone = replay_block(plan(), block, lived().letters, filings=lived().tables["filings"])
        mine = people_of_block(plan(), block)
        here = (lived().cases["person"] >= mine.start) & (lived().cases["person"] < mine.stop)
        for name, column in alone.cases.items():
            np.testing.assert_array_equal(lived().cases[name][here], column)
        np.testing.assert_array_equal(alone.people["score"], lived().people["score"][mine.start : mine.stop])


@pytest.mark.parametrize("person", [5, 1300])
def test_removing_one_person_reaches_nobody_whom_no_letter_could_have_reached(person: int) -> None:
    removal = gate_of(twice(town()), person)
    assert person in removal.differ
    assert removal.differ <= removal.reachable


# --- copies -----------------------------------------------------------------------------------------------------------------------


def made_up(n: int, closed: int) -> dict[str, Any]:
    zeros = np.zeros(n, np.int64)
    cases = {name: zeros.copy() for name in ("variant", "list", "cause_kind", "cause_tag", "cause_source")}
    cases |= {"person": np.arange(n) % 3089, "ordinal": 1 + np.arange(n) // 3089, "opened": np.full(n, 3)}
    return cases | {"closed": np.full(n, closed), "closed_by": np.full(n, CORRECTED if closed else 0)}


def test_copies_are_corrected_and_exposed_as_often_as_is_said() -> None:
    copies = copies_of(plan(), made_up(9000, closed=20))
    n = 9000
    assert set(copies["recipient"]) == {"hotels"}  # the police is handed the list red only
    assert set(copies["received"].tolist()) == {7}
    corrected = ~np.ma.getmaskarray(copies["corrected"])
    assert abs(corrected.mean() - 0.5) <= SIGMAS * np.sqrt(0.25 / n)
    when, times = np.unique(copies["corrected"].compressed(), return_counts=True)
    assert when.tolist() == [21, 22, 23, 24]
    assert np.abs(times / times.sum() - 0.25).max() <= SIGMAS * np.sqrt(0.25 * 0.75 / times.sum())
    # on day 28 what was never corrected comes out, and of what was corrected the share that was kept
    leaked = ~np.ma.getmaskarray(copies["leaked"])
    expected = 0.5 + 0.5 * 0.3
    assert abs(leaked.mean() - expected) <= SIGMAS * np.sqrt(expected * (1 - expected) / n)
    assert leaked[~corrected].all()


def test_a_listing_that_ends_before_the_next_delivery_leaves_no_copy() -> None:
    assert len(copies_of(plan(), made_up(50, closed=7))["person"]) == 0
    assert len(copies_of(plan(), made_up(50, closed=8))["person"]) == 50


def test_what_is_handed_over_is_what_the_recipient_asked_for() -> None:
    cases = made_up(10, closed=0) | {"list": np.ones(10, np.int64)}
    copies = copies_of(plan(), cases)
    assert [list(copies["recipient"]).count(name) for name in ("hotels", "police")] == [10, 10]
    only = plan().outside.sharing[0]._replace(of_sources=np.ones(2, np.uint8), acts=np.eye(2, 4, 1, dtype=np.uint8))
    of_act = plan()._replace(outside=plan().outside._replace(sharing=(only,)))
    tagged = cases | {"cause_kind": np.full(10, 4), "cause_tag": np.array([1, 2] * 5)}
    assert copies_of(of_act, tagged)["person"].tolist() == [0, 2, 4, 6, 8]
    assert len(copies_of(of_act, tagged | {"cause_kind": np.full(10, SHOCK)})["person"]) == 0
