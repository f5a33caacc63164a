"""Options that several commands share, and how their words are read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

MOST_PEOPLE = 2_000_000_000


def whole(text: str) -> int:
    """A whole number as people write it: 1000000, 1_000_000, 1,000,000 or 1e6."""
    try:
        number = Decimal(text.replace("_", "").replace(",", ""))
        if number == int(number):
            return int(number)
    except (ArithmeticError, ValueError):
        pass
    raise typer.BadParameter(f'"{text}" is not a whole number. Write it as 100000, 100_000 or 1e5.')


Scenario = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A name of the catalogue (see: glasshouse scenarios), or a file.")
]


def inhabitants(text: str) -> int:
    """A number of people that a world can have."""
    people = whole(text)
    if not 1 <= people <= MOST_PEOPLE:
        raise typer.BadParameter(f"{people:,} is no number of people for a world. Give 1 to {MOST_PEOPLE:,}.")
    return people


People = Annotated[int | None, typer.Option(parser=inhabitants, metavar="N", help="How many synthetic people.")]
Days = Annotated[int | None, typer.Option(parser=whole, metavar="N", help="How many days from the start.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of the recording; a free name under runs/ if left out.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]
