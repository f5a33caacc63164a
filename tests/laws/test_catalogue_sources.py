"""Law: every number of the catalogue names a published row, or says that it is assumed or fitted, with a range where it is assumed."""

from __future__ import annotations

import pytest

from glasshouse.scenario.evidence import parameters
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import read_scenario


@pytest.mark.parametrize("name", catalogue_names())
def test_every_number_of_the_catalogue_has_a_source(name: str) -> None:
    loaded = read_scenario(name)
    found = parameters(loaded)
    assert found
    without = [p.path for p in found if p.source is None]
    assert without == []


@pytest.mark.parametrize("name", catalogue_names())
def test_every_assumption_of_the_catalogue_has_a_range(name: str) -> None:
    found = parameters(read_scenario(name))
    assert [p.path for p in found if p.source == "assumption" and p.range is None] == []


@pytest.mark.parametrize("name", catalogue_names())
def test_every_source_says_what_it_is_and_how_it_was_checked(name: str) -> None:
    sources = read_scenario(name).scenario.evidence.sources
    assert sources
    assert [k for k, s in sources.items() if not (s.title and s.checked)] == []
