"""From a name or a path to a scenario and its variants, with every fault at once."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from glasshouse.errors import ScenarioError
from glasshouse.scenario.names import catalogue_names
from glasshouse.scenario.reading import Loaded, apply_patch, digest_of, from_raw, json_schema, read_scenario

Write = Callable[..., Path]
Refused = Callable[..., list[str]]


def test_a_file_becomes_a_scenario_with_its_variants(small: Loaded) -> None:
    assert small.name == "small"
    assert [name for name, _ in small.variants] == ["factual", "told"]
    assert small.variants[0][1] is small.scenario
    served = [s.practice.lists["dishonest"].notice for _, s in small.variants]
    assert [n.served.value for n in served if n] == [0.35, 1.0]
    assert small.problems == ()


def test_a_file_without_variants_has_the_factual_one(write: Write) -> None:
    loaded = read_scenario(write(), sets=["variants="])
    assert [name for name, _ in loaded.variants] == ["factual"]


def test_places_are_known_by_both_spellings(small: Loaded) -> None:
    assert small.places["lists.dishonest.max_days"] == small.places["lists[0].max_days"] == (10, 15)
    assert small.place("lists.dishonest.extension_days") == small.places["lists.dishonest"]


def test_the_raw_scenario_read_again_is_the_same_scenario(small: Loaded) -> None:
    again = from_raw(json.loads(json.dumps(small.raw)), small.name)
    assert again.scenario == small.scenario
    assert again.variants == small.variants
    assert again.digest == small.digest == digest_of(small.raw)


def test_the_digest_moves_with_a_value_and_with_the_order_of_the_acts(small: Loaded, write: Write) -> None:
    assert read_scenario(write(("rate: 2 per year", "rate: 3 per year"))).digest != small.digest
    turned = dict(reversed(list(small.raw.items())))
    assert digest_of(turned) != small.digest


def test_people_days_and_seed_go_into_the_world(write: Write) -> None:
    world = read_scenario(write(), people=77, days=10, seed=2**63).scenario.world
    assert world is not None
    assert (world.people, world.seed, world.end.isoformat()) == (77, 2**63, "2014-01-10")


def test_days_can_only_shorten(write: Write) -> None:
    for days in (0, 366):
        with pytest.raises(ScenarioError, match="is 365 days long and can be shortened"):
            read_scenario(write(), days=days)


def test_every_fault_of_the_schema_is_told_at_once_with_place_found_allowed_and_nearest(refused: Refused) -> None:
    found = refused(
        ("title: A small scheme", "title: A small scheme, statsu: pilot, operator: {kind: pubic}"),
        ("value: 2 years", "value: 2 yeers"),
        ("rate: 2 per year", "rate: 2"),
        ("share: 0.4", "share: 40"),
        ("start: 2014-01-01", "start: 2014-13-01"),
        ("seen: 0.9", "seen: lots"),
        ("always_days: 5", "always_days: 5, mean_days: 3"),
        ("{A: 1.5}", "{a: 1.5}"),
    )
    assert found == [
        'small.yaml:2:33  scheme.statsu: is not a key here. Did you mean "status"? Allowed: '
        + found[0].partition("Allowed: ")[2],
        'small.yaml:2:65  scheme.operator.kind: "pubic" is not one of the choices here. Did you mean "public"? '
        "Allowed: public, on_behalf_of_public, private, mixed",
        'small.yaml:10:15  lists.dishonest.max_days: "2 yeers" is not a duration. Use a whole number of days, or words such as "2 years"',
        'small.yaml:18:10  world.start: "2014-13-01" is not a date. Write year-month-day, such as 2013-10-24',
        "small.yaml:20:23  world.groups.A.share: 40 is not a share; a share is between 0 and 1; write 0.4 for 40 %",
        'small.yaml:25:13  conduct.acts.debt.rate: 2 has no unit. Write it as "2 per year" (or per month, week, day)',
        'small.yaml:27:18  conduct.acts.debt.by_group.a: "a" is not a group: one capital letter, such as A',
        'small.yaml:34:27  practice.sensing.court.seen: found "lots"; a number is expected here',
        "small.yaml:36:80  practice.lists.dishonest.notice.delay: a delay says exactly one of always_days, between_days, mean_days, "
        "median_days; this one says always_days, mean_days",
    ]
    assert "title, status, uses_ai" in found[0]


def test_nonsense_in_meaning_is_told_beside_what_the_schema_refuses(refused: Refused) -> None:
    found = refused(
        ("title: A small scheme", "title: A small scheme, statsu: pilot"),
        ("trigger: {list: dishonest}", "trigger: {list: dishonset}, severity: 9"),
        ("end: 2014-12-31", "end: 2012-12-31"),
        ("rate: 2 per year", "rate: 2"),
        ("{able: 0.8, unable: 0.2}", "{able: 0.8, umable: 0.2}"),
    )
    paths = [
        "scheme.statsu",
        "flight.trigger.list",
        "flight.severity",
        "world.end",
        "debt.rate",
        "dishonest.entry.umable",
    ]
    assert len(found) == len(paths)
    assert all(path in told for path, told in zip(paths, found, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        ("score: {min: 0", "score: {mni: 0"),
        ("rules:\n", "ruels:\n"),
        ("{edge: friends, fraction: 0.3}", "{edge: freinds, fraction: 0.3}"),
        ("dishonest\n    max_days: {value: 2 years", "dishonest\n    max_days: {value: 4 years"),
        ("kind: refusal", "kind: refusla"),
        ("groups: {A: {share: 0.4}", "groups: {A: {share: 40}"),
        ("signal: debt", "signal: dept"),
        ("consequences:", "variants_of:"),
    ],
)
def test_one_fault_is_told_once_and_not_by_what_hangs_on_it(change: tuple[str, str], refused: Refused) -> None:
    assert len(refused(change)) == 1


def test_a_letter_that_only_looks_like_another_is_named(refused: Refused) -> None:
    (found,) = refused(("title: A", "titl\u0435: A"))
    assert 'It holds "\u0435" (cyrillic small letter ie).' in found


def test_a_range_the_wrong_way_round_and_a_version_not_known_are_told(refused: Refused) -> None:
    (found,) = refused(("range: [1 year, 3 years]", "range: [3 years, 1 year]"))
    assert "the range [3 years, 1 year] is the wrong way round; the lowest comes first: [1 year, 3 years]" in found
    (found,) = refused(("schema: 1", "schema: 2"))
    assert "schema: 2 is not a version of the scheme file that this glasshouse reads. Write `schema: 1`" in found


def test_a_fault_of_the_dates_is_told_of_the_file_and_not_of_the_days_asked_for(write: Write) -> None:
    for wrong in ("2012-12-31", "2014-02-31"):
        with pytest.raises(ScenarioError, match=r"small.yaml:19:8  world.end"):
            read_scenario(write(("end: 2014-12-31", f"end: {wrong}")), days=3)


def test_a_misspelt_name_is_answered_with_the_nearest_of_the_catalogue() -> None:
    with pytest.raises(ScenarioError, match=r'Did you mean "suzhou-2016"\?'):
        read_scenario("suzhuo-2016")


@pytest.mark.parametrize("name", ["", " ", "x\0y", "x" * 5000, "."])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(ScenarioError):
        read_scenario(name)


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("- a\n")
    with pytest.raises(ScenarioError, match=r"x\.yaml:1:1  a scenario is a mapping"):
        read_scenario(tmp_path / "x.yaml")


def test_a_fault_of_a_change_is_told_with_the_change(refused: Refused) -> None:
    assert refused(sets=("lists.dishonest.max_days=2 yeers",)) == [
        '--set lists.dishonest.max_days=2 yeers  lists.dishonest.max_days: "2 yeers" is not a duration. '
        'Use a whole number of days, or words such as "2 years"'
    ]
    found = refused(sets=("nonsense", "lists.dishonst.max_days=3", "rules[0].points={"))
    assert [line.partition("  ")[0] for line in found] == [
        "--set lists.dishonst.max_days=3",
        "--set nonsense",
        "--set rules[0].points={:1:2",
    ]


def test_a_variant_may_not_change_the_world(refused: Refused) -> None:
    found = refused(("served: 1.0", "served: 1.0, world.seed: 3, conduct.acts.debt.rate: 3"))
    assert len(found) == 2
    assert "variants.told.set.world.seed: a variant may not change the world" in found[0]
    assert "would mix policy with luck" in found[0]
    assert found[1].endswith(
        'conduct.acts.debt.rate: 3 has no unit. Write it as "3 per year" (or per month, week, day)'
    )


def test_a_variant_may_not_add_an_act_and_the_first_one_changes_nothing(refused: Refused) -> None:
    found = refused(
        ("{name: factual}", "{name: factual, set: {score.max: 300}}"),
        ("served: 1.0", "served: 1.0, conduct.acts.other: {rate: 1 per year}"),
    )
    assert "the first variant is the factual and changes nothing" in found[0]
    assert "is added by this variant" in found[1]


def test_a_fault_of_the_base_is_not_told_again_for_each_variant(refused: Refused) -> None:
    assert len(refused(("baseline: 100", "baseline: 300"))) == 1


def test_nonsense_is_only_noted_where_the_linter_reads(write: Write) -> None:
    loaded = read_scenario(write(("baseline: 100", "baseline: 300")), check=False)
    assert [str(p) for p in loaded.problems] == [
        "small.yaml:3:37  score.baseline: 300 is outside the scale from 0 to 200"
    ]


def test_thousands_of_faults_are_told_in_a_hundred_lines_and_two_seconds(write: Write) -> None:
    rows = "".join(f"  - {{id: list_{n}, nmae: x}}\n" for n in range(2000))
    started = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        read_scenario(write(("lists:\n", "lists:\n" + rows)))
    assert time.process_time() - started < 2
    assert len(caught.value.problems) <= 102
    assert "more" in caught.value.problems[-1].message


def test_what_was_read_cannot_be_changed(small: Loaded) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        small.name = "other"  # type: ignore[misc]


def test_the_json_schema_allows_bare_numbers_and_refuses_unknown_keys() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["_Share"]["anyOf"][0] == {"maximum": 1.0, "minimum": 0.0, "type": "number"}
    json.dumps(schema)


def test_an_editor_finds_nothing_wrong_in_the_catalogue_and_a_number_without_its_unit(small: Loaded) -> None:
    schema = Draft202012Validator(json_schema())
    for name in catalogue_names():
        assert [fault.message for fault in schema.iter_errors(read_scenario(name, check=False).raw)] == [], name
    for path, wrong in (("conduct.acts.debt.rate", 2), ("lists.dishonest.max_days", "2 yeers"), ("score.max", "high")):
        assert not schema.is_valid(apply_patch(small.raw, path, wrong)), path
    assert schema.is_valid(small.raw)


def test_reading_a_scenario_needs_no_compiler_and_no_tables() -> None:
    code = (
        "import sys; from glasshouse.scenario.reading import read_scenario; read_scenario('suzhou-2016'); "
        "print([m for m in ('numba', 'numpy', 'pyarrow', 'duckdb') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
