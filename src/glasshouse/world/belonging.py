"""Where one person belongs, told in a kernel: their group, region, residence and scale (day.md, 8 and 9).

`world` is whatever has the fields of `WorldTables` that are asked for.
"""

from __future__ import annotations

from numba import int64, uint64

from glasshouse.chance import TRAIT, draw
from glasshouse.kernels import phase, pure


@phase
def group_of(person, world):  # type: ignore[no-untyped-def]
    """Group of a person, from the key (day.md, 8)."""
    if world.group_cut.shape[0] == 1:
        return int64(0)
    w0, _, _, _ = draw(0, 0, TRAIT, 0, person, world.group_stream, world.k0, world.k1)
    g = int64(0)
    while uint64(w0) >= world.group_cut[g]:
        g += 1
    return g


@phase
def region_of(person, world):  # type: ignore[no-untyped-def]
    """Region of a person: regions are runs of consecutive people."""
    r = int64(0)
    while person >= world.region_cut[r]:
        r += 1
    return r


@pure
def residence_of(person, day, world):  # type: ignore[no-untyped-def]
    """Region in which a person lives this year: their own, or another for those who move; firms do not move (day.md, 8)."""
    r = region_of(person, world)
    if world.moves and r < world.residence_cut.shape[0]:
        year = (int64(day) - 1) // 365
        w0, w1, _, _ = draw(1 + year, 0, TRAIT, 0, person, world.move_stream, world.k0, world.k1)
        if uint64(w0) < uint64(world.moves):
            r = int64(0)
            while uint64(w1) >= world.residence_cut[r]:
                r += 1
    return r


@pure
def scale_at(person, day, world, scale):  # type: ignore[no-untyped-def]
    """The scale of the place where a person lives (day.md, 9)."""
    if scale.lowest.shape[0] == 1:
        return int64(0)
    return int64(scale.scale_of[residence_of(person, day, world)])
