"""What may be asked of one life beyond the elements of a scheme: had two kept the register, had copies heard of it, had it been chance.

Each is a patch made from what the scenario says, as an element is (`scenario/elements.py`), and brings no number of its own. They are
asked by `glasshouse why` only: each answers to what files from elsewhere (models, shocks) or to copies, and not to a reform of a scheme.
"""

from __future__ import annotations

from typing import Any

from glasshouse.scenario.elements import DoesNotApply, Element, Patch, applicable
from glasshouse.scenario.schema import ModelPractice, Scenario, Shock

WRITES = ("add", "alter", "override")
"""What a role may do that puts people on a list."""


def _tampering(s: Scenario) -> Patch:
    """Nobody tampers with the register: no intruder, no bad rule, no insider.

    What else befalls it stays: registers are merged, sources and gates fail, copies leak.
    """
    out: Patch = {f"shocks.{x.id}": None for x in s.shocks if x.kind in ("bad_rule", "insider")}
    for x in (x for x in s.shocks if x.kind == "mass_listing"):
        out |= _hits_nobody(x)
    if not out:
        raise DoesNotApply("without tampering: nobody tampers with the register in this scenario.")
    return out


def _hits_nobody(x: Shock) -> Patch:
    """The shock is there, since a list may be filed for by it, and hits nobody."""
    given = {key: getattr(x, key) for key in ("share", "count", "elsewhere")}
    return {f"shocks.{x.id}.{key}": 0 for key, number in given.items() if number is not None and number.value}


def _dual_control(s: Scenario) -> Patch:
    """Nothing is put into the register on one person's word.

    Assumed: the second person never goes along. What an insider does then comes to nothing, and so does a mass listing where a role of
    the scheme writes into the register alone. Where the scenario says how often a second person goes along, that is a variant of it.
    """
    alone = [r.id for r in s.roles if set(r.can) & set(WRITES) and not r.dual_control]
    out: Patch = {f"shocks.{x.id}.dual_control": True for x in s.shocks if x.kind == "insider" and not x.dual_control}
    for x in (x for x in s.shocks if x.kind == "mass_listing" and alone):
        out |= _hits_nobody(x)
    if not out:
        raise DoesNotApply("with dual-control: nobody writes into this register alone whom a second person could stop.")
    return out


def _copies_corrected(s: Scenario) -> Patch:
    """Whoever holds a copy hears of the end of every listing, and keeps nothing back.

    How long it takes until they hear stays as it was. No gate asks a copy, so that nobody's days on lists differ.
    """
    out: Patch = {}
    for name, x in s.practice.sharing.items():
        if x.propagates.value < 1:
            out[f"practice.sharing.{name}.propagates"] = 1
        if x.kept.value > 0:
            out[f"practice.sharing.{name}.kept"] = 0
    if not out:
        raise DoesNotApply(
            "with copies-corrected: nobody holds copies of this scheme's lists that would not be corrected."
        )
    return out


def _models_by_lottery(s: Scenario) -> Patch:
    """Chance chooses in place of every model: as many people in each round as it chooses in the scenario as it is."""
    found = [name for name, x in s.practice.models.items() if x.chooses.by in ("capacity", "threshold")]
    if not found:
        raise DoesNotApply("with models-by-lottery: no model of this scenario chooses by a rank or a threshold.")
    return {f"practice.models.{name}.chooses": {"by": "lottery", "same_number": True} for name in found}


QUESTIONS: tuple[Element, ...] = (
    Element("tampering", "without", _tampering),
    Element("dual-control", "with", _dual_control),
    Element("copies-corrected", "with", _copies_corrected),
    Element("models-by-lottery", "with", _models_by_lottery),
)


def askable(scenario: Scenario) -> dict[str, Patch]:
    """Everything that may be asked of a life in this scenario, elements first, by name."""
    patches, _ = applicable(scenario)
    for question in QUESTIONS:
        try:
            patches[question.variant] = question.patch(scenario)
        except DoesNotApply:
            continue
    return patches | other_thresholds(scenario)


def other_thresholds(scenario: Scenario) -> dict[str, Patch]:
    """Each model with its threshold, or its number, at either end of the range that the scenario gives."""
    out: dict[str, Patch] = {}
    for name, x in scenario.practice.models.items():
        part, number = _stated(x)
        for end in number.range if number is not None and number.range else ():
            if end != number.value:
                out[f"with-{name}-{part}-{end:g}"] = {f"practice.models.{name}.chooses.{part}": end}
    return out


def _stated(x: ModelPractice) -> tuple[str, Any]:
    """What says how many a model chooses."""
    by_threshold = x.chooses.by == "threshold"
    return ("threshold", x.chooses.threshold) if by_threshold else ("number", x.chooses.number)


def titles() -> dict[str, str]:
    """What each question asks, in one line, by its name."""
    return {q.variant: q.title for q in QUESTIONS}
