"""Something people have a right to do costs them points or puts them on a list.

What it finds: A rule with a harmful effect that is tagged as, or by its words turns on, expression, criticism, press,
assembly, association, religion, petition, complaint, appeal, a lawyer's help or leaving the country; whether the
person does it or somebody they know.

Why it matters: It silences the one who is punished and everyone who watches.

Example:
    rules:
      - id: speeding
        protected_activity: criticism

Better:
    rules:
      - id: speeding
        protected_activity: none

Limits: Where the text says `protected_activity: none` it is taken at its word. Words in free text are a heuristic.
With a final court decision and a named offence the severity is medium.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import harms
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, any_of

CODE = "GH109"
NAME = "penalises-protected-activity"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("ECHR-10", "ECHR-11", "ICCPR-18", "ICCPR-19", "ICCPR-21-22", "HRC-GC34", "US-ECOA-1691a", "CN-APL-44")
MEASURES: tuple[str, ...] = ("chilling_index", "chilling_spillover")
FIX = "Delete. If only incitement-type crime is meant, trigger on a final court finding."
CORE = True


WORDS = (
    "critici",
    "petition",
    "protest",
    "complain",
    "assembl",
    "demonstrat",
    "journalis",
    "pray",
    "worship",
    "lawyer",
    "appeals against",
    "strike",
    r"posts?\b",
    "speech",
    "rumour",
    "leaves the country",
)
SPOKEN = re.compile(r"\b(?:" + "|".join(WORDS) + ")")


def check(text: Text) -> Iterator[Verdict]:
    for rule in text.each("rules"):
        activity = rule.get("protected_activity")
        tagged = activity.satisfies(lambda v: v != "none")
        if activity.value in ("none", None):
            continue
        protected = tagged | spoken(rule)
        if protected.value is False:
            continue
        final = (rule.get("evidence_standard").is_("court_final") & rule.get("offence_ref").given()).stated()
        says = f"rule `{rule.id}` takes something away for {activity.value if tagged.value else 'what people have a right to do'}"
        yield Verdict(
            rule,
            harms(rule) & protected,
            says,
            activity if not activity.silent else rule.get("when"),
            severity="medium" if final.value else "critical",
            confidence="decidable" if tagged.value else "heuristic",
        )


def spoken(rule: At) -> Truth:
    """Do the words of the rule name something that people have a right to do?"""
    return any_of(
        w.satisfies(speaks) for w in (rule.at("when.predicate"), rule.at("when.signal"), rule.get("title"))
    ).stated()


def speaks(words: object) -> bool:
    """Do the words name something that people have a right to do?"""
    return SPOKEN.search(str(words).lower().replace("_", " ")) is not None
