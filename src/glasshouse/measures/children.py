"""Children who pay for others: listed for somebody else's conduct, or living with a parent whose listing reaches them.

Nobody in a world has an age, but households have roles (`docs/ties.md`, 20), and who is a child follows from keys; no recording holds it.
So this measure is null in one, and whoever measures brings the homes, made again from the scenario and the seed that the recording names
(`experiments/kin.py`). A consequence that reaches a household or its children bars nobody but the listed person while the world is lived;
here its reach is taken at the scheme's word: a child is barred on the days on which the listing bars the grown-up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glasshouse.codes import BASES
from glasshouse.measures.coupled import told
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Flags, Ints
from glasshouse.measures.proportion import scenario_of
from glasshouse.measures.uncertainty import from_sums

NO_CHILD = "nobody in this world is a child"
FROM_PARENTS, FROM_HOUSEHOLD = "children", "household"
"""Words of a consequence's `reach` that reach a child: from an adult of the household, and from whoever lives there."""


class Homes(NamedTuple):
    """Everybody's household, by the number of its first person, int64[person]; who is a child in it, and who an adult, bool[person]."""

    house: Ints
    child: Flags
    adult: Flags


class Bars(NamedTuple):
    """Days on which somebody is barred: from the evening of one day to another, int64[bar] each."""

    person: Ints
    start: Ints
    end: Ints


def children_reached(cases: Cases, homes: Homes) -> Estimate:
    """How many children are reached; in `detail` the days, and how many by each way. A child reached in both ways counts once."""
    if not homes.child.any():
        return undefined(NO_CHILD)
    homes = _with_firms(homes, cases.world.people)
    ways = {"listed_for_others": _for_others(cases, homes), "lives_with_listed": _at_home(cases, homes)}
    both = Bars(*(np.concatenate(parts) for parts in zip(*ways.values(), strict=True)))
    reached = np.zeros(len(homes.child), bool)
    reached[both.person] = True
    where = cases.world.block_of(np.arange(len(homes.child)))
    sums = np.stack([np.bincount(where, part, BLOCKS) for part in (homes.child, reached)], axis=1).astype(np.float64)
    found = from_sums(lambda s: s[:, 1], sums, int(homes.child.sum()), NO_CHILD, lowest=0.0)
    found.detail.update(person_days=barred(both, cases.world.days))
    found.detail.update({way: len(np.unique(bars.person)) for way, bars in ways.items()})
    return told([found], cases.world, (cases.variant,), total=True)[0]


def _with_firms(homes: Homes, slots: int) -> Homes:
    """The same for every slot of the world: whoever stands behind the people is a firm, and lives nowhere."""
    firms = slots - len(homes.child)
    none = np.zeros(firms, bool)
    house = np.arange(slots - firms, slots)
    return Homes(*(np.concatenate(x) for x in zip(homes, (house, none, none), strict=True)))


def _for_others(cases: Cases, homes: Homes) -> Bars:
    """Listings of children for the conduct or the listing of somebody tied to them."""
    mine = homes.child[cases.person] & (cases.basis == BASES.index("others_conduct"))
    return Bars(cases.person[mine], cases.opened[mine], cases.end[mine])


def _at_home(cases: Cases, homes: Homes) -> Bars:
    """A bar for each child of the household of each listing whose consequence says that it reaches children."""
    from_parents, from_anybody = _reaching(cases, FROM_PARENTS), _reaching(cases, FROM_HOUSEHOLD)
    far = np.isin(cases.list, from_anybody) | (np.isin(cases.list, from_parents) & homes.adult[cases.person])
    rows = np.flatnonzero(far)
    child = np.flatnonzero(homes.child)
    child = child[np.argsort(homes.house[child], kind="stable")]
    house = homes.house[cases.person[rows]]
    first, beyond = (np.searchsorted(homes.house[child], house, side) for side in ("left", "right"))
    row = np.repeat(rows, beyond - first)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(beyond - first) - (beyond - first), beyond - first)
    who = child[np.repeat(first, beyond - first) + offset]
    another = who != cases.person[row]
    return Bars(who[another], cases.opened[row][another], cases.end[row][another])


def _reaching(cases: Cases, word: str) -> list[int]:
    """The lists by which some consequence reaches so far."""
    parts = scenario_of(cases.world, cases.variant).get("consequences") or []
    names = {str((part.get("trigger") or {}).get("list")) for part in parts if word in (part.get("reach") or ())}
    return [number for number, name in enumerate(cases.world.lists) if name in names]


def barred(bars: Bars, days: int) -> int:
    """Days on which people are barred, each person's day once however many bars there are."""
    order = np.lexsort((bars.start, bars.person))
    apart = bars.person[order] * (days + 1)  # so far apart that nobody's days run into the next person's
    start, end = bars.start[order] + apart, bars.end[order] + apart
    before = np.concatenate([[0], np.maximum.accumulate(end)[:-1]]) if len(end) else end
    return int(np.maximum(end - np.maximum(start, before), 0).sum())
