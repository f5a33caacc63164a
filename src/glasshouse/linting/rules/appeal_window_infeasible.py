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

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import appealable, benchmark, blocks, detrimental, least_days, promises
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
        deadline = least_days(c, "appeal", "deadline_days")
        late = promises([p.get("runs_from") for p in blocks(c, "appeal")], lambda p: p.is_("receipt"))
        sent, carried = least_days(c, "notice", "sla_days"), least_days(c, "notice", "delivery_days")
        arrives = closes_by(deadline, sent, carried)
        closes = ~late & arrives
        slow = outlasts(c)
        truth = detrimental(c) & appealable(c) & (closes | deadline.under(least) | slow)
        if closes.value:
            says = f"the appeal against `{c.id}` may close after {deadline.value} days, and notice may take {sent.value} + {carried.value}"
        elif slow.value:
            says = f"`{c.id}` may be over before an appeal is decided and carried out"
        else:
            says = f"the appeal against `{c.id}` closes after {deadline.value} days; {least} is the least that is usual"
        yield Verdict(c, truth, says, deadline)


def closes_by(deadline: At, sent: At, carried: At) -> Truth:
    """May the deadline be over by the time the notice arrives?"""
    written = deadline.given() & sent.given() & carried.given()
    if written.value is not True:
        return written
    return Truth(deadline.value <= sent.value + carried.value, written.marks)


def outlasts(c: At) -> Truth:
    """Do the decision and the correction take longer than the sanction lasts?"""
    decide, correct, lasts = (
        least_days(c, "appeal", "decide_within_days"),
        c.text.get("correction.sla_days"),
        c.get("duration_days"),
    )
    known_all = decide.given() & correct.given() & lasts.given()
    if known_all.value is not True:
        return known_all
    return Truth(decide.value + correct.value > lasts.value > 0, known_all.marks)
