"""The sweep of what nobody has published: its points, its tornado against a formula, luck beside range, and stopping halfway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import glasshouse as gh
from glasshouse.cli import audit
from glasshouse.errors import Interrupted, RecordingError, UsageError
from glasshouse.experiments import sweep as room
from glasshouse.scenario.patching import apply_patch
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario

SEEN, WRONG = "practice.sensing.traffic_police.seen", "practice.sensing.traffic_police.wrong_person"


@cache
def pilot() -> Loaded:
    """A scenario with two numbers that have a range: how much is seen (.1 to .6), and how often of the wrong person (0 to .03)."""
    raw = read_scenario("suzhou-2016", people=30_000, days=30).raw
    kept = {"seen": raw["practice"]["sensing"]["traffic_police"]["seen"]}
    kept["wrong_person"] = raw["practice"]["sensing"]["traffic_police"]["wrong_person"]
    plain: dict[str, Any] = _without_ranges(raw)
    plain["practice"]["sensing"]["traffic_police"] = kept
    return from_raw(plain, "pilot")


def _without_ranges(node: Any) -> Any:
    if isinstance(node, dict):
        return {k: _without_ranges(v) for k, v in node.items() if k != "range"}
    return [_without_ranges(x) for x in node] if isinstance(node, list) else node


def lives(loaded: Loaded, replicate: int) -> dict[str, dict[str, dict[str, Any]]]:
    """Instead of a run: 10 times what is seen plus 100 times what is wrong, and luck of one for each seed."""
    out = {}
    for variant in loaded.raw["variants"]:
        raw = loaded.raw
        for path, value in (variant.get("set") or {}).items():
            raw = apply_patch(raw, path, value)
        at = {key: raw["practice"]["sensing"]["traffic_police"][key] for key in ("seen", "wrong_person")}
        seen, wrong = (x["value"] if isinstance(x, dict) else x for x in at.values())
        luckless = {"value": None, "reason": "no listing to count among"}
        out[variant["name"]] = {"listings": {"value": 10 * seen + 100 * wrong + replicate}, "accusation_ppv": luckless}
    return out


def swept(**asked: Any) -> dict[str, Any]:
    return room.sweep(pilot(), live=lives, **({"seeds": 3, "joint": 16} | asked))


def test_the_tornado_is_that_of_the_formula_and_the_widest_comes_first() -> None:
    rows = swept()["measures"]["listings"]["tornado"]
    assert [row["path"] for row in rows] == [SEEN, WRONG]
    # seen .3 and wrong .005, means over the seeds 0, 1, 2: 3 + .5 + 1
    assert [rows[0][end]["value"] for end in ("low", "high")] == pytest.approx([2.5, 7.5])
    assert [rows[1][end]["value"] for end in ("low", "high")] == pytest.approx([4.0, 7.0])
    assert [row["swing"] for row in rows] == pytest.approx([5.0, 3.0])
    assert [row["error"] for row in rows] == pytest.approx(
        [0.0, 0.0], abs=1e-9
    )  # both ends of a seed saw the same luck


def test_luck_and_range_are_two_intervals() -> None:
    found = swept()["measures"]["listings"]
    assert found["value"] == pytest.approx(4.5)
    assert found["luck"]["sd"] == pytest.approx(1.0)
    assert found["range"]["low"] <= 2.5
    assert found["range"]["high"] > 7.5  # together they go further than any alone
    assert found["range"]["high"] <= 1 + 6 + 3
    assert 0 < found["share_of_luck"] < 1


def test_the_joint_points_visit_every_part_of_every_range_once() -> None:
    plan = room.designed(pilot(), seeds=2, joint=16)
    joint = [p for p in plan.points if p.name.startswith("j")]
    parts = sorted(int((p.patches[SEEN] - 0.1) / 0.5 * 16) for p in joint)
    assert parts == list(range(16))


def test_a_measure_without_a_value_says_why_and_has_no_bars() -> None:
    found = swept()["measures"]["accusation_ppv"]
    assert (found["value"], found["tornado"]) == (None, [])
    assert found["reason"] == "undefined in 3 of 3 seeds: no listing to count among"


def test_where_no_number_has_a_range_there_is_nothing_to_sweep() -> None:
    bare = from_raw(_without_ranges(pilot().raw), "bare")
    with pytest.raises(UsageError, match=r"no assumption of bare has a range.*\[0\.1, 0\.6\]"):
        room.sweep(bare, live=lives)


def test_one_seed_cannot_tell_luck_from_the_rest() -> None:
    with pytest.raises(UsageError, match="Give 2 or more"):
        swept(seeds=1)


def test_a_sweep_that_was_stopped_goes_on_to_the_same_document(tmp_path: Path) -> None:
    whole, place, done = swept(out=tmp_path / "whole.json"), tmp_path / "stopped.json", count()

    def stopping(loaded: Loaded, replicate: int) -> Any:
        if next(done) == 4:
            raise KeyboardInterrupt
        return lives(loaded, replicate)

    with pytest.raises(Interrupted, match=r"stopped\.json\.partial"):
        room.sweep(pilot(), live=stopping, seeds=3, joint=16, out=place)
    with pytest.raises(RecordingError, match="--resume"):
        swept(out=place)
    with pytest.raises(RecordingError, match="other people or seeds"):
        swept(out=place, resume=True, seeds=4)
    again = count()
    resumed = room.sweep(
        pilot(), live=lambda g, r: (next(again), lives(g, r))[1], seeds=3, joint=16, out=place, resume=True
    )
    assert resumed == whole == json.loads(place.read_text(encoding="utf-8"))
    assert next(again) == 9 - 4  # three runs a seed; four were kept
    assert not list(tmp_path.glob("*.partial"))


def count() -> Iterator[int]:
    return iter(range(1_000))


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "sweep.json").write_text("mine", encoding="utf-8")
    with pytest.raises(RecordingError, match="not overwritten"):
        swept(out=tmp_path / "sweep.json")


# --- the command ------------------------------------------------------------------------------------------------------


def ask(*words: str) -> str:
    app = typer.Typer()
    audit.register(app)
    answer = CliRunner().invoke(app, ["sweep", *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def rates(loaded: Loaded, threads: int, replicate: int) -> dict[str, dict[str, dict[str, Any]]]:
    """The same formula, told of a core measure."""
    return {
        name: {"wrongful_listing_rate": {"value": found["listings"]["value"] / 100}}
        for name, found in lives(loaded, replicate).items()
    }


def test_the_command_tells_luck_range_and_the_widest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glasshouse.experiments.assumptions.measured", rates)
    file = tmp_path / "pilot.yaml"
    file.write_text(json.dumps(pilot().raw), encoding="utf-8")
    said = ask(str(file), "--joint", "4", "--quiet", "--out", str(tmp_path / "sweep.json"))
    assert "wrongful_listing_rate: 0.04500 share; luck 0.00000 to 0.09468; range" in said
    assert said.index(SEEN) < said.index(WRONG)
    told = json.loads(ask(str(file), "--joint", "4", "--json"))
    assert told == json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))
    with pytest.raises(UsageError, match="name the file"):
        ask(str(file), "--resume")


def test_from_python_the_sweep_is_the_same_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("glasshouse.verbs._read", lambda *_, **__: pilot())
    monkeypatch.setattr(
        "glasshouse.experiments.assumptions.measured", lambda loaded, _, replicate: lives(loaded, replicate)
    )
    found = gh.sweep("pilot", seeds=3, joint=16, out=tmp_path / "sweep.json")
    assert found["measures"] == swept()["measures"]
    assert json.loads((tmp_path / "sweep.json").read_text())["measures"].keys() == found["measures"].keys()
    with pytest.raises(UsageError, match="name the file"):
        gh.sweep("pilot", resume=True)
