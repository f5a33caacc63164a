"""Shocks in the plain engine: paragraph 25 of `docs/day.md`, told for one variant and one person at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from glasshouse.engines.reference_life import (
    BELOW,
    GRANTED,
    LAST_DAY,
    TARGET,
    TRAIT,
    Case,
    Evening,
    Filing,
    Rows,
    after,
    choice,
    delay_of,
    delay_tables,
    plain,
    u64,
)
from glasshouse.engines.reference_ties import Words
from glasshouse.scenario import tables
from glasshouse.scenario.shock_tables import DRAWS_AT_LEAST, DRAWS_FOR_EACH, MASS_LISTING, NO_LIST, ShockTables

AT_HOME, ELSEWHERE = 0, 1


class Shock:
    """One shock in one variant. `took` is what each of those hit lost and was not given back; those who lost nothing hold 0.

    `rows` are those of the recording without the variant: day, shock, hit, repaired, owed, points; of people, and of firms for themselves.
    """

    def __init__(self, run: Evening, number: int, shock: ShockTables) -> None:
        self.run, self.number, self.t, self.v = run, number, plain(shock), run.v
        self.delays = delay_tables(shock.delays)
        self.hit, self.took = set[int](), dict[int, int]()
        self.acts = [act for act, undone in enumerate(self.t.acts) if undone]
        self.rows: Rows = []

    def evening(self) -> list[Filing]:
        if not self.t.day[self.v]:
            return []  # not in this variant
        repaired = [p for p in self.due() if self.repairs(p)]
        filings = list(self.lists_many()) if self.begins() else []
        self.writes(self.hit if self.begins() else set(), repaired)
        return filings

    def due(self) -> list[int]:
        """Whose day of repair it is."""
        return [p for p in self.run.present() if self.repair_day(p) == self.run.day]

    def draw(self, person: int) -> Words:
        return self.run.draw(TRAIT, 0, person, self.t.stream)

    # --- Repair ----------------------------------------------------------------------------------------------------------

    def repair_day(self, person: int) -> int:
        w = self.draw(person)
        if w[2] >= self.t.repaired[self.v]:
            return 0
        return after(self.t.found[self.v], delay_of(self.delays[self.t.repair[self.v]], w[1]))

    def repairs(self, person: int) -> bool:
        """Whether anything was made good for a person whose day it is."""
        if self.t.kind == MASS_LISTING and person not in self.hit:
            return False
        cases = [case for case in self.run.open.values() if case.person == person and self.is_of_this(case)]
        for case in cases:
            self.grants(case)
        if self.t.kind == MASS_LISTING:
            self.gives(person, self.took.pop(person, 0))
            return True
        counted = any(self.counts(person).values())
        self.gives(person, -self.cost(person))
        self.merits(person)
        for act in self.acts:
            self.run.cap_used[person][self.run.a.capped[act]] = self.run.own_items[person, act] = 0
        return counted or bool(cases)

    def merits(self, person: int) -> None:
        """What a person's own acts cost by a rule that is no more, or brought by a bargain that is undone, is merited no more."""
        run, before = self.run, self.run.merited[person]
        points = sum(run.own_items[person, act] * run.a.points[act][self.v] for act in self.acts)
        run.merited[person] = run.clamped(person, before - points)
        run.life.fired["merited again"] += run.merited[person] != before

    def gives(self, person: int, points: int) -> None:
        before, self.run.score[person] = (
            self.run.score[person],
            self.run.clamped(person, self.run.score[person] + points),
        )
        if self.run.score[person] != before:
            self.run.life.fired["points given back"] += 1
            self.run.writes("given_back", person, self.number, amount=self.run.score[person])

    def grants(self, case: Case) -> None:
        if self.run.day < LAST_DAY:
            case.decided, case.decision = self.run.day + 1, GRANTED
            self.run.life.fired["granted by a repair"] += 1

    def is_of_this(self, case: Case) -> bool:
        kind, _, tag = case.cause
        if self.t.kind == MASS_LISTING:
            return kind == tables.SHOCK and tag == self.number
        of_an_act = kind in (tables.WRONG, tables.TIE, tables.OWN) and tag != tables.MERGED_FILE
        return of_an_act and tag & 255 in self.acts

    def counts(self, person: int) -> dict[int, int]:
        """How often each act of a bad rule or an insider counted since the last repair."""
        return {act: self.run.cap_used[person][self.run.a.capped[act]] for act in self.acts}

    def cost(self, person: int) -> int:
        """The points of all that counted."""
        return sum(n * self.run.a.points[act][self.v] for act, n in self.counts(person).items())

    # --- Mass listing ----------------------------------------------------------------------------------------------------

    def begins(self) -> bool:
        return bool(self.t.kind == MASS_LISTING and self.t.day[self.v] == self.run.day)

    def lists_many(self) -> Iterator[Filing]:
        for person in sorted(self.drawn() - self.run.absent):
            self.hit.add(person)
            self.run.life.fired["hit by a mass listing"] += 1
            for i in self.falls_onto(person):
                yield person, i, tables.SHOCK, person, self.number, tables.INSIDER, 0

    def drawn(self) -> set[int]:
        t, v, everybody = self.t, self.v, range(self.run.w.people)
        at_home = [p for p in everybody if t.in_region[v][self.run.region[p]]]
        others = [p for p in everybody if not t.in_region[v][self.run.region[p]]]
        by_chance = {p for p in at_home if self.draw(p)[0] < t.share[v]}
        return (
            by_chance
            | self.different(at_home, t.exactly[v], AT_HOME)
            | self.different(others, t.elsewhere[v], ELSEWHERE)
        )

    def different(self, among: Sequence[int], number: int, where: int) -> set[int]:
        """An exact number of different slots, if the draws allowed are enough for it."""
        found = set[int]()
        for i in range(DRAWS_FOR_EACH * number + DRAWS_AT_LEAST):
            if among and len(found) < number:
                found.add(choice(among, u64(self.run.draw(TARGET, i, where, self.t.stream))))
        return found

    def falls_onto(self, person: int) -> list[int]:
        """The lists that somebody hit is filed for; points are taken first."""
        t, v, run = self.t, self.v, self.run
        lists = [t.list[v]] if t.list[v] != NO_LIST else []
        if t.points[v] <= 0 or not run.scale.used:
            return lists
        before, run.score[person] = run.score[person], run.clamped(person, run.score[person] - t.points[v])
        self.took[person] = before - run.score[person]
        if self.took[person]:
            run.writes("taken", person, self.number, amount=run.score[person])
        return lists + [
            i
            for i in range(run.lists.count)
            if run.lists.trigger[i] == BELOW
            and run.is_where(person, i)
            and run.score[person] < run.lists.threshold[i][v]
        ]

    # --- Written down ----------------------------------------------------------------------------------------------------

    def writes(self, hit: Collection[int], repaired: Collection[int]) -> None:
        people, slots, row = self.run.ties.people, self.run.w.people, {"day": self.run.day, "shock": self.t.name}
        for of, some in {"": range(people), "firms_": range(people, slots)}.items():
            if not some:
                continue
            owed = [points for p in some if (points := self.owed(p)) is not None]
            row |= {f"{of}hit": sum(p in some for p in hit), f"{of}repaired": sum(p in some for p in repaired)}
            row |= {f"{of}owed": len(owed), f"{of}points": sum(owed)}
        self.rows.append(row)

    def owed(self, person: int) -> int | None:
        """Points that are owed to a person; None is nothing, and 0 a count of an act that costs no points."""
        if self.t.kind == MASS_LISTING:
            return self.took.get(person, 0) or None
        return abs(self.cost(person)) if any(self.counts(person).values()) else None

    def tables(self) -> dict[str, Rows]:
        return {"shocks": self.rows}
