"""Pieces are gathered for each person, to be settled in the evening: by sums, maxima and bits, so that no order matters (day.md, 15)."""

from __future__ import annotations

from numba import int64, uint32

from glasshouse.codes import WRONG
from glasshouse.engines.desk import AT_ITEM, AT_TOUCHED, CAUSE, MERIT, POINTS, TAG
from glasshouse.kernels import phase, pure


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
