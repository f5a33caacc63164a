"""The copies that others hold of a list, in plain Python: paragraph 26 of `docs/day.md`, told from the cases of one variant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from glasshouse.engines.reference_life import CASE, Life, after, delay_of, delay_tables, plain
from glasshouse.engines.reference_ties import philox
from glasshouse.scenario import tables
from glasshouse.scenario.shock_tables import SharingTables

Copy = dict[str, Any]


def copies_of(plan: tables.Plan, variant: int, life: Life) -> list[Copy]:
    """Every copy of every recipient, in the order of the recording; a day that never comes is 0."""
    found = [
        (case["person"], case["list"], case["ordinal"], n, copy)
        for n, recipient in enumerate(plan.outside.sharing)
        for case in life.cases
        for copy in _Recipient(plan, recipient, variant).receives(case)
    ]
    return [copy for *_, copy in sorted(found, key=lambda row: row[:4])]


class _Recipient:
    """One recipient in one variant."""

    def __init__(self, plan: tables.Plan, recipient: SharingTables, variant: int) -> None:
        self.world, self.t, self.v = plan.world, plain(recipient), variant
        self.delay = delay_tables(recipient.delays)[self.t.correction[variant]]

    def receives(self, case: dict[str, int]) -> Iterator[Copy]:
        """The copy of a case, if there is one."""
        closed, sync = case["closed"], self.t.sync[self.v]
        if not sync or not self.is_shared(case):
            return
        received = (case["opened"] // sync + 1) * sync
        if received > self.world.days or (closed and closed <= received):
            return
        w = philox(
            case["list"] << 8 | case["ordinal"], CASE << 16, case["person"], self.t.stream, self.world.k0, self.world.k1
        )
        heard = after(closed, delay_of(self.delay, w[1])) if w[0] < self.t.propagates[self.v] else 0
        corrected = heard if heard <= self.world.days else 0
        yield {
            "person": case["person"], "list": case["list"], "ordinal": case["ordinal"], "recipient": self.t.name,
            "opened": case["opened"], "received": received, "ended": closed, "closed_by": case["closed_by"], "corrected": corrected,
            "leaked": self.leaks(received, corrected, w[2]),
        }  # fmt: skip

    def is_shared(self, case: dict[str, int]) -> bool:
        """Whether cases like this are handed over: of that list, and of that source, if it matters."""
        if not self.t.lists[self.v] >> case["list"] & 1:
            return False
        of_an_act = (
            case["cause_kind"] in (tables.WRONG, tables.TIE, tables.OWN) and case["cause_tag"] != tables.MERGED_FILE
        )
        return bool(not self.t.of_sources[self.v] or (of_an_act and self.t.acts[self.v][case["cause_tag"] & 255]))

    def leaks(self, received: int, corrected: int, word: int) -> int:
        """The day on which a copy is exposed: one that is held, or was corrected and kept all the same."""
        day: int = self.t.leak[self.v]
        held = received <= day and (not corrected or corrected > day or word < self.t.kept[self.v])
        return day if day and held else 0
