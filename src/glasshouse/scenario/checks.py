"""Nonsense in meaning, and what does not belong in a scenario: references that lead nowhere, shares that do not add, people.

Every check yields findings with their place; none stops at the first. `nonsense` reads a validated scenario, `personal` the raw file,
`unsimulated` says which parts of a file a run leaves out. Left out: what only a run can know (memory, time).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from glasshouse.scenario import (
    checks_epidemic,
    checks_firms,
    checks_models,
    checks_regions,
    checks_scores,
    checks_shocks,
    schema,
    shape,
)
from glasshouse.scenario.checks_shared import FARTHEST, Findings, ids, unknown
from glasshouse.scenario.source import Loc
from glasshouse.scenario.wording import THE_LINE, Finding

LIMITS: dict[str, tuple[Loc, int]] = {
    "variants": (("variants",), 8),
    "lists": (("lists",), 14),
    "gates (conduct.demand)": (("conduct", "demand"), 16),
    "acts": (("conduct", "acts"), 256),
    "associations": (("associations",), 8),
}
LONGEST = 65_000
TOLERANCE = 1e-9
MOST_DECISIONS, MOST_PUBLICITY, MOST_TIMES = 10**9, 1_000, 1_000_000
ACTS_WHEN_MERGED = 255
"""The last of the 256 numbers of acts then tags files that were joined."""
LARGEST_MULTIPLE = 2.0**30
MOST_CANDIDATES = 30_000
"""Expected candidates of an act in a block on a day; a tag numbers them with 16 bits."""
MANY = 200
HEALTH_CODE = "health_code"
"""What `filed_by` calls the health code, of which a scenario has one."""
YEAR = 365.25


def nonsense(scenario: schema.Scenario) -> list[Finding]:
    """Everything in a scenario that cannot be meant, in no order."""
    return [finding for check in CHECKS for finding in check(scenario)]


def unreachable(scenario: schema.Scenario, *, whole: bool) -> list[Finding]:
    """Lists that nobody can ever enter, or that are not there. Asked of the base only: a variant may well empty a list on purpose.

    `whole`: the scenario is as long as its file says, so that how far scores get in it can be held against it.
    """
    return [*_lists_nobody_enters(scenario, whole), *_names_of_nothing(scenario)]


def added(base: schema.Scenario, variant: schema.Scenario) -> list[Finding]:
    """What a variant adds to the base: acts, lists, gates and circumstances must be the base's own, so that their luck is shared."""
    return [
        Finding(
            loc,
            f"is added by this variant; write it into the scenario itself, with a rate or share of 0, and raise it here{_not(known)}",
        )
        for kind, known in _numbered(base).items()
        for loc in _extra(kind, known, _numbered(variant).get(kind, {}))
    ]


# --- references -------------------------------------------------------------------------------------------------------------


def _references(s: schema.Scenario) -> Findings:
    sources, rules, lists = ids(s.data_sources), ids(s.rules), ids(s.lists)
    for n, rule in enumerate(s.rules):
        if s.conduct and rule.when.signal:
            yield from unknown(
                rule.when.signal, s.conduct.acts, ("rules", n, "when", "signal"), "an act of conduct.acts"
            )
        yield from unknown(rule.source, sources, ("rules", n, "source"), "one of data_sources")
    for n, a_list in enumerate(s.lists):
        yield from _trigger(a_list.entry.trigger, s, ("lists", n, "entry", "trigger"))
    for n, consequence in enumerate(s.consequences):
        yield from _trigger(consequence.trigger, s, ("consequences", n, "trigger"))
        if consequence.trigger.filed_by is not None:
            loc: Loc = ("consequences", n, "trigger", "filed_by")
            yield Finding(loc, "only a list is filed for; name the list that this one files for (trigger: {list: ...})")
        for k, name in enumerate(consequence.also_lists or ()):
            yield from unknown(name, lists, ("consequences", n, "also_lists", k), "one of lists")
    for n, model in enumerate(s.models):
        for k, feature in enumerate(model.features or ()):
            yield from unknown(feature.source, sources, ("models", n, "features", k, "source"), "one of data_sources")
    for n, data in enumerate(s.data_sources):
        for k, name in enumerate(data.fed_by or ()):
            yield from unknown(
                name,
                [*sources, *rules, *lists, *ids(s.models)],
                ("data_sources", n, "fed_by", k),
                "a part of this scheme",
            )


def _trigger(trigger: schema.Trigger, s: schema.Scenario, loc: Loc) -> Findings:
    yield from unknown(trigger.list, ids(s.lists), (*loc, "list"), "one of lists")
    yield from unknown(trigger.rule, ids(s.rules), (*loc, "rule"), "one of rules")
    yield from unknown(
        trigger.filed_by,
        [*ids(s.models), *ids(s.shocks), HEALTH_CODE],
        (*loc, "filed_by"),
        "a model, a shock or health_code",
    )
    if s.score is None and (trigger.score_below is not None or trigger.score_above is not None):
        yield Finding(loc, "waits for a score, but the scenario has none; add score, or another trigger")


def _conduct_references(s: schema.Scenario) -> Findings:
    if s.conduct is None:
        return
    consequences = {c.id: c for c in s.consequences}
    for name in s.conduct.demand:
        loc: Loc = ("conduct", "demand", name)
        yield from unknown(name, consequences, loc, "one of consequences", at_key=True)
        if name in consequences and consequences[name].trigger.list is None:
            yield Finding(
                loc, f'is a gate, but the consequence "{name}" waits for no list; only a list closes a gate', True
            )
    for name, act in s.conduct.acts.items():
        for listed in act.while_listed or ():
            yield from unknown(
                listed, ids(s.lists), ("conduct", "acts", name, "while_listed", listed), "one of lists", at_key=True
            )


def _answer_references(s: schema.Scenario) -> Findings:
    """What conduct and ties name of the scheme. A variant that takes all lists away may leave their names behind; nobody is on them."""
    for names, known, loc, what in _named_by_conduct(s):
        yield from _all_known(names, known, loc, what) if known else ()


def _names_of_nothing(s: schema.Scenario) -> Findings:
    """The same where the scenario itself has no list, or no consequence, at all."""
    for names, known, loc, what in _named_by_conduct(s):
        yield from () if known else _all_known(names, known, loc, what)


def _named_by_conduct(s: schema.Scenario) -> Iterator[tuple[Iterable[str] | None, list[str], Loc, str]]:
    """Names of lists, consequences and acts, with what there is of them, the place, and what they should be."""
    lists, consequences, acts = ids(s.lists), ids(s.consequences), s.conduct.acts if s.conduct else {}
    for name, act in acts.items():
        loc: Loc = ("conduct", "acts", name)
        yield act.only_while_on, lists, (*loc, "only_while_on"), "one of lists"
        if act.asks:
            yield act.asks.not_on, lists, (*loc, "asks", "not_on"), "one of lists"
            decides = [act.asks.consequence] if act.asks.consequence else None
            yield decides, consequences, (*loc, "asks", "consequence"), "one of consequences"
    cutting = s.conduct.answers.tie_cutting if s.conduct else None
    if cutting:
        yield cutting.lists, lists, ("conduct", "answers", "tie_cutting", "lists"), "one of lists"
    for n, a in enumerate(s.associations):
        if s.conduct:
            yield a.acts, [*acts], ("associations", n, "acts"), "an act of conduct.acts"
        yield a.lists, lists, ("associations", n, "lists"), "one of lists"


def _all_known(names: Iterable[str] | None, known: Collection[str], loc: Loc, what: str) -> Findings:
    """Each of several names; the place of the only name of a key is the key."""
    for n, name in enumerate(names or ()):
        yield from unknown(name, known, loc if loc[-1] == "consequence" else (*loc, n), what)


def _practice_references(s: schema.Scenario) -> Findings:
    for name in s.practice.sensing:
        yield from unknown(name, ids(s.data_sources), ("practice", "sensing", name), "one of data_sources", at_key=True)
    for name, practice in s.practice.lists.items():
        loc: Loc = ("practice", "lists", name)
        yield from unknown(name, ids(s.lists), loc, "one of lists", at_key=True)
        if s.conduct and name in ids(s.lists):
            circumstances = _circumstances_filed(s, name)
            for entry in practice.entry or () if circumstances is not None else ():
                what = f"a circumstance of an act that files for {name}"
                yield from unknown(entry, circumstances or [], (*loc, "entry", entry), what, at_key=True)
    for name in s.practice.linkage:
        yield from unknown(name, ids(s.data_sources), ("practice", "linkage", name), "one of data_sources", at_key=True)
    for part in ("notice", "appeal"):
        if getattr(s.practice, part) is not None and not s.lists:
            yield Finding(("practice", part), f"says what {part} is like, but the scenario has no list")


def _group_references(s: schema.Scenario) -> Findings:
    if s.world is None:
        return
    for loc, by_group in _by_group(s):
        for group in by_group:
            yield from unknown(group, s.world.groups, (*loc, "by_group", group), "one of world.groups", at_key=True)


def _region_references(s: schema.Scenario) -> Findings:
    if s.world is None:
        return
    for loc, by_region in _by_region(s):
        for region in by_region:
            yield from unknown(region, s.world.regions, (*loc, region), "one of world.regions", at_key=True)


def _by_region(s: schema.Scenario) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Every table with one entry a region, with its place."""
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        yield ("conduct", "acts", name, "by_region"), act.by_region or {}
    for name, sensing in s.practice.sensing.items():
        yield ("practice", "sensing", name, "by_region"), sensing.by_region or {}
        if sensing.cameras:
            yield ("practice", "sensing", name, "cameras", "by_region"), sensing.cameras.by_region or {}
    for n, shock in enumerate(s.shocks):
        yield ("shocks", n, "convert"), shock.convert or {}


def _by_group(s: schema.Scenario) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Every table with one entry a group, with the place around it."""
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        yield ("conduct", "acts", name), act.by_group or {}
        for circumstance, c in (act.circumstances or {}).items():
            yield ("conduct", "acts", name, "circumstances", circumstance), c.by_group or {}
    for name, demand in (s.conduct.demand if s.conduct else {}).items():
        yield ("conduct", "demand", name), demand.by_group or {}
    for name, sensing in s.practice.sensing.items():
        yield ("practice", "sensing", name), sensing.by_group or {}
        if sensing.identification:
            yield ("practice", "sensing", name, "identification"), sensing.identification.by_group or {}
    for name, linkage in s.practice.linkage.items():
        yield ("practice", "linkage", name), linkage.by_group or {}
    for n, shock in enumerate(s.shocks):
        yield ("shocks", n), shock.by_group or {}
    for n, data in enumerate(s.data_sources):
        yield ("data_sources", n, "accuracy"), (data.accuracy.by_group if data.accuracy else None) or {}
    yield from checks_epidemic.by_group(s)


def _tie_references(s: schema.Scenario) -> Findings:
    if s.world is None:
        return
    for n, a in enumerate(s.associations):
        if s.world.asked(a.edge) is None:
            yield Finding(
                ("associations", n, "edge"), f"reaches people over {a.edge}, but {_home(a.edge)} has no {a.edge}"
            )
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        if act.aimed_at and s.world.asked(act.aimed_at) is None:
            loc: Loc = ("conduct", "acts", name, "aimed_at")
            yield Finding(loc, f"is aimed at {act.aimed_at}, but {_home(act.aimed_at)} has no {act.aimed_at}")
    cutting = s.conduct.answers.tie_cutting if s.conduct else None
    for kind in cutting.ties if cutting else ():
        if s.world.asked(kind) is None:
            loc = ("conduct", "answers", "tie_cutting", "ties", kind)
            yield Finding(loc, f"cuts {kind}, but {_home(kind)} has no {kind}", True)


def _home(kind: str) -> str:
    """Where a kind of tie is asked for."""
    return "world.firms" if kind in checks_firms.OF_FIRMS else "world.ties"


def _evidence_references(s: schema.Scenario) -> Findings:
    known = [*s.evidence.sources, *shape.NO_SOURCE_NEEDED]
    for loc, quantity in shape.quantities(s):
        if quantity.source is not None:
            yield from unknown(
                quantity.source, known, (*loc, "source"), "a row of evidence.sources, assumption or fitted"
            )


def _circumstances_filed(s: schema.Scenario, name: str) -> list[str] | None:
    """The circumstances of the acts whose rule enters a list; None where that rule or its act is not there, which is told elsewhere."""
    assert s.conduct is not None
    trigger = next(x.entry.trigger for x in s.lists if x.id == name)
    signals = [r.when.signal for r in s.rules if r.id == trigger.rule]
    if trigger.rule is not None and not any(x in s.conduct.acts for x in signals):
        return None
    acts = [s.conduct.acts[x] for x in signals if x in s.conduct.acts]
    return [c for act in acts for c in act.circumstances or ()]


# --- names, numbers of parts ---------------------------------------------------------------------------------------------------


def _twice(s: schema.Scenario) -> Findings:
    for part in ("data_sources", "rules", "lists", "consequences", "models", "roles", "shocks", "variants"):
        called = [getattr(x, "id", None) or getattr(x, "name", None) for x in getattr(s, part)]
        yield from _repeated(part, called)
    yield from _repeated("associations", [a.id or f"{a.edge}, {a.transfer}" for a in s.associations])


def _repeated(part: str, called: list[Any]) -> Findings:
    for n, name in enumerate(called):
        if name in called[:n]:
            yield Finding((part, n), f'"{name}" is there a second time; each of {part} needs its own id')


def _too_many(s: schema.Scenario) -> Findings:
    for what, (loc, most) in LIMITS.items():
        held: Any = s
        for key in loc:
            held = getattr(held, str(key), None) if held is not None else None
        if held is not None and len(held) > most:
            yield Finding(loc, f"{len(held)} {what}; {most} is the limit")


# --- the scale ------------------------------------------------------------------------------------------------------------------


def _scale(s: schema.Scenario) -> Findings:
    if s.score is None:
        yield from _points_without_score(s)
        return
    low, start, high = s.score.min.value, s.score.baseline.value, s.score.max.value
    for part in ("min", "max"):
        if abs(getattr(s.score, part).value) > FARTHEST:
            yield Finding(("score", part), f"is beyond the {FARTHEST:,} points up and down that a scale may have")
    if low >= high:
        yield Finding(("score",), f"runs from {low} to {high}; min must be below max")
    elif not low <= start <= high:
        yield Finding(("score", "baseline"), f"{start} is outside the scale from {low} to {high}")
    for loc, limit in _limits_on_scale(s):
        yield from checks_regions.off_scale(s, loc, limit)


def _limits_on_scale(s: schema.Scenario) -> Iterator[tuple[Loc, int]]:
    """Every threshold that is compared with the score, with its place."""
    assert s.score is not None
    for name, limit in (s.score.thresholds or {}).items():
        yield ("score", "thresholds", name), limit
    for n, grade in enumerate(s.score.grades or ()):
        yield from (
            (("score", "grades", n, k), v) for k, v in (("min", grade.min), ("max", grade.max)) if v is not None
        )
    triggers: list[tuple[Loc, schema.Trigger]] = [
        (("lists", n, "entry", "trigger"), x.entry.trigger) for n, x in enumerate(s.lists)
    ]
    triggers += [(("consequences", n, "trigger"), x.trigger) for n, x in enumerate(s.consequences)]
    for loc, t in triggers:
        yield from (
            ((*loc, k), v) for k, v in (("score_below", t.score_below), ("score_above", t.score_above)) if v is not None
        )
    for n, x in enumerate(s.lists):
        if x.exit and x.exit.score_above is not None:
            yield ("lists", n, "exit", "score_above"), x.exit.score_above
    for n, a in enumerate(s.associations):
        if a.level is not None:
            yield ("associations", n, "level"), a.level.value
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        if act.asks and act.asks.score_at_least is not None:
            yield ("conduct", "acts", name, "asks", "score_at_least"), act.asks.score_at_least.value


def _large_points(s: schema.Scenario) -> Findings:
    parts: tuple[tuple[str, list[Any]], ...] = (("rules", [*s.rules]), ("associations", [*s.associations]))
    for part, items in parts:
        for n, x in enumerate(items):
            if x.points is not None and abs(x.points.value) > FARTHEST:
                yield Finding((part, n, "points"), f"{x.points.value:,} points; {FARTHEST:,} is the limit")


def _points_without_score(s: schema.Scenario) -> Findings:
    for n, rule in enumerate(s.rules):
        if s.conduct and rule.points and rule.points.value:
            yield Finding(
                ("rules", n, "points"),
                "gives points, but the scenario has no score; add score with min, max and baseline",
            )
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        if act.asks and act.asks.score_at_least is not None:
            loc = ("conduct", "acts", name, "asks", "score_at_least")
            yield Finding(loc, "asks for a score, but the scenario has none; add score with min, max and baseline")
    for n, a in enumerate(s.associations):
        if a.transfer in ("standing", "company") and s.conduct:
            yield Finding(("associations", n), f"transfer {a.transfer} moves scores, but the scenario has no score")


def _lists_nobody_enters(s: schema.Scenario, whole: bool) -> Findings:
    if s.conduct is None:
        return
    for n, a_list in enumerate(s.lists):
        reason = _why_nobody(s, a_list, whole)
        if reason:
            yield Finding(("lists", n, "entry", "trigger"), f"nobody can enter this list: {reason}")


def _why_nobody(s: schema.Scenario, a_list: schema.ListModel, whole: bool) -> str:
    trigger = a_list.entry.trigger
    if trigger.list == a_list.id:
        return "it waits for itself"
    if trigger.rule is not None:
        rule = next((r for r in s.rules if r.id == trigger.rule), None)
        if rule is None:
            return ""
        if rule.when.signal is None:
            return f"its rule {rule.id} names no act (when.signal)"
        idle = not checks_scores.happens(s, rule)
        return f"its rule {rule.id} waits for {rule.when.signal}, whose rate is 0" if idle else ""
    if trigger.filed_by == HEALTH_CODE:
        return checks_epidemic.why_nobody(s)
    if trigger.filed_by is not None:
        return checks_models.why_nobody(s, a_list)
    return checks_scores.why_nobody(s, a_list, whole=whole)


# --- shares ---------------------------------------------------------------------------------------------------------------------


def _shares(s: schema.Scenario) -> Findings:
    if s.world is not None:
        yield from _whole(("world", "groups"), [g.share.value for g in s.world.groups.values()])
        yield from _whole(("world", "regions"), [g.share.value for g in s.world.regions.values()])
        for kind in ("household", "colleagues", "school"):
            sizes = getattr(s.world.ties, kind)
            if sizes is not None:
                yield from _whole(("world", "ties", kind, "sizes"), [x.value for x in sizes.sizes.values()])
        if s.world.firms and s.world.firms.staff:
            sizes_of_firms = s.world.firms.staff.sizes.values()
            yield from _whole(("world", "firms", "staff", "sizes"), [x.value for x in sizes_of_firms])
        if s.world.firms and s.world.firms.representative:
            each = s.world.firms.representative.firms.values()
            yield from _whole(("world", "firms", "representative", "firms"), [x.value for x in each])
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        if act.circumstances:
            loc: Loc = ("conduct", "acts", name, "circumstances")
            yield from _whole(loc, [c.share.value for c in act.circumstances.values()])
            for group in sorted({g for c in act.circumstances.values() for g in c.by_group or ()}):
                yield from _whole(
                    loc,
                    [(c.by_group or {}).get(group, c.share).value for c in act.circumstances.values()],
                    f" of group {group}",
                )


def _whole(loc: Loc, shares: list[float], of: str = "") -> Findings:
    total = math.fsum(shares)
    if abs(total - 1) > TOLERANCE:
        yield Finding(
            loc, f"the shares{of} add to {total:.10g}, not to 1" if shares else "is empty; its shares must add to 1"
        )


def _liability(s: schema.Scenario) -> Findings:
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        loc: Loc = ("conduct", "acts", name, "liability")
        total = math.fsum(step.share.value for step in act.liability)
        if total > 1 + TOLERANCE:
            yield Finding(loc, f"the shares add to {total:.10g}, more than everybody")
        multiples = [step.multiple.value for step in act.liability]
        for n, multiple in enumerate(multiples):
            if not 1 <= multiple <= LARGEST_MULTIPLE:
                yield Finding(
                    (*loc, n, "multiple"), f"{multiple:g} is not between 1 and 2**30; the rest of the people have 1"
                )
            elif n and multiple > multiples[n - 1]:
                yield Finding(
                    (*loc, n, "multiple"),
                    f"{multiple:g} is above the {multiples[n - 1]:g} before it; begin with the most liable",
                )


# --- rates and dates --------------------------------------------------------------------------------------------------------------


def _rates(s: schema.Scenario) -> Findings:
    if s.conduct is None or s.world is None or s.world.end < s.world.start:
        return
    for name, act in s.conduct.acts.items():
        loc: Loc = ("conduct", "acts", name, "rate")
        most = act.rate.value * _largest(act.schedule, s.world.start, s.world.end)
        if act.envelope is not None and most > act.envelope.value * (1 + TOLERANCE):
            yield Finding(
                loc,
                f"reaches {most:g} a year with its schedule, above its envelope of {act.envelope.value:g} a year; raise the envelope",
            )
        a_day = max(most, act.envelope.value if act.envelope else 0) * s.world.block / YEAR
        if a_day > MOST_CANDIDATES:
            limit = f"{MOST_CANDIDATES:,} is the limit: use a smaller world.block"
            yield Finding(loc, f"means {a_day:,.0f} events a day in a block of {s.world.block}; {limit}")


def _largest(schedule: list[schema.Factor], start: date, end: date) -> float:
    """The largest value of a schedule in a run: it can only turn on the first of a month or on a day that a factor names."""
    days = {start, end}
    month = date(start.year, start.month, 1)
    while month <= end:
        days.add(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    for f in schedule:
        named = [d for d in (getattr(f, "from_", None), getattr(f, "to", None)) if d is not None]
        days.update(x for d in named for x in (d, d - timedelta(days=1) if d > date.min else d))
    return max(math.prod(_factor(f, d) for f in schedule) for d in days if start <= d <= end)


def _factor(f: schema.Factor, day: date) -> float:
    """One factor on a day, in floating point; the exact values are made by `compile.py`, which the linter may not import."""
    match f:
        case schema.Step():
            return f.factor.value if day >= f.from_ else 1.0
        case schema.Window():
            return float(f.from_ <= day and (f.to is None or day < f.to))
        case schema.Growth():
            until = min(day, f.to) if f.to else day
            months = max((until.year - f.from_.year) * 12 + until.month - f.from_.month, 0) if until >= f.from_ else 0
            exponent = months / 12 * math.log1p(max(f.per_year.value, -0.999))
            return math.exp(min(exponent, 700.0))
        case schema.Rollout():
            late = (day - f.midpoint).days / f.width_days.value if f.width_days.value > 0 else 0.0
            return f.floor.value + (1 - f.floor.value) / (1 + math.exp(min(-late, 700.0)))


def _dates(s: schema.Scenario) -> Findings:
    if s.world is None:
        return
    days = (s.world.end - s.world.start).days + 1
    if days < 1:
        yield Finding(("world", "end"), f"{s.world.end} is before the start, {s.world.start}")
    elif days > LONGEST:
        yield Finding(("world", "end"), f"the run is {days:,} days long; {LONGEST:,} is the limit")
    for n, shock in enumerate(s.shocks):
        if shock.to is not None and shock.to <= shock.from_:
            yield Finding(("shocks", n, "to"), f"{shock.to} is not after {shock.from_}")


def _schedules(s: schema.Scenario) -> Findings:
    for loc, schedule in _all_schedules(s):
        for n, f in enumerate(schedule):
            yield from _one_factor(f, (*loc, n))


def _all_schedules(s: schema.Scenario) -> Iterator[tuple[Loc, list[schema.Factor]]]:
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        yield ("conduct", "acts", name, "schedule"), act.schedule
    for name, demand in (s.conduct.demand if s.conduct else {}).items():
        loc: Loc = ("conduct", "demand", name)
        yield (*loc, "schedule"), demand.schedule
        yield (*loc, "tries_per_trip", "schedule"), demand.tries_per_trip.schedule
        yield (*loc, "evaded_schedule"), demand.evaded_schedule
    for name, sensing in s.practice.sensing.items():
        yield ("practice", "sensing", name, "seen_schedule"), sensing.seen_schedule
    yield from checks_epidemic.schedules(s)


def _one_factor(f: schema.Factor, loc: Loc) -> Findings:
    match f:
        case schema.Step() if f.factor.value < 0:
            yield Finding((*loc, "factor"), f"{f.factor.value:g} would make a rate negative")
        case schema.Growth() if f.per_year.value <= -1:
            yield Finding(
                (*loc, "per_year"), f"{f.per_year.value:g} a year is a loss of everything; -0.5 halves each year"
            )
        case schema.Rollout() if f.width_days.value <= 0:
            yield Finding((*loc, "width_days"), "must be above 0")
    if isinstance(f, schema.Window | schema.Growth) and f.to is not None and f.to <= f.from_:
        yield Finding((*loc, "to"), f"{f.to} is not after {f.from_}: the {f.kind} has no effect")


def _positive(s: schema.Scenario) -> Findings:
    """Plain numbers that cannot be negative, or not zero."""
    if s.world is not None and s.world.represents.value <= 0:
        yield Finding(("world", "represents"), f"{s.world.represents.value:g} is not above 0")
    for n, rule in enumerate(s.rules):
        if rule.cap is not None and rule.cap.window_days.value < 1:
            yield Finding(("rules", n, "cap", "window_days"), "a cap counts in windows of at least one day")
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        for part in ("by_group", "by_region", "while_listed"):
            for key, multiple in (getattr(act, part) or {}).items():
                if not 0 <= multiple.value <= LARGEST_MULTIPLE:
                    yield Finding(
                        ("conduct", "acts", name, part, key), f"{multiple.value:g} is not between 0 and 2**30"
                    )
    for name, demand in (s.conduct.demand if s.conduct else {}).items():
        if demand.tries_per_trip.mean.value < 1:
            yield Finding(("conduct", "demand", name, "tries_per_trip", "mean"), "a trip has at least one try")


# --- ties, counters, clerks, payments -----------------------------------------------------------------------------------------

NEEDS: dict[str, tuple[str, ...]] = {
    "standing": ("level", "points"),
    "company": ("acts", "chance", "points"),
}
"""Keys without which a transfer says nothing."""
ONLY_FOR: dict[str, tuple[str, ...]] = {
    "fraction": ("points", "fraction"),
    "level": ("standing", "threshold"),
    "chance": ("company",),
    "acts": ("points", "fraction", "company"),
    "lists": ("listing", "list", "company"),
}
"""Which transfers a key belongs to."""


def _associations(s: schema.Scenario) -> Findings:
    chilling = s.conduct.answers.chilling if s.conduct else None
    for n, a in enumerate(s.associations):
        loc: Loc = ("associations", n)
        missing = [k for k in NEEDS.get(a.transfer, ()) if getattr(a, k) is None]
        if missing:
            yield Finding(loc, f"transfer {a.transfer} needs {', '.join(missing)}")
        for key, transfers in ONLY_FOR.items():
            if getattr(a, key) is not None and a.transfer not in transfers:
                yield Finding(
                    (*loc, key), f"says nothing with transfer {a.transfer}; it belongs to {' or '.join(transfers)}"
                )
        for key in ("acts", "lists"):
            if getattr(a, key) == []:
                yield Finding((*loc, key), f"is empty, so that nothing counts; name some, or leave {key} out for all")
        if a.chilling is not None and a.chilling.value > 0 and s.conduct and chilling is None:
            yield Finding((*loc, "chilling"), "chills nobody: conduct.answers has no chilling; give it form and most")


def _counters(s: schema.Scenario) -> Findings:
    for n, rule in enumerate(s.rules):
        if rule.cap is not None and rule.cooling_off_days is not None:
            message = "has a cap and a cooling-off; one count is kept for an act, so write one of the two"
            yield Finding(("rules", n, "cooling_off_days"), message)
        if rule.cooling_off_days is not None and rule.cooling_off_days.value < 1:
            yield Finding(("rules", n, "cooling_off_days"), "is not a time; leave it out where every act counts")


def _asks(s: schema.Scenario) -> Findings:
    """Acts that only some may do, or that are denied to some."""
    consequences = {c.id: c for c in s.consequences}
    for name, act in (s.conduct.acts if s.conduct else {}).items():
        loc: Loc = ("conduct", "acts", name)
        if act.only_while_on == []:
            yield Finding((*loc, "only_while_on"), "is empty; name the lists, or leave it out for everybody")
        if act.asks is None:
            continue
        if act.asks.consequence is None and act.asks.score_at_least is None and not act.asks.not_on:
            yield Finding((*loc, "asks"), "asks for nothing; give consequence, score_at_least or not_on")
        decides = consequences.get(act.asks.consequence or "")
        if decides and decides.trigger.rule is not None:
            yield Finding(
                (*loc, "asks", "consequence"), f"{decides.id} waits for a rule; only a score or a list can deny"
            )
        if decides and decides.kind == "perk" and decides.trigger.score_above is None:
            message = f"{decides.id} is a perk that waits for no score_above; only a perk by score is simulated"
            yield Finding((*loc, "asks", "consequence"), message)


def _clerks(s: schema.Scenario) -> Findings:
    places: list[tuple[Loc, schema.AppealPractice | None]] = [(("practice", "appeal"), s.practice.appeal)]
    places += [(("practice", "lists", name, "appeal"), x.appeal) for name, x in s.practice.lists.items()]
    for loc, appeal in places:
        if appeal is None or appeal.clerks is None:
            continue
        if not 0 <= appeal.clerks.decisions_per_day.value <= MOST_DECISIONS:
            yield Finding((*loc, "clerks", "decisions_per_day"), f"is not between 0 and {MOST_DECISIONS:,}")
        if appeal.clerks.for_people.value < 1:
            yield Finding((*loc, "clerks", "for_people"), "clerks work for at least one person")


def _frozen(s: schema.Scenario) -> Findings:
    """A payment bounces only where a consequence of the list freezes assets, and is tried again on a day that is said."""
    blocked = False
    for name, practice in s.practice.lists.items():
        payment = practice.payment
        if payment is None or payment.blocked.value == 0:
            continue
        blocked = True
        if not any(_freezes(c, name) for c in s.consequences):
            message = f"no consequence of {name} freezes assets (kind: freeze) or takes away payment (removes: [pay])"
            yield Finding(("practice", "lists", name, "payment", "blocked"), message)
    for name, practice in s.practice.lists.items():
        again = practice.payment.tried_again_after if practice.payment else None
        loc: Loc = ("practice", "lists", name, "payment")
        if again is not None and again.value < 1:
            yield Finding((*loc, "tried_again_after"), "is not after; give at least one day")
        if again is None and blocked and practice.payment and _pays(practice.payment):
            yield Finding(loc, "payments may bounce (practice.lists.*.payment.blocked); give tried_again_after")


def _freezes(c: schema.Consequence, name: str) -> bool:
    return name in (c.trigger.list, *(c.also_lists or ())) and (c.kind == "freeze" or "pay" in (c.removes or ()))


def _pays(payment: schema.PaymentPractice) -> bool:
    rates = (getattr(payment.rate, b) for b in type(payment.rate).model_fields if b not in schema.Node.model_fields)
    return any(rate is not None and rate.value > 0 for rate in rates)


def _answers(s: schema.Scenario) -> Findings:
    answers = s.conduct.answers if s.conduct else schema.Answers()
    if answers.chilling and not 0 <= answers.chilling.publicity.value <= MOST_PUBLICITY:
        loc: Loc = ("conduct", "answers", "chilling", "publicity")
        yield Finding(loc, f"{answers.chilling.publicity.value:g} is not between 0 and {MOST_PUBLICITY:,}")
    if answers.tie_cutting and not answers.tie_cutting.lists:
        yield Finding(
            ("conduct", "answers", "tie_cutting", "lists"), "is empty, so that nobody is dropped; name the lists"
        )
    if s.world and s.world.moves and s.world.moves.value > 0:
        of_firms = s.world.firms.regions if s.world.firms else []
        shares = [r.share.value for name, r in s.world.regions.items() if name not in of_firms]
        most = 1 - math.fsum((share / (math.fsum(shares) or 1)) ** 2 for share in shares)
        if s.world.moves.value > most + TOLERANCE:
            message = f"{s.world.moves.value:g} cannot live in another region than their own: with these regions at most {most:.4g}"
            yield Finding(("world", "moves"), message)
    decay = s.score.decay if s.score else None
    if decay and decay.points_per_year and not 0 <= decay.points_per_year.value <= FARTHEST:
        yield Finding(("score", "decay", "points_per_year"), f"is not between 0 and {FARTHEST:,}")


def _cameras(s: schema.Scenario) -> Findings:
    """Numbers of cameras and of false matches that are no numbers of anything."""
    for name, sensing in s.practice.sensing.items():
        loc: Loc = ("practice", "sensing", name)
        cameras, search = sensing.cameras, sensing.identification
        told: list[tuple[Loc, schema.Number | None]] = []
        if cameras:
            told += [((*loc, "cameras", k), getattr(cameras, k)) for k in ("per_person", "reach")]
            told += [((*loc, "cameras", "by_region", k), x) for k, x in (cameras.by_region or {}).items()]
            if cameras.people is not None and cameras.people.value < 1:
                yield Finding((*loc, "cameras", "people"), "cameras look at one person at least")
        if search:
            told += [((*loc, "identification", "by_group", k), x) for k, x in (search.by_group or {}).items()]
        for place, x in told:
            if x is not None and not 0 <= x.value <= MOST_TIMES:
                yield Finding(place, f"{x.value:g} is not between 0 and {MOST_TIMES:,}")


def _merges(s: schema.Scenario) -> Findings:
    merges = [n for n, shock in enumerate(s.shocks) if shock.kind == "merge"]
    for n in merges[1:]:
        yield Finding(("shocks", n), "is a second merge; registers are merged once in a run")
    if merges and s.conduct and len(s.conduct.acts) > ACTS_WHEN_MERGED:
        message = f"{len(s.conduct.acts)} acts; {ACTS_WHEN_MERGED} is the limit where registers are merged (shocks)"
        yield Finding(("conduct", "acts"), message)
    for n, shock in enumerate(s.shocks):
        loc: Loc = ("shocks", n)
        for key in ("convert", "wrong_files", "by_group"):
            if getattr(shock, key) is not None and shock.kind != "merge":
                yield Finding((*loc, key), f"belongs to a merge, and this is {shock.kind}")
        if shock.kind != "merge":
            continue
        if s.conduct and s.score is None:
            yield Finding(loc, "merges registers of scores, but the scenario has no score")
        if s.world and shock.from_ < s.world.start:
            yield Finding((*loc, "from"), f"{shock.from_} is before the run starts, {s.world.start}")
        for region, conversion in (shock.convert or {}).items():
            if not 0 <= conversion.factor.value <= MOST_TIMES:
                yield Finding((*loc, "convert", region, "factor"), f"is not between 0 and {MOST_TIMES:,}")
            if abs(conversion.add.value) > FARTHEST:
                yield Finding((*loc, "convert", region, "add"), f"{FARTHEST:,} points is the limit")


def _delays(s: schema.Scenario) -> Findings:
    """Delays that begin after they end, or whose mean is not a length of time."""
    for loc, delay in _all_delays(s):
        if delay.between_days is not None and delay.between_days[0].value > delay.between_days[1].value:
            yield Finding((*loc, "between_days"), "the first number of days is above the second")
        for part in ("mean_days", "median_days"):
            length = getattr(delay, part)
            if length is not None and not 0 <= length.value <= LONGEST:
                yield Finding((*loc, part), f"{length.value:g} is not between 0 and {LONGEST:,} days")


def _long_days(s: schema.Scenario) -> Findings:
    for loc, quantity in shape.quantities(s):
        if isinstance(quantity, schema.Days) and quantity.value > LONGEST:
            yield Finding(
                loc, f"{quantity.value:,} days; {LONGEST:,} is the limit, longer than any run. Leave it out for no end"
            )


def _all_delays(s: schema.Scenario) -> Iterator[tuple[Loc, schema.Delay]]:
    def of(practice: Any, loc: Loc) -> Iterator[tuple[Loc, schema.Delay]]:
        for part in ("notice", "appeal", "payment"):
            inner = getattr(practice, part, None)
            for key in ("delay", "decided_after", "clears_after"):
                if isinstance(getattr(inner, key, None), schema.Delay):
                    yield (*loc, part, key), getattr(inner, key)

    yield from of(s.practice, ("practice",))
    for name, practice in s.practice.lists.items():
        yield from of(practice, ("practice", "lists", name))
    yield from checks_shocks.delays(s)
    yield from checks_epidemic.delays(s)


CHECKS: tuple[Callable[[schema.Scenario], Findings], ...] = (
    _references,
    _conduct_references,
    _practice_references,
    _group_references,
    _answer_references,
    _region_references,
    _tie_references,
    _evidence_references,
    _twice,
    _too_many,
    _scale,
    _large_points,
    _shares,
    checks_models.models,
    _liability,
    _rates,
    _dates,
    _schedules,
    _positive,
    _associations,
    _counters,
    _asks,
    _clerks,
    _frozen,
    _answers,
    _cameras,
    _merges,
    checks_shocks.shocks,
    _delays,
    _long_days,
    checks_regions.regions,
    checks_firms.firms,
    checks_epidemic.epidemic,
)


# --- variants -----------------------------------------------------------------------------------------------------------------------


def _numbered(s: schema.Scenario) -> dict[Loc, list[str]]:
    """The parts whose names carry their luck, by place."""
    acts = s.conduct.acts if s.conduct else {}
    out: dict[Loc, list[str]] = {("lists",): ids(s.lists), ("conduct", "acts"): [*acts]}
    out[("conduct", "demand")] = [*s.conduct.demand] if s.conduct else []
    for name, act in acts.items():
        out[("conduct", "acts", name, "circumstances")] = [*(act.circumstances or ())]
    return out


def _extra(kind: Loc, known: list[str], found: list[str] | dict[str, Any]) -> Iterator[Loc]:
    for n, name in enumerate(found):
        if name not in known:
            yield (*kind, n if kind == ("lists",) else name)


def _not(known: list[str]) -> str:
    return f" (the scenario has {', '.join(known[:20])})" if known else ""


# --- no people ------------------------------------------------------------------------------------------------------------------------

ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+")
LINK = re.compile(r"(https?|doi):\S+")
MARKS: dict[str, re.Pattern[str]] = {
    "an identity number": re.compile(
        r"(?<![\w.])\d{14,17}[\dXx](?!\w)|(?<!\d)\d{6}[- ]\d{8}[- ]\d{3}[\dXx](?!\w)|(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"
    ),
    "a telephone number": re.compile(
        r"\+\d{1,3}[ ./-]?\(?\d[\d ()./-]{6,14}\d|(?<![\w.,-])1[3-9]\d{9}(?![\w.])|(?<![\d-])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\d-])"
    ),
    "coordinates": re.compile(
        r"(?<![\d.])-?\d{1,2}\.\d{4,}\s*[,;/ ]\s*-?\d{1,3}\.\d{4,}(?![\d.])|\d{1,2}[.°]\d+[\d.'′\"″]*\s*°?\s*[NS]\b.{0,4}\d{1,3}[.°]\d+"
    ),
    "the name of a person": re.compile(r"\b(Mr|Mrs|Ms|Miss|Mx|Herr|Frau|Monsieur|Madame|Señora?)\.? [A-Z][a-zé]+"),
}


def personal(raw: dict[str, Any]) -> list[Finding]:
    """Text that names or identifies somebody, and tables as long as a register of people."""
    found: list[Finding] = []
    _walk_personal(raw, (), found)
    return found


def _walk_personal(node: Any, loc: Loc, found: list[Finding]) -> None:
    if isinstance(node, dict | list):
        if len(node) > _longest_table(loc):
            found.append(Finding(loc, f"has {len(node):,} entries and looks like one row per real person. {THE_LINE}"))
            return
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(key, str):
                _identifies(key, (*loc, key), True, found)
            _walk_personal(value, (*loc, key), found)
    elif isinstance(node, str):
        _identifies(node, loc, False, found)
    elif type(node) is int and not -9_999_999 < node < 9_999_999 and loc != ("world", "seed"):
        _identifies(str(node), loc, False, found)


LONG_TABLES: dict[Loc, int] = {("conduct", "acts"): 256, ("evidence", "sources"): 2_000}


def _longest_table(loc: Loc) -> int:
    """How many entries a table of aggregates may have: acts as many as are simulated, published rows more, all else 200."""
    return LONG_TABLES.get(loc, MANY)


def _identifies(text: str, loc: Loc, at_key: bool, found: list[Finding]) -> None:
    what = _kept_mark(text) if len(text) < SHORT else _mark(text)
    if what:
        found.append(Finding(loc, f"holds what looks like {what}. {THE_LINE}", at_key))


SHORT = 60
"""Texts shorter than this are mostly words that files say again and again; what was found in them is kept."""


def _mark(text: str) -> str | None:
    """What in a text identifies somebody, if anything."""
    plain = LINK.sub(" ", text[:20_000])
    if "@" in plain and ADDRESS.search(plain):
        return "an e-mail address"
    return next((name for name, mark in MARKS.items() if mark.search(plain)), None)


_kept_mark = lru_cache(maxsize=10_000)(_mark)


# --- what a run leaves out --------------------------------------------------------------------------------------------------------------


def unsimulated(scenario: schema.Scenario) -> list[str]:
    """Each part of the file that describes what happens and that a run does not simulate, once, in plain words.

    Parts that only the linter reads (legal bases, transparency, roles, impact assessments, ...) are promises and are not named.
    """
    return list(dict.fromkeys(f"{path}: {what}" for path, what in _left_out(scenario)))


def _left_out(s: schema.Scenario) -> Iterator[tuple[str, str]]:
    if s.score is not None:
        if s.score.decay is not None and s.score.decay.toward != "baseline":
            yield "score.decay.toward", "scores drift back towards the baseline only; these stay where they are"
        if s.score.decay is not None and s.score.decay.forgets_after_days is not None:
            yield (
                "score.decay.forgets_after_days",
                "points are not forgotten on a day; they drift back by points_per_year",
            )
    for d in s.data_sources:
        if d.accuracy is not None and d.accuracy.by_group:
            yield f"data_sources.{d.id}.accuracy.by_group", "give practice.sensing by_group instead"
    yield from _left_out_of_rules(s)
    yield from _left_out_of_lists(s)
    for n, model in enumerate(s.models):
        if model.id not in s.practice.models:
            yield f"models.{model.id or n}", "is described and chooses nobody; say in practice.models what it does"
    for n, sharing in enumerate(s.sharing):
        if sharing.recipient not in s.practice.sharing:
            yield (
                f"sharing.{n}",
                "is described and not simulated; say in practice.sharing what copies the recipient holds",
            )
    if s.retention is not None and s.retention.after_exit_days is not None:
        yield "retention.after_exit_days", "nothing is decided from records of closed cases"
    if s.minors is not None and s.minors.handling is not None:
        yield "minors.handling", "everybody is treated as an adult"


def _left_out_of_rules(s: schema.Scenario) -> Iterator[tuple[str, str]]:
    for r in s.rules:
        if r.expires_days is not None:
            yield f"rules.{r.id}.expires_days", "points do not expire"
        if r.when.subject != "self":
            yield (
                f"rules.{r.id}.when.subject",
                f"what a {r.when.subject} does moves nobody's score by a rule; use associations",
            )
        elif s.conduct is not None and r.when.signal is None:
            yield f"rules.{r.id}", "names no act (when.signal) and is never applied"
    for n, a in enumerate(s.associations):
        if a.transfer in ("threshold", "list"):
            known = "points, listing, standing and company are"
            yield f"associations.{a.id or n}", f"transfer {a.transfer} is not simulated; {known}"


def _is_felt(s: schema.Scenario, c: schema.Consequence) -> bool:
    """Do payments bounce while somebody is on the list of this freeze?"""
    practice = s.practice.lists.get(c.trigger.list or "")
    return practice is not None and practice.payment is not None and practice.payment.blocked.value > 0


def _left_out_of_lists(s: schema.Scenario) -> Iterator[tuple[str, str]]:
    for x in s.lists:
        if x.entry.trigger.list is not None:
            yield f"lists.{x.id}.entry.trigger", "a list that is entered from another list stays empty"
        if x.exit is not None and x.exit.auto_removal_days is not None and x.max_days is None:
            yield f"lists.{x.id}.exit.auto_removal_days", "give max_days, the day on which a listing ends"
    gates = s.conduct.demand if s.conduct else {}
    asked_for = {act.asks.consequence for act in (s.conduct.acts if s.conduct else {}).values() if act.asks}
    for c in s.consequences:
        if c.id in asked_for or (c.kind == "freeze" and _is_felt(s, c)):
            pass
        elif c.trigger.list is None:
            yield f"consequences.{c.id}", "only a list, or an act that asks for it (conduct.acts.*.asks), makes it felt"
        elif c.id not in gates:
            yield f"consequences.{c.id}", "has no conduct.demand, so nobody is counted as meeting it"
        if c.delay_days is not None and c.delay_days.value > 0:
            yield f"consequences.{c.id}.delay_days", "a consequence begins on the day after the listing"
        if c.duration_days is not None:
            yield f"consequences.{c.id}.duration_days", "a consequence lasts as long as the listing"
        if any(x != "self" for x in c.reach or ()):
            yield f"consequences.{c.id}.reach", "only the listed person meets it"
    if s.appeal is not None and s.appeal.suspensive:
        yield "appeal.suspensive", "a listing goes on while an appeal is open"
    if s.notice is not None and s.notice.before_effect:
        yield "notice.before_effect", "a listing takes effect on the evening it is made, before any notice"
    if s.correction is not None and s.correction.sla_days is not None:
        yield "correction.sla_days", "corrections come from appeals, on the day of the decision"
