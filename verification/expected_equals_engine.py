"""Is the expected course what the engine's people do on average? Twenty seeds of a million people, column by column.

    python verification/expected_equals_engine.py [people] [seeds]

Prints for each daily column the expected total, the mean of the seeds, their relative difference and how many standard errors it is. The
fit is made on the expected course, so a column beyond 4 standard errors and 1 % would mean that something else than the engine was fitted.
Takes some minutes. Exit code 1 if a column is beyond that.
"""

from __future__ import annotations

import sys

import numpy as np

from glasshouse.experiments import expectation
from glasshouse.experiments.seeds import base_alone, engine_counters
from glasshouse.scenario.reading import read_scenario

STOCKS = ("listed", "wrongful_listed")


def main(people: int = 1_000_000, seeds: int = 20) -> int:
    """Compare, print, and say whether all is well."""
    loaded = base_alone(read_scenario("defaulter-list", people=people))
    p = expectation.parameters_of(loaded.scenario)
    engine = engine_counters(loaded, range(1, seeds + 1), 2, lambda step, done, total: None)
    beyond = 0
    for column, daily in expectation.expect(p, 3).items():
        seen = engine[column] / p.represents
        totals = seen[:, -1] if column in STOCKS else seen.sum(axis=1)
        expected = daily[-1] if column in STOCKS else daily.sum()
        error = totals.std(ddof=1) / np.sqrt(seeds)
        gap = totals.mean() - expected
        beyond += abs(gap) > 4 * error and abs(gap) > 0.01 * expected
        print(
            f"{column:<32}{expected:>12.1f}{totals.mean():>12.1f}{gap / expected:>+9.2%}{gap / error:>+7.1f} standard errors"
        )
    return int(beyond > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(a) for a in sys.argv[1:])))
