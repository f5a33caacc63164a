"""What a scheme does that no list says by itself: an illness and its code, a model and its rounds, firms, copies, attacks.

Each part is there only where the recording holds what it is about. It asks the question of such a scheme, answers it in sentences with
counts of this run, and sets every variant beside the others: the same people and the same potential events. What nobody has published is a
range over the assumptions, in a column of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glasshouse.reporting import words
from glasshouse.reporting.figure import Figure

if TYPE_CHECKING:
    from glasshouse.experiments.published import Held
    from glasshouse.measures.frame import Cases
    from glasshouse.reporting.counts import Told

NOTHING = "–"
OVER = "over the assumptions"


@dataclass(frozen=True)
class Grid:
    """A table: a title, what the columns are, and rows of words. The first cell of a row says what the others are."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One thing that this scheme is about. `name` is one word for it.

    `short` answers `question` in a sentence or two; `said` are more, a paragraph each. A part that does not lead is of many schemes:
    where it is the only one, the report asks its general question.
    """

    id: str
    name: str
    title: str
    question: str
    short: str
    said: tuple[str, ...]
    grids: tuple[Grid, ...]
    figure: Figure | None = None
    note: str = ""
    leads: bool = True


# --- variants beside each other -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """The variants of a recording, as a table sets them side by side."""

    told: Told

    @property
    def names(self) -> tuple[str, ...]:
        return self.told.recording.variants

    @property
    def titles(self) -> dict[str, str]:
        """What each variant is, in the words of the file."""
        own = {v["name"]: str(v.get("title") or v["name"]) for v in self.told.raw.get("variants") or []}
        return {name: own.get(name, words.plain(name.replace("-", " "))) for name in self.names}

    def entry(self, name: str, variant: str, cut: str = "", cell: str = "") -> Mapping[str, Any] | None:
        """What was measured in a variant, or in one cell of it; None where nobody measured it."""
        measures = self.told.measures
        own = measures if variant == self.names[0] else measures.get("variants", {}).get(variant, {})
        found = own.get(name)
        if not isinstance(found, Mapping) or not cut:
            return found if isinstance(found, Mapping) else None
        inner = found.get("by", {}).get(cut, {}).get(cell)
        return {**inner, "unit": found.get("unit", "")} if isinstance(inner, Mapping) else None

    def value(self, name: str, variant: str, cut: str = "", cell: str = "") -> float | None:
        """A measure of a variant as a number; None where it has none."""
        found = self.entry(name, variant, cut, cell)
        return None if found is None or found.get("value") is None else float(found["value"])

    def span(self, name: str, cut: str = "", cell: str = "") -> str:
        """How far the assumptions take a measure of the first variant, in words; nothing where they were not swept or move nothing."""
        entry = self.entry(name, self.names[0], cut, cell)
        found = words.swept(name, entry, self.told.ranges, _cell(cut, cell)) if entry is not None else None
        unit = "share" if entry is not None and entry.get("unit") == "share" else ""
        if found is None or not words.differ(found, unit):
            return ""
        return words.interval({"low": found[0], "high": found[1]}, unit)

    def measured(self, what: str, name: str, cut: str = "", cell: str = "", none: str = NOTHING) -> tuple[str, ...]:
        """A row of one measure: every variant's value, and how far the assumptions take the first of them."""
        entries = [self.entry(name, variant, cut, cell) for variant in self.names]
        if all(entry is None or entry.get("value") is None for entry in entries):
            return ()
        first = entries[0]
        span = words.swept(name, first, self.told.ranges, _cell(cut, cell)) if first is not None else None
        unit = str(first.get("unit") or "") if first is not None else ""
        unit = "share" if unit == "share" else ""
        spread = NOTHING if span is None or first is None or first.get("value") is None else _spread(span, unit)
        return (what, *(_said(entry, unit, none) for entry in entries), spread)

    def counted(self, what: str, of: Callable[[Cases], int | None]) -> tuple[str, ...]:
        """A row of counts of listings, by variant; nothing where all are 0."""
        found = [of(self.told.cases[variant]) for variant in self.names]
        if not any(found):
            return ()
        return (what, *(NOTHING if n is None else f"{n:,}" for n in found), NOTHING)

    def grid(self, title: str, rows: Iterable[tuple[str, ...]], note: str = "") -> Grid:
        """A table with a column for each variant; rows that are empty are left out, and so is the last column where nothing was swept."""
        kept = [row for row in rows if row]
        swept = any(row[-1] != NOTHING for row in kept)
        names = [words.plain(name.replace("-", " ")) for name in self.names]
        names[0] = "as it is"
        last = None if swept else -1
        told = "; ".join(f"{n}: {_lower(t)}" for n, t in zip(names, self.titles.values(), strict=True))
        return Grid(
            title, tuple(["", *names, OVER][:last]), tuple(row[:last] for row in kept), f"{note} {told}.".strip()
        )


def _cell(cut: str, cell: str) -> str:
    return f"{cut}={cell}" if cut else "all"


def _said(entry: Mapping[str, Any] | None, unit: str, none: str) -> str:
    if entry is None or entry.get("value") is None:
        return none if entry is not None and entry.get("n") else NOTHING
    return words.quantity(float(entry["value"]), unit)


def _lower(text: str) -> str:
    """A title inside a sentence: its first letter small, unless more of the word is in capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _spread(span: tuple[float, float], unit: str) -> str:
    """How far the assumptions reach, in words."""
    return words.interval({"low": span[0], "high": span[1]}, unit) if words.differ(span, unit) else "the same"


def evenings(cases: Cases) -> Any:
    """Evenings on which each listing was open, int64[case]: summed over listings, the stock of the daily table summed over days."""
    return cases.length + cases.still_open


def people_in(cases: Cases, rows: Any) -> int:
    """How many people are behind some listings."""
    return len(set(cases.person[rows].tolist()))


def named(variant: str) -> str:
    """A variant inside a sentence."""
    return words.plain(variant.replace("-", " "))


def titles_of(raw: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What each element of a list of the file is called, by id."""
    return {str(x["id"]): str(x.get("title") or words.plain(str(x["id"]))) for x in raw}


def plain_value(found: Any) -> Any:
    """A number of the file without its source."""
    return found.get("value") if isinstance(found, Mapping) else found


# --- published figures --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """A published figure beside this run, in words."""

    id: str
    what: str
    published: str
    lived: str
    luck: str
    off: str
    role: str
    note: str


def published_rows(told: Told) -> tuple[Published, ...]:
    """Every figure that the catalogue keeps for this scenario; none for a scenario of somebody's own."""
    from glasshouse.experiments.published import figures_of, hold

    if not figures_of(str(told.manifest["scenario"]["name"])):
        return ()
    return tuple(_published(held) for held in hold(told.recording))


def _published(held: Held) -> Published:
    figure = held.figure
    unit = figure.unit if figure.unit == "share" else ""
    luck = words.interval({"low": held.low, "high": held.high}, unit)
    off = "" if held.error is None else f"{100 * held.error:+.2g} %".replace("-", "−")
    if figure.bound in BOUNDS and held.value is not None and not held.missed:
        off = BOUNDS[figure.bound]
    elif held.misfit is not None and held.error:
        off += f", {held.misfit:+.1f} s.e.".replace("-", "−")
    return Published(
        figure.id,
        figure.what,
        words.together(f"{figure.bound} {_figure(figure.published, unit)}".strip()),
        NOTHING if held.value is None else _figure(held.value, unit),
        luck or NOTHING,
        "exact" if held.error is not None and abs(held.error) < EXACT else off or NOTHING,
        figure.role,
        " ".join(text for text in (figure.note, held.why and f"Not held here: {held.why}.") if text),
    )


EXACT = 1e-9
BOUNDS = {"at least": "above", "at most": "below"}
MILLION = 1_000_000


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return words.percent(value)
    return (words.big(value) if abs(value) >= MILLION else words.number(value)).replace("-", "−")
