"""The base-rate gate: a million people screened once in ten days, by the engine and by Bayes' rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glasshouse.measures.odds import odds
from glasshouse.recording.store import Recording
from glasshouse.scenario.reading import from_raw
from glasshouse.simulate import simulate

PEOPLE, PREVALENCE, SENSITIVITY, FALSE_ALARM = 1_000_000, 0.001, 0.9, 0.01
SCREENINGS = 10  # days in which everybody is screened once, so that hardly anybody is twice on one day

SCENARIO: dict[str, Any] = {
    "schema": 1,
    "scheme": {"title": "A screen of everybody", "status": "hypothetical", "uses_ai": False, "purpose_contexts": ["welfare"]},
    "data_sources": [{"id": "screen", "context": "welfare", "kind": "government_record", "controller": "public"}],
    "models": [{
        "id": "flag", "target": "fraud",
        "validation": {"base_rate": PREVALENCE, "tpr": SENSITIVITY, "fpr": FALSE_ALARM, "screens_per_year": 365.25 / SCREENINGS},
    }],
    "rules": [{"id": "flagged", "source": "screen", "when": {"signal": "screening"}}],
    "lists": [{"id": "suspects", "entry": {"trigger": {"rule": "flagged"}}}],
    "world": {"people": PEOPLE, "start": "2020-01-01", "end": "2020-01-10", "seed": 5},
    "conduct": {"acts": {"screening": {
        "rate": f"{365.25 / SCREENINGS} per year",
        "circumstances": {
            "guilty": {"share": PREVALENCE, "basis": "own_act"},
            "innocent": {"share": 1 - PREVALENCE, "basis": "stale_record"},
        },
        "lawful": True,
    }}},
    "practice": {
        "sensing": {"screen": {"seen": 1.0, "wrong_person": 0.0}},
        "lists": {"suspects": {"entry": {"guilty": SENSITIVITY, "innocent": FALSE_ALARM}}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return simulate(from_raw(SCENARIO, "screen"), out=tmp_path_factory.mktemp("screened") / "run")


def test_false_accusations_of_the_engine_are_those_of_the_closed_form(screened: Recording) -> None:
    found = screened.measures["false_accusations_per_day"]
    expected = odds(PEOPLE, PREVALENCE, SENSITIVITY, FALSE_ALARM).wrongly
    assert expected == 9990
    assert found["closed_form"]["value"] * SCREENINGS == pytest.approx(expected)
    assert abs(found["closed_form"]["gap_in_standard_errors"]) < 3
    assert abs(found["value"] * SCREENINGS - expected) < 3 * expected**0.5
    assert found["value"] * SCREENINGS != expected  # it was lived and not calculated


def test_the_share_rightly_accused_is_that_of_bayes(screened: Recording) -> None:
    found = screened.measures["accusation_ppv"]
    assert found["closed_form"]["value"] == pytest.approx(0.08264, abs=5e-6)
    assert abs(found["closed_form"]["gap_in_standard_errors"]) < 3
    error = (0.08264 * 0.91736 / found["n"]) ** 0.5
    assert abs(found["value"] - 0.08264) < 3 * error


def test_with_ten_times_the_prevalence_the_closed_form_is_missed(tmp_path: Path) -> None:
    """The gate can fail: a world that is not the declared one is told from it."""
    circumstances = {
        "guilty": {"share": 0.01, "basis": "own_act"},
        "innocent": {"share": 0.99, "basis": "stale_record"},
    }
    acts = {"screening": SCENARIO["conduct"]["acts"]["screening"] | {"circumstances": circumstances}}
    raw = SCENARIO | {"conduct": {"acts": acts}, "world": SCENARIO["world"] | {"people": 200_000}}
    found = simulate(from_raw(raw, "screen"), out=tmp_path / "run").measures["accusation_ppv"]
    assert found["closed_form"]["gap_in_standard_errors"] > 10
