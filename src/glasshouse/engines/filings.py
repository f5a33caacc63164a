"""What files from elsewhere: people are put on a list by something that is no act of theirs, no letter and no score (day.md, 22).

A model that chooses whom to investigate, a health code, an intruder: each is an `Elsewhere`. It is asked every evening, when every
block has had its own, and answers with rows of whom it files for. From there on a case is a case: it opens as any other does, with its
luck, its letters and its counters. Rows are kept, so that a block can live again alone (`engines/replay.py`) and be told what was filed
of its people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numba import int64, uint32
from numpy.typing import NDArray

from glasshouse.codes import MODEL
from glasshouse.engines import day as d
from glasshouse.engines.buffers import two_days
from glasshouse.kernels import entry
from glasshouse.scenario.tables import ABSENT, GONE, Plan

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Engine

U32 = NDArray[np.uint32]
FILING = ("person", "variant", "list", "kind", "source", "tag", "basis", "rightful")
"""The words of a row, in their order."""
KEPT = ("day", *FILING)


class Elsewhere(Protocol):
    """Something that files. What it remembers from one evening to the next is in its snapshot."""

    name: str

    def evening(self, engine: Engine) -> U32:
        """Rows filed today, uint32[n, 8] by `FILING`, in any order; `engine.day` is today, and what people have is that of the evening."""

    def post(self) -> U32:
        """What it has on its way from person to person tonight: rows whose first words are target and source."""

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Everything that it needs to go on."""

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a snapshot."""

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """What it adds to the recording: tables by name, their columns by name, rows in their order (`recording/extra.py`)."""


def sources_of(plan: Plan) -> list[Elsewhere]:
    """Everything that files in this plan, in the order in which they are asked."""
    found: list[Elsewhere] = []
    if plan.outside.epidemic is not None:
        from glasshouse.engines.epidemic import Epidemic

        found.append(Epidemic(plan.outside.epidemic, plan.world, plan.ties))
    if plan.outside.shocks:
        from glasshouse.engines.shocks import Shocks

        found.append(Shocks(plan))
    if plan.outside.models:
        from glasshouse.engines.models import Models

        found.append(Models(plan))
    if plan.outside.lots:
        from glasshouse.engines.lots import FirstSpared, Lottery

        found += [FirstSpared(plan), Lottery(plan)]
    return found


def rows_of(**columns: Any) -> U32:
    """Rows of filings from columns by the names of `FILING`; a number stands for a column of itself."""
    wide = np.broadcast_arrays(*(np.atleast_1d(columns[name]) for name in FILING))
    return np.stack([x.astype(np.int64) for x in wide], axis=1).astype(np.uint32)


NOTHING: U32 = np.zeros((0, len(FILING)), np.uint32)


def greatest(rows: Sequence[U32]) -> U32:
    """Of several rows for one person, variant and list the greatest by (kind, source, tag, basis, rightful); by person, list, variant."""
    all_rows = np.concatenate([NOTHING, *rows])
    order = np.lexsort([all_rows[:, z] for z in (7, 6, 5, 4, 3, 1, 2, 0)])
    mine = all_rows[order]
    last = np.ones(len(mine), bool)
    last[:-1] = (mine[1:, :3] != mine[:-1, :3]).any(axis=1)
    return np.ascontiguousarray(mine[last])


def columns_of(kept: U32) -> dict[str, NDArray[np.int64]]:
    """Kept rows as the columns of `filings.parquet`, by variant, day, person and list."""
    found = {name: kept[:, z].astype(np.int64) for z, name in enumerate(KEPT)}
    order = np.lexsort((found["list"], found["person"], found["day"], found["variant"]))
    return {name: column[order] for name, column in found.items()}


@entry
def open_filed(rows, at, day, plan, work):  # type: ignore[no-untyped-def]
    """Rows from `at` on open a case each, if their person is there and not on the list. Rows of a person and list stand together.

    Returns the number of rows, or that of the first for which there was no room; `marks` says how much there would have to be.
    """
    world, _, _, bonds, rolls, delays, _, ties = plan
    people, desk, tally, buffers, marks, limits, _, log = work
    state, daily = people.state, tally.daily
    while at < rows.shape[0]:
        person, which, beyond = int64(rows[at, 0]), int64(rows[at, 2]), at
        while beyond < rows.shape[0] and rows[beyond, 0] == rows[at, 0] and rows[beyond, 2] == rows[at, 2]:
            beyond += 1
        marks[d.NEED_LETTER] = marks[d.AT_LETTER] + limits.fan
        marks[d.NEED_CASE] = marks[d.AT_CASE] + beyond - at
        marks[d.NEED_EVENT] = marks[d.AT_EVENT] + (beyond - at if log.journalled.shape[0] > 0 else 0)
        if (
            marks[d.NEED_LETTER] > buffers.letters.shape[0]
            or marks[d.NEED_CASE] > buffers.cases.shape[0]
            or marks[d.NEED_EVENT] > buffers.events.shape[0]
        ):
            return at
        entered = newly = int64(0)
        for q in range(at, beyond):
            v = int64(rows[q, 1])
            on = int64(state[person, v, d.ON])
            if on & (ABSENT | GONE) or on >> which & 1:
                continue
            if not on & bonds.cut_on[v] and bonds.cut_on[v] >> which & 1:
                newly |= int64(1) << v
            d.begin_case(
                person, v, which, day, int64(rows[q, 3]), uint32(rows[q, 4]), uint32(rows[q, 5]), int64(rows[q, 6]),
                int64(rows[q, 7]), world, rolls, delays, people, daily, buffers.cases, marks, log,
            )  # fmt: skip
            if rows[q, 3] == MODEL and rows[q, 5] >> 31:  # by lot: the day on which it ends is told (22b)
                buffers.cases[marks[d.AT_CASE] - 1, 4] = two_days(0, int64(rows[q, 5]) >> 8 & 0xFFFF)
            entered |= int64(1) << v
        if entered:
            d.shade(person, which, entered, world, bonds, ties, state, desk, buffers.letters, marks)
        if limits.some_cut and newly:
            d.count_cut(
                newly, person, world, bonds, ties, desk, daily[:, d.region_of(person, world), d.group_of(person, world)]
            )
        at = beyond
    return at


class Kept:
    """What a run filed, filed again: for a block that lives alone. Whoever filed it then is not asked now."""

    name = "kept"

    def __init__(self, filings: Mapping[str, NDArray[Any]], first: int, beyond: int) -> None:
        person = np.asarray(filings["person"])
        mine = np.flatnonzero((person >= first) & (person < beyond))
        self.day = np.asarray(filings["day"])[mine].astype(np.int64)
        self.rows = rows_of(**{name: np.asarray(filings[name])[mine] for name in FILING})

    def evening(self, engine: Engine) -> U32:
        """What was filed today, of the people of the block."""
        today: U32 = self.rows[self.day == engine.day]
        return today

    def post(self) -> U32:
        """Nothing goes from person to person."""
        return NOTHING

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Nothing changes."""
        return {}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Nothing changed."""

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """No table of its own."""
        return {}
