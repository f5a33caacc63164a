"""What files from elsewhere: people are put on a list by something that is no act of theirs, no letter and no score (day.md, 22).

A model that chooses whom to investigate, a health code, an intruder: each is an `Elsewhere`. It is asked every evening, when every
block has had its own, sees of the engine what `Evening` says and no more, and answers with rows of whom it files for. From there on a
case is a case: it opens as any other does (`engines/filings.py`), with its luck, its letters and its counters. Rows are kept, so that a
block can live again alone (`engines/replay.py`) and be told what was filed of its people.

This module imports no engine and nothing that files, so that each of them knows it and none the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import DECISIONS
from glasshouse.engines.crew import Crew
from glasshouse.scenario.tables import I64, U32, Plan

FILING = ("person", "variant", "list", "kind", "source", "tag", "basis", "rightful")
"""The words of a row, in their order."""
KEPT = ("day", *FILING)
GRANTED = DECISIONS.index("granted")
NOTHING: U32 = np.zeros((0, len(FILING)), np.uint32)


class Elsewhere(Protocol):
    """Something that files. What it remembers from one evening to the next is in its snapshot."""

    name: str

    def evening(self, engine: Evening) -> U32:
        """Rows filed today, uint32[n, 8] by `FILING`, in any order; `engine.day` is today, and what people have is that of the evening."""

    def post(self) -> U32:
        """What it has on its way from person to person tonight: rows whose first words are target and source."""

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Everything that it needs to go on."""

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a snapshot."""

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """What it adds to the recording: tables by name, their columns by name, rows in their order (`recording/extra.py`)."""


class Passing:
    """Of something that files and is no more than its evening: nothing on its way, nothing remembered, no table of its own."""

    def post(self) -> U32:
        """Nothing goes from person to person."""
        return NOTHING

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """It remembers nothing."""
        return {}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """It remembers nothing."""

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """What it does is in the cases."""
        return {}


class Evening(Protocol):
    """The engine, as far as something elsewhere sees of it in the evening."""

    @property
    def day(self) -> int:
        """Today, from 1."""

    @property
    def columns(self) -> Columns:
        """What everybody has; a shock writes into them."""

    @property
    def chunks(self) -> Sequence[Chunk]:
        """The blocks, in runs."""

    @property
    def inbox(self) -> U32:
        """The letters that were read this morning (`engines/buffers.py`)."""

    @property
    def journalled(self) -> NDArray[np.uint8]:
        """For each person whether all is written down; empty if it is of nobody."""

    @property
    def events(self) -> list[U32]:
        """The journal: rows are appended."""

    @property
    def crew(self) -> Crew:
        """The threads to work on."""

    def cases_of(self, plan: Plan) -> Mapping[str, I64]:
        """The cases of another plan of the same world, lived from the first day to the last by the same people."""


class Columns(Protocol):
    """Of what everybody has, what somebody elsewhere looks at."""

    @property
    def score(self) -> NDArray[np.int16]:
        """[N, K]."""

    @property
    def merited(self) -> NDArray[np.int16]:
        """[N, K]."""

    @property
    def on(self) -> NDArray[np.uint16]:
        """[N, K] the lists as bits; whether there at all."""

    @property
    def cap_used(self) -> NDArray[np.uint16]:
        """[N, K, capped rules], or [1, K, 1]."""


class Chunk(Protocol):
    """A run of blocks."""

    def open_cases(self) -> U32:
        """The open cases of its people, to be read and to be decided (`engines/buffers.py`)."""


def grant(cases: U32, rows: I64, today: int) -> None:
    """Decide some open cases in favour of their people, as they are told tomorrow (the words of a case: `engines/buffers.py`)."""
    cases[rows, 1] = (cases[rows, 1] & ~np.uint32(3 << 23)) | np.uint32(GRANTED << 23)
    cases[rows, 4] = (cases[rows, 4] & np.uint32(0xFFFF0000)) | np.uint32(today + 1)


# --- rows -----------------------------------------------------------------------------------------------------------------------------


def rows_of(**columns: Any) -> U32:
    """Rows of filings from columns by the names of `FILING`; a number stands for a column of itself."""
    wide = np.broadcast_arrays(*(np.atleast_1d(columns[name]) for name in FILING))
    return np.stack([x.astype(np.int64) for x in wide], axis=1).astype(np.uint32)


def greatest(rows: Sequence[U32]) -> U32:
    """Of several rows for one person, variant and list the greatest by (kind, source, tag, basis, rightful); by person, list, variant."""
    all_rows = np.concatenate([NOTHING, *rows])
    order = np.lexsort([all_rows[:, z] for z in (7, 6, 5, 4, 3, 1, 2, 0)])
    mine = all_rows[order]
    last = np.ones(len(mine), bool)
    last[:-1] = (mine[1:, :3] != mine[:-1, :3]).any(axis=1)
    return np.ascontiguousarray(mine[last])


def columns_of(kept: U32) -> dict[str, I64]:
    """Kept rows as the columns of `filings.parquet`, by variant, day, person and list."""
    found = {name: kept[:, z].astype(np.int64) for z, name in enumerate(KEPT)}
    order = np.lexsort((found["list"], found["person"], found["day"], found["variant"]))
    return {name: column[order] for name, column in found.items()}
