"""The epidemic that everybody lives, and how large it must become.

A million people, ten contacts a day, each infected contact passes it on with chance .02, ten infectious days, a hundred days, 1 % infected
on the first evening. On average an infected person infects two others where everybody is susceptible.

The final sizes are exact for ever more people. `well_mixed`: nobody has fixed contacts. `on_a_graph`: the same contacts every day, so that
an infected person's second try at a neighbour is often wasted; percolation on a random graph of given degrees (Newman, Spread of epidemic
disease on networks, 2002). Of how long people are infectious only the mean chance that a tie passes it on matters to the final size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

CONTACTS, CHANCE, INFECTIOUS_DAYS, DAYS, SEEDED = 10, 0.02, 10, 100, 0.01
ROUNDS = 10_000


class Expected(NamedTuple):
    """A final size, seeds included, and in words what it is the final size of."""

    size: float
    of: str


def well_mixed(seed_days: float = INFECTIOUS_DAYS) -> Expected:
    """The share that ever has it if every contact is with anybody. Seeds may be infectious for longer than the others."""
    daily, size = CONTACTS * CHANCE, 0.5
    for _ in range(ROUNDS):
        pressure = daily * ((size - SEEDED) * INFECTIOUS_DAYS + SEEDED * seed_days)
        size = 1 - (1 - SEEDED) * math.exp(-pressure)
    return Expected(size, "everybody meets everybody")


def fixed_days() -> float:
    """Chance that an infected neighbour passes it on at all, over exactly ten days."""
    return 1 - (1 - CHANCE) ** INFECTIOUS_DAYS


def geometric_days() -> float:
    """The same if an infection ends after any day with chance 1/10."""
    ends, stays = 1 / INFECTIOUS_DAYS, 1 - CHANCE
    return 1 - ends * stays / (1 - (1 - ends) * stays)


def on_a_graph(degrees: Mapping[int, float], passed: float) -> Expected:
    """The share that ever has it on a random graph with these degrees (degree: people), `passed` along each tie of an infected person."""
    people = sum(degrees.values())
    ends = sum(k * n for k, n in degrees.items())
    spared = 0.5  # chance that one's neighbour along a tie never passes it on
    for _ in range(ROUNDS):
        neighbour = sum(k * n * spared ** (k - 1) for k, n in degrees.items() if k) / ends
        spared = 1 - passed + passed * (1 - SEEDED) * neighbour
    size = 1 - (1 - SEEDED) * sum(n * spared**k for k, n in degrees.items()) / people
    return Expected(size, f"random graph, {ends / people:.2f} neighbours a person")
