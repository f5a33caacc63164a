"""The reference engine: the day of `docs/day.md` told a second time, in plain Python, one variant and one person at a time.

It is written from that text and from `docs/ties.md` (numbers in comments are their paragraphs), not from the compiled
engine, and shares no code with it: it has its own chance, ties and bookkeeping, and knows only the integer tables of a plan.
It is slow, and it is what the fast engine must equal. A day that never comes is 0, for days are counted from 1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from glasshouse.engines.reference_epidemic import Epidemic
from glasshouse.engines.reference_life import (
    ABOVE,
    BELOW,
    BY_NOTICE,
    BY_REFUSAL,
    BY_RULE,
    CANDIDATE,
    CASE,
    COMPANY,
    COUNT,
    DEMAND,
    FROM_THAT_DAY,
    GRANTED,
    JOURNAL,
    MARK_MISFILED,
    MARK_RECORDED,
    MARK_SEEN,
    MERIT_ONLY,
    NEVER,
    OTHER_LUCK,
    REFUSED,
    SECOND,
    SEEN_WITH,
    STOCKS,
    TARGET,
    THIRD,
    TRAIT,
    YEAR,
    Case,
    Elsewhere,
    Gathering,
    Letter,
    Life,
    Rows,
    after,
    at_most,
    delay_of,
    delay_tables,
    plain,
    shared,
)  # fmt: skip
from glasshouse.engines.reference_lots import Lots, last_day, lots_of
from glasshouse.engines.reference_models import Model
from glasshouse.engines.reference_shocks import Shock
from glasshouse.engines.reference_ties import CHILDREN, EVERYBODY, LOW, PARENT_CHILD, TIES, Ties, Words, philox
from glasshouse.scenario import tables
from glasshouse.scenario.tables import (
    ABSENT,
    BY_COMPANY,
    BY_LISTING,
    BY_POINTS,
    BY_STANDING,
    CORRECTED,
    EXPIRED,
    GONE,
    LEFT,
    LISTED,
    MERGED_FILE,
    NO_CLERKS_NEEDED,
    OWN,
    PAID,
    QUEUE_UNIT,
    RECOVERED,
    TIE,
    TIE_KINDS,
    WRONG,
)

# --- The world (6-9) --------------------------------------------------------------------------------------------------------------


def live(
    plan: tables.Plan,
    variant: int,
    absent: Collection[int] = (),
    journal: Collection[int] = (),
    lived: Sequence[Life] = (),
) -> Life:
    """Live all days of one variant. `absent` are the people who are not there in it, `journal` those of whom all is written down;
    `lived` are the lives of lower variants, needed only where a lottery draws as many as another variant
    chose (23), or as were listed in the base (22b).
    """
    run = Run(plan, variant, frozenset(absent), frozenset(journal), lived)
    for day in range(1, run.w.days + 1):
        run.day = day
        run.morning()
        run.gather()
        run.evening()
    return run.written_down()


def elsewhere(run: Run, plan: tables.Plan, lived: Sequence[Life]) -> list[Elsewhere]:
    """Whatever else files for lists (22)."""
    outside = plan.outside

    def chosen_before(variant: int, model: int, day: int) -> int:
        rows = lived[variant].tables["rounds"]
        return sum(row["chosen"] for row in rows if (row["model"], row["day"]) == (outside.models[model].name, day))

    return [
        *([Epidemic(run, outside.epidemic)] if outside.epidemic else []),
        *(Shock(run, n, shock) for n, shock in enumerate(outside.shocks)),
        *(Model(run, n, model, chosen_before) for n, model in enumerate(outside.models)),
        *lots_of(run, plan, lived),
    ]


class Run:
    """The state of one variant: columns as lists by person, open cases, the letters of yesterday and those of today."""

    def __init__(
        self,
        plan: tables.Plan,
        variant: int,
        absent: frozenset[int],
        journal: frozenset[int],
        lived: Sequence[Life] = (),
    ) -> None:
        self.w, self.a, self.scale, self.by = map(plain, (plan.world, plan.acts, plan.score, plan.associations))
        self.lists, self.gates, self.delays = plain(plan.lists), plain(plan.gates), delay_tables(plan.delays)
        self.v, self.never_there, self.journal, self.day = variant, absent, journal, 0
        self.ties, self.life = Ties(plan), Life()
        N = self.w.people
        self.chill, self.on, self.given_up, self.refused_ever = [0] * N, [0] * N, [0] * N, [0] * N
        self.ordinal = [[0] * len(self.lists.stream) for _ in range(N)]
        self.cap_used = [[0] * (max(self.a.capped, default=-1) + 1) for _ in range(N)]
        self.own_items = Counter[tuple[int, int]]()  # by person and act: those that counted, for a repair to undo (25)
        self.group = [at_most(self.w.group_cut, self.draw(TRAIT, 0, p, self.w.group_stream)[0]) for p in range(N)]  # 8
        self.region = [at_most(self.w.region_cut, p) for p in range(N)]
        self.home = [self.residence(p, 1) for p in range(N)]
        self.number = [self.scale.scale_of[home] for home in self.home]  # of the scale that scores are on today (9)
        self.score, self.merited = ([self.scale.baseline[n] for n in self.number] for _ in range(2))
        self.cases: list[Case] = []
        self.open: dict[tuple[int, int], Case] = {}
        self.stock: dict[tuple[str, int, int], int] = defaultdict(int)
        self.post: dict[int, list[tuple[int, Letter]]] = defaultdict(
            list
        )  # by day of delivery; each with the day it left
        self.absent, self.leaving, self.left_on = set(absent), set[int](), [0] * N
        self.backlog, self.queued = ([0] * len(self.lists.stream) for _ in range(2))
        self.news, self.wait = 0, list[int | None]()
        self.holding = list(self.on)  # the lists that count when a letter leaves (17)
        self.below = [[self.is_low(n, p) for p in range(N)] for n in range(len(self.by.level))]  # told last (16b)
        self.gathered: dict[int, Gathering] = defaultdict(Gathering)
        outside = plan.outside
        self.elsewhere = elsewhere(self, plan, lived)
        files = (outside.epidemic, outside.shocks, outside.models, outside.lots)  # in this variant or in another
        self.files = any(files)
        self.filed: Rows = []

    def draw(self, page: int, index: int, who: int, stream: int, day: int = 0, strip: int = 0) -> Words:
        """The four words of (3); `strip` is tier | band << 5."""
        return philox(index, day | page << 16 | strip << 24, who, stream, self.w.k0, self.w.k1)

    def counts(self, name: str, person: int, n: int = 1) -> None:
        self.life.daily[name][self.day, self.region[person], self.group[person]] += n

    def tell(self, event: str, person: int, detail: int = 0, source: int = -1, tag: int = 0, amount: int = 0) -> None:
        self.life.fired[event] += 1
        if event in JOURNAL:
            self.writes(JOURNAL[event], person, detail, source, tag, amount)

    def writes(self, event: str, person: int, detail: int = 0, source: int = -1, tag: int = 0, amount: int = 0) -> None:
        """A line of the journal (docs/recording.md)."""
        if person in self.journal:
            self.life.journal.append((person, self.day, event, detail, source, tag, amount))

    def moves(self, case: Case, by: int) -> None:
        """The stocks of open listings go up or down by one (16, 18)."""
        held = (True, not case.rightful, case.basis != tables.OWN_ACT)
        for name, counted in zip(STOCKS, held, strict=True):
            self.stock[name, self.region[case.person], self.group[case.person]] += by * counted

    def delay(self, number: int, word: int) -> int | None:  # 16
        return delay_of(self.delays[number], word)

    def present(self) -> Iterator[int]:
        return (person for person in range(self.w.people) if person not in self.absent)

    def listed_on(self, bits: int) -> list[int]:
        """The lists of a mask, in their order."""
        return [i for i in range(self.lists.count) if bits >> i & 1]

    def residence(self, person: int, day: int) -> int:  # 8
        w = self.draw(TRAIT, 1 + (day - 1) // YEAR, person, self.w.move_stream)
        may_move = self.region[person] < len(self.w.residence_cut)
        return at_most(self.w.residence_cut, w[1]) if may_move and w[0] < self.w.moves else self.region[person]

    # --- Morning: what falls due (9-12) -----------------------------------------------------------------------------------------

    def morning(self) -> None:
        self.windows_begin()
        if self.day > 1 and (self.day - 1) % YEAR == 0:
            self.people_move()
        self.scores_move()
        self.hears_of_everybody()
        score, on = list(self.score), list(self.on)
        for case in list(self.open.values()):
            self.falls_due(case, score[case.person], on[case.person])
        for person in sorted({person for person, _ in self.open}):
            for gate in range(self.gates.count):
                self.meets(person, gate)
        self.holding = list(self.on)

    def hears_of_everybody(self) -> None:  # 9
        t, v = self.scale, self.v
        self.news = min(t.chill_most[v], len(self.open) * t.publicity[v] // self.w.people)
        self.wait = [self.waits_for(i) for i in range(len(self.backlog))]
        self.life.news.append(self.news)
        self.life.waits.append([-1 if wait is None else wait for wait in self.wait])

    def waits_for(self, i: int) -> int | None:
        """Days that an appeal waits which joins the queue of a list today; None is for ever."""
        clerks = self.lists.clerks[i][self.v]
        if clerks == NO_CLERKS_NEEDED:
            return 0
        return int(self.backlog[i] // clerks) if clerks else None

    def windows_begin(self) -> None:  # 9
        for act, number in enumerate(self.a.capped):
            if number >= 0 and self.a.cap_window[act][self.day]:
                for used in self.cap_used:
                    used[number] = 0

    def people_move(self) -> None:  # 8, 9
        """A new year: some live elsewhere, and where the scale is another their scores go over to it."""
        self.home = [self.residence(p, self.day) for p in range(self.w.people)]
        old, self.number = self.number, [self.scale.scale_of[home] for home in self.home]
        for person in self.present():
            if old[person] != self.number[person]:
                self.goes_over(person, old[person], self.number[person])

    def goes_over(self, person: int, old: int, new: int) -> None:
        t, anew = self.scale, self.scale.anew[self.v]
        least, width = t.lowest[old], t.highest[old] - t.lowest[old]

        def on_the_new(score: int) -> int:
            return int(
                t.baseline[new] if anew else (score - least) * (t.highest[new] - t.lowest[new]) // width + t.lowest[new]
            )

        self.score[person], self.merited[person] = on_the_new(self.score[person]), on_the_new(self.merited[person])
        self.life.fired["score begun anew" if anew else "score converted"] += 1

    def scores_move(self) -> None:  # 9
        days = self.scale.decay[self.v][self.day]
        merging = self.day == self.scale.merge_day and self.scale.merges[self.v]
        for person in self.present():
            before = self.score[person], self.merited[person]
            after_decay = tuple(self.decayed(person, score, days) for score in before)
            after_merge = tuple(self.converted(score, person) for score in after_decay) if merging else after_decay
            self.score[person], self.merited[person] = after_merge
            self.life.fired["decay"] += before != after_decay
            self.life.fired["merge"] += after_decay != after_merge

    def decayed(self, person: int, score: int, points: int) -> int:
        """So many points nearer to the baseline, and not past it."""
        baseline: int = self.scale.baseline[self.number[person]]
        return max(score - points, baseline) if score > baseline else min(score + points, baseline)

    def converted(self, score: int, person: int) -> int:
        """What a score becomes when the registers are merged."""
        t, r = self.scale, self.region[person]
        return self.clamped(person, (score * t.merge_factor[self.v][r] >> 16) + t.merge_add[self.v][r])

    def falls_due(self, case: Case, score: int, on: int) -> None:  # 10
        day = self.day
        if self.left_on[case.person]:  # 0
            return self.closes(case, LEFT)
        if day == case.paid:  # a
            self.pays(case, on)
        if day == case.decided:  # b
            self.tell(("", "granted", "refused")[case.decision], case.person, case.list)
        if day == case.decided and case.decision == GRANTED:
            self.counts("corrections", case.person)
            self.closes(case, CORRECTED)
        elif day == case.clears:  # c
            self.closes(case, PAID)
        elif day == case.expires:  # d
            self.closes(case, EXPIRED)
        elif self.recovers(case, score):  # e
            self.closes(case, RECOVERED)
        else:  # f
            if day == case.notified:
                self.counts("notified", case.person)
                self.writes("notified", case.person, case.list)
                if not case.learnt:
                    self.learns(case, BY_NOTICE)
            if day == case.appealed:
                self.counts("appeals", case.person)
                self.tell("appeal", case.person, case.list)
                self.queues(case)

    def recovers(self, case: Case, score: int) -> bool:  # 10 e
        enough = self.lists.exit_score[case.list][self.v]
        reached = enough != -1 and (score >= enough) == (self.lists.trigger[case.list] != ABOVE)
        self.life.fired["recovered where the list is not"] += reached and not self.is_where(case.person, case.list)
        return reached and self.is_where(case.person, case.list)

    def is_where(self, person: int, i: int) -> bool:
        """Whether a person lives where a list is."""
        return bool(self.lists.in_region[i][self.home[person]])

    def pays(self, case: Case, on: int) -> None:  # 10 a
        t, v = self.lists, self.v
        frozen = max((t.freezes[i][v] for i in self.listed_on(on)), default=0)
        luck = self.draw(CASE, case.list << 8 | case.ordinal, case.person, t.stream[case.list], self.day)
        if luck[0] >= frozen:
            self.counts("complied", case.person)
            return self.tell("complied", case.person, case.list)
        self.counts("bounced", case.person)
        self.tell("bounced", case.person, case.list)
        case.paid = after(case.paid, t.retry[case.list][v])
        case.clears = after(case.clears, t.retry[case.list][v]) if case.paid else 0

    def queues(self, case: Case) -> None:  # 10 f
        if not case.decided or self.lists.clerks[case.list][self.v] == NO_CLERKS_NEEDED:
            return
        self.queued[case.list] += 1
        wait = self.wait[case.list]
        case.decided = after(case.decided, wait)
        case.decision = case.decision if case.decided else 0
        self.life.fired["queue waited"] += bool(case.decided and wait)
        self.life.fired["queue never"] += not case.decided

    def closes(self, case: Case, by: int) -> None:
        person, threshold = case.person, self.lists.threshold[case.list][self.v]
        case.closed, case.closed_by = self.day, by
        del self.open[person, case.list]
        self.on[person] &= ~(1 << case.list)
        if self.lists.trigger[case.list] == BELOW and self.score[person] < threshold:
            if self.is_where(person, case.list):
                self.score[person] = threshold
            else:
                self.life.fired["not lifted where the list is not"] += 1
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
        self.gathered = defaultdict(Gathering)
        for sent, letter in self.post.pop(self.day, ()):
            if letter[0] not in self.absent:
                self.is_delivered(sent, letter)
                self.reads(letter)
        B = self.w.block
        for block in range((self.w.people + B - 1) // B):
            for row, act in enumerate(self.a.row_act):  # 14
                w = self.draw(COUNT, 0, block, self.a.stream[act], self.day, self.a.row_strip[row])
                for e in range(at_most(self.a.row_cdf[row][: self.a.row_len[row]], w[0] << 32 | w[1])):
                    self.candidate(block, row, act, e)

    def reads(self, letter: Letter) -> None:  # 13
        target, source, tag, kind, association, hops, amount = letter
        if kind == OWN:
            return self.reads_own(target, tag, amount)
        self.writes("record", target, kind, source, tag, amount)
        if kind == WRONG and tag != MERGED_FILE:
            return self.piece(target, WRONG, source, tag, tag & 255, 0)
        self.takes(target, amount, kind, source, tag)
        if kind != WRONG:
            self.hushes(target, self.by.hush[association][self.v])
        if kind == TIE and hops < self.by.max_hops[association]:
            self.hands_on(target, tag, TIE, association, hops + 1, shared(amount, self.by.share[association][self.v]))

    def reads_own(self, person: int, tag: int, amount: int) -> None:  # 13
        """A record of one's own act that comes late, or the merit alone of one that is in another's file."""
        if amount == MERIT_ONLY:
            return self.merits(person, tag & 255)
        self.writes("record", person, OWN, person, tag)
        self.piece(person, OWN, person, tag, tag & 255, amount)

    def merits(self, person: int, act: int) -> None:
        self.gathered[person].merited += self.a.points[act][self.v]

    def hushes(self, person: int, by: int) -> None:  # 13
        if by > 0:
            self.gathered[person].hush += by
            self.life.fired["hush"] += 1

    def candidate(self, block: int, row: int, act: int, e: int) -> None:  # 14
        a, v, strip = self.a, self.v, self.a.row_strip[row]
        where = (e, block, a.stream[act], self.day, strip)
        w = self.draw(CANDIDATE, *where)
        rank = a.row_first[row] + (w[0] * a.row_width[row] >> 32)
        person = block * self.w.block + self.slot(act, block, rank)
        if person >= self.w.people or person in self.absent:  # 6
            return
        p, tag = a.period[act][self.day], act | strip << 8 | e << 16
        if w[1] < self.chance(person, act, a.accept[row][p][v][a.rank_class[act][rank]]):
            self.tell("act", person)
            self.writes("act", person, self.happens(person, act, tag, where, w), tag=tag)

    def happens(self, person: int, act: int, tag: int, where: tuple[int, ...], w: Words) -> int:
        """An act is denied, missed or seen, and what was seen goes into a file or no further: its marks in the journal (14)."""
        a, v, p, g = self.a, self.v, self.a.period[act][self.day], self.group[person]
        counted = self.life.acts[self.day, act]
        counted[0] += 1
        if self.is_denied(person, act):
            counted[3] += 1
            self.tell("denied", person, act)
            return 0
        if a.leaves[act]:
            self.leaving.add(person)
        seen = a.seen[act][p][v][g]
        if a.by_region[act]:
            seen = seen * a.region_seen[act][v][self.home[person]] >> 32
        by_eye, by_name = self.draw(OTHER_LUCK, *where)[:2] if a.other_luck >> v & 1 else w[2:]
        if by_eye >= seen:
            return 0
        wrong = a.aims[act] >= 0 or by_name < a.wrong[act][p][v][g]
        if a.other_luck >> v & 1:
            self.life.fired["observed anew"] += 1
        counted[1] += 1
        counted[2] += wrong
        s = self.circumstance(act, p, g, where)
        marks: int = MARK_SEEN | MARK_MISFILED * wrong
        if s is None:
            self.tell("record goes no further", person, act)
            return marks
        if wrong:
            self.lands_elsewhere(person, act, tag, where)
        else:
            self.lands_in_own(person, act, tag, s)
            self.is_seen_with(person, act, where)
        return marks | MARK_RECORDED

    def chance(self, person: int, act: int, accept: int) -> int:
        """The threshold of an act happening."""
        a, v, on, fired = self.a, self.v, self.listed_on(self.on[person]), self.life.fired
        chance: int = accept * a.group_factor[act][v][self.group[person]] >> 32
        for i in on:
            chance = chance * a.listed_factor[act][v][i] >> 32
            fired["candidate while listed"] += a.by_list[act]
        if a.by_region[act]:
            home = self.home[person]
            chance = chance * a.region_factor[act][v][home] >> 32
            fired["moved"] += home != self.region[person]
        if a.chillable[act]:
            chance = chance * (256 - max(self.chill[person], self.news)) >> 8
            fired["candidate while chilled"] += self.chill[person] > 0
            fired["news"] += self.news > self.chill[person]
        return 0 if a.only_on[act][v] and not a.only_on[act][v] & self.on[person] else chance

    def is_denied(self, person: int, act: int) -> bool:
        a, v = self.a, self.v
        return bool(self.score[person] < a.asks[act][v] or self.on[person] & a.barred[act][v])

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

    def lands_in_own(self, person: int, act: int, tag: int, circumstance: int) -> None:
        if self.due(act, 0) == self.day:
            return self.piece(person, OWN, person, tag, act, circumstance)
        self.life.fired["own record comes late"] += 1
        self.sends((person, person, tag, OWN, 0, 1, circumstance), self.due(act, 0))

    def merits_in_time(self, person: int, act: int, tag: int) -> None:
        if self.due(act, 0) == self.day:
            return self.merits(person, act)
        self.life.fired["merit comes late"] += 1
        self.sends((person, person, tag, OWN, 0, 1, MERIT_ONLY), self.due(act, 0))

    def due(self, act: int, soonest: int) -> int:
        """The day on which a record of today comes: late, and scores wait for the day of an update; filings do not (14)."""
        day = int(self.day + max(self.a.late[act][self.v], soonest))
        return day if self.a.files[act][self.v] >= 0 else self.updated(day)

    def updated(self, day: int) -> int:
        """The first day from then on on which scores are updated; never, if that is beyond the last."""
        return self.scale.update[self.v][day] if day <= self.w.days else 0

    def lands_elsewhere(self, person: int, act: int, tag: int, where: tuple[int, ...]) -> None:
        w, tie = self.draw(TARGET, *where), self.a.aims[act]
        near = self.ties.neighbours(person, tie) if tie >= 0 else self.ties.alike(person)
        target = near[(w[0] << 32 | w[1]) * len(near) >> 64] if near else -1
        if tie < 0 and not self.is_item(act) and self.a.points[act][self.v]:
            self.merits_in_time(person, act, tag)
        if target in (person, -1) or target in self.absent:
            return self.tell("sighting missed", person, act, target, tag)
        self.life.fired["aimed"] += tie >= 0
        self.tell("misfiled", person, act, target, tag)
        self.sends((target, person, tag, WRONG, 0, 1, 0), self.due(act, 1))

    def is_seen_with(self, person: int, act: int, where: tuple[int, ...]) -> None:
        """Somebody was there, and pays for the company (14)."""
        t, v = self.by, self.v
        for n in range(t.count):
            if not self.tells_of_company(person, act, n):
                continue
            w, near = self.draw(COMPANY + n, *where), self.near(person, n)
            if near and w[0] < t.chance[n][v]:
                self.life.fired["company"] += 1
                companion = near[w[1] * len(near) >> 32]
                self.sends_along(person, companion, SEEN_WITH + n, LISTED, n, 1, t.amount[n][v])

    def tells_of_company(self, person: int, act: int, n: int) -> bool:
        t, v = self.by, self.v
        lists, told = t.on_lists[n][v], t.amount[n][v] or t.hush[n][v]
        return bool(
            t.transfer[n] == BY_COMPANY and t.of_acts[n][act] and told and (not lists or lists & self.on[person])
        )

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
                if self.by.transfer[association] == BY_POINTS and self.by.of_acts[association][act]:
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
        self.depart()
        self.holding = list(self.on)
        for person in self.present():  # 16b
            self.tells_standing(person)
            self.is_joined_to_another(person)
        self.files_from_elsewhere()
        self.queues_move()
        for (name, region, group), n in self.stock.items():  # 18
            self.life.daily[name][self.day, region, group] = n

    def takes_item(
        self, person: int, gathering: Gathering, act: int, kind: int, source: int, tag: int, circumstance: int
    ) -> None:  # 15
        number, files = self.a.capped[act], self.a.files[act][self.v]
        if number >= 0:
            if not self.is_counted(person, act, number):
                return self.tell("beyond the cap", person, act, source, tag)
            self.tell("within the cap", person, act, source, tag)
            self.own_items[person, act] += kind == OWN
        self.takes_act(person, kind, source, tag, act)
        if files >= 0:
            gathering.filings[files] = max(
                gathering.filings.get(files, (0, 0, 0, 0)), (kind, source, tag, circumstance)
            )

    def is_counted(self, person: int, act: int, number: int) -> bool:
        """Whether one more item of an act counts for a person; it is written down that it did (15)."""
        used, cooling = self.cap_used[person], self.a.cooling[act][self.v]
        if not cooling:
            counted = used[number] < self.a.cap[act][self.v]
            used[number] += counted
            return bool(counted)
        if used[number] and self.day - used[number] < cooling:
            self.life.fired["cooled off"] += 1
            return False
        used[number] = self.day
        return True

    def settles(self, person: int, g: Gathering) -> None:  # 16
        t, v, by_score = self.scale, self.v, self.clamped(person, self.score[person] + g.points)
        self.life.fired["score at an end of the scale"] += t.used and by_score != self.score[person] + g.points
        self.score[person], self.merited[person] = by_score, self.clamped(person, self.merited[person] + g.merited)
        if t.used and g.points:
            self.writes("settled", person, tag=g.cause[3], amount=by_score)
        step = t.chill_step[v] * (g.cause[0] > 0) + g.hush
        self.chill[person] = max(self.chill[person], min(self.chill[person] + step, t.chill_most[v]))
        for i in range(self.lists.count):
            if self.on[person] >> i & 1:
                continue
            if self.is_where(person, i):
                self.may_enter(person, g, i)
            else:
                self.life.fired["filed where the list is not"] += i in g.filings

    def clamped(self, person: int, score: int) -> int:
        """Within today's scale of a person."""
        lowest, highest = self.scale.lowest[self.number[person]], self.scale.highest[self.number[person]]
        return int(min(max(score, lowest), highest))

    def may_enter(self, person: int, g: Gathering, i: int) -> None:
        trigger, threshold = self.lists.trigger[i], self.lists.threshold[i][self.v]
        score, merited = self.score[person], self.merited[person]
        if trigger == BY_RULE and i in g.filings:
            kind, source, tag, circumstance = g.filings[i]
            act = tag & 255
            basis = self.a.circ_basis[act][circumstance] if kind == OWN else self.of_another(tag)
            self.enters(person, i, basis, self.a.rightful_if[act][basis], (kind, source, tag))
        if trigger == BELOW and score < threshold and g.cause[0] > 0:
            self.enters(person, i, *self.by_score(merited < threshold, g.cause), g.cause[1:])
        if trigger == ABOVE and score >= threshold and g.points > 0:
            self.enters(person, i, *self.by_score(merited >= threshold, g.cause), g.cause[1:])

    def by_score(self, merited: bool, cause: tuple[int, int, int, int]) -> tuple[int, int]:
        """The basis of a listing by score, and whether it is right by the rule."""
        _, kind, _, tag = cause
        if not merited:
            return (self.of_another(tag) if kind == WRONG else tables.WRONG_PERSON), 0
        if kind in (TIE, LISTED):
            return tables.OTHERS, 1
        return (tables.PROTECTED if tag != MERGED_FILE and self.a.protected[tag & 255] else tables.OWN_ACT), 1

    def of_another(self, tag: int) -> int:
        """The basis of a listing for what another did: an error, or on purpose."""
        aimed = tag != MERGED_FILE and self.a.aims[tag & 255] >= 0
        return tables.INSIDER if aimed else tables.WRONG_PERSON

    def files_from_elsewhere(self) -> None:  # 22
        greatest: dict[tuple[int, int], tuple[int, ...]] = {}
        by_lot = {source.t.list for source in self.elsewhere if isinstance(source, Lots)}
        for source in self.elsewhere:
            for person, i, *row in source.evening():
                if i in by_lot and last_day(row[0], row[2]) is None:  # 22b: what others file for it is dropped
                    continue
                greatest[person, i] = max(greatest.get((person, i), ()), tuple(row))
        for (person, i), (kind, come_of, tag, basis, rightful) in sorted(greatest.items()):
            filed = {"kind": kind, "source": come_of, "tag": tag, "basis": basis, "rightful": rightful}
            self.filed.append({"day": self.day, "person": person, "list": i, **filed})
            if person not in self.absent and not self.on[person] >> i & 1:
                self.enters(person, i, basis, rightful, (kind, come_of, tag))

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
        until = last_day(cause[0], cause[2])
        case.expires = self.expiry(case) if until is None else until
        self.cases.append(case)
        self.open[person, i] = case
        self.loses_ties(person, i)
        self.on[person] |= 1 << i
        self.counts("listings", person)
        self.moves(case, +1)
        how = "filing" if cause[0] > OWN else ("", "rule", "score below", "score above")[t.trigger[i]]
        self.tell(f"listed by {how}", person, i, cause[1], cause[2])
        self.life.fired[f"basis {tables.BASES[basis]} {'rightful' if rightful else 'not rightful'}"] += 1
        for n in range(self.by.count):
            if self.by.transfer[n] == BY_LISTING and self.by.on_lists[n][v] >> i & 1:
                self.hands_on(person, i, LISTED, n, 1, self.by.amount[n][v])

    def loses_ties(self, person: int, i: int) -> None:  # 16
        cut_on = self.by.cut_on[self.v]
        if cut_on >> i & 1 and not self.on[person] & cut_on:
            for kind in range(len(TIE_KINDS)):
                lost = sum(self.in_cut(person, x, kind) for x in self.ties.neighbours(person, kind))
                self.counts("ties_cut", person, lost)

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

    def depart(self) -> None:  # 16
        for person in sorted(self.leaving):
            self.counts("left", person)
            self.tell("left", person)
            self.left_on[person] = self.day
        self.absent |= self.leaving
        self.leaving = set()

    def tells_standing(self, person: int) -> None:  # 16b
        t, v = self.by, self.v
        for n in range(t.count):
            below = self.is_low(n, person)
            if t.transfer[n] != BY_STANDING or below == self.below[n][person]:
                continue
            self.below[n][person] = below
            if t.amount[n][v]:
                self.life.fired[f"standing told {'below' if below else 'above'}"] += 1
                self.writes("standing", person, n, amount=int(below))
                self.hands_on(person, SEEN_WITH + n, LISTED, n, 1, t.amount[n][v] if below else -t.amount[n][v])

    def is_low(self, association: int, person: int) -> bool:
        """Whether a score is below the level that an association tells of, on the person's scale."""
        return bool(self.score[person] < self.by.level[association][self.v][self.number[person]])

    def is_joined_to_another(self, person: int) -> None:  # 16b
        t, v, short = self.scale, self.v, self.score[person] - self.scale.baseline[self.number[person]]
        if self.day != t.merge_day or not t.merges[v]:
            return
        w = self.draw(TRAIT, 0, person, t.merge_stream)
        alike = self.ties.alike(person)
        other = alike[(w[1] << 32 | w[2]) * len(alike) >> 64]
        if w[0] < t.merge_wrong[v][self.group[person]] and other != person and short < 0:
            self.life.fired["merged file"] += 1
            self.sends((other, person, MERGED_FILE, WRONG, 0, 1, short), self.updated(self.day + 1))

    def queues_move(self) -> None:  # 9
        for i in range(self.lists.count):
            clerks = self.lists.clerks[i][self.v]
            self.backlog[i] = max(0, self.backlog[i] + QUEUE_UNIT * self.queued[i] - clerks)
            self.queued[i] = 0

    # --- Letters (17) -----------------------------------------------------------------------------------------------------------

    def near(self, person: int, association: int) -> list[int]:
        """Those whom an association reaches from a person, in ascending order."""
        return self.ties.toward(person, self.by.kind[association], self.by.toward[association])

    def in_cut(self, person: int, other: int, kind: int) -> bool:
        """Whether this tie is one of those that are cut while one of the two is on a list that cuts."""
        return bool(self.ties.cut_word(person, other, kind) < self.by.cut[kind][self.v])

    def hands_on(self, person: int, tag: int, kind: int, association: int, hops: int, amount: int) -> None:
        """A letter to everybody near. One of 0 points leaves only if it tells of a listing and hushes."""
        by_listing = kind == LISTED and tag < SEEN_WITH
        if amount or (by_listing and self.by.hush[association][self.v]):
            for other in self.near(person, association):
                self.sends_along(person, other, tag, kind, association, hops, amount)

    def sends_along(
        self, person: int, other: int, tag: int, kind: int, association: int, hops: int, amount: int
    ) -> None:
        """A letter along a tie, unless the tie is cut. That somebody was listed is told along every tie."""
        tie, toward = self.by.kind[association], self.by.toward[association]
        by_listing = kind == LISTED and tag < SEEN_WITH
        cuts = self.holding[person] & self.by.cut_on[self.v]
        if cuts and not by_listing and self.in_cut(person, other, tie):
            self.life.fired["tie cut"] += 1
            return
        if tie == PARENT_CHILD and toward != EVERYBODY:
            self.life.fired["toward children" if toward == CHILDREN else "toward parents"] += 1
        tomorrow = self.day + 1
        self.sends(
            (other, person, tag, kind, association, hops, amount), self.updated(tomorrow) if amount else tomorrow
        )

    def sends(self, letter: Letter, due: int) -> None:
        if due:
            self.post[due].append((self.day, letter))

    def is_delivered(self, sent: int, letter: Letter) -> None:  # 13, 17
        _, _, _, kind, association, hops, _ = letter
        self.life.letters.append((self.day, *letter, sent))
        self.life.fired[f"letter {tables.KINDS[kind]}, {hops} hops"] += 1
        self.life.fired[f"letter by {TIE_KINDS[self.by.kind[association]]}"] += kind in (TIE, LISTED)
        self.life.fired["points that waited"] += kind in (TIE, LISTED) and self.day > sent + 1

    # --- Written down (18) ------------------------------------------------------------------------------------------------------

    def written_down(self) -> Life:
        life = self.life
        life.cases = [case.row(self.w.days) for case in sorted(self.cases, key=lambda c: (c.opened, c.person, c.list))]
        life.tables = {"filings": self.filed} if self.files else {}
        for source in self.elsewhere:
            for name, rows in source.tables().items():
                life.tables.setdefault(name, []).extend(rows)
        life.people = {
            "score": self.score, "merited": self.merited, "chill": self.chill, "given_up": self.given_up, "refused_ever": self.refused_ever,
            "on": [bits | ABSENT * (p in self.never_there) | GONE * (self.left_on[p] > 0) for p, bits in enumerate(self.on)],
            "ordinal": self.ordinal, "cap_used": self.cap_used, "left_on": self.left_on,
        }  # fmt: skip
        return life
