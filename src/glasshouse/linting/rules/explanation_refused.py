"""No reasons, or none that help.

What it finds: A scheme with detrimental consequences that gives no explanation, only a score or an algorithm, or
refuses it as a trade secret with no authority to turn to.

Why it matters: Without reasons a person cannot tell a mistake from a judgement.

Example:
    explanation: {available: true, kind: score_only}

Better:
    explanation: {available: true, kind: reasons, refusal_ground: null}

Limits: Sees what is promised, not whether the reasons are true.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import any_detrimental, unless
from glasshouse.linting.text import Text

CODE = "GH222"
NAME = "explanation-refused"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("CJEU-DB", "CJEU-SCHUFA", "EU-GDPR-15", "EU-AIA-86", "CN-PIPL-24", "US-ECOA-1691d", "COE-108P-9")
MEASURES: tuple[str, ...] = ("never_notified_share",)
FIX = "Give main reasons, data used, and what change would alter the outcome; route secrecy claims to the authority."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    block = text.root.get("explanation")
    poor = block.get("kind").is_("score_only", "algorithm_dump")
    secret = block.get("refusal_ground").satisfies(lambda v: "secret" in str(v).lower()) & unless(
        block.get("referral_to_authority").true()
    )
    truth = any_detrimental(text) & (~block.get("available").true() | poor | secret)
    says = (
        "only the score or the algorithm is given"
        if poor.value
        else "reasons may be refused as a secret, with no authority to decide"
        if secret.value
        else "no reasons are given"
    )
    yield Verdict(text.scheme, truth, says, block.get("kind") if poor.value else block.get("available"))
