"""One contestant in a process of its own: `python -m bench.sir.task NAME JSON`, answered by JSON on the last line.

The world is made before the clock starts, for everybody. A small world is lived first, so that nothing is compiled while the clock runs.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from importlib import import_module
from typing import Any

import numpy as np

from bench.measure import peak_bytes

CONTESTANTS = {
    "glasshouse": ("ours", "Mixed"),
    "glasshouse on ties": ("ours", "Tied"),
    "LASER": ("laser", "Peer"),
    "epiworld": ("epiworld", "Peer"),
    "Starsim, static": ("starsim", "Static"),
    "Starsim, CRN-safe": ("starsim", "Safe"),
}
WARM_PEOPLE = 2_000


def lived(name: str, people: int, seed: int, threads: int) -> dict[str, Any]:
    """Live the epidemic once: seconds, processor seconds, final size, expected size, digest of everybody's state, peak memory in bytes."""
    module, kind = CONTESTANTS[name]
    make = getattr(import_module(f"bench.sir.{module}"), kind)
    make(min(people, WARM_PEOPLE), seed, threads).run()
    before = peak_bytes()
    start = time.process_time()
    world = make(people, seed, threads)
    made = time.process_time() - start
    clock, start = time.perf_counter(), time.process_time()
    world.run()
    took, worked = time.perf_counter() - clock, time.process_time() - start
    peak = peak_bytes()  # before anything is counted for the table
    told = {"seconds": took, "processor": worked, "making": made, "peak": peak, "before": before}
    return told | {"size": world.size(), "digest": digest(world.states()), "expected": world.expected()._asdict()}


def digest(columns: list[np.ndarray]) -> str:
    found = hashlib.blake2b(digest_size=8)
    for column in columns:
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    print(json.dumps(lived(sys.argv[1], **json.loads(sys.argv[2]))))
