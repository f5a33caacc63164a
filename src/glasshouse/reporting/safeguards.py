"""Safeguards in the report: what each spares alone, what is lost without it, and its share, with the benefit lost beside it.

Everything is read from what `lattice.json` says (`experiments/lattice.py`); nothing is counted again. Harm spared never stands without
the benefit that goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair

from glasshouse.experiments.lattice import NOT_WHAT, TOLD, open_lattice
from glasshouse.reporting import words
from glasshouse.reporting.figure import Figure
from glasshouse.reporting.figures import INK, MAIN, MARK, NARROW, SOFT, THIRD, WRONG, draw
from glasshouse.reporting.rendering import save_figures

alt: Any = altair  # its types know neither a chart of charts nor plain data

LOST = {"complied": "payments lost", "prevented_harm": "unlawful acts no longer prevented"}
SHORT = {"complied": "listed people who paid", "prevented_harm": "unlawful acts that do not happen, weighed by gravity"}
LEGEND = "bar and figure: its share (Shapley); ring: spared alone; upright mark: lost if only it is missing"
FOLDER = "lattice"
LABEL_ROOM = 160


@dataclass(frozen=True)
class Row:
    """A safeguard in the table: harm spared alone, lost when missing, its share with its interval; and payments and acts lost, by share."""

    safeguard: str
    title: str
    alone: str
    missing: str
    share: str
    interval: str
    lost: tuple[str, ...]
    backfires: str


@dataclass(frozen=True)
class Section:
    """What the report says of the safeguards of a scheme."""

    title: str
    sentence: str
    caution: str
    harm: str
    lost: tuple[str, ...]
    rows: tuple[Row, ...]
    pairs: tuple[str, ...]
    marked: tuple[str, ...]
    not_what: str
    not_applicable: tuple[str, ...]
    figure: Figure


def safeguards_section(where: Path | Mapping[str, Any]) -> Section | None:
    """The section, of what `lattice.json` says, or of the lattice in a folder or in its `lattice` (as beside a recording, with
    `glasshouse safeguards SCENARIO --out RECORDING/lattice`); None where there is none.
    """
    if isinstance(where, Path):
        folder = next((f for f in (where, where / FOLDER) if (f / TOLD).exists()), None)
        if folder is None:
            return None
        where = open_lattice(folder)
    told = where
    main = told["answers"][told["headline"]]
    lost = [told["answers"][name] for name in LOST if _moves(told["answers"][name]) or name == "complied"]
    return Section(
        title="Which safeguard matters",
        sentence=told["sentence"],
        caution=told["caution"],
        harm=told["measures"][told["headline"]]["title"],
        lost=tuple(LOST[a["measure"]] for a in lost),
        rows=tuple(_row(told, main, lost, n) for n in _by_share(main)),
        pairs=tuple(_pairs(main)),
        marked=tuple(_marked(told)),
        not_what=NOT_WHAT,
        not_applicable=tuple(told["not_applicable"]),
        figure=figure(told),
    )


def _moves(answer: Mapping[str, Any]) -> bool:
    """Does any safeguard move this at all?"""
    return any(s["shapley"] or s["alone"] for s in answer["shares"])


def _by_share(answer: Mapping[str, Any]) -> list[int]:
    """Numbers of the safeguards, the one with the largest share first; equal ones as in the catalogue."""
    return sorted(range(len(answer["shares"])), key=lambda n: -answer["shares"][n]["shapley"])


def named(name: str) -> str:
    """A safeguard as people read it: Notice before effect."""
    plain = name.replace("-", " ")
    return plain[:1].upper() + plain[1:]


def _whole(x: float) -> str:
    return words.number(float(round(x)) + 0.0)


def _row(told: Mapping[str, Any], main: Mapping[str, Any], lost: Sequence[Mapping[str, Any]], n: int) -> Row:
    s = main["shares"][n]
    interval = f"{_whole(s['interval'][0])} to {_whole(s['interval'][1])}" if s["interval"] else "one seed"
    return Row(
        safeguard=named(s["safeguard"]), title=told["safeguards"][n]["title"], alone=_whole(s["alone"]), missing=_whole(s["last"]),
        share=_whole(s["shapley"]), interval=interval, lost=tuple(_whole(a["shares"][n]["shapley"]) for a in lost),
        backfires=f"adds harm in {s['backfires']:.0%} of the orders" if s["backfires"] else "",
    )  # fmt: skip


def _pairs(main: Mapping[str, Any]) -> list[str]:
    """The pair that helps and the pair that spoils each other most, in a sentence each."""
    out = []
    for key, verb, more in (("helps", "help", "more"), ("spoils", "spoil", "less")):
        pair = main[key]
        if pair is None:
            out.append(f"No two safeguards {verb} each other.")
            continue
        one, two = (named(x) for x in pair["safeguards"])
        apart = _whole(abs(pair["alone"]))
        out.append(
            f"{one} and {two.lower()} {verb} each other most: both spare {apart} {more} than each alone adds up to."
        )
    return out


def _marked(told: Mapping[str, Any]) -> list[str]:
    """A sentence for each safeguard and harm that it adds to in some order of bringing the safeguards in."""
    return [
        f"{named(s['safeguard'])} adds to {told['measures'][name]['title']} in {s['backfires']:.0%} of the orders, by up to "
        f"{_whole(-s['least'])}{', beside ' + ' and '.join(named(x).lower() for x in s['beside']) if s['beside'] else ', alone'}."
        for name, answer in told["answers"].items()
        if answer["kind"] == "harm"
        for s in answer["shares"]
        if s["backfires"]
    ]


def save(told: Mapping[str, Any], folder: Path) -> list[Path]:
    """The plot as SVG, its numbers as CSV, and its title, text alternative and source, beside a lattice."""
    return save_figures({"name": told["scenario"], "label": told["evidence"], "figure": figure(told)}, folder)


# --- the plot -----------------------------------------------------------------------------------------------------------------------------


def figure(told: Mapping[str, Any]) -> Figure:
    """For each safeguard its share of the harm spared, what it spares alone and what is lost without it; and beside it what is lost."""
    main, paid, acts = (told["answers"][name] for name in (told["headline"], *LOST))
    lost = [a for a in (paid, acts) if a is paid or _moves(a)]
    order = [named(main["shares"][n]["safeguard"]) for n in _by_share(main)]
    data = [_datum(main["shares"][n], n, lost) for n in range(len(order))]
    title = told["measures"][told["headline"]]["title"]

    def build(width: int) -> Any:
        narrow = width == NARROW
        benefit = 0 if narrow else 110
        harm = width - LABEL_ROOM - (benefit + 26) * (0 if narrow else len(lost))
        panels = [_harm_panel(data, order, harm, f"spared, of {_whole(main['base'])} {title}")]
        for a in lost:
            panels.append(_lost_panel(data, order, a, harm if narrow else benefit, narrow))
        return alt.concat(*panels, columns=1 if narrow else len(panels), spacing=20).resolve_scale(
            x="independent", y="independent"
        )

    seeds = len(told["seeds"])
    luck = f", mean of {seeds} seeds; the line is the 95 % interval over them" if seeds > 1 else ", one seed"
    hypothetical = " The scheme is hypothetical." if told["evidence"] == "hypothetical" else ""
    spoken = "; ".join(_spoken(d, lost) for d in sorted(data, key=lambda d: order.index(d["safeguard"])))
    return draw(
        "safeguards",
        "What each safeguard spares, and what goes with it",
        f"For each safeguard a bar for its share of what all of them spare, of {_whole(main['base'])} {title}; a ring for what it spares "
        f"alone and a mark for what is lost if only it is missing. Beside it the benefit that is lost. {spoken}.",
        f"Counts of {told['people']:,} {MARK} over {told['days']:,} days{luck}; every set of {len(order)} safeguards was lived over the "
        f"same potential events.{hypothetical} {NOT_WHAT}",
        build,
        data=data,
    )


def _datum(s: Mapping[str, Any], n: int, lost: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    low, high = s["interval"] or (None, None)
    row = {
        "safeguard": named(s["safeguard"]),
        "share": s["shapley"],
        "low": low,
        "high": high,
        "alone": s["alone"],
        "missing": s["last"],
    }
    return row | {a["measure"]: a["shares"][n]["shapley"] for a in lost}


def _spoken(d: Mapping[str, Any], lost: Sequence[Mapping[str, Any]]) -> str:
    """A safeguard in words."""
    beside = ", ".join(f"{_whole(d[a['measure']])} {LOST[a['measure']]}" for a in lost)
    return f"{d['safeguard']}: share {_whole(d['share'])}, alone {_whole(d['alone'])}, missing {_whole(d['missing'])}; {beside}"


def _harm_panel(data: Sequence[Mapping[str, Any]], order: Sequence[str], width: int, title: str) -> Any:
    labels = alt.Axis(labelLimit=LABEL_ROOM - 10, ticks=False, domain=False, labelPadding=8, labelColor=INK)
    y = alt.Y("safeguard:N", sort=list(order), title=None, axis=labels)
    base = alt.Chart(alt.Data(values=[d for d in data if d["share"] or d["alone"] or d["missing"]])).encode(y=y)
    ends = [
        {
            "safeguard": d["safeguard"],
            "end": max(d["share"], d["alone"], d["missing"], d["high"] or 0, 0),
            "text": _end(d),
        }
        for d in data
    ]
    least = min([min(d["share"], d["alone"], d["missing"], d["low"] or 0) for d in data] + [0])
    most = max([e["end"] for e in ends] + [1])
    zero = alt.Axis(tickCount=4, title=None, labelExpr="datum.value == 0 ? '0' : format(datum.value, '~s')")
    x = alt.X("share:Q", axis=zero, scale=alt.Scale(domain=[1.1 * least, most * (1 + 46 / width)], nice=False))
    layers = [
        base.mark_bar(height=15, color=MAIN, opacity=0.85).encode(x=x),
        base.mark_point(shape="circle", size=64, strokeWidth=2, filled=False, opacity=1, color=WRONG).encode(
            x="alone:Q"
        ),
        base.mark_tick(thickness=3, size=20, color=INK, opacity=1).encode(x="missing:Q"),
        alt.Chart(alt.Data(values=ends)).mark_text(align="left", dx=9).encode(y=y, x="end:Q", text="text:N"),
    ]
    if any(d["low"] is not None for d in data):
        layers.insert(1, base.mark_rule(strokeWidth=2, color=INK, opacity=0.6).encode(x="low:Q", x2="high:Q"))
    told = alt.TitleParams(
        _two_lines(title, width + LABEL_ROOM),
        subtitle=_two_lines(LEGEND, width + LABEL_ROOM),
        subtitleColor=SOFT,
        subtitleFontSize=12,
    )
    return alt.layer(*layers).properties(width=width, height=alt.Step(30), title=told)


def _end(d: Mapping[str, Any]) -> str:
    """What stands at the end of a bar: the share in figures, or that there is none."""
    return _whole(d["share"]) if d["share"] or d["alone"] or d["missing"] else "nothing of this"


def _lost_panel(
    data: Sequence[Mapping[str, Any]], order: Sequence[str], lost: Mapping[str, Any], width: int, labelled: bool
) -> Any:
    labels = (
        alt.Axis(labelLimit=LABEL_ROOM - 10, ticks=False, domain=False, labelPadding=8, labelColor=INK)
        if labelled
        else None
    )
    rows = [{"safeguard": d["safeguard"], "lost": d[lost["measure"]], "text": _whole(d[lost["measure"]])} for d in data]
    top = max([abs(r["lost"]) for r in rows] + [1])
    low = min([r["lost"] for r in rows] + [0])
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("safeguard:N", sort=list(order), title=None, axis=labels),
        x=alt.X("lost:Q", axis=None, scale=alt.Scale(domain=[1.5 * low, 1.5 * top])),
    )
    bars = base.mark_bar(height=15, color=THIRD)
    text = base.mark_text(align="left", dx=5).encode(text="text:N")
    return (bars + text).properties(
        width=width,
        height=alt.Step(30),
        title=_two_lines(f"{LOST[lost['measure']]}, of {_whole(lost['base'])}", width + labelled * LABEL_ROOM),
    )


def _two_lines(text: str, width: int) -> list[str]:
    """A title that fits above its panel."""
    room = max(int(width / 7), 12)
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
