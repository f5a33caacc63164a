"""Published rates, put into a scheme file and lived, come out of the compiled engine as they were published, with an error bar.

What goes in comes out: these say that the file, the tables and the day mean the same by a rate. They are no evidence for the rates.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasshouse.engines import cpu
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import read_scenario
from glasshouse.scenario.sensing import as_published
from glasshouse.scenario.tables import BASES

pytestmark = pytest.mark.slow
Lived = Callable[[str], Any]

HEAD = """\
schema: 1
scheme: {title: One source}
data_sources: [{id: register, context: courts, kind: court_record}]
rules: [{id: rule, source: register, when: {signal: act}}]
world: {people: 60000, start: 2020-01-01, end: 2020-12-31}
"""


@pytest.fixture
def lived(tmp_path: Path) -> Lived:
    def run(text: str) -> Any:
        (tmp_path / "one.yaml").write_text(HEAD + text, encoding="utf-8")
        return cpu.live_all(compile_plan(read_scenario(tmp_path / "one.yaml"))[0])

    return run


def within(found: int, of: int, p: float) -> bool:
    """Is a count within four standard errors of its share?"""
    return abs(found / of - p) < 4 * sqrt(p * (1 - p) / of)


def test_linkage_misses_4_1_per_cent_and_links_0_2_per_cent_falsely(lived: Lived) -> None:
    """Rows SN-L-02 (3,609 of 88,596) and SN-L-01 (176 of 77,810)."""
    result = lived(
        "conduct: {acts: {act: {rate: 4 per year}}}\npractice: {linkage: {register: {missed: 0.041, false: 0.002}}}\n"
    )
    happened, linked, falsely, _ = (int(x) for x in result.acts.sum(axis=(0, 1, 2)))
    assert happened > 200_000
    assert within(happened - linked, happened, 0.041)
    assert within(falsely, linked, 0.002)


@pytest.mark.parametrize("gallery", [1_000, 10_000, 1_000_000])
def test_a_face_is_taken_for_anothers_the_more_the_larger_the_gallery(lived: Lived, gallery: int) -> None:
    """Rows SN-N-03 and SN-N-02: 1 in 60,000 with a list of 1,000, and 1 in 6,000 with one of 10,000."""
    result = lived(
        "conduct: {acts: {act: {rate: 10 per year}}}\n"
        f"practice: {{sensing: {{register: {{identification: {{gallery: {gallery}, published: {{1000: 0.0000167, 10000: 0.00017}}}}}}}}}}\n"
    )
    _, searches, falsely, _ = (int(x) for x in result.acts.sum(axis=(0, 1, 2)))
    table = {1_000: 0.0000167, 10_000: 0.00017}
    expected = float(as_published({k: Decimal(str(v)) for k, v in table.items()}, gallery))
    assert within(falsely, searches, expected)
    assert (gallery < 1_000_000) == (falsely < 1_000)


def test_disputes_of_credit_reports_go_down_as_they_did(lived: Lived) -> None:
    """Rows SN-F-01 to SN-F-05: of 1,001 people 262 alleged an error, 206 had the report modified, 129 a changed score, 52 a better tier."""
    result = lived(
        "lists: [{id: report, entry: {trigger: {rule: rule}}}]\n"
        "conduct:\n"
        "  acts:\n"
        "    act:\n"
        "      rate: 30 per year\n"
        "      circumstances:\n"
        "        no_change: {share: 0.373786, basis: own_act}\n"
        "        score_changes: {share: 0.373787, basis: stale_record}\n"
        "        better_tier: {share: 0.252427, basis: insider_or_intruder}\n"
        "practice:\n"
        "  lists:\n"
        "    report:\n"
        "      notice: {served: 1.0}\n"
        "      appeal: {filed: {other: 0.261738}, upheld: {other: 0.786260}, decided_after: {always_days: 5}}\n"
    )  # fmt: skip
    first = (result.cases["ordinal"] == 1) & (result.cases["opened"] < 200)
    people = int(first.sum())
    basis = result.cases["basis"][first]
    alleged = result.cases["appealed"][first] > 0
    modified = result.cases["closed"][first] > 0
    changed = modified & (basis != BASES.index("own_act"))
    better = modified & (basis == BASES.index("insider_or_intruder"))
    assert people > 50_000
    for stage, published in ((alleged, 262), (modified, 206), (changed, 129), (better, 52)):
        assert within(int(np.count_nonzero(stage)), people, published / 1_001)
