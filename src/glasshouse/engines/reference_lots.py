"""Lists entered by lot, in the plain engine: paragraphs 22b and 22c of `docs/day.md`, told for one variant and one person at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from glasshouse.engines.reference_life import (
    ABOVE,
    BELOW,
    GRANTED,
    TARGET,
    Evening,
    Filing,
    Life,
    Rows,
    choice,
    plain,
    u64,
)
from glasshouse.scenario import tables

BY_LOT = 2**31 + 255
"""Tag of a case by lot on which no last day stands."""
DRAWS_FOR_EACH, DRAWS_AT_LEAST = 64, 1024


def last_day(kind: int, tag: int) -> int | None:
    """The day on which a case by lot expires, 0 never; None, if a case is by anything else."""
    return tag >> 8 & 0xFFFF if kind == tables.MODEL and tag >> 31 else None


class Lots:
    """One list of one variant that is entered by lot: as many people and as long as in the base, whoever they are.

    `lots` is a row of `scenario/lot_tables.py`, and `base` the life of the base, lived before.
    """

    def __init__(self, run: Evening, lots: Any, base: Life) -> None:
        self.run, self.t = run, plain(lots)
        self.cases = sorted(
            (case for case in base.cases if case["list"] == self.t.list), key=lambda case: case["person"]
        )

    def evening(self) -> list[Filing]:
        today = [case for case in self.cases if case["opened"] == self.run.day]
        ties, found = self.run.ties, []
        for of, alike in enumerate((range(ties.people), range(ties.people, ties.slots))):
            stays = [case["closed"] and case["closed"] - case["opened"] for case in today if case["person"] in alike]
            found += [self.filing(*lot) for lot in zip(self.drawn(len(stays), alike, of), stays, strict=False)]
        return found

    def drawn(self, n: int, alike: range, of: int) -> Iterator[int]:
        """People (or firms) drawn from all who could be put on the list, each once; more than `n`, if more are asked for."""
        run, before = self.run, set[int]()
        for i in range(DRAWS_FOR_EACH * n + DRAWS_AT_LEAST if n else 0):
            person = choice(alike, u64(run.draw(TARGET, i, of, self.t.stream, run.day)))
            if person not in before and self.may_be_listed(person):
                yield person
            before.add(person)

    def may_be_listed(self, person: int) -> bool:
        run, i = self.run, self.t.list
        there = person not in run.absent and run.lists.in_region[i][run.region[person]]
        return bool(there and not run.on[person] >> i & 1)

    def filing(self, person: int, stay: int) -> Filing:
        until = self.run.day + stay if stay else 0
        low = self.run.merited[person] < self.t.threshold
        right = self.t.trigger in (BELOW, ABOVE) and low == (self.t.trigger == BELOW)
        basis = tables.OWN_ACT if right else tables.WRONG_PERSON
        self.run.life.fired[f"drawn by lot, {'rightful' if right else 'not rightful'}"] += 1
        self.run.life.fired["firm drawn by lot"] += person >= self.run.ties.people
        return person, self.t.list, tables.MODEL, person, BY_LOT + 256 * until, basis, int(right)

    def tables(self) -> dict[str, Rows]:
        return {}


class FirstSpared:
    """22c: the first listing of everybody on one list is taken back on the next morning."""

    def __init__(self, run: Evening, list: int) -> None:
        self.run, self.list = run, list

    def evening(self) -> list[Filing]:
        for case in self.run.open.values():
            if case.list == self.list and case.ordinal == 1 and case.opened >= self.run.day - 1:
                case.decided, case.decision = self.run.day + 1, GRANTED
                self.run.life.fired["first listing taken back"] += 1
        return []

    def tables(self) -> dict[str, Rows]:
        return {}


def lots_of(run: Evening, plan: tables.Plan, lived: Sequence[Life]) -> list[Lots | FirstSpared]:
    """The lists of a variant that are entered by lot, and those whose first listings are taken back."""
    mine = [row for row in plan.outside.lots if row.variant == run.v]
    return [Lots(run, row, lived[0]) if hasattr(row, "trigger") else FirstSpared(run, row.list) for row in mine]
