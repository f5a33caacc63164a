"""What the schema finds wrong, in words: place, found, allowed, next step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple

from pydantic import ValidationError

from glasshouse.scenario import shape
from glasshouse.scenario.schema import SCHEMA_VERSION, OutsideRange, Scenario, parse_days, parse_rate
from glasshouse.scenario.source import Loc, shown

PERSONAL = {
    "name", "names", "full_name", "first_name", "last_name", "surname", "given_name", "id_number", "identity_number",
    "national_id", "passport", "passport_number", "id_card", "ssn", "person", "persons", "people_list", "birth_date",
    "birthday", "date_of_birth", "dob", "address", "street", "postcode", "phone", "phone_number", "mobile", "telephone",
    "email", "e_mail", "mail", "face", "photo", "image", "fingerprint", "latitude", "longitude", "lat", "lon", "lng",
    "coordinates", "gps", "location", "account", "user_name", "username", "plate",
}  # fmt: skip
"""Keys under which a file would describe a real person. None of them is in the schema where it could."""
THE_LINE = "A scenario describes a scheme and aggregates, never a person: see docs/the-line.md"
PATTERNS = {
    r"^[a-z][a-z0-9_]{0,47}$": "an id: small letters, digits and _, beginning with a letter, at most 48",
    r"^[A-Z]$": "a group: one capital letter, such as A",
    r"^[a-z][a-z0-9_]{0,31}$": "a region: small letters, digits and _, beginning with a letter, at most 32",
    r"^[a-z][a-z0-9-]{0,39}$": "the name of a variant: small letters, digits and -, beginning with a letter, at most 40",
}
EXPECTED = {
    "int_from_float": "a whole number", "int_parsing": "a whole number", "int_type": "a whole number",
    "float_parsing": "a number", "float_type": "a number", "bool_parsing": "true or false", "bool_type": "true or false",
    "int_parsing_size": "a smaller whole number",
}  # fmt: skip


MAX_FAULTS = 300


class Finding(NamedTuple):
    """Something wrong at a place of the raw scenario. `at_key`: the key itself is wrong, not what stands under it."""

    loc: Loc
    message: str
    at_key: bool = False


def findings_of(error: ValidationError, raw: dict[str, Any]) -> list[Finding]:
    """Every fault that the schema found, each once, in plain words."""
    found: dict[tuple[Loc, bool], Finding] = {}
    faults = error.errors(include_url=False)
    misspelt = {(f["loc"][:-1], shape.near(f["loc"][-1], known)) for f, known in _unknown(faults[:MAX_FAULTS], raw)}
    for fault in faults[:MAX_FAULTS]:
        loc, at_key = _loc_in(raw, fault["loc"], fault["type"])
        if fault["type"] == "missing" and (fault["loc"][:-1], fault["loc"][-1]) in misspelt:
            continue  # it stands there under another spelling, which is told
        finding = Finding(loc, _message(fault, loc, raw), at_key or fault["type"] == "extra_forbidden")
        found.setdefault((loc, finding.at_key), finding)
    left = [Finding((), f"... and {len(faults) - MAX_FAULTS:,} more")] if len(faults) > MAX_FAULTS else []
    return [*found.values(), *left]


def _unknown(faults: list[Any], raw: dict[str, Any]) -> Iterator[tuple[Any, list[str]]]:
    """The keys that are none, each with those that may stand there."""
    for fault in faults:
        if fault["type"] == "extra_forbidden":
            around = _loc_in(raw, fault["loc"], fault["type"])[0][:-1]
            yield fault, shape.keys(shape.at(Scenario, around, raw), reduce(shape.inside, around, raw))


def _loc_in(raw: Any, loc: tuple[str | int, ...], kind: str) -> tuple[Loc, bool]:
    """pydantic's place as a place of the file: without names of union members and the `value` of a bare number."""
    out: list[str | int] = []
    for n, key in enumerate(loc):
        if isinstance(raw, dict) and str(key) in raw:
            out.append(str(key))
            raw = raw[str(key)]
        elif isinstance(raw, list) and isinstance(key, int) and key < len(raw):
            out.append(key)
            raw = raw[key]
        elif kind == "missing" and n == len(loc) - 1:
            out.append(str(key))
    return tuple(out), bool(loc) and loc[-1] == "[key]"


def _message(fault: Any, loc: Loc, raw: dict[str, Any]) -> str:
    kind, found, ctx = fault["type"], fault["input"], fault.get("ctx", {})
    quoted = f'"{shown(found)}"' if isinstance(found, str) else "nothing" if found is None else shown(found)
    if isinstance(ctx.get("error"), OutsideRange):
        return _outside_range(reduce(shape.inside, loc, raw)) or str(ctx["error"])
    if kind == "value_error":
        return str(ctx["error"])
    if kind == "extra_forbidden":
        return _unknown_key(loc, raw)
    if kind == "missing":
        return "is missing" + (f": a scenario begins with `schema: {SCHEMA_VERSION}`" if loc == ("schema",) else "")
    if kind == "literal_error":
        if loc == ("schema",):
            return f"{quoted} is not a version of the scheme file that this glasshouse reads. Write `schema: {SCHEMA_VERSION}`"
        return _not_a_choice(quoted, found, re.findall(r"'([^']*)'", ctx["expected"]) or [ctx["expected"]])
    if kind == "union_tag_invalid":
        return _not_a_choice(f'kind "{shown(ctx["tag"])}"', ctx["tag"], re.findall(r"'([^']*)'", ctx["expected_tags"]))
    if kind == "union_tag_not_found":
        return "needs a kind: step, growth, rollout or window"
    if kind == "string_pattern_mismatch":
        return f"{quoted} is not {PATTERNS.get(ctx['pattern'], 'of the form ' + ctx['pattern'])}"
    return _of_type(kind, quoted, found, ctx, loc, raw) or f"{quoted} cannot stand here: {fault['msg'].lower()}"


def _of_type(kind: str, quoted: str, found: Any, ctx: dict[str, Any], loc: Loc, raw: dict[str, Any]) -> str:
    """The wrong type, or a number outside its limits; empty for a kind of fault that is not told here."""
    found_kind = "a mapping" if isinstance(found, dict) else "a list" if isinstance(found, list) else quoted
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        known = shape.keys(shape.at(Scenario, loc, raw))
        return f"found {found_kind}; a mapping is expected here" + (
            f", with the keys {', '.join(known)}" if known else ""
        )
    if kind in ("list_type", "tuple_type"):
        return f'found {found_kind}; a list is expected here: begin each item with "- "'
    if kind in EXPECTED:
        return f"found {found_kind}; {EXPECTED[kind]} is expected here"
    if kind == "string_type":
        return f"found {found_kind}; text is expected here" + (
            "" if isinstance(found, dict | list) else ": put it in quotes"
        )
    if kind.startswith("date_"):
        return f"{quoted} is not a date. Write year-month-day, such as 2013-10-24"
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return _beyond(kind, quoted, found, ctx, loc, raw)
    if kind in ("string_too_long", "too_long", "too_short"):
        limit = ctx.get("max_length", ctx.get("min_length"))
        return f"has {len(found)} {'characters' if isinstance(found, str) else 'items'}; {limit} is the limit"
    return ""


def _beyond(kind: str, quoted: str, found: Any, ctx: dict[str, Any], loc: Loc, raw: dict[str, Any]) -> str:
    limit = next(iter(ctx.values()))
    if limit in (0.0, 1.0) and any(m.__name__ == "_Share" for m in shape.models(_quantity_at(loc, raw))):
        fix = f"; write {found / 100:g} for {found:g} %" if isinstance(found, int | float) and 1 < found <= 100 else ""
        return f"{quoted} is not a share; a share is between 0 and 1{fix}"
    words = {
        "greater_than_equal": "less than",
        "less_than_equal": "more than",
        "greater_than": "not more than",
        "less_than": "not less than",
    }
    return f"{quoted} is {words[kind]} {f'{limit:,}' if isinstance(limit, int) else f'{limit:g}'}"


def _outside_range(found: Any) -> str:
    """A number and its own range as the file has them; empty where they are not to be seen there."""
    if not isinstance(found, dict) or not isinstance(found.get("range"), list) or len(found["range"]) != 2:
        return ""
    low, high = (shown(x) for x in found["range"])
    value = shown(found.get("value"))
    try:
        turned = _as_number(found["range"][0]) > _as_number(found["range"][1])
    except ValueError:
        turned = False
    if turned:
        return f"the range [{low}, {high}] is the wrong way round; the lowest comes first: [{high}, {low}]"
    return f"value {value} is outside its own range [{low}, {high}]"


def _as_number(found: Any) -> float:
    """A number, a rate or a duration of the file, to be compared with another of its kind."""
    if not isinstance(found, str):
        return float(found)
    return parse_rate(found) if " per " in found else float(parse_days(found))


def _quantity_at(loc: Loc, raw: dict[str, Any]) -> Any:
    """The annotation of the number that a place belongs to: itself, or the mapping whose `value` it is."""
    whole = (
        loc[:-1] if loc and loc[-1] in ("value", "range") else loc[:-2] if len(loc) > 1 and loc[-2] == "range" else loc
    )
    return shape.at(Scenario, whole, raw)


def _unknown_key(loc: Loc, raw: dict[str, Any]) -> str:
    key = str(loc[-1])
    parent = raw
    for step in loc[:-1]:
        parent = shape.inside(parent, step)
    known = shape.keys(shape.at(Scenario, loc[:-1], raw), parent)
    comma = " A number is written with a point: 0.5, not 0,5." if key.isdigit() and isinstance(parent, dict) else ""
    message = f"is not a key here.{shape.nearest(key, known)}{comma} Allowed: {', '.join(known)}"
    return f"{message}. {THE_LINE}" if key.lower() in PERSONAL else message


def _not_a_choice(quoted: str, found: Any, allowed: list[str]) -> str:
    return f"{quoted} is not one of the choices here.{shape.nearest(found, allowed)} Allowed: {', '.join(allowed)}"
