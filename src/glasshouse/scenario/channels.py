"""What ties the lives of people who never meet to each other: the exceptions to "people reach people by letters only" (day.md, 9, 22, 23).

Two questions are asked of a plan. Which mechanisms read totals of everybody, so that the removal gate cannot hold (`aggregate_channels`)?
And which make what befalls people in one place depend on what befalls them in any other, so that the luck of a number cannot be told from
one run by leaving out a part of the people (`couplings`)? An exact number is a total with less luck than people taken one by one would
give; an outbreak, or a firm with all its staff, is one event with more. Clerks, news of the listed and lots are read by everybody too, but
move the luck of no measure by as much as 16 runs could show (`verification/coupled.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from glasshouse.codes import TIE_KINDS
from glasshouse.scenario.epidemic_tables import EpidemicTables
from glasshouse.scenario.lot_tables import LotTables
from glasshouse.scenario.model_tables import BY_LOTTERY_OF, BY_THRESHOLD, ModelTables
from glasshouse.scenario.shock_tables import MASS_LISTING, NO_LIST, ShockTables
from glasshouse.scenario.tables import Names, Plan

POINTS, TO_FIRMS, SCORE_BELOW = 0, 2, 2
STAFF = TIE_KINDS.index("staff")


def aggregate_channels(plan: Plan) -> list[str]:
    """Their names, in words. Where there is one, anybody may reach anybody, and the removal gate does not apply."""
    on = {"news of the listed": plan.score.publicity, "clerks before whom appeals queue": plan.lists.clerks}
    found = [name for name, numbers in on.items() if (np.asarray(numbers) > 0).any()]
    found += ["rounds of a model"] * bool(plan.outside.models)
    return found + ["lots drawn from everybody"] * any(isinstance(x, LotTables) for x in plan.outside.lots)


class Coupling(NamedTuple):
    """Something of a variant that makes entering some lists one matter for everybody.

    how: `fixed`, so many people and no other number; `joined`, one event brings many in, wherever they live. channel: what it is, in words.
    whom: whose luck cannot be told.
    """

    how: Literal["fixed", "joined"]
    channel: str
    lists: tuple[str, ...]
    whom: Literal["people", "firms"] = "people"


def couplings(plan: Plan, names: Names) -> dict[str, list[Coupling]]:
    """The couplings of each variant that has any; those of lists that the variant has people entered on."""
    found = {name: [x for x in _of_variant(plan, names, v) if x.lists] for v, name in enumerate(names.variants)}
    return {name: of for name, of in found.items() if of}


def _of_variant(plan: Plan, names: Names, v: int) -> Iterator[Coupling]:
    for model in plan.outside.models:
        if _takes_so_many(model, v):
            whom: Literal["people", "firms"] = "firms" if model.first >= plan.ties.beyond[0] else "people"
            said = f"the model {model.name} chooses a set number of {whom}"
            yield Coupling("fixed", said, (names.lists[model.list],), whom)
    for shock in plan.outside.shocks:
        if _lists_so_many(shock, v):
            hit = {int(shock.list[v])} | (set(_scored(plan)) if shock.points[v] else set())
            yield Coupling("fixed", f"{shock.name} hits an exact number of people", _called(names, hit))
    if plan.outside.epidemic is not None:
        coloured = _called(names, _coloured(plan.outside.epidemic, v))
        yield Coupling("joined", "one outbreak reaches people anywhere", coloured)
    through = _called(names, _through_staff(plan, v))
    yield Coupling("joined", "what befalls a firm befalls all its staff at once", through)


def _called(names: Names, lists: set[int]) -> tuple[str, ...]:
    return tuple(names.lists[n] for n in sorted(lists - {NO_LIST}))


def _takes_so_many(model: ModelTables, v: int) -> bool:
    """Is the number of people chosen in a round given, whoever they are? Nobody is a number too."""
    of = int(model.same_as[v]) if model.chooses[v] == BY_LOTTERY_OF else v
    return bool(model.chooses[of] != BY_THRESHOLD)


def _lists_so_many(shock: ShockTables, v: int) -> bool:
    """Does the shock say how many, and not which share?"""
    return shock.kind == MASS_LISTING and bool(shock.day[v]) and bool(shock.exactly[v] or shock.elsewhere[v])


def _scored(plan: Plan) -> Iterator[int]:
    """Lists that a fall of the score enters."""
    return (n for n in range(plan.lists.count) if plan.lists.trigger[n] == SCORE_BELOW)


def _coloured(epidemic: EpidemicTables, v: int) -> set[int]:
    """Lists of this variant for which the ill or their contacts are filed; with them, those of the other causes of a colour."""
    of_illness = {int(n) for n in epidemic.way_list[: epidemic.ways, v]}
    of_illness |= {int(n) for n in epidemic.contact_list[v, : epidemic.layers]}
    others = {int(n) for n in epidemic.cause_list[: epidemic.causes, v]}
    return of_illness | others if of_illness - {NO_LIST} else set()


def _through_staff(plan: Plan, v: int) -> set[int]:
    """Lists for which one letter of a firm to its staff is enough, of somebody who stands where everybody began."""
    a, lowest = plan.associations, 0
    for n in range(a.count):
        if a.kind[n] == STAFF and a.toward[n] != TO_FIRMS:
            lowest = min(lowest, _most_taken(plan, n, v))
    start = int(plan.score.baseline.min())
    return {n for n in _scored(plan) if lowest < 0 and start + lowest < plan.lists.threshold[n, v]}


def _most_taken(plan: Plan, n: int, v: int) -> int:
    """The most points that one letter of an association takes; 0 or above if it takes none."""
    a = plan.associations
    if a.transfer[n] != POINTS:
        return int(a.amount[n, v])
    demerits = np.where(a.of_acts[n, : len(plan.acts.points)] == 1, plan.acts.points[:, v], 0)
    return int(demerits.min() * (int(a.share[n, v]) / 2**32))
