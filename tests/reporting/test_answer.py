"""Sentences of the answer that the faked recordings of `test_report.py` have no occasion for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from glasshouse.reporting import answer
from glasshouse.reporting.counts import Told

LOW = {"id": "low", "title": "Lost trust", "entry": {"trigger": {"score_below": 600}}}
HIGH = {"id": "high", "title": "Model citizens", "entry": {"trigger": {"score_above": 770}}}


def told(lists: list[dict[str, Any]], on: list[int], by_rule: list[int], by_rights: list[int]) -> Any:
    def wrongful(rights: bool) -> Any:
        return np.array(by_rights if rights else by_rule, bool)

    world = SimpleNamespace(lists=tuple(x["id"] for x in lists))
    factual = SimpleNamespace(list=np.array(on), wrongful=wrongful)
    found = SimpleNamespace(raw={"lists": lists}, world=world, factual=factual)
    found.rewards = Told.rewards.func(found)  # type: ignore[attr-defined]
    return found


def test_a_list_that_rewards_is_told_apart() -> None:
    said = answer._rewarded(told([LOW, HIGH], [0, 1, 1, 0, 1], [1, 0, 1, 0, 0], [1, 0, 1, 1, 0]))
    assert "Of these listings 3 were on “Model citizens”, which one enters by rising: a reward. 1 of those" in said
    assert said.endswith(
        "Without them there were 2 listings, 1 of them wrong by the scheme’s own rule and 2 by rights."
    )


def test_nothing_is_said_where_no_list_rewards_or_nobody_is_on_it() -> None:
    assert answer._rewarded(told([LOW], [0, 0], [1, 0], [1, 0])) == ""
    assert answer._rewarded(told([LOW, HIGH], [0, 0], [1, 0], [1, 0])) == ""
    assert "Without them" not in answer._rewarded(told([HIGH], [0, 0], [1, 0], [1, 0]))
