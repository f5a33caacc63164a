"""Data in the score that have nothing to do with its purpose.

What it finds: A rule that moves the score or leads to a list or a consequence, resting on a source whose context is
not among the scheme's `purpose_contexts`, with no `relevance`. Bonuses count too.

Why it matters: Points for blood donations and volunteering reward those who have time and health, and say nothing
about the purpose.

Example:
    data_sources:
      - {id: blood_bank, context: health, kind: medical_record}
    rules:
      - id: speeding
        source: blood_bank

Better:
    scheme: {purpose_contexts: [transport]}
    data_sources:
      - id: road_offences
        context: transport

Limits: Any written `relevance` turns it off; whether it is shown by evidence is GH722's question.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import moves_score, named_by, source_of, unless
from glasshouse.linting.text import Text, compare
from glasshouse.linting.truth import any_of

CODE = "GH602"
NAME = "irrelevant-data-in-score"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-5-1-c", "EU-AIA-26-4", "EU-GL-SS-6", "CN-CAT-2021", "CN-PIPL-6")
MEASURES: tuple[str, ...] = ("irrelevant_signal_share",)
FIX = "Remove, or document empirical relevance with validation id."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    purposes = text.scheme.get("purpose_contexts")
    for rule in text.each("rules"):
        there = source_of(rule).get("context")
        outside = rule.get("source").given() & compare(there, purposes, lambda context, wanted: context not in wanted)
        outside = outside | purposes.lacking()
        excused = unless(rule.get("relevance").given())
        if (outside & excused).value is False:
            continue
        used = moves_score(rule)
        if used.value is not True:
            used = used | any_of(named_by(rule, c.get("trigger")) for c in text.each("consequences"))
        truth = used & outside & excused
        yield Verdict(
            rule, truth, f"rule `{rule.id}` counts {there.value} data, outside the scheme's purpose", rule.get("source")
        )
