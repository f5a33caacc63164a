"""The verbs themselves, with an engine that is told what to answer: what is passed on, where it is put, what is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from glasshouse import verbs
from glasshouse.errors import DoesNotFit, Interrupted, RecordingError, ScenarioError, UsageError
from glasshouse.recording import place as places
from glasshouse.recording.provenance import scenario_digest
from glasshouse.recording.store import Recording


class Engine:
    """Stands in for `glasshouse.simulate`: remembers what it was asked and makes an empty folder."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.need = 1
        self.stop = False
        self.together: list[Any] = []

    def memory_needed(self, loaded: Any) -> int:
        return self.need

    def simulate(self, loaded: Any, **asked: Any) -> Recording:
        self.asked.append({"loaded": loaded, **asked})
        if self.stop:
            places.start(asked["out"], asked["resume"])
            raise KeyboardInterrupt
        work = places.start(asked["out"], asked["resume"])
        return Recording(places.finish(work, asked["out"]), {})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    made, room = Engine(), ModuleType("glasshouse.simulate")
    room.simulate, room.memory_needed = made.simulate, made.memory_needed  # type: ignore[attr-defined]
    room.refuse_journal = lambda *_: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "glasshouse.simulate", room)
    monkeypatch.setattr("glasshouse.experiments.assumptions.ranges_for", lambda *_: None)
    monkeypatch.setattr("glasshouse.experiments.seeds.write_seeds", made.together.append)
    monkeypatch.chdir(tmp_path)
    return made


def test_a_run_takes_a_free_name_under_runs_and_never_overwrites(engine: Engine) -> None:
    made = [verbs.run("defaulter-list", people=1000, days=10, report=False).path.as_posix() for _ in range(3)]
    assert made == ["runs/defaulter-list", "runs/defaulter-list-2", "runs/defaulter-list-3"]


@pytest.mark.parametrize("taken", ["here", "here.partial"])
def test_a_place_that_is_taken_is_refused_before_anything_is_swept(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    Path(taken).mkdir()
    swept: list[Any] = []
    monkeypatch.setattr("glasshouse.experiments.assumptions.ranges_for", lambda *asked: swept.append(asked))
    with pytest.raises(RecordingError, match="or remove it first"):
        verbs.run("defaulter-list", people=1000, days=10, out="here", report=False)
    assert swept == []


def test_people_days_and_seed_reach_the_scenario(engine: Engine) -> None:
    verbs.run("defaulter-list", people=1234, days=10, seed=5, report=False)
    world = engine.asked[0]["loaded"].scenario.world
    assert (world.people, world.seed) == (1234, 5)
    assert (world.end - world.start).days in (9, 10)


def test_a_named_variant_is_kept_beside_the_factual_one_and_the_others_are_not(engine: Engine) -> None:
    verbs.run("defaulter-list", people=1000, days=10, variant=["ability-checked"], report=False)
    assert [name for name, _ in engine.asked[0]["loaded"].variants] == ["factual", "ability-checked"]


def test_without_a_name_every_variant_of_the_file_is_kept(engine: Engine) -> None:
    verbs.run("defaulter-list", people=1000, days=10, report=False)
    assert len(engine.asked[0]["loaded"].variants) > 2


def test_an_unknown_variant_is_refused_with_the_nearest_spelling(engine: Engine) -> None:
    with pytest.raises(UsageError, match='Did you mean "ability-checked"'):
        verbs.run("defaulter-list", variant=["ability-cheked"], report=False)


def test_replicates_are_recordings_of_their_own(engine: Engine) -> None:
    done = verbs.run("defaulter-list", people=1000, days=10, seeds=3, out="three", report=False)
    assert [asked["replicate"] for asked in engine.asked] == [0, 1, 2]
    assert [r.path.as_posix() for r in done.replicates] == [f"three/replicate-{r}" for r in range(3)]
    assert [one.path.name for one in engine.together[0]] == ["replicate-0", "replicate-1", "replicate-2"]


def test_stopped_between_two_seeds_the_whole_ones_are_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def simulate(loaded: Any, **asked: Any) -> Recording:
        if asked["replicate"] == 2:
            raise KeyboardInterrupt
        return engine.simulate(loaded, **asked)

    monkeypatch.setattr(sys.modules["glasshouse.simulate"], "simulate", simulate)
    with pytest.raises(Interrupted, match=r'2 of 4 seeds are whole; go on with --resume and --out "four"') as told:
        verbs.run("defaulter-list", people=1000, days=10, seeds=4, out="four", report=False)
    assert told.value.kept


def test_the_assumptions_are_swept_once_however_many_seeds_are_run(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[Any] = []
    monkeypatch.setattr("glasshouse.experiments.assumptions.ranges_for", lambda *asked: swept.append(asked))
    verbs.run("defaulter-list", people=1000, days=10, seeds=3, out="three", report=False)
    assert not swept  # the engine asks for them when a world is lived
    for asked in engine.asked:
        asked["ranges"]()
    assert len(swept) == 1


def test_replicates_that_are_whole_are_not_made_again_when_resuming(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    verbs.run("defaulter-list", people=1000, days=10, seeds=2, out="two", report=False)
    raw = engine.asked[0]["loaded"].raw
    of = {"scenario": {"name": "defaulter-list", "digest": scenario_digest(raw)}, "people": 1000, "days": 10, "seed": 1}
    monkeypatch.setattr(
        verbs, "load", lambda folder: verbs.Run(Recording(folder, {**of, "replicate": int(folder.name[-1])}))
    )
    verbs.run("defaulter-list", people=1000, days=10, seeds=3, out="two", resume=True, report=False)
    assert [asked["replicate"] for asked in engine.asked] == [0, 1, 2]


@pytest.mark.parametrize("other", [{"seed": 2}, {"days": 11}, {"people": 1001}, {"journal": "listed"}])
def test_a_whole_recording_of_another_run_is_not_taken_for_the_one_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"people": 1000, "days": 10, "seed": 1, "out": "one", "report": False}
    verbs.run("defaulter-list", **asked)
    of = {"scenario": {"name": "defaulter-list", "digest": scenario_digest(engine.asked[0]["loaded"].raw)}}
    found = Recording(Path("one"), {**of, "people": 1000, "days": 10, "seed": 1})
    monkeypatch.setattr(verbs, "load", lambda folder: verbs.Run(found))
    assert verbs.run("defaulter-list", **asked, resume=True).recording is found
    with pytest.raises(UsageError, match=r"of another run \(defaulter-list, 1,000 people, 10 days, seed 1\)"):
        verbs.run("defaulter-list", **{**asked, **other}, resume=True)


def test_a_stopped_run_says_where_it_was_kept_and_resumes_there(engine: Engine) -> None:
    engine.stop = True
    with pytest.raises(Interrupted, match=r"defaulter-list\.partial"):
        verbs.run("defaulter-list", people=1000, days=10, report=False)
    engine.stop = False
    done = verbs.run("defaulter-list", people=1000, days=10, resume=True, report=False)
    assert done.path.as_posix() == "runs/defaulter-list"
    assert engine.asked[-1]["resume"] is True


def test_who_stops_while_the_report_is_written_is_told_that_the_recording_is_whole(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(verbs, "_reported", stopped)
    with pytest.raises(
        Interrupted, match="recording is whole and its report is not; write it with: glasshouse report one"
    ):
        verbs.run("defaulter-list", people=1000, days=10, out="one")


def test_stopped_replicates_are_found_again_without_a_name(engine: Engine) -> None:
    engine.stop = True
    with pytest.raises(Interrupted):
        verbs.run("defaulter-list", people=1000, days=10, seeds=2, report=False)
    engine.stop = False
    done = verbs.run("defaulter-list", people=1000, days=10, seeds=2, resume=True, report=False)
    assert [r.path.as_posix() for r in done.replicates] == [f"runs/defaulter-list/replicate-{r}" for r in range(2)]
    assert [asked["resume"] for asked in engine.asked] == [False, True, False]


def test_resuming_what_was_never_begun_is_refused(engine: Engine) -> None:
    with pytest.raises(UsageError, match="no stopped run"):
        verbs.run("defaulter-list", resume=True)


def test_a_world_that_does_not_fit_is_refused_with_what_would(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "free_memory", lambda: 2**30)
    engine.need = 18 * 2**30
    with pytest.raises(
        DoesNotFit, match=r"1,000,000 people need 18\.0 GiB .* 49,000 people would fit: --people 49000"
    ) as told:
        verbs.run("defaulter-list", report=False)
    assert told.value.exit_code == 2
    assert engine.asked == []


@pytest.mark.parametrize(("wrong", "message"), [({"seeds": 0}, "seeds"), ({"engine": "gpu"}, "engine")])
def test_nonsense_is_refused_before_anything_is_read(engine: Engine, wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        verbs.run("defaulter-list", **wrong)


def test_an_unknown_scenario_names_the_nearest(engine: Engine) -> None:
    with pytest.raises(ScenarioError, match='Did you mean "defaulter-list"'):
        verbs.run("defaulter-lst")


def test_a_manifest_is_run_again_with_its_seed_replicate_and_journal(engine: Engine, tmp_path: Path) -> None:
    from glasshouse.recording.place import write_json
    from glasshouse.scenario.reading import read_scenario

    raw = read_scenario("defaulter-list", people=777, days=12).raw
    (tmp_path / "old").mkdir()
    told = {
        "schema": 1,
        "scenario": {"name": "defaulter-list", "raw": raw},
        "seed": 9,
        "replicate": 2,
        "options": {"journal": "1"},
    }
    write_json(tmp_path / "old" / "manifest.json", told)
    verbs.run(tmp_path / "old" / "manifest.json", out="new", report=False)
    asked = engine.asked[0]
    assert (asked["seed"], asked["replicate"], asked["journal"]) == (9, 2, "1")
    assert asked["loaded"].scenario.world.people == 777


@pytest.mark.parametrize(("people", "rounded"), [(7, 7), (99, 99), (123, 120), (1_389_999, 1_300_000), (0, 0)])
def test_what_fits_is_rounded_down_to_two_digits(people: int, rounded: int) -> None:
    assert verbs._rounded_down(people) == rounded


@pytest.mark.parametrize(
    ("size", "words"), [(2**30, "1.0 GiB"), (18 * 2**29, "9.0 GiB"), (5 * 2**20, "5.0 MiB"), (0, "0.1 MiB")]
)
def test_memory_is_said_in_words(size: int, words: str) -> None:
    assert verbs.in_words(size) == words


def test_the_catalogue_says_name_evidence_people_dates_and_title() -> None:
    card = {c.name: c for c in verbs.scenarios()}["defaulter-list"]
    assert (card.people, card.start, card.end) == (1_000_000, "2013-10-24", "2019-12-31")
    assert card.label in ("documented", "pilot", "reported", "hypothetical")


def test_the_schema_describes_the_units_and_refuses_unknown_keys() -> None:
    described = verbs.schema()
    assert described["additionalProperties"] is False
    assert "world" in described["properties"]
