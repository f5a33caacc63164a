"""Taking a sentence out of a scheme never makes it look better: findings plus undetermined never fall when a key is removed.

Any key, at any depth, whole sections included, and keys that a file chooses itself. What is counted (docs/decisions/0040):

- rule by rule, for every key: no rule that had something to say has nothing to say, or something milder;
- place by place, for every key that holds no list of items: no rule has fewer places than before;
- against a baseline, for every key: what is there, and what is silent now, is never less than what was there.

Waivers are not the scheme's text but an office's answer to lint; taking out one that ran out is what GH941 asks for.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import lint_texts as texts
from glasshouse.linting import baseline
from glasshouse.linting.finding import SEVERITIES, Change, Status
from glasshouse.linting.rule import page
from glasshouse.linting.run import Report, lint, lint_text
from glasshouse.scenario import source
from glasshouse.scenario.names import CATALOGUE
from lint_schemes import schemes

Step = str | int
Way = tuple[Step, ...]
ANSWERS_TO_LINT = "waivers"


def keys(here: Any, way: Way = ()) -> Iterator[Way]:
    """Every key of a mapping in the file, at any depth, but for those of waivers."""
    if isinstance(here, dict):
        for key, value in here.items():
            if (*way, key) != (ANSWERS_TO_LINT,):
                yield (*way, key)
                yield from keys(value, (*way, key))
    elif isinstance(here, list):
        for i, item in enumerate(here):
            yield from keys(item, (*way, i))


def taken_out(data: dict[str, Any], way: Way) -> dict[str, Any]:
    fresh = copy.deepcopy(data)
    here: Any = fresh
    for step in way[:-1]:
        here = here[step]
    del here[way[-1]]
    return fresh


def holds_items(data: Any, way: Way) -> bool:
    """Is this the key of a list of items (or of a mapping that holds one)?"""
    for step in way:
        data = data[step]
    inside = data.values() if isinstance(data, dict) else [data]
    return any(isinstance(x, list) and any(isinstance(item, dict) for item in x) for x in inside)


@dataclass(frozen=True)
class Said:
    """What lint says of a text: places by rule, and the worst severity by rule."""

    places: Counter[str]
    worst: dict[str, int]


def said(data: dict[str, Any]) -> Said:
    found = [f for f in lint_text(texts.text_of(data)) if f.code != "GH941"]
    worst: dict[str, int] = {}
    for f in found:
        worst[f.code] = max(worst.get(f.code, 0), f.rank)
    return Said(Counter(f.code for f in found), worst)


def lost(data: dict[str, Any], before: Said, way: Way) -> list[str]:
    """What got better by taking out a key; nothing where the text is no scheme any more."""
    try:
        after = said(taken_out(data, way))
    except ValidationError:
        return []
    milder = [c for c, rank in before.worst.items() if after.worst.get(c, -1) < rank]
    fewer = [] if holds_items(data, way) else [c for c in before.places if after.places[c] < before.places[c]]
    return [f"{code} when {way} is taken out" for code in dict.fromkeys([*milder, *fewer])]


@pytest.mark.no_cover
@given(scheme=schemes(), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_of_a_made_up_scheme_looks_better_without_a_key(scheme: dict[str, Any], data: st.DataObject) -> None:
    before, ways = said(scheme), list(keys(scheme))
    drawn = data.draw(st.lists(st.sampled_from(ways), min_size=1, max_size=4, unique=True))
    assert [x for way in drawn for x in lost(scheme, before, way)] == []


@pytest.mark.no_cover
@given(scheme=schemes())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_of_a_made_up_scheme_looks_better_without_a_section(scheme: dict[str, Any]) -> None:
    before = said(scheme)
    assert [x for section in scheme for x in lost(scheme, before, (section,))] == []


def read_texts() -> list[Any]:
    folder = texts.CASES.parent / "schemes"
    found = [p for p in sorted(folder.glob("*.yaml")) if not p.name.endswith(".expected.yaml")]
    return [pytest.param(p, id=p.stem) for p in [*found, CATALOGUE / "defaulter-list-on-paper.yaml"]]


@pytest.mark.parametrize("path", read_texts())
def test_no_text_that_was_written_looks_better_without_any_of_its_keys(path: Path) -> None:
    data = source.read_document(path).data
    before = said(data)
    assert [x for way in keys(data) if way[0] not in RUN for x in lost(data, before, way)] == []
    assert [x for section in RUN if section in data for x in lost(data, before, (section,))] == []


RUN = ("world", "conduct", "practice", "variants", "shocks", "evidence")
"""Sections about a run; of these lint reads little, and they are long, so they are taken out whole."""


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
        try:
            after = lint_text(texts.text_of(taken_out(scheme, way), day), rule)
        except ValidationError:
            continue
        assert after, f"{code} fell silent when {way} was taken out"


NOTICE = {"enabled": True, "content": ["facts"]}
FOUND_BY_FUZZING = {
    "a list's notice is the only one promised": (
        {"notice": {"enabled": False}, "lists": [{"id": "suspended", "entry": {"notice": NOTICE}}]},
        ("lists", 0, "entry", "notice", "enabled"),
    ),
    "a consequence's notice is the only one promised, and it is a bad one": (
        {"notice": {"enabled": False}, "consequences": [{"id": "licence_suspended", "notice": NOTICE}]},
        ("consequences", 0, "notice"),
    ),
    "the consequence's own appeal goes to the body that decides": (
        {
            "appeal": {"available": False},
            "consequences": [{"id": "licence_suspended", "appeal": {"available": True, "body": "road_authority"}}],
        },
        ("consequences", 0, "appeal"),
    ),
    "the consequence's own appeal has the shorter deadline": (
        {"consequences": [{"id": "licence_suspended", "appeal": {"available": True, "deadline_days": 3}}]},
        ("consequences", 0, "appeal", "deadline_days"),
    ),
    "the consequence's own appeal has the only time to decide in": (
        {
            "appeal": {"decide_within_days": None},
            "consequences": [
                {"id": "licence_suspended", "duration_days": 10, "appeal": {"available": True, "decide_within_days": 9}}
            ],
        },
        ("consequences", 0, "appeal", "decide_within_days"),
    ),
    "the way back from an outcome to a source": (
        {"data_sources": [{"id": "road_offences", "fed_by": ["licence_suspended"]}]},
        ("rules", 0, "source"),
    ),
    "a list that is named as an attribute": (
        {"rules": [{"id": "speeding", "when": {"attribute": "suspended"}}]},
        ("lists",),
    ),
    "a list that is entered from itself": (
        {
            "data_sources": [],
            "rules": [],
            "lists": [{"id": "suspended", "entry": {"trigger": {"score_below": None, "list": "suspended"}}}],
        },
        ("lists",),
    ),
    "gravity that spans by one rule of two": (
        {
            "rules": [
                {"id": "speeding", "gravity": 5},
                {"id": "parking", "source": "road_offences", "when": {"signal": "parks"}, "points": -1, "gravity": 1},
                {"id": "littering", "source": "road_offences", "when": {"signal": "litters"}, "gravity": None},
            ]
        },
        ("rules", 1, "points"),
    ),
    "words that speak, and a tag that says there is nothing": (
        {"rules": [{"id": "speeding", "protected_activity": None, "when": {"predicate": "posts a complaint"}}]},
        ("rules", 0, "when", "predicate"),
    ),
    "the lists hold the cut-offs": (
        {
            "score": {"sigma": 5},
            "lists": [{"id": "suspended", "entry": {"trigger": {"score_below": 1}}}],
            "consequences": [{"id": "licence_suspended", "trigger": {"list": None, "score_below": 50}}],
        },
        ("lists",),
    ),
    "the only time limit for a notice is the consequence's own": (
        {
            "notice": {"sla_days": None},
            "consequences": [{"id": "licence_suspended", "delay_days": 5, "notice": {"enabled": True, "sla_days": 9}}],
        },
        ("consequences", 0, "notice", "sla_days"),
    ),
    "one of two rates is large": (
        {
            "data_sources": [
                {
                    "id": "road_offences",
                    "linkage": {"key": "phone", "false": 0.5},
                    "accuracy": {"false_match": 0.0, "comparisons_per_day": 100},
                }
            ]
        },
        ("data_sources", 0, "linkage", "false"),
    ),
    "what a list publishes decides how bad it is": (
        {"lists": [{"id": "suspended", "published": True, "publish_fields": ["id_number"]}]},
        ("lists",),
    ),
}


@pytest.mark.parametrize(("over", "way"), FOUND_BY_FUZZING.values(), ids=FOUND_BY_FUZZING)
def test_what_fuzzing_found_stays_found(over: dict[str, Any], way: Way) -> None:
    scheme = texts.laid_over(texts.base(), over)
    before = said(scheme)
    around = [way[:n] for n in range(1, len(way) + 1) if isinstance(way[n - 1], str)]
    assert [x for key in around for x in lost(scheme, before, key)] == []


def test_an_empty_scheme_is_clean_of_nothing() -> None:
    found = lint_text(texts.text_of({"schema": 1, "scheme": {"title": "nothing said"}}))
    assert {f.code for f in found} == set(texts.BY_CODE) - {"GH941"}
    assert {f.status for f in found} == {Status.UNDETERMINED}


@pytest.mark.parametrize("path", read_texts())
def test_no_exit_code_gets_better_without_a_section(path: Path) -> None:
    data = source.read_document(path).data
    before = lint([texts.text_of(data)])
    for section in [k for k in data if k != ANSWERS_TO_LINT]:
        try:
            after = lint([texts.text_of(taken_out(data, (section,)))])
        except ValidationError:
            continue
        for level in SEVERITIES:
            assert after.reaches(level) or not before.reaches(level), f"{level} when {section} is taken out"


@pytest.mark.parametrize("path", read_texts())
def test_against_a_baseline_what_went_with_a_section_is_silent_now_and_counted(path: Path) -> None:
    data = source.read_document(path).data
    before = lint([texts.text_of(data)])
    for section in [k for k in data if k != ANSWERS_TO_LINT]:
        try:
            after = compared(before, taken_out(data, (section,)))
        except ValidationError:
            continue
        assert [e for e in after.gone if e["change"] != Change.SILENT_NOW.value] == [], section
        assert len(after.findings) + len(after.gone) >= len(before.findings)


def compared(before: Report, data: dict[str, Any]) -> Report:
    return baseline.against(lint([texts.text_of(data)]), baseline.entries(before))
