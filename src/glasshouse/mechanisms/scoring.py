"""Scoring: points for matched rules, caps that stop counting, one move of the score in the evening, within its scale.

Beside the score stands the *merited* score: what it would be had every record been filed for the one who did it. It is never shown to the
scheme; it says whether a listing is right by the scheme's own rule. Scores that drift
back by themselves move between days (`docs/day.md`, 9). Left out: points that expire one by one.
"""

from __future__ import annotations

from glasshouse.kernels import pure


@pure
def settled(score: int, points: int, lowest: int, highest: int) -> int:
    """The score after a day's points, clamped once."""
    return min(max(score + points, lowest), highest)


@pure
def counts(used: int, cap: int) -> bool:
    """Does one more item of a capped rule still count in this window?"""
    return used < cap


@pure
def has_cooled(last: int, day: int, cooling: int) -> bool:
    """Does one more item count, so long after the last that did (0: none did yet)?"""
    return last == 0 or day - last >= cooling


@pure
def weight(points: int) -> int:
    """How heavily a piece weighs as the cause of what follows: its demerit."""
    return -points if points < 0 else 0
