"""A number with its luck, or why there is none. How the luck is found is in `uncertainty.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from glasshouse.measures.frame import BLOCKS

Z = 1.959963984540054
"""Normal quantile of a 95 % interval."""


@dataclass(frozen=True)
class Estimate:
    """A number with its luck. `value` is None where it is undefined, and `reason` then says why."""

    value: float | None
    low: float | None
    high: float | None
    method: str | None
    n: int
    reason: str | None = None
    luck_reason: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    flag: str | None = None

    @property
    def standard_error(self) -> float | None:
        """Half the interval over the quantile, where the interval is symmetric enough to have one."""
        return None if self.low is None or self.high is None else (self.high - self.low) / (2 * student(BLOCKS - 1))


def undefined(reason: str, n: int = 0) -> Estimate:
    """No number, and why there is none."""
    return Estimate(None, None, None, None, n, reason, reason)


def student(freedom: int) -> float:
    """Quantile of a 95 % interval of Student's t (Cornish-Fisher; within .001 from 9 degrees of freedom on)."""
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / (384 * freedom**3)
    return Z + (Z**3 + Z) / (4 * freedom) + second + third
