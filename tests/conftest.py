"""Slow tests go first, so that no worker is left alone with one at the end."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those marked slow before the others, each in the order they were found."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
