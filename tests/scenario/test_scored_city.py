"""What the scheme file says of a scored city becomes the integers that a hand calculation gives; what cannot be meant is refused."""

# ruff: noqa: E501 - a table with one case a line is read across

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from glasshouse.chance import ONE
from glasshouse.errors import ScenarioError
from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw, json_schema, read_scenario
from glasshouse.scenario.tables import ALL_LISTS, NO_CLERKS_NEEDED, NO_SCORE_ASKED, QUEUE_UNIT, TIE_KINDS, Plan
from worlds import world

Write = Callable[..., Path]
Refused = Callable[..., list[str]]

REGIONS = "  regions: {east: {share: 0.75}, west: {share: 0.25}}\n  groups:"
TIES = "{friends: {mean: 6}, household: {sizes: {1: 0.25, 4: 0.75}}, parent_child: 0.5}"


def plan_of(path: Path) -> Plan:
    return compile_plan(read_scenario(path))[0]


def threshold(p: float) -> int:
    """A probability in 2**-32ths, to within what floating point can say."""
    return round(p * ONE)


def near(found: Any, p: float) -> bool:
    return abs(int(found) - p * ONE) < 4


@pytest.fixture
def compiled(write: Write) -> Callable[..., Plan]:
    return lambda *changes: plan_of(write(*changes))


# --- points over time ------------------------------------------------------------------------------------------------------------


def test_a_year_of_decay_moves_exactly_its_points_one_day_at_a_time(compiled: Callable[..., Plan]) -> None:
    t = compiled(("baseline: 100,", "baseline: 100, decay: {points_per_year: 12},")).score
    assert t.decay.shape == (2, 366)
    assert t.decay[0].sum() == 12
    assert set(t.decay[0]) == {0, 1}
    assert list(np.flatnonzero(t.decay[0])[:3]) == [
        31,
        61,
        92,
    ]  # the days on which 12 x day / 365 passes a whole number


def test_points_that_drift_elsewhere_stay_and_a_run_says_so(write: Write) -> None:
    path = write(
        ("baseline: 100,", "baseline: 100, decay: {points_per_year: 12, toward: zero, forgets_after_days: 30},")
    )
    loaded = read_scenario(path)
    assert compile_plan(loaded)[0].score.decay.sum() == 0
    told = [line.partition(":")[0] for line in unsimulated(loaded.scenario)]
    assert told == ["score.decay.toward", "score.decay.forgets_after_days"]


def test_a_rule_that_cools_off_is_counted_without_a_window(compiled: Callable[..., Plan]) -> None:
    t = compiled(("points: -3}", "points: -3, cooling_off_days: 30}")).acts
    assert (t.cooling[0] == 30).all()
    assert t.capped[0] == 0
    assert not t.cap_window.any()
    assert (t.cap[0] == 65_535).all()


# --- paying for others -----------------------------------------------------------------------------------------------------------


def test_each_transfer_becomes_its_number_and_its_amount(compiled: Callable[..., Plan]) -> None:
    t = compiled(
        ("{friends: {mean: 6}}", TIES),
        (
            "  - {edge: friends, fraction: 0.3}\n",
            "  - {id: a, edge: friends, fraction: 0.25, max_hops: 2, acts: [rent]}\n"
            "  - {id: b, edge: friends, transfer: listing, points: 4, lists: [dishonest], chilling: 0.125}\n"
            "  - {id: c, edge: parent_child, toward: children, transfer: standing, level: 90, points: -5}\n"
            "  - {id: d, edge: friends, transfer: company, acts: [debt], chance: 0.5, points: 6}\n",
        ),
        ("    debt:\n", "    rent: {rate: 1 per year}\n    debt:\n"),
        ("  demand:\n", "  answers: {chilling: {step: 0.25, most: 0.5}}\n  demand:\n"),
    ).associations
    assert list(t.transfer) == [0, 1, 2, 3]
    assert list(t.kind) == [TIE_KINDS.index(k) for k in ("friends", "friends", "parent_child", "friends")]
    assert list(t.share[:, 0]) == [ONE // 4, 0, 0, 0]
    assert list(t.amount[:, 0]) == [0, -4, -5, 6]
    assert list(t.max_hops) == [2, 1, 1, 1]
    assert list(t.toward) == [0, 0, 1, 0]
    assert t.of_acts.tolist() == [[1, 0], [1, 1], [1, 1], [0, 1]]
    assert list(t.on_lists[:, 1]) == [ALL_LISTS, 1, ALL_LISTS, 0]
    assert list(t.level[:, 0, 0]) == [0, 0, 90, 0]
    assert list(t.chance[:, 0]) == [0, 0, 0, ONE // 2]
    assert list(t.hush[:, 0]) == [0, 32, 0, 0]


@pytest.mark.parametrize(
    ("form", "step", "hush", "publicity", "most"),
    [("every", 64, 32, 512, 128), ("own_experience", 64, 0, 0, 128), ("ties", 0, 32, 0, 128), ("publicity", 0, 0, 512, 128), ("none", 0, 0, 0, 0)],
)  # fmt: skip
def test_a_form_of_chilling_leaves_the_others_out(
    compiled: Callable[..., Plan], form: str, step: int, hush: int, publicity: int, most: int
) -> None:
    plan = compiled(
        ("fraction: 0.3}", "fraction: 0.3, chilling: 0.125}"),
        (
            "  demand:\n",
            f"  answers: {{chilling: {{form: {form}, step: 0.25, most: 0.5, publicity: 2}}}}\n  demand:\n",
        ),
    )
    found = (plan.score.chill_step[0], plan.associations.hush[0, 0], plan.score.publicity[0], plan.score.chill_most[0])
    assert found == (step, hush, publicity, most)


def test_ties_are_cut_by_kind_on_the_lists_that_are_named(compiled: Callable[..., Plan]) -> None:
    t = compiled(
        ("  demand:\n", "  answers: {tie_cutting: {ties: {friends: 0.25}, lists: [dishonest]}}\n  demand:\n")
    ).associations
    assert t.cut[TIE_KINDS.index("friends"), 0] == ONE // 4
    assert t.cut.sum() == 2 * (ONE // 4)
    assert list(t.cut_on) == [1, 1]


# --- acts ------------------------------------------------------------------------------------------------------------------------

RED = "  - {id: red, entry: {trigger: {score_above: 140}}}\n  - id: dishonest"
GOOD = "    good: {rate: 1 per year}\n    debt:\n"
GOOD_RULE = "rules:\n  - {id: good_rule, source: court, when: {signal: good}, points: 5}\n"


def special(compiled: Callable[..., Plan], keys: str, *more: tuple[str, str]) -> Plan:
    """The small scenario with a second list and keys of an act, which is act 1."""
    return compiled(
        ("  - id: dishonest", RED), ("    debt:\n", GOOD), ("rules:\n", GOOD_RULE), ("      envelope", f"      {keys}\n      envelope"), *more
    )  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "field", "found"),
    [
        ("only_while_on: [dishonest]", "only_on", 2),
        ("asks: {score_at_least: 120}", "asks", 120),
        ("asks: {not_on: [red, dishonest]}", "barred", 3),
        ("asks: {consequence: flight}", "barred", 2),
        ("asks: {consequence: cheap_loan, cost: {money: 40}}", "asks", 110),
        ("asks: {consequence: no_loan, score_at_least: 60}", "asks", 80),
    ],
)
def test_what_an_act_asks_for_is_a_score_or_a_mask_of_lists(
    compiled: Callable[..., Plan], keys: str, field: str, found: int
) -> None:
    more = "  - {id: cheap_loan, context: credit, kind: perk, trigger: {score_above: 110}}\n  - {id: no_loan, context: credit, kind: refusal, trigger: {score_below: 80}}\n"
    t = special(compiled, keys, ("consequences:\n", "consequences:\n" + more)).acts
    assert list(getattr(t, field)[1]) == [found, found]
    assert list(t.special) == [0, 1]
    for other, neutral in (("only_on", 0), ("barred", 0), ("asks", NO_SCORE_ASKED)):
        if other != field:
            assert (getattr(t, other) == neutral).all()


def test_an_act_that_leaves_or_is_aimed_is_special(compiled: Callable[..., Plan]) -> None:
    t = special(compiled, "leaves: true").acts
    assert (list(t.leaves), list(t.aims), list(t.special)) == ([0, 1], [-1, -1], [0, 1])
    t = special(compiled, "aimed_at: friends").acts
    assert (list(t.leaves), list(t.aims), list(t.special)) == ([0, 0], [-1, TIE_KINDS.index("friends")], [0, 1])


def test_a_region_with_more_of_an_act_raises_what_all_are_held_against(compiled: Callable[..., Plan]) -> None:
    plain = compiled(("  groups:", REGIONS), ("      by_group: {A: 1.5}\n", "")).acts
    t = compiled(("  groups:", REGIONS), ("by_group: {A: 1.5}", "by_region: {west: 2}")).acts
    assert list(t.region_factor[0, 0]) == [ONE // 2, ONE]
    assert t.accept[0, 0, 0, 0] == 2 * plain.accept[0, 0, 0, 0]
    assert (list(t.by_region), list(t.special)) == ([1], [1])
    assert (t.region_seen == ONE).all()
    assert not plain.by_region.any()


# --- what is seen -----------------------------------------------------------------------------------------------------------------


def test_a_region_may_be_seen_less(compiled: Callable[..., Plan]) -> None:
    t = compiled(("  groups:", REGIONS), ("{court: {seen: 0.9}}", "{court: {seen: 0.9, by_region: {west: 0.5}}}")).acts
    assert list(t.region_seen[0, 0]) == [ONE, ONE // 2]
    assert near(t.seen[0, 0, 0, 0], 0.9)
    assert list(t.by_region) == [1]


def test_one_camera_to_four_people_sees_what_the_closed_form_says(compiled: Callable[..., Plan]) -> None:
    cameras = "cameras: {number: 350000000, people: 1400000000, reach: 2, by_region: {west: 0.5}}"
    t = compiled(("  groups:", REGIONS), ("{court: {seen: 0.9}}", f"{{court: {{seen: 0.9, {cameras}}}}}")).acts
    east, west = 1 - math.exp(-0.25 * 2), 1 - math.exp(-0.125 * 2)
    assert near(t.seen[0, 0, 0, 0], 0.9 * east)
    assert near(t.region_seen[0, 0, 1], west / east)
    assert t.region_seen[0, 0, 0] == ONE


def test_a_larger_gallery_finds_somebody_else_more_often(compiled: Callable[..., Plan]) -> None:
    def wrong(search: str, group: int) -> int:
        made = compiled(
            ("{court: {seen: 0.9}}", f"{{court: {{seen: 0.9, wrong_person: 0.01, identification: {search}}}}}")
        )
        return int(made.acts.wrong[0, 0, 0, group])

    search = "{gallery: 100000, false_match_per_comparison: 0.000001, by_group: {B: 10}}"
    a, b = 1 - (1 - 1e-6) ** 100_000, 1 - (1 - 1e-5) ** 100_000
    assert near(wrong(search, 0), 1 - 0.99 * (1 - a))
    assert near(wrong(search, 1), 1 - 0.99 * (1 - b))
    assert near(wrong("{gallery: 5000, published: {1000: 0.0001, 10000: 0.001}}", 0), 1 - 0.99 * (1 - 0.0005))


def test_records_that_link_to_nobody_are_lost_and_some_link_to_another(compiled: Callable[..., Plan]) -> None:
    t = compiled(
        (
            "{court: {seen: 0.9}}",
            "{court: {seen: 0.9, wrong_person: 0.01}}\n  linkage: {court: {missed: 0.041, false: 0.002, by_group: {B: {missed: 0.1}}}}",
        ),
    ).acts
    assert near(t.seen[0, 0, 0, 0], 0.9 * 0.959)
    assert near(t.seen[0, 0, 0, 1], 0.9 * 0.9)
    assert near(t.wrong[0, 0, 0, 0], 1 - 0.99 * 0.998)


def test_a_source_is_taken_at_its_word_about_linkage_where_practice_is_silent(write: Write) -> None:
    path = write(
        ("kind: court_record}", "kind: court_record, linkage: {missed: 0.1, false: 0.002}}"),
        ("  sensing: {court: {seen: 0.9}}\n", ""),
    )
    loaded = read_scenario(path)
    t = compile_plan(loaded)[0].acts
    assert near(t.seen[0, 0, 0, 0], 0.9)
    assert near(t.wrong[0, 0, 0, 0], 0.002)
    assert unsimulated(loaded.scenario) == []


# --- lists -------------------------------------------------------------------------------------------------------------------------


def test_a_smaller_world_has_its_part_of_the_clerks(write: Write) -> None:
    path = write(
        ("notice: {served", "appeal: {filed: {other: 0.5}, upheld: {other: 0.5}, clerks: {decisions_per_day: 50, for_people: 400000}}, notice: {served"),
    )  # fmt: skip
    for people, decisions in ((1_000, 0.125), (8_000, 1.0)):
        t = compile_plan(read_scenario(path, people=people))[0].lists
        assert t.clerks[0, 0] == decisions * QUEUE_UNIT
    assert plan_of(write()).lists.clerks[0, 0] == NO_CLERKS_NEEDED


FROZEN = ("consequences:\n", "consequences:\n  - {id: frozen, context: finance, kind: freeze, trigger: {list: dishonest}}\n")  # fmt: skip
BLOCKED = ("notice: {served", "payment: {rate: {own_act: 1 per year}, blocked: 0.75, tried_again_after: 1 week}, notice: {served")  # fmt: skip


def test_frozen_assets_bounce_payments_for_a_while(write: Write) -> None:
    loaded = read_scenario(write(FROZEN, BLOCKED))
    t = compile_plan(loaded)[0].lists
    assert t.freezes[0, 0] == threshold(0.75)
    assert t.retry[0, 0] == 7
    assert unsimulated(loaded.scenario) == []


# --- the world and its registers --------------------------------------------------------------------------------------------------


def test_as_many_live_elsewhere_as_the_world_says(compiled: Callable[..., Plan]) -> None:
    t = compiled(("  groups:", "  moves: 0.03\n" + REGIONS)).world
    elsewhere = 1 - (0.75**2 + 0.25**2)  # of those who draw a residence, this share draws another region than their own
    assert near(t.moves, 0.03 / elsewhere)
    assert list(t.residence_cut) == [3 * ONE // 4, ONE]


MERGE = "shocks:\n  - {id: one_register, kind: merge, from: 2014-02-01, convert: {west: {factor: 0.5, add: 60}}, wrong_files: 0.01, by_group: {B: 0.02}}\n"


def test_registers_are_merged_in_the_variants_that_merge(write: Write) -> None:
    path = write(
        ("  groups:", REGIONS), ("world:\n", MERGE + "world:\n"), ("  - {name: told", "  - {name: apart, set: {shocks: []}}\n  - {name: told")
    )  # fmt: skip
    loaded = read_scenario(path)
    t = compile_plan(loaded)[0].score
    assert t.merge_day == 32
    assert list(t.merges) == [1, 0, 1]
    assert t.merge_factor[0].tolist() == [QUEUE_UNIT, QUEUE_UNIT // 2]
    assert t.merge_add[0].tolist() == [0, 60]
    assert [near(x, p) for x, p in zip(t.merge_wrong[0], (0.01, 0.02), strict=True)] == [True, True]
    assert not t.merge_wrong[1].any()
    assert unsimulated(loaded.scenario) == []
    short = compile_plan(read_scenario(path, days=20))[0].score
    assert (short.merge_day, list(short.merges)) == (0, [0, 0, 0])


# --- nothing moves that was there before --------------------------------------------------------------------------------------------

LATER = {
    "world": ("moves", "move_stream", "residence_cut"),
    "acts": ("cooling", "special", "by_region", "region_factor", "region_seen", "only_on", "asks", "barred", "aims", "leaves", "late", "other_luck"),
    "score": ("publicity", "decay", "merge_day", "merges", "merge_factor", "merge_add", "merge_wrong", "merge_stream", "scale_of", "anew", "update"),
    "associations": ("of_acts", "on_lists", "level", "chance", "toward", "hush", "cut", "cut_on"),
    "lists": ("clerks", "freezes", "retry", "in_region"),
    "ties": ("first", "beyond"),
}  # fmt: skip
"""Tables that came with the scored city, and with firms."""
LONGER = {"rightful_if": 7, "appeals": 7, "upheld": 7, "pay_delay": 7}
"""Tables by basis, of which there were so many before risk scores were one."""
KINDS_OF_TIES = 8

BEFORE = {
    "defaulter-list": "3ceead31882f2133fe891a4c9e6f0f4e 83312bbb9fc280a3", "defaulter-list-on-paper": "febf2bffb3788a4d663e0931db463822 667378d12be330ae", "suzhou-2016": "ace641ba6a17adf083110062995a25d3 857de3cfd510835a", "unemployment-fraud-flag": "6d337e2b0c065d0b60d355052f91f200 40464cc638e99124",
    "0": "11843dd44a923df1bbe9759614c27a92 d8775d11f3a05286", "1": "4e012ef24e6feafe0f7ca36e0d0dd376 f6ee868eff927eca",
}  # fmt: skip
"""The older tables of each scenario as they were before, by the digest of what was asked: a file that is written anew is not compared."""


def cropped(part: str, field: str, x: Any) -> Any:
    """A table as long as it was when there were fewer bases and fewer kinds of tie."""
    if field in LONGER:
        return x[..., : LONGER[field]]
    return x[:KINDS_OF_TIES] if part == "ties" and len(x) == len(TIE_KINDS) else x


def older(plan: Plan) -> str:
    h = hashlib.blake2b(digest_size=8)
    for part, tables in plan.core._asdict().items():
        for field, x in zip(tables._fields, tables, strict=True):
            if field not in LATER.get(part, ()):
                a = np.ascontiguousarray(cropped(part, field, x))
                h.update(f"{part}.{field} {a.dtype} {a.shape}".encode() + a.tobytes())
    return h.hexdigest()


def test_the_older_tables_of_every_older_scenario_are_what_they_were() -> None:
    for name, before in BEFORE.items():
        digest, _, tables = before.partition(" ")
        loaded = from_raw(world(int(name)), "world") if name.isdigit() else read_scenario(name, people=5_000, days=60)
        if loaded.digest == digest:
            assert older(compile_plan(loaded)[0]) == tables, name


def test_a_scenario_that_says_nothing_new_has_neutral_new_tables() -> None:
    plan = compile_plan(read_scenario("suzhou-2016", people=5_000, days=60))[0]
    a, s, by, lists = plan.acts, plan.score, plan.associations, plan.lists
    for zero in (plan.world.moves, a.cooling, a.special, a.by_region, a.only_on, a.barred, a.leaves, s.publicity, s.decay,
                 s.merge_day, s.merges, s.merge_add, s.merge_wrong, by.level, by.chance, by.toward, by.hush, by.cut, by.cut_on,
                 lists.freezes, lists.retry, a.late, s.scale_of, s.anew, s.update - np.arange(plan.world.days + 2)):  # fmt: skip
        assert not np.any(zero)
    for filled, value in ((a.region_factor, ONE), (a.region_seen, ONE), (a.asks, NO_SCORE_ASKED), (a.aims, -1),
                          (s.merge_factor, QUEUE_UNIT), (by.of_acts, 1), (by.on_lists, ALL_LISTS), (lists.clerks, NO_CLERKS_NEEDED), (lists.in_region, 1)):  # fmt: skip
        assert (np.asarray(filled) == value).all()


def test_the_schema_for_editors_knows_every_new_key() -> None:
    text = str(json_schema())
    for key in ("cooling_off_days", "toward", "chance", "only_while_on", "asks", "aimed_at", "leaves", "by_region", "tie_cutting",
                "publicity", "clerks", "blocked", "tried_again_after", "moves", "convert", "wrong_files", "identification", "cameras",
                "points_by_region", "level_by_region", "moving"):  # fmt: skip
        assert f"'{key}'" in text, key


# --- what cannot be meant ---------------------------------------------------------------------------------------------------------

ACT = "    act_#: {rate: 1 per year}\n"


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("points: -3}", "points: -3, cap: {count: 1, window_days: 9}, cooling_off_days: 9}", "rules.debt_rule.cooling_off_days", "one count is kept for an act"),
        ("points: -3}", "points: -3, cooling_off_days: 0}", "rules.debt_rule.cooling_off_days", "is not a time"),
        ("fraction: 0.3}", "fraction: 0.3, acts: [dept]}", "associations.friends.acts[0]", 'Did you mean "debt"?'),
        ("fraction: 0.3}", "fraction: 0.3, acts: []}", "associations.friends.acts", "nothing counts"),
        ("fraction: 0.3}", "fraction: 0.3, lists: [dishonest]}", "associations.friends.lists", "belongs to listing or list or company"),
        ("fraction: 0.3}", "fraction: 0.3, toward: children}", "associations.friends.toward", "on parent_child ties only"),
        ("fraction: 0.3}", "fraction: 0.3, chilling: 0.1}", "associations.friends.chilling", "conduct.answers has no chilling"),
        ("fraction: 0.3}", "transfer: standing, points: 3}", "associations.friends", "transfer standing needs level"),
        ("fraction: 0.3}", "transfer: company, points: 3}", "associations.friends", "transfer company needs acts, chance"),
        ("fraction: 0.3}", "transfer: standing, points: 3, level: 300}", "associations.friends.level", "outside the scale from 0 to 200"),
        ("fraction: 0.3}", "transfer: listing, points: 3, lists: [dishonst]}", "associations.friends.lists[0]", 'Did you mean "dishonest"?'),
        ("      envelope", "      only_while_on: [dishonst]\n      envelope", "conduct.acts.debt.only_while_on[0]", 'Did you mean "dishonest"?'),
        ("      envelope", "      only_while_on: []\n      envelope", "conduct.acts.debt.only_while_on", "name the lists"),
        ("      envelope", "      asks: {not_on: [dishonst]}\n      envelope", "conduct.acts.debt.asks.not_on[0]", 'Did you mean "dishonest"?'),
        ("      envelope", "      asks: {consequence: fligth}\n      envelope", "conduct.acts.debt.asks.consequence", 'Did you mean "flight"?'),
        ("      envelope", "      asks: {cost: {days: 1}}\n      envelope", "conduct.acts.debt.asks", "asks for nothing"),
        ("      envelope", "      asks: {score_at_least: 900}\n      envelope", "conduct.acts.debt.asks.score_at_least", "outside the scale"),
        ("      envelope", "      aimed_at: school\n      envelope", "conduct.acts.debt.aimed_at", "world.ties has no school"),
        ("by_group: {A: 1.5}", "by_region: {west: 2}", "conduct.acts.debt.by_region.west", '"west" is not one of world.regions'),
        ("by_group: {A: 1.5}", "by_region: {all: -2}", "conduct.acts.debt.by_region.all", "-2 is not between 0 and"),
        ("  demand:\n", "  answers: {tie_cutting: {ties: {school: 0.5}, lists: [dishonest]}}\n  demand:\n", "conduct.answers.tie_cutting.ties.school", "world.ties has no school"),
        ("  demand:\n", "  answers: {tie_cutting: {ties: {friends: 0.5}, lists: [dishonst]}}\n  demand:\n", "conduct.answers.tie_cutting.lists[0]", 'Did you mean "dishonest"?'),
        ("  demand:\n", "  answers: {tie_cutting: {ties: {freinds: 0.5}, lists: [dishonest]}}\n  demand:\n", "conduct.answers.tie_cutting.ties.freinds", 'Did you mean "friends"?'),
        ("  demand:\n", "  answers: {chilling: {most: 0.5, publicity: -1}}\n  demand:\n", "conduct.answers.chilling.publicity", "-1 is not between 0 and"),
        ("notice: {served", "appeal: {filed: {}, upheld: {}, clerks: {decisions_per_day: -1, for_people: 9}}, notice: {served", "practice.lists.dishonest.appeal.clerks.decisions_per_day", "is not between 0 and"),
        ("notice: {served", "appeal: {filed: {}, upheld: {}, clerks: {decisions_per_day: 1, for_people: 0}}, notice: {served", "practice.lists.dishonest.appeal.clerks.for_people", "at least one person"),
        (*BLOCKED, "practice.lists.dishonest.payment.blocked", "no consequence of dishonest freezes assets"),
        ("{court: {seen: 0.9}}", "{court: {cameras: {per_person: 0.1, number: 5, people: 7, reach: 1}}}", "practice.sensing.court.cameras", "cameras say either per_person, or both"),
        ("{court: {seen: 0.9}}", "{court: {cameras: {per_person: -0.1, reach: 1}}}", "practice.sensing.court.cameras.per_person", "-0.1 is not between 0 and"),
        ("{court: {seen: 0.9}}", "{court: {identification: {gallery: 9}}}", "practice.sensing.court.identification", "exactly one of false_match_per_comparison, published"),
        ("{court: {seen: 0.9}}", "{court: {by_region: {west: 0.5}}}", "practice.sensing.court.by_region.west", "not one of world.regions"),
        ("{court: {seen: 0.9}}", "{court: {}}\n  linkage: {cort: {missed: 0.1}}", "practice.linkage.cort", 'Did you mean "court"?'),
        ("  groups:", "  moves: 0.1\n  groups:", "world.moves", "at most 0"),
        ("world:\n", MERGE + "world:\n", "shocks.one_register.convert.west", "not one of world.regions"),
        ("world:\n", MERGE.replace("2014-02", "2013-02") + "world:\n", "shocks.one_register.from", "2013-02-01 is before the run starts, 2014-01-01"),
        ("world:\n", MERGE.replace("merge", "leak") + "world:\n", "shocks.one_register.wrong_files", "belongs to a merge, and this is leak"),
        ("world:\n", MERGE + MERGE.partition("\n")[2].replace("one_", "two_") + "world:\n", "shocks.two_register", "registers are merged once"),
        ("baseline: 100,", "baseline: 100, decay: {points_per_year: -5},", "score.decay.points_per_year", "is not between 0 and"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_place_and_reason(
    refused: Refused, old: str, new: str, path: str, says: str
) -> None:
    found = refused((old, new))
    assert [line for line in found if f"  {path}: " in line and says in line], "\n".join(found)


def test_a_merge_leaves_one_number_of_an_act_free(refused: Refused) -> None:
    acts = "".join(ACT.replace("#", str(n)) for n in range(255))
    found = refused(
        ("world:\n", "shocks:\n  - {id: x, kind: merge, from: 2014-02-01}\nworld:\n"), ("  acts:\n", "  acts:\n" + acts)
    )
    assert any("conduct.acts: 256 acts; 255 is the limit where registers are merged" in line for line in found)


def test_a_bounced_payment_says_when_it_is_tried_again(refused: Refused) -> None:
    found = refused(FROZEN, (BLOCKED[0], BLOCKED[1].replace(", tried_again_after: 1 week", "")))
    assert any(
        "practice.lists.dishonest.payment: payments may bounce" in line and "tried_again_after" in line
        for line in found
    )


def test_a_name_of_a_list_is_refused_where_the_scenario_has_no_list_at_all(refused: Refused) -> None:
    found = refused(
        ("lists:\n  - id: dishonest\n    max_days: {value: 2 years, source: assumption, range: [1 year, 3 years]}\n    entry: {trigger: {rule: debt_rule}}\n", ""),
        ("consequences:\n  - {id: flight, context: travel, kind: refusal, trigger: {list: dishonest}}\n", ""),
        ("      envelope", "      only_while_on: [dishonest]\n      envelope"),
    )  # fmt: skip
    assert any("conduct.acts.debt.only_while_on[0]: " in line and "There: none" in line for line in found)


def test_an_act_for_people_on_a_list_is_done_by_nobody_where_a_variant_has_no_lists(write: Write) -> None:
    gone = "{name: bare, set: {lists: [], consequences: [], rules: [], practice.lists: {}, conduct.demand: {}}}"
    plan = plan_of(
        write(
            ("      envelope", "      only_while_on: [dishonest]\n      envelope"),
            ("  - {name: told", f"  - {gone}\n  - {{name: told"),
        )
    )
    assert list(plan.acts.only_on[0]) == [1, 1, 1]


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [("conduct.acts.debt.aimed_at", "friends", "aimed_at"), ("associations[0].acts", ["debt"], "acts"), ("conduct.acts.debt.leaves", True, "leaves"), ("score.baseline", 120, "score.baseline")],
)  # fmt: skip
def test_what_the_tables_keep_once_may_not_differ_between_variants(
    write: Write, path: str, value: Any, what: str
) -> None:
    raw = read_scenario(write()).raw
    raw = {**raw, "variants": [*raw["variants"], {"name": "other", "set": {path: value}}]}
    with pytest.raises(ScenarioError, match=rf"{what}: differs between variants"):
        compile_plan(from_raw(raw, "small"))


# --- the page ---------------------------------------------------------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[2] / "docs/scheme-file.md"
KEYS = {
    "Association": ("toward", "acts", "lists", "level", "chance", "chilling"), "Act": ("by_region", "only_while_on", "asks", "aimed_at", "leaves"),
    "Asks": ("consequence", "score_at_least", "not_on", "cost"), "Cost": ("days", "money"), "Chilling": ("form", "step", "most", "publicity"),
    "TieCutting": ("ties", "lists"), "Clerks": ("decisions_per_day", "for_people"), "PaymentPractice": ("blocked", "tried_again_after"),
    "Sensing": ("by_region", "cameras", "identification", "delay_days"), "LinkagePractice": ("missed", "false"), "Shock": ("convert", "wrong_files", "by_group"),
    "Conversion": ("factor", "add"), "World": ("moves",), "Rule": ("cooling_off_days", "points_by_region"), "ListModel": ("regions",), "Score": ("update",), "Decay": ("points_per_year",),
}  # fmt: skip


def said(node: Any) -> set[tuple[str, str]]:
    """Every key that a scenario gives, with the model it stands in."""
    if isinstance(node, BaseModel):
        own = {(type(node).__name__, name) for name in node.model_fields_set}
        return own.union(*(said(getattr(node, name)) for name in node.model_fields_set))
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple) else ()
    return set().union(*map(said, inner))


def test_the_example_of_the_page_says_all_of_it_and_is_simulated_whole(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "city.yaml").write_text(text, encoding="utf-8")
    loaded = read_scenario(tmp_path / "city.yaml")
    assert {(model, key) for model, keys in KEYS.items() for key in keys} - said(loaded.scenario) == set()
    assert unsimulated(loaded.scenario) == []
    plan = compile_plan(loaded)[0]
    assert list(plan.associations.transfer) == [0, 1, 2, 3]
    assert plan.acts.special.sum() == 6, "five acts, and one of them at two prices"
