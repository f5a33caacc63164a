"""A potential event, computed again from its key: a letter's tag says which draw it was, and the draw says all else (day.md, 14)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glasshouse.scenario.tables import Plan


class KeyedEvent(NamedTuple):
    """What the draws of one potential event say, whatever the state of the world (day.md, 14)."""

    person: int
    act: int
    seen: bool
    wrong: bool
    circumstance: int
    goes_on: bool
    target: int


def event_from_key(plan: Plan, v: int, block: int, tag: int, day: int) -> KeyedEvent:
    """Recompute a potential event from its tag: who, whether it is seen, in whose file it lands, with which circumstance."""
    from glasshouse.chance import CANDIDATE, OTHER_LUCK, SECOND, TARGET, below, draw
    from glasshouse.chance import TIE as TIE_PAGE

    a, w = plan.acts, plan.world
    c, strip, e = tag & 255, tag >> 8 & 255, tag >> 16
    stream, period = int(a.stream[c]), int(a.period[c, day])
    row = int(np.flatnonzero((a.row_act == c) & (a.row_strip[: len(a.row_act)] == strip))[0])
    w0, _, w2, w3 = (int(x) for x in draw(e, day, CANDIDATE, strip, block, stream, w.k0, w.k1))
    if a.other_luck >> v & 1:
        w2, w3 = (int(x) for x in draw(e, day, OTHER_LUCK, strip, block, stream, w.k0, w.k1)[:2])
    slot = int(a.row_first[row]) + ((w0 * int(a.row_width[row])) >> 32)
    if a.unequal[c]:
        m, shift, _, _ = (int(x) for x in draw(0, 0, TIE_PAGE, 0, block, stream, w.k0, w.k1))
        slot = (slot * (m | 1) + shift) % w.block
    person = block * w.block + slot
    g = group_of(plan, person)
    s, goes_on = 0, True
    if a.circumstances[c]:
        u0, u1, _, _ = (int(x) for x in draw(e, day, SECOND, strip, block, stream, w.k0, w.k1))
        while u0 >= int(a.circ_cut[c, period, v, g, s]):
            s += 1
        goes_on = u1 < int(a.goes_on[c, v, s])
    t0, t1, _, _ = draw(e, day, TARGET, strip, block, stream, w.k0, w.k1)
    return KeyedEvent(
        person, c, w2 < int(a.seen[c, period, v, g]), w3 < int(a.wrong[c, period, v, g]), s, goes_on, int(below(t0, t1, w.people))
    )  # fmt: skip


def group_of(plan: Plan, person: int) -> int:
    from glasshouse.chance import TRAIT, draw

    w = plan.world
    if len(w.group_cut) == 1:
        return 0
    w0 = int(draw(0, 0, TRAIT, 0, person, w.group_stream, w.k0, w.k1)[0])
    return int(np.searchsorted(w.group_cut, np.uint64(w0), side="right"))
