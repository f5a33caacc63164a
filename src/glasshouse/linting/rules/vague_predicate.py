"""A rule that punishes a judgement of character instead of an act.

What it finds: A rule whose predicate or title uses an open word (trustworthy, fake news, bad character, uncivilised,
...) and that defines it nowhere.

Why it matters: Nobody can keep a rule that they cannot foresee, and whoever applies it decides alone what it means.

Example:
    rules:
      - id: speeding
        when: {predicate: spreads rumours, definition_ref: null}

Better:
    rules:
      - id: speeding
        when: {predicate: drives 40 km/h above the limit, definition_ref: "Road Traffic Act, s. 14"}

Limits: The word list is short and English; a vague rule in other words is missed, and a quoted word may be harmless.
A `definition_ref` counts if it is a term of `definitions` with a statute or something measurable, or names an article
or section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.lexicon import open_term
from glasshouse.linting.terms import unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth

CODE = "GH102"
NAME = "vague-predicate"
SEVERITY = "medium"
CONFIDENCE = "heuristic"
LAW = ("ECHR-8", "ECHR-10", "HRC-GC34", "EU-CFR-49", "CN-APL-5", "CN-CAT-2021")
MEASURES: tuple[str, ...] = ("arbitrariness",)
FIX = "Replace with an observable act defined by statute reference, threshold and evidence class."
CORE = False
CITED = re.compile(r"\d|art\.|section|§|s\. ")


def check(text: Text) -> Iterator[Verdict]:
    for rule in text.each("rules"):
        when = rule.get("when")
        undefined = unless(is_defined(when.get("definition_ref")))
        if undefined.value is False:
            continue
        words = when.get("predicate")
        title = rule.get("title").satisfies(lambda v: open_term(str(v)) is not None)
        truth = (words.satisfies(lambda v: open_term(str(v)) is not None) | title) & undefined
        if truth.value is False:
            continue
        found = open_term(f"{words.value} {rule.get('title').value}")
        yield Verdict(
            rule,
            truth,
            f'rule `{rule.id}` turns on the word "{found}" and defines it nowhere',
            words,
        )


def is_defined(ref: At) -> Truth:
    """Does the reference lead to a definition that can be applied?"""
    return ref.satisfies(lambda v: CITED.search(str(v).lower()) is not None or v in terms(ref.text))


def terms(text: Text) -> set[str]:
    """The terms that the scheme itself defines by a statute or by something that can be measured."""
    return {
        d.get("term").value
        for d in text.each("definitions")
        if (d.get("statute").given() | d.get("measurable").given()).value is True
    }
