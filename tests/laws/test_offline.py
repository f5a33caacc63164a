"""Every verb does its work with sockets blocked, and leaves nothing behind about who ran it and where."""

from __future__ import annotations

import getpass
import json
import locale
import os
import platform
import re
import socket
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import glasshouse
from glasshouse import verbs
from glasshouse.cli.app import answer

HOST = platform.node()


@pytest.mark.usefixtures("without_sockets")
def test_the_block_blocks() -> None:
    with pytest.raises(Exception, match="socket was asked for"):
        socket.create_connection(("127.0.0.1", 9))
    with socket.socket() as one, pytest.raises(Exception, match="socket was asked for"):
        one.connect(("127.0.0.1", 9))


@pytest.mark.usefixtures("without_sockets")
def test_every_verb_works_without_a_network(village: verbs.Run, tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    cells = [f"{g},{t},{y},{n}" for g in "AB" for t, y, n in ((0, 0, 400), (0, 1, 40), (1, 0, 30), (1, 1, 90))]
    counts.write_text("\n".join(["group,truth,listed,people", *cells]) + "\n")
    done = {
        "lint": glasshouse.lint("suzhou-2016"),
        "measure": glasshouse.measure(table=counts),
        "twins": glasshouse.twins("defaulter-list", with_=["expiry"], people=8192, days=30),
        "safeguards": glasshouse.safeguards("with-safeguards", people=2048, days=30, out=tmp_path / "lattice"),
        "sweep": glasshouse.sweep("with-safeguards", people=1024, days=20, seeds=2, joint=1),
        "run": village,
        "load": glasshouse.load(village.path),
        "report": glasshouse.report(village.path),
        "demo": glasshouse.demo(people=8192, days=30, out=tmp_path / "demo"),
        "scenarios": glasshouse.scenarios(),
        "explain": glasshouse.explain("A01"),
        "schema": glasshouse.schema(),
        "doctor": glasshouse.doctor(),
        "warmup": glasshouse.warmup(),
    }
    # validate is twenty seeds of a nation: its own tests run it, under the same block
    assert set(done) | {"validate"} == set(glasshouse.__all__)
    assert all(done.values())


@pytest.mark.usefixtures("without_sockets")
@pytest.mark.parametrize(
    "words", [["scenarios"], ["schema"], ["doctor"], ["scenarios", "--json"], ["doctor", "--json"]]
)
def test_every_small_command_works_without_a_network(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(words) == 0
    told = capsys.readouterr()
    assert told.out
    assert told.err == ""
    if words[-1] in ("--json", "schema"):
        json.loads(told.out)


def about_here(place: Path) -> set[str]:
    """Words that would tell whose machine this is, leaving out those too short or too common to mean anything."""
    home, user = Path.home(), getpass.getuser()
    words = {
        str(home),
        str(place.parent),
        str(Path.cwd()),
        HOST,
        os.environ.get("USER", ""),
        user,
        locale.getlocale()[0] or "",
    }
    return {w for w in words if len(w) > 3 and w not in ("root", "user", "home")}


def words_of(path: Path) -> str:
    """Everything a file says: of a table its metadata and every distinct word."""
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8")
    table = pq.read_table(path)
    told = [str(table.schema.metadata), *table.column_names]
    for column in table.columns:
        if "string" in str(column.type):
            told += [str(v) for v in column.unique().to_pylist()]
    return "\n".join(told)


def test_no_output_tells_who_ran_it_or_where(village: verbs.Run) -> None:
    files = [p for p in village.path.rglob("*") if p.is_file()]
    assert {"manifest.json", "daily.parquet", "cases.parquet", "measures.json", "report.html"} <= {
        p.name for p in files
    }
    hidden = about_here(village.path)
    assert hidden
    told = {f"{p.name}: {word}" for p in files for word in hidden if word in words_of(p)}
    assert told == set()


def test_every_output_says_synthetic(village: verbs.Run) -> None:
    for path in village.path.rglob("*"):
        if path.is_file() and path.suffix in (".parquet", ".html", ".json"):
            assert "synthetic" in words_of(path).lower(), path.name


def test_the_report_reaches_for_nothing_outside_itself(village: verbs.Run) -> None:
    page = words_of(village.path / "report.html")
    assert not re.findall(r"<(?:link|iframe|object|embed)\b[^>]*>", page)
    assert not re.findall(r"""(?:src|srcset|data|action)\s*=\s*["'](?!data:|#)[^"']+""", page)
    assert not re.findall(r"url\(\s*['\"]?(?!data:|#)[a-z]", page)
    assert "@import" not in page


def test_doctor_names_no_user_host_or_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["doctor"]) == 0
    told = capsys.readouterr().out
    assert str(Path.home()) not in told or str(Path.home()) == "/"
    assert HOST not in told
