"""What a rule says about a place (a verdict), and what the reader gets to see of it (a finding)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

from glasshouse.linting.text import At
from glasshouse.linting.truth import Truth

SEVERITIES = ("low", "medium", "high", "critical")


class Status(StrEnum):
    """`indicated`: the text shows it. `undetermined`: the text does not say. The rest only against a baseline or a waiver list."""

    INDICATED = "indicated"
    UNDETERMINED = "undetermined"


class Change(StrEnum):
    """Against a baseline. `silent_now`: what was shown there is no longer said, which is not the same as mended."""

    NEW = "new"
    UNCHANGED = "unchanged"
    FIXED = "fixed"
    SILENT_NOW = "silent_now"


class Verdict(NamedTuple):
    """A rule's answer for one item: the item, whether the rule's trigger is met there, and the sentence for when it is.

    `other` is the second half of the finding where the rule wants to choose it; `paths` are ways through the scheme, in words.
    """

    at: At
    truth: Truth
    says: str
    other: At | None = None
    severity: str | None = None
    confidence: str | None = None
    paths: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Span:
    """A place with its line and column (from 1; 0 where unknown) and what is to be seen there."""

    path: str
    line: int
    column: int
    label: str


@dataclass(frozen=True)
class CitedLaw:
    """A provision beside a finding. `bearing`: applies, comparison, analogy, or not in force on the day asked."""

    id: str
    cite: str
    bearing: str
    checked: str
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """One indicator, or one thing the text does not say. Never a statement that a law is broken."""

    code: str
    name: str
    severity: str
    confidence: str
    status: Status
    message: str
    file: str
    at: Span
    other: Span | None
    law: tuple[CitedLaw, ...]
    fix: str
    measures: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...] = ()
    silent: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()
    waiver: dict[str, Any] | None = None
    change: Change | None = None
    fingerprint: str = field(default="")

    @property
    def rank(self) -> int:
        return SEVERITIES.index(self.severity)

    def with_(self, **changes: Any) -> Finding:
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"status": self.status.value, "change": self.change.value if self.change else None}


def fingerprint(code: str, path: str, nth: int = 0) -> str:
    """The same for the same rule at the same named place, wherever its line has moved to."""
    return blake2b(f"{code}|{path}|{nth}".encode(), digest_size=10).hexdigest()
