"""What changed for flights after 2016: competing accounts, none of which the published figures can rule out.

Between 2017 and 2018 refused flights per listing rose by 60 %, and refused trains did not. Demand grows far too
slowly, the passport channel shut too early, and people who give up cannot try more often: something multiplied the
*tries of a trip*, or the way of counting them. Each form is one schedule on `conduct.demand.flight.tries_per_trip`;
`counting` puts the same factor between what was tried and what was recorded, so its behaviour did not change and only
its record did. Each form is run with every continuation after 2018 that it allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

HELD = date(2018, 12, 31)
AFTER = date(2019, 1, 1)


@dataclass(frozen=True)
class Form:
    """One account. `since` is its date, or None where the date is fitted; `counting` is true where only the record
    changed.
    """

    name: str
    title: str
    kind: str  # step or growth
    since: date | None
    continuations: tuple[str, ...]
    counting: bool = False


FORMS = (
    Form("step-2018", "tries of a trip stepped up on 2018-05-01", "step", date(2018, 5, 1), ("holds", "ends")),
    Form(
        "growth-2016",
        "tries of a trip grow from 2016-12-10, when the passport channel shut",
        "growth",
        date(2016, 12, 10),
        ("goes_on", "holds"),
    ),
    Form("growth-fitted", "tries of a trip grow from a fitted month", "growth", None, ("goes_on", "holds")),
    Form(
        "counting",
        "the way of counting changed in a fitted month; behaviour did not",
        "step",
        None,
        ("holds",),
        counting=True,
    ),
)
"""`ends` means that the factor is gone in 2019, `holds` that it stays where it was at the end of 2018, `goes_on` that it grows on."""

SINCE_GRID = tuple(date(y, m, 1) for y in (2016, 2017, 2018) for m in range(1, 13) if (2016, 6) <= (y, m) <= (2018, 9))
"""First days of months that a fitted date may take: the calendar of growth moves monthly, so a finer date would change nothing."""


def form_named(name: str) -> Form:
    """The form of a name."""
    return next(f for f in FORMS if f.name == name)


def schedule(form: Form, since: date, size: float, continuation: str) -> list[dict[str, Any]]:
    """The form as a schedule of the scenario file. `size` is the factor of a step, or 1 + growth a year."""
    if form.kind == "step":
        steps: list[dict[str, Any]] = [{"kind": "step", "from": since.isoformat(), "factor": _number(size)}]
        if continuation == "ends":
            steps.append({"kind": "step", "from": AFTER.isoformat(), "factor": _number(1 / size)})
        return steps
    growth: dict[str, Any] = {"kind": "growth", "from": since.isoformat(), "per_year": _number(size - 1)}
    return [growth | ({"to": HELD.isoformat()} if continuation == "holds" else {})]


def _number(x: float) -> dict[str, Any]:
    return {"value": float(f"{x:.5g}"), "source": "fitted"}


def exponent(form: Form, since: date, calendar: list[date], continuation: str) -> NDArray[np.float64]:
    """The power of `size` on each day, by the calendar rules of `integers.factor_on`: [day]."""
    if form.kind == "step":
        on = np.array([since <= d and not (continuation == "ends" and d >= AFTER) for d in calendar])
        return on.astype(np.float64)
    until = [min(d, HELD) if continuation == "holds" else d for d in calendar]
    months = [(u.year - since.year) * 12 + u.month - since.month if u >= since else 0 for u in until]
    return np.maximum(months, 0) / 12.0
