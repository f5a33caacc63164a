"""Law: no field of a scenario is for a real person's name, number, face, address, phone, message or place, nor for one row per person."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from glasshouse.scenario import schema
from glasshouse.scenario.wording import PERSONAL

ALLOWED = {
    ("Grade", "name"): "the name of a grade of the scale",
    ("Feature", "name"): "the name of a model's input",
    ("Variant", "name"): "the name of a variant",
    ("Shock", "register"): "yes or no: the register is out, and no gate refuses anybody",
}
FORBIDDEN = PERSONAL | {
    "message", "text", "content_of", "place_of_birth", "citizen", "member", "members", "individual", "individuals", "subject_id", "record",
    "records", "rows", "persons_listed", "edges", "graph", "adjacency", "traits", "register",
}  # fmt: skip


def models(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Every model that an annotation leads to."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            yield annotation
            for field in annotation.model_fields.values():
                yield from models(field.annotation, seen)
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, list, dict, tuple):
        for inner in get_args(annotation):
            yield from models(inner, seen)


ALL = sorted(models(schema.Scenario, set()), key=lambda m: m.__name__)


def test_the_law_sees_the_whole_schema() -> None:
    assert len(ALL) > 60
    assert {"Act", "World", "Delay", "Rollout", "SensingByGroup"} <= {m.__name__ for m in ALL}


@pytest.mark.parametrize("model", ALL, ids=lambda m: m.__name__)
def test_no_field_is_for_a_person(model: type[BaseModel]) -> None:
    fields = {f.alias or name for name, f in model.model_fields.items()}
    found = {f for f in fields & FORBIDDEN if (model.__name__, f) not in ALLOWED}
    assert found == set()


@pytest.mark.parametrize("model", ALL, ids=lambda m: m.__name__)
def test_no_model_takes_keys_that_the_schema_does_not_name(model: type[BaseModel]) -> None:
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("frozen") is True


def test_a_field_for_a_person_would_be_caught() -> None:
    planted = type("Planted", (schema.Node,), {"__annotations__": {"id_number": "str"}})
    fields = set(planted.model_fields)  # type: ignore[attr-defined]
    assert fields & FORBIDDEN == {"id_number"}
