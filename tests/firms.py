"""Small random worlds (`worlds.py`) in which some slots are firms: they act, are listed, and penalise their staff."""

from __future__ import annotations

import copy
from typing import Any

from worlds import world

Raw = dict[str, Any]
OF_FIRMS = ("debt", "speech", "fraud")


def firm_world(k: int, people: int | None = None) -> Raw:
    """The k-th random world with firms in the place of its last fifth."""
    raw = copy.deepcopy(world(k))
    raw["world"] |= {
        "people": people or raw["world"]["people"],
        "regions": {"home": {"share": 0.3}, "town": {"share": 0.5}, "firms": {"share": 0.2}},
        "firms": {
            "regions": ["firms"],
            "staff": {"sizes": {0: 0.2, 1: 0.3, 3: 0.5}},
            "representative": {"firms": {1: 0.5, 2: 0.5}, "regions": ["town"]},
        },
    }
    acts = raw["conduct"]["acts"]
    for name in OF_FIRMS:
        acts[name]["by"] = "firms"
    acts["noise"] |= {"by": "firms", "aimed_at": "staff"}
    acts["speech"]["by_region"] = {"firms": 2.5}
    scored = "score" in raw
    raw["associations"] = [
        {"id": "binds", "edge": "representative", "transfer": "listing", "points": -15, "toward": "people"},
        *(
            [{"id": "answers", "edge": "representative", "transfer": "standing", "points": -9, "level": 90}]
            if scored
            else []
        ),
        {"id": "pays", "edge": "staff", "transfer": "points", "fraction": 0.5, "max_hops": 2, "toward": "people"},
        {"id": "shames", "edge": "staff", "transfer": "listing", "points": -4, "toward": "firms"},
        {"id": "home", "edge": "household", "transfer": "points", "fraction": 0.3},
    ]
    cutting = {"ties": {"staff": 0.4, "representative": 0.2}, "lists": ["debtors", "low"]}
    raw["conduct"]["answers"]["tie_cutting"] = cutting
    kept = [v for v in raw["variants"] if not any("associations" in path for path in v.get("set", {}))]
    raw["variants"] = kept or [{"name": "as-it-is"}]
    return raw
