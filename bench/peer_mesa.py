"""The bench model as Mesa objects: one agent a person, one `step` a day, as Mesa's own tutorial would have it.

The same people, circles, letters, cases and counts as in `model.py`. Agents hold their state in slots-like plain attributes, draw from the
model's `random`, and write letters that the model delivers the next morning; a `DataCollector` keeps the daily counts. Nobody's step reads
another's state, so `agents.do` may take any order and no shuffling is paid for. What can be shared is: most days most people draw one
number and go home.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import mesa

from bench import model

WRONG, TIE, OWN = 1, 2, 4
OWN_ACT, OTHERS, WRONG_PERSON = "own_act", "others_conduct", "wrong_person"
QUIET_DAY = math.exp(-model.PER_DAY)
COUNTERS = ("happened", "seen", "misfiled", "letters", "listings", "delistings", "notified", "appeals", "corrections")
STOCKS = ("listed", "wrongful_listed", "wrongful_listed_by_rights")


class Letter(NamedTuple):
    """Points for somebody. Compared in this order, the greatest demerit is the cause of a listing."""

    weight: int
    kind: int
    source: int
    act: int
    points: int


class Case(NamedTuple):
    """One listing: its basis and its days, 0 where they never come."""

    opened: int
    cause: Letter
    basis: str
    rightful: bool
    notified: int
    appealed: int
    decided: int
    granted: bool
    expires: int


class Person(mesa.Agent):
    """Somebody with a score, a score they merited, a circle of friends and perhaps a case."""

    def __init__(self, town: Town, number: int) -> None:
        super().__init__(town)
        self.number = number
        self.score = self.merited = model.BASELINE
        self.chill = 0
        self.case: Case | None = None
        self.friends: list[Person] = []
        self.letters: list[Letter] = []

    def step(self) -> None:
        """One day: the case, conduct from the morning's state, then the evening."""
        if self.case is not None:
            self.follow(self.case)
        quiet = self.random.random()
        if quiet >= QUIET_DAY or self.letters:
            self.live(potential_acts(quiet))

    def follow(self, case: Case) -> None:
        """What falls due in the case today."""
        town, day = self.model, self.model.day
        town.count["notified"] += day == case.notified
        town.count["appeals"] += day == case.appealed
        if day == case.decided and case.granted:
            town.count["corrections"] += 1
            self.leave_list(case)
        elif day == case.expires:
            self.leave_list(case)

    def leave_list(self, case: Case) -> None:
        self.case = None
        self.score = max(self.score, model.THRESHOLD)
        self.model.count["delistings"] += 1
        self.model.keep_stock(case, -1)

    def live(self, potential: int) -> None:
        """Act, be seen, and settle what was gathered."""
        pieces, merited_elsewhere = self.letters, 0
        chill = self.chill
        for _ in range(potential):
            if self.random.random() * 256 >= 256 - chill:
                continue
            act = self.random.randrange(model.ACTS)
            self.model.count["happened"] += 1
            if self.random.random() < model.SEEN[act]:
                merited_elsewhere += self.be_seen(act, pieces)
        if pieces or merited_elsewhere:
            self.settle(pieces, merited_elsewhere)
            self.letters = []

    def be_seen(self, act: int, pieces: list[Letter]) -> int:
        """File the act, here or in another's file; returns the points merited but not booked here."""
        town, points = self.model, model.POINTS[act]
        town.count["seen"] += 1
        if self.random.random() < model.MISFILED:
            town.count["misfiled"] += 1
            other = town.people[self.random.randrange(len(town.people))]
            if other is self:
                return 0
            town.send(other, Letter(max(-points, 0), WRONG, self.number, act, points))
            return points
        pieces.append(Letter(max(-points, 0), OWN, self.number, act, points))
        passed_on = -points // 4
        if passed_on > 0:
            letter = Letter(passed_on, TIE, self.number, act, -passed_on)
            for friend in self.friends:
                town.send(friend, letter)
        return 0

    def settle(self, pieces: list[Letter], merited_elsewhere: int) -> None:
        """The evening: both scores move once, demerits make quieter, and the low are listed."""
        points = merited = 0
        for piece in pieces:
            points += piece.points
            if piece.kind != WRONG:
                merited += piece.points
        self.score = min(max(self.score + points, model.LOWEST), model.HIGHEST)
        self.merited = min(max(self.merited + merited + merited_elsewhere, model.LOWEST), model.HIGHEST)
        cause = max(pieces, default=None)
        if cause is not None and cause.weight:
            self.chill = min(self.chill + model.CHILL_STEP, model.CHILL_MOST)
            if self.score < model.THRESHOLD and self.case is None:
                self.enter_list(cause)

    def enter_list(self, cause: Letter) -> None:
        rightful = self.merited < model.THRESHOLD
        basis = WRONG_PERSON if not rightful else OTHERS if cause.kind == TIE else OWN_ACT
        self.case = self.new_case(cause, basis, rightful)
        self.model.count["listings"] += 1
        self.model.keep_stock(self.case, 1)

    def new_case(self, cause: Letter, basis: str, rightful: bool) -> Case:
        """Draw notice and objection of a case that opens today."""
        day, notified, appealed, decided = self.model.day, 0, 0, 0
        if self.random.random() < model.SERVED:
            notified = day + 1 + self.random.randrange(model.NOTICE_WITHIN)
            if self.random.random() < model.OBJECTS:
                appealed, decided = notified + 1, notified + 2 + model.DECIDED_AFTER
        return Case(day, cause, basis, rightful, notified, appealed, decided, basis != OWN_ACT, day + model.TERM)


def potential_acts(u: float) -> int:
    """A Poisson number with the mean of a day, by inversion of one uniform."""
    n, p, total = 0, QUIET_DAY, QUIET_DAY
    while u >= total and n < 20:
        n += 1
        p *= model.PER_DAY / n
        total += p
    return n


class Town(mesa.Model):
    """Everybody, the post of tomorrow and the counts of today."""

    def __init__(self, people: int, seed: int = 7) -> None:
        super().__init__(seed=seed)
        self.day = 0
        self.people = [Person(self, number) for number in range(people)]
        self.tomorrow: list[tuple[Person, Letter]] = []
        self.count = dict.fromkeys(COUNTERS, 0)
        self.stock = dict.fromkeys(STOCKS, 0)
        self.make_circles()
        self.collector = mesa.DataCollector(model_reporters={name: _reporter(name) for name in COUNTERS + STOCKS})

    def make_circles(self) -> None:
        """Circles of five, drawn within windows of 4,096 people."""
        for first in range(0, len(self.people), model.WINDOW):
            window = self.people[first : first + model.WINDOW]
            self.random.shuffle(window)
            for k in range(0, len(window) // model.CIRCLE * model.CIRCLE, model.CIRCLE):
                circle = window[k : k + model.CIRCLE]
                for person in circle:
                    person.friends = [other for other in circle if other is not person]

    def send(self, target: Person, letter: Letter) -> None:
        self.tomorrow.append((target, letter))

    def keep_stock(self, case: Case, change: int) -> None:
        self.stock["listed"] += change
        self.stock["wrongful_listed"] += change * (not case.rightful)
        self.stock["wrongful_listed_by_rights"] += change * (case.basis != OWN_ACT)

    def step(self) -> None:
        """One day: deliver yesterday's letters, let everybody live, write the counts down."""
        self.day += 1
        self.count = dict.fromkeys(COUNTERS, 0)
        post, self.tomorrow = self.tomorrow, []
        for target, letter in post:
            target.letters.append(letter)
        self.agents.do("step")
        self.count["letters"] = len(self.tomorrow)
        self.collector.collect(self)

    @property
    def daily(self) -> list[dict[str, int]]:
        """What was counted, a row a day."""
        kept = self.collector.model_vars
        return [dict(zip(kept, row, strict=True)) for row in zip(*kept.values(), strict=True)]


def _reporter(name: str) -> Any:
    return lambda town: town.count[name] if name in town.count else town.stock[name]
