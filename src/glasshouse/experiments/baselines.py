"""What anybody could say without people in a model: five baselines for a cumulative count, to be beaten or not.

`last rate` goes on at the rate of the last increment; `last growth` lets that rate change again as it changed before;
`holt` is Holt's linear trend on rates, in steps of time (Holt 1957; weights chosen on the past); `log walk` is a
random walk in the log of the rate, its mean as forecast; `aggregate` is five equations (entry, stock, payment,
flights, trains) with the inputs of the model and no people. Every baseline sees the figures up to an origin and gives
totals at later days. Units: real counts, days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from glasshouse.experiments import record
from glasshouse.experiments.record import OPENED, Row

Vector = NDArray[np.float64]
YEAR = 365.25
NAMES = ("last rate", "last growth", "holt", "log walk", "aggregate")
LEAST_STEP = 45
"""Increments over fewer days are joined to their neighbour before a rate is read from them: two reporting dates are each off by days."""
WEIGHTS = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class History:
    """Rates between dated points: `rate` per day, `middle` the middle of each interval and `last` the last date, in
    days from opening.
    """

    rate: Vector
    middle: Vector
    last: float
    total: float


def history(rows: Sequence[Row]) -> History:
    """Rates of one series, short intervals joined. Needs at least one row."""
    opened = OPENED[rows[0].series] - timedelta(days=1)
    days = [0.0] + [float((r.date - opened).days) for r in rows]
    totals = [0.0] + [r.value for r in rows]
    kept = [len(days) - 1]
    for i in range(len(days) - 2, -1, -1):
        if days[kept[-1]] - days[i] >= LEAST_STEP or i == 0:
            kept.append(i)
    if len(kept) > 2 and days[kept[-2]] - days[0] < LEAST_STEP:
        del kept[-2]
    at = np.array(days)[kept[::-1]]
    value = np.array(totals)[kept[::-1]]
    gap = np.diff(at)
    return History(np.diff(value) / gap, (at[1:] + at[:-1]) / 2, float(at[-1]), float(value[-1]))


def last_rate(h: History, ahead: float) -> float:
    """Total after `ahead` days at the last rate."""
    return float(h.total + h.rate[-1] * ahead)


def last_growth(h: History, ahead: float) -> float:
    """The last change of rate, per day, goes on in the same proportion (at most doubling or halving in a year)."""
    if len(h.rate) < 2:
        return last_rate(h, ahead)
    slope = np.log(h.rate[-1] / h.rate[-2]) / (h.middle[-1] - h.middle[-2])
    slope = float(np.clip(slope, -np.log(2) / YEAR, np.log(2) / YEAR))
    return float(h.total + _grown(h.rate[-1], slope, h.last - h.middle[-1], ahead))


def _grown(rate: float, slope: float, since: float, ahead: float) -> float:
    """Integral of rate * exp(slope * t) for t from `since` to `since + ahead`."""
    if abs(slope) < 1e-12:
        return float(rate * ahead)
    return float(rate * (np.exp(slope * (since + ahead)) - np.exp(slope * since)) / slope)


def holt(h: History, ahead: float) -> float:
    """Holt's level and trend of the rate, with steps as long as the intervals were; the weights that did best one
    step ahead so far.
    """
    if len(h.rate) < 3:
        return last_rate(h, ahead)
    best = min(((a, b) for a in WEIGHTS for b in WEIGHTS), key=lambda w: _holt_run(h, *w)[2])
    level, trend, _ = _holt_run(h, *best)
    start = h.last - h.middle[-1]
    added = level * ahead + trend * ((start + ahead) ** 2 - start**2) / 2
    return float(h.total + max(added, 0.0))


def _holt_run(h: History, alpha: float, beta: float) -> tuple[float, float, float]:
    """Level and trend after the last rate, and the sum of squared one-step errors."""
    level, trend, wrong = float(h.rate[0]), 0.0, 0.0
    for i in range(1, len(h.rate)):
        gap = float(h.middle[i] - h.middle[i - 1])
        guess = level + trend * gap
        wrong += (float(h.rate[i]) - guess) ** 2
        before, level = level, guess + alpha * (float(h.rate[i]) - guess)
        trend = trend + beta * ((level - before) / gap - trend)
    return level, trend, wrong


def log_walk(h: History, ahead: float) -> float:
    """A random walk in the log of the rate: the mean forecast is the last rate times exp(variance / 2), growing with
    the days ahead.
    """
    return float(h.total + h.rate[-1] * _mean_growth(walk_variance(h), ahead))


def walk_variance(h: History) -> float:
    """Variance per day of the log rate, from its past steps; 0 with fewer than two rates."""
    if len(h.rate) < 2:
        return 0.0
    steps = np.diff(np.log(h.rate)) ** 2 / np.diff(h.middle)
    return float(min(steps.mean(), np.log(2) ** 2 / YEAR))


def _mean_growth(variance: float, ahead: float) -> float:
    """Integral of exp(variance * t / 2) over the days ahead."""
    return float(np.expm1(variance * ahead / 2) / (variance / 2)) if variance > 1e-12 else ahead


# --- five equations -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Aggregate:
    """The five-equation model after its fit: cumulative counts by series, day by day from the first day of the list."""

    start: date
    totals: dict[str, Vector]
    values: Vector


ORDER = ("listings", "complied", "refused_flight", "refused_rail")
FIRST_GUESS = np.array(
    [
        -2.7,
        480.0,
        np.log(75.0),
        np.log(3.3e6),
        np.log(0.15),
        np.log(0.8),
        np.log(0.1),
        np.log(2.5),
        np.log(0.4),
        np.log(0.03),
    ]
)
PRIOR_WIDTH = np.array([1.0, 200.0, 0.7, 0.5, 0.5, 1.0, 1.5, 0.7, 1.0, 1.5])


def five_equations(z: Vector, start: date, days: int, change: int) -> dict[str, Vector]:
    """Cumulative counts. (1) entry: a floor, a logistic roll-out, a plateau; (2) stock: entry less payment; (3)
    payment: a share of the stock; (4) flights: so many tries for each newcomer and for each year of standing,
    times a factor from the day `change` on; (5) trains likewise.
    """
    floor, t = 1 / (1 + np.exp(-z[0])), np.arange(days)
    entry = np.exp(z[3]) / YEAR * (floor + (1 - floor) / (1 + np.exp(-np.clip((t - z[1]) / np.exp(z[2]), -500, 500))))
    stay = np.exp(-np.exp(z[4]) / YEAR)
    from scipy.signal import lfilter

    stock = lfilter([1.0], [1.0, -stay], entry)
    paid = stock * (1 - stay)
    out = {"listings": entry, "complied": paid}
    for name, new, standing in (("refused_flight", z[5], z[6]), ("refused_rail", z[8], z[9])):
        gate = (OPENED[name] - start).days
        backlog = np.where(t == gate, stock, 0.0)
        tries = np.exp(new) * np.where(t >= gate, entry + backlog, 0.0) + np.exp(standing) / YEAR * np.where(
            t >= gate, stock, 0.0
        )
        out[name] = tries * np.where(t >= change, np.exp(z[7]), 1.0) if name == "refused_flight" else tries
    return {k: np.cumsum(v) for k, v in out.items()}


CHANGED = date(2018, 5, 1)


def fit_aggregate(rows: Sequence[Row], origin: date, until: date = date(2019, 12, 31)) -> Aggregate:
    """Fit the five equations to the rows up to an origin, by the noise rule of the model's own fit and with as loose
    priors.
    """
    from scipy.optimize import least_squares

    from glasshouse.experiments.fit import observations

    start = OPENED["listings"]
    days = (until - start).days + 1
    known = [r for r in record.fit_rows(rows, min(origin, record.LAST_FITTED)) if r.series in ORDER]
    seen = [observations(known, s, start) for s in ORDER if any(r.series == s for r in known)]
    change = (CHANGED - start).days if origin >= CHANGED else days

    def wrong(u: Vector) -> Vector:
        totals = five_equations(FIRST_GUESS + PRIOR_WIDTH * u, start, days, change)
        parts = [o.residuals(np.diff(totals[o.series], prepend=0.0), np.zeros(o.size)) for o in seen]
        return np.concatenate([*parts, u])

    found = least_squares(wrong, np.zeros(len(FIRST_GUESS)), method="lm", diff_step=1e-4, max_nfev=2000)
    z = FIRST_GUESS + PRIOR_WIDTH * found.x
    return Aggregate(start, five_equations(z, start, days, change), z)


# --- forecasts ----------------------------------------------------------------------------------------------------------------------


def forecasts(
    rows: Sequence[Row], series: str, origin: date, targets: Sequence[date], aggregate: Aggregate | None = None
) -> dict[str, Vector]:
    """Totals of one series at later days by every baseline that has enough to go on, from fit rows dated up to the
    origin.
    """
    known = [r for r in record.fit_rows(rows, min(origin, record.LAST_FITTED)) if r.series == series]
    if not known:
        return {}
    h = history(known)
    ahead = [float((d - known[-1].date).days) for d in targets]
    out = {
        n: np.array([f(h, a) for a in ahead])
        for n, f in (("last rate", last_rate), ("last growth", last_growth), ("holt", holt), ("log walk", log_walk))
    }
    if aggregate is not None and series in aggregate.totals:
        t = aggregate.totals[series]
        base = t[(known[-1].date - aggregate.start).days]
        out["aggregate"] = np.array([known[-1].value + t[(d - aggregate.start).days] - base for d in targets])
    return out
