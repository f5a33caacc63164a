"""A scoring scheme whose effect on rights nobody assessed, or not since it changed.

What it finds: A scheme with a score or an automated consequence that lacks the assessment its legal order asks for
(EU: a data-protection impact assessment, and one on fundamental rights for public bodies from 2 December 2027; China:
a personal-information impact assessment; Canada: an algorithmic impact assessment), or whose assessment is older than
its last change.

Why it matters: An assessment is the only moment at which somebody has to write down who could be hurt before they
are.

Example:
    impact_assessments: {dpia: null, fria: null}

Better:
    scheme: {changed_on: 2025-01-01}
    impact_assessments: {dpia: {id: DPIA-1, date: 2025-06-01}, fria: {id: FRIA-1, date: 2025-06-01}}

Limits: Sees that an assessment is named and dated, not whether it is any good. A draft that plans one
(`planned_before`) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import unless
from glasshouse.linting.text import Text, compare
from glasshouse.linting.truth import any_of

CODE = "GH108"
NAME = "no-impact-assessment"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = (
    "EU-GDPR-35",
    "EU-AIA-27",
    "EU-AIA-49-3",
    "EU-AIA-III-5a",
    "EU-AIA-III-5b",
    "EU-AIA-III-5c",
    "EU-AIA-OMNIBUS",
    "EU-GL-HR",
    "CN-PIPL-55",
    "COE-AI-16",
    "CA-DADM",
)
MEASURES: tuple[str, ...] = ()
FIX = "Attach assessment id, date, publication link; re-run on change."
CORE = False


REQUIRED = {"CN": ("pipia",), "CA": ("aia",)}
FRIA_FROM = Date(2027, 12, 2)  # EU-AIA-27


def check(text: Text) -> Iterator[Verdict]:
    scored = text.root.get("score").given() | any_of(c.get("automated").true() for c in text.each("consequences"))
    home = text.scheme.get("jurisdiction")
    draft = text.scheme.get("status").is_("draft")
    if home.silent:
        yield Verdict(text.scheme, scored & home.given(), "", home)
        return
    for kind in required(text):
        found = text.get(f"impact_assessments.{kind}")
        old = compare(found.get("date"), text.scheme.get("changed_on"), lambda done, changed: done < changed)
        truth = scored & (found.lacking() | old) & unless(draft & found.get("planned_before").given())
        yield Verdict(
            text.scheme, truth, f"the scheme scores people and has no {kind.upper()} since its last change", found
        )


def required(text: Text) -> tuple[str, ...]:
    """The assessments that the scheme's legal order asks for on the day asked."""
    home = str(text.scheme.get("jurisdiction").value)
    asked = REQUIRED.get(home, ("dpia",))
    return (*asked, "fria") if home == "EU" and text.as_of >= FRIA_FROM else asked
