"""LASER (`laser-generic`): one well-mixed patch, its own SIR components, compiled and parallel as they come. It has no graph.

Components are in the order in which an infection lasts exactly ten days; validation is off, as it is by default.
"""

from __future__ import annotations

import geopandas
import numpy as np
from laser.core import PropertySet
from laser.core.distributions import constant_int
from laser.generic import SIR, Model
from shapely.geometry import box

from bench.sir import model


class Peer:
    """One patch of everybody."""

    graph = False

    def __init__(self, people: int, seed: int, threads: int) -> None:
        seeds = round(people * model.SEEDED)
        patch = {"nodeid": [0], "population": [people], "S": [people - seeds], "I": [seeds], "R": [0]}
        place = geopandas.GeoDataFrame(patch, geometry=[box(0, 0, 1, 1)], crs="EPSG:4326")
        settings = {"nticks": model.DAYS, "beta": model.CONTACTS * model.CHANCE, "seed": seed}
        self.model = Model(place, PropertySet(settings))
        days = constant_int(model.INFECTIOUS_DAYS)
        self.model.components = [
            SIR.Susceptible(self.model),
            SIR.Recovered(self.model),
            SIR.Infectious(self.model, days),
            SIR.Transmission(self.model, days),
        ]

    def run(self) -> None:
        self.model.run()

    def size(self) -> float:
        return float((self.states()[0] != SIR.State.SUSCEPTIBLE.value).mean())

    def states(self) -> list[np.ndarray]:
        people = self.model.people
        return [people.state[: people.count], self.model.nodes.newly_infected]

    def expected(self) -> model.Expected:
        return model.well_mixed()
