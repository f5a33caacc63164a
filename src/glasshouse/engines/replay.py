"""One block lives again, alone: what reached it from others comes from the letters that were kept.

A block touches only its own people (`engines/day.py`), and whatever reaches them from anybody else is a letter of yesterday. So the
letters that a run kept are all that a block needs to live its days again, to the same bytes, without the rest of the world. That is
how the life of any person can be told without having written down everybody's: their block is lived again with the journal on.

Letters that the block sends are dropped: what they did to its own people is among the letters that were kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.engines.buffers import AMOUNT_ZERO, LETTER_WORDS
from glasshouse.engines.cpu import Engine, Result, _Chunk
from glasshouse.engines.elsewhere import FILING, Elsewhere, Evening, Passing, rows_of
from glasshouse.scenario.shock_tables import MASS_LISTING
from glasshouse.scenario.tables import NO_CLERKS_NEEDED, Outside, Plan

BOTH, OWN_ONLY, OTHERS_ONLY = range(3)
"""The variants of a plan whose conduct is told apart: what happened, only what people did themselves, only what others did."""

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
LETTER_COLUMNS = ("day", "target", "source", "tag", "kind", "association", "hops", "amount", "mask")


def block_of(plan: Plan, person: int) -> int:
    """The block that a person lives in."""
    return person // plan.world.block


def people_of_block(plan: Plan, block: int) -> range:
    """The people of a block."""
    first = block * plan.world.block
    return range(first, min(first + plan.world.block, plan.world.people))


def replay_block(
    plan: Plan,
    block: int,
    letters: Mapping[str, NDArray[Any]],
    journalled: Iterable[int] = (),
    channels: Mapping[str, NDArray[Any]] | None = None,
    filings: Mapping[str, NDArray[Any]] | None = None,
) -> Result:
    """Live one block from day 1 to the last, alone.

    `letters` are the kept letters as numbers, by the names of `Result.letters` (no association is 0); those addressed to other blocks
    are ignored. `journalled` are the people whose every event is written down. `channels` are what everybody knew in the morning
    (`Result.channels`): a plan with clerks or publicity needs them, for they are totals of the whole world; ValueError without them.
    `filings` is the table of what was filed from elsewhere (`Result.tables`), needed in the same way where something files.
    The result holds this block only: `daily` and `acts` are its share of the counts, `people` has a row for each of
    `people_of_block`, `letters` is empty.
    """
    asked = np.zeros(plan.world.people, np.uint8)
    asked[list(journalled)] = 1
    if channels is None and has_channels(plan):
        raise ValueError(
            "a block alone cannot know how many are listed or waiting elsewhere: give the channels of the run"
        )
    if filings is None and plan.outside.files:
        raise ValueError("a block alone cannot know what was filed of its people from elsewhere: give the filings")
    engine = _BlockAlone(plan, block, letters, asked if asked.any() else None, channels, filings)
    result = engine.run().result(letters=False)
    mine = people_of_block(plan, block)
    result.people = {name: column[mine.start : mine.stop] for name, column in result.people.items()}
    return result


def pack_letters(letters: Mapping[str, NDArray[Any]]) -> U32:
    """Letters as the engine carries them, uint32[letter, 4], in the order given."""
    c = {name: np.asarray(letters[name]).astype(np.int64) for name in LETTER_COLUMNS}
    rows = np.empty((len(c["day"]), LETTER_WORDS), np.uint32)
    rows[:, 0], rows[:, 1], rows[:, 2] = c["target"], c["source"], c["tag"]
    rows[:, 3] = (
        (c["amount"] + AMOUNT_ZERO) << 16 | (c["kind"] & 3) << 14 | c["hops"] << 11 | c["association"] << 8 | c["mask"]
    )
    return rows


def has_channels(plan: Plan) -> bool:
    """Does anything in this plan follow totals of the whole world?"""
    return bool(plan.score.publicity.any() or (plan.lists.clerks != NO_CLERKS_NEEDED).any())


def _shocks(plan: Plan, mine: range) -> list[Elsewhere]:
    """Shocks move scores and decide cases too; whom they hit is in the keys, so that a block alone knows it."""
    if not plan.outside.shocks:
        return []
    from glasshouse.engines.shocks import Shocks

    return [Shocks(plan, mine.start, mine.stop)]


def _spared(plan: Plan) -> list[Elsewhere]:
    """First listings that are taken back are those of the block's own people."""
    if not plan.outside.lots:
        return []
    from glasshouse.engines.lots import FirstSpared

    return [FirstSpared(plan)]


class Kept(Passing):
    """What a run filed, filed again: for a block that lives alone. Whoever filed it then is not asked now."""

    name = "kept"

    def __init__(self, filings: Mapping[str, NDArray[Any]], first: int, beyond: int) -> None:
        person = np.asarray(filings["person"])
        mine = np.flatnonzero((person >= first) & (person < beyond))
        self.day = np.asarray(filings["day"])[mine].astype(np.int64)
        self.rows = rows_of(**{name: np.asarray(filings[name])[mine] for name in FILING})

    def evening(self, engine: Evening) -> U32:
        """What was filed today, of the people of the block."""
        today: U32 = self.rows[self.day == engine.day]
        return today


class _BlockAlone(Engine):
    """An engine of one block: every morning its post is what was kept, and what it sends goes nowhere."""

    def __init__(
        self,
        plan: Plan,
        block: int,
        letters: Mapping[str, NDArray[Any]],
        journalled: NDArray[np.uint8] | None,
        channels: Mapping[str, NDArray[Any]] | None = None,
        filings: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:
        super().__init__(plan._replace(outside=Outside()), threads=1, journalled=journalled)
        self.known = channels
        self.block = block
        self.chunks = [_Chunk(plan, 0, block, block + 1, self.desks)]
        mine = people_of_block(plan, block)
        if filings is not None:
            self.elsewhere = [*_spared(plan), Kept(filings, mine.start, mine.stop), *_shocks(plan, mine)]
        target = np.asarray(letters["target"])
        here = np.flatnonzero((target >= mine.start) & (target < mine.stop))
        here = here[np.argsort(np.asarray(letters["day"])[here], kind="stable")]
        self.post = pack_letters({name: np.asarray(letters[name])[here] for name in LETTER_COLUMNS})
        self.post_at = np.searchsorted(np.asarray(letters["day"])[here], np.arange(plan.world.days + 3))
        self._deliver()

    def _tell_channels(self) -> None:
        """What the whole world knew that morning."""
        if self.known is not None:
            self.news[self.day - 1] = self.known["news"][self.day - 1]
            self.wait[self.day - 1] = self.known["wait"][self.day - 1]

    def _deliver(self) -> None:
        """Tomorrow's post of the block."""
        tomorrow = self.day + 1
        self.inbox = self.post[self.post_at[tomorrow] : self.post_at[tomorrow + 1]]
        self.inbox_at = np.zeros(self.blocks + 1, np.int64)
        self.inbox_at[self.block + 1 :] = len(self.inbox)


# --- whose conduct ----------------------------------------------------------------------------------------------------------------------


def told_apart(plan: Plan, unseen: int = OTHERS_ONLY) -> Plan:
    """A plan of like variants, in one of which nothing that anybody does is seen: only what comes by letter counts there.

    What neither own nor others' conduct brings about does not exist: without a piece in the evening no score moves and no list is entered.
    """
    seen = plan.acts.seen.copy()
    seen[:, :, unseen] = 0
    return plan._replace(acts=plan.acts._replace(seen=seen))


def unshocked(plan: Plan, variants: Sequence[int]) -> Plan:
    """A plan in some of whose variants no intruder lists anybody: that is nobody's conduct."""
    spared = np.isin(np.arange(plan.world.variants), variants)
    shocks = tuple(
        x._replace(day=np.where(spared, 0, x.day)) if x.kind == MASS_LISTING else x for x in plan.outside.shocks
    )
    return plan._replace(outside=plan.outside._replace(shocks=shocks))


def live_apart(plan: Plan, threads: int = 1) -> Result:
    """Live a world of three like variants with whose conduct told apart. Letters of what happened reach `BOTH` and `OTHERS_ONLY`."""
    engine = _Apart(unshocked(told_apart(plan), (OWN_ONLY, OTHERS_ONLY)), threads)
    try:
        return engine.run().result(letters=False)
    finally:
        engine.close()


class _Apart(Engine):
    """Every night only the letters of what really happened are kept; `OWN_ONLY` receives none but one's own late records.

    What is filed from elsewhere is nobody's conduct, and counts in what happened only.
    """

    def _kept(self, rows: U32) -> U32:
        happened: U32 = rows[rows[:, 1] == BOTH]
        return happened

    def _deliver(self) -> None:
        super()._deliver()
        pack = self.inbox[:, 3]
        happened = pack & np.uint32(1 << BOTH)
        others = (pack & np.uint32(0xFFFFFF00)) | happened | (happened << np.uint32(OTHERS_ONLY))
        self.inbox[:, 3] = np.where(pack >> np.uint32(14) & np.uint32(3), others, pack)


# --- everybody, once more ---------------------------------------------------------------------------------------------------------------


class Unfiled(NamedTuple):
    """What is not filed for one person in a variant: everything of this kind and tag."""

    person: int
    variant: int
    kind: int
    tag: int


def live_everybody(
    plan: Plan,
    journalled: Iterable[int],
    unfiled: Sequence[Unfiled] = (),
    threads: int = 1,
    tell: Callable[[int], None] | None = None,
) -> Result:
    """Live the whole world with every event of some people written down, and without some filings for one of them.

    For a change that reaches people of other blocks, whose lives reach back. `tell` hears of each day that is over. No letters are kept.
    """
    asked = np.zeros(plan.world.people, np.uint8)
    asked[list(journalled)] = 1
    engine = Engine(plan, threads, journalled=asked)
    if unfiled:
        engine.elsewhere = [_But(source, unfiled) for source in engine.elsewhere]
    try:
        while engine.day < plan.world.days:
            engine.step()
            if tell:
                tell(engine.day)
        return engine.result(letters=False)
    finally:
        engine.close()


class _But:
    """Something that files, but for some of its rows."""

    def __init__(self, source: Elsewhere, unfiled: Sequence[Unfiled]) -> None:
        self.source, self.unfiled, self.name = source, unfiled, source.name

    def evening(self, engine: Evening) -> U32:
        """What it files today, without what is not to be."""
        rows = self.source.evening(engine)
        for x in self.unfiled:
            here = (rows[:, 0] == x.person) & (rows[:, 1] == x.variant) & (rows[:, 3] == x.kind) & (rows[:, 5] == x.tag)
            rows = rows[~here]
        return rows

    def post(self) -> U32:
        """As it is."""
        return self.source.post()

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """As it is."""
        return self.source.snapshot()

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """As it is."""
        self.source.restore(saved)

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """As it is."""
        return self.source.tables()
