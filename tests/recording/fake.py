"""Recordings of a world nobody simulated:

plausible numbers, drawn with NumPy, for tests of what comes after the engine.

The cases hang together (nothing is notified after it closed, stocks follow from openings and closings), but no scheme
stands behind them. The first variant is as drawn; in every later one a share of the listings is left out, so that
variants differ.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from glasshouse.recording.place import finish, start
from glasshouse.recording.provenance import manifest, write_manifest
from glasshouse.recording.schema import WorldFacts
from glasshouse.recording.writer import write_tables
from glasshouse.scenario.tables import CORRECTED, EXPIRED, OWN, OWN_ACT, PAID, STALE, WRONG, WRONG_PERSON, Names

NAMES = Names(
    variants=("as-practised",),
    groups=("A", "B"),
    regions=("north", "south"),
    acts=("judgment_debt", "petition"),
    lists=("defaulters", "travel_ban"),
    gates=("flight", "rail"),
    associations=("household",),
    start="2013-10-24",
)

SCENARIO: dict[str, Any] = {
    "schema": 1,
    "scheme": {"title": "A list nobody keeps", "status": "hypothetical"},
    "lists": [
        {"id": "defaulters", "entry": {"trigger": {"rule": "debt"}}, "max_days": {"value": "2 years", "source": "L1"}},
        {"id": "travel_ban", "entry": {"trigger": {"rule": "debt"}}},
    ],
    "consequences": [
        {
            "id": "flight",
            "context": "travel",
            "kind": "refusal",
            "right": "movement",
            "trigger": {"list": "defaulters"},
        },
        {
            "id": "rail",
            "context": "transport",
            "kind": "refusal",
            "right": "movement",
            "trigger": {"list": "travel_ban"},
        },
    ],
    "practice": {
        "lists": {
            "defaulters": {
                "entry": {"other": {"value": 0.1, "source": "assumption", "range": [0.05, 0.2]}},
                "notice": {"served": {"value": 0.35, "source": "N1"}},
            }
        }
    },
    "evidence": {
        "parts": {"entry": "documented", "notice": "reported"},
        "sources": {"L1": {"title": "a rule"}, "N1": {"title": "a study"}},
    },
}


def fake_names(variants: tuple[str, ...] = ("as-practised",)) -> Names:
    return NAMES._replace(variants=variants)


def fake_world(people: int, days: int) -> WorldFacts:
    """Two regions and two groups, a quarter of the people in each."""
    region, group = fake_places(np.arange(people), people)
    return WorldFacts(people, days, np.bincount(region * 2 + group, minlength=4).reshape(2, 2).astype(np.int64))


def fake_places(person: np.ndarray, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Region (the first half is north) and group (every other person) of people."""
    return (person >= people // 2).astype(np.int64), person % 2


def fake_cases(people: int, days: int, seed: int = 1, variants: int = 1, share: float = 0.2) -> dict[str, np.ndarray]:
    """Listings as integer codes: about `share` of the people, in each variant after the first a few fewer."""
    rng = np.random.default_rng(seed)
    n = int(people * share)
    parts = []
    drawn = _draw(rng, n, people, days)
    for k in range(variants):
        kept = rng.random(n) >= 0.1 * k
        parts.append({name: column[kept] for name, column in drawn.items()} | {"variant": np.full(kept.sum(), k)})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _draw(rng: np.random.Generator, n: int, people: int, days: int) -> dict[str, np.ndarray]:
    person = np.sort(rng.choice(people, n, replace=False))
    opened = rng.integers(1, days + 1, n)
    basis = rng.choice([OWN_ACT, 1, WRONG_PERSON, STALE], n, p=[0.7, 0.15, 0.1, 0.05])
    closed_by = rng.choice([CORRECTED, PAID, EXPIRED], n, p=[0.1, 0.4, 0.5])
    closed = opened + 1 + np.where(closed_by == EXPIRED, 730, rng.geometric(1 / 300, n))
    until = np.where(closed > days, days, closed)
    closed_by, closed = np.where(closed > days, 0, closed_by), np.where(closed > days, 0, closed)
    notified = _before(rng, opened + rng.geometric(1 / 40, n), until, 0.35)
    refused = _before(rng, opened + rng.geometric(1 / 90, n), until, 0.6)
    learnt = np.where((notified > 0) & ((refused == 0) | (notified <= refused)), notified, refused)
    appealed = _before(rng, learnt + rng.geometric(1 / 20, n), until, 0.4) * (learnt > 0)
    decided = _before(rng, appealed + 1 + rng.geometric(1 / 60, n), until, 0.7) * (appealed > 0)
    corrected = closed_by == CORRECTED
    decided = np.where(corrected, closed, decided * (decided < until))
    appealed = np.where(corrected & (appealed == 0), opened + 1, appealed)
    learnt = np.where(corrected & (learnt == 0), opened + 1, learnt)
    learnt_by = np.where(learnt == 0, 0, np.where(learnt == notified, 1, 2))
    wrong = basis == WRONG_PERSON
    region, group = fake_places(person, people)
    return {
        "person": person,
        "list": rng.integers(0, 2, n),
        "ordinal": np.ones(n, np.int64),
        "opened": opened,
        "notified": notified,
        "learnt": learnt,
        "learnt_by": learnt_by,
        "appealed": appealed,
        "decided": decided,
        "decision": np.where(decided == 0, 0, np.where(corrected, 1, 2)),
        "paid": np.where(closed_by == PAID, closed - 1, 0),
        "closed": closed,
        "closed_by": closed_by,
        "basis": basis,
        "rightful": np.isin(basis, (OWN_ACT, 1)),
        "cause_kind": np.where(wrong, WRONG, OWN),
        "cause_source": np.where(wrong, (person + 7) % people, person),
        "cause_tag": rng.integers(0, 9, n) << 16,
        "region": region,
        "group": group,
    }


def _before(rng: np.random.Generator, day: np.ndarray, until: np.ndarray, share: float) -> np.ndarray:
    """The day for a share of them, if it comes before the end; otherwise 0."""
    return np.where((rng.random(len(day)) < share) & (day <= until), day, 0)


def fake_daily(cases: dict[str, np.ndarray], days: int, variants: int) -> dict[str, np.ndarray]:
    """Daily counts that follow from the cases, and refusals in proportion to those listed."""
    shape = (days, variants, 2, 2)

    def count(day: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        rows = (day > 0) if rows is None else rows & (day > 0)
        out = np.zeros(shape, np.int64)
        np.add.at(out, (day[rows] - 1, cases["variant"][rows], cases["region"][rows], cases["group"][rows]), 1)
        return out

    def stock(rows: np.ndarray) -> np.ndarray:
        return np.cumsum(count(cases["opened"], rows) - count(cases["closed"], rows), axis=0)

    everybody = np.ones(len(cases["person"]), bool)
    daily = {
        "listed": stock(everybody),
        "listings": count(cases["opened"]),
        "delistings": count(cases["closed"]),
        "complied": count(cases["paid"]),
        "notified": count(cases["notified"]),
        "appeals": count(cases["appealed"]),
        "corrections": count(cases["closed"], cases["closed_by"] == CORRECTED),
        "wrongful_listed": stock(~cases["rightful"]),
        "wrongful_listed_by_rights": stock(cases["basis"] != OWN_ACT),
        **dict.fromkeys(("bounced", "left", "ties_cut"), np.zeros(shape, np.int64)),
    }
    for number, gate in enumerate(NAMES.gates):
        trips = (
            (daily["listed"] + 13 * number + np.arange(days)[:, None, None, None] % 40) // 40 * (daily["listed"] > 0)
        )
        daily |= {
            f"trips_{gate}": trips,
            f"tries_{gate}": trips * 2,
            f"people_{gate}": trips // 3,
            f"evaded_{gate}": trips // 5,
        }
    return daily


def fake_acts(days: int, variants: int) -> np.ndarray:
    """int64[T, K, 2, 4]: happened, seen, misfiled, and none denied."""
    acts = np.arange(days * variants * 2 * 3, dtype=np.int64).reshape(days, variants, 2, 3) % 50
    return np.pad(np.sort(acts, axis=3)[..., ::-1], ((0, 0), (0, 0), (0, 0), (0, 1)))


def fake_people(cases: dict[str, np.ndarray], people: int, variants: int) -> dict[str, np.ndarray]:
    """Columns [N, K] that agree with the cases."""
    shape = (people, variants)
    zero = np.zeros(shape, np.int32)
    on, times = zero.copy(), zero.copy()
    still = cases["closed"] == 0
    np.bitwise_or.at(
        on, (cases["person"][still], cases["variant"][still]), (1 << cases["list"][still]).astype(np.int32)
    )
    np.add.at(times, (cases["person"], cases["variant"]), 1)
    region, group = fake_places(np.arange(people), people)
    return {
        "score": zero + 100,
        "merited": zero + 100,
        "chill": zero,
        "on": on,
        "given_up": zero,
        "refused_ever": (times > 0) * 1,
        "left_on": zero,
        "times_listed": times,
        "region": region,
        "group": group,
    }


def fake_letters(people: int, days: int, variants: int, seed: int = 1) -> list[dict[str, np.ndarray]]:
    """One sorted part for each run of 30 days."""
    rng = np.random.default_rng(seed + 2)
    parts = []
    for first in range(1, days + 1, 30):
        n = max(people // 50, 1)
        target = np.sort(rng.integers(0, people, n))
        day = np.full(n, first)
        mask = rng.integers(1, 1 << variants, n)
        kind = rng.integers(1, 4, n)
        zero = np.zeros(n, np.int64)
        letter = {
            "day": day,
            "target": target,
            "source": rng.integers(0, people, n),
            "tag": zero,
            "kind": kind,
            "association": zero,
        }
        parts.append(letter | {"hops": zero + 1, "amount": zero - 5, "mask": mask})
    return parts


def fake_journal() -> dict[str, np.ndarray]:
    """Two events of person 3."""
    zero = np.zeros(2, np.int64)
    words = {"event": np.array(["listed", "refused"]), "detail": np.array(["defaulters", "flight"])}
    return {
        "person": zero + 3,
        "day": np.array([5, 9]),
        "variant": zero,
        "source": zero - 1,
        "tag": zero,
        "amount": zero,
    } | words


def fake_recording(
    folder: Path,
    people: int = 5_000,
    days: int = 800,
    variants: tuple[str, ...] = ("as-practised",),
    seed: int = 1,
    share: float = 0.2,
) -> Path:
    """A whole recording at `folder` (which must not exist):

    tables and manifest, without measures. Returns the folder.
    """
    names, world, k = fake_names(variants), fake_world(people, days), len(variants)
    cases = fake_cases(people, days, seed, k, share)
    work = start(folder)
    daily, letters = fake_daily(cases, days, k), fake_letters(people, days, k, seed)
    digests = write_tables(
        work,
        names,
        world,
        daily,
        fake_acts(days, k),
        cases,
        fake_people(cases, people, k),
        iter(letters),
        fake_journal(),
    )
    write_manifest(
        work,
        manifest(
            scenario=SCENARIO,
            scenario_name="a-list-nobody-keeps",
            seed=seed,
            people=people,
            represents=1390.0,
            days=days,
            names=names,
            engine="none",
            digests=digests,
            evidence="hypothetical",
            wall_seconds=0.0,
        ),
    )
    return finish(work, folder)
