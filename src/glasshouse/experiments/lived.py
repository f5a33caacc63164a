"""A recording made ready to live one block of it again, and what is read off that: events and listings of one synthetic person.

Nobody's life is written down event by event in an ordinary recording. It is lived again instead: the person's block alone, from the
letters that were kept (`engines/replay.py`), to the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import replicate_seed
from glasshouse.codes import BASES, KINDS
from glasshouse.errors import UsageError
from glasshouse.experiments.keyed import group_of
from glasshouse.recording.store import Recording, open_recording
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, digest_of, from_raw
from glasshouse.scenario.schema import ListModel, Scenario
from glasshouse.scenario.tables import Names, Plan
from glasshouse.simulate import journal_columns, reseeded
from glasshouse.world.places import regions_of

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Result

I64 = NDArray[np.int64]
Letters = Mapping[str, NDArray[Any]]


FACTUAL = "factual"
ORDER = (
    "bounced", "paid", "decided", "left_list", "notified", "learnt", "appealed", "refused", "went_another_way", "gave_up", "record",
    "act", "denied", "settled", "given_back", "taken", "listed", "standing", "left",
)  # fmt: skip
"""In which order a day goes, from morning to evening."""


@dataclass(frozen=True)
class Event:
    """Something that happened to or was done by one synthetic person. `source` is the person it came from, where it came from somebody."""

    day: int
    date: str
    what: str
    detail: str
    source: int | None
    amount: int


# --- opening ----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """A recording made ready to live one block of it again."""

    recording: Recording
    loaded: Loaded
    plan: Plan
    names: Names
    person: int
    v: int
    block: int
    letters: Letters
    run_again: bool
    channels: Mapping[str, NDArray[Any]] | None = None
    """What everybody knew each morning, [T, K] and [T, L, K], where the scenario has clerks or publicity."""
    filings: Mapping[str, NDArray[Any]] | None = None
    """What was filed from elsewhere of the people of the block, where anything files."""

    @property
    def scenario(self) -> Scenario:
        """What the scheme of this variant says."""
        return self.loaded.variants[self.v][1]

    def law(self, basis: str | None) -> str:
        """A legal basis that is one of the scenario's sources, by its title; any other as the file has it."""
        found = self.scenario.evidence.sources.get(basis or "")
        return f"{found.title} [{basis}]" if found else basis or ""

    @property
    def last(self) -> int:
        """The last day."""
        return self.plan.world.days

    def lived(self, journalled: Sequence[int]) -> Result:
        """The block, lived again."""
        from glasshouse.engines.replay import replay_block

        return replay_block(self.plan, self.block, self.letters, journalled, self.channels, self.filings)

    def known_to_all(self, variants: int) -> dict[str, NDArray[Any]] | None:
        """The same for so many variants beside the one asked for: what one life changes moves no total, so each keeps that one's."""
        if self.channels is None:
            return None
        return {name: np.repeat(x[..., self.v : self.v + 1], variants, axis=-1) for name, x in self.channels.items()}

    def filed_in(self, variants: Sequence[int]) -> dict[str, NDArray[Any]] | None:
        """What was filed in the variant asked for, for each of these variants."""
        if self.filings is None:
            return None
        mine = np.flatnonzero(self.filings["variant"] == self.v)
        of = {n: np.tile(x[mine], len(variants)) for n, x in self.filings.items()}
        return {**of, "variant": np.repeat(np.array(variants, np.int64), len(mine))}

    def date(self, day: int) -> str:
        """The date of a day."""
        return (date.fromisoformat(self.names.start) + timedelta(days=int(day) - 1)).isoformat()

    def called(self, number: int) -> str:
        """Somebody by their number, as a person or a firm."""
        return f"firm {number}" if self.is_firm(number) else f"person {number}"

    def is_firm(self, number: int) -> bool:
        """Is that the number of a firm?"""
        return bool(number >= self.plan.ties.beyond[0])


def opened_for(recording: Recording | Path | str, person: int, variant: str) -> Opened:
    opened = recording if isinstance(recording, Recording) else open_recording(recording)
    manifest = opened.manifest
    base = from_raw(manifest["scenario"]["raw"], manifest["scenario"]["name"], check=False)
    loaded = reseeded(base, replicate_seed(manifest["seed"], manifest.get("replicate", 0)))
    plan, names = compiled(loaded)
    if not 0 <= person < plan.world.people:
        raise UsageError(f"why: there is no person {person}; {_numbers_of(plan)}.")
    v = _variant(names, variant)
    block = person // plan.world.block
    kept = opened.has("letters")
    letters, channels, filings = (
        (letters_of_block(opened, plan, names, block), _channels(opened, plan, names), _filings(opened, names))
        if kept
        else _letters_run_again(plan, block)
    )
    return Opened(opened, loaded, plan, names, person, v, block, letters, not kept, channels, filings)


def _numbers_of(plan: Plan) -> str:
    """Which numbers people have, and firms where there are any."""
    last, first_firm = plan.world.people - 1, int(plan.ties.beyond[0])
    if first_firm > last:
        return f"they are numbered 0 to {last}"
    return f"people are numbered 0 to {first_firm - 1}, firms {first_firm} to {last}"


def _filings(recording: Recording, names: Names) -> dict[str, NDArray[Any]] | None:
    """What was filed from elsewhere, as numbers by the names of `engines.elsewhere.KEPT`, if the recording holds it."""
    if not recording.has("filings"):
        return None
    rows = recording.table("filings")
    known = {"variant": names.variants, "list": names.lists, "kind": KINDS, "basis": BASES}
    return {
        n: _numbers(rows.column(n), known[n]) if n in known else rows.column(n).to_numpy().astype(np.int64)
        for n in rows.column_names
    }


def _channels(recording: Recording, plan: Plan, names: Names) -> dict[str, NDArray[Any]] | None:
    """What everybody knew each morning, if the recording holds it."""
    if not recording.has("channels"):
        return None
    rows, (T, L, K) = recording.table("channels"), (plan.world.days, len(names.lists), len(names.variants))
    by_variant = {n: rows.column(n).fill_null(-1).to_numpy().reshape(K, T, L) for n in ("news", "wait")}
    return {"news": by_variant["news"][:, :, 0].T, "wait": by_variant["wait"].transpose(1, 2, 0)}


def compiled(loaded: Loaded) -> tuple[Plan, Names]:
    """The tables of a scenario, kept for the next question: whoever asks why of one person asks it of others too, and of their changes."""
    key = digest_of(loaded.raw)
    if key not in _PLANS:
        while len(_PLANS) >= MOST_PLANS:
            _PLANS.pop(next(iter(_PLANS)))
        _PLANS[key] = compile_plan(loaded)
    return _PLANS[key]


MOST_PLANS = 6
_PLANS: dict[str, tuple[Plan, Names]] = {}


def _variant(names: Names, variant: str) -> int:
    from glasshouse.scenario.shape import nearest

    if variant in names.variants:
        return names.variants.index(variant)
    if variant == FACTUAL:
        return 0
    raise UsageError(
        f'variant: there is no variant "{variant}".{nearest(variant, names.variants)} There are: {", ".join(names.variants)}.'
    )


def letters_of_block(recording: Recording, plan: Plan, names: Names, block: int) -> dict[str, NDArray[Any]]:
    """The kept letters addressed to a block, as numbers by the names of `engines.cpu.Result.letters`."""
    first = block * plan.world.block
    return letters_to(recording, names, first, first + plan.world.block)


def letters_to(recording: Recording, names: Names, first: int, beyond: int) -> dict[str, NDArray[Any]]:
    import pyarrow.parquet as pq

    table = pq.read_table(
        recording.path / "letters.parquet", filters=[("target", ">=", first), ("target", "<", beyond)]
    )
    out: dict[str, NDArray[Any]] = {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if name in ("kind", "association"):
            known = KINDS if name == "kind" else names.associations
            out[name] = _numbers(column, known)
        else:
            out[name] = column.to_numpy(zero_copy_only=False)
    return out


def _numbers(column: Any, known: Sequence[str]) -> I64:
    """The numbers of words; a null is 0."""
    if hasattr(column, "chunks"):  # an empty table, or one of several dictionaries
        column = column.unify_dictionaries().combine_chunks() if column.num_chunks else None
    if column is None or len(column) == 0:
        return np.zeros(0, np.int64)
    words = column.dictionary.to_pylist()
    number = np.array([known.index(w) for w in words] or [0], np.int64)
    index = column.indices.fill_null(0).to_numpy(zero_copy_only=False)
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    return np.where(valid, number[np.where(valid, index, 0)], 0)


def _letters_run_again(
    plan: Plan, block: int
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]], dict[str, NDArray[Any]] | None]:
    """No letters were kept: the whole world is run again; what is addressed to the block, and what everybody knew, is put aside."""
    from glasshouse.engines.cpu import Engine, letter_columns

    engine = Engine(plan)
    rows: list[Any] = []
    days: list[int] = []
    try:
        while engine.day < plan.world.days:
            engine.step()
            rows.append(engine.post_to(block, block + 1))
            days.append(engine.day + 1)
    finally:
        engine.close()
    on = np.repeat(np.array(days, np.int64), [len(x) for x in rows])
    known = {"news": engine.news, "wait": engine.wait}
    return dict(letter_columns(on, np.concatenate(rows))), known, engine.result(letters=False).tables.get("filings")


def place_of(opened: Opened, person: int) -> tuple[str, str]:
    """Group and region of a person, from the key."""
    region = int(regions_of(opened.plan.world, person))
    return opened.names.groups[group_of(opened.plan, person)], opened.names.regions[region]


# --- events and cases -------------------------------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """An event with what a chain needs of it."""

    event: Event
    tag: int


def events_in(opened: Opened, result: Result) -> list[Event]:
    return [t.event for t in told_of(opened, result.events, opened.names, opened.v)]


def told_of(opened: Opened, events: Mapping[str, I64], names: Names, v: int) -> list[Told]:
    rows = journal_columns(events, names)
    mine = np.flatnonzero(rows["variant"] == v)
    out = []
    for n in mine:
        what = str(rows["event"][n])
        source = int(rows["source"][n]) if what in ("record", "listed") else None
        day = int(rows["day"][n])
        told = Event(day, opened.date(day), what, str(rows["detail"][n]), source, int(rows["amount"][n]))
        out.append(Told(told, int(rows["tag"][n])))
    return sorted(out, key=lambda t: (t.event.day, ORDER.index(t.event.what)))


def cases_of(result: Result, person: int, v: int) -> list[dict[str, int]]:
    """The listings of a person in a variant, in their order."""
    c = result.cases
    mine = np.flatnonzero((c["person"] == person) & (c["variant"] == v))
    return [{name: int(column[n]) for name, column in c.items()} for n in mine]


def copies_of_person(plan: Plan, result: Result, person: int, v: int) -> list[dict[str, Any]]:
    """Every copy that others hold of the person's listings in a variant, 0 for a day that never came; none where nobody holds any."""
    if not plan.outside.sharing:
        return []
    from glasshouse.engines.copies import copies_of

    c = result.cases
    mine = np.flatnonzero((c["person"] == person) & (c["variant"] == v))
    table = copies_of(plan, {name: column[mine] for name, column in c.items()})
    columns = {name: np.ma.filled(column, 0).tolist() for name, column in table.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def lasted(case: Mapping[str, int], last: int) -> int:
    """Evenings on which the listing stood."""
    return (case["closed"] or last + 1) - case["opened"]


def listed_days(cases: Sequence[Mapping[str, int]], last: int) -> int:
    """Days on some list, each list counted on its own."""
    return sum(lasted(c, last) for c in cases)


def counted(n: int, one: str, many: str) -> str:
    """So many of something, in words."""
    return f"{n:,} {one if n == 1 else many}"


def tries_of(events: Sequence[Event]) -> int:
    return sum(e.amount for e in events if e.what == "refused")


def list_model(opened: Opened, number: int) -> ListModel | None:
    return next((x for x in opened.scenario.lists if x.id == opened.names.lists[number]), None)
