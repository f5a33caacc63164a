"""The parts of a report that are not about lists, in their order."""

from __future__ import annotations

from glasshouse.reporting.beyond import Part
from glasshouse.reporting.beyond_attack import attack_part, copies_part
from glasshouse.reporting.beyond_firms import firms_part
from glasshouse.reporting.beyond_health import health_part
from glasshouse.reporting.beyond_models import models_part
from glasshouse.reporting.counts import Told


def parts_of(told: Told) -> tuple[Part, ...]:
    """Every part of this recording, the one that its question comes from first."""
    found = (part(told) for part in (health_part, models_part, attack_part, firms_part, copies_part))
    return tuple(part for part in found if part is not None)
