"""The health code in the report: who was not green and for what, how many were ill, who cannot move, who is shown what of whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.measures.health import coloured_days, colours, has_code
from glasshouse.reporting import words
from glasshouse.reporting.beyond import NOTHING, Beside, Grid, Part, named, people_in, plain_value, titles_of

if TYPE_CHECKING:
    from glasshouse.measures.frame import Cases
    from glasshouse.reporting.counts import Told

EARLY = 15
"""The evening two weeks after the first day, on which the published share was taken."""
MOST_REGIONS = 12


def health_part(told: Told) -> Part | None:
    """What the code did; None where the factual variant has none."""
    if not has_code(told.factual):
        return None
    beside = Beside(told)
    ill = "epidemic" if told.recording.has("epidemic") else ""
    return Part(
        "health",
        "Code",
        "The code: colours, the illness, and who is shown what of whom",
        "Who would be yellow or red, how many for nothing of their own, what would it cost in days, and what does it "
        "do against the illness?",
        _short(told),
        tuple(
            text
            for text in (
                _for_what(told),
                _illness(beside) if ill else "",
                _kept_in(told),
                _cannot_move(beside),
                _shown(told),
            )
            if text
        ),
        tuple(grid for grid in (_variants(beside), _where(beside), _groups(beside), _gates(told)) if grid is not None),
        _course(told) if ill else None,
        "Counted in synthetic people. A person coloured twice counts once among people, and twice among colours. "
        "By rights, a colour is wrong that is for others or a mistake; by the rule a contact is coloured rightly, whatever they have.",
    )


def not_green(cases: Cases, day: int) -> int:
    """People under a colour in the evening of a day."""
    return people_in(cases, colours(cases) & (cases.opened <= day) & (cases.still_open | (cases.closed > day)))


def _short(told: Told) -> str:
    cases, people = told.factual, told.world.people
    early, ever = not_green(cases, EARLY), people_in(cases, colours(cases))
    given = int(colours(cases).sum())
    rule, rights = (int((colours(cases) & cases.wrongful(x)).sum()) for x in (False, True))
    when = words.dated(told.date_of(EARLY))
    beside = Beside(told)
    spans = (beside.span("coloured_share"), beside.span("wrongly_coloured_share_by_rights"))
    over = f" Over the assumptions it is {spans[0]} of people, and {spans[1]} of colours." if all(spans) else ""
    return (
        f"In this run, two weeks after the start, in the evening of {when}, {early:,} of {people:,} people "
        f"({words.percent(early / people)}) were not green; {ever:,} ({words.percent(ever / people)}) were yellow or red at some time. "
        f"Of {given:,} colours given, {rule:,} "
        f"({words.percent(rule / given if given else 0)}) were wrong by the code’s own rule, and {rights:,} "
        f"({words.percent(rights / given if given else 0)}) were for others or a mistake.{over}"
    )


def _for_what(told: Told) -> str:
    """What was filed for, out of the daily table of the epidemic; and the terms."""
    lists = {x["id"]: plain_value(x.get("max_days")) for x in told.raw.get("lists") or []}
    code = (told.raw.get("practice") or {}).get("health_code") or {}
    titles = titles_of(told.raw.get("lists") or [])
    terms = ", ".join(f"{_small(titles[c])} {lists[c]:g} days" for c in code.get("colours") or [] if lists.get(c))
    text = f"Terms: {terms}." if terms else ""
    rows = _table(told, "epidemic", told.recording.variants[0])
    if rows is None:
        return text
    found, traced, other = (int(rows[x].sum()) for x in ("found", "traced", "other"))
    return (
        f"{text} What a colour was asked for in this run: {found:,} people found ill, {traced:,} contacts of theirs, "
        f"and {other:,} for something else"
        f"{_causes(code)}. Who is under that colour already is asked for in vain."
    ).strip()


def _causes(code: Mapping[str, Any]) -> str:
    told = [_small(str(cause.get("title") or words.plain(name))) for name, cause in (code.get("causes") or {}).items()]
    return f" ({', '.join(told)})" if told else ""


def _illness(beside: Beside) -> str:
    caught = {v: beside.value("infected_share", v) for v in beside.names}
    people = beside.told.world.people
    counts = {v: round(x * people) for v, x in caught.items() if x is not None}
    if not counts:
        return ""
    factual = beside.names[0]
    without = [v for v in beside.names[1:] if v in counts and not has_code(beside.told.cases[v])]
    text = f"{counts[factual]:,} of {people:,} people caught the illness"
    if without:
        text += f"; {counts[without[0]]:,} did with no code at all"
    rest = [f"{named(v)} {n:,}" for v, n in counts.items() if v != factual and v not in without]
    text += f" ({', '.join(rest)})." if rest else "."
    if max(counts.values()) < FEW:
        text += " So few infections are the luck of a handful of chains: run several seeds before anything is said of what prevents them."
    return text


FEW = 200
"""Infections below which a single run says next to nothing of what prevents them."""


def _kept_in(told: Told) -> str:
    """Days lost, and those who were held for going out all the same."""
    cases, people = told.factual, told.world.people
    days, wrong = coloured_days(cases), cases.wrongful(True)
    total = int(days.sum())
    text = (
        f"Days under a colour: {total:,}, or {words.number(total / people)} for each person there is; "
        f"{words.percent(int(days[wrong].sum()) / total if total else 0)} of them for others or by mistake."
    )
    held = ~colours(cases) & (cases.cause_act > 0)
    if held.any():
        names = ", ".join(sorted({told.world.lists[int(n)] for n in cases.list[held]}))
        listings = words.counted(int(held.sum()), "listing")
        text += f" Whoever went out under a colour and was seen: {listings} on “{names}”, of {people_in(cases, held):,} people."
    return text


def _cannot_move(beside: Beside) -> str:
    """Where, and in which group, people lose most days, and whose colours are wrong most often."""
    told, text = beside.told, ""
    days = {r: beside.value("days_under_a_colour", beside.names[0], "region", r) for r in told.world.regions}
    known = {r: x for r, x in days.items() if x is not None}
    if len(known) > 1:
        most, least = max(known, key=lambda r: known[r]), min(known, key=lambda r: known[r])
        text = (
            f"Who cannot move depends on where they live: {words.number(known[most])} days a person are lost in {words.plain(most)}, "
            f"{words.number(known[least])} in {words.plain(least)}. "
        )
    cases = told.factual
    shares = []
    for n, group in enumerate(told.world.groups):
        given = colours(cases) & (cases.group == n)
        if given.any():
            wrong = int((given & cases.wrongful(False)).sum()) / int(given.sum())
            shares.append(f"{words.percent(wrong)} of those given to group {group}")
    return text + (f"Of the colours, wrong by the rule are {' and '.join(shares)}." if len(shares) > 1 else "")


def _shown(told: Told) -> str:
    """Who saw what of whom, in one paragraph."""
    rows = _table(told, "scans", told.recording.variants[0])
    if rows is None or not len(rows["scans"]):
        return ""
    scans, green = int(rows["scans"].sum()), int(rows["scans"][rows["colour"] == 0].sum())
    things = int((rows["scans"] * rows["recipients"] * rows["fields"]).sum())
    each = things / (told.world.people * told.world.days)
    return (
        f"Codes were scanned {words.big(scans)} times; {words.percent(green / scans)} of the scans showed somebody who was green. "
        f"Counted as one thing shown to one recipient, {words.big(things)} things were shown, {words.number(each)} a person and day."
        f"{_who_sees(told, rows)}"
    )


def _who_sees(told: Told, rows: Mapping[str, Any]) -> str:
    """Who is shown most: things shown to each recipient that a gate names."""
    seen: dict[str, int] = {}
    for n, gate in enumerate(_gates_of(told).values()):
        mine = rows["gate"] == n
        things = int((rows["scans"] * rows["fields"])[mine].sum())
        for who in dict.fromkeys(str(x) for x in gate.get("to") or []):
            seen[who] = seen.get(who, 0) + things
    most = sorted(seen, key=lambda who: -seen[who])[:MOST_RECIPIENTS]
    if not most:
        return ""
    text = ", ".join(f"{words.plain(who)} {words.big(seen[who])}" for who in most)
    return f" Shown to: {text}{' and others' if len(seen) > len(most) else ''}."


MOST_RECIPIENTS = 5


def _gates_of(told: Told) -> Mapping[str, Mapping[str, Any]]:
    """The gates of the code, in the order of their numbers."""
    code = (told.raw.get("practice") or {}).get("health_code") or {}
    gates: Mapping[str, Mapping[str, Any]] = code.get("gates") or {}
    return gates


# --- tables -------------------------------------------------------------------------------------------------------------------------


def _on(n: int) -> Callable[[Cases], int]:
    """How many listings are of one list."""
    return lambda cases: int((cases.list == n).sum())


def _variants(beside: Beside) -> Grid:
    told = beside.told
    others = [n for n, name in enumerate(told.world.lists) if name not in _colour_names(told)]
    rows = [
        beside.counted(
            f"not green in the evening of {words.dated(told.date_of(EARLY))}", lambda c: not_green(c, EARLY)
        ),
        beside.measured("ever yellow or red, of people", "coloured_share"),
        beside.measured("colours wrong by the rule, of colours", "wrongly_coloured_share"),
        beside.measured("… by rights", "wrongly_coloured_share_by_rights"),
        beside.measured("days under a colour, a person", "days_under_a_colour"),
        beside.measured("caught the illness, of people", "infected_share"),
        beside.measured("found by a test or their own word, of infections", "found_share"),
        beside.measured("contacts traced for one found", "traced_for_one_found"),
        *(beside.counted(_small(titles_of(told.raw["lists"])[told.world.lists[n]]), _on(n)) for n in others),
        beside.measured("things shown, a person and day", "scan_exposures"),
        beside.measured("scans that showed green, of scans", "scans_of_green_share"),
    ]
    return beside.grid("The same people under each variant", rows)


def _colour_names(told: Told) -> list[str]:
    return list(((told.raw.get("practice") or {}).get("health_code") or {}).get("colours") or [])


def _where(beside: Beside) -> Grid | None:
    """Who cannot move, by where they live."""
    told = beside.told
    regions = told.world.regions
    if not 1 < len(regions) <= MOST_REGIONS:
        return None
    people = told.world.people_in("region")
    factual, asked = beside.names[0], ("coloured_share", "days_under_a_colour", "infected_share", "scan_exposures")
    rows = []
    for n, region in enumerate(regions):
        values = [beside.entry(name, factual, "region", region) for name in asked]
        told_values = [_cell_of(v) for v in values]
        refused = _refused_of(told, n)
        rows.append((words.plain(region), f"{int(people[n]):,}", *told_values[:3], f"{refused:,}", told_values[3]))
    head = (
        "",
        "people",
        "ever yellow or red",
        "days a person",
        "caught the illness",
        "people refused at a gate",
        "things shown, a person and day",
    )
    return Grid("Who cannot move, by where they live (as it is)", head, tuple(rows))


def _groups(beside: Beside) -> Grid | None:
    told = beside.told
    if len(told.world.groups) < 2:
        return None
    cases, factual = told.factual, beside.names[0]
    rows = []
    for n, group in enumerate(told.world.groups):
        given = colours(cases) & (cases.group == n)
        all_of = max(int(given.sum()), 1)
        rows.append(
            (
                f"group {group}",
                f"{int(told.world.people_in('group')[n]):,}",
                *(
                    _cell_of(beside.entry(name, factual, "group", group))
                    for name in ("coloured_share", "days_under_a_colour", "infected_share")
                ),
                *(words.percent(int((given & cases.wrongful(x)).sum()) / all_of) for x in (False, True)),
            )
        )
    head = (
        "",
        "people",
        "ever yellow or red",
        "days a person",
        "caught the illness",
        "colours wrong by the rule",
        "… by rights",
    )
    return Grid("By group (as it is)", head, tuple(rows))


def _cell_of(entry: Mapping[str, Any] | None) -> str:
    if entry is None or entry.get("value") is None:
        return NOTHING
    return words.quantity(float(entry["value"]), "share" if entry.get("unit") == "share" else "")


def _refused_of(told: Told, region: int) -> int:
    """People of a region who were refused for the first time at a gate, added up over gates."""
    assert told.world.sources is not None
    variant = told.recording.variants[0]
    return int(
        sum(told.world.sources.daily(f"refused_{gate}_people", variant)[region].sum() for gate in told.world.gates)
    )


def _gates(told: Told) -> Grid | None:
    """Who is seen by whom: each gate, what a scan there shows and to whom."""
    rows = _table(told, "scans", told.recording.variants[0])
    gates = _gates_of(told)
    if rows is None or not gates:
        return None
    out = []
    for n, (name, gate) in enumerate(gates.items()):
        mine = rows["gate"] == n
        scans = int(rows["scans"][mine].sum())
        green = int(rows["scans"][mine & (rows["colour"] == 0)].sum())
        things = int((rows["scans"] * rows["recipients"] * rows["fields"])[mine].sum())
        fields, to = (", ".join(words.plain(str(x)) for x in gate.get(key) or []) for key in ("reveals", "to"))
        out.append(
            (
                words.plain(name),
                f"{scans:,}",
                words.percent(green / scans) if scans else NOTHING,
                fields,
                to,
                f"{things:,}",
            )
        )
    head = ("gate", "scans", "of green codes", "what a scan shows", "to whom", "things shown")
    return Grid(
        "Who is shown what of whom (as it is)",
        head,
        tuple(out),
        "Scans are counted by place and colour, never by person.",
    )


def _table(told: Told, name: str, variant: str) -> dict[str, Any] | None:
    return told.world.sources.table(name, variant) if told.world.sources else None


def _course(told: Told) -> Any:
    """Not green, ill so far, and ill so far without a code, day by day, in 100 people."""
    from glasshouse.reporting import figures

    days, people, first = told.world.days, told.world.people, told.recording.variants[0]
    lines = {"not green that evening": np.array([not_green(told.factual, d + 1) for d in range(days)])}
    without = next((v for v in told.recording.variants[1:] if not has_code(told.cases[v])), None)
    for name, variant in (("caught the illness so far", first), ("… with no code", without)):
        rows = _table(told, "epidemic", variant) if variant else None
        if rows is not None:
            lines[name] = np.cumsum(np.bincount(rows["day"] - 1, rows["infected"], days))
    dates = [told.date_of(d + 1) for d in range(days)]
    return figures.courses(
        "health-course",
        "Colours and the illness, day by day",
        "in 100 people",
        dates,
        {name: 100 * line / people for name, line in lines.items()},
        f"In 100 of {people:,} synthetic people.",
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
