"""What the outside may ask for: thin functions over the rooms of the house, the same from Python and from the command line.

Each verb imports the room it needs when it is called, so that `import glasshouse` and `glasshouse --help` stay light. No verb takes
one value per person, reads an edge list or a table of people, or reaches a network: a world is made from a scenario and a seed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshouse.errors import DoesNotFit, Interrupted, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from glasshouse.experiments.lattice import Lattice
    from glasshouse.experiments.twins import Twins
    from glasshouse.experiments.why import Why
    from glasshouse.linting.run import Report
    from glasshouse.measures.tables import TableMeasures
    from glasshouse.recording.store import Recording
    from glasshouse.reporting.progress import Progress
    from glasshouse.scenario.reading import Loaded

DEMO = ("defaulter-list", 100_000, 365, 2)
"""What `demo` runs: a scenario of the catalogue, people, days, and how many of its variants."""
WARM = ("defaulter-list", 4096, 8)
"""What `warmup` runs: a scheme with nothing but what every run needs."""
ROOM = 0.9
"""The share of free memory that a world may plan to use; the rest is for the tables that are written."""
ENGINES = ("cpu", "reference")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Run:
    """A recording that was made or opened, and its replicates where more than one seed was asked for.

    `daily`, `cases` and `people` are Arrow tables: pandas, Polars and DuckDB take them as they are, and `.to_pandas()` works.
    """

    recording: Recording
    report: Path | None = None
    replicates: tuple[Run, ...] = ()

    @property
    def path(self) -> Path:
        """The folder that holds it."""
        return self.recording.path

    @property
    def daily(self) -> pa.Table:
        """Counts by day, variant, region and group."""
        return self.recording.daily

    @property
    def cases(self) -> pa.Table:
        """Every listing: opened, cause, basis, rightful, noticed, appealed, decided, closed."""
        return self.recording.cases

    @property
    def people(self) -> pa.Table:
        """Every synthetic person at the end of the run."""
        return self.recording.people

    @property
    def measures(self) -> dict[str, Any]:
        """Each measure by name: value, luck, range, n, unit, scaling, standing, by."""
        return self.recording.measures

    def why(self, person: int, variant: str = "", *, everybody: bool | None = None) -> Why:
        """Why this synthetic person was listed: the chain from act, or mistake, to consequence, and what would have spared them.

        A change that reaches others is lived by `everybody` again: always, never, or (None) where it takes less than half a minute.
        """
        from glasshouse.experiments.why import why

        asked = variant or self.recording.variants[0]
        return why(self.recording, person, asked, everybody=everybody, threads=cores())

    @property
    def seeds(self) -> dict[str, Any] | None:
        """Each measure over the seeds that were run: value, luck, one_run; None where only one seed was."""
        from glasshouse.experiments.seeds import seed_intervals

        return seed_intervals(self.recording)

    @property
    def manifest(self) -> dict[str, Any]:
        """What was asked, and the digests of what came of it."""
        return self.recording.manifest


# --- run ------------------------------------------------------------------------------------------------------------------------


def run(
    scenario: str | Path,
    *,
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    seeds: int = 1,
    set: Sequence[str] = (),
    variant: Sequence[str] = (),
    threads: int | None = None,
    engine: str = "cpu",
    out: str | Path | None = None,
    resume: bool = False,
    journal: str | None = None,
    quiet: bool = True,
    report: bool = True,
    progress: Progress | None = None,
) -> Run:
    """Let synthetic people live under a scheme, and write down what it does to them.

    `scenario` is a name of the catalogue, a path, or the manifest.json of a recording, which is then made again from what it says; of the
    other arguments only `threads`, `engine`, `out` and `resume` matter in that case. `set` holds patches as PATH=VALUE. `variant` keeps the
    named variants (the first of the file is always there). `seeds` runs that many replicates, each a recording of its own, and writes what
    they come to into `seeds.json` beside the first (`Run.seeds`). `out` is the folder of the recording; without it a free name under
    `runs/` is taken. `journal` is a list of persons as "ID,ID", or "listed", or a share as "2%". Raises ScenarioError, UsageError,
    DoesNotFit; Interrupted if stopped: `resume=True` with the same `out` goes on.
    """
    if seeds < 1:
        raise UsageError(f"seeds: {seeds} makes no run. Give 1 or more.")
    if engine not in ENGINES:
        raise UsageError(f'engine: "{engine}" is not one of {", ".join(ENGINES)}.')
    if Path(scenario).name == MANIFEST:
        return _again(Path(scenario), threads, engine, out, resume, progress or _meter(quiet), report)
    loaded = _read(scenario, people=people, days=days, seed=seed, set=set, variant=variant)
    place = _place(loaded.name, out, resume)
    meter = progress or _meter(quiet)
    options = {"seed": seed, "threads": threads or cores(), "engine": engine, "journal": journal, "progress": meter}
    if seeds == 1:
        return _one(loaded, place, 0, resume, report, options)
    return _several(loaded, place, seeds, resume, report, options)


def _again(
    manifest: Path,
    threads: int | None,
    engine: str,
    out: str | Path | None,
    resume: bool,
    meter: Progress | None,
    report: bool,
) -> Run:
    """The run that a manifest tells of: the same scenario, seed, replicate and journal, and so the same bytes."""
    from glasshouse.recording.store import manifest_of
    from glasshouse.scenario.reading import from_raw

    told = manifest_of(manifest.parent)
    loaded = from_raw(told["scenario"]["raw"], told["scenario"]["name"])
    journal = told.get("options", {}).get("journal")
    options = {
        "seed": told["seed"],
        "threads": threads or cores(),
        "engine": engine,
        "journal": journal,
        "progress": meter,
    }
    return _one(loaded, _place(loaded.name, out, resume), told.get("replicate", 0), resume, report, options)


def _several(loaded: Loaded, place: Path, seeds: int, resume: bool, report: bool, options: dict[str, Any]) -> Run:
    """One recording for each seed, in turn, and what they come to together beside the first, which has the report."""
    from glasshouse.experiments.seeds import write_seeds

    meter, runs = options["progress"], []
    for r in range(seeds):
        options["progress"] = _of_seed(meter, r, seeds) if meter else None
        try:
            runs.append(_one(loaded, place / f"replicate-{r}", r, resume, False, options))
        except Interrupted as stopped:
            if stopped.kept or not runs:
                raise
            whole = f"Stopped. {r} of {seeds} seeds are whole"
            raise Interrupted(f'{whole}; go on with --resume and --out "{place.as_posix()}".') from stopped
    write_seeds([one.recording for one in runs])
    first = runs[0].recording
    return Run(first, _reported(first) if report else None, tuple(runs))


def _of_seed(meter: Progress, replicate: int, seeds: int) -> Progress:
    """Progress that says which seed it is of."""

    def tell(step: str, done: int, total: int, *, people: int = 0, date: str = "") -> None:
        meter(f"seed {replicate + 1} of {seeds}: {step}", done, total, people=people, date=date)

    return tell


def _one(loaded: Loaded, place: Path, replicate: int, resume: bool, report: bool, options: dict[str, Any]) -> Run:
    """One recording. A replicate that is already whole is taken as it is when resuming."""
    from glasshouse.experiments.assumptions import ranges_for
    from glasshouse.recording import place as places
    from glasshouse.simulate import refuse_journal, simulate

    if resume and place.exists():
        whole = load(place)
        _refuse_another(whole.recording.manifest, loaded, replicate, options)
        return whole if whole.report or not report else Run(whole.recording, _reported(whole.recording))
    goes_on = resume and places.partial(place).exists()
    places.refuse_begun(place, goes_on)
    refuse_what_does_not_fit(loaded)
    refuse_journal(options["journal"], _people(loaded))
    places.make_room(place)
    try:
        if "ranges" not in options:  # the assumptions are swept once for all seeds
            options["ranges"] = cache(
                partial(ranges_for, loaded, options["threads"], options["progress"] or _unwatched)
            )
        recording = simulate(loaded, replicate=replicate, out=place, resume=goes_on, **options)
        return Run(recording, _reported(recording) if report else None)
    except (KeyboardInterrupt, Interrupted) as stopped:
        kept = places.partial(place)
        if place.exists():
            line = f"glasshouse report {place.as_posix()}"
            raise Interrupted(
                f"Stopped. The recording is whole and its report is not; write it with: {line}", kept=False
            ) from stopped
        if not kept.exists():
            raise Interrupted("Stopped before the first day; there is nothing to keep.", kept=False) from stopped
        raise Interrupted(f'Stopped. What was lived so far is kept in "{kept.name}".') from stopped


def _refuse_another(found: Mapping[str, Any], loaded: Loaded, replicate: int, options: dict[str, Any]) -> None:
    """What is taken as it is when resuming must be what was asked for: the same scenario, seed, replicate and journal."""
    from glasshouse.recording.provenance import scenario_digest

    seed = {} if options["seed"] is None else {"seed": options["seed"]}
    asked = {**loaded.raw, "world": {**loaded.raw["world"], **seed}}
    same = (
        found["scenario"]["digest"] == scenario_digest(asked)
        and found.get("replicate", 0) == replicate
        and found.get("options", {}).get("journal") == options["journal"]
    )
    if not same:
        told = f"{found['scenario']['name']}, {found['people']:,} people, {found['days']:,} days, seed {found['seed']}"
        raise UsageError(
            f"The recording there is whole and of another run ({told}), so there is nothing to resume. Give another --out."
        )


def _unwatched(*_: Any, **__: Any) -> None:
    """Nobody watches."""


def _read(
    scenario: str | Path,
    *,
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    set: Sequence[str] = (),
    variant: Sequence[str] = (),
) -> Loaded:
    """The scenario, changed as asked, with its factual variant and the named ones; with all of them where none is named."""
    from glasshouse.scenario.reading import from_raw, read_scenario

    loaded = read_scenario(scenario, set, people, days, seed)
    if not variant:
        return loaded
    _refuse_unknown(variant, [name for name, _ in loaded.variants])
    kept = [v for n, v in enumerate(loaded.raw.get("variants", [])) if n == 0 or v["name"] in variant]
    return from_raw({**loaded.raw, "variants": kept}, loaded.name)


def _refuse_unknown(asked: Sequence[str], known: Sequence[str]) -> None:
    from difflib import get_close_matches

    for name in asked:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(known)}."
            raise UsageError(f'variant: there is no variant "{name}". {hint}')


def _place(name: str, out: str | Path | None, resume: bool) -> Path:
    """Where the recording goes. Without `out`, resuming finds the last beginning under runs/ and a new run takes a free name."""
    from glasshouse.recording import place as places

    if out is not None:
        return Path(out)
    parent = Path("runs")
    if resume:
        patterns = (f"{name}*{places.PARTIAL}", f"{name}*/replicate-*{places.PARTIAL}")
        begun = sorted((p for pattern in patterns for p in parent.glob(pattern)), key=lambda p: p.stat().st_mtime)
        if not begun:
            raise UsageError(
                f"There is no stopped run of {name} under runs/. Start one without --resume, or name its folder with --out."
            )
        last = begun[-1]
        return last.parent if last.parent != parent else last.with_name(last.name.removesuffix(places.PARTIAL))
    return places.choose(parent, name)


def _meter(quiet: bool) -> Progress | None:
    from glasshouse.reporting.progress import Meter

    return None if quiet else Meter()


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on Windows and macOS
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def refuse_what_does_not_fit(loaded: Loaded) -> None:
    """DoesNotFit if the world needs more memory than is free, with what it needs and how many people would fit."""
    from glasshouse.simulate import memory_needed

    need, free = int(memory_needed(loaded)), int(free_memory() * ROOM)
    if need <= free:
        return
    people = _people(loaded)
    fits = _rounded_down(people * free // need)
    raise DoesNotFit(
        f"{loaded.name}: {people:,} people need {in_words(need)} of memory and {in_words(free)} is free. "
        f"About {fits:,} people would fit: --people {fits}"
    )


def _people(loaded: Loaded) -> int:
    """How many people a scenario asks for; none where it is a scheme without a world."""
    return loaded.scenario.world.people if loaded.scenario.world else 0


def free_memory() -> int:
    """Bytes of memory that may be taken now, on this machine or in this container."""
    import psutil

    free = int(psutil.virtual_memory().available)
    try:
        allowed = Path("/sys/fs/cgroup/memory.max").read_text()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        return min(free, int(allowed) - used)
    except (OSError, ValueError):
        return free


def in_words(size: int) -> str:
    """A number of bytes, as people say it."""
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{max(size / 2**20, 0.1):.1f} MiB"


def _rounded_down(people: int) -> int:
    """To two leading digits, so that the number is easy to type."""
    digits = max(len(str(people)) - 2, 0)
    step: int = 10**digits
    return people // step * step


# --- what comes of a run --------------------------------------------------------------------------------------------------------


def load(recording: str | Path) -> Run:
    """Open a recording. RecordingError if the folder is none, was stopped before its end, or is of a newer schema."""
    from glasshouse.recording.store import open_recording

    opened = open_recording(recording)
    told = opened.path / "report.html"
    return Run(opened, told if told.exists() else None)


def report(
    recording: str | Path | Run,
    other: str | Path | Run | None = None,
    *,
    figures: str | Path | None = None,
    lattice: str | Path | None = None,
    out: str | Path | None = None,
) -> Path:
    """Write the report of a recording, one file that needs no network, and say where it is.

    With `other` both are set side by side instead, in the file `out` or in the folder of the first; where they differ in seed, people or
    world no difference is given, because it would mix policy with luck. `figures` is a folder for every figure as SVG, CSV and text,
    `lattice` the folder of a lattice of safeguards (`safeguards`) of the same scenario, for a section of its own.
    """
    first, place = _opened(recording), Path(figures) if figures is not None else None
    if other is None:
        if out is not None:
            raise UsageError("out: the report of one recording is written into its folder. A file is named for two.")
        return _reported(first, place, Path(lattice) if lattice is not None else None)
    from glasshouse.reporting.compare import write_comparison

    return write_comparison(first, _opened(other), Path(out) if out is not None else None, place)


def _opened(recording: str | Path | Run) -> Recording:
    return (recording if isinstance(recording, Run) else load(recording)).recording


def _reported(recording: Recording, figures: Path | None = None, lattice: Path | None = None) -> Path:
    from glasshouse.reporting.html import write_report

    return Path(write_report(recording, figures=figures, lattice=lattice))


def demo(*, people: int = DEMO[1], days: int = DEMO[2], out: str | Path | None = None, quiet: bool = True) -> Run:
    """A small twin run: one scenario of the catalogue for a year, as it is and with one thing changed, over the same events."""
    variants = tuple(name for name, _ in _read(DEMO[0]).variants[: DEMO[3]])
    return run(DEMO[0], people=people, days=days, variant=variants, out=out, quiet=quiet)


def twins(
    scenario: str | Path,
    *,
    without: Sequence[str] = (),
    with_: Sequence[str] = (),
    against: str | Path | None = None,
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    seeds: int = 1,
    threads: int | None = None,
    out: str | Path | None = None,
) -> Twins:
    """The same synthetic people once more, `without` elements of the scheme or `with_` safeguards, over the same potential events.

    Elements and safeguards are names of `scenario/elements.py`. `against` is another scenario of the same world, run as a variant.
    `.effect("mobility_loss")` says what each would have spared, person by person; what does not apply to the scenario changes nothing,
    and `.not_applicable` says why. Raises UsageError where nothing of what is asked applies, with the reasons and what would, and where
    the comparison would mix policy with luck.
    """
    from glasshouse.experiments import twins as room

    loaded = _read(scenario, people=people, days=days, seed=seed)
    place = Path(out) if out is not None else None
    other = _read(against, people=people, days=days, seed=seed) if against is not None else None
    return room.twins(
        loaded, without=without, with_=with_, against=other, seeds=seeds, threads=threads or cores(), out=place
    )


def safeguards(
    scenario: str | Path,
    *,
    with_: Sequence[str] = (),
    without: Sequence[str] = (),
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    seeds: int = 1,
    threads: int | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    quiet: bool = True,
    progress: Progress | None = None,
) -> Lattice:
    """Which safeguard matters: every set of up to eight of them is lived, over the same world and the same luck.

    Where none is named, all of the catalogue that apply. `.answer()` says of each what it spares alone, what is lost if only it is
    missing, and its share; `.answer("complied")` the benefit that is lost. Without `out` a free name under `runs/` is taken. Raises
    UsageError, DoesNotFit; Interrupted if stopped: `resume=True` with the same `out` goes on from the groups that are done.
    The folder holds the table, what is said of it, and a plot.
    """
    from glasshouse.experiments import lattice as room
    from glasshouse.recording import place as places

    loaded = _read(scenario, people=people, days=days, seed=seed)
    refuse_what_does_not_fit(room.widest(loaded))
    place = _place(f"safeguards-{loaded.name}", out, resume)
    try:
        done = room.lattice(
            loaded, with_, without, seeds=seeds, threads=threads or cores(), out=place, resume=resume,
            progress=progress or _meter(quiet),
        )  # fmt: skip
    except (KeyboardInterrupt, Interrupted) as stopped:
        kept = places.partial(place)
        if not kept.exists():
            raise Interrupted("Stopped before the first set; there is nothing to keep.", kept=False) from stopped
        raise Interrupted(f'Stopped. The groups of sets that are done are kept in "{kept.name}".') from stopped
    from glasshouse.reporting.safeguards import save

    save(done.document(), place)
    return done


def sweep(
    scenario: str | Path,
    *,
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    seeds: int | None = None,
    joint: int | None = None,
    threads: int | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    quiet: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Move every number that is an assumption with a range, and say which of them carry the answer, and how far.

    The document holds for each measure its `value`, `luck` (how far `seeds` differ), `range` (how far the assumptions carry it, alone and
    at `joint` points all at once), `share_of_luck` and its `tornado`, the assumption that matters most first. Without `people` as many as
    a minute allows. `out` is a new JSON file; as `sweep.json` in a recording's folder, that recording's report shows it. Raises UsageError
    where no number has a range, RecordingError where `out` is taken; Interrupted if stopped: `resume=True` with the same `out` goes on.
    """
    from glasshouse.experiments import sweep as room

    if resume and out is None:
        raise UsageError("resume: name the file of the sweep that was stopped: out=...")
    return room.sweep(
        _read(scenario, people=people, days=days, seed=seed), people=people,
        seeds=room.SEEDS if seeds is None else seeds, joint=room.JOINT if joint is None else joint,
        threads=threads or cores(), out=Path(out) if out is not None else None, resume=resume, progress=progress or _meter(quiet),
    )  # fmt: skip


def lint(
    *names: str | Path, select: Sequence[str] = (), ignore: Sequence[str] = (), packs: Sequence[str] = ()
) -> Report:
    """Read schemes and say what their text promises, breaks and leaves out; nothing is run. Names of the catalogue, files or folders.

    `select` and `ignore` take codes, prefixes, names or `core`; `packs` are the legal orders that count as applying.
    """
    from glasshouse.linting.paths import lint_paths

    return lint_paths(names, select=select, ignore=ignore, packs=packs)


def measure(*, table: str | Path, reference: str | None = None) -> TableMeasures:
    """The measures of disparity, of published totals: a CSV with `group, truth, listed, people`, one row per cell, never one per person.

    Cells under 10 are masked. Raises ScenarioError with file, line and column where the table is not one or looks like people.
    """
    from glasshouse.measures.tables import measure_table

    return measure_table(Path(table), reference)


def validate(scenario: str | Path, *, quiet: bool = True) -> Any:
    """Hold a scenario of the catalogue against the published figures: what was predicted, with what error, and who did better."""
    from glasshouse.experiments.published import figures_of, judged
    from glasshouse.experiments.validation import validate_scenario

    if figures_of(str(scenario)):
        import tempfile

        with tempfile.TemporaryDirectory(prefix="glasshouse-") as folder:
            made = run(
                scenario, variant=[_first_variant(scenario)], out=Path(folder) / "run", quiet=quiet, report=False
            )
            return judged(made.recording)
    return validate_scenario(str(scenario), progress=_meter(quiet), threads=cores())


def _first_variant(scenario: str | Path) -> str:
    """The name of the variant that is the scenario as it is."""
    variants = _read(scenario).scenario.variants
    return variants[0].name if variants else "factual"


# --- what there is --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A scenario of the catalogue in one line. `label` is the evidence label: the weakest of its parts."""

    name: str
    label: str
    people: int
    start: str
    end: str
    title: str


def scenarios() -> tuple[Card, ...]:
    """The scenarios that come with the package."""
    from glasshouse.scenario.names import catalogue_names

    return tuple(_card(name) for name in catalogue_names())


def _card(name: str) -> Card:
    from glasshouse.scenario.evidence import standing_label

    scenario = _read(name).scenario
    world = scenario.world
    people, start, end = (world.people, str(world.start), str(world.end)) if world else (0, "", "")
    return Card(name, str(standing_label(scenario)), people, start, end, scenario.scheme.title)


def explain(word: str) -> str:
    """The page of a rule of the linter (by code or name), a measure (by name or id) or a mechanism (`A3`; all: `mechanisms`), in Markdown.

    UsageError if it is none of them.
    """
    from difflib import get_close_matches

    from glasshouse.scenario import mechanisms

    if word.strip().lower() == "mechanisms":
        return mechanisms.table()
    if mechanisms.has(word.strip()):
        return mechanisms.page(word.strip())

    from glasshouse.linting import explain as rules
    from glasshouse.linting.registry import RULES
    from glasshouse.measures import pages
    from glasshouse.measures.registry import ALL
    from glasshouse.scenario.names import catalogue_names

    if any(word.upper() == rule.CODE or word.lower() == rule.NAME for rule in RULES):
        return rules.explain(word)
    try:
        return pages.page(word)
    except UsageError:
        known = [
            *(r.NAME for r in RULES),
            *(r.CODE for r in RULES),
            *(m.name for m in ALL),
            *(m.id for m in ALL),
            "mechanisms",
        ]
        near = get_close_matches(word, known, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        if word in catalogue_names():
            hint = f" It is a scenario: glasshouse scenarios {word}"
        elsewhere = (
            ""
            if hint
            else " All of them: glasshouse lint --rules, glasshouse measure RECORDING --all, glasshouse explain mechanisms"
        )
        raise UsageError(f'explain: "{word}" is neither a rule, a measure nor a mechanism.{hint}{elsewhere}') from None


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors."""
    from glasshouse.scenario.reading import json_schema

    return json_schema()


def warmup(*, quiet: bool = True) -> float:
    """Compile what every run needs by living eight days in a village, so that the next run starts at once. The seconds it took.

    What only some schemes have (a health code, models, shocks, several scales, ...) is compiled by the first run that has it.
    """
    import tempfile
    import time

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        run(WARM[0], people=WARM[1], days=WARM[2], out=Path(folder) / "village", report=False, quiet=quiet)
    return time.monotonic() - began


def doctor() -> dict[str, Any]:
    """What this machine is, as far as a run cares, and how many people would fit. It names no user, host or path."""
    import platform
    import sys

    from glasshouse.recording.provenance import package_version

    return {
        "glasshouse": package_version("glasshouse"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "numba": package_version("numba"),
        "numpy": package_version("numpy"),
        "pyarrow": package_version("pyarrow"),
        "cores": cores(),
        "free_memory": in_words(free_memory()),
        "people_that_fit": _people_that_fit(),
        "cache": _cache(),
        "terminal": sys.stderr.isatty(),
    }


def _people_that_fit() -> int:
    """How many people of the demo's scenario would fit into the memory that is free, for its whole time and all its variants."""
    from glasshouse.simulate import memory_needed

    loaded = _read(DEMO[0])
    return _rounded_down(int(_people(loaded) * free_memory() * ROOM / memory_needed(loaded)))


def _cache() -> str:
    """Are compiled kernels kept, and are there any yet? The folder itself would tell a user's name."""
    from glasshouse.kernels import cache_folder

    folder = cache_folder()
    kept = sum(1 for _ in folder.glob("**/*.nbc"))
    if not os.access(folder, os.W_OK):
        return "cannot be written: every run compiles anew"
    return f"warm, {kept} kernels" if kept else "empty: the first run compiles; or run: glasshouse warmup"
