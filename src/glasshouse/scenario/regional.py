"""Several schemes in one scenario: acts that count differently by region, the scales of regions, and the days on which scores move.

An act that some rule of the base prices by region becomes several acts of the tables: one for each region that the rule names, and one for
the others. They have one name and one stream of chance, so the potential events are the same ones, and each happens where its regions are
(`docs/day.md`, 8 and 14). The base alone says which there are, so that its tables are the same whichever variants run beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from glasshouse.scenario import schema


@dataclass(frozen=True)
class Part:
    """An act as it counts in some regions; `regions` is None where it counts alike everywhere."""

    act: str
    regions: frozenset[str] | None = None

    def is_in(self, region: str) -> bool:
        """Does somebody who lives there do this one?"""
        return self.regions is None or region in self.regions


def rules_in(rules: Iterable[schema.Rule], region: str | None) -> list[schema.Rule]:
    """The rules in force in a region, with the points that they give there; None asks for those in force everywhere alike."""
    return [_priced(r, region) for r in rules if r.regions is None or region in r.regions]


def _priced(rule: schema.Rule, region: str | None) -> schema.Rule:
    there = (rule.points_by_region or {}).get(region or "")
    return rule if there is None else rule.model_copy(update={"points": there})


def parts_of(act: str, rules: Sequence[schema.Rule], regions: Sequence[str]) -> list[Part]:
    """The parts of an act: regions in which the base's rules that answer to it are the same are one part.

    A region for which a rule names points stands apart, also where they are as many as elsewhere: a variant may then give others there.
    """
    alike: dict[object, list[str]] = {}
    for region in regions:
        own = region if any(region in (r.points_by_region or ()) for r in rules) else None
        alike.setdefault((own, _scheme(rules, region)), []).append(region)
    return [Part(act)] if len(alike) == 1 else [Part(act, frozenset(group)) for group in alike.values()]


def are_alike(part: Part, rules: Sequence[schema.Rule], regions: Sequence[str]) -> bool:
    """Are these rules the same in all regions of a part?"""
    return len({_scheme(rules, region) for region in regions if part.is_in(region)}) == 1


def _scheme(rules: Iterable[schema.Rule], region: str) -> tuple[object, ...]:
    return tuple((r.id, r.points.value if r.points else 0) for r in rules_in(rules, region))


# --- scales ---------------------------------------------------------------------------------------------------------------------


def scales_of(score: schema.Score | None) -> list[tuple[int, int, int]]:
    """Lowest, highest and baseline of every scale: the scenario's own, then those of regions, in the order of the file."""
    if score is None:
        return [(0, 0, 0)]
    every: list[schema.Score | schema.Scale] = [score, *(score.by_region or {}).values()]
    return [(x.min.value, x.max.value, x.baseline.value) for x in every]


def scale_of(score: schema.Score | None, region: str) -> int:
    """The number of a region's scale."""
    named = [*(score.by_region or {})] if score else []
    return named.index(region) + 1 if region in named else 0


def in_regions(of_list: Sequence[str] | None, regions: Sequence[str]) -> NDArray[np.uint8]:
    """1 for each region whose people a list takes."""
    return np.array([of_list is None or r in of_list for r in regions], np.uint8)


# --- days of update -------------------------------------------------------------------------------------------------------------

MOVES_ON: dict[str, Callable[[date], bool]] = {
    "monthly": lambda day: day.day == 1,
    "yearly": lambda day: (day.month, day.day) == (1, 1),
}
"""The days on which scores move; every day where this names none."""


def update_days(score: schema.Score | None, start: date, days: int) -> NDArray[np.int32]:
    """For each day from 0 to `days` + 1 the first from it on, on which scores are updated; `days` + 1 where none is left."""
    moves = MOVES_ON.get((score.update if score else None) or "")
    found = np.full(days + 2, days + 1, np.int32)
    for day in range(days, -1, -1):
        found[day] = day if moves is None or moves(start + timedelta(days=day - 1)) else found[day + 1]
    return found
