"""Lists that are entered by lot in a variant (`practice.lists.*.lots`), and first listings that are taken back (day.md, 22b and 22c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from glasshouse.chance import stream_of
from glasshouse.scenario import schema
from glasshouse.scenario.tables import I64, ListTables

if TYPE_CHECKING:
    from glasshouse.scenario.compile import _Case, _DelayBook

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


def lots_of(case: _Case) -> tuple[LotTables | Spared, ...]:
    """Every list of every variant that is entered by lot, or from which the first listing is taken back."""
    found: list[LotTables | Spared] = []
    for v, scenario in enumerate(case.variants):
        for n, name in enumerate(case.lists):
            model, practice = case.list_model(v, name), scenario.practice.lists.get(name)
            if model is not None and practice is not None and practice.lots:
                found.append(_table(case, n, v, model))
            if practice is not None and practice.first_spared:
                found.append(Spared(n, v))
    return tuple(found)


def _table(case: _Case, n: int, v: int, model: schema.ListModel) -> LotTables:
    trigger = model.entry.trigger
    below, above = trigger.score_below, trigger.score_above
    if trigger.rule is not None or trigger.list is not None or v == 0:
        only = "is for a list that is entered by a score or filed for, and in a variant: the lots are the listings of the first"
        case.refuse(f"practice.lists.{model.id}.lots", only)
    kind = SCORE_BELOW if below is not None else SCORE_ABOVE if above is not None else FILED
    limit = (below if below is not None else above) or 0
    return LotTables(n, v, stream_of("lot", model.id), kind, limit)


def by_lot_only(t: ListTables, delays: _DelayBook, n: int, v: int) -> None:
    """Nothing else enters the list in this variant, and nothing but its last day ends a listing."""
    t.threshold[n, v] = NOBODY if t.trigger[n] != SCORE_BELOW else -NOBODY
    t.exit_score[n, v] = -1
    t.appeals[n, v] = 0
    t.pay_delay[n, v] = delays.never()
    t.term[n, v] = 0
