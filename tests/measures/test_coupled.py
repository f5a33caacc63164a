"""Where one run cannot tell its own luck, and where it only seemed so."""

from __future__ import annotations

from typing import Any

import numpy as np

from glasshouse.measures.coupled import told
from glasshouse.measures.estimate import Estimate
from glasshouse.measures.frame import Coupled, World
from glasshouse.measures.measure import _Counter
from glasshouse.measures.pair import Twins, measure_twins
from glasshouse.measures.registry import find
from glasshouse.measures.tally import Rate, Share
from glasshouse.measures.uncertainty import estimate
from measures.hand import cases, listing, world

CAPACITY = Coupled("fixed", "the model m chooses a set number of people", (0,))
OUTBREAK = Coupled("joined", "one outbreak reaches people anywhere", (0,))
SOME = [
    listing(basis=basis, person=n, list=n % 2)
    for n in range(0, 1000, 5)
    for basis in (("own_act", "wrong_person")[n % 3 == 0],)
]


def town(*coupled: Coupled, **changed: Any) -> World:
    return world(people=1000, lists=("a", "b"), coupled={"base": coupled}, **changed)


def luck(of: World, name: str, cut: Any = None) -> list[Estimate]:
    rows = cases(of, sorted(SOME, key=lambda x: (x["person"] // 20, x["list"])))
    measure = find(name)
    return _Counter(rows).told(measure, measure.count(rows, False), (cut,))[cut]


def test_where_so_many_are_taken_a_total_has_no_interval_and_a_share_of_them_has() -> None:
    assert luck(town(), "listings")[0].low is not None
    fixed = luck(town(CAPACITY), "listings")[0]
    assert (fixed.value, fixed.low, fixed.high, fixed.method) == (200.0, None, None, None)
    assert (
        fixed.luck_reason
        == "how many are listed is set and no luck: the model m chooses a set number of people; run several seeds"
    )
    assert luck(town(CAPACITY), "wrongful_listing_rate") == luck(town(), "wrongful_listing_rate")
    assert luck(town(CAPACITY), "selection_rate")[0].low is None


def test_in_an_outbreak_nothing_has_an_interval_but_what_is_of_another_list() -> None:
    for name in ("listings", "wrongful_listing_rate", "demographic_parity_difference", "score_gini"):
        assert luck(town(OUTBREAK), name)[0].method is None
    ill, other = luck(town(OUTBREAK), "wrongful_listing_rate", "list")
    assert ill.low is None
    assert other == luck(town(), "wrongful_listing_rate", "list")[1]
    assert other.low is not None


def test_a_number_that_had_no_interval_keeps_its_own_reason() -> None:
    found = Estimate(3.0, None, None, None, 3, None, "too few blocks hold such a case for an interval")
    assert told([found], town(OUTBREAK), ("base",), total=True) == [found]


def test_a_twin_has_no_interval_of_totals_if_either_life_takes_so_many() -> None:
    def beside(of: World) -> dict[str, Any]:
        rows = sorted(SOME, key=lambda x: (x["person"] // 20, x["list"]))
        return measure_twins(Twins(cases(of, rows), cases(of, [x for x in rows if x["person"] % 3])))

    apart, fixed, joined = (beside(town(*x)) for x in ((), (CAPACITY,), (OUTBREAK,)))
    assert apart["arbitrariness"]["luck"]["low"] > 0
    assert fixed["arbitrariness"]["value"] == apart["arbitrariness"]["value"]
    assert fixed["arbitrariness"]["luck"]["low"] is fixed["burden_spared"]["luck"]["low"] is None
    assert "run several seeds" in fixed["arbitrariness"]["luck"]["reason"]
    assert fixed["innocents_per_offender"] == apart["innocents_per_offender"]
    assert apart["innocents_per_offender"]["luck"]["low"] is not None
    assert joined["innocents_per_offender"]["luck"]["low"] is None


def test_what_sets_one_region_apart_from_another_is_no_luck() -> None:
    """Everybody of the north is listed and nobody of the south: under every seed, so that neither total nor share has any spread."""
    of = world(people=1000, regions=("n", "s"), population=np.array([[400], [600]]))
    everybody = cases(of, [listing(basis="wrong_person") for _ in range(400)])
    found = estimate(Rate(everybody.everyone, "world"), everybody)[None][0]
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low < 1e-9
    assert found.value == 400.0
    south = [listing(person=n, region=1) for n in range(400, 1000, 6)]
    both = cases(of, [listing(basis="wrong_person") for _ in range(400)] + south)
    wrong = estimate(Share(both.wrongful(False), both.everyone), both)[None][0]
    assert wrong.low is not None
    assert wrong.high is not None
    assert wrong.high - wrong.low < 0.01
