"""One act, many sanctions.

What it finds: One list, score or rule from which more than three detrimental consequences in different contexts
follow; or a rule that both takes points and puts on a list.

Why it matters: Each sanction may be small; together they take a life apart, and nobody decided on the sum.

Example:
    consequences:
      - {id: a, context: travel, kind: refusal, severity: 3, trigger: {list: suspended}}
      - {id: b, context: hospitality, kind: refusal, severity: 3, trigger: {list: suspended}}
      - {id: c, context: education, kind: refusal, severity: 3, trigger: {list: suspended}}
      - {id: d, context: credit, kind: refusal, severity: 3, trigger: {list: suspended}}

Better:
    consequences:
      - id: licence_suspended
        exclusive: true

Limits: Counts contexts, not weight. Alternatives from which somebody chooses one are left alone (`exclusive: true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.graph import trail
from glasshouse.linting.terms import detrimental, moves_score, named_by, reaching, unless, unscored
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import NO, Truth, any_of

CODE = "GH402"
NAME = "stacked-sanctions"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("ECHR-P7-4", "CN-2016-33", "CN-2016-GO", "CN-2020-49", "EU-AIA-5-1-c-ii")
MEASURES: tuple[str, ...] = ("mobility_loss", "proportionality_index")
FIX = "Cap the total burden per event; one lead sanction."
CORE = False


MOST = 3


def check(text: Text) -> Iterator[Verdict]:
    groups: dict[str, list[At]] = {}
    for c in text.each("consequences"):
        groups.setdefault(origin(c), []).append(c)
    for source, members in groups.items():
        counted = [(c, detrimental(c) & unless(c.get("exclusive").true())) for c in members]
        hit = {c.get("context").value for c, t in counted if t.value is True}
        may = {c.get("context").value for c, t in counted if t.value is not False}
        marks = tuple(m for _, t in counted if t.value is not False for m in t.marks)
        truth = (
            Truth(True, marks)
            if len(hit) > MOST
            else Truth(None if len(may) > MOST or members[0].silent else False, marks)
        )
        yield Verdict(
            members[0],
            truth,
            f"{source} leads to {len(members)} consequences in {len(hit)} contexts",
            paths=tuple(ways(c) for c in members) if truth.value else (),
        )
    doubled = any_of(moves_score(r) & lists_too(r) for r in text.each("rules"))
    yield Verdict(text.root.get("rules"), doubled, "a rule both takes points and puts on a list")


def lists_too(rule: At) -> Truth:
    """Does the rule put somebody on a list by its name?"""
    lists = rule.text.each("lists") if rule.silent else unscored(rule.text, "lists", "entry.trigger")
    return any_of(named_by(rule, x.at("entry.trigger")) for x in lists) if lists else NO


def origin(c: At) -> str:
    trigger = c.get("trigger")
    return next(
        (f"{k} `{trigger.get(k).value}`" for k in ("list", "rule") if isinstance(trigger.get(k).value, str)),
        "the score",
    )


def ways(c: At) -> tuple[str, ...]:
    """The shortest way from a source to this consequence, in words."""
    first = next((r for r, t in reaching(c) if t.value is True), None)
    return () if first is None else trail(c.text, ("rule", first.id), ("consequence", c.id))
