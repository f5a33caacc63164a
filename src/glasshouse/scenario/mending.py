"""A file that the schema refuses, mended so that the rest of it can be looked at too: all faults are told at once.

Whatever the schema found wrong is taken out (a key that is not one) or gives way to something that may stand there, and the file is read
again. What is mended is used for nothing but to look for nonsense in meaning elsewhere in the file; nothing is told of the places that were
mended, nor of what lies around or below them. Where a list or a mapping stood that was neither, nothing more is told: what refers to its
entries cannot be judged; nor where a number is missing or is none that others are held against.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from glasshouse.scenario import shape
from glasshouse.scenario.schema import SCHEMA_VERSION, Days, Rate, Scenario, Share
from glasshouse.scenario.source import Loc
from glasshouse.scenario.wording import Finding, findings_of

ROUNDS = 4
"""A part that was mended may show what it hid; after so many times the file is left alone."""


class _Unmendable(Exception):
    """What stands here is of a kind that cannot be made up."""


def mended(raw: dict[str, Any], found: Iterable[Finding]) -> tuple[Scenario, set[Loc]] | None:
    """The scenario that the file is when mended, and the places that were mended; None where it cannot be mended."""
    done, places, left = copy.deepcopy(raw), set[Loc](), list(found)
    try:
        for _ in range(ROUNDS):
            for finding in sorted(left, key=lambda f: not f.at_key):  # a key misspelt may be one that is missing
                places |= {finding.loc, _mend(done, finding)}
            try:
                return Scenario.model_validate(done), places
            except ValidationError as fault:
                left = findings_of(fault, done)
    except _Unmendable:
        pass
    return None


def apart(findings: Iterable[Finding], places: Iterable[Loc]) -> list[Finding]:
    """The findings that lie neither at, nor above, nor below a place that was mended."""
    return [f for f in findings if not any(_one_inside_other(f.loc, p) for p in places)]


def _one_inside_other(a: Loc, b: Loc) -> bool:
    shorter = min(len(a), len(b))
    return a[:shorter] == b[:shorter]


def _mend(raw: dict[str, Any], finding: Finding) -> Loc:
    """Put right, in place, what one finding is about; the place where it then is."""
    loc = finding.loc
    if not loc:
        raise _Unmendable
    *around, key = loc
    node: Any = _at(raw, around)
    if finding.at_key:
        return _mend_key(raw, loc, node)
    if "range" in loc[-2:] or _has_range(node, key):
        _at(raw, loc[: loc.index("range")] if "range" in loc else loc).pop("range", None)
    elif key in node or not isinstance(node, dict):
        node[key] = _instead(shape.at(Scenario, loc, raw), node[key])
    else:
        node[key] = _for_nothing(shape.at(Scenario, loc, raw))
    return loc


def _at(node: Any, loc: Iterable[str | int]) -> Any:
    for key in loc:
        node = node[key]
    return node


def _has_range(node: Any, key: str | int) -> bool:
    found = shape.inside(node, key)
    return isinstance(found, dict) and {"value", "range"} <= found.keys()


def _mend_key(raw: dict[str, Any], loc: Loc, node: dict[str | int, Any]) -> Loc:
    """A key that is none becomes the one that was probably meant, in its place: acts and lists are numbered by their order."""
    *around, key = loc
    known = shape.keys(shape.at(Scenario, around, raw), node)
    meant = shape.near(key, known) if known else _as_id(str(key))
    if meant is None or meant in node:
        if isinstance(node[key], dict | list):
            raise _Unmendable  # what refers to its entries cannot be judged
        del node[key]
        return loc
    entries = [(meant if k == key else k, value) for k, value in node.items()]
    node.clear()
    node.update(entries)
    return (*around, meant)


def _instead(kind: Any, found: Any) -> Any:
    """Something that may stand where the schema has this annotation, as like to what was found as can be."""
    if isinstance(found, dict) and shape.is_quantity(kind):
        found = found.get("value")
    if isinstance(found, dict | list):
        raise _Unmendable
    number = type(found) in (int, float)
    for option in shape.options(kind):
        if option is str and isinstance(found, str):
            return _as_id(found)
        if option is bool:
            return False
        if option in (int, float) and number:
            return 1
        if shape.words(option) == [str(SCHEMA_VERSION)]:
            return SCHEMA_VERSION
        if near := shape.near(found, shape.words(option)):
            return near
        if shape.is_quantity(option):
            return _quantity(option, found, number)
    raise _Unmendable


def _quantity(kind: Any, found: Any, number: bool) -> Any:
    if issubclass(kind, Rate | Days):
        return "1 per year" if issubclass(kind, Rate) else 30
    if not number:
        raise _Unmendable
    return min(abs(found), 1) if issubclass(kind, Share) else abs(found)


def _for_nothing(kind: Any) -> Any:
    """Something for what is missing, where nothing else in a file depends on what it is."""
    for option in shape.options(kind):
        if option is str and option is kind:  # text, and no id that others refer to
            return "text"
        if shape.is_quantity(option) and issubclass(option, Rate):
            return "1 per year"
        if shape.words(option):
            return SCHEMA_VERSION if shape.words(option) == [str(SCHEMA_VERSION)] else shape.words(option)[0]
    raise _Unmendable


def _as_id(text: str) -> str:
    """Small letters and digits of a text, so that one word misspelt alike in two places stays one word."""
    plain = re.sub(r"[^a-z0-9_]", "_", text.lower())[:40]
    return plain if plain[:1].isalpha() else "x" + plain
