"""Parts of the ODD document that are made from the code before it is built: what is in them cannot differ from what runs.

The engine's files are read and not imported, so that no compiler is needed; the schema and the catalogue of mechanisms are imported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pages import PACKAGE, write

TESTS = PACKAGE.parent.parent / "tests"
SIMULATED = ("score", "rules", "associations", "lists", "world", "epidemic", "conduct", "practice", "shocks")
TABLES = ("tables", "model_tables", "epidemic_tables", "shock_tables", "lot_tables")


def setup(app: Any) -> dict[str, bool]:
    app.connect("builder-inited", lambda _: make())
    return {"parallel_read_safe": True}


def make() -> None:
    """Write every part anew, or leave it alone if it says the same."""
    parts = {
        "schedule": schedule(),
        "plan": plan(),
        "chance": chance(),
        "parameters": parameters(),
        "submodels": submodels(),
        "held": held(),
        "tests": tests(),
    }
    for name, text in parts.items():
        write(f"odd/{name}.inc", text)


# --- read from the source -------------------------------------------------------------------------------------------------------


def tree(path: str) -> ast.Module:
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8"))


def schedule() -> str:
    """The order of the day, as the engine's own first lines tell it."""
    told = (ast.get_docstring(tree("engines/day.py")) or "").partition("\n\n")[2]
    return "```text\n" + told.partition("\n\nEverything is")[0].rstrip() + "\n```\n"


def plan() -> str:
    """Every table that a day works with: name, type and shape, meaning, as the comments beside the fields say."""
    parts: list[str] = []
    for name in TABLES:
        lines = (PACKAGE / f"scenario/{name}.py").read_text(encoding="utf-8").splitlines()
        classes = [node for node in tree(f"scenario/{name}.py").body if isinstance(node, ast.ClassDef)]
        parts += [line for node in classes if node.name != "Plan" for line in fields_of(node, lines)]
    return "\n".join(parts)


def fields_of(node: ast.ClassDef, lines: list[str]) -> Iterator[str]:
    yield from (
        f"**{node.name}.** {ast.get_docstring(node) or ''}",
        "",
        "| field | type | what it is |",
        "|---|---|---|",
    )
    for field in node.body:
        if isinstance(field, ast.AnnAssign):
            told = (line.partition("#")[2].strip() for line in lines[field.lineno - 1 : field.end_lineno])
            said = " ".join(filter(None, told)).replace("|", "\\|")
            yield f"| `{ast.unparse(field.target)}` | {ast.unparse(field.annotation)} | {said} |"
    yield ""


def chance() -> str:
    """The closed list of what a draw may be for."""
    lines = (PACKAGE / "chance.py").read_text(encoding="utf-8").splitlines()
    pages = next(n for n in tree("chance.py").body if isinstance(n, ast.ClassDef) and n.name == "Page")
    rows = [n for n in pages.body if isinstance(n, ast.Assign)]
    head = ["| page | number | words, by whom |", "|---|---|---|"]
    cells = (
        (ast.unparse(n.targets[0]), ast.unparse(n.value), lines[n.lineno - 1].partition("#")[2].strip()) for n in rows
    )
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in cells)]) + "\n"


def tests() -> str:
    """Every file of tests that says what it is about."""
    rows = []
    for path in sorted(TESTS.rglob("test_*.py")):
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        if told:
            rows.append(f"| `{path.relative_to(TESTS.parent)}` | {' '.join(told.partition(chr(10) * 2)[0].split())} |")
    return "\n".join(["| file | what it holds |", "|---|---|", *rows]) + "\n"


# --- the scheme file --------------------------------------------------------------------------------------------------------------


def parameters() -> str:
    """Every number of the parts of a scheme file that are simulated, with its unit and what it is if it is left out."""
    from glasshouse.scenario.schema import Scenario

    rows = [row for part in SIMULATED for row in numbers(Scenario.model_fields[part].annotation, part, ())]
    return "\n".join(["| place | unit | if left out |", "|---|---|---|", *dict.fromkeys(rows)]) + "\n"


def numbers(kind: Any, place: str, above: tuple[Any, ...], default: str = "") -> Iterator[str]:
    from pydantic import BaseModel

    from glasshouse.scenario.evidence import UNITS
    from glasshouse.scenario.schema import Quantity

    for one in alternatives(kind):
        if get_origin(one) in (list, dict, tuple):
            yield from numbers(get_args(one)[-1], f"{place}.*", above)
        elif isinstance(one, type) and issubclass(one, Quantity):
            yield f"| `{place}` | {UNITS.get(one.__name__, 'number')} | {default or 'not there'} |"
        elif isinstance(one, type) and issubclass(one, BaseModel) and one not in above:
            for name, field in one.model_fields.items():
                value = getattr(field.default, "value", None)
                said = "must be said" if field.is_required() else "" if value is None else f"{value:g}"
                yield from numbers(field.annotation, f"{place}.{field.alias or name}", (*above, one), said)


def alternatives(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return alternatives(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [inner for one in get_args(kind) for inner in alternatives(one)]
    return [kind]


# --- the catalogue of mechanisms --------------------------------------------------------------------------------------------------


def submodels() -> str:
    """What each mechanism does in the world, by whom it is thought of, and what it leaves out."""
    from glasshouse.scenario.mechanisms import FAMILIES, rows

    parts = []
    for letter, title in FAMILIES.items():
        known = [row for row in rows().values() if row.id.startswith(letter)]
        parts += [f"**{title}**", ""] if known else []
        for row in known:
            state = "" if row.works else f" *Not whole: {row.why_not}*"
            parts += [f"*[{row.id}](mechanisms/{row.id.lower()}.md) {row.name}.* {row.happens}{state}", ""]
    return "\n".join(parts)


def held() -> str:
    """Which tests hold each mechanism."""
    from glasshouse.scenario.mechanisms import rows

    lines = [f"| {row.id} | {row.name} | {'<br>'.join(f'`{t}`' for t in row.tests)} |" for row in rows().values()]
    return "\n".join(["| row | mechanism | held by |", "|---|---|---|", *lines]) + "\n"
