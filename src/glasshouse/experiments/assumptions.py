"""How far what nobody has published could move what is measured: a designed sweep over a scenario's assumptions.

Each assumption with a range is put at its low and at its high end, one at a time; what makes listings wrongful is
also put low and high all together (corners); and how older entries were treated is run in every way the record leaves
open. The points run side by side as variants, seven and the base in a run, over the same potential events, so that no
difference between them is luck. The figures that were fitted are held: when the circumstances or their shares move,
the share of the able and unwilling that is listed is solved again so that as many are listed as before, and a change
of liability leaves the average rate where it was.

A range is what the sweep reached, not a probability interval. The sweep runs on fewer people than the report: a range
is about shares and durations, and their luck is told apart from it.
    python -m glasshouse.experiments.assumptions defaulter-list --freeze     writes data/defaulter-list.ranges.json for the report
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshouse.experiments import fit

if TYPE_CHECKING:
    from glasshouse.scenario.evidence import Parameter
    from glasshouse.scenario.reading import Loaded

PEOPLE = 200_000
BUDGET_PERSON_DAYS = 6e8
"""What a sweep that nobody froze may cost: some ten seconds on two cores."""
FEWEST = 20_000
"""People below which a range would be mostly luck."""
SIDE_BY_SIDE = 7
"""Points in one run, beside the base: eight variants is what a run holds."""
ByVariant = Mapping[str, Mapping[str, Mapping[str, Any]]]
Ranges = dict[str, dict[str, tuple[float, float, list[str]]]]
CORNERS = (
    r"practice\.sensing\.\w+\.wrong_person",
    r"practice\.lists\.\w+\.entry\.(?!will_not_pay)\w+",
    r"conduct\.acts\.\w+\.circumstances\.(?!will_not_pay)\w+\.(share|by_group\.\w+)",
)
"""Paths of what makes a listing wrong, moved together."""


@dataclass(frozen=True)
class Point:
    """One point of the sweep: its name as a variant, what it moves, and the patches."""

    name: str
    over: str
    patches: dict[str, Any]


# --- the design ---------------------------------------------------------------------------------------------------------------------


def design(loaded: Loaded) -> list[Point]:
    """One at a time low and high, the corners, and the treatments of older entries."""
    moved = swept(loaded)
    wrongful = [a for a in moved if any(re.fullmatch(c, a.path) for c in CORNERS)]
    points = []
    for end in (0, 1) if len(wrongful) > 1 else ():
        patches = {a.path: written(a, a.range[end]) for a in wrongful if a.range}
        points.append(
            Point(
                f"wrongful-{'high' if end else 'low'}", "everything that makes a listing wrong", held(loaded, patches)
            )
        )
    return one_at_a_time(loaded, moved) + points + _treatments(loaded)


def swept(loaded: Loaded) -> list[Parameter]:
    """The assumptions that a sweep moves: those with a range that variants may change and that could matter."""
    from glasshouse.scenario.evidence import assumptions

    rests = _rests(loaded.raw)
    return [
        a for a in assumptions(loaded) if a.source == "assumption" and _can_matter(a) and not a.path.startswith(rests)
    ]


def one_at_a_time(loaded: Loaded, moved: Sequence[Parameter]) -> list[Point]:
    """Each assumption at the low and at the high end of its range, the others where they are; an end that is the value is left out."""
    points = []
    for n, a in enumerate(moved):
        for word, value in zip(("low", "high"), a.range or (), strict=True):
            if value != a.value:
                points.append(Point(f"p{n}-{word}", a.path, held(loaded, {a.path: written(a, value)})))
    return points


def _can_matter(a: Parameter) -> bool:
    """Conduct, practice, shocks and points; of the gates only how many try, for being refused is how people learn. A variant may not
    change the world.
    """
    if a.path.startswith("conduct.demand"):
        return a.path.endswith(".users")
    if a.path.startswith("rules"):  # the window of a cap is one for all variants
        return a.path.endswith((".points", ".cap.count"))
    if a.path.startswith("practice.health_code.found"):  # when somebody is found is one for all variants
        return a.path.endswith(".share")
    return a.path.startswith(("conduct.acts", "practice", "shocks", "epidemic.contacts"))


def _rests(raw: dict[str, Any]) -> tuple[str, ...]:
    """Paths that are not swept by themselves: the circumstance that takes the rest, and a share that every group has
    its own of.
    """
    out = []
    for act, body in raw["conduct"]["acts"].items():
        for n, (name, c) in enumerate((body.get("circumstances") or {}).items()):
            path = f"conduct.acts.{act}.circumstances.{name}"
            if n == 0:
                out.append(path)
            elif set(c.get("by_group") or {}) >= set(raw["world"].get("groups") or {"A": 1}):
                out.append(f"{path}.share")
    return tuple(out)


def _treatments(loaded: Loaded) -> list[Point]:
    out = []
    for name, practice in loaded.scenario.practice.lists.items():
        if practice.expiry and practice.expiry.in_force_from:
            path = f"practice.lists.{name}.expiry.older_entries"
            others = [o for o in fit.OLDER if o != practice.expiry.older_entries]
            out += [Point(f"older-{n}", path, {path: o}) for n, o in enumerate(others)]
    return out


def written(a: Parameter, value: float) -> Any:
    """A value as the scenario file wants it: rates with their unit, days and counts whole."""
    if "rate" in a.unit or "per" in a.unit:
        return f"{value:.10g} per year"
    return int(value) if a.unit in ("days", "count", "points") else value


# --- what the counters fix stays fixed ------------------------------------------------------------------------------------------------


def held(loaded: Loaded, patches: dict[str, Any]) -> dict[str, Any]:
    """The patches, and what must move with them so that as many are listed and shares still add to one."""
    from glasshouse.scenario.patching import apply_patch
    from glasshouse.scenario.schema import Scenario

    moved = [p for p in patches if "conduct.acts." in p or ".entry." in p]
    if not moved:
        return patches
    raw = loaded.raw
    for path, value in patches.items():
        raw = apply_patch(raw, path, value)
    out = dict(patches)
    for act in raw["conduct"]["acts"]:
        rest = _rest(raw, act, patches)
        for path, value in rest.items():
            raw = apply_patch(raw, path, value)
        out |= rest
    return out | _solved(loaded.scenario, Scenario.model_validate(raw)) if _is_fitted(loaded) else out


def _is_fitted(loaded: Loaded) -> bool:
    """Was some number fitted to published counts, which a sweep must then leave where they are?"""
    from glasshouse.scenario.evidence import parameters

    return any(p.source == "fitted" for p in parameters(loaded))


def _rest(raw: dict[str, Any], act: str, patches: dict[str, Any]) -> dict[str, Any]:
    """Shares of circumstances that must move so that all add to one: the first takes the rest, and where nothing is left for it, those
    that the point does not move give way in proportion.
    """
    path = f"conduct.acts.{act}.circumstances"
    circumstances = raw["conduct"]["acts"][act].get("circumstances") or {}
    if not any(p.startswith(path) for p in patches):
        return {}
    first, *others = circumstances
    out = _sharing(path, first, {o: _number(circumstances[o]["share"]) for o in others}, "share", patches)
    for group in circumstances[first].get("by_group") or {}:
        shares = {
            o: _number((circumstances[o].get("by_group") or {}).get(group, circumstances[o]["share"])) for o in others
        }
        out |= _sharing(path, first, shares, f"by_group.{group}", patches)
    return out


def _sharing(path: str, first: str, others: dict[str, float], key: str, patches: dict[str, Any]) -> dict[str, Any]:
    over = sum(others.values()) - 1.0
    if over <= 0:
        return {f"{path}.{first}.{key}": _left(list(others.values()))}
    giving = {o: x for o, x in others.items() if f"{path}.{o}.{key}" not in patches} or others
    room = max(sum(giving.values()) - over, 0.0) / (sum(giving.values()) or 1.0)
    kept = {o: round(x * room, 12) for o, x in giving.items()}
    left = _left([*kept.values(), *(x for o, x in others.items() if o not in giving)])
    return {f"{path}.{o}.{key}": x for o, x in kept.items()} | {f"{path}.{first}.{key}": left}


def _left(shares: Sequence[float]) -> float:
    return round(max(1.0 - sum(shares), 0.0), 12)


def _number(x: Any) -> float:
    return float(x["value"] if isinstance(x, Mapping) else x)


def _solved(before: Any, after: Any) -> dict[str, Any]:
    """The rate and the share of the unwilling listed with which the base's number of listings returns."""
    from glasshouse.experiments.expectation import parameters_of

    a, b = parameters_of(before), parameters_of(after)
    act_name, act = next(iter(after.conduct.acts.items()))
    list_name = after.lists[0].id
    rate = float(act.rate.value * _mean_rate(a) / _mean_rate(b))
    first = next(iter(act.circumstances))
    shares, entries = _mean_shares(b), b.entry.goes_on
    wanted = float(_mean_shares(a) @ a.entry.goes_on)
    share = (wanted - float(shares[1:] @ entries[1:])) / float(shares[0]) if shares[0] > 0 else 0.0
    return {
        f"conduct.acts.{act_name}.rate": f"{rate:.8g} per year",
        f"practice.lists.{list_name}.entry.{first}": round(min(max(share, 0.0), 1.0), 9),
    }


def _mean_rate(p: Any) -> float:
    """Average multiple of the ordinary rate, over classes and groups."""
    return float((p.entry.class_share @ p.entry.class_multiple) * (p.entry.group_share @ p.entry.group_factor))


def _mean_shares(p: Any) -> Any:
    weight = p.entry.group_share * p.entry.group_factor
    return (weight / weight.sum()) @ p.entry.circumstance


# --- the sweep ------------------------------------------------------------------------------------------------------------------------


def sweep_ranges(
    loaded: Loaded,
    measure_function: Callable[[Loaded], ByVariant],
    *,
    people: int = PEOPLE,
    points: Sequence[Point] | None = None,
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> Ranges:
    """Lowest and highest of every measure over the points, by measure and cell ("all", "group=A",
    "horizon_days=365").

    `measure_function` runs a scenario with its variants and gives the entries of each (`Measures.by_variant`). `over`
    names what reached either end. A cell that is undefined at a point is left out of its range.
    """
    chosen = list(points) if points is not None else design(loaded)
    assert loaded.scenario.world is not None
    more = _more(loaded, people)
    reached: dict[str, dict[str, list[tuple[float, str]]]] = {}
    for n in range(0, len(chosen), SIDE_BY_SIDE):
        tell("assumptions", n, len(chosen))
        group = chosen[n : n + SIDE_BY_SIDE]
        over = {"factual": "the scenario itself"} | {p.name: p.over for p in group}
        for variant, entries in measure_function(beside(loaded, group, people)).items():
            for measure, cell, value in _cells(entries, more):
                reached.setdefault(measure, {}).setdefault(cell, []).append((value, over[variant]))
    return {m: {c: _range(found) for c, found in cells.items()} for m, cells in reached.items()}


def _more(loaded: Loaded, people: int) -> float:
    """How many times more is counted than on so many people. A shock that hits an exact number hits no more of a larger crowd."""
    assert loaded.scenario.world is not None
    exact = any(shock.count or shock.elsewhere for shock in loaded.scenario.shocks)
    return 1.0 if exact else loaded.scenario.world.people / people


def beside(loaded: Loaded, points: Sequence[Point], people: int) -> Loaded:
    """The scenario with the points as its variants, on so many people."""
    from glasshouse.scenario.reading import from_raw

    variants = [{"name": "factual"}, *({"name": p.name, "set": p.patches} for p in points)]
    world = {**loaded.raw["world"], "people": people}
    return from_raw({**loaded.raw, "world": world, "variants": variants}, loaded.name)


def _cells(entries: Mapping[str, Mapping[str, Any]], more: float) -> list[tuple[str, str, float]]:
    out = []
    for measure, entry in entries.items():
        found = [("all", entry)] + [
            (f"{cut}={cell}", inner) for cut, cells in entry.get("by", {}).items() for cell, inner in cells.items()
        ]
        times = more if entry.get("scaling") == "count" else 1.0
        out += [
            (measure, cell, float(inner["value"]) * times) for cell, inner in found if inner.get("value") is not None
        ]
    return out


def _range(found: Sequence[tuple[float, str]]) -> tuple[float, float, list[str]]:
    low, high = min(found), max(found)
    return low[0], high[0], [low[1], high[1]]


def measured(loaded: Loaded, threads: int = 2, replicate: int = 0) -> ByVariant:
    """Run a scenario into a folder that is thrown away, and measure it. `replicate` is the number of the seed."""
    from tempfile import TemporaryDirectory

    from glasshouse.measures.measure import measure_recording
    from glasshouse.simulate import simulate

    with TemporaryDirectory() as folder:
        return measure_recording(
            simulate(loaded, out=Path(folder) / "sweep", threads=threads, replicate=replicate, keep=False)
        ).by_variant


def ranges_for(
    loaded: Loaded, threads: int = 2, tell: Callable[[str, int, int], None] = lambda *_: None
) -> Ranges | None:
    """The ranges of a scenario: those the catalogue keeps, or a sweep on as many people as the time it may take allows.

    None where there is nothing to sweep, or where so few people could be afforded that a range would be mostly luck; the report says so.
    """
    kept = frozen_ranges(loaded)
    if kept is not None:
        return kept
    world = loaded.scenario.world
    if world is None or world.people < FEWEST:
        return None
    points = design(loaded)
    if not points:
        return None
    days = (world.end - world.start).days + 1
    runs = -(-len(points) // SIDE_BY_SIDE)
    people = min(world.people, int(BUDGET_PERSON_DAYS // (days * runs)))
    if people < FEWEST:
        return None
    return sweep_ranges(loaded, lambda group: measured(group, threads), people=people, points=points, tell=tell)


def counted() -> set[str]:
    """Written names of the measures that are counts of people or days, and grow with the number of people."""
    from glasshouse.measures.registry import MEASURES

    return {name for m in MEASURES if m.scaling == "count" for name, _ in m.truths}


# --- frozen ---------------------------------------------------------------------------------------------------------------------------


def frozen_ranges(loaded: Loaded) -> Ranges | None:
    """The ranges that the catalogue keeps for this scenario, or None if it has none or says something else by now."""
    file = resources.files("glasshouse.scenario.catalogue") / "data" / f"{loaded.name}.ranges.json"
    if not file.is_file():
        return None
    found = json.loads(file.read_text(encoding="utf-8"))
    if found["scenario"] != digest_without_size(loaded):
        return None
    assert loaded.scenario.world is not None
    more = _more(loaded, found["people"])
    out: Ranges = {}
    for measure, cells in found["ranges"].items():
        times = more if measure in found["counts"] else 1.0
        out[measure] = {c: (x[0] * times, x[1] * times, x[2]) for c, x in cells.items()}
    return out


def digest_without_size(loaded: Loaded) -> str:
    """What the ranges depend on: the scenario without its size, seed, variants and words. A part that is not known yet counts."""
    from glasshouse.scenario.reading import digest_of

    world = {k: v for k, v in loaded.raw["world"].items() if k not in SIZE}
    parts = {k: v for k, v in loaded.raw.items() if k not in NOT_LIVED}
    return digest_of(_without_words(parts | {"world": world}))


SIZE = ("people", "seed", "represents")
NOT_LIVED = (
    "schema", "scheme", "evidence", "variants", "definitions", "transparency", "explanation", "roles", "impact_assessments", "waivers",
    "note", "cite",
)  # fmt: skip
"""Parts of a scenario that move no number."""
WORDS = ("title", "summary", "note")


def _without_words(part: Any) -> Any:
    if isinstance(part, dict):
        return {k: _without_words(v) for k, v in part.items() if k not in WORDS or not isinstance(v, str)}
    return [_without_words(x) for x in part] if isinstance(part, list) else part


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep a catalogue scenario, and write its ranges if asked to."""
    from glasshouse.scenario.reading import read_scenario

    parser = argparse.ArgumentParser(prog="python -m glasshouse.experiments.assumptions")
    parser.add_argument("scenario")
    parser.add_argument("--people", type=int, help=f"if not its own size, or {PEOPLE:,} where it is larger")
    parser.add_argument("--freeze", action="store_true", help="write the ranges into the catalogue")
    asked = parser.parse_args(arguments)
    loaded = read_scenario(asked.scenario)
    own = loaded.scenario.world.people if loaded.scenario.world else PEOPLE
    people = asked.people or min(own, PEOPLE)
    ranges = sweep_ranges(loaded, measured, people=people, tell=lambda step, n, of: print(step, n, of, file=sys.stderr))
    if asked.freeze:
        file = resources.files("glasshouse.scenario.catalogue") / "data" / f"{loaded.name}.ranges.json"
        body = {
            "scenario": digest_without_size(loaded),
            "people": own,
            "swept_on": people,
            "counts": sorted(counted()),
            "points": len(design(loaded)),
            "ranges": ranges,
        }
        Path(str(file)).write_text(json.dumps(body, indent=0) + "\n", encoding="utf-8")
    for measure, cells in ranges.items():
        if "all" in cells:
            low, high, over = cells["all"]
            print(f"{measure}: {low:.4g} to {high:.4g} (over {over[0]}; {over[1]})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
