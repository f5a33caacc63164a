"""Every measure there is, in the order in which they are printed."""

from __future__ import annotations

from glasshouse.errors import UsageError
from glasshouse.measures import burden, equality, mistakes, proportion, remedy, score
from glasshouse.measures.entry import BY_RIGHTS, Measure

MEASURES: tuple[Measure, ...] = (
    *mistakes.MEASURES,
    *remedy.MEASURES,
    *burden.MEASURES,
    *equality.MEASURES,
    *proportion.MEASURES,
    *score.MEASURES,
)


def names() -> tuple[str, ...]:
    """The names under which measures are written, those by rights included."""
    return tuple(name for measure in MEASURES for name, _ in measure.truths)


def find(name: str) -> Measure:
    """The measure of this name (with or without `_by_rights`), or of this id.

    UsageError with the nearest name if none.
    """
    plain = name.strip().removesuffix(BY_RIGHTS)
    for measure in MEASURES:
        if plain == measure.name or plain.upper() == measure.id:
            return measure
    raise UsageError(
        f'There is no measure "{name}".{_nearest(plain)} All of them: {", ".join(m.name for m in MEASURES)}.'
    )


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, [measure.name for measure in MEASURES], n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
