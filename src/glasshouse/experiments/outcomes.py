"""What each parameter set says: totals on the published dates, and every year's increments and stock to the end of
2019.

    python -m glasshouse.experiments.outcomes defaulter-list --freeze
    python -m glasshouse.experiments.outcomes defaulter-list --predictions docs/predictions

writes `catalogue/data/defaulter-list.outcomes.json` (by the expected course, one day at a time) and, with the spread
of engine seeds, the predictions in `docs/predictions`. Predictions are made once, by every set, and never adjusted to
later figures. Counts are in real units; tries are as recorded (under `counting` the tries really made are fewer, and
stand beside as `tried_flight`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.errors import UsageError
from glasshouse.experiments import expectation, fit, forms, record

Vector = NDArray[np.float64]
COUNTS = ("listings", "complied", "delistings", "refused_flight", "tried_flight", "refused_rail", "refused_executive")
STOCKS = ("listed", "wrongful_listed")
YEARS = tuple(range(2014, 2020))


def outcomes(
    base: fit.Base, sets: Sequence[fit.ParameterSet], tell: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """One entry for each set: `totals` by row id, and by year the increments of `COUNTS` and the stocks at the year's
    end.
    """
    rows = record.rows_of("defaulter-list")
    out: list[dict[str, Any]] = []
    shared: tuple[str, expectation.ListCourse] | None = None
    for n, s in enumerate(sets):
        key = json.dumps([s.fitted["list"], s.drawn], sort_keys=True)
        p = fit.parameters_with(base, s)
        if shared is None or shared[0] != key:  # the forms of one draw share their list
            shared = (key, expectation.list_course(p))
            tell(f"set {n + 1} of {len(sets)}")
        out.append(_outcome(p, s, shared[1], rows))
    return out


def daily_counts(p: expectation.Parameters, s: fit.ParameterSet, course: expectation.ListCourse) -> dict[str, Vector]:
    """Every series of `COUNTS` and `STOCKS` day by day, in real units, and the people intercepted at flights."""
    tries, _, people = expectation.gate_course(p.gates["flight"], course)
    form = forms.form_named(s.form)
    since = (s.since - p.start).days
    counted = (
        np.where(np.arange(p.days) >= since, s.fitted["flight"]["size"], 1.0) if form.counting else np.ones(p.days)
    )
    found = {
        "listings": course.listings,
        "complied": course.complied,
        "delistings": course.delistings,
        "listed": course.listed,
        "wrongful_listed": course.wrongful_listed,
        "refused_flight": tries,
        "tried_flight": tries / counted,
        "refused_flight_people": people,
        "refused_rail": expectation.gate_course(p.gates["rail"], course)[0],
        "refused_executive": expectation.gate_course(p.gates["executive"], course)[0],
    }
    return {k: v * p.represents for k, v in found.items()}


def _outcome(
    p: expectation.Parameters, s: fit.ParameterSet, course: expectation.ListCourse, rows: Sequence[record.Row]
) -> dict[str, Any]:
    daily = daily_counts(p, s, course)
    totals = {r.id: _round(record.totals_at(daily[r.series], p.start, [r])[0]) for r in rows}
    return {"totals": totals, "years": {str(y): yearly(daily, p.start, y) for y in YEARS}}


def yearly(daily: dict[str, Vector], start: date, year: int) -> dict[str, float]:
    """Increments over a calendar year and stocks at its end."""
    first, last = max((date(year, 1, 1) - start).days, 0), (date(year, 12, 31) - start).days
    out = {k: _round(daily[k][first : last + 1].sum()) for k in COUNTS if k in daily}
    return out | {k: _round(daily[k][last]) for k in STOCKS if k in daily}


def _round(x: float) -> float:
    return float(f"{float(x):.6g}")


def frozen_outcomes(name: str) -> dict[str, Any]:
    """The frozen outcomes. Raises UsageError where there are none."""
    file = _path(name)
    if not file.is_file():
        raise UsageError(f'no outcomes are frozen for "{name}"')
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _path(name: str) -> Any:
    return resources.files("glasshouse.scenario.catalogue") / "data" / f"{name}.outcomes.json"


def digest_of(result: dict[str, Any]) -> str:
    """BLAKE2 of the outcomes themselves."""
    return hashlib.blake2b(json.dumps(result["outcomes"], sort_keys=True).encode(), digest_size=16).hexdigest()


def compute(name: str, tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Outcomes of every frozen set. About two minutes on one core."""
    from glasshouse.scenario.reading import read_scenario

    frozen = fit.frozen(name)
    base = fit.base_of(read_scenario(name))
    sets = [fit.set_from_json(x) for x in frozen["sets"]]
    found: dict[str, Any] = {"scenario": name, "fit": frozen["digest"], "outcomes": outcomes(base, sets, tell)}
    return found | {"digest": digest_of(found)}


# --- predictions --------------------------------------------------------------------------------------------------------------------


def intervals(values: Vector, weights: Vector) -> dict[str, Any]:
    """Median, 50 and 90 % intervals of weighted values."""
    at = weighted_quantiles(values, weights, (0.05, 0.25, 0.5, 0.75, 0.95))
    low90, low50, median, high50, high90 = (_round(x) for x in at)
    return {"median": median, "50 %": [low50, high50], "90 %": [low90, high90]}


def weighted_quantiles(values: Vector, weights: Vector, at: Sequence[float]) -> Vector:
    """Quantiles of a weighted sample: linear between the middles of the weights."""
    order = np.argsort(values, kind="stable")
    share = weights[order] / weights.sum()
    middle = np.cumsum(share) - share / 2
    return np.interp(at, middle, values[order])


def predictions(
    found: dict[str, Any], sets: Sequence[fit.ParameterSet], seed_spread: dict[str, float] | None = None
) -> dict[str, Any]:
    """Intervals for 2019 over sets, forms and seeds, and for each year's stock; and 2019 by form and by treatment of
    older entries.

    `seed_spread` is the relative standard deviation of one run of a million people, by count, from engine seeds.
    """
    rng = np.random.default_rng(fit.SEED)
    weights = np.array([s.weight for s in sets])
    spread = seed_spread or {}

    def values(year: int, key: str) -> Vector:
        x = np.array([o["years"][str(year)][key] for o in found["outcomes"]])
        return x * (1 + spread.get(key, 0.0) * rng.standard_normal(len(x)))

    increments = {k: intervals(values(2019, k), weights) for k in COUNTS}
    stock = {str(y): intervals(values(y, "listed"), weights) for y in YEARS}
    return {"2019": increments, "listed_at_year_end": stock, "2019 by form": _by(found, sets, lambda s: f"{s.form}, {s.continuation}"),
            "2019 by treatment of older entries": _by(found, sets, lambda s: s.older)}  # fmt: skip


def _by(
    found: dict[str, Any], sets: Sequence[fit.ParameterSet], key: Callable[[fit.ParameterSet], str]
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in dict.fromkeys(key(s) for s in sets):
        chosen = [o["years"]["2019"] for s, o in zip(sets, found["outcomes"], strict=True) if key(s) == name]
        out[name] = {k: _round(np.median([c[k] for c in chosen])) for k in (*COUNTS, "listed")}
    return out


def predict(name: str, folder: Path, tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Write the predictions for 2019 as JSON and as a page: every frozen set, with the luck of one seed laid on it."""
    from glasshouse.experiments import seeds
    from glasshouse.scenario.reading import read_scenario

    frozen, found = fit.frozen(name), frozen_outcomes(name)
    loaded = seeds.base_alone(read_scenario(name))
    assert loaded.scenario.world is not None
    counters = seeds.engine_counters(loaded, seeds.SEEDS, tell=lambda step, n, of: tell(f"{step} {n} of {of}"))
    spread = seeds.spread_of_a_year(counters, loaded.scenario.world.start, 2019, STOCKS)
    sets = [fit.set_from_json(x) for x in frozen["sets"]]
    document = {
        "synthetic": True,
        "scenario": name,
        "fitted_to": frozen["last_fitted"],
        "made_on": date.today().isoformat(),
        "fit": frozen["digest"],
        "sets": len(sets),
        "luck_of_one_seed": {k: _round(v) for k, v in spread.items() if k in (*COUNTS, *STOCKS)},
    } | predictions(found, sets, spread | {"tried_flight": spread["refused_flight"]})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-2019.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    (folder / f"{name}-2019.md").write_text(page(document), encoding="utf-8")
    return document


LABELS = {
    "listings": "publications",
    "complied": "people who comply",
    "delistings": "removals from the list",
    "refused_flight": "refused tries, flights, as recorded",
    "tried_flight": "refused tries, flights, as made",
    "refused_rail": "refused tries, trains",
    "refused_executive": "refused executive posts",
    "listed": "in force at the end of the year",
}


def page(document: dict[str, Any]) -> str:
    """The predictions as Markdown."""
    lines = [
        "# What the defaulter list should show for 2019",
        "",
        f"Made on {document['made_on']} from {document['sets']} parameter sets fitted to figures up to {document['fitted_to']} (digest "
        f"`{document['fit']}`), and not adjusted to any later figure since. Synthetic people, scaled to 1.39 billion; millions.",
        "",
        "## Increments over 2019",
        "",
        *_table(("", "median", "50 %", "90 %"), [(LABELS[k], x) for k, x in document["2019"].items()]),
        "",
        "## Listings in force at each year's end",
        "",
        "The figures say almost nothing about durations after May 2019, when the first terms may run out: this is where "
        "the three treatments of older entries, and the share of listings that have a term at all, part ways.",
        "",
        *_table(("", "median", "50 %", "90 %"), list(document["listed_at_year_end"].items())),
        "",
        "## 2019 by what changed for flights, and by whether it went on",
        "",
        *_medians(document["2019 by form"], ("refused_flight", "tried_flight", "refused_rail")),
        "",
        "## 2019 by how older entries were treated",
        "",
        *_medians(document["2019 by treatment of older entries"], ("delistings", "complied", "listed")),
        "",
        "`holds`: the change stays where it was at the end of 2018. `goes_on`: it grows on. `ends`: it is gone in 2019. "
        "The intervals weigh every form and every treatment alike, since the record does not choose between them; they are as "
        "wide as that. What no form says is not in them: a new law, a list published in another way, a pandemic.",
    ]
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
    body = [
        f"| {name} | {_millions(x['median'])} | {_between(x['50 %'])} | {_between(x['90 %'])} |" for name, x in rows
    ]
    return ["| " + " | ".join(head) + " |", "|---|---|---|---|", *body]


def _medians(by: dict[str, dict[str, float]], keys: tuple[str, ...]) -> list[str]:
    head = "| median of | " + " | ".join(LABELS[k] for k in keys) + " |"
    rows = [f"| {name} | " + " | ".join(_millions(x[k]) for k in keys) + " |" for name, x in by.items()]
    return [head, "|" + "---|" * (len(keys) + 1), *rows]


def _millions(x: float) -> str:
    return f"{x / 1e6:.2f}"


def _between(x: Sequence[float]) -> str:
    return f"{_millions(x[0])} to {_millions(x[1])}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The documented command. Exit code 0 where the frozen outcomes reproduce (or were written), 1 where they do not."""
    parser = argparse.ArgumentParser(prog="python -m glasshouse.experiments.outcomes")
    parser.add_argument("scenario", choices=["defaulter-list"])
    parser.add_argument(
        "--freeze", action="store_true", help="write the frozen outcomes instead of comparing with them"
    )
    parser.add_argument(
        "--predictions", type=Path, metavar="FOLDER", help="write the predictions for 2019 from what is frozen"
    )
    asked = parser.parse_args(arguments)
    if asked.predictions:
        predict(asked.scenario, asked.predictions, lambda text: print(text, file=sys.stderr))
        print(f"written: {asked.predictions.name}/{asked.scenario}-2019.json and .md")
        return 0
    result = compute(asked.scenario, lambda text: print(text, file=sys.stderr))
    if asked.freeze:
        Path(str(_path(asked.scenario))).write_text(json.dumps(result) + "\n", encoding="utf-8")
        print(f"frozen: {len(result['outcomes'])} outcomes, digest {result['digest']}")
        return 0
    old = frozen_outcomes(asked.scenario)
    gap = 0.0 if old["digest"] == result["digest"] else fit.compare({"x": old["outcomes"]}, {"x": result["outcomes"]})
    print(f"the frozen outcomes reproduce to a relative difference of {gap:.2g}")
    return 0 if gap < 1e-3 else 1


if __name__ == "__main__":
    sys.exit(main())
