"""How sure is a number of one run? The block jackknife: leave out each block of consecutive people in turn.

The interval is luck only: what another seed might have given. What the assumptions might have given is the range,
which a sweep fills in. Ratios are jackknifed by leaving the block out of numerator and denominator. A median of a
survival curve takes only whole days and moves in jumps, so its interval is that of the curve, inverted: the days on
which the jackknife interval of the survivor contains one half. Where there are no hits at all, or nothing but hits,
no resampling sees any spread, and the exact binomial (or Poisson) bound stands instead.

Source: Shao and Tu 1995, The Jackknife and Bootstrap, chapters 2 and 9; Brookmeyer and Crowley 1982 for the inversion.
Left out: dependence of blocks on each other through letters that travel far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import Any

import numpy as np

from glasshouse.measures import survival
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Flags, Floats, Ints
from glasshouse.measures.tally import Daily, Median, Rate, Share, Survivor, Tally, Undefined

METHOD = f"block jackknife, {BLOCKS} blocks"
FEWEST_BLOCKS = 10
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

    @property
    def standard_error(self) -> float | None:
        """Half the interval over the quantile, where the interval is symmetric enough to have one."""
        return None if self.low is None or self.high is None else (self.high - self.low) / (2 * student(BLOCKS - 1))


def undefined(reason: str, n: int = 0) -> Estimate:
    """No number, and why there is none."""
    return Estimate(None, None, None, None, n, reason, reason)


def estimate(tally: Tally, cases: Cases, cut: Cut | None = None) -> list[Estimate]:
    """The number for each cell of a cut, or one for everybody. `Daily` is not of cases; see `measure.py`."""
    if isinstance(tally, Undefined):
        return [undefined(tally.reason)] * len(cases.world.names(cut))
    if isinstance(tally, Share):
        return _shares(tally, cases, cut)
    if isinstance(tally, Rate):
        return _rates(tally, cases, cut)
    if isinstance(tally, Daily):
        raise TypeError("a daily count is not made of cases")
    return _curves(tally, cases, cut)


# --- shares and rates ------------------------------------------------------------------------------


def _sums(cases: Cases, cut: Cut | None, amount: Ints) -> Floats:
    """Sums by block and cell, float64[blocks, cells]. Exact: all amounts are whole numbers below 2^53."""
    cells, slot = len(cases.world.names(cut)), cases.slot(cut)
    if amount.dtype == bool:
        counted = np.bincount(slot[amount] if not amount.all() else slot, minlength=BLOCKS * cells)
    else:
        counted = np.bincount(slot, weights=amount, minlength=BLOCKS * cells)
    return counted.reshape(BLOCKS, cells).astype(np.float64)


def _shares(tally: Share, cases: Cases, cut: Cut | None) -> list[Estimate]:
    hit, among = _sums(cases, cut, tally.hit & tally.among), _sums(cases, cut, tally.among)
    return [_share(hit[:, cell], among[:, cell]) for cell in range(hit.shape[1])]


def _share(hit: Floats, among: Floats) -> Estimate:
    hits, n = hit.sum(), int(among.sum())
    if n == 0:
        return undefined("no listing to count among")
    if hits in (0, n):
        bound = 1 - 0.025 ** (1 / n)
        low, high = (0.0, bound) if hits == 0 else (1 - bound, 1.0)
        return Estimate(float(hits / n), low, high, f"exact binomial, {int(hits)} of {n}", n)
    return _jackknifed(float(hits / n), hit, among, 1.0, n, highest=1.0)


def _rates(tally: Rate, cases: Cases, cut: Cut | None) -> list[Estimate]:
    amount = _sums(cases, cut, tally.amount)
    counted = _sums(cases, cut, np.asarray(tally.amount) > 0).sum(axis=0)
    people = cases.world.block_people(cut)
    if tally.less is not None:
        people = people - _sums(cases, cut, tally.less)
    per = tally.per * _per_person(tally, cases, cut)
    return [_rate(amount[:, c], people[:, c], per[c], int(counted[c])) for c in range(amount.shape[1])]


def _per_person(tally: Rate, cases: Cases, cut: Cut | None) -> Floats:
    """By what a sum for each person is multiplied to be a sum for each unit of exposure, float64[cells]."""
    people, days = cases.world.people_in(cut).astype(np.float64), cases.world.days
    ones = np.ones(len(people))
    return {"people": ones, "person-days": ones / days, "days": people / days, "world": people}[tally.exposure]


def _rate(amount: Floats, people: Floats, per: float, n: int) -> Estimate:
    total, exposed = amount.sum(), people.sum()
    if exposed <= 0:
        return undefined("nobody is exposed")
    if total == 0:
        return Estimate(0.0, 0.0, float(-log(0.025) / exposed * per), "exact Poisson, 0 events", n)
    return _jackknifed(float(total / exposed * per), amount, people, per, n)


def _jackknifed(
    value: float, top: Floats, bottom: Floats, per: float, n: int, highest: float | None = None
) -> Estimate:
    kept = bottom > 0
    blocks = int(np.sum(kept & (top > 0)))
    if blocks < FEWEST_BLOCKS:
        reason = f"only {blocks} of {BLOCKS} blocks hold such a case; {FEWEST_BLOCKS} are needed for an interval"
        return Estimate(value, None, None, None, n, None, reason)
    left = (top.sum() - top[kept]) / (bottom.sum() - bottom[kept]) * per
    low, high = _around(value, jackknife_error(left), int(kept.sum()) - 1, highest)
    return Estimate(value, low, high, METHOD, n)


def jackknife_error(left: Floats) -> Any:
    """Standard error from the estimates with one block left out each, along the first axis."""
    blocks = left.shape[0]
    return np.sqrt((blocks - 1) / blocks * ((left - left.mean(axis=0)) ** 2).sum(axis=0))


def student(freedom: int) -> float:
    """Quantile of a 95 % interval of Student's t (Cornish-Fisher; within .001 from 9 degrees of freedom on)."""
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
    return Z + (Z**3 + Z) / (4 * freedom) + second


def _around(value: float, error: float, freedom: int, highest: float | None) -> tuple[float, float]:
    half = student(freedom) * float(error)
    high = value + half
    return max(value - half, 0.0), high if highest is None else min(high, highest)


# --- curves ----------------------------------------------------------------------------------------


def _curves(tally: Median | Survivor, cases: Cases, cut: Cut | None) -> list[Estimate]:
    cells = len(cases.world.names(cut))
    rows = np.flatnonzero(tally.among)
    time = np.clip(np.asarray(tally.time)[rows], 0, cases.world.days).astype(np.int64)
    width = cases.world.days + 1
    where = cases.slot(cut)[rows] * width + time
    leaves = np.bincount(where, minlength=BLOCKS * cells * width).reshape(BLOCKS, cells, width)
    events = _events(where, tally.event[rows], leaves.shape)
    if isinstance(tally, Survivor):
        return [_survivor(events[:, c], leaves[:, c], tally.at) for c in range(cells)]
    others = None if tally.competing is None else _events(where, tally.competing[rows], leaves.shape)
    return [_median(events[:, c], leaves[:, c], None if others is None else others[:, c]) for c in range(cells)]


def _events(where: Ints, happened: Flags, shape: tuple[int, ...]) -> Ints:
    return np.bincount(where[happened], minlength=int(np.prod(shape))).reshape(shape)


def _left_out(events: Ints, leaves: Ints) -> tuple[Floats, Floats]:
    """The curve of everybody [days], and those with one block left out [blocks that hold somebody, days]."""
    whole = survival.kaplan_meier(events.sum(axis=0), leaves.sum(axis=0))
    kept = leaves.sum(axis=1) > 0
    return whole, survival.kaplan_meier(events.sum(axis=0) - events[kept], leaves.sum(axis=0) - leaves[kept])


def _survivor(events: Ints, leaves: Ints, at: int) -> Estimate:
    n = int(leaves.sum())
    if n == 0:
        return undefined("no listing to count among")
    whole, left = _left_out(events, leaves)
    if not survival.known_at(whole, leaves.sum(axis=0), at):
        return undefined(f"nobody was followed for {at} days", n)
    value = float(whole[at])
    if value in (0.0, 1.0):
        bound = 1 - 0.025 ** (1 / n)
        low, high = (0.0, bound) if value == 0 else (1 - bound, 1.0)
        return Estimate(value, low, high, f"exact binomial, {int(value * n)} of {n}", n)
    if len(left) < FEWEST_BLOCKS:
        return Estimate(value, None, None, None, n, None, f"only {len(left)} of {BLOCKS} blocks hold such a case")
    low, high = _around(value, jackknife_error(left[:, at]), len(left) - 1, 1.0)
    return Estimate(value, low, high, METHOD, n)


def _median(events: Ints, leaves: Ints, others: Ints | None) -> Estimate:
    n = int(leaves.sum())
    if n == 0:
        return undefined("no listing to count among")
    whole, left = _left_out(events, leaves)
    detail = survival.summary(whole, events.sum(axis=0), leaves.sum(axis=0))
    if others is not None:
        detail |= survival.incidences(events.sum(axis=0), others.sum(axis=0), leaves.sum(axis=0))
    value = survival.quantile(whole, 0.5)
    reason = None if value is not None else "fewer than half have had it while they could be followed"
    if len(left) < FEWEST_BLOCKS:
        return Estimate(value, None, None, None, n, reason, f"only {len(left)} blocks hold such a case", detail)
    half = student(len(left) - 1) * jackknife_error(left)
    low, high = survival.quantile(whole - half, 0.5), survival.quantile(whole + half, 0.5)
    unbounded = "the curve's interval never leaves one half" if high is None else None
    return Estimate(value, low, high, f"{METHOD}, of the curve, inverted", n, reason, unbounded, detail)
