"""The page of a measure, and the table of `docs/measures.md`, made from the registry:

what a measure is, is said in one place only.
"""

from __future__ import annotations

from glasshouse.measures.confusion import Disparity
from glasshouse.measures.entry import BY_RIGHTS
from glasshouse.measures.pair import PairMeasure
from glasshouse.measures.registry import ALL, CORE, AnyMeasure, find_any

MADE = ("measures", "nulls")
"""Parts of `docs/measures.md` that are made here, each between two lines that begin and end it."""


def page(name: str) -> str:
    """The page of one measure, in Markdown; of an id, the pages of all measures that have it. UsageError with the nearest name if none."""
    of_id = [measure for measure in ALL if measure.id == name.strip().upper()]
    return "\n".join("\n".join(_lines(measure, "#")) for measure in of_id or [find_any(name)])


def all_pages() -> str:
    """Every page, one below the other."""
    return "# Every measure\n" + "".join("\n" + "\n".join(_lines(measure, "##")) for measure in ALL)


def overview() -> str:
    """The table of all measures: what each is called, what it is taken of, its unit, what others call it."""
    head = ["| id | measure | taken of | unit | elsewhere called |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(measure) for measure in ALL)])


def nulls() -> str:
    """The table of the measures that no recording of this version can value, and why; each docstring tells it after *Null:*."""
    rows = [f"| {m.id} | `{m.name}` | {_why_null(m)} |" for m in ALL if _why_null(m)]
    if not rows:
        return "none."
    return "\n".join(["| id | measure | why it is null |", "|---|---|---|", *rows])


def _why_null(measure: AnyMeasure) -> str:
    _, found, why = measure.definition.partition("Null: ")
    return " ".join(why.split()) if found else ""


def with_overview(text: str) -> str:
    """The text of `docs/measures.md` with its tables made anew."""
    for part, made in zip(MADE, (overview(), nulls()), strict=True):
        begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{made}\n{end}{rest.split(end)[1]}"
    return text


def _row(measure: AnyMeasure) -> str:
    core = " (core)" if measure.name in CORE else ""
    cells = [measure.id, f"`{measure.name}`{core}", _taken_of(measure), measure.unit, _library(measure)]
    return f"| {' | '.join(cells)} |"


def _taken_of(measure: AnyMeasure) -> str:
    if isinstance(measure, PairMeasure):
        return "two variants"
    return "counts" if isinstance(measure, Disparity) else "a recording"


def _library(measure: AnyMeasure) -> str:
    return "" if isinstance(measure, PairMeasure) else measure.library


def _lines(measure: AnyMeasure, mark: str) -> list[str]:
    facts = [
        ("Number", measure.id),
        ("Core", "one of the eight shown first" if measure.name in CORE else ""),
        ("Unit", measure.unit),
        ("Denominator", measure.denominator),
        ("Direction", measure.direction),
        *_further(measure),
    ]
    said = [f"- {label}: {text}" for label, text in facts if text]
    return [f"{mark} {measure.name}", "", measure.definition, "", *said, ""]


def _further(measure: AnyMeasure) -> list[tuple[str, str]]:
    if isinstance(measure, PairMeasure):
        return [("Needs a twin", f"another variant of the same recording, without {measure.twin}")]
    if isinstance(measure, Disparity):
        return [("Taken of", "a table of counts (`glasshouse measure --table`)"), ("Elsewhere called", measure.library)]
    return [
        ("Scaling", _SCALING[measure.scaling]),
        ("Also given", f"`{measure.name}{BY_RIGHTS}`" if measure.twice else ""),
        ("By", ", ".join([*measure.cuts, *measure.parts])),
        ("Elsewhere called", measure.library),
        ("Driven by", ", ".join(f"`{path}`" for path in measure.drivers)),
    ]


_SCALING = {
    "share": "a share or an average; holds as it is",
    "count": "a count; times what one synthetic person represents, from 100 synthetic cases on",
    "not scalable": "does not scale; run it at 1:1",
}
