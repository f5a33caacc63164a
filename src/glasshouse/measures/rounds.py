"""Models that choose people: what their rounds find, beside what a lottery of the same size would, and whom they choose wrongly.

A recording knows of everybody in a round whether it was true of them what the model looks for, chosen or not; an office never does. A round
is one look at everybody who is there and not under investigation already; sums go over all rounds of all models of a run that choose people
(those of models of firms are in `rounds.parquet`). The same people are looked at in each, so that it is people who are left out to tell
luck, and not rounds; of whom nothing is kept but how many they were, nothing can be left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from glasshouse.measures.coupled import SEEDS
from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Floats, Ints
from glasshouse.measures.proportion import scenario_of
from glasshouse.measures.tally import Known, Share, Tally, Undefined
from glasshouse.measures.uncertainty import share

Table = Mapping[str, Ints]
NO_ROUNDS = "no model chooses people in this scenario"
Z = 1.959964
WILSON = "Wilson interval of a share of independent people"
AGAIN = f"the same people are looked at in every round; {SEEDS}"
MODEL, BY_LOT = "model", 1 << 31
"""The kind of filings of models; of those from this tag on nobody chose, but a lot (docs/day.md, 22b)."""
BETWEEN = ("practice.models",)


def investigation_yield(cases: Cases, _: bool = False) -> Tally:
    """Of those whom the rounds of a model chose, the share of whom it was true what it looks for: what an investigation finds.

    yield = found / chosen. The rest were investigated and cleared. What a lottery would have found is `yield_over_lottery`.
    """
    return Undefined(NO_ROUNDS) if _table(cases) is None else Known(lambda cut: _yields(cases, cut))


def yield_over_lottery(cases: Cases, _: bool = False) -> Tally:
    """How many times as much a model's investigations find as those of a lottery of the same size would, as expected.

    (found / chosen) / (true / eligible): a lottery finds what there is. 1 is no better than drawing people at random. Its luck is that of
    what was found; what there is, is counted over everybody and taken as known.
    """
    told = _table(cases)
    return Undefined(NO_ROUNDS) if told is None else Known(lambda cut: _lifts(cases, told, cut))


def chosen_wrongly_share(cases: Cases, _: bool = False) -> Tally:
    """Of the people of whom it was not true what the model looks for, the share who were chosen in a round: its false-positive share.

    FPR = (chosen - found) / (eligible - true), over all rounds. By group: who of the innocent is looked into most.
    """
    return _over_rounds(
        cases, lambda t: (t["chosen"] - t["found"], t["eligible"] - t["true"]), "it was true of everybody, or nobody"
    )


def found_by_model_share(cases: Cases, _: bool = False) -> Tally:
    """Of the people of whom it was true what the model looks for, the share who were chosen in a round: its true-positive share.

    TPR = found / true, over all rounds.
    """
    return _over_rounds(cases, lambda t: (t["found"], t["true"]), "it was true of nobody")


def listed_again_share(cases: Cases, _: bool = False) -> Tally:
    """Of the people who were listed in the run, the share who were listed twice or more: investigated again, judged again."""
    if not len(cases):
        return Undefined("nobody was listed")
    first, times = np.zeros(len(cases), bool), np.zeros(len(cases), np.int64)
    _people, where, of, count = np.unique(cases.person, return_index=True, return_inverse=True, return_counts=True)
    first[where] = True
    times[:] = count[of]
    return Share(first & (times > 1), first)


# --- over the rounds --------------------------------------------------------------------------------------------------


def _table(cases: Cases) -> Table | None:
    sources = cases.world.sources
    told = sources.table("rounds", cases.variant) if sources else None
    if told is None or not len(told["day"]):
        return None
    mine = ~np.isin(told["model"], _of_others(cases))
    return {name: x[mine] for name, x in told.items()} if mine.any() else None


def _of_others(cases: Cases) -> list[str]:
    """Models that choose among firms, where people are counted; those of people, where firms are."""
    practice = scenario_of(cases.world, cases.variant).get("practice") or {}
    models: Mapping[str, Mapping[str, object]] = practice.get("models") or {}
    return [name for name, model in models.items() if model.get("of", "people") != cases.world.sort]


def _over_rounds(cases: Cases, parts: Callable[[Table], tuple[Ints, Ints]], why_not: str) -> Tally:
    told = _table(cases)
    if told is None:
        return Undefined(NO_ROUNDS)
    once = len(np.unique(told["day"])) == 1

    def value(rows: Table) -> Estimate:
        top, bottom = (int(x.sum()) for x in parts(rows))
        if bottom == 0:
            return undefined(why_not)
        return _wilson(top, bottom) if once else Estimate(top / bottom, None, None, None, bottom, None, AGAIN)

    return Known(lambda cut: [value(rows) for rows in _cells(cases, told, cut)])


def _cells(cases: Cases, told: Table, cut: Cut | None) -> list[Table]:
    """The rows of everybody, or of each group."""
    if cut != "group":
        return [told]
    return [{k: x[told["group"] == n] for k, x in told.items()} for n in _numbers(told, cases.world.groups)]


def _numbers(told: Table, groups: tuple[str, ...]) -> list[int | str]:
    """What a group is called in the table: its word where the table keeps words."""
    return list(groups) if told["group"].dtype.kind in "OU" else [*range(len(groups))]


def _wilson(k: int, n: int) -> Estimate:
    """A share with Wilson's interval: in one round the draws of people are independent, the choice among them nearly."""
    middle, spread = k / n + Z * Z / (2 * n), Z * math.sqrt(k / n * (1 - k / n) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return Estimate(k / n, max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0), WILSON, n)


# --- over the people who were chosen ----------------------------------------------------------------------------------


def _yields(cases: Cases, cut: Cut | None) -> list[Estimate]:
    chosen, found = _chosen(cases, cut)
    shares = [share(found[:, cell], chosen[:, cell]) for cell in range(chosen.shape[1])]
    return [one if one.value is not None else undefined("nobody was chosen") for one in shares]


def _chosen(cases: Cases, cut: Cut | None) -> tuple[Floats, Floats]:
    """How many of each block and cell models chose, and of how many it was true, float64[blocks, cells]; once for each round."""
    sources, cells = cases.world.sources, len(cases.world.names(cut))
    assert sources is not None  # it has a table of rounds
    filed, people = sources.table("filings", cases.variant), sources.people(cases.variant)
    if filed is None or people is None:
        return np.zeros((BLOCKS, cells)), np.zeros((BLOCKS, cells))
    mine = (filed["kind"] == MODEL) & (filed["tag"] < BY_LOT)
    person, true = filed["person"][mine], filed["rightful"][mine].astype(np.float64)
    where = cases.world.block_of(person) * cells + (people.group[person] if cut == "group" else 0)
    counted = (np.bincount(where, weight, BLOCKS * cells).reshape(BLOCKS, cells) for weight in (None, true))
    chosen, found = (x.astype(np.float64) for x in counted)
    return chosen, found


def _lifts(cases: Cases, told: Table, cut: Cut | None) -> list[Estimate]:
    return [_lift(one, rows) for one, rows in zip(_yields(cases, cut), _cells(cases, told, cut), strict=True)]


def _lift(inside: Estimate, told: Table) -> Estimate:
    true, eligible = (int(told[x].sum()) for x in ("true", "eligible"))
    if inside.value is None or true == 0:
        return undefined("nobody was chosen, or it was true of nobody", inside.n)
    low, high = (None if end is None else end * eligible / true for end in (inside.low, inside.high))
    return replace(inside, value=inside.value * eligible / true, low=low, high=high)


MEASURES = (
    Measure(
        id="M1", name="investigation_yield", count=investigation_yield, unit="share", direction="higher is better",
        denominator="people chosen, once for each round", scaling="share", drivers=BETWEEN, cuts=("group",),
        library="precision",
    ),
    Measure(
        id="M1", name="chosen_wrongly_share", count=chosen_wrongly_share, unit="share", direction="lower is better",
        denominator="people of whom it is not true, once for each round", scaling="share", drivers=BETWEEN, cuts=("group",),
        library="false positive rate", rate=True,
    ),
    Measure(
        id="M1", name="found_by_model_share", count=found_by_model_share, unit="share", direction="higher is better",
        denominator="people of whom it is true, once for each round", scaling="share", drivers=BETWEEN, cuts=("group",),
        library="true positive rate, recall", rate=True,
    ),
    Measure(
        id="M2", name="listed_again_share", count=listed_again_share, unit="share", direction="lower is better",
        denominator="people listed in the run", scaling="share", drivers=("practice.models", "conduct.acts"),
        cuts=("group", "region"),
    ),
    Measure(
        id="M4", name="yield_over_lottery", count=yield_over_lottery, unit="times", direction="higher is better",
        denominator="what a lottery of the same size would find", scaling="share", drivers=BETWEEN, cuts=("group",),
    ),
)  # fmt: skip
