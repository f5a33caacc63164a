"""A block lived again alone, from the letters that were kept, is the block of the whole world, to the byte."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.engines.cpu import Result, live_all
from glasshouse.engines.replay import block_of, pack_letters, people_of_block, replay_block
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import from_raw, read_scenario
from glasshouse.scenario.tables import Plan
from worlds import world

WORLDS = range(0, 10)


def whole_and_blocks(plan: Plan, blocks: list[int]) -> tuple[Result, list[Result]]:
    everybody = np.ones(plan.world.people, np.uint8)
    whole = live_all(plan, journalled=everybody)
    filed = whole.tables.get("filings")
    alone = [replay_block(plan, b, whole.letters, people_of_block(plan, b), whole.channels, filed) for b in blocks]
    return whole, alone


def assert_is_the_block(plan: Plan, block: int, whole: Result, alone: Result) -> None:
    mine = people_of_block(plan, block)
    for name, column in whole.people.items():
        np.testing.assert_array_equal(column[mine.start : mine.stop], alone.people[name], err_msg=name)
    for table in ("cases", "events"):
        columns: dict[str, Any] = getattr(whole, table)
        here = (columns["person"] >= mine.start) & (columns["person"] < mine.stop)
        for name, column in columns.items():
            np.testing.assert_array_equal(column[here], getattr(alone, table)[name], err_msg=f"{table} {name}")


@pytest.mark.parametrize("k", WORLDS)
def test_every_block_lived_again_alone_is_the_same_bytes(k: int) -> None:
    plan, _ = compile_plan(from_raw(world(k), "world"))
    blocks = list(range(-(-plan.world.people // plan.world.block)))
    whole, alone = whole_and_blocks(plan, blocks)
    assert len(whole.letters["day"]) > 0
    assert len(whole.cases["person"]) > 0
    for block, result in zip(blocks, alone, strict=True):
        assert_is_the_block(plan, block, whole, result)
    for name, counts in whole.daily.items():
        np.testing.assert_array_equal(counts, sum(r.daily[name] for r in alone), err_msg=name)
    np.testing.assert_array_equal(whole.acts, sum(r.acts for r in alone))


@pytest.mark.parametrize("name", catalogue_names())
def test_a_block_of_each_catalogue_scenario_is_lived_again_to_the_same_bytes(name: str) -> None:
    its = read_scenario(name).scenario.world
    assert its is not None
    years = (its.end - its.start).days > 400
    days = 400 if years else min(150, (its.end - its.start).days + 1)
    plan, _ = compile_plan(read_scenario(name, people=12_000, days=days))
    whole, alone = whole_and_blocks(plan, [0, 2])
    for block, result in zip([0, 2], alone, strict=True):
        assert_is_the_block(plan, block, whole, result)


def test_without_its_letters_a_block_is_another() -> None:
    plan, _ = compile_plan(from_raw(world(3), "world"))
    whole = live_all(plan)
    nothing = {name: column[:0] for name, column in whole.letters.items()}
    alone = replay_block(plan, 0, nothing)
    assert not np.array_equal(whole.people["score"][: len(people_of_block(plan, 0))], alone.people["score"])


def test_a_letter_packed_again_is_the_letter_that_was_sent() -> None:
    from glasshouse.engines.cpu import letter_columns

    plan, _ = compile_plan(from_raw(world(5), "world"))
    letters = live_all(plan).letters
    again = letter_columns(letters["day"], pack_letters(letters))
    for name, column in letters.items():
        np.testing.assert_array_equal(np.sort(column), np.sort(again[name]), err_msg=name)


def test_people_are_found_in_their_block() -> None:
    plan, _ = compile_plan(from_raw(world(1), "world"))
    for person in (0, 63, 64, plan.world.people - 1):
        assert person in people_of_block(plan, block_of(plan, person))
