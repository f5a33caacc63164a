"""Templates of this room filled in, and figures by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from glasshouse.recording.place import write_whole
from glasshouse.reporting import words
from glasshouse.reporting.figure import Figure


def rendered(template: str, found: Mapping[str, Any]) -> str:
    """A template of this room with what it prints."""
    text: str = _room().get_template(template).render(**found)
    return text


@cache
def _room() -> Any:
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
        "csv": _csv_link,
    }
    return room


def _breaks(path: str) -> Any:
    """A path that may be broken behind its dots."""
    from markupsafe import Markup, escape

    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[._])", path))


# --- figures by themselves ----------------------------------------------------------------------------------------------------------


def _csv_link(figure: Figure, label: str) -> str:
    """The numbers of a figure inside a link, so that they can be saved from the one file without a network."""
    from urllib.parse import quote

    return "data:text/csv;charset=utf-8," + quote(figure.csv(label), safe=",")


def figures_of(found: Any) -> Iterator[Figure]:
    """Every figure in what a template prints."""
    if isinstance(found, Figure):
        yield found
    elif isinstance(found, Mapping) or is_dataclass(found):
        for value in (found if isinstance(found, Mapping) else vars(found)).values():
            yield from figures_of(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from figures_of(value)


def save_figures(found: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write each figure as `ID.svg`, its numbers as `ID.csv`, and title, text alternative and source as `ID.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = f"Synthetic people; glasshouse, {found['name']}; evidence: {found['label']}."
    places = []
    for figure in figures_of(found):
        told = f"{figure.title}\n\n{figure.description}\n\nSource: {figure.source}\n{mark}\n"
        for ending, text in (("svg", figure.wide), ("csv", figure.csv(found["label"])), ("txt", told)):
            place = folder / f"{figure.id}.{ending}"
            write_whole(place, text)
            places.append(place)
    return places
