"""Plots of the report: inline SVG in two widths, for a desk and for a phone, with a title and a description in words.

Altair describes, vl-convert draws; nothing of it needs a network, and the same numbers give the same bytes. Colours are a
closed list, so that the style sheet can give each another value in the dark.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair
import numpy as np
import vl_convert

from glasshouse.reporting import words
from glasshouse.reporting.counts import BasisRow, Comparison, Difference, GateRow, Scores, Stay
from glasshouse.reporting.story import Story

alt: Any = altair  # its types know neither a chart of charts nor plain data

INK, SOFT, LINE, MAIN, WRONG, THIRD = "#1f2933", "#5c6773", "#dde2e6", "#14666f", "#b2452c", "#9a6f0b"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is what the drawing program carries with it, so that text is measured alike everywhere."""
WIDE, NARROW = 690, 330
"""Widths of a whole plot, in pixels, of which its labels take their part."""
MARK = "synthetic people"

Build = Callable[[int], Any]


@dataclass(frozen=True)
class Figure:
    """A plot in two widths. `description` tells in words what is seen; `source` says what was counted."""

    id: str
    title: str
    description: str
    source: str
    wide: str
    narrow: str
    key: tuple[tuple[str, str, str], ...] = ()


def draw(
    id: str,
    title: str,
    description: str,
    source: str,
    build: Build,
    key: tuple[tuple[str, str, str], ...] = (),
) -> Figure:
    """Draw a plot in both widths."""
    svg = {w: _svg(build(w), f"{id}-{n}", title, description) for n, w in (("w", WIDE), ("n", NARROW))}
    return Figure(id, title, description, source, svg[WIDE], svg[NARROW], key)


def _svg(chart: Any, id: str, title: str, description: str) -> str:
    """A chart as SVG: ids of its own, a text alternative, and a size that follows the page."""
    spec = chart.configure(**_look()).to_dict()
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


YEARS = alt.Axis(format="%Y", title=None, tickCount="year", grid=False)


def _years(narrow: bool, first: date, last: date) -> Any:
    """Years where the run is long, months where it is short."""
    if (last - first).days > 800:
        return alt.Axis(
            format="’%y" if narrow else "%Y", title=None, tickCount="year", grid=False, labelOverlap="greedy"
        )
    return alt.Axis(format="%b %Y", title=None, tickCount=4 if narrow else 8, grid=False, labelOverlap="greedy")


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
    )


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
    title = words.SERIES.get(s.series, s.series)
    return alt.layer(*layers).properties(width=width, height=150, title=alt.Title(title, offset=18, dx=0))


# --- the list -----------------------------------------------------------------------------------------------------------------------


def stock(days: Sequence[date], listed: Any, wrong_rule: Any, wrong_rights: Any, people: int, same: bool) -> Figure:
    """Open listings at the end of each month, and those of them that were wrong."""
    kept = [n for n, d in enumerate(days) if d.day == 1 or n == len(days) - 1]
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
        f"Counts of {MARK}, {people:,} in all; first day of each month, and the last day.",
        build,
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
    )


def _shades(n: int) -> list[str]:
    return [WRONG, MAIN, THIRD, SOFT, INK][:n] if n <= 5 else [MAIN] * n


def stays(by_rule: Stay, by_rights: Stay | None) -> Figure:
    """The share of wrongful listings still open after so many days."""
    shown = [("wrong by the rule" if by_rights else "wrong by the rule and by rights", by_rule)]
    if by_rights:
        shown.append(("wrong by rights", by_rights))
    rows = [
        {"day": int(d), "share": float(s.curve[d]), "what": name}
        for name, s in shown
        for d in np.unique(np.append(np.arange(0, len(s.curve), 7), len(s.curve) - 1))
    ]
    year = by_rule.left_at(365)
    told = f"After a year {words.percent(year)} were still open. " if year is not None else ""
    names = [name for name, _ in shown]

    def build(width: int) -> Any:
        years = np.arange(0, len(by_rule.curve) / 365, 1 if len(by_rule.curve) > 1100 else 0.25)
        axis = alt.Axis(
            values=[float(365 * y) for y in years], labelExpr="format(datum.value / 365, '.3~g')", grid=False
        )
        return (
            alt.Chart(_rows(rows))
            .mark_line(strokeWidth=2.2, interpolate="step-after")
            .encode(
                x=alt.X("day:Q", title="years since the listing began", axis=axis),
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
    )


def refusals(rows: Sequence[GateRow]) -> Figure:
    """Tries, trips and people refused at each gate, each with its own scale."""
    kinds = (("tries refused", "tries"), ("trips refused", "trips"), ("people refused at least once", "people"))
    order = [words.plain(r.gate) for r in sorted(rows, key=lambda r: -r.tries)]
    told = "; ".join(f"{r.title}: {r.tries:,} tries on {r.trips:,} trips by {r.people:,} people" for r in rows)

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
        f"Counts of {MARK}. A trip can take many tries; a person can be refused on many trips. "
        "People refused at several gates are counted at each, so people are not added up.",
        build,
    )


def variants(rows: Sequence[Difference], names: Sequence[str]) -> Figure:
    """By how much every count differs from the factual variant."""
    values: list[dict[str, Any]] = [
        {
            "count": r.label,
            "variant": name,
            "change": n / r.factual - 1,
            "text": words.signed(n - r.factual),
        }
        for r in rows
        if r.factual
        for name, n in zip(names, r.others, strict=True)
    ]
    order = [r.label for r in rows if r.factual]
    top = max([v["change"] for v in values] + [0.1])
    capped = min(top, 2.0)
    for v in values:
        v["drawn"] = min(v["change"], capped)
        v["at"] = max(v["drawn"], 0.0)
    told = "; ".join(f"{v['variant']}, {v['count'].lower()}: {v['text']}" for v in values)

    def build(width: int) -> Any:
        narrow = width == NARROW
        y = alt.Y(
            "count:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=180, ticks=False, domain=False, labelPadding=8),
        )
        offset = alt.YOffset("variant:N", sort=list(names))
        title = "change against the factual"
        x = alt.X(
            "drawn:Q",
            title=title,
            axis=alt.Axis(labelExpr="datum.value == 0 ? '0' : format(datum.value, '+.0%')", tickCount=4),
            scale=alt.Scale(domain=[-1.05, max(capped * 1.4, 0.5)], nice=False),
        )
        color = alt.Color(
            "variant:N",
            scale=alt.Scale(domain=list(names), range=[MAIN, THIRD, WRONG, SOFT, INK, MAIN, THIRD][: len(names)]),
            legend=alt.Legend(direction="vertical" if narrow else "horizontal"),
        )
        base = alt.Chart(_rows(values)).encode(y=y, yOffset=offset, x=x)
        bars = base.mark_bar().encode(color=color)
        text = (
            alt.Chart(_rows(values))
            .mark_text(align="left", dx=4, fontSize=11)
            .encode(y=y, yOffset=offset, x=alt.X("at:Q", title=title), text="text:N")
        )
        return (bars + text).properties(
            width=width - (165 if narrow else 190), height=alt.Step(16 if len(names) > 1 else 24)
        )

    return draw(
        "variants",
        "What would have been different",
        f"Bars from zero. {told}.",
        f"Differences of counts of {MARK} who lived through the same potential events; bars are cut at "
        f"{words.percent(capped)}."
        if top > capped
        else f"Differences of counts of {MARK} who lived through the same potential events.",
        build,
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
    )


def _decades(top: int) -> list[int]:
    return [0] + [10**k for k in range(0, len(str(top)))]


# --- ranges and the story -----------------------------------------------------------------------------------------------------------


def swept(rows: Sequence[dict[str, Any]]) -> Figure:
    """For each share, how far the assumptions move it, and where this run stands."""
    order = [r["label"] for r in rows]
    told = "; ".join(f"{r['label']}: {words.percent(r['low'])} to {words.percent(r['high'])}" for r in rows)

    def build(width: int) -> Any:
        narrow = width == NARROW
        y = alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=140 if narrow else 300, ticks=False, domain=False, labelPadding=8),
        )
        x = alt.X(
            "low:Q",
            title="share",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=4 if narrow else 6),
        )
        base = alt.Chart(_rows(rows)).encode(y=y)
        bars = base.mark_bar(height=9, color=MAIN, opacity=0.45).encode(x=x, x2="high:Q")
        points = base.mark_tick(thickness=3, height=17, color=WRONG).encode(x=alt.X("value:Q", title="share"))
        return (bars + points).properties(width=width - (150 if narrow else 300), height=alt.Step(30))

    return draw(
        "swept",
        "How far the assumptions move the answer",
        f"A bar from the lowest to the highest value reached, and a mark for this run. {told}.",
        f"Shares over {MARK}: each assumption put at both ends of its range, and all that make a listing wrong together. "
        "A range is what was reached, not a probability.",
        build,
        (("bar", "main", "lowest to highest reached"), ("tick", "wrong", "this run")),
    )


def timeline(told: Story, first: date, last: date) -> Figure:
    """The listing as a bar over the run, its events as rings."""
    opened = next(e.date for e in told.events if e.kind == "listed")
    end = told.events[-1].date
    names = {
        "listed": "listed",
        "notified": "told",
        "learnt": "refused, learns of it",
        "appealed": "objects",
        "decided": "decision",
        "paid": "pays",
        "left_list": "off the list",
        "open": "run ends",
        "refused": "refused",
    }
    events = [{"date": _day(e.date), "text": names[e.kind]} for e in told.events if e.kind in names]
    order = list(dict.fromkeys(e["text"] for e in events))
    title = f"Person {told.person:,}: {told.days:,} days on the list"

    def build(width: int) -> Any:
        x = alt.X(
            "date:T",
            axis=_years(width == NARROW, first, last),
            scale=alt.Scale(domain=[_day(first), _day(last)]),
        )
        y = alt.Y("text:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8, grid=True))
        points = alt.Chart(_rows(events)).mark_point(filled=True, size=60, color=WRONG, opacity=0.9).encode(x=x, y=y)
        span = (
            alt.Chart(_rows([{"date": _day(opened), "end": _day(end)}]))
            .mark_rect(color=WRONG, opacity=0.12)
            .encode(x="date:T", x2="end:T")
        )
        return (span + points).properties(width=width - 145, height=alt.Step(24))

    return draw(
        "timeline",
        title,
        f"Listed from {opened.isoformat()} to {end.isoformat()}"
        + ("; still open when the run ends. " if told.still_open else ". ")
        + f"{len(events)} events, told in the table below.",
        f"One of the {MARK} of this run, who stands for nobody.",
        build,
    )
