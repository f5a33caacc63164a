"""Published figures beside a run: every one is sourced, asks what its scenario has, and is held with its luck."""

from __future__ import annotations

from importlib import resources

import pytest

import glasshouse as gh
from glasshouse.errors import UsageError
from glasshouse.experiments.published import LIVED, Figure, Held, _figure, _step, figures_of
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import read_scenario

KEPT = [name for name in catalogue_names() if figures_of(name)]
ISSUE = {
    "health-code", "red-code-misuse", "travel-code-world", "restaurant-chain", "foreign-brands", "insider", "welfare-risk-score",
    "welfare-debt", "no-fly-list",
}  # fmt: skip


def test_every_scenario_with_something_published_keeps_its_figures() -> None:
    assert set(KEPT) >= ISSUE  # mass-listing has none: nothing like it was published
    folder = resources.files("glasshouse.scenario.catalogue") / "data"
    assert {p.name.split(".")[0] for p in folder.iterdir() if p.name.endswith(".published.yaml")} == set(KEPT)


@pytest.mark.parametrize("name", KEPT)
def test_every_figure_is_a_source_of_its_scenario_and_asks_for_what_it_has(name: str) -> None:
    loaded = read_scenario(name)
    scenario = loaded.scenario
    sources = loaded.raw["evidence"]["sources"]
    lists, acts = {x.id for x in scenario.lists}, set(scenario.conduct.acts) if scenario.conduct else set()
    regions = set(scenario.world.regions) if scenario.world else set()
    for figure in figures_of(name):
        assert figure.id in sources, figure.id
        asked = figure.lived
        assert not asked or any(form in asked for form in LIVED)
        assert set(asked.get("lists") or ()) <= lists
        assert set(asked.get("regions") or ()) | set(asked.get("residents") or ()) <= regions
        assert set(asked.get("acts") or ()) <= acts
        if "number" in asked:
            found = loaded.raw
            for key in asked["number"].split("."):
                found = _step(found, key.replace("~", "."))
            value = found["value"] if isinstance(found, dict) else found
            assert figure.role == "put in"
            assert float(value) == pytest.approx(figure.published)


@pytest.mark.slow
def test_validate_runs_the_scenario_and_holds_every_figure_with_misses_first() -> None:
    judged = gh.validate("health-code")
    assert judged.within
    assert len(judged.figures) == len(figures_of("health-code"))
    early = next(h for h in judged.figures if h.figure.id == "HC-S-04")
    assert early.value == pytest.approx(0.018, abs=0.009)
    assert judged.document()["figures"][0]["role"] in str(judged)


def held(value: float, low: float | None = None, high: float | None = None, bound: str = "") -> Held:
    return Held(Figure("X", "something", 100.0, "people", "comes out", {}, bound), value, low, high)


def test_a_figure_is_missed_beyond_what_luck_explains() -> None:
    near, far = held(110, 90, 130), held(150, 140, 160)
    assert near.misfit == pytest.approx(10 / (20 / 1.959964))
    assert not near.missed
    assert far.missed
    assert not held(150, 140, 160, "at least").missed
    assert held(50, 40, 60, "at least").missed
    assert not held(90, bound="about").missed
    assert held(90).missed


def test_a_role_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError):
        _figure({"id": "X", "what": "x", "published": 1, "unit": "people", "role": "fitted"})
