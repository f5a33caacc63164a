"""Personal data cross a border with nothing to hold them.

What it finds: A recipient in another country (or outside the bloc) with no transfer basis.

Why it matters: Beyond the border the person has no office to turn to.

Example:
    sharing:
      - {recipient: head_office, country: US, transfer_basis: none, anonymised: false}

Better:
    sharing:
      - {recipient: traffic_patrol, country: EU}

Limits: Countries are compared as written; the Union counts as one. Anonymous statistics are left alone (`anonymised:
true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import unless
from glasshouse.linting.text import Text, compare

CODE = "GH821"
NAME = "cross-border-without-safeguard"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-44", "EU-GDPR-48", "CN-PIPL-38")
MEASURES: tuple[str, ...] = ("residual_copy_share",)
FIX = "Name the gateway, purpose, onward limits and remedies."
CORE = False


UNION = {
    "EU",
    "EEA",
    "AT",
    "BE",
    "BG",
    "HR",
    "CY",
    "CZ",
    "DK",
    "EE",
    "FI",
    "FR",
    "DE",
    "GR",
    "HU",
    "IE",
    "IT",
    "LV",
    "LT",
    "LU",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SK",
    "SI",
    "ES",
    "SE",
    "NO",
    "IS",
    "LI",
}


def check(text: Text) -> Iterator[Verdict]:
    home = text.scheme.get("jurisdiction")
    for share in text.each("sharing"):
        abroad = compare(share.get("country"), home, lambda there, here: bloc(there) != bloc(here))
        truth = (
            abroad
            & ~share.get("transfer_basis").is_("adequacy", "scc", "bcr", "assessment", "treaty")
            & unless(share.get("anonymised").true())
        )
        yield Verdict(
            share,
            truth,
            f"{share.get('recipient').value} in {share.get('country').value} gets the data on no stated basis",
            share.get("transfer_basis"),
        )


def bloc(country: str) -> str:
    return "EU" if country.upper() in UNION else country.upper()
