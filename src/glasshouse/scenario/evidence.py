"""How well a scenario is evidenced: a label for the whole, and every number with where it comes from.

A scenario's label is the weakest of its parts, `documented` > `pilot` > `reported` > `hypothetical`; `disputed` is a flag beside it.
Numbers that the file does not give (the schema's defaults) are no parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from glasshouse.scenario import schema, shape
from glasshouse.scenario.reading import Loaded

LABELS = ("documented", "pilot", "reported", "hypothetical")
"""From the strongest to the weakest."""
UNITS = {
    "_Days": "days",
    "_Rate": "per person and year",
    "_Share": "share",
    "_Count": "count",
    "_Points": "points",
    "_Number": "number",
}


@dataclass(frozen=True)
class Evidenced:
    """A label, and whether it is disputed. In words: `documented`, or `reported, disputed`."""

    label: schema.Label
    disputed: bool

    def __str__(self) -> str:
        return f"{self.label}, disputed" if self.disputed else self.label


@dataclass(frozen=True)
class Parameter:
    """One number of the file. Rates are per person and year; `range` is [lowest, highest] in the unit of the value."""

    path: str
    value: float
    source: str | None
    label: schema.Label
    range: tuple[float, float] | None
    note: str | None
    unit: str
    disputed: bool = False
    changed: bool = False

    @property
    def is_assumed(self) -> bool:
        """Does nothing published stand behind it? Assumed, fitted, changed by hand, or without any source."""
        return self.changed or self.source is None or self.source in shape.NO_SOURCE_NEEDED


def weakest(labels: list[schema.Label]) -> schema.Label:
    """The weakest of some labels; nothing at all is hypothetical."""
    return max(labels, key=LABELS.index, default="hypothetical")


def standing_label(scenario: schema.Scenario) -> Evidenced:
    """The weakest label of the scenario's parts and numbers, and whether any of them is disputed."""
    numbers = [q for _, q in shape.quantities(scenario)]
    labels = [*scenario.evidence.parts.values(), *(q.label for q in numbers if q.label)]
    return Evidenced(weakest(labels), bool(scenario.evidence.disputed) or any(q.disputed for q in numbers))


def parameters(loaded: Loaded) -> list[Parameter]:
    """Every number that the file gives with its source, in the order of the schema."""
    whole = standing_label(loaded.scenario).label
    changed = tuple(text.partition("=")[0].strip() for text in loaded.sets)
    found = []
    for loc, quantity in shape.quantities(loaded.scenario):
        path = shape.spelled(loaded.raw, loc)
        label = quantity.label or _label_of_part(path, loaded.scenario.evidence.parts) or whole
        found.append(_parameter(path, quantity, label, path in changed))
    return found


def assumptions(loaded: Loaded) -> list[Parameter]:
    """The numbers that nobody has published (assumed or fitted) and that have a range: what a run sweeps."""
    return [p for p in parameters(loaded) if p.source in shape.NO_SOURCE_NEEDED and p.range is not None]


def _parameter(path: str, q: schema.Quantity[Any], label: schema.Label, changed: bool) -> Parameter:
    limits = (float(q.range[0]), float(q.range[1])) if q.range else None
    unit = UNITS.get(type(q).__name__, "number")
    if unit == "number" and path.endswith(
        "_days"
    ):  # the middle or the width of a delay is not always a whole number of days
        unit = "days"
    return Parameter(path, float(q.value), q.source, label, limits, q.note, unit, q.disputed, changed)


def _label_of_part(path: str, parts: dict[str, schema.Label]) -> schema.Label | None:
    """The label of the part with the longest path that the number lies in."""
    around = [p for p in parts if path == p or path.startswith((f"{p}.", f"{p}["))]
    return parts[max(around, key=len)] if around else None
