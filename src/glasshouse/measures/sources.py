"""The tables of a recording beside its listings: everybody at the end of the run, and the acts. Read when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.scenario.patching import apply_patch

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording


Ints = NDArray[Any]
Sort = Literal["people", "firms"]


class Part(NamedTuple):
    """The people of a recording, or its firms: their numbers, and the numbers of their regions, from the first to the first beyond."""

    first: int
    beyond: int
    first_region: int
    beyond_region: int


def part_of(manifest: Mapping[str, Any], sort: Sort) -> Part:
    """Firms are the last slots of a world, and their regions the last regions; most worlds have none."""
    slots, regions = int(manifest["people"]), len(manifest["names"]["regions"])
    firms = manifest.get("firms")
    first, apart = (int(firms["first"]), regions - len(firms["regions"])) if firms else (slots, regions)
    return Part(0, first, 0, apart) if sort == "people" else Part(first, slots, apart, regions)


class People(NamedTuple):
    """Everybody of one variant at the end of the run, int32[person]; group is its number."""

    score: Ints
    merited: Ints
    group: Ints


class Acts(NamedTuple):
    """How often an act happened, was seen, was misfiled, and was denied what it asks for, in one variant."""

    happened: int
    seen: int
    misfiled: int
    denied: int = 0


@dataclass(frozen=True, eq=False)
class Sources:
    """What else the recording holds of its people, or of its firms. Variants are given by name."""

    recording: Recording
    sort: Sort = "people"
    lock: Any = field(default_factory=Lock, repr=False)

    @cached_property
    def _part(self) -> Part:
        return part_of(self.recording.manifest, self.sort)

    def _mine(self, variant: str) -> slice:
        """The rows of this variant in the table of people."""
        start = self.recording.variants.index(variant) * int(self.recording.manifest["people"])
        return slice(start + self._part.first, start + self._part.beyond)

    @cached_property
    def _people(self) -> dict[str, Any]:
        """Each column once, for all variants; rows are sorted by variant and person."""
        table = self.recording.table("people", ["score", "merited"])
        return {name: table.column(name).to_numpy() for name in table.column_names}

    @cached_property
    def _group(self) -> Ints:
        """Everybody's group: the same in every variant, so that the first is enough."""
        first, n = self._part.first, self._part.beyond - self._part.first
        column = self.recording.table("people", ["group"]).column("group").slice(first, n)
        words = column.unify_dictionaries().combine_chunks()
        number = {name: k for k, name in enumerate(self.recording.manifest["names"]["groups"])}
        chunk = words.chunk(0) if hasattr(words, "chunk") else words
        code = np.array([number[word] for word in chunk.dictionary.to_pylist()], np.int32)
        return np.asarray(code[chunk.indices.to_numpy(zero_copy_only=False)])

    @cached_property
    def _columns(self) -> dict[str, Ints]:
        return {}

    def column(self, name: str, variant: str) -> Ints | None:
        """One more column of everybody of this variant, int32[person]; None where the table was not kept."""
        if not self.recording.has("people"):
            return None
        with self.lock:
            if name not in self._columns:
                self._columns[name] = self.recording.table("people", [name]).column(name).to_numpy()
            return self._columns[name][self._mine(variant)]

    @cached_property
    def _daily(self) -> dict[str, Ints]:
        return {}

    def daily(self, column: str, variant: str) -> Ints:
        """A column of the daily table summed over days, int64[region, group].

        The rows are sorted by variant, day, region and group, and every one of them is there.
        """
        names, variants = self.recording.manifest["names"], self.recording.variants
        shape = (len(variants), int(self.recording.manifest["days"]), len(names["regions"]), len(names["groups"]))
        with self.lock:
            if column not in self._daily:
                values = self.recording.table("daily", [column]).column(column).to_numpy()
                self._daily[column] = np.asarray(values).reshape(shape).sum(axis=1)
            mine = slice(self._part.first_region, self._part.beyond_region)
            return np.asarray(self._daily[column][variants.index(variant), mine])

    def by_day(self, column: str, variant: str) -> Ints:
        """A column of the daily table summed over regions and groups, int64[day]."""
        names, variants = self.recording.manifest["names"], self.recording.variants
        shape = (len(variants), int(self.recording.manifest["days"]), len(names["regions"]), len(names["groups"]))
        values = self.recording.table("daily", [column]).column(column).to_numpy()
        mine = slice(self._part.first_region, self._part.beyond_region)
        return np.asarray(np.asarray(values).reshape(shape)[variants.index(variant), :, mine].sum(axis=(1, 2)))

    def table(self, name: str, variant: str) -> dict[str, Ints] | None:
        """The rows of one variant of a table that few recordings have, by column; null is 0, or no word. None where it is not kept."""
        import pyarrow.compute as pc

        if not self.recording.has(name):
            return None
        rows = self.recording.table(name)
        mine = rows.filter(pc.equal(rows.column("variant").cast("string"), variant)).drop_columns(["variant"])
        found = {column: _plain_column(mine.column(column)) for column in mine.column_names}
        if "person" not in found or not self.recording.manifest.get("firms"):
            return found
        here = (found["person"] >= self._part.first) & (found["person"] < self._part.beyond)
        kept = {name: x[here] for name, x in found.items()}
        return kept | {"person": kept["person"] - self._part.first}

    def people(self, variant: str) -> People | None:
        """Everybody of this variant; None where the table was not kept."""
        if not self.recording.has("people"):
            return None
        with self.lock:  # variants are measured side by side, and share the columns
            columns, group = self._people, self._group
        score, merited = (columns[name][self._mine(variant)] for name in ("score", "merited"))
        return People(score, merited, group)

    @cached_property
    def _acts(self) -> dict[tuple[str, str], Acts]:
        table = self.recording.table("acts", ["variant", "act", *Acts._fields])
        summed = table.group_by(["variant", "act"]).aggregate([(name, "sum") for name in Acts._fields])
        rows = summed.to_pylist()
        return {(r["variant"], r["act"]): Acts(*(int(r[f"{name}_sum"]) for name in Acts._fields)) for r in rows}

    def acts(self, variant: str) -> Mapping[str, Acts]:
        """Each act of this variant that people (or firms) do, summed over days; empty where the table was not kept."""
        if not self.recording.has("acts"):
            return {}
        with self.lock:
            known = self._acts
        return {act: sums for (name, act), sums in known.items() if name == variant and self._done_by(act) == self.sort}

    def _done_by(self, act: str) -> str:
        acts = (self.recording.manifest["scenario"]["raw"].get("conduct") or {}).get("acts") or {}
        return str((acts.get(act) or {}).get("by") or "people")

    @cached_property
    def _scenarios(self) -> dict[str, Mapping[str, Any]]:
        return {}

    def found_on(self, variant: str) -> int:
        """The first day of the run on which something that was done to the register is known; 0 where nothing is, or it never is."""
        start = date.fromisoformat(str(self.recording.manifest["start"]))
        ends = [plain(shock.get("to")) for shock in self.scenario(variant).get("shocks") or [] if shock]
        days = [(date.fromisoformat(str(end)) - start).days + 1 for end in ends if end]
        return min((day for day in days if day > 0), default=0)

    def acts_of_bad_rules(self, variant: str) -> tuple[str, ...]:
        """The acts that a bad rule of this variant is about."""
        scenario = self.scenario(variant)
        bad = {shock.get("rule") for shock in scenario.get("shocks") or [] if shock and shock.get("kind") == "bad_rule"}
        return tuple(str(r["when"]["signal"]) for r in scenario.get("rules") or [] if r.get("id") in bad)

    def scenario(self, variant: str) -> Mapping[str, Any]:
        """The scenario as this variant has it: the raw file with what the variant sets."""
        raw: dict[str, Any] = self.recording.manifest["scenario"]["raw"]
        with self.lock:
            if variant not in self._scenarios:
                self._scenarios[variant] = _with_patches(raw, variant)
            return self._scenarios[variant]


def _plain_column(column: Any) -> Ints:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        return np.asarray(pc.fill_null(column.cast("string"), "").to_numpy(zero_copy_only=False))
    return np.asarray(pc.fill_null(column, pa.scalar(0).cast(column.type)).to_numpy(zero_copy_only=False))


def _with_patches(raw: dict[str, Any], variant: str) -> Mapping[str, Any]:
    for known in raw.get("variants") or []:
        if known.get("name") == variant:
            for path, value in (known.get("set") or {}).items():
                raw = apply_patch(raw, path, value)
    return raw


def plain(value: Any) -> Any:
    """A number of a scenario, with or without its source."""
    return value.get("value") if isinstance(value, Mapping) else value


def histogram(where: Ints, blocks_and_cells: int, levels: Ints, count: int) -> NDArray[np.float64]:
    """How many people of each block and cell have each level, float64[blocks x cells, level]."""
    counted = np.bincount(where * count + levels, minlength=blocks_and_cells * count)
    return counted.reshape(blocks_and_cells, count).astype(np.float64)
