"""Three published pilots: grades and shares beside what was published."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from glasshouse.scenario.evidence import standing_label
from towns import SIGMAS, Town, lived

pytestmark = pytest.mark.slow


def graded(town: Town, variant: str = "factual") -> dict[str, int]:
    """How many people stand on each step of the ladder at the end."""
    scores, told = town.result.people["score"][:, town.v(variant)], town.loaded.scenario.score
    assert told is not None
    steps = {g.name: (-1 if g.min is None else g.min, 10**6 if g.max is None else g.max) for g in told.grades or []}
    found = {name: int(((scores >= low) & (scores <= high)).sum()) for name, (low, high) in steps.items()}
    assert sum(found.values()) == len(scores)
    return found


def as_published(found: float, published: float) -> bool:
    """Within the luck of a run and of a year like the published one: both are counts of rare things."""
    return bool(abs(found - published) <= SIGMAS * np.sqrt(found + published))


@pytest.mark.parametrize("name", ["rongcheng", "suining-2010", "kenli-2019"])
def test_each_is_a_pilot(name: str) -> None:
    assert str(standing_label(lived(name).loaded.scenario)) == "pilot"


def test_kenli_ends_its_year_with_the_four_counts_that_were_published() -> None:
    town = lived("kenli-2019", people=240_000)
    found = graded(town)
    sources = town.loaded.scenario.evidence.sources
    for grade, row in (("A", "04"), ("B", "05"), ("E", "06"), ("F", "07")):
        assert as_published(found[grade], sources[f"PS-KenliChengken-{row}"].value or 0), grade
    assert found["C"] > 0.99 * 240_000


def test_suining_has_the_deductions_that_were_put_in_and_its_c_and_d_follow() -> None:
    town = lived("suining-2010", people=1_300_000)
    sources = town.loaded.scenario.evidence.sources
    marked = int((town.result.people["score"][:, 0] < 1000).sum())
    assert as_published(int(town.acts("factual", "breaches")[1]), sources["PS-Suining2010-15"].value or 0)
    assert as_published(marked, sources["PS-Suining2010-16"].value or 0)
    low = {v: graded(town, v)["C"] + graded(town, v)["D"] for v in town.names.variants}
    assert as_published(low["factual"], sources["PS-Suining2010-14"].value or 0)
    assert low["twenty-each"] < low["factual"] < low["fifty-each"] / 3


def test_in_rongcheng_nearly_everybody_stays_where_they_began_and_a_step_up_takes_ten_awards() -> None:
    town = lived("rongcheng")
    found = graded(town)
    assert found["A"] > 0.97 * 20_000
    assert found["AAA"] < 0.001 * 20_000
    assert found["D"] == 0
    assert graded(town, "without-awards")["AA"] == 0


def test_by_the_month_as_many_points_are_given_and_are_there_later() -> None:
    """The last booking is on 1 December: awards of that day count, and tickets of two weeks before. Then nobody's score moves."""
    town = lived("rongcheng")
    v, booked = town.v("by-the-month"), (date(2016, 12, 1) - date(2016, 1, 1)).days + 1
    seen = {name: town.result.acts[:, v, c, 1] for c, name in enumerate(town.names.acts)}
    points = -5 * seen["is_ticketed"][: booked - 14].sum() + 5 * seen["earns_department_award"][:booked].sum()
    points += 30 * seen["earns_city_award"][:booked].sum()
    moved = town.result.people["score"].astype(int).sum(axis=0) - 1000 * 20_000
    assert moved[v] == points
    assert moved[town.v("factual")] < points < 0, "December's tickets are not there yet"
    letters = town.letters("by-the-month")
    assert set(letters["day"].tolist()) <= {
        day for day in range(1, 367) if (date(2015, 12, 31) + timedelta(day)).day == 1
    }
    points = {r.id: r.points.value for r in town.loaded.scenario.rules if r.points}
    assert (1050 - 1000) / points["department_award"] == 10
