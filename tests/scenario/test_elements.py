"""Elements taken out and safeguards put in: patches made from what a scenario says, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from glasshouse.errors import UsageError
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import (
    ELEMENTS,
    NO_SCHEME,
    DoesNotApply,
    DoNotCombine,
    all_together,
    applicable,
    composed,
    element,
)
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario
from worlds import world

WITHOUT = (
    "association",
    "integration",
    "cross-context",
    "publication",
    "misidentification",
    "stale-records",
    "silence",
)
WITH = (
    "notice-before-effect", "working-appeal", "expiry", "human-review", "minors-exempt", "essential-needs", "correction-propagated",
    "ability-checked",
)  # fmt: skip
SCENARIOS = [*catalogue_names(), *(f"world {k}" for k in range(4))]


def scenario(name: str) -> Loaded:
    if name.startswith("world"):
        return from_raw(world(int(name[6:])), "world")
    return read_scenario(name, days=None if name == "national-merge" else 30)  # its merger comes late


def compiled(loaded: Loaded, patch: dict[str, Any]) -> Any:
    both = {**loaded.raw, "variants": [{"name": "factual"}, {"name": "changed", "set": patch}]}
    return compile_plan(from_raw(both, loaded.name))[0]


def test_every_element_that_was_asked_for_is_there_and_has_a_page() -> None:
    assert [e.name for e in ELEMENTS if e.side == "without"] == list(WITHOUT)
    assert [e.name for e in ELEMENTS if e.side == "with"] == list(WITH)
    for e in (*ELEMENTS, NO_SCHEME):
        assert len(e.page) > 80
        assert e.title[0].isupper()
        assert not e.title.endswith(".")


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_element_gives_a_patch_that_compiles_or_a_reason(name: str) -> None:
    loaded = scenario(name)
    patches, reasons = applicable(loaded.scenario)
    assert set(patches) | set(reasons) == {e.variant for e in ELEMENTS}
    assert all(len(why) > 30 for why in reasons.values())
    for patch in (*patches.values(), all_together(patches.values()), NO_SCHEME.patch(loaded.scenario)):
        assert compiled(loaded, patch).world.variants == 2


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_element_that_applies_changes_some_table_and_only_of_its_own_variant(name: str) -> None:
    loaded = scenario(name)
    alone = compile_plan(from_raw({k: v for k, v in loaded.raw.items() if k != "variants"}, loaded.name))[0]
    for variant, patch in applicable(loaded.scenario)[0].items():
        plan = compiled(loaded, patch)
        tables = (
            plan.acts.wrong,
            plan.acts.goes_on,
            plan.associations.share,
            plan.associations.amount,
            plan.gates.lists,
            plan.associations.hush,
            plan.associations.chance,
            plan.associations.cut,
            plan.score.merges,
            plan.score.publicity,
        )
        axes = (2, 1, 1, 1, 1, 1, 1, 1, 0, 0)
        moved = any((x.take(0, axis) != x.take(1, axis)).any() for x, axis in zip(tables, axes, strict=True))
        lists = any(
            (x[:, 0] != x[:, 1]).any() for x in plan.lists._replace(in_region=None) if getattr(x, "ndim", 0) >= 2
        )
        code = plan.outside.epidemic
        coloured = code is not None and bool(
            (code.traced[0] != code.traced[1]).any() or (code.cause[:, 0] != code.cause[:, 1]).any()
        )
        assert moved or lists or coloured, variant
        assert (plan.lists.served[:, 0] == alone.lists.served[:, 0]).all()


def test_perfect_sensing_leaves_no_wrong_file_and_sees_as_much() -> None:
    loaded = scenario("world 1")
    acts = compiled(loaded, element("without", "misidentification").patch(loaded.scenario)).acts
    assert acts.wrong[:, :, 0].any()
    assert not acts.wrong[:, :, 1].any()
    assert (acts.seen[:, :, 0] == acts.seen[:, :, 1]).all()


def test_perfect_sensing_ends_false_faces_false_links_and_merged_files() -> None:
    raw = {
        **world(1),
        "shocks": [{"id": "merged", "kind": "merge", "from": "2020-03-01", "wrong_files": 0.1, "by_group": {"A": 0.2}}],
    }
    raw["practice"] = {**raw["practice"], "linkage": {"court": {"false": 0.1, "by_group": {"A": {"false": 0.2}}}}}
    faces = {"gallery": 1000, "false_match_per_comparison": 1e-5}
    raw["practice"]["sensing"] = {**raw["practice"]["sensing"], "court": {"wrong_person": 0.1, "identification": faces}}
    patch = element("without", "misidentification").patch(from_raw(raw, "world", check=False).scenario)
    assert patch["practice.sensing.court.wrong_person"] == 0
    assert patch["practice.sensing.court.identification"] is None
    assert patch["practice.linkage.court.false"] == patch["practice.linkage.court.by_group.A.false"] == 0
    assert patch["shocks.merged.wrong_files"] == patch["shocks.merged.by_group.A"] == 0


def test_a_working_appeal_lifts_what_is_wrong_and_no_more_of_what_is_not() -> None:
    loaded = scenario("defaulter-list")
    lists = compiled(loaded, element("with", "working-appeal").patch(loaded.scenario)).lists
    assert (lists.upheld[0, 1, 1:] == 2**32).all()
    assert lists.upheld[0, 1, 0] == lists.upheld[0, 0, 0]
    assert (lists.appeals[0, 1] == lists.appeals[0, 0]).all()
    assert lists.answered[0, 1] == 2**32


def test_a_review_finds_what_an_appeal_finds() -> None:
    patch = element("with", "human-review").patch(scenario("defaulter-list").scenario)
    assert patch["practice.lists.judgment_defaulters.entry.cannot_pay"] == pytest.approx(0.15 * (1 - 0.3))
    assert patch["practice.sensing.court_record.wrong_person"] == pytest.approx(0.005 * (1 - 0.9))


def test_no_scheme_leaves_nothing_to_be_on_and_nothing_to_be_refused() -> None:
    loaded = scenario("world 2")
    plan = compiled(loaded, NO_SCHEME.patch(loaded.scenario))
    assert not plan.gates.trip[:, :, 1].any()
    assert (plan.acts.files[:, 1] < 0).all()
    assert not plan.acts.points[:, 1].any()


def test_what_is_taken_out_wins_over_what_is_put_in() -> None:
    assert all_together([{"a.b": 0.1}, {"a.b": 0}]) == {"a.b": 0}
    assert all_together([{"consequences.x": None}, {"consequences.x.kind": "fee"}]) == {"consequences.x": None}
    assert all_together([{"a.b.c": 1}, {"a.b": {"d": 2}}]) == {"a.b": {"d": 2}}


def test_a_misspelt_element_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match='Did you mean "silence"'):
        element("without", "silense")


def test_an_element_with_nothing_to_change_says_so() -> None:
    with pytest.raises(DoesNotApply, match="already is so"):
        element("without", "silence").patch(scenario("unemployment-fraud-flag").scenario)


# --- several at once ------------------------------------------------------------------------------------------------------------


def patches_of(name: str, *variants: str) -> dict[str, dict[str, Any]]:
    found, _ = applicable(scenario(name).scenario)
    return {v: found[v] for v in variants}


def test_safeguards_on_the_same_number_compose_in_any_order_to_the_one_that_goes_farther() -> None:
    base = scenario("defaulter-list").scenario
    both = patches_of("defaulter-list", "with-human-review", "with-ability-checked", "without-misidentification")
    done = composed(base, both)
    assert done["practice.lists.judgment_defaulters.entry.cannot_pay"] == 0
    assert done["practice.lists.judgment_defaulters.entry.has_paid"] == pytest.approx(0.2 * (1 - 0.9))
    assert done["practice.sensing.court_record.wrong_person"] == 0
    assert composed(base, dict(reversed(both.items()))) == done


def test_every_set_of_applicable_elements_composes_and_compiles_in_every_catalogue_scenario() -> None:
    for name in catalogue_names():
        loaded = scenario(name)
        if loaded.scenario.world is not None:
            assert compiled(loaded, composed(loaded.scenario, applicable(loaded.scenario)[0])).world.variants == 2


def test_what_pulls_a_number_both_ways_is_refused_and_what_is_gone_stays_gone() -> None:
    base, entry = scenario("defaulter-list").scenario, "practice.lists.judgment_defaulters.entry.cannot_pay"
    assert composed(base, {"a": {entry: 0.1}, "b": {entry: 0.05}}) == {entry: 0.05}
    with pytest.raises(
        DoNotCombine, match=r"a and b do not go together: one raises .*cannot_pay and the other lowers it"
    ):
        composed(base, {"a": {entry: 0.1}, "b": {entry: 0.9}})
    with pytest.raises(DoNotCombine, match="both put something of their own at"):
        composed(base, {"a": {"practice.appeal": {"filed": {}}}, "b": {"practice.appeal.answered": 1}})
    with pytest.raises(DoNotCombine, match="different things"):
        composed(base, {"a": {"lists.x.exit": {"p": 1}}, "b": {"lists.x.exit": {"p": 2}}})
    gone = {"a": {"consequences.rail": None}, "b": {"consequences.rail.severity": 1}}
    assert composed(base, gone) == {"consequences.rail": None}


def test_whoever_cannot_pay_is_not_listed_where_ability_is_checked() -> None:
    patch = element("with", "ability-checked").patch(scenario("defaulter-list").scenario)
    assert patch == {"practice.lists.judgment_defaulters.entry.cannot_pay": 0}
    with pytest.raises(DoesNotApply, match="cannot comply"):
        element("with", "ability-checked").patch(scenario("suzhou-2016").scenario)


def test_without_integration_no_register_is_merged() -> None:
    loaded = scenario("national-merge")
    plan = compiled(loaded, element("without", "integration").patch(loaded.scenario))
    assert plan.score.merges.tolist() == [1, 0]


def test_without_publication_nobody_hears_and_nobody_turns_away() -> None:
    loaded = scenario("caller-tone")
    plan = compiled(loaded, element("without", "publication").patch(loaded.scenario))
    assert plan.associations.chance[:, 0].any()
    assert not plan.associations.chance[:, 1].any()
    assert plan.associations.cut[:, 0].any()
    assert not plan.associations.cut[:, 1].any()


def test_no_scheme_denies_nobody_and_merges_nothing() -> None:
    for name in ("city-800-live", "national-merge"):
        loaded = scenario(name)
        plan = compiled(loaded, NO_SCHEME.patch(loaded.scenario))
        assert (plan.acts.asks[:, 1] < plan.score.lowest).all()
        assert not plan.acts.barred[:, 1].any()
        assert not plan.score.merges[1]
        assert not plan.score.chill_most[1]
