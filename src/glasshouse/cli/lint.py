"""`glasshouse lint`, `diff`, `assess` and `new`: what a scheme's text promises, breaks and leaves out. Nothing is simulated.

Exit codes: 0 nothing at or above --fail-on; 1 something; 2 bad input or usage; 3 our own fault.
"""

from __future__ import annotations

import sys
from datetime import date as Date  # noqa: N812
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glasshouse.errors import UsageError

if TYPE_CHECKING:
    from glasshouse.linting.interview import Question
    from glasshouse.linting.run import Report

FORMS = ("text", "json", "sarif", "markdown", "junit", "github")
LEVELS = ("low", "medium", "high", "critical", "never")


def list_rules(wanted: bool) -> None:
    """Print every rule and leave."""
    if wanted:
        from glasshouse.linting.explain import listing

        sys.stdout.write(listing())
        raise typer.Exit


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE ...", help="Files, folders, patterns, names of the catalogue, or - for standard input."
    ),
]
Codes = Annotated[
    list[str] | None,
    typer.Option(metavar="CODES", help="Codes (GH501), prefixes (GH5), names, or core; commas between."),
]


def lint(
    files: Files,
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMS), help="How to print it.")] = "text",
    select: Codes = None,
    ignore: Codes = None,
    fail_on: Annotated[
        str, typer.Option(metavar="|".join(LEVELS), help="Exit 1 from this severity on; undetermined counts too.")
    ] = "high",
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever is found.")] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with this: new, unchanged, fixed, silent now.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep every finding of today in this file.")
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="With --baseline: take out of it what is fixed.")] = False,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day on which the law is asked; today if left out.")
    ] = None,
    law: Annotated[
        list[str] | None, typer.Option(metavar="PACK", help="Legal orders that apply: CN, EU, COE, UN, US, CA.")
    ] = None,
    recording: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A run of this scheme: print each promise beside what was measured."),
    ] = None,
    elements: Annotated[
        bool, typer.Option("--elements", help="Also print the element tables (AI Act Art. 5(1)(c), GDPR Art. 22).")
    ] = False,
    rules: Annotated[
        bool, typer.Option("--rules", is_eager=True, callback=list_rules, help="List the sixty rules and leave.")
    ] = False,
) -> None:
    """Read a scheme and say what its text promises, breaks and leaves out."""
    from glasshouse.linting import baseline as kept
    from glasshouse.linting.paths import lint_paths

    _one_of("--format", form, FORMS)
    _one_of("--fail-on", fail_on, LEVELS)
    if prune and baseline is None:
        raise UsageError("--prune needs --baseline FILE, the file to take the fixed findings out of")
    report = lint_paths(
        files,
        select=_words(select),
        ignore=_words(ignore),
        as_of=_date(as_of),
        packs=_words(law),
        baseline_file=baseline,
    )
    say(report, form, elements, _measured(recording, report))
    if write_baseline is not None:
        kept.write(report, write_baseline)
    if prune and baseline is not None:
        gone = kept.prune(report, baseline)
        print(f"{gone} fixed finding{'s' if gone != 1 else ''} taken out of {baseline.name}", file=sys.stderr)
    if not exit_zero and report.reaches(fail_on):
        raise typer.Exit(1)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The earlier version of a scheme.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later version.")],
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day on which the law is asked.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document and nothing else.")] = False,
) -> None:
    """Compare two versions of a scheme by finding: new, fixed, and silent now. Exit 1 where something is new or silent now."""
    from glasshouse.linting.changes import changes, render_changes

    found = changes(old, new, _date(as_of))
    sys.stdout.write(render_changes(found, as_json))
    if found.new or found.silent_now:
        raise typer.Exit(1)


def assess(
    scheme: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name of the catalogue, or a file.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it: .md, .html or .docx.")],
    recording: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A run of this scheme, for its figures.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day on which the law is asked.")] = None,
) -> None:
    """Fill what impact assessments ask for from the scheme, from lint and from a run; say what a human must answer."""
    from glasshouse.linting import annex, annex_output
    from glasshouse.linting.paths import lint_paths

    made = annex.annex(lint_paths([scheme], as_of=_date(as_of)), recording)
    annex_output.write(made, out)
    open_cells = sum(annex.HUMAN in c.whence for _, c in annex.cells_of(made))
    print(f"{out.name}: {open_cells} cells are for a human to answer")


def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write the scheme; an interview that was left goes on.")
    ],
) -> None:
    """Ask about a scheme in plain words and write its file; ? means don't know, and stays visible."""
    from glasshouse.linting import interview

    if file.exists():
        raise UsageError(f"{file.name}: there is a file of this name already; choose another")
    answers = interview.kept(file)
    print(
        "Answer in a few words; ? means don't know. Leave with Ctrl-C and come back later: answers are kept.",
        file=sys.stderr,
    )
    try:
        while (question := next(interview.left(answers), None)) is not None:
            _ask(question, answers)
            interview.keep(file, answers)
    except (typer.Abort, KeyboardInterrupt):
        print(
            f"\nThe answers are kept in {interview.notes_path(file).name}. Go on with: glasshouse new {file}",
            file=sys.stderr,
        )
        raise
    file.write_text(interview.written(answers), encoding="utf-8")
    interview.notes_path(file).unlink(missing_ok=True)
    print(
        f"{file.name} is written, with {len(answers['unknown'])} answers still open. Read it with: glasshouse lint {file.name}"
    )


def _ask(question: Question, answers: dict[str, Any]) -> None:
    """One question until its answer is understood. The end of the input counts as leaving."""
    from glasshouse.linting import interview

    while True:
        words = typer.prompt(question.words, default="?", show_default=False, err=True, prompt_suffix=" ")
        if interview.is_unknown(words):
            answers["unknown"].append(question.key)
            return
        try:
            answers[question.key] = interview.understood(question, words)
            return
        except ValueError as wrong:
            print(f"  {wrong}", file=sys.stderr)


def _measured(recording: Path | None, report: Report) -> dict[str, Any] | None:
    from glasshouse.linting.annex import measures_of

    if recording is not None and len(report.texts) != 1:
        raise UsageError("--recording is about one scheme; give one file")
    return measures_of(recording) if recording is not None else None


def say(report: Report, form: str, elements: bool = False, measured: dict[str, Any] | None = None) -> None:
    """Print a report: with colours on a terminal, plain everywhere else."""
    from glasshouse.linting import output

    if form != "text" or not sys.stdout.isatty():
        sys.stdout.write(output.render(report, form, elements, measured))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in output.text_lines(report, elements, measured):
        console.print(Text.assemble(*line))


def register(app: typer.Typer) -> None:
    """Put the linter's verbs on a program."""
    for verb in (lint, diff, assess, new):
        app.command()(verb)


def _words(given: list[str] | None) -> list[str]:
    return [w.strip() for text in given or [] for w in text.split(",") if w.strip()]


def _date(text: str | None) -> Date | None:
    try:
        return Date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f'--as-of: "{text}" is not a date. Write it as 2026-11-21.') from None


def _one_of(option: str, word: str, allowed: tuple[str, ...]) -> None:
    if word not in allowed:
        raise UsageError(f'{option}: "{word}" is not one of {", ".join(allowed)}.')
