"""Nonsense about firms is refused with its place and its reason."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from firms import firm_world
from glasshouse.errors import ScenarioError
from glasshouse.scenario.checks import nonsense
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.schema import Scenario
from models import city

BASE = {k: v for k, v in firm_world(1).items() if k != "variants"}

STAFF = {"with": "staff", "number": 2, "p": 0.1}
ILL = {
    "contacts": {"home": {"with": "household", "everyone": True, "p": 0.1}},
    "infectious": {"always_days": 5},
    "seeds": {"number": 3},
}


def said(path: str, value: Any) -> list[str]:
    """Every finding about the world with firms in which one thing is put in the place of another."""
    raw: Any = copy.deepcopy(BASE)
    *keys, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    at = raw
    for key in keys:
        at = at[key]
    at[last] = value
    if value is None:
        del at[last]
    return [f"{'.'.join(map(str, f.loc))}: {f.message}" for f in nonsense(Scenario.model_validate(raw))]


def test_a_world_with_firms_is_no_nonsense() -> None:
    assert said("scheme/title", "A made-up scheme") == []
    assert said("epidemic", ILL) == []
    assert said("world/moves", 0.4) == []


@pytest.mark.parametrize(
    ("path", "value", "where", "says"),
    [
        ("world/firms/regions", ["shops"], "world.firms.regions.0", '"shops" is not one of world.regions'),
        ("world/firms/regions", ["home"], "world.firms.regions", "put home last in world.regions"),
        ("world/firms/regions", ["home", "town", "firms"], "world.firms.regions", "somebody must be a person"),
        ("world/firms/staff/regions", ["firms"], "world.firms.staff.regions", "names a region of firms"),
        ("world/firms/staff/sizes", {64: 1.0}, "world.firms.staff", "ask for fewer"),
        ("world/firms/staff/sizes", {1: 0.4}, "world.firms.staff.sizes", "add to 0.4"),
        ("world/firms/staff", None, "conduct.acts.noise.aimed_at", "world.firms has no staff"),
        ("world/firms/representative", None, "associations.0.edge", "world.firms has no representative"),
        ("world/moves", 0.5, "world.moves", "with these regions at most 0.46"),
        ("world/firms", None, "conduct.acts.debt.by", "world.firms is not there"),
        ("epidemic", ILL | {"seeds": {"number": 3, "region": "firms"}}, "epidemic.seeds.region", "catch nothing"),
        ("epidemic", ILL | {"contacts": {"at_work": STAFF}}, "epidemic.contacts.at_work.with", "say colleagues"),
        ("conduct/acts/kind/by_region", {"firms": 2}, "conduct.acts.kind.by_region.firms", "this is an act of people"),
        ("conduct/acts/debt/by_region", {"town": 2}, "conduct.acts.debt.by_region.town", "this is an act of firms"),
        ("associations/4/toward", "people", "associations.4.toward", "told apart on representative and staff"),
        ("associations/0/toward", "children", "associations.0.toward", "told apart on parent_child ties only"),
    ],
)
def test_what_cannot_be_meant_of_firms_is_refused(path: str, value: Any, where: str, says: str) -> None:
    found = said(path, value)
    assert any(one.startswith(f"{where}: ") and says in one for one in found), found


def test_people_of_a_firm_live_in_one_run_of_regions() -> None:
    raw: Any = copy.deepcopy(BASE)
    raw["world"]["regions"] = {
        "home": {"share": 0.3},
        "hill": {"share": 0.1},
        "town": {"share": 0.4},
        "firms": {"share": 0.2},
    }
    raw["world"]["firms"]["staff"]["regions"] = ["home", "town"]
    found = [f.message for f in nonsense(Scenario.model_validate(raw))]
    assert any("not beside each other" in message for message in found)


def test_a_model_of_firms_needs_firms_and_says_of_whom_it_is_in_all_variants() -> None:
    raw: Any = city(people=200, days=12)
    raw["practice"]["models"]["risk"]["of"] = "firms"
    found = [f"{'.'.join(map(str, f.loc))}: {f.message}" for f in nonsense(Scenario.model_validate(raw))]
    assert found == ["practice.models.risk.of: is of firms, but world.firms is not there"]
    raw["world"] |= {"regions": {"town": {"share": 0.8}, "firms": {"share": 0.2}}, "firms": {"regions": ["firms"]}}
    (model,) = compile_plan(from_raw(raw, "scored-firms"))[0].outside.models
    assert (model.first, model.beyond) == (160, 200)
    raw["practice"]["models"]["risk"]["chooses"] = {"by": "capacity", "number": 10, "for_people": 100}
    (model,) = compile_plan(from_raw(raw, "scored-firms"))[0].outside.models
    assert model.capacity.tolist() == [4], "ten of a hundred firms are four of forty"
    raw["variants"] = [{"name": "factual"}, {"name": "people", "set": {"practice.models.risk.of": "people"}}]
    with pytest.raises(ScenarioError, match="differs between variants"):
        compile_plan(from_raw(raw, "scored-firms"))
