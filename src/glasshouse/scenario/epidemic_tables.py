"""The integer tables of an epidemic and of the health code laid over it: what `compile_epidemic.py` makes, and all that engines know.

Axes: K variants, P periods, l layers of contact, q parts of what is drawn (the base's own, and what some variant has beyond it), c cells
(slots of a layer in one part), L lists, F ways of being found, C other causes of a colour (each once for the base, and once more for what
some variant has beyond it), E gates where a code is scanned, G groups, T days. Thresholds are uint64 in 0..2**32. Axes of length 0 are kept
at length 1; `layers`, `ways`, `causes` and `gates` say how many are real. `docs/day.md`, 24, says how each is used. A module of its own: a
change here leaves the day compiled.
"""

from __future__ import annotations

from typing import NamedTuple

from glasshouse.scenario.tables import I32, I64, U8, U64, Delays

ANYBODY, OWN_REGION = -1, -2
"""`reach` of a layer that is no kind of tie."""
MAX_LAYERS, MAX_WAYS, MAX_CAUSES, MAX_SCANNERS = 8, 4, 16, 16
TAG_OF_LAYER, TAG_OF_CAUSE = 16, 32
"""Tag of a filing: the way of being found; this and the layer of contact; this and the cause."""
SCAN_INDEX = 1024
"""Index of the draw of scans at the first gate, after those of causes."""
NO_LIST = -1


class EpidemicTables(NamedTuple):
    """An illness that goes from person to person, and which colours it brings about."""

    name: str
    stream: int  # epidemic/NAME
    code_stream: int  # epidemic/NAME/code
    # contacts
    layers: int
    reach: I32  # [l] tie kind, ANYBODY or OWN_REGION
    each: U8  # [l] 1 if the slots are the neighbours themselves
    slots: I64  # [l] contacts of a day, the most of any variant
    meets: I64  # [K, l] of which these first are met
    # the illness
    spread_cdf: (
        U64  # [q, n] cumulative Poisson thresholds of 2**64, padded with 2**64 - 1: transmissions of one person and day
    )
    spread_len: I32  # [q] how many entries are real
    cells: I32  # [q + 1] first cell of each part, and the number of cells
    cell_layer: I32  # [c]
    cell_first: I64  # [c] first slot
    cell_slots: I64  # [c] how many slots
    cell_cut: U64  # [c] cumulative shares of the transmissions of a part; the last of each is 2**32
    period: I32  # [T + 1] which period a day is in (day 0 unused)
    passes: U64  # [K, P, c]
    isolates: U64  # [K, l, L] what is left of the contacts of somebody on that list
    seeds: int
    seed_first: int  # first person of those among whom seeds are drawn
    seed_beyond: int
    delays: Delays
    latent: int  # row of delays: days from being caught to the first infectious day
    infectious: int  # row of delays: infectious days after the first
    # the code
    ways: int
    way_delay: I32  # [F] row of delays: days from the first infectious day to being found
    found: U64  # [F, K]
    way_list: I32  # [F, K] list, or NO_LIST
    look_back: I64  # [K] days of contacts that are traced
    traced: U64  # [K, l]
    contact_list: I32  # [K, l] list, or NO_LIST
    crosses: U8  # [K] 1 if tracing goes from region to region
    causes: int
    cause_cdf: (
        U64  # [C, n] cumulative Poisson thresholds of 2**64, padded with 2**64 - 1: candidates of a block and day
    )
    cause_len: I32  # [C] how many entries are real
    cause: U64  # [C, K, G]
    cause_list: I32  # [C, K] list, or NO_LIST
    cause_tag: I32  # [C] which of the file's causes it is
    cause_basis: I32  # [C]
    cause_right: U8  # [C]
    gates: int
    scan_cdf: U64  # [E, n] likewise: visits of a block and day
    scan_len: I32  # [E]
    scan_share: U64  # [E, K] scans for each that is drawn; above 2**32 where a variant scans more than the base
    code_lists: I64  # [K] bit mask of the lists that are colours
    recipients: I64  # [E, K] who is shown what a scan reveals
    fields: I64  # [E, K] how many things are revealed
