"""Which safeguard matters: every set of up to eight safeguards is lived, over the same world and the same luck.

Eight safeguards make 256 schemes. They are lived in lockstep, up to eight in a group; sets whose changes come to the same are lived once.
What a set is worth is the harm that it spares and the benefit that it loses, against the scheme as it is. From that come, for each
safeguard, what it does alone, what is lost if only it is missing, and its share (Shapley 1953: the mean, over every order in which the
safeguards could be brought in, of what each adds); and for each pair, what they do together beyond what each does alone.

A lattice is kept as `lattice.parquet` (a row for each set, measure and seed) and `lattice.json` (what is said of it). Groups that are
done are kept while the rest is lived, so that a lattice that was stopped goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import combinations
from math import factorial, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import replicate_seed
from glasshouse.codes import OWN_ACT
from glasshouse.errors import GlasshouseError, RecordingError, UsageError
from glasshouse.experiments.harms import days_added
from glasshouse.experiments.student import student
from glasshouse.measures.frame import MOVEMENT
from glasshouse.recording import place as places
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import (
    ELEMENTS,
    NO_SCHEME,
    DoesNotApply,
    Element,
    Patch,
    composed,
    element,
)
from glasshouse.scenario.evidence import standing_label
from glasshouse.scenario.reading import Loaded, from_raw, without_a_world
from glasshouse.scenario.schema import Scenario
from glasshouse.scenario.tables import MAX_VARIANTS, Names, Plan
from glasshouse.simulate import reseeded
from glasshouse.world.places import regions_of

if TYPE_CHECKING:
    from glasshouse.engines.cpu import Result

Floats = NDArray[np.float64]
Tell = Callable[..., None]
Counts = dict[str, float]

FEWEST, MOST = 2, 8
TABLE, TOLD = "lattice.parquet", "lattice.json"
ASKED, GROUPS = "asked.json", "groups"
LEADERS = ("practice.", "consequences.", "conduct.demand.", "lists.", "data_sources.", "associations[", "associations.")
"""Changes to these parts leave everything that the first variant of a plan decides for all of them as it is in the base."""


class Measure(NamedTuple):
    """What is counted in every set: a harm, of which less is better, or a benefit, of which more is."""

    kind: str
    title: str


MEASURES = {
    "wrongful_days_by_rights": Measure("harm", "days on a list for anything but an own act of someone able to comply"),
    "wrongful_days": Measure("harm", "days on a list, wrong by the scheme's own rule"),
    "listed_days": Measure("harm", "days on a list"),
    "listings": Measure("harm", "listings"),
    "burden": Measure("harm", "days barred, weighed by how severe what they bar is"),
    "mobility_loss": Measure("harm", "days barred from moving"),
    "refused_tries": Measure("harm", "refused tries"),
    "points_wrong": Measure("harm", "points below what people's own conduct merits, at the end"),
    "complied": Measure("benefit", "listed people who paid"),
    "prevented_harm": Measure("benefit", "unlawful acts that do not happen, weighed by gravity"),
}
HARMS = tuple(name for name, m in MEASURES.items() if m.kind == "harm")
BENEFITS = tuple(name for name, m in MEASURES.items() if m.kind == "benefit")
NOT_WHAT = (
    "A Shapley share divides what all of them do together, averaged over every order of bringing them in; it is not what a safeguard "
    "does alone, nor what is lost without it, and it changes with the company it is counted in."
)


def known_measure(name: str) -> str:
    """The name, if something is counted by it. Raises UsageError with the nearest spelling."""
    if name not in MEASURES:
        from glasshouse.scenario.shape import nearest

        hint = nearest(name, MEASURES)
        raise UsageError(f'measure: there is no "{name}".{hint} There are: {", ".join(MEASURES)}.')
    return name


# --- what comes of it -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """What one safeguard does to one measure: harm that is spared, or benefit that is lost. Below 0 it is the other way round.

    `alone`: as the only one. `last`: beside all the others, so what is lost if only it is missing. `shapley`: its share, with the 95 %
    interval over seeds. `least` is the smallest it ever adds and `beside` in which company; `backfires` the share of orders of bringing
    the safeguards in in which it adds less than nothing.
    """

    safeguard: str
    alone: float
    last: float
    shapley: float
    interval: tuple[float, float] | None
    least: float
    beside: tuple[str, ...]
    backfires: float

    @property
    def does_harm(self) -> bool:
        """Is there an order in which it adds harm?"""
        return self.backfires > 0


@dataclass(frozen=True)
class Pair:
    """Two safeguards: what both do beyond what each does alone. Above 0 they help each other, below 0 they spoil each other.

    `in_company` is the same as a mean over every company of others that they can be in (Grabisch and Roubens 1999).
    """

    safeguards: tuple[str, str]
    alone: float
    in_company: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Answer:
    """Everything that is said of one measure. `all` is what all safeguards together spare, or lose."""

    measure: str
    kind: str
    base: float
    all: float
    shares: tuple[Share, ...]
    helps: Pair | None
    spoils: Pair | None


@dataclass(frozen=True)
class Lattice:
    """Every set of the safeguards. `values[measure]` is float64[seed, set]; bit i of a set's number says that safeguard i is in it."""

    scenario: str
    people: int
    days: int
    seeds: tuple[int, ...]
    safeguards: tuple[str, ...]
    titles: Mapping[str, str]
    not_applicable: tuple[str, ...]
    lives: int
    evidence: str
    values: Mapping[str, Floats] = field(repr=False)
    no_scheme: Mapping[str, Floats] = field(repr=False)
    out: Path | None = None

    @property
    def sets(self) -> int:
        """How many sets there are."""
        return 1 << len(self.safeguards)

    @property
    def headline(self) -> str:
        """The harm that is told first: the first in the list of harms that happens at all and that some safeguard moves."""
        moved = (h for h in HARMS if self.values[h][:, 0].any() and np.ptp(self.values[h], axis=1).any())
        return next(moved, HARMS[0])

    def worth(self, measure: str) -> Floats:
        """Harm spared, or benefit lost, by every set: float64[seed, set]."""
        found = self.values[known_measure(measure)]
        return found[:, :1] - found

    def answer(self, measure: str | None = None) -> Answer:
        """Each alone, each last, pairs and shares, for one measure; the headline's if none is named."""
        name = measure or self.headline
        worth = self.worth(name)
        pairs = _pairs(worth, self.safeguards)
        helps, spoils = (f(pairs, key=lambda p: p.alone) for f in (max, min))
        return Answer(
            measure=name, kind=MEASURES[name].kind, base=float(self.values[name][:, 0].mean()), all=float(worth[:, -1].mean()),
            shares=tuple(_shares(worth, self.safeguards)),
            helps=helps if helps.alone > 0 else None, spoils=spoils if spoils.alone < 0 else None,
        )  # fmt: skip

    def sentence(self) -> str:
        """What may be quoted: what all of them spare, out of what, beside what is lost."""
        told, title = self.answer(), MEASURES[self.headline].title
        lost = {b: self.answer(b) for b in BENEFITS}
        paid, harm = lost["complied"], lost["prevented_harm"]
        with_all = told.base - told.all
        return (
            f"In a simulation of {self.people:,} synthetic people over {self.days:,} days, all {len(self.safeguards)} safeguards together "
            f"take {title} from {told.base:,.0f} to {with_all:,.0f}; listed people who paid go from {paid.base:,.0f} to "
            f"{paid.base - paid.all:,.0f}, and unlawful acts that do not happen, weighed by gravity, from {harm.base:,.0f} to "
            f"{harm.base - harm.all:,.0f}."
        )

    def caution(self) -> str:
        """What may not be concluded."""
        one = "" if len(self.seeds) > 1 else " One seed was run, so nothing here has an interval."
        return (
            f"It may not be concluded that a real scheme would change by as much, nor that a safeguard with a small share can be left out."
            f" {NOT_WHAT}{one}"
        )

    def document(self) -> dict[str, Any]:
        """As `lattice.json` holds it."""
        return {
            "synthetic": True,
            "evidence": self.evidence,
            "scenario": self.scenario,
            "people": self.people,
            "days": self.days,
            "seeds": list(self.seeds),
            "safeguards": [{"name": n, "title": self.titles[n]} for n in self.safeguards],
            "not_applicable": list(self.not_applicable),
            "sets": self.sets,
            "lives": self.lives,
            "headline": self.headline,
            "sentence": self.sentence(),
            "caution": self.caution(),
            "measures": {name: m._asdict() for name, m in MEASURES.items()},
            "no_scheme": {name: float(x.mean()) for name, x in self.no_scheme.items()},
            "answers": {name: asdict(self.answer(name)) for name in MEASURES},
            "out": self.out.as_posix() if self.out else None,
        }


# --- the verb -----------------------------------------------------------------------------------------------------------------------------


def lattice(
    loaded: Loaded,
    with_: Sequence[str] = (),
    without: Sequence[str] = (),
    *,
    seeds: int = 1,
    threads: int = 2,
    out: Path | None = None,
    resume: bool = False,
    progress: Tell | None = None,
) -> Lattice:
    """Live every set of these safeguards, and say what each is worth. Without a name, all that apply to the scenario, up to eight.

    `without` names elements whose removal is one of the safeguards, such as `misidentification`. `out` is a new folder for the tables;
    while they are made, finished groups lie in `NAME.partial`, and `resume` goes on from there. Raises UsageError for fewer than two or
    more than eight, and for two that do not go together; DoesNotApply with the reason; RecordingError where the place is taken or what
    was begun there is another lattice.
    """
    if seeds < 1:
        raise UsageError(f"seeds: {seeds} makes no lattice. Give 1 or more.")
    s = loaded.scenario
    if s.world is None:
        raise UsageError(without_a_world(loaded.name))
    chosen, reasons = chosen_safeguards(s, with_, without)
    numbers = [replicate_seed(s.world.seed, r) for r in range(seeds)]
    of, lives = _lives(s, {_name(e): e.patch(s) for e in chosen})
    work = _begun(out, resume, _identity(loaded, chosen, numbers)) if out is not None else None
    values, no_scheme = _lived(loaded, of, lives, numbers, threads, work, progress or _silent)
    days = (s.world.end - s.world.start).days + 1
    done = Lattice(
        loaded.name, s.world.people, days, tuple(numbers), tuple(_name(e) for e in chosen), {_name(e): e.title for e in chosen},
        tuple(reasons), len(lives), str(standing_label(s).label), values, no_scheme, out,
    )  # fmt: skip
    if out is not None and work is not None:
        _written(done, work, out)
    return done


def chosen_safeguards(s: Scenario, with_: Sequence[str], without: Sequence[str]) -> tuple[list[Element], list[str]]:
    """The safeguards of a lattice in the order of the catalogue, and, where none was named, the reasons why others do not apply."""
    asked = [
        *(element("with", n) for n in dict.fromkeys(with_)),
        *(element("without", n) for n in dict.fromkeys(without)),
    ]
    chosen, reasons = [e for e in ELEMENTS if e in asked], []
    if asked:
        for e in chosen:
            e.patch(s)
    else:
        for e in (e for e in ELEMENTS if e.side == "with"):
            try:
                e.patch(s)
                chosen.append(e)
            except DoesNotApply as why:
                reasons.append(str(why))
    _refuse_number(chosen, reasons)
    return chosen, reasons


def _refuse_number(chosen: Sequence[Element], reasons: Sequence[str]) -> None:
    if len(chosen) > MOST:
        raise UsageError(
            f"safeguards: {len(chosen)} make {2 ** len(chosen):,} sets; at most {MOST} can be lived together. Leave some out."
        )
    if len(chosen) < FEWEST:
        found = f"only {_name(chosen[0])}" if chosen else "none"
        told = f"{found} applies to this scenario" if reasons else f"{found} was named"
        why = f" Of the others: {' '.join(reasons)}" if reasons else ""
        raise UsageError(
            f"safeguards: {told}, and a lattice needs two; for one, use twins. "
            f"Elements taken out count as safeguards too: --without misidentification.{why}"
        )


def widest(loaded: Loaded) -> Loaded:
    """The scenario as often side by side as a group is wide: what must fit into memory."""
    return replace(loaded, variants=loaded.variants[:1] * MAX_VARIANTS)


def _name(e: Element) -> str:
    """What a safeguard is called in a set: `expiry`, `without-silence`."""
    return e.name if e.side == "with" else e.variant


def _silent(*_: Any, **__: Any) -> None:
    """Nobody watches."""


# --- sets and lives -----------------------------------------------------------------------------------------------------------------------


def members(number: int, names: Sequence[str]) -> tuple[str, ...]:
    """The safeguards of a set."""
    return tuple(name for i, name in enumerate(names) if number >> i & 1)


def _lives(s: Scenario, patches: Mapping[str, Patch]) -> tuple[list[int], list[Patch]]:
    """The number of the life of every set, and the change that each life lives with. Sets that come to the same share a life."""
    known: dict[str, int] = {}
    lives: list[Patch] = []
    of = []
    for number in range(1 << len(patches)):
        patch = composed(s, {n: patches[n] for n in members(number, list(patches))})
        key = json.dumps(patch, sort_keys=True)
        if key not in known:
            known[key] = len(lives)
            lives.append(patch)
        of.append(known[key])
    return of, lives


def groups_of(lives: Sequence[Patch]) -> list[list[int]]:
    """Lives that are lived in lockstep, at most eight together, those that take the same parts away in one group.

    Acts, lists and gates of a plan are those of its first variant; so all of a group must have the same, or the base must lead it
    (number 0, which is then in every such group and the same bytes in each).
    """
    alike: dict[tuple[str, ...], list[int]] = {}
    for n, patch in enumerate(lives):
        alike.setdefault(tuple(sorted(p for p, v in patch.items() if v is None)), []).append(n)
    out = []
    for some in alike.values():
        free = all(path.startswith(LEADERS) for n in some for path in lives[n])
        rest, room = (some, MAX_VARIANTS) if free else ([n for n in some if n], MAX_VARIANTS - 1)
        for k in range(0, len(rest), room):
            out.append([*(() if free else (0,)), *rest[k : k + room]])
    return out


def side_by_side(loaded: Loaded, patches: Sequence[Patch]) -> Loaded:
    """The scenario once for each change and nothing beside: the first need not be the base."""
    asked = [{"name": "base"}, *({"name": f"life-{n}", "set": p} for n, p in enumerate(patches))]
    made = from_raw({**loaded.raw, "variants": asked}, loaded.name, check=False)
    return replace(made, variants=made.variants[1:])


# --- living -------------------------------------------------------------------------------------------------------------------------------


def _lived(
    loaded: Loaded,
    of: Sequence[int],
    lives: Sequence[Patch],
    seeds: Sequence[int],
    threads: int,
    work: Path | None,
    tell: Tell,
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Every measure of every set and seed, float64[seed, set], and of no scheme, float64[seed]."""
    groups = groups_of(lives)
    total, done = len(seeds) * (len(groups) + 1), 0
    found: list[list[Counts]] = []
    nothing: list[Counts] = []
    for seed in seeds:
        world = reseeded(loaded, seed)
        counts: dict[int, Counts] = {}
        for n, group in enumerate(groups):
            tell("lattice", done, total)
            counts |= zip(group, _kept(work, f"{seed}-{n}", world, [lives[i] for i in group], threads), strict=True)
            done += 1
        tell("lattice", done, total)
        nothing.append(_controlled(work, seed, world, lives, counts, threads))
        done += 1
        found.append([counts[of[number]] for number in range(len(of))])
    tell("lattice", total, total)
    for counts_of_seed, none in zip(found, nothing, strict=True):
        _count_prevented(counts_of_seed, none)
    table = {m: np.array([[c[m] for c in by_set] for by_set in found], float) for m in MEASURES}
    return table, {m: np.array([c[m] for c in nothing], float) for m in MEASURES}


def _count_prevented(sets: Sequence[Counts], none: Counts) -> None:
    """Unlawful acts that do not happen are counted against a world without the scheme."""
    for counts in {id(c): c for c in (*sets, none)}.values():
        counts["prevented_harm"] = none["unlawful_acts"] - counts["unlawful_acts"]


def _controlled(
    work: Path | None, seed: int, world: Loaded, lives: Sequence[Patch], counts: Mapping[int, Counts], threads: int
) -> Counts:
    """No scheme at all, lived beside the base and beside all safeguards, which must come out as they did in their own groups."""
    base, none, everything = _kept(
        work, f"{seed}-control", world, [{}, NO_SCHEME.patch(world.scenario), lives[-1]], threads
    )
    for life, again in ((0, base), (len(lives) - 1, everything)):
        if counts[life] != again:
            raise GlasshouseError(f"life {life} of the lattice depends on what is lived beside it")
    return none


def _kept(work: Path | None, name: str, world: Loaded, patches: Sequence[Patch], threads: int) -> list[Counts]:
    """A group's counts: read where they were kept, lived and kept where not."""
    file = work / GROUPS / f"{name}.json" if work else None
    if file is not None and file.exists():
        found: list[Counts] = json.loads(file.read_text(encoding="utf-8"))
        return found
    counts = live_group(world, patches, threads)
    if file is not None:
        file.parent.mkdir(exist_ok=True)
        places.write_json(file, counts)
    return counts


def live_group(world: Loaded, patches: Sequence[Patch], threads: int = 2) -> list[Counts]:
    """Up to eight changed schemes lived in lockstep, and what is counted in each."""
    from glasshouse.engines.cpu import Engine

    both = side_by_side(world, patches)
    plan, names = compile_plan(both)
    engine = Engine(plan, threads)
    try:
        result = engine.run().result(letters=False)
    finally:
        engine.close()
    weights = _gravity(world.scenario, names)
    return [counts_of(result, plan, names, s, v, weights) for v, (_, s) in enumerate(both.variants)]


def counts_of(result: Result, plan: Plan, names: Names, s: Scenario, v: int, gravity: Floats) -> Counts:
    """Every measure of one variant, summed over all people (firms are none), and the unlawful acts weighed by gravity."""
    c, days = result.cases, plan.world.days
    people = min(plan.world.people, int(plan.ties.beyond[0]))
    of_people = slice(int(regions_of(plan.world, people)))
    mine = np.flatnonzero((c["variant"] == v) & (c["person"] < people))
    person, opened, on = (c[k][mine] for k in ("person", "opened", "list"))
    closed = np.where(c["closed"][mine] > 0, c["closed"][mine], days + 1)
    length, wrong, by_rights = closed - opened, c["rightful"][mine] == 0, c["basis"][mine] != OWN_ACT
    bars = {g: int(plan.gates.lists[e, v]) for e, g in enumerate(names.gates)}
    severe = {x.id: x.severity or 1 for x in s.consequences}
    moving = {x.id for x in s.consequences if x.right == "movement" or x.context in MOVEMENT}

    def barred(bits: int) -> int:
        here = (bits >> on & 1) == 1
        return int(days_added(person[here], opened[here], closed[here])[1].sum())

    covered = {bits: barred(bits) for bits in {*bars.values()} if bits}
    to_move = sum(
        {1 << n for bits in (bars[g] for g in bars if g in moving) for n in range(len(names.lists)) if bits >> n & 1}
    )
    happened = result.acts[:, v, : len(gravity), 0].sum(axis=0)
    lost = _points_wrong(result, v, people) if plan.score.used else 0
    return {
        "wrongful_days_by_rights": int(length[by_rights].sum()),
        "wrongful_days": int(length[wrong].sum()),
        "listed_days": int(length.sum()),
        "listings": len(mine),
        "burden": sum(severe.get(g, 1) * covered[bits] for g, bits in bars.items() if bits),
        "mobility_loss": barred(to_move),
        "refused_tries": sum(int(result.daily[f"tries_{e}"][:, v, of_people].sum()) for e in range(plan.gates.count)),
        "points_wrong": lost,
        "complied": int(result.daily["complied"][:, v, of_people].sum()),
        "unlawful_acts": float(happened @ gravity),
    }


def _points_wrong(result: Result, v: int, people: int) -> int:
    """Points below what own conduct merits, summed over people; in parts, so that no column is copied whole."""
    score, merited = (result.people[name][:people] for name in ("score", "merited"))
    parts = range(0, len(score), 1 << 16)
    return sum(
        int(np.maximum(merited[k : k + (1 << 16), v].astype(np.int64) - score[k : k + (1 << 16), v], 0).sum())
        for k in parts
    )


def _gravity(s: Scenario, names: Names) -> Floats:
    """How grave each act of people is: 0 if lawful, protected or not said; else by the gravest rule for it, 1 where none says."""
    acts = s.conduct.acts if s.conduct else {}
    bad = {name for name, act in acts.items() if act.lawful is False and not act.protected and act.by == "people"}
    grave = {name: max([1, *(r.gravity or 1 for r in s.rules if r.when.signal == name)]) for name in bad}
    return np.array([grave.get(name, 0) for name in names.acts], float)


# --- what each is worth -------------------------------------------------------------------------------------------------------------------


def added(worth: Floats, i: int) -> tuple[NDArray[np.int64], Floats]:
    """The sets without safeguard i, and what it adds to each of them, float64[..., sets]."""
    sets = np.arange(worth.shape[-1])
    company = sets[(sets >> i & 1) == 0]
    return company, worth[..., company | 1 << i] - worth[..., company]


def order_weights(company: NDArray[np.int64], among: int) -> Floats:
    """For each set, the share of all orders of `among` safeguards in which exactly its members come before a given other one."""
    size = np.array([int(x).bit_count() for x in company])
    share = np.array([factorial(k) * factorial(among - k - 1) / factorial(among) for k in range(among)])
    return np.asarray(share[size])


def shapley(worth: Floats) -> Floats:
    """The share of each safeguard in what all do together: float64[..., sets] to float64[..., safeguards] (Shapley 1953)."""
    n = worth.shape[-1].bit_length() - 1
    parts = [added(worth, i) for i in range(n)]
    return np.stack([adds @ order_weights(company, n) for company, adds in parts], axis=-1)


def interaction(worth: Floats, i: int, j: int) -> tuple[Floats, Floats]:
    """What i and j do together beyond each alone, and its mean over every company they can be in, each float64[...]."""
    n = worth.shape[-1].bit_length() - 1
    sets = np.arange(worth.shape[-1])
    company = sets[(sets >> i & 1 == 0) & (sets >> j & 1 == 0)]
    a, b = 1 << i, 1 << j
    beyond = worth[..., company | a | b] - worth[..., company | a] - worth[..., company | b] + worth[..., company]
    return beyond[..., 0], np.asarray(beyond @ order_weights(company, n - 1))


def _shares(worth: Floats, names: Sequence[str]) -> Iterator[Share]:
    mean, share = worth.mean(axis=0), shapley(worth)
    for i, name in enumerate(names):
        company, adds = added(mean, i)
        worst = int(adds.argmin())
        orders = float(order_weights(company, len(names))[adds < 0].sum())
        yield Share(
            safeguard=name, alone=float(adds[0]), last=float(adds[-1]), shapley=float(share[:, i].mean()),
            interval=_interval(share[:, i]), least=float(adds[worst]), beside=members(int(company[worst]), names), backfires=orders,
        )  # fmt: skip


def _pairs(worth: Floats, names: Sequence[str]) -> list[Pair]:
    out = []
    for i, j in combinations(range(len(names)), 2):
        alone, company = interaction(worth, i, j)
        out.append(Pair((names[i], names[j]), float(alone.mean()), float(company.mean()), _interval(alone)))
    return out


def _interval(over_seeds: Floats) -> tuple[float, float] | None:
    """95 % Student interval of a mean over seeds; none for one seed."""
    n = len(over_seeds)
    if n < 2:
        return None
    mean, half = float(over_seeds.mean()), student(n - 1) * sqrt(float(over_seeds.var(ddof=1)) / n)
    return mean - half, mean + half


# --- written down -------------------------------------------------------------------------------------------------------------------------


def _identity(loaded: Loaded, chosen: Sequence[Element], seeds: Sequence[int]) -> dict[str, Any]:
    """What a lattice that was begun belongs to."""
    from glasshouse.recording.provenance import package_version, scenario_digest

    world = loaded.raw["world"]
    luck = ("people", "seed", "start", "end")
    raw = {k: v for k, v in loaded.raw.items() if k != "variants"}
    return {
        **{f"world.{k}": str(world.get(k)) for k in luck},
        "seeds": list(seeds),
        "safeguards": [_name(e) for e in chosen],
        "scenario": scenario_digest(raw),
        "version": package_version("glasshouse"),
    }


def _begun(out: Path, resume: bool, asked: dict[str, Any]) -> Path:
    """The folder to work in: new, or the one that was begun, if it is the same lattice that is asked for."""
    out.parent.mkdir(parents=True, exist_ok=True)
    work = places.start(out, resume and places.partial(out).exists())
    file = work / ASKED
    if not file.exists():
        places.write_json(file, asked)
        return work
    before = json.loads(file.read_text(encoding="utf-8"))
    other = [k for k in asked if asked[k] != before.get(k)]
    if other:
        raise RecordingError(
            f'"{work.name}" was begun with another {", ".join(other)}. Sets of two lattices would differ by luck as well as by '
            f"safeguards. Give the same ones, or remove it first."
        )
    return work


def _written(done: Lattice, work: Path, out: Path) -> None:
    """Table and JSON, the groups away, and all of it moved into place."""
    import shutil

    import pyarrow.parquet as pq

    pq.write_table(lattice_table(done), work / TABLE, compression="zstd", compression_level=1)
    places.write_json(work / TOLD, done.document())
    shutil.rmtree(work / GROUPS, ignore_errors=True)
    (work / ASKED).unlink()
    places.finish(work, out)


def lattice_table(done: Lattice) -> Any:
    """A row for each set, measure and seed: the number and the names of the set, what was counted, and what that spares or loses.

    The comparator without a scheme has no number and is called `no-scheme`.
    """
    import pyarrow as pa

    from glasshouse.recording.schema import ABOUT

    rows: dict[str, list[Any]] = {k: [] for k in ("set", "safeguards", "seed", "measure", "kind", "value", "worth")}
    for measure, m in MEASURES.items():
        base = done.values[measure][:, 0]
        for k, seed in enumerate(done.seeds):
            sets = [
                (n, "+".join(members(n, done.safeguards)) or "none", x) for n, x in enumerate(done.values[measure][k])
            ]
            for number, named, value in [*sets, (None, NO_SCHEME.name, done.no_scheme[measure][k])]:
                for column, cell in zip(
                    rows, (number, named, seed, measure, m.kind, value, base[k] - value), strict=True
                ):
                    rows[column].append(cell)
    words = pa.dictionary(pa.int16(), pa.string())
    kinds = (pa.int16(), words, pa.uint64(), words, words, pa.float64(), pa.float64())
    schema = pa.schema(list(zip(rows, kinds, strict=True)), metadata=ABOUT)
    return pa.Table.from_arrays([pa.array(rows[f.name], f.type) for f in schema], schema=schema)


def open_lattice(folder: Path) -> dict[str, Any]:
    """What `lattice.json` of a finished lattice says. Raises RecordingError where the folder is none."""
    try:
        told: dict[str, Any] = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RecordingError(f'"{folder.name}" holds no lattice: there is no {TOLD} in it that can be read.') from None
    return told
