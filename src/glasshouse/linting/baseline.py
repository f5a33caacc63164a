"""A baseline: what was found before, so that a reader sees what is new, what is mended, and what is only no longer said.

A finding that is gone counts as *fixed* only where the places it rested on are still written and now say something else. Where they were
taken out, it is *silent now*. Entries are matched by fingerprint (rule and named path), so moved lines change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from glasshouse.errors import UsageError
from glasshouse.linting.finding import Change, Finding, Status
from glasshouse.linting.run import Report
from glasshouse.linting.text import Text

FORMAT = "glasshouse-lint-baseline-1"


def entries(report: Report) -> list[dict[str, Any]]:
    """What a baseline keeps of each finding."""
    return [_entry(f) for f in report.findings]


def write(report: Report, path: Path) -> None:
    """Keep every finding of a report."""
    _save(path, entries(report), str(report.as_of))


def read(path: Path) -> list[dict[str, Any]]:
    """The entries of a baseline. Raises UsageError for anything that is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError
        found: list[dict[str, Any]] = list(data["findings"])
        for entry in found:
            entry["fingerprint"], entry["file"], entry["status"], entry["evidence"]
        return found
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"{path.name}: is not a baseline of glasshouse lint. Write one with --write-baseline FILE."
        ) from None


def against(report: Report, kept: Iterable[dict[str, Any]]) -> Report:
    """The report with each finding marked new, unchanged or silent now, and with what is gone: fixed or silent now."""
    before = {(e["file"], e["fingerprint"]): e for e in kept}
    marked = tuple(f.with_(change=_change(f, before.get((f.file, f.fingerprint)))) for f in report.findings)
    now = {(f.file, f.fingerprint) for f in report.findings}
    texts = {t.file: t for t in report.texts}
    gone = [
        e | {"change": _gone(e, texts.get(e["file"])).value}
        for key, e in before.items()
        if key not in now and e["file"] in texts
    ]
    return replace(report, findings=marked, gone=tuple(gone))


def prune(report: Report, path: Path) -> int:
    """Take what is fixed out of the baseline; what is only silent now stays. Returns how many went."""
    kept = read(path)
    fixed = {(e["file"], e["fingerprint"]) for e in report.gone if e["change"] == Change.FIXED.value}
    left = [e for e in kept if (e["file"], e["fingerprint"]) not in fixed]
    _save(path, left, str(report.as_of))
    return len(kept) - len(left)


def _entry(f: Finding) -> dict[str, Any]:
    places = sorted({f.at.path, *(s.path for s in f.evidence)})
    return {
        "fingerprint": f.fingerprint,
        "file": f.file,
        "code": f.code,
        "severity": f.severity,
        "status": f.status.value,
        "path": f.at.path,
        "message": f.message,
        "evidence": places,
    }


def _change(f: Finding, before: dict[str, Any] | None) -> Change:
    if before is None:
        return Change.NEW
    if before["status"] == f.status.value:
        return Change.UNCHANGED
    return Change.SILENT_NOW if f.status is Status.UNDETERMINED else Change.NEW


def _gone(entry: dict[str, Any], text: Text | None) -> Change:
    """Fixed where what it rested on is still written; an open question is answered where its item is."""
    if text is None:
        return Change.SILENT_NOW
    places = [entry["path"]] if entry["status"] == Status.UNDETERMINED.value else entry["evidence"]
    return Change.FIXED if all(text.is_written(p) for p in places) else Change.SILENT_NOW


def _save(path: Path, found: list[dict[str, Any]], as_of: str) -> None:
    data = {"format": FORMAT, "as_of": as_of, "findings": found}
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
