"""Lists entered by a score: does anything move scores that way, and can it move them far enough?

How far is known where every rule that moves scores that way is capped or cools off, and nothing else moves them: no news of others, no
shock, no move between scales. Elsewhere nothing is said, for somebody might. How often people act is not asked: whoever acted often enough
would enter. (Scores, caps and what ends a listing: `docs/day.md`, 9, 10 and 15.)
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.scenario import checks_regions, schema

UP, DOWN = 1, -1
SHOCKS = ("mass_listing", "bad_rule", "insider", "merge")
"""Shocks that move scores, or bring people onto a list."""
PATCHED = ("rules", "score", "lists", "associations", "shocks", "practice.models", "practice.health_code")
"""What a variant may change so that somebody can enter in it after all."""


def why_nobody(s: schema.Scenario, a_list: schema.ListModel, *, whole: bool) -> str:
    """Why nobody can enter a list that waits for a score; empty if somebody can, or might.

    How far scores get in the days of a run is asked of `whole` scenarios only: one that was shortened is a look at another.
    """
    trigger = a_list.entry.trigger
    if s.score is None or _enters_otherwise(s, a_list.id):
        return ""
    scales = checks_regions.scales_in(s, a_list.regions)
    if trigger.score_below is not None:
        least = min(scale.min.value for scale in scales)
        if trigger.score_below <= least:
            return f"no score is below {trigger.score_below}, the scale begins at {least}"
        return _too_far_down(s, trigger.score_below, scales, whole)
    if trigger.score_above is not None and trigger.score_above <= max(scale.max.value for scale in scales):
        return _too_far_up(s, trigger.score_above, scales, whole)
    return ""  # a threshold above its scale is refused as such


def happens(s: schema.Scenario, rule: schema.Rule) -> bool:
    """Has the rule's act a rate, in the base or in a variant that may raise it? A rate of 0 means that it never happens."""
    act = s.conduct.acts.get(rule.when.signal or "") if s.conduct else None
    rate = f"conduct.acts.{rule.when.signal}.rate"
    patched = any(path.startswith(rate) or rate.startswith(f"{path}.") for v in s.variants for path in v.set)
    return act is None or act.rate.value > 0 or patched


# --- far enough? ----------------------------------------------------------------------------------------------------------------


def _too_far_down(s: schema.Scenario, below: int, scales: checks_regions.Scales, whole: bool) -> str:
    if not _moves(s, DOWN):
        return "no rule with an act that happens takes points away"
    far = _farthest(s, DOWN) if whole else None
    if far is None:
        return ""
    start = min(scale.baseline.value for scale in scales)
    if start - far < below:
        return ""
    remedy = f"write a score_below above {start - far}, or let them count more often"
    return f"it waits for a score below {below}, but scores begin at {start} and {_told(s, DOWN, far)}; {remedy}"


def _too_far_up(s: schema.Scenario, above: int, scales: checks_regions.Scales, whole: bool) -> str:
    if not _moves(s, UP):
        return "no rule with an act that happens gives points"
    far = _farthest(s, UP) if whole else None
    if far is None:
        return ""
    # whoever leaves a list entered by a low score is lifted to its threshold (day.md, 10), which may be above the start
    lifted = [x.entry.trigger.score_below for x in s.lists if x.entry.trigger.score_below is not None]
    start = max([scale.baseline.value for scale in scales] + lifted)
    if start + far >= above:
        return ""
    remedy = f"write a score_above of {start + far} or less, or let them count more often"
    return f"it waits for a score of {above}, but scores begin at {start} and {_told(s, UP, far)}; {remedy}"


def _told(s: schema.Scenario, sign: int, far: int) -> str:
    counted = [(rule, *_most(s, rule, sign)) for rule in _rules(s, sign)]
    each = ", ".join(f"{rule.id} {points} at most {times} times" for rule, points, times in counted if times)
    return f"rules {'take' if sign == DOWN else 'give'} at most {far} points ({each})"


def _farthest(s: schema.Scenario, sign: int) -> int | None:
    """The most points by which rules can move anybody's score this way in the whole run; None where that is not known."""
    moved = s.world.moves.value > 0 if s.world and s.world.moves else False
    between = moved and s.score is not None and bool(s.score.by_region)
    shared = sign == DOWN and any(a.fraction and a.fraction.value > 0 for a in s.associations)
    if between or shared or _news(s, sign) or any(path.startswith(PATCHED) for v in s.variants for path in v.set):
        return None
    total = 0
    for rule in _rules(s, sign):
        points, times = _most(s, rule, sign)
        if times is None:
            return None
        total += points * times
    return total


def _most(s: schema.Scenario, rule: schema.Rule, sign: int) -> tuple[int, int | None]:
    """The most points of a rule anywhere, and how often it can count for one person; None if nothing limits it.

    Where a rule differs by region its count is kept for each region, and somebody may be taken for people of all of them.
    """
    points = max(sign * p.value for p in _points(rule))
    times = _times(s, rule)
    alike = [r for r in s.rules if r.when.signal == rule.when.signal]
    differs = any(r.regions is not None or r.points_by_region is not None for r in alike)
    return points, times * len(s.world.regions) if times is not None and s.world and differs else times


def _times(s: schema.Scenario, rule: schema.Rule) -> int | None:
    """How often the rule can count for one person in the run, by its cooling-off or its cap."""
    if s.world is None:
        return None
    days = (s.world.end - s.world.start).days + 1
    if rule.cooling_off_days is not None and rule.cooling_off_days.value > 0:
        return -(-days // rule.cooling_off_days.value)
    if rule.cap is not None and rule.cooling_off_days is None:
        return rule.cap.count.value * -(-days // max(rule.cap.window_days.value, 1))
    return None


# --- what moves scores ----------------------------------------------------------------------------------------------------------


def _moves(s: schema.Scenario, sign: int) -> bool:
    """Does anything move scores in this direction?"""
    return any(_rules(s, sign)) or _news(s, sign)


def _rules(s: schema.Scenario, sign: int) -> Iterator[schema.Rule]:
    """The rules with an act that happens that give points, or take them, anywhere."""
    return (r for r in s.rules if r.when.signal and any(p.value * sign > 0 for p in _points(r)) and happens(s, r))


def _points(rule: schema.Rule) -> list[schema.Points]:
    return [p for p in (rule.points, *(rule.points_by_region or {}).values()) if p is not None]


def _news(s: schema.Scenario, sign: int) -> bool:
    """Does news of others move scores in this direction, whatever rules do?"""
    return any(_costs(a, sign) for a in s.associations)


def _costs(a: schema.Association, sign: int) -> bool:
    if a.points is None or a.points.value == 0:
        return False
    if a.transfer == "company":
        return a.points.value * sign > 0
    return a.transfer == "standing" or (a.transfer == "listing" and sign == DOWN)


def _enters_otherwise(s: schema.Scenario, name: str) -> bool:
    """Might somebody be put on the list from elsewhere, or a shock move scores?"""
    code = s.practice.health_code
    filed = [m.files_for for m in s.practice.models.values()]
    if code is not None:
        traced = code.tracing.contacts if code.tracing else {}
        filed += [x.files for part in (code.found, code.causes, traced) for x in part.values()]
    return name in filed or any(shock.kind in SHOCKS for shock in s.shocks)
