"""What a source sees and whom it takes somebody for, in closed form: cameras, identification against a gallery, record linkage.

An act is seen if a camera looks, and it is put in somebody else's file if the search of the gallery, or the linkage of the records,
finds another. Three small models, all in decimal arithmetic so that every platform gets the same thresholds:

- cameras stand anywhere, one independently of another, so the number that look at an act is Poisson and none looks with exp(-mean);
- a search of a gallery is one comparison with each person in it, each of which may match falsely; or it is as published, for some
  sizes of gallery, and between and beyond them follows the power of the size that the nearest two sizes show (in the study of
  2023 the false identifications of a live system were in proportion to its watch list: row SN-N-03);
- a record that is not linked is lost, and one that is linked falsely lands in another's file.

Left out: comparisons that depend on one another (kin, the same pose and light), a threshold that is moved as the gallery grows, where
cameras are put on purpose (`by_region` says it region by region), and people who know where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

NONE, ALL = Decimal(0), Decimal(1)


def coverage(cameras_per_person: Decimal, reach: Decimal) -> Decimal:
    """Share of acts that at least one camera sees. `reach`: cameras that look at an act if there is one camera for every person."""
    return ALL - (-cameras_per_person * reach).exp()


def false_identification(false_match: Decimal, gallery: int) -> Decimal:
    """Chance that a search finds somebody else: 1 - (1 - f)**N, for N comparisons that each match falsely with chance f."""
    if gallery == 0 or false_match == 0:
        return NONE
    return ALL if false_match >= 1 else ALL - (gallery * (ALL - false_match).ln()).exp()


def as_published(table: Mapping[int, Decimal], gallery: int) -> Decimal:
    """The same from published sizes of gallery: a power of the size between the nearest two, in proportion to it if there is but one."""
    sizes = sorted(table)
    if gallery == 0:
        return NONE
    if gallery in table:
        return table[gallery]
    if len(sizes) == 1:
        return min(table[sizes[0]] * gallery / sizes[0], ALL)
    upper = next((n for n, size in enumerate(sizes) if n and size >= gallery), len(sizes) - 1)
    small, large = sizes[upper - 1], sizes[upper]
    return _on_power_law(Decimal(gallery), (Decimal(small), table[small]), (Decimal(large), table[large]))


def _on_power_law(x: Decimal, first: tuple[Decimal, Decimal], second: tuple[Decimal, Decimal]) -> Decimal:
    """The value at x of the power law through two points; a straight line where a value is 0 and no power goes through it."""
    (x1, y1), (x2, y2) = first, second
    if y1 <= 0 or y2 <= 0:
        return min(max(y1 + (y2 - y1) * (x - x1) / (x2 - x1), NONE), ALL)
    exponent = (y2 / y1).ln() / (x2 / x1).ln()
    return min(y1 * (exponent * (x / x1).ln()).exp(), ALL)


def any_of(*chances: Decimal) -> Decimal:
    """Chance that at least one of several independent things happens."""
    none = ALL
    for chance in chances:
        none *= ALL - chance
    return ALL - none
