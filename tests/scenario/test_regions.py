"""Late records, days of update and schemes by region: what the file says becomes the integers worked out by hand, and is then lived."""

# ruff: noqa: E501 - a table with one case a line is read across

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasshouse.chance import ONE, stream_of
from glasshouse.engines.cpu import live_all
from glasshouse.errors import ScenarioError
from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw, read_scenario
from glasshouse.scenario.tables import Names, Plan
from worlds import world

Write = Callable[..., Path]
Refused = Callable[..., list[str]]

REGIONS = ("  groups:", "  regions: {east: {share: 0.75}, west: {share: 0.25}}\n  groups:")
OWN_SCALE = ("baseline: 100,", "baseline: 100, by_region: {west: {min: -50, max: 950, baseline: 500}},")
PRICED = ("points: -3}", "points: -3, points_by_region: {west: -40}}")


def plan_of(path: Path) -> Plan:
    return compile_plan(read_scenario(path))[0]


# --- records that come late ------------------------------------------------------------------------------------------------------


def test_a_record_is_as_late_as_practice_says_and_as_the_source_claims_where_practice_says_nothing(
    write: Write,
) -> None:
    claimed = ("kind: court_record}", "kind: court_record, delay_days: 3}")
    assert plan_of(write(claimed)).acts.late.tolist() == [[0, 0]], "practice speaks of the source, and of no delay"
    assert plan_of(write(claimed, ("sensing: {court: {seen: 0.9}}", "sensing: {}"))).acts.late.tolist() == [[3, 3]]
    late = write(claimed, ("{seen: 0.9}", "{seen: 0.9, delay_days: 2 weeks}"))
    assert plan_of(late).acts.late.tolist() == [[14, 14]]
    assert unsimulated(read_scenario(late).scenario) == []


# --- days of update --------------------------------------------------------------------------------------------------------------


def test_scores_move_on_the_first_of_the_month_or_of_the_year_or_every_day(write: Write) -> None:
    every = plan_of(write(("baseline: 100,", "baseline: 100, update: live,"))).score.update[0]
    monthly = plan_of(write(("baseline: 100,", "baseline: 100, update: monthly,"))).score.update[0]
    yearly = plan_of(write(("baseline: 100,", "baseline: 100, update: yearly,"))).score.update[0]
    assert every.tolist() == [*range(366), 366]
    assert monthly[[1, 2, 31, 32, 33, 334, 335, 336]].tolist() == [1, 32, 32, 32, 60, 335, 335, 366], (
        "2014, day 366 is never"
    )
    assert yearly[[1, 2, 365]].tolist() == [1, 366, 366]


def test_points_of_decay_gather_until_the_day_on_which_scores_move(write: Write) -> None:
    decay = plan_of(
        write(("baseline: 100,", "baseline: 100, update: monthly, decay: {points_per_year: 365},"))
    ).score.decay[0]
    assert [(d, int(decay[d])) for d in np.flatnonzero(decay)[:3]] == [(1, 1), (32, 31), (60, 28)]


# --- schemes by region -----------------------------------------------------------------------------------------------------------


def test_an_act_that_costs_differently_by_region_is_one_act_of_chance_and_two_of_the_scheme(write: Write) -> None:
    plan, names = compile_plan(read_scenario(write(REGIONS, PRICED)))
    a = plan.acts
    assert (a.count, names.acts) == (2, ("debt", "debt"))
    assert a.points.tolist() == [[-3, -3], [-40, -40]]
    assert a.stream.tolist() == [stream_of("act", "debt")] * 2
    assert a.region_factor[:, 0].tolist() == [[ONE, 0], [0, ONE]]
    assert (a.row_cdf[a.row_act == 0] == a.row_cdf[a.row_act == 1]).all()
    assert (a.accept[a.row_act == 0] == a.accept[a.row_act == 1]).all()


def test_a_rule_of_some_regions_is_no_rule_elsewhere(write: Write) -> None:
    plan, _ = compile_plan(read_scenario(write(REGIONS, ("points: -3}", "points: -3, regions: [east]}"))))
    assert plan.acts.points.tolist() == [[-3, -3], [0, 0]]
    assert plan.acts.files.tolist() == [[0, 0], [-1, -1]]
    assert not plan.acts.seen[1].any(), "no rule, no source that looks"


def test_what_is_alike_everywhere_stays_one_act(write: Write) -> None:
    plan, names = compile_plan(read_scenario(write(REGIONS, ("points: -3}", "points: -3, regions: [east, west]}"))))
    assert names.acts == ("debt",)
    assert not plan.acts.by_region.any()


def test_a_variant_tells_apart_only_the_regions_that_the_scenario_names(write: Write) -> None:
    patch = {"name": "dear", "set": {"rules.debt_rule.points_by_region": {"west": -40}}}
    named = write(REGIONS, ("points: -3}", "points: -3, points_by_region: {west: -3}}"))
    raw = read_scenario(named).raw
    plan = compile_plan(from_raw({**raw, "variants": [*raw["variants"], patch]}, "small"))[0]
    assert plan.acts.points.tolist() == [[-3, -3, -3], [-3, -3, -40]]
    raw = read_scenario(write(REGIONS)).raw
    with pytest.raises(ScenarioError, match="dear tells regions apart that the scenario does not"):
        compile_plan(from_raw({**raw, "variants": [*raw["variants"], patch]}, "small"))


def test_scales_and_lists_are_of_regions(write: Write) -> None:
    changes = (REGIONS, OWN_SCALE, ("  - id: dishonest\n", "  - id: dishonest\n    regions: [east]\n"))
    plan = plan_of(
        write(*changes, ("fraction: 0.3}", "transfer: standing, points: 3, level: 90, level_by_region: {west: 450}}"))
    )
    t = plan.score
    assert (t.lowest.tolist(), t.highest.tolist(), t.baseline.tolist()) == ([0, -50], [200, 950], [100, 500])
    assert (t.scale_of.tolist(), t.anew.tolist()) == ([0, 1], [0, 0])
    assert plan.lists.in_region.tolist() == [[1, 0]]
    assert plan.associations.level[0].tolist() == [[90, 450]] * 2
    anew = write(*changes, ("baseline: 100,", "baseline: 100, moving: anew,"))
    assert plan_of(anew).score.anew.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("points: -3}", "points: -3, regions: [weast]}", "rules.debt_rule.regions[0]", 'one of world.regions'),
        ("points: -3}", "points: -3, regions: []}", "rules.debt_rule.regions", "is empty, so that it holds nowhere"),
        ("points: -3}", "points: -3, points_by_region: {wst: -9}}", "rules.debt_rule.points_by_region.wst", 'Did you mean "west"?'),
        ("points: -3}", "points: -3, regions: [east], points_by_region: {west: -9}}", "rules.debt_rule.points_by_region.west", "not in force there"),
        ("points: -3}", "points: -3, points_by_region: {west: -40000}}", "rules.debt_rule.points_by_region.west", "32,000 is the limit"),
        ("  - id: dishonest\n", "  - id: dishonest\n    regions: [wets]\n", "lists.dishonest.regions[0]", 'Did you mean "west"?'),
        ("baseline: 100,", "baseline: 100, by_region: {wst: {min: 0, max: 9, baseline: 5}},", "score.by_region.wst", 'Did you mean "west"?'),
        ("baseline: 100,", "baseline: 100, by_region: {west: {min: 9, max: 9, baseline: 9}},", "score.by_region.west", "min must be below max"),
        ("baseline: 100,", "baseline: 100, by_region: {west: {min: 0, max: 9, baseline: 10}},", "score.by_region.west.baseline", "outside the scale from 0 to 9"),
        ("baseline: 100,", "baseline: 100, by_region: {west: {min: 0, max: 9, baseline: 5, grades: [{name: top, min: 10}]}},", "score.by_region.west.grades.top.min", "outside the scale from 0 to 9"),
        ("fraction: 0.3}", "transfer: standing, points: 3, level: 90, level_by_region: {west: 80}}", "associations.friends.level_by_region.west", "has no scale of its own"),
        ("fraction: 0.3}", "fraction: 0.3, level_by_region: {west: 80}}", "associations.friends.level_by_region.west", "belongs to standing"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_of_regions_is_refused_with_its_place(
    refused: Refused, old: str, new: str, path: str, says: str
) -> None:
    found = refused(REGIONS, (old, new))
    assert any(path in line and says in line for line in found), found


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ([("{rule: debt_rule}", "{score_below: 60}"), ("by_region: {west: {min: -50,", "by_region: {west: {min: 100,")], "lists.dishonest.entry.trigger.score_below", "60 is outside the scale from 100 to 950"),
        ([("fraction: 0.3}", "transfer: standing, points: 3, level: 90, level_by_region: {west: 2000}}")], "level_by_region.west", "outside the scale from -50 to 950"),
        ([("evidence:\n", "shocks: [{id: one, kind: merge, from: 2014-06-01}]\nevidence:\n")], "shocks.one", "score.by_region"),
        ([("points: -3}", "points: -3, regions: [west]}"), ("  - id: dishonest\n", "  - id: dishonest\n    regions: [east]\n")], "lists.dishonest.entry.trigger", "in force in none of its regions"),
    ],
)  # fmt: skip
def test_what_does_not_fit_several_scales_is_refused(
    refused: Refused, changes: list[tuple[str, str]], path: str, says: str
) -> None:
    found = refused(REGIONS, OWN_SCALE, *changes)
    assert any(path in line and says in line for line in found), found


def test_a_threshold_is_held_against_the_scales_of_the_regions_of_its_list(write: Write) -> None:
    high = ("{rule: debt_rule}", "{score_below: 400}")
    there = ("  - id: dishonest\n", "  - id: dishonest\n    regions: [west]\n")
    entry = ("entry: {able: 0.8, unable: 0.2}, ", "")
    assert plan_of(write(REGIONS, OWN_SCALE, high, there, entry)).lists.threshold[0].tolist() == [400, 400]


# --- lived -----------------------------------------------------------------------------------------------------------------------


def two_schemes(**more: Any) -> dict[str, Any]:
    """A generated world in two regions, without what makes acts differ: west has a scale of its own, and debts cost more there."""
    raw = {**world(3), "variants": [], "shocks": [], "associations": []}
    raw["world"] = {**raw["world"], "people": 3_000, "regions": {"east": {"share": 0.6}, "west": {"share": 0.4}}}
    for act in raw["conduct"]["acts"].values():
        act.pop("by_region", None)
    return {**raw, **more}


def lived(raw: dict[str, Any]) -> tuple[Any, Plan, Names]:
    plan, names = compile_plan(from_raw(raw, "two", check=False))
    return live_all(plan), plan, names


def test_a_price_of_one_region_moves_nobody_elsewhere_and_the_same_things_happen() -> None:
    plain = two_schemes()
    act = plain["rules"][0]["when"]["signal"]
    priced = {
        **plain,
        "rules": [
            {**r, "points_by_region": {"west": -31}} if r["when"]["signal"] == act else r for r in plain["rules"]
        ],
    }
    (one, plan, names), (two, _, more) = lived(plain), lived(priced)
    assert len(more.acts) == len(names.acts) + 1
    by_name = {
        name: [
            sum(r.acts[:, 0, c, 0].sum() for c, x in enumerate(n.acts) if x == name)
            for r, n in ((one, names), (two, more))
        ]
        for name in names.acts
    }
    east = np.arange(3_000) < plan.world.region_cut[0]
    assert by_name[act][0] > 100
    changed = (one.people["score"] != two.people["score"])[:, 0]
    assert changed[~east].sum() > 100
    wrong = set(two.letters["target"][two.letters["kind"] == 1].tolist())
    assert set(np.flatnonzero(changed & east).tolist()) <= wrong, "but for those in whose file a western act was put"


def test_everybody_begins_on_the_scale_of_where_they_live() -> None:
    raw = two_schemes()
    score = {**raw["score"], "by_region": {"west": {"min": 0, "max": 1_000, "baseline": 700}}}
    nothing = {name: {**act, "rate": "0 per year", "schedule": []} for name, act in raw["conduct"]["acts"].items()}
    found, plan, _ = lived(
        {
            **raw,
            "score": {k: x for k, x in score.items() if k != "decay"},
            "conduct": {**raw["conduct"], "acts": nothing},
        }
    )
    west = np.arange(3_000) >= plan.world.region_cut[0]
    assert set(found.people["score"][west, 0].tolist()) == {700}
    assert set(found.people["score"][~west, 0].tolist()) == {raw["score"]["baseline"]}
