"""Measures that need a twin: the same people under another variant of the same recording.

Every variant of a recording saw the same potential events, so a difference is a total effect inside the model and not an
estimate between two noisy runs. Which variant is which is the asker's to say: `base` is the scheme as it is, `other` the
twin in which something is removed (for each measure, what), such as a variant without association, or without a scheme.

Left out: what variants of one recording cannot show, which is null and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glasshouse.codes import OWN
from glasshouse.errors import UsageError
from glasshouse.measures.answers import NOBODY_CUTS
from glasshouse.measures.burden import barred_days
from glasshouse.measures.confusion import Floats, divided
from glasshouse.measures.coupled import told
from glasshouse.measures.equality import score_lists
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Flags, Ints, people_by_block, read_cases, read_world
from glasshouse.measures.proportion import NO_BURDEN, NO_TIES, burden, scenario_of
from glasshouse.measures.score import gini, levels_of
from glasshouse.measures.sources import Acts, histogram, plain
from glasshouse.measures.tally import NO_LIST
from glasshouse.measures.uncertainty import by_block, correlation, from_sums

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

COUNTED = "acts are counted by day, not by person; run several seeds"
PLACED = "counted by day and place, not by person; run several seeds"
NO_PEOPLE = "the recording does not hold everybody at the end of the run"


@dataclass(frozen=True)
class Twins:
    """The two variants that are compared."""

    base: Cases
    other: Cases

    @property
    def names(self) -> tuple[str, str]:
        return self.base.variant, self.other.variant


Count = Callable[[Twins, Cut | None], Sequence[Estimate]]


@dataclass(frozen=True)
class PairMeasure:
    """One measure of two variants. `count` values the cells of a cut; its docstring is the definition.

    twin: what the other variant must be without. by_group: is it given by group? total: is it a count, or a count for each person?
    """

    id: str
    name: str
    count: Count
    unit: str
    direction: str
    denominator: str
    twin: str
    by_group: bool = True
    of_listings: bool = False
    total: bool = False

    needs_twin: ClassVar[bool] = True

    @property
    def definition(self) -> str:
        """The definition, as the function that counts tells it."""
        return "\n".join(line.strip() for line in (self.count.__doc__ or "").strip().splitlines())

    def fitting(self, variants: Sequence[str]) -> list[str]:
        """Of these variants, those that `twins` names as what this measure asks for; all of them where none is."""
        return [name for name in variants if name in FITTING.get(self.twin, ())] or list(variants)


def measure_pair(recording: Recording, base_variant: str, other_variant: str) -> dict[str, dict[str, Any]]:
    """Every measure that needs a twin, of two variants of a recording, by name.

    Each holds value, luck, n, unit, by (group), id, direction, denominator, twin, base, other; null values say their
    reason. UsageError for a variant that the recording does not have, or for the same one twice.
    """
    for variant in (base_variant, other_variant):
        if variant not in recording.variants:
            known = ", ".join(recording.variants)
            raise UsageError(f'"{recording.path.name}" has no variant "{variant}". It has {known}.')
    if base_variant == other_variant:
        raise UsageError(f'"{base_variant}" is compared with itself: nothing would differ. Name two variants.')
    cases = read_cases(recording, read_world(recording))
    return measure_twins(Twins(cases[base_variant], cases[other_variant]))


def measure_pairs(recording: Recording) -> dict[str, dict[str, dict[str, Any]]]:
    """Every measure that needs a twin, of the factual variant against each other one, by the name of the other."""
    cases = read_cases(recording, read_world(recording))
    first, *others = recording.variants
    return {name: measure_twins(Twins(cases[first], cases[name])) for name in others}


def measure_twins(twins: Twins) -> dict[str, dict[str, Any]]:
    """The same for listings that are read already."""
    return {measure.name: _entry(measure, twins) for measure in PAIRS}


def _entry(measure: PairMeasure, twins: Twins) -> dict[str, Any]:
    count = _no_list if measure.of_listings and not twins.base.world.lists else measure.count
    world, (base, other) = twins.base.world, twins.names
    entry = number_of(told(count(twins, None), world, (base, other), measure.total)[0])
    groups = told(count(twins, "group"), world, (base, other), measure.total) if measure.by_group else ()
    return entry | {
        "unit": measure.unit,
        "by": {"group": {g: number_of(one) for g, one in zip(twins.base.world.groups, groups, strict=False)}},
        "id": measure.id,
        "direction": measure.direction,
        "denominator": measure.denominator,
        "needs_twin": True,
        "twin": measure.twin,
        "base": base,
        "other": other,
    }


def _no_list(twins: Twins, cut: Cut | None) -> list[Estimate]:
    return [undefined(NO_LIST)] * len(twins.base.world.names(cut))


def number_of(found: Estimate) -> dict[str, Any]:
    luck: dict[str, Any] = {"low": found.low, "high": found.high, "method": found.method}
    if found.luck_reason:
        luck["reason"] = found.luck_reason
    entry: dict[str, Any] = {"value": found.value, "luck": luck, "n": found.n}
    entry |= {"detail": found.detail} if found.detail else {}
    return entry | ({"reason": found.reason} if found.reason else {})


def _each_cell(sums: Floats, of: Callable[[Floats], Floats], reason: str, **bounds: Any) -> list[Estimate]:
    """A number for each cell from float64[blocks, column, cell]. The first column is what it rests on."""
    return [
        from_sums(of, sums[..., c], int(sums[:, 0, c].sum()), reason, held=sums[:, 0, c], **bounds)
        for c in range(sums.shape[2])
    ]


# --- other people's conduct -------------------------------------------------------------------------------------------


def collective_punishment_share(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Of all burden, the share that would not have been borne if nobody's conduct reached another.

    CPS = 1 - burden of the twin / burden, burden being severity-weighted days barred. Clipped to 0 to 1; `raw` is not. The
    whole of what own and others' conduct do only together is given to others.
    """
    sums = _burdens(twins, cut)

    def share(s: Floats) -> Floats:
        return 1 - divided(s[:, 1], s[:, 0])

    clipped = _each_cell(sums, lambda s: np.clip(share(s), 0, 1), NO_BURDEN, lowest=0.0, highest=1.0)
    for cell, found in enumerate(clipped):
        if found.value is not None:
            found.detail["raw"] = float(share(sums[..., cell].sum(axis=0)[None])[0])
    return clipped


def burden_spared(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Severity-weighted days barred that people bear and in the twin would not, less those they bear only there."""
    sums = _burdens(twins, cut)
    return _each_cell(sums, lambda s: s[:, 0] - s[:, 1], NO_BURDEN)


def _burdens(twins: Twins, cut: Cut | None) -> Floats:
    """Burden of base and twin, float64[blocks, 2, cells]."""
    return np.stack([by_block(cases, cut, burden(cases)) for cases in (twins.base, twins.other)], axis=1)


def innocents_per_offender(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """People burdened though they did nothing, for each person who did.

    IPO = people listed who were never rightly listed for an own act, and not listed at all in the twin / people rightly
    listed for an own act. People who did something and were never listed for it are in no recording.
    """
    base = twins.base
    offends = _anyone(base, base.rightful & (base.basis == 0) & (base.cause_kind == OWN))
    innocent = ~offends & ~np.isin(base.person, twins.other.person)
    first = _first(base)
    sums = np.stack([by_block(base, cut, first & offends), by_block(base, cut, first & innocent)], axis=1)
    return _each_cell(sums, lambda s: divided(s[:, 1], s[:, 0]), "nobody is rightly listed for an own act", lowest=0.0)


def _anyone(cases: Cases, hit: Flags) -> Flags:
    """For each listing: does its person have one that is hit?"""
    return np.asarray(np.isin(cases.person, np.unique(cases.person[hit])))


def _first(cases: Cases) -> Flags:
    first = np.zeros(len(cases), bool)
    first[cases.by_person] = cases.first_of_person
    return first


def arbitrariness(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Share of the people whose outcome differs between two readings of the scheme: on a list in one, never in the other.

    AMB = people listed in exactly one variant / people. It is arbitrariness only where the two variants are readings that
    the text allows alike; otherwise it is how many people a change of the scheme touches.
    """
    base, other = twins.base, twins.other
    here, there = ~np.isin(base.person, other.person), ~np.isin(other.person, base.person)
    differ = by_block(base, cut, _first(base) & here) + by_block(other, cut, _first(other) & there)
    sums = np.stack([differ, base.world.block_people(cut)], axis=1)
    return _each_cell(sums, lambda s: divided(s[:, 0], s[:, 1]), "nobody lives there", lowest=0.0, highest=1.0)


# --- movement ---------------------------------------------------------------------------------------------------------


def mobility_loss_spared(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Days on which people are barred from moving and in the twin would not be, for every 1,000 days that people lived."""
    base = twins.base
    barred = [by_block(cases, cut, _barred_from_moving(cases)) for cases in (twins.base, twins.other)]
    sums = np.stack([*barred, base.world.block_people(cut) * base.world.days], axis=1)
    return _each_cell(sums, lambda s: 1000 * divided(s[:, 0] - s[:, 1], s[:, 2]), "nobody lives there")


def _barred_from_moving(cases: Cases) -> Ints:
    gates = cases.world.bars_movement.get(cases.variant, {})
    lists = {number for numbers in gates.values() for number in numbers}
    return barred_days(cases, tuple(sorted(lists))) if lists else np.zeros(len(cases), np.int64)


def effective_mobility_loss(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Trips that listed people do not make here and would in the twin: those refused at gates that bar movement, less the twin's.

    A lower bound: a trip that nobody tries any more, because it was refused before or is known to be, is not refused; nor is it known
    who else of a household stays at home. Trips made by another way (`evaded_trips`) are not lost.
    """
    here, there = (_trips_refused(cases) for cases in (twins.base, twins.other))
    if here is None or there is None:
        return [undefined(NO_MOVEMENT)] * len(twins.base.world.names(cut))
    lost, tried = _cells(here - there, cut), _cells(here + there, cut)
    return [Estimate(float(n), None, None, None, int(of), None, PLACED) for n, of in zip(lost, tried, strict=True)]


NO_MOVEMENT = "no gate of this scenario bars movement because of a list"


def _trips_refused(cases: Cases) -> Ints | None:
    """Trips refused at gates that bar movement in some variant, int64[region, group]; None where there is no such gate."""
    sources = cases.world.sources
    gates = {gate for of in cases.world.bars_movement.values() for gate in of} & set(cases.world.gates)
    if sources is None or not gates:
        return None
    return np.asarray(np.sum([sources.daily(f"refused_{gate}_trips", cases.variant) for gate in sorted(gates)], axis=0))


def _cells(sums: Ints, cut: Cut | None) -> Ints:
    """int64[region, group] as the cells of a cut."""
    return np.asarray(sums.sum(axis=0) if cut == "group" else sums.sum()[None])


# --- scores -----------------------------------------------------------------------------------------------------------


def delayed_impact(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Mean score at the end of the run, less that of the twin: below 0 where the scheme leaves people worse off.

    Everybody starts from the same score in both, so that it is the difference of what the score changed by. The score is
    what the scheme itself measures; welfare is in no recording.
    """
    scores = _scores(twins)
    if isinstance(scores, str):
        return [undefined(scores)] * len(twins.base.world.names(cut))
    where, cells = people_by_block(twins.base.world, cut, scores[0])
    gap = scores[0].score.astype(np.int64) - scores[1].score
    sums = [np.bincount(where, weight, BLOCKS * cells).reshape(BLOCKS, cells) for weight in (None, gap)]
    return _each_cell(
        np.stack(sums, axis=1).astype(np.float64), lambda s: divided(s[:, 1], s[:, 0]), "nobody lives there"
    )


def score_gini_change(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Gini of the scores at the end of the run, less that of the twin: above 0 where the scheme spreads people apart."""
    scores = _scores(twins)
    if isinstance(scores, str):
        return [undefined(scores)] * len(twins.base.world.names(cut))
    levels, code = levels_of(np.concatenate([one.score for one in scores]))
    lowest = float(plain(scenario_of(twins.base.world, twins.base.variant)["score"]["min"]))
    where, cells = people_by_block(twins.base.world, cut, scores[0])
    if len(levels) * BLOCKS * cells > 1 << 25:
        return [undefined("there are too many different scores to compare")] * cells
    n = len(where)
    counts = [histogram(where, BLOCKS * cells, part, len(levels)) for part in (code[:n], code[n:])]
    sums = np.stack(counts, axis=1).reshape(BLOCKS, cells, 2, -1)
    of = levels - lowest
    return [
        from_sums(lambda s: gini(of, s[:, 0]) - gini(of, s[:, 1]), sums[:, c], int(sums[:, c, 0].sum()), "a mean is 0")
        for c in range(cells)
    ]


def _scores(twins: Twins) -> tuple[Any, Any] | str:
    sources = twins.base.world.sources
    people = [sources.people(name) if sources else None for name in twins.names]
    if people[0] is None or people[1] is None:
        return NO_PEOPLE
    if not scenario_of(twins.base.world, twins.base.variant).get("score"):
        return "this scenario has no score"
    return people[0], people[1]


# --- acts -------------------------------------------------------------------------------------------------------------


def prevented_harm(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Unlawful acts that people commit in the twin and not here: what the scheme is for. Negative where there are more.

    PH = sum over unlawful, unprotected acts of gravity x (how often in the twin - how often here). Gravity is that of the
    rule that answers to the act, 1 where none says it. Beside it the acts, and the burden for each act prevented.
    """
    acts = _acts(twins)
    weights = harmful(twins.base)
    if isinstance(acts, str) or not weights:
        return [undefined(acts if isinstance(acts, str) else "this scenario has no unlawful act")]
    prevented = {act: acts[1][act].happened - acts[0][act].happened for act in weights if act in acts[0]}
    value = float(sum(weights[act] * n for act, n in prevented.items()))
    happened = int(sum(acts[1][act].happened for act in prevented))
    days, fewer = float(burden(twins.base).sum()), sum(prevented.values())
    detail = {"acts": prevented, "burden_per_act_prevented": days / fewer if fewer > 0 else None}
    return [Estimate(value, None, None, None, happened, None, COUNTED, detail)]


def harmful(cases: Cases) -> dict[str, int]:
    """Unlawful acts that are not protected, and the gravity of the gravest rule that answers to each (1 where none says)."""
    scenario = scenario_of(cases.world, cases.variant)
    acts = (scenario.get("conduct") or {}).get("acts") or {}
    found = {name: 1 for name, act in acts.items() if act.get("lawful") is False and not act.get("protected")}
    for rule in scenario.get("rules") or []:
        act = (rule.get("when") or {}).get("signal")
        if act in found:
            found[act] = max(found[act], int(plain(rule.get("gravity")) or 1))
    return found


def protected_acts_lost_share(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Share of the protected acts of the twin that people do not do here: speech, assembly, petition, worship.

    1 - protected acts here / in the twin, of everybody. Negative where there are more. `chilling_index` asks it of people
    who were never listed.
    """
    acts = _acts(twins)
    scenario = scenario_of(twins.base.world, twins.base.variant)
    named = {n for n, act in ((scenario.get("conduct") or {}).get("acts") or {}).items() if act.get("protected")}
    if isinstance(acts, str) or not named:
        return [undefined(acts if isinstance(acts, str) else "this scenario has no protected act")]
    here, there = (sum(sums.happened for act, sums in of.items() if act in named) for of in acts)
    if there == 0:
        return [undefined("nobody does a protected act in the twin")]
    return [Estimate(1 - here / there, None, None, None, there, None, COUNTED)]


def _acts(twins: Twins) -> tuple[Mapping[str, Acts], Mapping[str, Acts]] | str:
    sources = twins.base.world.sources
    if sources is None:
        return "the recording does not hold the acts"
    here, there = (sources.acts(name) for name in twins.names)
    return (here, there) if here and there else "the recording does not hold the acts"


def chilling_index(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Of what people listed in neither variant would dare in the twin on the last day, the share that they do not dare here.

    CI = 1 - mean of (256 - chill) here / the same in the twin; `chill` is how many 256ths of the conduct that people may hold back from
    they hold back on the last day. It is what the model expects of each person and not a count of acts, which a recording keeps by day:
    those are in `protected_acts_lost_share`. What the mere number of listed people holds back, where the scenario says so, is not in it.
    """
    held = [dared(cases) for cases in (twins.base, twins.other)]
    if held[0] is None or held[1] is None:
        return [undefined(NO_CHILL)] * len(twins.base.world.names(cut))
    sources = twins.base.world.sources
    people = sources.people(twins.base.variant) if sources else None
    if people is None:
        return [undefined(NO_PEOPLE)] * len(twins.base.world.names(cut))
    never = np.ones(len(people.group), bool)
    for cases in (twins.base, twins.other):
        never[cases.person] = False
    where, cells = people_by_block(twins.base.world, cut, people)
    parts = [np.bincount(where[never], None if x is None else x[never], BLOCKS * cells) for x in (None, *held)]
    sums = np.stack(parts, axis=1).reshape(BLOCKS, cells, 3).swapaxes(1, 2).astype(np.float64)
    return _each_cell(
        sums, lambda s: 1 - divided(s[:, 1], s[:, 2]), "everybody was listed, or dares nothing in the twin"
    )


NO_CHILL = "nothing in this scenario makes people hold back"


def dared(cases: Cases) -> Ints | None:
    """How many 256ths of what can be held back each person still does, int64[person]; None where nothing is ever held back."""
    sources = cases.world.sources
    conduct = scenario_of(cases.world, cases.variant).get("conduct") or {}
    fearful = any(act.get("chillable") for act in (conduct.get("acts") or {}).values())
    if sources is None or not fearful or not (conduct.get("answers") or {}).get("chilling"):
        return None
    chill = sources.column("chill", cases.variant)
    return None if chill is None else 256 - chill.astype(np.int64)


# --- what variants of one recording cannot show -----------------------------------------------------------------------


def chilling_spillover(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """`chilling_index` among people listed in neither variant who are tied to somebody listed here; beside it at two ties, and at more.

    A recording holds no ties: `glasshouse measure RECORDING` makes them again where the scenario has some.
    """
    return [undefined(NO_TIES)]


def intergenerational_transmission(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Slope of the rank of a child's score on the rank of the parent's, on the last day, less that of the twin.

    Ranks are among children and among parents; a grown child of an elder is a child too. A recording holds no ties: `glasshouse measure
    RECORDING` makes them again where the scenario has some.
    """
    return [undefined(NO_TIES)]


def sanction_persistence(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """How much likelier people are to be on a list 90 days after they were first listed because they were listed.

    P_H = of the people first listed at s and followed for H days after, the share on some list on day s + H, less the share of the same
    people on the same days in the twin in which nobody's first listing stands. 1: a trap; 0: they would be there all the same. Beside it
    H of 30, 180 and 365 days, and how many are there here. How many are listed again, for whatever reason, is `stays_off_share`.
    """
    by = {days: _persistence(twins, days) for days in PERSISTS}
    found = by[PERSISTED]
    found.detail["by_days"] = {str(days): one.value for days, one in by.items()}
    return [found]


PERSISTED, PERSISTS = 90, (30, 90, 180, 365)


def _persistence(twins: Twins, days: int) -> Estimate:
    base, people = twins.base, twins.base.world.people
    first = np.full(people, base.world.days + 1, np.int64)
    np.minimum.at(first, base.person, base.opened)
    asked = first + days
    followed = asked <= base.world.days
    here, there = (_on_a_list(cases, asked) & followed for cases in (twins.base, twins.other))
    where = base.world.block_of(np.arange(people))
    sums = np.stack([np.bincount(where, x, BLOCKS) for x in (followed, here, there)], axis=1).astype(np.float64)
    reason = f"nobody was listed and followed for {days} days after"
    found = from_sums(
        lambda s: divided(s[:, 1] - s[:, 2], s[:, 0]), sums, int(followed.sum()), reason, -1.0, 1.0, held=sums[:, 0]
    )
    if found.value is not None:
        found.detail["on_a_list_here"] = float(here.sum() / followed.sum())
    return found


def _on_a_list(cases: Cases, on: Ints) -> Flags:
    """Who is on a list in the evening of their own day, bool[person]."""
    ends = np.where(cases.still_open, cases.world.days + 1, cases.end)
    there = (cases.opened <= on[cases.person]) & (on[cases.person] < ends)
    found = np.zeros(len(on), bool)
    found[cases.person[there]] = True
    return found


def score_reliability(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Correlation of the scores on the last day with those of the twin in which the same conduct is observed with other luck.

    REL = Pearson's correlation over people; 1 where sources see everything and mistake nobody. Beside it `flips`, the share of people whom
    a threshold of a list puts on another side in the two, and `error`, the standard error of measurement sd x sqrt(1 - REL) in points.
    Null beside any other twin. How right scores are in one run is `score_accuracy`.
    """
    anew = [bool((scenario_of(twins.base.world, v).get("practice") or {}).get("observed_anew")) for v in twins.names]
    scores = _scores(twins)
    if anew[0] == anew[1] or isinstance(scores, str):
        return [undefined(scores if isinstance(scores, str) else SAME_LUCK)]
    here, there = (np.asarray(one.score, np.float64) for one in scores)
    middle = round(float(here.mean()))  # small numbers, so that their squares stay exact
    x, y = here - middle, there - middle
    where = twins.base.world.block_of(np.arange(len(x)))
    sums = np.stack([np.bincount(where, part, BLOCKS) for part in (None, x, y, x * x, y * y, x * y)], axis=1)
    found = from_sums(correlation, sums.astype(np.float64), len(x), "everybody has the same score", -1.0, 1.0)
    if found.value is not None:
        found.detail["error"] = float(here.std() * np.sqrt(1 - found.value))
        thresholds = [
            limit
            for _, _, limit in score_lists(scenario_of(twins.base.world, twins.base.variant), twins.base.world.lists)
        ]
        if thresholds:
            apart = [(here < limit) != (there < limit) for limit in thresholds]
            found.detail["flips"] = float(np.logical_or.reduce(apart).mean())
    return [found]


SAME_LUCK = "the twin shares the luck of observation: ask for one without it, --without same-luck"


def tie_dissolution(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Ties that listed people lose for each year on a list, less those that are cut in the twin.

    (Ties cut here - ties cut in the twin) / years that people are on a list here. A tie is cut on the evening of a listing and comes back
    when it ends; one that is cut again counts again. Days on which two lists stand count once.
    """
    if not any(_cuts(cases) for cases in (twins.base, twins.other)):
        return [undefined(NOBODY_CUTS)] * len(twins.base.world.names(cut))
    base, sources = twins.base, twins.base.world.sources
    assert sources is not None  # a scenario is known only where a recording stands behind it
    here, there = (_cells(sources.daily("ties_cut", name), cut) for name in twins.names)
    days = barred_days(base, tuple(range(len(base.world.lists))))
    years = np.bincount(base.group if cut == "group" else np.zeros(len(base), np.int64), days, len(here)) / 365
    return [
        Estimate((int(a) - int(b)) / y, None, None, None, int(a), None, PLACED) if y else undefined("nobody is listed")
        for a, b, y in zip(here, there, years, strict=True)
    ]


def _cuts(cases: Cases) -> bool:
    answers = (scenario_of(cases.world, cases.variant).get("conduct") or {}).get("answers") or {}
    return bool(answers.get("tie_cutting"))


def score_assortativity_change(twins: Twins, cut: Cut | None) -> list[Estimate]:
    """Correlation of the scores of tied people, less that of the twin.

    A recording holds no ties: `glasshouse measure RECORDING` makes them again where the scenario has some.
    """
    return [undefined(NO_TIES)]


FITTING = {
    "the channels by which another's conduct reaches a person": ("without-association", "without-misidentification"),
    "the scheme": ("no-scheme",),
    "the first sanction": ("without-first-listing",),
    "the same luck of observation": ("without-same-luck",),
}
"""What a measure asks its twin to be without, and how `twins` calls such variants."""
OF_LISTINGS = (
    collective_punishment_share, burden_spared, innocents_per_offender, mobility_loss_spared, effective_mobility_loss, arbitrariness,
    tie_dissolution, sanction_persistence,
)  # fmt: skip
"""What is counted among listings, and so is null where there are no lists."""
TOTALS = (burden_spared, mobility_loss_spared, arbitrariness)
"""Counts, and counts for each person there is, that have an interval."""
BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "collective_punishment_share": (0.0, 1.0),
    "arbitrariness": (0.0, 1.0),
    "innocents_per_offender": (0.0, None),
    "sanction_persistence": (-1.0, 1.0),
    "score_reliability": (-1.0, 1.0),
}
"""The least and the greatest that some can be; the others may be below 0."""
OTHERS, SCHEME, FIRST, LUCK = FITTING


def _pair(
    id: str, count: Count, unit: str, direction: str, denominator: str, twin: str, by_group: bool = True
) -> PairMeasure:
    return PairMeasure(
        id, count.__name__, count, unit, direction, denominator, twin, by_group, count in OF_LISTINGS, count in TOTALS
    )


PAIRS: tuple[PairMeasure, ...] = (
    _pair("A21", collective_punishment_share, "share", "lower is better", "severity-weighted days barred", OTHERS),
    _pair("A21", burden_spared, "severity-weighted days", "higher is better", "none; a sum", "what is asked about"),
    _pair(
        "A22",
        innocents_per_offender,
        "people per offender",
        "lower is better",
        "people rightly listed for an own act",
        OTHERS,
    ),
    _pair(
        "A27",
        mobility_loss_spared,
        "per 1,000 person-days",
        "higher is better",
        "people x days of the run",
        "what is asked about",
    ),
    _pair("A27", effective_mobility_loss, "trips", "lower is better", "none; a sum", SCHEME),
    _pair("A28", score_gini_change, "difference", "neither", "people", "what is asked about"),
    _pair("A29", score_assortativity_change, "difference", "lower is better", "ties", SCHEME, False),
    _pair("A30", tie_dissolution, "ties per person-year", "lower is better", "years on a list", SCHEME),
    _pair(
        "A31", chilling_index, "share", "closer to 0", "what people listed in neither variant dare in the twin", SCHEME
    ),
    _pair("A31", protected_acts_lost_share, "share", "closer to 0", "protected acts in the twin", SCHEME, False),
    _pair("A32", chilling_spillover, "share", "closer to 0", "protected acts by distance", SCHEME, False),
    _pair("A34", delayed_impact, "points", "higher is better", "people", SCHEME),
    _pair(
        "A35",
        intergenerational_transmission,
        "slope",
        "lower is better",
        "parents and children",
        "inheritance and reach to children",
        False,
    ),
    _pair(
        "A36",
        sanction_persistence,
        "difference of shares",
        "lower is better",
        "people listed and followed",
        FIRST,
        False,
    ),
    _pair("A37", score_reliability, "correlation", "higher is better", "people", LUCK, False),
    _pair(
        "A38", arbitrariness, "share", "lower is better", "people", "the first reading, with another reading instead"
    ),
    _pair("A40", prevented_harm, "acts, weighed by gravity", "higher is better", "none; a count", SCHEME, False),
)
