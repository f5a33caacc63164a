"""What files from elsewhere, put into a small random world: `with_beyond(plan, rng)` lays models, an epidemic and shocks over a plan.

Straight into the tables, as `city.py` does, so that the engines are compared on combinations that no scheme file may ask for. The
rates are far above anything real, on purpose.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import accumulate, chain
from math import ceil, exp
from random import Random
from typing import Any

import numpy as np

from city import OF_PEOPLE
from glasshouse.scenario.epidemic_tables import ANYBODY, NO_LIST, OWN_REGION, EpidemicTables
from glasshouse.scenario.lot_tables import NOBODY, SCORE_ABOVE, SCORE_BELOW, LotTables, Spared
from glasshouse.scenario.model_tables import BY_LOTTERY_OF, STEPS, ModelTables
from glasshouse.scenario.shock_tables import MASS_LISTING, UNDONE, SharingTables, ShockTables
from glasshouse.scenario.tables import BASES, Delays, Plan

ONE = 2**32
SURE = 2**64 - 1
FILED, LONG = 4, 40
PARTS = ("epidemic", "shocks", "models", "lots", "sharing")


def with_beyond(plan: Plan, rng: Random, parts: tuple[str, ...] = PARTS) -> Plan:
    """The plan with exactly these parts, each with numbers of its own in every variant."""
    made = _Beyond(plan, rng)
    outside = {name: getattr(made, name)() for name in parts}
    return made.plan._replace(outside=made.plan.outside._replace(**outside))


def delays_of(*rows: list[int]) -> Delays:
    """Delays as one table; a row that does not end in 2**32 is never with what is left."""
    first = [0, *accumulate(len(row) for row in rows[:-1])]
    return Delays(
        np.array(first, np.int64), np.array([len(row) for row in rows], np.int64), np.array([*chain(*rows)], np.uint64)
    )


def poisson(mean: float, entries: int = LONG) -> list[int]:
    """Cumulative thresholds of 2**64 of a Poisson number."""
    terms, cut = exp(-mean), []
    for n in range(entries):
        cut.append(terms)
        terms *= mean / (n + 1)
    return [min(int(x * 2**64), SURE) for x in accumulate(cut)]


def octave_cuts() -> Any:
    """The least whole numbers at or above 2**(32 + k / 256), k from 1 to 255."""
    with localcontext() as exact:
        exact.prec = 60
        return np.array([ceil(Decimal(2) ** (32 + Decimal(k) / 256)) for k in range(1, 256)], np.uint64)


class _Beyond:
    def __init__(self, plan: Plan, rng: Random) -> None:
        self.plan, self.rng, w = plan, rng, plan.world
        self.N, self.T, self.K, self.B = w.people, w.days, w.variants, w.block
        self.people = min(int(plan.ties.beyond[0]), self.N)  # firms come after them
        self.G, self.R, self.L = len(w.group_cut), len(w.region_cut), plan.lists.count
        for i in range(self.L):
            if self.often(0.15):
                self.plan.lists.trigger[i] = FILED
            if self.often(0.5):
                self.plan.lists.in_region[i] = [self.often(0.6) for _ in range(self.R)]

    # --- numbers ---------------------------------------------------------------------------------------------------------

    def often(self, p: float) -> bool:
        return self.rng.random() < p

    def share(self, low: float, high: float) -> int:
        return min(int(self.rng.uniform(low, high) * ONE), ONE)

    def array(self, kind: Any, shape: tuple[int, ...], value: Any) -> Any:
        """An array with a number of its own in each cell."""
        made = np.zeros(shape, kind)
        for cell in np.ndindex(*shape):
            made[cell] = value()
        return made

    def shares(self, shape: tuple[int, ...], low: float, high: float) -> Any:
        return self.array(np.uint64, shape, lambda: self.share(low, high))

    def numbers(self, shape: tuple[int, ...], low: int, high: int, kind: Any = np.int64) -> Any:
        return self.array(kind, shape, lambda: self.rng.randint(low, high))

    def a_list(self, none: float = 0.0) -> int:
        return NO_LIST if self.often(none) else self.rng.randrange(self.L)

    def a_delay(self, most: int) -> list[int]:
        """A delay of at most so many days, sometimes never."""
        cut = sorted(self.share(0, 1) for _ in range(self.rng.randint(0, most)))
        return [*cut, self.share(0.7, 0.95) if self.often(0.3) else ONE] if cut else [ONE]

    def a_stream(self) -> int:
        return self.rng.randrange(ONE)

    # --- the epidemic ----------------------------------------------------------------------------------------------------

    def epidemic(self) -> EpidemicTables:
        kinds = [k for k in range(len(OF_PEOPLE)) if self.plan.ties.on[k]]
        reach = [self.rng.choice(kinds), self.rng.choice(kinds), ANYBODY, OWN_REGION]
        self.rng.shuffle(reach)
        n = len(reach)
        slots = self.numbers((n,), 1, 5)
        weights = list(accumulate(self.rng.random() + 0.2 for _ in range(n)))
        ways, causes, gates = self.rng.randint(1, 3), self.rng.randint(1, 3), self.rng.randint(1, 2)
        first = self.rng.randrange(self.people // 2)
        return EpidemicTables(
            name="flu", stream=self.a_stream(), code_stream=self.a_stream(),
            layers=n, reach=np.array(reach, np.int32), each=np.array([k >= 0 and self.often(0.5) for k in reach], np.uint8), slots=slots,
            meets=np.array([[self.rng.randint(int(s) // 2, int(s)) for s in slots] for _ in range(self.K)], np.int64),
            spread_cdf=np.array([poisson(self.rng.uniform(0.8, 2.0)), poisson(self.rng.uniform(0.1, 0.5))], np.uint64),
            spread_len=np.full(2, LONG, np.int32), cells=np.array([0, n, n + 1], np.int32),
            cell_layer=np.array([*range(n), n - 1], np.int32), cell_first=np.array([0] * n + [int(slots[-1]) // 2], np.int64),
            cell_slots=np.array([*slots, int(slots[-1]) - int(slots[-1]) // 2], np.int64),
            cell_cut=np.array([*(int(w / weights[-1] * ONE) for w in weights[:-1]), ONE, ONE], np.uint64), period=self.periods(),
            passes=self.shares((self.K, 2, n + 1), 0.3, 1.1), isolates=self.array(np.uint64, (self.K, n, self.L), self.kept),
            seeds=self.rng.randint(3, 9), seed_first=first, seed_beyond=self.rng.randint(first + 20, self.people),
            delays=delays_of(self.a_delay(3), self.a_delay(9), *(self.a_delay(4) for _ in range(ways))), latent=0, infectious=1,
            ways=ways, way_delay=np.arange(2, 2 + ways, dtype=np.int32), found=self.shares((ways, self.K), 0.3, 1.1),
            way_list=self.array(np.int32, (ways, self.K), lambda: self.a_list(0.15)), look_back=self.numbers((self.K,), 0, 9),
            traced=self.array(np.uint64, (self.K, n), lambda: 0 if self.often(0.2) else self.share(0.1, 0.9)),
            contact_list=self.array(np.int32, (self.K, n), lambda: self.a_list(0.15)),
            crosses=self.array(np.uint8, (self.K,), lambda: self.often(0.2)), causes=causes,
            cause_cdf=np.array([poisson(self.rng.uniform(0.1, 2.0)) for _ in range(causes)], np.uint64),
            cause_len=np.full(causes, LONG, np.int32), cause=self.shares((causes, self.K, self.G), 0.0, 0.6),
            cause_list=self.array(np.int32, (causes, self.K), lambda: self.a_list(0.15)),
            cause_tag=self.numbers((causes,), 0, causes - 1, np.int32),
            cause_basis=self.numbers((causes,), 0, len(BASES) - 1, np.int32), cause_right=self.numbers((causes,), 0, 1, np.uint8),
            gates=gates, scan_cdf=np.array([poisson(self.rng.uniform(3, 9)) for _ in range(gates)], np.uint64),
            scan_len=np.full(gates, LONG, np.int32), scan_share=self.shares((gates, self.K), 0.3, 1.0),
            code_lists=self.numbers((self.K,), 0, (1 << self.L) - 1), recipients=self.numbers((gates, self.K), 0, 3),
            fields=self.numbers((gates, self.K), 0, 9),
        )  # fmt: skip

    def kept(self) -> int:
        """What is left of the contacts of somebody on a list."""
        return ONE if self.often(0.5) else self.share(0, 0.8)

    def periods(self) -> Any:
        return np.array([int(day > self.T // 3) for day in range(self.T + 1)], np.int32)

    # --- models ----------------------------------------------------------------------------------------------------------

    def models(self) -> tuple[ModelTables, ...]:
        return tuple(self.model(n) for n in range(self.rng.randint(1, 2)))

    def model(self, number: int) -> ModelTables:
        K, G = self.K, self.G
        features = tuple("abcdef"[: self.rng.randint(1, 6)])
        F = len(features)
        rounds, every = np.zeros(self.T + 1, np.int64), self.rng.randint(2, 7)
        days = range(self.rng.randint(1, 4), self.T + 1, every)
        rounds[days.start :: every] = range(1, len(days) + 1)
        steps = np.sort(self.numbers((K, G, 2, STEPS // 64), -600, 600, np.int32), axis=-1)
        return ModelTables(
            name=f"model {number}", number=number, truth_stream=self.a_stream(), feature_stream=self.a_stream(),
            luck_stream=self.a_stream(), list=self.a_list(), **self.among(), features=features, round=rounds,
            renews=self.shares((K,), 0, 1),
            prevalence=self.shares((K, G), 0.1, 0.5), has=self.shares((K, F, 2, G), 0, 1), weight=self.numbers((K, F), -500, 500),
            adjust=self.numbers((K, G), -200, 200), stated=np.repeat(steps, 64, axis=-1) * self.rng.randint(0, 1),
            chooses=np.array([self.way(v) for v in range(K)], np.int64),
            capacity=self.numbers((K,), 1, 25), cut=self.numbers((K,), 100, 900),
            same_as=np.array([max(v - self.rng.choice((1, 1, 2)), 0) for v in range(K)], np.int64),
            retrains=self.numbers((K,), 0, 1, np.uint8),
            sample=self.numbers((K, F, 2, 2), 0, 40), log_cut=octave_cuts(),
        )  # fmt: skip

    def among(self) -> dict[str, int]:
        """People, or in a world with firms sometimes these."""
        of_firms = self.people < self.N and self.often(0.7)
        return {"first": self.people, "beyond": self.N} if of_firms else {"first": 0, "beyond": self.people}

    def way(self, v: int) -> int:
        """How a variant chooses."""
        return BY_LOTTERY_OF if v and self.often(0.5) else self.rng.randrange(BY_LOTTERY_OF)

    # --- lots ------------------------------------------------------------------------------------------------------------

    def lots(self) -> tuple[LotTables | Spared, ...]:
        """By lot in some variants, where the list is entered by a score; what else enters and ends it stays. Some first listings spared."""
        t = self.plan.lists
        made: list[LotTables | Spared] = [
            Spared(i, v) for i in range(self.L) for v in range(1, self.K) if (i + v) % 4 == 3
        ]
        for i in range(self.L):
            for v in range(1, self.K):
                if t.trigger[i] in (SCORE_BELOW, SCORE_ABOVE) and self.often(0.5):
                    below = t.trigger[i] == SCORE_BELOW
                    made.append(LotTables(i, v, self.a_stream(), int(t.trigger[i]), int(t.threshold[i, v])))
                    t.threshold[i, v] = -NOBODY if below else NOBODY
                    t.exit_score[i, v] = -1
        return tuple(made)

    # --- copies ----------------------------------------------------------------------------------------------------------

    def sharing(self) -> tuple[SharingTables, ...]:
        return tuple(self.recipient(n) for n in range(self.rng.randint(2, 3)))

    def recipient(self, number: int) -> SharingTables:
        K, C = self.K, max(self.plan.acts.count, 1)
        return SharingTables(
            name=f"recipient {number}", stream=self.a_stream(), sync=self.numbers((K,), 0, 6),
            lists=self.numbers((K,), 1, (1 << self.L) - 1), of_sources=self.numbers((K,), 0, 1, np.uint8),
            acts=self.numbers((K, C), 0, 1, np.uint8), propagates=self.shares((K,), 0.4, 1.1),
            correction=self.numbers((K,), 0, 1, np.int32), delays=delays_of(self.a_delay(6), self.a_delay(2)),
            kept=self.shares((K,), 0.1, 0.9), leak=self.numbers((K,), 0, self.T),
        )  # fmt: skip

    # --- shocks ----------------------------------------------------------------------------------------------------------

    def shocks(self) -> tuple[ShockTables, ...]:
        acts = self.rng.sample(range(self.plan.acts.count), min(3, self.plan.acts.count))
        return (self.mass_listing(), self.mass_listing(), self.undone(acts[:1]), self.undone(acts[1:]))

    def shock(self, kind: int, **parts: Any) -> ShockTables:
        K = self.K
        neutral = {
            "day": self.array(np.int64, (K,), lambda: 0 if self.often(0.1) else self.rng.randint(1, self.T // 2)),
            "list": np.full(K, NO_LIST, np.int32), "in_region": np.zeros((K, self.R), np.uint8),
            "share": np.zeros(K, np.uint64), "exactly": np.zeros(K, np.int64), "elsewhere": np.zeros(K, np.int64),
            "points": np.zeros(K, np.int64), "acts": np.zeros(max(self.plan.acts.count, 1), np.uint8),
        }  # fmt: skip
        found = self.array(np.int64, (K,), lambda: 0 if self.often(0.1) else self.rng.randint(3, self.T - 3))
        return ShockTables(
            name=f"shock {(stream := self.a_stream())}", stream=stream, kind=kind, found=found, repaired=self.shares((K,), 0.4, 1.1),
            repair=self.numbers((K,), 0, 1, np.int32), delays=delays_of(self.a_delay(6), self.a_delay(2)), **{**neutral, **parts},
        )  # fmt: skip

    def mass_listing(self) -> ShockTables:
        K = self.K
        return self.shock(
            MASS_LISTING, list=self.array(np.int32, (K,), lambda: self.a_list(0.2)), in_region=self.numbers((K, self.R), 0, 1, np.uint8),
            share=self.array(np.uint64, (K,), lambda: 0 if self.often(0.4) else self.share(0.05, 0.5)),
            exactly=self.array(np.int64, (K,), lambda: 0 if self.often(0.4) else self.rng.randint(1, self.N)),
            elsewhere=self.array(np.int64, (K,), lambda: 0 if self.often(0.4) else self.rng.randint(1, 20)),
            points=self.array(np.int64, (K,), lambda: 0 if self.often(0.3) else self.rng.randint(5, 60)),
        )  # fmt: skip

    def undone(self, acts: list[int]) -> ShockTables:
        """A bad rule or an insider: its acts are counted without end, so that they can be undone."""
        a = self.plan.acts
        marked = np.zeros(max(a.count, 1), np.uint8)
        for act in acts:
            marked[act] = 1
            a.capped[act] = a.capped[act] if a.capped[act] >= 0 else max(int(a.capped.max()) + 1, 0)
            a.cap[act], a.cap_window[act], a.cooling[act] = 65_535, 0, 0
        return self.shock(UNDONE, acts=marked)
