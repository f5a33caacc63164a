"""Several seeds of one scenario, and what they differ by: luck, told apart from everything that is not known.

`glasshouse run SCENARIO --seeds N` makes N recordings. What their measures come to together is written into `seeds.json`, in the folder of
the first of them, whose report can then give every figure with an interval over seeds. Two are given and are not to be confused: *luck* is
how well the mean of the seeds is known, *one run* is where 95 of 100 runs of a single seed would fall.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.errors import UsageError
from glasshouse.experiments.student import student

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording
    from glasshouse.scenario.reading import Loaded

Counters = Mapping[str, NDArray[np.float64]]
"""Daily counts in real units: [seed, day] by the column names of `daily.parquet`."""
SEEDS = tuple(range(1, 21))
FILE = "seeds.json"
METHOD = "mean of the seeds, Student's t"
OVER = "{} seeds: other people and other luck, the same numbers"
Entry = Mapping[str, Any]
KEPT = ("unit", "scaling", "standing", "id", "core", "denominator", "direction", "twin")
SIGNED = ("signed share", "-1 to 1")
"""Units of measures of one recording that may be below 0. What compares two variants may be so in any unit."""


def base_alone(loaded: Loaded) -> Loaded:
    """The scenario without its variants: what is compared with the record is what happened."""
    from glasshouse.scenario.reading import from_raw

    return from_raw({k: v for k, v in loaded.raw.items() if k != "variants"}, loaded.name)


def engine_counters(
    loaded: Loaded, seeds: Sequence[int], threads: int = 2, tell: Callable[[str, int, int], None] = lambda *_: None
) -> dict[str, NDArray[np.float64]]:
    """Let every seed live, and keep its daily counts in real units: [seed, day]."""
    from glasshouse.simulate import simulate_counters

    assert loaded.scenario.world is not None
    scale = loaded.scenario.world.represents.value
    runs: dict[str, list[NDArray[np.float64]]] = {}
    for n, seed in enumerate(seeds):
        tell("seeds", n, len(seeds))
        for column, values in simulate_counters(loaded, [seed], threads=threads).items():
            runs.setdefault(column, []).append(values[0, :, 0].astype(np.float64) * scale)
    return {column: np.stack(x) for column, x in runs.items()}


def spread_of_a_year(counters: Counters, start: date, year: int, stocks: Sequence[str]) -> dict[str, float]:
    """Standard deviation between seeds over their mean, of a year's increment, or of a stock at its end."""
    first, last = (date(year, 1, 1) - start).days, (date(year, 12, 31) - start).days
    out = {}
    for column, values in counters.items():
        x = values[:, last] if column in stocks else values[:, max(first, 0) : last + 1].sum(axis=1)
        out[column] = float(x.std(ddof=1) / x.mean()) if x.mean() > 0 else 0.0
    return out


# --- measures over seeds ------------------------------------------------------------------------------------------------------------


def seed_intervals(recording: Recording) -> dict[str, Any] | None:
    """What the seeds of a run say of every measure, by its written name; None where only one seed was run.

    Each holds `value` (the mean), `luck` {low, high, method, over}, `one_run` {low, high}, `sd`, `least`, `most`, `n` (seeds that
    have a value), `seeds`, `unit`, `by`. `about` says of which seeds; `variants` and `pairs` hold the same of other variants, and of
    the measures that need two.
    """
    file = recording.path / FILE
    found: dict[str, Any] | None = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    return found


def write_seeds(recordings: Sequence[Recording]) -> dict[str, Any]:
    """Put together what the measures of several seeds come to, and write it into the folder of the first."""
    from glasshouse.recording.place import write_json

    document = over_seeds(recordings)
    write_json(recordings[0].path / FILE, document)
    return document


def over_seeds(recordings: Sequence[Recording]) -> dict[str, Any]:
    """The content of `seeds.json`: every measure of every variant over the recordings of several seeds.

    UsageError where there is one only, where they are not of one scenario, or where a seed is there twice.
    """
    _refuse_what_is_not_replicates(recordings)
    first = recordings[0]
    told = [recording.measures for recording in recordings]
    others = [_others(one) for one in told]
    pairs = [_pairs(recording) for recording in recordings]
    return {
        "about": _about(recordings),
        **_gathered([_entries(one) for one in told]),
        "variants": {name: _gathered([of[name] for of in others]) for name in first.variants[1:]},
        "pairs": {name: _gathered([of[name] for of in pairs], pairs=True) for name in first.variants[1:]},
    }


def _refuse_what_is_not_replicates(recordings: Sequence[Recording]) -> None:
    if len(recordings) < 2:
        raise UsageError("seeds: an interval over seeds needs two recordings or more. Run with --seeds 2 or more.")
    if len({one.manifest["scenario"]["digest"] for one in recordings}) > 1:
        raise UsageError("seeds: the recordings are of different scenarios, so that their gap would not be luck alone.")
    if len({_seed(one) for one in recordings}) < len(recordings):
        raise UsageError("seeds: two recordings have the same seed, and would count as one.")


def _seed(recording: Recording) -> int:
    from glasshouse.chance import replicate_seed

    return replicate_seed(int(recording.manifest["seed"]), int(recording.manifest.get("replicate") or 0))


def _about(recordings: Sequence[Recording]) -> dict[str, Any]:
    first = recordings[0]
    return {
        "glasshouse": "synthetic people",
        "schema": 1,
        "scenario": first.manifest["scenario"]["name"],
        "variant": first.variants[0],
        "people": int(first.manifest["people"]),
        "days": int(first.manifest["days"]),
        "replicates": [int(one.manifest.get("replicate") or 0) for one in recordings],
        "over": OVER.format(len(recordings)),
        "interval": "luck: 95 % of the mean; one_run: where 95 of 100 runs of one seed fall",
    }


def _entries(document: Mapping[str, Any]) -> dict[str, Entry]:
    return {name: entry for name, entry in document.items() if isinstance(entry, Mapping) and "luck" in entry}


def _others(document: Mapping[str, Any]) -> dict[str, dict[str, Entry]]:
    return {name: _entries(found) for name, found in (document.get("variants") or {}).items()}


def _pairs(recording: Recording) -> dict[str, dict[str, Any]]:
    """The measures of the factual variant against each other one."""
    from glasshouse.measures.pair import measure_pairs

    return measure_pairs(recording) if len(recording.variants) > 1 else {}


def _gathered(runs: Sequence[Mapping[str, Entry]], pairs: bool = False) -> dict[str, Any]:
    from glasshouse.measures.pair import BOUNDS

    free = (None, None)
    return {
        name: _measure([run[name] for run in runs], BOUNDS.get(name, free) if pairs else bounds(first["unit"]))
        for name, first in runs[0].items()
    }


def _measure(entries: Sequence[Entry], limits: tuple[float | None, float | None]) -> dict[str, Any]:
    """One measure over all seeds, and each of its cells."""
    first = entries[0]
    by = {
        cut: {cell: across([_cell(entry, cut, cell) for entry in entries], *limits) for cell in cells}
        for cut, cells in first.get("by", {}).items()
    }
    return across(entries, *limits) | {key: first[key] for key in KEPT if key in first} | {"by": by}


def bounds(unit: str) -> tuple[float | None, float | None]:
    """The least and the greatest that a measure of one recording can be, by its unit."""
    return None if unit in SIGNED else 0.0, 1.0 if unit in ("share", "0 to 1") else None


def _cell(entry: Entry, cut: str, cell: str) -> Entry:
    found: Entry = entry.get("by", {}).get(cut, {}).get(cell) or {"value": None, "reason": "not given for this seed"}
    return found


def across(entries: Sequence[Entry], lowest: float | None = None, highest: float | None = None) -> dict[str, Any]:
    """One number over several seeds. Undefined where it is in one of them: a mean of the others would be of another kind of world."""
    values = np.array([entry["value"] for entry in entries if entry["value"] is not None], np.float64)
    told: dict[str, Any] = {"n": len(values), "seeds": len(entries)}
    told |= (
        {"least": float(values.min()), "most": float(values.max())} if len(values) else {"least": None, "most": None}
    )
    over, gone = OVER.format(len(entries)), len(entries) - len(values)
    if gone:
        why = next(str(entry.get("reason")) for entry in entries if entry["value"] is None)
        nothing: dict[str, Any] = {"low": None, "high": None}
        reason = f"undefined in {gone} of {len(entries)} seeds: {why}"
        luck = nothing | {"method": None, "over": over}
        return {"value": None, "reason": reason, "luck": luck, "one_run": nothing, "sd": None} | told
    mean, sd, n = float(values.mean()), float(values.std(ddof=1)), len(values)
    times = student(n - 1) * sd
    luck = _around(mean, times / sqrt(n), lowest, highest) | {"method": METHOD, "over": over}
    single = _around(mean, times * sqrt(1 + 1 / n), lowest, highest)
    return {"value": mean, "luck": luck, "one_run": single, "sd": sd} | told


def _around(mean: float, half: float, lowest: float | None, highest: float | None) -> dict[str, Any]:
    low, high = mean - half, mean + half
    low = low if lowest is None else max(low, lowest)
    return {"low": low, "high": high if highest is None else min(high, highest)}
