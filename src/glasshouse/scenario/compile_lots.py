"""From `practice.lists.*.lots` and `first_spared` to the tables of day.md, 22b and 22c."""

from __future__ import annotations

from glasshouse.chance import stream_of
from glasshouse.scenario import schema
from glasshouse.scenario.case import Case
from glasshouse.scenario.integers import DelayBook
from glasshouse.scenario.lot_tables import FILED, NOBODY, SCORE_ABOVE, SCORE_BELOW, LotTables, Spared
from glasshouse.scenario.tables import ListTables


def lots_of(case: Case) -> tuple[LotTables | Spared, ...]:
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


def _table(case: Case, n: int, v: int, model: schema.ListModel) -> LotTables:
    trigger = model.entry.trigger
    below, above = trigger.score_below, trigger.score_above
    if trigger.rule is not None or trigger.list is not None or v == 0:
        only = "is for a list that is entered by a score or filed for, and in a variant: the lots are the listings of the first"
        case.refuse(f"practice.lists.{model.id}.lots", only)
    kind = SCORE_BELOW if below is not None else SCORE_ABOVE if above is not None else FILED
    limit = (below if below is not None else above) or 0
    return LotTables(n, v, stream_of("lot", model.id), kind, limit)


def by_lot_only(t: ListTables, delays: DelayBook, n: int, v: int) -> None:
    """Nothing else enters the list in this variant, and nothing but its last day ends a listing."""
    t.threshold[n, v] = NOBODY if t.trigger[n] != SCORE_BELOW else -NOBODY
    t.exit_score[n, v] = -1
    t.appeals[n, v] = 0
    t.pay_delay[n, v] = delays.never()
    t.term[n, v] = 0
