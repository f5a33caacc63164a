"""The score: how unequally it is spread, whether it means the same for every group, and what it is made of.

Left out: the ties along which scores travel; they are in no recording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from glasshouse.measures.confusion import Floats, divided
from glasshouse.measures.entry import Measure, Scaling
from glasshouse.measures.equality import qualifies, score_lists
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Ints, people_by_block
from glasshouse.measures.mistakes import ENTRY
from glasshouse.measures.sources import People, histogram, plain
from glasshouse.measures.tally import Known, Tally, Undefined
from glasshouse.measures.uncertainty import correlation, from_sums, share

NO_SCORE = "this scenario has no score"
MANY_LEVELS = 1 << 14
BANDS = 10
Count = Callable[[Cases, bool], Tally]
LEAST_OF_BAND = 50
"""People of a group and band below which their rate is not compared."""


# --- how it is spread -------------------------------------------------------------------------------------------------


def gini(levels: Floats, counts: Floats) -> Floats:
    """Gini of numbers told as ascending levels and how many have each, float64[..., level]: half the mean gap over the mean.

    G = sum over pairs of |a - b| / (n^2 mean): 0.75 for [0, 0, 0, 1]. NaN where the mean is 0.
    """
    people, held = counts.cumsum(axis=-1), (counts * levels).cumsum(axis=-1)
    gaps = (counts * (levels * (people - counts) - (held - counts * levels))).sum(axis=-1)
    return divided(gaps, people[..., -1] * held[..., -1])


def theil(levels: Floats, counts: Floats) -> Floats:
    """Theil index of the same: mean of (a / mean) ln(a / mean), with 0 ln 0 = 0."""
    n = counts.sum(axis=-1)
    relative = divided(levels * np.ones_like(counts), divided((counts * levels).sum(axis=-1), n)[..., None])
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(relative > 0, relative * np.log(relative), np.where(relative == 0, 0.0, np.nan))
    return divided((counts * each).sum(axis=-1), n)


def _share_below(levels: Floats, counts: Floats, share: float) -> float:
    """The lowest level that this share of the people do not exceed."""
    reached = np.cumsum(counts) >= share * counts.sum()
    return float(levels[np.argmax(reached)])


def score_gini(cases: Cases, _: bool = False) -> Tally:
    """How unequally scores are spread on the last day, counted from the lowest score there can be.

    G = sum over pairs of |Si - Sj| / (n^2 mean S). 0 where all have the same, near 1 where one has all. Beside it Theil's
    index, the scores that 10 and 90 in 100 do not exceed, their ratio, and n / (n - 1), by which a small sample would be
    corrected. It says nothing about whether anybody deserves theirs.
    """
    spread = _spread(cases)
    return Undefined(spread) if isinstance(spread, str) else Known(lambda cut: _ginis(cases, cut, *spread))


def _spread(cases: Cases) -> tuple[People, Floats, Ints] | str:
    """Everybody, the levels of the score counted from the lowest there can be, and which level each has."""
    sources = cases.world.sources
    people = sources.people(cases.variant) if sources else None
    if people is None or sources is None:
        return "the recording does not hold everybody at the end of the run"
    scale = sources.scenario(cases.variant).get("score")
    if not scale:
        return NO_SCORE
    levels, code = levels_of(people.score)
    return people, levels.astype(np.float64) - float(plain(scale["min"])), code


def levels_of(score: Ints) -> tuple[Ints, Ints]:
    """The different scores, ascending, and which of them each person has. Every score between lowest and highest where those are few."""
    lowest, highest = int(score.min()), int(score.max())
    if highest - lowest < MANY_LEVELS:
        return np.arange(lowest, highest + 1), score.astype(np.int64) - lowest
    return np.unique(score, return_inverse=True)


def _ginis(cases: Cases, cut: Cut | None, people: People, levels: Floats, code: Ints) -> list[Estimate]:
    where, cells = people_by_block(cases.world, cut, people)
    if len(levels) > MANY_LEVELS:
        counts = histogram(where % cells, cells, code, len(levels))
        return [
            _gini(levels, np.concatenate([counts[c : c + 1], np.zeros((BLOCKS - 1, len(levels)))]))
            for c in range(cells)
        ]
    counts = histogram(where, BLOCKS * cells, code, len(levels)).reshape(BLOCKS, cells, -1)
    return [_gini(levels, counts[:, cell]) for cell in range(cells)]


def _gini(levels: Floats, counts: Floats) -> Estimate:
    """counts: float64[blocks, level]."""
    total = counts.sum(axis=0)
    n = int(total.sum())
    if n == 0:
        return undefined("nobody lives there")
    found = from_sums(
        lambda sums: gini(levels, sums), counts, n, "everybody has the lowest score there can be", 0.0, 1.0
    )
    low, high = _share_below(levels, total, 0.1), _share_below(levels, total, 0.9)
    found.detail.update(
        theil=_finite(float(theil(levels, total))),
        p10=low,
        p90=high,
        p90_over_p10=high / low if low > 0 else None,
        small_sample_factor=n / (n - 1) if n > 1 else None,
    )
    return found


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


# --- whether it means the same ----------------------------------------------------------------------------------------


def calibration_gap(cases: Cases, _: bool = False) -> Tally:
    """How far the same score stands for different truths in different groups, on the last day.

    CG = sum over bands of the score of w x |share that should be listed in the group - in the reference group|, w being the
    band's share of the people; the largest gap of any group to the largest group. Ten bands of equal width; beside it ten
    of about equally many people. A band counts where each of the two groups has 50 people in it. Only where lists are
    entered by a score is it known of everybody whether they should be on one.
    """
    return _gap_of_bands(cases, quantiles=False)


def _by_bands(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {"equal_width": _gap_of_bands(cases, False), "equal_people": _gap_of_bands(cases, True)}


def _gap_of_bands(cases: Cases, quantiles: bool) -> Tally:
    truth, spread = qualifies(cases), _spread(cases)
    if isinstance(spread, str) or isinstance(truth, str):
        return Undefined(spread if isinstance(spread, str) else str(truth))
    if len(cases.world.groups) < 2:
        return Undefined("there is one group only")
    people, levels, code = spread
    band = _bands(levels[code], quantiles)
    where, groups = people_by_block(cases.world, "group", people)
    key = (where * BANDS + band) * 2 + truth[0]
    sums = np.bincount(key, minlength=BLOCKS * groups * BANDS * 2).reshape(BLOCKS, groups, BANDS, 2).astype(np.float64)
    reference = int(np.argmax(cases.world.people_in("group")))
    reason = f"no band of the score has {LEAST_OF_BAND} people of two groups"
    found = from_sums(lambda s: widest_band_gap(s, reference), sums, len(people.score), reason, 0.0, 1.0)
    return Known(lambda _: [found])


def _bands(score: Floats, quantiles: bool) -> Ints:
    """The band of each score, int64[person], 0 to BANDS - 1."""
    shares = np.linspace(0, 1, BANDS + 1)[1:-1]
    edges = np.quantile(score, shares) if quantiles else score.min() + shares * (score.max() - score.min())
    return np.searchsorted(edges, score, side="left").astype(np.int64)


def widest_band_gap(sums: Floats, reference: int) -> Floats:
    """From float64[..., group, band, (should not, should)]: the largest gap of a group to the reference, float64[...]."""
    people = sums.sum(axis=-1)
    rate = divided(sums[..., 1], people)
    other, enough = rate[..., reference : reference + 1, :], people >= LEAST_OF_BAND
    both = enough & enough[..., reference : reference + 1, :]
    both[..., reference, :] = False
    weight = divided(people.sum(axis=-2), people.sum(axis=(-2, -1))[..., None])[..., None, :]
    gaps = np.where(both, weight * np.abs(rate - other), 0.0).sum(axis=-1)
    return np.where(both.any(axis=(-2, -1)), gaps.max(axis=-1), np.nan)


# --- where people end up ----------------------------------------------------------------------------------------------

EXTREME = "an extreme has no interval from one run, and is farther out among more people"
MIDDLE = "a score that half of the people do not exceed has no interval from one run; run several seeds"


def score_lowest(cases: Cases, _: bool = False) -> Tally:
    """The lowest score that anybody has on the last day. It is an extreme: among more people it is lower."""
    return _level(cases, lambda score: float(score.min()), EXTREME)


def score_highest(cases: Cases, _: bool = False) -> Tally:
    """The highest score that anybody has on the last day. It is an extreme: among more people it is higher."""
    return _level(cases, lambda score: float(score.max()), EXTREME)


def score_median(cases: Cases, _: bool = False) -> Tally:
    """The lowest score that half of the people do not exceed on the last day."""
    return _level(cases, _half_below, MIDDLE)


def _half_below(score: Ints) -> float:
    return float(np.sort(score)[(len(score) - 1) // 2])


def _level(cases: Cases, of: Callable[[Ints], float], no_luck: str) -> Tally:
    found = _spread(cases)
    if isinstance(found, str):
        return Undefined(found)
    score = found[0].score
    return Known(lambda cut: [_one_level(mine, of, no_luck) for mine in _by_cell(cases, cut, found[0], score)])


def _by_cell(cases: Cases, cut: Cut | None, people: People, score: Ints) -> list[Ints]:
    where, cells = people_by_block(cases.world, cut, people)
    return [score[where % cells == cell] for cell in range(cells)]


def _one_level(score: Ints, of: Callable[[Ints], float], no_luck: str) -> Estimate:
    if len(score) == 0:
        return undefined("nobody lives there")
    return Estimate(of(score), None, None, None, len(score), None, no_luck)


def people_above_start(cases: Cases, _: bool = False) -> Tally:
    """How many people have a higher score on the last day than the one that everybody began with."""
    return _people_who(cases, lambda people, start: people.score > start)


def people_below_start(cases: Cases, _: bool = False) -> Tally:
    """How many people have a lower score on the last day than the one that everybody began with."""
    return _people_who(cases, lambda people, start: people.score < start)


def people_mistaken(cases: Cases, _: bool = False) -> Tally:
    """How many people have another score on the last day than the one they would have if every record were in the right file."""
    return _people_who(cases, lambda people, _: people.score != people.merited)


def _people_who(cases: Cases, are: Callable[[People, float], Any]) -> Tally:
    found, sources = _spread(cases), cases.world.sources
    if isinstance(found, str) or sources is None:
        return Undefined(str(found))
    people, start = found[0], float(plain(sources.scenario(cases.variant)["score"]["baseline"]))
    return Known(lambda cut: _counts(cases, cut, people, are(people, start)))


def _counts(cases: Cases, cut: Cut | None, people: People, who: Any) -> list[Estimate]:
    """People in each cell, with the luck of their share: how many live there is no luck."""
    where, cells = people_by_block(cases.world, cut, people)
    hit, among = (np.bincount(w, minlength=BLOCKS * cells).reshape(BLOCKS, cells) for w in (where[who], where))
    return [
        _count(share(hit[:, c].astype(float), among[:, c].astype(float)), int(among[:, c].sum())) for c in range(cells)
    ]


def _count(found: Estimate, lived: int) -> Estimate:
    """A share of so many people as a number of people."""
    if found.value is None:
        return found
    people = round(found.value * lived)
    low, high = (None if end is None else end * lived for end in (found.low, found.high))
    return replace(found, value=people, low=low, high=high, n=people)


# --- whether it is of the right person ---------------------------------------------------------------------------------


def score_accuracy(cases: Cases, _: bool = False) -> Tally:
    """Correlation of the scores that people have on the last day with those they would have if every record were in the right file.

    r = Pearson's correlation of score and merited score over people; 1 where no record was misfiled and nobody's conduct reached another.
    What nobody saw is in neither. Beside it `flips`: the share of people whom a threshold of a list puts on the wrong side, where a list
    is entered by the score. It is accuracy and not reliability: `score_reliability` asks for a second run of the same conduct. It rests on
    the few whose records were misfiled, so that its interval from one run is too narrow (`verification/`): run several seeds.
    """
    found = _spread(cases)
    if isinstance(found, str):
        return Undefined(found)
    people = found[0]
    flipped = _flipped(cases, people)
    return Known(lambda cut: _accuracies(cases, cut, people, flipped))


def _flipped(cases: Cases, people: People) -> Ints | None:
    """Who is on another side of some list's threshold than on true facts, bool[person]; None where no list is entered by a score."""
    sources = cases.world.sources
    assert sources is not None
    wrong = np.zeros(len(people.score), bool)
    thresholds = score_lists(sources.scenario(cases.variant), cases.world.lists)
    for _, below, threshold in thresholds:
        wrong |= (
            ((people.score < threshold) != (people.merited < threshold))
            if below
            else ((people.score >= threshold) != (people.merited >= threshold))
        )
    return wrong if thresholds else None


def _accuracies(cases: Cases, cut: Cut | None, people: People, flipped: Ints | None) -> list[Estimate]:
    where, cells = people_by_block(cases.world, cut, people)
    middle = round(float(people.score.mean()))  # small numbers, so that their squares stay exact
    x, y = (np.asarray(one, np.float64) - middle for one in (people.score, people.merited))
    moments = [np.bincount(where, part, BLOCKS * cells) for part in (None, x, y, x * x, y * y, x * y)]
    sums = np.stack(moments, axis=1).reshape(BLOCKS, cells, 6).astype(np.float64)
    wrong = None if flipped is None else np.bincount((where % cells)[flipped], minlength=cells)
    found = []
    for cell in range(cells):
        n = int(sums[:, cell, 0].sum())
        one = from_sums(correlation, sums[:, cell], n, "everybody has the same score", -1.0, 1.0)
        one.detail.update({} if wrong is None or n == 0 else {"flips": float(wrong[cell] / n)})
        found.append(one)
    return found


# --- what it is made of -----------------------------------------------------------------------------------------------


def irrelevant_signal_share(cases: Cases, _: bool = False) -> Tally:
    """Of the points that records of the run were worth, the share from a context that is not the scheme's own.

    ISS = sum of |points| of rules whose source is of another context / sum of |points|: how often each act was seen times
    the points of its rule, before caps. Merits count like demerits. A context is the scheme's own if it is one of its
    purposes' contexts, or the scheme says that it is related to one. Undefined where it names none.
    """
    worth = points_by_rule(cases)
    if isinstance(worth, str):
        return Undefined(worth)
    total = sum(points for points, _ in worth.values())
    if total == 0:
        return Undefined("no record was worth a point")
    return _counted(sum(points for points, own in worth.values() if not own) / total, len(worth))


def _by_rule(cases: Cases, _: bool) -> Mapping[str, Tally]:
    """Of all points, the share from each rule of another context."""
    worth = points_by_rule(cases)
    if isinstance(worth, str) or not (total := sum(points for points, _ in worth.values())):
        return {}
    return {rule: _counted(points / total, 1) for rule, (points, own) in worth.items() if not own}


def _counted(value: float, n: int) -> Tally:
    one = Estimate(value, None, None, None, n, None, "acts are counted by day, not by person; run several seeds")
    return Known(lambda _: [one])


def points_by_rule(cases: Cases) -> dict[str, tuple[float, bool]] | str:
    """For each rule: |points| of the records seen, before caps, and is its context one of the scheme's own. Or why not."""
    sources = cases.world.sources
    acts = sources.acts(cases.variant) if sources else {}
    if sources is None or not acts:
        return "the recording does not hold the acts"
    scenario = sources.scenario(cases.variant)
    own = set((scenario.get("scheme") or {}).get("purpose_contexts") or ())
    if not own:
        return "the scheme does not say for which contexts it is made"
    context = {source["id"]: source["context"] for source in scenario.get("data_sources") or []}
    own |= related(scenario, own)
    found = {}
    for rule in scenario.get("rules") or []:
        points, act = plain(rule.get("points")) or 0, str((rule.get("when") or {}).get("signal"))
        if points and act in acts and rule.get("source") in context:
            found[str(rule["id"])] = (abs(float(points)) * acts[act].seen, context[rule["source"]] in own)
    return found or "no rule gives points for an act of this run"


def related(scenario: Mapping[str, Any], contexts: set[str]) -> set[str]:
    """Contexts that the scheme says belong with one of these."""
    pairs = [part["between"] for part in scenario.get("related_contexts") or []]
    return {a for pair in pairs for a, b in (pair, pair[::-1]) if b in contexts}


SPREAD_BY = ("score", "rules.*.points", "rules.*.cap", "conduct.acts", "practice.sensing", "associations")
LEVELS: tuple[tuple[str, Count, Scaling], ...] = (
    ("score_lowest", score_lowest, "not scalable"),
    ("score_median", score_median, "share"),
    ("score_highest", score_highest, "not scalable"),
)
COUNTS: tuple[tuple[str, str, Count, Literal["neither", "lower is better"]], ...] = (
    ("A28", "people_above_start", people_above_start, "neither"),
    ("A28", "people_below_start", people_below_start, "neither"),
    ("A37", "people_mistaken", people_mistaken, "lower is better"),
)
MEASURES = (
    Measure(
        id="A12",
        name="calibration_gap",
        count=calibration_gap,
        unit="share",
        direction="lower is better",
        denominator="people of each band of the score",
        scaling="share",
        drivers=ENTRY,
        cuts=(),
        parts={"bands": _by_bands},
    ),
    Measure(
        id="A28",
        name="score_gini",
        count=score_gini,
        unit="0 to 1",
        direction="neither",
        denominator="people",
        scaling="share",
        drivers=("score", *ENTRY),
        cuts=("group", "region"),
    ),
    *(
        Measure(
            id="A28",
            name=name,
            count=count,
            unit="points",
            direction="neither",
            denominator="people",
            scaling=scaling,
            drivers=SPREAD_BY,
            cuts=("group", "region"),
        )
        for name, count, scaling in LEVELS
    ),
    *(
        Measure(
            id=audit,
            name=name,
            count=count,
            unit="people",
            direction=direction,
            denominator="people",
            scaling="count",
            drivers=SPREAD_BY,
            cuts=("group", "region"),
        )
        for audit, name, count, direction in COUNTS
    ),
    Measure(
        id="A37",
        name="score_accuracy",
        count=score_accuracy,
        unit="-1 to 1",
        direction="higher is better",
        denominator="people",
        scaling="share",
        drivers=("practice.sensing", "conduct.acts", "associations"),
        cuts=("group", "region"),
    ),
    Measure(
        id="A33",
        name="irrelevant_signal_share",
        count=irrelevant_signal_share,
        unit="share",
        direction="lower is better",
        denominator="points of all records, without their sign",
        scaling="share",
        drivers=("conduct.acts", "practice.sensing", "rules.*.points"),
        cuts=(),
        parts={"rule": _by_rule},
    ),
)
