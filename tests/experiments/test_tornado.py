"""A tornado: each assumption alone, the widest first, with nothing that is luck of events."""

from __future__ import annotations

from typing import Any

import pytest

from glasshouse.experiments.assumptions import ByVariant
from glasshouse.experiments.tornado import document, frozen_tornado, of_sweep, swept
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import Loaded, read_scenario


@pytest.mark.parametrize("name", catalogue_names())
def test_the_catalogue_keeps_a_tornado_of_every_scenario_as_it_stands(name: str) -> None:
    found = frozen_tornado(read_scenario(name))
    assert found
    for told in found.values():
        widths = [s.width for s in told.swings]
        assert widths == sorted(widths, reverse=True)
        assert all(s.low <= told.base <= s.high for s in told.swings)


def test_a_changed_scenario_has_no_kept_tornado() -> None:
    changed = read_scenario("unemployment-fraud-flag", ["practice.lists.fraud_flag.notice.served=0.9"])
    assert frozen_tornado(changed) == {}


def pretended(loaded: Loaded) -> ByVariant:
    """A measure that only notices move, and a count."""

    def entries(scenario: Any) -> dict[str, dict[str, Any]]:
        served = float(scenario.practice.lists["fraud_flag"].notice.served.value)
        return {"told": {"value": served, "scaling": "share"}, "many": {"value": 9.0, "scaling": "count"}}

    return {name: entries(scenario) for name, scenario in loaded.variants}


def test_only_what_moves_a_share_is_a_bar() -> None:
    loaded = read_scenario("unemployment-fraud-flag")
    found = swept(loaded, pretended, people=1_000)
    assert set(found) == {"told"}
    (bar,) = found["told"].swings
    assert (bar.path, bar.low, bar.high) == ("practice.lists.fraud_flag.notice.served", 0.05, 0.5)
    assert document(loaded, found, 1_000)["measures"]["told"]["swings"] == [[bar.path, 0.05, 0.5]]


def test_a_bar_is_what_a_point_moves_the_base_that_lived_beside_it() -> None:
    """Beside other variants an epidemic has other luck, and so has the base: what differs between two bases is no assumption's doing."""
    loaded, company = read_scenario("health-code"), iter(range(100))

    def measure(beside: Loaded) -> ByVariant:
        luck = 0.01 * next(company)

        def entry(scenario: Any) -> dict[str, dict[str, Any]]:
            served = float(scenario.practice.notice.served.value)
            return {"told": {"value": 0.8 * served - luck, "scaling": "share", "unit": "share"}}

        return {name: entry(scenario) for name, scenario in beside.variants}

    found = swept(loaded, measure, people=1_000)["told"]
    assert next(company) > 5
    assert [s.path for s in found.swings] == ["practice.notice.served"]
    assert (found.swings[0].low, found.swings[0].high) == (pytest.approx(0.72), 0.8)


def test_a_sweep_that_somebody_ran_gives_the_same_kind_of_bars() -> None:
    row = {"path": "a", "low": {"at": 0, "value": 0.2}, "high": {"at": 1, "value": None}, "swing": 0.1, "error": None}
    still = row | {"path": "b", "swing": 0.0}
    entry = {"value": 0.3, "scaling": "share", "tornado": [row, still]}
    found = of_sweep({"about": {"people": 7}, "measures": {"m": entry, "n": entry | {"scaling": "count"}}})
    assert set(found) == {"m"}
    assert [(s.path, s.low, s.high) for s in found["m"].swings] == [("a", 0.2, 0.3)]
