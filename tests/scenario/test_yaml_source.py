"""Reading YAML: places are kept, and whatever is hostile or broken is refused with its place, soon."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from glasshouse.errors import ScenarioError
from glasshouse.scenario import source
from glasshouse.scenario.faults import Fault, told


def refusal(text: str) -> str:
    """The one-line refusal of a text."""
    with pytest.raises(ScenarioError) as caught:
        source.parse_document(text, "x.yaml")
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_every_value_and_every_key_keeps_its_line_and_column() -> None:
    document = source.parse_document("a: 1\nb:\n  - {c: 2 per year}\n", "x.yaml")
    assert document.data == {"a": 1, "b": [{"c": "2 per year"}]}
    assert document.places[("b", 0, "c")] == (3, 9)
    assert document.keys[("b", 0, "c")] == (3, 6)
    assert document.place(("b", 0, "missing")) == (3, 5)


def test_dates_stay_text_and_numbers_become_numbers() -> None:
    data = source.parse_document("[2016-01-01, 1_000, 1.5, 1e-3, true, ~, '5', 0o7]", "x.yaml").data
    assert data == ["2016-01-01", 1000, 1.5, 0.001, True, None, "5", "0o7"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2\n", 'x.yaml:2:1  the key "a" stands here a second time; it was given on line 1 already'),
        ("a: {b: 1, b: 2}", 'x.yaml:1:11  the key "b" stands here a second time'),
        ("a: &x [1, *x]", 'x.yaml:1:11  the alias "*x" stands inside what it repeats'),
        ("a: *x", 'x.yaml:1:4  the alias "*x" has no anchor before it'),
        ("a: !!python/object:os.system x", "x.yaml:1:4  the tag"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1  a second document begins here"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "x.yaml:3:3  merge keys"),
        ("a:\n\t- b\n", "x.yaml:2:1  a tab cannot begin"),
        ("a: .nan\n", "x.yaml:1:4  .nan is not a number that can be used here"),
        ("a: 1e999\n", "x.yaml:1:4  1e999 is too large"),
        ("a: " + "9" * 5000, "x.yaml:1:4  99999999999999999... has too many digits"),
        ("a: \x07\n", "x.yaml:1:4  the character with the number 7, which cannot be seen, stands here; delete it"),
        ('a: "\\ud800"\n', "x.yaml:1:4  holds half a character"),
        ("? [a, b]\n: 1\n", "x.yaml:1:3  a key must be a word or a number"),
        ("", "x.yaml  is empty"),
        ("# only a comment\n", "x.yaml  is empty"),
    ],
)
def test_what_is_not_read_is_refused_with_its_place(text: str, says: str) -> None:
    assert refusal(text).startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('a: "b\nc: 1\n', '1:4  the quote " that opens here is never closed; put another " where the text ends'),
        ("a: 'b\nc: 1\n", "1:4  the quote ' that opens here is never closed"),
        ('a: "b\nc: "d"\n', '1:4  the quote " that opens here is closed only on line 2'),
        (
            "a: 'it's'\n",
            "1:8  the text in quotes is over, and something follows it; write '' for an apostrophe inside of it",
        ),
        ('a: "b\\q"\n', r"1:7  in double quotes \q means nothing"),
        ("a:\n  b: 1\n\tc: 2\n", "3:1  a tab cannot begin a line here or start a value; indent with spaces"),
        (
            "a:\n  b: 1\n   c: 2\n",
            "3:4  this line begins after 3 blanks, and line 2, which has a value already, after 2 blanks",
        ),
        (
            "a:\n  b: 1\n c: 2\n",
            "3:2  this line begins after 1 blank, and those it could belong to after no blank or 2 blanks",
        ),
        (" a: 1\nb: 2\n", "2:1  this line begins before the first one of the file"),
        ("a:\n  - b: 1\n  c: 2\n", "3:3  a key stands here among the items of the list that begins on line 2"),
        ("a: 1\n- b\n", "2:1  an item of a list stands here among keys, which begin on line 1"),
        ("a: - b\n", "1:4  an item of a list begins in the line of its key"),
        ("a:\n  -b: 1\n   c: 2\n", '2:3  a blank is missing after "-"; write "- b: 1"'),
        ("a:\n  b 1\n  c: 2\n", '2:3  "b 1" has no ":"; write "b: 1"'),
        ("a:\n  b:1\n  c: 2\n", '2:3  a blank is missing after ":"; write "b: 1"'),
        ("a: 1\nworld\n  b: 2\n", '2:1  "world" has no ":"; write "world:"'),
        ("a: b: c\n", '1:5  a second ":" in this line; put the text in quotes if it belongs to it'),
        ("a: [1, 2\nb: {c: 3}\n", "1:4  the [ that opens here is never closed; put ] where it ends"),
        ("a: {b: 1\n", "1:4  the { that opens here is never closed"),
        ("a: {b: 1}}\n", '1:10  nothing is open that this "}" could close'),
        ("a: {b: 1 c: 2}\n", "1:11  a comma is missing before this, between two entries of the { of line 1"),
        ("a: [b c: 2}\n", "1:11  } stands here, and the [ of line 1, column 4 is open; write ]"),
        ("a: @b\n", '1:4  a text cannot begin with @; put it in quotes: "@b"'),
        ("a: |x\n  b\n", "1:5  after | or > nothing may follow"),
    ],
)
def test_a_broken_text_is_told_in_plain_words_at_the_place_to_mend(text: str, says: str) -> None:
    assert refusal(text).startswith(f"x.yaml:{says}")


def test_what_a_parser_says_in_other_words_still_has_a_place_and_says_where_to_look() -> None:
    said, place = told(Fault("something new", (3, 7), None, ["a: 1"]))
    assert place == (3, 7)
    assert "something new" in said
    assert "look at quotes, brackets and blanks" in said


BOMB = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)
TEXT_BOMB = "a: &a " + "x" * 5_000 + "\nb: [" + ", ".join(["*a"] * 1000) + "]\n"
NEST = "".join(f"a{i}: &a{i} [{'[' * 20}*a{i - 1}{']' * 20}]\n" if i else "a0: &a0 [1]\n" for i in range(20))


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        TEXT_BOMB,
        NEST,
        "a: " + "[" * 50_000,
        "- " * 5_000 + "a",
        "".join(f"k{i}: {{v: {i}}}\n" for i in range(30_000)),
    ],
    ids=["values", "characters", "depth by aliases", "depth in brackets", "depth in dashes", "length"],
)
def test_a_text_that_would_fill_memory_is_refused_within_two_seconds(text: str) -> None:
    started = time.process_time()
    assert "more than" in refusal(text)
    assert time.process_time() - started < 2


def test_the_largest_text_that_is_read_is_read_within_two_seconds() -> None:
    started = time.process_time()
    source.parse_document("a: " + "x y " * (source.MAX_BYTES // 4 - 2), "x.yaml")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("schema: 1\n".encode("utf-16"), "x.yaml  is UTF-16; save it as UTF-8"),
        (b"\x7fELF\x00\x01", "x.yaml:1:5  holds binary data"),
        (b"a: 1\nb: \xff\xfe\n", "x.yaml:2:4  byte 0xff is not UTF-8"),
        (b"a: 1\n" * 200_000, "x.yaml  is larger than 250,000 bytes"),
    ],
    ids=["utf-16", "binary", "latin", "large"],
)
def test_files_that_are_not_small_utf8_text_are_refused(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "x.yaml").write_bytes(data)
    with pytest.raises(ScenarioError) as caught:
        source.read_document(tmp_path / "x.yaml")
    assert str(caught.value).startswith(says)


def test_a_folder_a_device_and_a_pipe_are_not_files(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="is a folder"):
        source.read_document(tmp_path)
    if os.path.exists("/dev/zero"):
        with pytest.raises(ScenarioError, match="not a regular file"):
            source.read_document(Path("/dev/zero"))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ScenarioError, match="not a regular file"):
            source.read_document(tmp_path / "pipe")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert source.read_document(tmp_path / "x.yaml").data == {"a": 1}


def test_messages_hold_no_absolute_path_and_no_terminal_codes(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        source.read_document(tmp_path / "missing.yaml")
    assert str(tmp_path) not in str(caught.value)
    assert "\x1b" not in refusal('"\\e[2Jx": 1\n"\\e[2Jx": 2\n')
