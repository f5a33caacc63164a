"""Three lives: the typical, the worst and the luckiest of those whom the scheme wronged, chosen by a rule and told day by day.

Nobody's diary is in a recording. Each life is lived again, its block alone, from the letters that were kept (`experiments/why.py`), and is
told only where that gives the listings that the recording has; otherwise the listing's own row is all there is, and the page says so.
A person is a row number of one run and stands for nobody.

The rule. Among people with a listing that is wrong by rights (among all listed where none is): *typical* is the one whose days listed so
are nearest to the median, *worst* the one with most of them, *luckiest* the one with fewest, among those for whom it was over when the run
ended. Of equals the one to whom most happened is told, and of those the one with the lowest number. Where a scheme keeps scores and
nobody is listed, points below or above what true facts merit stand in place of days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import BASES, EXITS
from glasshouse.errors import GlasshouseError
from glasshouse.reporting import words
from glasshouse.reporting.twinned import harm_of

if TYPE_CHECKING:
    from glasshouse.experiments.lived import Event
    from glasshouse.experiments.promises import Broken
    from glasshouse.experiments.story import Chain
    from glasshouse.experiments.why import Why
    from glasshouse.measures.frame import Cases
    from glasshouse.reporting.counts import Told

KINDS = ("typical", "worst", "luckiest")
MOST = 40
"""Days told of one life; a longer one is cut and says so."""
DAYS = ("notified_on", "learnt_on", "appealed_on", "decided_on", "paid_on", "closed")


@dataclass(frozen=True)
class Moment:
    """What happened on one day, of which kind it was, and the rule, data source, list or gate by which it counted."""

    day: int
    date: date
    kind: str
    text: str
    by: str = ""


@dataclass(frozen=True)
class Link:
    """One link of the chain from act to consequence; `mistake` marks the one that is not as the scheme's text has it."""

    kind: str
    text: str
    mistake: bool = False


@dataclass(frozen=True)
class Life:
    """One of the three. `replayed` says whether the block was lived again; `why` is then the whole answer."""

    kind: str
    person: int
    group: str
    rule: str
    harm: str
    opened: int
    end: int
    still_open: bool
    listings: int
    basis: str
    wrong: bool
    moments: tuple[Moment, ...]
    links: tuple[Link, ...]
    broken: tuple[Broken, ...]
    spared: str
    changes: tuple[tuple[str, str, str], ...]
    not_followed: tuple[str, ...]
    whose: str
    replayed: bool
    journalled: bool
    cut: int
    silence: str

    @property
    def days(self) -> int:
        """How long the listing that is told lasted, or has lasted when the run ends."""
        return self.end - self.opened


@dataclass(frozen=True)
class Chosen:
    """A person, and by which rule."""

    kind: str
    person: int
    rule: str
    harm: str


# --- choosing -------------------------------------------------------------------------------------------------------------------------


def lives(told: Told) -> list[Life]:
    """The three lives; fewer where there are fewer people to choose from, none where nobody was listed and no score differs."""
    if len(told.factual):
        return [_life(told, chosen) for chosen in choose(told)]
    return [_score_life(told, chosen) for chosen in choose_by_score(told)]


def choose(told: Told) -> list[Chosen]:
    """Who is told, by the rule at the head of this file. Nobody is told twice."""
    cases = told.factual
    wrong, sanctions = cases.wrongful(True) & ~told.rewards, ~told.rewards
    which, said = (
        (wrong, "wrongly, by rights") if wrong.any() else (sanctions if sanctions.any() else cases.everyone, "")
    )
    days = harm_of(cases, which)
    people = np.unique(cases.person[which])
    events = _events_by_person(cases)
    over = np.setdiff1d(people, cases.person[which & cases.still_open])
    middle = float(np.median(days[people]))
    n = f"{len(people):,} people listed {said}".rstrip()
    among = over if len(over) else people
    rules = (
        ("typical", people, np.abs(days - middle), f"nearest to the median of {middle:,.0f} days, of {n}"),
        ("worst", people, -days, f"the most days, of {n}"),
        ("luckiest", among, days, f"the fewest days, of {len(among):,} for whom it was over when the run ended"),
    )
    if not len(over):
        rules = (*rules[:2], ("luckiest", people, days, f"the fewest days, of {n}; for none of them was it over"))
    out: list[Chosen] = []
    for kind, those, order, rule in rules:
        left = np.setdiff1d(those, [c.person for c in out])
        if len(left):
            person = int(left[np.lexsort((left, -events[left], order[left]))[0]])
            out.append(Chosen(kind, person, rule, words.counted(int(days[person]), "day")))
    return out


def _events_by_person(cases: Cases) -> NDArray[Any]:
    """How much the rows of a person's listings tell, int64[person]."""
    told = np.sum([getattr(cases, column) > 0 for column in DAYS], axis=0)
    return np.bincount(cases.person, weights=told, minlength=cases.world.people)


def choose_by_score(told: Told) -> list[Chosen]:
    """Where nobody is listed: by points below (or above) what true facts merit at the end."""
    sources = told.world.sources
    people = sources.people(told.recording.variants[0]) if sources and told.raw.get("score") else None
    if people is None:
        return []
    gap = people.score.astype(np.int64) - people.merited
    below, above = np.flatnonzero(gap < 0), np.flatnonzero(gap > 0)
    out: list[Chosen] = []
    for kind, those, order, rule in (
        (
            "typical",
            below,
            np.abs(gap + np.median(-gap[below])) if len(below) else gap,
            "nearest to the median of those below",
        ),
        ("worst", below, gap, "furthest below"),
        ("luckiest", above, -gap, "furthest above"),
    ):
        left = np.setdiff1d(those, [c.person for c in out])
        if len(left):
            person = int(left[np.lexsort((left, order[left]))[0]])
            text = f"{rule} what true facts merit, of {len(those):,} people whose score is {'below' if kind != 'luckiest' else 'above'} it"
            points = words.signed(int(gap[person]))
            out.append(
                Chosen(
                    kind, person, text, f"{points} points ({people.score[person]} instead of {people.merited[person]})"
                )
            )
    return out


# --- telling a life with a listing ------------------------------------------------------------------------------------------------------


def _life(told: Told, chosen: Chosen) -> Life:
    cases = told.factual
    case = _case(told, chosen.person)
    events, answer = _lived_again(told, chosen.person)
    chain = _chain_of(answer, int(cases.opened[case])) if answer else None
    moments = _moments(told, cases, case, events, chain)
    group, basis = cases.world.groups[int(cases.group[case])], BASES[int(cases.basis[case])]
    return Life(
        kind=chosen.kind, person=chosen.person, group=group, rule=chosen.rule, harm=chosen.harm,
        opened=int(cases.opened[case]), end=int(cases.end[case]), still_open=bool(cases.closed[case] == 0),
        listings=int((cases.person == chosen.person).sum()), basis=words.basis(basis), wrong=basis != "own_act",
        moments=tuple(moments[:MOST]), links=_links(told, chain, basis) if chain else (),
        broken=chain.broken if chain else (),
        spared=_spared(answer), changes=_changes(answer), not_followed=answer.not_followed if answer else (),
        whose=CONDUCT.get(answer.whose_conduct, "") if answer else "", replayed=answer is not None, journalled=events is not None,
        cut=max(len(moments) - MOST, 0), silence=_silence(cases, case),
    )  # fmt: skip


def _case(told: Told, person: int) -> int:
    """The row of the listing that is told: the longest that is wrong by rights, or the longest; of a reward if of nothing else."""
    cases = told.factual
    rows = np.flatnonzero(cases.person == person)
    for better in (~told.rewards, cases.wrongful(True)):
        rows = rows[better[rows]] if better[rows].any() else rows
    return int(rows[np.lexsort((cases.opened[rows], -cases.length[rows]))[0]])


def _lived_again(told: Told, person: int) -> tuple[list[dict[str, Any]] | None, Why | None]:
    """Every event of the person and the answer to why, if a replay gives the listings that the recording has."""
    journal = _journal(told, person)
    if not told.recording.has("letters") or told.loaded is None:
        return journal, None
    from glasshouse.experiments.why import events_of, why

    variant = told.recording.variants[0]
    try:
        events = events_of(told.recording, person, variant)
        if not _agrees(told.factual, person, events):
            return journal, None
        answer = why(told.recording, person, variant, everybody=False)
    except GlasshouseError:
        return journal, None
    return _plain(events), answer


def _plain(events: Sequence[Event]) -> list[dict[str, Any]]:
    return [{"day": e.day, "event": e.what, "detail": e.detail, "amount": e.amount} for e in events]


def _agrees(cases: Cases, person: int, events: Sequence[Event]) -> bool:
    """Does the replay list the person on the days that the recording has?"""
    recorded = sorted(cases.opened[cases.person == person].tolist())
    return sorted(e.day for e in events if e.what == "listed") == recorded


def _journal(told: Told, person: int) -> list[dict[str, Any]] | None:
    """What the recording's own journal has of the person, where it was journalled."""
    if not told.recording.has("journal"):
        return None
    import pyarrow.compute as pc

    rows = told.recording.journal.filter(pc.field("person") == person).to_pylist()
    return [r for r in rows if r["variant"] == told.recording.variants[0]] or None


def _chain_of(answer: Why, opened: int) -> Chain | None:
    return next((c for c in answer.chains if c.opened == opened), None)


# --- day by day -----------------------------------------------------------------------------------------------------------------------

ORDER = (
    "act", "record", "rule", "tie", "score", "listed", "notified", "refused", "denied", "learnt", "went_another_way", "gave_up", "appealed",
    "decided", "bounced", "paid", "left_list", "left", "open",
)  # fmt: skip
"""How what happens on one day is told."""
OF_JOURNAL = {
    "refused": "Refused: {}.",
    "went_another_way": "Finds another way than: {}.",
    "gave_up": "Gives up trying: {}.",
    "denied": "Is not let do this: {}.",
    "bounced": "A payment does not go through.",
    "left": "Leaves the place.",
}
"""Events that a case row does not have."""
AT_GATES = ("refused", "went_another_way", "gave_up")


def _moments(
    told: Told, cases: Cases, case: int, events: Sequence[Mapping[str, Any]] | None, chain: Chain | None
) -> list[Moment]:
    found = [*_of_case(told, cases, case)]
    if chain is not None:
        found += [*_of_chain(told, chain)]
    found += [*_of_days(told, cases, case, events or ())]
    return sorted(found, key=lambda m: (m.day, ORDER.index(m.kind)))


def _of_case(told: Told, cases: Cases, case: int) -> Iterator[Moment]:
    """The listing's own row: when it began, what came and what never came, and how it ended."""
    title = list_title(told, cases.world.lists[int(cases.list[case])])

    def moment(column: str, kind: str, text: str) -> Iterator[Moment]:
        day = int(getattr(cases, column)[case])
        if day > 0:
            yield Moment(day, told.date_of(day), kind, text)

    times = int(cases.ordinal[case])
    again = "" if times == 1 else f" (listing {times} of this person there)"
    yield from moment("opened", "listed", f"Put on the list “{title}”{again}.")
    yield from moment("notified_on", "notified", "A notice of the listing arrives.")
    if cases.learnt_by[case] == 2:
        yield from moment("learnt_on", "learnt", "Learns of the listing by being refused.")
    yield from moment("appealed_on", "appealed", "Objects.")
    granted = "granted: the entry goes" if cases.decision[case] == 1 else "refused: the entry stays"
    asked = int(cases.appealed_on[case]) > 0 and not cases.put_right[case]
    text = f"The objection is {granted}." if asked else "What was done to the register is found, and taken back."
    yield from moment("decided_on", "decided", text)
    yield from moment("paid_on", "paid", "Pays what is owed.")
    how = (
        words.ENDS["put_right"] if cases.put_right[case] else words.ENDS.get(EXITS[int(cases.closed_by[case])], "ended")
    )
    yield from moment("closed", "left_list", f"Off the list: {how}.")
    if cases.closed[case] == 0:
        yield Moment(told.world.days, told.end, "open", "The run ends. The listing is still open.")


def _of_chain(told: Told, chain: Chain) -> Iterator[Moment]:
    """What came before the listing: the act, the record, the rule, the score, the tie."""
    for step in chain.steps:
        if step.what in ("act", "record", "rule", "score", "tie"):
            yield Moment(step.day, told.date_of(step.day), step.what, _sentence(step.text), step.by)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _of_days(told: Told, cases: Cases, case: int, events: Sequence[Mapping[str, Any]]) -> Iterator[Moment]:
    """Refusals and what they led to, while the listing stood, a row for each day."""
    first, last = int(cases.opened[case]), int(cases.end[case])
    for e in events:
        if first <= e["day"] <= last and e["event"] in OF_JOURNAL:
            day, kind, about = int(e["day"]), str(e["event"]), str(e["detail"])
            tries = int(e.get("amount") or 0)
            often = f" ({tries:,} tries)" if kind == "refused" and tries > 1 else ""
            title = act_title(told, about) if kind == "denied" else gate_title(told, about)
            by = f"consequences.{about}" if kind in AT_GATES else ""
            yield Moment(day, told.date_of(day), kind, OF_JOURNAL[kind].format(title + often), by)


def list_title(told: Told, name: str) -> str:
    """What the scheme calls a list."""
    return _titled(told, "lists", name)


def gate_title(told: Told, name: str) -> str:
    """What the scheme calls a consequence."""
    return _titled(told, "consequences", name)


def act_title(told: Told, name: str) -> str:
    """What the scenario calls an act."""
    found = ((told.raw.get("conduct") or {}).get("acts") or {}).get(name) or {}
    return str(found.get("title") or words.plain(name))


def _titled(told: Told, part: str, id: str) -> str:
    found: dict[str, Any] = next((x for x in told.raw.get(part) or [] if x.get("id") == id), {})
    return str(found.get("title") or words.plain(id))


def _silence(cases: Cases, case: int) -> str:
    """What never came, in words; nothing where everything came."""
    missing = [] if cases.notified_on[case] > 0 else ["No notice ever came."]
    if cases.appealed_on[case] > 0 and not cases.decided_on[case] > 0:
        end = "run" if cases.closed[case] == 0 else "listing"
        missing.append(f"No decision on the objection came before the {end} ended.")
    return " ".join(missing)


# --- the chain ------------------------------------------------------------------------------------------------------------------------

MISTAKES = {
    "cannot_pay": "taken for able to pay",
    "protected_conduct": "the conduct was protected",
    "others_conduct": "it was not their conduct",
    "wrong_person": "filed for the wrong person",
    "stale_record": "the record was no longer true",
    "insider_or_intruder": "someone wrote it in",
    "risk_score": "a score took them for somebody who had done it",
}
"""The link at which a listing went wrong, by what it really rests on."""


def _links(told: Told, chain: Chain, basis: str) -> tuple[Link, ...]:
    """act, mistake, record, rule, list, gates: each once, in this order."""
    found = [Link("act", _short(s.text)) for s in chain.steps if s.what == "act"][:1]
    found += [Link("mistake", MISTAKES[basis], True)] if basis in MISTAKES else []
    found += [Link("tie", _short(s.text)) for s in chain.steps if s.what == "tie"][:1]
    found += [Link("record", words.plain(s.by.split(".")[-1])) for s in chain.steps if s.what == "record"][:1]
    found += [Link("rule", _titled(told, "rules", s.by.split(".")[-1])) for s in chain.steps if s.what == "rule"][:1]
    found += [Link("list", list_title(told, chain.on_list))]
    gates = [f"{gate_title(told, g)} ({words.counted(n, 'try', 'tries')})" for g, n in chain.refused_tries.items()]
    found += [Link("gate", "refused: " + "; ".join(gates) if gates else "never met a gate")]
    return tuple(found)


def _short(text: str) -> str:
    """The text of an act without what was checked of it."""
    return text.split(";")[0]


# --- what would have spared them ------------------------------------------------------------------------------------------------------


CONDUCT = {
    "own alone suffices": "The person’s own conduct alone was enough for it.",
    "others alone suffice": "What others did was enough for it, without anything the person did.",
    "either suffices": "The person’s own conduct alone would have been enough, and so would what others did.",
    "only together": "It took the person’s own conduct and that of others together.",
    "nobody's conduct": "It was nobody’s conduct: something else put the person on the list.",
}
"""Whose conduct sufficed, in a sentence (`experiments/whose.py`)."""


def _titles() -> dict[str, str]:
    from glasshouse.scenario.elements import ELEMENTS
    from glasshouse.scenario.questions import QUESTIONS

    return {e.variant: e.title for e in (*ELEMENTS, *QUESTIONS)}


def _named(changes: Sequence[str]) -> str:
    titles = _titles()
    return " together with ".join(f"{c} ({titles.get(c, c).lower()})" for c in changes)


def _spared(answer: Why | None) -> str:
    if answer is None:
        return ""
    ways = answer.spared_by
    if not ways:
        return "None of the changes that could be tried exactly would have kept this person off the lists."
    if len(ways) == 1:
        return f"One smallest change would have kept this person off every list: {_named(ways[0])}."
    text = "; ".join(_named(w) for w in ways)
    return f"Each of {len(ways)} smallest changes would have kept this person off every list: {text}. None of them is the one cause."


def _changes(answer: Why | None) -> tuple[tuple[str, str, str], ...]:
    """Each change tried: its name, what became of the person, and days and tries with it. Those that changed nothing are left out."""
    if answer is None:
        return ()
    return tuple(
        (
            _named(c.changes),
            c.outcome,
            f"{c.listed_days:,} days listed, {words.counted(c.refused_tries, 'try', 'tries')} refused",
        )
        for c in answer.changes
        if c.outcome != "unchanged"
    )


# --- a life with a score --------------------------------------------------------------------------------------------------------------

SCORE_TOLD = {
    "act": "Their own act: {}.",
    "record": "",
    "settled": "The score is settled at {}.",
    "taken": "Points are taken that were not for anything they did; the score is {}.",
    "given_back": "What was taken is given back; the score is {}.",
}


def _score_life(told: Told, chosen: Chosen) -> Life:
    """A life where nobody is listed: acts, records and what the score came to."""
    events = _score_events(told, chosen.person)
    moments = [
        Moment(e.day, told.date_of(e.day), e.what if e.what != "settled" else "score", _score_text(e))
        for e in events or ()
        if e.what in SCORE_TOLD
    ]
    return Life(
        kind=chosen.kind, person=chosen.person, group=_group_of(told, chosen.person), rule=chosen.rule, harm=chosen.harm,
        opened=1, end=told.world.days, still_open=True, listings=0, basis="", wrong=False, moments=tuple(moments[:MOST]),
        links=(), broken=(), spared="", changes=(), not_followed=(), whose="", replayed=events is not None, journalled=events is not None,
        cut=max(len(moments) - MOST, 0), silence="",
    )  # fmt: skip


def _score_text(e: Event) -> str:
    if e.what in ("settled", "taken", "given_back"):
        return SCORE_TOLD[e.what].format(e.amount)
    name, *marks = e.detail.split(" ")
    if e.what == "act":
        return SCORE_TOLD[e.what].format(", ".join(words.plain(part) for part in [name, *marks]))
    act = words.plain(" ".join(marks))
    return (
        f"Filed here, though it was person {e.source:,}: {act}."
        if name == "wrong"
        else f"Reaches them from person {e.source:,}: {act}."
    )


def _score_events(told: Told, person: int) -> list[Event] | None:
    if not told.recording.has("letters") or told.loaded is None:
        return None
    from glasshouse.experiments.why import events_of

    try:
        return events_of(told.recording, person, told.recording.variants[0])
    except GlasshouseError:
        return None


def _group_of(told: Told, person: int) -> str:
    sources = told.world.sources
    people = sources.people(told.recording.variants[0]) if sources else None
    return told.world.groups[int(people.group[person])] if people is not None else ""
