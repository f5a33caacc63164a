"""Twins that share their luck, and worlds that do not: how many runs pairing saves.

Where twins share their luck, the luck of a difference between them is less than that of two worlds. How much less is what
`collective_punishment` says of the share of burden that is borne for others: the variance over seeds of runs that share nothing over that
of the paired ones, which is how many times more of them the same interval would take. It is large where twin and base go together, and
small where the twin takes nearly all of the burden away, for then there is little left to go together.

A pair lived in lockstep costs little more than one life, and two worlds cost two, so that at equal cost it is nearly twice as large
(`bench/lattice.py` measures it). Counts of acts, whose expectation is known, were tried as control variates; they explain next to nothing
of the luck that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.experiments.student import student

if TYPE_CHECKING:
    from glasshouse.scenario.elements import Patch
    from glasshouse.scenario.reading import Loaded
    from glasshouse.scenario.schema import Scenario

CHANNELS = ("without-association", "without-misidentification")
"""What ends every way in which somebody else's conduct reaches a person's burden."""
DRAWS = 2000
FEWEST = 8
"""Below so many seeds a bootstrap of them says nothing."""


@dataclass(frozen=True)
class PairedShare:
    """1 - burden of the twin / burden, over seeds: a ratio of totals, with 95 % intervals if the twin shares the base's luck, and if not.

    `runs_ratio` is how many times more runs the second needs for the width of the first; `at_least` its 5 % quantile over bootstrapped
    seeds, since a ratio of variances is itself uncertain, and None for few seeds.
    """

    seeds: int
    value: float
    interval: tuple[float, float]
    unpaired: tuple[float, float]
    runs_ratio: float | None
    at_least: float | None

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def paired_share(base: Sequence[float], twin: Sequence[float]) -> PairedShare | None:
    """The share of two or more seeds, from the burden of base and twin in each; None where nobody bears any."""
    pairs = np.array([base, twin], np.float64).T
    n = len(pairs)
    if n < 2 or pairs[:, 0].sum() == 0:
        return None
    value = float(1 - pairs[:, 1].sum() / pairs[:, 0].sum())
    together, apart = _variances(pairs)
    near, far = (float(student(df) * sqrt(v / n)) for df, v in ((n - 1, together), (2 * n - 2, apart)))
    ratio = apart / together if together else None
    return PairedShare(n, value, (value - near, value + near), (value - far, value + far), ratio, _at_least(pairs))


def _at_least(pairs: NDArray[np.float64]) -> float | None:
    """The ratio of variances that 95 % of bootstrapped seeds exceed."""
    n = len(pairs)
    if n < FEWEST:
        return None
    rng = np.random.default_rng(0)
    drawn = [_variances(pairs[rng.integers(0, n, n)]) for _ in range(DRAWS)]
    ratios = [apart / together for together, apart in drawn if together > 0]
    return float(np.quantile(ratios, 0.05)) if ratios else None


def _variances(pairs: NDArray[np.float64]) -> tuple[float, float]:
    """Variance of a seed's part in the share, to first order: with the twin of the same seed, and with the twin of another."""
    base, twin = pairs.T
    if base.mean() == 0:
        return 0.0, 0.0
    share = twin.mean() / base.mean()
    size = float(base.mean()) ** 2
    together, apart = (twin - share * base).var(ddof=1), twin.var(ddof=1) + share**2 * base.var(ddof=1)
    return float(together) / size, float(apart) / size


def without_others(scenario: Scenario) -> Patch | None:
    """The change that ends every channel by which others' conduct reaches a person's burden; None where there is none."""
    from glasshouse.scenario.elements import applicable, composed

    patches, _ = applicable(scenario)
    ends = {name: patches[name] for name in CHANNELS if name in patches}
    return composed(scenario, ends) if ends else None


def collective_punishment(loaded: Loaded, seeds: Sequence[int], threads: int = 2) -> PairedShare | None:
    """The share of burden (severity-weighted days barred; days on lists where nothing bars) that is borne for others' conduct.

    The twin is without every channel by which it reaches a person: associations and records in the wrong file. None where the scenario
    has no such channel, for fewer than two seeds, and where nobody bears anything.
    """
    from glasshouse.experiments.lattice import live_group
    from glasshouse.simulate import reseeded

    twin = without_others(loaded.scenario)
    if twin is None or len(seeds) < 2:
        return None
    counts = [live_group(reseeded(loaded, seed), [{}, twin], threads) for seed in seeds]
    of = "burden" if any(pair[0]["burden"] for pair in counts) else "listed_days"
    return paired_share(*([pair[v][of] for pair in counts] for v in (0, 1)))
