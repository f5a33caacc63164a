"""Kaplan-Meier and Aalen-Johansen, against a published trial and against lifelines."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.measures import survival

TREATED = [
    (6, 1),
    (6, 1),
    (6, 1),
    (6, 0),
    (7, 1),
    (9, 0),
    (10, 1),
    (10, 0),
    (11, 0),
    (13, 1),
    (16, 1),
    (17, 0),
    (19, 0),
]
TREATED += [(20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)]


def counts(time: np.ndarray, event: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    return np.bincount(time[event], minlength=days), np.bincount(time, minlength=days)


def test_the_6mp_arm_of_freireich() -> None:
    time, event = (np.array(column) for column in zip(*TREATED, strict=True))
    curve = survival.kaplan_meier(*counts(time, event == 1, 40))
    assert curve[[6, 10, 23]] == pytest.approx([0.8571, 0.7529, 0.4482], abs=5e-5)
    assert survival.quantile(curve, 0.5) == 23


def test_a_curve_that_stays_above_one_half_has_no_median() -> None:
    curve = survival.kaplan_meier(np.array([0, 1, 0]), np.array([0, 1, 4]))
    assert survival.quantile(curve, 0.5) is None


@pytest.mark.parametrize("seed", range(5))
def test_kaplan_meier_and_its_means_equal_those_of_lifelines(seed: int) -> None:
    lifelines = pytest.importorskip("lifelines")
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 60, 400), rng.random(400) < 0.6
    curve = survival.kaplan_meier(*counts(time, event, 61))
    fitted = lifelines.KaplanMeierFitter().fit(time, event)
    assert curve == pytest.approx(fitted.predict(np.arange(61)).to_numpy(), abs=1e-12)
    assert survival.quantile(curve, 0.5) == fitted.median_survival_time_
    mean = lifelines.utils.restricted_mean_survival_time(fitted, t=40)
    assert survival.restricted_mean(curve, 40) == pytest.approx(mean, rel=1e-9)


def test_aalen_johansen_equals_that_of_lifelines() -> None:
    lifelines = pytest.importorskip("lifelines")
    rng = np.random.default_rng(1)
    # lifelines breaks ties at random: one end a day, so that there are none
    time, end = rng.permutation(np.arange(1, 401)), rng.choice([0, 1, 2], 400)
    events, leaves = counts(time, end == 1, 402)
    curve = survival.aalen_johansen(events, np.bincount(time[end == 2], minlength=402), leaves)
    fitted = lifelines.AalenJohansenFitter(calculate_variance=False).fit(time, end, event_of_interest=1)
    theirs = fitted.cumulative_density_.iloc[:, 0]
    assert curve[theirs.index.astype(int)] == pytest.approx(theirs.to_numpy(), abs=1e-9)


def test_without_censoring_the_incidence_is_the_plain_share() -> None:
    events, others = np.array([0, 2, 1, 0]), np.array([0, 1, 0, 6])
    curve = survival.aalen_johansen(events, others, events + others)
    assert curve == pytest.approx([0, 0.2, 0.3, 0.3])


def test_curves_with_leading_axes_are_the_curves_one_by_one() -> None:
    rng = np.random.default_rng(2)
    events, censored = rng.integers(0, 4, (5, 30)), rng.integers(0, 4, (5, 30))
    together = survival.kaplan_meier(events, events + censored)
    for number in range(5):
        alone = survival.kaplan_meier(events[number], events[number] + censored[number])
        assert np.array_equal(together[number], alone)
