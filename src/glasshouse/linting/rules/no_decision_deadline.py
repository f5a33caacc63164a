"""An appeal that may go unanswered.

What it finds: An appeal with no time to decide, with more than the legal order's measure (30 days; China 20), or
where silence does not lift the measure.

Why it matters: An appeal met with silence is an appeal refused without reasons.

Example:
    appeal: {default_outcome: uphold}

Better:
    appeal: {decide_within_days: 20, default_outcome: lift}

Limits: Measures differ between laws and kinds of case; the number is a yardstick.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import benchmark, blocks, detrimental, least_days, once_appealable, promises
from glasshouse.linting.text import Text

CODE = "GH304"
NAME = "no-decision-deadline"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("ECHR-6", "EU-GDPR-12", "US-FCRA-1681i", "CN-CRR-25", "CN-SPC-2017-12", "CN-SH-2017")
MEASURES: tuple[str, ...] = ("appeal_funnel", "time_to_correction_median")
FIX = "Set a deadline and make silence lift the measure."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    most = benchmark(text).decide_within
    for c in text.each("consequences"):
        within = least_days(c, "appeal", "decide_within_days")
        lifts = promises([p.get("default_outcome") for p in blocks(c, "appeal")], lambda p: p.is_("lift"))
        long = within.lacking() | within.over(most)
        truth = detrimental(c) & once_appealable(c) & (long | ~lifts)
        says = (
            f"an appeal against `{c.id}` has no time to be decided in"
            if within.value is None
            else f"an appeal against `{c.id}` may take {within.value} days"
            if long.value
            else f"silence on an appeal against `{c.id}` does not lift it"
        )
        yield Verdict(c, truth, says, within if long.value else blocks(c, "appeal")[-1].get("default_outcome"))
