"""What was published about a scheme: dated cumulative counts, and what may be done with each.

A row is `fit` or `check`. A fit sees only `fit` rows dated `LAST_FITTED` or earlier; `fit_rows` is the one door
through which figures reach a fit, and it refuses a later one. Counts are in real units (publications, tries,
persons), cumulative from the start of the scheme to the end of the day. Source of the idea: increments between dated
points beside totals, so that one early error is not counted in every later row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from glasshouse.errors import UsageError

LAST_FITTED = date(2018, 12, 31)
"""No figure dated later than this is fitted to, or looked at when anything is chosen."""


@dataclass(frozen=True)
class Row:
    """One published figure. `why` says why a `check` row is not fitted."""

    id: str
    date: date
    series: str
    value: float
    unit: str
    confidence: str
    split: str
    publisher: str
    ref: str = ""
    why: str = ""


@dataclass(frozen=True)
class Increment:
    """What was published between two dated points of one series; `before` is None where the series starts at its
    opening day.
    """

    series: str
    before: Row | None
    row: Row
    start: date
    value: float

    @property
    def days(self) -> int:
        return (self.row.date - self.start).days

    @property
    def per_year(self) -> float:
        return self.value / self.days * 365.25


PUBLICATIONS_PER_PERSON = (1.0, 1.5)
"""Assumption: how many publications there are to a person listed. Not published up to 2018; in January 2014 one in six was of a firm."""
OPENED = {
    "listings": date(2013, 10, 24),
    "complied": date(2013, 10, 24),
    "refused_flight": date(2014, 7, 1),
    "refused_flight_people": date(2014, 7, 1),
    "refused_rail": date(2015, 7, 22),
    "refused_executive": date(2016, 1, 20),
}
"""First day on which each count could move."""


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    """Every published row kept for a catalogue scenario, by series and date. Raises UsageError where none are kept."""
    from ruamel.yaml import YAML

    file = resources.files("glasshouse.scenario.catalogue") / "data" / f"{name}.record.yaml"
    if not file.is_file():
        raise UsageError(
            f'there are no published figures for "{name}" in the catalogue, so there is nothing to hold it against'
        )
    found = YAML(typ="safe").load(file.read_text(encoding="utf-8"))["rows"]
    return tuple(sorted((_row(x) for x in found), key=lambda r: (r.series, r.date)))


def _row(x: dict[str, object]) -> Row:
    day = x["date"] if isinstance(x["date"], date) else date.fromisoformat(str(x["date"]))
    return Row(**{**x, "date": day, "value": float(str(x["value"]))})  # type: ignore[arg-type]


def fit_rows(rows: Iterable[Row], until: date = LAST_FITTED) -> tuple[Row, ...]:
    """The rows that a fit may see: split `fit`, not of low confidence, dated `until` or earlier. Raises UsageError
    past `LAST_FITTED`.
    """
    if until > LAST_FITTED:
        raise UsageError(f"a fit may not see figures later than {LAST_FITTED}; {until} was asked for")
    return tuple(r for r in rows if r.split == "fit" and r.confidence != "low" and r.date <= until)


def increments(rows: Sequence[Row]) -> tuple[Increment, ...]:
    """Differences between neighbouring dates of each series; the first runs from the day before the series opened."""
    out: list[Increment] = []
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: (r.series, r.date)):
        before = last.get(row.series)
        start = before.date if before else OPENED[row.series] - timedelta(days=1)
        out.append(Increment(row.series, before, row, start, row.value - (before.value if before else 0.0)))
        last[row.series] = row
    return tuple(out)


def day_index(start: date, day: date) -> int:
    """Index into a daily array whose element 0 is `start`."""
    return (day - start).days


def totals_at(daily: NDArray[np.float64], start: date, rows: Sequence[Row]) -> NDArray[np.float64]:
    """Cumulative sums of a daily array (element 0 is `start`) at the end of each row's day."""
    cumulative = np.cumsum(daily)
    return cumulative[[day_index(start, r.date) for r in rows]]
