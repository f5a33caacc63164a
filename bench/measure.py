"""Measuring on a noisy machine: contestants take turns, medians are compared, and what a row needs is asked for first."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil

ROOT = Path(__file__).resolve().parent.parent
GIB = 2**30


class Skipped(Exception):
    """A row that cannot be measured here; the message says what it needs."""


class Spread(NamedTuple):
    """Repetitions of one measurement."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        return cls(min(values), statistics.median(values), max(values))


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def turns(contestants: dict[str, Callable[[], Any]], repeats: int) -> dict[str, Spread]:
    """Seconds of each contestant's turn. They take turns, so that a busy minute of the machine hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(repeats):
        for name, work in contestants.items():
            times[name].append(seconds(work))
    return {name: Spread.of(values) for name, values in times.items()}


def need_memory(gib: float) -> None:
    """Skip the row unless this much memory is free, with a tenth to spare."""
    free = psutil.virtual_memory().available / GIB
    if free < gib * 1.1:
        raise Skipped(f"needs {gib * 1.1:.1f} GiB of free memory; {free:.1f} GiB are free")


def free_cores(asked: int = 2) -> float:
    """How many cores this many busy processes get between them for half a second: on a shared machine fewer than there are."""
    busy = (
        "import time\nt, c = time.perf_counter(), time.process_time()\nwhile time.perf_counter() - t < .5: pass\n"
        "print((time.process_time() - c) / (time.perf_counter() - t))"
    )
    children = [subprocess.Popen([sys.executable, "-c", busy], stdout=subprocess.PIPE, text=True) for _ in range(asked)]
    return sum(float(child.communicate()[0]) for child in children)


def need_cores(asked: int = 2) -> None:
    """Skip the row unless this many cores are free, nearly."""
    free = free_cores(asked)
    if free < asked * 0.9:
        raise Skipped(f"needs {asked} free cores; {free:.1f} are free")


def peak_bytes() -> int:
    """The most memory this process ever held.

    Linux is asked for VmHWM: its ru_maxrss is handed down by the parent, so that a child of a large bench would seem as large as the bench.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return int(psutil.Process().memory_info().peak_wset)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def in_child(task: str, **arguments: Any) -> Any:
    """What a task of `bench.tasks` answers in a process of its own, so that its peak of memory is its own too."""
    command = [sys.executable, "-m", "bench.tasks", task, json.dumps(arguments)]
    return json.loads(run(command).stdout.splitlines()[-1])


def run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command at the root of the repository; what it says on standard error is shown if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | (environment or {}), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(Path(c).name for c in command[:4])} ended with {done.returncode}: {done.stderr.strip()[-400:]}"
        )
    return done


def glasshouse(*arguments: str) -> list[str]:
    """The installed command, or the same by way of Python where there is none beside it."""
    beside = [Path(sys.executable).with_name(name) for name in ("glasshouse", "glasshouse.exe")]
    found = next((str(path) for path in beside if path.exists()), None)
    return (
        [found, *arguments]
        if found
        else [sys.executable, "-c", "from glasshouse.cli.app import main; main()", *arguments]
    )
