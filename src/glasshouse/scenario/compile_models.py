"""From `practice.models` to the integer tables of day.md, 23.

The errors that are stated of a model, by group, become two normal curves, one for people of whom its target is true and one for the others,
as far apart as the stated numbers say; the curves become tables of whole numbers here and are never computed again. The weights of a
model that was trained on a sample come out of that sample's expected counts. Whoever says `equalise` has them shifted by group until the
false-positive shares on that *sample* are the same: what happens to people unlike the sample is the run's to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import stream_of
from glasshouse.scenario import schema
from glasshouse.scenario.case import Case
from glasshouse.scenario.integers import decimal_of, share_of, threshold_of
from glasshouse.scenario.model_tables import (
    BY_CAPACITY,
    BY_LOTTERY,
    BY_LOTTERY_OF,
    BY_THRESHOLD,
    NOBODY,
    STEPS,
    UNIT,
    ModelTables,
)
from glasshouse.scenario.tables import I64, U64
from glasshouse.scenario.tie_tables import slots_of
from glasshouse.scenario.training import trained

Floats = NDArray[np.float64]
BITS_OF_A_NAT = 1.4426950408889634
"""One divided by the natural logarithm of two."""


def model_tables(case: Case) -> tuple[ModelTables, ...]:
    """The tables of every model in the order of `models`; one without practice chooses nobody and has none."""
    names = [m.id for m in case.base.models if m.id in case.base.practice.models]
    for v, scenario in enumerate(case.variants[1:], 1):
        for name in set(scenario.practice.models) - set(names):
            case.refuse(f"variants[{v}]", f"adds practice.models.{name}; write it into the scenario itself")
    return tuple(_model(case, number, name) for number, name in enumerate(names))


def _model(case: Case, number: int, name: str) -> ModelTables:
    own = [s.practice.models.get(name) or case.base.practice.models[name] for s in case.variants]
    base = own[0]
    for part, said in (("files_for", [p.files_for for p in own]), ("features", [tuple(p.features) for p in own])):
        case.same(f"practice.models.{name}.{part}", said)
    rounds = [_rounds(case, p.rounds) for p in own]
    case.same(f"practice.models.{name}.rounds", (r.tobytes() for r in rounds))
    features = tuple(base.features)
    stated = np.stack([_stated(p, case.groups) for p in own])
    has = [_has(p.features, {}, case.groups) for p in own]
    sample = np.stack([_sample(case, p) for p in own])
    weight = np.stack([_weights(p, features, counts) for p, counts in zip(own, sample, strict=True)])
    adjust = np.array([_adjusted(case, p, *t) for p, *t in zip(own, weight, stated, strict=True)], np.int64)
    if base.chooses.same_number:
        case.refuse(
            f"practice.models.{name}.chooses", "draws as many as the first variant chooses, and is the first itself"
        )
    case.same(f"practice.models.{name}.of", (p.of for p in own))
    gone = [name not in s.practice.models for s in case.variants]
    first, beyond = slots_of(case.world, base.of)
    return ModelTables(
        name=name,
        number=number,
        truth_stream=stream_of("model", f"{name}/truth"),
        feature_stream=stream_of("model", f"{name}/feature"),
        luck_stream=stream_of("model", f"{name}/luck"),
        list=case.lists.index(base.files_for) if base.files_for in case.lists else 0,
        first=first,
        beyond=beyond,
        features=features,
        round=rounds[0],
        renews=np.array([threshold_of(share_of(p.renews)) for p in own], np.uint64),
        prevalence=np.array(
            [[threshold_of(_of_group(p.target, p.target_by_group, g)) for g in case.groups] for p in own], np.uint64
        ),
        has=np.array(
            [[[[threshold_of(decimal_of(x)) for x in truth] for truth in f] for f in variant] for variant in has],
            np.uint64,
        ).reshape(len(own), -1, 2, len(case.groups)),
        weight=weight,
        adjust=adjust,
        stated=stated.astype(np.int32),
        chooses=np.array([NOBODY if x else _chooses(p.chooses) for p, x in zip(own, gone, strict=True)], np.int64),
        capacity=np.array([_number(case, p) for p in own], np.int64),
        cut=np.array([_cut(p.chooses) for p in own], np.int64),
        same_as=np.zeros(len(own), np.int64),
        retrains=np.array([p.retrains for p in own], np.uint8),
        sample=sample,
        log_cut=log_cut(),
    )


def _of_group(share: schema.Share, by_group: Mapping[str, schema.Share], group: str) -> Decimal:
    return share_of(by_group.get(group, share))


def _rounds(case: Case, rounds: schema.Rounds) -> I64:
    out = np.zeros(case.days + 1, np.int64)
    first = ((rounds.first or case.world.start) - case.world.start).days + 1
    days = np.arange(first, case.days + 1, max(rounds.every_days.value, 1))
    out[days[days > 0]] = np.arange(1, (days > 0).sum() + 1)
    return out


# --- the errors that are stated ---------------------------------------------------------------------------------------------------


def _stated(p: schema.ModelPractice, groups: Sequence[str]) -> I64:
    """[G, 2, STEPS]: what luck adds to the risk of people of whom the target is not true, and of those of whom it is."""
    if p.errors is None:
        return np.zeros((len(groups), 2, STEPS), np.int64)
    return np.stack([curves(p.errors.by_group.get(g, p.errors)) for g in groups])


def curves(e: schema.ErrorCurve) -> I64:
    """Two normal curves as tables, [2, STEPS] in 256ths.

    From a false- and a true-positive share: a standard deviation each, and so placed that the shares lie at or above 0. From an area
    under the curve alone: as far apart as it says, each value being the evidence in bits that it is.
    """
    from scipy.special import ndtri  # deferred: half a second that a scenario without models need not pay

    luck = ndtri((np.arange(STEPS) + 0.5) / STEPS)
    if e.auc is not None:
        apart = float(np.sqrt(2.0) * ndtri(e.auc.value))
        middle, unit = np.array([-apart / 2, apart / 2]), apart * BITS_OF_A_NAT
    else:
        assert e.fpr is not None
        assert e.tpr is not None
        middle, unit = ndtri(np.array([e.fpr.value, e.tpr.value])), 1.0
    found: I64 = np.floor(UNIT * unit * (middle[:, None] + luck[None, :])).astype(np.int64)
    return found


# --- the features, and a sample to train on -----------------------------------------------------------------------------------------


def _has(
    features: Mapping[str, schema.FeaturePractice], other: Mapping[str, schema.FeaturePractice], groups: Sequence[str]
) -> list[list[list[float]]]:
    """Share of people with a feature, [F][truth][G]; `other` says where it differs."""
    out = []
    for name, own in features.items():
        said = [(other.get(name) or own) for _ in groups]
        each = [s.by_group.get(g, s) for s, g in zip(said, groups, strict=True)]
        out.append([[x.if_not.value for x in each], [x.if_true.value for x in each]])
    return out


def _mix(case: Case, p: schema.ModelPractice) -> list[tuple[float, float]]:
    """For each group: its share of the sample, and the share of these of whom the target is true."""
    assert p.sample is not None
    world = {g: share.share for g, share in case.world.groups.items()}
    shares = [(p.sample.groups or world).get(g) for g in case.groups]
    true = [p.sample.by_group.get(g, p.sample.target) for g in case.groups]
    total = sum(s.value for s in shares if s)
    return [(s.value / total if s else 0.0, t.value) for s, t in zip(shares, true, strict=True)]


def _sample(case: Case, p: schema.ModelPractice) -> I64:
    """People of the training sample, as expected, [F, has, truth]; none without a sample."""
    out = np.zeros((len(p.features), 2, 2), np.float64)
    if p.sample is not None:
        has = _has(p.features, p.sample.features, case.groups)
        for (f, t), (g, (share, true)) in product(np.ndindex(len(has), 2), enumerate(_mix(case, p))):
            people = p.sample.people.value * share * (true if t else 1 - true)
            out[f, 1, t] += people * has[f][t][g]
            out[f, 0, t] += people * (1 - has[f][t][g])
    return np.rint(out).astype(np.int64)


@lru_cache
def log_cut() -> U64:
    """What the mantissa of a number must reach for each 256th of its binary logarithm."""
    exact = (Decimal(2) ** (32 + Decimal(k) / UNIT) for k in range(1, UNIT))
    return np.array([int(x.to_integral_value(ROUND_CEILING)) for x in exact], np.uint64)


def _weights(p: schema.ModelPractice, features: Sequence[str], sample: I64) -> I64:
    if p.weights is not None:
        own = [p.weights.get(f) for f in features]
        return np.array([round(w.value * UNIT) if w else 0 for w in own], np.int64)
    return np.array(trained(sample, log_cut()) if p.sample else [0] * len(features), np.int64)


# --- a fix on the sample ------------------------------------------------------------------------------------------------------------


def _adjusted(case: Case, p: schema.ModelPractice, weight: I64, stated: I64) -> list[int]:
    own = [p.adjust.get(g) for g in case.groups]
    said = [round(a.value * UNIT) if a else 0 for a in own]
    if p.equalise is None or p.sample is None or p.chooses.by not in ("capacity", "threshold"):
        return said
    return [a + b for a, b in zip(said, _equalised(case, p, weight, stated), strict=True)]


def _equalised(case: Case, p: schema.ModelPractice, weight: I64, stated: I64) -> list[int]:
    """What to add by group so that, on the sample, as large a share of each group's people is chosen wrongly as of all."""
    assert p.sample is not None
    has, mix = _has(p.features, p.sample.features, case.groups), _mix(case, p)
    risks = [[_risks(has, weight, stated, g, t) for t in (0, 1)] for g in range(len(mix))]
    people = [[s * (1 - t), s * t] for s, t in mix]
    pooled = np.concatenate([risks[g][t][0] for g, t in np.ndindex(len(mix), 2)])
    weighed = np.concatenate([risks[g][t][1] * people[g][t] for g, t in np.ndindex(len(mix), 2)])
    cut = _cut(p.chooses) if p.chooses.by == "threshold" else _reached_by(pooled, weighed, _capacity_share(case, p))
    wrong = [float(r[0][1][r[0][0] >= cut].sum()) for r in risks]
    of_not = sum(n[0] for n in people)
    share = sum(w * n[0] for w, n in zip(wrong, people, strict=True)) / of_not if of_not else 0.0
    return [cut - _reached_by(*r[0], share) if n[0] else 0 for r, n in zip(risks, people, strict=True)]


def _capacity_share(case: Case, p: schema.ModelPractice) -> float:
    first, beyond = slots_of(case.world, p.of)
    return _number(case, p) / max(beyond - first, 1)


def _risks(has: list[list[list[float]]], weight: I64, stated: I64, g: int, t: int) -> tuple[Floats, Floats]:
    """Every risk that somebody of a group and truth can have, and the share of them who have it."""
    values, shares = stated[g, t].astype(np.float64), np.full(STEPS, 1 / STEPS)
    for f, w in enumerate(weight):
        likely = has[f][t][g]
        values, shares = np.concatenate([values, values + w]), np.concatenate([shares * (1 - likely), shares * likely])
        values, where = np.unique(values, return_inverse=True)
        shares = np.bincount(where, shares)
    return values, shares


def _reached_by(values: Floats, shares: Floats, share: float) -> int:
    """The risk that this share of people reach."""
    order = np.argsort(-values, kind="stable")
    reached = np.cumsum(shares[order]) / shares.sum()
    return int(values[order][min(int(np.searchsorted(reached, share)), len(order) - 1)])


# --- whom it chooses ----------------------------------------------------------------------------------------------------------------


def _chooses(c: schema.Chooses) -> int:
    if c.by == "lottery":
        return BY_LOTTERY_OF if c.same_number else BY_LOTTERY
    return {"nobody": NOBODY, "capacity": BY_CAPACITY, "threshold": BY_THRESHOLD}[c.by]


def _number(case: Case, p: schema.ModelPractice) -> int:
    """How many are chosen in this world: their part of so many, where the number is for a world of another size."""
    c = p.chooses
    if c.number is None:
        return 0
    first, beyond = slots_of(case.world, p.of)
    world = beyond - first
    share = decimal_of(c.number.value) * world / (c.for_people.value if c.for_people else world)
    return int(share.to_integral_value())


def _cut(c: schema.Chooses) -> int:
    return int((decimal_of(c.threshold.value) * UNIT).to_integral_value()) if c.threshold else 0
