"""From a scenario to integers: every probability becomes a threshold, every rate a Poisson table, every date a day's number.

Decimal arithmetic is used throughout, correctly rounded and the same on every platform; nothing here uses the platform's exp or log.
What the scheme promises is used where practice says nothing (see `_write_notice`, `_write_appeal`): that is the scheme *as promised*.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import ONE, stream_of
from glasshouse.scenario import compile_lots, regional, schema, sensing
from glasshouse.scenario.case import SIMULATED, Case, Loaded, association_key, world_tables
from glasshouse.scenario.compile_epidemic import epidemic_tables
from glasshouse.scenario.compile_models import model_tables
from glasshouse.scenario.compile_shocks import (
    is_undone,
    rate_factor,
    seen_factor,
    sharing_tables,
    shock_tables,
    times,
    trip_factor,
)
from glasshouse.scenario.integers import (
    LAST_DAY,
    LEAST,
    PRECISION,
    TOP64,
    YEAR,
    DelayBook,
    cumulative,
    decimal_of,
    periods_of,
    poisson_table,
    share_of,
    threshold_of,
)
from glasshouse.scenario.tables import (
    ALL_LISTS,
    BASES,
    BY_COMPANY,
    MAX_ACTS,
    NO_CLERKS_NEEDED,
    NO_SCORE_ASKED,
    QUEUE_UNIT,
    TIE_KINDS,
    ActTables,
    AssociationTables,
    GateTables,
    ListTables,
    Names,
    Outside,
    Plan,
    ScoreTables,
    TieTables,
)
from glasshouse.scenario.tie_tables import ties_of_world

FULL_SCALE = 65_535
"""No score can move farther in a day."""
LONGEST_BUNCH = 400
MOST_STOPPED = 255
"""256ths: the most frightened still do a little of what they would have done."""
TOWARD = {"all": 0, "children": 1, "people": 1, "parents": 2, "firms": 2}
BANDS = 7
"""Tiers above the first are drawn over seven fixed bands of ranks: the first 1/64 of a block, then 1/64 to 1/32, and so on."""


def compile_plan(loaded: Loaded) -> tuple[Plan, Names]:
    """The integer tables of a scenario and the names of their numbers. Raises ScenarioError where variants do not fit together."""
    with localcontext() as context:
        context.prec = PRECISION
        case = Case(loaded)
        delays = DelayBook()
        world = world_tables(case)
        ties = ties_of_world(case.world)
        plan = Plan(
            world=world,
            acts=_acts(case),
            score=_score(case),
            associations=_associations(case),
            lists=_lists(case, delays),
            delays=delays.tables(),
            gates=_gates(case),
            ties=ties,
            outside=_outside(case, ties),
        )
    _company_is_special(plan.acts, plan.associations)
    case.refuse_if_any()
    return plan, case.names()


def _outside(case: Case, ties: TieTables) -> Outside:
    """What files from elsewhere, and who holds copies (day.md, 22 to 26)."""
    return Outside(
        models=model_tables(case),
        epidemic=epidemic_tables(case, ties),
        shocks=shock_tables(case),
        sharing=sharing_tables(case),
        lots=compile_lots.lots_of(case),
    )


def _company_is_special(acts: ActTables, associations: AssociationTables) -> None:
    """An act that somebody may be seen at, and pay for, is looked at as closely as one that asks for something."""
    company = associations.transfer[: associations.count] == BY_COMPANY
    acts.special[: acts.count] |= (
        associations.of_acts[: associations.count][company].any(axis=0)[: acts.count].astype(np.uint8)
    )


# --- the score ----------------------------------------------------------------------------------------------------------------------


def _score(case: Case) -> ScoreTables:
    s = case.base.score
    K, R, G = len(case.variants), len(case.regions), len(case.groups)
    lowest, highest, baseline = np.array(regional.scales_of(s), np.int64).T.copy()
    t = ScoreTables(
        used=int(s is not None),
        lowest=lowest,
        highest=highest,
        baseline=baseline,
        scale_of=np.array([regional.scale_of(s, r) for r in case.regions], np.int32),
        anew=np.array([x.score is not None and x.score.moving == "anew" for x in case.variants], np.uint8),
        update=np.stack([regional.update_days(x.score, case.world.start, case.days) for x in case.variants]),
        chill_step=np.zeros(K, np.int64),
        chill_most=np.zeros(K, np.int64),
        publicity=np.zeros(K, np.int64),
        decay=np.zeros((K, case.days + 1), np.int64),
        merge_day=0,
        merges=np.zeros(K, np.uint8),
        merge_factor=np.full((K, R), QUEUE_UNIT, np.int64),
        merge_add=np.zeros((K, R), np.int64),
        merge_wrong=np.zeros((K, G), np.uint64),
        merge_stream=stream_of("trait", "merge"),
    )
    for part in ("min", "max", "baseline"):
        case.same(f"score.{part}", (getattr(x.score, part).value for x in case.variants if x.score))
    scored = [x.score for x in case.variants if x.score]
    case.same("score.by_region", ((*(x.by_region or ()), *regional.scales_of(x)) for x in scored))
    for v, scenario in enumerate(case.variants):
        _write_chilling(t, v, _chilling(scenario))
        _write_decay(case, t, v)
        _write_merge(case, t, v, _merge(case, v))
    days = {(m.from_ - case.world.start).days + 1 for m in (_merge(case, v) for v in range(K)) if m}
    case.same("shocks.merge.from", days)
    return t._replace(merge_day=min(days, default=0))


def _merge(case: Case, v: int) -> schema.Shock | None:
    """The merge of registers that a variant has within the run, if it has one."""
    scenario = case.variants[v]
    there = (x for x in scenario.shocks if x.kind == "merge" and case.world.start <= x.from_ <= case.world.end)
    return next(there, None) if scenario.score else None


def _write_merge(case: Case, t: ScoreTables, v: int, merge: schema.Shock | None) -> None:
    if merge is None:
        return
    t.merges[v] = 1
    for r, region in enumerate(case.regions):
        conversion = (merge.convert or {}).get(region, schema.Conversion())
        t.merge_factor[v, r] = int((decimal_of(conversion.factor.value) * QUEUE_UNIT).to_integral_value())
        t.merge_add[v, r] = conversion.add.value
    for g, group in enumerate(case.groups):
        t.merge_wrong[v, g] = threshold_of(share_of((merge.by_group or {}).get(group, merge.wrong_files)))


def _chilling(scenario: schema.Scenario) -> schema.Chilling | None:
    return scenario.conduct.answers.chilling if scenario.conduct else None


def _chilled_by(chilling: schema.Chilling | None, form: str) -> bool:
    """Is this one of the accounts of chilling that the scenario chose?"""
    return chilling is not None and chilling.form in ("every", form)


def _in_256ths(x: schema.Quantity[float] | None) -> int:
    return int((share_of(x) * 256).to_integral_value())


def _write_chilling(t: ScoreTables, v: int, chilling: schema.Chilling | None) -> None:
    if chilling is None or chilling.form == "none":
        return
    t.chill_most[v] = min(_in_256ths(chilling.most), MOST_STOPPED)
    t.chill_step[v] = _in_256ths(chilling.step) if _chilled_by(chilling, "own_experience") else 0
    t.publicity[v] = _in_256ths(chilling.publicity) if _chilled_by(chilling, "publicity") else 0


def _write_decay(case: Case, t: ScoreTables, v: int) -> None:
    """Whole points, by the floor of their sum from the first January of the run on: a whole year moves exactly its points.

    Where scores move on some days only, what has gathered since the last of these moves then.
    """
    score = case.variants[v].score
    decay = score.decay if score else None
    if decay is None or decay.points_per_year is None or decay.toward != "baseline":
        return
    rate, before = Fraction(str(decay.points_per_year.value)), _year_share(case, case.world.start - timedelta(days=1))
    for d, today in enumerate(case.calendar, 1):
        if t.update[v, d] != d:
            continue
        now = _year_share(case, today)
        t.decay[v, d] = min(math.floor(rate * now) - math.floor(rate * before), FULL_SCALE)
        before = now


def _year_share(case: Case, day: date) -> Fraction:
    """Years from the first January of the run to the evening of a day."""
    length = 366 if calendar.isleap(day.year) else 365
    return day.year - case.world.start.year + Fraction(day.timetuple().tm_yday, length)


# --- conduct ----------------------------------------------------------------------------------------------------------------------


def _acts(case: Case) -> ActTables:
    made = [_Act(case, c, part) for c, part in enumerate(case.parts)]
    if len(made) > MAX_ACTS:
        case.refuse("rules", f"make {len(made)} acts of different points by region; {MAX_ACTS} is the limit")
    C, K, G, T, B, L = (
        max(len(made), 1),
        len(case.variants),
        len(case.groups),
        case.days,
        case.world.block,
        max(len(case.lists), 1),
    )
    P = max((len(a.periods.first) for a in made), default=1)
    Q = max((a.classes for a in made), default=1)
    S = max((a.circumstances for a in made), default=1) or 1
    rows = [row for a in made for row in a.rows()]
    R = max(len(rows), 1)
    longest = max((len(r.table) for r in rows), default=0) + 2
    t = ActTables(
        count=len(made),
        stream=np.zeros(C, np.uint32),
        period=np.zeros((C, T + 1), np.int32),
        row_act=np.zeros(R if rows else 0, np.int32),
        row_strip=np.zeros(R, np.uint32),
        row_first=np.zeros(R, np.int64),
        row_width=np.zeros(R, np.int64),
        row_cdf=np.full((R, longest), TOP64, np.uint64),
        row_len=np.zeros(R, np.int32),
        row_guide=np.zeros((R, 256), np.int32),
        unequal=np.zeros(C, np.uint8),
        rank_class=np.zeros((C, B), np.uint8),
        accept=np.zeros((R, P, K, Q), np.uint64),
        by_group=np.zeros(C, np.uint8),
        group_factor=np.full((C, K, G), ONE, np.uint64),
        by_list=np.zeros(C, np.uint8),
        listed_factor=np.full((C, K, L), ONE, np.uint64),
        chillable=np.zeros(C, np.uint8),
        seen=np.zeros((C, P, K, G), np.uint64),
        wrong=np.zeros((C, P, K, G), np.uint64),
        circumstances=np.zeros(C, np.int32),
        circ_cut=np.full((C, P, K, G, S), ONE, np.uint64),
        goes_on=np.full((C, K, S), ONE, np.uint64),
        circ_basis=np.zeros((C, S), np.int32),
        protected=np.zeros(C, np.uint8),
        rightful_if=np.zeros((C, len(BASES)), np.uint8),
        points=np.zeros((C, K), np.int64),
        capped=np.full(C, -1, np.int32),
        cap=np.zeros((C, K), np.int64),
        cap_window=np.zeros((C, T + 1), np.uint8),
        files=np.full((C, K), -1, np.int32),
        cooling=np.zeros((C, K), np.int64),
        special=np.zeros(C, np.uint8),
        by_region=np.zeros(C, np.uint8),
        region_factor=np.full((C, K, len(case.regions)), ONE, np.uint64),
        region_seen=np.full((C, K, len(case.regions)), ONE, np.uint64),
        only_on=np.zeros((C, K), np.int64),
        asks=np.full((C, K), NO_SCORE_ASKED, np.int64),
        barred=np.zeros((C, K), np.int64),
        aims=np.full(C, -1, np.int32),
        leaves=np.zeros(C, np.uint8),
        late=np.zeros((C, K), np.int64),
        other_luck=sum(1 << v for v, scenario in enumerate(case.variants) if scenario.practice.observed_anew),
    )
    for n, row in enumerate(rows):
        t.row_act[n], t.row_strip[n], t.row_first[n], t.row_width[n] = row.act, row.strip, row.first, row.width
        t.row_cdf[n, : len(row.table)] = np.array(row.table, np.uint64)
        t.row_len[n] = len(row.table)
        t.row_guide[n] = [sum(x <= (g << 56) for x in row.table) for g in range(256)]
        for p in range(len(row.accept)):
            t.accept[n, p, :, : len(row.accept[p][0])] = np.array(row.accept[p], np.uint64)
    for a in made:
        a.write(t)
    counted = [c for c in range(len(made)) if made[c].is_counted]
    for n, c in enumerate(counted):
        t.capped[c] = n
    return t


@dataclass(frozen=True)
class _Row:
    act: int
    strip: int
    first: int
    width: int
    table: list[int]
    accept: list[list[list[int]]]  # [period][variant][class]


class _Act:
    """One act in all variants, or its part in some regions, on its way to integers."""

    def __init__(self, case: Case, c: int, part: regional.Part) -> None:
        self.case, self.c, self.part, self.name = case, c, part, part.act
        self.acts = [case.act(v, part.act) for v in range(len(case.variants))]
        self.rules = [case.rules_for(v, part) for v in range(len(case.variants))]
        self.sensing = [self._sensing(v) for v in range(len(case.variants))]
        rate = [
            times(case.series(a.schedule if a else ()), rate_factor(case, v, part.act)) for v, a in enumerate(self.acts)
        ]
        seen = [
            times(case.series(s.seen_schedule if s else ()), seen_factor(case, v, part.act, self._source_id(v)))
            for v, s in enumerate(self.sensing)
        ]
        self.rate_series, self.seen_series = rate, seen
        self.periods = periods_of([*rate, *seen], case.days)
        self.cuts = self._cuts()
        self.classes = len(self.cuts)
        self.circumstances = len(self.acts[0].circumstances or ()) if self.acts[0] else 0
        every = [r for rules in self.rules for r in rules]
        self.cools = any(r.cooling_off_days is not None for r in every)
        self.is_counted = self.cools or any(r.cap is not None for r in every) or is_undone(case, part.act)

    def _source_id(self, v: int) -> str | None:
        return self.rules[v][0].source if self.rules[v] else None

    def _sensing(self, v: int) -> schema.Sensing | None:
        """What sees this act: practice where it is given, what the source claims of itself where it is not."""
        if not self.rules[v]:
            return None
        given, claimed = self._source(v)
        if given is not None:
            return given
        if claimed is None:
            return schema.Sensing()
        miss = share_of(claimed.accuracy.miss if claimed.accuracy else None)
        coverage = share_of(claimed.coverage, 1.0)
        by_linkage = claimed.linkage is not None and claimed.linkage.false is not None
        false = claimed.accuracy.false_match if claimed.accuracy and not by_linkage else None
        return schema.Sensing(
            seen=schema.Share(value=float(coverage * (1 - miss))),
            wrong_person=schema.Share(value=float(share_of(false))),
            delay_days=claimed.delay_days,
        )

    def _linkage(self, v: int) -> schema.LinkagePractice:
        """Which file its records land in: practice, or what the source claims where practice says nothing of the source at all."""
        if not self.rules[v]:
            return schema.LinkagePractice()
        given, claimed = self._source(v)
        practice = self.case.variants[v].practice.linkage.get(self.rules[v][0].source or "")
        if practice is not None or given is not None or claimed is None or claimed.linkage is None:
            return practice or schema.LinkagePractice()
        nothing = schema.Share(value=0.0)
        return schema.LinkagePractice(missed=claimed.linkage.missed or nothing, false=claimed.linkage.false or nothing)

    def _source(self, v: int) -> tuple[schema.Sensing | None, schema.DataSource | None]:
        """The practice and the promise of the source that the act's rule draws on."""
        scenario, source = self.case.variants[v], self.rules[v][0].source
        claimed = next((d for d in scenario.data_sources if d.id == source), None)
        return scenario.practice.sensing.get(source or ""), claimed

    def _cuts(self) -> list[int]:
        """First rank beyond each class of liability, over all variants: a class is a run of ranks that no variant divides."""
        B, found = self.case.world.block, set()
        for a in self.acts:
            total = Decimal(0)
            for step in a.liability if a else ():
                total += share_of(step.share)
                found.add(int((total * B).to_integral_value()))
        return [*sorted(x for x in found if 0 < x < B), B]

    def _multiple(self, v: int, rank: int) -> Decimal:
        act, total = self.acts[v], Decimal(0)
        for step in act.liability if act else ():
            total += share_of(step.share)
            if rank < int((total * self.case.world.block).to_integral_value()):
                return decimal_of(step.multiple.value)
        return Decimal(1)

    def _most(self, v: int) -> tuple[Decimal, Decimal, Decimal]:
        """The greatest multiple of any group, of any region, and of any set of lists: what thresholds are relative to."""
        act = self.acts[v]
        group = _greatest(act.by_group if act else None, self.case.groups)
        region = _greatest(act.by_region if act else None, self.case.regions_of(act.by if act else "people"))
        listed = Decimal(1)
        for m in (act.while_listed or {}).values() if act else ():
            listed *= max(decimal_of(m.value), Decimal(1))
        return group, region, listed

    def _rate(self, v: int, period: int, q: int) -> Decimal:
        """Highest rate per year of a class in a period: with the most liable group, region and lists."""
        act = self.acts[v]
        if act is None:
            return Decimal(0)
        group, region, listed = self._most(v)
        rank = 0 if q == 0 else self.cuts[q - 1]
        return (
            decimal_of(act.rate.value)
            * self.rate_series[v][self.periods.first[period]]
            * self._multiple(v, rank)
            * group
            * region
            * listed
        )

    def envelope(self) -> Decimal:
        """Rate per year that tier 0 carries: as given, or the power of two at or above the base's ordinary rate on any day."""
        base = self.acts[0]
        assert base is not None
        if base.envelope is not None:
            return decimal_of(base.envelope.value)
        most = max(decimal_of(base.rate.value) * x for x in self.rate_series[0])
        if most == 0:
            return Decimal(0)
        e = Decimal(1)
        while e < most:
            e *= 2
        while e / 2 >= most:
            e /= 2
        return e

    def rows(self) -> list[_Row]:
        E, B, K = self.envelope(), self.case.world.block, len(self.acts)
        P = len(self.periods.first)
        rate = [[[self._rate(v, p, q) for q in range(self.classes)] for v in range(K)] for p in range(P)]
        most = max(x for by_variant in rate for by_class in by_variant for x in by_class)
        if most == 0:
            return []
        if E == 0:  # only a variant has a rate at all: its own power of two carries it
            E = Decimal(1)
            while most > E:
                E *= 2
        out = []
        tier, floor = 0, Decimal(0)
        while floor < most:
            width = E if tier == 0 else floor
            for band, (first, ranks) in enumerate([(0, B)] if tier == 0 else _bands(B)):
                inside = [
                    q
                    for q in range(self.classes)
                    if (0 if q == 0 else self.cuts[q - 1]) < first + ranks and self.cuts[q] > first
                ]
                if not any(rate[p][v][q] > floor for p in range(P) for v in range(K) for q in inside):
                    continue
                accept = [
                    [[threshold_of((x - floor) / width) if x > floor else 0 for x in rate[p][v]] for v in range(K)]
                    for p in range(P)
                ]
                out.append(_Row(self.c, tier | band << 5, first, ranks, poisson_table(width / YEAR * ranks), accept))
            floor += width
            tier += 1
            if tier > 31:
                self.case.refuse(
                    f"conduct.acts.{self.name}.rate", "needs more than 32 tiers above its envelope; raise the envelope"
                )
                return out
        return out

    def write(self, t: ActTables) -> None:
        case, c = self.case, self.c
        t.stream[c] = stream_of("act", self.name)
        t.period[c] = self.periods.of
        t.unequal[c] = self.classes > 1
        first = 0
        for q, cut in enumerate(self.cuts):
            t.rank_class[c, first:cut] = q
            first = cut
        base = self.acts[0]
        assert base is not None
        t.chillable[c], t.protected[c] = base.chillable, base.protected
        requires = any(r.requires_ability for r in self.rules[0])
        for b, name in enumerate(BASES):
            t.rightful_if[c, b] = name in ("own_act", "protected_conduct", "others_conduct") or (
                name == "cannot_pay" and not requires
            )
        for v in range(len(self.acts)):
            self._write_factors(t, v)
            self._write_sensing(t, v)
            self._write_circumstances(t, v)
            self._write_rules(t, v)
            self._write_specials(t, v)
        self._mark_specials(t)
        t.by_group[c] = (
            _differs(t.group_factor[c], 1)
            or _differs(t.seen[c], 2)
            or _differs(t.wrong[c], 2)
            or _differs(t.circ_cut[c], 2)
        )
        t.by_list[c] = bool((t.listed_factor[c] != ONE).any())
        for n, circ in enumerate((base.circumstances or {}).values()):
            t.circ_basis[c, n] = BASES.index(circ.basis)
        if not base.circumstances and base.protected:
            t.circ_basis[c, 0] = BASES.index("protected_conduct")
        t.circumstances[c] = self.circumstances
        windows = {r.cap.window_days.value for rules in self.rules for r in rules if r.cap}
        if len(windows) > 1:
            case.refuse(
                "rules",
                f"the cap of {self.name} has windows of {sorted(windows)} days in different variants; they must agree",
            )
        for w in windows:
            t.cap_window[c, 1 :: max(w, 1)] = 1

    def _write_factors(self, t: ActTables, v: int) -> None:
        act = self.acts[v]
        if act is None:
            return
        group, region, _ = self._most(v)
        doing = self.case.regions_of(act.by)
        for r, name in enumerate(self.case.regions):
            there = (act.by_region or {}).get(name)
            times = decimal_of(there.value) if there else Decimal(1)
            does = name in doing and self.part.is_in(name)
            t.region_factor[self.c, v, r] = threshold_of(times / (region or 1)) if does else 0
        for g, name in enumerate(self.case.groups):
            m = (act.by_group or {}).get(name)
            t.group_factor[self.c, v, g] = threshold_of((decimal_of(m.value) if m else Decimal(1)) / (group or 1))
        if act.while_listed:
            scale = [max(decimal_of(m.value), Decimal(1)) for m in act.while_listed.values()]
            if any(s > 1 for s in scale):
                self.case.refuse(
                    f"conduct.acts.{self.name}.while_listed",
                    "a multiple above 1 is not simulated; give the rate of listed people",
                )
            for name, m in act.while_listed.items():
                if name in self.case.lists:
                    t.listed_factor[self.c, v, self.case.lists.index(name)] = threshold_of(
                        min(decimal_of(m.value), Decimal(1))
                    )

    def _write_sensing(self, t: ActTables, v: int) -> None:
        s, linkage = self.sensing[v], self._linkage(v)
        if s is None:
            return
        t.late[self.c, v] = min(s.delay_days.value, LAST_DAY) if s.delay_days else 0
        looks, most = self._coverage(s)
        for r, name in enumerate(self.case.regions):
            t.region_seen[self.c, v, r] = threshold_of(looks[r] * share_of((s.by_region or {}).get(name), 1.0))
        for g, name in enumerate(self.case.groups):
            own, linked = (s.by_group or {}).get(name), (linkage.by_group or {}).get(name)
            missed = share_of(linked.missed if linked and linked.missed else linkage.missed)
            false = share_of(linked.false if linked and linked.false else linkage.false)
            seen = share_of(own.seen if own and own.seen else s.seen) * most * (1 - missed)
            wrong = share_of(own.wrong_person if own and own.wrong_person else s.wrong_person)
            wrong = sensing.any_of(wrong, _falsely_identified(s.identification, name), false)
            for p, d in enumerate(self.periods.first):
                t.seen[self.c, p, v, g] = threshold_of(min(seen * self.seen_series[v][d], Decimal(1)))
                t.wrong[self.c, p, v, g] = threshold_of(wrong)

    def _coverage(self, s: schema.Sensing) -> tuple[list[Decimal], Decimal]:
        """What cameras see of the acts of each region, as a part of what they see in the best covered one; and that."""
        if s.cameras is None:
            return [Decimal(1)] * len(self.case.regions), Decimal(1)
        times = [(s.cameras.by_region or {}).get(r) for r in self.case.regions]
        each, reach = _cameras_per_person(s.cameras), decimal_of(s.cameras.reach.value)
        looks = [sensing.coverage(each * (decimal_of(x.value) if x else 1), reach) for x in times]
        most = max(looks)
        return [x / most if most else Decimal(1) for x in looks], most

    def _write_circumstances(self, t: ActTables, v: int) -> None:
        act = self.acts[v]
        if act is None or not act.circumstances:
            return
        if len(act.circumstances) != self.circumstances:
            self.case.refuse(
                f"conduct.acts.{self.name}.circumstances",
                "variants have different circumstances; they must be the same",
            )
            return
        for g, name in enumerate(self.case.groups):
            shares = [share_of((x.by_group or {}).get(name, x.share)) for x in act.circumstances.values()]
            if abs(sum(shares, Decimal(0)) - 1) > Decimal("1e-9"):
                self.case.refuse(
                    f"conduct.acts.{self.name}.circumstances", f"shares of group {name} add to {sum(shares)}, not to 1"
                )
            t.circ_cut[self.c, :, v, g, : len(shares)] = np.array(cumulative(shares), np.uint64)
        listed = self._filed(v)
        practice = self.case.variants[v].practice.lists.get(self.case.lists[listed]) if listed >= 0 else None
        for n, name in enumerate(act.circumstances):
            t.goes_on[self.c, v, n] = threshold_of(
                share_of((practice.entry or {}).get(name) if practice else None, 1.0)
            )

    def _filed(self, v: int) -> int:
        ids = {r.id for r in self.rules[v]}
        models = ((n, self.case.list_model(v, name)) for n, name in enumerate(self.case.lists))
        found = [n for n, model in models if model and model.entry.trigger.rule in ids]
        if len(found) > 1:
            both = ", ".join(self.case.lists[n] for n in found)
            self.case.refuse(
                "lists", f"{both} are all entered by what answers to {self.name}; an act files for one list"
            )
        return found[0] if found else -1

    def _write_rules(self, t: ActTables, v: int) -> None:
        rules = self.rules[v]
        capped = [r for r in rules if r.cap is not None]
        cooling = [r.cooling_off_days for r in rules if r.cooling_off_days is not None]
        if (capped or cooling) and len(rules) > 1:
            limit = "a cap" if capped else "a cooling-off"
            self.case.refuse(
                "rules",
                f"{', '.join(r.id for r in rules)} all answer to {self.name} and one has {limit}; not simulated",
            )
        if capped and self.cools:
            self.case.refuse(
                "rules", f"{self.name} is capped in one variant and cools off in another; it must be the same in all"
            )
        t.cooling[self.c, v] = cooling[0].value if cooling else 0
        t.points[self.c, v] = sum(r.points.value for r in rules if r.points)
        t.files[self.c, v] = self._filed(v)
        cap = capped[0].cap if capped else None
        t.cap[self.c, v] = min(cap.count.value, 65_535) if cap else 65_535
        if self.case.base.score is None and t.points[self.c, v]:
            self.case.refuse("score", f"is missing, but a rule gives points for {self.name}")

    def _write_specials(self, t: ActTables, v: int) -> None:
        act = self.acts[v]
        if act is None:
            return
        if act.only_while_on:
            t.only_on[self.c, v] = self.case.mask(act.only_while_on)
        if act.asks:
            least, lists = asked(self.case.variants[v], act.asks)
            t.asks[self.c, v] = NO_SCORE_ASKED if least is None else least
            t.barred[self.c, v] = self.case.mask(lists)

    def _mark_specials(self, t: ActTables) -> None:
        """What all variants share of what few acts have, and which acts have any of it."""
        c, base, there = self.c, self.acts[0], [a for a in self.acts if a]
        assert base is not None
        self.case.same(f"conduct.acts.{self.name}.aimed_at", (a.aimed_at for a in there))
        self.case.same(f"conduct.acts.{self.name}.leaves", (a.leaves for a in there))
        self.case.same(f"conduct.acts.{self.name}.by", (a.by for a in there))
        t.aims[c] = TIE_KINDS.index(base.aimed_at) if base.aimed_at else -1
        t.leaves[c] = base.leaves
        t.by_region[c] = bool((t.region_factor[c] != ONE).any() or (t.region_seen[c] != ONE).any())
        t.special[c] = bool(
            t.by_region[c]
            or t.only_on[c].any()
            or (t.asks[c] != NO_SCORE_ASKED).any()
            or t.barred[c].any()
            or t.aims[c] >= 0
            or t.leaves[c]
        )


def _cameras_per_person(cameras: schema.Cameras) -> Decimal:
    if cameras.number is not None and cameras.people is not None:
        return decimal_of(cameras.number.value) / max(cameras.people.value, 1)
    return decimal_of(cameras.per_person.value if cameras.per_person else 0)


def _falsely_identified(search: schema.Identification | None, group: str) -> Decimal:
    """Chance that the search for somebody of this group finds another."""
    if search is None:
        return Decimal(0)
    times = decimal_of(search.by_group[group].value) if search.by_group and group in search.by_group else Decimal(1)
    if search.published:
        table = {size: share_of(x) for size, x in search.published.items()}
        return min(times * sensing.as_published(table, search.gallery.value), Decimal(1))
    return sensing.false_identification(
        min(times * share_of(search.false_match_per_comparison), Decimal(1)), search.gallery.value
    )


def asked(scenario: schema.Scenario, asks: schema.Asks) -> tuple[int | None, tuple[str, ...]]:
    """The score that is asked for, if one is, and the lists whose people are denied: as said, and as the consequence's trigger says."""
    scores = [asks.score_at_least.value] if asks.score_at_least else []
    lists = list(asks.not_on or ())
    decides = next((c for c in scenario.consequences if c.id == asks.consequence), None)
    if decides:
        scores += [x for x in (decides.trigger.score_above, decides.trigger.score_below) if x is not None]
        lists += [*([decides.trigger.list] if decides.trigger.list else ()), *(decides.also_lists or ())]
    return max(scores, default=None), tuple(dict.fromkeys(lists))


def _greatest(multiples: Mapping[str, schema.Number] | None, known: Sequence[str]) -> Decimal:
    """The greatest of some multiples; one that is not given is 1."""
    given = multiples or {}
    return max((decimal_of(given[x].value) if x in given else Decimal(1) for x in known), default=Decimal(1))


def _bands(B: int) -> list[tuple[int, int]]:
    return [(0, B >> 6), *((B >> k, B >> k) for k in range(BANDS - 1, 0, -1))]


def _differs(x: NDArray[np.uint64], axis: int) -> bool:
    return bool((x != x.take([0], axis=axis)).any())


# --- paying for others ------------------------------------------------------------------------------------------------------------


def _associations(case: Case) -> AssociationTables:
    A, K = max(len(case.associations), 1), len(case.variants)
    t = AssociationTables(
        count=len(case.associations),
        kind=np.zeros(A, np.int32),
        transfer=np.zeros(A, np.int32),
        share=np.zeros((A, K), np.uint64),
        amount=np.zeros((A, K), np.int64),
        max_hops=np.ones(A, np.int32),
        of_acts=np.ones((A, max(len(case.acts), 1)), np.uint8),
        on_lists=np.full((A, K), ALL_LISTS, np.int64),
        level=np.zeros((A, K, len(regional.scales_of(case.base.score))), np.int64),
        chance=np.zeros((A, K), np.uint64),
        toward=np.zeros(A, np.int32),
        hush=np.zeros((A, K), np.int64),
        cut=np.zeros((len(TIE_KINDS), K), np.uint64),
        cut_on=np.zeros(K, np.int64),
    )
    for v, scenario in enumerate(case.variants):
        for a in scenario.associations:
            if association_key(a) in case.associations:
                _write_association(case, t, case.associations.index(association_key(a)), v, a)
        _write_tie_cutting(case, t, v, scenario)
    for key in case.associations:
        there = [a for s in case.variants for a in s.associations if association_key(a) == key]
        case.same(f"associations.{key}.edge", (a.edge for a in there))
        case.same(f"associations.{key}.transfer", (SIMULATED.get(a.transfer) for a in there))
        case.same(f"associations.{key}.toward", (a.toward for a in there))
        case.same(f"associations.{key}.acts", (None if a.acts is None else frozenset(a.acts) for a in there))
    return t


def _write_association(case: Case, t: AssociationTables, n: int, v: int, a: schema.Association) -> None:
    t.kind[n] = TIE_KINDS.index(a.edge)
    t.transfer[n] = SIMULATED.get(a.transfer, 0)
    t.max_hops[n] = max(t.max_hops[n], a.max_hops)
    t.toward[n] = TOWARD[a.toward]
    points = a.points.value if a.points else 0
    t.share[n, v] = threshold_of(share_of(a.fraction))
    t.amount[n, v] = points if a.transfer == "company" else -abs(points)
    t.chance[n, v] = threshold_of(share_of(a.chance))
    t.level[n, v] = a.level.value if a.level else 0
    for region, level in (a.level_by_region or {}).items():
        t.level[n, v, regional.scale_of(case.base.score, region)] = level.value
    if _chilled_by(_chilling(case.variants[v]), "ties"):
        t.hush[n, v] = _in_256ths(a.chilling)
    if a.acts is not None:
        t.of_acts[n] = np.array([name in a.acts for name in case.acts] or [False], np.uint8)
    if a.transfer == "company":
        t.on_lists[n, v] = case.mask(a.lists or ())
    elif a.lists is not None:
        t.on_lists[n, v] = case.mask(a.lists)


def _write_tie_cutting(case: Case, t: AssociationTables, v: int, scenario: schema.Scenario) -> None:
    cutting = scenario.conduct.answers.tie_cutting if scenario.conduct else None
    if cutting is None:
        return
    for kind, share in cutting.ties.items():
        t.cut[TIE_KINDS.index(kind), v] = threshold_of(share_of(share))
    t.cut_on[v] = case.mask(cutting.lists)


# --- lists and what happens to a case ---------------------------------------------------------------------------------------------


def _lists(case: Case, delays: DelayBook) -> ListTables:
    L, K, N = max(len(case.lists), 1), len(case.variants), len(BASES)

    def u(*shape: int) -> NDArray[np.uint64]:
        return np.zeros((L, K, *shape), np.uint64)

    def i() -> NDArray[np.int64]:
        return np.zeros((L, K), np.int64)

    def d(*shape: int) -> NDArray[np.int32]:
        return np.full((L, K, *shape), delays.never(), np.int32)

    t = ListTables(
        count=len(case.lists), stream=np.zeros(L, np.uint32), trigger=np.zeros(L, np.int32), threshold=i(), exit_score=i() - 1, served=u(),
        notice_delay=d(), refusal_tells=np.zeros((L, K), np.uint8), appeals=u(N), appeal_delay=d(), answered=u(), decide_delay=d(),
        upheld=u(N), pay_delay=d(N), clear_delay=d(), never_cleared=u(), term=i(), termed=u(), extended=u(), extension=i(),
        term_from=i(), older=np.zeros((L, K), np.int32), clerks=np.full((L, K), NO_CLERKS_NEEDED, np.int64), freezes=u(), retry=i(),
        in_region=np.ones((L, len(case.regions)), np.uint8),
    )  # fmt: skip
    for n, name in enumerate(case.lists):
        t.stream[n] = stream_of("list", name)
        there = [x.regions for x in (case.list_model(v, name) for v in range(K)) if x]
        case.same(f"lists.{name}.regions", (None if x is None else frozenset(x) for x in there))
        t.in_region[n] = regional.in_regions(there[0], case.regions)
        for v in range(K):
            model = case.list_model(v, name)
            if model is None:
                if v == 0:
                    raise AssertionError("the base names its own lists")
                t.threshold[n, v] = (
                    t.threshold[n, 0] if t.trigger[n] == 1 else (-(2**40) if t.trigger[n] == 2 else 2**40)
                )
                continue
            _write_list(case, t, delays, n, v, model)
    return t


def _write_list(case: Case, t: ListTables, delays: DelayBook, n: int, v: int, model: schema.ListModel) -> None:
    scenario = case.variants[v]
    practice = scenario.practice.lists.get(model.id, schema.ListPractice())
    trigger = model.entry.trigger
    kind = _trigger_kind(trigger)
    if v and kind != t.trigger[n]:
        case.refuse(f"lists.{model.id}.entry.trigger", "is of another kind in a variant; write two lists instead")
    t.trigger[n] = kind
    t.threshold[n, v] = (trigger.score_below if kind == 2 else trigger.score_above if kind == 3 else 0) or 0
    if model.exit and model.exit.score_above is not None:
        t.exit_score[n, v] = model.exit.score_above
    _write_notice(t, delays, n, v, practice.notice or scenario.practice.notice, model.entry.notice or scenario.notice)
    _write_appeal(case, t, delays, n, v, practice.appeal or scenario.practice.appeal, scenario.appeal)
    _write_payment(case, t, delays, n, v, practice.payment, model)
    _write_expiry(case, t, n, v, practice.expiry or schema.ExpiryPractice(), model)
    if practice.lots:
        compile_lots.by_lot_only(t, delays, n, v)


def _trigger_kind(trigger: schema.Trigger) -> int:
    """How a list is entered: 0 nobody, 1 by rule, 2 score below, 3 score above, 4 filed from elsewhere (day.md, 16 and 22)."""
    ways = (trigger.rule, trigger.score_below, trigger.score_above, trigger.filed_by)
    return next((n for n, way in enumerate(ways, 1) if way is not None), 0)


def _write_notice(
    t: ListTables,
    delays: DelayBook,
    n: int,
    v: int,
    practice: schema.NoticePractice | None,
    promise: schema.NoticePromise | None,
) -> None:
    t.refusal_tells[n, v] = practice.refusal_tells if practice else 1
    if practice:
        t.served[n, v] = threshold_of(share_of(practice.served))
        t.notice_delay[n, v] = delays.of(practice.delay)
    elif promise and promise.enabled is not False:
        days = sum(x.value for x in (promise.sla_days, promise.delivery_days) if x)
        t.served[n, v] = ONE
        t.notice_delay[n, v] = delays.always(days)


def _clerks(case: Case, clerks: schema.Clerks) -> int:
    """Decisions of a day, in 65,536ths, for the people of this world: their part of those for whom the clerks work."""
    a_day = decimal_of(clerks.decisions_per_day.value) * case.world.people / max(clerks.for_people.value, 1)
    return int((a_day * QUEUE_UNIT).to_integral_value())


def _write_appeal(
    case: Case,
    t: ListTables,
    delays: DelayBook,
    n: int,
    v: int,
    practice: schema.AppealPractice | None,
    promise: schema.AppealPromise | None,
) -> None:
    """Practice, or the promise taken at its word: whoever is wrongly listed appeals and is upheld within the time that is promised."""
    if practice:
        for b, basis in enumerate(BASES):
            t.appeals[n, v, b] = threshold_of(_by_basis(practice.filed, basis))
            t.upheld[n, v, b] = threshold_of(_by_basis(practice.upheld, basis))
        t.appeal_delay[n, v] = delays.of(practice.delay)
        t.answered[n, v] = threshold_of(share_of(practice.answered))
        t.decide_delay[n, v] = delays.of(practice.decided_after)
        if practice.clerks:
            t.clerks[n, v] = _clerks(case, practice.clerks)
    elif promise and promise.available:
        for b, basis in enumerate(BASES):
            t.appeals[n, v, b] = t.upheld[n, v, b] = ONE if basis not in ("own_act", "protected_conduct") else 0
        t.appeal_delay[n, v] = delays.always(0)
        t.answered[n, v] = ONE if promise.decide_within_days else 0
        t.decide_delay[n, v] = delays.always(promise.decide_within_days.value if promise.decide_within_days else 0)


def _by_basis(shares: schema.ByBasis, basis: str) -> Decimal:
    own: schema.Quantity[float] | None = getattr(shares, basis)
    return share_of(own if own is not None else shares.other)


def _write_payment(
    case: Case,
    t: ListTables,
    delays: DelayBook,
    n: int,
    v: int,
    practice: schema.PaymentPractice | None,
    model: schema.ListModel,
) -> None:
    if practice is None:
        return
    for b, basis in enumerate(BASES):
        rate: schema.Quantity[float] | None = getattr(practice.rate, basis)
        if rate is not None and rate.value > 0:
            t.pay_delay[n, v, b] = delays.exponential(decimal_of(rate.value) / YEAR, case.days + 1, ends=False)
    t.clear_delay[n, v] = delays.of(practice.clears_after)
    t.never_cleared[n, v] = threshold_of(share_of(practice.never_cleared))
    t.freezes[n, v] = threshold_of(share_of(practice.blocked))
    t.retry[n, v] = practice.tried_again_after.value if practice.tried_again_after else 0


def _write_expiry(
    case: Case, t: ListTables, n: int, v: int, practice: schema.ExpiryPractice, model: schema.ListModel
) -> None:
    t.term[n, v] = model.max_days.value if model.max_days else 0
    t.termed[n, v] = threshold_of(share_of(practice.termed))
    t.extended[n, v] = threshold_of(share_of(practice.extended))
    t.extension[n, v] = model.extension_days.value if model.extension_days else 0
    t.older[n, v] = ("from_entry", "from_that_day", "never").index(practice.older_entries)
    if practice.in_force_from:
        t.term_from[n, v] = max((practice.in_force_from - case.world.start).days + 1, 0)


# --- gates ------------------------------------------------------------------------------------------------------------------------


def _gates(case: Case) -> GateTables:
    made = [_Gate(case, name) for name in case.gates]
    E, K, G = max(len(made), 1), len(case.variants), len(case.groups)
    P = max((len(g.periods.first) for g in made), default=1)
    bunches = [[[g.tries(p, v) for v in range(K)] for p in range(len(g.periods.first))] for g in made]
    M = max((len(table) for g in bunches for p in g for table in p), default=1)
    t = GateTables(
        count=len(made),
        stream=np.zeros(E, np.uint32),
        lists=np.zeros((E, K), np.int64),
        period=np.zeros((E, case.days + 1), np.int32),
        trip=np.zeros((E, P, K), np.uint64),
        user=np.zeros((E, K, G), np.uint64),
        tries_cut=np.full((E, P, K, M), ONE, np.uint64),
        evade=np.zeros((E, P, K), np.uint64),
        learns=np.zeros((E, K), np.uint64),
        never_learns=np.zeros((E, K), np.uint64),
    )
    for e, gate in enumerate(made):
        t.stream[e] = stream_of("gate", gate.name)
        t.period[e] = gate.periods.of
        for v in range(K):
            gate.write(t, e, v)
            for p in range(len(gate.periods.first)):
                t.tries_cut[e, p, v, : len(bunches[e][p][v])] = np.array(bunches[e][p][v], np.uint64)
    return t


class _Gate:
    """One gate in all variants, on its way to integers."""

    def __init__(self, case: Case, name: str) -> None:
        self.case, self.name = case, name
        self.demands = [v.conduct.demand.get(name) if v.conduct else None for v in case.variants]
        self.trip_series = [
            times(case.series(d.schedule if d else ()), trip_factor(case, v)) for v, d in enumerate(self.demands)
        ]
        self.try_series = [case.series(d.tries_per_trip.schedule if d else ()) for d in self.demands]
        self.evade_series = [case.series(d.evaded_schedule if d else ()) for d in self.demands]
        self.periods = periods_of([*self.trip_series, *self.try_series, *self.evade_series], case.days)

    def tries(self, period: int, v: int) -> list[int]:
        """Cumulative thresholds of (tries - 1): geometric with the mean of the day, at least one try."""
        demand = self.demands[v]
        mean = (
            max(
                decimal_of(demand.tries_per_trip.mean.value) * self.try_series[v][self.periods.first[period]],
                Decimal(1),
            )
            if demand
            else Decimal(1)
        )
        again = 1 - 1 / mean
        left = again
        table: list[int] = []
        while left > LEAST and len(table) < LONGEST_BUNCH:
            table.append(threshold_of(1 - left))
            left *= again
        return [*table, ONE]

    def write(self, t: GateTables, e: int, v: int) -> None:
        demand, scenario = self.demands[v], self.case.variants[v]
        consequence = next((c for c in scenario.consequences if c.id == self.name), None)
        if demand is None or consequence is None:
            return
        for name in (consequence.trigger.list, *(consequence.also_lists or ())):
            if name in self.case.lists:
                t.lists[e, v] |= 1 << self.case.lists.index(name)
        for p, d in enumerate(self.periods.first):
            per_day = decimal_of(demand.trips.value) * self.trip_series[v][d] / YEAR
            t.trip[e, p, v] = threshold_of(1 - (-per_day).exp())
            t.evade[e, p, v] = threshold_of(min(share_of(demand.evaded) * self.evade_series[v][d], Decimal(1)))
        for g, group in enumerate(self.case.groups):
            t.user[e, v, g] = threshold_of(share_of((demand.by_group or {}).get(group, demand.users)))
        t.learns[e, v] = threshold_of(share_of(demand.learns))
        t.never_learns[e, v] = threshold_of(share_of(demand.never_learns))
