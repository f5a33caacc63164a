"""Ties: people have households, parents, friends, colleagues; who they are is computed from keys whenever it is asked.

A household is a stretch of a street of 4,096 people, cut by one of sixteen templates. Friends, colleagues and classmates
are circles over *ranks*: a keyed bijection ranks the people of a window, the first so many ranks belong to a layer, a second
bijection scrambles them and they are cut into circles. So every tie is symmetric, costs nothing to store, and how many ties
people have is exact. Firms, the last slots of a world, are tied to those whom they employ and who answer for them, by the same bijections.
The normative text is `docs/ties.md`; numbers in brackets below are its paragraphs.
Left out: ties that form and end (cut ties are case rows laid over these), lone parents, firms with more than 64 people, children who work.
"""

from __future__ import annotations

import numpy as np
from numba import int64

from glasshouse.chance import TIE, draw, stream_of
from glasshouse.kernels import phase, pure
from glasshouse.scenario.tables import TIE_KINDS, TieTables

HOUSEHOLD, PARTNER, PARENT_CHILD, BEST_FRIEND, FRIENDS, ONLINE_FRIENDS, COLLEAGUES, SCHOOL, REPRESENTATIVE, STAFF = (
    range(10)
)
ADULT, CHILD, ELDER = range(3)
ABOVE_ALL = 3
"""The generation of a firm."""
STREET = 4096
WIDE = 65_536
KEY_WORDS = 7
MOST_NEIGHBOURS = 64
"""Room that `neighbours` needs. The schema allows households of 8, 48 friends, classes of 64, firms of 64 people: at most 64 are found."""

STREAMS = np.array([stream_of("tie", name) for name in TIE_KINDS], np.uint32)

lookup = pure
"""Lookups take the arrays they read and not the whole of TieTables: a call hands over every word of a tuple's 14 arrays."""


@phase
def neighbours(kind, person, people, ties, k0, k1, out):  # type: ignore[no-untyped-def]
    """Everybody tied to `person` by `kind`, ascending, into `out`, int64[MOST_NEIGHBOURS]. Returns how many."""
    return ascending(out, tied(kind, person, people, ties, k0, k1, out[:0], out))


@phase
def tied(kind, person, people, ties, k0, k1, keys, out):  # type: ignore[no-untyped-def]
    """The same in no order. `keys`, int64[room_for_keys(ties)], zero at first, remembers keys of windows from one call to the next."""
    person = int64(person)
    if ties.on[kind] == 0:
        return 0
    first_layer = ties.layer_first[kind]
    beyond_layer = first_layer + ties.layer_count[kind]
    first_firm = min(ties.beyond[HOUSEHOLD], people)
    if kind >= REPRESENTATIVE:
        return through_work(
            kind, person, first_firm, people - first_firm, ties.first[kind], ties.beyond[kind], first_layer, beyond_layer,
            ties.layer_from, ties.layer_to, ties.layer_clique, k0, k1, keys, out,
        )  # fmt: skip
    if person >= first_firm:
        return 0
    people = first_firm
    position_of, size_of, role_of = ties.house_position, ties.house_size, ties.house_role
    if kind == HOUSEHOLD:
        return household(person, people, position_of, size_of, k0, k1, out)
    if kind == PARTNER:
        return partner(person, people, position_of, size_of, ties.share[PARTNER], k0, k1, out)
    if kind == PARENT_CHILD:
        inside = children_and_adults(person, people, position_of, size_of, role_of, k0, k1, out)
        return other_generation(
            person, people, role_of, ties.role_count, ties.role_ordinal, ties.role_slot, ties.share[2], inside, k0, k1, out
        )  # fmt: skip
    return circles(
        kind, person, people, ties.window[kind], first_layer, beyond_layer,
        ties.layer_from, ties.layer_to, ties.layer_clique, k0, k1, keys, out,
    )  # fmt: skip


@lookup
def generation(person, first_firm, role_of, k0, k1):  # type: ignore[no-untyped-def]
    """Which generation of a household somebody is of: 0 child, 1 adult, 2 elder; a firm is above them all."""
    if person >= first_firm:
        return ABOVE_ALL
    street = person // STREET
    role = role_of[template_of(street, k0, k1), person - street * STREET]
    return 0 if role == CHILD else 2 if role == ELDER else 1


@lookup
def generations(toward, person, found, n, first_firm, role_of, k0, k1):  # type: ignore[no-untyped-def]
    """Keep of `found` only children or people (`toward` 1), or only parents or firms (2). Returns how many are left."""
    own = generation(int64(person), first_firm, role_of, k0, k1)
    left = 0
    for k in range(n):
        theirs = generation(int64(found[k]), first_firm, role_of, k0, k1)
        if (toward == 1 and theirs < own) or (toward == 2 and theirs > own):
            found[left] = found[k]
            left += 1
    return left


def room_for_keys(ties: TieTables) -> int:
    """Words that `tied` needs to remember one window of each kind and of each layer."""
    return KEY_WORDS * (len(TIE_KINDS) + len(ties.layer_from))


# --- in the street: household, partner, parent and child (9-12) -----------------------------------------------------


@lookup
def template_of(street, k0, k1):  # type: ignore[no-untyped-def]
    """Which of the sixteen templates a street is built by (9)."""
    return int64(draw(0, 0, TIE, 0, street, STREAMS[HOUSEHOLD], k0, k1)[0]) >> 28


@lookup
def household(person, people, position_of, size_of, k0, k1, out):  # type: ignore[no-untyped-def]
    """The others of the household (10)."""
    street = person // STREET
    slot = person - street * STREET
    template = template_of(street, k0, k1)
    first = person - position_of[template, slot]
    n = 0
    for other in range(first, min(first + size_of[template, slot], people)):
        if other != person:
            out[n] = other
            n += 1
    return n


@lookup
def partner(person, people, position_of, size_of, share, k0, k1, out):  # type: ignore[no-untyped-def]
    """The other of the first two of a household, if they are a couple (11)."""
    street = person // STREET
    slot = person - street * STREET
    template = template_of(street, k0, k1)
    position = int64(position_of[template, slot])
    first = person - position
    if size_of[template, slot] < 2 or position > 1 or first + 1 >= people:
        return 0
    if draw(0, 0, TIE, 0, first, STREAMS[PARTNER], k0, k1)[0] >= share:
        return 0
    out[0] = first + 1 - position
    return 1


@lookup
def children_and_adults(person, people, position_of, size_of, role_of, k0, k1, out):  # type: ignore[no-untyped-def]
    """A child's adults, or an adult's children, in the household (12a)."""
    street = person // STREET
    slot = person - street * STREET
    template = template_of(street, k0, k1)
    role = role_of[template, slot]
    if role == ELDER:
        return 0
    first = slot - position_of[template, slot]
    n = 0
    for other in range(first, first + size_of[template, slot]):
        if role_of[template, other] == CHILD - role and street * STREET + other < people:
            out[n] = street * STREET + other
            n += 1
    return n


@lookup
def other_generation(  # type: ignore[no-untyped-def]
    person, people, role_of, role_count, ordinal_of, slot_of, share, n, k0, k1, out
):
    """The grown child of an elder, or the elder parent of an adult, in the street (12b): added to the n in `out`."""
    street = person // STREET
    slot = person - street * STREET
    template = template_of(street, k0, k1)
    role = role_of[template, slot]
    if role == CHILD:
        return n
    adults, elders = role_count[0, template], role_count[1, template]
    pairs = min(int64((np.uint64(elders) * share) >> np.uint64(32)), adults)
    e0, e1, e2, _ = draw(0, 0, TIE, 0, street, STREAMS[PARENT_CHILD], k0, k1)
    a0, a1, a2, _ = draw(1, 0, TIE, 0, street, STREAMS[PARENT_CHILD], k0, k1)
    ordinal = int64(ordinal_of[template, slot])
    pair = scrambled(ordinal, elders, e0, e1, e2) if role == ELDER else scrambled(ordinal, adults, a0, a1, a2)
    if pair >= pairs:
        return n
    if role == ELDER:
        other = street * STREET + slot_of[0, template, unscrambled(pair, adults, a0, a1, a2)]
    else:
        other = street * STREET + slot_of[1, template, unscrambled(pair, elders, e0, e1, e2)]
    if other >= people:
        return n
    out[n] = other
    return ascending(out, n + 1)


# --- circles over ranks: best friend, friends, online friends, colleagues, school (13-18) ---------------------------


@lookup
def circles(  # type: ignore[no-untyped-def]
    kind, person, people, window, first_layer, beyond_layer, layer_from, layer_to, layer_clique, k0, k1, keys, out
):
    """Everybody who shares a circle of one of the kind's layers with `person`."""
    where = person >> (12 if window == STREET else 16)  # a division costs as much as a draw
    start = where * window
    size = min(window, people - start)
    r0, r1, r2, i0, i1, i2 = key_of(kind, kind, 0, where, k0, k1, keys)
    rank = turned_back(person - start, size, r0, r1, r2, i0, i1, i2)
    many = kind in (FRIENDS, ONLINE_FRIENDS)
    n = 0
    for layer in range(first_layer, beyond_layer):
        lo, clique = layer_from[layer], layer_clique[layer]
        members = layer_to[layer] - lo
        if size != window:
            lo, members = lo * size // window, members * size // window // clique * clique
        place = rank - lo
        if place < 0 or place >= members:
            continue
        if many:
            row = len(TIE_KINDS) + layer
            p0, p1, p2, i0, i1, i2 = key_of(row, kind, 1 + layer - first_layer, where, k0, k1, keys)
            place = turned_back(place, members, p0, p1, p2, i0, i1, i2)
        first = circle_start(place, clique)
        for other in range(first, first + clique):
            if other != place:
                out[n] = lo + (scrambled(other, members, p0, p1, p2) if many else other)
                n += 1
    for i in range(n):
        out[i] = start + scrambled(out[i], size, r0, r1, r2)
    return n if beyond_layer - first_layer == 1 else ascending(out, n)


@lookup
def key_of(row, kind, index, where, k0, k1, keys):  # type: ignore[no-untyped-def]
    """Three words of a key and the inverses of their odd factors: remembered from the last call about this window, or made anew."""
    at = row * KEY_WORDS
    if keys.shape[0] and keys[at] == where + 1:
        return keys[at + 1], keys[at + 2], keys[at + 3], keys[at + 4], keys[at + 5], keys[at + 6]
    w0, w1, w2, _ = draw(index, 0, TIE, 0, where, STREAMS[kind], k0, k1)
    words = int64(w0), int64(w1), int64(w2), inverse_of(w0), inverse_of(w1), inverse_of(w2)
    if keys.shape[0]:
        keys[at] = where + 1
        for z in range(6):
            keys[at + 1 + z] = words[z]
    return words


@lookup
def circle_start(place, clique):  # type: ignore[no-untyped-def]
    """First place of the circle that a place is in (17)."""
    return place & ~1 if clique == 2 else place - place % clique


@lookup
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


# --- firms and people: representative and staff (25-28) -------------------------------------------------------------


@lookup
def window_of(firm, firms, people):  # type: ignore[no-untyped-def]
    """The window of people that a firm is in: firms go to windows by the share of people (25)."""
    where = firm * people // firms // WIDE
    while (min((where + 1) * WIDE, people) * firms) // people <= firm:
        where += 1
    while (where * WIDE * firms) // people > firm:
        where -= 1
    return where


@lookup
def through_work(  # type: ignore[no-untyped-def]
    kind,
    person,
    first_firm,
    firms,
    first,
    beyond,
    first_layer,
    beyond_layer,
    layer_from,
    layer_to,
    layer_size,
    k0,
    k1,
    keys,
    out,
):
    """The people of a firm, or the firms of one of its people."""
    is_firm = person >= first_firm
    if firms == 0 or not (is_firm or first <= person < beyond):
        return 0
    people = beyond - first
    where = window_of(person - first_firm, firms, people) if is_firm else (person - first) >> 16
    start = where * WIDE
    size = min(WIDE, people - start)
    before = start * firms // people
    there = (start + size) * firms // people - before
    p0, p1, p2, pi, pj, pk = key_of(kind, kind, 0, where, k0, k1, keys)
    f0, f1, f2, fi, fj, fk = key_of(len(TIE_KINDS) + first_layer, kind, 1, where, k0, k1, keys)
    start, before = start + first, before + first_firm
    if is_firm:
        rank = turned_back(person - before, there, f0, f1, f2, fi, fj, fk)
    else:
        rank = turned_back(person - start, size, p0, p1, p2, pi, pj, pk)
    base = int64(0)
    for layer in range(first_layer, beyond_layer):
        lo, hi = layer_from[layer] * there // WIDE, layer_to[layer] * there // WIDE
        each = layer_size[layer]
        firms_of, people_of = (int64(1), each) if kind == STAFF else (each, int64(1))
        blocks = (hi - lo + firms_of - 1) // firms_of
        if is_firm and lo <= rank < hi:
            at = base + (rank - lo) // firms_of * people_of
            return written(at, min(at + people_of, size), size, start, p0, p1, p2, out)
        if not is_firm and base <= rank < base + blocks * people_of:
            at = lo + (rank - base) // people_of * firms_of
            return written(at, min(at + firms_of, hi), there, before, f0, f1, f2, out)
        base += blocks * people_of
    return 0


@lookup
def written(at, until, size, start, w0, w1, w2, out):  # type: ignore[no-untyped-def]
    """Whoever has the ranks from `at` on, ascending."""
    for rank in range(at, until):
        out[rank - at] = start + scrambled(rank, size, w0, w1, w2)
    return ascending(out, max(until - at, 0))


# --- the bijection (7, 8) -------------------------------------------------------------------------------------------


@lookup
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


@lookup
def odd_of(word, mask):  # type: ignore[no-untyped-def]
    """The odd factor in a word's low half."""
    return ((int64(word) & 0xFFFF) | 1) & mask


@lookup
def shift_of(word, mask):  # type: ignore[no-untyped-def]
    """The addend in a word's high half."""
    return (int64(word) >> 16) & mask


@lookup
def reciprocal(odd, mask):  # type: ignore[no-untyped-def]
    """The inverse of an odd number modulo a power of two, by Newton's steps: 5, 10, 20 bits are right."""
    x = (3 * odd) ^ 2
    x = (x * (2 - odd * x)) & mask
    return (x * (2 - odd * x)) & mask


@lookup
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


@lookup
def inverse_of(word):  # type: ignore[no-untyped-def]
    """The inverse of a word's odd factor modulo 2**16, and so modulo every smaller power of two."""
    return reciprocal(odd_of(word, 0xFFFF), 0xFFFF)


@lookup
def unscrambled(y, n, w0, w1, w2):  # type: ignore[no-untyped-def]
    """Q: the inverse of `scrambled` (8)."""
    return turned_back(y, n, w0, w1, w2, inverse_of(w0), inverse_of(w1), inverse_of(w2))


@lookup
def turned_back(y, n, w0, w1, w2, q0, q1, q2):  # type: ignore[no-untyped-def]
    """The same with inverses that are known."""
    digits = binary_digits(n - 1)
    mask = (1 << digits) - 1
    half = (digits + 1) >> 1
    while True:
        y ^= y >> half
        y = ((y - shift_of(w2, mask)) * q2) & mask
        y ^= y >> half
        y = ((y - shift_of(w1, mask)) * q1) & mask
        y ^= y >> half
        y = ((y - shift_of(w0, mask)) * q0) & mask
        if y < n:
            return y
