"""The integer tables a day works with: what `compile.py` makes of a scenario, and all that an engine may know of it.

Shapes are named by their axes: C acts, R rows of the count table (of a table by place: regions), P periods, K variants, G groups,
S circumstances (of a table of scores: scales), L lists, E gates (consequences that people meet), A associations, B slots of a block,
T days. Thresholds are uint64 in 0..2**32 (`chance.threshold`).
Axes of length 0 are kept at length 1 where a kernel needs an array; `counts` say how many are real. `docs/day.md` says how each is used.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import *  # noqa: F403 - the codes are part of the tables' meaning

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
I32 = NDArray[np.int32]
I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]

MAX_VARIANTS, MAX_LISTS, MAX_GATES, MAX_ACTS, MAX_ASSOCIATIONS = 8, 14, 16, 256, 8
ABSENT, GONE = 1 << 15, 1 << 14
"""Bits of `on`: absent from a variant from the first day; gone, for the person left. The bits below are the lists the person is on."""
NO_SCORE_ASKED = -(1 << 15)
"""`asks` of an act that asks for no score: every score is at or above it."""
NO_CLERKS_NEEDED = -1
QUEUE_UNIT = 1 << 16
"""Decisions are counted in 65,536ths, so that a small world can have a part of a clerk's day."""
MERGED_FILE = 2**32 - 1
"""Tag of a WRONG letter that comes of no act: a file joined to another's."""
MERIT_ALONE = 16
"""Amount of an OWN letter that brings its points to the merited score alone; below it is a circumstance."""
FIRST_TAG_OF_ASSOCIATIONS = 16
"""Tag of a LISTED letter that comes of no list: this and the number of its association."""
ALL_LISTS = (1 << MAX_LISTS) - 1
NO_FIRMS = 1 << 40
"""The first firm of a world that has none."""


class WorldTables(NamedTuple):
    """Size, chance and traits. Shared by every variant."""

    people: int  # N
    block: int  # B
    days: int  # T
    variants: int  # K
    k0: int
    k1: int
    group_stream: int
    group_cut: U64  # [G] cumulative shares; the last is 2**32
    region_cut: I64  # [R] first person beyond each region; the last is N
    moves: int  # threshold of living a year in another region
    move_stream: int
    residence_cut: (
        U64  # [regions of people, the first of R] cumulative shares of where those who move live; the last is 2**32
    )


class ActTables(NamedTuple):
    """Potential conduct and what sees it."""

    count: int  # C, 0 if there is none
    stream: U32  # [C]
    period: I32  # [C, T + 1] which period a day is in (day 0 unused)
    row_act: I32  # [R]
    row_strip: U32  # [R] tier | band << 5
    row_first: I64  # [R] first rank of the band
    row_width: I64  # [R] ranks in the band
    row_cdf: U64  # [R, longest] cumulative Poisson thresholds of 2**64, padded with 2**64 - 1
    row_len: I32  # [R] how many entries are real
    row_guide: I32  # [R, 256] entries <= (top byte << 56): where a search may start
    unequal: U8  # [C] 1 if liability differs, so that ranks are scattered over slots
    rank_class: U8  # [C, B] class of liability of a rank
    accept: U64  # [R, P, K, Q] threshold by row, period, variant, class
    by_group: U8  # [C] 1 if anything below differs by group
    group_factor: U64  # [C, K, G]
    by_list: U8  # [C]
    listed_factor: U64  # [C, K, L]
    chillable: U8  # [C]
    seen: U64  # [C, P, K, G]
    wrong: U64  # [C, P, K, G]
    circumstances: I32  # [C] how many; 0 if the act has none
    circ_cut: U64  # [C, P, K, G, S] cumulative; the last is 2**32
    goes_on: U64  # [C, K, S]
    circ_basis: I32  # [C, S]
    protected: U8  # [C]
    rightful_if: U8  # [C, 8] by basis: 1 if a listing for it is right by the scheme's rule
    points: I64  # [C, K]
    capped: I32  # [C] number of the capped rule, or -1
    cap: I64  # [C, K] items that count in a window; 0 if no cap
    cap_window: U8  # [C, T + 1] 1 on the first day of a window
    files: I32  # [C, K] list that the act files for, or -1
    cooling: I64  # [C, K] days after an item that counted in which none counts; 0 if the act does not cool off
    special: U8  # [C] 1 if any of the following is more than neutral
    by_region: U8  # [C] 1 if either factor below differs from 1
    region_factor: U64  # [C, K, R]
    region_seen: U64  # [C, K, R]
    only_on: I64  # [C, K] bit mask: only somebody on one of these lists does it; 0 anybody
    asks: I64  # [C, K] the score below which what it asks for is denied, or NO_SCORE_ASKED
    barred: I64  # [C, K] bit mask of lists whose people are denied it
    aims: I32  # [C] tie kind of the person in whose file it is put, or -1
    leaves: U8  # [C] 1 if who does it leaves
    late: I64  # [C, K] days after which a record of it is due; 0 the same day
    other_luck: int = 0  # bit mask of variants whose sources see with other luck


class ScoreTables(NamedTuple):
    """The scales, on which days they move, and how people answer."""

    used: int  # 1 if the scenario has a score
    lowest: I64  # [S] of each scale
    highest: I64  # [S]
    baseline: I64  # [S]
    scale_of: I32  # [R] the scale of those who live in a region
    anew: U8  # [K] 1 if who comes to another scale begins at its baseline; 0 if the score is converted
    update: I32  # [K, T + 2] the first day from a day on, on which scores are updated; T + 1 if there is none
    chill_step: I64  # [K]
    chill_most: I64  # [K]
    publicity: I64  # [K] 256ths of chillable conduct that would stop if everybody were listed once
    decay: I64  # [K, T + 1] points by which scores move towards the baseline on the morning of a day
    merge_day: int  # 0 never
    merges: U8  # [K] 1 if the variant merges on that day
    merge_factor: I64  # [K, R] 65,536ths
    merge_add: I64  # [K, R]
    merge_wrong: U64  # [K, G] threshold of a file being joined to another's
    merge_stream: int


class AssociationTables(NamedTuple):
    """Paying for others, and for being seen with them. Letters of every transfer may hush."""

    count: int  # A
    kind: I32  # [A] number of the tie kind
    transfer: I32  # [A] 0 points, 1 listing, 2 standing, 3 company
    share: U64  # [A, K]
    amount: I64  # [A, K] points of a letter that is not a share of a demerit
    max_hops: I32  # [A]
    of_acts: U8  # [A, C] 1 if this act's demerits, or its company, count; transfers points and company
    on_lists: I64  # [A, K] bit mask: listing: lists that send; company: lists the actor must be on, 0 none
    level: I64  # [A, K, S] standing: told when the score falls below it, and when it is back
    chance: U64  # [A, K] company: somebody was there
    toward: I32  # [A] 0 everybody tied, 1 children (or people) only, 2 parents (or firms) only
    hush: I64  # [A, K] 256ths of chillable conduct that a letter of this association stops
    cut: U64  # [10, K] by tie kind: share of ties dropped while the person is on a list of `cut_on`
    cut_on: I64  # [K] bit mask of lists


class ListTables(NamedTuple):
    """Lists, and what happens to a case. Delays are rows of `Delays`."""

    count: int  # L
    stream: U32  # [L]
    trigger: I32  # [L] 0 nobody, 1 by rule, 2 score below, 3 score above, 4 filed
    threshold: I64  # [L, K]
    exit_score: I64  # [L, K] score at which a case ends by recovery; -1 none
    served: U64  # [L, K]
    notice_delay: I32  # [L, K]
    refusal_tells: U8  # [L, K]
    appeals: U64  # [L, K, 8]
    appeal_delay: I32  # [L, K]
    answered: U64  # [L, K]
    decide_delay: I32  # [L, K]
    upheld: U64  # [L, K, 8]
    pay_delay: I32  # [L, K, 8]
    clear_delay: I32  # [L, K]
    never_cleared: U64  # [L, K]
    term: I64  # [L, K] days, 0 none
    termed: U64  # [L, K]
    extended: U64  # [L, K]
    extension: I64  # [L, K]
    term_from: I64  # [L, K] day from which the term is law, 0 always
    older: I32  # [L, K] 0 from entry, 1 from that day, 2 never
    clerks: I64  # [L, K] 65,536ths of appeals decided in a day; NO_CLERKS_NEEDED: nobody waits
    freezes: U64  # [L, K] threshold of a payment bouncing while the person is on this list
    retry: I64  # [L, K] days until a bounced payment for a case of this list is tried again
    in_region: U8  # [L, R] 1 if those who live in the region are entered


class Delays(NamedTuple):
    """Integer tables of delays: `cut[first[d] : first[d] + length[d]]` are cumulative thresholds, entry k for at most k days."""

    first: I64
    length: I64
    cut: U64


class GateTables(NamedTuple):
    """Gates: what listed people try, and are refused."""

    count: int  # E
    stream: U32  # [E]
    lists: I64  # [E, K] bit mask of the lists that bind it
    period: I32  # [E, T + 1]
    trip: U64  # [E, P, K] chance of a trip on a day
    user: U64  # [E, K, G]
    tries_cut: U64  # [E, P, K, M] cumulative thresholds of (tries - 1), padded with 2**32
    evade: U64  # [E, P, K]
    learns: U64  # [E, K]
    never_learns: U64  # [E, K]


class TieTables(NamedTuple):
    """What `world/ties.py` needs to compute any tie (`docs/ties.md`). No edges; under a megabyte, however many people there are."""

    on: U8  # [10] 1 if the kind is asked for
    first: I64  # [10] the first of the people whom a kind ties
    beyond: I64  # [10] the first slot beyond them; that of household is the first firm, NO_FIRMS if there is none
    share: U64  # [10] threshold of the share, for partner, parent_child and best_friend
    window: I64  # [10] people (of representative and staff: firms, in shares of this) in a window: 4096 or 65536
    house_position: U8  # [16, 4096] place in the household, by template and slot
    house_size: U8  # [16, 4096] people in the household
    house_role: U8  # [16, 4096] 0 adult, 1 child, 2 elder
    role_count: I64  # [2, 16] adults, elders of a template
    role_ordinal: I16  # [16, 4096] which adult, or which elder, of the template a slot is; -1 for a child
    role_slot: I16  # [2, 16, 4096] slot of an adult, of an elder, by ordinal; -1 beyond the last
    layer_first: I64  # [10] first layer of a kind in the arrays below
    layer_count: I64  # [10]
    layer_from: I64  # [layers] first rank of a full window that is a member; of representative and staff these are ranks of firms
    layer_to: I64  # [layers] first rank beyond the members
    layer_clique: I64  # [layers] people in a circle; of staff: of each firm; of representative: firms of each


class Outside(NamedTuple):
    """What files from elsewhere (day.md, 22): its tables are told in modules of their own, so that a change of theirs leaves the kernel of
    the day compiled; that is why they are not named here.
    """

    models: tuple[Any, ...] = ()  # scenario/compile_models.py
    epidemic: Any = None
    shocks: tuple[Any, ...] = ()
    sharing: tuple[Any, ...] = ()
    lots: tuple[Any, ...] = ()  # scenario/lot_tables.py

    @property
    def files(self) -> bool:
        """Can anybody be listed by something that is no act, no letter and no score?"""
        return bool(self.models or self.epidemic or self.shocks or self.lots)


class Core(NamedTuple):
    """What the kernels of the day are given."""

    world: WorldTables
    acts: ActTables
    score: ScoreTables
    associations: AssociationTables
    lists: ListTables
    delays: Delays
    gates: GateTables
    ties: TieTables


class Plan(NamedTuple):
    """Everything an engine is given."""

    world: WorldTables
    acts: ActTables
    score: ScoreTables
    associations: AssociationTables
    lists: ListTables
    delays: Delays
    gates: GateTables
    ties: TieTables
    outside: Outside = Outside()

    @property
    def core(self) -> Core:
        """The tables of a block's own day: everything but what files from elsewhere."""
        return Core(*self[:8])


class Names(NamedTuple):
    """What the numbers are called, for the recording. Engines do not read it."""

    variants: tuple[str, ...]
    groups: tuple[str, ...]
    regions: tuple[str, ...]
    acts: tuple[str, ...]
    lists: tuple[str, ...]
    gates: tuple[str, ...]
    associations: tuple[str, ...]
    start: str  # first date, ISO
    shocks: tuple[str, ...] = ()


class Absence(NamedTuple):
    """Who is absent from which variant: the removal gate's patch, made by this package only."""

    person: I64
    variant: I64
