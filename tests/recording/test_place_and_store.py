"""A recording is there whole or not at all; whoever opens one is told what it is, or what to do."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from glasshouse.errors import RecordingError
from glasshouse.recording import place
from glasshouse.recording.place import (
    checkpoint_read,
    checkpoint_write,
    choose,
    finish,
    make_room,
    partial,
    start,
    write_whole,
)
from glasshouse.recording.provenance import scenario_digest
from glasshouse.recording.store import open_recording, query
from recording.fake import fake_recording

STATE = {
    "score": np.arange(1000, dtype=np.int16).reshape(500, 2),
    "empty": np.zeros((0, 3), np.int64),
    "day": np.array(7),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fake_recording(tmp_path_factory.mktemp("made") / "fake", people=500, days=60, variants=("base", "other"))


def same(found: tuple[dict[str, np.ndarray], dict[str, object]] | None, day: int) -> bool:
    assert found is not None
    arrays, meta = found
    return meta == {"day": day} and all(np.array_equal(arrays[name], STATE[name]) for name in STATE)


# --- checkpoints ------------------------------------------------------------------------------------------------------


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    checkpoint_write(tmp_path, STATE, {"day": 30})
    assert same(checkpoint_read(tmp_path), 30)
    arrays, _ = checkpoint_read(tmp_path) or ({}, {})
    assert arrays["score"].dtype == np.int16
    assert arrays["empty"].shape == (0, 3)


def test_without_a_checkpoint_there_is_none(tmp_path: Path) -> None:
    assert checkpoint_read(tmp_path) is None


def test_the_newest_one_is_read_and_only_one_is_kept(tmp_path: Path) -> None:
    for day in (30, 60, 90):
        checkpoint_write(tmp_path, STATE, {"day": day})
    assert same(checkpoint_read(tmp_path), 90)
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint"]


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "index"])
def test_a_torn_checkpoint_is_not_read(tmp_path: Path, damage: str) -> None:
    checkpoint_write(tmp_path, STATE, {"day": 30})
    file = tmp_path / "checkpoint" / ("index.json" if damage == "index" else "0.npy")
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(whole[:-10])
    else:
        at = len(whole) - 20
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert checkpoint_read(tmp_path) is None


def test_a_half_written_one_beside_does_not_hide_the_one_before(tmp_path: Path) -> None:
    checkpoint_write(tmp_path, STATE, {"day": 30})
    shutil.copytree(tmp_path / "checkpoint", tmp_path / "checkpoint.new")
    (tmp_path / "checkpoint.new" / "0.npy").write_bytes(b"half")
    assert same(checkpoint_read(tmp_path), 30)


@pytest.mark.parametrize("survives", range(12))
def test_killed_at_any_move_one_of_the_two_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survives: int
) -> None:
    """Every fsync, move and removal of the second write is tried as the moment of death."""
    checkpoint_write(tmp_path, STATE, {"day": 30})
    left = survives

    def dying(real: object) -> object:
        def step(*given: object, **named: object) -> object:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            return real(*given, **named)  # type: ignore[operator]

        return step

    with monkeypatch.context() as patched:
        for module, name in ((place.os, "replace"), (place.os, "fsync"), (place.shutil, "rmtree")):
            patched.setattr(module, name, dying(getattr(module, name)))
        with contextlib.suppress(KeyboardInterrupt):
            checkpoint_write(tmp_path, STATE, {"day": 60})
    found = checkpoint_read(tmp_path)
    assert found is not None
    assert same(found, found[1]["day"])
    assert found[1]["day"] in (30, 60)


def test_after_a_death_the_next_checkpoint_is_written_all_the_same(tmp_path: Path) -> None:
    checkpoint_write(tmp_path, STATE, {"day": 30})
    (tmp_path / "checkpoint").rename(tmp_path / "checkpoint.old")
    (tmp_path / "checkpoint.new").mkdir()
    assert same(checkpoint_read(tmp_path), 30)
    checkpoint_write(tmp_path, STATE, {"day": 60})
    assert same(checkpoint_read(tmp_path), 60)


# --- places -------------------------------------------------------------------------------------------------------------


def test_work_is_moved_into_place_whole_and_without_checkpoints(tmp_path: Path) -> None:
    work = start(tmp_path / "run")
    checkpoint_write(work, STATE, {"day": 1})
    (work / "manifest.json").write_text("{}")
    assert not (tmp_path / "run").exists()
    finish(work, tmp_path / "run")
    assert [entry.name for entry in (tmp_path / "run").iterdir()] == ["manifest.json"]
    assert not work.exists()


def test_a_recording_is_never_overwritten(made: Path) -> None:
    with pytest.raises(RecordingError, match="is not overwritten"):
        start(made)
    with pytest.raises(RecordingError, match="is not overwritten"):
        choose(made.parent, "whatever", out=made)


def test_a_default_name_takes_the_next_that_is_free(tmp_path: Path) -> None:
    assert choose(tmp_path, "run") == tmp_path / "run"
    (tmp_path / "run").mkdir()
    partial(tmp_path / "run-2").mkdir()
    assert choose(tmp_path, "run") == tmp_path / "run-3"


def test_where_nothing_can_be_written_it_is_said_before_anything_is_lived(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordingError, match=r'folder "runs" cannot be made: .* Give another --out'):
        make_room(tmp_path / "file" / "runs" / "one")


def test_half_done_work_is_resumed_and_not_thrown_away(tmp_path: Path) -> None:
    work = start(tmp_path / "run")
    with pytest.raises(RecordingError, match="--resume"):
        start(tmp_path / "run")
    assert start(tmp_path / "run", resume=True) == work
    with pytest.raises(RecordingError, match="Start the run without --resume"):
        start(tmp_path / "other", resume=True)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", "one")
    write_whole(tmp_path / "a.json", "two")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "two"


# --- store --------------------------------------------------------------------------------------------------------------


def test_a_recording_opens_and_its_tables_are_arrow(made: Path) -> None:
    recording = open_recording(str(made))
    assert recording.variants == ("base", "other")
    assert recording.daily is recording.daily
    assert pa.table(recording.cases).num_rows == recording.cases.num_rows > 0
    assert hasattr(recording.people, "__arrow_c_stream__")
    assert {recording.letters.num_rows, recording.acts.num_rows, recording.journal.num_rows} != {0}


def test_what_is_not_there_is_said_with_the_next_step(made: Path, tmp_path: Path) -> None:
    (tmp_path / "stray").mkdir()
    partial(tmp_path / "stopped").mkdir()
    for name, words in (("nowhere", "There is no recording"), ("stray", "not a recording"), ("stopped", "--resume")):
        with pytest.raises(RecordingError, match=words):
            open_recording(tmp_path / name)
    with pytest.raises(RecordingError, match="--out stopped --resume"):
        open_recording(partial(tmp_path / "stopped"))
    with pytest.raises(RecordingError, match="has not been measured"):
        _ = open_recording(made).measures
    with pytest.raises(RecordingError, match="holds no table"):
        open_recording(made).table("weather")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ('{"schema": 99}', "Upgrade"),
        ('{"schema": 1}', "Make it again"),
        ("{", "cannot be read"),
        ("{}", "cannot be read"),
    ],
)
def test_a_newer_an_older_or_a_broken_manifest_is_refused(tmp_path: Path, manifest: str, words: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(RecordingError, match=words):
        open_recording(tmp_path)


def test_questions_see_the_recording_and_nothing_else(made: Path, tmp_path: Path) -> None:
    recording = open_recording(made)
    assert query(recording, "SELECT count(DISTINCT person) AS n FROM people").to_pylist() == [{"n": 500}]
    (tmp_path / "secret.csv").write_text("a\n1\n")
    import duckdb

    for sql in (
        f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            query(recording, sql)


def test_the_digest_of_a_scenario_does_not_see_the_order_of_its_keys() -> None:
    assert scenario_digest({"a": 1, "b": [1, 2]}) == scenario_digest({"b": [1, 2], "a": 1})
    assert scenario_digest({"a": 1}) != scenario_digest({"a": 2})


def test_a_manifest_is_enough_to_say_what_was_run(made: Path) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    assert manifest["glasshouse"] == "synthetic people"
    assert manifest["scenario"]["digest"] == scenario_digest(manifest["scenario"]["raw"])
    assert {
        "seed",
        "replicate",
        "people",
        "represents",
        "days",
        "engine",
        "variants",
        "digests",
        "unsimulated",
    } <= manifest.keys()
    assert manifest["environment"]["python"].startswith("3.")
