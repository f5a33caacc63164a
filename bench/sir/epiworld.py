"""epiworld (`epiworldpy`): its compiled SIR on a graph, with its queue of agents beside an infected one (its fast path and default).

Infections end by a daily chance of 1/10 (its model has no fixed length). Everybody has ten neighbours, drawn by pairing ends at random; its
own rewired small world takes minutes to make at a million people, and making the graph is not what is timed.
"""

from __future__ import annotations

import numpy as np
from epiworldpy import epimodels

from bench.sir import model


class Peer:
    """A compiled model on a graph of pairs."""

    graph = True

    def __init__(self, people: int, seed: int, threads: int) -> None:
        self.people, self.seed = people, seed
        ends = np.random.default_rng(seed).permutation(np.repeat(np.arange(people, dtype=np.int32), model.CONTACTS))
        a, b = ends[::2], ends[1::2]
        low, high = np.minimum(a, b)[a != b].astype(np.int64), np.maximum(a, b)[a != b]
        pairs = np.unique(low * people + high)
        self.degree = np.bincount(np.concatenate([pairs // people, pairs % people]), minlength=people)
        self.model = epimodels.ModelSIR("it", model.SEEDED, model.CHANCE, 1 / model.INFECTIOUS_DAYS)
        self.model.verbose_off()
        self.model.agents_from_edgelist(pairs // people, pairs % people, people, False)

    def run(self) -> None:
        self.model.run(model.DAYS, self.seed)

    def size(self) -> float:
        return float((self.states()[0] != 0).mean())

    def states(self) -> list[np.ndarray]:
        counts = self.model.get_db().get_hist_total()["counts"]
        return [np.asarray(self.model.get_agents_states()), np.asarray(counts)]

    def expected(self) -> model.Expected:
        found = np.bincount(self.degree)
        return model.on_a_graph({k: int(n) for k, n in enumerate(found) if n}, model.geometric_days())
