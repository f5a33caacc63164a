"""What is printed of a run: no rate without what it is out of, a range where there are only assumptions, a reason where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from glasshouse import verbs
from glasshouse.cli import render
from glasshouse.measures.measure import measure_recording, write_measures
from glasshouse.recording.store import Recording, open_recording
from recording.fake import fake_recording


@pytest.fixture
def done(tmp_path: Path) -> verbs.Run:
    place = fake_recording(tmp_path / "run", people=4000, days=300)
    recording = open_recording(place)
    write_measures(recording.path, measure_recording(recording))
    return verbs.Run(recording, recording.path / "report.html")


def test_a_run_ends_with_at_most_six_figures_and_the_path_of_its_report(
    done: verbs.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    render.run(done)
    lines = capsys.readouterr().out.splitlines()
    first = next(n for n, line in enumerate(lines) if "synthetic" in line)
    figures = lines[first + 1 : -1]
    assert 1 <= len(figures) <= 6
    assert all(line.endswith("]") for line in figures)
    assert lines[-1] == f"report     {(done.path / 'report.html').as_posix()}"


def test_a_figure_is_never_told_without_what_it_is_out_of(done: verbs.Run) -> None:
    rate = dict(render.headlines(done))["wrong by the scheme's own rule"]
    assert " of " in rate


def test_a_run_names_once_each_part_that_is_not_simulated(done: verbs.Run, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = {**done.manifest, "unsimulated": ["shocks", "sharing[0]"]}
    told = verbs.Run(Recording(done.path, manifest))
    render.run(told)
    assert capsys.readouterr().out.count("  shocks\n  sharing[0]\n") == 1
    assert render.run_document(told)["unsimulated"] == ["shocks", "sharing[0]"]


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        render.document({"rate": float("nan")})


def test_a_table_away_from_a_terminal_is_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    render.table(("name", "n"), [("a", "1"), ("long name", "2")])
    assert capsys.readouterr().out == "name       n\na          1\nlong name  2\n"
