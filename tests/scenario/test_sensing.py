"""What is seen, and who is taken for whom: the formulas against closed forms, published figures and counting."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest

from glasshouse.scenario.sensing import any_of, as_published, coverage, false_identification


@pytest.mark.parametrize("gallery", [1, 10, 9_756, 12_300_000, 1_390_000_000])
def test_a_search_is_as_many_comparisons_as_there_are_people_in_the_gallery(gallery: int) -> None:
    found = float(false_identification(Decimal("1e-8"), gallery))
    assert math.isclose(found, -math.expm1(gallery * math.log1p(-1e-8)), rel_tol=1e-12)


def test_one_comparison_is_one_comparison_and_an_empty_gallery_finds_nobody() -> None:
    assert math.isclose(false_identification(Decimal("0.003"), 1), 0.003)
    assert false_identification(Decimal("0.003"), 0) == 0
    assert false_identification(Decimal(0), 10**9) == 0
    assert false_identification(Decimal(1), 5) == 1


def test_the_live_system_of_2023_is_in_proportion_to_its_watch_list() -> None:
    """Rows SN-N-02 and SN-N-03: 1 in 60,000 with a list of 1,000, and 1 in 6,000 with one of 10,000."""
    one = {1_000: 1 / Decimal(60_000)}
    both = {**one, 10_000: 1 / Decimal(6_000)}
    for gallery in (1_000, 2_500, 10_000, 50_000):
        expected = gallery / 60_000_000
        assert math.isclose(float(as_published(one, gallery)), expected, rel_tol=1e-12)
        assert math.isclose(float(as_published(both, gallery)), expected, rel_tol=1e-12)
    assert as_published(one, 10**9) == 1
    assert as_published(both, 10**9) == 1
    assert as_published(both, 0) == 0


def test_between_two_published_sizes_is_the_power_of_the_size_and_beyond_them_the_nearest_two() -> None:
    table = {100: Decimal("0.01"), 10_000: Decimal("0.1"), 40_000: Decimal("0.4")}
    assert math.isclose(float(as_published(table, 1_000)), math.sqrt(0.01 * 0.1))
    assert math.isclose(float(as_published(table, 20_000)), 0.2)
    assert math.isclose(float(as_published(table, 1)), 0.001)
    assert math.isclose(float(as_published(table, 80_000)), 0.8)
    assert as_published({10: Decimal(0), 20: Decimal("0.5")}, 15) == Decimal("0.25")


def test_a_published_value_is_kept_as_it_is() -> None:
    assert as_published({10: Decimal("0.1"), 20: Decimal("0.3")}, 20) == Decimal("0.3")


def test_no_camera_sees_nothing_and_each_more_sees_less_more() -> None:
    assert coverage(Decimal(0), Decimal(3)) == 0
    seen = [float(coverage(Decimal(n) / 4, Decimal(1))) for n in range(5)]
    steps = [b - a for a, b in pairwise(seen)]
    assert steps == sorted(steps, reverse=True)
    assert math.isclose(seen[1], 1 - math.exp(-0.25))


def test_cameras_that_stand_anywhere_see_what_counting_them_says() -> None:
    """A thousand cameras that each look at a thousandth of a half of all acts: 1 - (1 - 0.0005)**1000, near 1 - exp(-0.5)."""
    rng = Random(5)
    acts, cameras = 4_000, 1_000
    seen = sum(any(rng.random() < 0.0005 for _ in range(cameras)) for _ in range(acts)) / acts
    expected = float(coverage(Decimal("0.25"), Decimal(2)))
    assert abs(seen - expected) < 5 * math.sqrt(expected * (1 - expected) / acts)


def test_any_of_nothing_is_impossible_and_of_one_is_itself() -> None:
    assert any_of() == 0
    assert any_of(Decimal("0.25")) == Decimal("0.25")
    assert any_of(Decimal("0.5"), Decimal("0.5")) == Decimal("0.75")
