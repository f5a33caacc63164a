"""A YAML file becomes plain dicts, lists and scalars, and every value keeps its line and column.

ruamel.yaml's parser gives events; the tree is built here from them, so that the limits hold while reading and not after
it: depth, values (those that an alias repeats are counted as often as it repeats them) and characters. Keys are kept as
text and dates as text, so that what was read is JSON as it stands. Left out: tags, merge keys and several documents in
one file; each is refused with its place.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from glasshouse.errors import Problem, ScenarioError

# what the largest text takes to read is about half a second: the parser is plain Python
MAX_BYTES = 250_000
MAX_VALUES = 10_000
MAX_CHARACTERS = 500_000
MAX_DEPTH = 60

Loc = tuple[str | int, ...]
"""Where a value is: keys of mappings as text, numbers of list items from 0."""
Place = tuple[int, int]
"""Line and column, from 1."""

INTEGER = re.compile(r"[-+]?[0-9][0-9_]*")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
SURROGATE = re.compile("[\ud800-\udfff]")
WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


@dataclass(frozen=True)
class Document:
    """What a file says: `data`, and for each value where it stands and for each key where the key stands."""

    file: str
    data: Any
    places: dict[Loc, Place]
    keys: dict[Loc, Place]

    def place(self, loc: Loc) -> Place:
        """The place of a value, or of the nearest thing around it that is in the file."""
        while loc and loc not in self.places:
            loc = loc[:-1]
        return self.places.get(loc, (0, 0))


class _RefusedError(Exception):
    """Something in the text that is not read here; becomes a ScenarioError with the file's name."""

    def __init__(self, message: str, mark: Any = None) -> None:
        super().__init__(message)
        self.place: Place = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)


def shown(text: object, longest: int = 60) -> str:
    """A found value for a message: short, and without characters that a terminal would obey."""
    plain = "".join(c if c.isprintable() else " " for c in str(text)[: longest + 1])
    return plain if len(plain) <= longest else plain[: longest - 3] + "..."


def file_name(path: Path) -> str:
    """How a path is called in messages: relative to here where it lies below, and otherwise by its last part only."""
    if not path.is_absolute():
        return shown(path.as_posix(), 200)
    try:
        return shown(path.relative_to(Path.cwd()).as_posix(), 200)
    except ValueError:
        return shown(path.name, 200)


def read_document(path: Path, name: str | None = None) -> Document:
    """Read one YAML file. Raises ScenarioError with the place of whatever cannot be read."""
    file = name or file_name(path)
    return parse_document(decoded(read_bytes(path, file), file), file)


def read_bytes(path: Path, file: str) -> bytes:
    """The bytes of a regular file that is small enough. Raises ScenarioError for a folder, a device or a large file."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _failure(file, "is a folder, not a scenario file")
        if not stat.S_ISREG(status.st_mode):
            raise _failure(file, "is not a regular file (a device, a pipe or a socket); give a YAML file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _failure(file, "there is no such file") from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else "the path cannot be used"
        raise _failure(file, f"cannot be read: {reason}") from None
    if len(data) > MAX_BYTES:
        raise _failure(file, f"is larger than {MAX_BYTES:,} bytes; a scenario describes a scheme in aggregate")
    return data


def decoded(data: bytes, file: str) -> str:
    """UTF-8 text, with or without a byte order mark. Raises ScenarioError for other encodings and for binary data."""
    for mark, encoding in OTHER_ENCODINGS.items():
        if data.startswith(mark):
            raise _failure(file, f"is {encoding}; save it as UTF-8")
    zero = data.find(b"\0")
    if zero >= 0:
        raise _failure(file, "holds binary data, not text; a scenario is a YAML file in UTF-8", *_place_of(data, zero))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        message = f"byte 0x{data[fault.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _failure(file, message, *_place_of(data, fault.start)) from None


def parse_document(text: str, file: str) -> Document:
    """The one document of a YAML text. Raises ScenarioError with line and column."""
    tree = _Tree()
    try:
        for event in _events(text):
            tree.take(event)
        return tree.document(file)
    except _RefusedError as fault:
        raise _failure(file, str(fault), *fault.place) from None
    except ReaderError as fault:
        line, column = _place_of(text[: fault.position].encode(), len(text[: fault.position].encode()))
        raise _failure(file, f"character {fault.character!r} is not allowed in YAML", line, column) from None
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        raise _failure(file, _yaml_message(fault), line, column) from None
    except (YAMLError, ValueError, RecursionError) as fault:
        raise _failure(file, f"is not YAML that can be read here: {shown(fault, 120)}") from None


def parse_value(text: str, file: str) -> Any:
    """A value written on the command line, read as YAML (`--set PATH=VALUE`). Nothing is null."""
    return parse_document(text, file).data if text.strip() else None


def _events(text: str) -> Iterator[Any]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _failure(file: str, message: str, line: int = 0, column: int = 0) -> ScenarioError:
    return ScenarioError([Problem(file, line, column, "", message)])


def _place_of(data: bytes, offset: int) -> Place:
    before = data[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1


def _yaml_message(fault: MarkedYAMLError) -> str:
    """What the YAML parser says, in one line."""
    problem = shown(fault.problem or "cannot be read as YAML", 120)
    context = shown(fault.context, 80) if fault.context else ""
    if "\\t" in problem:
        return "a tab cannot begin a line here or start a value; indent with spaces"
    return f"{problem} ({context})" if context else problem


@dataclass
class _Open:
    """A mapping or list that is being read."""

    value: dict[str, Any] | list[Any]
    loc: Loc
    anchor: str | None
    values: int = 1
    characters: int = 0
    height: int = 1
    key: str | None = None
    first: dict[str, int] = field(default_factory=dict)  # line on which a key stood first

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


@dataclass(frozen=True)
class _Anchored:
    """A finished value that aliases may repeat, and how much one repetition adds."""

    value: Any
    values: int
    characters: int
    height: int


class _Tree:
    """Takes the parser's events one at a time and builds the document; refuses at the first thing beyond the limits."""

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Anchored | None] = {}
        self.places: dict[Loc, Place] = {}
        self.keys: dict[Loc, Place] = {}
        self.values = self.characters = self.documents = 0
        self.root: Any = None

    def take(self, event: Any) -> None:
        match event:
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _RefusedError(
                        "a second document begins here (---); one file holds one scenario", event.start_mark
                    )
            case AliasEvent():
                self._alias(event)
            case ScalarEvent():
                self._scalar(event)
            case MappingStartEvent() | SequenceStartEvent():
                self._begin(event)
            case MappingEndEvent() | SequenceEndEvent():
                self._end()

    def document(self, file: str) -> Document:
        if not self.documents:
            raise _RefusedError("is empty; a scenario begins with `schema: 1`")
        return Document(file, self.root, self.places, self.keys)

    def _scalar(self, event: Any) -> None:
        self._no_tag(event)
        self._count(1, len(event.value), event.start_mark)
        if SURROGATE.search(event.value):
            raise _RefusedError("holds half a character (a lone surrogate)", event.start_mark)
        if self.stack and self.stack[-1].wants_key:
            self._key(event)
            return
        value = scalar(event.value, event.start_mark) if event.implicit[0] else event.value
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, 1, len(event.value), 0)
        self._put(value, event.start_mark, _Anchored(value, 1, len(event.value), 0))

    def _key(self, event: Any) -> None:
        top, key = self.stack[-1], event.value
        if key == "<<" and event.implicit[0]:
            raise _RefusedError("merge keys (<<) are not read here; write the keys out", event.start_mark)
        if key in top.first:
            message = f'the key "{shown(key)}" stands here a second time; it was given on line {top.first[key]} already'
            raise _RefusedError(message, event.start_mark)
        top.first[key] = event.start_mark.line + 1
        top.key = key
        self.keys[(*top.loc, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)

    def _begin(self, event: Any) -> None:
        self._no_tag(event)
        self._count(1, 0, event.start_mark)
        if self.stack and self.stack[-1].wants_key:
            raise _RefusedError("a key must be a word or a number, not a mapping or a list", event.start_mark)
        if len(self.stack) >= MAX_DEPTH:
            raise _RefusedError(f"is nested more than {MAX_DEPTH} levels deep", event.start_mark)
        loc = self._next_loc()
        self.places[loc] = _place(event.start_mark)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Open({} if isinstance(event, MappingStartEvent) else [], loc, event.anchor))

    def _end(self) -> None:
        done = self.stack.pop()
        whole = _Anchored(done.value, done.values, done.characters, done.height)
        if done.anchor:
            self.anchors[done.anchor] = whole
        self._put(done.value, None, whole)

    def _alias(self, event: Any) -> None:
        known = self.anchors.get(event.anchor, False)
        if known is False:
            raise _RefusedError(f'the alias "*{shown(event.anchor)}" has no anchor before it', event.start_mark)
        if known is None:
            raise _RefusedError(f'the alias "*{shown(event.anchor)}" stands inside what it repeats', event.start_mark)
        assert isinstance(known, _Anchored)
        if self.stack and self.stack[-1].wants_key:
            raise _RefusedError("a key cannot be an alias; write the key out", event.start_mark)
        if len(self.stack) + known.height > MAX_DEPTH:
            raise _RefusedError(f"is nested more than {MAX_DEPTH} levels deep", event.start_mark)
        self._count(known.values, known.characters, event.start_mark)
        self._put(known.value, event.start_mark, known)

    def _put(self, value: Any, mark: Any, size: _Anchored) -> None:
        """A finished value goes into whatever is open around it."""
        if mark is not None:
            self.places[self._next_loc()] = _place(mark)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.values += size.values
        top.characters += size.characters
        top.height = max(top.height, size.height + 1)
        if isinstance(top.value, list):
            top.value.append(value)
            return
        assert top.key is not None
        top.value[top.key] = value
        top.key = None

    def _next_loc(self) -> Loc:
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.loc, len(top.value) if isinstance(top.value, list) else str(top.key))

    def _count(self, values: int, characters: int, mark: Any) -> None:
        self.values += values
        self.characters += characters
        if self.values > MAX_VALUES:
            message = (
                f"holds more than {MAX_VALUES:,} values, those repeated by aliases counted; a scenario is aggregate"
            )
            raise _RefusedError(message, mark)
        if self.characters > MAX_CHARACTERS:
            message = f"holds more than {MAX_CHARACTERS:,} characters, those repeated by aliases counted"
            raise _RefusedError(message, mark)

    @staticmethod
    def _no_tag(event: Any) -> None:
        if event.tag is not None:
            raise _RefusedError(
                f'the tag "{shown(event.tag)}" is not read here; write the plain value', event.start_mark
            )


def _place(mark: StreamMark) -> Place:
    return mark.line + 1, mark.column + 1


def scalar(text: str, mark: Any = None) -> Any:
    """A plain scalar's value: null, true, false, a finite number, or text (YAML 1.2; a date stays text)."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        if len(text) > 40:
            raise _RefusedError(f"{shown(text, 20)} has too many digits for a number; put text in quotes", mark)
        return int(text.replace("_", ""))
    if DECIMAL.fullmatch(text):
        number = float(text.replace("_", "")) if len(text) <= 40 else math.inf
        if math.isinf(number):
            raise _RefusedError(f"{shown(text, 20)} is too large or too long for a number", mark)
        return number
    if NOT_FINITE.fullmatch(text):
        raise _RefusedError(f"{text} is not a number that can be used here; give a finite one", mark)
    return text
