"""`glasshouse measure RECORDING`: the core measures in words, all of them as JSON, and what is asked wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from glasshouse.cli import audit
from glasshouse.errors import UsageError
from glasshouse.measures.measure import measure_recording, measured_of, write_measures
from glasshouse.measures.registry import CORE
from glasshouse.recording.store import Recording, open_recording
from recording.fake import fake_recording


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    place = tmp_path_factory.mktemp("asked") / "fake"
    made = open_recording(fake_recording(place, people=2_000, days=500, variants=("base", "fewer", "fewest")))
    swept = {"wrongful_listing_rate": {"all": (0.1, 0.9, ["sight"]), "group=A": (0.2, 0.8, ["sight"])}}
    write_measures(made.path, measure_recording(made, ranges=swept))
    return open_recording(made.path)


def ask(*words: str) -> str:
    app = typer.Typer()
    audit.register(app)
    answer = CliRunner().invoke(app, ["measure", *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_the_eight_core_measures_are_shown_and_no_other(recording: Recording) -> None:
    said = [line.split()[0].rstrip(":") for line in ask(str(recording.path)).splitlines() if line and line.split()[0].rstrip(":") in
            {*CORE, "unmet_appeals", "burden_spared"}]  # fmt: skip
    assert set(said) == set(CORE)


def test_all_shows_the_others_too(recording: Recording) -> None:
    assert "unmet_appeals_by_rights" in ask(str(recording.path), "--all")


def test_the_document_holds_every_variant_and_every_twin(recording: Recording) -> None:
    said = json.loads(ask(str(recording.path), "--json"))
    assert set(said["variants"]) == set(said["pairs"]) == {"fewer", "fewest"}
    assert said["pairs"]["fewer"]["collective_punishment_share"]["value"] > 0
    assert set(json.loads(ask(str(recording.path), "--against", "fewest", "--json"))["pairs"]) == {"fewest"}


def test_a_recording_measured_for_fewer_measures_is_measured_again_and_keeps_its_ranges(recording: Recording) -> None:
    kept = {name: entry for name, entry in recording.measures.items() if name != "score_gini"}
    older = Recording(recording.path, recording.manifest)
    older.__dict__["measures"] = kept
    found = measured_of(older)
    assert "score_gini" in found
    assert found["wrongful_listing_rate"]["range"] == {"low": 0.1, "high": 0.9, "over": ["sight"]}
    assert found["wrongful_listing_rate"]["by"]["group"]["A"]["range"]["high"] == 0.8


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "name one thing to measure"),
        (["here", "--table", "counts.csv"], "name one thing to measure"),
        (["here", "--reference", "A"], "--reference is of a table"),
        (["--table", "counts.csv", "--against", "fewer"], "--against is of a recording"),
    ],
)
def test_what_does_not_go_together_is_refused(words: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        ask(*words)


def test_an_unknown_twin_is_refused_with_those_there_are(recording: Recording) -> None:
    with pytest.raises(UsageError, match="It has base, fewer, fewest"):
        ask(str(Path(recording.path)), "--against", "fwer")
