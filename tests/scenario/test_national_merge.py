"""Twelve registers become one: errors before and after."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.scenario.checks import unsimulated
from glasshouse.world.places import regions_of
from towns import SIGMAS, Town, lived

pytestmark = pytest.mark.slow
MERGED_FILE, MORNING = 4_294_967_295, 183
SAME, DOWN, UP = range(3)


def listed(town: Town, variant: str, after: bool) -> dict[str, np.ndarray]:
    cases = town.cases(variant, "untrusted")
    mine = (cases["opened"] >= MORNING) == after
    return {k: x[mine] for k, x in cases.items()}


def by_kind_of_city(town: Town, variant: str) -> np.ndarray:
    """People listed after the morning in the cities that kept their scale, were converted down, were converted up."""
    cut = [town.plan.world.people * k // 3 for k in (1, 2)]
    return np.bincount(np.searchsorted(cut, listed(town, variant, True)["person"], side="right"), minlength=3)


def test_there_are_twelve_and_the_merge_is_simulated() -> None:
    town = lived("national-merge")
    assert len(town.names.regions) == 12
    assert unsimulated(town.loaded.scenario) == []
    before = [listed(town, v, False) for v in town.names.variants if v != "own-prices"]
    assert all(np.array_equal(b["person"], before[0]["person"]) for b in before)


def test_errors_that_were_rare_before_come_with_the_files() -> None:
    town = lived("national-merge")
    wrong = {v: int((listed(town, v, True)["rightful"] == 0).sum()) for v in town.names.variants}
    assert (listed(town, "factual", False)["rightful"] == 0).sum() <= 2
    assert wrong["apart"] < wrong["factual"] < wrong["poor-linkage"]
    assert wrong["poor-linkage"] - wrong["apart"] > SIGMAS * np.sqrt(wrong["apart"] + 1)


def test_files_joined_wrongly_are_as_many_as_asked() -> None:
    town = lived("national-merge")
    joined = int((town.letters("poor-linkage")["tag"] == MERGED_FILE).sum())
    offended = 1 - np.exp(-town.acts("apart", "offends")[1] * (1 - 0.041) / 20_000 * MORNING / 366)
    expected = 20_000 * 0.01 * (1 / 3 + 2 / 3 * offended)
    assert abs(joined - expected) < SIGMAS * np.sqrt(expected)
    assert not (town.letters("apart")["tag"] == MERGED_FILE).any()


def test_the_same_offence_costs_what_it_costs_where_somebody_lives() -> None:
    """Cities nine to twelve take 5, 25, 100 and 150 points: one in twenty lives elsewhere, and is listed by the prices there."""
    town = lived("national-merge")
    alike, own = (town.acts(v, "offends") for v in ("apart", "own-prices"))
    assert np.array_equal(alike, own), "the same offences, seen as often"
    of = regions_of(town.plan.world, np.arange(town.plan.world.people))
    listed_in = {
        v: np.bincount(of[town.cases(v, "untrusted")["person"]], minlength=12) for v in ("apart", "own-prices")
    }
    cheap, dear = listed_in["own-prices"][8:10], listed_in["own-prices"][10:]
    assert (cheap < 0.3 * listed_in["apart"][8:10]).all()
    assert (cheap > 0).any(), "they lived in a dear city, or had lived at home"
    assert (dear > 3 * listed_in["apart"][10:]).all()
    home = listed_in["own-prices"][:8].sum() - listed_in["apart"][:8].sum()
    assert 0 < home < 0.3 * listed_in["apart"][:8].sum()


def test_a_conversion_lists_whole_cities_for_nothing_they_did() -> None:
    town = lived("national-merge")
    merged, apart = by_kind_of_city(town, "factual"), by_kind_of_city(town, "apart")
    assert merged[DOWN] > 5 * apart[DOWN]
    assert abs(merged[SAME] - apart[SAME]) < SIGMAS * np.sqrt(apart[SAME])
    assert by_kind_of_city(town, "one-scale").sum() < 1.05 * apart.sum()
