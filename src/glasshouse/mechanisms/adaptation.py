"""Adaptation: people answer what happened to them by doing less of what might be penalised.

Each day with a demerit makes a person a step less likely to do chillable acts, up to a limit (own experience only; Penney 2016 and
Stoycheff 2016 measured the effect, not this form). Letters from those they are tied to, and the number of listings that everybody hears of,
chill too; ties to somebody listed are cut. Leaving, and acts that only the listed do, are acts like others (`docs/day.md`, 14).
"""

from __future__ import annotations

from glasshouse.kernels import pure


@pure
def is_cut(word: int, share: int) -> bool:
    """Is a tie to somebody listed one of those that are dropped?"""
    return word < share


@pure
def chill_after(chill: int, step: int, most: int) -> int:
    """256ths of chillable conduct that stop, after one more day with a demerit or a hush; never fewer than before."""
    return max(chill, min(chill + step, most))
