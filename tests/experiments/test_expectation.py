"""The expected course against closed forms, in worlds simple enough to have one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from glasshouse.errors import UsageError
from glasshouse.experiments import expectation as x

DAYS, PEOPLE = 1500, 1_000_000
BASES = len(x.BASES)


def plain(rate: float = 0.01) -> x.Parameters:
    """Everybody alike; own acts only, always listed; no notice, payment, term or correction; one gate that opens at once."""
    nobody = np.zeros(BASES)
    entry = x.Entry(
        rate=np.full(DAYS, rate), seen=np.ones(DAYS), wrong=0.0, group_share=np.ones(1), group_factor=np.ones(1), class_share=np.ones(1),
        class_multiple=np.ones(1), circumstance=np.ones((1, 1)), goes_on=np.ones(1), basis=(0,), rightful=(True,) + (False,) * (BASES - 1),
    )  # fmt: skip
    redress = x.Redress(0.0, np.ones(1), False, nobody, np.ones(1), 0.0, np.ones(1), nobody)
    leaving = x.Leaving(nobody, np.ones(1), 0.0, 0, 0.0, 0.0, 0, -1, "from_entry")
    gate = x.Gate(np.full(DAYS, 0.02), 0.3, np.full(DAYS, 4.0), np.zeros(DAYS), 1.0, 0.0)
    return x.Parameters(PEOPLE, 1.0, date(2014, 1, 1), DAYS, entry, redress, leaving, {"flight": gate})


def test_without_an_exit_the_listed_fill_up_exponentially():
    course = x.list_course(plain(0.1), rounds=12)
    expected = PEOPLE * -np.expm1(-0.1 / x.YEAR * np.arange(1, DAYS + 1))
    assert course.listed == pytest.approx(expected, rel=1e-3)
    assert course.delistings == pytest.approx(0.0, abs=1e-6)


def test_a_constant_hazard_of_paying_gives_the_stock_of_one_tank():
    p = plain()
    paying = replace(p.leaving, pay_rate=np.full(BASES, 0.5))
    course = x.list_course(replace(p, leaving=paying))
    day = np.arange(1, DAYS + 1)
    tank = course.listings.mean() * -np.expm1(-0.5 / x.YEAR * day) / (0.5 / x.YEAR)
    assert course.listed[200:] == pytest.approx(tank[200:], rel=0.01)
    assert course.complied.sum() == pytest.approx(course.delistings.sum(), rel=1e-6)
    assert course.complied.sum() == pytest.approx(course.listings.sum() - course.listed[-1], rel=1e-6)


def test_a_term_of_a_hundred_days_keeps_a_hundred_days_of_listings():
    p = plain()
    course = x.list_course(replace(p, leaving=replace(p.leaving, term=100, termed=1.0)))
    assert course.listed[-1] == pytest.approx(course.listings[-100:].sum(), rel=1e-6)


@pytest.mark.parametrize(("older", "left"), [("from_that_day", 1.0), ("from_entry", 0.0), ("never", 1.0)])
def test_older_entries_leave_as_the_law_was_read(older: str, left: float):
    leaving = replace(plain().leaving, term=100, termed=1.0, term_from=500, older=older)
    stays = x.not_expired(leaving, np.array([10, 490]), DAYS)
    assert stays[0, 501] == left
    assert stays[0, 499] == 1.0
    assert stays[0, 1400] == (1.0 if older == "never" else 0.0)


def test_everybody_who_always_learns_is_refused_exactly_once():
    p = plain()
    course = x.list_course(p)
    tries, trips, people = x.gate_course(p.gates["flight"], course)
    old = course.listings[: DAYS - 600].sum()  # after 600 days at 2 % a day everybody has tried
    assert trips == pytest.approx(people)
    assert tries == pytest.approx(4 * trips)
    assert people.sum() == pytest.approx(0.3 * (old + course.listings[DAYS - 600 :].sum()), rel=0.05)
    assert people.sum() < 0.3 * course.listings.sum()


def test_people_who_never_learn_try_as_long_as_they_are_listed():
    p = plain()
    gate = replace(p.gates["flight"], never_learns=1.0)
    course = x.list_course(p)
    _, trips, _ = x.gate_course(gate, course)
    standing = np.concatenate([[0.0], course.listed[:-1]])
    assert trips == pytest.approx(0.02 * 0.3 * standing, rel=1e-9)


def test_those_who_evade_are_neither_refused_nor_taught():
    p = plain()
    gate = replace(p.gates["flight"], evade=np.where(np.arange(DAYS) < 700, 1.0, 0.0))
    course = x.list_course(p)
    _, trips, _ = x.gate_course(gate, course)
    assert trips[:700].sum() == 0
    assert trips[700] == pytest.approx(0.02 * 0.3 * course.listed[699], rel=1e-9)


def test_a_gate_tried_hundreds_of_times_is_computed_without_overflow():
    p = plain()
    gate = replace(p.gates["flight"], trip=np.full(DAYS, 0.5))
    _, trips, people = x.gate_course(gate, x.list_course(p))
    assert np.isfinite(trips).all()
    assert trips.sum() == pytest.approx(people.sum())


def test_stray_files_list_as_many_as_are_misfiled():
    p = plain()
    course = x.list_course(replace(p, entry=replace(p.entry, wrong=0.25)))
    assert course.by_basis[x.WRONG].sum() == pytest.approx(0.25 * course.listings.sum(), rel=0.01)
    assert course.wrongful_listed[-1] == pytest.approx(0.25 * course.listed[-1], rel=0.01)


def test_a_correction_falls_on_the_day_that_its_delays_add_up_to():
    p = plain()
    redress = x.Redress(
        1.0, x.delay_always(2), False, np.ones(BASES), x.delay_always(5), 1.0, x.delay_always(10), np.ones(BASES)
    )
    decided = x.learnt_and_decided(replace(p, redress=redress), np.array([100]))
    day = int(np.argmax(decided[0] > 0.5))
    assert day == 100 + 1 + 2 + 5 + 1 + 10


def test_cohorts_of_a_week_say_what_cohorts_of_a_day_say():
    p = plain()
    p = replace(p, leaving=replace(p.leaving, pay_rate=np.full(BASES, 0.3)))
    daily, weekly = x.list_course(p, 1), x.list_course(p, 7)
    assert weekly.complied.sum() == pytest.approx(daily.complied.sum(), rel=2e-3)
    a, b = (x.gate_course(p.gates["flight"], c)[0].sum() for c in (daily, weekly))
    assert b == pytest.approx(a, rel=2e-3)


def test_the_mean_of_a_bunch_is_cut_where_the_tables_cut_it():
    assert x.bunch(np.array([8.7]))[0] == pytest.approx(8.7)
    assert x.bunch(np.array([200.0]))[0] < 180


def test_a_scenario_with_a_score_is_refused():
    from glasshouse.scenario.reading import read_scenario

    loaded = read_scenario("defaulter-list")
    scored = loaded.scenario.model_copy(update={"lists": []})
    with pytest.raises(UsageError, match="one act and one list"):
        x.parameters_of(scored)


def test_what_the_averages_know_nothing_of_is_refused_by_its_path():
    from glasshouse.scenario.reading import read_scenario

    sets = ["practice.linkage.court_record.missed=0.04"]
    scenario = read_scenario("defaulter-list", sets=sets).scenario
    with pytest.raises(UsageError, match=r"practice\.linkage"):
        x.parameters_of(scenario)
