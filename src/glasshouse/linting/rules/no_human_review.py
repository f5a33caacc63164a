"""A machine decides and no person can.

What it finds: An automated consequence with a legal or similarly significant effect and no human review; or a score
passed on to somebody who decides by it alone.

Why it matters: A machine cannot hear a reason it was not built for.

Example:
    consequences:
      - id: licence_suspended
        automated: true
        human_review: {available: false}

Better:
    consequences:
      - id: licence_suspended
        automated: true
        human_review: {available: true}

Limits: Whether the review is more than a signature is GH307 and, in a run, `human_override_rate`. GDPR Art. 22 gets a
table of its own (`--elements`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import significant
from glasshouse.linting.text import Text

CODE = "GH306"
NAME = "no-human-review"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-22-1", "EU-GDPR-22-2", "CJEU-SCHUFA", "CN-PIPL-24", "EU-AIA-14", "COE-108P-9")
MEASURES: tuple[str, ...] = ("human_override_rate",)
FIX = "Add a human with authority before effect; count the scorer as decision-maker."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        truth = c.get("automated").true() & significant(c) & ~c.at("human_review.available").true()
        yield Verdict(
            c, truth, f"`{c.id}` is decided by machine and no person reviews it", c.at("human_review.available")
        )
    for share in text.each("sharing"):
        truth = share.get("reliance").is_("determinative") & (
            text.root.get("score").given() | text.root.get("lists").given()
        )
        yield Verdict(
            share, truth, f"{share.get('recipient').value} may decide by the score or list alone", share.get("reliance")
        )
