"""1 and 2: what falls due this morning, and the gates that listed people try (day.md, 10-12)."""

from __future__ import annotations

import numpy as np
from numba import int64, uint32, uint64

from glasshouse.chance import CASE, DEMAND, SECOND, TRAIT, draw
from glasshouse.codes import CORRECTED, EXPIRED, LEFT, OWN_ACT, PAID, RECOVERED
from glasshouse.engines.buffers import (
    E_APPEALED,
    E_BOUNCED,
    E_DECIDED,
    E_GAVE_UP,
    E_LEARNT,
    E_LEFT,
    E_NOTIFIED,
    E_OTHER_WAY,
    E_PAID,
    E_REFUSED,
    high_day,
    low_day,
    two_days,
)
from glasshouse.engines.desk import (
    APPEALS,
    AT_CASE,
    AT_CLOSED,
    BOUNCED,
    BY_NOTICE,
    BY_REFUSAL,
    COMPLIED,
    CORRECTIONS,
    COUNTERS,
    DECISION_REFUSED,
    DELISTINGS,
    ELSEWHERE,
    GATE_COUNTERS,
    GRANTED,
    LISTED_NOW,
    NOTIFIED,
    ON,
    SCORE,
    WRONGFUL,
    WRONGFUL_BY_RIGHTS,
    note,
)
from glasshouse.kernels import phase, pure
from glasshouse.mechanisms import consequences, lists, redress
from glasshouse.scenario.tables import GONE, NO_CLERKS_NEEDED
from glasshouse.world.belonging import region_of, residence_of

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
