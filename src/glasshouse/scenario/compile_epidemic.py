"""From `epidemic` and `practice.health_code` to the integer tables of day.md, 24.

Layers of contact, ways of being found, causes and gates keep the order in which the variants name them first, the base before the others;
where a variant does not have one, its chance there is 0. Decimal arithmetic throughout, as in `compile.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import ONE, stream_of
from glasshouse.scenario import schema
from glasshouse.scenario.case import Case, world_tables
from glasshouse.scenario.epidemic_tables import (
    ANYBODY,
    NO_LIST,
    OWN_REGION,
    TAG_OF_CAUSE,
    TAG_OF_LAYER,
    EpidemicTables,
)
from glasshouse.scenario.integers import (
    LAST_DAY,
    PRECISION,
    TOP64,
    YEAR,
    DelayBook,
    cumulative,
    decimal_of,
    mean_days,
    periods_of,
    poisson_table,
    share_of,
    threshold_of,
)
from glasshouse.scenario.tables import BASES, I32, I64, TIE_KINDS, U64, TieTables, WorldTables
from glasshouse.scenario.tie_tables import memberships, slots_of, ties_of_world

MOST_CHANCE = Decimal("0.999")
"""A contact that passes an illness on for certain would be hit infinitely often; this is as near as it gets."""
REACHES = {"anybody": ANYBODY, "own_region": OWN_REGION}


def epidemic_tables(case: Case, ties: TieTables) -> EpidemicTables | None:
    """The tables of a scenario's epidemic and health code; None where it has neither."""
    if not any(s.epidemic or s.practice.health_code for s in case.variants):
        return None
    delays = DelayBook()
    named = next((s.epidemic for s in case.variants if s.epidemic), None)
    name = named.id if named else "illness"
    contacts = _contacts(case, ties)
    fields: dict[str, Any] = {
        "name": name,
        "stream": stream_of("epidemic", name),
        "code_stream": stream_of("epidemic", f"{name}/code"),
        **contacts,
        **_illness(case, contacts["meets"]),
        **_course(case, delays),
        **_found(case, delays),
        **_tracing(case),
        **_causes(case),
        **_gates(case),
    }
    return EpidemicTables(**fields, delays=delays.tables())


def _epidemics(case: Case) -> list[schema.Epidemic | None]:
    return [s.epidemic for s in case.variants]


def _codes(case: Case) -> list[schema.HealthCode | None]:
    return [s.practice.health_code for s in case.variants]


def _layers(case: Case) -> tuple[str, ...]:
    return _in_order(e.contacts for e in _epidemics(case) if e)


def _in_order(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in names for one in some))


def _number(case: Case, name: str | None) -> int:
    """Number of a list; NO_LIST for one that is not there."""
    return case.lists.index(name) if name in case.lists else NO_LIST


# --- contacts and the illness ---------------------------------------------------------------------------------------


def _contacts(case: Case, ties: TieTables) -> dict[str, Any]:
    names, K = _layers(case), len(case.variants)
    n = max(len(names), 1)
    reach, each = np.zeros(n, np.int32), np.zeros(n, np.uint8)
    meets = np.zeros((K, n), np.int64)
    for x, name in enumerate(names):
        there = [(v, e.contacts[name]) for v, e in enumerate(_epidemics(case)) if e and name in e.contacts]
        for part in ("with_", "everyone"):
            case.same(f"epidemic.contacts.{name}.{part.rstrip('_')}", (getattr(layer, part) for _, layer in there))
        reach[x] = _reach(there[0][1])
        each[x] = there[0][1].everyone
        for v, layer in there:
            meets[v, x] = layer.number.value if layer.number else _most_ties(ties, int(reach[x]))
    return {"layers": len(names), "reach": reach, "each": each, "slots": meets.max(axis=0), "meets": meets}


def _reach(layer: schema.Contacts) -> int:
    return REACHES[layer.with_] if layer.with_ in REACHES else TIE_KINDS.index(layer.with_)


def _most_ties(ties: TieTables, kind: int) -> int:
    """The most neighbours anybody has by a kind of tie."""
    if TIE_KINDS[kind] in ("household", "parent_child"):
        return int(ties.house_size.max())
    return 1 if TIE_KINDS[kind] in ("partner", "best_friend") else int(memberships(ties, kind).max())


class _Cell(NamedTuple):
    """Slots of a layer that are hit equally often, and how often each of them is in a variant and period, [K, P]."""

    layer: int
    first: int
    slots: int
    hits: NDArray[Any]

    @property
    def most(self) -> Decimal:
        return Decimal(self.hits.max())


def _illness(case: Case, meets: I64) -> dict[str, Any]:
    """How often slots are hit: once for all variants and days at the most, and what share of that is a hit in a variant on a day.

    The base has draws of its own, and what a variant has beyond it is drawn beside them, so that no variant moves the base.
    """
    names, K = _layers(case), len(case.variants)
    series = [[case.series(x.schedule if x else ()) for x in some] for some in _layer_by_variant(case, names)]
    periods = periods_of([s for some in series for s in some], case.days)
    hits = np.full((K, len(periods.first), max(len(names), 1)), Decimal(0), object)
    for v, some in enumerate(_layer_by_variant(case, names)):
        for x, layer in enumerate(some):
            for p, d in enumerate(periods.first):
                hits[v, p, x] = _hits(layer, series[v][x][d])
    own, beyond = _own_and_beyond(hits, meets)
    parts = [own, beyond] if beyond else [own]
    cells = [cell for part in parts for cell in part]
    totals = [sum((cell.slots * cell.most for cell in part), Decimal(0)) for part in parts]
    cdf, length = _tables([poisson_table(total) if total else [] for total in totals])
    passes = np.zeros((K, len(periods.first), len(cells)), np.uint64)
    for c, cell in enumerate(cells):
        for v, p in np.ndindex(cell.hits.shape):
            passes[v, p, c] = threshold_of(cell.hits[v, p] / cell.most) if cell.most else 0
    return {
        "spread_cdf": cdf, "spread_len": length, "cells": np.cumsum([0, *map(len, parts)], dtype=np.int32),
        "cell_layer": np.array([cell.layer for cell in cells], np.int32),
        "cell_first": np.array([cell.first for cell in cells], np.int64),
        "cell_slots": np.array([cell.slots for cell in cells], np.int64),
        "cell_cut": np.array([x for part, total in zip(parts, totals, strict=True) for x in _cuts(part, total)], np.uint64),
        "period": np.array(periods.of, np.int32), "passes": passes, "isolates": _isolation(case, names),
    }  # fmt: skip


def _own_and_beyond(hits: NDArray[Any], meets: I64) -> tuple[list[_Cell], list[_Cell]]:
    """The base's slots, at most as often hit as in the base; and whatever variants have beyond that: hits, and slots."""
    own, beyond = [], []
    for x in range(hits.shape[2]):
        n, more, most = int(meets[0, x]), int(meets[:, x].max() - meets[0, x]), hits[0, :, x].max()
        own.append(_Cell(x, 0, n, np.minimum(hits[:, :, x], most)))
        beyond += [
            _Cell(x, 0, n, np.maximum(hits[:, :, x] - most, 0)),
            _Cell(x, n, more, hits[:, :, x] * (meets[:, x] > n)[:, None]),
        ]
    return own, [cell for cell in beyond if cell.slots and cell.most]


def _cuts(part: Sequence[_Cell], total: Decimal) -> list[int]:
    return cumulative([cell.slots * cell.most / total for cell in part]) if total else [ONE] * len(part)


def _layer_by_variant(case: Case, names: tuple[str, ...]) -> list[list[schema.Contacts | None]]:
    return [[e.contacts.get(name) if e else None for name in names] for e in _epidemics(case)]


def _hits(layer: schema.Contacts | None, factor: Decimal) -> Decimal:
    """How often a contact of a day is hit: a Poisson number with this mean is at least 1 with the chance asked."""
    return -(1 - min(share_of(layer.p) * factor, MOST_CHANCE)).ln() if layer else Decimal(0)


def _isolation(case: Case, names: tuple[str, ...]) -> U64:
    left = np.full((len(case.variants), max(len(names), 1), max(len(case.lists), 1)), ONE, np.uint64)
    for v, code in enumerate(_codes(case)):
        for on_list, shares in (code.isolation if code else {}).items():
            for layer, share in shares.items():
                if layer in names and on_list in case.lists:
                    left[v, names.index(layer), case.lists.index(on_list)] = threshold_of(share_of(share))
    return left


def _course(case: Case, delays: DelayBook) -> dict[str, Any]:
    known = [e for e in _epidemics(case) if e]
    for part in ("id", "latent", "infectious", "seeds"):
        case.same(f"epidemic.{part}", (getattr(e, part) for e in known))
    first, beyond = slots_of(case.world, "people")
    if known and known[0].seeds.region in case.regions:
        bounds = [0, *_region_ends(case)]
        r = case.regions.index(str(known[0].seeds.region))
        first, beyond = bounds[r], bounds[r + 1]
    return {
        "seeds": known[0].seeds.number.value if known else 0,
        "seed_first": first,
        "seed_beyond": beyond,
        "latent": delays.of(known[0].latent) if known else delays.never(),
        "infectious": _days_after_the_first(known[0].infectious, delays) if known else delays.never(),
    }


def _region_ends(case: Case) -> list[int]:
    return [int(x) for x in world_tables(case).region_cut]


def _days_after_the_first(lasts: schema.Delay, delays: DelayBook) -> int:
    """So many infectious days in all, at least one; with a mean or a median each day after the first comes with the same chance."""
    if lasts.always_days is not None:
        return delays.always(max(lasts.always_days.value - 1, 0))
    if lasts.between_days is not None:
        a, b = (max(x.value - 1, 0) for x in lasts.between_days)
        return delays.of(schema.Delay.model_validate({"between_days": [a, b]}))
    mean = mean_days(lasts)
    if mean <= 1:
        return delays.always(0)
    return delays.exponential(-(1 - 1 / mean).ln(), LAST_DAY, ends=True)


# --- the code -------------------------------------------------------------------------------------------------------


def _found(case: Case, delays: DelayBook) -> dict[str, Any]:
    names, K = _in_order(code.found for code in _codes(case) if code), len(case.variants)
    n = max(len(names), 1)
    delay, share = np.full(n, delays.never(), np.int32), np.zeros((n, K), np.uint64)
    files = np.full((n, K), NO_LIST, np.int32)
    for f, name in enumerate(names):
        there = [(v, code.found[name]) for v, code in enumerate(_codes(case)) if code and name in code.found]
        case.same(f"practice.health_code.found.{name}.after", (way.after for _, way in there))
        delay[f] = delays.of(there[0][1].after)
        for v, way in there:
            share[f, v], files[f, v] = threshold_of(share_of(way.share)), _number(case, way.files)
    return {"ways": len(names), "way_delay": delay, "found": share, "way_list": files}


def _tracing(case: Case) -> dict[str, Any]:
    names, K = _layers(case), len(case.variants)
    n = max(len(names), 1)
    back, crosses = np.zeros(K, np.int64), np.zeros(K, np.uint8)
    share, files = np.zeros((K, n), np.uint64), np.full((K, n), NO_LIST, np.int32)
    for v, code in enumerate(_codes(case)):
        if code is None or code.tracing is None:
            continue
        back[v], crosses[v] = code.tracing.look_back_days.value, code.tracing.across_regions
        for layer, traced in code.tracing.contacts.items():
            if layer in names:
                x = names.index(layer)
                share[v, x], files[v, x] = threshold_of(share_of(traced.share)), _number(case, traced.files)
    return {"look_back": back, "traced": share, "contact_list": files, "crosses": crosses}


def _causes(case: Case) -> dict[str, Any]:
    names, K, G = _in_order(code.causes for code in _codes(case) if code), len(case.variants), len(case.groups)
    n = max(len(names), 1)
    rates = np.full((n, K, G), Decimal(0), object)
    files = np.full((n, K), NO_LIST, np.int32)
    basis, right = np.zeros(n, np.int32), np.zeros(n, np.uint8)
    for k, name in enumerate(names):
        there = [(v, code.causes[name]) for v, code in enumerate(_codes(case)) if code and name in code.causes]
        for part in ("basis", "rightful"):
            case.same(f"practice.health_code.causes.{name}.{part}", (getattr(cause, part) for _, cause in there))
        basis[k], right[k] = BASES.index(there[0][1].basis), there[0][1].rightful
        for v, cause in there:
            files[k, v] = _number(case, cause.files)
            for g, group in enumerate(case.groups):
                times = (cause.by_group or {}).get(group)
                rates[k, v, g] = decimal_of(cause.rate.value) / YEAR * (decimal_of(times.value) if times else 1)
    most = rates[:, 0].max(axis=1)[:, None, None]
    more = [k for k in range(len(names)) if (rates[k] > most[k]).any()]
    of = np.array([*range(n), *more], np.int32)
    both = np.concatenate([np.minimum(rates, most), np.maximum(rates - most, 0)[more]])
    cdf, length, share = _counts(both, [max(row.reshape(-1)) for row in both], case.world.block)
    return {
        "causes": len(names) + len(more), "cause_cdf": cdf, "cause_len": length, "cause": share, "cause_list": files[of],
        "cause_tag": of, "cause_basis": basis[of], "cause_right": right[of],
    }  # fmt: skip


def _gates(case: Case) -> dict[str, Any]:
    names, K = _in_order(code.gates for code in _codes(case) if code), len(case.variants)
    n = max(len(names), 1)
    rates = np.full((n, K), Decimal(0), object)
    recipients, fields = np.zeros((n, K), np.int64), np.zeros((n, K), np.int64)
    for v, code in enumerate(_codes(case)):
        for name, gate in (code.gates if code else {}).items():
            s = names.index(name)
            rates[s, v] = decimal_of(gate.visits.value) / YEAR * share_of(gate.scanned)
            recipients[s, v], fields[s, v] = len(set(gate.to)), len(set(gate.reveals))
    cdf, length, share = _counts(rates, [row[0] or max(row) for row in rates], case.world.block)
    colours = [case.mask(code.colours) if code else 0 for code in _codes(case)]
    return {
        "gates": len(names), "scan_cdf": cdf, "scan_len": length, "scan_share": share, "code_lists": np.array(colours, np.int64),
        "recipients": recipients, "fields": fields,
    }  # fmt: skip


def _counts(rates: NDArray[Any], drawn: Sequence[Any], block: int) -> tuple[U64, I32, U64]:
    """For each row of rates a person and day: the Poisson table of a block at the rate that is drawn, its length, and each as its share."""
    cdf, length = _tables([poisson_table(rate * block) if rate else [] for rate in drawn])
    share = np.zeros(rates.shape, np.uint64)
    for where in np.ndindex(rates.shape):
        rate = drawn[where[0]]
        share[where] = int((rates[where] / rate * ONE).to_integral_value()) if rate else 0
    return cdf, length, share


def _tables(tables: Sequence[Sequence[int]]) -> tuple[U64, I32]:
    """Cumulative tables side by side, and how long each is."""
    cdf = np.full((len(tables), max([len(t) for t in tables] + [1])), TOP64, np.uint64)
    for k, table in enumerate(tables):
        cdf[k, : len(table)] = np.array(table, np.uint64)
    return cdf, np.array([len(t) for t in tables], np.int32)


# --- why ------------------------------------------------------------------------------------------------------------


def why_coloured(variants: Sequence[schema.Scenario], tag: int, source: int) -> tuple[str, str]:
    """What a filing with this tag is for, in words, and its place in the file."""
    codes = [s.practice.health_code for s in variants if s.practice.health_code]
    if tag >= TAG_OF_CAUSE:
        name = _in_order(code.causes for code in codes)[tag - TAG_OF_CAUSE]
        title = next((code.causes[name].title for code in codes if name in code.causes), None)
        return f"coloured for another cause: {title or name.replace('_', ' ')}", f"practice.health_code.causes.{name}"
    if tag >= TAG_OF_LAYER:
        name = _in_order(s.epidemic.contacts for s in variants if s.epidemic)[tag - TAG_OF_LAYER]
        met = f"traced as a contact of person {source}, who was found the day before ({name.replace('_', ' ')})"
        return met, f"practice.health_code.tracing.contacts.{name}"
    name = _in_order(code.found for code in codes)[tag]
    return f"ill, and found: {name.replace('_', ' ')}", f"practice.health_code.found.{name}"


# --- an epidemic and nothing else -----------------------------------------------------------------------------------


class Alone(NamedTuple):
    """All that an epidemic needs that is lived on its own (`engines.epidemic.only`)."""

    tables: EpidemicTables
    world: WorldTables
    ties: TieTables


@dataclass(frozen=True)
class _OneFile:
    name: str
    variants: tuple[tuple[str, schema.Scenario], ...]


def alone(epidemic: Mapping[str, Any], *, people: int, days: int, seed: int = 1, **world: Any) -> Alone:
    """The tables of an epidemic without acts, lists or code. `epidemic` and `world` are as in a scheme file."""
    start = date(2020, 1, 1)
    scenario = schema.Scenario.model_validate(
        {
            "schema": 1,
            "scheme": {"title": "An epidemic and nothing else"},
            "world": {"people": people, "start": start, "end": start + timedelta(days=days - 1), "seed": seed, **world},
            "conduct": {"acts": {}},
            "epidemic": epidemic,
        }
    )
    with localcontext() as context:
        context.prec = PRECISION
        case = Case(_OneFile("an epidemic", (("factual", scenario),)))
        ties = ties_of_world(case.world)
        tables = epidemic_tables(case, ties)
        case.refuse_if_any()
        assert tables is not None
        return Alone(tables, world_tables(case), ties)


def well_mixed(
    people: int, contacts: int, p: float, infectious_days: int, seeds: int, days: int, seed: int = 1
) -> Alone:
    """Everybody meets so many of all others every day; each contact passes it on with `p`; it lasts so many days."""
    layers = {"others": {"with": "anybody", "number": contacts, "p": p}}
    illness = {"contacts": layers, "infectious": {"always_days": infectious_days}, "seeds": {"number": seeds}}
    return alone(illness, people=people, days=days, seed=seed)
