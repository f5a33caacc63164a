"""Too many can look, and see too much.

What it finds: A role that reads and belongs to everybody (any authorised person, all staff, the public); or that sees
more than a yes or no with no log or no limit on how often.

Why it matters: Whoever can look up a neighbour will.

Example:
    roles:
      - {id: counter, can: [read], who: all_staff, reveals: history}

Better:
    roles:
      - {id: counter, can: [read], who: duty officers, reveals: verdict, log: immutable, rate_limited: true}

Limits: Names of groups are compared as written. A plain yes or no is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

CODE = "GH923"
NAME = "unbounded-read-access"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-5-1-c", "EU-GDPR-5-1-f", "CN-PIPL-6")
MEASURES: tuple[str, ...] = ("residual_copy_share",)
FIX = "Reveal the minimum verdict, log each read, limit roles."
CORE = False


EVERYONE = ("any_authorised", "all_staff", "public", "anyone", "everyone", "all_officials")


def check(text: Text) -> Iterator[Verdict]:
    for role in text.each("roles"):
        open_to_all = role.get("who").satisfies(lambda v: str(v).lower().replace(" ", "_") in EVERYONE)
        unlimited = role.get("log").is_("none") | ~role.get("rate_limited").true()
        truth = (
            role.get("can").holds("read", "export") & ~role.get("reveals").is_("verdict") & (open_to_all | unlimited)
        )
        yield Verdict(
            role,
            truth,
            f"`{role.id}` sees {role.get('reveals').value} of "
            + ("anyone, and belongs to everybody" if open_to_all.value else "anyone, with no log or limit"),
            role.get("who") if open_to_all.value else role.get("rate_limited"),
        )
