"""Measures along ties: do people who are tied to each other end alike, and does what befalls one reach the next?

Ties are computed from keys and are in no recording, so these measures are null in one; whoever measures brings the ties, made again from
the scenario and the seed that the recording names (`experiments/kin.py`). They are the ties that people begin with: one that was cut is
still counted. Everything is of the first whole windows of people, outside which nobody of them is tied.

Source: Newman 2003 (assortativity); Freeman 1978 (segregation); Chetty 2014 (rank-rank slope).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from glasshouse.measures.confusion import divided
from glasshouse.measures.coupled import told
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Flags, Floats, Ints, World
from glasshouse.measures.pair import NO_CHILL, NO_PEOPLE, Twins, dared
from glasshouse.measures.proportion import ranks
from glasshouse.measures.tally import NO_LIST
from glasshouse.measures.uncertainty import correlation, from_sums

FARTHEST = 3
"""Steps from the nearest listed person; this many and more are one."""


class Ties(NamedTuple):
    """Who is tied to whom among the first `people` people, every tie both ways, int64[tie]; and who is whose child."""

    people: int
    one: Ints
    other: Ints
    parent: Ints
    child: Ints


def along_ties(twins: Twins, ties: Ties) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """Measures of the base alone, and of base and twin, by name."""
    base = twins.base
    alone = {
        "score_assortativity": _of_scores(twins, ties, _assortativity),
        "tie_segregation": _segregation(twins, ties),
    }
    both = {
        "score_assortativity_change": _of_scores(twins, ties, _assortativity_change),
        "intergenerational_transmission": _of_scores(twins, ties, _transmission),
        "chilling_spillover": _spillover(twins, ties),
    }
    return _told(alone, twins), {} if base is twins.other else _told(both, twins)


def _told(found: Mapping[str, Estimate], twins: Twins) -> dict[str, Estimate]:
    """Without the intervals that one run cannot give."""
    return {name: told([one], twins.base.world, twins.names, total=False)[0] for name, one in found.items()}


def _moments(where: Ints, x: Floats, y: Floats) -> Floats:
    """float64[blocks, (n, x, y, xx, yy, xy)]."""
    parts = [None, x, y, x * x, y * y, x * y]
    return np.stack([np.bincount(where, part, BLOCKS) for part in parts], axis=1).astype(np.float64)


# --- scores -------------------------------------------------------------------------------------------------------------


def _of_scores(twins: Twins, ties: Ties, of: Callable[[Floats, Floats, Ties, World], Estimate]) -> Estimate:
    """The scores of the first people in both variants, or why there are none."""
    sources = twins.base.world.sources
    people = [sources.people(name) if sources else None for name in twins.names]
    if people[0] is None or people[1] is None or sources is None:
        return undefined(NO_PEOPLE)
    if not sources.scenario(twins.base.variant).get("score"):
        return undefined("this scenario has no score")
    middle = round(float(people[0].score.mean()))
    here, there = (np.asarray(one.score[: ties.people], np.float64) - middle for one in people if one is not None)
    return of(here, there, ties, twins.base.world)


def _assortativity(here: Floats, _: Floats, ties: Ties, world: World) -> Estimate:
    """Pearson's correlation of the scores at both ends of a tie, every tie taken both ways."""
    sums = _moments(world.block_of(ties.one), here[ties.one], here[ties.other])
    return from_sums(correlation, sums, len(ties.one) // 2, "everybody who is tied has the same score", -1.0, 1.0)


def _assortativity_change(here: Floats, there: Floats, ties: Ties, world: World) -> Estimate:
    where = world.block_of(ties.one)
    sums = np.stack([_moments(where, x[ties.one], x[ties.other]) for x in (here, there)], axis=1)
    of = sums.shape[0]
    reason = "everybody who is tied has the same score"
    flat = sums.reshape(of, 12)
    return from_sums(lambda s: correlation(s[..., :6]) - correlation(s[..., 6:]), flat, len(ties.one) // 2, reason)


def _transmission(here: Floats, there: Floats, ties: Ties, world: World) -> Estimate:
    """Slope of the rank of the child's score on the rank of the parent's, less that of the twin; ranks among children and among parents."""
    if len(ties.child) < 2:
        return undefined("nobody is anybody's child")
    where = world.block_of(ties.child)
    flat = [_moments(where, _middled(x[ties.parent]), _middled(x[ties.child])) for x in (here, there)]
    reason = "all parents have the same score"
    return from_sums(
        lambda s: _slope(s[..., :6]) - _slope(s[..., 6:]), np.concatenate(flat, axis=1), len(ties.child), reason
    )


def _middled(values: Floats) -> Floats:
    """Ranks from -1/2 to 1/2."""
    return ranks(values) / len(values) - (len(values) + 1) / (2 * len(values))


def _slope(sums: Floats) -> Floats:
    """Of y on x; NaN where x does not vary."""
    n, x, y, xx, _, xy = np.moveaxis(sums, -1, 0)
    spread = n * xx - x * x
    return divided(n * xy - x * y, np.where(spread > 1e-9 * n, spread, 0))


# --- who is listed --------------------------------------------------------------------------------------------------------


def _listed(twins: Twins, ties: Ties) -> tuple[Flags, Flags]:
    """Who of the first people was ever listed, here and in the twin."""
    found = []
    for cases in (twins.base, twins.other):
        listed = np.zeros(ties.people, bool)
        listed[cases.person[cases.person < ties.people]] = True
        found.append(listed)
    return found[0], found[1]


def _segregation(twins: Twins, ties: Ties) -> Estimate:
    """(Expected - found) ties between people ever listed and never, over expected: chance gives 0, no such tie 1.

    Expected if every end of a tie were listed with the share of ends that is: labels at random, everybody keeping their number of ties.
    """
    if not twins.base.world.lists:
        return undefined(NO_LIST)
    listed = _listed(twins, ties)[0]
    one, other = listed[ties.one], listed[ties.other]
    where = twins.base.world.block_of(ties.one)
    parts = (None, one.astype(np.float64) + other, (one != other).astype(np.float64))
    sums = np.stack([np.bincount(where, part, BLOCKS) for part in parts], axis=1).astype(np.float64)
    return from_sums(_segregated, sums, len(ties.one) // 2, "nobody who is tied was listed, or everybody", None, 1.0)


def _segregated(sums: Floats) -> Floats:
    n, ends, cross = np.moveaxis(sums, -1, 0)
    share = divided(ends, 2 * n)
    return 1 - divided(cross, 2 * n * share * (1 - share))


def distances(listed: Flags, ties: Ties) -> Ints:
    """Steps along ties to the nearest listed person, int64[person]: 0 for themselves, at most `FARTHEST`, which also is never."""
    far = np.full(ties.people, FARTHEST, np.int64)
    reached = listed.copy()
    far[reached] = 0
    for step in range(1, FARTHEST):
        following = np.zeros(ties.people, bool)
        following[ties.other[reached[ties.one]]] = True
        following &= ~reached
        far[following] = step
        reached |= following
    return far


def _spillover(twins: Twins, ties: Ties) -> Estimate:
    """`chilling_index` among people listed in neither variant who are tied to somebody listed here; by distance in `detail`."""
    held = [dared(cases) for cases in (twins.base, twins.other)]
    if held[0] is None or held[1] is None:
        return undefined(NO_CHILL)
    here, there = (np.asarray(x[: ties.people], np.float64) for x in held if x is not None)
    listed = _listed(twins, ties)
    far = distances(listed[0], ties)
    never = ~(listed[0] | listed[1])
    by = {step: _chilled(here, there, never & (far == step), twins.base.world) for step in range(1, FARTHEST + 1)}
    found = by[1]
    by_distance = {f"{step}" if step < FARTHEST else f"{step} and more": one.value for step, one in by.items()}
    found.detail.update(by_distance=by_distance)
    return found


def _chilled(here: Floats, there: Floats, among: Flags, world: World) -> Estimate:
    where = world.block_of(np.flatnonzero(among))
    parts = (None, here[among], there[among])
    sums = np.stack([np.bincount(where, part, BLOCKS) for part in parts], axis=1).astype(np.float64)
    return from_sums(lambda s: 1 - divided(s[..., 1], s[..., 2]), sums, int(among.sum()), "nobody is at this distance")


# --- entries --------------------------------------------------------------------------------------------------------------


def filled(entries: Mapping[str, Any], found: Mapping[str, Estimate]) -> dict[str, Any]:
    """The entries of a recording or a pair, with those along ties filled in."""
    from glasshouse.measures.pair import number_of

    out = dict(entries)
    for name, one in found.items():
        kept = {
            key: value
            for key, value in out.get(name, {}).items()
            if key not in ("value", "luck", "n", "reason", "detail")
        }
        out[name] = number_of(one) | kept
    return out
