"""Watching people who do not know it.

What it finds: A source collected covertly, or whose subjects are not told, with no authorisation by a court or
authority for a limited time and with notice afterwards.

Why it matters: Whoever may be watched at any time behaves as if they were.

Example:
    data_sources:
      - id: road_offences
        subject_notified: false

Better:
    data_sources:
      - id: road_offences
        subject_notified: true

Limits: An authorisation counts where it names the authority, a term and later notification.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import unless
from glasshouse.linting.text import Text

CODE = "GH223"
NAME = "covert-collection"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ICCPR-17", "HRC-GC16-10", "EU-GDPR-14", "ECHR-8", "UNESCO-26")
MEASURES: tuple[str, ...] = ()
FIX = "Disclose, or cite targeted authorisation and deferred notice."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for source in text.each("data_sources"):
        given = source.get("covert_authorisation")
        lawful = (
            given.get("authority").given() & given.get("term_days").over(0) & given.get("later_notification").true()
        )
        truth = (source.get("collection").is_("covert") | ~source.get("subject_notified").true()) & unless(lawful)
        yield Verdict(
            source, truth, f"people are not told that `{source.id}` records them", source.get("subject_notified")
        )
