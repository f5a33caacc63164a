"""Shares over seeds, with twins that share their luck and with twins that do not."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.experiments.paired import PairedShare, collective_punishment, paired_share
from glasshouse.scenario.reading import from_raw, read_scenario
from worlds import world


def test_a_share_on_an_example_worked_by_hand() -> None:
    """Burden 100 and 200, of the twin 50 and 110: the share is 140/300; residuals are -3.33 and +3.33 of a mean of 150."""
    found = paired_share([100, 200], [50, 110])
    assert found is not None
    assert found.value == pytest.approx(140 / 300)
    half = 12.7062 * np.sqrt(2 * (10 / 3) ** 2 / 150**2 / 2)
    assert found.interval == pytest.approx((140 / 300 - half, 140 / 300 + half), abs=1e-4)
    apart = 1800 + (160 / 300) ** 2 * 5000
    assert found.runs_ratio == pytest.approx(apart / (2 * (10 / 3) ** 2))
    assert found.unpaired[1] - found.unpaired[0] > 0


def test_pairing_helps_as_much_as_the_twins_go_together() -> None:
    rng = np.random.default_rng(1)
    luck, own, other = rng.normal(size=(3, 200))
    alike, apart = (
        paired_share(100 + 5 * luck, 50 + 2.5 * luck + 0.1 * own),
        paired_share(100 + 5 * own, 50 + 2.5 * other),
    )
    assert alike is not None
    assert alike.runs_ratio is not None
    assert alike.at_least is not None
    assert 500 < alike.at_least < alike.runs_ratio < 2500
    assert apart is not None
    assert apart.runs_ratio is not None
    assert 0.6 < apart.runs_ratio < 1.6


def test_one_seed_or_no_burden_has_no_share() -> None:
    assert paired_share([1.0], [0.5]) is None
    assert paired_share([0, 0], [0, 0]) is None
    assert collective_punishment(read_scenario("defaulter-list-on-paper", people=4096, days=30), [1, 2]) is None


def test_what_others_bring_about_is_found_where_they_bring_it_about() -> None:
    found = collective_punishment(from_raw({**world(6), "variants": []}, "world"), [1, 2, 3], 1)
    assert isinstance(found, PairedShare)
    assert 0 < found.value < 1
    assert found.interval[0] < found.value < found.interval[1]
    assert found.document()["seeds"] == 3
