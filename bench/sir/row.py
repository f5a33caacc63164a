"""The row `sir`: glasshouse beside LASER, epiworld and Starsim on the same epidemic, each in a process of its own, in turns.

The bars are ratios of processor time on one thread each, least of the turns: whatever else the machine does, that is what the work costs.
Clock time on two threads stands beside it. A peer that is not installed or does not run on this Python says so in its row.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bench import measure
from bench.run import Row, Sizes, at_least, at_most, skipped
from bench.sir import model

PEERS = {
    "LASER": "laser-generic",
    "epiworld": "epiworldpy",
    "Starsim, static": "starsim",
    "Starsim, CRN-safe": "starsim",
}
TIMES_OF_A_GRAPH, TIMES_OF_LASER = 10.0, 1.5
SMALLER_PEOPLE = 20_000
"""With fewer people than this in the worlds of a bench, it is the quick one."""
TURNS, SEED = 3, 7
LONG = 20.0
"""Processor seconds: whoever takes longer takes one turn."""
Told = dict[str, Any]


def rows(sizes: Sizes) -> list[Row]:
    """One row for each peer's speed beside ours, one for each contestant's final size, memory and bytes on one and two threads."""
    turns = TURNS if sizes.people > SMALLER_PEOPLE else 1
    found, missing = contest(["glasshouse", "glasshouse on ties", *PEERS], sizes.people, turns)
    shown = [_told(name, found[name], sizes.people) for name in found]
    beside = [_beside(peer, found) for peer in PEERS if peer in found]
    return [*beside, *shown, *(skipped("sir", f"{name}, the same epidemic", "-", why) for name, why in missing.items())]


def contest(names: list[str], people: int, turns: int) -> tuple[dict[str, list[Told]], dict[str, str]]:
    """What each told in each of its turns on one and two threads, and why some told nothing."""
    found: dict[str, list[Told]] = {}
    missing: dict[str, str] = {}
    for _ in range(turns):
        for name in names:
            if name not in missing and not (name in found and least(found[name], 1, "processor") > LONG):
                try:
                    found[name] = [*found.get(name, []), *(lived(name, people, threads) for threads in (1, 2))]
                except measure.Skipped as why:
                    missing[name] = str(why)
    return {name: told for name, told in found.items() if name not in missing}, missing


def lived(name: str, people: int, threads: int) -> Told:
    """One contestant, once. Raises Skipped, with what it said last, if it is not here or does not run."""
    package = PEERS.get(name)
    asked = json.dumps({"people": people, "seed": SEED, "threads": threads})
    try:
        about = f"{package} {version(package)}" if package else "this tree"
        own = {"NUMBA_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
        done = measure.run([sys.executable, "-W", "ignore", "-m", "bench.sir.task", name, asked], own)
    except PackageNotFoundError:
        raise measure.Skipped(f"needs {package}: pip install '.[bench]' (Python {sys.version.split()[0]})") from None
    except (RuntimeError, subprocess.SubprocessError) as fault:
        raise measure.Skipped(f"{about} does not run on Python {sys.version.split()[0]}: {fault}") from fault
    return json.loads(done.stdout.splitlines()[-1]) | {"threads": threads, "about": about}


def _turns(n: int) -> str:
    return "one turn" if n == 1 else f"least of {n} turns"


def least(told: list[Told], threads: int, key: str) -> float:
    return min(t[key] for t in told if t["threads"] == threads)


def _beside(peer: str, found: dict[str, list[Told]]) -> Row:
    """Their time over ours. A peer without a graph is held against our contacts with anybody, one with a graph against our ties."""
    graph = peer != "LASER"
    ours, theirs = found["glasshouse on ties" if graph else "glasshouse"], found[peer]
    one, two = (least(theirs, n, key) / least(ours, n, key) for n, key in ((1, "processor"), (2, "seconds")))
    detail = (
        f"processor time on one thread {least(theirs, 1, 'processor'):.2f} s and {least(ours, 1, 'processor'):.2f} s; "
    )
    detail += (
        f"their clock over ours, two threads each, {two:.3g} times; {theirs[0]['about']}, {_turns(len(theirs) // 2)}"
    )
    numbers = {"ratio": one, "ratio_two_threads": two}
    if graph:
        return at_least("sir", f"SIR on a graph: time of {peer} over ours", one, TIMES_OF_A_GRAPH, detail, numbers)
    what = f"SIR, everybody meets everybody: our time over {peer}'s"
    return at_most("sir", what, 1 / one, TIMES_OF_LASER, detail, numbers | {"ratio": 1 / one}, " times")


def _told(name: str, told: list[Told], people: int) -> Row:
    """What one contestant did: rate, final size beside the closed form, memory, same bytes or not. It has no bar."""
    person_days = people * model.DAYS
    rates = [person_days / least(told, n, "seconds") for n in (1, 2)]
    expected, size = told[0]["expected"], told[0]["size"]
    digests = [{t["digest"] for t in told if t["threads"] == n} for n in (1, 2)]
    same = len(digests[0] | digests[1]) == 1
    again = all(len(d) == 1 for d in digests)
    bytes_ = "the same bytes" if same else "other bytes" if again else "other bytes every time"
    detail = f"final size {size:.4f}, closed form {expected['size']:.4f} ({expected['of']}); {bytes_} on one and two threads; "
    detail += (
        f"peak {told[0]['peak'] / 2**20:,.0f} MiB, {told[0]['before'] / 2**20:,.0f} MiB before this world was made; "
    )
    detail += f"{rates[0]:.2e} with one thread"
    shown = f"{rates[1]:.2e} person-days/s"
    numbers = {"turns": told, "same_bytes": same}
    return Row("sir", f"{name}: {people:,} people, {model.DAYS} days", rates[1], shown, "-", None, detail, numbers)


ENTRY = (
    "SIR beside LASER, epiworld and Starsim",
    f"at least {TIMES_OF_A_GRAPH:g} times every peer with a graph; at most {TIMES_OF_LASER} times LASER's time",
    rows,
)
