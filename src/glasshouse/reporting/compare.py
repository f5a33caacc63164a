"""Two recordings side by side; differences only where they are of the scheme and not of luck.

Two runs can be told apart by policy only if everything that decides chance is the same in both: the seed, the people and where they live,
the days, their ties, the acts that they could do and how often, and the program. Where that is so, the same synthetic people lived the
same potential events under two schemes, and what differs is a total effect inside this model. Where anything of it differs too, a gap is
partly chance: both are shown, no difference is given, and the page says which part it was. Where only that differs, the gap is luck.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from glasshouse.errors import GlasshouseError, UsageError
from glasshouse.measures.coupled import why_no_luck
from glasshouse.recording.place import write_whole
from glasshouse.reporting import figures, words
from glasshouse.reporting.counts import Told
from glasshouse.reporting.figures import ShareOf
from glasshouse.reporting.headlines import HEADLINES
from glasshouse.reporting.html import about
from glasshouse.reporting.rendering import rendered, save_figures
from glasshouse.reporting.twinned import Benefit, Twinned, compared, harm_of, luck_of

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

Verdict = Literal["policy", "luck", "mixed", "same"]
NOT_OF_THE_SCHEME = ("world", "variants", "evidence", "schema", "conduct", "shocks")
"""Parts of a scenario that decide chance or only tell about it; all others are the scheme and its practice."""
SAID = ("note", "cite", "source", "label", "range", "title", "summary")
"""Keys that tell about a number and are none."""
LABELS = ("documented", "pilot", "reported", "hypothetical")
"""Evidence labels from the strongest to the weakest."""
MOST = 24
"""Changes named; the others are counted."""
SHARES = (
    ("wrongful_listing_rate", "listings wrong by the rule"),
    ("rights_wrongful_share", "listings wrong by rights"),
    ("never_notified_share", "listings never notified"),
    ("cannot_get_off_share", "wrongful listings open after a year"),
    ("appeal_silence", "objections unanswered after a year"),
    ("unmet_appeals", "wrongful listings never objected to"),
)


@dataclass(frozen=True)
class Row:
    """One measure of both. `difference` is the second less the first, in words; empty where none may be given."""

    label: str
    first: str
    first_luck: str
    second: str
    second_luck: str
    difference: str


@dataclass(frozen=True)
class Change:
    """One place of the scheme's file that is not the same."""

    path: str
    first: str
    second: str


@dataclass(frozen=True)
class Compared:
    """What the page says. `apart`: what differs of everything that decides chance; `changes`: what differs of the scheme."""

    names: tuple[str, str]
    verdict: Verdict
    apart: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]
    more_changes: int
    rows: tuple[Row, ...]
    beside: tuple[ShareOf, ...]
    twins: Twinned | None


def write_comparison(first: Recording, second: Recording, out: Path | None = None, figures: Path | None = None) -> Path:
    """Write the page of two recordings and say where it is: `out`, or `comparison-with-NAME.html` in the folder of the first.

    figures: a folder into which every figure is also written by itself. UsageError where both are the same folder.
    """
    place = out or first.path / f"comparison-with-{_file_name(second.path.name)}.html"
    found = comparison(first, second)
    write_whole(place, rendered("compare.html.jinja", found))
    if figures is not None:
        save_figures(found, figures)
    return place


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)[:80]


def comparison_page(first: Recording, second: Recording) -> str:
    """The whole page as text. UsageError where both are the same folder."""
    return rendered("compare.html.jinja", comparison(first, second))


def comparison(first: Recording, second: Recording) -> dict[str, Any]:
    """Everything that the template prints."""
    if first.path.resolve() == second.path.resolve():
        raise UsageError(f'"{first.path.name}" is compared with itself: nothing would differ. Name two recordings.')
    a, b = Told(first), Told(second)
    found = compare(a, b)
    one, two = about(a), about(b)
    return {
        "found": found,
        "first": one,
        "second": two,
        "label": weakest(one["label"], two["label"]),
        "name": f"{found.names[0]} and {found.names[1]}",
        "figure": figures.beside(found.beside, found.names) if found.beside else None,
        "twins": figures.twins(found.twins) if found.twins else None,
        "words": words,
        "scheme": one["title"] if one["title"] == two["title"] else f"{one['title']} and {two['title']}",
    }


def weakest(*labels: str) -> str:
    """Of evidence labels the one that promises least."""
    return max(labels, key=lambda x: LABELS.index(x) if x in LABELS else len(LABELS))


def compare(a: Told, b: Told) -> Compared:
    """Both recordings by their factual variants."""
    apart = tuple(_apart(a, b))
    changes = list(_changes(_scheme(a), _scheme(b)))
    verdict: Verdict = ("mixed" if apart else "policy") if changes else "luck" if apart else "same"
    names = _names(a, b)
    return Compared(
        names, verdict, apart, tuple(changes[:MOST]), max(len(changes) - MOST, 0), tuple(_rows(a, b, verdict)), tuple(_beside(a, b, names)),
        _twins(a, b, names) if verdict == "policy" else None,
    )  # fmt: skip


def _names(a: Told, b: Told) -> tuple[str, str]:
    one, two = a.recording.path.name, b.recording.path.name
    return (one, two) if one != two else (f"{one} (first)", f"{two} (second)")


# --- what decides chance --------------------------------------------------------------------------------------------------------------


def _apart(a: Told, b: Told) -> Iterator[tuple[str, str, str]]:
    """Everything that decides chance and is not the same: what, and in which way in each."""
    from glasshouse.chance import replicate_seed

    one, two = a.manifest, b.manifest
    seeds = [replicate_seed(int(m["seed"]), int(m.get("replicate") or 0)) for m in (one, two)]
    if seeds[0] != seeds[1]:
        first, second = (f"{m['seed']}, replicate {m.get('replicate') or 0}" for m in (one, two))
        yield "the seed", first, second
    for key, what in (("people", "how many people"), ("start", "the first day"), ("days", "how many days")):
        if one.get(key) != two.get(key):
            yield what, _count(one.get(key)), _count(two.get(key))
    here, there = (bare(t.raw.get("world") or {}) for t in (a, b))
    for key in sorted({*here, *there} - {"seed", "people", "start", "end", "represents"}):
        if here.get(key) != there.get(key):
            yield f"world.{key}", _short(here.get(key)), _short(there.get(key))
    if one.get("package") != two.get("package"):
        yield "the version of glasshouse", str(one.get("package")), str(two.get("package"))
    if not _same_events(a, b):
        yield "what people could do, and how often", "potential events of its own", "potential events of its own"


def _count(found: Any) -> str:
    return f"{found:,}" if isinstance(found, int) else str(found)


def _same_events(a: Told, b: Told) -> bool:
    """Do both draw the same potential events? Asked of the compiled tables; of the file where it cannot be compiled."""
    import numpy as np

    from glasshouse.scenario.compile import compile_plan

    if a.loaded is None or b.loaded is None:
        return bool(bare(a.raw.get("conduct")) == bare(b.raw.get("conduct")))
    try:
        acts = [compile_plan(t.loaded)[0].acts for t in (a, b) if t.loaded is not None]
    except GlasshouseError:
        return bool(bare(a.raw.get("conduct")) == bare(b.raw.get("conduct")))
    return all(np.array_equal(getattr(acts[0], f), getattr(acts[1], f)) for f in POTENTIAL)


POTENTIAL = (
    "stream",
    "period",
    "row_act",
    "row_strip",
    "row_first",
    "row_width",
    "row_cdf",
    "row_len",
    "unequal",
    "rank_class",
)
"""Tables of `scenario/tables.py` that decide which potential events there are, and whose."""


# --- what differs of the scheme ---------------------------------------------------------------------------------------------------------


def _scheme(told: Told) -> dict[str, Any]:
    """The scheme and its practice in the factual variant, without what only tells about it, and conduct as far as a variant may set it."""
    sources = told.world.sources
    raw = sources.scenario(told.recording.variants[0]) if sources else told.raw
    found: dict[str, Any] = bare({k: v for k, v in raw.items() if k not in NOT_OF_THE_SCHEME or k == "conduct"})
    return found


def bare(value: Any) -> Any:
    """A part of a scenario without notes, sources and titles; a number with its source is the number."""
    if isinstance(value, Mapping):
        if "value" in value:
            return bare(value["value"])
        return {k: bare(v) for k, v in value.items() if k not in SAID}
    return [bare(v) for v in value] if isinstance(value, list | tuple) else value


def _changes(one: Any, two: Any, path: str = "") -> Iterator[Change]:
    """Every place that is not the same, in the order of the file."""
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        for key in [*one, *(k for k in two if k not in one)]:
            yield from _changes(one.get(key), two.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(one, list) and isinstance(two, list) and _named(one) and _named(two):
        left, right = ({str(x["id"]): x for x in part} for part in (one, two))
        yield from _changes(left, right, path)
    elif one != two:
        yield Change(path, _short(one), _short(two))


def _named(part: Sequence[Any]) -> bool:
    return bool(part) and all(isinstance(x, Mapping) and "id" in x for x in part)


def _short(value: Any) -> str:
    if value is None:
        return "not there"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 70 else f"{text[:67]}…"


# --- figures of both ------------------------------------------------------------------------------------------------------------------


def _rows(a: Told, b: Told, verdict: Verdict) -> Iterator[Row]:
    for name, label in (*HEADLINES, *((n, x) for n, x in SHARES if n not in dict(HEADLINES))):
        one, two = a.measures.get(name), b.measures.get(name)
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            unit = str(one.get("unit") or "")
            yield Row(label, _figure(one), words.interval(one.get("luck"), unit), _figure(two), words.interval(two.get("luck"), unit),
                      _difference(one, two) if verdict == "policy" else "")  # fmt: skip


def _figure(entry: Mapping[str, Any]) -> str:
    """The point of the run with what it is out of."""
    if entry.get("value") is None:
        return "undefined"
    return f"{words.quantity(float(entry['value']), str(entry.get('unit') or ''))}, {words.out_of(entry)}"


def _difference(one: Mapping[str, Any], two: Mapping[str, Any]) -> str:
    """The second less the first: shares in percentage points."""
    known = [e["value"] for e in (one, two) if e.get("value") is not None]
    if len(known) < 2:
        return "undefined in one of them" if known else "undefined"
    gap = float(known[1]) - float(known[0])
    if not gap:
        return "no difference"
    if one.get("unit") == "share":
        return f"{100 * gap:+.3g} percentage points".replace("-", "−")
    number = words.signed(round(gap)) if abs(gap) >= 1 else f"{gap:+.3g}".replace("-", "−")
    return f"{number} {one.get('unit') or ''}".rstrip()


def _beside(a: Told, b: Told, names: tuple[str, str]) -> Iterator[ShareOf]:
    for name, label in SHARES:
        entries = [t.measures.get(name) for t in (a, b)]
        if any(not isinstance(e, Mapping) or e.get("value") is None for e in entries):
            continue
        for recording, e in zip(names, entries, strict=True):
            assert isinstance(e, Mapping)
            luck = e.get("luck") or {}
            yield ShareOf(label, recording, float(e["value"]), luck.get("low"), luck.get("high"))


def _twins(a: Told, b: Told, names: tuple[str, str]) -> Twinned | None:
    """Person by person, by days listed wrongly by rights (or listed at all where nothing is wrong); only where chance is the same."""
    cases = a.factual, b.factual
    wrong = any(c.wrongful(True).any() for c in cases)
    if not any(len(c) for c in cases):
        return None
    harm = [harm_of(c, c.wrongful(True) if wrong else c.everyone) for c in cases]
    alone = all(why_no_luck(t.world, t.recording.variants[:1], total=True) is None for t in (a, b))
    luck = luck_of(harm[0], harm[1], a.world) if alone else None
    row = compared(names[1], f"{names[1]} beside {names[0]}", harm[0], harm[1], luck, tuple(_benefits(a, b)))
    what = "listed for anything but an own, unprotected act of someone able to comply" if wrong else "listed"
    return Twinned(what, "days", a.world.people, (row,), True)


def _benefits(a: Told, b: Told) -> Iterator[Benefit]:
    """What stands beside the harm: people who complied, and listings that were right by rights."""
    complied = [int(t.days["complied"].sum()) for t in (a, b)]
    right = [int((~t.factual.wrongful(True)).sum()) for t in (a, b)]
    for label, unit, n in (
        ("people who complied", "people", complied),
        ("listings right by rights", "listings", right),
    ):
        if any(n):
            yield Benefit(label, unit, n[0], n[1])
