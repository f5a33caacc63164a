"""A list that waits for a score which nobody can ever reach is refused, with the place and what would be allowed; any doubt is silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from glasshouse.errors import ScenarioError
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import from_raw, read_scenario
from glasshouse.simulate import simulate

Write = Callable[..., Path]
CAPPED = ("points: -3}", "points: -3, cap: {count: 4, window_days: 400}}")
ALONE = ("associations:\n  - {edge: friends, fraction: 0.3}\n", "")
"""Nobody's news costs anybody points."""
PAID = ("points: -3}", "points: 3, cap: {count: 4, window_days: 400}}")


FILES_FOR_NONE = ("dishonest: {entry: {able: 0.8, unable: 0.2}, ", "dishonest: {")

HIT = ("variants:", "shocks:\n  - {id: hit, kind: mass_listing, from: 2014-06-01, share: 0.1, points: 50}\nvariants:")


def waits_for(trigger: str) -> list[tuple[str, str]]:
    return [("{rule: debt_rule}", f"{{{trigger}}}"), FILES_FOR_NONE]


@pytest.mark.parametrize(
    ("trigger", "changes", "says"),
    [
        ("score_below: 88", [CAPPED], "a score below 88, but scores begin at 100 and rules take at most 12 points"),
        ("score_below: 88", [CAPPED], "(debt_rule 3 at most 4 times); write a score_below above 88"),
        ("score_below: 76", [("points: -3}", "points: -3, cap: {count: 4, window_days: 200}}")], "at most 24 points"),
        ("score_below: 67", [("points: -3}", "points: -3, cooling_off_days: 36}")], "at most 33 points"),
        ("score_above: 113", [PAID], "a score of 113, but scores begin at 100 and rules give at most 12 points"),
        ("score_above: 113", [PAID], "write a score_above of 112 or less"),
    ],
)
def test_a_threshold_beyond_every_cap_is_refused(
    write: Write, trigger: str, changes: list[tuple[str, str]], says: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(write(*waits_for(trigger), ALONE, *changes))
    (line,) = (x for x in str(caught.value).splitlines() if "nobody can enter this list" in x)
    assert line.startswith("small.yaml:11:22  lists.dishonest.entry.trigger: "), line
    assert says in line


@pytest.mark.parametrize(
    ("trigger", "changes"),
    [
        ("score_below: 89", [ALONE, CAPPED]),
        ("score_above: 112", [ALONE, PAID]),
        ("score_below: 88", [CAPPED]),  # friends pay too
        ("score_below: 88", [ALONE]),  # nothing limits it
        ("score_below: 77", [ALONE, ("points: -3}", "points: -3, cap: {count: 4, window_days: 200}}")]),
        ("score_below: 68", [ALONE, ("points: -3}", "points: -3, cooling_off_days: 36}")]),
        ("score_below: 88", [ALONE, CAPPED, ("{name: told, set: {", "{name: told, set: {rules.debt_rule.cap.count: 9, ")]),
        ("score_below: 88", [ALONE, CAPPED, HIT]),
    ],
)  # fmt: skip
def test_where_somebody_might_enter_nothing_is_said(write: Write, trigger: str, changes: list[tuple[str, str]]) -> None:
    read_scenario(write(*waits_for(trigger), *changes))


def test_as_far_as_is_said_somebody_gets_and_nobody_farther(write: Write, tmp_path: Path) -> None:
    often = ("points: -3}", "points: -3, cap: {count: 1, window_days: 100}}")
    with pytest.raises(ScenarioError, match="write a score_below above 88"):
        read_scenario(write(*waits_for("score_below: 88"), ALONE, often))
    lived = simulate(read_scenario(write(*waits_for("score_below: 89"), ALONE, often)), out=tmp_path / "run", threads=1)
    assert min(lived.people["score"].to_pylist()) == 88
    assert len(lived.cases) > 0


def test_a_threshold_that_a_closing_listing_lifts_people_to_can_be_reached(write: Write) -> None:
    high = "  - {id: good, entry: {trigger: {score_above: 120}}}\n"
    low = "  - {id: low, entry: {trigger: {score_below: 110}}}\n"
    fines = ("rules:\n", "rules:\n  - {id: fine, when: {signal: fined}, points: -1}\n")
    fined = ("  acts:\n", "  acts:\n    fined: {rate: 1 per year}\n")
    read_scenario(write(ALONE, PAID, fines, fined, ("lists:\n", f"lists:\n{high}{low}")))
    with pytest.raises(ScenarioError, match="at most 12 points"):
        read_scenario(write(ALONE, PAID, fines, fined, ("lists:\n", f"lists:\n{high}")))


def test_a_rule_that_differs_by_region_is_counted_in_each_of_them(write: Write) -> None:
    regions = ("  groups:", "  regions: {north: {share: 0.5}, south: {share: 0.5}}\n  groups:")
    priced = ("points: -3}", "points: -3, points_by_region: {north: -5}, cap: {count: 4, window_days: 400}}")
    read_scenario(write(ALONE, regions, priced, *waits_for("score_below: 61")))
    with pytest.raises(ScenarioError, match="at most 40 points"):
        read_scenario(write(ALONE, regions, priced, *waits_for("score_below: 60")))


def test_a_shortened_run_is_a_look_at_a_longer_one(write: Write) -> None:
    monthly = ("points: -3}", "points: -3, cap: {count: 4, window_days: 30}}")
    path = write(ALONE, monthly, *waits_for("score_below: 60"))
    short = read_scenario(path, days=20)
    assert from_raw(short.raw, short.name).scenario == short.scenario


@pytest.mark.parametrize("name", catalogue_names())
def test_no_list_of_the_catalogue_is_out_of_reach(name: str) -> None:
    read_scenario(name)
