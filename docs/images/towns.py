"""Draws the pictures of the small towns of the catalogue: a few bars each, from one run. `towns.py NAME ...`, or all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair
import numpy as np

from glasshouse.reporting.figures import MAIN, WRONG, draw

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
from towns import lived

alt: Any = altair
OTHERS, WRONG_PERSON, INSIDER = 3, 4, 6
MORNING = 183
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


def caller_tone() -> Bars:
    town = lived("caller-tone")
    rows = []
    for tie, association in (("friends", 0), ("colleagues", 2), ("household", 1)):
        for variant, title in (("friends-stay", "all stay"), ("factual", "some turn away")):
            letters = town.letters(variant)
            mine = letters["association"] == association
            pairs = len(set(zip(letters["source"][mine].tolist(), letters["target"][mine].tolist(), strict=True)))
            rows.append(_bar(len(rows), f"{tie}, {title}", pairs, variant == "factual"))
    return "Who hears the message", "pairs of a listed person and a hearer", _told(rows), rows


def chat_group() -> Bars:
    town = lived("chat-group")
    shown = {"factual": "the group reads it", "own-experience": "own experience", "publicity": "how many are summoned"}
    said = {v: int(town.acts(v, "complains")[0]) for v in town.names.variants}
    rows = [_bar(n, t, said["nobody-falls-silent"] - said[v], v == "factual") for n, (v, t) in enumerate(shown.items())]
    return "What is not said, by the account of why", "complaints not written, of 39,993", _told(rows), rows


def everyday_conduct() -> Bars:
    town = lived("everyday-conduct")
    rows = []
    for rule in town.loaded.scenario.rules:
        points = int(town.acts("factual", str(rule.when.signal))[1]) * abs(rule.points.value if rule.points else 0)
        rows.append(_bar(len(rows), rule.id.replace("_", " "), points, rule.id not in ("offence", "unperformed")))
    return "What the score is made of", "points of all records, without their sign", _told(rows), rows


def national_merge() -> Bars:
    town = lived("national-merge")
    shown = {
        "apart": "twelve stay twelve",
        "one-scale": "joined, one scale",
        "factual": "converted",
        "poor-linkage": "poor linkage",
    }
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        cases = town.cases(variant, "untrusted")
        after = cases["rightful"][cases["opened"] >= MORNING]
        rows += [_bar(n, title, int((after == 1).sum()), False), _bar(n, title, int((after == 0).sum()), True)]
    return "Listings in the half year after", "listings from 1 July on", _told(rows), rows


def pilots() -> Bars:
    kenli, suining = lived("kenli-2019", people=240_000), lived("suining-2010", people=1_300_000)
    score = kenli.result.people["score"][:, 0]
    ladder = {"A": (130, 200, 232), "B": (110, 129, 826), "E": (80, 99, 300), "F": (0, 79, 32)}
    told = [(f"Kenli {g}", n, int(((score >= low) & (score <= high)).sum())) for g, (low, high, n) in ladder.items()]
    lost = suining.result.people["score"][:, 0]
    told += [("Suining, any deduction", 812, int((lost < 1000).sum())), ("Suining C or D", 24, int((lost < 850).sum()))]
    rows = []
    for what, published, found in told:
        rows.append(_bar(len(rows), f"{what}, published", published, True))
        rows.append(_bar(len(rows), f"{what}, lived", found, False))
    return "People on each step", "people", _told(rows), rows


def restaurant_chain() -> Bars:
    town = lived("restaurant-chain", people=187_000)
    shown = {"no-penalties": "cameras alone", "no-cameras": "penalties alone", "factual": "both"}
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        cases = town.cases(variant, "docked")
        said = np.isin(cases["cause_kind"], (1,)) & (cases["cause_source"] >= 187_000 - 935)
        rows += [_bar(n, title, int(cases["days"][x].sum()), wrong) for x, wrong in ((~said, False), (said, True))]
    return "Days without a bonus, by what counts against staff", "person-days of 59,840 staff", _told(rows), rows


def foreign_brands() -> Bars:
    town = lived("foreign-brands", people=143_300)
    shown = {
        "nobody-else": "the firm alone",
        "breaches-only": "a stance costs nothing",
        "factual": "and who represents it",
        "staff-too": "and its staff",
    }
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        cases = town.cases(variant, "restricted")
        others = cases["basis"] == OTHERS
        rows += [_bar(n, title, int(cases["days"][x].sum()), wrong) for x, wrong in ((~others, False), (others, True))]
    return "Days restricted of people, by who pays for a firm", "person-days below 600", _told(rows), rows


def red_code_misuse() -> Bars:
    town = lived("red-code-misuse", people=100_000)
    city = int(town.plan.world.region_cut[0])
    shown = {
        "next-day": "found the next day",
        "hotline-works": "11 days, hotline works",
        "factual": "11 days",
        "never-found": "never found",
    }
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        cases = town.cases(variant, "red")
        home = cases["person"] < city
        rows += [_bar(n, title, int(cases["days"][x].sum()), wrong) for x, wrong in ((home, False), (~home, True))]
    return "Days red, in the city and (marked) elsewhere", "person-days of 1,338 people", _told(rows), rows


def mass_listing() -> Bars:
    town = lived("mass-listing")
    shown = {
        "calm": "nobody gets in",
        "one-region": "one region, 5 days",
        "factual": "found after 5 days",
        "found-late": "found after 30 days",
    }
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        cases = town.cases(variant, "untrusted")
        written = cases["basis"] == INSIDER
        rows += [
            _bar(n, title, int(cases["days"][x].sum()), wrong) for x, wrong in ((~written, False), (written, True))
        ]
    return "Days listed, by what is found when", "person-days below 400 in the year", _told(rows), rows


def insider() -> Bars:
    town = lived("insider")
    shown = {"dual-control": "two keys", "factual": "one key", "never-found": "one key, never found"}
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        for act, marked in (("buys_points", False), ("pays_for_demerit", True)):
            rows.append(_bar(n, title, int(town.acts(variant, act)[1]), marked))
    return "Written in for money: points, and (marked) a rival's demerits", "records", _told(rows), rows


def health_code() -> Bars:
    town = lived("health-code")
    shown = {
        "no-mistakes": "no mistakes",
        "no-tracing": "nobody traced",
        "factual": "the code",
        "yellow-14": "yellow 14 days",
        "within-800-metres": "within 800 metres",
    }
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        cases = [town.cases(variant, colour) for colour in ("yellow", "red")]
        days, basis = (np.concatenate([c[k] for c in cases]) for k in ("days", "basis"))
        rows += [_bar(n, title, int(days[x].sum()), wrong) for x, wrong in ((basis == 0, False), (basis != 0, True))]
    return "Days yellow or red; marked: for others, or by mistake", "person-days of 20,000", _told(rows), rows


def travel_code_world() -> Bars:
    town = lived("travel-code-world")
    people = np.arange(town.plan.world.people)
    region = np.searchsorted(town.plan.world.region_cut, people, side="right")
    coloured = np.isin(people, np.concatenate([town.cases("factual", c)["person"] for c in ("yellow", "red")]))
    told = town.result.tables["infections"]
    ill = np.isin(people, told["person"][told["variant"] == 0])
    rows = []
    for n, name in enumerate(town.names.regions):
        size = int((region == n).sum())
        for who, wrong in ((coloured & ill, False), (coloured & ~ill, True)):
            rows.append(_bar(n, name.replace("_", " "), 100 * int((who & (region == n)).sum()) / size, wrong))
    return "Ever yellow or red; marked: never had it", "in 100 people of the country", _told(rows), rows


def welfare_risk_score() -> Bars:
    town = lived("welfare-risk-score", people=30_000)
    shown = {
        "factual": "the model",
        "retrained": "retrained",
        "fixed-on-the-sample": "made even on the sample",
        "lottery": "a lottery",
        "neighbour-live": "the neighbour's, live",
    }
    rows = []
    for n, (variant, title) in enumerate(shown.items()):
        found = town.cases(variant, "investigation")["rightful"]
        rows += [_bar(n, title, int((found == 1).sum()), False), _bar(n, title, int((found == 0).sum()), True)]
    return "Investigated in four years, and cleared", "investigations of 30,000 people", _told(rows), rows


def welfare_debt() -> Bars:
    town = lived("welfare-debt", people=280_600)
    of = {
        "people charged by average": (433_000, len(set(town.cases("factual", "averaged_debt")["person"].tolist())) * 10)
    }
    reviews = [int(town.acts("factual", a)[0]) * 10 for a in ("averaged", "overpaid", "explained")]
    of |= {
        "debts by average": (470_000, reviews[0]),
        "debt notices": (750_000, sum(reviews[:2])),
        "reviews": (1_000_000, sum(reviews)),
    }
    rows = []
    for what, (published, found) in of.items():
        rows.append(_bar(len(rows), f"{what}, published", published, True))
        rows.append(_bar(len(rows), f"{what}, lived", found, False))
    return "Reviews and debts, 2015 to 2019", "reviews, debts or people", _told(rows), rows


def no_fly_list() -> Bars:
    town = lived("no-fly-list", people=400_000)
    rows = []
    for n, variant in enumerate(("factual", "answered", "date-of-birth")):
        cases = town.cases(variant, "no_fly")
        for basis, wrong in ((cases["basis"] != WRONG_PERSON, False), (cases["basis"] == WRONG_PERSON, True)):
            title = {
                "factual": "matched by name",
                "answered": "every request answered",
                "date-of-birth": "and by date of birth",
            }
            rows.append(_bar(n, title[variant], int(cases["days"][basis].sum()) * 250, wrong))
    return "Days under a name of the list, in five years", "person-days", _told(rows), rows


PICTURES: dict[str, Callable[[], Bars]] = {
    "family-and-friends": family_and_friends,
    "cameras-and-base-rates": cameras_and_base_rates,
    "with-safeguards": with_safeguards,
    "caller-tone": caller_tone,
    "chat-group": chat_group,
    "everyday-conduct": everyday_conduct,
    "national-merge": national_merge,
    "pilots": pilots,
    "restaurant-chain": restaurant_chain,
    "foreign-brands": foreign_brands,
    "red-code-misuse": red_code_misuse,
    "mass-listing": mass_listing,
    "insider": insider,
    "health-code": health_code,
    "travel-code-world": travel_code_world,
    "welfare-risk-score": welfare_risk_score,
    "welfare-debt": welfare_debt,
    "no-fly-list": no_fly_list,
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

    figure = draw(name, title, told, "Counts of synthetic people, seed 1.", build, data=rows)
    (Path(__file__).parent / f"{name}.svg").write_text(figure.wide + "\n", encoding="utf-8")


if __name__ == "__main__":
    for asked in sys.argv[1:] or PICTURES:
        paint(asked)
