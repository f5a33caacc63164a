"""Nobody knows how often the source is wrong.

What it finds: A source that feeds a rule and declares no error rates, or none measured within a year.

Why it matters: A list is never better than the register behind it.

Example:
    data_sources:
      - id: road_offences
        authoritative: false
        accuracy: {measured_on: 2020-01-01}

Better:
    data_sources:
      - id: road_offences
        accuracy: {miss: 0.01, false_match: 0.0001, measured_on: 2026-06-01}

Limits: A source that is itself the deciding register is left alone (`authoritative: true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import feeds, unless
from glasshouse.linting.text import Text

CODE = "GH701"
NAME = "unknown-error-rate"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-5-1-d", "US-FCRA-1681e", "EU-AIA-15", "EU-AIA-13")
MEASURES: tuple[str, ...] = ("wrongful_listing_rate", "stale_or_wrong_record_share")
FIX = "Measure and declare error rates; block effect until measured."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for source in text.each("data_sources"):
        accuracy = source.get("accuracy")
        old = accuracy.get("measured_on").satisfies(lambda day: (text.as_of - day).days > 365)
        rates = accuracy.get("miss").given() | accuracy.get("false_match").given()
        truth = (
            feeds(source)
            & (accuracy.lacking() | ~rates | old | accuracy.get("measured_on").lacking())
            & unless(source.get("authoritative").true())
        )
        yield Verdict(
            source,
            truth,
            f"the error rates of `{source.id}` are " + ("older than a year" if old.value else "not measured"),
            accuracy,
        )
