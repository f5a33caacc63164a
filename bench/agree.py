"""Do the NumPy peers and the engine live the same model? The keyed one must count the same on every day; for the other, means over worlds
are compared with their own spread.

Each world has its own seed, so worlds are independent; z is the difference of means over its standard error (Welch), and for equal models
and this many worlds it is about a Student t. Over all quantities the chance of a false alarm is ALPHA (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bench.engine import counts, engine, live
from bench.peer_keyed import KeyedPeer
from bench.peer_numpy import Peer

ALPHA = 0.001
SUMS = ("happened", "seen", "misfiled", "listings", "delistings", "notified", "appeals", "corrections")
LAST = ("listed", "wrongful_listed", "wrongful_listed_by_rights")
"""Stocks are compared on the last day, flows as sums over all days; letters are compared by the mean on the way per evening."""


class Agreement(NamedTuple):
    """One quantity of both: mean over worlds, and the difference in standard errors."""

    name: str
    engine: float
    numpy: float
    z: float
    bound: float

    @property
    def holds(self) -> bool:
        return abs(self.z) <= self.bound


def agreements(people: int, days: int, worlds: int) -> list[Agreement]:
    """Compare every daily count at this size over as many worlds of each."""
    ours = [_of_engine(people, days, seed) for seed in range(1, worlds + 1)]
    theirs = [_of_peer(people, days, seed) for seed in range(1, worlds + 1)]
    names = [name for name in ours[0] if name in theirs[0]]
    return [_compared(name, [w[name] for w in ours], [w[name] for w in theirs], len(names)) for name in names]


def _compared(name: str, ours: list[float], theirs: list[float], quantities: int) -> Agreement:
    a, b, n = np.array(ours), np.array(theirs), len(ours)
    error = float(np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n))
    gap = float(a.mean() - b.mean())
    z = gap / error if error else (0.0 if gap == 0 else float("inf"))
    return Agreement(
        name, float(a.mean()), float(b.mean()), z, float(stats.t.ppf(1 - ALPHA / 2 / quantities, 2 * n - 2))
    )


def _of_engine(people: int, days: int, seed: int) -> dict[str, float]:
    world, letters = engine(people, days, seed), []
    for _ in range(days):
        live(world, 1)
        letters.append(world.letters_in_flight())
    world.close()
    return _summed({k: v for k, v in counts(world).items() if k in SUMS + LAST}) | {"letters": float(np.mean(letters))}


def _of_peer(people: int, days: int, seed: int) -> dict[str, float]:
    world = Peer(people, seed)
    live(world, days)
    daily = _daily(world)
    return _summed({k: v for k, v in daily.items() if k in SUMS + LAST}) | {"letters": float(daily["letters"].mean())}


def _daily(world: Peer) -> dict[str, NDArray[np.int64]]:
    acts = np.array(world.acts).sum(axis=2)
    daily = {name: np.array([day[name] for day in world.daily]) for name in world.daily[0]}
    return daily | {name: acts[:, k] for k, name in enumerate(("happened", "seen", "misfiled"))}


def unequal(people: int, days: int, seed: int = 7) -> list[tuple[str, int]]:
    """Counts and days on which the engine and the keyed peer of the same plan do not count the same."""
    ours, letters = engine(people, days, seed), []
    for _ in range(days):
        live(ours, 1)
        letters.append(ours.letters_in_flight())
    ours.close()
    theirs = KeyedPeer(ours.plan)
    live(theirs, days)
    expected = counts(ours) | {"letters": np.array(letters)}
    return [(name, int(k) + 1) for name, x in _daily(theirs).items() for k in np.flatnonzero(x != expected[name])]


def _summed(daily: dict[str, NDArray[np.int64]]) -> dict[str, float]:
    return {name: float(values[-1] if name in LAST else values.sum()) for name, values in daily.items()}


def worst(found: Iterable[Agreement]) -> Agreement:
    return max(found, key=lambda a: abs(a.z) / a.bound)
