"""Children are scored or listed.

What it finds: A scheme with detrimental consequences that names no age, or one under 18, and does not exclude, seal
or treat minors more lightly.

Why it matters: A record made in childhood outlives the child who made it.

Example:
    scheme: {min_age: 14}
    minors: {handling: same_as_adult}

Better:
    scheme: {min_age: 18}
    minors: {handling: excluded}

Limits: What is promised; whether children are really left out is `children_reached` in a run.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import any_detrimental, unless
from glasshouse.linting.text import Text

CODE = "GH522"
NAME = "child-is-scored"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-R71", "CN-PIPL-28-31", "CN-SPC-2017-4", "CN-APL-30", "CRC-3")
MEASURES: tuple[str, ...] = ("children_reached",)
FIX = "Set min_age 18 for scoring, lists and automated decisions; erase at majority."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    age = text.scheme.get("min_age")
    spared = text.get("minors.handling").is_("excluded", "sealed", "lighter")
    truth = any_detrimental(text) & ~age.over(17) & unless(spared)
    yield Verdict(
        text.scheme,
        truth,
        "children can be scored or listed like adults"
        if age.value is None
        else f"children from {age.value} can be scored or listed like adults",
        text.get("minors.handling"),
    )
