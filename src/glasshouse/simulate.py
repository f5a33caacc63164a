"""The main path on one page: a scenario and a seed become a world, the world lives its days, and what happened is written down.

A run works in `NAME.partial` and is moved into place when it is whole. It keeps a checkpoint every so many simulated days and seconds; a
run that was killed, or stopped with Ctrl-C, goes on from the last one to the same bytes. Letters leave memory every 30 days.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import replicate_seed
from glasshouse.codes import KINDS
from glasshouse.errors import Interrupted, RecordingError, UsageError
from glasshouse.recording import place as places
from glasshouse.recording import provenance
from glasshouse.recording.schema import GATE_COLUMNS, WorldFacts
from glasshouse.recording.store import Recording
from glasshouse.recording.writer import write_tables
from glasshouse.scenario import evidence
from glasshouse.scenario.channels import aggregate_channels, couplings
from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, from_raw, without_a_world
from glasshouse.scenario.tables import FIRST_TAG_OF_ASSOCIATIONS, MERGED_FILE, Names, Plan
from glasshouse.world.places import regions_of

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Engine, Result

CHECKPOINT_DAYS = 365
CHECKPOINT_SECONDS = 30.0
LETTERS_UP_TO_PEOPLE = 10_000_000
LETTER_PARTS = "letters-so-far"
PEOPLE_A_PART = 1 << 20
"""Letters of a run are sorted for the recording so many target people at a time."""
OVERHEAD_BYTES = 300 * 2**20
FLOW_BYTES = 24
"""Bytes a person and variant for letters on the way, cases and buffers; measured on the bench model (`bench/`)."""

Tell = Callable[..., None]
Ranges = Mapping[str, Mapping[str, tuple[float, float, Any]]]


@dataclass(frozen=True)
class Options:
    """How a run is made. None of it changes a byte of the tables, except the journal, which is a table of its own."""

    threads: int = 2
    engine: str = "cpu"
    journal: str | None = None
    checkpoint_days: int = CHECKPOINT_DAYS
    checkpoint_seconds: float = CHECKPOINT_SECONDS


def simulate(
    loaded: Loaded,
    *,
    seed: int | None = None,
    replicate: int = 0,
    threads: int = 2,
    engine: str = "cpu",
    out: Path | None = None,
    resume: bool = False,
    journal: str | None = None,
    checkpoint_days: int | None = None,
    ranges: Callable[[], Ranges | None] = lambda: None,
    progress: Tell | None = None,
    keep: bool = True,
) -> Recording:
    """Run a scenario and write its recording: tables, manifest and measures, moved into place when whole.

    `replicate` r > 0 runs with the seed derived from the scenario's (`chance.replicate_seed`). `journal` asks for
    every event of some people: "ID,ID", "listed" (those ever listed in any variant; the world is run twice), or "N%".
    `ranges` gives what a sweep of the scenario's assumptions found (`experiments/assumptions.py`); it is asked when
    everything is lived and written, so that stopping it loses nothing, and measures print it. Without `keep` the
    tables stay where they were written, unmeasured, for somebody who measures them and throws them away. Raises
    RecordingError where the place is taken or the checkpoint is of another run, UsageError for a journal that asks
    for nobody, Interrupted on Ctrl-C.
    """
    began = time.monotonic()
    tell = progress or _silent
    base = reseeded(loaded, seed) if seed is not None else loaded
    world = reseeded(base, replicate_seed(_seed(base), replicate)) if replicate else base
    options = Options(threads, engine, journal, checkpoint_days or CHECKPOINT_DAYS)
    place = out if out is not None else places.choose(Path("runs"), loaded.name)
    tell("compiling", 0, 0)
    from glasshouse.engines.replay import has_channels

    plan, names = compile_plan(world)
    refuse_journal(journal, plan.world.people)
    work = places.start(place, resume)
    result, letters = _lived(plan, names, world, options, work, resume, tell)
    tell("writing", 0, 0)
    facts = world_facts(plan)
    digests = write_tables(
        work, names, facts, named_daily(result.daily, names), result.acts, _with_region(result.cases, plan),
        _with_places(result.people, plan), letters, journal_columns(result.events, names) if journal else None,
        result.channels if result.channels and has_channels(plan) else None, result.tables | _copies(plan, result),
    )  # fmt: skip
    provenance.write_manifest(work, _manifest(base, names, plan, options, replicate, digests, time.monotonic() - began))
    return _measured(work, place, ranges()) if keep else _unmeasured(work)


def _copies(plan: Plan, result: Result) -> dict[str, dict[str, NDArray[Any]]]:
    """What recipients hold of the listings, where the scenario says of any what copies it holds."""
    if not plan.outside.sharing:
        return {}
    from glasshouse.engines.copies import copies_of

    return {"copies": copies_of(plan, result.cases)}


def simulate_counters(loaded: Loaded, seeds: Sequence[int], threads: int = 2) -> dict[str, NDArray[np.int64]]:
    """Daily counts by the column names of `daily.parquet`, [seed, day, variant], summed over regions and groups; nothing is written."""
    from glasshouse.engines.cpu import Engine

    runs: dict[str, list[NDArray[np.int64]]] = {}
    for seed in seeds:
        plan, names = compile_plan(reseeded(loaded, seed))
        engine = Engine(plan, threads)
        try:
            daily = named_daily(engine.run().result().daily, names)
        finally:
            engine.close()
        for name, values in recorded_names(daily, names).items():
            runs.setdefault(name, []).append(values.sum(axis=(2, 3)))
    return {name: np.stack(x) for name, x in runs.items()}


def memory_needed(loaded: Loaded) -> int:
    """Bytes that a run of this scenario will hold at its peak, from the size of its world and what it simulates."""
    s = loaded.scenario
    if s.world is None:
        return 0
    capped = sum(1 for r in s.rules if r.cap)
    dense = 3 + max(len(s.lists), 1) + 2 * capped + (4 if s.score else 0) + (4 if s.conduct and s.conduct.demand else 0)
    return OVERHEAD_BYTES + s.world.people * (len(loaded.variants) * (dense + FLOW_BYTES) + 4)


def reseeded(loaded: Loaded, seed: int) -> Loaded:
    """The same scenario with another seed."""
    if _seed(loaded) == seed:
        return loaded
    return from_raw({**loaded.raw, "world": {**loaded.raw["world"], "seed": seed}}, loaded.name, check=False)


def _seed(loaded: Loaded) -> int:
    if loaded.scenario.world is None:
        raise UsageError(without_a_world(loaded.name))
    return loaded.scenario.world.seed


def _silent(*_: Any, **__: Any) -> None:
    """Nobody watches."""


# --- living -------------------------------------------------------------------------------------------------------------------------


def _lived(
    plan: Plan, names: Names, loaded: Loaded, options: Options, work: Path, resume: bool, tell: Tell
) -> tuple[Result, Iterator[dict[str, NDArray[np.int64]]] | None]:
    """Everything that happened, and the letters in sorted parts where the world is small enough to keep them."""
    if options.engine == "reference":
        return _by_reference(plan, options)
    from glasshouse.engines.cpu import Engine

    keep = plan.world.people <= LETTERS_UP_TO_PEOPLE
    asked = _journalled(plan, options.journal, lambda: _ever_listed(plan, options, tell))
    engine = Engine(plan, options.threads, keep_letters=keep, journalled=asked)
    try:
        if resume:
            _go_on(engine, loaded, options, work)
        _live(engine, names, loaded, options, work, tell)
        result = engine.result(letters=False)
        _put_letters_aside(engine, work, everything=True)
    finally:
        engine.close()
    return result, letter_parts(work, plan.world.people, engine.left_on) if keep else None


def _live(engine: Engine, names: Names, loaded: Loaded, options: Options, work: Path, tell: Tell) -> None:
    """Day after day, with a checkpoint now and then; Ctrl-C ends the day that is being lived, keeps it, and stops."""
    days, people = engine.plan.world.days, engine.plan.world.people
    start, since = date.fromisoformat(names.start), time.monotonic()
    with _Stop() as stop:
        while engine.day < days:
            tell("living" if engine.day else "compiling", engine.day, days if engine.day else 0, people=people if engine.day else 0,
                 date=(start + timedelta(days=engine.day)).isoformat() if engine.day else "")  # fmt: skip
            engine.step()
            _put_letters_aside(engine, work, everything=False)
            due = engine.day % options.checkpoint_days == 0 or time.monotonic() - since > options.checkpoint_seconds
            if stop.asked or (due and engine.day < days):
                places.checkpoint_write(work, engine.snapshot(), _identity(loaded, options))
                since = time.monotonic()
            if stop.asked:
                raise Interrupted(f"stopped on day {engine.day} of {days}")
    tell("living", days, days, people=people, date=(start + timedelta(days=days - 1)).isoformat())


class _Stop:
    """Turns the first Ctrl-C into a wish to stop this evening; the second one stops at once. Only the main thread hears it."""

    def __init__(self) -> None:
        self.asked = False
        self.before: Any = None

    def __enter__(self) -> _Stop:
        if threading.current_thread() is threading.main_thread():
            self.before = signal.signal(signal.SIGINT, self._hear)
        return self

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __exit__(self, *_: object) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)


def _identity(loaded: Loaded, options: Options) -> dict[str, Any]:
    """What a checkpoint belongs to."""
    return {
        "scenario": provenance.scenario_digest(loaded.raw),
        "package": provenance.package_version("glasshouse"),
        "journal": options.journal,
    }


def _go_on(engine: Engine, loaded: Loaded, options: Options, work: Path) -> None:
    """Take up the last whole checkpoint, if there is one; refuse one of another scenario, seed or journal."""
    found = places.checkpoint_read(work)
    if found is None:
        return
    arrays, meta = found
    if meta != _identity(loaded, options):
        raise RecordingError(
            f'"{work.name}" was begun with another scenario, seed, journal or version. Give the same ones, or remove it first.'
        )
    engine.restore(arrays)


# --- letters ------------------------------------------------------------------------------------------------------------------------


def _put_letters_aside(engine: Engine, work: Path, everything: bool) -> None:
    """Letters of finished 30-day runs go to disk, written aside and moved, before any checkpoint that no longer holds them."""
    for run, days, counts, rows in engine.take_letters(everything):
        folder = work / LETTER_PARTS
        folder.mkdir(exist_ok=True)
        aside = folder / "part.new"
        with aside.open("wb") as file:
            np.savez(file, days=days, counts=counts, rows=rows)
        places.flush(aside)
        aside.replace(folder / f"{run:05d}.npz")


def letter_parts(
    work: Path, people: int, left_on: NDArray[np.uint16] | None = None
) -> Iterator[dict[str, NDArray[np.int64]]]:
    """The letters of each 30-day run, sorted as the recording wants them, so many target people at a time; empties the folder behind it."""
    from glasshouse.engines.cpu import letter_columns

    for path in sorted((work / LETTER_PARTS).glob("*.npz")):
        with np.load(path) as part:
            on = np.repeat(part["days"], part["counts"])
            rows = part["rows"]
        for first in range(0, people, PEOPLE_A_PART):
            mine = (
                (rows[:, 0] >= first) & (rows[:, 0] < first + PEOPLE_A_PART) if people > PEOPLE_A_PART else slice(None)
            )
            yield letter_columns(on[mine], rows[mine], left_on=left_on)
    _remove_parts(work)


def _remove_parts(work: Path) -> None:
    import shutil

    shutil.rmtree(work / LETTER_PARTS, ignore_errors=True)


# --- the journal --------------------------------------------------------------------------------------------------------------------


def _journalled(
    plan: Plan, journal: str | None, ever_listed: Callable[[], NDArray[np.int64]]
) -> NDArray[np.uint8] | None:
    """One byte a person: is every event of theirs written down?"""
    if journal is None:
        return None
    people = plan.world.people
    asked = np.zeros(people, np.uint8)
    if journal == "listed":
        asked[ever_listed()] = 1
    elif journal.endswith("%"):
        asked[:: _every(journal)] = 1
    else:
        asked[_persons(journal, people)] = 1
    return asked


def refuse_journal(journal: str | None, people: int) -> None:
    """UsageError for a journal that asks for nobody, before anything is begun."""
    if journal is not None and journal != "listed":
        _every(journal) if journal.endswith("%") else _persons(journal, people)


def _every(text: str) -> int:
    try:
        share = float(text.removesuffix("%"))
    except ValueError:
        share = 0.0
    if not 0 < share <= 100:
        raise UsageError(f'journal: "{text}" is not a share. Write a number above 0 and up to 100, such as 2%.')
    return max(round(100 / share), 1)


def _persons(text: str, people: int) -> list[int]:
    try:
        found = [int(x) for x in text.split(",")]
    except ValueError:
        raise UsageError(
            f'journal: "{text}" is not a list of persons. Write numbers such as 17,402, or listed, or a share such as 2%.'
        ) from None
    beyond = [p for p in found if not 0 <= p < people]
    if beyond:
        raise UsageError(f"journal: there is no person {beyond[0]}; they are numbered 0 to {people - 1}.")
    return found


def _ever_listed(plan: Plan, options: Options, tell: Tell) -> NDArray[np.int64]:
    """Everybody who is listed in some variant: the world is run once before to know them."""
    from glasshouse.engines.cpu import Engine

    tell("first run", 0, 0)
    engine = Engine(plan, options.threads)
    try:
        return np.unique(engine.run().result().cases["person"])
    finally:
        engine.close()


def journal_columns(events: Mapping[str, NDArray[np.int64]], names: Names) -> dict[str, NDArray[Any]]:
    """Events as the journal wants them: one row for each variant in which they happened, with words.

    The rows of a variant are in an order of their own, so that they are the same whichever variants ran beside it.
    """
    from glasshouse.engines.buffers import EVENTS

    parts: list[dict[str, NDArray[Any]]] = []
    for v in range(len(names.variants)):
        mine = happened(events, v)
        rows = zip(mine["event"], mine["detail"], mine["tag"], strict=True)
        parts.append(
            {
                "person": mine["person"],
                "day": mine["day"],
                "variant": np.full(len(mine["day"]), v, np.int64),
                "event": np.array([EVENTS[e] for e in mine["event"]], object),
                "detail": np.array([_detail(names, e, d, t) for e, d, t in rows], object),
                "source": mine["source"],
                "tag": mine["tag"],
                "amount": mine["amount"],
            }
        )
    return {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}


def happened(events: Mapping[str, NDArray[np.int64]], v: int) -> dict[str, NDArray[np.int64]]:
    """The events of one variant in their order. Of an act 1 says that it was seen, 2 misfiled, 4 recorded."""
    from glasshouse.engines.buffers import E_ACT, E_LISTED, E_RECORD

    here = (events["mask"] >> v & 1) == 1
    mine = {name: column[here] for name, column in events.items() if name != "mask"}
    marks = sum(((mine["detail"] >> (8 * n + v) & 1) << n for n in range(len(MARKS))), np.zeros_like(mine["detail"]))
    mine["detail"] = np.where(mine["event"] == E_ACT, marks, mine["detail"])
    mine["source"] = np.where(np.isin(mine["event"], (E_RECORD, E_LISTED)), mine["source"], -1)
    order = np.lexsort([mine[k] for k in ("amount", "detail", "tag", "source", "event", "day", "person")])
    return {name: column[order] for name, column in mine.items()}


MARKS = ("seen", "misfiled", "recorded")


def _detail(names: Names, event: int, detail: int, tag: int) -> str:
    """In words, what an event was about."""
    from glasshouse.engines.buffers import EVENTS

    kind = EVENTS[event]
    act = names.acts[tag & 255] if (tag & 255) < len(names.acts) else ""
    if kind == "act":
        return " ".join([act, *([word for n, word in enumerate(MARKS) if detail >> n & 1] or ["unseen"])])
    if kind == "record":
        if tag == MERGED_FILE:
            return "wrong merged file"
        what = act if KINDS[detail] != "listed" else names.lists[tag] if tag < len(names.lists) else _tie(names, tag)
        return f"{KINDS[detail]} {what}"
    if kind == "standing":
        return names.associations[detail]
    if kind in ("taken", "given_back"):
        return names.shocks[detail]
    if kind == "denied":
        return names.acts[detail]
    if kind in ("refused", "went_another_way", "gave_up"):
        return names.gates[detail]
    if kind in ("settled", "left"):
        return ""
    return names.lists[detail]


def _tie(names: Names, tag: int) -> str:
    """The association of a letter that comes of no list."""
    return names.associations[tag - FIRST_TAG_OF_ASSOCIATIONS]


# --- what the recording wants -------------------------------------------------------------------------------------------------------


def named_daily(daily: Mapping[str, NDArray[np.int64]], names: Names) -> dict[str, NDArray[np.int64]]:
    """Counts by gate name: tries_0 becomes tries_flight."""
    out = {}
    for key, values in daily.items():
        kind, _, number = key.rpartition("_")
        out[f"{kind}_{names.gates[int(number)]}" if number.isdigit() else key] = values
    return out


def recorded_names(daily: Mapping[str, NDArray[np.int64]], names: Names) -> dict[str, NDArray[np.int64]]:
    """Counts by the column names of `daily.parquet`: tries_flight becomes refused_flight."""
    columns = {made.format(g): kept.format(g) for g in names.gates for made, kept in GATE_COLUMNS.items()}
    return {columns.get(key, key): values for key, values in daily.items()}


def world_facts(plan: Plan) -> WorldFacts:
    """How many people live in each region and group."""
    region, group = places_of_all(plan)
    R, G = len(plan.world.region_cut), len(plan.world.group_cut)
    count = np.bincount(region.astype(np.int64) * G + group, minlength=R * G).reshape(R, G)
    return WorldFacts(plan.world.people, plan.world.days, count.astype(np.int64))


def places_of_all(plan: Plan) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Region and group of everybody, uint8[person] each."""
    from glasshouse.engines.day import groups_of_all

    group = np.zeros(plan.world.people, np.uint8)
    groups_of_all(plan.world, group)
    region = regions_of(plan.world, np.arange(plan.world.people)).astype(np.uint8)
    return region, group


def _with_places(people: Mapping[str, NDArray[Any]], plan: Plan) -> dict[str, NDArray[Any]]:
    region, group = places_of_all(plan)
    return {**people, "times_listed": people["ordinal"].sum(axis=2, dtype=np.int32), "region": region, "group": group}


def _with_region(cases: Mapping[str, NDArray[np.int64]], plan: Plan) -> dict[str, NDArray[np.int64]]:
    return {**cases, "region": regions_of(plan.world, cases["person"])}


def _manifest(
    base: Loaded,
    names: Names,
    plan: Plan,
    options: Options,
    replicate: int,
    digests: Mapping[str, Mapping[str, str]],
    wall: float,
) -> dict[str, Any]:
    s = base.scenario
    assert s.world is not None
    label = evidence.standing_label(s)
    return provenance.manifest(
        scenario=base.raw, scenario_name=base.name, seed=s.world.seed, people=s.world.people, represents=s.world.represents.value,
        days=plan.world.days, names=names, engine=options.engine, digests=digests, replicate=replicate,
        options={"journal": options.journal, "threads": options.threads}, unsimulated=unsimulated(s), evidence=label.label,
        disputed=list(s.evidence.disputed), wall_seconds=wall, binding=_binding(names, plan), channels=aggregate_channels(plan),
        coupled={v: [x._asdict() for x in of] for v, of in couplings(plan, names).items()},
        firms={"first": int(plan.ties.beyond[0]), "regions": list(s.world.firms.regions)} if s.world.firms else None,
    )  # fmt: skip


def _binding(names: Names, plan: Plan) -> dict[str, dict[str, list[str]]]:
    """For each variant and gate, the lists that bind it."""
    return {
        variant: {
            g: [x for n, x in enumerate(names.lists) if plan.gates.lists[e, v] >> n & 1]
            for e, g in enumerate(names.gates)
        }
        for v, variant in enumerate(names.variants)
    }


def _unmeasured(work: Path) -> Recording:
    """The tables where they are."""
    return Recording(work, json.loads((work / "manifest.json").read_text(encoding="utf-8")))


def _measured(work: Path, place: Path, ranges: Ranges | None) -> Recording:
    """Measure the tables, and move the whole into place."""
    from glasshouse.measures.measure import measure_recording, write_measures
    from glasshouse.recording.store import open_recording

    _remove_parts(work)
    write_measures(work, measure_recording(_unmeasured(work), ranges=ranges))
    places.finish(work, place)
    return open_recording(place)


# --- the plain engine ---------------------------------------------------------------------------------------------------------------


def _by_reference(plan: Plan, options: Options) -> tuple[Result, Iterator[dict[str, NDArray[np.int64]]]]:
    """The same from the plain-Python engine, one variant after the other: slow, short, and the specification."""
    from glasshouse.engines import reference
    from glasshouse.engines.cpu import Result
    from glasshouse.engines.late import some_wait
    from glasshouse.engines.reference_life import Life

    watched = range(plan.world.people) if options.journal else ()
    lives: list[Life] = []
    for v in range(plan.world.variants):
        lives.append(reference.live(plan, v, journal=watched, lived=lives))
    w = plan.world
    shape = (w.days, w.variants, len(w.region_cut), len(w.group_cut))
    daily: dict[str, NDArray[np.int64]] = {}
    acts = np.zeros((w.days, w.variants, max(plan.acts.count, 1), 4), np.int64)
    for v, life in enumerate(lives):
        for name, cells in life.daily.items():
            column = daily.setdefault(name, np.zeros(shape, np.int64))
            for (day, region, group_number), n in cells.items():
                column[day - 1, v, region, group_number] = n
        for (day, act), counts in life.acts.items():
            acts[day - 1, v, act] = counts[: acts.shape[-1]]
    from glasshouse.engines.desk import COUNTERS, GATE_COUNTERS

    for name in (*COUNTERS, *(f"{c}_{e}" for e in range(plan.gates.count) for c in GATE_COUNTERS)):
        daily.setdefault(name, np.zeros(shape, np.int64))
    rows = [{"variant": v, **case} for v, life in enumerate(lives) for case in life.cases]
    keys = list(rows[0]) if rows else [*EMPTY_CASE]
    cases = {k: np.array([r[k] for r in rows], np.int64) for k in keys}
    _, group = places_of_all(plan)
    cases["group"] = group[cases["person"]].astype(np.int64)
    people = {name: np.stack([np.array(life.people[name]) for life in lives], axis=1) for name in lives[0].people}
    letters = _letters_by_reference([life.letters for life in lives], some_wait(plan))
    asked = _journalled(plan, options.journal, lambda: np.unique(cases["person"]))
    events = _events_by_reference([life.journal for life in lives], asked)
    known = {
        "news": np.array([life.news for life in lives], np.int64).T,
        "wait": np.moveaxis(np.array([life.waits for life in lives], np.int64), 0, -1),
    }
    result = Result(
        daily=daily, acts=acts, cases=cases, people=people, letters={}, events=events, channels=known,
        tables=tables_by_reference(plan, [life.tables for life in lives]),
    )  # fmt: skip
    return result, iter(letters)


ELSEWHERE = {
    "filings": ("variant", "day", "person", "list"), "epidemic": ("day", "variant", "region", "group"), "infections": ("variant", "person"),
    "scans": ("day", "variant", "region", "gate", "colour"), "shocks": ("variant", "day"), "rounds": ("variant", "day"),
}  # fmt: skip
"""What tables of what files from elsewhere are sorted by; shocks and models keep the order of the scenario."""
COLUMNS = {
    "filings": ("day", "person", "variant", "list", "kind", "source", "tag", "basis", "rightful"),
    "epidemic": ("day", "variant", "region", "group", "infected", "infectious", "found", "traced", "other"),
    "infections": ("variant", "person", "day", "source"), "shocks": ("day", "variant", "shock", "hit", "repaired", "owed", "points"),
    "scans": ("day", "variant", "region", "gate", "colour", "scans", "recipients", "fields"),
    "rounds": ("variant", "day", "model", "group", "eligible", "true", "chosen", "found"),
}  # fmt: skip
"""Their columns; those of the rounds go on with the weight of each feature, those of shocks with firms where there are any."""
OF_FIRMS = ("firms_hit", "firms_repaired", "firms_owed", "firms_points")


def tables_by_reference(
    plan: Plan, by_variant: Sequence[Mapping[str, Sequence[Mapping[str, Any]]]]
) -> dict[str, dict[str, NDArray[Any]]]:
    """What files from elsewhere wrote in each variant, as the columns of one table each; a number that is not there is masked."""
    made: dict[str, dict[str, NDArray[Any]]] = {}
    firms = OF_FIRMS if int(plan.ties.beyond[0]) < plan.world.people else ()
    weights = dict.fromkeys(f"weight_{feature}" for model in plan.outside.models for feature in model.features)
    for name in by_variant[0]:
        rows = [{"variant": v, **row} for v, life in enumerate(by_variant) for row in life[name]]
        rows.sort(key=lambda row: [row[column] for column in ELSEWHERE[name]])
        columns = [*COLUMNS[name], *{"rounds": weights, "shocks": firms}.get(name, ())]
        made[name] = {column: _column([row.get(column) for row in rows]) for column in columns}
    return made


def _column(values: list[Any]) -> NDArray[Any]:
    if any(isinstance(x, str) for x in values):
        return np.array(values, object)
    if None in values:
        return np.ma.MaskedArray([x or 0 for x in values], [x is None for x in values], np.int64)
    return np.array(values, np.int64)


EMPTY_CASE = (
    "variant", "person", "list", "ordinal", "opened", "notified", "learnt", "learnt_by", "appealed", "decided", "decision", "paid",
    "closed", "closed_by", "basis", "rightful", "cause_kind", "cause_source", "cause_tag",
)  # fmt: skip


def _events_by_reference(
    journals: Sequence[Sequence[tuple[int, int, str, int, int, int, int]]], asked: NDArray[np.uint8] | None
) -> dict[str, NDArray[np.int64]]:
    """What was written down of the people asked for, one variant to a row, as the compiled engine packs it."""
    from glasshouse.engines.buffers import EVENTS

    rows = [
        (person, day, EVENTS.index(event), 1 << v, _marks_of(v, detail) if event == "act" else detail, source, tag, amount)
        for v, journal in enumerate(journals)
        for person, day, event, detail, source, tag, amount in journal
        if asked is not None and asked[person]
    ]  # fmt: skip
    names = ("person", "day", "event", "mask", "detail", "source", "tag", "amount")
    table = np.array(rows, np.int64).reshape(-1, len(names))
    return {name: table[:, n] for n, name in enumerate(names)}


def _marks_of(v: int, detail: int) -> int:
    """The marks of an act in one variant, each among eight bits of its own."""
    return sum((detail >> n & 1) << (8 * n + v) for n in range(len(MARKS)))


def _letters_by_reference(
    by_variant: Sequence[Sequence[tuple[int, ...]]], wait: bool
) -> Iterator[dict[str, NDArray[np.int64]]]:
    """Letters alike in several variants become one row with a mask, in 30-day runs."""
    from collections import Counter

    masks: Counter[tuple[tuple[int, ...], int]] = Counter()
    for v, letters in enumerate(by_variant):
        for row, times in Counter(letters).items():
            for n in range(times):
                masks[row, n] |= 1 << v
    rows = sorted((((row[0] - 1) // 30, row[1], row[0], row[8], *row[2:8], mask) for (row, _), mask in masks.items()))
    order = ("target", "day", "sent", "source", "tag", "kind", "association", "hops", "amount", "mask")
    for run in sorted({r[0] for r in rows}):
        mine = np.array([r[1:] for r in rows if r[0] == run], np.int64)
        yield {name: mine[:, n] for n, name in enumerate(order) if wait or name != "sent"}
