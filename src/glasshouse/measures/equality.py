"""Equality: how far groups, regions and their intersections are treated apart. Definitions are those of `confusion.py`.

Who should be listed is told as far as a recording knows it. *Listed*: people rightly listed at some time in the run, people
listed and never rightly, and everybody else; who should have been listed and was missed is not known, so that only numbers
that do not ask for the missed are given. *Missed, too*: where lists are entered by a score, the score on true facts says on
the last day of everybody whether they qualify, and every number can be given. Then who should be listed is who was rightly
listed at some time, or qualifies on the last day; who qualified only in between and was missed is not seen.

Small cells: of fewer than 10 people nothing is said; of fewer than 30 it is said with a flag.
Left out: a verdict. A gap between groups that differ in what they did is no proof of unequal treatment, nor the lack of one
of equal treatment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from glasshouse.measures.confusion import DISPARITIES, Confusion, Disparity, Floats, divided, farthest
from glasshouse.measures.entry import Measure, Parts
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Cut, Flags, people_by_block
from glasshouse.measures.mistakes import ENTRY, first_listings
from glasshouse.measures.sources import People, plain
from glasshouse.measures.tally import NO_LIST, Known, Tally, Undefined
from glasshouse.measures.uncertainty import by_block, from_sums

LEAST, FEW = 10, 30
"""People of a cell below which nothing is said, and below which it is flagged."""
WHERE: tuple[Cut, ...] = ("group", "region", "intersection")
ALONE = "there is nothing to compare: fewer than two such cells have 10 people or more"
NO_MISSED = (
    "who should have been listed and was missed is not in this recording: none of its lists is entered by a score, "
    "which is the only truth kept of everybody"
)


def selection_rate(cases: Cases, _: bool = False) -> Tally:
    """Share of the people who were on a list at some time in the run, by group, region and their intersections.

    Fewer than 10 people in a cell: not given. Fewer than 30: given with a flag.
    """
    return Known(lambda cut: _shares_listed(cases, cut)) if cases.world.lists else Undefined(NO_LIST)


def _intersections(cases: Cases, _: bool) -> Mapping[str, Tally]:
    if not cases.world.lists:
        return {}
    found = _shares_listed(cases, "intersection")
    return {cell: _known(one) for cell, one in zip(cases.world.names("intersection"), found, strict=True)}


def _shares_listed(cases: Cases, cut: Cut | None) -> list[Estimate]:
    listed, people = by_block(cases, cut, first_listings(cases)), cases.world.block_people(cut)
    sums = np.stack([listed, people], axis=1)
    return [_small(_share_listed(sums[:, :, cell]), int(n)) for cell, n in enumerate(cases.world.people_in(cut))]


def _share_listed(sums: Floats) -> Estimate:
    listed = int(sums[:, 0].sum())
    if listed == 0:
        n = sums[:, 1].sum()
        return Estimate(0.0, 0.0, 1 - 0.025 ** (1 / max(n, 1)), f"exact binomial, 0 of {n:.0f}", 0)
    return from_sums(lambda s: s[:, 0] / s[:, 1], sums, listed, "nobody lives there", 0.0, 1.0, sums[:, 0])


def _small(found: Estimate, people: int) -> Estimate:
    if people < LEAST:
        return undefined(f"fewer than {LEAST} people live there")
    return replace(found, flag=f"fewer than {FEW} people live there") if people < FEW else found


# --- the two tellings of truth ----------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def of_listed(cases: Cases, cut: Cut, by_rights: bool) -> Floats:
    """People rightly listed, falsely listed, missed (0: not known) and the rest, float64[blocks, 4, cells]."""
    rightly, falsely = _ever_listed(cases, by_rights)
    right, wrong = by_block(cases, cut, rightly), by_block(cases, cut, falsely)
    rest = cases.world.block_people(cut) - right - wrong
    return np.stack([right, wrong, np.zeros_like(right), rest], axis=1)


@lru_cache(maxsize=4)
def _ever_listed(cases: Cases, by_rights: bool) -> tuple[Flags, Flags]:
    """At the first listing of each person: were they ever rightly listed, and if not, falsely."""
    order, starts = cases.by_person, np.flatnonzero(cases.first_of_person)
    right = ~cases.wrongful(by_rights)[order]
    rightly, falsely = np.zeros(len(cases), bool), np.zeros(len(cases), bool)
    if len(starts):
        rightly[order[starts]] = np.bitwise_or.reduceat(right, starts)
        falsely[order[starts]] = ~rightly[order[starts]]
    return rightly, falsely


@lru_cache(maxsize=4)
def with_missed(cases: Cases, cut: Cut) -> Floats | str:
    """The same with the missed, of lists entered by a score, float64[blocks, 4, cells]; or why not."""
    truth = qualifies(cases)
    if isinstance(truth, str):
        return truth
    qualify, people, numbers = truth
    of_score = np.isin(cases.list, numbers)
    should, listed = qualify.copy(), np.zeros(len(qualify), bool)
    should[cases.person[of_score & cases.rightful]] = True
    listed[cases.person[of_score]] = True
    kind = np.where(should, np.where(listed, 0, 2), np.where(listed, 1, 3)).astype(np.int64)
    where, cells = people_by_block(cases.world, cut, people)
    counted = np.bincount(where * 4 + kind, minlength=BLOCKS * cells * 4).reshape(BLOCKS, cells, 4)
    return counted.swapaxes(1, 2).astype(np.float64)


def qualifies(cases: Cases) -> tuple[Flags, People, list[int]] | str:
    """Who qualifies for a list entered by a score on the last day, on true facts; everybody; and the numbers of those lists."""
    sources = cases.world.sources
    people = sources.people(cases.variant) if sources else None
    if people is None or sources is None:
        return "the recording does not hold everybody at the end of the run"
    should, numbers = np.zeros(len(people.merited), bool), []
    for number, below, threshold in score_lists(sources.scenario(cases.variant), cases.world.lists):
        should |= people.merited < threshold if below else people.merited >= threshold
        numbers.append(number)
    return (should, people, numbers) if numbers else NO_MISSED


def score_lists(scenario: Mapping[str, Any], lists: Sequence[str]) -> list[tuple[int, bool, int]]:
    """Lists entered by a score: number, is it entered below, and the threshold."""
    found = []
    for part in scenario.get("lists") or []:
        trigger = (part.get("entry") or {}).get("trigger") or {}
        for key in ("score_below", "score_above"):
            if trigger.get(key) is not None:
                found.append((lists.index(part["id"]), key == "score_below", int(plain(trigger[key]))))
    return found


# --- a disparity of a recording ---------------------------------------------------------------------------------------

Telling = Literal["listed", "missed too"]


def _sums(cases: Cases, cut: Cut, telling: Telling, by_rights: bool) -> Floats | str:
    return of_listed(cases, cut, by_rights) if telling == "listed" else with_missed(cases, cut)


def _gap(cases: Cases, disparity: Disparity, cut: Cut, telling: Telling, by_rights: bool) -> Tally:
    """The disparity between the cells of a cut, those of fewer than 10 people left out."""
    sums = _sums(cases, cut, telling, by_rights) if cases.world.lists else NO_LIST
    if isinstance(sums, str):
        return Undefined(sums)
    kept = cases.world.people_in(cut) >= LEAST
    if kept.sum() < 2:
        return Undefined(ALONE)
    return Known(lambda _: [_value(disparity, sums[:, :, kept], cases.world.people_in(cut)[kept])])


def _value(disparity: Disparity, sums: Floats, people: Floats) -> Estimate:
    reference = int(np.argmax(people))
    held = sums[:, :2].sum(axis=(1, 2))
    lowest, highest = _BOUNDS.get(disparity.name) or _BOUNDS[disparity.unit]
    reason = f"in one of them there are no {disparity.denominator}"
    found = from_sums(
        lambda s: disparity.of(_confusion(s), reference).value, sums, int(held.sum()), reason, lowest, highest, held
    )
    flag = f"fewer than {FEW} people live in one of them" if people.min() < FEW else None
    return replace(found, flag=flag)


_BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "demographic_parity_ratio": (0.0, 1.0),
    "share": (0.0, 1.0), "ratio": (0.0, None), "signed share": (-1.0, 1.0), "index": (0.0, None),
}  # fmt: skip


def _confusion(sums: Floats) -> Confusion:
    """float64[..., 4, cells] as a confusion."""
    return Confusion(*np.moveaxis(sums, -2, 0))


def _by_group(cases: Cases, disparity: Disparity, telling: Telling, by_rights: bool) -> Mapping[str, Tally]:
    """Each group against the reference, which is the largest."""
    sums = _sums(cases, "group", telling, by_rights) if cases.world.lists else NO_LIST
    if isinstance(sums, str):
        return {}
    people = cases.world.people_in("group")
    reference, found = int(np.argmax(people)), {}
    lowest, highest = _BOUNDS.get(disparity.name) or _BOUNDS[disparity.unit]
    if disparity.unit == "index":  # what one group adds may be negative
        lowest = None
    for number, name in enumerate(cases.world.groups):
        held = sums[:, :2, number].sum(axis=1)
        reason = f"there are no {disparity.denominator}"
        of = _of_group(disparity, reference, number)
        one = from_sums(of, sums, int(held.sum()), reason, lowest, highest, held)
        found[name] = _known(_small(one, int(people[number])))
    return found


def _of_group(disparity: Disparity, reference: int, number: int) -> Callable[[Floats], Floats]:
    return lambda sums: disparity.of(_confusion(sums), reference).by[..., number]


def _known(one: Estimate) -> Tally:
    return Known(lambda _: [one])


# --- who gets to object -----------------------------------------------------------------------------------------------


def appeal_access_disparity(cases: Cases, by_rights: bool) -> Tally:
    """Share of the wrongful listings of a group against which an appeal was filed, over that of the largest group.

    filed_g / filed_ref; over all groups, the ratio farthest from 1. Groups with fewer than 10 wrongful listings are left out.
    """
    sums, kept = _appeals_of_the_wrong(cases, by_rights)
    if kept.sum() < 2:
        return Undefined(FEW_WRONG)
    reference = int(np.argmax(np.where(kept, cases.world.people_in("group"), -1)[kept]))
    return Known(
        lambda _: [_access(sums[:, :, kept], lambda ratios: farthest(np.delete(ratios, reference, axis=-1)), reference)]
    )


FEW_WRONG = f"fewer than two groups have {LEAST} wrongful listings"


def _appeals_of_the_wrong(cases: Cases, by_rights: bool) -> tuple[Floats, Flags]:
    """Appeals against wrongful listings, and wrongful listings, float64[blocks, 2, groups]; and which groups have enough of them."""
    wrong = cases.wrongful(by_rights)
    parts = [by_block(cases, "group", wrong & (cases.appealed_on > 0)), by_block(cases, "group", wrong)]
    sums = np.stack(parts, axis=1)
    return sums, np.asarray(sums[:, 1].sum(axis=0) >= LEAST)


def _access(sums: Floats, pick: Callable[[Floats], Floats], reference: int) -> Estimate:
    def of(s: Floats) -> Floats:
        rates = divided(s[..., 0, :], s[..., 1, :])
        return pick(divided(rates, rates[..., reference : reference + 1]))

    reason = "nobody of the largest group who is wrongly listed appealed"
    return from_sums(of, sums, int(sums[:, 1].sum()), reason, 0.0, None, sums[:, 1].sum(axis=1))


def _access_by_group(cases: Cases, by_rights: bool) -> Mapping[str, Tally]:
    sums, kept = _appeals_of_the_wrong(cases, by_rights)
    if kept.sum() < 2:
        return {}
    reference = int(np.argmax(np.where(kept, cases.world.people_in("group"), -1)))
    return {
        name: _known(_access(sums, lambda ratios, number=number: ratios[..., number], reference))  # type: ignore[misc]
        if kept[number]
        else Undefined(f"fewer than {LEAST} wrongful listings")
        for number, name in enumerate(cases.world.groups)
    }


def _counter(disparity: Disparity, telling: Telling) -> Callable[[Cases, bool], Tally]:
    def count(cases: Cases, by_rights: bool = False) -> Tally:
        return _gap(cases, disparity, "group", telling, by_rights)

    count.__name__ = disparity.name
    count.__doc__ = disparity.definition + "\n\n" + _TOLD[telling]
    return count


_TOLD = {
    "listed": "Between groups, the largest being the reference; of people listed at some time in the run.",
    "missed too": "Between groups, the largest being the reference; of lists entered by a score, where the score on true "
    "facts says who\nqualified on the last day and was missed. Not listed is the favourable outcome.",
}


def _measure(disparity: Disparity, telling: Telling, twice: bool, over: bool) -> Measure:
    def groups(cases: Cases, by_rights: bool) -> Mapping[str, Tally]:
        return _by_group(cases, disparity, telling, by_rights)

    def between(cases: Cases, by_rights: bool) -> Mapping[str, Tally]:
        return {cut: _gap(cases, disparity, cut, telling, by_rights) for cut in WHERE}

    parts: dict[str, Parts] = {"group": groups}
    if over:
        parts["between"] = between
    ways: dict[str, Literal["lower is better", "higher is better", "neither"]] = {"lower is better": "lower is better"}
    return Measure(
        id=disparity.id,
        name=disparity.name,
        count=_counter(disparity, telling),
        unit=disparity.unit,
        direction=ways.get(disparity.direction, "neither"),
        denominator=disparity.denominator,
        scaling="share",
        drivers=ENTRY,
        library=disparity.library,
        twice=twice,
        cuts=(),
        parts=parts,
    )


OF_LISTED = {
    "demographic_parity_difference": False, "statistical_parity_difference": False, "demographic_parity_ratio": False,
    "disparate_impact": False, "pprev_disparity": False, "fpr_disparity": True, "fdr_disparity": True,
}  # fmt: skip
"""Disparities that need not know who was missed, and whether they ask what is right, and so are given twice."""
WITH_MISSED = (
    "equalized_odds_difference", "equalized_odds_difference_mean", "for_disparity", "fnr_disparity",
    "average_odds_difference", "average_odds_error", "equal_opportunity_difference",
    "between_group_generalized_entropy", "generalized_entropy_index", "theil_index",
)  # fmt: skip
_NAMED = {disparity.name: disparity for disparity in DISPARITIES}

MEASURES = (
    Measure(
        id="A07",
        name="selection_rate",
        count=selection_rate,
        unit="share",
        direction="neither",
        denominator="people",
        scaling="share",
        drivers=ENTRY,
        library="Fairlearn selection_rate; Aequitas pprev",
        cuts=("group", "region"),
        parts={"intersection": _intersections},
        rate=True,
    ),
    Measure(
        id="A18",
        name="appeal_access_disparity",
        count=appeal_access_disparity,
        unit="ratio",
        direction="neither",
        denominator="wrongful listings",
        scaling="share",
        drivers=(*ENTRY, "practice.notice", "practice.appeal", "practice.lists.*.notice", "practice.lists.*.appeal"),
        twice=True,
        cuts=(),
        parts={"group": _access_by_group},
    ),
    *(_measure(_NAMED[name], "listed", twice, True) for name, twice in OF_LISTED.items()),
    *(_measure(_NAMED[name], "missed too", False, False) for name in WITH_MISSED),
)
