"""What a recording holds beside its listings: acts by day, everybody at the end, tries at gates. Each worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.codes import EXITS
from glasshouse.measures import burden, equality, mistakes, proportion, remedy, score
from glasshouse.measures.measure import _Counter
from glasshouse.measures.sources import Acts, People
from glasshouse.measures.uncertainty import estimate
from measures.hand import cases, listing, value, whole, world
from measures.test_pair import Tables

RULES = {"rules": [{"id": "debt", "when": {"signal": "debt"}}, {"id": "theft", "when": {"signal": "theft"}}]}
ACTS = {"base": {"debt": Acts(80, 40, 4), "theft": Acts(20, 20, 2), "song": Acts(900, 0, 0)}}


def test_of_a_hundred_acts_that_a_rule_answers_to_forty_were_not_seen() -> None:
    of = cases(world(sources=Tables(RULES, acts=ACTS)), [])
    assert value(mistakes.unseen_acts_share(of), of) == pytest.approx(
        0.4
    )  # the song, to which no rule answers, is not asked
    by = {act: value(tally, of) for act, tally in mistakes._unseen_by_act(of, False).items()}
    assert by == {"debt": pytest.approx(0.5), "theft": 0.0}


def test_of_sixty_records_six_are_in_the_wrong_file() -> None:
    of = cases(world(sources=Tables(RULES, acts=ACTS)), [])
    found = whole(mistakes.misfiled_record_share(of), of)
    assert (found.value, found.n) == (pytest.approx(0.1), 60)
    assert {a: value(t, of) for a, t in mistakes._misfiled_by_act(of, False).items()} == pytest.approx(
        {"debt": 0.1, "theft": 0.1}
    )


def test_without_the_acts_nothing_is_said_of_them() -> None:
    of = cases(world(sources=Tables(RULES)), [])
    assert whole(mistakes.unseen_acts_share(of), of).reason == "the recording does not hold the acts"


def gate(**said: Any) -> dict[str, Any]:
    return {"consequences": [{"id": "flight", "right": "movement"}, {"id": "benefit", **said}]}


def test_three_denials_in_fifteen_hundred_days_listed_are_two_in_a_thousand() -> None:
    daily = {("refused_benefit", "base"): [[3]], ("refused_flight", "base"): [[50]], ("listed", "base"): [[1500]]}
    of = cases(world(gates=("flight", "benefit"), sources=Tables(gate(right="social_security"), daily=daily)), [])
    found = whole(proportion.essential_denials(of), of)
    assert (found.value, found.n, found.detail) == (pytest.approx(2.0), 3, {"denials": 3})
    assert list(proportion._by_gate(of, False)) == ["benefit"]


def test_a_gate_of_no_essential_right_denies_nothing_essential() -> None:
    of = cases(world(gates=("flight", "benefit"), sources=Tables(gate(right="credit"))), [])
    assert whole(proportion.essential_denials(of), of).reason == proportion.NO_ESSENTIAL


def test_someone_refused_at_two_gates_is_one_person_refused() -> None:
    column = np.array([0, 1, 2, 3], np.int32)  # nobody, one gate, the other, both
    people = People(column, column, np.array([0, 0, 1, 1], np.int32))
    tables = Tables(people={"base": people}, columns={("refused_ever", "base"): column})
    of = cases(world(people=4, groups=("A", "B"), population=np.array([[2, 2]]), sources=tables), [])
    found = estimate(burden.people_refused(of), of, (None, "group"))
    assert found[None][0].value == 3
    assert [one.value for one in found["group"]] == [1, 2]


def test_of_four_listings_that_ended_two_people_stayed_off() -> None:
    of = cases(
        world(days=1000),
        [
            listing(person=0, opened=1, closed=11, by="paid"),
            listing(person=0, opened=21, closed=31, by="paid"),  # again after ten days, then never
            listing(person=1, opened=1, closed=11, by="expired"),
            listing(person=1, opened=11, ordinal=2),  # on the same day, and for good
            listing(person=2, opened=1, closed=11, by="corrected"),
            listing(person=3, opened=1),  # never ended: not asked
        ],
    )
    assert value(remedy.stays_off_share(of), of) == pytest.approx(0.5)
    ways = {way: value(tally, of) for way, tally in remedy._stays_off_by_end(of, False).items()}
    assert ways == {"corrected": 1.0, "paid": 0.5, "expired": 0.0, "recovered": None, "left": None}
    assert set(ways) == set(EXITS) - {""}


def test_what_a_review_overrides_is_told_of_the_wrong_and_of_the_right() -> None:
    of = cases(
        world(),
        [
            listing(basis="wrong_person", appealed_on=2, decided_on=5, decision=1),
            listing(basis="wrong_person", appealed_on=2, decided_on=5, decision=2),
            listing(appealed_on=2, decided_on=5, decision=2),
        ],
    )
    assert {k: value(t, of) for k, t in remedy._upheld_by_truth(of, False).items()} == {"wrong": 0.5, "right": 0.0}
    assert value(remedy.human_override_rate(of), of) == pytest.approx(1 / 3)


def scored(has: list[int], merits: list[int], **scenario: Any) -> Any:
    people = People(np.array(has, np.int32), np.array(merits, np.int32), np.zeros(len(has), np.int32))
    tables = Tables({"score": {"min": 0}, **scenario}, {"base": people})
    return cases(world(people=len(has), sources=tables), [])


def test_scores_as_merited_are_accurate_and_the_other_way_round_they_are_the_opposite() -> None:
    same, opposite = scored([1, 2, 3], [1, 2, 3]), scored([1, 2, 3], [3, 2, 1])
    assert value(score.score_accuracy(same), same) == pytest.approx(1.0)
    assert value(score.score_accuracy(opposite), opposite) == pytest.approx(-1.0)


def test_the_accuracy_is_the_correlation_that_numpy_gives_and_flips_are_people_on_the_wrong_side() -> None:
    has, merits = [100, 90, 80, 100, 95], [100, 100, 80, 90, 95]
    lists = [{"id": "defaulters", "entry": {"trigger": {"score_below": 92}}}]
    of = scored(has, merits, lists=lists)
    found = whole(score.score_accuracy(of), of)
    assert found.value == pytest.approx(np.corrcoef(has, merits)[0, 1])
    assert found.detail == {
        "flips": pytest.approx(2 / 5)
    }  # the second is below 92 and should not be, the fourth the reverse


def test_where_all_have_one_score_there_is_no_accuracy() -> None:
    of = scored([5, 5], [5, 5])
    assert whole(score.score_accuracy(of), of).reason == "everybody has the same score"


def test_a_scheme_without_a_list_is_null_and_not_an_achievement() -> None:
    of = cases(world(lists=(), bars_movement={"base": {}}), [])
    for tally in (mistakes.false_listing_rate(of, False), burden.listings(of), equality.selection_rate(of)):
        assert _Counter(of).of(tally)[None][0].reason == "this scenario keeps no list"
