"""Models that choose whom to list, in the plain engine: paragraph 23 of `docs/day.md`, told for one variant and one person at a time."""

from __future__ import annotations

from collections.abc import Callable

from glasshouse.engines.reference_life import TRAIT, Evening, Filing, Rows, plain
from glasshouse.engines.reference_ties import Words
from glasshouse.scenario import tables
from glasshouse.scenario.model_tables import BY_LOTTERY, BY_LOTTERY_OF, BY_THRESHOLD, NOBODY, STEP_SHIFT, ModelTables


def octaves(x: int) -> int:
    """256 times the binary logarithm of a whole number from 1, rounded down: exact, for x to the 256th is below 2 to the one more."""
    return (x**256).bit_length() - 1


class Model:
    """One model in one variant. It is right about some of those whom it chooses, and may learn from these alone.

    `seen` are those it learnt from, by feature, whether they have it (1) and whether it was true of them. `rounds` are rows of the
    recording without the variant: model, day, group, eligible, true, chosen, found, and the weights used.
    """

    def __init__(
        self, run: Evening, number: int, model: ModelTables, chosen_before: Callable[[int, int, int], int]
    ) -> None:
        self.run, self.number, self.t, self.v = run, number, plain(model), run.v
        self.chosen_before = chosen_before
        self.features = range(len(self.t.features))
        self.weight: list[int] = list(self.t.weight[self.v])
        self.seen = [[list(by_truth) for by_truth in by_has] for by_has in self.t.sample[self.v]]
        self.rounds: Rows = []

    def evening(self) -> list[Filing]:
        """A round, if today is one: the filings for those chosen."""
        n = self.t.round[self.run.day]
        if not n:
            return []
        run, bit = self.run, 1 << self.t.list
        eligible = [person for person in run.present() if self.is_asked_of(person) and not run.on[person] & bit]
        true = {person for person in eligible if self.is_true(person, n)}
        chosen = self.chooses(eligible, true, n)
        self.writes(eligible, true, chosen)
        if self.t.retrains[self.v]:
            self.learns(chosen, true)
        return [self.filing(person, person in true) for person in chosen]

    def draw(self, what: int, index: int, person: int) -> Words:
        return self.run.draw(TRAIT, index, person, what)

    def is_asked_of(self, person: int) -> bool:
        return bool(self.t.first <= person < self.t.beyond)

    def is_true(self, person: int, n: int) -> bool:
        """Whether what the model looks for is true of a person in its n-th round."""
        w = self.draw(self.t.truth_stream, n, person)
        renewed = w[0] < self.t.renews[self.v]
        word = w[1] if renewed else self.draw(self.t.truth_stream, 0, person)[2]
        return bool(word < self.t.prevalence[self.v][self.run.group[person]])

    def has(self, person: int, feature: int, true: bool) -> bool:
        w = self.draw(self.t.feature_stream, feature, person)
        return bool(w[0] < self.t.has[self.v][feature][true][self.run.group[person]])

    def risk(self, person: int, true: bool, n: int) -> int:
        t, v, g = self.t, self.v, self.run.group[person]
        known = sum(self.weight[f] for f in self.features if self.has(person, f, true))
        step = self.draw(t.luck_stream, n, person)[0] >> STEP_SHIFT
        return int(known + t.adjust[v][g] + t.stated[v][g][true][step])

    def chooses(self, eligible: list[int], true: set[int], n: int) -> list[int]:
        t, v, how = self.t, self.v, self.t.chooses[self.v]
        if how == NOBODY:
            return []
        risk = {
            person: 0 if how in (BY_LOTTERY, BY_LOTTERY_OF) else self.risk(person, person in true, n)
            for person in eligible
        }
        if how == BY_THRESHOLD:
            return [person for person in eligible if risk[person] >= t.cut[v]]
        luck = {person: self.draw(t.luck_stream, n, person)[1] for person in eligible}
        self.run.life.fired["as many as in another variant"] += how == BY_LOTTERY_OF and t.same_as[v] > 0
        order = sorted(eligible, key=lambda person: (-risk[person], -luck[person], person))
        number = self.chosen_before(t.same_as[v], self.number, self.run.day) if how == BY_LOTTERY_OF else t.capacity[v]
        return order[:number]

    def filing(self, person: int, true: bool) -> Filing:
        basis, rightful = (tables.OWN_ACT, 1) if true else (tables.RISK_SCORE, 0)
        self.run.life.fired[f"chosen by a model, {'true' if true else 'not true'}"] += 1
        self.run.life.fired["firm chosen by a model"] += person >= self.run.ties.people
        return person, self.t.list, tables.MODEL, person, self.number, basis, rightful

    def learns(self, chosen: list[int], true: set[int]) -> None:
        """From those it chose, and from nobody else: weights are evidence in octaves."""
        for f in self.features:
            seen = self.seen[f]
            for person in chosen:
                seen[self.has(person, f, person in true)][person in true] += 1
            without, have = seen
            old, self.weight[f] = (
                self.weight[f],
                octaves(have[1] + 1) - octaves(without[1] + 1) - octaves(have[0] + 1) + octaves(without[0] + 1),
            )
            self.run.life.fired["model learnt"] += old != self.weight[f]

    def writes(self, eligible: list[int], true: set[int], chosen: list[int]) -> None:
        for group in range(len(self.run.w.group_cut)):
            here, picked = ([p for p in people if self.run.group[p] == group] for people in (eligible, chosen))
            right, found = (sum(p in true for p in people) for people in (here, picked))
            counts = {"eligible": len(here), "true": right, "chosen": len(picked), "found": found}
            weights = {f"weight_{name}": weight for name, weight in zip(self.t.features, self.weight, strict=True)}
            self.rounds.append({"day": self.run.day, "model": self.t.name, "group": group, **counts, **weights})

    def tables(self) -> dict[str, Rows]:
        return {"rounds": self.rounds}
