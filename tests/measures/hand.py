"""Listings written down by hand, for measures that can be worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np

from glasshouse.codes import BASES, EXITS
from glasshouse.measures.estimate import Estimate
from glasshouse.measures.frame import OF_CAUSES, Cases, World
from glasshouse.measures.tally import Tally
from glasshouse.measures.uncertainty import estimate


def world(people: int = 100, days: int = 1000, lists: tuple[str, ...] = ("defaulters",), **changed: Any) -> World:
    """One region, one group, one list, a gate that bars movement; whatever is given is changed."""
    facts: dict[str, Any] = {
        "people": people,
        "days": days,
        "represents": 1.0,
        "lists": lists,
        "groups": ("A",),
        "regions": ("all",),
        "gates": ("flight",),
        "population": np.array([[people]]),
        "scenario": {},
        "bars_movement": {"base": {"flight": tuple(range(len(lists)))}},
    }
    return World(**(facts | changed))


def listing(opened: int = 1, closed: int = 0, by: str = "", basis: str = "own_act", **changed: Any) -> dict[str, Any]:
    """One listing: rightful if it is for an own act, unless said otherwise; days are 0 for never."""
    numbers = dict.fromkeys(("list", "group", "region", "notified_on", "learnt_on", "learnt_by", "appealed_on"), 0)
    numbers |= {"decided_on": 0, "decision": 0, "paid_on": 0, "ordinal": 1, "cause_kind": 4, "cause_act": 0}
    said = {"opened": opened, "closed": closed, "closed_by": EXITS.index(by), "basis": BASES.index(basis)}
    return numbers | said | {"rightful": basis == "own_act"} | changed


def cases(of: World, listings: list[dict[str, Any]]) -> Cases:
    """Listings of the persons 0, 1, 2, … unless they name a person. They must be in the order of their slots."""
    rows = [{"person": number} | row for number, row in enumerate(listings)]
    names = [field for field in Cases.__dataclass_fields__ if field not in ("world", "variant", *OF_CAUSES)]
    kinds = {"rightful": bool}
    return Cases(of, "base", **{name: np.array([row[name] for row in rows], kinds.get(name, int)) for name in names})


def value(tally: Tally, of: Cases) -> float | None:
    """The number for everybody."""
    return whole(tally, of).value


def whole(tally: Tally, of: Cases) -> Estimate:
    """The estimate for everybody."""
    return estimate(tally, of)[None][0]
