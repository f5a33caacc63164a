"""Whose conduct sufficed? Each life beside itself with only what the person did, and with only what others did.

Four runs tell it: both, own conduct only, others' conduct only, none. In the third nothing of the person's own is seen, and whatever
really reached them from others (a record in the wrong file, a share of a demerit, a tied person's listing) reaches them. In the fourth
nothing happens, so nobody is listed, and it need not be run. What others *would* have sent had the person acted otherwise is not asked
here: that is what twins are for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import KINDS
from glasshouse.experiments.harms import HARMS, harms_of
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, from_raw

ANSWERS = (
    "not harmed",
    "own alone suffices",
    "others alone suffice",
    "either suffices",
    "only together",
    "kept from harm by others",
    "nobody's conduct",
)
"""What may be said of a person and a harm."""
ONLY_TOGETHER = ANSWERS.index("only together")
FIRST_ELSEWHERE = KINDS.index("model")
"""This kind of cause and those after it are filed by something that is nobody's conduct: a model, a health code, an intruder."""


def suffices(both: int, own: int, others: int) -> str:
    """Which of `ANSWERS` holds for a harm of this size with both, with own conduct only, and with others' only."""
    return ANSWERS[int(_code(np.array([both]), np.array([own]), np.array([others]))[0])]


def whose_conduct(loaded: Loaded, threads: int = 2) -> dict[str, NDArray[np.int8]]:
    """For each harm of `harms.HARMS` and each person of the base, the number of an answer, int8[person]. One run of three variants."""
    from glasshouse.engines.replay import BOTH, OTHERS_ONLY, OWN_ONLY, live_apart

    alike = [{"name": "both"}, {"name": "own"}, {"name": "others"}]
    same = from_raw({**loaded.raw, "variants": alike}, loaded.name)
    plan, names = compile_plan(same)
    result = live_apart(plan, threads)
    of = [harms_of(result, plan, names, same.scenario, v) for v in (BOTH, OWN_ONLY, OTHERS_ONLY)]
    filed = np.zeros(plan.world.people, bool)
    cases = result.cases
    filed[cases["person"][(cases["variant"] == BOTH) & (cases["cause_kind"] >= FIRST_ELSEWHERE)]] = True
    people = len(of[0]["listed_days"])  # firms stand behind them
    return {harm: _nobodys(_code(*(x[harm] for x in of)), filed[:people]) for harm in HARMS}


def _nobodys(answers: NDArray[np.int8], filed: NDArray[np.bool_]) -> NDArray[np.int8]:
    """What neither own nor others' conduct brings about is nobody's conduct, if it was filed from elsewhere."""
    out = answers.copy()
    out[filed & (answers == ONLY_TOGETHER)] = ANSWERS.index("nobody's conduct")
    return out


def counted(answers: NDArray[np.int8]) -> dict[str, int]:
    """How many people each answer holds for."""
    return dict(zip(ANSWERS, np.bincount(answers, minlength=len(ANSWERS)).tolist(), strict=True))


def _code(both: NDArray[Any], own: NDArray[Any], others: NDArray[Any]) -> NDArray[np.int8]:
    out = np.zeros(len(both), np.int8)
    harmed = both > 0
    out[harmed] = 4
    out[harmed & (own > 0)] = 1
    out[harmed & (others > 0)] = 2
    out[harmed & (own > 0) & (others > 0)] = 3
    out[~harmed & ((own > 0) | (others > 0))] = 5
    return out
