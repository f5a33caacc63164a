"""`twins` and `why` as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from glasshouse.cli.twins import register
from glasshouse.errors import RecordingError, UsageError

SMALL = ("defaulter-list", "--people", "20000", "--days", "300")


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Any:
    app = typer.Typer(add_completion=False)
    register(app)

    def answered(*words: str) -> str:
        app(args=list(words), standalone_mode=False)
        return capsys.readouterr().out

    return answered


def test_twins_print_what_is_spared_beside_its_bounds(ask: Any) -> None:
    said = ask("twins", *SMALL, "--without", "misidentification", "--with", "human-review", "--seeds", "2")
    for word in (
        "without-misidentification",
        "with-human-review",
        "all-together",
        "no-scheme",
        "spared: bounds",
        "lottery",
    ):
        assert word in said
    assert "synthetic people" in said


def test_twins_as_json_are_one_document_and_the_recording_can_be_asked_why(ask: Any, tmp_path: Path) -> None:
    place = tmp_path / "run"
    told = json.loads(ask("twins", *SMALL, "--with", "expiry", "--out", str(place), "--json"))
    assert told["synthetic"] is True
    assert {e["element"] for e in told["effects"]} == {"with-expiry", "no-scheme", "lottery"}
    assert told["collective_punishment_share"] is None, "one seed has no interval"
    import pyarrow.parquet as pq

    person = pq.read_table(place / "cases.parquet", columns=["person"]).column(0)[0].as_py()
    answer = json.loads(ask("why", str(place), str(person), "--json"))
    assert answer["person"] == person
    assert answer["chains"][0]["steps"]
    plain = ask("why", str(place), str(person))
    assert plain.startswith(f"Synthetic person {person} was listed")
    assert "conduct alone" in plain or "What others did" in plain or "conduct and that of others" in plain


def test_what_cannot_be_answered_is_refused(ask: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no associations"):
        ask("twins", *SMALL, "--without", "association")
    with pytest.raises(UsageError, match=r"world\.\w+, so their gap would mix policy with luck"):
        ask("twins", *SMALL, "--against", "unemployment-fraud-flag")
    with pytest.raises(RecordingError):
        ask("why", str(tmp_path), "3")
