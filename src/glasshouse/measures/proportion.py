"""Proportion: what the burden was for. Burden is days barred, weighed by how severe each bar is.

A listing's burden: for each gate that its list binds, the days on which the listing bars the person there, times the
severity of the consequence (1 to 5; 1 where the scheme says none). A day that two lists bar counts once, for the earlier.
Where no list binds a gate, the burden is the days listed. Bars that follow from a score without a list are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from glasshouse.codes import BASES, OWN
from glasshouse.measures.burden import barred_days
from glasshouse.measures.confusion import Floats
from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Ints, World
from glasshouse.measures.mistakes import ENTRY, STAY
from glasshouse.measures.score import related
from glasshouse.measures.sources import plain
from glasshouse.measures.tally import Known, Ratio, Tally, Undefined
from glasshouse.measures.uncertainty import correlation, from_sums
from glasshouse.scenario.elements import ESSENTIAL

NO_BURDEN = "nobody was barred from anything"
COUNTED = "counted by day and place, not by person; run several seeds"
WEIGHED = (*ENTRY, *STAY, "consequences")


@lru_cache(maxsize=8)
def burden(cases: Cases) -> Ints:
    """Severity-weighted days on which each listing bars its person, int64[case]."""
    binds = {gate: lists for gate, lists in cases.world.binds.get(cases.variant, {}).items() if lists}
    if not binds:
        return np.asarray(cases.length, np.int64)
    total, weights = np.zeros(len(cases), np.int64), severities(cases.world, cases.variant)
    for lists in sorted(
        {tuple(sorted(lists)) for lists in binds.values()}
    ):  # gates that the same lists bind go together
        weight = sum(weights.get(gate, 1) for gate, bound in binds.items() if tuple(sorted(bound)) == lists)
        total += weight * barred_days(cases, lists)
    return total


def scenario_of(world: World, variant: str) -> Mapping[str, Any]:
    """The scenario as this variant has it."""
    return world.sources.scenario(variant) if world.sources else world.scenario


def severities(world: World, variant: str) -> dict[str, int]:
    """How severe the consequence at each gate is, 1 to 5; 1 where the scheme says nothing."""
    parts = scenario_of(world, variant).get("consequences") or []
    return {str(part["id"]): int(plain(part.get("severity")) or 1) for part in parts}


def protected_conduct_burden_share(cases: Cases, _: bool = False) -> Tally:
    """Of all burden, the share whose first cause is protected conduct: speech, assembly, worship, a complaint.

    PCB = sum of severity x days barred by listings whose basis is protected conduct / the same of all listings.
    """
    weight = burden(cases)
    protected = cases.basis == BASES.index("protected_conduct")
    return Ratio(np.where(protected, weight, 0), weight, empty=NO_BURDEN)


def _by_basis(cases: Cases, _: bool) -> Mapping[str, Tally]:
    weight = burden(cases)
    return {
        basis: Ratio(np.where(cases.basis == number, weight, 0), weight, empty=NO_BURDEN)
        for number, basis in enumerate(BASES)
    }


# --- contexts ---------------------------------------------------------------------------------------------------------


def cross_context_burden_share(cases: Cases, _: bool = False) -> Tally:
    """Of the burden whose cause is known, the share borne in a context that has nothing to do with the cause.

    XCS = sum of severity x days barred where the record behind the listing came from another context than the consequence,
    and the scheme does not say that the two are related / sum of severity x days barred. The record's context is that of
    the source of the rule that answers to the act.
    """
    contexts = _contexts_of_acts(cases)
    binds = {gate: lists for gate, lists in cases.world.binds.get(cases.variant, {}).items() if lists}
    if not contexts or not binds:
        return Undefined("no listing can be traced to a source with a context, or no list binds a gate")
    scenario = scenario_of(cases.world, cases.variant)
    weights = severities(cases.world, cases.variant)
    top, bottom = np.zeros(len(cases), np.int64), np.zeros(len(cases), np.int64)
    traced = np.isin(cases.cause_act, list(contexts))
    for part in scenario.get("consequences") or []:
        if lists := binds.get(part["id"]):
            days = weights[part["id"]] * np.where(traced, barred_days(cases, tuple(sorted(lists))), 0)
            close = {part["context"]} | related(scenario, {part["context"]})
            apart = [act for act, context in contexts.items() if context not in close]
            top, bottom = top + np.where(np.isin(cases.cause_act, apart), days, 0), bottom + days
    return Ratio(top, bottom, empty="no burden can be traced to an act")


def _contexts_of_acts(cases: Cases) -> dict[int, str]:
    """The context of the source of each act's rule, by the act's number in `cause_act`."""
    scenario = scenario_of(cases.world, cases.variant)
    context = {source["id"]: source["context"] for source in scenario.get("data_sources") or []}
    found = {}
    for rule in scenario.get("rules") or []:
        act = (rule.get("when") or {}).get("signal")
        if act in cases.world.acts and rule.get("source") in context:
            found[cases.world.acts.index(act) + 1] = str(context[rule["source"]])
    return found


# --- gravity ----------------------------------------------------------------------------------------------------------


def proportionality_index(cases: Cases, _: bool = False) -> Tally:
    """Do graver acts bring heavier burdens? Spearman's correlation of the gravity of an act and the burden of its listing.

    rho = correlation of ranks over listings for an own act whose rule says a gravity of 1 to 5. 1: the graver, the heavier.
    The interval keeps the ranks and leaves out blocks of people. Caps for each gravity are in no scenario, so that excess
    over them is not given. Undefined where all acts are of one gravity.
    """
    gravity = gravities(cases)
    graded = (gravity > 0) & (cases.cause_kind == OWN)
    if len(np.unique(gravity[graded])) < 2:
        return Undefined("listings are not for acts of two gravities or more")
    grave, heavy = np.zeros(len(cases)), np.zeros(len(cases))
    grave[graded], heavy[graded] = ranks(gravity[graded]), ranks(burden(cases)[graded])
    return Known(lambda cut: _correlations(cases, cut, graded, grave, heavy))


def gravities(cases: Cases) -> Ints:
    """The gravity of the act behind each listing, 1 to 5; the gravest rule that answers to it; 0 where none says it."""
    of = np.zeros(len(cases.world.acts) + 1, np.int64)
    for rule in scenario_of(cases.world, cases.variant).get("rules") or []:
        act = (rule.get("when") or {}).get("signal")
        if act in cases.world.acts:
            number = cases.world.acts.index(act) + 1
            of[number] = max(of[number], int(plain(rule.get("gravity")) or 0))
    return np.asarray(of[cases.cause_act])


def ranks(values: Ints) -> Floats:
    """Ranks from 1 on; equals share the mean of theirs."""
    _, number, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[number], np.float64)


def _correlations(cases: Cases, cut: Cut | None, graded: Ints, grave: Floats, heavy: Floats) -> list[Estimate]:
    where = cases.fold(cut)[cases.slot[graded]]
    x, y = grave[graded], heavy[graded]
    cells = len(cases.world.names(cut))
    moments = [np.bincount(where, part, BLOCKS * cells) for part in (np.ones_like(x), x, y, x * x, y * y, x * y)]
    sums = np.stack(moments, axis=1).reshape(BLOCKS, cells, 6).astype(np.float64)
    reason = "listings are not for acts of two gravities, or all have the same burden"
    return [
        from_sums(correlation, sums[:, c], int(sums[:, c, 0].sum()), reason, -1.0, 1.0, sums[:, c, 0])
        for c in range(cells)
    ]


# --- what nobody can do without ---------------------------------------------------------------------------------------

NO_ESSENTIAL = "no gate of this scenario touches health, education, childcare, housing, income or social security"


def essential_denials(cases: Cases, _: bool = False) -> Tally:
    """How often listed people were refused what nobody can do without, for every 1,000 days listed.

    ED = 1000 x tries refused at gates whose `right` is health, education, childcare, housing, income or social security /
    days on a list. It counts requests and not bars: who does not ask is not refused. Which single request was urgent no scenario
    tells; a gate is essential as a whole. `denials` is the plain count.
    """
    gates = essential_gates(cases)
    sources = cases.world.sources
    if not gates or sources is None:
        return Undefined(NO_ESSENTIAL)
    return Known(lambda cut: _denials(cases, cut, gates))


def essential_gates(cases: Cases) -> tuple[str, ...]:
    """Gates of consequences that touch a right without which nobody lives decently."""
    parts = scenario_of(cases.world, cases.variant).get("consequences") or []
    essential = {str(part["id"]) for part in parts if part.get("right") in ESSENTIAL}
    return tuple(gate for gate in cases.world.gates if gate in essential)


def _denials(cases: Cases, cut: Cut | None, gates: tuple[str, ...]) -> list[Estimate]:
    sources = cases.world.sources
    assert sources is not None
    refused = np.sum([sources.daily(f"refused_{gate}", cases.variant) for gate in gates], axis=0)
    listed = sources.daily("listed", cases.variant)
    return [_denied(int(n), int(days)) for n, days in zip(_cells(refused, cut), _cells(listed, cut), strict=True)]


def _denied(denials: int, days: int) -> Estimate:
    if days == 0:
        return undefined("nobody was listed")
    return Estimate(1000 * denials / days, None, None, None, denials, None, COUNTED, {"denials": denials})


def _cells(sums: Ints, cut: Cut | None) -> Ints:
    """int64[region, group] as the cells of a cut."""
    of: dict[Cut | None, Ints] = {None: np.sum(sums)[None], "region": sums.sum(axis=1), "group": sums.sum(axis=0)}
    return of[cut]


def _by_gate(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {gate: Known(lambda cut, gate=gate: _denials(cases, cut, (gate,))) for gate in essential_gates(cases)}  # type: ignore[misc]


# --- what no recording holds ------------------------------------------------------------------------------------------


def children_reached(cases: Cases, _: bool = False) -> Tally:
    """Children who were listed for another's conduct, or live with somebody whose listing reaches them. 0 is the only acceptable value.

    CHR = children with a listing whose basis is others' conduct, or in the household of a listed adult where the consequence reaches
    `children`, or of anybody listed where it reaches the `household` (taken at the scheme's word). Beside it the days, each child's day
    once. A child is one by the role in the household. A recording holds no households: `glasshouse measure RECORDING` makes them again
    where the scenario has some (`world.ties.household`).
    """
    return Undefined(NO_HOMES)


def tie_segregation(cases: Cases, _: bool = False) -> Tally:
    """How far ties between people ever listed and never are fewer than chance would have them: (expected - found) / expected.

    1 where there is no such tie, 0 where there are as many as if the ends of ties were listed at random, everybody keeping their number
    of ties. A recording holds no ties: `glasshouse measure RECORDING` makes them again where the scenario has some.
    """
    return Undefined(NO_TIES)


def score_assortativity(cases: Cases, _: bool = False) -> Tally:
    """Correlation of the scores of people who are tied to each other, on the last day; every tie is taken both ways.

    A recording holds no ties: `glasshouse measure RECORDING` makes them again where the scenario has some.
    """
    return Undefined(NO_TIES)


NO_HOMES = "households are in no recording; glasshouse measure RECORDING makes them again where the scenario has some"
NO_TIES = "ties are in no recording; glasshouse measure RECORDING makes them again where the scenario has some"


def _null(id: str, count: Callable[[Cases, bool], Tally], unit: str, denominator: str) -> Measure:
    return Measure(
        id=id,
        name=count.__name__,
        count=count,
        unit=unit,
        direction="lower is better",
        denominator=denominator,
        scaling="share",
        drivers=(),
        cuts=(),
    )


MEASURES = (
    Measure(
        id="A42",
        name="protected_conduct_burden_share",
        count=protected_conduct_burden_share,
        unit="share",
        direction="lower is better",
        denominator="severity-weighted days barred",
        scaling="share",
        drivers=WEIGHED,
        cuts=("group", "region"),
        parts={"basis": _by_basis},
    ),
    Measure(
        id="A24",
        name="cross_context_burden_share",
        count=cross_context_burden_share,
        unit="share",
        direction="lower is better",
        denominator="severity-weighted days barred whose cause is known",
        scaling="share",
        drivers=WEIGHED,
        cuts=("group", "region"),
    ),
    Measure(
        id="A25",
        name="proportionality_index",
        count=proportionality_index,
        unit="-1 to 1",
        direction="higher is better",
        denominator="listings for an own act with a gravity",
        scaling="share",
        drivers=WEIGHED,
        cuts=("group", "region"),
    ),
    Measure(
        id="A26",
        name="essential_denials",
        count=essential_denials,
        unit="per 1,000 days listed",
        direction="lower is better",
        denominator="days listed",
        scaling="share",
        drivers=(*WEIGHED, "conduct.demand"),
        cuts=("group", "region"),
        parts={"gate": _by_gate},
    ),
    _null("A23", children_reached, "people", "none; a count"),
    _null("A29", score_assortativity, "-1 to 1", "ties"),
    _null("A30", tie_segregation, "index", "ties"),
)
