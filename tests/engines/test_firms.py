"""Firms live the same day as people: both engines agree on it, and what befalls a firm goes along its ties and nowhere else."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from city import with_all_of
from engines.test_same_bytes import assert_same, of_variant
from firms import OF_FIRMS, firm_world
from glasshouse.engines.cpu import Result, live_all
from glasshouse.engines.reference_ties import Ties
from glasshouse.engines.shocks import residences
from glasshouse.experiments.removal import gate_of, twice
from glasshouse.scenario.channels import couplings
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import LISTED, MERGED_FILE, OWN, TIE_KINDS, WRONG, Plan
from glasshouse.world.places import regions_of
from ill import ill_world
from models import city as scored
from test_reference_equals_cpu import both, differences

Raw = dict[str, Any]
REPRESENTATIVE, STAFF = TIE_KINDS.index("representative"), TIE_KINDS.index("staff")


@cache
def plan_of(k: int, people: int | None = None) -> Plan:
    return compile_plan(from_raw(firm_world(k, people), f"firms-{k}"))[0]


@cache
def lived(k: int) -> Result:
    return live_all(plan_of(k), threads=1)


@pytest.mark.parametrize("k", [5])
def test_both_engines_live_a_world_with_firms_alike(k: int) -> None:
    result, lives = both(plan_of(k), journal=True)
    assert not list(differences(result, lives))
    fired = sum((life.fired for life in lives[1:]), lives[0].fired)
    assert min(fired[f"letter by {kind}"] for kind in ("representative", "staff")) > 20
    assert fired["aimed"] > 4


@pytest.mark.parametrize("k", [4])
def test_both_engines_agree_where_firms_have_what_a_city_has_too(k: int) -> None:
    """Joined files stay among people or among firms; company is kept, and ties are cut, between a firm and its people too."""
    mechanisms = ("merges", "keeps_company", "tells_standing", "leaves", "loses_ties", "hushes")
    plan = with_all_of(plan_of(k), Random(f"city of firms {k}"), mechanisms)
    result, lives = both(plan)
    assert not list(differences(result, lives))
    first = int(plan.ties.beyond[0])
    joined = result.letters["tag"] == MERGED_FILE
    target, source = result.letters["target"][joined], result.letters["source"][joined]
    assert np.array_equal(target >= first, source >= first)
    assert set(source >= first) == {True, False}


def ill(firms: bool) -> Raw:
    """The same 640 people under a health code, alone or with 160 firms after them."""
    raw = ill_world(640, 30, variants=[{"name": "no-code", "set": {"practice.health_code": None}}])
    if firms:
        regions = {"north": {"share": 0.32}, "south": {"share": 0.48}, "firms": {"share": 0.2}}
        raw["world"] |= {
            "people": 800,
            "regions": regions,
            "firms": {"regions": ["firms"], "staff": {"sizes": {3: 1.0}}},
        }
    return raw


def test_an_epidemic_and_its_code_are_the_same_beside_firms() -> None:
    """Firms catch nothing, are in nobody's contacts, and are neither coloured nor scanned: everything is of the people, as if alone."""
    alone, beside = (live_all(compile_plan(from_raw(ill(firms), "ill"))[0]) for firms in (False, True))
    assert alone.tables["infections"]["person"].size > 100
    assert alone.tables["scans"]["scans"].sum() > 1000
    assert beside.cases["person"].size > 0
    for name, columns in alone.tables.items():
        mine = beside.tables[name]
        of_people = mine["region"] < 2 if "region" in mine else np.ones(len(mine["variant"]), bool)
        for column, values in columns.items():
            assert mine[column][of_people].tolist() == values.tolist(), f"{name}.{column}"
        assert not any(
            mine[c][~of_people].any() for c in columns if c in ("infected", "found", "traced", "other", "scans")
        )
    for column, values in alone.cases.items():
        assert beside.cases[column].tolist() == values.tolist(), column


@pytest.mark.parametrize("of", ["people", "firms"])
def test_a_model_chooses_people_or_firms_and_never_both(of: str) -> None:
    raw = scored(2_000, 25, of=of, chooses={"by": "capacity", "number": 30})
    raw["world"] |= {"regions": {"town": {"share": 0.9}, "firms": {"share": 0.1}}, "firms": {"regions": ["firms"]}}
    raw["variants"].append(
        {"name": "lottery", "set": {"practice.models.risk.chooses": {"by": "lottery", "same_number": True}}}
    )
    plan, names = compile_plan(from_raw(raw, "scored"))
    assert {x.whom for of_variant in couplings(plan, names).values() for x in of_variant} == {of}
    result = live_all(plan)
    chosen = result.cases["person"]
    assert len(chosen) == 2 * 3 * 30
    assert set(chosen >= 1_800) == {of == "firms"}
    rounds, day = result.tables["rounds"], result.tables["rounds"]["day"]
    assert rounds["eligible"][day == day.min()].sum() == 2 * (200 if of == "firms" else 1_800)


def test_people_move_and_firms_stay() -> None:
    raw = firm_world(5)
    raw["world"]["moves"] = 0.4
    plan = compile_plan(from_raw(raw, "moving"))[0]
    homes = np.zeros(plan.world.people, np.int64)
    residences(plan.world, 1, homes)
    kept, first = regions_of(plan.world, np.arange(plan.world.people)), int(plan.ties.beyond[0])
    assert homes[first:].tolist() == kept[first:].tolist() == [2] * (plan.world.people - first)
    assert set(homes[:first].tolist()) == {0, 1}
    assert abs(np.mean(homes[:first] != kept[:first]) - 0.4) < 0.12


def test_a_lot_falls_on_a_firm_for_a_firm_and_on_a_person_for_a_person() -> None:
    raw = firm_world(5)
    raw["lists"] = [{**x, "entry": {"trigger": {"score_below": 99}}} if x["id"] == "low" else x for x in raw["lists"]]
    raw["variants"] = [{"name": "as-it-is"}, {"name": "lottery", "set": {"practice.lists.low.lots": True}}]
    plan, names = compile_plan(from_raw(raw, "lots-of-firms"))
    result, first = live_all(plan), int(plan.ties.beyond[0])
    scheme, lots = (days_of_listings(result, names.lists.index("low"), v, first) for v in (0, 1))
    assert scheme == lots
    assert Counter(is_firm for is_firm, _ in lots).most_common()[-1][1] > 10


def days_of_listings(result: Result, which: int, v: int, first_firm: int) -> list[tuple[bool, int]]:
    c = result.cases
    mine = (c["list"] == which) & (c["variant"] == v)
    return sorted(zip((c["person"][mine] >= first_firm).tolist(), c["opened"][mine].tolist(), strict=True))


def test_acts_of_firms_are_done_by_firms_and_acts_of_people_by_people() -> None:
    plan, result = plan_of(5), lived(5)
    first = int(plan.ties.beyond[0])
    names = list(firm_world(5)["conduct"]["acts"])
    of_firms = {names.index(name) for name in (*OF_FIRMS, "noise")}
    wrong = result.letters["kind"] == WRONG
    actor, act = result.letters["source"][wrong], result.letters["tag"][wrong] & 255
    assert set(actor >= first) == {True, False}
    assert np.array_equal(actor >= first, np.isin(act, list(of_firms)))
    own = result.cases["cause_kind"] == OWN
    assert np.array_equal(
        result.cases["person"][own] >= first, np.isin(result.cases["cause_tag"][own] & 255, list(of_firms))
    )


def test_a_record_that_is_misfiled_stays_among_people_or_among_firms_and_a_penalty_goes_to_the_staff() -> None:
    plan, result = plan_of(5), lived(5)
    first, ties = int(plan.ties.beyond[0]), Ties(plan)
    noise = list(firm_world(5)["conduct"]["acts"]).index("noise")
    rows = [(t, s, g & 255) for t, s, g, kind in letters(result) if kind == WRONG]
    assert all((t >= first) == (s >= first) for t, s, act in rows if act != noise)
    penalised = [(t, s) for t, s, act in rows if act == noise]
    assert penalised
    assert all(s >= first > t and t in ties.neighbours(s, STAFF) for t, s in penalised)


def letters(result: Result) -> list[tuple[int, ...]]:
    columns = [result.letters[name].tolist() for name in ("target", "source", "tag", "kind")]
    return list(zip(*columns, strict=True))


def test_a_listed_firm_reaches_its_representative_and_a_listed_representative_reaches_no_firm() -> None:
    plan, result = plan_of(5), lived(5)
    first, ties = int(plan.ties.beyond[0]), Ties(plan)
    binds = (result.letters["kind"] == LISTED) & (result.letters["association"] == 0)
    target, source = result.letters["target"][binds].tolist(), result.letters["source"][binds].tolist()
    assert target
    assert all(
        s >= first > t and ties.neighbours(s, REPRESENTATIVE) == [t] for t, s in zip(target, source, strict=True)
    )
    opened = result.cases["opened"] < plan.world.days
    firms = result.cases["person"][opened & (result.cases["variant"] == 0)]
    here = result.letters["mask"][binds] & 1 == 1
    assert here.sum() == (firms >= first).sum(), "one letter for each listing of a firm"


def test_firms_live_the_same_on_two_threads_and_beside_other_variants() -> None:
    one, two = (live_all(plan_of(5), threads=n) for n in (1, 2))
    for v in range(plan_of(5).world.variants):
        assert_same(of_variant(one, v), of_variant(two, v))
    alone = compile_plan(from_raw(firm_world(5) | {"variants": [{"name": "as-it-is"}]}, "alone"))[0]
    assert_same(of_variant(live_all(alone), 0), of_variant(one, 0))


def sparse() -> Plan:
    raw: dict[str, Any] = firm_world(1, 64 * 40)
    for act in raw["conduct"]["acts"].values():
        act |= {"rate": "2 per year", "schedule": [], "liability": []}
        act.pop("envelope", None)
    raw["associations"] = [{**a, "max_hops": 1} for a in raw["associations"]]
    return twice(from_raw(raw, "sparse", check=False))


def test_taking_a_firm_away_changes_only_those_whom_its_letters_reach() -> None:
    plan = sparse()
    found = [gate_of(plan, firm, days=25) for firm in (2100, 2300, 2500)]
    assert all(gate.differ <= gate.reachable for gate in found)
    assert any(len(gate.differ) > 1 for gate in found)
    assert all(len(gate.reachable) < gate.people / 2 for gate in found)


def test_a_shock_counts_people_and_firms_apart_in_both_engines() -> None:
    raw = firm_world(5, 200)
    start = date.fromisoformat(str(raw["world"]["start"]))
    begins, found = (str(start + timedelta(days=n)) for n in (5, 9))
    shock = {
        "id": "hand",
        "kind": "mass_listing",
        "from": begins,
        "to": found,
        "share": 1,
        "points": 3,
        "repaired": 0.5,
    }
    raw |= {"shocks": [shock], "variants": [{"name": "as-it-is"}]}
    plan = compile_plan(from_raw(raw, "hit"))[0]
    result, lives = both(plan)
    assert not list(differences(result, lives))
    told, first = result.tables["shocks"], int(plan.ties.beyond[0])
    assert (told["hit"].sum(), told["firms_hit"].sum()) == (first, plan.world.people - first) == (160, 40)
    for of, n in (("", 160), ("firms_", 40)):
        assert 0 < told[f"{of}repaired"].sum() < n
        assert told[f"{of}owed"].max() <= n
        assert told[f"{of}points"].max() <= 3 * n
