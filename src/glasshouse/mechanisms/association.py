"""Association: someone's demerit, or their listing, reaches the people tied to them.

A share of each demerit goes to each neighbour of a kind of tie the next day, and on from there while hops last; a listing costs each
neighbour a fixed number of points. One hop a day, so cycles need no fixpoint. Ties that people cut in answer are `adaptation`.
"""

from __future__ import annotations

from numba import int64

from glasshouse.kernels import pure


@pure
def somebody_there(word: int, chance: int) -> bool:
    """Was one of the person's ties there when they were seen?"""
    return word < chance


@pure
def stands_below(score: int, level: int) -> bool:
    """Does a score stand below the level at which those tied to its owner are told?"""
    return score < level


@pure
def handed_on(points: int, share: int) -> int:
    """The share of a demerit that travels: floor of the magnitude, sign kept; merits do not travel."""
    if points >= 0:
        return int64(0)
    return -((int64(-points) * int64(share)) >> int64(32))
