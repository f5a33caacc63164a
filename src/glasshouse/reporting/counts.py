"""What the report counts: listings by what they rest on, the way of an objection, refusals, published beside simulated.

Everything is read from the recording and counted in synthetic people; only the comparison with published figures is
scaled, and only where at least 100 synthetic cases stand behind a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import BASES
from glasshouse.errors import GlasshouseError, UsageError
from glasshouse.measures.coupled import why_no_luck
from glasshouse.measures.frame import BLOCKS, Cases, World, read_cases, read_world
from glasshouse.measures.scale import FEWEST
from glasshouse.measures.survival import Curve, kaplan_meier, quantile

if TYPE_CHECKING:
    from glasshouse.experiments.record import Row
    from glasshouse.experiments.tornado import Tornado
    from glasshouse.recording.store import Recording
    from glasshouse.scenario.reading import Loaded

Counts = NDArray[np.int64]
T_49 = 1.677
"""Half a 90 % interval in standard errors, at 49 degrees of freedom: one block less than the jackknife has."""
Z_90 = 1.645
"""The same of a normal distribution."""
COMPARED = ("listings", "complied", "refused_flight", "refused_rail")
"""Series of published figures that the report shows."""
OF_CASES = {"listings": "opened", "complied": "paid_on"}
"""Series that are listings with a day, and the column of that day."""


@dataclass(frozen=True, eq=False)
class Told:
    """A recording with what the report asks of it more than once."""

    recording: Recording
    ranges: Mapping[str, Mapping[str, Any]] | None = None

    @cached_property
    def sweep(self) -> Mapping[str, Any] | None:
        """What a sweep of this scenario says, where somebody put one into the recording."""
        from glasshouse.experiments.sweep import sweep_of

        return sweep_of(self.recording) if self.loaded is not None else None

    @cached_property
    def tornado(self) -> Mapping[str, Tornado]:
        """How far each assumption by itself moves each measure: by the recording's own sweep, or as the catalogue keeps it for the very
        same scenario.
        """
        from glasshouse.experiments.tornado import frozen_tornado, of_sweep

        if self.sweep is not None:
            return of_sweep(self.sweep)
        return frozen_tornado(self.loaded) if self.loaded is not None else {}

    @cached_property
    def seeds(self) -> Mapping[str, Any] | None:
        """What several seeds of this run say of every measure; None where one seed was run."""
        from glasshouse.experiments.seeds import seed_intervals

        return seed_intervals(self.recording)

    @cached_property
    def twins(self) -> Mapping[str, Any] | None:
        """What `glasshouse twins --out` said of the totals, over its seeds; None in any other recording."""
        from glasshouse.experiments.twins import told_of

        return told_of(self.recording)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What was asked."""
        return self.recording.manifest

    @cached_property
    def raw(self) -> Mapping[str, Any]:
        """The scenario as it was read."""
        found: Mapping[str, Any] = self.manifest["scenario"]["raw"]
        return found

    @cached_property
    def loaded(self) -> Loaded | None:
        """The scenario read again; None where it is none (any more)."""
        from glasshouse.scenario.reading import from_raw

        try:
            return from_raw(dict(self.raw), str(self.manifest["scenario"]["name"]))
        except GlasshouseError:
            return None

    @cached_property
    def measures(self) -> Mapping[str, Any]:
        """What was measured; nothing where nobody measured."""
        return self.recording.measures if (self.recording.path / "measures.json").exists() else {}

    @cached_property
    def rewards(self) -> NDArray[np.bool_]:
        """Of each listing of the factual variant, whether its list rewards: one enters it by rising."""
        lists = self.raw.get("lists") or []
        rises = [x["id"] for x in lists if ((x.get("entry") or {}).get("trigger") or {}).get("score_above") is not None]
        return np.isin(self.factual.list, [self.world.lists.index(one) for one in rises])

    @cached_property
    def world(self) -> World:
        """How many people, where, for how long."""
        return read_world(self.recording)

    @cached_property
    def cases(self) -> Mapping[str, Cases]:
        """The listings of each variant."""
        return read_cases(self.recording, self.world)

    @property
    def factual(self) -> Cases:
        """The listings of the first variant."""
        return self.cases[self.recording.variants[0]]

    @property
    def start(self) -> date:
        """The first day."""
        return date.fromisoformat(str(self.manifest["start"]))

    def date_of(self, day: int) -> date:
        """The date of a day of the run; day 1 is the first."""
        return self.start + timedelta(days=int(day) - 1)

    @property
    def end(self) -> date:
        """The last day."""
        return self.date_of(self.world.days)

    @property
    def represents(self) -> float:
        """How many people one synthetic person stands for."""
        return float(self.manifest["represents"])

    @cached_property
    def daily(self) -> Mapping[str, Mapping[str, Counts]]:
        """Counts of all people by variant and column, int64[day]. Firms, where there are any, are not in them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = self.recording.daily
        if self.manifest.get("firms"):
            table = table.filter(pc.is_in(table["region"].cast("string"), pa.array(self.world.regions)))
        variants = np.asarray(table["variant"].combine_chunks().dictionary_encode().indices)
        names = table["variant"].combine_chunks().dictionary_encode().dictionary.to_pylist()
        day = table["day"].to_numpy() - 1
        columns = [c for c in table.column_names if c not in ("day", "date", "variant", "region", "group")]
        out: dict[str, dict[str, Counts]] = {}
        for number, name in enumerate(names):
            mine = variants == number
            out[name] = {c: self._by_day(day[mine], table[c].to_numpy()[mine]) for c in columns}
        return out

    def _by_day(self, day: Counts, values: Counts) -> Counts:
        total = np.zeros(self.world.days, np.int64)
        np.add.at(total, day, values)
        return total

    @property
    def days(self) -> Mapping[str, Counts]:
        """Daily counts of the first variant."""
        return self.daily[self.recording.variants[0]]


def kept_ranges(recording: Recording) -> Mapping[str, Mapping[str, Any]] | None:
    """What a sweep of the assumptions reached, where the catalogue keeps one for the very same scenario, or lies in the recording."""
    from glasshouse.experiments.assumptions import frozen_ranges

    told = Told(recording)
    kept = frozen_ranges(told.loaded) if told.loaded is not None else None
    return kept if kept is not None or told.sweep is None else _ranges_of(told.sweep, told.world.people)


def _ranges_of(sweep: Mapping[str, Any], people: int) -> dict[str, dict[str, Any]]:
    """The ranges of a sweep as the report takes them; counts are of the sweep's own people and grow with ours."""
    out: dict[str, dict[str, Any]] = {}
    for name, entry in sweep["measures"].items():
        span = entry["range"]
        if span["low"] is not None:
            times = people / int(sweep["about"]["people"]) if entry["scaling"] == "count" else 1.0
            out[name] = {"all": (span["low"] * times, span["high"] * times, [span["over"]])}
    return out


# --- listings -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BasisRow:
    """Listings that rest on one thing: how many, of which the rule calls wrong, and of each group."""

    key: str
    listings: int
    wrong_by_rule: int
    wrong_by_rights: int
    by_group: tuple[int, ...]


def by_basis(cases: Cases) -> list[BasisRow]:
    """Every basis that occurs, in the order of the schema."""
    rule, rights = cases.wrongful(False), cases.wrongful(True)
    rows = []
    for number, key in enumerate(BASES):
        mine = cases.basis == number
        if mine.any():
            groups = np.bincount(cases.group[mine], minlength=len(cases.world.groups))
            rows.append(
                BasisRow(
                    key,
                    int(mine.sum()),
                    int((mine & rule).sum()),
                    int((mine & rights).sum()),
                    tuple(int(g) for g in groups),
                )
            )
    return rows


A_YEAR = 365


@dataclass(frozen=True)
class Stay:
    """How long listings lasted: the share left after each day, those followed, and days by which parts had ended.

    `early` began so long before the end of the run that a year of them could be seen.
    """

    curve: Curve
    n: int
    ended: int
    early: int
    at_risk: tuple[tuple[int, int], ...]
    half: float | None
    quarter: float | None

    def left_at(self, day: int) -> float | None:
        """The share still listed after so many days; None past the last day anybody was followed."""
        return float(self.curve[day]) if day < len(self.curve) else None


def stay_of(cases: Cases, by_rights: bool, at: Sequence[int] = (0, 180, 365, 730, 1095, 1460, 1825)) -> Stay | None:
    """Kaplan-Meier of wrongful listings, any end counted; None where there is no wrongful listing."""
    wrong = cases.wrongful(by_rights)
    if not wrong.any():
        return None
    length, ended = cases.length[wrong].astype(np.int64), ~cases.still_open[wrong]
    size = int(length.max()) + 1
    events, leaves = np.bincount(length[ended], minlength=size), np.bincount(length, minlength=size)
    curve = kaplan_meier(events, leaves)
    risk = tuple((d, int((length >= d).sum())) for d in at if d < size)
    early = int((wrong & (cases.opened + A_YEAR <= cases.world.days)).sum())
    return Stay(curve, int(wrong.sum()), int(ended.sum()), early, risk, quantile(curve, 0.5), quantile(curve, 0.75))


def ends_of(cases: Cases, by_rights: bool) -> list[tuple[str | None, int]]:
    """How wrongful listings ended, and how many were open at the end of the run (None)."""
    from glasshouse.codes import EXITS

    wrong = cases.wrongful(by_rights)
    found = [("put_right", int((wrong & (cases.closed > 0) & cases.put_right).sum()))]
    found += [(EXITS[n], int((wrong & (cases.closed_by == n) & ~cases.put_right).sum())) for n in range(1, len(EXITS))]
    still: list[tuple[str | None, int]] = [(None, int((wrong & cases.still_open).sum()))]
    return [(end, n) for end, n in found if n] + still


def funnel(cases: Cases, wrongful: bool | None = None) -> list[tuple[str, int]]:
    """Listings at each stage from being listed to being told one was right; of wrongful ones by rights if asked."""
    among = cases.everyone if wrongful is None else cases.wrongful(True) == wrongful
    filed = among & (cases.appealed_on > 0)
    stages = {
        "listed": among,
        "notified": among & (cases.notified_on > 0),
        "aware": among & (cases.learnt_on > 0),
        "filed": filed,
        "decided": filed & (cases.decided_on > 0) & ~cases.put_right,
        "upheld": filed & (cases.decision == 1) & ~cases.put_right,
    }
    return [(name, int(rows.sum())) for name, rows in stages.items()]


def taken_back(cases: Cases, wrongful: bool | None = None) -> int:
    """Listings that the authority took back of itself: it found out and repaired what was done, whether or not somebody had objected."""
    among = cases.everyone if wrongful is None else cases.wrongful(True) == wrongful
    return int((among & cases.put_right).sum())


@dataclass(frozen=True)
class GateRow:
    """What one gate refused: tries, the trips they were part of, the people; and trips that found another way."""

    gate: str
    title: str
    tries: int
    trips: int
    people: int
    evaded: int


def gates(told: Told, variant: str | None = None) -> list[GateRow]:
    """Every gate of the recording, in the order of the scenario."""
    days = told.daily[variant or told.recording.variants[0]]
    titles = {c.get("id"): c.get("title") for c in told.raw.get("consequences", [])}
    rows = []
    for gate in told.manifest["names"]["gates"]:
        sums = [
            int(days[c.format(gate)].sum())
            for c in ("refused_{}", "refused_{}_trips", "refused_{}_people", "evaded_{}")
        ]
        rows.append(GateRow(gate, titles.get(gate) or gate.replace("_", " "), *sums))
    return rows


# --- published beside simulated -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """One published total beside the simulated one, in real units; `simulated` is None below 100 synthetic cases."""

    id: str
    date: date
    published: float
    publisher: str
    ref: str
    confidence: str
    split: str
    why: str
    n: int
    simulated: float | None
    low: float | None = None
    high: float | None = None

    @property
    def error(self) -> float | None:
        """Relative error of the simulated total."""
        return None if self.simulated is None else self.simulated / self.published - 1


@dataclass(frozen=True)
class Compared:
    """One series: its published points, and the simulated cumulative course as (date, real units)."""

    series: str
    unit: str
    points: tuple[Point, ...]
    course: tuple[tuple[date, float], ...]


@dataclass(frozen=True)
class Comparison:
    """All series, what one synthetic person stands for in them, and what the interval is."""

    series: tuple[Compared, ...]
    times: float
    rescaled: bool
    interval: str
    last_fitted: date
    sets: int = 0
    points: tuple[Point, ...] = field(default=())


def comparison(told: Told) -> Comparison | None:
    """The published figures of a catalogue scenario beside this run; None where there are none."""
    from glasshouse.experiments import record

    try:
        rows = [r for r in record.rows_of(str(told.manifest["scenario"]["name"])) if r.series in COMPARED]
    except UsageError:
        return None
    rows = [r for r in rows if told.start <= r.date <= told.end]
    if not rows:
        return None
    times = _stands_for(told)
    spread, sets = _spread_of_sets(told)
    series = tuple(
        _compared(told, name, [r for r in rows if r.series == name], times, spread)
        for name in COMPARED
        if any(r.series == name for r in rows) and name in told.days
    )
    rescaled = abs(times / told.represents - 1) > 1e-9
    return Comparison(series, times, rescaled, _interval_words(sets), record.LAST_FITTED, sets)


def _interval_words(sets: int) -> str:
    if sets:
        return (
            f"90 % over {sets} parameter sets that agree with the published figures, joined with the luck of one run: by "
            "blocks of people for listings and people who complied, by occasions for refused tries, whose luck is large "
            "because few people make most of them"
        )
    return (
        "90 % of the luck of one run, by blocks of people for listings and people who complied, by occasions for refused "
        "tries; no parameter sets are kept for this scenario as it stands"
    )


def _stands_for(told: Told) -> float:
    """How many one synthetic person stands for, so that all of them make the population that was published of."""
    from glasshouse.scenario.reading import read_scenario

    world = read_scenario(str(told.manifest["scenario"]["name"])).scenario.world
    if world is None:
        return told.represents
    return world.people * float(world.represents.value) / int(told.manifest["people"])


def _spread_of_sets(told: Told) -> tuple[dict[str, tuple[float, float]], int]:
    """5 % and 95 % of every published total over the frozen parameter sets; nothing where the scenario was changed."""
    from glasshouse.experiments import fit, outcomes
    from glasshouse.experiments.assumptions import digest_without_size
    from glasshouse.scenario.reading import read_scenario

    name = str(told.manifest["scenario"]["name"])
    if told.loaded is None or digest_without_size(told.loaded) != digest_without_size(read_scenario(name)):
        return {}, 0
    try:
        frozen, found = fit.frozen(name), outcomes.frozen_outcomes(name)
    except UsageError:
        return {}, 0
    drawn = found["outcomes"]
    weights = np.array([s["weight"] for s in frozen["sets"]])[: len(drawn)]
    spread = {}
    for row in drawn[0]["totals"]:
        values = np.array([d["totals"][row] for d in drawn])
        low, high = outcomes.weighted_quantiles(values, weights, (0.05, 0.95))
        spread[row] = (float(low), float(high))
    return spread, len(drawn)


def _compared(
    told: Told, series: str, rows: Sequence[Row], times: float, spread: Mapping[str, tuple[float, float]]
) -> Compared:
    total = np.cumsum(told.days[series])
    points = tuple(_point(told, r, int(total[(r.date - told.start).days]), times, spread) for r in rows)
    return Compared(series, rows[0].unit, points, tuple(_course(told, total, times)))


def _point(told: Told, row: Row, n: int, times: float, spread: Mapping[str, tuple[float, float]]) -> Point:
    simulated = n * times if n >= FEWEST else None
    low, high = _interval(simulated, spread.get(row.id), _luck(told, row) * times)
    about = (row.id, row.date, row.value, row.publisher, row.ref, row.confidence, row.split, row.why)
    return Point(*about, n, simulated, low, high)


def _interval(
    simulated: float | None, sets: tuple[float, float] | None, luck: float
) -> tuple[float | None, float | None]:
    """Both ends: of the parameter sets and of luck, joined as independent; of luck about this run where no sets are kept."""
    if simulated is None or (sets is None and luck == 0):
        return None, None
    low, high = sets or (simulated, simulated)
    middle = (low + high) / 2
    return max(middle - float(np.hypot(middle - low, luck)), 0.0), middle + float(np.hypot(high - middle, luck))


def _luck(told: Told, row: Row) -> float:
    """Half of the 90 % interval that one run's luck makes, in synthetic people, by the jackknife over blocks of people.

    Tries are not counted by person; theirs is told from trips. 0 where something couples people, so that one run cannot tell.
    """
    if why_no_luck(told.world, told.recording.variants[:1], total=True):
        return 0.0
    if row.series not in OF_CASES:
        return Z_90 * _luck_of_tries(told, row.series, (row.date - told.start).days + 1)
    day = getattr(told.factual, OF_CASES[row.series])
    done = (day > 0) & (day <= (row.date - told.start).days + 1)
    blocks = np.bincount(told.world.block_of(told.factual.person[done]), minlength=BLOCKS)
    return T_49 * float(np.sqrt(BLOCKS / (BLOCKS - 1) * np.square(blocks - blocks.mean()).sum()))


def _luck_of_tries(told: Told, series: str, days: int) -> float:
    """Standard deviation of the tries refused until a day, from one run: trips come independently, and each takes many tries.

    The sum of squares over trips is what estimates it; of a day only the sum of its k trips is known, and of exponential parts with that
    sum the squares add to 2/(k + 1) of its square. People who try several trips go together: times the trips of a person. Sixteen seeds
    of a million people for six years give 5.1 % (flights) and 5.3 % (trains), and this 5.4 and 6.6 %.
    """
    tries, trips, people = (told.days[f"{series}{end}"][:days].astype(np.float64) for end in ("", "_trips", "_people"))
    squares = float((2 * np.square(tries) / (trips + 1)).sum())
    return float(np.sqrt(squares * trips.sum() / max(people.sum(), 1.0)))


def _course(told: Told, total: Counts, times: float) -> list[tuple[date, float]]:
    """The simulated total at the end of each month, from the hundredth synthetic case on."""
    days = [told.date_of(n + 1) for n in range(len(total))]
    kept = [n for n, d in enumerate(days) if (d + timedelta(days=1)).day == 1 or n == len(days) - 1]
    return [(days[n], float(total[n]) * times) for n in kept if total[n] >= FEWEST]


# --- scores -------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scores:
    """Scores of everybody at the end of the run: how many at each value, and how many differ from what facts merit."""

    values: Counts
    people: Counts
    baseline: int
    differ: int

    @property
    def n(self) -> int:
        """How many people."""
        return int(self.people.sum())

    @property
    def above(self) -> int:
        """How many stand above the score that everybody began with."""
        return int(self.people[self.values > self.baseline].sum())

    @property
    def below(self) -> int:
        """How many stand below it."""
        return int(self.people[self.values < self.baseline].sum())

    def at(self, share: float) -> int:
        """The score below or at which this share of the people stands."""
        return int(self.values[np.searchsorted(np.cumsum(self.people), share * self.n)])


def scores(told: Told, variant: str | None = None) -> Scores | None:
    """The scores of a variant, of the factual one unless named; None where the scheme keeps none."""
    import pyarrow.compute as pc

    keeps = told.raw.get("score")
    if not keeps or not told.recording.has("people"):
        return None
    table = told.recording.table("people", ["variant", "score", "merited"])
    mine = table.filter(pc.equal(table["variant"].cast("string"), variant or told.recording.variants[0]))
    people_only = told.world.people  # firms, where there are any, come after them
    score, merited = (mine[name].to_numpy()[:people_only] for name in ("score", "merited"))
    values, people = np.unique(score, return_counts=True)
    base = keeps.get("baseline", 0)
    base = base["value"] if isinstance(base, Mapping) else base
    return Scores(values.astype(np.int64), people.astype(np.int64), int(base), int((score != merited).sum()))
