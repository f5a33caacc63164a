"""Lists that are entered by lot in a variant (`practice.lists.*.lots`), and first listings that are taken back (day.md, 22b and 22c)."""

from __future__ import annotations

from typing import NamedTuple

from glasshouse.scenario.tables import I64

NOBODY = 1 << 40
"""A threshold that no score passes."""
SCORE_BELOW, SCORE_ABOVE, FILED = 2, 3, 4
LOT = 1 << 31 | 255
"""Tag of a case by lot; the day on which it ends stands in it eight digits higher."""


class LotTables(NamedTuple):
    """One list in one variant. What would have entered it, were it not by lot, says whether a listing is right by the rule."""

    list: int
    variant: int
    stream: int
    trigger: int  # 2 score below, 3 score above, 4 filed: by the rule nobody drawn is right
    threshold: int


class Spared(NamedTuple):
    """A list from which everybody's first listing is taken back at once, in one variant."""

    list: int
    variant: int


def tag_of(until: I64) -> I64:
    """The tag of a case that ends on that day; 0 never."""
    return LOT | until << 8


def is_lot(tag: int) -> bool:
    """Is this the tag of somebody drawn by lot, and not of a model?"""
    return bool(tag >> 31)
