"""Something that people need, refused without an exception.

What it finds: A consequence on movement, health, education, housing, income or communication whose exemptions lack
one of: medical, family_emergency, work, legal_proceedings, minimum_subsistence.

Why it matters: A ban without exceptions hits hardest on the worst day of somebody's life.

Example:
    consequences:
      - id: licence_suspended
        exemptions: [medical]

Better:
    consequences:
      - id: licence_suspended
        exemptions: [medical, family_emergency, work, legal_proceedings, minimum_subsistence]

Limits: Compares names as written. That an exemption exists does not mean that the counter knows of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import detrimental
from glasshouse.linting.text import Text

CODE = "GH403"
NAME = "no-essential-needs-exemption"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ECHR-8", "ECHR-P4-2", "EU-CFR-34", "HRC-GC27-14", "CN-SPC-SPEND", "CRC-16-28")
MEASURES: tuple[str, ...] = ("essential_denials",)
FIX = "Add standing exemptions usable at point of service within hours."
CORE = False


RIGHTS = ("movement", "health", "education", "housing", "income", "communication")
NEEDS = ("medical", "family_emergency", "work", "legal_proceedings", "minimum_subsistence")


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        exempt = c.get("exemptions")
        missing = [n for n in NEEDS if exempt.silent or n not in (exempt.value or ())]
        truth = detrimental(c) & c.get("right").is_(*RIGHTS) & exempt.misses(*NEEDS)
        yield Verdict(
            c, truth, f"`{c.id}` takes away {c.get('right').value} with no exception for {', '.join(missing)}", exempt
        )
