"""A lottery of the same size: as many listings, on the same days, of people drawn at random.

What an official must beat: if chance would have listed as many, what did all the watching add? Every record that files for a list lands
in the file of somebody drawn at random from everybody, by the draw that misfiled records have anyway (`docs/day.md`, 14). So the lottery
needs no luck of its own, and who is listed has nothing to do with what they did. Two runs come before it: one counts the scheme's listings
by basis, one those of the lottery as it comes out by itself; the records are then thinned by the ratio, because chance seldom draws
somebody who is listed already, and conduct often does.

Whoever is drawn is treated as the scheme treats those it lists, on average over its bases: they appeal, are granted, and pay as often.
Where a model chooses, it is passed over instead: in each of its rounds as many people are drawn as it would have chosen
(`docs/day.md`, 23).

No record files for a list that is entered by a score, nor for one that a health code or a shock files for. There each listing of the
scheme as it is is given to somebody drawn from all who are not on the list (`docs/day.md`, 22b), a firm's to a firm: on the same day, for
as many days, so that as many people are on it on every evening. How such a listing ends is that one's, and nobody who is drawn appeals.
Left out: what people would do if they knew that it is a lottery.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.codes import BASES
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import DoesNotApply, Patch
from glasshouse.scenario.reading import Loaded, from_raw
from glasshouse.scenario.schema import AppealPractice, ListModel, PaymentPractice, Scenario, Sensing

NAME = "lottery"
TITLE = "The same number of listings, of people drawn at random"
Listings = NDArray[np.int64]
"""How many listings there were, int64[list, basis]."""


def lottery(loaded: Loaded, threads: int = 2) -> Patch:
    """The change that makes a scheme a lottery of the same size. Lives the scenario once or twice to count. Raises DoesNotApply."""
    s = loaded.scenario
    if not s.lists:
        raise DoesNotApply("lottery: the scheme has no list, so there is nobody to draw.")
    sources, scored = _sources(s), [n for n, x in enumerate(s.lists) if _by_lot(s, x)]
    if not sources and not scored and not s.practice.models:
        raise DoesNotApply("lottery: no source files for a list of this scheme, so nothing can be drawn.")
    cases = _cases(loaded, {}, threads)
    if not len(cases["list"]):
        raise DoesNotApply("lottery: the scheme lists nobody in this world, so there is no number to draw.")
    patch = _models_drawn(s) | {f"practice.lists.{s.lists[n].id}.lots": True for n in scored}
    base = _listings(s, cases)
    if base[[n for lists in sources.values() for n in lists]].sum() == 0:
        if not patch:
            raise DoesNotApply("lottery: nobody is listed by a rule, a score or a model, so there is nothing to draw.")
        return patch
    patch |= _at_random(s, sources) | _treated_alike(s, base, [n for lists in sources.values() for n in lists])
    drawn = _listings(s, _cases(loaded, patch, threads))
    return patch | _thinned(s, sources, base.sum(axis=1), drawn.sum(axis=1))


def _by_lot(s: Scenario, x: ListModel) -> bool:
    """Is the list entered by a score, or by something that files and is no model? There no record and no round can be drawn."""
    t = x.entry.trigger
    return t.score_below is not None or t.score_above is not None or (t.filed_by or "") not in ("", *s.practice.models)


def _sources(s: Scenario) -> dict[str, list[int]]:
    """Every source whose records file for lists, and the numbers of these."""
    rules = {r.id: r for r in s.rules}
    out: dict[str, list[int]] = {}
    for n, x in enumerate(s.lists):
        rule = rules.get(x.entry.trigger.rule or "")
        if rule is not None and rule.source:
            out.setdefault(rule.source, []).append(n)
    return out


def _models_drawn(s: Scenario) -> Patch:
    """Models are passed over: as many people as they choose, in the same rounds, drawn from the same people. What is found of somebody
    drawn is true or not, as it is of anybody, so that nobody need be treated on average.
    """
    return {f"practice.models.{name}.chooses": {"by": "lottery", "same_number": True} for name in s.practice.models}


def _cases(loaded: Loaded, patch: Patch, threads: int) -> dict[str, NDArray[Any]]:
    """Live the scenario, changed, once: its listings."""
    from glasshouse.engines.cpu import Engine

    variants = [{"name": "base"}, {"name": NAME, "set": patch}][: 2 if patch else 1]
    plan, _ = compile_plan(from_raw({**loaded.raw, "variants": variants}, loaded.name))
    engine = Engine(plan, threads)
    try:
        c = engine.run().result(letters=False).cases
    finally:
        engine.close()
    mine = c["variant"] == len(variants) - 1
    return {name: column[mine] for name, column in c.items()}


def _listings(s: Scenario, cases: Mapping[str, NDArray[Any]]) -> Listings:
    """How many there are, by list and basis."""
    cells = cases["list"] * len(BASES) + cases["basis"]
    return np.bincount(cells, minlength=len(s.lists) * len(BASES)).reshape(-1, len(BASES))


# --- who ----------------------------------------------------------------------------------------------------------------------------------


def _at_random(s: Scenario, sources: dict[str, list[int]]) -> Patch:
    """Nothing that these sources see is filed for the one who did it."""
    out: Patch = {}
    for name in sources:
        sensing = s.practice.sensing.get(name)
        if sensing is None:
            out[f"practice.sensing.{name}"] = {"seen": _claimed(s, name), "wrong_person": 1, **_delay(s, name)}
            continue
        out[f"practice.sensing.{name}.wrong_person"] = 1
        for group, own in (sensing.by_group or {}).items():
            if own.wrong_person is not None:
                out[f"practice.sensing.{name}.by_group.{group}.wrong_person"] = 1
    return out


def _claimed(s: Scenario, name: str) -> float:
    """The share that a source says it sees, where practice says nothing of it."""
    source = next(d for d in s.data_sources if d.id == name)
    miss = source.accuracy.miss.value if source.accuracy and source.accuracy.miss else 0.0
    return (source.coverage.value if source.coverage else 1.0) * (1 - miss)


def _delay(s: Scenario, name: str) -> Patch:
    """How late a source says its records come, where it says so and practice says nothing of it."""
    source = next(d for d in s.data_sources if d.id == name)
    return {"delay_days": source.delay_days.value} if source.delay_days else {}


def _thinned(s: Scenario, sources: dict[str, list[int]], base: Listings, drawn: Listings) -> Patch:
    """The share of acts seen, so that as many people are listed as without the lottery."""
    out: Patch = {}
    for name, lists in sources.items():
        less = min(int(base[lists].sum()) / max(int(drawn[lists].sum()), 1), 1.0)
        sensing = s.practice.sensing.get(name) or Sensing.model_validate({"seen": _claimed(s, name)})
        if name in s.practice.sensing:
            out[f"practice.sensing.{name}.seen"] = round(sensing.seen.value * less, 9)
        else:
            seen = round(sensing.seen.value * less, 9)
            out[f"practice.sensing.{name}"] = {"seen": seen, "wrong_person": 1, **_delay(s, name)}
        for group, own in (sensing.by_group or {}).items():
            if own.seen is not None:
                out[f"practice.sensing.{name}.by_group.{group}.seen"] = round(own.seen.value * less, 9)
    return out


# --- what then happens to them ------------------------------------------------------------------------------------------------------------


def _treated_alike(s: Scenario, listings: Listings, drawn: list[int]) -> Patch:
    """A wrong person appeals, is granted and pays as often as those whom the scheme lists do on average."""
    out: Patch = {}
    for n, (x, counts) in enumerate(zip(s.lists, listings, strict=True)):
        if n not in drawn or not counts.sum():
            continue
        share = dict(zip(BASES, (counts / counts.sum()).tolist(), strict=True))
        practice = s.practice.lists.get(x.id)
        appeal = (practice.appeal if practice else None) or s.practice.appeal or _promised(s)
        if appeal is not None:
            out[f"practice.lists.{x.id}.appeal"] = _mean_appeal(appeal, share)
        if practice and practice.payment:
            out[f"practice.lists.{x.id}.payment.rate.wrong_person"] = _mean_rate(practice.payment, share)
    return out


def _promised(s: Scenario) -> AppealPractice | None:
    """The promise taken at its word, as a run takes it: whoever is listed for anything but an own act appeals at once and is granted."""
    if s.appeal is None or not s.appeal.available:
        return None
    wrong = {"own_act": 0, "protected_conduct": 0, "other": 1}
    days = s.appeal.decide_within_days
    told = {
        "filed": wrong,
        "upheld": wrong,
        "answered": int(days is not None),
        "decided_after": {"always_days": days.value if days else 0},
    }
    return AppealPractice.model_validate(told)


def _mean_appeal(appeal: AppealPractice, share: dict[str, float]) -> dict[str, Any]:
    """The same practice with the mean of what each basis meets for a wrong person."""
    filed = {b: _of(appeal.filed, b) for b in BASES}
    granted = {b: _of(appeal.upheld, b) for b in BASES}
    appeals = sum(share[b] * filed[b] for b in BASES)
    lifted = sum(share[b] * filed[b] * granted[b] for b in BASES)
    told = appeal.model_dump(mode="json", by_alias=True, exclude_none=True)
    told["filed"]["wrong_person"] = round(appeals, 9)
    told["upheld"]["wrong_person"] = round(lifted / appeals, 9) if appeals else 0
    return told


def _of(shares: Any, basis: str) -> float:
    """The share of a basis; one left out takes `other`."""
    own = getattr(shares, basis)
    return float((own if own is not None else shares.other).value)


def _mean_rate(payment: PaymentPractice, share: dict[str, float]) -> str:
    """Payments a year, on average over the bases."""
    rates = {b: getattr(payment.rate, b) for b in BASES}
    return f"{sum(share[b] * (rates[b].value if rates[b] is not None else 0.0) for b in BASES):.9f} per year"
