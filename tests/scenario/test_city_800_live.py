"""The city with a live score out of 800: what its rules can add up to, and what is lived under them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.engines import cpu
from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.compile import asked, compile_plan
from glasshouse.scenario.evidence import standing_label
from glasshouse.scenario.reading import Loaded, read_scenario


@pytest.fixture(scope="module")
def city() -> Loaded:
    return read_scenario("city-800-live", people=20_000)


def test_it_is_hypothetical_disputed_and_simulated_whole(city: Loaded) -> None:
    assert str(standing_label(city.scenario)) == "hypothetical, disputed"
    assert unsimulated(city.scenario) == []


def test_a_household_with_a_small_child_may_pass_770_in_two_years_and_one_that_only_pays_bills_may_not(
    city: Loaded,
) -> None:
    score, rules = city.scenario.score, {r.id: r for r in city.scenario.rules}
    assert score is not None
    assert score.decay is not None
    assert score.decay.points_per_year is not None
    drift = 2 * score.decay.points_per_year.value
    bill, nappies = rules["bill_paid"], rules["nappies"]
    assert bill.cap is not None
    assert bill.points is not None
    assert nappies.points is not None
    assert nappies.cooling_off_days is not None
    bills = 2 * bill.cap.count.value * bill.points.value
    bought = 730 // nappies.cooling_off_days.value * nappies.points.value
    start = score.baseline.value
    assert start + bills - drift < 700
    assert start + bills + bought - drift > 770


def test_perks_begin_where_their_consequences_say(city: Loaded) -> None:
    conduct = city.scenario.conduct
    assert conduct is not None
    asks = {name: asked(city.scenario, act.asks) for name, act in conduct.acts.items() if act.asks}
    assert asks == {
        "takes_room_or_car": (700, ()), "asks_for_loan": (720, ()), "applies_for_place": (750, ()),
    }  # fmt: skip


@pytest.fixture(scope="module")
def lived(city: Loaded) -> tuple[dict[str, int], Any]:
    plan, names = compile_plan(city)
    return {name: v for v, name in enumerate(names.variants)}, cpu.live_all(plan)


@pytest.mark.slow
def test_most_model_citizens_are_made_by_shopping_and_some_by_family(lived: Any) -> None:
    variant, result = lived
    top = (result.people["score"] >= 770).sum(axis=0)
    assert top[variant["factual"]] > 5 * top[variant["without-shopping"]] > 0
    assert top[variant["factual"]] > top[variant["without-friends-and-family"]]


@pytest.mark.slow
def test_without_what_others_do_fewer_are_listed_and_nobody_for_another(lived: Any) -> None:
    variant, result = lived
    untrusted = result.cases["list"] == 0
    count = np.bincount(result.cases["variant"][untrusted], minlength=4)
    assert 0 < count[variant["without-friends-and-family"]] < 0.8 * count[variant["factual"]]
    assert 0 < count[variant["without-shopping"]] < 0.6 * count[variant["factual"]]
    assert count[variant["one-camera-to-four"]] > 1.5 * count[variant["factual"]]
    for_others = untrusted & (result.cases["basis"] == 3)
    assert (result.cases["variant"][for_others] == variant["factual"]).any()
    assert not (result.cases["variant"][for_others] == variant["without-friends-and-family"]).any()


@pytest.mark.slow
def test_perks_cost_those_who_lack_them_and_what_counts_is_said_less(lived: Any) -> None:
    variant, result = lived
    acts = result.acts.sum(axis=0)
    rooms, critical = 8, 7
    assert acts[variant["factual"], rooms, 3] > 0.9 * acts[variant["factual"], rooms, 0]
    assert acts[variant["factual"], critical, 0] < 0.85 * acts[variant["without-shopping"], critical, 0]


@pytest.mark.slow
def test_more_cameras_see_what_the_closed_form_says(lived: Any) -> None:
    variant, result = lived
    happened, seen, misfiled, _ = result.acts[:, :, 6].sum(axis=0).T
    for name, per_person in (("factual", 200 / 1_400), ("one-camera-to-four", 0.25)):
        v, expected = variant[name], 0.89 * -np.expm1(-0.5 * per_person)
        assert abs(seen[v] / happened[v] - expected) < 4 * np.sqrt(expected / happened[v])
        wrong = 0.00017 * (
            0.00017 / 0.0000167
        )  # a gallery ten times that of 10,000, by the power of the two published sizes
        assert abs(misfiled[v] / seen[v] - wrong) < 4 * np.sqrt(wrong / seen[v])
