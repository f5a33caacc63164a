"""An appeal that cannot be made, or not in time to matter.

What it finds: A deadline that runs from the decision, the listing or the effect and may be over before the notice
arrives; a deadline shorter than 14 days; or a sanction that is over before appeal and correction can be.

Why it matters: With late or no notice the window closes unseen, and the right exists on paper only.

Example:
    appeal: {runs_from: decision, deadline_days: 14}
    notice: {sla_days: 10, delivery_days: 7}

Better:
    appeal: {runs_from: receipt, deadline_days: 30}

Limits: Uses the worst case that the text allows: the time for sending plus the time for delivery.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from glasshouse.linting.finding import Verdict
from glasshouse.linting.graph import trail
from glasshouse.linting.terms import (
    benchmark,
    blocks,
    detrimental,
    end_of,
    least_days,
    longest_deadline,
    once_appealable,
    promises,
)
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth

CODE = "GH303"
NAME = "appeal-window-infeasible"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ECHR-6", "EU-CFR-41", "CN-APL-44", "US-MATHEWS")
MEASURES: tuple[str, ...] = ("time_to_correction_median", "appeal_funnel")
FIX = "Count from proven receipt; meet the pack minimum; make the remedy faster than the sanction."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    least = benchmark(text).appeal_at_least
    for c in text.each("consequences"):
        deadline = longest_deadline(c)
        late = promises([p.get("runs_from") for p in blocks(c, "appeal")], lambda p: p.is_("receipt"))
        sent, carried = least_days(c, "notice", "sla_days"), least_days(c, "notice", "delivery_days")
        arrives = closes_by(deadline, sent, carried)
        closes = ~late & arrives
        slow = outlasts(c)
        truth = detrimental(c) & once_appealable(c) & (closes | deadline.under(least) | slow)
        if closes.value:
            arrives_in = f"may take {sent.value} + {carried.value}" if limited(sent, carried) else "has no time limit"
            says = f"the appeal against `{c.id}` may close after {deadline.value} days, and notice {arrives_in}"
        elif slow.value:
            says = f"`{c.id}` may be over before an appeal is decided and carried out"
        else:
            says = f"the appeal against `{c.id}` closes after {deadline.value} days; {least} is the least that is usual"
        way = window(c, deadline, sent, carried) if closes.value else ()
        yield Verdict(c, truth, says, deadline, paths=(way,) if way else ())


def window(c: At, deadline: At, sent: At, carried: At) -> tuple[str, ...]:
    """How the window closes unseen, as a path: what sets the consequence off, then the days by which things happen at the latest."""
    kind, end = end_of(c.get("trigger"))
    start = ("rule", str(end.get("rule").value)) if kind == "rule" else ("score", "score")
    way = trail(c.text, start, ("consequence", c.id)) or (f"consequence {c.id}",)
    if not limited(sent, carried):
        return (*way, "the notice has no time limit", f"the appeal closes on day {deadline.value}")
    steps = sorted(
        [
            (sent.value, f"the notice leaves by day {sent.value}"),
            (deadline.value, f"the appeal closes on day {deadline.value}"),
            (sent.value + carried.value, f"the notice arrives by day {sent.value + carried.value}"),
        ],
        key=lambda step: int(step[0]),
    )
    return (*way, *(words for _, words in steps))


def closes_by(deadline: At, sent: At, carried: At) -> Truth:
    """May the deadline be over by the time the notice arrives? A notice with no time limit may come after any deadline."""
    ends = deadline.given()
    if ends.value is not True or sent.silent or carried.silent:
        return ends & sent.said() & carried.said()
    return Truth(deadline.value <= days(sent) + days(carried), (*ends.marks, sent, carried))


def limited(*places: At) -> bool:
    return all(p.value is not None for p in places)


def outlasts(c: At) -> Truth:
    """Do the decision and the correction take longer than the sanction lasts? What has no time limit may take for ever."""
    decide, correct = least_days(c, "appeal", "decide_within_days"), c.text.get("correction.sla_days")
    ends = c.get("duration_days").over(0)
    if ends.value is not True or decide.silent or correct.silent:
        return ends & decide.said() & correct.said()
    return Truth(days(decide) + days(correct) > c.get("duration_days").value, (*ends.marks, decide, correct))


def days(place: At) -> float:
    """A number of days; no limit where the text says that there is none."""
    return inf if place.value is None else float(place.value)
