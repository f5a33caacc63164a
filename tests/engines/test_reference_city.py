"""The day of the scored city, paragraph by paragraph, on worlds so small that the answer is worked out by hand.

The worlds are those of `test_reference`, with some tables put in the place of their neutral ones.
"""

from __future__ import annotations

from typing import Any

import pytest

from engines.test_reference import (
    BELOW,
    ONE,
    Deed,
    Gate,
    Listing,
    Small,
    Tied,
    a,
    days_of,
    stock,
)
from glasshouse.engines import reference
from glasshouse.engines.reference import Life, live
from glasshouse.scenario.tables import (
    BY_COMPANY,
    BY_LISTING,
    BY_POINTS,
    BY_STANDING,
    CORRECTED,
    EXPIRED,
    GONE,
    INSIDER,
    LEFT,
    LISTED,
    MERGED_FILE,
    PAID,
    QUEUE_UNIT,
    TIE,
    WRONG,
    WRONG_PERSON,
)

HOUSEHOLD, PARENT_CHILD = 0, 2
SEEN_WITH = 16
EVERY_DAY = tuple(range(1, 21))


def lived(small: Small, parts: dict[str, dict[str, Any]], **more: Any) -> Life:
    """The life of a small world with some tables, by part of the plan, in the place of the neutral ones."""
    plan = small.plan()
    for part, columns in parts.items():
        arrays = {name: x if isinstance(x, int) else a(x) for name, x in columns.items()}
        plan = plan._replace(**{part: getattr(plan, part)._replace(**arrays)})
    return live(plan, 0, **more)


def from_day(first: int, n: int, days: int = 20) -> list[list[int]]:
    return [[n * (day >= first) for day in range(days + 1)]]


def acted(life: Life, act: int) -> list[int]:
    return sorted(day for (day, c), row in life.acts.items() if c == act and row[0])


# --- Scores that move by themselves ----------------------------------------------------------------------------------


def test_a_score_decays_towards_the_baseline_from_both_sides_and_not_past_it() -> None:
    small = Small([Deed(0, (2,), points=-10), Deed(1, (2,), points=10)])
    four_a_day = from_day(3, 4)
    stopped = [[n if day < 5 else 0 for day, n in enumerate(four_a_day[0])]]
    assert lived(small, {"score": {"decay": stopped}}).people["score"][:2] == [98, 102]
    ended = lived(small, {"score": {"decay": four_a_day}})
    assert (ended.people["score"], ended.people["merited"]) == ([100] * 4, [100] * 4)
    assert ended.fired["decay"] == 3 + 3


def test_a_list_is_left_on_the_morning_a_score_has_decayed_so_far() -> None:
    small = Small([Deed(0, (2,), points=-50)], [Listing(BELOW, 60, exit_score=80)])
    case = lived(small, {"score": {"decay": from_day(1, 10)}}).cases[0]
    assert (case["opened"], case["closed"]) == (2, 5), "50 at night, then 60, 70 and 80"


def test_an_act_that_cools_off_counts_again_when_the_days_are_over_and_its_cap_does_not_matter() -> None:
    small = Small([Deed(0, EVERY_DAY, points=-5, cap=0, windows=())])
    life = lived(small, {"acts": {"cooling": [[7]]}})
    assert life.people["score"][0] == 100 - 3 * 5, "on days 1, 8 and 15"
    assert life.people["cap_used"][0] == [15]
    assert life.fired["cooled off"] == 17


def test_merged_registers_convert_scores_once_and_within_the_scale() -> None:
    small = Small([Deed(0, (2,), points=-60), Deed(1, (2,), points=90, wrong=True)], people=2)
    merged = {"merge_day": 5, "merges": [1], "merge_factor": [[3 * 2**15]], "merge_add": [[-7]]}
    life = lived(small, {"score": merged})
    plain = lived(small, {})
    assert life.people["score"] == [min(200, plain.people["score"][n] * 3 // 2 - 7) for n in (0, 1)]
    assert life.people["merited"] == [40 * 3 // 2 - 7, 200]


def test_registers_merge_only_in_a_variant_that_merges_and_for_those_who_are_there() -> None:
    merged = {"merge_day": 5, "merge_factor": [[0]], "merge_add": [[20]]}
    assert lived(Small(), {"score": {**merged, "merges": [0]}}).people["score"] == [100] * 4
    assert lived(Small(), {"score": {**merged, "merges": [1]}}, absent=[2]).people["score"] == [20, 20, 100, 20]


def test_a_file_joined_to_another_lowers_the_other_and_is_the_wrong_person() -> None:
    small = Small([Deed(p, (2,), points=-40) for p in (0, 2, 4)], [Listing(BELOW, 55)], people=6)
    merged = {"merge_day": 5, "merges": [1], "merge_wrong": [[ONE]]}
    life = lived(small, {"score": merged})
    assert {letter[:1] + letter[2:] for letter in life.letters} <= {
        (6, source, MERGED_FILE, WRONG, 0, 1, -40, 5) for source in (0, 2, 4)
    }
    assert len(life.letters) == life.fired["merged file"] > 0
    got = [sum(target == p for _, target, *_ in life.letters) for p in range(6)]
    assert life.people["score"] == [max((60 if p % 2 == 0 else 100) - 40 * n, 0) for p, n in enumerate(got)]
    assert life.people["merited"] == [60, 100, 60, 100, 60, 100], "nobody earned it"
    cases = [(c["opened"], c["basis"], c["rightful"], c["cause_tag"]) for c in life.cases]
    assert cases
    assert set(cases) == {(6, WRONG_PERSON, 0, MERGED_FILE)}


def test_a_file_as_good_as_new_harms_nobody_when_it_is_joined() -> None:
    small = Small([Deed(0, (2,), points=40)])
    assert lived(small, {"score": {"merge_day": 5, "merges": [1], "merge_wrong": [[ONE]]}}).letters == []


# --- Places, and what is asked for -----------------------------------------------------------------------------------


def two_regions(moves: int, **acts: Any) -> dict[str, dict[str, Any]]:
    """People 0 and 1 are of one region, 2 and 3 of another; who moves lives in the second."""
    return {
        "world": {"region_cut": [2, 4], "residence_cut": [0, ONE], "moves": moves},
        "score": {"merge_factor": [[2**16] * 2], "merge_add": [[0, 0]], "scale_of": [0, 0]},
        "lists": {"in_region": [[1, 1]]},
        "acts": {"by_region": [1, 1], "region_factor": [[[ONE] * 2]] * 2, "region_seen": [[[ONE] * 2]] * 2, **acts},
    }


def test_what_people_do_depends_on_where_they_live_this_year_and_is_counted_where_they_are_from() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(2, (2,), files=0)], [Listing()])
    for moves, listed in ((0, {(2, 1, 0): 1}), (ONE, {(2, 0, 0): 1, (2, 1, 0): 1})):
        life = lived(small, two_regions(moves, region_factor=[[[0, ONE]]] * 2))
        assert life.daily["listings"] == listed


def test_a_residence_is_drawn_again_every_365_days() -> None:
    plan = Small(people=64, days=800).plan()
    plan = plan._replace(
        world=plan.world._replace(moves=ONE // 2, region_cut=a([32, 64]), residence_cut=a([ONE // 2, ONE])),
        score=plan.score._replace(scale_of=a([0, 0])),
    )
    run = reference.Run(plan, 0, frozenset(), frozenset())
    homes = {}
    for day in (1, 365, 366, 730, 731):
        homes[day] = [run.residence(person, day) for person in range(64)]
    assert homes[1] == homes[365] != homes[366] == homes[730] != homes[731]
    assert 8 <= sum(home != person // 32 for person, home in enumerate(homes[1])) <= 24, (
        "half move, half of them elsewhere"
    )


def test_what_is_seen_depends_on_where_people_live() -> None:
    small = Small([Deed(0, (2,), points=-5), Deed(2, (2,), points=-5)])
    life = lived(small, two_regions(0, region_seen=[[[0, ONE]]] * 2))
    assert life.people["score"] == [100, 100, 95, 100]
    assert life.acts == {(2, 0): [1, 0, 0, 0], (2, 1): [1, 1, 0, 0]}


def test_some_acts_are_only_of_people_on_a_list() -> None:
    small = Small([Deed(0, (2,), files=1), Deed(0, EVERY_DAY)], [Listing(), Listing(term=4)])
    assert acted(lived(small, {"acts": {"only_on": [[0], [2]]}}), 1) == [3, 4, 5], "the morning's lists, after 10"


def test_who_stands_too_low_this_morning_is_denied_what_they_ask_for() -> None:
    small = Small([Deed(0, (2,), points=-10), Deed(0, (2, 3), points=-1)])
    life = lived(small, {"acts": {"asks": [[-(2**15)], [91]]}})
    assert life.acts[2, 1] == [1, 1, 0, 0]
    assert life.acts[3, 1] == [1, 0, 0, 1]
    assert life.people["score"][0] == 89
    assert lived(small, {"acts": {"asks": [[-(2**15)], [89]]}}).fired["denied"] == 0, "as high as is asked will do"


def test_the_listed_may_be_barred_from_what_others_get() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(0, EVERY_DAY, points=-1), Deed(2, (4,), points=-1)], [Listing(term=3)])
    life = lived(small, {"acts": {"barred": [[0], [1], [1]]}})
    assert sorted(day for (day, _), row in life.acts.items() if row[3]) == [3, 4]
    assert life.people["score"] == [82, 100, 99, 100]


# --- Aimed at somebody -----------------------------------------------------------------------------------------------


def test_an_aimed_act_is_put_into_the_file_of_somebody_near_and_nobody_merits_it() -> None:
    life = lived(Small([Deed(0, (2,), points=-10)]), {"acts": {"aims": [HOUSEHOLD]}})
    assert life.letters == [(3, 1, 0, 0, WRONG, 0, 1, 0, 2)]
    assert life.acts == {(2, 0): [1, 1, 1, 0]}
    assert (life.people["score"], life.people["merited"]) == ([100, 90, 100, 100], [100] * 4)


def test_who_has_nobody_near_misses() -> None:
    life = lived(Small([Deed(0, (2,), points=-10)], people=1), {"acts": {"aims": [HOUSEHOLD]}})
    assert (life.letters, life.people["score"], life.fired["sighting missed"]) == ([], [100], 1)


@pytest.mark.parametrize("by_rule", [True, False])
def test_a_listing_for_an_aimed_act_is_by_an_insider_and_not_rightful(by_rule: bool) -> None:
    deed, listing = (Deed(0, (2,), files=0), Listing()) if by_rule else (Deed(0, (2,), points=-50), Listing(BELOW, 60))
    life = lived(Small([deed], [listing]), {"acts": {"aims": [HOUSEHOLD]}})
    assert [(c["person"], c["opened"], c["basis"], c["rightful"]) for c in life.cases] == [(1, 3, INSIDER, 0)]


# --- Leaving ---------------------------------------------------------------------------------------------------------


def test_who_leaves_is_there_until_the_evening_and_then_no_more() -> None:
    deeds = [Deed(0, (5,)), Deed(0, EVERY_DAY, points=-1), Deed(1, EVERY_DAY, points=-10)]
    life = lived(
        Small(deeds, tied=[Tied(share=0.5)]), {"acts": {"leaves": [1, 0, 0]}, "score": {"decay": from_day(6, 1)}}
    )
    assert acted(life, 1) == [1, 2, 3, 4, 5]
    assert [letter[0] for letter in life.letters if letter[1] == 0] == [2, 3, 4, 5], (
        "what is sent on day 5 finds nobody"
    )
    assert life.people["score"][0] == 100 - 5 - 4 * 5, "and nothing decays"
    assert life.people["left_on"] == [5, 0, 0, 0]
    assert (days_of(life, "left"), life.people["on"][0]) == ({5: 1}, GONE)


def test_the_open_cases_of_those_who_left_close_the_next_morning_and_nothing_else_happens_to_them() -> None:
    deeds = [Deed(0, (2,), files=0), Deed(0, (5,))]
    life = lived(Small(deeds, [Listing(pay=3, clear=0, term=20)]), {"acts": {"leaves": [0, 1]}})
    assert [(c["closed"], c["closed_by"], c["paid"]) for c in life.cases] == [(6, LEFT, 0)], "payment was due on day 6"
    assert (stock(life, "listed"), days_of(life, "delistings")) == ([2, 3, 4, 5], {6: 1})
    assert "complied" not in life.daily


def test_who_is_denied_leave_stays() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(0, (5,))], [Listing()])
    life = lived(small, {"acts": {"leaves": [0, 1], "barred": [[0], [1]]}})
    assert (life.people["left_on"][0], life.fired["denied"], "left" in life.daily) == (0, 1, False)


# --- Company and standing --------------------------------------------------------------------------------------------


def company(**more: Any) -> dict[str, dict[str, Any]]:
    return {"associations": {"transfer": [BY_COMPANY], "chance": [[ONE]], "on_lists": [[0]], **more}}


def test_who_is_seen_with_somebody_pays_for_it() -> None:
    life = lived(Small([Deed(0, (2,), points=-3)], tied=[Tied(amount=-8)]), company())
    assert life.letters == [(3, 1, 0, SEEN_WITH, LISTED, 0, 1, -8, 2)]
    assert life.people["score"] == [97, 92, 100, 100]


def test_company_costs_nothing_without_the_chance_the_act_or_the_list() -> None:
    small = Small([Deed(0, (2, 4), points=-3)], [Listing()], tied=[Tied(amount=-8)])
    assert lived(small, company(chance=[[0]])).letters == []
    assert lived(small, company(of_acts=[[0]])).letters == []
    assert lived(small, company(on_lists=[[1]])).letters == []


def test_company_of_the_listed_costs_from_the_morning_after_they_were_listed() -> None:
    small = Small([Deed(0, (2, 4), files=0)], [Listing()], tied=[Tied(amount=-8)])
    assert [letter[0] for letter in lived(small, company(on_lists=[[1]])).letters] == [5]


def test_company_that_is_put_into_anothers_file_is_nobodys_company() -> None:
    life = lived(Small([Deed(0, (2,), points=-3, wrong=True)], tied=[Tied(amount=-8)]), company())
    assert [letter for letter in life.letters if letter[4] == LISTED] == []


def test_a_standing_that_falls_is_told_and_told_again_when_it_is_back() -> None:
    small = Small([Deed(0, (2,), points=-10), Deed(0, (8,), points=30)], tied=[Tied(amount=-6)])
    life = lived(small, {"associations": {"transfer": [BY_STANDING], "level": [[[95]]]}})
    told = [(letter[0], letter[1], letter[2], letter[7]) for letter in life.letters]
    assert told == [(3, 1, 0, -6), (4, 0, 1, -6), (9, 1, 0, 6), (10, 0, 1, 6)], "who pays for another falls too"
    assert {letter[3:7] for letter in life.letters} == {(SEEN_WITH, LISTED, 0, 1)}
    assert life.people["score"][:2] == [120, 100]


def test_nobody_is_told_of_those_who_always_stood_low_or_who_leave() -> None:
    standing = {"transfer": [BY_STANDING], "level": [[[101]]]}
    assert lived(Small([Deed(0, (2,), points=-10)], tied=[Tied(amount=-6)]), {"associations": standing}).letters == []
    small = Small([Deed(0, (2,), points=-10)], tied=[Tied(amount=-6)])
    assert lived(small, {"associations": {**standing, "level": [[[95]]]}, "acts": {"leaves": [1]}}).letters == []


# --- Falling silent --------------------------------------------------------------------------------------------------


def test_a_listing_that_costs_no_points_may_silence_those_near() -> None:
    small = Small([Deed(0, (3,), files=0), Deed(1, EVERY_DAY, chillable=True)], [Listing()], tied=[Tied(1, amount=0)])
    assert lived(small, {}).letters == []
    life = lived(small, {"associations": {"hush": [[256]]}})
    assert life.letters == [(4, 1, 0, 0, LISTED, 0, 1, 0, 3)]
    assert acted(life, 1) == [1, 2, 3, 4]
    assert (life.people["chill"], life.people["score"]) == ([0, 256, 0, 0], [100] * 4)


def test_hushes_of_a_day_add_up_with_the_demerit_and_end_at_the_most() -> None:
    small = Small([Deed(p, (3,), points=-10) for p in (0, 1)], tied=[Tied(share=0.5)], chill=20)
    life = lived(small, {"associations": {"hush": [[50]]}})
    assert life.people["chill"][:2] == [20 + 20 + 50] * 2, "the own demerit, and the next day the tie's and its hush"
    capped = lived(small, {"associations": {"hush": [[50]]}, "score": {"chill_most": [60]}})
    assert capped.people["chill"][:2] == [60] * 2


def test_news_of_the_listed_silence_everybody_the_day_after_and_no_longer_than_the_listing() -> None:
    small = Small([Deed(0, (3,), files=0), Deed(2, EVERY_DAY, chillable=True)], [Listing(term=4)])
    life = lived(small, {"score": {"publicity": [4 * 256]}})
    assert acted(life, 1) == [1, 2, 3, *range(8, 21)], "listed on four evenings, 3 to 6; open listings of 7 are none"
    assert life.people["chill"] == [0] * 4


# --- Ties cut, and one way only --------------------------------------------------------------------------------------


def cut(**more: Any) -> dict[str, Any]:
    return {"cut_on": [1], "cut": [[ONE]] + [[0]] * 9, **more}


def test_a_cut_tie_carries_no_demerit_of_the_listed_from_the_morning_on() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(0, (2, 3, 7), points=-40)], [Listing(term=4)], tied=[Tied()])
    life = lived(small, {"associations": cut()})
    assert [letter[0] for letter in life.letters] == [3, 8], "not what was done on day 3; the list was left on day 6"
    assert days_of(life, "ties_cut") == {2: 1}
    assert life.fired["tie cut"] == 1


def test_an_uncut_tie_and_a_list_that_cuts_nothing_change_nothing() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(0, (3,), points=-40)], [Listing()], tied=[Tied()])
    for tables in (cut(cut=[[0]] * 10), cut(cut_on=[0])):
        assert [letter[0] for letter in lived(small, {"associations": tables}).letters] == [4]


def test_ties_are_cut_once_on_entering_the_first_of_the_lists_that_cut() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(0, (2, 3), files=1)], [Listing(term=5), Listing(term=3)])
    assert days_of(lived(small, {"associations": cut(cut_on=[3])}), "ties_cut") == {2: 1}
    assert days_of(lived(small, {"associations": cut(cut_on=[2])}), "ties_cut") == {2: 1}


def test_a_listing_is_told_along_a_cut_tie_but_a_standing_is_not() -> None:
    small = Small([Deed(0, (2,), points=-50)], [Listing(BELOW, 60)], tied=[Tied(1, amount=-5)])
    assert [letter[0] for letter in lived(small, {"associations": cut()}).letters] == [3]
    standing = cut(transfer=[BY_STANDING], level=[[[60]]])
    assert lived(small, {"associations": standing}).letters == [], "listed this evening, told this evening"
    assert len(lived(small, {"associations": {**standing, "cut_on": [0]}}).letters) == 1


def test_what_is_told_to_the_listed_goes_along_a_cut_tie() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(1, (5,), points=-40)], [Listing()], tied=[Tied()])
    assert [letter[:2] for letter in lived(small, {"associations": cut()}).letters] == [(6, 0)]


@pytest.mark.parametrize(("toward", "told"), [(0, [0, 1]), (1, [1]), (2, [0])])
def test_some_letters_go_to_children_or_to_parents_only(toward: int, told: list[int]) -> None:
    """In each household of these worlds the second is the child of the first."""
    small = Small([Deed(p, (2,), points=-40) for p in (0, 1)], tied=[Tied()])
    ties = {"on": [0, 0, 1] + [0] * 7, "house_role": [[s % 2 for s in range(4096)]] * 16, "role_count": [[0] * 16] * 2}
    life = lived(small, {"ties": ties, "associations": {"kind": [PARENT_CHILD], "toward": [toward]}})
    assert sorted(letter[1] for letter in life.letters) == told


def test_an_association_may_look_at_some_acts_only() -> None:
    small = Small([Deed(0, (2,), points=-40), Deed(0, (5,), points=-40)], tied=[Tied(BY_POINTS)])
    life = lived(small, {"associations": {"of_acts": [[0, 1]]}})
    assert life.letters == [(6, 1, 0, 1, TIE, 0, 1, -20, 5)]


def test_an_association_may_look_at_some_lists_only() -> None:
    small = Small(
        [Deed(0, (2,), files=0), Deed(0, (5,), files=1)], [Listing(), Listing()], tied=[Tied(BY_LISTING, amount=-4)]
    )
    assert [letter[0] for letter in lived(small, {"associations": {"on_lists": [[2]]}}).letters] == [6]


# --- Queues and frozen payments --------------------------------------------------------------------------------------


def appealing() -> Small:
    """Three are listed on day 2 and appeal on day 4, one is listed on day 4 and appeals on day 6."""
    deeds = [*(Deed(p, (2,), files=0) for p in range(3)), Deed(3, (4,), files=0)]
    return Small(deeds, [Listing(served=True, appeals=True, upheld=True)])


def test_a_clerk_who_decides_every_other_day_keeps_the_fourth_waiting() -> None:
    life = lived(appealing(), {"lists": {"clerks": [[QUEUE_UNIT // 2]]}})
    decided = [(c["appealed"], c["decided"], c["closed"], c["closed_by"]) for c in life.cases]
    assert decided[:3] == [(4, 5, 5, CORRECTED)] * 3, "yesterday nobody waited"
    assert decided[3] == (6, 7 + 4, 11, CORRECTED), (
        "three less a day's work on the evenings of 4 and 5: two, at two days each"
    )
    assert days_of(life, "appeals") == {4: 3, 6: 1}


def test_where_nobody_decides_no_appeal_is_ever_decided() -> None:
    life = lived(appealing(), {"lists": {"clerks": [[0]]}})
    assert [(c["decided"], c["decision"], c["closed"]) for c in life.cases] == [(0, 0, 0)] * 4
    assert days_of(life, "appeals") == {4: 3, 6: 1}


def test_an_idle_clerk_saves_no_work_for_later() -> None:
    deeds = [Deed(p, (10,), files=0) for p in range(4)] + [Deed(4, (11,), files=0)]
    small = Small(deeds, [Listing(served=True, appeals=True, upheld=True)], people=6)
    life = lived(small, {"lists": {"clerks": [[QUEUE_UNIT]]}})
    assert [c["decided"] for c in life.cases] == [13] * 4 + [14 + 3]
    assert {day + 1: wait for day, (wait,) in enumerate(life.waits) if wait} == {13: 3, 14: 3, 15: 2, 16: 1}


def test_a_payment_bounces_while_the_list_itself_freezes_the_account() -> None:
    small = Small([Deed(0, (2,), files=0)], [Listing(pay=2, clear=0, term=10)])
    life = lived(small, {"lists": {"freezes": [[ONE]], "retry": [[3]]}})
    assert days_of(life, "bounced") == {5: 1, 8: 1, 11: 1}
    assert [(c["closed"], c["closed_by"], c["paid"]) for c in life.cases] == [(12, EXPIRED, 0)]
    assert "complied" not in life.daily


def test_a_payment_bounces_because_of_another_list_until_the_evening_before_it_is_gone() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(0, (2,), files=1)], [Listing(term=6), Listing(pay=2, clear=1)])
    life = lived(small, {"lists": {"freezes": [[ONE], [0]], "retry": [[9], [3]]}})
    assert days_of(life, "bounced") == {5: 1, 8: 1}, "the list is left on the morning of 8"
    assert (life.cases[1]["paid"], life.cases[1]["closed"], life.cases[1]["closed_by"]) == (11, 12, PAID)


def test_those_who_are_refused_at_a_gate_are_not_refused_after_they_left() -> None:
    small = Small([Deed(0, (2,), files=0), Deed(0, (5,))], [Listing()], [Gate()])
    assert list(days_of(lived(small, {"acts": {"leaves": [0, 1]}}), "trips_0")) == [3, 4, 5]


# --- Written down ----------------------------------------------------------------------------------------------------


def told_of(life: Life, *events: str) -> list[tuple[int, ...]]:
    """Day, detail and amount of some events of the journal."""
    return [(day, detail, amount) for _, day, event, detail, _, _, amount in life.journal if event in events]


def test_a_journal_tells_what_was_denied_who_left_and_what_bounced() -> None:
    deeds = [Deed(0, (2,), files=0), Deed(0, (4,)), Deed(0, (7,))]
    tables = {"acts": {"barred": [[0], [1], [0]], "leaves": [0, 0, 1]}, "lists": {"freezes": [[ONE]], "retry": [[9]]}}
    life = lived(Small(deeds, [Listing(pay=2)]), tables, journal=[0])
    assert told_of(life, "denied") == [(4, 1, 0)]
    assert told_of(life, "bounced") == [(5, 0, 0)]
    assert told_of(life, "left") == [(7, 0, 0)]
    assert told_of(life, "left_list") == [(8, 0, 0)]


def test_a_journal_tells_what_standing_others_were_told() -> None:
    small = Small([Deed(0, (2,), points=-10), Deed(0, (8,), points=30)], tied=[Tied(amount=-6)])
    life = lived(small, {"associations": {"transfer": [BY_STANDING], "level": [[[95]]]}}, journal=[0])
    assert told_of(life, "standing") == [(2, 0, 1), (8, 0, 0)]
