"""What may be said of shocks and copies: nonsense is refused with its place, and the rest becomes tables."""

# ruff: noqa: E501 - a table with one case a line is read across

from __future__ import annotations

from typing import Any

import pytest

from glasshouse.chance import ONE, threshold
from glasshouse.scenario.checks import nonsense, unsimulated
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.schema import Scenario
from glasshouse.scenario.source import parse_document

TOWN = """
schema: 1
scheme: {title: A town that is not ready}
data_sources: [{id: court, context: courts, kind: court_record}, {id: street, context: public_space, kind: camera}]
score: {min: 0, max: 200, baseline: 100}
rules:
  - {id: petty, source: court, when: {signal: petty}, points: -5}
  - {id: sits, source: street, when: {signal: sits}, points: -7}
  - {id: sold, source: court, when: {signal: buys}, points: 40}
  - {id: tip, source: court, when: {signal: tips}, points: -40}
lists:
  - {id: low, entry: {trigger: {score_below: 80}}}
consequences:
  - {id: rail, context: transport, kind: refusal, trigger: {list: low}}
sharing:
  - {recipient: hotels, sync_days: 7}
world: {people: 640, start: 2020-01-01, end: 2020-02-09, block: 64, regions: {north: {share: 0.5}, south: {share: 0.5}}}
conduct:
  acts:
    petty: {rate: 4 per year}
    sits: {rate: 20 per year}
    buys: {rate: 9 per year}
    tips: {rate: 9 per year}
  demand:
    rail: {users: 0.8, trips: 50 per year, tries_per_trip: {mean: 1}}
practice:
  sharing:
    hotels: {propagates: 0.5, correction: {between_days: [1, 9]}, kept: 0.3, sources: [street]}
shocks:
  - {id: mass, kind: mass_listing, from: 2020-01-10, to: 2020-01-20, list: low, regions: [north], count: 50, elsewhere: 30, points: 40, repaired: 0.9, repair: {between_days: [0, 5]}}
  - {id: oops, kind: bad_rule, rule: sits, from: 2020-01-05, to: 2020-01-15}
  - {id: inside, kind: insider, acts: [buys, tips], dual_control: true, second_goes_along: 0.25, from: 2020-01-06, to: 2020-01-31}
  - {id: dark, kind: outage, source: court, from: 2020-01-25, to: 2020-01-27}
  - {id: closed, kind: outage, gates: true, from: 2020-01-12, to: 2020-01-14}
  - {id: spill, kind: leak, recipient: hotels, from: 2020-01-25}
variants:
  - {name: factual}
  - {name: never, set: {shocks: []}}
"""


def raw(old: str = "", new: str = "") -> dict[str, Any]:
    assert old in TOWN
    found: dict[str, Any] = parse_document(TOWN.replace(old, new, 1) if old else TOWN, "town").data
    return found


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("list: low, regions", "list: lwo, regions", ("shocks", 0, "list"), 'Did you mean "low"?'),
        ("regions: [north]", "regions: [nrth]", ("shocks", 0, "regions", 0), 'Did you mean "north"?'),
        ("count: 50, elsewhere: 30", "share: 0.5, count: 50", ("shocks", 0), "say one of them"),
        ("count: 50, elsewhere: 30, ", "", ("shocks", 0), "say one of them"),
        ("count: 50,", "count: 161,", ("shocks", 0, "count"), "161 of 320 people"),
        ("elsewhere: 30", "elsewhere: 161", ("shocks", 0, "elsewhere"), "half of them at most"),
        ("points: 40, repaired", "points: -40, repaired", ("shocks", 0, "points"), "is not between 0"),
        ("from: 2020-01-10, to: 2020-01-20", "from: 2019-01-10, to: 2020-01-20", ("shocks", 0, "from"), "before the run starts"),
        ("from: 2020-01-10, to: 2020-01-20", "from: 2020-01-10", ("shocks", 0), "is never found"),
        ("list: low, regions: [north], count: 50, elsewhere: 30, points: 40", "count: 3", ("shocks", 0), "neither puts anybody on a list nor takes points"),
        ("rule: sits, from", "rule: stis, from", ("shocks", 1, "rule"), 'Did you mean "sits"?'),
        ("when: {signal: sits}, points: -7", "when: {signal: sits}, points: -7, cooling_off_days: 3", ("shocks", 1, "rule"), "could not be told apart"),
        ("{signal: tip}", "{signal: buys}", None, ""),
        ("acts: [buys, tips]", "acts: [bys, tips]", ("shocks", 2, "acts", 0), 'Did you mean "buys"?'),
        ("dual_control: true, ", "", ("shocks", 2, "second_goes_along"), "needs dual_control"),
        ("source: court, from", "source: cuort, from", ("shocks", 3, "source"), 'Did you mean "court"?'),
        ("gates: true", "gates: true, source: court", ("shocks", 4), "say one of them"),
        ("recipient: hotels, from", "recipient: hotls, from", ("shocks", 5, "recipient"), 'Did you mean "hotels"?'),
        ("kind: leak, recipient: hotels", "kind: leak, recipient: hotels, points: 3", ("shocks", 5, "points"), "is said of mass_listing, and this is leak"),
        ("    hotels: {propagates", "    hotls: {propagates", ("practice", "sharing", "hotls"), "a recipient of sharing"),
        ("sources: [street]", "sources: [stret]", ("practice", "sharing", "hotels", "sources", 0), 'Did you mean "street"?'),
        ("{between_days: [1, 9]}", "{between_days: [9, 1]}", ("practice", "sharing", "hotels", "correction", "between_days"), "above the second"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_place(
    old: str, new: str, place: tuple[str | int, ...] | None, says: str
) -> None:
    if place is None:
        return
    found = {f.loc: f.message for f in nonsense(Scenario.model_validate(raw(old, new)))}
    assert says in found[place]


def test_it_is_simulated_whole_and_a_recipient_without_a_practice_is_named() -> None:
    assert unsimulated(Scenario.model_validate(raw())) == []
    told = unsimulated(
        Scenario.model_validate(raw("  - {recipient: hotels", "  - {recipient: police}\n  - {recipient: hotels"))
    )
    assert [line.partition(":")[0] for line in told] == ["sharing.0"]


def test_what_is_in_force_between_two_days_is_a_threshold_of_those_days() -> None:
    plan, names = compile_plan(from_raw(raw(), "town"))
    acts, day = plan.acts, {name: n for n, name in enumerate(names.acts)}

    def seen(act: str, v: int) -> list[int]:
        c = day[act]
        return [int(acts.seen[c, acts.period[c, d], v, 0]) for d in range(1, 41)]

    assert seen("sits", 0) == [ONE if 5 <= d < 15 else 0 for d in range(1, 41)]
    assert seen("sits", 1) == [0] * 40
    assert seen("petty", 0) == [0 if 25 <= d < 27 else ONE for d in range(1, 41)]
    assert seen("petty", 1) == [ONE] * 40
    assert seen("tips", 0) == [0 if 25 <= d < 27 else threshold(0.25) for d in range(1, 41)]
    rows = [r for r in range(len(acts.row_act)) if acts.row_act[r] == day["buys"] and acts.row_strip[r] == 0]
    accept = [[int(acts.accept[rows[0], acts.period[day["buys"], d], v, 0]) > 0 for d in range(1, 41)] for v in (0, 1)]
    assert accept == [[6 <= d < 31 for d in range(1, 41)], [False] * 40]
    trips = [[int(plan.gates.trip[0, plan.gates.period[0, d], v]) > 0 for d in range(1, 41)] for v in (0, 1)]
    assert trips == [[not 12 <= d < 14 for d in range(1, 41)], [True] * 40]


def test_what_is_undone_is_counted_for_ever_and_nothing_else_is() -> None:
    plan, names = compile_plan(from_raw(raw(), "town"))
    counted = {name: int(plan.acts.capped[n]) >= 0 for n, name in enumerate(names.acts)}
    assert counted == {"petty": False, "sits": True, "buys": True, "tips": True}
    assert not plan.acts.cap_window.any()
    assert (plan.acts.cap == 65_535).all()
