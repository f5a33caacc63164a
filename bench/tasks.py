"""Work that the bench does in a process of its own: `python -m bench.tasks TASK JSON`, answered by JSON on the last line."""

from __future__ import annotations

import json
import sys
from typing import Any

from bench.engine import engine, live
from bench.measure import Spread, peak_bytes, seconds
from bench.measures import taken


def memory(people: int, days: int, variants: int) -> dict[str, Any]:
    """Bytes of the dense columns, and the peak of the whole process, after some days."""
    world = engine(people, days, variants=variants)
    live(world, days)
    return {"dense": world.dense_bytes(), "peak": peak_bytes(), "letters": world.letters_in_flight()}


def scale(small: int, large: int, warm: int, repeats: int) -> dict[str, Any]:
    """Rates of a small and a large world, in turns: a day of the large, then as many days of the small as fill about a second.

    Both are measured from the same day on; the small one lives more days and grows a little quieter, which makes it faster, not slower.
    """
    days = 8
    a, b = engine(small, warm + repeats * days), engine(large, warm + repeats)
    live(a, warm)
    live(b, warm)
    rates: dict[str, list[float]] = {"small": [], "large": []}
    for _ in range(repeats):
        rates["large"].append(large / seconds(b.step))
        rates["small"].append(small * days / seconds(lambda: live(a, days)))
    return {name: Spread.of(values) for name, values in rates.items()} | {"peak": peak_bytes()}


def first(people: int) -> dict[str, Any]:
    """One day of a small world: with an empty cache this is the compile on first use, with a full one the warm start."""
    return {"seconds": seconds(lambda: live(engine(people, 2), 2))}


TASKS = {"memory": memory, "scale": scale, "first": first, "measures": taken}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
