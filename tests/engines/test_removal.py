"""Take one person away: only those whom their letters could have reached may differ."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import numpy as np
import pytest

from city import AGGREGATES, MECHANISMS, alike, with_all_of
from glasshouse.engines.cpu import Engine
from glasshouse.experiments.removal import (
    NotApplicable,
    Removal,
    Trespass,
    aggregate_channels,
    gate_of,
    removal_gate,
    twice,
)
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario
from glasshouse.scenario.tables import Plan
from worlds import world

pytestmark = pytest.mark.no_cover
"""Being traced would double its time, and others walk the same lines."""


def sparse(k: int, rate: int = 2) -> Loaded:
    """A generated world with few enough acts that one person does not reach everybody."""
    raw = copy.deepcopy(world(k))
    raw["world"]["people"] = 64 * 160 + 11
    for act in raw["conduct"]["acts"].values():
        act["rate"] = f"{rate} per year"
        act.pop("envelope", None)
        act["schedule"], act["liability"] = [], []
    for association in raw["associations"]:
        association["max_hops"] = min(association.get("max_hops", 1), 2 if k == 4 else 1)
    return from_raw(raw, f"world-{k}", check=False)


@pytest.mark.parametrize("k", range(6))
def test_who_differs_lies_in_the_closure_of_the_letters(k: int) -> None:
    found = [removal_gate(sparse(k), person, days=25) for person in (5, 777, 1999)]
    assert all(gate.differ <= gate.reachable for gate in found)
    assert max(len(gate.reachable) for gate in found) > 1
    assert all(len(gate.reachable) < gate.people / 2 for gate in found)


def city(k: int, *mechanisms: str) -> Plan:
    """The same with some mechanisms of the scored city, alike in both variants."""
    return alike(with_all_of(twice(sparse(k, rate=12)), Random(f"sparse village {k}"), mechanisms))


@pytest.mark.parametrize("k", range(3))
def test_the_mechanisms_of_a_city_reach_people_by_letters_only(k: int) -> None:
    """Company, standing, reprisals, merged files and what is hushed are letters; a cut and a departure are the person's own."""
    plan = city(k, *(x for x in MECHANISMS if x not in AGGREGATES))
    found = [gate_of(plan, person, days=38) for person in (777, 1999, 3000)]
    assert all(gate.differ <= gate.reachable for gate in found)
    assert any(len(gate.differ) > 1 for gate in found)
    assert all(len(gate.reachable) < gate.people / 2 for gate in found)


def test_where_totals_reach_everybody_the_gate_says_that_it_does_not_apply() -> None:
    published, queued = twice(sparse(1)), twice(sparse(1))
    published.score.publicity[:] = 100
    queued.lists.clerks[0] = 1
    for plan, name in ((published, "news of the listed"), (queued, "clerks before whom appeals queue")):
        with pytest.raises(NotApplicable, match=name):
            gate_of(plan, 5, days=20)


def test_somebody_else_does_differ() -> None:
    """An empty closure would make the gate an equality of nothing."""
    found: list[Removal] = [removal_gate(sparse(k), person, days=25) for k in range(3) for person in (5, 40, 777)]
    assert any(len(gate.differ) > 1 for gate in found)


def test_a_planted_trespass_is_caught() -> None:
    def meddle(engine: Any) -> None:
        if engine.day == 7:
            engine.columns.chill[1234, 1] += 1

    with pytest.raises(Trespass, match="person 1234 differs on day 7"):
        removal_gate(sparse(1), 5, days=20, meddle=meddle)


WORLDS = {name: read_scenario(name).scenario.world for name in catalogue_names()}
LIVED = {name: min(90, (w.end - w.start).days + 1) for name, w in WORLDS.items() if w is not None}
"""Days that each scenario with people in it is lived."""


def busiest(loaded: Loaded) -> int:
    """Whoever sends the most letters, so that the gate is not an equality of nothing; somebody where nobody sends any."""
    engine = Engine(twice(loaded), threads=1, keep_letters=True)
    sources = engine.run().result().letters["source"]
    return int(np.bincount(sources, minlength=1).argmax())


@pytest.mark.parametrize("name", LIVED)
def test_every_scenario_of_the_catalogue_passes_the_gate_or_names_its_channel(name: str) -> None:
    loaded = read_scenario(name, people=20_000, days=LIVED[name])
    channels = aggregate_channels(twice(loaded))
    for person in (busiest(loaded), 4_321):
        if channels:
            with pytest.raises(NotApplicable, match=channels[0]):
                removal_gate(loaded, person)
            continue
        gate = removal_gate(loaded, person)
        assert gate.differ <= gate.reachable
        assert len(gate.reachable) < gate.people / 2


def test_in_a_scenario_of_the_catalogue_somebody_else_does_differ() -> None:
    loaded = read_scenario("city-800-live", people=20_000, days=60)
    gate = removal_gate(loaded, busiest(loaded))
    assert len(gate.differ) > 1
