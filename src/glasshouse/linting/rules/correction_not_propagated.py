"""The correction stays at home and the mistake travels.

What it finds: A recipient to whom corrections are not passed on or not announced, or who fetches them less often than
the correction's own time.

Why it matters: Every copy is a list of its own.

Example:
    sharing:
      - {recipient: traffic_patrol, propagate_corrections: false, live_query: false}

Better:
    sharing:
      - {recipient: traffic_patrol, propagate_corrections: true, notify_recipients: true, sync_days: 1}

Limits: Left alone where the recipient asks live and stores nothing (`live_query: true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import unless
from glasshouse.linting.text import Text, compare

CODE = "GH705"
NAME = "correction-not-propagated"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-19", "US-FCRA-1681s2", "CN-SH-2017", "US-FCRA-1681i")
MEASURES: tuple[str, ...] = ("residual_copy_share",)
FIX = "Push corrections; expire recipient copies; log residual copies."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for share in text.each("sharing"):
        told = share.get("propagate_corrections").true() & share.get("notify_recipients").true()
        late = (
            compare(share.get("sync_days"), text.get("correction.sla_days"), lambda sync, sla: sync > sla)
            | share.get("sync_days").lacking()
        )
        truth = (~told | late) & unless(share.get("live_query").true())
        yield Verdict(
            share,
            truth,
            f"corrections do not reach {share.get('recipient').value}" + (" in time" if told.value else ""),
            share.get("sync_days") if told.value else share.get("propagate_corrections"),
        )
