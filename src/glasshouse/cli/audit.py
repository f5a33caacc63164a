"""`glasshouse odds` and `glasshouse measure`: what can be said of a scheme from four numbers, or from a table of counts.

Nothing is simulated. Exit codes: 0 done; 2 bad input or usage; 3 our own fault.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glasshouse.cli import render

if TYPE_CHECKING:
    from glasshouse.measures.tables import TableMeasures


def _whole(text: str) -> int:
    from glasshouse.cli.app import whole  # when a word is read, app.py is there; when this module is, it may not be yet

    return whole(text)


AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]


def odds(
    people: Annotated[int, typer.Option(parser=_whole, metavar="N", help="How many people are screened.")],
    base_rate: Annotated[float, typer.Option(metavar="P", help="Share of people whom the screen is right to flag.")],
    hit: Annotated[float, typer.Option(metavar="P", help="Share of those that it flags.")],
    false_alarm: Annotated[float, typer.Option(metavar="P", help="Share of the others that it flags.")],
    as_json: AsJson = False,
) -> None:
    """Say how many people a screen flags rightly and wrongly. Arithmetic only; nothing is simulated."""
    from glasshouse.measures.odds import odds as closed_form

    found = closed_form(people, base_rate, hit, false_alarm)
    if as_json:
        render.document(found.document())
        return
    print(found.words)
    if found.ppv is not None:
        print(f"flagged rightly: {100 * found.ppv:.3f} % of those flagged (positive predictive value)")


def measure(
    table: Annotated[
        Path, typer.Option(metavar="FILE", help="CSV with the columns group, truth, listed, people; one row a cell.")
    ],
    reference: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help="The group the others are held against; the largest if left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure a published table of counts: who is listed, who should be, and how groups differ."""
    from glasshouse.measures.tables import measure_table

    found = measure_table(table, reference)
    render.document(found.document()) if as_json else _say(found)


def _say(found: TableMeasures) -> None:
    print(
        f"counts of people, as published; favourable outcome: {_favourable(found)}; reference group: {found.reference}"
    )
    if found.masked:
        print(f"left out, because a cell is masked or under 10 people: {', '.join(found.masked)}")
    groups = found.groups[:6]
    rows = [_row(name, entry, groups) for name, entry in found.measures.items()]
    render.table(("measure", "all", *groups, "unit", "elsewhere called"), rows)
    if len(found.groups) > len(groups):
        print(f"and {len(found.groups) - len(groups)} more groups: --json gives them all")
    few = sorted({group for entry in found.measures.values() for group in entry.get("few", ())})
    if few:
        print(f"fewer than 30 people behind some rates of: {', '.join(few)}")


def _favourable(found: TableMeasures) -> str:
    return str(next(iter(found.measures.values()))["favourable"])


def _row(name: str, entry: dict[str, Any], groups: tuple[str, ...]) -> tuple[str, ...]:
    numbers = [entry["value"], *(entry["by"][group] for group in groups)]
    return (name, *(_figure(number) for number in numbers), entry["unit"], entry["library"])


def _figure(number: float | None) -> str:
    return "-" if number is None else f"{number:.5f}"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(measure)
    app.command()(odds)
