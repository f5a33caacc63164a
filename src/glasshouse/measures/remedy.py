"""Remedy: who was told, who objected, who was answered, and who could not get off a list that they were wrongly on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from glasshouse.codes import CORRECTED, EXITS, EXPIRED
from glasshouse.measures.entry import Measure, Parts
from glasshouse.measures.frame import Cases, Flags, Ints
from glasshouse.measures.mistakes import ENTRY
from glasshouse.measures.survival import HORIZONS
from glasshouse.measures.tally import Median, Share, Survivor, Tally

NOTICE = ("practice.notice", "practice.lists.*.notice", "notice.sla_days", "notice.delivery_days", "conduct.demand")
APPEAL = ("practice.appeal", "practice.lists.*.appeal", "appeal.decide_within_days")
WAYS_OUT = (
    "lists.*.max_days",
    "lists.*.extension_days",
    "practice.lists.*.payment",
    "practice.lists.*.expiry",
    *NOTICE,
    *APPEAL,
)
FIRST_EFFECT = 1
"""A person listed in the evening meets the gates from the next day on."""
OPEN_JUDGED = 30
"""Days after the first effect by which a listing that is still open should have been notified."""
HORIZON = 365


def _notified(cases: Cases) -> Flags:
    return np.asarray(cases.notified_on > 0)


def _notice_lag(cases: Cases) -> Ints:
    """Days from the first effect to the notice; to the end of the listing where there was none."""
    until = np.where(_notified(cases), cases.notified_on, cases.end)
    return np.asarray(np.maximum(until - cases.opened - FIRST_EFFECT, 0))


def never_notified_share(cases: Cases, _: bool = False) -> Tally:
    """Of the listings begun in the run, the share of which the person was never told.

    NNS = listings that ended without a notice / listings. A listing still open counts as never notified if no notice
    came by day 30 after its first effect; one younger than that, and not yet notified, is left out. Notice means
    received.
    """
    told = _notified(cases)
    in_time = told & (_notice_lag(cases) <= OPEN_JUDGED)
    too_young = cases.still_open & ~told & (cases.length - FIRST_EFFECT < OPEN_JUDGED)
    return Share(np.where(cases.still_open, ~in_time, ~told), ~too_young)


def notified_before_effect_share(cases: Cases, _: bool = False) -> Tally:
    """Of the listings begun in the run, the share whose person was told on or before the first day of effect."""
    return Share(_notified(cases) & (_notice_lag(cases) == 0), cases.everyone)


def notice_lag_median(cases: Cases, _: bool = False) -> Tally:
    """Median days from the first effect of a listing to its notice.

    Kaplan-Meier: a listing that was never notified is censored at its end. Undefined where fewer than half were
    notified while they could be followed.
    """
    return Median(_notice_lag(cases), _notified(cases), cases.everyone)


def time_to_correction_median(cases: Cases, by_rights: bool) -> Tally:
    """Median days from a wrongful listing to its correction.

    Kaplan-Meier, censored at the end of a listing that ended otherwise. Beside it the share corrected within 30, 180
    and 365 days when paying and expiring are competing ends and not corrections (Aalen-Johansen).
    """
    corrected = np.asarray(cases.closed_by == CORRECTED)
    return Median(cases.length, corrected, cases.wrongful(by_rights), (cases.closed > 0) & ~corrected)


def cannot_get_off_share(cases: Cases, by_rights: bool) -> Tally:
    """Of the wrongful listings, the share still open after 365 days: neither corrected, lifted nor expired.

    CGO = Kaplan-Meier survivor of any end at 365 days, which without censoring is the plain share. Also at 30 and 180.
    """
    return _still_on(cases, by_rights, HORIZON)


def _still_on(cases: Cases, by_rights: bool, at: int) -> Survivor:
    return Survivor(cases.length, cases.closed > 0, cases.wrongful(by_rights), at)


def cannot_get_off_share_without_expiry(cases: Cases, by_rights: bool) -> Tally:
    """As `cannot_get_off_share`, with the listings that merely expired within the time left out of the denominator."""
    return _still_on_unexpired(cases, by_rights, HORIZON)


def _still_on_unexpired(cases: Cases, by_rights: bool, at: int) -> Survivor:
    expired = (cases.closed_by == EXPIRED) & (cases.length <= at)
    return Survivor(cases.length, cases.closed > 0, cases.wrongful(by_rights) & ~expired, at)


def _still_on_by_horizon(cases: Cases, by_rights: bool) -> Mapping[str, Tally]:
    return {str(days): _still_on(cases, by_rights, days) for days in HORIZONS}


def _still_on_unexpired_by_horizon(cases: Cases, by_rights: bool) -> Mapping[str, Tally]:
    return {str(days): _still_on_unexpired(cases, by_rights, days) for days in HORIZONS}


def stays_off_share(cases: Cases, _: bool = False) -> Tally:
    """Of the listings that ended, the share whose person was not listed again within 365 days, on whatever list.

    Kaplan-Meier survivor of the days from the end of a listing to the person's next one. Who is listed again and again may be so by
    conduct or by the trap that a listing is: which of the two, `sanction_persistence` would say, and needs a twin for each person.
    """
    return _stays_off(cases, cases.everyone)


def _stays_off(cases: Cases, among: Flags) -> Survivor:
    ended = cases.closed > 0
    key = cases.person * (cases.world.days + 2)
    order = cases.by_person
    opened = (key + cases.opened)[order]
    after = np.searchsorted(opened, key + cases.closed)  # the first listing on or after the day of the end
    again = np.append(cases.person[order], -1)[after] == cases.person
    next_opened = np.append(cases.opened[order], 0)[after]
    time = np.where(again, next_opened, cases.world.days) - cases.closed
    return Survivor(np.asarray(time), np.asarray(again), np.asarray(ended & among), HORIZON)


def _stays_off_by_end(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {way: _stays_off(cases, np.asarray(cases.closed_by == n)) for n, way in enumerate(EXITS) if way}


# --- the appeal funnel -----------------------------------------------------------------------------


def appeal_funnel(cases: Cases, _: bool = False) -> Tally:
    """Of the listings begun in the run, the share that ended with an appeal upheld; stage by stage beside it.

    `notified`: received a notice / listings. `aware`: knew of it, by notice or by being refused / listings. `filed`:
    appeals / aware. `decided`: decided within 365 days / appeals old enough to tell. `upheld`: granted / decided.
    `silence`: 1 - decided. Where being refused tells nobody anything, aware and notified are the same.
    """
    return Share(cases.decided_on.astype(bool) & _granted(cases), cases.everyone)


def _granted(cases: Cases) -> Flags:
    """Appeals that were granted: what an authority takes back of itself is none."""
    return np.asarray((cases.decision == 1) & ~cases.put_right)


def appeal_aware(cases: Cases, _: bool = False) -> Tally:
    """Of the listings begun in the run, the share of which the person came to know: by notice, or by being refused."""
    return Share(cases.learnt_on > 0, cases.everyone)


def learnt_by_refusal_share(cases: Cases, _: bool = False) -> Tally:
    """Of the listings that the person came to know of, the share learnt of by being refused, and not by a notice."""
    return Share(cases.learnt_by == 2, cases.learnt_on > 0)


def appeal_filed(cases: Cases, _: bool = False) -> Tally:
    """Of the listings that the person knew of, the share against which an appeal was filed."""
    return Share(cases.appealed_on > 0, cases.learnt_on > 0)


def appeal_decided(cases: Cases, _: bool = False) -> Tally:
    """Of the appeals, the share decided within 365 days. Appeals too young to tell are left out."""
    return _decided(cases, HORIZON)


def _decided(cases: Cases, within: int) -> Share:
    """An appeal is old enough if the days had passed before the run ended."""
    filed = (cases.appealed_on > 0) & (cases.appealed_on + within <= cases.world.days) & ~cases.put_right
    return Share((cases.decided_on > 0) & (cases.decided_on - cases.appealed_on <= within), filed)


def appeal_silence(cases: Cases, _: bool = False) -> Tally:
    """Of the appeals, the share without an answer after 365 days. Appeals too young to tell are left out."""
    decided = _decided(cases, HORIZON)
    return Share(~decided.hit, decided.among)


def _silence_by_horizon(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {str(days): Share(~_decided(cases, days).hit, _decided(cases, days).among) for days in HORIZONS}


def appeal_upheld(cases: Cases, _: bool = False) -> Tally:
    """Of the appeals decided, the share that was granted. By truth: of those against wrongful listings, and against rightful ones."""
    return Share(_granted(cases), _answered(cases))


def _answered(cases: Cases) -> Flags:
    """Listings with a decision on an appeal."""
    return np.asarray((cases.decided_on > 0) & ~cases.put_right)


def _upheld_by_truth(cases: Cases, _: bool) -> Mapping[str, Tally]:
    """Of the decisions on wrongful listings, and on rightful ones, the share granted."""
    wrong, decided = cases.wrongful(by_rights=False), _answered(cases)
    return {"wrong": Share(_granted(cases), decided & wrong), "right": Share(_granted(cases), decided & ~wrong)}


def human_override_rate(cases: Cases, _: bool = False) -> Tally:
    """Of the decisions that a human reviewed, the share that the review changed; among wrong listings, and among rightful ones.

    HOR = reviews that took a listing back / reviews. The reviews that a run knows are the decisions on appeals, so that over all of them
    it is `appeal_upheld`; what a review before effect would find is asked by `glasshouse twins --with human-review`. Near 0 where listings
    are wrong: a signature and no review. By truth `wrong` is P(override | wrong), and should be high, `right` P(override | right).
    """
    return appeal_upheld(cases)


def unmet_appeals(cases: Cases, by_rights: bool) -> Tally:
    """Of the wrongful listings, the share against which nobody ever appealed."""
    return Share(cases.appealed_on == 0, cases.wrongful(by_rights))


def _stages(cases: Cases, _: bool) -> Mapping[str, Tally]:
    return {
        "notified": Share(_notified(cases), cases.everyone),
        "aware": appeal_aware(cases),
        "filed": appeal_filed(cases),
        "decided": appeal_decided(cases),
        "upheld": appeal_upheld(cases),
        "silence": appeal_silence(cases),
    }


def _share(
    name: str,
    count: Callable[[Cases, bool], Tally],
    denominator: str,
    drivers: tuple[str, ...],
    higher: bool = True,
    twice: bool = False,
    id: str = "A18",
    parts: Mapping[str, Parts] | None = None,
) -> Measure:
    return Measure(
        id=id,
        name=name,
        count=count,
        unit="share",
        direction="higher is better" if higher else "lower is better",
        denominator=denominator,
        scaling="share",
        drivers=drivers,
        twice=twice,
        parts=parts or {},
    )


MEASURES = (
    _share(
        "never_notified_share",
        never_notified_share,
        "listings old enough to tell",
        NOTICE,
        higher=False,
        id="A14",
    ),
    _share("notified_before_effect_share", notified_before_effect_share, "listings begun in the run", NOTICE, id="A14"),
    Measure(
        id="A15",
        name="notice_lag_median",
        count=notice_lag_median,
        unit="days",
        direction="lower is better",
        denominator="listings begun in the run",
        scaling="share",
        drivers=NOTICE,
    ),
    Measure(
        id="A16",
        name="time_to_correction_median",
        count=time_to_correction_median,
        unit="days",
        direction="lower is better",
        denominator="wrongful listings",
        scaling="share",
        drivers=(*ENTRY, *WAYS_OUT),
        twice=True,
    ),
    Measure(
        id="A17",
        name="cannot_get_off_share",
        count=cannot_get_off_share,
        unit="share",
        direction="lower is better",
        denominator="wrongful listings followed for 365 days or to the end of the run",
        scaling="share",
        drivers=(*ENTRY, *WAYS_OUT),
        twice=True,
        parts={"horizon_days": _still_on_by_horizon},
    ),
    Measure(
        id="A17",
        name="cannot_get_off_share_without_expiry",
        count=cannot_get_off_share_without_expiry,
        unit="share",
        direction="lower is better",
        denominator="wrongful listings that did not expire within 365 days",
        scaling="share",
        drivers=(*ENTRY, *WAYS_OUT),
        twice=True,
        parts={"horizon_days": _still_on_unexpired_by_horizon},
    ),
    _share(
        "stays_off_share",
        stays_off_share,
        "listings that ended",
        (*ENTRY, *WAYS_OUT),
        id="A36",
        parts={"end": _stays_off_by_end},
    ),
    Measure(
        id="A18",
        name="appeal_funnel",
        count=appeal_funnel,
        unit="share",
        direction="higher is better",
        denominator="listings begun in the run",
        scaling="share",
        drivers=(*NOTICE, *APPEAL),
        parts={"stage": _stages},
    ),
    _share("appeal_aware", appeal_aware, "listings begun in the run", NOTICE),
    _share("learnt_by_refusal_share", learnt_by_refusal_share, "listings known to the person", NOTICE, higher=False),
    _share("appeal_filed", appeal_filed, "listings known to the person", APPEAL),
    _share("appeal_decided", appeal_decided, "appeals filed at least 365 days before the end", APPEAL),
    Measure(
        id="A18",
        name="appeal_silence",
        count=appeal_silence,
        unit="share",
        direction="lower is better",
        denominator="appeals filed at least 365 days before the end",
        scaling="share",
        drivers=APPEAL,
        parts={"horizon_days": _silence_by_horizon},
    ),
    _share("appeal_upheld", appeal_upheld, "appeals decided", APPEAL, parts={"truth": _upheld_by_truth}),
    _share(
        "human_override_rate", human_override_rate, "human reviews", APPEAL, id="A20", parts={"truth": _upheld_by_truth}
    ),
    _share("unmet_appeals", unmet_appeals, "wrongful listings", (*ENTRY, *APPEAL), higher=False, twice=True),
)
