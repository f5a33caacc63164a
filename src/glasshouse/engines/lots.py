"""A lottery of the same size: each listing of the scheme as it is goes to somebody drawn from all who are not on the list (day.md, 22b);
that of a firm, where there are firms, to a firm.

So the scheme as it is has to be lived before: the first evening does it, and what it keeps of it are its listings.
`FirstSpared` takes back everybody's first listing before it bars anybody (22c): the twin of *once listed, listed again*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numba import int64
from numpy.typing import NDArray

from glasshouse.chance import TARGET, below, draw
from glasshouse.codes import MODEL, OWN_ACT, WRONG_PERSON
from glasshouse.engines.elsewhere import NOTHING, Evening, Passing, grant, rows_of
from glasshouse.kernels import entry
from glasshouse.scenario.lot_tables import SCORE_ABOVE, SCORE_BELOW, LotTables, Spared, tag_of
from glasshouse.scenario.tables import ABSENT, GONE, Plan

U32 = NDArray[np.uint32]
TRIES, MORE_TRIES = 64, 1024
"""Draws for each lot, and beyond: whoever cannot be drawn is passed over."""


class Listings(NamedTuple):
    """The listings of a list in the scheme as it is, by day: when they began, how many days they stay (0 to the end), and whose."""

    opened: NDArray[np.int64]
    stays: NDArray[np.int64]
    person: NDArray[np.int64]


class Lottery:
    """Everything that is entered by lot. Who is drawn follows from keys and from who is on the list; it keeps the listings of the base."""

    name = "lots"

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lots = [x for x in plan.outside.lots if isinstance(x, LotTables)]
        self.of_list: dict[int, Listings] = {}
        self.alike = alike(plan)

    def evening(self, engine: Evening) -> U32:
        """Rows of those drawn today (`elsewhere.FILING`)."""
        if not self.of_list:
            self.of_list = self._as_it_is(engine)
        drawn = (self._drawn(lots, of, engine) for lots in self.lots for of in range(len(self.alike)))
        return np.concatenate([NOTHING, *drawn])

    def _as_it_is(self, engine: Evening) -> dict[int, Listings]:
        """Of each list, every listing in the first variant."""
        plan = self.plan._replace(outside=self.plan.outside._replace(lots=()))
        cases = engine.cases_of(plan)
        return {lots.list: _listings(cases, lots.list) for lots in self.lots}

    def _drawn(self, lots: LotTables, of: int, engine: Evening) -> U32:
        """Of the people (0) or the firms (1)."""
        w, day, v = self.plan.world, engine.day, lots.variant
        listings, mine = self.of_list[lots.list], self.alike[of]
        today = slice(*np.searchsorted(listings.opened, [day, day + 1]))
        stays = listings.stays[today][np.isin(listings.person[today], mine)]
        people = np.zeros(len(stays), np.int64)
        on = np.ascontiguousarray(engine.columns.on[:, v])
        lives_here = self.plan.lists.in_region[lots.list]
        n = draw_lots(
            people, np.zeros(len(on), np.uint8), on, of, mine.start, mine.stop, lots.list, day, lives_here, w.region_cut, lots.stream,
            w.k0, w.k1,
        )  # fmt: skip
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
        return NOTHING

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """The listings of the scheme as it is, so that it need not be lived again."""
        return {f"{n}_{k}": x for n, found in self.of_list.items() for k, x in found._asdict().items()}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a snapshot."""
        lists = {int(name.split("_")[0]) for name in saved}
        self.of_list = {n: Listings(*(saved[f"{n}_{k}"] for k in Listings._fields)) for n in lists}

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


class FirstSpared(Passing):
    """First listings are granted tomorrow, whatever was planned for them: they end before any gate can refuse anybody."""

    name = "spared"

    def __init__(self, plan: Plan) -> None:
        self.spared = [x for x in plan.outside.lots if isinstance(x, Spared)]

    def evening(self, engine: Evening) -> U32:
        """Files nothing. A case that something filed opens after this, and is taken back a day later."""
        for chunk in engine.chunks:
            for x in self.spared:
                _take_back(chunk.open_cases(), x, engine.day)
        return NOTHING


def _take_back(cases: U32, x: Spared, day: int) -> None:
    """Grant the open first listings of today and yesterday (of an evening, yesterday's are those that were filed after it)."""
    head, opened = cases[:, 1], cases[:, 2] & 0xFFFF
    mine = ((head & 15) == x.variant) & ((head >> 4 & 15) == x.list) & ((head >> 8 & 255) == 1)
    rows = np.flatnonzero(mine & (opened + 1 >= day))
    grant(cases, rows, day)


def alike(plan: Plan) -> list[range]:
    """The people, and the firms where there are any: a lot falls on one of those whose listing it is."""
    slots = plan.world.people
    people = min(int(plan.ties.beyond[0]), slots)
    return [x for x in (range(people), range(people, slots)) if x]


def _listings(cases: Mapping[str, NDArray[np.int64]], n: int) -> Listings:
    mine = (cases["variant"] == 0) & (cases["list"] == n)
    opened, closed, person = (cases[name][mine] for name in ("opened", "closed", "person"))
    order = np.lexsort((person, opened))
    return Listings(opened[order], np.where(closed > 0, closed - opened, 0)[order], person[order])


@entry
def draw_lots(out, drawn, on, of, first, beyond, which, day, lives_here, region_cut, stream, k0, k1):  # type: ignore[no-untyped-def]
    """Fill `out` with different people who are there, not on the list, and live where it is. Returns how many could be drawn.

    They are drawn among `first` … `beyond` - 1; `of` is 0 for people and 1 for firms; `drawn`, uint8[person], is 0 for everybody at first.
    """
    n = 0
    for i in range(TRIES * out.shape[0] + MORE_TRIES if out.shape[0] else 0):
        w0, w1, _, _ = draw(i, day, TARGET, 0, of, stream, k0, k1)
        person = first + below(w0, w1, beyond - first)
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
