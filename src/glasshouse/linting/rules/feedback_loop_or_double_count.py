"""The scheme feeds on its own results.

What it finds: A cycle from a source through rule, list and consequence back to a source (`fed_by`); one signal
counted by two rules; or being listed as itself a reason to lose points.

Why it matters: A low score makes the life that makes the score low, and the file then looks as if it had been right.

Example:
    data_sources:
      - id: road_offences
        fed_by: [licence_suspended]

Better:
    data_sources:
      - id: road_offences
        fed_by: []

Limits: Only cycles that the text writes down. Effects through the world (no job, then no income) are what a run is
for.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.graph import cycles
from glasshouse.linting.terms import all_points, are_apart, harms, moves_score, where_it_costs
from glasshouse.linting.text import At, Text, always
from glasshouse.linting.truth import NO, Truth, any_of

CODE = "GH723"
NAME = "feedback-loop-or-double-count"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-15", "EU-GDPR-5-1-d", "EU-AIA-10")
MEASURES: tuple[str, ...] = ("delayed_impact", "sanction_persistence")
FIX = "Break the cycle; de-duplicate by event id; exclude own outputs."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    found = cycles(text)
    yield Verdict(
        text.root.get("data_sources"),
        fed_back(text),
        "outcomes of the scheme are recorded as its input",
        paths=tuple(found),
    )
    yield Verdict(text.root.get("rules"), counted_twice(text), "one signal moves the score by more than one rule")
    names = {x.id for x in text.each("lists") if not x.silent} | {"listed", "list", "score"}
    for rule in text.each("rules"):
        attribute = rule.at("when.attribute")
        lists_told = attribute.given() & text.root.get("lists").given() if text.root.get("lists").silent else NO
        own = attribute.is_(*names) | lists_told
        if own.value is False:
            continue
        own = own & harms(rule)
        yield Verdict(rule, own, f"rule `{rule.id}` punishes being listed", rule.at("when.attribute"))


def fed_back(text: Text) -> Truth:
    """Does an outcome come back as input? Unknown where a missing key could hide the way back."""
    place = text.root.get("data_sources")
    if cycles(text):
        return always(place, "the cycle begins here")
    gaps = [s.get("fed_by").given() for s in text.each("data_sources") if s.get("fed_by").silent]
    if any(s.get("fed_by").value for s in text.each("data_sources") if not s.get("fed_by").silent):
        gaps += [r.get(k).given() for r in text.each("rules") for k in ("source", "points") if r.get(k).silent]
        gaps += [text.root.get(k).given() for k in ("lists", "consequences") if text.root.get(k).silent]
    return any_of(gaps)


def counted_twice(text: Text) -> Truth:
    """Do two rules move the score of the same people for the same signal with the same sign?"""
    marks: dict[tuple[str, bool], list[At]] = {}
    unsaid = NO
    for rule in text.each("rules"):
        signal, moved = rule.at("when.signal"), moves_score(rule)
        if moved.value is False:
            continue
        if signal.silent or moved.value is None:
            unsaid = unsaid | (signal.given() & moved)
        elif isinstance(signal.value, str):
            for sign in {p.value > 0 for p in all_points(rule) if not p.silent and p.value}:
                others = marks.setdefault((signal.value, sign), [])
                if any(not are_apart(where_it_costs(rule), where_it_costs(other)) for other in others):
                    return always(signal, f"again here: {signal.value}")
                others.append(rule)
    return unsaid
