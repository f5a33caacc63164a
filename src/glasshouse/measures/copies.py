"""Copies: what recipients still show of a listing that was corrected, and what came out in a leak.

Copies are in a table of their own, a row for each listing and recipient (docs/recording.md). A recording without recipients has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from glasshouse.codes import EXITS
from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import BLOCKS, Cases, Flags, Ints, World
from glasshouse.measures.tally import Known, Tally, Undefined
from glasshouse.measures.uncertainty import from_sums

NO_COPIES = "nobody holds a copy: the scenario says of no recipient what copies it holds"
HORIZONS = (1, 7, 30, 90)
HORIZON = 30
Columns = Mapping[str, Any]


def residual_copy_share(cases: Cases, _: bool = False) -> Tally:
    """Of the copies that recipients hold of a corrected entry, the share that still shows it 30 days after.

    RCS_d = copies not corrected d days after the listing ended by a correction / copies of such listings that a recipient had received,
    of listings corrected at least d days before the end of the run; d = 1, 7, 30, 90, and by recipient.
    """
    return _residual(cases, HORIZON, None)


def leak_exposed_people(cases: Cases, _: bool = False) -> Tally:
    """How many people a leak exposed: those of whom a recipient held a listing, or the trace of one, on the day of the leak."""
    return _of_leak(cases, lambda copies: np.ones(len(copies["person"]), bool), count=True)


def leak_of_corrected_share(cases: Cases, _: bool = False) -> Tally:
    """Of the people whom a leak exposed, the share whose listing was over, so that nothing of it should have been there.

    The day of the listing's end was that of the leak or before it, for every listing that came out. With the copies corrected and kept back
    all the same, or never corrected.
    """
    return _of_leak(cases, lambda copies: (copies["ended"] > 0) & (copies["ended"] <= copies["leaked"]), count=False)


# --- counting ---------------------------------------------------------------------------------------------------------


def copies_of(cases: Cases) -> Columns | None:
    """The copies of this variant, days with 0 for never; None where the recording has no such table."""
    return cases.world.sources.table("copies", cases.variant) if cases.world.sources else None


def _residual(cases: Cases, days: int, recipient: str | None) -> Tally:
    copies = copies_of(cases)
    if copies is None:
        return Undefined(NO_COPIES)
    of = np.asarray(copies["recipient"] == recipient) if recipient is not None else np.ones(len(copies["person"]), bool)
    among = of & (copies["closed_by"] == EXITS[1]) & (copies["ended"] + days <= cases.world.days)
    still = (copies["corrected"] == 0) | (copies["corrected"] > copies["ended"] + days)
    nothing = f"no listing of which a recipient had a copy was corrected {days} days before the end, or earlier"
    return Known(lambda _: [_share(cases.world, copies["person"], among & still, among, nothing)])


def _share(world: World, person: Ints, hit: Flags, among: Flags, nothing: str) -> Estimate:
    """A share of rows, with the jackknife over blocks of people."""
    block = world.block_of(person)
    sums = np.stack([np.bincount(block[x], minlength=BLOCKS) for x in (hit, among)], axis=1).astype(np.float64)

    def of(total: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return total[:, 0] / total[:, 1]

    return from_sums(of, sums, int(among.sum()), nothing, 0.0, 1.0, sums[:, 1])


def _of_leak(cases: Cases, which: Callable[[Columns], Flags], count: bool) -> Tally:
    copies = copies_of(cases)
    if copies is None or cases.world.sources is None:
        return Undefined(NO_COPIES)
    scenario = cases.world.sources.scenario(cases.variant)
    if not any(shock.get("kind") == "leak" for shock in scenario.get("shocks") or []):
        return Undefined("nothing is leaked in this scenario")
    return Known(lambda _: [_exposed(cases.world, copies, which(copies), count)])


def _exposed(world: World, copies: Columns, of: Flags, count: bool) -> Estimate:
    """People of whom something was leaked, or the share of them of whom nothing but this was."""
    out = copies["leaked"] > 0
    everybody = np.unique(copies["person"][out])
    only = np.setdiff1d(everybody, copies["person"][out & ~of])
    if count:
        why = "counted over a whole register, which leaks or does not"
        return Estimate(float(len(everybody)), None, None, None, len(everybody), None, why)
    if len(everybody) == 0:
        return undefined("nothing was leaked")
    return _share(world, everybody, np.isin(everybody, only), np.ones(len(everybody), bool), "nothing was leaked")


def _by_horizon(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {} if copies_of(cases) is None else {str(d): _residual(cases, d, None) for d in HORIZONS}


def _by_recipient(cases: Cases, _: bool) -> Mapping[str, Tally]:
    copies = copies_of(cases)
    names = [] if copies is None else sorted({str(x) for x in copies["recipient"]})
    return {name: _residual(cases, HORIZON, name) for name in names}


MEASURES = (
    Measure(
        id="A19",
        name="residual_copy_share",
        count=residual_copy_share,
        unit="share",
        direction="lower is better",
        denominator="copies of corrected entries at recipients",
        scaling="share",
        drivers=("practice.sharing", "practice.appeal", "shocks"),
        cuts=(),
        parts={"horizon_days": _by_horizon, "recipient": _by_recipient},
    ),
    Measure(
        id="A00",
        name="leak_exposed_people",
        count=leak_exposed_people,
        unit="people",
        direction="lower is better",
        denominator="none; a count",
        scaling="count",
        drivers=("practice.sharing", "shocks"),
        cuts=(),
    ),
    Measure(
        id="A00",
        name="leak_of_corrected_share",
        count=leak_of_corrected_share,
        unit="share",
        direction="lower is better",
        denominator="people exposed by a leak",
        scaling="share",
        drivers=("practice.sharing", "shocks"),
        cuts=(),
    ),
)
