"""The sanction falls on the people around.

What it finds: A consequence that reaches household, spouse, employer or contacts; or one on housing or utilities with
no exemption for members who did nothing (`unaffected_members`).

Why it matters: Whoever shares a home with the listed person serves the sentence too.

Example:
    consequences:
      - id: licence_suspended
        reach: [self, household]

Better:
    consequences:
      - id: licence_suspended
        reach: [self]

Limits: Reach is what the text says; who is really touched is `collective_punishment_share` in a run. A joint contract
and a joint default may be exempted (`joint_contract`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.graph import trail
from glasshouse.linting.terms import detrimental, reaching, unless
from glasshouse.linting.text import At, Text

CODE = "GH503"
NAME = "consequence-reaches-household"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ECHR-8", "EU-CFR-34", "ECHR-P1-1", "HRC-GC29-11", "CN-SPC-SPEND")
MEASURES: tuple[str, ...] = ("collective_punishment_share", "children_reached")
FIX = "Confine reach to self; add exemption for unaffected members."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        others = c.get("reach").holds("household", "spouse", "employer", "contacts")
        shared = c.get("context").is_("housing", "utilities") & ~c.get("exemptions").holds("unaffected_members")
        truth = detrimental(c) & (others | shared) & unless(c.get("exemptions").holds("joint_contract"))
        who = (
            ", ".join(w for w in c.get("reach").value or () if w not in ("self", "children"))
            if not c.get("reach").silent
            else ""
        )
        yield Verdict(
            c,
            truth,
            f"`{c.id}` reaches {who or 'everyone who lives there'}",
            c.get("reach") if others.value else c.get("exemptions"),
            paths=reached(c) if others.value else (),
        )


def reached(c: At) -> tuple[tuple[str, ...], ...]:
    first = next((r for r, t in reaching(c) if t.value is True), None)
    start = ("rule", first.id) if first else ("consequence", c.id)
    found = (trail(c.text, start, ("person", who)) for who in ("household", "spouse", "employer", "contacts"))
    return tuple(p for p in found if p)
