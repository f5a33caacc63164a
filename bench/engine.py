"""The engine on the bench model, in the few words that the bench needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench import model
from glasshouse.engines.cpu import Engine
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw


def engine(people: int, days: int, seed: int = 7, variants: int = 1, threads: int = 2) -> Engine:
    """A world of the bench model on its first morning."""
    plan, _ = compile_plan(from_raw(model.scenario(people, days, seed, variants), "bench"))
    return Engine(plan, threads=threads)


def live(world: object, days: int) -> None:
    """Live some days, engine or peer."""
    for _ in range(days):
        world.step()  # type: ignore[attr-defined]


def counts(world: Engine) -> dict[str, NDArray[np.int64]]:
    """Daily counts of the factual variant by the names the peers use, [day]; `letters` are not kept by the engine and are left out."""
    kept = world.result()
    daily = {name: values[:, 0].sum(axis=(1, 2)) for name, values in kept.daily.items()}
    acts = kept.acts[:, 0].sum(axis=1)
    return daily | {"happened": acts[:, 0], "seen": acts[:, 1], "misfiled": acts[:, 2]}
