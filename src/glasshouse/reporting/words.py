"""What the report says: numbers in words, and the words for what a recording calls by its keys.

A number never stands without what it is out of. A measure behind which stand only assumptions is told as a range; where
no sweep of the assumptions was made, the point of this run is named as one point of a range that nobody has swept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

Ranges = Mapping[str, Mapping[str, Any]]
"""Measure, cell ("all", "group=A"), then low, high and over what."""

WHATEVER = "whatever is assumed"
UNSWEPT = "one point of a range that was not swept"

NO_BREAK = "\u00a0"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

BASES = {
    "own_act": "own act, able to comply",
    "cannot_pay": "could not pay",
    "protected_conduct": "protected conduct",
    "others_conduct": "somebody else's conduct",
    "wrong_person": "the wrong person",
    "stale_record": "an outdated record",
    "insider_or_intruder": "an insider or intruder",
    "risk_score": "a risk score, and nothing else",
}
"""What a listing really rests on."""
ENDS = {
    "corrected": "corrected after an objection",
    "put_right": "put right by the authority, which had found it out",
    "paid": "taken off after payment",
    "expired": "expired",
    "recovered": "left when the score recovered",
    "left": "ended because the person left the country",
    None: "still open when the run ended",
}
STANDINGS = {
    "validated": "it predicted published figures that it was not fitted to",
    "anchored": "the numbers that drive it were measured elsewhere",
    "assumed": "at least one number that drives it is published nowhere, and a range over such numbers stands for it",
}
LABELS = {
    "documented": "every part is documented",
    "pilot": "the weakest part is known from a pilot",
    "reported": "the weakest part is known from reports only",
    "hypothetical": "this scheme, or a part of it, is hypothetical",
}
CHECKED = {
    "retrieved": "read in the original",
    "press": "read in a secondary text",
    "memory": "recalled, not read again",
    None: "not said how it was read",
}
SERIES = {
    "listings": "listings",
    "complied": "people who complied",
    "refused_flight": "refused tries, flights",
    "refused_rail": "refused tries, trains",
    "refused_flight_people": "people refused, flights",
    "refused_executive": "refused executive posts",
}
STAGES = {
    "listed": "listed",
    "notified": "received a notice",
    "aware": "knew of it at all",
    "filed": "objected",
    "decided": "got a decision",
    "upheld": "were right, says the decision",
}


def told_as(name: str, entry: Mapping[str, Any], ranges: Ranges | None = None, cell: str = "all") -> tuple[str, str]:
    """The figure in words and its standing: a range where only assumptions stand behind it and they were swept."""
    unit, standing = str(entry.get("unit") or ""), str(entry.get("standing") or "unknown")
    if entry.get("value") is None:
        return _undefined(name, entry, ranges, cell), standing
    point = quantity(entry["value"], unit)
    if standing != "assumed":
        return point, standing
    span = swept(name, entry, ranges, cell)
    if span is None:
        return point, f"assumed: {UNSWEPT}"
    return between(span, unit) + ("" if differ(span, unit) else f" {WHATEVER}"), standing


def _undefined(name: str, entry: Mapping[str, Any], ranges: Ranges | None, cell: str) -> str:
    """Why a measure has no value, and what it is under those assumptions that give it one."""
    span = swept(name, entry, ranges, cell) if entry.get("standing") == "assumed" else None
    elsewhere = f"where the assumptions give it a value, {between(span, str(entry.get('unit') or ''))}" if span else ""
    said = "; ".join(x for x in (entry.get("reason"), elsewhere) if x)
    return f"undefined: {said}" if said else "undefined"


def between(span: tuple[float, float], unit: str) -> str:
    """A range over the assumptions in words: one number, where both ends read alike."""
    low, high = ends(span[0], span[1], unit)
    return f"between {low} and {high}" if differ(span, unit) else quantity(span[1], unit)


def differ(span: tuple[float, float], unit: str) -> bool:
    """Do the assumptions matter to a figure as it is written?"""
    return quantity(span[0], unit) != quantity(span[1], unit)


def swept(name: str, entry: Mapping[str, Any], ranges: Ranges | None, cell: str = "all") -> tuple[float, float] | None:
    """Lowest and highest over the assumptions: of the recording, or of a sweep. Counts of a sweep are of its own people."""
    own = entry.get("range") or {}
    if own.get("low") is not None and own.get("high") is not None:
        return float(own["low"]), float(own["high"])
    found = (ranges or {}).get(name, {}).get(cell)
    if found is None:
        return None
    # a sweep on other luck may end short of the figure of this run, which is a point of the range too
    value = entry.get("value")
    spread = [float(found[0]), float(found[1])] + ([float(value)] if value is not None else [])
    return min(spread), max(spread)


def out_of(entry: Mapping[str, Any]) -> str:
    """What a figure is out of, in words: cases and what they are; a plain count says so."""
    n, of = entry.get("n"), str(entry.get("denominator") or "")
    if entry.get("scaling") == "count" or not isinstance(n, int):
        return "a count of the whole run"
    return f"of {n:,} {of.split(',')[0]}" if of and not of.startswith("none") else f"of {n:,}"


def stands_for(name: str, entry: Mapping[str, Any], ranges: Ranges | None = None) -> str:
    """What a count stands for, where the measure's own scaling rule gives it; a range where the count is one."""
    scaled = entry.get("scaled")
    if not isinstance(scaled, Mapping) or scaled.get("value") is None or scaled.get("times") == 1:
        return ""
    span = swept(name, entry, ranges) if entry.get("standing") == "assumed" else None
    if span is None:
        return f"stands for {big(scaled['value'])}"
    low, high = (big(end * float(scaled["times"])) for end in span)
    return f"stands for {low} to {high}" if low != high else f"stands for {low}"


def interval(spread: Any, unit: str) -> str:
    """Both ends of an interval, or nothing where an end is unknown."""
    if not isinstance(spread, Mapping) or spread.get("low") is None or spread.get("high") is None:
        return ""
    low, high = ends(spread["low"], spread["high"], unit)
    return f"{low} to {high}"


def ends(low: float, high: float, unit: str) -> tuple[str, str]:
    """Two numbers of one unit, which is said once, behind the second."""
    return quantity(low, unit).split(" ")[0], quantity(high, unit)


WHOLE = frozenset({"listings", "people", "tries", "trips", "ties", "person-days", "payments"})
"""Units of which nobody has a part: both ends of an interval are whole."""


def quantity(value: float, unit: str) -> str:
    """A number with its unit; a share as a percentage with three figures at most."""
    if unit == "share":
        return percent(value)
    if unit in WHOLE:
        return f"{round(value):,} {unit}"
    return f"{number(value)} {unit}".rstrip()


def percent(value: float) -> str:
    """A share of one as a percentage."""
    return f"{100 * value:.3g} %"


def points(value: float) -> str:
    """A difference of two shares, which is no share of anything."""
    return f"{100 * value:.3g} percentage points"


def number(value: float) -> str:
    """A number with thousands set apart, whole from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def big(value: float) -> str:
    """A large number with three figures: 3.24 million."""
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:.3g} {word}"
    return number(float(f"{value:.3g}"))


def counted(n: int, one: str, many: str | None = None) -> str:
    """So many of something: 1 listing, 2 listings."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def signed(value: int) -> str:
    """A difference of counts, with a real minus."""
    return f"{value:+,}".replace("-", "−") if value else "0"


def dated(day: date) -> str:
    """A date as people say it: 31 December 2018. No locale has a say."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def together(text: str) -> str:
    """Text whose numbers are not parted from their units, or days from their months, at the end of a line."""
    return re.sub(rf"(?<=\d) (?=%|million|billion|{'|'.join(MONTHS)})", NO_BREAK, text)


def plain(key: str) -> str:
    """A key of the file as words."""
    return key.replace("_", " ")


def basis(key: str | None) -> str:
    """What a listing rests on, in words."""
    return BASES.get(key or "", plain(key or "unknown"))
