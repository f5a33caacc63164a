"""Special kinds of personal data with no ground for using them.

What it finds: A source or a rule attribute about health, genes, biometrics, religion, ethnicity, politics, union, sex
life or crime, named or by a proxy such as a spouse's name, with no `special_category_basis`.

Why it matters: These are the data for which people have been persecuted. Most laws forbid them unless a listed
exception applies.

Example:
    data_sources:
      - id: road_offences
        categories: [licence, health]

Better:
    data_sources:
      - id: road_offences
        categories: [licence, health]
        special_category_basis: "Road Traffic Act, s. 20 (fitness to drive), with an independent physician"

Limits: Proxies come from a short table and are marked heuristic. Any text counts as a basis.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.lexicon import SPECIAL, reveals
from glasshouse.linting.terms import source_of, unless
from glasshouse.linting.text import At, Text

CODE = "GH107"
NAME = "special-category-data"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-9", "EU-GDPR-10", "EU-GDPR-22-4", "CJEU-OT", "CN-CRR-14", "CN-SH-2017", "CN-PIPL-28-31")
MEASURES: tuple[str, ...] = ("demographic_parity_difference",)
FIX = "Remove or state the exception, safeguard and necessity test."
CORE = False


BIOMETRIC = {
    "face": "biometric",
    "voice": "biometric",
    "gait": "biometric",
    "iris": "biometric",
    "medical_record": "health",
}
PLAIN = ("name", "surname", "postcode", "neighbourhood", "device", "device_model")


def check(text: Text) -> Iterator[Verdict]:
    for source in text.each("data_sources"):
        traits = [t for c in listed(source) if (t := special(c))]
        trait = BIOMETRIC.get(str(source.get("kind").value)) or next(iter(traits), None)
        by_kind = source.get("kind").is_(*BIOMETRIC)
        by_category = source.get("categories").satisfies(lambda v: any(special(str(c)) for c in v))
        named = trait in listed(source) or by_kind.value is True
        truth = (by_kind | by_category) & unless(source.get("special_category_basis").given())
        says = f"`{source.id}` holds or reveals {trait} data and gives no ground for it"
        other = source.get("kind") if by_kind.value else source.get("categories")
        yield Verdict(source, truth, says, other, confidence="decidable" if named else "heuristic")
    for rule in text.each("rules"):
        attribute = rule.at("when.attribute")
        revealing = attribute.satisfies(lambda v: special(str(v)) is not None)
        if revealing.value is False:
            continue
        truth = revealing & unless(source_of(rule).get("special_category_basis").given())
        yield Verdict(rule, truth, f"rule `{rule.id}` turns on {attribute.value} and gives no ground for it", attribute)


def special(name: str) -> str | None:
    """The special kind of data that a field of this name is or reveals; a plain name or address is not enough."""
    return None if name.lower() in PLAIN else reveals(name, SPECIAL)


def listed(source: At) -> list[str]:
    found = source.get("categories")
    return [] if found.silent else [str(c) for c in found.value or []]
