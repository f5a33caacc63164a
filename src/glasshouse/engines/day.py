"""The order of the day. One block of consecutive people lives one day; nobody outside it is touched.

    Morning
     1  what falls due       a decision that clears beats payment, expiry and recovery; all beat a notice       `morning.fall_due`
     2  gates                listed people try, are refused, learn, go another way                              `morning.try_gates`
    Day
     3  yesterday's letters  what reached these people from others                                              `letters.read_letters`
     4  conduct              potential acts happen or not, are seen, missed or misfiled, are recorded           `conduct.act`
    Evening
     5  points               each touched person's score moves once                                             `evening.settle`
     6  lists                entered on the new score or a filed record; a case opens with all its luck         `evening.enter_lists`
     7  answers              people do less of what cost them                                                   `evening.settle`
     8  letters leave        a share of each demerit, a listing's shade                                         `letters.send`

Everything is decided from the state of the morning and only gathered until the evening (`gathering`), by sums, maxima and bits: no order of
blocks, letters, variants or threads can matter. `docs/day.md` is the normative text; its paragraph numbers stand beside the code.
These modules own every loop over people; what happens to one person is in `mechanisms/`, one file each. What all read and write is in
`desk`.
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from glasshouse.chance import TRAIT, draw
from glasshouse.codes import BY_STANDING, LISTED, WRONG
from glasshouse.engines.buffers import E_STANDING, letter_pack
from glasshouse.engines.conduct import act, one_alike
from glasshouse.engines.desk import (
    AT_CASE,
    AT_CLOSED,
    AT_EVENT,
    AT_ITEM,
    AT_LETTER,
    AT_TOUCHED,
    FETCHED,
    NEED_CASE,
    NEED_CLOSED,
    NEED_EVENT,
    NEED_ITEM,
    NEED_LETTER,
    ON,
    SCORE,
    note,
)
from glasshouse.engines.evening import set_bars, settle
from glasshouse.engines.letters import exists, read_letters, send, write_letter
from glasshouse.engines.morning import fall_due, try_gates
from glasshouse.kernels import entry, phase, pure
from glasshouse.mechanisms import association
from glasshouse.scenario.tables import ABSENT, FIRST_TAG_OF_ASSOCIATIONS, GONE, MERGED_FILE
from glasshouse.world.belonging import group_of, scale_at


@phase
def has_room(letters, cases, world, rolls, gates, desk, rows, marks, limits, log):  # type: ignore[no-untyped-def]
    """Is there room for the most this block could need? If not, `marks` says how much there would have to be."""
    K, L = world.variants, rolls.count
    most = limits.candidates + letters
    people = min(most, world.block)
    marks[NEED_LETTER] = marks[AT_LETTER] + most * (1 + limits.fan)
    marks[NEED_CASE] = marks[AT_CASE] + cases + people * K * L
    marks[NEED_CLOSED] = marks[AT_CLOSED] + cases
    marks[NEED_ITEM] = most
    marks[NEED_EVENT] = marks[AT_EVENT]
    if log.journalled.shape[0] > 0:
        marks[NEED_EVENT] += 2 * most + cases * (7 + 4 * gates.count) + people * (1 + K * (1 + L))
    return (
        marks[NEED_LETTER] <= rows.letters.shape[0]
        and marks[NEED_CASE] <= rows.cases.shape[0]
        and marks[NEED_CLOSED] <= rows.closed.shape[0]
        and marks[NEED_EVENT] <= rows.events.shape[0]
        and marks[NEED_ITEM] <= desk.item.shape[0]
    )


WORTH_FETCHING = 5
"""A block is walked through beforehand when more than one of 32 of its people may be touched; a quiet scenario would pay for nothing."""


@pure
def fetch(state, base, beyond, marks):  # type: ignore[no-untyped-def]
    """Walk once through what the block's people have, so that memory hands it over in one stream and not person by person."""
    people = max(64 // (8 * state.shape[2]), 1)  # in a line of the cache
    bits = int64(0)
    for person in range(base, beyond, people):
        bits |= int64(state[person, ON, 0])
    marks[FETCHED] = bits


@entry
def live_chunk(first, at, last, day, plan, work, inbox, inbox_at, cases, cases_at, kept_at):  # type: ignore[no-untyped-def]
    """Blocks `at` to `last` of a chunk live one day. Returns `last`, or the block for which there was no room: nothing of it was done."""
    world, acts, scale, bonds, rolls, delays, gates, ties = plan
    people, desk, tally, rows, marks, limits, channels, log = work
    state, daily, B = people.state, tally.daily, world.block
    set_bars(rolls, scale, desk.bars)
    for b in range(at, last):
        mine = cases[cases_at[b - first] : cases_at[b - first + 1]]
        post_box = inbox[inbox_at[b] : inbox_at[b + 1]]
        if not has_room(post_box.shape[0], mine.shape[0], world, rolls, gates, desk, rows, marks, limits, log):
            return b
        base, start = b * B, marks[AT_CASE]
        kept_at[b - first] = start
        marks[AT_TOUCHED] = 0
        marks[AT_ITEM] = 0
        if limits.candidates + post_box.shape[0] > B >> WORTH_FETCHING:
            fetch(state, base, min(base + B, world.people), marks)
        fall_due(
            mine, day, world, rolls, delays, state, daily, rows, marks, tally.queued, channels.wait, limits.some_local, log
        )  # fmt: skip
        if gates.count:
            try_gates(start, day, world, rolls, delays, gates, people, daily, rows.cases, marks, log)
        read_letters(post_box, base, day, world, acts, bonds, ties, state, desk, rows.letters, marks, limits, log)
        act(
            b, base, day, world, acts, bonds, rolls, ties, state, desk, tally.acts, rows.letters, marks, limits,
            channels, log,
        )  # fmt: skip
        settle(base, day, world, acts, scale, bonds, rolls, delays, ties, people, desk, daily, rows, marks, limits, log)
        kept_at[b - first + 1] = marks[AT_CASE]
    return last


@entry
def tell_standing(at, beyond, day, plan, work):  # type: ignore[no-untyped-def]
    """Everybody from `at` on whose score crossed the level of an association since it was told last tells it now (16b).

    Returns `beyond`, or the person for whose letters there was no room; `marks` says how much there would have to be.
    """
    world, _, scale, bonds, _, _, _, ties = plan
    people, desk, _, rows, marks, limits, _, log = work
    state, told = people.state, people.told
    for person in range(at, beyond):
        marks[NEED_LETTER] = marks[AT_LETTER] + limits.fan
        marks[NEED_EVENT] = marks[AT_EVENT] + (bonds.count * world.variants if log.journalled.shape[0] > 0 else 0)
        if marks[NEED_LETTER] > rows.letters.shape[0] or marks[NEED_EVENT] > rows.events.shape[0]:
            return person
        s = scale_at(person, day, world, scale)
        for a in range(bonds.count):
            if bonds.transfer[a] != BY_STANDING:
                continue
            some = int64(0)
            for v in range(world.variants):
                if int64(state[person, ON, v]) & (ABSENT | GONE):
                    continue
                below_it = int64(association.stands_below(int64(state[person, SCORE, v]), bonds.level[a, v, s]))
                if below_it == int64(told[person, v]) >> a & 1:
                    continue
                told[person, v] ^= np.uint8(1 << a)
                if bonds.amount[a, v] != 0:
                    note(log, person, day, E_STANDING, 1 << v, a, 0, 0, below_it)
                    desk.amount[v] = bonds.amount[a, v] if below_it else -bonds.amount[a, v]
                    some = int64(1)
            if some:
                tag = FIRST_TAG_OF_ASSOCIATIONS + a
                send(
                    a, person, int64(LISTED), int64(1), tag, limits.some_cut, world, bonds, ties, state, desk,
                    rows.letters, marks,
                )  # fmt: skip
    return beyond


@entry
def merge_files(at, beyond, plan, work):  # type: ignore[no-untyped-def]
    """On the evening of a merge some files are joined to another's, and take their demerits with them (16b). Returns as `tell_standing`."""
    world, _, scale, _, _, _, _, ties = plan
    people, _, _, rows, marks, _, _, _ = work
    state = people.state
    for person in range(at, beyond):
        marks[NEED_LETTER] = marks[AT_LETTER] + world.variants
        if marks[NEED_LETTER] > rows.letters.shape[0]:
            return person
        w0, w1, w2, _ = draw(0, 0, TRAIT, 0, person, scale.merge_stream, world.k0, world.k1)
        group, other = group_of(person, world), one_alike(person, w1, w2, world.people, ties.beyond[0])
        if other == person:
            continue
        for v in range(world.variants):
            if not scale.merges[v] or uint64(w0) >= scale.merge_wrong[v, group]:
                continue
            amount = int64(state[person, SCORE, v]) - scale.baseline[scale_at(person, scale.merge_day, world, scale)]
            mask = exists(state, other, int64(1) << v)
            if amount >= 0 or mask == 0 or int64(state[person, ON, v]) & (ABSENT | GONE):
                continue
            at_letter = marks[AT_LETTER]
            pack = letter_pack(amount, WRONG, 1, 0, mask)
            write_letter(rows.letters, at_letter, other, person, int64(MERGED_FILE), int64(pack))
            marks[AT_LETTER] = at_letter + 1
    return beyond


@entry
def groups_of_all(world, group):  # type: ignore[no-untyped-def]
    """Group of everybody, into uint8[person]."""
    for person in range(world.people):
        group[person] = group_of(person, world)
