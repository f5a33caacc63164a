"""Nonsense in models that choose people is refused, with its place in the file."""

# ruff: noqa: E501 - a table with one case a line is read across

from __future__ import annotations

from pathlib import Path

import pytest

from glasshouse.errors import ScenarioError
from glasshouse.scenario.names import catalogue_path
from glasshouse.scenario.reading import from_raw, read_scenario
from models import FEATURES, city

PATH = "practice.models.risk"


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("files_for: investigation", "files_for: investigations", f"{PATH}.files_for", 'Did you mean "investigation"?'),
        ("{filed_by: risk}", "{filed_by: rsk}", "lists.investigation.entry.trigger.filed_by", 'Did you mean "risk"?'),
        ("  models:\n    risk:", "  models:\n    rsik:", "practice.models.rsik", '"rsik" is not one of models. Did you mean "risk"?'),
        ("practice.models.risk.retrains: true", "practice.models.risk.weights: {languag: 1}", f"{PATH}.weights.languag", 'Did you mean "language"?'),
        ("practice.models.risk.retrains: true", "practice.models.risk.adjust: {C: 1}", f"{PATH}.adjust.C", '"C" is not one of world.groups'),
        ("practice.models.risk.retrains: true", "practice.models.risk.errors: {auc: 1.0}", f"{PATH}.errors.auc", "1 is never wrong or always"),
        ("practice.models.risk.retrains: true", "practice.models.risk.rounds: {every_days: 0}", f"{PATH}.rounds.every_days", "a round comes after a day at the earliest"),
        ("{by: nobody}", "{by: nobody, number: 3}", f"{PATH}.chooses", "a choice by nobody says nothing else; this one says number"),
        ("{by: nobody}", "{by: threshold}", f"{PATH}.chooses", "a choice by threshold says threshold; this one says nothing"),
        ("{by: nobody}", "{by: threshold, threshold: 5000}", f"{PATH}.chooses.threshold", "5000 is beyond 1000"),
        ("trigger: {list: investigation}\n    automated: false\n    published", "trigger: {filed_by: risk}\n    automated: false\n    published", "consequences.visit.trigger.filed_by", "only a list is filed for"),
    ],
)  # fmt: skip
def test_it_is_refused_with_its_place(old: str, new: str, path: str, says: str, tmp_path: Path) -> None:
    source = catalogue_path("welfare-risk-score")
    assert source is not None
    text = source.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as found:
        read_scenario(str(changed))
    lines = str(found.value).splitlines()
    mine = [line for line in lines if path in line and says in line]
    assert mine, lines
    assert all(line.split(":")[1].isdigit() and line.split(":")[2].split()[0].isdigit() for line in mine)


def test_a_list_that_no_model_files_for_and_a_sample_of_nothing_are_refused() -> None:
    for practice, says in (
        ({"sample": {"people": 10, "target": 0.5}}, "has nothing to learn from"),
        ({"equalise": "false_positives"}, "equalises on the training sample, and there is none"),
        (
            {"features": FEATURES, "sample": {"people": 10, "target": 0.5, "groups": {"A": 0}}},
            "leaves nobody in the sample",
        ),
        ({"errors": {"fpr": 0.1}}, "says either both fpr and tpr, or auc"),
    ):
        with pytest.raises(ScenarioError, match=says):
            from_raw(city(**practice), "city")
    raw = city()
    raw["practice"] = {}
    with pytest.raises(ScenarioError, match="the model risk is promised and has no practice"):
        from_raw(raw, "city")


def test_a_first_variant_has_none_before_it_whose_number_could_be_drawn() -> None:
    from glasshouse.scenario.compile import compile_plan

    raw = city(chooses={"by": "lottery", "same_number": True})
    with pytest.raises(ScenarioError, match="is the first itself"):
        compile_plan(from_raw(raw, "city"))
