"""What CI runs is what `make check` runs, and `make check` runs what we say it does."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROMISED = {
    "lint": ["ruff check", "ruff format --check"],
    "types": ["mypy --strict"],
    "imports": ["lint-imports"],
    "spelling": ["codespell"],
    "tests": ["pytest", "--cov"],
    "docs": ["sphinx-build", "-W"],
    "wheel": ["build --wheel", ".ci/wheel.py"],
}


def recipe(target: str) -> str:
    found = re.search(rf"^{target}:[^\n]*\n((?:\t[^\n]*\n)+)", MAKEFILE, re.MULTILINE)
    assert found, target
    return found[1]


def test_ci_runs_make_check_and_nothing_else() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "${BASH_SOURCE[0]}")/.."', "make check"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_the_ci_script_can_be_executed() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_make_check_runs_everything_promised() -> None:
    targets = re.search(r"^check: (.*)$", MAKEFILE, re.MULTILINE)
    assert targets
    assert set(targets[1].split()) == set(PROMISED)
    for target, commands in PROMISED.items():
        for command in commands:
            assert command in recipe(target), f"{target}: {command}"


def test_the_tests_come_after_the_wheel_whose_kernels_they_find() -> None:
    assert re.search(r"^tests: \| [^\n]*\bwheel\b", MAKEFILE, re.MULTILINE)


def test_no_check_forgives_a_failure() -> None:
    for target in PROMISED:
        assert "|| true" not in recipe(target)
        assert not re.search(r"^\t-", recipe(target), re.MULTILINE)


def test_the_readme_names_both_commands_on_its_first_screen() -> None:
    first = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40])
    assert "make run" in first
    assert "make test" in first


def test_every_dependency_is_locked_by_name_and_version_alone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for lock, wanted in (
        ("run.txt", project["project"]["dependencies"]),
        ("dev.txt", [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]),
        ("bench.txt", [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["bench"]]),
    ):
        lines = (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines()
        assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+(?: ; .*)?", line) for line in lines), lock
        locked = {line.partition("==")[0] for line in lines}
        assert {name(w) for w in wanted} <= locked, f"{lock}: run `make lock`"


def name(requirement: str) -> str:
    return re.split(r"[<>=!~ \[;]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def test_every_change_has_a_place_for_its_fragment() -> None:
    assert (ROOT / "changelog.d/README.md").is_file()
    assert list((ROOT / "changelog.d").glob("[0-9]*.md"))
