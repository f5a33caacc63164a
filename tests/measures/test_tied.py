"""Measures along ties, on graphs that can be worked out on paper, and ties made again from a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from glasshouse.measures.children import Homes, children_reached
from glasshouse.measures.estimate import Estimate
from glasshouse.measures.frame import Ints
from glasshouse.measures.tied import Ties, along_ties, distances
from measures.hand import cases, listing, world
from measures.test_pair import FEAR, Tables, own, people, twins


def ties(pairs: list[tuple[int, int]], of: int, families: list[tuple[int, int]] = ()) -> Ties:  # type: ignore[assignment]
    both = np.array([*pairs, *((b, a) for a, b in pairs)], np.int64).reshape(-1, 2)
    parent, child = np.array(families, np.int64).reshape(-1, 2).T
    return Ties(of, both[:, 0], both[:, 1], parent, child)


def scored(here: list[int], there: list[int], tied: Ties) -> dict[str, Estimate]:
    tables = Tables({"score": {"min": 0}}, {"base": people(here), "other": people(there)})
    alone, both = along_ties(twins(world(people=len(here), sources=tables), [], []), tied)
    return alone | both


def test_a_path_of_four_with_rising_scores_has_the_assortativity_of_the_anchor() -> None:
    path = ties([(0, 1), (1, 2), (2, 3)], 4)
    found = scored([1, 2, 3, 4], [4, 4, 4, 1], path)
    assert found["score_assortativity"].value == pytest.approx(0.45455, abs=5e-6)
    assert found["score_assortativity"].n == 3


def test_the_karate_club_s_degrees_have_the_assortativity_that_networkx_gives() -> None:
    club = nx.karate_club_graph()
    degree = [d for _, d in club.degree()]
    found = scored(degree, degree, ties(list(club.edges()), len(degree)))
    assert found["score_assortativity"].value == pytest.approx(-0.47561, abs=5e-6)
    assert found["score_assortativity_change"].value == pytest.approx(0.0, abs=1e-12)


def test_children_who_end_as_their_parents_have_a_slope_of_one_and_the_twin_is_taken_off() -> None:
    families = [(0, 4), (1, 5), (2, 6), (3, 7)]
    same, reversed_ = [1, 2, 3, 4, 1, 2, 3, 4], [1, 2, 3, 4, 4, 3, 2, 1]
    tied = ties(families, 8, families)
    assert scored(same, reversed_, tied)["intergenerational_transmission"].value == pytest.approx(2.0)
    assert scored(same, [1, 2, 3, 4, 7, 7, 7, 7], tied)["intergenerational_transmission"].value == pytest.approx(1.0)
    assert scored(same, same, ties(families, 8))["intergenerational_transmission"].reason == "nobody is anybody's child"


def cliques(crossing: list[tuple[int, int]]) -> Ties:
    inside = [(a, b) for first in (0, 4) for a in range(first, first + 4) for b in range(a + 1, first + 4)]
    return ties(inside + crossing, 8)


def segregated(tied: Ties, listed: list[int]) -> Estimate:
    pair = twins(world(people=8, sources=Tables()), [own(person) for person in listed], [])
    return along_ties(pair, tied)[0]["tie_segregation"]


def test_two_cliques_of_which_one_is_listed_are_wholly_apart() -> None:
    assert segregated(cliques([]), [0, 1, 2, 3]).value == pytest.approx(1.0)


def test_ties_across_bring_segregation_down_as_worked_by_hand() -> None:
    # 14 ties, two of them across; each side has 14 of the 28 ends: 7 across would be expected
    assert segregated(cliques([(0, 4), (1, 5)]), [0, 1, 2, 3]).value == pytest.approx(1 - 2 / 7)


def test_where_nobody_is_listed_nobody_is_apart() -> None:
    assert segregated(cliques([]), []).reason == "nobody who is tied was listed, or everybody"


def test_the_distance_is_the_fewest_ties_to_somebody_listed() -> None:
    path = ties([(0, 1), (1, 2), (2, 3), (3, 4)], 6)
    listed = np.array([True, False, False, False, False, False])
    assert distances(listed, path).tolist() == [0, 1, 2, 3, 3, 3]  # the last has no tie at all


def test_fear_is_told_by_the_distance_from_the_listed() -> None:
    chill = {("chill", "base"): np.array([0, 128, 64, 0, 0], np.int32), ("chill", "other"): np.zeros(5, np.int32)}
    tables = Tables(FEAR, {"base": people([0] * 5), "other": people([0] * 5)}, columns=chill)
    pair = twins(world(people=5, sources=tables), [own(0)], [])
    found = along_ties(pair, ties([(0, 1), (1, 2), (2, 3), (3, 4)], 5))[1]["chilling_spillover"]
    assert found.value == pytest.approx(0.5)
    assert found.detail["by_distance"] == {"1": pytest.approx(0.5), "2": pytest.approx(0.25), "3 and more": 0.0}


# --- children -------------------------------------------------------------------------------------------------------------


def family(people: int = 8) -> Homes:
    """Households of four: two adults and two children."""
    person = np.arange(people)
    return Homes(house=person - person % 4, child=person % 4 >= 2, adult=person % 4 < 2)


def reached(rows: list[dict[str, Any]], reach: tuple[str, ...] = (), lists: tuple[str, ...] = ("low",)) -> Estimate:
    school = {"id": "school", "trigger": {"list": "low"}, "reach": list(reach)}
    of = world(people=8, days=1000, lists=lists, scenario={"consequences": [school]})
    return children_reached(cases(of, rows), family())


def test_one_parent_listed_and_one_school_barred_for_100_days_are_each_child_of_the_home_for_100_days() -> None:
    found = reached([listing(opened=1, closed=101, by="paid", person=0)], ("children",))
    assert (found.value, found.n, found.detail["person_days"]) == (2.0, 4, 200)
    assert found.detail["lives_with_listed"] == 2
    assert reached([listing(opened=1, closed=101, by="paid", person=0)], ("self",)).value == 0.0


def test_a_child_s_own_listing_is_no_one_else_s_doing_unless_it_is_for_others_conduct() -> None:
    own_act = listing(opened=1, closed=11, by="paid", person=2)
    assert reached([own_act], ("children",)).value == 0.0  # nor does it reach a brother or a sister
    assert reached([own_act], ("household",)).detail["person_days"] == 10
    for_others = reached([own_act | {"basis": 3}])
    assert (for_others.value, for_others.detail) == (
        1.0,
        {"person_days": 10, "listed_for_others": 1, "lives_with_listed": 0},
    )


def test_a_day_on_which_both_parents_are_listed_bars_a_child_once() -> None:
    rows = [listing(opened=1, closed=11, by="paid", person=0), listing(opened=6, closed=21, by="paid", person=1)]
    assert reached(rows, ("children",)).detail["person_days"] == 2 * 20


def test_another_list_and_another_home_reach_nobody() -> None:
    rows = [listing(opened=1, closed=11, by="paid", person=0, list=1)]
    assert reached(rows, ("children",), ("low", "other")).value == 0.0


def test_a_firm_that_is_listed_is_nobody_s_parent() -> None:
    school = {"id": "school", "trigger": {"list": "low"}, "reach": ["household"]}
    of = world(people=10, lists=("low",), scenario={"consequences": [school]})  # two firms behind the eight people
    assert (
        children_reached(cases(of, [listing(person=9), listing(person=8, basis="others_conduct")]), family()).value == 0
    )


def test_homes_made_again_are_the_households_and_generations_of_the_ties() -> None:
    from glasshouse.experiments.kin import homes_of, ties_of

    homes, found = homes_of(recorded(ASKED)), ties_of(recorded(ASKED))
    assert homes is not None
    assert found is not None
    assert homes.child.sum() > 100
    assert not (homes.child & homes.adult).any()
    small = homes.child[found.child]
    assert (homes.house[found.parent[small]] == homes.house[found.child[small]]).all()
    assert homes.adult[found.parent[small]].all()
    assert homes_of(recorded({"friends": {"mean": 4, "sd": 2}})) is None


# --- ties made again ------------------------------------------------------------------------------------------------------


def recorded(asked: dict[str, Any] | None, number: int = 3000, replicate: int = 0) -> Any:
    from glasshouse.recording.store import Recording

    place = {"people": number, "start": "2020-01-01", "end": "2020-01-02", "seed": 5}
    raw = {
        "schema": 1,
        "scheme": {"title": "A village", "status": "hypothetical"},
        "world": place | ({"ties": asked} if asked else {}),
    }
    manifest = {"scenario": {"name": "village", "raw": raw}, "seed": 5, "replicate": replicate, "variants": ["factual"]}
    return Recording(Path("nowhere"), manifest)


ASKED = {
    "household": {"sizes": {1: 0.2, 2: 0.3, 4: 0.5}},
    "partner": 0.8,
    "parent_child": 0.7,
    "friends": {"mean": 4, "sd": 2},
}


def test_ties_made_again_are_those_that_the_plain_telling_gives() -> None:
    from glasshouse.experiments.kin import ties_of
    from glasshouse.scenario.schema import Ties as Asked
    from glasshouse.scenario.tie_tables import tie_tables
    from naive import ties as plain

    found = ties_of(recorded(ASKED))
    assert found is not None
    mine: dict[int, set[int]] = {person: set() for person in range(3000)}
    for one, other in zip(found.one.tolist(), found.other.tolist(), strict=True):
        mine[one].add(other)
    assert sum(map(len, mine.values())) == len(found.one)  # each once
    assert all(one in mine[other] for one, of in mine.items() for other in of)
    told = plain.Ties(tie_tables(Asked.model_validate(ASKED), 3000, 5), 3000, 5)
    graphs = [told.graph(kind) for kind in (0, 1, 2, 4)]
    assert mine == {person: {x for graph in graphs for x in graph[person]} for person in range(3000)}


def test_another_replicate_has_other_friends() -> None:
    from glasshouse.experiments.kin import ties_of

    one, other = (ties_of(recorded(ASKED, replicate=r)) for r in (0, 1))
    assert one is not None
    assert other is not None
    assert pairs_of(one.one, one.other) != pairs_of(other.one, other.other)


def pairs_of(one: Ints, other: Ints) -> set[tuple[int, int]]:
    return set(zip(one.tolist(), other.tolist(), strict=True))


def test_parents_are_tied_to_their_children_and_a_scenario_without_ties_ties_nobody() -> None:
    from glasshouse.experiments.kin import ties_of

    found = ties_of(recorded(ASKED))
    assert found is not None
    assert len(found.child) > 100
    assert pairs_of(found.parent, found.child) <= pairs_of(found.one, found.other)
    assert not pairs_of(found.parent, found.child) & pairs_of(found.child, found.parent)
    assert ties_of(recorded(None)) is None
