"""A whole recording, measured: what every entry holds, what is null and why, and how one number agrees with another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from glasshouse.measures.measure import Measures, measure_recording, write_measures
from glasshouse.measures.registry import MEASURES, names
from glasshouse.recording.store import Recording, open_recording, query
from measures import hand
from recording.fake import fake_recording

KEYS = {"value", "luck", "range", "n", "unit", "scaling", "standing", "by"}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    place = tmp_path_factory.mktemp("measured") / "fake"
    return open_recording(fake_recording(place, people=4_000, days=900, variants=("base", "with-notice")))


@pytest.fixture(scope="module")
def measured(recording: Recording) -> Measures:
    return measure_recording(recording)


def test_every_measure_says_all_it_must(measured: Measures) -> None:
    assert set(measured.factual) == set(names())
    for entry in measured.factual.values():
        assert entry.keys() >= KEYS
        assert entry["standing"] in ("validated", "anchored", "assumed")
        assert set(entry["luck"]) >= {"low", "high", "method"}
        assert set(entry["range"]) >= {"low", "high", "over"}


def test_what_is_null_says_why(measured: Measures) -> None:
    document = json.loads(json.dumps(measured.document(), allow_nan=False))
    silent = [path for path, entry in numbers(document, "") if entry["value"] is None and not entry.get("reason")]
    assert silent == []
    interval = {path: entry["luck"] for path, entry in numbers(document, "")}
    without = [
        path for path, luck in interval.items() if luck["low"] is luck["high"] is None and not luck.get("reason")
    ]
    assert without == []


def numbers(node: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(node, dict):
        return []
    inner = [found for key, value in node.items() for found in numbers(value, f"{path}/{key}")]
    return [(path, node), *inner] if {"value", "luck"} <= node.keys() else inner


def test_every_value_lies_in_its_interval(measured: Measures) -> None:
    for path, entry in numbers(measured.document(), ""):
        low, high, value = entry["luck"]["low"], entry["luck"]["high"], entry["value"]
        if None not in (low, high, value):
            assert low <= value <= high, path


def test_sql_over_the_same_tables_gives_the_same_rates(recording: Recording, measured: Measures) -> None:
    asked = query(
        recording,
        """SELECT "group", avg((NOT rightful)::INT) AS wrong, avg((basis <> 'own_act')::INT) AS by_rights,
                  sum(CASE WHEN rightful THEN 0 ELSE coalesce(closed, 900) - opened END)::DOUBLE AS days
           FROM cases WHERE variant = 'base' GROUP BY ALL ORDER BY ALL""",
    ).to_pylist()
    for row in asked:
        for name, column in (
            ("wrongful_listing_rate", "wrong"),
            ("wrongful_listing_rate_by_rights", "by_rights"),
            ("wrongful_person_days", "days"),
        ):
            assert measured[name]["by"]["group"][row["group"]]["value"] == pytest.approx(row[column])


def test_the_cells_of_a_cut_add_up_to_the_whole(measured: Measures) -> None:
    for name in ("listings", "wrongful_person_days", "refused_trips", "mobility_loss_person_days"):
        for cut in ("group", "region"):
            cells = measured[name]["by"][cut].values()
            assert sum(cell["value"] for cell in cells) == pytest.approx(measured[name]["value"])


def test_open_listings_are_the_stock_of_the_last_day(recording: Recording, measured: Measures) -> None:
    last = query(recording, "SELECT sum(listed)::BIGINT n FROM daily WHERE variant = 'base' AND day = 900").to_pylist()[
        0
    ]["n"]
    assert measured["listed_at_end"]["value"] == last


def test_refusals_are_the_sums_of_the_daily_table(recording: Recording, measured: Measures) -> None:
    asked = query(recording, "SELECT sum(refused_rail)::BIGINT n FROM daily WHERE variant = 'base'").to_pylist()[0]["n"]
    assert measured["refused_tries"]["by"]["gate"]["rail"]["value"] == asked


def test_a_count_of_few_synthetic_cases_is_not_scaled(tmp_path: Path) -> None:
    few = measure_recording(open_recording(fake_recording(tmp_path / "few", people=200, days=300)))
    assert few["listings"]["n"] < 100
    assert few["listings"]["scaled"]["value"] is None
    assert "100 are needed" in few["listings"]["scaled"]["reason"]


def test_a_count_of_many_is_scaled(measured: Measures) -> None:
    entry = measured["listings"]
    assert entry["scaled"] == {"value": entry["value"] * 1390.0, "times": 1390.0}


def test_a_sweep_fills_in_the_range_and_nothing_else(recording: Recording, measured: Measures) -> None:
    ranges = {"wrongful_listing_rate": {"all": (0.01, 0.3, ["entry"]), "group=A": (0.02, 0.2, ["entry"])}}
    swept = measure_recording(recording, ranges=ranges)["wrongful_listing_rate"]
    assert swept["range"] == {"low": 0.01, "high": 0.3, "over": ["entry"]}
    assert swept["by"]["group"]["A"]["range"]["high"] == 0.2
    assert swept["by"]["group"]["B"]["range"]["reason"] == "not swept in this run"
    assert swept["value"] == measured["wrongful_listing_rate"]["value"]


def test_a_range_beside_no_value_says_that_it_is_of_where_there_is_one(recording: Recording) -> None:
    silent = next(
        name for name, entry in measure_recording(recording).by_variant["base"].items() if entry.get("value") is None
    )
    entry = measure_recording(recording, ranges={silent: {"all": (30.0, 30.0, ["served", "served"])}})[silent]
    assert entry["value"] is None
    assert "in this run it has none" in entry["range"]["reason"]


@pytest.mark.parametrize(("kept", "low", "high"), [((0.0, 0.0001), 0.0, None), ((0.99, 1.0), None, 1.0)])
def test_a_range_holds_the_figure_of_its_own_run(
    recording: Recording, kept: tuple[float, float], low: float | None, high: float | None
) -> None:
    swept = measure_recording(recording, ranges={"wrongful_listing_rate": {"all": (*kept, ["below", "above"])}})
    entry = swept["wrongful_listing_rate"]
    found = entry["range"]
    assert found["low"] == (entry["value"] if low is None else low)
    assert found["high"] == (entry["value"] if high is None else high)
    assert found["over"] == (["the scenario itself", "above"] if low is None else ["below", "the scenario itself"])


def test_the_second_variant_does_not_change_the_first(tmp_path: Path, measured: Measures) -> None:
    alone = measure_recording(
        open_recording(fake_recording(tmp_path / "alone", people=4_000, days=900, variants=("base",)))
    )
    for name in ("wrongful_listing_rate", "cannot_get_off_share", "mobility_loss"):
        assert alone[name]["value"] == measured[name]["value"]


def test_closed_forms_stand_beside_what_was_simulated(recording: Recording) -> None:
    declared = {"base_rate": 0.001, "tpr": 0.9, "fpr": 0.01, "screens_per_year": 365.25}
    raw = recording.manifest["scenario"]["raw"] | {"models": [{"id": "screen", "validation": declared}]}
    manifest = recording.manifest | {"scenario": {"raw": raw}}
    found = measure_recording(Recording(recording.path, manifest))
    assert found["accusation_ppv"]["closed_form"]["value"] == pytest.approx(0.08264, abs=5e-6)
    per_day = found["false_accusations_per_day"]
    assert per_day["closed_form"]["value"] == pytest.approx(4_000 * 0.999 * 0.01)
    assert per_day["closed_form"]["gap_in_standard_errors"] < -3


def test_what_is_written_is_what_was_measured(recording: Recording, measured: Measures, tmp_path: Path) -> None:
    write_measures(tmp_path, measured)
    read = json.loads((tmp_path / "measures.json").read_text())
    assert read["wrongful_listing_rate"]["value"] == measured["wrongful_listing_rate"]["value"]
    assert set(read["variants"]) == {"with-notice"}
    table = pq.read_table(tmp_path / "measures.parquet")
    assert table.schema.metadata[b"glasshouse"] == b"synthetic people"
    rows = [row for row in table.to_pylist() if row["measure"] == "listings" and row["cut"] == "all"]
    assert [row["variant"] for row in rows] == ["base", "with-notice"]
    assert rows[0]["value"] == measured["listings"]["value"]


def test_a_world_of_one_group_has_no_gaps_and_says_so() -> None:
    of = hand.cases(hand.world(), [hand.listing()])
    for measure in MEASURES:
        if measure.id in ("A07", "A08", "A09", "A10", "A11"):
            found = hand.whole(measure.count(of, False), of)
            assert (found.value is None) == (measure.name != "selection_rate")
            for part in measure.parts.values():
                for tally in part(of, False).values():
                    hand.whole(tally, of)


def test_a_recording_without_a_listing_measures_as_undefined(tmp_path: Path) -> None:
    empty = measure_recording(open_recording(fake_recording(tmp_path / "empty", people=100, days=50, share=0.0)))
    assert empty["wrongful_listing_rate"]["value"] is None
    assert empty["listings"]["value"] == 0.0
    assert np.isfinite(empty["listings"]["luck"]["high"])
