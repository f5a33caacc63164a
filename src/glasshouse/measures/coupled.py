"""Where one run cannot tell its own luck: what the scenario itself says couples the lives of people who never meet.

The block jackknife takes parts of the people for worlds of their own. They are not where a scheme takes so many people and no other number
(the places of an office, an exact number in the file): a total has then less luck than the parts have. Nor where one event reaches
everybody: an outbreak is large or small in all parts at once, and each of them sees nothing of it. The compiled plan says which variants
and lists this is about (`scenario/channels.py`), and the manifest keeps it; what each is is told by seeds alone.

Left out: by how much. A total under a capacity has some luck, and a share some that no seed of the same outbreak would show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from glasshouse.measures.frame import Cut, World
from glasshouse.measures.sources import Sort

if TYPE_CHECKING:
    from glasshouse.measures.estimate import Estimate

SEEDS = "run several seeds"
WHY = {"fixed": "how many are listed is set and no luck: {}", "joined": "people are not apart from each other: {}"}


def why_no_luck(
    world: World, variants: Sequence[str], total: bool, of_list: int | None = None, whom: Sort = "people"
) -> str | None:
    """Why a number of these variants has no interval from one run; None where nothing couples people that is counted in it.

    total: it is a count, or a count for each person there is. A share of those listed has the luck of who they are, however many they may
    be. of_list: the number of the one list that it is about. whom: whether it is told by leaving out people or firms.
    """
    for coupled in (one for name in variants for one in world.coupled.get(name, ())):
        if (
            coupled.whom == whom
            and (total or coupled.how == "joined")
            and (of_list is None or of_list in coupled.lists)
        ):
            return f"{WHY[coupled.how].format(coupled.channel)}; {SEEDS}"
    return None


def told(
    found: Sequence[Estimate],
    world: World,
    variants: Sequence[str],
    total: bool,
    cut: Cut | None = None,
    whom: Sort = "people",
) -> list[Estimate]:
    """The estimates of the cells of a cut, without the intervals that one run cannot give."""
    whole = why_no_luck(world, variants, total, whom=whom)
    if whole is None:
        return list(found)
    if cut != "list":
        return [without_luck(one, whole) for one in found]
    return [without_luck(one, why_no_luck(world, variants, total, n, whom)) for n, one in enumerate(found)]


def without_luck(found: Estimate, reason: str | None) -> Estimate:
    """The same number, its interval taken away, where it has one and there is a reason."""
    if reason is None or (found.method is None and found.low is None):
        return found
    return replace(found, low=None, high=None, method=None, luck_reason=reason)
