"""Shocks and copies, from words to integers (day.md, 25 and 26).

What happens between two days (a bad rule in force, an insider at work, a source or a register out of order) is a factor of the schedules of
acts and gates. What happens to people on one evening is a table of its own, and so is what each recipient of copies holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import numpy as np

from glasshouse.chance import stream_of
from glasshouse.scenario import schema
from glasshouse.scenario.case import NUMBERED, Case
from glasshouse.scenario.integers import DelayBook, share_of, threshold_of
from glasshouse.scenario.shock_tables import MASS_LISTING, NO_LIST, UNDONE, SharingTables, ShockTables
from glasshouse.scenario.tables import ALL_LISTS

Series = list[Decimal]


# --- what is in force between two days ------------------------------------------------------------------------------------------------


def rate_factor(case: Case, v: int, act: str) -> Series | None:
    """By day: 1 while an insider does this act, 0 otherwise; None for an act of no insider."""
    return _product(_days_of(case, v, shock, 1) for shock in _insiders(case) if act in (shock.acts or ()))


def seen_factor(case: Case, v: int, act: str, source: str | None) -> Series | None:
    """By day: 0 while the act's source is out or its bad rule is not in force; what a second person lets through of an insider's act."""
    mine = [_days_of(case, v, x, 1) for x in _bad_rules(case) if _signal(case, x) == act]
    mine += [[_lets_through(case, v, x)] * case.days for x in _insiders(case) if act in (x.acts or ())]
    out = (x for x in case.variants[v].shocks if x.kind == "outage" and x.source and x.source == source)
    return _product([*mine, *(_outside(case, x) for x in out)])


def trip_factor(case: Case, v: int) -> Series | None:
    """By day: 0 while the register is out, so that no gate refuses anybody."""
    return _product(_outside(case, x) for x in case.variants[v].shocks if x.kind == "outage" and x.gates)


def is_undone(case: Case, act: str) -> bool:
    """Is what comes of this act counted, so that it can be undone?"""
    return any(act in _acts(case, x) for x in case.base.shocks)


def times(series: Series, factor: Series | None) -> Series:
    """A schedule, day by day times a factor."""
    return series if factor is None else [a * b for a, b in zip(series, factor, strict=True)]


def _product(factors: Iterator[Series] | list[Series]) -> Series | None:
    whole: Series | None = None
    for factor in factors:
        whole = factor if whole is None else times(whole, factor)
    return whole


def _days_of(case: Case, v: int, shock: schema.Shock, inside: int) -> Series:
    """`inside` on the days of a shock of the base, as this variant has it, and its opposite on all others; no days where it lacks it."""
    own = _same(case, v, shock)
    there = [own is not None and own.from_ <= d and (own.to is None or d < own.to) for d in case.calendar]
    return [Decimal(inside if x else 1 - inside) for x in there]


def _outside(case: Case, shock: schema.Shock) -> Series:
    """0 on the days of an outage."""
    return [Decimal(int(not (shock.from_ <= d and (shock.to is None or d < shock.to)))) for d in case.calendar]


def _lets_through(case: Case, v: int, shock: schema.Shock) -> Decimal:
    own = _same(case, v, shock)
    if own is None or not own.dual_control:
        return Decimal(1)
    return Decimal(str(own.second_goes_along.value)) if own.second_goes_along else Decimal(0)


def _same(case: Case, v: int, shock: schema.Shock) -> schema.Shock | None:
    """The shock of this id as a variant has it, if it has it."""
    return next((x for x in case.variants[v].shocks if x.id == shock.id and x.kind == shock.kind), None)


def _insiders(case: Case) -> list[schema.Shock]:
    return [x for x in case.base.shocks if x.kind == "insider"]


def _bad_rules(case: Case) -> list[schema.Shock]:
    return [x for x in case.base.shocks if x.kind == "bad_rule"]


def _signal(case: Case, shock: schema.Shock) -> str | None:
    return next((r.when.signal for r in case.base.rules if r.id == shock.rule), None)


def _acts(case: Case, shock: schema.Shock) -> list[str]:
    """The acts whose traces are undone when the shock is over."""
    if shock.kind == "insider":
        return list(shock.acts or ())
    signal = _signal(case, shock) if shock.kind == "bad_rule" else None
    return [signal] if signal else []


# --- what is done to people on an evening ---------------------------------------------------------------------------------------------


def shock_tables(case: Case) -> tuple[ShockTables, ...]:
    """The shocks of the base that have a number, in the order of the file. Refuses those that only a variant has."""
    known = [x.id for x in case.base.shocks if x.kind in NUMBERED]
    for v, scenario in enumerate(case.variants[1:], 1):
        case.no_more(
            v, case.variant_names[v], "shocks", [x.id for x in scenario.shocks if x.kind in NUMBERED], tuple(known)
        )
    return tuple(_shock(case, x) for x in case.base.shocks if x.kind in NUMBERED)


def _shock(case: Case, base: schema.Shock) -> ShockTables:
    K, R, C = len(case.variants), len(case.regions), max(len(case.acts), 1)
    book, undone = DelayBook(), _acts(case, base)
    zeros, thresholds = np.zeros(K, np.int64), np.zeros(K, np.uint64)
    t = ShockTables(
        name=base.id,
        stream=stream_of("shock", base.id),
        kind=MASS_LISTING if base.kind == "mass_listing" else UNDONE,
        day=zeros.copy(),
        found=zeros.copy(),
        repaired=thresholds.copy(),
        repair=np.zeros(K, np.int32),
        delays=book.tables(),
        list=np.full(K, NO_LIST, np.int32),
        in_region=np.zeros((K, R), np.uint8),
        share=thresholds.copy(),
        exactly=zeros.copy(),
        elsewhere=zeros.copy(),
        points=zeros.copy(),
        acts=np.array([name in undone for name in case.acts] or [False] * C, np.uint8),
    )
    for v in range(K):
        own = _same(case, v, base)
        if own is not None:
            _write_shock(case, t, v, own)
            t.repair[v] = book.of(own.repair or schema.Delay(always_days=schema._Days(value=0)))
    return t._replace(delays=book.tables())


def _write_shock(case: Case, t: ShockTables, v: int, own: schema.Shock) -> None:
    t.day[v] = _day(case, own.from_)
    t.found[v] = _day(case, own.to) if own.to else 0
    t.repaired[v] = threshold_of(share_of(own.repaired, 1.0))
    if own.list_ in case.lists:
        t.list[v] = case.lists.index(own.list_)
    t.in_region[v] = [own.regions is None or name in own.regions for name in case.regions]
    t.share[v] = threshold_of(share_of(own.share))
    t.exactly[v] = own.count.value if own.count else 0
    t.elsewhere[v] = own.elsewhere.value if own.elsewhere else 0
    t.points[v] = abs(own.points.value) if own.points else 0


def _day(case: Case, when: date) -> int:
    """The day's number; 1 for one before the run, 0 (never) for one beyond it."""
    number = (when - case.world.start).days + 1
    return max(number, 1) if number <= case.days else 0


# --- copies ---------------------------------------------------------------------------------------------------------------------------


def sharing_tables(case: Case) -> tuple[SharingTables, ...]:
    """The recipients of the base that have a practice, in the order of `sharing`."""
    return tuple(_recipient(case, x.recipient) for x in case.base.sharing if x.recipient in case.base.practice.sharing)


def _recipient(case: Case, name: str) -> SharingTables:
    K, C, book = len(case.variants), max(len(case.acts), 1), DelayBook()
    t = SharingTables(
        name=name,
        stream=stream_of("sharing", name),
        sync=np.zeros(K, np.int64),
        lists=np.full(K, ALL_LISTS, np.int64),
        of_sources=np.zeros(K, np.uint8),
        acts=np.zeros((K, C), np.uint8),
        propagates=np.zeros(K, np.uint64),
        correction=np.zeros(K, np.int32),
        delays=book.tables(),
        kept=np.zeros(K, np.uint64),
        leak=np.zeros(K, np.int64),
    )
    for v, scenario in enumerate(case.variants):
        promise = next((x for x in scenario.sharing if x.recipient == name), None)
        practice = scenario.practice.sharing.get(name)
        if promise is not None and practice is not None:
            _write_recipient(case, t, v, promise, practice)
            t.correction[v] = book.of(practice.correction)
    return t._replace(delays=book.tables())


def _write_recipient(
    case: Case, t: SharingTables, v: int, promise: schema.Sharing, practice: schema.SharingPractice
) -> None:
    days = practice.sync_days or promise.sync_days
    t.sync[v] = max(days.value, 1) if days else 1
    if practice.lists is not None:
        t.lists[v] = case.mask(practice.lists)
    if practice.sources is not None:
        t.of_sources[v] = 1
        signals = _signals(case.variants[v], practice.sources)
        t.acts[v, : len(case.acts)] = [name in signals for name in case.acts]
    t.propagates[v] = threshold_of(share_of(practice.propagates))
    t.kept[v] = threshold_of(share_of(practice.kept))
    leaks = [x for x in case.variants[v].shocks if x.kind == "leak" and x.recipient == promise.recipient]
    t.leak[v] = min((d for d in (_day(case, x.from_) for x in leaks) if d), default=0)


def _signals(scenario: schema.Scenario, sources: list[str]) -> Mapping[str, None]:
    """The acts that rules on these sources answer to."""
    return {r.when.signal: None for r in scenario.rules if r.source in sources and r.when.signal}
