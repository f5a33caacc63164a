"""The catalogue: documented real systems as scenario files that come with the package, each called by its name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parent / "catalogue"


@dataclass(frozen=True)
class Entry:
    """One scenario of the catalogue, for `glasshouse scenarios`."""

    name: str
    title: str
    label: str
    summary: str


@cache
def catalogue_names() -> tuple[str, ...]:
    """The names of the catalogue, in alphabetical order."""
    return tuple(sorted(p.stem for p in CATALOGUE.glob("*.yaml")))


def catalogue_path(name: str) -> Path | None:
    """The file of a catalogue name, or None."""
    return CATALOGUE / f"{name}.yaml" if name in catalogue_names() else None


def catalogue() -> list[Entry]:
    """Every scenario of the catalogue with its title, its evidence label and a summary. Reads the files."""
    return [_entry(name) for name in catalogue_names()]


def _entry(name: str) -> Entry:
    from glasshouse.scenario.evidence import standing_label
    from glasshouse.scenario.reading import read_scenario

    loaded = read_scenario(name)
    scheme = loaded.scenario.scheme
    return Entry(name, scheme.title, str(standing_label(loaded.scenario)), scheme.summary or "")
