"""The sanction takes away what is needed to end it.

What it finds: A list that one leaves by paying, appearing, working, travelling, communicating or holding an account,
with a consequence of the same list that takes just that away.

Why it matters: A person whose account is frozen for not paying cannot pay.

Example:
    lists:
      - id: suspended
        exit: {conditions: [payment]}
    consequences:
      - id: licence_suspended
        removes: [pay]

Better:
    lists:
      - id: suspended
        exit: {conditions: [payment]}
    consequences:
      - id: licence_suspended
        removes: []

Limits: Reads `removes`, and takes a freeze to stop payment and a dismissal to stop work. An exemption for curing the
default turns it off (`cure` or `minimum_subsistence_and_cure` in `exemptions`).
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.graph import trail
from glasshouse.linting.terms import trigger_list, unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, any_of

CODE = "GH804"
NAME = "sanction-blocks-exit"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("ECTHR-KHLYUSTOV", "ECTHR-STETSOV", "HRC-GC27-14", "EU-CFR-52", "CN-SPC-2019-35")
MEASURES: tuple[str, ...] = ("cannot_get_off_share", "sanction_persistence")
FIX = "Exempt whatever is needed to cure and to appeal."
CORE = True


NEEDS = {
    "payment": "pay",
    "appearance": "appear",
    "work": "work",
    "travel": "travel",
    "communication": "communicate",
    "account": "hold_account",
}
KINDS = {"freeze": ("pay", "hold_account"), "dismissal": ("work",), "closure": ("hold_account",)}


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        item = trigger_list(c)
        if item is None:
            if c.silent:
                yield Verdict(c, c.get("removes").given(), "")
            continue
        ways = item.at("exit.conditions")
        blocked = any_of(ways.holds(way) & takes(c, power) for way, power in NEEDS.items())
        both = [way for way, power in NEEDS.items() if (ways.holds(way) & takes(c, power)).value]
        truth = blocked & unless(c.get("exemptions").holds("cure", "minimum_subsistence_and_cure"))
        path = trail(text, ("list", item.id), ("consequence", c.id))
        yield Verdict(
            c,
            truth,
            f"list `{item.id}` is left by {', '.join(both)}, which `{c.id}` takes away",
            ways,
            paths=((*path, f"exit by {', '.join(both)}: blocked"),) if path else (),
        )


def takes(c: At, power: str) -> Truth:
    """Does this consequence take away the power to pay, appear, work, ...?"""
    kinds = [k for k, powers in KINDS.items() if power in powers]
    return c.get("removes").holds(power) | c.get("kind").is_(*kinds)
