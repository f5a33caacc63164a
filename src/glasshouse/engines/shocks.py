"""Shocks: what an intruder, a bad rule or an insider does to people on an evening, and what is repaired of it later (day.md, 25).

Who is hit and when each of them is repaired is read off the keys; nothing is drawn. A mass listing takes points and files for lists; a bad
rule and an insider were counted act by act while they were there (`cap_used`), so that what they did can be given back to the point; of
what they did to the merited score, only one's own acts are undone.
These are events in a synthetic world: rates, dates and delays. Nothing here says how any of it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import TARGET, TRAIT, below, draw
from glasshouse.codes import INSIDER, OWN, SHOCK, TIE, WRONG
from glasshouse.engines.buffers import E_GIVEN_BACK, E_TAKEN, EVENT_WORDS
from glasshouse.engines.elsewhere import NOTHING, Evening, grant, rows_of
from glasshouse.kernels import entry
from glasshouse.mechanisms.lists import SCORE_BELOW
from glasshouse.mechanisms.redress import wait
from glasshouse.scenario.shock_tables import DRAWS_AT_LEAST, DRAWS_FOR_EACH, MASS_LISTING, NO_LIST, ShockTables
from glasshouse.scenario.tables import ABSENT, GONE, MERGED_FILE, Plan
from glasshouse.world.belonging import residence_of
from glasshouse.world.places import regions_of

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
Flags = NDArray[np.bool_]
LAST_DAY = 65_535
NOT_HIT = -1
TOLD = ("day", "variant", "shock", "hit", "repaired", "owed", "points")
"""Columns of `shocks.parquet`; the counts are of people."""
OF_FIRMS = ("firms_hit", "firms_repaired", "firms_owed", "firms_points")
"""The same of firms, where there are firms."""


# --- keys -----------------------------------------------------------------------------------------------------------------------------


@entry
def traits(stream, k0, k1, words):  # type: ignore[no-untyped-def]
    """Three words of everybody's trait of a shock, into uint32[3, person]."""
    for person in range(words.shape[1]):
        words[0, person], words[1, person], words[2, person], _ = draw(0, 0, TRAIT, 0, person, stream, k0, k1)


@entry
def choices(among, who, stream, k0, k1, found):  # type: ignore[no-untyped-def]
    """Choices among so many, into int64[draw]."""
    for i in range(found.shape[0]):
        w0, w1, _, _ = draw(i, 0, TARGET, 0, who, stream, k0, k1)
        found[i] = below(w0, w1, among)


@entry
def waits(words, cut, first, length, days):  # type: ignore[no-untyped-def]
    """Days that each word waits by one row of a table of delays, into int64[word]; -1 for ever."""
    for n in range(words.shape[0]):
        days[n] = wait(cut, first, length, np.uint64(words[n]))


@entry
def residences(world, day, residence):  # type: ignore[no-untyped-def]
    """Region in which each person lives this year, into int64[person]."""
    for person in range(world.people):
        residence[person] = residence_of(person, day, world)


def words_of_all(plan: Plan, shock: ShockTables) -> U32:
    """Everybody's words for a shock: who is hit by a share, the delay of the repair, whether there is one; uint32[3, person]."""
    words = np.empty((3, plan.world.people), np.uint32)
    traits(shock.stream, plan.world.k0, plan.world.k1, words)
    return words


def repair_days(plan: Plan, shock: ShockTables, words: U32) -> NDArray[np.uint16]:
    """The day on whose evening each person is repaired in each variant, uint16[person, variant]; 0 never."""
    w = plan.world
    due = np.zeros((w.people, w.variants), np.uint16)
    for v in np.flatnonzero(shock.found):
        row, days = shock.repair[v], np.empty(w.people, np.int64)
        waits(words[1], shock.delays.cut, shock.delays.first[row], shock.delays.length[row], days)
        when = shock.found[v] + days
        happens = (days >= 0) & (words[2] < shock.repaired[v]) & (when <= w.days)
        due[:, v] = np.where(happens, when, 0)
    return due


def slots_hit(plan: Plan, shock: ShockTables, v: int, words: U32) -> Flags:
    """Who is meant by a mass listing in a variant, there or not, bool[person]."""
    w = plan.world
    region = regions_of(w, np.arange(w.people))
    at_home = shock.in_region[v][region] != 0
    meant = at_home & (words[0] < shock.share[v])
    for who, (number, pool) in enumerate(((shock.exactly[v], at_home), (shock.elsewhere[v], ~at_home))):
        meant[_different(plan, shock, who, int(number), np.flatnonzero(pool))] = True
    return np.asarray(meant)


def _different(plan: Plan, shock: ShockTables, who: int, number: int, pool: I64) -> I64:
    """The first so many different slots that are drawn among some."""
    if number == 0 or len(pool) == 0:
        return np.zeros(0, np.int64)
    found = np.empty(DRAWS_FOR_EACH * number + DRAWS_AT_LEAST, np.int64)
    choices(len(pool), who, shock.stream, plan.world.k0, plan.world.k1, found)
    first = np.sort(np.unique(found, return_index=True)[1])[:number]
    return np.asarray(pool[found[first]])


# --- evenings -------------------------------------------------------------------------------------------------------------------------


class Shocks:
    """All shocks of a plan that do something to people on an evening. Rows are filed for people from `first` to `beyond` only."""

    name = "shocks"

    def __init__(self, plan: Plan, first: int = 0, beyond: int | None = None) -> None:
        self.plan, self.shocks = plan, plan.outside.shocks
        self.first, self.beyond = first, plan.world.people if beyond is None else beyond
        self.told_of = beyond is None  # a block that lives alone tells nothing of everybody
        self.words = [words_of_all(plan, shock) for shock in self.shocks]
        self.due = [repair_days(plan, shock, words) for shock, words in zip(self.shocks, self.words, strict=True)]
        shape = (plan.world.people, plan.world.variants)
        mass = [shock.kind == MASS_LISTING for shock in self.shocks]
        self.taken = [np.full(shape if is_mass else (0, shape[1]), NOT_HIT, np.int32) for is_mass in mass]
        undone = [self._acts(tag) for tag, is_mass in enumerate(mass) if not is_mass]
        self.undone = np.unique(np.concatenate([np.zeros(0, np.int64), *undone]))
        self.wrong = np.zeros((*shape, len(self.undone)), np.uint16)
        self.first_firm = min(int(plan.ties.beyond[0]), plan.world.people)
        self.columns = TOLD + (OF_FIRMS if self.first_firm < plan.world.people else ())
        self.told: I64 = np.zeros((0, len(self.columns)), np.int64)
        self._fresh: list[tuple[int, ...]] = []

    def evening(self, engine: Evening) -> U32:
        """Each shock in its order: what is repaired today, then whom it hits today."""
        rows, self._fresh = [NOTHING], []
        self._read(engine)
        for tag, shock in enumerate(self.shocks):
            for v in np.flatnonzero(shock.day):
                hit, repaired = self._nobody(), self._repair(engine, tag, int(v)) if shock.found[v] else self._nobody()
                if shock.kind == MASS_LISTING and engine.day == shock.day[v]:
                    filed, hit = self._hit(engine, tag, int(v))
                    rows.append(filed)
                if self.told_of:
                    self._fresh.append((engine.day, int(v), tag, *self._counts(engine, tag, int(v), hit, repaired)))
        self.told = np.concatenate([self.told, np.array(self._fresh, np.int64).reshape(-1, len(self.columns))])
        return np.concatenate(rows)

    def post(self) -> U32:
        """Nothing: whom a shock hits is in the keys, and nobody's doing."""
        return NOTHING

    def _read(self, engine: Evening) -> None:
        """Count what others' acts put into files today, act by act: it is no part of what the person merits."""
        kind, tag = engine.inbox[:, 3] >> np.uint32(14) & np.uint32(3), engine.inbox[:, 2]
        mine = np.flatnonzero((kind == WRONG) & (tag != MERGED_FILE) & np.isin(tag & 255, self.undone))
        target, act = engine.inbox[mine, 0], np.searchsorted(self.undone, tag[mine] & 255)
        for v in range(self.plan.world.variants) if len(mine) else ():
            here = (engine.inbox[mine, 3] >> np.uint32(v) & 1 == 1) & _there(engine, v)[target]
            np.add.at(self.wrong, (target[here], v, act[here]), 1)

    def _nobody(self) -> Flags:
        return np.zeros(self.plan.world.people, bool)

    def _hit(self, engine: Evening, tag: int, v: int) -> tuple[U32, Flags]:
        """Points are taken, and lists filed for: rows, and who was hit."""
        shock, there = self.shocks[tag], _there(engine, v)
        hit = slots_hit(self.plan, shock, v, self.words[tag]) & there
        who = np.flatnonzero(hit)
        residence = _residences(self.plan, engine.day)[who]
        takes = bool(shock.points[v]) and bool(self.plan.score.used)
        score = engine.columns.score[who, v].astype(np.int64)
        lowest = _scale(self.plan.score.lowest, self.plan, residence)
        left = np.maximum(score - shock.points[v], lowest) if takes else score
        self.taken[tag][who, v] = score - left
        engine.columns.score[who, v] = left
        moved = left != score
        _tell(engine, E_TAKEN, who[moved], v, tag, left[moved])
        lists = self.plan.lists
        onto = [
            np.full(len(who), x == shock.list[v]) | self._falls_below(x, v, takes, left, residence)
            for x in range(lists.count)
        ]
        rows = [self._rows(who[mine], v, x, tag) for x, mine in enumerate(onto) if shock.list[v] != NO_LIST or takes]
        return np.concatenate([NOTHING, *rows]), hit

    def _falls_below(self, which: int, v: int, takes: bool, score: I64, residence: I64) -> Flags:
        """Whom a list that waits for a low score would have, now that points are gone."""
        lists = self.plan.lists
        if not takes or lists.trigger[which] != SCORE_BELOW:
            return np.zeros(len(score), bool)
        return np.asarray((score < lists.threshold[which, v]) & (lists.in_region[which, residence] != 0))

    def _rows(self, who: I64, v: int, which: int, tag: int) -> U32:
        mine = who[(who >= self.first) & (who < self.beyond)]
        return rows_of(person=mine, variant=v, list=which, kind=SHOCK, source=mine, tag=tag, basis=INSIDER, rightful=0)

    def _repair(self, engine: Evening, tag: int, v: int) -> Flags:
        """What was taken is given back, and cases are granted; whose."""
        mine: Flags = (self.due[tag][:, v] == engine.day) & _there(engine, v)
        if self.shocks[tag].kind == MASS_LISTING:
            mine &= self.taken[tag][:, v] != NOT_HIT
        if not mine.any():
            return mine
        if self.shocks[tag].kind == MASS_LISTING:
            touched = self._give_back(engine, tag, v, np.flatnonzero(mine))
        else:
            touched = self._undo(engine, tag, v, np.flatnonzero(mine))
        touched[_grant(engine, v, mine, tag, self.shocks[tag])] = True
        return touched

    def _give_back(self, engine: Evening, tag: int, v: int, who: I64) -> Flags:
        taken = self.taken[tag]
        amount = taken[who, v].astype(np.int64)
        taken[who, v] = NOT_HIT
        self._move(engine, tag, v, who[amount != 0], amount[amount != 0])
        touched = np.zeros(len(taken), bool)
        touched[who] = True
        return touched

    def _undo(self, engine: Evening, tag: int, v: int, who: I64) -> Flags:
        """Every item that counted gives its points back; nothing of these acts is counted any more."""
        counted, points = self._counted(engine, tag, v, who)
        acts = np.searchsorted(self.undone, self._acts(tag))
        own = counted - self.wrong[who[:, None], v, acts]
        engine.columns.cap_used[who[:, None], v, self._numbers(tag)] = self.wrong[who[:, None], v, acts] = 0
        amount = -(counted * points).sum(axis=1)
        self._move(engine, tag, v, who[amount != 0], amount[amount != 0])
        self._merit(engine, v, who, -(own * points).sum(axis=1))
        touched = np.zeros(self.plan.world.people, bool)
        touched[who] = counted.any(axis=1)
        return touched

    def _move(self, engine: Evening, tag: int, v: int, who: I64, amount: I64) -> None:
        """Scores move by these points, within the scale of today."""
        if len(who) == 0 or not self.plan.score.used:
            return
        before = engine.columns.score[who, v].astype(np.int64)
        now = self._on_the_scale(engine, who, before + amount)
        engine.columns.score[who, v] = now
        _tell(engine, E_GIVEN_BACK, who[now != before], v, tag, now[now != before])

    def _merit(self, engine: Evening, v: int, who: I64, amount: I64) -> None:
        """So does what people merit, by their own acts alone."""
        if self.plan.score.used:
            merited = engine.columns.merited[who, v].astype(np.int64)
            engine.columns.merited[who, v] = self._on_the_scale(engine, who, merited + amount)

    def _on_the_scale(self, engine: Evening, who: I64, points: I64) -> I64:
        scale, residence = self.plan.score, _residences(self.plan, engine.day)[who]
        lowest, highest = (_scale(x, self.plan, residence) for x in (scale.lowest, scale.highest))
        return np.asarray(np.clip(points, lowest, highest))

    def _acts(self, tag: int) -> I64:
        return np.flatnonzero(self.shocks[tag].acts[: self.plan.acts.count])

    def _numbers(self, tag: int) -> I64:
        """Where the counts of its acts are kept."""
        return np.asarray(self.plan.acts.capped[self._acts(tag)], np.int64)

    def _counted(self, engine: Evening, tag: int, v: int, who: I64) -> tuple[I64, I64]:
        """How many items of each of its acts counted for these people, and the points of each."""
        used = engine.columns.cap_used[who[:, None], v, self._numbers(tag)].astype(np.int64)
        return used, self.plan.acts.points[self._acts(tag), v]

    def _counts(self, engine: Evening, tag: int, v: int, hit: Flags, repaired: Flags) -> Iterator[int]:
        """How many are hit, are repaired, are owed something, and how much: of the people, then of the firms."""
        owing, owed = self._owed(engine, tag, v)
        people, firms = slice(0, self.first_firm), slice(self.first_firm, None)
        for some in (people, firms) if len(self.columns) > len(TOLD) else (people,):
            yield from (int(x[some].sum()) for x in (hit, repaired, owing, owed))

    def _owed(self, engine: Evening, tag: int, v: int) -> tuple[Flags, I64]:
        """From whom something is taken and not given back, and how many points."""
        if self.shocks[tag].kind == MASS_LISTING:
            taken = self.taken[tag][:, v]
            return taken > 0, np.where(taken > 0, taken, 0).astype(np.int64)
        owing, owed = self._nobody(), np.zeros(self.plan.world.people, np.int64)
        for act, number in zip(self._acts(tag), self._numbers(tag), strict=True):  # an act at a time: they are few
            used = engine.columns.cap_used[:, v, number]
            owing |= used != 0
            owed += used * self.plan.acts.points[act, v]
        return owing, np.abs(owed)

    # --- going on later, and what is written down ---

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """What it took, what others' acts put into files, and what was told so far; all else is in the keys."""
        taken: dict[str, NDArray[Any]] = {f"taken_{n}": taken for n, taken in enumerate(self.taken)}
        return {"told": self.told, "wrong": self.wrong, **taken}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a snapshot."""
        self.told, self.wrong = saved["told"], saved["wrong"].copy()
        self.taken = [saved[f"taken_{n}"].copy() for n in range(len(self.shocks))]

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """A row for each day, variant and shock."""
        told = self.told[np.lexsort((self.told[:, 2], self.told[:, 0], self.told[:, 1]))]
        columns: dict[str, NDArray[Any]] = {name: told[:, n] for n, name in enumerate(self.columns)}
        columns["shock"] = np.array([shock.name for shock in self.shocks], object)[told[:, 2]].astype(str)
        return {"shocks": columns}


def _there(engine: Evening, v: int) -> Flags:
    return np.asarray((engine.columns.on[:, v] & (ABSENT | GONE)) == 0)


def _residences(plan: Plan, day: int) -> I64:
    found = np.empty(plan.world.people, np.int64)
    residences(plan.world, day, found)
    return found


def _scale(limits: I64, plan: Plan, residence: I64) -> I64:
    """A limit of the scale of those who live in these regions."""
    return np.asarray(limits[plan.score.scale_of[residence]])


def _grant(engine: Evening, v: int, mine: Flags, tag: int, shock: ShockTables) -> I64:
    """Open cases of these people that the shock brought about are decided in their favour tomorrow; whose they are."""
    if engine.day >= LAST_DAY:
        return np.zeros(0, np.int64)
    found = []
    for chunk in engine.chunks:
        cases = chunk.open_cases()
        person, head, of = cases[:, 0].astype(np.int64), cases[:, 1], cases[:, 7]
        kind = head >> 20 & 7
        if shock.kind == MASS_LISTING:
            caused = (kind == SHOCK) & (of == tag)
        else:
            known = np.zeros(256, bool)
            known[: len(shock.acts)] = shock.acts != 0
            caused = np.isin(kind, (WRONG, TIE, OWN)) & (of != MERGED_FILE) & known[of & 255]
        rows = np.flatnonzero(caused & ((head & 15) == v) & mine[person])
        grant(cases, rows, engine.day)
        found.append(person[rows])
    return np.concatenate([np.zeros(0, np.int64), *found])


def _tell(engine: Evening, event: int, who: I64, v: int, tag: int, score: I64) -> None:
    """Into the journal of those of them who have one: what happened, by which shock, and the new score."""
    if len(engine.journalled) == 0:
        return
    asked = engine.journalled[who] != 0
    rows = np.zeros((int(asked.sum()), EVENT_WORDS), np.uint32)
    rows[:, 0] = who[asked]
    rows[:, 1] = engine.day | event << 16 | (1 << v) << 24
    rows[:, 2] = tag
    rows[:, 5] = score[asked].astype(np.uint32)
    engine.events.append(rows)
