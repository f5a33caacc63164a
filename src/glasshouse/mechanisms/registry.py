"""Registry: which record goes on, and in which circumstances the act was done.

A court takes a debtor for able and unwilling; behind the same record may stand someone who cannot pay, or who has paid. The scenario says
how often each stands there and how often each record goes on to a listing. Registers that are merged, and files that are joined to the
wrong person's then, are no part of it (`docs/day.md`, 16b).
"""

from __future__ import annotations

from glasshouse.kernels import pure


@pure
def goes_on(word: int, threshold: int) -> bool:
    """Is the record passed on to the rule, given who stands behind it?"""
    return word < threshold
