"""Most of those flagged are innocent.

What it finds: A model whose declared rates make fewer than half of the flagged people guilty, or more false
accusations a day than the scheme says it tolerates.

Why it matters: In a large population a rare thing looked for with a good test yields mostly mistakes.

Example:
    models:
      - id: fraud
        validation: {base_rate: 0.01, tpr: 0.9, fpr: 0.1, screens_per_year: 1}

Better:
    models:
      - id: fraud
        review_only: true
        validation: {base_rate: 0.2, tpr: 0.9, fpr: 0.01, screens_per_year: 1}

Limits: Share of flagged who are guilty = p·tpr / (p·tpr + (1−p)·fpr). Daily counts need `world.people`, `represents`
and `screens_per_year`. Left alone where a flag only opens a human check (`review_only: true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, all_of

CODE = "GH721"
NAME = "base-rate-flood"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-15", "EU-GDPR-R71", "US-MATHEWS", "EU-GDPR-5-1-d")
MEASURES: tuple[str, ...] = ("false_accusations_per_day", "accusation_ppv")
FIX = "Raise specificity, add a second independent test, or make the flag review-only."
CORE = False


LEAST = 0.5


def check(text: Text) -> Iterator[Verdict]:
    for model in text.each("models"):
        block = model.get("validation")
        p, hit, alarm = block.get("base_rate"), block.get("tpr"), block.get("fpr")
        written = p.given() & hit.given() & alarm.given()
        few = (
            Truth(right_share(p.value, hit.value, alarm.value) < LEAST, written.marks)
            if written.value
            else Truth(None if written.value is None else False, written.marks)
        )
        flood = too_many(model)
        truth = (few | flood) & unless(model.get("review_only").true())
        says = (
            f"of those whom `{model.id}` flags, {right_share(p.value, hit.value, alarm.value):.0%} are what it says"
            if few.value
            else f"`{model.id}` accuses more innocent people a day than the scheme tolerates"
        )
        yield Verdict(model, truth, says, alarm)


def right_share(p: float, hit: float, alarm: float) -> float:
    """The share of flagged people who are guilty (positive predictive value)."""
    flagged = p * hit + (1 - p) * alarm
    return p * hit / flagged if flagged else 1.0


def too_many(model: At) -> Truth:
    """Does the number of false accusations a day exceed what the scheme says it tolerates?"""
    block, world = model.get("validation"), model.text.root.get("world")
    numbers = (
        block.get("base_rate"),
        block.get("fpr"),
        block.get("screens_per_year"),
        world.get("people"),
        model.text.scheme.get("tolerated_false_per_day"),
    )
    written = all_of(n.given() for n in numbers)
    if written.value is not True:
        return written
    p, alarm, screens, people, tolerated = (n.value for n in numbers)
    stands_for = world.get("represents").value
    real = people * (stands_for if isinstance(stands_for, float | int) else 1)
    return Truth(real * (1 - p) * alarm * screens / 365 > tolerated, written.marks)
