"""The appeal goes to the body that decided.

What it finds: An appeal against a consequence whose body is the one that decides on listing, or the operator, with no
second instance.

Why it matters: Nobody judges well in their own cause.

Example:
    appeal: {body: road_authority, second_instance: null}

Better:
    appeal: {body: road_authority, second_instance: court_of_appeal}

Limits: Compares names as written. Two names for one office escape it.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import blocks, detrimental, once_appealable, promises
from glasshouse.linting.text import At, Text, compare
from glasshouse.linting.truth import Truth, any_of

CODE = "GH302"
NAME = "appeal-to-same-body"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("ECHR-6", "EU-CFR-47-48", "ICCPR-14")
MEASURES: tuple[str, ...] = ("appeal_funnel",)
FIX = "Name an independent second reviewer or court."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    deciders = [x.at("entry.decided_by") for x in text.each("lists")] + [text.get("scheme.operator.body")]
    for c in text.each("consequences"):
        places = blocks(c, "appeal")
        apart = promises(places, lambda p: is_apart(p, deciders))
        body = next((b for p in places if not (b := p.get("body")).silent), places[-1].get("body"))
        truth = detrimental(c) & once_appealable(c) & ~apart
        says = f"the appeal against `{c.id}` goes to {body.value}, which decides on listing or runs the scheme"
        yield Verdict(c, truth, says, body)


def is_apart(block: At, deciders: list[At]) -> Truth:
    """Does this block lead to a body other than the deciders, in the first or in a second instance?"""
    body = block.get("body")
    same = any_of(compare(body, d, lambda one, other: same_name(one, other)) for d in deciders)
    return ~same | block.get("second_instance").given().stated()


def same_name(one: str, other: str) -> bool:
    return one.strip().lower().removeprefix("the ") == other.strip().lower().removeprefix("the ")
