"""How sure is a number of one run? The block jackknife: leave out each block of consecutive people in turn.

The interval is luck only: what another seed might have given. What the assumptions might have given is the range,
which a sweep fills in. Ratios are jackknifed by leaving the block out of numerator and denominator. A median of a
survival curve takes only whole days and moves in jumps, so its interval is that of the curve, inverted: the days on
which the jackknife interval of the survivor contains one half. Where there are no hits at all, or nothing but hits,
no resampling sees any spread, and the exact binomial (or Poisson) bound stands instead.

Source: Shao and Tu 1995, The Jackknife and Bootstrap, chapters 2 and 9; Brookmeyer and Crowley 1982 for the inversion.
Left out: dependence of blocks on each other through letters that travel far, and exact shares of liability inside a block of the world,
which leave totals a little less luck than blocks show. Where the scheme itself couples everybody there is no interval (`coupled.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log
from typing import Any

import numpy as np

from glasshouse.measures import survival
from glasshouse.measures.estimate import Estimate, student, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Floats, Ints
from glasshouse.measures.tally import Daily, Known, Median, Rate, Ratio, Share, Survivor, Tally, Undefined

METHOD = f"block jackknife, {BLOCKS} blocks"
FEWEST_BLOCKS = 10


Cuts = Sequence[Cut | None]
ByCut = dict[Cut | None, list[Estimate]]
"""The estimates of the cells of each cut; None is everybody, one cell."""


def estimate(tally: Tally, cases: Cases, cuts: Cuts = (None,)) -> ByCut:
    """The number for each cell of each cut. The listings are gone through once, whatever the cuts."""
    if isinstance(tally, Undefined):
        return {cut: [undefined(tally.reason)] * len(cases.world.names(cut)) for cut in cuts}
    if isinstance(tally, Share):
        return _shares(tally, cases, cuts)
    if isinstance(tally, Rate):
        return _rates(tally, cases, cuts)
    if isinstance(tally, Ratio):
        return _ratios(tally, cases, cuts)
    if isinstance(tally, Known):
        return {cut: list(tally.of(cut)) for cut in cuts}
    if isinstance(tally, Daily):
        raise TypeError("a daily count is not made of cases")
    return _curves(tally, cases, cuts)


# --- shares and rates -------------------------------------------------------------------------------------------------


def _fold(cases: Cases, cut: Cut | None, counted: Floats) -> Floats:
    """Sums by slot as sums by block and cell, float64[blocks, cells]."""
    cells = len(cases.world.names(cut))
    folded = np.bincount(cases.fold(cut), weights=counted, minlength=BLOCKS * cells)
    return folded.reshape(BLOCKS, cells).astype(np.float64)


def by_block(cases: Cases, cut: Cut | None, amount: Ints) -> Floats:
    """Sums of flags or whole numbers of listings, float64[blocks, cells]."""
    return _fold(cases, cut, cases.count(amount))


def from_sums(
    of: Callable[[Floats], Floats],
    sums: Floats,
    n: int,
    reason: str,
    lowest: float | None = None,
    highest: float | None = None,
    held: Floats | None = None,
) -> Estimate:
    """Any number made of sums over people, float64[blocks, ...]: `of` turns sums, whose first axis may be blocks left
    out, into a number for each. n: how many cases it rests on; held: how many of them each block holds (everybody
    counted, unless given). reason: why there is no number, where `of` gives none.
    """
    total = sums.sum(axis=0)
    value = float(of(total[None])[0])
    if not np.isfinite(value):
        return undefined(reason, n)
    kept = (sums.reshape(BLOCKS, -1) != 0).any(axis=1)  # a sum may be below 0, and is still of somebody
    enough = int(np.sum((held if held is not None else kept) > 0)) >= FEWEST_BLOCKS
    error = jackknife_error(of(total - sums[kept])) if enough else np.nan
    if not np.isfinite(error):
        return Estimate(value, None, None, None, n, None, "too few blocks hold such a case for an interval")
    half = student(int(kept.sum()) - 1) * float(error)
    low = value - half if lowest is None else max(value - half, lowest)
    high = value + half if highest is None else min(value + half, highest)
    return Estimate(value, low, high, METHOD, n)


def _shares(tally: Share, cases: Cases, cuts: Cuts) -> ByCut:
    hits, all_of_them = cases.count(tally.hit & tally.among), cases.count(tally.among)
    found: ByCut = {}
    for cut in cuts:
        hit, among = _fold(cases, cut, hits), _fold(cases, cut, all_of_them)
        found[cut] = [share(hit[:, cell], among[:, cell]) for cell in range(hit.shape[1])]
    return found


def share(hit: Floats, among: Floats) -> Estimate:
    """A share of what is counted by block, float64[blocks] each, with its interval."""
    hits, n = hit.sum(), int(among.sum())
    if n == 0:
        return undefined("no listing to count among")
    if hits in (0, n):
        bound = 1 - 0.025 ** (1 / n)
        low, high = (0.0, bound) if hits == 0 else (1 - bound, 1.0)
        return Estimate(float(hits / n), low, high, f"exact binomial, {int(hits)} of {n}", n)
    return _jackknifed(float(hits / n), hit, among, 1.0, n, highest=1.0)


def _rates(tally: Rate, cases: Cases, cuts: Cuts) -> ByCut:
    amounts, less = cases.count(tally.amount), None if tally.less is None else cases.count(tally.less)
    counts = amounts if tally.amount.dtype == bool else cases.count(np.asarray(tally.amount) > 0)
    found: ByCut = {}
    for cut in cuts:
        amount, counted = _fold(cases, cut, amounts), _fold(cases, cut, counts).sum(axis=0)
        people = cases.world.block_people(cut)
        if less is not None:
            people = people - _fold(cases, cut, less)
        per = tally.per * _per_person(tally, cases, cut)
        found[cut] = [rate(amount[:, c], people[:, c], per[c], int(counted[c])) for c in range(amount.shape[1])]
        if tally.exposure == "world":  # a count is itself, not a rate times people
            totals = amount.sum(axis=0)
            found[cut] = [replace(one, value=float(total)) for one, total in zip(found[cut], totals, strict=True)]
    return found


def _ratios(tally: Ratio, cases: Cases, cuts: Cuts) -> ByCut:
    tops, bottoms = cases.count(tally.top), cases.count(tally.bottom)
    counts = cases.count(np.asarray(tally.bottom) > 0)
    found: ByCut = {}
    for cut in cuts:
        top, bottom, counted = (_fold(cases, cut, sums) for sums in (tops, bottoms, counts))
        found[cut] = [_ratio(top[:, c], bottom[:, c], tally, int(counted[:, c].sum())) for c in range(top.shape[1])]
    return found


def _ratio(top: Floats, bottom: Floats, tally: Ratio, n: int) -> Estimate:
    if bottom.sum() <= 0:
        return undefined(tally.empty, n)
    if top.sum() == 0:
        return Estimate(0.0, None, None, None, n, None, "none was found, and a sum has no exact bound")
    return _jackknifed(float(top.sum() / bottom.sum() * tally.per), top, bottom, tally.per, n)


def _per_person(tally: Rate, cases: Cases, cut: Cut | None) -> Floats:
    """By what a sum for each person is multiplied to be a sum for each unit of exposure, float64[cells]."""
    people, days = cases.world.people_in(cut).astype(np.float64), cases.world.days
    ones = np.ones(len(people))
    return {"people": ones, "person-days": ones / days, "days": people / days, "world": people}[tally.exposure]


def rate(amount: Floats, people: Floats, per: float, n: int) -> Estimate:
    """A sum for each of so many exposed, times `per`; both float64[blocks]. n: how many cases the sum is of."""
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


def correlation(sums: Floats) -> Floats:
    """Pearson's r from float64[..., (n, x, y, xx, yy, xy)]; NaN where one of them does not vary."""
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    spread = np.sqrt(np.maximum(n * xx - x * x, 0) * np.maximum(n * yy - y * y, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 1e-9 * n * n, (n * xy - x * y) / spread, np.nan)


def jackknife_error(left: Floats) -> Any:
    """Standard error from the estimates with one block left out each, along the first axis."""
    blocks = left.shape[0]
    return np.sqrt((blocks - 1) / blocks * ((left - left.mean(axis=0)) ** 2).sum(axis=0))


def _around(value: float, error: float, freedom: int, highest: float | None) -> tuple[float, float]:
    half = student(freedom) * float(error)
    high = value + half
    return max(value - half, 0.0), high if highest is None else min(high, highest)


# --- curves ----------------------------------------------------------------------------------------


def _curves(tally: Median | Survivor, cases: Cases, cuts: Cuts) -> ByCut:
    """Counts by block, cell and day, for one cut after the other. A survivor needs no day after the one asked for."""
    rows = np.flatnonzero(tally.among)
    last = cases.world.days if isinstance(tally, Median) else min(tally.at + 1, cases.world.days)
    time, slot = np.clip(tally.time[rows], 0, last).astype(np.int64), cases.slot[rows]
    event, others = tally.event[rows], None
    if isinstance(tally, Median) and tally.competing is not None:
        others = tally.competing[rows]
    found: ByCut = {}
    for cut in cuts:
        where = cases.fold(cut)[slot] * (last + 1) + time
        shape = (BLOCKS, len(cases.world.names(cut)), last + 1)
        leaves, events = _histogram(where, shape), _histogram(where[event], shape)
        competing = None if others is None else _histogram(where[others], shape)
        found[cut] = [
            _curve(tally, events[:, c], leaves[:, c], None if competing is None else competing[:, c])
            for c in range(shape[1])
        ]
    return found


def _curve(tally: Median | Survivor, events: Ints, leaves: Ints, others: Ints | None) -> Estimate:
    return _survivor(events, leaves, tally.at) if isinstance(tally, Survivor) else _median(events, leaves, others)


def _histogram(where: Ints, shape: tuple[int, int, int]) -> Ints:
    return np.bincount(where, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)


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
