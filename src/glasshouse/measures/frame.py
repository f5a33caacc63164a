"""What a measure looks at: one variant's listings as plain arrays, and the cells (list, group, region) they are in.

A measure says which listings it counts *among*, and which of them it *hits*. Everything else, by whom, with which
interval, at which scale, is done once, here and in `uncertainty.py`. Blocks are runs of consecutive people, because
neighbours in number are neighbours in the world (households, circles of friends), so that what one of them suffers is
not independent of the next. Regions are runs of people themselves, and no luck decides how many live in which: each block
is a fiftieth of every region, so that what sets one region apart from another is not taken for luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import BASES, DECISIONS, EXITS, INSIDER, KINDS
from glasshouse.errors import RecordingError
from glasshouse.measures.sources import Part, People, Sort, Sources, part_of

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

Flags = NDArray[np.bool_]
Ints = NDArray[Any]
Floats = NDArray[np.float64]
Cut = Literal["list", "group", "region", "intersection"]

BLOCKS = 50
"""How many blocks the jackknife leaves out in turn; each is a run of consecutive people of every region."""

CUTS: tuple[Cut, ...] = ("list", "group", "region")
MOVEMENT = ("transport", "travel", "border")
"""Contexts of a consequence that bar movement, beside those whose `right` is `movement`."""

WORDS: dict[str, tuple[str, ...]] = {
    "basis": BASES,
    "learnt_by": ("", "notice", "refusal"),
    "decision": DECISIONS,
    "closed_by": EXITS,
    "cause_kind": KINDS,
}


class Coupled(NamedTuple):
    """What makes entering these lists one matter for everybody: `fixed`, so many and no other number, or `joined`, one event."""

    how: Literal["fixed", "joined"]
    channel: str
    lists: tuple[int, ...]
    whom: Sort = "people"


@dataclass(frozen=True)
class World:
    """What a recording says of its world: how many people, where, for how long, and which lists bar which movement.

    Firms are no people, and are not in it, unless it is the world of a recording's firms: then they are its `people`.
    """

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
    binds: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)  # the same for every gate
    acts: tuple[str, ...] = ()
    sources: Sources | None = None  # the other tables, where a recording stands behind it
    sort: Sort = "people"
    coupled: Mapping[str, tuple[Coupled, ...]] = field(default_factory=dict)  # by variant; see `coupled.py`

    def names(self, cut: Cut | None) -> tuple[str, ...]:
        """The cells of a cut, in the order of their numbers."""
        of: dict[Cut | None, tuple[str, ...]] = {"list": self.lists, "group": self.groups, "region": self.regions}
        if cut == "intersection":
            return tuple(f"{region}/{group}" for region in self.regions for group in self.groups)
        return of.get(cut, ("all",))

    def people_in(self, cut: Cut | None) -> Ints:
        """How many people live in each cell; every list stands over everybody."""
        if cut in ("group", "region"):
            return np.asarray(self.population.sum(axis=0 if cut == "group" else 1))
        if cut == "intersection":
            return np.asarray(self.population).ravel()
        return np.full(len(self.names(cut)), self.people)

    def block_of(self, person: Ints) -> Ints:
        """The block of each of these people: which fiftieth of their region they are in."""
        region = self.region_of(person)
        start, people = self._starts[region], np.maximum(self.people_in("region")[region], 1)
        return np.asarray((person - start) * BLOCKS // people)

    def region_of(self, person: Ints) -> Ints:
        """The region of each of these people."""
        return np.asarray(np.searchsorted(self._starts, person, side="right") - 1)

    @cached_property
    def _starts(self) -> Ints:
        """The first of the people of each region."""
        return np.concatenate([[0], np.cumsum(self.people_in("region"))[:-1]])

    def block_people(self, cut: Cut | None) -> Floats:
        """People of each block and cell, float64[blocks, cells].

        Groups are scattered, so a block has its share of each.
        """
        regions = np.stack([_block_sizes(int(n)) for n in self.people_in("region")], axis=1)
        if cut == "region":
            return regions
        if cut == "intersection":
            groups = np.asarray(self.population, np.float64)
            shares = groups / np.maximum(groups.sum(axis=1, keepdims=True), 1)
            return np.asarray((regions[:, :, None] * shares).reshape(BLOCKS, -1), np.float64)
        return np.outer(regions.sum(axis=1), self.people_in(cut).astype(np.float64) / self.people)

    @cached_property
    def segments(self) -> Segments:
        """The runs of people that lie in one region and one block."""
        edges = [self._starts[r] + _block_edges(int(n)) for r, n in enumerate(self.people_in("region"))]
        first = np.unique(np.concatenate(edges))[:-1]
        return Segments(first, self.block_of(first), self.region_of(first))

    @cached_property
    def _firms(self) -> Mapping[str, Cases]:
        assert self.sources is not None
        return read_cases(self.sources.recording, read_world(self.sources.recording, "firms"))

    def firms(self, variant: str) -> Cases | None:
        """The listings of firms of this variant; None where there are no firms."""
        if self.sources is None or not self.sources.recording.manifest.get("firms"):
            return None
        with self.sources.lock:
            return self._firms[variant]

    @property
    def slots(self) -> int:
        """How many slots there are: segments x lists x groups."""
        return len(self.segments.first) * len(self.lists) * len(self.groups)


class Segments(NamedTuple):
    """Runs of consecutive people, int64[segment]: the first of them, and the block and region that they are in."""

    first: Ints
    block: Ints
    region: Ints


def _block_edges(people: int) -> Ints:
    """The first of `people` consecutive numbers in each block (`number x BLOCKS // people`), and the end."""
    return -(-np.arange(BLOCKS + 1, dtype=np.int64) * people // BLOCKS)


def _block_sizes(people: int) -> Floats:
    return np.diff(_block_edges(people)).astype(np.float64)


@dataclass(frozen=True, eq=False)
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
    cause_kind: Ints
    cause_act: Ints  # the number of the act in `world.acts`, from 1 on; 0 where no act is known
    cause_source: Ints | None = (
        None  # whose act or listing it was, by the recording's numbers; only where there are firms
    )
    cause_tag: Ints | None = None

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
    def put_right(self) -> Flags:
        """Taken back by the authority itself when it was found out, whether or not the person had objected, bool[case].

        A repair decides a case in the person's favour as a granted objection does. It is one where nobody had objected, and where what an
        intruder, insider or official wrote in, or a bad rule brought about, is decided after the day on which that was found.
        """
        known = self.world.sources.found_on(self.variant) if self.world.sources else 0
        repaired = self.undue & (self.decided_on > known) if known else np.zeros(len(self), bool)
        return np.asarray((self.decision == DECISIONS.index("granted")) & ((self.appealed_on == 0) | repaired))

    @cached_property
    def undue(self) -> Flags:
        """Written in by an intruder, insider or official, or for an act that a bad rule is about, bool[case]."""
        acts = self.world.sources.acts_of_bad_rules(self.variant) if self.world.sources else ()
        numbers = [n for n, name in enumerate(self.world.acts, 1) if name in acts]
        return np.asarray((self.basis == INSIDER) | np.isin(self.cause_act, numbers))

    @cached_property
    def by_person(self) -> Ints:
        """The order of person and day of listing, int64[case]."""
        return np.argsort(self.person * (self.world.days + 1) + self.opened, kind="stable")

    @cached_property
    def first_of_person(self) -> Flags:
        """In the order `by_person`: the first listing of each person."""
        person = self.person[self.by_person]
        return np.concatenate([np.ones(min(len(person), 1), bool), person[1:] != person[:-1]])

    @cached_property
    def slot(self) -> Ints:
        """Where each listing is counted: segment, list and group in one number, int64[case]."""
        return slots(self.world, self.person, self.list, self.group)

    @cached_property
    def _runs(self) -> tuple[Ints, Ints]:
        """The slots that hold a listing, and the first listing of each."""
        return np.unique(self.slot, return_index=True)

    def count(self, amount: Ints) -> Floats:
        """Sums of flags or whole numbers by slot, float64[slot]. Exact below 2^53."""
        counted = np.zeros(self.world.slots)
        held, first = self._runs
        if len(held):
            kind, amount = (np.int32, amount.view(np.uint8)) if amount.dtype == bool else (np.int64, amount)
            counted[held] = np.add.reduceat(amount, first, dtype=kind)
        return counted

    def fold(self, cut: Cut | None) -> Ints:
        """To which block x cells + cell of a cut each slot belongs, int64[slot]."""
        segments, lists, groups = self.world.segments, len(self.world.lists), len(self.world.groups)
        segment, rest = np.divmod(np.arange(self.world.slots), lists * groups)
        cells: dict[Cut | None, Ints] = {
            None: np.zeros_like(rest),
            "list": rest // groups,
            "group": rest % groups,
            "region": segments.region[segment],
            "intersection": segments.region[segment] * groups + rest % groups,
        }
        return np.asarray(segments.block[segment] * len(self.world.names(cut)) + cells[cut])


def slots(world: World, person: Ints, number: Ints, group: Ints) -> Ints:
    """Segment of the person, list and group in one number."""
    segment = np.searchsorted(world.segments.first, person, side="right") - 1
    return np.asarray((segment * len(world.lists) + number) * len(world.groups) + group)


def people_by_block(world: World, cut: str | None, people: People) -> tuple[Ints, int]:
    """The block x cells + cell of everybody, int64[person], and how many cells there are."""
    person = np.arange(len(people.group), dtype=np.int64)
    block, groups = world.block_of(person), len(world.groups)
    if cut == "region":
        return block * len(world.regions) + world.region_of(person), len(world.regions)
    return (block * groups + people.group, groups) if cut == "group" else (block, 1)


OF_CAUSES = ("cause_source", "cause_tag")
"""Columns that are read only where a cause may be a firm."""
COLUMNS = tuple(field.name for field in fields(Cases) if field.name not in ("world", *OF_CAUSES))


def read_world(recording: Recording, sort: Sort = "people") -> World:
    """The world of a recording's people, or of its firms, from its manifest and the first day of its daily table."""
    manifest, names = recording.manifest, recording.manifest["names"]
    part = part_of(manifest, sort)
    regions, groups = tuple(names["regions"])[part.first_region : part.beyond_region], tuple(names["groups"])
    scenario = manifest["scenario"]["raw"]
    people = recording.table("daily", ["people"]).column("people")
    people = people.slice(part.first_region * len(groups), len(regions) * len(groups))
    return World(
        people=part.beyond - part.first,
        days=int(manifest["days"]),
        represents=float(manifest["represents"]),
        lists=tuple(names["lists"]),
        groups=groups,
        regions=regions,
        gates=tuple(names["gates"]),
        population=np.asarray(people.to_numpy(), np.int64).reshape(len(regions), len(groups)),
        scenario=scenario,
        bars_movement={variant: _binding(manifest, variant, True) for variant in recording.variants},
        binds={variant: _binding(manifest, variant, False) for variant in recording.variants},
        acts=tuple(dict.fromkeys(names["acts"])),
        sources=Sources(recording, sort),
        sort=sort,
        coupled=_coupled(manifest),
    )


def _coupled(manifest: Mapping[str, Any]) -> dict[str, tuple[Coupled, ...]]:
    """What the manifest says couples people, lists by their numbers; nothing in a recording that is older than this."""
    lists: list[str] = manifest["names"]["lists"]
    return {
        variant: tuple(
            Coupled(one["how"], one["channel"], tuple(map(lists.index, one["lists"])), one["whom"]) for one in of
        )
        for variant, of in (manifest.get("coupled") or {}).items()
    }


def _binding(manifest: Mapping[str, Any], variant: str, movement: bool) -> dict[str, tuple[int, ...]]:
    """Gates, all or those that bar movement, and the lists that bind them:

    as the run says (`binding`), otherwise as the scheme does.
    """
    lists: list[str] = manifest["names"]["lists"]
    binding = (manifest.get("binding") or {}).get(variant)
    barred = {}
    for part in manifest["scenario"]["raw"].get("consequences") or []:
        if movement and part.get("right") != "movement" and part.get("context") not in MOVEMENT:
            continue
        bound = [(part.get("trigger") or {}).get("list")] if binding is None else binding.get(part["id"], [])
        numbers = tuple(lists.index(name) for name in bound if name in lists)
        if numbers:
            barred[str(part["id"])] = numbers
    return barred


def read_cases(recording: Recording, world: World) -> dict[str, Cases]:
    """The listings of every variant, of the people (or the firms) of this world. Only the columns that measures need are read."""
    part = part_of(recording.manifest, world.sort)
    names = [*COLUMNS, *(OF_CAUSES if recording.manifest.get("firms") else ())]
    table = recording.table("cases", names)
    words = WORDS | {"variant": recording.variants, "list": world.lists}
    words |= {
        "group": world.groups,
        "region": tuple(recording.manifest["names"]["regions"]),
        "cause_act": ("", *world.acts),
    }
    columns = {name: _column(table.column(name), words.get(name)) for name in names}
    if recording.manifest.get("firms"):
        columns = _only(part, columns)
    edges = np.searchsorted(columns.pop("variant"), np.arange(len(recording.variants) + 1))
    return {
        variant: _by_slot(world, variant, columns, slice(edges[k], edges[k + 1]))
        for k, variant in enumerate(recording.variants)
    }


def _only(part: Part, columns: Mapping[str, Ints]) -> dict[str, Ints]:
    """The listings of this part, whose people (or firms) and regions are numbered from 0 on."""
    mine = (columns["person"] >= part.first) & (columns["person"] < part.beyond)
    kept = {name: column[mine] for name, column in columns.items()}
    return kept | {"person": kept["person"] - part.first, "region": kept["region"] - part.first_region}


def _by_slot(world: World, variant: str, columns: Mapping[str, Ints], rows: slice) -> Cases:
    slot = slots(world, *(columns[name][rows] for name in ("person", "list", "group")))
    order = np.argsort(
        slot.astype(np.uint16) if world.slots < 1 << 16 else slot, kind="stable"
    )  # 16 bits: a radix sort
    return Cases(world, variant, **{name: column[rows][order] for name, column in columns.items()})


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
