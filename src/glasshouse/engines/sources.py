"""Everything that files from elsewhere in a plan, each loaded only where the plan has it."""

from __future__ import annotations

from glasshouse.engines.elsewhere import Elsewhere
from glasshouse.scenario.tables import Plan


def sources_of(plan: Plan) -> list[Elsewhere]:
    """Everything that files in this plan, in the order in which they are asked."""
    found: list[Elsewhere] = []
    if plan.outside.epidemic is not None:
        from glasshouse.engines.epidemic import Epidemic

        found.append(Epidemic(plan.outside.epidemic, plan.world, plan.ties))
    if plan.outside.shocks:
        from glasshouse.engines.shocks import Shocks

        found.append(Shocks(plan))
    if plan.outside.models:
        from glasshouse.engines.models import Models

        found.append(Models(plan))
    if plan.outside.lots:
        from glasshouse.engines.lots import FirstSpared, Lottery

        found += [FirstSpared(plan), Lottery(plan)]
    return found
