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
    "KINDS",
    "WRONG",
    "TIE",
    "LISTED",
    "OWN",
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
)
OWN_ACT, CANNOT_PAY, PROTECTED, OTHERS, WRONG_PERSON, STALE, INSIDER = range(7)
KINDS = ("", "wrong", "tie", "listed", "own")
WRONG, TIE, LISTED, OWN = 1, 2, 3, 4
DECISIONS = ("", "granted", "refused")
EXITS = ("", "corrected", "paid", "expired", "recovered", "left")
CORRECTED, PAID, EXPIRED, RECOVERED, LEFT = 1, 2, 3, 4, 5
TRANSFERS = ("points", "listing", "standing", "company")
BY_POINTS, BY_LISTING, BY_STANDING, BY_COMPANY = range(4)
TIE_KINDS = ("household", "partner", "parent_child", "best_friend", "friends", "online_friends", "colleagues", "school")
