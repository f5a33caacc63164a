"""What a measure says it counts. A few shapes are enough for all of them; how each is valued is in `uncertainty.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from glasshouse.measures.estimate import Estimate
from glasshouse.measures.frame import Cut, Flags, Ints

NO_LIST = "this scenario keeps no list"
"""Why nothing is counted among listings where there can be none: 0 would sound like an achievement."""


@dataclass(frozen=True)
class Share:
    """Of the listings `among`, the share that is `hit`. Both bool[case]; a hit that is not among does not count."""

    hit: Flags
    among: Flags


@dataclass(frozen=True)
class Rate:
    """A sum over listings, for each unit of exposure, times `per`.

    amount: numbers or flags [case]. exposure: people, person-days (people x days of the run), days of the run, or the
    world as a whole, for plain counts. less: flags [case] of people who are taken out of the exposure.
    n is the number of listings with an amount above 0.
    """

    amount: Ints
    exposure: Literal["people", "person-days", "days", "world"]
    per: float = 1.0
    less: Flags | None = None


@dataclass(frozen=True)
class Median:
    """Kaplan-Meier median of `time` (days, [case]) to an event, among some.

    Where `event` is false the time is censored.

    competing: flags of those who ended in another way, for the cumulative incidence beside it (Aalen-Johansen).
    """

    time: Ints
    event: Flags
    among: Flags
    competing: Flags | None = None


@dataclass(frozen=True)
class Survivor:
    """Kaplan-Meier share that is still without an event `at` days."""

    time: Ints
    event: Flags
    among: Flags
    at: int


@dataclass(frozen=True)
class Daily:
    """Sums of columns of the daily table over the days of the run.

    There are no blocks of people in it, so no interval.
    """

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Undefined:
    """There is nothing to count, and why."""

    reason: str


@dataclass(frozen=True)
class Ratio:
    """A sum over listings for each unit of another sum over listings, times `per`. Numbers or flags [case].

    n is the number of listings with something in `bottom`.
    """

    top: Ints
    bottom: Ints
    per: float = 1.0
    empty: str = "there is nothing to divide by"


@dataclass(frozen=True)
class Known:
    """What a measure has valued itself: the estimates of the cells of a cut, in the order of the cells."""

    of: Callable[[Cut | None], Sequence[Estimate]]


Tally = Share | Rate | Median | Survivor | Daily | Ratio | Known | Undefined
