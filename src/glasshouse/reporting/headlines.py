"""The six figures that a run ends with and a report opens with: what they say, out of what, and how far to believe them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glasshouse.reporting import words
from glasshouse.reporting.counts import Told, kept_ranges, scores

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

HEADLINES = (
    ("listings", "listings"),
    ("wrongful_listing_rate", "wrong by the scheme's own rule"),
    ("rights_wrongful_share", "wrong by rights"),
    ("never_notified_share", "never told of it while it lasted"),
    ("time_to_correction_median", "until a wrong listing is corrected"),
    ("refused_tries", "refused tries, at all gates"),
    ("wrongful_person_days", "listed wrongly"),
    ("people_listed", "people ever listed"),
)
"""Measures and their words, in the order in which the end of a run names the first six it has."""
OF_SCORES = (
    ("score_lowest", "lowest score"),
    ("score_median", "half stand at or below"),
    ("score_highest", "highest score"),
    ("people_above_start", "above the start"),
    ("people_below_start", "below the start"),
    ("people_mistaken", "score not the one that facts merit"),
)
"""The same where the scheme keeps no list."""
HOW_MANY = 6


@dataclass(frozen=True)
class Headline:
    """A figure that a run ends with: what it says, the figure, out of what, and how far it may be believed."""

    label: str
    value_text: str
    denominator: str
    standing: str
    luck: str = ""
    scaled: str = ""
    name: str = ""
    luck_over: str = "one run"


def headlines(recording: Recording, ranges: words.Ranges | None = None) -> list[Headline]:
    """The first six headline figures that a recording has: of its lists, or of its scores where it keeps no list.

    A recording that was not measured has none. ranges: as for the report, and those that the catalogue keeps unless
    given.
    """
    lists = recording.manifest["names"]["lists"]
    measures = recording.measures if (recording.path / "measures.json").exists() else {}
    ranges = kept_ranges(recording) if ranges is None else ranges
    found = [
        (name, told) for name, told in (HEADLINES if lists else OF_SCORES) if isinstance(measures.get(name), Mapping)
    ]
    if not lists and (not found or measures[found[0][0]]["value"] is None):
        return _of_scores(Told(recording))
    seeds = Told(recording).seeds or {}
    return [headline(name, told, measures[name], ranges, seeds.get(name)) for name, told in found[:HOW_MANY]]


def _within_a_year(entry: Mapping[str, Any]) -> str:
    """For a wait without a median: the share for whom it was over within a year, where the recording knows it."""
    share = (entry.get("detail") or {}).get("happened_within_days", {}).get("365")
    return f"; {words.percent(share)} within a year" if entry.get("value") is None and share is not None else ""


def _of_scores(told: Told) -> list[Headline]:
    """Scores at the end, counted from everybody, where a recording was not measured or by a version that did not measure them."""
    found = scores(told)
    if found is None:
        return []
    people, standing = f"of {found.n:,} people", f"assumed: {words.UNSWEPT}"
    rows = (
        ("lowest score", words.number(float(found.values.min())), people),
        ("half stand at or below", words.number(float(found.at(0.5))), people),
        ("highest score", words.number(float(found.values.max())), people),
        ("above the start", words.counted(found.above, "person", "people"), people),
        ("below the start", words.counted(found.below, "person", "people"), people),
        ("score not the one that facts merit", words.counted(found.differ, "person", "people"), people),
    )
    return [Headline(label, value, of, standing) for label, value, of in rows]


def headline(
    name: str,
    label: str,
    entry: Mapping[str, Any],
    ranges: words.Ranges | None = None,
    seeds: Mapping[str, Any] | None = None,
) -> Headline:
    """One measure as a headline. seeds: what several seeds say of it, whose interval then stands in place of that of one run."""
    told, standing = words.told_as(name, entry, ranges)
    unit = str(entry.get("unit") or "")
    defined = entry.get("value") is not None
    luck = words.interval(entry.get("luck"), unit) if defined else ""
    over = "one run"
    if seeds and words.interval(seeds.get("luck"), unit):
        mean = words.quantity(float(seeds["value"]), unit)
        luck, over = f"mean {mean}, {words.interval(seeds['luck'], unit)}", words.counted(int(seeds["n"]), "seed")
    return Headline(
        label,
        told,
        words.out_of(entry) + _within_a_year(entry),
        standing,
        luck,
        words.stands_for(name, entry, ranges),
        name,
        over,
    )
