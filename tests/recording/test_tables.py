"""What the engine counted is what the tables say, and the same whatever it was written beside and however it was cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glasshouse.recording import digest, writer
from glasshouse.recording.schema import FORMAT, ROWS, gate_columns
from glasshouse.recording.store import open_recording, query
from glasshouse.recording.writer import GroupWriter, cause_words, write_tables
from glasshouse.scenario.tables import ABSENT, LISTED, OWN, TIE, WRONG
from recording.fake import (
    fake_acts,
    fake_cases,
    fake_daily,
    fake_journal,
    fake_letters,
    fake_names,
    fake_people,
    fake_recording,
    fake_world,
)

PEOPLE, DAYS = 3_000, 400


def write(folder: Path, variants: tuple[str, ...], **changed: Any) -> dict[str, dict[str, str]]:
    """All tables of a fake world in these variants, with some inputs changed."""
    folder.mkdir()
    k = len(variants)
    cases = changed.pop("cases", fake_cases(PEOPLE, DAYS, 1, k))
    given = {
        "daily": fake_daily(cases, DAYS, k),
        "acts": fake_acts(DAYS, 3)[:, :k],
        "cases": cases,
        "people": fake_people(cases, PEOPLE, k),
        "letters_parts": iter(fake_letters(PEOPLE, DAYS, 1)),
        "journal": fake_journal(),
    }
    return write_tables(folder, fake_names(variants), fake_world(PEOPLE, DAYS), **(given | changed))


def test_what_was_counted_comes_back(tmp_path: Path) -> None:
    cases = fake_cases(PEOPLE, DAYS)
    write(tmp_path / "r", ("base",), cases=cases)
    rows = pq.read_table(tmp_path / "r" / "cases.parquet").to_pylist()
    order = np.lexsort((cases["list"], cases["person"], cases["opened"], cases["variant"]))
    for row, n in zip(rows[:500], order[:500], strict=True):
        assert (row["person"], row["opened"]) == (cases["person"][n], cases["opened"][n])
        for column, code in (
            ("notified_on", "notified"),
            ("decided_on", "decided"),
            ("paid_on", "paid"),
            ("closed", "closed"),
        ):
            assert row[column] == (cases[code][n] or None)
        assert row["closed_by"] == (None, "corrected", "paid", "expired")[cases["closed_by"][n]]
        assert row["rightful"] == cases["rightful"][n]


def test_the_daily_table_has_the_columns_that_were_promised(tmp_path: Path) -> None:
    cases = fake_cases(PEOPLE, DAYS)
    write(tmp_path / "r", ("base",), cases=cases)
    table = pq.read_table(tmp_path / "r" / "daily.parquet")
    promised = "day date variant region group people listed listings delistings complied notified appeals corrections"
    assert set(table.column_names) == {
        *promised.split(), "wrongful_listed", "wrongful_listed_by_rights",
        "bounced", "left", "ties_cut", *gate_columns("flight"), *gate_columns("rail"),
    }  # fmt: skip
    assert gate_columns("rail") == ("refused_rail", "refused_rail_trips", "refused_rail_people", "evaded_rail")
    first = table.slice(0, 4).to_pylist()
    assert [(row["region"], row["group"]) for row in first] == [
        ("north", "A"),
        ("north", "B"),
        ("south", "A"),
        ("south", "B"),
    ]
    assert (first[0]["day"], first[0]["date"].isoformat()) == (1, "2013-10-24")
    assert table.num_rows == DAYS * 4
    tries = fake_daily(cases, DAYS, 1)["tries_flight"]
    assert table.column("refused_flight").to_numpy().tolist() == tries[:, 0].ravel().tolist()


def test_every_table_says_that_it_is_of_synthetic_people(tmp_path: Path) -> None:
    write(tmp_path / "r", ("base",))
    files = sorted((tmp_path / "r").glob("*.parquet"))
    assert len(files) == 6
    for file in files:
        about = pq.read_schema(file).metadata
        assert about[b"glasshouse"] == b"synthetic people"
        assert about[b"schema"] == str(FORMAT).encode()


def test_the_base_has_the_same_digests_whatever_runs_beside_it(tmp_path: Path) -> None:
    alone = write(tmp_path / "one", ("base",))
    beside = write(tmp_path / "three", ("base", "second", "third"))
    assert {table: by["base"] for table, by in alone.items()} == {table: by["base"] for table, by in beside.items()}
    assert beside["cases"]["base"] != beside["cases"]["second"]


def test_a_variant_that_changes_nothing_has_the_digests_of_the_base(tmp_path: Path) -> None:
    one = fake_cases(PEOPLE, DAYS)
    twice = {name: np.concatenate([column, column]) for name, column in one.items()}
    twice["variant"] = np.repeat([0, 1], len(one["person"]))
    acts = np.repeat(fake_acts(DAYS, 1), 2, axis=1)
    letters = [part | {"mask": part["mask"] * 3} for part in fake_letters(PEOPLE, DAYS, 1)]
    found = write(tmp_path / "r", ("base", "same"), cases=twice, acts=acts, letters_parts=iter(letters), journal=None)
    assert all(by["base"] == by["same"] for by in found.values())


def test_cases_may_come_in_any_order(tmp_path: Path) -> None:
    cases = fake_cases(PEOPLE, DAYS)
    mixed = np.random.default_rng(1).permutation(len(cases["person"]))
    shuffled = {name: column[mixed] for name, column in cases.items()}
    assert write(tmp_path / "a", ("base",))["cases"] == write(tmp_path / "b", ("base",), cases=shuffled)["cases"]


def test_the_cut_into_batches_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write(tmp_path / "whole", ("base", "other"))
    monkeypatch.setattr(writer, "ROWS", 97)
    assert write(tmp_path / "cut", ("base", "other")) == whole
    monkeypatch.setattr(digest, "ROWS", 61)
    assert digest.digest_folder(tmp_path / "cut", ("base", "other")) == whole


def test_files_written_twice_are_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "a", ("base", "other"))
    write(tmp_path / "b", ("base", "other"))
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_digests_read_from_the_files_are_those_of_writing(tmp_path: Path) -> None:
    place = fake_recording(tmp_path / "r", people=PEOPLE, days=DAYS, variants=("base", "other"))
    recording = open_recording(place)
    assert digest.digest_folder(place, recording.variants) == recording.manifest["digests"]


@pytest.mark.parametrize("column", ["opened", "basis", "rightful", "closed", "list", "cause_source"])
def test_one_changed_value_changes_the_digest(tmp_path: Path, column: str) -> None:
    cases = fake_cases(PEOPLE, DAYS)
    changed = {name: values.copy() for name, values in cases.items()}
    rows = np.flatnonzero(cases["closed"] > 0)[:1]
    changed[column][rows] = ~changed[column][rows] if column == "rightful" else changed[column][rows] ^ 1
    assert write(tmp_path / "a", ("base",))["cases"] != write(tmp_path / "b", ("base",), cases=changed)["cases"]


def test_never_and_day_zero_are_not_confused_in_a_digest() -> None:
    one, other = digest.TableDigest(), digest.TableDigest()
    one.update(pa.table({"day": pa.array([0], pa.int32())}))
    other.update(pa.table({"day": pa.array([None], pa.int32())}))
    assert one.hexdigest() != other.hexdigest()


def test_row_groups_are_cut_by_rows_and_not_by_batches(tmp_path: Path) -> None:
    schema = pa.schema([("n", pa.int64())])
    for name, cut in (("a", ROWS // 3), ("b", 2 * ROWS + 5)):
        file = GroupWriter(tmp_path / name, schema)
        values = np.arange(3 * ROWS + 7)
        for first in range(0, len(values), cut):
            file.write(pa.table({"n": values[first : first + cut]}, schema=schema))
        file.close()
    groups = [pq.ParquetFile(tmp_path / name).metadata for name in "ab"]
    assert [[g.row_group(n).num_rows for n in range(g.num_row_groups)] for g in groups] == [[ROWS, ROWS, ROWS, 7]] * 2
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_integers_are_delta_packed_and_words_are_dictionaries(tmp_path: Path) -> None:
    write(tmp_path / "r", ("base",))
    group = pq.ParquetFile(tmp_path / "r" / "cases.parquet").metadata.row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    assert "DELTA_BINARY_PACKED" in columns["person"].encodings
    assert "RLE_DICTIONARY" in columns["basis"].encodings
    assert columns["person"].compression == "ZSTD"


def test_letters_have_statistics_to_find_a_target_by(tmp_path: Path) -> None:
    write(tmp_path / "r", ("base",))
    group = pq.ParquetFile(tmp_path / "r" / "letters.parquet").metadata.row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    assert columns["target"].is_stats_set
    assert not columns["source"].is_stats_set


def test_a_letter_counts_for_the_variants_of_its_mask(tmp_path: Path) -> None:
    part = fake_letters(PEOPLE, 30, 1)[0]
    second = part | {"mask": np.full(len(part["mask"]), 2)}
    found = write(tmp_path / "r", ("base", "other"), letters_parts=iter([part, second]), journal=None)["letters"]
    assert found["base"] == found["other"]
    alone = write(tmp_path / "one", ("base",), letters_parts=iter([part]), journal=None)["letters"]
    assert alone["base"] == found["base"]


def test_a_cause_is_one_plain_phrase() -> None:
    phrases, acts = cause_words(fake_names())
    at = {kind: phrases[1 + (kind - 1) * 256] for kind in (WRONG, TIE, LISTED, OWN)}
    assert at[OWN] == "own judgment debt"
    assert at[WRONG] == "judgment debt of somebody else, put in this file"
    assert at[TIE] == "judgment debt of somebody tied"
    assert at[LISTED] == "somebody tied was put on the list defaulters"
    assert acts[1 + (OWN - 1) * 256 + 1] == "petition"


def test_absence_is_not_a_list(tmp_path: Path) -> None:
    cases = fake_cases(PEOPLE, DAYS)
    people = fake_people(cases, PEOPLE, 1)
    people["on"][5] = ABSENT | 2
    write(tmp_path / "r", ("base",), people=people)
    assert pq.read_table(tmp_path / "r" / "people.parquet").column("listed")[5].as_py() == 2


def test_the_tables_agree_with_each_other(tmp_path: Path) -> None:
    recording = open_recording(fake_recording(tmp_path / "r", people=PEOPLE, days=DAYS))
    stock = query(recording, "SELECT sum(listed)::BIGINT n FROM daily WHERE day = 400").to_pylist()[0]["n"]
    still = query(recording, "SELECT count(*) n FROM cases WHERE closed IS NULL").to_pylist()[0]["n"]
    on = query(recording, "SELECT count(*) n FROM people WHERE listed > 0").to_pylist()[0]["n"]
    assert stock == still == on > 0
