"""Standing: how much a number may be believed, worked out from the parameters that drive it.

`validated`: it predicted published figures to which nothing was fitted. `anchored`: every parameter that drives it
names a source where it was measured. `assumed`: one of them at least is an assumption, or was fitted, or says
nothing. A measure is as good as the weakest of its drivers. A promise (`notice`, `appeal`) drives nothing where its
practice is given. A bare number of `conduct` or `practice` says nothing and counts as assumed; a bare number
elsewhere is the text of the scheme itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from glasshouse.measures.entry import Measure

Level = Literal["validated", "anchored", "assumed"]
Parameters = Mapping[str, Mapping[str, Any]]
UNMEASURED = ("assumption", "fitted", None)
PROMISES = ("notice", "appeal")
BARE = ("conduct", "practice")


@dataclass(frozen=True)
class Standing:
    """The level, and because of what: paths that are assumed, or the sources that anchor it."""

    level: Level
    because: tuple[str, ...]


def standing(measure: Measure, parameters: Parameters, validated: Sequence[str] = ()) -> Standing:
    """How much this measure may be believed in a scenario with these parameters (see `parameters_of`)."""
    if measure.name in validated:
        return Standing("validated", ("predicted published figures to which nothing was fitted",))
    driving = {path: parameters[path] for path in _driving(measure.drivers, tuple(parameters))}
    if not driving:
        return Standing("assumed", ("no parameter that drives it names a source",))
    weak = tuple(path for path, number in driving.items() if number.get("source") in UNMEASURED)
    if weak:
        return Standing("assumed", weak)
    return Standing("anchored", tuple(sorted({str(number["source"]) for number in driving.values()})))


def drives(measure: Measure, path: str) -> bool:
    """Is this path one of the measure's drivers, or beneath one?"""
    return any(_beneath(_keys(path), _keys(driver)) for driver in measure.drivers)


@lru_cache(maxsize=2048)
def _driving(drivers: tuple[str, ...], paths: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these paths drive a measure; a sweep asks the same of every run."""
    practised = {part for part in PROMISES if _practised(part, paths)}
    keys = [_keys(driver) for driver in drivers]
    return tuple(p for p in paths if _keys(p)[0] not in practised and any(_beneath(_keys(p), key) for key in keys))


def _practised(part: str, paths: Sequence[str]) -> bool:
    """Is the practice of this promise given?"""
    practice = (("practice", part), ("practice", "lists", "*", part))
    return any(_beneath(_keys(other), key) for other in paths for key in practice)


@lru_cache(maxsize=4096)
def _keys(path: str) -> tuple[str, ...]:
    """The keys of a dotted path; the same few thousand are asked about for every measure."""
    return tuple(path.split("."))


def _beneath(path: tuple[str, ...], driver: tuple[str, ...]) -> bool:
    return len(path) >= len(driver) and all(part in ("*", key) for key, part in zip(path, driver, strict=False))


def parameters_of(scenario: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every number of a scenario by its path, such as `practice.lists.defaulters.notice.served`, with its source."""
    return dict(_numbers(scenario, ()))


def _numbers(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, Mapping) and "value" in node and not isinstance(node["value"], Mapping):
        yield ".".join(path), {key: node.get(key) for key in ("value", "source", "label", "range")}
    elif isinstance(node, Mapping):
        for key, inner in node.items():
            if key not in ("cite", "note", "evidence"):
                yield from _numbers(inner, (*path, str(key)))
    elif isinstance(node, list | tuple):
        for number, inner in enumerate(node):
            yield from _numbers(inner, (*path, _key(inner, number)))
    elif path and path[0] in BARE and _is_number(node, path[-1]):
        yield ".".join(path), {"value": node, "source": None, "label": None, "range": None}


def _key(node: Any, number: int) -> str:
    named = isinstance(node, Mapping) and (node.get("id") or node.get("name"))
    return str(named or number)


def _is_number(node: Any, key: str) -> bool:
    if isinstance(node, str):
        return bool(re.search(r"\d.* per (day|week|month|year)$", node)) or key.endswith("_days")
    return isinstance(node, int | float) and not isinstance(node, bool)
