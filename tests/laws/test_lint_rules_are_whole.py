"""A rule is whole or it is not there: registered, with a page, cases, and law that somebody looked up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import lint_texts as texts
from glasshouse.law import cite
from glasshouse.linting import explain, rules
from glasshouse.linting.registry import BY_CODE, RULES
from glasshouse.linting.rule import SECTIONS, page
from glasshouse.linting.run import lint_text
from glasshouse.measures import registry as measures
from glasshouse.scenario import source
from lint_schemes import schemes

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(rules.__file__).parent


def test_every_rule_module_is_registered_under_its_own_name() -> None:
    modules = {p.stem for p in FOLDER.glob("*.py")} - {"__init__"}
    assert modules == {r.NAME.replace("-", "_") for r in RULES}
    assert len(RULES) == len(BY_CODE) == 60


def test_twelve_rules_are_core() -> None:
    assert sum(r.CORE for r in RULES) == 12


@pytest.mark.parametrize("code", BY_CODE)
def test_a_rule_has_a_page_in_the_docs_that_is_its_docstring(code: str) -> None:
    rule = BY_CODE[code]
    sections = page(rule)
    assert [s for s in SECTIONS if not sections.get(s)] == []
    written = (ROOT / "docs" / "rules" / f"{code.lower()}.md").read_text(encoding="utf-8")
    assert written == explain.HEAD + explain.markdown(rule), "run: python -m glasshouse.linting.explain"


def test_the_table_of_rules_in_the_docs_is_up_to_date() -> None:
    assert explain.table() in (ROOT / "docs" / "rules" / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", BY_CODE)
def test_a_rule_has_cases_that_fail_and_cases_that_pass(code: str) -> None:
    data = source.read_document(texts.CASES / f"{code.lower()}.yaml").data
    assert data["fail"]
    assert data["pass"]
    assert code == "GH941" or data["undetermined"]


@pytest.mark.parametrize("code", BY_CODE)
def test_no_rule_rests_on_memory_alone(code: str) -> None:
    checked = {cite.provision(i).checked for i in BY_CODE[code].LAW}
    assert checked - {"memory"}


@pytest.mark.parametrize("code", [r.CODE for r in RULES if r.MEASURES])
def test_what_a_rule_says_a_run_would_show_is_a_measure(code: str) -> None:
    assert set(BY_CODE[code].MEASURES) <= {m.name for m in measures.ALL}


def test_every_provision_has_what_its_reader_must_know() -> None:
    for p in cite.provisions().values():
        assert p.pack in cite.PACKS
        assert p.checked in cite.MARKS
        assert p.says.endswith(".") or p.says.endswith(")")
        assert p.official_id or p.text_date or p.checked == "memory", p.id
        assert p.since or p.status != "in_force" or "customary" in (p.note or ""), p.id


def test_linting_a_file_loads_no_engine() -> None:
    heavy = "numba pyarrow duckdb glasshouse.mechanisms glasshouse.world glasshouse.engines glasshouse.recording"
    program = (
        "import sys; from glasshouse.linting.paths import lint_paths; from glasshouse.linting.output import render\n"
        "render(lint_paths(['defaulter-list']), 'sarif')\n"
        f"print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"


@pytest.mark.no_cover
@given(scheme=schemes())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_rule_crashes_on_a_scheme_that_validates(scheme: dict[str, Any]) -> None:
    first, again = (lint_text(texts.text_of(scheme)) for _ in range(2))
    assert first == again
    assert all(f.message for f in first)
    assert len({(f.code, f.fingerprint) for f in first}) == len(first)
