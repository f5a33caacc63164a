"""Small worlds with an illness and a health code, in which everything happens often."""

from __future__ import annotations

import copy
from typing import Any

Raw = dict[str, Any]
TERMS = {"yellow": 7, "red": 14}


def ill_world(people: int = 640, days: int = 40, block: int = 64, variants: list[Raw] | None = None) -> Raw:
    """A town of two regions where an illness goes along households, work and chance, under a code of three colours."""
    return {
        "schema": 1,
        "scheme": {"title": "A code of colours"},
        "world": {
            "people": people,
            "start": "2020-02-01",
            "end": f"2020-{2 + (days - 1) // 29:02d}-{(days - 1) % 29 + 1:02d}",
            "seed": 11,
            "block": block,
            "groups": {"A": {"share": 0.7}, "B": {"share": 0.3}},
            "regions": {"north": {"share": 0.4}, "south": {"share": 0.6}},
            "ties": {"household": {"sizes": {1: 0.2, 3: 0.4, 5: 0.4}}, "colleagues": {"sizes": {1: 0.3, 8: 0.7}}},
        },
        "lists": [
            {"id": name, "max_days": days, "entry": {"trigger": {"filed_by": "health_code"}}}
            for name, days in TERMS.items()
        ],
        "conduct": {"acts": {}},
        "epidemic": {
            "contacts": {
                "home": {"with": "household", "everyone": True, "p": 0.1},
                "work": {"with": "colleagues", "number": 4, "p": 0.06},
                "near": {"with": "own_region", "number": 5, "p": 0.03},
                "passing": {"with": "anybody", "number": 6, "p": 0.0},
            },
            "latent": {"between_days": [0, 3]},
            "infectious": {"mean_days": 6},
            "seeds": {"number": max(people // 60, 1), "region": "south"},
        },
        "practice": {
            "health_code": {
                "colours": ["yellow", "red"],
                "found": {
                    "test": {"share": 0.5, "after": {"between_days": [0, 4]}, "files": "red"},
                    "own_word": {"share": 0.3, "after": {"always_days": 1}, "files": "yellow"},
                },
                "tracing": {
                    "look_back_days": 4,
                    "contacts": {
                        "home": {"share": 0.9, "files": "red"},
                        "work": {"share": 0.5, "files": "yellow"},
                        "passing": {"share": 0.2, "files": "yellow"},
                    },
                },
                "causes": {
                    "journey": {"rate": "1 per year", "files": "yellow", "rightful": True, "basis": "own_act"},
                    "wrong_test": {"rate": "0.5 per year", "by_group": {"B": 3}, "files": "red"},
                },
                "isolation": {"red": {"work": 0.0, "near": 0.1}, "yellow": {"near": 0.4, "work": 0.5}},
                "gates": {
                    "station": {"visits": "1 per day", "reveals": ["colour", "movement"], "to": ["operator", "police"]}
                },
            }
        },
        "variants": [{"name": "factual"}, *copy.deepcopy(variants or [])],
    }
