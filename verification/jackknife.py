"""Does the interval of one run hold what other seeds give? The block jackknife against 200 seeds of 100,000 people.

    python -m verification.jackknife [--scenario NAME] [--seeds N] [--people N] [--days N] [--write]

Every seed is a run of its own, with its own people and its own luck, measured with the interval that a user would be shown. For each
measure it is counted how often the interval of one run holds the mean of all runs (coverage, at 90 and at 95 %), and the jackknife's mean
standard error is divided by the spread of the runs (1 if the jackknife is right, below 1 if it promises too much). Both have an error of
their own, printed beside them: of a coverage the binomial one, of the ratio that of a standard deviation from so many runs.
Seeds are derived from the scenario's (`chance.replicate_seed`), so that the table comes out the same on every machine.
`--write` puts it into `verification/results/`. Takes about a second for each seed.

Left out: intervals of groups and regions, of which many rest on few cases; whether the model is right; and bias. What is held is the mean
of the estimates: a gap without its sign (`demographic_parity_difference`) is never below 0, so that with few listings its mean lies above
the gap of a world without luck, and no interval of one run can tell.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.experiments.seeds import base_alone
from glasshouse.measures.frame import BLOCKS
from glasshouse.scenario.reading import Loaded, read_scenario
from glasshouse.simulate import simulate

RESULTS = Path(__file__).resolve().parent / "results"
LEVELS = (0.90, 0.95)
FEWEST = 0.9
"""Share of the runs that must have an interval of the jackknife before it is judged."""


@dataclass(frozen=True)
class Judged:
    """One measure over all runs. `coverage` by level; `ratio` is the mean jackknife error over the spread of the runs."""

    measure: str
    runs: int
    mean: float
    spread: float
    jackknife: float | None
    ratio: float | None
    ratio_error: float | None
    coverage: dict[str, float]
    coverage_error: dict[str, float]
    method: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all seeds, print the table, and write it if asked to."""
    asked = _asked(arguments)
    loaded = base_alone(read_scenario(asked.scenario, people=asked.people, days=asked.days))
    runs: list[Mapping[str, Any]] = []
    for n, found in enumerate(_measured(loaded, asked.seeds)):
        runs.append(found)
        print(f"\rseed {n + 1} of {asked.seeds}", end="", file=sys.stderr)
    print(file=sys.stderr)
    table = judge(runs)
    about = {"scenario": asked.scenario, "seeds": asked.seeds, "people": asked.people, "days": asked.days}
    text = report(about, table)
    print(text)
    if asked.write:
        RESULTS.mkdir(exist_ok=True)
        name = RESULTS / f"jackknife-{asked.scenario}"
        name.with_suffix(".md").write_text(text, encoding="utf-8")
        document = about | {"measures": [asdict(one) for one in table]}
        name.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m verification.jackknife")
    parser.add_argument("--scenario", default="unemployment-fraud-flag")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--write", action="store_true", help="write the table into verification/results/")
    return parser.parse_args(arguments)


def _measured(loaded: Loaded, seeds: int) -> Iterator[Mapping[str, Any]]:
    """Value and luck of every measure of every seed; the recordings are thrown away."""
    for replicate in range(seeds):
        with TemporaryDirectory() as folder:
            found = simulate(loaded, replicate=replicate, threads=1, out=Path(folder) / "run").measures
        yield {name: {key: one[key] for key in ("value", "luck")} for name, one in found.items() if "luck" in one}


# --- judging ----------------------------------------------------------------------------------------------------------


def judge(runs: Sequence[Mapping[str, Any]]) -> list[Judged]:
    """Every measure that has a value and an interval in nearly all runs, and is not the same in all of them."""
    found = (_judged(name, [run[name] for run in runs]) for name in runs[0])
    return [one for one in found if one is not None]


def _judged(name: str, entries: Sequence[Mapping[str, Any]]) -> Judged | None:
    known = [
        e for e in entries if e["value"] is not None and e["luck"]["low"] is not None and e["luck"]["high"] is not None
    ]
    if len(known) < max(FEWEST * len(entries), 2):
        return None
    value, low, high = (
        np.array(x, float)
        for x in zip(*((e["value"], e["luck"]["low"], e["luck"]["high"]) for e in known), strict=True)
    )
    spread = float(value.std(ddof=1))
    if spread == 0:
        return None
    n, mean, error = len(known), float(value.mean()), standard_errors(value, low, high)
    jackknifed = all(str(e["luck"]["method"]).startswith("block jackknife") for e in known) and "inverted" not in str(
        known[0]["luck"]["method"]
    )
    held = {"95": float(np.mean((low <= mean) & (mean <= high)))}
    if jackknifed:
        held = {
            f"{100 * level:.0f}": float(np.mean(np.abs(value - mean) <= quantile(level) * error)) for level in LEVELS
        }
    ratio = float(error.mean() / spread) if jackknifed else None
    return Judged(
        name, n, mean, spread, float(error.mean()) if jackknifed else None, ratio, ratio / sqrt(2 * (n - 1)) if ratio else None,
        held, {level: sqrt(share * (1 - share) / n) for level, share in held.items()}, _method(known),
    )  # fmt: skip


def standard_errors(
    value: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The jackknife's error from its 95 % interval, of which one end may be cut at the least or greatest there can be."""
    return np.maximum(value - low, high - value) / quantile(0.95)


def quantile(level: float) -> float:
    """Half an interval in standard errors, with as many degrees of freedom as blocks less one."""
    from scipy.special import stdtrit

    return float(stdtrit(BLOCKS - 1, (1 + level) / 2))


def _method(known: Sequence[Mapping[str, Any]]) -> str:
    """How the intervals were made; where runs differ, that of most."""
    methods = [str(e["luck"]["method"]).split(", ")[0] for e in known]
    return max(set(methods), key=methods.count)


# --- telling ----------------------------------------------------------------------------------------------------------


def report(about: Mapping[str, Any], table: Sequence[Judged]) -> str:
    """The table in Markdown, with what does not fit said above it."""
    lines = [
        f"# The jackknife against {about['seeds']} seeds: {about['scenario']}", "",
        f"{about['people']:,} synthetic people, {about['days']} days, {about['seeds']} seeds. Made by: "
        f"`python -m verification.jackknife --scenario {about['scenario']} --seeds {about['seeds']} --people {about['people']} "
        f"--days {about['days']} --write`.", "",
        "`s.e. / spread`: the jackknife's mean standard error over the standard deviation of the runs; 1 is right. `90 % holds`, "
        "`95 % holds`: how often the interval of one run holds the mean of all. Behind ± stands the standard error of each.", "",
        *misfits(table), "",
        "| measure | mean | spread of runs | s.e. / spread | 90 % holds | 95 % holds | interval |", "|---|---|---|---|---|---|---|",
        *(_row(one) for one in table),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def misfits(table: Sequence[Judged]) -> list[str]:
    """Measures whose 95 % interval holds less or more often than it says, by more than three errors of the count; or that none is."""
    told = []
    for one in table:
        share, runs = one.coverage["95"], one.runs
        if abs(share - 0.95) > 3 * sqrt(0.95 * 0.05 / runs):
            word = "too narrow" if share < 0.95 else "too wide"
            told.append(f"- `{one.measure}`: {word}; its 95 % interval holds {100 * share:.1f} % of the time.")
    return told or ["No measure's 95 % interval holds more or less often than it says by more than three errors."]


def _row(one: Judged) -> str:
    ratio = "" if one.ratio is None else f"{one.ratio:.2f} ± {one.ratio_error:.2f}"
    held = [
        f"{100 * one.coverage[level]:.1f} ± {100 * one.coverage_error[level]:.1f} %" if level in one.coverage else ""
        for level in ("90", "95")
    ]
    return f"| `{one.measure}` | {one.mean:.5g} | {one.spread:.3g} | {ratio} | {held[0]} | {held[1]} | {one.method} |"


if __name__ == "__main__":
    sys.exit(main())
