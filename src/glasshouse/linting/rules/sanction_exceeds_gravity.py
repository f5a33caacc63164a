"""A sanction heavier than what it answers.

What it finds: A consequence more than one rank (of five) above the gravest conduct that can lead to it; or one flat
consequence for conduct whose gravity spans more than two ranks.

Why it matters: When a trifle and a crime cost the same, the measure no longer says anything about the conduct, and
people lose what they need for nothing much.

Example:
    rules:
      - id: speeding
        gravity: 1

Better:
    rules:
      - id: speeding
        gravity: 3

Limits: Ranks are the text's own, of conduct and of consequence; both can be argued about. A rule that loses points
counts as able to reach a threshold with others.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import detrimental, disproportionate, reaching
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth

CODE = "GH401"
NAME = "sanction-exceeds-gravity"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-5-1-c-ii", "EU-GL-SS-7", "EU-CFR-49", "CN-APL-5", "CN-SH-2017", "CN-SZ-2023", "CN-SPC-2019-35")
MEASURES: tuple[str, ...] = ("proportionality_index",)
FIX = "Grade thresholds; map each consequence to a gravity band."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        truth, routes = detrimental(c) & disproportionate(c), reaching(c)
        gravity = gravest(routes) if truth.value else "?"
        says = f"`{c.id}` weighs {c.get('severity').value} and the gravest conduct behind it {gravity}"
        yield Verdict(c, truth, says, routes[0][0].get("gravity") if routes else None)


def gravest(routes: list[tuple[At, Truth]]) -> int | str:
    return max((r.get("gravity").value for r, _ in routes if isinstance(r.get("gravity").value, int)), default="?")
