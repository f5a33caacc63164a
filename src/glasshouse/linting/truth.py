"""Yes, no, or *the text does not say*: Kleene's strong three-valued logic, each answer carrying the places it was read from.

A scheme's text is often silent. Silence must never pay: taking a sentence out of a scheme may turn a finding into an undetermined one,
never into nothing. Kleene's connectives are monotone in what is known, so a rule written with `&`, `|` and `~` over what the text says
has that property without being checked for it. Exceptions are read with `stated()`: an excuse counts only where it is written down.

Source: S. C. Kleene, Introduction to Metamathematics (1952), § 64. Left out: degrees of belief.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

Steps = tuple[str | int, ...]
new = tuple.__new__
"""`new(Truth, (value, marks))` is `Truth(value, marks)` in a third of the time; a scheme of two hundred rules asks for 25,000."""


class Marked(Protocol):
    """A place that an answer rests on, and what to say of it. `silent`: nothing is written there."""

    @property
    def steps(self) -> Steps: ...
    @property
    def label(self) -> str: ...
    @property
    def silent(self) -> bool: ...


class Mark(NamedTuple):
    """A place with words chosen for it."""

    steps: Steps
    label: str
    silent: bool = False


class Truth(NamedTuple):
    """Yes (True), no (False) or unknown (None), and why."""

    value: bool | None
    marks: tuple[Marked, ...] = ()

    def __and__(self, other: Truth) -> Truth:
        mine, its = self[0], other[0]
        if mine is False or its is False:
            return self if mine is False else other
        return new(Truth, (None if mine is None or its is None else True, self[1] + other[1]))

    def __or__(self, other: Truth) -> Truth:
        mine, its = self[0], other[0]
        if mine is True or its is True:
            return self if mine is True else other
        return new(Truth, (None if mine is None or its is None else False, self[1] + other[1]))

    def __invert__(self) -> Truth:
        value, marks = self
        return new(Truth, (None if value is None else not value, marks))

    def __bool__(self) -> bool:
        raise TypeError("a Truth has three values: combine with &, | and ~, or ask for .value")

    def stated(self) -> Truth:
        """Only what is written counts: unknown becomes no. For excuses, always under a `~`."""
        return NO if self.value is None else self

    def silences(self) -> tuple[Marked, ...]:
        """The places where nothing is written, in the order they were asked for, each once."""
        return tuple(dict.fromkeys(m for m in self.marks if m.silent))


YES = Truth(True)
NO = Truth(False)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Is one of them so? No of none. Stops at the first yes."""
    marks: list[Marked] = []
    unknown = False
    for truth in truths:
        if truth.value is True:
            return truth
        if truth.value is None:
            unknown = True
            marks += truth.marks
    return Truth(None, tuple(marks)) if unknown else NO


def all_of(truths: Iterable[Truth]) -> Truth:
    """Are all of them so? Yes of none."""
    found = YES
    for truth in truths:
        found = found & truth
        if found.value is False:
            return found
    return found


def known(value: bool) -> Truth:
    """A plain answer that rests on no place of the text."""
    return YES if value else NO
