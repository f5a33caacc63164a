"""No way off the list that a person can take.

What it finds: A list with no conditions of exit, only discretion, or a condition outside the person's power.

Why it matters: Without a way out there is no reason left to do better.

Example:
    lists:
      - id: suspended
        exit: {conditions: [discretion]}

Better:
    lists:
      - id: suspended
        exit: {conditions: [expiry, repair]}

Limits: A short fixed term (90 days or less) with automatic expiry is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import unless
from glasshouse.linting.text import Text

CODE = "GH802"
NAME = "no-exit-criteria"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("CN-REPAIR-2026", "CN-SH-2017", "EU-GDPR-17", "CN-2020-49")
MEASURES: tuple[str, ...] = ("cannot_get_off_share",)
FIX = "State objective conditions reachable by the person; right to repair."
CORE = False


BEYOND = {"discretion", "death"}


def check(text: Text) -> Iterator[Verdict]:
    for item in text.each("lists"):
        ways = item.at("exit.conditions")
        short_term = item.get("max_days").under(91) & ways.holds("expiry")
        truth = (ways.lacking() | ways.satisfies(lambda v: set(v) <= BEYOND or "death" in v)) & unless(short_term)
        yield Verdict(item, truth, f"nobody on list `{item.id}` can do anything to leave it", ways)
