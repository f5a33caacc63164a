"""`glasshouse safeguards`: every set of up to eight safeguards, and which of them matters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glasshouse.cli import render
from glasshouse.cli.options import Days, People

if TYPE_CHECKING:
    from glasshouse.experiments.lattice import Answer, Lattice, Pair


def safeguards(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name of the catalogue, or a file.")],
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="SAFEGUARD", help="One of the safeguards; all that apply if none is named."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="ELEMENT", help="Taking this element out is one of them, such as misidentification."),
    ] = None,
    people: People = None,
    days: Days = None,
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Seed; the same seed gives the same counts.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Replicates; an interval needs two or more.")] = 1,
    measure: Annotated[
        str | None, typer.Option(metavar="NAME", help="Tell of this measure first, such as refused_tries.")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, metavar="N", help="Threads; all cores if left out.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the lattice; a free name under runs/ if left out.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a lattice that was stopped.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """Live every set of up to eight safeguards over the same luck, and say which of them matters."""
    from glasshouse import verbs
    from glasshouse.experiments.lattice import known_measure

    if measure:
        known_measure(measure)
    done = verbs.safeguards(
        scenario, with_=with_ or (), without=without or (), people=people, days=days, seed=seed, seeds=seeds, threads=threads,
        out=out, resume=resume, quiet=quiet or as_json,
    )  # fmt: skip
    render.document(done.document()) if as_json else _say(done, measure)


def register(app: typer.Typer) -> None:
    """Give the program this verb."""
    app.command()(safeguards)


# --- in words ---------------------------------------------------------------------------------------------------------------------


def _say(done: Lattice, measure: str | None) -> None:
    from glasshouse.experiments.lattice import BENEFITS, MEASURES, NOT_WHAT

    told = done.answer(measure)
    lost = [done.answer(b) for b in BENEFITS if b != told.measure]
    seeds = f"mean of {len(done.seeds)} seeds" if len(done.seeds) > 1 else "one seed"
    print(f"{done.scenario}: {done.people:,} synthetic people, {done.days:,} days, {seeds}")
    print(f"{len(done.safeguards)} safeguards, {done.sets} sets of them, of which {done.lives} differ")
    for a in (told, *lost):
        print(f"{MEASURES[a.measure].title}: {_n(a.base)} as it is, {_n(a.base - a.all)} with all of them")
    print()
    moved = [a for a in lost if a.measure == "complied" or any(s.shapley for s in a.shares)]
    head = [*HEAD[told.kind], *(f"{word}: {LOST[a.measure]}" for a in moved for word in ("alone", "share"))]
    render.table(head, [_row(told, n, moved) for n in range(len(done.safeguards))])
    print()
    for pair, word in ((told.helps, "help"), (told.spoils, "spoil")):
        print(_pair(pair, word))
    for line in (*_idle(done, told), *_backfiring(done)):
        print(line)
    print(NOT_WHAT)
    for line in done.not_applicable:
        print(line)
    if done.out:
        print(f"lattice    {done.out.as_posix()}")


HEAD = {
    "harm": ("safeguard", "alone: spares", "missing: loses", "share (Shapley)", "95 % over seeds"),
    "benefit": ("safeguard", "alone: loses", "missing: spares", "share (Shapley)", "95 % over seeds"),
}
LOST = {"complied": "payments lost", "prevented_harm": "acts no longer prevented"}


def _n(x: float) -> str:
    """A whole number, and no minus before a zero."""
    return f"{round(x) + 0:,}"


def _row(told: Answer, n: int, lost: list[Answer]) -> list[str]:
    s = told.shares[n]
    interval = f"{_n(s.interval[0])} to {_n(s.interval[1])}" if s.interval else "one seed"
    marked = f"{s.safeguard} (!)" if s.does_harm and told.kind == "harm" else s.safeguard
    beside = [_n(x) for a in lost for x in (a.shares[n].alone, a.shares[n].shapley)]
    return [marked, _n(s.alone), _n(s.last), _n(s.shapley), interval, *beside]


def _pair(pair: Pair | None, word: str) -> str:
    if pair is None:
        return f"no two of them {word} each other"
    more = "more" if word == "help" else "less"
    return (
        f"{' and '.join(pair.safeguards)} {word} each other most: together {_n(abs(pair.alone))} {more} than each alone adds up to "
        f"({round(pair.in_company):+,} in the mean over every company)"
    )


def _idle(done: Lattice, told: Answer) -> list[str]:
    """For each safeguard that does nothing to what is told: what it does instead."""
    from glasshouse.experiments.lattice import HARMS, MEASURES

    out = []
    others = [done.answer(h) for h in HARMS if h != told.measure]
    for n, s in enumerate(told.shares):
        if s.shapley or s.backfires:
            continue
        instead = [
            f"{_n(a.shares[n].alone)} {MEASURES[a.measure].title}" for a in others if round(a.shares[n].alone) > 0
        ]
        out.append(
            f"{s.safeguard} does nothing to this; alone it spares {'; '.join(instead) or 'nothing that is counted here'}"
        )
    return out


def _backfiring(done: Lattice) -> list[str]:
    """A line for each safeguard and harm that it adds to in some order."""
    from glasshouse.experiments.lattice import HARMS, MEASURES

    return [
        f"(!) {s.safeguard} adds to {MEASURES[a.measure].title} in {s.backfires:.0%} of the orders, by up to {_n(-s.least)}"
        + (f", beside {' and '.join(s.beside)}" if s.beside else ", alone")
        for a in map(done.answer, HARMS)
        for s in a.shares
        if s.does_harm
    ]
