"""3 and 8: what people send to those they are tied to, and what they read of it the next day (day.md, 13, 15 and 17)."""

from __future__ import annotations

from numba import int64, uint32, uint64

from glasshouse.chance import TIE_CUT, draw
from glasshouse.codes import BY_POINTS, LISTED, OWN, TIE, WRONG
from glasshouse.engines.buffers import E_RECORD, letter_amount, letter_kind, letter_pack
from glasshouse.engines.desk import AT_LETTER, NOT_ASKED, ON, TIES_CUT, is_journalled, note
from glasshouse.engines.gathering import cause_of, gather, gather_act, gather_apart, keep_item, touch
from glasshouse.kernels import entry, phase, pure
from glasshouse.mechanisms import adaptation, association
from glasshouse.scenario.tables import ABSENT, GONE, MERGED_FILE, MERIT_ALONE
from glasshouse.world.ties import STREAMS, generations, tied

# --- letters leave ------------------------------------------------------------------------------------------------------------------


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
            if amount != 0 and pack & 255:  # a letter may be of no variant any more (`engines/replay.py`)
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


# --- and are brought ----------------------------------------------------------------------------------------------------------------


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
