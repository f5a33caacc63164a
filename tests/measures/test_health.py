"""The measures of the health code, each worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.measures import health
from glasshouse.measures.frame import Cases
from glasshouse.measures.uncertainty import estimate
from measures.hand import cases, listing, value, whole, world

SCENARIO = {"practice": {"health_code": {"colours": ["yellow", "red"]}}}


class Held:
    """A recording of one variant with a code: a day in which 8 caught it, 4 were found, and 100 codes were scanned."""

    def scenario(self, _: str) -> dict[str, Any]:
        return SCENARIO

    def table(self, name: str, _: str) -> dict[str, Any]:
        where = {"region": np.array(["north", "south"])}
        if name == "epidemic":
            return where | {
                "group": np.array(["A", "A"]),
                "infected": np.array([6, 2]),
                "found": np.array([3, 1]),
                "traced": np.array([10, 2]),
            }
        return where | {
            "colour": np.array([0, 1]),
            "scans": np.array([90, 10]),
            "recipients": np.array([2, 2]),
            "fields": np.array([3, 3]),
        }


def coloured(rows: list[dict[str, Any]], **changed: Any) -> Cases:
    facts: dict[str, Any] = {
        "people": 10,
        "days": 100,
        "lists": ("yellow", "red", "debtors"),
        "regions": ("north", "south"),
        "population": np.array([[6], [4]]),
        "sources": Held(),
    }
    return cases(world(**(facts | changed)), rows)


ROWS = [
    listing(person=0, list=0, opened=10, closed=17, by="expired", basis="others_conduct", rightful=True),
    listing(person=0, list=1, opened=12, closed=26, by="expired"),
    listing(person=1, list=0, opened=50, closed=57, by="expired", basis="wrong_person"),
    listing(person=2, list=2, opened=50),
    listing(person=1, list=0, opened=94),
]


def test_who_is_coloured_twice_is_one_person_and_a_list_that_is_no_colour_counts_nobody() -> None:
    of = coloured(ROWS)
    assert value(health.coloured_share(of), of) == pytest.approx(2 / 10)


def test_a_contact_is_coloured_wrongly_by_rights_and_not_by_the_rule() -> None:
    of = coloured(ROWS)
    assert value(health.wrongly_coloured_share(of, False), of) == pytest.approx(1 / 4)
    assert value(health.wrongly_coloured_share(of, True), of) == pytest.approx(2 / 4)


def test_days_under_two_colours_count_once() -> None:
    of = coloured(ROWS)
    assert health.coloured_days(of).tolist() == [7, 9, 7, 0, 6]
    assert value(health.days_under_a_colour(of), of) == pytest.approx(29 / 10)
    assert value(health.wrongly_lost_days_share(of, True), of) == pytest.approx(14 / 29)


def test_infections_and_those_found_are_counted_from_the_table() -> None:
    of = coloured(ROWS)
    assert value(health.infected_share(of), of) == pytest.approx(8 / 10)
    assert value(health.found_share(of), of) == pytest.approx(1 / 2)
    assert value(health.traced_for_one_found(of), of) == pytest.approx(3)
    by_region = [one.value for one in estimate(health.infected_share(of), of, ("region",))["region"]]
    assert by_region == [pytest.approx(1), pytest.approx(1 / 2)]


def test_a_scan_shows_each_thing_to_each_recipient() -> None:
    of = coloured(ROWS)
    found = whole(health.scan_exposures(of), of)
    assert found.value == pytest.approx(100 * 2 * 3 / (10 * 100))
    assert found.detail == {"exposures": 600, "scans": 100}
    assert value(health.scans_of_green_share(of), of) == pytest.approx(0.9)


def test_a_recording_without_a_code_says_so() -> None:
    of = cases(world(), [listing()])
    for measure in health.MEASURES:
        for _, by_rights in measure.truths:
            assert whole(measure.count(of, by_rights), of).value is None
