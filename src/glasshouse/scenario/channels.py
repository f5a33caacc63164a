"""Which mechanisms of a plan read totals of everybody: the exceptions to "people reach people by letters only" (day.md, 9, 23)."""

from __future__ import annotations

import numpy as np

from glasshouse.scenario.lot_tables import LotTables
from glasshouse.scenario.tables import Plan


def aggregate_channels(plan: Plan) -> list[str]:
    """Their names, in words. Where there is one, anybody may reach anybody, and the removal gate does not apply."""
    on = {"news of the listed": plan.score.publicity, "clerks before whom appeals queue": plan.lists.clerks}
    found = [name for name, numbers in on.items() if (np.asarray(numbers) > 0).any()]
    found += ["rounds of a model"] * bool(plan.outside.models)
    return found + ["lots drawn from everybody"] * any(isinstance(x, LotTables) for x in plan.outside.lots)
