"""The threshold is finer than the measurement.

What it finds: A score whose adjacent thresholds lie closer together than twice 1.96 times its measurement error
`sigma`; or a daily or live score whose error is said not to be known.

Why it matters: People then fall over a line that the scale cannot see.

Example:
    score: {sigma: 5}

Better:
    score: {sigma: 0.1}

Limits: Thresholds are those in triggers, with the ends of the scale. A list entered by a finding, not by a score, is
left alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import NO, Truth, any_of

CODE = "GH724"
NAME = "threshold-finer-than-noise"
SEVERITY = "medium"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-15", "EU-GDPR-5-1-d", "EU-CFR-52")
MEASURES: tuple[str, ...] = ("score_reliability",)
FIX = "Widen bands, hysteresis, or human check near the edge."
CORE = False


WIDTH = 2 * 1.96


def check(text: Text) -> Iterator[Verdict]:
    score = text.root.get("score")
    cuts = thresholds(text)
    if score.value is None or not cuts:
        yield Verdict(score, score.given() & cut_by_score(text), "")
        return
    ends = [score.get(k).value for k in ("min", "max") if isinstance(score.get(k).value, int)]
    edges = sorted({*cuts, *ends})
    narrow = min((b - a for a, b in pairwise(edges)), default=math.inf)
    sigma = score.get("sigma")
    unknown_error = sigma.lacking() & score.get("update").is_("live", "daily")
    finer = sigma.satisfies(lambda s: narrow < WIDTH * s) | (sigma.given() & cut_by_score(text))
    truth = finer | unknown_error
    says = (
        f"bands are {narrow} wide at the narrowest and the error is {sigma.value}: at least {WIDTH * sigma.value:.3g} is needed"
        if isinstance(sigma.value, float | int)
        else "the score moves daily and its error is not known"
    )
    yield Verdict(score, truth, says, sigma)


def triggers(text: Text) -> list[At]:
    return [c.get("trigger") for c in text.each("consequences")] + [x.at("entry.trigger") for x in text.each("lists")]


def thresholds(text: Text) -> list[int]:
    """Every cut-off that a trigger names."""
    return [v for t in triggers(text) for k in ("score_below", "score_above") if isinstance(v := t.get(k).value, int)]


def cut_by_score(text: Text) -> Truth:
    """May a cut-off be hidden in a part that the text does not have?"""
    return any_of(t.given() if t.silent else NO for t in triggers(text))
