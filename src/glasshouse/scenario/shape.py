"""What the schema allows at a path: which keys, which type, whether a number stands there; read from the models."""

from __future__ import annotations

import difflib
import types
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from glasshouse.scenario.schema import Quantity

NO_SOURCE_NEEDED = ("assumption", "fitted")
"""What a number may say instead of the row of a published figure."""


def options(annotation: Any) -> list[Any]:
    """The types behind an annotation, without None and without constraints."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return options(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [x for a in get_args(annotation) if a is not type(None) for x in options(a)]
    return [annotation]


def models(annotation: Any, raw: Any = None) -> list[type[BaseModel]]:
    """The models that may stand here; where `kind` tells them apart, the one that the raw mapping says."""
    found = [t for t in options(annotation) if isinstance(t, type) and issubclass(t, BaseModel)]
    if len(found) > 1 and isinstance(raw, dict):
        return [m for m in found if raw.get("kind") in get_args(m.model_fields["kind"].annotation)] or found
    return found


def keys(annotation: Any, raw: Any = None) -> list[str]:
    """The keys that the models here allow, as they are written in a file."""
    return [f.alias or name for m in models(annotation, raw) for name, f in m.model_fields.items()]


def child(annotation: Any, key: str | int, raw: Any = None) -> Any:
    """The annotation of what stands at a key or item of this; None where nothing may."""
    for m in models(annotation, raw):
        for name, f in m.model_fields.items():
            if (f.alias or name) == key:
                return f.annotation
    for t in options(annotation):
        if get_origin(t) is dict:
            return get_args(t)[1]
        if get_origin(t) in (list, tuple):
            return get_args(t)[0]
    return None


def at(annotation: Any, loc: Iterable[str | int], raw: Any) -> Any:
    """The annotation at a place of a raw file; None where the schema has nothing there."""
    for key in loc:
        annotation = child(annotation, key, raw)
        raw = inside(raw, key)
        if annotation is None:
            return None
    return annotation


def inside(raw: Any, key: str | int) -> Any:
    """What stands at a key or item, or None."""
    if isinstance(raw, dict):
        return raw.get(str(key))
    if isinstance(raw, list) and isinstance(key, int) and 0 <= key < len(raw):
        return raw[key]
    return None


def is_quantity(annotation: Any) -> bool:
    return any(issubclass(m, Quantity) for m in models(annotation))


def is_table(annotation: Any) -> bool:
    """Are the keys here names that the file chooses?"""
    return any(get_origin(t) is dict for t in options(annotation))


def is_list(annotation: Any) -> bool:
    return any(get_origin(t) is list for t in options(annotation))


def words(annotation: Any) -> list[str]:
    """The words that a closed choice allows."""
    return [str(a) for t in options(annotation) if get_origin(t) is Literal for a in get_args(t)]


def nearest(word: object, known: Iterable[str]) -> str:
    """` Did you mean "x"?` for the nearest spelling, or nothing."""
    found = near(word, known)
    return f' Did you mean "{found}"?{_lookalikes(str(word)[:80], found)}' if found else ""


def near(word: object, known: Iterable[str]) -> str | None:
    """The nearest spelling among those that are known, if any is near."""
    return next(iter(difflib.get_close_matches(str(word)[:80], list(known), n=1, cutoff=0.6)), None)


def _lookalikes(word: str, meant: str) -> str:
    """The first letter of a word that only looks like one of the word that is meant: a Cyrillic `e`, a digit of full width."""
    odd = next((c for c in word if not c.isascii() and c not in meant), None)
    return f' It holds "{odd}" ({unicodedata.name(odd, f"U+{ord(odd):04X}").lower()}).' if odd else ""


def item_names(items: list[Any]) -> list[str | None]:
    """What the items of a list are called in paths: their id, name or edge where that is text and nobody else's."""
    names = [_own_name(x) for x in items]
    times = Counter(names)
    return [n if times[n] == 1 else None for n in names]


def _own_name(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    name = next((item[k] for k in ("id", "name", "edge") if isinstance(item.get(k), str)), None)
    return name if name and not set(name) & set(".[]") else None


def spelled(raw: Any, loc: Iterable[str | int]) -> str:
    """A place in words, such as `lists.dishonest.max_days` or `rules[0].points`."""
    out = ""
    for key in loc:
        called = item_names(raw) if isinstance(raw, list) else []
        out = joined(out, key, called[key] if isinstance(key, int) and key < len(called) else None)
        raw = inside(raw, key)
    return out


def joined(path: str, key: str | int, name: str | None = None) -> str:
    """One more step of a path: a key, or an item by its name or else its number in brackets."""
    if isinstance(key, int) and name is None:
        return f"{path}[{key}]"
    word = name or str(key)
    return f"{path}.{word}" if path else word


def quantities(node: Any, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Quantity[Any]]]:
    """Every Quantity that the file gives, with its place."""
    if isinstance(node, Quantity):
        yield loc, node
    elif isinstance(node, BaseModel):
        for name, f in type(node).model_fields.items():
            if name in node.model_fields_set:
                yield from quantities(getattr(node, name), (*loc, f.alias or name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from quantities(value, (*loc, str(key)))
    elif isinstance(node, list | tuple):
        for n, value in enumerate(node):
            yield from quantities(value, (*loc, n))
