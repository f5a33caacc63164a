"""No module imports another that imports it, not by any way round: not inside a function either, and not for a type alone.

Modules in a circle are one module in several files: none of them can be read, tested or moved without the others, and a kernel among
them is compiled anew when any of them changes. What two modules know of each other belongs below both, as `engines/elsewhere.py` is.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "glasshouse"
Imports = Mapping[str, set[str]]


def modules() -> dict[str, Path]:
    """The files of the package by the names of their modules."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(text: str, known: Mapping[str, object]) -> set[str]:
    """The modules of the package that a text imports, wherever in it that stands."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are told by their whole name"
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= named if named <= set(known) else {*named, str(node.module)}
    return found & set(known)


def within_reach(start: str, of: Imports) -> set[str]:
    """What a module imports, and what that imports, and so on."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = of[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def circles(of: Imports) -> set[frozenset[str]]:
    """The modules that reach each other."""
    reach = {name: within_reach(name, of) for name in of}
    return {
        frozenset({name, *(other for other in reach[name] if name in reach[other])})
        for name in of
        if name in reach[name]
    }


def test_no_module_imports_another_that_imports_it() -> None:
    known = modules()
    assert len(known) > 200
    assert circles({name: imports(path.read_text("utf-8"), known) - {name} for name, path in known.items()}) == set()


def test_a_circle_is_found_wherever_its_imports_stand() -> None:
    texts = {
        "glasshouse.a": "if TYPE_CHECKING:\n    from glasshouse.b import B",
        "glasshouse.b": "def f():\n    from glasshouse import c",
        "glasshouse.c": "import glasshouse.a",
        "glasshouse.d": "from glasshouse import a, c",
    }
    of = {name: imports(text, texts) for name, text in texts.items()}
    assert circles(of) == {frozenset({"glasshouse.a", "glasshouse.b", "glasshouse.c"})}
