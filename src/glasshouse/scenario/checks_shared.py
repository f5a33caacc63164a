"""What several checks ask: is a name known, and how far may points go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from glasshouse.scenario import shape
from glasshouse.scenario.source import Loc, shown
from glasshouse.scenario.wording import Finding

Findings = Iterator[Finding]
FARTHEST = 32_000
"""Points are held in 16 bits, by people and by letters."""


def unknown(name: str | None, known: Collection[str], loc: Loc, what: str, *, at_key: bool = False) -> Findings:
    """A name that leads nowhere, and what there is."""
    if name is not None and name not in known:
        has = ", ".join([*known][:20]) or "none"
        yield Finding(loc, f'"{shown(name)}" is not {what}.{shape.nearest(name, known)} There: {has}', at_key)


def ids(items: Iterable[Any]) -> list[str]:
    """What the parts of a list are called."""
    return [x.id for x in items]
