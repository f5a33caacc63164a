"""The annex says where each cell comes from; the interview writes a scheme whose unknowns stay open; versions are compared by finding."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from glasshouse.cli.lint import register
from glasshouse.errors import UsageError
from glasshouse.linting import annex, annex_output, interview
from glasshouse.linting.changes import changes
from glasshouse.linting.finding import Status
from glasshouse.linting.paths import lint_paths
from glasshouse.linting.reading import text_of
from glasshouse.linting.run import lint
from lint_texts import CASES, TODAY

BASE = (CASES / "_base.yaml").read_text(encoding="utf-8")
MEASURE = {"value": 0.35, "luck": {"low": 0.3, "high": 0.4}, "n": 900, "unit": "share", "standing": "anchored"}


def made(recording: Path | None = None) -> annex.Annex:
    return annex.annex(lint_paths(["defaulter-list"], as_of=TODAY), recording)


def test_every_cell_says_where_it_comes_from_or_that_a_human_must_answer() -> None:
    for section, cell in annex.cells_of(made()):
        assert cell.whence, (section.title, cell.question)
        assert cell.answer or annex.HUMAN in cell.whence


def test_waivers_come_first_and_then_what_must_be_checked() -> None:
    assert [s.title for s in made().sections[:2]] == ["Waivers", "What its reader must check first"]


def test_the_fundamental_rights_part_has_its_six_points_in_order() -> None:
    part = next(s for s in made().sections if s.title == "Fundamental rights")
    assert [c.question[:3] for c in part.cells] == ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)"]


def test_the_data_part_leaves_the_officer_and_the_people_to_humans() -> None:
    part = {c.question[:5]: c for s in made().sections if s.title == "Data protection" for c in s.cells}
    assert part["35(2)"].whence == part["35(9)"].whence == annex.HUMAN


def test_figures_come_from_a_recording_with_interval_and_standing(tmp_path: Path) -> None:
    (tmp_path / "measures.json").write_text(json.dumps({"cannot_get_off_share": MEASURE}), encoding="utf-8")
    told = " ".join(c.answer for _, c in annex.cells_of(made(tmp_path)))
    assert "cannot_get_off_share: 35.0%, 30.0% to 40.0% by luck (n = 900, anchored), synthetic people" in told


LIVED = {"value": 7, "n": 900, "unit": "people", "standing": "assumed"}


def alternatives(folder: Path, variants: dict[str, object]) -> dict[str, annex.Cell]:
    told = {"people_listed": LIVED | {"value": 730}, "variants": variants}
    (folder / "measures.json").write_text(json.dumps(told), encoding="utf-8")
    part = next(s for s in made(folder).sections if s.title == "Alternatives considered")
    return {c.question.partition(":")[0]: c for c in part.cells}


def test_alternatives_are_filled_from_the_variants_that_were_lived(tmp_path: Path) -> None:
    cells = alternatives(tmp_path, {n: {"people_listed": LIVED} for n in ("no-scheme", "lottery", "with-expiry")})
    for question in ("No scheme at all", "A lottery of the same size", "The scheme with expiry"):
        assert cells[question].answer == "people ever listed: 730 as it is, 7 here (assumed)"
        assert annex.HUMAN not in cells[question].whence
    assert annex.HUMAN in cells["The scheme with working-appeal"].whence


def test_alternatives_that_were_not_lived_name_the_command_that_would(tmp_path: Path) -> None:
    cells = alternatives(tmp_path, {})
    assert all(annex.HUMAN in c.whence for name, c in cells.items() if not name.startswith("Not possible"))
    part = next(s for s in made().sections if s.title == "Alternatives considered")
    assert "glasshouse twins defaulter-list --with notice-before-effect" in part.words
    assert "glasshouse assess defaulter-list --recording DIR" in part.words


def test_twins_that_were_run_in_groups_are_one_run(tmp_path: Path) -> None:
    for n, name in enumerate(("no-scheme", "lottery")):
        (tmp_path / f"group-{n}").mkdir()
        told = {"people_listed": LIVED, "variants": {name: {}}}
        (tmp_path / f"group-{n}" / "measures.json").write_text(json.dumps(told), encoding="utf-8")
    assert set(annex.measures_of(tmp_path)["variants"]) == {"no-scheme", "lottery"}


def test_a_text_without_people_cannot_be_lived_and_says_so() -> None:
    part = annex.annex(lint([text_of(BASE, as_of=TODAY)])).sections[-1]
    assert "no `world`" in part.words
    assert [c.answer for c in part.cells] == ["No run was given."] * 2


def test_an_assumed_measure_is_a_range_and_never_a_point() -> None:
    assumed = MEASURE | {"standing": "assumed", "range": {"low": 0.1, "high": 0.6}}
    assert annex.figure("x", assumed).startswith("x: between 10.0% and 60.0% (n = 900, assumed)")
    of_what = assumed | {"range": {"low": 0.0, "high": 0.0}, "denominator": "wrongful listings"}
    assert annex.figure("x", of_what).startswith("x: 0.0% whatever is assumed (of 900 wrongful listings, assumed)")


def test_lint_shows_each_promise_beside_what_a_run_measured(program: typer.Typer, tmp_path: Path) -> None:
    undefined = {"value": None, "reason": "too few", "n": 3, "unit": "days"}
    measured = {"never_notified_share": MEASURE, "time_to_correction_median": undefined}
    (tmp_path / "measures.json").write_text(json.dumps(measured), encoding="utf-8")
    told = CliRunner().invoke(program, ["lint", "defaulter-list", "--exit-zero", "--recording", str(tmp_path)]).stdout
    part = told[told.index("Promise beside practice") :]
    assert "promised: notice.enabled: true (line" in part
    assert "never told while it lasted: 35.0%, 30.0% to 40.0% by luck (n = 900, anchored)" in part
    assert "days until a wrong listing is corrected, median: undefined (too few)" in part
    assert "appeals not answered within a year: not measured in this run" in part


def test_a_folder_without_measures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"measures\.json"):
        made(tmp_path)


def test_the_three_forms_hold_the_same_cells(tmp_path: Path) -> None:
    one = made()
    for ending in ("md", "html", "docx"):
        annex_output.write(one, tmp_path / f"a.{ending}")
    with zipfile.ZipFile(tmp_path / "a.docx") as folder:
        document = ElementTree.fromstring(folder.read("word/document.xml"))
    words = " ".join(document.itertext())
    for _, cell in annex.cells_of(one):
        assert cell.question in words
    assert (tmp_path / "a.html").read_text(encoding="utf-8").count("<tr") >= sum(1 for _ in annex.cells_of(one))
    assert annex_output.docx(one) == annex_output.docx(one)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must end in"):
        annex_output.write(made(), tmp_path / "a.pdf")


# --- the interview ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


def test_an_interview_in_which_nothing_is_known_makes_a_scheme_in_which_everything_is_open() -> None:
    words = interview.written({"unknown": [q.key for q in interview.QUESTIONS]})
    found = lint([text_of(words)]).findings
    assert found
    assert {f.status for f in found} == {Status.UNDETERMINED}
    assert "# correction: not known" in words
    assert "\n  # operator.kind: not known" in words, "what stands under nothing names its whole path"
    assert "\n    # when.subject: not known" in words


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        q.key: st.sampled_from(q.choices)
        if q.kind == "choice"
        else st.booleans()
        if q.kind == "yesno"
        else st.integers(1, 5)
        if q.kind in ("number", "one_to_five")
        else st.one_of(st.none(), st.integers(0, 4000))
        if q.kind == "days"
        else st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=40)
        for q in interview.QUESTIONS
    },
)


@given(answers=ANSWERS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_answered_a_scheme_comes_out_that_can_be_read(answers: dict[str, object]) -> None:
    unknown = [q.key for q in interview.QUESTIONS if q.key not in answers]
    text = text_of(interview.written({**answers, "unknown": unknown}))
    assert lint([text]).findings


def test_a_wrong_answer_is_asked_again_and_unknown_is_kept(program: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "bikes.yaml"
    given_words = "Bike points\nnobody\npublic\n" + "?\n" * 30
    told = CliRunner().invoke(program, ["new", str(file)], input=given_words)
    assert told.exit_code == 0
    assert "?:" not in told.output, "a question ends as a question does"
    assert "    kind: public" in file.read_text(encoding="utf-8")
    assert "# min_age: not known" in file.read_text(encoding="utf-8")


def test_an_interview_that_was_left_goes_on_where_it_stood(program: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "bikes.yaml"
    CliRunner().invoke(program, ["new", str(file)], input="Bike points\npublic\n")
    assert not file.exists()
    assert interview.kept(file)["operator"] == "public"
    assert next(interview.left(interview.kept(file))).key == "purpose"
    CliRunner().invoke(program, ["new", str(file)], input="?\n" * 40)
    assert "title: Bike points" in file.read_text(encoding="utf-8")
    assert not interview.notes_path(file).exists()


def test_the_interview_asks_about_twenty_five_questions_in_plain_words() -> None:
    assert 20 <= len(interview.QUESTIONS) <= 30
    assert all(q.words.endswith(("?", ".")) for q in interview.QUESTIONS)


# --- two versions -----------------------------------------------------------------------------------------------------------------


def test_two_versions_are_compared_by_finding(tmp_path: Path, program: typer.Typer) -> None:
    old, newer = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(
        BASE.replace("max_days: 180", "max_days: null").replace("sla_days: 5, mark", "sla_days: 90, mark"),
        encoding="utf-8",
    )
    newer.write_text(
        "# moved\n" + BASE.replace("    max_days: 180\n", "").replace("subject: self", "subject: friend"),
        encoding="utf-8",
    )
    found = changes(str(old), str(newer), TODAY)
    assert {e["code"] for e in found.new} == {"GH501"}
    assert {e["code"] for e in found.silent_now} == {"GH801"}
    assert CliRunner().invoke(program, ["diff", str(old), str(newer)]).exit_code == 1
    assert CliRunner().invoke(program, ["diff", str(newer), str(newer)]).exit_code == 0
