"""The effect comes first and the letter later.

What it finds: A consequence of weight 3 or more whose notice does not come before the effect, or is allowed more days
than the effect waits.

Why it matters: A hearing after the refusal cannot give back the flight, the job or the flat.

Example:
    notice: {before_effect: false}

Better:
    notice: {before_effect: true, sla_days: 5}

Limits: An urgent measure is left alone where it names its ground and a hearing within 3 days (`urgent_ground`,
`post_hearing_days`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import blocks, detrimental, least_days, once_notified, promised, unless, weighs
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth

CODE = "GH202"
NAME = "notice-after-effect"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("US-GOLDBERG", "EU-CFR-41", "CN-APL-44", "CN-CRR-15", "CN-2020-49")
MEASURES: tuple[str, ...] = ("notice_lag_median",)
FIX = "Send first, act after the response window; allow a reasoned urgent exception with hearing within N days."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        after = ~promised(c, "notice", "before_effect") & weighs(c, 3)
        sla, delay = least_days(c, "notice", "sla_days"), c.get("delay_days")
        slow = later(sla, delay)
        urgent = (
            c.get("urgent_ground").given() & ~c.get("post_hearing_days").over(3) & c.get("post_hearing_days").given()
        )
        truth = detrimental(c) & once_notified(c) & (after | slow) & unless(urgent)
        says = (
            f"`{c.id}` takes effect after {delay.value or 0} days and notice {takes(sla)}"
            if slow.value
            else f"`{c.id}` takes effect before the person is told"
        )
        yield Verdict(c, truth, says, sla if slow.value else blocks(c, "notice")[-1].get("before_effect"))


def later(sla: At, delay: At) -> Truth:
    """May the notice come after the effect? A notice with no time limit may come after any; a consequence with no delay waits for none."""
    if sla.silent or delay.silent:
        return sla.said() & delay.said()
    return Truth(sla.value is None or sla.value > (delay.value or 0), (sla, delay))


def takes(sla: At) -> str:
    return "has no time limit" if sla.value is None else f"may take {sla.value}"
