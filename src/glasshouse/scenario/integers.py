"""Numbers as integers: probabilities as thresholds, rates as Poisson tables, delays as tables, schedules as days on which nothing differs.

Decimal arithmetic throughout, correctly rounded and the same on every platform.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache

import numpy as np

from glasshouse.chance import ONE
from glasshouse.scenario import schema
from glasshouse.scenario.tables import Delays

YEAR = Decimal("365.25")
PRECISION = 50
TOP64 = 2**64 - 1
LAST_DAY = 65_535
LEAST = Decimal(2) ** -33


def decimal_of(x: float | int) -> Decimal:
    return Decimal(str(x))


def threshold_of(p: Decimal) -> int:
    return min(max(int((p * ONE).to_integral_value()), 0), ONE)


def share_of(x: schema.Quantity[float] | None, default: float = 0.0) -> Decimal:
    return decimal_of(default if x is None else x.value)


def cumulative(shares: Sequence[Decimal]) -> list[int]:
    """Cumulative thresholds of shares that add to one; the last is exactly 2**32."""
    total, out = Decimal(0), []
    for s in shares:
        total += s
        out.append(threshold_of(total))
    return [*out[:-1], ONE]


def poisson_table(mean: Decimal) -> list[int]:
    """Cumulative Poisson probabilities as thresholds of 2**64: a count is the number of entries at or below a 64-bit word."""
    with localcontext() as context:
        context.prec = 60
        p = (-mean).exp()
        total, k = p, 0
        table: list[int] = []
        while True:
            v = int(total * 2**64)
            if v >= TOP64 or (k > mean and 1 - total < Decimal(2) ** -64):
                return table
            table.append(v)
            k += 1
            p = p * mean / k
            total += p


def factor_on(factors: Sequence[schema.Factor], day: date) -> Decimal:
    """The product of a schedule's factors on a day. Growth and roll-outs move on the first of each month."""
    out = Decimal(1)
    for f in factors:
        out *= _factor(f, day)
    return out


def _factor(f: schema.Factor, day: date) -> Decimal:
    match f:
        case schema.Step():
            return decimal_of(f.factor.value) if day >= f.from_ else Decimal(1)
        case schema.Window():
            return Decimal(int(f.from_ <= day and (f.to is None or day < f.to)))
        case schema.Growth():
            until = min(day, f.to) if f.to else day
            months = (until.year - f.from_.year) * 12 + until.month - f.from_.month
            return _power(decimal_of(f.per_year.value), max(months, 0)) if until >= f.from_ else Decimal(1)
        case schema.Rollout():
            middle = date(day.year, day.month, (calendar.monthrange(day.year, day.month)[1] + 1) // 2)
            return _logistic(decimal_of(f.floor.value), (middle - f.midpoint).days, decimal_of(f.width_days.value))


@lru_cache(maxsize=4096)
def _power(per_year: Decimal, months: int) -> Decimal:
    return (1 + per_year) ** (Decimal(months) / 12)


@lru_cache(maxsize=4096)
def _logistic(floor: Decimal, days: int, width: Decimal) -> Decimal:
    return floor + (1 - floor) / (1 + (-Decimal(days) / width).exp())


@dataclass(frozen=True)
class Periods:
    """Days on which nothing differs share a period: `of[day]` (day 0 unused) and `first[period]`, an index into the calendar."""

    of: list[int]
    first: list[int]


def periods_of(series: Sequence[Sequence[Decimal]], days: int) -> Periods:
    of, first = [0], []
    before = None
    for d in range(days):
        now = tuple(s[d] for s in series)
        if now != before:
            first.append(d)
            before = now
        of.append(len(first) - 1)
    return Periods(of, first)


@lru_cache(maxsize=1024)
def _exponential(per_day: Decimal, days: int) -> tuple[int, ...]:
    """The entries of `DelayBook.exponential` above `LEAST`; the variants of a scenario mostly ask for the same few."""
    stay = (-per_day).exp()
    left = stay
    table: list[int] = []
    while len(table) < days and left > LEAST:
        table.append(threshold_of(1 - left))
        left *= stay
    return tuple(table)


def mean_days(delay: schema.Delay) -> Decimal:
    """The mean of a delay that is given by it or by its median."""
    if delay.mean_days is not None:
        return decimal_of(delay.mean_days.value)
    assert delay.median_days is not None
    return decimal_of(delay.median_days.value) / Decimal(2).ln()


class DelayBook:
    """Delays as tables; equal ones are kept once."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, ...], int] = {}

    def number(self, table: Sequence[int]) -> int:
        return self.known.setdefault(tuple(table), len(self.known))

    def never(self) -> int:
        return self.number((0,))

    def always(self, days: int) -> int:
        return self.number([0] * days + [ONE])

    def of(self, delay: schema.Delay) -> int:
        if delay.always_days is not None:
            return self.always(delay.always_days.value)
        if delay.between_days is not None:
            a, b = (x.value for x in delay.between_days)
            n = max(b - a + 1, 1)
            return self.number([0] * a + [threshold_of(Decimal(k + 1) / n) for k in range(n)])
        mean = mean_days(delay)
        return self.exponential(1 / mean if mean else Decimal(0), LAST_DAY, ends=True) if mean else self.always(0)

    def exponential(self, per_day: Decimal, days: int, *, ends: bool) -> int:
        """Entry k is P(at most k whole days) = 1 - exp(-per_day (k + 1)). Where it `ends`, the tail beyond 2**-33 happens at its start."""
        if per_day == 0:
            return self.never()
        table = _exponential(per_day, days)
        return self.number((*table, ONE) if ends else table)

    def tables(self) -> Delays:
        rows = list(self.known) or [(0,)]
        first = np.cumsum([0, *(len(r) for r in rows[:-1])])
        return Delays(
            first=first.astype(np.int64),
            length=np.array([len(r) for r in rows], np.int64),
            cut=np.array([x for r in rows for x in r], np.uint64),
        )
