"""What can be known without a run: Bayes' rule, and how many innocent people a screen accuses.

Source: Meehl and Rosen 1955; the identity of Chouldechova 2017. Plain arithmetic; nothing here needs a recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Screen:
    """A screening model as a scenario declares it. Shares, and screens a person and day."""

    base_rate: float
    tpr: float
    fpr: float
    screens_per_day: float


def ppv(base_rate: float, tpr: float, fpr: float) -> float | None:
    """Of those accused, the share rightly: p x tpr / (p x tpr + (1 - p) x fpr). None where nobody is accused."""
    accused = base_rate * tpr + (1 - base_rate) * fpr
    return base_rate * tpr / accused if accused > 0 else None


def false_accusations_per_day(people: float, base_rate: float, fpr: float, screens_per_day: float) -> float:
    """N (1 - p) x fpr x f: false accusations a day if people can be accused again."""
    return people * (1 - base_rate) * fpr * screens_per_day


def implied_fpr(base_rate: float, ppv: float, fnr: float) -> float:
    """fpr = p / (1 - p) x (1 - PPV) / PPV x (1 - fnr): why equal PPV and unequal base rates force unequal errors."""
    return base_rate / (1 - base_rate) * (1 - ppv) / ppv * (1 - fnr)


def declared_screen(scenario: Mapping[str, Any]) -> Screen | None:
    """The first model of a scenario that declares base rate, true and false positive rate and how often it screens."""
    for model in scenario.get("models") or []:
        said = model.get("validation") or {}
        numbers = [_number(said.get(key)) for key in ("base_rate", "tpr", "fpr", "screens_per_year")]
        if None not in numbers:
            base_rate, tpr, fpr, screens = (float(number) for number in numbers if number is not None)
            return Screen(base_rate, tpr, fpr, screens / 365.25)
    return None


def _number(value: Any) -> float | None:
    inner = value.get("value") if isinstance(value, Mapping) else value
    return None if inner is None else float(inner)
