"""From synthetic people to real ones, and when that may not be done."""

from __future__ import annotations

from glasshouse.errors import UsageError

FEWEST = 100
"""Synthetic cases below which no scaled count is given."""


def scaled(value: float, represents: float, n: int) -> float:
    """A count of synthetic people as a count of the people they stand for. UsageError below 100 synthetic cases."""
    if n < FEWEST:
        raise UsageError(
            f"A count that rests on {n} synthetic cases is not scaled: at least {FEWEST} are needed. Run with more people."
        )
    return value * represents
