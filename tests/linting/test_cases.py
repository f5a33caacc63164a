"""Every rule on its cases: the example and the better text of its page, and the lines in cases/CODE.yaml laid over the base scheme."""

from __future__ import annotations

from typing import Any

import pytest

import lint_texts as texts
from glasshouse.linting.finding import Status
from glasshouse.linting.registry import BY_CODE
from glasshouse.linting.rule import page
from glasshouse.linting.run import lint_text
from glasshouse.scenario import source


def cases(kind: str) -> list[Any]:
    found = []
    for code in BY_CODE:
        data = source.read_document(texts.CASES / f"{code.lower()}.yaml").data
        found += [pytest.param(code, case, id=f"{code} {case['name']}") for case in data.get(kind, [])]
    return found


def test_every_rule_is_silent_on_the_complete_base_text() -> None:
    assert [(f.code, f.message) for f in lint_text(texts.text_of(texts.base()))] == []


@pytest.mark.parametrize(("code", "case"), cases("fail"))
def test_a_case_that_must_fail_is_indicated(code: str, case: dict[str, Any]) -> None:
    found = [f for f in texts.says(code, texts.of_case(case)) if f.status is Status.INDICATED]
    assert found, "no finding"
    assert case.get("severity") in (None, *{f.severity for f in found})
    assert case.get("says", "") in " · ".join(f.message for f in found)
    assert all(f.other is not None and f.other.label for f in found), "only one half is named"


@pytest.mark.parametrize(("code", "case"), cases("pass"))
def test_a_case_that_must_pass_is_silent(code: str, case: dict[str, Any]) -> None:
    assert [(f.status, f.message, f.at.path) for f in texts.says(code, texts.of_case(case))] == []


@pytest.mark.parametrize(("code", "case"), cases("undetermined"))
def test_a_silent_text_is_undetermined(code: str, case: dict[str, Any]) -> None:
    assert texts.states(code, texts.of_case(case)) == {Status.UNDETERMINED}


@pytest.mark.parametrize("code", BY_CODE)
def test_the_example_on_the_page_is_found(code: str) -> None:
    example = texts.yaml(page(BY_CODE[code])["Example"])
    assert Status.INDICATED in texts.states(code, texts.of_case({"text": example}))


@pytest.mark.parametrize("code", BY_CODE)
def test_the_better_text_on_the_page_is_silent(code: str) -> None:
    better = texts.yaml(page(BY_CODE[code])["Better"])
    assert [(f.status, f.message, f.at.path) for f in texts.says(code, texts.of_case({"text": better}))] == []
