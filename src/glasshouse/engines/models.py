"""Models that choose whom to investigate: rounds over everybody, the choice, and learning from those who were chosen (day.md, 23).

What is true of a person, which features they have and how lucky they are in a round are their own draws, the same in every variant; a
variant differs by its weights, its stated errors and by how it chooses. A round reads everybody, so what it does is an aggregate channel:
whoever is removed changes who comes next in the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numba import int64, uint64
from numpy.typing import NDArray

from glasshouse.chance import TRAIT, draw
from glasshouse.codes import MODEL, OWN_ACT, RISK_SCORE
from glasshouse.engines.elsewhere import NOTHING, Evening, rows_of
from glasshouse.kernels import entry
from glasshouse.scenario.model_tables import (
    BY_CAPACITY,
    BY_LOTTERY,
    BY_LOTTERY_OF,
    BY_THRESHOLD,
    STEP_SHIFT,
    ModelTables,
)
from glasshouse.scenario.tables import ABSENT, GONE, Plan
from glasshouse.scenario.training import trained

I64 = NDArray[np.int64]
HEAD = ("variant", "day", "model", "group", "eligible", "true", "chosen", "found")
WITH, WITHOUT = 1, 0


@entry
def judge(  # type: ignore[no-untyped-def]
    n, which, first, beyond, on, group_cut, group_stream, k0, k1, renews, prevalence, has, weight, adjust, stated, streams, group, true,
    seen, eligible, risk, luck
):  # fmt: skip
    """Round `n` looks at everybody from `first` to `beyond` - 1.

    group uint8[N], true and eligible uint8[N] by bits of variants, seen uint32[K, N] features, risk int64[K, N], and luck uint32[N],
    which decides between equals.
    """
    for person in range(first, beyond):
        g = int64(0)
        if group_cut.shape[0] > 1:
            w0, _, _, _ = draw(0, 0, TRAIT, 0, person, group_stream, k0, k1)
            while uint64(w0) >= group_cut[g]:
                g += 1
        group[person] = g
        anew, fresh, _, _ = draw(n, 0, TRAIT, 0, person, streams[0], k0, k1)
        _, _, lasting, _ = draw(0, 0, TRAIT, 0, person, streams[0], k0, k1)
        step, luck[person], _, _ = draw(n, 0, TRAIT, 0, person, streams[2], k0, k1)
        true[person] = 0
        eligible[person] = 0
        for v in range(on.shape[1]):
            word = uint64(fresh) if uint64(anew) < renews[v] else uint64(lasting)
            t = int64(word < prevalence[v, g])
            true[person] |= t << v
            bits = int64(on[person, v])
            if not bits & (ABSENT | GONE) and not bits >> which & 1:
                eligible[person] |= 1 << v
            risk[v, person] = adjust[v, g] + stated[v, g, t, int64(step) >> STEP_SHIFT]
            seen[v, person] = 0
        for f in range(has.shape[1]):
            w0, _, _, _ = draw(f, 0, TRAIT, 0, person, streams[1], k0, k1)
            for v in range(on.shape[1]):
                if uint64(w0) < has[v, f, int64(true[person]) >> v & 1, g]:
                    seen[v, person] |= np.uint32(1) << np.uint32(f)
                    risk[v, person] += weight[v, f]


class Models:
    """Every model of a plan."""

    name = "models"

    def __init__(self, plan: Plan) -> None:
        self.world = plan.world
        self.models: tuple[ModelTables, ...] = plan.outside.models
        self.weight = [m.weight.copy() for m in self.models]
        self.counts = [m.sample.copy() for m in self.models]
        self.rounds: list[list[I64]] = [[] for _ in self.models]

    def evening(self, engine: Evening) -> NDArray[np.uint32]:
        """Rows filed by the rounds of today."""
        found = [self._round(m, engine) for m in self.models if m.round[engine.day]]
        return np.concatenate([NOTHING, *found])

    def _round(self, m: ModelTables, engine: Evening) -> NDArray[np.uint32]:
        w, n = self.world, int(m.round[engine.day])
        K, N = w.variants, w.people
        group, true, eligible = (np.zeros(N, np.uint8) for _ in range(3))
        seen, risk, luck = np.zeros((K, N), np.uint32), np.zeros((K, N), np.int64), np.zeros(N, np.uint32)
        streams = np.array([m.truth_stream, m.feature_stream, m.luck_stream], np.uint32)
        judge(
            n, m.list, m.first, m.beyond, engine.columns.on, w.group_cut, w.group_stream, w.k0, w.k1, m.renews, m.prevalence, m.has,
            self.weight[m.number], m.adjust, m.stated, streams, group, true, seen, eligible, risk, luck,
        )  # fmt: skip
        numbers: list[int] = []
        rows = []
        for v in range(K):
            there = np.flatnonzero(eligible >> v & 1)
            chosen = there[self._chosen(m, v, risk[v, there], luck[there], numbers)]
            numbers.append(len(chosen))
            is_true = (true >> v & 1).astype(bool)
            self._write_down(m, v, engine.day, group, there, chosen, is_true)
            if m.retrains[v]:
                self._learn(m, v, seen, chosen, is_true[chosen])
            rows.append(_rows(m, v, chosen, is_true[chosen]))
        return np.concatenate(rows)

    def _chosen(self, m: ModelTables, v: int, risk: I64, luck: NDArray[np.uint32], numbers: Sequence[int]) -> I64:
        """Places of those chosen among the eligible, who stand in the order of their numbers."""
        how = m.chooses[v]
        if how == BY_THRESHOLD:
            return np.flatnonzero(risk >= m.cut[v])
        if how not in (BY_CAPACITY, BY_LOTTERY, BY_LOTTERY_OF):
            return np.zeros(0, np.int64)
        number = numbers[int(m.same_as[v])] if how == BY_LOTTERY_OF else int(m.capacity[v])
        first = -risk if how == BY_CAPACITY else np.zeros_like(risk)
        return np.lexsort((np.arange(len(risk)), -luck.astype(np.int64), first))[:number]

    def _learn(self, m: ModelTables, v: int, seen: NDArray[np.uint32], chosen: I64, true: NDArray[np.bool_]) -> None:
        """Only those who were chosen are known: their features are counted by what was found, and the weights follow."""
        mine = seen[v, chosen]
        for f in range(len(m.features)):
            with_it = (mine >> np.uint32(f) & 1).astype(bool)
            for t in (0, 1):
                self.counts[m.number][v, f, WITH, t] += int((with_it & (true == t)).sum())
                self.counts[m.number][v, f, WITHOUT, t] += int((~with_it & (true == t)).sum())
        self.weight[m.number][v] = trained(self.counts[m.number][v], m.log_cut)

    def _write_down(
        self,
        m: ModelTables,
        v: int,
        day: int,
        group: NDArray[np.uint8],
        there: I64,
        chosen: I64,
        true: NDArray[np.bool_],
    ) -> None:
        G = len(self.world.group_cut)
        whom = (there, there[true[there]], chosen, chosen[true[chosen]])
        counts = [np.bincount(group[x], minlength=G) for x in whom]
        head = [np.full(G, x, np.int64) for x in (v, day, m.number)]
        weights = np.broadcast_to(self.weight[m.number][v], (G, len(m.features)))
        self.rounds[m.number].append(
            np.concatenate([np.stack([*head, np.arange(G), *counts], axis=1), weights], axis=1)
        )

    def post(self) -> NDArray[np.uint32]:
        """Nothing goes from person to person."""
        return NOTHING

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Weights, what they were learnt from, and the rounds so far."""
        out: dict[str, NDArray[Any]] = {}
        for m in self.models:
            out[f"weight_{m.number}"], out[f"counts_{m.number}"] = self.weight[m.number], self.counts[m.number]
            out[f"rounds_{m.number}"] = self._rows_of(m)
        return out

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a snapshot."""
        for m in self.models:
            self.weight[m.number] = saved[f"weight_{m.number}"].copy()
            self.counts[m.number] = saved[f"counts_{m.number}"].copy()
            self.rounds[m.number] = [saved[f"rounds_{m.number}"].copy()]

    def _rows_of(self, m: ModelTables) -> I64:
        return np.concatenate([np.zeros((0, len(HEAD) + len(m.features)), np.int64), *self.rounds[m.number]])

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """`rounds`: a row for each variant, round, model and group."""
        rows = [self._rows_of(m) for m in self.models]
        columns: dict[str, Any] = {name: np.concatenate([r[:, z] for r in rows]) for z, name in enumerate(HEAD)}
        of = columns["model"].copy()
        for feature in dict.fromkeys(f for m in self.models for f in m.features):
            values: Any = np.ma.MaskedArray(np.zeros(len(of), np.int64), mask=True)
            for m in self.models:
                if feature in m.features:
                    values[of == m.number] = rows[m.number][:, len(HEAD) + m.features.index(feature)]
            columns[f"weight_{feature}"] = values
        columns["model"] = np.array([self.models[n].name for n in of], object)
        order = np.lexsort((columns["group"], of, columns["day"], columns["variant"]))
        return {"rounds": {name: column[order] for name, column in columns.items()}}


def _rows(m: ModelTables, v: int, chosen: I64, true: NDArray[np.bool_]) -> NDArray[np.uint32]:
    if len(chosen) == 0:
        return NOTHING
    basis = np.where(true, OWN_ACT, RISK_SCORE)
    return rows_of(
        person=chosen, variant=v, list=m.list, kind=MODEL, source=chosen, tag=m.number, basis=basis, rightful=true
    )
