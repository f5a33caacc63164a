"""Attacks, failures, copies and leaks in the report: what was done, when it was found, how long until all is as before, what stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.codes import CORRECTED, EXPIRED, RECOVERED
from glasshouse.measures.copies import copies_of
from glasshouse.reporting import words
from glasshouse.reporting.beyond import NOTHING, Beside, Grid, Part, evenings, named, people_in, plain_value

if TYPE_CHECKING:
    from glasshouse.measures.frame import Cases
    from glasshouse.reporting.counts import Told

Shock = Mapping[str, Any]
KINDS_TOLD = {
    "mass_listing": "a mass listing",
    "insider": "a corrupt insider",
    "bad_rule": "a bad rule pushed live",
    "outage": "an outage",
}
ASKED = {
    "mass_listing": "How many would an entry by an intruder’s or official’s hand reach, and how long until travel, "
    "trust and records are as before?",
    "insider": "What can be bought of an insider, whom does it hit, and what would a second key have stopped?",
    "bad_rule": "Whom does a bad rule hit while it is live, and how long does it last after it is taken back?",
    "outage": "What happens while a source or the register is gone?",
}
AS_BEFORE = (
    "As before is: all but one in twenty. Travel is counted by refusals, so that who no longer tries counts as before. "
)
BACK = {"travel": "travel", "trust": "trust (points)", "records": "records"}


def attack_part(told: Told) -> Part | None:
    """What was done to the register, and its repair; None where nothing was, or only a leak."""
    shocks = [s for s in _shocks(told.raw) if s.get("kind") in KINDS_TOLD]
    if not shocks:
        return None
    beside = Beside(told)
    kinds = [str(s["kind"]) for s in shocks]
    return Part(
        "attack",
        "Attack",
        "What was done to the register, and its repair",
        ASKED[kinds[0]],
        _short(beside, shocks),
        tuple(text for text in (_bought(beside), _elsewhere(beside), _stays(told), _refused(beside)) if text),
        (_variants(beside),),
        _course(beside),
        ("" if "mass_listing" not in kinds else AS_BEFORE)
        + "It is an event in a synthetic world: a date, a share or a rate, and a time for putting files right.",
    )


def _shocks(raw: Mapping[str, Any]) -> list[Shock]:
    return [s for s in raw.get("shocks") or [] if isinstance(s, Mapping)]


def _by_hand(cases: Cases) -> Any:
    """Listings that it brought about: written in, for an act of a bad rule, or taken back by the office when it looked."""
    return cases.undue | cases.put_right


def _table(told: Told, variant: str) -> Mapping[str, Any] | None:
    return told.world.sources.table("shocks", variant) if told.world.sources else None


def _short(beside: Beside, shocks: list[Shock]) -> str:
    told = beside.told
    cases = told.factual
    mine = _by_hand(cases)
    what = words_of(shocks)
    if not mine.any():
        return f"{what} Nobody was listed by it in this run."
    wrote, people = int(mine.sum()), people_in(cases, mine)
    days = int(evenings(cases)[mine].sum())
    how, back = cases.closed_by[mine], cases.put_right[mine]
    ends = {
        "were put right when it was found": back,
        "ended with an objection that was granted": (how == CORRECTED) & ~back,
        "ran out, or the score recovered": (how == EXPIRED) | (how == RECOVERED),
        "were open on the last day": how == 0,
    }
    ended = ", ".join(f"{int(of.sum()):,} {word}" for word, of in ends.items() if of.any())
    return (
        f"{what} In this run it brought {words.counted(wrote, 'listing')} of {words.counted(people, 'person', 'people')}, of "
        f"{told.world.people:,}, and {days:,} days on "
        f"a list: {ended}.{_back(beside)}"
    )


def words_of(shocks: list[Shock]) -> str:
    """Every event in a sentence with its dates."""
    told = []
    for shock in shocks:
        start, end = _date(shock.get("from")), _date(shock.get("to"))
        what = KINDS_TOLD[str(shock["kind"])]
        found = f", found on {words.dated(end)}" if end else ", never found in the run"
        told.append(
            f"{what[:1].upper()}{what[1:]} from {words.dated(start)}{found}."
            if start
            else f"{what[:1].upper()}{what[1:]}{found}."
        )
    return " ".join(told)


def _date(found: Any) -> date | None:
    found = plain_value(found)
    if isinstance(found, date):
        return found
    return date.fromisoformat(str(found)) if found else None


def _back(beside: Beside) -> str:
    """How long until travel, trust and records are as before, in one sentence."""
    found = {what: beside.value("days_to_recover", beside.names[0], "of", key) for key, what in BACK.items()}
    known = [f"{what} after {n:,.0f} days" for what, n in found.items() if n is not None]
    span = beside.span("days_to_recover")
    over = f" (the last of them after {span} over the assumptions)" if span else ""
    return f" All but one in twenty is as before: {', '.join(known)}{over}." if known else ""


def _bought(beside: Beside) -> str:
    """What an insider wrote in of what was asked for, under every variant in which anything was asked."""
    sources = beside.told.world.sources
    acts = sorted({a for s in _shocks(beside.told.raw) for a in s.get("acts") or []})
    if sources is None or not acts:
        return ""
    parts = []
    for variant in beside.names:
        found = [told for a in acts if (told := sources.acts(variant).get(a)) is not None]
        tried, written = sum(f.happened for f in found), sum(f.seen for f in found)
        if tried:
            parts.append(f"{'as it is' if variant == beside.names[0] else named(variant)} {written:,} of {tried:,}")
    return f"Of what was asked of the insider, so much was written in: {'; '.join(parts)}." if parts else ""


def _elsewhere(beside: Beside) -> str:
    """The longest of the three under every other variant."""
    entries = {v: beside.entry("days_to_recover", v) for v in beside.names[1:]}
    others = []
    for variant, entry in entries.items():
        if entry is not None and entry.get("value") is not None:
            others.append(f"{named(variant)} {entry['value']:,.0f}")
        elif entry is not None and entry.get("n"):
            others.append(f"{named(variant)} not in this run")
    return (
        f"Days until the last of travel, trust and records is as before, otherwise: {', '.join(others)}."
        if others
        else ""
    )


def _stays(told: Told) -> str:
    """What is never given back."""
    rows = _table(told, told.recording.variants[0])
    if rows is None or not len(rows["day"]):
        return ""
    last = rows["day"] == told.world.days
    hit, repaired = _and_firms(rows, "hit"), _and_firms(rows, "repaired")
    owed = _and_firms({name: column[last] for name, column in rows.items()}, "owed")
    text = f"Over the run the files of {hit} were touched by it; " if hit else ""
    text += f"those of {repaired} were put right by the office." if repaired else "no file was put right by the office."
    return text + (f" {owed} still lack what was taken, or hold what was bought, on the last day." if owed else "")


def _and_firms(rows: Mapping[str, Any], of: str) -> str:
    """How many people, and how many firms where there are any; nothing for nobody."""
    people, firms = int(rows[of].sum()), int(rows[f"firms_{of}"].sum()) if f"firms_{of}" in rows else 0
    told = [
        words.counted(n, one, many) for n, one, many in ((people, "person", "people"), (firms, "firm", "firms")) if n
    ]
    return " and ".join(told)


def _refused(beside: Beside) -> str:
    """Who was refused at a gate, as it is and where nothing was done."""
    told = beside.told
    gates = told.world.gates
    if not gates:
        return ""
    n = {v: _refused_people(told, v) for v in beside.names}
    calm = min(n, key=lambda v: n[v])
    first = beside.names[0]
    if not n[first] or calm == first:
        return ""
    return f"{n[first]:,} people were refused at a gate at least once; {n[calm]:,} under the variant {named(calm)}."


def _refused_people(told: Told, variant: str) -> int:
    """People who were refused at any gate at least once."""
    ever = told.world.sources.column("refused_ever", variant) if told.world.sources else None
    return 0 if ever is None else int((ever != 0).sum())


# --- tables -------------------------------------------------------------------------------------------------------------------------


def _variants(beside: Beside) -> Grid:
    told = beside.told
    rows = [
        *_bargains(beside),
        beside.counted("listings that it brought about", lambda c: int(_by_hand(c).sum())),
        *_by_region(beside),
        beside.counted("days on a list for it", lambda c: int(evenings(c)[_by_hand(c)].sum())),
        *(
            beside.measured(f"days until {what} as before", "days_to_recover", "of", key, none="not in this run")
            for key, what in (("travel", "travel is"), ("trust", "trust (points) is"), ("records", "records are"))
        ),
        ("files put right by the office", *(f"{_put_right(told, v):,}" for v in beside.names), NOTHING),
        ("people who lack or hold it on the last day", *(f"{_owed(told, v):,}" for v in beside.names), NOTHING),
        beside.measured("listings by hand, of all listings", "unauthorised_status_changes"),
        beside.measured("how far the busiest day stands out, standard deviations", "status_change_burst"),
        (
            "people refused at a gate at least once",
            *(f"{_refused_people(told, v):,}" for v in beside.names),
            NOTHING,
        )
        if told.world.gates
        else (),
        *_denied(beside),
    ]
    return beside.grid("The same people under each variant", [row for row in rows if row and set(row[1:-1]) != {"0"}])


def _by_region(beside: Beside) -> list[tuple[str, ...]]:
    """Where those live who were listed by hand."""
    regions = beside.told.world.regions
    if not 1 < len(regions) <= MOST_REGIONS:
        return []
    return [
        beside.counted(f"… of people in {words.plain(name)}", lambda c, n=n: int((_by_hand(c) & (c.region == n)).sum()))  # type: ignore[misc]
        for n, name in enumerate(regions)
    ]


MOST_REGIONS = 4


def _put_right(told: Told, variant: str) -> int:
    """Files of people, and of firms."""
    rows = _table(told, variant) or {}
    return sum(int(rows[name].sum()) for name in ("repaired", "firms_repaired") if name in rows)


def _owed(told: Told, variant: str) -> int:
    rows = _table(told, variant)
    return 0 if rows is None else int(rows["owed"][rows["day"] == told.world.days].sum())


def _bargains(beside: Beside) -> list[tuple[str, ...]]:
    """What was tried with an insider, and what of it was written in."""
    told, sources = beside.told, beside.told.world.sources
    acts = sorted({a for s in _shocks(told.raw) for a in s.get("acts") or []}) if sources else []
    titles = {
        name: str(act.get("title") or words.plain(name))
        for name, act in ((told.raw.get("conduct") or {}).get("acts") or {}).items()
    }
    out = []
    for act in acts:
        found = [sources.acts(v).get(act) if sources else None for v in beside.names]
        title = titles.get(act, words.plain(act))
        title = title[:1].lower() + title[1:]
        out.append((f"{title}: tried", *("0" if f is None else f"{f.happened:,}" for f in found), NOTHING))
        out.append((f"{title}: written in", *("0" if f is None else f"{f.seen:,}" for f in found), NOTHING))
    return out


def _denied(beside: Beside) -> list[tuple[str, ...]]:
    """What people asked for and were denied for their score."""
    told, sources = beside.told, beside.told.world.sources
    out = []
    for name, act in ((told.raw.get("conduct") or {}).get("acts") or {}).items():
        found = [sources.acts(v).get(name) if sources else None for v in beside.names]
        if any(f is not None and f.denied for f in found):
            title = str(act.get("title") or words.plain(name))
            out.append(
                (
                    f"denied: {title[:1].lower()}{title[1:]}",
                    *("0" if f is None else f"{f.denied:,}" for f in found),
                    NOTHING,
                )
            )
    return out


def _course(beside: Beside) -> Any:
    """Listings that it brought about and that are open in the evening, by variant."""
    from glasshouse.reporting import figures

    told = beside.told
    days = [told.date_of(n + 1) for n in range(told.world.days)]
    stocks = {v: _open_evenings(told.cases[v]) for v in beside.names}
    shown = [beside.names[0], *sorted(beside.names[1:], key=lambda v: -int(stocks[v].sum()))][:MOST_LINES]
    return figures.courses(
        "attack-course",
        "On a list because of it that evening, by variant",
        "open listings",
        days,
        {"as it is" if v == beside.names[0] else named(v): stocks[v] for v in shown},
        f"Counts of listings of {told.world.people:,} synthetic people.",
    )


MOST_LINES = 5


def _open_evenings(cases: Cases) -> Any:
    """How many of these listings are open in the evening of each day, int64[day]."""
    mine, days = _by_hand(cases), cases.world.days
    ends = np.where(cases.still_open, days + 1, cases.closed)[mine]
    moves = np.bincount(cases.opened[mine], minlength=days + 2) - np.bincount(ends, minlength=days + 2)
    return np.cumsum(moves)[1 : days + 1]


# --- copies -------------------------------------------------------------------------------------------------------------------------


def copies_part(told: Told) -> Part | None:
    """Who else holds the listings, what corrections reach them, and what a leak exposes; None where nobody holds a copy."""
    if not told.recording.has("copies"):
        return None
    beside = Beside(told)
    if not any(len(_copies(told.cases[v])["person"]) for v in beside.names):
        return None
    return Part(
        "copies",
        "Copies",
        "Copies at others, corrections that reach them or do not, and leaks",
        "Who else holds a copy of a listing, does a correction reach it, and whom would a leak expose?",
        _held(told),
        tuple(text for text in (_leaks(beside),) if text),
        (_copies_grid(beside), _recipients(told)),
        leads=False,
    )


def _copies(cases: Cases) -> Mapping[str, Any]:
    found = copies_of(cases)
    assert found is not None
    return found


def _held(told: Told) -> str:
    copies = _copies(told.factual)
    n, ended = len(copies["person"]), copies["ended"] > 0
    corrected = copies["corrected"] > 0
    people, holders = len(np.unique(copies["person"])), sorted({words.plain(str(x)) for x in copies["recipient"]})
    if not n:
        return "Nobody else held a copy of a listing in this run."
    stale = int((ended & ~corrected).sum())
    return (
        f"{n:,} copies of listings of {people:,} people went to {words.together(', '.join(holders))}. "
        f"{int(ended.sum()):,} of these listings ended in the "
        f"run; on the last day {stale:,} of their copies "
        f"({words.percent(stale / int(ended.sum()) if ended.any() else 0)}) still showed them."
    )


def _leaks(beside: Beside) -> str:
    """What came out, in every variant in which something did."""
    told = []
    for variant in beside.names:
        copies = copies_of(beside.told.cases[variant])
        if copies is None or not (copies["leaked"] > 0).any():
            continue
        out = copies["leaked"] > 0
        people = len(np.unique(copies["person"][out]))
        day = words.dated(beside.told.date_of(int(copies["leaked"][out].min())))
        over = beside.value("leak_of_corrected_share", variant)
        text = f"{'as it is' if variant == beside.names[0] else named(variant)}: {people:,} people on {day}"
        told.append(text + (f", {words.percent(over)} of them on no list any more" if over is not None else ""))
    return f"A leak exposes: {'; '.join(told)}." if told else ""


def _copies_grid(beside: Beside) -> Grid:
    told = beside.told

    def count(what: str, of: Any) -> tuple[str, ...]:
        return (what, *(f"{of(_copies(told.cases[v])):,}" for v in beside.names), NOTHING)

    rows = [
        count("copies held", lambda c: len(c["person"])),
        count("… of listings that ended in the run", lambda c: int((c["ended"] > 0).sum())),
        count("… corrected at the holder", lambda c: int((c["corrected"] > 0).sum())),
        beside.measured("still shown 30 days after a correction, of copies", "residual_copy_share"),
        beside.measured("people exposed by a leak", "leak_exposed_people"),
        beside.measured("… on no list any more", "leak_of_corrected_share"),
    ]
    return beside.grid("Copies under each variant", [row for row in rows if row and set(row[1:-1]) != {"0"}])


def _recipients(told: Told) -> Grid:
    copies = _copies(told.factual)
    shared = {str(s.get("recipient")): s for s in told.raw.get("sharing") or []}
    rows = []
    for holder in sorted({str(x) for x in copies["recipient"]} | set(shared)):
        mine = copies["recipient"] == holder
        ended, corrected = mine & (copies["ended"] > 0), mine & (copies["corrected"] > 0)
        said = shared.get(holder, {}).get("propagate_corrections")
        promise = {True: "are passed on", False: "are not passed on"}.get(said, "the text does not say")
        rows.append(
            (
                words.plain(holder),
                str(shared.get(holder, {}).get("country") or NOTHING),
                f"{int(mine.sum()):,}",
                f"{int(ended.sum()):,}",
                f"{int(corrected.sum()):,}",
                promise,
            )
        )
    head = ("holder", "country", "copies", "listing ended", "corrected there", "corrections, says the text")
    return Grid("Each holder (as it is)", head, tuple(rows))
