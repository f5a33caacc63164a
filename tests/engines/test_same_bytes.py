"""The same bytes, whatever the threads, the variants beside it, the moment of a kill, or the engine."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasshouse.engines.cpu import Engine, Result, live_all
from glasshouse.errors import Interrupted, RecordingError, UsageError
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, from_raw
from glasshouse.simulate import simulate
from glasshouse.verbs import run
from worlds import world

pytestmark = pytest.mark.no_cover
"""Being traced would double its time, and others walk the same lines."""

WORLDS = range(0, 12)


def loaded_of(raw: dict[str, Any]) -> Loaded:
    return from_raw(raw, "world")


def result_of(raw: dict[str, Any], threads: int = 1, **more: Any) -> Result:
    return live_all(compile_plan(loaded_of(raw))[0], threads=threads, **more)


def of_variant(result: Result, v: int) -> dict[str, Any]:
    """Everything that is said of one variant, with the mask of letters left out."""
    mine = result.cases["variant"] == v
    reached = result.letters["mask"] >> v & 1 == 1
    cases = {f"case {k}": x[mine] for k, x in result.cases.items() if k != "variant"}
    letters = {f"letter {k}": x[reached] for k, x in result.letters.items() if k != "mask"}
    rows = np.stack(list(letters.values())) if letters else np.zeros((0, 0))
    return (
        {f"daily {k}": x[:, v] for k, x in result.daily.items()}
        | {f"people {k}": x[:, v] for k, x in result.people.items()}
        | {"acts": result.acts[:, v], "letters": rows[:, np.lexsort(rows)]}
        | cases
    )


def assert_same(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def with_variants(raw: dict[str, Any], variants: list[dict[str, Any]]) -> dict[str, Any]:
    return copy.deepcopy(raw) | {"variants": variants}


def large(k: int) -> dict[str, Any]:
    """A world of several chunks, so that two threads have something to share."""
    raw = copy.deepcopy(world(k))
    raw["world"]["people"] = 64 * 16 * 5 + 17
    return raw


@pytest.mark.parametrize("k", [3, 8])
def test_one_thread_and_two_give_the_same_bytes(k: int) -> None:
    one, two = (result_of(large(k), threads) for threads in (1, 2))
    for v in range(one.acts.shape[1]):
        assert_same(of_variant(one, v), of_variant(two, v))
    for name, column in one.letters.items():
        np.testing.assert_array_equal(column, two.letters[name])


@pytest.mark.parametrize("k", WORLDS)
def test_a_variant_that_changes_nothing_equals_the_base(k: int) -> None:
    result = result_of(with_variants(world(k), [{"name": "factual"}, {"name": "the-same"}]))
    assert_same(of_variant(result, 0), of_variant(result, 1))


@pytest.mark.parametrize("k", WORLDS)
def test_the_base_is_the_same_whichever_variants_run_beside_it(k: int) -> None:
    raw = world(k)
    alone = of_variant(result_of(with_variants(raw, [])), 0)
    acts = [name for name, act in raw["conduct"]["acts"].items() if "envelope" not in act]
    rates = [{f"conduct.acts.{acts[n % len(acts)]}.rate": f"{3 + 7 * n} per month"} for n in range(7)]
    beside = [{"name": "factual"}, *({"name": f"more-{n}", "set": rate} for n, rate in enumerate(rates))]
    assert_same(alone, of_variant(result_of(with_variants(raw, beside)), 0))


@pytest.mark.parametrize("k", WORLDS)
def test_a_run_goes_on_from_any_evening_to_the_same_bytes(k: int) -> None:
    plan, _ = compile_plan(loaded_of(world(k)))
    whole = live_all(plan)
    for evening in (1, plan.world.days // 2, plan.world.days - 1):
        first = Engine(plan, threads=1, keep_letters=True).run(evening)
        second = Engine(plan, threads=1, keep_letters=True).restore(first.snapshot()).run().result()
        for v in range(plan.world.variants):
            assert_same(of_variant(whole, v), of_variant(second, v))


@pytest.mark.parametrize("k", [1, 5])
def test_a_new_act_moves_no_draw_of_the_others(k: int) -> None:
    raw, more = world(k), copy.deepcopy(world(k))
    more["conduct"]["acts"]["something_new"] = {"rate": "2 per month"}
    before, after = result_of(raw), result_of(more)
    for v in range(before.acts.shape[1]):
        a, b = of_variant(before, v), of_variant(after, v)
        np.testing.assert_array_equal(a.pop("acts"), b.pop("acts")[:, :-1])
        assert_same(a, b)
    assert after.acts[:, :, -1, 0].sum() > 0


def test_a_journal_changes_nothing_else() -> None:
    raw = world(2)
    everybody = np.ones(raw["world"]["people"], np.uint8)
    plain, written = result_of(raw), result_of(raw, journalled=everybody)
    assert_same(of_variant(plain, 0), of_variant(written, 0))
    assert len(written.events["person"]) > 0
    assert len(plain.events["person"]) == 0


@pytest.mark.parametrize("k", [0, 4])
def test_the_plain_engine_writes_the_same_recording(k: int, tmp_path: Path) -> None:
    loaded = loaded_of(world(k))
    journal = {0: "listed", 4: "30%"}[k]
    fast = simulate(loaded, out=tmp_path / "cpu", threads=1, journal=journal)
    plain = simulate(loaded, out=tmp_path / "reference", engine="reference", journal=journal)
    assert fast.manifest["digests"] == plain.manifest["digests"]
    assert set(fast.manifest["digests"]) >= {"daily", "acts", "cases", "people", "letters", "journal"}
    assert fast.journal.num_rows > 0


@pytest.mark.parametrize("journal", ["nobody", "0%", "5,1000000"])
def test_a_journal_that_asks_for_nobody_is_refused_before_anything_is_begun(journal: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="journal: "):
        simulate(loaded_of(world(0)), out=tmp_path / "asked", journal=journal)
    assert list(tmp_path.iterdir()) == []


def test_the_journal_of_the_base_is_the_same_whichever_variants_run_beside_it(tmp_path: Path) -> None:
    raw = world(2)
    assert len(raw["variants"]) > 1
    beside = simulate(loaded_of(raw), out=tmp_path / "beside", threads=1, journal="100%")
    alone = simulate(
        loaded_of(with_variants(raw, raw["variants"][:1])), out=tmp_path / "alone", threads=1, journal="100%"
    )
    name = raw["variants"][0]["name"]
    assert beside.manifest["digests"]["journal"][name] == alone.manifest["digests"]["journal"][name]


def test_a_recording_is_made_again_from_its_own_manifest(tmp_path: Path) -> None:
    first = simulate(loaded_of(world(6)), out=tmp_path / "first", replicate=2, journal="3,5")
    again = run(tmp_path / "first" / "manifest.json", out=tmp_path / "again", report=False)
    assert again.manifest["digests"] == first.manifest["digests"]
    assert again.manifest["replicate"] == 2


KILLED = """
import json, os, signal, sys, traceback
sys.path.insert(0, {tests!r})
from pathlib import Path
from worlds import world
from glasshouse.engines.cpu import live_all
from glasshouse.measures import measure
from glasshouse.recording import store
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.simulate import simulate
loaded, left = from_raw(world(9), "world"), 0
live_all(compile_plan(loaded)[0], threads=1)  # the kernels are loaded once, for all who are forked
def count(real):
    def counted(*a, **k):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*a, **k)
    return counted
for name in ("replace", "fsync"):
    setattr(os, name, count(getattr(os, name)))
def forked(place, calls, resume):
    global left
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        left = calls
        simulate(loaded, out=place, resume=resume, threads=1, checkpoint_days=7)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
told = {{}}
for call in json.loads(sys.argv[2]):
    place = Path(sys.argv[1]) / f"run-{{call}}"
    told[call] = [forked(place, call, False), 0 if place.exists() else forked(place, 0, True)]
print(json.dumps(told))
"""


@pytest.mark.skipif(not hasattr(__import__("signal"), "SIGKILL"), reason="this system has no SIGKILL")
def test_a_run_killed_at_any_moment_of_writing_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """Killed at a sample of its calls to replace and fsync: during checkpoints, letters, tables, the manifest, the measures, the move."""
    whole = simulate(loaded_of(world(9)), out=tmp_path / "whole", threads=1, checkpoint_days=7)
    script = KILLED.format(tests=str(Path(__file__).parents[1]))
    calls = json.dumps([1, 2, 9, 20, 47, 90, 133, 170, 200])
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path), calls], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    killed = 0
    for call, (first, again) in json.loads(done.stdout.splitlines()[-1]).items():
        if first == 0:
            continue
        assert (first, again) == (-9, 0), done.stderr
        killed += 1
        place = tmp_path / f"run-{call}"
        manifest = json.loads((place / "manifest.json").read_text())
        assert manifest["digests"] == whole.manifest["digests"], call
        assert (place / "measures.json").exists()
        assert not [p.name for p in place.iterdir() if p.name.startswith(("checkpoint", "letters-so-far"))]
    assert killed >= 5


def test_ctrl_c_keeps_the_evening_and_resumes(tmp_path: Path) -> None:
    import signal

    loaded = loaded_of(world(9))

    def stop_on_day_ten(step: str, done: int, total: int, **_: Any) -> None:
        if step == "living" and done == 10:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted):
        simulate(loaded, out=tmp_path / "stopped", threads=1, progress=stop_on_day_ten)
    assert not (tmp_path / "stopped").exists()
    resumed = simulate(loaded, out=tmp_path / "stopped", threads=2, resume=True)
    whole = simulate(loaded, out=tmp_path / "whole", threads=1)
    assert resumed.manifest["digests"] == whole.manifest["digests"]


def test_who_stops_the_sweep_of_the_assumptions_keeps_what_was_lived(tmp_path: Path) -> None:
    from glasshouse.recording.place import partial

    def stopped() -> None:
        raise KeyboardInterrupt

    loaded, test, lived = loaded_of(world(9)), tmp_path / "stopped", []
    with pytest.raises(KeyboardInterrupt):
        simulate(loaded, out=test, checkpoint_days=7, ranges=stopped)
    assert partial(test).exists()

    def watched(step: str, done: int, total: int, **_: Any) -> None:
        lived.extend([done] if step == "living" else [])

    resumed = simulate(loaded, out=test, resume=True, progress=watched)
    whole = simulate(loaded, out=tmp_path / "whole", checkpoint_days=7)
    assert resumed.manifest["digests"] == whole.manifest["digests"]
    assert len(lived) <= 7


def test_a_checkpoint_of_another_scenario_is_refused(tmp_path: Path) -> None:
    from glasshouse.recording.place import partial

    test = tmp_path / "other"
    with pytest.raises(Interrupted):
        simulate(loaded_of(world(9)), out=test, progress=_interrupt_at(5))
    assert partial(test).exists()
    with pytest.raises(RecordingError, match="another scenario"):
        simulate(loaded_of(world(8)), out=test, resume=True)


def _interrupt_at(day: int) -> Any:
    import signal

    def tell(step: str, done: int, total: int, **_: Any) -> None:
        if step == "living" and done == day:
            os.kill(os.getpid(), signal.SIGINT)

    return tell
