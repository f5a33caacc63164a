"""`glasshouse new`: about twenty-five questions in plain words, for someone who has never written YAML.

A commented scheme file stands at the end. *Don't know* is an answer: the key is left out, a comment says so, and lint keeps it open as
undetermined. Answers are kept in a file beside the scheme after every question, so that the interview can be left and taken up again.
Nobody is named: offices, never persons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from glasshouse.scenario.schema import Context, parse_days

UNKNOWN = ("", "?", "don't know", "dont know", "unknown", "no idea")
YES, NO = ("yes", "y", "true"), ("no", "n", "false")
Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One question: the key its answer goes to, the words, and what may be answered."""

    key: str
    words: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    only_if: Callable[[Answers], bool] = lambda answers: True


CONTEXTS = tuple(get_args(Context))
KINDS = (
    "refusal",
    "restriction",
    "freeze",
    "fee",
    "publication",
    "dismissal",
    "confinement",
    "penalty",
    "warning",
    "perk",
)
RIGHTS = (
    "movement",
    "health",
    "education",
    "housing",
    "income",
    "work",
    "communication",
    "property",
    "reputation",
    "none",
)
EVIDENCE = (
    "court_final",
    "administrative_finding",
    "documentary",
    "tip",
    "automated_flag",
    "social_media",
    "unspecified",
)
SUBJECTS = ("self", "partner", "parent", "child", "household", "friend", "colleague", "employer")


def has_list(answers: Answers) -> bool:
    return answers.get("listed") is True


OPERATORS = ("public", "on_behalf_of_public", "private", "mixed")
ORDERS = ("CN", "EU", "UK", "US", "CA", "AU", "INT")
QUESTIONS: tuple[Question, ...] = (
    Question("title", "What is the scheme called?"),
    Question("operator", "Who runs it: public, on_behalf_of_public, private or mixed?", "choice", OPERATORS),
    Question("purpose", "What is it for, in one sentence?"),
    Question("jurisdiction", "Under whose law: CN, EU, UK, US, CA, AU or INT?", "choice", ORDERS),
    Question("uses_ai", "Does a system that learns or infers take part?", "yesno"),
    Question("law", "Which law allows it? Name it with its article, or say none."),
    Question("min_age", "From which age are people in it?", "number"),
    Question(
        "source_context",
        "In which part of life does its information arise (courts, credit, consumption, ...)?",
        "choice",
        CONTEXTS,
    ),
    Question("source_told", "Are people told that this information is collected?", "yesno"),
    Question("conduct", "What must somebody do to be affected? Describe the act."),
    Question("subject", "Whose act counts: self, or a partner, parent, friend, ...?", "choice", SUBJECTS),
    Question("lawful", "Is that act allowed by law?", "yesno"),
    Question(
        "evidence", "How is it shown: court_final, administrative_finding, documentary, tip, ...?", "choice", EVIDENCE
    ),
    Question("gravity", "How grave is the act, from 1 (a trifle) to 5 (a grave crime)?", "one_to_five"),
    Question("listed", "Are people put on a list?", "yesno"),
    Question("term", 'For how long (such as "2 years"; none if it never ends)?', "days", only_if=has_list),
    Question("public_list", "Can anybody read the list?", "yesno", only_if=has_list),
    Question("exit_by_payment", "Does one leave it by paying?", "yesno", only_if=has_list),
    Question("effect", "What happens to them: refusal, restriction, freeze, fee, dismissal, ...?", "choice", KINDS),
    Question("effect_context", "In which part of life (travel, housing, education, ...)?", "choice", CONTEXTS),
    Question(
        "effect_right",
        "What does it touch: movement, health, education, housing, income, work, ... or none?",
        "choice",
        RIGHTS,
    ),
    Question("severity", "How heavy is it for them, from 1 (trivial) to 5 (grave)?", "one_to_five"),
    Question("reaches_family", "Does it also touch their family?", "yesno"),
    Question("automated", "Does a machine decide it alone?", "yesno"),
    Question("told_before", "Are they told before it takes effect?", "yesno"),
    Question("appeal", "Can they appeal?", "yesno"),
    Question("correction", "Within how many days is a mistake put right (none if there is no way)?", "days"),
)


def understood(question: Question, words: str) -> Any:
    """The answer in the form of the file. Raises ValueError, with what is allowed, where it cannot be understood."""
    told = words.strip()
    low = told.lower()
    if question.kind == "yesno":
        if low in YES or low in NO:
            return low in YES
        raise ValueError("please answer yes, no or ? for don't know")
    if question.kind == "choice":
        return _choice(question, low)
    if question.kind == "days":
        return None if low == "none" else parse_days(int(told) if told.isdigit() else told)
    if question.kind in ("number", "one_to_five"):
        return _number(question, told)
    return None if low == "none" else told[:300]


def _choice(question: Question, low: str) -> str:
    plain = low.replace(" ", "_")
    found = next((c for c in question.choices if c.lower() == plain), None)
    if found is None:
        raise ValueError(f"please answer one of: {', '.join(question.choices)}; or ? for don't know")
    return found


def _number(question: Question, told: str) -> int:
    if not told.isdigit():
        raise ValueError("please answer with a whole number, or ? for don't know")
    if question.kind == "one_to_five" and not 1 <= int(told) <= 5:
        raise ValueError("please answer with a number from 1 to 5, or ? for don't know")
    return int(told)


def is_unknown(words: str) -> bool:
    return words.strip().lower() in UNKNOWN


def left(answers: Answers) -> Iterator[Question]:
    """Questions not yet asked that still apply."""
    return (
        q for q in QUESTIONS if q.key not in answers and q.key not in answers.get("unknown", []) and q.only_if(answers)
    )


# --- keeping answers --------------------------------------------------------------------------------------------------------------


def notes_path(scheme: Path) -> Path:
    """Where the answers of an interview are kept until it is done."""
    return scheme.with_suffix(".answers.json")


def kept(scheme: Path) -> Answers:
    """Answers of an interview that was left, or none."""
    try:
        data = json.loads(notes_path(scheme).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"unknown": []}
    return data if isinstance(data, dict) and isinstance(data.get("unknown"), list) else {"unknown": []}


def keep(scheme: Path, answers: Answers) -> None:
    notes_path(scheme).write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


# --- writing the scheme -----------------------------------------------------------------------------------------------------------


@dataclass
class _Page:
    """Lines of the file that is being written; an unknown becomes a comment, never a value."""

    answers: Answers
    lines: list[str]

    def head(self, words: str) -> None:
        self.lines.append(words)

    def put(self, indent: int, yaml_key: str, key: str, value: Any = ...) -> None:
        """One key: its value, or a comment that says it is not known, or nothing where it was not asked."""
        pad = " " * indent
        if key in self.answers.get("unknown", []):
            question = next(q for q in QUESTIONS if q.key == key)
            self.lines.append(f"{pad}# {yaml_key}: not known ({question.words})")
        elif key in self.answers:
            self.lines.append(f"{pad}{yaml_key}: {plain(self.answers[key] if value is ... else value)}")

    def put_in(self, indent: int, mapping: str, keys: Sequence[tuple[str, str]]) -> None:
        """Keys of a mapping; where none of them has a value there is no mapping, and the comments name the whole path."""
        has_some = any(key in self.answers for _, key in keys)
        if has_some:
            self.lines.append(f"{' ' * indent}{mapping}:")
        for yaml_key, key in keys:
            self.put(indent + 2, yaml_key, key) if has_some else self.put(indent, f"{mapping}.{yaml_key}", key)


def plain(value: Any) -> str:
    """A value as YAML. Text is quoted as JSON wherever it could be read as something else."""
    if (
        isinstance(value, str)
        and re.fullmatch(r"[A-Za-z][A-Za-z _]*", value)
        and value.lower() not in (*YES, *NO, "null", "on", "off")
    ):
        return value
    return json.dumps(value, ensure_ascii=False)


def written(answers: Answers) -> str:
    """The scheme file that the answers make, with a comment for everything that is not known."""
    page = _Page(answers, [])
    page.head(
        "# Written by `glasshouse new`. Lines that begin with # are not read: what is not known stays open when lint reads the file."
    )
    page.head("schema: 1\n\n# What it is, who runs it, under which law.\nscheme:")
    page.put(2, "title", "title") if answers.get("title") else page.head("  title: A scheme without a name")
    page.put_in(2, "operator", (("kind", "operator"),))
    for yaml_key, key in (
        ("purpose", "purpose"),
        ("jurisdiction", "jurisdiction"),
        ("uses_ai", "uses_ai"),
        ("min_age", "min_age"),
        ("legal_basis", "law"),
    ):
        page.put(2, yaml_key, key)
    _source(page)
    _rule(page)
    _list(page)
    _consequence(page)
    _safeguards(page)
    return "\n".join(page.lines) + "\n"


def _source(page: _Page) -> None:
    if "source_context" not in page.answers:
        page.head("\n# data_sources: not known (where the information comes from)")
        return
    page.head("\n# Where its information comes from.\ndata_sources:\n  - id: source\n    kind: other")
    page.put(4, "context", "source_context")
    page.put(4, "subject_notified", "source_told")


def _rule(page: _Page) -> None:
    page.head("\n# What somebody must do to be affected.\nrules:\n  - id: rule")
    if "source_context" in page.answers:
        page.head("    source: source")
    if not {"subject", "conduct"} & set(page.answers):
        page.head("    when: {}")
    page.put_in(4, "when", (("subject", "subject"), ("predicate", "conduct")))
    page.put(4, "conduct_lawful", "lawful")
    page.put(4, "evidence_standard", "evidence")
    page.put(4, "gravity", "gravity")
    page.put(4, "legal_basis", "law")


def _list(page: _Page) -> None:
    listed = page.answers.get("listed")
    if listed is None:
        page.head("\n# lists: not known (are people put on a list?)")
        return
    if listed is False:
        page.head("\n# Nobody is put on a list.\nlists: []")
        return
    page.head(
        "\n# The list, how long it lasts, how one leaves it.\nlists:\n  - id: list\n    entry: {trigger: {rule: rule}}"
    )
    page.put(4, "max_days", "term")
    page.put(4, "published", "public_list")
    page.put(4, "legal_basis", "law")
    paid = page.answers.get("exit_by_payment")
    page.put(4, "exit", "exit_by_payment") if paid is None else page.head(
        f"    exit: {{conditions: [{'payment' if paid else 'expiry'}]}}"
    )


def _consequence(page: _Page) -> None:
    if "effect" not in page.answers or "effect_context" not in page.answers:
        page.head("\n# consequences: not known (what happens to people, and in which part of life)")
        return
    trigger = "{list: list}" if page.answers.get("listed") else "{rule: rule}"
    page.head(f"\n# What happens to them.\nconsequences:\n  - id: effect\n    trigger: {trigger}")
    for yaml_key, key in (
        ("kind", "effect"),
        ("context", "effect_context"),
        ("right", "effect_right"),
        ("severity", "severity"),
    ):
        page.put(4, yaml_key, key)
    family = page.answers.get("reaches_family")
    page.put(4, "reach", "reaches_family") if family is None else page.head(
        f"    reach: [self{', household, children' if family else ''}]"
    )
    page.put(4, "automated", "automated")
    page.put(4, "legal_basis", "law")


def _safeguards(page: _Page) -> None:
    told = page.answers.get("told_before")
    page.head("\n# What protects them.")
    if told is None:
        page.put(0, "notice", "told_before")
    else:
        page.head("notice: {enabled: true, before_effect: true}" if told else "notice: {before_effect: false}")
    if "appeal" in page.answers:
        page.head(f"appeal: {{available: {plain(page.answers['appeal'])}}}")
    else:
        page.put(0, "appeal", "appeal")
    if "correction" in page.answers:
        days = page.answers["correction"]
        page.head("correction: null" if days is None else f"correction: {{sla_days: {days}}}")
    else:
        page.put(0, "correction", "correction")
