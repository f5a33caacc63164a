"""The baselines on series made by hand, where the right answer is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from glasshouse.experiments import baselines, record
from glasshouse.experiments.record import Row


def series(rates: list[float], step: int = 100, name: str = "listings") -> list[Row]:
    """Totals every `step` days at the given rates a day."""
    opened = record.OPENED[name] - timedelta(days=1)
    totals = np.cumsum(np.array(rates) * step)
    return [
        Row(f"r{i}", opened + timedelta(days=step * (i + 1)), name, float(t), "", "high", "fit", "")
        for i, t in enumerate(totals)
    ]


def test_on_a_straight_line_every_simple_baseline_goes_straight_on():
    h = baselines.history(series([10, 10, 10, 10]))
    for forecast in (baselines.last_rate, baselines.last_growth, baselines.holt, baselines.log_walk):
        assert forecast(h, 50) == pytest.approx(4000 + 500)


def test_the_last_rate_knows_nothing_of_growth():
    assert baselines.last_rate(baselines.history(series([10, 12])), 100) == pytest.approx(2200 + 1200)


def test_the_last_growth_goes_on_and_is_held_to_doubling_in_a_year():
    h = baselines.history(series([10, 12]))
    assert baselines.last_growth(h, 100) == pytest.approx(2200 + 100 * 12 * 1.2, rel=0.01)
    wild = baselines.history(series([1, 100]))
    assert baselines.last_growth(wild, 100) < 10_100 + 100 * 100 * 2


def test_holt_follows_a_steady_rise():
    h = baselines.history(series([10, 20, 30, 40, 50]))
    assert baselines.holt(h, 100) == pytest.approx(15_000 + 6_000, rel=0.05)


def test_a_walk_in_the_log_expects_more_than_the_last_rate_when_rates_jump():
    jumpy, calm = baselines.history(series([10, 13, 10, 13])), baselines.history(series([13, 13, 13, 13]))
    assert baselines.log_walk(jumpy, 365) - jumpy.total > baselines.log_walk(calm, 365) - calm.total
    assert baselines.walk_variance(calm) == 0


def test_short_intervals_are_joined_before_a_rate_is_read():
    rows = [
        *series([10, 10]),
        Row("r", record.OPENED["listings"] + timedelta(days=229), "listings", 5000.0, "", "high", "fit", ""),
    ]
    h = baselines.history(rows)
    assert len(h.rate) == 2
    assert h.rate[-1] == pytest.approx((5000 - 1000) / 130)


def test_a_baseline_sees_nothing_after_its_origin():
    rows = series([10, 10, 10, 90])
    found = baselines.forecasts(rows, "listings", rows[2].date, [rows[3].date])
    assert found["last rate"][0] == pytest.approx(4000)


def test_five_equations_balance():
    z = baselines.FIRST_GUESS
    found = baselines.five_equations(z, date(2013, 10, 24), 1000, 10_000)
    assert set(found) == set(baselines.ORDER)
    assert found["complied"][-1] < found["listings"][-1]
    assert (np.diff(found["refused_flight"]) >= 0).all()
    assert found["refused_flight"][(record.OPENED["refused_flight"] - date(2013, 10, 24)).days - 1] == 0


def test_the_five_equations_fit_the_record_to_the_end_of_2018():
    rows = record.rows_of("defaulter-list")
    found = baselines.fit_aggregate(rows, date(2018, 12, 31))
    last = {r.series: r for r in record.fit_rows(rows) if r.series in baselines.ORDER}
    for name, row in last.items():
        assert found.totals[name][(row.date - found.start).days] == pytest.approx(row.value, rel=0.1)
