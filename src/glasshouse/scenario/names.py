"""The catalogue: real systems, and some that were only told of, as scenario files that come with the package, each called by its name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parent / "catalogue"
A_RUN_NEEDS = "A run also needs `world` (people, start, end), `conduct` and `practice`. An example: glasshouse scenarios defaulter-list"
"""The way on for whoever would run a file that only describes a scheme."""


@cache
def catalogue_names() -> tuple[str, ...]:
    """The names of the catalogue, in alphabetical order."""
    return tuple(sorted(p.stem for p in CATALOGUE.glob("*.yaml")))


def catalogue_path(name: str) -> Path | None:
    """The file of a catalogue name, or None."""
    return CATALOGUE / f"{name}.yaml" if name in catalogue_names() else None
