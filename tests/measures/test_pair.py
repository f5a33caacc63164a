"""Measures that need a twin, on two variants that can be worked out on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasshouse.errors import UsageError
from glasshouse.measures.frame import Cases, World
from glasshouse.measures.pair import PAIRS, Twins, measure_pair, measure_twins
from glasshouse.measures.sources import Acts, People
from glasshouse.recording.store import open_recording
from measures.hand import cases, listing, world
from recording.fake import fake_recording


class Tables:
    """What a recording holds beside its listings, for two variants called base and other."""

    def __init__(
        self, scenario: Any = None, people: Any = None, acts: Any = None, columns: Any = None, daily: Any = None
    ) -> None:
        self._scenario, self._people, self._acts = scenario or {}, people or {}, acts or {}
        self._columns, self._daily = columns or {}, daily or {}

    def scenario(self, variant: str) -> Any:
        return self._scenario

    def people(self, variant: str) -> Any:
        return self._people.get(variant)

    def acts(self, variant: str) -> Any:
        return self._acts.get(variant, {})

    def column(self, name: str, variant: str) -> Any:
        return self._columns.get((name, variant))

    def daily(self, column: str, variant: str) -> Any:
        return np.array(self._daily.get((column, variant), [[0]]))


def twins(of: World, base: list[dict[str, Any]], other: list[dict[str, Any]]) -> Twins:
    def named(rows: list[dict[str, Any]], variant: str) -> Cases:
        made = cases(of, rows)
        object.__setattr__(made, "variant", variant)
        return made

    return Twins(named(base, "base"), named(other, "other"))


def of_name(name: str, pair: Twins) -> dict[str, Any]:
    return measure_twins(pair)[name]


def own(person: int, days: int = 10) -> dict[str, Any]:
    return listing(person=person, opened=1, closed=1 + days, by="paid")


def others(person: int, days: int = 10) -> dict[str, Any]:
    return listing(
        person=person, opened=1, closed=1 + days, by="paid", basis="others_conduct", rightful=True, cause_kind=2
    )


def test_one_acts_and_two_are_barred_so_half_the_burden_is_collective_punishment() -> None:
    found = of_name("collective_punishment_share", twins(world(people=2), [own(0), others(1)], [own(0)]))
    assert found["value"] == pytest.approx(0.5)
    assert found["detail"]["raw"] == pytest.approx(0.5)
    assert found["needs_twin"]


def test_a_twin_with_a_larger_burden_is_clipped_and_its_raw_share_is_shown() -> None:
    found = of_name("collective_punishment_share", twins(world(), [own(0)], [own(0), own(1)]))
    assert found["value"] == 0.0
    assert found["detail"]["raw"] == pytest.approx(-1.0)


def test_without_a_burden_the_share_is_null_and_not_zero() -> None:
    found = of_name("collective_punishment_share", twins(world(), [], []))
    assert found["value"] is None
    assert found["reason"] == "nobody was barred from anything"


def test_a_star_of_one_offender_and_four_leaves_is_four_innocents_for_each_offender() -> None:
    star = [own(0), *(others(leaf) for leaf in range(1, 5))]
    assert of_name("innocents_per_offender", twins(world(), star, [own(0)]))["value"] == pytest.approx(4.0)


def test_ten_people_barred_for_thirty_days_are_one_day_in_a_thousand_spared() -> None:
    of = world(people=1000, days=300, bars_movement={v: {"flight": (0,)} for v in ("base", "other")})
    found = of_name("mobility_loss_spared", twins(of, [own(p, 30) for p in range(10)], []))
    assert found["value"] == pytest.approx(1.0)


def test_two_readings_that_differ_on_three_of_ten_people_are_arbitrary_for_three_tenths() -> None:
    pair = twins(world(people=10), [own(0), own(1), own(2)], [own(2), own(3)])
    assert of_name("arbitrariness", pair)["value"] == pytest.approx(0.3)


def people(score: list[int]) -> People:
    column = np.array(score, np.int32)
    return People(column, column, column * 0)


def scored(base: list[int], other: list[int]) -> Twins:
    tables = Tables({"score": {"min": 0}}, {"base": people(base), "other": people(other)})
    return twins(world(people=len(base), sources=tables), [], [])


def test_the_impact_is_the_mean_score_less_that_of_the_twin() -> None:
    found = of_name("delayed_impact", scored([90, 100, 100, 80], [100, 100, 100, 100]))
    assert found["value"] == pytest.approx(-7.5)
    assert found["by"]["group"]["A"]["value"] == pytest.approx(-7.5)


def test_a_great_loss_has_the_interval_that_a_great_gain_has() -> None:
    """Sums below 0 are of people too: a block that lost much was once taken for an empty one."""
    some, none = [100 + n % 7 for n in range(500)], [0] * 500
    gain, loss = (of_name("delayed_impact", scored(*pair)) for pair in ((some, none), (none, some)))
    assert loss["value"] == pytest.approx(-gain["value"])
    assert loss["luck"]["low"] == pytest.approx(-gain["luck"]["high"])
    assert loss["luck"]["high"] == pytest.approx(-gain["luck"]["low"])


def test_the_change_of_the_gini_is_the_difference_of_two() -> None:
    assert of_name("score_gini_change", scored([0, 0, 0, 1], [1, 2, 3, 4]))["value"] == pytest.approx(0.75 - 0.25)


FEAR = {"conduct": {"acts": {"petition": {"chillable": True}}, "answers": {"chilling": {"most": 0.5, "step": 0.1}}}}


def afraid(here: list[int], there: list[int], listed: list[dict[str, Any]], scenario: Any = None) -> dict[str, Any]:
    known = {"base": people([0] * len(here)), "other": people([0] * len(here))}
    chill = {("chill", "base"): np.array(here, np.int32), ("chill", "other"): np.array(there, np.int32)}
    tables = Tables(FEAR if scenario is None else scenario, known, columns=chill)
    return of_name("chilling_index", twins(world(people=len(here), sources=tables), listed, []))


def test_chilling_is_what_the_never_listed_dare_less_than_in_the_twin() -> None:
    # of three people never listed one holds back half and one a quarter: they dare 256 + 128 + 192 of 768
    assert afraid([0, 128, 64, 256], [0, 0, 0, 0], [own(3)])["value"] == pytest.approx(1 - 576 / 768)


def test_more_daring_than_the_twin_is_a_chilling_below_nothing() -> None:
    assert afraid([0, 0], [128, 128], [])["value"] == pytest.approx(-1.0)


def test_where_nothing_can_be_held_back_chilling_is_null() -> None:
    found = afraid([0, 0], [0, 0], [], {"conduct": {"acts": {"debt": {"lawful": False}}}})
    assert (found["value"], found["reason"]) == (None, "nothing in this scenario makes people hold back")


def test_trips_lost_are_those_refused_here_less_those_refused_in_the_twin() -> None:
    daily = {("refused_flight_trips", "base"): [[7, 5]], ("refused_flight_trips", "other"): [[1, 0]]}
    of = world(groups=("A", "B"), population=np.array([[50, 50]]), sources=Tables(daily=daily))
    found = of_name("effective_mobility_loss", twins(of, [], []))
    assert found["value"] == 11
    assert [found["by"]["group"][g]["value"] for g in "AB"] == [6, 5]


CONDUCT = {
    "conduct": {"acts": {"theft": {"lawful": False}, "debt": {"lawful": False}, "petition": {"protected": True}}},
    "rules": [{"id": "r", "when": {"signal": "theft"}, "gravity": 3}],
}


def acting(here: tuple[int, int, int], there: tuple[int, int, int]) -> Twins:
    acts = {
        variant: {name: Acts(n, 0, 0) for name, n in zip(("theft", "debt", "petition"), counts, strict=True)}
        for variant, counts in (("base", here), ("other", there))
    }
    return twins(world(sources=Tables(CONDUCT, acts=acts)), [own(0, 30)], [])


def test_prevented_harm_weighs_unlawful_acts_by_gravity_and_gives_the_burden_of_each() -> None:
    found = of_name("prevented_harm", acting((90, 60, 5), (100, 65, 9)))
    assert found["value"] == pytest.approx(3 * 10 + 5)
    assert found["detail"] == {"acts": {"theft": 10, "debt": 5}, "burden_per_act_prevented": 2.0}


def test_a_scheme_that_deters_nobody_prevents_nothing() -> None:
    found = of_name("prevented_harm", acting((100, 65, 5), (100, 65, 9)))
    assert found["value"] == 0
    assert found["detail"]["burden_per_act_prevented"] is None


def test_protected_acts_that_people_no_longer_do_are_a_share_of_the_twins() -> None:
    assert of_name("protected_acts_lost_share", acting((0, 0, 4), (0, 0, 5)))["value"] == pytest.approx(0.2)
    assert of_name("protected_acts_lost_share", acting((0, 0, 4), (0, 0, 0)))["value"] is None


def test_what_two_variants_cannot_show_is_null_and_says_why() -> None:
    for found in measure_twins(twins(world(), [own(0)], [])).values():
        assert found["value"] is not None or found["reason"]
        assert found["needs_twin"]


def test_a_recording_is_compared_with_its_variant_and_not_with_itself(tmp_path: Path) -> None:
    recording = open_recording(fake_recording(tmp_path / "fake", people=2000, days=300, variants=("base", "fewer")))
    found = measure_pair(recording, "base", "fewer")
    assert set(found) == {pair.name for pair in PAIRS}
    spared = found["collective_punishment_share"]
    assert 0 < spared["value"] < 0.3
    assert set(spared["by"]["group"]) == {"A", "B"}
    assert spared["luck"]["low"] < spared["value"] < spared["luck"]["high"]
    mirrored = measure_pair(recording, "fewer", "base")
    assert mirrored["burden_spared"]["value"] == -found["burden_spared"]["value"]
    assert mirrored["arbitrariness"]["value"] == pytest.approx(found["arbitrariness"]["value"])
    with pytest.raises(UsageError, match="compared with itself"):
        measure_pair(recording, "base", "base")
    with pytest.raises(UsageError, match="It has base, fewer"):
        measure_pair(recording, "base", "none")


def test_a_measure_is_shown_against_the_twin_that_it_asks_for_where_there_is_one() -> None:
    named = {m.name: m for m in PAIRS}
    some = ["with-expiry", "without-association", "no-scheme"]
    assert named["collective_punishment_share"].fitting(some) == ["without-association"]
    assert named["prevented_harm"].fitting(some) == ["no-scheme"]
    assert named["prevented_harm"].fitting(["with-expiry"]) == ["with-expiry"]


def test_what_a_measure_asks_its_twin_to_be_without_is_an_element_of_the_catalogue() -> None:
    from glasshouse.measures.pair import FITTING
    from glasshouse.scenario.elements import ELEMENTS, NO_SCHEME, TWINS_ONLY

    known = {e.variant for e in (*ELEMENTS, NO_SCHEME, *TWINS_ONLY)}
    assert {name for of in FITTING.values() for name in of} <= known
    assert set(FITTING) <= {m.twin for m in PAIRS}


def test_ties_lost_are_for_each_year_on_a_list_and_the_twin_s_are_taken_off() -> None:
    cuts = {"conduct": {"answers": {"tie_cutting": {"shares": {"friends": 0.5}}}}}
    tables = Tables(cuts, daily={("ties_cut", "base"): [[14]], ("ties_cut", "other"): [[4]]})
    rows = [own(0, 365), own(1, 365), own(1, 100)]  # two lists at once are one year
    found = of_name("tie_dissolution", twins(world(people=4, sources=tables), rows, []))
    assert (found["value"], found["n"]) == (pytest.approx(10 / 2), 14)
    assert found["by"]["group"]["A"]["value"] == pytest.approx(5.0)
    assert of_name("tie_dissolution", twins(world(sources=Tables()), rows, []))["value"] is None
    assert of_name("tie_dissolution", twins(world(sources=tables), [], []))["reason"] == "nobody is listed"


def test_a_trap_from_which_nobody_comes_back_persists_wholly_and_a_type_of_person_not_at_all() -> None:
    of = world(people=4, days=1000)
    once = [listing(person=person, opened=1) for person in range(4)]
    spared = [listing(person=person, opened=1, closed=2, by="corrected") for person in range(4)]
    trap = of_name("sanction_persistence", twins(of, once, spared))
    assert (trap["value"], trap["n"]) == (1.0, 4)
    anyhow = [row for person, x in enumerate(spared) for row in (x, listing(person=person, opened=30, ordinal=2))]
    assert of_name("sanction_persistence", twins(of, once, anyhow))["value"] == 0.0
    half = of_name("sanction_persistence", twins(of, once, anyhow[:2] + spared[1:3] + anyhow[6:]))
    assert half["value"] == 0.5
    assert half["detail"]["by_days"]["30"] == 0.5
    assert half["detail"]["on_a_list_here"] == 1.0


class Luck(Tables):
    """The twin called other is one in which the same conduct is observed again."""

    def scenario(self, variant: str) -> Any:
        return {**self._scenario, "practice": {"observed_anew": variant == "other"}}


def observed_again(here: list[int], there: list[int], tables: type[Tables] = Luck) -> dict[str, Any]:
    known = {"score": {"min": 0}, "lists": [{"id": "low", "entry": {"trigger": {"score_below": 5}}}]}
    sources = tables(known, {"base": people(here), "other": people(there)})
    return of_name("score_reliability", twins(world(people=len(here), lists=("low",), sources=sources), [], []))


def test_the_reliability_of_a_score_is_its_correlation_with_the_score_that_another_observation_gives() -> None:
    found = observed_again([1, 4, 6, 9], [4, 6, 4, 9])
    assert found["value"] == pytest.approx(np.corrcoef([1, 4, 6, 9], [4, 6, 4, 9])[0, 1])
    assert found["detail"]["flips"] == 0.5
    assert found["detail"]["error"] == pytest.approx(np.std([1, 4, 6, 9]) * np.sqrt(1 - found["value"]))


def test_without_noise_it_is_one_and_nobody_is_on_another_side() -> None:
    found = observed_again([1, 4, 6, 9], [1, 4, 6, 9])
    assert (found["value"], found["detail"]["flips"]) == (pytest.approx(1.0), 0.0)


def test_reliability_is_asked_of_the_twin_that_was_observed_again_and_of_no_other() -> None:
    assert "same-luck" in observed_again([1, 4, 6, 9], [4, 6, 4, 9], Tables)["reason"]


def test_persistence_asks_only_of_those_who_could_be_followed() -> None:
    late = [listing(person=0, opened=950)]
    assert of_name("sanction_persistence", twins(world(), late, []))["value"] is None
    assert of_name("sanction_persistence", twins(world(), [*late, listing(person=1, opened=5)], []))["n"] == 1
