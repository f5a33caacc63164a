"""Small random worlds in which whatever may be combined is: `together(k)` is the k-th of them, and what it has follows from k.

Two of three are a scenario of `worlds.py` with mechanisms of a city (`city.py`), asked for in the file or put into the tables. The third
is *mixed*: it may have firms (`firms.py`) too, and models, an epidemic, shocks, lots and copies (`beyond.py`), each by chance and so all in
many combinations. In some worlds somebody is absent in a variant.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

from beyond import PARTS, with_beyond
from city import MECHANISMS, city_file, with_all_of, with_city
from firms import firm_world
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import Plan
from ill import ill_world
from worlds import world

MIXED, FIRMS, EACH, OF_A_CITY, AWAY = 0.42, 0.5, 0.6, 0.35, 0.2
"""Share of worlds that are mixed; of these with firms, each part beyond, each mechanism of a city; of all, where some are absent."""

OFTEN = {"has_scales": 0.75}
"""What is asked for oftener, for it needs a score and several regions."""


class Together(NamedTuple):
    """A world: its plan, and the people absent from each variant."""

    plan: Plan
    absent: dict[int, list[int]]
    mixed: bool


def together(k: int, mixed: bool = False) -> Together:
    """The k-th world; one that is mixed, if that is asked."""
    luck = Random(f"together {k}")
    mixed = luck.random() < MIXED or mixed
    plan = _mixed(k, luck) if mixed else _plain(k, Random(f"city {k}"))
    variants = range(plan.world.variants) if luck.random() < AWAY else ()
    return Together(plan, {v: luck.sample(range(plan.world.people), 4) for v in variants if v != 1}, mixed)


def _plain(k: int, luck: Random) -> Plan:
    """Every second has what it has of a city from its scheme file, the others straight from their tables."""
    if k % 2:
        return compile_plan(from_raw(city_file(world(k), luck), f"world-{k}"))[0]
    return with_city(compile_plan(from_raw(world(k), f"world-{k}"))[0], luck)


def _mixed(k: int, luck: Random) -> Plan:
    raw = firm_world(k) if luck.random() < FIRMS else world(k)
    plan = compile_plan(from_raw(raw, f"world-{k}"))[0]
    asked = tuple(x for x in MECHANISMS if luck.random() < OFTEN.get(x, OF_A_CITY))
    plan = with_all_of(plan, luck, asked)
    return with_beyond(plan, luck, tuple(x for x in PARTS if luck.random() < EACH))


FIRED = {
    "firms": ("firm listed",),
    "epidemic": ("reached by a tie", "reached by anybody", "reached in the region"),
    "models": ("chosen by a model, true", "chosen by a model, not true"),
    "shocks": ("hit by a mass listing", "granted by a repair"),
    "lots": ("drawn by lot, rightful", "drawn by lot, not rightful", "first listing taken back"),
    "copies": ("copy",),
    "scales": ("listed on another scale",),
    "late": ("own record comes late", "merit comes late", "points that waited"),
    "places": ("moved", "filed where the list is not"),
    "city": ("decay", "merged file", "denied", "aimed", "left", "company", "hush", "tie cut", "queue waited", "bounced", "cooled off"),
}  # fmt: skip
"""The parts of worlds, and what shows that one did something: any of these."""
PAIRS = tuple(combinations(FIRED, 2))


def fired_together(fired: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """Every two parts that both did something in a world."""
    did = {part for part, names in FIRED.items() if any(fired.get(name) for name in names)}
    return Counter(pair for pair in PAIRS if did >= set(pair))


# --- all of it asked for in one file --------------------------------------------------------------------------------------------------

Raw = dict[str, Any]


def everything(k: int, people: int | None = None, models: bool = True) -> Raw:
    """The k-th world with firms, whose file asks for all of it: late records, scales and lists by region, models of people and of
    firms, an epidemic under a code, shocks of every kind, copies that leak, lots.
    """
    raw = firm_world(k, people)
    start = date.fromisoformat(raw["world"]["start"])
    days = (date.fromisoformat(raw["world"]["end"]) - start).days + 1
    on = {
        share: (start + timedelta(days=int(days * share))).isoformat() for share in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
    }
    town = json.loads(json.dumps(ill_world()).replace('"red"', '"quarantine"'))
    raw["lists"] += town["lists"]
    raw["epidemic"] = town["epidemic"] | {"seeds": {"number": 8, "region": "town"}}
    raw["practice"]["health_code"] = town["practice"]["health_code"]
    raw["practice"]["health_code"]["causes"]["wrong_test"]["by_group"] = {"A": 2}
    raw["practice"]["sensing"]["street"]["delay_days"] = 3
    raw["score"] |= {"by_region": {"town": {"min": -20, "max": 240, "baseline": 105}}, "moving": "anew"}
    next(x for x in raw["lists"] if x["id"] == "low")["regions"] = ["town", "firms"]
    raw["world"]["moves"] = 0.3
    raw["sharing"] = [{"recipient": "carriers", "sync_days": 2}]
    raw["practice"]["sharing"] = {"carriers": {"propagates": 0.7, "correction": {"between_days": [0, 5]}, "kept": 0.5}}
    raw["shocks"] = [
        {"id": "intruder", "kind": "mass_listing", "from": on[0.3], "to": on[0.4], "share": 0.1, "list": "debtors", "points": 20,
         "repaired": 0.8, "repair": {"between_days": [0, 5]}},
        {"id": "mistake", "kind": "bad_rule", "rule": "petty", "from": on[0.2], "to": on[0.6], "repair": {"between_days": [0, 5]}},
        {"id": "inside", "kind": "insider", "acts": ["kind", "noise"], "from": on[0.1], "to": on[0.5], "repaired": 0.7},
        {"id": "spill", "kind": "leak", "recipient": "carriers", "from": on[0.7]},
    ]  # fmt: skip
    for rule in raw["rules"]:
        if rule["id"] == "noise":
            del rule["cap"]
    if models:
        raw["models"] = [{"id": "risk"}, {"id": "of_trade"}]
        raw["lists"].append({"id": "investigated", "max_days": 15, "entry": {"trigger": {"filed_by": "risk"}}})
        choice = {
            "files_for": "investigated",
            "target": 0.3,
            "rounds": {"every_days": 6},
            "chooses": {"by": "capacity", "number": 12},
        }
        raw["practice"]["models"] = {
            "risk": choice | {"errors": {"fpr": 0.1, "tpr": 0.6}, "features": FEATURES_OF_A, "retrains": True},
            "of_trade": choice | {"errors": {"auc": 0.8}, "of": "firms", "files_for": "worse"},
        }
    raw["variants"] = [{"name": "as-it-is"}, {"name": "the-same"}]
    if models:
        lots = {"practice.lists.low.lots": True, "practice.models.risk.chooses": {"by": "lottery", "same_number": True}}
        raw["variants"].append({"name": "by-lot", "set": lots})
    return raw


FEATURES_OF_A = {"late": {"if_true": 0.6, "if_not": 0.2}, "moved": {"if_true": 0.3, "if_not": 0.3}}
