"""What is printed of a run: no rate without what it is out of, a range where there are only assumptions, a reason where nothing is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glasshouse import verbs
from glasshouse.cli import render
from glasshouse.recording.store import Recording

MEASURE: dict[str, Any] = {
    "value": 0.1234, "luck": {"low": 0.11, "high": 0.14, "method": "block jackknife"}, "range": None, "n": 2150, "unit": "share",
    "standing": "anchored",
}  # fmt: skip


def test_a_measured_share_comes_with_luck_denominator_and_standing() -> None:
    assert render.figure(MEASURE) == "12.3 % (luck: 11 to 14 %) of 2,150  [anchored]"


def test_an_assumed_measure_is_a_range_and_never_a_point() -> None:
    assumed = {**MEASURE, "standing": "assumed", "range": {"low": 0.05, "high": 0.2, "over": ["x"]}}
    assert render.figure(assumed) == "between 5 and 20 % (luck: 11 to 14 %) of 2,150  [assumed]"


def test_an_assumed_measure_that_was_not_swept_says_so() -> None:
    told = render.figure(
        {**MEASURE, "standing": "assumed", "range": {"low": None, "high": None, "reason": "not swept"}}
    )
    assert "not swept" in told


def test_a_count_says_what_it_stands_for_and_no_denominator() -> None:
    count = {
        **MEASURE,
        "value": 2150,
        "unit": "listings",
        "luck": None,
        "scaling": "count",
        "scaled": {"value": 2988500.0, "times": 1390},
    }
    assert render.figure(count) == "2,150 listings, standing for 2,988,500  [anchored]"
    assert "standing for" not in render.figure({**count, "scaled": {"value": None, "reason": "too few"}})


def test_what_is_undefined_says_why_and_is_not_zero() -> None:
    told = render.figure({**MEASURE, "value": None, "reason": "nobody was listed"})
    assert told == "undefined: nobody was listed"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.00012345, "share", "0.0123 %"),
        (1234567.0, "person-days", "1,234,567 person-days"),
        (12.345, "days", "12.3 days"),
        (0, "days", "0 days"),
    ],
)
def test_numbers_carry_their_unit(value: float, unit: str, words: str) -> None:
    assert render.quantity(value, unit) == words


def test_a_run_ends_with_at_most_six_figures_and_the_path_of_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measures = {name: MEASURE for name, _ in render.HEADLINES}
    (tmp_path / "measures.json").write_text(json.dumps(measures))
    render.run(verbs.Run(Recording(tmp_path, {}), tmp_path / "report.html"))
    lines = capsys.readouterr().out.splitlines()
    assert "synthetic" in lines[0]
    assert len(lines) == 1 + 6 + 1
    assert lines[-1] == f"report     {(tmp_path / 'report.html').as_posix()}"


def test_a_run_names_once_each_part_that_is_not_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = verbs.Run(Recording(tmp_path, {"unsimulated": ["shocks", "sharing[0]"]}))
    render.run(done)
    assert capsys.readouterr().out.count("  shocks\n  sharing[0]\n") == 1
    assert render.run_document(done)["unsimulated"] == ["shocks", "sharing[0]"]


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        render.document({"rate": float("nan")})


def test_a_table_away_from_a_terminal_is_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    render.table(("name", "n"), [("a", "1"), ("long name", "2")])
    assert capsys.readouterr().out == "name       n\na          1\nlong name  2\n"
