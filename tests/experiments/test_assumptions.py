"""The sweep: what it moves, what it holds, and how it reads the result."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

import pytest

from glasshouse.experiments import assumptions as sweep
from glasshouse.experiments.expectation import list_course, parameters_of
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.patching import apply_patch
from glasshouse.scenario.reading import Loaded, read_scenario
from glasshouse.scenario.schema import Scenario

LIST = "practice.lists.judgment_defaulters"


@cache
def loaded() -> Loaded:
    return read_scenario("defaulter-list")


@cache
def points() -> tuple[sweep.Point, ...]:
    return tuple(sweep.design(loaded()))


def with_point(point: sweep.Point) -> Scenario:
    raw = loaded().raw
    for path, value in point.patches.items():
        raw = apply_patch(raw, path, value)
    return Scenario.model_validate(raw)


def test_what_nobody_published_is_swept_low_and_high():
    over = {p.over for p in points()}
    for path in (
        "practice.sensing.court_record.wrong_person",
        f"{LIST}.entry.cannot_pay",
        f"{LIST}.notice.served",
        f"{LIST}.expiry.termed",
    ):
        assert path in over
    assert not any(o.startswith(("world", "scheme", "notice", "lists")) for o in over)
    names = [p.name for p in points()]
    assert len(names) == len(set(names))


def test_every_reading_of_the_law_on_older_entries_is_run():
    found = {p.patches[f"{LIST}.expiry.older_entries"] for p in points() if p.name.startswith("older")}
    assert found == {"from_entry", "never"}


@pytest.mark.parametrize("name", ["wrongful-low", "wrongful-high"])
def test_a_corner_lists_as_many_people_as_the_scenario(name: str):
    """Within a quarter of a per cent: those who are listed already differ a little."""
    corner = next(p for p in points() if p.name == name)
    base = list_course(parameters_of(loaded().scenario), 30).listings.sum()
    assert list_course(parameters_of(with_point(corner)), 30).listings.sum() == pytest.approx(base, rel=2.5e-3)


def test_a_change_of_liability_leaves_the_average_rate():
    moved = [p for p in points() if "liability" in p.over or ("by_group" in p.over and "circumstances" not in p.over)]
    assert len(moved) >= 6
    before = (
        sweep._mean_rate(parameters_of(loaded().scenario)) * loaded().scenario.conduct.acts["judgment_debt"].rate.value
    )  # type: ignore[union-attr]
    for point in moved:
        after = with_point(point)
        assert after.conduct is not None
        assert sweep._mean_rate(parameters_of(after)) * after.conduct.acts["judgment_debt"].rate.value == pytest.approx(
            before, rel=1e-6
        )


def test_shares_of_circumstances_still_add_to_one():
    for point in points():
        p = parameters_of(with_point(point))
        assert p.entry.circumstance.sum(axis=1) == pytest.approx(1.0, abs=1e-9), point.name


def test_runs_hold_eight_variants_and_all_of_them_can_be_compiled():
    first = sweep.beside(loaded(), points()[: sweep.SIDE_BY_SIDE], 1000)
    assert len(first.variants) == 8
    assert first.scenario.world is not None
    assert first.scenario.world.people == 1000


def test_a_range_is_the_lowest_and_the_highest_and_says_over_what():
    def pretend(world: Loaded) -> dict[str, dict[str, dict[str, Any]]]:
        shares = {name: 0.1 + 0.1 * n for n, (name, _) in enumerate(world.variants)}
        return {
            name: {
                "rate": {
                    "value": x,
                    "scaling": "share",
                    "by": {"group": {"A": {"value": None}, "B": {"value": x / 2}}},
                },
                "count": {"value": 10 * x, "scaling": "count", "by": {}},
            }
            for name, x in shares.items()
        }

    few = points()[:3]
    found = sweep.sweep_ranges(loaded(), pretend, people=100_000, points=few)
    assert found["rate"]["all"] == (pytest.approx(0.1), pytest.approx(0.4), ["the scenario itself", few[2].over])
    assert "group=A" not in found["rate"]
    assert found["rate"]["group=B"][1] == pytest.approx(0.2)
    assert found["count"]["all"][1] == pytest.approx(10 * 0.4 * 10)  # from 100,000 people to the scenario's million


def test_the_catalogue_keeps_the_ranges_of_the_scenario_as_it_is():
    found = sweep.frozen_ranges(loaded())
    assert found is not None, (
        "the scenario changed: run python -m glasshouse.experiments.assumptions defaulter-list --freeze"
    )
    low, high, over = found["wrongful_listing_rate"]["all"]
    assert 0 < low < high < 1
    assert over[1] == "everything that makes a listing wrong"


def test_the_kept_ranges_follow_the_number_of_people_and_no_other_change():
    small = sweep.frozen_ranges(read_scenario("defaulter-list", people=100_000))
    whole = sweep.frozen_ranges(loaded())
    assert small is not None
    assert whole is not None
    assert small["listings"]["all"][1] == pytest.approx(whole["listings"]["all"][1] / 10)
    assert small["wrongful_listing_rate"] == whole["wrongful_listing_rate"]
    assert sweep.frozen_ranges(read_scenario("defaulter-list", [f"{LIST}.notice.served=0.9"])) is None


@pytest.mark.parametrize(
    ("path", "value", "moves"),
    [
        ("score.baseline", 990, True),
        ("associations[0].max_hops", 2, True),
        ("consequences[0].severity", 1, True),
        ("data_sources[0].coverage", 0.5, True),
        ("world.ties.partner", 0.1, True),
        ("shocks", [{"id": "leak", "kind": "leak", "from": "2018-02-01"}], True),
        ("related_contexts", [["credit", "travel"]], True),
        ("world.people", 5_000, False),
        ("scheme.title", "Another title", False),
        ("rules[0].title", "Other words", False),
        ("evidence.parts.score", "documented", False),
    ],
)  # fmt: skip
def test_kept_numbers_depend_on_every_part_that_is_lived_and_on_no_words(path: str, value: Any, moves: bool) -> None:
    known = read_scenario("family-and-friends")
    changed = replace(known, raw=apply_patch(known.raw, path, value))
    assert (sweep.digest_without_size(changed) != sweep.digest_without_size(known)) is moves


def test_every_kept_file_is_of_its_scenario_as_it_is() -> None:
    """Else a report is silent about what moves its figures: freeze it again, as `experiments/assumptions.py` and `tornado.py` say."""
    stale = []
    for name in catalogue_names():
        loaded_now = read_scenario(name)
        for kind in ("ranges", "tornado"):
            file = resources.files("glasshouse.scenario.catalogue") / "data" / f"{name}.{kind}.json"
            if file.is_file() and json.loads(file.read_text())["scenario"] != sweep.digest_without_size(loaded_now):
                stale.append(f"{name}.{kind}")
    assert stale == []


def kept_names() -> list[str]:
    data = resources.files("glasshouse.scenario.catalogue") / "data"
    return [name for name in catalogue_names() if (data / f"{name}.ranges.json").is_file()]


@pytest.mark.no_cover
@pytest.mark.parametrize("name", kept_names())
def test_whatever_a_run_measures_has_a_kept_range(name: str) -> None:
    """A measure that came after the sweep stands in the report without a range: freeze again, as `experiments/assumptions.py` says."""
    known = read_scenario(name)
    kept = sweep.frozen_ranges(known)
    assert kept is not None
    found = sweep.measured(sweep.beside(known, [], 2_000), threads=1)["factual"]
    assert {measure for measure, entry in found.items() if entry.get("value") is not None} - set(kept) == set()
