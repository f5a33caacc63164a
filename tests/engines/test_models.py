"""Models against closed forms, against a plain telling by hand, and to the same bytes however they are run."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from glasshouse.chance import TRAIT, draw
from glasshouse.codes import BASES, KINDS
from glasshouse.engines.cpu import Engine, Result, live_all
from glasshouse.experiments.lottery import lottery
from glasshouse.experiments.removal import NotApplicable, removal_gate
from glasshouse.experiments.whose import ANSWERS, whose_conduct
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.compile_models import curves
from glasshouse.scenario.elements import NO_SCHEME
from glasshouse.scenario.model_tables import ModelTables
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.schema import ErrorCurve
from glasshouse.scenario.tables import Plan
from glasshouse.scenario.training import whole_log
from models import FEATURES, city

LEARNING = {"features": FEATURES, "errors": {"auc": 0.6}, "retrains": True}
SAMPLE = {"people": 400, "target": 0.5, "by_group": {"B": 0.7}, "groups": {"A": 0.5, "B": 0.5}}


def plan_of(raw: dict[str, Any]) -> Plan:
    return compile_plan(from_raw(raw, "city"))[0]


def rounds_of(result: Result, v: int = 0) -> list[dict[str, Any]]:
    table = result.tables["rounds"]
    return [{k: x[n] for k, x in table.items()} for n in np.flatnonzero(table["variant"] == v)]


def within(found: float, expected: float, n: float, sd: float = 3.0) -> bool:
    return abs(found - expected) <= sd * math.sqrt(max(expected * (1 - expected), 1e-9) / n)


def test_a_threshold_has_the_errors_that_are_stated_of_each_group() -> None:
    raw = city(30_000, 1, chooses={"by": "threshold", "threshold": 0})
    of = {"AB"[r["group"]]: r for r in rounds_of(live_all(plan_of(raw)))}
    for group, target, fpr, tpr in (("A", 0.2, 0.1, 0.6), ("B", 0.3, 0.25, 0.5)):
        r = of[group]
        assert within(r["true"] / r["eligible"], target, r["eligible"])
        assert within(r["found"] / r["true"], tpr, r["true"])
        innocent = r["eligible"] - r["true"]
        assert within((r["chosen"] - r["found"]) / innocent, fpr, innocent)


def test_an_area_under_the_curve_is_kept_by_its_two_curves() -> None:
    luck = curves(ErrorCurve.model_validate({"auc": 0.7}))
    beats = np.searchsorted(np.sort(luck[0]), luck[1]).mean() / luck.shape[1]
    assert beats == pytest.approx(0.7, abs=0.002)


def test_a_capacity_is_kept_exactly_and_the_highest_risks_are_chosen() -> None:
    result = live_all(plan_of(city(features=FEATURES, weights={"late": 1, "moved": 0.5})))
    days = Counter(r["day"] for r in rounds_of(result) for _ in range(int(r["chosen"])))
    assert days == dict.fromkeys((1, 11, 21, 31), 50)
    filed = result.tables["filings"]
    assert set(filed["kind"].tolist()) == {KINDS.index("model")}
    cleared = filed["rightful"] == 0
    assert set(filed["basis"][cleared].tolist()) == {BASES.index("risk_score")}
    assert len(result.cases["person"]) == 200


def test_a_lottery_of_the_same_number_finds_what_there_is_and_a_model_finds_more() -> None:
    variants = [
        {"name": "factual"},
        {"name": "lottery", "set": {"practice.models.risk.chooses": {"by": "lottery", "same_number": True}}},
        {"name": "nobody", "set": {"practice.models.risk.chooses": {"by": "nobody"}}},
    ]
    raw = city(20_000, 1, variants, chooses={"by": "threshold", "threshold": 0.5})
    result = live_all(plan_of(raw))
    model, lottery, nobody = (rounds_of(result, v) for v in range(3))
    chosen, drawn = (sum(r["chosen"] for r in rows) for rows in (model, lottery))
    assert chosen == drawn > 1_000
    assert sum(r["chosen"] for r in nobody) == 0
    share = sum(r["true"] for r in lottery) / sum(r["eligible"] for r in lottery)
    found = sum(r["found"] for r in lottery) / drawn
    assert within(found, share, drawn)
    assert sum(r["found"] for r in model) / chosen > found + 0.1


def test_the_comparators_hold_for_a_list_that_a_model_files_for() -> None:
    raw = city(2_000, 25, sample=SAMPLE, **LEARNING)
    loaded = from_raw(raw, "city")
    patches = {"lottery": lottery(loaded, 1), "no-scheme": NO_SCHEME.patch(loaded.scenario)}
    raw["variants"] += [{"name": name, "set": patch} for name, patch in patches.items()]
    cases = live_all(plan_of(raw)).cases
    model, drawn, none = (cases["variant"] == v for v in range(3))
    assert model.sum() == drawn.sum() == 150
    assert none.sum() == 0
    assert cases["rightful"][model].mean() > cases["rightful"][drawn].mean()


def risk_by_hand(
    plan: Plan, m: ModelTables, v: int, n: int, person: int, weight: list[int]
) -> tuple[int, int, int, set[int]]:
    """Risk, tie-break, truth and features of one person, as day.md, 23, says it."""
    w = plan.world

    def words(index: int, stream: int) -> list[int]:
        return [int(x) for x in draw(index, 0, TRAIT, 0, person, stream, w.k0, w.k1)]

    g = int(np.searchsorted(w.group_cut, np.uint64(words(0, w.group_stream)[0]), side="right"))
    anew, fresh = words(n, m.truth_stream)[:2]
    word = fresh if anew < int(m.renews[v]) else words(0, m.truth_stream)[2]
    truth = int(word < int(m.prevalence[v, g]))
    has = {f for f in range(len(m.features)) if words(f, m.feature_stream)[0] < int(m.has[v, f, truth, g])}
    step, tie = words(n, m.luck_stream)[:2]
    risk = sum(weight[f] for f in has) + int(m.adjust[v, g]) + int(m.stated[v, g, truth, step >> 20])
    return risk, tie, truth, has


def test_retraining_by_hand_on_a_tiny_world() -> None:
    raw = city(
        90,
        12,
        chooses={"by": "capacity", "number": 12},
        renews=0.5,
        rounds={"every_days": 3},
        sample=SAMPLE,
        **LEARNING,
    )
    raw["lists"][0]["max_days"] = 4
    plan = plan_of(raw)
    m = plan.outside.models[0]
    result = live_all(plan)
    listed = {
        (int(p), int(a)): int(c)
        for p, a, c in zip(*(result.cases[k] for k in ("person", "opened", "closed")), strict=True)
    }
    counts = m.sample[0].copy()
    weight = m.weight[0].tolist()
    assert weight != [0, 0]
    for n, day in enumerate((1, 4, 7, 10), 1):
        away = {p for (p, a), c in listed.items() if a < day and (c == 0 or c > day)}
        looked = {p: risk_by_hand(plan, m, 0, n, p, weight) for p in range(90) if p not in away}
        chosen = sorted(looked, key=lambda p: (-looked[p][0], -looked[p][1], p))[:12]
        assert {p for p, a in listed if a == day} == set(chosen)
        assert next(r["weight_late"] for r in rounds_of(result) if r["day"] == day) == weight[0]
        for p in chosen:
            for f in range(2):
                counts[f, int(f in looked[p][3]), looked[p][2]] += 1
        exact = [[[math.log2(int(x) + 1) for x in has] for has in f] for f in counts]
        weight = [
            math.floor(256 * e[1][1])
            - math.floor(256 * e[0][1])
            - math.floor(256 * e[1][0])
            + math.floor(256 * e[0][0])
            for e in exact
        ]


def test_a_logarithm_by_whole_numbers_is_the_logarithm_rounded_down() -> None:
    from glasshouse.scenario.compile_models import log_cut

    for x in (1, 2, 3, 7, 255, 256, 257, 12_707, 999_983):
        assert whole_log(x, log_cut()) == math.floor(256 * math.log2(x))


def test_a_fix_makes_the_sample_even_and_people_unlike_it_uneven_the_other_way() -> None:
    moved = {"moved": {"if_true": 0.4, "if_not": 0.35, "by_group": {"B": {"if_true": 0.9, "if_not": 0.85}}}}
    live = {"moved": {"if_true": 0.4, "if_not": 0.35, "by_group": {"B": {"if_true": 0.45, "if_not": 0.4}}}}
    told = {
        "features": live,
        "weights": {"moved": 1.5},
        "errors": {"auc": 0.65},
        "sample": {**SAMPLE, "features": moved},
    }
    variants = [
        {"name": "factual"},
        {"name": "fixed", "set": {"practice.models.risk.equalise": "false_positives"}},
    ]
    chooses = {"by": "capacity", "number": 2_000}
    result = live_all(plan_of(city(20_000, 1, variants, chooses=chooses, target_by_group={}, **told)))

    def wrong(v: int) -> list[float]:
        return [(r["chosen"] - r["found"]) / (r["eligible"] - r["true"]) for r in rounds_of(result, v)]

    before, after = wrong(0), wrong(1)
    assert before[1] > before[0]
    assert after[1] < after[0] - 0.03


def same(one: Result, other: Result) -> None:
    for table in ("filings", "rounds"):
        for name, column in one.tables[table].items():
            np.testing.assert_array_equal(np.ma.filled(column, -1), np.ma.filled(other.tables[table][name], -1))
    for table in ("daily", "cases", "people"):
        for name, column in getattr(one, table).items():
            np.testing.assert_array_equal(column, getattr(other, table)[name], err_msg=f"{table} {name}")


def test_threads_and_a_stop_midway_give_the_same_bytes() -> None:
    plan = plan_of(city(64 * 16 * 3, 30, sample=SAMPLE, **LEARNING))
    one = live_all(plan)
    same(one, live_all(plan, threads=2))
    first = Engine(plan).run(15)
    saved = {k: np.array(x) for k, x in first.snapshot().items()}
    same(one, Engine(plan).restore(saved).run().result())


def test_a_variant_that_changes_nothing_is_the_base() -> None:
    result = live_all(plan_of(city(500, 25, [{"name": "factual"}, {"name": "again"}], sample=SAMPLE, **LEARNING)))
    for a, b in zip(rounds_of(result, 0), rounds_of(result, 1), strict=True):
        assert {**a, "variant": 0} == {**b, "variant": 0}


def test_being_chosen_by_a_model_is_nobodys_conduct() -> None:
    answers = whose_conduct(from_raw(city(300, 12), "city"), threads=1)["listed_days"]
    assert {ANSWERS[n] for n in answers.tolist()} == {"not harmed", "nobody's conduct"}


def test_rounds_are_a_channel_through_which_everybody_reaches_everybody() -> None:
    with pytest.raises(NotApplicable, match="rounds of a model"):
        removal_gate(from_raw(city(200, 5), "city"), 7)
