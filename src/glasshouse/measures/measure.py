"""A recording in, what it did to people out: each measure with its interval, its range, its standing and its scale.

`measures.json` maps each name to its entry for the factual variant; other variants are under `variants`, and `about`
says what the numbers are of. `measures.parquet` holds the same in long form, one row for each measure, variant and
cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glasshouse.measures import closed_form, coupled
from glasshouse.measures.entry import Measure
from glasshouse.measures.estimate import Estimate, undefined
from glasshouse.measures.frame import Cases, Cut, World, read_cases, read_world
from glasshouse.measures.registry import CORE, MEASURES, names
from glasshouse.measures.scale import FEWEST, scaled
from glasshouse.measures.standing import Parameters, Standing, parameters_of, standing
from glasshouse.measures.tally import NO_LIST, Daily, Median, Rate, Ratio, Share, Survivor, Tally, Undefined
from glasshouse.measures.uncertainty import ByCut, Cuts, estimate

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording

Ranges = Mapping[str, Mapping[str, tuple[float, float, Any]]]
"""For each measure (by its written name) and cell ("all", "group=A", "horizon_days=365"): low, high, and over what."""

WORKERS = 2

NOT_SWEPT = "not swept in this run"
WHERE_DEFINED = "of the assumptions under which it has a value; in this run it has none"
NO_BLOCKS = "counted by day and place, not by person; run several seeds"


@dataclass(frozen=True)
class Measures:
    """What was measured, by variant and name; the first variant is the factual one."""

    about: Mapping[str, Any]
    by_variant: Mapping[str, Mapping[str, dict[str, Any]]]

    def __getitem__(self, name: str) -> dict[str, Any]:
        """A measure of the factual variant."""
        return self.factual[name]

    @property
    def factual(self) -> Mapping[str, dict[str, Any]]:
        """Every measure of the factual variant."""
        return next(iter(self.by_variant.values()))

    def document(self) -> dict[str, Any]:
        """The content of `measures.json`."""
        others = {name: dict(found) for name, found in list(self.by_variant.items())[1:]}
        return {"about": dict(self.about), **self.factual, "variants": others}

    def rows(self) -> Iterator[dict[str, Any]]:
        """The long form: a row for each measure, variant and cell."""
        for variant, found in self.by_variant.items():
            for name, entry in found.items():
                yield _row(name, variant, "all", "all", entry, entry)
                for cut, cells in entry["by"].items():
                    for cell, inner in cells.items():
                        yield _row(name, variant, cut, cell, inner, entry)


def measure_recording(
    recording: Recording, parameters: Parameters | None = None, ranges: Ranges | None = None
) -> Measures:
    """Every measure of every variant of a recording.

    parameters: the scenario's numbers by path, with their sources; those of the manifest unless given. ranges: what a
    sweep of the assumptions found about the factual variant. A recording that is still being made can be measured as `Recording(folder,
    manifest)`.
    """
    world = read_world(recording)
    known = parameters_of(world.scenario) if parameters is None else parameters
    validated = recording.manifest.get("validated") or ()
    stand = {measure.name: standing(measure, known, validated) for measure in MEASURES}
    cases = read_cases(recording, world)
    with ThreadPoolExecutor(WORKERS) as pool:  # NumPy lets go of the interpreter; each variant is on its own
        swept = {recording.variants[0]: ranges or {}}
        found = pool.map(lambda name: dict(_variant(cases[name], stand, swept.get(name, {}))), recording.variants)
        by_variant = dict(zip(recording.variants, found, strict=True))
    return Measures(_about(recording, world), by_variant)


def measured_of(recording: Recording) -> dict[str, Any]:
    """The content of `measures.json`; of a recording that was never measured, or not for every measure of today, measured now."""
    if not (recording.path / "measures.json").exists():
        return measure_recording(recording).document()
    if set(names()) <= set(recording.measures):
        return dict(recording.measures)
    return measure_recording(recording, ranges=_ranges_of(recording.measures)).document()


def _ranges_of(document: Mapping[str, Any]) -> dict[str, dict[str, tuple[float, float, Any]]]:
    """What was swept when the recording was made."""
    found: dict[str, dict[str, tuple[float, float, Any]]] = {}
    for name, entry in document.items():
        if isinstance(entry, Mapping) and "range" in entry:
            cells = {f"{cut}={cell}": inner for cut, of in entry["by"].items() for cell, inner in of.items()}
            spans = {cell: inner["range"] for cell, inner in ({"all": entry} | cells).items()}
            found[name] = {cell: (s["low"], s["high"], s["over"]) for cell, s in spans.items() if s["low"] is not None}
    return found


def write_measures(folder: Path, measures: Measures) -> None:
    """Write `measures.json` and `measures.parquet` into a recording."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from glasshouse.recording.place import write_json

    write_json(folder / "measures.json", measures.document())
    about = {"glasshouse": "synthetic people", "schema": str(measures.about["schema"])}
    kinds = dict.fromkeys(_NUMBERS, pa.float64()) | {"n": pa.int64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in _COLUMNS], metadata=about)
    table = pa.Table.from_pylist(list(measures.rows()), schema=schema)
    pq.write_table(table, folder / "measures.parquet", compression="zstd", compression_level=1)


_COLUMNS = (
    "measure", "variant", "cut", "cell", "value", "low", "high", "method", "range_low", "range_high", "n", "unit", "scaling",
    "standing", "reason",
)  # fmt: skip
_NUMBERS = ("value", "low", "high", "range_low", "range_high")


def _row(
    name: str, variant: str, cut: str, cell: str, inner: Mapping[str, Any], entry: Mapping[str, Any]
) -> dict[str, Any]:
    luck, span = inner["luck"], inner["range"]
    of_all = {key: entry[key] for key in ("unit", "scaling", "standing")}
    number = {
        "value": inner["value"],
        "low": luck["low"],
        "high": luck["high"],
        "method": luck["method"],
        "n": inner["n"],
    }
    where = {"measure": name, "variant": variant, "cut": cut, "cell": cell, "reason": inner.get("reason")}
    return where | number | of_all | {"range_low": span["low"], "range_high": span["high"]}


def _about(recording: Recording, world: World) -> dict[str, Any]:
    return {
        "glasshouse": "synthetic people",
        "schema": 1,
        "variant": recording.variants[0],
        "people": world.people,
        "represents": world.represents,
        "days": world.days,
        "counts": "of synthetic people; `scaled` is times what one of them represents",
        "interval": "luck: 95 %; range: lowest and highest over the assumptions swept",
    }


# --- one variant -----------------------------------------------------------------------------------


def _variant(cases: Cases, stand: Mapping[str, Standing], ranges: Ranges) -> Iterator[tuple[str, dict[str, Any]]]:
    for measure in MEASURES:
        for name, by_rights in measure.truths:
            yield (
                name,
                _entry(measure, name, by_rights, cases, _Counter(cases), stand[measure.name], ranges),
            )


def _entry(
    measure: Measure,
    name: str,
    by_rights: bool,
    cases: Cases,
    counter: _Counter,
    stands: Standing,
    ranges: Ranges,
) -> dict[str, Any]:
    tally = measure.count(cases, by_rights)
    found = counter.told(measure, tally, (None, *measure.cuts))
    whole, spans = found[None][0], ranges.get(name, {})
    entry = _number(whole, spans.get("all"))
    entry |= {
        "unit": measure.unit,
        "scaling": measure.scaling,
        "standing": stands.level,
        "because": list(stands.because),
    }
    entry |= {"id": measure.id, "denominator": measure.denominator, "direction": measure.direction}
    entry["core"] = measure.name in CORE
    if measure.scaling == "count":
        entry["scaled"] = _scaled(whole, cases.world.represents)
    if whole.detail:
        entry["detail"] = whole.detail
    closed = _closed_form(measure, by_rights, cases.world, whole)
    if closed:
        entry["closed_form"] = closed
    by: dict[str, dict[str, Estimate]] = {
        cut: dict(zip(cases.world.names(cut), found[cut], strict=True)) for cut in measure.cuts
    }
    for cut, parts in measure.parts.items():
        by[cut] = {cell: counter.told(measure, part)[None][0] for cell, part in parts(cases, by_rights).items()}
    entry["by"] = {
        cut: {cell: _number(inner, spans.get(f"{cut}={cell}")) for cell, inner in cells.items()}
        for cut, cells in by.items()
    }
    return entry


def _number(found: Estimate, span: tuple[float, float, Any] | None) -> dict[str, Any]:
    luck: dict[str, Any] = {"low": found.low, "high": found.high, "method": found.method}
    if found.luck_reason:
        luck["reason"] = found.luck_reason
    swept: dict[str, Any] = {"low": None, "high": None, "over": None, "reason": NOT_SWEPT}
    if span is not None:
        low, high, over = _around(span, found.value)
        swept = {"low": low, "high": high, "over": over}
        swept |= {"reason": WHERE_DEFINED} if found.value is None else {}
    number: dict[str, Any] = {"value": found.value, "luck": luck, "range": swept, "n": found.n}
    number |= {"flag": found.flag} if found.flag else {}
    return number | ({"reason": found.reason} if found.reason else {})


AS_IT_STANDS = "the scenario itself"


def _around(span: tuple[float, float, Any], value: float | None) -> tuple[float, float, Any]:
    """A range with this run in it: the run is of the scenario as it stands, one of the points; the sweep lived on fewer people."""
    low, high, over = span
    if value is None or low <= value <= high:
        return span
    ends = list(over) if isinstance(over, list | tuple) and len(over) == 2 else [over, over]
    ends[0 if value < low else 1] = AS_IT_STANDS
    return min(low, value), max(high, value), ends


def _scaled(found: Estimate, represents: float) -> dict[str, Any]:
    """The count times what one synthetic person stands for, or why it is not given."""
    if found.value is None:
        return {"value": None, "reason": found.reason}
    if found.n < FEWEST:
        return {"value": None, "reason": f"rests on {found.n} synthetic cases; {FEWEST} are needed"}
    return {"value": scaled(found.value, represents, found.n), "times": represents}


def _closed_form(measure: Measure, by_rights: bool, world: World, found: Estimate) -> dict[str, Any] | None:
    screen = closed_form.declared_screen(world.scenario)
    if screen is None or by_rights or measure.name not in ("false_accusations_per_day", "accusation_ppv"):
        return None
    per_day = closed_form.false_accusations_per_day(world.people, screen.base_rate, screen.fpr, screen.screens_per_day)
    bayes = closed_form.ppv(screen.base_rate, screen.tpr, screen.fpr)
    value, error = per_day if measure.id == "A03" else bayes, found.standard_error
    known = value is not None and found.value is not None and bool(error)
    gap = (found.value - value) / error if known else None  # type: ignore[operator]
    return {"value": value, "inputs": dict(vars(screen)), "gap_in_standard_errors": gap}


# --- counting --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Counter:
    """Values a tally for the cells of a cut, whether it is of cases or of the daily table."""

    cases: Cases

    def told(self, measure: Measure, tally: Tally, cuts: Cuts = (None,)) -> ByCut:
        """The same, without the intervals that one run cannot give because something couples people."""
        found, total = self.of(tally, cuts), measure.is_total or isinstance(tally, Rate)
        world, variant, whom = self.cases.world, (self.cases.variant,), measure.whom
        return {cut: coupled.told(cells, world, variant, total, cut, whom) for cut, cells in found.items()}

    def of(self, tally: Tally, cuts: Cuts = (None,)) -> ByCut:
        if not self.cases.world.lists and isinstance(tally, Share | Rate | Ratio | Median | Survivor):
            tally = Undefined(NO_LIST)
        return (
            {cut: self._daily(tally, cut) for cut in cuts}
            if isinstance(tally, Daily)
            else estimate(tally, self.cases, cuts)
        )

    def _daily(self, tally: Daily, cut: Cut | None) -> list[Estimate]:
        if cut == "list":
            return [undefined("the daily table does not tell the lists apart")] * len(self.cases.world.lists)
        sources = self.cases.world.sources
        assert sources is not None  # a world without them is not of a recording
        total = sum(sources.daily(column, self.cases.variant) for column in tally.columns)
        cells = {None: np.sum(total)[None], "region": np.sum(total, axis=1), "group": np.sum(total, axis=0)}[cut]
        return [Estimate(float(n), None, None, None, int(n), None, NO_BLOCKS) for n in cells]
