"""A notice that says too little, or that may never arrive.

What it finds: A notice that lacks one of: rule, facts, source, evidence, consequence, duration, exit, appeal body,
deadline, human contact; or that goes only where one must look for it (portal, website, public list); or without proof
of delivery.

Why it matters: Deadlines run from a letter that nobody read.

Example:
    notice: {channels: [portal]}

Better:
    notice: {channels: [registered_letter, portal], delivery_proof: true}

Limits: Names of the parts are compared as written. A stable page for each rule that the notice names may stand for
the content (`per_rule_page` in `content`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import blocks, detrimental, once_notified, promised, promises
from glasshouse.linting.text import Text

CODE = "GH203"
NAME = "notice-incomplete-or-undelivered"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-14", "US-ECOA-1691d", "CN-SZ-2023", "CN-SPC-2017-5", "CJEU-DB")
MEASURES: tuple[str, ...] = ("never_notified_share", "notice_lag_median")
FIX = "Complete content; use two channels incl. an active one; log delivery; restart deadlines on proof."
CORE = False


PARTS = (
    "rule_id",
    "facts",
    "source",
    "evidence",
    "consequence",
    "duration",
    "exit",
    "appeal_body",
    "deadline",
    "human_contact",
)
PASSIVE = {"portal", "website", "public_list"}


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        places = blocks(c, "notice")
        complete = promises([p.get("content") for p in places], lambda p: ~p.misses(*PARTS) | p.holds("per_rule_page"))
        active = promises([p.get("channels") for p in places], lambda p: p.satisfies(lambda v: not set(v) <= PASSIVE))
        proof = promised(c, "notice", "delivery_proof")
        faults = [
            w
            for w, t in (
                ("leaves out what its reader needs", complete),
                ("goes only where one must look for it", active),
                ("needs no proof of delivery", proof),
            )
            if t.value is False
        ]
        truth = detrimental(c) & once_notified(c) & ~(complete & active & proof)
        yield Verdict(c, truth, f"the notice of `{c.id}` {' and '.join(faults)}")
