"""The manifest: what a recording was made from, so that it can be made again and be seen to be the same.

Wall time and environment live here and nowhere else. There is no host, user or path in it.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from glasshouse.recording.place import write_json
from glasshouse.recording.schema import FORMAT
from glasshouse.scenario.tables import Names

MANIFEST = "manifest.json"
KEPT = ("numpy", "numba", "pyarrow", "duckdb", "scipy")


def manifest(
    *,
    scenario: Mapping[str, Any],
    scenario_name: str,
    seed: int,
    people: int,
    represents: float,
    days: int,
    names: Names,
    engine: str,
    digests: Mapping[str, Mapping[str, str]],
    replicate: int = 0,
    options: Mapping[str, Any] | None = None,
    unsimulated: Sequence[str] = (),
    evidence: str = "hypothetical",
    disputed: Sequence[str] = (),
    wall_seconds: float | None = None,
    binding: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    validated: Sequence[str] = (),
    firms: Mapping[str, Any] | None = None,
    channels: Sequence[str] = (),
    coupled: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> dict[str, Any]:
    """Everything needed to run it again. `scenario` is the scenario as read (plain mappings), in full.

    `digests` is what `write_tables` returned; `unsimulated` the paths of the file that this version does not
    simulate; `options` the choices of the run that may matter to a reader (threads do not change the tables).
    `binding`: for each variant and gate the lists that bind it, where a patch changes that. `validated`: the names of
    measures that predicted published figures to which nothing was fitted. `firms`: the number of the first slot that is a firm and
    no person, and the regions of firms, where there are any. `channels`: what reads totals of everybody, where anything does.
    `coupled`: for each variant what makes entering some lists one matter for everybody, so that one run cannot tell its luck (`how`,
    `channel`, `lists`).
    """
    return {
        "glasshouse": "synthetic people",
        "schema": FORMAT,
        "package": package_version("glasshouse"),
        "scenario": {"name": scenario_name, "digest": scenario_digest(scenario), "raw": plain(scenario)},
        "evidence": {"label": evidence, "disputed": list(disputed)},
        "seed": seed,
        "replicate": replicate,
        "people": people,
        "represents": represents,
        "days": days,
        "start": names.start,
        "engine": engine,
        "options": plain(options or {}),
        "names": {key: list(value) for key, value in names._asdict().items() if key != "start"},
        "variants": list(names.variants),
        "unsimulated": list(unsimulated),
        "binding": plain(binding) if binding is not None else None,
        "validated": list(validated),
        **({"firms": plain(firms)} if firms else {}),
        **({"channels": list(channels)} if channels else {}),
        **({"coupled": plain(coupled)} if coupled else {}),
        "digests": {table: dict(by) for table, by in digests.items()},
        "environment": environment(),
        "wall_seconds": None if wall_seconds is None else round(float(wall_seconds), 3),
    }


def write_manifest(folder: Path, document: Mapping[str, Any]) -> None:
    """Write `manifest.json` whole or not at all."""
    write_json(folder / MANIFEST, document)


def scenario_digest(scenario: Mapping[str, Any]) -> str:
    """BLAKE2 of the scenario as canonical JSON: the order of keys and the layout of the file do not matter."""
    text = json.dumps(plain(scenario), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=32).hexdigest()


def plain(value: Any) -> Any:
    """Mappings, lists and scalars that JSON holds; dates and other things as their text."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return str(value)


def environment() -> dict[str, str]:
    """Versions and the kind of machine. Not which machine, nor whose."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "machine": platform.machine(),
        "byteorder": sys.byteorder,
    } | {name: package_version(name) for name in KEPT}


def package_version(name: str) -> str:
    """The version that is installed, without importing it."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
