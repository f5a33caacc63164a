"""Taking a sentence out of a scheme never makes it look better: findings plus undetermined never fall when a key is removed.

Counted by rule for every key of the schema, whole sections included; a section that is taken out leaves one open question for each rule
that had something to say about its items. Keys that a file chooses itself (the names of thresholds, groups, variants) are items, not keys.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import lint_texts as texts
from glasshouse.linting.finding import Status
from glasshouse.linting.rule import page
from glasshouse.linting.run import lint_text
from glasshouse.scenario import source
from glasshouse.scenario.names import CATALOGUE
from lint_schemes import schemes

Step = str | int
CHOSEN_BY_THE_FILE = ("thresholds", "by_group", "parts", "sources", "set")
GRAVER = {"GH202": "GH201", "GH203": "GH201", "GH303": "GH301", "GH304": "GH301", "GH305": "GH301", "GH302": "GH301"}
"""What is late or incomplete is no longer so when it is not promised at all; then the graver rule must speak."""
NOT_PART_OF_THE_PROMISE = ("world", "conduct", "practice", "variants", "shocks", "evidence", "waivers")


def keys(here: Any, way: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Every key of a mapping in the file, at any depth."""
    if isinstance(here, dict):
        for key, value in here.items():
            if way and way[-1] in CHOSEN_BY_THE_FILE:
                continue
            yield (*way, key)
            yield from keys(value, (*way, key))
    elif isinstance(here, list):
        for i, item in enumerate(here):
            yield from keys(item, (*way, i))


def taken_out(data: dict[str, Any], way: tuple[Step, ...]) -> dict[str, Any]:
    fresh = copy.deepcopy(data)
    here: Any = fresh
    for step in way[:-1]:
        here = here[step]
    del here[way[-1]]
    return fresh


def spoken(data: dict[str, Any]) -> set[str]:
    return {f.code for f in lint_text(texts.text_of(data))}


def lost(data: dict[str, Any], before: set[str], way: tuple[Step, ...]) -> set[str]:
    """Rules that had something to say and have nothing any more, once a key is gone. A text that is no scheme any more does not count."""
    try:
        after = spoken(taken_out(data, way))
    except ValidationError:
        return set()
    return {code for code in before - after if GRAVER.get(code) not in after}


def promised_keys(data: dict[str, Any]) -> list[tuple[Step, ...]]:
    return [w for w in keys(data) if w[0] not in NOT_PART_OF_THE_PROMISE]


@given(scheme=schemes(), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_key_of_a_made_up_scheme_hides_a_finding_by_going(scheme: dict[str, Any], data: st.DataObject) -> None:
    before, ways = spoken(scheme), promised_keys(scheme)
    way = data.draw(st.sampled_from(ways))
    assert lost(scheme, before, way) == set(), way


def failing_cases() -> list[Any]:
    found = []
    for path in sorted(texts.CASES.glob("gh*.yaml")):
        for case in source.read_document(path).data.get("fail", []):
            if path.stem != "gh941":
                found.append(pytest.param(path.stem.upper(), case, id=f"{path.stem} {case['name']}"))
    for code, rule in texts.BY_CODE.items():
        if code != "GH941":
            found.append(pytest.param(code, {"text": texts.yaml(page(rule)["Example"])}, id=f"{code} page"))
    return found


@pytest.mark.parametrize(("code", "case"), failing_cases())
def test_no_key_hides_the_finding_of_a_case_by_going(code: str, case: dict[str, Any]) -> None:
    scheme = texts.laid_over(texts.base(), case["text"])
    for path in case.get("without", []):
        scheme = texts.without(scheme, path)
    rule = [texts.BY_CODE[code]]
    day = texts.date.fromisoformat(case.get("as_of", "2026-11-21"))
    assert lint_text(texts.text_of(scheme, day), rule)
    for way in keys(scheme):
        if way[0] in NOT_PART_OF_THE_PROMISE:
            continue
        try:
            after = lint_text(texts.text_of(taken_out(scheme, way), day), rule)
        except ValidationError:
            continue
        assert after, f"{code} fell silent when {way} was taken out"


FOUND_BY_FUZZING = {
    "a list's notice is the only one promised": (
        {
            "notice": {"enabled": False},
            "lists": [{"id": "suspended", "entry": {"notice": {"enabled": True, "content": ["facts"]}}}],
        },
        ("lists", 0, "entry", "notice", "enabled"),
    ),
    "the way back from an outcome to a source": (
        {"data_sources": [{"id": "road_offences", "fed_by": ["licence_suspended"]}]},
        ("rules", 0, "source"),
    ),
    "a list that is named as an attribute": (
        {"rules": [{"id": "speeding", "when": {"attribute": "suspended"}}]},
        ("lists",),
    ),
}


@pytest.mark.parametrize(("over", "way"), FOUND_BY_FUZZING.values(), ids=FOUND_BY_FUZZING)
def test_what_fuzzing_found_stays_found(over: dict[str, Any], way: tuple[Step, ...]) -> None:
    scheme = texts.laid_over(texts.base(), over)
    assert lost(scheme, spoken(scheme), way) == set()


def test_an_empty_scheme_is_clean_of_nothing() -> None:
    found = lint_text(texts.text_of({"schema": 1, "scheme": {"title": "nothing said"}}))
    assert {f.code for f in found} == set(texts.BY_CODE) - {"GH941"}
    assert {f.status for f in found} == {Status.UNDETERMINED}


def read_texts() -> list[Any]:
    folder = texts.CASES.parent / "schemes"
    found = [p for p in sorted(folder.glob("*.yaml")) if not p.name.endswith(".expected.yaml")]
    return [pytest.param(p, id=p.stem) for p in [*found, CATALOGUE / "defaulter-list-on-paper.yaml"]]


@pytest.mark.parametrize("path", read_texts())
def test_the_number_of_findings_never_falls_when_a_key_of_an_item_is_taken_out(path: Path) -> None:
    """Counted one by one. A key that holds a list of items is left out: where they were several questions, one question is left."""
    data = source.read_document(path).data
    before = counted(data)
    for way in promised_keys(data):
        if len(way) == 1 or holds_items(data, way):
            continue
        try:
            after = counted(taken_out(data, way))
        except ValidationError:
            continue
        assert before - after == Counter(), f"fewer once {way} was taken out"


def counted(data: dict[str, Any]) -> Counter[str]:
    return Counter(f.code for f in lint_text(texts.text_of(data)))


def holds_items(data: Any, way: tuple[Step, ...]) -> bool:
    for step in way:
        data = data[step]
    return isinstance(data, list) and any(isinstance(item, dict) for item in data)


def families(data: dict[str, Any]) -> set[str]:
    """Families of rules with something to say, indicated or undetermined. Those on how a promise is kept (notice: GH202, GH203; appeal:
    GH302 to GH305) are of the family of the rule that asks whether it is made (GH201, GH301); every other rule is a family of its own.
    """
    return {GRAVER.get(code, code) for code in spoken(data)}


def silenced(data: dict[str, Any]) -> dict[str, set[str]]:
    """For each section, the families that have nothing to say any more once it is taken out whole."""
    before, found = families(data), {}
    for section in [k for k in data if k not in NOT_PART_OF_THE_PROMISE]:
        try:
            found[section] = before - families(taken_out(data, (section,)))
        except ValidationError:
            continue
    return {section: lost for section, lost in found.items() if lost}


@pytest.mark.parametrize("path", read_texts())
def test_no_family_of_rules_falls_silent_when_a_whole_section_is_taken_out(path: Path) -> None:
    assert silenced(source.read_document(path).data) == {}


@given(scheme=schemes())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_family_falls_silent_when_a_section_of_a_made_up_scheme_is_taken_out(scheme: dict[str, Any]) -> None:
    assert silenced(scheme) == {}
