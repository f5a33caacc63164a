"""Confinement in effect: nobody decided it, but every way out is closed at once.

No scheme file says that somebody is confined. It follows where the gates on every way out that the scenario models (flights, fast
trains, a border) are bound, on the same day, by listings of one person. Left out: ways that no gate stands on (a road), and trips
that went through by a way that does not ask (`evaded_trips`), so that it is an upper bound of days and no count of people locked in.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from glasshouse.measures.burden import barred_days
from glasshouse.measures.entry import Measure
from glasshouse.measures.frame import MOVEMENT, Cases, Flags, Ints
from glasshouse.measures.mistakes import ENTRY, STAY
from glasshouse.measures.proportion import scenario_of
from glasshouse.measures.tally import Rate, Tally, Undefined

FEWEST = 2
TOO_FEW = "fewer than two gates bar movement: one closed gate is no confinement, see mobility_loss"
ONE_IS_OPEN = "a gate that bars movement is bound by no list, so that one way out is always open"

Ways = tuple[tuple[int, ...], ...]
"""For each way out, the numbers of the lists that close it."""


def ways_out(cases: Cases) -> dict[str, tuple[int, ...]]:
    """Every gate of this variant on a way out, with the lists that close it: refusals by right or context of movement, no perks."""
    gates, bound = cases.world.gates, cases.world.bars_movement.get(cases.variant, {})
    parts = scenario_of(cases.world, cases.variant).get("consequences") or []
    bars = [str(p["id"]) for p in parts if p.get("right") == "movement" or p.get("context") in MOVEMENT]
    perks = {str(p["id"]) for p in parts if p.get("kind") == "perk"}
    return {gate: tuple(sorted(bound.get(gate, ()))) for gate in bars if gate in gates and gate not in perks}


@lru_cache(maxsize=16)
def confined_days(cases: Cases, ways: Ways) -> Ints:
    """Days that each listing adds to those on which every way out is closed to its person, int64[case].

    A day belongs to the listing that closed the last way. Listings that close the same way are first made to follow one another.
    """
    person, day, step, case = _openings_and_closings(cases, ways)
    order = np.lexsort((step, day, person))  # on a day, what ends goes before what begins
    person, day, step, case = person[order], day[order], step[order], case[order]
    # every opening is closed again, so that the sum is 0 where the next person begins
    shut = (np.cumsum(step) == len(ways)) & (step > 0)
    until = np.append(day[1:], 0)
    days = np.zeros(len(cases), np.int64)
    np.add.at(days, case[shut], (until - day)[shut])
    return days


def _openings_and_closings(cases: Cases, ways: Ways) -> tuple[Ints, Ints, Ints, Ints]:
    """Person, day, +1 or -1, and case, of each stretch on which one listing closes one way."""
    added = [barred_days(cases, lists) for lists in ways]
    rows = [np.flatnonzero(days) for days in added]
    case = np.concatenate(rows)
    length = np.concatenate([days[of] for days, of in zip(added, rows, strict=True)])
    person, end, step = np.tile(cases.person[case], 2), cases.end[case], np.repeat([1, -1], len(case))
    return person, np.concatenate([end - length, end]), step, np.tile(case, 2)


def _confined(cases: Cases) -> Ints | Undefined:
    ways = tuple(ways_out(cases).values())
    if len(ways) < FEWEST:
        return Undefined(TOO_FEW)
    return Undefined(ONE_IS_OPEN) if () in ways else confined_days(cases, ways)


def confinement_in_effect(cases: Cases, _: bool = False) -> Tally:
    """Days on which every way out was closed to somebody, for every 1,000 days that people lived in the run.

    CIE = 1000 x person-days on which open listings bind every gate that bars movement / (people x days). Detected from listings
    and gates; nothing sets it. Undefined with fewer than two such gates, or where one of them is bound by no list.
    Ways that no gate of the scenario stands on (a road, a slow train) are not in it: where they are open nobody is locked in, and the
    number says only that every way that is modelled was closed.
    """
    days = _confined(cases)
    return days if isinstance(days, Undefined) else Rate(days, "person-days", per=1000.0)


def confined_person_days(cases: Cases, _: bool = False) -> Tally:
    """Days on which every way out that the scenario models was closed to somebody, summed over people."""
    days = _confined(cases)
    return days if isinstance(days, Undefined) else Rate(days, "world")


def people_confined(cases: Cases, _: bool = False) -> Tally:
    """How many people had every way out that the scenario models closed on at least one day; other ways may have been open."""
    days = _confined(cases)
    return days if isinstance(days, Undefined) else Rate(_first(cases, days > 0), "world")


def _first(cases: Cases, hit: Flags) -> Flags:
    """Of the listings that are hit, the first of each person."""
    rows = np.flatnonzero(hit)
    first = np.zeros(len(cases), bool)
    first[rows[np.unique(cases.person[rows], return_index=True)[1]]] = True
    return first


def _measure(name: str, count: object, unit: str, denominator: str, scaling: str) -> Measure:
    return Measure(
        id="A27",
        name=name,
        count=count,  # type: ignore[arg-type]
        unit=unit,
        direction="lower is better",
        denominator=denominator,
        scaling=scaling,  # type: ignore[arg-type]
        drivers=(*ENTRY, *STAY, "consequences"),
        cuts=("group", "region"),
    )


MEASURES = (
    _measure(
        "confinement_in_effect", confinement_in_effect, "per 1,000 person-days", "people x days of the run", "share"
    ),
    _measure("confined_person_days", confined_person_days, "person-days", "none; a sum", "count"),
    _measure("people_confined", people_confined, "people", "none; a sum", "count"),
)
