"""Schemes made up by Hypothesis: every key of the promise may be there, be null, or be missing; whatever validates may come."""

from __future__ import annotations

import types
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from glasshouse.scenario import schema

IDS = ("a", "b", "c", "speeding", "suspended")
WORDS = (
    "court",
    "none",
    "police",
    "age",
    "health",
    "diet",
    "criticism",
    "dishonest",
    "pay_debt",
    "medical",
    "name",
    "public",
    "offence",
)
SECTIONS = (
    "data_sources", "score", "rules", "associations", "models", "lists", "consequences", "notice", "appeal", "correction", "sharing",
    "retention", "roles", "minors", "impact_assessments", "transparency", "explanation", "related_contexts", "definitions",
)  # fmt: skip


def of(annotation: Any, depth: int) -> st.SearchStrategy[Any]:
    """Values that may stand where this annotation is, as they would be written in a file."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return of_annotated(annotation, depth)
    if origin in (Union, types.UnionType):
        return st.one_of([st.none() if a is type(None) else of(a, depth) for a in get_args(annotation)])
    if origin is Literal:
        return st.sampled_from(get_args(annotation))
    if origin is list:
        return st.lists(of(get_args(annotation)[0], depth + 1), max_size=2)
    if origin is tuple:
        return st.tuples(*(of(a, depth + 1) for a in get_args(annotation))).map(list)
    if origin is dict:
        return st.dictionaries(of(get_args(annotation)[0], depth), of(get_args(annotation)[1], depth + 1), max_size=2)
    return plain(annotation, depth)


def of_annotated(annotation: Any, depth: int) -> st.SearchStrategy[Any]:
    text = str(annotation)
    if "a-z][a-z0-9_]{0,47}" in text:
        return st.sampled_from(IDS)
    if "[A-Z]" in text:
        return st.sampled_from(("A", "B"))
    if "ge=1), Le(le=5" in text or "Ge(ge=1), Le(le=5)" in text:
        return st.integers(1, 5)
    if "ge=1" in text:
        return st.integers(1, 7)
    if "min_length=40" in text:
        return st.just("because the same statute governs both contexts and says so")
    return of(get_args(annotation)[0], depth)


def plain(kind: Any, depth: int) -> st.SearchStrategy[Any]:
    if kind in (schema.Days, schema.Count):
        return st.sampled_from((0, 1, 3, 14, 30, 400, 3650))
    if kind in (schema.Share,):
        return st.sampled_from((0.0, 0.001, 0.1, 0.5, 1.0))
    if kind in (schema.Number, float):
        return st.sampled_from((0.0, 0.5, 1.0, 20.0, 1000.0))
    if kind is schema.Points or kind is int:
        return st.integers(-10, 20)
    if kind is bool:
        return st.booleans()
    if kind is date:
        return st.sampled_from(("2019-01-01", "2026-06-01"))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return model(kind, depth)
    return st.sampled_from(WORDS)


@st.composite
def model(draw: st.DrawFn, kind: type[BaseModel], depth: int) -> dict[str, Any]:
    """A mapping for a model: what is required always, the rest half of the time."""
    if kind is schema.Trigger:
        which = draw(st.sampled_from(("list", "score_below", "score_above", "rule")))
        return {which: draw(st.integers(0, 10) if "score" in which else st.sampled_from(IDS))}
    found = {}
    for name, field in kind.model_fields.items():
        if name in ("cite", "note"):
            continue
        if field.is_required() or draw(st.booleans()):
            found[field.alias or name] = draw(
                of(field.annotation if not field.metadata else Annotated[field.annotation, *field.metadata], depth + 1)
            )
    return found


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """A scheme's text, without a world, that validates."""
    data: dict[str, Any] = {"schema": 1, "scheme": draw(model(schema.Scheme, 0))}
    for section in SECTIONS:
        if draw(st.integers(0, 4)):
            data[section] = draw(of(schema.Scenario.model_fields[section].annotation, 0))
    return data
