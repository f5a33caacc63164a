"""How far could what nobody has published carry the answer? A designed sweep over the numbers of a scenario that have a range.

Three kinds of points are lived over the same potential events. *The scenario itself.* *One at a time*: each assumption at the low and at
the high end of its range, the others where they are; sorted by how far they move a measure, these are its tornado. *Jointly*: a Latin
hypercube over all ranges at once (McKay, Beckman and Conover 1979), for what assumptions do together. All of it is repeated with several
seeds, so that two intervals can be told apart: *luck*, how far seeds differ while the numbers stay, and the *range*, how far the numbers
carry the mean of the seeds. More people make luck smaller and leave the range as it is.

A joint point is drawn evenly over each range, or evenly in its logarithm where the high end is ten times the low one or more; that is a
way of covering the ranges and no belief about which number is likely, so a range is what was reached and not a probability interval. What
was fitted to published counts is held, as in `assumptions.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.errors import Interrupted, RecordingError, UsageError
from glasshouse.experiments import assumptions
from glasshouse.experiments.assumptions import SIDE_BY_SIDE, ByVariant, Point
from glasshouse.experiments.seeds import across, bounds

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording
    from glasshouse.scenario.evidence import Parameter
    from glasshouse.scenario.reading import Loaded

FILE = "sweep.json"
SEEDS, JOINT = 3, 32
BUDGET_PERSON_DAYS = 2e9
"""What a sweep may cost if nobody says how many people: about a minute on two cores."""
FEWEST = 20_000
WIDE = 10.0
"""High over low from which on a range is covered evenly in its logarithm."""
DRAWN_WITH = 4
"""Seed of the hypercube itself: the same scenario is swept at the same points by everybody."""
SHOWN = (
    "wrongful_listing_rate", "wrongful_listing_rate_by_rights", "rights_wrongful_share", "false_listing_rate", "accusation_ppv",
    "wrongful_person_days_per_1000", "stale_or_wrong_record_share", "never_notified_share", "time_to_correction_median",
    "cannot_get_off_share", "unmet_appeals", "appeal_upheld", "mobility_loss", "demographic_parity_difference", "selection_rate",
    "listings", "people_listed", "refused_tries", "score_gini", "irrelevant_signal_share",
)  # fmt: skip
"""Measures that a sweep keeps: the core ones of one recording, and what a report opens with."""

Floats = NDArray[np.float64]
Found = Mapping[str, Mapping[str, float | str]]
"""Of one run: by point and measure, its value or why it has none."""
Tell = Callable[..., None]
Lived = Callable[["Loaded", int], ByVariant]
"""Lives a scenario with its variants under the seed of this number, and measures each."""


# --- the verb -------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Design:
    """What is lived: the assumptions that are moved, their points one at a time and jointly, on how many people, with which seeds."""

    loaded: Loaded
    moved: tuple[Parameter, ...]
    points: tuple[Point, ...]
    people: int
    seeds: int
    joint: int

    @property
    def runs(self) -> Iterator[tuple[int, int]]:
        """Each run as seed and number of its first point."""
        return ((r, n) for r in range(self.seeds) for n in range(0, len(self.points), SIDE_BY_SIDE))

    @property
    def identity(self) -> dict[str, Any]:
        """What a sweep that was stopped belongs to."""
        from glasshouse.scenario.reading import digest_of

        raw = {k: v for k, v in self.loaded.raw.items() if k != "variants"}
        return {"scenario": digest_of(raw), "people": self.people, "seeds": self.seeds, "joint": self.joint}


def sweep(
    loaded: Loaded,
    *,
    people: int | None = None,
    seeds: int = SEEDS,
    joint: int = JOINT,
    threads: int = 2,
    out: Path | None = None,
    resume: bool = False,
    progress: Tell | None = None,
    live: Lived | None = None,
) -> dict[str, Any]:
    """Sweep a scenario's assumptions and give the document (and write it to `out`, a new JSON file, if there is one).

    `measures` holds for each of `SHOWN`: value (the mean of the seeds), luck, range {low, high, over}, tornado, and the share of what
    is not known that is luck. Raises UsageError where no number has a range that can be swept, RecordingError where `out` is taken or
    belongs to another sweep, Interrupted on Ctrl-C: `resume=True` with the same `out` goes on.
    """
    plan = designed(loaded, people, seeds, joint)
    tell = progress or (lambda *_, **__: None)
    lived = live or (lambda group, replicate: assumptions.measured(group, threads, replicate))
    kept = _Kept(out, plan.identity, resume) if out is not None else None
    runs = list(plan.runs)
    found = dict(kept.found) if kept else {}
    try:
        for n, run in enumerate(runs):
            tell("sweeping", n, len(runs))
            if run not in found:
                found[run] = _one_run(plan, run, lived)
                if kept:
                    kept.add(run, found[run])
    except KeyboardInterrupt as stopped:
        if kept is None:
            raise Interrupted("Stopped; without --out nothing is kept of a sweep.", kept=False) from stopped
        raise Interrupted(f'Stopped. What was swept so far is kept in "{kept.partial.name}".') from stopped
    tell("sweeping", len(runs), len(runs))
    document = told(plan, found)
    if kept:
        kept.finish(document)
    return document


def designed(loaded: Loaded, people: int | None = None, seeds: int = SEEDS, joint: int = JOINT) -> Design:
    """The points of a sweep. UsageError where there is nothing to sweep, with why."""
    if seeds < 2:
        raise UsageError(f"seeds: {seeds} cannot tell luck from what is not known. Give 2 or more.")
    if joint < 0:
        raise UsageError(f"joint: {joint} is no number of points. Give 0 or more.")
    world = loaded.scenario.world
    if world is None:
        raise UsageError(f"{loaded.name} is a scheme without a world: it can be linted but not swept.")
    moved = assumptions.swept(loaded)
    if not moved:
        raise UsageError(_nothing(loaded))
    points = (*assumptions.one_at_a_time(loaded, moved), *jointly(loaded, moved, joint))
    days = (world.end - world.start).days + 1
    affordable = int(BUDGET_PERSON_DAYS // (days * seeds * -(-len(points) // SIDE_BY_SIDE)))
    return Design(loaded, tuple(moved), points, people or min(world.people, max(affordable, FEWEST)), seeds, joint)


def _nothing(loaded: Loaded) -> str:
    """Why there is nothing to sweep, and what to write so that there is."""
    from glasshouse.scenario.evidence import assumptions as with_range

    named = [a.path for a in with_range(loaded)]
    if named:
        return (
            f"sweep: the numbers of {loaded.name} with a range are {', '.join(named[:5])}, and none of them can differ between variants. "
            f"A sweep moves assumptions of conduct, practice and points."
        )
    return (
        f"sweep: no assumption of {loaded.name} has a range, so there is nothing to sweep. Give one in the file, such as "
        f"{{value: 0.3, source: assumption, range: [0.1, 0.6]}}."
    )


# --- points ---------------------------------------------------------------------------------------------------------------------------


def jointly(loaded: Loaded, moved: Sequence[Parameter], count: int) -> list[Point]:
    """Points that move all assumptions at once, each range cut into `count` parts of which every one is visited once."""
    if count == 0:
        return []
    from scipy.stats import qmc

    at = qmc.LatinHypercube(len(moved), rng=DRAWN_WITH).random(count)
    return [
        Point(
            f"j{n}",
            "all together",
            assumptions.held(loaded, {a.path: at_share(a, u) for a, u in zip(moved, row, strict=True)}),
        )
        for n, row in enumerate(at)
    ]


def at_share(a: Parameter, share: float) -> Any:
    """The number that lies this share of the way from the low to the high end, as the scenario file wants it."""
    assert a.range is not None
    low, high = a.range
    if low > 0 and high / low >= WIDE:
        return assumptions.written(a, float(low * (high / low) ** share))
    return assumptions.written(a, float(low + (high - low) * share))


def _one_run(plan: Design, run: tuple[int, int], lived: Lived) -> dict[str, dict[str, float | str]]:
    replicate, first = run
    group = plan.points[first : first + SIDE_BY_SIDE]
    entries = lived(assumptions.beside(plan.loaded, group, plan.people), replicate)
    return {name: {m: _value(found[m]) for m in SHOWN if m in found} for name, found in entries.items()}


def _value(entry: Mapping[str, Any]) -> float | str:
    return str(entry.get("reason")) if entry["value"] is None else float(entry["value"])


# --- kept while it runs ---------------------------------------------------------------------------------------------------------------


class _Kept:
    """A line of JSON for each run that is done, beside the place of the document; gone when the document is there."""

    def __init__(self, out: Path, identity: Mapping[str, Any], resume: bool) -> None:
        self.out, self.partial = out, out.with_name(out.name + ".partial")
        self.found: dict[tuple[int, int], Found] = {}
        if out.exists():
            raise RecordingError(
                f'"{out.name}" exists already and is not overwritten. Give another --out, or remove it first.'
            )
        if resume:
            self._take_up(identity)
        elif self.partial.exists():
            raise RecordingError(
                f'"{self.partial.name}" is a sweep that was stopped. Continue it with --resume, or remove it first.'
            )
        else:
            out.parent.mkdir(parents=True, exist_ok=True)
            self._write(identity)

    def _take_up(self, identity: Mapping[str, Any]) -> None:
        if not self.partial.exists():
            raise RecordingError(f'There is no "{self.partial.name}" to resume. Start the sweep without --resume.')
        lines = self.partial.read_text(encoding="utf-8").split("\n")[:-1]  # a line without its end was cut short
        if not lines or json.loads(lines[0]) != identity:
            raise RecordingError(
                f'"{self.partial.name}" is of another scenario, or of other people or seeds. Remove it first.'
            )
        self.partial.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        for line in lines[1:]:
            done = json.loads(line)
            self.found[done["run"][0], done["run"][1]] = done["found"]

    def add(self, run: tuple[int, int], found: Found) -> None:
        self._write({"run": run, "found": found})

    def _write(self, line: Mapping[str, Any]) -> None:
        with self.partial.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, allow_nan=False) + "\n")

    def finish(self, document: Mapping[str, Any]) -> None:
        from glasshouse.recording.place import write_json

        write_json(self.out, document)
        self.partial.unlink()


# --- what it says ---------------------------------------------------------------------------------------------------------------------


def told(plan: Design, found: Mapping[tuple[int, int], Found]) -> dict[str, Any]:
    """The document, from the values of every point under every seed."""
    values = _values(plan, found)
    world = plan.loaded.scenario.world
    assert world is not None
    names = [name for name in SHOWN if name in values]
    return {
        "about": {
            "glasshouse": "synthetic people",
            "schema": 1,
            "scenario": plan.loaded.name,
            "digest": assumptions.digest_without_size(plan.loaded),
            "people": plan.people,
            "days": (world.end - world.start).days + 1,
            "seeds": plan.seeds,
            "points": {"one_at_a_time": len(plan.points) - plan.joint, "joint": plan.joint},
            "luck": "over seeds, the numbers staying: where 95 of 100 runs of one seed fall, on as many people",
            "range": "over assumptions, the mean of the seeds: lowest and highest of all points; no probability",
        },
        "assumptions": [
            {"path": a.path, "value": a.value, "range": list(a.range or ()), "unit": a.unit, "note": a.note}
            for a in plan.moved
        ],
        "measures": {name: _measure(plan, name, values[name], found) for name in names},
    }


def _values(plan: Design, found: Mapping[tuple[int, int], Found]) -> dict[str, dict[str, Floats]]:
    """By measure and point, one number for each seed, float64[seed]; NaN where it is undefined. The scenario itself is "factual"."""
    out: dict[str, dict[str, Floats]] = {}
    for (replicate, _), of in found.items():
        for point, measures in of.items():
            for name, value in measures.items():
                column = out.setdefault(name, {}).setdefault(point, np.full(plan.seeds, np.nan))
                column[replicate] = np.nan if isinstance(value, str) else value
    return out


def _measure(
    plan: Design, name: str, values: Mapping[str, Floats], found: Mapping[tuple[int, int], Found]
) -> dict[str, Any]:
    """One measure: its mean, luck beside range, and the assumptions by how far each moves it."""
    from glasshouse.measures.registry import CORE, find

    measure = find(name)
    base = values["factual"]
    lucky = across(
        [_entry(found[replicate, 0]["factual"][name]) for replicate in range(plan.seeds)], *bounds(measure.unit)
    )
    head = {"unit": measure.unit, "scaling": measure.scaling, "core": name in CORE, "value": lucky["value"]}
    luck = {**lucky["one_run"], "over": lucky["luck"]["over"], "sd": lucky["sd"]}
    if lucky["value"] is None:
        nothing = {"low": None, "high": None, "over": None}
        return head | {"reason": lucky["reason"], "luck": luck, "range": nothing, "share_of_luck": None, "tornado": []}
    means = {point: float(x.mean()) for point, x in values.items() if not np.isnan(x).any()}
    gone = len(plan.points) + 1 - len(means)
    span = {"low": min(means.values()), "high": max(means.values()), "over": _over(plan), "undefined_points": gone}
    joint = np.array([mean for point, mean in means.items() if point.startswith("j")])
    return head | {
        "luck": luck,
        "range": span,
        "share_of_luck": _share_of_luck(base, joint),
        "tornado": _tornado(plan, values),
    }


def _entry(value: float | str) -> dict[str, Any]:
    return {"value": None, "reason": value} if isinstance(value, str) else {"value": value}


def _over(plan: Design) -> str:
    return f"{len(plan.moved)} assumptions, each alone at both ends of its range, and {plan.joint} points at which all are moved"


def _share_of_luck(base: Floats, joint: Floats) -> float | None:
    """Of what one run's number is uncertain by, the share that is luck: variance over seeds / (that + variance over joint points)."""
    if len(joint) < 2:
        return None
    luck, ignorance = float(base.var(ddof=1)), float(joint.var(ddof=1))
    return luck / (luck + ignorance) if luck + ignorance > 0 else None


def _tornado(plan: Design, values: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """Each assumption: the outcome at both ends with the others at their values, by swing, the widest first.

    `error` is the standard error of high less low over seeds: both ends saw the same events, so it is smaller than luck.
    """
    rows = [_swing(a, n, values) for n, a in enumerate(plan.moved)]
    return sorted(rows, key=lambda row: (-row["swing"], row["path"]))


def _swing(a: Parameter, number: int, values: Mapping[str, Floats]) -> dict[str, Any]:
    assert a.range is not None
    base = values["factual"]
    ends = [
        values.get(f"p{number}-{word}", base if at == a.value else None)
        for word, at in zip(("low", "high"), a.range, strict=True)
    ]
    low, high = (np.full(len(base), np.nan) if x is None else x for x in ends)
    known = [float(x.mean()) for x in (low, base, high) if not np.isnan(x).any()]
    gap = high - low
    error = None if np.isnan(gap).any() else float(gap.std(ddof=1) / np.sqrt(len(gap)))
    return {
        "path": a.path,
        "low": {"at": a.range[0], "value": _mean(low)},
        "high": {"at": a.range[1], "value": _mean(high)},
        "swing": max(known) - min(known),
        "error": error,
    }


def _mean(x: Floats) -> float | None:
    return None if np.isnan(x).any() else float(x.mean())


# --- for the report -------------------------------------------------------------------------------------------------------------------


def sweep_of(recording: Recording) -> dict[str, Any] | None:
    """The sweep that lies in the folder of a recording (`sweep.json`) and is of its scenario, or None."""
    from glasshouse.scenario.reading import from_raw

    file = recording.path / FILE
    if not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    told_of = recording.manifest["scenario"]
    same = found["about"]["digest"] == assumptions.digest_without_size(from_raw(told_of["raw"], told_of["name"]))
    return found if same else None
