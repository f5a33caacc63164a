"""A file that asks for all of it (firms, illness, models, shocks, copies, lots, late records, scales by region): always the same bytes."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from engines.test_replay import assert_is_the_block
from engines.test_same_bytes import assert_same, of_variant
from glasshouse.engines.cpu import Engine, Result, live_all
from glasshouse.engines.replay import replay_block
from glasshouse.experiments.removal import gate_of, twice
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import Plan
from test_reference_equals_cpu import both, differences
from together import everything

BLOCK = 64


@cache
def plan_of(k: int, people: int | None = None) -> Plan:
    return compile_plan(from_raw(everything(k, people), f"everything-{k}"))[0]


@cache
def lived(k: int, people: int | None = None) -> Result:
    return live_all(plan_of(k, people))


def assert_all_same(a: Result, b: Result) -> None:
    """Every variant, and every table beside."""
    for v in range(a.acts.shape[1]):
        assert_same(of_variant(a, v), of_variant(b, v))
    for name, table in a.tables.items():
        for column, values in table.items():
            assert b.tables[name][column].tolist() == values.tolist(), f"{name}.{column}"


def test_both_engines_agree_on_a_file_that_asks_for_all_of_it() -> None:
    result, lives = both(plan_of(5), absent={1: [3, 17, 180]}, journal=True)
    assert not list(differences(result, lives))
    fired = sum((life.fired for life in lives), Counter[str]())
    wanted = (
        "merited again",
        "firm chosen by a model",
        "firm drawn by lot",
        "reached by a tie",
        "own record comes late",
    )
    assert {name: fired[name] for name in wanted if fired[name] < 20} == {}


def test_two_threads_live_all_of_it_alike() -> None:
    people = BLOCK * 16 * 3 + 17
    assert_all_same(live_all(plan_of(9, people), threads=1), live_all(plan_of(9, people), threads=2))


def test_all_of_it_goes_on_from_any_evening_to_the_same_bytes() -> None:
    plan = plan_of(5)
    for evening in (1, 7, 12, 17, plan.world.days - 1):
        first = Engine(plan, threads=1, keep_letters=True).run(evening)
        second = Engine(plan, threads=1, keep_letters=True).restore(first.snapshot()).run().result()
        assert_all_same(lived(5), second)


def test_a_variant_that_changes_nothing_equals_the_base_whichever_run_beside_it() -> None:
    result = lived(5)
    assert_same(of_variant(result, 0), of_variant(result, 1))
    alone = from_raw(everything(5) | {"variants": [{"name": "as-it-is"}]}, "alone")
    assert_same(of_variant(live_all(compile_plan(alone)[0]), 0), of_variant(result, 0))


@pytest.mark.parametrize("k", [5, 9])
def test_every_block_of_it_is_lived_again_alone(k: int) -> None:
    plan = plan_of(k)
    everybody = np.ones(plan.world.people, np.uint8)
    whole = live_all(plan, journalled=everybody)
    for block in range(-(-plan.world.people // BLOCK)):
        mine = range(block * BLOCK, min((block + 1) * BLOCK, plan.world.people))
        alone = replay_block(plan, block, whole.letters, mine, whole.channels, whole.tables["filings"])
        assert_is_the_block(plan, block, whole, alone)


def sparse() -> Plan:
    """Few acts, and an illness that dies out, so that nobody reaches everybody."""
    raw: dict[str, Any] = everything(9, 64 * 40, models=False)
    for act in raw["conduct"]["acts"].values():
        act |= {"rate": "2 per year", "schedule": [], "liability": []}
        act.pop("envelope", None)
    raw["associations"] = [{**a, "max_hops": 1} for a in raw["associations"]]
    for layer in raw["epidemic"]["contacts"].values():
        layer["p"] /= 4
    raw["practice"]["health_code"]["tracing"]["look_back_days"] = 1
    return twice(from_raw(raw, "sparse", check=False))


def test_without_one_person_or_firm_only_those_differ_whom_they_could_have_reached() -> None:
    plan = sparse()
    ill = live_all(plan).tables["infections"]["source"]
    found = [gate_of(plan, who, days=25) for who in (int(np.bincount(ill).argmax()), 777, 2_300)]
    assert all(gate.differ <= gate.reachable for gate in found)
    assert max(len(gate.differ) for gate in found) > 1
    assert all(len(gate.reachable) < gate.people / 2 for gate in found)
