"""The bench model in vectorised NumPy with the engine's own luck: every draw keyed by `docs/day.md`, every tie by `docs/ties.md`.

It is the peer of `peer_numpy` with its random numbers taken out and Philox put in, so it has what the engine has and that peer has not:
the same seed gives the same world, number for number (`agree` asserts equal daily counts), whatever else is simulated beside it.
Thresholds, cumulative tables and stream numbers are read from the compiled plan; everything that is done with them is NumPy.
- Philox works in place on runs of `RUN` draws, ten array operations a round, in buffers that stay in the second-level cache;
- all candidates of a part are drawn in one go, sorted by kind, since a row's number of candidates comes from one table look-up;
- ties are computed once, for whole windows at a time, and kept (16 bytes a person); everything else is `peer_numpy`'s.
What it does not do: as there, one variant and one thread, no groups, regions, gates or journal; the index of a cause's event is not kept.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench import model
from bench.peer_numpy import KINDS, NO_STRAYS, OTHER, PART, Index, Ints, Own, Part, Peer, Strays, _by_kind
from glasshouse.chance import Page, stream_of
from glasshouse.scenario.tables import Plan

U64 = NDArray[np.uint64]
RUN = 1 << 13
"""Draws that Philox makes in one go: six arrays of 64 KiB."""
HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
FACTORS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = 0x9E3779B9, 0xBB67AE85
FRIENDS = stream_of("tie", "friends")


class Philox:
    """Philox4x32-10 over arrays, under one key."""

    def __init__(self, k0: int, k1: int) -> None:
        self.keys = [
            tuple(np.uint64((k + n * w) & 0xFFFFFFFF) for k, w in zip((k0, k1), WEYL, strict=True)) for n in range(10)
        ]
        self.room = np.empty((2, RUN), np.uint64)

    def words(self, index: Any, what: int, who: Any, stream: Any) -> U64:
        """The four words of each draw, uint64[4, draws]; the counters are arrays or numbers that fit each other."""
        counters = np.broadcast_arrays(index, np.uint64(what), who, stream)
        out = np.empty((4, counters[0].size), np.uint64)
        for row, counter in zip(out, counters, strict=True):
            row[:] = counter
        for first in range(0, out.shape[1], RUN):
            self._turn(*out[:, first : first + RUN])
        return out

    def _turn(self, c0: U64, c1: U64, c2: U64, c3: U64) -> None:
        p0, p1 = self.room[:, : len(c0)]
        for k0, k1 in self.keys:
            np.multiply(c0, FACTORS[0], out=p0)
            np.multiply(c2, FACTORS[1], out=p1)
            np.right_shift(p1, HALF, out=c0)
            np.bitwise_xor(c1, k0, out=c1)
            np.bitwise_xor(c0, c1, out=c0)
            np.bitwise_and(p1, LOW, out=c1)
            np.right_shift(p0, HALF, out=c2)
            np.bitwise_xor(c3, k1, out=c3)
            np.bitwise_xor(c2, c3, out=c2)
            np.bitwise_and(p0, LOW, out=c3)


def counter(day: int, page: Page) -> int:
    """The second word of a counter."""
    return day | page << 16


def choice(high: U64, low: U64, n: int) -> Index:
    """A choice among n by 64 bits."""
    return ((high * np.uint64(n) + (low * np.uint64(n) >> HALF)) >> HALF).astype(np.intp)


def scrambled(x: Ints, n: int, words: Ints) -> Ints:
    """The keyed bijection of 0 .. n - 1 (`docs/ties.md`, 7), for many numbers."""
    digits = max((n - 1).bit_length(), 1)
    mask, half = (1 << digits) - 1, (digits + 1) // 2
    x, rest = x.copy(), np.arange(len(x))
    while rest.size:
        some = x[rest]
        for word in words[:3].tolist():
            some = (some * ((word & 0xFFFF | 1) & mask) + (word >> 16 & mask)) & mask
            some ^= some >> half
        x[rest] = some
        rest = rest[some >= n]
    return x


class Tables(NamedTuple):
    """What the scheme's compiled plan says, and everybody's key."""

    people: int
    plan: Plan
    philox: Philox


class KeyedPeer(Peer):
    """The population of `Peer`, with the luck of the engine's world of the same plan."""

    def __init__(self, plan: Plan) -> None:
        self.people, self.day = plan.world.people, 0
        tables = Tables(self.people, plan, Philox(int(plan.world.k0), int(plan.world.k1)))
        self.parts = [KeyedPart(first, min(PART, self.people - first), tables) for first in range(0, self.people, PART)]
        self.strays = NO_STRAYS
        self.daily: list[dict[str, int]] = []
        self.acts: list[NDArray[np.int64]] = []


class KeyedPart(Part):
    """Some windows of people. Parts begin where a block begins, and a block of the engine is a window of ties."""

    def __init__(self, first: int, people: int, tables: Tables) -> None:
        self.tables, acts = tables, tables.plan.acts
        super().__init__(first, people, tables.people, None)
        self.blocks = np.arange(first // model.WINDOW, -(-(first + people) // model.WINDOW))
        self.streams = acts.stream.astype(np.uint64)
        self.cuts = [acts.row_cdf[r, : acts.row_len[r]] for r in range(model.ACTS)]
        self.seen_below = acts.seen[:, 0, 0, 0]
        self.wrong_below = acts.wrong[:, 0, 0, 0]

    def circles(self) -> NDArray[np.int32]:
        """The four others of everybody's circle, by the bijections of each window."""
        others = np.repeat(np.arange(self.people, dtype=np.int32), OTHER).reshape(-1, OTHER)
        for start in range(0, self.people, model.WINDOW):
            where = (self.first + start) // model.WINDOW
            keys = self.tables.philox.words(np.arange(2, dtype=np.uint64), counter(0, Page.TIE), where, FRIENDS)
            n = min(model.WINDOW, self.people - start)
            tied = (model.WINDOW - 1) * n // model.WINDOW // model.CIRCLE * model.CIRCLE
            ranks = scrambled(np.arange(tied), tied, keys[:, 1].astype(np.int64)) if tied else np.arange(0)
            rows = (start + scrambled(ranks, n, keys[:, 0].astype(np.int64))).astype(np.int32).reshape(-1, model.CIRCLE)
            for k in range(model.CIRCLE):
                others[rows[:, k]] = np.delete(rows, k, axis=1)
        return others

    def _candidates(self) -> tuple[Ints, U64, U64, U64]:
        """How many candidates of each kind, and each one's index, block and stream; sorted by kind, then by block."""
        draw, blocks = self.tables.philox.words, np.tile(self.blocks, model.ACTS)
        w = draw(0, counter(self.day, Page.COUNT), blocks, np.repeat(self.streams, self.blocks.size))
        u = (w[0] << HALF | w[1]).reshape(model.ACTS, -1)
        many = np.array([np.searchsorted(cut, x, side="right") for cut, x in zip(self.cuts, u, strict=True)])
        flat, each = many.ravel(), many.sum(axis=1)
        index = np.arange(flat.sum()) - np.repeat(np.cumsum(flat) - flat, flat)
        return each, index.astype(np.uint64), np.repeat(blocks, flat).astype(np.uint64), np.repeat(self.streams, each)

    def _conduct(self) -> tuple[Own, Index, NDArray[np.uint8]]:
        """Today's conduct, as `Part` has it, by the marks of each candidate."""
        candidates, index, block, stream = self._candidates()
        w0, w1, w2, w3 = self.tables.philox.words(index, counter(self.day, Page.CANDIDATE), block, stream)
        who = (block * np.uint64(model.WINDOW) + (w0 >> np.uint64(20))).astype(np.intp) - self.first
        quiet = self.chill.take(who, mode="clip")
        happens = w1 < (256 - quiet.astype(np.uint64)) << np.uint64(24)
        if who.size and (self.first + self.people) % model.WINDOW:
            happens &= who < self.people
        rows = np.flatnonzero(happens)
        happened = _by_kind(rows, candidates)
        kept = np.flatnonzero(w2.take(rows) < np.repeat(self.seen_below, happened))
        seen, rows = _by_kind(kept, happened), rows.take(kept)
        strays = np.flatnonzero(w3.take(rows) < np.repeat(self.wrong_below, seen))
        misfiled, who = _by_kind(strays, seen), who.take(rows)
        self.acts = np.stack((happened, seen, misfiled))
        far = rows[strays]
        t = self.tables.philox.words(index[far], counter(self.day, Page.TARGET), block[far], stream[far])
        actors, kinds, target = who[strays], np.repeat(KINDS, misfiled), choice(t[0], t[1], self.everybody)
        real = target != actors + self.first
        self.sent = Strays(target[real], actors[real] + self.first, kinds[real])
        return Own(np.delete(who, strays), seen - misfiled), actors, kinds

    def _marks(self, people: Index) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
        """Days until the notice, whether it is served, and whether the listed person would object: a case's own marks."""
        rolls = self.tables.plan.lists
        ordinal, who = self.ordinal[people].astype(np.uint64), (people + self.first).astype(np.uint64)
        w = self.tables.philox.words(ordinal, counter(0, Page.CASE), who, int(rolls.stream[0]))
        days = (w[1] * np.uint64(model.NOTICE_WITHIN) >> HALF).astype(np.int64)
        return days, w[0] < rolls.served[0, 0], w[2] < rolls.appeals[0, 0, 0]
