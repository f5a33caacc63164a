"""A recording, opened: its tables as Arrow, its manifest and measures as plain mappings, and questions to it in SQL.

Nothing is read before it is asked for. Questions run in a DuckDB that lives in memory, sees only the tables of this
recording, and can neither load extensions nor reach a network.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshouse.errors import RecordingError
from glasshouse.recording.place import PARTIAL
from glasshouse.recording.provenance import MANIFEST
from glasshouse.recording.schema import FORMAT, TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class Recording:
    """What was written down of one run.

    Made by `open_recording`; the tables are `pyarrow.Table`s, read when first asked for.
    """

    path: Path
    manifest: dict[str, Any] = field(repr=False)

    @cached_property
    def daily(self) -> pa.Table:
        """Counts by day, variant, region and group."""
        return self.table("daily")

    @cached_property
    def acts(self) -> pa.Table:
        """How often each act happened, was seen, was misfiled."""
        return self.table("acts")

    @cached_property
    def cases(self) -> pa.Table:
        """Every listing."""
        return self.table("cases")

    @cached_property
    def people(self) -> pa.Table:
        """Every person at the end of the run."""
        return self.table("people")

    @cached_property
    def letters(self) -> pa.Table:
        """What reached whom from whom."""
        return self.table("letters")

    @cached_property
    def journal(self) -> pa.Table:
        """The events of the people asked for."""
        return self.table("journal")

    @cached_property
    def measures(self) -> dict[str, Any]:
        """`measures.json`: each measure of the factual variant by name; those of other variants under `variants`."""
        file = self.path / "measures.json"
        if not file.exists():
            raise RecordingError(f'"{self.path.name}" has not been measured. Run: glasshouse report {self.path.name}')
        measured: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return measured

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of the variants; the first is the factual one."""
        return tuple(self.manifest["variants"])

    def has(self, table: str) -> bool:
        """Was this table kept?"""
        return (self.path / f"{table}.parquet").exists()

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """One table, or some of its columns, as Arrow."""
        import pyarrow.parquet as pq

        if not self.has(name):
            raise RecordingError(f'"{self.path.name}" holds no table "{name}". It holds {", ".join(self._kept())}.')
        return pq.read_table(self.path / f"{name}.parquet", columns=columns)

    def _kept(self) -> list[str]:
        return [name for name in TABLES if self.has(name)]


def open_recording(path: Path | str) -> Recording:
    """Open a recording. RecordingError if it is none, was stopped before its end, or is of another schema."""
    place = Path(path)
    manifest = manifest_of(place)
    if manifest["schema"] < FORMAT:
        why = f'"{place.name}" is of schema {manifest["schema"]}, made by an earlier version; this one reads schema {FORMAT}.'
        raise RecordingError(f"{why} Make it again: glasshouse run {place.name}/{MANIFEST}")
    return Recording(place, manifest)


def manifest_of(path: Path | str) -> dict[str, Any]:
    """What a recording says of itself, also one whose tables an earlier version wrote: enough to make it again. Raises RecordingError."""
    place = Path(path)
    if not (place / MANIFEST).exists() or place.name.endswith(PARTIAL):
        raise RecordingError(_why_not(place))
    try:
        manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        schema = manifest["schema"] = int(manifest["schema"])
    except (ValueError, KeyError, TypeError) as error:
        why = f'The manifest.json of "{place.name}" cannot be read ({type(error).__name__}). Make the recording again.'
        raise RecordingError(why) from error
    if schema > FORMAT:
        why = f'"{place.name}" is of schema {schema}; this version reads up to {FORMAT}.'
        raise RecordingError(f"{why} Upgrade with: pip install --upgrade glasshouse")
    return manifest


def _why_not(place: Path) -> str:
    partial = place if place.name.endswith(PARTIAL) else place.with_name(place.name + PARTIAL)
    if partial.is_dir():
        name = partial.name[: -len(PARTIAL)]
        why = f'"{partial.name}" is a run that was stopped before its end.'
        return f"{why} Continue it with: glasshouse run SCENARIO --out {name} --resume"
    if not place.exists():
        return f'There is no recording "{place.name}". Make one with: glasshouse run SCENARIO --out {place.name}'
    return f'"{place.name}" is not a recording: it has no manifest.json. Give the folder that a run printed.'


def connect(recording: Recording) -> duckdb.DuckDBPyConnection:
    """A database in memory with a view for each table, shut off from everything else."""
    import duckdb

    connection = duckdb.connect(
        ":memory:", config={"autoload_known_extensions": False, "autoinstall_known_extensions": False}
    )
    for name in TABLES:
        if recording.has(name):
            connection.execute(
                f"CREATE VIEW {name} AS SELECT * FROM read_parquet({_quoted(recording.path / f'{name}.parquet')})"
            )
    connection.execute(f"SET allowed_directories = [{_quoted(recording.path)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _quoted(path: Path) -> str:
    return "'" + path.resolve().as_posix().replace("'", "''") + "'"


def query(recording: Recording, sql: str) -> pa.Table:
    """The answer to a question in SQL over the tables `daily`, `acts`, `cases`, `people`, `letters`, `journal`."""
    with connect(recording) as connection:
        return connection.sql(sql).to_arrow_table()
