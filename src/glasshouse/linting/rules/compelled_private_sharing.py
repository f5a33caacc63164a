"""A business hands the state its customers.

What it finds: A private source from which data go to an authority in bulk or without a lawful request for each case;
or one that a public scheme uses with no law, contract or consent.

Why it matters: People told a shop, not the state.

Example:
    data_sources:
      - {id: shop, context: commerce, kind: purchase, controller: private, collection: open}

Better:
    data_sources:
      - {id: shop, context: commerce, kind: purchase, controller: private, collection: by_law}

Limits: Recipients are taken to be authorities by their names. A statutory report of a suspicious act is left alone
(`legal_process: statutory_report`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import is_public, unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, any_of

CODE = "GH822"
NAME = "compelled-private-sharing"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-48", "ECHR-8", "ICCPR-17", "EU-GL-SS-5")
MEASURES: tuple[str, ...] = ()
FIX = "Per-case lawful request, transparency report, refusal right."
CORE = False


AUTHORITY = (
    "authority",
    "police",
    "ministry",
    "government",
    "court",
    "state",
    "agency",
    "bureau",
    "security",
    "department",
)


def check(text: Text) -> Iterator[Verdict]:
    to_state = any_of(bulk(share) for share in text.each("sharing"))
    for source in text.each("data_sources"):
        loose = is_public(text) & ~source.get("collection").is_("by_law", "contract", "consent")
        truth = source.get("controller").is_("private") & (to_state | loose)
        yield Verdict(
            source,
            truth,
            f"`{source.id}` is a private party's and reaches the authorities "
            + ("in bulk or without a request for each case" if to_state.value else "with no law, contract or consent"),
            source.get("collection"),
        )


def bulk(share: At) -> Truth:
    official = share.get("recipient").satisfies(lambda v: any(a in str(v).lower() for a in AUTHORITY))
    free = share.get("bulk").true() | ~share.get("legal_process").is_("per_case", "statutory_report")
    return official & free & unless(share.get("legal_process").is_("statutory_report"))
