"""The same conduct under notice, appeal, expiry and no paying for others."""

from __future__ import annotations

import pytest

from glasshouse.scenario.reading import read_scenario
from towns import lived

pytestmark = pytest.mark.slow
OTHERS, WRONG_PERSON = 3, 4


def days(variant: str, basis: int | None = None) -> int:
    cases = lived("with-safeguards").cases(variant, "untrusted")
    return int(cases["days"][cases["basis"] == basis].sum() if basis is not None else cases["days"].sum())


def test_conduct_rules_and_people_are_those_of_family_and_friends() -> None:
    one, other = (read_scenario(n).raw for n in ("with-safeguards", "family-and-friends"))
    assert [one[k] for k in ("conduct", "world", "rules", "score")] == [
        other[k] for k in ("conduct", "world", "rules", "score")
    ]
    town = lived("with-safeguards")
    acts = [[town.acts(v, a)[0] for a in town.names.acts] for v in town.names.variants]
    assert all(list(a) == list(acts[0]) for a in acts)


def test_to_be_told_or_to_be_heard_alone_spares_little_and_both_together_a_third_of_the_mistakes() -> None:
    base = days("factual", WRONG_PERSON)
    told, heard = (1 - days(v, WRONG_PERSON) / base for v in ("notice", "appeal"))
    both = 1 - days("notice-and-appeal", WRONG_PERSON) / base
    assert told < 0.05
    assert both > heard + told > 0
    assert both > 0.2


def test_only_the_end_of_association_spares_those_who_pay_for_others() -> None:
    assert days("factual", OTHERS) > 0
    assert days("no-association", OTHERS) == 0
    assert days("notice-and-appeal", OTHERS) > 0.9 * days("factual", OTHERS)


def test_all_four_together_spare_half_of_all_days_with_not_one_act_less() -> None:
    assert days("all-of-them") < 0.5 * days("factual")
    assert days("all-of-them", WRONG_PERSON) < 0.4 * days("factual", WRONG_PERSON)
