"""Mistakes: who is listed that should not be, how often, and for how long.

Every measure is given twice: by the scheme's own rule on true facts, and by rights, where anything but an unprotected
own act by someone able to comply counts as wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from glasshouse.codes import BASES
from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import Cases, Flags
from glasshouse.measures.sources import Acts
from glasshouse.measures.tally import Known, Rate, Share, Tally, Undefined

ENTRY = (
    "conduct.acts",
    "practice.sensing",
    "practice.lists.*.entry",
    "rules.*.points",
    "rules.*.cap",
    "associations",
)
"""What decides who gets on a list, and for what."""
STAY = ("lists.*.max_days", "lists.*.extension_days", "practice.notice", "practice.appeal", "practice.lists")
"""What decides how long they stay."""


def wrongful_listing_rate(cases: Cases, by_rights: bool) -> Tally:
    """Of the listings begun in the run, the share that was wrong when it began.

    WLR = sum of W over listings / number of listings. Undefined where there is no listing.
    """
    return Share(cases.wrongful(by_rights), cases.everyone)


def rights_wrongful_share(cases: Cases, _: bool = False) -> Tally:
    """Of the listings begun in the run, the share that was wrong by rights, with the basis of all listings beside it.

    RWS = sum of W by rights / number of listings. The shares by basis add up to one.
    """
    return wrongful_listing_rate(cases, by_rights=True)


def _by_basis(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {basis: Share(cases.basis == number, cases.everyone) for number, basis in enumerate(BASES)}


def false_listing_rate(cases: Cases, by_rights: bool) -> Tally:
    """Of the people with no rightful listing in the run, the share who were listed all the same.

    FLR = people listed, and never rightfully / people never rightfully listed. The recording does not keep the acts of
    people who were never listed, so that someone who did qualify and was missed stays in the denominator; where such
    people are few the difference is small, and it makes the rate lower. Also within 30 and 365 days of the start.
    """
    return _false_listing(cases, by_rights, cases.world.days)


def _false_listing(cases: Cases, by_rights: bool, until: int) -> Rate:
    """People are counted at their first listing; listings after the day do not count."""
    order, starts = cases.by_person, np.flatnonzero(cases.first_of_person)
    early, right = (cases.opened <= until)[order], ~cases.wrongful(by_rights)[order]
    falsely, rightly = np.zeros(len(cases), bool), np.zeros(len(cases), bool)
    if len(starts):
        rightly[order[starts]] = np.bitwise_or.reduceat(early & right, starts)
        falsely[order[starts]] = np.bitwise_or.reduceat(early, starts) & ~rightly[order[starts]]
    return Rate(falsely, "people", less=rightly)


def _false_listing_by_horizon(cases: Cases, by_rights: bool) -> Mapping[str, Tally]:
    days = [day for day in (30, 365) if day <= cases.world.days]
    return {str(day): _false_listing(cases, by_rights, day) for day in days}


def first_listings(cases: Cases) -> Flags:
    """Is it the first listing of its person, on whatever list? bool[case]."""
    first = np.zeros(len(cases), bool)
    first[cases.by_person] = cases.first_of_person
    return first


def false_accusations_per_day(cases: Cases, by_rights: bool) -> Tally:
    """Wrongful listings a day.

    FAD = sum of W / days. The closed form is N (1 - p) x fpr x f, with base rate p, false positive rate fpr of a screen
    and f screens a person and day; it stands beside the simulated number where the scenario declares a model with them.
    """
    return Rate(cases.wrongful(by_rights), "days")


def accusation_ppv(cases: Cases, by_rights: bool) -> Tally:
    """Of the first listings of a person on a list, the share that was right.

    PPV = 1 - wrongful listing rate of first accusations. The closed form is Bayes' rule,
    p x tpr / (p x tpr + (1 - p) x fpr); it stands beside the simulated number where the scenario declares a model.
    """
    return Share(~cases.wrongful(by_rights), np.asarray(cases.ordinal == 1))


def stale_or_wrong_record_share(cases: Cases, by_rights: bool) -> Tally:
    """Of the listings open on the last day, the share whose record is not true on that day.

    SWR = open listings that were wrong from the start, or whose person has paid since / open listings. Split by cause:
    wrong from the start by basis, and `lag`, paid but not yet cleared.
    """
    return Share(cases.wrongful(by_rights) | _has_paid(cases), cases.still_open)


def exit_condition_met_share(cases: Cases, _: bool = False) -> Tally:
    """Of the listings open on the last day, the share whose condition for leaving is already met:

    the person has paid.
    """
    return Share(_has_paid(cases), cases.still_open)


def _has_paid(cases: Cases) -> Flags:
    return np.asarray(cases.paid_on > 0)


def _by_cause(cases: Cases, by_rights: bool) -> Mapping[str, Tally]:
    wrong, among = cases.wrongful(by_rights), cases.still_open
    causes = {basis: Share(wrong & (cases.basis == number), among) for number, basis in enumerate(BASES)}
    return {"lag": Share(_has_paid(cases) & ~wrong, among)} | causes


def wrongful_person_days(cases: Cases, by_rights: bool) -> Tally:
    """Days that people spent on a list because of a wrongful listing.

    WPD = sum over wrongful listings of (end - start). A listing still open is counted to the end of the run.
    """
    return Rate(np.where(cases.wrongful(by_rights), cases.length, 0), "world")


def wrongful_person_days_per_1000(cases: Cases, by_rights: bool) -> Tally:
    """Days spent on a list because of a wrongful listing, for every 1,000 days that people lived in the run.

    1000 x WPD / (people x days). A listing still open is counted to the end of the run.
    """
    return Rate(np.where(cases.wrongful(by_rights), cases.length, 0), "person-days", per=1000.0)


# --- records, not listings --------------------------------------------------------------------------------------------


def unseen_acts_share(cases: Cases, _: bool = False) -> Tally:
    """Of the acts that a rule answers to, the share of which no record was made: whom the scheme misses.

    1 - acts seen / acts done. It is of acts and not of people, for a recording counts acts by day; of a score it is known who was
    missed, and `fnr_disparity` says by group. The mirror of `false_listing_rate`.
    """
    return _of_acts(
        cases, lambda act: (act.happened - act.seen, act.happened), "nobody did anything that a rule answers to"
    )


def misfiled_record_share(cases: Cases, _: bool = False) -> Tally:
    """Of the records made of acts that a rule answers to, the share filed for somebody who did not do it.

    Acts misfiled / acts seen, of all records of the run, whether a listing came of them or not.
    """
    return _of_acts(cases, lambda act: (act.misfiled, act.seen), "no record was made")


def _of_acts(cases: Cases, parts: Callable[[Acts], tuple[int, int]], empty: str) -> Tally:
    counted = _answered(cases)
    if isinstance(counted, str):
        return Undefined(counted)
    sums = [parts(act) for act in counted.values()]
    return _ratio_of_acts(sum(top for top, _ in sums), sum(bottom for _, bottom in sums), empty)


def _ratio_of_acts(top: int, bottom: int, empty: str) -> Tally:
    one = undefined(empty) if bottom == 0 else Estimate(top / bottom, None, None, None, bottom, None, BY_DAY)
    return Known(lambda _: [one])


def _answered(cases: Cases) -> dict[str, Acts] | str:
    """The acts of this variant that some rule answers to, or why none are known."""
    sources = cases.world.sources
    acts = sources.acts(cases.variant) if sources else {}
    if sources is None or not acts:
        return "the recording does not hold the acts"
    signals = {(rule.get("when") or {}).get("signal") for rule in sources.scenario(cases.variant).get("rules") or []}
    return {name: act for name, act in acts.items() if name in signals} or "no rule answers to an act of this run"


def _unseen_by_act(cases: Cases, _: bool) -> Mapping[str, Tally]:
    found = _answered(cases)
    if isinstance(found, str):
        return {}
    return {name: _ratio_of_acts(a.happened - a.seen, a.happened, "nobody did it") for name, a in found.items()}


def _misfiled_by_act(cases: Cases, _: bool) -> Mapping[str, Tally]:
    found = _answered(cases)
    if isinstance(found, str):
        return {}
    return {name: _ratio_of_acts(a.misfiled, a.seen, "no record was made") for name, a in found.items()}


SEEING = ("conduct.acts", "practice.sensing")
BY_DAY = "acts are counted by day, not by person; run several seeds"

MEASURES = (
    Measure(
        id="A01",
        name="wrongful_listing_rate",
        count=wrongful_listing_rate,
        unit="share",
        direction="lower is better",
        denominator="listings begun in the run",
        scaling="share",
        drivers=ENTRY,
        library="Aequitas fdr; 1 - precision",
        twice=True,
    ),
    Measure(
        id="A02",
        name="false_listing_rate",
        count=false_listing_rate,
        unit="share",
        direction="lower is better",
        denominator="people never rightfully listed",
        scaling="share",
        drivers=ENTRY,
        library="Fairlearn false_positive_rate; AIF360 false_positive_rate; Aequitas fpr",
        twice=True,
        cuts=("group", "region"),
        parts={"horizon_days": _false_listing_by_horizon},
    ),
    Measure(
        id="A02",
        name="unseen_acts_share",
        count=unseen_acts_share,
        unit="share",
        direction="neither",
        denominator="acts that a rule answers to",
        scaling="share",
        drivers=SEEING,
        cuts=(),
        parts={"act": _unseen_by_act},
    ),
    Measure(
        id="A03",
        name="false_accusations_per_day",
        count=false_accusations_per_day,
        unit="accusations per day",
        direction="lower is better",
        denominator="days of the run",
        scaling="count",
        drivers=(*ENTRY, "models"),
        twice=True,
    ),
    Measure(
        id="A04",
        name="accusation_ppv",
        count=accusation_ppv,
        unit="share",
        direction="higher is better",
        denominator="first listings of a person on a list",
        scaling="share",
        drivers=(*ENTRY, "models"),
        library="Fairlearn precision by MetricFrame; Aequitas precision",
        twice=True,
    ),
    Measure(
        id="A05",
        name="stale_or_wrong_record_share",
        count=stale_or_wrong_record_share,
        unit="share",
        direction="lower is better",
        denominator="listings open on the last day",
        scaling="share",
        drivers=(*ENTRY, *STAY),
        twice=True,
        parts={"cause": _by_cause},
    ),
    Measure(
        id="A05",
        name="exit_condition_met_share",
        count=exit_condition_met_share,
        unit="share",
        direction="lower is better",
        denominator="listings open on the last day",
        scaling="share",
        drivers=STAY,
    ),
    Measure(
        id="A05",
        name="misfiled_record_share",
        count=misfiled_record_share,
        unit="share",
        direction="lower is better",
        denominator="records of acts that a rule answers to",
        scaling="share",
        drivers=SEEING,
        cuts=(),
        parts={"act": _misfiled_by_act},
    ),
    Measure(
        id="A06",
        name="wrongful_person_days",
        count=wrongful_person_days,
        unit="person-days",
        direction="lower is better",
        denominator="none; a sum",
        scaling="count",
        drivers=(*ENTRY, *STAY),
        twice=True,
    ),
    Measure(
        id="A06",
        name="wrongful_person_days_per_1000",
        count=wrongful_person_days_per_1000,
        unit="per 1,000 person-days",
        direction="lower is better",
        denominator="people x days of the run",
        scaling="share",
        drivers=(*ENTRY, *STAY),
        twice=True,
    ),
    Measure(
        id="A41",
        name="rights_wrongful_share",
        count=rights_wrongful_share,
        unit="share",
        direction="lower is better",
        denominator="listings begun in the run",
        scaling="share",
        drivers=ENTRY,
        parts={"basis": _by_basis},
    ),
)
