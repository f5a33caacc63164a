"""What a lattice costs, and what pairing saves: processor time, memory, and runs.

The processor's clock is read and not the wall's, so that other work on the machine counts as little as it can. Who is compared takes turns.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import measure


def processor_seconds(work: Callable[[], Any]) -> float:
    """Of all threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


ALL_DIFFERENT = (
    "notice-before-effect", "working-appeal", "expiry", "human-review", "essential-needs", "correction-propagated", "ability-checked",
)  # fmt: skip
"""With perfect sensing beside them, eight safeguards of the defaulter list of which no two sets come to the same scheme."""


def lattice_over_one(name: str, people: int, days: int, repeats: int = 3) -> list[dict[str, Any]]:
    """Processor time of every set of eight safeguards, over that of one life counted the same way and over that of one run kept.

    Once with what the verb takes if nothing is named, where sets that come to the same are lived once, and once where all sets differ.
    """
    from glasshouse.experiments.lattice import lattice, live_group
    from glasshouse.experiments.seeds import base_alone
    from glasshouse.scenario.reading import read_scenario
    from glasshouse.simulate import simulate

    loaded = read_scenario(name, people=people, days=days)
    alone = base_alone(loaded)

    def kept() -> None:
        with tempfile.TemporaryDirectory(prefix="glasshouse-bench-") as folder:
            simulate(alone, threads=1, out=Path(folder) / "run")

    def one() -> None:
        live_group(loaded, [{}], threads=1)

    for warm in (one, kept):
        warm()
    took: dict[str, list[float]] = {"life": [], "run": []}
    for _ in range(repeats):
        took["life"].append(processor_seconds(one))
        took["run"].append(processor_seconds(kept))
    life, run = (statistics.median(took[k]) for k in ("life", "run"))
    found = []
    for asked in ({}, {"with_": ALL_DIFFERENT, "without": ("misidentification",)}):
        began = time.process_time()
        done = lattice(loaded, threads=1, **asked)  # type: ignore[arg-type]
        whole = time.process_time() - began
        found.append({
            "scenario": name, "people": people, "days": days, "sets": done.sets, "lives": done.lives, "lattice_s": whole,
            "life_s": life, "run_s": run, "over_life": whole / life, "over_run": whole / run,
        })  # fmt: skip
    return found


def memory_by_variants(people: int, days: int) -> dict[str, Any]:
    """Peak memory of 1, 2, 4 and 8 variants, each in a process of its own, and that of 8 over the line through 1 and 4."""
    measure.in_child("first", people=4096)  # compiling takes more memory than a million people
    peak = {k: measure.in_child("memory", people=people, days=days, variants=k)["peak"] for k in (1, 2, 4, 8)}
    line = peak[1] + (peak[4] - peak[1]) / 3 * 7
    return {"people": people, "peak": peak, "line": line, "over_line": peak[8] / line}


def pairing(name: str, people: int, days: int, seeds: int) -> dict[str, Any] | None:
    """How many times more the share of burden borne for others costs where twins do not share their luck; None if nobody bears any.

    `runs_ratio`: seeds, of pairs that share nothing over pairs that do. `cost`: processor time of a pair in lockstep over that of one life.
    `at_equal_cost`: lives, two for each pair that shares nothing, over what as many pairs in lockstep cost.
    """
    from glasshouse.experiments.lattice import live_group
    from glasshouse.experiments.paired import collective_punishment, without_others
    from glasshouse.scenario.reading import read_scenario

    loaded = read_scenario(name, people=people, days=days)
    found, twin = collective_punishment(loaded, range(1, seeds + 1), threads=1), without_others(loaded.scenario)
    if found is None or found.runs_ratio is None or twin is None:
        return None
    turns = [[processor_seconds(lambda p=p: live_group(loaded, p, 1)) for p in ([{}], [{}, twin])] for _ in range(5)]
    cost = statistics.median(pair for _, pair in turns) / statistics.median(one for one, _ in turns)
    more = {"cost": cost, "at_equal_cost": found.runs_ratio * 2 / cost}
    return {"scenario": name, "people": people, "days": days} | found.document() | more
