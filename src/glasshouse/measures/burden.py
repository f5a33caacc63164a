"""Burden: how many are on a list, for how long they may not travel, and what they were refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Flags, Ints, World, people_by_block
from glasshouse.measures.mistakes import ENTRY, STAY, first_listings
from glasshouse.measures.sources import People
from glasshouse.measures.tally import Daily, Known, Rate, Tally, Undefined
from glasshouse.measures.uncertainty import rate

DEMAND = ("conduct.demand", "consequences")
NO_GATES = "this scenario has no gate"
NO_GATE = "no gate of this scenario bars movement because of a list"


@lru_cache(maxsize=16)
def barred_days(cases: Cases, lists: tuple[int, ...]) -> Ints:
    """For each listing on one of these lists, the days it adds to those on which its person is barred already,
    int[case].

    Days on which two listings bar the same person are counted once, for the earlier listing.
    """
    order = cases.by_person
    rows = order[np.isin(cases.list, lists)[order]]
    person, start, end = cases.person[rows], cases.opened[rows], cases.end[rows]
    span = cases.world.days + 1
    # a running maximum within each person: adding person x span lifts every person above the one before
    reached = np.maximum.accumulate(person * span + end) - person * span
    before = np.where(np.concatenate([[False], person[1:] == person[:-1]]), np.concatenate([[0], reached[:-1]]), 0)[
        : len(rows)
    ]
    days = np.zeros(len(cases), np.int64)
    days[rows] = np.maximum(end - np.maximum(start, before), 0)
    return days


def _barred(cases: Cases, per_1000: bool, gate: str | None = None) -> Tally:
    gates = cases.world.bars_movement[cases.variant]
    lists = {number for name, numbers in gates.items() if gate in (None, name) for number in numbers}
    if not lists:
        return Undefined(NO_GATE)
    days = barred_days(cases, tuple(sorted(lists)))
    return Rate(days, "person-days", per=1000.0) if per_1000 else Rate(days, "world")


def mobility_loss(cases: Cases, _: bool = False) -> Tally:
    """Days on which people were barred from moving by some gate, for every 1,000 days that people lived in the run.

    ML = 1000 x sum of barred person-days / (people x days). A day counts once however many lists bar it. What they
    would have travelled is not in it: that needs a twin without the scheme; what they tried is in `refused_trips`.
    """
    return _barred(cases, per_1000=True)


def mobility_loss_person_days(cases: Cases, _: bool = False) -> Tally:
    """Days on which people were barred from moving by some gate, summed over people."""
    return _barred(cases, per_1000=False)


def _loss_by_gate(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {gate: _barred(cases, True, gate) for gate in cases.world.bars_movement[cases.variant]}


def _days_by_gate(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {gate: _barred(cases, False, gate) for gate in cases.world.bars_movement[cases.variant]}


def refused_tries(cases: Cases, _: bool = False) -> Tally:
    """How often listed people were refused at a gate. A trip that is refused is tried again: tries are not trips."""
    return _daily(cases, "refused_{}")


def refused_trips(cases: Cases, _: bool = False) -> Tally:
    """How many trips, stays or purchases of listed people were refused."""
    return _daily(cases, "refused_{}_trips")


def evaded_trips(cases: Cases, _: bool = False) -> Tally:
    """How many trips of listed people went through all the same, by a way that does not ask who they are."""
    return _daily(cases, "evaded_{}")


def _daily(cases: Cases, column: str) -> Tally:
    gates = cases.world.gates
    return Daily(tuple(column.format(gate) for gate in gates)) if gates else Undefined(NO_GATES)


def people_refused(cases: Cases, _: bool = False) -> Tally:
    """How many people were refused at least once, at whatever gate. By gate: people refused there; one refused at two is in both."""
    if not cases.world.gates:
        return Undefined(NO_GATES)
    sources = cases.world.sources
    people = sources.people(cases.variant) if sources else None
    ever = sources.column("refused_ever", cases.variant) if sources else None
    if people is None or ever is None:
        return Undefined("the recording does not hold everybody at the end of the run; see by gate")
    refused = np.asarray(ever != 0)
    return Known(lambda cut: _people_of(cases.world, cut, people, refused))


def _people_of(world: World, cut: Cut | None, people: People, hit: Flags) -> list[Estimate]:
    """How many people of each cell are hit."""
    where, cells = people_by_block(world, cut, people)
    counted = np.bincount(where[hit], minlength=BLOCKS * cells).reshape(BLOCKS, cells).astype(np.float64)
    lived, of = world.block_people(cut), world.people_in(cut)
    return [rate(counted[:, c], lived[:, c], float(of[c]), int(counted[:, c].sum())) for c in range(cells)]


def _people_by_gate(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {gate: Daily((f"refused_{gate}_people",)) for gate in cases.world.gates}


def _tries_by_gate(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {gate: Daily((f"refused_{gate}",)) for gate in cases.world.gates}


def _trips_by_gate(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {gate: Daily((f"refused_{gate}_trips",)) for gate in cases.world.gates}


def _evaded_by_gate(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {gate: Daily((f"evaded_{gate}",)) for gate in cases.world.gates}


def listings(cases: Cases, _: bool = False) -> Tally:
    """How many listings began in the run. A person listed twice is two listings."""
    return Rate(cases.everyone, "world")


def listed_at_end(cases: Cases, _: bool = False) -> Tally:
    """How many listings were open on the last day of the run."""
    return Rate(cases.still_open, "world")


def people_listed(cases: Cases, _: bool = False) -> Tally:
    """How many people were on a list at some time in the run."""
    return Rate(first_listings(cases), "world")


MEASURES = (
    Measure(
        id="A27",
        name="mobility_loss",
        count=mobility_loss,
        unit="per 1,000 person-days",
        direction="lower is better",
        denominator="people x days of the run",
        scaling="share",
        drivers=(*ENTRY, *STAY, "consequences"),
        cuts=("group", "region"),
        parts={"gate": _loss_by_gate},
    ),
    Measure(
        id="A27",
        name="mobility_loss_person_days",
        count=mobility_loss_person_days,
        unit="person-days",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY, "consequences"),
        cuts=("group", "region"),
        parts={"gate": _days_by_gate},
    ),
    Measure(
        id="A27",
        name="refused_tries",
        count=refused_tries,
        unit="tries",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY, *DEMAND),
        cuts=("group", "region"),
        parts={"gate": _tries_by_gate},
    ),
    Measure(
        id="A27",
        name="refused_trips",
        count=refused_trips,
        unit="trips",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY, *DEMAND),
        cuts=("group", "region"),
        parts={"gate": _trips_by_gate},
    ),
    Measure(
        id="A27",
        name="evaded_trips",
        count=evaded_trips,
        unit="trips",
        direction="neither",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY, *DEMAND),
        cuts=("group", "region"),
        parts={"gate": _evaded_by_gate},
    ),
    Measure(
        id="A27",
        name="people_refused",
        count=people_refused,
        unit="people",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY, *DEMAND),
        cuts=("group", "region"),
        parts={"gate": _people_by_gate},
    ),
    Measure(
        id="A00",
        name="listings",
        count=listings,
        unit="listings",
        direction="neither",
        denominator="none; a sum",
        scaling="count",
        drivers=ENTRY,
    ),
    Measure(
        id="A00",
        name="listed_at_end",
        count=listed_at_end,
        unit="listings",
        direction="neither",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY),
    ),
    Measure(
        id="A00",
        name="people_listed",
        count=people_listed,
        unit="people",
        direction="neither",
        denominator="none; a sum",
        scaling="count",
        drivers=ENTRY,
        cuts=("group", "region"),
    ),
)
