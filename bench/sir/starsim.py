"""Starsim: its SIR on a network that stays (`RandomNet`, not dynamic, fast draws) and on its CRN-safe one, drawn anew every day.

Somebody infected in a step passes it on from the next and recovers before passing it on in their last, so that a duration of eleven days is
ten infectious days; the seeds have eleven, which the expected size takes into account.
"""

from __future__ import annotations

import numpy as np
import starsim as ss

from bench.sir import model

SEED_DAYS = model.INFECTIOUS_DAYS + 1


class Static:
    """The same ten contacts every day; draws are not safe across scenarios, which makes them faster."""

    graph = True
    safe = False

    def __init__(self, people: int, seed: int, threads: int) -> None:
        ss.options.set(crn=self.safe, verbose=0)
        self.people = people
        illness = ss.SIR(
            beta=ss.probperday(model.CHANCE),
            init_prev=ss.bernoulli(p=model.SEEDED),
            dur_inf=ss.constant(v=ss.days(model.INFECTIOUS_DAYS + 1)),
            p_death=ss.bernoulli(p=0.0),
        )
        days = {"start": ss.days(0), "dur": ss.days(model.DAYS), "dt": ss.days(1)}
        self.sim = ss.Sim(n_agents=people, rand_seed=seed, networks=self.network(), diseases=illness, verbose=0, **days)
        self.sim.init()

    def network(self) -> ss.Network:
        return ss.RandomNet(n_contacts=ss.constant(model.CONTACTS), dynamic=False)

    def run(self) -> None:
        self.sim.run()

    def size(self) -> float:
        return float(1 - self.sim.diseases[0].susceptible.raw[: self.people].mean())

    def states(self) -> list[np.ndarray]:
        illness = self.sim.diseases[0]
        return [illness.ti_infected.raw[: self.people], illness.susceptible.raw[: self.people]]

    def expected(self) -> model.Expected:
        edges = self.sim.networks[0].edges
        degree = np.bincount(np.concatenate([edges.p1, edges.p2]), minlength=self.people)
        found = np.bincount(degree)
        return model.on_a_graph({k: int(n) for k, n in enumerate(found) if n}, model.fixed_days())


class Safe(Static):
    """Ten contacts drawn anew every day, so that nobody's draws depend on who else is there."""

    safe = True

    def network(self) -> ss.Network:
        return ss.RandomSafeNet(n_edges=model.CONTACTS // 2)

    def expected(self) -> model.Expected:
        return model.well_mixed(SEED_DAYS)
