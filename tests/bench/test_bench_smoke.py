"""The bench works, and what it compares is the same model: a ratio between two models would mean nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.agree import agreements  # noqa: E402
from bench.peer_numpy import OTHER, Peer, circles  # noqa: E402

from bench import measure, model, run  # noqa: E402

IN_PROCESS = ("agree", "numpy", "mesa", "threads", "variants")
"""Rows that need no process of their own."""


def test_the_quick_bench_prints_and_writes_every_row_or_says_why_it_skips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only = [x for row in IN_PROCESS for x in ("--only", row)]
    assert run.main(["--quick", *only, "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    (table,) = tmp_path.glob("*.md")
    (kept,) = tmp_path.glob("*.json")
    rows = {row["key"]: row for row in json.loads(kept.read_text())["rows"]}
    assert set(rows) == set(IN_PROCESS)
    for key, row in rows.items():
        assert f"{key:9} {row['what']}: {row['shown']}" in shown
        assert row["verdict"] in ("met", "not met", "-") if row["value"] is not None else "needs" in row["shown"]
        assert row["bar"] in table.read_text()


@pytest.mark.long
@pytest.mark.parametrize("key", [row for row in run.ROWS if row not in IN_PROCESS])
def test_rows_with_processes_of_their_own_are_measured(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--quick", "--only", key]) == 0
    assert f"{key:9} " in capsys.readouterr().out


@pytest.mark.long
def test_the_numpy_peer_and_the_engine_agree_at_20_000_people() -> None:
    """False alarm .001 over all counts; ten worlds of 120 days each, so that every count but the rarest has hundreds behind it."""
    found = agreements(people=20_000, days=120, worlds=10)
    assert {"happened", "letters", "listings", "notified", "appeals", "corrections", "delistings"} <= {
        a.name for a in found
    }
    assert min(a.engine for a in found) > 0
    assert [a for a in found if not a.holds] == []


def test_a_row_that_lacks_memory_says_how_much_it_needs() -> None:
    with pytest.raises(measure.Skipped, match=r"needs 1100000\.0 GiB"):
        measure.need_memory(1e6)


def test_the_peak_of_a_child_is_its_own_and_not_its_parents() -> None:
    mine = np.ones(400 * 2**20, np.uint8)
    assert measure.peak_bytes() > mine.nbytes
    measure.in_child("first", people=2_000)  # so that the next child has nothing to compile
    child = measure.in_child("memory", people=2_000, days=1, variants=1)
    assert 0 < child["peak"] < mine.nbytes


def test_a_row_that_fails_is_named_and_the_others_are_still_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: run.Sizes) -> list[run.Row]:
        raise ValueError("no such luck")

    monkeypatch.setitem(run.ROWS, "mesa", ("against Mesa objects", "at least 1,000 times", broken))
    monkeypatch.setitem(run.ROWS, "threads", ("two threads over one", "at least 1.6", lambda _: []))
    assert run.main(["--quick", "--only", "mesa", "--only", "threads"]) == 3
    shown = capsys.readouterr()
    assert "failed with ValueError: no such luck" in shown.out
    assert shown.err == "failed: mesa\n"


def test_a_missed_bar_says_not_met() -> None:
    row = run.at_least("numpy", "against NumPy", 7.9, 8, "", {})
    assert "[at least 8 times: not met]" in run.line(row)


def test_everybody_of_the_peer_has_the_four_others_of_one_circle() -> None:
    ties = circles(10_000, np.random.default_rng(1))
    alone = (ties == np.arange(10_000)[:, None]).all(axis=1)
    assert alone.sum() == 1 + 1 + 10_000 % 4096 - (10_000 % 4096) * 4095 // 4096 // 5 * 5
    for person in np.flatnonzero(~alone)[::97]:
        circle = {int(person), *map(int, ties[person])}
        assert len(circle) == model.CIRCLE
        assert all({int(other), *map(int, ties[other])} == circle for other in ties[person])
    assert (ties // model.WINDOW == (np.arange(10_000) // model.WINDOW)[:, None]).all()


def test_every_letter_of_the_peer_is_delivered() -> None:
    """Without noise from clamping, the points of a day and of yesterday's letters are all found in the scores."""
    peer = Peer(30_000)
    peer.step()
    part = peer.parts[0]
    before = part.scales.view(np.uint16)[::2].astype(np.int64).sum()
    told, strays = part.told, peer.strays
    conduct = part._conduct

    def nothing_happens() -> tuple[object, ...]:
        own, actors, kinds = conduct()
        return own._replace(who=own.who[:0], kinds=own.kinds * 0), actors[:0], kinds[:0]

    part._conduct = nothing_happens  # type: ignore[assignment]
    peer.step()
    after = part.scales.view(np.uint16)[::2].astype(np.int64).sum()
    points = np.array(model.POINTS)
    owed = int((-(np.maximum(-points, 0) // 4) * told.kinds).sum()) * OTHER + int(points[strays.kind].sum())
    assert told.target.size > 1000
    assert after - before == owed


def test_mesa_tells_the_same_model() -> None:
    """Means of 6 worlds each; a false alarm is rarer than .001 (every bound is six standard errors of a Poisson count)."""
    pytest.importorskip("mesa")
    from bench.peer_mesa import Town

    people, days = 2_000, 20
    totals = {name: [0.0, 0.0] for name in ("happened", "seen", "letters")}
    for seed in range(6):
        town, peer = Town(people, seed), Peer(people, seed)
        for _ in range(days):
            town.step()
            peer.step()
        for name in totals:
            totals[name][0] += sum(day[name] for day in town.daily)
        acts = np.array(peer.acts).sum(axis=(0, 2))
        for name, value in zip(("happened", "seen"), acts, strict=False):
            totals[name][1] += float(value)
        totals["letters"][1] += sum(day["letters"] for day in peer.daily)
    for name, (a, b) in totals.items():
        bunch = 4 if name == "letters" else 1  # letters leave four at a time
        assert abs(a - b) < 6 * np.sqrt((a + b) * bunch), name
