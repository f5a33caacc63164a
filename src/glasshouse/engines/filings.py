"""Cases open for whom something elsewhere filed (day.md, 22; `engines/elsewhere.py`): as any other case does.

A module of its own, so that its kernel is loaded only where something files.
"""

from __future__ import annotations

from numba import int64, uint32

from glasshouse.codes import MODEL
from glasshouse.engines.buffers import two_days
from glasshouse.engines.desk import AT_CASE, AT_EVENT, AT_LETTER, NEED_CASE, NEED_EVENT, NEED_LETTER, ON
from glasshouse.engines.evening import begin_case, shade
from glasshouse.engines.letters import count_cut
from glasshouse.kernels import entry
from glasshouse.scenario.tables import ABSENT, GONE
from glasshouse.world.belonging import group_of, region_of


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
        marks[NEED_LETTER] = marks[AT_LETTER] + limits.fan
        marks[NEED_CASE] = marks[AT_CASE] + beyond - at
        marks[NEED_EVENT] = marks[AT_EVENT] + (beyond - at if log.journalled.shape[0] > 0 else 0)
        if (
            marks[NEED_LETTER] > buffers.letters.shape[0]
            or marks[NEED_CASE] > buffers.cases.shape[0]
            or marks[NEED_EVENT] > buffers.events.shape[0]
        ):
            return at
        entered = newly = int64(0)
        for q in range(at, beyond):
            v = int64(rows[q, 1])
            on = int64(state[person, ON, v])
            if on & (ABSENT | GONE) or on >> which & 1:
                continue
            if not on & bonds.cut_on[v] and bonds.cut_on[v] >> which & 1:
                newly |= int64(1) << v
            begin_case(
                person, v, which, day, int64(rows[q, 3]), uint32(rows[q, 4]), uint32(rows[q, 5]), int64(rows[q, 6]),
                int64(rows[q, 7]), world, rolls, delays, people, daily, buffers.cases, marks, log,
            )  # fmt: skip
            if rows[q, 3] == MODEL and rows[q, 5] >> 31:  # by lot: the day on which it ends is told (22b)
                buffers.cases[marks[AT_CASE] - 1, 4] = two_days(0, int64(rows[q, 5]) >> 8 & 0xFFFF)
            entered |= int64(1) << v
        if entered:
            shade(person, which, entered, world, bonds, ties, state, desk, buffers.letters, marks)
        if limits.some_cut and newly:
            count_cut(
                newly, person, world, bonds, ties, desk, daily[:, region_of(person, world), group_of(person, world)]
            )
        at = beyond
    return at
