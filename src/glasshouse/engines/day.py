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
from numba import int64, uint16, uint32, uint64
from numpy.typing import NDArray

from glasshouse.chance import CANDIDATE, CASE, COUNT, DEMAND, SECOND, TARGET, THIRD, TRAIT, below, draw
from glasshouse.chance import TIE as TIE_PAGE
from glasshouse.codes import CORRECTED, EXPIRED, LISTED, OWN, OWN_ACT, PAID, RECOVERED, TIE, WRONG, WRONG_PERSON
from glasshouse.engines.buffers import (
    E_ACT,
    E_APPEALED,
    E_DECIDED,
    E_GAVE_UP,
    E_LEARNT,
    E_LEFT,
    E_LISTED,
    E_NOTIFIED,
    E_OTHER_WAY,
    E_PAID,
    E_RECORD,
    E_REFUSED,
    E_SETTLED,
    case_head,
    high_day,
    letter_amount,
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
from glasshouse.scenario.tables import ABSENT
from glasshouse.world.ties import neighbours

# counters of a day, by variant, region and group; four more follow for every gate
(LISTED_NOW, LISTINGS, DELISTINGS, COMPLIED, NOTIFIED, APPEALS, CORRECTIONS, WRONGFUL, WRONGFUL_BY_RIGHTS) = range(9)
COUNTERS = ("listed", "listings", "delistings", "complied", "notified", "appeals", "corrections", "wrongful_listed", "wrongful_listed_by_rights")  # fmt: skip
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
) = range(11)
MARKS = 11
BY_NOTICE, BY_REFUSAL = 1, 2
GRANTED, DECISION_REFUSED = 1, 2
HAPPENED, SEEN, MISFILED = range(3)
BYTE_OF_BIT = np.array([sum(1 << (8 * v) for v in range(8) if mask >> v & 1) for mask in range(256)], np.uint64)
"""A byte for each variant of a mask, so that eight counters are one addition."""


class Columns(NamedTuple):
    """What everyone has: dense, person-major, written by the person's own block only."""

    score: NDArray[np.int16]  # [N, K] points
    merited: NDArray[np.int16]  # [N, K] points, had every record been filed for the one who did it
    chill: NDArray[np.uint8]  # [N, K] 256ths of chillable conduct that stop
    on: NDArray[np.uint16]  # [N, K] bit per list the person is on; top bit: absent
    given_up: NDArray[np.uint16]  # [N, K] bit per gate no longer tried
    refused: NDArray[np.uint16]  # [N, K] bit per gate ever refused
    ordinal: NDArray[np.uint8]  # [N, K, L] listings so far
    cap_used: NDArray[np.uint16]  # [N, K, capped rules] items counted in this window


class Desk(NamedTuple):
    """What a block gathers during a day; empty again in the evening."""

    points: NDArray[np.int32]  # [B, K]
    merit: NDArray[np.int32]  # [B, K] what the merited score moves beyond the points
    cause_hi: NDArray[np.uint64]  # [B, K] weight << 40 | kind << 32 | source
    cause_lo: NDArray[np.uint32]  # [B, K] tag
    is_touched: NDArray[np.uint8]  # [B]
    touched: NDArray[np.int32]  # [B]
    head: NDArray[np.int32]  # [B] first item of a slot, -1 none
    item: NDArray[np.uint32]  # [room, 7] next + 1, act, kind, source, tag, mask, circumstances (4 bits a variant)
    filing: NDArray[
        np.uint64
    ]  # [K, L, 2] greatest (kind << 32 | source) and (tag << 8 | act's circumstance) filed today
    filed: NDArray[np.uint8]  # [K, L]
    amount: NDArray[np.int64]  # [K]
    found: NDArray[np.int64]  # [MOST_NEIGHBOURS]
    counted: NDArray[np.uint32]  # [2, rows of the count table] words of today's counts
    words: NDArray[np.uint32]  # [4, most candidates of a row] words of a row's candidates


class Rows(NamedTuple):
    """Buffers that grow between blocks, never inside one."""

    letters: NDArray[np.uint32]
    cases: NDArray[np.uint32]
    closed: NDArray[np.uint32]
    events: NDArray[np.uint32]


class Tally(NamedTuple):
    """Counters of the day of one chunk."""

    daily: NDArray[np.int64]  # [K, R, G, counters]
    acts: NDArray[np.int64]  # [K, C, 3]


class Limits(NamedTuple):
    """The most that one block can need in one day, beside what its letters and cases bring."""

    candidates: int
    fan: int  # letters one event can send
    itemised: NDArray[np.uint8]  # [C] acts that are kept as items
    some_absent: int  # 1 if somebody is absent from some variant
    seen_alike: NDArray[np.uint8]  # [C] 1 if every variant sees and misfiles the act alike


# --- where a person belongs -------------------------------------------------------------------------------------------------------


@phase
def group_of(person, world):  # type: ignore[no-untyped-def]
    """Group of a person, from the key (day.md, 8)."""
    if world.group_cut.shape[0] == 1:
        return int64(0)
    w0, _, _, _ = draw(0, 0, TRAIT, 0, person, world.group_stream, world.k0, world.k1)
    g = int64(0)
    while uint64(w0) >= world.group_cut[g]:
        g += 1
    return g


@phase
def region_of(person, world):  # type: ignore[no-untyped-def]
    """Region of a person: regions are runs of consecutive people."""
    r = int64(0)
    while person >= world.region_cut[r]:
        r += 1
    return r


@pure
def note(events, marks, person, day, code, mask, detail, source, tag, amount):  # type: ignore[no-untyped-def]
    """Write one event into the journal."""
    n = marks[AT_EVENT]
    events[n, 0] = uint32(person)
    events[n, 1] = uint32(int64(day) | (int64(code) << 16) | (int64(mask) << 24))
    events[n, 2] = uint32(detail)
    events[n, 3] = uint32(source)
    events[n, 4] = uint32(tag)
    events[n, 5] = uint32(amount)
    marks[AT_EVENT] = n + 1


@phase
def scored(columns, person):  # type: ignore[no-untyped-def]
    """Row of a person's score: a world without a score keeps one row for everybody, which nothing moves."""
    return int64(person) if columns.score.shape[0] > 1 else int64(0)


@phase
def is_journalled(journalled, person):  # type: ignore[no-untyped-def]
    """Is this person's life written down event by event?"""
    return journalled.shape[0] > 0 and journalled[person] != 0


# --- 1  what falls due (day.md, 10-11) ----------------------------------------------------------------------------------------------


@phase
def fall_due(block_cases, day, world, rolls, delays, columns, tally, rows, marks, journalled):  # type: ignore[no-untyped-def]
    """Every open case of the block: closed, or carried into today's buffer. Scores are lifted last, so that no order of cases matters."""
    before = marks[AT_CLOSED]
    for q in range(block_cases.shape[0]):
        head = block_cases[q, 1]
        person = int64(block_cases[q, 0])
        v = int64(head) & 15
        which = (int64(head) >> 4) & 15
        cell = tally.daily[v, region_of(person, world), int64(head) >> 27]
        written = is_journalled(journalled, person)
        if day == low_day(block_cases[q, 6 - 1]):
            cell[COMPLIED] += 1
            if written:
                note(
                    rows.events,
                    marks,
                    int64(person),
                    int64(day),
                    int64(E_PAID),
                    int64(1 << v),
                    int64(which),
                    int64(0),
                    int64(0),
                    int64(0),
                )
        over = closes_by(
            block_cases, q, day, int64(columns.score[scored(columns, person), v]), rolls.exit_score[which, v], rolls.trigger[which]
        )
        if written and day == low_day(block_cases[q, 4]):
            note(
                rows.events,
                marks,
                int64(person),
                int64(day),
                int64(E_DECIDED),
                int64(1 << v),
                int64(which),
                int64((int64(head) >> 23) & 3),
                int64(0),
                int64(0),
            )
        if over:
            close(block_cases, q, over, person, v, which, day, columns, cell, rows, marks)
            if written:
                note(
                    rows.events,
                    marks,
                    int64(person),
                    int64(day),
                    int64(E_LEFT),
                    int64(1 << v),
                    int64(which),
                    int64(over),
                    int64(0),
                    int64(0),
                )
            continue
        n = marks[AT_CASE]
        for z in range(8):
            rows.cases[n, z] = block_cases[q, z]
        marks[AT_CASE] = n + 1
        if day == high_day(block_cases[q, 2]):
            cell[NOTIFIED] += 1
            if written:
                note(
                    rows.events,
                    marks,
                    int64(person),
                    int64(day),
                    int64(E_NOTIFIED),
                    int64(1 << v),
                    int64(which),
                    int64(0),
                    int64(0),
                    int64(0),
                )
            if low_day(block_cases[q, 3]) == 0:
                learn(rows.cases, int64(n), int64(day), int64(BY_NOTICE), rolls, delays, world)
                if written:
                    note(
                        rows.events,
                        marks,
                        int64(person),
                        int64(day),
                        int64(E_LEARNT),
                        int64(1 << v),
                        int64(which),
                        int64(BY_NOTICE),
                        int64(0),
                        int64(0),
                    )
        if day == high_day(block_cases[q, 3]):
            cell[APPEALS] += 1
            if written:
                note(
                    rows.events,
                    marks,
                    int64(person),
                    int64(day),
                    int64(E_APPEALED),
                    int64(1 << v),
                    int64(which),
                    int64(0),
                    int64(0),
                    int64(0),
                )
    for n in range(before, marks[AT_CLOSED]):
        person = int64(rows.closed[n, 0])
        v = int64(rows.closed[n, 1]) & 15
        which = (int64(rows.closed[n, 1]) >> 4) & 15
        if rolls.trigger[which] == lists.SCORE_BELOW:
            columns.score[person, v] = max(int64(columns.score[person, v]), rolls.threshold[which, v])


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


@phase
def close(cases, q, over, person, v, which, day, columns, cell, rows, marks):  # type: ignore[no-untyped-def]
    """Take the person off the list and write the case down."""
    columns.on[person, v] = columns.on[person, v] & ~np.uint16(1 << which)
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
        rows.closed[n, z] = cases[q, z]
    rows.closed[n, 8] = two_days(day, over)
    marks[AT_CLOSED] = n + 1


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
        days = redress.wait(
            delays.cut,
            delays.first[rolls.appeal_delay[which, v]],
            delays.length[rolls.appeal_delay[which, v]],
            uint64(s0),
        )
        if days >= 0:
            appealed = redress.day_or_never(max(day + days, day + 1))
        if appealed and uint64(s1) < rolls.answered[which, v]:
            days = redress.wait(
                delays.cut,
                delays.first[rolls.decide_delay[which, v]],
                delays.length[rolls.decide_delay[which, v]],
                uint64(s2),
            )
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
def try_gates(start, day, world, rolls, delays, gates, columns, tally, rows, marks, journalled):  # type: ignore[no-untyped-def]
    """Every open case of the block: does its person try a gate that this list, before the others, binds?"""
    for n in range(start, marks[AT_CASE]):
        head = int64(rows.cases[n, 1])
        person = int64(rows.cases[n, 0])
        v = head & 15
        which = (head >> 4) & 15
        bits = int64(columns.on[person, v])
        for e in range(gates.count):
            binding = gates.lists[e, v] & bits
            if binding == 0 or binding & ((1 << which) - 1) or not binding & (1 << which):
                continue
            if int64(columns.given_up[person, v]) >> e & 1:
                continue
            period = gates.period[e, day]
            if gates.trip[e, period, v] == 0:
                continue
            w0, w1, w2, w3 = draw(0, day, DEMAND, 0, person, gates.stream[e], world.k0, world.k1)
            if not consequences.wants_trip(uint64(w0), gates.trip[e, period, v]):
                continue
            t0, t1, _, _ = draw(0, 0, TRAIT, 0, person, gates.stream[e], world.k0, world.k1)
            if uint64(t0) >= gates.user[e, v, head >> 27]:
                continue
            first = 9 + 4 * e
            cell = tally.daily[v, region_of(person, world), head >> 27]
            written = is_journalled(journalled, person)
            if consequences.goes_another_way(uint64(w2), gates.evade[e, period, v]):
                cell[first + 3] += 1
                if written:
                    note(
                        rows.events,
                        marks,
                        int64(person),
                        int64(day),
                        int64(E_OTHER_WAY),
                        int64(1 << v),
                        int64(e),
                        int64(0),
                        int64(0),
                        int64(0),
                    )
                continue
            tries = int64(1)
            while gates.tries_cut[e, period, v, tries - 1] <= uint64(w1):
                tries += 1
            cell[first] += tries
            cell[first + 1] += 1
            if not int64(columns.refused[person, v]) >> e & 1:
                cell[first + 2] += 1
                columns.refused[person, v] |= np.uint16(1 << e)
            if written:
                note(
                    rows.events,
                    marks,
                    int64(person),
                    int64(day),
                    int64(E_REFUSED),
                    int64(1 << v),
                    int64(e),
                    int64(0),
                    int64(0),
                    int64(tries),
                )
            if low_day(rows.cases[n, 3]) == 0 and rolls.refusal_tells[which, v]:
                learn(rows.cases, int64(n), int64(day), int64(BY_REFUSAL), rolls, delays, world)
                if written:
                    note(
                        rows.events,
                        marks,
                        int64(person),
                        int64(day),
                        int64(E_LEARNT),
                        int64(1 << v),
                        int64(which),
                        int64(BY_REFUSAL),
                        int64(0),
                        int64(0),
                    )
            if consequences.gives_up(uint64(w3), gates.learns[e, v], uint64(t1), gates.never_learns[e, v]):
                columns.given_up[person, v] |= np.uint16(1 << e)
                if written:
                    note(
                        rows.events,
                        marks,
                        int64(person),
                        int64(day),
                        int64(E_GAVE_UP),
                        int64(1 << v),
                        int64(e),
                        int64(0),
                        int64(0),
                        int64(0),
                    )


# --- gathering (day.md, 15) ---------------------------------------------------------------------------------------------------------


@phase
def touch(desk, marks, slot):  # type: ignore[no-untyped-def]
    """Remember that something was gathered for this slot today."""
    if not desk.is_touched[slot]:
        desk.is_touched[slot] = 1
        desk.touched[marks[AT_TOUCHED]] = slot
        marks[AT_TOUCHED] += 1


@phase
def gather(desk, slot, v, points, is_merited, kind, source, tag):  # type: ignore[no-untyped-def]
    """A piece in one variant: points, and the heaviest cause so far. `desk.merit` holds what the merited score moves *beyond* the points."""
    desk.points[slot, v] += points
    if not is_merited:
        desk.merit[slot, v] -= points
    key = (uint64(max(-points, 0)) << uint64(40)) | (uint64(kind) << uint64(32)) | uint64(source)
    old = desk.cause_hi[slot, v]
    if key > old or (key == old and tag > desk.cause_lo[slot, v]):
        desk.cause_hi[slot, v] = key
        desk.cause_lo[slot, v] = tag


@phase
def keep_item(desk, marks, slot, act, kind, source, tag, mask, circumstances):  # type: ignore[no-untyped-def]
    """Keep a record that counts one by one, in the order (act, kind, source, tag) among the slot's items."""
    n = marks[AT_ITEM]
    marks[AT_ITEM] = n + 1
    mine = desk.item[n]
    mine[1], mine[2], mine[3], mine[4], mine[5], mine[6] = act, kind, source, tag, mask, circumstances
    before = int64(-1)
    at = int64(desk.head[slot])
    while at >= 0 and comes_before(desk.item[at], mine):
        before = at
        at = int64(desk.item[at, 0]) - 1
    mine[0] = uint32(at + 1)
    if before < 0:
        desk.head[slot] = n
    else:
        desk.item[before, 0] = uint32(n + 1)


@pure
def comes_before(a, b):  # type: ignore[no-untyped-def]
    """Order of two items: by act, kind, source, tag."""
    for z in range(1, 5):
        if a[z] != b[z]:
            return a[z] < b[z]
    return True


@pure
def post(amounts, found, letters, marks, world, ties, tie_kind, person, a, kind, hops, tag):  # type: ignore[no-untyped-def]
    """Send `amounts` (points by variant, 0 none) to each neighbour; variants with the same amount share a letter. Empties it."""
    n = int64(-1)
    K = amounts.shape[0]
    for v in range(K):
        amount = amounts[v]
        if amount == 0:
            continue
        mask = int64(0)
        for x in range(v, K):
            if amounts[x] == amount:
                mask |= 1 << x
                amounts[x] = 0
        if n < 0:
            n = neighbours(tie_kind, person, world.people, ties, world.k0, world.k1, found)
        pack = letter_pack(amount, kind, hops, a, mask)
        at = marks[AT_LETTER]
        for k in range(n):
            letters[at, 0] = uint32(found[k])
            letters[at, 1] = uint32(person)
            letters[at, 2] = uint32(tag)
            letters[at, 3] = pack
            at += 1
        marks[AT_LETTER] = at


@phase
def share_demerit(desk, rows, marks, world, acts, bonds, ties, person, act, mask, tag):  # type: ignore[no-untyped-def]
    """An own demerit that was counted reaches the people tied to its author (15, 17); one that files for a list does not."""
    for a in range(bonds.count):
        if bonds.transfer[a] != 0:
            continue
        for v in range(desk.amount.shape[0]):
            if mask >> v & 1 and acts.files[act, v] < 0:
                desk.amount[v] = association.handed_on(acts.points[act, v], int64(bonds.share[a, v]))
        post(
            desk.amount,
            desk.found,
            rows.letters,
            marks,
            world,
            ties,
            int64(bonds.kind[a]),
            int64(person),
            int64(a),
            int64(TIE),
            int64(1),
            int64(tag),
        )


# --- 3  yesterday's letters (day.md, 13) --------------------------------------------------------------------------------------------


@phase
def read_letters(base, inbox, day, world, acts, bonds, ties, columns, desk, rows, marks, limits, journalled):  # type: ignore[no-untyped-def]
    """Letters addressed to this block, gathered in any order."""
    K = world.variants
    for q in range(inbox.shape[0]):
        person = int64(inbox[q, 0])
        slot = (person - base) & 0xFFFF
        source, tag, pack = inbox[q, 1], inbox[q, 2], inbox[q, 3]
        kind = (int64(pack) >> 14) & 3
        mask = int64(pack) & 255
        for v in range(K):
            if columns.on[person, v] & ABSENT:
                mask &= ~(1 << v)
        if mask == 0:
            continue
        touch(desk, marks, slot)
        if is_journalled(journalled, person):
            note(
                rows.events,
                marks,
                int64(person),
                int64(day),
                int64(E_RECORD),
                int64(mask),
                int64(kind),
                int64(source),
                int64(tag),
                int64(letter_amount(pack)),
            )
        if kind == WRONG:
            act = int64(tag) & 255
            if limits.itemised[act]:
                keep_item(desk, marks, slot, act, WRONG, source, tag, mask, 0)
                continue
            for v in range(K):
                if mask >> v & 1 and acts.points[act, v] != 0:
                    gather(desk, slot, v, acts.points[act, v], False, int64(WRONG), source, tag)
            continue
        amount = letter_amount(pack)
        for v in range(K):
            if mask >> v & 1:
                gather(desk, slot, v, amount, True, kind, source, tag)
        a = (int64(pack) >> 8) & 7
        hops = (int64(pack) >> 11) & 7
        if kind == TIE and hops < bonds.max_hops[a]:
            for v in range(K):
                if mask >> v & 1:
                    desk.amount[v] = association.handed_on(amount, int64(bonds.share[a, v]))
            post(
                desk.amount,
                desk.found,
                rows.letters,
                marks,
                world,
                ties,
                int64(bonds.kind[a]),
                int64(person),
                int64(a),
                int64(TIE),
                int64(hops + 1),
                int64(tag),
            )


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
        counted[0, r], counted[1, r], _, _ = draw(0, day, COUNT, row_strip[r], b, stream[row_act[r]], k0, k1)


@pure
def draw_candidates(n, day, b, strip, stream, k0, k1, words):  # type: ignore[no-untyped-def]
    """Words of a row's candidates, likewise: about 2 ns a draw where one by one takes 16."""
    for e in range(n):
        words[0, e], words[1, e], words[2, e], words[3, e] = draw(e, day, CANDIDATE, strip, b, stream, k0, k1)


@phase
def act(b, base, day, world, acts, bonds, rolls, ties, columns, desk, tally, rows, marks, limits, journalled):  # type: ignore[no-untyped-def]
    """Potential acts of the block: who, whether it happens in each variant, who sees it, and in whose file it lands."""
    B, N, K, k0, k1 = world.block, world.people, world.variants, world.k0, world.k1
    accept, rank_class, seen_by, wrong_by = acts.accept, acts.rank_class, acts.seen, acts.wrong
    row_act, row_strip, row_first, row_width, row_len = (
        acts.row_act,
        acts.row_strip,
        acts.row_first,
        acts.row_width,
        acts.row_len,
    )
    row_cdf, row_guide, by_group, by_list, chillable = (
        acts.row_cdf,
        acts.row_guide,
        acts.by_group,
        acts.by_list,
        acts.chillable,
    )
    on_lists, chill, done = columns.on, columns.chill, tally.acts
    draw_counts(day, b, row_act, row_strip, acts.stream, k0, k1, desk.counted)
    words = desk.words
    for r in range(row_act.shape[0]):
        c = (
            int64(row_act[r]) & 255
        )  # masks say "not negative" to the compiler, which then drops a test from every index
        stream, strip = acts.stream[c], row_strip[r]
        u = (uint64(desk.counted[0, r]) << uint64(32)) | uint64(desk.counted[1, r])
        n = int64(row_guide[r, int64(desk.counted[0, r]) >> 24])
        length = row_len[r]
        while n < length and u >= row_cdf[r, n]:
            n += 1
        if n == 0:
            continue
        period = int64(acts.period[c, day]) & 0xFFFF
        multiplier = int64(1)
        offset = int64(0)
        if acts.unequal[c]:
            w0, w1, _, _ = draw(0, 0, TIE_PAGE, 0, b, stream, k0, k1)
            multiplier = int64(w0) | 1
            offset = int64(w1)
        draw_candidates(n, day, b, strip, stream, k0, k1, words)
        unwritten = int64(0)
        many_happened = many_seen = many_wrong = uint64(0)
        for e in range(n):
            w0, w1, w2, w3 = words[0, e], words[1, e], words[2, e], words[3, e]
            rank = row_first[r] + int64((uint64(w0) * uint64(row_width[r])) >> uint64(32))
            slot = (behaviour.scattered(rank, multiplier, offset, B) if acts.unequal[c] else rank) & 0xFFFF
            person = (base + slot) & 0xFFFFFFFF
            if person >= N:
                continue
            g = group_of(person, world) if by_group[c] else int64(0)
            q = int64(rank_class[c, rank]) if acts.unequal[c] else int64(0)
            happened = int64(0)
            for v in range(K):
                on = on_lists[person, v] if by_list[c] or limits.some_absent else uint16(0)
                if on & ABSENT:
                    continue
                likely = accept[r, period, v, q]
                if by_group[c]:
                    likely = behaviour.times(likely, acts.group_factor[c, v, g])
                if by_list[c] and on:
                    for x in range(rolls.count):
                        if int64(on) >> x & 1:
                            likely = behaviour.times(likely, acts.listed_factor[c, v, x])
                if chillable[c]:
                    likely = behaviour.chilled(likely, chill[person, v])
                if uint64(w1) < likely:
                    happened |= 1 << v
            if happened == 0:
                continue
            seen = int64(0)
            wrong = int64(0)
            if limits.seen_alike[c]:
                if sensing.is_seen(uint64(w2), seen_by[c, period, 0, g]):
                    seen = happened
                    if sensing.is_misfiled(uint64(w3), wrong_by[c, period, 0, g]):
                        wrong = happened
            else:
                for v in range(K):
                    if happened >> v & 1 and sensing.is_seen(uint64(w2), seen_by[c, period, v, g]):
                        seen |= 1 << v
                        if sensing.is_misfiled(uint64(w3), wrong_by[c, period, v, g]):
                            wrong |= 1 << v
            many_happened += BYTE_OF_BIT[happened]
            many_seen += BYTE_OF_BIT[seen]
            many_wrong += BYTE_OF_BIT[wrong]
            unwritten += 1
            if unwritten == 255:
                write_tallies(done, c, many_happened, many_seen, many_wrong)
                unwritten = 0
                many_happened = many_seen = many_wrong = uint64(0)
            tag = uint32(c | (int64(strip) << 8) | (e << 16))
            recorded = seen
            circumstances = int64(0)
            if seen and acts.circumstances[c]:
                w0, w1, _, _ = draw(e, day, SECOND, strip, b, stream, k0, k1)
                for v in range(K):
                    if seen >> v & 1:
                        s = int64(0)
                        while uint64(w0) >= acts.circ_cut[c, period, v, g, s]:
                            s += 1
                        circumstances |= s << (4 * v)
                        if not registry.goes_on(uint64(w1), acts.goes_on[c, v, s]):
                            recorded &= ~(1 << v)
            if is_journalled(journalled, person):
                note(
                    rows.events,
                    marks,
                    int64(person),
                    int64(day),
                    int64(E_ACT),
                    int64(happened),
                    int64(seen | wrong << 8 | recorded << 16),
                    int64(circumstances),
                    int64(tag),
                    int64(0),
                )
            own = recorded & ~wrong
            if own:
                file_own(slot, person, c, own, circumstances, tag, world, acts, bonds, ties, desk, rows, marks, limits)
            if recorded & wrong:
                w0, w1, _, _ = draw(e, day, TARGET, strip, b, stream, k0, k1)
                file_elsewhere(
                    slot, person, below(w0, w1, N), c, recorded & wrong, tag, world, acts, columns, desk, rows, marks
                )
        write_tallies(done, c, many_happened, many_seen, many_wrong)


@phase
def file_own(slot, person, c, mask, circumstances, tag, world, acts, bonds, ties, desk, rows, marks, limits):  # type: ignore[no-untyped-def]
    """The record is the actor's own: gathered at once, or kept as an item."""
    if limits.itemised[c]:
        touch(desk, marks, slot)
        keep_item(desk, marks, slot, c, OWN, person, tag, mask, circumstances)
        return
    demerit = False
    for v in range(world.variants):
        points = acts.points[c, v]
        if mask >> v & 1 and points != 0:
            gather(desk, slot, v, points, True, int64(OWN), uint32(person), tag)
            demerit = demerit or points < 0
    touch(desk, marks, slot)
    if demerit and bonds.count:
        share_demerit(desk, rows, marks, world, acts, bonds, ties, person, c, mask, tag)


@phase
def file_elsewhere(slot, person, other, c, mask, tag, world, acts, columns, desk, rows, marks):  # type: ignore[no-untyped-def]
    """The record is another's: a letter for them, and the actor's merit all the same. Absent, or oneself: the sighting is a miss."""
    for v in range(world.variants):
        points = acts.points[c, v]
        if mask >> v & 1 and points != 0 and acts.capped[c] < 0 and acts.files[c, v] < 0:
            touch(desk, marks, slot)
            desk.merit[slot, v] += points
    for v in range(world.variants):
        if columns.on[other, v] & ABSENT:
            mask &= ~(1 << v)
    if other == person or mask == 0:
        return
    n = marks[AT_LETTER]
    rows.letters[n, 0] = uint32(other)
    rows.letters[n, 1] = uint32(person)
    rows.letters[n, 2] = tag
    rows.letters[n, 3] = letter_pack(0, WRONG, 1, 0, mask)
    marks[AT_LETTER] = n + 1


# --- 5-8  the evening (day.md, 15-17) -----------------------------------------------------------------------------------------------


@phase
def settle(base, day, world, acts, scale, bonds, rolls, delays, ties, columns, desk, tally, rows, marks, journalled):  # type: ignore[no-untyped-def]
    """One settlement for each touched person: items, score, chilling, lists."""
    K = world.variants
    points, merit, hi, lo = desk.points, desk.merit, desk.cause_hi, desk.cause_lo
    for n in range(marks[AT_TOUCHED]):
        slot = int64(desk.touched[n]) & 0xFFFF
        person = (base + slot) & 0xFFFFFFFF
        desk.is_touched[slot] = 0
        has_items = desk.head[slot] >= 0
        if has_items:
            count_items(slot, person, world, acts, bonds, ties, columns, desk, rows, marks)
        written = is_journalled(journalled, person)
        for v in range(K):
            if scale.used:
                now = scoring.settled(
                    int64(columns.score[person, v]), int64(points[slot, v]), scale.lowest, scale.highest
                )
                columns.score[person, v] = now
                beyond = int64(points[slot, v]) + int64(merit[slot, v])
                columns.merited[person, v] = scoring.settled(
                    int64(columns.merited[person, v]), beyond, scale.lowest, scale.highest
                )
                if written and points[slot, v] != 0:
                    note(
                        rows.events,
                        marks,
                        int64(person),
                        int64(day),
                        int64(E_SETTLED),
                        int64(1 << v),
                        int64(0),
                        int64(uint32(points[slot, v])),
                        int64(lo[slot, v]),
                        int64(now),
                    )
            if hi[slot, v] >> uint64(40):
                columns.chill[person, v] = adaptation.chill_after(
                    int64(columns.chill[person, v]), scale.chill_step[v], scale.chill_most[v]
                )
        if rolls.count and may_enter(slot, has_items, desk):
            enter_lists(
                slot,
                person,
                day,
                has_items,
                world,
                acts,
                bonds,
                rolls,
                delays,
                ties,
                columns,
                desk,
                tally,
                rows,
                marks,
                written,
            )
        for v in range(K):
            points[slot, v] = 0
            merit[slot, v] = 0
            hi[slot, v] = 0
            lo[slot, v] = 0
        desk.head[slot] = -1


@phase
def count_items(slot, person, world, acts, bonds, ties, columns, desk, rows, marks):  # type: ignore[no-untyped-def]
    """Items in their order: those within the cap count, and those of a rule that files are filings."""
    K, capped = world.variants, acts.capped
    desk.filed[:, :] = 0
    at = int64(desk.head[slot])
    while at >= 0:
        c = int64(desk.item[at, 1])
        kind = int64(desk.item[at, 2])
        source, tag = desk.item[at, 3], desk.item[at, 4]
        mask = int64(desk.item[at, 5])
        counted = int64(0)
        for v in range(K):
            if not mask >> v & 1:
                continue
            if capped[c] >= 0:
                used = int64(columns.cap_used[person, v, capped[c]])
                if not scoring.counts(used, acts.cap[c, v]):
                    continue
                columns.cap_used[person, v, capped[c]] = min(used + 1, 65_535)
            counted |= 1 << v
            if acts.files[c, v] >= 0:
                file_for(desk, v, int64(acts.files[c, v]), kind, source, tag, (int64(desk.item[at, 6]) >> (4 * v)) & 15)
        for v in range(K):
            if counted >> v & 1 and acts.points[c, v] != 0:
                gather(desk, slot, v, acts.points[c, v], kind != WRONG, int64(kind), source, tag)
        if kind == OWN and counted and bonds.count:
            share_demerit(desk, rows, marks, world, acts, bonds, ties, person, c, counted, tag)
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
def may_enter(slot, has_items, desk):  # type: ignore[no-untyped-def]
    """Could any list be entered today? Only after a filing, a demerit or a gain."""
    if has_items:
        return True
    for v in range(desk.amount.shape[0]):
        if desk.cause_hi[slot, v] >> uint64(40) or desk.points[slot, v] > 0:
            return True
    return False


@phase
def enter_lists(
    slot, person, day, has_items, world, acts, bonds, rolls, delays, ties, columns, desk, tally, rows, marks, written
):  # type: ignore[no-untyped-def]
    """Lists by number: entered iff not on it and its trigger holds."""
    K = world.variants
    for which in range(rolls.count):
        entered = int64(0)
        for v in range(K):
            if int64(columns.on[person, v]) >> which & 1:
                continue
            weight = int64(desk.cause_hi[slot, v] >> uint64(40))
            filed = has_items and desk.filed[v, which] != 0
            if not lists.is_entered(
                rolls.trigger[which],
                rolls.threshold[which, v],
                int64(columns.score[scored(columns, person), v]),
                weight,
                int64(desk.points[slot, v]),
                filed,
            ):
                continue
            open_case(slot, person, v, which, day, world, acts, rolls, delays, columns, desk, tally, rows, marks)
            entered |= 1 << v
            if written:
                note(
                    rows.events,
                    marks,
                    int64(person),
                    int64(day),
                    int64(E_LISTED),
                    int64(1 << v),
                    int64(which),
                    int64(rows.cases[marks[AT_CASE] - 1, 6]),
                    int64(rows.cases[marks[AT_CASE] - 1, 7]),
                    int64(0),
                )
        if entered:
            shade(person, which, entered, world, bonds, ties, desk, rows, marks)


@phase
def shade(person, which, entered, world, bonds, ties, desk, rows, marks):  # type: ignore[no-untyped-def]
    """A listing costs the people tied to the listed person (16, last point)."""
    for a in range(bonds.count):
        if bonds.transfer[a] == 1:
            for v in range(desk.amount.shape[0]):
                if entered >> v & 1:
                    desk.amount[v] = bonds.amount[a, v]
            post(
                desk.amount,
                desk.found,
                rows.letters,
                marks,
                world,
                ties,
                int64(bonds.kind[a]),
                int64(person),
                int64(a),
                int64(LISTED),
                int64(1),
                int64(which),
            )


@phase
def open_case(slot, person, v, which, day, world, acts, rolls, delays, columns, desk, tally, rows, marks):  # type: ignore[no-untyped-def]
    """A listing begins: its basis, whether the rule is right about it, and every delay that chance will decide (16)."""
    k0, k1, stream, cut, first, length = (
        world.k0,
        world.k1,
        rolls.stream[which],
        delays.cut,
        delays.first,
        delays.length,
    )
    trigger = rolls.trigger[which]
    if trigger == lists.BY_RULE:
        who, what = desk.filing[v, which, 0], desk.filing[v, which, 1]
        kind = int64(who >> uint64(32))
        source = uint32(who & uint64(0xFFFFFFFF))
        tag = uint32(what >> uint64(8))
        c = int64(tag) & 255
        basis = int64(WRONG_PERSON)
        if kind == OWN:
            basis = int64(acts.circ_basis[c, int64(what & uint64(255))])
        rightful = int64(acts.rightful_if[c, basis])
    else:
        hi = desk.cause_hi[slot, v]
        kind = int64(hi >> uint64(32)) & 7
        source = uint32(hi & uint64(0xFFFFFFFF))
        tag = desk.cause_lo[slot, v]
        merited = lists.is_merited(trigger, rolls.threshold[which, v], int64(columns.merited[person, v]))
        of_protected = (kind == OWN or kind == WRONG) and acts.protected[int64(tag) & 255] != 0
        basis = int64(lists.basis_of_score(merited, kind, of_protected))
        rightful = int64(merited)
    ordinal = min(int64(columns.ordinal[person, v, which]) + 1, 255)
    columns.ordinal[person, v, which] = ordinal
    columns.on[person, v] |= np.uint16(1 << which)
    index = (which << 8) | ordinal
    w0, w1, _, _ = draw(index, 0, CASE, 0, person, stream, k0, k1)
    _, _, _, s3 = draw(index, 0, SECOND, 0, person, stream, k0, k1)
    h0, h1, h2, h3 = draw(index, 0, THIRD, 0, person, stream, k0, k1)
    notified = paid = clears = int64(0)
    if uint64(w0) < rolls.served[which, v]:
        days = redress.wait(cut, first[rolls.notice_delay[which, v]], length[rolls.notice_delay[which, v]], uint64(w1))
        notified = redress.day_or_never(day + 1 + days) if days >= 0 else int64(0)
    days = redress.wait(
        cut, first[rolls.pay_delay[which, v, basis]], length[rolls.pay_delay[which, v, basis]], uint64(s3)
    )
    if days >= 0:
        paid = redress.day_or_never(day + 1 + days)
    if paid and uint64(h3) >= rolls.never_cleared[which, v]:
        days = redress.wait(cut, first[rolls.clear_delay[which, v]], length[rolls.clear_delay[which, v]], uint64(h2))
        clears = redress.day_or_never(paid + days) if days >= 0 else int64(0)
    extension = rolls.extension[which, v] if uint64(h1) < rolls.extended[which, v] else int64(0)
    expires = redress.expires_on(
        day,
        rolls.term[which, v],
        uint64(h0) < rolls.termed[which, v],
        extension,
        rolls.term_from[which, v],
        rolls.older[which, v],
    )
    g = group_of(person, world)
    n = marks[AT_CASE]
    rows.cases[n, 0] = uint32(person)
    rows.cases[n, 1] = case_head(v, which, ordinal, basis, rightful, kind, g)
    rows.cases[n, 2] = two_days(day, notified)
    rows.cases[n, 3] = 0
    rows.cases[n, 4] = two_days(0, expires)
    rows.cases[n, 5] = two_days(paid, clears)
    rows.cases[n, 6] = source
    rows.cases[n, 7] = tag
    marks[AT_CASE] = n + 1
    cell = tally.daily[v, region_of(person, world), g]
    cell[LISTED_NOW] += 1
    cell[LISTINGS] += 1
    cell[WRONGFUL] += 1 - rightful
    if basis != OWN_ACT:
        cell[WRONGFUL_BY_RIGHTS] += 1


# --- a chunk of blocks --------------------------------------------------------------------------------------------------------------


@phase
def has_room(letters, cases, world, rolls, gates, desk, rows, marks, limits, journalling):  # type: ignore[no-untyped-def]
    """Is there room for the most this block could need? If not, `marks` says how much there would have to be."""
    K, L = world.variants, rolls.count
    most = limits.candidates + letters
    people = min(most, world.block)
    marks[NEED_LETTER] = marks[AT_LETTER] + most * (1 + limits.fan)
    marks[NEED_CASE] = marks[AT_CASE] + cases + people * K * L
    marks[NEED_CLOSED] = marks[AT_CLOSED] + cases
    marks[NEED_ITEM] = most
    marks[NEED_EVENT] = marks[AT_EVENT]
    if journalling:
        marks[NEED_EVENT] += most + cases * (6 + 4 * gates.count) + people * K * (1 + L)
    return (
        marks[NEED_LETTER] <= rows.letters.shape[0]
        and marks[NEED_CASE] <= rows.cases.shape[0]
        and marks[NEED_CLOSED] <= rows.closed.shape[0]
        and marks[NEED_EVENT] <= rows.events.shape[0]
        and marks[NEED_ITEM] <= desk.item.shape[0]
    )


@entry
def live_chunk(
    first,
    at,
    last,
    day,
    world,
    acts,
    scale,
    bonds,
    rolls,
    delays,
    gates,
    ties,
    columns,
    desk,
    tally,
    rows,
    marks,
    limits,
    inbox,
    inbox_at,
    cases,
    cases_at,
    kept_at,
    journalled,
):  # type: ignore[no-untyped-def]
    """Blocks `at` to `last` of a chunk live one day. Returns `last`, or the block for which there was no room: nothing of it was done."""
    B = world.block
    for b in range(at, last):
        mine = cases[cases_at[b - first] : cases_at[b - first + 1]]
        post_box = inbox[inbox_at[b] : inbox_at[b + 1]]
        if not has_room(
            post_box.shape[0], mine.shape[0], world, rolls, gates, desk, rows, marks, limits, journalled.shape[0] > 0
        ):
            return b
        base = b * B
        start = marks[AT_CASE]
        kept_at[b - first] = start
        marks[AT_TOUCHED] = 0
        marks[AT_ITEM] = 0
        fall_due(mine, day, world, rolls, delays, columns, tally, rows, marks, journalled)
        if gates.count:
            try_gates(start, day, world, rolls, delays, gates, columns, tally, rows, marks, journalled)
        read_letters(base, post_box, day, world, acts, bonds, ties, columns, desk, rows, marks, limits, journalled)
        act(b, base, day, world, acts, bonds, rolls, ties, columns, desk, tally, rows, marks, limits, journalled)
        settle(base, day, world, acts, scale, bonds, rolls, delays, ties, columns, desk, tally, rows, marks, journalled)
        kept_at[b - first + 1] = marks[AT_CASE]
    return last


@entry
def groups_of_all(world, group):  # type: ignore[no-untyped-def]
    """Group of everybody, into uint8[person]."""
    for person in range(world.people):
        group[person] = group_of(person, world)


@entry
def count_letters(letters, n, block, count):  # type: ignore[no-untyped-def]
    """How many of a chunk's letters go to each block."""
    count[:] = 0
    for q in range(n):
        count[int64(letters[q, 0]) // block] += 1


@entry
def sort_letters(letters, n, block, place, inbox):  # type: ignore[no-untyped-def]
    """Put a chunk's letters where their blocks will find them tomorrow."""
    for q in range(n):
        b = int64(letters[q, 0]) // block
        p = place[b]
        place[b] = p + 1
        for z in range(4):
            inbox[p, z] = letters[q, z]
