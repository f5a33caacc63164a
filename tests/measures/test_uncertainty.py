"""The block jackknife, where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from glasshouse.measures.estimate import student
from glasshouse.measures.frame import BLOCKS, Cases
from glasshouse.measures.tally import Median, Rate, Share
from glasshouse.measures.uncertainty import METHOD, jackknife_error
from measures.hand import cases, listing, whole, world


def everyone_listed(people: int) -> Cases:
    return cases(world(people=people), [listing()] * people)


def test_of_independent_people_the_interval_is_the_binomial_one() -> None:
    rng = np.random.default_rng(1)
    of, p, n = everyone_listed(20_000), 0.2, 20_000
    widths = []
    for _ in range(40):
        found = whole(Share(rng.random(n) < p, of.everyone), of)
        assert found.low is not None
        assert found.high is not None
        assert found.method == METHOD
        widths.append((found.high - found.low) / (2 * student(BLOCKS - 1)))
    assert np.mean(widths) == pytest.approx(np.sqrt(p * (1 - p) / n), rel=0.05)


def test_it_covers_the_truth_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(2)
    of, p = everyone_listed(2_000), 0.3
    found = [whole(Share(rng.random(2_000) < p, of.everyone), of) for _ in range(400)]
    covered = np.mean([f.low <= p <= f.high for f in found if f.low is not None and f.high is not None])
    assert 0.92 < covered < 0.98


def test_people_who_suffer_together_widen_the_interval() -> None:
    rng = np.random.default_rng(3)
    of = everyone_listed(20_000)
    alone = whole(Share(rng.random(20_000) < 0.2, of.everyone), of)
    together = whole(Share(np.repeat(rng.random(100) < 0.2, 200), of.everyone), of)
    assert together.high - together.low > 5 * (alone.high - alone.low)  # type: ignore[operator]


def test_of_a_count_it_is_the_poisson_one() -> None:
    rng = np.random.default_rng(4)
    of = everyone_listed(20_000)
    errors = [whole(Rate(rng.random(20_000) < 0.02, "world"), of).standard_error for _ in range(40)]
    assert np.mean([error for error in errors if error]) == pytest.approx(np.sqrt(400), rel=0.06)


def test_no_hit_at_all_is_bounded_exactly() -> None:
    of = everyone_listed(100)
    found = whole(Share(~of.everyone, of.everyone), of)
    assert (found.value, found.low, found.method) == (0.0, 0.0, "exact binomial, 0 of 100")
    assert found.high == pytest.approx(stats.binomtest(0, 100).proportion_ci(0.95).high, abs=1e-9)


def test_hits_in_too_few_blocks_have_no_interval_and_say_so() -> None:
    of = everyone_listed(1_000)
    found = whole(Share(of.person < 60, of.everyone), of)
    assert found.value == pytest.approx(0.06)
    assert found.low is None
    assert "only 3 of 50 blocks" in str(found.luck_reason)


def test_the_interval_of_a_median_covers_it() -> None:
    rng = np.random.default_rng(5)
    of, covered = everyone_listed(2_000), 0
    for _ in range(100):
        time = rng.geometric(1 / 100, 2_000)
        found = whole(Median(time, of.everyone, of.everyone), of)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= stats.geom(1 / 100).median() <= found.high
    assert covered >= 88


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = np.random.default_rng(6).normal(size=50)
    left = (values.sum() - values) / 49
    assert jackknife_error(left) == pytest.approx(values.std(ddof=1) / np.sqrt(50))


@pytest.mark.parametrize("freedom", [9, 20, 49])
def test_the_quantile_is_that_of_student(freedom: int) -> None:
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=1e-3)
