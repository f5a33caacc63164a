"""A made-up city in which a model chooses whom to investigate."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

Raw = dict[str, Any]
INVESTIGATED = {"id": "investigated", "entry": {"trigger": {"filed_by": "risk"}}, "max_days": 20}


def city(people: int = 1_000, days: int = 40, variants: list[Raw] | None = None, **practice: Any) -> Raw:
    """A world in blocks of 64 with two groups; the model's practice is given, or chooses 50 by what it states of its errors."""
    model: Raw = {
        "files_for": "investigated",
        "target": 0.2,
        "target_by_group": {"B": 0.3},
        "errors": {"fpr": 0.1, "tpr": 0.6, "by_group": {"B": {"fpr": 0.25, "tpr": 0.5}}},
        "rounds": {"every_days": 10},
        "chooses": {"by": "capacity", "number": 50},
    }
    end = (date(2021, 1, 1) + timedelta(days=days - 1)).isoformat()
    return {
        "schema": 1,
        "scheme": {"title": "A made-up scheme"},
        "models": [{"id": "risk", "target": "what is looked for"}],
        "lists": [copy.deepcopy(INVESTIGATED)],
        "world": {
            "people": people, "block": 64, "seed": 11, "start": "2021-01-01", "end": end,
            "groups": {"A": {"share": 0.7}, "B": {"share": 0.3}},
        },
        "conduct": {"acts": {}},
        "practice": {"models": {"risk": {k: x for k, x in (model | practice).items() if x is not None}}},
        "variants": variants or [{"name": "factual"}],
    }  # fmt: skip


FEATURES = {
    "late": {"if_true": 0.6, "if_not": 0.2},
    "moved": {"if_true": 0.3, "if_not": 0.3, "by_group": {"B": {"if_true": 0.8, "if_not": 0.7}}},
}
