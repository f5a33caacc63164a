"""Every measure there is, in the order in which they are printed."""

from __future__ import annotations

from glasshouse.errors import UsageError
from glasshouse.measures import (
    answers,
    attack,
    burden,
    confinement,
    copies,
    equality,
    firms,
    health,
    mistakes,
    proportion,
    remedy,
    rounds,
    score,
)
from glasshouse.measures.confusion import DISPARITIES, Disparity
from glasshouse.measures.entry import BY_RIGHTS, Measure
from glasshouse.measures.pair import PAIRS, PairMeasure

MEASURES: tuple[Measure, ...] = (
    *mistakes.MEASURES,
    *remedy.MEASURES,
    *burden.MEASURES,
    *confinement.MEASURES,
    *answers.MEASURES,
    *equality.MEASURES,
    *proportion.MEASURES,
    *score.MEASURES,
    *firms.MEASURES,
    *health.MEASURES,
    *copies.MEASURES,
    *attack.MEASURES,
    *rounds.MEASURES,
)
"""Of one recording."""

TABLE_ONLY: tuple[Disparity, ...] = tuple(d for d in DISPARITIES if d.name not in {m.name for m in MEASURES})
"""Of a table of counts only, because a recording does not know who was missed."""

CORE = (
    "wrongful_listing_rate",
    "never_notified_share",
    "time_to_correction_median",
    "cannot_get_off_share",
    "demographic_parity_difference",
    "collective_punishment_share",
    "mobility_loss",
    "prevented_harm",
)
"""What is shown first: mistakes, being told, getting off, equality, others' conduct, loss, and what it was good for."""

AnyMeasure = Measure | PairMeasure | Disparity
ALL: tuple[AnyMeasure, ...] = (*MEASURES, *PAIRS, *TABLE_ONLY)


def names() -> tuple[str, ...]:
    """The names under which measures of a recording are written, those by rights included."""
    return tuple(name for measure in MEASURES for name, _ in measure.truths)


def find(name: str) -> Measure:
    """The measure of one recording that has this name (with or without `_by_rights`), or this id.

    UsageError with the nearest name if none.
    """
    found = find_any(name)
    if isinstance(found, Measure):
        return found
    how = "two variants of a recording" if isinstance(found, PairMeasure) else "a table of counts"
    raise UsageError(f'"{found.name}" is not a measure of one recording; it is one of {how}.')


def find_any(name: str) -> AnyMeasure:
    """The measure of this name or id: of a recording, of two variants of it, or of a table of counts."""
    plain = name.strip().removesuffix(BY_RIGHTS)
    for measure in ALL:
        if plain == measure.name or plain.upper() == measure.id:
            return measure
    raise UsageError(f'There is no measure "{name}".{_nearest(plain)} All of them: {", ".join(m.name for m in ALL)}.')


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, [measure.name for measure in ALL], n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
