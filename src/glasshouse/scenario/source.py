"""A YAML file becomes plain dicts, lists and scalars, and every value keeps its line and column.

Two parsers: libyaml (through PyYAML, where it is there) gives the nodes of a plain text that nothing is wrong with; ruamel.yaml gives
events for all else, and the tree is built here from them, so that the limits hold while reading and not after it: depth, values (those
that an alias repeats are counted as often as it repeats them) and characters. Keys are kept as text and dates as text, so that what was
read is JSON as it stands. Left out: tags, merge keys and several documents in one file; each is refused with its place.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.reader import ReaderError

from glasshouse.errors import Problem, ScenarioError
from glasshouse.scenario.faults import fault_of, told

try:
    from yaml import YAMLError as LibraryError
    from yaml.cyaml import CParser
    from yaml.nodes import MappingNode, ScalarNode
except ImportError:  # PyYAML without libyaml, or none
    CParser, MappingNode, ScalarNode, LibraryError = None, None, None, YAMLError

# what the largest text takes to read is about half a second where the parser is plain Python
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
NUMERIC = frozenset("+-.0123456789")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
UNUSUAL = re.compile(
    r"""[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]  # tabs, other ends of lines, what is not printable
    | ^%|^\.\.\.                                      # directives and ends of documents
    | (?<![\w"'])[&*!]                               # anchors, aliases, tags
    | ^[ ]*[|>]                                     # a block text that begins a line
    | [|>][-+0-9]*[ ]*(?:\#.*)?(?:\n[ ]*$|\n[ ]*\#)   # or begins with an empty line or a number sign
    | [|>][-+0-9]*\#""",
    re.MULTILINE | re.VERBOSE,
)
"""What the two parsers read differently, or may; such a text is read by ruamel.yaml alone."""
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
    places: Mapping[Loc, Place]
    keys: Mapping[Loc, Place]

    def place(self, loc: Loc) -> Place:
        """The place of a value, or of the nearest thing around it that is in the file."""
        while loc and loc not in self.places:
            loc = loc[:-1]
        return self.places.get(loc, (0, 0))

    def start(self, loc: Loc) -> Place:
        """Where a key stands, or an item of a list; of what is not in the file, the nearest thing around it."""
        if isinstance(self.keys, Places):
            return self.keys.nodes.start(loc)
        found = self.keys.get(loc) or self.places.get(loc)
        return found or (self.start(loc[:-1]) if loc else (0, 0))


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
    """The one document of a YAML text. Raises ScenarioError with line and column.

    A plain text that nothing is wrong with is read from the events of libyaml, fifteen times as fast. Anything else is read (again) from
    the events of ruamel.yaml, so that what is said of a fault, and of where it is, does not hang on what is installed.
    """
    quick = _read_by_libyaml(text, file)
    return quick if quick is not None else _read_by_ruamel(text, file)


def _read_by_libyaml(text: str, file: str) -> Document | None:
    """The document; None where libyaml is not there, where the text holds what the two parsers may read differently, or a fault."""
    if CParser is None or len(text) > MAX_BYTES or is_unusual(text):
        return None
    try:
        root = _composer()(text).get_single_node()
        nodes = _Nodes(root)
        data = nodes.value(root) if root is not None else None
    except (_RefusedError, LibraryError, ValueError, RecursionError):
        return None
    whole = root is not None and nodes.count <= MAX_VALUES
    return Document(file, data, Places(nodes, of_keys=False), Places(nodes, of_keys=True)) if whole else None


def is_unusual(text: str) -> bool:
    """Does the text hold what the two parsers read differently, or may? Most texts are plain, and that is seen without the expression."""
    plain = text.isascii() and text.replace("\n", "").isprintable() and not any(c in text for c in "%&*!|>")
    return "\n..." in text or text.startswith("...") or (not plain and UNUSUAL.search(text) is not None)


@cache
def _composer() -> Any:
    """libyaml's parser as this reader uses it: nodes no deeper than is allowed, whose tag says only whether they were written plainly."""

    class Composer(CParser):  # type: ignore[misc]
        depth = 0

        def resolve(self, kind: Any, value: str | None, implicit: Any) -> bool:
            return implicit[0] if kind is ScalarNode else True

        def descend_resolver(self, parent: Any, index: Any) -> None:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise _RefusedError("deep")

        def ascend_resolver(self) -> None:
            self.depth -= 1

    return Composer


Pair = tuple[Any, Any]
"""The nodes of a key and of its value."""


class _Nodes:
    """What libyaml read: the data, built at once, and the nodes, in which places are looked up when they are asked for.

    Refuses whatever the other reader has a message for. `count`: values and keys.
    """

    def __init__(self, root: Any) -> None:
        self.root, self.count = root, 0
        self.known: dict[Loc, Pair | None] = {(): (None, root)}

    def value(self, node: Any) -> Any:
        """What is written here, as plain dicts, lists and scalars."""
        self.count += 1
        if type(node) is ScalarNode:
            return _written(node)
        if type(node) is MappingNode:
            return self._mapping(node.value)
        return [self.value(child) for child in node.value]

    def _mapping(self, pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, child in pairs:
            name = key.value
            if type(key) is not ScalarNode or name in out or not _is_key(name):
                raise _RefusedError("is no key, or a second one")
            out[name] = self.value(child)
        self.count += len(pairs)
        return out

    def at(self, loc: Loc) -> Pair | None:
        """The nodes of the key and of the value at a place (no key for an item of a list); None where nothing stands."""
        if loc not in self.known:
            around = self.at(loc[:-1])
            self.known[loc] = None if around is None else _inside(around[1], loc[-1])
        return self.known[loc]

    def start(self, loc: Loc) -> Place:
        """Where the key, or else the value, at a place stands, or at the nearest place around it."""
        pair = self.at(loc)
        while pair is None:
            loc = loc[:-1]
            pair = self.at(loc)
        return _place((pair[0] or pair[1]).start_mark)


def _inside(node: Any, step: str | int) -> Pair | None:
    if type(node) is MappingNode:
        for key, value in node.value:
            if key.value == step:
                return key, value
    elif type(node) is not ScalarNode and isinstance(step, int) and 0 <= step < len(node.value):
        return None, node.value[step]
    return None


def _locs(node: Any, loc: Loc = ()) -> Iterator[Loc]:
    """Every place inside a node, in the order of the file."""
    yield loc
    if type(node) is MappingNode:
        for key, value in node.value:
            yield from _locs(value, (*loc, key.value))
    elif type(node) is not ScalarNode:
        for n, value in enumerate(node.value):
            yield from _locs(value, (*loc, n))


class Places(Mapping[Loc, Place]):
    """Where the values of a document stand, or its keys. Looked up when asked: of most places nobody wants to know."""

    def __init__(self, nodes: _Nodes, of_keys: bool) -> None:
        self.nodes, self.of_keys = nodes, of_keys

    def find(self, loc: Loc) -> Place | None:
        """The place, or None where the document has nothing there."""
        pair = self.nodes.at(loc)
        node = pair and pair[0 if self.of_keys else 1]
        return None if node is None else _place(node.start_mark)

    def __getitem__(self, loc: Loc) -> Place:
        found = self.find(loc)
        if found is None:
            raise KeyError(loc)
        return found

    def __iter__(self) -> Iterator[Loc]:
        return (loc for loc in _locs(self.nodes.root) if self.find(loc) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def _is_key(name: str) -> bool:
    return name not in ("", "<<") and (name.isascii() or not SURROGATE.search(name))


def _written(node: Any) -> Any:
    """A scalar's value. Where nothing is written it is left to the other parser: the two put its place differently."""
    text = node.value
    if not text.isascii() and SURROGATE.search(text):
        raise _RefusedError("half a character")
    if not node.tag:
        return text
    if not text:
        raise _RefusedError("is empty")
    return scalar(text)


def _read_by_ruamel(text: str, file: str) -> Document:
    tree, event = _Tree(), None
    try:
        for event in _events(text):
            tree.take(event)
        return tree.document(file)
    except _RefusedError as fault:
        raise _failure(file, str(fault), *fault.place) from None
    except ReaderError as fault:
        line, column = _place_of(text[: fault.position].encode(), len(text[: fault.position].encode()))
        found = f"the character with the number {fault.character}, which cannot be seen, stands here; delete it"
        raise _failure(file, found, line, column) from None
    except MarkedYAMLError as fault:
        message, place = told(fault_of(fault, text, event))
        raise _failure(file, message, *place) from None
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
        return self.key is None and isinstance(self.value, dict)


class _Size(NamedTuple):
    """A finished value that aliases may repeat, and how much one repetition adds."""

    value: Any
    values: int
    characters: int
    height: int


class _Tree:
    """Takes the parser's events one at a time and builds the document; refuses at the first thing beyond the limits."""

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Size | None] = {}
        self.places: dict[Loc, Place] = {}
        self.keys: dict[Loc, Place] = {}
        self.values = self.characters = self.documents = 0
        self.root: Any = None
        self.does: dict[str, Callable[[Any], None]] = {
            "DocumentStartEvent": self._begin_document,
            "AliasEvent": self._alias,
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._begin,
            "SequenceStartEvent": self._begin,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
        }

    def take(self, event: Any) -> None:
        does = self.does.get(type(event).__name__)
        if does is not None:
            does(event)

    def _begin_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise _RefusedError("a second document begins here (---); one file holds one scenario", event.start_mark)

    def document(self, file: str) -> Document:
        if not self.documents:
            raise _RefusedError("is empty; a scenario begins with `schema: 1`")
        return Document(file, self.root, self.places, self.keys)

    def _scalar(self, event: Any) -> None:
        text, mark = event.value, event.start_mark
        self._no_tag(event)
        self._count(1, len(text), mark)
        if not text.isascii() and SURROGATE.search(text):
            raise _RefusedError("holds half a character (a lone surrogate)", mark)
        top = self.stack[-1] if self.stack else None
        if top is not None and top.wants_key:
            self._key(event)
            return
        value = scalar(text, mark) if event.implicit[0] else text
        size = _Size(value, 1, len(text), 0)
        if event.anchor:
            self.anchors[event.anchor] = size
        self._put(value, mark, size)

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
        self.stack.append(_Open({} if type(event).__name__ == "MappingStartEvent" else [], loc, event.anchor))

    def _end(self, event: Any) -> None:
        done = self.stack.pop()
        whole = _Size(done.value, done.values, done.characters, done.height)
        if done.anchor:
            self.anchors[done.anchor] = whole
        self._put(done.value, None, whole)

    def _alias(self, event: Any) -> None:
        known = self.anchors.get(event.anchor, False)
        if known is False:
            raise _RefusedError(f'the alias "*{shown(event.anchor)}" has no anchor before it', event.start_mark)
        if known is None:
            raise _RefusedError(f'the alias "*{shown(event.anchor)}" stands inside what it repeats', event.start_mark)
        assert isinstance(known, _Size)
        if self.stack and self.stack[-1].wants_key:
            raise _RefusedError("a key cannot be an alias; write the key out", event.start_mark)
        if len(self.stack) + known.height > MAX_DEPTH:
            raise _RefusedError(f"is nested more than {MAX_DEPTH} levels deep", event.start_mark)
        self._count(known.values, known.characters, event.start_mark)
        self._put(known.value, event.start_mark, known)

    def _put(self, value: Any, mark: Any, size: _Size) -> None:
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
    if text[0] not in NUMERIC:
        return text
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
