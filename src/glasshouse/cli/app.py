"""The command line: one verb per command, each a thin call into `glasshouse.verbs`.

Standard output carries what was asked for (with --json exactly one JSON document); progress and errors go to standard error, an error
as one block and without a traceback. Exit codes: 0 done and clean; 1 findings at or above --fail-on, or a validation
outside its band; 2 bad input or usage; 3 our own
fault; 130 interrupted. Nothing heavy is imported before a verb needs it: `glasshouse --help` loads typer and little else.
"""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from glasshouse import __version__, verbs
from glasshouse.cli import audit, render, safeguards, twins
from glasshouse.cli import lint as linter
from glasshouse.cli.options import AsJson, Days, Out, People, Quiet, Scenario
from glasshouse.errors import GlasshouseError, Interrupted, UsageError

app = typer.Typer(
    name="glasshouse",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Simulates scoring-and-sanction systems on synthetic people, and audits what they do to those people.",
)
# typer hands these out only by their subclasses: everything that a user can type wrongly
MISTYPED: type[Exception] = typer.BadParameter.__mro__[2]
DISK = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM)
"""What a disk may refuse that is no fault of ours."""


@app.callback(invoke_without_command=True)
def glasshouse(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    if version:
        print(f"glasshouse {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def run(
    scenario: Scenario,
    people: People = None,
    days: Days = None,
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Seed; the same seed gives the same bytes.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="How many replicates.")] = 1,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value of the scenario.")
    ] = None,
    variant: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Keep this variant beside the factual one.")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, metavar="N", help="Threads; all cores if left out.")] = None,
    engine: Annotated[
        str, typer.Option(metavar="cpu|reference", help="reference is plain Python: slow, and equal to the byte.")
    ] = "cpu",
    out: Out = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")] = False,
    journal: Annotated[
        str | None, typer.Option(metavar="ID,ID|listed|N%", help="Write down every event of these people.")
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Let synthetic people live under a scheme, and report what it does to them."""
    if engine not in verbs.ENGINES:
        raise UsageError(f'--engine: "{engine}" is not an engine.{render.nearest(engine, verbs.ENGINES)}')
    done = verbs.run(
        scenario, people=people, days=days, seed=seed, seeds=seeds, set=set_ or (), variant=variant or (), threads=threads,
        engine=engine, out=out, resume=resume, journal=journal, quiet=quiet or as_json,
    )  # fmt: skip
    _say_run(done, as_json)


@app.command()
def demo(
    people: People = None,
    days: Days = None,
    out: Out = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report in a browser.")] = False,
    quiet: Quiet = False,
) -> None:
    """A small run, as it is and with one thing changed, that opens its report."""
    done = verbs.demo(people=people or verbs.DEMO[1], days=days or verbs.DEMO[2], out=out, quiet=quiet)
    _say_run(done, as_json=False)
    if done.report and not no_open and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(done.report.resolve().as_uri())


@app.command()
def report(
    recording: Annotated[Path, typer.Argument(metavar="RECORDING", help="The folder of a recording.")],
    other: Annotated[
        Path | None, typer.Argument(metavar="[RECORDING]", help="Another one: both are set side by side.")
    ] = None,
    figures: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also every figure by itself, as SVG, CSV and text.")
    ] = None,
    lattice: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A lattice of safeguards of the same scenario, for a section.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the page of two recordings goes.")] = None,
) -> None:
    """Write the report of a recording, or one page of two side by side, and say where it is."""
    print(verbs.report(recording, other, figures=figures, lattice=lattice, out=out))


@app.command()
def validate(scenario: Scenario, as_json: AsJson = False) -> None:
    """Hold a scenario against the published figures, misses first."""
    judged = verbs.validate(scenario, quiet=as_json)
    render.document(judged.document()) if as_json else print(judged)
    if not judged.within:
        raise typer.Exit(1)


@app.command()
def scenarios(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Print the file of this one, to be changed and run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the scenarios that come with the package, or print the file of one."""
    if name is not None:
        text = _file_of(name)
        render.document({"name": name, "file": text}) if as_json else sys.stdout.write(text)
        return
    cards = verbs.scenarios()
    render.document([vars(c) for c in cards]) if as_json else render.table(
        ("name", "evidence", "people", "from", "to", "what it is"),
        [(c.name, c.label, f"{c.people:,}", c.start, c.end, c.title) for c in cards],
    )


def _file_of(name: str) -> str:
    """The file of a scenario of the catalogue."""
    from glasshouse.scenario.names import catalogue_names, catalogue_path
    from glasshouse.scenario.shape import nearest

    path = catalogue_path(name)
    if path is None:
        known = catalogue_names()
        raise UsageError(f'scenarios: the catalogue has no "{name}".{nearest(name, known)} It has {", ".join(known)}.')
    return path.read_text(encoding="utf-8")


@app.command()
def explain(
    word: Annotated[
        str,
        typer.Argument(
            metavar="CODE|MEASURE|MECHANISM",
            help="A rule of the linter (GH501), a measure by name or id, a mechanism (A3), or mechanisms for all of them.",
        ),
    ],
) -> None:
    """Say what a rule of the linter finds, what a measure is, or how a mechanism works."""
    print(verbs.explain(word))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    render.document(verbs.schema())


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this machine is, as far as a run cares, and how many people would fit."""
    found = verbs.doctor()
    render.document(found) if as_json else render.pairs(
        [(k.replace("_", " "), render.plain(v)) for k, v in found.items()]
    )


@app.command()
def warmup(quiet: Quiet = False) -> None:
    """Compile now what every run needs, so that the next one starts at once."""
    took = verbs.warmup(quiet=quiet)
    print(f"compiled and kept; it took {took:.1f} s")


# --- what the commands share ----------------------------------------------------------------------------------------------------


def _say_run(done: verbs.Run, as_json: bool) -> None:
    seeds = done.seeds if done.replicates else None
    if as_json:
        render.document(render.run_document(done) | ({"seeds": seeds} if seeds else {}))
        return
    render.run(done)
    if seeds:
        audit.say_seeds(seeds)


def resume_line(words: Sequence[str]) -> str:
    """The line to paste: what was typed, with --resume."""
    line = [*words] if "--resume" in words else [*words, "--resume"]
    if sys.platform == "win32":
        return "glasshouse " + subprocess.list2cmdline(line)
    return "glasshouse " + shlex.join(line)


def answer(words: Sequence[str]) -> int:
    """Do what was asked and give the exit code. Errors become one block on standard error."""
    try:
        code = app(args=list(words), prog_name="glasshouse", standalone_mode=False)
        if code == 130:  # typer turns Ctrl-C into this number
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except Interrupted as stopped:
        return _refuse(f"{stopped}\nGo on with: {resume_line(words)}" if stopped.kept else str(stopped), 130)
    except (KeyboardInterrupt, typer.Abort):
        return _refuse("Stopped.", 130)
    except MISTYPED as wrong:
        return _refuse(_usage(wrong), 2)
    except GlasshouseError as wrong:
        return _ours(wrong) if wrong.exit_code == 3 else _refuse(str(wrong), wrong.exit_code)
    except (BrokenPipeError, SystemExit):  # typer leaves by SystemExit for a closed pipe and for nothing else
        return _closed_pipe()
    except OSError as fault:
        return _disk(fault) if fault.errno in DISK else _ours(fault)
    except Exception as fault:
        return _ours(fault)


for room in (twins, safeguards, linter, audit):
    room.register(app)


def _usage(wrong: Any) -> str:
    """What was mistyped, with the nearest spelling, and where to read on."""
    context = getattr(wrong, "ctx", None)
    path = context.command_path if context else "glasshouse"
    return f"{wrong.format_message()}\nSee: {path} --help"


def _ours(fault: BaseException) -> int:
    """Our own fault: in short, or as a traceback where GLASSHOUSE_DEBUG is set."""
    if os.environ.get("GLASSHOUSE_DEBUG"):
        raise fault
    told = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
    return _refuse(
        f"This is a fault of glasshouse, not yours: {told}\nFor the traceback, set GLASSHOUSE_DEBUG=1 and run it again.",
        3,
    )


def _disk(fault: OSError) -> int:
    """The disk is full or may not be written to: said by the last part of the name, and without a traceback."""
    name = Path(str(fault.filename)).name if fault.filename else "a file"
    return _refuse(f'"{name}": {fault.strerror}. A run that was stopped by it goes on with --resume.', 2)


def _closed_pipe() -> int:
    """Whoever read our output stopped reading: no fault, and nothing more to say."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _refuse(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


class PandasStaysOut(MetaPathFinder):
    """Pyarrow looks for pandas when it makes its first array. No verb needs it, and where it is installed it takes 0.2 s to load.

    Only the program does this, where every import is ours: from Python pandas is the reader's own.
    """

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("glasshouse does without pandas", name=fullname)


def main() -> None:
    """The program `glasshouse`."""
    # pydantic would read the metadata of every installed package to look for plugins
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.meta_path.insert(0, PandasStaysOut())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a Windows terminal may not know every letter of a title
            stream.reconfigure(errors="replace")
    code = answer(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _closed_pipe()
    sys.exit(code)
