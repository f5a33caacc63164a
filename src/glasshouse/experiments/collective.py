"""Collective punishment, both ways of counting it: what is left without others' conduct, and what others' conduct does by itself.

Taking others' conduct away gives them all that own and others' conduct do only together; living with others' conduct alone gives them none
of it. The mean of the two is the Shapley value of a game of two (Shapley 1953): each is given what it adds, averaged over both orders of
adding it. The three worlds are those of `whose.py`: both, own conduct only, others' conduct only; the fourth, neither, harms nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glasshouse.scenario.reading import from_raw

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording
    from glasshouse.scenario.reading import Loaded


def divided_between(both: float, own: float, others: float) -> dict[str, Any]:
    """One harm divided between own and others' conduct, from its total in the three worlds.

    `removed`: 1 - own / both, as `collective_punishment_share` counts it. `alone`: others / both. `shapley`: the mean of the two. All are
    null where there is no harm.
    """
    told: dict[str, Any] = {"both": both, "own_only": own, "others_only": others}
    if both == 0:
        return told | {"removed": None, "alone": None, "shapley": None, "reason": "nobody is harmed in this way"}
    removed, alone = 1 - own / both, others / both
    return told | {"removed": removed, "alone": alone, "shapley": (removed + alone) / 2}


def whose_burden(recording: Recording, threads: int = 2) -> dict[str, Any]:
    """Every harm of `harms.HARMS` in the factual variant of a recording, divided between own and others' conduct.

    The world is lived again, in three variants. Of how many people each conduct sufficed is in `twins --json`.
    """
    from glasshouse.engines.replay import BOTH, OTHERS_ONLY, OWN_ONLY, live_apart
    from glasshouse.experiments.harms import HARMS, harms_of
    from glasshouse.scenario.compile import compile_plan

    world = _world_of(recording)
    alike = [{"name": "both"}, {"name": "own"}, {"name": "others"}]
    same = from_raw({**world.raw, "variants": alike}, world.name)
    plan, names = compile_plan(same)
    result = live_apart(plan, threads)
    both, own, others = (harms_of(result, plan, names, same.scenario, v) for v in (BOTH, OWN_ONLY, OTHERS_ONLY))
    totals = {harm: [float(x[harm].sum()) for x in (both, own, others)] for harm in HARMS}
    return {harm: {"what": what} | divided_between(*totals[harm]) for harm, what in HARMS.items()}


def _world_of(recording: Recording) -> Loaded:
    """The scenario of a recording's factual variant, with the seed of its replicate."""
    from glasshouse.chance import replicate_seed
    from glasshouse.simulate import reseeded

    told = recording.manifest
    raw = {k: v for k, v in told["scenario"]["raw"].items() if k != "variants"}
    seed = replicate_seed(int(told["seed"]), int(told.get("replicate") or 0))
    return reseeded(from_raw(raw, told["scenario"]["name"], check=False), seed)
