"""The scored city in the same bytes, whatever the threads, the variants beside it, the evening of a stop, the block, or the engine."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from city import MECHANISMS, alike, city_file, with_all_of
from engines.test_replay import assert_is_the_block
from engines.test_same_bytes import assert_same, large, loaded_of, of_variant, with_variants
from glasshouse.engines.cpu import Engine, live_all
from glasshouse.engines.replay import people_of_block, replay_block
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.tables import Plan
from glasshouse.simulate import simulate
from worlds import world


def city(k: int, raw: dict[str, Any] | None = None) -> Plan:
    """A small world with every mechanism of the city."""
    return with_all_of(compile_plan(loaded_of(raw or world(k)))[0], Random(f"bytes {k}"), MECHANISMS)


def first_asked(k: int) -> dict[str, Any]:
    """The k-th world whose scheme file asks for much of a city, its queues and its news among it."""
    luck = (city_file(world(k), Random(f"file {k} {n}")) for n in range(1_000))
    return next(raw for raw in luck if "clerks" in raw["practice"]["appeal"] and "shocks" in raw)


def test_one_thread_and_two_give_the_same_city() -> None:
    plan = city(3, large(3))
    one, two = (live_all(plan, threads=n) for n in (1, 2))
    for v in range(plan.world.variants):
        assert_same(of_variant(one, v), of_variant(two, v))
    for table in ("letters", "channels"):
        for name, column in getattr(one, table).items():
            np.testing.assert_array_equal(column, getattr(two, table)[name], err_msg=name)


@pytest.mark.parametrize("k", range(4))
def test_a_variant_of_the_same_city_equals_the_base(k: int) -> None:
    result = live_all(alike(city(k, with_variants(world(k), [{"name": "factual"}, {"name": "the-same"}]))))
    assert_same(of_variant(result, 0), of_variant(result, 1))


@pytest.mark.parametrize("k", range(4))
def test_a_city_goes_on_from_any_evening_to_the_same_bytes(k: int) -> None:
    plan = city(k)
    whole = live_all(plan)
    for evening in (1, plan.score.merge_day, plan.world.days - 1):
        first = Engine(plan, threads=1, keep_letters=True).run(evening)
        second = Engine(plan, threads=1, keep_letters=True).restore(first.snapshot()).run().result()
        for v in range(plan.world.variants):
            assert_same(of_variant(whole, v), of_variant(second, v))
        for name, column in whole.channels.items():
            np.testing.assert_array_equal(column, second.channels[name], err_msg=name)


@pytest.mark.parametrize("k", range(4))
def test_every_block_of_a_city_lived_again_alone_is_the_same_bytes(k: int) -> None:
    plan = city(k)
    whole = live_all(plan, journalled=np.ones(plan.world.people, np.uint8))
    for block in range(-(-plan.world.people // plan.world.block)):
        mine = people_of_block(plan, block)
        assert_is_the_block(plan, block, whole, replay_block(plan, block, whole.letters, mine, whole.channels))


@pytest.mark.parametrize("k", [0, 4])
def test_the_plain_engine_writes_the_same_recording_of_a_city(k: int, tmp_path: Path) -> None:
    loaded = loaded_of(first_asked(k))
    fast = simulate(loaded, out=tmp_path / "cpu", threads=1, journal="listed")
    plain = simulate(loaded, out=tmp_path / "reference", engine="reference", journal="listed")
    assert fast.manifest["digests"] == plain.manifest["digests"]
    assert set(fast.manifest["digests"]) >= {"daily", "acts", "cases", "people", "letters", "channels", "journal"}
