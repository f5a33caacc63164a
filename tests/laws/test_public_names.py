"""The outside of the house: few verbs, none called like a room, all documented, and the command line as the docs list it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from pathlib import Path

import typer

import glasshouse
from glasshouse.cli.app import app

ROOT = Path(__file__).resolve().parents[2]


def test_no_public_name_equals_a_room() -> None:
    rooms = {m.name for m in pkgutil.iter_modules(glasshouse.__path__)}
    assert rooms, "found no rooms at all"
    assert not rooms & set(glasshouse.__all__)


def test_the_docs_list_exactly_the_public_verbs() -> None:
    told = re.findall(r"autofunction:: glasshouse\.(\w+)", (ROOT / "docs/api.md").read_text(encoding="utf-8"))
    assert sorted(told) == sorted(glasshouse.__all__)


def test_the_public_verbs_are_few_and_each_is_a_function_with_a_docstring() -> None:
    assert len(glasshouse.__all__) <= 15  # about a dozen
    for name in glasshouse.__all__:
        verb = getattr(glasshouse, name)
        assert inspect.isfunction(verb), name
        assert inspect.getdoc(verb), name


def test_type_checkers_see_the_verbs_that_are_public() -> None:
    tree = ast.parse(Path(glasshouse.__file__).read_text(encoding="utf-8"))
    seen = {
        a.name
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and n.module == "glasshouse.verbs"
        for a in n.names
    }
    assert seen == set(glasshouse.__all__)


def test_the_docs_list_exactly_the_commands_that_exist() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    first_table = page.split("## Running")[0]
    told = re.findall(r"^\| `([a-z]+)` \|", first_table, re.MULTILINE)
    assert sorted(told) == sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_the_docs_list_exactly_the_options_of_run() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    table = page.split("## Running")[1].split("\n## ")[0]
    run = typer.main.get_command(app).commands["run"]  # type: ignore[attr-defined]
    options = {o for p in run.params for o in p.opts if o.startswith("--")} - {"--help"}
    assert set(re.findall(r"--[a-z]+", table)) == options


def test_package_and_project_have_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == glasshouse.__version__
    assert f"version: {glasshouse.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_a_name_that_is_not_public_is_refused_as_python_does() -> None:
    module = importlib.import_module("glasshouse")
    assert not hasattr(module, "twins_of_real_people")
    assert set(glasshouse.__all__) <= set(dir(module))
