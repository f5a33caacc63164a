"""The integer tables of a model that chooses people: what `compile_models.py` makes, and all that engines know.

Axes: K variants, F features, G groups, T days. `docs/day.md`, 23, says how each is used. A module of its own: a change here leaves the
day compiled.
"""

from __future__ import annotations

from typing import NamedTuple

from glasshouse.scenario.tables import I32, I64, U8, U64

NOBODY, BY_CAPACITY, BY_THRESHOLD, BY_LOTTERY, BY_LOTTERY_OF = range(5)
"""How a variant chooses: `chooses`."""
STEPS = 4_096
"""Steps of the luck with which the stated errors are drawn: a false-positive share of one in a hundred is told to a fortieth of itself."""
STEP_SHIFT = 20
UNIT = 256
"""Risk is counted in 256ths: of a bit of evidence, or of a standard deviation of the stated errors."""


class ModelTables(NamedTuple):
    """A model: what is true of people (or of firms), what it sees of them, how it weighs it, and whom it chooses."""

    name: str
    number: int  # the tag of its filings
    truth_stream: int
    feature_stream: int
    luck_stream: int
    list: int
    first: int  # the first of those among whom it chooses: people, or firms
    beyond: int
    features: tuple[str, ...]
    round: I64  # [T + 1] number of the round on a day, 0 none
    renews: U64  # [K] threshold: what is true of a person is drawn again in a round
    prevalence: U64  # [K, G]
    has: U64  # [K, F, 2, G] by feature, truth, group
    weight: I64  # [K, F] at the first round
    adjust: I64  # [K, G]
    stated: I32  # [K, G, 2, STEPS] by truth and luck
    chooses: I64  # [K]
    capacity: I64  # [K]
    cut: I64  # [K]
    same_as: I64  # [K] variant whose number is drawn by lottery
    retrains: U8  # [K]
    sample: I64  # [K, F, 2, 2] people of the training sample by has and truth
    log_cut: U64  # [255] entry k - 1 is the least whole number at or above 2**(32 + k / 256)
