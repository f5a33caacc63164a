"""Slow tests go first, so that no worker is left alone with one at the end; those that take minutes are asked for.

`GLASSHOUSE_LONG=1 make test` runs everything; without it a test marked long is skipped and says so (docs/decisions/0011).
"""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those marked slow before the others, each in the order they were found."""
    if not os.environ.get("GLASSHOUSE_LONG"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: GLASSHOUSE_LONG=1 runs it"))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
