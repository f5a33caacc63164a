"""Live recognition of people in public places.

What it finds: A face or gait source that runs live in a public place and feeds a rule or a model.

Why it matters: Everyone who walks past is searched, and every hour of it adds false matches in proportion to the
crowd and the gallery.

Example:
    data_sources:
      - id: road_offences
        kind: face
        mode: live
        place: public

Better:
    data_sources:
      - id: road_offences
        kind: face
        mode: live
        place: office
        one_to_one: true

Limits: Critical where the scheme's purpose is policing or security, else high. One-to-one checks of a person who is
present and agrees (`one_to_one: true`) are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import feeds, unless
from glasshouse.linting.text import Text

CODE = "GH106"
NAME = "live-remote-biometric-identification"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-5-1-h", "EU-AIA-III-1", "ECHR-8", "ECTHR-GLUKHIN", "EU-GDPR-9", "EU-GDPR-35")
MEASURES: tuple[str, ...] = ("false_accusations_per_day",)
FIX = "Remove, or for law enforcement cite the listed objective, the prior authorisation and national law."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    policing = text.get("scheme.purpose_contexts").holds("policing", "national_security")
    for source in text.each("data_sources"):
        live = (
            source.get("kind").is_("face", "gait") & source.get("mode").is_("live") & source.get("place").is_("public")
        )
        truth = live & feeds(source) & unless(source.get("one_to_one").true())
        says = f"`{source.id}` recognises people live in a public place"
        yield Verdict(
            source, truth, says, source.get("place"), severity="high" if policing.value is False else "critical"
        )
