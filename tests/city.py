"""The mechanisms of the scored city, put into a small random world: `with_city(plan, rng)`.

They are written straight into the tables of a compiled plan, so that the engines are compared on combinations and on numbers that no
scheme file may ask for. About six worlds of ten get some of them, each mechanism at least three of twenty; where a world gets one,
some of its variants do without it, so that variants differ by it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np

from glasshouse.scenario.tables import (
    BY_COMPANY,
    BY_LISTING,
    BY_STANDING,
    MAX_ASSOCIATIONS,
    NO_CLERKS_NEEDED,
    NO_SCORE_ASKED,
    QUEUE_UNIT,
    TIE_KINDS,
    Plan,
)

ONE = 2**32
PARENT_CHILD = TIE_KINDS.index("parent_child")
OF_PEOPLE = TIE_KINDS[:8]
"""Ties that a world has without firms."""
WORLDS_WITH, EACH = 0.6, 0.4
"""Share of worlds that get some of the mechanisms, and of these that get each."""
OF_A_SCORE = ("decays", "merges", "asks", "tells_standing", "updates_on_days", "has_scales")
"""What a world without a score cannot have."""
AGGREGATES = ("is_published", "has_clerks")
"""What reaches everybody at once."""
CITY_TABLES = {
    "cooling", "region_factor", "region_seen", "only_on", "asks", "barred", "amount", "on_lists", "level", "chance", "hush", "cut",
    "clerks", "freezes", "retry", "late",
}  # fmt: skip
"""What differs by variant, the second axis of these tables."""
MECHANISMS = (
    "decays", "cools", "merges", "moves", "depends_on_place", "only_listed", "asks", "bars", "aims", "leaves",
    "tells_standing", "keeps_company", "hushes", "is_published", "loses_ties", "has_a_direction", "has_clerks", "freezes",
    "has_scales", "comes_late", "updates_on_days", "is_local", "is_observed_anew",
)  # fmt: skip


def with_city(plan: Plan, rng: Random) -> Plan:
    """The plan with some of the city's mechanisms, by chance; most plans with any have several."""
    if rng.random() >= WORLDS_WITH:
        return plan
    return with_all_of(plan, rng, tuple(x for x in MECHANISMS if rng.random() < EACH))


def with_all_of(plan: Plan, rng: Random, mechanisms: tuple[str, ...]) -> Plan:
    """The plan with exactly these mechanisms, or those of them that its world can have."""
    city = _City(plan, rng)
    for mechanism in mechanisms:
        if plan.score.used or mechanism not in OF_A_SCORE:
            getattr(city, mechanism)()
    return city.plan()


def alike(plan: Plan) -> Plan:
    """The plan with the city's tables of the first variant in all of them."""
    for table in (plan.acts, plan.associations, plan.lists):
        for name in CITY_TABLES & set(table._fields):
            column = getattr(table, name)
            column[:] = column[:, :1]
    for column in (
        plan.score.publicity,
        plan.score.decay,
        plan.score.merges,
        plan.score.merge_factor,
        plan.score.merge_add,
        plan.score.update,
        plan.score.anew,
    ):
        column[:] = column[:1]
    plan.score.merge_wrong[:], plan.associations.cut_on[:] = plan.score.merge_wrong[:1], plan.associations.cut_on[:1]
    return plan._replace(acts=plan.acts._replace(other_luck=0))


class _City:
    """The tables that the mechanisms change, as copies."""

    def __init__(self, plan: Plan, rng: Random) -> None:
        self.before, self.rng, self.w = plan, rng, plan.world
        self.K, self.R, self.scored = plan.world.variants, len(plan.world.region_cut), bool(plan.score.used)
        self.world: dict[str, Any] = plan.world._asdict()
        self.acts, self.score, self.by, self.lists = map(
            _copied, (plan.acts, plan.score, plan.associations, plan.lists)
        )

    def plan(self) -> Plan:
        self.marks_the_special()
        old = self.before
        return old._replace(
            world=old.world._replace(**self.world), acts=old.acts._replace(**self.acts),
            score=old.score._replace(**self.score), associations=old.associations._replace(**self.by),
            lists=old.lists._replace(**self.lists),
        )  # fmt: skip

    def marks_the_special(self) -> None:
        a, by = self.acts, self.by
        a["by_region"][:] = ((a["region_factor"] != ONE) | (a["region_seen"] != ONE)).any(axis=(1, 2))
        company = by["of_acts"][: by["count"]][by["transfer"][: by["count"]] == BY_COMPANY].any(axis=0)
        a["special"][:] = (
            (a["by_region"] > 0) | (a["only_on"] != 0).any(axis=1) | (a["asks"] != NO_SCORE_ASKED).any(axis=1)
            | (a["barred"] != 0).any(axis=1) | (a["aims"] >= 0) | (a["leaves"] > 0) | company
        )  # fmt: skip

    # --- numbers ----------------------------------------------------------------------------------------------------

    def often(self, p: float) -> bool:
        return self.rng.random() < p

    def share(self, low: float, high: float) -> int:
        return min(int(self.rng.uniform(low, high) * ONE), ONE)

    def in_variants(self, row: Any, value: Callable[[], Any]) -> None:
        """A value for most variants; the others keep what they have."""
        for v in range(self.K):
            if self.often(0.8):
                row[v] = value()

    def some_acts(self, most: int = 3) -> list[int]:
        n = self.before.acts.count
        return self.rng.sample(range(n), self.rng.randint(1, min(most, n)))

    def some_lists(self) -> int:
        """A mask of one to three lists."""
        n = self.before.lists.count
        return sum(1 << i for i in self.rng.sample(range(n), self.rng.randint(1, min(3, n))))

    # --- scores -----------------------------------------------------------------------------------------------------

    def decays(self) -> None:
        every, points = self.rng.choice((1, 2, 7)), self.rng.randint(1, 4)
        for v in range(self.K):
            if self.often(0.8):
                self.score["decay"][v, self.rng.randint(1, every) :: every] = points
        self.score["decay"][:, 0] = 0

    def cools(self) -> None:
        for act in range(self.before.acts.count):
            if self.acts["capped"][act] >= 0 and self.often(0.7):
                self.acts["cap_window"][act] = 0
                self.in_variants(self.acts["cooling"][act], lambda: self.rng.randint(1, 12))

    def merges(self) -> None:
        self.score["merge_day"] = self.rng.randint(2, self.w.days - 3)
        self.in_variants(self.score["merges"], lambda: 1)
        for v in range(self.K):
            for r in range(self.R):
                self.score["merge_factor"][v, r] = int(QUEUE_UNIT * self.rng.uniform(0.5, 1.4))
                self.score["merge_add"][v, r] = self.rng.randint(-30, 30)
            self.score["merge_wrong"][v] = [self.share(0.1, 0.9) for _ in self.before.world.group_cut]

    def has_scales(self) -> None:
        """A second scale, or a third; regions have one or another of them, if there are several regions."""
        S = self.rng.choice((2, 2, 3))
        for name, by in (("lowest", 40), ("highest", 150), ("baseline", 12)):
            first = int(self.score[name][0])
            self.score[name] = np.array([first, *(first + self.rng.randint(-by, by) for _ in range(S - 1))], np.int64)
        self.score["highest"] = np.maximum(self.score["highest"], self.score["baseline"] + 20)
        self.score["scale_of"] = np.array([self.rng.randrange(S) for _ in range(self.R)], np.int32)
        self.in_variants(self.score["anew"], lambda: self.rng.randint(0, 1))
        self.by["level"] = np.repeat(self.by["level"], S, axis=2)
        for s in range(1, S):
            self.by["level"][:, :, s] += self.rng.randint(-10, 10)

    def updates_on_days(self) -> None:
        """Scores move on some days: every so many, on any, or on one."""
        last = self.w.days
        for v in range(self.K):
            if self.often(0.8):
                every = self.rng.randint(2, 12)
                regular = range(self.rng.randint(1, every), last + 1, every)
                on = self.rng.choice((list(regular), sorted(self.rng.sample(range(1, last + 1), 5)), [last // 2]))
                after = [min((d for d in on if d >= day), default=last + 1) for day in range(last + 2)]
                self.score["update"][v] = after

    # --- places, and what is asked for ------------------------------------------------------------------------------

    def moves(self) -> None:
        self.world["moves"] = self.share(0.1, 0.7)
        self.depends_on_place()

    def depends_on_place(self) -> None:
        for act in self.some_acts(4):
            for v in range(self.K):
                if self.often(0.8):
                    self.acts["region_factor"][act, v] = [self.share(0.2, 1.3) for _ in range(self.R)]
                if self.often(0.8):
                    self.acts["region_seen"][act, v] = [self.share(0.2, 1.3) for _ in range(self.R)]

    def comes_late(self) -> None:
        for act in self.some_acts(6):
            self.in_variants(self.acts["late"][act], lambda: self.rng.choice((0, 1, self.rng.randint(1, 15))))

    def is_observed_anew(self) -> None:
        self.acts["other_luck"] = self.rng.randrange(1 << self.K)

    def is_local(self) -> None:
        """Some lists take the people of some regions only."""
        for i in range(self.before.lists.count):
            if self.often(0.5):
                self.lists["in_region"][i] = [int(self.often(0.6)) for _ in range(self.R)]

    def only_listed(self) -> None:
        for act in self.some_acts(2):
            self.in_variants(self.acts["only_on"][act], self.some_lists)

    def asks(self) -> None:
        for act in self.some_acts():
            asked = int(self.before.score.baseline[0]) - self.rng.randint(-5, 15)
            self.in_variants(self.acts["asks"][act], lambda asked=asked: asked)

    def bars(self) -> None:
        for act in self.some_acts():
            self.in_variants(self.acts["barred"][act], self.some_lists)

    def aims(self) -> None:
        for act in self.some_acts():
            self.acts["aims"][act] = self.rng.choice([k for k in range(len(TIE_KINDS)) if self.before.ties.on[k]])

    def leaves(self) -> None:
        act = self.some_acts(1)[0]
        self.acts["leaves"][act] = 1
        if self.often(0.5):
            self.in_variants(self.acts["only_on"][act], self.some_lists)

    # --- ties -------------------------------------------------------------------------------------------------------

    def one_more(self, transfer: int) -> int:
        """The number of a new association, neutral but for its kind; the last one again if there is no room."""
        b, n = self.by, self.by["count"]
        if n == MAX_ASSOCIATIONS:
            return n - 1
        if n == len(b["kind"]):
            for name in (
                "kind",
                "transfer",
                "share",
                "amount",
                "max_hops",
                "of_acts",
                "on_lists",
                "level",
                "chance",
                "toward",
                "hush",
            ):
                b[name] = np.concatenate([b[name], np.zeros_like(b[name][:1])])
        b["count"] = n + 1
        b["kind"][n] = self.rng.choice((0, PARENT_CHILD, PARENT_CHILD, *range(len(TIE_KINDS))))
        b["transfer"][n], b["max_hops"][n], b["of_acts"][n], b["toward"][n] = transfer, 1, 1, 0
        return n

    def tells_standing(self) -> None:
        n, low = self.one_more(BY_STANDING), int(self.before.score.baseline[0]) - self.rng.randint(-2, 30)
        if self.by["transfer"][n] == BY_STANDING:
            self.in_variants(self.by["level"][n], lambda: low)
            self.in_variants(self.by["amount"][n], lambda: self.rng.choice((-9, -4, -2, 3)))

    def keeps_company(self) -> None:
        for _ in range(self.rng.choice((1, 1, 2))):
            n = self.one_more(BY_COMPANY)
            if self.by["transfer"][n] != BY_COMPANY:
                return
            self.by["of_acts"][n] = 0
            self.by["of_acts"][n, self.some_acts(5)] = 1
            self.in_variants(self.by["on_lists"][n], lambda: self.rng.choice((0, self.some_lists())))
            self.in_variants(self.by["chance"][n], lambda: self.share(0.3, 1.0))
            self.in_variants(self.by["amount"][n], lambda: self.rng.choice((-9, -4, -2, 3)) * self.scored)
            self.in_variants(self.by["hush"][n], lambda: self.rng.choice((0, 0, 30)))

    def hushes(self) -> None:
        for n in range(self.by["count"]):
            if self.often(0.7):
                self.in_variants(self.by["hush"][n], lambda: self.rng.randint(1, 60))
            if self.by["transfer"][n] == BY_LISTING and self.often(0.6):
                self.in_variants(self.by["on_lists"][n], self.some_lists)
            if self.by["transfer"][n] == BY_LISTING and self.often(0.3):
                self.in_variants(self.by["amount"][n], lambda: 0)

    def is_published(self) -> None:
        self.in_variants(self.score["publicity"], lambda: self.rng.randint(50, 2_000))

    def loses_ties(self) -> None:
        self.in_variants(self.by["cut_on"], self.some_lists)
        for kind in range(len(TIE_KINDS)):
            self.in_variants(self.by["cut"][kind], lambda: self.share(0.1, 1.0))

    def has_a_direction(self) -> None:
        for n in range(self.by["count"]):
            if self.often(0.5):
                self.by["kind"][n] = PARENT_CHILD
            if self.by["kind"][n] == PARENT_CHILD:
                self.by["toward"][n] = self.rng.choice((1, 2))
            self.by["of_acts"][n] = [int(self.often(0.7)) for _ in self.by["of_acts"][n]]

    # --- lists ------------------------------------------------------------------------------------------------------

    def has_clerks(self) -> None:
        numbers: tuple[Callable[[], int], ...] = (
            lambda: NO_CLERKS_NEEDED,
            lambda: 0,
            *(lambda: int(QUEUE_UNIT * self.rng.uniform(0.03, 0.6)),) * 4,
        )
        for i in range(self.before.lists.count):
            self.in_variants(self.lists["clerks"][i], lambda: self.rng.choice(numbers)())

    def freezes(self) -> None:
        for i in range(self.before.lists.count):
            self.in_variants(self.lists["retry"][i], lambda: self.rng.randint(1, 8))
            if self.often(0.6):
                self.in_variants(self.lists["freezes"][i], lambda: self.share(0.2, 1.0))
        self.lists["retry"][self.lists["retry"] == 0] = 1


def _copied(table: Any) -> dict[str, Any]:
    return {name: x.copy() if hasattr(x, "copy") else x for name, x in table._asdict().items()}


# --- the same, asked for in a scheme file ------------------------------------------------------------------------------------------

Raw = dict[str, Any]


def city_file(raw: Raw, rng: Random) -> Raw:
    """A generated scenario (`worlds.world`) with some of the city's keys, by chance. The scenario given stays as it was."""
    if rng.random() >= WORLDS_WITH:
        return raw
    file = _CityFile(deepcopy(raw), rng)
    for part in ("over_time", "places", "asked", "done_to_others", "ties", "answers", "redress", "patches", "schemes"):
        getattr(file, part)()
    return file.raw


class _CityFile:
    """A scenario file whose keys are put in place."""

    def __init__(self, raw: Raw, rng: Random) -> None:
        self.raw, self.rng = raw, rng
        self.acts: Raw = raw["conduct"]["acts"]
        self.lists = [x["id"] for x in raw["lists"]]

    def often(self) -> bool:
        return self.rng.random() < EACH

    def share(self, low: float, high: float) -> float:
        return round(self.rng.uniform(low, high), 3)

    def an_act(self) -> Raw:
        act: Raw = self.acts[self.rng.choice(sorted(self.acts))]
        return act

    def some(self, names: list[str], most: int = 3) -> list[str]:
        return self.rng.sample(names, self.rng.randint(1, min(most, len(names))))

    def over_time(self) -> None:
        for rule in self.raw["rules"]:
            if "cap" in rule and rule["id"] != "blood" and self.often():
                del rule["cap"]
                rule["cooling_off_days"] = self.rng.randint(1, 12)
        if "score" in self.raw and self.often():
            self.raw["score"]["decay"] = {"points_per_year": self.rng.randint(100, 1_500)}
        if "score" in self.raw and self.often():
            self.raw["shocks"] = [self.merge()]

    def merge(self) -> Raw:
        world = self.raw["world"]
        convert = {r: {"factor": self.share(0.5, 1.4), "add": self.rng.randint(-30, 30)} for r in world["regions"]}
        days = (date.fromisoformat(world["end"]) - date.fromisoformat(world["start"])).days
        on = date.fromisoformat(world["start"]) + timedelta(days=self.rng.randint(1, days - 2))
        return {
            "id": "one_register",
            "kind": "merge",
            "from": on.isoformat(),
            "convert": convert,
            "wrong_files": self.share(0.1, 0.8),
        }

    def places(self) -> None:
        regions = self.raw["world"]["regions"]
        if len(regions) > 1 and self.often():
            least = min(1 - sum(r["share"] ** 2 for r in regions.values()), 0.4)
            self.raw["world"]["moves"] = self.share(0.01, least)
        if self.often():
            self.an_act()["by_region"] = {r: self.share(0.2, 1.5) for r in regions}

    def schemes(self) -> None:
        """Late records, scores that move on the first of the month, and prices, scales and lists by region."""
        regions = [*self.raw["world"]["regions"]]
        for source in self.raw["practice"]["sensing"].values():
            if self.often():
                source["delay_days"] = self.rng.randint(1, 9)
        if "score" in self.raw and self.often():
            self.raw["score"]["update"] = "monthly"
        if len(regions) == 1:
            return
        for rule in self.raw["rules"]:
            if "score" in self.raw and "points" in rule and self.often():
                rule["points_by_region"] = {r: self.rng.randint(-20, 20) for r in self.some(regions, 2)}
        for a_list in self.raw["lists"]:
            if self.often():
                a_list["regions"] = self.some(regions, 2)
        if "score" in self.raw and "shocks" not in self.raw and self.rng.random() < 0.8:
            own = {
                "min": -self.rng.randint(0, 50),
                "max": 200 + self.rng.randint(0, 90),
                "baseline": self.rng.randint(90, 110),
            }
            self.raw["score"]["by_region"] = {self.rng.choice(regions): own}

    def asked(self) -> None:
        if self.often():
            asks: Raw = {"not_on": self.some(self.lists)}
            if "score" in self.raw:
                asks["score_at_least"] = self.rng.randint(85, 105)
            self.an_act()["asks"] = asks
        if self.often():
            self.an_act()["only_while_on"] = self.some(self.lists)

    def done_to_others(self) -> None:
        if self.often():
            self.an_act()["aimed_at"] = self.rng.choice(OF_PEOPLE)
        if self.often():
            self.an_act()["leaves"] = True

    def ties(self) -> None:
        associations: list[Raw] = self.raw["associations"]
        scored = "score" in self.raw
        if scored and self.often() and len(associations) < MAX_ASSOCIATIONS:
            associations.append(
                {
                    "id": "s0",
                    "edge": self.rng.choice(OF_PEOPLE),
                    "transfer": "standing",
                    "level": self.rng.randint(70, 101),
                    "points": -5,
                }
            )
        if scored and self.often() and len(associations) < MAX_ASSOCIATIONS:
            company = {
                "id": "c0",
                "edge": self.rng.choice(OF_PEOPLE),
                "transfer": "company",
                "points": self.rng.choice((-6, 3)),
            }
            associations.append({**company, "acts": self.some(sorted(self.acts), 5), "chance": self.share(0.3, 1)})
            if self.often():
                associations[-1]["lists"] = self.some(self.lists)
        for a in associations:
            if self.often():
                a["chilling"] = self.share(0.02, 0.25)
            if a["edge"] == "parent_child":
                a["toward"] = self.rng.choice(("all", "children", "parents"))
            if a["transfer"] == "points" and self.often():
                a["acts"] = self.some(sorted(self.acts), 5)
            if a["transfer"] == "listing" and self.often():
                a["lists"] = self.some(self.lists)

    def answers(self) -> None:
        answers = self.raw["conduct"]["answers"]
        if self.often():
            answers["chilling"]["publicity"] = self.share(0.2, 8)
        if self.often():
            ties = {kind: self.share(0.1, 1) for kind in self.some(list(OF_PEOPLE), 8)}
            answers["tie_cutting"] = {"ties": ties, "lists": self.some(self.lists)}

    def redress(self) -> None:
        practice = self.raw["practice"]
        if self.often():
            a_day = self.rng.choice((0, *(self.share(0.03, 0.7),) * 3))
            practice["appeal"]["clerks"] = {"decisions_per_day": a_day, "for_people": self.raw["world"]["people"]}
        if self.often():
            for name in self.lists:
                practice["lists"][name]["payment"]["tried_again_after"] = self.rng.randint(1, 8)
            for name in self.some(self.lists):
                practice["lists"][name]["payment"]["blocked"] = self.share(0.2, 1)
                freeze = {"id": f"freeze_{name}", "context": "finance", "kind": "freeze", "trigger": {"list": name}}
                self.raw["consequences"].append(freeze)

    def patches(self) -> None:
        for variant in self.raw["variants"][1:]:
            if self.often():
                form = self.rng.choice(("own_experience", "ties", "publicity", "none"))
                variant.setdefault("set", {})["conduct.answers.chilling.form"] = form
