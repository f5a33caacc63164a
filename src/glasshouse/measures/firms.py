"""Firms: how many are listed, and what reaches people who did nothing through those that they work for or answer for.

Every other measure is of people: firms are not in its counts, though published court figures mix the two. A listing of a person came
*through a firm* if its cause did: the firm was listed or fell in standing, shared a demerit, or put an act into the person's file. Hops
beyond the first are the last giver's. By which tie it came is told by what the scheme says goes along each; where it may have been either,
it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from glasshouse.codes import LISTED, TIE, WRONG
from glasshouse.measures.confusion import divided
from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate
from glasshouse.measures.frame import BLOCKS, Cases, Flags, Floats, Ints
from glasshouse.measures.mistakes import ENTRY, STAY, first_listings
from glasshouse.measures.proportion import NO_BURDEN, burden, scenario_of
from glasshouse.measures.tally import Known, Rate, Ratio, Tally, Undefined
from glasshouse.measures.uncertainty import from_sums

NO_FIRMS = "there are no firms in this world"
EDGES = ("representative", "staff")
EITHER = "either"
FIRST_TAG_OF_ASSOCIATIONS = 16
THROUGH = (*ENTRY, *STAY, "world.firms", "associations")


def _firms(cases: Cases) -> Cases | None:
    """The listings of firms, beside those of people."""
    return cases.world.firms(cases.variant)


def _counted(cases: Cases, of: Flags) -> Floats:
    """Flags of listings by block, float64[blocks]."""
    return np.bincount(cases.world.block_of(cases.person[of]), minlength=BLOCKS).astype(np.float64)


def firms_listed(cases: Cases, _: bool = False) -> Tally:
    """How many firms were on a list at some time in the run."""
    found = _firms(cases)
    return Undefined(NO_FIRMS) if found is None else _sum_of(found, first_listings(found))


def firm_listings(cases: Cases, _: bool = False) -> Tally:
    """How many listings of firms began in the run. `listings` counts those of people."""
    found = _firms(cases)
    return Undefined(NO_FIRMS) if found is None else _sum_of(found, found.everyone)


def _sum_of(found: Cases, flags: Flags) -> Tally:
    sums = _counted(found, flags)[:, None]
    return Known(lambda _: [from_sums(lambda s: s[:, 0], sums, int(flags.sum()), NO_FIRMS, lowest=0.0)])


def through_firms(cases: Cases) -> Flags:
    """Listings of people whose cause came of a firm, bool[case]."""
    if cases.cause_source is None:
        return np.zeros(len(cases), bool)
    return np.asarray(np.isin(cases.cause_kind, (WRONG, TIE, LISTED)) & (cases.cause_source >= cases.world.people))


def people_listed_through_firms(cases: Cases, _: bool = False) -> Tally:
    """How many people were listed at some time for what befell, or was done by, a firm that they work for or answer for."""
    return Undefined(NO_FIRMS) if _firms(cases) is None else Rate(_first_of(cases, through_firms(cases)), "world")


def _first_of(cases: Cases, hit: Flags) -> Flags:
    """The first of each person's listings that are hit."""
    rows = np.flatnonzero(hit)
    _, first = np.unique(cases.person[rows], return_index=True)
    out = np.zeros(len(cases), bool)
    out[rows[first]] = True
    return out


def innocents_per_listed_firm(cases: Cases, _: bool = False) -> Tally:
    """People who did nothing and were listed through a firm, for each firm that was listed.

    IPF = people listed through a firm who were never rightly listed for an own act / firms on a list at some time. With one representative
    a firm, one firm each, and a listing that always binds, it is 1.
    """
    firms = _firms(cases)
    if firms is None or cases.cause_source is None:
        return Undefined(NO_FIRMS)
    guilty = np.unique(cases.person[cases.rightful & (cases.basis == 0)])
    innocent = _first_of(cases, through_firms(cases) & ~np.isin(cases.person, guilty))
    giver = cases.cause_source[innocent] - cases.world.people
    reached = np.bincount(firms.world.block_of(giver), minlength=BLOCKS)
    sums = np.stack([reached, _counted(firms, first_listings(firms))], axis=1).astype(np.float64)
    return Known(lambda _: [_per_firm(sums)])


def _per_firm(sums: Floats) -> Estimate:
    return from_sums(lambda s: divided(s[:, 0], s[:, 1]), sums, int(sums[:, 1].sum()), "no firm was listed", lowest=0.0)


def restriction_through_firms_share(cases: Cases, _: bool = False) -> Tally:
    """Of all days on which people were barred, weighed by severity, the share borne through a firm: by representatives and staff.

    RTF = sum of severity x days barred of listings of people that came through a firm / the same of all listings of people.
    """
    return _share_of(cases, through_firms(cases))


def _share_of(cases: Cases, hit: Flags) -> Tally:
    if _firms(cases) is None:
        return Undefined(NO_FIRMS)
    weight = burden(cases)
    return Ratio(np.where(hit, weight, 0), weight, empty=NO_BURDEN)


def _by_edge(cases: Cases, _: bool) -> Mapping[str, Tally]:
    if _firms(cases) is None:
        return {}
    edge = edges(cases)
    return {name: _share_of(cases, edge == n) for n, name in enumerate((*EDGES, EITHER), 1)}


def edges(cases: Cases) -> Ints:
    """By which tie each listing of a person came: 1 representative, 2 staff, 3 either of them, 0 not through a firm."""
    out = np.zeros(len(cases), np.int64)
    if cases.cause_tag is None:
        return out
    may = _Ways(scenario_of(cases.world, cases.variant), cases)
    rows = np.flatnonzero(through_firms(cases))
    causes = np.stack([cases.cause_kind[rows], cases.cause_act[rows], cases.cause_tag[rows]], axis=1)
    for cause in np.unique(causes, axis=0):
        ways = {EDGES.index(edge) + 1 for edge in may.of(*(int(x) for x in cause)) if edge in EDGES}
        out[rows[(causes == cause).all(axis=1)]] = ways.pop() if len(ways) == 1 else len(EDGES) + 1
    return out


class _Ways:
    """The ties along which a scenario lets something of a kind go."""

    def __init__(self, scenario: Mapping[str, Any], cases: Cases) -> None:
        self.associations: list[Mapping[str, Any]] = list(scenario.get("associations") or [])
        self.acts: Mapping[str, Any] = (scenario.get("conduct") or {}).get("acts") or {}
        self.cases = cases
        recording = cases.world.sources.recording if cases.world.sources else None
        self.named = list(recording.manifest["names"].get("associations", [])) if recording else []

    def of(self, kind: int, act: int, tag: int) -> Iterator[str]:
        """Kinds of ties by which a cause may have come."""
        name = self.cases.world.acts[act - 1] if act else ""
        if kind == WRONG:
            yield str((self.acts.get(name) or {}).get("aimed_at"))
        elif kind == TIE:
            yield from (str(a["edge"]) for a in self._with("points", "fraction") if name in (a.get("acts") or [name]))
        elif tag >= FIRST_TAG_OF_ASSOCIATIONS:
            told = self.named[tag - FIRST_TAG_OF_ASSOCIATIONS]
            yield from (str(a["edge"]) for a in self._with("standing", "company") if _called(a) == told)
        else:
            listed = self.cases.world.lists[tag]
            yield from (str(a["edge"]) for a in self._with("listing") if listed in (a.get("lists") or [listed]))

    def _with(self, *transfers: str) -> list[Mapping[str, Any]]:
        return [a for a in self.associations if a.get("transfer", "points") in transfers]


def _called(association: Mapping[str, Any]) -> str:
    """What the tables call an association that has no id."""
    return str(association.get("id") or f"{association['edge']}_{association.get('transfer', 'points')}")


def _count(name: str, unit: str, count: Any, drivers: tuple[str, ...], cuts: Any = ()) -> Measure:
    return Measure(
        id="A00",
        name=name,
        count=count,
        unit=unit,
        direction="neither",
        denominator="none; a sum",
        scaling="count",
        drivers=drivers,
        cuts=cuts,
        whom="people" if unit == "people" else "firms",
    )


MEASURES = (
    _count("firms_listed", "firms", firms_listed, ENTRY),
    _count("firm_listings", "listings", firm_listings, ENTRY),
    _count("people_listed_through_firms", "people", people_listed_through_firms, THROUGH, ("group", "region")),
    Measure(
        id="A22",
        name="innocents_per_listed_firm",
        count=innocents_per_listed_firm,
        unit="people per firm",
        direction="lower is better",
        denominator="firms on a list",
        scaling="share",
        drivers=THROUGH,
        cuts=(),
        whom="firms",
    ),
    Measure(
        id="A21",
        name="restriction_through_firms_share",
        count=restriction_through_firms_share,
        unit="share",
        direction="lower is better",
        denominator="severity-weighted days barred of people",
        scaling="share",
        drivers=(*THROUGH, "consequences"),
        cuts=("group", "region"),
        parts={"edge": _by_edge},
    ),
)
