"""Nonsense in meaning is refused with its place and its reason; so is whatever looks like a person."""

# ruff: noqa: E501 - a table with one case a line is read across

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from glasshouse.scenario.checks import unsimulated
from glasshouse.scenario.reading import Loaded, read_scenario

Refused = Callable[..., list[str]]


def many(text: str, n: int) -> str:
    return "".join(text.replace("#", str(k)) for k in range(n))


LIST = "  - {id: more_#, entry: {trigger: {rule: debt_rule}}}\n"
ACT = "    act_#: {rate: 1 per year}\n"
GATE = "    gate_#: {users: 0.5, trips: 4 per year, tries_per_trip: {mean: 2}}\n"
CONSEQUENCE = "  - {id: gate_#, context: travel, kind: refusal, trigger: {list: dishonest}}\n"
TIE = "  - {id: tie_#, edge: friends, fraction: 0.1}\n"
REGION = "r_#: {share: 0.001}, "


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("signal: debt}", "signal: dept}", "rules.debt_rule.when.signal", '"dept" is not an act of conduct.acts. Did you mean "debt"?'),
        ("source: court,", "source: cuort,", "rules.debt_rule.source", '"cuort" is not one of data_sources. Did you mean "court"?'),
        ("{rule: debt_rule}", "{rule: det_rule}", "lists.dishonest.entry.trigger.rule", 'Did you mean "debt_rule"?'),
        ("{list: dishonest}", "{list: dishonst}", "consequences.flight.trigger.list", 'Did you mean "dishonest"?'),
        ("    flight: {users", "    fligth: {users", "conduct.demand.fligth", '"fligth" is not one of consequences. Did you mean "flight"?'),
        ("{list: dishonest}", "{score_below: 50}", "conduct.demand.flight", "waits for no list; only a list closes a gate"),
        ("{court: {seen", "{cort: {seen", "practice.sensing.cort", '"cort" is not one of data_sources. Did you mean "court"?'),
        ("dishonest: {entry", "dishonst: {entry", "practice.lists.dishonst", '"dishonst" is not one of lists. Did you mean "dishonest"?'),
        ("{able: 0.8,", "{abel: 0.8,", "practice.lists.dishonest.entry.abel", 'Did you mean "able"?'),
        ("{A: 1.5}", "{C: 1.5}", "conduct.acts.debt.by_group.C", '"C" is not one of world.groups. There: A, B'),
        ("edge: friends", "edge: school", "associations.school.edge", "world.ties has no school"),
        ("source: row_1", "source: row_2", "conduct.acts.debt.circumstances.able.share.source", 'Did you mean "row_1"?'),
        ("{rule: debt_rule}", "{score_below: -5}", "lists.dishonest.entry.trigger.score_below", "-5 is outside the scale from 0 to 200"),
        ("min: 150", "min: 250", "score.grades.top.min", "250 is outside the scale from 0 to 200"),
        ("baseline: 100", "baseline: 201", "score.baseline", "201 is outside the scale from 0 to 200"),
        ("max: 200", "max: 40000", "score.max", "beyond the 32,000 points"),
        ("points: -3", "points: -40000", "rules.debt_rule.points", "32,000 is the limit"),
        ("{always_days: 5}", "{always_days: 900000 years}", "practice.lists.dishonest.notice.delay.always_days", "65,000 is the limit"),
        ("max: 200", "max: 0", "score", "runs from 0 to 0; min must be below max"),
        ("rate: 2 per year", "rate: 0 per year", "lists.dishonest.entry.trigger", "nobody can enter this list: its rule debt_rule waits for debt"),
        ("{rule: debt_rule}", "{score_above: 120}", "lists.dishonest.entry.trigger", "nobody can enter this list: no rule"),
        ("rate: 2 per year", "rate: 5 per year", "conduct.acts.debt.rate", "above its envelope of 4 a year"),
        ("rate: 2 per year", "rate: 2 per year\n      schedule: [{kind: growth, from: 2014-01-01, per_year: 3}]", "conduct.acts.debt.rate", "above its envelope"),
        ("envelope: 4 per year", "envelope: 40000 per day", "conduct.acts.debt.rate", "use a smaller world.block"),
        ("share: 0.6", "share: 0.5", "world.groups", "the shares add to 0.9, not to 1"),
        ("share: 0.3, basis", "share: 0.2, basis", "conduct.acts.debt.circumstances", "the shares add to 0.9, not to 1"),
        ("share: 0.3, basis", "share: 0.3, by_group: {A: 0.5}, basis", "conduct.acts.debt.circumstances", "of group A add to 1.2"),
        ("{friends: {mean: 6}}", "{friends: {mean: 6}, household: {sizes: {1: 0.3, 2: 0.3}}}", "world.ties.household.sizes", "add to 0.6"),
        ("end: 2014-12-31", "end: 2013-12-31", "world.end", "2013-12-31 is before the start, 2014-01-01"),
        ("end: 2014-12-31", "end: 2314-12-31", "world.end", "65,000 is the limit"),
        ("{A: 1.5}", "{A: -1}", "conduct.acts.debt.by_group.A", "-1 is not between 0 and"),
        ("      envelope", "      liability: [{share: 0.8, multiple: 9}, {share: 0.3, multiple: 3}]\n      envelope", "conduct.acts.debt.liability", "add to 1.1"),
        ("      envelope", "      liability: [{share: 0.1, multiple: 2}, {share: 0.3, multiple: 3}]\n      envelope", "conduct.acts.debt.liability[1].multiple", "begin with the most liable"),
        ("      envelope", "      liability: [{share: 0.1, multiple: 0.5}]\n      envelope", "conduct.acts.debt.liability[0].multiple", "is not between 1 and"),
        ("      envelope", "      schedule: [{kind: window, from: 2015-01-01, to: 2014-01-01}]\n      envelope", "conduct.acts.debt.schedule[0].to", "has no effect"),
        ("{always_days: 5}", "{between_days: [5, 2]}", "practice.lists.dishonest.notice.delay.between_days", "is above the second"),
        ("mean: 2}}", "mean: 0.5}}", "conduct.demand.flight.tries_per_trip.mean", "a trip has at least one try"),
        ("rules:\n", "rules:\n  - {id: debt_rule, when: {signal: debt}}\n", "rules[1]", '"debt_rule" is there a second time'),
        ("lists:\n  -", "lists:\n" + many(LIST, 14) + "  -", "lists", "15 lists; 14 is the limit"),
        ("  acts:\n", "  acts:\n" + many(ACT, 256), "conduct.acts", "has 257 entries and looks like one row per real person"),
        ("  - {edge", many(TIE, 8) + "  - {edge", "associations", "9 associations; 8 is the limit"),
        ("  - {name: told", many("  - {name: v#}\n", 7) + "  - {name: told", "variants", "9 variants; 8 is the limit"),
        ("  groups:", "  regions: {" + many(REGION, 1000) + "}\n  groups:", "world.regions", "1,000 entries and looks like one row per real person"),
        ("score: {min: 0, max: 200, baseline: 100, grades: [{name: top, min: 150}]}\n", "", "rules.debt_rule.points", "but the scenario has no score"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_its_place_and_reason(
    refused: Refused, old: str, new: str, path: str, says: str
) -> None:
    found = refused((old, new))
    assert [line for line in found if f"  {path}: " in line and says in line], "\n".join(found)


def test_too_many_gates_are_refused(refused: Refused) -> None:
    found = refused(
        ("consequences:\n", "consequences:\n" + many(CONSEQUENCE, 16)), ("  demand:\n", "  demand:\n" + many(GATE, 16))
    )
    assert any("conduct.demand: 17 gates (conduct.demand); 16 is the limit" in line for line in found)


def test_notice_without_a_list_is_refused(tmp_path: Path, refused: Refused) -> None:
    text = "schema: 1\nscheme: {title: x}\npractice: {notice: {served: 0.5}}\n"
    (tmp_path / "bare.yaml").write_text(text)
    with pytest.raises(
        Exception, match=r"bare\.yaml:3:20  practice\.notice: says what notice is like, but the scenario has no list"
    ):
        read_scenario(tmp_path / "bare.yaml")


def test_all_nonsense_is_told_at_once_in_the_order_of_the_file(refused: Refused) -> None:
    found = refused(("baseline: 100", "baseline: 300"), ("{A: 1.5}", "{C: 1.5}"), ("{court: {seen", "{cort: {seen"))
    assert [line.split("  ")[1].partition(":")[0] for line in found] == [
        "score.baseline",
        "conduct.acts.debt.by_group.C",
        "practice.sensing.cort",
    ]


def test_a_list_may_wait_for_an_act_that_only_a_variant_lets_happen(write: Callable[..., Path]) -> None:
    path = write(
        ("rate: 2 per year", "rate: 0 per year"), ("served: 1.0}", "served: 1.0, conduct.acts.debt.rate: 3 per year}")
    )
    assert len(read_scenario(path).variants) == 2


def test_a_shortened_run_may_end_before_a_window_opens(write: Callable[..., Path]) -> None:
    path = write(("      envelope", "      schedule: [{kind: window, from: 2014-06-01}]\n      envelope"))
    read_scenario(path, days=10)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write to someone@example.org", "an e-mail address"),
        ("'11010519900101123X'", "an identity number"),
        ("'110105-19900101-1234'", "an identity number"),
        ("'078-05-1120'", "an identity number"),
        ("110105199001011234", "an identity number"),
        ("call +44 20 7946 0958", "a telephone number"),
        ("'13912345678'", "a telephone number"),
        ("'(202) 555-0143'", "a telephone number"),
        ("31.23041, 121.47370", "coordinates"),
        ("Ms Example was listed", "the name of a person"),
    ],
)
def test_text_that_names_or_identifies_somebody_is_refused(refused: Refused, text: str, what: str) -> None:
    found = refused(
        ("title: A small scheme", f"title: A small scheme, summary: {text}" if "," not in text else f'title: "{text}"')
    )
    assert any(what in line and "docs/the-line.md" in line for line in found), found


@pytest.mark.parametrize(
    "text", ["2013-10-24 to 2019-12-31", "https://example.org/2019/06/24/2003717472?p=13912345678", "0.54, 0.58, 0.71", "CN-SPC-2017-9", "GAO-06-1031", "1,390,000,000"]
)  # fmt: skip
def test_dates_links_and_numbers_of_documents_identify_nobody(write: Callable[..., Path], text: str) -> None:
    read_scenario(write(("title: A small scheme", f'title: "{text}"')))


@pytest.mark.parametrize("key", ["name", "id_number", "face", "address", "phone"])
def test_a_key_for_a_person_is_refused_with_the_reason(refused: Refused, key: str) -> None:
    found = refused(("people: 1000", f"people: 1000\n  {key}: x"))
    assert any(f"world.{key}: is not a key here" in line and "docs/the-line.md" in line for line in found)


def test_what_a_run_leaves_out_is_named_once_and_plainly(write: Callable[..., Path]) -> None:
    loaded = read_scenario(
        write(
            ("baseline: 100,", "baseline: 100, decay: {points_per_year: 5, toward: zero},"),
            ("points: -3}", "points: -3, expires_days: 2 years, legal_basis: an act}"),
            ("consequences:\n", "consequences:\n  - {id: fee, context: finance, kind: fee, trigger: {list: dishonest}}\n"),
            ("world:\n", "models: [{id: risk}]\nsharing: [{recipient: hotels}]\ntransparency: {rules_published: true}\nworld:\n"),
        )
    )  # fmt: skip
    told = unsimulated(loaded.scenario)
    assert [line.partition(":")[0] for line in told] == [
        "score.decay.toward",
        "rules.debt_rule.expires_days",
        "consequences.fee",
        "models.risk",
        "sharing.0",
    ]


def test_a_scenario_that_is_simulated_whole_leaves_nothing_out(small: Loaded) -> None:
    assert unsimulated(small.scenario) == []
