"""One synthetic person's story, day by day: a wrongful listing that lasted about as long as half of them do.

Among the wrongful listings whose length lies in the middle fifth, the one with most events is told. Its events come
from the case row and from the journal, where this person was journalled, or from living the person's block once more
with the letters that were kept; nothing is made up to fill a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from glasshouse.measures.frame import BASES, EXITS, Cases
from glasshouse.reporting import words
from glasshouse.reporting.counts import Told

DAYS = ("notified_on", "learnt_on", "appealed_on", "decided_on", "paid_on", "closed")
MIDDLE = (0.4, 0.6)
MOST = 60
"""Events told; a longer story is cut and says so."""


@dataclass(frozen=True)
class Event:
    """What happened to the person on one day, and of which kind it was."""

    day: int
    date: date
    kind: str
    text: str


@dataclass(frozen=True)
class Story:
    """A person (a row number of this run, and nobody), a listing, and its events in order."""

    person: int
    group: str
    list: str
    basis: str
    wrong: str
    opened: int
    end: int
    still_open: bool
    events: tuple[Event, ...]
    journalled: bool
    cut: int = 0

    @property
    def silence(self) -> str:
        """What never came, in words; nothing where everything came."""
        kinds = {e.kind for e in self.events}
        missing = [] if "notified" in kinds else ["No notice ever came."]
        if "appealed" in kinds and "decided" not in kinds:
            missing.append(
                f"No decision on the objection came before the {'run' if self.still_open else 'listing'} ended."
            )
        return " ".join(missing)

    @property
    def days(self) -> int:
        """How long the listing lasted, or has lasted when the run ends."""
        return self.end - self.opened


def story(told: Told) -> Story | None:
    """The story of the chosen listing; None where nobody was listed."""
    cases = told.factual
    if not len(cases):
        return None
    wrong = "by the scheme's own rule"
    among = cases.wrongful(False)
    if not among.any():
        among, wrong = cases.wrongful(True), "by rights"
    if not among.any():
        among, wrong = cases.everyone, ""
    kept = _journalled(told)
    if kept is not None and (among & np.isin(cases.person, kept)).any():
        among = among & np.isin(cases.person, kept)
    case = chosen(cases, among)
    journal = _journal_events(told, cases, case)
    events = sorted([*_case_events(told, cases, case), *journal], key=lambda e: (e.day, ORDER.index(e.kind)))
    return Story(
        person=int(cases.person[case]),
        group=cases.world.groups[int(cases.group[case])],
        list=_title_of(told, cases.world.lists[int(cases.list[case])]),
        basis=words.basis(BASES[int(cases.basis[case])]),
        wrong=wrong,
        opened=int(cases.opened[case]),
        end=int(cases.end[case]),
        still_open=bool(cases.closed[case] == 0),
        events=tuple(events[:MOST]),
        journalled=bool(journal) or (kept is not None and int(cases.person[case]) in kept),
        cut=max(len(events) - MOST, 0),
    )


def chosen(cases: Cases, among: Any) -> int:
    """The row number of the listing that is told: of those with a middling length, the one with most events."""
    rows = np.flatnonzero(among)
    length = cases.length[rows]
    low, high = np.quantile(length, MIDDLE)
    rows = rows[(length >= low) & (length <= high)]
    events = np.sum([getattr(cases, column)[rows] > 0 for column in DAYS], axis=0)
    return int(rows[np.lexsort((rows, -events))[0]])


def _title_of(told: Told, name: str) -> str:
    titles = {x.get("id"): x.get("title") for x in told.raw.get("lists", [])}
    return titles.get(name) or words.plain(name)


def _journalled(told: Told) -> Any:
    """The people whose every event was written down; None where there is no journal."""
    if not told.recording.has("journal"):
        return None
    return np.unique(told.recording.table("journal", ["person"])["person"].to_numpy())


# --- events of the case -------------------------------------------------------------------------------------------------------------


def _case_events(told: Told, cases: Cases, case: int) -> list[Event]:
    found = [("listed", int(cases.opened[case]), _listed(told, cases, case))]
    for column, kind, text in (
        ("notified_on", "notified", "A notice of the listing arrives."),
        ("appealed_on", "appealed", "An objection is filed."),
        ("paid_on", "paid", "The debt is paid."),
    ):
        found.append((kind, int(getattr(cases, column)[case]), text))
    if cases.learnt_by[case] == 2:
        found.append(("learnt", int(cases.learnt_on[case]), "Is refused somewhere, and so learns of the listing."))
    if cases.decided_on[case] > 0:
        granted = "granted: the entry goes" if cases.decision[case] == 1 else "refused: the entry stays"
        found.append(("decided", int(cases.decided_on[case]), f"The objection is {granted}."))
    if cases.closed[case] > 0:
        how = words.ENDS.get(EXITS[int(cases.closed_by[case])], "ended")
        found.append(("left_list", int(cases.closed[case]), f"The listing is over: {how}."))
    else:
        found.append(("open", cases.world.days, "The run ends. The listing is still open."))
    return [Event(day, told.date_of(day), kind, text) for kind, day, text in found if day > 0]


def _listed(told: Told, cases: Cases, case: int) -> str:
    name = _title_of(told, cases.world.lists[int(cases.list[case])])
    times = int(cases.ordinal[case])
    again = "" if times == 1 else f" (for the {times}. time)"
    return f"Is put on the list “{name}”{again}. What it rests on: {words.basis(BASES[int(cases.basis[case])])}."


# --- events of the journal ----------------------------------------------------------------------------------------------------------

ORDER = (
    "act", "record", "listed", "notified", "refused", "learnt", "went_another_way", "gave_up",
    "appealed", "decided", "paid", "left_list", "open",
)  # fmt: skip
"""How the events of one day follow each other."""
TOLD = {
    "act": "Does or suffers this: {}.",
    "record": "A record is filed: {}.",
    "refused": "Is refused: {}.",
    "went_another_way": "Finds another way than: {}.",
    "gave_up": "Gives up trying: {}.",
}
"""Events that a case row does not have. The others would be told twice."""


def _journal_events(told: Told, cases: Cases, case: int) -> list[Event]:
    """What the journal adds from thirty days before the listing to its end, in the factual variant."""
    first, last = int(cases.opened[case]) - 30, int(cases.end[case])
    rows = _events_of(told, int(cases.person[case]))
    mine = [r for r in rows if first <= r["day"] <= last and r["event"] in TOLD]
    titles = {c.get("id"): c.get("title") for c in told.raw.get("consequences", [])}
    return [
        Event(
            r["day"],
            told.date_of(r["day"]),
            r["event"],
            TOLD[r["event"]].format(titles.get(r["detail"]) or _detail(r["event"], str(r["detail"]))),
        )
        for r in mine
    ]


def _events_of(told: Told, person: int) -> list[dict[str, Any]]:
    """Every event of one person in the factual variant: journalled, or lived again from the letters that were kept."""
    factual = told.recording.variants[0]
    if told.recording.has("journal"):
        import pyarrow.compute as pc

        rows = told.recording.journal.filter(pc.field("person") == person).to_pylist()
        return [r for r in rows if r["variant"] == factual]
    if not told.recording.has("letters"):
        return []
    from glasshouse.experiments.why import events_of

    return [{"day": e.day, "event": e.what, "detail": e.detail} for e in events_of(told.recording, person, factual)]


def _detail(event: str, detail: str) -> str:
    """What an event was about; an act with what became of it behind a comma."""
    name, *marks = detail.split(" ")
    if event == "act":
        return ", ".join(words.plain(part) for part in [name, *marks])
    return words.plain(detail)
