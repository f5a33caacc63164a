"""Published figures of a catalogue scenario beside what a recording of it says: each with its interval, its misfit, and what it is worth.

A figure says how it came about. *put in*: the same number stands in the file, or a rate was made of it, so that agreement is no
success; only luck and what else happens can part the two. *chosen*: a number that nobody published was chosen so that it comes out.
*comes out*: nothing was made of it or chosen for it. *not modelled*: it is known and the scenario has nothing like it. Kept in
`data/NAME.published.yaml`, a line each; what was lived is asked in a few closed forms (`LIVED`), so that a figure cannot be computed by
hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.errors import UsageError
from glasshouse.measures.frame import BLOCKS, Cases, Floats, World, read_cases, read_world
from glasshouse.measures.uncertainty import from_sums

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording
    from glasshouse.scenario.reading import Loaded

ROLES = ("put in", "chosen", "comes out", "not modelled")
YEAR = 365.25
Z95 = 1.959964
CHANGED = (
    "The scenario was changed for this run, so that the figures are beside something else than what they are about."
)
SHORTER = "this run has fewer days than the scenario"
COUNTS = ("listings", "people", "open", "acts", "rounds", "residents")
"""Forms that count, and grow with the people of a run."""
FAR = 2.0
"""Standard errors from which a figure is called a miss."""


@dataclass(frozen=True)
class Figure:
    """One published figure. `bound`: it is said to be at least, at most or about so much. `lived`: what of a run it is held against.

    `seed_sd`: standard deviation of the lived figure over seeds, measured once, where what people do to each other makes blocks of them
    alike, and the luck of one run too small.
    """

    id: str
    what: str
    published: float
    unit: str
    role: str
    lived: Mapping[str, Any]
    bound: str = ""
    note: str = ""
    seed_sd: float | None = None


@dataclass(frozen=True)
class Held:
    """A figure and what was lived. `low` and `high`: 95 % of what another seed would give; None where no luck is in "
    "it, or none is known."""

    figure: Figure
    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def error(self) -> float | None:
        """How far the lived figure is from the published one, as a share of that."""
        return None if self.value is None or not self.figure.published else self.value / self.figure.published - 1

    @property
    def misfit(self) -> float | None:
        """The same in standard errors of one run; None where it has none."""
        if self.value is None or self.low is None or self.high is None or self.high <= self.low:
            return None
        return (self.value - self.figure.published) / ((self.high - self.low) / 2 / Z95)

    @property
    def missed(self) -> bool:
        """Farther off than luck explains; a bound is missed on its wrong side only, and a number without luck where it is another."""
        if self.value is None:
            return False
        above, below = self.value > self.figure.published, self.value < self.figure.published
        if (self.figure.bound == "at least" and above) or (self.figure.bound == "at most" and below):
            return False
        if self.misfit is not None:
            return abs(self.misfit) > FAR
        return self.figure.bound != "about" and abs(self.error or 0.0) > 1e-6


@cache
def figures_of(name: str) -> tuple[Figure, ...]:
    """The published figures kept for a catalogue scenario, in the order of their file; none where none are kept."""
    from ruamel.yaml import YAML

    file = resources.files("glasshouse.scenario.catalogue") / "data" / f"{name}.published.yaml"
    if not file.is_file():
        return ()
    found = YAML(typ="safe").load(file.read_text(encoding="utf-8"))["figures"]
    return tuple(_figure(entry) for entry in found)


def _figure(entry: Mapping[str, Any]) -> Figure:
    told = Figure(**{"lived": {}, **entry})
    if told.role not in ROLES:
        raise UsageError(f'{told.id}: "{told.role}" is no role of a published figure; there are {", ".join(ROLES)}')
    return told


def hold(recording: Recording) -> tuple[Held, ...]:
    """Every published figure of the recording's scenario beside its first variant; none for a scenario that is not of the catalogue."""
    figures = figures_of(str(recording.manifest["scenario"]["name"]))
    if not figures:
        return ()
    run = _Run(recording)
    return tuple(_held(figure, run) for figure in figures)


def _held(figure: Figure, run: _Run) -> Held:
    if not figure.lived:
        return Held(figure, None)
    if "number" not in figure.lived and run.cut:
        return Held(figure, None, why=SHORTER)
    value, low, high = run.ask(figure.lived)
    if figure.seed_sd is not None and value is not None:
        low, high = value - Z95 * figure.seed_sd, value + Z95 * figure.seed_sd
    return Held(figure, value, low, high)


# --- what was lived -----------------------------------------------------------------------------------------------------------------

Found = tuple[float | None, float | None, float | None]


def is_changed(recording: Recording) -> bool:
    """Is this run of a scenario that is not as the catalogue has it, but for its size?"""
    from glasshouse.experiments.assumptions import digest_without_size
    from glasshouse.scenario.reading import from_raw, read_scenario

    name = str(recording.manifest["scenario"]["name"])
    mine = from_raw(dict(recording.manifest["scenario"]["raw"]), name)
    return digest_without_size(mine) != digest_without_size(read_scenario(name))


@dataclass(frozen=True, eq=False)
class _Run:
    """The first variant of a recording, asked in closed forms."""

    recording: Recording

    @property
    def variant(self) -> str:
        return self.recording.variants[0]

    def ask(self, lived: Mapping[str, Any]) -> Found:
        """What one of the forms finds, with its luck; `per: day` or `year` and `times: represents` are laid on it."""
        form = next((key for key in LIVED if key in lived), None)
        if form is None:
            raise UsageError(f"nothing of {', '.join(LIVED)} is asked of the run in {dict(lived)}")
        world = read_world(self.recording)
        found = LIVED[form](self, world, lived)
        span = {"day": world.days, "year": world.days / YEAR}.get(str(lived.get("per")), 1.0)
        scale = (world.represents if lived.get("represents") else 1.0) / span
        if form in COUNTS and "of" not in lived and not lived.get("share"):
            scale *= self.times
        value, low, high = (None if x is None else x * scale for x in found)
        return value, low, high

    @cached_property
    def own(self) -> Loaded:
        """The scenario as the catalogue has it."""
        from glasshouse.scenario.reading import read_scenario

        return read_scenario(str(self.recording.manifest["scenario"]["name"]))

    @property
    def times(self) -> float:
        """How many people the scenario has for each of this run: a count of a smaller run is laid on the scenario's own size."""
        world = self.own.scenario.world
        return float(world.people) / float(self.recording.manifest["people"]) if world is not None else 1.0

    @property
    def cut(self) -> bool:
        """Has this run fewer days than its scenario?"""
        world = self.own.scenario.world
        return world is not None and int(self.recording.manifest["days"]) < (world.end - world.start).days + 1

    @property
    def cases(self) -> Cases:
        return read_cases(self.recording, read_world(self.recording))[self.variant]

    def chosen(self, lived: Mapping[str, Any]) -> tuple[Cases, Any]:
        """Listings of the first variant, and which of them are meant: of some lists, regions, or bases; wrong by rights; objected to."""
        cases = self.cases
        meant = np.ones(len(cases), bool)
        for key, names, column in (
            ("lists", cases.world.lists, cases.list),
            ("regions", cases.world.regions, cases.region),
        ):
            if key in lived:
                meant &= np.isin(column, [names.index(x) for x in lived[key]])
        if "basis" in lived:
            from glasshouse.codes import BASES

            meant &= cases.basis == BASES.index(lived["basis"])
        if lived.get("wrong"):
            meant &= cases.wrongful(True)
        if lived.get("objected"):
            meant &= cases.appealed_on > 0
        return cases, meant


def _by_block(cases: Cases, meant: Any, *, people: bool) -> Floats:
    """Listings, or people behind them, by block of people, float64[blocks]: of all, or of the one region in which they are."""
    person = np.unique(cases.person[meant]) if people else cases.person[meant]
    regions = np.unique(cases.region[meant])
    first, n = 0, cases.world.people
    if len(regions) == 1:
        sizes = cases.world.people_in("region")
        first, n = int(sizes[: regions[0]].sum()), int(sizes[regions[0]])
    return np.bincount((person - first) * BLOCKS // max(n, 1), minlength=BLOCKS).astype(np.float64)


def _sum(counted: Floats, of: Floats | None = None) -> Found:
    """A sum over blocks with its luck, or the ratio of two."""
    both = np.stack([counted, of if of is not None else np.zeros(BLOCKS)], axis=1)

    def value(sums: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[:, 0] / sums[:, 1]) if of is not None else np.asarray(sums[:, 0])

    found = from_sums(value, both, int(counted.sum()), "nothing to count", 0.0)
    return found.value, found.low, found.high


def _listings(run: _Run, _: World, lived: Mapping[str, Any]) -> Found:
    """Listings begun. `of` some others: a share."""
    cases, meant = run.chosen(lived)
    of = _by_block(*run.chosen(lived["of"]), people=False) if "of" in lived else None
    return _sum(_by_block(cases, meant, people=False), of)


def _people(run: _Run, world: World, lived: Mapping[str, Any]) -> Found:
    """People listed at some time; of all people, where a share is asked."""
    counted = _by_block(*run.chosen(lived), people=True)
    return _sum(counted, _everybody(world) if lived.get("share") else None)


def _open(run: _Run, world: World, lived: Mapping[str, Any]) -> Found:
    """People on one of the lists in the evening of a day, or the share of all; with `others`, those who are not."""
    cases, meant = run.chosen(lived)
    day = (date.fromisoformat(str(lived["on"])) - date.fromisoformat(str(run.recording.manifest["start"]))).days + 1
    meant &= (cases.opened <= day) & (cases.still_open | (cases.closed > day))
    value, low, high = _sum(_by_block(cases, meant, people=True), _everybody(world) if lived.get("share") else None)
    if not lived.get("others") or value is None:
        return value, low, high
    return 1.0 - value, None if high is None else 1.0 - high, None if low is None else 1.0 - low


def _everybody(world: World) -> Floats:
    """People of each block."""
    return world.block_people(None)[:, 0]


def _acts(run: _Run, _: World, lived: Mapping[str, Any]) -> Found:
    """How often acts happened (or were seen), with the luck of counts that fall independently."""
    assert run.cases.world.sources is not None
    table = run.recording.table("acts", ["variant", "act", "happened", "seen"]).to_pylist()
    column = str(lived.get("column", "happened"))
    n = sum(int(row[column]) for row in table if row["variant"] == run.variant and row["act"] in lived["acts"])
    half = Z95 * float(np.sqrt(n))
    return float(n), n - half, n + half


def _rounds(run: _Run, _: World, lived: Mapping[str, Any]) -> Found:
    """A column of the rounds of models, for each round."""
    world = read_world(run.recording)
    rows = world.sources.table("rounds", run.variant) if world.sources else None
    if rows is None or not len(rows["day"]):
        return None, None, None
    return float(rows[str(lived["rounds"])].sum()) / len(np.unique(rows["day"])), None, None


def _measure(run: _Run, _: World, lived: Mapping[str, Any]) -> Found:
    """What was measured, of everybody or of one cell."""
    if not (run.recording.path / "measures.json").exists():
        return None, None, None
    measures = run.recording.measures
    if "variant" in lived:
        measures = measures.get("variants", {}).get(lived["variant"], {})
    entry = measures.get(lived["measure"]) or {}
    for cut, cell in (lived.get("in") or {}).items():
        entry = entry.get("by", {}).get(cut, {}).get(cell) or {}
    luck = entry.get("luck") or {}
    return entry.get("value"), luck.get("low"), luck.get("high")


def _number(run: _Run, _: World, lived: Mapping[str, Any]) -> Found:
    """A number of the file itself: what was put in."""
    of_variant = str(lived["number"]).startswith("variants.")  # a run may have left the variant out; the file has it
    found: Any = run.own.raw if of_variant else run.recording.manifest["scenario"]["raw"]
    for key in str(lived["number"]).split("."):
        found = _step(found, key.replace("~", "."))  # a path inside a patch is one key, and is written with ~
    found = found.get("value") if isinstance(found, Mapping) else found
    return float(found) if found is not None else None, None, None


def _step(found: Any, key: str) -> Any:
    """One step down a path: a key, or the element of a list that has this id or name."""
    if isinstance(found, Mapping):
        return found.get(key, found.get(int(key)) if key.isdigit() else None)
    return next((x for x in found or [] if isinstance(x, Mapping) and key in (x.get("id"), x.get("name"))), None)


def _residents(run: _Run, world: World, lived: Mapping[str, Any]) -> Found:
    """People, or firms, who live in some regions on the first day; everybody where none is named."""
    names = run.recording.manifest["names"]["regions"]
    table = run.recording.table("daily", ["day", "variant", "region", "people"]).slice(
        0, len(names) * len(world.groups)
    )
    rows = table.to_pylist()
    return float(sum(row["people"] for row in rows if row["region"] in (lived["residents"] or names))), None, None


LIVED: Mapping[str, Callable[[_Run, World, Mapping[str, Any]], Found]] = {
    "listings": _listings,
    "people": _people,
    "open": _open,
    "acts": _acts,
    "rounds": _rounds,
    "measure": _measure,
    "number": _number,
    "residents": _residents,
}
"""The forms in which a run may be asked for what stands beside a published figure."""


# --- a judgement --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judgement:
    """All published figures of a scenario beside one run of it. `within` is true where none that has luck or is put in is missed."""

    scenario: str
    people: int
    seed: int
    figures: tuple[Held, ...]
    changed: bool = False

    @property
    def within(self) -> bool:
        return not any(b.missed for b in self.figures)

    def document(self) -> dict[str, Any]:
        """One JSON document with everything."""
        return {
            "glasshouse": "synthetic people", "synthetic": True, "scenario": self.scenario, "people": self.people, "seed": self.seed,
            "changed": self.changed, "within": self.within, "figures": [_row(b) for b in self.figures],
        }  # fmt: skip

    def __str__(self) -> str:
        missed = sum(b.missed for b in self.figures)
        head = (
            f"{self.scenario}, {self.people:,} synthetic people, seed {self.seed}: {missed} of {len(self.figures)} "
            "published figures lie farther from "
            f"the lived ones than luck explains ({FAR:g} standard errors of one run).\n"
            "put in: it stands in the file, or a rate was made of it; chosen: an assumption was chosen so that it "
            "comes out; comes out: nothing was."
        )
        if self.changed:
            head += "\n" + CHANGED
        return "\n".join([head, "", *(_line(b) for b in sorted(self.figures, key=lambda b: not b.missed))])


def _row(b: Held) -> dict[str, Any]:
    f = b.figure
    return {
        "id": f.id, "what": f.what, "unit": f.unit, "role": f.role, "bound": f.bound or None, "published": f.published, "lived": b.value,
        "low": b.low, "high": b.high, "error": b.error, "misfit": b.misfit, "missed": b.missed, "note": f.note or None,
    }  # fmt: skip


def _line(b: Held) -> str:
    f = b.figure
    published = " ".join(x for x in (f.bound, _number_of(f.published)) if x)
    lived = "–" if b.value is None else _number_of(b.value)
    luck = f"{_number_of(b.low)} to {_number_of(b.high)}" if b.low is not None and b.high is not None else ""
    off = "" if b.error is None else f"{b.error:+.1%}" + ("" if b.misfit is None else f", {b.misfit:+.1f} s.e.")
    mark = "MISS" if b.missed else "    "
    return f"{mark} {f.id:<20}{f.what:<66}{published:>22}{lived:>15} {f.unit:<10}{luck:<26}{off:<20}{f.role}".rstrip()


def _number_of(value: float) -> str:
    """Whole from a hundred on, otherwise three figures."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def judged(recording: Recording) -> Judgement:
    """The judgement on a recording that is there."""
    manifest: Mapping[str, Any] = recording.manifest
    name = str(manifest["scenario"]["name"])
    return Judgement(name, int(manifest["people"]), int(manifest["seed"]), hold(recording), is_changed(recording))
