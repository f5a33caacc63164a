"""A message to callers: who hears it, and which ties go."""

from __future__ import annotations

import numpy as np
import pytest

from towns import Town, lived, near

pytestmark = pytest.mark.slow
CUT = 0.18
FRIENDS, KIN, COLLEAGUES = range(3)


def hears(town: Town, variant: str, association: int) -> set[tuple[int, int]]:
    """Listed person and hearer, each pair once."""
    letters = town.letters(variant)
    mine = letters["association"] == association
    return set(zip(letters["source"][mine].tolist(), letters["target"][mine].tolist(), strict=True))


def test_it_is_documented_and_the_message_changes_nobodys_listing() -> None:
    town = lived("caller-tone")
    listed = [len(town.cases(v, "dishonest")["days"]) for v in town.names.variants]
    assert listed == [listed[0]] * 3
    assert not hears(town, "no-message", FRIENDS)
    assert town.result.daily["ties_cut"][:, town.v("friends-stay")].sum() == 0


def test_many_more_hear_it_than_are_listed() -> None:
    town = lived("caller-tone")
    listed = len(np.unique(town.cases("friends-stay", "dishonest")["person"]))
    assert len(np.unique(town.letters("friends-stay")["target"])) > 5 * listed


@pytest.mark.parametrize("association", [FRIENDS, COLLEAGUES])
def test_of_those_who_would_hear_it_as_many_have_turned_away_as_the_survey_says(association: int) -> None:
    town = lived("caller-tone")
    stay, cut = (hears(town, v, association) for v in ("friends-stay", "factual"))
    assert cut < stay
    assert near(1 - len(cut) / len(stay), CUT, len(stay))


def test_kin_do_not_turn_away_and_those_who_hear_it_say_less() -> None:
    town = lived("caller-tone")
    assert hears(town, "factual", KIN) == hears(town, "friends-stay", KIN)
    said = [town.acts(v, "complains")[0] for v in ("no-message", "factual", "friends-stay")]
    assert said[0] > said[1] > said[2]
