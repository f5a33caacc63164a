"""What one error rate means: a run beside the closed form."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.measures.odds import odds
from towns import SIGMAS, lived, near

pytestmark = pytest.mark.slow
WRONG_PERSON = 4
SOUGHT, HIT = 0.0001, 0.89


@pytest.mark.parametrize(
    ("variant", "false_alarm"), [("factual", 0.00017), ("small-list", 0.0000167), ("older-version", 0.001)]
)
def test_who_is_stopped_is_what_the_odds_say(variant: str, false_alarm: float) -> None:
    town = lived("cameras-and-base-rates")
    told = odds(int(town.acts(variant, "passes")[0]), SOUGHT, HIT, false_alarm)
    wrongly = int((town.cases(variant, "stopped")["basis"] == WRONG_PERSON).sum())
    rightly = len(town.cases(variant, "stopped")["basis"]) - wrongly
    assert abs(wrongly - told.wrongly) <= SIGMAS * np.sqrt(told.wrongly)
    assert abs(rightly - told.rightly) <= SIGMAS * np.sqrt(told.rightly)


@pytest.mark.parametrize(
    ("variant", "gallery"),
    [("factual", 10_000), ("small-list", 1_000_000), ("older-version", 10_000_000), ("everybody", 1_400_000_000)],
)
def test_the_larger_the_gallery_the_more_often_it_is_somebody_else(variant: str, gallery: int) -> None:
    _, seen, misfiled, _ = lived("cameras-and-base-rates").acts(variant, "crosses")
    assert near(misfiled / seen, -np.expm1(gallery * np.log1p(-0.000000017)), seen)


def test_the_world_stands_for_everybody() -> None:
    world = lived("cameras-and-base-rates").loaded.scenario.world
    assert world is not None
    assert world.people * world.represents.value == 1_400_000_000
