"""Ranges in words."""

from __future__ import annotations

from glasshouse.reporting import words


def test_a_range_whose_ends_read_alike_is_one_number_and_says_that_assumptions_do_not_matter() -> None:
    entry = {"value": 1.0, "unit": "share", "standing": "assumed", "range": {"low": 0.9999, "high": 1.0}}
    assert words.told_as("rights_wrongful_share", entry) == ("100 % whatever is assumed", "assumed")


def test_a_range_says_its_unit_once() -> None:
    entry = {"value": 0.1, "unit": "share", "standing": "assumed", "range": {"low": 0.0, "high": 0.197}}
    assert words.told_as("rights_wrongful_share", entry)[0] == "between 0 and 19.7 %"
