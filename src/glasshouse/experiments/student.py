"""Intervals of means over the few seeds that an experiment has."""

from __future__ import annotations


def student(freedom: int) -> float:
    """Quantile of a 95 % interval of Student's t, exact also for few seeds."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
