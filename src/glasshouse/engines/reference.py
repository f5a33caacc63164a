"""The reference engine: the day of `docs/day.md` told a second time, in plain Python, one variant and one person at a time.

It is written from that text and from `docs/ties.md` (numbers in comments are their paragraphs), not from the compiled
engine, and shares no code with it: it has its own chance, ties and bookkeeping, and knows only the integer tables of a plan.
It is slow, and it is what the fast engine must equal. A day that never comes is 0, for days are counted from 1.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from glasshouse.scenario import tables
from glasshouse.scenario.tables import CORRECTED, EXPIRED, LISTED, OWN, PAID, RECOVERED, TIE, TIE_KINDS, WRONG

LOW = 2**32 - 1
LAST_DAY = 65_535
STREET = 4_096
COUNT, CANDIDATE, SECOND, TARGET, CASE, TIES, TRAIT, DEMAND, THIRD = 0, 1, 2, 3, 4, 5, 6, 8, 9
BY_NOTICE, BY_REFUSAL = 1, 2
GRANTED, REFUSED = 1, 2
NOBODY, BY_RULE, BELOW, ABOVE = 0, 1, 2, 3
FROM_ENTRY, FROM_THAT_DAY, NEVER = 0, 1, 2
STOCKS = ("listed", "wrongful_listed", "wrongful_listed_by_rights")
Words = tuple[int, int, int, int]
Letter = tuple[int, int, int, int, int, int, int]
"""Target, source, tag, kind, association, hops, amount."""


@dataclass
class Life:
    """What one variant became. Keys of `daily` are (day, region, group), of `acts` (day, act); cells that are not there are 0.

    `letters` are those that reach somebody: (delivered day, target, source, tag, kind, association, hops, amount).
    `fired` counts every kind of happening. `journal` has one row for each happening to the people asked for: (person, day,
    event, detail, source, tag, amount).
    """

    daily: dict[str, dict[tuple[int, int, int], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    acts: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    cases: list[dict[str, int]] = field(default_factory=list)
    people: dict[str, list[Any]] = field(default_factory=dict)
    letters: list[tuple[int, ...]] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    journal: list[tuple[int, int, str, int, int, int, int]] = field(default_factory=list)


@dataclass
class Case:
    """One listing of one person: w, s and h are its marks, first, second and third; days are planned, and 0 is never."""

    person: int
    list: int
    ordinal: int
    opened: int
    basis: int
    rightful: int
    cause: tuple[int, int, int]
    w: Words
    s: Words
    h: Words
    notified: int = 0
    learnt: int = 0
    learnt_by: int = 0
    appealed: int = 0
    decided: int = 0
    decision: int = 0
    paid: int = 0
    clears: int = 0
    expires: int = 0
    closed: int = 0
    closed_by: int = 0

    def row(self, days: int) -> dict[str, int]:
        """The case as it is recorded (10): what was planned for the day of closing or later did not happen."""
        end = self.closed or days + 1
        decided, paid = (day if day <= min(end, days) else 0 for day in (self.decided, self.paid))
        notified, appealed = (day if day < end else 0 for day in (self.notified, self.appealed))
        return {
            "person": self.person, "list": self.list, "ordinal": self.ordinal, "opened": self.opened, "notified": notified,
            "learnt": self.learnt, "learnt_by": self.learnt_by, "appealed": appealed, "decided": decided,
            "decision": self.decision if decided else 0, "paid": paid, "closed": self.closed, "closed_by": self.closed_by,
            "basis": self.basis, "rightful": self.rightful,
            "cause_kind": self.cause[0], "cause_source": self.cause[1], "cause_tag": self.cause[2],
        }  # fmt: skip


@dataclass
class Gathering:
    """What one person gathers in a day. Items are (act, kind, source, tag, circumstance); filings by list, without the act."""

    points: int = 0
    merited: int = 0
    cause: tuple[int, int, int, int] = (0, 0, 0, 0)
    items: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    filings: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)


# --- Numbers and chance (1-5) -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 18)
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Words:
    """Philox4x32-10: counter and key to four words. Remembered, because variants share every draw."""
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & LOW, (p0 >> 32) ^ c3 ^ k1, p0 & LOW
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return c0, c1, c2, c3


def stream_of(kind: str, name: str) -> int:
    """The number of a stream (3)."""
    return int.from_bytes(hashlib.sha256(f"{kind}/{name}".encode()).digest()[:4], "big")


def at_most(table: Sequence[int], word: int) -> int:
    """How many entries of an ascending table are at or below a word."""
    return bisect_right(table, word)


def after(base: int, days: int | None) -> int:
    """So many days after a day; never, if either is never or it is beyond the last day there is (11, 16)."""
    return base + days if base and days is not None and base + days <= LAST_DAY else 0


def shared(amount: int, share: int) -> int:
    """A share of a demerit: the floor of its magnitude (17)."""
    return -((-amount * share) >> 32)


def plain(table: Any) -> Any:
    """One part of a plan with its arrays as lists of Python integers."""
    return SimpleNamespace(**{k: v.tolist() if hasattr(v, "tolist") else v for k, v in table._asdict().items()})


# --- Ties (docs/ties.md) ----------------------------------------------------------------------------------------------------------


def turn(x: int, bits: int, w: Words) -> int:
    mask, h = 2**bits - 1, (bits + 1) // 2
    for i in range(3):
        x = (x * (((w[i] & 0xFFFF) | 1) & mask) + ((w[i] >> 16) & mask)) & mask
        x ^= x >> h
    return x


def turn_back(y: int, bits: int, w: Words) -> int:
    mask, h = 2**bits - 1, (bits + 1) // 2
    for i in (2, 1, 0):
        y ^= y >> h
        y = ((y - ((w[i] >> 16) & mask)) * pow((w[i] & 0xFFFF) | 1, -1, mask + 1)) & mask
    return y


def scrambled(x: int, n: int, w: Words, way: Any = turn) -> int:
    """The bijection P of 0 ... n-1 (7), or with `turn_back` its inverse Q (8)."""
    bits = max((n - 1).bit_length(), 1)
    x = way(x, bits, w)
    while x >= n:
        x = way(x, bits, w)
    return int(x)


class Ties:
    """Who is tied to whom, from keys."""

    def __init__(self, plan: tables.Plan) -> None:
        self.t: Any = plan.ties
        self.people, self.k0, self.k1 = plan.world.people, plan.world.k0, plan.world.k1
        self.known: dict[tuple[int, int], list[int]] = {}

    def key(self, kind: int, index: int, where: int) -> Words:  # 6
        return philox(index, TIES << 16, where, stream_of("tie", TIE_KINDS[kind]), self.k0, self.k1)

    def neighbours(self, person: int, kind: int) -> list[int]:  # 2
        if (person, kind) not in self.known:
            near = (self.household, self.partner, self.parent_child)
            found = near[kind](person) if kind < len(near) else self.circles(person, kind)
            there = {p for p in found if p < self.people and p != person}
            self.known[person, kind] = sorted(there) if self.t.on[kind] else []
        return self.known[person, kind]

    def template(self, person: int) -> tuple[int, int]:  # 5, 9
        return self.key(0, 0, person // STREET)[0] >> 28, person % STREET

    def household(self, person: int) -> range:  # 9, 10
        t, s = self.template(person)
        first = person - int(self.t.house_position[t, s])
        return range(first, first + int(self.t.house_size[t, s]))

    def partner(self, person: int) -> list[int]:  # 11
        house = self.household(person)
        pair = list(house[:2])
        return pair if person in pair and self.key(1, 0, house[0])[0] < int(self.t.share[1]) else []

    def parent_child(self, person: int) -> list[int]:  # 12
        t, s = self.template(person)
        street, place = person // STREET, person % STREET
        role = self.t.house_role[t]
        found = [p for p in self.household(person) if {int(role[s]), int(role[p % STREET])} == {0, 1}]
        count = [int(n) for n in self.t.role_count[:2, t]]  # adults, elders
        pairs = min((count[1] * int(self.t.share[2])) >> 32, count[0])
        mine, theirs = (0, 1) if role[s] == 0 else (1, 0)  # adult or elder
        if role[s] == 1 or not pairs:
            return found
        keys = [self.key(2, 1, street), self.key(2, 0, street)]  # of adults, of elders
        met = scrambled(int(self.t.role_ordinal[t, place]), count[mine], keys[mine])
        if met < pairs:
            ordinal = scrambled(met, count[theirs], keys[theirs], turn_back)
            found.append(street * STREET + int(self.t.role_slot[theirs, t, ordinal]))
        return found

    def circles(self, person: int, kind: int) -> list[int]:  # 13-18
        width = int(self.t.window[kind])
        v = person // width
        n = min(width, self.people - v * width)
        rank = scrambled(person - v * width, n, self.key(kind, 0, v), turn_back)
        found: list[int] = []
        for m in range(int(self.t.layer_count[kind])):
            row = int(self.t.layer_first[kind]) + m
            f, o, g = int(self.t.layer_from[row]), int(self.t.layer_to[row]), int(self.t.layer_clique[row])
            lo, c = f * n // width, (o - f) * n // width // g * g
            if lo <= rank < lo + c:
                ranks = [lo + r for r in self.circle(kind, m, v, rank - lo, c, g)]
                found += [v * width + scrambled(r, n, self.key(kind, 0, v)) for r in ranks]
        return found

    def circle(self, kind: int, m: int, v: int, rank: int, c: int, g: int) -> list[int]:  # 16, 17
        if kind not in (TIE_KINDS.index("friends"), TIE_KINDS.index("online_friends")):
            return list(range(rank // g * g, rank // g * g + g))
        key = self.key(kind, 1 + m, v)
        first = scrambled(rank, c, key, turn_back) // g * g
        return [scrambled(place, c, key) for place in range(first, first + g)]


# --- The world (6-9) --------------------------------------------------------------------------------------------------------------


def live(plan: tables.Plan, variant: int, absent: Collection[int] = (), journal: Collection[int] = ()) -> Life:
    """Live all days of one variant. `absent` are the people who are not there in it, `journal` those of whom all is written down."""
    run = _Run(plan, variant, frozenset(absent), frozenset(journal))
    for day in range(1, run.w.days + 1):
        run.day = day
        run.morning()
        run.gather()
        run.evening()
    return run.written_down()


class _Run:
    """The state of one variant: columns as lists by person, open cases, the letters of yesterday and those of today."""

    def __init__(self, plan: tables.Plan, variant: int, absent: frozenset[int], journal: frozenset[int]) -> None:
        self.w, self.a, self.scale, self.by = map(plain, (plan.world, plan.acts, plan.score, plan.associations))
        self.lists, self.gates, delays = plain(plan.lists), plain(plan.gates), plain(plan.delays)
        self.delays = [delays.cut[f : f + n] for f, n in zip(delays.first, delays.length, strict=True)]
        self.v, self.absent, self.journal, self.day = variant, absent, journal, 0
        self.ties, self.life = Ties(plan), Life()
        N = self.w.people
        self.score, self.merited = [self.scale.baseline] * N, [self.scale.baseline] * N
        self.chill, self.on, self.given_up, self.refused_ever = [0] * N, [0] * N, [0] * N, [0] * N
        self.ordinal = [[0] * len(self.lists.stream) for _ in range(N)]
        self.cap_used = [[0] * (max(self.a.capped, default=-1) + 1) for _ in range(N)]
        self.group = [at_most(self.w.group_cut, self.draw(TRAIT, 0, p, self.w.group_stream)[0]) for p in range(N)]  # 8
        self.region = [at_most(self.w.region_cut, p) for p in range(N)]
        self.cases: list[Case] = []
        self.open: dict[tuple[int, int], Case] = {}
        self.stock: dict[tuple[str, int, int], int] = defaultdict(int)
        self.post: list[Letter] = []
        self.gathered: dict[int, Gathering] = defaultdict(Gathering)

    def draw(self, page: int, index: int, who: int, stream: int, day: int = 0, strip: int = 0) -> Words:
        """The four words of (3); `strip` is tier | band << 5."""
        return philox(index, day | page << 16 | strip << 24, who, stream, self.w.k0, self.w.k1)

    def counts(self, name: str, person: int, n: int = 1) -> None:
        self.life.daily[name][self.day, self.region[person], self.group[person]] += n

    def tell(self, event: str, person: int, detail: int = 0, source: int = -1, tag: int = 0, amount: int = 0) -> None:
        self.life.fired[event] += 1
        if person in self.journal:
            self.life.journal.append((person, self.day, event, detail, source, tag, amount))

    def moves(self, case: Case, by: int) -> None:
        """The stocks of open listings go up or down by one (16, 18)."""
        held = (True, not case.rightful, case.basis != tables.OWN_ACT)
        for name, counted in zip(STOCKS, held, strict=True):
            self.stock[name, self.region[case.person], self.group[case.person]] += by * counted

    def delay(self, number: int, word: int) -> int | None:  # 16
        table = self.delays[number]
        n = at_most(table, word)
        return n if n < len(table) else None

    # --- Morning: what falls due (9-12) -----------------------------------------------------------------------------------------

    def morning(self) -> None:
        for act, number in enumerate(self.a.capped):  # 9
            if number >= 0 and self.a.cap_window[act][self.day]:
                for used in self.cap_used:
                    used[number] = 0
        score = list(self.score)
        for case in list(self.open.values()):
            self.falls_due(case, score[case.person])
        for person in sorted({person for person, _ in self.open}):
            for gate in range(self.gates.count):
                self.meets(person, gate)

    def falls_due(self, case: Case, score: int) -> None:  # 10
        day, exit_score = self.day, self.lists.exit_score[case.list][self.v]
        if day == case.paid:  # a
            self.counts("complied", case.person)
            self.tell("complied", case.person, case.list)
        if day == case.decided:  # b
            self.tell(("", "granted", "refused")[case.decision], case.person, case.list)
        if day == case.decided and case.decision == GRANTED:
            self.counts("corrections", case.person)
            self.closes(case, CORRECTED)
        elif day == case.clears:  # c
            self.closes(case, PAID)
        elif day == case.expires:  # d
            self.closes(case, EXPIRED)
        elif exit_score != -1 and (score >= exit_score) == (self.lists.trigger[case.list] != ABOVE):  # e
            self.closes(case, RECOVERED)
        else:  # f
            if day == case.notified:
                self.counts("notified", case.person)
                if not case.learnt:
                    self.learns(case, BY_NOTICE)
            if day == case.appealed:
                self.counts("appeals", case.person)
                self.tell("appeal", case.person, case.list)

    def closes(self, case: Case, by: int) -> None:
        person, threshold = case.person, self.lists.threshold[case.list][self.v]
        case.closed, case.closed_by = self.day, by
        del self.open[person, case.list]
        self.on[person] &= ~(1 << case.list)
        if self.lists.trigger[case.list] == BELOW:
            self.score[person] = max(self.score[person], threshold)
        self.moves(case, -1)
        self.counts("delistings", person)
        self.tell(f"exit {tables.EXITS[by]}", person, case.list)

    def learns(self, case: Case, by: int) -> None:  # 11
        t, i, v = self.lists, case.list, self.v
        case.learnt, case.learnt_by = self.day, by
        self.tell(f"learnt by {('', 'notice', 'refusal')[by]}", case.person, i)
        if case.w[2] < t.appeals[i][v][case.basis]:
            days = self.delay(t.appeal_delay[i][v], case.s[0])
            case.appealed = after(self.day, days if days is None else max(days, 1))
            if case.s[1] < t.answered[i][v]:
                case.decided = after(after(case.appealed, 1), self.delay(t.decide_delay[i][v], case.s[2]))
                case.decision = (GRANTED if case.w[3] < t.upheld[i][v][case.basis] else REFUSED) if case.decided else 0

    def meets(self, person: int, gate: int) -> None:  # 12
        t, v, bit = self.gates, self.v, 1 << gate
        bound = self.on[person] & t.lists[gate][v]
        w = self.draw(DEMAND, 0, person, t.stream[gate], self.day) if bound else (LOW,) * 4
        period = t.period[gate][self.day]
        if not bound or w[0] >= t.trip[gate][period][v] or self.given_up[person] & bit:
            return
        trait = self.draw(TRAIT, 0, person, t.stream[gate])
        if trait[0] >= t.user[gate][v][self.group[person]]:
            return
        if w[2] < t.evade[gate][period][v]:
            self.counts(f"evaded_{gate}", person)
            return self.tell("evaded", person, gate)
        tries = 1 + at_most(t.tries_cut[gate][period][v], w[1])
        self.counts(f"tries_{gate}", person, tries)
        self.counts(f"trips_{gate}", person)
        self.tell("refused at two lists" if bound & (bound - 1) else "refused at a gate", person, gate, amount=tries)
        if not self.refused_ever[person] & bit:
            self.counts(f"people_{gate}", person)
            self.refused_ever[person] |= bit
        case = self.open[person, (bound & -bound).bit_length() - 1]
        if not case.learnt and self.lists.refusal_tells[case.list][v]:
            self.learns(case, BY_REFUSAL)
        if trait[1] >= t.never_learns[gate][v] and w[3] < t.learns[gate][v]:
            self.given_up[person] |= bit
            self.tell("gave up a gate", person, gate)

    # --- Day: potential events (13-15) ------------------------------------------------------------------------------------------

    def gather(self) -> None:
        delivered, self.post, self.gathered = self.post, [], defaultdict(Gathering)
        for letter in delivered:
            self.reads(letter)
        B = self.w.block
        for block in range((self.w.people + B - 1) // B):
            for row, act in enumerate(self.a.row_act):  # 14
                w = self.draw(COUNT, 0, block, self.a.stream[act], self.day, self.a.row_strip[row])
                for e in range(at_most(self.a.row_cdf[row][: self.a.row_len[row]], w[0] << 32 | w[1])):
                    self.candidate(block, row, act, e)

    def reads(self, letter: Letter) -> None:  # 13
        target, source, tag, kind, association, hops, amount = letter
        if kind == WRONG:
            self.piece(target, WRONG, source, tag, tag & 255, 0)
        else:
            self.takes(target, amount, kind, source, tag)
        if kind == TIE and hops < self.by.max_hops[association]:
            self.hands_on(target, tag, TIE, association, hops + 1, shared(amount, self.by.share[association][self.v]))

    def candidate(self, block: int, row: int, act: int, e: int) -> None:  # 14
        a, v, strip = self.a, self.v, self.a.row_strip[row]
        where = (e, block, a.stream[act], self.day, strip)
        w = self.draw(CANDIDATE, *where)
        rank = a.row_first[row] + (w[0] * a.row_width[row] >> 32)
        person = block * self.w.block + self.slot(act, block, rank)
        if person >= self.w.people or person in self.absent:  # 6
            return
        p, g = a.period[act][self.day], self.group[person]
        chance = a.accept[row][p][v][a.rank_class[act][rank]] * a.group_factor[act][v][g] >> 32
        for i in range(self.lists.count):
            if self.on[person] >> i & 1:
                chance = chance * a.listed_factor[act][v][i] >> 32
                self.life.fired["candidate while listed"] += a.by_list[act]
        if a.chillable[act]:
            chance = chance * (256 - self.chill[person]) >> 8
            self.life.fired["candidate while chilled"] += self.chill[person] > 0
        seen, wrong = w[2] < a.seen[act][p][v][g], w[3] < a.wrong[act][p][v][g]
        if w[1] >= chance:
            return
        counted = self.life.acts[self.day, act]
        counted[0] += 1
        self.tell("act", person, act, person, act | strip << 8 | e << 16)
        if not seen:
            return
        counted[1] += 1
        counted[2] += wrong
        s = self.circumstance(act, p, g, where)
        if s is None:
            return self.tell("record goes no further", person, act)
        tag = act | strip << 8 | e << 16
        if not wrong:
            return self.piece(person, OWN, person, tag, act, s)
        self.lands_elsewhere(person, act, tag, where)

    def slot(self, act: int, block: int, rank: int) -> int:
        if not self.a.unequal[act]:
            return rank
        m, a, *_ = self.draw(TIES, 0, block, self.a.stream[act])
        return int((rank * (m | 1) + a) % self.w.block)

    def circumstance(self, act: int, p: int, g: int, where: tuple[int, ...]) -> int | None:
        """Who stands behind an act, or None if the record goes no further."""
        if not self.a.circumstances[act]:
            return 0
        w = self.draw(SECOND, *where)
        s = at_most(self.a.circ_cut[act][p][self.v][g], w[0])
        return s if w[1] < self.a.goes_on[act][self.v][s] else None

    def lands_elsewhere(self, person: int, act: int, tag: int, where: tuple[int, ...]) -> None:
        w = self.draw(TARGET, *where)
        target = ((w[0] << 32 | w[1]) * self.w.people) >> 64
        if not self.is_item(act):
            self.gathered[person].merited += self.a.points[act][self.v]
        if target == person or target in self.absent:
            return self.tell("sighting missed", person, act, target, tag)
        self.tell("misfiled", person, act, target, tag)
        self.sends((target, person, tag, WRONG, 0, 1, 0))

    def is_item(self, act: int) -> bool:
        return bool(self.a.capped[act] >= 0 or self.a.files[act][self.v] >= 0)

    def piece(self, person: int, kind: int, source: int, tag: int, act: int, circumstance: int) -> None:  # 15
        if self.is_item(act):
            self.gathered[person].items.append((act, kind, source, tag, circumstance))
        else:
            self.takes_act(person, kind, source, tag, act)

    def takes_act(self, person: int, kind: int, source: int, tag: int, act: int) -> None:
        points = self.a.points[act][self.v]
        self.takes(person, points, kind, source, tag)
        if kind == OWN and points < 0 and self.a.files[act][self.v] < 0:
            for association in range(self.by.count):
                if self.by.transfer[association] == 0:
                    self.hands_on(person, tag, TIE, association, 1, shared(points, self.by.share[association][self.v]))

    def takes(self, person: int, points: int, kind: int, source: int, tag: int) -> None:
        gathering = self.gathered[person]
        if points == 0:
            return
        gathering.points += points
        gathering.merited += 0 if kind == WRONG else points
        gathering.cause = max(gathering.cause, (max(-points, 0), kind, source, tag))
        self.tell(f"piece {tables.KINDS[kind]} {'-' if points < 0 else '+'}", person, kind, source, tag, points)

    # --- Evening (16-17) --------------------------------------------------------------------------------------------------------

    def evening(self) -> None:
        for person, gathering in sorted(self.gathered.items()):
            for item in sorted(gathering.items):
                self.takes_item(person, gathering, *item)
            self.settles(person, gathering)
        for (name, region, group), n in self.stock.items():  # 18
            self.life.daily[name][self.day, region, group] = n

    def takes_item(
        self, person: int, gathering: Gathering, act: int, kind: int, source: int, tag: int, circumstance: int
    ) -> None:  # 15
        number, files = self.a.capped[act], self.a.files[act][self.v]
        if number >= 0:
            if self.cap_used[person][number] >= self.a.cap[act][self.v]:
                return self.tell("beyond the cap", person, act, source, tag)
            self.cap_used[person][number] += 1
            self.tell("within the cap", person, act, source, tag)
        self.takes_act(person, kind, source, tag, act)
        if files >= 0:
            gathering.filings[files] = max(
                gathering.filings.get(files, (0, 0, 0, 0)), (kind, source, tag, circumstance)
            )

    def settles(self, person: int, g: Gathering) -> None:  # 16
        t, v, by_score = self.scale, self.v, self.clamped(self.score[person] + g.points)
        self.life.fired["score at an end of the scale"] += by_score != self.score[person] + g.points
        self.score[person], self.merited[person] = by_score, self.clamped(self.merited[person] + g.merited)
        if g.cause[0] > 0:
            self.chill[person] = max(self.chill[person], min(self.chill[person] + t.chill_step[v], t.chill_most[v]))
        for i in range(self.lists.count):
            if not self.on[person] >> i & 1:
                self.may_enter(person, g, i)

    def clamped(self, score: int) -> int:
        return int(min(max(score, self.scale.lowest), self.scale.highest))

    def may_enter(self, person: int, g: Gathering, i: int) -> None:
        trigger, threshold = self.lists.trigger[i], self.lists.threshold[i][self.v]
        score, merited = self.score[person], self.merited[person]
        if trigger == BY_RULE and i in g.filings:
            kind, source, tag, circumstance = g.filings[i]
            act = tag & 255
            basis = self.a.circ_basis[act][circumstance] if kind == OWN else tables.WRONG_PERSON
            self.enters(person, i, basis, self.a.rightful_if[act][basis], (kind, source, tag))
        if trigger == BELOW and score < threshold and g.cause[0] > 0:
            self.enters(person, i, *self.by_score(merited < threshold, g.cause), g.cause[1:])
        if trigger == ABOVE and score >= threshold and g.points > 0:
            self.enters(person, i, *self.by_score(merited >= threshold, g.cause), g.cause[1:])

    def by_score(self, merited: bool, cause: tuple[int, int, int, int]) -> tuple[int, int]:
        """The basis of a listing by score, and whether it is right by the rule."""
        if not merited:
            return tables.WRONG_PERSON, 0
        if cause[1] in (TIE, LISTED):
            return tables.OTHERS, 1
        return (tables.PROTECTED if self.a.protected[cause[3] & 255] else tables.OWN_ACT), 1

    def enters(self, person: int, i: int, basis: int, rightful: int, cause: tuple[int, int, int]) -> None:
        t, v, day = self.lists, self.v, self.day
        self.ordinal[person][i] = ordinal = min(self.ordinal[person][i] + 1, 255)
        w, s, h = (self.draw(page, i << 8 | ordinal, person, t.stream[i]) for page in (CASE, SECOND, THIRD))
        case = Case(person, i, ordinal, day, basis, rightful, cause, w, s, h)
        if w[0] < t.served[i][v]:
            case.notified = after(day + 1, self.delay(t.notice_delay[i][v], w[1]))
        case.paid = after(day + 1, self.delay(t.pay_delay[i][v][basis], s[3]))
        if h[3] >= t.never_cleared[i][v]:
            case.clears = after(case.paid, self.delay(t.clear_delay[i][v], h[2]))
        case.expires = self.expiry(case)
        self.cases.append(case)
        self.open[person, i] = case
        self.on[person] |= 1 << i
        self.counts("listings", person)
        self.moves(case, +1)
        self.tell(
            f"listed by {('', 'rule', 'score below', 'score above')[t.trigger[i]]}", person, i, cause[1], cause[2]
        )
        self.life.fired[f"basis {tables.BASES[basis]} {'rightful' if rightful else 'not rightful'}"] += 1
        for association in range(self.by.count):
            if self.by.transfer[association] == 1:
                self.hands_on(person, i, LISTED, association, 1, self.by.amount[association][v])

    def expiry(self, case: Case) -> int:
        t, i, v, h = self.lists, case.list, self.v, case.h
        since, older = t.term_from[i][v], t.older[i][v]
        if t.term[i][v] == 0 or h[0] >= t.termed[i][v]:
            return 0
        term = t.term[i][v] + (t.extension[i][v] if h[1] < t.extended[i][v] else 0)
        if case.opened >= since:
            return after(case.opened, term)
        self.life.fired[f"older entry, {('from entry', 'from that day', 'never')[older]}"] += 1
        if older == NEVER:
            return 0
        return after(since, term) if older == FROM_THAT_DAY else after(max(case.opened + term, since), 0)

    def hands_on(self, person: int, tag: int, kind: int, association: int, hops: int, amount: int) -> None:  # 17
        if amount:
            for neighbour in self.ties.neighbours(person, self.by.kind[association]):
                self.sends((neighbour, person, tag, kind, association, hops, amount))

    def sends(self, letter: Letter) -> None:
        """A letter leaves, to be delivered tomorrow. One to the absent is dropped (13): it would reach nobody."""
        if letter[0] not in self.absent:
            self.post.append(letter)
            if self.day < self.w.days:
                self.life.letters.append((self.day + 1, *letter))
                self.life.fired[f"letter {tables.KINDS[letter[3]]}, {letter[5]} hops"] += 1
                self.life.fired[f"letter by {TIE_KINDS[self.by.kind[letter[4]]]}"] += letter[3] != WRONG

    # --- Written down (18) ------------------------------------------------------------------------------------------------------

    def written_down(self) -> Life:
        life, gone = self.life, tables.ABSENT
        life.cases = [case.row(self.w.days) for case in sorted(self.cases, key=lambda c: (c.opened, c.person, c.list))]
        life.people = {
            "score": self.score, "merited": self.merited, "chill": self.chill, "given_up": self.given_up, "refused_ever": self.refused_ever,
            "on": [bits | (gone if p in self.absent else 0) for p, bits in enumerate(self.on)],
            "ordinal": self.ordinal, "cap_used": self.cap_used,
        }  # fmt: skip
        return life
