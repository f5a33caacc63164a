"""Twins: what an element does to whom, when nothing else differs."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from glasshouse.engines.cpu import live_all
from glasshouse.errors import UsageError
from glasshouse.experiments.harms import HARMS, union_days
from glasshouse.experiments.twins import (
    EFFECTS,
    TOGETHER,
    Twins,
    _lived,
    frechet,
    intervals,
    outcomes,
    told_of,
    twins,
    with_variants,
)
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario
from worlds import world

TWO_GROUPS = {"A": {"share": 0.5}, "B": {"share": 0.5}}


def loaded(raw: dict[str, Any]) -> Loaded:
    return from_raw(raw, "world")


def plain_world(wrong: float = 0.5, cannot: float = 0.5, people: int = 4096, seed: int = 5) -> dict[str, Any]:
    """A world whose answer is known: every debt is seen and listed, half of the records are another's, nobody ever leaves the list."""
    return {
        "schema": 1,
        "scheme": {"title": "A list that is known", "purpose_contexts": ["courts"]},
        "data_sources": [{"id": "court", "context": "courts", "kind": "court_record"}],
        "rules": [{"id": "debt", "source": "court", "when": {"signal": "debt"}, "requires_ability": True}],
        "lists": [{"id": "debtors", "entry": {"trigger": {"rule": "debt"}}}],
        "consequences": [
            {"id": "flight", "context": "transport", "kind": "refusal", "trigger": {"list": "debtors"}},
            {"id": "school", "context": "education", "right": "education", "kind": "refusal", "trigger": {"list": "debtors"}},
        ],
        "world": {"people": people, "start": "2020-01-01", "end": "2020-04-09", "seed": seed, "block": 256, "groups": TWO_GROUPS},
        "conduct": {
            "acts": {
                "debt": {
                    "rate": "0.5 per year",
                    "circumstances": {
                        "unwilling": {"share": round(1 - cannot, 6), "basis": "own_act"},
                        "unable": {"share": cannot, "basis": "cannot_pay"},
                    },
                }
            },
            "demand": {g: {"users": 1, "trips": "52 per year", "tries_per_trip": {"mean": 1}} for g in ("flight", "school")},
        },
        "practice": {"sensing": {"court": {"seen": 1, "wrong_person": wrong}}},
    }  # fmt: skip


# --- exactness ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", range(4))
def test_a_twin_from_which_nothing_was_removed_equals_the_base_to_the_byte(k: int) -> None:
    plan, _ = compile_plan(with_variants(loaded(world(k)), {"the-same": {}}))
    result = live_all(plan)
    for column in result.people.values():
        np.testing.assert_array_equal(column[:, 0], column[:, 1])
    a, b = ({n: x[result.cases["variant"] == v] for n, x in result.cases.items() if n != "variant"} for v in (0, 1))
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])
    assert set(result.letters["mask"].tolist()) == {3}


def test_the_base_is_the_same_whatever_is_compared_with_it() -> None:
    one = twins(loaded(world(3)), without=["association"])
    safeguards = ["expiry", "human-review", "working-appeal", "notice-before-effect"]
    many = twins(loaded(world(3)), without=["association", "misidentification", "silence"], with_=safeguards)
    assert len(many.variants) > 8
    for harm in HARMS:
        np.testing.assert_array_equal(one.harm[harm][:, 0], many.harm[harm][:, 0])
    of = "without-association"
    for harm in HARMS:
        assert one.effect(harm, of) == many.effect(harm, of)


# --- worlds whose answer is known -----------------------------------------------------------------------------------------------


def test_perfect_sensing_spares_everybody_who_was_listed_for_anothers_act() -> None:
    done = twins(loaded(plain_world(cannot=0.0)), without=["misidentification"])
    effect = done.effect("wrongful_days_by_rights", "without-misidentification")
    assert effect.base > 0
    assert effect.variant == 0
    assert effect.spared == int((done.harm["wrongful_days_by_rights"][:, 0] > 0).sum())
    listed = done.effect("listed_days", "without-misidentification")
    assert listed.newly_harmed > 0  # the record now stands in the file of the one whose act it was
    assert listed.spared > 0


def test_without_a_scheme_nobody_is_listed_or_refused() -> None:
    done = twins(loaded(plain_world()), without=["misidentification"])
    for harm in ("listed_days", "mobility_loss", "gates_refused"):
        effect = done.effect(harm, "no-scheme")
        assert effect.base > 0
        assert effect.variant == effect.newly_harmed == 0


def test_essential_needs_end_one_kind_of_refusal_and_no_other() -> None:
    done = twins(loaded(plain_world()), with_=["essential-needs"])
    assert done.effect("listed_days").difference == 0
    assert done.effect("mobility_loss").difference == 0
    base, other = done.harm["gates_refused"].T[:2]
    assert base.max() == 2
    assert other.max() == 1
    assert (other <= base).all()


def test_of_two_elements_all_together_is_run_as_well() -> None:
    done = twins(loaded(plain_world()), without=["misidentification"], with_=["essential-needs"])
    assert done.variants[1:] == ("with-essential-needs", "without-misidentification", TOGETHER, "no-scheme", "lottery")
    assert done.effect("listed_days") == done.effect("listed_days", TOGETHER)


def test_the_scenarios_own_variants_are_run_where_nothing_is_asked_for() -> None:
    done = twins(read_scenario("suzhou-2016", people=2000, days=60))
    assert done.variants == ("factual", "without-merits", "no-scheme")


# --- people, bounds, luck -------------------------------------------------------------------------------------------------------


def test_counts_of_people_lie_between_the_bounds_and_add_up() -> None:
    done = twins(loaded(world(6)), without=["association", "misidentification"])
    for e in done.effects:
        assert e.spared_bounds[0] <= e.spared <= e.spared_bounds[1]
        assert e.newly_harmed_bounds[0] <= e.newly_harmed <= e.newly_harmed_bounds[1]
        assert e.spared + e.less + e.newly_harmed + e.more + e.unchanged == e.people


def test_outcomes_and_bounds_on_an_example_worked_by_hand() -> None:
    np.testing.assert_array_equal(outcomes(np.array([0, 3, 3, 0, 3]), np.array([0, 0, 2, 1, 5])), [0, 1, 2, 3, 4])
    assert frechet(6, 7, 10) == (3, 6)
    assert frechet(2, 3, 10) == (0, 2)


def test_days_under_several_lists_count_once() -> None:
    person, opened, closed = (np.array(x) for x in ([1, 1, 1, 2, 0], [1, 3, 20, 2, 99], [5, 10, 25, 2, 100]))
    np.testing.assert_array_equal(union_days(person, opened, closed, 4), [1, 14, 0, 0])


def test_an_interval_on_an_example_worked_by_hand() -> None:
    paired, apart, ratio = intervals(np.array([10.0, 14.0]), np.array([6.0, 8.0]))
    assert paired == pytest.approx((5 - 12.7062, 5 + 12.7062), abs=1e-3)
    assert ratio == pytest.approx((8 + 2) / 2)
    assert apart is not None
    assert intervals(np.array([1.0]), np.array([1.0])) == (None, None, None)


def test_averages_do_not_depend_on_how_the_twins_are_coupled() -> None:
    """The mean over shared marks and that over marks of their own differ by less than 4 standard errors (a false alarm in 16,000)."""
    of = {"right-file": {"practice.sensing.court.wrong_person": 0}}
    shared = [
        _lived(loaded(plain_world(people=1024, seed=s)), of, 1)["wrongful_days_by_rights"].sum(axis=0)
        for s in range(40)
    ]
    base, other = np.array(shared, float).T
    together, apart = base[:20] - other[:20], base[:20] - other[20:]
    error = np.sqrt(together.var(ddof=1) / 20 + apart.var(ddof=1) / 20)
    assert abs(together.mean() - apart.mean()) < 4 * error
    assert together.mean() > 0


def test_several_seeds_give_an_interval_and_one_gives_none() -> None:
    one = twins(loaded(plain_world(people=1024)), without=["misidentification"])
    four = twins(loaded(plain_world(people=1024)), without=["misidentification"], seeds=4)
    assert one.effect("listed_days", "no-scheme").interval is None
    effect = four.effect("wrongful_days", "without-misidentification")
    assert effect.interval is not None
    assert effect.interval[0] < effect.difference < effect.interval[1]
    assert len(set(four.seeds)) == 4
    np.testing.assert_array_equal(one.harm["listed_days"], four.harm["listed_days"])


# --- what is refused ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "value"), [("seed", 6), ("people", 512), ("end", "2020-04-10")])
def test_a_comparison_that_would_mix_policy_with_luck_is_refused(key: str, value: Any) -> None:
    other = copy.deepcopy(plain_world())
    other["world"][key] = value
    with pytest.raises(UsageError, match=f"world.{key}, so their gap would mix policy with luck"):
        twins(loaded(plain_world()), against=loaded(other))


def test_another_scenario_of_the_same_world_is_run_as_a_variant() -> None:
    other = plain_world(wrong=0.0)
    done = twins(loaded(plain_world()), against=from_raw(other, "perfect"))
    asked = twins(loaded(plain_world()), without=["misidentification"])
    for harm in HARMS:
        np.testing.assert_array_equal(done.harm[harm][:, 1], asked.harm[harm][:, 1])
    assert done.variants[1] == "as-perfect"


def test_an_element_that_does_not_apply_says_why() -> None:
    with pytest.raises(UsageError, match="no associations; nobody pays"):
        twins(loaded(plain_world()), without=["association"])
    with pytest.raises(UsageError, match="no registers are merged"):
        twins(loaded(plain_world()), without=["integration"])
    with pytest.raises(UsageError, match='Did you mean "expiry"'):
        twins(loaded(plain_world()), with_=["expiri"])
    idle = plain_world() | {"associations": [{"edge": "household", "fraction": 0}]}
    idle["world"]["ties"] = {"household": {"sizes": {1: 0.5, 2: 0.5}}}
    with pytest.raises(UsageError, match="already is so"):
        twins(loaded(idle), without=["association"])


def test_of_several_elements_those_that_apply_are_lived_and_the_others_told() -> None:
    both = twins(loaded(plain_world(people=512)), without=["association", "misidentification"])
    one = twins(loaded(plain_world(people=512)), without=["misidentification"])
    assert both.variants == one.variants
    assert both.effect("mobility_loss") == one.effect("mobility_loss")
    assert both.not_applicable == (
        "without association: the scheme has no associations; nobody pays for somebody tied to them.",
    )


def test_where_nothing_applies_what_would_is_named() -> None:
    with pytest.raises(UsageError, match=r"no registers are merged.* To world apply: .*without-misidentification"):
        twins(loaded(plain_world()), without=["association", "integration"])


def test_comparators_stand_beside_whatever_is_asked_for() -> None:
    done = twins(loaded(plain_world(people=512)), without=["misidentification"])
    assert done.variants[-2:] == ("no-scheme", "lottery")
    assert done.not_applicable == ()
    assert done.effect("listed_days", "lottery").base == done.effect("listed_days", "no-scheme").base


# --- written down ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    place: Path = tmp_path_factory.mktemp("twins") / "run"
    return twins(loaded(plain_world(people=1024)), without=["misidentification"], out=place)


def test_effects_are_kept_for_everybody_who_was_touched(kept: Twins) -> None:
    assert kept.out is not None
    table = pq.read_table(kept.out / EFFECTS)
    assert table.schema.metadata[b"glasshouse"] == b"synthetic people"
    rows = [r for r in table.to_pylist() if r["variant"] == "without-misidentification"]
    effect = kept.effect("listed_days", "without-misidentification")
    assert sum(r["listed_days_base"] for r in rows) == effect.base
    assert sum(r["listed_days"] for r in rows) == effect.variant
    assert sum(r["listed_days_outcome"] == "newly harmed" for r in rows) == effect.newly_harmed
    others = sum(r["whose_conduct"] == "others alone suffice" for r in rows)
    assert others == kept.whose_counts()["listed_days"]["others alone suffice"] > 0


def test_what_is_said_of_the_totals_is_kept_beside_the_recording(kept: Twins) -> None:
    from glasshouse.recording.store import open_recording

    assert kept.out is not None
    told = told_of(open_recording(kept.out))
    assert told is not None
    assert told["effects"][0]["base"] == kept.effects[0].base
    assert "out" not in told  # where it lies is nobody's business


def test_the_recording_of_twins_can_be_asked_why(kept: Twins) -> None:
    from glasshouse.experiments.why import why

    assert kept.out is not None
    harm = kept.harm["listed_days"]
    new = int(np.flatnonzero((harm[:, 0] == 0) & (harm[:, 1] > 0))[0])
    assert not why(kept.out, new).chains
    answer = why(kept.out, new, "without-misidentification")
    assert answer.listed_days == harm[new, 1]
    assert answer.chains[0].basis in ("own_act", "cannot_pay")


def test_a_document_holds_no_row_of_a_person(kept: Twins) -> None:
    told = kept.document()
    assert told["synthetic"] is True
    assert len(told["effects"]) == len(HARMS) * (len(kept.variants) - 1)
    assert not any(isinstance(x, np.ndarray) for x in told.values())
