"""An illness that goes from person to person, and the colours that follow: the kernels of an evening (day.md, 24).

Only transmissions are drawn: how often the slots of a person's contacts are hit today is one Poisson number, nearly always 0, and only a
slot that was hit is asked who is in it. So a day costs by those who are infectious, and neither by people nor by contacts. Variants walk in
lockstep and share every draw. Whoever is hit is written to by a letter that is read tomorrow evening, by the first of equals and the
greatest source, so that no order of chunks or letters can matter.

A letter is four words: target | source | word | layer, variants << 8, kind << 16 (0 a transmission, 1 tracing).
A row is somebody who is, or will be, infectious or found: person | latent, length << 16 | group, region << 8 | span, then for each way of
being found two words: delay | word.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, uint32, uint64
from numpy.typing import NDArray

from glasshouse.chance import CANDIDATE, COUNT, TARGET, TRAIT, below, draw
from glasshouse.codes import HEALTH, OTHERS, OWN_ACT
from glasshouse.engines.day import group_of, region_of
from glasshouse.kernels import entry, phase, pure
from glasshouse.mechanisms import behaviour, redress
from glasshouse.scenario.epidemic_tables import ANYBODY, OWN_REGION, SCAN_INDEX, TAG_OF_CAUSE, TAG_OF_LAYER
from glasshouse.scenario.tables import ABSENT, GONE, I32, I64, U8, U32, U64, Delays, TieTables
from glasshouse.world.ties import ascending, tied

LETTER, ROW_HEAD, FILED = 4, 4, 8
NEVER = 65_535
AT_ROW, AT_LETTER, AT_FILED, NEED_ROW, NEED_LETTER, NEED_FILED, NEXT = range(7)
MARKS = 7
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
    slots: I64
    meets: I64
    layer_cut: U64
    spread_cdf: U64
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


class Code(NamedTuple):
    """The part that colours people without any illness, and that scans."""

    stream: int
    causes: int
    cause_cdf: U64
    cause_len: I32
    cause: U64
    cause_list: I32
    cause_basis: I32
    cause_right: U8
    gates: int
    scan_cdf: U64
    scan_len: I32
    scan_share: U64
    code_lists: I64


class Desk(NamedTuple):
    """What a chunk works with: its rows, what it sends and files, and room to think."""

    rows: U32
    letters: U32
    filed: U32
    marks: I64
    counts: I64  # [K, R, G, 3] infected, infectious, found
    scans: I64  # [K, R, E, 2]
    hits: NDArray[np.uint16]  # [rows] how many slots are hit today
    words: U32  # [2, rows]
    neighbours: I64
    keys: I64  # [windows, room]: keys of windows, remembered


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


# --- contacts -------------------------------------------------------------------------------------------------------


@phase
def contact(layer, slot, day, person, place, ill, found, keys):  # type: ignore[no-untyped-def]
    """Who is in a slot of a person's contacts of a day, or -1 for nobody; and the word by which tracing asks."""
    w0, w1, w2, _ = draw((layer << 16) | slot, day, TARGET, 0, person, ill.stream, place.k0, place.k1)
    reach = ill.reach[layer]
    if reach == ANYBODY:
        other = below(w0, w1, place.people)
    elif reach == OWN_REGION:
        r = region_of(person, place)
        first = int64(0) if r == 0 else place.region_cut[r - 1]
        other = first + below(w0, w1, place.region_cut[r] - first)
    else:
        mine = keys[(person >> 12) % keys.shape[0]]
        n = ascending(found, tied(int64(reach), person, place.people, place.ties, place.k0, place.k1, mine, found))
        which = slot if ill.each[layer] else (below(w0, w1, n) if n else int64(0))
        other = found[which] if which < n else person
    return (int64(-1) if other == person else other), w2


# --- yesterday's letters --------------------------------------------------------------------------------------------


@entry
def receive(letters, at, first, beyond, day, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Read the letters from `at` on that are for people of this chunk. Returns how many letters were looked at."""
    marks, K = desk.marks, people.caught.shape[1]
    for q in range(at, letters.shape[0]):
        person = int64(letters[q, 0])
        if person < first or person >= beyond:
            continue
        marks[NEED_ROW], marks[NEED_FILED] = marks[AT_ROW] + 1, marks[AT_FILED] + K
        if marks[NEED_ROW] > desk.rows.shape[0] or marks[NEED_FILED] > desk.filed.shape[0]:
            return q
        pack = int64(letters[q, 3])
        if pack >> 16:
            colour_contact(person, letters[q, 1], pack & 255, pack >> 8 & 255, people, ill, desk)
        else:
            catch(person, letters[q, 1], letters[q, 2], pack & 255, pack >> 8 & 255, day, people, place, ill, desk)
    return letters.shape[0]


@phase
def catch(person, source, word, layer, mask, day, people, place, ill, desk):  # type: ignore[no-untyped-def]
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
        begin_row(person, people, place, ill, desk)


@phase
def begin_row(person, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Somebody who caught it is looked at every evening, until nothing more can come of it."""
    if people.has_row[person]:
        return
    people.has_row[person] = 1
    rows, n = desk.rows, desk.marks[AT_ROW]
    w0, w1, _, _ = draw(0, 0, TRAIT, 0, person, ill.stream, place.k0, place.k1)
    latent, length = wait(ill.delays, ill.latent, w1), wait(ill.delays, ill.infectious, w0)
    last = length
    for f in range(ill.ways):
        w0, w1, _, _ = draw(1 + f, 0, TRAIT, 0, person, ill.stream, place.k0, place.k1)
        days = wait(ill.delays, ill.way_delay[f], w0)
        rows[n, ROW_HEAD + 2 * f] = uint32(days)
        rows[n, ROW_HEAD + 2 * f + 1] = uint32(w1)
        if days < NEVER:
            last = max(last, days)
    rows[n, 0] = uint32(person)
    rows[n, 1] = uint32(latent | (length << 16))
    rows[n, 2] = uint32(group_of(person, place) | (region_of(person, place) << 8))
    rows[n, 3] = uint32(latent + last)
    desk.marks[AT_ROW] = n + 1


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
def seed(first, beyond, chosen, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Those of this chunk who have it on day 1 from nobody."""
    for q in range(chosen.shape[0]):
        person = chosen[q]
        if person < first or person >= beyond:
            continue
        for v in range(people.caught.shape[1]):
            if there(people.on, person, v):
                people.caught[person, v] = 1
                people.source[person, v] = person
                begin_row(person, people, place, ill, desk)


@entry
def draw_hits(n, day, stream, k0, k1, cdf, desk):  # type: ignore[no-untyped-def]
    """How often contacts of today are hit, for each row, in two plain loops: the first is eight draws at a time where the machine can."""
    rows, words, hits, length = desk.rows, desk.words, desk.hits, int64(cdf.shape[0])
    for q in range(n):
        words[0, q], words[1, q], _, _ = draw(0, day, COUNT, 0, rows[q, 0], stream, k0, k1)
    for q in range(n):
        hits[q] = how_many(cdf, length, words[0, q], words[1, q])


@entry
def spread(at, day, period, letters_of_one, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Everybody with a row, from row `at` on, passes it on, is found, and is traced from. Rows that are over are taken out.

    Returns how many rows were looked at; less than all if there was no room for the letters or filings of the next one.
    """
    rows, marks, counts, caught, on = desk.rows, desk.marks, desk.counts, people.caught, people.on
    K = people.caught.shape[1]
    for q in range(at, marks[AT_ROW]):
        marks[NEED_LETTER], marks[NEED_FILED] = marks[AT_LETTER] + letters_of_one, marks[AT_FILED] + K * ill.ways
        if marks[NEED_LETTER] > desk.letters.shape[0] or marks[NEED_FILED] > desk.filed.shape[0]:
            return q
        person = int64(rows[q, 0])
        latent, length = int64(rows[q, 1]) & 65_535, int64(rows[q, 1]) >> 16
        group, region = int64(rows[q, 2]) & 255, int64(rows[q, 2]) >> 8
        ill_in, over = int64(0), int64(1)
        for v in range(K):
            c = int64(caught[person, v])
            if c == 0:
                continue
            if day < c + int64(rows[q, 3]) or length == NEVER:
                over = int64(0)
            if int64(on[person, v]) & (ABSENT | GONE):
                continue
            b = c + latent
            if c == day:
                counts[v, region, group, INFECTED] += 1
            if b <= day and (day <= b + length or length == NEVER) and latent < NEVER:
                ill_in |= 1 << v
                counts[v, region, group, INFECTIOUS] += 1
        if ill_in:
            hits = int64(desk.hits[q])
            if hits:
                pass_on(person, ill_in, hits, day, period, people, place, ill, desk)
        if ill.ways:
            find(q, person, day, latent, region, group, people, place, ill, desk)
        if over:
            people.has_row[person] = 0
        else:
            keep(rows, q, marks)
    return marks[AT_ROW]


@phase
def keep(rows, q, marks):  # type: ignore[no-untyped-def]
    """A row stays, in the place of one that went."""
    n = marks[NEXT]
    if n != q:
        for z in range(rows.shape[1]):
            rows[n, z] = rows[q, z]
    marks[NEXT] = n + 1


@phase
def pass_on(person, ill_in, hits, day, period, people, place, ill, desk):  # type: ignore[no-untyped-def]
    """Which slots of today's contacts are hit, and who is in them."""
    for e in range(hits):
        w0, w1, w2, w3 = draw(e, day, CANDIDATE, 0, person, ill.stream, place.k0, place.k1)
        layer = int64(0)
        while uint64(w0) >= ill.layer_cut[layer]:
            layer += 1
        slot = int64((uint64(w1) * uint64(ill.slots[layer])) >> uint64(32))
        mask = int64(0)
        for v in range(people.caught.shape[1]):
            if ill_in >> v & 1 and slot < ill.meets[v, layer]:
                likely = let_through(ill.passes[v, period, layer], people.on[person, v], v, layer, ill.isolates)
                if uint64(w3) < likely:
                    mask |= 1 << v
        if mask:
            other, _ = contact(layer, slot, day, person, place, ill, desk.neighbours, desk.keys)
            if other >= 0:
                send(other, person, w2, layer, mask, 0, desk)


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
            days = int64(rows[q, ROW_HEAD + 2 * f])
            if days == NEVER or ill.way_list[f, v] < 0 or uint64(rows[q, ROW_HEAD + 2 * f + 1]) >= ill.found[f, v]:
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
                other, word = contact(layer, slot, d, person, place, ill, desk.neighbours, desk.keys)
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
            file(person, v, code.cause_list[k, v], person, TAG_OF_CAUSE + k, basis, right, desk)


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
