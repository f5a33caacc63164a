"""The scenarios of attack and failure: what is published of them, and what follows from what they say."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.codes import BASES, SHOCK
from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.evidence import standing_label
from towns import SIGMAS, Town, lived, near

pytestmark = pytest.mark.slow
INSIDER = BASES.index("insider_or_intruder")


def days_red(variant: str) -> np.ndarray:
    return np.asarray(lived("red-code-misuse").cases(variant, "red")["days"])


def test_1317_of_100000_codes_turn_red_by_chance_and_two_in_three_of_them_elsewhere() -> None:
    town = lived("red-code-misuse")
    assert str(standing_label(town.loaded.scenario)) == "documented"
    for variant in town.names.variants:
        cases = town.cases(variant, "red")
        red = len(cases["person"])
        assert red == len(set(cases["person"].tolist()))
        assert near(red / town.plan.world.people, 0.01317, town.plan.world.people)
        assert near(float((cases["person"] >= town.plan.world.region_cut[0]).mean()), 871 / 1317, red)
        assert set(cases["opened"].tolist()) == {11}
        assert set(cases["basis"].tolist()) == {INSIDER}


def test_a_red_code_is_red_until_it_is_found_or_for_fourteen_days() -> None:
    assert days_red("never-found").max() == 14
    assert (days_red("never-found") == 14).mean() > 0.8  # a few were put right by a call
    assert days_red("factual").max() == 13  # eleven days, one more for some, and the morning after
    assert set(days_red("next-day").tolist()) <= {1, 2, 3}
    assert days_red("hotline-works").mean() < days_red("factual").mean()
    assert days_red("factual").mean() / days_red("next-day").mean() > 4


def test_who_is_red_is_turned_away_as_often_as_they_go_out() -> None:
    town = lived("red-code-misuse")
    trips, people = (town.result.daily[f"{what}_0"][:, town.v("next-day")].sum() for what in ("trips", "people"))
    goes, barred = (
        1 - np.exp(-1.0),
        days_red("next-day") - 1,
    )  # the evening it opens bars nobody, nor the morning it closes
    stays = 1 - 0.2 * goes  # one in five of those turned away does not try again
    expected = goes * (1 - stays**barred) / (1 - stays)
    assert abs(trips - expected.sum()) <= SIGMAS * np.sqrt(expected.sum())
    ever = 1 - (1 - goes) ** barred
    assert abs(people - ever.sum()) <= SIGMAS * np.sqrt((ever * (1 - ever)).sum())


def test_everybody_is_below_100_overnight_and_who_is_put_right_is_as_before() -> None:
    town = lived("mass-listing")
    assert unsimulated(town.loaded.scenario) == []
    v, calm = town.v("factual"), town.v("calm")
    cases = town.cases("factual", "untrusted")
    that_night = cases["cause_kind"] == SHOCK
    assert that_night.sum() > 0.99 * 20_000
    told = town.result.tables["shocks"]
    lacking = told["owed"][(told["variant"] == v) & (told["day"] == town.plan.world.days)][0]
    assert near(lacking / 20_000, 0.01, 20_000)
    score = town.result.people["score"].astype(int)
    assert near((score[:, v] < score[:, calm] - 300).mean(), 0.01, 20_000)


def test_what_clerks_decide_one_by_one_takes_years() -> None:
    one_by_one = lived("mass-listing").cases("one-by-one", "untrusted")
    open_still = (one_by_one["closed"] == 0).sum()
    days_left = 366 - 153
    assert open_still > 20_000 - 5 * days_left


def test_who_is_told_corrects_and_a_leak_finds_less() -> None:
    town = lived("mass-listing")
    copies = copies_in(town)
    out = {
        v: len(np.unique(copies["person"][(copies["variant"] == town.v(v)) & ~np.ma.getmaskarray(copies["leaked"])]))
        for v in ("factual", "told-everywhere", "calm")
    }
    assert out["calm"] < 0.05 * out["told-everywhere"]
    assert out["told-everywhere"] < 0.7 * out["factual"]


def copies_in(town: Town) -> dict[str, np.ndarray]:
    from glasshouse.engines.copies import copies_of

    return copies_of(town.plan, town.result.cases)


def test_a_second_key_lets_through_as_many_as_go_along() -> None:
    town = lived("insider")
    for act in ("buys_points", "pays_for_demerit"):
        happened, seen, _, _ = town.acts("dual-control", act)
        assert near(seen / happened, 0.9 * 0.1, happened)
        assert town.acts("nobody-for-sale", act)[0] == 0
        happened, seen, _, _ = town.acts("factual", act)
        assert near(seen / happened, 0.9, happened)


def test_what_was_bought_is_taken_back_from_nine_in_ten() -> None:
    town = lived("insider")
    told = town.result.tables["shocks"]
    mine = told["variant"] == town.v("factual")
    most, left = told["owed"][mine].max(), told["owed"][mine][-1]
    assert abs(left - 0.1 * most) <= SIGMAS * np.sqrt(most * 0.09)
    never = told["variant"] == town.v("never-found")
    assert told["repaired"][never].sum() == 0
    assert told["owed"][never].max() > most
