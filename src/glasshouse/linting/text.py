"""The scheme's text as the linter reads it: every place, what it says, and whether it says anything at all.

A key that is not in the file is *silent*. A key that says `null`, or an empty list, *states that there is none*: `sharing: []` promises
that nobody gets the data, while no `sharing` at all promises nothing. A section that is missing is read as one item of which nothing is
known, so a rule need not ask whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from typing import Any

from pydantic import BaseModel

from glasshouse.linting.truth import NO, YES, Mark, Steps, Truth, new
from glasshouse.scenario.schema import Quantity, Scenario

NAMED = ("data_sources", "rules", "lists", "consequences", "models", "associations", "roles")
NOWHERE = 1_000_000
"""The position of an item that is named and not there."""
ALIAS = {"class": "feature_class", "from": "from_", "schema": "schema_"}


class _Silence:
    def __repr__(self) -> str:
        return "(silent)"


SILENCE: Any = _Silence()
PLAIN = frozenset({str, int, float, bool, type(None), list, tuple, dict, _Silence})
"""Types that are no model; asking pydantic whether something is one of its models is slow."""


class At:
    """A place in the text. `value` is plain (a Quantity gives its number, a duration its days); `steps` leads there."""

    __slots__ = ("kept", "silent", "steps", "text", "value")

    def __init__(self, text: Text, steps: Steps, value: Any) -> None:
        self.text, self.steps = text, steps
        self.kept: dict[Any, Any] | None = (
            None  # places in here by key, and answers by the question; most places need neither
        )
        self.value = value if type(value) in PLAIN or not isinstance(value, Quantity) else value.value
        self.silent: bool = value is SILENCE

    @property
    def label(self) -> str:
        """What is to be seen here, for the margin of an excerpt."""
        return f"no `{self.key}` here" if self.silent else f"`{self.key}: {short(self.value)}`"

    @property
    def path(self) -> str:
        """Dotted, with ids in place of positions: `rules.late_book.points`."""
        return self.text.name(self.steps)

    @property
    def key(self) -> str:
        return str(self.steps[-1]) if self.steps else ""

    @property
    def id(self) -> str:
        """The id of an item, or its position where it has none."""
        found = self.get("id").value
        return found if isinstance(found, str) else str(self.steps[-1])

    def get(self, key: str) -> At:
        """A place in here by its key; kept, as many rules ask for the same."""
        if self.kept is None:
            self.kept = {}
        found: At | None = self.kept.get(key)
        if found is None:
            found = self.kept[key] = At(self.text, (*self.steps, key), self._value_of(key))
        return found

    def _value_of(self, key: str) -> Any:
        value = self.value
        if type(value) in PLAIN:
            return (
                value
                if value is SILENCE or value is None
                else value.get(key, SILENCE)
                if isinstance(value, dict)
                else SILENCE
            )
        name = ALIAS.get(key, key)
        return getattr(value, name) if name in value.__pydantic_fields_set__ else SILENCE

    def at(self, dotted: str) -> At:
        """A place further in: `entry.notice.sla_days`."""
        if self.kept is None:
            self.kept = {}
        found: At | None = self.kept.get(dotted)
        if found is None:
            found = self
            for key in dotted.split("."):
                found = found.get(key)
            self.kept[dotted] = found
        return found

    def items(self) -> list[At]:
        """The items of a list; one silent item where the list is missing, none where it says there are none."""
        if self.value is SILENCE:
            return [At(self.text, (*self.steps, 0), SILENCE)]
        return [At(self.text, (*self.steps, i), v) for i, v in enumerate(self.value or ())]

    def item(self, n: int) -> At:
        """One item of a list; silent where the list has none there."""
        found = self.value[n] if isinstance(self.value, list | tuple) and n < len(self.value) else SILENCE
        return At(self.text, (*self.steps, n), found)

    # --- questions; each answer remembers this place -----------------------------------------------------------------------------

    def _answer(self, ask: Callable[[Any], bool]) -> Truth:
        return new(Truth, (None if self.silent else bool(ask(self.value)), (self,)))

    def true(self) -> Truth:
        return new(Truth, (None if self.silent else self.value is True, (self,)))

    def false(self) -> Truth:
        return new(Truth, (None if self.silent else self.value is False, (self,)))

    def is_(self, *values: Any) -> Truth:
        return new(Truth, (None if self.silent else self.value in values, (self,)))

    def over(self, limit: float) -> Truth:
        return new(Truth, (None if self.silent else self.value is not None and self.value > limit, (self,)))

    def under(self, limit: float) -> Truth:
        return new(Truth, (None if self.silent else self.value is not None and self.value < limit, (self,)))

    def given(self) -> Truth:
        """Is something written here, other than that there is none?"""
        return new(Truth, (None if self.silent else self.value not in (None, "", [], {}), (self,)))

    def said(self) -> Truth:
        """Is anything written here, be it only that there is none? Never no: what is not written is unknown."""
        return new(Truth, (None if self.silent else True, (self,)))

    def lacking(self) -> Truth:
        """Does the text say that there is none? Unknown where it is silent."""
        return ~self.given()

    def holds(self, *names: str) -> Truth:
        """Does this list hold one of the names?"""
        return new(Truth, (None if self.silent else any(n in (self.value or ()) for n in names), (self,)))

    def misses(self, *names: str) -> Truth:
        """Does this list lack one of the names?"""
        return new(Truth, (None if self.silent else any(n not in (self.value or ()) for n in names), (self,)))

    def satisfies(self, ask: Callable[[Any], bool]) -> Truth:
        return self._answer(lambda v: v is not None and ask(v))


def nowhere(steps: Steps) -> tuple[int, int]:
    """The place of everything in a text that is in no file."""
    return (0, 0)


@dataclass
class Text:
    """A scheme to be read: the parsed scenario, where each place is in the file, and the day on which the law is asked."""

    scenario: Scenario
    file: str = "scheme.yaml"
    start: Callable[[Steps], tuple[int, int]] = nowhere
    lines: tuple[str, ...] = ()
    as_of: Date = field(default_factory=Date.today)
    packs: tuple[str, ...] = ()
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> At:
        if "root" not in self.memo:
            self.memo["root"] = At(self, (), self.scenario)
        found: At = self.memo["root"]
        return found

    @property
    def scheme(self) -> At:
        return self.root.get("scheme")

    def forget(self) -> None:
        """Drop what was worked out while linting; it can be worked out again."""
        kept = {k: v for k, v in self.memo.items() if k == "waivers"}
        self.memo.clear()
        self.memo.update(kept)

    def get(self, dotted: str) -> At:
        return self.root.at(dotted)

    def each(self, section: str) -> list[At]:
        """The items of a section; one silent item where the section is missing."""
        if section not in self.memo:
            self.memo[section] = self.root.get(section).items()
        found: list[At] = self.memo[section]
        return found

    def find(self, section: str, item_id: Any) -> At:
        """An item by its id; a silent item where no id is given or nothing has it."""
        if "ids" not in self.memo:
            self.memo["ids"] = {(s, i.id): i for s in NAMED for i in self.each(s) if not i.silent}
        return self.memo["ids"].get((section, item_id)) or At(self, (section, NOWHERE), SILENCE)

    def name(self, steps: Steps) -> str:
        """A path in words: positions become ids where the item has one."""
        return self._named(steps)[0]

    def _named(self, steps: Steps) -> tuple[str, Any]:
        """The name of a place and what stands there (None: nothing); kept, as places lie inside each other."""
        names: dict[Steps, tuple[str, Any]] = self.memo.setdefault("names", {})
        found = names.get(steps)
        if found is None:
            found = names[steps] = self._name(steps)
        return found

    def _name(self, steps: Steps) -> tuple[str, Any]:
        if not steps:
            return "", self.scenario
        around, parent = self._named(steps[:-1])
        step, here = steps[-1], _child(parent, steps[-1])
        if not isinstance(step, int):
            word = step
        elif here is None and step in (0, NOWHERE):
            return around, None
        else:
            named = getattr(here, "id", None) or getattr(here, "recipient", None) or getattr(here, "rule", None)
            word = named if isinstance(named, str) else str(step)
        return (f"{around}.{word}" if around else word), here

    def place(self, steps: Steps) -> tuple[int, int]:
        """Line and column (from 1) of a place, or of the nearest place around it that is written; (0, 0) where nothing is known."""
        return self.start(steps)

    def missing(self, steps: Steps) -> Steps:
        """The outermost place on this way that is not written: a whole section, a block, or the key itself."""
        found: dict[Steps, Steps] = self.memo.setdefault("missing", {})
        if steps not in found:
            found[steps] = self._missing(steps)
        return found[steps]

    def _missing(self, steps: Steps) -> Steps:
        if NOWHERE in steps:
            return steps[:1]
        here = self.root
        for i, step in enumerate(steps):
            if here.silent:
                return steps[:i]
            here = (
                here.get(step)
                if isinstance(step, str)
                else self.each(str(steps[0]))[step]
                if i == 1
                else here.item(step)
            )
        return steps

    def is_written(self, path: str) -> bool:
        """Is the place of that name (ids in place of positions) in the text now?"""
        here: Any = self.scenario
        for part in path.split("."):
            here = _named_child(here, part)
            if here is SILENCE:
                return False
        return True


def _child(here: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return here[step] if isinstance(here, list | tuple) and step < len(here) else None
    if type(here) in PLAIN:
        return here.get(step) if isinstance(here, dict) else None
    return getattr(here, ALIAS.get(step, step), None)


def _named_child(here: Any, part: str) -> Any:
    if isinstance(here, list | tuple):
        for i, item in enumerate(here):
            if part in (
                getattr(item, "id", None),
                getattr(item, "recipient", None),
                getattr(item, "rule", None),
                str(i),
            ):
                return item
        return SILENCE
    if isinstance(here, BaseModel):
        name = ALIAS.get(part, part)
        return getattr(here, name) if name in here.model_fields_set else SILENCE
    return here.get(part, SILENCE) if isinstance(here, dict) else SILENCE


def short(value: Any, most: int = 60) -> str:
    """A value as it may be printed inside a sentence."""
    if isinstance(value, list | tuple):
        words = "[" + ", ".join(short(v) for v in value) + "]"
    elif isinstance(value, bool):
        words = "true" if value else "false"
    elif isinstance(value, BaseModel):
        words = "{...}"
    else:
        words = "null" if value is None else str(value)
    return words if len(words) <= most else words[: most - 3] + "..."


def always(place: At, label: str) -> Truth:
    """A yes that points at a place."""
    return Truth(True, (Mark(place.steps, label),))


def compare(one: At, other: At, ask: Callable[[Any, Any], bool]) -> Truth:
    """Ask about two numbers; unknown where either is silent, no where either says that there is none."""
    both = one.given() & other.given()
    if both.value is not True:
        return both
    return Truth(bool(ask(one.value, other.value)), both.marks)


def pairs(items: list[At]) -> Iterator[tuple[At, At]]:
    """Every two items, each pair once."""
    return ((a, b) for i, a in enumerate(items) for b in items[i + 1 :])


__all__ = ["NO", "SILENCE", "YES", "At", "Text", "always", "compare", "pairs", "short"]
