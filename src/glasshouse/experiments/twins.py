"""Twins: the same people, the same potential events, with an element of the scheme taken out or a safeguard put in.

Every variant is lived in lockstep over the same draws (`docs/day.md`, 20), so what differs between two lives of one synthetic person is
what the element did inside this model, spill-over through ties included, and not luck. What that is worth:

*Totals and averages* do not depend on how the twins are coupled: other marks would give the same, within the error of the seeds.
*Counts of people* (spared, newly harmed) hold for shared marks. Beside them stand the lowest and highest counts that any coupling with
the same totals allows (Fréchet 1951). *Intervals* are over seeds, and are compared with those of runs that share no marks, at equal cost.

Sources: Noorbakhsh and Gomez Rodriguez 2022 (thinning counterfactuals); Stout and Goldie 2008, Klein et al. 2024 (common random numbers);
Kallus 2022 (the share harmed is not identified). Left out: deterrence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.chance import replicate_seed
from glasshouse.errors import UsageError
from glasshouse.experiments.harms import HARMS, Counts, harms_of
from glasshouse.experiments.paired import PairedShare, collective_punishment
from glasshouse.experiments.student import student
from glasshouse.experiments.whose import ANSWERS, counted, whose_conduct
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.elements import NO_SCHEME, DoesNotApply, Patch, all_together, applicable, applying, element
from glasshouse.scenario.reading import SAME_FOR_ALL, Loaded, from_raw, without_a_world
from glasshouse.scenario.tables import MAX_VARIANTS
from glasshouse.simulate import reseeded

if TYPE_CHECKING:
    import pyarrow as pa

    from glasshouse.recording.store import Recording

Floats = NDArray[np.float64]
Tell = Callable[..., None]

OUTCOMES = ("unchanged", "spared", "less", "newly harmed", "more")
TOGETHER = "all-together"
EFFECTS = "effects.parquet"
TOLD = "twins.json"
"""What is said of the totals, in the folder of the recording: `Twins.document`."""


# --- what comes of it -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """One element and one harm: totals with and without it, people one by one, and how sure that is.

    `difference` is base minus variant, the harm that is spared, as the mean over the seeds; the interval is over seeds and is missing
    for one seed. `unpaired` is the interval of as many runs that share no marks; `runs_ratio` how many times more of those it would
    take for the same width. People are counted in the first seed.
    """

    element: str
    harm: str
    people: int
    seeds: int
    base: float
    variant: float
    difference: float
    interval: tuple[float, float] | None
    unpaired: tuple[float, float] | None
    runs_ratio: float | None
    spared: int
    less: int
    newly_harmed: int
    more: int
    unchanged: int
    spared_bounds: tuple[int, int]
    newly_harmed_bounds: tuple[int, int]

    def sentence(self) -> str:
        """The effect in one sentence that may be quoted, with what it is out of."""
        change = f"changed {HARMS[self.harm]} from {self.base:,.0f} to {self.variant:,.0f}"
        told = f"In a simulation of {self.people:,} synthetic people, {self.element} {change}"
        return f"{told}; {self.spared:,} people were spared and {self.newly_harmed:,} newly harmed."


@dataclass(frozen=True)
class Twins:
    """Base and variants lived side by side. `harm[name]` is int32[person, variant] of the first seed, the base first.

    `whose[name]` says of each person whether own conduct, others', either or only both brought the harm about: `whose.ANSWERS`.
    `collective` is the share of burden borne for others, over seeds; None for one seed, or where nothing of others reaches anybody.
    """

    scenario: str
    people: int
    days: int
    seeds: tuple[int, ...]
    variants: tuple[str, ...]
    titles: dict[str, str]
    not_applicable: tuple[str, ...]
    effects: tuple[Effect, ...]
    harm: dict[str, Counts] = field(repr=False)
    whose: dict[str, NDArray[np.int8]] = field(repr=False)
    collective: PairedShare | None = None
    out: Path | None = None

    def effect(self, harm: str, of: str | None = None) -> Effect:
        """The effect on one harm of one element (by its variant's name), or of the one element that was asked for, or of all together."""
        from glasshouse.scenario.shape import nearest

        if harm not in HARMS:
            raise UsageError(f'effect: there is no "{harm}".{nearest(harm, HARMS)} There are: {", ".join(HARMS)}.')
        wanted = of or (TOGETHER if TOGETHER in self.variants else self.variants[1])
        if wanted not in self.variants[1:]:
            raise UsageError(f'effect: no variant "{wanted}" was run. There are: {", ".join(self.variants[1:])}.')
        return next(e for e in self.effects if (e.element, e.harm) == (wanted, harm))

    def whose_counts(self) -> dict[str, dict[str, int]]:
        """For each harm, of how many people own conduct alone suffices, others' alone, either, or only both together."""
        return {harm: counted(answers) for harm, answers in self.whose.items()}

    def document(self) -> dict[str, Any]:
        """As JSON holds it: totals, people and bounds; no row of a person."""
        return {
            "synthetic": True,
            "scenario": self.scenario,
            "people": self.people,
            "days": self.days,
            "seeds": list(self.seeds),
            "variants": {name: self.titles[name] for name in self.variants},
            "harms": HARMS,
            "not_applicable": list(self.not_applicable),
            "exact": EXACT,
            "out": self.out.as_posix() if self.out else None,
            "effects": [asdict(e) for e in self.effects],
            "whose_conduct": self.whose_counts(),
            "collective_punishment_share": self.collective.document() if self.collective else None,
        }


EXACT = (
    "Differences are total effects inside this model. Totals do not depend on how the lives of a person are paired; counts of people hold "
    "for lives over the same potential events, and the bounds beside them are the lowest and highest that any other pairing allows."
)


# --- the verb -----------------------------------------------------------------------------------------------------------------------------


def twins(
    loaded: Loaded,
    without: Sequence[str] = (),
    with_: Sequence[str] = (),
    *,
    against: Loaded | None = None,
    seeds: int = 1,
    threads: int = 2,
    out: Path | None = None,
    progress: Tell | None = None,
) -> Twins:
    """Live a scenario as it is and with each element out or safeguard in, all of them together, as a lottery, and with no scheme at all.

    Where nothing is asked for, the scenario's own variants are run. `against` is another scenario of the same world, run as a variant.
    `seeds` is the number of replicates; an interval needs two or more. `out` is a new folder for the recording and `effects.parquet`.
    Of several elements those that do not apply change nothing: `not_applicable` says why. Raises UsageError for an element that is not
    known, where none of those asked for applies, and for a comparison that would mix policy with luck.
    """
    if seeds < 1:
        raise UsageError(f"seeds: {seeds} makes no run. Give 1 or more.")
    tell = progress or (lambda *_, **__: None)
    patches, titles, reasons = _asked(loaded, without, with_, against)
    reasons += _drawn(loaded, threads, patches, titles)
    variants = (_base_name(loaded), *patches)
    numbers = [replicate_seed(loaded.scenario.world.seed, r) for r in range(seeds)]  # type: ignore[union-attr]
    totals: list[Floats] = []
    first: dict[str, Counts] = {}
    for n, seed in enumerate(numbers):
        tell("seeds", n, len(numbers))
        harm = _lived(reseeded(loaded, seed), patches, threads)
        totals.append(
            np.array([[harm[h][:, v].sum(dtype=np.int64) for h in HARMS] for v in range(len(variants))], float)
        )
        first = first or harm
    effects = tuple(_effects(variants, np.stack(totals), first))
    people, days, whose = len(first["listed_days"]), _days(loaded), whose_conduct(reseeded(loaded, numbers[0]), threads)
    done = Twins(
        loaded.name, people, days, tuple(numbers), variants, titles, tuple(reasons), effects, first, whose,
        collective_punishment(loaded, numbers, threads), out,
    )  # fmt: skip
    if out is not None:
        _record(done, loaded, patches, threads, out, progress)
    return done


def refuse_luck(one: Loaded, other: Loaded) -> None:
    """UsageError where two scenarios differ in anything that decides chance: their gap would mix policy with luck."""
    a, b = (x.raw.get("world") or {} for x in (one, other))
    for key in sorted({*a, *b} - {"note", "cite"}):
        if a.get(key) != b.get(key):
            raise UsageError(
                f"twins: the scenarios differ in world.{key}, so their gap would mix policy with luck. "
                f"Share the world (people, seed, dates, groups, ties), or compare two runs over several seeds."
            )


def _asked(
    loaded: Loaded, without: Sequence[str], with_: Sequence[str], against: Loaded | None
) -> tuple[dict[str, Patch], dict[str, str], list[str]]:
    """The patch and title of every variant to live beside the base, the comparator without a scheme the last; and what does not apply."""
    s = loaded.scenario
    if s.world is None:
        raise UsageError(without_a_world(loaded.name))
    asked = [
        *(element("with", n) for n in dict.fromkeys(with_)),
        *(element("without", n) for n in dict.fromkeys(without)),
    ]
    patches, reasons = applying(asked, s)
    if asked and not patches:
        raise DoesNotApply(f"{' '.join(reasons.values())} To {loaded.name} apply: {', '.join(applicable(s)[0])}.")
    titles = {_base_name(loaded): "as it is"} | {e.variant: e.title for e in asked if e.variant in patches}
    if not asked and against is None:
        patches = {v.name: v.set for v in s.variants[1:]}
        titles |= {v.name: v.title or v.name for v in s.variants[1:]}
    if len(patches) > 1 and asked:
        patches[TOGETHER] = all_together(patches.values())
        titles[TOGETHER] = "all of these at once"
    if against is not None:
        patches[_variant_name(against)] = _as_patch(loaded, against)
        titles[_variant_name(against)] = against.scenario.scheme.title
    patches[NO_SCHEME.variant] = NO_SCHEME.patch(s)
    titles[NO_SCHEME.variant] = NO_SCHEME.title
    return patches, titles, [*reasons.values()]


def _drawn(loaded: Loaded, threads: int, patches: dict[str, Patch], titles: dict[str, str]) -> list[str]:
    """Put the lottery of the same size beside the others; the reason, where it does not apply."""
    from glasshouse.experiments import lottery

    try:
        patches[lottery.NAME] = lottery.lottery(loaded, threads)
    except DoesNotApply as why:
        return [str(why)]
    titles[lottery.NAME] = lottery.TITLE
    return []


def _base_name(loaded: Loaded) -> str:
    return loaded.variants[0][0]


def _variant_name(other: Loaded) -> str:
    name = "".join(c if c.isalnum() else "-" for c in other.name.lower()).strip("-")[:39]
    return f"as-{name}"[:39]


def _as_patch(loaded: Loaded, other: Loaded) -> Patch:
    """Another scenario of the same world as a patch: every part that differs is put in place of the base's."""
    refuse_luck(loaded, other)
    skip = {*SAME_FOR_ALL, "scheme"}
    parts = [p for p in {**loaded.raw, **other.raw} if p not in skip and loaded.raw.get(p) != other.raw.get(p)]
    return {p: other.raw.get(p) for p in parts}


def _days(loaded: Loaded) -> int:
    world = loaded.scenario.world
    assert world is not None
    return (world.end - world.start).days + 1


# --- living -------------------------------------------------------------------------------------------------------------------------------


def _groups(patches: Mapping[str, Patch]) -> list[dict[str, Patch]]:
    """As many variants as fit beside the base, again and again: the base is the same bytes in each."""
    names, room = list(patches), MAX_VARIANTS - 1
    return [{n: patches[n] for n in names[k : k + room]} for k in range(0, max(len(names), 1), room)]


def with_variants(loaded: Loaded, patches: Mapping[str, Patch], titles: Mapping[str, str] | None = None) -> Loaded:
    """The scenario with these variants beside its base, and none of its own."""
    called = {n: {"name": n} | ({"title": titles[n]} if titles and n in titles else {}) for n in patches}
    own = [{"name": _base_name(loaded)}, *(called[n] | {"set": p} for n, p in patches.items())]
    return from_raw({**loaded.raw, "variants": own}, loaded.name)


def _lived(loaded: Loaded, patches: Mapping[str, Patch], threads: int) -> dict[str, Counts]:
    """Every harm of everybody, int32[person, variant], the base first."""
    from glasshouse.engines.cpu import Engine

    columns: dict[str, list[Counts]] = {h: [] for h in HARMS}
    for n, group in enumerate(_groups(patches)):
        both = with_variants(loaded, group)
        plan, names = compile_plan(both)
        engine = Engine(plan, threads)
        try:
            result = engine.run().result(letters=False)
        finally:
            engine.close()
        for v in range(1 if n else 0, plan.world.variants):
            for name, column in harms_of(result, plan, names, both.variants[v][1], v).items():
                columns[name].append(column)
    return {name: np.stack(x, axis=1) for name, x in columns.items()}


# --- effects ------------------------------------------------------------------------------------------------------------------------------


def _effects(variants: Sequence[str], totals: Floats, first: Mapping[str, Counts]) -> Iterator[Effect]:
    """For each variant and harm. `totals` is float64[seed, variant, harm]."""
    for v, name in enumerate(variants[1:], 1):
        for h, harm in enumerate(HARMS):
            base, other = totals[:, 0, h], totals[:, v, h]
            one, two = first[harm][:, 0], first[harm][:, v]
            n = [int(x) for x in np.bincount(outcomes(one, two), minlength=len(OUTCOMES))]
            interval, unpaired, ratio = intervals(base, other)
            people, p, q = len(one), int((one > 0).sum()), int((two > 0).sum())
            yield Effect(
                element=name, harm=harm, people=people, seeds=len(base), base=float(base.mean()), variant=float(other.mean()),
                difference=float((base - other).mean()), interval=interval, unpaired=unpaired, runs_ratio=ratio,
                spared=n[1], less=n[2], newly_harmed=n[3], more=n[4], unchanged=n[0],
                spared_bounds=frechet(p, people - q, people), newly_harmed_bounds=frechet(people - p, q, people),
            )  # fmt: skip


def outcomes(base: NDArray[Any], variant: NDArray[Any]) -> NDArray[np.int8]:
    """For each person a number of `OUTCOMES`."""
    out = np.zeros(len(base), np.int8)
    out[variant < base] = 2
    out[(base > 0) & (variant == 0)] = 1
    out[variant > base] = 4
    out[(base == 0) & (variant > 0)] = 3
    return out


def frechet(a: int, b: int, n: int) -> tuple[int, int]:
    """Lowest and highest count of people with two traits that `a` and `b` of `n` have, whatever goes with what (Fréchet 1951)."""
    return max(a + b - n, 0), min(a, b)


def intervals(
    base: Floats, other: Floats
) -> tuple[tuple[float, float] | None, tuple[float, float] | None, float | None]:
    """95 % interval of the mean difference over seeds, paired; the same from runs that share nothing; how many times more of those."""
    n = len(base)
    if n < 2:
        return None, None, None
    d = base - other
    paired, apart = float(d.var(ddof=1)), float(base.var(ddof=1) + other.var(ddof=1))
    mean = float(d.mean())
    near, far = student(n - 1) * sqrt(paired / n), student(2 * n - 2) * sqrt(apart / n)
    return (mean - near, mean + near), (mean - far, mean + far), apart / paired if paired else None


# --- written down -------------------------------------------------------------------------------------------------------------------------


def _record(
    done: Twins, loaded: Loaded, patches: Mapping[str, Patch], threads: int, out: Path, progress: Tell | None
) -> None:
    """The recording of the first seed (one for every group of variants); `effects.parquet` and `twins.json` beside its tables."""
    from glasshouse.recording.place import write_json
    from glasshouse.simulate import simulate

    groups = _groups(patches)
    out.parent.mkdir(parents=True, exist_ok=True)
    for n, group in enumerate(groups):
        place = out if len(groups) == 1 else out / f"group-{n}"
        place.parent.mkdir(parents=True, exist_ok=True)
        simulate(with_variants(loaded, group, done.titles), threads=threads, out=place, progress=progress)
    write_effects(done, out / EFFECTS)
    write_json(out / TOLD, {k: v for k, v in done.document().items() if k != "out"})


def told_of(recording: Recording) -> dict[str, Any] | None:
    """What was said of the twins that a recording is of; None where it is of none. It may be one of several groups of variants."""
    import json

    for place in (recording.path, recording.path.parent):
        if (place / TOLD).exists():
            found: dict[str, Any] = json.loads((place / TOLD).read_text(encoding="utf-8"))
            return found if found["variants"].keys() >= set(recording.variants) else None
    return None


def write_effects(done: Twins, path: Path) -> None:
    """One row for each variant and person who was harmed in either: every harm with and without, and what became of it."""
    import pyarrow.parquet as pq

    schema = effects_schema()
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for v, name in enumerate(done.variants[1:], 1):
            writer.write_table(_effect_rows(done, name, v, schema))


def effects_schema() -> pa.Schema:
    """variant, person, whose conduct had them listed in the base, and for each harm the base, the variant and the outcome."""
    import pyarrow as pa

    from glasshouse.recording.schema import ABOUT

    words = pa.dictionary(pa.int8(), pa.string())
    fields = [("variant", words), ("person", pa.int64()), ("whose_conduct", words)]
    for harm in HARMS:
        fields += [(f"{harm}_base", pa.int32()), (harm, pa.int32()), (f"{harm}_outcome", words)]
    return pa.schema(fields, metadata=ABOUT)


def _effect_rows(done: Twins, name: str, v: int, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    touched = np.flatnonzero(np.any([x[:, 0] + x[:, v] > 0 for x in done.harm.values()], axis=0))
    columns: list[Any] = [_words(np.zeros(len(touched), np.int8), (name,)), pa.array(touched.astype(np.int64))]
    columns.append(_words(done.whose["listed_days"][touched], ANSWERS))
    for x in done.harm.values():
        base, other = x[touched, 0], x[touched, v]
        columns += [pa.array(base), pa.array(other), _words(outcomes(base, other), OUTCOMES)]
    return pa.Table.from_arrays(columns, schema=schema)


def _words(codes: NDArray[np.int8], vocabulary: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(vocabulary)))
