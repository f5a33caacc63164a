"""A consequence in a part of life that has nothing to do with the conduct.

What it finds: A detrimental consequence that a rule can reach whose source is from an unrelated context, by the table
of contexts (symmetric, open to dispute, extendable with `related_contexts` and a reason).

Why it matters: When a debt costs a school place and a purchase a train seat, there is no part of life in which a
person can start again.

Example:
    consequences:
      - id: licence_suspended
        context: education

Better:
    consequences:
      - id: licence_suspended
        context: transport

Limits: The table is the project's and is short. A statute that names both contexts turns the finding off when the
consequence cites it (`specific_law`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.graph import trail
from glasshouse.linting.terms import by_route, detrimental, from_afar, source_of, unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import any_of

CODE = "GH601"
NAME = "unrelated-context-consequence"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-5-1-c-i", "EU-GL-SS-6", "EU-GDPR-5-1-b", "CN-SZ-2023", "CN-PIPL-6", "CN-2016-33", "US-FCRA-1681b")
MEASURES: tuple[str, ...] = ("cross_context_burden_share",)
FIX = "Keep consequences in the source context or prove a specific statutory link per edge."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        far = from_afar(c)
        truth = detrimental(c) & any_of(t for _, t in far) & unless(c.get("specific_law").given())
        if truth.value is False:
            continue
        shown = surely_from_afar(c)
        contexts = sorted({str(source_of(r).get("context").value) for r in shown})
        says = f"`{c.id}` ({c.get('context').value}) follows from {', '.join(contexts)}"
        yield Verdict(c, truth, says, shown[0].get("source") if shown else None, paths=ways(c, shown))


def ways(c: At, rules: list[At], most: int = 3) -> tuple[tuple[str, ...], ...]:
    """One way for each source, at most three."""
    sources = [str(r.get("source").value) for r in rules]
    return tuple(trail(c.text, ("source", s), ("consequence", c.id)) for s in sources[:most])


@by_route("context")
def surely_from_afar(c: At) -> list[At]:
    """For each source one rule that surely leads here from a context that does not belong."""
    found: dict[str, At] = {}
    for rule, truth in from_afar(c):
        if truth.value is True:
            found.setdefault(str(rule.get("source").value), rule)
    return list(found.values())
