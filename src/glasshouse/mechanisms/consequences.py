"""Consequences: a listed person tries, is refused, tries again, goes another way, or gives the mode up.

Tries come in bunches: one trip, refused, is tried several times (4,481 tries by some 400 people in one day of the first month of refusals
at airline counters). A channel that does not ask for the identity lets a trip through. Left out: what the trip was for.
"""

from __future__ import annotations

from glasshouse.kernels import pure


@pure
def wants_trip(word: int, chance: int) -> bool:
    """Does somebody who uses this gate want to pass it today?"""
    return word < chance


@pure
def goes_another_way(word: int, evade: int) -> bool:
    """Does the trip go through a channel that does not check?"""
    return word < evade


@pure
def is_denied(score: int, asked: int, on: int, barred: int) -> bool:
    """Is what somebody asks for denied: a score below the one it asks for, or a list whose people are not served?"""
    return score < asked or (on & barred) != 0


@pure
def gives_up(word: int, learns: int, trait: int, never_learns: int) -> bool:
    """After a refused trip: is this mode not tried again?"""
    return word < learns and not trait < never_learns
