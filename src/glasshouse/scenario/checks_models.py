"""Nonsense in models that choose people: names of nothing, shares that do not add, a choice that does not say whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from glasshouse.scenario import schema
from glasshouse.scenario.checks_shared import Findings, ids, unknown
from glasshouse.scenario.source import Loc
from glasshouse.scenario.wording import Finding

MOST_FEATURES, MAX_MODELS = 32, 16

MOST_EQUALISED = 12
"""Features over whose combinations false-positive shares on a sample are summed."""
FARTHEST = 1_000.0
"""No weight, threshold or shift is worth more bits."""
NEEDS = {"nobody": (), "capacity": ("number",), "threshold": ("threshold",), "lottery": ("number", "same_number")}
"""What a way of choosing says: one of these."""


def models(s: schema.Scenario) -> Findings:
    """Everything about models that cannot be meant."""
    for name, p in s.practice.models.items():
        loc: Loc = ("practice", "models", name)
        yield from unknown(name, ids(s.models), loc, "one of models", at_key=True)
        yield from unknown(p.files_for, ids(s.lists), (*loc, "files_for"), "one of lists")
        yield from _names(s, p, loc)
        yield from _sample(p, loc)
        yield from _errors(p, loc)
        yield from _choice(p.chooses, (*loc, "chooses"))
        yield from _sizes(p, loc)
        if p.of == "firms" and s.world and not s.world.firms:
            yield Finding((*loc, "of"), "is of firms, but world.firms is not there")
    if len(s.practice.models) > MAX_MODELS:
        yield Finding(("practice", "models"), f"{len(s.practice.models)} models; {MAX_MODELS} is the limit")


def _names(s: schema.Scenario, p: schema.ModelPractice, loc: Loc) -> Findings:
    features = [*p.features]
    for part, found in (("weights", p.weights or {}), ("sample", p.sample.features if p.sample else {})):
        at = (*loc, part) if part == "weights" else (*loc, part, "features")
        for f in found:
            yield from unknown(f, features, (*at, f), "one of its features", at_key=True)
    groups = [*s.world.groups] if s.world else []
    for at, by_group in _by_group(p, loc):
        for g in by_group:
            yield from unknown(g, groups, (*at, g), "one of world.groups", at_key=True)


def _by_group(p: schema.ModelPractice, loc: Loc) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    """Every place at which something is said of groups."""
    yield (*loc, "target_by_group"), p.target_by_group
    yield (*loc, "adjust"), p.adjust
    if p.errors:
        yield (*loc, "errors", "by_group"), p.errors.by_group
    for f, own in p.features.items():
        yield (*loc, "features", f, "by_group"), own.by_group
    if p.sample:
        yield (*loc, "sample", "by_group"), p.sample.by_group
        yield (*loc, "sample", "groups"), p.sample.groups or {}
        for f, own in p.sample.features.items():
            yield (*loc, "sample", "features", f, "by_group"), own.by_group


def _sample(p: schema.ModelPractice, loc: Loc) -> Findings:
    if p.sample and p.sample.groups is not None and not any(x.value > 0 for x in p.sample.groups.values()):
        yield Finding((*loc, "sample", "groups"), "leaves nobody in the sample; say the share of each group")
    if p.sample and not p.features:
        yield Finding((*loc, "sample"), "has nothing to learn from; say which features people have")
    if p.equalise and not p.sample:
        yield Finding((*loc, "equalise"), "equalises on the training sample, and there is none; add sample")
    if p.equalise and len(p.features) > MOST_EQUALISED:
        yield Finding((*loc, "equalise"), f"sums over {len(p.features)} features; {MOST_EQUALISED} is the limit")


def _errors(p: schema.ModelPractice, loc: Loc) -> Findings:
    stated = {(): p.errors} | {("by_group", g): e for g, e in p.errors.by_group.items()} if p.errors else {}
    for at, e in stated.items():
        for part in ("fpr", "tpr", "auc"):
            share = getattr(e, part)
            if share is not None and not 0 < share.value < 1:
                yield Finding(
                    (*loc, "errors", *at, part), f"{share.value:g} is never wrong or always; say a share in between"
                )


def _choice(c: schema.Chooses, loc: Loc) -> Findings:
    given = [k for k in ("number", "threshold", "same_number") if getattr(c, k) not in (None, False)]
    if (not NEEDS[c.by] and given) or (NEEDS[c.by] and (len(given) != 1 or given[0] not in NEEDS[c.by])):
        said = " or ".join(NEEDS[c.by]) or "nothing else"
        yield Finding(loc, f"a choice by {c.by} says {said}; this one says {', '.join(given) or 'nothing'}")
    if c.for_people and (c.number is None or c.for_people.value < 1):
        yield Finding((*loc, "for_people"), "says for how many people the number is; there is no such number")


def _sizes(p: schema.ModelPractice, loc: Loc) -> Findings:
    if p.rounds.every_days.value < 1:
        yield Finding((*loc, "rounds", "every_days"), "a round comes after a day at the earliest")
    if len(p.features) > MOST_FEATURES:
        yield Finding((*loc, "features"), f"{len(p.features)} features; {MOST_FEATURES} is the limit")
    numbers = {("weights", f): w for f, w in (p.weights or {}).items()} | {
        ("adjust", g): a for g, a in p.adjust.items()
    }
    for at, x in (numbers | ({("chooses", "threshold"): p.chooses.threshold} if p.chooses.threshold else {})).items():
        if abs(x.value) > FARTHEST:
            yield Finding((*loc, *at), f"{x.value:g} is beyond {FARTHEST:g}")


def why_nobody(s: schema.Scenario, a_list: schema.ListModel) -> str:
    """Why no model files for a list that waits for one; empty if one does."""
    name = a_list.entry.trigger.filed_by
    if name not in ids(s.models):
        return ""
    practice = s.practice.models.get(str(name))
    if practice is None:
        return f"the model {name} is promised and has no practice (practice.models.{name})"
    return "" if practice.files_for == a_list.id else f"the model {name} files for {practice.files_for}"
