"""What the kernels of the day read and write: counters, marks, what everyone has, what a block gathers; and the journal."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, uint32
from numpy.typing import NDArray

from glasshouse.kernels import phase, pure

# counters of a day, by variant, region and group; four more follow for every gate
(
    LISTED_NOW, LISTINGS, DELISTINGS, COMPLIED, NOTIFIED, APPEALS, CORRECTIONS, WRONGFUL, WRONGFUL_BY_RIGHTS, BOUNCED, LEFT_TODAY, TIES_CUT,
) = range(12)  # fmt: skip
COUNTERS = (
    "listed", "listings", "delistings", "complied", "notified", "appeals", "corrections", "wrongful_listed", "wrongful_listed_by_rights",
    "bounced", "left", "ties_cut",
)  # fmt: skip
GATE_COUNTERS = ("tries", "trips", "people", "evaded")
STOCKS = (LISTED_NOW, WRONGFUL, WRONGFUL_BY_RIGHTS)

# what `marks` counts: rows used in each buffer, people touched, items kept; then the room a refused block asks for
(
    AT_LETTER,
    AT_CASE,
    AT_CLOSED,
    AT_EVENT,
    AT_TOUCHED,
    AT_ITEM,
    NEED_LETTER,
    NEED_CASE,
    NEED_CLOSED,
    NEED_EVENT,
    NEED_ITEM,
    FETCHED,
) = range(12)
MARKS = 12
SCORE, MERITED, ON, CHILL = range(4)
"""What a person has in each variant: points; points, had every record been filed for the one who did it; a bit for each list they are on
(top bit: absent); 256ths of chillable conduct that stop."""
CAUSE, TAG, POINTS, MERIT = range(4)
"""A piece, or the sum of some: the heaviest cause (weight << 40 | kind << 32 | source) and its tag, points, and what the merited score
moves beyond the points."""
BELOW, ABOVE, CHILL_STEP, CHILL_MOST = range(4)
SETTLED = 1 << 16
"""Beside a touched slot: its score has moved already."""
BY_NOTICE, BY_REFUSAL = 1, 2
ELSEWHERE = 64
"""Beside the exit of a case that closes today: its person lives where the list is not, so that it lifts no score."""
GRANTED, DECISION_REFUSED = 1, 2
HAPPENED, SEEN, MISFILED, DENIED = range(4)
WHICH, SLOT, GROUP, DID, DID_SEE, DID_MISREAD = range(6)
"""Somebody acting: number of the candidate, slot and group, and the variants in which they act, are seen, and are misread."""
NOT_ASKED = 1 << 40
"""On the desk: no letter in this variant. An amount of 0 is a letter that only hushes."""


class People(NamedTuple):
    """What everyone has: person-major, written by the person's own block only."""

    state: NDArray[np.int16]  # [N, 4, K] by SCORE, MERITED, ON, CHILL: a person is one visit to memory
    given_up: NDArray[np.uint16]  # [N, K] bit per gate no longer tried
    refused: NDArray[np.uint16]  # [N, K] bit per gate ever refused
    ordinal: NDArray[np.uint8]  # [N, K, L] listings so far
    cap_used: NDArray[
        np.uint16
    ]  # [N, K, capped rules] items counted in this window, or the last day of one that cools off
    left_on: NDArray[np.uint16]  # [N, K] day they left, 0 never; [1, K] if nobody can
    told: NDArray[np.uint8]  # [N, K] bit per association: standing below its level was told; [1, K] if none tells


class Slots(NamedTuple):
    """What was gathered today for each person of a block; empty again in the evening.

    Most people touched on a day have one piece, alike in the variants it is for. So a slot has one place that a set of variants shares
    (the set of the first piece) and, for pieces of any other set, a lane for each variant. Sums and maxima do not mind where they are kept.
    """

    place: NDArray[np.int64]  # [B, 4] by CAUSE, TAG, POINTS, MERIT
    lane: NDArray[np.int64]  # [B, K, 4] likewise
    shared: NDArray[np.uint8]  # [B] variants that share the place; 0 if it is empty
    apart: NDArray[np.uint8]  # [B] variants with something in their lane
    head: NDArray[np.int32]  # [B] first item of a slot + 1, 0 none
    touched: NDArray[np.int32]  # [B] slots with anything of the above, each once


class Desk(NamedTuple):
    """What a block works with during a day."""

    slots: Slots
    sums: NDArray[np.int64]  # [K, 4] what is settled for one person, as in `lane`
    bars: NDArray[np.int64]  # [4, K] scores BELOW and ABOVE which some list may be entered; CHILL_STEP, CHILL_MOST
    item: NDArray[np.uint32]  # [room, 7] next + 1, act, kind, source, tag, mask, circumstances (4 bits a variant)
    filing: NDArray[np.uint64]  # [K, L, 2] greatest kind << 32 | source, and tag << 8 | act's circumstance, filed today
    filed: NDArray[np.uint8]  # [K, L]
    amount: NDArray[np.int64]  # [K]
    found: NDArray[np.int64]  # [MOST_NEIGHBOURS]
    keys: NDArray[np.int64]  # keys of the windows that were asked about last, see `world/ties.py`
    counted: NDArray[np.uint32]  # [2, rows of the count table] words of today's counts
    words: NDArray[np.uint32]  # [4, most candidates of a row] words of a row's candidates
    acting: NDArray[np.int64]  # [6, most candidates of a row] by WHICH to DID_MISREAD: acts with consequences
    hush: NDArray[np.int64]  # [B, K] 256ths that today's letters hush; [1, K] if no association does
    leaving: NDArray[np.uint8]  # [B] variants in which the person leaves this evening


class Rows(NamedTuple):
    """Buffers that grow between blocks, never inside one."""

    letters: NDArray[np.uint32]
    cases: NDArray[np.uint32]
    closed: NDArray[np.uint32]
    events: NDArray[np.uint32]


class Tally(NamedTuple):
    """Counters of the day of one chunk."""

    daily: NDArray[np.int64]  # [K, R, G, counters]
    acts: NDArray[np.int64]  # [K, C, 4]
    queued: NDArray[np.int64]  # [L, K] appeals that joined the queue


class Limits(NamedTuple):
    """The most that one block can need in one day, beside what its letters and cases bring; and what need not be asked."""

    candidates: int
    fan: int  # letters one event can send
    some_absent: int  # 1 if somebody is absent from some variant, or can leave one
    some_cut: int  # 1 if ties can be cut
    some_hush: int  # 1 if some association hushes
    some_local: int  # 1 if there are several scales, or a list is of some regions only
    itemised: NDArray[np.uint8]  # [C] acts that are kept as items
    plain: NDArray[np.uint8]  # [C] 1 if only liability and chilling decide: no group, place or list
    accept: NDArray[np.uint64]  # [R, P, Q, K] `ActTables.accept`, variant beside variant
    watch: NDArray[np.uint64]  # [C, P, 2, K] `ActTables.seen` and `.wrong` of the first group, likewise
    seen_alike: NDArray[np.uint8]  # [C] 1 if every variant sees and misfiles the act alike
    scored_alike: NDArray[np.uint8]  # [C] 1 if the act's points are the same in every variant
    costs: NDArray[np.uint8]  # [C] 1 if the act costs points in some variant
    gathers: NDArray[np.uint8]  # [C] 1 if a record is as many points in every variant, and no more


class Channels(NamedTuple):
    """What everybody knows in the morning: totals of yesterday evening (day.md, 9); and whose records of today are due today (14)."""

    news: NDArray[np.int64]  # [K] 256ths of chillable conduct that publicity stops
    wait: NDArray[np.int64]  # [L, K] days that an appeal filed today waits for a clerk; -1 for ever
    prompt: NDArray[np.int64]  # [C] variants in which a record that is made today is due today


class Log(NamedTuple):
    """The journal of those whose lives are written down event by event."""

    journalled: NDArray[np.uint8]  # [N], or [0] if nobody's is
    events: NDArray[np.uint32]
    marks: NDArray[np.int64]


class Work(NamedTuple):
    """Everything that a chunk reads and writes, beside the plan."""

    people: People
    desk: Desk
    tally: Tally
    rows: Rows
    marks: NDArray[np.int64]
    limits: Limits
    channels: Channels
    log: Log


@phase
def is_journalled(log, person):  # type: ignore[no-untyped-def]
    """Is this person's life written down event by event?"""
    return log.journalled.shape[0] > 0 and log.journalled[person] != 0


@pure
def note(log, person, day, code, mask, detail, source=0, tag=0, amount=0):  # type: ignore[no-untyped-def]
    """Write one event into the journal, if the person has one."""
    if log.journalled.shape[0] == 0 or log.journalled[person] == 0:
        return
    n = log.marks[AT_EVENT]
    log.events[n, 0] = uint32(person)
    log.events[n, 1] = uint32(int64(day) | (int64(code) << 16) | (int64(mask) << 24))
    log.events[n, 2] = uint32(detail)
    log.events[n, 3] = uint32(source)
    log.events[n, 4] = uint32(tag)
    log.events[n, 5] = uint32(amount)
    log.marks[AT_EVENT] = n + 1
