"""Records are joined to people by what people share.

What it finds: A source linked by name, name and birth date, phone, face or device, where the text does not show that
fewer than one false match a day is to be expected.

Why it matters: Common names carry other people's debts.

Example:
    data_sources:
      - id: road_offences
        linkage: {key: name, false: 0.001}

Better:
    data_sources:
      - id: road_offences
        linkage: {key: unique_id}

Limits: Expected false matches a day = population (for faces, the gallery) × false links per comparison × comparisons a
day; all three must be given. Real galleries, not synthetic ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, known

CODE = "GH703"
NAME = "unreliable-identity-linkage"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("US-FCRA-1681e", "EU-GDPR-5-1-d", "US-LATIF")
MEASURES: tuple[str, ...] = ("false_accusations_per_day",)
FIX = "Use verified ids; show expected false matches per day; confirm by human."
CORE = False


WEAK = ("name", "name_dob", "phone", "face", "device")


def check(text: Text) -> Iterator[Verdict]:
    for source in text.each("data_sources"):
        key = source.at("linkage.key")
        truth = key.is_(*WEAK) & unless(rare(source))
        number = false_a_day(source)
        says = f"`{source.id}` is linked by {key.value}" + (
            f": about {number:,.3g} false matches a day"
            if number is not None
            else " and its false matches are not stated"
        )
        yield Verdict(source, truth, says, key)


def rare(source: At) -> Truth:
    number = false_a_day(source)
    return known(number is not None and number < 1)


def false_a_day(source: At) -> float | None:
    """Expected false matches a day; None where the text lacks one of the numbers, as none may be left out to make the rest look small."""
    key = source.at("linkage.key")
    pool = source.at("accuracy.gallery") if key.value == "face" else source.get("population")
    numbers = (source.at("linkage.false").value, pool.value, source.at("accuracy.comparisons_per_day").value)
    rate, people, probes = (float(n) if isinstance(n, float | int) else None for n in numbers)
    if key.silent or rate is None or people is None or probes is None:
        return None
    return rate * people * probes
