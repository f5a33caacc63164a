"""What would have spared one synthetic person: tried, not argued.

Each element, safeguard or question is lived beside what happened, over the same potential events. Where it cannot alter what reaches the
person's block in any way that is not known (`reach.py`), the block lives again alone. Otherwise everybody does: who is chosen, traced or
falls silent in other blocks then follows too, and what comes back of it. That takes as long as a run, and is done unasked up to `UNASKED`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import HEALTH, MODEL, OWN, SHOCK
from glasshouse.experiments.lived import (
    Event,
    Opened,
    cases_of,
    compiled,
    copies_of_person,
    listed_days,
    told_of,
    tries_of,
)
from glasshouse.experiments.reach import ASKED, beyond, letters_kept
from glasshouse.experiments.story import FILED_FROM_ELSEWHERE, filed_by
from glasshouse.scenario.elements import ELEMENTS, Patch, all_together
from glasshouse.scenario.lot_tables import is_lot
from glasshouse.scenario.questions import QUESTIONS, askable
from glasshouse.scenario.reading import Loaded, from_raw
from glasshouse.scenario.tables import MAX_VARIANTS, Names, Plan

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Result

I64 = NDArray[np.int64]
Tell = Callable[..., None]
Name = tuple[str, ...]
OWN_ALONE, OTHERS_ALONE = ("own conduct only",), ("others' conduct only",)
"""Two lives beside what happened in which nothing of the scheme is changed: see `whose.py`."""
WHOSE = (OWN_ALONE, OTHERS_ALONE)
ROOM = MAX_VARIANTS - ASKED - 1
"""Changes that are lived side by side."""
UNASKED = 30.0
"""Seconds that everybody lives again for without being asked."""
AT_ONCE = 3.0e8
"""Days of people and variants that are lived without asking first how long they take: seconds, in the slowest of the catalogue."""
ENOUGH, LOOK = 20_000, 1.0
"""How long everybody takes is told from so many people, in so many seconds at the most."""


@dataclass(frozen=True)
class Change:
    """Elements taken out or safeguards put in, and this person's life with them: spared (never listed), eased, unchanged or harmed.

    `copy_days` are days on which somebody else still held a copy of a listing that was over. `everybody` says why the whole world had to
    live again for it; empty where the block alone did.
    """

    changes: Name
    outcome: str
    listed_days: int
    refused_tries: int
    copy_days: int = 0
    everybody: str = ""


class Burden(NamedTuple):
    """What a person bears in one variant. The later decide only where the earlier are the same."""

    listed_days: int
    refused_tries: int
    copy_days: int


@dataclass(frozen=True)
class Trial:
    """One change, or several at once: a patch, and what is not filed for this person, by kind and tag."""

    names: Name
    patch: Patch = field(default_factory=dict)
    unfiled: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Tried:
    """Every change that was tried, in what order it was asked for; what was not, and why; and whose conduct sufficed."""

    changes: tuple[Change, ...] = ()
    not_followed: tuple[str, ...] = ()
    whose: str = ""

    @property
    def spared_by(self) -> tuple[Name, ...]:
        """The smallest changes with which the person is on no list."""
        return tuple(c.changes for c in self.changes if c.outcome == "spared")


@dataclass(frozen=True)
class How:
    """How far to go: two changes together, everybody again (None: where it takes less than half a minute), on how many threads."""

    pairs: bool = True
    everybody: bool | None = None
    threads: int = 2
    tell: Tell | None = None


def changes_tried(opened: Opened, result: Result, told: Sequence[Event], how: How) -> Tried:
    """Each change on its own, then pairs of those that do not suffice alone. `result` and `told` are what happened."""
    from glasshouse.experiments.whose import ANSWERS, ONLY_TOGETHER, suffices

    cases = cases_of(result, opened.person, opened.v)
    before = Burden(listed_days(cases, opened.last), tries_of(told), _copy_days(opened.plan, result, opened, opened.v))
    patches = askable(opened.scenario)
    trials = [*(Trial((name,), patch) for name, patch in patches.items()), *_not_filed(opened, cases)]
    in_block, reasons = _in_the_block(opened, [*(Trial(x) for x in WHOSE), *trials])
    own, others = (in_block.pop(x).listed_days for x in WHOSE)
    began = perf_counter()
    lives, lost = _everybody(opened, trials, reasons, before, how)
    spent = perf_counter() - began
    tried = [
        _change(x.names, before, (in_block | lives)[x.names], reasons) for x in trials if x.names in in_block | lives
    ]
    if how.pairs:
        more, untried = _pairs(opened, [x for x in trials if x.names in in_block | lives], tried, before, how, spent)
        tried, lost = tried + more, lost + untried
    whose = suffices(before.listed_days, own, others)
    filed = any(c["cause_kind"] in FILED_FROM_ELSEWHERE for c in cases)
    return Tried(tuple(tried), tuple(lost), ANSWERS[-1] if filed and whose == ANSWERS[ONLY_TOGETHER] else whose)


def in_other_variants(opened: Opened, result: Result) -> tuple[Change, ...]:
    """What befell the person in the other variants of the recording; nothing is changed beyond what these say."""
    own = _burden(opened, opened.plan, opened.names, result, opened.v)
    others = ((v, name) for v, name in enumerate(opened.names.variants) if v != opened.v)
    return tuple(_change((name,), own, _burden(opened, opened.plan, opened.names, result, v), {}) for v, name in others)


def together(names: Sequence[str], patches: Mapping[str, Patch]) -> Patch:
    """The patches of several changes as one: what is taken out wins over what is put in."""
    known = [*ELEMENTS, *QUESTIONS]
    order = [e.variant for side in ("with", "without") for e in known if e.side == side]
    order = [*(n for n in patches if n not in order), *order]
    return all_together(patches[n] for n in sorted((n for n in names if n in patches), key=order.index))


# --- what there is to try ---------------------------------------------------------------------------------------------------------------


def _not_filed(opened: Opened, cases: Sequence[Mapping[str, int]]) -> list[Trial]:
    """Had this person not been traced, chosen, or coloured by that wrong test, and everything else were as it was?

    Not asked of intruders, whom `without-tampering` takes out whole.
    """
    out: dict[Name, Trial] = {}
    for c in cases:
        kind, tag = c["cause_kind"], c["cause_tag"]
        if kind == MODEL and is_lot(tag):
            name, tags = f"not-drawn:{opened.names.lists[c['list']]}", _lots_of(cases)
        elif kind in (HEALTH, MODEL):
            *_, part, name = filed_by(opened, kind, tag, c["cause_source"])[1].split(".")
            name = f"{UNFILED[part]}:{name}"
            tags = ((kind, tag),)
        else:
            continue
        out[(name,)] = Trial((name,), {}, tags)
    return list(out.values())


UNFILED = {"models": "not-chosen", "found": "not-found", "contacts": "not-traced", "causes": "not-coloured"}
"""What is said of a filing that is not made, by what filed it."""


def _lots_of(cases: Sequence[Mapping[str, int]]) -> tuple[tuple[int, int], ...]:
    return tuple((MODEL, c["cause_tag"]) for c in cases if c["cause_kind"] == MODEL and is_lot(c["cause_tag"]))


def _pairs(
    opened: Opened, trials: Sequence[Trial], tried: Sequence[Change], before: Burden, how: How, spent: float
) -> tuple[list[Change], list[str]]:
    """Two changes together, of those that neither spare the person alone nor leave everything as it was. `spent`: as `_everybody`."""
    by_name = {x.names: x for x in trials}
    left = [c for c in tried if c.outcome not in ("spared", "unchanged")]
    both = [_both(opened, by_name[a.changes], by_name[b.changes]) for a, b in combinations(left, 2)]
    in_block, reasons = _in_the_block(opened, both)
    days = {c.changes: c.listed_days for c in left}
    wide = sorted((x for x in both if x.names in reasons), key=lambda x: sum(days[n,] for n in x.names))
    lives, lost = _everybody(opened, wide[:ROOM], reasons, before, how, spent)
    if lost or wide[ROOM:]:
        lost = [f"two changes together: {len(wide) - len(lives)} pairs, for which everybody would have to live again"]
    found = (_change(names, before, life, reasons) for names, life in (in_block | lives).items())
    return [c for c in found if c.outcome == "spared"], lost


def _both(opened: Opened, a: Trial, b: Trial) -> Trial:
    patches = {x.names[0]: x.patch for x in (a, b)}
    names = (*a.names, *b.names)
    return Trial(names, together(names, patches), (*a.unfiled, *b.unfiled))


# --- the block alone --------------------------------------------------------------------------------------------------------------------


def _in_the_block(opened: Opened, trials: Sequence[Trial]) -> tuple[dict[Name, Burden], dict[Name, str]]:
    """What the person bears with each of these, as far as the block alone can tell; and for which it cannot, with the reason."""
    from glasshouse.engines.replay import replay_block, told_apart, unshocked

    out: dict[Name, Burden] = {}
    reasons: dict[Name, str] = {x.names: ONE_FILING for x in trials if x.unfiled}
    here = [x for x in trials if not x.unfiled]
    for some in _batches(here):
        plan, names = compiled(_beside(opened, [x.patch for x in some]))
        masks, why_not = _masks(opened, plan, some)
        reasons |= why_not
        alone = [k + ASKED + 1 for k, x in enumerate(some) if x.names in WHOSE]
        if len(why_not) == len(some):
            continue
        plan = unshocked(plan, alone)
        if OTHERS_ALONE in (x.names for x in some):
            plan = told_apart(plan, next(v for v in alone if some[v - ASKED - 1].names == OTHERS_ALONE))
        known, filed = opened.known_to_all(plan.world.variants), _filed(opened, plan, alone)
        result = replay_block(plan, opened.block, {**opened.letters, "mask": masks}, [opened.person], known, filed)
        out |= {
            x.names: _burden(opened, plan, names, result, k + ASKED + 1)
            for k, x in enumerate(some)
            if x.names not in why_not
        }
    return out, reasons


ONE_FILING = "whom else is filed for may follow from this one filing"


def _filed(opened: Opened, plan: Plan, alone: Sequence[int]) -> dict[str, NDArray[Any]] | None:
    """What was filed from elsewhere, for every variant but those of somebody's conduct alone; shocks file again by themselves."""
    filed = opened.filed_in([v for v in range(ASKED, plan.world.variants) if v not in alone])
    if filed is None:
        return None
    kept = filed["kind"] != SHOCK
    return {name: column[kept] for name, column in filed.items()}


def _masks(opened: Opened, plan: Plan, some: Sequence[Trial]) -> tuple[I64, dict[Name, str]]:
    """Which of the kept letters reach the block in each new variant, and for which variants that is not known."""
    here = (opened.letters["mask"].astype(np.int64) >> opened.v) & 1
    masks = here << ASKED
    reasons: dict[Name, str] = {}
    for k, trial in enumerate(some):
        v = k + ASKED + 1
        if trial.names in WHOSE:
            own = opened.letters["kind"] == OWN
            masks |= np.where(own == (trial.names == OWN_ALONE), here << v, 0)
        elif why_not := beyond(plan, v):
            reasons[trial.names] = why_not
        else:
            masks |= (here & letters_kept(opened, plan, v)) << v
    return masks, reasons


def _batches(trials: Sequence[Trial]) -> Iterable[Sequence[Trial]]:
    return (trials[n : n + ROOM] for n in range(0, len(trials), ROOM))


def _beside(opened: Opened, patches: Sequence[Patch], people: int | None = None) -> Loaded:
    """The scenario with its factual variant, the one asked for, and one more for each patch on top of it; of as many people, or fewer."""
    own, raw = _own_patch(opened), opened.loaded.raw
    raw = raw if people is None else {**raw, "world": {**raw["world"], "people": people}}
    more = [{"name": f"with-{n}", "set": {**own, **p}} for n, p in enumerate(patches)]
    variants = [{"name": "base"}, {"name": "asked", "set": own}, *more]
    return from_raw({**raw, "variants": variants}, opened.loaded.name, check=False)


def _own_patch(opened: Opened) -> Patch:
    """What the variant asked for changes in the scenario."""
    return opened.loaded.scenario.variants[opened.v].set if opened.loaded.scenario.variants else {}


# --- everybody --------------------------------------------------------------------------------------------------------------------------


def _everybody(
    opened: Opened, trials: Sequence[Trial], reasons: Mapping[Name, str], before: Burden, how: How, spent: float = 0
) -> tuple[dict[Name, Burden], list[str]]:
    """What the person bears with each of those for which there is a reason to live everybody again; and what was not tried.

    `spent` are the seconds for which everybody has lived again already.
    """
    wide = [x for x in trials if x.names in reasons]
    batches = [*_batches(wide)]
    seconds = _seconds(opened, batches, how.threads) if how.everybody is None else 0.0
    if how.everybody is False or seconds + spent > UNASKED:
        return {}, [f"{names}: {why}; {_too_long(seconds)}" for why, names in _by_reason(wide, reasons).items()]
    out: dict[Name, Burden] = {}
    for n, some in enumerate(batches):
        found = _all_again(opened, some, how, n, len(batches))
        if found.pop(()) != before:
            return {}, [f"{', '.join(' and '.join(x.names) for x in wide)}: {NOT_THE_SAME}"]
        out |= found
    return out, []


NOT_THE_SAME = (
    "everybody lived again, and not as in the recording, which must be of another version; nothing is said of it"
)


def _seconds(opened: Opened, batches: Sequence[Sequence[Trial]], threads: int) -> float:
    """About how long everybody takes to live again with each of these; 0 where it is too little to ask.

    A day costs ten times as much in one scenario as in another, so that some of the people live for a while and a clock is held beside
    them. Where they are the whole world's they go on to its last day: later days have more open listings.
    """
    from glasshouse.engines.replay import live_everybody

    everybody = opened.plan.world.people
    if everybody * opened.last * MAX_VARIANTS * len(batches) <= AT_ONCE:
        return 0.0
    people = min(everybody, ENOUGH)
    plan, _ = compiled(_beside(opened, [x.patch for x in batches[0]], people))
    at: list[float] = []

    def tell(day: int) -> None:
        at.append(perf_counter())
        if at[-1] - at[0] > LOOK:
            raise _Enough

    with suppress(_Enough):
        live_everybody(plan, (), (), threads, tell)
    return (at[-1] - at[0]) / max(len(at) - 1, 1) * opened.last * (everybody / people) * len(batches)


class _Enough(Exception):
    """The clock has been looked at for long enough."""


def _by_reason(trials: Sequence[Trial], reasons: Mapping[Name, str]) -> dict[str, str]:
    """The names of those that have the same reason, after the reason."""
    out: dict[str, list[str]] = {}
    for x in trials:
        out.setdefault(reasons[x.names], []).append(" and ".join(x.names))
    return {reason: ", ".join(names) for reason, names in out.items()}


def _too_long(seconds: float) -> str:
    time = f", about {max(round(seconds), 1):,} s" if seconds else ""
    return f"everybody would have to live again{time} (glasshouse why RECORDING PERSON --everybody)"


def _all_again(opened: Opened, some: Sequence[Trial], how: How, n: int, of: int) -> dict[Name, Burden]:
    """Everybody lives again with each of these; what the person bears with them, and, without a name, as it was."""
    from glasshouse.engines.replay import Unfiled, live_everybody

    plan, names = compiled(_beside(opened, [x.patch for x in some]))
    trials = [Trial(()), *some]
    unfiled = [Unfiled(opened.person, k + ASKED, *x) for k, trial in enumerate(trials) for x in trial.unfiled]

    def tell(day: int) -> None:
        if how.tell:
            people, last = plan.world.people, opened.last
            how.tell("everybody lives again", n * last + day, of * last, people=people, date=opened.date(day))

    result = live_everybody(plan, [opened.person], unfiled, how.threads, tell)
    return {x.names: _burden(opened, plan, names, result, k + ASKED) for k, x in enumerate(trials)}


# --- what is borne ----------------------------------------------------------------------------------------------------------------------


def _burden(opened: Opened, plan: Plan, names: Names, result: Result, v: int) -> Burden:
    events = [t.event for t in told_of(opened, result.events, names, v)]
    days = listed_days(cases_of(result, opened.person, v), opened.last)
    return Burden(days, tries_of(events), _copy_days(plan, result, opened, v))


def _copy_days(plan: Plan, result: Result, opened: Opened, v: int) -> int:
    """Days on which a recipient held a copy of a listing of the person that was over."""
    held = copies_of_person(plan, result, opened.person, v)
    return sum((c["corrected"] or opened.last + 1) - c["ended"] for c in held if c["ended"])


def _change(names: Name, before: Burden, after: Burden, reasons: Mapping[Name, str]) -> Change:
    """Refusals decide only where the days on lists are the same, and copies only where refusals are."""
    if before.listed_days and not after.listed_days:
        outcome = "spared"
    elif after == before:
        outcome = "unchanged"
    else:
        outcome = "eased" if after < before else "harmed"
    return Change(names, outcome, *after, reasons.get(names, ""))
