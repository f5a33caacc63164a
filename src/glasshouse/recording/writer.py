"""What the engine counted is written down as tables:

names for numbers, nulls for what never happened, one order of rows.

Every table is written in batches and digested on the way, so that a column is never held twice. The tables and their
columns are specified in `schema.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from glasshouse.recording import schema as tables
from glasshouse.recording.digest import TableDigest, of_variant
from glasshouse.recording.extra import extra_table
from glasshouse.recording.schema import LEARNT, ROWS, WorldFacts
from glasshouse.scenario.lot_tables import LOT
from glasshouse.scenario.tables import (
    BASES,
    DECISIONS,
    EXITS,
    FIRST_TAG_OF_ASSOCIATIONS,
    GONE,
    HEALTH,
    KINDS,
    LISTED,
    MERGED_FILE,
    MODEL,
    OWN,
    SHOCK,
    TIE,
    WRONG,
    Names,
)

Columns = Mapping[str, NDArray[Any]]
Digests = dict[str, dict[str, str]]


def write_tables(
    folder: Path,
    names: Names,
    world: WorldFacts,
    daily: Columns,
    acts: NDArray[np.int64],
    cases: Columns,
    people: Columns | None = None,
    letters_parts: Iterable[Columns] | None = None,
    journal: Columns | None = None,
    channels: Columns | None = None,
    more: Mapping[str, Columns] | None = None,
) -> Digests:
    """Write the tables of a recording into `folder`; the digest of each table and variant.

    daily: int64[T, K, R, G] by name (`schema.DAILY`, and tries_G, trips_G, people_G, evaded_G for each gate G);
    `listed` and `wrongful_*` are stocks at the end of the day; `people` may be given, otherwise it is
    `world.population`. acts: int64[T, K, C, 4] (`schema.ACTS`). cases: integer codes [n], 0 = never, in any
    order. people: [N, K] by name, with region[N] and group[N]; `on` may hold the bit of absence, which is not
    written. letters_parts: one mapping of columns for each run of 30 days, sorted. journal: columns; event and detail
    are words. channels: news[T, K] and wait[T, L, K], -1 for ever. more: tables of what files from
    elsewhere, by name (`extra.py`). A table that is None is not written.
    """
    written = {
        "daily": _write(folder, "daily", tables.daily_schema(names), names, daily_batches(names, world, daily)),
        "acts": _write(folder, "acts", tables.acts_schema(names), names, acts_batches(names, acts)),
        "cases": _write(folder, "cases", tables.cases_schema(names), names, cases_batches(names, cases)),
    }
    if people is not None:
        written["people"] = _write(folder, "people", tables.people_schema(names), names, people_batches(names, people))
    if letters_parts is not None:
        parts = iter(letters_parts)
        first = next(parts, None)
        letters = (letters_table(names, part) for part in chain([first] if first else [], parts))
        schema = tables.letters_schema(names, first is not None and "sent" in first)
        written["letters"] = _write(folder, "letters", schema, names, letters)
    if channels is not None:
        written["channels"] = _write(
            folder, "channels", tables.channels_schema(names), names, channels_batches(names, channels)
        )
    if journal is not None:
        written["journal"] = _write(
            folder, "journal", tables.journal_schema(names), names, iter([journal_table(names, journal)])
        )
    for table, columns in (more or {}).items():
        found = extra_table(names, columns)
        written[table] = _write(folder, table, found.schema, names, iter([found]))
    return written


class GroupWriter:
    """A Parquet file whose row groups hold `ROWS` rows however the batches were cut."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        integers = [f.name for f in schema if pa.types.is_integer(f.type) or pa.types.is_date32(f.type)]
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=words,
            column_encoding=dict.fromkeys(integers, "DELTA_BINARY_PACKED"),
            write_statistics=["target", "day"] if "target" in integers else True,
        )

    def write(self, batch: pa.Table) -> None:
        """Keep the rows, and write the row groups that are full."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= ROWS:
            self._flush(self._rows // ROWS * ROWS)

    def _flush(self, rows: int) -> None:
        whole = pa.concat_tables(self._waiting)
        self._writer.write_table(whole.slice(0, rows), row_group_size=ROWS)
        self._waiting, self._rows = [whole.slice(rows)], self._rows - rows

    def close(self) -> None:
        """Write the last, shorter row group and the footer."""
        if self._rows:
            self._flush(self._rows)
        self._writer.close()


def _write(folder: Path, table: str, schema: pa.Schema, names: Names, batches: Iterator[pa.Table]) -> dict[str, str]:
    """Write one table and digest it by variant.

    A batch of one variant says so in its metadata, which is then not written.
    """
    digests = {name: TableDigest() for name in names.variants}
    writer = GroupWriter(folder / f"{table}.parquet", schema)
    try:
        for batch in batches:
            writer.write(batch.replace_schema_metadata(schema.metadata))
            for number, name in enumerate(names.variants):
                rows = (
                    batch if _only(batch) == name else of_variant(batch, number, name) if _only(batch) is None else None
                )
                if rows is not None:
                    digests[name].update(rows)
    finally:
        writer.close()
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _only(batch: pa.Table) -> str | None:
    only: bytes | None = (batch.schema.metadata or {}).get(b"only")
    return None if only is None else only.decode()


def _table(schema: pa.Schema, columns: Mapping[str, pa.Array], only: str | None = None) -> pa.Table:
    batch = pa.Table.from_arrays([columns[field.name] for field in schema], schema=schema)
    return batch if only is None else batch.replace_schema_metadata({"only": only})


# --- columns ---------------------------------------------------------------------------------------


def words(codes: NDArray[Any], vocabulary: tuple[str, ...]) -> pa.Array:
    """Codes as words. An empty word is null; a word that has several codes is one word, for a dictionary has no doubles."""
    distinct = tuple(dict.fromkeys(word for word in vocabulary if word))
    place = {word: number for number, word in enumerate(distinct)}
    index = np.array([place.get(word, -1) for word in vocabulary], np.int16)[np.asarray(codes)]
    mask = index < 0
    indices = pa.array(np.where(mask, 0, index).astype(np.int16), mask=mask)
    return pa.DictionaryArray.from_arrays(indices, pa.array(distinct, pa.string()))


def days(values: NDArray[Any]) -> pa.Array:
    """Days, null where it never happened (0)."""
    return pa.array(np.ascontiguousarray(values, dtype=np.int32), mask=np.asarray(values) == 0)


def whole(values: NDArray[Any], kind: pa.DataType | None = None) -> pa.Array:
    """Plain integers, int64 unless said otherwise."""
    kind = kind or pa.int64()
    return pa.array(np.ascontiguousarray(values, dtype=kind.to_pandas_dtype()), kind)


def _same(word: str, rows: int) -> pa.Array:
    return words(np.zeros(rows, np.int16), (word,))


# --- daily and acts --------------------------------------------------------------------------------


def daily_batches(names: Names, world: WorldFacts, daily: Columns) -> Iterator[pa.Table]:
    """One batch a variant, by day, region, group."""
    schema = tables.daily_schema(names)
    T, _, R, G = np.shape(daily["listed"])
    t, r, g = (axis.ravel() for axis in np.indices((T, R, G), dtype=np.int32))
    day_0 = date.fromisoformat(names.start).toordinal() - date(1970, 1, 1).toordinal()
    for k, variant in enumerate(names.variants):
        columns = {
            "day": whole(t + 1, pa.int32()),
            "date": whole(t + day_0, pa.int32()).cast(pa.date32()),
            "variant": _same(variant, len(t)),
            "region": words(r, names.regions),
            "group": words(g, names.groups),
            "people": whole(_population(world, daily, k, (T, R, G))),
        }
        columns |= {name: whole(daily[name][:, k].ravel()) for name in tables.DAILY}
        for gate in names.gates:
            for counted, column in tables.GATE_COLUMNS.items():
                columns[column.format(gate)] = whole(daily[counted.format(gate)][:, k].ravel())
        yield _table(schema, columns, variant)


def _population(world: WorldFacts, daily: Columns, k: int, shape: tuple[int, int, int]) -> NDArray[np.int64]:
    given = daily["people"][:, k] if "people" in daily else np.broadcast_to(world.population, shape)
    return np.ascontiguousarray(given).ravel()


def acts_batches(names: Names, acts: NDArray[np.int64]) -> Iterator[pa.Table]:
    """One batch a variant, by day and act. An axis of acts kept at length 1 for a scenario without any is left out."""
    acts, known = _by_name(names, acts)
    T, C = acts.shape[0], len(known)
    t, c = (axis.ravel() for axis in np.indices((T, C), dtype=np.int32))
    for k, variant in enumerate(names.variants):
        columns = {"day": whole(t + 1, pa.int32()), "variant": _same(variant, len(t)), "act": words(c, known)}
        columns |= {name: whole(acts[:, k, :C, i].ravel()) for i, name in enumerate(tables.ACTS)}
        yield _table(tables.acts_schema(names), columns, variant)


def _by_name(names: Names, acts: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Counts by the names of acts: an act that counts differently by region is several in the tables, and one here."""
    known = tuple(dict.fromkeys(names.acts))
    if len(known) == len(names.acts):
        return acts, known
    out = np.zeros((*acts.shape[:2], len(known), acts.shape[3]), acts.dtype)
    for number, name in enumerate(names.acts):
        out[:, :, known.index(name)] += acts[:, :, number]
    return out, known


# --- cases -----------------------------------------------------------------------------------------


def cases_batches(names: Names, cases: Columns) -> Iterator[pa.Table]:
    """Batches of `ROWS` listings in the order of variant, opened, person, list."""
    order = _case_order(cases)
    for first in range(0, len(order), ROWS):
        rows = order[first : first + ROWS]
        yield _cases_table(names, {name: np.asarray(column)[rows] for name, column in cases.items()})


def _case_order(cases: Columns) -> NDArray[np.int64]:
    """One number a listing that sorts as (variant, opened, person, list): 3, 16, 41 and 4 bits."""
    variant, opened, person, number = (
        np.asarray(cases[name]).astype(np.uint64) for name in ("variant", "opened", "person", "list")
    )
    key = variant << np.uint64(61) | opened << np.uint64(45) | person << np.uint64(4) | number
    return np.argsort(key, kind="stable") if np.any(key[1:] < key[:-1]) else np.arange(len(key))


def _cases_table(names: Names, codes: Columns) -> pa.Table:
    kind, tag = codes["cause_kind"], codes["cause_tag"]
    phrases, acts = cause_words(names)
    number = np.where(kind == LISTED, tag, tag & 0xFF).astype(np.int64)
    caused = np.where(kind == 0, 0, 1 + (kind - 1).astype(np.int64) * 256 + number)
    columns = {name: whole(codes[name]) for name in ("person", "cause_tag")}
    columns |= {name: whole(codes[name], pa.int32()) for name in ("ordinal", "opened")}
    for name, column in (("notified", "notified_on"), ("learnt", "learnt_on"), ("appealed", "appealed_on")):
        columns[column] = days(codes[name])
    for name, column in (("decided", "decided_on"), ("paid", "paid_on"), ("closed", "closed")):
        columns[column] = days(codes[name])
    for name in ("variant", "region", "group", "list"):
        columns[name] = words(codes[name], getattr(names, name + "s"))
    columns["cause_source"] = pa.array(np.asarray(codes["cause_source"], np.int64), mask=np.asarray(kind == 0))
    columns["rightful"] = pa.array(np.asarray(codes["rightful"]).astype(bool))
    for name, vocabulary in (
        ("cause_kind", KINDS),
        ("basis", BASES),
        ("learnt_by", LEARNT),
        ("decision", DECISIONS),
        ("closed_by", EXITS),
    ):
        columns[name] = words(codes[name], vocabulary)
    columns["cause"], columns["cause_act"] = words(caused, phrases), words(caused, acts)
    return _table(tables.cases_schema(names), columns)


FILED_FROM_ELSEWHERE = {
    MODEL: "chosen by a model",
    HEALTH: "filed by the health code",
    SHOCK: "written into the register by somebody who was not to",
}


def cause_words(names: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phrase and the act of every cause, at 1 + (kind - 1) x 256 + number of the act (or of the list, where a
    listing is the cause).
    """
    room = 1 + (len(KINDS) - 1) * 256
    phrases, acts = [""] * room, [""] * room
    for kind, phrase in FILED_FROM_ELSEWHERE.items():
        phrases[1 + (kind - 1) * 256 : 1 + kind * 256] = [phrase] * 256
    phrases[1 + (MODEL - 1) * 256 + (LOT & 255)] = "drawn by lot"
    for act, name in enumerate(names.acts):
        plain = name.replace("_", " ")
        for kind, phrase in (
            (WRONG, f"{plain} of somebody else, put in this file"),
            (TIE, f"{plain} of somebody tied"),
            (OWN, f"own {plain}"),
        ):
            phrases[1 + (kind - 1) * 256 + act], acts[1 + (kind - 1) * 256 + act] = phrase, name
    for number, name in enumerate(names.lists):
        phrases[1 + (LISTED - 1) * 256 + number] = f"somebody tied was put on the list {name.replace('_', ' ')}"
    for number in range(len(names.associations)):
        phrases[1 + (LISTED - 1) * 256 + FIRST_TAG_OF_ASSOCIATIONS + number] = (
            f"the standing or the company of somebody tied ({names.associations[number].replace('_', ' ')})"
        )
    if len(names.acts) < 256:
        phrases[1 + (WRONG - 1) * 256 + (MERGED_FILE & 255)] = "a file of somebody else that was joined to this one"
    return tuple(phrases), tuple(acts)


# --- people, letters, journal ----------------------------------------------------------------------


def people_batches(names: Names, people: Columns) -> Iterator[pa.Table]:
    """Batches of `ROWS` people, variant by variant."""
    total = len(people["region"])
    for k, variant in enumerate(names.variants):
        for first in range(0, total, ROWS):
            yield _people_table(names, people, k, variant, first, min(first + ROWS, total))


def _people_table(names: Names, people: Columns, k: int, variant: str, first: int, last: int) -> pa.Table:
    columns = {
        "person": whole(np.arange(first, last, dtype=np.int64)),
        "variant": _same(variant, last - first),
        "region": words(people["region"][first:last], names.regions),
        "group": words(people["group"][first:last], names.groups),
        "listed": whole(people["on"][first:last, k].astype(np.int32) & (GONE - 1), pa.int32()),
    }
    for name in ("score", "merited", "times_listed", "chill", "refused_ever", "given_up"):
        columns[name] = whole(people[name][first:last, k], pa.int32())
    columns["left_on"] = days(people["left_on"][first:last, k])
    return _table(tables.people_schema(names), columns, variant)


def channels_batches(names: Names, channels: Columns) -> Iterator[pa.Table]:
    """One batch a variant, by day and list."""
    T, L = len(channels["news"]), len(names.lists)
    t, n = (axis.ravel() for axis in np.indices((T, L), dtype=np.int32))
    for k, variant in enumerate(names.variants):
        wait = np.asarray(channels["wait"])[:, :L, k].ravel()
        columns = {
            "day": whole(t + 1, pa.int32()),
            "variant": _same(variant, len(t)),
            "list": words(n, names.lists),
            "news": whole(np.asarray(channels["news"])[t, k], pa.int32()),
            "wait": pa.array(wait.astype(np.int32), mask=wait < 0),
        }
        yield _table(tables.channels_schema(names), columns, variant)


def letters_table(names: Names, part: Columns) -> pa.Table:
    """The letters of 30 days. Only those that travel along ties name an association."""
    kind = np.asarray(part["kind"])
    tied = np.isin(kind, (TIE, LISTED)) & (len(names.associations) > 0)
    columns = {name: whole(part[name]) for name in ("target", "source", "tag")}
    columns |= {
        name: whole(part[name], pa.int32()) for name in ("day", "sent", "hops", "amount", "mask") if name in part
    }
    columns["kind"] = words(kind, KINDS)
    columns["association"] = words(
        np.where(tied, np.asarray(part["association"]).astype(np.int64) + 1, 0), ("", *names.associations)
    )
    return _table(tables.letters_schema(names, "sent" in part), columns)


def journal_table(names: Names, journal: Columns) -> pa.Table:
    """The events of the people asked for, sorted by person, day and variant. Source is null where it is negative."""
    order = np.lexsort((journal["variant"], journal["day"], journal["person"]))
    columns = {name: whole(np.asarray(journal[name])[order]) for name in ("person", "tag", "amount")}
    columns["day"] = whole(np.asarray(journal["day"])[order], pa.int32())
    columns["variant"] = words(np.asarray(journal["variant"])[order], names.variants)
    source = np.asarray(journal["source"], np.int64)[order]
    columns["source"] = pa.array(source, mask=source < 0)
    for name in ("event", "detail"):
        columns[name] = (
            pa.array([str(word) for word in np.asarray(journal[name])[order]], pa.string())
            .dictionary_encode()
            .cast(tables.WORDS)
        )
    return _table(tables.journal_schema(names), columns)
