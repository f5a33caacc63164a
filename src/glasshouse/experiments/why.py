"""Why was this synthetic person listed? The chain from an act, theirs or another's, to each consequence, and what would have spared them.

Nobody's life is written down event by event in an ordinary recording. It is lived again instead: the person's block alone, from the
letters that were kept (`engines/replay.py`), to the same bytes. A letter caused by an event is checked against the event's own key (its tag
says which draw it was); a chain of handed-on points is followed letter by letter to the act it began with; what caused another person's
listing is read from the table of cases. What is not followed is named.

What would have spared the person is tried, not argued: each element or safeguard (`scenario/elements.py`) is lived beside what happened,
on the same potential events. That is exact only where a change cannot alter what reaches this block in any way that is not known;
`_held` says when, and a change for which it is not known is not shown as a result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import ONE, replicate_seed
from glasshouse.codes import BASES, BY_STANDING, DECISIONS, EXITS, HEALTH, KINDS, LISTED, MODEL, OWN, SHOCK, TIE, WRONG
from glasshouse.errors import UsageError
from glasshouse.recording.schema import LEARNT
from glasshouse.recording.store import Recording, open_recording
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import ELEMENTS, Patch, all_together, applicable
from glasshouse.scenario.lot_tables import is_lot
from glasshouse.scenario.reading import Loaded, digest_of, from_raw
from glasshouse.scenario.regional import rules_in
from glasshouse.scenario.schema import ListModel, Rule, Scenario
from glasshouse.scenario.tables import FIRST_TAG_OF_ASSOCIATIONS, MAX_VARIANTS, MERGED_FILE, Names, Plan
from glasshouse.simulate import journal_columns, reseeded

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
OWN_ALONE, OTHERS_ALONE = ("own conduct only",), ("others' conduct only",)
"""Two lives beside what happened in which nothing of the scheme is changed: see `whose.py`."""
WHOSE = (OWN_ALONE, OTHERS_ALONE)
EARLIER_DEMERITS = 3
"""How many of the demerits before the last one a chain names; the others are counted."""


# --- what is told ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """Something that happened to or was done by one synthetic person. `source` is the person it came from, where it came from somebody."""

    day: int
    date: str
    what: str
    detail: str
    source: int | None
    amount: int


@dataclass(frozen=True)
class Step:
    """One link of a chain: what happened, to or by whom, and the rule, data source or list by which it counted."""

    day: int
    date: str
    what: str
    text: str
    person: int
    by: str = ""


@dataclass(frozen=True)
class Broken:
    """What the scheme's own text promises and what happened instead: the place in the file, both in words, and how many days beyond."""

    promise: str
    said: str
    happened: str
    days_beyond: int = 0
    law: str = ""


@dataclass(frozen=True)
class Chain:
    """One listing of the person: how it came about, what it did, how it ended."""

    on_list: str
    opened: int
    closed: int | None
    basis: str
    rightful: bool
    days: int
    refused_tries: dict[str, int]
    steps: tuple[Step, ...]
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class Change:
    """Elements taken out or safeguards put in, and this person's life with them: spared (never listed), eased, unchanged or harmed."""

    changes: tuple[str, ...]
    outcome: str
    listed_days: int
    refused_tries: int


@dataclass(frozen=True)
class Why:
    """The answer for one person of one variant of a recording. All of it is about a synthetic person."""

    recording: str
    person: int
    variant: str
    group: str
    region: str
    listed_days: int
    refused_tries: int
    chains: tuple[Chain, ...]
    spared_by: tuple[tuple[str, ...], ...]
    changes: tuple[Change, ...]
    not_followed: tuple[str, ...]
    world_run_again: bool
    whose_conduct: str = ""
    synthetic: bool = field(default=True)

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    def sentence(self) -> str:
        """The answer in one or two sentences."""
        who = f"Synthetic person {self.person}"
        if not self.chains:
            return f"{who} was never listed in {self.variant}."
        said = f"{who} was listed {times(len(self.chains))} in {self.variant}, for {self.listed_days:,} days in all"
        said += f", and refused {self.refused_tries:,} tries." if self.refused_tries else "."
        return f"{said} {self.remedy()}"

    def remedy(self) -> str:
        """The smallest changes that would have spared the person, or that there are several, or none among those tried."""
        if not self.spared_by:
            return "Of the changes that could be tried exactly, none would have kept this person off the lists."
        ways = ["; ".join(x) if len(x) == 1 else " together with ".join(x) for x in self.spared_by]
        several = (
            f" There are {len(ways)} such smallest changes; none of them is the one cause." if len(ways) > 1 else ""
        )
        return f"This would have kept them off every list: {', or '.join(ways)}.{several}"


def times(n: int) -> str:
    """Once, twice, 5 times."""
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


# --- the two questions ------------------------------------------------------------------------------------------------------------------


def events_of(recording: Recording | Path | str, person: int, variant: str = FACTUAL) -> list[Event]:
    """Every event of a person, in the order of their days. The block is lived again; no journal is needed.

    Raises RecordingError where there is no such recording, UsageError where it has no such person or variant.
    """
    opened = _open(recording, person, variant)
    return _events(opened, opened.lived([person]))


def why(recording: Recording | Path | str, person: int, variant: str = FACTUAL, *, pairs: bool = True) -> Why:
    """How each listing of this person came about, what it did, which promises were broken, and what would have spared them.

    `pairs` also tries two changes together where no single one spares the person. Raises as `events_of`.
    """
    opened = _open(recording, person, variant)
    result = opened.lived([person])
    cases = _cases(result, person, opened.v)
    told = _events(opened, result)
    chains = tuple(_chain(opened, case, told) for case in cases)
    tried, not_followed, whose = _tried(opened, cases, told, pairs) if chains else ([], [], "")
    group, region = _place(opened, person)
    return Why(
        recording=opened.recording.path.name,
        person=person,
        variant=opened.names.variants[opened.v],
        group=group,
        region=region,
        listed_days=_listed_days(cases, opened.last),
        refused_tries=_tries(told),
        chains=chains,
        spared_by=tuple(c.changes for c in tried if c.outcome == "spared"),
        changes=tuple(tried),
        not_followed=tuple(not_followed),
        world_run_again=opened.run_again,
        whose_conduct=whose,
    )


# --- opening ----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Opened:
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
        return f"firm {number}" if number >= self.plan.ties.beyond[0] else f"person {number}"


def _open(recording: Recording | Path | str, person: int, variant: str) -> _Opened:
    opened = recording if isinstance(recording, Recording) else open_recording(recording)
    manifest = opened.manifest
    base = from_raw(manifest["scenario"]["raw"], manifest["scenario"]["name"], check=False)
    loaded = reseeded(base, replicate_seed(manifest["seed"], manifest.get("replicate", 0)))
    plan, names = _compiled(loaded)
    if not 0 <= person < plan.world.people:
        raise UsageError(f"why: there is no person {person}; they are numbered 0 to {plan.world.people - 1}.")
    v = _variant(names, variant)
    block = person // plan.world.block
    kept = opened.has("letters")
    letters, channels, filings = (
        (letters_of_block(opened, plan, names, block), _channels(opened, plan, names), _filings(opened, names))
        if kept
        else _letters_run_again(plan, block)
    )
    return _Opened(opened, loaded, plan, names, person, v, block, letters, not kept, channels, filings)


def _filings(recording: Recording, names: Names) -> dict[str, NDArray[Any]] | None:
    """What was filed from elsewhere, as numbers by the names of `engines.filings.KEPT`, if the recording holds it."""
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


def _compiled(loaded: Loaded) -> tuple[Plan, Names]:
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
    return _letters_to(recording, names, first, first + plan.world.block)


def _letters_to(recording: Recording, names: Names, first: int, beyond: int) -> dict[str, NDArray[Any]]:
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


def _place(opened: _Opened, person: int) -> tuple[str, str]:
    """Group and region of a person, from the key."""
    region = int(np.searchsorted(opened.plan.world.region_cut, person, side="right"))
    return opened.names.groups[_group(opened.plan, person)], opened.names.regions[region]


# --- events and cases -------------------------------------------------------------------------------------------------------------------


class _Told(NamedTuple):
    """An event with what a chain needs of it."""

    event: Event
    tag: int


def _events(opened: _Opened, result: Result) -> list[Event]:
    return [t.event for t in _told(opened, result.events, opened.names, opened.v)]


def _told(opened: _Opened, events: Mapping[str, I64], names: Names, v: int) -> list[_Told]:
    rows = journal_columns(events, names)
    mine = np.flatnonzero(rows["variant"] == v)
    out = []
    for n in mine:
        what = str(rows["event"][n])
        source = int(rows["source"][n]) if what in ("record", "listed") else None
        day = int(rows["day"][n])
        told = Event(day, opened.date(day), what, str(rows["detail"][n]), source, int(rows["amount"][n]))
        out.append(_Told(told, int(rows["tag"][n])))
    return sorted(out, key=lambda t: (t.event.day, ORDER.index(t.event.what)))


def _cases(result: Result, person: int, v: int) -> list[dict[str, int]]:
    """The listings of a person in a variant, in their order."""
    c = result.cases
    mine = np.flatnonzero((c["person"] == person) & (c["variant"] == v))
    return [{name: int(column[n]) for name, column in c.items()} for n in mine]


def _lasted(case: Mapping[str, int], last: int) -> int:
    """Evenings on which the listing stood."""
    return (case["closed"] or last + 1) - case["opened"]


def _listed_days(cases: Sequence[Mapping[str, int]], last: int) -> int:
    """Days on some list, each list counted on its own."""
    return sum(_lasted(c, last) for c in cases)


def _tries(events: Sequence[Event]) -> int:
    return sum(e.amount for e in events if e.what == "refused")


# --- the chain of one listing -----------------------------------------------------------------------------------------------------------


def _chain(opened: _Opened, case: Mapping[str, int], told: Sequence[Event]) -> Chain:
    end = case["closed"] or opened.last + 1
    during = [e for e in told if case["opened"] < e.day <= min(end, opened.last)]
    refused = _refused_by(opened, case, during)
    steps = [*_causes(opened, case), *_entry(opened, case, told), *_life(opened, case, during, refused)]
    return Chain(
        on_list=opened.names.lists[case["list"]],
        opened=case["opened"],
        closed=case["closed"] or None,
        basis=BASES[case["basis"]],
        rightful=bool(case["rightful"]),
        days=_lasted(case, opened.last),
        refused_tries={gate: sum(e.amount for e in found) for gate, found in refused.items()},
        steps=tuple(sorted(steps, key=lambda s: s.day)),
        broken=tuple(_promises(opened, case, refused)),
    )


def _refused_by(opened: _Opened, case: Mapping[str, int], during: Sequence[Event]) -> dict[str, list[Event]]:
    """Refusals while this listing stood, at gates that its list binds."""
    bound = [
        g for n, g in enumerate(opened.names.gates) if int(opened.plan.gates.lists[n, opened.v]) >> case["list"] & 1
    ]
    end = case["closed"] or opened.last + 1
    out = {g: [e for e in during if e.what == "refused" and e.detail == g and e.day < end] for g in bound}
    return {g: found for g, found in out.items() if found}


def _causes(opened: _Opened, case: Mapping[str, int]) -> Iterator[Step]:
    """The act at the beginning of the chain, whosever it was, and how it came into this file."""
    kind, source, tag, day = case["cause_kind"], case["cause_source"], case["cause_tag"], case["opened"]
    if kind == OWN:
        yield from _act_steps(
            opened, opened.person, tag, _left_on(opened, case["person"], source, tag, day, OWN), source
        )
    elif kind == WRONG and tag == MERGED_FILE:
        text = (
            f"when registers were merged, the file of {opened.called(source)} was joined to this one, demerits and all"
        )
        then = _left_on(opened, case["person"], source, tag, day, WRONG)
        yield Step(then, opened.date(then), "record", text, opened.person, "shocks")
    elif kind == WRONG:
        then = _left_on(opened, case["person"], source, tag, day, WRONG)
        yield from _act_steps(opened, source, tag, then, opened.person)
    elif kind == TIE:
        yield from _handed_on(opened, source, tag, day)
    elif kind == LISTED:
        yield from _of_a_listing(opened, source, tag, day)
    elif kind in FILED_FROM_ELSEWHERE:
        text, by = _filed_by(opened, kind, tag, source)
        yield Step(day, opened.date(day), "filing", text, opened.person, by)


FILED_FROM_ELSEWHERE = {
    MODEL: ("a model chooses them", "practice.models"),
    HEALTH: ("the health code files for them", "practice.health_code"),
    SHOCK: ("somebody who was not to writes them into the register", "shocks"),
}


def _filed_by(opened: _Opened, kind: int, tag: int, source: int) -> tuple[str, str]:
    """What filed for the person, in words and by its place in the file."""
    if kind == HEALTH:
        from glasshouse.scenario.compile_epidemic import why_coloured

        return why_coloured([s for _, s in opened.loaded.variants], tag, source)
    if kind != MODEL:
        return FILED_FROM_ELSEWHERE[kind]
    if is_lot(tag):
        return "they are drawn by lot", "practice.lists"
    name = opened.plan.outside.models[tag].name
    return f"the model {name} chooses them in its round of this day", f"practice.models.{name}"


def _act_steps(opened: _Opened, actor: int, tag: int, day: int, filed_for: int) -> Iterator[Step]:
    """An act on its day, and the record that was made of it: recomputed from the event's own key."""
    found = event_from_key(opened.plan, opened.v, actor // opened.plan.world.block, tag, day)
    act = opened.names.acts[tag & 255]
    rules = _rules(opened, tag & 255)
    about = _circumstance(opened, act, found)
    whose = "their own" if actor == opened.person else f"{opened.called(actor)}'s"
    checked = "" if found.person == actor else "; the key does not give this person"
    yield Step(day, opened.date(day), "act", f"{whose} act: {act.replace('_', ' ')}{about}{checked}", actor)
    sources = ", ".join(dict.fromkeys(str(r.source) for r in rules if r.source)) or "no named source"
    if filed_for == actor:
        text = "seen, and filed in their own file"
    else:
        aimed = opened.plan.acts.aims[tag & 255] >= 0
        text = f"put into the file of {opened.called(filed_for)}" if aimed else ""
        text = text or f"seen, and filed in the file of {opened.called(filed_for)}, who had nothing to do with it"
    yield Step(day, opened.date(day), "record", text, filed_for, f"data_sources.{sources}")
    for r in rules:
        points = f", {r.points.value:+} points" if r.points and r.points.value else ""
        law = f" ({r.legal_basis})" if r.legal_basis else ""
        yield Step(day, opened.date(day), "rule", f"{r.title or r.id}{points}{law}", filed_for, f"rules.{r.id}")


def _handed_on(opened: _Opened, source: int, tag: int, day: int) -> Iterator[Step]:
    """Points that came along ties: followed from letter to letter to the act they began with."""
    by, on, chain = source, day, []
    letter = _letter_of_tie(opened, opened.person, source, tag, day)
    while letter is not None:
        chain.append((by, on, letter))
        if letter["hops"] <= 1:
            break
        on = letter.get("sent", on - 1)
        earlier = _letter_of_tie(opened, by, None, tag, on, letter["hops"] - 1)
        if earlier is None:
            break
        by, letter = earlier["source"], earlier
    if chain and chain[-1][2]["hops"] <= 1:
        counted = chain[-1][2].get("sent", chain[-1][1] - 1)
        actor = chain[-1][0]
        yield from _act_steps(opened, actor, tag, _left_on(opened, actor, actor, tag, counted, OWN), actor)
    for who, when, one in reversed(chain):
        edge = opened.names.associations[one["association"]] if opened.names.associations else "a tie"
        steps = f"{one['hops']} step{'' if one['hops'] == 1 else 's'} from the act"
        whose, whom = opened.called(who), opened.called(one["target"])
        text = f"points of {whose} reach {whom} over {edge}, {steps}: {one['amount']:+}"
        yield Step(when, opened.date(when), "tie", text, one["target"], f"associations.{edge}")


def _letter_of_tie(
    opened: _Opened, target: int, source: int | None, tag: int, day: int, hops: int | None = None
) -> dict[str, int] | None:
    """The heaviest letter of this kind that reached somebody on a day; from another block's letters if the target lives there."""
    letters = _post_of(opened, target)
    if letters is None:
        return None
    ours = (letters["target"] == target) & (letters["day"] == day) & (letters["kind"] == TIE) & (letters["tag"] == tag)
    ours &= (letters["mask"] >> opened.v & 1) == 1
    if source is not None:
        ours &= letters["source"] == source
    if hops is not None:
        ours &= letters["hops"] == hops
    found = np.flatnonzero(ours)
    if not len(found):
        return None
    n = found[np.argmin(letters["amount"][found])]
    return {name: int(column[n]) for name, column in letters.items()}


def _post_of(opened: _Opened, target: int) -> Letters | None:
    """The letters that hold those to a person: the block's, or another's from the recording, if it kept them."""
    if target // opened.plan.world.block == opened.block:
        return opened.letters
    return None if opened.run_again else _letters_to(opened.recording, opened.names, target, target + 1)


def _left_on(opened: _Opened, target: int, source: int, tag: int, day: int, kind: int) -> int:
    """The day on which a letter left that came on this day: the day before, unless letters wait. An own record may have been no letter."""
    letters, at_once = _post_of(opened, target), day if kind == OWN else day - 1
    if letters is None or "sent" not in letters:
        return at_once
    ours = (letters["target"] == target) & (letters["day"] == day) & (letters["kind"] == kind) & (letters["tag"] == tag)
    ours &= (letters["source"] == source) & ((letters["mask"] >> opened.v & 1) == 1)
    days = [int(x) for x in letters["sent"][ours]]
    return next((x for x in days if kind == LISTED or _is_of(opened, source, tag, x)), at_once)


def _is_of(opened: _Opened, actor: int, tag: int, day: int) -> bool:
    """Was this event of this day that person's? A tag says which draw it was, not of which day."""
    return (
        tag == MERGED_FILE
        or event_from_key(opened.plan, opened.v, actor // opened.plan.world.block, tag, day).person == actor
    )


def _of_a_listing(opened: _Opened, source: int, number: int, day: int) -> Iterator[Step]:
    """Somebody tied was listed before: why, in one step, from the table of cases. Or stood low, or was seen with this one."""
    then = _left_on(opened, opened.person, source, number, day, LISTED)
    if number >= FIRST_TAG_OF_ASSOCIATIONS:
        a = number - FIRST_TAG_OF_ASSOCIATIONS
        edge = opened.names.associations[a]
        if opened.plan.associations.transfer[a] == BY_STANDING:
            text = f"the score of {opened.called(source)}, tied to this one, fell below the level of {edge}"
        else:
            text = f"{opened.called(source)} was seen, and this one was taken to be in their company ({edge})"
        yield Step(then, opened.date(then), "tie", text, source, f"associations.{edge}")
        return
    name = opened.names.lists[number]
    text = f"{opened.called(source)}, tied to this one, was put on the list {name}"
    cause = _recorded_cause(opened, source, name, then)
    yield Step(then, opened.date(then), "tie", text + (f" ({cause})" if cause else ""), source, f"lists.{name}")


def _recorded_cause(opened: _Opened, person: int, on_list: str, day: int) -> str:
    import pyarrow.parquet as pq

    rows = pq.read_table(
        opened.recording.path / "cases.parquet", columns=["variant", "list", "cause"],
        filters=[("person", "=", person), ("opened", "=", day)],
    ).to_pylist()  # fmt: skip
    here = [r["cause"] for r in rows if r["list"] == on_list and r["variant"] == opened.names.variants[opened.v]]
    return str(here[0]) if here else ""


def _entry(opened: _Opened, case: Mapping[str, int], told: Sequence[Event]) -> Iterator[Step]:
    """The score of the evening, the demerits before it, and the list."""
    day, name = case["opened"], opened.names.lists[case["list"]]
    model = _list_model(opened, case["list"])
    by_score = model is not None and case["cause_kind"] not in FILED_FROM_ELSEWHERE and model.entry.trigger.rule is None
    if by_score:
        settled = [e for e in told if e.what == "settled" and e.day <= day]
        yield from (_score_step(opened, e) for e in settled[-1:])
        before = settled[:-1]
        yield from (_score_step(opened, e) for e in before[-EARLIER_DEMERITS:])
        if len(before) > EARLIER_DEMERITS:
            first, n = before[0], len(before) - EARLIER_DEMERITS
            yield Step(
                first.day,
                first.date,
                "score",
                f"the first of {n} earlier changes of the score, to {first.amount}",
                opened.person,
            )
    right = "right by the scheme's rule" if case["rightful"] else "wrong by the scheme's own rule"
    text = f"put on the list {name}: {BASES[case['basis']].replace('_', ' ')}, {right}"
    yield Step(day, opened.date(day), "list", text, opened.person, f"lists.{name}")


def _score_step(opened: _Opened, e: Event) -> Step:
    return Step(e.day, e.date, "score", f"the score is settled at {e.amount}", opened.person, "score")


def _life(
    opened: _Opened, case: Mapping[str, int], during: Sequence[Event], refused: Mapping[str, Sequence[Event]]
) -> Iterator[Step]:
    """What the listing did, and how it went on: service, refusals, appeal, payment, end."""
    who, name = opened.person, opened.names.lists[case["list"]]

    def step(day: int, what: str, text: str, by: str = "") -> Step:
        return Step(day, opened.date(day), what, text, who, by or f"lists.{name}")

    if case["notified"]:
        yield step(case["notified"], "notice", "notice was served")
    if case["learnt"]:
        yield step(case["learnt"], "learnt", f"they learn of it, by {LEARNT[case['learnt_by']]}")
    for gate, found in refused.items():
        tries, trips = sum(e.amount for e in found), len(found)
        text = f"refused at {gate} for the first time; {tries} tries on {trips} days while it lasted"
        yield step(found[0].day, "gate", text, f"consequences.{gate}")
    for e in during:
        if e.what == "gave_up":
            yield step(e.day, "gate", f"gives {e.detail} up", f"consequences.{e.detail}")
    if case["appealed"]:
        yield step(case["appealed"], "appeal", "an appeal is filed", "appeal")
    if case["decided"]:
        text, by = f"the appeal is {DECISIONS[case['decision']]}", "appeal"
        if not case["appealed"]:
            text, by = "what was done to the register is found, and this is taken back", "shocks"
        yield step(case["decided"], "decision", text, by)
    if case["paid"]:
        yield step(case["paid"], "payment", "they pay")
    if case["closed"]:
        yield step(
            case["closed"], "end", f"off the list: {EXITS[case['closed_by']]}, after {_lasted(case, opened.last)} days"
        )
    else:
        yield step(opened.last, "end", f"still listed when the run ends, after {_lasted(case, opened.last)} days")


# --- an event, recomputed from its key --------------------------------------------------------------------------------------------------


class KeyedEvent(NamedTuple):
    """What the draws of one potential event say, whatever the state of the world (day.md, 14)."""

    person: int
    act: int
    seen: bool
    wrong: bool
    circumstance: int
    goes_on: bool
    target: int


def event_from_key(plan: Plan, v: int, block: int, tag: int, day: int) -> KeyedEvent:
    """Recompute a potential event from its tag: who, whether it is seen, in whose file it lands, with which circumstance."""
    from glasshouse.chance import CANDIDATE, OTHER_LUCK, SECOND, TARGET, below, draw
    from glasshouse.chance import TIE as TIE_PAGE

    a, w = plan.acts, plan.world
    c, strip, e = tag & 255, tag >> 8 & 255, tag >> 16
    stream, period = int(a.stream[c]), int(a.period[c, day])
    row = int(np.flatnonzero((a.row_act == c) & (a.row_strip[: len(a.row_act)] == strip))[0])
    w0, _, w2, w3 = (int(x) for x in draw(e, day, CANDIDATE, strip, block, stream, w.k0, w.k1))
    if a.other_luck >> v & 1:
        w2, w3 = (int(x) for x in draw(e, day, OTHER_LUCK, strip, block, stream, w.k0, w.k1)[:2])
    slot = int(a.row_first[row]) + ((w0 * int(a.row_width[row])) >> 32)
    if a.unequal[c]:
        m, shift, _, _ = (int(x) for x in draw(0, 0, TIE_PAGE, 0, block, stream, w.k0, w.k1))
        slot = (slot * (m | 1) + shift) % w.block
    person = block * w.block + slot
    g = _group(plan, person)
    s, goes_on = 0, True
    if a.circumstances[c]:
        u0, u1, _, _ = (int(x) for x in draw(e, day, SECOND, strip, block, stream, w.k0, w.k1))
        while u0 >= int(a.circ_cut[c, period, v, g, s]):
            s += 1
        goes_on = u1 < int(a.goes_on[c, v, s])
    t0, t1, _, _ = draw(e, day, TARGET, strip, block, stream, w.k0, w.k1)
    return KeyedEvent(
        person, c, w2 < int(a.seen[c, period, v, g]), w3 < int(a.wrong[c, period, v, g]), s, goes_on, int(below(t0, t1, w.people))
    )  # fmt: skip


def _group(plan: Plan, person: int) -> int:
    from glasshouse.chance import TRAIT, draw

    w = plan.world
    if len(w.group_cut) == 1:
        return 0
    w0 = int(draw(0, 0, TRAIT, 0, person, w.group_stream, w.k0, w.k1)[0])
    return int(np.searchsorted(w.group_cut, np.uint64(w0), side="right"))


def _circumstance(opened: _Opened, act: str, found: KeyedEvent) -> str:
    conduct = opened.scenario.conduct
    known = [*(conduct.acts[act].circumstances or ())] if conduct and act in conduct.acts else []
    return f" ({known[found.circumstance].replace('_', ' ')})" if known else ""


def _rules(opened: _Opened, act: int) -> list[Rule]:
    """The rules that answer to an act, as they are where it counts in this way."""
    there = np.flatnonzero(opened.plan.acts.region_factor[act, opened.v])
    region = opened.names.regions[int(there[0])] if len(there) else None
    of_act = (r for r in opened.scenario.rules if r.when.signal == opened.names.acts[act] and r.when.subject == "self")
    return rules_in(of_act, region)


def _list_model(opened: _Opened, number: int) -> ListModel | None:
    return next((x for x in opened.scenario.lists if x.id == opened.names.lists[number]), None)


# --- promises ---------------------------------------------------------------------------------------------------------------------------


def _promises(opened: _Opened, case: Mapping[str, int], refused: Mapping[str, Sequence[Event]]) -> Iterator[Broken]:
    """What the scheme's text says of such a case, held against what happened. Days run from the morning after the entry."""
    model = _list_model(opened, case["list"])
    if model is None:
        return
    yield from _on_entry(opened, case, model)
    yield from _on_notice(opened, case, model, refused)
    yield from _on_appeal(opened, case)
    yield from _on_end(opened, case, model)


def _on_entry(opened: _Opened, case: Mapping[str, int], model: ListModel) -> Iterator[Broken]:
    rule = next((r for r in opened.scenario.rules if r.id == model.entry.trigger.rule), None)
    basis = BASES[case["basis"]]
    law = (rule.legal_basis if rule else None) or model.legal_basis or ""
    path = f"rules.{rule.id}" if rule else f"lists.{model.id}.entry"
    if basis == "wrong_person":
        yield Broken(
            f"{path}.when.subject" if rule else path,
            "it answers to a person's own conduct",
            "it was somebody else's act",
            0,
            law,
        )
    if basis == "cannot_pay" and rule is not None and rule.requires_ability:
        yield Broken(f"{path}.requires_ability", "only those who are able to comply", "they were not able to", 0, law)
    if basis == "stale_record":
        yield Broken(path, "the record is true", "it was no longer true, or never was", 0, law)


def _on_notice(
    opened: _Opened, case: Mapping[str, int], model: ListModel, refused: Mapping[str, Sequence[Event]]
) -> Iterator[Broken]:
    own = model.entry.notice
    promise, path = (own, f"lists.{model.id}.entry.notice") if own else (opened.scenario.notice, "notice")
    if promise is None or promise.enabled is False:
        return
    end = case["closed"] or opened.last + 1
    if promise.sla_days is not None:
        days = promise.sla_days.value + (promise.delivery_days.value if promise.delivery_days else 0)
        served, by = case["notified"], case["opened"] + 1 + days
        if (served or end) > by:
            happened = (
                f"served after {served - case['opened']} days"
                if served
                else f"never served in {end - case['opened']} days"
            )
            yield Broken(f"{path}.sla_days", f"notice within {days} days", happened, (served or end) - by)
    first = min((found[0].day for found in refused.values()), default=0)
    if promise.before_effect and first and (not case["notified"] or case["notified"] > first):
        yield Broken(
            f"{path}.before_effect", "notice before any effect", f"refused on {opened.date(first)}, before any notice"
        )


def _on_appeal(opened: _Opened, case: Mapping[str, int]) -> Iterator[Broken]:
    promise = opened.scenario.appeal
    if promise is None or promise.decide_within_days is None or not case["appealed"]:
        return
    days = promise.decide_within_days.value
    end = case["closed"] or opened.last + 1
    by = case["appealed"] + 1 + days
    if (case["decided"] or end) > by:
        after = case["decided"] - case["appealed"]
        happened = f"decided after {after} days" if case["decided"] else f"no answer in {end - case['appealed']} days"
        yield Broken(
            "appeal.decide_within_days", f"a decision within {days} days", happened, (case["decided"] or end) - by
        )


def _on_end(opened: _Opened, case: Mapping[str, int], model: ListModel) -> Iterator[Broken]:
    end, law = case["closed"] or opened.last + 1, model.legal_basis or ""
    removal = model.exit.auto_removal_days if model.exit else None
    if case["paid"] and removal is not None and end > case["paid"] + removal.value:
        happened = f"{'listed' if case['closed'] else 'still listed'} {end - case['paid']} days after payment"
        beyond = end - case["paid"] - removal.value
        yield Broken(
            f"lists.{model.id}.exit.auto_removal_days",
            f"off the list {removal.value} days after payment",
            happened,
            beyond,
            law,
        )
    sla = opened.scenario.correction.sla_days if opened.scenario.correction else None
    if case["decision"] == 1 and sla is not None and end > case["decided"] + sla.value:
        happened = f"{end - case['decided']} days after the decision"
        yield Broken(
            "correction.sla_days", f"corrected within {sla.value} days", happened, end - case["decided"] - sla.value
        )
    if model.max_days and model.max_days.value:
        longer = model.extension_days.value if model.extension_days else 0
        term, said = model.max_days.value + longer, f"at most {model.max_days.value} days"
        said += f" and an extension of {longer}" if longer else ""
        if end - case["opened"] > term:
            path = f"lists.{model.id}.max_days"
            yield Broken(path, said, f"{end - case['opened']} days", end - case["opened"] - term, law)


# --- what would have spared them ---------------------------------------------------------------------------------------------------------


def _tried(
    opened: _Opened, cases: Sequence[Mapping[str, int]], told: Sequence[Event], pairs: bool
) -> tuple[list[Change], list[str], str]:
    """Each element on its own, then pairs of those that do not suffice alone; what could not be followed; whose conduct sufficed."""
    from glasshouse.experiments.whose import ANSWERS, ONLY_TOGETHER, suffices

    patches, _ = applicable(opened.scenario)
    before = (_listed_days(cases, opened.last), _tries(told))
    lives, lost = _lives_with(opened, [OWN_ALONE, OTHERS_ALONE, *((name,) for name in patches)], patches)
    own, others = (lives.pop(x)[0] for x in (OWN_ALONE, OTHERS_ALONE))
    tried = [_change(names, before, after) for names, after in lives.items()]
    left = [c.changes[0] for c in tried if c.outcome not in ("spared", "unchanged")]
    if pairs and len(left) > 1:
        two, _ = _lives_with(opened, [*combinations(left, 2)], patches)
        tried += [c for c in (_change(names, before, after) for names, after in two.items()) if c.outcome == "spared"]
    whose = suffices(before[0], own, others)
    filed = any(c["cause_kind"] in FILED_FROM_ELSEWHERE for c in cases)
    return tried, lost, ANSWERS[-1] if filed and whose == ANSWERS[ONLY_TOGETHER] else whose


def _change(names: tuple[str, ...], before: tuple[int, int], after: tuple[int, int]) -> Change:
    """Refusals decide only where the days on lists are the same."""
    if before[0] and not after[0]:
        outcome = "spared"
    elif after == before:
        outcome = "unchanged"
    else:
        outcome = "eased" if after < before else "harmed"
    return Change(names, outcome, *after)


def _lives_with(
    opened: _Opened, wanted: Sequence[tuple[str, ...]], patches: Mapping[str, Patch]
) -> tuple[dict[tuple[str, ...], tuple[int, int]], list[str]]:
    """Listed days and refused tries of the person with each set of changes, as far as it can be followed exactly."""
    from glasshouse.engines.replay import replay_block, told_apart

    out: dict[tuple[str, ...], tuple[int, int]] = {}
    lost: list[str] = []
    room = MAX_VARIANTS - 2
    for n in range(0, len(wanted), room):
        some = wanted[n : n + room]
        plan, names = _compiled(_beside(opened, [together(x, patches) for x in some]))
        masks, reasons = _masks(opened, plan, some)
        if OTHERS_ALONE in some:
            plan = told_apart(plan, some.index(OTHERS_ALONE) + 2)
        lost += [f"{' and '.join(x)}: {reasons[k]}" for k, x in enumerate(some) if k in reasons]
        known = opened.known_to_all(plan.world.variants)
        filed = opened.filed_in([v for v in range(1, plan.world.variants) if v < 2 or some[v - 2] not in WHOSE])
        result = replay_block(plan, opened.block, {**opened.letters, "mask": masks}, [opened.person], known, filed)
        for k, x in enumerate(some):
            if k not in reasons:
                events = [t.event for t in _told(opened, result.events, names, k + 2)]
                out[x] = (_listed_days(_cases(result, opened.person, k + 2), opened.last), _tries(events))
    return out, lost


def together(names: Sequence[str], patches: Mapping[str, Patch]) -> Patch:
    """The patches of several elements as one: what is taken out wins over what is put in."""
    order = [e.variant for e in ELEMENTS if e.side == "with"] + [e.variant for e in ELEMENTS if e.side == "without"]
    return all_together(patches[n] for n in sorted((n for n in names if n in order), key=order.index))


def _beside(opened: _Opened, patches: Sequence[Patch]) -> Loaded:
    """The scenario with its factual variant, the one asked for, and one more for each patch on top of it."""
    own, raw = _own_patch(opened), opened.loaded.raw
    more = [{"name": f"with-{n}", "set": {**own, **p}} for n, p in enumerate(patches)]
    variants = [{"name": "base"}, {"name": "asked", "set": own}, *more]
    return from_raw({**raw, "variants": variants}, opened.loaded.name, check=False)


def _own_patch(opened: _Opened) -> Patch:
    """What the variant asked for changes in the scenario."""
    return opened.loaded.scenario.variants[opened.v].set if opened.loaded.scenario.variants else {}


def _masks(opened: _Opened, plan: Plan, some: Sequence[tuple[str, ...]]) -> tuple[I64, dict[int, str]]:
    """Which of the kept letters reach the block in each new variant, and for which variants that is not known."""
    here = (opened.letters["mask"].astype(np.int64) >> opened.v) & 1
    masks = here << 1
    reasons: dict[int, str] = {}
    for k, names in enumerate(some):
        v = k + 2
        if names in (OWN_ALONE, OTHERS_ALONE):
            own = opened.letters["kind"] == OWN
            masks |= np.where(own == (names == OWN_ALONE), here << v, 0)
            continue
        why_not = _held(plan, v)
        if why_not:
            reasons[k] = why_not
            continue
        masks |= (here & _kept(opened, plan, v)) << v
    return masks, reasons


def _held(plan: Plan, v: int) -> str:
    """Why the letters of others are not known under variant `v`; empty where they are. Variant 1 is what happened.

    What reaches a block depends on acts, on what is seen and filed, and on ties. A change of lists, redress or gates moves none of these
    unless listed people act otherwise or a listing itself travels. A change of filing or of ties moves demerits as well, and so chilling.
    """
    a, bonds, lists = plan.acts, plan.associations, plan.lists
    if plan.outside.files:
        return "what files from elsewhere chooses among everybody, and they would stand otherwise; not followed"
    if _differs(a, v, ("accept", "group_factor", "listed_factor", "seen", "circ_cut", "points", "cap", "files")):
        return "it changes what people do or what is counted, and so what others send; not followed"
    if _differs(a, v, CITY_ACTS) or _differs(bonds, v, CITY_BONDS) or _differs(plan.score, v, CITY_SCORES):
        return "it changes what people do or who is told of it, and so what others send; not followed"
    filing = _differs(a, v, ("wrong", "goes_on"))
    ties = bool(bonds.count) and _differs(bonds, v, ("share", "amount"))
    if not _less(a.wrong, v, 2) or not _less(a.goes_on, v, 1):
        return "it would let more records through than were kept; not followed"
    if filing and _some_wait(plan):
        return "it changes own records that come late; they are not written anew"
    own_lists = any(_moved(x, v) for x in lists if x is not lists.in_region) or _differs(plan.gates, v, GATES_TEACH)
    still = bool(bonds.count) and bool((bonds.share[:, v] != 0).any() or (bonds.amount[:, v] != 0).any())
    if _follows_state(plan) and (filing or ties or own_lists):
        return "others' letters follow their scores, lists or absence, which would change; their blocks are not lived again"
    travels = bool(bonds.count) and bool((bonds.amount[:, v] != 0).any())
    if (a.listed_factor[:, 1] != ONE).any() and (filing or ties or own_lists):
        return "listed people act otherwise, so that others' letters would change; their blocks are not lived again"
    chills = bool(a.chillable.any()) and bool(plan.score.chill_step[v]) and bool(plan.score.used)
    if chills and (filing or ties):
        return "chilled people act otherwise, so that others' letters would change; their blocks are not lived again"
    if ties and still:
        return "part of what travels along ties is left; the amounts of others' letters are not computed again"
    if (filing and still) or (own_lists and travels):
        return "what others hand on along ties would change; their blocks are not lived again"
    return ""


def _some_wait(plan: Plan) -> bool:
    """Do records come late, or scores move on some days only?"""
    from glasshouse.engines.late import some_wait

    return some_wait(plan)


def _follows_state(plan: Plan) -> bool:
    """Does what people send follow from how they stand, and not from their acts alone?"""
    bonds = plan.associations
    tells = bool((bonds.transfer[: bonds.count] >= BY_STANDING).any())
    return tells or any(
        bool(x.any()) for x in (plan.acts.special, bonds.hush, bonds.cut_on, plan.score.publicity, plan.score.merges)
    )


CITY_ACTS = ("cooling", "region_factor", "region_seen", "only_on", "asks", "barred", "late")
CITY_BONDS = ("on_lists", "level", "chance", "hush", "cut", "cut_on")
CITY_SCORES = ("publicity", "decay", "merges", "merge_factor", "merge_add", "merge_wrong", "update", "anew")
VARIANT_AXIS = {
    **dict.fromkeys((*CITY_ACTS, "on_lists", "level", "chance", "hush", "cut"), 1),
    **dict.fromkeys(("cut_on", *CITY_SCORES), 0),
    "accept": 2, "group_factor": 1, "listed_factor": 1, "seen": 2, "wrong": 2, "circ_cut": 2, "goes_on": 1, "points": 1, "cap": 1,
    "files": 1, "share": 1, "amount": 1,
    "lists": 1, "trip": 2, "user": 1, "evade": 2, "learns": 1, "never_learns": 1,
}  # fmt: skip
GATES_TEACH = ("lists", "trip", "user", "evade", "learns", "never_learns")
"""A refusal tells of the listing, and so of the appeal: whoever meets fewer gates learns later, and is listed otherwise."""


def _differs(tables: Any, v: int, fields: Sequence[str]) -> bool:
    """Is any of these tables another in variant `v` than in what happened?"""
    axes = ((getattr(tables, f), VARIANT_AXIS[f]) for f in fields)
    return any(not np.array_equal(x.take(1, axis), x.take(v, axis)) for x, axis in axes)


def _less(x: NDArray[Any], v: int, axis: int) -> bool:
    return bool((x.take(v, axis) <= x.take(1, axis)).all())


def _moved(x: Any, v: int) -> bool:
    """Does a table of the lists, whose second axis is the variant, differ from what happened?"""
    return isinstance(x, np.ndarray) and x.ndim >= 2 and not np.array_equal(x[:, 1], x[:, v])


def _kept(opened: _Opened, plan: Plan, v: int) -> I64:
    """1 for each kept letter that is also sent under variant `v`: those of events are recomputed from their keys."""
    letters = opened.letters
    kind = letters["kind"]
    kept = np.ones(len(kind), np.int64)
    bonds = plan.associations
    if bonds.count and _differs(bonds, v, ("share", "amount")):
        kept[kind != WRONG] = 0
    if _differs(plan.acts, v, ("wrong", "goes_on")):
        for n in np.flatnonzero(kind == WRONG):
            source, tag, day = (int(letters[x][n]) for x in ("source", "tag", "day"))
            sent = int(letters["sent"][n]) if "sent" in letters else day - 1
            found = event_from_key(plan, v, source // plan.world.block, tag, sent)
            kept[n] = found.wrong and found.goes_on
    return kept
