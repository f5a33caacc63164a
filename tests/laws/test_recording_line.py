"""A recording is of nobody and from nowhere: no path, machine, user or time of the clock is in it, and no name of a person."""

from __future__ import annotations

import getpass
import json
import platform
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glasshouse.measures.measure import measure_recording, write_measures
from glasshouse.recording.store import open_recording
from recording.fake import fake_recording

CLOCK = re.compile(r"\b\d{1,2}:\d{2}(:\d{2})?\b|\b20[2-9]\d-\d{2}-\d{2}T")
FORBIDDEN_COLUMNS = re.compile(r"name|phone|address|birth|identity|face|text|latitude|longitude|email", re.IGNORECASE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = fake_recording(
        tmp_path_factory.mktemp("somewhere-private") / "run", people=2_000, days=200, variants=("base", "other")
    )
    write_measures(place, measure_recording(open_recording(place)))
    return place


def private_words(made: Path) -> list[str]:
    """Whatever would tell where this was made. Short words are left out: they occur by chance."""
    words = [str(made.parent), str(Path.home()), platform.node(), getpass.getuser(), made.parent.name]
    return [word for word in words if len(word) > 3]


def test_no_file_says_where_or_by_whom_it_was_made(made: Path) -> None:
    for file in made.iterdir():
        content = file.read_bytes()
        for word in private_words(made):
            assert word.encode() not in content, (file.name, word)


def test_no_table_holds_a_time_of_the_clock(made: Path) -> None:
    for file in made.glob("*.parquet"):
        table = pq.read_table(file)
        assert not [f.name for f in table.schema if pa.types.is_timestamp(f.type) or pa.types.is_time(f.type)]
        words = {
            str(v)
            for f in table.schema
            if pa.types.is_dictionary(f.type)
            for v in table.column(f.name).unique().to_pylist()
        }
        assert not [word for word in words if CLOCK.search(word)]


def test_measures_hold_no_time_of_the_clock(made: Path) -> None:
    assert not CLOCK.search((made / "measures.json").read_text())
    assert "wall" not in (made / "measures.json").read_text()


def test_environment_and_wall_time_are_in_the_manifest_only(made: Path) -> None:
    assert {"environment", "wall_seconds"} <= json.loads((made / "manifest.json").read_text()).keys()
    for file in made.iterdir():
        if file.name != "manifest.json":
            assert b"wall_seconds" not in file.read_bytes()


def test_no_column_could_hold_who_somebody_is(made: Path) -> None:
    for file in made.glob("*.parquet"):
        assert not [name for name in pq.read_schema(file).names if FORBIDDEN_COLUMNS.search(name)], file.name


def test_everything_written_says_synthetic(made: Path) -> None:
    for file in made.glob("*.parquet"):
        assert pq.read_schema(file).metadata[b"glasshouse"] == b"synthetic people"
    assert json.loads((made / "manifest.json").read_text())["glasshouse"] == "synthetic people"
    assert json.loads((made / "measures.json").read_text())["about"]["glasshouse"] == "synthetic people"


def test_the_same_world_is_recorded_as_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = fake_recording(tmp_path / "again", people=2_000, days=200, variants=("base", "other"))
    write_measures(again, measure_recording(open_recording(again)))
    for file in made.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes(), file.name
