"""Measures of a published table of counts, so that the definitions used on synthetic people serve for a real scheme's totals.

    group,truth,listed,people      truth 1: should be listed by the scheme's own rule    listed 1: is
    A,1,1,1369
    A,0,1,805 …

One row for each cell, four to a group, at most 200 groups. Aggregates only: cells under 10 are masked, whether the file
masks them (empty, `*`, `<10`) or not, and a group with a masked cell is left out of every number. A table is refused
where more than a tenth of its cells are masked, or where its rows look like people.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from glasshouse.errors import Problem, ScenarioError, UsageError
from glasshouse.measures.confusion import DISPARITIES, FAVOURABLE, Confusion, Disparity, Floats

COLUMNS = ("group", "truth", "listed", "people")
CELLS = ((1, 1), (0, 1), (1, 0), (0, 0))
"""truth and listed of each cell, in the order of `Confusion`."""
LEAST = 10
"""People below which a cell is masked."""
FEW = 30
"""People below which a rate is given with a warning."""
MOST_GROUPS = 200
MOST_BYTES = 1 << 20
MASKS = ("", "*", "x", "<10", "< 10")
PERSON = re.compile(r"@|\d{6,}|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
"""What a group's name would have if it were a person's: an address, a long number."""


class TableError(ScenarioError):
    """A table of counts cannot be used. Says where, what was found and what to do."""


@dataclass(frozen=True)
class Cell:
    """One row: people is None where it is masked; line and column are those of its count."""

    group: str
    truth: int
    listed: int
    people: int | None
    line: int
    column: int


@dataclass(frozen=True)
class TableMeasures:
    """What a table of counts says. Measures are by name; a group in `masked` is in none of them."""

    groups: tuple[str, ...]
    masked: tuple[str, ...]
    reference: str
    counts: Confusion
    measures: Mapping[str, dict[str, Any]]

    def __getitem__(self, name: str) -> dict[str, Any]:
        """One measure: value, by (group to value), unit, and what else is known of it."""
        return self.measures[name]

    def document(self) -> dict[str, Any]:
        """Each measure's name to `{value, by: {group: value}, unit}` and what else is known of it."""
        return dict(self.measures)

    def to_metric_frame(self) -> Any:
        """The same counts as a `fairlearn.metrics.MetricFrame`, whose numbers equal ours. Needs fairlearn."""
        try:
            from fairlearn import metrics  # type: ignore[import-untyped,import-not-found,unused-ignore]
        except ImportError as missing:
            raise UsageError("A MetricFrame needs Fairlearn. Install it with: pip install fairlearn") from missing
        known = {
            "selection_rate": metrics.selection_rate,
            "false_listing_rate": metrics.false_positive_rate,
            "false_negative_rate": metrics.false_negative_rate,
            "true_positive_rate": metrics.true_positive_rate,
            "true_negative_rate": metrics.true_negative_rate,
        }
        weight = np.stack(self.counts).ravel()
        truth, listed = (np.repeat([cell[k] for cell in CELLS], len(self.groups)) for k in (0, 1))
        return metrics.MetricFrame(
            metrics=known,
            y_true=truth,
            y_pred=listed,
            sensitive_features=np.tile(self.groups, len(CELLS)),
            sample_params={name: {"sample_weight": weight} for name in known},
        )


def measure_table(path: Path | str, reference: str | None = None) -> TableMeasures:
    """Measure a table of counts against a reference group, the largest unless given. TableError, UsageError if it cannot be."""
    file = Path(path)
    cells = _read(file)
    _look_like_people(file, cells)
    _hide_small(file, cells)
    whole, masked = _groups(file, cells)
    if not whole:
        raise UsageError(f"{file.name}: every group has a masked cell, so that nothing is left to measure.")
    counts = _counts(cells, whole)
    held = _reference(reference, whole, masked, counts)
    number = whole.index(held)
    measured = {d.name: _entry(d, counts, whole, masked, number) for d in DISPARITIES}
    return TableMeasures(whole, masked, held, counts, measured)


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(file: Path) -> list[Cell]:
    lines = _lines(file)
    places = _header(file, lines[0])
    cells: list[Cell] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        if len(cells) == MOST_GROUPS * len(CELLS):
            _refuse(
                file,
                number,
                1,
                f"more than {MOST_GROUPS * len(CELLS)} rows; {MOST_GROUPS} groups of four cells are the most. {PEOPLE}",
            )
        cells.append(_cell(file, number, _fields(line), places))
    if not cells:
        _refuse(file, 1, 1, "the table has no rows. Give one for each group, truth and listed.")
    return cells


EXAMPLE = "The row A,1,0,120 says: in group A, 120 people who should be listed (truth 1) are not (listed 0)."
PEOPLE = "Rows look like people; only counts of people are measured. Add them up by group, truth and listed first."


def _lines(file: Path) -> list[str]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise UsageError(f"{file.name}: larger than a table of counts can be ({MOST_BYTES:,} bytes). {PEOPLE}")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        raise UsageError(f"{file.name}: cannot be read ({wrong.strerror}). Give a CSV file.") from wrong
    except UnicodeDecodeError as wrong:
        raise UsageError(f"{file.name}: is not text in UTF-8. Save it as CSV, UTF-8.") from wrong
    lines = text.splitlines()
    if not lines:
        _refuse(file, 1, 1, f"the file is empty. Its first line is: {','.join(COLUMNS)}")
    return lines


def _fields(line: str) -> list[tuple[int, str]]:
    """Each field of a line with the column at which it starts, counted from 1."""
    fields, column = [], 1
    for raw in re.findall(r'(?:^|,)((?:"(?:[^"]|"")*"|[^,"])*)', line):
        fields.append((column, next(csv.reader([raw]), [""])[0].strip() if raw else ""))
        column += len(raw) + 1
    return fields


def _header(file: Path, line: str) -> dict[str, int]:
    """Which field is which."""
    found = [(column, name.lower()) for column, name in _fields(line)]
    for column, name in found:
        if name not in COLUMNS:
            hint = " Separate columns by commas." if ";" in name or "\t" in name else f" {PEOPLE}"
            _refuse(
                file,
                1,
                column,
                f'"{name}" is not a column of a table of counts. Allowed: {", ".join(COLUMNS)}.{hint} {EXAMPLE}',
            )
    names = [name for _, name in found]
    for name in COLUMNS:
        if names.count(name) != 1:
            _refuse(
                file,
                1,
                1,
                f'the column "{name}" is there {names.count(name)} times; each is there once: {",".join(COLUMNS)}.',
            )
    return {name: names.index(name) for name in COLUMNS}


def _cell(file: Path, line: int, fields: list[tuple[int, str]], places: Mapping[str, int]) -> Cell:
    if len(fields) != len(COLUMNS):
        _refuse(file, line, 1, f"{len(fields)} values; each row has {len(COLUMNS)}: {','.join(COLUMNS)}.")
    at = {name: fields[place] for name, place in places.items()}
    column, group = at["group"]
    if not group:
        _refuse(file, line, column, "group: there is no name. Give each group one.")
    if len(group) > 64 or PERSON.search(group):
        _refuse(file, line, column, f"group: a name that looks like one person's. {PEOPLE}")
    truth, listed = (_flag(file, line, name, *at[name]) for name in ("truth", "listed"))
    return Cell(group, truth, listed, _people(file, line, *at["people"]), line, at["people"][0])


def _flag(file: Path, line: int, name: str, column: int, text: str) -> int:
    if text not in ("0", "1"):
        _refuse(file, line, column, f'{name}: "{_short(text)}" is neither 0 nor 1. Write 1 for yes and 0 for no.')
    return int(text)


def _people(file: Path, line: int, column: int, text: str) -> int | None:
    if text.lower() in MASKS:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", text):
        _refuse(
            file,
            line,
            column,
            f'people: "{_short(text)}" is not a count. Write a whole number without separators, or * where it is masked.',
        )
    return int(text)


def _short(text: str) -> str:
    """At most forty printable letters of what was found."""
    kept = "".join(letter if letter.isprintable() else "?" for letter in text[:40])
    return kept + ("…" if len(text) > 40 else "")


def _refuse(file: Path, line: int, column: int, message: str) -> NoReturn:
    raise TableError([Problem(file.name, line, column, "", message)])


# --- what may not be measured -----------------------------------------------------------------------------------------


def _look_like_people(file: Path, cells: list[Cell]) -> None:
    if all(cell.people in (0, 1) for cell in cells):
        _refuse(file, cells[0].line, cells[0].column, f"every row counts one person or none. {PEOPLE}")
    seen: dict[tuple[str, int, int], int] = {}
    for cell in cells:
        key = (cell.group, cell.truth, cell.listed)
        if key in seen:
            told = (
                f"group {cell.group}, truth {cell.truth}, listed {cell.listed} is in line {seen[key]} already. {PEOPLE}"
            )
            _refuse(file, cell.line, 1, told)
        seen[key] = cell.line
    groups = {cell.group for cell in cells}
    if len(groups) > MOST_GROUPS:
        _refuse(file, cells[-1].line, 1, f"{len(groups)} groups; at most {MOST_GROUPS} are measured. {PEOPLE}")


def _hide_small(file: Path, cells: list[Cell]) -> None:
    """Refuse a table that is mostly small cells; otherwise the small ones are not looked at again."""
    small = [cell for cell in cells if cell.people is None or cell.people < LEAST]
    if 10 * len(small) > len(cells):
        told = f"{len(small)} of {len(cells)} cells are masked or under {LEAST} people; at most a tenth may be."
        _refuse(file, small[0].line, small[0].column, f"{told} Join small groups, or take a longer time.")


def _groups(file: Path, cells: list[Cell]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups all of whose cells are known, and those of which one is masked."""
    of: dict[str, dict[tuple[int, int], Cell]] = {}
    for cell in cells:
        of.setdefault(cell.group, {})[cell.truth, cell.listed] = cell
    for group, known in of.items():
        for truth, listed in CELLS:
            if (truth, listed) not in known:
                line = max(cell.line for cell in known.values())
                _refuse(
                    file,
                    line,
                    1,
                    f"group {group} has no row for truth {truth}, listed {listed}. Write one, with * if it is masked.",
                )
    masked = {cell.group for cell in cells if cell.people is None or cell.people < LEAST}
    return tuple(g for g in of if g not in masked), tuple(g for g in of if g in masked)


def _counts(cells: list[Cell], groups: tuple[str, ...]) -> Confusion:
    people = {(cell.group, cell.truth, cell.listed): cell.people for cell in cells}
    return Confusion(*(np.array([people[g, *cell] for g in groups], np.float64) for cell in CELLS))


def _reference(asked: str | None, whole: tuple[str, ...], masked: tuple[str, ...], counts: Confusion) -> str:
    if asked is None:
        return whole[int(counts.people.argmax())]
    if asked in masked:
        raise UsageError(
            f'--reference: group "{asked}" has a masked cell and cannot be compared with. Whole: {", ".join(whole)}.'
        )
    if asked not in whole:
        near = [g for g in whole if g.lower() == asked.lower()] or get_close_matches(asked, whole, n=1)
        told = f' Did you mean "{near[0]}"?' if near else ""
        raise UsageError(f'--reference: there is no group "{_short(asked)}".{told} Groups: {", ".join(whole)}.')
    return asked


# --- entries ----------------------------------------------------------------------------------------------------------

EXPOSED = {
    "people": lambda of: of.people,
    "people listed": lambda of: of.tp + of.fp,
    "people not listed": lambda of: of.fn + of.tn,
    "people who should be listed": lambda of: of.tp + of.fn,
    "people who should not be listed": lambda of: of.fp + of.tn,
}
"""How many people of each group a denominator has; of two denominators, the smaller."""


def exposed(disparity: Disparity, counts: Confusion) -> Floats:
    """People of the denominator, float64[..., group]."""
    of = EXPOSED.get(disparity.denominator)
    return of(counts) if of else np.minimum(counts.tp + counts.fn, counts.fp + counts.tn)


def _entry(
    disparity: Disparity, counts: Confusion, whole: tuple[str, ...], masked: tuple[str, ...], reference: int
) -> dict[str, Any]:
    value, by = disparity.of(counts, reference)
    n = exposed(disparity, counts)
    alone = len(whole) == 1 and disparity.against is not None and disparity.id != "A13"
    number = None if alone else _number(float(value))
    entry: dict[str, Any] = {
        "value": number,
        "by": {g: _number(float(x)) for g, x in zip(whole, by, strict=True)} | dict.fromkeys(masked),
        "unit": disparity.unit,
        "n": int(n.sum()),
        "id": disparity.id,
        "direction": disparity.direction,
        "denominator": disparity.denominator,
        "favourable": FAVOURABLE,
        "reference": whole[reference] if disparity.against else None,
        "library": disparity.library,
    }
    if number is None:
        entry["reason"] = "there is one group only" if alone else f"there are no {disparity.denominator}"
    if masked:
        entry["masked"] = list(masked)
    few = [group for group, people in zip(whole, n, strict=True) if people < FEW]
    return entry | ({"few": few} if few else {})


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
