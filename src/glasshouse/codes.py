"""What the small integers in tables, cases and letters mean. The order is part of the recording format."""

from __future__ import annotations

__all__ = [
    "BASES",
    "OWN_ACT",
    "CANNOT_PAY",
    "PROTECTED",
    "OTHERS",
    "WRONG_PERSON",
    "STALE",
    "INSIDER",
    "RISK_SCORE",
    "KINDS",
    "WRONG",
    "TIE",
    "LISTED",
    "OWN",
    "MODEL",
    "HEALTH",
    "SHOCK",
    "DECISIONS",
    "EXITS",
    "CORRECTED",
    "PAID",
    "EXPIRED",
    "RECOVERED",
    "LEFT",
    "TRANSFERS",
    "BY_POINTS",
    "BY_LISTING",
    "BY_STANDING",
    "BY_COMPANY",
    "TIE_KINDS",
]

BASES = (
    "own_act",
    "cannot_pay",
    "protected_conduct",
    "others_conduct",
    "wrong_person",
    "stale_record",
    "insider_or_intruder",
    "risk_score",
)
OWN_ACT, CANNOT_PAY, PROTECTED, OTHERS, WRONG_PERSON, STALE, INSIDER, RISK_SCORE = range(8)
KINDS = ("", "wrong", "tie", "listed", "own", "model", "health", "shock")
WRONG, TIE, LISTED, OWN, MODEL, HEALTH, SHOCK = 1, 2, 3, 4, 5, 6, 7
"""What brought a listing about. Letters are of the first three kinds; the last three are filed by something that is no letter."""
DECISIONS = ("", "granted", "refused")
EXITS = ("", "corrected", "paid", "expired", "recovered", "left")
CORRECTED, PAID, EXPIRED, RECOVERED, LEFT = 1, 2, 3, 4, 5
TRANSFERS = ("points", "listing", "standing", "company")
BY_POINTS, BY_LISTING, BY_STANDING, BY_COMPANY = range(4)
TIE_KINDS = (
    "household", "partner", "parent_child", "best_friend", "friends", "online_friends", "colleagues", "school", "representative", "staff",
)  # fmt: skip
"""The last two tie firms to people."""
