"""Small random scenarios in which everything happens often: what the two engines are compared on.

`world(k)` is the k-th of them, a raw scenario as a file would give it. The rates are far above anything real, on purpose: a
path of the day that hardly ever runs is a path that no comparison has tried.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

BASES = ("own_act", "cannot_pay", "stale_record", "insider_or_intruder")
TIES = ("household", "partner", "parent_child", "best_friend", "friends", "online_friends", "colleagues", "school")
LISTS = ("debtors", "low", "red", "cheats", "worse")
GATES = ("flight", "rail", "hotel")
Raw = dict[str, Any]


FIRST_WITHOUT_SCORE, EVERY = 22, 5
"""From here on every fifth world keeps no score. Those before are what many other tests are made of, and all have one."""
FILED_INSTEAD = {"low": "petty", "red": "kind", "worse": "speech"}
"""Where there is no score, the rule that lists people who would otherwise be listed by their score."""


def world(k: int) -> Raw:
    """The k-th random scenario: 66 to 768 people in blocks of 64, 20 to 80 days, one to four variants."""
    made = _World(Random(k)).scenario()
    return without_score(made) if keeps_no_score(k) else made


def keeps_no_score(k: int) -> bool:
    return k >= FIRST_WITHOUT_SCORE and (k - FIRST_WITHOUT_SCORE) % EVERY == 0


def without_score(raw: Raw) -> Raw:
    """The same people under a scheme that gives no points: all its lists are entered by rules.

    A listing still costs those who are tied to the listed person something: they grow quieter, and no number of theirs moves.
    """
    made = {key: part for key, part in raw.items() if key != "score"}
    made["rules"] = [{**rule, "points": 0} for rule in raw["rules"]]
    made["lists"] = [_by_rule(x) for x in raw["lists"]]
    made["variants"] = [_without_points(v) for v in raw["variants"]]
    return made


def _by_rule(one: Raw) -> Raw:
    kept = {key: part for key, part in one.items() if key != "exit"}
    return {**kept, "entry": {"trigger": {"rule": FILED_INSTEAD[one["id"]]}}} if one["id"] in FILED_INSTEAD else kept


def _without_points(variant: Raw) -> Raw:
    gone = ("score_below", "score_above", "points")
    kept = {
        path: x
        for path, x in variant.get("set", {}).items()
        if path.startswith("associations") or not path.endswith(gone)
    }
    return {**variant, "set": kept} if "set" in variant else variant


class _World:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.days = rng.choice((rng.randint(20, 32), rng.randint(20, 32), rng.randint(33, 80)))
        self.start = date(2020, 1, 1) + timedelta(days=rng.randrange(300))
        self.groups = "ABC"[: rng.randint(1, 3)]
        self.people = 64 * rng.choice((2,) * 12 + (3,) * 6 + (4, 4, 5, 6, 8, 12)) - rng.choice(
            (0, 0, rng.randrange(62))
        )

    def scenario(self) -> Raw:
        acts = self.acts()
        raw: Raw = {
            "schema": 1,
            "scheme": {"title": "A made-up scheme"},
            "data_sources": [self.source(s) for s in ("court", "street")],
            "score": {"min": 0, "max": 200, "baseline": 100},
            "rules": self.rules(),
            "associations": self.associations(),
            "lists": self.lists(),
            "consequences": self.consequences(),
            "world": self.people_and_ties(),
            "conduct": {
                "acts": acts,
                "demand": {gate: self.demand() for gate in GATES},
                "answers": {"chilling": {"step": self.share(0.05, 0.4), "most": self.share(0.5, 1.0)}},
            },
            "practice": self.practice({"debtors": acts["debt"], "cheats": acts["fraud"]}),
        }
        raw["variants"] = self.variants()
        return raw

    # --- numbers -----------------------------------------------------------------------------------------------------

    def share(self, low: float = 0.0, high: float = 1.0) -> float:
        return round(self.rng.uniform(low, high), 3)

    def often(self, p: float) -> bool:
        return self.rng.random() < p

    def rate(self, low: float, high: float) -> str:
        unit, days = self.rng.choice((("day", 1.0), ("week", 7.0), ("month", 365.25 / 12), ("year", 365.25)))
        return f"{self.rng.uniform(low, high) * days / 365.25:.6f} per {unit}"

    def day(self, low: float = 0.0, high: float = 1.0) -> str:
        """A date inside the run, as a share of its days."""
        return (self.start + timedelta(days=int(self.days * self.rng.uniform(low, high)))).isoformat()

    def delay(self, most: int) -> Raw:
        n, m = self.rng.randint(0, most), self.rng.randint(0, most)
        return self.rng.choice(
            (
                {"always_days": n},
                {"between_days": [min(n, m), max(n, m)]},
                {"mean_days": round(self.rng.uniform(0.0, most), 2)},
                {"median_days": round(self.rng.uniform(0.1, most), 2)},
            )
        )

    def split(self, names: str | tuple[str, ...]) -> dict[str, float]:
        """Shares that add to one exactly in decimals."""
        cuts = sorted(self.rng.sample(range(1, 100), len(names) - 1))
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
        return {name: part / 100 for name, part in zip(names, parts, strict=True)}

    def schedule(self) -> list[Raw]:
        factors: list[Raw] = [
            {"kind": "step", "from": self.day(), "factor": self.share(0.3, 2.0)},
            {"kind": "growth", "from": self.day(0.0, 0.3), "per_year": self.share(0.2, 3.0)},
            {
                "kind": "rollout",
                "floor": self.share(0.1, 0.5),
                "midpoint": self.day(),
                "width_days": self.rng.randint(3, 30),
            },
            {"kind": "window", "from": self.day(0.0, 0.2), "to": self.day(0.7, 1.0)},
        ]
        return self.rng.sample(factors, self.rng.choice((0, 0, 1, 1, 2)))

    # --- the scheme --------------------------------------------------------------------------------------------------

    def source(self, name: str) -> Raw:
        return {"id": name, "context": "courts", "kind": "court_record", "linkage": {"false": self.share(0, 0.3)}}

    def rules(self) -> list[Raw]:
        return [
            {"id": "debt", "source": "court", "when": {"signal": "debt"}, "points": self.rng.choice((0, -3, -20)),
             "requires_ability": self.often(0.5)},
            {"id": "petty", "source": "street", "when": {"signal": "petty"}, "points": -self.rng.randint(4, 30)},
            {"id": "speech", "source": "street", "when": {"signal": "speech"}, "points": -self.rng.randint(2, 30)},
            {"id": "kind", "source": "street", "when": {"signal": "kind"}, "points": self.rng.randint(3, 30)},
            {"id": "blood", "source": "court", "when": {"signal": "blood"}, "points": self.rng.randint(3, 15),
             "cap": {"count": self.rng.randint(1, 3), "window_days": self.rng.choice((7, 15, 30))}},
            {"id": "noise", "source": "street", "when": {"signal": "noise"}, "points": -self.rng.randint(3, 15),
             "cap": {"count": self.rng.randint(1, 2), "window_days": self.rng.choice((5, 10, 400))}},
            {"id": "fraud", "source": "court", "when": {"signal": "fraud"}, "points": -self.rng.choice((0, 10, 25)),
             **({"cap": {"count": self.rng.randint(1, 2), "window_days": 20}} if self.often(0.6) else {})},
        ]  # fmt: skip

    def associations(self) -> list[Raw]:
        points = [
            {
                "id": f"p{n}",
                "edge": edge,
                "transfer": "points",
                "fraction": self.share(0.15, 0.7),
                "max_hops": self.rng.randint(1, 3),
            }
            for n, edge in enumerate(self.rng.sample(TIES, self.rng.randint(1, 3)))
        ]
        listing = [
            {"id": f"l{n}", "edge": edge, "transfer": "listing", "points": -self.rng.randint(2, 9)}
            for n, edge in enumerate(self.rng.sample(TIES, self.rng.choice((1, 1, 2))))
        ]
        return self.rng.sample(points + listing, len(points + listing))

    def lists(self) -> list[Raw]:
        low, high = self.rng.randint(60, 95), self.rng.randint(105, 140)
        worse = low - self.rng.randint(5, 30)
        made: list[Raw] = [
            {"id": "debtors", "entry": {"trigger": {"rule": "debt"}}},
            {"id": "low", "entry": {"trigger": {"score_below": low}}},
            {"id": "red", "entry": {"trigger": {"score_above": high}}},
            {"id": "cheats", "entry": {"trigger": {"rule": "fraud"}}},
            {"id": "worse", "entry": {"trigger": {"score_below": worse}}, "exit": {"score_above": (worse + low) // 2}},
        ]
        if self.often(0.8):
            made[1]["exit"] = {"score_above": low + self.rng.randint(1, 30)}
        if self.often(0.6):
            made[2]["exit"] = {"score_above": high - self.rng.randint(0, 20)}
        for x in made:
            if self.often(0.75):
                x["max_days"] = self.rng.randint(3, 40)
                x["extension_days"] = self.rng.randint(1, 20)
        return self.rng.sample(made, len(made))

    def consequences(self) -> list[Raw]:
        def one(gate: str) -> Raw:
            first, *rest = self.rng.sample(LISTS, self.rng.choice((1, 2, 2, 3)))
            made: Raw = {"id": gate, "context": "transport", "kind": "refusal", "trigger": {"list": first}}
            return {**made, "also_lists": rest} if rest else made

        return [one(gate) for gate in GATES]

    # --- who lives there ---------------------------------------------------------------------------------------------

    def people_and_ties(self) -> Raw:
        layer = {"mean": self.share(2, 5), "max": 12, "clustering": self.share(0.05, 0.3)}
        ties: Raw = {
            "household": {"sizes": self.split_sizes((1, 2, 3, 4, 5))},
            "partner": self.share(0.4, 1),
            "parent_child": self.share(0.3, 1),
            "best_friend": self.share(0.3, 1),
            "friends": layer,
            "online_friends": {"mean": self.share(1, 3), "max": 8, "window": self.rng.choice((4096, 65536))},
            "colleagues": {"sizes": self.split_sizes((1, 3, 6))},
            "school": {"sizes": self.split_sizes((1, 4, 7))},
        }
        return {
            "people": self.people,
            "start": self.start.isoformat(),
            "end": (self.start + timedelta(days=self.days - 1)).isoformat(),
            "seed": self.rng.getrandbits(64),
            "block": 64,
            "groups": {g: {"share": s} for g, s in self.split(self.groups).items()},
            "regions": {
                r: {"share": s} for r, s in self.split(("north", "south", "islands")[: self.rng.randint(1, 3)]).items()
            },
            "ties": ties,
        }

    def split_sizes(self, sizes: tuple[int, ...]) -> dict[int, float]:
        return dict(zip(sizes, self.split(tuple(map(str, sizes))).values(), strict=True))

    # --- conduct -----------------------------------------------------------------------------------------------------

    def acts(self) -> Raw:
        return {
            "debt": self.act(1, 5, while_listed=("debtors",), circumstances=True, lawful=False),
            "petty": self.act(2, 12, chillable=True, while_listed=("low", "debtors")),
            "speech": self.act(1, 8, chillable=True, protected=True),
            "kind": self.act(5, 20),
            "blood": self.act(1, 8, while_listed=("red",)),
            "noise": self.act(2, 10, chillable=self.often(0.5)),
            "fraud": self.act(0.5, 4, circumstances=self.often(0.5), protected=self.often(0.3)),
        }

    def act(
        self, low: float, high: float, while_listed: tuple[str, ...] = (), circumstances: bool = False, **more: Any
    ) -> Raw:
        made: Raw = {"rate": self.rate(low, high), "schedule": self.schedule(), **more}
        if self.often(0.4):
            multiples = (self.rng.choice((5, 50)), self.rng.choice((2, 4)))
            made["liability"] = [{"share": s, "multiple": m} for s, m in zip((0.04, 0.2), multiples, strict=True)]
        if self.often(0.5):
            made["by_group"] = {g: self.share(0.4, 2.0) for g in self.groups}
        if while_listed:
            made["while_listed"] = {name: self.share(0.1, 1.0) for name in while_listed}
        if circumstances:
            made["circumstances"] = self.circumstances()
        if self.often(0.1):
            made["envelope"] = "100 per year"
        return made

    def circumstances(self) -> Raw:
        names = tuple(f"c{n}" for n in range(self.rng.randint(2, 4)))
        shares = [self.split(names) for _ in range(len(self.groups) + 1)]
        return {
            name: {
                "share": shares[0][name],
                "by_group": {g: shares[n + 1][name] for n, g in enumerate(self.groups)},
                "basis": BASES[n],
            }
            for n, name in enumerate(names)
        }

    def demand(self) -> Raw:
        return {
            "users": self.share(0.4, 1),
            "by_group": {g: self.share(0.3, 1) for g in self.groups},
            "trips": self.rate(20, 200),
            "schedule": self.schedule(),
            "tries_per_trip": {"mean": self.share(1, 4), "schedule": self.schedule()},
            "evaded": self.share(0.05, 0.4),
            "evaded_schedule": self.schedule(),
            "learns": self.share(0.05, 0.5),
            "never_learns": self.share(0, 0.5),
        }

    # --- practice ----------------------------------------------------------------------------------------------------

    def practice(self, filing: dict[str, Raw]) -> Raw:
        return {
            "sensing": {s: self.sensing() for s in ("court", "street")},
            "notice": self.notice(),
            "appeal": self.appeal(),
            "lists": {name: self.list_practice(filing.get(name, {})) for name in LISTS},
        }

    def sensing(self) -> Raw:
        return {
            "seen": self.share(0.5, 1),
            "seen_schedule": self.schedule(),
            "wrong_person": self.share(0.05, 0.4),
            "by_group": {
                g: {"seen": self.share(0.4, 1), "wrong_person": self.share(0.02, 0.5)}
                for g in self.groups
                if self.often(0.7)
            },
        }

    def notice(self) -> Raw:
        return {"served": self.share(0.2, 1), "delay": self.delay(8), "refusal_tells": self.often(0.8)}

    def appeal(self) -> Raw:
        shares = ("own_act", "cannot_pay", "others_conduct", "wrong_person", "protected_conduct")
        return {
            "filed": {"other": self.share(0.3, 1), **{b: self.share(0.2, 1) for b in shares}},
            "delay": self.delay(6),
            "answered": self.share(0.6, 1),
            "decided_after": self.delay(10),
            "upheld": {"other": self.share(0.3, 1), **{b: self.share(0.1, 0.9) for b in shares}},
        }

    def list_practice(self, filing_act: Raw) -> Raw:
        made: Raw = {
            "payment": {
                "rate": {b: self.rate(2, 25) for b in (*BASES, "wrong_person", "protected_conduct", "others_conduct")},
                "clears_after": self.delay(6),
                "never_cleared": self.share(0, 0.4),
            },
            "expiry": {"termed": self.share(0.4, 1), "extended": self.share(0, 0.6)},
        }
        if "circumstances" in filing_act:
            made["entry"] = {name: self.share(0.4, 1) for name in filing_act["circumstances"]}
        if self.often(0.4):
            made["notice"] = self.notice()
        if self.often(0.4):
            made["appeal"] = self.appeal()
        if self.often(0.6):
            made["expiry"]["in_force_from"] = self.day(0.2, 0.9)
            made["expiry"]["older_entries"] = self.rng.choice(("from_entry", "from_that_day", "never"))
        return made

    # --- variants ----------------------------------------------------------------------------------------------------

    def variants(self) -> list[Raw]:
        patches: list[Raw] = [
            {"practice.notice.served": self.share()},
            {"practice.appeal.filed.other": self.share(), "practice.appeal.answered": self.share()},
            {"lists.low.entry.trigger.score_below": self.rng.randint(50, 99)},
            {"lists.red.entry.trigger.score_above": self.rng.randint(101, 150)},
            {"lists.debtors.max_days": self.rng.randint(2, 20)},
            {"conduct.acts.petty.rate": self.rate(1, 30)},
            {"conduct.acts.kind.rate": "0 per year"},
            {"rules.speech.points": 0},
            {"rules.debt.points": -self.rng.randint(1, 30)},
            {"rules.blood.cap.count": self.rng.randint(1, 5)},
            {"associations.p0.fraction": 0},
            {"associations.l0.points": -self.rng.randint(1, 40)},
            {"conduct.demand.rail.trips": self.rate(50, 300), "conduct.demand.rail.learns": self.share()},
            {"conduct.answers.chilling.step": self.share()},
            {"practice.sensing.street.wrong_person": self.share(0, 0.3)},
            {"practice.lists.low.expiry.termed": self.share()},
            {"practice.lists.cheats.payment.never_cleared": self.share()},
            {},
        ]
        chosen = [{"name": "as-it-is"}]
        for n in range(self.rng.choice((0, 1, 1, 2, 3))):
            merged = {k: v for patch in self.rng.sample(patches, self.rng.randint(1, 3)) for k, v in patch.items()}
            chosen.append({"name": f"other-{n}", "set": merged})
        return chosen
