"""What is counted of each person and variant: days on lists, days without moving, refusals, points. Every one of them is a harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import OWN_ACT
from glasshouse.measures.frame import MOVEMENT
from glasshouse.scenario.schema import Scenario
from glasshouse.scenario.tables import Names, Plan

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Result

Counts = NDArray[np.int32]

HARMS = {
    "listed_days": "days on a list, each list on its own",
    "wrongful_days": "days on a list, wrong by the scheme's own rule",
    "wrongful_days_by_rights": "days on a list for anything but an own act of someone able to comply",
    "mobility_loss": "days on which some list barred them from moving",
    "gates_refused": "kinds of refusal ever met (flights, trains, loans, ...)",
    "points_wrong": "points of the score below what their own conduct merits, at the end",
}
"""What is counted for each person and variant. Less of it is better."""


def harms_of(result: Result, plan: Plan, names: Names, scenario: Scenario, v: int) -> dict[str, Counts]:
    """Every harm of everybody in one variant, int32[person]. Firms are not among them."""
    N, c = min(plan.world.people, int(plan.ties.beyond[0])), result.cases
    mine = (c["variant"] == v) & (c["person"] < N)
    person, opened, on = c["person"][mine], c["opened"][mine], c["list"][mine]
    closed = np.where(c["closed"][mine] > 0, c["closed"][mine], plan.world.days + 1)
    wrong, by_rights = c["rightful"][mine] == 0, c["basis"][mine] != OWN_ACT
    bars = np.isin(on, _barring(plan, names, scenario, v))
    days = closed - opened

    def total(which: NDArray[np.bool_] | None = None) -> Counts:
        weight = days if which is None else days * which
        return np.bincount(person, weights=weight, minlength=N).astype(np.int32)

    refused = result.people["refused_ever"][:N, v].astype(np.int64)
    lost = result.people["merited"][:N, v].astype(np.int32) - result.people["score"][:N, v]
    return {
        "listed_days": total(),
        "wrongful_days": total(wrong),
        "wrongful_days_by_rights": total(by_rights),
        "mobility_loss": union_days(person[bars], opened[bars], closed[bars], N),
        "gates_refused": sum(((refused >> e & 1) for e in range(plan.gates.count)), np.zeros(N, np.int64)).astype(
            np.int32
        ),
        "points_wrong": np.maximum(lost, 0).astype(np.int32),
    }


def _barring(plan: Plan, names: Names, scenario: Scenario, v: int) -> list[int]:
    """The lists by which some gate bars movement in this variant."""
    moving = {c.id for c in scenario.consequences if c.right == "movement" or c.context in MOVEMENT}
    bits = 0
    for e, gate in enumerate(names.gates):
        if gate in moving:
            bits |= int(plan.gates.lists[e, v])
    return [n for n in range(len(names.lists)) if bits >> n & 1]


def union_days(person: NDArray[Any], opened: NDArray[Any], closed: NDArray[Any], people: int) -> Counts:
    """Days covered by any of a person's intervals [opened, closed), int32[person]: a day counts once however many lists stand."""
    who, days = days_added(person, opened, closed)
    return np.bincount(who, weights=days, minlength=people).astype(np.int32)


def days_added(
    person: NDArray[Any], opened: NDArray[Any], closed: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """In order of person and day: whose each interval is, and the days that it adds to those before it."""
    order = np.lexsort((opened, person))
    who, first, beyond = (np.asarray(x)[order].astype(np.int64) for x in (person, opened, closed))
    if not len(who):
        return who, who
    apart = (int(beyond.max()) + 1) * who  # so far apart that nobody's days run into the next person's
    covered = np.concatenate(([0], np.maximum.accumulate(apart + beyond)[:-1])) - apart
    return who, np.asarray(np.maximum(beyond - np.maximum(first, covered), 0))
