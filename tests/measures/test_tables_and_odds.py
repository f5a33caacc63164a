"""A published table of counts, and the base-rate question, against numbers that others have published."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from glasshouse.cli import audit
from glasshouse.errors import InputError, UsageError
from glasshouse.measures.odds import odds
from glasshouse.measures.tables import TableError, TableMeasures, measure_table

# published 2x2 counts of the two-year analysis of a recidivism score, medium or high risk = listed
COMPAS = """group,truth,listed,people
B,1,1,1369
B,0,1,805
B,1,0,532
B,0,0,990
W,1,1,505
W,0,1,349
W,1,0,461
W,0,0,1139
"""
ANCHORS = {
    "wrongful_listing_rate": {"B": 0.37029, "W": 0.40867},
    "false_listing_rate": {"B": 0.44847, "W": 0.23454},
    "false_negative_rate": {"B": 0.27985, "W": 0.47723},
    "accusation_ppv": {"B": 0.62971, "W": 0.59133},
    "demographic_parity_difference": 0.240200,
    "statistical_parity_difference": -0.240200,
    "demographic_parity_ratio": 0.591638,
    "disparate_impact": 0.631593,
    "pprev_disparity": 1.69022,
    "equalized_odds_difference": 0.213925,
    "equalized_odds_difference_mean": 0.205649,
    "fpr_disparity": 1.91209,
    "fdr_disparity": 0.90608,
    "for_disparity": 1.21315,
    "fnr_disparity": 0.58642,
    "average_odds_difference": -0.205649,
    "equal_opportunity_difference": -0.213925,
    "generalized_entropy_index": 0.183703,
    "theil_index": 0.256381,
}


def table(folder: Path, text: str = COMPAS) -> Path:
    file = folder / "counts.csv"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def compas(tmp_path: Path) -> TableMeasures:
    return measure_table(table(tmp_path), reference="W")


@pytest.mark.parametrize("name", ANCHORS)
def test_the_published_counts_give_the_published_numbers(compas: TableMeasures, name: str) -> None:
    said, entry = ANCHORS[name], compas[name]
    if isinstance(said, dict):
        assert entry["by"] == pytest.approx(said, abs=5.1e-6)
    else:
        assert entry["value"] == pytest.approx(said, abs=5.1e-6)


def test_equal_precision_and_unequal_base_rates_force_unequal_errors(compas: TableMeasures) -> None:
    from glasshouse.measures.closed_form import implied_fpr

    for group in ("B", "W"):
        p, ppv, fnr = (compas[name]["by"][group] for name in ("base_rate", "accusation_ppv", "false_negative_rate"))
        assert implied_fpr(p, ppv, fnr) == pytest.approx(compas["false_listing_rate"]["by"][group], abs=1e-12)


def test_every_entry_has_a_value_a_unit_and_each_group(compas: TableMeasures) -> None:
    for entry in json.loads(json.dumps(compas.document(), allow_nan=False)).values():
        assert entry.keys() >= {"value", "by", "unit", "n", "favourable", "library"}
        assert set(entry["by"]) == {"B", "W"}
        assert entry["favourable"] == "not listed"


def test_against_itself_a_group_differs_by_nothing(compas: TableMeasures) -> None:
    for entry in compas.measures.values():
        if entry["reference"] and entry["id"] != "A13":
            assert entry["by"]["W"] == (1.0 if entry["unit"] == "ratio" else 0.0)


def test_the_largest_group_is_the_reference_unless_another_is_named(tmp_path: Path) -> None:
    assert measure_table(table(tmp_path)).reference == "B"


def test_three_groups_are_held_against_one_and_pooled_where_the_library_pools(tmp_path: Path) -> None:
    more = COMPAS + "C,1,1,50\nC,0,1,50\nC,1,0,50\nC,0,0,50\n"
    found = measure_table(table(tmp_path, more), reference="W")
    pooled = (1522 + 100) / (3696 + 200)
    assert found["disparate_impact"]["value"] == pytest.approx(pooled / (1600 / 2454))
    assert found["demographic_parity_difference"]["value"] == pytest.approx(2174 / 3696 - 854 / 2454)
    assert found["fdr_disparity"]["value"] == pytest.approx(0.5 / (349 / 854))


def random_table(seed: int, groups: int = 5) -> str:
    rng = np.random.default_rng(seed)
    cells = [(t, y) for t in (0, 1) for y in (0, 1)]
    rows = [f"g{g},{t},{y},{rng.integers(10, 500)}" for g in range(groups) for t, y in cells]
    return "\n".join(["group,truth,listed,people", *rows])


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_equal_those_of_fairlearn(tmp_path: Path, seed: int) -> None:
    metrics = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed: pip install fairlearn")
    found = measure_table(table(tmp_path, random_table(seed)))
    frame = found.to_metric_frame()
    for name in frame.by_group.columns:
        assert found[name]["by"] == pytest.approx(frame.by_group[name].to_dict(), abs=1e-12)
        assert found[name]["value"] == pytest.approx(frame.overall[name], abs=1e-12)
    people = np.stack(found.counts).ravel().astype(int)
    truth, listed = (np.repeat(np.repeat(flags, len(found.groups)), people) for flags in ([1, 0, 1, 0], [1, 1, 0, 0]))
    group = np.repeat(np.tile(found.groups, 4), people)
    for name, kept in (
        ("demographic_parity_difference", {}),
        ("demographic_parity_ratio", {}),
        ("equalized_odds_difference", {}),
        ("equalized_odds_difference_mean", {"agg": "mean"}),
    ):
        theirs = getattr(metrics, name.removesuffix("_mean"))(truth, listed, sensitive_features=group, **kept)
        assert found[name]["value"] == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("name", ["fpr", "fdr", "for", "fnr", "pprev"])
def test_the_ratios_equal_those_of_aequitas(tmp_path: Path, name: str) -> None:
    aequitas = pytest.importorskip("aequitas.bias", reason="aequitas is not installed: pip install aequitas")
    pandas, grouped = pytest.importorskip("pandas"), pytest.importorskip("aequitas.group")
    found = measure_table(table(tmp_path), reference="W")
    people = np.stack(found.counts).ravel().astype(int)
    truth, listed = (np.repeat(np.repeat(flags, 2), people) for flags in ([1, 0, 1, 0], [1, 1, 0, 0]))
    frame = pandas.DataFrame(
        {"score": listed, "label_value": truth, "race": np.repeat(np.tile(found.groups, 4), people)}
    )
    crosstab, _ = grouped.Group().get_crosstabs(frame)
    theirs = aequitas.Bias().get_disparity_predefined_groups(crosstab, frame, {"race": "W"})
    theirs = theirs.set_index("attribute_value")[f"{name}_disparity"]
    assert found[f"{name}_disparity"]["by"]["B"] == pytest.approx(theirs["B"], abs=1e-5)


def test_the_signed_numbers_equal_those_of_aif360(tmp_path: Path) -> None:
    theirs = pytest.importorskip("aif360.sklearn.metrics", reason="aif360 is not installed: pip install aif360")
    pandas = pytest.importorskip("pandas")
    found = measure_table(table(tmp_path), reference="W")
    people = np.stack(found.counts).ravel().astype(int)
    truth, listed = (np.repeat(np.repeat(flags, 2), people) for flags in ([1, 0, 1, 0], [1, 1, 0, 0]))
    race = pandas.Index(np.repeat(np.tile(found.groups, 4), people), name="race")
    both = pandas.Series(1 - truth, index=race), pandas.Series(1 - listed, index=race)  # 1: the favourable outcome
    against = {"prot_attr": "race", "priv_group": "W", "pos_label": 1}
    for ours, name in (
        ("statistical_parity_difference", "statistical_parity_difference"),
        ("disparate_impact", "disparate_impact_ratio"),
        ("average_odds_difference", "average_odds_difference"),
        ("average_odds_error", "average_odds_error"),
        ("equal_opportunity_difference", "equal_opportunity_difference"),
    ):
        assert found[ours]["value"] == pytest.approx(getattr(theirs, name)(*both, **against), abs=1e-12)
    for ours, alpha in (("generalized_entropy_index", 2), ("theil_index", 1)):
        value = theirs.generalized_entropy_error(*both, alpha=alpha, pos_label=1)
        assert found[ours]["value"] == pytest.approx(value, abs=1e-12)
    between = theirs.between_group_generalized_entropy_error(*both, prot_attr="race", alpha=2, pos_label=1)
    assert found["between_group_generalized_entropy"]["value"] == pytest.approx(between, abs=1e-12)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "counts.csv:1:1"),
        ("group,truth,listed,people\n", "counts.csv:1:1  the table has no rows"),
        (COMPAS.replace("people", "people,name", 1), 'counts.csv:1:27  "name" is not a column'),
        (COMPAS.replace("people", "flagged", 1), "The row A,1,0,120 says: in group A, 120 people who should be listed"),
        (COMPAS.replace(",", ";"), "Separate columns by commas"),
        (COMPAS.replace("B,0,1,805", "B,0,yes,805"), 'counts.csv:3:5  listed: "yes" is neither 0 nor 1'),
        (COMPAS.replace("805", "8.5"), 'counts.csv:3:7  people: "8.5" is not a count'),
        (COMPAS.replace("805", "-3"), "is not a count"),
        (COMPAS + "W,0,0,12\n", "counts.csv:10:1  group W, truth 0, listed 0 is in line 9 already"),
        (COMPAS.replace("W,0,0,1139\n", ""), "counts.csv:8:1  group W has no row for truth 0, listed 0"),
        (COMPAS.replace("505", "*"), "counts.csv:6:7  1 of 8 cells are masked"),
        (COMPAS.replace("505", "9"), "counts.csv:6:7  1 of 8 cells are masked or under 10"),
        ("group,truth,listed,people\n" + "".join(f"p{i},1,1,1\n" for i in range(40)), "every row counts one person"),
        (COMPAS.replace("B,", "someone@example.org,"), "looks like one person's"),
        (COMPAS.replace("B,", "19700101123,"), "looks like one person's"),
        ("group,truth,listed,people\n" + "g,1,1,11\n" * 900, "more than 800 rows"),
        ("group,truth,listed,people\n" + "".join(f"g{i},1,1,11\n" for i in range(201)), "201 groups"),
        (COMPAS.replace("B,1,1,1369", "B,1,1"), "counts.csv:2:1  3 values"),
    ],
)
def test_what_is_not_a_table_of_counts_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TableError) as refused:
        measure_table(table(tmp_path, text))
    assert told in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_quoted_group_may_hold_a_comma_and_columns_are_counted_as_written(tmp_path: Path) -> None:
    named = COMPAS.replace("B,", '"north, rural",')
    assert measure_table(table(tmp_path, named))["selection_rate"]["by"]["north, rural"] == pytest.approx(2174 / 3696)
    with pytest.raises(TableError, match=r"counts\.csv:3:20"):
        measure_table(table(tmp_path, named.replace("805", "many")))


def test_a_group_with_one_masked_cell_is_left_out_of_everything(tmp_path: Path) -> None:
    many = random_table(1, groups=6) + "\nsmall,0,0,40\nsmall,0,1,7\nsmall,1,0,40\nsmall,1,1,40\n"
    found = measure_table(table(tmp_path, many))
    assert found.masked == ("small",)
    assert found["selection_rate"]["by"]["small"] is None
    without = measure_table(table(tmp_path, random_table(1, groups=6)))
    assert found["selection_rate"]["value"] == without["selection_rate"]["value"]


def test_of_one_group_there_are_rates_and_no_gaps(tmp_path: Path) -> None:
    found = measure_table(table(tmp_path, COMPAS.split("W,")[0]))
    assert found["selection_rate"]["value"] == pytest.approx(2174 / 3696)
    for name in ("fpr_disparity", "demographic_parity_difference", "average_odds_difference"):
        assert found[name]["value"] is None
        assert found[name]["reason"] == "there is one group only"


def test_a_rate_of_few_people_is_marked(tmp_path: Path) -> None:
    found = measure_table(table(tmp_path, COMPAS + "C,1,1,10\nC,0,1,50\nC,1,0,12\nC,0,0,50\n"))
    assert found["true_positive_rate"]["few"] == ["C"]
    assert "few" not in found["false_listing_rate"]


def test_an_unknown_reference_is_refused_with_the_groups(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Groups: B, W"):
        measure_table(table(tmp_path), reference="X")


def test_bytes_that_are_no_text_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x01")
    for name in ("b.csv", "none.csv", "."):
        with pytest.raises(InputError):
            measure_table(tmp_path / name)


# --- odds -------------------------------------------------------------------------------------------------------------


def test_one_in_a_thousand_and_one_per_cent_false_alarms_accuse_9990_people_falsely() -> None:
    found = odds(1_000_000, 0.001, 0.9, 0.01)
    assert found.wrongly == 9990
    assert found.rightly == 900
    assert found.ppv == pytest.approx(0.08264, abs=5e-6)
    assert "Of 1,000 flagged, 83 are flagged rightly and 917 wrongly." in found.words


@pytest.mark.parametrize(
    ("text", "share"), [("0.7%", 0.007), (".001", 0.001), ("1e-3", 0.001), ("90 %", 0.9), ("half", None)]
)
def test_a_share_may_be_written_in_per_cent(text: str, share: float | None) -> None:
    if share is None:
        with pytest.raises(typer.BadParameter, match=r"such as 0\.001 or 0\.1%"):
            audit._share(text)
    else:
        assert audit._share(text) == share


def test_a_screen_of_marked_people_flags_what_the_closed_form_says() -> None:
    rng, n = np.random.default_rng(7), 1_000_000
    guilty = rng.random(n) < 0.001
    flagged = rng.random(n) < np.where(guilty, 0.9, 0.01)
    said = odds(n, 0.001, 0.9, 0.01)
    assert abs((flagged & ~guilty).sum() - said.wrongly) < 3 * np.sqrt(said.wrongly)
    assert said.ppv is not None
    share = (flagged & guilty).sum() / flagged.sum()
    assert abs(share - said.ppv) < 3 * np.sqrt(said.ppv * (1 - said.ppv) / said.flagged)


def test_a_screen_that_flags_nobody_has_no_precision() -> None:
    found = odds(100, 0.1, 0.0, 0.0)
    assert found.ppv is None
    assert found.words.endswith("It flags nobody.")


@pytest.mark.parametrize(
    "wrong", [(0, 0.1, 0.1, 0.1), (10, 1.1, 0.1, 0.1), (10, 0.1, -0.1, 0.1), (10, 0.1, 0.1, float("nan"))]
)
def test_what_is_no_share_is_refused(wrong: tuple[int, float, float, float]) -> None:
    with pytest.raises(UsageError):
        odds(*wrong)


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()
    audit.register(app)
    return app


def test_the_commands_print_one_json_document(program: typer.Typer, tmp_path: Path) -> None:
    asked = ["odds", "--people", "1e6", "--base-rate", ".001", "--hit", ".9", "--false-alarm", ".01", "--json"]
    told = json.loads(CliRunner().invoke(program, asked).stdout)
    assert (told["wrongly"], round(told["ppv"], 5)) == (9990, 0.08264)
    told = json.loads(CliRunner().invoke(program, ["measure", "--table", str(table(tmp_path)), "--json"]).stdout)
    assert told["demographic_parity_difference"]["unit"] == "share"


def test_the_commands_say_it_in_words_too(program: typer.Typer, tmp_path: Path) -> None:
    told = CliRunner().invoke(program, ["measure", "--table", str(table(tmp_path)), "--reference", "W"]).stdout
    assert "favourable outcome: not listed; reference group: W" in told
    assert "AIF360 disparate_impact" in told
    asked = ["odds", "--people", "1000", "--base-rate", "0.5", "--hit", "1", "--false-alarm", "0"]
    assert "Of 1,000 flagged, 1,000 are flagged rightly and 0 wrongly." in CliRunner().invoke(program, asked).stdout


def test_odds_and_tables_load_nothing_heavy() -> None:
    code = (
        "import sys, typer\nfrom glasshouse.cli import audit\nfrom glasshouse.measures import odds, tables\n"
        "odds.odds(10, .1, .1, .1)\n"
        "sys.exit(bool({'numba', 'pyarrow', 'duckdb', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
