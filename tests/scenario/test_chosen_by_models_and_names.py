"""welfare-risk-score, welfare-debt and no-fly-list: what is lived, against what was published and against a lottery."""

from __future__ import annotations

import math

import numpy as np
import pytest

from towns import SIGMAS, Town, lived, near

pytestmark = pytest.mark.slow
WRONG_PERSON, STALE, RISK_SCORE = 4, 5, 7
DEBTS, PEOPLE_CHARGED, REVIEWS, NOTICES = 470_000, 433_000, 1_000_000, 750_000
DEBT_WORLD = 20_000
ONE_IS = 2_806_000 / DEBT_WORLD


def rates(town: Town, variant: str) -> dict[str, dict[str, float]]:
    """Of each group, over all rounds: the share chosen of those of whom it is not true, and of those of whom it is."""
    table, out = town.result.tables["rounds"], {}
    for n, group in enumerate(town.names.groups):
        mine = (table["variant"] == town.v(variant)) & (table["group"] == n)
        eligible, true, chosen, found = (int(table[k][mine].sum()) for k in ("eligible", "true", "chosen", "found"))
        out[group] = {
            "fpr": (chosen - found) / (eligible - true),
            "tpr": found / true,
            "not_true": eligible - true,
            "true": true,
        }
    return out


def test_as_many_are_investigated_as_was_published_and_a_lottery_finds_what_there_is() -> None:
    town = lived("welfare-risk-score")
    a_year = 1_250 * 20_000 / 30_000
    for variant in ("factual", "lottery", "retrained", "fixed-on-the-sample"):
        assert len(town.cases(variant, "investigation")["person"]) == 4 * round(a_year)
    assert len(town.cases("nobody", "investigation")["person"]) == 0
    drawn, model = (town.cases(v, "investigation")["rightful"] for v in ("lottery", "factual"))
    assert near(float(drawn.mean()), 0.15, len(drawn))
    assert model.mean() > 2 * drawn.mean()
    cleared = town.cases("factual", "investigation")
    assert set(cleared["basis"][cleared["rightful"] == 0].tolist()) == {RISK_SCORE}


def test_the_same_people_are_investigated_again_and_again() -> None:
    town = lived("welfare-risk-score")
    times = {
        v: np.unique(town.cases(v, "investigation")["person"], return_counts=True)[1] for v in ("factual", "lottery")
    }
    assert (times["factual"] > 1).mean() > 4 * (times["lottery"] > 1).mean()
    assert (times["factual"] == 4).sum() > 50 > (times["lottery"] == 4).sum()


def test_a_fix_that_is_even_on_the_sample_turns_the_bias_round_in_live_use_as_the_neighbour_published() -> None:
    town = lived("welfare-risk-score")
    before, after = rates(town, "factual"), rates(town, "fixed-on-the-sample")
    live, was = rates(town, "neighbour-live"), rates(town, "neighbour-before")
    assert before["B"]["fpr"] > 1.3 * before["A"]["fpr"]
    assert was["B"]["fpr"] > 1.3 * was["A"]["fpr"]
    assert after["A"]["fpr"] > 1.3 * after["B"]["fpr"]
    assert live["A"]["fpr"] > 1.3 * live["B"]["fpr"]


def test_debts_a_day_and_people_charged_come_out_of_the_published_rates() -> None:
    town = lived("welfare-debt", people=DEBT_WORLD)
    done = {act: int(town.acts("factual", act)[0]) for act in ("averaged", "overpaid", "explained")}
    for found, published in (
        (done["averaged"], DEBTS),
        (done["averaged"] + done["overpaid"], NOTICES),
        (sum(done.values()), REVIEWS),
    ):
        assert abs(found - published / ONE_IS) < SIGMAS * math.sqrt(published / ONE_IS) + 0.001 * published / ONE_IS
    cases = town.cases("factual", "averaged_debt")
    assert set(cases["basis"].tolist()) == {STALE}
    charged = len(np.unique(cases["person"]))
    assert near(charged / DEBT_WORLD, PEOPLE_CHARGED / 2_806_000, DEBT_WORLD)
    assert len(town.cases("evidence-first", "averaged_debt")["person"]) == 0


def test_half_of_those_stopped_by_a_name_are_somebody_else_and_answers_take_forty_days() -> None:
    town = lived("no-fly-list", people=200_000)
    cases = town.cases("factual", "no_fly")
    wrong = cases["basis"] == WRONG_PERSON
    assert near(float(wrong.mean()), 0.5, len(wrong))
    rest = cases["basis"][~wrong]
    assert near(float((rest == STALE).mean()), 0.38, len(rest))
    answered = town.cases("answered", "no_fly")
    took = (answered["decided"] - answered["appealed"])[answered["decided"] > 0]
    assert abs(took.mean() - 40) < SIGMAS * 40 / math.sqrt(len(took))
    by_birth = town.cases("date-of-birth", "no_fly")["basis"] == WRONG_PERSON
    assert by_birth.sum() < wrong.sum() / 3
