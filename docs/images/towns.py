"""Draws the pictures of the small towns of the catalogue: a few bars each, from one run of 20,000 people. `towns.py NAME ...`, or all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair

from glasshouse.reporting.figures import MAIN, WRONG, draw

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from towns import lived

alt: Any = altair
OTHERS, WRONG_PERSON = 3, 4
Bars = tuple[str, str, str, list[dict[str, Any]]]


def family_and_friends() -> Bars:
    town = lived("family-and-friends")
    shown = {"none": "nothing", "weak": "5 %", "factual": "a fifth", "strong": "half", "whole": "the whole"}
    own = int(town.cases("none", "untrusted")["days"].sum())
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        days = int(town.cases(variant, "untrusted")["days"].sum())
        rows += [_bar(n, title, own, False), _bar(n, title, days - own, True)]
    return "Days listed, by how much others pay", "person-days below 900", _told(rows), rows


def cameras_and_base_rates() -> Bars:
    town = lived("cameras-and-base-rates")
    shown = {"factual": "list of 10,000", "small-list": "list of 1,000", "older-version": "older version"}
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        wrong = town.cases(variant, "stopped")["basis"] == WRONG_PERSON
        rows += [_bar(n, title, int((~wrong).sum()), False), _bar(n, title, int(wrong.sum()), True)]
    return "People stopped for a match in a year", "stops, of 2 million passages", _told(rows), rows


def with_safeguards() -> Bars:
    town = lived("with-safeguards")
    rows = []
    for n, variant in enumerate(town.names.variants):
        cases = town.cases(variant, "untrusted")
        others = (cases["basis"] == OTHERS) | (cases["basis"] == WRONG_PERSON)
        title = {"factual": "nothing"}.get(variant, variant.replace("-", " "))
        rows += [_bar(n, title, int(cases["days"][x].sum()), wrong) for x, wrong in ((~others, False), (others, True))]
    return "Days listed, by what is added", "person-days below 900", _told(rows), rows


PICTURES: dict[str, Callable[[], Bars]] = {
    "family-and-friends": family_and_friends,
    "cameras-and-base-rates": cameras_and_base_rates,
    "with-safeguards": with_safeguards,
}


def _bar(order: int, title: str, value: float, wrong: bool) -> dict[str, Any]:
    return {"order": order, "what": title, "value": value, "wrong": wrong}


def _told(rows: list[dict[str, Any]]) -> str:
    """The numbers of the bars in words."""
    words = (f"{r['what']}: {r['value']:,.0f}{' (marked)' if r['wrong'] else ''}" for r in rows)
    return "Horizontal bars. " + "; ".join(words) + "."


def paint(name: str) -> None:
    title, unit, told, rows = PICTURES[name]()

    def build(width: int) -> Any:
        bars = alt.Chart(alt.Data(values=rows)).mark_bar()
        return bars.encode(
            x=alt.X("value:Q", title=unit, stack=True),
            y=alt.Y("what:N", title=None, sort=alt.SortField("order"), axis=alt.Axis(labelLimit=200)),
            order=alt.Order("wrong:N"),
            color=alt.condition("datum.wrong", alt.value(WRONG), alt.value(MAIN)),
        ).properties(width=width - 190, height=26 * len({r["what"] for r in rows}))

    figure = draw(name, title, told, "Synthetic people, 20,000 in all, seed 1.", build, data=rows)
    (Path(__file__).parent / f"{name}.svg").write_text(figure.wide + "\n", encoding="utf-8")


if __name__ == "__main__":
    for asked in sys.argv[1:] or PICTURES:
        paint(asked)
