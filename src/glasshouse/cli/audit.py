"""`glasshouse odds`, `measure` and `sweep`: four numbers, a table of counts or a recording, and what the assumptions could do.

`odds` and `measure` simulate nothing. Exit codes: 0 done; 2 bad input or usage; 3 our own fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glasshouse.cli import render
from glasshouse.cli.options import Days, whole

if TYPE_CHECKING:
    from glasshouse.measures.tables import TableMeasures


def _share(text: str) -> float:
    """A share as people write it: 0.001, .1%, 1e-3."""
    try:
        return float(Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1))
    except ArithmeticError:
        raise typer.BadParameter(
            f'"{text}" is not a share. Write a number from 0 to 1, such as 0.001 or 0.1%.'
        ) from None


AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]


def odds(
    people: Annotated[int, typer.Option(parser=whole, metavar="N", help="How many people are screened.")],
    base_rate: Annotated[
        float, typer.Option(parser=_share, metavar="P", help="Share of people whom the screen is right to flag.")
    ],
    hit: Annotated[float, typer.Option(parser=_share, metavar="P", help="Share of those that it flags.")],
    false_alarm: Annotated[float, typer.Option(parser=_share, metavar="P", help="Share of the others that it flags.")],
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
    recording: Annotated[
        Path | None, typer.Argument(metavar="[RECORDING]", help="The folder of a recording; or a table, with --table.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with the columns group, truth (1: should be listed), listed (1: is), people; four rows a group.",
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="GROUP", help="Of a table: the group the others are held against; the largest if left out."
        ),
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="VARIANT", help="Of a recording: the twin; every other variant if left out.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Of a recording: every measure, not the core ones only.")
    ] = False,
    whose: Annotated[
        bool,
        typer.Option("--whose", help="Of a recording: live it again with own conduct only, and with others' only."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure a recording, or a published table of counts: who is listed, who should be, and how groups differ."""
    _refuse_both(recording, table, reference, against)
    if table is not None:
        from glasshouse.measures.tables import measure_table

        found = measure_table(table, reference)
        render.document(found.document()) if as_json else _say(found)
    elif recording is not None:
        document = _recorded(recording, against) | ({"whose": _whose(recording)} if whose else {})
        render.document(document) if as_json else _say_recorded(document, everything)


def _refuse_both(recording: Path | None, table: Path | None, reference: str | None, against: str | None) -> None:
    """UsageError unless exactly one thing is measured, with options of its own."""
    from glasshouse.errors import UsageError

    if (recording is None) == (table is None):
        raise UsageError("measure: name one thing to measure, the folder of a recording or a table with --table FILE.")
    if table is None and reference is not None:
        raise UsageError("--reference is of a table; in a recording the reference is the largest group.")
    if recording is None and against is not None:
        raise UsageError("--against is of a recording; a table has no variants.")


# --- a recording -----------------------------------------------------------------------------------------------------------------


def _recorded(folder: Path, against: str | None) -> dict[str, Any]:
    """Its measures, those of its other variants, and those that need a twin under `pairs`, by the twin's name."""
    from glasshouse.measures.measure import measured_of
    from glasshouse.measures.pair import measure_pair, measure_pairs
    from glasshouse.recording.store import open_recording

    recording = open_recording(folder)
    first = recording.variants[0]
    pairs = {against: measure_pair(recording, first, against)} if against else measure_pairs(recording)
    document = measured_of(recording)
    if (recording.manifest["scenario"]["raw"].get("world") or {}).get("ties"):
        from glasshouse.experiments.kin import with_ties

        document, pairs = with_ties(recording, document, pairs)
    return document | {"pairs": pairs}


def _whose(folder: Path) -> dict[str, Any]:
    from glasshouse.experiments.collective import whose_burden
    from glasshouse.recording.store import open_recording
    from glasshouse.verbs import cores

    return whose_burden(open_recording(folder), cores())


def _say_whose(found: Mapping[str, Any]) -> None:
    print("\nof each harm, what is others' conduct: without it; by itself; the mean of both (Shapley)")
    rows = [
        (told["what"], *(_figure(told[key]) for key in ("both", "removed", "alone", "shapley")))
        for told in found.values()
        if told["both"]
    ]
    render.table(("harm", "in all", "without it, less by", "by itself", "mean"), rows)


def _say_recorded(document: Mapping[str, Any], everything: bool) -> None:
    from glasshouse.measures.pair import PAIRS
    from glasshouse.measures.registry import CORE, MEASURES

    about = document["about"]
    print(
        f"{about['people']:,} synthetic people, {about['days']:,} days, variant {about['variant']}; favourable outcome: not listed"
    )
    shown = [name for m in MEASURES for name, _ in m.truths] + [m.name for m in PAIRS] if everything else list(CORE)
    rows = [(name, "", document[name]) for name in shown if name in document]
    pairs = document["pairs"]
    rows += [
        (m.name, other, pairs[other][m.name]) for m in PAIRS if m.name in shown for other in m.fitting(list(pairs))
    ]
    known = [row for row in rows if row[2]["value"] is not None]
    if known:
        render.table(
            ("measure", "against", "value", "luck, 95 %", "range", "n, of what", "unit", "standing"),
            [_recorded_row(*row) for row in known],
        )
    print("\nnull, and why:") if len(known) < len(rows) else None
    for name, other, entry in rows:
        if entry["value"] is None:
            print(f"{name}{f' (against {other})' if other else ''}: {entry['reason']}{_where_defined(entry)}")
    for reason, names in _without_luck(known).items():
        print(f"no luck from one run, {reason}: {', '.join(names)}")
    for m in PAIRS:
        if m.name in shown and pairs and m.fitting(list(pairs)) == list(pairs):
            print(f"{m.name} asks for a twin without {m.twin}; against another it says what that one changes")
    if "whose" in document:
        _say_whose(document["whose"])
    if not document["pairs"]:
        print("measures that need a twin: this recording has one variant only; make others with: glasshouse twins")


def _where_defined(entry: Mapping[str, Any]) -> str:
    """The range of a measure that has no value in this run, where the assumptions give it one."""
    span = entry.get("range") or {"low": None}
    if span["low"] is None:
        return ""
    reached = _figure(span["low"]) if span["low"] == span["high"] else _between(span)
    return f"; where the assumptions give it a value, {reached} {entry['unit']}"


def _without_luck(rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> dict[str, list[str]]:
    """The measures that have a number and no interval, by the reason; each once, whatever it is against."""
    found: dict[str, list[str]] = {}
    for name, _, entry in rows:
        reason = entry["luck"].get("reason")
        if reason and name not in found.setdefault(reason, []):
            found[reason].append(name)
    return found


def _cases(entry: Mapping[str, Any]) -> str:
    """How many cases stand behind a figure, and of what."""
    of = str(entry.get("denominator") or "none")
    return f"{entry['n']:,}" if of.startswith("none") else f"{entry['n']:,} {of}"


def _recorded_row(name: str, other: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    span = entry.get("range") or {"low": None}
    return (
        name, other or "-", _figure(entry["value"]), _between(entry["luck"]), _between(span), _cases(entry), str(entry["unit"]),
        str(entry.get("standing", "-")),
    )  # fmt: skip


# --- a table ---------------------------------------------------------------------------------------------------------------------


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


# --- what nobody has published ---------------------------------------------------------------------------------------------------

BARS = 6
"""Assumptions shown for a measure; the file holds them all."""


def sweep(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name of the catalogue, or a file.")],
    people: Annotated[
        int | None,
        typer.Option(parser=whole, metavar="N", help="How many synthetic people; as a minute allows if left out."),
    ] = None,
    days: Days = None,
    seeds: Annotated[int, typer.Option(min=2, metavar="N", help="Replicates, to tell luck apart.")] = 3,
    joint: Annotated[
        int, typer.Option(min=0, metavar="N", help="Points at which all assumptions are moved at once.")
    ] = 32,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep the result; as sweep.json in a recording's folder its report finds it."
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a sweep that was stopped. Needs --out.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: AsJson = False,
) -> None:
    """Move every number that is an assumption with a range, and say which of them carry the answer, and how far."""
    from glasshouse import verbs
    from glasshouse.errors import UsageError
    from glasshouse.reporting.progress import Meter

    if resume and out is None:
        raise UsageError("--resume: name the file of the sweep that was stopped with --out.")
    meter = None if quiet or as_json else Meter()
    found = verbs.sweep(
        scenario, people=people, days=days, seeds=seeds, joint=joint, out=out, resume=resume, progress=meter
    )
    if meter:
        meter.close()
    render.document(found) if as_json else _say_sweep(found, out)


def _say_sweep(found: Mapping[str, Any], out: Path | None) -> None:
    about = found["about"]
    print(
        f"{about['scenario']}: {len(found['assumptions'])} assumptions moved, {about['people']:,} synthetic people, {about['seeds']} seeds"
    )
    print(f"luck   {about['luck']}")
    print(f"range  {about['range']}")
    for name, entry in found["measures"].items():
        if entry["core"]:
            _say_swept(name, entry)
    if out:
        print(f"\nall measures and all assumptions: {out.as_posix()}")


def _say_swept(name: str, entry: Mapping[str, Any]) -> None:
    if entry["value"] is None:
        print(f"\n{name}: {entry['reason']}")
        return
    share = (
        "" if entry["share_of_luck"] is None else f"; {100 * entry['share_of_luck']:.0f} % of what is uncertain is luck"
    )
    print(
        f"\n{name}: {_figure(entry['value'])} {entry['unit']}; luck {_between(entry['luck'])}; range {_between(entry['range'])}{share}"
    )
    moving = [row for row in entry["tornado"] if row["swing"] > 0][:BARS]
    if moving:
        render.table(
            ("assumption", "low end", "gives", "high end", "gives", "swing", "standard error"),
            [_bar(row) for row in moving],
        )


def _bar(row: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = row["low"], row["high"]
    return (
        row["path"], f"{low['at']:g}", _figure(low["value"]), f"{high['at']:g}", _figure(high["value"]), _figure(row["swing"]),
        _figure(row["error"]),
    )  # fmt: skip


# --- several seeds --------------------------------------------------------------------------------------------------------------


def say_seeds(document: Mapping[str, Any]) -> None:
    """The core measures, the mean of all seeds with its interval, and where a run of one seed would fall."""
    from glasshouse.measures.registry import CORE

    print(f"\nover {document['about']['over']}")
    rows = [(name, "factual", document[name]) for name in CORE if name in document]
    rows += [
        (name, f"against {other}", found[name])
        for other, found in document["pairs"].items()
        for name in CORE
        if name in found
    ]
    known = [row for row in rows if row[2]["value"] is not None]
    if known:
        render.table(
            ("measure", "of", "mean", "95 % of the mean", "one run falls in", "unit"), [_over(*row) for row in known]
        )
    for name, of, entry in rows:
        if entry["value"] is None:
            print(f"{name} ({of}): {entry['reason']}")


def _over(name: str, of: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    return name, of, _figure(entry["value"]), _between(entry["luck"]), _between(entry["one_run"]), str(entry["unit"])


def _between(span: Mapping[str, Any]) -> str:
    return "-" if span["low"] is None else f"{_figure(span['low'])} to {_figure(span['high'])}"


def _favourable(found: TableMeasures) -> str:
    return str(next(iter(found.measures.values()))["favourable"])


def _row(name: str, entry: dict[str, Any], groups: tuple[str, ...]) -> tuple[str, ...]:
    numbers = [entry["value"], *(entry["by"][group] for group in groups)]
    return (name, *(_figure(number) for number in numbers), entry["unit"], entry["library"])


def _figure(number: float | None) -> str:
    """To five figures behind the point; large numbers whole."""
    if number is None:
        return "-"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.5f}"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(measure)
    app.command()(odds)
    app.command()(sweep)
