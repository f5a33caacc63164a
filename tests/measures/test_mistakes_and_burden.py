"""Mistakes and burden, on listings that can be worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.measures import burden, closed_form, mistakes
from measures.hand import cases, listing, value, whole, world


def test_one_wrong_listing_in_four_is_a_quarter() -> None:
    of = cases(world(), [listing(), listing(), listing(), listing(basis="wrong_person")])
    assert value(mistakes.wrongful_listing_rate(of, by_rights=False), of) == 0.25


def test_a_scheme_that_lists_only_for_criticism_is_right_by_its_rule_and_wrong_by_rights() -> None:
    of = cases(world(), [listing(basis="protected_conduct", rightful=True)] * 3)
    assert value(mistakes.wrongful_listing_rate(of, by_rights=False), of) == 0.0
    assert value(mistakes.wrongful_listing_rate(of, by_rights=True), of) == 1.0
    assert value(mistakes.rights_wrongful_share(of), of) == 1.0


def test_the_shares_by_basis_add_up_to_all_listings() -> None:
    bases = ("own_act", "own_act", "cannot_pay", "stale_record", "wrong_person")
    of = cases(world(), [listing(basis=basis) for basis in bases])
    shares = [value(tally, of) for tally in mistakes._by_basis(of, False).values()]
    assert sum(share for share in shares if share is not None) == pytest.approx(1.0)


def test_no_listing_is_undefined_and_not_zero() -> None:
    of = cases(world(), [])
    found = whole(mistakes.wrongful_listing_rate(of, by_rights=False), of)
    assert found.value is None
    assert found.reason == "no listing to count among"


def test_people_with_a_rightful_listing_are_not_falsely_listed_and_leave_the_denominator() -> None:
    rows = [
        listing(person=0, opened=5, basis="wrong_person"),
        listing(person=1, opened=5, basis="wrong_person"),
        listing(person=1, opened=9),
        listing(person=2, opened=400, basis="wrong_person"),
    ]
    of = cases(world(people=101), rows)
    assert value(mistakes.false_listing_rate(of, by_rights=False), of) == pytest.approx(2 / 100)
    within = mistakes._false_listing_by_horizon(of, False)
    assert value(within["30"], of) == pytest.approx(1 / 100)


def test_one_wrongful_listing_of_ten_days_is_one_day_in_a_thousand() -> None:
    of = cases(world(people=100, days=100), [listing(opened=20, closed=30, by="expired", basis="wrong_person")])
    assert value(mistakes.wrongful_person_days(of, by_rights=False), of) == 10
    assert value(mistakes.wrongful_person_days_per_1000(of, by_rights=False), of) == pytest.approx(1.0)


def test_a_listing_still_open_is_counted_to_the_end_of_the_run() -> None:
    of = cases(world(people=100, days=100), [listing(opened=40, basis="wrong_person")])
    assert value(mistakes.wrongful_person_days(of, by_rights=False), of) == 60


def test_forty_thousand_accusations_in_two_years_are_fifty_five_a_day() -> None:
    of = cases(world(people=40_000, days=730), [listing(basis="wrong_person")] * 40_000)
    assert value(mistakes.false_accusations_per_day(of, by_rights=False), of) == pytest.approx(54.8, abs=0.05)


def test_a_debt_that_was_paid_and_not_cleared_is_a_stale_record() -> None:
    rows = [listing(paid_on=50), listing(), listing(basis="wrong_person"), listing(closed=60, by="paid", paid_on=50)]
    of = cases(world(), rows)
    assert value(mistakes.stale_or_wrong_record_share(of, by_rights=False), of) == pytest.approx(2 / 3)
    assert value(mistakes.exit_condition_met_share(of), of) == pytest.approx(1 / 3)
    assert value(mistakes._by_cause(of, False)["lag"], of) == pytest.approx(1 / 3)


def test_ten_people_barred_for_thirty_days_are_one_day_in_a_thousand() -> None:
    of = cases(world(people=1000, days=300), [listing(opened=10, closed=40, by="expired")] * 10)
    assert value(burden.mobility_loss(of), of) == pytest.approx(1.0)


def test_a_day_barred_by_two_lists_is_one_day() -> None:
    rows = [
        listing(person=7, list=0, opened=10, closed=40, by="paid"),
        listing(person=7, list=0, opened=60, closed=70, by="paid"),
        listing(person=7, list=1, opened=20, closed=65, by="paid"),
        listing(person=8, list=1, opened=5, closed=15, by="paid"),
    ]
    of = cases(world(lists=("a", "b")), rows)
    assert value(burden.mobility_loss_person_days(of), of) == (70 - 10) + (15 - 5)
    assert value(burden.people_listed(of), of) == 2


def test_where_no_gate_bars_movement_the_loss_is_undefined() -> None:
    of = cases(world(bars_movement={"base": {}}), [listing()])
    assert value(burden.mobility_loss(of), of) is None


def test_a_screen_of_a_million_people_accuses_9990_innocents_a_day() -> None:
    assert closed_form.false_accusations_per_day(1e6, 0.001, 0.01, 1.0) == pytest.approx(9990)


def test_nine_in_ten_hits_and_one_false_alarm_in_a_hundred_are_right_once_in_twelve() -> None:
    assert closed_form.ppv(0.001, 0.9, 0.01) == pytest.approx(0.08264, abs=5e-6)


@pytest.mark.parametrize(
    ("base_rate", "ppv", "fnr", "fpr"), [(0.51434, 0.62971, 0.27985, 0.44847), (0.39364, 0.59133, 0.47723, 0.23454)]
)
def test_the_identity_of_the_error_rates_holds_on_published_counts(
    base_rate: float, ppv: float, fnr: float, fpr: float
) -> None:
    assert closed_form.implied_fpr(base_rate, ppv, fnr) == pytest.approx(fpr, abs=5e-5)


def test_a_declared_screen_is_found_whether_its_numbers_are_bare_or_carry_sources() -> None:
    said = {"base_rate": {"value": 0.1, "source": "X"}, "tpr": 0.9, "fpr": 0.01, "screens_per_year": 365.25}
    screen = closed_form.declared_screen({"models": [{"id": "m"}, {"id": "n", "validation": said}]})
    assert screen == closed_form.Screen(0.1, 0.9, 0.01, 1.0)
    assert closed_form.declared_screen({"models": [{"id": "m", "validation": {"fpr": 0.1}}]}) is None


def test_blocks_and_segments_hold_everybody_once() -> None:
    of = world(people=1003, regions=("n", "s"), population=np.array([[400], [603]]))
    assert of.block_people(None).sum() == of.block_people("region").sum() == 1003
    assert np.all(np.diff(of.segments.first) > 0)
    assert set(of.segments.block) == set(range(50))
    assert np.array_equal(np.bincount(of.block_of(np.arange(1003))), of.block_people(None)[:, 0])
