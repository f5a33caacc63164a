"""Keyed chance: every draw is Philox4x32-10 of (seed; index, day, page, tier, band, who, stream), and there is no state.

Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Random123). Adding a mechanism moves no old draw,
and a result does not depend on the order in which people, blocks or threads are visited. `docs/day.md`, 1-5, is the normative text.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum

import numpy as np
from numba import int64, uint32, uint64

from glasshouse.kernels import pure

ONE = 1 << 32
"""The threshold of something certain."""


class Page(IntEnum):
    """The closed list of what a draw may be for. A number is never used again; a page has four words, a fifth needs a new page."""

    COUNT = 0  # c2 block: how many candidates of a stream
    CANDIDATE = 1  # c2 block: slot, accept, seen, wrong
    SECOND = 2  # c2 block: circumstance, goes on; c2 person for a case: appeal delay, answered, decision delay, payment
    TARGET = 3  # c2 block: whose file it lands in
    CASE = 4  # c2 person: served, notice delay, appeals, outcome
    TIE = 5  # c2 as the kind of tie says
    TRAIT = 6  # c2 person
    STAFF = 7  # c2 organisation
    DEMAND = 8  # c2 person: trip, tries, evaded, learns
    THIRD = 9  # c2 person: termed, extended, clearing delay, never cleared
    COMPANY = 10  # to 17, by association; c2 block: somebody was there, who
    TIE_CUT = 18  # c2 the lower of two persons, index the higher
    OTHER_LUCK = 19  # c2 block: seen, wrong, of those who are observed anew


COUNT, CANDIDATE, SECOND, TARGET, CASE, TIE, TRAIT, DEMAND, THIRD, COMPANY, TIE_CUT, OTHER_LUCK = (
    np.uint32(p)
    for p in (
        Page.COUNT,
        Page.CANDIDATE,
        Page.SECOND,
        Page.TARGET,
        Page.CASE,
        Page.TIE,
        Page.TRAIT,
        Page.DEMAND,
        Page.THIRD,
        Page.COMPANY,
        Page.TIE_CUT,
        Page.OTHER_LUCK,
    )
)


@pure
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox4x32: counter (c0..c3) and key (k0, k1) to four 32-bit words. Each step is wrapped: numba promotes uint32."""
    for _ in range(10):
        p0 = uint64(0xD2511F53) * uint64(c0)
        p1 = uint64(0xCD9E8D57) * uint64(c2)
        h0 = uint32(p0 >> uint64(32))
        h1 = uint32(p1 >> uint64(32))
        c0, c1, c2, c3 = uint32(h1 ^ c1 ^ k0), uint32(p1), uint32(h0 ^ c3 ^ k1), uint32(p0)
        k0 = uint32(k0 + uint32(0x9E3779B9))
        k1 = uint32(k1 + uint32(0xBB67AE85))
    return c0, c1, c2, c3


@pure
def draw(index, day, page, strip, who, stream, k0, k1):
    """Four words for (index, day, page, who, stream). `strip` is tier | band << 5; `who` a block, person or organisation."""
    c1 = uint32(uint32(day) | uint32(uint32(page) << uint32(16)) | uint32(uint32(strip) << uint32(24)))
    return philox(uint32(index), c1, uint32(who), uint32(stream), uint32(k0), uint32(k1))


@pure
def below(w0, w1, n):
    """A choice among n: floor(u * n / 2**64) with u = w0:w1, without 128-bit arithmetic. Exact for n < 2**32."""
    n = uint64(n)
    return int64((uint64(w0) * n + ((uint64(w1) * n) >> uint64(32))) >> uint64(32))


def stream_of(kind: str, name: str) -> int:
    """The 32-bit number of a stream: the first four bytes, big-endian, of SHA-256("kind/name")."""
    return int.from_bytes(hashlib.sha256(f"{kind}/{name}".encode()).digest()[:4], "big")


def replicate_seed(seed: int, replicate: int) -> int:
    """The seed of a replicate; replicate 0 is the seed itself, r > 0 the first eight bytes of SHA-256("seed/r")."""
    if replicate == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{replicate}".encode()).digest()[:8], "big")


def threshold(p: float) -> int:
    """The integer threshold of a probability: round(p * 2**32), a tie to even, clamped to 0..2**32."""
    return min(max(round(p * ONE), 0), ONE)
