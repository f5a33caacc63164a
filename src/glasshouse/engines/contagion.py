"""An illness that goes from person to person, and the colours that follow: the kernels of an evening (day.md, 24).

Only transmissions are drawn: how often the slots of a person's contacts are hit today is one Poisson number, nearly always 0, and only a
slot that was hit is asked who is in it. So a day costs by those who are infectious, and neither by people nor by contacts. Variants walk in
lockstep and share every draw. Whoever is hit is written to by a letter that is read tomorrow evening, by the first of equals and the
greatest source, so that no order of chunks or letters can matter.

A letter is four words: target | source | word | layer, variants << 8, kind << 16 (0 a transmission, 1 tracing).
A row is somebody who is, or will be, infectious or found: person | latent, length << 16 | group, region << 8 | span, then for each way of
being found two words: delay | word. A hit is somebody whose contacts are hit today: person | which of the hits | variants | four words.
Rows and hits lie word by word, so that draws for all of them are made in plain loops, eight or sixteen at a time where the machine can.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, uint32, uint64
from numpy.typing import NDArray

from glasshouse.chance import CANDIDATE, COUNT, TARGET, TRAIT, below, draw, philox
from glasshouse.codes import HEALTH, OTHERS, OWN_ACT
from glasshouse.kernels import entry, phase, pure
from glasshouse.mechanisms import behaviour, redress
from glasshouse.scenario.epidemic_tables import ANYBODY, OWN_REGION, SCAN_INDEX, TAG_OF_CAUSE, TAG_OF_LAYER
from glasshouse.scenario.tables import ABSENT, GONE, I32, I64, U8, U32, U64, Delays, TieTables
from glasshouse.world.belonging import group_of, region_of
from glasshouse.world.circles import Circles, friends, nth, ordered
from glasshouse.world.ties import FRIENDS, ONLINE_FRIENDS, ascending, tied

LETTER, FILED = 4, 8
PERSON, COURSE, PLACE, SPAN, ROW_HEAD = range(5)
WHICH, VARIANTS, WORDS = 1, 2, 3
HIT = 7
STRETCH = 6
"""Letters are read stretch after stretch of 64 people, and so rows begin in that order: what is asked of people lies close together."""
NEVER = 65_535
AT_ROW, AT_LETTER, AT_FILED, AT_HIT, NEED_ROW, NEED_LETTER, NEED_FILED, NEED_HIT, NEXT = range(9)
MARKS = 9
INFECTED, INFECTIOUS, FOUND, TRACED, OTHER = range(5)
COUNTS = ("infected", "infectious", "found", "traced", "other")


class People(NamedTuple):
    """What everybody has; views of what the day's engine holds, or of nothing where there is no such engine."""

    on: NDArray[np.uint16]  # [N, K] lists, and whether they are there
    caught: NDArray[np.uint16]  # [N, K]
    source: U32  # [N, K]
    has_row: U8  # [N]


class Place(NamedTuple):
    """Where people live, and their keys. `people` is how many slots are no firms: nobody beyond them is met, coloured or scanned."""

    people: int
    block: int
    k0: int
    k1: int
    group_stream: int
    group_cut: U64
    region_cut: I64
    ties: TieTables


class Illness(NamedTuple):
    """The part of `EpidemicTables` that a day of infections needs, `period` being today's."""

    stream: int
    layers: int
    reach: I32
    each: U8
    meets: I64
    spread_cdf: U64
    spread_len: I32
    cells: I32
    cell_layer: I32
    cell_first: I64
    cell_slots: I64
    cell_cut: U64
    passes: U64
    isolates: U64
    delays: Delays
    latent: int
    infectious: int
    ways: int
    way_delay: I32
    found: U64
    way_list: I32
    look_back: I64
    traced: U64
    contact_list: I32
    crosses: U8
    most_traced: int  # letters that tracing from one person may need on one evening


class Code(NamedTuple):
    """The part that colours people without any illness, and that scans."""

    stream: int
    causes: int
    cause_cdf: U64
    cause_len: I32
    cause: U64
    cause_list: I32
    cause_tag: I32
    cause_basis: I32
    cause_right: U8
    gates: int
    scan_cdf: U64
    scan_len: I32
    scan_share: U64
    code_lists: I64


class Desk(NamedTuple):
    """What a chunk works with: its rows, what it sends and files, and room to think."""

    rows: U32  # [words, rows]
    hits: U32  # [HIT, hits]
    letters: U32
    filed: U32
    marks: I64
    counts: I64  # [K, R, G, 3] infected, infectious, found
    scans: I64  # [K, R, E, 2]
    luck: U64  # [parts, rows] how often contacts of today are hit is the number of thresholds at or below this
    neighbours: I64
    keys: I64  # [windows, room]: keys of windows, remembered
    circles: Circles


# --- who somebody is ------------------------------------------------------------------------------------------------


@pure
def there(on, person, v):  # type: ignore[no-untyped-def]
    """Is the person there this evening?"""
    return (int64(on[person, v]) & (ABSENT | GONE)) == 0


@pure
def let_through(share, on, v, layer, isolates):  # type: ignore[no-untyped-def]
    """A threshold times what each list the person is on leaves of the contacts of a layer."""
    bits = int64(on) & (GONE - 1)
    x = 0
    while bits:
        if bits & 1:
            share = behaviour.times(share, isolates[v, layer, x])
        bits >>= 1
        x += 1
    return share


@pure
def wait(delays, which, word):  # type: ignore[no-untyped-def]
    """Days of a delay; NEVER if it never ends, or is longer than any run."""
    days = redress.wait(delays.cut, delays.first[which], delays.length[which], uint64(word))
    return int64(NEVER) if days < 0 or days > NEVER else int64(days)


@pure
def how_many(cdf, length, high, low):  # type: ignore[no-untyped-def]
    """Entries of a cumulative table that are at or below a 64-bit word: a walk from the start while that is short, then by halves."""
    u = (uint64(high) << uint64(32)) | uint64(low)
    n = int64(0)
    while n < length and n < 8:
        if u < cdf[n]:
            return n
        n += 1
    most = int64(length)
    while n < most:
        middle = (n + most) >> 1
        if u >= cdf[middle]:
            n = middle + 1
        else:
            most = middle
    return n


# --- draws for many -------------------------------------------------------------------------------------------------

philox_here = phase(getattr(philox, "py_func", philox))
"""Laid into its caller: a loop that calls it is not made of wide instructions."""


@phase
def words_of(index, day, page, who, stream, k0, k1):  # type: ignore[no-untyped-def]
    """`draw`, for a loop over many."""
    c1 = uint32(uint32(day) | uint32(uint32(page) << uint32(16)))
    return philox_here(uint32(index), c1, uint32(who), uint32(stream), uint32(k0), uint32(k1))


# --- contacts -------------------------------------------------------------------------------------------------------


@phase
def contact(layer, slot, w0, w1, person, place, ill, desk):  # type: ignore[no-untyped-def]
    """Who is in a slot of a person's contacts of a day, which is drawn by two words, or -1 for nobody."""
    reach = int64(ill.reach[layer])
    if reach == ANYBODY:
        other = below(w0, w1, place.people)
    elif reach == OWN_REGION:
        r = region_of(person, place)
        first = int64(0) if r == 0 else place.region_cut[r - 1]
        other = first + below(w0, w1, place.region_cut[r] - first)
    else:
        known = reach in (FRIENDS, ONLINE_FRIENDS)
        n = friends_made_ready(reach, person, place, desk) if known else neighbours(reach, person, place, desk)
        which = slot if ill.each[layer] else (below(w0, w1, n) if n else int64(0))
        other = person
        if which < n:
            other = nth(desk.circles.found, desk.circles.less, which) if known else desk.neighbours[which]
    return int64(-1) if other == person else other


@phase
def friends_made_ready(kind, person, place, desk):  # type: ignore[no-untyped-def]
    """Find the friends of a person. Returns how many they are."""
    circles = desk.circles
    return ordered(circles.found, friends(kind, person, circles, place.k0, place.k1), circles.less)


@phase
def neighbours(kind, person, place, desk):  # type: ignore[no-untyped-def]
    """Find whoever else somebody is tied to. Returns how many they are."""
    found, keys = desk.neighbours, desk.keys[(person >> 12) % desk.keys.shape[0]]
    return ascending(found, tied(kind, person, place.people, place.ties, place.k0, place.k1, keys, found))


# --- yesterday's letters --------------------------------------------------------------------------------------------


@entry
def count_by_stretch(letters, counts):  # type: ignore[no-untyped-def]
    """Add how many letters are for people of each stretch."""
    for q in range(letters.shape[0]):
        counts[letters[q, 0] >> STRETCH] += 1


@entry
def sort_out(letters, next_one, out):  # type: ignore[no-untyped-def]
    """Put each letter where `next_one` says that the next for the stretch of its target belongs."""
    for q in range(letters.shape[0]):
        stretch = letters[q, 0] >> STRETCH
        n = next_one[stretch]
        for z in range(LETTER):
            out[n, z] = letters[q, z]
        next_one[stretch] = n + 1


@entry
def receive(letters, at, until, first, beyond, day, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Read the letters from `at` until `until` that are for people of this chunk. Returns up to which they were read."""
    marks, K = desk.marks, people.caught.shape[1]
    for q in range(at, until):
        person = int64(letters[q, 0])
        if person < first or person >= beyond:
            continue
        marks[NEED_ROW], marks[NEED_FILED] = marks[AT_ROW] + 1, marks[AT_FILED] + K
        if marks[NEED_ROW] > desk.rows.shape[1] or marks[NEED_FILED] > desk.filed.shape[0]:
            return q
        pack = int64(letters[q, 3])
        if pack >> 16:
            colour_contact(person, letters[q, 1], pack & 255, pack >> 8 & 255, people, ill, desk)
        else:
            catch(person, letters[q, 1], letters[q, 2], pack & 255, pack >> 8 & 255, day, people, ill, desk)
    return until


@phase
def catch(person, source, word, layer, mask, day, people, ill, desk):  # type: ignore[no-untyped-def]
    """A transmission reaches somebody, in the variants in which they have not had it."""
    for v in range(people.caught.shape[1]):
        if not mask >> v & 1:
            continue
        had = int64(people.caught[person, v])
        if (had and had != day) or not there(people.on, person, v):
            continue
        if uint64(word) >= let_through(uint64(1 << 32), people.on[person, v], v, layer, ill.isolates):
            continue
        people.source[person, v] = max(people.source[person, v], source) if had else source
        people.caught[person, v] = day
        follow(person, people, desk)


@pure
def follow(person, people, desk):  # type: ignore[no-untyped-def]
    """Somebody who caught it is looked at every evening, until nothing more can come of it."""
    if not people.has_row[person]:
        people.has_row[person] = 1
        desk.rows[PERSON, desk.marks[AT_ROW]] = person
        desk.marks[AT_ROW] += 1


@entry
def begin_rows(first, place, ill, desk):  # type: ignore[no-untyped-def]
    """What the illness of those with new rows, from row `first` on, will be like: how long, and when it can be found."""
    rows, delays, beyond = desk.rows, ill.delays, desk.marks[AT_ROW]
    traits(int64(0), first, beyond, rows[PERSON], rows[COURSE], rows[PLACE], ill.stream, place.k0, place.k1)
    for q in range(first, beyond):
        latent, length = wait(delays, ill.latent, rows[PLACE, q]), wait(delays, ill.infectious, rows[COURSE, q])
        person = int64(rows[PERSON, q])
        rows[COURSE, q] = uint32(latent | (length << 16))
        rows[PLACE, q] = uint32(group_of(person, place) | (region_of(person, place) << 8))
        rows[SPAN, q] = uint32(latent + length)
    for f in range(ill.ways):
        days_of, word_of = rows[ROW_HEAD + 2 * f], rows[ROW_HEAD + 2 * f + 1]
        traits(1 + f, first, beyond, rows[PERSON], days_of, word_of, ill.stream, place.k0, place.k1)
        for q in range(first, beyond):
            days = wait(delays, ill.way_delay[f], days_of[q])
            days_of[q] = uint32(days)
            if days < NEVER:
                rows[SPAN, q] = max(rows[SPAN, q], uint32((rows[COURSE, q] & uint32(65_535)) + days))


@pure
def traits(index, first, beyond, who, one, two, stream, k0, k1):  # type: ignore[no-untyped-def]
    """Two words of what people are like, for many."""
    for q in range(first, beyond):
        one[q], two[q], _, _ = words_of(index, 0, TRAIT, who[q], stream, k0, k1)


@phase
def colour_contact(person, source, layer, mask, people, ill, desk):  # type: ignore[no-untyped-def]
    """A contact who was traced yesterday is filed for."""
    for v in range(people.caught.shape[1]):
        if mask >> v & 1 and there(people.on, person, v):
            file(person, v, ill.contact_list[v, layer], source, TAG_OF_LAYER + layer, OTHERS, 1, desk)


@pure
def file(person, v, which, source, tag, basis, rightful, desk):  # type: ignore[no-untyped-def]
    """One row of what is filed this evening (22)."""
    n = desk.marks[AT_FILED]
    desk.filed[n, 0], desk.filed[n, 1], desk.filed[n, 2], desk.filed[n, 3] = person, v, which, HEALTH
    desk.filed[n, 4], desk.filed[n, 5], desk.filed[n, 6], desk.filed[n, 7] = source, tag, basis, rightful
    desk.marks[AT_FILED] = n + 1


# --- those who have it ----------------------------------------------------------------------------------------------


@entry
def seed(first, beyond, chosen, people, desk):  # type: ignore[no-untyped-def]
    """Those of this chunk who have it on day 1 from nobody."""
    for q in range(chosen.shape[0]):
        person = chosen[q]
        if person < first or person >= beyond:
            continue
        for v in range(people.caught.shape[1]):
            if there(people.on, person, v):
                people.caught[person, v] = 1
                people.source[person, v] = person
                follow(person, people, desk)


@entry
def draw_luck(n, day, stream, k0, k1, desk):  # type: ignore[no-untyped-def]
    """The draws that say how often contacts of today are hit, for each row and part."""
    for part in range(desk.luck.shape[0]):
        draw_counts(part, n, day, desk.rows[PERSON], desk.luck[part], stream, k0, k1)


@pure
def draw_counts(index, n, day, who, luck, stream, k0, k1):  # type: ignore[no-untyped-def]
    """A word of 64 bits for each."""
    for q in range(n):
        high, low, _, _ = words_of(index, day, COUNT, who[q], stream, k0, k1)
        luck[q] = (uint64(high) << uint64(32)) | uint64(low)


@entry
def look(at, day, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Look at everybody with a row, from row `at` on: who is infectious and whose contacts are hit, who is found and traced from.

    Rows that are over are taken out. Returns how many rows were looked at; less than all if there was no room for the next one.
    """
    rows, marks, counts, caught, on, luck = desk.rows, desk.marks, desk.counts, people.caught, people.on, desk.luck
    K, beyond, parts, most_hits = caught.shape[1], marks[AT_ROW], ill.spread_cdf.shape[0], ill.spread_cdf.size
    hit, room_of_hits = marks[AT_HIT], desk.hits.shape[1] - most_hits
    for q in range(at, beyond):
        if hit > room_of_hits or (ill.ways and not has_room(desk, K * ill.ways, ill.most_traced)):
            marks[AT_HIT], marks[NEED_HIT] = hit, hit + most_hits
            return q
        person, course, span = int64(rows[PERSON, q]), int64(rows[COURSE, q]), int64(rows[SPAN, q])
        group, region = int64(rows[PLACE, q]) & 255, int64(rows[PLACE, q]) >> 8
        latent, length = course & 65_535, course >> 16
        ill_in, over = int64(0), int64(1)
        for v in range(K):
            c = int64(caught[person, v])
            if c == 0:
                continue
            if day < c + span or length == NEVER:
                over = int64(0)
            if not there(on, person, v):
                continue
            b = c + latent
            if c == day:
                counts[v, region, group, INFECTED] += 1
            if b <= day and (day <= b + length or length == NEVER) and latent < NEVER:
                ill_in |= 1 << v
                counts[v, region, group, INFECTIOUS] += 1
        if ill_in:
            for part in range(parts):
                if luck[part, q] >= ill.spread_cdf[part, 0]:
                    hit = note_hits(person, ill_in, part, luck[part, q], ill, desk.hits, hit)
        if ill.ways:
            find(q, person, day, latent, region, group, people, place, ill, desk)
        if over:
            people.has_row[person] = 0
        else:
            keep(rows, q, marks)
    marks[AT_HIT] = hit
    return beyond


@phase
def note_hits(person, ill_in, part, luck, ill, hits, n):  # type: ignore[no-untyped-def]
    """One entry for each time that contacts of somebody are hit today. Returns how many entries there are now."""
    often = how_many(ill.spread_cdf[part], ill.spread_len[part], luck >> uint64(32), luck & uint64(0xFFFF_FFFF))
    for e in range(often):
        hits[PERSON, n], hits[WHICH, n], hits[VARIANTS, n] = uint32(person), uint32((part << 16) | e), uint32(ill_in)
        n += 1
    return n


@phase
def has_room(desk, filed, letters):  # type: ignore[no-untyped-def]
    """Is there room for so many more filings and letters?"""
    marks = desk.marks
    marks[NEED_LETTER], marks[NEED_FILED] = marks[AT_LETTER] + letters, marks[AT_FILED] + filed
    return marks[NEED_LETTER] <= desk.letters.shape[0] and marks[NEED_FILED] <= desk.filed.shape[0]


@phase
def keep(rows, q, marks):  # type: ignore[no-untyped-def]
    """A row stays, in the place of one that went."""
    n = marks[NEXT]
    if n != q:
        for z in range(rows.shape[0]):
            rows[z, n] = rows[z, q]
    marks[NEXT] = n + 1


@entry
def pass_on(day, period, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Which slots of today's contacts are hit, and who is in them: one letter to each."""
    hits, n = desk.hits, desk.marks[AT_HIT]
    draw_hits(n, day, hits, ill.stream, place.k0, place.k1)
    for q in range(n):
        person, which, w3 = int64(hits[PERSON, q]), uint64(hits[WORDS, q]), uint64(hits[WORDS + 3, q])
        cell = int64(ill.cells[hits[WHICH, q] >> uint32(16)])
        while which >= ill.cell_cut[cell]:
            cell += 1
        layer = int64(ill.cell_layer[cell])
        slot = ill.cell_first[cell] + int64((uint64(hits[WORDS + 1, q]) * uint64(ill.cell_slots[cell])) >> uint64(32))
        mask = int64(0)
        for v in range(people.caught.shape[1]):
            if int64(hits[VARIANTS, q]) >> v & 1 and slot < ill.meets[v, layer]:
                likely = let_through(ill.passes[v, period, cell], people.on[person, v], v, layer, ill.isolates)
                if w3 < likely:
                    mask |= 1 << v
        if mask:
            w0, w1 = uint32(0), uint32(0)
            if not ill.each[layer]:
                w0, w1, _, _ = draw((layer << 16) | slot, day, TARGET, 0, person, ill.stream, place.k0, place.k1)
            other = contact(layer, slot, w0, w1, person, place, ill, desk)
            if other >= 0:
                send(other, person, hits[WORDS + 2, q], layer, mask, 0, desk)


@pure
def draw_hits(n, day, hits, stream, k0, k1):  # type: ignore[no-untyped-def]
    """Four words for each hit."""
    who, which = hits[PERSON], hits[WHICH]
    one, two, three, four = hits[WORDS], hits[WORDS + 1], hits[WORDS + 2], hits[WORDS + 3]
    for q in range(n):
        one[q], two[q], three[q], four[q] = words_of(which[q], day, CANDIDATE, who[q], stream, k0, k1)


@phase
def send(other, person, word, layer, mask, kind, desk):  # type: ignore[no-untyped-def]
    """One letter, read tomorrow evening."""
    n = desk.marks[AT_LETTER]
    letters = desk.letters
    letters[n, 0], letters[n, 1], letters[n, 2] = uint32(other), uint32(person), uint32(word)
    letters[n, 3] = uint32(layer | (mask << 8) | (kind << 16))
    desk.marks[AT_LETTER] = n + 1


@phase
def find(q, person, day, latent, region, group, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """In which variants is the person found today, by which ways; and from the first day on which they are, contacts are traced."""
    rows, first_found = desk.rows, int64(0)
    if latent == NEVER:
        return
    for v in range(people.caught.shape[1]):
        c = int64(people.caught[person, v])
        if c == 0 or not there(people.on, person, v):
            continue
        soonest = int64(NEVER)
        for f in range(ill.ways):
            days = int64(rows[ROW_HEAD + 2 * f, q])
            if days == NEVER or ill.way_list[f, v] < 0 or uint64(rows[ROW_HEAD + 2 * f + 1, q]) >= ill.found[f, v]:
                continue
            soonest = min(soonest, days)
            if c + latent + days == day:
                file(person, v, ill.way_list[f, v], person, f, OWN_ACT, 1, desk)
        if soonest < NEVER and c + latent + soonest == day:
            first_found |= 1 << v
            desk.counts[v, region, group, FOUND] += 1
    if first_found:
        trace(person, first_found, day, region, people, place, ill, desk)


@phase
def trace(person, mask, day, region, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Ask who was met, slot by slot and day by day; who is traced is filed for tomorrow evening."""
    K = people.caught.shape[1]
    for layer in range(ill.layers):
        asked, slots, back = int64(0), int64(0), int64(1)
        for v in range(K):
            if mask >> v & 1 and ill.traced[v, layer] > 0 and ill.contact_list[v, layer] >= 0:
                asked |= 1 << v
                slots = max(slots, ill.meets[v, layer])
                back = max(back, ill.look_back[v])
        if not asked:
            continue
        for d in range(day if ill.each[layer] else max(int64(1), day - back + 1), day + 1):
            for slot in range(slots):
                w0, w1, word, _ = draw((layer << 16) | slot, d, TARGET, 0, person, ill.stream, place.k0, place.k1)
                other = contact(layer, slot, w0, w1, person, place, ill, desk)
                if other < 0:
                    continue
                near = region_of(other, place) == region
                told = int64(0)
                for v in range(K):
                    if (
                        asked >> v & 1
                        and slot < ill.meets[v, layer]
                        and (ill.each[layer] or d > day - ill.look_back[v])
                        and uint64(word) < ill.traced[v, layer]
                        and (near or ill.crosses[v])
                    ):
                        told |= 1 << v
                if told:
                    send(other, person, uint32(0), layer, told, 1, desk)


# --- colours without illness, and scans -----------------------------------------------------------------------------


@entry
def colour(at, last, day, people, place, code, desk):  # type: ignore[no-untyped-def]
    """Blocks from `at` on: those whom another cause colours, and the scans of the day. Returns `last`, or the block that found no room."""
    marks, K = desk.marks, people.on.shape[1]
    k0, k1 = place.k0, place.k1
    for b in range(at, last):
        before = marks[AT_FILED]
        for k in range(code.causes):
            w0, w1, _, _ = draw(k, day, COUNT, 0, b, code.stream, k0, k1)
            n = how_many(code.cause_cdf[k], int64(code.cause_len[k]), w0, w1)
            marks[NEED_FILED] = marks[AT_FILED] + n * K
            if marks[NEED_FILED] > desk.filed.shape[0]:
                marks[AT_FILED] = before
                return b
            for e in range(n):
                w0, w1, _, _ = draw((k << 16) | e, day, CANDIDATE, 0, b, code.stream, k0, k1)
                person = b * place.block + int64((uint64(w0) * uint64(place.block)) >> uint64(32))
                if person < place.people:
                    for_another_cause(person, k, w1, people, place, code, desk)
        if code.gates:
            scan(b, day, people, place, code, desk)
    return last


@pure
def for_another_cause(person, k, word, people, place, code, desk):  # type: ignore[no-untyped-def]
    """A journey, a place, a wrong test, a wrong word: the person is filed for, rightly or not."""
    group = group_of(person, place)
    for v in range(people.on.shape[1]):
        if code.cause_list[k, v] >= 0 and uint64(word) < code.cause[k, v, group] and there(people.on, person, v):
            basis, right = code.cause_basis[k], code.cause_right[k]
            file(person, v, code.cause_list[k, v], person, TAG_OF_CAUSE + code.cause_tag[k], basis, right, desk)


@pure
def scan(b, day, people, place, code, desk):  # type: ignore[no-untyped-def]
    """Visits of the block to each gate, shared among regions and colours by who is there."""
    first, beyond = b * place.block, min((b + 1) * place.block, place.people)
    for v in range(people.on.shape[1]):
        at = first
        while at < beyond:
            region = region_of(at, place)
            end = min(beyond, place.region_cut[region])
            coloured, all_there = int64(0), int64(0)
            for person in range(at, end):
                if there(people.on, person, v):
                    all_there += 1
                    if int64(people.on[person, v]) & code.code_lists[v]:
                        coloured += 1
            for s in range(code.gates):
                w0, w1, _, _ = draw(SCAN_INDEX + s, day, COUNT, 0, b, code.stream, place.k0, place.k1)
                n = how_many(code.scan_cdf[s], int64(code.scan_len[s]), w0, w1)
                scanned = int64((uint64(n) * code.scan_share[s, v]) >> uint64(32))
                desk.scans[v, region, s, 0] += scanned * (all_there - coloured) // place.block
                desk.scans[v, region, s, 1] += scanned * coloured // place.block
            at = end


@entry
def tally(pairs, counts, which, place):  # type: ignore[no-untyped-def]
    """Count people by variant, region and group: pairs of (person, variant)."""
    for q in range(pairs.shape[0]):
        person = int64(pairs[q, 0])
        counts[int64(pairs[q, 1]), region_of(person, place), group_of(person, place), which] += 1
