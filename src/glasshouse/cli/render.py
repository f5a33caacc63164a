"""What the commands print: tables, headline figures, JSON. Rich draws where a terminal is; everywhere else it is plain text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasshouse.verbs import Run


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
        print("in the file and not simulated:", *parts, sep="\n  ")
    lines = headlines(done)
    if lines:
        print("synthetic people; each figure with what it is out of and how far it may be believed")
        pairs(lines)
    if kept := promises(done):
        print(f"promise beside practice; all of it: glasshouse lint {_asked(done)} --recording {done.path.as_posix()}")
        pairs(kept)
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


def _asked(done: Run) -> str:
    """The scenario as it is named on the command line, where it is one of the catalogue."""
    from glasshouse.scenario.names import catalogue_names

    name = str(done.manifest["scenario"]["name"])
    return name if name in catalogue_names() else "SCENARIO"


def promises(done: Run) -> list[tuple[str, str]]:
    """What the text promises beside what was measured of it, in at most three lines; none where nothing was measured."""
    from glasshouse.reporting.pair import lines

    return lines(done.recording)


def headlines(done: Run) -> list[tuple[str, str]]:
    """The six headline figures in lines: what each says, its figure, out of what, and how far it may be believed."""
    from glasshouse.reporting import headlines as figures

    found = figures.headlines(done.recording)
    return [
        (
            h.label,
            "; ".join(x for x in (h.value_text, h.denominator, h.scaled, f"luck {h.luck}" if h.luck else "") if x)
            + f"  [{h.standing}]",
        )
        for h in found
    ]
