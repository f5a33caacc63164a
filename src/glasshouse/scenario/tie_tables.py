"""From the aggregates a scenario asks of its ties to the small arrays that ties are computed from.

`docs/ties.md`, 19-24; numbers in brackets below are its paragraphs. Sizes of households and classes are cut by largest
remainder; friends follow a degree law of Panjer's class (binomial, Poisson, negative binomial: Panjer 1981), whose weights
need only + - * /. Decimal and whole numbers throughout, so that every platform makes the same arrays.
There is no way in for a list of edges: what is asked is shares, means and spreads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import Page, stream_of, threshold
from glasshouse.errors import InputError
from glasshouse.scenario import schema
from glasshouse.scenario.tables import I16, I64, NO_FIRMS, TIE_KINDS, TieTables

STREET = 4096
WIDE = 65536
TEMPLATES = 16
OF_FIRMS = ("representative", "staff")
"""The kinds that tie firms and people."""
PRECISION = 50
ADULT, CHILD, ELDER = range(3)
ELDER_FROM = 5  # households of this size or more have an elder in the last place
DEFAULT_SPREAD = Decimal("0.6")  # assumption: sd over mean where the scenario gives none
CLIQUES = range(3, 13)  # sizes of circles tried
STEPS = 64  # how finely the share and the reach of circles are tried
LAW_TOLERANCE = Decimal("0.0005")
MEAN_TOLERANCE, CLUSTERING_TOLERANCE = Decimal("0.05"), Decimal("0.02")


class Layer(NamedTuple):
    """Ranks first .. beyond - 1 of a full window are cut into circles of `clique` people."""

    first: int
    beyond: int
    clique: int


class Expected(NamedTuple):
    """What the tables will give in full windows: ties a person, their spread, local clustering (None where not defined)."""

    mean: float
    sd: float
    clustering: float | None


class FirmTies(NamedTuple):
    """Where the firms begin, and what is asked of their ties: the run of people whom each kind ties (first, first beyond)."""

    first_firm: int
    asked: Mapping[str, schema.Staff | schema.Representative]
    run: Mapping[str, tuple[int, int]]


def ties_of_world(world: schema.World, seed: int | None = None) -> TieTables:
    """The arrays of a whole world, firms included, with its own seed or another."""
    return tie_tables(world.ties, world.people, world.seed if seed is None else seed, firm_ties(world))


def region_cuts(world: schema.World) -> list[int]:
    """First slot beyond each region: regions are runs of consecutive people."""
    total, cuts = Decimal(0), []
    with localcontext() as context:
        context.prec = PRECISION
        for region in world.regions.values():
            total += Decimal(str(region.share.value))
            cuts.append(int((total * world.people).to_integral_value()))
    return [*cuts[:-1], world.people]


def slots_of(world: schema.World, sort: str) -> tuple[int, int]:
    """The slots of people or of firms, from the first to the first beyond: firms are the last of a world."""
    firms = world.firms.regions if world.firms else []
    starts = zip(world.regions, [0, *region_cuts(world)], strict=False)
    first = min((start for region, start in starts if region in firms), default=world.people)
    return (0, first) if sort == "people" else (first, world.people)


def firm_ties(world: schema.World) -> FirmTies | None:
    """Firms and whom they may be tied to; None in a world without firms."""
    if world.firms is None:
        return None
    starts = dict(zip(world.regions, [0, *region_cuts(world)], strict=False))
    ends = dict(zip(world.regions, region_cuts(world), strict=True))
    asked = {kind: x for kind in OF_FIRMS if (x := getattr(world.firms, kind)) is not None}
    people = [r for r in world.regions if r not in world.firms.regions]
    run = {kind: x.regions or people for kind, x in asked.items()}
    return FirmTies(
        slots_of(world, "firms")[0],
        asked,
        {kind: (min(starts[r] for r in names), max(ends[r] for r in names)) for kind, names in run.items()},
    )


def tie_tables(ties: schema.Ties, people: int, seed: int, firms: FirmTies | None = None) -> TieTables:
    """The arrays for what is asked. They depend on the seed (templates are shuffled by it), not on the number of people.

    Raises InputError where partner or parent_child is asked without households, or a degree law or clustering cannot be had.
    """
    _refuse_nonsense(ties, people)
    position, size, role = (kind.copy() for kind in _houses(tuple(house_sizes(ties)), seed))
    count, ordinal, slot = _roles(role)
    asked = [getattr(ties, kind, None) or (firms.asked.get(kind) if firms else None) for kind in TIE_KINDS]
    run = [_run(kind, firms) for kind in TIE_KINDS]
    layers = [_layers(kind, x) for kind, x in zip(TIE_KINDS, asked, strict=True)]
    flat = [x for one in layers for x in one]
    counts = np.array([len(one) for one in layers], np.int64)
    return TieTables(
        on=np.array([x is not None for x in asked], np.uint8),
        first=np.array([first for first, _ in run], np.int64),
        beyond=np.array([beyond for _, beyond in run], np.int64),
        share=np.array([_share(ties, kind) for kind in TIE_KINDS], np.uint64),
        window=np.array([_window(ties, kind) for kind in TIE_KINDS], np.int64),
        house_position=position,
        house_size=size,
        house_role=role,
        role_count=count,
        role_ordinal=ordinal,
        role_slot=slot,
        layer_first=np.cumsum(counts) - counts,
        layer_count=counts,
        layer_from=np.array([x.first for x in flat] or [0], np.int64),
        layer_to=np.array([x.beyond for x in flat] or [0], np.int64),
        layer_clique=np.array([x.clique for x in flat] or [2], np.int64),
    )


def _run(kind: str, firms: FirmTies | None) -> tuple[int, int]:
    """The people whom a kind ties, from the first to the first beyond."""
    if firms is None:
        return 0, NO_FIRMS
    return firms.run.get(kind, (0, firms.first_firm))


def _refuse_nonsense(ties: schema.Ties, people: int) -> None:
    if people < 1:
        raise InputError(f"world.people: {people} people cannot have ties. Use at least 1")
    for kind in ("partner", "parent_child"):
        if getattr(ties, kind) is not None and ties.household is None:
            raise InputError(
                f"world.ties.{kind} needs world.ties.household, since it is laid over households. Add household sizes"
            )


def _share(ties: schema.Ties, kind: str) -> int:
    asked = getattr(ties, kind, None)
    return threshold(asked.value) if kind in ("partner", "parent_child", "best_friend") and asked is not None else 0


def _window(ties: schema.Ties, kind: str) -> int:
    if kind in ("colleagues", "school", *OF_FIRMS):
        return WIDE
    asked = getattr(ties, kind)
    return asked.window if isinstance(asked, schema.FriendLayer) else STREET


# --- sizes of households and classes --------------------------------------------------------------------------------


def cut_sizes(shares: Mapping[int, Fraction], slots: int) -> list[int]:
    """Sizes of the groups that `slots` people are cut into, ascending, by shares of people (19)."""
    total = sum(shares.values())
    if total <= 0:
        raise InputError("the shares of sizes are all 0. Give at least one size a share of the people")
    asked = {z: slots * p / total for z, p in sorted(shares.items())}
    many = {z: int(p / z) for z, p in asked.items()}
    left = slots - sum(z * h for z, h in many.items())
    while left:
        fits = [z for z in asked if z <= left and asked[z] > 0] or [left]
        best = max(fits, key=lambda z: (asked.get(z, 0) - z * many.get(z, 0), -z))
        many[best] = many.get(best, 0) + 1
        left -= best
    return [z for z, h in sorted(many.items()) for _ in range(h)]


def _fractions(sizes: Mapping[int, schema.Share]) -> dict[int, Fraction]:
    return {z: Fraction(str(share.value)) for z, share in sizes.items()}


def house_sizes(ties: schema.Ties) -> list[int]:
    """Household sizes of a street; everybody is alone where none are asked for."""
    return cut_sizes(_fractions(ties.household.sizes) if ties.household else {1: Fraction(1)}, STREET)


@lru_cache(maxsize=8)
def _houses(sizes: tuple[int, ...], seed: int) -> tuple[NDArray[np.uint8], ...]:
    """Position, household size and role, each [template, slot of a street]; a sweep asks for the same houses every time."""
    houses = [_template(_shuffled(list(sizes), t, seed)) for t in range(TEMPLATES)]
    return tuple(np.array([h[i] for h in houses], np.uint8) for i in range(3))


def _shuffled(sizes: list[int], template: int, seed: int) -> list[int]:
    """Fisher and Yates by our own draws, so that no library's generator decides who lives where."""
    out = list(sizes)
    words = _template_words(len(out), template, seed)
    for i in range(len(out) - 1, 0, -1):
        j = (words[i] * (i + 1)) >> 64
        out[i], out[j] = out[j], out[i]
    return out


def _template_words(count: int, template: int, seed: int) -> list[int]:
    """u64 of (page tie, index 0 .. count - 1, tier = template, c2 0): Philox as in `chance`, for many indices at once."""
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    c0, c2 = np.arange(count, dtype=np.uint64), np.zeros(count, np.uint64)
    c1 = np.full(count, int(Page.TIE) << 16 | template << 24, np.uint64)
    c3 = np.full(count, stream_of("tie", "household/template"), np.uint64)
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> shift) ^ c1 ^ np.uint64(k0), p1 & low, (p0 >> shift) ^ c3 ^ np.uint64(k1), p0 & low
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return [(int(a) << 32) | int(b) for a, b in zip(c0, c1, strict=True)]


def _template(sizes: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Position, household size and role of each slot of a street (20)."""
    position = [p for z in sizes for p in range(z)]
    size = [z for z in sizes for _ in range(z)]
    role: list[int] = []
    turn = {1: 0, 2: 0}
    for z in sizes:
        if z <= 2:
            role += [ELDER if turn[z] % 2 else ADULT] * z
            turn[z] += 1
        else:
            role += [ADULT, ADULT] + [CHILD] * (z - 2)
            role[-1] = ELDER if z >= ELDER_FROM else CHILD
    return position, size, role


def _roles(role: NDArray[np.uint8]) -> tuple[I64, I16, I16]:
    """Adults and elders of each template, numbered in the order of their slots, and back."""
    ordinal = np.full((TEMPLATES, STREET), -1, np.int16)
    slot = np.full((2, TEMPLATES, STREET), -1, np.int16)
    count = np.zeros((2, TEMPLATES), np.int64)
    for g, generation in enumerate((ADULT, ELDER)):
        for t in range(TEMPLATES):
            found = np.flatnonzero(role[t] == generation)
            ordinal[t, found] = np.arange(len(found))
            slot[g, t, : len(found)] = found
            count[g, t] = len(found)
    return count, ordinal, slot


# --- circles over ranks ---------------------------------------------------------------------------------------------


def _layers(kind: str, asked: object) -> list[Layer]:
    if isinstance(asked, schema.Staff):
        return firm_layers(asked.sizes)
    if isinstance(asked, schema.Representative):
        return firm_layers(asked.firms)
    if isinstance(asked, schema.FriendLayer):
        return friend_layers(asked)
    if isinstance(asked, schema.Classes):
        return class_layers(asked)
    if kind == "best_friend" and isinstance(asked, schema.Quantity):
        return [Layer(0, STREET * threshold(asked.value) >> 33 << 1, 2)]
    return []


def firm_layers(asked: Mapping[int, schema.Share]) -> list[Layer]:
    """One layer for each size: how many people a firm employs, or how many firms a representative answers for (29)."""
    shares = _fractions(asked)
    total = sum(shares.values())
    if total <= 0:
        raise InputError("the shares of world.firms are all 0. Give at least one size a share of the firms")
    wanted = {z: WIDE * p / total for z, p in sorted(shares.items())}
    many = {z: int(p) for z, p in wanted.items()}
    for _ in range(WIDE - sum(many.values())):
        many[max(wanted, key=lambda z: (wanted[z] - many[z], -z))] += 1
    out, first = [], 0
    for z, n in many.items():
        out += [Layer(first, first + n, z)] if z and n else []
        first += n
    return out


def class_layers(asked: schema.Classes) -> list[Layer]:
    """One layer for each size of class or team; people in classes of one come first and have no colleague (22)."""
    sizes = cut_sizes(_fractions(asked.sizes), WIDE)
    out, first = [], 0
    for z in sorted(set(sizes)):
        beyond = first + z * sizes.count(z)
        if z > 1:
            out.append(Layer(first, beyond, z))
        first = beyond
    return out


class Circles(NamedTuple):
    """How much of friendship is circles: their size, about how many 64ths of the ties, and how many 64ths of people."""

    clique: int
    share: int
    reach: int


def friend_layers(asked: schema.FriendLayer) -> list[Layer]:
    """Matchings and circles by which ranks reach the degrees of the law (23)."""
    law = degree_law(asked)
    return [x for x in _climb(law, best_circles(law, asked)) if x.beyond > x.first]


def _climb(law: tuple[int, ...], circles: Circles) -> Iterator[Layer]:
    at = 0
    for step in _steps(len(law) - 1, circles):
        if step == 1:
            yield Layer(0, _above(law, at) // 2 * 2, 2)
        else:
            end = _end(law, at + step, circles)
            yield Layer(0, end, circles.clique)
            for degree in range(at, at + step):
                yield Layer(end, end + max(_above(law, degree) - end, 0) // 2 * 2, 2)
        at += step


def _above(law: tuple[int, ...], degree: int) -> int:
    return sum(law[degree + 1 :])


def _end(law: tuple[int, ...], degree: int, circles: Circles) -> int:
    """First rank that is in no circle of those that lead up to `degree`."""
    return _above(law, degree - 1) * circles.reach // STEPS // circles.clique * circles.clique


def _steps(most: int, circles: Circles) -> tuple[int, ...]:
    """How degrees 0 .. most are climbed: 1 by a matching, clique - 1 by a circle, circles being share / 64 of it."""
    at, many, step, out = 0, 0, circles.clique - 1, []
    while at < most:
        is_circle = at + step <= most and (many + 1) * step <= circles.share * (at + step) // STEPS
        many += is_circle
        out.append(step if is_circle else 1)
        at += out[-1]
    return tuple(out)


def best_circles(law: tuple[int, ...], asked: schema.FriendLayer) -> Circles:
    """The circles whose expected clustering comes nearest to what is asked: size and share first, then reach (23)."""
    if asked.clustering is None:
        return Circles(CLIQUES[0], 0, STEPS)
    want = Decimal(str(asked.clustering.value))
    best = _best_circles(law, want)
    got = expected_clustering(law, best)
    if abs(got - want) > CLUSTERING_TOLERANCE:
        raise InputError(
            f"world.ties: a clustering of {want} cannot be had with {asked.mean.value} friends, at most {asked.max}; "
            f"the nearest is {got:.2f}. Ask for that, or for fewer friends"
        )
    return best


@lru_cache(maxsize=64)
def _best_circles(law: tuple[int, ...], want: Decimal) -> Circles:
    with localcontext() as context:
        context.prec = PRECISION
        full: dict[tuple[int, tuple[int, ...]], tuple[Decimal, Circles]] = {}
        for circles in (Circles(g, u, STEPS) for g in CLIQUES for u in range(STEPS + 1)):
            pattern = (circles.clique, _steps(len(law) - 1, circles))
            if pattern not in full:
                full[pattern] = (expected_clustering(law, circles), circles)
        enough = [x for x in full.values() if x[0] >= want]
        _, start = min(enough) if enough else max(full.values(), key=lambda x: x[0])
        reaches = [start._replace(reach=x) for x in range(STEPS + 1)]
        return min(reaches, key=lambda c: (abs(expected_clustering(law, c) - want), c.reach))


def expected_clustering(law: tuple[int, ...], circles: Circles) -> Decimal:
    """Mean over people with two or more ties of the share of pairs of friends who are friends, by circles alone (23)."""
    at, ends = 0, []
    for step in _steps(len(law) - 1, circles):
        at += step
        if step > 1:
            ends.append(_end(law, at, circles))
    closed, first = Decimal(0), 0
    for degree in range(len(law) - 1, 1, -1):
        beyond = first + law[degree]
        inside = sum(max(min(end, beyond) - first, 0) for end in ends)
        closed += Decimal(inside * (circles.clique - 1) * (circles.clique - 2)) / (degree * (degree - 1))
        first = beyond
    return closed / first if first else Decimal(0)


# --- the degree law -------------------------------------------------------------------------------------------------


def degree_law(asked: schema.FriendLayer) -> tuple[int, ...]:
    """How many people of a window have each number of ties, 0 .. max."""
    sd = None if asked.sd is None else str(asked.sd.value)
    return _degree_law(str(asked.mean.value), sd, asked.max, asked.window)


@lru_cache(maxsize=64)
def _degree_law(mean_text: str, sd_text: str | None, most: int, window: int) -> tuple[int, ...]:
    with localcontext() as context:
        context.prec = PRECISION
        mean = Decimal(mean_text)
        sd = Decimal(sd_text) if sd_text is not None else max(DEFAULT_SPREAD * mean, max(mean, Decimal(0)).sqrt())
        if not 0 <= mean <= most or sd < 0:
            raise InputError(f"world.ties: a mean of {mean} friends with sd {sd} is not between 0 and max {most}")
        if mean == 0:
            return (window,) + (0,) * most
        law = _fitted(mean, sd, most)
        got, spread = _moments(law)
        if abs(got - mean) > MEAN_TOLERANCE * mean or abs(spread - sd) > 2 * MEAN_TOLERANCE * mean:
            raise InputError(
                f"world.ties: no law of 0 to {most} friends with mean {mean} and sd {sd:.3f} was found; "
                f"the nearest has mean {got:.2f} and sd {spread:.2f}. Raise max, or ask for another sd"
            )
        return _largest_remainder(law, window)


def _fitted(mean: Decimal, sd: Decimal, most: int) -> list[Decimal]:
    """The law cut at `most` whose mean and spread come nearest to what is asked: what is missing is put in again."""
    put_mean, put_sd, best, nearest = mean, max(sd, Decimal("0.01")), [Decimal(1)], Decimal("Infinity")
    for _ in range(200):
        law = _panjer(put_mean, put_sd * put_sd, most)
        got, spread = _moments(law)
        gap = max(abs(mean - got), abs(sd - spread))
        if gap < nearest:
            best, nearest = law, gap
        if gap < LAW_TOLERANCE:
            break
        put_mean = max(put_mean + (mean - got), mean / 100)
        put_sd = max(put_sd + (sd - spread), sd / 100, Decimal("0.01"))
    return best


def _panjer(mean: Decimal, variance: Decimal, most: int) -> list[Decimal]:
    """Probabilities of 0 .. most, q(k+1) = q(k) (a + b / (k+1)): binomial, Poisson or negative binomial by the variance."""
    a = 1 - mean / variance
    b = mean * mean / variance - a
    weights = [Decimal(1)]
    for k in range(most):
        weights.append(max(weights[-1] * (a + b / (k + 1)), Decimal(0)))
    total = sum(weights)
    return [w / total for w in weights]


def _moments(law: list[Decimal]) -> tuple[Decimal, Decimal]:
    mean = sum((k * p for k, p in enumerate(law)), Decimal(0))
    return mean, sum((p * (k - mean) ** 2 for k, p in enumerate(law)), Decimal(0)).sqrt()


def _largest_remainder(law: list[Decimal], whole: int) -> tuple[int, ...]:
    floors = [int(p * whole) for p in law]
    order = sorted(range(len(law)), key=lambda k: (floors[k] - law[k] * whole, k))
    for k in order[: whole - sum(floors)]:
        floors[k] += 1
    return tuple(floors)


# --- what may be expected -------------------------------------------------------------------------------------------


def memberships(tables: TieTables, kind: int) -> I64:
    """Ties that each rank of a full window has by a kind's layers: int64[window]. Exact, chance duplicates apart."""
    out = np.zeros(int(tables.window[kind]), np.int64)
    first = int(tables.layer_first[kind])
    for x in range(first, first + int(tables.layer_count[kind])):
        out[tables.layer_from[x] : tables.layer_to[x]] += tables.layer_clique[x] - 1
    return out


def expected_statistics(ties: schema.Ties) -> dict[str, Expected]:
    """For each kind asked for, what full windows will show: mean and sd of the number of ties, and local clustering."""
    tables = tie_tables(ties, 1, 0)
    return {kind: _expected(ties, tables, k) for k, kind in enumerate(TIE_KINDS) if tables.on[k]}


def expected_reach(firms: schema.Firms) -> dict[str, float]:
    """For each kind asked for: how many people a firm is tied to, in the mean, where there are enough of them."""
    asked = {kind: x for kind in OF_FIRMS if (x := getattr(firms, kind)) is not None}
    layers = {kind: _layers(kind, x) for kind, x in asked.items()}
    each = {kind: [x.clique if kind == "staff" else 1 for x in found] for kind, found in layers.items()}
    return {k: sum(n * (x.beyond - x.first) for n, x in zip(each[k], layers[k], strict=True)) / WIDE for k in asked}


def _expected(ties: schema.Ties, tables: TieTables, kind: int) -> Expected:
    name = TIE_KINDS[kind]
    asked = getattr(ties, name)
    if name == "household":
        return _described(tables.house_size[0].astype(np.int64) - 1, 1.0)
    if name == "partner":
        p = float(np.mean((tables.house_size[0] > 1) & (tables.house_position[0] < 2))) * asked.value
        return Expected(p, (p * (1 - p)) ** 0.5, None)
    if name == "parent_child":
        return _expected_generations(tables, kind)
    degrees = memberships(tables, kind)
    if isinstance(asked, schema.FriendLayer):
        law = degree_law(asked)
        return _described(degrees, float(expected_clustering(law, best_circles(law, asked))))
    return _described(degrees, None if name == "best_friend" else 1.0)


def _expected_generations(tables: TieTables, kind: int) -> Expected:
    """Children and adults of a household count each other; an elder has one grown child with the asked share."""
    role = tables.house_role[0]
    start = np.arange(STREET) - tables.house_position[0]
    adults = np.bincount(start, role == ADULT, STREET)[start]
    children = np.bincount(start, role == CHILD, STREET)[start]
    inside = np.where(role == CHILD, adults, np.where(role == ADULT, children, 0))
    count = tables.role_count[:, 0]
    pairs = min(int(count[1]) * int(tables.share[kind]) >> 32, int(count[0]))
    chance = np.where(role == CHILD, 0.0, np.where(role == ADULT, pairs / max(count[0], 1), pairs / max(count[1], 1)))
    mean = float(np.mean(inside + chance))
    return Expected(mean, float(np.sqrt(np.mean((inside + chance - mean) ** 2 + chance * (1 - chance)))), None)


def _described(degrees: I64, clustering: float | None) -> Expected:
    return Expected(float(degrees.mean()), float(degrees.std()), clustering)
