"""A human review that cannot be one.

What it finds: A promised human review without authority to override, without the evidence, or with less time than its
cases need (with a margin of 20 %).

Why it matters: A signature under a machine's decision is still a machine's decision.

Example:
    consequences:
      - id: licence_suspended
        human_review: {available: true, authority_to_override: false}

Better:
    consequences:
      - id: licence_suspended
        human_review: {available: true, authority_to_override: true, sees_evidence: true}

Limits: Arithmetic on the numbers of the text: cases a day times minutes each, against reviewers times minutes a day.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, all_of

CODE = "GH307"
NAME = "rubber-stamp-review"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-14", "EU-AIA-26-2", "CJEU-SCHUFA")
MEASURES: tuple[str, ...] = ("human_override_rate",)
FIX = "Give power, evidence and time; publish override rates."
CORE = False


MARGIN = 1.2


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        review = c.get("human_review")
        swamped = overload(review)
        powerless = ~(review.get("authority_to_override").true() & review.get("sees_evidence").true())
        truth = review.get("available").true() & (powerless | swamped)
        yield Verdict(
            c,
            truth,
            f"the review of `{c.id}` "
            + ("has more cases than time" if swamped.value else "has no authority or no evidence"),
            review,
        )


def overload(review: At) -> Truth:
    """Do the cases need more minutes than there are?"""
    numbers = [review.get(k) for k in ("expected_cases_per_day", "min_minutes", "reviewers", "minutes_per_day")]
    written = all_of(n.given() for n in numbers)
    if written.value is not True:
        return written
    cases, minutes, people, time = (n.value for n in numbers)
    return Truth(cases * minutes * MARGIN > people * time, written.marks)
