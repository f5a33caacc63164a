"""The catalogue of mechanisms: what each row does in the world, how a scenario turns it on, what shows it, and what holds it.

One table, `mechanisms.yaml`, for `glasshouse explain A3`, for `docs/mechanisms/` and for the law test that fails where a row which
says that it works lacks its switch, page, measure or test. Nothing is simulated or imported here.

    python -m glasshouse.scenario.mechanisms    writes docs/mechanisms/ anew
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from glasshouse.scenario.source import read_document

TABLE = Path(__file__).with_name("mechanisms.yaml")
HEAD = "<!-- Made from scenario/mechanisms.yaml by `python -m glasshouse.scenario.mechanisms`; do not edit. -->\n"
FAMILIES = {
    "S": "Sensing: how conduct becomes a record",
    "D": "Registry: whose record it becomes",
    "R": "Scoring: what a record costs",
    "M": "Models: a statistical risk score",
    "A": "Association: paying for others",
    "L": "Lists",
    "C": "Consequences",
    "P": "Perks",
    "J": "Redress, and its absence",
    "H": "Health code",
    "B": "How people answer",
    "X": "Attack and failure",
}


@dataclass(frozen=True)
class Row:
    """One mechanism. `switch` and `parameters` are places in a scenario file (`*` is any one; `key: value` asks for that value).

    shows: events of the journal. counted: table.column of a recording. measures: names in the registry. tests: `file::function`.
    A row that does not work says why in `why_not`.
    """

    id: str
    name: str
    happens: str
    switch: tuple[str, ...]
    parameters: tuple[str, ...]
    shows: tuple[str, ...]
    counted: tuple[str, ...]
    measures: tuple[str, ...]
    sources: tuple[str, ...]
    left_out: str
    tests: tuple[str, ...]
    works: bool
    why_not: str = ""


@dataclass(frozen=True)
class Later:
    """A row of the catalogue in which there is nothing to simulate, and why."""

    id: str
    name: str
    why: str


@cache
def rows() -> Mapping[str, Row]:
    """Every row that is simulated, by id, in the order of the catalogue."""
    return {
        row["id"]: Row(**{f.name: _of(row, f.name) for f in fields(Row) if f.name in row}) for row in _read()["rows"]
    }


@cache
def later() -> Mapping[str, Later]:
    """Every other row, by id."""
    return {key: Later(key, row["name"], row["why"]) for key, row in _read()["later"].items()}


@cache
def _read() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_document(TABLE).data
    return data


def _of(row: Mapping[str, Any], name: str) -> Any:
    value = row[name]
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    return value.strip() if isinstance(value, str) else value


# --- pages ------------------------------------------------------------------------------------------------------------


def has(word: str) -> bool:
    """Is this a row of the catalogue?"""
    return word.upper() in rows() or word.upper() in later()


def page(word: str) -> str:
    """The page of a row, in Markdown. KeyError if there is no such row."""
    row = rows().get(word.upper())
    return _page(row) if row else _page_of_later(later()[word.upper()])


def _page(row: Row) -> str:
    state = "It works." if row.works else f"**It does not work yet.** {row.why_not}"
    parts = [f"# {row.id} {row.name}", row.happens, state]
    for title, cells in (
        ("Switch", _code(row.switch)),
        ("Parameters", _code(row.parameters)),
        ("What shows it", _shown(row)),
        ("Measures that respond", _code(row.measures)),
        ("Sources", row.sources),
    ):
        parts += [f"## {title}", "\n".join(f"- {cell}" for cell in cells)]
    parts += ["## Left out", row.left_out, "## Held by", "\n".join(f"- {cell}" for cell in _code(row.tests))]
    return "\n\n".join(parts) + "\n"


def _page_of_later(row: Later) -> str:
    return f"# {row.id} {row.name}\n\nNot part of a simulation: {row.why}.\n"


def _shown(row: Row) -> list[str]:
    return [*(f"`{event}` in the journal" for event in row.shows), *(f"`{column}`" for column in row.counted)]


def _code(cells: tuple[str, ...]) -> list[str]:
    return [f"`{cell}`" for cell in cells]


def table(linked: bool = False) -> str:
    """All rows of the catalogue, family by family; with links, for the docs."""
    return "\n\n".join(_family(letter, title, linked) for letter, title in FAMILIES.items()) + "\n"


def _family(letter: str, title: str, linked: bool) -> str:
    known = [_cells(row, linked) for row in rows().values() if row.id.startswith(letter)]
    known += [(row.id, row.name, "", row.why) for row in later().values() if row.id.startswith(letter)]
    head = [f"## {letter}. {title}", "", "| id | mechanism | works | measures, or why not |", "|---|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(cells)} |" for cells in known)])


def _cells(row: Row, linked: bool) -> tuple[str, str, str, str]:
    name = f"[{row.id}]({row.id.lower()}.md)" if linked else row.id
    last = ", ".join(_code(row.measures)) if row.works else row.why_not
    return name, row.name, "yes" if row.works else "no", last


def all_pages() -> dict[str, str]:
    """Every file of docs/mechanisms/, by name."""
    made = {f"{row.id.lower()}.md": HEAD + _page(row) for row in rows().values()}
    toctree = "\n".join(
        ["```{toctree}", ":hidden:", ":maxdepth: 1", "", *(row.id.lower() for row in rows().values()), "```"]
    )
    return made | {"index.md": f"{HEAD}# The catalogue of mechanisms\n\n{ABOUT}\n\n{table(linked=True)}\n{toctree}\n"}


ABOUT = """\
What systems of scoring and sanction were described to do, rebuilt as mechanisms that act on synthetic people only. A row *works* when a
scenario turns it on and off and sets its parameters, it changes what happens to people, the journal shows it, at least one measure responds
to it, and a test holds it against a closed form, the reference engine or a published figure. `tests/laws/test_mechanisms_respond.py`
turns each of them off in a town that has all of them, and a measure of its row moves. `glasshouse explain A3` prints a row."""


def write_pages(folder: Path) -> None:
    """Write docs/mechanisms/ anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in all_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path("docs/mechanisms"))
