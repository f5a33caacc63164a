"""`glasshouse twins` and `glasshouse why`: the same people with one thing changed, and one life explained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glasshouse.cli import render
from glasshouse.cli.options import Days, People

if TYPE_CHECKING:
    from glasshouse.experiments.paired import PairedShare
    from glasshouse.experiments.spared import Change
    from glasshouse.experiments.twins import Effect, Twins
    from glasshouse.experiments.why import Why

SHOWN = ("wrongful_days_by_rights", "mobility_loss", "gates_refused", "points_wrong")
"""Harms that the table shows where they occur at all."""


def twins(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name of the catalogue, or a file.")],
    without: Annotated[
        list[str] | None, typer.Option(metavar="ELEMENT", help="Take this element out, such as misidentification.")
    ] = None,
    with_: Annotated[
        list[str] | None, typer.Option("--with", metavar="SAFEGUARD", help="Put this safeguard in, such as expiry.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="Compare with another scheme for the same world.")
    ] = None,
    people: People = None,
    days: Days = None,
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Replicates; an interval needs two or more.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the recording and effects.parquet in this folder.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """Live the same world as it is and with elements out or safeguards in, and count what that spares whom."""
    from glasshouse.experiments import twins as room
    from glasshouse.scenario.reading import read_scenario
    from glasshouse.verbs import cores, refuse_what_does_not_fit

    loaded = read_scenario(scenario, people=people, days=days)
    refuse_what_does_not_fit(loaded)
    other = read_scenario(against, people=people, days=days) if against else None
    done = room.twins(loaded, without or (), with_ or (), against=other, seeds=seeds, threads=cores(), out=out)
    render.document(done.document()) if as_json else _say_twins(done)


def why(
    recording: Annotated[Path, typer.Argument(metavar="RECORDING", help="The folder of a recording.")],
    person: Annotated[int, typer.Argument(min=0, metavar="PERSON", help="The number of a synthetic person.")],
    variant: Annotated[
        str, typer.Option(metavar="NAME", help="Which variant; the factual one if left out.")
    ] = "factual",
    everybody: Annotated[
        bool | None,
        typer.Option(
            "--everybody/--block-only",
            help="Let everybody live again for changes that reach others, always or never; left out: where it takes under half a minute.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """Say why a synthetic person was listed, step by step, and what would have spared them."""
    from glasshouse.experiments.why import why as answer
    from glasshouse.reporting.progress import Meter
    from glasshouse.verbs import cores

    meter = Meter()
    told = answer(recording, person, variant, everybody=everybody, threads=cores(), progress=meter)
    meter.close()
    render.document(told.document()) if as_json else _say_why(told)


def register(app: typer.Typer) -> None:
    """Give the program these two verbs."""
    app.command()(twins)
    app.command()(why)


# --- in words ---------------------------------------------------------------------------------------------------------------------


def _say_twins(done: Twins) -> None:
    from glasshouse.experiments.harms import HARMS
    from glasshouse.experiments.twins import EXACT

    if len(done.seeds) > 1:
        print(f"Totals are means over {len(done.seeds)} seeds; people are counted in the first.")
    for harm in SHOWN:
        effects = [e for e in done.effects if e.harm == harm]
        if not any(e.base or e.variant for e in effects):
            continue
        print(f"\n{HARMS[harm]}: {effects[0].base:,.0f} as it is; {done.people:,} synthetic people, {done.days} days")
        render.table(HEAD, [_row(e) for e in effects])
    found = done.whose_counts()["listed_days"]
    if told := "; ".join(f"{answer}: {n:,}" for answer, n in found.items() if n and answer != "not harmed"):
        print(f"\nwhose conduct put people on a list, as it is: {told}")
    if done.collective:
        print(_collective(done.collective))
    print(f"\n{EXACT}")
    for line in done.not_applicable:
        print(line)
    if done.out:
        print(f"recording  {done.out.as_posix()}")


HEAD = (
    "variant", "with it", "spared", "95 % over seeds", "runs saved", "people spared", "newly harmed", "spared: bounds", "harmed: bounds",
)  # fmt: skip
MOST_RUNS = 1000
"""Beyond this, the ratio of runs says only that the twins hardly ever differ."""


def _row(e: Effect) -> tuple[str, ...]:
    interval = f"{e.interval[0]:,.0f} to {e.interval[1]:,.0f}" if e.interval else "one seed"
    ratio = (
        "-" if not e.runs_ratio else f"{e.runs_ratio:,.1f} times" if e.runs_ratio < MOST_RUNS else "over 1,000 times"
    )
    return (
        e.element, f"{e.variant:,.0f}", f"{e.difference:,.0f}", interval, ratio, f"{e.spared:,}", f"{e.newly_harmed:,}",
        _span(e.spared_bounds), _span(e.newly_harmed_bounds),
    )  # fmt: skip


def _collective(found: PairedShare) -> str:
    """The share of burden borne for others, with both intervals and how many runs pairing saves."""
    (low, high), (lower, higher) = found.interval, found.unpaired
    ratio, least = found.runs_ratio, found.at_least
    times = f"{ratio:,.1f} times" if ratio and ratio < MOST_RUNS else "over 1,000 times"
    surely = f" (at least {least:,.1f}, over bootstrapped seeds)" if least and least < MOST_RUNS else ""
    return (
        f"share of all burden borne for others' conduct, as it is: {_share(found.value)}, 95 % over seeds {_share(low)} to {_share(high)}; "
        f"from runs that share no luck {_share(lower)} to {_share(higher)}"
        + (f"; the same width would take {times} as many runs{surely}" if ratio else "")
    )


def _share(x: float) -> str:
    """A share in per cent, and no minus before a zero."""
    return f"{round(x, 4) + 0.0:.2%}"


def _span(bounds: tuple[int, int]) -> str:
    return f"{bounds[0]:,} to {bounds[1]:,}"


def _say_why(told: Why) -> None:
    from glasshouse.reporting.lives import CONDUCT

    print(told.sentence())
    print(f"group {told.group}, region {told.region}, recording {told.recording}; a synthetic person")
    if told.whose_conduct:
        print(CONDUCT.get(told.whose_conduct, told.whose_conduct))
    if told.world_run_again:
        print("The recording kept no letters: the whole world was run again.")
    for chain in told.chains:
        print(f"\n{chain.on_list}: {chain.days:,} days, {chain.basis.replace('_', ' ')}")
        render.table(("date", "what", "how", "by"), [(s.date, s.what, s.text, s.by) for s in chain.steps])
        for b in chain.broken:
            law = f"  ({b.law})" if b.law else ""
            print(f"promised   {b.said} [{b.promise}]: {b.happened}{law}")
    copies = any(c.copy_days for c in (*told.changes, *told.other_variants))
    if told.changes:
        print("\nthe same life, with one thing changed")
        _lives(told.changes, copies, "change")
        _say_how(told)
    for line in told.not_followed:
        print(f"not tried  {line}")
    if told.other_variants and (told.chains or any(c.outcome != "unchanged" for c in told.other_variants)):
        print("\nthe same life in the other variants of this recording")
        _lives(told.other_variants, copies, "variant")


def _say_how(told: Why) -> None:
    """What was lived again, and why it was more than the block."""
    wide = [c for c in told.changes if c.everybody]
    if len(wide) < len(told.changes):
        print("exact: all that reaches this person from others is known under each of these changes")
    for reason in dict.fromkeys(c.everybody for c in wide):
        print(f"* everybody lived again: {reason}")


def _lives(changes: Sequence[Change], copies: bool, head: str) -> None:
    """A row for each life: what became of the person, and what it cost them."""
    names = (head, "outcome", "days listed", "refused tries", *(["days of copies of what was over"] if copies else []))
    render.table(names, [_life(c)[: len(names)] for c in changes])


def _life(c: Change) -> tuple[str, ...]:
    mark = " *" if c.everybody else ""
    return " + ".join(c.changes) + mark, c.outcome, f"{c.listed_days:,}", f"{c.refused_tries:,}", f"{c.copy_days:,}"
