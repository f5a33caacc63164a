"""Firms in the report: how many are listed, for what, and what reaches people who did nothing, of those they work for or answer for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.codes import PROTECTED
from glasshouse.measures.firms import EITHER, through_firms
from glasshouse.reporting import words
from glasshouse.reporting.beyond import NOTHING, Beside, Grid, Part, evenings, people_in, titles_of

if TYPE_CHECKING:
    from glasshouse.measures.frame import Cases
    from glasshouse.reporting.counts import Told

EDGES = {"representative": "as its legal representative", "staff": "as one of its staff", EITHER: "as either"}


def firms_part(told: Told) -> Part | None:
    """What firms, their representatives and their staff went through; None where there are no firms."""
    if not told.manifest.get("firms"):
        return None
    beside = Beside(told)
    firms = _firms(told, beside.names[0])
    return Part(
        "firms",
        "Firms",
        "Firms, those who answer for them, and their staff",
        _question(told),
        _short(told, firms),
        tuple(text for text in (_for_what(told, firms), _through(beside)) if text),
        tuple(grid for grid in (_variants(beside), _acts(told)) if grid is not None),
        _bars(beside),
        "Every other count in this report is of people; firms are counted here. Through a firm is: it was listed or "
        "fell in standing, it put "
        "the act into the file, or its demerit was shared.",
    )


def _question(told: Told) -> str:
    """What is asked: of employers who score their staff, or of firms that are listed themselves."""
    acts = (told.raw.get("conduct") or {}).get("acts") or {}
    if any(act.get("by") == "firms" and act.get("aimed_at") for act in acts.values()):
        return "What do cameras and an employer’s word do to staff and guests, what of it is their own, and where do the records go?"
    return "Which firms are listed, for what, and what of it reaches people who did nothing: their staff, and those who represent them?"


def _firms(told: Told, variant: str) -> Cases:
    found = told.world.firms(variant)
    assert found is not None
    return found


def _short(told: Told, firms: Cases) -> str:
    cases, hit = told.factual, through_firms(told.factual)
    n = int(told.manifest["people"]) - int(told.manifest["firms"]["first"])
    listed = people_in(firms, firms.everyone)
    names = titles_of(told.raw.get("lists") or [])
    of = {name: int((cases.list == k).sum()) for k, name in enumerate(told.world.lists)}
    lists = ", ".join(f"“{names[name]}” {count:,}" for name, count in of.items() if count)
    share = int(evenings(cases)[hit].sum()) / max(int(evenings(cases).sum()), 1)
    span = Beside(told).span("people_listed_through_firms")
    over = f" Over the assumptions it is {span} people." if span else ""
    what = f"Of {n:,} firms {listed:,} were listed, {words.counted(len(firms), 'time')}. "
    return (
        f"{what if listed else f'None of {n:,} firms was listed. '}Listings of {told.world.people:,} people: {lists}. "
        f"{people_in(cases, hit):,} people were "
        "listed because of a firm in this run: what it did, what it wrote into their file, or what became of it; "
        f"{words.percent(share)} of all days of people on a list came that way.{over}"
    )


def _for_what(told: Told, firms: Cases) -> str:
    """The acts of firms that listed them."""
    if not len(firms):
        return ""
    acts = (told.raw.get("conduct") or {}).get("acts") or {}
    counts = np.bincount(firms.cause_act, minlength=len(told.world.acts) + 1)
    parts = []
    for n in np.argsort(-counts).tolist():
        if counts[n] and n:
            name = told.world.acts[n - 1]
            title = str(acts.get(name, {}).get("title") or words.plain(name))
            parts.append(f"{title[:1].lower()}{title[1:]} {int(counts[n]):,}")
    protected = int((firms.basis == PROTECTED).sum())
    text = f"Listings of firms, by the act behind them: {'; '.join(parts)}." if parts else ""
    return text + (
        f" {protected:,} of {len(firms):,} were for something that nobody may be penalised for, such as a stance."
        if protected
        else ""
    )


def _acts(told: Told) -> Grid | None:
    """What people and firms did, and what of it was recorded."""
    if not told.recording.has("acts"):
        return None
    table = told.recording.table("acts", ["variant", "act", "happened", "seen", "misfiled"]).to_pylist()
    rows = []
    for name, act in ((told.raw.get("conduct") or {}).get("acts") or {}).items():
        mine = [r for r in table if r["act"] == name and r["variant"] == told.recording.variants[0]]
        sums = (f"{sum(r[column] for r in mine):,}" for column in ("happened", "seen", "misfiled"))
        who = "firms" if act.get("by") == "firms" else "people"
        rows.append(
            (str(act.get("title") or words.plain(name)), who, words.plain(str(act.get("aimed_at") or NOTHING)), *sums)
        )
    head = ("", "done by", "aimed at", "happened", "recorded", "… in another’s file")
    return Grid("What was done, and what was recorded (as it is)", head, tuple(rows)) if rows else None


def _through(beside: Beside) -> str:
    first = beside.names[0]
    each = beside.value("innocents_per_listed_firm", first)
    text = ""
    if each is not None:
        text = f"For each listed firm, {words.number(each)} people were listed who did nothing themselves."
    parts = [
        f"{words.percent(share)} {how}"
        for edge, how in EDGES.items()
        if (share := beside.value("restriction_through_firms_share", first, "edge", edge))
    ]
    return (
        f"{text} Of all days on which people were barred, weighed by severity: {', '.join(parts)}.".strip()
        if parts
        else text
    )


def _on(n: int) -> Callable[[Cases], int]:
    """How many listings are of one list."""
    return lambda cases: int((cases.list == n).sum())


def _variants(beside: Beside) -> Grid:
    told = beside.told
    lists = titles_of(told.raw.get("lists") or [])
    rows = [
        beside.measured("firms listed", "firms_listed"),
        beside.measured("listings of firms", "firm_listings"),
        *(
            beside.counted(f"listings of people: {_small(lists[name])}", _on(n))
            for n, name in enumerate(told.world.lists)
        ),
        beside.counted("days of people on a list", lambda c: int(evenings(c).sum())),
        beside.counted("… because of a firm", lambda c: int(evenings(c)[through_firms(c)].sum())),
        beside.measured("people listed through a firm", "people_listed_through_firms"),
        beside.measured("… for each listed firm, who did nothing", "innocents_per_listed_firm"),
        beside.measured("days barred through a firm, of all, by severity", "restriction_through_firms_share"),
    ]
    return beside.grid(
        "The same people and firms under each variant", [row for row in rows if row and set(row[1:-1]) != {"0"}]
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _bars(beside: Beside) -> Any:
    from glasshouse.reporting import figures

    rows = []
    for variant, title in beside.titles.items():
        cases = beside.told.cases[variant]
        hit = through_firms(cases)
        days = evenings(cases)
        rows.append((title, float(days[~hit].sum()), float(days[hit].sum())))
    if not any(b for _, _, b in rows):
        return None
    return figures.halves(
        "firms-days",
        "Days of people on a list: for something of their own, and because of a firm",
        "person-days",
        rows,
        ("not through a firm", "because of a firm"),
        f"Days of {beside.told.world.people:,} synthetic people.",
    )
