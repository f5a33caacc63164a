"""An annex to an impact assessment, filled from the scheme's text, from lint, and, where there is one, from a recording.

Three questionnaires: fundamental rights (AI Act Art. 27(1)(a)-(f)), data protection (GDPR Art. 35(7)(a)-(d) with 35(2), 35(9), the residual
risk and Art. 36), and algorithmic impact (the questions that Canada's directive asks). Each cell says where its answer comes from, or that
a human must answer. Waivers come first, then what the reader must check. The annex decides nothing and grades nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasshouse.errors import UsageError
from glasshouse.law import cite
from glasshouse.linting.finding import Finding
from glasshouse.linting.pair import told
from glasshouse.linting.run import Report
from glasshouse.linting.text import At, Text, short
from glasshouse.scenario import elements
from glasshouse.scenario.names import catalogue_names

HUMAN = "a human must answer"
NOT_SAID = "The text does not say."
FIRST = "Law behind an indicator that was not read in its official text, and what the scheme's text leaves open."
BEARING = ("applies", "standard", "analogy")
SAFEGUARDS = (
    "notice.enabled",
    "appeal.available",
    "correction.sla_days",
    "retention.after_exit_days",
    "minors.handling",
)
ALTERNATIVES = {
    "no-scheme": "No scheme at all",
    "lottery": "A lottery of the same size: as many are listed, but chosen by chance",
    "all-together": "The scheme with all these changes together",
}
COMPARED = {
    "people_listed": "people ever listed",
    "wrongful_person_days_by_rights": "days on a list wrongly, by rights",
    "refused_tries": "tries refused at a gate",
    "never_notified_share": "listings never told of while they lasted",
}
"""What alternatives are compared by: how many are hit, how wrongly, what it costs them, whether they know."""


@dataclass(frozen=True)
class Cell:
    """A question, its answer (one thing a line), and where it comes from: places of the text, rules, measures, or a human."""

    question: str
    answer: str
    whence: str


@dataclass(frozen=True)
class Section:
    """A part of the annex: a heading, a sentence, and its cells."""

    title: str
    words: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Annex:
    """The whole document."""

    title: str
    words: str
    sections: tuple[Section, ...]


def annex(report: Report, recording: Path | None = None) -> Annex:
    """The annex of the one text of a report. `recording` is a folder with `measures.json`."""
    if len(report.texts) != 1:
        raise UsageError("an annex is about one scheme; give one file")
    text, measured = report.texts[0], measures_of(recording)
    made = (
        waived(report),
        to_check(report),
        rights_assessment(text, report, measured),
        data_assessment(text, report, measured),
        algorithm_assessment(text, report),
        alternatives(text, measured),
    )
    title = f"Annex to an impact assessment: {text.scheme.get('title').value}"
    words = (
        f"Made from {text.file} by reading its text, with the law as of {report.as_of}"
        + (
            " and figures from a run with synthetic people."
            if measured
            else ". No run was given, so no figure stands here."
        )
        + " Nothing here says that a law is kept or broken. Where a cell says so, a human must answer."
    )
    return Annex(title, words, made)


# --- what comes first -------------------------------------------------------------------------------------------------------------


def waived(report: Report) -> Section:
    cells = tuple(
        Cell(f"{f.code} {f.at.path}: {f.message}", str((f.waiver or {}).get("justification")), by_whom(f))
        for f in report.waived()
    )
    return Section("Waivers", "Findings that an office answers for. They are still there." if cells else "None.", cells)


def by_whom(f: Finding) -> str:
    w = f.waiver or {}
    return f"waiver by {w.get('owner')}, {w.get('decided_on')} to {w.get('expires')}"


def to_check(report: Report) -> Section:
    """Provisions behind an indicator that nobody read in their official text, and questions that the text leaves open."""
    cited = [law for f in report.indicated() for law in f.law if law.bearing in BEARING]
    ids = dict.fromkeys(law.id for law in cited if law.checked != "official")
    cells = [
        Cell(f"{i}: {cite.provision(i).cite()}", cite.provision(i).says, "look it up before relying on it") for i in ids
    ]
    open_rules: dict[str, list[Finding]] = {}
    for f in report.undetermined():
        open_rules.setdefault(f.code, []).append(f)
    for code, found in open_rules.items():
        places = list(dict.fromkeys(p for f in found for p in f.silent))
        cells.append(Cell(f"{code} {found[0].name}", f"Not said: {listed(places, 5)}", HUMAN))
    return Section("What its reader must check first", FIRST, tuple(cells))


# --- the three questionnaires -------------------------------------------------------------------------------------------------------


def rights_assessment(text: Text, report: Report, measured: dict[str, Any]) -> Section:
    """AI Act Art. 27(1)(a)-(f)."""
    cells = (
        from_text(
            "(a) The process in which it is used, and its purpose",
            text,
            "scheme.purpose",
            "scheme.summary",
            "scheme.legal_basis",
        ),
        from_text(
            "(b) For how long and how often",
            text,
            "score.update",
            "scheme.status",
            also=each(text, "lists", "max_days"),
        ),
        from_text(
            "(c) Who may be affected",
            text,
            "scheme.min_age",
            "scheme.subject.kind",
            also=each(text, "consequences", "reach"),
        ),
        risks("(d) Harm likely to those affected", report, measured),
        from_text(
            "(e) Human oversight", text, "appeal.body", also=each(text, "consequences", "human_review.available")
        ),
        from_text(
            "(f) If the risks come true", text, "appeal.available", "correction.sla_days", "scheme.oversight_body"
        ),
    )
    no_ai = text.get("scheme.uses_ai").value is False
    return Section(
        "Fundamental rights",
        "AI Act Art. 27(1)." + (" No AI system is used, says the text: by analogy only." if no_ai else ""),
        cells,
    )


def data_assessment(text: Text, report: Report, measured: dict[str, Any]) -> Section:
    """GDPR Art. 35(7)(a)-(d), 35(2), 35(9), residual risk, Art. 36."""
    sources, grounds = each(text, "data_sources", "kind"), each(text, "rules", "legal_basis")
    cells = (
        from_text(
            "35(7)(a) The processing and its purposes", text, "scheme.purpose", "scheme.operator.kind", also=sources
        ),
        from_text("35(7)(b) Necessity and proportion: the ground", text, "scheme.legal_basis", also=grounds),
        coded("35(7)(b) Necessity and proportion: what stands against it", report, ("GH4", "GH6", "GH101")),
        risks("35(7)(c) Risks to rights and freedoms", report, measured),
        from_text("35(7)(d) Safeguards", text, *SAFEGUARDS),
        Cell("35(2) Advice of the data protection officer", "", HUMAN),
        Cell("35(9) Views of those affected", "", HUMAN),
        residual(report),
        Cell(
            "36 Prior consultation of the authority", "Asked for where the risk stays high after the safeguards.", HUMAN
        ),
    )
    return Section("Data protection", "GDPR Art. 35 and 36.", cells)


def algorithm_assessment(text: Text, report: Report) -> Section:
    """What Canada's directive on automated decisions asks, in our words."""
    ends = [*each(text, "consequences", "duration_days"), *each(text, "lists", "exit.conditions")]
    quality = [*each(text, "data_sources", "accuracy.measured_on"), *each(text, "data_sources", "linkage.key")]
    cells = (
        from_text("What is automated", text, also=each(text, "consequences", "automated")),
        from_text("How long effects last and how they can be undone", text, also=ends),
        from_text("Notice before the decision", text, "notice.enabled", "notice.before_effect", "notice.sla_days"),
        from_text("Explanation after it", text, "explanation.available", "explanation.kind"),
        from_text(
            "Recourse", text, "appeal.available", "appeal.body", "appeal.deadline_days", "appeal.decide_within_days"
        ),
        from_text("Quality of the data", text, also=quality),
        coded("What stands against these", report, ("GH2", "GH3", "GH7")),
        from_text("Assessment and publication", text, "impact_assessments", "transparency.rules_published"),
        Cell("Who answers for the system", "An office, not a person.", HUMAN),
    )
    return Section(
        "Algorithmic impact", "After the Treasury Board Directive on Automated Decision-Making (CA-DADM).", cells
    )


def alternatives(text: Text, measured: dict[str, Any]) -> Section:
    """Comparators that an official can accept; figures only from a run that lived them, otherwise the command that would."""
    variants = measured.get("variants") or {}
    cells = [lived(name, words, measured, variants) for name, words in asked(text, variants).items()]
    cells += [Cell(f"Not possible here: {name}", why, "text") for name, why in impossible(text).items()]
    words = "Would one of these have served the purpose with less harm?"
    if text.scenario.world is None:
        words += " The text has no `world`, so nothing can be lived, and a human must answer."
    elif any(HUMAN in c.whence for c in cells):
        words += f" What was not lived is filled by: {command(text)}"
    return Section("Alternatives considered", words, tuple(cells))


def asked(text: Text, variants: dict[str, Any]) -> dict[str, str]:
    """Every alternative by the name of its variant: no scheme, a lottery, each safeguard this scheme could have, what else was lived."""
    found = {name: ALTERNATIVES[name] for name in ("no-scheme", "lottery")}
    for e in elements.ELEMENTS:
        if e.variant in variants or e.variant in possible(text):
            found[e.variant] = f"The scheme {e.side} {e.name}: {e.title}"
    more = {name: ALTERNATIVES.get(name, f"Another variant of the run: {name}") for name in variants}
    return found | {name: words for name, words in more.items() if name not in found}


def possible(text: Text) -> list[str]:
    """Safeguards that change something in this scheme, by the names of their variants; none where it cannot be lived."""
    if text.scenario.world is None:
        return []
    return [name for name in elements.applicable(text.scenario)[0] if name.startswith("with-")]


def impossible(text: Text) -> dict[str, str]:
    """Safeguards that this scheme cannot have, or has already, and why."""
    if text.scenario.world is None:
        return {}
    return {name: why for name, why in elements.applicable(text.scenario)[1].items() if name.startswith("with-")}


def lived(name: str, words: str, measured: dict[str, Any], variants: dict[str, Any]) -> Cell:
    """An alternative beside the scheme as it is; or that no run lived it."""
    if name not in variants:
        return Cell(words, "Not lived in the run given." if measured else "No run was given.", f"{HUMAN}, or a run")
    told_all = [compared(m, w, measured, variants[name]) for m, w in COMPARED.items()]
    return Cell(words, "\n".join(t for t in told_all if t), f"run, variant {name}; synthetic people")


def compared(measure: str, words: str, measured: dict[str, Any], variant: Any) -> str:
    """One figure as it is and with the alternative; nothing where the run did not measure it in both."""
    before, after = measured.get(measure), variant.get(measure) if isinstance(variant, dict) else None
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ""
    share = before.get("unit") == "share"
    values = [e.get("value") for e in (before, after)]
    as_it_is, here = ("undefined (no case)" if v is None else plain(v, share) for v in values)
    return f"{words}: {as_it_is} as it is, {here} here ({after.get('standing', 'standing unknown')})"


def plain(value: float, share: bool) -> str:
    return f"{value:.1%}" if share else f"{value:,.0f}"


def command(text: Text) -> str:
    """The two lines to paste."""
    scheme = text.file.removesuffix(".yaml") if text.file.removesuffix(".yaml") in catalogue_names() else text.file
    wanted = " ".join(f"--with {name.removeprefix('with-')}" for name in possible(text))
    return f"glasshouse twins {scheme} {wanted} --out DIR; then glasshouse assess {scheme} --recording DIR --out annex.docx"


# --- filling a cell ---------------------------------------------------------------------------------------------------------------


def each(text: Text, section: str, key: str) -> list[At]:
    """One place for each item of a section that is written."""
    return [item.at(key) for item in text.each(section) if not item.silent]


def from_text(question: str, text: Text, *paths: str, also: Iterable[At] = ()) -> Cell:
    """What the text says at these places, with their lines."""
    places = [text.get(p) for p in paths] + list(also)
    said = [p for p in places if not p.silent]
    unsaid = [p.path for p in places if p.silent]
    answer = "\n".join(f"{p.path}: {short(p.value, 240)}" for p in said[:12]) or NOT_SAID
    if said and unsaid:
        answer += f"\nNot said: {listed(unsaid, 4)}"
    return Cell(question, answer, "text, " + lines(said) if said else HUMAN)


def lines(places: list[At]) -> str:
    found = sorted({p.text.place(p.steps)[0] for p in places} - {0})
    return ("line " if len(found) == 1 else "lines ") + ", ".join(map(str, found[:12])) if found else "place unknown"


def listed(names: list[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def coded(question: str, report: Report, prefixes: tuple[str, ...]) -> Cell:
    """Indicators of some rules, as sentences."""
    found = [f for f in report.indicated() if f.code.startswith(prefixes)]
    answer = "\n".join(sentences(found)) or "No indicator in the text."
    return Cell(question, answer, "lint, " + listed(sorted({f.code for f in found}), 8) if found else "lint")


def sentences(found: Iterable[Finding]) -> list[str]:
    """One sentence for each rule, the gravest first: what it says of the first place, and where else it holds."""
    by_rule: dict[str, list[Finding]] = {}
    for f in sorted(found, key=lambda f: -f.rank):
        by_rule.setdefault(f.code, []).append(f)
    return [
        f"{code} {group[0].message}" + (f" (also {listed([f.at.path for f in group[1:]], 6)})" if group[1:] else "")
        for code, group in by_rule.items()
    ]


def risks(question: str, report: Report, measured: dict[str, Any]) -> Cell:
    """Critical and high indicators, what a run showed of them, and what no run can show."""
    found = [f for f in report.indicated() if f.severity in ("critical", "high")]
    names = [n for n in dict.fromkeys(m for f in found for m in f.measures) if isinstance(measured.get(n), dict)]
    shown = [figure(n, measured[n]) for n in names if measured[n].get("value") is not None]
    unshown = [f"{n} ({measured[n].get('reason') or 'no case'})" for n in names if measured[n].get("value") is None]
    parts = [*sentences(found), *shown, *(["No figure for " + "; ".join(unshown)] if unshown else [])]
    return Cell(question, "\n".join(parts) or "No indicator in the text.", "lint" + (", run" if names else ""))


def residual(report: Report) -> Cell:
    """What is left with no safeguard written against it; whether it is high is for a human."""
    n = len({f.code for f in report.indicated() if f.severity in ("critical", "high")})
    answer = f"Rules of high or critical severity that find something in the text: {n or 'none'}."
    return Cell("Residual risk", answer, f"lint; {HUMAN} whether it is high")


# --- figures ----------------------------------------------------------------------------------------------------------------------


def measures_of(recording: Path | None) -> dict[str, Any]:
    """The measures of a recording, by name; of twins run in groups, with the variants of all. UsageError for none."""
    if recording is None:
        return {}
    folders = [recording] if (recording / "measures.json").exists() else sorted(recording.glob("group-*"))
    found = [data for folder in folders if isinstance(data := _json(folder / "measures.json"), dict)]
    if not found:
        raise UsageError(
            f"{recording.name}: has no measures.json. Give the folder that `glasshouse run` or `glasshouse twins --out` made."
        )
    return found[0] | {"variants": {name: v for data in found for name, v in (data.get("variants") or {}).items()}}


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def figure(name: str, entry: Any) -> str:
    """A measure with its interval and what it rests on; a range where it is assumed, never a bare point."""
    return f"{told(entry, name)}, synthetic people"


def cells_of(made: Annex) -> Iterator[tuple[Section, Cell]]:
    """Every cell with its section."""
    return ((s, c) for s in made.sections for c in s.cells)
