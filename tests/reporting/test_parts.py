"""Parts of the report by themselves: groups, whose conduct, assumptions in words, luck beside ignorance, seeds, safeguards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import glasshouse as gh
from glasshouse.errors import UsageError
from glasshouse.experiments.lattice import TOLD
from glasshouse.measures.measure import measure_recording, write_measures
from glasshouse.recording.store import Recording, open_recording
from glasshouse.reporting import assumed, who
from glasshouse.reporting.counts import Told, _luck_of_tries
from glasshouse.reporting.headlines import headlines
from glasshouse.reporting.html import page, write_report
from recording import fake
from reporting.test_report import plain


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Two thousand people in two variants, measured."""
    folder = fake.fake_recording(
        tmp_path_factory.mktemp("parts") / "small", 2_000, variants=("as-practised", "promised")
    )
    write_measures(folder, measure_recording(open_recording(folder)))
    return open_recording(folder)


def factual(recording: Recording) -> list[dict[str, object]]:
    return [c for c in recording.cases.to_pylist() if c["variant"] == recording.variants[0]]


def test_whose_conduct_adds_up_to_every_listing(small: Recording) -> None:
    found, cases = who.others(Told(small).factual), factual(small)
    foreign = [c for c in cases if c["cause_kind"] not in ("own", None, "")]
    assert found.listings == len(foreign)
    assert sum(w.listings for w in who.whose(Told(small).factual)) == len(cases)


def test_innocents_are_people_listed_and_never_rightly_for_an_own_act(small: Recording) -> None:
    cases = factual(small)
    offends = {c["person"] for c in cases if c["rightful"] and c["basis"] == "own_act" and c["cause_kind"] == "own"}
    found = who.others(Told(small).factual)
    assert found.offenders == len(offends)
    assert found.innocents == len({c["person"] for c in cases} - offends)


def test_every_group_region_and_intersection_is_a_cell(small: Recording) -> None:
    cells = who.cells(Told(small))
    assert [c.name for c in cells] == ["A", "B", "north", "south", "north, A", "north, B", "south, A", "south, B"]
    assert sum(c.people for c in cells if c.cut == "intersection") == 2_000


def test_of_a_cell_of_fewer_than_ten_people_nothing_is_said(tmp_path: Path) -> None:
    folder = fake.fake_recording(tmp_path / "few", people=24, share=0.5)
    write_measures(folder, measure_recording(open_recording(folder)))
    few = [c for c in who.cells(Told(open_recording(folder))) if c.people < 10]
    assert few
    assert all(c.share is None and "fewer than 10" in c.listed for c in few)


def test_assumptions_are_told_in_words_and_what_no_pattern_knows_by_its_path() -> None:
    raw = {"conduct": {"acts": {"debt": {"title": "Judgment debt"}}}, "rules": [{"id": "r", "title": "Late"}]}
    assert assumed.in_words("conduct.acts.debt.rate", raw) == "how often it happens: judgment debt"
    assert assumed.in_words("practice.lists.x.notice.served", raw) == "how many are served a notice"
    assert assumed.in_words("rules.r.points", raw) == "how many points the rule counts: late"
    assert assumed.in_words("something.else_there", raw) == "something, else there"


def test_luck_and_ignorance_are_two_intervals(small: Recording) -> None:
    told = Told(small, {"wrongful_listing_rate": {"all": (0.0, 1.0, ["a", "b"])}})
    first = assumed.spreads(told)[0]
    assert first.range == (0.0, 1.0)
    assert first.luck is not None
    assert first.luck[1] - first.luck[0] < 0.5
    assert first.over == ("a", "b")


def test_headlines_say_over_how_many_seeds_their_luck_is(small: Recording, tmp_path: Path) -> None:
    shutil.copytree(small.path, tmp_path / "seeds")
    entry = {"value": 0.4, "n": 8, "luck": {"low": 0.3, "high": 0.5}}
    (tmp_path / "seeds" / "seeds.json").write_text(
        json.dumps({"about": {"over": "8 seeds: other people"}, "wrongful_listing_rate": entry})
    )
    rate = next(h for h in headlines(open_recording(tmp_path / "seeds")) if h.name == "wrongful_listing_rate")
    assert (rate.luck, rate.luck_over) == ("mean 40 %, 30 to 50 %", "8 seeds")
    assert "luck of 8 seeds: mean 40 %, 30 to 50 %" in plain(page(open_recording(tmp_path / "seeds")))


def test_a_lattice_of_another_scenario_is_refused(small: Recording, tmp_path: Path) -> None:
    (tmp_path / "lattice").mkdir()
    (tmp_path / "lattice" / TOLD).write_text(json.dumps({"scenario": "elsewhere", "people": 10}))
    with pytest.raises(UsageError, match="is of elsewhere"):
        write_report(small, lattice=tmp_path / "lattice")


def test_from_python_one_report_goes_into_its_folder_and_a_file_is_named_for_two(small: Recording) -> None:
    with pytest.raises(UsageError, match="for two"):
        gh.report(small.path, out="somewhere.html")


def test_the_luck_of_refused_tries_is_that_of_the_trips_they_are_made_on() -> None:
    rng, tries_of_a_trip = np.random.default_rng(1), 9.0
    trips = rng.poisson(0.8, 2_000)
    tries = np.array([int(rng.exponential(tries_of_a_trip, n).sum()) for n in trips])
    told = SimpleNamespace(
        days={"refused_flight": tries, "refused_flight_trips": trips, "refused_flight_people": trips}
    )
    found = _luck_of_tries(told, "refused_flight", 2_000)  # type: ignore[arg-type]
    assert found == pytest.approx(tries_of_a_trip * np.sqrt(2 * 0.8 * 2_000), rel=0.1)
    told.days["refused_flight_people"] = trips / 4  # each four times: their trips come together
    assert _luck_of_tries(told, "refused_flight", 2_000) == pytest.approx(2 * found)  # type: ignore[arg-type]
