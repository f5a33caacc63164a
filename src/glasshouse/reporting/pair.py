"""Promise beside practice in the report and at the end of a run: what the text says, what lint says of it, what the run measured.

The scheme on paper passes most of lint; what people get is another matter, and this section shows the two side by side. Nothing is counted
again: the text is the scenario that the recording kept, the figures are those of `measures.json`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glasshouse.linting.finding import Finding, Status
from glasshouse.linting.pair import PROMISES, Promise, promised
from glasshouse.linting.text import Text
from glasshouse.reporting import words
from glasshouse.reporting.counts import Told, kept_ranges

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

ON_PAPER = "as-promised"
"""The variant in which everything happens as the text promises, where a scenario has one."""
QUOTED = re.compile("`([^`]*)`")
"""A name of the file in what lint says."""
TITLE = "The paper beside the practice"
CAUTION = (
    "What the text promises is read from the scenario file; what was measured comes from this run with synthetic people. "
    "That lint finds no indicator says nothing about what people get."
)


@dataclass(frozen=True)
class Measured:
    """One figure of the run that shows how a promise is kept; `on_paper`: the same where everything happens as promised."""

    label: str
    value: str
    of: str
    luck: str
    standing: str
    on_paper: str


@dataclass(frozen=True)
class Row:
    """A promise: what the text says of it, what lint says of that text, and what was measured, the telling figure first."""

    promise: str
    text: str
    is_made: bool
    lint: tuple[str, ...]
    measured: tuple[Measured, ...]


@dataclass(frozen=True)
class Section:
    """What the report says of promise and practice. `on_paper`: is there a variant in which everything happens as promised?"""

    title: str
    sentence: str
    caution: str
    rows: tuple[Row, ...]
    on_paper: bool


def pair_section(recording: Recording, ranges: words.Ranges | None = None) -> Section | None:
    """The section; None where the recording was not measured, keeps no list, or its scenario cannot be read any more.

    ranges: what a sweep of the assumptions found, as for the report; those that the catalogue keeps unless given.
    """
    told = Told(recording, ranges if ranges is not None else kept_ranges(recording))
    if told.loaded is None or not told.measures or not told.manifest["names"]["lists"]:
        return None
    text = Text(told.loaded.scenario, f"{told.loaded.name}.yaml")
    found = _indicated(text)
    rows = tuple(_row(told, text, p, found) for p in PROMISES)
    on_paper = ON_PAPER in (told.measures.get("variants") or {})
    return Section(TITLE, sentence(rows), CAUTION, rows, on_paper)


def sentence(rows: tuple[Row, ...]) -> str:
    """Each promise that the text makes, beside what the run measured of it, in one sentence."""
    parts = []
    for row in rows:
        shown = next((m for m in row.measured if not m.value.startswith("undefined")), None)
        if row.is_made and shown is not None:
            parts.append(
                f"The text promises that {row.promise}. In this run, {shown.label}: {shown.value} ({shown.of})."
            )
    return " ".join(parts) or "The text makes none of the promises that a run can measure."


def lines(recording: Recording, ranges: words.Ranges | None = None) -> list[tuple[str, str]]:
    """The end of a run in two or three lines: for each promise that the text makes, the one figure that says most."""
    told = Told(recording, ranges if ranges is not None else kept_ranges(recording))
    if told.loaded is None or not told.measures or not told.manifest["names"]["lists"]:
        return []
    text = Text(told.loaded.scenario, f"{told.loaded.name}.yaml")
    made = [(p, next((m for m in _measured(told, p) if not m.value.startswith("undefined")), None)) for p in PROMISES]
    return [
        (f"promised: {p.words}", f"{m.label}: {m.value}; {m.of}  [{m.standing}]")
        for p, m in made
        if m is not None and _is_made(text, p)
    ][:3]


# --- a row ------------------------------------------------------------------------------------------------------------------------


def _row(told: Told, text: Text, promise: Promise, found: Mapping[str, list[Finding]]) -> Row:
    return Row(
        promise.words, promised(text, promise), _is_made(text, promise), _lint(promise, found), _measured(told, promise)
    )


def _is_made(text: Text, promise: Promise) -> bool:
    """Does the text say it, and not only that there is none?"""
    places = [text.get(path) for path in promise.scheme]
    places += [item.at(key) for section, key in promise.each for item in text.each(section)]
    return any(not p.silent and p.value not in (None, False) for p in places)


def _lint(promise: Promise, found: Mapping[str, list[Finding]]) -> tuple[str, ...]:
    """What lint says of the text of this promise, one sentence for each rule."""
    return tuple(
        QUOTED.sub(r"“\1”", f"{code} {found[code][0].message}")
        + (f" (and in {words.counted(len(found[code]) - 1, 'more place')})" if found[code][1:] else "")
        for code in promise.rules
        if found.get(code)
    )


def _indicated(text: Text) -> dict[str, list[Finding]]:
    from glasshouse.linting.registry import BY_CODE
    from glasshouse.linting.run import lint_text

    out: dict[str, list[Finding]] = {}
    for f in lint_text(text, [BY_CODE[code] for p in PROMISES for code in p.rules]):
        if f.status is Status.INDICATED:
            out.setdefault(f.code, []).append(f)
    return out


def _measured(told: Told, promise: Promise) -> tuple[Measured, ...]:
    paper = (told.measures.get("variants") or {}).get(ON_PAPER) or {}
    return tuple(
        _figure(name, label.removeprefix("days "), told.measures[name], told.ranges, paper.get(name))
        for name, label in promise.measures
        if isinstance(told.measures.get(name), Mapping)
    )


def _figure(name: str, label: str, entry: Mapping[str, Any], ranges: words.Ranges | None, paper: Any) -> Measured:
    value, standing = words.told_as(name, entry, ranges)
    luck = words.interval(entry.get("luck"), str(entry.get("unit") or "")) if entry.get("value") is not None else ""
    return Measured(label, value, words.out_of(entry), luck, standing, _on_paper(paper))


def _on_paper(entry: Any) -> str:
    """The figure of the variant in which everything happens as promised: a point, since that variant was not swept."""
    if not isinstance(entry, Mapping) or entry.get("value") is None:
        return ""
    return words.quantity(entry["value"], str(entry.get("unit") or ""))
