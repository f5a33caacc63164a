"""Nonsense in meaning."""

from __future__ import annotations

from typing import Any

from glasshouse.scenario import schema
from glasshouse.scenario.wording import Finding


def nonsense(scenario: schema.Scenario) -> list[Finding]:
    return []


def personal(raw: dict[str, Any]) -> list[Finding]:
    return []
