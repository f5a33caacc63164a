"""The bench model: 32 kinds of conduct, 0.2 potential acts a person-day, a four-tie association and one list.

People do good and bad things worth -20 to +20 points. Each kind is noticed with a probability of its own, and one notice in a thousand
lands in the file of somebody else, anybody. A quarter of each demerit goes to each of the four others of a circle of five, the next day.
Whoever is marked down grows quieter. Below 900 points one is listed for 120 days; some are told, some of those object, and who was
listed for another's conduct or by mistake is taken off. No group, no gate, no region: this measures an engine, not a country.

`scenario()` says it as an ordinary scheme file; the constants say it to the peers, which read no scenario.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

ACTS = 32
PER_DAY = 0.2
"""Potential acts per person and day, all kinds together."""
MISFILED = 0.001
CIRCLE = 5
WINDOW = 4096
LOWEST, BASELINE, HIGHEST = 0, 1000, 1300
THRESHOLD = 900
TERM = 120
SERVED = 0.35
NOTICE_WITHIN = 16
"""A notice arrives 1 to 16 days after the listing, evenly."""
OBJECTS = 0.25
DECIDED_AFTER = 28
CHILL_STEP, CHILL_MOST = 1, 200
"""Of 256: how much quieter a demerit makes a person, and at most."""
START = date(2020, 1, 1)


def _drawn() -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Points and notice of each kind of conduct, drawn once with a fixed seed and sorted by points, the gravest first."""
    rng = np.random.default_rng(0)
    points = rng.integers(-20, 21, ACTS)
    seen = np.round(rng.random(ACTS), 6)
    order = np.argsort(points, kind="stable")
    return tuple(int(p) for p in points[order]), tuple(float(s) for s in seen[order])


POINTS, SEEN = _drawn()


def scenario(people: int, days: int, seed: int = 7, variants: int = 1) -> dict[str, Any]:
    """The bench model as the raw dict of a scheme file, with the first `variants` of `VARIANTS` (the first is the factual)."""
    acts = [f"act_{k:02d}" for k in range(ACTS)]
    rate = f"{PER_DAY / ACTS} per day"
    return {
        "schema": 1,
        "scheme": {"title": "bench model", "status": "hypothetical"},
        "data_sources": [{"id": _source(k), "context": "community", "kind": "other"} for k in range(ACTS)],
        "score": {"min": LOWEST, "max": HIGHEST, "baseline": BASELINE, "update": "live"},
        "rules": [_rule(k, act) for k, act in enumerate(acts)],
        "associations": [{"id": "circle", "edge": "friends", "transfer": "points", "fraction": 1 / (CIRCLE - 1)}],
        "lists": [{"id": "low", "entry": {"trigger": {"score_below": THRESHOLD}}, "max_days": TERM}],
        "world": {
            "people": people,
            "start": START.isoformat(),
            "end": (START + timedelta(days=days - 1)).isoformat(),
            "seed": seed,
            "block": WINDOW,
            "ties": {"friends": circles()},
        },
        "conduct": {
            "acts": {act: {"rate": rate, "envelope": rate, "chillable": True} for act in acts},
            "answers": {"chilling": {"step": CHILL_STEP / 256, "most": CHILL_MOST / 256}},
        },
        "practice": _practice(),
        "variants": [{"name": name, "set": patch} for name, patch in VARIANTS[:variants]] if variants > 1 else [],
    }


def circles() -> dict[str, Any]:
    """Friends such that everybody has the four others of one circle of five, drawn within a window of 4,096 people."""
    return {"mean": CIRCLE - 1, "sd": 0, "max": CIRCLE - 1, "clustering": 1.0, "window": WINDOW}


def _source(k: int) -> str:
    return f"source_{k:02d}"


def _rule(k: int, act: str) -> dict[str, Any]:
    return {"id": f"rule_{k:02d}", "source": _source(k), "when": {"signal": act}, "points": POINTS[k]}


def _practice() -> dict[str, Any]:
    return {
        "sensing": {_source(k): {"seen": SEEN[k], "wrong_person": MISFILED} for k in range(ACTS)},
        "notice": {"served": SERVED, "delay": {"between_days": [0, NOTICE_WITHIN - 1]}},
        "appeal": {
            "filed": {"other": OBJECTS},
            "decided_after": {"always_days": DECIDED_AFTER},
            "upheld": {"others_conduct": 1.0, "wrong_person": 1.0},
        },
    }


_ALONE = {"associations.circle.fraction": 0}
_RIGHT_FILE = {f"practice.sensing.{_source(k)}.wrong_person": 0 for k in range(ACTS)}
_TOLD = {"practice.notice.served": 1}
_SHORT = {"lists.low.max_days": 60}
VARIANTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("factual", {}),
    ("alone", _ALONE),
    ("right-file", _RIGHT_FILE),
    ("told", _TOLD),
    ("short", _SHORT),
    ("alone-right-file", _ALONE | _RIGHT_FILE),
    ("told-short", _TOLD | _SHORT),
    ("fearless", {"conduct.answers.chilling.step": 0}),
)
"""Eight variants that live apart: without the association, without misfiling, with every notice served, half the term, and mixtures."""
