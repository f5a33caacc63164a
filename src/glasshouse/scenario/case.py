"""The variants of a scenario side by side, as all that makes tables of them sees them, and the world that they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

import numpy as np

from glasshouse.chance import stream_of
from glasshouse.errors import Problem, ScenarioError
from glasshouse.scenario import regional, schema
from glasshouse.scenario.integers import cumulative, factor_on, share_of, threshold_of
from glasshouse.scenario.names import A_RUN_NEEDS
from glasshouse.scenario.tables import (
    BY_COMPANY,
    BY_LISTING,
    BY_POINTS,
    BY_STANDING,
    MAX_VARIANTS,
    Names,
    WorldTables,
)
from glasshouse.scenario.tie_tables import region_cuts

SIMULATED: dict[str, int] = {
    "points": BY_POINTS,
    "fraction": BY_POINTS,
    "listing": BY_LISTING,
    "standing": BY_STANDING,
    "company": BY_COMPANY,
}
NUMBERED = ("mass_listing", "bad_rule", "insider")
"""Kinds of shock that do something to people on an evening; their number is a tag."""


class Loaded(Protocol):
    """What this module needs of `scenario.reading.Loaded`."""

    @property
    def name(self) -> str: ...

    @property
    def variants(self) -> tuple[tuple[str, schema.Scenario], ...]: ...


class Case:
    """The variants side by side, and what the base names: acts, lists, gates and associations keep the base's order in all of them."""

    def __init__(self, loaded: Loaded) -> None:
        self.name = loaded.name
        self.variant_names = tuple(name for name, _ in loaded.variants)
        self.variants: tuple[schema.Scenario, ...] = tuple(s for _, s in loaded.variants)
        self.base = self.variants[0]
        self.problems: list[Problem] = []
        if self.base.world is None or self.base.conduct is None:
            missing = "world" if self.base.world is None else "conduct"
            raise ScenarioError(
                [
                    Problem(
                        self.name, 0, 0, missing, f"is missing: a scheme alone can be linted but not run. {A_RUN_NEEDS}"
                    )
                ]
            )
        if len(self.variants) > MAX_VARIANTS:
            raise ScenarioError(
                [
                    Problem(
                        self.name,
                        0,
                        0,
                        "variants",
                        f"{len(self.variants)} variants; at most {MAX_VARIANTS} run side by side",
                    )
                ]
            )
        self.world: schema.World = self.base.world
        self.days = (self.world.end - self.world.start).days + 1
        self.calendar = [self.world.start + timedelta(days=d) for d in range(self.days)]
        self.groups = tuple(self.world.groups)
        self.regions = tuple(self.world.regions)
        self.parts = tuple(part for name in self.base.conduct.acts for part in self._parts(name))
        self.acts = tuple(part.act for part in self.parts)
        self.lists = tuple(x.id for x in self.base.lists)
        self.gates = tuple(self.base.conduct.demand)
        self.associations = tuple(association_key(a) for a in self.base.associations if a.transfer in SIMULATED)
        for n, (name, s) in enumerate(loaded.variants[1:], 1):
            assert s.conduct is not None
            self.no_more(n, name, "conduct.acts", s.conduct.acts, self.acts)
            self.no_more(n, name, "lists", [x.id for x in s.lists], self.lists)
            self.no_more(n, name, "conduct.demand", s.conduct.demand, self.gates)

    def series(self, factors: Sequence[schema.Factor]) -> list[Decimal]:
        """The product of a schedule's factors on each day."""
        if not factors:
            return [Decimal(1)] * self.days
        return [factor_on(factors, day) for day in self.calendar]

    def _parts(self, act: str) -> list[regional.Part]:
        """An act once, or once for each set of regions whose schemes agree about it."""
        parts = regional.parts_of(act, self._answering(0, act), self.regions)
        for v, name in enumerate(self.variant_names):
            if not all(regional.are_alike(part, self._answering(v, act), self.regions) for part in parts):
                remedy = "give them points_by_region there too, as many as elsewhere"
                self.refuse(f"variants[{v}]", f"{name} tells regions apart that the scenario does not; {remedy}")
        return parts

    def _answering(self, v: int, act: str) -> list[schema.Rule]:
        return [r for r in self.variants[v].rules if r.when.signal == act and r.when.subject == "self"]

    def no_more(self, n: int, name: str, path: str, found: Iterable[str], known: tuple[str, ...]) -> None:
        extra = [x for x in found if x not in known]
        if extra:
            self.refuse(
                f"variants[{n}]",
                f"{name} adds {', '.join(extra)} to {path}; write it in the scenario itself with a rate of 0",
            )

    def refuse(self, path: str, message: str) -> None:
        self.problems.append(Problem(self.name, 0, 0, path, message))

    def refuse_if_any(self) -> None:
        if self.problems:
            raise ScenarioError(self.problems)

    def mask(self, lists: Iterable[str]) -> int:
        """Lists as bits. A list that a variant took away has nobody on it; its bit stays."""
        return sum(1 << self.lists.index(x) for x in dict.fromkeys(lists) if x in self.lists)

    def same(self, path: str, values: Iterable[object]) -> None:
        """Refuse where variants differ in what the tables keep once."""
        if len(set(values)) > 1:
            self.refuse(path, "differs between variants; it must be the same, so that the difference is the policy's")

    def regions_of(self, sort: str) -> tuple[str, ...]:
        """The regions of people, or those of firms; all of them where there are no firms."""
        firms = self.world.firms.regions if self.world.firms else None
        return tuple(r for r in self.regions if firms is None or (r in firms) == (sort == "firms"))

    def act(self, v: int, name: str) -> schema.Act | None:
        conduct = self.variants[v].conduct
        return conduct.acts.get(name) if conduct else None

    def rules_for(self, v: int, part: regional.Part) -> list[schema.Rule]:
        """The rules that answer to an act, or to the part of it that is done in some regions."""
        return regional.rules_in(self._answering(v, part.act), min(part.regions or self.regions))

    def list_model(self, v: int, name: str) -> schema.ListModel | None:
        return next((x for x in self.variants[v].lists if x.id == name), None)

    def names(self) -> Names:
        return Names(
            variants=self.variant_names,
            groups=self.groups,
            regions=self.regions,
            acts=self.acts,
            lists=self.lists,
            gates=self.gates,
            associations=self.associations,
            start=self.world.start.isoformat(),
            shocks=tuple(x.id for x in self.base.shocks if x.kind in NUMBERED),
        )


def association_key(a: schema.Association) -> str:
    return a.id or f"{a.edge}_{'points' if a.transfer == 'fraction' else a.transfer}"


def world_tables(case: Case) -> WorldTables:
    w = case.world
    shares = [share_of(g.share) for g in w.groups.values()]
    return WorldTables(
        people=w.people,
        block=w.block,
        days=case.days,
        variants=len(case.variants),
        k0=w.seed % 2**32,
        k1=w.seed >> 32,
        group_stream=stream_of("trait", "group"),
        group_cut=np.array(cumulative(shares), np.uint64),
        region_cut=np.array(region_cuts(w), np.int64),
        moves=_moves(w),
        move_stream=stream_of("trait", "move"),
        residence_cut=np.array(cumulative(_shares_of_people(w)), np.uint64),
    )


def _shares_of_people(w: schema.World) -> list[Decimal]:
    """How people are shared among their regions, which are all but those of firms."""
    shares = [share_of(region.share) for name, region in w.regions.items() if not (w.firms and name in w.firms.regions)]
    return [share / (sum(shares) or 1) for share in shares] if w.firms else shares


def _moves(w: schema.World) -> int:
    """Threshold of drawing a residence. Who draws may draw the own region; so that `moves` of all live elsewhere, more must draw."""
    stay = sum((share**2 for share in _shares_of_people(w)), Decimal(0))
    return threshold_of(share_of(w.moves) / (1 - stay)) if w.moves and w.moves.value > 0 and stay < 1 else 0
