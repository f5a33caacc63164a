"""The report: one HTML file that needs no network and no script, readable on a phone, at a desk and on paper.

In order: the answer; what the scheme is about beside lists (an illness, a model, an attack, firms, copies); the published figures
beside this run; the headlines that may be quoted; how scores spread; twins, whom each change spares and harms; who, and because of
whom; how long, and what it did; why, in three lives; safeguards and the paper beside the practice, where they were asked for; fitted
totals and their course; what is assumed; sources; method; what may not be concluded. Long tables are folded, and unfolded on paper. The
same recording gives the same bytes: nothing of the machine, the clock or the place of the recording is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshouse.errors import UsageError
from glasshouse.recording.place import write_whole
from glasshouse.reporting import answer, words
from glasshouse.reporting.beyond import published_rows
from glasshouse.reporting.counts import (
    Told,
    by_basis,
    comparison,
    ends_of,
    funnel,
    gates,
    kept_ranges,
    scores,
    stay_of,
)
from glasshouse.reporting.headlines import headlines
from glasshouse.reporting.parts import parts_of
from glasshouse.reporting.rendering import rendered, save_figures

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

NAME = "report.html"


def write_report(
    recording: Recording,
    ranges: words.Ranges | None = None,
    *,
    figures: Path | None = None,
    lattice: Path | None = None,
) -> Path:
    """Write `report.html` into the recording and say where it is.

    ranges: what a sweep of the assumptions found, by measure and cell; without it, what the catalogue keeps for the very same scenario,
    or the sweep that lies in the recording. figures: a folder into which every figure is also written by itself, as SVG, CSV and text.
    lattice: the folder of a lattice of safeguards of the same scenario; without it, one that lies in the recording. UsageError where it
    is of another scenario.
    """
    found = content(_told(recording, ranges), lattice)
    place = recording.path / NAME
    write_whole(place, rendered("report.html.jinja", found))
    if figures is not None:
        save_figures(found, figures)
    return place


def page(recording: Recording, ranges: words.Ranges | None = None) -> str:
    """The whole report as text."""
    return rendered("report.html.jinja", content(_told(recording, ranges)))


def _told(recording: Recording, ranges: words.Ranges | None) -> Told:
    return Told(recording, ranges if ranges is not None else kept_ranges(recording))


# --- the content --------------------------------------------------------------------------------------------------------------------


def content(told: Told, lattice: Path | None = None) -> dict[str, Any]:
    """Everything that the template prints."""
    from glasshouse.reporting.quotes import quote

    raw, manifest = told.raw, told.manifest
    listed = len(told.factual) > 0
    parts = parts_of(told)
    leading = parts if parts and parts[0].leads else ()
    six = headlines(told.recording, told.ranges)
    return about(told) | {
        "summary": raw["scheme"].get("summary", ""),
        "question": answer.question(told, leading),
        "parts": parts,
        "leading": [part.id for part in leading],
        "answer": answer.sentences(told),
        "headlines": [{"told": h, "quote": quote(told, h)} for h in six],
        "listed": listed,
        "keeps_lists": bool(told.world.lists),
        "seeds": (told.seeds or {}).get("about"),
        "coupled": [x for x in told.world.coupled.get(told.recording.variants[0], ()) if x.whom == "people"],
        "scores": _scores(told),
        "twins": _twins(told),
        "who": _who(told) if listed else None,
        "stayed": _stayed(told) if listed else None,
        "funnel": _funnel(told) if listed else None,
        "refusals": _refusals(told),
        "lives": _lives(told),
        "safeguards": _safeguards(told, lattice),
        "paper": _paper(told),
        "published": _published(told),
        "held": published_rows(told),
        "changed": _changed(told),
        "assumed": _assumed(told),
        "unsimulated": manifest.get("unsimulated", []),
        "sources": _sources(told),
        "method": _method(told),
        "swept": not any(words.UNSWEPT in h.standing for h in six),
        "own_sweep": (told.sweep or {}).get("about"),
    }


def about(told: Told) -> dict[str, Any]:
    """What every page of a recording says of it."""
    manifest = told.manifest
    label = str(manifest.get("evidence", {}).get("label", "hypothetical"))
    return {
        "title": told.raw["scheme"]["title"],
        "name": manifest["scenario"]["name"],
        "label": label,
        "label_words": words.LABELS.get(label, ""),
        "disputed": manifest.get("evidence", {}).get("disputed") or [],
        "start": told.start.isoformat(),
        "end": told.end.isoformat(),
        "people": told.world.people,
        "represents": told.represents,
        "words": words,
    }


def _scores(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures

    found = scores(told)
    if found is None:
        return None
    return {"figure": figures.score_spread(found), "found": found}


def _twins(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures
    from glasshouse.reporting.twinned import twinned

    found = twinned(told)
    return {"figure": figures.twins(found), "found": found} if found else None


def _who(told: Told) -> dict[str, Any]:
    """Who was listed wrongly, which groups, and because of whom."""
    from glasshouse.reporting import figures, who

    cases, days = told.factual, told.days
    rows = by_basis(cases)
    same = bool((cases.wrongful(False) == cases.wrongful(True)).all())
    all_days = [told.date_of(n + 1) for n in range(told.world.days)]
    cells = who.cells(told)
    return {
        "rows": rows,
        "by_rule": int(cases.wrongful(False).sum()),
        "by_rights": int(cases.wrongful(True).sum()),
        "listings": len(cases),
        "same": same,
        "groups": told.world.groups,
        "stock": figures.stock(
            all_days,
            days["listed"],
            days["wrongful_listed"],
            days["wrongful_listed_by_rights"],
            told.world.people,
            same,
        ),
        "bars": figures.wrongly_listed(rows, told.world.groups, len(cases)) if cases.wrongful(True).any() else None,
        "by_group": _by_group(told),
        "cells": cells,
        "figure": figures.groups(cells, told.world.people) if cells else None,
        "gaps": who.gaps(told),
        "reference": who.reference(told),
        "whose": [(who.WHOSE[w.key], w) for w in who.whose(cases)],
        "others": who.others(cases),
        "collective": who.collective(told),
        "sufficed": who.sufficed(told),
        "tied": who.along_ties(told),
        "distance": who.by_distance(told),
        "ties": bool(told.manifest["names"].get("associations")),
        "not_here": who.not_here(told),
    }


def _by_group(told: Told) -> list[dict[str, Any]]:
    """Each group: people, listings, how many wrong by the rule and by rights, and the share with its luck."""
    cases = told.factual
    rows = []
    for number, group in enumerate(told.world.groups):
        mine = cases.group == number
        rows.append(
            {
                "group": group,
                "people": int(told.world.people_in("group")[number]),
                "listings": int(mine.sum()),
                "by_rule": int((mine & cases.wrongful(False)).sum()),
                "by_rights": int((mine & cases.wrongful(True)).sum()),
                "rule": _cell(told, "wrongful_listing_rate", group),
                "rights": _cell(told, "rights_wrongful_share", group),
            }
        )
    return rows


def _cell(told: Told, name: str, group: str) -> str:
    """A measure of one group in words, with its luck."""
    entry = told.measures.get(name)
    if not isinstance(entry, Mapping):
        return "not measured"
    inner = entry["by"].get("group", {}).get(group)
    if inner is None or inner.get("value") is None:
        return "undefined"
    whole = {**inner, **{k: entry[k] for k in ("unit", "standing", "scaling")}}
    text, _ = words.told_as(name, whole, told.ranges, f"group={group}")
    luck = words.interval(inner.get("luck"), "share")
    return f"{text} (luck: {luck})" if luck else text


def _stayed(told: Told) -> dict[str, Any] | None:
    """How long wrongful listings lasted and how they ended."""
    from glasshouse.reporting import figures

    cases = told.factual
    rule, rights = stay_of(cases, False), stay_of(cases, True)
    same = bool((cases.wrongful(False) == cases.wrongful(True)).all())
    first = rule or rights
    if first is None:
        return None
    return {
        "stay": first,
        "ends": ends_of(cases, rule is None),
        "curve": figures.stays(first, rights if rule and not same else None),
    }


def _funnel(told: Told) -> dict[str, Any]:
    from glasshouse.reporting import figures

    stages, wrong = funnel(told.factual), dict(funnel(told.factual, wrongful=True))
    rows = []
    for number, (key, n) in enumerate(stages):
        before = stages[number - 1][1] if number else n
        rows.append({"stage": words.STAGES[key], "n": n, "wrong": wrong[key], "before": before, "first": number == 0})
    return {"figure": figures.appeal_funnel(stages), "rows": rows, "silence": told.measures.get("appeal_silence")}


def _refusals(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures

    rows = gates(told)
    if not rows or not any(r.tries for r in rows):
        return None
    return {"figure": figures.refusals(rows), "rows": rows}


def _lives(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures
    from glasshouse.reporting.lives import lives

    found = lives(told)
    if not found:
        return None
    drawn = len(told.factual) > 0
    return {
        "found": found,
        "figure": figures.lives(found, told.start, told.end, told.date_of) if drawn else None,
        "by_score": not drawn,
        "wronged": drawn and bool(told.factual.wrongful(True).any()),
    }


def _published(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures

    found = comparison(told)
    if found is None:
        return None
    return {"figure": figures.published(found), "found": found}


def _changed(told: Told) -> str:
    """What is said where published figures stand beside a scenario that was changed for this run."""
    from glasshouse.experiments.published import CHANGED, figures_of, is_changed

    return CHANGED if figures_of(str(told.manifest["scenario"]["name"])) and is_changed(told.recording) else ""


def _safeguards(told: Told, lattice: Path | None) -> Any:
    """The safeguards of a lattice that was named, or that lies in the recording; None where there is neither."""
    from glasshouse.experiments.lattice import TOLD, open_lattice

    here = (told.recording.path, told.recording.path / "lattice")
    found = lattice or next((folder for folder in here if (folder / TOLD).exists()), None)
    if found is None:
        return None
    from glasshouse.reporting.safeguards import safeguards_section

    document = open_lattice(found)
    name = told.manifest["scenario"]["name"]
    if document["scenario"] != name:
        raise UsageError(f'lattice: "{found.name}" is of {document["scenario"]}, and this recording of {name}.')
    return {"section": safeguards_section(document), "people": document["people"]}


def _paper(told: Told) -> Any:
    """The paper beside the practice: what the text promises, what lint says of it, what was measured. None where nobody is listed."""
    from glasshouse.reporting.pair import pair_section

    return pair_section(told.recording, told.ranges) if len(told.factual) else None


def _assumed(told: Told) -> dict[str, Any]:
    """Luck and ignorance, what moves the answer most, and the numbers behind the run: those published nowhere, and those with a source."""
    from glasshouse.reporting import assumed, figures
    from glasshouse.scenario.evidence import parameters

    known = parameters(told.loaded) if told.loaded is not None else []
    rows = assumed.spreads(told)
    bars = assumed.tornado(told)
    return {
        "open": [p for p in known if p.is_assumed],
        "sourced": [p for p in known if not p.is_assumed],
        "ranged": any(r.range for r in rows),
        "figure": figures.swept(rows) if any(r.range or told.world.lists for r in rows) else None,
        "rows": rows,
        "tornado": figures.tornado(bars) if bars else None,
        "bars": bars,
        "movers": assumed.movers(told),
    }


def _sources(told: Told) -> list[dict[str, Any]]:
    """Every source of the scenario's numbers, with how it was checked."""
    found = told.raw.get("evidence", {}).get("sources", {})
    return [
        {
            "id": id,
            "title": s.get("title", ""),
            "ref": s.get("ref", ""),
            "date": str(s.get("date") or ""),
            "confidence": s.get("confidence", ""),
            "checked": words.CHECKED.get(s.get("checked"), ""),
        }
        for id, s in sorted(found.items())
    ]


def _method(told: Told) -> list[tuple[str, str]]:
    """What is needed to make the same run again, without anything of the machine."""
    m = told.manifest
    short = {t: next(iter(by.values()))[:12] for t, by in m.get("digests", {}).items() if by}
    return [
        ("Scenario", f"{m['scenario']['name']}, digest {str(m['scenario']['digest'])[:12]}"),
        ("Period", f"{told.start.isoformat()} to {told.end.isoformat()}, {told.world.days:,} days"),
        ("People", f"{told.world.people:,} synthetic people, each standing for {words.number(told.represents)}"),
        ("Seed", f"{m['seed']}, replicate {m.get('replicate', 0)}"),
        ("Variants", ", ".join(told.recording.variants)),
        ("Engine", f"{m.get('engine', '')}, glasshouse {m.get('package', '')}"),
        ("Digests of the tables", ", ".join(f"{t} {d}" for t, d in short.items()) or "none"),
    ]
