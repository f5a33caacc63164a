"""A row of the catalogue of mechanisms that says it works has a switch, a page, a measure and a test; one that does not says why."""

from __future__ import annotations

import ast
import re
import types
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from glasshouse import verbs
from glasshouse.measures import registry
from glasshouse.recording import schema as recording
from glasshouse.scenario import mechanisms
from glasshouse.scenario.mechanisms import Row, later, rows
from glasshouse.scenario.schema import Scenario

ROOT = Path(__file__).resolve().parents[2]
OF_THE_ISSUE = [
    *(f"S{n}" for n in range(1, 9)),
    *(f"D{n}" for n in range(1, 4)),
    *(f"R{n}" for n in range(1, 6)),
    *(f"A{n}" for n in range(1, 7)),
    *(f"L{n}" for n in range(1, 4)),
    *(f"C{n}" for n in range(1, 8)),
    "P1",
    *(f"J{n}" for n in range(1, 5)),
    *(f"B{n}" for n in range(1, 5)),
    *(f"M{n}" for n in range(1, 5)),
    *(f"X{n}" for n in range(1, 5)),
    *(f"H{n}" for n in range(1, 6)),
]
OF_OTHERS = {"D4"}
WORKING = [row.id for row in rows().values() if row.works]


def test_no_row_is_missing_and_none_is_unheard_of() -> None:
    assert list(rows()) == OF_THE_ISSUE
    assert set(later()) == OF_OTHERS


# --- the law, and that it catches ---------------------------------------------------------------------------------------


def faults(row: Row) -> list[str]:
    """Everything that a row lacks."""
    if not row.works:
        return [] if len(row.why_not) > 40 else ["does not work and does not say why"]
    return [
        *(f"no such place in a scenario: {place}" for place in (*row.switch, *row.parameters) if not resolves(place)),
        *(f"no such event: {event}" for event in row.shows if event not in events()),
        *(f"no such column: {column}" for column in row.counted if not is_column(column)),
        *(f"no such measure: {name}" for name in row.measures if name not in {m.name for m in registry.ALL}),
        *(
            f"no such test: {test}"
            for test in row.tests
            if test.partition("::")[2] not in defined_in(test.partition("::")[0])
        ),
        *(f"says nothing of {name}" for name in NEEDED if not getattr(row, name)),
        *(["says that it works, and why not"] if row.why_not else []),
    ]


NEEDED = ("name", "happens", "switch", "parameters", "shows", "counted", "measures", "sources", "left_out", "tests")


@pytest.mark.parametrize("row_id", OF_THE_ISSUE)
def test_a_row_that_says_it_works_is_whole_and_one_that_does_not_says_why(row_id: str) -> None:
    assert faults(rows()[row_id]) == []


@pytest.mark.parametrize(
    ("name", "planted", "fault"),
    [
        ("switch", ("practice.sensing.*.camera",), "no such place in a scenario: practice.sensing.*.camera"),
        ("switch", ("associations.*.transfer: gift",), "no such place in a scenario: associations.*.transfer: gift"),
        ("measures", ("happiness",), "no such measure: happiness"),
        ("measures", (), "says nothing of measures"),
        ("tests", ("tests/city.py::test_it",), "no such test: tests/city.py::test_it"),
        ("tests", ("tests/nowhere.py::test_it",), "no such test: tests/nowhere.py::test_it"),
        ("shows", ("sung",), "no such event: sung"),
        ("counted", ("daily.songs",), "no such column: daily.songs"),
    ],
)  # fmt: skip
def test_a_row_that_lacks_something_is_caught(name: str, planted: Any, fault: str) -> None:
    row = rows()["S1"]
    fields = {field: getattr(row, field) for field in row.__dataclass_fields__} | {name: planted}
    assert faults(Row(**fields)) == [fault]


def test_a_row_that_does_not_work_and_says_nothing_is_caught() -> None:
    row = rows()["S7"]
    fields = {field: getattr(row, field) for field in row.__dataclass_fields__} | {"works": False}
    assert faults(Row(**fields)) == ["does not work and does not say why"]


# --- pages ---------------------------------------------------------------------------------------------------------------


def test_the_pages_of_the_docs_are_those_of_the_table() -> None:
    folder = ROOT / "docs" / "mechanisms"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert written == mechanisms.all_pages(), "run: python -m glasshouse.scenario.mechanisms"


def test_a_row_is_explained_and_so_is_the_table() -> None:
    assert verbs.explain("a3").startswith("# A3 The partner's standing\n")
    assert "It works." in verbs.explain("S7")
    assert "nothing to simulate" in verbs.explain("D4")
    assert all(f"| {name} |" in verbs.explain("mechanisms") for name in (*OF_THE_ISSUE, *OF_OTHERS))


# --- what there is -------------------------------------------------------------------------------------------------------


@cache
def events() -> frozenset[str]:
    """The events of a journal, as its page in the docs lists them."""
    text = (ROOT / "docs" / "recording.md").read_text(encoding="utf-8").partition("## The journal")[2]
    first = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return frozenset(re.findall(r"`(\w+)`", " ".join(first)))


def is_column(name: str) -> bool:
    table, _, column = name.partition(".")
    told = (recording.__doc__ or "") + (ROOT / "docs" / "recording.md").read_text(encoding="utf-8")
    of = {"daily": {*recording.DAILY, *(f"{c.format('*')}" for c in recording.GATE_COLUMNS.values()), "region"}}
    of |= {"acts": set(recording.ACTS)}
    if table in of:
        return column in of[table]
    row = next(line for line in told.splitlines() if line.startswith(f"| `{table}.parquet`"))
    return re.search(rf"\b{column}\b", row) is not None


@cache
def defined_in(file: str) -> frozenset[str]:
    """The tests that a file defines."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_"))


def resolves(place: str) -> bool:
    """Does a path lead somewhere in the schema, and may it have this value there?"""
    path, _, value = place.partition(": ")
    found: list[Any] = [Scenario]
    for step in path.split("."):
        found = [inner for kind in found for inner in _step(kind, step)]
    return bool(found) and (not value or any(value in _words(kind) for kind in found))


def _step(kind: Any, step: str) -> list[Any]:
    out = []
    for one in _alternatives(kind):
        if step == "*":
            out += list(get_args(one)[-1:]) if get_origin(one) in (list, dict, tuple) else []
        elif isinstance(one, type) and issubclass(one, BaseModel):
            out += [f.annotation for name, f in one.model_fields.items() if step in (name, f.alias)]
    return out


def _alternatives(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return _alternatives(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return [inner for one in get_args(kind) for inner in _alternatives(one)]
    return [kind]


def _words(kind: Any) -> list[str]:
    return [str(word) for one in _alternatives(kind) if get_origin(one) is Literal for word in get_args(one)]
