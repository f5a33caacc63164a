"""A name or a path becomes a scenario and its variants: read, changed as asked, validated, checked; all faults at once.

`read_scenario` is the way in; `from_raw` reads again what a manifest kept. The linter reads schemes with `check=False`,
so that nonsense in meaning is handed over in `problems` and does not stop it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from glasshouse.errors import Problem, ScenarioError, UsageError
from glasshouse.scenario import checks, mending, names, shape
from glasshouse.scenario.patching import apply_patch, loc_of
from glasshouse.scenario.schema import Scenario
from glasshouse.scenario.source import Document, Loc, Place, file_name, parse_value, read_document, shown
from glasshouse.scenario.wording import Finding, findings_of

__all__ = ["Loaded", "apply_patch", "digest_of", "from_raw", "json_schema", "read_scenario"]

MAX_PROBLEMS = 100
SAME_FOR_ALL = ("schema", "world", "variants", "evidence")
"""Parts that a variant may not change."""


@dataclass(frozen=True)
class Loaded:
    """A scenario that was read.

    `variants` has the base first; `raw` is the whole file after `--set`, as JSON, in the order of the file (acts, lists
    and circumstances are numbered by their order, so the order is part of what is asked); `digest` is its BLAKE2;
    `places` says where things stand, by path; `sets` are the changes asked for on the command line.
    """

    scenario: Scenario
    variants: tuple[tuple[str, Scenario], ...]
    name: str
    raw: dict[str, Any]
    digest: str
    file: str = ""
    sets: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def place(self, path: str) -> Place:
        """Line and column of a path or of the nearest thing around it; (0, 0) where there was no file."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get("", (0, 0))


def read_scenario(
    name_or_path: str | Path,
    sets: Sequence[str] = (),
    people: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    *,
    check: bool = True,
) -> Loaded:
    """Read a scenario of the catalogue, or a file.

    `sets` are changes such as `"lists.dishonest.max_days=2 years"`; `people` and `seed` are put into `world` (where one person stands
    for many, `represents` moves so that all of them stand for as many as before); `days` shortens it.
    Raises ScenarioError with every problem found. With `check=False` nonsense in meaning is only noted in `problems`.
    """
    name, path, file = _found(name_or_path)
    document = read_document(path, file)
    if not isinstance(document.data, dict):
        message = f"a scenario is a mapping that begins with `schema: 1`; found {shown(document.data)}"
        raise ScenarioError([Problem(file, *document.place(()), "", message)])
    raw, changed = _changed(document.data, [*sets, *(_flags(people, seed) if "world" in document.data else ())])
    if people is not None:
        raw = _standing_for_as_many(raw, document.data)
    if days is not None:
        shorter = _shortened(raw, days)
        if shorter is not raw:
            raw, changed["world.end"] = shorter, f"--days {days}"
    return _loaded(raw, name, _Placer(raw, file, document, changed), tuple(sets), check, whole=days is None)


def from_raw(raw: dict[str, Any], name: str, *, check: bool = True) -> Loaded:
    """The scenario that a manifest kept. Raises ScenarioError where it is not one (any more)."""
    placer = _Placer(raw, shown(name), Document(name, raw, {}, {}), {})
    return _loaded(raw, name, placer, (), check, whole=False)  # the run may have been shortened


def digest_of(raw: dict[str, Any]) -> str:
    """BLAKE2 of the raw scenario as JSON, in its own order."""
    text = json.dumps(raw, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors."""
    made = Scenario.model_json_schema(by_alias=True)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "glasshouse-scenario-1",
        "title": "A glasshouse scenario",
    }
    return {**head, **{k: v for k, v in made.items() if k != "title"}}


def without_a_world(name: str) -> str:
    """What is said of a file that only describes a scheme, to whoever would have it run."""
    return f"{name} is a scheme without a world: it can be linted but not run. {names.A_RUN_NEEDS}"


# --- finding and changing -----------------------------------------------------------------------------------------------------


def _found(name_or_path: str | Path) -> tuple[str, Path, str]:
    """Name, path, and what the file is called in messages. A name of the catalogue wins over a file of that name."""
    text = str(name_or_path)
    known = names.catalogue_path(text)
    if known is not None:
        return text, known, known.name
    path = Path(text)
    file = file_name(path) or shown(text)
    try:
        exists = path.exists() or path.is_symlink()  # a link that leads nowhere is told of when it is read
    except (OSError, ValueError):
        exists = False
    if not text.strip() or not exists:
        hint = shape.nearest(path.stem, names.catalogue_names()) if text.strip() else ""
        known_names = ", ".join(names.catalogue_names())
        message = f"there is no such file, and no scenario of that name in the catalogue.{hint} The catalogue has {known_names}"
        raise ScenarioError([Problem(file if text.strip() else '""', 0, 0, "", message)])
    return path.stem or "scenario", path, file


def _flags(people: int | None, seed: int | None) -> Iterator[str]:
    if people is not None:
        yield f"world.people={people}"
    if seed is not None:
        yield f"world.seed={seed}"


def _standing_for_as_many(raw: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """With fewer people each stands for more, so that all of them stand for as many; a world told one to one stays so."""
    try:
        represents = raw["world"]["represents"]
        each = float(represents["value"] if isinstance(represents, dict) else represents)
        more = int(before["world"]["people"]) / int(raw["world"]["people"])
    except (TypeError, KeyError, ValueError, ZeroDivisionError):
        return raw  # validation says what is wrong with the world
    return raw if each == 1.0 or more == 1.0 else apply_patch(raw, "world.represents", round(each * more, 6))


def _changed(raw: dict[str, Any], sets: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The raw scenario with every `PATH=VALUE`, and by whom each path was changed. All faults at once."""
    problems, changed = [], {}
    for text in sets:
        path, equals, value = text.partition("=")
        origin = f"--set {shown(text, 100)}"
        try:
            if not equals:
                raise UsageError("a change is written PATH=VALUE, such as lists.dishonest.max_days=1 year")
            raw = apply_patch(raw, path.strip(), parse_value(value, origin))
            changed[path.strip()] = origin
        except UsageError as fault:
            problems.append(Problem(origin, 0, 0, "", str(fault)))
        except ScenarioError as fault:
            problems += fault.problems
    if problems:
        raise ScenarioError(problems)
    return raw, changed


def _shortened(raw: dict[str, Any], days: int) -> dict[str, Any]:
    """The scenario ending after so many days. Raises ScenarioError for a number of days that it does not have."""
    world = raw.get("world")
    try:
        start, end = (date.fromisoformat(str(world[k])) for k in ("start", "end"))  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        return raw  # validation says what is wrong with the dates
    whole = (end - start).days + 1
    if whole < 1:
        return raw  # likewise
    if not 1 <= days <= whole:
        message = f"the scenario is {whole} days long and can be shortened to 1 or more of them; to lengthen it, change world.end"
        raise ScenarioError([Problem(f"--days {days}", 0, 0, "", message)])
    return apply_patch(raw, "world.end", (start + timedelta(days=days - 1)).isoformat())


# --- validating and checking ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Placer:
    """Turns a place of the raw scenario into a Problem with file, line, column and path."""

    raw: dict[str, Any]
    file: str
    document: Document
    changed: dict[str, str]

    def problem(self, finding: Finding) -> Problem:
        path = shape.spelled(self.raw, finding.loc)
        for changed, origin in self.changed.items():
            loc = loc_of(self.raw, changed)
            if finding.loc[: len(loc)] == loc:
                return Problem(origin, 0, 0, path, finding.message)
        at_key = self.document.keys.get(finding.loc) if finding.at_key else None
        line, column = at_key or self.document.place(finding.loc)
        return Problem(self.file, line, column, path, finding.message)

    def places(self) -> dict[str, Place]:
        """Every place by its path, both ways of spelling list items."""
        out: dict[str, Place] = {}
        self._gather(self.raw, (), "", "", out)
        return out

    def _gather(self, node: Any, loc: Loc, named: str, numbered: str, out: dict[str, Place]) -> None:
        place = self.document.places.get(loc)
        if place is not None:
            out[numbered] = out[named] = place
        items = enumerate(node) if isinstance(node, list) else node.items() if isinstance(node, dict) else ()
        called = shape.item_names(node) if isinstance(node, list) else None
        for key, value in items:
            name = called[key] if called else None
            self._gather(value, (*loc, key), shape.joined(named, key, name), shape.joined(numbered, key), out)


def _loaded(raw: dict[str, Any], name: str, placer: _Placer, sets: tuple[str, ...], check: bool, whole: bool) -> Loaded:
    scenario = _validated(raw, placer)
    found = [*checks.personal(raw), *checks.nonsense(scenario), *checks.unreachable(scenario, whole=whole)]
    problems = [placer.problem(f) for f in found]
    variants, wrong = _variants(raw, scenario, placer, {f.message for f in found})
    problems += wrong
    if problems and (check or wrong):
        raise ScenarioError(_few(problems))
    loaded = Loaded(scenario, variants, name, raw, digest_of(raw), placer.file, sets, placer.places())
    return replace(loaded, problems=tuple(_few(problems)))


def _validated(raw: dict[str, Any], placer: _Placer) -> Scenario:
    try:
        return Scenario.model_validate(raw)
    except ValidationError as fault:
        wrong = findings_of(fault, raw)
        found = [*checks.personal(raw), *wrong, *_elsewhere(raw, wrong)]
        raise ScenarioError(_few([placer.problem(f) for f in found])) from None


def _elsewhere(raw: dict[str, Any], wrong: list[Finding]) -> list[Finding]:
    """Nonsense in meaning in the parts of a file that the schema found nothing wrong with."""
    whole = mending.mended(raw, wrong)
    if whole is None:
        return []
    scenario, places = whole
    return mending.apart([*checks.nonsense(scenario), *checks.unreachable(scenario, whole=False)], places)


def _few(problems: list[Problem]) -> list[Problem]:
    """At most a hundred problems, in the order of the file; the last one says how many more there are."""
    ordered = ScenarioError(problems).problems
    if len(ordered) <= MAX_PROBLEMS:
        return ordered
    left = len(ordered) - MAX_PROBLEMS
    return [
        *ordered[:MAX_PROBLEMS],
        Problem(ordered[-1].file, ordered[-1].line, ordered[-1].column, "", f"... and {left:,} more"),
    ]


def _variants(
    raw: dict[str, Any], base: Scenario, placer: _Placer, known: set[str]
) -> tuple[tuple[tuple[str, Scenario], ...], list[Problem]]:
    """The base and each variant patched from it, and what is wrong with the patches. A fault of the base is not told again."""
    if not base.variants:
        return (("factual", base),), []
    made, problems = [(base.variants[0].name, base)], []
    if base.variants[0].set:
        message = "the first variant is the factual and changes nothing; put a factual one before it"
        problems.append(placer.problem(Finding(("variants", 0, "set"), message)))
    for n, variant in enumerate(base.variants[1:], 1):
        patched, wrong = _patched(raw, n, variant.set, placer)
        problems += wrong
        scenario, wrong = _validated_variant(patched, n, base, placer, known)
        problems += wrong
        if scenario is not None:
            made.append((variant.name, scenario))
    return tuple(made), problems


def _patched(
    raw: dict[str, Any], n: int, sets: dict[str, Any], placer: _Placer
) -> tuple[dict[str, Any], list[Problem]]:
    """The raw scenario of a variant. What would change the luck as well as the policy is refused."""
    problems = []
    for path, value in sets.items():
        part = path.partition(".")[0].partition("[")[0]
        try:
            if part in SAME_FOR_ALL:
                raise UsageError(_not_in_a_variant(part))
            raw = apply_patch(raw, path, value)
        except UsageError as fault:
            problems.append(placer.problem(Finding(("variants", n, "set", path), str(fault), True)))
    return raw, problems


def _not_in_a_variant(part: str) -> str:
    if part == "world":
        return (
            "a variant may not change the world (its people, seed, dates, groups or ties): the difference would mix policy with luck. "
            "Change the world for all variants, or compare two runs"
        )
    return f"a variant may not change {part}; it is the same for all variants"


def _validated_variant(
    raw: dict[str, Any], n: int, base: Scenario, placer: _Placer, known: set[str]
) -> tuple[Scenario | None, list[Problem]]:
    try:
        scenario = Scenario.model_validate(raw)
        found = [f for f in (*checks.nonsense(scenario), *checks.added(base, scenario)) if f.message not in known]
    except ValidationError as fault:
        scenario, found = None, findings_of(fault, raw)
    return scenario, [placer.problem(_at_patch(raw, n, base.variants[n].set, f)) for f in found]


def _at_patch(raw: dict[str, Any], n: int, sets: dict[str, Any], finding: Finding) -> Finding:
    """A fault of a variant, placed at the patch that brought it."""
    for path in sets:
        loc = loc_of(raw, path)
        if not loc:
            continue
        if finding.loc[: len(loc)] == loc or loc[: len(finding.loc)] == finding.loc:
            return Finding(("variants", n, "set", path), f"{shape.spelled(raw, finding.loc)}: {finding.message}", True)
    return Finding(("variants", n), f"{shape.spelled(raw, finding.loc)}: {finding.message}")
