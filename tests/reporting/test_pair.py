"""Promise beside practice: the text that a recording kept, what lint says of it, and what was measured, with the paper's own variant."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from glasshouse.reporting import pair
from glasshouse.scenario.patching import apply_patch
from glasshouse.scenario.reading import read_scenario

NEVER_TOLD = {
    "value": 0.74, "luck": {"low": 0.72, "high": 0.76}, "range": {"low": 0.45, "high": 0.95, "over": ["practice.notice.served"]},
    "n": 1337, "unit": "share", "standing": "assumed", "scaling": "share", "denominator": "listings begun in the run",
}  # fmt: skip
STILL_ON = NEVER_TOLD | {"value": 0.94, "range": {"low": 0.88, "high": 1.0, "over": ["x"]}, "n": 218}
WAIT = NEVER_TOLD | {"value": None, "unit": "days", "reason": "fewer than half have had it"}


def recording(folder: Path, measures: dict[str, Any], **patch: Any) -> Any:
    """A stand-in for a recording of the defaulter list: its scenario, perhaps changed, and its measures."""
    raw = read_scenario("defaulter-list").raw
    for path, value in patch.items():
        raw = apply_patch(raw, path.replace("__", "."), value)
    (folder / "measures.json").write_text(json.dumps(measures), encoding="utf-8")
    manifest = {"names": {"lists": ["judgment_defaulters"]}, "scenario": {"name": "defaulter-list", "raw": raw}}
    return SimpleNamespace(manifest=manifest, measures=measures, path=folder)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    measures = {"never_notified_share": NEVER_TOLD, "cannot_get_off_share": STILL_ON, "time_to_correction_median": WAIT}
    return recording(
        tmp_path, measures | {"variants": {"as-promised": {"never_notified_share": NEVER_TOLD | {"value": 0.001}}}}
    )


def test_each_promise_stands_beside_what_was_measured_and_what_lint_says_of_the_text(run: Any) -> None:
    found = pair.pair_section(run, ranges={})
    assert found is not None
    told, appeal, wrong, leaves = found.rows
    assert told.is_made
    assert "notice.enabled: true" in told.text
    assert told.measured[0].value == "between 45 and 95 %"
    assert told.measured[0].on_paper == "0.1 %"
    assert appeal.measured == (), "what was not measured is not invented"
    assert wrong.measured[0].value.startswith("undefined")
    assert any(x.startswith("GH303") for x in appeal.lint)
    assert (
        "GH303 the appeal against “executive” closes after 10 days; 14 is the least that is usual (and in 6 more places)"
        in appeal.lint
    )
    assert leaves.lint == (), "the paper passes what it promises of leaving"


def test_the_sentence_names_only_promises_with_a_figure(run: Any) -> None:
    found = pair.pair_section(run, ranges={})
    assert found is not None
    assert found.sentence.startswith("The text promises that people are told. In this run, never told while it lasted")
    assert "mistakes are put right" not in found.sentence


def test_the_end_of_a_run_has_a_line_for_each_promise_that_was_measured(run: Any) -> None:
    found = pair.lines(run, ranges={})
    assert [promise for promise, _ in found] == [
        "promised: people are told",
        "promised: who is listed wrongly, or has performed, leaves",
    ]
    assert (
        found[0][1] == "never told while it lasted: between 45 and 95 %; of 1,337 listings begun in the run  [assumed]"
    )


def test_a_promise_that_the_text_does_not_make_has_no_line(tmp_path: Path) -> None:
    gone = {"notice__enabled": False, "notice__before_effect": False, "notice__sla_days": None}
    entry = {f"lists__judgment_defaulters__entry__{k}": v for k, v in gone.items()}
    silent = recording(tmp_path, {"never_notified_share": NEVER_TOLD}, **gone, **entry)
    assert pair.lines(silent, ranges={}) == []
    found = pair.pair_section(silent, ranges={})
    assert found is not None
    assert any(x.startswith("GH201") for x in found.rows[0].lint)


def test_without_measures_there_is_no_section(tmp_path: Path) -> None:
    assert pair.pair_section(recording(tmp_path, {}), ranges={}) is None
    assert pair.lines(recording(tmp_path, {}), ranges={}) == []
