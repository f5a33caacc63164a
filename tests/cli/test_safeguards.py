"""`safeguards` as a person meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glasshouse.cli.app import answer
from glasshouse.experiments import lattice as room

SMALL = ("safeguards", "defaulter-list", "--people", "20000", "--days", "300", "--quiet")


def test_the_table_and_the_plot_are_there_and_json_is_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = ("--with", "human-review", "--without", "stale-records")
    assert answer([*SMALL, *two, "--measure", "listed_days", "--out", str(tmp_path / "a")]) == 0
    said = capsys.readouterr().out
    for word in (
        "2 safeguards, 4 sets of them",
        "without-stale-records",
        "alone: spares",
        "payments lost",
        "each other",
        "A Shapley share",
    ):
        assert word in said
    assert {p.name for p in (tmp_path / "a").iterdir()} == {
        "lattice.json", "lattice.parquet", "safeguards.csv", "safeguards.svg", "safeguards.txt",
    }  # fmt: skip
    assert answer([*SMALL, *two, "--json", "--out", str(tmp_path / "b")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["answers"]["listed_days"]["all"] > 0
    assert [s["name"] for s in told["safeguards"]] == ["without-stale-records", "human-review"]


def test_what_makes_no_lattice_is_refused_in_one_block(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ("--out", str(tmp_path / "x"))
    assert answer([*SMALL, "--with", "expiry", *out]) == 2
    assert "only expiry was named, and a lattice needs two" in capsys.readouterr().err
    assert answer([*SMALL, "--measure", "listd_days", *out]) == 2
    assert 'Did you mean "listed_days"' in capsys.readouterr().err
    assert answer([*SMALL, "--with", "expiry", "--without", "association", *out]) == 2
    assert "no associations" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_ctrl_c_keeps_what_is_done_and_gives_the_line_to_go_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, lived = tmp_path / "x", room.live_group

    def stopped(*asked: Any) -> Any:
        monkeypatch.setattr(room, "live_group", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        return lived(*asked)

    two = ("--with", "human-review", "--with", "expiry", "--out", str(place))
    monkeypatch.setattr(room, "live_group", stopped)
    assert answer([*SMALL, *two]) == 130
    said = capsys.readouterr().err
    assert "groups of sets that are done are kept" in said
    assert "--resume" in said
    monkeypatch.setattr(room, "live_group", lived)
    assert answer([*SMALL, *two, "--resume"]) == 0
    assert (place / "lattice.parquet").exists()
