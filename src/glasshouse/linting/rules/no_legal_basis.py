"""A rule, list or consequence for which no law is named.

What it finds: A rule, a list or a detrimental consequence whose `legal_basis` says that there is none, or a word such
as `internal` or `policy`.

Why it matters: Whoever takes something away from a person must be able to say by what right. Without a named
provision nobody can check whether the measure was allowed, and a court has nothing to hold it against.

Example:
    rules:
      - id: speeding
        legal_basis: internal

Better:
    rules:
      - id: speeding
        legal_basis: Road Traffic Act, s. 14

Limits: Any other text counts as a citation; whether the law named says what the scheme does is for a lawyer. A
private scheme that rests on a contract is left alone where the rule says `contract: true` and gives `terms_ref`.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import any_detrimental, detrimental, harms, has_basis, is_public, unless
from glasshouse.linting.text import Text

CODE = "GH101"
NAME = "no-legal-basis"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = (
    "EU-GDPR-6",
    "ECHR-8",
    "EU-CFR-7-8",
    "EU-CFR-52",
    "CN-APL-5",
    "CN-2020-49",
    "CN-LIST-2021",
    "CN-LIST-2024",
    "CN-SZ-2023",
)
MEASURES: tuple[str, ...] = ()
FIX = "Give a citation with instrument, provision and date for each rule, list and consequence, or delete it."
CORE = True
KIND = {"rules": "rule", "lists": "list", "consequences": "consequence"}


def check(text: Text) -> Iterator[Verdict]:
    effects = {"rules": harms, "lists": lambda item: any_detrimental(text), "consequences": detrimental}
    for section, effect in effects.items():
        for item in text.each(section):
            basis = has_basis(item.get("legal_basis"))
            if basis.value is True:
                continue
            contract = item.get("contract").true() | item.get("terms_ref").given()
            private = text.get("scheme.operator.kind").is_("private")
            truth = ~basis & (is_public(text) | effect(item)) & unless(private & contract)
            yield Verdict(
                item, truth, f"{KIND[section]} `{item.id}` names no law that it rests on", item.get("legal_basis")
            )
