"""A text is read from libyaml's events or from ruamel.yaml's, and nobody can tell which: not by a value, a place or a message."""

from __future__ import annotations

import random
from typing import Any

import pytest

from glasshouse.errors import ScenarioError
from glasshouse.scenario import source
from glasshouse.scenario.names import CATALOGUE, catalogue_names

TEXT = """# a scheme
a: 1
b: [x, {y: 'z'}, "w", 2 per year, http://x]
c: |
  text
   more
d: >-
  folded
  lines

  x
"e f": {g: h, i}
k:
  - l: m
    n: it's # not
  - - o
    - p
q: 'it''s
  on'
r: "e\\n\\
  f"
"""
BITS = [*"abz01 \n\n:,-?[]{}#&*!|>'\"%@`\\.~<=+\u00e9\u2028\t"]
BITS += ["\n  ", "\n- ", ": ", "- ", "? ", "---\n", "...\n", "<<: ", "!!str ", "&a ", "*a", "|\n", ">2\n", "# c\n"]  # fmt: skip


def told(text: str, read: Any) -> str:
    try:
        found = read(text, "x.yaml")
        return "given over" if found is None else repr((found.data, found.places, found.keys))
    except ScenarioError as fault:
        return str(fault)


@pytest.mark.skipif(source.CParser is None, reason="PyYAML has no libyaml here")
@pytest.mark.parametrize("name", catalogue_names())
def test_the_catalogue_is_read_by_libyaml_and_as_ruamel_reads_it(name: str) -> None:
    text = (CATALOGUE / f"{name}.yaml").read_text(encoding="utf-8")
    assert told(text, source._read_by_libyaml) == told(text, source._read_by_ruamel) != "given over"


@pytest.mark.skipif(source.CParser is None, reason="PyYAML has no libyaml here")
@pytest.mark.parametrize("seed", range(8))
def test_a_text_with_a_slip_in_it_is_read_as_ruamel_reads_it(seed: int) -> None:
    draw, quick = random.Random(seed), 0
    for _ in range(250):
        text = slipped(draw)
        found = told(text, source._read_by_libyaml)
        if found != "given over":
            quick += 1
            assert found == told(text, source._read_by_ruamel), text
    assert quick > 5


def slipped(draw: random.Random) -> str:
    start = draw.randrange(len(TEXT))
    text = TEXT[start : start + draw.randrange(20, 200)]
    for _ in range(draw.randrange(1, 4)):
        here = draw.randrange(len(text) + 1)
        text = text[:here] + draw.choice(BITS) + text[here + draw.choice((0, 0, 1, 2)) :]
    return text


@pytest.mark.parametrize(
    "text",
    ["a:\n", "? ", "a: &x:| h\n", "a: |\n\n  x\n", "|\n#", "a\n...\n...\n", "a: 1\t# x\n",
     "a: 1\r\nb: 2\r\n", "a: \u2028\n", "%YAML 1.1\n---\na: 1\n", "a: *x\n", "a: [\n"],
)  # fmt: skip
def test_what_the_two_tell_apart_is_given_over_to_ruamel(text: str) -> None:
    assert told(text, source._read_by_libyaml) == "given over"
    assert told(text, source.parse_document) == told(text, source._read_by_ruamel)


def test_without_libyaml_everything_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(TEXT, source.parse_document)
    monkeypatch.setattr(source, "CParser", None)
    assert told(TEXT, source._read_by_libyaml) == "given over"
    assert told(TEXT, source.parse_document) == before
