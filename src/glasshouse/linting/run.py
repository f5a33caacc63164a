"""Linting: each rule is asked about a text, its verdicts become findings with lines, law and repair, and waivers are held against them.

Nothing is simulated and nothing is decided: a finding is an indicator, or a thing the text does not say.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from functools import lru_cache
from pathlib import Path
from typing import Any

from glasshouse.errors import UsageError
from glasshouse.law import cite
from glasshouse.linting import waivers
from glasshouse.linting.finding import SEVERITIES, Change, CitedLaw, Finding, Span, Status, Verdict, fingerprint
from glasshouse.linting.registry import BY_CODE, RULES
from glasshouse.linting.rule import Rule
from glasshouse.linting.terms import once
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Mark, Marked

MOST_EVIDENCE = 12
AI_LAW = ("EU-AIA", "EU-GL", "COE-AI")
"""Provisions about AI systems: used by analogy where no such system is said to be used."""


@dataclass(frozen=True)
class Report:
    """Findings of one or more files, in the order of the files and lines. `as_of`: the day on which the law was asked."""

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    as_of: Date
    packs: tuple[str, ...] = ()
    lines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: tuple[Text, ...] = ()
    gone: tuple[dict[str, Any], ...] = ()

    def active(self) -> list[Finding]:
        """Findings that no waiver covers."""
        return [f for f in self.findings if f.waiver is None]

    def indicated(self) -> list[Finding]:
        return [f for f in self.active() if f.status is Status.INDICATED]

    def undetermined(self) -> list[Finding]:
        return [f for f in self.active() if f.status is Status.UNDETERMINED]

    def waived(self) -> list[Finding]:
        return [f for f in self.findings if f.waiver is not None]

    def reaches(self, level: str) -> bool:
        """Is there an unwaived finding of at least this severity, or, against a baseline, one that is new or silent now?

        What the text does not say counts like what it says wrongly.
        """
        if level == "never":
            return False
        fresh = [f.severity for f in self.active() if f.change is not Change.UNCHANGED]
        silenced = [str(e["severity"]) for e in self.gone if e["change"] == Change.SILENT_NOW.value]
        return any(SEVERITIES.index(s) >= SEVERITIES.index(level) for s in (*fresh, *silenced))


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Rule]:
    """The rules that `--select` and `--ignore` leave; codes, prefixes (`GH5`), names, or `core`. Refuses what matches nothing."""
    wanted, unwanted = [w for w in select if w], [w for w in ignore if w]
    for word in (*wanted, *unwanted):
        if not any(_matches(rule, word) for rule in RULES):
            raise UsageError(
                f'no rule is called "{word}". Use a code (GH501), a prefix (GH5), a name (no-notice) or "core".'
            )
    kept = [r for r in RULES if not wanted or any(_matches(r, w) for w in wanted)]
    return [r for r in kept if not any(_matches(r, w) for w in unwanted)]


def _matches(rule: Rule, word: str) -> bool:
    return rule.CODE.startswith(word.upper()) or word.lower() == rule.NAME or (word.lower() == "core" and rule.CORE)


@contextmanager
def without_collector() -> Iterator[None]:
    """No garbage collection meanwhile: a hundred schemes are a million small objects, each freed by its count; looking for circles among
    them took a third of the time. What was made is put with the old objects, so that it is not all looked at when collecting begins again.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def lint_text(text: Text, rules: Sequence[Rule] | None = None) -> list[Finding]:
    """Every finding of one text, by line, then code. A waiver in the file is held against them (GH941 is the rule about waivers)."""
    asked = list(RULES if rules is None else rules)
    found = [f for rule in asked if rule.CODE != "GH941" for f in _findings(rule, text)]
    found = waivers.apply(text, found)
    if any(rule.CODE == "GH941" for rule in asked):
        text.memo["found"] = [*found, *_unasked(text, asked)]
        found += _findings(BY_CODE["GH941"], text)
    text.forget()
    return sorted(found, key=lambda f: (f.at.line, f.at.column, f.code, f.at.path))


def _unasked(text: Text, asked: Sequence[Rule]) -> Iterator[Finding]:
    """What rules would find that a waiver names and nobody asked for; without it such a waiver would seem to match nothing."""
    named = {str(w.rule).upper() for w in waivers.of(text)} - {rule.CODE for rule in asked} - {"GH941"}
    return (f for code in sorted(named & BY_CODE.keys()) for f in _findings(BY_CODE[code], text))


def lint(texts: Iterable[Text], select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Report:
    """Lint texts that are already read. See `reading.texts_at` for files, folders and standard input."""
    every, rules = list(texts), chosen(select, ignore)
    with without_collector():
        findings = [f for text in every for f in lint_text(text, rules)]
    first = every[0] if every else None
    return Report(
        findings=tuple(findings),
        files=tuple(t.file for t in every),
        as_of=first.as_of if first else Date.today(),
        packs=first.packs if first else (),
        lines={t.file: t.lines for t in every},
        texts=tuple(every),
    )


def _findings(rule: Rule, text: Text) -> list[Finding]:
    seen: Counter[str] = Counter()
    found = []
    for verdict in rule.check(text):
        if verdict.truth.value is False:
            continue
        path = verdict.at.path
        found.append(_finding(rule, text, verdict, fingerprint(rule.CODE, path, seen[path])))
        seen[path] += 1
    return found


def _finding(rule: Rule, text: Text, verdict: Verdict, mark: str) -> Finding:
    shown = verdict.truth.value is True
    silences = _silences(verdict, text)
    marks = tuple(dict.fromkeys(verdict.truth.marks))[:MOST_EVIDENCE]
    return Finding(
        code=rule.CODE,
        name=rule.NAME,
        severity=verdict.severity or rule.SEVERITY,
        confidence=verdict.confidence or rule.CONFIDENCE,
        status=Status.INDICATED if shown else Status.UNDETERMINED,
        message=verdict.says if shown else _asks(verdict, silences),
        file=text.file,
        at=_span(text, Mark(verdict.at.steps, called(verdict.at))),
        other=_other(text, verdict),
        law=laws(rule.LAW, text),
        fix=rule.FIX,
        measures=rule.MEASURES,
        paths=verdict.paths if shown else (),
        silent=silences if not shown else (),
        evidence=tuple(_span(text, m) for m in marks),
        fingerprint=mark,
    )


CALLED = {
    "data_sources": "source",
    "rules": "rule",
    "lists": "list",
    "consequences": "consequence",
    "models": "model",
    "associations": "association",
    "sharing": "recipient",
    "roles": "role",
    "waivers": "waiver",
}


def called(place: At) -> str:
    """The label of the first half: `this consequence`, or what is missing."""
    if place.silent:
        return f"no `{place.path}` in the text"
    section = str(place.steps[0]) if place.steps else "text"
    return (
        f"this {CALLED[section]}" if section in CALLED and len(place.steps) > 1 else f"this {section.replace('_', ' ')}"
    )


def _silences(verdict: Verdict, text: Text) -> tuple[str, ...]:
    """The outermost places that are not written, each once."""
    return tuple(text.name(steps) for steps in dict.fromkeys(text.missing(m.steps) for m in verdict.truth.silences()))


def _asks(verdict: Verdict, silences: tuple[str, ...]) -> str:
    """What the text does not say, as a sentence: at most four places by name."""
    named = ", ".join(f"`{s}`" for s in silences[:4])
    left = len(silences) - 4
    more = f" and {left} more place{'s' if left > 1 else ''}" if left > 0 else ""
    return f"the text does not say {named}{more}" if named else "the text does not say enough to tell"


def _span(text: Text, mark: Marked) -> Span:
    return _span_at(mark) if isinstance(mark, At) else Span(text.name(mark.steps), *text.place(mark.steps), mark.label)


@once
def _span_at(place: At) -> Span:
    return Span(place.path, *place.text.place(place.steps), place.label)


def _other(text: Text, verdict: Verdict) -> Span | None:
    """The second half: the place the rule names, or the last place its answer rests on that is not the first half itself."""
    if verdict.other is not None:
        name = verdict.other.path.rpartition(".")[2]
        label = f"no `{name}` here" if verdict.other.silent else f"`{name}` here"
        return _span(text, Mark(verdict.other.steps, label))
    marks = [m for m in verdict.truth.marks if m.steps != verdict.at.steps]
    silent = [m for m in marks if m.silent]
    return _span(text, (silent or marks)[-1]) if marks else None


# --- law --------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What decides how a provision bears on a text: the day, the legal order, whether AI is said to be used, the packs asked for."""

    as_of: Date
    home: str
    uses_ai: bool | None
    packs: tuple[str, ...]


def laws(ids: tuple[str, ...], text: Text) -> tuple[CitedLaw, ...]:
    """The provisions of a rule as they bear on this text, those that apply first and those looked up before those recalled."""
    return _laws(ids, asked_of(text))


def asked_of(text: Text) -> Asked:
    if "asked" not in text.memo:
        uses = text.get("scheme.uses_ai")
        home = str(text.scheme.get("jurisdiction").value)
        text.memo["asked"] = Asked(text.as_of, home, None if uses.silent else uses.value is True, text.packs)
    found: Asked = text.memo["asked"]
    return found


@lru_cache(maxsize=4096)
def _laws(ids: tuple[str, ...], asked: Asked) -> tuple[CitedLaw, ...]:
    cited = [_cited(cite.provision(i), asked) for i in ids]
    order = ("applies", "standard", "analogy", "comparison", "not in force")
    checks = ("official", "secondary", "memory")
    return tuple(sorted(cited, key=lambda c: (order.index(c.bearing), checks.index(c.checked))))


def _cited(p: cite.Provision, asked: Asked) -> CitedLaw:
    bearing, note = bears(p, asked)
    return CitedLaw(p.id, p.cite(), bearing, p.checked, note)


def bears(p: cite.Provision, asked: Asked) -> tuple[str, str]:
    """How a provision stands to a text: applies, standard (international), analogy, comparison, or not in force on the day."""
    if not p.in_force(asked.as_of):
        return "not in force", f"not in force on {asked.as_of}: {p.window()}"
    if p.order == "IHL":
        return "analogy", "by analogy: the law of armed conflict"
    if asked.packs and p.pack not in asked.packs:
        return "comparison", "outside the packs asked for"
    if p.pack == "UN":
        return "standard", "international standard"
    orders = {"EU": ("EU", "COE"), "UK": ("COE",), "COE": ("COE",)}.get(asked.home, (asked.home,))
    if p.pack not in orders:
        return "comparison", "another legal order, for comparison"
    if p.id.startswith(AI_LAW) and asked.uses_ai is None:
        return "analogy", "by analogy: the text does not say whether an AI system is used"
    if p.id.startswith(AI_LAW) and not asked.uses_ai:
        return "analogy", "by analogy: no AI system is used"
    return "applies", ""


def read_text(path: Path, as_of: Date | None = None, packs: Sequence[str] = ()) -> Text:
    """One scheme file, read with its lines. Raises ScenarioError with file, line and column."""
    from glasshouse.linting.reading import text_at

    return text_at(path, as_of=as_of, packs=tuple(packs))
