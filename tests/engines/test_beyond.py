"""The compiled engine equals the plain one, number for number, where lists are entered from elsewhere: by an epidemic, shocks, models."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from beyond import PARTS, with_beyond
from glasshouse.engines import reference_copies
from glasshouse.engines.copies import copies_of
from glasshouse.engines.reference import Life
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import Plan
from glasshouse.simulate import tables_by_reference
from test_reference_equals_cpu import AT_LEAST, both, differences
from worlds import world

WORLDS = (0, 1, 3, 10, 11, 16, 18, 23)
"""Small ones, for these are lived in plain Python while somebody waits."""


def plan_of(k: int, parts: tuple[str, ...] = PARTS) -> Plan:
    return with_beyond(compile_plan(from_raw(world(k), f"world-{k}"))[0], Random(f"beyond {k}"), parts)


ABSENT = {0: [3, 17, 40], 1: [5, 60]}
"""People who are not there, by variant."""
FIRED = {
    "epidemic": (
        "seeded", "reached by a tie", "reached by anybody", "reached in the region", "kept at home", "out of reach at home", "found",
        "traced", "not traced in another region", "coloured by another cause",
    ),
    "shocks": ("hit by a mass listing", "points given back", "granted by a repair", "merited again"),
    "lists of regions": ("recovered where the list is not", "not lifted where the list is not"),
    "models": ("chosen by a model, true", "chosen by a model, not true", "model learnt", "as many as in another variant"),
    "lots": ("drawn by lot, rightful", "drawn by lot, not rightful", "first listing taken back"),
}  # fmt: skip
"""What the comparison would be empty without."""


def test_everything_that_files_from_elsewhere_equals_its_plain_telling() -> None:
    fired: Counter[str] = Counter()
    for k in WORLDS:
        result, lives = both(plan_of(k), absent=ABSENT if k == 1 else None, journal=k in (10, 11))
        found = list(differences(result, lives))
        assert not found, f"world {k}: " + "\n".join(found)
        assert {name for life in lives for name in life.tables} == set(result.tables)
        fired += sum((life.fired for life in lives), Counter())
    needed = ("listed by filing", *(name for names in FIRED.values() for name in names))
    assert {name: fired[name] for name in needed if fired[name] < AT_LEAST} == {}


@pytest.fixture(scope="module")
def lived() -> tuple[Any, list[Life]]:
    return both(plan_of(0))


@pytest.mark.parametrize(
    ("table", "column"),
    [("epidemic", "infected"), ("infections", "source"), ("scans", "fields"), ("shocks", "owed"), ("rounds", "found"), ("filings", "tag")],
)  # fmt: skip
def test_a_single_number_that_differs_elsewhere_is_seen(lived: tuple[Any, list[Life]], table: str, column: str) -> None:
    result, lives = lived
    row = lives[-1].tables[table][-1]
    row[column] += 1
    assert [x.split(":")[0].split()[2] for x in differences(result, lives)] == [table]
    row[column] -= 1


def test_a_run_with_the_plain_engine_writes_the_same_tables(lived: tuple[Any, list[Life]]) -> None:
    result, lives = lived
    plain = tables_by_reference(plan_of(0), [life.tables for life in lives])
    assert {name: list(table) for name, table in plain.items()} == {
        name: list(table) for name, table in result.tables.items()
    }
    nothing = tables_by_reference(plan_of(0), [{name: () for name in plain}])
    assert {name: list(table) for name, table in nothing.items()} == {
        name: list(table) for name, table in plain.items()
    }
    for name, table in plain.items():
        for column, values in table.items():
            assert values.tolist() == result.tables[name][column].tolist(), f"{name}.{column}"


def test_copies_are_those_of_the_plain_telling() -> None:
    held: Counter[str] = Counter()
    for k in (0, 1, 11):
        plan = plan_of(k, ("shocks", "sharing"))
        result, lives = both(plan)
        fast = copies_of(plan, result.cases)
        plain = [
            {"variant": v, **copy} for v, life in enumerate(lives) for copy in reference_copies.copies_of(plan, v, life)
        ]
        for column, values in fast.items():
            assert [x or 0 for x in values.tolist()] == [copy[column] for copy in plain], f"world {k} {column}"
        held += Counter(name for copy in plain for name in ("corrected", "leaked", "closed_by") if copy[name])
        held["copy"] += len(plain)
        held["leaked after its correction"] += sum(
            copy["leaked"] > 0 < copy["corrected"] <= copy["leaked"] for copy in plain
        )
    assert len(held) == 5
    assert min(held.values()) >= AT_LEAST
