"""Late records, scores updated on some days, scales and lists by region, on worlds so small that the answer is worked out by hand."""

from __future__ import annotations

from typing import Any

from engines.test_reference import BELOW, ONE, Deed, Listing, Small, Tied, a, days_of
from engines.test_reference_city import EVERY_DAY, HOUSEHOLD, lived, two_regions
from glasshouse.engines.reference import Life, Run, live
from glasshouse.scenario import tables
from glasshouse.scenario.tables import LISTED, OWN, OWN_ACT, TIE, WRONG

MERIT_ONLY = 16


def updates_on(*days: int, last: int = 20) -> dict[str, dict[str, Any]]:
    """Scores are updated on these days only."""
    after = [min((d for d in days if d >= day), default=last + 1) for day in range(last + 2)]
    return {"score": {"update": [after]}}


def late(days: int, **more: Any) -> dict[str, dict[str, Any]]:
    return {"acts": {"late": [[days]], **more}}


def letters(life: Life) -> list[tuple[int, ...]]:
    """Day of delivery, target, kind, amount and the day it left."""
    return [(day, target, kind, amount, sent) for day, target, _, _, kind, _, _, amount, sent in life.letters]


# --- Late records ----------------------------------------------------------------------------------------------------


def test_a_record_that_comes_late_costs_nothing_until_it_is_there() -> None:
    life = lived(Small([Deed(0, (2,), points=-50)], [Listing(BELOW, 60)]), late(5))
    assert letters(life) == [(7, 0, OWN, 0, 2)]
    assert [(c["opened"], c["cause_kind"], c["basis"]) for c in life.cases] == [(7, OWN, OWN_ACT)]
    assert life.acts == {(2, 0): [1, 1, 0, 0]}, "seen on the day of the act"


def test_a_record_that_is_late_counts_within_the_window_in_which_it_comes() -> None:
    small = Small([Deed(0, (2, 3, 4), points=-5, cap=2, windows=(1, 8))])
    assert lived(small, late(6)).people["score"][0] == 100 - 2 * 5, "on days 8, 9 and 10, in one window"
    assert lived(small, late(5)).people["score"][0] == 100 - 3 * 5, "on day 7, and on days 8 and 9"


def test_a_late_record_keeps_its_circumstance_and_files_when_it_comes() -> None:
    small = Small([Deed(0, (2,), files=0)], [Listing()])
    made = late(
        3, circumstances=[2], circ_cut=[[[[[0, ONE]]]] * 2], goes_on=[[[ONE, ONE]]], circ_basis=[[OWN_ACT, 1]],
    )  # fmt: skip
    life = lived(small, made)
    assert letters(life) == [(5, 0, OWN, 1, 2)], "the second of two circumstances"
    assert [(c["opened"], c["basis"]) for c in life.cases] == [(5, 1)]


def test_a_record_in_anothers_file_is_as_late_as_its_act_and_at_least_a_day() -> None:
    for days, day in ((0, 3), (1, 3), (6, 8)):
        assert letters(lived(Small([Deed(0, (2,), points=-5)]), late(days, aims=[HOUSEHOLD]))) == [
            (day, 1, WRONG, 0, 2)
        ]


def test_the_merit_of_an_act_in_anothers_file_comes_as_late_and_moves_nothing_else() -> None:
    life = lived(Small([Deed(0, (2,), points=-5, wrong=True)], [Listing(BELOW, 100)], people=1), late(6))
    assert letters(life) == [(8, 0, OWN, MERIT_ONLY, 2)]
    assert (life.people["score"], life.people["merited"], life.cases) == ([100], [95], [])
    assert letters(lived(Small([Deed(0, (2,), wrong=True)], people=1), late(6))) == [], "no points, no merit"


def test_the_ties_of_somebody_pay_the_day_after_a_late_record_comes_and_company_at_once() -> None:
    small = Small([Deed(0, (2,), points=-40)], tied=[Tied()])
    assert [x[:4] for x in letters(lived(small, late(4)))] == [(6, 0, OWN, 0), (7, 1, TIE, -20)]
    seen_with = {"transfer": [3], "chance": [[ONE]], "on_lists": [[0]], "amount": [[-8]]}
    life = lived(small, {**late(4), "associations": seen_with})
    assert [x[:4] for x in letters(life)] == [(3, 1, LISTED, -8), (6, 0, OWN, 0)]


def test_what_is_due_when_nobody_is_there_or_the_run_is_over_never_comes() -> None:
    assert lived(Small([Deed(0, (18,), points=-5)]), late(3)).people["score"][0] == 100
    leaving = Small([Deed(0, (2,), points=-5), Deed(0, (4,))])
    life = lived(leaving, {"acts": {"late": [[5], [0]], "leaves": [0, 1]}})
    assert (letters(life), life.people["score"][0]) == ([], 100)


# --- Days of update --------------------------------------------------------------------------------------------------


def test_scores_move_on_days_of_update_and_filings_do_not_wait() -> None:
    small = Small([Deed(0, (2, 4), points=-10), Deed(1, (2,), files=0)], [Listing()])
    life = lived(small, updates_on(5, 15), journal=[0])
    assert [(day, amount) for _, day, event, *_, amount in life.journal if event == "settled"] == [(5, 80)]
    assert days_of(life, "listings") == {2: 1}


def test_an_act_on_a_day_of_update_is_settled_the_same_evening() -> None:
    life = lived(Small([Deed(0, (5,), points=-10)]), updates_on(5, 15))
    assert (life.letters, life.people["score"][0]) == ([], 90)


def test_the_demerits_of_others_wait_for_the_next_update_and_those_without_points_do_not() -> None:
    small = Small([Deed(0, (5,), points=-40)], tied=[Tied()])
    assert letters(lived(small, updates_on(5, 15))) == [(15, 1, TIE, -20, 5)]
    listed = Small([Deed(0, (5,), files=0)], [Listing()], tied=[Tied(1, amount=-4)])
    assert letters(lived(listed, updates_on(5, 15))) == [(15, 1, LISTED, -4, 5)]
    quiet = {"associations": {"hush": [[9]], "amount": [[0]]}, **updates_on(5, 15)}
    assert letters(lived(listed, quiet)) == [(6, 1, LISTED, 0, 5)]


def test_late_records_wait_for_the_update_after_they_are_due() -> None:
    assert letters(lived(Small([Deed(0, (2,), points=-5)]), {**late(4), **updates_on(5, 15)})) == [(15, 0, OWN, 0, 2)]


def test_after_the_last_update_no_score_moves() -> None:
    life = lived(Small([Deed(0, EVERY_DAY, points=-1)]), updates_on(5))
    assert life.people["score"][0] == 95


# --- Scales and lists by region --------------------------------------------------------------------------------------


def two_scales(moves: int = 0, **score: Any) -> dict[str, dict[str, Any]]:
    """People 0 and 1 on a scale of 0 to 200 that begins at 100, 2 and 3 on one of 10 to 60 that begins at 20."""
    made = two_regions(moves)
    made["score"] |= {"scale_of": [0, 1], "lowest": [0, 10], "highest": [200, 60], "baseline": [100, 20], **score}
    made["associations"] = {"level": [[[0, 0]]]}
    return made


def test_everybody_begins_at_the_baseline_where_they_live_and_stays_on_its_scale() -> None:
    small = Small([Deed(p, EVERY_DAY, points=-1) for p in (0, 2)])
    acts = {name: [[[ONE] * 2]] * 2 for name in ("region_factor", "region_seen")}
    made = two_scales()
    made["acts"] = {"by_region": [0, 0], **acts}
    life = lived(small, made)
    assert life.people["score"] == [80, 100, 10, 20]


def years(moves: int, **score: Any) -> tables.Plan:
    """Two years in which nothing happens but that some move."""
    plan = Small(people=64, days=366).plan()
    parts = {
        "world": {"region_cut": [32, 64], "residence_cut": [ONE // 2, ONE], "moves": moves},
        "score": {
            "scale_of": [0, 1], "lowest": [0, 10], "highest": [200, 60], "baseline": [100, 20], "merge_factor": [[2**16] * 2],
            "merge_add": [[0] * 2], **score,
        },
        "associations": {"level": [[[0, 0]]]}, "lists": {"in_region": [[1, 1]]},
    }  # fmt: skip
    for part, columns in parts.items():
        plan = plan._replace(
            **{part: getattr(plan, part)._replace(**{n: x if isinstance(x, int) else a(x) for n, x in columns.items()})}
        )
    return plan


def test_who_moves_to_another_scale_takes_the_score_along_or_begins_anew() -> None:
    converted, anew = live(years(ONE, anew=[0]), 0), live(years(ONE, anew=[1]), 0)
    at_last = [Run(years(ONE, anew=[1]), 0, frozenset(), frozenset()).residence(person, 366) for person in range(64)]
    assert anew.people["score"] == [(100, 20)[home] for home in at_last]
    assert set(converted.people["score"]) == {100, 20, 100 * 50 // 200 + 10, (20 - 10) * 200 // 50}
    assert converted.fired["score converted"] == anew.fired["score begun anew"] > 8
    assert converted.people["merited"] == converted.people["score"]


def test_a_list_of_one_region_is_entered_only_by_those_who_live_there() -> None:
    deeds = [Deed(p, (2,), files=0) for p in (0, 2)]
    regions = two_regions(0)
    del regions["acts"]
    life = lived(Small(deeds, [Listing()]), {**regions, "lists": {"in_region": [[0, 1]]}})
    assert [c["person"] for c in life.cases] == [2]
    assert life.fired["filed where the list is not"] == 1
