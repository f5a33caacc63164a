"""Nonsense about an epidemic and the code laid over it: lists, layers and regions that are not there, and numbers that cannot be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from glasshouse.scenario import schema
from glasshouse.scenario.checks_shared import Findings, unknown
from glasshouse.scenario.source import Loc
from glasshouse.scenario.wording import Finding

CODE: Loc = ("practice", "health_code")
MOST_CONTACTS = 65_535
"""Slots of a layer are numbered with 16 bits."""
MOST_CAUSED = 30_000
"""Expected candidates of a cause in a block on a day; they are numbered with 16 bits."""
MOST_HITS = 200
"""Expected contacts that one person infects on a day; beyond it everybody has it at once."""
NEARLY_CERTAIN = 0.999
YEAR = 365.25


def epidemic(s: schema.Scenario) -> Findings:
    """Everything that cannot be meant of an illness or a health code."""
    if s.epidemic is not None:
        yield from _contacts(s, s.epidemic)
        yield from _seeds(s, s.epidemic)
    if s.practice.health_code is not None:
        yield from _lists(s, s.practice.health_code)
        yield from _layers(s, s.practice.health_code)
        yield from _causes(s, s.practice.health_code)
        yield from _gates(s.practice.health_code)


def delays(s: schema.Scenario) -> Iterator[tuple[Loc, schema.Delay]]:
    """Every delay, and its place."""
    if s.epidemic is not None:
        yield ("epidemic", "latent"), s.epidemic.latent
        yield ("epidemic", "infectious"), s.epidemic.infectious
    for name, way in _code(s).found.items():
        yield (*CODE, "found", name, "after"), way.after


def schedules(s: schema.Scenario) -> Iterator[tuple[Loc, list[schema.Factor]]]:
    """Every schedule, and its place."""
    for name, layer in (s.epidemic.contacts if s.epidemic else {}).items():
        yield ("epidemic", "contacts", name, "schedule"), layer.schedule


def by_group(s: schema.Scenario) -> Iterator[tuple[Loc, Any]]:
    """Every table with one entry a group, with the place around it."""
    for name, cause in _code(s).causes.items():
        yield (*CODE, "causes", name), cause.by_group or {}


def why_nobody(s: schema.Scenario) -> str:
    """Why nobody can enter a list that the health code files for; nothing if somebody can."""
    coded = s.practice.health_code is not None or any(
        path.startswith("practice") and "health_code" in f"{path}{x}" for v in s.variants for path, x in v.set.items()
    )
    return "" if coded else "there is no practice.health_code"


def _code(s: schema.Scenario) -> schema.HealthCode:
    return s.practice.health_code or schema.HealthCode(colours=[])


def _contacts(s: schema.Scenario, e: schema.Epidemic) -> Findings:
    hits = 0.0
    for name, layer in e.contacts.items():
        loc: Loc = ("epidemic", "contacts", name)
        kind: Any = layer.with_
        if s.world and kind not in ("anybody", "own_region") and s.world.asked(kind) is None:
            yield Finding((*loc, "with"), f"meets people over {kind}, but the world has no {kind}")
        if layer.number is not None and layer.number.value > MOST_CONTACTS:
            yield Finding((*loc, "number"), f"{MOST_CONTACTS:,} contacts a day is the limit")
        if layer.p.value > NEARLY_CERTAIN:
            yield Finding((*loc, "p"), f"{layer.p.value:g} is above {NEARLY_CERTAIN}: no contact is certain")
        elif layer.number is not None:
            hits += -math.log1p(-layer.p.value) * layer.number.value
    if hits > MOST_HITS:
        yield Finding(
            ("epidemic", "contacts"), f"one person would infect {hits:,.0f} others on a day; {MOST_HITS} is the limit"
        )
    for key in ("always_days", "mean_days", "median_days"):
        days = getattr(e.infectious, key)
        if days is not None and days.value < (1 if key == "always_days" else 1e-9):
            yield Finding(("epidemic", "infectious", key), "an illness is passed on for at least one day")


def _seeds(s: schema.Scenario, e: schema.Epidemic) -> Findings:
    if s.world is None:
        return
    if e.seeds.region is not None:
        yield from unknown(e.seeds.region, s.world.regions, ("epidemic", "seeds", "region"), "one of world.regions")
    if e.seeds.number.value > s.world.people:
        yield Finding(("epidemic", "seeds", "number"), f"there are only {s.world.people:,} people")


def _lists(s: schema.Scenario, code: schema.HealthCode) -> Findings:
    lists = [x.id for x in s.lists]
    for n, name in enumerate(code.colours):
        yield from unknown(name, lists, (*CODE, "colours", n), "one of lists")
        if name in code.colours[:n]:
            yield Finding((*CODE, "colours", n), f"{name} is named twice")
    for part in ("found", "causes"):
        for name, one in getattr(code, part).items():
            yield from unknown(one.files, lists, (*CODE, part, name, "files"), "one of lists")
    for name, traced in (code.tracing.contacts if code.tracing else {}).items():
        yield from unknown(traced.files, lists, (*CODE, "tracing", "contacts", name, "files"), "one of lists")
    for name in code.isolation:
        yield from unknown(name, lists, (*CODE, "isolation", name), "one of lists", at_key=True)


def _layers(s: schema.Scenario, code: schema.HealthCode) -> Findings:
    if s.epidemic is None:
        for part in ("found", "tracing", "isolation"):
            if getattr(code, part):
                yield Finding(
                    (*CODE, part), "says something of people who are ill or of their contacts, but there is no epidemic"
                )
        return
    layers = s.epidemic.contacts
    for name in code.tracing.contacts if code.tracing else ():
        yield from unknown(name, layers, (*CODE, "tracing", "contacts", name), "one of epidemic.contacts", at_key=True)
    for on_list, shares in code.isolation.items():
        for name in shares:
            yield from unknown(
                name, layers, (*CODE, "isolation", on_list, name), "one of epidemic.contacts", at_key=True
            )
    if code.tracing and not code.found:
        yield Finding((*CODE, "tracing"), "begins with somebody who was found, but nobody is: say how in found")
    if code.tracing and code.tracing.look_back_days.value < 1:
        yield Finding((*CODE, "tracing", "look_back_days"), "the day itself is the first: at least 1")


def _causes(s: schema.Scenario, code: schema.HealthCode) -> Findings:
    for name, cause in code.causes.items():
        most = max([1.0, *(x.value for x in (cause.by_group or {}).values())])
        if min([0.0, cause.rate.value, *(x.value for x in (cause.by_group or {}).values())]) < 0:
            yield Finding((*CODE, "causes", name), "a rate cannot be negative")
        if s.world and cause.rate.value * most / YEAR * s.world.block > MOST_CAUSED:
            yield Finding(
                (*CODE, "causes", name, "rate"), f"is more than {MOST_CAUSED:,} a day in a block of {s.world.block}"
            )


def _gates(code: schema.HealthCode) -> Findings:
    for name, gate in code.gates.items():
        if gate.visits.value < 0:
            yield Finding((*CODE, "gates", name, "visits"), "cannot be negative")
        for part in ("to", "reveals"):
            if not getattr(gate, part):
                yield Finding((*CODE, "gates", name, part), "is empty: a scan that shows nothing to nobody is no scan")
