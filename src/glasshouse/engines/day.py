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

from glasshouse.chance import CANDIDATE, CASE, COUNT, DEMAND, SECOND, TARGET, THIRD, TIE as TIE_PAGE, TRAIT, below, draw  # noqa: I001
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
from glasshouse.kernels import entry, pure
from glasshouse.mechanisms import adaptation, association, behaviour, consequences, lists, redress, registry, scoring, sensing
from glasshouse.scenario.tables import ABSENT, Plan
from glasshouse.world.ties import neighbours

# counters of a day, by variant, region and group; four more follow for every gate
(LISTED_NOW, LISTINGS, DELISTINGS, COMPLIED, NOTIFIED, APPEALS, CORRECTIONS, WRONGFUL, WRONGFUL_BY_RIGHTS) = range(9)
COUNTERS = ("listed", "listings", "delistings", "complied", "notified", "appeals", "corrections", "wrongful_listed", "wrongful_listed_by_rights")  # fmt: skip
GATE_COUNTERS = ("tries", "trips", "people", "evaded")
STOCKS = (LISTED_NOW, WRONGFUL, WRONGFUL_BY_RIGHTS)

# what `marks` counts: rows used in each buffer, people touched, items kept; then the room a refused block asks for
(AT_LETTER, AT_CASE, AT_CLOSED, AT_EVENT, AT_TOUCHED, AT_ITEM, NEED_LETTER, NEED_CASE, NEED_CLOSED, NEED_EVENT, NEED_ITEM) = range(11)
MARKS = 11
BY_NOTICE, BY_REFUSAL = 1, 2
GRANTED, DECISION_REFUSED = 1, 2
HAPPENED, SEEN, MISFILED = range(3)


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
    merit: NDArray[np.int32]  # [B, K]
    cause_hi: NDArray[np.uint64]  # [B, K] weight << 40 | kind << 32 | source
    cause_lo: NDArray[np.uint32]  # [B, K] tag
    is_touched: NDArray[np.uint8]  # [B]
    touched: NDArray[np.int32]  # [B]
    head: NDArray[np.int32]  # [B] first item of a slot, -1 none
    item: NDArray[np.uint32]  # [room, 7] next + 1, act, kind, source, tag, mask, circumstances (4 bits a variant)
    filing: NDArray[np.uint64]  # [K, L, 2] greatest (kind << 32 | source) and (tag << 8 | act's circumstance) filed today
    filed: NDArray[np.uint8]  # [K, L]
    amount: NDArray[np.int64]  # [K]
    found: NDArray[np.int64]  # [MOST_NEIGHBOURS]


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


# --- where a person belongs -------------------------------------------------------------------------------------------------------


@pure
def group_of(person, world):  # type: ignore[no-untyped-def]
    """Group of a person, from the key (day.md, 8)."""
    if world.group_cut.shape[0] == 1:
        return int64(0)
    w0, _, _, _ = draw(0, 0, TRAIT, 0, person, world.group_stream, world.k0, world.k1)
    g = int64(0)
    while uint64(w0) >= world.group_cut[g]:
        g += 1
    return g


@pure
def region_of(person, world):  # type: ignore[no-untyped-def]
    """Region of a person: regions are runs of consecutive people."""
    r = int64(0)
    while person >= world.region_cut[r]:
        r += 1
    return r


@pure
def note(rows, marks, person, day, code, mask, detail, source, tag, amount):  # type: ignore[no-untyped-def]
    """Write one event into the journal."""
    n = marks[AT_EVENT]
    rows.events[n, 0] = uint32(person)
    rows.events[n, 1] = uint32(int64(day) | (int64(code) << 16) | (int64(mask) << 24))
    rows.events[n, 2] = uint32(detail)
    rows.events[n, 3] = uint32(source)
    rows.events[n, 4] = uint32(tag)
    rows.events[n, 5] = uint32(amount)
    marks[AT_EVENT] = n + 1


@pure
def is_journalled(journalled, person):  # type: ignore[no-untyped-def]
    """Is this person's life written down event by event?"""
    return journalled.shape[0] > 0 and journalled[person] != 0


# --- 1  what falls due (day.md, 10-11) ----------------------------------------------------------------------------------------------


@pure
def fall_due(block_cases, day, plan, columns, tally, rows, marks, journalled):  # type: ignore[no-untyped-def]
    """Every open case of the block: closed, or carried into today's buffer. Scores are lifted last, so that no order of cases matters."""
    before = marks[AT_CLOSED]
    for q in range(block_cases.shape[0]):
        head = block_cases[q, 1]
        person = int64(block_cases[q, 0])
        v = int64(head) & 15
        which = (int64(head) >> 4) & 15
        cell = tally.daily[v, region_of(person, plan.world), int64(head) >> 27]
        written = is_journalled(journalled, person)
        if day == low_day(block_cases[q, 6 - 1]):
            cell[COMPLIED] += 1
            if written:
                note(rows, marks, person, day, E_PAID, 1 << v, which, 0, 0, 0)
        over = closes_by(block_cases, q, day, int64(columns.score[person, v]), plan.lists.exit_score[which, v], plan.lists.trigger[which])
        if written and day == low_day(block_cases[q, 4]):
            note(rows, marks, person, day, E_DECIDED, 1 << v, which, (int64(head) >> 23) & 3, 0, 0)
        if over:
            close(block_cases, q, over, person, v, which, day, columns, cell, rows, marks)
            if written:
                note(rows, marks, person, day, E_LEFT, 1 << v, which, over, 0, 0)
            continue
        n = marks[AT_CASE]
        for z in range(8):
            rows.cases[n, z] = block_cases[q, z]
        marks[AT_CASE] = n + 1
        if day == high_day(block_cases[q, 2]):
            cell[NOTIFIED] += 1
            if written:
                note(rows, marks, person, day, E_NOTIFIED, 1 << v, which, 0, 0, 0)
            if low_day(block_cases[q, 3]) == 0:
                learn(rows.cases, n, day, BY_NOTICE, plan)
                if written:
                    note(rows, marks, person, day, E_LEARNT, 1 << v, which, BY_NOTICE, 0, 0)
        if day == high_day(block_cases[q, 3]):
            cell[APPEALS] += 1
            if written:
                note(rows, marks, person, day, E_APPEALED, 1 << v, which, 0, 0, 0)
    for n in range(before, marks[AT_CLOSED]):
        person = int64(rows.closed[n, 0])
        v = int64(rows.closed[n, 1]) & 15
        which = (int64(rows.closed[n, 1]) >> 4) & 15
        if plan.lists.trigger[which] == lists.SCORE_BELOW:
            columns.score[person, v] = max(int64(columns.score[person, v]), plan.lists.threshold[which, v])


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
def learn(cases, n, day, how, plan):  # type: ignore[no-untyped-def]
    """A person learns today that they are listed; whether they appeal, and what comes of it, is read off the case's own marks (11)."""
    head = int64(cases[n, 1])
    v = head & 15
    which = (head >> 4) & 15
    basis = (head >> 16) & 7
    index = (which << 8) | ((head >> 8) & 255)
    t, w = plan.lists, plan.world
    _, _, w2, w3 = draw(index, 0, CASE, 0, cases[n, 0], t.stream[which], w.k0, w.k1)
    s0, s1, s2, _ = draw(index, 0, SECOND, 0, cases[n, 0], t.stream[which], w.k0, w.k1)
    appealed = int64(0)
    decided = int64(0)
    if uint64(w2) < t.appeals[which, v, basis]:
        days = redress.wait(plan.delays.cut, plan.delays.first[t.appeal_delay[which, v]], plan.delays.length[t.appeal_delay[which, v]], uint64(s0))
        if days >= 0:
            appealed = redress.day_or_never(max(day + days, day + 1))
        if appealed and uint64(s1) < t.answered[which, v]:
            days = redress.wait(plan.delays.cut, plan.delays.first[t.decide_delay[which, v]], plan.delays.length[t.decide_delay[which, v]], uint64(s2))
            if days >= 0:
                decided = redress.day_or_never(appealed + 1 + days)
    decision = int64(0)
    if decided:
        decision = GRANTED if uint64(w3) < t.upheld[which, v, basis] else DECISION_REFUSED
    cases[n, 1] = uint32(head | (decision << 23) | (how << 25))
    cases[n, 3] = two_days(day, appealed)
    cases[n, 4] = two_days(decided, high_day(cases[n, 4]))


# --- 2  gates (day.md, 12) ----------------------------------------------------------------------------------------------------------


@pure
def try_gates(start, day, plan, columns, tally, rows, marks, journalled):  # type: ignore[no-untyped-def]
    """Every open case of the block: does its person try a gate that this list, before the others, binds?"""
    g, w = plan.gates, plan.world
    for n in range(start, marks[AT_CASE]):
        head = int64(rows.cases[n, 1])
        person = int64(rows.cases[n, 0])
        v = head & 15
        which = (head >> 4) & 15
        bits = int64(columns.on[person, v])
        for e in range(g.count):
            binding = g.lists[e, v] & bits
            if binding == 0 or binding & ((1 << which) - 1) or not binding & (1 << which):
                continue
            if int64(columns.given_up[person, v]) >> e & 1:
                continue
            period = g.period[e, day]
            if g.trip[e, period, v] == 0:
                continue
            w0, w1, w2, w3 = draw(0, day, DEMAND, 0, person, g.stream[e], w.k0, w.k1)
            if not consequences.wants_trip(uint64(w0), g.trip[e, period, v]):
                continue
            t0, t1, _, _ = draw(0, 0, TRAIT, 0, person, g.stream[e], w.k0, w.k1)
            if uint64(t0) >= g.user[e, v, head >> 27]:
                continue
            first = 9 + 4 * e
            cell = tally.daily[v, region_of(person, w), head >> 27]
            written = is_journalled(journalled, person)
            if consequences.goes_another_way(uint64(w2), g.evade[e, period, v]):
                cell[first + 3] += 1
                if written:
                    note(rows, marks, person, day, E_OTHER_WAY, 1 << v, e, 0, 0, 0)
                continue
            tries = int64(1)
            while g.tries_cut[e, period, v, tries - 1] <= uint64(w1):
                tries += 1
            cell[first] += tries
            cell[first + 1] += 1
            if not int64(columns.refused[person, v]) >> e & 1:
                cell[first + 2] += 1
                columns.refused[person, v] |= np.uint16(1 << e)
            if written:
                note(rows, marks, person, day, E_REFUSED, 1 << v, e, 0, 0, tries)
            if low_day(rows.cases[n, 3]) == 0 and plan.lists.refusal_tells[which, v]:
                learn(rows.cases, n, day, BY_REFUSAL, plan)
                if written:
                    note(rows, marks, person, day, E_LEARNT, 1 << v, which, BY_REFUSAL, 0, 0)
            if consequences.gives_up(uint64(w3), g.learns[e, v], uint64(t1), g.never_learns[e, v]):
                columns.given_up[person, v] |= np.uint16(1 << e)
                if written:
                    note(rows, marks, person, day, E_GAVE_UP, 1 << v, e, 0, 0, 0)


# --- gathering (day.md, 15) ---------------------------------------------------------------------------------------------------------


@pure
def touch(desk, marks, slot):  # type: ignore[no-untyped-def]
    """Remember that something was gathered for this slot today."""
    if not desk.is_touched[slot]:
        desk.is_touched[slot] = 1
        desk.touched[marks[AT_TOUCHED]] = slot
        marks[AT_TOUCHED] += 1


@pure
def gather(desk, slot, v, points, merit, kind, source, tag):  # type: ignore[no-untyped-def]
    """A piece: points, merit, and the heaviest cause so far."""
    desk.points[slot, v] += points
    desk.merit[slot, v] += merit
    hi = (uint64(scoring.weight(points)) << uint64(40)) | (uint64(kind) << uint64(32)) | uint64(source)
    if hi > desk.cause_hi[slot, v]:
        desk.cause_hi[slot, v] = hi
        desk.cause_lo[slot, v] = tag
    elif hi == desk.cause_hi[slot, v] and tag > desk.cause_lo[slot, v]:
        desk.cause_lo[slot, v] = tag


@pure
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
def post(desk, rows, marks, plan, person, a, kind, hops, tag):  # type: ignore[no-untyped-def]
    """Send `desk.amount` (points by variant, 0 none) to each neighbour; variants with the same amount share a letter. Empties it."""
    n = int64(-1)
    K = desk.amount.shape[0]
    for v in range(K):
        amount = desk.amount[v]
        if amount == 0:
            continue
        mask = int64(0)
        for x in range(v, K):
            if desk.amount[x] == amount:
                mask |= 1 << x
                desk.amount[x] = 0
        if n < 0:
            n = neighbours(plan.associations.kind[a], person, plan.world.people, plan.ties, plan.world.k0, plan.world.k1, desk.found)
        pack = letter_pack(amount, kind, hops, a, mask)
        at = marks[AT_LETTER]
        for k in range(n):
            rows.letters[at, 0] = uint32(desk.found[k])
            rows.letters[at, 1] = uint32(person)
            rows.letters[at, 2] = uint32(tag)
            rows.letters[at, 3] = pack
            at += 1
        marks[AT_LETTER] = at


@pure
def share_demerit(desk, rows, marks, plan, person, act, mask, tag):  # type: ignore[no-untyped-def]
    """An own demerit that was counted reaches the people tied to its author (15, 17); one that files for a list does not."""
    for a in range(plan.associations.count):
        if plan.associations.transfer[a] != 0:
            continue
        for v in range(desk.amount.shape[0]):
            if mask >> v & 1 and plan.acts.files[act, v] < 0:
                desk.amount[v] = association.handed_on(plan.acts.points[act, v], int64(plan.associations.share[a, v]))
        post(desk, rows, marks, plan, person, a, TIE, 1, tag)


# --- 3  yesterday's letters (day.md, 13) --------------------------------------------------------------------------------------------


@pure
def read_letters(base, inbox, day, plan, columns, desk, rows, marks, limits, journalled):  # type: ignore[no-untyped-def]
    """Letters addressed to this block, gathered in any order."""
    K = plan.world.variants
    for q in range(inbox.shape[0]):
        person = int64(inbox[q, 0])
        slot = person - base
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
            note(rows, marks, person, day, E_RECORD, mask, kind, source, tag, letter_amount(pack))
        if kind == WRONG:
            act = int64(tag) & 255
            if limits.itemised[act]:
                keep_item(desk, marks, slot, act, WRONG, source, tag, mask, 0)
                continue
            for v in range(K):
                if mask >> v & 1 and plan.acts.points[act, v] != 0:
                    gather(desk, slot, v, plan.acts.points[act, v], 0, WRONG, source, tag)
            continue
        amount = letter_amount(pack)
        for v in range(K):
            if mask >> v & 1:
                gather(desk, slot, v, amount, amount, kind, source, tag)
        a = (int64(pack) >> 8) & 7
        hops = (int64(pack) >> 11) & 7
        if kind == TIE and hops < plan.associations.max_hops[a]:
            for v in range(K):
                if mask >> v & 1:
                    desk.amount[v] = association.handed_on(amount, int64(plan.associations.share[a, v]))
            post(desk, rows, marks, plan, person, a, TIE, hops + 1, tag)


# --- 4  conduct (day.md, 14) --------------------------------------------------------------------------------------------------------


@pure
def act(b, base, day, plan, columns, desk, tally, rows, marks, limits, journalled):  # type: ignore[no-untyped-def]
    """Potential acts of the block: who, whether it happens in each variant, who sees it, and in whose file it lands."""
    w, t = plan.world, plan.acts
    B, N, K = w.block, w.people, w.variants
    for r in range(t.row_act.shape[0]):
        c = int64(t.row_act[r])
        stream, strip = t.stream[c], t.row_strip[r]
        w0, w1, _, _ = draw(0, day, COUNT, strip, b, stream, w.k0, w.k1)
        u = (uint64(w0) << uint64(32)) | uint64(w1)
        n = int64(t.row_guide[r, int64(w0) >> 24])
        length = t.row_len[r]
        while n < length and u >= t.row_cdf[r, n]:
            n += 1
        if n == 0:
            continue
        period = t.period[c, day]
        multiplier = int64(1)
        offset = int64(0)
        if t.unequal[c]:
            w0, w1, _, _ = draw(0, 0, TIE_PAGE, 0, b, stream, w.k0, w.k1)
            multiplier = int64(w0) | 1
            offset = int64(w1)
        for e in range(n):
            w0, w1, w2, w3 = draw(e, day, CANDIDATE, strip, b, stream, w.k0, w.k1)
            rank = t.row_first[r] + int64((uint64(w0) * uint64(t.row_width[r])) >> uint64(32))
            slot = behaviour.scattered(rank, multiplier, offset, B) if t.unequal[c] else rank
            person = base + slot
            if person >= N:
                continue
            g = group_of(person, w) if t.by_group[c] else int64(0)
            q = t.rank_class[c, rank]
            seen = int64(0)
            wrong = int64(0)
            happened = int64(0)
            for v in range(K):
                on = columns.on[person, v]
                if on & ABSENT:
                    continue
                likely = t.accept[r, period, v, q]
                if t.by_group[c]:
                    likely = behaviour.times(likely, t.group_factor[c, v, g])
                if t.by_list[c] and on:
                    for x in range(plan.lists.count):
                        if int64(on) >> x & 1:
                            likely = behaviour.times(likely, t.listed_factor[c, v, x])
                if t.chillable[c]:
                    likely = behaviour.chilled(likely, columns.chill[person, v])
                if uint64(w1) >= likely:
                    continue
                happened |= 1 << v
                tally.acts[v, c, HAPPENED] += 1
                if sensing.is_seen(uint64(w2), t.seen[c, period, v, g]):
                    seen |= 1 << v
                    tally.acts[v, c, SEEN] += 1
                    if sensing.is_misfiled(uint64(w3), t.wrong[c, period, v, g]):
                        wrong |= 1 << v
                        tally.acts[v, c, MISFILED] += 1
            if happened == 0:
                continue
            tag = uint32(c | (int64(strip) << 8) | (e << 16))
            recorded = seen
            circumstances = int64(0)
            if seen and t.circumstances[c]:
                w0, w1, _, _ = draw(e, day, SECOND, strip, b, stream, w.k0, w.k1)
                for v in range(K):
                    if seen >> v & 1:
                        s = int64(0)
                        while uint64(w0) >= t.circ_cut[c, period, v, g, s]:
                            s += 1
                        circumstances |= s << (4 * v)
                        if not registry.goes_on(uint64(w1), t.goes_on[c, v, s]):
                            recorded &= ~(1 << v)
            if is_journalled(journalled, person):
                note(rows, marks, person, day, E_ACT, happened, seen | wrong << 8 | recorded << 16, circumstances, tag, 0)
            own = recorded & ~wrong
            if own:
                file_own(slot, person, c, own, circumstances, tag, plan, desk, rows, marks, limits)
            if recorded & wrong:
                w0, w1, _, _ = draw(e, day, TARGET, strip, b, stream, w.k0, w.k1)
                file_elsewhere(slot, person, below(w0, w1, N), c, recorded & wrong, tag, plan, columns, desk, rows, marks)


@pure
def file_own(slot, person, c, mask, circumstances, tag, plan, desk, rows, marks, limits):  # type: ignore[no-untyped-def]
    """The record is the actor's own: gathered at once, or kept as an item."""
    if limits.itemised[c]:
        touch(desk, marks, slot)
        keep_item(desk, marks, slot, c, OWN, person, tag, mask, circumstances)
        return
    demerit = False
    for v in range(plan.world.variants):
        points = plan.acts.points[c, v]
        if mask >> v & 1 and points != 0:
            touch(desk, marks, slot)
            gather(desk, slot, v, points, points, OWN, person, tag)
            demerit = demerit or points < 0
    if demerit and plan.associations.count:
        share_demerit(desk, rows, marks, plan, person, c, mask, tag)


@pure
def file_elsewhere(slot, person, other, c, mask, tag, plan, columns, desk, rows, marks):  # type: ignore[no-untyped-def]
    """The record is another's: a letter for them, and the actor's merit all the same. Absent, or oneself: the sighting is a miss."""
    for v in range(plan.world.variants):
        points = plan.acts.points[c, v]
        if mask >> v & 1 and points != 0 and plan.acts.capped[c] < 0 and plan.acts.files[c, v] < 0:
            touch(desk, marks, slot)
            desk.merit[slot, v] += points
    for v in range(plan.world.variants):
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


@pure
def settle(base, day, plan, columns, desk, tally, rows, marks, journalled):  # type: ignore[no-untyped-def]
    """One settlement for each touched person: items, score, chilling, lists."""
    K, s = plan.world.variants, plan.score
    for n in range(marks[AT_TOUCHED]):
        slot = int64(desk.touched[n])
        person = base + slot
        desk.is_touched[slot] = 0
        has_items = desk.head[slot] >= 0
        if has_items:
            count_items(slot, person, plan, columns, desk, rows, marks)
        written = is_journalled(journalled, person)
        for v in range(K):
            if s.used:
                now = scoring.settled(int64(columns.score[person, v]), int64(desk.points[slot, v]), s.lowest, s.highest)
                columns.score[person, v] = now
                columns.merited[person, v] = scoring.settled(int64(columns.merited[person, v]), int64(desk.merit[slot, v]), s.lowest, s.highest)
                if written and desk.points[slot, v] != 0:
                    note(rows, marks, person, day, E_SETTLED, 1 << v, 0, uint32(desk.points[slot, v]), desk.cause_lo[slot, v], now)
            if desk.cause_hi[slot, v] >> uint64(40):
                columns.chill[person, v] = adaptation.chill_after(int64(columns.chill[person, v]), s.chill_step[v], s.chill_most[v])
        if plan.lists.count:
            enter_lists(slot, person, day, has_items, plan, columns, desk, tally, rows, marks, written)
        for v in range(K):
            desk.points[slot, v] = 0
            desk.merit[slot, v] = 0
            desk.cause_hi[slot, v] = 0
            desk.cause_lo[slot, v] = 0
        desk.head[slot] = -1


@pure
def count_items(slot, person, plan, columns, desk, rows, marks):  # type: ignore[no-untyped-def]
    """Items in their order: those within the cap count, and those of a rule that files are filings."""
    t, K = plan.acts, plan.world.variants
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
            if t.capped[c] >= 0:
                used = int64(columns.cap_used[person, v, t.capped[c]])
                if not scoring.counts(used, t.cap[c, v]):
                    continue
                columns.cap_used[person, v, t.capped[c]] = min(used + 1, 65_535)
            counted |= 1 << v
            points = t.points[c, v]
            if points != 0:
                gather(desk, slot, v, points, int64(0) if kind == WRONG else points, kind, source, tag)
            if t.files[c, v] >= 0:
                file_for(desk, v, int64(t.files[c, v]), kind, source, tag, (int64(desk.item[at, 6]) >> (4 * v)) & 15)
        if kind == OWN and counted and plan.associations.count:
            share_demerit(desk, rows, marks, plan, person, c, counted, tag)
        at = int64(desk.item[at, 0]) - 1


@pure
def file_for(desk, v, which, kind, source, tag, circumstance):  # type: ignore[no-untyped-def]
    """Keep the greatest (kind, source, tag) that was filed for a list today."""
    who = (uint64(kind) << uint64(32)) | uint64(source)
    what = (uint64(tag) << uint64(8)) | uint64(circumstance)
    old = desk.filing[v, which]
    if not desk.filed[v, which] or who > old[0] or (who == old[0] and what > old[1]):
        desk.filed[v, which] = 1
        old[0] = who
        old[1] = what


@pure
def enter_lists(slot, person, day, has_items, plan, columns, desk, tally, rows, marks, written):  # type: ignore[no-untyped-def]
    """Lists by number: entered iff not on it and its trigger holds."""
    t, K = plan.lists, plan.world.variants
    for which in range(t.count):
        entered = int64(0)
        for v in range(K):
            if int64(columns.on[person, v]) >> which & 1:
                continue
            weight = int64(desk.cause_hi[slot, v] >> uint64(40))
            filed = has_items and desk.filed[v, which] != 0
            if not lists.is_entered(
                t.trigger[which], t.threshold[which, v], int64(columns.score[person, v]), weight, int64(desk.points[slot, v]), filed
            ):
                continue
            open_case(slot, person, v, which, day, plan, columns, desk, tally, rows, marks)
            entered |= 1 << v
            if written:
                note(rows, marks, person, day, E_LISTED, 1 << v, which, rows.cases[marks[AT_CASE] - 1, 6], rows.cases[marks[AT_CASE] - 1, 7], 0)
        if entered:
            shade(person, which, entered, plan, desk, rows, marks)


@pure
def shade(person, which, entered, plan, desk, rows, marks):  # type: ignore[no-untyped-def]
    """A listing costs the people tied to the listed person (16, last point)."""
    for a in range(plan.associations.count):
        if plan.associations.transfer[a] == 1:
            for v in range(desk.amount.shape[0]):
                if entered >> v & 1:
                    desk.amount[v] = plan.associations.amount[a, v]
            post(desk, rows, marks, plan, person, a, LISTED, 1, which)


@pure
def open_case(slot, person, v, which, day, plan, columns, desk, tally, rows, marks):  # type: ignore[no-untyped-def]
    """A listing begins: its basis, whether the rule is right about it, and every delay that chance will decide (16)."""
    t, w, d = plan.lists, plan.world, plan.delays
    trigger = t.trigger[which]
    if trigger == lists.BY_RULE:
        who, what = desk.filing[v, which, 0], desk.filing[v, which, 1]
        kind = int64(who >> uint64(32))
        source = uint32(who & uint64(0xFFFFFFFF))
        tag = uint32(what >> uint64(8))
        c = int64(tag) & 255
        basis = int64(WRONG_PERSON)
        if kind == OWN:
            basis = int64(plan.acts.circ_basis[c, int64(what & uint64(255))])
        rightful = int64(plan.acts.rightful_if[c, basis])
    else:
        hi = desk.cause_hi[slot, v]
        kind = int64(hi >> uint64(32)) & 7
        source = uint32(hi & uint64(0xFFFFFFFF))
        tag = desk.cause_lo[slot, v]
        merited = lists.is_merited(trigger, t.threshold[which, v], int64(columns.merited[person, v]))
        of_protected = (kind == OWN or kind == WRONG) and plan.acts.protected[int64(tag) & 255] != 0
        basis = int64(lists.basis_of_score(merited, kind, of_protected))
        rightful = int64(merited)
    ordinal = min(int64(columns.ordinal[person, v, which]) + 1, 255)
    columns.ordinal[person, v, which] = ordinal
    columns.on[person, v] |= np.uint16(1 << which)
    index = (which << 8) | ordinal
    w0, w1, _, _ = draw(index, 0, CASE, 0, person, t.stream[which], w.k0, w.k1)
    _, _, _, s3 = draw(index, 0, SECOND, 0, person, t.stream[which], w.k0, w.k1)
    h0, h1, h2, h3 = draw(index, 0, THIRD, 0, person, t.stream[which], w.k0, w.k1)
    notified = paid = clears = int64(0)
    if uint64(w0) < t.served[which, v]:
        days = redress.wait(d.cut, d.first[t.notice_delay[which, v]], d.length[t.notice_delay[which, v]], uint64(w1))
        notified = redress.day_or_never(day + 1 + days) if days >= 0 else int64(0)
    days = redress.wait(d.cut, d.first[t.pay_delay[which, v, basis]], d.length[t.pay_delay[which, v, basis]], uint64(s3))
    if days >= 0:
        paid = redress.day_or_never(day + 1 + days)
    if paid and uint64(h3) >= t.never_cleared[which, v]:
        days = redress.wait(d.cut, d.first[t.clear_delay[which, v]], d.length[t.clear_delay[which, v]], uint64(h2))
        clears = redress.day_or_never(paid + days) if days >= 0 else int64(0)
    extension = t.extension[which, v] if uint64(h1) < t.extended[which, v] else int64(0)
    expires = redress.expires_on(day, t.term[which, v], uint64(h0) < t.termed[which, v], extension, t.term_from[which, v], t.older[which, v])
    g = group_of(person, w)
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
    cell = tally.daily[v, region_of(person, w), g]
    cell[LISTED_NOW] += 1
    cell[LISTINGS] += 1
    cell[WRONGFUL] += 1 - rightful
    if basis != OWN_ACT:
        cell[WRONGFUL_BY_RIGHTS] += 1


# --- a chunk of blocks --------------------------------------------------------------------------------------------------------------


@pure
def has_room(letters, cases, plan, desk, rows, marks, limits, journalling):  # type: ignore[no-untyped-def]
    """Is there room for the most this block could need? If not, `marks` says how much there would have to be."""
    K, L = plan.world.variants, plan.lists.count
    most = limits.candidates + letters
    people = min(most, plan.world.block)
    marks[NEED_LETTER] = marks[AT_LETTER] + most * (1 + limits.fan)
    marks[NEED_CASE] = marks[AT_CASE] + cases + people * K * L
    marks[NEED_CLOSED] = marks[AT_CLOSED] + cases
    marks[NEED_ITEM] = most
    marks[NEED_EVENT] = marks[AT_EVENT]
    if journalling:
        marks[NEED_EVENT] += most + cases * (6 + 4 * plan.gates.count) + people * K * (1 + L)
    return (
        marks[NEED_LETTER] <= rows.letters.shape[0]
        and marks[NEED_CASE] <= rows.cases.shape[0]
        and marks[NEED_CLOSED] <= rows.closed.shape[0]
        and marks[NEED_EVENT] <= rows.events.shape[0]
        and marks[NEED_ITEM] <= desk.item.shape[0]
    )


@entry
def live_chunk(first, at, last, day, plan: Plan, columns, desk, tally, rows, marks, limits, inbox, inbox_at, cases, cases_at, kept_at, journalled):  # type: ignore[no-untyped-def]
    """Blocks `at` to `last` of a chunk live one day. Returns `last`, or the block for which there was no room: nothing of it was done."""
    B = plan.world.block
    for b in range(at, last):
        mine = cases[cases_at[b - first] : cases_at[b - first + 1]]
        post_box = inbox[inbox_at[b] : inbox_at[b + 1]]
        if not has_room(post_box.shape[0], mine.shape[0], plan, desk, rows, marks, limits, journalled.shape[0] > 0):
            return b
        base = b * B
        start = marks[AT_CASE]
        kept_at[b - first] = start
        marks[AT_TOUCHED] = 0
        marks[AT_ITEM] = 0
        fall_due(mine, day, plan, columns, tally, rows, marks, journalled)
        if plan.gates.count:
            try_gates(start, day, plan, columns, tally, rows, marks, journalled)
        read_letters(base, post_box, day, plan, columns, desk, rows, marks, limits, journalled)
        act(b, base, day, plan, columns, desk, tally, rows, marks, limits, journalled)
        settle(base, day, plan, columns, desk, tally, rows, marks, journalled)
        kept_at[b - first + 1] = marks[AT_CASE]
    return last


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
