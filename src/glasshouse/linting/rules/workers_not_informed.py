"""Workers are watched or sanctioned and not told beforehand.

What it finds: A source or consequence in the context `workplace` where notice to workers or to their representatives
is not promised.

Why it matters: At work nobody can walk out of the picture.

Example:
    data_sources:
      - id: kitchen_camera
        context: workplace
        kind: camera
    notice: {workers: false}

Better:
    data_sources:
      - id: kitchen_camera
        context: workplace
        kind: camera
    notice: {workers: true, worker_representatives: true}

Limits: Reads the context that the text gives. The Union's duty applies from 2 December 2027; others may be older.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

CODE = "GH204"
NAME = "workers-not-informed"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-26-7", "EU-AIA-III-4", "EU-AIA-5-1-f", "EU-GDPR-13")
MEASURES: tuple[str, ...] = ("never_notified_share",)
FIX = "Inform workers and representatives before use."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    told = text.get("notice.workers").true() & text.get("notice.worker_representatives").true()
    for section in ("data_sources", "consequences"):
        for item in text.each(section):
            truth = item.get("context").is_("workplace") & ~told
            yield Verdict(
                item, truth, f"`{item.id}` is at the workplace and workers or their representatives are not told"
            )
