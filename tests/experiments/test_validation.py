"""The judgement against the record: what it compares, how it orders, and what it admits."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from glasshouse.errors import UsageError
from glasshouse.experiments import expectation, fit, outcomes, record, validation
from glasshouse.experiments.seeds import base_alone, spread_of_a_year
from glasshouse.scenario.reading import read_scenario

NAME = "defaulter-list"
ROWS = record.rows_of(NAME)


@cache
def judged() -> validation.Validation:
    """Judged on three make-believe seeds: the expected course, and 2 % to either side."""
    loaded = base_alone(read_scenario(NAME))
    p = expectation.parameters_of(loaded.scenario)
    course = expectation.expect(p, 7)
    counters = {k: np.stack([v * p.represents * f for f in (0.98, 1.0, 1.02)]) for k, v in course.items()}
    return validation.judge(NAME, loaded, ROWS, fit.frozen(NAME), outcomes.frozen_outcomes(NAME), counters)


def test_every_published_row_is_compared_as_a_total_and_dated_pairs_as_increments():
    kinds = {(c.id, c.kind) for c in judged().comparisons}
    assert {(r.id, "total") for r in ROWS} <= kinds
    later = [i.row.id for i in record.increments(record.fit_rows(ROWS)) if i.before is not None]
    assert {(x, "increment") for x in later} <= kinds


def test_misses_come_first_and_bounds_last():
    order = [(c.split != "fit", not c.missed) for c in judged().comparisons]
    assert order == sorted(order)
    assert any(c.missed for c in judged().comparisons)


def test_an_increment_is_the_difference_of_its_totals():
    by = {(c.id, c.kind): c for c in judged().comparisons}
    step = by["DL-F-09", "increment"]
    assert step.published == 1_020_000
    assert step.simulated == pytest.approx(by["DL-F-09", "total"].simulated - by["DL-F-08", "total"].simulated)
    assert step.since == "2018-11-30"


def test_an_increment_has_the_errors_of_the_simple_baselines_beside_it():
    step = next(c for c in judged().comparisons if (c.id, c.kind) == ("DL-R-03", "increment"))
    assert set(step.baselines) == {"last rate", "last growth", "holt", "log walk"}


def test_the_printed_judgement_names_its_misses_its_bars_and_every_form():
    text = str(judged())
    assert text.index("Outside the interval") < text.index("Inside it") < text.index("Never fitted")
    for words in ("synthetic", "Rolling origin", "Hardly determined", "Determined only together", "agents add nothing"):
        assert words in text
    for form in ("step-2018", "growth-2016", "growth-fitted", "counting", "aggregate"):
        assert form in text


def test_the_judgement_is_one_json_document():
    document = json.loads(json.dumps(judged().document()))
    assert document["within"] is judged().within
    assert document["synthetic"] is True
    assert len(document["comparisons"]) == len(judged().comparisons)


def test_a_broken_bar_puts_the_scenario_outside():
    loaded = base_alone(read_scenario(NAME))
    p = expectation.parameters_of(loaded.scenario)
    counters = {k: np.stack([v * p.represents * 1.2] * 3) for k, v in expectation.expect(p, 30).items()}
    found = validation.judge(NAME, loaded, ROWS, fit.frozen(NAME), outcomes.frozen_outcomes(NAME), counters, sets=20)
    assert not found.within
    assert "BROKEN" in str(found)
    assert found.sets == 20


def test_every_form_is_scored_from_every_origin():
    flights = [s for s in judged().scores if s.series == "refused_flight"]
    for origin in {o.isoformat() for o in fit.ORIGINS}:
        found = {s.forecaster for s in flights if s.origin == origin}
        assert {f"model, {f}" for f in ("step-2018", "growth-2016", "growth-fitted", "counting")} <= found
        assert {"last rate", "last growth", "holt", "log walk", "aggregate"} <= found


def test_a_sentence_says_where_a_baseline_does_as_well():
    scores = [
        validation.Score("2018-05-31", "listings", "model", "2018-11-30", -0.05),
        validation.Score("2018-05-31", "listings", "last rate", "2018-11-30", 0.05),
    ]
    assert "agents add nothing" in validation._compared(scores, "2018-05-31", "listings")
    worse = [scores[0], validation.Score("2018-05-31", "listings", "last rate", "2018-11-30", 0.5)]
    assert "agents add nothing" not in validation._compared(worse, "2018-05-31", "listings")


def test_quantiles_follow_the_weights():
    values, heavy = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 98.0])
    assert outcomes.weighted_quantiles(values, heavy, [0.5])[0] == pytest.approx(3.0, abs=0.03)
    assert outcomes.weighted_quantiles(values, np.ones(3), [0.5])[0] == pytest.approx(2.0)


def test_the_spread_of_seeds_is_their_standard_deviation_over_their_mean():
    from datetime import date

    days = np.ones((2, 365)) * np.array([[1.0], [3.0]])
    found = spread_of_a_year({"listings": days, "listed": days}, date(2019, 1, 1), 2019, ("listed",))
    assert found["listings"] == pytest.approx(np.sqrt(2) / 2)
    assert found["listed"] == pytest.approx(np.sqrt(2) / 2)


def test_a_scenario_that_nobody_published_figures_about_is_not_judged():
    with pytest.raises(UsageError, match="no published figures"):
        validation.validate_scenario("suzhou-2016")


def test_predictions_hold_every_form_and_widen_from_half_to_ninety_per_cent():
    sets = [fit.set_from_json(x) for x in fit.frozen(NAME)["sets"]]
    found = outcomes.predictions(outcomes.frozen_outcomes(NAME), sets)
    assert len(found["2019 by form"]) == 7
    for x in [*found["2019"].values(), *found["listed_at_year_end"].values()]:
        assert x["90 %"][0] <= x["50 %"][0] <= x["median"] <= x["50 %"][1] <= x["90 %"][1]
    assert found["2019"]["tried_flight"]["median"] < found["2019"]["refused_flight"]["median"]
