"""Rows of what few have: letters on the way, open and closed cases, events asked for. Packed 32-bit words, read and written here only.

letter  4 words   target | source | tag | amount + 32768 : 16, kind : 2 (own: 0), hops : 3, association : 3, mask of variants : 8
case    8 words   person | variant : 4, list : 4, ordinal : 8, basis : 3, rightful : 1, kind : 3, decision : 2, learnt by : 2, group : 5
                  opened, notified | learnt, appealed | decided, expires | paid, clears : 16 bits each, low half first
                  cause's source | cause's tag
closed  9 words   a case and closed : 16, closed by : 16
event   6 words   person | day : 16, event : 8, variants : 8 | detail | source | tag | amount (two's complement)
"""

from __future__ import annotations

from numba import int64, uint32

from glasshouse.kernels import pure

LETTER_WORDS, CASE_WORDS, CLOSED_WORDS, EVENT_WORDS = 4, 8, 9, 6
AMOUNT_ZERO = 32_768
EVENTS = (
    "", "act", "record", "settled", "listed", "notified", "learnt", "appealed", "decided", "paid", "left_list", "refused",
    "went_another_way", "gave_up", "denied", "left", "bounced", "standing", "taken", "given_back",
)  # fmt: skip
(
    E_ACT,
    E_RECORD,
    E_SETTLED,
    E_LISTED,
    E_NOTIFIED,
    E_LEARNT,
    E_APPEALED,
    E_DECIDED,
    E_PAID,
    E_LEFT,
    E_REFUSED,
    E_OTHER_WAY,
    E_GAVE_UP,
    E_DENIED,
    E_GONE,
    E_BOUNCED,
    E_STANDING,
    E_TAKEN,
    E_GIVEN_BACK,
) = range(1, 20)


@pure
def letter_pack(amount: int, kind: int, hops: int, association: int, mask: int) -> int:
    """The last word of a letter."""
    return uint32(
        ((int64(amount) + AMOUNT_ZERO) << 16)
        | ((int64(kind) & 3) << 14)
        | (int64(hops) << 11)
        | (int64(association) << 8)
        | int64(mask)
    )  # type: ignore[no-any-return]


@pure
def letter_kind(pack: int) -> int:
    """What a letter is about. Two bits hold it: the fourth kind, one's own record that comes late, is 0 there."""
    return (((int64(pack) >> 14) + 3) & 3) + 1  # type: ignore[no-any-return]


@pure
def letter_amount(pack: int) -> int:
    """Points of a letter."""
    return (int64(pack) >> 16) - AMOUNT_ZERO  # type: ignore[no-any-return]


@pure
def case_head(variant: int, on_list: int, ordinal: int, basis: int, rightful: int, kind: int, group: int) -> int:
    """The second word of a case that opens: no decision yet, not learnt of yet."""
    return uint32(
        variant | (on_list << 4) | (ordinal << 8) | (basis << 16) | (rightful << 19) | (kind << 20) | (group << 27)
    )  # type: ignore[no-any-return]


@pure
def two_days(low: int, high: int) -> int:
    """Two days in one word."""
    return uint32(int64(low) | (int64(high) << 16))  # type: ignore[no-any-return]


@pure
def low_day(word: int) -> int:
    """The day in the low half of a word."""
    return int64(word) & 65_535  # type: ignore[no-any-return]


@pure
def high_day(word: int) -> int:
    """The day in the high half of a word."""
    return int64(word) >> 16  # type: ignore[no-any-return]
