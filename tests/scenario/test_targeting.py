"""Harm by aim and not by mistake: a source that never errs and sees one group more than the other."""

from __future__ import annotations

from math import exp, sqrt
from pathlib import Path
from typing import Any

import pytest

from glasshouse.scenario.reading import from_raw
from glasshouse.simulate import simulate

PEOPLE, DAYS, A_YEAR, OF_A, OF_B = 20_000, 30, 6.0, 1.0, 0.25
AIMED: dict[str, Any] = {
    "schema": 1,
    "scheme": {"title": "One group is looked at", "status": "hypothetical"},
    "data_sources": [{"id": "street", "context": "public_space", "kind": "camera"}],
    "rules": [{"id": "prayer", "source": "street", "when": {"signal": "prays"}}],
    "lists": [{"id": "watched", "entry": {"trigger": {"rule": "prayer"}}}],
    "world": {
        "people": PEOPLE,
        "start": "2020-01-01",
        "end": "2020-01-30",
        "groups": {"A": {"share": 0.5}, "B": {"share": 0.5}},
    },
    "conduct": {"acts": {"prays": {"rate": f"{A_YEAR} per year", "lawful": True, "protected": True}}},
    "practice": {"sensing": {"street": {"seen": OF_A, "by_group": {"A": {"seen": OF_A}, "B": {"seen": OF_B}}}}},
}


def share_listed(seen: float) -> float:
    """Of a Poisson number of acts, at least one is seen."""
    return 1 - exp(-A_YEAR * DAYS / 365.25 * seen)


def test_with_every_error_switched_off_the_gap_between_groups_is_the_aim(tmp_path: Path) -> None:
    found = simulate(from_raw(AIMED, "aimed"), out=tmp_path / "run").measures
    assert found["misfiled_record_share"]["value"] == 0
    assert found["wrongful_listing_rate"]["value"] == 0, "no listing is a mistake by the rule"
    assert found["wrongful_listing_rate_by_rights"]["value"] == 1
    expected = share_listed(OF_A) - share_listed(OF_B)
    error = sqrt(sum(p * (1 - p) / (PEOPLE / 2) for p in (share_listed(OF_A), share_listed(OF_B))))
    assert found["demographic_parity_difference"]["value"] == pytest.approx(expected, abs=4 * error)
    assert expected > 0.2
