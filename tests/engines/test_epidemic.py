"""The epidemic of the health code, against closed forms, and against itself: threads, going on later, variants, and one person less."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from glasshouse.engines import epidemic
from glasshouse.engines.cpu import Engine, Result, live_all
from glasshouse.engines.crew import Crew
from glasshouse.experiments.removal import removal_gate
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.compile_epidemic import Alone, alone, well_mixed
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import ABSENT, Absence, Plan
from glasshouse.scenario.tie_tables import degree_law
from ill import ill_world

PEOPLE = 20_000
OFF = {"name": "no-code", "set": {"practice.health_code": None}}


def fixed_point(f: Callable[[float], float], start: float) -> float:
    x = start
    for _ in range(500):
        x = f(x)
    return x


def final_size(r0: float, seeded: float) -> float:
    """Share ever infected where everybody meets everybody: those not seeded escape r0 times the final size."""
    return fixed_point(lambda z: 1 - (1 - seeded) * math.exp(-r0 * z), 0.9)


def error_of_one(r0: float, z: float) -> float:
    """Standard error of the final size for one person, the illness lasting equally long in everybody (von Bahr and Martin-Löf 1980)."""
    return math.sqrt(z * (1 - z)) / (1 - r0 * (1 - z))


def sizes(a: Callable[[int], Alone], seeds: range) -> list[float]:
    return [epidemic.curve(epidemic.only(*a(seed))).final_size() for seed in seeds]


def test_the_closed_forms_are_the_published_ones() -> None:
    assert final_size(2, 0) == pytest.approx(0.7968, abs=5e-5)
    assert final_size(2, 0.01) == pytest.approx(0.8002, abs=5e-5)


@pytest.mark.parametrize("seeded", [0.01, 0.002])
def test_the_final_size_is_the_closed_forms(seeded: float) -> None:
    runs = range(1, 7)
    found = sizes(lambda seed: well_mixed(PEOPLE, 10, 0.02, 10, round(seeded * PEOPLE), 120, seed), runs)
    expected = final_size(2, seeded)
    error = error_of_one(2, expected) / math.sqrt(PEOPLE * len(runs))
    assert abs(np.mean(found) - expected) < 3 * error
    assert error < np.std(found) < 3 * error * math.sqrt(len(runs))


def test_a_contact_of_a_day_passes_it_on_with_p_however_large_p_is() -> None:
    """Ten contacts at p = 0.2 for one day: were hits counted and not contacts hit, the mean would be 2.23 and not 2."""
    found = sizes(lambda seed: well_mixed(PEOPLE, 10, 0.2, 1, 200, 120, seed), range(1, 9))
    expected = final_size(2, 0.01)
    assert abs(np.mean(found) - expected) < 3 * error_of_one(2, expected) / math.sqrt(PEOPLE * 8)


def test_the_curve_is_that_of_the_differential_equations_when_days_are_short() -> None:
    from scipy.integrate import solve_ivp

    illness = {
        "contacts": {"all": {"with": "anybody", "number": 10, "p": 0.004}},
        "infectious": {"mean_days": 50},
        "seeds": {"number": 2_000},
    }
    e = epidemic.only(*alone(illness, people=PEOPLE, days=400))
    days = np.arange(1, 401)
    course = solve_ivp(
        lambda _, y: [-0.04 * y[0] * y[1], 0.04 * y[0] * y[1] - 0.02 * y[1]], (1, 400), [0.9, 0.1], t_eval=days
    )
    ever = np.cumsum(epidemic.curve(e).infected[:, 0]) / PEOPLE
    assert np.abs(ever - (1 - course.y[0])).max() < 0.02


def friends(clustering: float | None = None) -> dict[str, Any]:
    return {
        "friends": {"mean": 6, "sd": 3, "max": 20, "window": 65536} | ({"clustering": clustering} if clustering else {})
    }


def along_friends(clustering: float | None, seed: int = 1, p: float = 0.03) -> Alone:
    illness = {
        "contacts": {"friends": {"with": "friends", "everyone": True, "p": p}},
        "infectious": {"always_days": 10},
        "seeds": {"number": 200},
    }
    return alone(illness, people=PEOPLE, days=250, seed=seed, ties=friends(clustering))


def in_layers(law: list[float], passes: float, seeded: float) -> float:
    """Share ever infected along keyed friends: whoever has d friends is in the first d layers, and pairs of a layer are by chance."""
    most = len(law) - 1
    escapes = [0.5] * most
    for _ in range(300):
        over = [math.prod(escapes[:d]) for d in range(most + 1)]
        escapes = [
            1
            - passes
            + passes
            * (1 - seeded)
            * sum(law[d] * over[d] for d in range(m + 1, most + 1))
            / escapes[m]
            / sum(law[m + 1 :])
            for m in range(most)
        ]
    return 1 - (1 - seeded) * sum(share * math.prod(escapes[:d]) for d, share in enumerate(law))


def in_any_graph(law: list[float], passes: float, seeded: float) -> float:
    """The same in a graph that is random but for its degrees (Newman 2002)."""
    mean = sum(d * share for d, share in enumerate(law))

    def escape(u: float) -> float:
        met = sum(d * share * u ** (d - 1) for d, share in enumerate(law) if d) / mean
        return 1 - passes + passes * (1 - seeded) * met

    u = fixed_point(escape, 0.3)
    return 1 - (1 - seeded) * sum(share * u**d for d, share in enumerate(law))


def test_along_keyed_ties_it_goes_as_far_as_bond_percolation_says() -> None:
    """Each friend gets it with 1 - (1 - p)^10. Friends have alike numbers of friends, so it goes a little less far than if they had not."""
    from glasshouse.scenario import schema

    asked = schema.Ties.model_validate(friends()).friends
    assert asked is not None
    ranks = degree_law(asked)
    law = [n / sum(ranks) for n in ranks]
    found = float(np.mean(sizes(lambda seed: along_friends(None, seed), range(1, 7))))
    assert found == pytest.approx(in_layers(law, 1 - 0.97**10, 0.01), abs=0.009)
    assert in_any_graph(law, 1 - 0.97**10, 0.01) - 0.03 < found < in_any_graph(law, 1 - 0.97**10, 0.01)


def in_households(size: int, stays: float, r_global: float, seeded: float) -> float:
    """Share ever infected where everybody of a household meets every day, and everybody meets anybody besides.

    `stays`: the chance to escape one ill housemate. How many of a household have it, where each escapes everybody outside with the same
    chance, is a chain binomial (Longini and Koopman 1982; Ball, Mollison and Scalia-Tomba 1997 for the fixed point over all).
    """

    def ever(z: float) -> float:
        outside = (1 - seeded) * math.exp(-r_global * z)
        full: list[float] = []  # all of a household of j have it
        for j in range(size + 1):
            part = [math.comb(j, i) * full[i] * outside ** (j - i) * stays ** (i * (j - i)) for i in range(j)]
            full.append(1 - sum(part))
        told = [math.comb(size, i) * full[i] * outside ** (size - i) * stays ** (i * (size - i)) for i in range(size)]
        return sum(i * share for i, share in enumerate([*told, full[size]])) / size

    return fixed_point(ever, 0.9)


@pytest.mark.parametrize(("at_home", "elsewhere"), [(0.05, 0.008), (0.2, 0.006)])
def test_in_households_it_goes_as_far_as_the_chain_binomial_says(at_home: float, elsewhere: float) -> None:
    """Whom a household has had already it cannot have again: it goes less far than as many passings-on among all would."""
    contacts = {
        "home": {"with": "household", "everyone": True, "p": at_home},
        "others": {"with": "anybody", "number": 10, "p": elsewhere},
    }
    illness = {"contacts": contacts, "infectious": {"always_days": 10}, "seeds": {"number": 200}}
    ties = {"household": {"sizes": {4: 1.0}}}
    found = sizes(lambda seed: alone(illness, people=PEOPLE, days=200, seed=seed, ties=ties), range(1, 5))
    expected = in_households(4, (1 - at_home) ** 10, 100 * elsewhere, 0.01)
    assert float(np.mean(found)) == pytest.approx(expected, abs=0.012)
    as_many = 100 * elsewhere + 3 * (1 - (1 - at_home) ** 10)
    assert np.mean(found) < final_size(as_many, 0.01) - 0.02


def test_a_household_of_one_is_the_well_mixed_form() -> None:
    assert in_households(1, 0.5, 2, 0.01) == pytest.approx(final_size(2, 0.01))


def test_clustered_friends_and_households_slow_it() -> None:
    """A contact among people who know each other is often one who has had it already."""
    apart, clustered = (epidemic.curve(epidemic.only(*along_friends(c, p=0.05))) for c in (None, 0.25))
    assert clustered.final_size() < apart.final_size() - 0.01
    assert clustered.infectious.max() < 0.97 * apart.infectious.max()

    def at_home(share: int) -> epidemic.Curve:
        contacts = {
            "home": {"with": "household", "number": share, "p": 0.02},
            "others": {"with": "anybody", "number": 10 - share, "p": 0.02},
        }
        illness = {"contacts": contacts, "infectious": {"always_days": 10}, "seeds": {"number": 200}}
        ties = {"household": {"sizes": {4: 1.0}}}
        return epidemic.curve(epidemic.only(*alone(illness, people=PEOPLE, days=150, ties=ties)))

    nobody_at_home, half_at_home = at_home(0), at_home(5)
    assert half_at_home.infectious.max() < 0.8 * nobody_at_home.infectious.max()
    assert half_at_home.infectious.argmax() > nobody_at_home.infectious.argmax()


# --- the same bytes -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(from_raw(ill_world(people=4_096, days=30, variants=[OFF]), "ill"))[0]


@pytest.fixture(scope="module")
def lived(plan: Plan) -> Result:
    return live_all(plan, threads=1)


def same(a: Result, b: Result) -> None:
    for name, columns in a.tables.items():
        for column, values in columns.items():
            assert np.array_equal(values, b.tables[name][column]), (name, column)
    for column, values in a.cases.items():
        assert np.array_equal(values, b.cases[column]), column


def test_the_world_is_one_in_which_everything_happens(lived: Result) -> None:
    curve = lived.tables["epidemic"]
    for column in ("infected", "infectious", "found", "traced", "other"):
        assert curve[column][curve["variant"] == 0].sum() > 50
    assert lived.tables["scans"]["scans"].sum() > 1_000
    assert set(np.unique(lived.cases["list"])) == {0, 1}


def test_two_threads_write_the_same_bytes(plan: Plan, lived: Result) -> None:
    same(lived, live_all(plan, threads=2))


def test_an_epidemic_that_goes_on_later_is_the_same(plan: Plan, lived: Result) -> None:
    first = Engine(plan, 1, None, True).run(11)
    same(lived, Engine(plan, 1, None, True).restore(first.snapshot()).run().result())


def test_the_base_is_the_same_whichever_variants_run_beside_it(plan: Plan, lived: Result) -> None:
    alone_ = live_all(compile_plan(from_raw(ill_world(people=4_096, days=30), "ill"))[0])
    for name, columns in alone_.tables.items():
        mine = lived.tables[name]["variant"] == 0
        for column, values in columns.items():
            assert np.array_equal(values, lived.tables[name][column][mine]), (name, column)


def test_a_variant_with_more_of_everything_moves_nothing_in_the_base() -> None:
    more = {
        "epidemic.contacts.near.number": 9,
        "epidemic.contacts.near.p": 0.06,
        "epidemic.contacts.far": {"with": "anybody", "number": 3, "p": 0.02},
        "practice.health_code.causes.journey.rate": "9 per year",
        "practice.health_code.gates.station.visits": "3 per day",
    }
    plain = ill_world(people=1_280, days=20)
    wild = ill_world(people=1_280, days=20, variants=[{"name": "more", "set": more}])
    alone_, beside = (live_all(compile_plan(from_raw(raw, "ill"))[0]) for raw in (plain, wild))
    for name, columns in alone_.tables.items():
        which = beside.tables[name]["variant"]
        for column, values in columns.items():
            assert np.array_equal(values, beside.tables[name][column][which == 0]), (name, column)
    infected = beside.tables["epidemic"]["infected"]
    assert infected[beside.tables["epidemic"]["variant"] == 1].sum() > 1.2 * alone_.tables["epidemic"]["infected"].sum()


def test_who_is_not_there_neither_has_it_nor_passes_it_on(plan: Plan) -> None:
    e = epidemic.Epidemic(plan.outside.epidemic, plan.world, plan.ties)
    on = np.zeros((plan.world.people, 2, 4), np.int16)[:, :, 2].view(np.uint16)
    on[:200, 0] |= np.uint16(ABSENT)
    for _day in range(20):
        filed = e.live(on, Crew())
        assert not ((filed[:, 0] < 200) & (filed[:, 1] == 0)).any()
    had = e.caught[:, 0] > 0
    assert had.sum() > 300
    assert not had[:200].any()
    assert (e.source[had, 0] >= 200).all()


def test_without_one_person_only_those_differ_whom_they_could_have_reached() -> None:
    raw = from_raw(ill_world(people=640, days=30), "ill")
    passed_on = live_all(compile_plan(raw)[0]).tables["infections"]["source"]
    gone = removal_gate(raw, int(np.bincount(passed_on).argmax()))
    assert 3 < len(gone.differ) <= len(gone.reachable)


def test_a_person_absent_from_one_variant_changes_nothing_in_the_other(plan: Plan, lived: Result) -> None:
    without = live_all(plan, absent=Absence(np.array([700]), np.array([1])))
    curve, other = lived.tables["epidemic"], without.tables["epidemic"]
    factual = curve["variant"] == 0
    assert np.array_equal(curve["infected"][factual], other["infected"][factual])


# --- the rules of the code ------------------------------------------------------------------------------------------


def test_colours_last_seven_and_fourteen_days(lived: Result) -> None:
    over = lived.cases["closed_by"] == 3
    days = lived.cases["closed"][over] - lived.cases["opened"][over]
    for which, term in ((0, 7), (1, 14)):
        assert set(days[lived.cases["list"][over] == which]) == {term}


def test_isolation_slows_it(plan: Plan, lived: Result) -> None:
    curve = lived.tables["epidemic"]
    with_code, without = (curve["infected"][curve["variant"] == v].sum() for v in (0, 1))
    assert with_code < 0.7 * without


def test_those_traced_were_met_and_those_not_ill_are_wrong_by_rights_only(lived: Result) -> None:
    """Tracing is right by the rule, whoever it reaches; a wrong test is right by neither."""
    filed = lived.tables["filings"]
    traced = (filed["tag"] >= 16) & (filed["tag"] < 32)
    assert (filed["rightful"][traced] == 1).all()
    assert (filed["source"][traced] != filed["person"][traced]).all()
    wrong_test = filed["tag"] == 33
    assert wrong_test.any()
    assert (filed["rightful"][wrong_test] == 0).all()


def test_a_register_for_each_region_traces_nobody_abroad() -> None:
    raw = ill_world(people=640, days=30)
    raw["practice"]["health_code"]["tracing"]["across_regions"] = False
    filed = live_all(compile_plan(from_raw(raw, "ill"))[0]).tables["filings"]
    passing = filed["tag"] == 19
    border = 256
    assert passing.any()
    assert ((filed["person"][passing] < border) == (filed["source"][passing] < border)).all()


def test_counts_of_the_infected_are_the_infections(lived: Result) -> None:
    curve, found = lived.tables["epidemic"], lived.tables["infections"]
    for v in (0, 1):
        assert curve["infected"][curve["variant"] == v].sum() == (found["variant"] == v).sum()


def test_a_scan_is_of_somebody_there(plan: Plan, lived: Result) -> None:
    """A visit a day of each of 4,096 people for 30 days, of whom those on a list are scanned as not green."""
    scans = lived.tables["scans"]
    mine = scans["variant"] == 0
    total, coloured = scans["scans"][mine].sum(), scans["scans"][mine & (scans["colour"] == 1)].sum()
    assert total == pytest.approx(4_096 * 30, rel=0.02)
    stock = lived.daily["listed"][:, 0].sum()
    assert 0.6 * stock < coloured < stock
    nobody = np.zeros((plan.world.people, 2, 4), np.int16)[:, :, 2].view(np.uint16)
    nobody[:, 0] |= np.uint16(ABSENT)
    e = epidemic.Epidemic(plan.outside.epidemic, plan.world, plan.ties)
    e.live(nobody, Crew())
    assert not e.scans[0, 0].any()
