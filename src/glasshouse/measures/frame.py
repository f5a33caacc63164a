"""What a measure looks at: one variant's listings as plain arrays, and the cells (list, group, region) they are in.

A measure says which listings it counts *among*, and which of them it *hits*. Everything else, by whom, with which
interval, at which scale, is done once, here and in `uncertainty.py`. Blocks are runs of consecutive people, because
neighbours in number are neighbours in the world (households, circles of friends), so that what one of them suffers is
not independent of the next. For the regions, which are runs of people themselves, each region has its own blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from glasshouse.errors import RecordingError

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

Flags = NDArray[np.bool_]
Ints = NDArray[Any]
Floats = NDArray[np.float64]
Cut = Literal["list", "group", "region"]

BLOCKS = 50
"""How many blocks of consecutive people the jackknife leaves out in turn."""

BASES = (
    "own_act",
    "cannot_pay",
    "protected_conduct",
    "others_conduct",
    "wrong_person",
    "stale_record",
    "insider_or_intruder",
)
EXITS = ("", "corrected", "paid", "expired", "recovered")
CORRECTED, PAID, EXPIRED, RECOVERED = 1, 2, 3, 4
CUTS: tuple[Cut, ...] = ("list", "group", "region")
MOVEMENT = ("transport", "travel", "border")
"""Contexts of a consequence that bar movement, beside those whose `right` is `movement`."""

WORDS: dict[str, tuple[str, ...]] = {
    "basis": BASES,
    "learnt_by": ("", "notice", "refusal"),
    "decision": ("", "granted", "refused"),
    "closed_by": EXITS,
}


@dataclass(frozen=True)
class World:
    """What a recording says of its world: how many people, where, for how long, and which lists bar which movement."""

    people: int
    days: int
    represents: float
    lists: tuple[str, ...]
    groups: tuple[str, ...]
    regions: tuple[str, ...]
    gates: tuple[str, ...]
    population: Ints  # [R, G] people on the first day
    scenario: Mapping[str, Any]
    bars_movement: Mapping[
        str, Mapping[str, tuple[int, ...]]
    ]  # by variant and gate, the numbers of the lists that bind it

    def names(self, cut: Cut | None) -> tuple[str, ...]:
        """The cells of a cut, in the order of their numbers."""
        of: dict[Cut | None, tuple[str, ...]] = {"list": self.lists, "group": self.groups, "region": self.regions}
        return of.get(cut, ("all",))

    def people_in(self, cut: Cut | None) -> Ints:
        """How many people live in each cell; every list stands over everybody."""
        if cut in ("group", "region"):
            return np.asarray(self.population.sum(axis=0 if cut == "group" else 1))
        return np.full(len(self.names(cut)), self.people)

    def block_people(self, cut: Cut | None) -> Floats:
        """People of each block and cell, float64[blocks, cells].

        Groups are scattered, so a block has its share of each.
        """
        people = self.people_in(cut).astype(np.float64)
        if cut == "region":
            return np.stack([_block_sizes(int(n)) for n in people], axis=1)
        return np.outer(_block_sizes(self.people), people / self.people)

    def block_of(self, person: Ints, region: Ints, cut: Cut | None) -> Ints:
        """Which block each person is in: of the whole world, or of the person's own region."""
        if cut != "region":
            return (person * BLOCKS // self.people).astype(np.int64)
        people = self.people_in("region")
        first = np.concatenate([[0], np.cumsum(people)[:-1]])
        return np.asarray((person - first[region]) * BLOCKS // np.maximum(people[region], 1), np.int64)


def _block_sizes(people: int) -> Floats:
    """How many of `people` consecutive numbers fall into each block (`number x BLOCKS // people`)."""
    first = -(-np.arange(BLOCKS + 1, dtype=np.int64) * people // BLOCKS)
    return np.diff(first).astype(np.float64)


@dataclass(frozen=True)
class Cases:
    """The listings of one variant.

    Days are integers with 0 for never; words are numbers of `BASES`, `EXITS` and names.
    """

    world: World
    variant: str
    person: Ints
    list: Ints
    group: Ints
    region: Ints
    ordinal: Ints
    opened: Ints
    basis: Ints
    rightful: Flags
    notified_on: Ints
    learnt_on: Ints
    learnt_by: Ints
    appealed_on: Ints
    decided_on: Ints
    decision: Ints
    paid_on: Ints
    closed: Ints
    closed_by: Ints

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def everyone(self) -> Flags:
        """Every listing."""
        return np.ones(len(self), bool)

    @cached_property
    def end(self) -> Ints:
        """The day of closing, or the last day of the run for a listing that is still open."""
        return np.where(self.closed > 0, self.closed, self.world.days)

    @cached_property
    def length(self) -> Ints:
        """Days from the evening of the listing to its end."""
        return np.asarray(self.end - self.opened)

    @property
    def still_open(self) -> Flags:
        """Open when the run ended."""
        return np.asarray(self.closed == 0)

    def wrongful(self, by_rights: bool) -> Flags:
        """Wrong by the scheme's own rule; or by rights, where only an unprotected own act by someone able is right."""
        return np.asarray(self.basis != BASES.index("own_act")) if by_rights else ~self.rightful

    @cached_property
    def _slots(self) -> dict[Cut | None, Ints]:
        return {}

    def slot(self, cut: Cut | None) -> Ints:
        """Where each listing is counted: block x cells + cell. Worked out once for each cut."""
        if cut not in self._slots:
            block = self.world.block_of(self.person, self.region, cut)
            cell = 0 if cut is None else getattr(self, cut)
            self._slots[cut] = (block * len(self.world.names(cut)) + cell).astype(np.int64)
        return self._slots[cut]


COLUMNS = tuple(field.name for field in fields(Cases) if field.name != "world")


def read_world(recording: Recording) -> World:
    """The world of a recording, from its manifest and the first day of its daily table."""
    manifest, names = recording.manifest, recording.manifest["names"]
    regions, groups = tuple(names["regions"]), tuple(names["groups"])
    scenario = manifest["scenario"]["raw"]
    people = recording.table("daily", ["people"]).column("people").slice(0, len(regions) * len(groups))
    return World(
        people=int(manifest["people"]),
        days=int(manifest["days"]),
        represents=float(manifest["represents"]),
        lists=tuple(names["lists"]),
        groups=groups,
        regions=regions,
        gates=tuple(names["gates"]),
        population=np.asarray(people.to_numpy(), np.int64).reshape(len(regions), len(groups)),
        scenario=scenario,
        bars_movement={variant: _bars_movement(manifest, variant) for variant in recording.variants},
    )


def _bars_movement(manifest: Mapping[str, Any], variant: str) -> dict[str, tuple[int, ...]]:
    """Gates that bar movement, and the lists that bind them:

    as the run says (`binding`), otherwise as the scheme does.
    """
    lists: list[str] = manifest["names"]["lists"]
    binding = (manifest.get("binding") or {}).get(variant)
    barred = {}
    for part in manifest["scenario"]["raw"].get("consequences") or []:
        if part.get("right") != "movement" and part.get("context") not in MOVEMENT:
            continue
        bound = [(part.get("trigger") or {}).get("list")] if binding is None else binding.get(part["id"], [])
        numbers = tuple(lists.index(name) for name in bound if name in lists)
        if numbers:
            barred[str(part["id"])] = numbers
    return barred


def read_cases(recording: Recording, world: World) -> dict[str, Cases]:
    """The listings of every variant. Only the columns that measures need are read."""
    table = recording.table("cases", list(COLUMNS))
    words = WORDS | {"variant": recording.variants, "list": world.lists}
    words |= {"group": world.groups, "region": world.regions}
    columns = {name: _column(table.column(name), words.get(name)) for name in COLUMNS}
    edges = np.searchsorted(columns.pop("variant"), np.arange(len(recording.variants) + 1))
    return {
        variant: Cases(world, variant, **{name: column[edges[k] : edges[k + 1]] for name, column in columns.items()})
        for k, variant in enumerate(recording.variants)
    }


def _column(column: Any, words: tuple[str, ...] | None) -> Ints:
    """A column as NumPy: words as their numbers in `words`, integers as they are; null is 0."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if words is not None:
        parts = [_codes(chunk, words) for chunk in column.chunks]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)
    whole = column.combine_chunks()
    return np.asarray(pc.fill_null(whole, pa.scalar(0).cast(whole.type)).to_numpy(zero_copy_only=False))


def _codes(chunk: Any, words: tuple[str, ...]) -> Ints:
    import pyarrow.compute as pc

    number = {word: n for n, word in enumerate(words)}
    known = np.array([number.get(word, -1) for word in chunk.dictionary.to_pylist()] + [0], np.int16)
    codes = known[np.asarray(pc.fill_null(chunk.indices, -1))]
    if np.any(codes < 0):
        raise RecordingError("The table of cases names something that the manifest does not. Make the recording again.")
    return np.asarray(codes)
