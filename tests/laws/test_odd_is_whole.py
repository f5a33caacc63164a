"""The ODD document has every element of the protocol, names every state variable there is, and leads nowhere that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from glasshouse.scenario.schema import Chilling

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
CARD = (ROOT / "docs" / "simulation-card.md").read_text(encoding="utf-8")
ELEMENTS = [
    "1 Purpose and patterns",
    "2 Entities, state variables and scales",
    "3 Process overview and scheduling",
    "4 Design concepts",
    "5 Initialization",
    "6 Input data",
    "7 Submodels",
]
CONCEPTS = [
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction", "Stochasticity",
    "Collectives", "Observation",
]  # fmt: skip
PARTS = ["plan", "schedule", "chance", "parameters", "submodels", "held", "tests"]


def fields_of(file: str, name: str) -> list[str]:
    """The fields of a class, read from its source."""
    tree = ast.parse((ROOT / "src" / "glasshouse" / file).read_text(encoding="utf-8"))
    found = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    return [ast.unparse(n.target) for n in found.body if isinstance(n, ast.AnnAssign)]


def test_the_elements_of_the_protocol_are_there_in_their_order() -> None:
    assert [line[3:] for line in TEXT.splitlines() if line.startswith("## ")] == ELEMENTS
    places = [TEXT.find(f"**{concept}") for concept in CONCEPTS]
    assert -1 not in places
    assert places == sorted(places)


def test_what_can_be_made_from_the_code_is_included_and_not_copied() -> None:
    assert re.findall(r"\{include\} generated/odd/(\w+)\.inc", TEXT) == PARTS


def test_every_variable_of_a_persons_state_is_described() -> None:
    kept = fields_of("engines/cpu.py", "Columns")
    assert len(kept) > 8
    assert [name for name in kept if f"| `{name}` |" not in TEXT] == []


def test_everything_a_case_keeps_is_named() -> None:
    kept = set(fields_of("engines/reference_life.py", "Case")) - {"w", "s", "h"}  # marks: what chance says of it
    assert {name for name in kept if not re.search(rf"`{name}`|\b{name}\b", TEXT)} == set()


@pytest.mark.parametrize("form", get_args(Chilling.model_fields["form"].annotation))
def test_every_form_of_chilling_is_told(form: str) -> None:
    assert f"`{form}`" in TEXT


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:tests|docs|verification)/[\w/.-]+)`", TEXT + CARD)
    linked = [f"docs/{name}" for name in re.findall(r"\]\(([\w/-]+\.md)\)", TEXT + CARD)]
    assert len(named) > 25
    assert [path for path in [*named, *linked] if not (ROOT / path).is_file()] == []


def test_the_card_says_what_results_may_not_be_used_for() -> None:
    assert "## It may be used to" in CARD
    assert "## It may not be used to" in CARD
    assert CARD.count("\n- ") >= 13
