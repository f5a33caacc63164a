"""Does an epidemic become as large as theory says, at a million people, and along keyed ties as along random ones?

    python verification/epidemic.py

1. Everybody meets everybody, R0 = 2: the final size against the closed form, unseeded (100 of a million) and with 1 % seeded; in standard
   errors of von Bahr and Martin-Löf (1980).
2. Along keyed friends of several clusterings: the engine against bond percolation on two random graphs with the same circles. *By layers*
   keeps who is in which layer, as keyed ties do. *Any* shuffles all memberships of a size, so that how many friends two friends have has
   nothing to do with each other: a configuration model of circles (Newman 2009, random graphs with clustering).
Exits with 1 if a size is more than three standard errors from its closed form, or more than .012 from percolation by layers.
"""

from __future__ import annotations

import math
import sys

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from glasshouse.engines import epidemic
from glasshouse.scenario.compile_epidemic import alone, well_mixed
from glasshouse.scenario.tables import TIE_KINDS, TieTables

MILLION, DAYS, CONTACTS, CHANCE, LASTS = 1_000_000, 300, 10, 0.02, 10
WINDOW, ALONG, SEEDED = 65_536, 0.04, 0.01
CLUSTERINGS = (None, 0.1, 0.2, 0.3)
MOST_ERRORS, MOST_APART = 3.0, 0.012
Pairs = NDArray[np.int64]


def closed_form(seeded: float) -> tuple[float, float]:
    """Final size at R0 = 2, and its standard error for a million people."""
    z = 0.9
    for _ in range(500):
        z = 1 - (1 - seeded) * math.exp(-2 * z)
    return z, math.sqrt(z * (1 - z) / MILLION) / (1 - 2 * (1 - z))


def among_all() -> bool:
    print("seeded      found     closed form  standard errors")
    right = True
    for seeds in (100, 10_000):
        for seed in (1, 2, 3):
            found = epidemic.curve(
                epidemic.only(*well_mixed(MILLION, CONTACTS, CHANCE, LASTS, seeds, DAYS, seed))
            ).final_size()
            expected, error = closed_form(seeds / MILLION)
            print(f"{seeds:>6}    {found:.5f}     {expected:.5f}      {(found - expected) / error:+.2f}")
            right &= abs(found - expected) < MOST_ERRORS * error
    return right


def pairs_by_layers(t: TieTables, rng: np.random.Generator) -> Pairs:
    """Friends of one window in which the members of each layer are cut into circles by chance."""
    return np.concatenate([_circles(rng.permutation(members), size) for members, size in _layers(t)])


def pairs_of_any(t: TieTables, rng: np.random.Generator) -> Pairs:
    """The same with all memberships of circles of one size shuffled together."""
    stubs: dict[int, list[Pairs]] = {}
    for members, size in _layers(t):
        stubs.setdefault(size, []).append(members)
    return np.concatenate([_circles(rng.permutation(np.concatenate(m)), size) for size, m in stubs.items()])


def _layers(t: TieTables) -> list[tuple[Pairs, int]]:
    first = int(t.layer_first[TIE_KINDS.index("friends")])
    layers = range(first, first + int(t.layer_count[TIE_KINDS.index("friends")]))
    return [(np.arange(t.layer_from[x], t.layer_to[x]), int(t.layer_clique[x])) for x in layers]


def _circles(members: Pairs, size: int) -> Pairs:
    circles = members[: len(members) // size * size].reshape(-1, size)
    a, b = np.triu_indices(size, 1)
    return np.stack([circles[:, a].ravel(), circles[:, b].ravel()], axis=1)


def percolated(pairs: Pairs, rng: np.random.Generator) -> float:
    """Share that is connected to a seed by ties each of which passes it on with 1 - (1 - p)^10."""
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    kept = pairs[rng.random(len(pairs)) < 1 - (1 - ALONG) ** LASTS]
    graph = coo_array((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=(WINDOW, WINDOW))
    part = connected_components(graph, directed=False)[1]
    seeds = rng.choice(WINDOW, round(SEEDED * WINDOW), replace=False)
    return float(np.isin(part, part[seeds]).mean())


def along_friends() -> bool:
    print("\nclustering  engine    by layers   any graph of these circles")
    right, rng = True, np.random.default_rng(1)
    for clustering in CLUSTERINGS:
        friends = {"mean": 6, "sd": 3, "max": 20, "window": WINDOW} | ({"clustering": clustering} if clustering else {})
        illness = {
            "contacts": {"friends": {"with": "friends", "everyone": True, "p": ALONG}},
            "infectious": {"always_days": LASTS},
            "seeds": {"number": round(SEEDED * WINDOW)},
        }
        worlds = [alone(illness, people=WINDOW, days=DAYS, seed=s, ties={"friends": friends}) for s in (1, 2, 3, 4)]
        found = float(np.mean([epidemic.curve(epidemic.only(*w)).final_size() for w in worlds]))
        layered = float(np.mean([percolated(pairs_by_layers(worlds[0].ties, rng), rng) for _ in range(4)]))
        any_graph = float(np.mean([percolated(pairs_of_any(worlds[0].ties, rng), rng) for _ in range(4)]))
        print(f"{clustering or 0:>10}  {found:.4f}    {layered:.4f}      {any_graph:.4f}")
        right &= abs(found - layered) < MOST_APART
    return right


if __name__ == "__main__":
    sys.exit(0 if all([among_all(), along_friends()]) else 1)
