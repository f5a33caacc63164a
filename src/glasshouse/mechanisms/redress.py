"""Redress: notice, appeal, decision, payment that clears or does not, and expiry.

Everything that chance decides about a case is drawn when it opens, from marks keyed by person, list and ordinal, so the n-th listing of a
person has the same luck under every policy. Delays are read off integer tables by one word and are monotone in their parameter: a
faster notice cannot come later. Where clerks are counted, an appeal waits longer by as many days as they are behind (`docs/day.md`, 9).
"""

from __future__ import annotations

from numba import int64

from glasshouse.kernels import pure

NEVER = 0
LAST_DAY = 65_535
OLDER_FROM_THAT_DAY, OLDER_NEVER = 1, 2


@pure
def wait(cut, first, length, word):
    """Days of a delay: how many entries of its table are at or below the word; -1 if that is all of them (it never ends)."""
    low = int64(0)
    high = int64(length)
    while low < high:
        middle = (low + high) >> 1
        if cut[first + middle] <= word:
            low = middle + 1
        else:
            high = middle
    return int64(-1) if low == length else low


@pure
def day_or_never(day: int) -> int:
    """Days beyond 65,535 never come."""
    return int64(NEVER) if day > LAST_DAY or day < 0 else int64(day)


@pure
def is_frozen(word: int, share: int) -> bool:
    """Does a payment fail because what the person owns is frozen?"""
    return word < share


@pure
def expires_on(opened: int, term: int, is_termed: bool, extension: int, term_from: int, older: int) -> int:
    """The day a listing ends by itself. A term of 0 means it never ends (the case GH801 warns about)."""
    if term == 0 or not is_termed:
        return int64(NEVER)
    start = opened
    least = int64(0)
    if opened < term_from:
        if older == OLDER_NEVER:
            return int64(NEVER)
        if older == OLDER_FROM_THAT_DAY:
            start = term_from
        else:
            least = term_from
    return day_or_never(max(start + term + extension, least))
