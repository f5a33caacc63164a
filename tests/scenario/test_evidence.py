"""A scenario is as well evidenced as its weakest part, and every number says where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from glasshouse.scenario.evidence import assumptions, parameters, standing_label, weakest
from glasshouse.scenario.reading import Loaded, read_scenario


def test_the_weakest_part_is_the_label_of_the_whole(small: Loaded) -> None:
    assert str(standing_label(small.scenario)) == "pilot"
    assert weakest(["documented", "hypothetical", "reported"]) == "hypothetical"
    assert weakest([]) == "hypothetical"


def test_one_weak_or_disputed_number_weakens_the_whole(write: Callable[..., Path]) -> None:
    path = write(("share: 0.3, basis", "share: {value: 0.3, label: reported, disputed: true}, basis"))
    assert str(standing_label(read_scenario(path).scenario)) == "reported, disputed"


def test_every_number_of_the_file_is_a_parameter_and_no_default_is(small: Loaded) -> None:
    found = {p.path: p for p in parameters(small)}
    assert found["conduct.acts.debt.rate"].value == 2
    assert found["conduct.acts.debt.rate"].unit == "per person and year"
    assert found["conduct.acts.debt.circumstances.able.share"].source == "row_1"
    assert found["lists.dishonest.max_days"].range == (365.0, 1095.0)
    assert found["lists.dishonest.max_days"].label == "documented"
    assert found["conduct.acts.debt.rate"].label == "pilot"
    assert found["score.min"].label == "pilot"
    assert "world.represents" not in found
    assert len(found) == 22


def test_assumptions_are_the_unpublished_numbers_with_a_range(small: Loaded) -> None:
    assert [p.path for p in assumptions(small)] == ["lists.dishonest.max_days"]


def test_a_number_changed_by_hand_is_assumed_whatever_its_source(write: Callable[..., Path]) -> None:
    loaded = read_scenario(write(), sets=["conduct.acts.debt.circumstances.able.share=0.7"])
    changed = [p for p in parameters(loaded) if p.changed]
    assert [(p.path, p.is_assumed) for p in changed] == [("conduct.acts.debt.circumstances.able.share", True)]


def test_a_number_of_days_that_need_not_be_whole_is_told_in_days() -> None:
    units = {p.path: p.unit for p in parameters(read_scenario("defaulter-list"))}
    assert {unit for path, unit in units.items() if path.endswith("_days")} == {"days"}
