"""Paid, and still on the list.

What it finds: A list that one leaves by paying, performing or curing, with no automatic removal within 3 days of it,
or only on the person's own application.

Why it matters: Whoever has done what was asked is punished for the register's slowness.

Example:
    lists:
      - id: suspended
        exit: {conditions: [payment], auto_removal_days: null}

Better:
    lists:
      - id: suspended
        exit: {conditions: [payment], auto_removal_days: 1, applicant_action_only: false}

Limits: The measure (3 days) is that of Chinese court practice, part of which is recalled; a promise of removal is not
a removal: see `stale_or_wrong_record_share` in a run.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import benchmark
from glasshouse.linting.text import Text

CODE = "GH706"
NAME = "fulfilled-but-still-listed"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("CN-SPC-2013", "CN-SPC-2017-9", "EU-GDPR-17", "US-FCRA-1681i")
MEASURES: tuple[str, ...] = ("cannot_get_off_share", "stale_or_wrong_record_share")
FIX = "Automatic removal on confirmed performance with deadline."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    most = benchmark(text).remove_within
    for item in text.each("lists"):
        leave, days = item.get("exit"), item.at("exit.auto_removal_days")
        slow = days.lacking() | days.over(most) | leave.get("applicant_action_only").true()
        truth = leave.get("conditions").holds("payment", "performance", "cure") & slow
        says = f"who has performed leaves list `{item.id}` " + (
            "only on application"
            if leave.get("applicant_action_only").value is True
            else f"after {days.value} days"
            if days.value
            else "at no stated time"
        )
        yield Verdict(item, truth, says, days)
