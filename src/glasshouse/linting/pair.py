"""Promise beside practice: what the text says of notice, appeal, correction and the end, and what a run measured of the same thing.

The text is read by lint; the figures come from the `measures.json` of a recording of this scheme. A figure whose standing is `assumed` is a
range, never a point. Where no run measured it, the row says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from glasshouse.linting.text import At, Text, short

Line = list[tuple[str, str]]


@dataclass(frozen=True)
class Promise:
    """One promise: in words, where the text makes it, the measures that show whether it is kept, and the rules that ask for it.

    The first measure says most.
    """

    words: str
    scheme: tuple[str, ...]
    each: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]


PROMISES: tuple[Promise, ...] = (
    Promise(
        "people are told",
        ("notice.enabled", "notice.before_effect", "notice.sla_days"),
        (
            ("lists", "entry.notice.enabled"),
            ("lists", "entry.notice.before_effect"),
            ("lists", "entry.notice.sla_days"),
        ),
        (("never_notified_share", "never told while it lasted"), ("notice_lag_median", "days until told, median")),
        ("GH201", "GH202", "GH203"),
    ),
    Promise(
        "people can appeal, and are answered",
        ("appeal.available", "appeal.decide_within_days"),
        (),
        (
            ("appeal_silence", "appeals not answered within a year"),
            ("appeal_funnel", "of all listings, lifted on appeal"),
        ),
        ("GH301", "GH302", "GH303", "GH304", "GH305"),
    ),
    Promise(
        "mistakes are put right",
        ("correction.sla_days",),
        (),
        (("time_to_correction_median", "days until a wrong listing is corrected, median"),),
        ("GH704", "GH705"),
    ),
    Promise(
        "who is listed wrongly, or has performed, leaves",
        (),
        (("lists", "exit.auto_removal_days"), ("lists", "max_days")),
        (
            ("cannot_get_off_share", "wrongly listed and still on a year later"),
            ("stale_or_wrong_record_share", "records stale or wrong"),
        ),
        ("GH706", "GH801", "GH802"),
    ),
)


@dataclass(frozen=True)
class Row:
    """A promise as the text has it, and as the run had it."""

    words: str
    promised: str
    measured: tuple[str, ...]


def pair(text: Text, measured: dict[str, Any]) -> tuple[Row, ...]:
    """Each promise beside what was measured."""
    return tuple(
        Row(p.words, promised(text, p), tuple(told(measured.get(m), words) for m, words in p.measures))
        for p in PROMISES
    )


def promised(text: Text, promise: Promise) -> str:
    """What the text says at the places of a promise, with lines; or that it does not say."""
    places = [text.get(path) for path in promise.scheme]
    places += [item.at(key) for section, key in promise.each for item in text.each(section) if not item.silent]
    said = [p for p in places if not p.silent]
    named = Counter(last_words(p) for p in said)
    names = [last_words(p) if named[last_words(p)] == 1 else p.path for p in said]
    told = (f"{name}: {short(p.value)}{line(p)}" for name, p in zip(names, said, strict=True))
    return ", ".join(told) or "the text does not say"


def last_words(place: At) -> str:
    return ".".join(place.path.split(".")[-2:])


def line(place: At) -> str:
    found = place.text.place(place.steps)[0]
    return f" (line {found})" if found else ""


def told(entry: Any, words: str) -> str:
    """A measure in words: a range where it rests on assumptions, a value with its interval otherwise, a reason where it is undefined."""
    if not isinstance(entry, dict):
        return f"{words}: not measured in this run"
    if entry.get("value") is None:
        return f"{words}: undefined ({entry.get('reason') or 'no case'})"
    share = entry.get("unit") == "share"
    rests = f"{out_of(entry)}, {entry.get('standing', 'standing unknown')}"
    span = ends(entry.get("range")) if entry.get("standing") == "assumed" else None
    if span:
        low, high = (number(end, share) for end in span)
        reach = f"between {low} and {high}" if low != high else f"{high} whatever is assumed"
        return f"{words}: {reach} ({rests})"
    luck = ends(entry.get("luck"))
    beside = f", {number(luck[0], share)} to {number(luck[1], share)} by luck" if luck else ""
    return f"{words}: {number(entry['value'], share)}{beside} ({rests})"


def out_of(entry: dict[str, Any]) -> str:
    """How many cases stand behind a figure, and of what, where the recording says it."""
    n, of = entry.get("n"), str(entry.get("denominator") or "none")
    return (
        f"of {n:,} {of}" if isinstance(n, int) and not of.startswith("none") else f"n = {n if n is not None else '?'}"
    )


def ends(span: Any) -> tuple[float, float] | None:
    """The two ends of an interval that has both."""
    if not isinstance(span, dict) or span.get("low") is None or span.get("high") is None:
        return None
    return float(span["low"]), float(span["high"])


def number(value: float, share: bool) -> str:
    return f"{value:.1%}" if share else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def pair_lines(text: Text, measured: dict[str, Any]) -> list[Line]:
    """The table for the text form."""
    lines: list[Line] = [[("Promise beside practice (synthetic people)", "bold")]]
    for row in pair(text, measured):
        lines.append([(f"  {row.words}", "bold")])
        lines.append([("    promised: ", "dim"), (row.promised, "")])
        lines += [[("    in the run: ", "dim"), (words, "")] for words in row.measured]
    return [*lines, []]
