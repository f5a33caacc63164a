"""The question, and the answer in plain words: every share with what it is out of, and ranges where nobody knows.

Each sentence is made of counts of this run. A share behind which only assumptions stand is told as the range that a sweep
reached; without a sweep it is told as counts of one run, and that it must not be quoted as a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from glasshouse.reporting import words
from glasshouse.reporting.counts import (
    A_YEAR,
    GateRow,
    Stay,
    Told,
    comparison,
    funnel,
    gates,
    scores,
    stay_of,
    taken_back,
)

if TYPE_CHECKING:
    from glasshouse.reporting.beyond import Part


def question(told: Told, parts: Sequence[Part] = ()) -> str:
    """What the report is asked: what its first part is asked, where the scheme is about more than lists."""
    if parts:
        return parts[0].question
    lists = told.raw.get("lists") or []
    if not lists:
        return (
            "If a scheme like this kept scores of people, how would the scores spread, and how many would be mistaken?"
        )
    name = lists[0].get("title") or words.plain(str(lists[0].get("id")))
    return f"Who would be put on the list “{name}”, how many of them wrongly, for how long, and could they get off?"


def sentences(told: Told) -> list[str]:
    """The answer, a paragraph each."""
    found = [
        in_short(told),
        _listed(told),
        _rewarded(told),
        *_wrong(told),
        _stay(told),
        _remedy(told),
        _refused(told),
        _scores(told),
        _published(told),
    ]
    return [words.together(text) for text in found if text]


def in_short(told: Told) -> str:
    """The whole answer in two sentences: how many were wrong, whether they got off, and by what. Nothing where none was wrong."""
    cases = told.factual
    wrong, n = int(cases.wrongful(True).sum()) if len(cases) else 0, len(cases)
    if not wrong:
        return ""
    entry = told.measures.get("rights_wrongful_share")
    span = words.swept("rights_wrongful_share", entry, told.ranges) if isinstance(entry, Mapping) else None
    if span is None:
        text = f"In short: {wrong:,} of {n:,} listings of this run were wrong by rights, under assumptions that were not swept."
    else:
        where = ", and where in between is not known" if words.differ(span, "share") else ""
        text = f"In short: {words.between(span, 'share')} of listings were wrong by rights{where}."
    stay = stay_of(cases, True)
    year = _after_a_year(stay, "still stood") if stay else ""
    stood = f"{year}, and " if year else ""
    upheld = dict(funnel(cases, wrongful=True))["upheld"]
    repaired = taken_back(cases, wrongful=True)
    also = f" and {repaired:,} because they were found and taken back" if repaired else ""
    return f"{text} Of the {wrong:,} wrong ones of this run, {stood}{upheld:,} ended because somebody objected{also}."


def _listed(told: Told) -> str:
    people = f"{told.world.people:,} synthetic people"
    span = f"from {words.dated(told.start)} to {words.dated(told.end)}"
    cases = told.factual
    if not len(cases):
        why = "the scheme keeps no list" if not told.world.lists else "nobody met what an entry asks for"
        return f"Of {people} who lived under the scheme {span}, nobody was listed: {why}."
    persons = len(set(cases.person.tolist()))
    text = (
        f"Of {people} who lived under the scheme {span}, {persons:,} "
        f"({words.percent(persons / told.world.people)}) were listed at least once: {words.counted(len(cases), 'listing')}."
    )
    scale = words.stands_for("listings", told.measures.get("listings", {}), told.ranges)
    if not scale:
        return text
    each, all_of_them = words.number(told.represents), words.big(told.represents * told.world.people)
    return f"{text} One synthetic person stands for {each}, all of them for {all_of_them}; the count {scale} listings."


def _rewarded(told: Told) -> str:
    """A list that rewards is a list like others to the counts, and no harm to whoever is on it wrongly: said where there is one."""
    cases, rewards = told.factual, told.rewards
    if not rewards.any():
        return ""
    on = {told.world.lists[n] for n in set(cases.list[rewards].tolist())}
    titles = [x.get("title") or words.plain(str(x["id"])) for x in told.raw["lists"] if x["id"] in on]
    names = " and ".join(f"“{title}”" for title in titles)
    rule, rights = cases.wrongful(False), cases.wrongful(True)
    text = (
        f"Of these listings {int(rewards.sum()):,} were on {names}, which one enters by rising: a reward. {int((rule & rewards).sum()):,} "
        "of those went to somebody who had not earned it, whom that does not harm. Counts and shares of listings include them. "
    )
    if rewards.all():
        return text.rstrip()
    rest = ~rewards
    return (
        f"{text}Without them there were {words.counted(int(rest.sum()), 'listing')}, {int((rule & rest).sum()):,} of them wrong by the "
        f"scheme’s own rule and {int((rights & rest).sum()):,} by rights."
    )


def _wrong(told: Told) -> list[str]:
    """How many listings were wrong: by the rule, by rights, and how far either may be believed."""
    cases = told.factual
    if not len(cases):
        return []
    rule, rights = cases.wrongful(False), cases.wrongful(True)
    text = [_truth(told, "wrongful_listing_rate", int(rule.sum()), "By the scheme’s own rule, on true facts")]
    by_rights = "By rights, where only an own act of someone able to comply counts"
    if bool((rule == rights).all()):
        text.append(f"{by_rights}, it is the same listings.")
    else:
        text.append(_truth(told, "rights_wrongful_share", int(rights.sum()), by_rights))
    entry = told.measures.get("wrongful_listing_rate", {})
    if entry.get("standing") == "assumed" and words.swept("wrongful_listing_rate", entry, told.ranges) is None:
        return [" ".join(text), UNSWEPT]
    return [" ".join(text)]


UNSWEPT = (
    "No sweep of the assumptions was made for this report. How many listings are wrong hangs on numbers that nobody has "
    "published, so these counts are one point of an unknown range and no finding."
)


def _truth(told: Told, name: str, wrong: int, start: str) -> str:
    """One of the two truths: the range first where there is one, then the counts of this run and their luck."""
    n = len(told.factual)
    count = f"{wrong:,} of {n:,} listings of this run were wrong when they began"
    entry = told.measures.get(name)
    if not isinstance(entry, Mapping) or entry.get("value") is None:
        return f"{start}, {count}."
    luck = words.interval(entry.get("luck"), "share")
    point = words.percent(entry["value"]) + (f"; luck of one run: {luck}" if luck else "")
    span = words.swept(name, entry, told.ranges)
    if span is None:
        return f"{start}, {count} ({point})."
    if not words.differ(span, "share"):
        return f"{start}, {count} ({point}), whatever is assumed."
    return (
        f"{start}, {words.between(span, 'share')} of the listings were wrong when they began, depending on what is assumed. "
        f"In this run, one point of that range, it was {wrong:,} of {n:,} ({point})."
    )


def _ranged(told: Told, name: str, what: str) -> str:
    """A share as the range over the assumptions, or nothing where it was not swept."""
    entry = told.measures.get(name)
    span = words.swept(name, entry, told.ranges) if isinstance(entry, Mapping) else None
    if span is None:
        return ""
    return f" Over the assumptions, {words.between(span, 'share')} {what}."


def _stay(told: Told) -> str:
    by_rights = stay_of(told.factual, False) is None
    stay = stay_of(told.factual, by_rights)
    if stay is None:
        return ""
    some = "half of them" if stay.ended == stay.n else "an estimated half"
    half = (
        f"{some} were over within {stay.half:,.0f} days"
        if stay.half is not None
        else "fewer than half were over in the time that they could be followed"
    )
    year = _after_a_year(stay, "were still open")
    if not year:
        return f"Of {stay.n:,} wrongful listings of this run, {half}."
    text = f"Of {stay.n:,} wrongful listings of this run, {year}; {half}."
    name = "cannot_get_off_share_by_rights" if by_rights else "cannot_get_off_share"
    return text + _ranged(told, name, "of wrongful listings are still open after a year")


def _after_a_year(stay: Stay, what: str) -> str:
    """The share of listings that lasted a year: an estimate where the run was over before all of them could be followed so long."""
    year = stay.left_at(A_YEAR)
    if year is None:
        return ""
    if stay.early == stay.n:
        return f"{words.percent(year)} {what} after a year"
    return f"an estimated {words.percent(year)} {what} after a year ({stay.early:,} began a year or more before the run ended)"


def _remedy(told: Told) -> str:
    if not len(told.factual):
        return ""
    n = dict(funnel(told.factual))
    wrong = dict(funnel(told.factual, wrongful=True))
    text = (
        f"Of the {n['listed']:,} listings of this run, {n['notified']:,} were ever notified, and of {n['aware']:,} the "
        "person came to know, by a notice or by being refused."
    )
    text += _ranged(told, "never_notified_share", "of listings are never notified while they last")
    text += (
        f" Against {n['filed']:,} somebody objected; {n['decided']:,} objections were decided within the run and "
        f"{n['upheld']:,} were granted."
    )
    if wrong["listed"]:
        text += f" Of the {wrong['listed']:,} listings wrong by rights, {wrong['upheld']:,} ended that way."
    if repaired := taken_back(told.factual):
        text += f" {repaired:,} were taken back when it was found what had been done, whoever had objected."
    return text


def _refused(told: Told) -> str:
    rows = [r for r in gates(told) if r.tries]
    if not rows:
        return ""
    rows = sorted(rows, key=lambda r: -r.tries)
    text = "; ".join(_gate(r) for r in rows[:3])
    more = f"; {words.counted(len(rows) - 3, 'other gate')} below" if len(rows) > 3 else ""
    return f"In this run, listed people were refused at {words.counted(len(rows), 'gate')}. {text}{more}."


def _gate(row: GateRow) -> str:
    tries, occasions = words.counted(row.tries, "try", "tries"), words.counted(row.trips, "occasion")
    return f"{row.title}: {tries} on {occasions} by {words.counted(row.people, 'person', 'people')}"


def _scores(told: Told) -> str:
    found = scores(told)
    if found is None:
        return ""
    text = (
        f"At the end, scores of {found.n:,} people lay between {found.values.min()} and {found.values.max()}, half of them "
        f"at {found.at(0.5)} or below; {found.above:,} stood above the {found.baseline} that everybody began with, "
        f"{found.below:,} below it. The score of {words.counted(found.differ, 'person', 'people')} was not the one that "
        "true facts merit."
    )
    return f"{text} {_swept_scores(told) or UNSWEPT_SCORES}"


def _swept_scores(told: Told) -> str:
    """How far the assumptions carry the numbers of people; nothing where they were not swept."""
    spans = [
        words.swept(name, told.measures.get(name) or {}, told.ranges)
        for name in ("people_below_start", "people_mistaken")
    ]
    if spans[0] is None or spans[1] is None:
        return ""
    below, mistaken = (words.between(span, "people") for span in spans if span is not None)
    return (
        f"How often people act and are seen is assumed: over the assumptions {below} ended below the start, and the score of "
        f"{mistaken} was not the one that facts merit."
    )


UNSWEPT_SCORES = (
    "How often people act and are seen is assumed, and no sweep of the assumptions was made for scores, so these are "
    "counts of one run and no finding."
)


def _published(told: Told) -> str:
    found = comparison(told)
    if found is None:
        return ""
    parts = []
    for series in found.series:
        last: Any = next((p for p in reversed(series.points) if p.error is not None and p.split == "fit"), None)
        if last is not None:
            parts.append(
                f"{words.SERIES[series.series]} to {words.dated(last.date)}: {words.big(last.simulated)} simulated{_reach(last)}, "
                f"{words.big(last.published)} published ({words.signed(round(100 * last.error))} %)"
            )
    over = "parameter sets and the luck of one run" if found.sets else "the luck of one run"
    spread = (
        f", with the 90 % interval over {over}"
        if any(p.low is not None for s in found.series for p in s.points)
        else ""
    )
    return f"Beside what was published{spread}: {'; '.join(parts)}." if parts else ""


def _reach(point: Any) -> str:
    return "" if point.low is None else f" ({words.big(point.low)} to {words.big(point.high)})"
