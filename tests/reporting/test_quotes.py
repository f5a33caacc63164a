"""What may be quoted, sentence by sentence."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib import resources
from types import SimpleNamespace
from typing import Any

import pytest

from glasshouse.reporting.assumed import PATHS, in_words
from glasshouse.reporting.headlines import headline
from glasshouse.reporting.quotes import quote

START = "In a simulation of an invented scheme, “A score” with 20,000 synthetic people from 1 January 2019 to 31 December 2019, "


def sentence(name: str, label: str, entry: dict[str, Any]) -> str:
    told: Any = SimpleNamespace(
        raw={"scheme": {"title": "A score (of a city)"}},
        manifest={"evidence": {"label": "hypothetical"}},
        world=SimpleNamespace(people=20_000),
        start=date(2019, 1, 1),
        end=date(2019, 12, 31),
        measures={name: entry},
        ranges={},
        tornado={},
    )
    said = quote(told, headline(name, label, entry)).sentence.replace("\u00a0", " ")
    assert said.startswith(START)
    return said.removeprefix(START)


def test_a_figure_that_is_not_there_is_not_told_as_the_wait_for_a_correction() -> None:
    entry = {"value": None, "reason": "this scenario has no gate", "n": 0, "unit": "tries", "standing": "assumed"}
    said = sentence("refused_tries", "refused tries, at all gates", entry)
    assert said == "nothing can be said of “refused tries, at all gates”: this scenario has no gate."


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_what_no_assumption_moves_names_no_strongest_one(end: float) -> None:
    spread = {"low": end, "high": end, "over": ["conduct.acts.asks_for_loan.asks.cost.money"]}
    entry = {"value": end, "n": 1757, "unit": "share", "standing": "assumed", "range": spread}
    said = sentence("never_notified_share", "never told of it while it lasted", entry)
    begin = f"{100 * end:.0f} % of 1,757 listings were never notified while they lasted"
    assert said == f"{begin} (those too young to tell are left out), whatever is assumed."


def test_a_range_names_the_assumption_that_moves_it_most() -> None:
    spread = {"low": 0.1, "high": 0.4, "over": ["practice.lists.red.notice.served"]}
    entry = {"value": 0.2, "n": 50, "unit": "share", "standing": "assumed", "range": spread}
    said = sentence("never_notified_share", "never told of it while it lasted", entry)
    assert said.endswith("left out); the strongest assumption: how many are served a notice.")


def test_every_assumption_that_the_catalogue_ranks_is_told_in_words() -> None:
    kept = resources.files("glasshouse.scenario.catalogue") / "data"
    paths = {
        swing[0]
        for file in kept.iterdir()
        if file.name.endswith(".tornado.json")
        for measure in json.loads(file.read_text(encoding="utf-8"))["measures"].values()
        for swing in measure["swings"]
    }
    assert len(paths) > 100
    assert not [p for p in sorted(paths) if not any(re.fullmatch(pattern, p) for pattern, _ in PATHS)]
    assert in_words("rules.paid.cap.count", {}) == "how often in its period the rule counts: paid"
