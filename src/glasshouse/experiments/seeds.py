"""Several seeds of one scenario, and what they differ by: luck, told apart from everything that is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from glasshouse.scenario.reading import Loaded

Counters = Mapping[str, NDArray[np.float64]]
"""Daily counts in real units: [seed, day] by the column names of `daily.parquet`."""
SEEDS = tuple(range(1, 21))


def base_alone(loaded: Loaded) -> Loaded:
    """The scenario without its variants: what is compared with the record is what happened."""
    from glasshouse.scenario.reading import from_raw

    return from_raw({k: v for k, v in loaded.raw.items() if k != "variants"}, loaded.name)


def engine_counters(
    loaded: Loaded, seeds: Sequence[int], threads: int = 2, tell: Callable[[str, int, int], None] = lambda *_: None
) -> dict[str, NDArray[np.float64]]:
    """Let every seed live, and keep its daily counts in real units: [seed, day]."""
    from glasshouse.simulate import simulate_counters

    assert loaded.scenario.world is not None
    scale = loaded.scenario.world.represents.value
    runs: dict[str, list[NDArray[np.float64]]] = {}
    for n, seed in enumerate(seeds):
        tell("seeds", n, len(seeds))
        for column, values in simulate_counters(loaded, [seed], threads=threads).items():
            runs.setdefault(column, []).append(values[0, :, 0].astype(np.float64) * scale)
    return {column: np.stack(x) for column, x in runs.items()}


def spread_of_a_year(counters: Counters, start: date, year: int, stocks: Sequence[str]) -> dict[str, float]:
    """Standard deviation between seeds over their mean, of a year's increment, or of a stock at its end."""
    first, last = (date(year, 1, 1) - start).days, (date(year, 12, 31) - start).days
    out = {}
    for column, values in counters.items():
        x = values[:, last] if column in stocks else values[:, max(first, 0) : last + 1].sum(axis=1)
        out[column] = float(x.std(ddof=1) / x.mean()) if x.mean() > 0 else 0.0
    return out
