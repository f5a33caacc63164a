"""Pages made from the code before the documentation is built: mechanisms and engines, the measures, the catalogue.

Nothing is imported for the mechanisms: their source is read, so a page is what the file says and needs no compiler.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
PACKAGE = HERE.parent / "src" / "glasshouse"
MADE = HERE / "generated"
SOURCES = ("| source | what | date | value | unit | confidence | checked |", "|---|---|---|---|---|---|---|")
MOVED = ("| share | as it stands | most by | from, to |", "|---|---|---|---|")
ROOMS = {
    "mechanisms": ("Mechanisms", "What can happen to one person on one day. Each page is the docstring of its file."),
    "engines": ("Engines", "How days are lived, and in which order."),
}


def setup(app: Any) -> dict[str, bool]:
    app.connect("builder-inited", lambda _: make())
    return {"parallel_read_safe": True}


def make() -> None:
    """Write every page; one that says the same is left alone, so that a second build is quick."""
    for room, (title, about) in ROOMS.items():
        names = [p.stem for p in sorted((PACKAGE / room).glob("*.py")) if p.stem != "__init__"]
        for name in names:
            write(f"{room}/{name}.md", module_page(PACKAGE / room / f"{name}.py"))
        write(f"{room}/index.md", index_page(title, about, names))
    write("catalogue.md", catalogue_page())
    write("measures.md", measures_page())


def write(name: str, text: str) -> None:
    place = MADE / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists() or place.read_text(encoding="utf-8") != text:
        place.write_text(text, encoding="utf-8")


def index_page(title: str, about: str, names: list[str]) -> str:
    return "\n".join([f"# {title}", "", about, "", "```{toctree}", ":maxdepth: 1", "", *names, "```", ""])


def module_page(source: Path) -> str:
    """The docstring of a file, then its public functions with what they say."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    parts = [f"# {source.stem}", "", (ast.get_docstring(tree) or "").strip(), ""]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            parts += definition(node)
    return "\n".join(parts) + "\n"


def definition(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    told = (ast.get_docstring(node) or "").strip()
    if isinstance(node, ast.ClassDef):
        fields = [
            f"- `{ast.unparse(f.target)}: {ast.unparse(f.annotation)}`"
            for f in node.body
            if isinstance(f, ast.AnnAssign)
        ]
        return [f"## {node.name}", "", told, "", *fields, ""]
    return [f"## {node.name}", "", f"`{node.name}({ast.unparse(node.args)})`", "", told, ""]


def measures_page() -> str:
    """Every measure of the registry, in the words that `glasshouse explain` prints: of a recording, of two variants, of counts."""
    from glasshouse.measures.pages import all_pages

    return all_pages()


# --- the catalogue --------------------------------------------------------------------------------------------------------------


def catalogue_page() -> str:
    from glasshouse.verbs import scenarios

    cards = scenarios()
    head = [
        "# The catalogue",
        "",
        "Real systems, as far as they are documented, and some that were only told of or asked about.",
        "A scenario's evidence label is the weakest of its parts.",
    ]
    rows = ["", "| name | evidence | people | from | to |", "|---|---|---|---|---|"]
    rows += [f"| [{c.name}](#{c.name}) | {c.label} | {c.people:,} | {c.start} | {c.end} |" for c in cards]
    return "\n".join([*head, *rows, "", *[line for c in cards for line in scenario_section(c.name)]]) + "\n"


def scenario_section(name: str) -> list[str]:
    from glasshouse.scenario.reading import read_scenario

    scenario = read_scenario(name).scenario
    variants = [f"- `{v.name}`: {v.title}" if v.title else f"- `{v.name}`" for v in scenario.variants]
    sources = [source_row(key, source) for key, source in scenario.evidence.sources.items()]
    return [
        f"## {name}", "", f"*{scenario.scheme.title}.* {scenario.scheme.summary or ''}", "",
        *(["Variants, over the same potential events:", "", *variants, ""] if variants else []),
        *moved(name),
        *([*SOURCES, *sources, ""] if sources else []),
    ]  # fmt: skip


def moved(name: str) -> list[str]:
    """Which assumption alone moves each share of the report most, as the catalogue keeps it; nothing where no number has a range."""
    from glasshouse.experiments.tornado import frozen_tornado
    from glasshouse.reporting.assumed import OF_SCORES, SHARES, in_words
    from glasshouse.scenario.reading import read_scenario

    loaded = read_scenario(name)
    found = [
        (label, t)
        for measure, label in (*SHARES, *OF_SCORES)
        if (t := frozen_tornado(loaded).get(measure)) and t.swings
    ]
    rows = [
        f"| {label} | {t.base:.3g} | {in_words(t.swings[0].path, loaded.raw)} | {t.swings[0].low:.3g} to {t.swings[0].high:.3g} |"
        for label, t in found
    ]
    one = " (and with the luck of one outbreak)" if loaded.scenario.epidemic else ""
    head = [f"What moves it most, each assumption alone over its range, on one seed{one}:", "", *MOVED]
    return [*head, *rows, ""] if rows else []


def source_row(key: str, source: Any) -> str:
    cells = [key, source.title, source.date, source.value, source.unit, source.confidence, source.checked]
    return "| " + " | ".join("" if c is None else str(c).replace("|", "\\|") for c in cells) + " |"
