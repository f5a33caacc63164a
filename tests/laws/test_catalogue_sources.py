"""Law: every number of the catalogue names a published row, or says that it is assumed or fitted, with a range where it is assumed."""

from __future__ import annotations

import re
from importlib import resources

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


@pytest.mark.parametrize("name", catalogue_names())
def test_every_row_that_a_text_of_the_catalogue_names_is_among_its_sources(name: str) -> None:
    text = (resources.files("glasshouse.scenario.catalogue") / f"{name}.yaml").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:SN|DQ|SF|DL|PS|HC|LG)(?:-[A-Za-z]+)*-?\d+(?:-\d+)?\b", text))
    assert sorted(named - set(read_scenario(name).scenario.evidence.sources)) == []
