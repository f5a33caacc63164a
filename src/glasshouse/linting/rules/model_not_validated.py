"""A model that nobody has tested, or that learned from the police's own files.

What it finds: A model with no validation, or one without size, date, error rates, calibration and results by group;
or one whose target is a stand-in (`proxy_for`) with no note on what that bends.

Why it matters: A model of who was caught is not a model of who did it.

Example:
    models:
      - id: fraud
        proxy_for: past sanctions
        bias_note: null
        validation: null

Better:
    models:
      - id: fraud
        proxy_for: null
        validation: {n: 5000, date: 2026-01-01, fpr: 0.01, calibration: good, by_group: {A: {fpr: 0.01}}}

Limits: Sees that figures are given, not that they are true. A plain table of points needs no model entry: `models:
[]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text
from glasshouse.linting.truth import all_of

CODE = "GH722"
NAME = "model-not-validated"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-10", "EU-AIA-15", "EU-GDPR-R71", "EU-GDPR-25", "CJEU-PNR", "EU-CFR-21")
MEASURES: tuple[str, ...] = ("equalized_odds_difference", "calibration_gap", "arbitrariness")
FIX = "Report out-of-sample, by group, with intervals; name the proxy gap."
CORE = False


NEEDED = ("n", "date", "calibration", "by_group")


def check(text: Text) -> Iterator[Verdict]:
    for model in text.each("models"):
        block = model.get("validation")
        told = all_of(block.get(k).given() for k in NEEDED) & (block.get("fpr").given() | block.get("fnr").given())
        bent = model.get("proxy_for").given() & ~model.get("bias_note").given()
        truth = ~told | bent
        yield Verdict(
            model,
            truth,
            f"model `{model.id}` "
            + (
                f"learns from {model.get('proxy_for').value} and does not say what that bends"
                if bent.value
                else "has no full validation"
            ),
            model.get("bias_note") if bent.value else block,
        )
