"""Twins in the report: what each variant spared people and whom it newly harmed, with the benefit lost beside it.

All variants of a recording were lived over the same potential events, so that no difference between two lives of one synthetic person is
luck. Counts of people hold for shared marks; the lowest and highest counts that any coupling with the same totals allows stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.measures.coupled import why_no_luck
from glasshouse.reporting import words
from glasshouse.reporting.counts import Told

if TYPE_CHECKING:
    from glasshouse.measures.frame import Cases, World

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Benefit:
    """Something that a scheme may be for: how much of it with the scheme as it is, and in the variant."""

    label: str
    unit: str
    base: int
    other: int
    note: str = ""

    @property
    def lost(self) -> int:
        """How much less there is of it in the variant."""
        return self.base - self.other


@dataclass(frozen=True)
class Over:
    """A difference between a variant and what is, over several seeds: the mean, and its 95 % interval.

    `unpaired` is the interval of as many runs that share no luck, and `more` how many times as many of those the same width takes.
    """

    label: str
    seeds: int
    value: float
    low: float
    high: float
    unit: str = ""
    unpaired: tuple[float, float] | None = None
    more: float | None = None

    def __str__(self) -> str:
        """As the report says it, after the number of seeds."""
        span = f"{self.label} {self._n(self.value)} ({self._n(self.low)} to {self._n(self.high)})"
        if self.unpaired is None or self.more is None or self.more < WORTH_IT:
            return span
        apart = f"{self._n(self.unpaired[0])} to {self._n(self.unpaired[1])}"
        more = f"the same width would take {words.number(self.more)} times as many"
        return f"{span}; from runs that share no luck it would be {apart}, and {more}"

    def _n(self, value: float) -> str:
        sign = "+" if value > 0 and self.label == DIFFERENCE else ""
        return sign + words.quantity(value, self.unit).replace("-", "−")


@dataclass(frozen=True)
class Twin:
    """One variant beside the factual life of the same people."""

    name: str
    title: str
    base: int
    other: int
    base_people: int
    other_people: int
    spared: int
    less: int
    newly: int
    more: int
    unchanged: int
    spared_bounds: tuple[int, int]
    newly_bounds: tuple[int, int]
    luck: tuple[float, float] | None
    benefits: tuple[Benefit, ...]
    over: tuple[Over, ...] = ()

    @property
    def better(self) -> int:
        """People who fare better than in the factual life."""
        return self.spared + self.less

    @property
    def worse(self) -> int:
        """People who fare worse."""
        return self.newly + self.more


@dataclass(frozen=True)
class Twinned:
    """Every variant beside the factual one, by one harm. `acts_move`: does anybody act otherwise in any variant?"""

    harm: str
    unit: str
    people: int
    rows: tuple[Twin, ...]
    acts_move: bool
    no_acts: str = ""


HARMS = {
    "rights": ("listed for anything but an own, unprotected act of someone able to comply", "days"),
    "listed": ("listed", "days"),
    "points": ("with a score below what true facts merit", "points"),
}
"""What is compared, and in what it is measured. The first that occurs is taken."""
IN_TWINS = {"rights": "wrongful_days_by_rights", "listed": "listed_days", "points": "points_wrong"}
"""What `experiments/twins.py` calls the same harm."""
IN_SEEDS = {
    "burden_spared": "burden spared (days barred, weighed by severity)",
    "collective_punishment_share": "share of the burden spared",
    "prevented_harm": "unlawful acts that happen only in the variant, weighed by gravity",
}
"""Measures of two variants that are told over the seeds of a run, in words."""
DIFFERENCE = "the difference"
WORTH_IT = 1.1
"""Times as many runs, below which it is not said what runs that share no luck would give: they would give the same."""


def twinned(told: Told) -> Twinned | None:
    """Every variant beside the factual one; None where there is one only, or nothing to compare."""
    names = told.recording.variants
    kind = _kind(told) if len(names) > 1 else None
    if kind is None:
        return None
    titles = {v["name"]: v.get("title") or v["name"] for v in told.raw.get("variants") or []}
    harms = {name: _harm(told, name, kind) for name in names}
    rows = tuple(_row(told, name, str(titles.get(name, name)), harms, kind) for name in names[1:])
    moved, why = _acts(told)
    return Twinned(*HARMS[kind], told.world.people, rows, moved, why)


def _kind(told: Told) -> str | None:
    """Which harm is compared."""
    cases = told.cases.values()
    if any(c.wrongful(True).any() for c in cases):
        return "rights"
    if any(len(c) for c in cases):
        return "listed"
    return "points" if told.raw.get("score") and told.recording.has("people") else None


def _harm(told: Told, variant: str, kind: str) -> Counts:
    """Days or points of harm of everybody, int64[person]."""
    if kind == "points":
        return points_below(told, variant)
    cases = told.cases[variant]
    return harm_of(cases, cases.wrongful(True) if kind == "rights" else cases.everyone)


def harm_of(cases: Cases, which: NDArray[np.bool_]) -> Counts:
    """Evenings on which such a listing stood, each list on its own, int64[person]."""
    evenings = np.where(which, cases.length + cases.still_open, 0)
    return np.bincount(cases.person, weights=evenings, minlength=cases.world.people).astype(np.int64)


def points_below(told: Told, variant: str) -> Counts:
    """Points by which everybody's score at the end stands below what true facts merit, int64[person]."""
    sources = told.world.sources
    people = sources.people(variant) if sources else None
    if people is None:
        return np.zeros(told.world.people, np.int64)
    return np.maximum(people.merited.astype(np.int64) - people.score, 0)


def _row(told: Told, name: str, title: str, harms: Mapping[str, Counts], kind: str) -> Twin:
    base, other = harms[told.recording.variants[0]], harms[name]
    alone = why_no_luck(told.world, (told.recording.variants[0], name), total=True) is None
    luck = luck_of(base, other, told.world) if alone else None
    return compared(name, title, base, other, luck, _benefits(told, name, kind), _over_seeds(told, name, kind))


def compared(
    name: str, title: str, base: Counts, other: Counts, luck: tuple[float, float] | None,
    benefits: tuple[Benefit, ...] = (), over: tuple[Over, ...] = (),
) -> Twin:  # fmt: skip
    """Two lives of the same people, by the harm in each, int64[person]. luck: of the harm spared in all, where one run can tell it."""
    from glasshouse.experiments.twins import OUTCOMES, frechet, outcomes

    n = [int(x) for x in np.bincount(outcomes(base, other), minlength=len(OUTCOMES))]
    people, p, q = len(base), int((base > 0).sum()), int((other > 0).sum())
    return Twin(
        name=name, title=title, base=int(base.sum()), other=int(other.sum()), base_people=p, other_people=q,
        unchanged=n[0], spared=n[1], less=n[2], newly=n[3], more=n[4],
        spared_bounds=frechet(p, people - q, people), newly_bounds=frechet(people - p, q, people),
        luck=luck, benefits=benefits, over=over,
    )  # fmt: skip


def luck_of(base: Counts, other: Counts, world: World) -> tuple[float, float] | None:
    """95 % interval of the harm spared in all, by leaving out blocks of people."""
    from glasshouse.measures.frame import BLOCKS
    from glasshouse.measures.uncertainty import from_sums

    block = world.block_of(np.arange(len(base)))
    sums = np.bincount(block, weights=(base - other).astype(np.float64), minlength=BLOCKS)[:, None]
    found = from_sums(
        lambda s: s[:, 0], np.asarray(sums), int(np.abs(sums).sum()), "no harm in either", held=np.abs(sums[:, 0])
    )
    return None if found.low is None or found.high is None else (found.low, found.high)


# --- over several seeds ---------------------------------------------------------------------------------------------------------------


def _over_seeds(told: Told, name: str, kind: str) -> tuple[Over, ...]:
    """The same difference over the seeds of `glasshouse twins --seeds`, or what `glasshouse run --seeds` says of two variants."""
    if told.twins is not None:
        return _of_effect(told.twins, name, kind)
    pairs = ((told.seeds or {}).get("pairs") or {}).get(name) or {}
    found = ((label, pairs.get(measure) or {}) for measure, label in IN_SEEDS.items())
    return tuple(
        Over(
            label, e["seeds"], e["value"], e["luck"]["low"], e["luck"]["high"], "share" if e["unit"] == "share" else ""
        )
        for label, e in found
        if e.get("value") is not None and e["luck"]["low"] is not None
    )


def _of_effect(twins: Mapping[str, Any], name: str, kind: str) -> tuple[Over, ...]:
    """The change of the harm that is compared, variant less base, with the interval of runs that share nothing beside it."""
    of = [e for e in twins["effects"] if (e["element"], e["harm"]) == (name, IN_TWINS[kind])]
    return tuple(
        Over(
            DIFFERENCE, e["seeds"], -e["difference"], -e["interval"][1], -e["interval"][0],
            unpaired=(-e["unpaired"][1], -e["unpaired"][0]), more=e["runs_ratio"],
        )
        for e in of
        if e["interval"] is not None
    )  # fmt: skip


# --- the benefit that is lost --------------------------------------------------------------------------------------------------------


def _benefits(told: Told, name: str, kind: str) -> tuple[Benefit, ...]:
    """Compliance, listings that were right, and unlawful acts that do not happen: with the scheme as it is, and in the variant."""
    factual = told.recording.variants[0]
    complied = [_complied(told, v) for v in (factual, name)]
    found = [Benefit("people who complied", "people", complied[0], complied[1], _paid_wrongly(told, factual, name))]
    if kind != "points":
        right = [int((~told.cases[v].wrongful(True)).sum()) for v in (factual, name)]
        found.append(Benefit("listings right by rights", "listings", right[0], right[1]))
    found.append(Benefit("unlawful acts that are not done", "acts, weighed by gravity", _prevented(told, name), 0))
    return tuple(b for b in found if b.base or b.other)


def _complied(told: Told, variant: str) -> int:
    return int(told.daily[variant]["complied"].sum())


def _paid_wrongly(told: Told, *variants: str) -> str:
    """How many of those who paid had been listed wrongly: what is counted as compliance is not all a benefit."""
    of = [told.cases[v] for v in variants]
    n = [int(((c.paid_on > 0) & c.wrongful(True)).sum()) for c in of]
    return (
        f"of these, {n[0]:,} as it is and {n[1]:,} in the variant had been listed wrongly by rights" if any(n) else ""
    )


def _prevented(told: Told, name: str) -> int:
    """Unlawful acts, weighed by gravity, that people do in the variant and not as it is (`prevented_harm`); 0 where unknown."""
    from glasshouse.measures.pair import Twins, prevented_harm

    found = prevented_harm(Twins(told.factual, told.cases[name]), None)[0]
    return round(found.value) if found.value is not None else 0


def _acts(told: Told) -> tuple[bool, str]:
    """Does anybody do more or less of any act in some variant? And why that is not known, where it is not."""
    sources = told.world.sources
    if sources is None or not sources.acts(told.recording.variants[0]):
        return False, "the recording does not hold the acts"
    here = sources.acts(told.recording.variants[0])
    others = [sources.acts(v) for v in told.recording.variants[1:]]
    return any(o.get(act) is None or o[act].happened != a.happened for o in others for act, a in here.items()), ""
