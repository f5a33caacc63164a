"""Copies: what others hold of a listing, what becomes of it when the listing ends, and what a leak exposes (day.md, 26).

Nothing of the day follows from a copy, so that copies are read off the cases and the keys when the run is over: a recipient is handed each
open listing at its next delivery, hears of its end or does not, and on the day of a leak what it still has comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import CASE, draw
from glasshouse.codes import OWN, TIE, WRONG
from glasshouse.kernels import entry
from glasshouse.mechanisms.redress import wait
from glasshouse.scenario.shock_tables import SharingTables
from glasshouse.scenario.tables import MERGED_FILE, Plan

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
Cases = Mapping[str, NDArray[Any]]
Columns = dict[str, NDArray[Any]]


@entry
def case_words(index, person, stream, k0, k1, words):  # type: ignore[no-untyped-def]
    """Three words of each listing for one recipient, into uint32[3, case]."""
    for n in range(person.shape[0]):
        words[0, n], words[1, n], words[2, n], _ = draw(index[n], 0, CASE, 0, person[n], stream, k0, k1)


@entry
def delays_of(words, rows, cut, first, length, days):  # type: ignore[no-untyped-def]
    """Days that each word waits by its row of a table of delays, into int64[case]; -1 for ever."""
    for n in range(words.shape[0]):
        days[n] = wait(cut, first[rows[n]], length[rows[n]], np.uint64(words[n]))


def copies_of(plan: Plan, cases: Cases) -> Columns:
    """Every copy of every recipient, as the columns of `copies.parquet`; `cases` as in `Result`, days numbered from 1 with 0 for never."""
    parts = [_copies(plan, recipient, n, cases) for n, recipient in enumerate(plan.outside.sharing)]
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    keys = ("recipient", "ordinal", "list", "person", "variant")
    order = np.lexsort(tuple(found[key] for key in keys))
    table: Columns = {name: column[order] for name, column in found.items()}
    names = np.array([recipient.name for recipient in plan.outside.sharing], object)
    table["recipient"] = names[table["recipient"]].astype(str)
    for name in ("ended", "corrected", "leaked"):
        table[name] = np.ma.masked_equal(table[name], 0, copy=False)
    return table


def _copies(plan: Plan, recipient: SharingTables, number: int, cases: Cases) -> dict[str, I64]:
    """The copies of one recipient, in the order of the cases."""
    v, opened = cases["variant"], cases["opened"]
    sync = recipient.sync[v]
    received = np.where(sync > 0, (opened // np.maximum(sync, 1) + 1) * sync, 0)
    on_time = (received > 0) & (received <= plan.world.days)
    there = (cases["closed"] == 0) | (cases["closed"] > received)
    mine = np.flatnonzero(on_time & there & _handed_over(plan, recipient, cases))
    own = {name: cases[name][mine].astype(np.int64) for name in ("variant", "person", "list", "ordinal", "opened")}
    ended, arrived = cases["closed"][mine].astype(np.int64), received[mine].astype(np.int64)
    corrected, kept = _corrected(plan, recipient, own, ended)
    leak = recipient.leak[own["variant"]]
    still = (corrected == 0) | (corrected > leak) | kept
    return own | {
        "recipient": np.full(len(mine), number, np.int64),
        "received": arrived,
        "ended": ended,
        "closed_by": cases["closed_by"][mine].astype(np.int64),
        "corrected": corrected,
        "leaked": np.where((leak > 0) & (arrived <= leak) & still, leak, 0),
    }


def _handed_over(plan: Plan, recipient: SharingTables, cases: Cases) -> NDArray[np.bool_]:
    """Is this listing one of those that the recipient is given: of its lists, and resting on a record of its sources?"""
    v, tag = cases["variant"], cases["cause_tag"]
    of_list = recipient.lists[v] >> cases["list"] & 1 != 0
    of_act = np.isin(cases["cause_kind"], (WRONG, TIE, OWN)) & (tag != MERGED_FILE)
    act = np.where(of_act, tag & 255, 0)
    known = np.zeros((recipient.acts.shape[0], 256), bool)
    known[:, : recipient.acts.shape[1]] = recipient.acts != 0
    return np.asarray(of_list & ((recipient.of_sources[v] == 0) | (of_act & known[v, act])))


def _corrected(plan: Plan, recipient: SharingTables, own: Cases, ended: I64) -> tuple[I64, NDArray[np.bool_]]:
    """The day on which each copy is corrected, 0 never; and whether it is held back all the same."""
    v, person = own["variant"], own["person"]
    words, days = np.empty((3, len(person)), np.uint32), np.empty(len(person), np.int64)
    index = (own["list"] << 8 | own["ordinal"]).astype(np.uint32)
    case_words(index, person, recipient.stream, plan.world.k0, plan.world.k1, words)
    table = recipient.delays
    delays_of(words[1], recipient.correction[v].astype(np.int64), table.cut, table.first, table.length, days)
    when = ended + days
    told = (ended > 0) & (days >= 0) & (words[0] < recipient.propagates[v]) & (when <= plan.world.days)
    return np.where(told, when, 0), np.asarray(words[2] < recipient.kept[v])
