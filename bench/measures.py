"""All measures of a year of a million people in eight variants: seconds and memory, in a process that does nothing else.

    python -m bench.measures [--people N] [--scenario NAME]

Two recordings are made first, which is not timed: one with many listings and one with scores. Bars: under 10 s and under 4 GiB.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.measure import GIB, in_child

SECONDS, GIBIBYTES = 10.0, 4.0
SCENARIOS = {
    "unemployment-fraud-flag": "practice.lists.fraud_flag.notice.served",
    "suzhou-2016": "practice.sensing.traffic_police.seen",
}
"""Scenarios of the catalogue, and a number in which their eight variants differ."""
DAYS, VARIANTS = 365, 8


def make(scenario: str, people: int, folder: Path) -> None:
    """A recording of a year, in eight variants."""
    from glasshouse.scenario.reading import from_raw, read_scenario
    from glasshouse.simulate import simulate

    loaded = read_scenario(scenario, people=people, days=DAYS)
    others = [{"name": f"v{n}", "set": {SCENARIOS[scenario]: n / 10}} for n in range(1, VARIANTS)]
    raw = {**loaded.raw, "variants": [{"name": "factual"}, *others]}
    simulate(from_raw(raw, scenario), out=folder)


def taken(folder: str) -> dict[str, Any]:
    """Measure a recording once: wall and processor seconds, peak of memory. For a process of its own (`bench.tasks`)."""
    from bench.measure import peak_bytes
    from glasshouse.measures.measure import measure_recording
    from glasshouse.measures.pair import measure_pairs
    from glasshouse.recording.store import open_recording

    recording = open_recording(folder)
    wall, processor = time.perf_counter(), time.process_time()
    found = measure_recording(recording)
    alone = time.perf_counter() - wall
    measure_pairs(recording)
    return {
        "seconds": time.perf_counter() - wall,
        "without_pairs": alone,
        "processor_seconds": time.process_time() - processor,
        "peak": peak_bytes(),
        "measures": len(found.factual),
        "listings": found["listings"]["value"],
    }


def main(arguments: list[str] | None = None) -> int:
    """Make, measure and print. Exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.measures")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--scenario", action="append", choices=tuple(SCENARIOS))
    asked = parser.parse_args(arguments)
    missed = False
    for scenario in asked.scenario or SCENARIOS:
        with TemporaryDirectory() as place:
            folder = Path(place) / "run"
            make(scenario, asked.people, folder)
            found = in_child("measures", folder=str(folder))
        missed |= found["seconds"] > SECONDS or found["peak"] > GIBIBYTES * GIB
        print(f"{scenario}: {found['seconds']:.1f} s ({found['processor_seconds']:.1f} of the processor), "
              f"peak {found['peak'] / GIB:.2f} GiB, {found['measures']} measures of {VARIANTS} variants and {VARIANTS - 1} pairs, "
              f"{asked.people:,} people, {found['listings'] or 0:,.0f} listings in the factual one")  # fmt: skip
        print(json.dumps({"scenario": scenario, "people": asked.people, **found}))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
