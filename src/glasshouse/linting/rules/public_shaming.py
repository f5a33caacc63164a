"""People shown up in public.

What it finds: A list that is published with fields that identify people, or a consequence that consists in exposure
(a ringtone, a billboard, a broadcast, a feed).

Why it matters: Shame cannot be taken back, and it falls on those who share the name, the house or the phone.

Example:
    lists:
      - id: suspended
        published: true
        publish_fields: [name, photo]

Better:
    lists:
      - id: suspended
        published: false
        publish_fields: []

Limits: Critical where an identity number, a photo, an address or a child is shown. A court register with limited
fields and an end is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import has_basis, unless
from glasshouse.linting.text import Text

CODE = "GH404"
NAME = "public-shaming"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("US-CONSTANTINEAU", "US-PAUL", "ICCPR-17", "ECHR-8", "EU-GDPR-5-1-c", "CN-PIPL-6")
MEASURES: tuple[str, ...] = ("wrongful_person_days",)
FIX = "Limit to authenticated need-to-know look-ups; drop id, photo, address."
CORE = False


IDENTIFYING = (
    "name",
    "id_number",
    "masked_id_number",
    "photo",
    "face",
    "address",
    "phone",
    "employer",
    "child",
    "children",
    "birth_date",
)
WORST = ("id_number", "photo", "face", "address", "child", "children")
SHAMING = ("ringtone", "billboard", "broadcast", "social_feed", "name_and_shame")


def check(text: Text) -> Iterator[Verdict]:
    for item in text.each("lists"):
        fields = item.get("publish_fields")
        by_court = item.at("entry.decided_by").satisfies(lambda v: "court" in str(v).lower())
        register = (
            by_court
            & has_basis(item.get("legal_basis"))
            & item.get("max_days").over(0)
            & ~fields.holds(*WORST, "masked_id_number")
        )
        truth = item.get("published").true() & fields.holds(*IDENTIFYING) & unless(register)
        severity = "high" if fields.holds(*WORST).value is False else "critical"
        yield Verdict(
            item, truth, f"list `{item.id}` is published with what identifies people", fields, severity=severity
        )
    for c in text.each("consequences"):
        yield Verdict(
            c, c.get("kind").is_(*SHAMING), f"`{c.id}` exposes people in public ({c.get('kind').value})", c.get("kind")
        )
