"""Where may one run not tell its own luck? The block jackknife against seeds, in the scenarios in which something may couple people.

    python -m verification.coupled [--seeds N] [--only NAME] [--level P] [--write]

Every variant of every scenario named below is run with N seeds, small, and every number with a jackknife interval is judged, those too that
a run does not print because the scenario couples people (`scenario/channels.py`): for them the manifest is read as if it did not say so.
The jackknife's error (root of its mean square over seeds) is divided by the spread of the seeds. If the jackknife is right, the seeds'
variance over its own is chi-square with N - 1 degrees of freedom over N - 1; a number whose two-sided p is below the level is off. With
the level and the numbers judged it is told how many would be off by luck alone; measures of one variant go together, and variants share
their events, so that what is off by luck comes in heaps.
`--write` puts the table into `verification/results/`. A minute for each scenario, on one thread.

Left out: groups, regions and other cells; medians; whether an interval holds (`verification/jackknife.py` asks that, of fewer scenarios).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from verification.jackknife import FEWEST, RESULTS, standard_errors

from glasshouse.measures.measure import measure_recording
from glasshouse.recording.store import Recording
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario
from glasshouse.simulate import simulate

SCENARIOS: Mapping[str, int] = {
    "health-code": 20_000,
    "red-code-misuse": 20_000,
    "red-code-misuse, so many": 20_000,
    "travel-code-world": 20_000,
    "restaurant-chain": 37_400,
    "foreign-brands": 28_660,
    "mass-listing": 20_000,
    "insider": 20_000,
    "welfare-risk-score": 10_000,
    "welfare-debt": 28_060,
    "no-fly-list": 40_000,
    "national-merge": 20_000,
    "family-and-friends": 20_000,
    "chat-group": 20_000,
    "city-800-live": 20_000,
}
"""People."""
SO_MANY = {"share": None, "regions": ["city"], "count": {"value": 446}, "elsewhere": {"value": 871}}
"""The shock of `red-code-misuse` with exact numbers, which no scenario of the catalogue has."""
Values = Mapping[str, tuple[float | None, float | None, float | None]]
"""By measure: value, low and high, the last two None where the jackknife made no interval."""


@dataclass(frozen=True)
class Held:
    """One number of one variant over all seeds. `ratio`: the jackknife's error over the spread of seeds; None where there is no spread."""

    scenario: str
    variant: str
    measure: str
    seeds: int
    mean: float
    spread: float
    error: float
    ratio: float | None
    p: float
    silent: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all seeds of all scenarios, print the table, and write it if asked to."""
    parser = argparse.ArgumentParser(prog="python -m verification.coupled")
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="this scenario; may be given again")
    parser.add_argument("--level", type=float, default=0.001)
    parser.add_argument("--write", action="store_true", help="write the table into verification/results/")
    asked = parser.parse_args(arguments)
    found = [one for name in asked.only or SCENARIOS for one in judged(name, asked.seeds)]
    text = report(found, asked.seeds, asked.level)
    print(text)
    if asked.write:
        (RESULTS / "coupled.md").write_text(text, encoding="utf-8")
    return 0


# --- lived and measured -----------------------------------------------------------------------------------------------


def judged(name: str, seeds: int) -> list[Held]:
    """Every number of every variant of a scenario."""
    loaded = scenario_of(name)
    runs: list[dict[str, Values]] = []
    silent: dict[tuple[str, str], str] = {}
    for n, (values, reasons) in enumerate(_measured(loaded, seeds)):
        print(f"\r{name}: seed {n + 1} of {seeds}", end="", file=sys.stderr)
        runs.append(values)
        silent = silent or reasons
    print(file=sys.stderr)
    found = (
        _held(name, variant, measure, [run[variant][measure] for run in runs], silent.get((variant, measure)))
        for variant in runs[0]
        for measure in runs[0][variant]
    )
    return [one for one in found if one is not None]


def scenario_of(name: str) -> Loaded:
    """The scenario of a name above, with as many people."""
    loaded = read_scenario(name.split(",")[0], people=SCENARIOS[name])
    if "," not in name:
        return loaded
    shock = {key: value for key, value in (loaded.raw["shocks"][0] | SO_MANY).items() if value is not None}
    return from_raw(loaded.raw | {"shocks": [shock]}, loaded.name)


def _measured(loaded: Loaded, seeds: int) -> Iterator[tuple[dict[str, Values], dict[tuple[str, str], str]]]:
    """By seed: every number with the interval that the jackknife would give, and of the first seed why a run does not print it."""
    for replicate in range(seeds):
        with TemporaryDirectory() as folder:
            recording = simulate(loaded, replicate=replicate, threads=1, out=Path(folder) / "run", keep=False)
            bare = {key: value for key, value in recording.manifest.items() if key != "coupled"}
            apart = measure_recording(Recording(recording.path, bare)).by_variant
            printed = measure_recording(recording).by_variant if replicate == 0 else {}
        reasons = {
            (variant, name): str(entry["luck"]["reason"])
            for variant, of in printed.items()
            for name, entry in of.items()
            if entry["luck"]["method"] is None and apart[variant][name]["luck"]["method"] is not None
        }
        yield {v: {name: _interval(entry) for name, entry in of.items()} for v, of in apart.items()}, reasons


def _interval(entry: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    luck, value = entry["luck"], entry["value"]
    method = str(luck["method"])
    of_blocks = method.startswith("block jackknife") and "inverted" not in method
    return (value, luck["low"], luck["high"]) if of_blocks else (value, None, None)


def _held(
    scenario: str, variant: str, measure: str, runs: Sequence[tuple[Any, Any, Any]], silent: str | None
) -> Held | None:
    from scipy.stats import chi2

    known = [run for run in runs if None not in run]
    if len(known) < max(FEWEST * len(runs), 2):
        return None
    value, low, high = (np.array(x, np.float64) for x in zip(*known, strict=True))
    free, spread = len(known) - 1, float(value.std(ddof=1))
    error = float(np.sqrt(np.square(standard_errors(value, low, high)).mean()))
    if error == 0:
        p, ratio = (1.0 if spread == 0 else 0.0), None
    else:
        statistic = free * spread**2 / error**2
        p = float(min(1.0, 2 * min(chi2.cdf(statistic, free), chi2.sf(statistic, free))))
        ratio = error / spread if spread else None
    return Held(scenario, variant, measure, len(known), float(value.mean()), spread, error, ratio, p, silent)


# --- telling ----------------------------------------------------------------------------------------------------------


def report(found: Sequence[Held], seeds: int, level: float) -> str:
    """What is off, of what a run prints and of what it does not, in Markdown."""
    printed, silent = [x for x in found if not x.silent], [x for x in found if x.silent]
    off = [x for x in printed if x.p < level]
    lines = [
        f"# One run's luck against {seeds} seeds, where something may couple people", "",
        f"Made by `python -m verification.coupled --seeds {seeds} --write`. *s.e. / spread*: the jackknife's error over the spread of "
        f"seeds; 1 is right, below 1 promises too much; it has an error of about {1 / np.sqrt(2 * (seeds - 1)):.2f} of itself. "
        f"*Off*: two-sided p below {level:g} of the chi-square test.", "",
        f"**Printed by a run:** {len(printed):,} numbers judged, {len(off)} off ({_sides(off)}); {level * len(printed):.1f} are expected "
        "to be by luck alone, were they independent.", "",
        *_table(off), "",
        f"**Not printed, because something couples people:** {len(silent):,} numbers. Without the rule "
        f"{sum(x.p < level for x in silent)} of them would be off ({_sides([x for x in silent if x.p < level])}).", "",
        *_by_scenario(found, level), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _sides(off: Sequence[Held]) -> str:
    wide = sum(_is_wide(x) for x in off)
    return f"{wide} too wide, {len(off) - wide} too narrow"


def _is_wide(one: Held) -> bool:
    return one.error > one.spread


def _table(off: Sequence[Held]) -> list[str]:
    rows = [f"| {x.scenario} | {x.variant} | `{x.measure}` | {x.mean:.4g} | {_told(x)} | {x.p:.0e} |" for x in off]
    head = ["| scenario | variant | measure | mean | s.e. / spread | p |", "|---|---|---|---|---|---|"]
    return [*head, *rows] if rows else ["None."]


def _told(one: Held) -> str:
    return "no spread at all" if one.ratio is None else f"{one.ratio:.2f}"


def _by_scenario(found: Sequence[Held], level: float) -> list[str]:
    """A row for each scenario, variant and reason."""
    lines = [
        "| scenario | variant | printed: judged, off | not printed: judged, off, s.e. / spread of those | why |",
        "|---|---|---|---|---|",
    ]
    for scenario, variant in dict.fromkeys((x.scenario, x.variant) for x in found):
        mine = [x for x in found if (x.scenario, x.variant) == (scenario, variant)]
        printed, silent = [x for x in mine if not x.silent], [x for x in mine if x.silent]
        counts = [f"{len(of)}, {sum(x.p < level for x in of)}" for of in (printed, silent)]
        why = "; ".join(dict.fromkeys(str(x.silent).removesuffix("; run several seeds") for x in silent))
        told = f"{counts[1]}, {_reach([x for x in silent if x.p < level])}" if silent else "–"
        lines.append(f"| {scenario} | {variant} | {counts[0]} | {told} | {why or '–'} |")
    return lines


def _reach(off: Sequence[Held]) -> str:
    """Least and greatest ratio; a number without any spread has none."""
    if not off:
        return "–"
    known = [x.ratio for x in off if x.ratio is not None]
    still = len(off) - len(known)
    span = f"{min(known):.2f} to {max(known):.2f}" if known else ""
    return ", ".join(x for x in (span, f"{still} without any spread" if still else "") if x)


if __name__ == "__main__":
    sys.exit(main())
