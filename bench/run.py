"""The table of the engine's speed and memory, as ratios in one run: `make bench`, or `python -m bench [--quick] [--only ROW]`.

Who is compared takes turns (the machine is noisy); a row gives the ratio of medians and, beside it, what each side did at least, in the
middle and at most. A bar that is missed says "not met"; a row that cannot be measured here says what it needs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench import measure
from bench.measure import Skipped, Spread

RESULTS = Path(__file__).resolve().parent / "results"
WARM = 5  # days before anything is measured


class Sizes(NamedTuple):
    """How much is measured."""

    people: int
    mesa_people: int
    large: int
    memory: tuple[int, int]
    days: int  # of a turn
    repeats: int
    agree: tuple[int, int, int]  # people, days, worlds
    defaulter: tuple[int, int | None]  # people, days (None: all)
    lattice: tuple[int, int, int, int]  # people, days; people of the memory row; seeds of the pairing rows


FULL = Sizes(10**6, 10**5, 10**8, (10**6, 10**7), 15, 7, (20_000, 150, 12), (10**6, None), (10**5, 365, 10**6, 24))
QUICK = Sizes(20_000, 2_000, 40_000, (20_000, 40_000), 2, 2, (4_000, 15, 4), (2_000, 60), (4_096, 90, 20_000, 4))


class Row(NamedTuple):
    """One line of the table. `value` is None where the row was skipped; `bar` None where there is none."""

    key: str
    what: str
    value: float | None
    shown: str
    bar: str
    met: bool | None
    detail: str
    numbers: dict[str, Any]

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "skipped"
        return {True: "met", False: "not met", None: "-"}[self.met]


def skipped(key: str, what: str, bar: str, why: str) -> Row:
    return Row(key, what, None, f"skipped: {why}", bar, None, "", {})


def at_least(
    key: str, what: str, value: float, bar: float, detail: str, numbers: dict[str, Any], unit: str = " times"
) -> Row:
    return Row(key, what, value, f"{value:.3g}{unit}", f"at least {bar:,g}{unit}", value >= bar, detail, numbers)


def at_most(key: str, what: str, value: float, bar: float, detail: str, numbers: dict[str, Any], unit: str) -> Row:
    return Row(key, what, value, f"{value:.3g}{unit}", f"at most {bar:,g}{unit}", value <= bar, detail, numbers)


def rate_of(time: Spread, person_days: float) -> Spread:
    """Person-days a second; the slowest turn is the least."""
    return Spread(person_days / time.most, person_days / time.median, person_days / time.least)


def told(name: str, rate: Spread) -> str:
    return f"{name} {rate.median:.2e} person-days/s ({rate.least:.2e} to {rate.most:.2e})"


# --- rows -----------------------------------------------------------------------------------------------------------------------


def agree(s: Sizes) -> list[Row]:
    """Not a speed: do the NumPy peers and the engine live the same model?"""
    from bench.agree import ALPHA, agreements, unequal, worst

    found = agreements(*s.agree)
    width = max(len(a.name) for a in found)
    for a in found:
        print(
            f"    {a.name:{width}}  engine {a.engine:12.1f}  NumPy {a.numpy:12.1f}  z {a.z:+.2f} (bound {a.bound:.1f})",
            flush=True,
        )
    most = worst(found)
    people, days, worlds = s.agree
    detail = f"{len(found)} counts, {worlds} worlds each of {people:,} people and {days} days; worst is {most.name}; false alarm {ALPHA}"
    numbers = {a.name: a._asdict() for a in found}
    return [
        at_most(
            "agree",
            "NumPy and engine differ by (standard errors)",
            abs(most.z),
            round(most.bound, 2),
            detail,
            numbers,
            "",
        ),
        at_most(
            "agree",
            "daily counts in which keyed NumPy and engine differ",
            len(unequal(people, days)),
            0,
            f"every count of each of {days} days, one world of {people:,} people",
            {},
            "",
        ),
    ]


def numpy_peers(s: Sizes) -> list[Row]:
    """Both NumPy peers and the engine, in turns."""
    from bench.engine import engine, live
    from bench.peer_keyed import KeyedPeer
    from bench.peer_numpy import Peer

    with closing(engine(s.people, WARM + s.days * s.repeats)) as ours:
        worlds = {"engine": ours, "keyed": KeyedPeer(ours.plan), "own luck": Peer(s.people)}
        for world in worlds.values():
            live(world, WARM)
        took = measure.turns({name: lambda w=w: live(w, s.days) for name, w in worlds.items()}, s.repeats)
    rates = {name: rate_of(t, s.people * s.days) for name, t in took.items()}
    rows = []
    for name, what in (
        ("keyed", "with the engine's keyed luck, number for number"),
        ("own luck", "with luck of its own"),
    ):
        letters = f"{ours.letters_in_flight() / s.people:.3f} and {worlds[name].daily[-1]['letters'] / s.people:.3f}"
        detail = f"{told('engine, two threads,', rates['engine'])}; {told('NumPy, one thread,', rates[name])}; "
        detail += f"letters on the way {letters} a person"
        ratio = rates["engine"].median / rates[name].median
        rows.append(
            at_least(
                "numpy", f"against careful NumPy {what}, {s.people:,} people, two threads", ratio, 8, detail, rates
            )
        )
    return rows


def mesa_peer(s: Sizes) -> list[Row]:
    from bench.engine import engine, live

    try:
        from bench.peer_mesa import Town
    except ImportError as missing:
        raise Skipped("needs Mesa 3: pip install 'mesa>=3'") from missing
    days = max(s.days // 5, 1)
    theirs = Town(s.mesa_people)
    with closing(engine(s.mesa_people, WARM + days * s.repeats)) as ours:
        live(ours, WARM)
        live(theirs, WARM)
        took = measure.turns({"engine": lambda: live(ours, days), "mesa": lambda: live(theirs, days)}, s.repeats)
    rates = {name: rate_of(t, s.mesa_people * days) for name, t in took.items()}
    value = rates["engine"].median / rates["mesa"].median
    detail = f"{told('engine, two threads,', rates['engine'])}; {told('Mesa', rates['mesa'])}"
    return [at_least("mesa", f"against Mesa objects, {s.mesa_people:,} people", value, 1000, detail, rates)]


def scale(s: Sizes) -> list[Row]:
    measure.need_memory(s.large * 24 / measure.GIB)
    found = measure.in_child("scale", small=s.people, large=s.large, warm=3, repeats=max(s.repeats - 2, 2))
    small, large = Spread(*found["small"]), Spread(*found["large"])
    detail = (
        f"{told(f'{s.large:,}', large)}; {told(f'{s.people:,}', small)}; peak {found['peak'] / measure.GIB:.2f} GiB"
    )
    return [
        at_least(
            "scale", f"rate at {s.large:,} over rate at {s.people:,}", large.median / small.median, 0.8, detail, found
        )
    ]


def threads(s: Sizes) -> list[Row]:
    from bench.engine import engine, live

    measure.need_cores(2)
    days = WARM + s.days * s.repeats
    with closing(engine(s.people, days, threads=1)) as one, closing(engine(s.people, days, threads=2)) as two:
        live(one, WARM)
        live(two, WARM)
        took = measure.turns({"one": lambda: live(one, s.days), "two": lambda: live(two, s.days)}, s.repeats)
    rates = {name: rate_of(t, s.people * s.days) for name, t in took.items()}
    detail = f"{told('two', rates['two'])}; {told('one', rates['one'])}"
    return [at_least("threads", "two threads over one", rates["two"].median / rates["one"].median, 1.6, detail, rates)]


def variants(s: Sizes) -> list[Row]:
    from bench.engine import engine, live

    days = WARM + s.days * s.repeats
    with closing(engine(s.people, days, variants=1)) as one, closing(engine(s.people, days, variants=8)) as eight:
        live(one, WARM)
        live(eight, WARM)
        took = measure.turns({"one": lambda: live(one, s.days), "eight": lambda: live(eight, s.days)}, s.repeats)
    rates = {name: rate_of(t, s.people * s.days) for name, t in took.items()}
    value = took["eight"].median / took["one"].median
    detail = f"{told('eight', rates['eight'])}, {8 * rates['eight'].median:.2e} person-variant-days/s; {told('one', rates['one'])}"
    return [at_most("variants", "time of eight variants over one", value, 2, detail, rates, " times")]


def memory(s: Sizes) -> list[Row]:
    few, many = s.memory
    measure.need_memory(many * 2 * 40 / measure.GIB)
    measure.in_child("first", people=few)  # compiling takes more memory than a million people
    rows = []
    for k in (1, 2):
        a, b = (measure.in_child("memory", people=n, days=20, variants=k) for n in (few, many))
        dense, growth = b["dense"] / many / k, (b["peak"] - a["peak"]) / (many - few) / k
        name = "one variant" if k == 1 else "two variants"
        detail = (
            f"peak {a['peak'] / 2**20:,.0f} MiB at {few:,}, {b['peak'] / 2**20:,.0f} MiB at {many:,}, after 20 days"
        )
        numbers = {"small": a, "large": b}
        rows.append(
            at_most(
                "memory", f"dense bytes a person and variant, {name}", dense, 16, f"{many:,} people", numbers, " bytes"
            )
        )
        rows.append(
            at_most(
                "memory", f"growth of peak memory a person and variant, {name}", growth, 40, detail, numbers, " bytes"
            )
        )
    return rows


def defaulter(s: Sizes) -> list[Row]:
    people, days = s.defaulter
    measure.run(measure.glasshouse("warmup"))
    with tempfile.TemporaryDirectory(prefix="glasshouse-bench-") as folder:
        command = measure.glasshouse(
            "run", "defaulter-list", "--people", str(people), "--quiet", "--out", str(Path(folder) / "run")
        )
        command += ["--days", str(days)] if days else []
        took = measure.seconds(lambda: measure.run(command))
        written = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
    length = f"{days} days" if days else "six years"
    detail = f"once; recording and report included, {written / 2**20:.1f} MiB written"
    what = f"defaulter-list, {people:,} people, {length}, kernels warm"
    return [at_most("defaulter", what, took, 60, detail, {"seconds": took, "bytes": written}, " s")]


def startup(s: Sizes) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="glasshouse-bench-") as folder:
        # bytecode is kept, as it is where pip installs
        own = {"GLASSHOUSE_CACHE_DIR": folder, "PYTHONDONTWRITEBYTECODE": ""}
        cold = measure.seconds(lambda: measure.run(measure.glasshouse("warmup"), own))
        measure.run(measure.glasshouse("warmup"), own)
        command = {"warm": measure.glasshouse("warmup"), "help": measure.glasshouse("--help")}
        took = measure.turns({name: lambda c=c: measure.run(c, own) for name, c in command.items()}, s.repeats)
    spread = {name: f"{t.least:.2f} to {t.most:.2f} s, {s.repeats} times" for name, t in took.items()}
    return [
        at_most(
            "startup",
            "compile on first use",
            cold,
            30,
            "`glasshouse warmup` with an empty cache, once",
            {"seconds": cold},
            " s",
        ),
        at_most("startup", "warm start", took["warm"].median, 1.5, f"the same again, {spread['warm']}", took, " s"),
        at_most("startup", "`--help`", took["help"].median, 0.3, spread["help"], took, " s"),
    ]


def lattice(s: Sizes) -> list[Row]:
    from bench.lattice import lattice_over_one, memory_by_variants

    people, days, many, _ = s.lattice
    rows = []
    for cost in lattice_over_one("defaulter-list", people, days):
        what = f"{cost['sets']} sets of safeguards, {cost['lives']} of them different"
        told = f"defaulter-list, {people:,} people, {days} days; {cost['lattice_s']:.1f} s of processor time"
        life, run = (f"{told}, one {{}} {cost[k]:.2f} s" for k in ("life_s", "run_s"))
        rows.append(
            at_most(
                "lattice",
                f"{what}, over one run kept and measured",
                cost["over_run"],
                50,
                run.format("run"),
                cost,
                " times",
            )
        )
        rows.append(
            at_most(
                "lattice",
                f"{what}, over one life counted alike",
                cost["over_life"],
                50,
                life.format("life"),
                cost,
                " times",
            )
        )
    memory = memory_by_variants(many, 20)
    shown = ", ".join(f"{k}: {b / 2**20:,.0f} MiB" for k, b in memory["peak"].items()) + f" at {many:,} people"
    rows.append(
        at_most(
            "lattice",
            "memory of eight variants over the line through one and four",
            memory["over_line"],
            1.1,
            shown,
            memory,
            "",
        )
    )
    return rows


def pairing(s: Sizes) -> list[Row]:
    people, days, _, seeds = s.lattice
    worlds = (
        ("defaulter-list", people // 2, 1500, seeds),
        ("unemployment-fraud-flag", people // 2, 700, seeds),
        (
            "family-and-friends",
            people // 5,
            365,
            seeds * 6,
        ),  # where the ratio is near the bar, it takes more seeds to tell
        ("city-800-live", people // 5, 365, seeds * 2),
    )
    return [_paired(name, fewer, length if people >= 10**5 else days, of) for name, fewer, length, of in worlds]


def _paired(name: str, people: int, days: int, seeds: int) -> Row:
    from bench.lattice import pairing

    what = f"what `collective_punishment_share` takes unpaired over paired, at equal cost, {name}"
    found = pairing(name, people, days, seeds)
    if found is None:
        return skipped(
            "pairing", what, "at least 10 times", "needs a world in which somebody bears something for others"
        )
    least = (
        f"at least {found['at_least']:,.1f} (5 % quantile, bootstrap)"
        if found["at_least"]
        else "too few seeds for a bound"
    )
    seeded = f"{found['runs_ratio']:,.1f} times as many seeds, {least}; a pair costs {found['cost']:.2f} lives"
    told = f"{seeded}; share {found['value']:.2%}; {seeds} seeds of {people:,} people"
    return at_least("pairing", what, found["at_equal_cost"], 10, told, found)


ROWS: dict[str, tuple[str, str, Callable[[Sizes], list[Row]]]] = {
    "agree": ("NumPy and engine differ by (standard errors)", "at most the bound of the test", agree),
    "numpy": ("against careful NumPy", "at least 8 times", numpy_peers),
    "mesa": ("against Mesa objects", "at least 1,000 times", mesa_peer),
    "scale": ("rate at 1e8 people over rate at 1e6", "at least 0.8", scale),
    "threads": ("two threads over one", "at least 1.6 times", threads),
    "variants": ("time of eight variants over one", "at most 2 times", variants),
    "memory": ("bytes a person and variant", "at most 16; at most 40", memory),
    "lattice": (
        "a lattice over one; memory by variants",
        "at most 50 times; 1.1",
        lattice,
    ),
    "pairing": ("what pairing saves", "at least 10 times", pairing),
    "defaulter": ("defaulter-list, end to end", "at most 60 s", defaulter),
    "startup": ("compile on first use; warm start; `--help`", "at most 30 s; 1.5 s; 0.3 s", startup),
}
TIMES = ("defaulter", "startup")
"""These rows are times; they are reported and never fail a run."""


# --- the table ------------------------------------------------------------------------------------------------------------------


def measured(keys: list[str], sizes: Sizes) -> tuple[list[Row], list[str]]:
    """The rows asked for, and what went wrong. A row is printed as soon as it is there."""
    rows, faults = [], []
    for key in keys:
        what, bar, work = ROWS[key]
        try:
            new = work(sizes)
        except Skipped as why:
            new = [skipped(key, what, bar, str(why))]
        except Exception as fault:  # one row that fails must not hide the others
            new = [skipped(key, what, bar, f"failed with {type(fault).__name__}: {fault}")]
            faults.append(key)
        for row in new:
            print(line(row), flush=True)
        rows += new
    return rows, faults


def line(row: Row) -> str:
    bar = f"  [{row.bar}: {row.verdict}]" if row.value is not None else f"  [{row.bar}]"
    return f"{row.key:9} {row.what}: {row.shown}{bar}" + (f"\n    {row.detail}" if row.detail else "")


def setting(sizes: Sizes, free: float) -> dict[str, Any]:
    """On what this was measured: nothing that names a machine or a user. `free` is what other work left of two cores."""
    import numba
    import numpy

    return {
        "synthetic": True,
        "measured": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "cores_free": free,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "numba": numba.__version__,
        "sizes": sizes._asdict(),
    }


def markdown(rows: list[Row], about: dict[str, Any]) -> str:
    head = f"# Bench of {about['measured']}\n\n{about['cores']} cores, {about['machine']}, Python {about['python']}, "
    head += f"NumPy {about['numpy']}, Numba {about['numba']}. Synthetic people. "
    head += "Ratios are of medians of turns; in brackets the least and the most.\n\n"
    if about["cores_free"] < 1.8:
        head += f"Other work was running: {about['cores_free']:.1f} cores of two were free, and what has two threads suffers.\n\n"
    table = ["| | measured | bar | | how |", "|---|---|---|---|---|"]
    table += [f"| {r.what} | {r.shown} | {r.bar} | {r.verdict} | {r.detail} |" for r in rows]
    return head + "\n".join(table) + "\n"


def write(rows: list[Row], about: dict[str, Any], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    document = about | {"rows": [row._asdict() | {"verdict": row.verdict} for row in rows]}
    (folder / f"{about['measured']}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    path = folder / f"{about['measured']}.md"
    path.write_text(markdown(rows, about), encoding="utf-8")
    return path


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="The engine's speed and memory, as ratios in one run."
    )
    parser.add_argument(
        "--quick", action="store_true", help="tiny worlds: shows that every row works; the numbers mean nothing"
    )
    parser.add_argument(
        "--only", action="append", choices=tuple(ROWS), metavar="ROW", help=f"only this row: {', '.join(ROWS)}"
    )
    parser.add_argument("--out", type=Path, help="folder for the table (bench/results, unless --quick or --only)")
    asked = parser.parse_args(arguments)
    sizes = QUICK if asked.quick else FULL
    free = measure.free_cores()
    rows, faults = measured(asked.only or list(ROWS), sizes)
    folder = asked.out or (None if asked.quick or asked.only else RESULTS)
    if folder:
        print(f"written to {write(rows, setting(sizes, round(min(free, measure.free_cores()), 1)), folder).name}")
    missed = [row.what for row in rows if row.met is False and row.key not in TIMES]
    if missed and not asked.quick:
        print("not met: " + "; ".join(missed))
    if faults:
        print(f"failed: {', '.join(faults)}", file=sys.stderr)
    return 3 if faults else 0
