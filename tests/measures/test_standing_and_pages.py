"""How much a number may be believed, what it is, and when it may be scaled."""

from __future__ import annotations

from pathlib import Path

import pytest

from glasshouse.errors import UsageError
from glasshouse.measures.entry import BY_RIGHTS
from glasshouse.measures.pages import all_pages, page, with_overview
from glasshouse.measures.registry import ALL, CORE, MEASURES, find, names
from glasshouse.measures.scale import scaled
from glasshouse.measures.standing import parameters_of, standing

NOTICE = find("never_notified_share")
SERVED = "practice.lists.defaulters.notice.served"


def test_one_assumption_among_the_drivers_makes_a_measure_assumed() -> None:
    numbers = {SERVED: {"source": "N1"}, "practice.notice.delay": {"source": "assumption"}}
    assert standing(NOTICE, numbers).level == "assumed"
    assert standing(NOTICE, numbers).because == ("practice.notice.delay",)


def test_measured_drivers_anchor_it_and_say_where() -> None:
    numbers = {SERVED: {"source": "N1"}, "practice.lists.defaulters.appeal.filed": {"source": "assumption"}}
    assert standing(NOTICE, numbers).level == "anchored"
    assert standing(NOTICE, numbers).because == ("N1",)


def test_what_was_fitted_is_assumed_until_it_predicts() -> None:
    numbers = {SERVED: {"source": "fitted"}}
    assert standing(NOTICE, numbers).level == "assumed"
    assert standing(NOTICE, numbers, validated=("never_notified_share",)).level == "validated"


def test_a_promise_drives_nothing_where_its_practice_is_given() -> None:
    promise = {"notice.sla_days": {"source": "assumption"}}
    assert standing(NOTICE, promise).because == ("notice.sla_days",)
    assert standing(NOTICE, promise | {SERVED: {"source": "N1"}}).level == "anchored"


def test_what_nothing_drives_is_assumed() -> None:
    assert standing(NOTICE, {"world.people": {"source": "census"}}).level == "assumed"


def test_numbers_are_found_by_their_path_and_lists_by_their_id() -> None:
    scenario = {
        "lists": [{"id": "defaulters", "max_days": {"value": "2 years", "source": "L1"}, "extension_days": 365}],
        "practice": {"notice": {"served": 0.3, "delay": {"between_days": ["1 day", "3 days"]}}, "sensing": {}},
        "conduct": {"acts": {"debt": {"rate": "2 per year", "protected": False}}},
        "evidence": {"sources": {"L1": {"value": 3}}},
    }
    found = parameters_of(scenario)
    assert set(found) == {"lists.defaulters.max_days", "practice.notice.served", "conduct.acts.debt.rate"}
    assert found["practice.notice.served"]["source"] is None


def test_every_measure_has_a_page_with_its_definition() -> None:
    for measure in ALL:
        text = page(measure.name)
        assert text.startswith(f"# {measure.name}\n")
        assert len(measure.definition) > 40
        assert f"\n## {measure.name}\n" in all_pages()


def test_a_page_is_found_by_id_and_by_rights_and_refused_with_the_nearest_name() -> None:
    assert page("a14") == page("never_notified_share") + "\n" + page("notified_before_effect_share")
    assert page("wrongful_listing_rate_by_rights") == page("wrongful_listing_rate")
    with pytest.raises(UsageError, match='Did you mean "wrongful_listing_rate"'):
        page("wrongfull_listing_rate")


def test_names_are_unique_and_every_error_measure_is_given_twice() -> None:
    assert len(set(names())) == len(names())
    twice = {measure.id for measure in MEASURES if measure.twice}
    assert twice >= {"A01", "A02", "A03", "A04", "A05", "A06", "A16", "A17"}
    assert not any(measure.name.endswith(BY_RIGHTS) for measure in MEASURES)


def test_counts_are_scaled_from_a_hundred_on() -> None:
    assert scaled(250, 1390, 100) == 347_500
    with pytest.raises(UsageError, match="99 synthetic cases"):
        scaled(250, 1390, 99)


def test_the_page_of_all_measures_has_the_table_of_the_registry() -> None:
    text = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    assert with_overview(text) == text, "run: glasshouse.measures.pages.with_overview on docs/measures.md"


def test_eight_measures_are_core_and_every_one_of_the_audits_list_has_a_measure() -> None:
    assert len(set(CORE)) == 8
    assert set(CORE) <= {measure.name for measure in ALL}
    assert {measure.id for measure in ALL} >= {f"A{number:02}" for number in range(43)}


def test_no_two_measures_share_a_name() -> None:
    assert len({measure.name for measure in ALL}) == len(ALL)


def test_a_measure_of_two_variants_is_not_one_of_a_recording() -> None:
    with pytest.raises(UsageError, match="two variants of a recording"):
        find("collective_punishment_share")
    assert "Needs a twin" in page("A21")
