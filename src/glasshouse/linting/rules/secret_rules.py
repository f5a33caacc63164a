"""Rules, weights or consequences that are kept secret.

What it finds: `rules_published: false`; `weights_published: false` in a public scheme with a score; or a consequence
with `published: false`.

Why it matters: A rule that nobody may read cannot guide anybody and cannot be disputed.

Example:
    transparency: {rules_published: false}

Better:
    transparency: {rules_published: true, weights_published: true}

Limits: Withheld weights are of low severity where an oversight body is named and reasons are given as
counterfactuals. Published is what the text says is published.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import any_detrimental, detrimental, is_public
from glasshouse.linting.text import Text

CODE = "GH221"
NAME = "secret-rules"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("NL-SYRI", "EU-GDPR-5-1-a", "CN-APL-5", "CN-SH-2017", "ECHR-8", "COE-AI-14")
MEASURES: tuple[str, ...] = ("arbitrariness",)
FIX = "Publish rules, weights or the reason for a narrow redaction and an oversight body."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    shown = text.root.get("transparency")
    hidden = ~shown.get("rules_published").true()
    yield Verdict(
        text.scheme, any_detrimental(text) & hidden, "the rules are not published", shown.get("rules_published")
    )
    watched = (text.get("scheme.oversight_body").given() & text.get("explanation.kind").is_("counterfactual")).stated()
    weights = ~shown.get("weights_published").true() & is_public(text) & text.root.get("score").given()
    yield Verdict(
        text.scheme,
        weights,
        "the weights of the score are not published",
        shown.get("weights_published"),
        severity="low" if watched.value else "high",
    )
    for c in text.each("consequences"):
        yield Verdict(
            c,
            ~c.get("published").true() & detrimental(c),
            f"nobody can read beforehand that `{c.id}` may happen",
            c.get("published"),
        )
