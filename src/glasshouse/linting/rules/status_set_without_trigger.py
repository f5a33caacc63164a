"""A status that can be set with no event behind it.

What it finds: A role that may add or override with no triggering event asked for, or a list whose entry asks for
none.

Why it matters: In 2022 a health colour was turned red for 1,317 bank depositors; nothing in their health had changed.

Example:
    lists:
      - id: suspended
        entry: {trigger_event: false}

Better:
    lists:
      - id: suspended
        entry: {trigger_event: true}

Limits: A role that can only lift is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

CODE = "GH922"
NAME = "status-set-without-trigger"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-5-1-b", "CN-SPC-2017-13", "ECHR-8", "CN-PIPL-6")
MEASURES: tuple[str, ...] = ("unauthorised_status_changes",)
FIX = "Require trigger evidence; deny off-purpose overrides; alert on bursts."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for role in text.each("roles"):
        truth = role.get("can").holds("override", "add") & ~role.get("requires_trigger_event").true()
        yield Verdict(
            role, truth, f"`{role.id}` can set a status with no event behind it", role.get("requires_trigger_event")
        )
    for item in text.each("lists"):
        yield Verdict(
            item,
            ~item.at("entry.trigger_event").true(),
            f"list `{item.id}` can be entered with no event behind it",
            item.at("entry.trigger_event"),
        )
