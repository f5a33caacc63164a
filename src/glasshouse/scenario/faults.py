"""What is wrong with a text that is no YAML, in plain words: what was found, where, and what to do about it.

A parser says what it expected next; whoever wrote the file wants to know which quote, bracket, blank or colon is missing, and that is often
some lines before. So the place is looked for again here: where a quote or a bracket opened, which line has no colon, whose indent differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Place = tuple[int, int]
Told = tuple[str, Place]
"""What is said, and the line and column it is said of, from 1."""
CLOSES = {"{": "}", "[": "]"}
NO_BLANK_AFTER_COLON = re.compile(r"(?:- )?([\w.-]+):(\S.*)")
NO_BLANK_AFTER_DASH = re.compile(r"-(\w[^:]*:.*)")
LONGEST = 40


@dataclass(frozen=True)
class Fault:
    """What a parser stumbled over: what it said, where, what was open around it, and the last thing that it read whole."""

    problem: str
    at: Place
    opened: Place | None
    lines: list[str]
    last: Place | None = None
    last_ends: Place | None = None
    last_quote: str = ""

    def line(self, number: int) -> str:
        """A line of the text, without its end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def before(self, number: int) -> int:
        """The nearest line above that is neither empty nor a comment; 0 if there is none."""
        above = (
            n for n in range(number - 1, 0, -1) if self.line(n).strip() and not self.line(n).lstrip().startswith("#")
        )
        return next(above, 0)

    def indent(self, number: int) -> int:
        """Blanks before the first key of a line, the dash of a list's item among them."""
        found = re.match(r"[ ]*(?:-[ ]+)*", self.line(number))
        return found.end() if found else 0


def fault_of(fault: Any, text: str, last: Any) -> Fault:
    """From a parser's own error and the last event that it gave."""
    mark, context = fault.problem_mark or fault.context_mark, fault.context_mark
    return Fault(
        fault.problem or "",
        _place(mark) or (0, 0),
        _place(context),
        text.split("\n"),
        _place(getattr(last, "start_mark", None)),
        _place(getattr(last, "end_mark", None)),
        (getattr(last, "style", None) or "") if type(last).__name__ == "ScalarEvent" else "",
    )


def told(fault: Fault) -> Told:
    """What is wrong, in a line, and where."""
    for said, tell in TELLS:
        if re.match(said, fault.problem):
            return tell(fault)
    return (
        f"cannot be read as YAML from here on ({_short(fault.problem)}); look at quotes, brackets and blanks before it",
        fault.at,
    )


def _place(mark: Any) -> Place | None:
    return None if mark is None else (mark.line + 1, mark.column + 1)


def _short(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text.strip())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 3] + "..."


def _blanks(n: int) -> str:
    return f"{n} blank{'' if n == 1 else 's'}" if n else "no blank"


# --- quotes ---------------------------------------------------------------------------------------------------------------------------


def _quote_open(f: Fault) -> Told:
    line, column = f.opened or f.at
    quote = f.line(line)[column - 1 : column] or '"'
    return f"the quote {quote} that opens here is never closed; put another {quote} where the text ends", (line, column)


def _after_quote(f: Fault) -> Told:
    """Text goes on after a quote: it is closed too soon, or was meant to be closed lines before."""
    if f.last and f.last_ends and f.last[0] < f.last_ends[0]:
        ends = f"the quote {f.last_quote} that opens here is closed only on line {f.last_ends[0]}"
        return f"{ends}; put another {f.last_quote} where the text ends", f.last
    inside = "write '' for an apostrophe" if f.last_quote == "'" else 'write \\" for a quote'
    return f"the text in quotes is over, and something follows it; {inside} inside of it, or delete what follows", f.at


def _escape(f: Fault) -> Told:
    found = f.line(f.at[0])[f.at[1] - 1 : f.at[1]]
    return f"in double quotes \\{found} means nothing; write \\\\ for a backslash, or use single quotes", f.at


# --- colons and indents ---------------------------------------------------------------------------------------------------------------


def _colon_too_many(f: Fault) -> Told:
    """A colon where no key can be: it is the second of its line, or the line is part of the text that began above."""
    if f.last is None or f.last[0] == f.at[0]:
        return 'a second ":" in this line; put the text in quotes if it belongs to it, or begin a new line', f.at
    start = f.last[0]
    if _begins_line(f, f.last):
        return _no_colon(f, start)
    missing = NO_BLANK_AFTER_DASH.match(f.line(start).strip())
    if missing:
        return f'a blank is missing after "-"; write "- {_short(missing[1])}"', (
            start,
            len(f.line(start)) - len(f.line(start).lstrip()) + 1,
        )
    return _deeper(f, start)


def _begins_line(f: Fault, place: Place) -> bool:
    return not f.line(place[0])[: place[1] - 1].strip(" -")


def _no_colon(f: Fault, line: int) -> Told:
    said = f.line(line).strip()
    place = (line, f.indent(line) + 1)
    glued = NO_BLANK_AFTER_COLON.fullmatch(said)
    if glued:
        return f'a blank is missing after ":"; write "{_short(f"{glued[1]}: {glued[2]}")}"', place
    words = said.removeprefix("- ").split()
    shown = f"{words[0]}: {' '.join(words[1:])}".strip() if words else "key: value"
    return f'"{_short(said)}" has no ":"; write "{_short(shown)}"', place


def _deeper(f: Fault, above: int) -> Told:
    """A line that is indented deeper than the one above, which has a value of its own already."""
    here, there = f.indent(f.at[0]), f.indent(above)
    found = (
        f"this line begins after {_blanks(here)}, and line {above}, which has a value already, after {_blanks(there)}"
    )
    return f"{found}; indent both alike", (f.at[0], here + 1)


def _colon_missing(f: Fault) -> Told:
    return _no_colon(f, (f.opened or f.at)[0])


def _between(f: Fault) -> Told:
    """A line whose indent is that of none of the lines it could belong to."""
    line, column = f.at
    above, around = f.before(line), (f.opened or (0, 1))[1] - 1
    known = sorted({f.indent(above), around})
    found = f"this line begins after {_blanks(column - 1)}, and those it could belong to after {' or '.join(_blanks(n) for n in known)}"
    return f"{found}; indent it as one of them", f.at


def _first_line(f: Fault) -> Told:
    return "this line begins before the first one of the file; let both begin at the same column", f.at


# --- lists ----------------------------------------------------------------------------------------------------------------------------


def _key_in_list(f: Fault) -> Told:
    opened = f" that begins on line {f.opened[0]}" if f.opened else ""
    return f'a key stands here among the items of the list{opened}; begin it with "- ", or indent it otherwise', f.at


def _item_among_keys(f: Fault) -> Told:
    opened = f", which begin on line {f.opened[0]}" if f.opened else ""
    return f"an item of a list stands here among keys{opened}; put it below a key of its own, indented", f.at


def _item_in_line(f: Fault) -> Told:
    return 'an item of a list begins in the line of its key; put "- " on the next line, or write [a, b]', f.at


# --- brackets -------------------------------------------------------------------------------------------------------------------------


def _bracket_open(f: Fault) -> Told:
    """A bracket that is not closed, or closed by the other kind, or a comma that is missing inside of it."""
    line, column = f.opened or f.at
    bracket = f.line(line)[column - 1 : column]
    closes = CLOSES.get(bracket, "}")
    if not _is_closed(f, (line, column)):
        return f"the {bracket} that opens here is never closed; put {closes} where it ends", (line, column)
    got = f.problem.rsplit("got ", 1)[-1].strip("'")
    if got in CLOSES.values():
        return f"{got} stands here, and the {bracket} of line {line}, column {column} is open; write {closes}", f.at
    if f.last_quote:
        return _after_quote(f)
    return (
        f"a comma is missing before this, between two entries of the {bracket} of line {line}; or the text needs quotes",
        f.at,
    )


def _is_closed(f: Fault, place: Place) -> bool:
    """Does a bracket end somewhere, whichever kind it is closed with? What stands in quotes and comments does not count."""
    rest = iter("\n".join([f.line(place[0])[place[1] - 1 :], *f.lines[place[0] :]]))
    depth, skipping = 0, ""
    for c in rest:
        if skipping:
            if c == "\\" and skipping == '"':
                next(rest, "")
            elif c == skipping:
                skipping = ""
        elif c in SKIPS:
            skipping = SKIPS[c]
        else:
            depth += (c in CLOSES) - (c in CLOSES.values())
            if depth == 0:
                return True
    return False


SKIPS = {'"': '"', "'": "'", "#": "\n"}
"""What begins with the first is no bracket until the second."""


def _bracket_too_many(f: Fault) -> Told:
    found = f.line(f.at[0])[f.at[1] - 1 : f.at[1]]
    return f'nothing is open that this "{found}" could close; delete it, or put the text in quotes', f.at


def _no_value(f: Fault) -> Told:
    found = f.line(f.at[0])[f.at[1] - 1 : f.at[1]]
    return f'a value is missing before this "{found}"; or put the text in quotes', f.at


def _something_after(f: Fault) -> Told:
    if f.last_quote in ("'", '"'):
        return _after_quote(f)
    return "the value is over, and something follows it; delete it, or put the whole text in quotes", f.at


# --- signs ----------------------------------------------------------------------------------------------------------------------------


def _sign(f: Fault) -> Told:
    found = f.line(f.at[0])[f.at[1] - 1 : f.at[1]]
    if found == "\t":
        return "a tab cannot begin a line here or start a value; indent with spaces", f.at
    return f'a text cannot begin with {found}; put it in quotes: "{_short(f.line(f.at[0])[f.at[1] - 1 :])}"', f.at


def _block_text(f: Fault) -> Told:
    return "after | or > nothing may follow; the text begins on the next line, indented, or stands in quotes", f.at


TELLS: tuple[tuple[str, Callable[[Fault], Told]], ...] = (
    ("found unexpected end of stream", _quote_open),
    ("found unexpected document separator", _quote_open),
    ("found unknown escape character", _escape),
    ("mapping values are not allowed", _colon_too_many),
    ("could not find expected ':'", _colon_missing),
    ("sequence entries are not allowed", _item_in_line),
    (r"expected '<document start>'", _first_line),
    (r"expected <block end>, but found '<block (mapping|sequence) start>'", _between),
    (r"expected <block end>, but found '\?'", _key_in_list),
    (r"expected <block end>, but found '-'", _item_among_keys),
    (r"expected <block end>, but found '[\]}]'", _bracket_too_many),
    ("expected <block end>", _something_after),
    (r"expected ',' or ", _bracket_open),
    (r"expected the node content, but found '[\]},]'", _no_value),
    (r"found character .* that cannot start any token", _sign),
    ("expected chomping or indentation", _block_text),
)
"""Beginnings of what ruamel.yaml says, and who tells it in plain words."""
