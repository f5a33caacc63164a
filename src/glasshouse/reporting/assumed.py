"""What is assumed, in words, and which of it moves the answer most: luck and ignorance side by side, never as one.

A path of the scenario file is told as a person would say it, with the path beside it, so that the number can be found and changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glasshouse.reporting import words

if TYPE_CHECKING:
    from glasshouse.experiments.tornado import Swing, Tornado
    from glasshouse.reporting.counts import Told

SHARES = (
    ("wrongful_listing_rate", "listings wrong by the rule"),
    ("rights_wrongful_share", "listings wrong by rights"),
    ("never_notified_share", "listings never notified"),
    ("cannot_get_off_share", "wrongful listings open after a year"),
    ("stale_or_wrong_record_share", "open listings with an untrue record"),
    ("appeal_silence", "objections unanswered after a year"),
    ("unmet_appeals", "wrongful listings never objected to"),
)
"""Shares whose luck and ranges are drawn."""
OF_SCORES = (
    ("irrelevant_signal_share", "points for what has no bearing on the purpose"),
    ("score_gini", "inequality of the scores (Gini)"),
)
"""What a scheme without a list is asked instead."""
DRAWN = 8
"""Bars of the tornado; the rest stand in the table."""
LEAST = 0.01
"""Share of the widest bar below which one could not be seen."""


# --- paths in words -------------------------------------------------------------------------------------------------------------------

PATHS: tuple[tuple[str, str], ...] = (
    (r"conduct\.acts\.(\w+)\.rate", "how often it happens: {act}"),
    (r"conduct\.acts\.(\w+)\.by_group\.(\w+)", "how often it happens in group {1}: {act}"),
    (r"conduct\.acts\.(\w+)\.liability\[\d+\]\.\w+", "how unequally it is spread over people: {act}"),
    (r"conduct\.acts\.(\w+)\.circumstances\.(\w+)\.share", "in how many cases it is “{1}”"),
    (r"conduct\.acts\.(\w+)\.circumstances\.(\w+)\.by_group\.(\w+)", "in how many cases of group {2} it is “{1}”"),
    (r"conduct\.acts\.(\w+)\.by_region\.(\w+)", "how often it happens in {1}: {act}"),
    (r"conduct\.acts\.(\w+)\.asks\.score_at_least", "which score it asks for: {act}"),
    (r"conduct\.acts\.(\w+)\.asks\.cost\.(\w+)", "what a denial costs in {1}: {act}"),
    (r"conduct\.demand\.(\w+)\.users", "how many listed people try: {gate}"),
    (r"conduct\.demand\.(\w+)\.trips", "how often listed people try: {gate}"),
    (r"conduct\.demand\.(\w+)\.(\w+)(?:\..+)?", "{1} at the gate: {gate}"),
    (r"practice\.sensing\.(\w+)\.wrong_person", "how often it is filed for the wrong person: {0}"),
    (r"practice\.sensing\.(\w+)\.seen", "how much of it is seen: {0}"),
    (r"practice\.sensing\.(\w+)\.cameras\.reach", "how far the cameras reach: {0}"),
    (r"practice\.sensing\.(\w+)\.identification\.gallery", "among how many faces one is searched for: {0}"),
    (r"practice\.lists\.\w+\.entry\.(\w+)", "how many of the cases “{0}” are listed"),
    (r"practice\.(?:lists\.\w+\.)?notice\.served", "how many are served a notice"),
    (r"practice\.(?:lists\.\w+\.)?notice\.delay.*", "how long a notice takes"),
    (r"practice\.(?:lists\.\w+\.)?appeal\.answered", "how many objections are answered"),
    (r"practice\.(?:lists\.\w+\.)?appeal\.filed\.(\w+)", "how many object in cases of “{0}”"),
    (r"practice\.(?:lists\.\w+\.)?appeal\.upheld\.(\w+)", "how many objections are granted in cases of “{0}”"),
    (r"practice\.(?:lists\.\w+\.)?appeal\.delay.*", "how long people take to object"),
    (r"practice\.(?:lists\.\w+\.)?appeal\.decided_after.*", "how long a decision takes"),
    (r"practice\.(?:lists\.\w+\.)?payment\.rate\.(\w+)", "how fast people pay in cases of “{0}”"),
    (r"practice\.(?:lists\.\w+\.)?payment\.clears_after.*", "how long removal takes after payment"),
    (r"practice\.(?:lists\.\w+\.)?payment\.never_cleared", "how many stay listed after payment"),
    (r"practice\.(?:lists\.\w+\.)?expiry\.older_entries", "how entries from before the term were treated"),
    (r"practice\.(?:lists\.\w+\.)?expiry\.termed", "how many listings have a term"),
    (r"rules\.(\w+)\.points", "how many points the rule counts: {rule}"),
    (r"rules\.(\w+)\.cap\.count", "how often in its period the rule counts: {rule}"),
    (r"practice\.(?:lists\.\w+\.)?appeal\.clerks\.decisions_per_day", "how many objections the clerks decide in a day"),
    (r"practice\.sharing\.(\w+)\.propagates", "how many corrections reach a recipient: {0}"),
    (r"practice\.sharing\.(\w+)\.correction\..*", "how long a correction takes to reach a recipient: {0}"),
    (r"practice\.sharing\.(\w+)\.sync_days", "how often copies go to a recipient: {0}"),
    (r"practice\.sharing\.(\w+)\.kept", "how much of what is corrected a recipient keeps: {0}"),
    (r"shocks\.(\w+)\.repaired", "how much of it is put right afterwards: {0}"),
    (r"shocks\.(\w+)\.repair\..*", "how long it takes to put it right: {0}"),
    (r"shocks\.(\w+)\.convert\.(\w+)\.\w+", "how scores of {1} are converted: {0}"),
    (r"epidemic\.contacts\.(\w+)\.p", "how easily a contact passes the illness on: {0}"),
    (r"epidemic\.contacts\.(\w+)\.number", "how many contacts people have in a day: {0}"),
    (r"epidemic\.contacts\.(\w+)\.schedule\[\d+\]\.factor", "how much of its contacts people keep: {0}"),
    (r"practice\.health_code\.causes\.(\w+)\.rate", "how often somebody is coloured because of it: {0}"),
    (
        r"practice\.health_code\.causes\.(\w+)\.by_group\.(\w+)",
        "how much oftener in group {1} somebody is coloured because of it: {0}",
    ),
    (r"practice\.health_code\.found\.(\w+)\.share", "how many of the ill are found by it: {0}"),
    (r"practice\.health_code\.gates\.(\w+)\.visits", "how often people come to the place where codes are scanned: {0}"),
    (r"practice\.health_code\.gates\.(\w+)\.scanned", "how often the code is scanned there: {0}"),
    (r"practice\.health_code\.isolation\.(\w+)\.(\w+)", "how much of the contacts somebody {0} keeps: {1}"),
    (r"practice\.health_code\.tracing\.contacts\.(\w+)\.share", "how many of the contacts are traced: {0}"),
    (r"practice\.health_code\.tracing\.look_back_days", "how many days back contacts are traced"),
    (r"practice\.models\.(\w+)\.target", "of how many it is true what the model looks for: {0}"),
    (r"practice\.models\.(\w+)\.renews", "of how many it is decided anew each round whether it is true: {0}"),
    (r"practice\.models\.(\w+)\.errors\.(\w+)", "the errors stated of the model: {0}, {1}"),
    (r"practice\.models\.\w+\.features\.(\w+)\.if_true", "how many have the feature, of those of whom it is true: {0}"),
    (r"practice\.models\.\w+\.features\.(\w+)\.if_not", "how many have the feature, of all others: {0}"),
    (
        r"practice\.models\.\w+\.features\.(\w+)\.by_group\.(\w+)\.if_(?:true|not)",
        "how many of group {1} have the feature: {0}",
    ),
    (r"practice\.models\.\w+\.sample\..*", "whom the model learnt from"),
)
"""Patterns of paths, and what is said for them: {0}, {1} are the parts; {act}, {gate}, {rule} the title of the first."""


def in_words(path: str, raw: Mapping[str, Any]) -> str:
    """An assumption as a person would say it; the path itself with blanks where no pattern knows it."""
    for pattern, said in PATHS:
        found = re.fullmatch(pattern, path)
        if found:
            parts = [words.plain(p) for p in found.groups()]
            return said.format(*parts, **{kind: _title(raw, kind, found.groups()) for kind in ("act", "gate", "rule")})
    return words.plain(path.replace(".", ", "))


def _title(raw: Mapping[str, Any], kind: str, groups: Sequence[str]) -> str:
    key = groups[0] if groups else ""
    if kind == "act":
        found = ((raw.get("conduct") or {}).get("acts") or {}).get(key) or {}
    else:
        parts = raw.get("consequences" if kind == "gate" else "rules") or []
        found = next((p for p in parts if p.get("id") == key), {})
    title = str(found.get("title") or words.plain(key))
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def strongest(told: Told, name: str) -> str:
    """The assumption that moves a measure most, in words; nothing where none was swept or none moves it."""
    found = told.tornado.get(name)
    if found and found.swings:
        return in_words(found.swings[0].path, told.raw)
    moved = [x for x in _over(told, name) if x != "the scenario itself"]
    return (moved[-1] if " " in moved[-1] else in_words(moved[-1], told.raw)) if moved else ""


# --- luck and ignorance -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """One share of the run: the luck about it, and how far the assumptions carry it; None where either is unknown."""

    label: str
    value: float
    luck: tuple[float, float] | None
    range: tuple[float, float] | None
    over: tuple[str, ...]


def spreads(told: Told) -> list[Spread]:
    """Luck and ignorance of each share that is drawn."""
    rows = []
    for name, label in SHARES if told.world.lists else OF_SCORES:
        entry = told.measures.get(name)
        if not isinstance(entry, Mapping) or entry.get("value") is None:
            continue
        luck = entry.get("luck") or {}
        known = luck.get("low") is not None and luck.get("high") is not None
        both = (float(luck["low"]), float(luck["high"])) if known else None
        rows.append(
            Spread(label, float(entry["value"]), both, words.swept(name, entry, told.ranges), _over(told, name))
        )
    return rows


def _over(told: Told, name: str) -> tuple[str, ...]:
    over = (told.ranges or {}).get(name, {}).get("all", (0, 0, None))[2]
    over = over or (told.measures[name].get("range") or {}).get("over")
    if over is None:
        return ()
    return tuple(dict.fromkeys(str(x) for x in over)) if isinstance(over, list | tuple) else (str(over),)


# --- the tornado ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bars:
    """The assumptions that move one share, the widest first."""

    name: str
    label: str
    told: Tornado
    rows: tuple[tuple[str, Swing], ...]


def tornado(told: Told) -> Bars | None:
    """The bars of the first share that assumptions move: listings wrong by rights, where there are any."""
    order = [*(x for x in SHARES if x[0] == "rights_wrongful_share"), *SHARES, *OF_SCORES]
    for name, label in order:
        found = told.tornado.get(name)
        if found and found.swings:
            wide = [s for s in found.swings[:DRAWN] if s.width >= LEAST * found.swings[0].width]
            return Bars(name, label, found, tuple((in_words(s.path, told.raw), s) for s in wide))
    return None


def movers(told: Told) -> list[tuple[str, list[tuple[str, Swing]]]]:
    """For every share, the three assumptions that move it most."""
    rows = []
    for name, label in (*SHARES, *OF_SCORES):
        found = told.tornado.get(name)
        if found and found.swings:
            rows.append((label, [(in_words(s.path, told.raw), s) for s in found.swings[:3]]))
    return rows
