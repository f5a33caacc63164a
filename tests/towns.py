"""Small towns of the catalogue, each lived once a session: 20,000 people for a year at most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.engines import cpu
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, read_scenario

SIGMAS = 4
"""A test against chance passes within so many standard errors: it fails for luck alone in one seed of 15,000."""


@dataclass(frozen=True)
class Town:
    loaded: Loaded
    plan: Any
    names: Any
    result: cpu.Result

    def v(self, variant: str) -> int:
        return int(self.names.variants.index(variant))

    def acts(self, variant: str, act: str) -> NDArray[np.int64]:
        """Happened, seen, misfiled, denied in the whole run."""
        parts = [c for c, name in enumerate(self.names.acts) if name == act]
        told: NDArray[np.int64] = self.result.acts[:, self.v(variant)][:, parts].sum(axis=(0, 1))
        return told

    def cases(self, variant: str, entered: str) -> dict[str, NDArray[np.int64]]:
        """The listings of one list, with the days that each lasted until the end of the run."""
        c = self.result.cases
        mine = (c["variant"] == self.v(variant)) & (c["list"] == self.names.lists.index(entered))
        end = np.where(c["closed"] == 0, self.plan.world.days + 1, c["closed"])
        return {k: x[mine] for k, x in (c | {"days": end - c["opened"]}).items()}

    def letters(self, variant: str) -> dict[str, NDArray[np.int64]]:
        """The letters that reached somebody in that variant."""
        all_of_them = self.result.letters
        mine = all_of_them["mask"] >> self.v(variant) & 1 == 1
        return {k: x[mine] for k, x in all_of_them.items()}


@cache
def lived(name: str, people: int = 20_000, days: int | None = None) -> Town:
    loaded = read_scenario(name, people=people, days=days)
    plan, names = compile_plan(loaded)
    return Town(loaded, plan, names, cpu.live_all(plan))


def near(found: float, expected: float, n: float) -> bool:
    """Is a share of n within its standard errors of what it should be?"""
    return bool(abs(found - expected) <= SIGMAS * np.sqrt(expected * (1 - expected) / n))
