"""How much of a score of everyday conduct is about something else than its purpose."""

from __future__ import annotations

import numpy as np
import pytest

from towns import Town, lived

pytestmark = pytest.mark.slow
EVERYDAY = ("games", "junk_food", "alcohol", "nappies", "sites")


def worth(town: Town, variant: str) -> dict[str, int]:
    """Points of all records of each rule, without their sign."""
    rules = {r.id: r for r in town.loaded.variants[town.v(variant)][1].rules}
    return {k: int(town.acts(variant, r.when.signal)[1]) * abs(r.points.value) for k, r in rules.items()}  # type: ignore[union-attr, arg-type]


def test_four_fifths_of_the_points_are_of_games_food_drink_nappies_and_sites() -> None:
    points = worth(lived("everyday-conduct"), "factual")
    share = sum(points[k] for k in EVERYDAY) / sum(points.values())
    assert share == pytest.approx(expected_share(), abs=0.01)
    assert 0.75 < share < 0.95


def expected_share() -> float:
    """The same from rates, liabilities, shares seen and points alone."""
    scenario = lived("everyday-conduct").loaded.scenario
    assert scenario.conduct is not None
    points = {}
    for rule in scenario.rules:
        act = scenario.conduct.acts[str(rule.when.signal)]
        times = 1 + sum(step.share.value * (step.multiple.value - 1) for step in act.liability)
        seen = scenario.practice.sensing[str(rule.source)].seen.value
        points[rule.id] = act.rate.value * times * seen * abs(rule.points.value if rule.points else 0)
    return sum(points[k] for k in EVERYDAY) / sum(points.values())


def test_with_the_purpose_only_it_is_none_and_fewer_than_a_third_are_listed() -> None:
    town = lived("everyday-conduct")
    assert sum(worth(town, "purpose-only")[k] for k in EVERYDAY) == 0
    listed = {v: len(town.cases(v, "low")["days"]) for v in town.names.variants}
    assert 0 < listed["purpose-only"] < listed["factual"] / 3
    assert listed["purpose-only"] < listed["without-sites"] < listed["factual"]


def test_most_who_are_listed_have_broken_no_promise_and_no_law_that_the_purpose_names() -> None:
    town = lived("everyday-conduct")
    of_purpose = np.unique(town.cases("purpose-only", "low")["person"])
    listed = np.unique(town.cases("factual", "low")["person"])
    assert np.isin(listed, of_purpose).mean() < 0.5
