"""Plots of the report: inline SVG in two widths, for a desk and for a phone, with a title and a description in words.

Altair describes, vl-convert draws; nothing of it needs a network, and the same numbers give the same bytes. Colours are a
closed list, so that the style sheet can give each another value in the dark.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair
import numpy as np
import vl_convert

from glasshouse.reporting import words
from glasshouse.reporting.assumed import Bars, Spread
from glasshouse.reporting.counts import BasisRow, Comparison, GateRow, Scores, Stay
from glasshouse.reporting.figure import Figure
from glasshouse.reporting.lives import Life
from glasshouse.reporting.twinned import Twinned
from glasshouse.reporting.who import Cell

alt: Any = altair  # its types know neither a chart of charts nor plain data

INK, SOFT, LINE, MAIN, WRONG, THIRD = "#1f2933", "#5c6773", "#dde2e6", "#14666f", "#b2452c", "#9a6f0b"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is what the drawing program carries with it, so that text is measured alike everywhere."""
WIDE, NARROW = 690, 330
"""Widths of a whole plot, in pixels, of which its labels take their part."""
NUMBER = 48
"""Room for a number beside a bar, in pixels."""
MARK = "synthetic people"

Build = Callable[[int], Any]


def draw(
    id: str,
    title: str,
    description: str,
    source: str,
    build: Build,
    key: tuple[tuple[str, str, str], ...] = (),
    *,
    data: Sequence[Mapping[str, Any]],
) -> Figure:
    """Draw a plot in both widths."""
    svg = {w: _svg(build(w), f"{id}-{n}", title, description) for n, w in (("w", WIDE), ("n", NARROW))}
    return Figure(id, title, description, source, svg[WIDE], svg[NARROW], key, tuple(data))


def _svg(chart: Any, id: str, title: str, description: str) -> str:
    """A chart as SVG: ids of its own, a text alternative, and a size that follows the page."""
    spec = chart.configure(**_look()).to_dict(
        validate=False
    )  # the specification is ours, and checking it takes a second
    raw = vl_convert.vegalite_to_svg(spec, vl_version=".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2]))
    return _told(raw, id, title, description)


def _told(raw: str, id: str, title: str, description: str) -> str:
    box = re.search(r'viewBox="([^"]*)"', raw)
    assert box is not None
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", raw, flags=re.DOTALL)
    inner = re.sub(r'\bid="([^"]+)"', rf'id="{id}-\1"', inner)
    inner = re.sub(r"url\(#([^)]+)\)", rf"url(#{id}-\1)", inner)
    inner = re.sub(r'(href=")#', rf"\1#{id}-", inner)
    width = float(box[1].split()[2])
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{id}-title {id}-desc" '
        f'viewBox="{box[1]}" style="max-width:{width:.0f}px">'
    )
    about = f'<title id="{id}-title">{html.escape(title)}</title><desc id="{id}-desc">{html.escape(description)}</desc>'
    return f"{head}{about}{inner}</svg>"


def _look() -> dict[str, Any]:
    axis = {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "domainColor": SOFT,
        "tickColor": SOFT,
        "gridColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelFont": FONT,
        "titleFont": FONT,
        "labelLimit": 260,
    }
    legend = {
        "labelColor": INK,
        "titleColor": SOFT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "orient": "top",
        "labelFont": FONT,
        "titleFont": FONT,
        "title": None,
        "labelLimit": 280,
        "symbolStrokeWidth": 2,
    }
    return {
        "font": FONT,
        "aria": False,
        "background": "transparent",
        "view": alt.ViewConfig(stroke=None),
        "axis": alt.AxisConfig(**axis),
        "legend": alt.LegendConfig(**legend),
        "header": alt.HeaderConfig(labelFont=FONT, labelFontSize=13, labelColor=INK, title=None, labelAnchor="start"),
        "title": alt.TitleConfig(font=FONT, fontSize=13, fontWeight="bold", color=INK, anchor="start"),
        "text": alt.MarkConfig(font=FONT, fontSize=12, color=INK),
    }


def _rows(rows: Sequence[dict[str, Any]]) -> Any:
    return alt.Data(values=list(rows))


def _day(day: date) -> str:
    return day.isoformat()


SHORT = 150
"""A run of no more days is drawn day by day."""
YEARS = alt.Axis(format="%Y", title=None, tickCount="year", grid=False)


def _years(narrow: bool, first: date, last: date) -> Any:
    """Years where the run is long, months where it is short, days where months would stand there twice."""
    if (last - first).days > 800:
        return alt.Axis(
            format="’%y" if narrow else "%Y", title=None, tickCount="year", grid=False, labelOverlap="greedy"
        )
    return alt.Axis(
        format="%-d %b %Y" if (last - first).days <= SHORT else "%b %Y",
        title=None,
        tickCount=4 if narrow else 6,
        grid=False,
        labelOverlap="greedy",
        labelSeparation=10,
    )


# --- published beside simulated -----------------------------------------------------------------------------------------------------


def published(found: Comparison) -> Figure:
    """Totals by date, one panel a series: the simulated course, the published points, the interval."""
    names = [words.SERIES.get(s.series, s.series) for s in found.series]
    return draw(
        "published",
        "Simulated and published totals",
        f"Cumulative totals of {', '.join(names)}. A line for the simulated course, a ring for every published total "
        f"and a bar for the interval: {found.interval}. The same numbers stand in the table below.",
        f"Simulated: {MARK}, each standing for {words.number(found.times)}. Published: sources in the table below. "
        "The line begins where 100 synthetic cases stand behind it.",
        lambda w: _panels(found, w),
        (("line", "main", "simulated"), ("ring", "wrong", "published"), ("bar", "main", "interval")),
        data=[*_published_rows(found)],
    )


def _published_rows(found: Comparison) -> Iterator[dict[str, Any]]:
    for s in found.series:
        for p in s.points:
            about = {"series": s.series, "date": _day(p.date), "what": "total", "published": p.published}
            yield about | {"simulated": p.simulated, "low": p.low, "high": p.high}
        for day, value in s.course:
            yield {"series": s.series, "date": _day(day), "what": "course", "simulated": value}


def _panels(found: Comparison, width: int) -> Any:
    narrow = width == NARROW
    each = width - 50 if narrow else (width - 120) // 2
    panels = [_panel(s, found, each, narrow) for s in found.series]
    return alt.concat(*panels, columns=1 if narrow else 2, spacing=22).resolve_scale(y="independent")


def _panel(s: Any, found: Comparison, width: int, narrow: bool) -> Any:
    top = max([v for _, v in s.course] + [p.published for p in s.points])
    size, word = (1e6, "million") if top >= 2e6 else (1e3, "thousand") if top >= 2e3 else (1, "")
    course = [{"date": _day(d), "total": v / size, "what": "simulated"} for d, v in s.course]
    points = [{"date": _day(p.date), "total": p.published / size, "what": "published"} for p in s.points]
    bars = [
        {"date": _day(p.date), "low": p.low / size, "high": p.high / size, "what": "interval"}
        for p in s.points
        if p.low is not None
    ]
    first, last = s.points[0].date, s.points[-1].date
    if s.course:
        first, last = min(first, s.course[0][0]), max(last, s.course[-1][0])
    x = alt.X("date:T", axis=_years(narrow, first, last))
    y = alt.Y(
        "total:Q",
        title=word or None,
        axis=alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleY=-6, titleX=0),
        scale=alt.Scale(zero=True),
    )
    line = alt.Chart(_rows(course)).mark_line(strokeWidth=2.2, color=MAIN).encode(x=x, y=y)
    dots = (
        alt.Chart(_rows(points))
        .mark_point(size=46, strokeWidth=1.8, filled=False, opacity=1, color=WRONG)
        .encode(x=x, y=y)
    )
    layers = [line, dots]
    if bars:
        layers.insert(
            0,
            alt.Chart(_rows(bars))
            .mark_rule(strokeWidth=9, opacity=0.4, color=MAIN)
            .encode(x=x, y=alt.Y("low:Q", title=word or None), y2="high:Q"),
        )
    title = words.SERIES.get(s.series, s.series) + ("" if s.course else " (too few simulated)")
    return alt.layer(*layers).properties(width=width, height=150, title=alt.Title(title, offset=18, dx=0))


# --- the list -----------------------------------------------------------------------------------------------------------------------


def stock(days: Sequence[date], listed: Any, wrong_rule: Any, wrong_rights: Any, people: int, same: bool) -> Figure:
    """Open listings on the first of each month, of a short run every day, and those of them that were wrong."""
    short = len(days) <= SHORT
    kept = [n for n, d in enumerate(days) if short or d.day == 1 or n in (0, len(days) - 1)]
    lines = [
        ("all open listings", listed),
        ("wrong by the rule and by rights" if same else "wrong by the rule", wrong_rule),
    ]
    if not same:
        lines.append(("wrong by rights", wrong_rights))
    rows = [
        {"date": _day(days[n]), "listings": int(v[n]), "what": name, "order": k}
        for k, (name, v) in enumerate(lines)
        for n in kept
    ]
    names = [name for name, _ in lines]
    last = ", ".join(f"{int(v[-1]):,} {name}" for name, v in lines)

    def build(width: int) -> Any:
        color = alt.Color(
            "what:N",
            scale=alt.Scale(domain=names, range=[MAIN, WRONG, THIRD][: len(names)]),
            legend=alt.Legend(direction="vertical" if width == NARROW else "horizontal"),
        )
        return (
            alt.Chart(_rows(rows))
            .mark_line(strokeWidth=2.2)
            .encode(
                x=alt.X("date:T", axis=_years(width == NARROW, days[0], days[-1])),
                y=alt.Y("listings:Q", title="open listings", axis=alt.Axis(tickCount=5, tickMinStep=1)),
                color=color,
                strokeDash=alt.StrokeDash(
                    "what:N", scale=alt.Scale(domain=names, range=[[1, 0], [6, 2], [2, 2]][: len(names)]), legend=None
                ),
            )
            .properties(width=width - 50, height=220)
        )

    return draw(
        "stock",
        "Open listings over time",
        f"Lines from {days[0].isoformat()} to {days[-1].isoformat()}. On the last day: {last}.",
        f"Counts of {MARK}, {people:,} in all; {'every day' if short else 'the first of each month, the first day and the last'}.",
        build,
        data=[{"date": _day(days[n])} | {name: int(v[n]) for name, v in lines} for n in kept],
    )


def wrongly_listed(rows: Sequence[BasisRow], groups: Sequence[str], listings: int) -> Figure:
    """Listings wrong by rights, by what they rest on and by group."""
    wrong = [r for r in rows if r.wrong_by_rights]
    values = [
        {"basis": words.basis(r.key), "group": f"group {g}", "listings": n}
        for r in wrong
        for g, n in zip(groups, r.by_group, strict=True)
    ]
    order = [words.basis(r.key) for r in sorted(wrong, key=lambda r: -r.listings)]
    told = "; ".join(f"{words.basis(r.key)}: {r.listings:,}" for r in wrong)

    def build(width: int) -> Any:
        narrow = width == NARROW
        wide = width - (120 if narrow else 190)
        y = alt.Y(
            "basis:N", sort=order, title=None, axis=alt.Axis(labelLimit=180, ticks=False, domain=False, labelPadding=8)
        )
        color = alt.Color(
            "group:N",
            scale=alt.Scale(domain=[f"group {g}" for g in groups], range=_shades(len(groups))),
            legend=alt.Legend() if len(groups) > 1 else None,
        )
        bars = (
            alt.Chart(_rows(values))
            .mark_bar(height=20)
            .encode(
                y=y,
                x=alt.X("sum(listings):Q", title="listings", axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d")),
                color=color,
            )
        )
        sums = [{"basis": words.basis(r.key), "listings": r.listings, "text": f"{r.listings:,}"} for r in wrong]
        text = (
            alt.Chart(_rows(sums))
            .mark_text(align="left", dx=5)
            .encode(y=y, x=alt.X("listings:Q", title="listings"), text="text:N")
        )
        return (bars + text).properties(width=wide, height=alt.Step(34))

    return draw(
        "wrongly",
        "Listings wrong by rights, by what they really rest on",
        f"Bars, parted by group. {told}. All listings: {listings:,}.",
        f"Counts of listings of {MARK}; {listings:,} listings in all.",
        build,
        data=values,
    )


def _shades(n: int) -> list[str]:
    return [WRONG, MAIN, THIRD, SOFT, INK][:n] if n <= 5 else [MAIN] * n


def stays(by_rule: Stay, by_rights: Stay | None) -> Figure:
    """The share of wrongful listings still open after so many days."""
    shown = [("wrong by the rule" if by_rights else "wrong by the rule and by rights", by_rule)]
    if by_rights:
        shown.append(("wrong by rights", by_rights))
    rows: list[dict[str, Any]] = [
        {"day": int(d), "share": float(s.curve[d]), "what": name}
        for name, s in shown
        for d in np.unique(np.append(np.arange(0, len(s.curve), 7), len(s.curve) - 1))
    ]
    year = by_rule.left_at(365)
    told = f"After a year {words.percent(year)} were still open. " if year is not None else ""
    names = [name for name, _ in shown]

    def build(width: int) -> Any:
        longest = max(len(s.curve) for _, s in shown)
        years = np.arange(0, longest / 365, 1 if longest > 1100 else 0.25)
        axis = (
            alt.Axis(values=[float(365 * y) for y in years], labelExpr="format(datum.value / 365, '.3~g')", grid=False)
            if longest > 200
            else alt.Axis(grid=False, tickMinStep=1)
        )
        return (
            alt.Chart(_rows(rows))
            .mark_line(strokeWidth=2.2, interpolate="step-after")
            .encode(
                x=alt.X("day:Q", title=f"{'years' if longest > 200 else 'days'} since the listing began", axis=axis),
                y=alt.Y(
                    "share:Q",
                    title="share still listed",
                    scale=alt.Scale(domain=[0, 1]),
                    axis=alt.Axis(format="%", tickCount=5),
                ),
                color=alt.Color(
                    "what:N",
                    scale=alt.Scale(domain=names, range=[WRONG, THIRD][: len(names)]),
                    legend=alt.Legend(symbolType="stroke") if len(names) > 1 else None,
                ),
            )
            .properties(width=width - 55, height=210)
        )

    return draw(
        "stays",
        "How long wrongful listings last",
        f"{told}A falling curve from 100 %: the share of {by_rule.n:,} wrongful listings still open after so many days.",
        f"Kaplan-Meier over {by_rule.n:,} wrongful listings of {MARK}; {by_rule.ended:,} ended in the run, "
        "the others are followed to its end.",
        build,
        data=[{"listings": r["what"], "day": r["day"], "share_still_listed": round(r["share"], 6)} for r in rows],
    )


def appeal_funnel(stages: Sequence[tuple[str, int]]) -> Figure:
    """Listings at each stage of an objection."""
    listed = stages[0][1]
    rows = [
        {
            "stage": words.STAGES[k],
            "n": n,
            "text": f"{n:,}" + (f" ({words.percent(n / listed)})" if k != "listed" else ""),
        }
        for k, n in stages
    ]
    order = [words.STAGES[k] for k, _ in stages]
    told = "; ".join(f"{words.STAGES[k]}: {n:,}" for k, n in stages)

    def build(width: int) -> Any:
        narrow = width == NARROW
        y = alt.Y(
            "stage:N", sort=order, title=None, axis=alt.Axis(labelLimit=180, ticks=False, domain=False, labelPadding=8)
        )
        x = alt.X("n:Q", axis=None, scale=alt.Scale(domain=[0, listed * (1.7 if narrow else 1.3)]))
        base = alt.Chart(_rows(rows)).encode(y=y, x=x)
        bars = base.mark_bar(height=18, color=MAIN)
        text = base.mark_text(align="left", dx=6).encode(text="text:N")
        return (bars + text).properties(width=width - (145 if narrow else 180), height=alt.Step(30))

    return draw(
        "funnel",
        "From being listed to being told that one was right",
        f"Bars that grow shorter. {told}.",
        f"Counts of listings of {MARK}; in brackets the share of all {listed:,} listings. Decisions of this run only.",
        build,
        data=[{"stage": words.STAGES[k], "listings": n, "of_listings": listed} for k, n in stages],
    )


def refusals(rows: Sequence[GateRow]) -> Figure:
    """Tries, trips and people refused at each gate, each with its own scale."""
    kinds = (("tries refused", "tries"), ("occasions refused", "trips"), ("people refused at least once", "people"))
    order = [words.plain(r.gate) for r in sorted(rows, key=lambda r: -r.tries)]
    told = "; ".join(f"{r.title}: {r.tries:,} tries on {r.trips:,} occasions by {r.people:,} people" for r in rows)

    def panel(label: str, column: str, width: int, axis: bool) -> Any:
        values = [
            {"gate": words.plain(r.gate), "n": getattr(r, column), "text": f"{getattr(r, column):,}"} for r in rows
        ]
        top = max([v["n"] for v in values] + [1])
        labels = alt.Axis(labelLimit=190, ticks=False, domain=False, labelPadding=8) if axis else None
        y = alt.Y("gate:N", sort=order, title=None, axis=labels)
        x = alt.X("n:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.45]))
        base = alt.Chart(_rows(values)).encode(y=y, x=x)
        bars, text = (
            base.mark_bar(height=15, color=MAIN),
            base.mark_text(align="left", dx=5).encode(text="text:N"),
        )
        return (bars + text).properties(width=width, height=alt.Step(25), title=label)

    def build(width: int) -> Any:
        narrow = width == NARROW
        each = 190 if narrow else 175
        panels = [panel(label, c, each, narrow or n == 0) for n, (label, c) in enumerate(kinds)]
        return alt.concat(*panels, columns=1 if narrow else 3, spacing=14).resolve_scale(
            x="independent", y="shared" if not narrow else "independent"
        )

    return draw(
        "refusals",
        "What listed people were refused",
        f"Three rows of bars with scales of their own. {told}.",
        f"Counts of {MARK}. An occasion (a trip, a loan) can take many tries; a person can be refused on many occasions. "
        "People refused at several gates are counted at each, so people are not added up.",
        build,
        data=[
            {"gate": r.gate, "tries": r.tries, "trips": r.trips, "people": r.people, "evaded": r.evaded} for r in rows
        ],
    )


def twins(found: Twinned) -> Figure:
    """For each variant, people who fare better and worse than as it is, and beside it the benefit that is kept or lost."""
    kept = [t for t in found.rows]
    harm = [
        {
            "variant": t.name,
            "what": what,
            "people": n,
            "drawn": sign * n,
            "text": f"{n:,}",
            "side": "right" if sign > 0 else "left",
        }
        for t in kept
        for what, n, sign in (("spared or harmed less", t.better, 1), ("newly harmed or harmed more", t.worse, -1))
    ]
    gains = [
        {
            "variant": t.name,
            "benefit": b.label,
            "base": b.base,
            "other": b.other,
            "drawn": -b.lost,
            "text": words.signed(-b.lost),
            "side": "left" if b.lost > 0 else "right",
        }
        for t in kept
        for b in t.benefits
    ]
    labels = list(dict.fromkeys(str(g["benefit"]) for g in gains))
    told = "; ".join(f"{t.name}: {t.better:,} fare better, {t.worse:,} worse" for t in kept)
    lost = "; ".join(f"{g['variant']}, {g['benefit']}: {g['text']}" for g in gains)

    def panel(rows: Sequence[dict[str, Any]], title: str, width: int, colour: Any, axis: bool) -> Any:
        ends = [r["drawn"] for r in rows]
        low, high = min([*ends, 0]), max([*ends, 0])
        room = max(high - low, 1)
        beside = (
            max(0.3, NUMBER / (width - 2 * NUMBER)) if axis else 0.3
        )  # so that no number runs into a variant's name
        y = alt.Y(
            "variant:N",
            sort=[t.name for t in kept],
            title=None,
            axis=alt.Axis(labelLimit=150, ticks=False, domain=False, labelPadding=8) if axis else None,
        )
        x = alt.X("drawn:Q", axis=None, scale=alt.Scale(domain=[low - beside * room, high + beside * room], nice=False))
        base = alt.Chart(_rows(rows)).encode(y=y, x=x)
        bars = base.mark_bar(height=15).encode(color=colour)
        zero = alt.Chart(_rows([{"zero": 0}])).mark_rule(color=SOFT).encode(x=alt.X("zero:Q", axis=None))
        right = base.transform_filter("datum.side == 'right'").mark_text(align="left", dx=5).encode(text="text:N")
        left = base.transform_filter("datum.side == 'left'").mark_text(align="right", dx=-5).encode(text="text:N")
        return (bars + zero + left + right).properties(width=width, height=alt.Step(26), title=title)

    def build(width: int) -> Any:
        narrow = width == NARROW
        each = width - 140 if narrow else (width - 150) // (1 + max(len(labels), 1)) - 14
        domain = ["spared or harmed less", "newly harmed or harmed more"]
        colour = alt.Color("what:N", scale=alt.Scale(domain=domain, range=[MAIN, WRONG]), legend=None)
        panels = [panel(harm, "people, beside the scheme as it is", each, colour, True)]
        for label in labels:
            rows = [g for g in gains if g["benefit"] == label]
            panels.append(panel(rows, label, each, alt.value(THIRD), narrow))
        return alt.concat(*panels, columns=1 if narrow else len(panels), spacing=16).resolve_scale(
            x="independent", y="independent", color="independent"
        )

    return draw(
        "twins",
        "Whom each change spares and harms, and the benefit beside it",
        f"For each variant a bar to the right for people who fare better than as it is and one to the left for people who fare "
        f"worse. {told}. Beside it by how much each benefit changes. {lost or 'No benefit is counted in this run'}.",
        f"Counts of {MARK}, {found.people:,} in all, who lived through the same potential events in every variant.",
        build,
        (("block", "main", "fare better"), ("block", "wrong", "fare worse"), ("block", "third", "benefit, change")),
        data=[{k: v for k, v in r.items() if k not in ("drawn", "text", "side")} for r in (*harm, *gains)],
    )


def groups(rows: Sequence[Cell], people: int) -> Figure:
    """Of every 1,000 people of each group, how many were listed, and how many although they should not have been, with luck."""
    kinds = (
        ("listed at some time", "share", "low", "high"),
        ("wrongly, by rights", "wrong_share", "wrong_low", "wrong_high"),
    )
    values = [
        {
            "group": f"{'group ' if c.cut == 'group' else ''}{c.name}", "what": label, "per_1000": 1000 * v,
            "low": 1000 * lo if lo is not None else None, "high": 1000 * hi if hi is not None else None, "people": c.people,
        }
        for c in rows
        for label, v, lo, hi in ((k[0], *(getattr(c, a) for a in k[1:])) for k in kinds)
        if v is not None
    ]  # fmt: skip
    order = list(dict.fromkeys(v["group"] for v in values))
    told = "; ".join(f"{v['group']}, {v['what']}: {words.number(v['per_1000'])}" for v in values)

    def build(width: int) -> Any:
        narrow = width == NARROW
        y = alt.Y(
            "group:N", sort=order, title=None, axis=alt.Axis(labelLimit=150, ticks=False, domain=False, labelPadding=8)
        )
        panels = []
        for n, (label, *_) in enumerate(kinds):
            mine = [v for v in values if v["what"] == label]
            if not mine:
                continue
            shown = y if narrow or not n else alt.Y("group:N", sort=order, title=None, axis=None)
            x = alt.X("low:Q", title="of every 1,000 people", axis=alt.Axis(tickCount=4), scale=alt.Scale(zero=True))
            bars = (
                alt.Chart(_rows([v for v in mine if v["low"] is not None]))
                .mark_rule(strokeWidth=7, opacity=0.35, color=(MAIN, WRONG)[n])
                .encode(y=shown, x=x, x2="high:Q")
            )
            dots = (
                alt.Chart(_rows(mine))
                .mark_point(filled=True, size=70, opacity=1, color=(MAIN, WRONG)[n])
                .encode(y=shown, x=alt.X("per_1000:Q", title="of every 1,000 people"))
            )
            each = width - 110 if narrow else (width - 130) // 2
            panels.append((bars + dots).properties(width=each, height=alt.Step(28), title=label))
        return alt.concat(*panels, columns=1 if narrow else 2, spacing=18).resolve_scale(
            x="independent", y="independent"
        )

    return draw(
        "groups",
        "How many of every 1,000 people were listed, by group",
        f"A point for each group with a bar for luck, listed at all and listed wrongly. {told}.",
        f"Shares of {people:,} {MARK}; cells of fewer than 10 people are left out.",
        build,
        data=values,
    )


def score_spread(found: Scores) -> Figure:
    """How many people stand at each score at the end of the run."""
    rows = [{"score": int(v), "people": int(n)} for v, n in zip(found.values, found.people, strict=True)]
    low, high = int(found.values.min()), int(found.values.max())

    def build(width: int) -> Any:
        bars = (
            alt.Chart(_rows(rows))
            .mark_bar(color=MAIN, width=max(2, min(9, (width - 70) / max(high - low + 1, 1) * 0.8)))
            .encode(
                x=alt.X(
                    "score:Q",
                    title="score at the end",
                    scale=alt.Scale(zero=False, padding=8),
                    axis=alt.Axis(grid=False, format="d"),
                ),
                y=alt.Y(
                    "people:Q",
                    title="people (log scale)",
                    scale=alt.Scale(type="symlog", nice=True),
                    axis=alt.Axis(values=_decades(max(r["people"] for r in rows)), format=",d"),
                ),
            )
        )
        rule = (
            alt.Chart(_rows([{"score": found.baseline, "text": "start"}]))
            .mark_rule(color=WRONG, strokeDash=[4, 3])
            .encode(x="score:Q")
        )
        return (bars + rule).properties(width=width - 70, height=200)

    return draw(
        "scores",
        "Scores at the end of the run",
        f"Bars for every score from {low} to {high}. Half of {found.n:,} people stand at {found.at(0.5)} or below; "
        f"everybody started at {found.baseline} (broken line).",
        f"Counts of {MARK}, {found.n:,} in all; the scale of people is logarithmic, so that few can be seen beside many.",
        build,
        data=rows,
    )


def _decades(top: int) -> list[int]:
    return [0] + [10**k for k in range(0, len(str(top)))]


# --- ranges and the story -----------------------------------------------------------------------------------------------------------


def swept(rows: Sequence[Spread]) -> Figure:
    """For each share, how far luck and how far the assumptions move it, and where this run stands."""
    order = [r.label for r in rows]
    told = "; ".join(
        f"{r.label}: {words.percent(r.value)}"
        + (f", luck {words.percent(r.luck[0])} to {words.percent(r.luck[1])}" if r.luck else "")
        + (f", assumptions {words.percent(r.range[0])} to {words.percent(r.range[1])}" if r.range else "")
        for r in rows
    )
    values: list[dict[str, Any]] = [
        {
            "label": r.label, "value": r.value, "luck_low": r.luck[0] if r.luck else None, "luck_high": r.luck[1] if r.luck else None,
            "low": r.range[0] if r.range else None, "high": r.range[1] if r.range else None,
        }
        for r in rows
    ]  # fmt: skip

    def build(width: int) -> Any:
        narrow = width == NARROW
        y = alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(
                labelLimit=300,
                ticks=False,
                domain=False,
                labelPadding=8,
                labelLineHeight=13,
                labelExpr=_labels([{"assumption": x, "shown": _two_lines(x, 22 if narrow else 60)} for x in order]),
            ),
        )
        axis = alt.Axis(format="%", tickCount=4 if narrow else 6)
        scale = alt.Scale(domain=[0, 1])
        bars = (
            alt.Chart(_rows([v for v in values if v["low"] is not None]))
            .mark_bar(height=16, color=MAIN, opacity=0.3)
            .encode(y=y, x=alt.X("low:Q", title="share", scale=scale, axis=axis), x2="high:Q")
        )
        luck = (
            alt.Chart(_rows([v for v in values if v["luck_low"] is not None]))
            .mark_bar(height=6, color=MAIN)
            .encode(y=y, x=alt.X("luck_low:Q", title="share", scale=scale, axis=axis), x2="luck_high:Q")
        )
        points = (
            alt.Chart(_rows(values))
            .mark_tick(thickness=3, height=18, color=WRONG)
            .encode(y=y, x=alt.X("value:Q", title="share", scale=scale, axis=axis))
        )
        return (bars + luck + points).properties(width=width - (150 if narrow else 300), height=alt.Step(30))

    return draw(
        "swept",
        "Luck and ignorance",
        "A pale bar from the lowest to the highest value that the assumptions reach, a dark one for luck, and a mark for "
        f"this run. {told}.",
        f"Shares over {MARK}. Assumptions: each put at both ends of its range, and all that make a listing wrong together; what was "
        "reached, not a probability. Luck: 95 % of what another seed might have given.",
        build,
        (("bar", "main", "reached by the assumptions"), ("block", "main", "luck"), ("tick", "wrong", "this run")),
        data=values,
    )


@dataclass(frozen=True)
class ShareOf:
    """One share of one of two recordings, with its luck."""

    label: str
    recording: str
    value: float
    low: float | None
    high: float | None


def beside(rows: Sequence[ShareOf], names: tuple[str, str]) -> Figure:
    """Each share of two recordings as two points, with bars for luck."""
    values: list[dict[str, Any]] = [vars(r) for r in rows]
    order = list(dict.fromkeys(r.label for r in rows))
    told = "; ".join(f"{r.label}, {r.recording}: {words.percent(r.value)}" for r in rows)

    def build(width: int) -> Any:
        narrow = width == NARROW
        room = 22 if narrow else 60
        known = [{"assumption": label, "shown": _two_lines(label, room)} for label in order]
        axis = alt.Axis(
            labelLimit=300, ticks=False, domain=False, labelPadding=8, labelExpr=_labels(known), labelLineHeight=13
        )
        y = alt.Y("label:N", sort=order, title=None, axis=axis)
        offset = alt.YOffset("recording:N", sort=list(names))
        colour = alt.Color(
            "recording:N",
            scale=alt.Scale(domain=list(names), range=[MAIN, THIRD]),
            legend=alt.Legend(direction="vertical" if narrow else "horizontal"),
        )
        shape = alt.Shape("recording:N", scale=alt.Scale(domain=list(names), range=["circle", "diamond"]))
        scale, shares = alt.Scale(domain=[0, 1]), alt.Axis(format="%", tickCount=4 if narrow else 6)
        bars = (
            alt.Chart(_rows([v for v in values if v["low"] is not None]))
            .mark_rule(strokeWidth=6, opacity=0.35)
            .encode(
                y=y,
                yOffset=offset,
                x=alt.X("low:Q", title="share", scale=scale, axis=shares),
                x2="high:Q",
                color=colour,
            )
        )
        points = (
            alt.Chart(_rows(values))
            .mark_point(filled=True, size=75, opacity=1)
            .encode(
                y=y,
                yOffset=offset,
                x=alt.X("value:Q", title="share", scale=scale, axis=shares),
                color=colour,
                shape=shape,
            )
        )
        return (bars + points).properties(width=width - (150 if narrow else 270), height=alt.Step(17))

    return draw(
        "beside",
        "Both recordings side by side",
        f"Two points for each share, with bars for the luck of one run. {told}.",
        f"Shares over {MARK}; bars: 95 % of what another seed might have given.",
        build,
        data=values,
    )


def tornado(found: Bars) -> Figure:
    """Which assumption moves the answer most: a bar from the lowest to the highest value that each reaches by itself."""
    base = found.told.base
    values: list[dict[str, Any]] = [
        {"assumption": said, "path": s.path, "low": s.low, "high": s.high, "as_it_stands": base}
        for said, s in found.rows
    ]
    order = [v["assumption"] for v in values]
    told = "; ".join(f"{v['assumption']}: {words.percent(v['low'])} to {words.percent(v['high'])}" for v in values)

    def build(width: int) -> Any:
        narrow = width == NARROW
        rows = [v | {"shown": _two_lines(v["assumption"], 24 if narrow else 44)} for v in values]
        y = alt.Y(
            "assumption:N",
            sort=order,
            title=None,
            axis=alt.Axis(
                labelLimit=170 if narrow else 330, ticks=False, domain=False, labelPadding=8, labelLineHeight=13,
                labelExpr=_labels(rows), labelFontSize=11,
            ),
        )  # fmt: skip
        title = found.label
        x = alt.X("low:Q", title=title, scale=alt.Scale(zero=False, padding=6), axis=alt.Axis(format="%", tickCount=4))
        bars = alt.Chart(_rows(rows)).mark_bar(height=14, color=MAIN, opacity=0.75).encode(y=y, x=x, x2="high:Q")
        rule = (
            alt.Chart(_rows([{"base": base}]))
            .mark_rule(color=WRONG, strokeDash=[4, 3])
            .encode(x=alt.X("base:Q", title=title))
        )
        return (bars + rule).properties(width=width - (190 if narrow else 350), height=alt.Step(36))

    return draw(
        "tornado",
        f"What moves this share most: {found.label}",
        f"Bars, the widest first, about a broken line at {words.percent(base)}, the value as it stands. {told}.",
        f"Each assumption alone at both ends of its range, over {found.told.people:,} {MARK} and the same potential events; "
        "everything else as it stands.",
        build,
        (("bar", "main", "reached by one assumption alone"), ("tick", "wrong", "as it stands")),
        data=values,
    )


def _two_lines(text: str, room: int) -> list[str]:
    """A label broken once near its middle, if it is longer than the room."""
    if len(text) <= room:
        return [text]
    cuts = [n for n, c in enumerate(text) if c == " "]
    best = min(cuts, key=lambda n: abs(n - len(text) / 2)) if cuts else len(text)
    return [text[:best], text[best + 1 :]]


def _labels(rows: Sequence[Mapping[str, Any]]) -> str:
    """An expression that gives each label its two lines."""
    import json

    known = {r["assumption"]: r["shown"] for r in rows}
    return f"{json.dumps(known)}[datum.label]"


def lives(told: Sequence[Life], first: date, last: date, date_of: Callable[[int], date]) -> Figure:
    """Each life as a bar for the listing that is told, and marks for what happened."""
    marks = {
        "notified": "notice", "learnt": "learns by being refused", "refused": "refused", "appealed": "objects", "decided": "decision",
        "paid": "pays",
    }  # fmt: skip
    spans: list[dict[str, Any]] = [
        {"life": x.kind, "from": _day(date_of(x.opened)), "to": _day(date_of(x.end)), "days": x.days} for x in told
    ]
    events: list[dict[str, Any]] = [
        {"life": x.kind, "date": _day(m.date), "what": marks[m.kind]}
        for x in told
        for m in x.moments
        if m.kind in marks
    ]
    order = [x.kind for x in told]
    said = "; ".join(f"the {s['life']}: listed from {s['from']} to {s['to']}" for s in spans)

    def build(width: int) -> Any:
        narrow = width == NARROW
        y = alt.Y(
            "life:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelFontSize=13)
        )
        x = alt.X("from:T", axis=_years(narrow, first, last), scale=alt.Scale(domain=[_day(first), _day(last)]))
        bars = alt.Chart(_rows(spans)).mark_bar(height=18, color=WRONG, opacity=0.28).encode(y=y, x=x, x2="to:T")
        seen = [w for w in marks.values() if any(e["what"] == w for e in events)]
        colours = {
            "notice": MAIN,
            "learns by being refused": THIRD,
            "refused": WRONG,
            "objects": MAIN,
            "decision": INK,
            "pays": MAIN,
        }
        points = (
            alt.Chart(_rows(events))
            .mark_point(filled=True, size=70, opacity=1)
            .encode(
                y=y,
                x=alt.X("date:T", axis=_years(narrow, first, last)),
                shape=alt.Shape("what:N", scale=alt.Scale(domain=seen, range=[SHAPES[w] for w in seen]),
                                legend=alt.Legend(direction="horizontal", columns=2 if narrow else 6)),
                color=alt.Color("what:N", scale=alt.Scale(domain=seen, range=[colours.get(w, MAIN) for w in seen])),
            )
        )  # fmt: skip
        return (bars + points if events else bars).properties(width=width - 90, height=alt.Step(34))

    return draw(
        "lives",
        "Three lives on the list",
        f"A bar for each listing and marks for what happened in it. {said}. What happened stands in the tables below.",
        f"Three of the {MARK} of this run, who stand for nobody, chosen by the rule that is stated.",
        build,
        data=[s | {"what": "listed"} for s in spans] + events,
    )


SHAPES = {
    "notice": "circle", "learns by being refused": "diamond", "refused": "cross", "objects": "triangle-up", "decision": "square",
    "pays": "triangle-down",
}  # fmt: skip
"""Marks that differ in shape as well as in colour."""


def courses(id: str, title: str, unit: str, dates: Sequence[date], lines: Mapping[str, Any], source: str) -> Figure:
    """Up to five lines over the days of a run, each named above the plot."""
    names, most = list(lines), 160
    step = max(1, len(dates) // most)
    kept = sorted({*range(0, len(dates), step), len(dates) - 1})
    rows = [
        {"date": _day(dates[n]), "what": name, "value": round(float(line[n]), 4)}
        for name, line in lines.items()
        for n in kept
    ]
    told = "; ".join(
        f"{name}: at most {words.number(float(np.max(line)))}, on the last day {words.number(float(line[-1]))}"
        for name, line in lines.items()
    )
    colours, dashes = [MAIN, WRONG, THIRD, SOFT, INK], [[1, 0], [1, 0], [6, 2], [2, 2], [8, 3]]

    def build(width: int) -> Any:
        narrow = width == NARROW
        scale = alt.Scale(domain=names, range=colours[: len(names)])
        legend = alt.Legend(direction="vertical" if narrow or len(names) > 3 else "horizontal", labelLimit=300)
        return (
            alt.Chart(_rows(rows))
            .mark_line(strokeWidth=2.2)
            .encode(
                x=alt.X("date:T", axis=_days(narrow, dates)),
                y=alt.Y("value:Q", title=unit, axis=alt.Axis(tickCount=5), scale=alt.Scale(domainMin=0)),
                color=alt.Color("what:N", scale=scale, legend=legend),
                strokeDash=alt.StrokeDash(
                    "what:N", scale=alt.Scale(domain=names, range=dashes[: len(names)]), legend=None
                ),
            )
            .properties(width=width - 55, height=220)
        )

    return draw(
        id,
        title,
        f"Lines from {dates[0].isoformat()} to {dates[-1].isoformat()}, {unit}. {told}.",
        source,
        build,
        data=rows,
    )


def _days(narrow: bool, dates: Sequence[date]) -> Any:
    """Days and months where the run is short, otherwise as other plots have it."""
    if (dates[-1] - dates[0]).days > 400:
        return _years(narrow, dates[0], dates[-1])
    return alt.Axis(
        format="%-d %b", title=None, tickCount=4 if narrow else 8, grid=False, labelOverlap="greedy", labelSeparation=10
    )


def halves(
    id: str, title: str, unit: str, rows: Sequence[tuple[str, float, float]], names: tuple[str, str], source: str
) -> Figure:
    """Bars in two parts, one bar for each row: what it is, the first part, the second."""
    order = [what for what, _, _ in rows]
    values = [
        {"what": what, "part": name, "value": round(float(x), 4), "order": n}
        for what, *both in rows
        for n, (name, x) in enumerate(zip(names, both, strict=True))
    ]
    told = "; ".join(f"{what}: {names[0]} {words.number(a)}, {names[1]} {words.number(b)}" for what, a, b in rows)

    def build(width: int) -> Any:
        narrow = width == NARROW
        known = [{"assumption": what, "shown": _two_lines(what, 20 if narrow else 30)} for what in order]
        axis = alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=220, labelExpr=_labels(known))
        return (
            alt.Chart(_rows(values))
            .mark_bar(height=18)
            .encode(
                y=alt.Y("what:N", sort=order, title=None, axis=axis),
                x=alt.X("value:Q", title=unit, axis=alt.Axis(tickCount=4 if narrow else 5)),
                color=alt.Color(
                    "part:N", scale=alt.Scale(domain=list(names), range=[MAIN, WRONG]), legend=alt.Legend()
                ),
                order=alt.Order("order:Q"),
            )
            .properties(width=width - (145 if narrow else 225), height=alt.Step(38))
        )

    return draw(id, title, f"Horizontal bars in two parts, {unit}. {told}.", source, build, data=values)
