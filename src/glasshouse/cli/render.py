"""What the commands print: tables, headline figures, JSON. Rich draws where a terminal is; everywhere else it is plain text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasshouse.verbs import Run

HEADLINES = (
    ("listings", "listings"),
    ("wrongful_listing_rate", "wrong by the scheme's own rule"),
    ("rights_wrongful_share", "wrong by rights"),
    ("never_notified_share", "never told of it while it lasted"),
    ("time_to_correction_median", "until a wrong listing is corrected"),
    ("refused_tries", "refused tries to travel and buy"),
    ("wrongful_person_days", "listed wrongly"),
    ("people_listed", "people ever listed"),
)
"""Measures that a run ends with, the first six that it has, and what they say in words."""
HOW_MANY = 6


def document(content: Any) -> None:
    """One JSON document on standard output. Numbers that JSON does not know are refused, not invented."""
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=True, allow_nan=False, default=str) + "\n")


def nearest(word: str, known: Iterable[str]) -> str:
    """Did you mean X? with a blank before it, or nothing."""
    from difflib import get_close_matches

    found = get_close_matches(word, list(known), n=1)
    return f' Did you mean "{found[0]}"?' if found else ""


def plain(value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: drawn by Rich on a terminal, otherwise columns padded with blanks."""
    if sys.stdout.isatty():
        _rich_table(head, rows)
        return
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _rich_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, header_style="bold")
    for title in head:
        drawn.add_column(title, overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    Console().print(drawn)


def pairs(rows: Sequence[tuple[str, str]]) -> None:
    """Names and what they are, one a line."""
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name.ljust(width)}  {value}")


# --- a run ----------------------------------------------------------------------------------------------------------------------


def run(done: Run) -> None:
    """Six headline figures and the path of the report."""
    if parts := done.manifest.get("unsimulated"):
        print("in the file and not simulated yet:", *parts, sep="\n  ")
    lines = headlines(done.measures) if (done.path / "measures.json").exists() else []
    if lines:
        print("synthetic people; each figure with what it is out of and how far it may be believed")
        pairs(lines)
    for other in done.replicates[1:]:
        print(f"recording  {other.path.as_posix()}")
    print(f"report     {done.report.as_posix()}" if done.report else f"recording  {done.path.as_posix()}")


def run_document(done: Run) -> dict[str, Any]:
    """What a script wants to know of a run."""
    measured = (done.path / "measures.json").exists()
    return {
        "synthetic": True,
        "recording": done.path.as_posix(),
        "report": done.report.as_posix() if done.report else None,
        "unsimulated": list(done.manifest.get("unsimulated", ())),
        "replicates": [r.path.as_posix() for r in done.replicates],
        "measures": done.measures if measured else {},
    }


def headlines(measures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The first six headline measures that a recording has: what it says in words, and its figure."""
    found = [(words, figure(measures[name])) for name, words in HEADLINES if isinstance(measures.get(name), Mapping)]
    return found[:HOW_MANY]


def figure(measure: Mapping[str, Any]) -> str:
    """A measure in a line: its value, or its range where only assumptions stand behind it, out of how many, and its standing."""
    if measure.get("value") is None:
        return f"undefined: {measure['reason']}" if measure.get("reason") else "undefined"
    unit, standing = str(measure.get("unit") or ""), str(measure.get("standing") or "unknown")
    span = _span(measure.get("range"), unit) if standing == "assumed" else ""
    if standing == "assumed" and not span:
        standing = "assumed: one point of a range that was not swept"
    told = (
        (span or quantity(measure["value"], unit))
        + _luck(measure.get("luck"), unit)
        + _scaled(measure)
        + _out_of(measure)
    )
    return f"{told}  [{standing}]"


def _scaled(measure: Mapping[str, Any]) -> str:
    """What a count stands for, where it is large enough to say so."""
    scaled = measure.get("scaled")
    if not isinstance(scaled, Mapping) or scaled.get("value") is None:
        return ""
    return f", standing for {quantity(scaled['value'], '')}"


def _out_of(measure: Mapping[str, Any]) -> str:
    """How many cases a figure rests on; a plain count is its own."""
    n = measure.get("n")
    return f" of {n:,}" if isinstance(n, int) and measure.get("scaling") != "count" else ""


def _span(spread: Any, unit: str) -> str:
    ends = _ends(spread, unit)
    return f"between {ends.replace(' to ', ' and ', 1)}" if ends else ""


def _luck(luck: Any, unit: str) -> str:
    ends = _ends(luck, unit)
    return f" (luck: {ends})" if ends else ""


def _ends(interval: Any, unit: str) -> str:
    """Both ends of an interval, the unit said once; nothing where an end is unknown."""
    if not interval or interval.get("low") is None or interval.get("high") is None:
        return ""
    low, high = quantity(interval["low"], unit), quantity(interval["high"], unit)
    return f"{low.split(' ')[0]} to {high}"


def quantity(value: float, unit: str) -> str:
    """A number with its unit; a share as a percentage with three figures at most."""
    if unit == "share":
        return f"{100 * value:.3g} %"
    number = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    return f"{number} {unit}".rstrip()
