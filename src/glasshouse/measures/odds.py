"""The base-rate question, answered without a run: a screen looks for something rare, and whom does it flag?

Closed form only: Bayes' rule in natural frequencies, as people and not as probabilities, because that is how the answer
is understood. Numbers are taken as they are written (.001 is one in a thousand), so that nothing is lost to rounding.

Source: Meehl and Rosen 1955; Gigerenzer and Hoffrage 1995 for natural frequencies.
Left out: that people may be screened more than once, and that a base rate is itself uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from glasshouse.errors import UsageError


@dataclass(frozen=True)
class Odds:
    """Whom one screening of `people` flags: expected numbers of people, and `ppv`, the share flagged rightly."""

    people: int
    base_rate: float
    hit: float
    false_alarm: float
    flagged: float
    rightly: float
    wrongly: float
    missed: float
    ppv: float | None

    @property
    def per_1000_flagged(self) -> dict[str, float] | None:
        """Of 1,000 flagged people, how many rightly and how many wrongly; None where nobody is flagged."""
        if self.ppv is None:
            return None
        rightly = 1000 * Fraction(self.rightly) / Fraction(self.flagged)
        return {"rightly": float(rightly), "wrongly": float(1000 - rightly)}

    @property
    def words(self) -> str:
        """The answer as people would say it."""
        sought = self.rightly + self.missed
        told = (
            f"Of {_people(self.people)} people, {_people(sought)} are what the screen looks for. "
            f"It flags {_people(self.rightly)} of them and misses {_people(self.missed)}. "
            f"Of the {_people(self.people - sought)} others it flags {_people(self.wrongly)}."
        )
        of = self.per_1000_flagged
        if of is None:
            return f"{told} It flags nobody."
        return f"{told}\nOf 1,000 flagged, {_people(of['rightly'])} are flagged rightly and {_people(of['wrongly'])} wrongly."

    def document(self) -> dict[str, Any]:
        """The same for a script."""
        return vars(self) | {"per_1000_flagged": self.per_1000_flagged, "words": self.words}


def odds(people: int, base_rate: float, hit: float, false_alarm: float) -> Odds:
    """Whom a screen flags. base_rate: share of people it is right about; hit: share of those it flags; false_alarm: share of the
    others it flags. UsageError for a share outside 0 to 1, or nobody to screen.
    """
    if people < 1:
        raise UsageError(f"--people: {people:,} people cannot be screened. Give a whole number from 1 on.")
    p, h, f = (
        _share(name, value) for name, value in (("base-rate", base_rate), ("hit", hit), ("false-alarm", false_alarm))
    )
    rightly, wrongly, missed = people * p * h, people * (1 - p) * f, people * p * (1 - h)
    flagged = rightly + wrongly
    ppv = float(rightly / flagged) if flagged else None
    return Odds(
        people,
        float(p),
        float(h),
        float(f),
        float(flagged),
        float(rightly),
        float(wrongly),
        float(missed),
        ppv,
    )


def _share(name: str, value: float) -> Fraction:
    """The share as it is written. A NaN is not between 0 and 1 either."""
    if not 0 <= value <= 1:
        raise UsageError(
            f"--{name}: {value} is not a share. Give a number from 0 to 1, such as 0.001 for one in a thousand."
        )
    return Fraction(str(value))


def _people(number: float) -> str:
    """Whole people; where fewer than ten are expected, to a figure that does not round them away."""
    return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.2g}"
