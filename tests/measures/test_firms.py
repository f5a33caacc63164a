"""Firms and people are counted apart, and what reached people through firms is told by the tie that it came by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from firms import firm_world
from glasshouse.engines.cpu import Result, live_all
from glasshouse.experiments.harms import harms_of
from glasshouse.measures.frame import read_cases, read_world
from glasshouse.measures.measure import Measures, measure_recording
from glasshouse.measures.pair import measure_pairs
from glasshouse.recording.store import Recording, open_recording
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.simulate import simulate
from recording.fake import fake_recording

WORLD = 5


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    place = tmp_path_factory.mktemp("firms") / "recording"
    simulate(from_raw(firm_world(WORLD), "firms"), out=place)
    return open_recording(place)


@pytest.fixture(scope="module")
def measures(recording: Recording) -> Measures:
    return measure_recording(recording)


@pytest.fixture(scope="module")
def lived() -> tuple[Result, int]:
    plan = compile_plan(from_raw(firm_world(WORLD), "firms"))[0]
    return live_all(plan), int(plan.ties.beyond[0])


def of_base(result: Result, *columns: str) -> list[np.ndarray]:
    mine = result.cases["variant"] == 0
    return [result.cases[name][mine] for name in columns]


def test_measures_of_people_leave_firms_out_and_those_of_firms_leave_people_out(
    measures: Measures, lived: tuple[Result, int]
) -> None:
    result, first = lived
    (person,) = of_base(result, "person")
    people, firms = person[person < first], person[person >= first]
    assert min(len(people), len(firms)) > 10
    assert measures["listings"]["value"] == len(people)
    assert measures["firm_listings"]["value"] == len(firms)
    assert measures["people_listed"]["value"] == len(set(people.tolist()))
    assert measures["firms_listed"]["value"] == len(set(firms.tolist()))
    assert set(measures["people_listed"]["by"]["region"]) == {"home", "town"}
    assert measures.about["people"] == first


def test_scores_acts_and_refusals_are_those_of_people(recording: Recording, lived: tuple[Result, int]) -> None:
    result, first = lived
    world, firms = read_world(recording), read_world(recording, "firms")
    assert (world.people, firms.people) == (first, len(result.people["score"]) - first)
    assert firms.regions == ("firms",)
    assert world.sources
    assert firms.sources
    score = world.sources.people("as-it-is")
    assert score
    assert np.array_equal(score.score, result.people["score"][:first, 0])
    assert "kind" in world.sources.acts("as-it-is")
    assert set(firms.sources.acts("as-it-is")) == {"debt", "speech", "fraud", "noise"}
    listed = world.sources.daily("listings", "as-it-is").sum() + firms.sources.daily("listings", "as-it-is").sum()
    assert listed == len(of_base(result, "person")[0])


def test_who_did_nothing_and_was_listed_through_a_firm_is_counted_once(
    measures: Measures, lived: tuple[Result, int]
) -> None:
    result, first = lived
    rows = list(zip(*of_base(result, "person", "cause_kind", "cause_source", "rightful", "basis"), strict=True))
    guilty = {p for p, _, _, right, basis in rows if right and basis == 0}
    through = {p for p, kind, source, *_ in rows if kind in (1, 2, 3) and source >= first > p}
    firms = {p for p, *_ in rows if p >= first}
    assert measures["people_listed_through_firms"]["value"] == len(through) > 5
    assert measures["innocents_per_listed_firm"]["value"] == pytest.approx(len(through - guilty) / len(firms))


def test_restriction_through_firms_is_split_by_the_tie_it_came_by(measures: Measures) -> None:
    share = measures["restriction_through_firms_share"]
    parts = [one["value"] for one in share["by"]["edge"].values()]
    assert set(share["by"]["edge"]) == {"representative", "staff", "either"}
    assert 0 < share["value"] < 1
    assert sum(parts) == pytest.approx(share["value"])
    assert min(parts) > 0


def test_a_firm_is_no_offender_and_no_innocent_of_measures_of_people(recording: Recording) -> None:
    cases = read_cases(recording, read_world(recording))["as-it-is"]
    assert cases.person.max() < cases.world.people
    assert all(found["innocents_per_offender"]["n"] <= len(cases) for found in measure_pairs(recording).values())


def test_a_world_without_firms_says_so(tmp_path: Path) -> None:
    found = measure_recording(open_recording(fake_recording(tmp_path / "fake", people=500, days=300)))
    names = ("firms_listed", "firm_listings", "people_listed_through_firms", "innocents_per_listed_firm")
    for name in (*names, "restriction_through_firms_share"):
        assert found[name]["value"] is None
        assert found[name]["reason"] == "there are no firms in this world"


def test_harms_between_twins_are_those_of_people() -> None:
    loaded = from_raw(firm_world(WORLD), "firms")
    plan, names = compile_plan(loaded)
    found = harms_of(live_all(plan), plan, names, loaded.scenario, 0)
    assert {len(column) for column in found.values()} == {int(plan.ties.beyond[0])}
    assert found["listed_days"].sum() > 0
