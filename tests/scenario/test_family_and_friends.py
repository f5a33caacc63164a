"""Paying for others: from none of the burden to most of it."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.evidence import standing_label
from towns import SIGMAS, lived

pytestmark = pytest.mark.slow
STRENGTHS = ("none", "weak", "factual", "strong", "whole")


def test_the_same_acts_are_punished_from_none_to_most_for_others() -> None:
    town = lived("family-and-friends")
    assert str(standing_label(town.loaded.scenario)) == "hypothetical"
    assert unsimulated(town.loaded.scenario) == []
    acts = [[town.acts(s, a).tolist() for a in ("offends", "criticises")] for s in STRENGTHS]
    assert all(a == acts[0] for a in acts)
    days = np.array([town.cases(s, "untrusted")["days"].sum() for s in STRENGTHS], float)
    for_others = 1 - days[0] / days
    assert (np.diff(for_others) > 0).all()
    assert 0.05 < for_others[1] < 0.25
    assert for_others[-1] > 0.9


def test_the_listing_says_its_cause_and_not_what_brought_somebody_near_the_edge() -> None:
    town = lived("family-and-friends")
    assert not (town.cases("none", "untrusted")["basis"] == 3).any()
    cases = town.cases("factual", "untrusted")
    named = float((cases["basis"] == 3).mean())
    removed = 1 - len(town.cases("none", "untrusted")["days"]) / len(cases["days"])
    assert removed - named > SIGMAS * np.sqrt(0.25 / len(cases["days"]))
