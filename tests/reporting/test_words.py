"""Ranges in words, and what ended by whose doing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np

from glasshouse.reporting import words
from glasshouse.reporting.counts import funnel, taken_back
from glasshouse.reporting.figures import published, stock
from glasshouse.reporting.who import gaps, not_here


def test_a_range_whose_ends_read_alike_is_one_number_and_says_that_assumptions_do_not_matter() -> None:
    entry = {"value": 1.0, "unit": "share", "standing": "assumed", "range": {"low": 0.9999, "high": 1.0}}
    assert words.told_as("rights_wrongful_share", entry) == ("100 % whatever is assumed", "assumed")


def test_a_range_says_its_unit_once() -> None:
    entry = {"value": 0.1, "unit": "share", "standing": "assumed", "range": {"low": 0.0, "high": 0.197}}
    assert words.told_as("rights_wrongful_share", entry)[0] == "between 0 and 19.7 %"


def test_what_is_undefined_says_what_it_is_where_the_assumptions_give_it_a_value() -> None:
    entry = {
        "value": None,
        "unit": "days",
        "standing": "assumed",
        "reason": "fewer than half were told",
        "range": {"low": 30.0, "high": 30.0},
    }
    told = words.told_as("notice_lag_median", entry)[0]
    assert told == "undefined: fewer than half were told; where the assumptions give it a value, 30 days"
    without = words.told_as("notice_lag_median", entry | {"range": {"low": None, "high": None}})[0]
    assert without == "undefined: fewer than half were told"


def test_nobody_has_a_part_of_a_listing() -> None:
    assert words.interval({"low": 21.1, "high": 40.9}, "listings") == "21 to 41 listings"
    assert words.quantity(3.69, "person-days") == "4 person-days"
    assert words.quantity(3.69, "days") == "3.69 days"


def test_a_gap_between_shares_is_told_in_percentage_points() -> None:
    entry = {"value": 0.0308, "luck": {"low": 0.0224, "high": 0.0391}, "unit": "share"}
    ratio = {"value": 0.966, "luck": {"low": None, "high": None}, "unit": "ratio"}
    told = SimpleNamespace(measures={"demographic_parity_difference": entry, "disparate_impact": ratio})
    first, second = gaps(told)  # type: ignore[arg-type]
    assert (first.value, first.luck) == ("3.08 percentage points", "2.24 to 3.91 percentage points")
    assert (second.value, second.luck) == ("0.966", "")


def test_what_was_found_and_taken_back_is_no_objection_upheld() -> None:
    cases = SimpleNamespace(
        everyone=np.ones(5, bool),
        notified_on=np.zeros(5),
        learnt_on=np.zeros(5),
        appealed_on=np.array([0, 5, 0, 7, 5]),
        decided_on=np.array([9, 9, 9, 9, 9]),
        decision=np.array([1, 1, 2, 2, 1]),
        put_right=np.array([True, False, False, False, True]),  # the last had objected, and was found out all the same
    )
    assert taken_back(cases) == 2  # type: ignore[arg-type]
    assert dict(funnel(cases))["upheld"] == 1  # type: ignore[arg-type]


def test_what_is_not_asked_is_told_once_for_each_reason() -> None:
    nothing = {"value": None, "reason": "ties are in no recording"}
    measures = {"children_reached": nothing, "score_assortativity": nothing, "tie_segregation": nothing}
    told = SimpleNamespace(raw={"world": {}}, measures=measures)
    assert not_here(told) == [  # type: ignore[arg-type]
        ("children reached", "this scenario has no households"),
        ("score assortativity and tie segregation", "this scenario has no ties"),
    ]


def test_a_short_run_is_drawn_day_by_day_and_no_date_stands_twice_under_it() -> None:
    days = [date(2020, 2, 11) + timedelta(days=n) for n in range(80)]
    drawn = stock(days, np.arange(80), np.arange(80), np.arange(80), 20_000, same=True)
    assert len(drawn.data) == 80
    for svg in (drawn.wide, drawn.narrow):
        under = re.findall(r">(\d{1,2} [A-Z][a-z]{2} 2020)</text>", svg)
        assert len(under) == len(set(under)) > 1


def test_a_panel_without_a_line_says_why() -> None:
    point = SimpleNamespace(date=date(2015, 12, 31), published=599_000, low=None, high=None, simulated=None)
    other = SimpleNamespace(date=date(2015, 12, 31), published=3_080_000, low=2.9e6, high=3.4e6, simulated=3.2e6)
    series = [
        SimpleNamespace(series="refused_rail", course=[], points=[point]),
        SimpleNamespace(
            series="listings", course=[(date(2015, 12, 1), 3e6), (date(2015, 12, 31), 3.2e6)], points=[other]
        ),
    ]
    drawn = published(SimpleNamespace(series=series, interval="90 %", times=6950))  # type: ignore[arg-type]
    for svg in (drawn.wide, drawn.narrow):
        assert ">refused tries, trains (too few simulated)</text>" in svg
        assert ">listings</text>" in svg
