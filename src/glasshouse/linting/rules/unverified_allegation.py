"""A mere suspicion has effect.

What it finds: A harmful rule that rests on an allegation, a tip, an automated flag, social media, or on nothing
stated (`unspecified`).

Why it matters: Whoever has an enemy can then be punished by a phone call.

Example:
    rules:
      - id: speeding
        evidence_standard: tip

Better:
    rules:
      - id: speeding
        evidence_standard: administrative_finding

Limits: Left alone where all that follows is an `investigation`.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import fires, harms, unless
from glasshouse.linting.text import Text
from glasshouse.linting.truth import all_of, known

CODE = "GH702"
NAME = "unverified-allegation"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ECHR-6-2", "EU-LED-11", "ICCPR-14", "CN-APL-5")
MEASURES: tuple[str, ...] = ("wrongful_listing_rate", "unauthorised_status_changes")
FIX = "Require admin finding or court decision, or review before effect."
CORE = False


WEAK = ("allegation", "tip", "automated_flag", "social_media", "unspecified")


def check(text: Text) -> Iterator[Verdict]:
    for rule in text.each("rules"):
        standard = rule.get("evidence_standard")
        if standard.is_(*WEAK).value is False:
            continue
        follows = [(c, fires(rule, c.get("trigger"))) for c in text.each("consequences")]
        only_checked = known(any(t.value for _, t in follows)) & all_of(
            ~t | c.get("kind").is_("investigation") for c, t in follows
        )
        truth = harms(rule) & standard.is_(*WEAK) & unless(only_checked)
        yield Verdict(rule, truth, f"rule `{rule.id}` takes something away on {standard.value} evidence", standard)
