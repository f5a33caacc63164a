"""What was changed without evidence, how it stands out, how long it takes, and what copies still show: worked out on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.codes import EXITS, KINDS
from glasshouse.measures import attack, copies
from glasshouse.measures.frame import Cases
from glasshouse.measures.tally import Tally
from measures.hand import cases, listing, value, whole, world

SHOCK = KINDS.index("shock")


class Kept:
    """The tables of a recording that was never made."""

    def __init__(self, refused: Any = None, **tables: dict[str, list[Any]]) -> None:
        self.tables, self.refused = tables, refused

    def table(self, name: str, _: str) -> dict[str, np.ndarray] | None:
        return {k: np.array(x) for k, x in self.tables[name].items()} if name in self.tables else None

    def by_day(self, _column: str, _variant: str) -> np.ndarray:
        return np.array(self.refused)

    def scenario(self, _: str) -> dict[str, Any]:
        return {"shocks": [{"kind": "leak"}]}

    def acts(self, _: str) -> dict[str, Any]:
        return {}


def by(parts: Any, of: Cases) -> dict[str, float | None]:
    return {name: value(tally, of) for name, tally in parts(of, False).items()}


# --- changes without evidence -------------------------------------------------------------------------------------------


def test_1317_red_codes_in_a_day_are_found_by_the_share_and_far_above_ten_standard_deviations() -> None:
    rng = np.random.default_rng(3)
    usual = [listing(opened=int(d)) for d in np.sort(rng.integers(1, 61, 300))]
    red = [listing(opened=45, basis="insider_or_intruder", cause_kind=SHOCK) for _ in range(1317)]
    of = cases(world(people=5000, days=60), usual + red)
    assert value(attack.unauthorised_status_changes(of, False), of) == pytest.approx(1317 / 1617)
    found = whole(attack.status_change_burst(of, False), of)
    assert found.value is not None
    assert found.value > 100
    assert found.detail == {"list": "defaulters", "day": 45, "listings": int((of.opened == 45).sum())}
    calm = cases(world(people=5000, days=60), usual)
    assert value(attack.unauthorised_status_changes(calm, False), calm) == 0
    ordinary = value(attack.status_change_burst(calm, False), calm)
    assert ordinary is not None
    assert 1 < ordinary < 6


def test_the_day_is_compared_with_the_others_and_not_with_itself() -> None:
    of = cases(world(days=10), [listing(opened=d) for d in (1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8, 9, 10)])
    assert value(attack.status_change_burst(of, False), of) == pytest.approx(
        3.0
    )  # 4 on a day, 1 on every other, and sqrt(1)


# --- how long -----------------------------------------------------------------------------------------------------------


def attacked(closed: int, owed: list[int], refused: list[int]) -> Cases:
    days = len(refused)
    rows = [
        listing(
            opened=10, closed=closed, by="corrected" if closed else "", basis="insider_or_intruder", cause_kind=SHOCK
        )
    ]
    told = {
        "day": list(range(1, days + 1)),
        "shock": ["mass"] * days,
        "hit": [5 * (d == 10) for d in range(1, days + 1)],
        "owed": owed,
    }
    return cases(world(days=days, gates=("flight",), sources=Kept(refused, shocks=told)), rows)


def test_records_trust_and_travel_are_back_each_on_its_day_and_the_longest_counts() -> None:
    owed = [0] * 9 + [5] * 8 + [0] * 23
    refused = [2] * 10 + [9] * 10 + [2] * 20
    of = attacked(25, owed, refused)
    # travel: 9 a day on days 11 to 20, 2 on all others; of a rise of 7 a day a twentieth is .35, so that days 21 to 27 are the first week
    assert by(attack._by_aspect, of) == {"travel": 11, "trust": 8, "records": 15}
    assert value(attack.days_to_recover(of, False), of) == 15


def test_what_is_not_as_before_when_the_run_ends_is_told_and_not_counted() -> None:
    of = attacked(0, [0] * 9 + [5] * 31, [2] * 10 + [9] * 30)
    found = whole(attack.days_to_recover(of, False), of)
    assert found.value is None
    assert found.reason == "not as before when the run ends: travel, trust, records"


def test_without_a_mass_listing_there_is_nothing_to_recover_from() -> None:
    of = cases(world(), [listing()])
    assert whole(attack.days_to_recover(of, False), of).reason == "no mass listing in this run"


# --- copies -------------------------------------------------------------------------------------------------------------


def held(rows: list[dict[str, Any]], people: int = 100, days: int = 200) -> Cases:
    blank = {"person": 0, "recipient": "police", "closed_by": EXITS[1], "ended": 0, "corrected": 0, "leaked": 0}
    filled = [blank | {"person": n} | row for n, row in enumerate(rows)]
    table = {k: [row[k] for row in filled] for k in blank}
    return cases(world(people=people, days=days, sources=Kept(copies=table)), [listing()])


def share(tally: Tally, of: Cases) -> float:
    found = value(tally, of)
    assert found is not None
    return found


def test_of_three_recipients_of_which_one_never_hears_a_third_still_shows_it() -> None:
    rows = [
        {"person": 1, "recipient": name, "ended": 50, "corrected": on}
        for name, on in (("courts", 52), ("hotels", 71), ("police", 0))
    ]
    of = held(rows)
    assert share(copies.residual_copy_share(of, False), of) == pytest.approx(1 / 3)
    assert by(copies._by_horizon, of) == {
        "1": 1.0,
        "7": pytest.approx(2 / 3),
        "30": pytest.approx(1 / 3),
        "90": pytest.approx(1 / 3),
    }
    assert by(copies._by_recipient, of) == {"courts": 0.0, "hotels": 0.0, "police": 1.0}


def test_only_corrections_long_enough_before_the_end_are_counted() -> None:
    of = held([{"ended": 180}, {"ended": 50, "closed_by": "paid"}])
    assert "30 days before the end" in str(whole(copies.residual_copy_share(of, False), of).reason)


def test_a_leak_exposes_people_once_and_tells_those_whose_listing_was_over() -> None:
    rows = [
        {"person": 1, "leaked": 100, "ended": 60, "corrected": 61},
        {"person": 1, "leaked": 100, "ended": 60, "recipient": "hotels"},
        {"person": 2, "leaked": 100},
        {"person": 3, "leaked": 100, "ended": 150, "corrected": 150},
        {"person": 4, "ended": 60, "corrected": 60},
    ]
    of = held(rows)
    assert share(copies.leak_exposed_people(of, False), of) == 3
    assert share(copies.leak_of_corrected_share(of, False), of) == pytest.approx(1 / 3)


def test_a_recording_without_copies_says_so() -> None:
    of = cases(world(), [listing()])
    for measure in copies.MEASURES:
        assert whole(measure.count(of, False), of).reason == copies.NO_COPIES
