"""A child treated by its parents' standing.

What it finds: A consequence that reaches children; or one on education, childcare or health that follows from a rule
about a parent. Rewards count as well as losses.

Why it matters: A child cannot choose its parents. What it loses now it does not get back.

Example:
    consequences:
      - id: licence_suspended
        reach: [self, children]

Better:
    consequences:
      - id: licence_suspended
        reach: [self]

Limits: Help that is computed from household income in the child's favour is left alone (`needs_based: true`). A
scheme that says `min_age: 18` is taken to score adults when a rule is about a parent.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.graph import trail
from glasshouse.linting.terms import about_parent, reaching, unless
from glasshouse.linting.text import Text

CODE = "GH521"
NAME = "child-treated-by-parents-score"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("CRC-2-2", "CRC-2-1", "CRC-3", "CRC-16-28", "EU-CFR-24", "ECHR-P1-2", "ICCPR-24", "CN-SPC-SPEND")
MEASURES: tuple[str, ...] = ("children_reached", "intergenerational_transmission")
FIX = "Decide child services on the child alone; exempt children from every reach."
CORE = True


def check(text: Text) -> Iterator[Verdict]:
    adults = text.scheme.get("min_age").over(17).stated()
    for c in text.each("consequences"):
        children = c.get("reach").holds("children")
        service = c.get("right").is_("education", "childcare", "health") & about_parent(c) & ~adults
        truth = (children | service) & unless(c.get("needs_based").true())
        first = next((r for r, t in reaching(c) if t.value is True), None)
        path = trail(text, ("rule", first.id), ("person", "children")) if first and children.value else ()
        yield Verdict(
            c,
            truth,
            f"`{c.id}` treats children by the standing of their parents",
            c.get("reach"),
            paths=(path,) if path else (),
        )
