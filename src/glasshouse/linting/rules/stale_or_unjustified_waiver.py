"""A waiver that nobody can answer for.

What it finds: A waiver that lacks its rule, path, reason (40 characters), owner, date or expiry; one that is past its
end; one for a critical rule with no second approver; or one that no longer matches a finding.

Why it matters: A waiver says that an office knows and answers. One that has run out says that nobody does.

Example:
    waivers:
      - {rule: GH501, path: rules.speeding, justification: fine}

Better:
    waivers: []

Limits: Waived findings stay in every report and are counted. An office is named as owner, never a person.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Finding, Verdict
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Mark, Truth
from glasshouse.linting.waivers import NEEDED, covers, gaps, of
from glasshouse.linting.waivers import place as where
from glasshouse.scenario.schema import Waiver

CODE = "GH941"
NAME = "stale-or-unjustified-waiver"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-5-2", "EU-AIA-27")
MEASURES: tuple[str, ...] = ()
FIX = "Fix, renew with reasons, or remove; waived findings stay in the report."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    found: list[Finding] = text.memo.get("found", [])
    for i, waiver in enumerate(of(text)):
        place = At(text, ("waivers", i), waiver)
        matched = [f for f in found if covers(waiver, f)]
        faults = list(wrong(waiver, matched, text))
        yield Verdict(
            place,
            Truth(bool(faults), (Mark(place.steps, "this waiver"),)),
            f"the waiver of {waiver.rule or 'no rule'}{where(text, i)} {'; '.join(words for _, words in faults)}",
            place.get(faults[0][0]) if faults else None,
        )


def wrong(waiver: Waiver, matched: list[Finding], text: Text) -> Iterator[tuple[str, str]]:
    """What is wrong with a waiver: the key it turns on, and words."""
    if lacking := gaps(waiver):
        yield (lacking[0] if lacking[0] in NEEDED else "justification"), f"lacks {', '.join(lacking)}"
    if waiver.expires is not None and waiver.expires < text.as_of:
        yield "expires", f"ran out on {waiver.expires}"
    if any(f.severity == "critical" for f in matched) and not waiver.second_approver:
        yield "second_approver", "covers a critical finding with no second approver"
    if not matched:
        yield "path", "matches no finding"
