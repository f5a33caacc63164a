"""Ties: people have households, parents, friends, colleagues; who they are is computed from keys whenever it is asked.

A household is a stretch of a street of 4,096 people, cut by one of sixteen templates. Friends, colleagues and classmates
are circles over *ranks*: a keyed bijection ranks the people of a window, the first so many ranks belong to a layer, a second
bijection scrambles them and they are cut into circles. So every tie is symmetric, costs nothing to store, and how many ties
people have is exact.
The normative text is `docs/ties.md`; numbers in brackets below are its paragraphs.
Left out: ties that form and end (cut ties are case rows laid over these), lone parents, firms with more than 64 people.
"""

from __future__ import annotations

import numpy as np
from numba import int64

from glasshouse.chance import TIE, draw, stream_of
from glasshouse.kernels import pure
from glasshouse.scenario.tables import TIE_KINDS

HOUSEHOLD, PARTNER, PARENT_CHILD, BEST_FRIEND, FRIENDS, ONLINE_FRIENDS, COLLEAGUES, SCHOOL = range(8)
ADULT, CHILD, ELDER = range(3)
STREET = 4096
MOST_NEIGHBOURS = 64
"""Room that `neighbours` needs. The schema allows households of 8, 48 friends and classes of 64: at most 63 are found."""

STREAMS = np.array([stream_of("tie", name) for name in TIE_KINDS], np.uint32)


@pure
def neighbours(kind, person, people, ties, k0, k1, out):  # type: ignore[no-untyped-def]
    """Everybody tied to `person` by `kind`, ascending, into `out`, int64[MOST_NEIGHBOURS]. Returns how many."""
    person = int64(person)
    if ties.on[kind] == 0:
        return 0
    if kind == HOUSEHOLD:
        return household(person, people, ties, k0, k1, out)
    if kind == PARTNER:
        return partner(person, people, ties, k0, k1, out)
    if kind == PARENT_CHILD:
        return parents_and_children(person, people, ties, k0, k1, out)
    return circles(kind, person, people, ties, k0, k1, out)


# --- in the street: household, partner, parent and child (9-12) -----------------------------------------------------


@pure
def template_of(street, k0, k1):  # type: ignore[no-untyped-def]
    """Which of the sixteen templates a street is built by (9)."""
    return int64(draw(0, 0, TIE, 0, street, STREAMS[HOUSEHOLD], k0, k1)[0]) >> 28


@pure
def household(person, people, ties, k0, k1, out):  # type: ignore[no-untyped-def]
    """The others of the household (10)."""
    street = person // STREET
    slot = person - street * STREET
    template = template_of(street, k0, k1)
    first = person - ties.house_position[template, slot]
    n = 0
    for other in range(first, min(first + ties.house_size[template, slot], people)):
        if other != person:
            out[n] = other
            n += 1
    return n


@pure
def partner(person, people, ties, k0, k1, out):  # type: ignore[no-untyped-def]
    """The other of the first two of a household, if they are a couple (11)."""
    street = person // STREET
    slot = person - street * STREET
    template = template_of(street, k0, k1)
    position = int64(ties.house_position[template, slot])
    first = person - position
    if ties.house_size[template, slot] < 2 or position > 1 or first + 1 >= people:
        return 0
    if draw(0, 0, TIE, 0, first, STREAMS[PARTNER], k0, k1)[0] >= ties.share[PARTNER]:
        return 0
    out[0] = first + 1 - position
    return 1


@pure
def parents_and_children(person, people, ties, k0, k1, out):  # type: ignore[no-untyped-def]
    """A child's adults, an adult's children (12a), and the one elder or grown child elsewhere in the street (12b)."""
    street = person // STREET
    slot = person - street * STREET
    template = template_of(street, k0, k1)
    role = ties.house_role[template, slot]
    n = 0
    if role != ELDER:
        first = slot - ties.house_position[template, slot]
        for other in range(first, first + ties.house_size[template, slot]):
            if ties.house_role[template, other] == CHILD - role and street * STREET + other < people:
                out[n] = street * STREET + other
                n += 1
    if role != CHILD:
        other = other_generation(role, slot, template, street, ties, k0, k1)
        if other >= 0 and street * STREET + other < people:
            out[n] = street * STREET + other
            n = ascending(out, n + 1)
    return n


@pure
def other_generation(role, slot, template, street, ties, k0, k1):  # type: ignore[no-untyped-def]
    """Slot of the grown child of an elder, or of the elder parent of an adult; -1 if there is none (12b)."""
    adults = ties.role_count[0, template]
    elders = ties.role_count[1, template]
    pairs = min(int64((np.uint64(elders) * ties.share[PARENT_CHILD]) >> np.uint64(32)), adults)
    e0, e1, e2, _ = draw(0, 0, TIE, 0, street, STREAMS[PARENT_CHILD], k0, k1)
    a0, a1, a2, _ = draw(1, 0, TIE, 0, street, STREAMS[PARENT_CHILD], k0, k1)
    ordinal = int64(ties.role_ordinal[template, slot])
    if role == ELDER:
        pair = scrambled(ordinal, elders, e0, e1, e2)
        return int64(ties.role_slot[0, template, unscrambled(pair, adults, a0, a1, a2)]) if pair < pairs else int64(-1)
    pair = scrambled(ordinal, adults, a0, a1, a2)
    return int64(ties.role_slot[1, template, unscrambled(pair, elders, e0, e1, e2)]) if pair < pairs else int64(-1)


# --- circles over ranks: best friend, friends, online friends, colleagues, school (13-18) ---------------------------


@pure
def circles(kind, person, people, ties, k0, k1, out):  # type: ignore[no-untyped-def]
    """Everybody who shares a circle of one of the kind's layers with `person`."""
    window = ties.window[kind]
    where = person >> (12 if window == STREET else 16)  # a division costs as much as a draw
    start = where * window
    size = min(window, people - start)
    r0, r1, r2, _ = draw(0, 0, TIE, 0, where, STREAMS[kind], k0, k1)
    rank = unscrambled(person - start, size, r0, r1, r2)
    many = kind in (FRIENDS, ONLINE_FRIENDS)
    n = 0
    for m in range(ties.layer_count[kind]):
        layer = ties.layer_first[kind] + m
        lo, members = members_of(layer, window, size, ties)
        if rank < lo or rank >= lo + members:
            continue
        clique = ties.layer_clique[layer]
        if many:
            p0, p1, p2, _ = draw(1 + m, 0, TIE, 0, where, STREAMS[kind], k0, k1)
            place = unscrambled(rank - lo, members, p0, p1, p2)
            first = circle_start(place, clique)
            for other in range(first, first + clique):
                if other != place:
                    out[n] = start + scrambled(lo + scrambled(other, members, p0, p1, p2), size, r0, r1, r2)
                    n += 1
        else:
            first = circle_start(rank - lo, clique)
            for other in range(first, first + clique):
                if other != rank - lo:
                    out[n] = start + scrambled(lo + other, size, r0, r1, r2)
                    n += 1
    return ascending(out, n)


@pure
def members_of(layer, window, size, ties):  # type: ignore[no-untyped-def]
    """First rank and number of members of a layer in a window of `size` people (15)."""
    lo = ties.layer_from[layer]
    members = ties.layer_to[layer] - lo
    if size == window:
        return lo, members
    clique = ties.layer_clique[layer]
    return lo * size // window, members * size // window // clique * clique


@pure
def circle_start(place, clique):  # type: ignore[no-untyped-def]
    """First place of the circle that a place is in (17)."""
    return place & ~1 if clique == 2 else place - place % clique


@pure
def ascending(found, n):  # type: ignore[no-untyped-def]
    """Sort the first n in place and drop what is there twice. Returns how many are left."""
    for i in range(1, n):
        one = found[i]
        j = i
        while j > 0 and found[j - 1] > one:
            found[j] = found[j - 1]
            j -= 1
        found[j] = one
    kept = min(n, 1)
    for i in range(1, n):
        if found[i] != found[kept - 1]:
            found[kept] = found[i]
            kept += 1
    return kept


# --- the bijection (7, 8) -------------------------------------------------------------------------------------------


@pure
def binary_digits(x):  # type: ignore[no-untyped-def]
    """Binary digits of x < 2**16, at least 1."""
    digits = 0
    if x >= 256:
        digits, x = 8, x >> 8
    if x >= 16:
        digits, x = digits + 4, x >> 4
    if x >= 4:
        digits, x = digits + 2, x >> 2
    if x >= 2:
        digits, x = digits + 1, x >> 1
    return max(digits + x, 1)


@pure
def odd_of(word, mask):  # type: ignore[no-untyped-def]
    """The odd factor in a word's low half."""
    return ((int64(word) & 0xFFFF) | 1) & mask


@pure
def shift_of(word, mask):  # type: ignore[no-untyped-def]
    """The addend in a word's high half."""
    return (int64(word) >> 16) & mask


@pure
def reciprocal(odd, mask):  # type: ignore[no-untyped-def]
    """The inverse of an odd number modulo a power of two, by Newton's steps: 3, 6, 12, 24 bits are right."""
    x = odd
    x = (x * (2 - odd * x)) & mask
    x = (x * (2 - odd * x)) & mask
    return (x * (2 - odd * x)) & mask


@pure
def scrambled(x, n, w0, w1, w2):  # type: ignore[no-untyped-def]
    """P: a keyed bijection of 0..n-1, n <= 65,536: turns on the next power of two until the result is below n (7)."""
    digits = binary_digits(n - 1)
    mask = (1 << digits) - 1
    half = (digits + 1) >> 1
    while True:
        x = (x * odd_of(w0, mask) + shift_of(w0, mask)) & mask
        x ^= x >> half
        x = (x * odd_of(w1, mask) + shift_of(w1, mask)) & mask
        x ^= x >> half
        x = (x * odd_of(w2, mask) + shift_of(w2, mask)) & mask
        x ^= x >> half
        if x < n:
            return x


@pure
def unscrambled(y, n, w0, w1, w2):  # type: ignore[no-untyped-def]
    """Q: the inverse of `scrambled` (8)."""
    digits = binary_digits(n - 1)
    mask = (1 << digits) - 1
    half = (digits + 1) >> 1
    q0 = reciprocal(odd_of(w0, mask), mask)
    q1 = reciprocal(odd_of(w1, mask), mask)
    q2 = reciprocal(odd_of(w2, mask), mask)
    while True:
        y ^= y >> half
        y = ((y - shift_of(w2, mask)) * q2) & mask
        y ^= y >> half
        y = ((y - shift_of(w1, mask)) * q1) & mask
        y ^= y >> half
        y = ((y - shift_of(w0, mask)) * q0) & mask
        if y < n:
            return y
