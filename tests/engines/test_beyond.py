"""What the plain engine tells of an epidemic, shocks and models: a number that differs is seen, and a run with it writes the same tables.

That it equals the compiled engine is compared in `test_reference_equals_cpu.py`.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from beyond import PARTS, with_beyond
from glasshouse.engines.reference import Life
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import Plan
from glasshouse.simulate import tables_by_reference
from test_reference_equals_cpu import AT_LEAST, both, differences
from worlds import world

pytestmark = pytest.mark.no_cover
"""Being traced would double its time, and others walk the same lines."""


def plan_of(k: int, parts: tuple[str, ...] = PARTS) -> Plan:
    return with_beyond(compile_plan(from_raw(world(k), f"world-{k}"))[0], Random(f"beyond {k}"), parts)


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


def test_as_many_are_drawn_by_lottery_as_another_variant_chose() -> None:
    """Of a variant that is not the first: few worlds have three, so that it is compared in these two."""
    drawn = 0
    for k in (16, 18):
        result, lives = both(plan_of(k, ("models",)))
        assert not list(differences(result, lives)), f"world {k}"
        drawn += sum(life.fired["as many as in another variant"] for life in lives)
    assert drawn >= AT_LEAST
