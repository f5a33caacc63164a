"""The line that is not crossed: there is no field for a real person, and no verb that takes one."""

from __future__ import annotations

import inspect
import re
import typing
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import glasshouse
from glasshouse import verbs
from glasshouse.scenario import schema

ROOT = Path(__file__).resolve().parents[2]
PERSONAL = {
    "first_name", "last_name", "surname", "full_name", "given_name", "family_name", "id_number", "identity_number", "national_id",
    "passport", "passport_number", "address", "street_address", "phone_number", "email", "birth_date", "date_of_birth", "birthday",
    "face", "photo", "portrait", "fingerprint", "iris", "voiceprint", "licence_plate", "license_plate", "message_text", "ssn", "latitude",
    "longitude", "ip_address", "device_id", "username",
}  # fmt: skip
PLAIN = {int, float, str, bool, Path, type(None)}
NOT_DATA_ABOUT_PEOPLE = {"progress", "recording", "other"}
"""Recordings are glasshouse's own, of synthetic people."""


def models() -> list[type[BaseModel]]:
    found = [
        m
        for _, m in inspect.getmembers(schema, inspect.isclass)
        if issubclass(m, BaseModel) and m.__module__ == schema.__name__
    ]
    assert len(found) > 30
    return found


def test_a_scheme_file_has_no_field_for_a_real_person() -> None:
    fields = {name for model in models() for name in model.model_fields}
    assert "max_days" in fields
    assert not fields & PERSONAL


def test_an_unknown_field_is_refused_everywhere() -> None:
    for model in models():
        assert model.model_config.get("extra") == "forbid", model.__name__
        assert model.model_config.get("frozen"), model.__name__


def test_a_recording_has_no_column_for_a_real_person(village: verbs.Run) -> None:
    columns = {name for table in (village.daily, village.cases, village.people) for name in table.column_names}
    assert "person" in columns
    assert not columns & PERSONAL


@pytest.mark.parametrize("name", glasshouse.__all__)
def test_no_verb_takes_one_value_per_person_or_a_table(name: str) -> None:
    # only numbers, words, paths and lists of words go in: an array, a frame or a file handle has no way
    verb = getattr(verbs, name)
    hints = typing.get_type_hints(verb, localns=_names_for_type_checkers())
    for argument in inspect.signature(verb).parameters:
        if argument not in NOT_DATA_ABOUT_PEOPLE:
            assert _leaves(hints[argument]) <= PLAIN, f"{name}({argument})"


def _names_for_type_checkers() -> dict[str, Any]:
    import pyarrow as pa

    from glasshouse.experiments.lattice import Lattice
    from glasshouse.experiments.twins import Twins
    from glasshouse.linting.run import Report
    from glasshouse.measures.tables import TableMeasures
    from glasshouse.recording.store import Recording
    from glasshouse.reporting.progress import Progress
    from glasshouse.scenario.reading import Loaded

    told = {"Lattice": Lattice, "Twins": Twins, "Report": Report, "TableMeasures": TableMeasures}
    return {"pa": pa, "Recording": Recording, "Progress": Progress, "Loaded": Loaded} | told


def _leaves(hint: Any) -> set[Any]:
    inside = typing.get_args(hint)
    return set().union(*(_leaves(i) for i in inside)) if inside else {hint}


@pytest.mark.no_cover
def test_the_same_question_gives_the_same_bytes_so_a_person_means_nothing_outside_a_seed(
    village: verbs.Run, tmp_path: Path
) -> None:
    again = verbs.run(
        "defaulter-list", people=20_000, days=150, seed=3, out=tmp_path / "again", journal="0,1,2", report=False
    )
    other = verbs.run(
        "defaulter-list", people=20_000, days=150, seed=4, out=tmp_path / "other", journal="0,1,2", report=False
    )
    assert again.manifest["digests"] == village.manifest["digests"]
    assert other.manifest["digests"] != village.manifest["digests"]


def test_the_pages_of_the_line_are_there_and_say_what_code_cannot_prevent() -> None:
    page = (ROOT / "docs/the-line.md").read_text(encoding="utf-8")
    assert "What code cannot prevent" in page
    assert "docs/the-line.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_nothing_we_write_passes_judgment_on_law() -> None:
    judged = re.compile(r"\b(?:illegal|non-compliant|compliant)\b", re.IGNORECASE)
    where = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.html"), *(ROOT / "src").rglob("*.j2")]
    assert where
    found = [
        f"{p.name}:{n}"
        for p in where
        for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if judged.search(line)
    ]
    assert found == []
