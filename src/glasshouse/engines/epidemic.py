"""The health code beside the day: who is ill, who is found, traced or coloured for another reason, and what is scanned (day.md, 24).

`Epidemic` is asked every evening what it files (`engines/filings.py` opens the cases), and keeps its own columns and counts. It works in
chunks of people on the threads of the engine; what people send each other is read by the chunk of the target on the next evening, and only
ever sets what is the same in any order, so that chunks and threads never change a byte.
`only` lives an epidemic and nothing else: no acts, no lists, no code. That is what a bench of epidemics compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from glasshouse.chance import TARGET, below, draw
from glasshouse.engines import contagion as c
from glasshouse.engines.crew import Crew
from glasshouse.engines.elsewhere import Evening
from glasshouse.scenario.epidemic_tables import TAG_OF_CAUSE, TAG_OF_LAYER, EpidemicTables
from glasshouse.scenario.tables import I64, U32, TieTables, WorldTables
from glasshouse.world.circles import circles_of
from glasshouse.world.ties import MOST_NEIGHBOURS, STREET, room_for_keys

BLOCKS_A_CHUNK, MOST_CHUNKS, FIRST_ROOM = 16, 8, 1024
MOST_STREETS = 64
"""Ties of people of one window rest on the same keys; those of so many streets are remembered."""
ON = 2
"""Where the lists of a person stand among the four numbers that the day's engine holds side by side."""


class Epidemic:
    """An illness in a world, and the code laid over it. `evening` lives one evening and says what is filed."""

    name = "health"

    def __init__(self, tables: EpidemicTables, world: WorldTables, ties: TieTables) -> None:
        self.tables_of, self.world, self.day = tables, world, 0
        N, K = world.people, world.variants
        R, G, E = len(world.region_cut), len(world.group_cut), max(tables.gates, 1)
        self.caught = np.zeros((N, K), np.uint16)
        self.source = np.zeros((N, K), np.uint32)
        self.has_row = np.zeros(N, np.uint8)
        self.letters: U32
        self.by_stretch: I64
        self._sort([])
        self.counts: I64 = np.zeros((world.days, K, R, G, len(c.COUNTS)), np.int64)
        self.scans: I64 = np.zeros((world.days, K, R, E, 2), np.int64)
        people = min(int(ties.beyond[0]), N)  # firms are the last slots, and catch nothing
        self.place = c.Place(
            people, world.block, world.k0, world.k1, world.group_stream, world.group_cut, world.region_cut, ties
        )
        ill = {f: getattr(tables, f) for f in c.Illness._fields if f != "most_traced"}
        self.ill = c.Illness(**ill, most_traced=_most_traced(tables))
        code = {f: getattr(tables, f) for f in c.Code._fields if f != "stream"}
        self.code = c.Code(stream=tables.code_stream, **code)
        blocks = -(-N // world.block)
        count = min(MOST_CHUNKS, max(1, blocks // BLOCKS_A_CHUNK))
        bounds = [blocks * k // count for k in range(count + 1)]
        self.chunks = [_Chunk(self, a, b) for a, b in pairwise(bounds)]

    # --- living ---

    def evening(self, engine: Evening) -> U32:
        """What is filed this evening: rows by `elsewhere.FILING`."""
        return self.live(engine.columns.on, engine.crew)

    def live(self, on: NDArray[np.uint16], crew: Crew) -> U32:
        """The next evening, of people who are on these lists."""
        self.day += 1
        people = c.People(on, self.caught, self.source, self.has_row)
        if self.day == 1:
            self._seed(people)
        crew.each(lambda chunk: chunk.live(people), self.chunks)
        self._sort([x.sent() for x in self.chunks])
        filed = np.concatenate([x.filed() for x in self.chunks])
        for chunk in self.chunks:
            self.counts[self.day - 1, ..., : c.TRACED] += chunk.desk.counts
            self.scans[self.day - 1] += chunk.desk.scans
        self._count(filed, (filed[:, 5] >= TAG_OF_LAYER) & (filed[:, 5] < TAG_OF_CAUSE), c.TRACED)
        self._count(filed, filed[:, 5] >= TAG_OF_CAUSE, c.OTHER)
        return filed

    def _sort(self, sent: list[U32]) -> None:
        """Tonight's letters, stretch after stretch; those of one begin at its place in `by_stretch`."""
        counts = np.zeros((self.world.people - 1 >> c.STRETCH) + 2, np.int64)
        for letters in sent:
            c.count_by_stretch(letters, counts[1:])
        self.by_stretch = np.cumsum(counts)
        self.letters, next_one = np.empty((self.by_stretch[-1], c.LETTER), np.uint32), self.by_stretch.copy()
        for letters in sent:
            c.sort_out(letters, next_one, self.letters)

    def _seed(self, people: c.People) -> None:
        chosen = np.array(sorted(seeds(self.tables_of, self.world)), np.int64)
        for chunk in self.chunks:
            chunk.seed(people, chosen)

    def _count(self, filed: U32, which: NDArray[np.bool_], counter: int) -> None:
        if which.any():
            pairs = np.unique(filed[which][:, :2], axis=0)
            c.tally(pairs, self.counts[self.day - 1], counter, self.place)

    # --- going on later, and looking ---

    def rows(self) -> U32:
        """Everybody of whom something may still come, by person."""
        rows = np.concatenate([x.rows() for x in self.chunks])
        return rows[np.argsort(rows[:, c.PERSON])]

    def post(self) -> U32:
        """What is on its way tonight: rows whose first words are target and source."""
        return self.letters

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on from this evening."""
        letters = self.letters[np.lexsort(self.letters.T[::-1])]
        return {
            "day": np.array(self.day),
            "caught": self.caught,
            "source": self.source,
            "rows": self.rows(),
            "letters": letters,
            "counts": self.counts[: self.day],
            "scans": self.scans[: self.day],
        }

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from there."""
        self.day = int(saved["day"])
        self.caught[:], self.source[:] = saved["caught"], saved["source"]
        self.counts[: self.day], self.scans[: self.day] = saved["counts"], saved["scans"]
        self._sort([np.ascontiguousarray(saved["letters"])])
        rows = saved["rows"]
        self.has_row[:] = 0
        self.has_row[rows[:, 0]] = 1
        for chunk in self.chunks:
            mine = (rows[:, 0] >= chunk.person) & (rows[:, 0] < chunk.beyond)
            chunk.resume(rows[mine])

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """The tables of a recording: epidemic, infections, and scans where codes are scanned."""
        out = {"epidemic": self._curve(), "infections": self._infections()}
        if self.tables_of.gates:
            out["scans"] = self._scans()
        return out

    def _curve(self) -> dict[str, NDArray[Any]]:
        lived = self.counts[: self.day]
        day, v, r, g = (x.ravel() for x in np.indices(lived.shape[:-1]))
        return {"day": day + 1, "variant": v, "region": r, "group": g} | {
            name: lived[..., k].ravel() for k, name in enumerate(c.COUNTS)
        }

    def _infections(self) -> dict[str, NDArray[Any]]:
        v, person = np.nonzero(self.caught.T)
        return {
            "variant": v,
            "person": person,
            "day": self.caught[person, v].astype(np.int64),
            "source": self.source[person, v].astype(np.int64),
        }

    def _scans(self) -> dict[str, NDArray[Any]]:
        lived, t = self.scans[: self.day], self.tables_of
        day, v, r, s, colour = np.nonzero(lived)
        return {
            "day": day + 1,
            "variant": v,
            "region": r,
            "gate": s,
            "colour": colour,
            "scans": lived[day, v, r, s, colour],
            "recipients": t.recipients[s, v],
            "fields": t.fields[s, v],
        }


def _most_traced(t: EpidemicTables) -> int:
    """How many letters tracing from one person may need on one evening."""
    asked = t.traced.any(axis=0) & (t.contact_list >= 0).any(axis=0)
    back = np.where(t.each > 0, 1, int(t.look_back.max(initial=1)))
    return int((t.slots * back)[asked].sum())


def seeds(t: EpidemicTables, world: WorldTables) -> set[int]:
    """Those who have it at first: different people, drawn until there are as many as asked."""
    chosen: set[int] = set()
    among = t.seed_beyond - t.seed_first
    i = 0
    while len(chosen) < min(t.seeds, among):
        w0, w1, _, _ = draw(i, 0, TARGET, 0, 0, t.stream, world.k0, world.k1)
        chosen.add(t.seed_first + below(w0, w1, among))
        i += 1
    return chosen


class _Chunk:
    """A run of blocks with rows and buffers of its own."""

    def __init__(self, of: Epidemic, first: int, last: int) -> None:
        self.of, self.first, self.last = of, first, last
        w, t = of.world, of.tables_of
        self.person, self.beyond = first * w.block, min(last * w.block, w.people)
        K, R, G, E = w.variants, len(w.region_cut), len(w.group_cut), max(t.gates, 1)
        streets = -(-self.beyond // STREET) - self.person // STREET
        self.desk = c.Desk(
            rows=np.zeros((c.ROW_HEAD + 2 * t.ways, FIRST_ROOM), np.uint32),
            hits=np.zeros((c.HIT, FIRST_ROOM), np.uint32),
            letters=np.zeros((FIRST_ROOM, c.LETTER), np.uint32),
            filed=np.zeros((FIRST_ROOM, c.FILED), np.uint32),
            marks=np.zeros(c.MARKS, np.int64),
            counts=np.zeros((K, R, G, c.TRACED), np.int64),
            scans=np.zeros((K, R, E, 2), np.int64),
            neighbours=np.zeros(MOST_NEIGHBOURS, np.int64),
            luck=np.zeros((len(t.spread_len), FIRST_ROOM), np.uint64),
            keys=np.zeros((min(streets, MOST_STREETS), room_for_keys(of.place.ties)), np.int64),
            circles=circles_of(of.place.ties, w.people, min(streets, MOST_STREETS)),
        )

    def seed(self, people: c.People, chosen: I64) -> None:
        self.desk.marks[c.NEED_ROW] = len(chosen)
        self._grow()
        c.seed(self.person, self.beyond, chosen, people, self.desk)
        c.begin_rows(0, self.of.place, self.of.ill, self.desk)

    def live(self, people: c.People) -> None:
        """Read what came, pass it on, colour and scan."""
        of, marks = self.of, self.desk.marks
        day, place, ill = of.day, of.place, of.ill
        marks[c.AT_LETTER] = marks[c.AT_FILED] = marks[c.AT_HIT] = marks[c.NEXT] = 0
        self.desk.counts[:] = 0
        first, until = of.by_stretch[[self.person >> c.STRETCH, (self.beyond - 1 >> c.STRETCH) + 1]]
        here, old_rows = (self.person, self.beyond), int(marks[c.AT_ROW])
        self._through(
            first, until, lambda at: c.receive(of.letters, at, until, *here, day, people, place, ill, self.desk)
        )
        c.begin_rows(old_rows, place, ill, self.desk)
        rows = int(marks[c.AT_ROW])
        c.draw_luck(rows, day, ill.stream, place.k0, place.k1, self.desk)
        self._through(0, rows, lambda at: c.look(at, day, people, place, ill, self.desk))
        marks[c.AT_ROW], marks[c.NEED_LETTER] = marks[c.NEXT], marks[c.AT_LETTER] + marks[c.AT_HIT]
        self._grow()
        c.pass_on(day, int(of.tables_of.period[day]), people, place, ill, self.desk)
        if of.code.causes or of.code.gates:
            self.desk.scans[:] = 0
            self._through(
                self.first, self.last, lambda at: c.colour(at, self.last, day, people, place, of.code, self.desk)
            )

    def _through(self, at: int, last: int, go_on: Callable[[int], int]) -> None:
        while at != last:
            at = go_on(at)
            if at != last:
                self._grow()

    def _grow(self) -> None:
        d, m = self.desk, self.desk.marks
        rows = _wider(d.rows, m[c.AT_ROW], m[c.NEED_ROW])
        self.desk = d._replace(
            rows=rows,
            luck=d.luck if rows is d.rows else np.zeros((len(d.luck), rows.shape[1]), np.uint64),
            hits=_wider(d.hits, m[c.AT_HIT], m[c.NEED_HIT]),
            letters=_longer(d.letters, m[c.AT_LETTER], m[c.NEED_LETTER]),
            filed=_longer(d.filed, m[c.AT_FILED], m[c.NEED_FILED]),
        )

    def rows(self) -> U32:
        return self.desk.rows[:, : self.desk.marks[c.AT_ROW]].T

    def sent(self) -> U32:
        return self.desk.letters[: self.desk.marks[c.AT_LETTER]]

    def filed(self) -> U32:
        return self.desk.filed[: self.desk.marks[c.AT_FILED]]

    def resume(self, rows: U32) -> None:
        self.desk.marks[:] = 0
        self.desk.marks[c.NEED_ROW] = len(rows)
        self._grow()
        self.desk.rows[:, : len(rows)] = rows.T
        self.desk.marks[c.AT_ROW] = len(rows)


def _longer(rows: U32, used: int, need: int) -> U32:
    """Room for so many rows, those in use kept."""
    if need <= len(rows):
        return rows
    out = np.empty((int(need) * 3 // 2, rows.shape[1]), np.uint32)
    out[:used] = rows[:used]
    return out


def _wider(columns: U32, used: int, need: int) -> U32:
    """The same for what lies word by word."""
    if need <= columns.shape[1]:
        return columns
    out = np.empty((columns.shape[0], int(need) * 3 // 2), np.uint32)
    out[:, :used] = columns[:, :used]
    return out


# --- an epidemic and nothing else -----------------------------------------------------------------------------------


class Curve(NamedTuple):
    """What an epidemic on its own comes to: people newly infected and infectious on each day, by variant [T, K]."""

    infected: I64
    infectious: I64
    people: int

    def final_size(self, variant: int = 0) -> float:
        """Share of all people who ever had it."""
        return float(self.infected[:, variant].sum() / self.people)


def only(tables: EpidemicTables, world: WorldTables, ties: TieTables, threads: int = 1) -> Epidemic:
    """Live an epidemic alone, with nobody on any list, through all days of the world."""
    epidemic = Epidemic(tables, world, ties)
    for _ in evenings(epidemic, threads):
        pass
    return epidemic


def evenings(epidemic: Epidemic, threads: int = 1) -> Iterator[int]:
    """Evening by evening, with nobody on any list."""
    nobody = _on_no_list(epidemic.world.people, epidemic.world.variants)
    crew = Crew(min(threads, len(epidemic.chunks)))
    try:
        for _ in range(epidemic.world.days - epidemic.day):
            epidemic.live(nobody, crew)
            yield epidemic.day
    finally:
        crew.close()


def _on_no_list(people: int, variants: int) -> NDArray[np.uint16]:
    """Everybody there and on no list [N, K]: all rows are the same memory, eight bytes and not so many of each person."""
    one = np.zeros((1, 4, variants), np.int16)[:, ON].view(np.uint16)
    return as_strided(one, (people, variants), (0, one.strides[1]))


def curve(epidemic: Epidemic) -> Curve:
    """The course of an epidemic, everybody together."""
    lived = epidemic.counts[: epidemic.day].sum(axis=(2, 3))
    return Curve(lived[..., c.INFECTED], lived[..., c.INFECTIOUS], epidemic.world.people)
