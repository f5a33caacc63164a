"""Files, folders, patterns and standard input become texts to be read, each place with its line and column.

The limits on size, depth and encoding are the scenario reader's; a file that is not a scheme is an error with its place, never a finding.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date as Date  # noqa: N812
from pathlib import Path

from pydantic import ValidationError

from glasshouse.errors import Problem, ScenarioError, UsageError
from glasshouse.linting.text import Text
from glasshouse.scenario import checks, shape, source, wording
from glasshouse.scenario.names import CATALOGUE
from glasshouse.scenario.schema import Scenario, Waiver

SUFFIXES = (".yaml", ".yml")
STDIN = "-"
MOST_PROBLEMS = 100


def files_at(names: Iterable[str]) -> list[Path]:
    """The scheme files under the names: a file, a folder (searched for .yaml and .yml), a pattern, or `-`. Each once, in order."""
    found: list[Path] = []
    for name in names:
        found += _files(name)
    return list(dict.fromkeys(found))


def _files(name: str) -> list[Path]:
    path = Path(name)
    if name == STDIN or path.is_file():
        return [path]
    if path.is_dir():
        inside = sorted(
            p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file() and not _hidden(p.relative_to(path))
        )
        if not inside:
            raise UsageError(f"{source.file_name(path)}: the folder has no .yaml or .yml file")
        return inside
    if any(c in name for c in "*?["):
        matched = sorted(p for p in Path(path.anchor or ".").glob(name.removeprefix(path.anchor)) if p.is_file())
        if matched:
            return matched
        raise UsageError(f"{name}: no file matches this pattern")
    return [path]


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def told(paths: Iterable[Path]) -> list[str]:
    """What each file is called in a report, never by an absolute path: a scenario of the catalogue by its name, another file relative to
    here or by its last part, and by as many of its last parts as it takes to tell two files apart."""
    every = list(paths)
    names = [_told(path) for path in every]
    seen = Counter(names)
    return [_tail(p, n, every) if seen[n] > 1 else n for p, n in zip(every, names, strict=True)]


def _told(path: Path) -> str:
    if str(path) == STDIN:
        return "standard input"
    return path.name if path.parent == CATALOGUE else source.file_name(path)


def _tail(path: Path, name: str, every: list[Path]) -> str:
    others = [p for p in every if p.name == path.name and p != path]
    for n in range(2, len(path.parts)):
        if all(p.parts[-n:] != path.parts[-n:] for p in others):
            return source.shown("/".join(path.parts[-n:]), 200)
    return name


def text_at(path: Path, as_of: Date | None = None, packs: tuple[str, ...] = (), name: str | None = None) -> Text:
    """One scheme file as a text, called `name` in what is said of it. Raises ScenarioError with file, line and column."""
    name = name or _told(path)
    data = sys.stdin.buffer.read(source.MAX_BYTES + 1) if str(path) == STDIN else source.read_bytes(path, name)
    if len(data) > source.MAX_BYTES:
        raise UsageError(f"{name}: is larger than {source.MAX_BYTES:,} bytes")
    return text_of(source.decoded(data, name), name, as_of, packs)


def text_of(words: str, name: str = "scheme.yaml", as_of: Date | None = None, packs: tuple[str, ...] = ()) -> Text:
    """A scheme given as YAML."""
    document = source.parse_document(words, name)
    scenario = validated(document)
    lines = tuple(words.splitlines())
    return Text(scenario, name, document.start, lines, as_of or Date.today(), packs)


def validated(document: source.Document) -> Scenario:
    """The scenario of a document. Raises ScenarioError with every fault and its line, and for text that names or identifies somebody.

    Nonsense in meaning, such as a list that nobody can enter, is no error here: a text may say it, and lint reads what texts say.
    """
    if not isinstance(document.data, dict):
        words = f"a scheme is a mapping that begins with `schema: 1`; found {source.shown(document.data)}"
        raise ScenarioError([Problem(document.file, *document.place(()), "", words)])
    found = checks.personal(document.data)
    try:
        scenario = Scenario.model_validate(document.data)
    except ValidationError as fault:
        found += wording.findings_of(fault, document.data)
    if found:
        raise ScenarioError([_problem(document, f) for f in found[:MOST_PROBLEMS]])
    return scenario


def _problem(document: source.Document, finding: wording.Finding) -> Problem:
    place = document.keys.get(finding.loc) if finding.at_key else None
    line, column = place or document.place(finding.loc)
    return Problem(document.file, line, column, shape.spelled(document.data, finding.loc), finding.message)


def with_waivers(text: Text, beside: Path | None = None) -> Text:
    """The text with waivers from a file beside it (`NAME.waivers.yaml`, a list under `waivers:`), after those in the file."""
    if beside is None or not beside.is_file():
        return text
    document = source.read_document(beside)
    entries = document.data.get("waivers") if isinstance(document.data, dict) else None
    if not isinstance(entries, list):
        raise UsageError(f"{beside.name}: a file of waivers is a list under `waivers:`")
    try:
        more = [Waiver.model_validate(e) for e in entries]
    except ValidationError as fault:
        first = fault.errors()[0]
        where = document.place(("waivers", *first["loc"]))
        raise ScenarioError([Problem(document.file, *where, "waivers", first["msg"])]) from None
    told = [f"{document.file}, line {document.place(('waivers', n))[0]}" for n in range(len(more))]
    return replace(text, memo={"waivers": list(zip(more, told, strict=True))})
