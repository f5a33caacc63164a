"""The elements of social scoring in AI Act Art. 5(1)(c) are met together.

What it finds: An evaluation or classification of people over time, from their social behaviour or characteristics,
that leads to detrimental treatment in an unrelated context (limb i) or out of proportion to the conduct (limb ii).
`glasshouse lint --elements` prints each element with its evidence.

Why it matters: This is the one kind of scoring that the Union bans outright. Each element alone is ordinary; together
they let any lapse follow a person everywhere.

Example:
    consequences:
      - id: no_school
        context: education
        kind: refusal
        severity: 4
        trigger: {list: suspended}
        reach: [self]

Better:
    consequences:
      - id: licence_suspended
        context: transport

Limits: An indicator that elements are met in the text, not a finding that the ban is broken: whether the system is
AI, whether the treatment is justified, and recital 31 (lawful evaluation for a specific purpose) are for a court.
Where the text says that no AI system is used, it is an analogy. `context` is what the text says it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.elements import in_unrelated_context, social_scoring
from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import disproportionate, unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import all_of

CODE = "GH103"
NAME = "social-scoring-elements-met"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = (
    "EU-AIA-3-1",
    "EU-AIA-5-1-c",
    "EU-AIA-5-1-c-i",
    "EU-AIA-5-1-c-ii",
    "EU-AIA-R31",
    "EU-AIA-99-3",
    "EU-GL-STATUS",
    "EU-GL-SS-1",
    "EU-GL-SS-2",
    "EU-GL-SS-8",
    "EU-GL-SS-9",
    "EU-GL-SS-3",
    "EU-GL-SS-4",
    "UNESCO-26",
)
MEASURES: tuple[str, ...] = ("cross_context_burden_share", "proportionality_index")
FIX = "Split into single-purpose assessments, cut cross-context edges, cap sanctions to gravity, or stop."
CORE = True


LIMBS = {"unrelated": "limb (i), an unrelated context", "disproportionate": "limb (ii), out of proportion"}


def check(text: Text) -> Iterator[Verdict]:
    table = {e.key: e.truth for e in social_scoring(text)}
    core = all_of(table[k] for k in ("evaluation", "over_time", "behaviour", "detrimental"))
    truth = (
        core
        & (table["unrelated"] | table["disproportionate"])
        & unless(text.get("scheme.subject.kind").is_("organisation"))
    )
    met = " and ".join(words for key, words in LIMBS.items() if table[key].value is True)
    only = "" if text.get("scheme.uses_ai").value is True else "; by analogy only, as no AI system is said to be used"
    yield Verdict(
        text.scheme, truth, f"elements of social scoring met together, with {met}{only}", first_consequence(text)
    )


def first_consequence(text: Text) -> At | None:
    """The first consequence that meets a limb."""
    return next((c for c in text.each("consequences") if (in_unrelated_context(c) | disproportionate(c)).value), None)
