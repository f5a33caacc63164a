"""The command line as a person meets it: one block for an error, the nearest spelling, one JSON document, the exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from glasshouse import verbs
from glasshouse.cli import app as cli
from glasshouse.cli import options
from glasshouse.errors import GlasshouseError, Interrupted
from glasshouse.recording.store import Recording
from glasshouse.scenario.reading import read_scenario
from glasshouse.scenario.schema import World

Told = tuple[int, str, str]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Any:
    def ask(*words: str) -> Told:
        code = cli.answer(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


def test_the_file_of_a_scenario_is_printed_to_be_changed_and_run(told: Any, tmp_path: Path) -> None:
    code, out, _ = told("scenarios", "everyday-conduct")
    assert code == 0
    mine = tmp_path / "mine.yaml"
    mine.write_text(out, encoding="utf-8")
    assert read_scenario(mine).raw == read_scenario("everyday-conduct").raw
    assert json.loads(told("scenarios", "everyday-conduct", "--json")[1])["file"] == out
    code, out, err = told("scenarios", "everyday-conducd")
    assert (code, out) == (2, "")
    assert 'Did you mean "everyday-conduct"?' in err


@pytest.mark.parametrize(
    "words", [("run",), ("run", "--people", "500"), ("run", "--days", "9"), ("twins",), ("safeguards",)]
)
def test_a_scheme_without_a_world_is_told_how_to_go_on(told: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("schema: 1\nscheme: {title: A scheme}\n", encoding="utf-8")
    code, out, err = told(words[0], str(mine), *words[1:])
    assert (code, out) == (2, "")
    assert "can be linted but not run" in err
    assert "glasshouse scenarios defaulter-list" in err


def test_what_cannot_be_explained_says_where_to_look(told: Any) -> None:
    assert told("explain", "everyday-conduct")[2].endswith("It is a scenario: glasshouse scenarios everyday-conduct\n")
    assert "glasshouse lint --rules" in told("explain", "xyzzy")[2]


def raising(error: BaseException) -> Any:
    def verb(*_: Any, **__: Any) -> Any:
        raise error

    return verb


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["rum", "defaulter-list"], "'run'"),
        (["scenrios"], "'scenarios'"),
        (["run", "defaulter-list", "--peple", "5"], "--people"),
        (["run", "defaulter-lst"], '"defaulter-list"'),
        (["run", "defaulter-list", "--engine", "refrence"], '"reference"'),
        (["run", "defaulter-list", "--variant", "as-promissed"], '"as-promised"'),
    ],
)
def test_a_misspelling_ends_with_the_nearest_spelling_and_code_2(told: Any, words: list[str], near: str) -> None:
    code, out, err = told(*words)
    assert (code, out) == (2, "")
    assert near in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words", [["run"], ["run", "x", "--people", "many"], ["run", "x", "--seeds", "0"], ["report", "nowhere"]]
)
def test_bad_usage_is_one_block_on_standard_error(told: Any, words: list[str]) -> None:
    code, out, err = told(*words)
    assert (code, out) == (2, "")
    assert 0 < len(err.strip().splitlines()) <= 3


def test_our_own_fault_is_short_and_says_how_to_get_the_traceback(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "scenarios", raising(ZeroDivisionError("one over none")))
    code, out, err = told("scenarios")
    assert (code, out) == (3, "")
    assert "one over none" in err
    assert "GLASSHOUSE_DEBUG=1" in err
    assert "Traceback" not in err
    monkeypatch.setenv("GLASSHOUSE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        told("scenarios")


def test_a_fault_that_we_raise_ourselves_is_our_fault_too(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "scenarios", raising(GlasshouseError("the tables do not agree")))
    assert told("scenarios")[0] == 3


def test_an_interrupted_run_ends_with_130_and_the_line_to_paste(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "run", raising(Interrupted("Stopped.")))
    code, out, err = told("run", "defaulter-list", "--people", "1e6", "--out", "my run")
    assert (code, out) == (130, "")
    assert "glasshouse run defaulter-list --people 1e6 --out 'my run' --resume" in err
    assert told("run", "defaulter-list", "--resume")[2].count("--resume") == 1


def test_ctrl_c_anywhere_else_ends_with_130(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "doctor", raising(KeyboardInterrupt()))
    assert told("doctor") == (130, "", "Stopped.\n")


def test_json_is_exactly_one_document(told: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    def run(scenario: str, **options: Any) -> verbs.Run:
        asked.update(options)
        return verbs.Run(Recording(tmp_path, {}), tmp_path / "report.html")

    monkeypatch.setattr(verbs, "run", run)
    (tmp_path / "measures.json").write_text(json.dumps({"wrongful_listing_rate": {"value": 0.1}}))
    code, out, err = told(
        "run", "defaulter-list", "--json", "--people", "1_000", "--days", "1e2", "--set", "a=1", "--set", "b=2"
    )
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["synthetic"] is True
    assert document["measures"]["wrongful_listing_rate"]["value"] == 0.1
    assert asked["quiet"] is True
    assert (asked["people"], asked["days"], asked["set"]) == (1000, 100, ["a=1", "b=2"])


@pytest.mark.parametrize("within", [True, False])
def test_a_validation_outside_its_band_ends_with_1(told: Any, monkeypatch: pytest.MonkeyPatch, within: bool) -> None:
    class Judged:
        def __init__(self) -> None:
            self.within = within

        def __str__(self) -> str:
            return "misses first"

        def document(self) -> dict[str, bool]:
            return {"within": within}

    monkeypatch.setattr(verbs, "validate", lambda *_, **__: Judged())
    code, out, _ = told("validate", "defaulter-list")
    assert (code, out) == (0 if within else 1, "misses first\n")
    assert json.loads(told("validate", "defaulter-list", "--json")[1]) == {"within": within}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1000000", 10**6), ("1_000_000", 10**6), ("1,000,000", 10**6), ("1e6", 10**6), ("2.5e3", 2500)],
)
def test_whole_numbers_are_read_as_people_write_them(text: str, number: int) -> None:
    assert options.whole(text) == number


@pytest.mark.parametrize("text", ["", "many", "1.5", "1e-3", "nan", "inf"])
def test_what_is_not_a_whole_number_is_refused(text: str) -> None:
    with pytest.raises(cli.typer.BadParameter, match="whole number"):
        options.whole(text)


@pytest.mark.parametrize("text", ["0", "-5", "1e12"])
def test_a_number_of_people_that_no_world_has_is_refused_by_the_option_that_was_typed(told: Any, text: str) -> None:
    code, _, err = told("run", "defaulter-list", "--people", text)
    assert code == 2
    assert "--people" in err
    assert "Give 1 to 2,000,000,000." in err
    assert "world.people" not in err


def test_as_many_people_as_a_scenario_may_have_may_be_asked_for() -> None:
    limits = {type(x).__name__: x for x in World.model_fields["people"].metadata}
    assert (limits["Ge"].ge, limits["Le"].le) == (1, options.MOST_PEOPLE)


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
@pytest.mark.parametrize("words", [["--version"], ["schema"]])
def test_a_reader_who_stops_reading_is_no_error(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", "from glasshouse.cli.app import main; main()", *words]
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_command_at_all_shows_the_help(told: Any) -> None:
    code, out, err = told()
    assert (code, err) == (0, "")
    assert "scenarios" in out


@pytest.mark.parametrize("verb", ["run", "lint", "twins"])
def test_a_file_that_is_no_yaml_ends_with_2_and_the_place_to_mend(told: Any, tmp_path: Path, verb: str) -> None:
    (tmp_path / "broken.yaml").write_text('schema: 1\nscheme: {title: "A town}\nworld: {people: 5}\n')
    code, out, err = told(verb, str(tmp_path / "broken.yaml"))
    assert (code, out) == (2, "")
    assert err == 'broken.yaml:2:17  the quote " that opens here is never closed; put another " where the text ends\n'
