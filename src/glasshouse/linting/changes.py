"""Two versions of a scheme compared by finding: what is new, what is fixed, what is only no longer said."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date as Date  # noqa: N812
from typing import Any

from glasshouse.linting import baseline
from glasshouse.linting.finding import Change
from glasshouse.linting.paths import lint_paths


@dataclass(frozen=True)
class Changes:
    """Findings as baseline entries, by what became of them."""

    new: tuple[dict[str, Any], ...]
    fixed: tuple[dict[str, Any], ...]
    silent_now: tuple[dict[str, Any], ...]
    unchanged: int


HEADS = {"new": "New", "silent_now": "Silent now: what was shown is no longer said", "fixed": "Fixed"}


def changes(old: str, new: str, as_of: Date | None = None) -> Changes:
    """Lint both and compare. Paths are compared by name, so lines and file names do not matter."""
    before, after = lint_paths([old], as_of=as_of), lint_paths([new], as_of=as_of)
    kept = [e | {"file": after.files[0]} for e in baseline.entries(before)]
    compared = baseline.against(after, kept)
    entries = baseline.entries(compared)
    changed = [(f.change, e) for f, e in zip(compared.findings, entries, strict=True)]
    gone = [(Change(e["change"]), e) for e in compared.gone]

    def those(change: Change) -> tuple[dict[str, Any], ...]:
        return tuple(
            {k: e[k] for k in ("code", "severity", "status", "path", "message")}
            for c, e in [*changed, *gone]
            if c is change
        )

    return Changes(
        those(Change.NEW), those(Change.FIXED), those(Change.SILENT_NOW), sum(c is Change.UNCHANGED for c, _ in changed)
    )


def render_changes(found: Changes, as_json: bool = False) -> str:
    """In words, or as one JSON document."""
    if as_json:
        return json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n"
    lines: list[str] = []
    for key, head in HEADS.items():
        entries = getattr(found, key)
        if entries:
            lines += [
                f"{head} ({len(entries)}):",
                *[f"  {e['code']} {e['severity']:8} {e['path']}: {e['message']}" for e in entries],
                "",
            ]
    return "\n".join([*lines, f"{found.unchanged} finding{'s' if found.unchanged != 1 else ''} unchanged"]) + "\n"
