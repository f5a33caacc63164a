"""A small scenario that is right, to be made wrong in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from glasshouse.errors import ScenarioError
from glasshouse.scenario.reading import Loaded, read_scenario

SMALL = """\
schema: 1
scheme: {title: A small scheme}
score: {min: 0, max: 200, baseline: 100, grades: [{name: top, min: 150}]}
data_sources:
  - {id: court, context: courts, kind: court_record}
rules:
  - {id: debt_rule, source: court, when: {signal: debt}, points: -3}
lists:
  - id: dishonest
    max_days: {value: 2 years, source: assumption, range: [1 year, 3 years]}
    entry: {trigger: {rule: debt_rule}}
consequences:
  - {id: flight, context: travel, kind: refusal, trigger: {list: dishonest}}
associations:
  - {edge: friends, fraction: 0.3}
world:
  people: 1000
  start: 2014-01-01
  end: 2014-12-31
  groups: {A: {share: 0.4}, B: {share: 0.6}}
  ties: {friends: {mean: 6}}
conduct:
  acts:
    debt:
      rate: 2 per year
      envelope: 4 per year
      by_group: {A: 1.5}
      circumstances:
        able: {share: {value: 0.7, source: row_1}, basis: own_act}
        unable: {share: 0.3, basis: cannot_pay}
  demand:
    flight: {users: 0.5, trips: 4 per year, tries_per_trip: {mean: 2}}
practice:
  sensing: {court: {seen: 0.9}}
  lists:
    dishonest: {entry: {able: 0.8, unable: 0.2}, notice: {served: 0.35, delay: {always_days: 5}}}
variants:
  - {name: factual}
  - {name: told, set: {practice.lists.dishonest.notice.served: 1.0}}
evidence:
  parts: {lists: documented, conduct: pilot}
  sources: {row_1: {title: A published row}}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the small scenario with pieces of text replaced, each of which must be in it."""

    def written(*changes: tuple[str, str]) -> Path:
        text = SMALL
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "small.yaml"

    return written


@pytest.fixture
def small(write: Callable[..., Path]) -> Loaded:
    return read_scenario(write())


@pytest.fixture
def refused(write: Callable[..., Path]) -> Callable[..., list[str]]:
    """The problems of the small scenario with pieces of text replaced, a line each."""

    def lines(*changes: tuple[str, str], sets: tuple[str, ...] = ()) -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            read_scenario(write(*changes), sets=sets)
        return str(caught.value).splitlines()

    return lines
