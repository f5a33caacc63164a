"""A path and a value change a scenario, and nothing else of it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from glasshouse.errors import UsageError
from glasshouse.scenario.patching import apply_patch, loc_of, steps

RAW: dict[str, Any] = {
    "schema": 1,
    "lists": [
        {"id": "dishonest", "max_days": {"value": "2 years", "source": "row", "range": ["1 year", "3 years"]}},
        {"id": "red", "max_days": 30},
    ],
    "rules": [{"id": "debt", "points": -3}, {"id": "debt", "points": -5}],
    "associations": [{"edge": "friends", "fraction": 0.3}],
    "conduct": {"acts": {"debt": {"rate": "2 per year"}}},
    "world": {"ties": {"household": {"sizes": {"1": 0.5, "2": 0.5}}}},
}


@pytest.mark.parametrize(
    ("path", "loc"),
    [
        ("lists.red.max_days", ("lists", 1, "max_days")),
        ("lists[1].max_days", ("lists", 1, "max_days")),
        ("lists[red].max_days", ("lists", 1, "max_days")),
        ("associations.friends.fraction", ("associations", 0, "fraction")),
        ("rules[1].points", ("rules", 1, "points")),
        ("world.ties.household.sizes.2", ("world", "ties", "household", "sizes", "2")),
    ],
)
def test_items_are_called_by_id_by_edge_or_by_number(path: str, loc: tuple[Any, ...]) -> None:
    assert loc_of(RAW, path) == loc
    value: Any = apply_patch(RAW, path, 7)
    for key in loc:
        value = value[key]
    assert value == 7


def test_the_given_scenario_is_left_as_it_was() -> None:
    before = copy.deepcopy(RAW)
    apply_patch(RAW, "lists.dishonest.max_days", "1 year")
    assert before == RAW


def test_a_number_keeps_its_source_and_a_range_that_still_holds_it() -> None:
    patched = apply_patch(RAW, "lists.dishonest.max_days", "18 months")
    assert patched["lists"][0]["max_days"] == {"value": "18 months", "source": "row", "range": ["1 year", "3 years"]}


def test_a_number_put_outside_its_range_loses_the_range() -> None:
    patched = apply_patch(RAW, "lists.dishonest.max_days", "9 years")
    assert patched["lists"][0]["max_days"] == {"value": "9 years", "source": "row"}


def test_a_mapping_replaces_a_number_whole() -> None:
    patched = apply_patch(RAW, "lists.dishonest.max_days", {"value": 3})
    assert patched["lists"][0]["max_days"] == {"value": 3}


def test_a_bare_number_can_be_given_a_source() -> None:
    assert apply_patch(RAW, "lists.red.max_days.source", "row")["lists"][1]["max_days"] == {
        "value": 30,
        "source": "row",
    }


def test_null_takes_a_key_or_an_item_away() -> None:
    assert "world" not in apply_patch(RAW, "world", None)
    assert [x["id"] for x in apply_patch(RAW, "lists.dishonest", None)["lists"]] == ["red"]


def test_practice_may_begin_what_the_file_leaves_to_the_promise() -> None:
    patched = apply_patch(RAW, "practice.lists.red.notice.served", 0.5)
    assert patched["practice"] == {"lists": {"red": {"notice": {"served": 0.5}}}}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("lists.dishonst.max_days", 'lists has no item "dishonst". Did you mean "dishonest"? It has dishonest, red.'),
        ("lists.dishonest.max_dys", 'lists.dishonest has no key "max_dys". Did you mean "max_days"?'),
        ("lists[2].max_days", 'lists has no item "[2]".'),
        ("rules.debt.points", 'rules has no item "debt". It has 2 items.'),
        ("ruels", 'a scenario has no key "ruels". Did you mean "rules"?'),
        ("conduct.acts.dept.rate", 'conduct.acts has no entry "dept". Did you mean "debt"?'),
        ("schema.x", 'schema has nothing inside that could be called "x"'),
        ("", '"" is not a path'),
        ("a..b", '"a..b" is not a path'),
        (".a", '".a" is not a path'),
        ("lists[0", '"lists[0" is not a path'),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_the_nearest_spelling(path: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        apply_patch(RAW, path, 1)
    assert str(caught.value).startswith(says)


def test_steps_keep_the_brackets_of_numbers() -> None:
    assert steps("rules[0].points") == ["rules", "[0]", "points"]
