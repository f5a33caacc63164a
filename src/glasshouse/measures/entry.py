"""What is known of a measure beside its number:

what it is called, in which unit, of whom, and how far it may be carried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from glasshouse.measures.frame import CUTS, Cases, Cut
from glasshouse.measures.sources import Sort
from glasshouse.measures.tally import Tally

Scaling = Literal["share", "count", "not scalable"]
Parts = Callable[[Cases, bool], Mapping[str, Tally]]

BY_RIGHTS = "_by_rights"


@dataclass(frozen=True)
class Measure:
    """One measure. `count` says what is counted; its docstring is the definition.

    id and name are those of the audit's list. drivers are paths of scenario parameters that move it (`*` stands for any
    one key). library: what others call it. twice: given by the rule and by rights. parts: further cuts of its own, such
    as horizons or stages, by the name of the cut. rate: it is a count of listed people for each person there is, though no `Rate` says so.
    whom: whether its luck is told by leaving out people or firms.
    """

    id: str
    name: str
    count: Callable[[Cases, bool], Tally]
    unit: str
    direction: Literal["lower is better", "higher is better", "neither"]
    denominator: str
    scaling: Scaling
    drivers: tuple[str, ...]
    library: str = ""
    twice: bool = False
    cuts: tuple[Cut, ...] = CUTS
    parts: Mapping[str, Parts] = field(default_factory=dict)
    rate: bool = False
    whom: Sort = "people"

    needs_twin: ClassVar[bool] = False

    @property
    def truths(self) -> tuple[tuple[str, bool], ...]:
        """The names it is written under, each with whether it is by rights."""
        return ((self.name, False), (self.name + BY_RIGHTS, True)) if self.twice else ((self.name, False),)

    @property
    def is_total(self) -> bool:
        """Is it a count, or a count for each person there is?"""
        return self.scaling == "count" or self.rate

    @property
    def definition(self) -> str:
        """The definition, as the function that counts tells it."""
        lines = (self.count.__doc__ or "").strip().splitlines()
        return "\n".join(line.strip() for line in lines)
