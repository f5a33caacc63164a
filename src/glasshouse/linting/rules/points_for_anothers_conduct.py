"""Somebody pays for what another person did.

What it finds: A harmful rule whose `when.subject` is not the person themself: a parent, a partner, a friend, a
colleague, a contact, an employer.

Why it matters: Guilt by association turns families and friends into guards, and nobody can keep a rule about what
others do.

Example:
    rules:
      - id: speeding
        when: {subject: friend}

Better:
    rules:
      - id: speeding
        when: {subject: self}

Limits: A guarantor under a contract (`contract: true`) and a firm's responsible officer under a named law are left
alone. The law of armed conflict is cited by analogy.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import harms, has_basis, unless
from glasshouse.linting.text import Text

CODE = "GH501"
NAME = "points-for-anothers-conduct"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = (
    "CN-APL-5",
    "CN-PIPL-6",
    "CN-SZ-2023",
    "HRC-GC29-11",
    "IHL-R103",
    "IHL-GC4-33",
    "IHL-AP-75",
    "ECTHR-AP",
    "ECHR-6-2",
    "ICCPR-17",
)
MEASURES: tuple[str, ...] = ("collective_punishment_share", "innocents_per_offender")
FIX = "Delete; allow only legal responsibility (guarantor, employer, legal representative) with legal_basis."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    for rule in text.each("rules"):
        who = rule.at("when.subject")
        others = ~who.is_("self")
        if others.value is False:
            continue
        liable = (who.is_("guarantor") & rule.get("contract").true()) | (
            who.is_("firm", "employer") & has_basis(rule.get("legal_basis"))
        )
        truth = others & harms(rule) & unless(liable)
        yield Verdict(rule, truth, f"rule `{rule.id}` makes a person answer for what a {who.value} does", who)
