"""Does a change reach people of other blocks, so that what they send would be another? Asked of the compiled tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import ONE
from glasshouse.codes import BY_STANDING, WRONG
from glasshouse.experiments.keyed import event_from_key
from glasshouse.experiments.lived import Opened
from glasshouse.scenario.shock_tables import ShockTables
from glasshouse.scenario.tables import NO_CLERKS_NEEDED, Plan

I64 = NDArray[np.int64]
ASKED = 1
"""The variant that is what happened; before it stands the scenario as it is, after it stand the changes."""


def beyond(plan: Plan, v: int) -> str:
    """Why the letters of others are not known under variant `v`; empty where they are. Variant `ASKED` is what happened.

    What reaches a block depends on acts, on what is seen and filed, and on ties. A change of lists, redress or gates moves none of these
    unless listed people act otherwise or a listing itself travels. A change of filing or of ties moves demerits as well, and so chilling.
    """
    a, bonds, lists = plan.acts, plan.associations, plan.lists
    if plan.outside.models or plan.outside.epidemic is not None or plan.outside.lots:
        return "whom a model, a health code or a lottery files for follows from how everybody else stands"
    if _differs(a, v, ("accept", "group_factor", "listed_factor", "seen", "circ_cut", "points", "cap", "files")):
        return "it changes what people do or what is counted, and so what others send"
    if _differs(a, v, CITY_ACTS) or _differs(bonds, v, CITY_BONDS) or _differs(plan.score, v, CITY_SCORES):
        return "it changes what people do or who is told of it, and so what others send"
    filing = _differs(a, v, ("wrong", "goes_on"))
    ties = bool(bonds.count) and _differs(bonds, v, ("share", "amount"))
    if not _less(a.wrong, v, 2) or not _less(a.goes_on, v, 1):
        return "it would let more records through than were kept"
    if filing and _some_wait(plan):
        return "it changes own records that come late"
    own_lists = any(_moved(x, v) for x in lists if x is not lists.in_region) or _differs(plan.gates, v, GATES_TEACH)
    own_lists |= any(_shocked(x, v) for x in plan.outside.shocks)
    still = bool(bonds.count) and bool((bonds.share[:, v] != 0).any() or (bonds.amount[:, v] != 0).any())
    if _follows_state(plan) and (filing or ties or own_lists):
        return "others' letters follow their scores, lists or absence, which would change"
    if (lists.clerks != NO_CLERKS_NEEDED).any() and (filing or ties or own_lists):
        return "appeals wait their turn before clerks, and the queue would be another"
    travels = bool(bonds.count) and bool((bonds.amount[:, v] != 0).any())
    if (a.listed_factor[:, ASKED] != ONE).any() and (filing or ties or own_lists):
        return "listed people act otherwise, so that others' letters would change"
    chills = bool(a.chillable.any()) and bool(plan.score.chill_step[v]) and bool(plan.score.used)
    if chills and (filing or ties):
        return "chilled people act otherwise, so that others' letters would change"
    if ties and still:
        return "part of what travels along ties is left, in other amounts"
    if (filing and still) or (own_lists and travels):
        return "what others hand on along ties would change"
    return ""


def _some_wait(plan: Plan) -> bool:
    """Do records come late, or scores move on some days only?"""
    from glasshouse.engines.late import some_wait

    return some_wait(plan)


def _follows_state(plan: Plan) -> bool:
    """Does what people send follow from how they stand, and not from their acts alone?"""
    bonds = plan.associations
    tells = bool((bonds.transfer[: bonds.count] >= BY_STANDING).any())
    return tells or any(
        bool(x.any()) for x in (plan.acts.special, bonds.hush, bonds.cut_on, plan.score.publicity, plan.score.merges)
    )


CITY_ACTS = ("cooling", "region_factor", "region_seen", "only_on", "asks", "barred", "late")
CITY_BONDS = ("on_lists", "level", "chance", "hush", "cut", "cut_on")
CITY_SCORES = ("publicity", "decay", "merges", "merge_factor", "merge_add", "merge_wrong", "update", "anew")
VARIANT_AXIS = {
    **dict.fromkeys((*CITY_ACTS, "on_lists", "level", "chance", "hush", "cut"), 1),
    **dict.fromkeys(("cut_on", *CITY_SCORES), 0),
    "accept": 2, "group_factor": 1, "listed_factor": 1, "seen": 2, "wrong": 2, "circ_cut": 2, "goes_on": 1, "points": 1, "cap": 1,
    "files": 1, "share": 1, "amount": 1,
    "lists": 1, "trip": 2, "user": 1, "evade": 2, "learns": 1, "never_learns": 1,
}  # fmt: skip
GATES_TEACH = ("lists", "trip", "user", "evade", "learns", "never_learns")
"""A refusal tells of the listing, and so of the appeal: whoever meets fewer gates learns later, and is listed otherwise."""


def _differs(tables: Any, v: int, fields: Sequence[str]) -> bool:
    """Is any of these tables another in variant `v` than in what happened?"""
    axes = ((getattr(tables, f), VARIANT_AXIS[f]) for f in fields)
    return any(not np.array_equal(x.take(ASKED, axis), x.take(v, axis)) for x, axis in axes)


def _less(x: NDArray[Any], v: int, axis: int) -> bool:
    return bool((x.take(v, axis) <= x.take(ASKED, axis)).all())


def _moved(x: Any, v: int) -> bool:
    """Does a table of the lists, whose second axis is the variant, differ from what happened?"""
    return isinstance(x, np.ndarray) and x.ndim >= 2 and not np.array_equal(x[:, ASKED], x[:, v])


def _shocked(x: ShockTables, v: int) -> bool:
    """Does a shock hit, find or repair otherwise than in what happened? Whom it hits is in the keys, so that a block alone knows it."""
    fields = (x.day, x.found, x.repaired, x.repair, x.list, x.in_region, x.share, x.exactly, x.elsewhere, x.points)
    return any(not np.array_equal(f[ASKED], f[v]) for f in fields)


def letters_kept(opened: Opened, plan: Plan, v: int) -> I64:
    """1 for each kept letter that is also sent under variant `v`: those of events are recomputed from their keys."""
    letters = opened.letters
    kind = letters["kind"]
    kept = np.ones(len(kind), np.int64)
    bonds = plan.associations
    if bonds.count and _differs(bonds, v, ("share", "amount")):
        kept[kind != WRONG] = 0
    if _differs(plan.acts, v, ("wrong", "goes_on")):
        for n in np.flatnonzero(kind == WRONG):
            source, tag, day = (int(letters[x][n]) for x in ("source", "tag", "day"))
            sent = int(letters["sent"][n]) if "sent" in letters else day - 1
            found = event_from_key(plan, v, source // plan.world.block, tag, sent)
            kept[n] = found.wrong and found.goes_on
    return kept
