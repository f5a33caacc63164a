"""Attack and failure: what was changed without evidence, whether it stood out, and how long it took until it was as before.

A listing with the basis `insider_or_intruder` rests on nothing that the person did: somebody wrote it in. The measures are of what that did
to people and of how it could have been noticed. They know who wrote it in only because this is a synthetic world.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from glasshouse.codes import KINDS
from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import Cases, Ints
from glasshouse.measures.tally import Known, Share, Tally, Undefined

SHOCK = KINDS.index("shock")
WEEK = 7
LEFT = 20
"""As before is: one in so many is left."""
NO_LISTING = "nobody was listed"
ONE_RUN = "counted by day, not by person; run several seeds"
BETWEEN = ("shocks", "conduct.acts")


def unauthorised_status_changes(cases: Cases, _: bool = False) -> Tally:
    """Of the changes of a list or a score, the share without evidence that triggers it, or for an outside purpose.

    Of listings: those that an insider or an intruder wrote in, or that came of an act that a bad rule is about, in force by mistake / all
    listings begun in the run. `change=score`: records of acts that an
    insider does, or that are put into somebody else's file on purpose / all records of acts to which a rule answers. 0 is the only
    acceptable value. Whether it could have been noticed is in `status_change_burst`.
    """
    return Share(cases.undue, cases.everyone) if len(cases) else Undefined(NO_LISTING)


def _by_change(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {"list": unauthorised_status_changes(cases), "score": Known(lambda _: [_records(cases)])}


def _records(cases: Cases) -> Estimate:
    """Records of insiders, of all records."""
    sources = cases.world.sources
    if sources is None:
        return undefined("the recording does not hold the acts")
    scenario, acts = sources.scenario(cases.variant), sources.acts(cases.variant)
    signals = {(rule.get("when") or {}).get("signal") for rule in scenario.get("rules") or []}
    inside = {name for shock in scenario.get("shocks") or [] for name in shock.get("acts") or []}
    inside |= {name for name, act in ((scenario.get("conduct") or {}).get("acts") or {}).items() if act.get("aimed_at")}
    answered = {name: act.seen for name, act in acts.items() if name in signals}
    total = sum(answered.values())
    if total == 0:
        return undefined("no record was made")
    return Estimate(
        sum(n for name, n in answered.items() if name in inside) / total, None, None, None, total, None, ONE_RUN
    )


# --- does it stand out ------------------------------------------------------------------------------------------------


def status_change_burst(cases: Cases, _: bool = False) -> Tally:
    """How far the busiest day of any list stands out, in standard deviations: what an alarm on daily counts would see.

    For each list the listings of each day are compared with those of all other days, z = (n - mean) / max(sd, sqrt(mean), 1); the greatest
    z of any list and day. Detail: the list, the day, the listings of that day. In a run of a month or more a z above 10 is no chance.
    """
    return Known(lambda _: [_burst(cases, None)]) if len(cases) else Undefined(NO_LISTING)


def _burst(cases: Cases, which: int | None) -> Estimate:
    days = cases.world.days
    if days < WEEK:
        return undefined("the run is shorter than a week")
    found = [(*_busiest(cases.opened[cases.list == n], days), n) for n in _lists(cases, which)]
    if not found:
        return undefined(NO_LISTING)
    z, day, count, number = max(found)
    detail = {"list": cases.world.lists[number], "day": day, "listings": count}
    return Estimate(z, None, None, None, count, None, ONE_RUN, detail)


def _lists(cases: Cases, which: int | None) -> list[int]:
    held = np.unique(cases.list).tolist()
    return [int(n) for n in held if which is None or n == which]


def _busiest(opened: Ints, days: int) -> tuple[float, int, int]:
    """Greatest z of a day against all other days, the day, and its listings."""
    n = np.bincount(opened, minlength=days + 1)[1 : days + 1].astype(np.float64)
    mean = (n.sum() - n) / (days - 1)
    spread = np.sqrt(np.maximum((np.square(n).sum() - n * n) / (days - 1) - mean * mean, 0.0))
    z = (n - mean) / np.maximum(np.maximum(spread, np.sqrt(mean)), 1.0)
    day = int(z.argmax())
    return float(z[day]), day + 1, int(n[day])


def _burst_by_list(cases: Cases, _: bool) -> Mapping[str, Tally]:
    names = {cases.world.lists[n]: n for n in _lists(cases, None)}
    return {name: Known(lambda _, n=n: [_burst(cases, n)]) for name, n in names.items()}  # type: ignore[misc]


# --- how long until it is as before -----------------------------------------------------------------------------------


def days_to_recover(cases: Cases, _: bool = False) -> Tally:
    """Days from a mass listing until travel, trust and records are as before, but for one in twenty; the longest of the three.

    records: until 19 of 20 listings that it wrote in are closed. trust: until 19 of 20 people whose points it took have them back. travel:
    until the first of seven days in which 19/20 of the rise in refusals is gone, against the worst seven days before it. What it did not
    touch is left out. Null where one of them is not as before when the run ends, and where there was no mass listing.
    """
    return Known(lambda _: [_recovered(cases)])


def _recovered(cases: Cases) -> Estimate:
    found = {name: of(cases) for name, of in ASPECTS.items()}
    known = [one for one in found.values() if one.value is not None or one.n]
    if not known:
        return undefined("no mass listing in this run")
    late = [name for name, one in found.items() if one.value is None and one.n]
    if late:
        return undefined(f"not as before when the run ends: {', '.join(late)}", max(one.n for one in known))
    return Estimate(
        max(float(one.value or 0) for one in known), None, None, None, max(one.n for one in known), None, ONE_RUN
    )


def _day_of(cases: Cases) -> tuple[int, int]:
    """The day on which a mass listing first hit anybody, and how many; (0, 0) if there was none."""
    told = cases.world.sources.table("shocks", cases.variant) if cases.world.sources else None
    hit = np.zeros(0, np.int64) if told is None else np.flatnonzero(told["hit"] > 0)
    return (0, 0) if told is None or len(hit) == 0 else (int(told["day"][hit].min()), int(told["hit"].sum()))


def _records_back(cases: Cases) -> Estimate:
    mine = cases.cause_kind == SHOCK
    begun, n = _day_of(cases)[0], int(mine.sum())
    if n == 0:
        return undefined("a mass listing put nobody on a list")
    closed = np.sort(np.where(cases.still_open[mine], cases.world.days + 1, cases.closed[mine]))
    last = int(closed[n - n // LEFT - 1])
    if last > cases.world.days:
        return undefined("more than one in twenty of its listings are open when the run ends", n)
    return Estimate(float(last - begun), None, None, None, n, None, ONE_RUN)


def _trust_back(cases: Cases) -> Estimate:
    begun, _ = _day_of(cases)
    told = cases.world.sources.table("shocks", cases.variant) if cases.world.sources and begun else None
    if told is None:
        return undefined("no mass listing in this run")
    mass = np.isin(told["shock"], np.unique(told["shock"][told["hit"] > 0]))
    owed = np.bincount(told["day"][mass], told["owed"][mass], cases.world.days + 1)
    n = int(owed.max())
    if n == 0:
        return undefined("a mass listing took no points")
    last = int(np.flatnonzero(owed > n / LEFT).max())
    if last == cases.world.days:
        return undefined("more than one in twenty lack points that it took when the run ends", n)
    return Estimate(float(last + 1 - begun), None, None, None, n, None, ONE_RUN)


def _travel_back(cases: Cases) -> Estimate:
    begun, n = _day_of(cases)
    sources = cases.world.sources
    if sources is None or not begun or not cases.world.gates:
        return undefined("no mass listing in this run, or no gate")
    tries = np.sum([sources.by_day(f"refused_{gate}", cases.variant) for gate in cases.world.gates], axis=0)
    means = np.convolve(tries, np.ones(WEEK), "valid") / WEEK  # means[k]: of the days k + 1 to k + 7
    if begun <= WEEK:
        return undefined("less than a week before the mass listing to compare with")
    usual, after = float(means[: begun - WEEK + 1].max()), means[begun:]
    if len(after) == 0 or not (after > usual).any():
        return undefined("no more refusals than before the mass listing")
    worst = int(after.argmax())
    back = np.flatnonzero(after[worst:] <= usual + (after[worst] - usual) / LEFT)
    if len(back) == 0:
        return undefined("more refusals than before when the run ends", n)
    return Estimate(float(worst + back[0] + 1), None, None, None, n, None, ONE_RUN)


ASPECTS: Mapping[str, Callable[[Cases], Estimate]] = {
    "travel": _travel_back,
    "trust": _trust_back,
    "records": _records_back,
}


def _by_aspect(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {name: Known(lambda _, of=of: [of(cases)]) for name, of in ASPECTS.items()}  # type: ignore[misc]


MEASURES = (
    Measure(
        id="A39",
        name="unauthorised_status_changes",
        count=unauthorised_status_changes,
        unit="share",
        direction="lower is better",
        denominator="listings begun in the run",
        scaling="share",
        drivers=BETWEEN,
        cuts=("list", "group", "region"),
        parts={"change": _by_change},
    ),
    Measure(
        id="A39",
        name="status_change_burst",
        count=status_change_burst,
        unit="standard deviations",
        direction="lower is better",
        denominator="days of the run",
        scaling="not scalable",
        drivers=BETWEEN,
        cuts=(),
        parts={"list": _burst_by_list},
    ),
    Measure(
        id="A00",
        name="days_to_recover",
        count=days_to_recover,
        unit="days",
        direction="lower is better",
        denominator="none; a length of time",
        scaling="share",
        drivers=("shocks", "practice.appeal"),
        cuts=(),
        parts={"of": _by_aspect},
    ),
)
