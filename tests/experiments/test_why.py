"""Why somebody was listed: the life of one person, lived again from a recording that kept nobody's."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firms import firm_world
from glasshouse.engines.cpu import live_all
from glasshouse.errors import UsageError
from glasshouse.experiments.keyed import event_from_key
from glasshouse.experiments.lived import opened_for
from glasshouse.experiments.spared import Trial, _seconds, together
from glasshouse.experiments.why import Why, events_of, why
from glasshouse.recording.store import Recording
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.questions import askable
from glasshouse.scenario.reading import from_raw
from glasshouse.simulate import simulate
from worlds import world

pytestmark = pytest.mark.no_cover
"""Being traced would double its time, and others walk the same lines."""

Make = Callable[[dict[str, Any]], Recording]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    def made(raw: dict[str, Any], **more: Any) -> Recording:
        return simulate(from_raw(raw, "world"), out=tmp_path_factory.mktemp("runs") / "run", threads=1, **more)

    return made


def without_answers(k: int) -> dict[str, Any]:
    """A random world in which nobody acts otherwise for having been listed or fined, so that changes can be followed exactly."""
    raw = copy.deepcopy(world(k))
    for act in raw["conduct"]["acts"].values():
        act.pop("while_listed", None)
        act.pop("chillable", None)
    raw.pop("variants")
    return raw


def without_ties(k: int) -> dict[str, Any]:
    return without_answers(k) | {"associations": []}


def listed_people(recording: Recording, variant: str, kind: str | None = None) -> list[int]:
    rows = recording.cases.to_pylist()
    return sorted({r["person"] for r in rows if r["variant"] == variant and kind in (None, r["cause_kind"])})


# --- the life of one person -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 4, 7])
def test_events_are_those_that_a_journal_would_have_kept(make: Make, k: int) -> None:
    plain, written = make(world(k)), make(world(k), journal="100%")
    journal = written.journal.to_pylist()
    for variant in plain.variants:
        for person in listed_people(plain, variant)[:5]:
            mine = [
                (r["day"], r["event"], r["detail"], r["source"], r["amount"])
                for r in journal
                if r["person"] == person and r["variant"] == variant
            ]
            told = [(e.day, e.what, e.detail, e.source, e.amount) for e in events_of(plain, person, variant)]
            assert sorted(mine, key=str) == sorted(told, key=str)
            assert told


def test_without_letters_the_world_is_run_again_and_says_so(make: Make) -> None:
    recording = make(world(4))
    person = listed_people(recording, recording.variants[0])[0]
    kept = why(recording, person, pairs=False, everybody=False)
    (recording.path / "letters.parquet").unlink()
    again = why(recording, person, pairs=False, everybody=False)
    assert again.world_run_again
    assert not kept.world_run_again
    assert again.chains[0].opened == kept.chains[0].opened
    assert [c.refused_tries for c in again.chains] == [c.refused_tries for c in kept.chains]


def test_a_replicate_is_lived_again_with_its_own_seed(make: Make) -> None:
    recording = make(world(2), replicate=3)
    for person in listed_people(recording, recording.variants[0])[:4]:
        rows = [r for r in recording.cases.to_pylist() if r["variant"] == recording.variants[0]]
        opened = {r["opened"] for r in rows if r["person"] == person}
        assert {c.opened for c in why(recording, person, pairs=False, everybody=False).chains} == opened


def test_somebody_who_was_never_listed_is_told_so(make: Make) -> None:
    recording = make(without_ties(3))
    never = next(p for p in range(recording.manifest["people"]) if p not in listed_people(recording, "factual"))
    assert why(recording, never).sentence() == f"Synthetic person {never} was never listed under the scheme as it is."


def test_a_person_or_variant_that_is_not_there_is_refused(make: Make) -> None:
    recording = make(world(2))
    with pytest.raises(UsageError, match="there is no person"):
        why(recording, 10**9)
    with pytest.raises(UsageError, match="no variant"):
        why(recording, 1, "as-it-isnt")


# --- the chain ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 4])
def test_every_chain_begins_with_the_act_that_the_case_names(make: Make, k: int) -> None:
    recording = make(world(k))
    variant = recording.variants[0]
    rows = {(r["person"], r["list"], r["opened"]): r for r in recording.cases.to_pylist() if r["variant"] == variant}
    kinds = set()
    for person in listed_people(recording, variant)[:9]:
        for chain in why(recording, person, pairs=False, everybody=False).chains:
            row = rows[(person, chain.on_list, chain.opened)]
            kinds.add(row["cause_kind"])
            first = next((s for s in chain.steps if s.what in ("act", "tie")), None)
            assert first is not None, row
            if row["cause_kind"] == "own":
                assert first.person == person
                assert first.day == chain.opened
            if row["cause_kind"] == "wrong":
                assert (first.person, first.day) == (row["cause_source"], chain.opened - 1)
            if row["cause_kind"] == "tie":
                assert first.what == "act"
                assert first.day < chain.opened
            assert "the key does not give" not in "".join(s.text for s in chain.steps)
    assert kinds >= {"own", "wrong"}


def test_an_event_recomputed_from_its_key_is_the_one_that_sent_the_letter() -> None:
    plan, _ = compile_plan(from_raw(without_ties(5), "world"))
    letters = live_all(plan).letters
    assert len(letters["day"]) > 20
    for day, target, source, tag in zip(*(letters[x] for x in ("day", "target", "source", "tag")), strict=True):
        found = event_from_key(plan, 0, int(source) // plan.world.block, int(tag), int(day) - 1)
        assert (found.person, found.target) == (source, target)
        assert found.seen
        assert found.wrong
        assert found.goes_on


# --- what would have spared them ------------------------------------------------------------------------------------------------


def truly(raw: dict[str, Any], patch: dict[str, Any], person: int) -> int:
    """Days on lists, from running the whole world with the change beside what happened."""
    both = raw | {"variants": [{"name": "factual"}, {"name": "changed", "set": patch}]}
    plan, _ = compile_plan(from_raw(both, "world"))
    c = live_all(plan).cases
    mine = (c["person"] == person) & (c["variant"] == 1)
    return int(np.where(c["closed"] > 0, c["closed"], plan.world.days + 1)[mine].sum() - c["opened"][mine].sum())


RAWS = {"2": without_ties(2), "6": without_ties(6), "4 with ties": without_answers(4)}


@pytest.mark.parametrize("raw", RAWS.values(), ids=RAWS)
def test_what_would_have_spared_somebody_is_what_a_run_of_the_whole_world_says(make: Make, raw: dict[str, Any]) -> None:
    recording = make(raw)
    patches = askable(from_raw(raw, "world").scenario)
    people = listed_people(recording, "factual")
    held = 0
    for person in people[:: max(len(people) // 3, 1)]:
        answer = why(recording, person, everybody=False)
        for change in answer.changes:
            held += 1
            assert not change.everybody
            assert change.listed_days == truly(raw, together(change.changes, patches), person), (person, change)
    assert held >= 3


def test_what_reaches_other_blocks_is_lived_by_everybody_or_named_and_not_shown(make: Make) -> None:
    raw = world(4)
    assert any("while_listed" in a for a in raw["conduct"]["acts"].values())
    recording, (base, *_) = make(raw), raw["variants"]
    person = listed_people(recording, base["name"])[0]
    alone, answer = why(recording, person, everybody=False, pairs=False), why(recording, person, pairs=False)
    named = {name for line in alone.not_followed for name in line.split(":")[0].split(", ")}
    wide = {c.changes[0]: c for c in answer.changes if c.everybody}
    assert named == set(wide)
    assert not named & {c.changes[0] for c in alone.changes}
    assert all("everybody would have to live again" in line for line in alone.not_followed)
    assert not answer.not_followed
    patches = askable(from_raw(raw, "world").scenario)
    for change in list(wide.values())[:3]:
        assert change.listed_days == truly(raw, together(change.changes, patches), person), change


def test_a_world_that_takes_long_is_lived_again_only_when_asked(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = make(world(4))
    person = listed_people(recording, recording.variants[0])[0]
    monkeypatch.setattr("glasshouse.experiments.spared.UNASKED", 0.0)
    monkeypatch.setattr("glasshouse.experiments.spared.AT_ONCE", 0.0)
    told: list[int] = []
    unasked = why(recording, person, pairs=False, progress=lambda *x, **_: told.append(x[1]))
    assert "about 1 s" in unasked.not_followed[0]
    assert "--everybody" in unasked.not_followed[0]
    assert not told
    asked = why(recording, person, pairs=False, everybody=True, progress=lambda *x, **_: told.append(x[1]))
    assert not asked.not_followed
    assert told == sorted(told)
    assert len(asked.changes) > len(unasked.changes)


def test_how_long_everybody_takes_is_told_from_days_of_some_people_by_the_clock(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = make(world(4))
    person = listed_people(recording, recording.variants[0])[0]
    clock = count(0.0, 0.5)
    monkeypatch.setattr("glasshouse.experiments.spared.perf_counter", lambda: next(clock))
    monkeypatch.setattr("glasshouse.experiments.spared.AT_ONCE", 0.0)
    opened = opened_for(recording, person, recording.variants[0])
    people = opened.plan.world.people
    batches = [[Trial(("a",))], [Trial(("b",))]]
    assert _seconds(opened, batches, 1) == 2 * 0.5 * opened.last
    monkeypatch.setattr("glasshouse.experiments.spared.ENOUGH", people // 2)
    assert _seconds(opened, batches, 1) == 2 * 0.5 * opened.last * people / (people // 2)
    monkeypatch.setattr("glasshouse.experiments.spared.AT_ONCE", float(people * opened.last * 8 * 2))
    assert _seconds(opened, batches, 1) == 0.0


def test_somebody_listed_for_anothers_act_would_have_been_spared_by_perfect_sensing(make: Make) -> None:
    raw = without_ties(2)
    raw["lists"] = [x | {"entry": {"trigger": {"rule": "debt"}}} for x in raw["lists"] if x["id"] == "debtors"]
    raw["practice"]["lists"] = {"debtors": raw["practice"]["lists"]["debtors"]}
    gate = {"context": "transport", "kind": "refusal", "trigger": {"list": "debtors"}}
    raw["consequences"] = [{"id": g, **gate} for g in raw["conduct"]["demand"]]
    raw["rules"] = [r | {"legal_basis": "L-1"} for r in raw["rules"]]
    raw["evidence"] = {"sources": {"L-1": {"title": "Provisions on a list, Art. 2", "checked": "memory"}}}
    recording = make(raw)
    rows = [r for r in recording.cases.to_pylist() if r["cause_kind"] == "wrong"]
    once = [r["person"] for r in rows if sum(x["person"] == r["person"] for x in recording.cases.to_pylist()) == 1]
    answers = [why(recording, p, pairs=False, everybody=False) for p in once[:5]]
    assert answers
    for answer in answers:
        assert ("without-misidentification",) in answer.spared_by
        broken = next(b for b in answer.chains[0].broken if b.promise == "rules.debt.when.subject")
        assert broken.law == "Provisions on a list, Art. 2 [L-1]"


# --- promises -------------------------------------------------------------------------------------------------------------------


def promising(raw: dict[str, Any]) -> dict[str, Any]:
    """A world of debtors whose text promises notice in 2 days and who are never served."""
    raw = raw | {"notice": {"enabled": True, "before_effect": True, "sla_days": 2}}
    raw["practice"] = raw["practice"] | {"notice": {"served": 0}}
    raw["practice"]["lists"] = {n: {k: v for k, v in x.items() if k != "notice"} for n, x in raw["practice"]["lists"].items()}  # fmt: skip
    return raw


def all_broken(answers: list[Why]) -> set[str]:
    return {b.promise for a in answers for c in a.chains for b in c.broken}


def test_notice_that_was_promised_and_never_served_is_named(make: Make) -> None:
    recording = make(promising(without_ties(2)))
    answers = [why(recording, p, pairs=False, everybody=False) for p in listed_people(recording, "factual")[:6]]
    long = [c for a in answers for c in a.chains if c.days > 3]
    assert long
    assert all(any(b.promise == "notice.sla_days" and "never served" in b.happened for b in c.broken) for c in long)
    refused = [c for c in long if c.refused_tries]
    assert all(any(b.promise == "notice.before_effect" for b in c.broken) for c in refused)


def test_a_promise_that_was_kept_is_not_called_broken(make: Make) -> None:
    raw = promising(without_ties(2))
    raw["practice"]["notice"] = {"served": 1, "delay": {"always_days": 0}}
    recording = make(raw)
    answers = [why(recording, p, pairs=False, everybody=False) for p in listed_people(recording, "factual")[:6]]
    assert not {p for p in all_broken(answers) if p.startswith("notice")}


def test_a_firm_is_called_a_firm_and_its_penalty_is_no_mistake(tmp_path: Path) -> None:
    loaded = from_raw(firm_world(5), "firms")
    recording = simulate(loaded, out=tmp_path / "firms")
    cases = recording.table("cases", ["person", "variant", "cause_kind", "cause_source"]).to_pylist()
    first = recording.manifest["firms"]["first"]
    named = {
        kind: next(c["person"] for c in cases if c["cause_kind"] == kind and c["cause_source"] >= first > c["person"])
        for kind in ("listed", "wrong")
    }
    told = {kind: why(recording, person, "as-it-is", pairs=False, everybody=False) for kind, person in named.items()}
    said = {kind: " ".join(step.text for chain in one.chains for step in chain.steps) for kind, one in told.items()}
    assert re.search(r"firm \d+, tied to this one", said["listed"])
    assert re.search(r"firm \d+'s act: noise", said["wrong"])
    assert "put into the file of person" in said["wrong"]


# --- records that come late -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def late(make: Make) -> Recording:
    """A world whose records reach the files on the fourth day after the act."""
    raw = without_answers(4)
    for source in raw["practice"]["sensing"].values():
        source["delay_days"] = 4
    return make(raw)


@pytest.mark.parametrize("kind", ["own", "wrong", "tie"])
def test_a_chain_goes_back_to_the_day_of_an_act_whose_record_came_late(late: Recording, kind: str) -> None:
    people = listed_people(late, late.variants[0], kind)[:6]
    assert people
    told = 0
    for person in people:
        for chain in why(late, person, pairs=False, everybody=False).chains:
            acts = [s for s in chain.steps if s.what == "act"]
            assert not any("the key does not give" in s.text for s in acts), "the event of that day is that person's"
            hops = sum(s.what == "tie" for s in chain.steps)
            told += sum(s.day == chain.opened - 4 - hops for s in acts)
    assert told


def test_a_block_of_a_late_world_is_lived_again_without_its_letters_and_from_them_alike(late: Recording) -> None:
    person = listed_people(late, late.variants[0])[0]
    kept = events_of(late, person)
    assert any(e.what == "record" and e.detail.startswith("own") for e in kept)
    aside = late.path / "letters.parquet"
    aside.rename(late.path / "aside")
    try:
        assert events_of(late, person) == kept
    finally:
        (late.path / "aside").rename(aside)
