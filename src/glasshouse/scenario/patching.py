"""A change to a scenario, written as a path and a value: what `variants[].set` and `--set PATH=VALUE` do.

Items of a list are called by their id (or name, or edge) or by their number in brackets: `lists.dishonest.max_days`,
`rules[0].points`. A value put on a number that carries its source replaces the value and keeps the source; `null` takes
a key or an item away.
"""

from __future__ import annotations

import re
from typing import Any

from glasshouse.errors import UsageError
from glasshouse.scenario import shape
from glasshouse.scenario.schema import Scenario
from glasshouse.scenario.source import Loc, shown

STEP = re.compile(r"([^.\[\]]+)|\[([^.\[\]]+)\]")
MAY_BEGIN = ("practice",)
"""Parts in which a patch may begin an entry that the file lacks; elsewhere that is more likely a misspelling."""


def apply_patch(raw: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the raw scenario with the value put at the path. Raises UsageError for a path that is not there."""
    done: dict[str, Any] = _patched(raw, Scenario, steps(path), value, "", steps(path)[0] in MAY_BEGIN)
    return done


def steps(path: str) -> list[str]:
    """The keys of a path; an item's number keeps its brackets. Raises UsageError where the path is not one."""
    found = _steps(path)
    if not found:
        raise UsageError(f'"{shown(path)}" is not a path; write it like lists.dishonest.max_days or rules[0].points')
    return found


def _steps(path: str) -> list[str]:
    found = list(STEP.finditer(path))
    whole = "".join(("." if m[1] and n else "") + m[0] for n, m in enumerate(found))
    return [m[1] or f"[{m[2]}]" for m in found] if whole == path else []


def loc_of(raw: Any, path: str) -> Loc:
    """The place that a path names in a raw scenario, as far as it is there; nowhere for what is not a path."""
    loc: list[str | int] = []
    for step in _steps(path):
        key: str | int | None = step
        if isinstance(raw, list):
            key = _position(raw, step)
            if key is None:
                break
        loc.append(step if key is None else key)
        raw = shape.inside(raw, loc[-1])
    return tuple(loc)


def _patched(node: Any, kind: Any, path: list[str], value: Any, walked: str, may_begin: bool) -> Any:
    """The node with the value put where the rest of the path leads. `walked` is the path so far, for messages."""
    if not path:
        return _replaced(node, kind, value)
    step = path[0]
    if isinstance(node, list):
        return _patched_list(node, kind, path, value, walked, may_begin)
    if shape.is_quantity(kind) and not isinstance(node, dict):
        node = {"value": node}
    if not isinstance(node, dict | None) or (node is None and shape.is_list(kind)):
        raise UsageError(f'{walked} has nothing inside that could be called "{shown(step)}"')
    inner = shape.child(kind, step, node)
    _check_key(node or {}, kind, inner, path, walked, may_begin)
    out = dict(node or {})
    if len(path) == 1 and value is None:
        out.pop(step, None)
    else:
        out[step] = _patched(out.get(step), inner, path[1:], value, f"{walked}.{step}" if walked else step, may_begin)
    return out


def _patched_list(node: list[Any], kind: Any, path: list[str], value: Any, walked: str, may_begin: bool) -> list[Any]:
    n = _position(node, path[0])
    if n is None:
        known = [x for x in shape.item_names(node) if x]
        hint = shape.nearest(path[0], known) + (
            f" It has {_listed(known)}." if known else f" It has {len(node)} items."
        )
        raise UsageError(f'{walked} has no item "{shown(path[0])}".{hint}')
    if len(path) == 1 and value is None:
        return node[:n] + node[n + 1 :]
    inner = shape.child(kind, n)
    return [*node[:n], _patched(node[n], inner, path[1:], value, f"{walked}.{path[0]}", may_begin), *node[n + 1 :]]


def _check_key(node: dict[str, Any], kind: Any, inner: Any, path: list[str], walked: str, may_begin: bool) -> None:
    """Refuse a key that the schema does not have, or a new entry of a table that is more likely a misspelling."""
    step, place = path[0], walked or "a scenario"
    if inner is None:
        known = shape.keys(kind, node)
        raise UsageError(
            f'{place} has no key "{shown(step)}".{shape.nearest(step, known)} It may have {_listed(known)}.'
        )
    begins = shape.is_table(kind) and step not in node
    if begins and len(path) > 1 and not may_begin:
        raise UsageError(
            f'{place} has no entry "{shown(step)}".{shape.nearest(step, node)} It has {_listed(list(node))}.'
        )


def _position(items: list[Any], step: str) -> int | None:
    """Which item a step means: its name, or its number in brackets."""
    bare = step.strip("[]")
    names = shape.item_names(items)
    if bare in names:
        return names.index(bare)
    if step.startswith("[") and bare.isdecimal() and len(bare) < 9 and int(bare) < len(items):
        return int(bare)
    return None


def _replaced(node: Any, kind: Any, value: Any) -> Any:
    """The new value; a number keeps its source, and its range as long as that holds it."""
    if not (shape.is_quantity(kind) and isinstance(node, dict) and not isinstance(value, dict)):
        return value
    out = {**node, "value": value}
    if "range" in out and not _within(out["range"], value):
        del out["range"]
    return out


def _within(limits: Any, value: Any) -> bool:
    """Is a plain number inside plain limits? What carries a unit is left to the schema, unless it equals a limit."""
    if not isinstance(limits, list) or len(limits) != 2:
        return True
    numbers = [_number(x) for x in (limits[0], value, limits[1])]
    if any(x is None for x in numbers):
        return value in limits
    low, found, high = (x for x in numbers if x is not None)
    return low <= found <= high


def _number(x: Any) -> float | None:
    """The size of a number, a rate or a duration, for comparing; None where it is none of them."""
    from glasshouse.scenario.schema import parse_days, parse_rate

    if isinstance(x, int | float) and not isinstance(x, bool):
        return float(x)
    for parse in (parse_rate, parse_days):
        try:
            return float(parse(x))
        except ValueError:
            continue
    return None


def _listed(known: list[str], most: int = 30) -> str:
    few = ", ".join(shown(k, 40) for k in known[:most])
    return few + (f" and {len(known) - most} more" if len(known) > most else "") if known else "none yet"
