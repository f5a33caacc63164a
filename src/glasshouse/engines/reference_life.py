"""What a life in the plain engine is made of: people's days, cases and what they gather, and the numbers all is counted with.

Numbers in comments are paragraphs of `docs/day.md`. A day that never comes is 0, for days are counted from 1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Protocol

from glasshouse.engines.reference_ties import Ties, Words
from glasshouse.scenario import tables
from glasshouse.scenario.tables import LEFT

LAST_DAY = 65_535
COUNT, CANDIDATE, SECOND, TARGET, CASE, TRAIT, DEMAND, THIRD, COMPANY, OTHER_LUCK = 0, 1, 2, 3, 4, 6, 8, 9, 10, 19
BY_NOTICE, BY_REFUSAL = 1, 2
GRANTED, REFUSED = 1, 2
NOBODY, BY_RULE, BELOW, ABOVE = 0, 1, 2, 3
FROM_ENTRY, FROM_THAT_DAY, NEVER = 0, 1, 2
SEEN_WITH = 16
"""Tags of letters by standing or company are this and the number of the association; those below are lists."""
YEAR = 365
MERIT_ONLY = 16
"""Amount of an OWN letter of which only the merited score gets anything; others hold a circumstance there."""
MARK_SEEN, MARK_MISFILED, MARK_RECORDED = 1, 2, 4
JOURNAL = {
    "complied": "paid", "granted": "decided", "refused": "decided", "appeal": "appealed", "learnt by notice": "learnt",
    "learnt by refusal": "learnt", "evaded": "went_another_way", "refused at a gate": "refused",
    "refused at two lists": "refused", "gave up a gate": "gave_up",
    **{name: name for name in ("denied", "left", "bounced")},
    **{f"exit {how}": "left_list" for how in tables.EXITS[1:]},
    **{f"listed by {how}": "listed" for how in ("rule", "score below", "score above", "filing")},
}  # fmt: skip
"""What happens, in the words of the journal (docs/recording.md); acts, records, notices, scores and standings are written at once."""
STOCKS = ("listed", "wrongful_listed", "wrongful_listed_by_rights")
Letter = tuple[int, int, int, int, int, int, int]
"""Target, source, tag, kind, association, hops, amount."""
Filing = tuple[int, int, int, int, int, int, int]
"""What comes from elsewhere (22): person, list, kind, source, tag, basis, rightful."""
Rows = list[dict[str, Any]]
"""Rows of a table of its own that something elsewhere writes, by column, without the variant."""


@dataclass
class Life:
    """What one variant became. Keys of `daily` are (day, region, group), of `acts` (day, act); cells that are not there are 0.
    An act's counts are happened, seen, misfiled and denied.

    `letters` are those that reach somebody: (delivered day, target, source, tag, kind, association, hops, amount, day it left).
    Columns of `people` are by person; `left_on` is 0 for those who never left. `fired` counts every kind of happening. `journal` has
    one row for each happening to the people asked for: (person, day, event, detail, source, tag, amount).
    `tables` are rows of what those elsewhere write down (22), by table.
    `news` and `waits` are what everybody knew on the mornings: 256ths of conduct stopped, days of waiting by list, -1 for ever.
    """

    daily: dict[str, dict[tuple[int, int, int], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    acts: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))
    cases: list[dict[str, int]] = field(default_factory=list)
    people: dict[str, list[Any]] = field(default_factory=dict)
    letters: list[tuple[int, ...]] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    journal: list[tuple[int, int, str, int, int, int, int]] = field(default_factory=list)
    tables: dict[str, Rows] = field(default_factory=dict)
    news: list[int] = field(default_factory=list)
    waits: list[list[int]] = field(default_factory=list)


@dataclass
class Case:
    """One listing of one person: w, s and h are its marks, first, second and third; days are planned, and 0 is never."""

    person: int
    list: int
    ordinal: int
    opened: int
    basis: int
    rightful: int
    cause: tuple[int, int, int]
    w: Words
    s: Words
    h: Words
    notified: int = 0
    learnt: int = 0
    learnt_by: int = 0
    appealed: int = 0
    decided: int = 0
    decision: int = 0
    paid: int = 0
    clears: int = 0
    expires: int = 0
    closed: int = 0
    closed_by: int = 0

    def row(self, days: int) -> dict[str, int]:
        """The case as it is recorded (10): what was planned for the day of closing or later did not happen."""
        end = self.closed or days + 1
        last = end - 1 if self.closed_by == LEFT else end
        decided, paid = (day if day <= min(last, days) else 0 for day in (self.decided, self.paid))
        notified, appealed = (day if day < end else 0 for day in (self.notified, self.appealed))
        return {
            "person": self.person, "list": self.list, "ordinal": self.ordinal, "opened": self.opened, "notified": notified,
            "learnt": self.learnt, "learnt_by": self.learnt_by, "appealed": appealed, "decided": decided,
            "decision": self.decision if decided else 0, "paid": paid, "closed": self.closed, "closed_by": self.closed_by,
            "basis": self.basis, "rightful": self.rightful,
            "cause_kind": self.cause[0], "cause_source": self.cause[1], "cause_tag": self.cause[2],
        }  # fmt: skip


@dataclass
class Gathering:
    """What one person gathers in a day. Items are (act, kind, source, tag, circumstance); filings by list, without the act."""

    points: int = 0
    merited: int = 0
    hush: int = 0
    cause: tuple[int, int, int, int] = (0, 0, 0, 0)
    items: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    filings: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)


# --- What files from elsewhere (22), and what it sees ------------------------------------------------------------------


class Elsewhere(Protocol):
    """Something that files in one variant: an epidemic, a model, a shock, a lottery."""

    def evening(self) -> list[Filing]:
        """Whom it files for today."""

    def tables(self) -> dict[str, Rows]:
        """The rows of its own tables, without the variant."""


class Evening(Protocol):
    """The run, as far as something elsewhere sees of it. `w`, `a`, `scale` and `lists` are parts of the plan, made `plain`."""

    v: int
    day: int
    w: Any
    a: Any
    scale: Any
    lists: Any
    ties: Ties
    life: Life
    absent: set[int]
    group: list[int]
    region: list[int]
    on: list[int]
    score: list[int]
    merited: list[int]
    cap_used: list[list[int]]
    own_items: Counter[tuple[int, int]]
    open: dict[tuple[int, int], Case]

    def draw(self, page: int, index: int, who: int, stream: int, day: int = 0, strip: int = 0) -> Words:
        """The four words of (3)."""

    def present(self) -> Iterator[int]:
        """Everybody who is there."""

    def listed_on(self, bits: int) -> list[int]:
        """The lists of a mask, in their order."""

    def is_where(self, person: int, i: int) -> bool:
        """Whether a person lives where a list is."""

    def clamped(self, person: int, score: int) -> int:
        """Within today's scale of a person."""

    def writes(self, event: str, person: int, detail: int = 0, source: int = -1, tag: int = 0, amount: int = 0) -> None:
        """A line of the journal (docs/recording.md)."""


# --- Numbers (1-5) -----------------------------------------------------------------------------------------------------


def at_most(table: Sequence[int], word: int) -> int:
    """How many entries of an ascending table are at or below a word."""
    return bisect_right(table, word)


def after(base: int, days: int | None) -> int:
    """So many days after a day; never, if either is never or it is beyond the last day there is (11, 16)."""
    return base + days if base and days is not None and base + days <= LAST_DAY else 0


def shared(amount: int, share: int) -> int:
    """A share of a demerit: the floor of its magnitude (17)."""
    return -((-amount * share) >> 32)


def plain(table: Any) -> Any:
    """One part of a plan with its arrays as lists of Python integers."""
    return SimpleNamespace(**{k: v.tolist() if hasattr(v, "tolist") else v for k, v in table._asdict().items()})


def u64(w: Words) -> int:  # 5
    return w[0] << 32 | w[1]


def choice(among: Sequence[int], word: int) -> int:
    """One of several, by 64 bits (5)."""
    return among[word * len(among) >> 64]


def delay_tables(delays: tables.Delays) -> list[list[int]]:
    """The delays of a plan, each as its own table."""
    first, length, cut = delays.first.tolist(), delays.length.tolist(), delays.cut.tolist()
    return [cut[f : f + n] for f, n in zip(first, length, strict=True)]


def delay_of(table: Sequence[int], word: int) -> int | None:
    """So many days, or never (16)."""
    n = at_most(table, word)
    return n if n < len(table) else None
