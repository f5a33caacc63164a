"""Waivers: a finding that an office answers for, by rule and path, with a reason and an end. They hide nothing; they are counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glasshouse.linting.finding import Finding
from glasshouse.linting.text import Text
from glasshouse.scenario.schema import Waiver

NEEDED = ("rule", "path", "justification", "owner", "decided_on", "expires")
LEAST_WORDS = 40


def of(text: Text) -> list[Waiver]:
    """The waivers of a text: in its file, then those in a file beside it."""
    return [*text.scenario.waivers, *(waiver for waiver, _ in text.memo.get("waivers", ()))]


def place(text: Text, n: int) -> str:
    """Where a waiver stands that is not in the file itself: ` in NAME.waivers.yaml, line 2`; empty for the others."""
    beside = n - len(text.scenario.waivers)
    return f" in {text.memo['waivers'][beside][1]}" if beside >= 0 else ""


def gaps(waiver: Waiver) -> list[str]:
    """What this waiver lacks to be one: missing fields, or a reason shorter than forty characters."""
    lacking = [k for k in NEEDED if not getattr(waiver, k)]
    if waiver.justification and len(waiver.justification.strip()) < LEAST_WORDS:
        lacking.append(f"a justification of at least {LEAST_WORDS} characters")
    return lacking


def covers(waiver: Waiver, finding: Finding) -> bool:
    """Same rule, and the path or one inside it."""
    if not waiver.rule or waiver.path is None or waiver.rule.upper() != finding.code:
        return False
    return waiver.path in ("*", finding.at.path) or finding.at.path.startswith(waiver.path + ".")


def is_sound(waiver: Waiver, finding: Finding, text: Text) -> bool:
    """Complete, not past its end, and approved by a second office where the finding is critical."""
    if gaps(waiver) or (waiver.expires is not None and waiver.expires < text.as_of):
        return False
    return finding.severity != "critical" or bool(waiver.second_approver)


def apply(text: Text, findings: Iterable[Finding]) -> list[Finding]:
    """Each finding with the first sound waiver that covers it, or as it was."""
    return [_waived(text, finding) for finding in findings]


def _waived(text: Text, finding: Finding) -> Finding:
    for waiver in of(text):
        if covers(waiver, finding) and is_sound(waiver, finding, text):
            return finding.with_(waiver=_shown(waiver))
    return finding


def _shown(waiver: Waiver) -> dict[str, Any]:
    return {k: str(getattr(waiver, k)) for k in (*NEEDED, "second_approver") if getattr(waiver, k)}
