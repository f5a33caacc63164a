"""The compiled engine: chunks of blocks on a few threads, a day at a time.

Every day each chunk of blocks lives its day (`engines/day.py`), then its letters are put where their blocks find them tomorrow. A kernel
holds no lock and touches only its own chunk, so threads need none. Buffers grow between blocks: a kernel that finds too little room for
the next block hands back, is given more, and goes on from there. Chunks depend on the size of the world and never on the threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import BY_COMPANY, BY_LISTING, BY_POINTS, BY_STANDING, LEFT, OWN
from glasshouse.engines import late, scales
from glasshouse.engines.buffers import CASE_WORDS, CLOSED_WORDS, EVENT_WORDS, LETTER_WORDS
from glasshouse.engines.crew import Crew
from glasshouse.engines.day import live_chunk, merge_files, tell_standing
from glasshouse.engines.desk import (
    AT_CASE,
    AT_CLOSED,
    AT_EVENT,
    AT_LETTER,
    CHILL,
    COUNTERS,
    GATE_COUNTERS,
    LISTED_NOW,
    MARKS,
    MERITED,
    NEED_CASE,
    NEED_CLOSED,
    NEED_EVENT,
    NEED_ITEM,
    NEED_LETTER,
    NOT_ASKED,
    ON,
    SCORE,
    STOCKS,
    Channels,
    Desk,
    Limits,
    Log,
    People,
    Rows,
    Slots,
    Tally,
    Work,
)
from glasshouse.engines.elsewhere import KEPT, Elsewhere, columns_of, greatest
from glasshouse.engines.letters import count_letters, sort_letters
from glasshouse.scenario.tables import ABSENT, GONE, NO_CLERKS_NEEDED, QUEUE_UNIT, Absence, Plan
from glasshouse.world.places import regions_of
from glasshouse.world.ties import MOST_NEIGHBOURS, room_for_keys

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
LETTER_RUN_DAYS = 30
FIRST_ROOM = 1024
ITEM_WORDS = 7


def chunks_of(blocks: int) -> int:
    """Into how many chunks a world is cut: handing a kernel its two hundred arrays takes as long as some blocks take to live a day, and
    many threads want many chunks."""
    return max(1, min(8, blocks // 12), min(64, blocks // 64))


@dataclass
class Result:
    """What a run gives the recording. Days are numbered from 1; 0 in a day column means never."""

    daily: dict[str, I64]  # [T, K, R, G]; gates by number: tries_0, trips_0, people_0, evaded_0
    acts: I64  # [T, K, C, 4] happened, seen, misfiled, denied
    cases: dict[str, I64]
    people: dict[str, NDArray[Any]]
    letters: dict[str, I64]
    events: dict[str, I64] = field(default_factory=dict)
    channels: dict[str, I64] = field(default_factory=dict)
    """What everybody knew in the morning of each day: news [T, K] and wait [T, L, K] (-1 for ever)."""
    tables: dict[str, dict[str, NDArray[Any]]] = field(default_factory=dict)
    """What files from elsewhere (day.md, 22): `filings`, and what each source of them tells of itself; columns by name, rows in order."""


class Engine:
    """A world on its way through its days. `step` lives one day; everything needed to go on later is in `snapshot`."""

    def __init__(
        self,
        plan: Plan,
        threads: int = 2,
        absent: Absence | None = None,
        keep_letters: bool = False,
        journalled: NDArray[np.uint8] | None = None,
    ) -> None:
        self.plan, self.day = plan, 0
        w = plan.world
        self.blocks = -(-w.people // w.block)
        count = chunks_of(self.blocks)
        bounds = [self.blocks * k // count for k in range(count + 1)]
        self.desks = Desks(plan)
        self.chunks = [_Chunk(plan, n, a, b, self.desks) for n, (a, b) in enumerate(pairwise(bounds))]
        self.people = _people(plan)
        self.columns = _columns(self.people)
        if absent is not None:
            np.bitwise_or.at(self.columns.on, (absent.person, absent.variant), np.uint16(ABSENT))
        self.absent = absent
        self.journalled = np.zeros(0, np.uint8) if journalled is None else journalled
        self.limits = _limits(plan, absent is not None)
        L = max(plan.lists.count, 1)
        self.backlog: I64 = np.zeros((L, w.variants), np.int64)
        self.listed: I64 = np.zeros(w.variants, np.int64)  # open listings, of everybody and every list
        self.news: I64 = np.zeros((w.days, w.variants), np.int64)
        self.wait: I64 = np.zeros((w.days, L, w.variants), np.int64)
        self.inbox: U32 = np.zeros((0, LETTER_WORDS), np.uint32)
        self.inbox_at: I64 = np.zeros(self.blocks + 1, np.int64)
        self.some_wait, self.calendar = late.some_wait(plan), late.Calendar()
        self.sent: U32 = np.zeros(0, np.uint32)
        self.prompt: I64 = np.full(len(plan.acts.late), (1 << w.variants) - 1, np.int64)
        self.daily: I64 = np.zeros((w.days, *self.chunks[0].tally.daily.shape), np.int32)
        self.acts: I64 = np.zeros((w.days, *self.chunks[0].tally.acts.shape), np.int32)
        self.closed: list[U32] = []
        self.events: list[U32] = []
        self.letters: list[U32] | None = [] if keep_letters else None
        self.letter_days: list[int] = []
        self.elsewhere = _elsewhere(plan)
        self.filed: list[U32] = []
        self.crew = Crew(min(threads, count))

    # --- living ---

    def step(self) -> None:
        """Live the next day."""
        self.day += 1
        for c in range(self.plan.acts.count):
            if self.plan.acts.cap_window[c, self.day]:
                self.columns.cap_used[:, :, self.plan.acts.capped[c]] = 0
        if len(self.plan.score.lowest) > 1 and self.day > 1 and scales.are_drawn_on(self.day):
            self._each(self._move)
        if self.plan.score.decay[:, self.day].any() or self.day == self.plan.score.merge_day:
            self._each(self._drift)
        self._tell_channels()
        if self.some_wait:
            self.prompt = late.prompt_on(self.plan, self.day)
        self._each(self._live)
        for chunk in self.chunks:
            self.daily[self.day - 1] += chunk.tally.daily
            self.acts[self.day - 1] += chunk.tally.acts
            self.backlog += QUEUE_UNIT * chunk.tally.queued
            if chunk.new_closed is not None:
                self.closed.append(chunk.new_closed)
            if chunk.new_events is not None:
                self.events.append(chunk.new_events)
        self.backlog = np.maximum(self.backlog - np.maximum(self.plan.lists.clerks, 0), 0)
        if self.elsewhere:
            self._file()
        self.listed += self.daily[self.day - 1, ..., LISTED_NOW].sum(axis=(1, 2))
        self._deliver()

    def run(self, days: int | None = None) -> Engine:
        """Live all days that are left, or `days` of them."""
        for _ in range(self.plan.world.days - self.day if days is None else days):
            self.step()
        return self

    def close(self) -> None:
        """Let the threads go."""
        self.crew.close()

    def _each(self, work: Any) -> None:
        self.crew.each(work, self.chunks)

    def _live(self, chunk: _Chunk) -> None:
        channels = Channels(self.news[self.day - 1], self.wait[self.day - 1], self.prompt)
        chunk.live(self.day, self.plan, self.people, self.limits, channels, self.inbox, self.inbox_at, self.journalled)

    def _kept(self, rows: U32) -> U32:
        """Those rows of today's filings that count: all of them."""
        return rows

    def _file(self) -> None:
        """What files from elsewhere is asked, and cases open for whom it files (day.md, 22)."""
        filed = [source.evening(self) for source in self.elsewhere]
        if self.plan.outside.lots:
            from glasshouse.engines.lots import only_lots

            filed = [only_lots(rows, self.plan) for rows in filed]
        rows = self._kept(greatest(filed))
        if len(rows) == 0:
            return
        self.filed.append(np.insert(rows, 0, self.day, axis=1))
        block = self.plan.world.block
        at = np.searchsorted(rows[:, 0], [c.first * block for c in self.chunks] + [self.blocks * block])
        of = {id(c): rows[a:b] for c, (a, b) in zip(self.chunks, pairwise(at), strict=True) if b > a}
        channels = Channels(self.news[self.day - 1], self.wait[self.day - 1], self.prompt)
        self._each(
            lambda c: (
                c.file(of[id(c)], self.day, self.plan, self.people, self.limits, channels, self.journalled)
                if id(c) in of
                else None
            )
        )
        for chunk in self.chunks:
            if id(chunk) in of:
                self.daily[self.day - 1] += chunk.tally.daily
                if chunk.new_events is not None:
                    self.events.append(chunk.new_events)

    def _move(self, chunk: _Chunk) -> None:
        """People who came to a place with another scale (day.md, 9)."""
        mine, columns, t = self._people_of(chunk), self.columns, self.plan.score
        old, new = (scales.scales_on(self.plan, day, mine.start, mine.stop) for day in (self.day - 1, self.day))
        for v in range(self.plan.world.variants):
            there = (columns.on[mine, v] & (ABSENT | GONE)) == 0
            for column in (columns.score, columns.merited):
                before = column[mine, v].astype(np.int64)
                after = scales.moved(before, old, new, bool(t.anew[v]), t)
                column[mine, v] = np.where(there, after, before)

    def _people_of(self, chunk: _Chunk) -> slice:
        w = self.plan.world
        return slice(chunk.first * w.block, min(chunk.last * w.block, w.people))

    def _drift(self, chunk: _Chunk) -> None:
        """Scores that move by themselves: back towards the baseline, and into the one scale of a merger (day.md, 9)."""
        scale, day = self.plan.score, self.day
        w, columns, mine = self.plan.world, self.columns, self._people_of(chunk)
        on = scales.scales_on(self.plan, day, mine.start, mine.stop)
        for v in range(w.variants):
            there = (columns.on[mine, v] & (ABSENT | GONE)) == 0
            for column in (columns.score, columns.merited):
                moved = column[mine, v].astype(np.int64)
                moved += np.clip(scale.baseline[on] - moved, -scale.decay[v, day], scale.decay[v, day])
                if day == scale.merge_day and scale.merges[v]:
                    r = regions_of(w, np.arange(mine.start, mine.stop))
                    moved = (moved * scale.merge_factor[v, r] >> 16) + scale.merge_add[v, r]
                    moved = np.clip(moved, scale.lowest[on], scale.highest[on])
                column[mine, v] = np.where(there, moved, column[mine, v])

    def _tell_channels(self) -> None:
        """What everybody knows this morning: totals of yesterday evening."""
        scale, lists, w = self.plan.score, self.plan.lists, self.plan.world
        self.news[self.day - 1] = np.minimum(scale.chill_most, self.listed * scale.publicity // w.people)
        waits = lists.clerks != NO_CLERKS_NEEDED
        if waits.any():
            behind = self.backlog // np.maximum(lists.clerks, 1)
            self.wait[self.day - 1] = np.where(waits, np.where(lists.clerks == 0, -1, behind), 0)

    def _deliver(self) -> None:
        """Sort today's letters by block of their target: a count, a running sum, and every chunk writes to places of its own."""
        held = self._held_back() if self.some_wait else None
        total = sum(int(c.marks[AT_LETTER]) for c in self.chunks) + (len(held) if held is not None else 0)
        self.sent = self.sent[:0]
        if total == 0:
            if len(self.inbox):
                self.inbox = np.zeros((0, LETTER_WORDS), np.uint32)
                self.inbox_at = np.zeros(self.blocks + 1, np.int64)
            return
        digits = self.plan.world.block.bit_length() - 1
        counts = np.zeros((len(self.chunks) + (held is not None), self.blocks), np.int64)
        self._each(lambda c: count_letters(c.rows.letters, c.marks[AT_LETTER], digits, counts[c.number]))
        if held is not None:
            counts[-1] = np.bincount(held[:, 0] >> digits, minlength=self.blocks)
        ends = np.cumsum(counts.T.reshape(-1))
        place = np.concatenate(([0], ends[:-1])).reshape(self.blocks, -1).T.copy()
        self.inbox_at = np.concatenate((place[0], [total]))
        self.inbox = np.empty((total, LETTER_WORDS), np.uint32)
        self._each(lambda c: sort_letters(c.rows.letters, c.marks[AT_LETTER], digits, place[c.number], self.inbox))
        if held is not None:
            self._deliver_held(held, place[-1], counts[-1])
        if self.letters is not None and self.day < self.plan.world.days:
            self.letters.append(self.post_to())
            self.letter_days.append(self.day + 1)

    def _held_back(self) -> U32:
        """Put what waits into the calendar, and take out what waited for tomorrow."""
        self._each(lambda c: c.hold_back(self.plan, self.day))
        for chunk in self.chunks:
            self.calendar.add(chunk.held)
        return self.calendar.take(self.day + 1)

    def _deliver_held(self, held: U32, at: I64, counts: I64) -> None:
        """Letters of earlier days take their places behind those of today; `at` is the first place of each block."""
        order = np.argsort(held[:, 0] // self.plan.world.block, kind="stable")
        within = np.arange(len(held)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(at, counts) + within
        self.inbox[places] = held[order, :LETTER_WORDS]
        self.sent = np.full(len(self.inbox), self.day, np.uint32)
        self.sent[places] = held[order, LETTER_WORDS]

    def cases_of(self, plan: Plan) -> dict[str, I64]:
        """The cases of another plan of the same world, lived from the first day to the last by the same people."""
        other = Engine(plan, self.crew.threads, self.absent)
        try:
            return other.run().result(letters=False).cases
        finally:
            other.close()

    # --- looking ---

    def post_to(self, first: int = 0, beyond: int | None = None) -> U32:
        """Tomorrow's letters to a run of blocks, as rows; with the days on which they left where letters may wait."""
        some = slice(self.inbox_at[first], self.inbox_at[self.blocks if beyond is None else beyond])
        return late.with_day(self.inbox[some], self.sent[some]) if self.some_wait else self.inbox[some].copy()

    def dense_bytes(self) -> int:
        """Bytes of the columns that everyone has."""
        return sum(x.nbytes for x in self.people)

    def letters_in_flight(self) -> int:
        """Letters that are on the way this night."""
        return len(self.inbox)

    def counters(self) -> I64:
        """Counts of the days so far, [day, variant, region, group, counter], stocks as changes."""
        return self.daily[: self.day]

    def result(self, letters: bool = True) -> Result:
        """Everything a recording holds, of the days lived so far; without letters where they were taken before."""
        return Result(
            daily=_daily(self.plan, self.daily[: self.day]),
            acts=self.acts[: self.day],
            cases=_cases(self.closed, [c.open_cases() for c in self.chunks], self.day),
            people=_people_at_the_end(self.columns),
            letters=self._all_letters() if letters else {},
            events=_events(self.events),
            channels={"news": self.news[: self.day], "wait": self.wait[: self.day]},
            tables=self._tables(),
        )

    def _tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """What was filed from elsewhere, and the tables of those who filed it."""
        if not self.elsewhere:
            return {}
        found: dict[str, dict[str, NDArray[Any]]] = {"filings": dict(columns_of(self._all_filed()))}
        for source in self.elsewhere:
            found |= source.tables()
        return found

    def _all_filed(self) -> U32:
        return np.concatenate([np.zeros((0, len(KEPT)), np.uint32), *self.filed])

    def take_letters(self, everything: bool) -> Iterator[tuple[int, I64, I64, U32]]:
        """Letters of the 30-day runs that are over (of all, if asked): run, days, letters on each day, rows. They leave memory."""
        while self.letters:
            run = (self.letter_days[0] - 1) // LETTER_RUN_DAYS
            if not everything and self.day + 1 < (run + 1) * LETTER_RUN_DAYS:
                return
            n = sum((day - 1) // LETTER_RUN_DAYS == run for day in self.letter_days)
            rows, days = self.letters[:n], self.letter_days[:n]
            del self.letters[:n], self.letter_days[:n]
            yield run, np.array(days, np.int64), np.array([len(x) for x in rows], np.int64), np.concatenate(rows)

    def _all_letters(self) -> dict[str, I64]:
        rows = self.letters or []
        on = np.repeat(np.array(self.letter_days, np.int64), [len(x) for x in rows])
        return letter_columns(on, np.concatenate([self._no_letters(), *rows]), self.absent, self.left_on)

    def _no_letters(self) -> U32:
        return np.zeros((0, LETTER_WORDS + self.some_wait), np.uint32)

    @property
    def left_on(self) -> NDArray[np.uint16] | None:
        """Day on which each person left each variant, [N, K], 0 never; None if nobody can."""
        return self.columns.left_on if self.plan.acts.leaves.any() else None

    # --- going on later ---

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on from this evening, as arrays."""
        out: dict[str, NDArray[Any]] = {f"column_{k}": v for k, v in self.columns._asdict().items()}
        cases = [c.open_cases() for c in self.chunks]
        out |= {
            "day": np.array(self.day),
            "backlog": self.backlog,
            "news": self.news[: self.day],
            "wait": self.wait[: self.day],
            "inbox": self.inbox,
            "inbox_at": self.inbox_at,
            "daily": self.daily[: self.day],
            "acts": self.acts[: self.day],
            "closed": np.concatenate([np.zeros((0, CLOSED_WORDS), np.uint32), *self.closed]),
            "events": np.concatenate([np.zeros((0, EVENT_WORDS), np.uint32), *self.events]),
            "cases": np.concatenate(cases),
            "cases_of_chunk": np.array([len(x) for x in cases]),
            "cases_at": np.concatenate([c.cases_at for c in self.chunks]),
            "letters": np.concatenate([self._no_letters(), *(self.letters or ())]),
            "letter_days": np.array(self.letter_days, np.int64),
            "letter_counts": np.array([len(x) for x in self.letters or ()], np.int64),
        }
        if self.elsewhere:
            out["filed"] = self._all_filed()
        for source in self.elsewhere:
            out |= {f"elsewhere_{source.name}_{k}": x for k, x in source.snapshot().items()}
        return out | (self.calendar.snapshot() | {"sent": self.sent} if self.some_wait else {})

    def restore(self, saved: dict[str, NDArray[Any]]) -> Engine:
        """Go on from a snapshot of the same world."""
        self.day = int(saved["day"])
        for name, column in self.columns._asdict().items():
            column[:] = saved[f"column_{name}"]
        self.inbox, self.inbox_at = saved["inbox"], saved["inbox_at"]
        self.daily[: self.day], self.acts[: self.day] = saved["daily"], saved["acts"]
        self.listed = self.daily[: self.day, ..., LISTED_NOW].sum(axis=(0, 2, 3), dtype=np.int64)
        self.backlog = saved["backlog"].copy()
        self.news[: self.day], self.wait[: self.day] = saved["news"], saved["wait"]
        self.closed = [saved["closed"]] if len(saved["closed"]) else []
        self.events = [saved["events"]] if len(saved["events"]) else []
        if self.some_wait:
            self.calendar.restore(saved)
            self.sent = saved["sent"]
        if self.letters is not None:
            ends = np.cumsum(saved["letter_counts"])
            self.letters = [saved["letters"][e - n : e] for e, n in zip(ends, saved["letter_counts"], strict=True)]
            self.letter_days = [int(x) for x in saved["letter_days"]]
        if self.elsewhere:
            self.filed = [saved["filed"]] if len(saved["filed"]) else []
        for source in self.elsewhere:
            mine = f"elsewhere_{source.name}_"
            source.restore({k.removeprefix(mine): x for k, x in saved.items() if k.startswith(mine)})
        at, row = 0, 0
        for chunk, n in zip(self.chunks, saved["cases_of_chunk"], strict=True):
            blocks = chunk.last - chunk.first
            chunk.resume(saved["cases"][row : row + n], saved["cases_at"][at : at + blocks + 1])
            at, row = at + blocks + 1, row + int(n)
        return self


LINES = 128
"""Bytes that processors hand each other at once: two threads that write closer together wait for each other."""


def _apart(shape: int | tuple[int, ...], dtype: Any, value: int = 0) -> NDArray[Any]:
    """A small array near which no other thread writes."""
    size, away = int(np.prod(shape)), LINES // np.dtype(dtype).itemsize
    return np.full(size + 2 * away, value, dtype)[away : away + size].reshape(shape)


class Desks:
    """Desks that are empty, for whichever chunk lives next: so many are made as threads work at once, and those stay near the processor."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.free: list[Desk] = []

    def take(self) -> Desk:
        """An empty desk."""
        try:
            return self.free.pop()
        except IndexError:
            return self._made()

    def give_back(self, desk: Desk) -> None:
        """It is empty again."""
        self.free.append(desk)

    def _made(self) -> Desk:
        plan = self.plan
        w, K, L = plan.world, plan.world.variants, max(plan.lists.count, 1)
        return Desk(
            slots=Slots(
                place=np.zeros((w.block, 4), np.int64),
                lane=np.zeros((w.block, K, 4), np.int64),
                shared=np.zeros(w.block, np.uint8),
                apart=np.zeros(w.block, np.uint8),
                head=np.zeros(w.block, np.int32),
                touched=np.zeros(w.block, np.int32),
            ),
            sums=_apart((K, 4), np.int64),
            bars=_apart((4, K), np.int64),
            item=np.zeros((FIRST_ROOM, ITEM_WORDS), np.uint32),
            filing=_apart((K, L, 2), np.uint64),
            filed=_apart((K, L), np.uint8),
            amount=_apart(K, np.int64, NOT_ASKED),
            found=_apart(MOST_NEIGHBOURS, np.int64),
            keys=_apart(room_for_keys(plan.ties), np.int64),
            counted=_apart((2, max(len(plan.acts.row_act), 1)), np.uint32),
            words=_apart((4, int(plan.acts.row_len.max(initial=0)) + 1), np.uint32),
            acting=_apart((6, int(plan.acts.row_len.max(initial=0)) + 1), np.int64),
            hush=np.zeros((w.block if plan.associations.hush.any() else 1, K), np.int64),
            leaving=np.zeros(w.block, np.uint8),
        )


class _Chunk:
    """A run of blocks with buffers of its own."""

    def __init__(self, plan: Plan, number: int, first: int, last: int, desks: Desks) -> None:
        w, K = plan.world, plan.world.variants
        C, L = max(plan.acts.count, 1), max(plan.lists.count, 1)
        self.number, self.first, self.last, self.desks = number, first, last, desks
        self.desk: Desk  # while it lives or files
        self.marks = _apart(MARKS, np.int64)
        self.cases: U32 = np.zeros((0, CASE_WORDS), np.uint32)
        self.cases_at = np.zeros(last - first + 1, np.int64)
        self.kept_at = np.zeros(last - first + 1, np.int64)
        self.rows = Rows(
            letters=np.empty((FIRST_ROOM, LETTER_WORDS), np.uint32),
            cases=np.empty((FIRST_ROOM, CASE_WORDS), np.uint32),
            closed=np.empty((FIRST_ROOM, CLOSED_WORDS), np.uint32),
            events=np.empty((0, EVENT_WORDS), np.uint32),
        )
        counters = len(COUNTERS) + len(GATE_COUNTERS) * plan.gates.count
        self.tally = Tally(
            daily=_apart((K, len(w.region_cut), len(w.group_cut), counters), np.int64),
            acts=_apart((K, C, 4), np.int64),
            queued=_apart((L, K), np.int64),
        )
        self.new_closed: U32 | None = None
        self.new_events: U32 | None = None
        self.held: late.Held = {}

    def hold_back(self, plan: Plan, day: int) -> None:
        """Keep letters that are not delivered tomorrow apart from those that are."""
        n = int(self.marks[AT_LETTER])
        tomorrow, self.held = late.part(plan, self.rows.letters[:n], day)
        self.rows.letters[: len(tomorrow)] = tomorrow
        self.marks[AT_LETTER] = len(tomorrow)

    def open_cases(self) -> U32:
        return self.cases[: self.cases_at[-1]]

    def resume(self, cases: U32, cases_at: I64) -> None:
        self.cases, self.cases_at = np.ascontiguousarray(cases), np.ascontiguousarray(cases_at)

    def live(
        self,
        day: int,
        plan: Plan,
        people: People,
        limits: Limits,
        channels: Channels,
        inbox: U32,
        inbox_at: I64,
        journalled: NDArray[np.uint8],
    ) -> None:
        """Live the day, growing buffers whenever a block finds too little room."""
        self.desk = self.desks.take()
        self.marks[:] = 0
        self.tally.daily[:] = 0
        self.tally.acts[:] = 0
        self.tally.queued[:] = 0

        def work() -> Work:
            log = Log(journalled, self.rows.events, self.marks)
            return Work(people, self.desk, self.tally, self.rows, self.marks, limits, channels, log)

        at, core = self.first, plan.core
        while at != self.last:
            at = live_chunk(
                self.first, at, self.last, day, core, work(), inbox, inbox_at, self.cases, self.cases_at, self.kept_at
            )
            if at != self.last:
                self._grow()
        first, beyond = self.first * plan.world.block, min(self.last * plan.world.block, plan.world.people)
        if (plan.associations.transfer[: plan.associations.count] == BY_STANDING).any():
            self._through(first, beyond, lambda person: tell_standing(person, beyond, day, core, work()))
        if day == plan.score.merge_day:
            self._through(first, beyond, lambda person: merge_files(person, beyond, core, work()))
        self.cases, self.rows = self.rows.cases, self.rows._replace(cases=self._spare())
        self.cases_at, self.kept_at = self.kept_at, self.cases_at
        self.desks.give_back(self.desk)
        self.new_closed = self.rows.closed[: self.marks[AT_CLOSED]].copy() if self.marks[AT_CLOSED] else None
        self.new_events = self.rows.events[: self.marks[AT_EVENT]].copy() if self.marks[AT_EVENT] else None

    def file(
        self,
        rows: U32,
        day: int,
        plan: Plan,
        people: People,
        limits: Limits,
        channels: Channels,
        journalled: NDArray[np.uint8],
    ) -> None:
        """Open the cases of those rows, after the day was lived; they join the open cases of their blocks."""
        from glasshouse.engines.filings import open_filed

        self.desk = self.desks.take()
        self.marks[[AT_CASE, AT_EVENT]] = 0
        self.tally.daily[:] = 0

        def go_on(at: int) -> int:
            log = Log(journalled, self.rows.events, self.marks)
            work = Work(people, self.desk, self.tally, self.rows, self.marks, limits, channels, log)
            return int(open_filed(rows, at, day, plan.core, work))

        self._through(0, len(rows), go_on)
        self.desks.give_back(self.desk)
        new = self.rows.cases[: self.marks[AT_CASE]]
        of_block = new[:, 0].astype(np.int64) // plan.world.block - self.first
        self.cases = np.insert(self.open_cases(), self.cases_at[1:][of_block], new, axis=0)
        self.cases_at[1:] += np.cumsum(np.bincount(of_block, minlength=self.last - self.first))
        self.new_events = self.rows.events[: self.marks[AT_EVENT]].copy() if self.marks[AT_EVENT] else None

    def _through(self, person: int, beyond: int, go_on: Callable[[int], int]) -> None:
        """Go through people with a kernel that hands back when it finds too little room for letters or events."""
        while person != beyond:
            person = go_on(person)
            if person != beyond:
                self._grow()

    def _spare(self) -> U32:
        """Yesterday's case buffer becomes tomorrow's."""
        return self.cases if len(self.cases) >= FIRST_ROOM else np.empty((len(self.rows.cases), CASE_WORDS), np.uint32)

    def _grow(self) -> None:
        m = self.marks
        self.rows = Rows(
            letters=_grown(self.rows.letters, m[AT_LETTER], m[NEED_LETTER]),
            cases=_grown(self.rows.cases, m[AT_CASE], m[NEED_CASE]),
            closed=_grown(self.rows.closed, m[AT_CLOSED], m[NEED_CLOSED]),
            events=_grown(self.rows.events, m[AT_EVENT], m[NEED_EVENT]),
        )
        if m[NEED_ITEM] > len(self.desk.item):
            self.desk = self.desk._replace(item=np.zeros((int(m[NEED_ITEM]) * 5 // 4, ITEM_WORDS), np.uint32))


def _grown(rows: U32, used: int, need: int) -> U32:
    if need <= len(rows):
        return rows
    out = np.empty((int(need) * 5 // 4, rows.shape[1]), np.uint32)
    out[:used] = rows[:used]
    return out


class Columns(NamedTuple):
    """What everyone has, by name: views of what the kernels hold side by side."""

    score: NDArray[np.int16]  # [N, K]
    merited: NDArray[np.int16]  # [N, K]
    on: NDArray[np.uint16]  # [N, K]
    chill: NDArray[np.int16]  # [N, K]
    given_up: NDArray[np.uint16]  # [N, K], or [1, K] if there is no gate
    refused: NDArray[np.uint16]  # likewise
    ordinal: NDArray[np.uint8]  # [N, K, L]
    cap_used: NDArray[np.uint16]  # [N, K, capped rules], or [1, K, 1]
    left_on: NDArray[np.uint16]  # [N, K], or [1, K] if nobody can leave
    told: NDArray[np.uint8]  # [N, K], or [1, K] if no association tells of a standing


def _elsewhere(plan: Plan) -> list[Elsewhere]:
    """What files in this plan; the kernel that opens their cases is only loaded where there is any."""
    if not plan.outside.files:
        return []
    from glasshouse.engines.sources import sources_of

    return sources_of(plan)


def _people(plan: Plan) -> People:
    w, K, L = plan.world, plan.world.variants, max(plan.lists.count, 1)
    N = w.people
    capped = int(plan.acts.capped.max(initial=-1)) + 1
    few = (N, K) if plan.gates.count else (1, K)
    state = np.zeros((N, 4, K), np.int16)
    baseline = plan.score.baseline[scales.scales_on(plan, 1, 0, N)]
    state[:, [SCORE, MERITED]] = baseline[:, None, None]
    return People(
        state=state,
        given_up=np.zeros(few, np.uint16),
        refused=np.zeros(few, np.uint16),
        ordinal=np.zeros((N, K, L), np.uint8),
        cap_used=np.zeros((N if capped else 1, K, max(capped, 1)), np.uint16),
        left_on=np.zeros((N if plan.acts.leaves.any() else 1, K), np.uint16),
        told=_told_at_first(plan),
    )


def _told_at_first(plan: Plan) -> NDArray[np.uint8]:
    """A bit for each association whose level the baseline of a person's first scale stands below."""
    a, w = plan.associations, plan.world
    tells = np.flatnonzero(a.transfer[: a.count] == BY_STANDING)
    bits = np.zeros((len(plan.score.lowest), w.variants), np.uint8)
    for n in tells:
        bits |= ((plan.score.baseline[:, None] < a.level[n].T).astype(np.uint8) << n).astype(np.uint8)
    return bits[scales.scales_on(plan, 1, 0, w.people if len(tells) else 1)]


def _columns(people: People) -> Columns:
    score, merited, on, chill = (people.state[:, k] for k in (SCORE, MERITED, ON, CHILL))
    return Columns(score, merited, on.view(np.uint16), chill, *people[1:])


def _limits(plan: Plan, some_absent: bool) -> Limits:
    """The most candidates a block can have in a day, and the most letters one event can send."""
    a, t = plan.associations, plan.acts
    fan = plan.world.variants + 1 if late.some_wait(plan) else 0
    for n in range(a.count):
        values = a.share[n] if a.transfer[n] == BY_POINTS else a.amount[n]
        if a.transfer[n] == BY_COMPANY:
            fan += plan.world.variants
            continue
        if a.transfer[n] == BY_STANDING:
            values = np.concatenate([values, -values])
        distinct = len(set(values[values != 0].tolist()))
        files = len({int(x) for x in t.points.reshape(-1)}) if plan.world.variants > 1 else 1
        per_event = min(plan.world.variants, max(distinct, 1) * max(files, 1))
        fan += MOST_NEIGHBOURS * per_event * (plan.lists.count if a.transfer[n] == BY_LISTING else 1)
    itemised = (t.capped >= 0) | (t.files >= 0).any(axis=1)
    alike = (t.seen == t.seen[:, :, :1]).all(axis=(1, 2, 3)) & (t.wrong == t.wrong[:, :, :1]).all(axis=(1, 2, 3))
    return Limits(
        candidates=int(t.row_len.sum()) if len(t.row_act) else 0,
        fan=fan,
        some_absent=int(some_absent or t.leaves.any()),
        some_cut=int(bool(a.cut_on.any() and a.cut.any())),
        some_hush=int(a.hush.any()),
        some_local=int(len(plan.score.lowest) > 1 or not plan.lists.in_region.all()),
        itemised=itemised.astype(np.uint8),
        plain=((t.special | t.by_list | t.by_group | t.by_region) == 0).astype(np.uint8)
        * np.uint8(not (some_absent or t.leaves.any() or t.other_luck)),
        accept=np.ascontiguousarray(t.accept.transpose(0, 1, 3, 2)),
        watch=np.stack((t.seen[..., 0], t.wrong[..., 0]), axis=2),
        seen_alike=alike.astype(np.uint8),
        scored_alike=(t.points == t.points[:, :1]).all(axis=1).astype(np.uint8),
        costs=np.asarray((t.points < 0).any(axis=1), np.uint8),
        gathers=(
            (t.points == t.points[:, :1]).all(axis=1) & (t.points[:, 0] != 0) & ~itemised & (t.circumstances == 0)
        ).astype(np.uint8),
    )


# --- from packed rows to columns ----------------------------------------------------------------------------------------------------


def _daily(plan: Plan, counts: I64) -> dict[str, I64]:
    names = [*COUNTERS, *(f"{c}_{e}" for e in range(plan.gates.count) for c in GATE_COUNTERS)]
    out = {}
    for k, name in enumerate(names):
        column = counts[..., k].astype(np.int64)
        out[name] = np.cumsum(column, axis=0) if k in STOCKS else column
    return out


def _cases(closed: list[U32], still_open: list[U32], today: int) -> dict[str, I64]:
    over = np.concatenate([np.zeros((0, CLOSED_WORDS), np.uint32), *closed])
    rest = np.concatenate([np.zeros((0, CASE_WORDS), np.uint32), *still_open])
    rows = np.concatenate([over, np.pad(rest, ((0, 0), (0, 1)))]).astype(np.int64)
    head = rows[:, 1]
    low, high = rows & 0xFFFF, rows >> 16
    c = {
        "person": rows[:, 0],
        "variant": head & 15,
        "list": head >> 4 & 15,
        "ordinal": head >> 8 & 255,
        "opened": low[:, 2],
        "notified": high[:, 2],
        "learnt": low[:, 3],
        "learnt_by": head >> 25 & 3,
        "appealed": high[:, 3],
        "decided": low[:, 4],
        "decision": head >> 23 & 3,
        "paid": low[:, 5],
        "closed": low[:, 8],
        "closed_by": high[:, 8],
        "basis": head >> 16 & 7,
        "rightful": head >> 19 & 1,
        "cause_kind": head >> 20 & 7,
        "cause_source": rows[:, 6],
        "cause_tag": rows[:, 7],
        "group": head >> 27,
    }
    end = np.where(c["closed"] > 0, c["closed"], today + 1)
    on_the_day = end - (c["closed_by"] == LEFT)
    for name, last in (("notified", end - 1), ("appealed", end - 1), ("decided", on_the_day), ("paid", on_the_day)):
        c[name] = np.where(c[name] <= np.minimum(last, today), c[name], 0)
    c["decision"] = np.where(c["decided"] > 0, c["decision"], 0)
    order = np.lexsort((c["list"], c["person"], c["opened"], c["variant"]))
    return {k: x[order] for k, x in c.items()}


def _people_at_the_end(columns: Columns) -> dict[str, NDArray[Any]]:
    out = dict(columns._asdict())
    out["on"] = columns.on & np.uint16(GONE - 1)
    out["chill"] = columns.chill.astype(np.uint8)
    for name in ("given_up", "refused", "left_on"):
        out[name] = np.broadcast_to(out[name], columns.on.shape)
    out["refused_ever"] = out.pop("refused")
    del out["told"]
    return out


def letter_columns(
    on: I64, rows: U32, absent: Absence | None = None, left_on: NDArray[np.uint16] | None = None
) -> dict[str, I64]:
    """Packed letters, delivered on the days `on`, as sorted columns; nothing that reaches nobody.

    `sent`, the day on which each left, where the rows say it; otherwise that is the day before.
    """
    x = rows.astype(np.int64)
    pack, mask = x[:, 3], x[:, 3] & 255
    if absent is not None:
        for person, variant in zip(absent.person, absent.variant, strict=True):
            mask = np.where(x[:, 0] == person, mask & ~(1 << int(variant)), mask)
    if left_on is not None:
        for v in range(left_on.shape[1]):
            left = left_on[x[:, 0], v]
            mask = np.where((left > 0) & (on > left), mask & ~(1 << v), mask)
    out = {
        "day": on,
        **({"sent": x[:, LETTER_WORDS]} if x.shape[1] > LETTER_WORDS else {}),
        "target": x[:, 0],
        "source": x[:, 1],
        "tag": x[:, 2],
        "kind": np.where(pack >> 14 & 3, pack >> 14 & 3, OWN),
        "association": pack >> 8 & 7,
        "hops": pack >> 11 & 7,
        "amount": (pack >> 16) - 32_768,
        "mask": mask,
    }
    keys = ("mask", "amount", "hops", "association", "kind", "tag", "source", "sent", "day", "target")
    order = np.lexsort(tuple(out[k] for k in keys if k in out))
    order = order[mask[order] != 0]
    return {k: v[order] for k, v in out.items()}


def _events(rows: list[U32]) -> dict[str, I64]:
    x = np.concatenate([np.zeros((0, EVENT_WORDS), np.uint32), *rows]).astype(np.int64)
    out = {
        "person": x[:, 0],
        "day": x[:, 1] & 0xFFFF,
        "event": x[:, 1] >> 16 & 255,
        "mask": x[:, 1] >> 24,
        "detail": x[:, 2],
        "source": x[:, 3],
        "tag": x[:, 4],
        "amount": np.where(x[:, 5] >= 2**31, x[:, 5] - 2**32, x[:, 5]),
    }
    order = np.lexsort(tuple(out[k] for k in ("amount", "detail", "tag", "source", "mask", "event", "day", "person")))
    return {k: v[order] for k, v in out.items()}


def live_all(
    plan: Plan,
    threads: int = 1,
    absent: Absence | None = None,
    keep_letters: bool = True,
    journalled: NDArray[np.uint8] | None = None,
) -> Result:
    """Live every day of a plan and return everything: for small worlds and tests."""
    engine = Engine(plan, threads, absent, keep_letters, journalled)
    try:
        return engine.run().result()
    finally:
        engine.close()
