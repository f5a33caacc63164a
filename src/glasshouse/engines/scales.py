"""Who is on which scale, where a scenario has several: by the place where people live this year (`docs/day.md`, 8 and 9).

A module of its own, so that its kernel is compiled only where there are several scales.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glasshouse.kernels import entry
from glasshouse.scenario.tables import Plan, ScoreTables
from glasshouse.world.belonging import residence_of

I64 = NDArray[np.int64]
YEAR = 365
"""Days for which people live where they live."""


def are_drawn_on(day: int) -> bool:
    """Do people move on this day?"""
    return (day - 1) % YEAR == 0


def scales_on(plan: Plan, day: int, first: int, beyond: int) -> NDArray[np.uint8]:
    """The scale of each person from `first` on, on a day."""
    scale = np.zeros(beyond - first, np.uint8)
    if len(plan.score.lowest) > 1:
        scales_of_all(first, day, plan.world, plan.score.scale_of, scale)
    return scale


@entry
def scales_of_all(first, day, world, scale_of, scale):  # type: ignore[no-untyped-def]
    """The scale of each person from `first` on, into uint8[person]."""
    for n in range(scale.shape[0]):
        scale[n] = scale_of[residence_of(first + n, day, world)]


def moved(score: I64, old: NDArray[np.uint8], new: NDArray[np.uint8], anew: bool, t: ScoreTables) -> I64:
    """Scores of people who come from scale `old` to scale `new`: at the new baseline, or at the same place between the two ends."""
    there = (score - t.lowest[old]) * (t.highest[new] - t.lowest[new]) // (t.highest[old] - t.lowest[old])
    came: I64 = t.baseline[new] if anew else there + t.lowest[new]
    return np.where(old == new, score, came)
