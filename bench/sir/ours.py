"""glasshouse: with contacts among everybody, and with the keyed friends of every other mechanism as the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.sir import model
from glasshouse.engines import epidemic
from glasshouse.scenario.compile_epidemic import alone, well_mixed
from glasshouse.scenario.schema import Ties
from glasshouse.scenario.tie_tables import degree_law

FRIENDS = {"friends": {"mean": model.CONTACTS, "sd": 0}}
"""Ten for everybody, as the peers with a graph have it, not the spread of friends that people have."""


class Mixed:
    """Ten contacts a day with anybody."""

    graph = False

    def __init__(self, people: int, seed: int, threads: int) -> None:
        self.threads, self.seeds = threads, round(people * model.SEEDED)
        self.made = self.make(people, seed)
        self.lived: Any = None

    def make(self, people: int, seed: int) -> Any:
        return well_mixed(
            people, model.CONTACTS, model.CHANCE, model.INFECTIOUS_DAYS, self.seeds, model.DAYS, seed=seed
        )

    def run(self) -> None:
        self.lived = epidemic.only(*self.made[:3], threads=self.threads)

    def size(self) -> float:
        return float((self.lived.caught != 0).mean())

    def states(self) -> list[np.ndarray]:
        return [self.lived.caught, self.lived.source]

    def expected(self) -> model.Expected:
        return model.well_mixed()


class Tied(Mixed):
    """Each friend met every day; friends come from keys and are kept nowhere."""

    graph = True

    def make(self, people: int, seed: int) -> Any:
        scheme = {
            "contacts": {"friends": {"with": "friends", "everyone": True, "p": model.CHANCE}},
            "infectious": {"always_days": model.INFECTIOUS_DAYS},
            "seeds": {"number": self.seeds},
        }
        return alone(scheme, people=people, days=model.DAYS, seed=seed, ties=FRIENDS)

    def expected(self) -> model.Expected:
        law = degree_law(Ties.model_validate(FRIENDS).friends)
        return model.on_a_graph({k: n for k, n in enumerate(law) if n}, model.fixed_days())
