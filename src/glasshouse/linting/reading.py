"""Files, folders, patterns and standard input become texts to be read, each place with its line and column.

The limits on size, depth and encoding are the scenario reader's; a file that is not a scheme is an error with its place, never a finding.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date as Date  # noqa: N812
from pathlib import Path

from glasshouse.errors import ScenarioError, UsageError
from glasshouse.linting.text import Text
from glasshouse.scenario import source
from glasshouse.scenario.schema import Scenario

SUFFIXES = (".yaml", ".yml")
STDIN = "-"


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


def text_at(path: Path, as_of: Date | None = None, packs: tuple[str, ...] = ()) -> Text:
    """One scheme file as a text. Raises ScenarioError with file, line and column."""
    name = "standard input" if str(path) == STDIN else source.file_name(path)
    data = sys.stdin.buffer.read(source.MAX_BYTES + 1) if str(path) == STDIN else source.read_bytes(path, name)
    if len(data) > source.MAX_BYTES:
        raise UsageError(f"{name}: is larger than {source.MAX_BYTES:,} bytes")
    return text_of(source.decoded(data, name), name, as_of, packs)


def text_of(words: str, name: str = "scheme.yaml", as_of: Date | None = None, packs: tuple[str, ...] = ()) -> Text:
    """A scheme given as YAML."""
    document = source.parse_document(words, name)
    scenario = validated(document)
    places = {**document.places, **document.keys}
    return Text(scenario, name, dict(places), tuple(words.splitlines()), as_of or Date.today(), packs)


def validated(document: source.Document) -> Scenario:
    """The scenario of a document, or every problem with its line. The scenario reader's own checks of meaning are not asked for here."""
    from pydantic import ValidationError

    from glasshouse.errors import Problem

    try:
        return Scenario.model_validate(document.data)
    except ValidationError as fault:
        found = [(tuple(e["loc"]), e["msg"]) for e in fault.errors()]
        problems = [
            Problem(document.file, *document.place(loc), ".".join(map(str, loc)), words) for loc, words in found
        ]
        raise ScenarioError(problems) from None


def with_waivers(text: Text, beside: Path | None = None) -> Text:
    """The text with waivers from a file beside it (`NAME.waivers.yaml`, a list under `waivers:`), after those in the file."""
    from glasshouse.scenario.schema import Waiver

    if beside is None or not beside.is_file():
        return text
    document = source.read_document(beside)
    entries = document.data.get("waivers", []) if isinstance(document.data, dict) else []
    more = [Waiver.model_validate(e) for e in entries]
    memo = {"waivers": [*text.scenario.waivers, *more]}
    return replace(text, memo=memo)
