"""The appeal goes to the body that decided.

What it finds: An appeal whose body is the one that decides on listing, or the operator, with no second instance.

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
from glasshouse.linting.terms import unless
from glasshouse.linting.text import Text, compare
from glasshouse.linting.truth import any_of

CODE = "GH302"
NAME = "appeal-to-same-body"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("ECHR-6", "EU-CFR-47-48", "ICCPR-14")
MEASURES: tuple[str, ...] = ("appeal_funnel",)
FIX = "Name an independent second reviewer or court."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    own = [c.get("appeal") for c in text.each("consequences") if not c.get("appeal").silent]
    deciders = [x.at("entry.decided_by") for x in text.each("lists")] + [text.get("scheme.operator.body")]
    for block in [*own, text.root.get("appeal")]:
        body = block.get("body")
        same = any_of(compare(body, d, lambda one, other: same_name(one, other)) for d in deciders)
        truth = block.get("available").true() & same & unless(block.get("second_instance").given())
        yield Verdict(
            block, truth, f"the appeal goes to {body.value}, which decides on listing or runs the scheme", body
        )


def same_name(one: str, other: str) -> bool:
    return one.strip().lower().removeprefix("the ") == other.strip().lower().removeprefix("the ")
