"""No way to have a mistake put right.

What it finds: A scheme with detrimental consequences and no correction, none within the legal order's measure (30
days; China 20), or where a disputed entry is not marked as disputed.

Why it matters: A wrong record that is copied every night becomes the truth.

Example:
    correction: {sla_days: 90, suspends_meanwhile: false}

Better:
    correction: {sla_days: 5, mark_disputed: true}

Limits: Left alone where the entry has no effect while the court corrects it (`suspends_meanwhile: true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import any_detrimental, benchmark, unless
from glasshouse.linting.text import Text

CODE = "GH704"
NAME = "no-correction-path"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-16", "EU-GDPR-18", "US-FCRA-1681i", "CN-CRR-25", "CN-SPC-2017-9", "CN-SH-2017", "CN-CIC-1029")
MEASURES: tuple[str, ...] = ("time_to_correction_median", "cannot_get_off_share")
FIX = "Add a route with SLA, dispute marker and free access."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    block = text.root.get("correction")
    most = benchmark(text).correct_within
    slow = block.get("sla_days").over(most) | block.get("sla_days").lacking()
    truth = (
        any_detrimental(text)
        & (block.lacking() | slow | ~block.get("mark_disputed").true())
        & unless(block.get("suspends_meanwhile").true())
    )
    says = (
        "there is no way to have a wrong entry corrected"
        if block.value is None
        else f"a correction may take {block.get('sla_days').value} days"
        if slow.value
        else "a disputed entry is not marked as disputed"
    )
    yield Verdict(text.scheme, truth, says, block.get("sla_days") if slow.value else block.get("mark_disputed"))
