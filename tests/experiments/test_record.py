"""The published rows, and the one door through which they reach a fit."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

import glasshouse.experiments as room
from glasshouse.errors import UsageError
from glasshouse.experiments import record

ROWS = record.rows_of("defaulter-list")
FOLDER = Path(next(iter(room.__path__)))


def test_no_row_of_the_record_is_dated_after_2018():
    assert max(r.date for r in ROWS) == date(2018, 12, 31)


def test_a_fit_sees_no_row_of_low_confidence_and_no_bound():
    seen = {r.id for r in record.fit_rows(ROWS)}
    assert not seen & {"DL-F-03", "DL-R-02", "DL-C-02", "DL-L-11", "DL-L-13"}
    assert {"DL-L-12", "DL-F-09", "DL-R-09", "DL-C-06"} <= seen


def test_a_fit_may_not_ask_for_later_figures():
    with pytest.raises(UsageError, match="may not see figures later than 2018-12-31"):
        record.fit_rows(ROWS, until=date(2019, 1, 1))


def test_a_later_row_would_not_reach_a_fit():
    late = record.Row("DL-X", date(2019, 6, 30), "listings", 1.5e7, "publications", "high", "fit", "nobody")
    assert late not in record.fit_rows([*ROWS, late])


@pytest.mark.parametrize("file", ["fit.py", "baselines.py"])
def test_whatever_fits_reads_rows_through_the_door_only(file: str):
    """Every use of `rows_of` in code that fits stands inside a call of `fit_rows`."""
    tree = ast.parse((FOLDER / file).read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    inside = {id(x) for c in calls if c.func.attr == "fit_rows" for x in ast.walk(c)}
    assert all(id(c) in inside for c in calls if c.func.attr == "rows_of")


def test_increments_add_up_to_totals():
    for series in {r.series for r in ROWS}:
        rows = record.fit_rows([r for r in ROWS if r.series == series])
        steps = record.increments(rows)
        assert sum(i.value for i in steps) == pytest.approx(rows[-1].value)
        assert all(i.days > 0 and i.value > 0 for i in steps)


def test_the_published_rates_of_flights_come_out_as_worked_out_by_hand():
    rates = {i.row.id: i.per_year / 1e6 for i in record.increments(record.fit_rows(ROWS))}
    by_hand = {"DL-F-04": 2.13, "DL-F-05": 3.66, "DL-F-06": 5.42, "DL-F-08": 9.66, "DL-R-03": 1.44, "DL-R-09": 1.06}
    assert {k: round(rates[k], 2) for k in by_hand} == by_hand


def test_a_scenario_without_figures_says_so():
    with pytest.raises(UsageError, match="no published figures"):
        record.rows_of("nowhere")
