"""The engine's people, on average, do what the expected course says: so that a fit to the one is a fit to the other."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from glasshouse.experiments import expectation
from glasshouse.experiments.seeds import base_alone
from glasshouse.scenario.reading import Loaded, read_scenario
from glasshouse.simulate import simulate_counters

SEEDS = tuple(range(1, 9))
COLUMNS = (
    "listings", "complied", "delistings", "refused_flight_trips", "refused_flight_people", "refused_rail_trips", "refused_loan_people",
)  # fmt: skip


def loaded() -> Loaded:
    """The defaulter list with three times the cases, so that few people are enough."""
    sets = ["conduct.acts.judgment_debt.rate=0.0124 per year", "conduct.acts.judgment_debt.liability[0].multiple=5"]
    return base_alone(read_scenario("defaulter-list", sets, people=50_000))


@cache
def engine() -> dict[str, NDArray[np.int64]]:
    return simulate_counters(loaded(), SEEDS, threads=2)


@cache
def expected() -> dict[str, NDArray[np.float64]]:
    return expectation.expect(expectation.parameters_of(loaded().scenario), 7)


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
def test_the_mean_of_seeds_is_the_expected_total(column: str):
    """Within four standard errors and one per cent (people listed twice meet the gates as new in the expected course)."""
    totals = engine()[column][:, :, 0].sum(axis=1)
    error = max(totals.std(ddof=1), np.sqrt(totals.mean())) / np.sqrt(len(SEEDS))
    assert abs(totals.mean() - expected()[column].sum()) < 4 * error + 0.01 * totals.mean()


@pytest.mark.slow
@pytest.mark.parametrize("day", [800, 1600, 2259])
def test_the_mean_stock_is_the_expected_stock(day: int):
    for column in ("listed", "wrongful_listed"):
        stocks = engine()[column][:, day, 0]
        error = max(stocks.std(ddof=1), np.sqrt(stocks.mean())) / np.sqrt(len(SEEDS))
        assert abs(stocks.mean() - expected()[column][day]) < 4 * error + 0.01 * stocks.mean(), column
