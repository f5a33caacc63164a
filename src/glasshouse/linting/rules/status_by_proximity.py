"""A status for having been near somebody.

What it finds: A list that people enter through a contact record or a contact's conduct, with no evidence about the
person themself, for more than 14 days or without end, with a penal effect, or with no way to test out.

Why it matters: Being near somebody is not conduct. It may call for care; it cannot earn a penalty.

Example:
    data_sources:
      - id: road_offences
        kind: contact_record
    lists:
      - id: suspended
        exit: {test_out: false}

Better:
    data_sources:
      - id: road_offences
        kind: contact_record
    lists:
      - id: suspended
        max_days: 14
        exit: {test_out: true}

Limits: Reads the source's kind and the rule's subject. A location source with a harmless name is missed.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import feeding, once, source_of
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, any_of

CODE = "GH504"
NAME = "status-by-proximity"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ICCPR-12", "ECHR-8", "ECHR-P4-2", "HRC-GC29-11", "EU-GDPR-5-1-c")
MEASURES: tuple[str, ...] = ("false_listing_rate", "mobility_loss")
FIX = "Require exposure evidence, short term, test-out, no penal effect, appeal within 24 h."
CORE = False


WEAK = ("automated_flag", "unspecified", "tip", "allegation", "social_media")
PENAL = ("penalty", "confinement", "dismissal", "fee")


def check(text: Text) -> Iterator[Verdict]:
    for item in text.each("lists"):
        penal = any_of(c.at("trigger.list").is_(item.id) & c.get("kind").is_(*PENAL) for c in text.each("consequences"))
        long = item.get("max_days").over(14) | item.get("max_days").lacking()
        harsh = long | penal | ~item.at("exit.test_out").true()
        near = [(r, t & is_near(r)) for r, t in feeding(item)]
        truth = any_of(t & (r.get("evidence_standard").is_(*WEAK) | harsh) for r, t in near if t.value is not False)
        rule = next((r for r, t in near if t.value), item)
        says = f"list `{item.id}` is entered for having been near somebody (rule `{rule.id}`)"
        yield Verdict(item, truth, says, rule.get("source") if rule is not item else None)


@once
def is_near(rule: At) -> Truth:
    """Does this rule turn on having been near somebody?"""
    return source_of(rule).get("kind").is_("contact_record") | rule.at("when.subject").is_("contact")
