"""A consequence for a person whom nobody has to tell.

What it finds: A detrimental consequence to which no notice applies: neither its own, nor its list's, nor the scheme's
says `enabled: true`.

Why it matters: Who does not know that they are listed cannot object, cannot pay, cannot correct a mistake, and finds
out at a counter.

Example:
    notice: {enabled: false}

Better:
    notice: {enabled: true}

Limits: One block that promises notice is enough, even where another denies it. Whether anybody is really told is for
a run (`never_notified_share`). A silent first inquiry is left alone where it is an `investigation` of severity 1 with
a `duration_days`.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import blocks, detrimental, notified, unless
from glasshouse.linting.text import Text

CODE = "GH201"
NAME = "no-notice"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = (
    "EU-GDPR-13",
    "EU-GDPR-14",
    "EU-AIA-26-11",
    "EU-CFR-41",
    "CN-SPC-2013",
    "CN-APL-44",
    "US-FCRA-1681m",
    "US-LATIF",
    "NL-SYRI",
)
MEASURES: tuple[str, ...] = ("never_notified_share",)
FIX = "Add notice before effect with reasons, evidence, duration, remedy."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        inquiry = c.get("kind").is_("investigation") & c.get("severity").is_(1) & c.get("duration_days").given()
        truth = detrimental(c) & ~notified(c) & unless(inquiry)
        yield Verdict(
            c, truth, f"`{c.id}` can reach a person who is never told", blocks(c, "notice")[-1].get("enabled")
        )
