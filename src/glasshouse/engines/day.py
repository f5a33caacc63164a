"""The order of the day. One block of consecutive people lives one day; nobody outside it is touched.

    Morning
     1  what falls due       a decision that clears beats payment, expiry and recovery; all beat the service of notice   `fall_due`
     2  gates                listed people try, are refused, learn, go another way                                       `try_gates`
    Day
     3  yesterday's letters  what reached these people from others                                                       `read_letters`
     4  conduct              potential acts happen or not, are seen, missed or misfiled, are recorded                     `act`
    Evening
     5  points               each touched person's score moves once                                                      `settle`
     6  lists                entered on the new score or a filed record; a case opens with all its luck                   `enter_lists`
     7  answers              people do less of what cost them                                                            `settle`
     8  letters leave        a share of each demerit, a listing's shade                                                   `post`

Everything is decided from the state of the morning and only gathered until the evening, by sums, maxima and bits: no order of blocks,
letters, variants or threads can matter. `docs/day.md` is the normative text; its paragraph numbers stand beside the code here.
The functions below own every loop over people; what happens to one person is in `mechanisms/`, one file each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, uint32, uint64
from numpy.typing import NDArray

from glasshouse.chance import (
    CANDIDATE,
    CASE,
    COMPANY,
    COUNT,
    DEMAND,
    OTHER_LUCK,
    SECOND,
    TARGET,
    THIRD,
    TIE_CUT,
    TRAIT,
    below,
    draw,
    philox,
)
from glasshouse.chance import TIE as TIE_PAGE
from glasshouse.codes import (
    BY_COMPANY,
    BY_LISTING,
    BY_POINTS,
    BY_STANDING,
    CORRECTED,
    EXPIRED,
    INSIDER,
    LEFT,
    LISTED,
    OWN,
    OWN_ACT,
    PAID,
    RECOVERED,
    TIE,
    WRONG,
    WRONG_PERSON,
)
from glasshouse.engines.buffers import (
    E_ACT,
    E_APPEALED,
    E_BOUNCED,
    E_DECIDED,
    E_DENIED,
    E_GAVE_UP,
    E_GONE,
    E_LEARNT,
    E_LEFT,
    E_LISTED,
    E_NOTIFIED,
    E_OTHER_WAY,
    E_PAID,
    E_RECORD,
    E_REFUSED,
    E_SETTLED,
    E_STANDING,
    case_head,
    high_day,
    letter_amount,
    letter_kind,
    letter_pack,
    low_day,
    two_days,
)
from glasshouse.kernels import entry, phase, pure
from glasshouse.mechanisms import (
    adaptation,
    association,
    behaviour,
    consequences,
    lists,
    redress,
    registry,
    scoring,
    sensing,
)
from glasshouse.scenario.tables import (
    ABSENT,
    FIRST_TAG_OF_ASSOCIATIONS,
    GONE,
    MERGED_FILE,
    MERIT_ALONE,
    NO_CLERKS_NEEDED,
)
from glasshouse.world.belonging import group_of, region_of, residence_of, scale_at
from glasshouse.world.ties import STREAMS, ascending, generations, tied

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
BYTE_OF_BIT = np.array([sum(1 << (8 * v) for v in range(8) if mask >> v & 1) for mask in range(256)], np.uint64)
"""A byte for each variant of a mask, so that eight counters are one addition."""
laid_in = phase(philox.py_func)
"""`philox` laid into a loop instead of called from it: only so can the loop become vector code."""


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


# --- the journal --------------------------------------------------------------------------------------------------------------------


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


# --- 1  what falls due (day.md, 10-11) ----------------------------------------------------------------------------------------------


@phase
def fall_due(block_cases, day, world, rolls, delays, state, daily, rows, marks, queued, wait, some_local, log):  # type: ignore[no-untyped-def]
    """Every open case of the block: closed, or carried into today's buffer. Lists and scores change last: no order of cases matters."""
    before = marks[AT_CLOSED]
    for q in range(block_cases.shape[0]):
        head = int64(block_cases[q, 1])
        person, v, which = int64(block_cases[q, 0]), head & 15, (head >> 4) & 15
        cell = daily[v, region_of(person, world), head >> 27]
        over = int64(LEFT)
        bits = int64(state[person, ON, v])
        if not bits & GONE:
            if day == low_day(block_cases[q, 5]):
                if bounces(
                    block_cases, q, day, bits, rolls.freezes, rolls.retry, rolls.stream[which], world.k0, world.k1
                ):
                    cell[BOUNCED] += 1
                    note(log, person, day, E_BOUNCED, 1 << v, which)
                else:
                    cell[COMPLIED] += 1
                    note(log, person, day, E_PAID, 1 << v, which)
            score = int64(state[person, SCORE, v])
            over = closes_by(block_cases, q, day, score, rolls.exit_score[which, v], rolls.trigger[which])
            if day == low_day(block_cases[q, 4]):
                note(log, person, day, E_DECIDED, 1 << v, which, (head >> 23) & 3)
        away = int64(0)
        if over and some_local and not rolls.in_region[which, residence_of(person, day, world)]:
            over, away = over if over != RECOVERED else int64(0), int64(ELSEWHERE)
        if over:
            close(block_cases, q, over, away, day, cell, rows.closed, marks)
            note(log, person, day, E_LEFT, 1 << v, which, over)
            continue
        n = marks[AT_CASE]
        for z in range(8):
            rows.cases[n, z] = block_cases[q, z]
        marks[AT_CASE] = n + 1
        if day == high_day(block_cases[q, 2]):
            cell[NOTIFIED] += 1
            note(log, person, day, E_NOTIFIED, 1 << v, which)
            if low_day(block_cases[q, 3]) == 0:
                learn(rows.cases, n, day, BY_NOTICE, rolls, delays, world)
                note(log, person, day, E_LEARNT, 1 << v, which, BY_NOTICE)
        if day == high_day(block_cases[q, 3]):
            cell[APPEALS] += 1
            note(log, person, day, E_APPEALED, 1 << v, which)
            if rolls.clerks[which, v] != NO_CLERKS_NEEDED and low_day(rows.cases[n, 4]):
                queued[which, v] += 1
                stand_in_line(rows.cases, n, wait[which, v])
    for n in range(before, marks[AT_CLOSED]):
        person, head = int64(rows.closed[n, 0]), int64(rows.closed[n, 1])
        v, which = head & 15, (head >> 4) & 15
        state[person, ON, v] &= ~(1 << which)
        if high_day(rows.closed[n, 8]) & ELSEWHERE:
            rows.closed[n, 8] = two_days(day, high_day(rows.closed[n, 8]) & ~ELSEWHERE)
        elif rolls.trigger[which] == lists.SCORE_BELOW:
            state[person, SCORE, v] = max(int64(state[person, SCORE, v]), rolls.threshold[which, v])


@pure
def bounces(cases, q, day, bits, freezes, retry, stream, k0, k1):  # type: ignore[no-untyped-def]
    """Is today's payment refused, because what the person owns is frozen? It is then tried again later (10 a)."""
    head = int64(cases[q, 1])
    v, which = head & 15, (head >> 4) & 15
    likely = uint64(0)
    for x in range(freezes.shape[0]):
        if bits >> x & 1:
            likely = max(likely, freezes[x, v])
    if likely == 0:
        return False
    w0, _, _, _ = draw((which << 8) | ((head >> 8) & 255), day, CASE, 0, cases[q, 0], stream, k0, k1)
    if not redress.is_frozen(uint64(w0), likely):
        return False
    days = max(retry[which, v], 1)
    paid = redress.day_or_never(day + days)
    clears = int64(high_day(cases[q, 5]))
    if clears:
        clears = redress.day_or_never(clears + days) if paid else int64(0)
    cases[q, 5] = two_days(paid, clears)
    return True


@pure
def stand_in_line(cases, n, wait):  # type: ignore[no-untyped-def]
    """An appeal filed today is decided later by as many days as the clerks are behind; never, if there are none (10 f)."""
    decided = int64(0)
    if wait >= 0:
        decided = redress.day_or_never(int64(low_day(cases[n, 4])) + wait)
    if decided == 0:
        cases[n, 1] = uint32(int64(cases[n, 1]) & ~(3 << 23))
    cases[n, 4] = two_days(decided, high_day(cases[n, 4]))


@pure
def closes_by(cases, q, day, score, exit_score, trigger):  # type: ignore[no-untyped-def]
    """How a case ends today, or 0: a decision that clears beats payment, payment beats expiry, expiry beats recovery."""
    if day == low_day(cases[q, 4]) and (int64(cases[q, 1]) >> 23) & 3 == GRANTED:
        return CORRECTED
    if day == high_day(cases[q, 5]):
        return PAID
    if day == high_day(cases[q, 4]):
        return EXPIRED
    return RECOVERED if lists.has_recovered(trigger, exit_score, score) else 0


@pure
def close(cases, q, over, away, day, cell, closed, marks):  # type: ignore[no-untyped-def]
    """Write the case down as closed, and count it."""
    head = int64(cases[q, 1])
    cell[LISTED_NOW] -= 1
    cell[DELISTINGS] += 1
    if over == CORRECTED:
        cell[CORRECTIONS] += 1
    if not (head >> 19) & 1:
        cell[WRONGFUL] -= 1
    if (head >> 16) & 7 != OWN_ACT:
        cell[WRONGFUL_BY_RIGHTS] -= 1
    n = marks[AT_CLOSED]
    for z in range(8):
        closed[n, z] = cases[q, z]
    closed[n, 8] = two_days(day, over | away)
    marks[AT_CLOSED] = n + 1


@pure
def delay(delays, which, word):  # type: ignore[no-untyped-def]
    """Days that a word waits by a table of delays, or -1: never."""
    return redress.wait(delays.cut, delays.first[which], delays.length[which], uint64(word))


@pure
def learn(cases, n, day, how, rolls, delays, world):  # type: ignore[no-untyped-def]
    """A person learns today that they are listed; whether they appeal, and what comes of it, is read off the case's own marks (11)."""
    head = int64(cases[n, 1])
    v = head & 15
    which = (head >> 4) & 15
    basis = (head >> 16) & 7
    index = (which << 8) | ((head >> 8) & 255)
    _, _, w2, w3 = draw(index, 0, CASE, 0, cases[n, 0], rolls.stream[which], world.k0, world.k1)
    s0, s1, s2, _ = draw(index, 0, SECOND, 0, cases[n, 0], rolls.stream[which], world.k0, world.k1)
    appealed = int64(0)
    decided = int64(0)
    if uint64(w2) < rolls.appeals[which, v, basis]:
        days = delay(delays, rolls.appeal_delay[which, v], s0)
        if days >= 0:
            appealed = redress.day_or_never(max(day + days, day + 1))
        if appealed and uint64(s1) < rolls.answered[which, v]:
            days = delay(delays, rolls.decide_delay[which, v], s2)
            if days >= 0:
                decided = redress.day_or_never(appealed + 1 + days)
    decision = int64(0)
    if decided:
        decision = GRANTED if uint64(w3) < rolls.upheld[which, v, basis] else DECISION_REFUSED
    cases[n, 1] = uint32(head | (decision << 23) | (how << 25))
    cases[n, 3] = two_days(day, appealed)
    cases[n, 4] = two_days(decided, high_day(cases[n, 4]))


# --- 2  gates (day.md, 12) ----------------------------------------------------------------------------------------------------------


@phase
def try_gates(start, day, world, rolls, delays, gates, people, daily, cases, marks, log):  # type: ignore[no-untyped-def]
    """Every open case of the block: does its person try a gate that this list, before the others, binds?"""
    for n in range(start, marks[AT_CASE]):
        head = int64(cases[n, 1])
        person, v, which = int64(cases[n, 0]), head & 15, (head >> 4) & 15
        bits = int64(people.state[person, ON, v])
        for e in range(gates.count):
            binding = gates.lists[e, v] & bits
            if binding == 0 or binding & ((1 << which) - 1) or not binding & (1 << which):
                continue
            if int64(people.given_up[person, v]) >> e & 1:
                continue
            if gates.trip[e, gates.period[e, day], v] != 0:
                try_gate(day, n, person, v, which, e, world, rolls, delays, gates, people, daily, cases, log)


@phase
def try_gate(day, n, person, v, which, e, world, rolls, delays, gates, people, daily, cases, log):  # type: ignore[no-untyped-def]
    """One gate on one day: not tried, gone round, or refused; who is refused may learn why, and may give up."""
    period, group = gates.period[e, day], int64(cases[n, 1]) >> 27
    w0, w1, w2, w3 = draw(0, day, DEMAND, 0, person, gates.stream[e], world.k0, world.k1)
    if not consequences.wants_trip(uint64(w0), gates.trip[e, period, v]):
        return
    t0, t1, _, _ = draw(0, 0, TRAIT, 0, person, gates.stream[e], world.k0, world.k1)
    if uint64(t0) >= gates.user[e, v, group]:
        return
    first = len(COUNTERS) + len(GATE_COUNTERS) * e
    cell = daily[v, region_of(person, world), group]
    if consequences.goes_another_way(uint64(w2), gates.evade[e, period, v]):
        cell[first + 3] += 1
        note(log, person, day, E_OTHER_WAY, 1 << v, e)
        return
    tries = int64(1)
    while gates.tries_cut[e, period, v, tries - 1] <= uint64(w1):
        tries += 1
    cell[first] += tries
    cell[first + 1] += 1
    if not int64(people.refused[person, v]) >> e & 1:
        cell[first + 2] += 1
        people.refused[person, v] |= np.uint16(1 << e)
    note(log, person, day, E_REFUSED, 1 << v, e, 0, 0, tries)
    if low_day(cases[n, 3]) == 0 and rolls.refusal_tells[which, v]:
        learn(cases, n, day, BY_REFUSAL, rolls, delays, world)
        note(log, person, day, E_LEARNT, 1 << v, which, BY_REFUSAL)
    if consequences.gives_up(uint64(w3), gates.learns[e, v], uint64(t1), gates.never_learns[e, v]):
        people.given_up[person, v] |= np.uint16(1 << e)
        note(log, person, day, E_GAVE_UP, 1 << v, e)


# --- gathering (day.md, 15) ---------------------------------------------------------------------------------------------------------


@phase
def touch(slots, marks, slot):  # type: ignore[no-untyped-def]
    """Remember a slot for which nothing was gathered before today."""
    if slots.shared[slot] == 0 and slots.apart[slot] == 0 and slots.head[slot] == 0:
        slots.touched[marks[AT_TOUCHED]] = slot
        marks[AT_TOUCHED] += 1


@phase
def gather(slots, marks, slot, mask, points, merit, cause, tag):  # type: ignore[no-untyped-def]
    """A piece, alike in every variant of `mask`."""
    touch(slots, marks, slot)
    if slots.shared[slot] == 0:
        slots.shared[slot] = mask
        put_down(slots.place[slot], points, merit, cause, tag)
    elif slots.shared[slot] == mask:
        add(slots.place[slot], points, merit, cause, tag)
    else:
        gather_apart(slots.lane[slot], slots.apart, slot, mask, points, merit, cause, tag)


@pure
def gather_apart(lane, apart, slot, mask, points, merit, cause, tag):  # type: ignore[no-untyped-def]
    """The same in each variant's own lane."""
    for v in range(lane.shape[0]):
        if mask >> v & 1:
            if int64(apart[slot]) >> v & 1:
                add(lane[v], points, merit, cause, tag)
            else:
                put_down(lane[v], points, merit, cause, tag)
    apart[slot] |= mask


@phase
def put_down(place, points, merit, cause, tag):  # type: ignore[no-untyped-def]
    """The first piece at a place."""
    place[CAUSE], place[TAG], place[POINTS], place[MERIT] = cause, tag, points, merit


@phase
def add(place, points, merit, cause, tag):  # type: ignore[no-untyped-def]
    """One more: points are summed, the heavier cause stays."""
    place[POINTS] += points
    place[MERIT] += merit
    if cause > place[CAUSE] or (cause == place[CAUSE] and tag > place[TAG]):
        place[CAUSE], place[TAG] = cause, tag


@pure
def cause_of(points, kind, source):  # type: ignore[no-untyped-def]
    """How heavily a piece weighs as a cause, what kind it is and whence, in one number that can be compared."""
    return (max(-int64(points), 0) << 40) | (int64(kind) << 32) | int64(source)


@phase
def gather_act(slot, mask, c, kind, source, tag, points, scored_alike, desk, marks):  # type: ignore[no-untyped-def]
    """A piece with the act's points; variants with the same points share it."""
    left = mask
    while left:
        v = int64(0)
        while not left >> v & 1:
            v += 1
        same = left
        if not scored_alike[c]:
            same = int64(0)
            for x in range(v, points.shape[1]):
                if left >> x & 1 and points[c, x] == points[c, v]:
                    same |= 1 << x
        left &= ~same
        if points[c, v] != 0:
            merit = -points[c, v] if kind == WRONG else int64(0)
            gather(desk.slots, marks, slot, same, points[c, v], merit, cause_of(points[c, v], kind, source), int64(tag))


@phase
def keep_item(desk, marks, slot, act, kind, source, tag, mask, circumstances):  # type: ignore[no-untyped-def]
    """Keep a record that counts one by one, in the order (act, kind, source, tag) among the slot's items."""
    touch(desk.slots, marks, slot)
    n = marks[AT_ITEM]
    marks[AT_ITEM] = n + 1
    mine = desk.item[n]
    mine[1], mine[2], mine[3], mine[4], mine[5], mine[6] = act, kind, source, tag, mask, circumstances
    before = int64(-1)
    at = int64(desk.slots.head[slot]) - 1
    while at >= 0 and comes_before(desk.item[at], mine):
        before = at
        at = int64(desk.item[at, 0]) - 1
    mine[0] = uint32(at + 1)
    if before < 0:
        desk.slots.head[slot] = n + 1
    else:
        desk.item[before, 0] = uint32(n + 1)


@pure
def comes_before(a, b):  # type: ignore[no-untyped-def]
    """Order of two items: by act, kind, source, tag."""
    for z in range(1, 5):
        if a[z] != b[z]:
            return a[z] < b[z]
    return True


@phase
def send(a, person, kind, hops, tag, may_cut, world, bonds, ties, state, desk, letters, marks):  # type: ignore[no-untyped-def]
    """The amounts on the desk (points by variant) go to each neighbour; variants with the same amount share a letter."""
    n = int64(-1)
    for v in range(world.variants):
        amount = desk.amount[v]
        if amount == NOT_ASKED:
            continue
        mask = take_alike(desk.amount, v)
        if n < 0:
            n = tied(int64(bonds.kind[a]), person, world.people, ties, world.k0, world.k1, desk.keys, desk.found)
            if bonds.toward[a]:
                n = generations(
                    int64(bonds.toward[a]), person, desk.found, n, ties.beyond[0], ties.house_role, world.k0, world.k1
                )
        pack = letter_pack(amount, kind, hops, a, mask)
        if may_cut:
            for k in range(n):
                left = uncut(
                    mask,
                    person,
                    desk.found[k],
                    int64(bonds.kind[a]),
                    bonds.cut,
                    bonds.cut_on,
                    state,
                    STREAMS,
                    world.k0,
                    world.k1,
                )
                if left:
                    less = letter_pack(amount, kind, hops, a, left)
                    write_letter(letters, marks[AT_LETTER], desk.found[k], person, int64(tag), int64(less))
                    marks[AT_LETTER] += 1
        else:
            for k in range(n):
                write_letter(letters, marks[AT_LETTER] + k, desk.found[k], person, int64(tag), int64(pack))
            marks[AT_LETTER] += n


@pure
def uncut(mask, person, other, kind, cut, cut_on, state, streams, k0, k1):  # type: ignore[no-untyped-def]
    """Those variants of a mask in which the tie between the two is not cut (17)."""
    left = mask
    for v in range(state.shape[2]):
        if (
            left >> v & 1
            and int64(state[person, ON, v]) & cut_on[v]
            and is_cut(person, other, kind, v, cut, streams, k0, k1)
        ):
            left &= ~(1 << v)
    return left


@pure
def is_cut(person, other, kind, v, cut, streams, k0, k1):  # type: ignore[no-untyped-def]
    """Is this tie one that ends when one of the two is listed? Luck of the pair, the same in every variant."""
    if cut[kind, v] == 0:
        return False
    w0, _, _, _ = draw(max(person, other), 0, TIE_CUT, 0, min(person, other), streams[kind], k0, k1)
    return adaptation.is_cut(uint64(w0), cut[kind, v])


@pure
def count_cut(mask, person, world, bonds, ties, desk, cells):  # type: ignore[no-untyped-def]
    """Ties that a person loses by a listing, counted by variant (16)."""
    for kind in range(bonds.cut.shape[0]):
        n = int64(-1)
        for v in range(world.variants):
            if not mask >> v & 1 or bonds.cut[kind, v] == 0:
                continue
            if n < 0:
                n = tied(int64(kind), person, world.people, ties, world.k0, world.k1, desk.keys, desk.found)
            for k in range(n):
                if is_cut(person, desk.found[k], int64(kind), v, bonds.cut, STREAMS, world.k0, world.k1):
                    cells[v, TIES_CUT] += 1


@pure
def take_alike(amounts, v):  # type: ignore[no-untyped-def]
    """The variants with the amount of `v`; their amounts are taken."""
    amount, mask = amounts[v], int64(0)
    for x in range(v, amounts.shape[0]):
        if amounts[x] == amount:
            mask |= 1 << x
            amounts[x] = NOT_ASKED
    return mask


@pure
def write_letter(letters, n, target, source, tag, pack):  # type: ignore[no-untyped-def]
    """Put down one letter."""
    letters[n, 0] = uint32(target)
    letters[n, 1] = uint32(source)
    letters[n, 2] = uint32(tag)
    letters[n, 3] = uint32(pack)


@phase
def share_demerit(person, c, mask, tag, world, acts, bonds, ties, state, desk, letters, marks, limits):  # type: ignore[no-untyped-def]
    """An own demerit that was counted reaches the people tied to its author (15, 17); one that files for a list does not."""
    for a in range(bonds.count):
        if bonds.transfer[a] == BY_POINTS and bonds.of_acts[a, c]:
            for v in range(world.variants):
                if mask >> v & 1 and acts.files[c, v] < 0:
                    hand_on(desk.amount, v, acts.points[c, v], bonds.share[a, v])
            send(a, person, int64(TIE), int64(1), tag, limits.some_cut, world, bonds, ties, state, desk, letters, marks)


@phase
def hand_on(amounts, v, points, share):  # type: ignore[no-untyped-def]
    """Put the share of a demerit that travels on the desk, if any does."""
    amount = association.handed_on(points, int64(share))
    amounts[v] = amount if amount != 0 else NOT_ASKED


# --- 3  yesterday's letters (day.md, 13) --------------------------------------------------------------------------------------------


@phase
def read_letters(inbox, base, day, world, acts, bonds, ties, state, desk, letters, marks, limits, log):  # type: ignore[no-untyped-def]
    """Letters addressed to this block, gathered in any order."""
    is_plain = not (limits.some_absent or limits.some_hush or log.journalled.shape[0] > 0)
    if is_plain and read_together(inbox, base, bonds.max_hops, desk.slots, marks) == inbox.shape[0]:
        return
    for q in range(inbox.shape[0]):
        if is_plain and goes_no_further(int64(inbox[q, 3]), bonds.max_hops):
            continue
        person = int64(inbox[q, 0])
        slot = (person - base) & 0xFFFF
        source, tag, pack = inbox[q, 1], inbox[q, 2], int64(inbox[q, 3])
        kind, amount = letter_kind(pack), letter_amount(pack)
        a, hops = (pack >> 8) & 7, (pack >> 11) & 7
        mask = pack & 255
        if limits.some_absent:
            mask = present(state, person, mask)
        if mask == 0:
            continue
        if kind == OWN and amount == MERIT_ALONE:
            bring_merit(slot, mask, acts.points, int64(tag) & 255, desk, marks)
            continue
        if is_journalled(log, person):
            note(log, person, day, E_RECORD, mask, kind, source, tag, int64(0) if kind == OWN else amount)
        if kind == WRONG and tag == uint32(MERGED_FILE):
            gather(desk.slots, marks, slot, mask, amount, -amount, cause_of(amount, kind, source), int64(tag))
            continue
        c, first, beyond = int64(tag) & 255, a, int64(0)
        if kind in (WRONG, OWN):
            if limits.itemised[c]:
                keep_item(desk, marks, slot, c, kind, source, tag, mask, amount * 0x11111111)
                continue
            gather_act(slot, mask, c, kind, source, tag, acts.points, limits.scored_alike, desk, marks)
            if kind == OWN and limits.costs[c]:
                first, beyond, hops = int64(0), bonds.count, int64(0)
        elif kind == TIE and hops < bonds.max_hops[a]:
            beyond = a + 1
        if kind not in (WRONG, OWN) and amount != 0:
            gather(desk.slots, marks, slot, mask, amount, int64(0), cause_of(amount, kind, source), int64(tag))
        if limits.some_hush and kind not in (WRONG, OWN):
            for v in range(world.variants):
                if mask >> v & 1 and bonds.hush[a, v]:
                    gather(desk.slots, marks, slot, int64(1) << v, int64(0), int64(0), int64(0), int64(0))
                    desk.hush[slot, v] += bonds.hush[a, v]
        for x in range(first, beyond):
            if kind == TIE or (bonds.transfer[x] == BY_POINTS and bonds.of_acts[x, c]):
                for v in range(world.variants):
                    if mask >> v & 1 and (kind == TIE or acts.files[c, v] < 0):
                        hand_on(desk.amount, v, amount if kind == TIE else acts.points[c, v], bonds.share[x, v])
                send(
                    x,
                    person,
                    int64(TIE),
                    hops + 1,
                    tag,
                    limits.some_cut,
                    world,
                    bonds,
                    ties,
                    state,
                    desk,
                    letters,
                    marks,
                )


@pure
def read_together(inbox, base, max_hops, slots, marks):  # type: ignore[no-untyped-def]
    """Gather those letters that are points and nothing else. Returns how many they were."""
    many = int64(0)
    for q in range(inbox.shape[0]):
        pack = int64(inbox[q, 3])
        if goes_no_further(pack, max_hops):
            many += 1
            amount = letter_amount(pack)
            if amount != 0:
                slot, cause = (int64(inbox[q, 0]) - base) & 0xFFFF, cause_of(amount, letter_kind(pack), inbox[q, 1])
                gather(slots, marks, slot, pack & 255, amount, int64(0), cause, int64(inbox[q, 2]))
    return many


@pure
def goes_no_further(pack, max_hops):  # type: ignore[no-untyped-def]
    """Does a letter bring points to its reader, who tells nobody?"""
    kind = letter_kind(pack)
    return kind == LISTED or (kind == TIE and (pack >> 11) & 7 >= max_hops[(pack >> 8) & 7])


@pure
def bring_merit(slot, mask, points, c, desk, marks):  # type: ignore[no-untyped-def]
    """The merit of a record that is in another's file comes late: the points go to the merited score alone (13)."""
    touch(desk.slots, marks, slot)
    for v in range(points.shape[1]):
        if mask >> v & 1:
            mine = desk.slots.lane[slot]
            gather_apart(mine, desk.slots.apart, slot, 1 << v, int64(0), points[c, v], int64(0), int64(0))


@pure
def present(state, person, mask):  # type: ignore[no-untyped-def]
    """Those variants of a mask in which the person is there."""
    for v in range(state.shape[2]):
        if int64(state[person, ON, v]) & (ABSENT | GONE):
            mask &= ~(1 << v)
    return mask


@pure
def exists(state, person, mask):  # type: ignore[no-untyped-def]
    """Those variants of a mask in which the person is not absent from the first day. Whether they left is theirs to know: another block's
    evening may be writing it now."""
    for v in range(state.shape[2]):
        if int64(state[person, ON, v]) & ABSENT:
            mask &= ~(1 << v)
    return mask


# --- 4  conduct (day.md, 14) --------------------------------------------------------------------------------------------------------


@pure
def write_tallies(done, c, happened, seen, wrong):  # type: ignore[no-untyped-def]
    """Counts held eight variants to a word, one byte each, go to the day's counters."""
    for v in range(done.shape[0]):
        shift = uint64(8 * v)
        done[v, c, HAPPENED] += int64((happened >> shift) & uint64(255))
        done[v, c, SEEN] += int64((seen >> shift) & uint64(255))
        done[v, c, MISFILED] += int64((wrong >> shift) & uint64(255))


@pure
def draw_counts(day, b, row_act, row_strip, stream, k0, k1, counted):  # type: ignore[no-untyped-def]
    """Words of every row's count, one loop that the compiler turns into vector code."""
    for r in range(row_act.shape[0]):
        what = uint32(uint32(day) | uint32(COUNT << uint32(16)) | uint32(row_strip[r] << uint32(24)))
        counted[0, r], counted[1, r], _, _ = laid_in(
            uint32(0), what, uint32(b), stream[row_act[r]], uint32(k0), uint32(k1)
        )


@pure
def draw_candidates(n, day, b, strip, stream, k0, k1, words):  # type: ignore[no-untyped-def]
    """Words of a row's candidates, likewise: about 2 ns a draw where one by one takes 16."""
    what = uint32(uint32(day) | uint32(CANDIDATE << uint32(16)) | uint32(strip << uint32(24)))
    for e in range(n):
        w0, w1, w2, w3 = laid_in(uint32(e), what, uint32(b), stream, uint32(k0), uint32(k1))
        words[0, e], words[1, e], words[2, e], words[3, e] = w0, w1, w2, w3


@phase
def act(b, base, day, world, acts, bonds, rolls, ties, state, desk, done, letters, marks, limits, channels, log):  # type: ignore[no-untyped-def]
    """Potential acts of the block: each row of the count table has its candidates, drawn together. Who acts is found out first, for all of
    them, and then what comes of each act that was seen."""
    k0, k1 = world.k0, world.k1
    draw_counts(day, b, acts.row_act, acts.row_strip, acts.stream, k0, k1, desk.counted)
    keeps_unseen = log.journalled.shape[0] > 0
    for r in range(acts.row_act.shape[0]):
        c = (
            int64(acts.row_act[r]) & 255
        )  # masks say "not negative" to the compiler, which then drops a test from every index
        n = how_many(acts.row_cdf, acts.row_guide, acts.row_len[r], r, desk.counted[0, r], desk.counted[1, r])
        if n == 0:
            continue
        stream, strip = acts.stream[c], acts.row_strip[r]
        period = int64(acts.period[c, day]) & 0xFFFF
        draw_candidates(n, day, b, strip, stream, k0, k1, desk.words)
        multiplier, offset = int64(1), int64(0)
        if acts.unequal[c]:
            w0, w1, _, _ = draw(0, 0, TIE_PAGE, 0, b, stream, k0, k1)
            multiplier, offset = int64(w0) | 1, int64(w1)
        if limits.plain[c]:
            m = look_plainly(
                n, acts.row_first[r], acts.row_width[r], base, world.block, world.people, acts.unequal[c], multiplier,
                offset, acts.rank_class[c], limits.accept[r, period], limits.watch[c, period], acts.chillable[c],
                channels.news, c, keeps_unseen, state, desk.words, desk.acting, done,
            )  # fmt: skip
        else:
            m = look_closely(
                n, r, c, period, b, base, day, stream, strip, multiplier, offset, world, acts, rolls, state, desk, done,
                marks, limits, channels, log,
            )  # fmt: skip
        is_gathered = limits.gathers[c] and channels.prompt[c] == (1 << world.variants) - 1 and not keeps_unseen
        is_shared = bonds.count and limits.costs[c] and not limits.itemised[c]
        if is_gathered:
            gather_together(m, c, strip, base, int64(acts.points[c, 0]), desk.acting, desk.slots, marks)
        for x in range(m):
            if is_gathered and not is_shared and not acts.special[c] and desk.acting[DID_MISREAD, x] == 0:
                continue
            e, slot = desk.acting[WHICH, x], desk.acting[SLOT, x] & 0xFFFF
            seen, wrong = desk.acting[DID_SEE, x], desk.acting[DID_MISREAD, x]
            person = (base + slot) & 0xFFFFFFFF
            tag = uint32(c | (int64(strip) << 8) | (e << 16))
            recorded, circumstances = seen, int64(0)
            if seen and acts.circumstances[c]:
                w0, w1, _, _ = draw(e, day, SECOND, strip, b, stream, k0, k1)
                group = desk.acting[GROUP, x]
                recorded, circumstances = go_on(acts.circ_cut, acts.goes_on, c, period, group, seen, w0, w1)
            if is_journalled(log, person):
                detail = seen | wrong << 8 | recorded << 16
                note(log, person, day, E_ACT, desk.acting[DID, x], detail, circumstances, tag)
            if recorded & ~wrong:
                own = recorded & ~wrong
                at_once = own & channels.prompt[c]
                if at_once:
                    if not is_gathered:
                        file_own(slot, person, c, at_once, circumstances, tag, acts, desk, marks, limits)
                    if is_shared:
                        share_demerit(
                            person, c, at_once, tag, world, acts, bonds, ties, state, desk, letters, marks, limits
                        )
                if at_once != own:
                    file_later(person, own & ~at_once, circumstances, tag, letters, marks)
                if acts.special[c]:
                    for a in range(bonds.count):
                        if bonds.transfer[a] == BY_COMPANY and bonds.of_acts[a, c]:
                            w0, w1, _, _ = draw(e, day, COMPANY + uint32(a), strip, b, stream, k0, k1)
                            was_seen_with(
                                a, person, own, w0, w1, limits.some_cut, world, bonds, ties, state, desk, letters, marks
                            )
            if recorded & wrong:
                w0, w1, _, _ = draw(e, day, TARGET, strip, b, stream, k0, k1)
                if acts.aims[c] < 0:
                    other = one_alike(person, w0, w1, world.people, ties.beyond[0])
                    file_elsewhere(
                        slot, person, other, c, recorded & wrong, tag, channels.prompt[c], acts, state, desk, letters,
                        marks,
                    )  # fmt: skip
                else:
                    aim(
                        int64(acts.aims[c]), person, recorded & wrong, tag, w0, w1, world, ties, state, desk, letters,
                        marks,
                    )  # fmt: skip


@pure
def look_plainly(  # type: ignore[no-untyped-def]
    n, first, width, base, block, people, unequal, multiplier, offset, rank_class, accept, watch, chills, news, c,
    keeps_unseen, state, words, acting, done
):  # fmt: skip
    """Who does an act that is plain (`Limits`), who is seen and who is misread, in every variant without a branch: returns how many are
    looked at further."""
    m = int64(0)
    unwritten = int64(0)
    many_happened = many_seen = many_wrong = uint64(0)
    for e in range(n):
        rank = first + int64((uint64(words[0, e]) * uint64(width)) >> uint64(32))
        slot, q = rank & 0xFFFF, int64(0)
        if unequal:
            slot, q = behaviour.scattered(rank, multiplier, offset, block) & 0xFFFF, int64(rank_class[rank])
        person = (base + slot) & 0xFFFFFFFF
        if person >= people:
            continue
        chill, likely = state[person, CHILL], accept[q]
        if chill.shape[0] == 1:  # a loop for several at once takes longer than one alone
            happened, seen, wrong = looked_at(0, e, words, likely, watch, chills, chill, news)
        else:
            happened = seen = wrong = int64(0)
            for v in range(chill.shape[0]):
                happens, sees, misreads = looked_at(v, e, words, likely, watch, chills, chill, news)
                happened |= happens << v
                seen |= sees << v
                wrong |= misreads << v
        many_happened += BYTE_OF_BIT[happened]
        many_seen += BYTE_OF_BIT[seen]
        many_wrong += BYTE_OF_BIT[wrong]
        unwritten += 1
        if unwritten == 255:
            write_tallies(done, c, many_happened, many_seen, many_wrong)
            unwritten = 0
            many_happened = many_seen = many_wrong = uint64(0)
        acting[WHICH, m], acting[SLOT, m], acting[DID, m] = e, slot, happened
        acting[DID_SEE, m], acting[DID_MISREAD, m] = seen, wrong
        m += int64((seen | (happened & -int64(keeps_unseen))) != 0)
    write_tallies(done, c, many_happened, many_seen, many_wrong)
    return m


@pure
def looked_at(v, e, words, likely, watch, chills, chill, news):  # type: ignore[no-untyped-def]
    """Does a candidate act in a variant, is it seen, is it misread: 0 or 1 each."""
    quiet = max(int64(chill[v]), news[v]) & -int64(chills)
    happens = int64(uint64(words[1, e]) < behaviour.chilled(likely[v], quiet))
    sees = happens & int64(sensing.is_seen(uint64(words[2, e]), watch[0, v]))
    return happens, sees, sees & int64(sensing.is_misfiled(uint64(words[3, e]), watch[1, v]))


@phase
def look_closely(  # type: ignore[no-untyped-def]
    n, r, c, period, b, base, day, stream, strip, multiplier, offset, world, acts, rolls, state, desk, done, marks, limits,
    channels, log
):  # fmt: skip
    """The same for any act: groups, regions, lists, liability and what the act asks for have their say."""
    is_special, differs_by_region = acts.special[c] != 0, acts.by_region[c] != 0
    keeps_unseen = log.journalled.shape[0] > 0
    m = int64(0)
    unwritten = int64(0)
    many_happened = many_seen = many_wrong = uint64(0)
    for e in range(n):
        rank = acts.row_first[r] + int64((uint64(desk.words[0, e]) * uint64(acts.row_width[r])) >> uint64(32))
        slot = rank & 0xFFFF
        if acts.unequal[c]:
            slot = behaviour.scattered(rank, multiplier, offset, world.block) & 0xFFFF
        person = (base + slot) & 0xFFFFFFFF
        if person >= world.people:
            continue
        group = group_of(person, world) if acts.by_group[c] else int64(0)
        word = uint64(desk.words[1, e])
        region = residence_of(person, day, world) if differs_by_region else int64(0)
        happened = happens(
            r, c, period, person, rank, group, region, word, acts, state, rolls.count, limits.some_absent, channels.news
        )
        if happened == 0:
            continue
        granted = happened
        if is_special:
            granted = allowed(person, c, day, happened, acts.asks, acts.barred, state, done, log)
            if acts.leaves[c] and granted:
                gather(desk.slots, marks, slot, granted, int64(0), int64(0), int64(0), int64(0))
                desk.leaving[slot] |= granted
        chance = uint64(desk.words[2, e])
        if differs_by_region:
            seen = noticed_there(c, period, group, region, granted, chance, acts.seen, acts.region_seen)
        else:
            seen = noticed(c, period, group, granted, chance, acts.seen, limits.seen_alike[c])
        wrong = misread(c, period, group, seen, uint64(desk.words[3, e]), acts.wrong, limits.seen_alike[c])
        if acts.other_luck & granted:
            w0, w1, _, _ = draw(e, day, OTHER_LUCK, strip, b, stream, world.k0, world.k1)
            seen, wrong = observed_anew(
                acts.other_luck, c, period, group, region, granted, seen, wrong, w0, w1, acts.seen, acts.wrong,
                acts.region_seen,
            )  # fmt: skip
        if is_special and acts.aims[c] >= 0:
            wrong = seen
        many_happened += BYTE_OF_BIT[happened]
        many_seen += BYTE_OF_BIT[seen]
        many_wrong += BYTE_OF_BIT[wrong]
        unwritten += 1
        if unwritten == 255:
            write_tallies(done, c, many_happened, many_seen, many_wrong)
            unwritten = 0
            many_happened = many_seen = many_wrong = uint64(0)
        if seen or keeps_unseen:
            acting = desk.acting
            acting[WHICH, m], acting[SLOT, m], acting[GROUP, m], acting[DID, m] = e, slot, group, happened
            acting[DID_SEE, m], acting[DID_MISREAD, m] = seen, wrong
            m += 1
    write_tallies(done, c, many_happened, many_seen, many_wrong)
    return m


@pure
def one_alike(person, w0, w1, people, first_firm):  # type: ignore[no-untyped-def]
    """Somebody among all people; for a firm, one among all firms (14)."""
    if person < first_firm:
        return below(w0, w1, min(people, first_firm))
    return first_firm + below(w0, w1, people - first_firm)


@pure
def how_many(cdf, guide, length, r, high, low):  # type: ignore[no-untyped-def]
    """Candidates of a row today."""
    u = (uint64(high) << uint64(32)) | uint64(low)
    n = int64(guide[r, int64(high) >> 24])
    while n < length and u >= cdf[r, n]:
        n += 1
    return n


@phase
def happens(r, c, period, person, rank, group, region, word, acts, state, lists_there_are, some_absent, news):  # type: ignore[no-untyped-def]
    """In which variants does the potential act happen?"""
    q = int64(acts.rank_class[c, rank]) if acts.unequal[c] else int64(0)
    happened = int64(0)
    asks_who = acts.special[c] != 0
    for v in range(state.shape[2]):
        on = int64(state[person, ON, v]) if asks_who or acts.by_list[c] or some_absent else int64(0)
        if on & (ABSENT | GONE):
            continue
        if asks_who and acts.only_on[c, v] and not on & acts.only_on[c, v]:
            continue
        likely = acts.accept[r, period, v, q]
        if acts.by_group[c]:
            likely = behaviour.times(likely, acts.group_factor[c, v, group])
        if acts.by_list[c] and on:
            for x in range(lists_there_are):
                if on >> x & 1:
                    likely = behaviour.times(likely, acts.listed_factor[c, v, x])
        if acts.by_region[c]:
            likely = behaviour.times(likely, acts.region_factor[c, v, region])
        if acts.chillable[c]:
            likely = behaviour.chilled(likely, max(int64(state[person, CHILL, v]), news[v]))
        if word < likely:
            happened |= 1 << v
    return happened


@phase
def noticed(c, period, group, happened, word, rates, is_alike):  # type: ignore[no-untyped-def]
    """In which of these variants does the source see it?"""
    if is_alike:
        return happened if sensing.is_seen(word, rates[c, period, 0, group]) else int64(0)
    seen = int64(0)
    for v in range(rates.shape[2]):
        if happened >> v & 1 and sensing.is_seen(word, rates[c, period, v, group]):
            seen |= 1 << v
    return seen


@pure
def noticed_there(c, period, group, region, happened, word, rates, factors):  # type: ignore[no-untyped-def]
    """The same for an act that is watched differently by region."""
    seen = int64(0)
    for v in range(rates.shape[2]):
        if happened >> v & 1 and sensing.is_seen(
            word, behaviour.times(rates[c, period, v, group], factors[c, v, region])
        ):
            seen |= 1 << v
    return seen


@pure
def allowed(person, c, day, happened, asks, barred, state, done, log):  # type: ignore[no-untyped-def]
    """Those variants in which the person is not denied what the act asks for; the others are counted."""
    granted = happened
    for v in range(state.shape[2]):
        if not happened >> v & 1:
            continue
        score, on = int64(state[person, SCORE, v]), int64(state[person, ON, v])
        if consequences.is_denied(score, asks[c, v], on, barred[c, v]):
            granted &= ~(1 << v)
            done[v, c, DENIED] += 1
    if granted != happened:
        note(log, person, day, E_DENIED, happened & ~granted, c)
    return granted


@pure
def aim(kind, person, mask, tag, w0, w1, world, ties, state, desk, letters, marks):  # type: ignore[no-untyped-def]
    """A record that somebody puts in a neighbour's file: which neighbour, and the letter (14)."""
    n = tied(kind, person, world.people, ties, world.k0, world.k1, desk.keys, desk.found)
    if n == 0:
        return
    ascending(desk.found, n)
    other = desk.found[below(w0, w1, n)]
    mask = exists(state, other, mask)
    if mask == 0:
        return
    at = marks[AT_LETTER]
    write_letter(letters, at, other, person, int64(tag), int64(letter_pack(0, WRONG, 1, 0, mask)))
    marks[AT_LETTER] = at + 1


@pure
def was_seen_with(a, person, mask, w0, w1, may_cut, world, bonds, ties, state, desk, letters, marks):  # type: ignore[no-untyped-def]
    """Who is seen in company passes something on: one neighbour, if one was there, gets a letter (14)."""
    there = int64(0)
    for v in range(world.variants):
        wanted, on = bonds.on_lists[a, v], int64(state[person, ON, v])
        asked = mask >> v & 1 and (wanted == 0 or on & wanted) and (bonds.amount[a, v] != 0 or bonds.hush[a, v] != 0)
        if asked and association.somebody_there(uint64(w0), bonds.chance[a, v]):
            there |= 1 << v
    if there == 0:
        return
    kind = int64(bonds.kind[a])
    n = tied(kind, person, world.people, ties, world.k0, world.k1, desk.keys, desk.found)
    if bonds.toward[a]:
        n = generations(
            int64(bonds.toward[a]), person, desk.found, n, ties.beyond[0], ties.house_role, world.k0, world.k1
        )
    if n == 0:
        return
    ascending(desk.found, n)
    other = desk.found[(uint64(w1) * uint64(n)) >> uint64(32)]
    if may_cut:
        there = uncut(there, person, other, kind, bonds.cut, bonds.cut_on, state, STREAMS, world.k0, world.k1)
    for v in range(world.variants):
        if there >> v & 1:
            same = int64(0)
            for x in range(v, world.variants):
                if there >> x & 1 and bonds.amount[a, x] == bonds.amount[a, v]:
                    same |= 1 << x
            there &= ~same
            pack = letter_pack(bonds.amount[a, v], LISTED, 1, a, same)
            at = marks[AT_LETTER]
            write_letter(letters, at, other, person, int64(FIRST_TAG_OF_ASSOCIATIONS + a), int64(pack))
            marks[AT_LETTER] = at + 1


@pure
def observed_anew(anew, c, period, group, region, granted, seen, wrong, w0, w1, rates, mistakes, factors):  # type: ignore[no-untyped-def]
    """Seen and misread once more, by luck of their own, in the variants that ask for it (14)."""
    seen &= ~anew
    wrong &= ~anew
    for v in range(rates.shape[2]):
        if granted & anew & (1 << v) and sensing.is_seen(
            uint64(w0), behaviour.times(rates[c, period, v, group], factors[c, v, region])
        ):
            seen |= 1 << v
            if sensing.is_misfiled(uint64(w1), mistakes[c, period, v, group]):
                wrong |= 1 << v
    return seen, wrong


@phase
def misread(c, period, group, seen, word, rates, is_alike):  # type: ignore[no-untyped-def]
    """In which of these variants does the record land in another's file?"""
    if is_alike:
        return seen if sensing.is_misfiled(word, rates[c, period, 0, group]) else int64(0)
    wrong = int64(0)
    for v in range(rates.shape[2]):
        if seen >> v & 1 and sensing.is_misfiled(word, rates[c, period, v, group]):
            wrong |= 1 << v
    return wrong


@pure
def go_on(circ_cut, goes_on, c, period, group, seen, chance, word):  # type: ignore[no-untyped-def]
    """In which of these variants does the record go on, and the circumstance of each variant, four bits each."""
    recorded, circumstances = seen, int64(0)
    for v in range(goes_on.shape[1]):
        if seen >> v & 1:
            s = int64(0)
            while uint64(chance) >= circ_cut[c, period, v, group, s]:
                s += 1
            circumstances |= s << (4 * v)
            if not registry.goes_on(uint64(word), goes_on[c, v, s]):
                recorded &= ~(1 << v)
    return recorded, circumstances


@phase
def file_own(slot, person, c, mask, circumstances, tag, acts, desk, marks, limits):  # type: ignore[no-untyped-def]
    """The record is the actor's own: gathered at once, or kept as an item."""
    if limits.itemised[c]:
        keep_item(desk, marks, slot, c, OWN, person, tag, mask, circumstances)
    else:
        gather_act(slot, mask, c, OWN, person, tag, acts.points, limits.scored_alike, desk, marks)


@pure
def gather_together(m, c, strip, base, points, acting, slots, marks):  # type: ignore[no-untyped-def]
    """The same for all records of a row, where the act's points are alike in every variant and nothing else is to be asked."""
    for x in range(m):
        slot, own = acting[SLOT, x] & 0xFFFF, acting[DID_SEE, x] & ~acting[DID_MISREAD, x]
        if own:
            cause = cause_of(points, OWN, (base + slot) & 0xFFFFFFFF)
            gather(slots, marks, slot, own, points, int64(0), cause, c | (int64(strip) << 8) | (acting[WHICH, x] << 16))


@pure
def file_later(person, mask, circumstances, tag, letters, marks):  # type: ignore[no-untyped-def]
    """The record is the actor's own and comes on a later day: a letter to oneself for each circumstance (14)."""
    while mask:
        v = int64(0)
        while not mask >> v & 1:
            v += 1
        same, s = int64(0), (circumstances >> (4 * v)) & 15
        for x in range(v, 8):
            if mask >> x & 1 and (circumstances >> (4 * x)) & 15 == s:
                same |= 1 << x
        mask &= ~same
        n = marks[AT_LETTER]
        write_letter(letters, n, person, person, int64(tag), int64(letter_pack(s, OWN, 1, 0, same)))
        marks[AT_LETTER] = n + 1


@phase
def file_elsewhere(slot, person, other, c, mask, tag, prompt, acts, state, desk, letters, marks):  # type: ignore[no-untyped-def]
    """The record is another's: a letter for them, and the actor's merit all the same. Absent, or oneself: the sighting is a miss."""
    points, later = acts.points, int64(0)
    for v in range(points.shape[1]):
        if mask >> v & 1 and points[c, v] != 0 and acts.capped[c] < 0 and acts.files[c, v] < 0:
            if not prompt >> v & 1:
                later |= 1 << v
                continue
            touch(desk.slots, marks, slot)
            mine = desk.slots.lane[slot]
            gather_apart(mine, desk.slots.apart, slot, 1 << v, int64(0), points[c, v], int64(0), int64(0))
    if later:
        n = marks[AT_LETTER]
        write_letter(letters, n, person, person, int64(tag), int64(letter_pack(MERIT_ALONE, OWN, 1, 0, later)))
        marks[AT_LETTER] = n + 1
    mask = exists(state, other, mask)
    if other == person or mask == 0:
        return
    n = marks[AT_LETTER]
    write_letter(letters, n, other, person, int64(tag), int64(letter_pack(0, WRONG, 1, 0, mask)))
    marks[AT_LETTER] = n + 1


# --- 5-8  the evening (day.md, 15-17) -----------------------------------------------------------------------------------------------


@phase
def settle(base, day, world, acts, scale, bonds, rolls, delays, ties, people, desk, daily, rows, marks, limits, log):  # type: ignore[no-untyped-def]
    """One settlement for each touched person: items, score, chilling, lists."""
    touched = marks[AT_TOUCHED]
    if scale.used and scale.lowest.shape[0] == 1 and not limits.some_hush and log.journalled.shape[0] == 0:
        touched = settle_alike(
            touched, base, desk.slots, desk.leaving, people.state, scale.lowest[0], scale.highest[0], desk.bars
        )
    for n in range(touched):
        slot = int64(desk.slots.touched[n]) & 0xFFFF
        person = (base + slot) & 0xFFFFFFFF
        has_items = desk.slots.head[slot] != 0
        if has_items:
            count_items(slot, person, day, world, acts, bonds, ties, people, desk, rows.letters, marks, limits)
        may_enter = has_items
        home = residence_of(person, day, world) if limits.some_local else int64(0)
        s = int64(scale.scale_of[home]) if scale.lowest.shape[0] > 1 else int64(0)
        anything = int64(desk.slots.shared[slot]) | int64(desk.slots.apart[slot])
        if desk.slots.touched[n] & SETTLED:
            may_enter = True
            anything = int64(0)
        for v in range(world.variants):
            if anything >> v & 1:
                may_enter |= settle_one(slot, person, v, s, day, scale, people.state, desk, limits.some_hush, log)
        if may_enter and rolls.count:
            for v in range(world.variants):
                points, merit, cause, tag = summed(slot, v, desk)
                put_down(desk.sums[v], points, merit, cause, tag)
            enter_lists(
                person, day, home, has_items, world, acts, bonds, rolls, delays, ties, people, desk, daily, rows, marks,
                limits, log,
            )  # fmt: skip
        if desk.leaving[slot]:
            leave(person, day, int64(desk.leaving[slot]), world, people.state, people.left_on, daily, log)
            desk.leaving[slot] = 0
        desk.slots.shared[slot] = 0
        desk.slots.apart[slot] = 0
        desk.slots.head[slot] = 0


@pure
def leave(person, day, mask, world, state, left_on, daily, log):  # type: ignore[no-untyped-def]
    """Who leaves is absent from tomorrow on."""
    r, g = region_of(person, world), group_of(person, world)
    for v in range(state.shape[2]):
        if mask >> v & 1:
            state[person, ON, v] |= GONE
            left_on[person, v] = day
            daily[v, r, g, LEFT_TODAY] += 1
    note(log, person, day, E_GONE, mask, 0)


@phase
def summed(slot, v, desk):  # type: ignore[no-untyped-def]
    """All that was gathered for one person in one variant: points, merit, cause, tag."""
    points = merit = cause = tag = int64(0)
    if int64(desk.slots.shared[slot]) >> v & 1:
        one = desk.slots.place[slot]
        points, merit, cause, tag = one[POINTS], one[MERIT], one[CAUSE], one[TAG]
    if int64(desk.slots.apart[slot]) >> v & 1:
        one = desk.slots.lane[slot, v]
        points, merit = points + one[POINTS], merit + one[MERIT]
        if one[CAUSE] > cause or (one[CAUSE] == cause and one[TAG] > tag):
            cause, tag = one[CAUSE], one[TAG]
    return points, merit, cause, tag


@phase
def settle_one(slot, person, v, s, day, scale, state, desk, some_hush, log):  # type: ignore[no-untyped-def]
    """The score moves once, and the person grows quieter after a demerit. Returns whether some list may be entered."""
    points, merit, cause, tag = summed(slot, v, desk)
    own = state[person]
    now = int64(own[SCORE, v])
    if scale.used:
        now = scoring.settled(now, points, scale.lowest[s], scale.highest[s])
        own[SCORE, v] = now
        own[MERITED, v] = scoring.settled(int64(own[MERITED, v]), points + merit, scale.lowest[s], scale.highest[s])
        if points != 0 and is_journalled(log, person):
            note(log, person, day, E_SETTLED, 1 << v, 0, points, tag, now)
    is_demerit = cause >= 1 << 40
    step = scale.chill_step[v] if is_demerit else int64(0)
    if some_hush:
        step += desk.hush[slot, v]
        desk.hush[slot, v] = 0
    if step:
        own[CHILL, v] = adaptation.chill_after(int64(own[CHILL, v]), step, scale.chill_most[v])
    return (is_demerit and now < desk.bars[BELOW, v]) or (points > 0 and now >= desk.bars[ABOVE, v])


@pure
def settle_alike(n, base, slots, leaving, state, lowest, highest, bars):  # type: ignore[no-untyped-def]
    """Most people touched have one piece, or some for the same variants, and enter no list: they are settled here, many at once.

    The others stay among the touched; of those who were settled and may enter a list, `SETTLED` is told too. Returns how many stay.
    """
    m = int64(0)
    for x in range(n):
        slot = int64(slots.touched[x]) & 0xFFFF
        if slots.apart[slot] != 0 or slots.head[slot] != 0 or leaving[slot] != 0:
            slots.touched[m] = slot
            m += 1
            continue
        own, piece = state[base + slot], slots.place[slot]
        points, merit, is_demerit = piece[POINTS], piece[MERIT], int64(piece[CAUSE] >= 1 << 40)
        may_enter = int64(0)
        if own.shape[1] == 1:  # a loop for several at once takes longer than one alone
            may_enter = settled_alike(0, int64(1), own, points, merit, is_demerit, lowest, highest, bars)
        else:
            mask = int64(slots.shared[slot])
            for v in range(own.shape[1]):
                may_enter |= settled_alike(v, mask >> v & 1, own, points, merit, is_demerit, lowest, highest, bars)
        slots.touched[m] = slot | SETTLED
        m += may_enter
        slots.shared[slot] = int64(slots.shared[slot]) & -may_enter
    return m


@pure
def settled_alike(v, moves, own, points, merit, is_demerit, lowest, highest, bars):  # type: ignore[no-untyped-def]
    """`settle_one` without a branch, for somebody who moves (1) in this variant or does not (0)."""
    old, merited, chill = int64(own[SCORE, v]), int64(own[MERITED, v]), int64(own[CHILL, v])
    now = scoring.settled(old, points, lowest, highest)
    own[SCORE, v] = now if moves else old
    own[MERITED, v] = scoring.settled(merited, points + merit, lowest, highest) if moves else merited
    own[CHILL, v] = adaptation.chill_after(chill, bars[CHILL_STEP, v] & -(moves & is_demerit), bars[CHILL_MOST, v])
    sinks, rises = is_demerit & int64(now < bars[BELOW, v]), int64(points > 0) & int64(now >= bars[ABOVE, v])
    return moves & (sinks | rises)


@phase
def set_bars(rolls, scale, bars):  # type: ignore[no-untyped-def]
    """Where the lists by score begin, so that most evenings need not ask each of them; and how a demerit chills."""
    for v in range(bars.shape[1]):
        bars[BELOW, v], bars[ABOVE, v] = -(1 << 40), 1 << 40
        bars[CHILL_STEP, v], bars[CHILL_MOST, v] = scale.chill_step[v], scale.chill_most[v]
        for which in range(rolls.count):
            if rolls.trigger[which] == lists.SCORE_BELOW:
                bars[BELOW, v] = max(bars[BELOW, v], rolls.threshold[which, v])
            if rolls.trigger[which] == lists.SCORE_ABOVE:
                bars[ABOVE, v] = min(bars[ABOVE, v], rolls.threshold[which, v])


@phase
def count_items(slot, person, day, world, acts, bonds, ties, people, desk, letters, marks, limits):  # type: ignore[no-untyped-def]
    """Items in their order: those within the cap count, and those of a rule that files are filings."""
    desk.filed[:, :] = 0
    used = people.cap_used
    at = int64(desk.slots.head[slot]) - 1
    while at >= 0:
        c, kind, mask = int64(desk.item[at, 1]), int64(desk.item[at, 2]), int64(desk.item[at, 5])
        source, tag, circumstances = desk.item[at, 3], desk.item[at, 4], int64(desk.item[at, 6])
        capped = int64(acts.capped[c])
        counted = int64(0)
        for v in range(world.variants):
            if not mask >> v & 1:
                continue
            if capped >= 0:
                before = int64(used[person, v, capped])
                if acts.cooling[c, v]:
                    if not scoring.has_cooled(before, day, acts.cooling[c, v]):
                        continue
                    used[person, v, capped] = day
                else:
                    if not scoring.counts(before, acts.cap[c, v]):
                        continue
                    used[person, v, capped] = min(before + 1, 65_535)
            counted |= 1 << v
            if acts.files[c, v] >= 0:
                file_for(desk, v, int64(acts.files[c, v]), kind, source, tag, (circumstances >> (4 * v)) & 15)
        gather_act(slot, counted, c, kind, source, tag, acts.points, limits.scored_alike, desk, marks)
        if kind == OWN and counted and bonds.count and limits.costs[c]:
            share_demerit(person, c, counted, tag, world, acts, bonds, ties, people.state, desk, letters, marks, limits)
        at = int64(desk.item[at, 0]) - 1


@phase
def file_for(desk, v, which, kind, source, tag, circumstance):  # type: ignore[no-untyped-def]
    """Keep the greatest (kind, source, tag) that was filed for a list today."""
    who = (uint64(kind) << uint64(32)) | uint64(source)
    what = (uint64(tag) << uint64(8)) | uint64(circumstance)
    old = desk.filing[v, which]
    if not desk.filed[v, which] or who > old[0] or (who == old[0] and what > old[1]):
        desk.filed[v, which] = 1
        old[0] = who
        old[1] = what


@phase
def enter_lists(
    person, day, home, has_items, world, acts, bonds, rolls, delays, ties, people, desk, daily, rows, marks, limits, log
):  # type: ignore[no-untyped-def]
    """Lists by number: entered iff not on it and its trigger holds."""
    for which in range(rolls.count):
        entered = newly = int64(0)
        for v in range(world.variants):
            mine = people.state[person]
            if int64(mine[ON, v]) >> which & 1:
                continue
            score, threshold = int64(mine[SCORE, v]), rolls.threshold[which, v]
            weight, points = desk.sums[v, CAUSE] >> 40, desk.sums[v, POINTS]
            filed = has_items and desk.filed[v, which] != 0
            if not lists.is_entered(rolls.trigger[which], threshold, score, weight, points, filed):
                continue
            if rolls.in_region[which, home] or not limits.some_local:
                if not int64(mine[ON, v]) & bonds.cut_on[v] and bonds.cut_on[v] >> which & 1:
                    newly |= 1 << v
                open_case(
                    person, v, which, day, world, acts, rolls, delays, people, desk, daily, rows.cases, marks, log
                )
                entered |= 1 << v
        if entered:
            shade(person, which, entered, world, bonds, ties, people.state, desk, rows.letters, marks)
        if limits.some_cut and newly:
            cells = daily[:, region_of(person, world), group_of(person, world)]
            count_cut(newly, person, world, bonds, ties, desk, cells)


@phase
def shade(person, which, entered, world, bonds, ties, state, desk, letters, marks):  # type: ignore[no-untyped-def]
    """A listing costs the people tied to the listed person (16, last point)."""
    for a in range(bonds.count):
        if bonds.transfer[a] == BY_LISTING:
            for v in range(world.variants):
                tells = bonds.amount[a, v] != 0 or bonds.hush[a, v] != 0
                if entered >> v & 1 and tells and bonds.on_lists[a, v] >> which & 1:
                    desk.amount[v] = bonds.amount[a, v]
            send(a, person, int64(LISTED), int64(1), which, 0, world, bonds, ties, state, desk, letters, marks)


@phase
def open_case(person, v, which, day, world, acts, rolls, delays, people, desk, daily, cases, marks, log):  # type: ignore[no-untyped-def]
    """A listing begins: its basis, whether the rule is right about it, and every delay that chance will decide (16)."""
    trigger = rolls.trigger[which]
    if trigger == lists.BY_RULE:
        who, what = desk.filing[v, which, 0], desk.filing[v, which, 1]
        kind = int64(who >> uint64(32))
        source, tag = uint32(who & uint64(0xFFFFFFFF)), uint32(what >> uint64(8))
        c = int64(tag) & 255
        basis = int64(WRONG_PERSON) if acts.aims[c] < 0 else int64(INSIDER)
        if kind == OWN:
            basis = int64(acts.circ_basis[c, int64(what & uint64(255))])
        rightful = int64(acts.rightful_if[c, basis])
    else:
        cause, tag = desk.sums[v, CAUSE], uint32(desk.sums[v, TAG])
        kind, source = (cause >> 32) & 7, uint32(cause & 0xFFFFFFFF)
        merited = lists.is_merited(trigger, rolls.threshold[which, v], int64(people.state[person, MERITED, v]))
        of_act = kind in (OWN, WRONG) and tag != uint32(MERGED_FILE)
        of_protected = of_act and acts.protected[int64(tag) & 255] != 0
        basis = int64(lists.basis_of_score(merited, kind, of_protected))
        if basis == WRONG_PERSON and kind == WRONG and tag != uint32(MERGED_FILE) and acts.aims[int64(tag) & 255] >= 0:
            basis = int64(INSIDER)
        rightful = int64(merited)
    begin_case(
        person,
        v,
        which,
        day,
        kind,
        source,
        tag,
        basis,
        rightful,
        world,
        rolls,
        delays,
        people,
        daily,
        cases,
        marks,
        log,
    )


@phase
def begin_case(
    person, v, which, day, kind, source, tag, basis, rightful, world, rolls, delays, people, daily, cases, marks, log
):  # type: ignore[no-untyped-def]
    """The case itself, whatever brought it about: its ordinal and every delay that chance will decide; it is counted, and told (16)."""
    k0, k1, stream = world.k0, world.k1, rolls.stream[which]
    ordinal = min(int64(people.ordinal[person, v, which]) + 1, 255)
    people.ordinal[person, v, which] = ordinal
    people.state[person, ON, v] |= 1 << which
    index = (which << 8) | ordinal
    w0, w1, _, _ = draw(index, 0, CASE, 0, person, stream, k0, k1)
    _, _, _, s3 = draw(index, 0, SECOND, 0, person, stream, k0, k1)
    h0, h1, h2, h3 = draw(index, 0, THIRD, 0, person, stream, k0, k1)
    notified = paid = clears = int64(0)
    if uint64(w0) < rolls.served[which, v]:
        days = delay(delays, rolls.notice_delay[which, v], w1)
        notified = redress.day_or_never(day + 1 + days) if days >= 0 else int64(0)
    days = delay(delays, rolls.pay_delay[which, v, basis], s3)
    if days >= 0:
        paid = redress.day_or_never(day + 1 + days)
    if paid and uint64(h3) >= rolls.never_cleared[which, v]:
        days = delay(delays, rolls.clear_delay[which, v], h2)
        clears = redress.day_or_never(paid + days) if days >= 0 else int64(0)
    extension = rolls.extension[which, v] if uint64(h1) < rolls.extended[which, v] else int64(0)
    is_termed, term_from, older = uint64(h0) < rolls.termed[which, v], rolls.term_from[which, v], rolls.older[which, v]
    expires = redress.expires_on(day, rolls.term[which, v], is_termed, extension, term_from, older)
    g = group_of(person, world)
    n = marks[AT_CASE]
    cases[n, 0] = uint32(person)
    cases[n, 1] = case_head(v, which, ordinal, basis, rightful, kind, g)
    cases[n, 2] = two_days(day, notified)
    cases[n, 3] = 0
    cases[n, 4] = two_days(0, expires)
    cases[n, 5] = two_days(paid, clears)
    cases[n, 6] = source
    cases[n, 7] = tag
    marks[AT_CASE] = n + 1
    note(log, person, day, E_LISTED, 1 << v, which, source, tag)
    cell = daily[v, region_of(person, world), g]
    cell[LISTED_NOW] += 1
    cell[LISTINGS] += 1
    cell[WRONGFUL] += 1 - rightful
    if basis != OWN_ACT:
        cell[WRONGFUL_BY_RIGHTS] += 1


# --- a chunk of blocks --------------------------------------------------------------------------------------------------------------


@phase
def has_room(letters, cases, world, rolls, gates, desk, rows, marks, limits, log):  # type: ignore[no-untyped-def]
    """Is there room for the most this block could need? If not, `marks` says how much there would have to be."""
    K, L = world.variants, rolls.count
    most = limits.candidates + letters
    people = min(most, world.block)
    marks[NEED_LETTER] = marks[AT_LETTER] + most * (1 + limits.fan)
    marks[NEED_CASE] = marks[AT_CASE] + cases + people * K * L
    marks[NEED_CLOSED] = marks[AT_CLOSED] + cases
    marks[NEED_ITEM] = most
    marks[NEED_EVENT] = marks[AT_EVENT]
    if log.journalled.shape[0] > 0:
        marks[NEED_EVENT] += 2 * most + cases * (7 + 4 * gates.count) + people * (1 + K * (1 + L))
    return (
        marks[NEED_LETTER] <= rows.letters.shape[0]
        and marks[NEED_CASE] <= rows.cases.shape[0]
        and marks[NEED_CLOSED] <= rows.closed.shape[0]
        and marks[NEED_EVENT] <= rows.events.shape[0]
        and marks[NEED_ITEM] <= desk.item.shape[0]
    )


WORTH_FETCHING = 5
"""A block is walked through beforehand when more than one of 32 of its people may be touched; a quiet scenario would pay for nothing."""


@pure
def fetch(state, base, beyond, marks):  # type: ignore[no-untyped-def]
    """Walk once through what the block's people have, so that memory hands it over in one stream and not person by person."""
    people = max(64 // (8 * state.shape[2]), 1)  # in a line of the cache
    bits = int64(0)
    for person in range(base, beyond, people):
        bits |= int64(state[person, ON, 0])
    marks[FETCHED] = bits


@entry
def live_chunk(first, at, last, day, plan, work, inbox, inbox_at, cases, cases_at, kept_at):  # type: ignore[no-untyped-def]
    """Blocks `at` to `last` of a chunk live one day. Returns `last`, or the block for which there was no room: nothing of it was done."""
    world, acts, scale, bonds, rolls, delays, gates, ties = plan
    people, desk, tally, rows, marks, limits, channels, log = work
    state, daily, B = people.state, tally.daily, world.block
    set_bars(rolls, scale, desk.bars)
    for b in range(at, last):
        mine = cases[cases_at[b - first] : cases_at[b - first + 1]]
        post_box = inbox[inbox_at[b] : inbox_at[b + 1]]
        if not has_room(post_box.shape[0], mine.shape[0], world, rolls, gates, desk, rows, marks, limits, log):
            return b
        base, start = b * B, marks[AT_CASE]
        kept_at[b - first] = start
        marks[AT_TOUCHED] = 0
        marks[AT_ITEM] = 0
        if limits.candidates + post_box.shape[0] > B >> WORTH_FETCHING:
            fetch(state, base, min(base + B, world.people), marks)
        fall_due(
            mine,
            day,
            world,
            rolls,
            delays,
            state,
            daily,
            rows,
            marks,
            tally.queued,
            channels.wait,
            limits.some_local,
            log,
        )
        if gates.count:
            try_gates(start, day, world, rolls, delays, gates, people, daily, rows.cases, marks, log)
        read_letters(post_box, base, day, world, acts, bonds, ties, state, desk, rows.letters, marks, limits, log)
        act(
            b, base, day, world, acts, bonds, rolls, ties, state, desk, tally.acts, rows.letters, marks, limits,
            channels, log,
        )  # fmt: skip
        settle(base, day, world, acts, scale, bonds, rolls, delays, ties, people, desk, daily, rows, marks, limits, log)
        kept_at[b - first + 1] = marks[AT_CASE]
    return last


@entry
def tell_standing(at, beyond, day, plan, work):  # type: ignore[no-untyped-def]
    """Everybody from `at` on whose score crossed the level of an association since it was told last tells it now (16b).

    Returns `beyond`, or the person for whose letters there was no room; `marks` says how much there would have to be.
    """
    world, _, scale, bonds, _, _, _, ties = plan
    people, desk, _, rows, marks, limits, _, log = work
    state, told = people.state, people.told
    for person in range(at, beyond):
        marks[NEED_LETTER] = marks[AT_LETTER] + limits.fan
        marks[NEED_EVENT] = marks[AT_EVENT] + (bonds.count * world.variants if log.journalled.shape[0] > 0 else 0)
        if marks[NEED_LETTER] > rows.letters.shape[0] or marks[NEED_EVENT] > rows.events.shape[0]:
            return person
        s = scale_at(person, day, world, scale)
        for a in range(bonds.count):
            if bonds.transfer[a] != BY_STANDING:
                continue
            some = int64(0)
            for v in range(world.variants):
                if int64(state[person, ON, v]) & (ABSENT | GONE):
                    continue
                below_it = int64(association.stands_below(int64(state[person, SCORE, v]), bonds.level[a, v, s]))
                if below_it == int64(told[person, v]) >> a & 1:
                    continue
                told[person, v] ^= np.uint8(1 << a)
                if bonds.amount[a, v] != 0:
                    note(log, person, day, E_STANDING, 1 << v, a, 0, 0, below_it)
                    desk.amount[v] = bonds.amount[a, v] if below_it else -bonds.amount[a, v]
                    some = int64(1)
            if some:
                tag = FIRST_TAG_OF_ASSOCIATIONS + a
                send(
                    a, person, int64(LISTED), int64(1), tag, limits.some_cut, world, bonds, ties, state, desk,
                    rows.letters, marks,
                )  # fmt: skip
    return beyond


@entry
def merge_files(at, beyond, plan, work):  # type: ignore[no-untyped-def]
    """On the evening of a merge some files are joined to another's, and take their demerits with them (16b). Returns as `tell_standing`."""
    world, _, scale, _, _, _, _, ties = plan
    people, _, _, rows, marks, _, _, _ = work
    state = people.state
    for person in range(at, beyond):
        marks[NEED_LETTER] = marks[AT_LETTER] + world.variants
        if marks[NEED_LETTER] > rows.letters.shape[0]:
            return person
        w0, w1, w2, _ = draw(0, 0, TRAIT, 0, person, scale.merge_stream, world.k0, world.k1)
        group, other = group_of(person, world), one_alike(person, w1, w2, world.people, ties.beyond[0])
        if other == person:
            continue
        for v in range(world.variants):
            if not scale.merges[v] or uint64(w0) >= scale.merge_wrong[v, group]:
                continue
            amount = int64(state[person, SCORE, v]) - scale.baseline[scale_at(person, scale.merge_day, world, scale)]
            mask = exists(state, other, int64(1) << v)
            if amount >= 0 or mask == 0 or int64(state[person, ON, v]) & (ABSENT | GONE):
                continue
            at_letter = marks[AT_LETTER]
            pack = letter_pack(amount, WRONG, 1, 0, mask)
            write_letter(rows.letters, at_letter, other, person, int64(MERGED_FILE), int64(pack))
            marks[AT_LETTER] = at_letter + 1
    return beyond


@entry
def groups_of_all(world, group):  # type: ignore[no-untyped-def]
    """Group of everybody, into uint8[person]."""
    for person in range(world.people):
        group[person] = group_of(person, world)


@entry
def count_letters(letters, n, digits, count):  # type: ignore[no-untyped-def]
    """How many of a chunk's letters go to each block, of 2**`digits` people."""
    count[:] = 0
    for q in range(n):
        count[int64(letters[q, 0]) >> digits] += 1


@entry
def sort_letters(letters, n, digits, place, inbox):  # type: ignore[no-untyped-def]
    """Put a chunk's letters where their blocks will find them tomorrow."""
    for q in range(n):
        b = int64(letters[q, 0]) >> digits
        p = place[b]
        place[b] = p + 1
        for z in range(4):
            inbox[p, z] = letters[q, z]
