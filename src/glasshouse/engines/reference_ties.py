"""The reference engine's own chance and ties, in plain Python: who is tied to whom, from keys.

Written from `docs/ties.md` and from paragraphs 1-5 and 17 of `docs/day.md` (numbers in comments are paragraphs of the first).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from glasshouse.scenario import tables
from glasshouse.scenario.tables import TIE_KINDS

LOW = 2**32 - 1
STREET, WIDE = 4_096, 65_536
TIES, TIE_CUT = 5, 18
PARENT_CHILD = TIE_KINDS.index("parent_child")
REPRESENTATIVE, STAFF = TIE_KINDS.index("representative"), TIE_KINDS.index("staff")
FIRM = 3
EVERYBODY, CHILDREN, PARENTS = 0, 1, 2
Words = tuple[int, int, int, int]


@lru_cache(maxsize=1 << 18)
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Words:
    """Philox4x32-10: counter and key to four words. Remembered, because variants share every draw."""
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & LOW, (p0 >> 32) ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return c0, c1, c2, c3


def stream_of(kind: str, name: str) -> int:
    """The number of a stream (3)."""
    return int.from_bytes(hashlib.sha256(f"{kind}/{name}".encode()).digest()[:4], "big")


def turn(x: int, bits: int, w: Words) -> int:
    mask, h = 2**bits - 1, (bits + 1) // 2
    for i in range(3):
        x = (x * (((w[i] & 0xFFFF) | 1) & mask) + ((w[i] >> 16) & mask)) & mask
        x ^= x >> h
    return x


def turn_back(y: int, bits: int, w: Words) -> int:
    mask, h = 2**bits - 1, (bits + 1) // 2
    for i in (2, 1, 0):
        y ^= y >> h
        y = ((y - ((w[i] >> 16) & mask)) * pow((w[i] & 0xFFFF) | 1, -1, mask + 1)) & mask
    return y


def scrambled(x: int, n: int, w: Words, way: Any = turn) -> int:
    """The bijection P of 0 ... n-1 (7), or with `turn_back` its inverse Q (8)."""
    bits = max((n - 1).bit_length(), 1)
    x = way(x, bits, w)
    while x >= n:
        x = way(x, bits, w)
    return int(x)


class Ties:
    """Who is tied to whom, from keys."""

    def __init__(self, plan: tables.Plan) -> None:
        self.t: Any = plan.ties
        self.slots, self.k0, self.k1 = plan.world.people, plan.world.k0, plan.world.k1
        self.people = min(int(self.t.beyond[0]), self.slots)  # 3b: the firms come after them
        self.known: dict[tuple[int, int], list[int]] = {}

    def key(self, kind: int, index: int, where: int) -> Words:  # 6
        return philox(index, TIES << 16, where, stream_of("tie", TIE_KINDS[kind]), self.k0, self.k1)

    def neighbours(self, person: int, kind: int) -> list[int]:  # 2
        if not self.t.on[kind]:  # 1
            return []
        if (person, kind) not in self.known:
            self.known[person, kind] = (
                self.by_work(person, kind) if kind in (REPRESENTATIVE, STAFF) else self.of_people(person, kind)
            )
        return self.known[person, kind]

    def of_people(self, person: int, kind: int) -> list[int]:
        if person >= self.people:  # 3b
            return []
        near = (self.household, self.partner, self.parent_child)
        found = near[kind](person) if kind < len(near) else self.circles(person, kind)
        return sorted({p for p in found if p < self.people and p != person})

    def alike(self, person: int) -> range:
        """All people, or for a firm all firms (14 of the day)."""
        return range(self.people, self.slots) if person >= self.people else range(self.people)

    def template(self, person: int) -> tuple[int, int]:  # 5, 9
        return self.key(0, 0, person // STREET)[0] >> 28, person % STREET

    def household(self, person: int) -> range:  # 9, 10
        t, s = self.template(person)
        first = person - int(self.t.house_position[t, s])
        return range(first, first + int(self.t.house_size[t, s]))

    def partner(self, person: int) -> list[int]:  # 11
        house = self.household(person)
        pair = list(house[:2])
        return pair if person in pair and self.key(1, 0, house[0])[0] < int(self.t.share[1]) else []

    def parent_child(self, person: int) -> list[int]:  # 12
        t, s = self.template(person)
        street, place = person // STREET, person % STREET
        role = self.t.house_role[t]
        found = [p for p in self.household(person) if {int(role[s]), int(role[p % STREET])} == {0, 1}]
        count = [int(n) for n in self.t.role_count[:2, t]]  # adults, elders
        pairs = min((count[1] * int(self.t.share[2])) >> 32, count[0])
        mine, theirs = (0, 1) if role[s] == 0 else (1, 0)  # adult or elder
        if role[s] == 1 or not pairs:
            return found
        keys = [self.key(2, 1, street), self.key(2, 0, street)]  # of adults, of elders
        met = scrambled(int(self.t.role_ordinal[t, place]), count[mine], keys[mine])
        if met < pairs:
            ordinal = scrambled(met, count[theirs], keys[theirs], turn_back)
            found.append(street * STREET + int(self.t.role_slot[theirs, t, ordinal]))
        return found

    def circles(self, person: int, kind: int) -> list[int]:  # 13-18
        width = int(self.t.window[kind])
        v = person // width
        n = min(width, self.people - v * width)
        rank = scrambled(person - v * width, n, self.key(kind, 0, v), turn_back)
        found: list[int] = []
        for m, (f, o, g) in enumerate(self.layers(kind)):
            lo, c = f * n // width, (o - f) * n // width // g * g
            if lo <= rank < lo + c:
                ranks = [lo + r for r in self.circle(kind, m, v, rank - lo, c, g)]
                found += [v * width + scrambled(r, n, self.key(kind, 0, v)) for r in ranks]
        return found

    def circle(self, kind: int, m: int, v: int, rank: int, c: int, g: int) -> list[int]:  # 16, 17
        if kind not in (TIE_KINDS.index("friends"), TIE_KINDS.index("online_friends")):
            return list(range(rank // g * g, rank // g * g + g))
        key = self.key(kind, 1 + m, v)
        first = scrambled(rank, c, key, turn_back) // g * g
        return [scrambled(place, c, key) for place in range(first, first + g)]

    # --- Firms and people (25-28) --------------------------------------------------------------------------------------------------

    def by_work(self, slot: int, kind: int) -> list[int]:
        first, beyond = int(self.t.first[kind]), int(self.t.beyond[kind])
        if slot < self.people and not first <= slot < beyond:
            return []
        return next((sorted(found) for found in self.blocks(slot, kind) if found), [])

    def blocks(self, slot: int, kind: int) -> Iterator[list[int]]:  # 27
        """What each layer ties a firm or a person to: people of a firm, firms of a person."""
        start, n, firms, m = self.window_of(slot, kind)
        of_people, of_firms = (self.key(kind, index, self.where(slot, kind)) for index in (0, 1))
        is_firm = slot >= self.people
        within, many, key = (slot - firms, m, of_firms) if is_firm else (slot - start, n, of_people)
        rank, base = scrambled(within, many, key, turn_back), 0  # 26
        for f, o, g in self.layers(kind):
            lo, hi = f * m // WIDE, o * m // WIDE
            u, p = (1, g) if kind == STAFF else (g, 1)
            c = -(-(hi - lo) // u)
            if is_firm and lo <= rank < hi:
                at = base + (rank - lo) // u * p
                yield [start + scrambled(r, n, of_people) for r in range(at, min(at + p, n))]
            elif not is_firm and 0 <= (rank - base) // p < c:
                at = lo + (rank - base) // p * u
                yield [firms + scrambled(r, m, of_firms) for r in range(at, min(at + u, hi))]
            base += c * p

    def layers(self, kind: int) -> Iterator[tuple[int, int, int]]:
        """From, to and clique of each layer of a kind."""
        row = int(self.t.layer_first[kind])
        for n in range(row, row + int(self.t.layer_count[kind])):
            yield int(self.t.layer_from[n]), int(self.t.layer_to[n]), int(self.t.layer_clique[n])

    def workforce(self, kind: int) -> tuple[int, int, int]:
        """The first of the people who may work for firms, how many they are, and how many firms there are."""
        first, beyond = int(self.t.first[kind]), int(self.t.beyond[kind])
        return first, beyond - first, self.slots - self.people

    def where(self, slot: int, kind: int) -> int:  # 25
        """The window that a slot is in."""
        first, many, firms = self.workforce(kind)
        if slot < self.people:
            return (slot - first) // WIDE
        ends = range(WIDE, many + WIDE, WIDE)
        return next(v for v, end in enumerate(ends) if min(end, many) * firms // many > slot - self.people)

    def window_of(self, slot: int, kind: int) -> tuple[int, int, int, int]:  # 25
        """First person and how many, first firm and how many, of the window that a slot is in."""
        first, many, firms = self.workforce(kind)
        at = self.where(slot, kind) * WIDE
        n = min(WIDE, many - at)
        a = at * firms // many
        return first + at, n, self.people + a, (at + n) * firms // many - a

    # --- What the day asks of ties (17 of the day) ------------------------------------------------------------------------------

    def generation(self, person: int) -> int:
        """Child 0, adult 1, elder 2, firm 3."""
        if person >= self.people:
            return FIRM
        return (1, 0, 2)[int(self.t.house_role[self.template(person)])]

    def toward(self, person: int, kind: int, toward: int) -> list[int]:
        """The neighbours of a kind that letters go to: everybody, or of parents and children, or firms and people, only these or those."""
        found = self.neighbours(person, kind)
        if kind not in (PARENT_CHILD, REPRESENTATIVE, STAFF) or toward == EVERYBODY:
            return found
        parents = [x for x in found if self.generation(x) > self.generation(person)]
        return parents if toward == PARENTS else [x for x in found if x not in parents]

    def cut_word(self, person: int, other: int, kind: int) -> int:
        """The luck of a tie: below the share of ties that are cut, it is one of them."""
        stream = stream_of("tie", TIE_KINDS[kind])
        return philox(max(person, other), TIE_CUT << 16, min(person, other), stream, self.k0, self.k1)[0]
