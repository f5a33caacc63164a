"""Curves of what has not happened yet: Kaplan-Meier, and Aalen-Johansen where something else can happen first.

All of them work on counts by day, int[..., days]: `events` that happened after so many days, and `leaves`, everybody
who is followed no longer than that (the event, another end, or the end of the run). Leading axes are carried along,
so that fifty curves with a block left out are one call.

Source: Kaplan and Meier 1958; Aalen and Johansen 1978. The test holds them against the 6-MP trial of Freireich (1963)
and against lifelines.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[Any]
Curve = NDArray[np.float64]
HORIZONS = (30, 180, 365)


def at_risk(leaves: Counts) -> Counts:
    """How many were still followed just before each day."""
    return np.asarray(np.cumsum(leaves[..., ::-1], axis=-1)[..., ::-1])


def kaplan_meier(events: Counts, leaves: Counts) -> Curve:
    """The share for whom it has not happened by the end of each day: the product of 1 - events / at risk."""
    return np.asarray(np.cumprod(1.0 - events / np.maximum(at_risk(leaves), 1), axis=-1), np.float64)


def aalen_johansen(events: Counts, others: Counts, leaves: Counts) -> Curve:
    """The share for whom it has happened by each day, when `others` happen too and end the wait."""
    any_end = kaplan_meier(events + others, leaves)
    before = np.concatenate([np.ones_like(any_end[..., :1]), any_end[..., :-1]], axis=-1)
    return np.cumsum(before * events / np.maximum(at_risk(leaves), 1), axis=-1)


def quantile(curve: Curve, left: float) -> float | None:
    """The first day on which the share left is `left` or less; None if that day never came."""
    reached = np.flatnonzero(curve <= left + 1e-12)
    return float(reached[0]) if len(reached) else None


def restricted_mean(curve: Curve, to: int) -> float:
    """Mean days up to `to`: the area under the curve, which is constant from each day to the next."""
    return float(curve[:to].sum())


def known_at(curve: Curve, leaves: Counts, day: int) -> bool:
    """Is the curve known on this day: was somebody followed so long, or is nobody left?"""
    return day < len(curve) and bool(leaves[day:].sum() > 0 or curve[day] <= 1e-12)


def summary(curve: Curve, events: Counts, leaves: Counts) -> dict[str, Any]:
    """Quartiles, and the mean restricted to the longest time followed."""
    longest = int(np.flatnonzero(leaves)[-1])
    return {
        "quartiles": [quantile(curve, left) for left in (0.75, 0.5, 0.25)],
        "restricted_mean": restricted_mean(curve, longest),
        "restricted_to": longest,
        "events": int(events.sum()),
    }


def incidences(events: Counts, others: Counts, leaves: Counts) -> dict[str, Any]:
    """Aalen-Johansen share for whom it has happened within each horizon; None where nobody was followed so long."""
    happened, left = aalen_johansen(events, others, leaves), kaplan_meier(events + others, leaves)
    within = {str(h): float(happened[h]) if known_at(left, leaves, h) else None for h in HORIZONS}
    return {"happened_within_days": within}
