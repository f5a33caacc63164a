"""5 to 7: each touched person's score moves once, lists are entered, cases open, and people answer (day.md, 15-17)."""

from __future__ import annotations

from numba import int64, uint32, uint64

from glasshouse.chance import CASE, SECOND, THIRD, draw
from glasshouse.codes import BY_LISTING, INSIDER, LISTED, OWN, OWN_ACT, WRONG, WRONG_PERSON
from glasshouse.engines.buffers import E_GONE, E_LISTED, E_SETTLED, case_head, two_days
from glasshouse.engines.desk import (
    ABOVE,
    AT_CASE,
    AT_TOUCHED,
    BELOW,
    CAUSE,
    CHILL,
    CHILL_MOST,
    CHILL_STEP,
    LEFT_TODAY,
    LISTED_NOW,
    LISTINGS,
    MERIT,
    MERITED,
    ON,
    POINTS,
    SCORE,
    SETTLED,
    TAG,
    WRONGFUL,
    WRONGFUL_BY_RIGHTS,
    is_journalled,
    note,
)
from glasshouse.engines.gathering import gather_act, put_down
from glasshouse.engines.letters import count_cut, send, share_demerit
from glasshouse.engines.morning import delay
from glasshouse.kernels import phase, pure
from glasshouse.mechanisms import adaptation, lists, redress, scoring
from glasshouse.scenario.tables import GONE, MERGED_FILE
from glasshouse.world.belonging import group_of, region_of, residence_of


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
