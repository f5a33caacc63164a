"""Texts for the tests: the complete base scheme, and a few lines laid over it."""

from __future__ import annotations

import copy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from glasshouse.linting.finding import Finding, Status
from glasshouse.linting.registry import BY_CODE
from glasshouse.linting.run import lint_text
from glasshouse.linting.text import Text
from glasshouse.scenario import source
from glasshouse.scenario.schema import Scenario

CASES = Path(__file__).parent / "linting" / "cases"
TODAY = date(2026, 11, 21)


@cache
def _base() -> Any:
    return source.read_document(CASES / "_base.yaml").data


def base() -> dict[str, Any]:
    return copy.deepcopy(_base())


def laid_over(under: Any, over: Any) -> Any:
    """Mappings key by key; items of lists by their id where both have one; anything else is replaced."""
    if isinstance(under, dict) and isinstance(over, dict):
        return under | {k: laid_over(under.get(k), v) for k, v in over.items()}
    if (
        isinstance(under, list)
        and isinstance(over, list)
        and over
        and all(isinstance(o, dict) and "id" in o for o in over)
    ):
        fresh = {o["id"]: o for o in over}
        kept = [laid_over(u, fresh.pop(u["id"])) if u.get("id") in fresh else u for u in under]
        return kept + list(fresh.values())
    return over


def without(data: dict[str, Any], dotted: str) -> dict[str, Any]:
    """The same text with one key taken out; items of lists by id or position."""
    *way, last = dotted.split(".")
    here: Any = data
    for step in way:
        here = (
            here[step]
            if isinstance(here, dict)
            else next(x for i, x in enumerate(here) if step in (x.get("id"), str(i)))
        )
    del here[last]
    return data


def text_of(data: dict[str, Any], as_of: date = TODAY) -> Text:
    return Text(Scenario.model_validate(data), as_of=as_of)


def of_case(case: dict[str, Any]) -> Text:
    data = laid_over(base(), case.get("text") or {})
    for path in case.get("without", []):
        data = without(data, path)
    return text_of(data, date.fromisoformat(case["as_of"]) if "as_of" in case else TODAY)


def says(code: str, text: Text) -> list[Finding]:
    """What one rule says about a text; GH941 needs the findings of all the others."""
    rules = list(BY_CODE.values()) if code == "GH941" else [BY_CODE[code]]
    return [f for f in lint_text(text, rules) if f.code == code]


def states(code: str, text: Text) -> set[Status]:
    return {f.status for f in says(code, text)}


def yaml(words: str) -> Any:
    return source.parse_document(words, "page").data
