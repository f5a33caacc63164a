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
OTHERS = 3
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


PICTURES: dict[str, Callable[[], Bars]] = {"family-and-friends": family_and_friends}


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
