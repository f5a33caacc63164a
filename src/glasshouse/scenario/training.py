"""What a model makes of people who are counted: weights of its features, in 256ths of a bit (day.md, 23)."""

from __future__ import annotations

from bisect import bisect_right

from glasshouse.scenario.model_tables import UNIT
from glasshouse.scenario.tables import I64, U64


def whole_log(x: int, cuts: U64) -> int:
    """256 times the binary logarithm of a whole number from 1 on, rounded down."""
    e = x.bit_length() - 1
    return UNIT * e + bisect_right(cuts.tolist(), (x << 32) >> e)


def trained(counts: I64, cuts: U64) -> list[int]:
    """Weights from counted people, [F, has, truth]: how much likelier the feature is where the target is true, in 256ths of a bit."""
    return [
        whole_log(int(c[1, 1]) + 1, cuts) - whole_log(int(c[0, 1]) + 1, cuts)
        - whole_log(int(c[1, 0]) + 1, cuts) + whole_log(int(c[0, 0]) + 1, cuts)
        for c in counts
    ]  # fmt: skip
