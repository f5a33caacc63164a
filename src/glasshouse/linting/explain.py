"""A rule's page: its docstring, with the law and the measure that would show it in a run. The same text for `explain` and for the docs."""

from __future__ import annotations

import textwrap
from pathlib import Path

from glasshouse.errors import UsageError
from glasshouse.law import cite
from glasshouse.linting.registry import BY_CODE, RULES
from glasshouse.linting.rule import Rule, page

INTRO = "A finding is an indicator: what the text says or leaves out, and which provision to read. None says that a law is broken."
MORE = "[How lint reads a scheme](reading.md): silence, law, waivers, baselines, exit codes."
HEAD = "<!-- Made from the rule's module by `python -m glasshouse.linting.explain`; do not edit. -->\n"


def find(word: str) -> Rule:
    """A rule by code or name. Raises UsageError with the nearest spelling."""
    from difflib import get_close_matches

    for rule in RULES:
        if word.upper() == rule.CODE or word.lower() == rule.NAME:
            return rule
    near = get_close_matches(word.lower(), [r.NAME for r in RULES], n=1) or get_close_matches(
        word.upper(), list(BY_CODE), n=1
    )
    raise UsageError(
        f'there is no rule "{word}".'
        + (f' Did you mean "{near[0]}"?' if near else " `glasshouse lint --rules` lists them.")
    )


def explain(word: str) -> str:
    """The page of a rule as Markdown."""
    return markdown(find(word))


def markdown(rule: Rule) -> str:
    """The page: what it finds, why it matters, example, better, law, limits, and the measure that shows it in a run."""
    s = page(rule)
    core = " · core" if rule.CORE else ""
    out = [
        f"# {rule.CODE} {rule.NAME}",
        "",
        s["title"],
        "",
        f"Severity **{rule.SEVERITY}** · confidence **{rule.CONFIDENCE}**{core}",
        "",
    ]
    for heading in ("What it finds", "Why it matters"):
        out += [f"## {heading}", "", _flow(s[heading]), ""]
    for heading in ("Example", "Better"):
        out += [f"## {heading}", "", "```yaml", textwrap.dedent(s[heading]).strip(), "```", ""]
    out += ["## Repair", "", rule.FIX, "", "## Law", ""]
    out += [law_line(i) for i in rule.LAW] + [""]
    out += ["## Limits", "", _flow(s["Limits"]), "", "## In a run", ""]
    out += [
        ", ".join(f"`{m}`" for m in rule.MEASURES)
        if rule.MEASURES
        else "No measure shows this; it is in the text or it is not.",
        "",
    ]
    return "\n".join(out)


def law_line(law_id: str) -> str:
    """A provision with our words, since when, and how it was checked."""
    p = cite.provision(law_id)
    marks = "; ".join(x for x in (p.window(), p.mark(), p.how or "") if x)
    name = f"[{p.article}, {p.instrument}]({p.link})" if p.link else f"{p.article}, {p.instrument}"
    return f"- **{law_id}** {name}: {p.says} *({marks})*"


def listing() -> str:
    """All rules for a terminal: code, severity, confidence, name and what each finds."""
    return "".join(
        f"{r.CODE} {r.SEVERITY:8} {r.CONFIDENCE:9} {'core' if r.CORE else '    '} {r.NAME}: {page(r)['title']}\n"
        for r in RULES
    )


def table() -> str:
    """All rules, one line each."""
    rows = [
        f"| [{r.CODE}]({r.CODE.lower()}.md) | {r.NAME} | {page(r)['title']} | {r.SEVERITY} | {r.CONFIDENCE} | {'core' if r.CORE else ''} |"
        for r in RULES
    ]
    return (
        "\n".join(["| code | name | what it finds | severity | confidence | |", "|---|---|---|---|---|---|", *rows])
        + "\n"
    )


def write_pages(folder: Path) -> list[Path]:
    """Every page and the table, into a folder. Returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{r.CODE.lower()}.md": HEAD + markdown(r) for r in RULES}
    toctree = "```{toctree}\n:hidden:\n:maxdepth: 1\n\nreading\n" + "\n".join(r.CODE.lower() for r in RULES) + "\n```\n"
    intro = f"# The rules of lint\n\n{INTRO}\n\n{MORE}\n\n"
    pages["index.md"] = HEAD + intro + table() + "\n" + toctree
    for name, words in pages.items():
        (folder / name).write_text(words, encoding="utf-8")
    return [folder / name for name in pages]


def _flow(words: str) -> str:
    return " ".join(words.split())


if __name__ == "__main__":
    write_pages(Path("docs/rules"))
