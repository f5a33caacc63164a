"""A consequence that nobody can appeal.

What it finds: A detrimental consequence for which no appeal block says `available: true`: neither its own nor the
scheme's.

Why it matters: Mistakes happen in every list; without an appeal they stay.

Example:
    appeal: {available: false, judicial_review: false}

Better:
    appeal: {available: true}

Limits: That an appeal is written down does not mean that it is answered: see `appeal_funnel` in a run. A free and
suspensive court review may stand for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import appealable, blocks, detrimental, promised, unless
from glasshouse.linting.text import Text
from glasshouse.linting.truth import any_of

CODE = "GH301"
NAME = "no-appeal"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = (
    "ECHR-13",
    "ECHR-6",
    "EU-CFR-47-48",
    "ICCPR-2-3",
    "EU-GDPR-21",
    "EU-GDPR-77",
    "EU-AIA-85",
    "CN-SPC-2013",
    "CN-SH-2017",
)
MEASURES: tuple[str, ...] = ("cannot_get_off_share", "appeal_funnel")
FIX = "Add an accessible free appeal with power to lift, correct and compensate."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        places = blocks(c, "appeal")
        court = (
            promised(c, "appeal", "judicial_review")
            & promised(c, "appeal", "suspensive")
            & any_of(p.get("fee").is_(0) for p in places)
        )
        truth = detrimental(c) & ~appealable(c) & unless(court)
        yield Verdict(c, truth, f"nobody can appeal against `{c.id}`", places[-1].get("available"))
