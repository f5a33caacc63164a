"""What a report looks like: text with the lines of the scheme, JSON, SARIF 2.1.0, Markdown, JUnit, GitHub annotations.

No output says that a law is broken, none gives a score or a badge, and none counts rules that found nothing. Every cited provision that
was not read in its official text carries its mark.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from glasshouse.law import cite
from glasshouse.law.cite import MARKS
from glasshouse.linting.elements import Table, tables
from glasshouse.linting.finding import SEVERITIES, Change, CitedLaw, Finding, Span, Status
from glasshouse.linting.pair import pair_lines
from glasshouse.linting.registry import RULES
from glasshouse.linting.rule import Rule, page
from glasshouse.linting.run import Report

CAVEAT = "An indicator is not a judgment: it says what the text says or leaves out, and which provision to read."
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
CHANGES = {
    Change.NEW: "new",
    Change.SILENT_NOW: "silent now",
    Change.UNCHANGED: "unchanged",
    Change.FIXED: "fixed",
    None: "",
}
COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
Line = list[tuple[str, str]]


def render(report: Report, form: str = "text", elements: bool = False, measured: dict[str, Any] | None = None) -> str:
    """The report in one of the six forms, as plain text."""
    if form == "text":
        return "\n".join("".join(words for words, _ in line) for line in text_lines(report, elements, measured)) + "\n"
    forms: dict[str, Callable[[Report], str]] = {
        "json": as_json,
        "sarif": as_sarif,
        "markdown": as_markdown,
        "junit": as_junit,
        "github": as_github,
    }
    return forms[form](report)


FORMS = ("text", "json", "sarif", "markdown", "junit", "github")


# --- text -------------------------------------------------------------------------------------------------------------------------


def text_lines(report: Report, elements: bool = False, measured: dict[str, Any] | None = None) -> list[Line]:
    """The text form as lines of (words, style); styles are for a terminal."""
    lines: list[Line] = []
    for group in _alike(report.indicated()):
        lines += [*_finding_lines(group, report), []]
    lines += _undetermined_lines(report.undetermined())
    lines += _waived_lines(report.waived())
    lines += _gone_lines(report)
    if measured is not None and report.texts:
        lines += pair_lines(report.texts[0], measured)
    if elements:
        for text in report.texts:
            for table in tables(text):
                lines += [*_table_lines(table, text.file if len(report.texts) > 1 else ""), []]
    return [*lines, [(summary(report), "bold")], [(CAVEAT, "dim")]]


def summary(report: Report) -> str:
    """How many indicators and open questions there are, and on which day the law was asked."""
    counts = Counter(f.severity for f in report.indicated())
    told = ", ".join(f"{counts[s]} {s}" for s in reversed(SEVERITIES) if counts[s])
    n = sum(counts.values())
    parts = [f"{n} indicator{'s' if n != 1 else ''}" + (f" ({told})" if told else "")]
    if report.undetermined():
        places = len(report.undetermined())
        parts.append(f"undetermined in {places} place{'s' if places != 1 else ''}")
    if report.waived():
        parts.append(f"{len(report.waived())} waived")
    changes = Counter(f.change for f in report.active() if f.change) + Counter(Change(e["change"]) for e in report.gone)
    shown = (Change.NEW, Change.SILENT_NOW, Change.FIXED, Change.UNCHANGED)
    parts += [f"{changes[c]} {CHANGES[c]}" for c in shown if changes[c]]
    return f"{', '.join(parts)}. Law as of {report.as_of}."


def _alike(findings: list[Finding]) -> list[list[Finding]]:
    """Findings of one rule that turn on the same key stand together: what holds for seven consequences is told once."""

    def key(f: Finding) -> tuple[str, str, str]:
        return (f.file, f.code, f.other.path.rpartition(".")[2] if f.other else f.at.path)

    ordered = sorted(findings, key=lambda f: (-f.rank, *key(f), f.at.line))
    return [list(group) for _, group in groupby(ordered, key)]


def _finding_lines(group: list[Finding], report: Report) -> list[Line]:
    f = group[0]
    change = f" · {CHANGES[f.change]}" if f.change else ""
    lines: list[Line] = [
        [(f"{f.code} ", "bold"), (f.severity, COLOURS[f.severity]), (f" · {f.name} · {f.confidence}{change}", "")]
    ]
    lines.append([("  ", ""), (f.message, "bold")])
    lines += _excerpt(f, report.lines.get(f.file, ()))
    if len(group) > 1:
        lines.append(
            [
                ("   = also: ", "dim"),
                (", ".join(f"{x.at.path} (line {x.at.line})" if x.at.line else x.at.path for x in group[1:]), ""),
            ]
        )
    lines += [[("   = path: ", "dim"), (" → ".join(p), "")] for p in f.paths if p]
    lines += [[("   = law: ", "dim"), (_law_words(law), "")] for law in shown_law(f)]
    lines.append([("   = fix: ", "dim"), (f.fix, "")])
    if f.measures:
        lines.append([("   = in a run: ", "dim"), (", ".join(f.measures), "")])
    return lines


def shown_law(f: Finding, most: int = 3) -> list[CitedLaw]:
    """The provisions to show first: never only recalled ones where another was looked up."""
    checked = [law for law in f.law if law.checked != "memory"]
    return (checked or list(f.law))[:most]


def _law_words(law: CitedLaw) -> str:
    return law.cite + (f" ({law.note})" if law.note else "")


def _excerpt(f: Finding, lines: tuple[str, ...]) -> list[Line]:
    """The lines of both halves with their labels, in the order of the file."""
    spans = {(s.line, s.column): s for s in (f.at, f.other) if s is not None and s.line}
    head: list[Line] = [
        [
            ("  --> ", "blue"),
            (f"{f.file}:{f.at.line}:{f.at.column}" if f.at.line else f.file, ""),
            (f"  {f.at.path}", "dim"),
        ]
    ]
    if not spans or not lines:
        return head
    width = len(str(max(line for line, _ in spans)))
    out: list[Line] = [*head, [(" " * (width + 1) + "|", "blue")]]
    last = 0
    for line, column in sorted(spans):
        if last and line > last + 1:
            out.append([("." * width + " |", "blue")])
        if line != last:
            source = lines[line - 1][:200] if line <= len(lines) else ""
            out.append([(f"{line:>{width}} | ", "blue"), (source, "")])
        label = spans[(line, column)].label
        out.append([(" " * (width + 1) + "| ", "blue"), (" " * (column - 1) + "^ " + label, COLOURS[f.severity])])
        last = line
    return out


def _undetermined_lines(findings: list[Finding]) -> list[Line]:
    """What the text does not say, one line for each rule."""
    if not findings:
        return []
    lines: list[Line] = [[("The text does not say enough for these rules; each stays open until it does.", "bold")]]
    ordered = sorted(findings, key=lambda f: (-f.rank, f.code))
    for (code, severity, name), group in groupby(ordered, key=lambda f: (f.code, f.severity, f.name)):
        found = list(group)
        places = list(dict.fromkeys(p for f in found for p in (f.silent or (f.at.path,))))
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        now = " · silent now" if any(f.change is Change.SILENT_NOW for f in found) else ""
        lines.append(
            [
                (f"  {code} ", "bold"),
                (f"{severity:8} ", COLOURS[severity]),
                (f"{name}{now}: no {', '.join(f'`{p}`' for p in places[:3])}{more}", ""),
            ]
        )
    if absent := absent_sections(findings):
        told = ", ".join(f"`{s}`" for s in absent)
        lines.append([(f"Not in the text at all, and counted once for each rule, whatever it may hold: {told}", "")])
    return [*lines, []]


def absent_sections(findings: list[Finding]) -> list[str]:
    """Whole sections that the text does not have, of those that rules asked for."""
    return sorted({place for f in findings for place in f.silent if "." not in place})


def _waived_lines(findings: list[Finding]) -> list[Line]:
    if not findings:
        return []
    lines: list[Line] = [[("Waived, and still there:", "bold")]]
    for f in findings:
        lines.append(
            [
                (
                    f"  {f.code} {f.severity} {f.at.path}: {_reason(f)}",
                    "",
                )
            ]
        )
    return [*lines, []]


def _reason(f: Finding) -> str:
    w = f.waiver or {}
    return f"{w.get('justification', '')} ({w.get('owner', '')}, until {w.get('expires', '')})"


def _gone_lines(report: Report) -> list[Line]:
    lines: list[Line] = []
    for change, head in (
        (Change.SILENT_NOW, "Silent now (what was shown is no longer said):"),
        (Change.FIXED, "Fixed since the baseline:"),
    ):
        gone = [e for e in report.gone if e["change"] == change.value]
        if gone:
            lines.append([(head, "bold")])
            lines += [[(f"  {e['code']} {e['path']}: {e['message']}", "")] for e in gone] + [[]]
    return lines


def _table_lines(table: Table, file: str) -> list[Line]:
    lines: list[Line] = [[(table.title + (f" · {file}" if file else ""), "bold")]]
    if table.remark:
        lines.append([(f"  {table.remark}", "dim")])
    for e in table.elements:
        rests = ", ".join(dict.fromkeys(m.label for m in e.truth.marks)) if e.truth.marks else ""
        lines.append(
            [
                (f"  {e.state:12} ", "yellow" if e.state == "met" else ""),
                (e.words, ""),
                (f"  {rests[:90]}" if rests else "", "dim"),
            ]
        )
    return lines


# --- JSON -------------------------------------------------------------------------------------------------------------------------


def as_json(report: Report) -> str:
    """One JSON document: findings, element tables, what is gone against a baseline."""
    data = {
        "format": "glasshouse-lint-1",
        "as_of": str(report.as_of),
        "packs": list(report.packs),
        "files": list(report.files),
        "caveat": CAVEAT,
        "findings": [f.as_dict() for f in report.findings],
        "gone": list(report.gone),
        "tables": [_table_dict(t, text.file) for text in report.texts for t in tables(text)],
    }
    return json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n"


def _table_dict(table: Table, file: str) -> dict[str, Any]:
    rows = [
        {
            "element": e.words,
            "state": e.state,
            "law": e.law,
            "remark": e.remark,
            "evidence": sorted({m.label for m in e.truth.marks}),
        }
        for e in table.elements
    ]
    return {"file": file, "title": table.title, "remark": table.remark, "elements": rows}


# --- SARIF ------------------------------------------------------------------------------------------------------------------------


def as_sarif(report: Report) -> str:
    """SARIF 2.1.0: all rules declared, the law as a taxonomy, undetermined as kind `open`, waivers as suppressions."""
    law_ids = sorted({law for rule in RULES for law in rule.LAW})
    driver = {
        "name": "glasshouse",
        "rules": [_sarif_rule(r, law_ids) for r in RULES],
    }
    run = {
        "tool": {"driver": driver | {"supportedTaxonomies": [{"name": "law"}]}},
        "taxonomies": [
            {
                "name": "law",
                "shortDescription": {"text": "Provisions cited, in our own words"},
                "taxa": [_sarif_taxon(i) for i in law_ids],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(f) for f in report.findings] + [_sarif_absent(e) for e in report.gone],
        "properties": {"asOf": str(report.as_of), "caveat": CAVEAT},
    }
    head = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(head, indent=1, ensure_ascii=False, default=str) + "\n"


def _sarif_rule(rule: Rule, law_ids: list[str]) -> dict[str, Any]:
    sections = page(rule)
    return {
        "id": rule.CODE,
        "name": "".join(w.capitalize() for w in rule.NAME.split("-")),
        "shortDescription": {"text": sections["title"]},
        "fullDescription": {"text": " ".join(sections["What it finds"].split())},
        "help": {
            "text": f"{' '.join(sections['Why it matters'].split())} Repair: {rule.FIX} "
            f"Law: {'; '.join(cite.provision(i).cite() for i in rule.LAW)}."
        },
        "defaultConfiguration": {"level": LEVELS[rule.SEVERITY]},
        "relationships": [
            {
                "target": {"id": i, "index": law_ids.index(i), "toolComponent": {"name": "law", "index": 0}},
                "kinds": ["relevant"],
            }
            for i in rule.LAW
        ],
        "properties": {
            "severity": rule.SEVERITY,
            "confidence": rule.CONFIDENCE,
            "measures": list(rule.MEASURES),
            "tags": ["core"] if rule.CORE else [],
        },
    }


def _sarif_taxon(law_id: str) -> dict[str, Any]:
    p = cite.provision(law_id)
    taxon: dict[str, Any] = {"id": law_id, "name": p.cite(), "shortDescription": {"text": p.says}}
    if p.link:
        taxon["helpUri"] = p.link
    return taxon | {
        "properties": {
            "checked": p.checked,
            "window": p.window(),
            "officialId": p.official_id or "",
            "textDate": p.text_date or "",
        }
    }


def _sarif_result(f: Finding) -> dict[str, Any]:
    shown = f.status is Status.INDICATED
    result: dict[str, Any] = {
        "ruleId": f.code,
        "ruleIndex": [r.CODE for r in RULES].index(f.code),
        "kind": "fail" if shown else "open",
        "level": LEVELS[f.severity] if shown else "none",
        "message": {"text": f.message},
        "locations": [_sarif_location(f.file, f.at)],
        "partialFingerprints": {"glasshouse/v1": f.fingerprint},
        "properties": {
            "status": f.status.value,
            "severity": f.severity,
            "confidence": f.confidence,
            "law": [f"{x.id}: {x.bearing}" + (f" [{MARKS[x.checked]}]" if MARKS[x.checked] else "") for x in f.law],
            "silent": list(f.silent),
        },
    }
    if f.other is not None:
        result["relatedLocations"] = [_sarif_location(f.file, f.other) | {"message": {"text": f.other.label}}]
    if f.waiver is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": f.waiver.get("justification", "")}
        ]
    if f.change is not None:
        result["baselineState"] = {Change.NEW: "new", Change.UNCHANGED: "unchanged", Change.SILENT_NOW: "updated"}.get(
            f.change, "unchanged"
        )
    return result


def _sarif_absent(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "ruleId": entry["code"],
        "kind": "open" if entry["change"] == Change.SILENT_NOW.value else "pass",
        "level": "none",
        "baselineState": "absent",
        "message": {"text": f"{CHANGES[Change(entry['change'])]}: {entry['message']}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(entry["file"])}}}],
        "partialFingerprints": {"glasshouse/v1": entry["fingerprint"]},
    }


def _sarif_location(file: str, span: Span) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if span.line:
        place["region"] = {"startLine": span.line, "startColumn": span.column}
    return {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": span.path, "kind": "member"}]}


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file.replace("\\", "/"))


# --- Markdown, JUnit, GitHub --------------------------------------------------------------------------------------------------------


def as_markdown(report: Report) -> str:
    """For a document or a comment: findings by severity, then what the text does not say, then waivers and element tables."""
    out = [f"# Reading of {', '.join(report.files)}", "", summary(report), "", f"*{CAVEAT}*", ""]
    if report.waived():
        out += [
            "## Waived",
            "",
            *[
                f"- **{f.code}** `{f.at.path}` {f.message}. *{_md((f.waiver or {}).get('justification', ''))}*"
                for f in report.waived()
            ],
            "",
        ]
    out += ["## Indicators", ""] if report.indicated() else []
    for group in _alike(report.indicated()):
        f = group[0]
        where = ", ".join(f"`{x.at.path}`" + (f" (line {x.at.line})" if x.at.line else "") for x in group)
        out += [f"### {f.code} {_md(f.message)}", "", f"{f.severity}, {f.confidence} · {f.file}: {where}", ""]
        out += [f"- path: {' → '.join(p)}" for p in f.paths if p]
        out += [f"- law: {_md(_law_words(law))}" for law in shown_law(f)] + [f"- repair: {_md(f.fix)}", ""]
    if report.undetermined():
        out += ["## What the text does not say", "", "| rule | severity | not said |", "|---|---|---|"]
        out += [
            f"| {f.code} {f.name} | {f.severity} | {', '.join(f'`{s}`' for s in (f.silent or (f.at.path,))[:4])} |"
            for f in report.undetermined()
        ] + [""]
    for text in report.texts:
        for table in tables(text):
            out += [f"## {table.title}", "", table.remark, "", "| element | state | rests on |", "|---|---|---|"]
            out += [
                f"| {e.words} | {e.state} | {_md(', '.join(sorted({m.label for m in e.truth.marks})[:4]))} |"
                for e in table.elements
            ] + [""]
    return "\n".join(out).rstrip() + "\n"


def _md(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


def as_junit(report: Report) -> str:
    """One test suite for each file, one test case for each finding; undetermined and waived findings are skipped cases."""
    suites = []
    for file in report.files:
        found = [f for f in report.findings if f.file == file]
        failed = [f for f in found if f.status is Status.INDICATED and f.waiver is None]
        cases = "".join(_junit_case(f) for f in found)
        counts = f'tests="{len(found)}" failures="{len(failed)}" skipped="{len(found) - len(failed)}"'
        suites.append(f"<testsuite name={quoteattr(file)} {counts}>{cases}</testsuite>")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="glasshouse lint">{"".join(suites)}</testsuites>\n'
    )


def _junit_case(f: Finding) -> str:
    name = quoteattr(f"{f.code} {f.at.path}")
    body = f"{f.file}:{f.at.line} {f.message}\nRepair: {f.fix}\n" + "\n".join(_law_words(law) for law in shown_law(f))
    if f.status is Status.INDICATED and f.waiver is None:
        inner = f"<failure type={quoteattr(f.severity)} message={quoteattr(f.message)}>{escape(body)}</failure>"
    else:
        inner = f"<skipped message={quoteattr(('waived: ' if f.waiver else 'undetermined: ') + f.message)}/>"
    return f"<testcase classname={quoteattr(f.name)} name={name}>{inner}</testcase>"


def as_github(report: Report) -> str:
    """Workflow commands that GitHub shows beside the lines."""
    return "".join(_github_line(f) for f in report.active())


def _github_line(f: Finding) -> str:
    shown = f.status is Status.INDICATED
    level = {"error": "error", "warning": "warning", "note": "notice"}[LEVELS[f.severity]] if shown else "notice"
    place = f"file={_property(f.file)}" + (f",line={f.at.line},col={f.at.column}" if f.at.line else "")
    law = "; ".join(_law_words(x) for x in shown_law(f, 2))
    words = f"{f.message}. {f.fix} Law: {law}" if shown else f"undetermined: {f.message}"
    return f"::{level} {place},title={_property(f'{f.code} {f.name} ({f.severity})')}::{_data(words)}\n"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
