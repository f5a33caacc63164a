"""A plot that was drawn, and what it says in words. How it is drawn is in `figures.py`, which needs what draws."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A plot in two widths. `description` tells in words what is seen; `source` says what was counted; `data` is what was drawn."""

    id: str
    title: str
    description: str
    source: str
    wide: str
    narrow: str
    key: tuple[tuple[str, str, str], ...] = ()
    data: tuple[Mapping[str, Any], ...] = ()

    def csv(self, label: str) -> str:
        """What was drawn, as a table of commas. Every row says that the people are synthetic, and how good the evidence is."""
        columns = list(dict.fromkeys(name for row in self.data for name in row))
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*columns, "people_are", "evidence"])
        for row in self.data:
            writer.writerow([*("" if row.get(c) is None else row[c] for c in columns), "synthetic", label])
        return text.getvalue()
