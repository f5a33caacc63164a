"""What people are denied when they ask, what that costs them, and how they answer: ties dropped, people gone, payments that bounce.

All of it is counted by day and not by person, so that one run has no interval; several seeds have. Left out: chances lost for good (a
place that somebody else took), and what it costs to be refused at a gate, which no scenario says: there the trips themselves are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import Cases, Cut
from glasshouse.measures.mistakes import ENTRY, STAY
from glasshouse.measures.proportion import COUNTED, _cells, scenario_of
from glasshouse.measures.sources import Acts, plain
from glasshouse.measures.tally import Daily, Known, Tally, Undefined

ASKED = ("conduct.acts", "consequences.*.trigger", *ENTRY)
NO_ACTS = "the recording does not hold the acts"
NOTHING_ASKED = "no act of this scenario asks for anything"
NO_COST = "no act of this scenario says what a denial costs"
NOBODY_CUTS = "nobody in this scenario drops ties"
NOBODY_LEAVES = "nobody in this scenario leaves"
NOTHING_FROZEN = "no list of this scenario freezes what people own"


# --- asking -----------------------------------------------------------------------------------------------------------


def asking(cases: Cases) -> dict[str, tuple[Acts, Mapping[str, Any]]]:
    """Acts of this variant that ask for something, with how often they happened and were denied, and what they ask for."""
    sources = cases.world.sources
    acts = sources.acts(cases.variant) if sources else {}
    said = (scenario_of(cases.world, cases.variant).get("conduct") or {}).get("acts") or {}
    return {name: (acts[name], act["asks"]) for name, act in said.items() if act.get("asks") and name in acts}


def _of_asking(cases: Cases, value: Callable[[Mapping[str, tuple[Acts, Mapping[str, Any]]]], Tally]) -> Tally:
    sources = cases.world.sources
    if sources is None or not sources.acts(cases.variant):
        return Undefined(NO_ACTS)
    asked = asking(cases)
    return value(asked) if asked else Undefined(NOTHING_ASKED)


def denied_share(cases: Cases, _: bool = False) -> Tally:
    """Of the times that people asked for something (a loan, a place, a room without deposit), the share that was denied.

    DS = acts denied / acts that ask and happened, because of a score below the one asked for or of a list. By act. A perk that
    somebody does not get is a denial here: the perk is what those who have it are spared.
    """
    return _of_asking(cases, lambda asked: _share([act for act, _ in asked.values()]))


def _share(acts: list[Acts]) -> Known:
    denied, happened = sum(act.denied for act in acts), sum(act.happened for act in acts)
    if happened == 0:
        return _one(undefined("nobody asked for anything"))
    return _one(Estimate(denied / happened, None, None, None, happened, None, COUNTED, {"denials": denied}))


def _share_by_act(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {name: _share([act]) for name, (act, _) in asking(cases).items()}


def days_lost_to_denials(cases: Cases, _: bool = False) -> Tally:
    """Days that people lost because something they asked for was denied: denials x `asks.cost.days`, summed over acts."""
    return _of_asking(cases, lambda asked: _cost(asked, "days"))


def money_lost_to_denials(cases: Cases, _: bool = False) -> Tally:
    """Money that people lost because something they asked for was denied: denials x `asks.cost.money`, summed over acts.

    In the money of the scenario. Gates cost trips and not money; see `refused_trips`.
    """
    return _of_asking(cases, lambda asked: _cost(asked, "money"))


def _cost(asked: Mapping[str, tuple[Acts, Mapping[str, Any]]], of: str) -> Tally:
    costs = [(act.denied, float(each)) for act, asks in asked.values() if (each := _each(asks, of)) is not None]
    if not costs:
        return Undefined(NO_COST)
    denied = sum(n for n, _ in costs)
    return _one(Estimate(sum(n * each for n, each in costs), None, None, None, denied, None, COUNTED))


def _each(asks: Mapping[str, Any], of: str) -> Any:
    """What one denial costs, or None where the scenario does not say."""
    return plain((asks.get("cost") or {}).get(of))


def _cost_by_act(of: str) -> Callable[[Cases, bool], Mapping[str, Tally]]:
    return lambda cases, _: {
        name: _cost({name: both}, of) for name, both in asking(cases).items() if _each(both[1], of) is not None
    }


def _one(estimate: Estimate) -> Known:
    return Known(lambda _: [estimate])


# --- answers ----------------------------------------------------------------------------------------------------------


def ties_cut(cases: Cases, _: bool = False) -> Tally:
    """Ties that people dropped because the other one was listed, each counted on the evening of the listing.

    A tie that is dropped comes back when the listing ends; one that is dropped again counts again.
    """
    answers = (scenario_of(cases.world, cases.variant).get("conduct") or {}).get("answers") or {}
    return Daily(("ties_cut",)) if answers.get("tie_cutting") else Undefined(NOBODY_CUTS)


def people_left(cases: Cases, _: bool = False) -> Tally:
    """How many people left for good in the run."""
    acts = (scenario_of(cases.world, cases.variant).get("conduct") or {}).get("acts") or {}
    return Daily(("left",)) if any(act.get("leaves") for act in acts.values()) else Undefined(NOBODY_LEAVES)


def _freezes(cases: Cases) -> bool:
    lists = (scenario_of(cases.world, cases.variant).get("practice") or {}).get("lists") or {}
    return any((plain((of.get("payment") or {}).get("blocked")) or 0) > 0 for of in lists.values())


def bounced_payments(cases: Cases, _: bool = False) -> Tally:
    """Payments that would have cleared a record and bounced, because the listing itself had frozen what the person owns."""
    return Daily(("bounced",)) if _freezes(cases) else Undefined(NOTHING_FROZEN)


def bounced_payment_share(cases: Cases, _: bool = False) -> Tally:
    """Of the payments that listed people tried to make, the share that bounced: how far the sanction blocks its own cure.

    BPS = payments bounced / (payments made + payments bounced). One that is tried again is another payment.
    """
    if not _freezes(cases) or cases.world.sources is None:
        return Undefined(NOTHING_FROZEN)
    return Known(lambda cut: _bounced(cases, cut))


def _bounced(cases: Cases, cut: Cut | None) -> list[Estimate]:
    sources = cases.world.sources
    assert sources is not None
    sums = (_cells(sources.daily(column, cases.variant), cut) for column in ("bounced", "complied"))
    return [_of_tried(int(bounced), int(made)) for bounced, made in zip(*sums, strict=True)]


def _of_tried(bounced: int, made: int) -> Estimate:
    if bounced + made == 0:
        return undefined("nobody tried to pay")
    return Estimate(bounced / (bounced + made), None, None, None, bounced + made, None, COUNTED)


MEASURES = (
    Measure(
        id="A26",
        name="denied_share",
        count=denied_share,
        unit="share",
        direction="lower is better",
        denominator="acts that ask for something",
        scaling="share",
        drivers=ASKED,
        cuts=(),
        parts={"act": _share_by_act},
    ),
    Measure(
        id="A26",
        name="days_lost_to_denials",
        count=days_lost_to_denials,
        unit="days",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=ASKED,
        cuts=(),
        parts={"act": _cost_by_act("days")},
    ),
    Measure(
        id="A26",
        name="money_lost_to_denials",
        count=money_lost_to_denials,
        unit="money",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=ASKED,
        cuts=(),
        parts={"act": _cost_by_act("money")},
    ),
    Measure(
        id="A17",
        name="bounced_payments",
        count=bounced_payments,
        unit="payments",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY),
        cuts=("group", "region"),
    ),
    Measure(
        id="A17",
        name="bounced_payment_share",
        count=bounced_payment_share,
        unit="share",
        direction="lower is better",
        denominator="payments that listed people tried to make",
        scaling="share",
        drivers=(*ENTRY, *STAY),
        cuts=("group", "region"),
    ),
    Measure(
        id="A30",
        name="ties_cut",
        count=ties_cut,
        unit="ties",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, "conduct.answers.tie_cutting"),
        cuts=("group", "region"),
    ),
    Measure(
        id="A31",
        name="people_left",
        count=people_left,
        unit="people",
        direction="neither",
        denominator="none; a count",
        scaling="count",
        drivers=("conduct.acts",),
        cuts=("group", "region"),
    ),
)
