"""The removal gate: take one person away, and only those they could have reached may differ.

The same world is lived twice in lockstep, once without one person. Whoever reaches somebody does so by a letter, so all
who ever differ must lie in the closure of that person's letters, day by day. A mechanism that reads anything else of
other people trips the gate.

Four mechanisms are declared to read totals of everybody instead: news of the listed, a queue before clerks, the rounds of
a model, which choose among everybody and learn from those they chose, and lots drawn from everybody. Where one of them is on,
anybody may reach anybody, and the gate says that it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glasshouse.errors import GlasshouseError, UsageError
from glasshouse.scenario.channels import aggregate_channels
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import Loaded, from_raw
from glasshouse.scenario.tables import ABSENT, Absence, Plan

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Engine

BOTH = ({"name": "factual"}, {"name": "removed"})


class Trespass(GlasshouseError):
    """Somebody differs whom no letter could have reached."""


class NotApplicable(UsageError):
    """The scenario has an aggregate channel, through which everybody reaches everybody."""


@dataclass(frozen=True)
class Removal:
    """What the removal of one person did: who ever differed, and who could have."""

    person: int
    people: int
    differ: frozenset[int]
    reachable: frozenset[int]


def removal_gate(
    loaded: Loaded, person: int, days: int | None = None, meddle: Callable[[Engine], None] | None = None
) -> Removal:
    """Live the factual variant twice, once without `person`, and hold the difference against the closure of their letters.

    `meddle` is called with the engine after every day: a test plants a trespass with it. Raises Trespass, and NotApplicable.
    """
    return gate_of(twice(loaded), person, days, meddle)


def twice(loaded: Loaded) -> Plan:
    """The plan of a scenario's factual variant beside itself."""
    raw = {k: v for k, v in loaded.raw.items() if k != "variants"} | {"variants": [dict(v) for v in BOTH]}
    return compile_plan(from_raw(raw, loaded.name, check=False))[0]


def gate_of(
    plan: Plan, person: int, days: int | None = None, meddle: Callable[[Engine], None] | None = None
) -> Removal:
    """The removal gate over a plan of two variants with the same tables; `person` is absent from the second."""
    from glasshouse.engines.cpu import Engine

    if found := aggregate_channels(plan):
        raise NotApplicable(f"the removal gate does not apply where people are reached by totals: {', '.join(found)}")
    engine = Engine(plan, threads=1, absent=Absence(np.array([person]), np.array([1])))
    reach = np.zeros(plan.world.people, bool)
    differ = np.zeros(plan.world.people, bool)
    reach[person] = differ[person] = True
    for _ in range(plan.world.days if days is None else min(days, plan.world.days)):
        for post in (engine.inbox, *(source.post() for source in engine.elsewhere)):
            reach[post[reach[post[:, 1].astype(np.int64)], 0].astype(np.int64)] = True
        engine.step()
        if meddle:
            meddle(engine)
        now = _differing(engine)
        differ |= now
        if (now & ~reach).any():
            lost = int(np.flatnonzero(now & ~reach)[0])
            raise Trespass(
                f"without person {person}, person {lost} differs on day {engine.day}, whom no letter of theirs could have reached"
            )
    engine.close()
    return Removal(
        person, plan.world.people, frozenset(np.flatnonzero(differ).tolist()), frozenset(np.flatnonzero(reach).tolist())
    )


def _differing(engine: Engine) -> NDArray[np.bool_]:
    """Who differs between the two variants tonight, in any column."""
    out = np.zeros(engine.plan.world.people, bool)
    for name, column in engine.columns._asdict().items():
        if len(column) != len(out):
            continue
        pair = (column & np.uint16(ABSENT - 1)) if name == "on" else column
        different = pair[:, 0] != pair[:, 1]
        out |= different.reshape(len(out), -1).any(axis=1)
    return out
