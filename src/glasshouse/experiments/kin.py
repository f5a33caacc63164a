"""The ties of a recording, made again: who is tied to whom is a matter of the scenario and the seed, which its manifest names.

No tie is stored and none is read. Every kind of tie stays inside a window of at most 65,536 consecutive people (`docs/ties.md`), so that
the ties of the first windows can be had without the rest, and a world of a million people is measured on the first 196,608 of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.chance import replicate_seed
from glasshouse.kernels import entry
from glasshouse.measures.children import Homes, children_reached
from glasshouse.measures.tied import Ties, filled
from glasshouse.world.ties import (
    ADULT,
    CHILD,
    ELDER,
    HOUSEHOLD,
    MOST_NEIGHBOURS,
    PARENT_CHILD,
    REPRESENTATIVE,
    STREET,
    neighbours,
    template_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glasshouse.measures.frame import Cases
    from glasshouse.recording.store import Recording
    from glasshouse.scenario.tables import TieTables

WINDOW = 1 << 16
MOST_PEOPLE = 3 * WINDOW
CHILDREN = "children_reached"


def ties_of(recording: Recording) -> Ties | None:
    """Every tie between the first people of a recording; None where its scenario ties nobody. Ties to firms are not among them."""
    asked = _asked(recording)
    if asked is None:
        return None
    everybody, tables, *keys = asked
    kinds = [kind for kind in range(REPRESENTATIVE) if tables.on[kind]]
    if not kinds:
        return None
    people = min(everybody, MOST_PEOPLE)
    found = [_unique(_rows(kind, people, everybody, tables, *keys)) for kind in kinds]
    one, other = _unique(np.concatenate(found)).T
    inside = other < people  # only where the world ends inside a window could there be others; there are none
    roles = _roles(people, tables, *keys)
    parent, child = _generations(
        found[kinds.index(PARENT_CHILD)] if PARENT_CHILD in kinds else np.zeros((0, 2), np.int64), roles
    )
    return Ties(people, one[inside], other[inside], parent, child)


def homes_of(recording: Recording) -> Homes | None:
    """Everybody's household, and who is a child in it; None where the scenario has no households."""
    asked = _asked(recording)
    if asked is None or not asked[1].on[HOUSEHOLD]:
        return None
    people, tables, *keys = asked
    place = _of_slots(tables.house_position, people, *keys).astype(np.int64)
    role = _roles(people, tables, *keys)
    return Homes(house=np.arange(people) - place, child=role == CHILD, adult=role == ADULT)


def _asked(recording: Recording) -> tuple[int, TieTables, np.uint32, np.uint32] | None:
    """How many people there are (firms left out), the tables of their ties, and the key of the run; None where the scenario ties nobody."""
    from glasshouse.scenario.reading import from_raw
    from glasshouse.scenario.tie_tables import ties_of_world

    told = recording.manifest
    world = from_raw(told["scenario"]["raw"], told["scenario"]["name"], check=False).scenario.world
    if world is None or world.ties is None:
        return None
    seed = replicate_seed(int(told["seed"]), int(told.get("replicate") or 0))
    tables = ties_of_world(world, seed)
    return min(world.people, int(tables.beyond[HOUSEHOLD])), tables, np.uint32(seed % 2**32), np.uint32(seed // 2**32)


def _unique(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each pair once: two kinds may tie the same two people."""
    key = np.unique(pairs[:, 0] * (1 << 31) + pairs[:, 1])
    return np.stack([key >> 31, key & ((1 << 31) - 1)], axis=1)


def _rows(kind: int, people: int, world: int, tables: TieTables, k0: np.uint32, k1: np.uint32) -> NDArray[np.int64]:
    """Everybody's neighbours by one kind, int64[tie, 2]: counted first, then written down."""
    rows, room = np.empty((0, 2), np.int64), np.empty(MOST_NEIGHBOURS, np.int64)
    rows = np.empty((_write(kind, people, world, tables, k0, k1, room, rows), 2), np.int64)
    _write(kind, people, world, tables, k0, k1, room, rows)
    return rows


@entry
def _write(kind, people, world, tables, k0, k1, out, rows):  # type: ignore[no-untyped-def]
    """Put everybody's neighbours into as many rows as there are. Returns how many it takes."""
    row = 0
    for person in range(people):
        for n in range(neighbours(kind, person, world, tables, k0, k1, out)):
            if row < len(rows):
                rows[row, 0], rows[row, 1] = person, out[n]
            row += 1
    return row


def _roles(people: int, tables: Any, k0: np.uint32, k1: np.uint32) -> NDArray[np.uint8]:
    """Adult, child or elder, uint8[person]."""
    return _of_slots(tables.house_role, people, k0, k1)


def _of_slots(of: NDArray[np.uint8], people: int, k0: np.uint32, k1: np.uint32) -> NDArray[np.uint8]:
    """What the template of everybody's street says of their slot, uint8[person]."""
    streets = -(-people // STREET)
    return np.concatenate([of[int(template_of(street, k0, k1))] for street in range(streets)])[:people]


def _generations(pairs: NDArray[np.int64], role: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Parent and child of each tie of the kind: an adult of a child, an elder of an adult."""
    pairs = pairs[(pairs < len(role)).all(axis=1)]
    one, other = role[pairs[:, 0]], role[pairs[:, 1]]
    downward = ((one == ADULT) & (other == CHILD)) | ((one == ELDER) & (other == ADULT))
    return pairs[downward, 0], pairs[downward, 1]


# --- measured -----------------------------------------------------------------------------------------------------------------------


def with_ties(
    recording: Recording, document: dict[str, Any], pairs: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The measures of a recording and those against each twin, with the ones along ties filled in where there are ties."""
    from glasshouse.measures.frame import read_cases, read_world
    from glasshouse.measures.pair import Twins
    from glasshouse.measures.tied import along_ties

    ties = ties_of(recording)
    if ties is None:
        return document, pairs
    cases = read_cases(recording, read_world(recording))
    document = _with_children(recording, document, cases)
    base = cases[recording.variants[0]]
    document = filled(document, along_ties(Twins(base, base), ties)[0])
    return document, {
        name: filled(found, along_ties(Twins(base, cases[name]), ties)[1]) for name, found in pairs.items()
    }


def _with_children(recording: Recording, document: dict[str, Any], cases: Mapping[str, Cases]) -> dict[str, Any]:
    """How many children are reached, in every variant, where people live in households."""
    homes = homes_of(recording)
    if homes is None:
        return document
    first, *others = recording.variants
    told = document.get("variants") or {}
    further = {v: filled(told[v], {CHILDREN: children_reached(cases[v], homes)}) for v in others if v in told}
    return filled(document, {CHILDREN: children_reached(cases[first], homes)}) | {"variants": {**told, **further}}
