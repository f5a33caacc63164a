"""Every command and every line of Python in the tutorials, and the Python of the README, run as a reader would run them.

A `console` block holds commands after `$ `; the lines below one are what it prints, compared loosely: any numbers, `...` for any text, and
lines may stand between them. A line that begins with `!` is printed on standard error by a command that ends with exit code 2.
Python blocks share their names, in the order of the page. A last line that is an expression must not be None.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from glasshouse.cli.app import answer

pytestmark = pytest.mark.no_cover
"""Being traced would double its time, and others walk the same lines."""

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "docs/tutorial.md", ROOT / "README.md", ROOT / "docs/tutorial-the-pair.md")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    words: list[str]
    printed: list[str]


def blocks(page: Path) -> list[tuple[str, str]]:
    return FENCE.findall(page.read_text(encoding="utf-8"))


def commands(block: str) -> Iterator[Command]:
    now: Command | None = None
    for line in block.splitlines():
        if line.startswith("$ "):
            if now:
                yield now
            now = Command(shlex.split(line[2:]), [])
        elif now and line.strip():
            now.printed.append(line)
    if now:
        yield now


def pattern(line: str) -> re.Pattern[str]:
    """A printed line as a pattern: numbers are any numbers, runs of blanks any blanks, `...` anything."""
    parts = re.split(r"(\.\.\.|\s+|\d[\d,.]*)", line.strip())
    made = {"...": ".*"}
    return re.compile(
        "".join(
            made.get(p, r"\s+" if p.isspace() else r"\d[\d,.]*" if p[:1].isdigit() else re.escape(p))
            for p in parts
            if p
        )
    )


def check(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.words[0] == "glasshouse"
    code = answer(command.words[1:])
    told = capsys.readouterr()
    wrong = any(line.startswith("!") for line in command.printed)
    assert code == (2 if wrong else 0), told.err
    lines = iter((told.err if wrong else told.out).splitlines())
    for wanted in command.printed:
        looked_for = pattern(wanted.removeprefix("!"))
        assert any(looked_for.search(line) for line in lines), f"{shlex.join(command.words)} did not print: {wanted}"


def execute(code: str, names: dict[str, Any]) -> None:
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "a page", "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "a page", "eval"), names)
        assert value is not None
        assert value is not False


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_what_a_page_says_happens(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for kind, text in blocks(page):
        if kind == "console":
            for command in commands(text):
                check(command, capsys)
        else:
            execute(text, names)
    assert names, "the page has no Python"


def test_a_link_leads_somewhere_or_says_what_builds_its_page() -> None:
    pages = [
        ROOT / "README.md",
        *(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts and "generated" not in p.parts),
    ]
    links = [
        (p, link[1], p.read_text(encoding="utf-8")[link.end() :])
        for p in pages
        for link in LINK.finditer(p.read_text(encoding="utf-8"))
    ]
    assert len(links) > 100
    dead = [
        f"{page.name}: {to}"
        for page, to, after in links
        if not to.startswith("http")
        and not (
            after.startswith(", built by `make docs`") if to.startswith("generated/") else (page.parent / to).exists()
        )
    ]
    assert not dead


def test_the_comparison_is_loose_about_numbers_and_strict_about_words() -> None:
    looked_for = pattern("report     runs/x-2/report.html   1,000 people ... end")
    assert looked_for.search("report  runs/x-17/report.html 7 people and so on to the end")
    assert not looked_for.search("report  runs/x-17/report.htm 7 people and so on to the end")


def test_a_page_that_shows_what_a_command_does_not_print_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError, match="did not print"):
        check(Command(["glasshouse", "--version"], ["sandcastle 1"]), capsys)
    check(Command(["glasshouse", "--version"], ["glasshouse 0.0.0"]), capsys)


def test_every_command_of_the_tutorial_is_ours() -> None:
    found = [c for kind, text in blocks(PAGES[0]) if kind == "console" for c in commands(text)]
    assert len(found) >= 4
    assert {c.words[0] for c in found} == {"glasshouse"}
    assert os.sep not in "".join(w for c in found for w in c.words)
