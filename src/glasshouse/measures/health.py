"""The health code: how many it colours and how wrongly, what it costs in days, what it finds, and who is shown what of whom.

A colour is a list; green is to be on none. Somebody traced is right by the rule, whatever they have: only by rights are they coloured for
others. What is counted by day and not by person (infections, scans) has no interval within a run; run several seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import Cases, Cut, Flags, Ints
from glasshouse.measures.proportion import scenario_of
from glasshouse.measures.tally import Known, Rate, Ratio, Share, Tally, Undefined

NO_CODE = "this scenario has no health code"
ONE_RUN = "counted by day, not by person; run several seeds"
CODE = ("practice.health_code", "epidemic")


def colours(cases: Cases) -> Flags:
    """Which listings are colours in this variant."""
    code = (scenario_of(cases.world, cases.variant).get("practice") or {}).get("health_code") or {}
    numbers = [n for n, name in enumerate(cases.world.lists) if name in (code.get("colours") or [])]
    return np.isin(cases.list, numbers)


def has_code(cases: Cases) -> bool:
    """Has this variant a health code?"""
    return bool((scenario_of(cases.world, cases.variant).get("practice") or {}).get("health_code"))


def coloured_share(cases: Cases, _: bool = False) -> Tally:
    """Of all people, the share who were yellow or red at least once in the run."""
    if not has_code(cases):
        return Undefined(NO_CODE)
    order, mine = cases.by_person, colours(cases)
    at = order[mine[order]]
    first = np.zeros(len(cases), bool)
    if len(at):
        first[at[np.concatenate([[True], cases.person[at][1:] != cases.person[at][:-1]])]] = True
    return Rate(first, "people")


def wrongly_coloured_share(cases: Cases, by_rights: bool) -> Tally:
    """Of the colours given, the share that is wrong: by the rule on true facts; by rights, whatever is not for an illness of one's own.

    By the rule a contact is coloured rightly who never had it, and somebody is coloured wrongly for another's test or place. By rights
    only who was ill, or made the journey that was asked about, is coloured for something of their own.
    """
    return Share(cases.wrongful(by_rights), colours(cases)) if has_code(cases) else Undefined(NO_CODE)


def coloured_days(cases: Cases) -> Ints:
    """Days under a colour that each listing adds to those before it of the same person, int64[case]: two colours at once count once."""
    out = np.zeros(len(cases), np.int64)
    order = cases.by_person
    order = order[colours(cases)[order]]
    if len(order) == 0:
        return out
    step = cases.world.days + 1
    person, start, end = cases.person[order], cases.opened[order], cases.end[order]
    reached = np.maximum.accumulate(person * step + end)
    before = np.concatenate([[0], reached[:-1]])
    begins = np.maximum(person * step + start, before)
    out[order] = np.maximum(person * step + end - begins, 0)
    return out


def days_under_a_colour(cases: Cases, _: bool = False) -> Tally:
    """Days lost: days that people were yellow or red, for each person there is; two colours at once count once."""
    return Rate(coloured_days(cases), "people") if has_code(cases) else Undefined(NO_CODE)


def wrongly_lost_days_share(cases: Cases, by_rights: bool) -> Tally:
    """Of the days under a colour, the share under one that is wrong, by the rule or by rights."""
    if not has_code(cases):
        return Undefined(NO_CODE)
    days = coloured_days(cases)
    return Ratio(days * cases.wrongful(by_rights), days, empty="nobody was coloured")


# --- by day: the illness, and scans ---------------------------------------------------------------------------------

Columns = Mapping[str, Ints]


def infected_share(cases: Cases, _: bool = False) -> Tally:
    """Of all people, the share who caught the illness in the run."""

    def value(rows: Columns, people: int) -> Estimate:
        n = int(rows["infected"].sum())
        return Estimate(n / people, None, None, None, n, None, ONE_RUN) if people else undefined("nobody lives here")

    return _of_table(cases, "epidemic", value)


def found_share(cases: Cases, _: bool = False) -> Tally:
    """Of the infections, the share that a test or the person's own word found in the run."""

    def value(rows: Columns, _: int) -> Estimate:
        n, found = int(rows["infected"].sum()), int(rows["found"].sum())
        return Estimate(found / n, None, None, None, n, None, ONE_RUN) if n else undefined("nobody caught it")

    return _of_table(cases, "epidemic", value)


def traced_for_one_found(cases: Cases, _: bool = False) -> Tally:
    """People filed for as contacts, for each infection found. A person counts once a day, coloured already or not."""

    def value(rows: Columns, _: int) -> Estimate:
        found, traced = int(rows["found"].sum()), int(rows["traced"].sum())
        return (
            Estimate(traced / found, None, None, None, found, None, ONE_RUN) if found else undefined("nobody was found")
        )

    return _of_table(cases, "epidemic", value)


def scan_exposures(cases: Cases, _: bool = False) -> Tally:
    """What scans reveal, a person and day: scans x recipients x things revealed (colour, movement, health, contacts, identity).

    Detail: the scans themselves. One thing shown to one recipient is one exposure; who saw what of whom is in `scans.parquet`.
    """

    def value(rows: Columns, people: int) -> Estimate:
        shown = int((rows["scans"] * rows["recipients"] * rows["fields"]).sum())
        scans = int(rows["scans"].sum())
        if people == 0:
            return undefined("nobody lives here")
        return Estimate(
            shown / (people * cases.world.days),
            None,
            None,
            None,
            scans,
            None,
            ONE_RUN,
            {"exposures": shown, "scans": scans},
        )

    return _of_table(cases, "scans", value)


def scans_of_green_share(cases: Cases, _: bool = False) -> Tally:
    """Of all scans, the share that showed a green code: somebody of whom there was nothing to know."""

    def value(rows: Columns, _: int) -> Estimate:
        scans = int(rows["scans"].sum())
        green = int(rows["scans"][rows["colour"] == 0].sum())
        return (
            Estimate(green / scans, None, None, None, scans, None, ONE_RUN)
            if scans
            else undefined("nothing was scanned")
        )

    return _of_table(cases, "scans", value)


def _of_table(cases: Cases, name: str, value: Callable[[Columns, int], Estimate]) -> Tally:
    """A value for everybody, and for each region (and, where the table has groups, each group)."""
    rows = cases.world.sources.table(name, cases.variant) if cases.world.sources else None
    if rows is None:
        return Undefined(NO_CODE if name == "scans" else "this scenario has no epidemic")

    def of(cut: Cut | None) -> list[Estimate]:
        if cut is None:
            return [value(rows, cases.world.people)]
        if cut not in rows:
            return [undefined(f"not counted by {cut}") for _ in cases.world.names(cut)]
        people = cases.world.people_in(cut)
        return [
            value({k: x[rows[cut] == name] for k, x in rows.items()}, int(people[n]))
            for n, name in enumerate(cases.world.names(cut))
        ]

    return Known(of)


MEASURES = (
    Measure(
        id="H2",
        name="coloured_share",
        count=coloured_share,
        unit="share",
        direction="lower is better",
        denominator="people",
        scaling="share",
        drivers=CODE,
        cuts=("group", "region"),
    ),
    Measure(
        id="H2",
        name="wrongly_coloured_share",
        count=wrongly_coloured_share,
        unit="share",
        direction="lower is better",
        denominator="colours given",
        scaling="share",
        drivers=CODE,
        twice=True,
    ),
    Measure(
        id="H4",
        name="days_under_a_colour",
        count=days_under_a_colour,
        unit="days a person",
        direction="lower is better",
        denominator="people",
        scaling="share",
        drivers=(*CODE, "lists.*.max_days"),
        cuts=("group", "region"),
    ),
    Measure(
        id="H4",
        name="wrongly_lost_days_share",
        count=wrongly_lost_days_share,
        unit="share",
        direction="lower is better",
        denominator="days under a colour",
        scaling="share",
        drivers=(*CODE, "lists.*.max_days"),
        twice=True,
        cuts=("group", "region"),
    ),
    Measure(
        id="H1",
        name="infected_share",
        count=infected_share,
        unit="share",
        direction="lower is better",
        denominator="people",
        scaling="share",
        drivers=CODE,
        cuts=("group", "region"),
    ),
    Measure(
        id="H2",
        name="found_share",
        count=found_share,
        unit="share",
        direction="higher is better",
        denominator="infections",
        scaling="share",
        drivers=CODE,
        cuts=("group", "region"),
    ),
    Measure(
        id="H2",
        name="traced_for_one_found",
        count=traced_for_one_found,
        unit="people",
        direction="neither",
        denominator="infections found",
        scaling="share",
        drivers=CODE,
        cuts=(),
    ),
    Measure(
        id="H3",
        name="scan_exposures",
        count=scan_exposures,
        unit="things shown, a person and day",
        direction="lower is better",
        denominator="person-days",
        scaling="share",
        drivers=("practice.health_code.gates",),
        cuts=("region",),
    ),
    Measure(
        id="H3",
        name="scans_of_green_share",
        count=scans_of_green_share,
        unit="share",
        direction="neither",
        denominator="scans",
        scaling="share",
        drivers=("practice.health_code",),
        cuts=("region",),
    ),
)
