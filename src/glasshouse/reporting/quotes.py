"""What may be quoted: each headline as one sentence with what it is out of and its strongest assumption, and what it does not say.

A sentence stands on its own when it is cut out: it says that it is of a simulation, of how many people, from when to when. The second
sentence says what may not be concluded from it, and belongs beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glasshouse.reporting import words
from glasshouse.reporting.assumed import strongest

if TYPE_CHECKING:
    from glasshouse.reporting.counts import Told
    from glasshouse.reporting.headlines import Headline


@dataclass(frozen=True)
class Quote:
    """A sentence that may be quoted, and one that says what may not be concluded from it."""

    sentence: str
    caution: str


SAID = {
    "listings": "{value} began",
    "wrongful_listing_rate": "{value} of {n} listings were wrong by the scheme’s own rule when they began",
    "rights_wrongful_share": "{value} of {n} listings rested on something else than an own, unprotected act of someone able to comply",
    "never_notified_share": "{value} of {n} listings were never notified while they lasted (those too young to tell are left out)",
    "time_to_correction_median": "half of {n} wrongful listings were corrected within {value}",
    "refused_tries": "listed people were refused {value}",
    "wrongful_person_days": "people stood on a list wrongly for {value}",
    "people_listed": "{value} were listed at some time",
}
"""What each headline says happened."""
NEVER = "fewer than half of {n} wrongful listings were corrected in the time that they could be followed{year}"
"""A wait without a median."""
NOTHING = "nothing can be said of “{label}”: {reason}"
"""A figure that the run does not have."""
NONE_WRONG = "no listing was wrong by the scheme’s own rule, and so none could be corrected"
CAUTIONS = {
    "listings": "It does not say how many real people were listed: how often people are listed was put in, or fitted to published totals.",
    "wrongful_listing_rate": "It does not say how many entries of a real list are wrong: that follows from what is assumed, and nobody has "
    "published it.",
    "rights_wrongful_share": "It does not say that a court would decide so, nor how many entries of a real list are of this kind.",
    "never_notified_share": "It does not say how many real people were not told: how often notices are served is put in.",
    "time_to_correction_median": "It does not say how long a real person waits: how many object and are answered is put in.",
    "refused_tries": "It does not say how many real people were refused: one person tries many times, and few make most of the tries.",
    "wrongful_person_days": "It does not say how long any real person was listed wrongly.",
    "people_listed": "It does not say how many real people were listed: how often people are listed was put in, or fitted.",
}
"""What may not be concluded."""
OF_SCORES = "It does not say how real scores spread: how often people act and are seen is assumed."
ANY = "It does not say anything about real people."


def quote(told: Told, found: Headline) -> Quote:
    """The sentence of one headline, and its caution."""
    entry = told.measures.get(found.name) if found.name else None
    if not isinstance(entry, Mapping):
        return Quote(words.together(f"{_opening(told)}, {_of_score(found)}{NOT_SWEPT}."), OF_SCORES)
    said = _of_score(found) if found.label in SCORES else _said(found, entry)
    caution = OF_SCORES if found.label in SCORES else CAUTIONS.get(found.name, ANY)
    return Quote(words.together(f"{_opening(told)}, {said}{_rests(told, found.name, entry)}."), caution)


def _opening(told: Told) -> str:
    title = re.sub(r"\s*\([^)]*\)$", "", str(told.raw["scheme"]["title"]))
    kind = "an invented scheme, " if _label(told) == "hypothetical" else ""
    span = f"{told.world.people:,} synthetic people from {words.dated(told.start)} to {words.dated(told.end)}"
    return f"In a simulation of {kind}“{title}” with {span}"


def _label(told: Told) -> str:
    return str((told.manifest.get("evidence") or {}).get("label", "hypothetical"))


def _said(found: Headline, entry: Mapping[str, Any]) -> str:
    n = f"{entry['n']:,}" if isinstance(entry.get("n"), int) else "all"
    if entry.get("value") is None and found.name != "time_to_correction_median":
        return NOTHING.format(label=found.label, reason=entry.get("reason") or "it is undefined")
    if entry.get("value") is None:
        share = (entry.get("detail") or {}).get("happened_within_days", {}).get("365")
        year = f" ({words.percent(share)} within a year)" if share is not None else ""
        return NONE_WRONG if entry.get("n") == 0 else NEVER.format(n=n, year=year)
    return SAID.get(found.name, "{value}: " + found.label).format(value=_bare(found), n=n)


def _bare(found: Headline) -> str:
    """The figure alone: that it holds whatever is assumed is said at the end of the sentence."""
    return found.value_text.removesuffix(f" {words.WHATEVER}")


SCORES = {
    "lowest score": "the lowest score at the end was {value}",
    "half stand at or below": "half of the people stood at {value} or below at the end",
    "highest score": "the highest score at the end was {value}",
    "above the start": "{value} ended above the score that everybody began with",
    "below the start": "{value} ended below the score that everybody began with",
    "score not the one that facts merit": "{value} ended with another score than the one that true facts merit",
}
"""What each headline of a scheme without a list says."""


def _of_score(found: Headline) -> str:
    return SCORES.get(found.label, found.label + ": {value}").format(value=_bare(found))


NOT_SWEPT = ", in one run, under assumptions whose reach was not swept"


def _rests(told: Told, name: str, entry: Mapping[str, Any]) -> str:
    """The strongest assumption, that none moves the figure as it is written, or that it is not known."""
    if entry.get("standing") != "assumed":
        return ""
    if entry.get("value") is None:
        return ", in one run" if name == "time_to_correction_median" else ""
    span = words.swept(name, entry, told.ranges)
    if span is None:
        return NOT_SWEPT
    if not words.differ(span, str(entry.get("unit") or "")):
        return f", {words.WHATEVER}"
    moved = strongest(told, name)
    return f"; the strongest assumption: {moved}" if moved else ", wherever the assumptions stand in their ranges"
