"""Lawful private life costs points.

What it finds: A harmful rule about conduct that the text calls lawful, or about purchases, diet, gaming, browsing,
sleep, leisure or dress that it does not call unlawful.

Why it matters: What is allowed is then no longer free.

Example:
    rules:
      - id: speeding
        conduct_lawful: true

Better:
    rules:
      - id: speeding
        conduct_lawful: false

Limits: Insurance and the like inside their own contract are left alone (`contract: true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import harms, source_of, unless
from glasshouse.linting.text import Text

CODE = "GH405"
NAME = "lawful-lifestyle-penalised"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ECHR-8", "ICCPR-17", "EU-AIA-5-1-c-ii", "EU-GDPR-5-1-c", "EU-GL-SS-4")
MEASURES: tuple[str, ...] = ("chilling_index",)
FIX = "Delete rules on lawful private choices."
CORE = False


LIFESTYLE = ("purchase", "diet", "gaming", "browsing", "sleep", "leisure", "dress")


def check(text: Text) -> Iterator[Verdict]:
    for rule in text.each("rules"):
        lawful = rule.get("conduct_lawful")
        private = lawful.true() | (rule.at("when.signal_class").is_(*LIFESTYLE) & unless(lawful.false()))
        if private.value is False:
            continue
        inside = rule.get("contract").true() & source_of(rule).get("context").is_(
            "insurance", "transport", "credit", "finance"
        )
        truth = harms(rule) & private & unless(inside)
        yield Verdict(
            rule,
            truth,
            f"rule `{rule.id}` takes something away for lawful conduct",
            lawful if lawful.value else rule.at("when.signal_class"),
        )
