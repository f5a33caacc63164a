"""Nonsense in schemes by region: regions that do not exist, scales that nothing fits, rules and lists that meet nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from glasshouse.scenario import schema
from glasshouse.scenario.checks_shared import FARTHEST, Findings, unknown
from glasshouse.scenario.source import Loc
from glasshouse.scenario.wording import Finding

Scales = list[schema.Score | schema.Scale]


def regions(s: schema.Scenario) -> Findings:
    """Everything about schemes by region that cannot be meant."""
    yield from _known_regions(s)
    yield from _rules(s)
    yield from _lists(s)
    yield from _levels(s)
    if s.score is not None and s.score.by_region:
        for region, scale in s.score.by_region.items():
            yield from _one_scale(scale, ("score", "by_region", region))
        yield from _with_a_merge(s)


def scales_at(s: schema.Scenario, loc: Loc) -> Scales:
    """The scales that a threshold at this place is held against: those of the regions of its list, or of everywhere."""
    assert s.score is not None
    if loc[0] == "score":
        return [s.score]
    if loc[0] == "associations" and isinstance(loc[1], int):
        named = s.associations[loc[1]].level_by_region or {}
        return scales_in(s, [r for r in _regions(s) if r not in named])
    if loc[0] == "lists" and isinstance(loc[1], int):
        return scales_in(s, s.lists[loc[1]].regions)
    return scales_in(s, None)


def scales_in(s: schema.Scenario, where: Sequence[str] | None) -> Scales:
    """The scales of some regions, or of all of them, each once."""
    assert s.score is not None
    own = s.score.by_region or {}
    of = [own.get(region) for region in (_regions(s) if where is None else where)]
    some: Scales = [s.score] if None in of or not of else []
    return [*some, *(x for x in of if x is not None)]


def off_scale(s: schema.Scenario, loc: Loc, limit: int) -> Findings:
    """A threshold outside a scale that it is held against."""
    for scale in scales_at(s, loc):
        low, high = scale.min.value, scale.max.value
        if not low <= limit <= high:
            yield Finding(loc, f"{limit} is outside the scale from {low} to {high}")
            return


def _regions(s: schema.Scenario) -> list[str]:
    return [*s.world.regions] if s.world else [*((s.score.by_region if s.score else None) or {})]


def _known_regions(s: schema.Scenario) -> Findings:
    for loc, names, at_key in _named(s) if s.world else ():
        if not names:
            yield Finding(loc, "is empty, so that it holds nowhere; name the regions, or leave it out for all")
        for n, name in enumerate(names):
            place: Loc = (*loc, name if at_key else n)
            yield from unknown(name, _regions(s), place, "one of world.regions", at_key=at_key)


def _named(s: schema.Scenario) -> Iterator[tuple[Loc, list[str], bool]]:
    """Every place that names regions: the place, the names, and whether they are its keys."""
    parts: tuple[tuple[str, Sequence[schema.Rule | schema.ListModel]], ...] = (("rules", s.rules), ("lists", s.lists))
    for part, items in parts:
        for n, x in enumerate(items):
            if x.regions is not None:
                yield (part, n, "regions"), x.regions, False
    for n, rule in enumerate(s.rules):
        if rule.points_by_region is not None:
            yield ("rules", n, "points_by_region"), [*rule.points_by_region], True
    for n, a in enumerate(s.associations):
        if a.level_by_region is not None:
            yield ("associations", n, "level_by_region"), [*a.level_by_region], True
    if s.score is not None and s.score.by_region is not None:
        yield ("score", "by_region"), [*s.score.by_region], True


def _rules(s: schema.Scenario) -> Findings:
    for n, rule in enumerate(s.rules):
        for region, points in (rule.points_by_region or {}).items():
            loc: Loc = ("rules", n, "points_by_region", region)
            if rule.regions is not None and region not in rule.regions:
                yield Finding(loc, "the rule is not in force there (regions)")
            if abs(points.value) > FARTHEST:
                yield Finding(loc, f"{points.value:,} points; {FARTHEST:,} is the limit")
            if s.score is None and s.conduct and points.value:
                yield Finding(loc, "gives points, but the scenario has no score; add score with min, max and baseline")


def _lists(s: schema.Scenario) -> Findings:
    rules = {r.id: r for r in s.rules}
    for n, x in enumerate(s.lists):
        rule = rules.get(x.entry.trigger.rule or "")
        if rule is not None and _apart(rule.regions, x.regions):
            message = f"nobody can enter this list: its rule {rule.id} is in force in none of its regions"
            yield Finding(("lists", n, "entry", "trigger"), message)


def _apart(some: Iterable[str] | None, others: Iterable[str] | None) -> bool:
    return some is not None and others is not None and not set(some) & set(others)


def _levels(s: schema.Scenario) -> Findings:
    own = (s.score.by_region if s.score else None) or {}
    for n, a in enumerate(s.associations):
        for region, level in (a.level_by_region or {}).items():
            loc: Loc = ("associations", n, "level_by_region", region)
            if a.transfer != "standing":
                yield Finding(loc, f"says nothing with transfer {a.transfer}; it belongs to standing")
            if region not in own:
                yield Finding(loc, "has no scale of its own (score.by_region); its level is that of all others")
            elif not own[region].min.value <= level.value <= own[region].max.value:
                low, high = own[region].min.value, own[region].max.value
                yield Finding(loc, f"{level.value} is outside the scale from {low} to {high}")


def _one_scale(scale: schema.Scale, loc: Loc) -> Findings:
    low, start, high = scale.min.value, scale.baseline.value, scale.max.value
    for part in ("min", "max"):
        if abs(getattr(scale, part).value) > FARTHEST:
            yield Finding((*loc, part), f"is beyond the {FARTHEST:,} points up and down that a scale may have")
    if low >= high:
        yield Finding(loc, f"runs from {low} to {high}; min must be below max")
    elif not low <= start <= high:
        yield Finding((*loc, "baseline"), f"{start} is outside the scale from {low} to {high}")
    for n, grade in enumerate(scale.grades or ()):
        for part, limit in (("min", grade.min), ("max", grade.max)):
            if limit is not None and not low <= limit <= high:
                yield Finding((*loc, "grades", n, part), f"{limit} is outside the scale from {low} to {high}")


def _with_a_merge(s: schema.Scenario) -> Findings:
    for n, shock in enumerate(s.shocks):
        if shock.kind == "merge":
            message = (
                "merges registers into one scale, but regions have scales of their own (score.by_region); write one"
            )
            yield Finding(("shocks", n), message)
