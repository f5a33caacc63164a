"""What happens in the catalogue's small scenarios when they are lived, against what was published."""

from __future__ import annotations

import pytest

from glasshouse.engines import cpu
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import read_scenario

pytestmark = pytest.mark.slow


def test_nobody_passes_the_134_that_points_and_caps_were_chosen_for_and_100_without_merits() -> None:
    plan, _ = compile_plan(read_scenario("suzhou-2016"))
    score = cpu.live_all(plan).people["score"]
    assert score.max(axis=0).tolist() == [134, 100]
    assert (score[:, 0] == 134).sum() < 100
    assert score.min() >= 0


def test_the_wrong_share_that_was_put_in_is_lived_near_the_93_of_a_second_look_and_staff_flag_a_fifth() -> None:
    plan, names = compile_plan(read_scenario("unemployment-fraud-flag", people=60_000))
    cases = cpu.live_all(plan).cases
    wrong, flags = [], []
    for v in range(len(names.variants)):
        mine = cases["variant"] == v
        flags.append(int(mine.sum()))
        wrong.append(1 - float(cases["rightful"][mine].mean()))
    assert wrong[0] == pytest.approx(0.93, abs=0.02)
    assert flags[2] / flags[0] == pytest.approx(0.2, abs=0.02)
    assert wrong[2] < wrong[0]
