"""4: potential acts happen or not, are seen, missed or misfiled, and are recorded (day.md, 14)."""

from __future__ import annotations

import numpy as np
from numba import int64, uint32, uint64

from glasshouse.chance import CANDIDATE, COMPANY, COUNT, OTHER_LUCK, SECOND, TARGET, below, draw, philox
from glasshouse.chance import TIE as TIE_PAGE
from glasshouse.codes import BY_COMPANY, LISTED, OWN, WRONG
from glasshouse.engines.buffers import E_ACT, E_DENIED, letter_pack
from glasshouse.engines.desk import (
    AT_LETTER,
    CHILL,
    DENIED,
    DID,
    DID_MISREAD,
    DID_SEE,
    GROUP,
    HAPPENED,
    MISFILED,
    ON,
    SCORE,
    SEEN,
    SLOT,
    WHICH,
    is_journalled,
    note,
)
from glasshouse.engines.gathering import cause_of, gather, gather_act, gather_apart, keep_item, touch
from glasshouse.engines.letters import exists, share_demerit, uncut, write_letter
from glasshouse.kernels import phase, pure
from glasshouse.mechanisms import association, behaviour, consequences, registry, sensing
from glasshouse.scenario.tables import ABSENT, FIRST_TAG_OF_ASSOCIATIONS, GONE, MERIT_ALONE
from glasshouse.world.belonging import group_of, residence_of
from glasshouse.world.ties import STREAMS, ascending, generations, tied

BYTE_OF_BIT = np.array([sum(1 << (8 * v) for v in range(8) if mask >> v & 1) for mask in range(256)], np.uint64)
"""A byte for each variant of a mask, so that eight counters are one addition."""
laid_in = phase(philox.py_func)
"""`philox` laid into a loop instead of called from it: only so can the loop become vector code."""


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
        put_down_act(acting, m, e, slot, int64(0), happened, seen, wrong)
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
            put_down_act(desk.acting, m, e, slot, group, happened, seen, wrong)
            m += 1
    write_tallies(done, c, many_happened, many_seen, many_wrong)
    return m


@phase
def put_down_act(acting, m, e, slot, group, happened, seen, wrong):  # type: ignore[no-untyped-def]
    """Somebody's act is looked at further: which candidate, who, and in which variants they act, are seen and are misread."""
    acting[WHICH, m], acting[SLOT, m], acting[GROUP, m], acting[DID, m] = e, slot, group, happened
    acting[DID_SEE, m], acting[DID_MISREAD, m] = seen, wrong


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
