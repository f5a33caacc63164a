"""The sanction runs while the appeal does.

What it finds: A consequence of weight 4 or more (movement, housing, income, health, education, ...) that an appeal
neither suspends nor softens in the meantime.

Why it matters: A right that is given back after a year was taken for a year.

Example:
    appeal: {suspensive: false, interim_relief: false}

Better:
    appeal: {suspensive: true}

Limits: A danger to life may justify acting at once: left alone with a named ground and a hearing within 3 days.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import blocks, detrimental, once_appealable, promised, unless, weighs
from glasshouse.linting.text import Text

CODE = "GH305"
NAME = "appeal-not-suspensive"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-18", "US-GOLDBERG", "CN-SPC-2017-12", "EU-CFR-47-48")
MEASURES: tuple[str, ...] = ("wrongful_person_days",)
FIX = "Suspend, or provide quick interim relief and mark the entry as disputed."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        relief = promised(c, "appeal", "suspensive") | promised(c, "appeal", "interim_relief")
        urgent = (
            c.get("urgent_ground").given() & c.get("post_hearing_days").given() & ~c.get("post_hearing_days").over(3)
        )
        truth = detrimental(c) & weighs(c, 4) & once_appealable(c) & ~relief & unless(urgent)
        yield Verdict(c, truth, f"`{c.id}` goes on while it is appealed", blocks(c, "appeal")[-1].get("suspensive"))
