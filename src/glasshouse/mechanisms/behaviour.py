"""Behaviour: people do things, some more than others, and less of what they have learnt may cost them.

Conduct is drawn as potential events shared by every variant; a variant only decides which of them happen (Poisson thinning: Lewis and
Shedler 1979; shared marks as in Noorbakhsh and Gomez Rodriguez 2022). Left out: time of day, and acts that need two people.
"""

from __future__ import annotations

from numba import int64, uint64

from glasshouse.kernels import pure

CERTAIN = uint64(1 << 32)
WHOLE = 256
"""Chilling is counted in 256ths of the conduct that stops."""


@pure
def times(threshold: int, factor: int) -> int:
    """A threshold multiplied by another, floored; something certain changes nothing."""
    if factor >= CERTAIN:
        return uint64(threshold)
    return (uint64(threshold) * uint64(factor)) >> uint64(32)


@pure
def chilled(threshold: int, chill: int) -> int:
    """A threshold for someone who does `chill` of 256 lawful acts no more."""
    return (uint64(threshold) * uint64(int64(WHOLE) - int64(chill))) >> uint64(8)


@pure
def scattered(rank: int, multiplier: int, offset: int, block: int) -> int:
    """Slot of a rank: an affine bijection of the block's slots, so that the most liable do not sit side by side."""
    return (int64(rank) * int64(multiplier) + int64(offset)) & (int64(block) - 1)
