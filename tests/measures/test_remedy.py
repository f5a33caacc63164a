"""Notice, correction and appeal, on listings that can be worked out on paper."""

from __future__ import annotations

import pytest

from glasshouse.measures import remedy
from measures.hand import cases, listing, value, whole, world


def test_of_four_listings_one_never_notified_and_one_late_are_a_quarter_and_a_half() -> None:
    ended = {"opened": 10, "closed": 100, "by": "paid"}
    rows = [listing(**ended, notified_on=11), listing(**ended, notified_on=11), listing(**ended, notified_on=60)]
    of = cases(world(), [*rows, listing(**ended)])
    assert value(remedy.never_notified_share(of), of) == 0.25
    assert value(remedy.notified_before_effect_share(of), of) == 0.5


def test_an_open_listing_is_judged_thirty_days_after_its_effect() -> None:
    rows = [
        listing(opened=10, notified_on=41),
        listing(opened=10, notified_on=42),
        listing(opened=10),
        listing(opened=90),
    ]
    of = cases(world(days=100), rows)
    assert value(remedy.never_notified_share(of), of) == pytest.approx(2 / 3)


def test_the_lag_of_a_notice_counts_from_the_first_day_of_effect() -> None:
    rows = [listing(opened=10, notified_on=11 + lag) for lag in (0, 4, 8)]
    of = cases(world(), rows)
    assert value(remedy.notice_lag_median(of), of) == 4
    assert whole(remedy.notice_lag_median(of), of).detail["quartiles"] == [0.0, 4.0, 8.0]


def test_of_five_wrongful_listings_two_corrected_one_expired_two_open_leave_two_fifths_and_a_half() -> None:
    corrected = {"closed": 50, "by": "corrected", "basis": "wrong_person"}
    rows = [listing(**corrected), listing(**corrected), listing(closed=80, by="expired", basis="stale_record")]
    of = cases(world(), [*rows, listing(basis="wrong_person"), listing(basis="wrong_person")])
    assert value(remedy.cannot_get_off_share(of, by_rights=False), of) == pytest.approx(0.4)
    assert value(remedy.cannot_get_off_share_without_expiry(of, by_rights=False), of) == pytest.approx(0.5)


def test_what_nobody_was_followed_for_is_undefined() -> None:
    of = cases(world(days=200), [listing(basis="wrong_person")])
    found = whole(remedy.cannot_get_off_share(of, by_rights=False), of)
    assert (found.value, found.reason) == (None, "nobody was followed for 365 days")


def test_the_median_time_to_correction_is_that_of_kaplan_and_meier() -> None:
    """The 6-MP arm of Freireich (1963): median 23 weeks, here days."""
    followed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    rows = [listing(closed=1 + t, by="corrected", basis="wrong_person") for t in followed]
    rows += [listing(closed=1 + t, by="paid", basis="wrong_person") for t in censored]
    of = cases(world(), rows)
    assert value(remedy.time_to_correction_median(of, by_rights=False), of) == 23


def test_an_expiry_is_not_a_correction() -> None:
    rows = [listing(closed=31, by="expired", basis="wrong_person")] * 3 + [
        listing(closed=11, by="corrected", basis="wrong_person")
    ]
    of = cases(world(), rows)
    found = whole(remedy.time_to_correction_median(of, by_rights=False), of)
    assert found.value is None
    assert found.detail["happened_within_days"] == {"30": 0.25, "180": 0.25, "365": 0.25}


def test_the_funnel_of_a_hundred_listings() -> None:
    """100 listings, 60 notified, 12 filed, 8 decided, 6 upheld."""
    told = {"notified_on": 20, "learnt_on": 20, "learnt_by": 1}
    filed = told | {"appealed_on": 30}
    upheld, refused = filed | {"decided_on": 60, "decision": 1}, filed | {"decided_on": 60, "decision": 2}
    rows = [listing(**upheld)] * 6 + [listing(**refused)] * 2 + [listing(**filed)] * 4
    rows += [listing(**told)] * 48 + [listing()] * 40
    of = cases(world(people=200), rows)
    stages = {name: value(tally, of) for name, tally in remedy._stages(of, False).items()}
    expected = {"notified": 0.6, "aware": 0.6, "filed": 0.2, "decided": 8 / 12, "upheld": 0.75, "silence": 4 / 12}
    assert stages == pytest.approx(expected)
    assert value(remedy.appeal_funnel(of), of) == pytest.approx(0.06)


def test_appeals_too_young_to_tell_are_not_silence() -> None:
    of = cases(world(days=400), [listing(learnt_on=5, appealed_on=390), listing(learnt_on=5, appealed_on=10)])
    assert whole(remedy.appeal_silence(of), of).n == 1


def test_who_learnt_at_the_gate_was_not_notified() -> None:
    of = cases(world(), [listing(learnt_on=9, learnt_by=2), listing(learnt_on=9, learnt_by=1, notified_on=9)])
    assert value(remedy.learnt_by_refusal_share(of), of) == 0.5
    assert value(remedy.never_notified_share(of), of) == 0.5


def test_a_wrongful_listing_without_an_appeal_is_unmet() -> None:
    wrong = {"basis": "wrong_person"}
    of = cases(world(), [listing(**wrong), listing(**wrong, appealed_on=5, learnt_on=4), listing()])
    assert value(remedy.unmet_appeals(of, by_rights=False), of) == 0.5
