"""Who: groups beside each other with the small cells left out, whose conduct it was, and how far it spread along ties.

The definitions are those of the measures; what stands only here (innocents for each offender, without a twin) says so. A gap between
groups that differ in what they did is no proof of unequal treatment, nor is the lack of a gap one of equal treatment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.codes import KINDS, LISTED, OWN, TIE, WRONG
from glasshouse.errors import GlasshouseError
from glasshouse.measures.frame import Cases
from glasshouse.reporting import words

if TYPE_CHECKING:
    from glasshouse.reporting.counts import Told

CUTS = ("group", "region", "intersection")
WHOSE = {
    "own": "the person’s own act",
    "wrong": "somebody else’s act, filed for the wrong person",
    "tie": "points handed on along a tie",
    "listed": "somebody tied to the person was listed",
    "model": "a model’s choice",
    "health": "the health code",
    "shock": "somebody who was not to write it in",
}
"""Whose conduct a listing came from, by the kind of its cause."""
NOT_HERE = ("children_reached", "score_assortativity", "tie_segregation")
"""Measures of who is reached that say their reason where a recording does not hold what they ask."""
TIED = {
    "children_reached": "children listed for somebody tied to them, or living with somebody whose listing reaches children",
    "score_assortativity": "how alike the scores of tied people are (correlation; 0 is not at all)",
    "tie_segregation": "how far listed people are tied to listed people",
    "intergenerational_transmission": "how far a parent’s score carries to the child’s, more than in the twin (slope of ranks)",
    "score_assortativity_change": "how much more alike the scores of tied people are than in the twin",
    "chilling_spillover": "protected acts forgone by people never listed who are tied to a listed one, against the twin",
}
"""Measures along ties, in words; those after the third need a twin."""
READ = 1 << 20
"""Letters read at once."""


@dataclass(frozen=True)
class Cell:
    """One group, region or intersection: its people, the share ever listed, and the share listed although they should not have been."""

    cut: str
    name: str
    people: int
    listed: str
    wrongly: str
    share: float | None
    low: float | None
    high: float | None
    wrong_share: float | None
    wrong_low: float | None
    wrong_high: float | None
    flag: str


@dataclass(frozen=True)
class Gap:
    """A disparity between groups: what it is called, its number with luck, and what it says."""

    label: str
    value: str
    luck: str
    means: str
    library: str


@dataclass(frozen=True)
class Whose:
    """Listings and person-days by whose conduct they came from."""

    key: str
    listings: int
    days: int


def cells(told: Told) -> list[Cell]:
    """Groups, regions and their intersections; a cut with a single cell is left out."""
    listed, wrong = told.measures.get("selection_rate"), told.measures.get("false_listing_rate_by_rights")
    if not isinstance(listed, Mapping) or not len(told.factual):
        return []
    found: list[Cell] = []
    for cut in CUTS:
        by = listed["by"].get(cut) or {}
        people = told.world.people_in(cut)  # type: ignore[arg-type]
        if len(by) < 2 or (cut == "intersection" and len(by) in (len(told.world.groups), len(told.world.regions))):
            continue
        bad = (wrong or {}).get("by", {}).get(cut) or {}
        found += [_cell(cut, name, int(people[n]), entry, bad.get(name)) for n, (name, entry) in enumerate(by.items())]
    return found


def _cell(cut: str, name: str, people: int, entry: Mapping[str, Any], wrong: Mapping[str, Any] | None) -> Cell:
    low, high = (entry.get("luck") or {}).get("low"), (entry.get("luck") or {}).get("high")
    bad = wrong or {}
    luck = bad.get("luck") or {}
    return Cell(
        cut, name.replace("/", ", "), people, _share(entry), _share(bad), entry.get("value"), low, high,
        bad.get("value"), luck.get("low"), luck.get("high"), str(entry.get("flag") or ""),
    )  # fmt: skip


def _share(entry: Mapping[str, Any]) -> str:
    """A share for every 1,000 people, with its luck; or why there is none."""
    if not entry:
        return "–"
    if entry.get("value") is None:
        return str(entry.get("reason") or "undefined")
    luck = entry.get("luck") or {}
    text = words.number(1000 * entry["value"])
    if luck.get("low") is None:
        return text
    return f"{text} ({words.number(1000 * luck['low'])} to {words.number(1000 * luck['high'])})"


# --- disparities ----------------------------------------------------------------------------------------------------------------------

GAPS = (
    ("demographic_parity_difference", "largest gap in the share listed", "0 is no gap"),
    ("disparate_impact", "share not listed, least to reference", "1 is no gap; below 1 the others fare worse"),
    ("fpr_disparity_by_rights", "listed though they should not be, others to reference", "1 is no gap; above 1 the other fares worse"),
    ("fdr_disparity_by_rights", "wrong among the listed, others to reference", "1 is no gap; above 1 the other fares worse"),
)  # fmt: skip


def gaps(told: Told) -> list[Gap]:
    """The disparities between groups that a recording can tell, with luck."""
    rows = []
    for name, label, means in GAPS:
        entry = told.measures.get(name)
        if isinstance(entry, Mapping) and entry.get("value") is not None:
            luck = entry.get("luck") or {}
            known = luck.get("low") is not None and luck.get("high") is not None
            told_of = words.points if name.endswith("_difference") else words.number
            spread = f"{told_of(luck['low']).split(' ')[0]} to {told_of(luck['high'])}" if known else ""
            rows.append(Gap(label, told_of(float(entry["value"])), spread, means, name))
    return rows + _of_models(told)


def _of_models(told: Told) -> list[Gap]:
    """Where a model chooses people: what its choice is worth, and whom of the innocent it chooses, group by group."""
    worth, wrongly = (told.measures.get(name) or {} for name in ("yield_over_lottery", "chosen_wrongly_share"))
    rows = []
    if worth.get("value") is not None:
        luck = words.interval(worth.get("luck"), "")
        means = "1 is no better than drawing people at random"
        rows.append(
            Gap(
                "what the model's choice finds, to what a lottery finds",
                words.number(worth["value"]),
                luck,
                means,
                "yield_over_lottery",
            )
        )
    for group, one in (wrongly.get("by") or {}).get("group", {}).items() if wrongly.get("value") is not None else ():
        if one.get("value") is not None:
            label = f"chosen by the model, of the innocent of group {group}"
            rows.append(
                Gap(
                    label,
                    words.percent(one["value"]),
                    words.interval(one.get("luck"), "share"),
                    "the same in every group is no gap",
                    "chosen_wrongly_share",
                )
            )
    return rows


def reference(told: Told) -> str:
    """The group that the others are held against: the largest."""
    return told.world.groups[int(np.argmax(told.world.people_in("group")))]


# --- whose conduct --------------------------------------------------------------------------------------------------------------------


def whose(cases: Cases) -> list[Whose]:
    """Listings by the kind of their cause, the person's own conduct first; kinds that do not occur are left out."""
    out = []
    for key in WHOSE:
        mine = cases.cause_kind == KINDS.index(key)
        if mine.any():
            out.append(Whose(key, int(mine.sum()), int(cases.length[mine].sum())))
    return out


@dataclass(frozen=True)
class Others:
    """Collective punishment: what came from others, of listings and of days; people who bear it, and those who did something."""

    listings: int
    days: int
    all_listings: int
    all_days: int
    innocents: int
    offenders: int

    @property
    def per_offender(self) -> float | None:
        """People listed who were never rightly listed for an own act, for each person who was."""
        return self.innocents / self.offenders if self.offenders else None


def others(cases: Cases) -> Others:
    """What of the burden others' conduct brought."""
    foreign = np.isin(cases.cause_kind, (WRONG, TIE, LISTED))
    offends = cases.rightful & (cases.basis == 0) & (cases.cause_kind == OWN)
    listed, did = np.unique(cases.person), np.unique(cases.person[offends])
    days = cases.length
    return Others(
        int(foreign.sum()), int(days[foreign].sum()), len(cases), int(days.sum()), len(listed) - len(did), len(did)
    )


def collective(told: Told) -> Mapping[str, Any] | None:
    """`collective_punishment_share` where the recording has the twin that it needs: a variant that only takes associations away."""
    from glasshouse.measures.pair import measure_pair

    sets = {v["name"]: v.get("set") or {} for v in told.raw.get("variants") or []}
    for name in told.recording.variants[1:]:
        only = bool(sets.get(name)) and all(str(path).startswith("associations") for path in sets[name])
        if only and not any(plain_number(value) for value in sets[name].values()):
            found = measure_pair(told.recording, told.recording.variants[0], name)
            return {"twin": name} | {k: found[k] for k in ("collective_punishment_share", "innocents_per_offender")}
    return None


def plain_number(value: Any) -> Any:
    """What a variant sets, without its source; nothing for 0, null or an empty list."""
    return value.get("value") if isinstance(value, Mapping) else value


def sufficed(told: Told) -> list[tuple[str, int]]:
    """Of the people listed, whose conduct was enough for it: own, others', either, or only both. Nothing but in a recording of twins,
    where four lives of everybody tell it (`experiments/whose.py`).
    """
    from glasshouse.experiments.twins import EFFECTS

    file = told.recording.path / EFFECTS
    if not file.exists():
        return []
    import pyarrow.parquet as pq

    rows = pq.read_table(file, columns=["variant", "whose_conduct", "listed_days_base"]).to_pydict()
    first = rows["variant"][:1]
    counts: dict[str, int] = {}
    for variant, answer, days in zip(*rows.values(), strict=True):
        if [variant] == first and days > 0:
            counts[answer] = counts.get(answer, 0) + 1
    return sorted(counts.items(), key=lambda x: -x[1])


@dataclass(frozen=True)
class Tied:
    """A measure along ties: what it says, against which variant (empty where it needs none), its number and its luck."""

    label: str
    against: str
    value: str
    luck: str


def along_ties(told: Told) -> list[Tied]:
    """Measures along ties, which are made again from what the manifest says; nothing where nobody is tied."""
    if not (told.raw.get("world") or {}).get("ties") or told.loaded is None or not told.measures:
        return []
    from glasshouse.experiments.kin import with_ties
    from glasshouse.measures.pair import measure_pairs

    pairs = measure_pairs(told.recording) if len(told.recording.variants) > 1 else {}
    try:
        document, against = with_ties(told.recording, dict(told.measures), pairs)
    except GlasshouseError:
        return []
    rows = [("", name, document.get(name)) for name in TIED]
    rows += [(variant, name, found.get(name)) for variant, found in against.items() for name in TIED]
    return [
        _tied(variant, name, e) for variant, name, e in rows if isinstance(e, Mapping) and e.get("value") is not None
    ]


def _tied(variant: str, name: str, entry: Mapping[str, Any]) -> Tied:
    unit = str(entry.get("unit") or "") if entry.get("unit") == "share" else ""
    value = words.quantity(float(entry["value"]), unit)
    steps = (entry.get("detail") or {}).get("by_distance") or {}
    by = "; ".join(
        f"{k} steps away {words.quantity(float(v), unit)}" for k, v in list(steps.items())[1:] if v is not None
    )
    days = (entry.get("detail") or {}).get("person_days")
    by = by if days is None else f"of {entry['n']:,} children; {days:,} days"
    return Tied(TIED[name], variant, f"{value} ({by})" if by else value, words.interval(entry.get("luck"), unit))


def not_here(told: Told) -> list[tuple[str, str]]:
    """Measures of who is reached that this recording cannot give, with their reasons."""
    tied = (told.raw.get("world") or {}).get("ties") or {}
    gone = [name for name in NOT_HERE if not tied or (name == "children_reached" and not tied.get("household"))]
    asked = [name for name in gone if isinstance(e := told.measures.get(name), Mapping) and e.get("value") is None]
    by_reason = {
        "this scenario has no households": [n for n in asked if n == "children_reached"],
        "this scenario has no ties": [n for n in asked if n != "children_reached"],
    }
    return [(" and ".join(map(words.plain, names)), why) for why, names in by_reason.items() if names]


# --- distance in ties -----------------------------------------------------------------------------------------------------------------


def by_distance(told: Told) -> list[tuple[int, int, int]]:
    """Letters that ties carried in the factual variant, by steps from the act: steps, letters, people reached. Nothing without ties."""
    if not told.manifest["names"].get("associations") or not told.recording.has("letters"):
        return []
    counts: dict[int, int] = {}
    reached: dict[int, Any] = {}
    for kind, hops, target, mask in _letters(told):
        mine = (kind == TIE) & (mask & 1 == 1)
        for step in np.unique(hops[mine]).tolist():
            at = mine & (hops == step)
            counts[step] = counts.get(step, 0) + int(at.sum())
            reached.setdefault(step, np.zeros(told.world.people, bool))[target[at]] = True
    return [(step, counts[step], int(reached[step].sum())) for step in sorted(counts)]


def _letters(told: Told) -> Iterator[tuple[Any, Any, Any, Any]]:
    """The kept letters in parts: kind as its number, hops, target, mask."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(told.recording.path / "letters.parquet")
    for batch in file.iter_batches(READ, columns=["kind", "hops", "target", "mask"]):
        kind = batch.column("kind")
        known = np.array([KINDS.index(w) for w in kind.dictionary.to_pylist()] or [0], np.int64)
        code = known[kind.indices.fill_null(0).to_numpy(zero_copy_only=False)]
        hops, target, mask = (batch.column(c).to_numpy(zero_copy_only=False) for c in ("hops", "target", "mask"))
        yield code, hops, target, mask
