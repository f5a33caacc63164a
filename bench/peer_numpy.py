"""The bench model in careful vectorised NumPy: the same ties, every letter delivered, the same counts and cases, its own luck.

Written to be fast, on one thread, with everything we know of NumPy: the engine is measured against this, and a slow line here would be a
lie there.
- one Poisson number per kind of conduct and day for a whole part of the population: nobody is visited who does nothing;
- kinds are sorted by points, so that demerits and senders are slices, and counts by kind cost one `searchsorted`;
- each mark is drawn only for those who need it, in the narrowest integer; misfiled notices are drawn as a binomial number;
- `take` of `flatnonzero` instead of masks (6 times faster), one 16-byte `take` for four ties, `np.add.at` on its fast path;
- the score and the merited score are halves of one integer: one addition moves both, one `take`, clip and store settles both;
- repeats of a person write the same value, so nothing is sorted;
- a case's whole life is known when it opens, so cases wait in a calendar;
- people live in parts of 524,288, whose columns stay in the processor's cache (1.5 times faster at a million).
What it does not do: the same luck for another variant, another number of people or a removed person; ties without storing them
(16 bytes a person); more than one thread; groups, regions, gates, or a second variant.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench import model

Index = NDArray[np.intp]
Ints = NDArray[np.int64]
WRONG, TIE, OWN = 1, 2, 4
OWN_ACT, OTHERS, WRONG_PERSON = 0, 3, 4
OTHER = model.CIRCLE - 1
PART = 1 << 19
"""People whose columns are worked on together: 128 windows of ties."""

OFFSET = 1 << 14
"""Both halves of `scales` are kept above zero by this much, so that no addition of a day borrows from the other half."""
SCORE, MERITED = 1, 1 << 16
BOTH = SCORE + MERITED
LEAST, MOST = np.uint16(model.LOWEST + OFFSET), np.uint16(model.HIGHEST + OFFSET)
BELOW = np.uint16(model.THRESHOLD + OFFSET)

POINTS = np.array(model.POINTS, np.int32)
PASSED_ON = -(np.maximum(-POINTS, 0) // 4)
SEEN = np.array([round(p * 2**32) for p in model.SEEN], np.uint32)
KINDS = np.arange(model.ACTS, dtype=np.uint8)
DEMERITS = int((POINTS < 0).sum())
SENDERS = int((PASSED_ON < 0).sum())
"""Kinds are sorted by points: those before DEMERITS cost points, those before SENDERS cost the circle something too."""


class Own(NamedTuple):
    """What was seen and filed rightly: who, sorted by kind, and how many of each kind."""

    who: Index
    kinds: Ints  # [act] how many


class Ties(NamedTuple):
    """Letters to the circle: four targets for each source, sorted by kind."""

    target: Index  # [4 * source]
    source: Index
    kinds: Ints  # [act] how many sources


class Strays(NamedTuple):
    """Letters to a wrong file, sorted by kind."""

    target: Index
    source: Index
    kind: NDArray[np.uint8]


NO_STRAYS = Strays(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.uint8))


def circles(people: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """The four others of everybody's circle of five, int32[person, 4]; circles are drawn within windows of 4,096.

    Those of a window who are left over have no ties and hold themselves.
    """
    others = np.repeat(np.arange(people, dtype=np.int32), OTHER).reshape(-1, OTHER)
    for first in range(0, people, model.WINDOW):
        members = first + rng.permutation(min(model.WINDOW, people - first)).astype(np.int32)
        tied = len(members) * (model.WINDOW - 1) // model.WINDOW // model.CIRCLE * model.CIRCLE
        rows = members[:tied].reshape(-1, model.CIRCLE)
        for k in range(model.CIRCLE):
            others[rows[:, k]] = np.delete(rows, k, axis=1)
    return others


class Peer:
    """A population that lives one day at each `step()`; `daily` and `acts` hold what was counted each day.

    daily: listed, wrongful_listed, wrongful_listed_by_rights (stocks), listings, delistings, notified, appeals, corrections, and letters,
    those on the way in the evening.
    acts: int64[3, act], happened, seen and misfiled.
    """

    def __init__(self, people: int, seed: int = 7) -> None:
        self.people, self.day = people, 0
        self.rng = np.random.Generator(np.random.SFC64(seed))
        self.parts = [Part(first, min(PART, people - first), people, self.rng) for first in range(0, people, PART)]
        self.strays = NO_STRAYS
        self.daily: list[dict[str, int]] = []
        self.acts: list[NDArray[np.int64]] = []

    def step(self) -> None:
        """One day of every part; strays of today are delivered tomorrow, wherever they go."""
        self.day += 1
        days = [part.live(self.day, self._strays_for(part)) for part in self.parts]
        self.strays = Strays(*(np.concatenate(x) for x in zip(*(part.sent for part in self.parts), strict=True)))
        self.daily.append({name: sum(day[name] for day in days) for name in days[0]})
        self.acts.append(np.sum([part.acts for part in self.parts], axis=0))

    def _strays_for(self, part: Part) -> Strays:
        here = np.flatnonzero((self.strays.target >= part.first) & (self.strays.target < part.first + part.people))
        here = here[np.argsort(self.strays.kind[here], kind="stable")]
        return Strays(self.strays.target[here] - part.first, self.strays.source[here], self.strays.kind[here])

    @property
    def cases(self) -> dict[str, NDArray[Any]]:
        """Every listing so far, as columns; a day that never comes is -1."""
        rows = [case | {"person": case["person"] + part.first} for part in self.parts for case in part.cases]
        return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]} if rows else {}


class Part:
    """Some windows of people, their columns and their open cases. Numbers of people are counted from `first`."""

    def __init__(self, first: int, people: int, everybody: int, rng: Any) -> None:
        self.first, self.people, self.everybody, self.rng, self.day = first, people, everybody, rng, 0
        self.ties = self.circles().view(np.complex128).ravel()  # 16 bytes a row, so that one take fetches four
        self.scales = np.full(people, (model.BASELINE + OFFSET) * BOTH, np.int32)
        self.chill = np.zeros(people, np.uint8)
        self.listed = np.zeros(people, np.bool_)
        self.entering = np.zeros(people, np.bool_)  # all false between days
        self.ordinal = np.zeros(people, np.uint8)
        self.told = Ties(np.empty(0, np.intp), np.empty(0, np.intp), np.zeros(model.ACTS, np.int64))
        self.sent = NO_STRAYS
        self.acts = np.zeros((3, model.ACTS), np.int64)
        self.closing: dict[int, list[Index]] = {}
        self.due: dict[str, dict[int, int]] = {
            name: {} for name in ("notified", "appeals", "corrections", "wrongful", "rights")
        }
        self.stock = np.zeros(3, np.int64)
        self.cases: list[dict[str, NDArray[Any]]] = []

    def circles(self) -> NDArray[np.int32]:
        return circles(self.people, self.rng)

    def live(self, day: int, strays: Strays) -> dict[str, int]:
        """One day: what falls due, the letters of yesterday, today's conduct, the evening."""
        self.day = day
        delisted = self._fall_due()
        own, actors, kinds = self._conduct()
        listings = self._settle(own, self.told, strays, actors, kinds)
        self.told = self._tell(own)
        return self._write_down(listings, delisted)

    def _fall_due(self) -> int:
        """End the listings whose last day this is; the score is lifted to the threshold."""
        ending = self.closing.pop(self.day, None)
        if ending is None:
            return 0
        people = np.concatenate(ending)
        self.listed[people] = False
        halves = self.scales[people].view(np.uint16).reshape(-1, 2)
        halves[:, 0] = np.maximum(halves[:, 0], BELOW)
        self.scales[people] = halves.view(np.int32).ravel()
        return people.size

    def _conduct(self) -> tuple[Own, Index, NDArray[np.uint8]]:
        """Today's conduct: what lands in the actors' own files, and the actors and kinds of what does not; strays are sent."""
        rng = self.rng
        candidates = rng.poisson(model.PER_DAY / model.ACTS * self.people, model.ACTS)
        who = rng.integers(0, self.people, int(candidates.sum()))
        loud = rng.bit_generator.random_raw(who.size // 8 + 1).view(np.uint8)[: who.size] >= self.chill.take(
            who, mode="clip"
        )
        rows = np.flatnonzero(loud)
        happened = _by_kind(rows, candidates)
        noticed = rng.bit_generator.random_raw(rows.size // 2 + 1).view(np.uint32)[: rows.size] < np.repeat(
            SEEN, happened
        )
        kept = np.flatnonzero(noticed)
        seen = _by_kind(kept, happened)
        who = who.take(rows.take(kept, mode="clip"), mode="clip")
        return self._file(who, happened, seen)

    def _file(self, who: Index, happened: Ints, seen: Ints) -> tuple[Own, Index, NDArray[np.uint8]]:
        """Put what was seen in the actor's own file, but for a few that are sent to anybody's."""
        rng = self.rng
        strays = np.sort(rng.choice(who.size, rng.binomial(who.size, model.MISFILED), replace=False, shuffle=False))
        misfiled = _by_kind(strays, seen)
        self.acts = np.stack((happened, seen, misfiled))
        actors, kinds = who[strays], np.repeat(KINDS, misfiled)
        target = rng.integers(0, self.everybody, strays.size)
        real = target != actors + self.first
        actors, kinds = actors[real], kinds[real]
        self.sent = Strays(target[real], actors + self.first, kinds)
        return Own(np.delete(who, strays), seen - misfiled), actors, kinds

    def _tell(self, own: Own) -> Ties:
        """Letters for tomorrow: a quarter of each demerit, rounded down, to each of the four others of the circle."""
        kinds = own.kinds * (KINDS < SENDERS)
        source = own.who[: kinds.sum()]
        target = self.ties.take(source, mode="clip").view(np.int32).astype(np.intp)
        kept = np.flatnonzero(target[::OTHER] != source)  # one in 4,096 has no circle
        if kept.size < source.size:
            kinds, source, target = _by_kind(kept, kinds), source[kept], target.reshape(-1, OTHER)[kept].ravel()
        return Ties(target, source, kinds)

    def _settle(
        self, own: Own, ties: Ties, strays: Strays, actors: Index, kinds: NDArray[np.uint8]
    ) -> tuple[int, int, int]:
        """Add every piece to the scales of its target, clamp them once, make those marked down quieter, list the low."""
        costly, bad = int(own.kinds[:DEMERITS].sum()), int(np.searchsorted(strays.kind, DEMERITS))
        np.add.at(self.scales, own.who, np.repeat(POINTS * BOTH, own.kinds))
        np.add.at(self.scales, ties.target, np.repeat(PASSED_ON * BOTH, ties.kinds * OTHER))
        np.add.at(self.scales, strays.target, POINTS[strays.kind] * SCORE)
        np.add.at(self.scales, actors, POINTS[kinds] * MERITED)
        touched = np.concatenate((strays.target[:bad], ties.target, own.who, strays.target[bad:], actors))
        marked_down = touched[: bad + ties.target.size + costly]
        settled = self.scales.take(touched, mode="clip")
        halves = settled.view(np.uint16)
        np.clip(halves, LEAST, MOST, out=halves)
        self.scales[touched] = settled
        self._chill(marked_down)
        low = np.flatnonzero(halves[: 2 * marked_down.size : 2] < BELOW)
        return self._list(marked_down.take(low), own, ties, strays)

    def _chill(self, marked_down: Index) -> None:
        quieter = self.chill.take(marked_down, mode="clip")
        np.minimum(quieter + np.uint8(model.CHILL_STEP), np.uint8(model.CHILL_MOST), out=quieter)
        self.chill[marked_down] = quieter

    def _list(self, low: Index, own: Own, ties: Ties, strays: Strays) -> tuple[int, int, int]:
        """Open a case for everyone marked down today, below the threshold and not listed: all, wrongful, wrongful by rights."""
        people = np.unique(low.take(np.flatnonzero(~self.listed.take(low))))
        if not people.size:
            return 0, 0, 0
        self.listed[people] = True
        self.ordinal[people] += self.ordinal[people] < 255
        cause = self._causes(people, own, ties, strays)
        rightful = self.scales[people].view(np.uint16)[1::2] < BELOW
        basis = np.where(~rightful, WRONG_PERSON, np.where(cause["kind"] == TIE, OTHERS, OWN_ACT))
        self._plan(
            {"person": people, "opened": np.full(people.size, self.day), "basis": basis, "rightful": rightful} | cause
        )
        return people.size, int((~rightful).sum()), int((basis != OWN_ACT).sum())

    def _causes(self, people: Index, own: Own, ties: Ties, strays: Strays) -> dict[str, NDArray[Any]]:
        """The heaviest demerit of each of these people today, then by kind of piece, source and kind of conduct."""
        self.entering[people] = True
        costly = int(own.kinds[:DEMERITS].sum())
        a = np.flatnonzero(self.entering.take(own.who[:costly]))
        b = np.flatnonzero(self.entering.take(ties.target))
        c = np.flatnonzero(self.entering.take(strays.target))
        self.entering[people] = False
        act = [_kind_of(a, own.kinds), _kind_of(b // OTHER, ties.kinds), strays.kind[c].astype(np.int64)]
        weight = -np.concatenate((POINTS[act[0]], PASSED_ON[act[1]], POINTS[act[2]]))
        kind = np.repeat((OWN, TIE, WRONG), (a.size, b.size, c.size))
        source = np.concatenate((own.who[a] + self.first, ties.source[b // OTHER] + self.first, strays.source[c]))
        target, acts = np.concatenate((own.who[a], ties.target[b], strays.target[c])), np.concatenate(act)
        order = np.lexsort((acts, source, kind, weight, target))
        last = order[np.searchsorted(target[order], people, side="right") - 1]
        return {"weight": weight[last], "kind": kind[last], "source": source[last], "act": acts[last]}

    def _plan(self, case: dict[str, NDArray[Any]]) -> None:
        """Draw notice, objection and end of the cases opened today, and put them in the calendar."""
        wrong_by_rights = case["basis"] != OWN_ACT
        days, served, would_object = self._marks(case["person"])
        notified, objects = self.day + 1 + days, served & would_object
        appealed, decided = notified + 1, notified + 2 + model.DECIDED_AFTER
        granted = objects & wrong_by_rights
        closed = np.where(granted, decided, self.day + model.TERM)
        self._expect("notified", notified[served])
        self._expect("appeals", appealed[objects])
        self._expect("corrections", decided[granted])
        self._expect("wrongful", closed[~case["rightful"]])
        self._expect("rights", closed[wrong_by_rights])
        for day in {self.day + model.TERM, *decided[granted].tolist()}:
            self.closing.setdefault(day, []).append(case["person"][closed == day])
        life = {"notified": np.where(served, notified, -1), "appealed": np.where(objects, appealed, -1)}
        self.cases.append(
            case | life | {"decided": np.where(objects, decided, -1), "granted": granted, "closed": closed}
        )

    def _marks(self, people: Index) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
        """Days until the notice, whether it is served, and whether the listed person would object."""
        rng, n = self.rng, people.size
        return rng.integers(0, model.NOTICE_WITHIN, n), rng.random(n) < model.SERVED, rng.random(n) < model.OBJECTS

    def _expect(self, name: str, days: Ints) -> None:
        calendar = self.due[name]
        for day in days.tolist():
            calendar[day] = calendar.get(day, 0) + 1

    def _write_down(self, listings: tuple[int, int, int], delisted: int) -> dict[str, int]:
        due = {name: calendar.pop(self.day, 0) for name, calendar in self.due.items()}
        self.stock += np.array(listings) - (delisted, due.pop("wrongful"), due.pop("rights"))
        stocks = dict(zip(("listed", "wrongful_listed", "wrongful_listed_by_rights"), self.stock.tolist(), strict=True))
        letters = self.told.target.size + self.sent.target.size
        return stocks | {"listings": listings[0], "delistings": delisted, "letters": letters} | due


def _by_kind(rows: Index, before: Ints) -> Ints:
    """How many of the kept rows (ascending) are of each kind, given how many rows each kind had."""
    return np.diff(np.searchsorted(rows, np.cumsum(before)), prepend=0)


def _kind_of(rows: Index, kinds: Ints) -> Ints:
    """The kind of each of these rows of an array that is sorted by kind."""
    return np.searchsorted(np.cumsum(kinds), rows, side="right")
