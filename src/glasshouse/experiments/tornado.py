"""Which assumption moves the answer most? Each put at both ends of its range, alone, with everything else as it stands.

The points are those of `assumptions.design`, lived beside the base over the same potential events, so that no difference is luck of
events; what is kept here is not the outermost ends but where each assumption by itself carried each measure. A report draws the longest
bars first (a tornado). Ends of a range are not probabilities, and what two assumptions do together is in the ranges and not here. The
catalogue keeps one for each of its scenarios, on one seed; `sweep.py` makes one over several, for any scenario, in a minute.
Where an outbreak couples everybody (`measures/coupled.py`), a bar holds the luck of that one outbreak too; several seeds tell them apart.
    python -m glasshouse.experiments.tornado defaulter-list --freeze     writes data/defaulter-list.tornado.json for the report
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshouse.experiments.assumptions import (
    SIDE_BY_SIDE,
    ByVariant,
    Point,
    beside,
    design,
    digest_without_size,
    measured,
)
from glasshouse.experiments.seeds import bounds

if TYPE_CHECKING:
    from glasshouse.scenario.reading import Loaded

PEOPLE = 100_000
KEPT = 12
"""Bars kept for a measure; the rest move it less than these."""


@dataclass(frozen=True)
class Swing:
    """One assumption moved alone: its path, and the lowest and highest the measure came to, the base included."""

    path: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far it moves the measure."""
        return self.high - self.low


@dataclass(frozen=True)
class Tornado:
    """One measure: what it is with nothing moved, on how many people, and the swings, the widest first."""

    measure: str
    base: float
    people: int
    swings: tuple[Swing, ...]


def swept(
    loaded: Loaded,
    measure_function: Callable[[Loaded], ByVariant],
    *,
    people: int,
    points: Sequence[Point] | None = None,
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, Tornado]:
    """The tornado of every share, rate and duration, by the measure's name. Counts are left out: they are of the sweep's own people."""
    chosen = list(points) if points is not None else [p for p in design(loaded) if len(p.patches) and _is_alone(p)]
    base: dict[str, float] = {}
    ends: dict[str, dict[str, list[float]]] = {}
    for n in range(0, len(chosen), SIDE_BY_SIDE):
        tell("assumptions", n, len(chosen))
        group = chosen[n : n + SIDE_BY_SIDE]
        found = measure_function(beside(loaded, group, people))
        factual = _values(next(iter(found.values())))
        base = base or factual
        for point in group:
            for measure, value in _values(found[point.name]).items():
                if measure in factual and measure in base:
                    end = _from(base[measure], factual[measure], value, str(found[point.name][measure].get("unit", "")))
                    ends.setdefault(measure, {}).setdefault(point.over, [base[measure]]).append(end)
    return {m: Tornado(m, base[m], people, _widest(moved)) for m, moved in ends.items() if m in base}


def _from(base: float, beside: float, value: float, unit: str) -> float:
    """How far a point moves the base that lived beside it, counted from the first one.

    Mostly they are one number. An epidemic has the luck of the contacts of all that live side by side, so that each company has its own.
    """
    if beside == base:
        return value
    lowest, highest = bounds(unit)
    moved = base + (value - beside)
    moved = moved if lowest is None else max(moved, lowest)
    return moved if highest is None else min(moved, highest)


def _is_alone(point: Point) -> bool:
    """Not a corner, where many assumptions are moved together."""
    return not point.name.startswith("wrongful-")


def _values(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    kept = ((m, e) for m, e in entries.items() if e.get("scaling") != "count" and e.get("value") is not None)
    return {measure: float(entry["value"]) for measure, entry in kept}


def _widest(moved: Mapping[str, Sequence[float]]) -> tuple[Swing, ...]:
    swings = [Swing(path, min(values), max(values)) for path, values in moved.items()]
    return tuple(sorted((s for s in swings if s.width > 0), key=lambda s: (-s.width, s.path))[:KEPT])


def of_sweep(document: Mapping[str, Any]) -> dict[str, Tornado]:
    """The tornado of a sweep that somebody ran (`experiments/sweep.py`), for the measures that are no counts."""
    people = int(document["about"]["people"])
    found = {m: e for m, e in document["measures"].items() if e.get("value") is not None and e["scaling"] != "count"}
    return {m: Tornado(m, float(e["value"]), people, tuple(_swings(e))) for m, e in found.items()}


def _swings(entry: Mapping[str, Any]) -> list[Swing]:
    """The swings of one measure of a sweep that move it at all."""
    out = []
    for row in entry["tornado"]:
        known = [float(x) for x in (row["low"]["value"], entry["value"], row["high"]["value"]) if x is not None]
        if row["swing"] > 0:
            out.append(Swing(row["path"], min(known), max(known)))
    return out[:KEPT]


# --- frozen ---------------------------------------------------------------------------------------------------------------------------


def frozen_tornado(loaded: Loaded) -> dict[str, Tornado]:
    """What the catalogue keeps for this scenario; empty if it keeps nothing, or the scenario says something else by now."""
    file = _file(loaded.name)
    if not file.is_file():
        return {}
    found = json.loads(file.read_text(encoding="utf-8"))
    if found["scenario"] != digest_without_size(loaded):
        return {}
    return {
        m: Tornado(
            m, x["base"], found["people"], tuple(sorted((Swing(*s) for s in x["swings"]), key=lambda s: -s.width))
        )
        for m, x in found["measures"].items()
    }


def _file(name: str) -> Any:
    return resources.files("glasshouse.scenario.catalogue") / "data" / f"{name}.tornado.json"


def document(loaded: Loaded, found: Mapping[str, Tornado], people: int) -> dict[str, Any]:
    """As the catalogue keeps it: numbers with six figures."""

    def short(x: float) -> float:
        return float(f"{x:.6g}")

    measures = {
        m: {"base": short(t.base), "swings": [[s.path, short(s.low), short(s.high)] for s in t.swings]}
        for m, t in found.items()
        if t.swings
    }
    return {"scenario": digest_without_size(loaded), "people": people, "measures": measures}


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep a catalogue scenario one assumption at a time, and write the result if asked to."""
    from glasshouse.scenario.reading import read_scenario

    parser = argparse.ArgumentParser(prog="python -m glasshouse.experiments.tornado")
    parser.add_argument("scenario")
    parser.add_argument("--people", type=int, help=f"if not its own size, or {PEOPLE:,} where it is larger")
    parser.add_argument("--freeze", action="store_true", help="write the result into the catalogue")
    asked = parser.parse_args(arguments)
    loaded = read_scenario(asked.scenario)
    own = loaded.scenario.world.people if loaded.scenario.world else PEOPLE
    people = asked.people or min(own, PEOPLE)
    found = swept(loaded, measured, people=people, tell=lambda step, n, of: print(step, n, of, file=sys.stderr))
    if asked.freeze:
        text = json.dumps(document(loaded, found, people), indent=0)
        Path(str(_file(loaded.name))).write_text(text + "\n", encoding="utf-8")
    for measure, told in found.items():
        if told.swings:
            first = told.swings[0]
            print(f"{measure}: {told.base:.4g}; most by {first.path}: {first.low:.4g} to {first.high:.4g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
