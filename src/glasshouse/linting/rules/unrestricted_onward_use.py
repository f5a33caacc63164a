"""Scores and lists handed on for any use.

What it finds: A recipient with no purpose, a recipient that is the public or any business, or one whose further use
is not ruled out.

Why it matters: A score leaves its purpose the moment somebody else may use it for theirs.

Example:
    sharing:
      - {recipient: any_business, purpose: null, onward_use_allowed: true}

Better:
    sharing:
      - {recipient: traffic_patrol, purpose: roadside check of licences, onward_use_allowed: false, legally_bound: true}

Limits: Promises only; copies that stay behind are `residual_copy_share` in a run.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

CODE = "GH603"
NAME = "unrestricted-onward-use"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("US-FCRA-1681b", "CJEU-SCHUFA", "EU-GDPR-5-1-b", "EU-GL-SS-5", "CN-2020-49")
MEASURES: tuple[str, ...] = ("residual_copy_share",)
FIX = "Bind recipients to purpose and to corrections; forbid other reuse."
CORE = False


ANYONE = ("public", "any_business", "anyone", "everyone", "all_departments")


def check(text: Text) -> Iterator[Verdict]:
    for share in text.each("sharing"):
        anyone = share.get("recipient").satisfies(lambda v: str(v).lower().replace(" ", "_") in ANYONE)
        truth = anyone | share.get("purpose").lacking() | ~share.get("onward_use_allowed").false()
        yield Verdict(share, truth, f"{share.get('recipient').value} may use it for anything", share.get("purpose"))
