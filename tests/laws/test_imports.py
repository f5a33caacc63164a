"""What may be imported by what, and when: asking for help loads nothing heavy, and no room needs a system that Windows lacks."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "glasshouse"
HEAVY = ("numba", "numpy", "pyarrow", "scipy", "duckdb", "altair", "vl_convert", "rich", "networkx", "jinja2")
NETWORK = {
    "socket", "ssl", "http", "urllib", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib", "xmlrpc",
    "socketserver", "websockets", "asyncio",
}  # fmt: skip
TEXT_ONLY = "urllib.parse"
"""Quotes and splits text; opens nothing."""
OF_PEOPLE = {
    "cv2",
    "face_recognition",
    "dlib",
    "deepface",
    "sklearn",
    "transformers",
    "torch",
    "nltk",
    "spacy",
    "faker",
}


def python(code: str, *words: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def imported(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever in the file it stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def sources() -> list[Path]:
    found = sorted(PACKAGE.rglob("*.py"))
    assert len(found) > 20
    return found


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["rum"]])
def test_asking_for_help_loads_nothing_heavy(words: list[str]) -> None:
    code = """
import sys
from glasshouse.cli.app import answer
answer(sys.argv[1:])
print("LOADED", *sorted({m.partition(".")[0] for m in sys.modules}))
"""
    loaded = python(code, *words).split("LOADED")[1].split()
    assert "typer" in loaded
    assert not set(HEAVY) & set(loaded)


def test_explaining_a_measure_needs_no_engine_and_no_tables() -> None:
    # this verb is to run in a browser later
    code = """
import sys
from glasshouse.cli.app import answer
assert answer(["explain", "A01"]) == 0
print("LOADED", *sorted({m.partition(".")[0] for m in sys.modules}))
"""
    loaded = python(code).split("LOADED")[1].split()
    assert not {"numba", "pyarrow", "duckdb", "scipy"} & set(loaded)


def test_a_run_without_a_report_loads_nothing_that_only_a_report_or_a_fit_needs(tmp_path: Path) -> None:
    # a warm start is mostly imports: what creeps in here is paid by every run
    code = """
import sys
from glasshouse import verbs
from glasshouse.cli.app import PandasStaysOut
sys.meta_path.insert(0, PandasStaysOut())
verbs.run("suzhou-2016", people=300, days=3, engine="reference", report=False, out=sys.argv[1])
print("LOADED", *sorted(sys.modules))
"""
    loaded = python(code, str(tmp_path / "run")).split("LOADED")[1].split()
    assert {"numba", "pyarrow.parquet", "glasshouse.measures.measure"} <= set(loaded)
    of_others = {"pandas", "altair", "vl_convert", "narwhals", "duckdb", "jinja2", "networkx", "rich", "matplotlib"}
    assert not of_others & {m.partition(".")[0] for m in loaded}
    assert not {"scipy.stats", "scipy.optimize", "scipy.signal", "scipy.special", "scipy.sparse"} & set(loaded)
    assert not {m for m in loaded if m.startswith(("glasshouse.linting", "glasshouse.law"))}
    assert [m for m in loaded if m.startswith("glasshouse.reporting.")] == ["glasshouse.reporting.progress"]


def test_the_kernels_are_there_without_what_numba_compiles_with() -> None:
    code = """
import sys
import glasshouse.engines.cpu
assert not {"glasshouse.compiling", "numba.np.arraymath", "numba.np.linalg", "scipy.linalg"} & set(sys.modules)
"""
    python(code)


def test_only_the_program_does_without_pandas() -> None:
    code = "import sys; from glasshouse.cli import app; print([x for x in sys.meta_path if isinstance(x, app.PandasStaysOut)])"
    assert python(code).strip() == "[]"


def test_importing_the_package_loads_no_room() -> None:
    loaded = python("import sys, glasshouse; print(*[m for m in sys.modules if m.startswith('glasshouse')])").split()
    assert loaded == ["glasshouse"]


def test_every_module_can_be_imported_where_posix_is_absent() -> None:
    code = """
import importlib, os, pkgutil, signal, sys
import altair, duckdb, jinja2, networkx, numba, numpy, psutil, pyarrow.parquet, pydantic, rich.table, ruamel.yaml, typer, vl_convert
import concurrent.futures.thread, multiprocessing, scipy.stats, tempfile
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "sched_getaffinity", "getuid", "mkfifo", "posix_spawn"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGKILL", "SIGALRM", "SIGUSR1"):
    if hasattr(signal, name):
        delattr(signal, name)
import glasshouse
for module in pkgutil.walk_packages(glasshouse.__path__, "glasshouse."):
    importlib.import_module(module.name)
    print(module.name)
"""
    assert "glasshouse.cli.app" in python(code).split()


def test_no_module_does_work_when_it_is_imported() -> None:
    # a thread pool made at import deadlocks whoever imports a kernel inside one
    code = """
import importlib, pkgutil, threading
import glasshouse
for module in pkgutil.walk_packages(glasshouse.__path__, "glasshouse."):
    importlib.import_module(module.name)
print(threading.active_count())
"""
    assert python(code).split() == ["1"]


def test_the_reference_engine_shares_the_tables_and_nothing_else() -> None:
    files = sorted((PACKAGE / "engines").glob("reference*.py"))
    assert len(files) == 8
    ours = {m for file in files for m in imported(file) if m.partition(".")[0] not in sys.stdlib_module_names}
    assert ours <= {
        "glasshouse.scenario",
        *(f"glasshouse.scenario.{m}" for m in ("tables", "model_tables", "epidemic_tables", "shock_tables")),
        "glasshouse.codes",
        *(f"glasshouse.engines.{file.stem}" for file in files),
    }


def test_the_scenario_room_has_an_empty_door() -> None:
    # otherwise the linter would reach mechanisms through `compile`
    assert (PACKAGE / "scenario/__init__.py").read_text(encoding="utf-8").strip() == ""


def test_no_module_knows_a_way_to_a_network_or_to_people() -> None:
    trespass = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in sources()
        for name in imported(path)
        if name.partition(".")[0] in NETWORK | OF_PEOPLE and name != TEXT_ONLY
    }
    assert trespass == set()
