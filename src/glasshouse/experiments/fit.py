"""Fit the defaulter list to what was published up to 2018-12-31, and keep every parameter set that the figures allow.

    python -m glasshouse.experiments.fit defaulter-list            compute again, and say whether the frozen result reproduces
    python -m glasshouse.experiments.fit defaulter-list --freeze   compute, and write the frozen result

**Noise rule, fixed before the first fit** (`NOISE`): every dated total and every increment between two dates is one
observation. A total has a relative error of 1 % (listings), 3 % (refusals), 5 % (complied, executives) or 10 %
(people intercepted). An increment has 5, 15, 10, 20 or 10 %, and on top the error of two reporting dates of 7 days
each at the increment's own rate: an increment over one month is so worth a third of one over a year. Rows of low
confidence, bounds, and anything later than 2018-12-31 are not seen.

**Sets.** For each set: the parameters that no figure determines are drawn from their ranges; every observation and
every prior is given a new error by its rule; and the set is the optimum for those (randomize-then-optimize: Bardsley
et al. 2014; a parametric bootstrap with priors). Four forms of what changed for flights (`forms.py`) times three
treatments of entries older than the term, the same number of sets each. The list is fitted first and the gates given
the list: refusals do not teach the model how many were listed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import BASES
from glasshouse.errors import UsageError
from glasshouse.experiments import expectation, forms, record
from glasshouse.experiments.expectation import Gate, ListCourse, Parameters

if TYPE_CHECKING:
    from glasshouse.scenario import schema
    from glasshouse.scenario.reading import Loaded

Vector = NDArray[np.float64]
SEED = 20181231
PER_CELL = 20
OLDER = ("from_that_day", "from_entry", "never")
COHORT_DAYS = 7
LIST_COHORT_DAYS = 14
"""Days of entry that are taken together: of gates, and of the list by itself, where less depends on it."""
DATE_ERROR_DAYS = 7.0
NOISE = {
    "listings": (0.01, 0.05),
    "refused_flight": (0.03, 0.15),
    "refused_rail": (0.03, 0.15),
    "complied": (0.05, 0.10),
    "refused_executive": (0.05, 0.20),
    "refused_flight_people": (0.10, 0.10),
}
"""Relative error of a total and of an increment, by series. Fixed before fitting; see the module's text."""
LIST = "judgment_defaulters"
PRACTICE = f"practice.lists.{LIST}"


# --- free parameters ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Free:
    """One fitted number: the scale it is fitted on, and the prior's middle and width on that scale."""

    name: str
    scale: str  # log, logit or days
    middle: float
    width: float

    def prior(self) -> float:
        return _to_scale(self.scale, self.middle)


def _to_scale(scale: str, x: float) -> float:
    return float(np.log(x) if scale == "log" else np.log(x / (1 - x)) if scale == "logit" else x)


def _from_scale(scale: str, z: float) -> float:
    return float(np.exp(z) if scale == "log" else 1 / (1 + np.exp(-z)) if scale == "logit" else z)


LISTING = (
    Free("floor", "logit", 0.05, 1.0),
    Free("midpoint", "days", 450.0, 200.0),
    Free("width", "log", 80.0, 0.7),
    Free("entry", "logit", 0.48, 1.0),
    Free("pays", "log", 0.19, 0.5),
)
FLIGHT = (
    Free("users", "logit", 0.08, 0.7),
    Free("trips", "log", 12.0, 0.7),
    Free("learns", "logit", 0.7, 0.7),
    Free("evaded", "logit", 0.3, 1.0),
    Free("size", "log", 2.0, 0.7),
)
RAIL = (
    Free("users", "logit", 0.05, 0.7),
    Free("trips", "log", 6.0, 0.7),
    Free("learns", "logit", 0.7, 0.5),
    Free("never_learns", "logit", 0.05, 1.0),
)
EXECUTIVE = (Free("users", "logit", 0.03, 1.0),)
UNDETERMINED = (
    f"{PRACTICE}.expiry.termed",
    f"{PRACTICE}.expiry.extended",
    f"{PRACTICE}.payment.never_cleared",
    f"{PRACTICE}.payment.rate.cannot_pay",
    f"{PRACTICE}.entry.cannot_pay",
)
"""Numbers that no published figure determines but that move the stock and 2019: drawn evenly from the scenario's ranges, one draw a set."""
FACTUAL = "step-2018"
"""The form that the scenario itself carries: the one with the fewest fitted numbers. The others are run beside it, not against it."""
SEEN_DAYS = 60
"""A change is looked for only where figures at least so many days later can show it."""


# --- observations -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Observations:
    """Totals and increments of one series with the standard errors of the noise rule, in real units."""

    series: str
    days: NDArray[np.int64]  # index of the day of each total
    opened: int  # index of the last day before the series could move
    totals: Vector
    total_error: Vector
    steps: Vector
    step_error: Vector

    def residuals(self, daily: Vector, shift: Vector) -> Vector:
        """(simulated - published) / error for totals, then increments; `shift` moves the published ones, in errors."""
        cumulative = np.cumsum(daily)
        found = cumulative[self.days]
        steps = np.diff(found, prepend=0.0)
        return (
            np.concatenate([(found - self.totals) / self.total_error, (steps - self.steps) / self.step_error]) - shift
        )

    @property
    def size(self) -> int:
        return 2 * len(self.totals)


def observations(rows: Sequence[record.Row], series: str, start: date) -> Observations:
    """The fit rows of one series with their errors."""
    chosen = [i for i in record.increments(rows) if i.series == series]
    total_share, step_share = NOISE[series]
    totals = np.array([i.row.value for i in chosen])
    steps = np.array([i.value for i in chosen])
    dates = np.array([DATE_ERROR_DAYS / i.days * i.value * np.sqrt(2) for i in chosen])
    return Observations(
        series=series,
        days=np.array([record.day_index(start, i.row.date) for i in chosen], np.int64),
        opened=record.day_index(start, chosen[0].start),
        totals=totals,
        total_error=total_share * totals,
        steps=steps,
        step_error=np.hypot(step_share * steps, dates),
    )


# --- optimum ------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Optimum:
    """Where a fit ended: values on their own scale, half the sum of squares, and the Jacobian there."""

    z: Vector
    cost: float
    jacobian: Vector

    def values(self, free: Sequence[Free]) -> dict[str, float]:
        return {f.name: _from_scale(f.scale, z) for f, z in zip(free, self.z, strict=True)}


def optimum(
    free: Sequence[Free], residuals: Callable[[Vector], Vector], start: Vector, shift: Vector, rough: bool = False
) -> Optimum:
    """Least squares over the observations and the priors. `shift` moves the priors, in their widths; z is on the
    fitted scale.
    """
    from scipy.optimize import least_squares

    middle, width = np.array([f.prior() for f in free]), np.array([f.width for f in free])

    def all_of(u: Vector) -> Vector:
        return np.concatenate([residuals(middle + width * u), u - shift])

    limits = 1e-4 if rough else 1e-7
    found = least_squares(
        all_of, (start - middle) / width, method="lm", xtol=limits, ftol=limits, diff_step=1e-3, max_nfev=400
    )
    return Optimum(middle + width * found.x, float(found.cost), found.jac / width)


# --- the list and its gates ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FlightSeries:
    """The factors of the flight gate that are not fitted, day by day."""

    trips: Vector
    evaded: Vector
    tries: float


@dataclass(frozen=True)
class Base:
    """What is the same for every set: the scenario's parameters, its calendar, and the observations."""

    raw: dict[str, Any]
    parameters: Parameters
    calendar: list[date]
    mid_month: Vector  # [day] index of the middle of the day's month, where roll-outs are evaluated
    decided: Vector  # of corrections, with the gates at their priors
    decided_early: Vector  # the same to the last day that is fitted
    seen: dict[str, Observations]
    shares: dict[str, float]  # of recorded acts, by circumstance
    middle: dict[str, float]  # scenario values of the undetermined numbers
    ranges: dict[str, tuple[float, float]]
    flight: FlightSeries
    until: date


def base_of(loaded: Loaded, until: date = record.LAST_FITTED) -> Base:
    """Prepare a scenario for fitting to its record up to a date."""
    from glasshouse.scenario.evidence import assumptions

    assumed = {a.path: a for a in assumptions(loaded) if a.path in UNDETERMINED}
    p = _unfitted(expectation.parameters_of(loaded.scenario))
    calendar = [p.start + timedelta(days=d) for d in range(p.days)]
    rows = record.fit_rows(record.rows_of(loaded.name), until)
    seen = {s: observations(rows, s, p.start) for s in NOISE if any(r.series == s for r in rows)}
    acts = next(iter(loaded.scenario.conduct.acts.values())) if loaded.scenario.conduct else None
    assert acts is not None
    weight = p.entry.group_share * p.entry.group_factor
    shares = (weight / weight.sum()) @ p.entry.circumstance
    return Base(
        raw=loaded.raw,
        parameters=p,
        calendar=calendar,
        mid_month=np.array([_middle(d, p.start) for d in calendar]),
        decided=expectation.learnt_and_decided(p, _opened(p, COHORT_DAYS)),
        decided_early=expectation.learnt_and_decided(
            shortened(p, until), _opened(shortened(p, until), LIST_COHORT_DAYS)
        ),
        seen=seen,
        shares=dict(zip(acts.circumstances or {}, map(float, shares), strict=True)),
        middle={k: a.value for k, a in assumed.items()},
        ranges={k: a.range for k, a in assumed.items() if a.range},
        flight=flight_series(loaded.scenario, calendar),
        until=until,
    )


def _unfitted(p: Parameters) -> Parameters:
    """The parameters with every fitted gate at its prior: a fit must not depend on the result of an earlier one."""
    gates = dict(p.gates)
    for name in ("flight", "rail", "executive"):
        middle = {f.name: f.middle for f in _free_of(name)}
        gates[name] = replace(
            gate_with(gates[name], middle), evade=np.where(gates[name].evade > 0, middle.get("evaded", 0.0), 0.0)
        )
    return replace(p, gates=gates)


def shortened(p: Parameters, until: date) -> Parameters:
    """The parameters up to and with a day."""
    n = min(record.day_index(p.start, until) + 1, p.days)
    entry = replace(p.entry, rate=p.entry.rate[:n], seen=p.entry.seen[:n])
    gates = {k: replace(g, trip=g.trip[:n], tries=g.tries[:n], evade=g.evade[:n]) for k, g in p.gates.items()}
    return replace(p, days=n, entry=entry, gates=gates)


def _opened(p: Parameters, cohort_days: int) -> NDArray[np.int64]:
    return np.minimum(np.arange(0, p.days, cohort_days) + (cohort_days - 1) // 2, p.days - 1)


def _middle(day: date, start: date) -> float:
    import calendar as months

    return float((date(day.year, day.month, (months.monthrange(day.year, day.month)[1] + 1) // 2) - start).days)


def with_list(base: Base, values: dict[str, float], drawn: dict[str, Any]) -> Parameters:
    """The parameters with fitted and drawn numbers of the list in their places."""
    p = base.parameters
    roll = values["floor"] + (1 - values["floor"]) / (
        1 + np.exp(-(base.mid_month - values["midpoint"]) / values["width"])
    )
    pay = p.leaving.pay_rate.copy()
    pay[BASES.index("own_act")] = values["pays"]
    pay[BASES.index("cannot_pay")] = drawn[f"{PRACTICE}.payment.rate.cannot_pay"]
    leaving = replace(
        p.leaving,
        pay_rate=pay,
        termed=drawn[f"{PRACTICE}.expiry.termed"],
        extended=drawn[f"{PRACTICE}.expiry.extended"],
        never_cleared=drawn[f"{PRACTICE}.payment.never_cleared"],
        older=drawn[f"{PRACTICE}.expiry.older_entries"],
    )
    entry = entries(base, values["entry"], drawn[f"{PRACTICE}.entry.cannot_pay"])
    return replace(
        p, leaving=leaving, entry=replace(p.entry, seen=roll, goes_on=np.array([entry[c] for c in base.shares]))
    )


def entries(base: Base, mean: float, cannot_pay: float) -> dict[str, float]:
    """Shares of recorded acts that are listed, by circumstance, with a given mean: the mean is what counters can
    tell.
    """
    given = {c: float(x) for c, x in zip(base.shares, base.parameters.entry.goes_on, strict=True)} | {
        "cannot_pay": cannot_pay
    }
    others = sum(base.shares[c] * given[c] for c in base.shares if c != "will_not_pay")
    return given | {"will_not_pay": float(np.clip((mean - others) / base.shares["will_not_pay"], 0.0, 1.0))}


def fit_list(
    base: Base, drawn: dict[str, Any], start: Vector, rng: np.random.Generator | None, rough: bool = False
) -> Optimum:
    """Entry, roll-out and payment to the counts of listings and of people who complied."""
    used = [base.seen[s] for s in ("listings", "complied") if s in base.seen]
    shifts = [_errors(rng, o.size) for o in used]

    def residuals(z: Vector) -> Vector:
        p = shortened(with_list(base, _values(LISTING, z), drawn), base.until)
        course = expectation.list_course(p, LIST_COHORT_DAYS, base.decided_early, rounds=2)
        scale = p.represents
        return np.concatenate(
            [o.residuals(getattr(course, o.series) * scale, s) for o, s in zip(used, shifts, strict=True)]
        )

    return optimum(LISTING, residuals, start, _errors(rng, len(LISTING)), rough)


def _values(free: Sequence[Free], z: Vector) -> dict[str, float]:
    return {f.name: _from_scale(f.scale, float(x)) for f, x in zip(free, z, strict=True)}


def _errors(rng: np.random.Generator | None, n: int) -> Vector:
    return np.zeros(n) if rng is None else rng.standard_normal(n)


def fit_flight(
    base: Base,
    course: ListCourse,
    form: forms.Form,
    since: date,
    start: Vector,
    shifts: tuple[Vector, Vector, Vector],
    rough: bool = False,
) -> Optimum:
    """Demand, learning, the passport channel and one form of change, to refused tries and to the people of the first
    34 days.
    """
    seen, people_seen = base.seen["refused_flight"], base.seen["refused_flight_people"]
    power = forms.exponent(form, since, base.calendar, form.continuations[0]) * (since <= base.until)
    days, early = int(seen.days[-1]) + 1, int(people_seen.days[-1]) + 1
    late_course, early_course = expectation.course_until(course, days), expectation.course_until(course, early)
    scale = base.parameters.represents

    def residuals(z: Vector) -> Vector:
        gate = flight_gate(base.flight, _values(FLIGHT, z), power)
        late = expectation.gate_until(gate, days)
        tries = expectation.refused_trips(late, late_course) * late.tries
        people = expectation.gate_course(expectation.gate_until(gate, early), early_course)[2]
        of_people = people_seen.residuals(people * scale, shifts[1])[:1]
        return np.concatenate([seen.residuals(tries * scale, shifts[0]), of_people])

    return optimum(FLIGHT, residuals, start, shifts[2], rough)


def flight_series(scenario: schema.Scenario, calendar: list[date]) -> FlightSeries:
    """The scenario's own schedules of trips and of the passport channel, without the form of change."""
    assert scenario.conduct is not None
    demand = scenario.conduct.demand["flight"]
    return FlightSeries(
        trips=expectation.series_of(demand.schedule, calendar),
        evaded=expectation.series_of(demand.evaded_schedule, calendar),
        tries=demand.tries_per_trip.mean.value,
    )


def flight_gate(fixed: FlightSeries, values: dict[str, float], power: Vector) -> Gate:
    """The flight gate with fitted values; tries are as recorded (`counting` multiplies the record, not the
    behaviour).
    """
    return Gate(
        trip=-np.expm1(-values["trips"] * fixed.trips / expectation.YEAR),
        user=values["users"],
        tries=expectation.bunch(fixed.tries * values["size"] ** power),
        evade=np.minimum(values["evaded"] * fixed.evaded, 1.0),
        learns=values["learns"],
        never_learns=0.0,
    )


def fit_since(
    base: Base,
    course: ListCourse,
    form: forms.Form,
    start: Vector,
    shifts: tuple[Vector, Vector, Vector],
    near: date | None = None,
) -> tuple[date, Optimum]:
    """The best month for a form whose date is fitted, near a month if one is given (three months either side)."""
    if form.since is not None:
        return form.since, fit_flight(base, course, form, form.since, start, shifts, rough=near is not None)
    shown = [d for d in forms.SINCE_GRID if (base.until - d).days >= SEEN_DAYS]
    grid = [d for d in shown if near is None or abs((d - near).days) < 100]
    if not grid:
        return forms.AFTER, fit_flight(base, course, form, forms.AFTER, start, shifts)
    found = [(d, fit_flight(base, course, form, d, start, shifts, rough=True)) for d in grid]
    return min(found, key=lambda x: x[1].cost)


def fit_gate(
    base: Base, course: ListCourse, name: str, start: Vector, rng: np.random.Generator | None, rough: bool = False
) -> Optimum:
    """Rail (demand, learning and people who never learn) or executive posts (users), to their refused tries."""
    free, gate, seen = _free_of(name), base.parameters.gates[name], base.seen[f"refused_{name}"]
    shift, scale = _errors(rng, seen.size), base.parameters.represents
    days = int(seen.days[-1]) + 1
    gate, course = expectation.gate_until(gate, days), expectation.course_until(course, days)

    def residuals(z: Vector) -> Vector:
        now = gate_with(gate, _values(free, z))
        tries = expectation.refused_trips(now, course) * now.tries
        return seen.residuals(tries * scale, shift)

    return optimum(free, residuals, start, _errors(rng, len(free)), rough)


def _free_of(name: str) -> tuple[Free, ...]:
    return {"flight": FLIGHT, "rail": RAIL, "executive": EXECUTIVE}[name]


def gate_with(gate: Gate, values: dict[str, float]) -> Gate:
    """A gate with fitted values; a new rate of trips keeps the days on which the gate is open."""
    trip = (
        np.where(gate.trip > 0, -np.expm1(-values["trips"] / expectation.YEAR), 0.0) if "trips" in values else gate.trip
    )
    return replace(
        gate,
        trip=trip,
        user=values["users"],
        learns=values.get("learns", gate.learns),
        never_learns=values.get("never_learns", gate.never_learns),
    )


# --- parameter sets -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ParameterSet:
    """One whole set: its form and continuation, what was drawn, what was fitted, and its weight."""

    form: str
    continuation: str
    since: date
    older: str
    drawn: dict[str, Any]
    fitted: dict[str, dict[str, float]]  # by part: list, flight, rail, executive
    weight: float

    def as_json(self) -> dict[str, Any]:
        fitted = {k: {n: _round(x) for n, x in v.items()} for k, v in self.fitted.items()}
        drawn = {k: _round(v) if isinstance(v, float) else v for k, v in self.drawn.items()}
        return {
            "form": self.form, "continuation": self.continuation, "since": self.since.isoformat(), "older": self.older,
            "weight": _round(self.weight), "drawn": drawn, "fitted": fitted,
        }  # fmt: skip


def _round(x: float) -> float:
    return float(f"{x:.5g}")


def set_from_json(x: dict[str, Any]) -> ParameterSet:
    """The other way round."""
    return ParameterSet(
        x["form"], x["continuation"], date.fromisoformat(x["since"]), x["older"], x["drawn"], x["fitted"], x["weight"]
    )


def patches(base: Base, s: ParameterSet) -> dict[str, Any]:
    """The set as a patch on the scenario file, path by path."""
    got = s.fitted["list"]
    midpoint = base.parameters.start + timedelta(days=round(got["midpoint"]))
    entry = entries(base, got["entry"], s.drawn[f"{PRACTICE}.entry.cannot_pay"])
    rollout = {
        "kind": "rollout",
        "floor": _fitted(got["floor"]),
        "midpoint": midpoint.isoformat(),
        "width_days": _fitted(got["width"]),
    }
    out: dict[str, Any] = {
        "practice.sensing.court_record.seen_schedule": [rollout],
        f"{PRACTICE}.entry.will_not_pay": _round(entry["will_not_pay"]),
        f"{PRACTICE}.payment.rate.own_act": f"{_round(got['pays'])} per year",
    }
    for path, value in s.drawn.items():
        out[path] = f"{value} per year" if ".rate." in path else value
    form = forms.form_named(s.form)
    flight = s.fitted["flight"]
    out["conduct.demand.flight.tries_per_trip.schedule"] = forms.schedule(form, s.since, flight["size"], s.continuation)
    for gate in ("flight", "rail", "executive"):
        for name in ("users", "learns", "evaded", "never_learns", "trips"):
            if name in s.fitted[gate]:
                value = _round(s.fitted[gate][name])
                out[f"conduct.demand.{gate}.{name}"] = f"{value} per year" if name == "trips" else value
    return out


def _fitted(x: float) -> dict[str, Any]:
    return {"value": _round(x), "source": "fitted"}


def parameters_with(base: Base, s: ParameterSet) -> Parameters:
    """The parameters of a set for the expected course, without going through the file."""
    p = with_list(base, s.fitted["list"], s.drawn)
    form = forms.form_named(s.form)
    power = forms.exponent(form, s.since, base.calendar, s.continuation)
    gates = dict(p.gates)
    gates["flight"] = flight_gate(base.flight, s.fitted["flight"], power)
    for name in ("rail", "executive"):
        gates[name] = gate_with(gates[name], s.fitted[name])
    return replace(p, gates=gates)


def middle(base: Base, older: str) -> dict[str, Any]:
    """The undetermined numbers at their scenario values, for the central fit of each form."""
    return base.middle | {f"{PRACTICE}.expiry.older_entries": older}


def drawn_ranges(base: Base, rng: np.random.Generator, older: str) -> dict[str, Any]:
    """One draw of the undetermined numbers."""
    return {k: _round(float(rng.uniform(*base.ranges[k]))) for k in UNDETERMINED} | {
        f"{PRACTICE}.expiry.older_entries": older
    }


@dataclass(frozen=True)
class Central:
    """The central fit for one treatment of older entries: the list, rail, executive posts, and flights under each
    form.
    """

    older: str
    list: Optimum
    rail: Optimum
    executive: Optimum
    flight: dict[str, tuple[date, Optimum]]


def _starts(free: Sequence[Free]) -> Vector:
    return np.array([f.prior() for f in free])


def central(base: Base, older: str) -> Central:
    """The optimum without redrawn errors."""
    found = fit_list(base, middle(base, older), _starts(LISTING), None)
    course = _course(base, found, middle(base, older))
    none = _no_shift(base)
    return Central(
        older=older,
        list=found,
        rail=fit_gate(base, course, "rail", _starts(RAIL), None),
        executive=fit_gate(base, course, "executive", _starts(EXECUTIVE), None),
        flight={f.name: fit_since(base, course, f, _starts(FLIGHT), none) for f in forms.FORMS},
    )


def _course(base: Base, found: Optimum, drawn: dict[str, Any]) -> ListCourse:
    return expectation.list_course(with_list(base, found.values(LISTING), drawn), COHORT_DAYS, base.decided)


def _no_shift(base: Base) -> tuple[Vector, Vector, Vector]:
    return np.zeros(base.seen["refused_flight"].size), np.zeros(2), np.zeros(len(FLIGHT))


def central_set(base: Base, c: Central, form: forms.Form) -> ParameterSet:
    """The central fit of one form as a set."""
    since, flight = c.flight[form.name]
    fitted = {
        "list": c.list.values(LISTING),
        "flight": flight.values(FLIGHT),
        "rail": c.rail.values(RAIL),
        "executive": c.executive.values(EXECUTIVE),
    }
    return ParameterSet(form.name, form.continuations[0], since, c.older, middle(base, c.older), fitted, 1.0)


def parameter_sets(
    base: Base,
    centres: dict[str, Central],
    per_cell: int = PER_CELL,
    seed: int = SEED,
    tell: Callable[[str], None] = lambda _: None,
) -> list[ParameterSet]:
    """`per_cell` sets for each form and each treatment of older entries. The list is fitted once for the forms that
    share its draw.
    """
    out = []
    weight = 1.0 / (per_cell * len(OLDER) * len(forms.FORMS))
    for o, older in enumerate(OLDER):
        for n in range(per_cell):
            tell(f"sets, {n + 1} of {per_cell}, older entries {older}")
            rng = np.random.default_rng([seed, o, n])
            drawn, c = drawn_ranges(base, rng, older), centres[older]
            found = fit_list(base, drawn, c.list.z, rng, rough=True)
            course = _course(base, found, drawn)
            rail = fit_gate(base, course, "rail", c.rail.z, rng, rough=True)
            executive = fit_gate(base, course, "executive", c.executive.z, rng, rough=True)
            shifts = (_errors(rng, base.seen["refused_flight"].size), _errors(rng, 2), _errors(rng, len(FLIGHT)))
            for form in forms.FORMS:
                near, best = c.flight[form.name]
                since, flight = fit_since(base, course, form, best.z, shifts, near)
                fitted = {
                    "list": found.values(LISTING),
                    "flight": flight.values(FLIGHT),
                    "rail": rail.values(RAIL),
                    "executive": executive.values(EXECUTIVE),
                }
                continuation = form.continuations[n % len(form.continuations)]
                out.append(ParameterSet(form.name, continuation, since, older, drawn, fitted, weight))
    return out


# --- what the figures determine -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Determined:
    """How much the figures say about one part: for each parameter its value, the width that figures leave of the
    prior, and correlations.
    """

    part: str
    names: tuple[str, ...]
    values: tuple[float, ...]
    prior_left: tuple[float, ...]  # posterior width over prior width; near 1 means the figures say nothing
    correlated: tuple[tuple[str, str, float], ...]  # pairs beyond 0.8 in size


def determined(part: str, free: Sequence[Free], found: Optimum) -> Determined:
    """From the Jacobian at an optimum (rows of observations and of priors)."""
    width = np.array([f.width for f in free])
    jac = found.jacobian * width
    covariance = np.linalg.inv(jac.T @ jac)
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    pairs = [
        (free[i].name, free[j].name, round(float(correlation[i, j]), 2))
        for i in range(len(free)) for j in range(i + 1, len(free)) if abs(correlation[i, j]) > 0.8
    ]  # fmt: skip
    values = found.values(free)
    return Determined(
        part,
        tuple(f.name for f in free),
        tuple(_round(values[f.name]) for f in free),
        tuple(round(float(s), 3) for s in spread),
        tuple(pairs),
    )


# --- rolling origin -------------------------------------------------------------------------------------------------------------------

ORIGINS = (date(2017, 2, 14), date(2017, 12, 31), date(2018, 5, 31))
"""Days at which the model is fitted as if nothing later were known, and scored on what came later."""


def rolling(loaded: Loaded, origin: date) -> list[dict[str, Any]]:
    """Totals that each form, fitted to figures up to the origin, gives for the later fit rows. In real units.

    A form whose change begins after the origin is run without it: nobody could have known.
    """
    base = base_of(loaded, origin)
    c = central(base, OLDER[0])
    course = _course(base, c.list, middle(base, OLDER[0]))
    later = [r for r in record.fit_rows(record.rows_of(loaded.name)) if r.date > origin]
    daily = {"listings": course.listings, "complied": course.complied}
    daily["refused_rail"] = expectation.gate_course(
        gate_with(base.parameters.gates["rail"], c.rail.values(RAIL)), course
    )[0]
    out = [_rolled(base, origin, "all", series, x, later) for series, x in daily.items()]
    for form in forms.FORMS:
        since, found = c.flight[form.name]
        power = forms.exponent(form, since, base.calendar, form.continuations[0]) * (since <= origin)
        tries = expectation.gate_course(flight_gate(base.flight, found.values(FLIGHT), power), course)[0]
        out.append(_rolled(base, origin, form.name, "refused_flight", tries, later))
    return out


def _rolled(
    base: Base, origin: date, form: str, series: str, daily: Vector, later: Sequence[record.Row]
) -> dict[str, Any]:
    """Totals after an origin: the simulated increments from the origin on, on top of the last published total."""
    rows = [r for r in later if r.series == series]
    cumulative = np.cumsum(daily) * base.parameters.represents
    seen = base.seen[series]
    last = int(seen.days[-1])
    totals = {
        r.id: _round(
            float(seen.totals[-1] + cumulative[record.day_index(base.parameters.start, r.date)] - cumulative[last])
        )
        for r in rows
    }
    return {"origin": origin.isoformat(), "form": form, "series": series, "totals": totals}


# --- the frozen result ----------------------------------------------------------------------------------------------------------------


def frozen_path(name: str) -> Any:
    """Where the frozen result of a catalogue scenario lies."""
    return resources.files("glasshouse.scenario.catalogue") / "data" / f"{name}.fit.json"


def frozen(name: str) -> dict[str, Any]:
    """The frozen result. Raises UsageError where there is none."""
    file = frozen_path(name)
    if not file.is_file():
        raise UsageError(f'no fit is frozen for "{name}"; only the catalogue\'s defaulter-list has one')
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def digest_of(result: dict[str, Any]) -> str:
    """BLAKE2 of a result without its own digest and date."""
    body = {k: v for k, v in result.items() if k not in ("digest", "frozen_on")}
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=16).hexdigest()


def compute(name: str, tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """The whole fit: central fits, what is determined, and all sets. Some minutes on one core."""
    from glasshouse.scenario.reading import read_scenario

    loaded = read_scenario(name)
    base = base_of(loaded)
    centres = {}
    for older in OLDER:
        tell(f"central fit, older entries {older}")
        centres[older] = central(base, older)
    sets = parameter_sets(base, centres, tell=tell)
    tell("rolling origins")
    rolled = [x for origin in ORIGINS for x in rolling(loaded, origin)]
    first = centres[OLDER[0]]
    factual = central_set(base, first, forms.form_named(FACTUAL))
    parts = [
        determined("list", LISTING, first.list),
        determined("rail", RAIL, first.rail),
        determined("executive", EXECUTIVE, first.executive),
    ]
    parts += [determined(f"flight, {f.name}", FLIGHT, first.flight[f.name][1]) for f in forms.FORMS]
    return {
        "scenario": name,
        "last_fitted": record.LAST_FITTED.isoformat(),
        "rows": sorted(r.id for r in record.fit_rows(record.rows_of(name))),
        "noise": {k: list(v) for k, v in NOISE.items()},
        "date_error_days": DATE_ERROR_DAYS,
        "seed": SEED,
        "cost": {f.name: {o: _round(centres[o].flight[f.name][1].cost) for o in OLDER} for f in forms.FORMS},
        "list_cost": {o: _round(centres[o].list.cost) for o in OLDER},
        "factual": factual.as_json() | {"patches": patches(base, factual)},
        "central": [central_set(base, centres[o], f).as_json() for o in OLDER for f in forms.FORMS],
        "determined": [vars(d) | {"correlated": [list(c) for c in d.correlated]} for d in parts],
        "rolling": rolled,
        "sets": [s.as_json() for s in sets],
    }


def compare(old: dict[str, Any], new: dict[str, Any]) -> float:
    """The largest relative difference between numbers of two results; infinite where their shapes differ."""
    a, b = json.loads(json.dumps(old)), json.loads(json.dumps(new))
    return _gap(
        {k: v for k, v in a.items() if k not in ("digest", "frozen_on")},
        {k: v for k, v in b.items() if k not in ("digest", "frozen_on")},
    )


def _gap(a: Any, b: Any) -> float:
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return max((_gap(a[k], b[k]) for k in a), default=0.0)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return max((_gap(x, y) for x, y in zip(a, b, strict=True)), default=0.0)
    if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
        return abs(a - b) / max(abs(a), abs(b), 1e-12) if a != b else 0.0
    return 0.0 if a == b else float("inf")


def main(arguments: Sequence[str] | None = None) -> int:
    """The documented command. Exit code 0 where the frozen result reproduces (or was written), 1 where it does not."""
    parser = argparse.ArgumentParser(
        prog="python -m glasshouse.experiments.fit",
        description="Fit a catalogue scenario to its record, to 2018-12-31.",
    )
    parser.add_argument("scenario", choices=["defaulter-list"])
    parser.add_argument("--freeze", action="store_true", help="write the frozen result instead of comparing with it")
    asked = parser.parse_args(arguments)
    result = compute(asked.scenario, lambda text: print(text, file=sys.stderr))
    result["digest"] = digest_of(result)
    if asked.freeze:
        result["frozen_on"] = date.today().isoformat()
        Path(str(frozen_path(asked.scenario))).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        print(f"frozen: {len(result['sets'])} sets, digest {result['digest']}")
        return 0
    old = frozen(asked.scenario)
    if old["digest"] == result["digest"]:
        print(
            f"the frozen result of {old['frozen_on']} reproduces exactly: {len(result['sets'])} sets, digest {old['digest']}"
        )
        return 0
    gap = compare(old, result)
    print(
        f"the frozen result of {old['frozen_on']} is not the same to the digit; the largest relative difference is {gap:.2g}"
    )
    return 0 if gap < 1e-2 else 1


if __name__ == "__main__":
    sys.exit(main())
