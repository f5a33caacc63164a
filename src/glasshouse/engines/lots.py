"""A lottery of the same size: each listing of the scheme as it is goes to somebody drawn from all who are not on the list (day.md, 22b).

So the scheme as it is has to be lived before: the first evening does it, and what it kept of it are days and stays, no person.
`FirstSpared` takes back everybody's first listing before it bars anybody (22c): the twin of *once listed, listed again*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import int64
from numpy.typing import NDArray

from glasshouse.chance import TARGET, below, draw
from glasshouse.codes import MODEL, OWN_ACT, WRONG_PERSON
from glasshouse.engines.buffers import LETTER_WORDS
from glasshouse.engines.day import GRANTED
from glasshouse.kernels import entry
from glasshouse.scenario.lot_tables import SCORE_ABOVE, SCORE_BELOW, LotTables, Spared, tag_of
from glasshouse.scenario.tables import ABSENT, GONE, Plan

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Engine

U32 = NDArray[np.uint32]
NO_POST: U32 = np.zeros((0, LETTER_WORDS), np.uint32)
TRIES, MORE_TRIES = 64, 1024
"""Draws for each lot, and beyond: whoever cannot be drawn is passed over."""


class Lottery:
    """Everything that is entered by lot. Who is drawn follows from keys and from who is on the list; it keeps days and stays."""

    name = "lots"

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lots = [x for x in plan.outside.lots if isinstance(x, LotTables)]
        self.of_list: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def evening(self, engine: Engine) -> U32:
        """Rows of those drawn today (`filings.FILING`)."""
        from glasshouse.engines.filings import NOTHING

        if not self.of_list:
            self.of_list = self._as_it_is(engine)
        return np.concatenate([NOTHING, *(self._drawn(lots, engine) for lots in self.lots)])

    def _as_it_is(self, engine: Engine) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Of each list, the day of every listing in the first variant, ascending, and the days that it stays (0 to the end)."""
        from glasshouse.engines.cpu import Engine

        plan = self.plan._replace(outside=self.plan.outside._replace(lots=()))
        first = Engine(plan, 2 if engine.pool else 1, engine.absent)
        try:
            cases = first.run().result(letters=False).cases
        finally:
            first.close()
        return {lots.list: _stays(cases, lots.list) for lots in self.lots}

    def _drawn(self, lots: LotTables, engine: Engine) -> U32:
        from glasshouse.engines.filings import rows_of

        w, day, v = self.plan.world, engine.day, lots.variant
        opened, stays = self.of_list[lots.list]
        stays = stays[slice(*np.searchsorted(opened, [day, day + 1]))]
        people = np.zeros(len(stays), np.int64)
        on = np.ascontiguousarray(engine.columns.on[:, v])
        lives_here = self.plan.lists.in_region[lots.list]
        n = draw_lots(
            people, np.zeros(len(on), np.uint8), on, lots.list, day, lives_here, w.region_cut, lots.stream, w.k0, w.k1
        )
        people, stays = people[:n], stays[:n]
        merited = engine.columns.merited[people, v].astype(np.int64)
        low, high = merited < lots.threshold, merited >= lots.threshold
        right = {SCORE_BELOW: low, SCORE_ABOVE: high}.get(lots.trigger, np.zeros(n, bool))
        return rows_of(
            person=people, variant=v, list=lots.list, kind=MODEL, source=people,
            tag=tag_of(np.where(stays > 0, day + stays, 0)), basis=np.where(right, OWN_ACT, WRONG_PERSON), rightful=right,
        )  # fmt: skip

    def post(self) -> U32:
        """Nobody sends anybody anything: who is drawn follows from totals of everybody."""
        return NO_POST

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """The days and the stays, so that the scheme as it is need not be lived again."""
        return {
            f"{n}_{k}": x for n, found in self.of_list.items() for k, x in zip(("opened", "stays"), found, strict=True)
        }

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a snapshot."""
        lists = {int(name.split("_")[0]) for name in saved}
        self.of_list = {n: (saved[f"{n}_opened"], saved[f"{n}_stays"]) for n in lists}

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Who was drawn is in `filings`."""
        return {}


def only_lots(rows: U32, plan: Plan) -> U32:
    """The same without what anything else files for a list that is entered by lot."""
    by_lot = np.zeros(1 << 16, bool)
    for x in plan.outside.lots:
        if isinstance(x, LotTables):
            by_lot[x.list << 8 | x.variant] = True
    drawn = (rows[:, 3] == MODEL) & (rows[:, 5] >> 31 == 1)
    return np.asarray(rows[drawn | ~by_lot[rows[:, 2] << 8 | rows[:, 1]]])


class FirstSpared:
    """First listings are granted tomorrow, whatever was planned for them: they end before any gate can refuse anybody."""

    name = "spared"

    def __init__(self, plan: Plan) -> None:
        self.spared = [x for x in plan.outside.lots if isinstance(x, Spared)]

    def evening(self, engine: Engine) -> U32:
        """Files nothing. A case that something filed opens after this, and is taken back a day later."""
        from glasshouse.engines.filings import NOTHING

        for chunk in engine.chunks:
            for x in self.spared:
                _take_back(chunk.open_cases(), x, engine.day)
        return NOTHING

    def post(self) -> U32:
        """Nobody sends anybody anything."""
        return NO_POST

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """It remembers nothing."""
        return {}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """It remembers nothing."""

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """What was taken back is in the cases, as a correction that nobody asked for."""
        return {}


def _take_back(cases: U32, x: Spared, day: int) -> None:
    """Grant the open first listings of today and yesterday (of an evening, yesterday's are those that were filed after it)."""
    head, opened = cases[:, 1], cases[:, 2] & 0xFFFF
    mine = ((head & 15) == x.variant) & ((head >> 4 & 15) == x.list) & ((head >> 8 & 255) == 1)
    rows = np.flatnonzero(mine & (opened + 1 >= day))
    cases[rows, 1] = (cases[rows, 1] & ~np.uint32(3 << 23)) | np.uint32(GRANTED << 23)
    cases[rows, 4] = (cases[rows, 4] & np.uint32(0xFFFF0000)) | np.uint32(day + 1)


def _stays(cases: Mapping[str, NDArray[np.int64]], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    mine = (cases["variant"] == 0) & (cases["list"] == n)
    opened, closed, person = (cases[name][mine] for name in ("opened", "closed", "person"))
    order = np.lexsort((person, opened))
    return opened[order], np.where(closed > 0, closed - opened, 0)[order]


@entry
def draw_lots(out, drawn, on, which, day, lives_here, region_cut, stream, k0, k1):  # type: ignore[no-untyped-def]
    """Fill `out` with different people who are there, not on the list, and live where it is. Returns how many could be drawn.

    `drawn`, uint8[person], is 0 for everybody at first.
    """
    N, n = on.shape[0], 0
    for i in range(TRIES * out.shape[0] + MORE_TRIES if out.shape[0] else 0):
        w0, w1, _, _ = draw(i, day, TARGET, 0, 0, stream, k0, k1)
        person = below(w0, w1, N)
        if drawn[person] or int64(on[person]) & (ABSENT | GONE | int64(1) << which):
            continue
        r = 0
        while person >= region_cut[r]:
            r += 1
        if not lives_here[r]:
            continue
        drawn[person], out[n] = 1, person
        n += 1
        if n == out.shape[0]:
            break
    return n
