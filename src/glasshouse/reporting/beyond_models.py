"""A model that chooses people, in the report: what it finds beside a lottery, whom it chooses again and again, and wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.codes import MODEL
from glasshouse.reporting import words
from glasshouse.reporting.beyond import NOTHING, Beside, Grid, Part, evenings, named

if TYPE_CHECKING:
    from glasshouse.measures.frame import Cases
    from glasshouse.reporting.counts import Told

Rounds = Mapping[str, Any]


def models_part(told: Told) -> Part | None:
    """What the models' rounds came to; None where there were none."""
    beside = Beside(told)
    rounds = {v: found for v in beside.names if (found := _rounds(told, v)) is not None}
    first = beside.names[0]
    if first not in rounds:
        return None
    return Part(
        "model",
        "Model",
        "The model: what it finds, whom it chooses, and whom it chooses again",
        "What do investigations find that a lottery of the same size would not, who is investigated again and again, "
        "and which innocent people are?",
        _short(told, rounds),
        tuple(
            text for text in (_again(beside), _retrained(told, rounds), _turned(beside, rounds), _burden(told)) if text
        ),
        tuple(grid for grid in (_variants(beside, rounds), _by_round(beside, rounds)) if grid is not None),
        _bars(beside, rounds),
        "A round is one look at everybody who is there and not under investigation. That something was wrong is known of everybody here, "
        "chosen or not; an office knows it of those whom it investigated.",
    )


def _rounds(told: Told, variant: str) -> Rounds | None:
    rows = told.world.sources.table("rounds", variant) if told.world.sources else None
    return rows if rows is not None and len(rows["day"]) else None


def _sums(rows: Rounds) -> tuple[int, int, int, int]:
    """Chosen, found, true and eligible, over all rounds."""
    chosen, found, true, eligible = (int(rows[x].sum()) for x in ("chosen", "found", "true", "eligible"))
    return chosen, found, true, eligible


def _chosen(cases: Cases) -> Any:
    """Listings that a model filed."""
    return cases.cause_kind == MODEL


def _how(told: Told, variant: str) -> str:
    """How the first model of a variant chooses: capacity, threshold, lottery or nobody."""
    assert told.world.sources is not None
    models = (told.world.sources.scenario(variant).get("practice") or {}).get("models") or {}
    first: Mapping[str, Any] = next(iter(models.values()), {})
    return str((first.get("chooses") or {}).get("by") or "")


def _short(told: Told, rounds: Mapping[str, Rounds]) -> str:
    first = told.recording.variants[0]
    chosen, found, true, eligible = _sums(rounds[first])
    if not chosen:
        return "The model chose nobody in this run."
    by_chance = chosen * true / eligible
    text = (
        f"In this run the model had {chosen:,} investigations made in {_times(rounds[first])}; something was wrong in {found:,} of them "
        f"({words.percent(found / chosen)}), and {chosen - found:,} ended with the person cleared. As many drawn by lot would find "
        f"{by_chance:,.0f} as expected"
    )
    drawn = next((v for v in rounds if v != first and _how(told, v) == "lottery"), None)
    if drawn is not None:
        text += f", and found {_sums(rounds[drawn])[1]:,} when they were drawn"
    lift = f"; the model finds {words.number(found / by_chance)} times as much" if by_chance else ""
    span = Beside(told).span("yield_over_lottery")
    return f"{text}{lift}" + (f" ({span} times over the assumptions)." if span and lift else ".")


def _times(rows: Rounds) -> str:
    return words.counted(len(np.unique(rows["day"])), "round")


def _repeats(cases: Cases) -> tuple[int, int, int, int]:
    """People chosen at all, twice or more, of these never with anything wrong, and the most that anybody was chosen."""
    mine = _chosen(cases)
    if not mine.any():
        return 0, 0, 0, 0
    people, at, times = np.unique(cases.person[mine], return_inverse=True, return_counts=True)
    ever = np.bincount(at, cases.rightful[mine], len(people)) > 0
    again = times > 1
    return len(people), int(again.sum()), int((again & ~ever).sum()), int(times.max())


def _every_time(cases: Cases, rounds: int) -> int:
    """People chosen in every round that there was."""
    _, times = np.unique(cases.person[_chosen(cases)], return_counts=True)
    return int((times >= rounds).sum()) if rounds > 1 else 0


def _again(beside: Beside) -> str:
    told = beside.told
    first = beside.names[0]
    people, again, never, most = _repeats(told.factual)
    if not people:
        return ""
    text = (
        f"The {int(_chosen(told.factual).sum()):,} investigations were of {people:,} people: {again:,} were chosen "
        f"twice or more, {never:,} of whom never had "
        f"anything wrong; somebody was chosen {most:,} times."
    )
    drawn = next((v for v in beside.names if v != first and _how(told, v) == "lottery"), None)
    if drawn is not None:
        text += f" A lottery chose {_repeats(told.cases[drawn])[1]:,} twice or more."
    return text


def _retrained(told: Told, rounds: Mapping[str, Rounds]) -> str:
    """What training again on those it chose did, first round against last."""
    first = told.recording.variants[0]
    taught = next((v for v in rounds if v != first and _trains(told, v) and not _trains(told, first)), None)
    if taught is None:
        return ""
    chosen, found, *_ = _sums(rounds[taught])
    asis = _sums(rounds[first])[1]
    last = {v: _of_round(rounds[v], int(rounds[v]["day"].max())) for v in (first, taught)}
    return (
        f"Trained again after each round on those whom it chose itself ({named(taught)}), it finds {found:,} of "
        f"{chosen:,} where it found {asis:,} without; in "
        f"the last round {last[taught][1]:,} of {last[taught][0]:,} against {last[first][1]:,} of {last[first][0]:,}. "
        f"{_repeats(told.cases[taught])[1]:,} people are chosen twice or more, against {_repeats(told.factual)[1]:,}."
    )


def _trains(told: Told, variant: str) -> bool:
    assert told.world.sources is not None
    models = (told.world.sources.scenario(variant).get("practice") or {}).get("models") or {}
    return any(bool(model.get("retrains")) for model in models.values())


def _of_round(rows: Rounds, day: int) -> tuple[int, int]:
    mine = rows["day"] == day
    return int(rows["chosen"][mine].sum()), int(rows["found"][mine].sum())


def _turned(beside: Beside, rounds: Mapping[str, Rounds]) -> str:
    """Whether a change turned round which group's innocent people are chosen most."""
    groups = beside.told.world.groups
    if len(groups) != 2:
        return ""
    shares = {v: _wrongly(beside, v) for v in rounds}
    told = {v: s for v, s in shares.items() if None not in s}
    first = beside.names[0]
    if first not in told:
        return ""
    a, b = told[first]
    assert a is not None
    assert b is not None
    text = (
        f"Of those with nothing wrong, {words.percent(a)} in group {groups[0]} and {words.percent(b)} in group {groups[1]} "
        "were chosen in a round."
    )
    round_ = [
        f"{named(v)} ({words.percent(x)} and {words.percent(y)})"
        for v, (x, y) in told.items()
        if v != first and x is not None and y is not None and (x - y) * (a - b) < 0 and abs(x - y) > TELLING
    ]
    return text + (f" Which group bears more of it turns round in: {', '.join(round_)}." if round_ else "")


TELLING = 0.01
"""A gap between two groups' shares of wrongly chosen below which nothing is said to have turned round."""


def _wrongly(beside: Beside, variant: str) -> tuple[float | None, ...]:
    return tuple(beside.value("chosen_wrongly_share", variant, "group", group) for group in beside.told.world.groups)


def _burden(told: Told) -> str:
    """What being investigated costs those who are cleared."""
    cases = told.factual
    cleared = _chosen(cases) & ~cases.rightful
    if not cleared.any():
        return ""
    days = int(evenings(cases)[cleared].sum())
    return f"Those who were cleared were under investigation for {days:,} days, {words.number(days / int(cleared.sum()))} each time."


# --- tables -------------------------------------------------------------------------------------------------------------------------


def _variants(beside: Beside, rounds: Mapping[str, Rounds]) -> Grid:
    told = beside.told

    def of(what: str, number: Any) -> tuple[str, ...]:
        return (what, *(f"{number(rounds[v]):,}" if v in rounds else "0" for v in beside.names), NOTHING)

    most = len(np.unique(rounds[beside.names[0]]["day"]))
    rows = [
        of("investigations", lambda r: _sums(r)[0]),
        of("something was wrong", lambda r: _sums(r)[1]),
        of("cleared", lambda r: _sums(r)[0] - _sums(r)[1]),
        beside.measured("found, of investigations", "investigation_yield"),
        beside.measured("times what a lottery would find, as expected", "yield_over_lottery"),
        beside.measured("found, of all with something wrong", "found_by_model_share"),
        beside.counted("people chosen twice or more", lambda c: _repeats(c)[1]),
        beside.counted("… never with anything wrong", lambda c: _repeats(c)[2]),
        beside.counted(f"people chosen in all {most} rounds", lambda c: _every_time(c, most)),
        *(
            beside.measured(
                f"chosen wrongly, of those in group {g} with nothing wrong", "chosen_wrongly_share", "group", g
            )
            for g in told.world.groups
        ),
        beside.counted(
            "days under investigation of the cleared", lambda c: int(evenings(c)[_chosen(c) & ~c.rightful].sum())
        ),
    ]
    return beside.grid("The model, a lottery, nobody, and what was tried", rows)


def _by_round(beside: Beside, rounds: Mapping[str, Rounds]) -> Grid | None:
    """Found of chosen, round by round."""
    told, first = beside.told, beside.names[0]
    days = np.unique(rounds[first]["day"]).tolist()
    if not 1 < len(days) <= MOST_ROUNDS:
        return None
    names = [v for v in beside.names if v in rounds and _sums(rounds[v])[0]]
    rows = []
    for day in days:
        told_of = [_of_round(rounds[v], day) for v in names]
        rows.append((words.dated(told.date_of(int(day))), *(f"{found:,} of {chosen:,}" for chosen, found in told_of)))
    head = ("round", *("as it is" if v == first else named(v) for v in names))
    return Grid("Found of chosen, round by round", head, tuple(rows))


MOST_ROUNDS = 12


def _bars(beside: Beside, rounds: Mapping[str, Rounds]) -> Any:
    from glasshouse.reporting import figures

    titles = beside.titles
    rows = [
        (titles[v], float(found), float(chosen - found))
        for v in beside.names
        if v in rounds
        for chosen, found, *_ in (_sums(rounds[v]),)
        if chosen
    ]
    people = beside.told.world.people
    return figures.halves(
        "model-found",
        "Investigations: something was wrong, and cleared",
        "investigations in the whole run",
        rows,
        ("something was wrong", "cleared"),
        f"Investigations among {people:,} synthetic people; one person can be investigated in several rounds.",
    )
