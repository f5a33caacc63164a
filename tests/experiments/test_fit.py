"""The frozen fit: what it says of itself, what the scenario carries of it, and whether its parts come out again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from glasshouse.errors import UsageError
from glasshouse.experiments import expectation, fit, forms, outcomes, record
from glasshouse.scenario.integers import factor_on
from glasshouse.scenario.reading import read_scenario
from glasshouse.scenario.schema import Demand

FROZEN = fit.frozen("defaulter-list")


@cache
def base() -> fit.Base:
    return fit.base_of(read_scenario("defaulter-list"))


def raw_at(path: str) -> Any:
    node: Any = read_scenario("defaulter-list").raw
    for key in path.split("."):
        node = node[key]
    return node


def plain(node: Any) -> Any:
    """A value without its source and range, and rates as numbers."""
    if isinstance(node, dict) and "value" in node:
        node = node["value"]
    if isinstance(node, dict):
        return {k: plain(v) for k, v in node.items()}
    if isinstance(node, list):
        return [plain(x) for x in node]
    return float(node.split()[0]) if isinstance(node, str) and node.endswith("per year") else node


def test_the_frozen_digest_is_the_digest_of_what_is_frozen():
    assert fit.digest_of(FROZEN) == FROZEN["digest"]
    assert date.fromisoformat(FROZEN["frozen_on"])


def test_the_frozen_fit_saw_the_fit_rows_and_no_others():
    assert FROZEN["last_fitted"] == "2018-12-31"
    assert FROZEN["rows"] == sorted(r.id for r in record.fit_rows(record.rows_of("defaulter-list")))
    assert FROZEN["noise"] == {k: list(v) for k, v in fit.NOISE.items()}


def test_there_are_at_least_two_hundred_sets_over_four_forms_with_a_whole_weight():
    assert len(FROZEN["sets"]) >= 200
    assert {s["form"] for s in FROZEN["sets"]} == {f.name for f in forms.FORMS}
    assert len(forms.FORMS) >= 4
    assert any(f.counting for f in forms.FORMS)
    assert {s["older"] for s in FROZEN["sets"]} == set(fit.OLDER)
    assert sum(s["weight"] for s in FROZEN["sets"]) == pytest.approx(1, rel=1e-3)


def test_every_continuation_that_a_form_allows_is_among_the_sets():
    for form in forms.FORMS:
        assert {s["continuation"] for s in FROZEN["sets"] if s["form"] == form.name} == set(form.continuations)


def test_the_scenario_carries_the_frozen_numbers():
    """Every fitted number of the file is the frozen one, to the digit."""
    for path, value in FROZEN["factual"]["patches"].items():
        assert plain(raw_at(path)) == plain(value), path


def test_a_fit_does_not_depend_on_what_an_earlier_fit_put_into_the_scenario():
    loaded = read_scenario("defaulter-list")
    moved = read_scenario(
        "defaulter-list", ["conduct.demand.flight.users=0.5", f"{fit.PRACTICE}.payment.rate.own_act=0.5 per year"]
    )
    a, b = fit.base_of(loaded), fit.base_of(moved)
    assert np.array_equal(a.decided, b.decided)
    drawn, values = fit.middle(a, "never"), {f.name: f.middle for f in fit.LISTING}
    one, other = (expectation.list_course(fit.with_list(x, values, drawn), 30) for x in (a, b))
    assert np.array_equal(one.complied, other.complied)


def test_the_central_fit_of_trains_comes_out_again():
    found = fit.set_from_json(FROZEN["central"][0])
    course = expectation.list_course(
        fit.with_list(base(), found.fitted["list"], found.drawn), fit.COHORT_DAYS, base().decided
    )
    again = fit.fit_gate(base(), course, "rail", fit._starts(fit.RAIL), None)
    assert again.values(fit.RAIL) == pytest.approx(found.fitted["rail"], rel=0.01)


def test_the_expected_course_of_the_scenario_keeps_the_bars():
    """The bars of the issue, on the expected course: the engine's seeds are held against the same bars by `validate`."""
    p = expectation.parameters_of(read_scenario("defaulter-list").scenario)
    expected = {k: v * p.represents for k, v in expectation.expect(p, 3).items()}
    last = {r.series: r for r in record.fit_rows(record.rows_of("defaulter-list"))}
    for series, most in {"listings": 0.02, "refused_flight": 0.05, "refused_rail": 0.05, "complied": 0.05}.items():
        total = record.totals_at(expected[series], p.start, [last[series]])[0]
        assert total == pytest.approx(last[series].value, rel=most), series


def test_refusals_per_listing_rise_for_flights_and_fall_for_trains():
    from glasshouse.experiments.validation import per_listing_year

    p = expectation.parameters_of(read_scenario("defaulter-list").scenario)
    counters = {k: v[None, :] for k, v in expectation.expect(p, 7).items()}
    air, rail = (per_listing_year(counters, f"refused_{g}", p.start) for g in ("flight", "rail"))
    assert air[2018] > air[2017]
    assert rail[2018] < rail[2017] < rail[2016]


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda f: f.name)
def test_a_form_in_the_file_is_the_form_that_was_fitted(form: forms.Form):
    """The schedule written into the scenario gives, on every day, the power that the fit used."""
    since = form.since or date(2017, 11, 1)
    calendar = [date(2016, 1, 1) + timedelta(days=7 * d) for d in range(208)]
    for continuation in form.continuations:
        body = {
            "users": 0.1,
            "trips": "1 per year",
            "tries_per_trip": {"mean": 8.7, "schedule": forms.schedule(form, since, 2.5, continuation)},
        }
        factors = Demand.model_validate(body).tries_per_trip.schedule
        written = np.array([float(factor_on(factors, d)) for d in calendar])
        fitted = 2.5 ** forms.exponent(form, since, calendar, continuation)
        assert written == pytest.approx(fitted, rel=1e-4), continuation


def test_a_whole_set_reads_the_same_from_the_file_and_from_the_fit():
    """A set as patches on the scenario gives the parameters that the fit worked with."""
    from glasshouse.scenario.patching import apply_patch
    from glasshouse.scenario.schema import Scenario

    s = fit.set_from_json(FROZEN["sets"][37])
    raw = read_scenario("defaulter-list").raw
    for path, value in fit.patches(base(), s).items():
        raw = apply_patch(raw, path, value)
    a, b = expectation.parameters_of(Scenario.model_validate(raw)), fit.parameters_with(base(), s)
    assert a.entry.goes_on == pytest.approx(b.entry.goes_on, rel=1e-4)
    assert a.entry.seen == pytest.approx(b.entry.seen, rel=0.01)
    assert a.leaving.older == b.leaving.older
    assert a.leaving.pay_rate == pytest.approx(b.leaving.pay_rate, rel=1e-4)
    for name in ("flight", "rail", "executive"):
        for key in ("trip", "user", "tries", "evade", "learns", "never_learns"):
            assert getattr(a.gates[name], key) == pytest.approx(getattr(b.gates[name], key), rel=1e-3), (name, key)


def test_entries_are_solved_so_that_as_many_are_listed():
    shares, wanted = base().shares, 0.48
    for cannot_pay in (0.03, 0.4):
        got = fit.entries(base(), wanted, cannot_pay)
        assert sum(shares[c] * got[c] for c in shares) == pytest.approx(wanted)


def test_outcomes_belong_to_the_frozen_fit_and_to_every_set():
    found = outcomes.frozen_outcomes("defaulter-list")
    assert found["fit"] == FROZEN["digest"]
    assert len(found["outcomes"]) == len(FROZEN["sets"])
    assert outcomes.digest_of(found) == found["digest"]


def test_one_frozen_outcome_comes_out_again():
    found = outcomes.frozen_outcomes("defaulter-list")
    again = outcomes.outcomes(base(), [fit.set_from_json(FROZEN["sets"][5])])
    assert fit.compare({"x": found["outcomes"][5]}, {"x": again[0]}) < 1e-4


def test_comparing_results_sees_a_changed_number_and_a_changed_shape():
    changed = json.loads(json.dumps(FROZEN))
    changed["sets"][0]["fitted"]["rail"]["users"] *= 1.5
    assert fit.compare(FROZEN, changed) > 0.3
    assert fit.compare(FROZEN, {"sets": []}) == float("inf")
    assert fit.compare(FROZEN, FROZEN) == 0


def test_a_scenario_without_a_frozen_fit_says_so():
    with pytest.raises(UsageError, match="no fit is frozen"):
        fit.frozen("suzhou-2016")


def test_a_shortened_world_starts_like_the_long_one():
    p = base().parameters
    short = fit.shortened(p, date(2015, 12, 31))
    a, b = expectation.list_course(replace(p, gates={}), 30), expectation.list_course(replace(short, gates={}), 30)
    assert b.listings == pytest.approx(a.listings[: short.days], rel=1e-3)
