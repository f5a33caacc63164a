"""Letters that are not delivered tomorrow: records that come late, and what waits for the day on which scores are updated.

When a block has lived its day, its letters lie there as if all were delivered tomorrow. When each is due follows from what it is about
and from the tables alone (`docs/day.md`, 14 and 17), so those that wait are taken out here, once a day, and put into a calendar. A scenario
in which nothing waits never comes here. Left out: nothing; the kernels only leave a late own record as a letter to oneself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import WRONG
from glasshouse.engines.buffers import AMOUNT_ZERO, LETTER_WORDS
from glasshouse.scenario.tables import MERGED_FILE, Plan

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
Held = dict[int, list[U32]]
"""Letters by the day on which they are delivered: uint32[letter, 5], the fifth word being the day on which they left."""


def some_wait(plan: Plan) -> bool:
    """Can anything be delivered later than tomorrow?"""
    days = np.arange(plan.score.update.shape[1])
    return bool(plan.acts.late.any() or (plan.score.update != days).any())


def prompt_on(plan: Plan, day: int) -> I64:
    """For each act the variants, as bits, in which a record made on this day is due on this day."""
    files = plan.acts.files >= 0
    updated = plan.score.update[:, day] == day
    at_once = (plan.acts.late == 0) & (files | updated[None, :])
    bits: I64 = (at_once.astype(np.int64) << np.arange(at_once.shape[1])).sum(axis=1)
    return bits


def due_days(plan: Plan, letters: U32, today: int) -> I64:
    """The day on which each letter that leaves today is delivered in each variant, int64[K, letter]; beyond the last day: never."""
    score, acts, beyond = plan.score, plan.acts, plan.world.days + 1
    pack, tag = letters[:, 3].astype(np.int64), letters[:, 2].astype(np.int64)
    kind, amount = pack >> 14 & 3, (pack >> 16) - AMOUNT_ZERO
    of_act = (kind == 0) | ((kind == WRONG) & (tag != MERGED_FILE))
    act = np.where(of_act, tag & 255, 0)
    out = np.empty((plan.world.variants, len(letters)), np.int64)
    for v in range(plan.world.variants):
        wait = np.where(of_act, np.maximum(acts.late[act, v], kind), 1)
        day = np.minimum(today + wait, beyond)
        is_scored = np.where(of_act, acts.files[act, v] < 0, amount != 0)
        out[v] = np.where(is_scored, score.update[v, day], day)
    return out


def part(plan: Plan, letters: U32, today: int) -> tuple[U32, Held]:
    """Today's letters, parted into those of tomorrow and those of later days. Those due after the last day are dropped."""
    if len(letters) == 0:
        return letters, {}
    due = due_days(plan, letters, today)
    bits = letters[:, 3].astype(np.int64)[None, :] >> np.arange(len(due))[:, None] & 1
    tomorrow, held = letters[:0], Held()
    for day in np.unique(due[bits == 1]).tolist():
        mask = ((bits & (due == day)) << np.arange(len(due))[:, None]).sum(axis=0)
        some = letters[mask != 0].copy()
        some[:, 3] = some[:, 3] & 0xFFFFFF00 | mask[mask != 0].astype(np.uint32)
        if day == today + 1:
            tomorrow = some
        elif day <= plan.world.days:
            held[day] = [with_day(some, today)]
    return tomorrow, held


def with_day(letters: U32, sent: int | U32) -> U32:
    """Letters with the day on which they left as a fifth word."""
    return np.column_stack([letters, np.broadcast_to(np.asarray(sent, np.uint32), len(letters))]).astype(np.uint32)


class Calendar:
    """What waits, by the day on which it is delivered."""

    def __init__(self) -> None:
        self.held: Held = {}

    def add(self, held: Held) -> None:
        """Keep what waits."""
        for day, rows in held.items():
            self.held.setdefault(day, []).extend(rows)

    def take(self, day: int) -> U32:
        """What is delivered on a day, with the days on which it left; it waits no longer."""
        return np.concatenate([np.zeros((0, LETTER_WORDS + 1), np.uint32), *self.held.pop(day, [])])

    def waiting(self) -> int:
        """Letters that wait."""
        return sum(len(rows) for parts in self.held.values() for rows in parts)

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Everything that waits, as arrays."""
        days = sorted(self.held)
        parts = [np.concatenate(self.held[day]) for day in days]
        return {
            "held_days": np.array(days, np.int64),
            "held_counts": np.array([len(x) for x in parts], np.int64),
            "held": np.concatenate([np.zeros((0, LETTER_WORDS + 1), np.uint32), *parts]),
        }

    def restore(self, saved: dict[str, NDArray[Any]]) -> None:
        """Go on from a snapshot."""
        ends = np.cumsum(saved["held_counts"])
        runs = zip(saved["held_days"], ends, saved["held_counts"], strict=True)
        self.held = {int(day): [saved["held"][end - n : end]] for day, end, n in runs}
