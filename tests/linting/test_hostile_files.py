"""Files made to break a reader: each gets one clear error, with its place where it has one, quickly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from glasshouse.errors import InputError
from glasshouse.linting.paths import lint_paths

HEAD = b"schema: 1\nscheme: {title: x}\n"
LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n" % (c, c, *[c - 1] * 8) for c in range(ord("b"), ord("k"))
)
FILES = {
    "anchors that explode": HEAD + LAUGHS,
    "fifty megabytes": HEAD + b"# " + b"x" * 50_000_000,
    "deep nesting": HEAD + b"rules: " + b"[" * 5000,
    "UTF-16": "schema: 1\nscheme: {title: x}\n".encode("utf-16"),
    "Latin-1": "schema: 1\nscheme: {title: Bürger}\n".encode("latin-1"),
    "duplicate keys": HEAD + b"notice: {enabled: true}\nnotice: {enabled: false}\n",
    "binary": HEAD + bytes(range(256)),
    "a tag": HEAD + b"rules: !!python/object/apply:os.system [ls]\n",
    "empty": b"",
    "a list": b"- 1\n- 2\n",
    "a number with many digits": HEAD + b"score: {min: " + b"9" * 100_000 + b"}\n",
    "unknown keys": HEAD + b"rulez: []\n",
    "a person": HEAD + b"rules: [{id: r, when: {}, full_name: Jane Doe}]\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_gets_a_clear_error_in_time(name: str, tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(FILES[name])
    start = time.process_time()
    with pytest.raises(InputError) as told:
        lint_paths([path])
    assert time.process_time() - start < 2
    assert "scheme.yaml" in str(told.value)
    assert len(str(told.value)) < 20_000
    assert told.value.exit_code == 2


def test_a_folder_with_nothing_in_it_and_a_pattern_that_matches_nothing_are_refused(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "*.yaml", tmp_path / "none.yaml"):
        with pytest.raises(InputError):
            lint_paths([name])
