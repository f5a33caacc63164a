"""What couples people who never meet, as the catalogue's own scenarios have it."""

from __future__ import annotations

import pytest

from glasshouse.scenario.channels import couplings
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw, read_scenario

COLOURS, SCORED = ("yellow", "red"), ("off_the_platforms", "restricted")
COUPLED = {
    "red-code-misuse": {"factual": None},
    "welfare-risk-score": {"factual": ("fixed", ("investigation",)), "lottery": ("fixed", ("investigation",))},
    "health-code": {"factual": ("joined", COLOURS), "no-code": None, "no-tracing": ("joined", COLOURS)},
    "foreign-brands": {
        "factual": None,
        "staff-too": ("joined", SCORED),
    },  # told without a size, a listed firm binds no staff
    "mass-listing": {"factual": None, "one-region": None},  # everybody of a region is no number that luck could miss
    "insider": {"factual": None},
}


@pytest.mark.parametrize("name", COUPLED)
def test_a_scenario_says_which_lists_are_entered_by_a_set_number_or_by_one_event(name: str) -> None:
    found = couplings(*compile_plan(read_scenario(name, people=20_000, days=40)))
    for variant, expected in COUPLED[name].items():
        assert [(x.how, x.lists, x.whom) for x in found.get(variant, [])] == (
            [(*expected, "people")] if expected else []
        )


def test_an_exact_number_of_people_is_a_set_number_and_a_share_is_none() -> None:
    loaded = read_scenario("red-code-misuse", people=20_000, days=40)
    shock = {key: value for key, value in loaded.raw["shocks"][0].items() if key != "share"}
    exactly = from_raw(loaded.raw | {"shocks": [shock | {"regions": ["city"], "count": {"value": 446}}]}, loaded.name)
    found = couplings(*compile_plan(exactly))
    assert set(found) == {name for name, _ in exactly.variants}
    assert all((x.how, x.lists) == ("fixed", ("red",)) for of in found.values() for x in of)
