"""Who has money can leave, who has none cannot.

What it finds: Points that can be bought, bonuses tied to spending, or an exit by payment with no test of ability to
pay and no instalments.

Why it matters: A scheme that money opens measures money.

Example:
    lists:
      - id: suspended
        exit: {conditions: [payment], ability_to_pay: false, instalments: false}

Better:
    lists:
      - id: suspended
        exit: {conditions: [payment], ability_to_pay: true}

Limits: What the text offers, not who takes it up.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

CODE = "GH902"
NAME = "wealth-dependent-cure"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("ECHR-14", "ECHR-P4-1", "ICCPR-11", "ICCPR-26", "EU-CFR-21")
MEASURES: tuple[str, ...] = ("intergenerational_transmission", "sanction_persistence")
FIX = "Offer non-monetary cure, instalments, means test."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for rule in text.each("rules"):
        gained = rule.get("points").over(0)
        if gained.value is False:
            continue
        bought = rule.get("purchasable").true() | rule.at("when.signal_class").is_("purchase")
        yield Verdict(
            rule,
            gained & bought,
            f"the points of rule `{rule.id}` can be bought",
            rule.get("purchasable"),
        )
    for item in text.each("lists"):
        leave = item.get("exit")
        fair = leave.get("ability_to_pay").true() | leave.get("instalments").true()
        truth = leave.get("conditions").holds("payment") & ~fair
        yield Verdict(item, truth, f"list `{item.id}` is left by paying, whoever can", leave.get("ability_to_pay"))
