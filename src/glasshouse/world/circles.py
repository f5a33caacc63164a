"""Friends in lanes: sixteen layers of somebody's friends at once, where a machine turns sixteen numbers as fast as one.

The people are those of `ties.tied` (docs/ties.md, 13-18), and a test holds one against the other; this is for a kernel that asks about
many people one after the other. A lane is a layer, and idle if the person is not of it. Loops over lanes have a fixed length, no branch,
and numbers of 32 bits, so that the compiler makes wide instructions of them. What must be turned again until it is in range (7) is turned
again in all lanes and kept in those that were out of range. Keys of a window are drawn once and not for each question.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, uint32, uint64

from glasshouse.chance import TIE, draw
from glasshouse.kernels import phase
from glasshouse.scenario.tables import I64, U32, TieTables
from glasshouse.world.ties import (
    FRIENDS,
    HOUSEHOLD,
    ONLINE_FRIENDS,
    STREAMS,
    ascending,
    binary_digits,
    inverse_of,
    lookup,
    turned_back,
)

LANES = 16
START, BOUND, MASK, HALF, CLIQUE, PARTS, SHAPE = (LANES * row for row in range(7))
"""Of a layer in a window: its first rank, how many members, mask and shift of its bijection, people in a circle, 2**32 over that."""
HEAD, GROUP = 8, 6 * LANES
"""Words of a window's key: whose it is, three words and three inverses; then for each sixteen layers the same six by layer."""
X, HERE = 0, LANES
NO_RANK = 1 << 31
NOBODY = 0xFFFF_FFFF


class Circles(NamedTuple):
    """What friends and online friends are computed from, and room to do it: each chunk has its own."""

    people: int  # who can have friends: all but firms
    bits: I64  # [2] binary digits of the size of a window
    first: I64  # [3] first group of sixteen layers of friends, of online friends, and beyond
    most: I64  # [groups] people in the largest circle
    shapes: U32  # [2, groups, SHAPE] in a full window, and in the last one
    keys: U32  # [streets, words] keys of windows, remembered; a power of two of them
    lanes: U32  # [2 * LANES]
    found: U32  # [lanes] who was found last, or NOBODY
    less: U32  # [LANES] how many of them have lesser numbers


def circles_of(ties: TieTables, people: int, streets: int) -> Circles:
    """The lanes of a world with so many people, with room to remember the keys of so many streets."""
    kinds = (FRIENDS, ONLINE_FRIENDS)
    groups = [-(-int(ties.layer_count[kind]) // LANES) if ties.on[kind] else 0 for kind in kinds]
    first = np.cumsum([0, *groups])
    persons = min(int(ties.beyond[HOUSEHOLD]), people)
    shapes = np.zeros((2, int(first[-1]), SHAPE), np.uint32)
    for kind, group in zip(kinds, first, strict=False):
        window = int(ties.window[kind])
        for short, size in enumerate((window, persons % window or window) if ties.on[kind] else ()):
            _shape(shapes[short, group:], ties, kind, size)
    most = shapes[0, :, CLIQUE:PARTS].max(axis=1).astype(np.int64)
    return Circles(
        people=persons,
        bits=np.array([int(ties.window[kind]).bit_length() - 1 for kind in kinds], np.int64),
        first=first,
        most=most,
        shapes=shapes,
        keys=np.zeros((1 << (streets - 1).bit_length(), len(kinds) * HEAD + GROUP * int(first[-1])), np.uint32),
        lanes=np.zeros(2 * LANES, np.uint32),
        found=np.full(LANES * max(int((most - 1).sum()), 1), NOBODY, np.uint32),
        less=np.zeros(LANES, np.uint32),
    )


def _shape(shapes: U32, ties: TieTables, kind: int, size: int) -> None:
    """The layers of a kind in a window of so many people (15). Where no layer is, or one without members, nobody is."""
    window, first, count = int(ties.window[kind]), int(ties.layer_first[kind]), int(ties.layer_count[kind])
    for k in range(-(-count // LANES) * LANES):
        start, members, clique = NO_RANK, 0, 2
        if k < count:
            lo, beyond, clique = (int(x[first + k]) for x in (ties.layer_from, ties.layer_to, ties.layer_clique))
            members = (beyond - lo) * size // window // clique * clique
            start = lo * size // window if members else NO_RANK
        digits = (members - 1).bit_length() if members else 0
        row = start, max(members, 1), (1 << digits) - 1, (digits + 1) // 2, clique, -(-(1 << 32) // clique)
        shapes[k // LANES, k % LANES :: LANES] = row


@phase
def friends(kind, person, circles, k0, k1):  # type: ignore[no-untyped-def]
    """Friends or online friends of a person, among NOBODY, into lanes of `circles.found`, in no order. Returns how many lanes."""
    which = kind - FRIENDS
    group, beyond = circles.first[which], circles.first[which + 1]
    if person >= circles.people or group == beyond:
        return int64(0)
    bits = circles.bits[which]
    where = person >> bits
    start = where << bits
    size = min(int64(1) << bits, circles.people - start)
    street = circles.keys[person >> 12 & circles.keys.shape[0] - 1]
    key = street[which * HEAD + group * GROUP : (which + 1) * HEAD + beyond * GROUP]
    if int64(key[0]) != where + 1:
        make_key(kind, where, beyond - group, k0, k1, key)
    rank = turned_back(person - start, size, key[1], key[2], key[3], int64(key[4]), int64(key[5]), int64(key[6]))
    n = int64(0)
    for g in range(group, beyond):
        layers = key[HEAD + (g - group) * GROUP : HEAD + (g - group + 1) * GROUP]
        shape = circles.shapes[int64(size >> bits == 0), g]
        into_circles(rank, shape, layers, circles.lanes)
        for k in range(1, circles.most[g]):
            others(k, start, size, shape, key, layers, circles.lanes, circles.found[n : n + LANES])
            n += LANES
    return n


@lookup
def make_key(kind, where, groups, k0, k1, key):  # type: ignore[no-untyped-def]
    """The keys of a window: of its ranks (14), and of each layer (16)."""
    key[0] = where + 1
    for layer in range(-1, groups * LANES):
        w0, w1, w2, _ = draw(1 + layer, 0, TIE, 0, where, STREAMS[kind], k0, k1)
        at = HEAD + layer // LANES * GROUP + layer % LANES if layer >= 0 else 1
        apart = LANES if layer >= 0 else 1
        key[at], key[at + apart], key[at + 2 * apart] = w0, w1, w2
        for z in range(3):
            key[at + (3 + z) * apart] = inverse_of(key[at + z * apart])


# --- which of them --------------------------------------------------------------------------------------------------


@lookup
def ordered(found, n, less):  # type: ignore[no-untyped-def]
    """Make ready to say which of the n lanes in `found` is the first person, the second. Returns how many people there are.

    Sixteen lanes are not sorted: each is compared with each, which takes no branch and so no wrong guess.
    """
    people = ranked(found, less) if n == LANES else int64(-1)
    if people >= 0:
        return people
    people = int64(0)
    for i in range(n):
        found[people] = found[i]
        people += int64(found[i] != uint32(NOBODY))
    for i in range(LANES):
        less[i] = uint32(i)
    return ascending(found, people)


@lookup
def ranked(found, less):  # type: ignore[no-untyped-def]
    """How many are less than each of the first sixteen. Returns how many people there are, or -1 if one of them is there twice."""
    people, pairs = uint32(0), uint32(0)
    for i in range(LANES):
        one, lesser = found[i], uint32(0)
        for j in range(LANES):
            lesser = uint32(lesser + uint32(found[j] < one))
        less[i] = lesser
        people = uint32(people + uint32(one != uint32(NOBODY)))
        pairs = uint32(pairs + (lesser if one != uint32(NOBODY) else uint32(0)))
    return int64(people) if 2 * int64(pairs) == int64(people) * (int64(people) - 1) else int64(-1)


@lookup
def nth(found, less, which):  # type: ignore[no-untyped-def]
    """The person with so many before them, of those made ready."""
    if which >= LANES:
        return int64(found[which])
    one = uint32(0)
    for i in range(LANES):
        one = uint32(one | (found[i] if less[i] == uint32(which) else uint32(0)))
    return int64(one)


# --- lanes ----------------------------------------------------------------------------------------------------------


@lookup
def into_circles(rank, shape, layers, lanes):  # type: ignore[no-untyped-def]
    """In which layers a rank is, and at which place (16)."""
    out = uint32(0)
    for i in range(LANES):
        x = uint32(uint32(rank) - shape[START + i])
        here = x < shape[BOUND + i]
        lanes[X + i] = turned_back_once(x if here else uint32(0), i, shape, layers)
        lanes[HERE + i] = shape[CLIQUE + i] if here else uint32(0)
        out = uint32(out | uint32(lanes[X + i] >= shape[BOUND + i]))
    while out:
        out = uint32(0)
        for i in range(LANES):
            x, bound = lanes[X + i], shape[BOUND + i]
            lanes[X + i] = turned_back_once(x, i, shape, layers) if x >= bound else x
            out = uint32(out | uint32(lanes[X + i] >= bound))


@lookup
def others(k, start, size, shape, key, layers, lanes, found):  # type: ignore[no-untyped-def]
    """Who is the k-th after the person in each circle, the first following the last (17)."""
    bound, mask, half = uint32(size), mask_of(size), half_of(size)
    out = uint32(0)
    for i in range(LANES):
        x = turned_once(kth_after(k, i, shape, lanes), i, shape, layers)
        y = turned(uint32(x + shape[START + i]), key[1], key[2], key[3], mask, half)
        found[i] = uint32(uint32(start) + y) if lanes[HERE + i] > uint32(k) else uint32(NOBODY)
        out = uint32(out | uint32(x >= shape[BOUND + i]) | uint32(y >= bound))
    if out:
        others_in_range(k, start, size, shape, key, layers, lanes, found)


@lookup
def others_in_range(k, start, size, shape, key, layers, lanes, found):  # type: ignore[no-untyped-def]
    """The same where somebody has to be turned more than once."""
    bound, mask, half = uint32(size), mask_of(size), half_of(size)
    for i in range(LANES):
        found[i] = turned_once(kth_after(k, i, shape, lanes), i, shape, layers)
    out = uint32(1)
    while out:
        out = uint32(0)
        for i in range(LANES):
            x = found[i]
            found[i] = turned_once(x, i, shape, layers) if x >= shape[BOUND + i] else x
            out = uint32(out | uint32(found[i] >= shape[BOUND + i]))
    for i in range(LANES):
        found[i] = turned(uint32(found[i] + shape[START + i]), key[1], key[2], key[3], mask, half)
    out = uint32(1)
    while out:
        out = uint32(0)
        for i in range(LANES):
            y = found[i]
            found[i] = turned(y, key[1], key[2], key[3], mask, half) if y >= bound else y
            out = uint32(out | uint32(found[i] >= bound))
    for i in range(LANES):
        found[i] = uint32(uint32(start) + found[i]) if lanes[HERE + i] > uint32(k) else uint32(NOBODY)


@lookup
def kth_after(k, i, shape, lanes):  # type: ignore[no-untyped-def]
    """The place of the k-th after the person in the circle of a lane; 0 where there is none.

    Multiplying by 2**32 over the size, rounded up, divides a place, which is below 2**16, exactly.
    """
    x, clique = lanes[X + i], shape[CLIQUE + i]
    first = uint32(uint32((uint64(x) * uint64(shape[PARTS + i])) >> uint64(32)) * clique)
    at = uint32(uint32(x - first) + uint32(k))
    place = uint32(first + (uint32(at - clique) if at >= clique else at))
    return place if lanes[HERE + i] > uint32(k) else uint32(0)


@lookup
def mask_of(n):  # type: ignore[no-untyped-def]
    """The mask of the bijection of 0..n-1."""
    return uint32((1 << binary_digits(n - 1)) - 1)


@lookup
def half_of(n):  # type: ignore[no-untyped-def]
    """Its shift."""
    return uint32((binary_digits(n - 1) + 1) >> 1)


@lookup
def turned_once(x, i, shape, layers):  # type: ignore[no-untyped-def]
    """One turn by the key of a lane."""
    return turned(x, layers[i], layers[LANES + i], layers[2 * LANES + i], shape[MASK + i], shape[HALF + i])


@lookup
def turned(x, w0, w1, w2, mask, half):  # type: ignore[no-untyped-def]
    """One turn (7)."""
    return step(step(step(x, w0, mask, half), w1, mask, half), w2, mask, half)


@lookup
def step(x, word, mask, half):  # type: ignore[no-untyped-def]
    """A third of a turn."""
    x = uint32(
        uint32(uint32(x * uint32(uint32(word & uint32(0xFFFF)) | uint32(1))) + uint32(word >> uint32(16))) & mask
    )
    return uint32(x ^ uint32(x >> half))


@lookup
def turned_back_once(y, i, shape, layers):  # type: ignore[no-untyped-def]
    """One turn back (8) by the key of a lane."""
    mask, half = shape[MASK + i], shape[HALF + i]
    y = step_back(y, layers[2 * LANES + i], layers[5 * LANES + i], mask, half)
    y = step_back(y, layers[LANES + i], layers[4 * LANES + i], mask, half)
    return step_back(y, layers[i], layers[3 * LANES + i], mask, half)


@lookup
def step_back(y, word, inverse, mask, half):  # type: ignore[no-untyped-def]
    """A third of a turn back."""
    y = uint32(y ^ uint32(y >> half))
    return uint32(uint32(uint32(y - uint32(word >> uint32(16))) * inverse) & mask)
