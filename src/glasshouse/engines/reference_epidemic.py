"""The epidemic and the health code in the plain engine: paragraph 24 of `docs/day.md`, told for one variant and one person at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from glasshouse.engines.reference_life import (
    CANDIDATE,
    COUNT,
    TARGET,
    TRAIT,
    Evening,
    Filing,
    Rows,
    after,
    at_most,
    choice,
    delay_of,
    delay_tables,
    plain,
    u64,
)
from glasshouse.engines.reference_ties import Words
from glasshouse.scenario import tables
from glasshouse.scenario.epidemic_tables import (
    ANYBODY,
    NO_LIST,
    OWN_REGION,
    SCAN_INDEX,
    TAG_OF_CAUSE,
    TAG_OF_LAYER,
    EpidemicTables,
)

ALWAYS = 2**32
REACHED = {OWN_REGION: "reached in the region", ANYBODY: "reached by anybody"}


class Epidemic:
    """What one variant became of an illness: on which day who caught it, from whom, and what the code made of it.

    `totals` are by (day, region, group), 0 where there is none; `scans` rows are those of the recording, without the variant.
    """

    def __init__(self, run: Evening, epidemic: EpidemicTables) -> None:
        self.run, self.t, self.v = run, plain(epidemic), run.v
        self.delays = delay_tables(epidemic.delays)
        self.caught, self.source = ([0] * run.w.people for _ in range(2))
        self.sent: list[tuple[int, int, int, int]] = []  # source, target, layer, word
        self.met: list[Filing] = []  # whom tracing reached, to be filed tomorrow
        self.known = set[int]()  # who has been found
        self.everybody = range(run.ties.people)  # firms are not among them
        self.people_of = [[p for p in self.everybody if run.region[p] == r] for r in range(len(run.w.region_cut))]
        self.totals: dict[str, Counter[tuple[int, int, int]]] = defaultdict(Counter)
        self.scans: Rows = []

    def evening(self) -> list[Filing]:
        """What passes from person to person this evening, and whom the code files for."""
        if self.run.day == 1:
            self.is_seeded()
        self.receives()
        for person in self.ill():
            if self.is_infectious(person):
                self.passes_on(person)
        traced, self.met = [x for x in self.met if x[0] not in self.run.absent], []
        found = [filing for person in self.ill() for filing in self.is_found(person)]
        other = list(self.is_coloured_by_other_causes())
        self.counts(traced, other)
        self.is_scanned()
        return [*traced, *found, *other]

    def draw(self, page: int, index: int, who: int, day: int = 0) -> Words:
        return self.run.draw(page, index, who, self.t.stream, day)

    def delay(self, number: int, word: int) -> int | None:
        return delay_of(self.delays[number], word)

    # --- The illness -----------------------------------------------------------------------------------------------------

    def is_seeded(self) -> None:
        """The first evening: so many different people, those who are there."""
        t, i, drawn = self.t, 0, set[int]()
        among = range(t.seed_first, t.seed_beyond)
        while len(drawn) < min(t.seeds, len(among)):
            drawn.add(choice(among, u64(self.draw(TARGET, i, 0))))
            i += 1
        for person in drawn - self.run.absent:
            self.caught[person], self.source[person] = 1, person
            self.run.life.fired["seeded"] += 1

    def ill(self) -> Iterator[int]:
        """Those there who caught it, however long ago."""
        return (person for person in self.run.present() if self.caught[person])

    def begins(self, person: int) -> int:
        """The first day on which somebody who caught it is infectious."""
        return after(self.caught[person], self.delay(self.t.latent, self.draw(TRAIT, 0, person)[1]))

    def is_infectious(self, person: int) -> bool:
        first = self.begins(person)
        last = after(first, self.delay(self.t.infectious, self.draw(TRAIT, 0, person)[0]))
        return bool(first and first <= self.run.day and (not last or self.run.day <= last))

    def passes_on(self, person: int) -> None:
        """A Poisson number of transmissions, each in a slot of one layer of contact."""
        t, v, day = self.t, self.v, self.run.day
        for part, e in self.hits(person):
            w = self.draw(CANDIDATE, part << 16 | e, person, day)
            first, beyond = t.cells[part], t.cells[part + 1]
            cell = first + at_most(t.cell_cut[first:beyond], w[0])
            layer, slot = t.cell_layer[cell], t.cell_first[cell] + (w[1] * t.cell_slots[cell] >> 32)
            other = self.contact(person, layer, slot, day)
            passes = t.passes[v][t.period[day]][cell]
            kept = self.isolated(person, layer, passes)
            if other is not None and slot < t.meets[v][layer] and w[3] < kept:
                self.sent.append((person, other, layer, w[2]))
                self.run.life.fired["passed on beyond the base"] += part
            self.run.life.fired["kept at home"] += kept <= w[3] < passes

    def hits(self, person: int) -> Iterator[tuple[int, int]]:
        """How often slots are hit today: as often as the base's may be, and as often as a variant's may be beyond that."""
        for part, length in enumerate(self.t.spread_len):
            u = u64(self.draw(COUNT, part, person, self.run.day))
            yield from product([part], range(at_most(self.t.spread_cdf[part][:length], u)))

    def receives(self) -> None:
        """What was passed on yesterday reaches whoever is there and never had it."""
        reached: dict[int, int] = {}
        for source, target, layer, word in self.sent:
            if target in self.run.absent or self.caught[target]:
                continue
            if word < self.isolated(target, layer, ALWAYS):
                reached[target] = max(reached.get(target, source), source)
                self.run.life.fired[REACHED.get(self.t.reach[layer], "reached by a tie")] += 1
            else:
                self.run.life.fired["out of reach at home"] += 1
        for target, source in reached.items():
            self.caught[target], self.source[target] = self.run.day, source
        self.sent = []

    def isolated(self, person: int, layer: int, threshold: int) -> int:
        """What is left of a threshold of somebody's contacts in a layer, list after list."""
        for i in self.run.listed_on(self.run.on[person]):
            threshold = threshold * self.t.isolates[self.v][layer][i] >> 32
        return threshold

    # --- Contacts --------------------------------------------------------------------------------------------------------

    def contact(self, person: int, layer: int, slot: int, day: int) -> int | None:
        """Whom a person meets in one slot of a layer on a day, if anybody: whether the other knows of it or not."""
        near = self.reach(person, layer)
        if self.t.each[layer]:
            return near[slot] if slot < len(near) else None
        if not near:
            return None
        other = choice(near, u64(self.draw(TARGET, layer << 16 | slot, person, day)))
        return other if other != person else None

    def reach(self, person: int, layer: int) -> Sequence[int]:
        kind = self.t.reach[layer]
        if kind >= 0:
            return self.run.ties.neighbours(person, kind)
        return self.everybody if kind == ANYBODY else self.people_of[self.run.region[person]]

    # --- The code --------------------------------------------------------------------------------------------------------

    def is_found(self, person: int) -> Iterator[Filing]:
        """Today's filings for a person who is found; on the first such day those met are traced."""
        for way in range(self.t.ways):
            if self.found_on(person, way) != self.run.day:
                continue
            yield person, self.t.way_list[way][self.v], tables.HEALTH, person, way, tables.OWN_ACT, 1
            self.run.life.fired["found"] += 1
            if person not in self.known:
                self.known.add(person)
                self.counted("found", person)
                self.met.extend(self.traces(person))

    def found_on(self, person: int, way: int) -> int:
        """The day on which somebody ill is found in one way."""
        t, v, w = self.t, self.v, self.draw(TRAIT, 1 + way, person)
        if w[1] >= t.found[way][v] or t.way_list[way][v] == NO_LIST:
            return 0
        return after(self.begins(person), self.delay(t.way_delay[way], w[0]))

    def traces(self, person: int) -> Iterator[Filing]:
        """Contacts of the last days, asked for again, whether they met or not."""
        t, v, run = self.t, self.v, self.run
        for layer in range(t.layers):
            if not t.traced[v][layer] or t.contact_list[v][layer] == NO_LIST:
                continue
            first = run.day if t.each[layer] else max(1, run.day - t.look_back[v] + 1)
            for day in range(first, run.day + 1):
                for slot in range(t.meets[v][layer]):
                    other = self.contact(person, layer, slot, day)
                    remembered = self.draw(TARGET, layer << 16 | slot, person, day)[2] < t.traced[v][layer]
                    if other is None or not remembered:
                        continue
                    if t.crosses[v] or run.region[other] == run.region[person]:
                        run.life.fired["traced"] += 1
                        tag = TAG_OF_LAYER + layer
                        yield other, t.contact_list[v][layer], tables.HEALTH, person, tag, tables.OTHERS, 1
                    else:
                        run.life.fired["not traced in another region"] += 1

    def is_coloured_by_other_causes(self) -> Iterator[Filing]:
        """A journey, a place, a wrong test, a wrong word: colours that no illness in this world brought about."""
        t, v, run = self.t, self.v, self.run
        for block in range(-(-run.w.people // run.w.block)):
            for k in range(t.causes):
                n = at_most(t.cause_cdf[k][: t.cause_len[k]], u64(self.of_code(COUNT, k, block)))
                for e in range(n):
                    w = self.of_code(CANDIDATE, k << 16 | e, block)
                    person = block * run.w.block + (w[0] * run.w.block >> 32)
                    if person not in self.everybody or person in run.absent or t.cause_list[k][v] == NO_LIST:
                        continue
                    if w[1] < t.cause[k][v][run.group[person]]:
                        run.life.fired["coloured by another cause"] += 1
                        tag, basis, right = TAG_OF_CAUSE + t.cause_tag[k], t.cause_basis[k], t.cause_right[k]
                        yield person, t.cause_list[k][v], tables.HEALTH, person, tag, basis, right

    def of_code(self, page: int, index: int, block: int) -> Words:
        return self.run.draw(page, index, block, self.t.code_stream, self.run.day)

    # --- Written down ----------------------------------------------------------------------------------------------------

    def counted(self, name: str, person: int) -> None:
        self.totals[name][self.run.day, self.run.region[person], self.run.group[person]] += 1

    def counts(self, traced: list[Filing], other: list[Filing]) -> None:
        for name, filings in (("traced", traced), ("other", other)):
            for person in {filing[0] for filing in filings}:
                self.counted(name, person)
        for person in self.ill():
            if self.caught[person] == self.run.day:
                self.counted("infected", person)
            if self.is_infectious(person):
                self.counted("infectious", person)

    def is_scanned(self) -> None:
        """So many scans a block and gate as luck has it, shared out by who is there, region by region and colour by colour."""
        t, v, run, B = self.t, self.v, self.run, self.run.w.block
        there: Counter[tuple[int, int, int]] = Counter()
        for person in filter(self.everybody.__contains__, run.present()):
            there[person // B, run.region[person], int(run.on[person] & t.code_lists[v] > 0)] += 1
        scans: Counter[tuple[int, int, int]] = Counter()
        for gate in range(t.gates):
            for (block, region, colour), m in there.items():
                n = at_most(t.scan_cdf[gate][: t.scan_len[gate]], u64(self.of_code(COUNT, SCAN_INDEX + gate, block)))
                scans[region, gate, colour] += (n * t.scan_share[gate][v] >> 32) * m // B
        for (region, gate, colour), n in sorted(scans.items()):
            if n:
                shown = {"recipients": t.recipients[gate][v], "fields": t.fields[gate][v]}
                self.scans.append(
                    {"day": run.day, "region": region, "gate": gate, "colour": colour, "scans": n, **shown}
                )

    def tables(self) -> dict[str, Rows]:
        """The rows of the recording's own tables, without the variant."""
        names = ("infected", "infectious", "found", "traced", "other")
        w = self.run.w
        cells = product(range(1, w.days + 1), range(len(w.region_cut)), range(len(w.group_cut)))
        epidemic = [
            {
                "day": day,
                "region": region,
                "group": group,
                **{name: self.totals[name][day, region, group] for name in names},
            }
            for day, region, group in cells
        ]
        infections = [{"person": p, "day": day, "source": self.source[p]} for p, day in enumerate(self.caught) if day]
        return {"epidemic": epidemic, "infections": infections, "scans": self.scans}
