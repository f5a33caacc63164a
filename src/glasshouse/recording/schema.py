"""The format of a recording, version 2.

A recording is a directory. Everything in it is about synthetic people: a person is a row number that means nothing
outside its seed. Each table is one Parquet file whose metadata says `glasshouse: synthetic people` and `schema: 2`, and
names the variants, lists and gates in the order of their numbers and bits (joined by commas).

    daily.parquet    a row for each variant, day, region and group, sorted by them. Counts are of synthetic people.
                     listed, wrongful_listed, wrongful_listed_by_rights: open listings at the end of the day (stocks).
                     listings, delistings, complied, notified, appeals, corrections: of the day. bounced: payments
                     that failed because assets are frozen. left: people who left. ties_cut: ties lost by a listing.
                     people: who lives there. refused_G: tries refused at gate G; refused_G_trips: trips;
                     refused_G_people: people refused there for the first time, so that a sum over days is distinct
                     people; evaded_G: trips that went through by another way.
    acts.parquet     a row for each variant, day and act: how often it happened, was seen, was misfiled, and
                     how often what it asked for was denied.
    cases.parquet    a row for each listing, sorted by variant, opened, person, list. Days are int32; null is "never in
                     this run". ordinal: which listing of this person on this list. basis: what the listing really
                     rests on (`BASES` in codes.py). rightful: by the scheme's rule on true facts.
                     cause_kind: wrong, tie, listed, own, model, health, shock. cause_source: the person whose act it was. cause_tag: the
                     event (act | tier<<8 | band<<13 | index<<16), or the number of the list if the kind is `listed`.
                     cause_act: the name of the act. cause: one plain phrase made of kind and act. learnt_by: notice or
                     refusal. decision: granted or refused. closed_by: corrected, paid, expired, recovered, left.
    people.parquet   a row for each variant and person, at the end. listed, refused_ever, given_up: bit masks,
                     bit n is the n-th list or gate. chill: of 256. merited: the score on true facts.
                     left_on: the day they left, null if they did not.
    letters.parquet  a row for each letter delivered, sorted by target within runs of 30 days. mask: bit n is variant n.
                     sent: the day on which it left; only where records may come late or scores move on some days
                     only. Otherwise, and in older recordings, that is the day before.
    channels.parquet a row for each day, variant and list, only where a scenario has clerks or publicity: what everybody knew
                     that morning. news: 256ths of chillable conduct stopped by it. wait: days that an appeal waits for a
                     clerk; null for ever.
    journal.parquet  a row for each event of a person asked for.
    filings.parquet  a row for each person put on a list from elsewhere (a model, a health code, an intruder), opened or not, only where
                     something does that; with it the tables of those who do: rounds, epidemic, infections, scans,
                     shocks; and copies (docs/recording.md).
    manifest.json    everything needed to run it again, digests, environment and wall time (provenance.py).

Integers are DELTA_BINARY_PACKED, strings are dictionaries, compression is zstd level 1, and row groups hold 2^17 rows
however the work was cut. No table holds a time of the clock, a path or the name of a machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from glasshouse.scenario.tables import Names

FORMAT = 2
ABOUT = {"glasshouse": "synthetic people", "schema": str(FORMAT)}
"""What every table of this project says of itself, in the metadata of its file."""
ROWS = 1 << 17
"""Rows of a row group."""

TABLES = (
    "daily",
    "acts",
    "cases",
    "people",
    "letters",
    "channels",
    "journal",
    "filings",
    "rounds",
    "epidemic",
    "shocks",
    "copies",
)
LEARNT = ("", "notice", "refusal")
STOCKS = ("listed", "wrongful_listed", "wrongful_listed_by_rights")
DAILY = (
    "listed", "listings", "delistings", "complied", "notified", "appeals", "corrections",
    "wrongful_listed", "wrongful_listed_by_rights", "bounced", "left", "ties_cut",
)  # fmt: skip
ACTS = ("happened", "seen", "misfiled", "denied")
GATE_COLUMNS = {
    "tries_{}": "refused_{}",
    "trips_{}": "refused_{}_trips",
    "people_{}": "refused_{}_people",
    "evaded_{}": "evaded_{}",
}
"""What the engine calls a count of a gate, and what the table calls it."""

WORDS = pa.dictionary(pa.int16(), pa.string())


class WorldFacts(NamedTuple):
    """What the tables need to know of the world: how many people and days, and who lives where."""

    people: int
    days: int
    population: NDArray[np.int64]  # [R, G] people of each region and group


def gate_columns(gate: str) -> tuple[str, ...]:
    """The columns of one gate in `daily`."""
    return tuple(column.format(gate) for column in GATE_COLUMNS.values())


def stamped(fields: list[tuple[str, pa.DataType]], names: Names) -> pa.Schema:
    """A schema that says in its metadata that it is about synthetic people, and what its numbers are called."""
    order = {key: ",".join(getattr(names, key)) for key in ("variants", "lists", "gates")}
    return pa.schema(fields, metadata=ABOUT | order)


def daily_schema(names: Names) -> pa.Schema:
    """day and date, variant, region, group, then counts (int64)."""
    head = [("day", pa.int32()), ("date", pa.date32()), ("variant", WORDS), ("region", WORDS), ("group", WORDS)]
    counts = ["people", *DAILY, *(column for gate in names.gates for column in gate_columns(gate))]
    return stamped(head + [(name, pa.int64()) for name in counts], names)


def acts_schema(names: Names) -> pa.Schema:
    """day, variant, act; how often it happened, was seen, was misfiled, and how often it was denied what it asked for."""
    head = [("day", pa.int32()), ("variant", WORDS), ("act", WORDS)]
    return stamped(head + [(name, pa.int64()) for name in ACTS], names)


def cases_schema(names: Names) -> pa.Schema:
    """One listing a row; see the head of this file."""
    day = pa.int32()
    return stamped(
        [
            ("person", pa.int64()), ("variant", WORDS), ("region", WORDS), ("group", WORDS), ("list", WORDS),
            ("ordinal", pa.int32()), ("opened", day), ("cause", WORDS), ("cause_kind", WORDS),
            ("cause_source", pa.int64()), ("cause_act", WORDS),
            ("cause_tag", pa.int64()), ("basis", WORDS), ("rightful", pa.bool_()),
            ("notified_on", day), ("learnt_on", day), ("learnt_by", WORDS), ("appealed_on", day), ("decided_on", day),
            ("decision", WORDS), ("paid_on", day), ("closed", day), ("closed_by", WORDS),
        ],
        names,
    )  # fmt: skip


def people_schema(names: Names) -> pa.Schema:
    """One person of one variant a row, at the end of the run."""
    head = [("person", pa.int64()), ("variant", WORDS), ("region", WORDS), ("group", WORDS)]
    columns = ("score", "merited", "listed", "times_listed", "chill", "refused_ever", "given_up")
    return stamped([*head, *((name, pa.int32()) for name in columns), ("left_on", pa.int32())], names)


def channels_schema(names: Names) -> pa.Schema:
    """What everybody knew on the morning of a day: a row for each variant, day and list."""
    head = [("day", pa.int32()), ("variant", WORDS), ("list", WORDS)]
    return stamped([*head, ("news", pa.int32()), ("wait", pa.int32())], names)


def letters_schema(names: Names, sent: bool = False) -> pa.Schema:
    """One letter a row: to whom, from whom, because of what, and in which variants; with the day on which it left if letters may wait."""
    return stamped(
        [
            ("day", pa.int32()), *([("sent", pa.int32())] if sent else []),
            ("target", pa.int64()), ("source", pa.int64()), ("tag", pa.int64()), ("kind", WORDS),
            ("association", WORDS), ("hops", pa.int32()), ("amount", pa.int32()), ("mask", pa.int32()),
        ],
        names,
    )  # fmt: skip


def journal_schema(names: Names) -> pa.Schema:
    """One event of a person asked for a row."""
    return stamped(
        [
            ("person", pa.int64()), ("day", pa.int32()), ("variant", WORDS), ("event", WORDS), ("detail", WORDS),
            ("source", pa.int64()), ("tag", pa.int64()), ("amount", pa.int64()),
        ],
        names,
    )  # fmt: skip
