"""Others' share of a harm, divided by hand, and of a world that is lived again."""

from __future__ import annotations

from pathlib import Path

import pytest

from glasshouse.experiments.collective import divided_between, whose_burden
from glasshouse.scenario.reading import read_scenario
from glasshouse.simulate import simulate


@pytest.mark.parametrize(
    ("both", "own", "others", "removed", "alone", "shapley"),
    [
        (20, 10, 10, 0.5, 0.5, 0.5),  # one acts, the other is barred for it: nothing is done together
        (10, 0, 0, 1.0, 0.0, 0.5),  # only together: taken away it is all others', alone it is nothing
        (10, 10, 10, 0.0, 1.0, 0.5),  # either suffices
        (30, 20, 4, 1 / 3, 4 / 30, 0.7 / 3),
        (8, 10, 0, -0.25, 0.0, -0.125),  # others' conduct keeps people from harm
    ],
)
def test_a_harm_is_divided_both_ways(
    both: float, own: float, others: float, removed: float, alone: float, shapley: float
) -> None:
    found = divided_between(both, own, others)
    assert [found[key] for key in ("removed", "alone", "shapley")] == pytest.approx([removed, alone, shapley])


def test_where_nobody_is_harmed_there_is_nothing_to_divide() -> None:
    assert divided_between(0, 0, 0)["shapley"] is None


def test_the_world_that_is_lived_again_is_the_one_that_was_recorded(tmp_path: Path) -> None:
    loaded = read_scenario("unemployment-fraud-flag", ["practice.sensing.wage_match.wrong_person=0.3"], 4000, 60)
    recording = simulate(loaded, replicate=1, out=tmp_path / "run", threads=1)
    found = whose_burden(recording, threads=1)["listed_days"]
    cases = recording.cases.to_pandas().query("variant == 'factual'")
    assert found["both"] == (cases["closed"].fillna(61) - cases["opened"]).sum()
    assert 0 < found["others_only"] < found["both"]
    assert 0 < found["shapley"] < 1
