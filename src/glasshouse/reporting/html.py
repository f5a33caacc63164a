"""The report: one HTML file that needs no network and no script, readable on a phone, at a desk and on paper.

In order: the question, the answer in words, six figures, simulated beside published, who was listed wrongly and for how
long, objections, refusals, variants, one person's story, what is assumed, what is not simulated, evidence and sources,
method, and what may not be concluded. The same recording gives the same bytes: nothing of the machine, the clock or the
place of the recording is in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshouse.recording.place import write_whole
from glasshouse.reporting import answer, words
from glasshouse.reporting.counts import (
    Told,
    by_basis,
    comparison,
    differences,
    ends_of,
    funnel,
    gates,
    kept_ranges,
    scores,
    stay_of,
)
from glasshouse.reporting.headlines import headlines
from glasshouse.reporting.story import story

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

NAME = "report.html"


def write_report(recording: Recording, ranges: words.Ranges | None = None) -> Path:
    """Write `report.html` into the recording and say where it is.

    ranges: what a sweep of the assumptions found, by measure and cell; without it, the ranges that the catalogue keeps
    for the very same scenario, if it keeps any.
    """
    place = recording.path / NAME
    write_whole(place, page(recording, ranges))
    return place


def page(recording: Recording, ranges: words.Ranges | None = None) -> str:
    """The whole report as text."""
    found = ranges if ranges is not None else kept_ranges(recording)
    text: str = _template().render(**content(Told(recording, found)))
    return text


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    room = Environment(
        loader=PackageLoader("glasshouse.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.filters |= {
        "count": lambda n: f"{n:,}",
        "signed": words.signed,
        "dated": words.dated,
        "together": words.together,
        "percent": words.percent,
        "number": words.number,
        "big": words.big,
        "basis": words.basis,
        "breaks": _breaks,
    }
    return room.get_template("report.html.jinja")


def _breaks(path: str) -> Any:
    """A path that may be broken behind its dots."""
    from markupsafe import Markup, escape

    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[._])", path))


# --- the content --------------------------------------------------------------------------------------------------------------------


def content(told: Told) -> dict[str, Any]:
    """Everything that the template prints."""
    raw, manifest = told.raw, told.manifest
    label = str(manifest.get("evidence", {}).get("label", "hypothetical"))
    listed = len(told.factual) > 0
    six = headlines(told.recording, told.ranges)
    return {
        "title": raw["scheme"]["title"],
        "name": manifest["scenario"]["name"],
        "summary": raw["scheme"].get("summary", ""),
        "question": answer.question(told),
        "answer": answer.sentences(told),
        "headlines": six,
        "label": label,
        "label_words": words.LABELS.get(label, ""),
        "disputed": manifest.get("evidence", {}).get("disputed") or [],
        "start": told.start.isoformat(),
        "end": told.end.isoformat(),
        "people": told.world.people,
        "represents": told.represents,
        "listed": listed,
        "scores": _scores(told),
        "published": _published(told),
        "wrongly": _wrongly(told) if listed else None,
        "funnel": _funnel(told) if listed else None,
        "refusals": _refusals(told),
        "variants": _variants(told),
        "story": _story(told),
        "assumed": _assumed(told),
        "unsimulated": manifest.get("unsimulated", []),
        "sources": _sources(told),
        "method": _method(told),
        "swept": not any(words.UNSWEPT in h.standing for h in six),
        "words": words,
    }


def _scores(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures

    found = scores(told)
    if found is None:
        return None
    return {"figure": figures.score_spread(found), "found": found}


def _published(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures

    found = comparison(told)
    if found is None:
        return None
    return {"figure": figures.published(found), "found": found}


def _wrongly(told: Told) -> dict[str, Any]:
    """Who was listed wrongly, and for how long."""
    from glasshouse.reporting import figures

    cases, days = told.factual, told.days
    rows = by_basis(cases)
    rule, rights = stay_of(cases, False), stay_of(cases, True)
    same = bool((cases.wrongful(False) == cases.wrongful(True)).all())
    all_days = [told.date_of(n + 1) for n in range(told.world.days)]
    first = rule or rights
    return {
        "rows": rows,
        "by_rule": int(cases.wrongful(False).sum()),
        "by_rights": int(cases.wrongful(True).sum()),
        "listings": len(cases),
        "same": same,
        "groups": told.world.groups,
        "by_group": _by_group(told),
        "stay": first,
        "ends": ends_of(cases, rule is None),
        "stock": figures.stock(
            all_days,
            days["listed"],
            days["wrongful_listed"],
            days["wrongful_listed_by_rights"],
            told.world.people,
            same,
        ),
        "bars": figures.wrongly_listed(rows, told.world.groups, len(cases)) if rights else None,
        "curve": figures.stays(first, rights if rule and not same else None) if first else None,
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


def _variants(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures

    names = told.recording.variants[1:]
    if not names:
        return None
    titles = {v["name"]: v.get("title") or v["name"] for v in told.raw.get("variants", [])}
    rows = differences(told)
    drawn = any(r.factual for r in rows)
    return {
        "names": names,
        "titles": [titles.get(n, n) for n in names],
        "rows": rows,
        "figure": figures.variants(rows, names) if drawn else None,
    }


def _story(told: Told) -> dict[str, Any] | None:
    from glasshouse.reporting import figures

    found = story(told)
    return {"told": found, "figure": figures.timeline(found, told.start, told.end)} if found else None


def _assumed(told: Told) -> dict[str, Any]:
    """The numbers behind the run: those nobody has published, and those with a source."""
    from glasshouse.reporting import figures
    from glasshouse.scenario.evidence import parameters

    known = parameters(told.loaded) if told.loaded is not None else []
    rows = _swept_rows(told)
    return {
        "open": [p for p in known if p.is_assumed],
        "sourced": [p for p in known if not p.is_assumed],
        "figure": figures.swept(rows) if rows else None,
        "rows": rows,
    }


SWEPT = (
    ("wrongful_listing_rate", "listings wrong by the rule"),
    ("rights_wrongful_share", "listings wrong by rights"),
    ("never_notified_share", "listings never notified"),
    ("cannot_get_off_share", "wrongful listings open after a year"),
    ("stale_or_wrong_record_share", "open listings with an untrue record"),
    ("appeal_silence", "objections unanswered after a year"),
    ("unmet_appeals", "wrongful listings never objected to"),
)
"""Shares whose ranges are drawn."""


def _swept_rows(told: Told) -> list[dict[str, Any]]:
    rows = []
    for name, label in SWEPT:
        entry = told.measures.get(name)
        if not isinstance(entry, Mapping) or entry.get("value") is None:
            continue
        span = words.swept(name, entry, told.ranges)
        if span is not None:
            over = (told.ranges or {}).get(name, {}).get("all", (0, 0, entry["range"].get("over")))[2]
            rows.append({"label": label, "low": span[0], "high": span[1], "value": entry["value"], "over": _over(over)})
    return rows


def _over(over: Any) -> list[str]:
    """What reached the ends of a range, as a list of texts."""
    if over is None:
        return []
    return list(dict.fromkeys(str(x) for x in over)) if isinstance(over, list | tuple) else [str(over)]


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
