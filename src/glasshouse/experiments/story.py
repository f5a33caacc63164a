"""The chain of one listing: from an act, theirs or another's, or from what filed for them, to each consequence and each copy.

A letter caused by an event is checked against the event's own key (its tag says which draw it was); a chain of handed-on points is
followed letter by letter to the act it began with; what caused another person's listing is read from the table of cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glasshouse.codes import BASES, BY_STANDING, DECISIONS, EXITS, HEALTH, LISTED, MODEL, OWN, SHOCK, TIE, WRONG
from glasshouse.experiments.keyed import KeyedEvent, event_from_key
from glasshouse.experiments.lived import Event, Letters, Opened, counted, lasted, letters_to, list_model
from glasshouse.experiments.promises import Broken, promises_broken
from glasshouse.recording.schema import LEARNT
from glasshouse.scenario.lot_tables import is_lot
from glasshouse.scenario.regional import rules_in
from glasshouse.scenario.schema import Rule
from glasshouse.scenario.tables import FIRST_TAG_OF_ASSOCIATIONS, MERGED_FILE

EARLIER_DEMERITS = 3
"""How many of the demerits before the last one a chain names; the others are counted."""


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


# --- the chain of one listing -----------------------------------------------------------------------------------------------------------


def chain_of(
    opened: Opened, case: Mapping[str, int], told: Sequence[Event], copies: Sequence[Mapping[str, Any]] = ()
) -> Chain:
    """One listing from its beginning to its end; `copies` are those that others hold of the person's listings."""
    end = case["closed"] or opened.last + 1
    during = [e for e in told if case["opened"] < e.day <= min(end, opened.last)]
    refused = _refused_by(opened, case, during)
    steps = [*_causes(opened, case), *_entry(opened, case, told), *_life(opened, case, during, refused)]
    steps += _copies(opened, case, copies)
    return Chain(
        on_list=opened.names.lists[case["list"]],
        opened=case["opened"],
        closed=case["closed"] or None,
        basis=BASES[case["basis"]],
        rightful=bool(case["rightful"]),
        days=lasted(case, opened.last),
        refused_tries={gate: sum(e.amount for e in found) for gate, found in refused.items()},
        steps=tuple(sorted(steps, key=lambda s: s.day)),
        broken=tuple(promises_broken(opened, case, refused)),
    )


def _refused_by(opened: Opened, case: Mapping[str, int], during: Sequence[Event]) -> dict[str, list[Event]]:
    """Refusals while this listing stood, at gates that its list binds."""
    bound = [
        g for n, g in enumerate(opened.names.gates) if int(opened.plan.gates.lists[n, opened.v]) >> case["list"] & 1
    ]
    end = case["closed"] or opened.last + 1
    out = {g: [e for e in during if e.what == "refused" and e.detail == g and e.day < end] for g in bound}
    return {g: found for g, found in out.items() if found}


def _causes(opened: Opened, case: Mapping[str, int]) -> Iterator[Step]:
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
        text, by = filed_by(opened, kind, tag, source)
        yield Step(day, opened.date(day), "filing", text, opened.person, by)


FILED_FROM_ELSEWHERE = (MODEL, HEALTH, SHOCK)
"""Kinds of cause that are nobody's conduct."""


def filed_by(opened: Opened, kind: int, tag: int, source: int) -> tuple[str, str]:
    """What filed for the person, in words and by its place in the file."""
    if kind == HEALTH:
        from glasshouse.scenario.compile_epidemic import why_coloured

        return why_coloured([s for _, s in opened.loaded.variants], tag, source)
    if kind == SHOCK:
        return "somebody who was not to writes them into the register", f"shocks.{opened.names.shocks[tag]}"
    if is_lot(tag):
        return "they are drawn by lot", "practice.lists"
    name = opened.plan.outside.models[tag].name
    return f"the model {name} chooses them in its round of this day", f"practice.models.{name}"


def _act_steps(opened: Opened, actor: int, tag: int, day: int, filed_for: int) -> Iterator[Step]:
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


def _handed_on(opened: Opened, source: int, tag: int, day: int) -> Iterator[Step]:
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
    opened: Opened, target: int, source: int | None, tag: int, day: int, hops: int | None = None
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


def _post_of(opened: Opened, target: int) -> Letters | None:
    """The letters that hold those to a person: the block's, or another's from the recording, if it kept them."""
    if target // opened.plan.world.block == opened.block:
        return opened.letters
    return None if opened.run_again else letters_to(opened.recording, opened.names, target, target + 1)


def _left_on(opened: Opened, target: int, source: int, tag: int, day: int, kind: int) -> int:
    """The day on which a letter left that came on this day: the day before, unless letters wait. An own record may have been no letter."""
    letters, at_once = _post_of(opened, target), day if kind == OWN else day - 1
    if letters is None or "sent" not in letters:
        return at_once
    ours = (letters["target"] == target) & (letters["day"] == day) & (letters["kind"] == kind) & (letters["tag"] == tag)
    ours &= (letters["source"] == source) & ((letters["mask"] >> opened.v & 1) == 1)
    days = [int(x) for x in letters["sent"][ours]]
    return next((x for x in days if kind == LISTED or _is_of(opened, source, tag, x)), at_once)


def _is_of(opened: Opened, actor: int, tag: int, day: int) -> bool:
    """Was this event of this day that person's? A tag says which draw it was, not of which day."""
    return (
        tag == MERGED_FILE
        or event_from_key(opened.plan, opened.v, actor // opened.plan.world.block, tag, day).person == actor
    )


def _of_a_listing(opened: Opened, source: int, number: int, day: int) -> Iterator[Step]:
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


def _recorded_cause(opened: Opened, person: int, on_list: str, day: int) -> str:
    import pyarrow.parquet as pq

    rows = pq.read_table(
        opened.recording.path / "cases.parquet", columns=["variant", "list", "cause"],
        filters=[("person", "=", person), ("opened", "=", day)],
    ).to_pylist()  # fmt: skip
    here = [r["cause"] for r in rows if r["list"] == on_list and r["variant"] == opened.names.variants[opened.v]]
    return str(here[0]) if here else ""


def _entry(opened: Opened, case: Mapping[str, int], told: Sequence[Event]) -> Iterator[Step]:
    """The score of the evening, the demerits before it, and the list."""
    day, name = case["opened"], opened.names.lists[case["list"]]
    model = list_model(opened, case["list"])
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


def _score_step(opened: Opened, e: Event) -> Step:
    return Step(e.day, e.date, "score", f"the score is settled at {e.amount}", opened.person, "score")


def _life(
    opened: Opened, case: Mapping[str, int], during: Sequence[Event], refused: Mapping[str, Sequence[Event]]
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
        text = f"refused at {gate} for the first time; {counted(tries, 'try', 'tries')} on {counted(trips, 'day', 'days')} while it lasted"
        yield step(found[0].day, "gate", text, f"consequences.{gate}")
    for e in during:
        if e.what == "gave_up":
            yield step(e.day, "gate", f"gives {e.detail} up", f"consequences.{e.detail}")
    if case["appealed"]:
        yield step(case["appealed"], "appeal", "an appeal is filed", "appeal")
    if case["decided"]:
        yield step(case["decided"], "decision", *_decision(opened, case))
    if case["paid"]:
        yield step(case["paid"], "payment", "they pay")
    if case["closed"]:
        yield step(
            case["closed"],
            "end",
            f"off the list: {EXITS[case['closed_by']]}, after {counted(lasted(case, opened.last), 'day', 'days')}",
        )
    else:
        yield step(
            opened.last,
            "end",
            f"still listed when the run ends, after {counted(lasted(case, opened.last), 'day', 'days')}",
        )


def _decision(opened: Opened, case: Mapping[str, int]) -> tuple[str, str]:
    """How the listing was decided on, in words and by its place in the file: on an appeal, or because what was done to it was found."""
    repaired = _repaired_by(opened, case)
    if repaired:
        return "what was done to the register is found, and this is taken back", f"shocks.{repaired}"
    if case["appealed"]:
        return f"the appeal is {DECISIONS[case['decision']]}", "appeal"
    return "it is taken back at once", f"practice.lists.{opened.names.lists[case['list']]}.first_spared"


def _repaired_by(opened: Opened, case: Mapping[str, int]) -> str:
    """The shock whose repair took this listing back, by its name; the evening before the decision is the person's day of repair."""
    if not opened.plan.outside.shocks:
        return ""
    from glasshouse.engines.shocks import repair_days, words_of_all

    for number, shock in enumerate(opened.plan.outside.shocks):
        tag, of_act = case["cause_tag"], case["cause_kind"] in (WRONG, TIE, OWN) and case["cause_tag"] != MERGED_FILE
        did = (
            shock.acts[tag & 255]
            if of_act and tag & 255 < len(shock.acts)
            else case["cause_kind"] == SHOCK and tag == number
        )
        if (
            did
            and repair_days(opened.plan, shock, words_of_all(opened.plan, shock))[opened.person, opened.v]
            == case["decided"] - 1
        ):
            return str(shock.name)
    return ""


def _copies(opened: Opened, case: Mapping[str, int], copies: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    """Who was handed a copy of this listing, whether they heard of its end, and what a leak exposed."""
    for c in copies:
        if (c["list"], c["ordinal"]) != (case["list"], case["ordinal"]):
            continue
        holder, by = str(c["recipient"]).replace("_", " "), f"practice.sharing.{c['recipient']}"

        def step(day: int, text: str, by: str = by) -> Step:
            return Step(day, opened.date(day), "copy", text, opened.person, by)

        yield step(c["received"], f"{holder} is handed a copy")
        if c["leaked"]:
            yield step(c["leaked"], f"the copy of {holder} comes out in a leak")
        if c["corrected"]:
            yield step(c["corrected"], f"{holder} hears that it is over{_later(c['corrected'] - c['ended'])}")
        elif c["ended"]:
            left = _later(opened.last + 1 - c["ended"])
            yield step(opened.last, f"{holder} has not heard that it is over{left}")


def _later(days: int) -> str:
    return f", {counted(days, 'day', 'days')} later" if days else " on the same day"


def _circumstance(opened: Opened, act: str, found: KeyedEvent) -> str:
    conduct = opened.scenario.conduct
    known = [*(conduct.acts[act].circumstances or ())] if conduct and act in conduct.acts else []
    return f" ({known[found.circumstance].replace('_', ' ')})" if known else ""


def _rules(opened: Opened, act: int) -> list[Rule]:
    """The rules that answer to an act, as they are where it counts in this way."""
    there = np.flatnonzero(opened.plan.acts.region_factor[act, opened.v])
    region = opened.names.regions[int(there[0])] if len(there) else None
    of_act = (r for r in opened.scenario.rules if r.when.signal == opened.names.acts[act] and r.when.subject == "self")
    return rules_in(of_act, region)
