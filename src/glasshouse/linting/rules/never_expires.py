"""It never ends.

What it finds: Points that neither expire nor fade, a list with no term or one longer than the legal order's measure
(5 years; United States 7), or a consequence with no duration.

Why it matters: A lapse that never expires is a life sentence, whatever its size.

Example:
    lists:
      - id: suspended
        max_days: null

Better:
    lists:
      - id: suspended
        max_days: 180

Limits: `null` states that there is no term; a missing key is undetermined. A statutory register with its own limit is
left alone (`own_limit_cited`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import benchmark, detrimental, moves_score, unless
from glasshouse.linting.text import Text

CODE = "GH801"
NAME = "never-expires"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = (
    "EU-GDPR-5-1-e",
    "US-FCRA-1681c",
    "CN-APL-36",
    "CN-CRR-16",
    "CN-SPC-2017-2",
    "CN-REPAIR-2026",
    "ECTHR-MARPER",
    "CN-ZJ-2017",
)
MEASURES: tuple[str, ...] = ("cannot_get_off_share", "sanction_persistence")
FIX = "Give each an end date from the end of conduct and automatic removal."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    decay = text.get("score.decay")
    for rule in text.each("rules"):
        truth = rule.get("expires_days").lacking() & decay.lacking()
        if truth.value is False:
            continue
        truth = moves_score(rule) & truth
        yield Verdict(rule, truth, f"the points of rule `{rule.id}` never expire", rule.get("expires_days"))
    most = benchmark(text).list_at_most
    for item in text.each("lists"):
        term = item.get("max_days")
        truth = (term.lacking() | term.over(most)) & unless(item.get("own_limit_cited").given())
        yield Verdict(
            item,
            truth,
            f"list `{item.id}` " + (f"lasts {term.value} days; {most} is the measure" if term.value else "has no end"),
            term,
        )
    for c in text.each("consequences"):
        yield Verdict(
            c, detrimental(c) & c.get("duration_days").lacking(), f"`{c.id}` has no end", c.get("duration_days")
        )
