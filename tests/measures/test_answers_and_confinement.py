"""What is asked and denied, how people answer, and whether every way out is closed. Each worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.measures import answers, confinement
from glasshouse.measures.frame import Cases
from glasshouse.measures.measure import _Counter
from glasshouse.measures.sources import Acts
from glasshouse.measures.uncertainty import estimate
from measures.hand import cases, listing, value, whole, world
from measures.test_pair import Tables

WAYS = {
    "consequences": [
        {"id": "flight", "context": "travel", "kind": "refusal", "trigger": {"list": "courts"}},
        {"id": "rail", "context": "transport", "kind": "refusal", "trigger": {"list": "city"}},
        {"id": "lounge", "context": "travel", "kind": "perk", "trigger": {"score_above": 700}},
        {"id": "hotel", "context": "hospitality", "kind": "refusal", "trigger": {"list": "courts"}},
    ]
}


def two_ways(rows: list[dict[str, Any]], **changed: Any) -> Cases:
    """A court list that bars flights and a city's list that bars trains; the hotel is no way out."""
    facts: dict[str, Any] = {
        "people": 10,
        "days": 100,
        "lists": ("courts", "city"),
        "gates": ("flight", "rail", "hotel"),
        "scenario": WAYS,
        "bars_movement": {"base": {"flight": (0,), "rail": (1,)}},
    }
    return cases(world(**(facts | changed)), rows)


def on(person: int, a_list: int, opened: int, closed: int, **more: Any) -> dict[str, Any]:
    return listing(person=person, list=a_list, opened=opened, closed=closed, by="paid" if closed else "", **more)


# flights: days 10 to 50 (a second listing within it adds nothing); trains: 30 to 40 and 45 to the end
HELD = [on(0, 0, 10, 40), on(0, 0, 20, 50), on(0, 1, 30, 40), on(0, 1, 45, 0), on(1, 0, 10, 50), on(2, 1, 10, 50)]


def test_who_may_neither_fly_nor_take_a_train_is_confined_on_the_days_that_are_on_both_lists() -> None:
    of = two_ways(HELD)
    assert value(confinement.confined_person_days(of), of) == 10 + 5
    assert value(confinement.confinement_in_effect(of), of) == pytest.approx(1000 * 15 / (10 * 100))
    assert value(confinement.people_confined(of), of) == 1
    days = confinement.confined_days(of, ((0,), (1,)))
    assert list(days) == [0, 0, 10, 5, 0, 0], "the days belong to the listing that closed the last way"


def test_a_way_that_closes_on_the_day_the_other_opens_confines_nobody() -> None:
    of = two_ways([on(0, 0, 10, 20), on(0, 1, 20, 30)])
    assert value(confinement.confined_person_days(of), of) == 0


def test_one_list_that_closes_every_way_confines_all_who_are_on_it() -> None:
    of = two_ways(
        [on(0, 0, 1, 31, group=1), on(1, 0, 91, 0)],
        bars_movement={"base": {"flight": (0,), "rail": (0, 1)}},
        groups=("A", "B"),
        population=np.array([[5, 5]]),
    )
    found = estimate(confinement.confined_person_days(of), of, (None, "group"))
    assert found[None][0].value == 30 + 9
    assert [cell.value for cell in found["group"]] == [9, 30]


def test_confinement_is_the_days_that_a_plain_count_of_every_day_gives() -> None:
    rng = np.random.default_rng(4)
    rows = sorted(
        (
            on(
                int(rng.integers(0, 6)),
                int(rng.integers(0, 2)),
                int(o := rng.integers(1, 90)),
                int(o + rng.integers(1, 30)),
            )
            for _ in range(60)
        ),
        key=lambda row: (row["person"], row["list"]),
    )
    of = two_ways(rows)
    plain = sum(
        all(any(r["opened"] < day <= r["closed"] for r in rows if r["person"] == p and r["list"] == w) for w in (0, 1))
        for p in range(6)
        for day in range(1, 200)
    )
    assert value(confinement.confined_person_days(of), of) == plain > 50


def test_where_a_way_stays_open_or_only_one_is_modelled_nothing_is_said() -> None:
    of = two_ways(HELD, bars_movement={"base": {"flight": (0,)}})
    assert whole(confinement.confined_person_days(of), of).reason == confinement.ONE_IS_OPEN
    of = two_ways(HELD, gates=("flight", "hotel"))
    assert whole(confinement.confined_person_days(of), of).reason == confinement.TOO_FEW


# --- asking and answering ---------------------------------------------------------------------------------------------

CITY = {
    "conduct": {
        "acts": {
            "asks_for_loan": {
                "asks": {"score_at_least": 700, "cost": {"days": 3, "money": {"value": 900, "source": "s"}}}
            },
            "applies": {"asks": {"not_on": ["defaulters"], "cost": {"days": 60}}},
            "sings": {},
            "emigrates": {"leaves": True},
        },
        "answers": {"tie_cutting": {"ties": {"friends": 0.2}, "lists": ["defaulters"]}},
    },
    "practice": {"lists": {"defaulters": {"payment": {"blocked": {"value": 0.6}}}}},
}
ACTS = {"base": {"asks_for_loan": Acts(100, 0, 0, 30), "applies": Acts(20, 0, 0, 6), "sings": Acts(500, 9, 0, 0)}}


def city(**changed: Any) -> Cases:
    return cases(world(sources=Tables(CITY, acts=ACTS, **changed)), [listing()])


def test_of_a_hundred_and_twenty_times_asked_thirty_six_were_denied() -> None:
    of = city()
    found = whole(answers.denied_share(of), of)
    assert (found.value, found.n, found.detail) == (pytest.approx(0.3), 120, {"denials": 36})
    assert {act: value(t, of) for act, t in answers._share_by_act(of, False).items()} == pytest.approx(
        {"asks_for_loan": 0.3, "applies": 0.3}
    )


def test_denials_cost_days_and_money_where_the_scenario_says_how_much() -> None:
    of = city()
    assert value(answers.days_lost_to_denials(of), of) == 30 * 3 + 6 * 60
    assert value(answers.money_lost_to_denials(of), of) == 30 * 900
    assert list(answers._cost_by_act("money")(of, False)) == ["asks_for_loan"]


def test_dropped_ties_people_gone_and_payments_that_bounced_are_those_of_the_days() -> None:
    daily = {
        ("ties_cut", "base"): [[7]],
        ("left", "base"): [[2]],
        ("bounced", "base"): [[3]],
        ("complied", "base"): [[9]],
    }
    of = city(daily=daily)
    counted = [
        _Counter(of).of(count(of))[None][0].value
        for count in (answers.ties_cut, answers.people_left, answers.bounced_payments)
    ]
    assert counted == [7, 2, 3]
    assert value(answers.bounced_payment_share(of), of) == pytest.approx(0.25)


def test_what_a_scenario_does_not_have_is_null_and_not_zero() -> None:
    of = cases(world(sources=Tables({"conduct": {"acts": {"sings": {}}}}, acts={"base": {"sings": Acts(5, 0, 0)}})), [])
    said = {
        answers.denied_share: answers.NOTHING_ASKED,
        answers.money_lost_to_denials: answers.NOTHING_ASKED,
        answers.ties_cut: answers.NOBODY_CUTS,
        answers.people_left: answers.NOBODY_LEAVES,
        answers.bounced_payments: answers.NOTHING_FROZEN,
        answers.bounced_payment_share: answers.NOTHING_FROZEN,
    }
    assert {count: whole(count(of), of).reason for count in said} == said
