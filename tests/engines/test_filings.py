"""What is filed from elsewhere opens a case exactly as a rule does: the rule's own filings, filed from outside, give the same bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.engines.cpu import Engine, Result, live_all
from glasshouse.engines.elsewhere import FILING, greatest, rows_of
from glasshouse.engines.replay import Kept, people_of_block, replay_block
from glasshouse.mechanisms.lists import BY_RULE, FILED
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import Outside, Plan
from worlds import world

WORLDS = (0, 3, 7)


def list_of(plan: Plan) -> int:
    """The first list that is entered by a rule."""
    return int(np.flatnonzero(plan.lists.trigger == BY_RULE)[0])


def plan_of(k: int) -> Plan:
    return compile_plan(from_raw(world(k), "world"))[0]


def filed_by_rule(plan: Plan, result: Result) -> dict[str, Any]:
    """What the rule of a list filed, as if it had come from elsewhere."""
    mine = np.flatnonzero(result.cases["list"] == list_of(plan))
    renamed = {"kind": "cause_kind", "source": "cause_source", "tag": "cause_tag", "day": "opened"}
    names = ("day", *FILING)
    return {n: result.cases[renamed.get(n, n)][mine] for n in names}


def only_filed(plan: Plan) -> Plan:
    trigger = plan.lists.trigger.copy()
    trigger[list_of(plan)] = FILED
    return plan._replace(lists=plan.lists._replace(trigger=trigger))


def lived(plan: Plan, filings: dict[str, Any], threads: int = 1, stop: int = 0) -> Result:
    everybody = np.ones(plan.world.people, np.uint8)

    def fresh() -> Engine:
        engine = Engine(plan, threads, keep_letters=True, journalled=everybody)
        engine.elsewhere = [Kept(filings, 0, plan.world.people)]
        return engine

    engine = fresh()
    if stop:
        saved = {k: np.array(x) for k, x in engine.run(stop).snapshot().items()}
        engine = fresh().restore(saved)
    result = engine.run().result()
    engine.close()
    return result


def assert_same(one: Result, other: Result) -> None:
    np.testing.assert_array_equal(one.acts, other.acts)
    for table in ("daily", "cases", "people", "letters", "events"):
        for name, column in getattr(one, table).items():
            np.testing.assert_array_equal(column, getattr(other, table)[name], err_msg=f"{table} {name}")


@pytest.mark.parametrize("k", WORLDS)
def test_what_a_rule_files_is_the_same_when_it_is_filed_from_elsewhere(k: int) -> None:
    plan = plan_of(k)
    by_rule = live_all(plan, journalled=np.ones(plan.world.people, np.uint8))
    filings = filed_by_rule(plan, by_rule)
    assert len(filings["person"]) > 10
    from_elsewhere = lived(only_filed(plan), filings)
    assert_same(by_rule, from_elsewhere)
    assert len(from_elsewhere.tables["filings"]["person"]) == len(filings["person"])


def test_threads_and_a_stop_midway_change_nothing_and_a_block_lives_again_alone() -> None:
    raw = world(3)
    raw["world"]["people"] = 64 * 16 * 3 + 17
    plan = compile_plan(from_raw(raw, "world"))[0]
    filings = filed_by_rule(plan, live_all(plan))
    plan = only_filed(plan)
    one = lived(plan, filings)
    assert_same(one, lived(plan, filings, threads=2))
    resumed = lived(plan, filings, stop=plan.world.days // 2)
    assert_same(one, resumed)
    np.testing.assert_array_equal(one.tables["filings"]["day"], resumed.tables["filings"]["day"])
    alone = replay_block(plan, 5, one.letters, filings=one.tables["filings"])
    mine = people_of_block(plan, 5)
    here = (one.cases["person"] >= mine.start) & (one.cases["person"] < mine.stop)
    assert here.sum() > 0
    for name, column in alone.cases.items():
        np.testing.assert_array_equal(one.cases[name][here], column)


def test_of_several_rows_for_one_person_the_greatest_counts() -> None:
    first = rows_of(person=[7, 3], variant=0, list=1, kind=5, source=7, tag=0, basis=7, rightful=0)
    second = rows_of(person=[7, 7], variant=[0, 1], list=1, kind=6, source=7, tag=[2, 1], basis=4, rightful=0)
    third = rows_of(person=7, variant=0, list=1, kind=6, source=7, tag=1, basis=4, rightful=1)
    found = greatest([first, second, third])
    assert found[:, :6].tolist() == [[3, 0, 1, 5, 7, 0], [7, 0, 1, 6, 7, 2], [7, 1, 1, 6, 7, 1]]


def test_nobody_is_filed_for_while_on_the_list() -> None:
    plan = plan_of(0)
    which = list_of(plan)
    rows = rows_of(
        person=np.tile(np.arange(20), 5), variant=0, list=which, kind=7, source=0, tag=0, basis=6, rightful=0
    )
    filings = {"day": np.repeat(np.arange(1, 6), 20), **dict(zip(FILING, rows.T, strict=True))}
    cases = lived(only_filed(plan), filings).cases
    mine = (cases["list"] == which) & (cases["variant"] == 0)
    person, opened, closed = (cases[n][mine] for n in ("person", "opened", "closed"))
    assert set(person[opened == 1].tolist()) == set(range(20))
    for one in range(20):
        own = np.argsort(opened[person == one])
        begins, ends = opened[person == one][own], closed[person == one][own]
        assert (begins[1:] >= ends[:-1]).all()
        assert (ends[:-1] > 0).all()


def test_a_block_alone_must_be_told_what_was_filed() -> None:
    plan = plan_of(0)._replace(outside=Outside(models=(object(),)))
    nothing = {
        n: np.zeros(0, np.int64)
        for n in ("day", "target", "source", "tag", "kind", "association", "hops", "amount", "mask")
    }
    with pytest.raises(ValueError, match="give the filings"):
        replay_block(plan, 0, nothing)
