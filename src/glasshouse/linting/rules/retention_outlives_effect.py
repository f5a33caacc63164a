"""The file outlives the sanction.

What it finds: Data kept after exit with no ground, an archive that scoring may read, or a term that follows the list
and not the conduct.

Why it matters: What is kept is used.

Example:
    retention: {after_exit_days: 3650, ground: null}

Better:
    retention: {after_exit_days: 0, archive_readable_by_scoring: false, follows: conduct}

Limits: A sealed archive should say `archive_readable_by_scoring: false` and its ground.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

CODE = "GH803"
NAME = "retention-outlives-effect"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("CJEU-SCHUFA-RET", "EU-GDPR-5-1-e", "CN-PIPL-47", "CN-ZJ-2017", "ECTHR-MARPER")
MEASURES: tuple[str, ...] = ("stale_or_wrong_record_share",)
FIX = "Delete or seal at exit; forbid re-use."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    block = text.root.get("retention")
    kept = block.get("after_exit_days").over(0) & ~block.get("ground").given()
    read, follows = block.get("archive_readable_by_scoring").true(), block.get("follows").is_("list")
    faults = [
        w
        for w, t in (
            ("is kept after exit for no stated ground", kept),
            ("can be read by scoring", read),
            ("is kept as long as the list, not the conduct, says", follows),
        )
        if t.value
    ]
    used = text.root.get("score").given() | text.root.get("lists").given()
    yield Verdict(
        text.scheme,
        used & (kept | read | follows),
        f"the file {' and '.join(faults)}",
        block.get("ground") if kept.value else block,
    )
