"""Twelve texts written from published rules and claims, and the rest of the catalogue, each with what the rules should say and not say,
written before they were run.

`indicated` is complete: an indicator that is not expected fails the test as much as one that is missing. `silent` must be neither
indicated nor undetermined. `after_running` names the expectations that running showed to be wrong, and why; they count as corrected.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glasshouse.linting.finding import Status
from glasshouse.linting.reading import text_at
from glasshouse.linting.run import lint_text
from glasshouse.scenario import source
from glasshouse.scenario.names import CATALOGUE, catalogue_names
from lint_texts import TODAY

FOLDER = Path(__file__).parent
WRITTEN = {p.relative_to(FOLDER).as_posix().removesuffix(".expected.yaml"): p for p in FOLDER.glob("*/*.expected.yaml")}
"""Expectations by folder and name: a text of this folder and a scenario of the catalogue may have the same name."""
NAMES = sorted(WRITTEN)


def scheme(name: str) -> Path:
    """The text: beside its expectations, or in the catalogue."""
    beside = FOLDER / f"{name}.yaml"
    return beside if beside.is_file() else CATALOGUE / f"{Path(name).name}.yaml"


def expected(name: str) -> Any:
    return source.read_document(WRITTEN[name]).data


def states(name: str) -> dict[str, set[Status]]:
    found: dict[str, set[Status]] = {}
    for finding in lint_text(text_at(scheme(name), TODAY)):
        found.setdefault(finding.code, set()).add(finding.status)
    return found


def test_there_are_twelve_and_every_scenario_of_the_catalogue() -> None:
    assert len(list((FOLDER / "schemes").glob("*.expected.yaml"))) == 12
    assert set(catalogue_names()) <= {scheme(name).stem for name in NAMES if scheme(name).parent == CATALOGUE}


@pytest.mark.parametrize("name", NAMES)
def test_the_indicators_are_those_expected_and_no_others(name: str) -> None:
    shown = {code for code, kinds in states(name).items() if Status.INDICATED in kinds}
    assert shown == set(expected(name)["indicated"])


@pytest.mark.parametrize("name", NAMES)
def test_the_expected_silences_are_silent(name: str) -> None:
    assert {code: kinds for code, kinds in states(name).items() if code in expected(name)["silent"]} == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_text_does_not_say_stays_open(name: str) -> None:
    found = states(name)
    assert [code for code in expected(name)["undetermined"] if Status.UNDETERMINED not in found.get(code, set())] == []


def test_a_lawful_bank_score_is_silent_on_lawfulness_association_and_context() -> None:
    assert [code for code in states("schemes/bank-credit-score") if code[:3] in ("GH1", "GH5", "GH6")] == []
