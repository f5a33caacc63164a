"""The day, paragraph by paragraph, on worlds so small that the answer is worked out by hand.

A *deed* is an act that one person certainly does on certain days; every chance in these worlds is 0 or 1 unless a test says otherwise.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import naive.ties
from glasshouse.engines import (
    reference,
    reference_copies,
    reference_epidemic,
    reference_life,
    reference_lots,
    reference_models,
    reference_shocks,
    reference_ties,
)
from glasshouse.engines.reference import Life, live
from glasshouse.engines.reference_ties import philox, scrambled, turn, turn_back
from glasshouse.scenario import tables
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import (
    CORRECTED,
    EXPIRED,
    LISTED,
    OTHERS,
    OWN,
    OWN_ACT,
    PAID,
    PROTECTED,
    RECOVERED,
    TIE,
    WRONG,
    WRONG_PERSON,
)  # fmt: skip
from worlds import world

ONE = 2**32
HOUSEHOLD = 0
RULE, BELOW, ABOVE = 1, 2, 3
GRANTED, REFUSED = 1, 2
TOLD = (
    reference,
    reference_ties,
    reference_life,
    reference_epidemic,
    reference_lots,
    reference_models,
    reference_shocks,
    reference_copies,
)


@dataclass
class Deed:
    """What one person does on some days, and what the scheme makes of it."""

    person: int = 0
    days: tuple[int, ...] = (2,)
    points: int = 0
    files: int = -1
    wrong: bool = False
    cap: int | None = None
    windows: tuple[int, ...] = (1,)
    chillable: bool = False
    protected: bool = False
    listed_factor: int = ONE


@dataclass
class Listing:
    """One list: chances are 0 or 1, delays whole days, None for never."""

    trigger: int = RULE
    threshold: int = 0
    exit_score: int = -1
    served: bool = False
    notice: int = 0
    tells: bool = True
    appeals: bool = False
    appeal: int = 0
    decide: int = 0
    upheld: bool = False
    pay: int | None = None
    clear: int | None = 0
    term: int = 0
    extended: bool = False
    extension: int = 0
    term_from: int = 0
    older: int = 0


@dataclass
class Gate:
    """One gate on the lists of a bit mask; everybody uses it every day."""

    lists: int = 1
    evade: bool = False
    learns: bool = False
    never_learns: bool = False
    tries: int = 1


@dataclass
class Tied:
    """One association over the household."""

    transfer: int = 0
    share: float = 0.5
    amount: int = 0
    max_hops: int = 1


@dataclass
class Small:
    """A world of a few people in households of two: 0 and 1, 2 and 3, and so on."""

    deeds: list[Deed] = field(default_factory=list)
    lists: list[Listing] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    tied: list[Tied] = field(default_factory=list)
    people: int = 4
    days: int = 20
    chill: int = 0

    def plan(self) -> tables.Plan:
        return tables.Plan(
            world=self.world(), acts=self.acts(), score=self.scale(),
            associations=self.associations(), lists=self.list_tables(), delays=self.delays(), gates=self.gate_tables(), ties=self.ties(),
        )  # fmt: skip

    def live(self, **more: Any) -> Life:
        return live(self.plan(), 0, **more)

    def world(self) -> tables.WorldTables:
        return tables.WorldTables(self.people, 64, self.days, 1, 7, 0, 99, a([ONE]), a([self.people]), 0, 98, a([ONE]))

    def scale(self) -> tables.ScoreTables:
        return tables.ScoreTables(
            1, a([0]), a([200]), a([100]), a([0]), a([0]), a([range(self.days + 2)]), a([self.chill]), a([256]),
            publicity=a([0]), decay=a([[0] * (self.days + 1)]), merge_day=0, merges=a([0]),
            merge_factor=a([[1 << 16]]), merge_add=a([[0]]), merge_wrong=a([[0]]), merge_stream=97,
        )  # fmt: skip

    def acts(self) -> tables.ActTables:
        n, T = len(self.deeds), self.days + 1
        day_in = lambda days: [int(d in days) for d in range(T)]  # noqa: E731
        certain = a([[[[0]], [[ONE]]]] * n)  # period 1 is a day of the deed, period 0 is not
        return tables.ActTables(
            count=n, stream=a(range(500, 500 + n)), period=a([day_in(d.days) for d in self.deeds]), row_act=a(range(n)),
            row_strip=a([0] * n), row_first=a([d.person for d in self.deeds]), row_width=a([1] * n), row_cdf=a([[0, 2**64 - 1]] * n),
            row_len=a([1] * n), row_guide=a([[1] * 256] * n), unequal=a([0] * n), rank_class=a([[0] * 64] * n), accept=certain,
            by_group=a([0] * n), group_factor=a([[[ONE]]] * n), by_list=a([d.listed_factor != ONE for d in self.deeds]),
            listed_factor=a([[[d.listed_factor] * max(len(self.lists), 1)] for d in self.deeds]),
            chillable=a([d.chillable for d in self.deeds]),
            seen=a([[[[ONE]]] * 2] * n), wrong=a([[[[ONE * d.wrong]]] * 2 for d in self.deeds]), circumstances=a([0] * n),
            circ_cut=a([[[[[ONE]]]] * 2] * n), goes_on=a([[[ONE]]] * n), circ_basis=a([[OWN_ACT]] * n),
            protected=a([d.protected for d in self.deeds]), rightful_if=a([[1] + [0] * 7] * n), points=a([[d.points] for d in self.deeds]),
            capped=a([i if d.cap is not None else -1 for i, d in enumerate(self.deeds)]), cap=a([[d.cap or 0] for d in self.deeds]),
            cap_window=a([day_in(d.windows) for d in self.deeds]), files=a([[d.files] for d in self.deeds]),
            cooling=a([[0]] * n), special=a([0] * n), by_region=a([0] * n), region_factor=a([[[ONE]]] * n), region_seen=a([[[ONE]]] * n),
            only_on=a([[0]] * n), asks=a([[tables.NO_SCORE_ASKED]] * n), barred=a([[0]] * n), aims=a([-1] * n), leaves=a([0] * n),
            late=a([[0]] * n),
        )  # fmt: skip

    def delays(self) -> tables.Delays:
        """Number 0 is never, number d + 1 is always d days."""
        rows = [[0], *([0] * d + [ONE] for d in range(40))]
        return tables.Delays(
            a(np.cumsum([0, *map(len, rows[:-1])])), a([len(r) for r in rows]), a([x for row in rows for x in row])
        )

    def list_tables(self) -> tables.ListTables:
        xs = self.lists or [Listing(trigger=0)]
        late = lambda days: 0 if days is None else days + 1  # noqa: E731
        each = lambda f: a([[f(x)] for x in xs])  # noqa: E731
        return tables.ListTables(
            count=len(self.lists), stream=a(range(900, 900 + len(xs))), trigger=a([x.trigger for x in xs]),
            threshold=each(lambda x: x.threshold), exit_score=each(lambda x: x.exit_score), served=each(lambda x: ONE * x.served),
            notice_delay=each(lambda x: late(x.notice)), refusal_tells=each(lambda x: x.tells),
            appeals=each(lambda x: [ONE * x.appeals] * 8),
            appeal_delay=each(lambda x: late(x.appeal)), answered=each(lambda x: ONE), decide_delay=each(lambda x: late(x.decide)),
            upheld=each(lambda x: [ONE * x.upheld] * 8), pay_delay=each(lambda x: [late(x.pay)] * 8),
            clear_delay=each(lambda x: late(x.clear)),
            never_cleared=each(lambda x: ONE * (x.clear is None)), term=each(lambda x: x.term), termed=each(lambda x: ONE),
            extended=each(lambda x: ONE * x.extended), extension=each(lambda x: x.extension), term_from=each(lambda x: x.term_from),
            older=each(lambda x: x.older),
            clerks=each(lambda x: tables.NO_CLERKS_NEEDED), freezes=each(lambda x: 0), retry=each(lambda x: 0),
            in_region=a([[1]] * len(xs)),
        )  # fmt: skip

    def gate_tables(self) -> tables.GateTables:
        xs = self.gates or [Gate(lists=0)]
        return tables.GateTables(
            count=len(self.gates), stream=a(range(700, 700 + len(xs))), lists=a([[x.lists] for x in xs]),
            period=a([[0] * (self.days + 1)] * len(xs)),
            trip=a([[[ONE]]] * len(xs)), user=a([[[ONE]]] * len(xs)),
            tries_cut=a([[[[0] * (x.tries - 1) + [ONE] * 9]] for x in xs]),
            evade=a([[[ONE * x.evade]] for x in xs]), learns=a([[ONE * x.learns] for x in xs]),
            never_learns=a([[ONE * x.never_learns] for x in xs]),
        )  # fmt: skip

    def associations(self) -> tables.AssociationTables:
        xs = self.tied or [Tied()]
        return tables.AssociationTables(
            len(self.tied), a([HOUSEHOLD] * len(xs)), a([x.transfer for x in xs]), a([[int(x.share * ONE)] for x in xs]),
            a([[x.amount] for x in xs]), a([x.max_hops for x in xs]), of_acts=a([[1] * max(len(self.deeds), 1)] * len(xs)),
            on_lists=a([[tables.ALL_LISTS]] * len(xs)), level=a([[[0]]] * len(xs)), chance=a([[0]] * len(xs)), toward=a([0] * len(xs)),
            hush=a([[0]] * len(xs)), cut=a([[0]] * 10), cut_on=a([0]),
        )  # fmt: skip

    def ties(self) -> tables.TieTables:
        none = {name: a([0] * len(tables.TIE_KINDS)) for name in tables.TieTables._fields}
        pairs = {
            "on": a([1] + [0] * 9), "beyond": a([tables.NO_FIRMS] * 10), "house_position": a([[s % 2 for s in range(4096)]] * 16),
            "house_size": a([[2] * 4096] * 16), "house_role": a([[0] * 4096] * 16),
        }  # fmt: skip
        return tables.TieTables(**{**none, **pairs})


def a(values: Any) -> Any:
    """An array of integers that holds 2**64 - 1 too."""
    return np.array(list(values) if isinstance(values, range) else values, dtype=object)


def stock(life: Life, name: str) -> list[int]:
    """The days on which a stock was not 0."""
    return sorted(day for (day, _, _), n in life.daily[name].items() if n)


def days_of(life: Life, name: str) -> dict[int, int]:
    return {day: n for (day, _, _), n in sorted(life.daily[name].items()) if n}


# --- Numbers and chance, ties ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_philox_gives_the_answers_of_its_authors(counter: str, key: str, words: str) -> None:
    numbers = [int(x, 16) for x in (counter + " " + key).split()]
    assert philox(*numbers) == tuple(int(x, 16) for x in words.split())


@pytest.mark.parametrize("n", [1, 2, 3, 5, 64, 100, 4096])
def test_the_bijection_meets_everybody_once_and_its_inverse_leads_back(n: int) -> None:
    w = philox(1, 2, 3, n, 5, 6)
    there = [scrambled(x, n, w, turn) for x in range(n)]
    assert sorted(there) == list(range(n))
    assert [scrambled(y, n, w, turn_back) for y in there] == list(range(n))


@pytest.mark.parametrize("kind", range(8))
def test_ties_over_several_streets_are_those_of_the_other_plain_telling(kind: int) -> None:
    raw = world(0)
    raw["world"]["people"] = 9_000
    plan = compile_plan(from_raw(raw, "three-streets"))[0]
    graph = naive.ties.Ties(plan.ties, 9_000, raw["world"]["seed"]).graph(kind)
    ties = reference_ties.Ties(plan)
    asked = range(0, 9_000, 7)
    assert [ties.neighbours(p, kind) for p in asked] == [graph[p] for p in asked]
    assert sum(map(len, graph)) > 1_000


def test_a_delay_is_never_when_all_of_its_table_is_at_or_below_the_word() -> None:
    run = reference.Run(Small().plan(), 0, frozenset(), frozenset())
    assert (run.delay(0, 5), run.delay(1, 5), run.delay(4, 2**32 - 1)) == (None, 0, 3)


def test_nothing_happens_after_the_last_day_there_is() -> None:
    assert (
        reference.after(65_530, 5),
        reference.after(65_530, 6),
        reference.after(0, 6),
        reference.after(3, None),
    ) == (65_535, 0, 0, 0)


# --- Entering, notice, appeal ----------------------------------------------------------------------------------------


def test_a_person_is_listed_served_appeals_and_wins() -> None:
    small = Small([Deed(0, (2,), files=0)], [Listing(served=True, notice=2, appeals=True, decide=3, upheld=True)])
    life = small.live()
    case = life.cases[0]
    assert (case["opened"], case["notified"], case["learnt"], case["learnt_by"]) == (2, 5, 5, 1)
    assert (case["appealed"], case["decided"], case["decision"]) == (6, 10, GRANTED), (
        "an appeal is not on the day of learning"
    )
    assert (case["closed"], case["closed_by"], case["basis"], case["rightful"]) == (10, CORRECTED, OWN_ACT, 1)
    assert stock(life, "listed") == list(range(2, 10))
    assert [days_of(life, n) for n in ("listings", "notified", "appeals", "corrections", "delistings")] == [
        {d: 1} for d in (2, 5, 6, 10, 10)
    ]
    assert life.people["on"] == [0] * 4


def test_a_refused_appeal_changes_nothing_but_is_written_down() -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing(served=True, appeals=True, upheld=False, term=3)]).live()
    case = life.cases[0]
    assert (case["notified"], case["appealed"], case["decided"], case["decision"]) == (3, 4, 5, REFUSED)
    assert (case["closed"], case["closed_by"]) == (5, EXPIRED), "the refusal of the same day does not stop the term"
    assert "corrections" not in life.daily


def test_a_decision_in_favour_beats_payment_and_payment_beats_the_term() -> None:
    due_on_five = {"served": True, "appeals": True, "pay": 2, "clear": 0, "term": 3}
    for upheld, by in ((True, CORRECTED), (False, PAID)):
        life = Small([Deed(0, (2,), files=0)], [Listing(upheld=upheld, **due_on_five)]).live()  # type: ignore[arg-type]
        assert [(c["closed"], c["closed_by"], c["paid"]) for c in life.cases] == [(5, by, 5)]
        assert days_of(life, "complied") == {5: 1}


def test_nobody_is_listed_twice_at_once_but_may_be_again() -> None:
    life = Small([Deed(0, (2, 3, 4, 5, 6, 7), files=0)], [Listing(term=3)]).live()
    assert [(c["opened"], c["closed"], c["ordinal"]) for c in life.cases] == [(2, 5, 1), (5, 8, 2)]


# --- Payment and expiry ----------------------------------------------------------------------------------------------


def test_payment_clears_the_record_after_its_delay() -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing(pay=4, clear=2)]).live()
    assert [(c["paid"], c["closed"], c["closed_by"]) for c in life.cases] == [(7, 9, PAID)]
    assert days_of(life, "complied") == {7: 1}


def test_a_record_that_is_never_cleared_stays_after_payment() -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing(pay=4, clear=None)]).live()
    assert [(c["paid"], c["closed"]) for c in life.cases] == [(7, 0)]
    assert stock(life, "listed") == list(range(2, 21))


def test_what_was_planned_for_the_day_of_closing_or_later_did_not_happen() -> None:
    planned = Listing(served=True, notice=2, pay=5, term=3)
    case = Small([Deed(0, (2,), files=0)], [planned]).live().cases[0]
    assert (case["closed"], case["notified"], case["learnt"], case["paid"]) == (5, 0, 0, 0)


def test_what_is_planned_beyond_the_run_did_not_happen() -> None:
    case = Small([Deed(0, (2,), files=0)], [Listing(served=True, notice=18, pay=18)], days=20).live().cases[0]
    assert (case["notified"], case["paid"], case["closed"]) == (0, 0, 0)


@pytest.mark.parametrize(("older", "closed"), [(0, 10), (1, 13), (2, 0)])
def test_entries_older_than_the_law_expire_as_the_scheme_treats_them(older: int, closed: int) -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing(term=3, term_from=10, older=older)]).live()
    assert [c["closed"] for c in life.cases] == [closed]


@pytest.mark.parametrize("older", [0, 1, 2])
def test_entries_younger_than_the_law_expire_by_their_term(older: int) -> None:
    life = Small(
        [Deed(0, (10,), files=0)], [Listing(term=3, term_from=10, older=older, extended=True, extension=2)]
    ).live()
    assert [(c["closed"], c["closed_by"]) for c in life.cases] == [(15, EXPIRED)]


# --- Caps, score, chilling -------------------------------------------------------------------------------------------


def test_a_capped_rule_counts_so_often_in_a_window() -> None:
    life = Small([Deed(0, tuple(range(1, 21)), points=-5, cap=2, windows=(1, 11))]).live()
    assert life.people["score"][0] == 100 - 5 * 4
    assert life.people["cap_used"][0] == [2]
    assert life.fired["beyond the cap"] == 16


def test_two_acts_of_one_day_are_settled_once() -> None:
    life = Small([Deed(0, (1,), points=150), Deed(0, (1,), points=-80)]).live()
    assert life.people["score"][0] == 170, "not 200 - 80"


def test_a_low_score_lists_and_recovery_ends_it() -> None:
    deeds = [Deed(0, (2,), points=-50), Deed(0, (6,), points=30)]
    life = Small(deeds, [Listing(BELOW, 60, exit_score=80)]).live()
    assert [(c["opened"], c["closed"], c["closed_by"], c["basis"]) for c in life.cases] == [(2, 7, RECOVERED, OWN_ACT)]


def test_closing_lifts_a_low_score_to_the_threshold() -> None:
    life = Small([Deed(0, (2,), points=-50)], [Listing(BELOW, 60, term=4)]).live()
    assert (life.people["score"][0], life.people["merited"][0]) == (60, 50)


def test_a_high_score_lists_and_is_lost_when_the_score_falls_below_the_exit() -> None:
    deeds = [Deed(0, (2,), points=50), Deed(0, (6,), points=-40)]
    life = Small(deeds, [Listing(ABOVE, 140, exit_score=120)]).live()
    assert [(c["opened"], c["closed"], c["closed_by"]) for c in life.cases] == [(2, 7, RECOVERED)]


def test_a_listing_for_a_protected_act_is_right_by_the_rule_and_says_its_basis() -> None:
    life = Small([Deed(0, (2,), points=-50, protected=True)], [Listing(BELOW, 60)]).live()
    assert [(c["basis"], c["rightful"]) for c in life.cases] == [(PROTECTED, 1)]
    assert stock(life, "wrongful_listed_by_rights") == list(range(2, 21))
    assert not stock(life, "wrongful_listed")


def test_people_fall_silent_after_a_demerit() -> None:
    life = Small([Deed(0, tuple(range(3, 21)), points=-1, chillable=True)], chill=256).live()
    assert sum(row[0] for row in life.acts.values()) == 1
    assert life.people["chill"][0] == 256


def test_the_listed_may_be_less_able_to_act() -> None:
    life = Small([Deed(0, tuple(range(3, 21)), files=0, listed_factor=0)], [Listing(term=5)]).live()
    assert sorted(day for (day, _), row in life.acts.items() if row[0]) == [3, 8, 13, 18]


# --- Gates -----------------------------------------------------------------------------------------------------------


def test_a_refusal_tells_the_listed_and_those_who_learn_give_up() -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing()], [Gate(learns=True, tries=3)]).live()
    assert [(c["learnt"], c["learnt_by"], c["notified"]) for c in life.cases] == [(3, 2, 0)]
    assert [days_of(life, f"{name}_0") for name in ("tries", "trips", "people")] == [{3: 3}, {3: 1}, {3: 1}]
    assert (life.people["given_up"][0], life.people["refused_ever"][0]) == (1, 1)


def test_who_never_learns_is_refused_every_day_and_is_one_person() -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing()], [Gate(learns=True, never_learns=True)]).live()
    assert days_of(life, "trips_0") == {day: 1 for day in range(3, 21)}
    assert days_of(life, "people_0") == {3: 1}


def test_another_way_through_is_no_refusal_and_tells_nobody() -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing()], [Gate(evade=True)]).live()
    assert (sum(days_of(life, "evaded_0").values()), "trips_0" in life.daily, life.cases[0]["learnt"]) == (18, False, 0)


def test_a_gate_of_two_lists_tells_of_the_case_of_the_first() -> None:
    deeds = [Deed(0, (2,), files=0), Deed(0, (2,), files=1)]
    life = Small(deeds, [Listing(), Listing()], [Gate(lists=3)]).live()
    assert [(c["list"], c["learnt"]) for c in life.cases] == [(0, 3), (1, 0)]
    assert days_of(life, "trips_0")[3] == 1


def test_a_gate_opens_on_the_morning_the_case_is_closed() -> None:
    life = Small([Deed(0, (2,), files=0)], [Listing(term=3)], [Gate()]).live()
    assert list(days_of(life, "trips_0")) == [3, 4]


# --- Letters ---------------------------------------------------------------------------------------------------------


def test_a_demerit_goes_over_two_hops_and_no_further() -> None:
    life = Small([Deed(0, (2,), points=-40)], tied=[Tied(share=0.5, max_hops=2)]).live()
    assert life.letters == [(3, 1, 0, 0, TIE, 0, 1, -20, 2), (4, 0, 1, 0, TIE, 0, 2, -10, 3)]
    assert life.people["score"][:2] == [100 - 40 - 10, 100 - 20]


def test_merits_do_not_travel_and_a_share_is_the_floor_of_the_magnitude() -> None:
    assert Small([Deed(0, (2,), points=40)], tied=[Tied()]).live().letters == []
    assert Small([Deed(0, (2,), points=-5)], tied=[Tied()]).live().letters == [(3, 1, 0, 0, TIE, 0, 1, -2, 2)]
    assert Small([Deed(0, (2,), points=-1)], tied=[Tied()]).live().letters == []


def test_beyond_the_cap_no_letter_leaves() -> None:
    life = Small([Deed(0, (2, 3), points=-10, cap=1)], tied=[Tied()]).live()
    assert [x[0] for x in life.letters] == [3]


def test_a_listing_shades_the_household_and_lists_them_for_what_another_did() -> None:
    lists = [Listing(), Listing(BELOW, 95)]
    life = Small([Deed(2, (2,), files=0)], lists, tied=[Tied(transfer=1, amount=-8)]).live()
    assert [
        (c["person"], c["list"], c["opened"], c["basis"], c["cause_kind"], c["cause_source"]) for c in life.cases
    ] == [
        (2, 0, 2, OWN_ACT, OWN, 2),
        (3, 1, 3, OTHERS, LISTED, 2),
        (2, 1, 4, OTHERS, LISTED, 3),
    ]
    assert [x[:5] for x in life.letters] == [(3, 3, 2, 0, LISTED), (4, 2, 3, 1, LISTED), (5, 3, 2, 1, LISTED)]


def test_the_wrong_file_harms_another_and_the_merit_is_known() -> None:
    life = Small([Deed(0, tuple(range(1, 21)), points=-4, wrong=True)], people=2, days=21).live()
    assert {(target, source, kind) for _, target, source, _, kind, *_ in life.letters} == {(1, 0, WRONG)}
    assert 0 < len(life.letters) < 20
    assert len(life.letters) + life.fired["sighting missed"] == 20
    assert sum(row[2] for row in life.acts.values()) == 20
    assert life.people["score"] == [100, 100 - 4 * len(life.letters)]
    assert life.people["merited"] == [100 - 80, 100]


def test_a_filing_in_the_wrong_file_lists_the_wrong_person() -> None:
    life = Small([Deed(0, tuple(range(1, 20)), files=0, wrong=True)], [Listing()], people=2).live()
    assert [(c["person"], c["basis"], c["rightful"], c["cause_kind"], c["cause_source"]) for c in life.cases] == [
        (1, WRONG_PERSON, 0, WRONG, 0)
    ]


def test_the_absent_do_nothing_and_receive_nothing() -> None:
    deeds = [Deed(0, (2,), points=-40, files=0), Deed(2, (2,), points=-40)]
    life = Small(deeds, [Listing()], tied=[Tied()]).live(absent=[0, 3])
    assert life.letters == []
    assert life.cases == []
    assert life.people["score"] == [100, 100, 60, 100]
    assert life.people["on"][0] & tables.ABSENT


def test_a_journal_tells_of_those_who_were_asked_for_and_of_nobody_else() -> None:
    small = Small([Deed(0, (2,), points=-40, files=0), Deed(2, (2,), points=-3)], [Listing(term=3)])
    events = small.live(journal=[0]).journal
    assert {person for person, *_ in events} == {0}
    act, piece, listing, end = events
    assert act[1:4] == (2, "act", reference.MARK_SEEN | reference.MARK_RECORDED)
    assert piece == (0, 2, "settled", 0, -1, 0, 60)
    assert listing == (0, 2, "listed", 0, 0, 0, 0)
    assert end == (0, 5, "left_list", 0, -1, 0, 0)


def test_a_journal_tells_of_records_that_others_put_in_a_file() -> None:
    small = Small([Deed(0, tuple(range(1, 21)), points=-4, wrong=True)], people=2, days=21)
    acts, records = (small.live(journal=[p]).journal for p in (0, 1))
    assert {(event, marks) for _, _, event, marks, *_ in acts} == {("act", 7)}
    assert {row[2:5] for row in records} == {("record", WRONG, 0), ("settled", 0, -1)}
    assert len(records) == 2 * len(small.live().letters)


def test_the_reference_engine_knows_nothing_of_the_house_but_the_tables() -> None:
    ours: set[str] = set()
    for told in TOLD:
        tree = ast.parse(Path(str(told.__file__)).read_text(encoding="utf-8"))
        imported = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        imported |= {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
        ours |= {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert ours <= {
        "glasshouse.scenario", *(f"glasshouse.scenario.{m}" for m in ("tables", "model_tables", "epidemic_tables", "shock_tables")),
        *(m.__name__ for m in TOLD),
    }  # fmt: skip
