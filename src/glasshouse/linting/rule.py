"""What a rule module must have. A rule is a module, not a class: constants, a docstring that is its page, and `check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

Severity = Literal["low", "medium", "high", "critical"]
Confidence = Literal["decidable", "heuristic"]
SECTIONS = ("What it finds", "Why it matters", "Example", "Better", "Limits")


class Rule(Protocol):
    """`SEVERITY` is how bad it would be; `CONFIDENCE` how surely the text can show it. `LAW` are ids of the law base."""

    __doc__: str | None
    CODE: str
    NAME: str
    SEVERITY: Severity
    CONFIDENCE: Confidence
    LAW: tuple[str, ...]
    MEASURES: tuple[str, ...]
    FIX: str
    CORE: bool

    def check(self, text: Text) -> Iterator[Verdict]:
        """One verdict for each item the rule looks at; a verdict whose truth is no is dropped by the caller."""
        ...


def page(rule: Rule) -> dict[str, str]:
    """The sections of a rule's docstring by heading; `title` is its first line."""
    doc = (rule.__doc__ or "").strip()
    title, _, body = doc.partition("\n")
    sections, current = {"title": title.strip()}, ""
    for line in body.splitlines():
        heading = next((h for h in SECTIONS if line.startswith(h + ":")), None)
        if heading:
            current, line = heading, line[len(heading) + 1 :].strip()
            sections[current] = line
        elif current:
            sections[current] += "\n" + line
    return {k: v.strip("\n") for k, v in sections.items()}
