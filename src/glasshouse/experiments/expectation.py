"""The expected course of a one-list scenario: the mechanism of `docs/day.md` with its parameters, as averages instead
of people.

What happens: acts are committed, seen, filed (sometimes in another's file) and listed; listed people pay, are
cleared, expire or are corrected; on the list they try gates, are refused, learn, and give up. People are independent
of each other given the stray files, so the average follows from the laws of one case: survival on the list is the
product of three independent delays (payment and clearance, term, correction), and a gate that is given up on refusal
has a separable memory. Units: synthetic people per day; element 0 of an array is the scenario's first day.

Approximations, each far below the noise of 20 runs of a million people: two candidates of one person on one day count
as two; a person listed a second time meets the gates as new; days on which a case is opened are grouped by
`cohort_days`. Refused by `parameters_of`: scores, associations, more than one act or list, and what else the averages know nothing of.
Source of the idea: mean-field limits of agent models (Kurtz 1970); here exact but for the three points above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import BASES
from glasshouse.errors import UsageError

if TYPE_CHECKING:
    from glasshouse.scenario import schema

Daily = NDArray[np.float64]
YEAR = 365.25
WRONG = BASES.index("wrong_person")
FOREVER = 10**6


@dataclass(frozen=True)
class Entry:
    """How people come to be listed: rates a person and day, before the share who are listed already."""

    rate: Daily  # [day] per person and year of the ordinary class
    seen: Daily  # [day]
    wrong: float
    group_share: Daily  # [group]
    group_factor: Daily  # [group]
    class_share: Daily  # [class] of liability
    class_multiple: Daily  # [class]
    circumstance: Daily  # [group, circumstance]
    goes_on: Daily  # [circumstance]
    basis: tuple[int, ...]  # [circumstance]
    rightful: tuple[bool, ...]  # [basis], by the scheme's rule


@dataclass(frozen=True)
class Redress:
    """Notice and appeal. Delays are probabilities of a number of days from 0."""

    served: float
    notice: Daily
    refusal_tells: bool
    filed: Daily  # [basis]
    appeal: Daily
    answered: float
    decide: Daily
    upheld: Daily  # [basis]


@dataclass(frozen=True)
class Leaving:
    """Payment (per year, by basis), clearance after it, and the term."""

    pay_rate: Daily  # [basis]
    clear: Daily
    never_cleared: float
    term: int
    termed: float
    extended: float
    extension: int
    term_from: int  # index of the day from which the term is law, -1 always
    older: str


@dataclass(frozen=True)
class Gate:
    """One gate: the daily chance of a trip, users, mean tries, evasion and learning."""

    trip: Daily  # [day] probability
    user: float
    tries: Daily  # [day] mean tries of a refused trip
    evade: Daily  # [day]
    learns: float
    never_learns: float


@dataclass(frozen=True)
class Parameters:
    """Everything the expectation needs of a scenario."""

    people: int
    represents: float
    start: date
    days: int
    entry: Entry
    redress: Redress
    leaving: Leaving
    gates: dict[str, Gate]


@dataclass(frozen=True)
class ListCourse:
    """The list by itself, day by day in synthetic people, and the survival of each cohort for the gates."""

    listings: Daily
    complied: Daily
    delistings: Daily
    listed: Daily  # stock at the end of the day
    wrongful_listed: Daily
    by_basis: Daily  # [basis, day] listings
    opened: NDArray[np.int64]  # [cohort] index of the day the cohort stands for
    standing: Daily  # [cohort, day] people of the cohort still listed after the morning of the day


# --- parameters -------------------------------------------------------------------------------------------------------------------


def parameters_of(scenario: schema.Scenario) -> Parameters:
    """The averages' parameters of a scenario, from the same numbers and the same calendar rules as the integer
    tables.
    """
    world, conduct = scenario.world, scenario.conduct
    if world is None or conduct is None:
        raise UsageError("the scenario has no world or no conduct, so nothing can be expected of it")
    if len(scenario.lists) != 1 or len(conduct.acts) != 1 or scenario.score or scenario.associations:
        raise UsageError("the expected course is worked out for one act and one list, without score and associations")
    left_out = list(_not_averaged(scenario))
    if left_out:
        raise UsageError(f"the expected course is not worked out for {', '.join(left_out)}")
    days = (world.end - world.start).days + 1
    calendar = [world.start + timedelta(days=d) for d in range(days)]
    return Parameters(
        people=world.people,
        represents=world.represents.value,
        start=world.start,
        days=days,
        entry=_entry(scenario, calendar),
        redress=_redress(scenario),
        leaving=_leaving(scenario),
        gates={name: _gate(name, d, calendar) for name, d in conduct.demand.items()},
    )


def _not_averaged(scenario: schema.Scenario) -> Iterator[str]:
    """What the scenario has that the averages know nothing of, by its path."""
    if scenario.practice.linkage:
        yield "practice.linkage"
    for source, sensing in scenario.practice.sensing.items():
        if sensing.by_region or sensing.cameras or sensing.identification:
            yield f"practice.sensing.{source}: by_region, cameras and identification"
        if sensing.delay_days and sensing.delay_days.value:
            yield f"practice.sensing.{source}.delay_days"
    for part, of in (("rules", [r.regions for r in scenario.rules]), ("lists", [x.regions for x in scenario.lists])):
        if any(regions is not None for regions in of):
            yield f"{part}[].regions"
    for name, practice in scenario.practice.lists.items():
        if practice.appeal and practice.appeal.clerks:
            yield f"practice.lists.{name}.appeal.clerks"
        if practice.payment and practice.payment.blocked.value > 0:
            yield f"practice.lists.{name}.payment.blocked"
    for name, act in (scenario.conduct.acts if scenario.conduct else {}).items():
        if act.asks or act.by_region or act.aimed_at or act.leaves or act.only_while_on:
            yield f"conduct.acts.{name}: asks, by_region, aimed_at, leaves and only_while_on"


def series_of(factors: list[schema.Factor], calendar: list[date]) -> Daily:
    """A schedule's factor on each day, by the rules of `integers.factor_on`."""
    from glasshouse.scenario.integers import factor_on

    return np.array([float(factor_on(factors, d)) for d in calendar]) if factors else np.ones(len(calendar))


def _entry(scenario: schema.Scenario, calendar: list[date]) -> Entry:
    assert scenario.conduct is not None
    assert scenario.world is not None
    name, act = next(iter(scenario.conduct.acts.items()))
    rule = next(r for r in scenario.rules if r.when.signal == name)
    sensing = scenario.practice.sensing[rule.source or ""]
    practice = scenario.practice.lists[scenario.lists[0].id]
    groups = scenario.world.groups
    circumstances = act.circumstances or {}
    shares, multiples = _classes(act, scenario.world.block)
    return Entry(
        rate=act.rate.value * series_of(act.schedule, calendar),
        seen=np.minimum(sensing.seen.value * series_of(sensing.seen_schedule, calendar), 1.0),
        wrong=sensing.wrong_person.value,
        group_share=np.array([g.share.value for g in groups.values()]),
        group_factor=np.array([(act.by_group or {})[g].value if g in (act.by_group or {}) else 1.0 for g in groups]),
        class_share=shares,
        class_multiple=multiples,
        circumstance=np.array(
            [[(c.by_group or {}).get(g, c.share).value for c in circumstances.values()] for g in groups]
        ),
        goes_on=np.array(
            [(practice.entry or {})[c].value if c in (practice.entry or {}) else 1.0 for c in circumstances]
        ),
        basis=tuple(BASES.index(c.basis) for c in circumstances.values()),
        rightful=tuple(
            b in ("own_act", "protected_conduct", "others_conduct") or (b == "cannot_pay" and not rule.requires_ability)
            for b in BASES
        ),
    )


def _classes(act: schema.Act, block: int) -> tuple[Daily, Daily]:
    """Classes of liability as shares of whole ranks of a block, as the engine cuts them."""
    shares, multiples, total, before = [], [], 0.0, 0
    for step in act.liability:
        total += step.share.value
        cut = round(total * block)
        shares.append((cut - before) / block)
        multiples.append(step.multiple.value)
        before = cut
    return np.array([*shares, 1 - before / block]), np.array([*multiples, 1.0])


def _redress(scenario: schema.Scenario) -> Redress:
    practice = scenario.practice.lists[scenario.lists[0].id]
    notice = practice.notice or scenario.practice.notice
    appeal = practice.appeal or scenario.practice.appeal
    if notice is None or appeal is None:
        raise UsageError("the expected course needs notice and appeal under practice")
    return Redress(
        served=notice.served.value,
        notice=delay_of(notice.delay),
        refusal_tells=notice.refusal_tells,
        filed=_by_basis(appeal.filed),
        appeal=delay_of(appeal.delay),
        answered=appeal.answered.value,
        decide=delay_of(appeal.decided_after),
        upheld=_by_basis(appeal.upheld),
    )


def _by_basis(shares: schema.ByBasis) -> Daily:
    return np.array([(getattr(shares, b) or shares.other).value for b in BASES])


def _leaving(scenario: schema.Scenario) -> Leaving:
    assert scenario.world is not None
    model = scenario.lists[0]
    practice = scenario.practice.lists[model.id]
    payment, expiry = practice.payment, practice.expiry
    if payment is None or expiry is None:
        raise UsageError("the expected course needs payment and expiry under practice")
    rates = [getattr(payment.rate, b) for b in BASES]
    return Leaving(
        pay_rate=np.array([r.value if r else 0.0 for r in rates]),
        clear=delay_of(payment.clears_after),
        never_cleared=payment.never_cleared.value,
        term=model.max_days.value if model.max_days else 0,
        termed=expiry.termed.value,
        extended=expiry.extended.value,
        extension=model.extension_days.value if model.extension_days else 0,
        term_from=(expiry.in_force_from - scenario.world.start).days if expiry.in_force_from else -1,
        older=expiry.older_entries,
    )


def _gate(name: str, demand: schema.Demand, calendar: list[date]) -> Gate:
    if demand.by_group:
        raise UsageError(f"the expected course is worked out for demand alike in all groups; {name} differs by group")
    return Gate(
        trip=1 - np.exp(-demand.trips.value * series_of(demand.schedule, calendar) / YEAR),
        user=demand.users.value,
        tries=bunch(demand.tries_per_trip.mean.value * series_of(demand.tries_per_trip.schedule, calendar)),
        evade=np.minimum(demand.evaded.value * series_of(demand.evaded_schedule, calendar), 1.0),
        learns=demand.learns.value,
        never_learns=demand.never_learns.value,
    )


def bunch(mean: Daily) -> Daily:
    """Mean number of tries of a refused trip: geometric, at least one, and cut off where the integer tables cut it."""
    from glasshouse.scenario.compile import LONGEST_BUNCH

    asked = np.maximum(mean, 1.0)
    return asked * (1 - (1 - 1 / asked) ** (LONGEST_BUNCH + 1))


def delay_of(delay: schema.Delay) -> Daily:
    """Probability of each number of whole days, as `docs/day.md` draws them; the tail beyond 2**-33 is put on the
    last day.
    """
    if delay.always_days is not None:
        return delay_always(delay.always_days.value)
    if delay.between_days is not None:
        low, high = (x.value for x in delay.between_days)
        return np.concatenate([np.zeros(low), np.full(high - low + 1, 1 / (high - low + 1))])
    mean = (
        delay.mean_days.value if delay.mean_days else delay.median_days.value / np.log(2) if delay.median_days else 0.0
    )
    if mean <= 0:
        return np.ones(1)
    return exponential(1 / mean, int(np.ceil(33 * np.log(2) * mean)) + 1)


def delay_always(days: int) -> Daily:
    """Always so many days."""
    out: Daily = np.eye(1, days + 1, days)[0]
    return out


def exponential(per_day: float, length: int) -> Daily:
    """P(whole days = k) of an exponential delay rounded down; what is left goes on the last day."""
    p: Daily = np.exp(-per_day * np.arange(length)) * -np.expm1(-per_day)
    p[-1] += 1 - p.sum()
    return p


# --- one case ---------------------------------------------------------------------------------------------------------------------


def still_unpaid(pay_rate: float, days: int) -> Daily:
    """P(not yet paid by the morning at age a), a from 0: payment can fall on the day after entry at the earliest."""
    out: Daily = np.exp(-pay_rate / YEAR * np.arange(days))
    return out


def not_cleared(leaving: Leaving, pay_rate: float, days: int) -> Daily:
    """P(not removed for payment by age a): paid, then cleared after a delay, or never."""
    paid = np.concatenate([[0.0], -np.diff(still_unpaid(pay_rate, days))])
    cleared = np.convolve(paid, leaving.clear[:days])[:days]
    return 1 - (1 - leaving.never_cleared) * np.cumsum(cleared)


def not_expired(leaving: Leaving, opened: NDArray[np.int64], days: int) -> Daily:
    """P(term not over by the morning of a day) for cases opened on given days: [cohort, day]."""
    if leaving.term == 0:
        return np.ones((len(opened), days))
    day = np.arange(days)
    out = np.ones((len(opened), days))
    for share, term in ((1 - leaving.extended, leaving.term), (leaving.extended, leaving.term + leaving.extension)):
        ends = _ends(leaving, opened, term)
        out -= leaving.termed * share * (day[None, :] >= ends[:, None])
    return out


def _ends(leaving: Leaving, opened: NDArray[np.int64], term: int) -> NDArray[np.int64]:
    older = opened < leaving.term_from
    if leaving.older == "never":
        return np.where(older, FOREVER, opened + term)
    if leaving.older == "from_that_day":
        return np.where(older, leaving.term_from, opened) + term
    return np.maximum(opened + term, np.where(older, leaving.term_from, 0))


def no_refusal(gate: Gate) -> Daily:
    """log P(a user has met no refusal by the end of a day), from the scenario's start."""
    return np.cumsum(np.log1p(-gate.trip * (1 - gate.evade)))


def learnt_and_decided(p: Parameters, opened: NDArray[np.int64]) -> Daily:
    """P(learnt of the listing, and the days of an appeal and its decision are over) by a day: [cohort, day].

    Learning is by notice or by the first refusal at any gate; times share who appeals, are answered and upheld, it is
    the share corrected.
    """
    day = np.arange(p.days)
    age = day[None, :] - opened[:, None]
    noticed = p.redress.served * np.concatenate([[0.0, 0.0], np.cumsum(p.redress.notice), [1.0]])
    unaware = 1 - noticed[np.clip(age + 1, 0, len(noticed) - 1)]
    if p.redress.refusal_tells:
        for gate in p.gates.values():
            log = no_refusal(gate)
            unaware *= 1 - gate.user * -np.expm1(np.minimum(log[None, :] - log[opened][:, None], 0.0))
    aware = np.where(age > 0, 1 - unaware, 0.0)
    after = np.convolve(np.convolve(_at_least_one(p.redress.appeal), p.redress.decide), [0.0, 1.0])[: p.days]
    return _delayed(np.diff(aware, axis=1, prepend=0.0), after)


def _at_least_one(delay: Daily) -> Daily:
    """An appeal is lodged on the day after learning at the earliest."""
    return np.concatenate([[0.0, delay[:2].sum()], delay[2:]]) if len(delay) > 1 else np.array([0.0, 1.0])


def _delayed(happens: Daily, delay: Daily) -> Daily:
    """Cumulative share of events that happened `delay` earlier: [cohort, day]. By Fourier transform, since both are
    long.
    """
    from scipy.signal import fftconvolve

    return np.cumsum(fftconvolve(happens, delay[None, :], axes=1)[:, : happens.shape[1]], axis=1)


# --- the list ---------------------------------------------------------------------------------------------------------------------


def list_course(p: Parameters, cohort_days: int = 1, decided: Daily | None = None, rounds: int = 3) -> ListCourse:
    """Listings, payments and the stock, day by day. `decided` is `learnt_and_decided`, where it is known already."""
    opened = np.minimum(np.arange(0, p.days, cohort_days) + (cohort_days - 1) // 2, p.days - 1)
    cohort_of = np.arange(p.days) // cohort_days
    decided = learnt_and_decided(p, opened) if decided is None else decided
    bases = sorted({*p.entry.basis, WRONG})
    ages = _Ages(p, opened, decided)
    stays = {b: ages.stays(b) for b in bases}
    rate = _own_rates(p)
    listed = np.zeros((len(p.entry.class_share), len(p.entry.group_share), p.days))
    size = p.people * p.entry.class_share[:, None] * p.entry.group_share[None, :]
    for _ in range(rounds):  # the share already listed; converges at once, since few are listed
        flow = _flows(p, rate, 1 - listed / size[:, :, None], bases, size)
        cohorts = {b: _grouped(flow[b], cohort_of, len(opened)) for b in bases}
        listed = sum(cohorts[b] @ stays[b] for b in bases)  # type: ignore[assignment]
    return _written_down(p, bases, flow, cohorts, stays, ages)


def _own_rates(p: Parameters) -> Daily:
    """Recorded acts that go on, per person and day, by class, group and circumstance: [class, group, circumstance,
    day].
    """
    e = p.entry
    who = e.class_multiple[:, None, None] * (e.group_factor[:, None] * e.circumstance * e.goes_on)[None, :, :]
    out: Daily = who[..., None] * (e.rate * e.seen / YEAR)
    return out


def _flows(p: Parameters, rate: Daily, free: Daily, bases: list[int], size: Daily) -> dict[int, Daily]:
    """Listings a day by basis: [class, group, day]. A stray file reaches anybody alike, and on the day after."""
    out = {b: np.zeros_like(free) for b in bases}
    for s, basis in enumerate(p.entry.basis):
        out[basis] += (1 - p.entry.wrong) * rate[:, :, s, :] * free * size[:, :, None]
    stray = p.entry.wrong * (rate.sum(axis=2) * size[:, :, None]).sum(axis=(0, 1)) / p.people
    out[WRONG] += np.concatenate([[0.0], stray[:-1]]) * free * size[:, :, None]
    return out


def _grouped(flow: Daily, cohort_of: NDArray[np.int64], cohorts: int) -> Daily:
    starts = np.searchsorted(cohort_of, np.arange(cohorts))
    return np.add.reduceat(flow, starts, axis=-1)


class _Ages:
    """What befalls a case as it ages, for cohorts opened on given days. Everything is [cohort, day]; 0 up to the day of opening."""

    def __init__(self, p: Parameters, opened: NDArray[np.int64], decided: Daily) -> None:
        self.p, self.opened, self.decided = p, opened, decided
        age = np.arange(p.days)[None, :] - opened[:, None]
        self.age, self.young = np.maximum(age, 0), age <= 0
        self.term = not_expired(p.leaving, opened, p.days)

    def stays(self, basis: int) -> Daily:
        """P(still listed after the morning of a day) for a case of a basis."""
        paid = not_cleared(self.p.leaving, float(self.p.leaving.pay_rate[basis]), self.p.days)
        out: Daily = paid[self.age] * self._otherwise(basis)
        out[self.young] = 0.0
        return out

    def pays(self, basis: int) -> Daily:
        """P(pays on a day, still listed that morning)."""
        unpaid = still_unpaid(float(self.p.leaving.pay_rate[basis]), self.p.days)
        today = -np.diff(unpaid, prepend=1.0)
        out: Daily = today[self.age]
        out[:, 1:] *= self._otherwise(basis)[:, :-1]
        out[self.young] = 0.0
        return out

    def _otherwise(self, basis: int) -> Daily:
        """P(neither expired nor corrected) by the morning of a day."""
        r = self.p.redress
        corrected = float(r.filed[basis] * r.answered * r.upheld[basis])
        out: Daily = self.term * (1 - corrected * self.decided)
        return out


def _written_down(
    p: Parameters,
    bases: list[int],
    flow: dict[int, Daily],
    cohorts: dict[int, Daily],
    stays: dict[int, Daily],
    ages: _Ages,
) -> ListCourse:  # fmt: skip
    by_basis = np.zeros((len(BASES), p.days))
    complied, standing = np.zeros(p.days), np.zeros((len(ages.opened), p.days))
    morning, wrong_morning = np.zeros(p.days), np.zeros(p.days)
    for b in bases:
        by_basis[b] = flow[b].sum(axis=(0, 1))
        people = cohorts[b].sum(axis=(0, 1))
        complied += people @ ages.pays(b)
        share = people[:, None] * stays[b]
        standing += share
        morning += share.sum(axis=0)
        if not p.entry.rightful[b]:
            wrong_morning += share.sum(axis=0)
    listings = by_basis.sum(axis=0)
    listed = morning + listings
    wrongful = by_basis[[b for b in bases if not p.entry.rightful[b]]].sum(axis=0)
    return ListCourse(
        listings=listings,
        complied=complied,
        delistings=np.concatenate([[0.0], listed[:-1]]) - morning,
        listed=listed,
        wrongful_listed=wrong_morning + wrongful,
        by_basis=by_basis,
        opened=ages.opened,
        standing=standing,
    )


def course_until(course: ListCourse, days: int) -> ListCourse:
    """The first days of a course, and the cohorts opened in them."""
    known = course.opened < days
    daily = {k: getattr(course, k)[:days] for k in ("listings", "complied", "delistings", "listed", "wrongful_listed")}
    standing = np.ascontiguousarray(course.standing[known, :days])
    return ListCourse(**daily, by_basis=course.by_basis[:, :days], opened=course.opened[known], standing=standing)


def gate_until(gate: Gate, days: int) -> Gate:
    """The first days of a gate."""
    return replace(gate, trip=gate.trip[:days], tries=gate.tries[:days], evade=gate.evade[:days])


# --- the gates --------------------------------------------------------------------------------------------------------------------


def gate_course(gate: Gate, course: ListCourse) -> tuple[Daily, Daily, Daily]:
    """Refused tries, refused trips, and people refused for the first time, day by day.

    A user's memory of a gate is separable: P(not given up between two days) is a quotient of one running product.
    """
    refused = gate.trip * (1 - gate.evade)
    trips = refused_trips(gate, course)
    people = refused * gate.user * _remaining(np.cumsum(np.log1p(-refused)), course)
    return trips * gate.tries, trips, people


def refused_trips(gate: Gate, course: ListCourse) -> Daily:
    """Refused trips alone, day by day."""
    refused = gate.trip * (1 - gate.evade)
    trying = (1 - gate.never_learns) * _remaining(np.cumsum(np.log1p(-refused * gate.learns)), course)
    if gate.never_learns:
        trying += gate.never_learns * course.standing.sum(axis=0)
    out: Daily = refused * gate.user * trying
    return out


def _remaining(log_keeps: Daily, course: ListCourse) -> Daily:
    """People standing on each day weighted by exp(log_keeps[yesterday] - log_keeps[day of entry]). Shifted, so that
    nothing overflows.
    """
    yesterday = np.concatenate([[0.0], log_keeps[:-1]])
    at_entry = log_keeps[course.opened]
    span = max(-float(log_keeps[-1]), 1.0)
    if span < 600.0:
        weighted: Daily = np.exp(yesterday) * (np.exp(-at_entry) @ course.standing)
        return weighted
    out: Daily = np.empty(len(yesterday))
    for d in range(len(yesterday)):  # a gate that is tried hundreds of times: rare, so slow is well enough
        out[d] = course.standing[:, d] @ np.exp(np.minimum(yesterday[d] - at_entry, 0.0))
    return out


def expect(p: Parameters, cohort_days: int = 1) -> dict[str, Daily]:
    """Every expected daily count in synthetic people, by the names of `daily.parquet`; stocks under `listed` and
    `wrongful_listed`.
    """
    course = list_course(p, cohort_days)
    out = {
        "listings": course.listings,
        "complied": course.complied,
        "delistings": course.delistings,
        "listed": course.listed,
        "wrongful_listed": course.wrongful_listed,
    }
    for name, gate in p.gates.items():
        tries, trips, people = gate_course(gate, course)
        out |= {f"refused_{name}": tries, f"refused_{name}_trips": trips, f"refused_{name}_people": people}
    return out
