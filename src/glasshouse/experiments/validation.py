"""Hold a scenario against what was published: every figure beside the simulated one, misses first, with the errors of
five baselines.

The simulated figure is the mean of engine seeds. Its interval is over parameter sets, forms and seeds: the frozen
outcomes of every set, each with the deviation of one seed laid on it. Two kinds of test stand apart. *Inside the
fit*: totals and increments up to 2018-12-31, which the parameters have seen; there a baseline's error is one step
ahead, from the row before. *Rolling origin*: the model refitted as if nothing later were known, against baselines
that know as much. Counts are in real units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glasshouse.experiments import baselines, fit, outcomes, record
from glasshouse.experiments.seeds import SEEDS, base_alone, engine_counters

if TYPE_CHECKING:
    from glasshouse.scenario.reading import Loaded

Vector = NDArray[np.float64]
THREADS = 2
END = date(2018, 12, 31)
BARS = {"listings": 0.02, "refused_flight": 0.05, "refused_rail": 0.05, "complied": 0.05}
"""How far the mean of the seeds may be from the last published total, as a share."""
WORDS = {
    "listings": "listings",
    "complied": "people who complied",
    "refused_flight": "refused tries, flights",
    "refused_flight_people": "people refused, flights",
    "refused_rail": "refused tries, trains",
    "refused_executive": "refused executive posts",
}


class Progress(Protocol):
    """Told what is being done, and how much of it is done."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Comparison:
    """One published figure beside the simulated one. `low` and `high` are the 90 % interval; errors are relative."""

    id: str
    series: str
    kind: str  # total or increment
    since: str
    date: str
    published: float
    simulated: float
    low: float
    high: float
    split: str
    baselines: dict[str, float]
    why: str = ""

    @property
    def error(self) -> float:
        return self.simulated / self.published - 1

    @property
    def missed(self) -> bool:
        return not self.low <= self.published <= self.high


@dataclass(frozen=True)
class Bar:
    """One line that the scenario must keep."""

    name: str
    found: float
    asked: str
    kept: bool


@dataclass(frozen=True)
class Score:
    """How one forecaster did from one origin: relative error of the increment from the origin to the last later row."""

    origin: str
    series: str
    forecaster: str
    to: str
    error: float


@dataclass(frozen=True)
class Validation:
    """The whole judgement. `within` is true where every bar is kept."""

    scenario: str
    seeds: int
    sets: int
    frozen_on: str
    comparisons: tuple[Comparison, ...]
    bars: tuple[Bar, ...]
    scores: tuple[Score, ...]
    determined: tuple[dict[str, Any], ...]
    words: tuple[str, ...]

    @property
    def within(self) -> bool:
        return all(b.kept for b in self.bars)

    def document(self) -> dict[str, Any]:
        """One JSON document with everything."""
        out = asdict(self)
        out["comparisons"] = [asdict(c) | {"error": c.error, "missed": c.missed} for c in self.comparisons]
        return out | {"within": self.within, "synthetic": True}

    def __str__(self) -> str:
        return "\n\n".join(_told(self))


# --- the judgement ------------------------------------------------------------------------------------------------------------------


def validate_scenario(
    name: str,
    seeds: Sequence[int] = SEEDS,
    sets: int | None = None,
    *,
    progress: Progress | None = None,
    threads: int = THREADS,
) -> Validation:
    """Run the seeds and judge. `sets` limits how many frozen sets make the interval (all, unless given).

    Raises UsageError for a scenario without a frozen fit and without published rows.
    """
    from glasshouse.scenario.reading import read_scenario

    rows = record.rows_of(name)
    frozen, found = fit.frozen(name), outcomes.frozen_outcomes(name)
    tell = progress or (lambda step, done, total: None)
    loaded = base_alone(read_scenario(name))
    counters = engine_counters(loaded, seeds, threads, tell)
    tell("baselines", 0, 0)
    return judge(name, loaded, rows, frozen, found, counters, sets)


def judge(
    name: str, loaded: Loaded, rows: Sequence[record.Row], frozen: Mapping[str, Any], found: Mapping[str, Any],
    counters: Mapping[str, Vector], sets: int | None = None,
) -> Validation:  # fmt: skip
    """The judgement on counters in real units: [seed, day] by column."""
    assert loaded.scenario.world is not None
    start = loaded.scenario.world.start
    chosen = _thinned(len(found["outcomes"]), sets)
    weights = np.array([frozen["sets"][i]["weight"] for i in chosen])
    drawn = {r.id: np.array([found["outcomes"][i]["totals"][r.id] for i in chosen]) for r in rows}
    comparisons = compare(rows, start, counters, drawn, weights)
    bars = bars_of(comparisons, counters, start)
    scores = scores_of(rows, frozen)
    return Validation(
        scenario=name,
        seeds=len(next(iter(counters.values()))),
        sets=len(chosen),
        frozen_on=frozen["frozen_on"],
        comparisons=comparisons,
        bars=bars,
        scores=scores,
        determined=tuple(frozen["determined"]),
        words=words_of(rows, scores, frozen),
    )


def _thinned(n: int, most: int | None) -> list[int]:
    """Evenly spaced numbers of at most `most` of n sets."""
    return list(range(n)) if most is None or most >= n else [int(i) for i in np.linspace(0, n - 1, most)]


def compare(
    rows: Sequence[record.Row],
    start: date,
    counters: Mapping[str, Vector],
    drawn: Mapping[str, Vector],
    weights: Vector,
) -> tuple[Comparison, ...]:
    """Totals and increments of every row; those outside their interval first, then by the size of the error."""
    out = []
    known = {i.row.id: i for i in record.increments([r for r in rows if r.split == "fit"])}
    for row in rows:
        seeds = _total(counters, row.series, start, row.date)
        ahead = _one_step(rows, row)
        out.append(_comparison(row, "total", None, row.value, seeds, drawn[row.id], weights, {}))
        before = known[row.id].before if row.id in known else None
        if before is not None:
            step = seeds - _total(counters, row.series, start, before.date)
            out.append(
                _comparison(
                    row,
                    "increment",
                    before,
                    row.value - before.value,
                    step,
                    drawn[row.id] - drawn[before.id],
                    weights,
                    ahead,
                )
            )
    return tuple(sorted(out, key=lambda c: (c.split != "fit", not c.missed, -abs(c.error))))


def _total(counters: Mapping[str, Vector], series: str, start: date, day: date) -> Vector:
    out: Vector = counters[series][:, : record.day_index(start, day) + 1].sum(axis=1)
    return out


def _comparison(
    row: record.Row,
    kind: str,
    before: record.Row | None,
    published: float,
    seeds: Vector,
    sets: Vector,
    weights: Vector,
    ahead: dict[str, float],
) -> Comparison:
    luck = seeds - seeds.mean()
    spread = (sets[:, None] + luck[None, :]).ravel()
    low, high = outcomes.weighted_quantiles(spread, np.repeat(weights, len(luck)), (0.05, 0.95))
    since = before.date.isoformat() if before else ""
    return Comparison(
        row.id,
        row.series,
        kind,
        since,
        row.date.isoformat(),
        published,
        float(seeds.mean()),
        float(low),
        float(high),
        row.split,
        ahead,
        row.why,
    )


def _one_step(rows: Sequence[record.Row], row: record.Row) -> dict[str, float]:
    """Errors of the simple baselines for the increment to a row, from the rows before it."""
    if row.split != "fit":
        return {}
    before = [r for r in record.fit_rows(rows) if r.series == row.series and r.date < row.date]
    if not before:
        return {}
    published = row.value - before[-1].value
    found = baselines.forecasts(rows, row.series, before[-1].date, [row.date])
    return {name: float((total[0] - before[-1].value) / published - 1) for name, total in found.items()}


# --- bars ---------------------------------------------------------------------------------------------------------------------------


def bars_of(comparisons: Sequence[Comparison], counters: Mapping[str, Vector], start: date) -> tuple[Bar, ...]:
    """The bars: totals near the end of 2018, and which way refusals per listing went."""
    out = []
    for series, most in BARS.items():
        last = max(
            (c for c in comparisons if c.series == series and c.kind == "total" and c.split == "fit"),
            key=lambda c: c.date,
        )
        out.append(Bar(f"{WORDS[series]} to {last.date}", last.error, f"within {most:.0%}", abs(last.error) <= most))
    bound = next(
        (c for c in comparisons if c.series == "listings" and c.kind == "total" and c.date == END.isoformat()), None
    )
    if bound is not None:
        out.append(
            Bar(
                f"listings to {bound.date}, against an upper bound",
                bound.error,
                "within 2%",
                abs(bound.error) <= BARS["listings"],
            )
        )
    air, rail = per_listing_year(counters, "refused_flight", start), per_listing_year(counters, "refused_rail", start)
    out.append(
        Bar(
            "flights refused per listing and year, 2018 less 2017",
            air[2018] - air[2017],
            "above 0",
            air[2018] > air[2017],
        )
    )
    out.append(
        Bar(
            "trains refused per listing and year, 2018 less 2017",
            rail[2018] - rail[2017],
            "below 0",
            rail[2018] < rail[2017],
        )
    )
    out.append(
        Bar(
            "trains refused per listing and year, 2017 less 2016",
            rail[2017] - rail[2016],
            "below 0",
            rail[2017] < rail[2016],
        )
    )
    return tuple(out)


def per_listing_year(counters: Mapping[str, Vector], column: str, start: date) -> dict[int, float]:
    """Refused tries per listing and year: the year's tries over the average number of publications by then, as the
    record allows.
    """
    out = {}
    listings = np.cumsum(counters["listings"].mean(axis=0))
    for year in range(2015, 2020):
        a, b = record.day_index(start, date(year, 1, 1)), record.day_index(start, date(year, 12, 31)) + 1
        out[year] = float(counters[column].mean(axis=0)[a:b].sum() / listings[a:b].mean())
    return out


# --- rolling origin -----------------------------------------------------------------------------------------------------------------


def scores_of(rows: Sequence[record.Row], frozen: Mapping[str, Any]) -> tuple[Score, ...]:
    """Every form and every baseline from every origin: the increment from the last row known to the last row there
    is.
    """
    out = []
    for origin in sorted({x["origin"] for x in frozen["rolling"]}):
        aggregate = baselines.fit_aggregate(rows, date.fromisoformat(origin))
        for series in dict.fromkeys(x["series"] for x in frozen["rolling"]):
            known = [r for r in record.fit_rows(rows) if r.series == series]
            before = [r for r in known if r.date.isoformat() <= origin]
            target = known[-1]
            if not before or target.date.isoformat() <= origin:
                continue
            increment = target.value - before[-1].value
            totals = {
                f"model, {x['form']}" if x["form"] != "all" else "model": x["totals"][target.id]
                for x in _rolled(frozen, origin, series)
            }
            totals |= {n: float(v[0]) for n, v in _baselines(rows, series, origin, target, aggregate).items()}
            for name, total in totals.items():
                out.append(
                    Score(origin, series, name, target.date.isoformat(), (total - before[-1].value) / increment - 1)
                )
    return tuple(out)


def _rolled(frozen: Mapping[str, Any], origin: str, series: str) -> list[dict[str, Any]]:
    return [x for x in frozen["rolling"] if x["origin"] == origin and x["series"] == series]


def _baselines(
    rows: Sequence[record.Row], series: str, origin: str, target: record.Row, aggregate: baselines.Aggregate
) -> dict[str, Vector]:
    return baselines.forecasts(rows, series, date.fromisoformat(origin), [target.date], aggregate)


# --- in words -----------------------------------------------------------------------------------------------------------------------


def words_of(rows: Sequence[record.Row], scores: Sequence[Score], frozen: Mapping[str, Any]) -> tuple[str, ...]:
    """What the figures do and do not say, in sentences."""
    fitted = [r for r in record.fit_rows(rows) if r.series in WORDS]
    numbers = len(fit.LISTING) + len(fit.RAIL) + len(fit.EXECUTIVE) + len(fit.FLIGHT)
    loose = [
        f"{n} ({_gate_of(d)})"
        for d in frozen["determined"]
        for n, left in zip(d["names"], d["prior_left"], strict=True)
        if left > 0.5
    ]
    pairs = [f"{a} and {b} ({_gate_of(d)})" for d in frozen["determined"] for a, b, _ in d["correlated"]]
    points = sum(r.series == "refused_flight" for r in fitted)
    out = [
        f"{numbers} numbers (one more where the date of a change is fitted) were fitted to {len(fitted)} increments "
        f"and as many totals; {len(fit.FLIGHT)} of them are about flights, for {points} points.",
        "Hardly determined (more than half of the prior's width is left): " + ", ".join(dict.fromkeys(loose)) + ".",
        "Determined only together (correlation beyond 0.8): " + ", ".join(dict.fromkeys(pairs)) + ".",
    ]
    return (
        *out,
        _people(rows),
        *(_compared(scores, origin, series) for origin, series in dict.fromkeys((s.origin, s.series) for s in scores)),
    )


def _people(rows: Sequence[record.Row]) -> str:
    """How many people stand behind the publications: the one thing that every count on the list leaves open."""
    last = max((r for r in record.fit_rows(rows) if r.series == "listings"), key=lambda r: r.date)
    few, many = record.PUBLICATIONS_PER_PERSON
    return (
        f"Publications to a person: {few} to {many} is an assumption. {last.value / 1e6:.1f} million publications to {last.date} are of "
        f"{last.value / many / 1e6:.1f} to {last.value / few / 1e6:.1f} million; the counts compared here do not depend on it."
    )


def _gate_of(part: Mapping[str, Any]) -> str:
    """The part without its form: what is loose under one form is loose under all."""
    return str(part["part"]).partition(",")[0]


def _compared(scores: Sequence[Score], origin: str, series: str) -> str:
    """Whether people in a model added anything to a forecast, in one sentence."""
    mine = [s for s in scores if (s.origin, s.series) == (origin, series)]
    model = {s.forecaster: abs(s.error) for s in mine if s.forecaster.startswith("model")}
    plain = {s.forecaster: abs(s.error) for s in mine if not s.forecaster.startswith("model")}
    middle, best = float(np.median(list(model.values()))), min(plain, key=lambda n: plain[n])
    told = f"From {origin}, {WORDS[series]}: the model is {middle:.0%} off"
    told += f" (its forms {min(model.values()):.0%} to {max(model.values()):.0%})" if len(model) > 1 else ""
    as_well = [f"{n} ({x:.0%})" for n, x in plain.items() if x <= middle * 1.1]
    if as_well:
        return (
            f"{told}; as well or better without people: {', '.join(as_well)}. At the aggregate agents add nothing here."
        )
    return f"{told}; the best baseline ({best}) {plain[best]:.0%}."


def _told(v: Validation) -> list[str]:
    """The parts of the printed judgement."""
    missed = [c for c in v.comparisons if c.missed and c.split == "fit"]
    counted = sum(c.split == "fit" for c in v.comparisons)
    head = (
        f"{v.scenario}, synthetic people: mean of {v.seeds} seeds, intervals over {v.sets} parameter sets x seeds, fitted to figures up to "
        f"{record.LAST_FITTED} and frozen on {v.frozen_on}.\n{len(missed)} of {counted} published figures lie outside their 90 % interval."
    )
    bars = "\n".join(
        f"{'kept  ' if b.kept else 'BROKEN'}  {b.name}: {b.found:+.3f} ({b.asked})"
        for b in sorted(v.bars, key=lambda b: b.kept)
    )
    return [
        head,
        "Bars\n" + bars,
        "Outside the interval\n" + _table(missed),
        "Inside it\n" + _table([c for c in v.comparisons if not c.missed and c.split == "fit"]),
        "Never fitted: bounds and rows of low confidence\n" + _table([c for c in v.comparisons if c.split != "fit"]),
        "Rolling origin: relative error of the increment from the origin to the last row\n" + _scores(v.scores),
        "In words\n" + "\n".join(f"- {w}" for w in v.words),
    ]


def _table(comparisons: Sequence[Comparison]) -> str:
    if not comparisons:
        return "none"
    names = f"{'figure':<24}{'from':<12}{'to':<12}{'published':>12}{'simulated':>12}{'90 % interval':>26}{'error':>8}"
    head = names + "  baselines, one step ahead"
    return "\n".join([head, *(_line(c) for c in comparisons)])


def _line(c: Comparison) -> str:
    plain = ", ".join(f"{n} {e:+.0%}" for n, e in c.baselines.items())
    interval = f"{c.low:,.0f} to {c.high:,.0f}"
    what = f"{WORDS[c.series]:<24}{c.since or 'start':<12}{c.date:<12}"
    return f"{what}{c.published:>12,.0f}{c.simulated:>12,.0f}{interval:>26}{c.error:>+8.1%}  {plain or c.why}".rstrip()


def _scores(scores: Sequence[Score]) -> str:
    lines = []
    for origin, series in dict.fromkeys((s.origin, s.series) for s in scores):
        mine = [s for s in scores if (s.origin, s.series) == (origin, series)]
        told = ", ".join(f"{s.forecaster} {s.error:+.0%}" for s in sorted(mine, key=lambda s: abs(s.error)))
        lines.append(f"{origin}  {WORDS[series]:<24} {told}")
    return "\n".join(lines)
