"""Slow tests go first, so that no worker is left alone with one at the end; those that take minutes are asked for.

`GLASSHOUSE_LONG=1 make test` runs everything; without it a test marked long is skipped and says so (docs/decisions/0011).

Being traced for coverage doubles the time of plain Python. Of a test with many cases the first is traced, one with `no_cover` never:
the others walk the same lines with other numbers. What is checked is the same; what coverage says is a lower bound.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

TRACED = 1
"""Cases of a test with several that are traced for coverage."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those marked slow before the others, each in the order they were found."""
    if not os.environ.get("GLASSHOUSE_LONG"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: GLASSHOUSE_LONG=1 runs it"))
    _trace_the_first(items)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _trace_the_first(items: list[pytest.Item]) -> None:
    """Where coverage is measured, leave all but the first case of each test alone."""
    cases: Counter[str] = Counter()
    for item in items:
        name = item.nodeid.partition("[")[0]
        cases[name] += 1
        if cases[name] > TRACED and item.config.pluginmanager.hasplugin("_cov"):
            item.add_marker(pytest.mark.no_cover)
