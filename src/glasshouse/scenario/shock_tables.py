"""The integer tables of shocks, and of the copies that others hold: what `compile_shocks.py` makes, and all that engines know.

Axes: K variants, R regions, C acts. Thresholds are uint64 in 0..2**32. `docs/day.md`, 25 and 26, says how each is used. A module of
its own: a change here leaves the day compiled.
"""

from __future__ import annotations

from typing import NamedTuple

from glasshouse.scenario.tables import I32, I64, U8, U64, Delays

MASS_LISTING, UNDONE = 0, 1
"""Kinds: people are put on a list; or acts counted while a bad rule or an insider was there, and undone afterwards."""
NO_LIST = -1
DRAWS_FOR_EACH, DRAWS_AT_LEAST = 16, 256
"""Choices drawn at most for an exact number of different slots: so many for each, and so many more."""


class ShockTables(NamedTuple):
    """One shock. Its place in `plan.outside.shocks` is the tag of what it files."""

    name: str
    stream: int  # shock/ID
    kind: int
    day: I64  # [K] the day on which it begins, 0 not in this variant
    found: I64  # [K] the first day on which it is known and over, 0 never
    repaired: U64  # [K]
    repair: I32  # [K] row of delays: days from being found to the repair
    delays: Delays
    list: I32  # [K] or NO_LIST
    in_region: U8  # [K, R]
    share: U64  # [K]
    exactly: I64  # [K] different slots of its regions
    elsewhere: I64  # [K] different slots of all others
    points: I64  # [K] taken from each
    acts: U8  # [C] acts that are undone


class SharingTables(NamedTuple):
    """One recipient of copies."""

    name: str
    stream: int  # sharing/RECIPIENT
    sync: I64  # [K] days between two deliveries; 0: no copies in this variant
    lists: I64  # [K] bit mask
    of_sources: U8  # [K] 1 if only cases caused by `acts` are handed over
    acts: U8  # [K, C]
    propagates: U64  # [K]
    correction: I32  # [K] row of delays
    delays: Delays
    kept: U64  # [K]
    leak: I64  # [K] day, 0 never
