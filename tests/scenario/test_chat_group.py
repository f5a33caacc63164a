"""A complaint, a summons, an apology, and what the group does not say afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from glasshouse.scenario.evidence import standing_label
from towns import SIGMAS, lived, near

pytestmark = pytest.mark.slow
PROTECTED = 2
SEEN = 0.02


def test_who_is_summoned_has_complained_and_leaves_by_an_apology() -> None:
    town = lived("chat-group")
    assert str(standing_label(town.loaded.scenario)) == "reported"
    cases = town.cases("factual", "summoned")
    assert (cases["basis"] == PROTECTED).all()
    assert set(cases["closed_by"][cases["closed"] > 0].tolist()) == {2}
    complained, seen, _, _ = town.acts("nobody-falls-silent", "complains")
    assert near(seen / complained, SEEN, complained)


def test_most_of_what_is_not_said_is_not_said_by_people_who_were_never_summoned() -> None:
    town = lived("chat-group")
    said = {v: int(town.acts(v, "complains")[0]) for v in town.names.variants}
    unsaid = {v: said["nobody-falls-silent"] - n for v, n in said.items()}
    assert unsaid["factual"] > 5 * unsaid["own-experience"] > 0
    assert unsaid["publicity"] > 0
    noise = SIGMAS * np.sqrt(unsaid["factual"])
    assert unsaid["factual"] - noise > 5 * unsaid["own-experience"]


def test_what_cannot_be_punished_is_said_as_before() -> None:
    town = lived("chat-group")
    assert len({int(town.acts(v, "praises")[0]) for v in town.names.variants}) == 1


def test_those_who_read_of_a_summons_fall_silent_and_they_are_ten_times_as_many() -> None:
    town = lived("chat-group")
    chilled = np.flatnonzero(town.result.people["chill"][:, town.v("factual")])
    assert np.array_equal(chilled, np.unique(town.letters("factual")["target"]))
    assert len(chilled) > 5 * len(np.unique(town.cases("factual", "summoned")["person"]))
