"""The row of the epidemic: who is not here says so, a bar that is missed says so, and other bytes on two threads are shown."""

from __future__ import annotations

from typing import Any

import pytest
from bench.sir import model, row

from bench import measure, run


def told(threads: int, seconds: float, digest: str = "a") -> dict[str, Any]:
    size = {"size": 0.8, "expected": model.well_mixed()._asdict(), "digest": digest, "peak": 2**30, "before": 2**29}
    return {"threads": threads, "seconds": seconds, "processor": seconds, "about": "somebody 1.0", **size}


def test_a_peer_that_is_not_installed_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(row.PEERS, "LASER", "no-such-package")
    with pytest.raises(measure.Skipped, match=r"needs no-such-package: pip install '\.\[bench\]' \(Python 3"):
        row.lived("LASER", 1_000, 1)


def test_rows_tell_missed_bars_missing_peers_and_other_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    def lived(name: str, people: int, threads: int) -> dict[str, Any]:
        if name == "epiworld":
            raise measure.Skipped("needs epiworldpy")
        seconds = {"LASER": 0.5, "Starsim, static": 4.0, "Starsim, CRN-safe": 40.0}.get(name, 1.0)
        return told(threads, seconds / threads, digest=f"{threads}" if name == "LASER" else "a")

    monkeypatch.setattr(row, "lived", lived)
    rows = {r.what: r for r in row.rows(run.QUICK)}
    assert rows["SIR, everybody meets everybody: our time over LASER's"].verdict == "not met"
    assert rows["SIR on a graph: time of Starsim, static over ours"].verdict == "not met"
    assert rows["SIR on a graph: time of Starsim, CRN-safe over ours"].verdict == "met"
    assert rows["epiworld, the same epidemic"].shown == "skipped: needs epiworldpy"
    assert "other bytes on one and two threads" in rows["LASER: 20,000 people, 100 days"].detail
    assert "the same bytes on one and two threads" in rows["glasshouse: 20,000 people, 100 days"].detail
    assert "final size 0.8000, closed form 0.8002" in rows["glasshouse: 20,000 people, 100 days"].detail


def test_whoever_takes_long_takes_one_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row, "lived", lambda name, people, threads: told(threads, 2 * row.LONG if name == "b" else 1))
    found, missing = row.contest(["a", "b"], 1_000, turns=3)
    assert {name: len(x) for name, x in found.items()} == {"a": 6, "b": 2}
    assert missing == {}
