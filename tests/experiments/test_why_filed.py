"""Why somebody was listed whom nothing they did put on the list: chosen by a model, traced by a health code, written in by an intruder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engines.test_shocks import TOWN
from glasshouse.codes import HEALTH
from glasshouse.engines.cpu import live_all
from glasshouse.engines.replay import Unfiled, live_everybody
from glasshouse.experiments.spared import together
from glasshouse.experiments.why import Why, why
from glasshouse.recording.store import Recording
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import ELEMENTS
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.questions import QUESTIONS, askable, other_thresholds
from glasshouse.scenario.reading import from_raw, read_scenario
from glasshouse.scenario.source import parse_document
from glasshouse.simulate import simulate
from ill import ill_world
from models import FEATURES, city

Raw = dict[str, Any]
Make = Callable[[Raw], Recording]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    def made(raw: Raw) -> Recording:
        return simulate(from_raw(raw, "world"), out=tmp_path_factory.mktemp("runs") / "run", threads=1)

    return made


def written_in() -> Raw:
    """A town where one desk writes 350 people into a register, and others hold copies of it."""
    raw = parse_document(TOWN, "town").data
    raw["shocks"] = [x for x in raw["shocks"] if x["id"] in ("mass", "spill")]
    raw["rules"] = [x for x in raw["rules"] if x["id"] in ("petty", "sits")]
    raw["conduct"]["acts"] = {x: raw["conduct"]["acts"][x] for x in ("petty", "sits")}
    raw["roles"] = [{"id": "desk", "can": ["add"]}]
    late = {"shocks.mass.to": "2020-01-30"}
    return raw | {"variants": [{"name": "factual"}, {"name": "found-late", "set": late}]}


def chosen_by_a_model() -> Raw:
    number = {"value": 40, "source": "assumption", "range": [20, 80]}
    chooses = {"by": "capacity", "number": number}
    return city(640, 35, [{"name": "factual"}], features=FEATURES, weights={"late": 2, "moved": 1}, chooses=chooses)


@pytest.fixture(scope="module")
def recordings(make: Make) -> dict[str, Recording]:
    return {"written in": make(written_in()), "chosen": make(chosen_by_a_model()), "ill": make(ill_world())}


def someone(recording: Recording, **like: Any) -> int:
    """The first person with such a case in what happened."""
    rows = [r for r in recording.cases.to_pylist() if r["variant"] == recording.variants[0]]
    return next(int(r["person"]) for r in rows if all(r[k] == x for k, x in like.items()))


def days_listed(raw: Raw, patch: Raw, person: int) -> int:
    """From living the whole world with the change beside what happened."""
    both = raw | {"variants": [{"name": "factual"}, {"name": "changed", "set": patch}]}
    plan, _ = compile_plan(from_raw(both, "world"))
    c = live_all(plan).cases
    mine = (c["person"] == person) & (c["variant"] == 1)
    return int((np.where(c["closed"] > 0, c["closed"], plan.world.days + 1) - c["opened"])[mine].sum())


def by_name(answer: Why) -> dict[str, Any]:
    return {c.changes[0]: c for c in answer.changes if len(c.changes) == 1}


# --- what would have spared them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["written in", "chosen", "ill"])
def test_every_change_is_tried_and_is_what_a_run_of_everybody_says(recordings: dict[str, Recording], name: str) -> None:
    recording = recordings[name]
    kind = {"written in": "shock", "chosen": "model", "ill": "health"}[name]
    raw = recording.manifest["scenario"]["raw"]
    person, patches = someone(recording, cause_kind=kind), askable(from_raw(raw, "world").scenario)
    answer = why(recording, person, pairs=False)
    assert not answer.not_followed
    tried = by_name(answer)
    assert set(patches) <= set(tried)
    for change in (x for x in tried.values() if x.changes[0] in patches):
        assert change.listed_days == days_listed(raw, together(change.changes, patches), person), change
    assert answer.whose_conduct == "nobody's conduct"


def test_an_intruder_is_followed_by_the_block_alone(recordings: dict[str, Recording]) -> None:
    answer = why(recordings["written in"], someone(recordings["written in"], cause_kind="shock"), everybody=False)
    tried = by_name(answer)
    assert not tried["without-tampering"].everybody
    assert tried["without-tampering"].outcome == tried["with-dual-control"].outcome == "spared"


def test_somebody_who_was_not_traced_may_be_found_otherwise_and_others_live_on(
    recordings: dict[str, Recording],
) -> None:
    rows = recordings["ill"].cases.to_pylist()
    traced = next(r for r in rows if r["cause_kind"] == "health" and r["basis"] == "others_conduct")
    answer = why(recordings["ill"], traced["person"], traced["variant"])
    untraced = [c for c in answer.changes if c.changes[0].startswith("not-traced:")]
    assert untraced
    assert all(c.everybody and c.listed_days < answer.listed_days for c in untraced)


def test_a_filing_that_is_not_made_is_one_of_that_person_and_variant_only() -> None:
    plan, _ = compile_plan(from_raw(ill_world() | {"variants": [{"name": "a"}, {"name": "b"}]}, "world"))
    plain = live_all(plan)
    rows = {n: x[plain.tables["filings"]["kind"] == HEALTH] for n, x in plain.tables["filings"].items()}
    person, tag = int(rows["person"][0]), int(rows["tag"][0])
    cut = live_everybody(plan, [person], [Unfiled(person, 1, HEALTH, tag)])
    left = cut.tables["filings"]
    theirs = (left["person"] == person) & (left["tag"] == tag)
    assert set(left["variant"][theirs].tolist()) == {0}
    for name, column in plain.cases.items():
        np.testing.assert_array_equal(column[plain.cases["variant"] == 0], cut.cases[name][cut.cases["variant"] == 0])


def test_a_model_is_asked_with_its_number_at_either_end_of_its_range_and_as_a_lottery(
    recordings: dict[str, Recording],
) -> None:
    answer = why(recordings["chosen"], someone(recordings["chosen"], cause_kind="model"), pairs=False)
    names = set(by_name(answer))
    assert {"with-risk-number-20", "with-risk-number-80", "with-models-by-lottery", "not-chosen:risk"} <= names
    assert by_name(answer)["not-chosen:risk"].outcome == "spared"
    assert by_name(answer)["with-risk-number-80"].listed_days >= answer.listed_days


# --- copies, repairs, other variants ------------------------------------------------------------------------------------------------


def test_copies_are_told_and_what_hears_of_the_end_holds_them_for_fewer_days(recordings: dict[str, Recording]) -> None:
    recording = recordings["written in"]
    copies = [r for r in recording.table("copies").to_pylist() if r["variant"] == "factual"]
    never = next(r for r in copies if r["ended"] and not r["corrected"] and r["leaked"])
    answer = why(recording, never["person"], pairs=False)
    told = [s for chain in answer.chains for s in chain.steps if s.what == "copy"]
    mine = [r for r in copies if r["person"] == never["person"]]
    assert len([s for s in told if "handed a copy" in s.text]) == len(mine)
    assert any("comes out in a leak" in s.text and s.day == never["leaked"] for s in told)
    assert any("has not heard" in s.text for s in told)
    corrected, silent = by_name(answer)["with-copies-corrected"], by_name(answer)["without-tampering"]
    last = recording.manifest["days"]
    held = sum((r["corrected"] or last + 1) - r["ended"] for r in mine if r["ended"])
    assert 0 == silent.copy_days <= corrected.copy_days < held
    assert corrected.outcome == "eased"


def test_a_listing_that_was_repaired_says_so_whether_or_not_there_was_an_appeal(
    recordings: dict[str, Recording],
) -> None:
    recording = recordings["written in"]
    answer = why(recording, someone(recording, cause_kind="shock", closed_by="corrected"), pairs=False)
    decided = [s for chain in answer.chains for s in chain.steps if s.what == "decision"]
    assert any("what was done to the register is found" in s.text and s.by == "shocks.mass" for s in decided)


def test_the_same_life_in_other_variants_is_that_of_their_cases(recordings: dict[str, Recording]) -> None:
    recording = recordings["written in"]
    person = someone(recording, cause_kind="shock", closed_by="corrected")
    answer = why(recording, person, pairs=False)
    (late,) = answer.other_variants
    last = recording.manifest["days"]
    rows = [r for r in recording.cases.to_pylist() if r["person"] == person and r["variant"] == "found-late"]
    assert late.changes == ("found-late",)
    assert late.listed_days == sum((r["closed"] or last + 1) - r["opened"] for r in rows)
    assert late.outcome == "harmed"


# --- the questions ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["insider", "mass-listing", "red-code-misuse", "welfare-risk-score", "no-fly-list"])
def test_every_question_is_a_patch_that_compiles(name: str) -> None:
    loaded = read_scenario(name, people=4096 if name != "red-code-misuse" else None, days=30)
    patches = askable(loaded.scenario)
    asked = [q.variant for q in QUESTIONS if q.variant in patches]
    assert asked
    variants = [{"name": "factual"}, *({"name": x, "set": patches[x]} for x in asked)]
    plan, _ = compile_plan(from_raw({**loaded.raw, "variants": variants}, loaded.name))
    assert plan.world.variants == len(asked) + 1


def test_questions_bring_no_number_and_no_name_of_an_element() -> None:
    assert not {q.variant for q in QUESTIONS} & {e.variant for e in ELEMENTS}
    for name in catalogue_names():
        scenario = read_scenario(name).scenario
        for question in QUESTIONS:
            patch = askable(scenario).get(question.variant, {})
            values = [v for v in patch.values() if not isinstance(v, dict)]
            assert set(values) <= {0, 1, None}, (name, question.variant)
    assert other_thresholds(from_raw(chosen_by_a_model(), "city").scenario)["with-risk-number-20"] == {
        "practice.models.risk.chooses.number": 20
    }
