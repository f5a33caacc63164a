"""The annex as Markdown, as one HTML file, or as a Word document (Office Open XML, written here: three small parts in a zip)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from pathlib import Path

from glasshouse.errors import UsageError
from glasshouse.linting.annex import Annex, Section

HEADINGS = ("question", "answer", "where it comes from")
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.4rem .6rem;text-align:left;vertical-align:top}"
    "th{background:#f3f3f0}td:first-child{width:26%}td:last-child{width:18%;color:#444}@media print{body{margin:0}}"
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write(made: Annex, path: Path) -> None:
    """Write the annex; the ending of the name decides the form. Raises UsageError for other endings."""
    forms: dict[str, Callable[[Annex], bytes]] = {
        ".md": lambda a: markdown(a).encode(),
        ".html": lambda a: html(a).encode(),
        ".docx": docx,
    }
    if path.suffix not in forms:
        raise UsageError(f"--out {path.name}: the name must end in {', '.join(forms)}")
    path.write_bytes(forms[path.suffix](made))


def markdown(made: Annex) -> str:
    out = [f"# {made.title}", "", made.words, ""]
    for section in made.sections:
        out += [f"## {section.title}", "", section.words, ""]
        if section.cells:
            out += ["| " + " | ".join(HEADINGS) + " |", "|---|---|---|"]
            out += [
                "| " + " | ".join(_cell(x) for x in (c.question, c.answer, c.whence)) + " |" for c in section.cells
            ] + [""]
    return "\n".join(out).rstrip() + "\n"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


def html(made: Annex) -> str:
    body = "".join(_html_section(s) for s in made.sections)
    head = f'<meta charset="utf-8"><title>{escape(made.title)}</title><style>{STYLE}</style>'
    top = f"<h1>{escape(made.title)}</h1><p>{escape(made.words)}</p>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{top}{body}</body></html>\n'


def _html_section(section: Section) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(x)}</td>" for x in (c.question, c.answer, c.whence)) + "</tr>"
        for c in section.cells
    )
    head = "".join(f'<th scope="col">{h}</th>' for h in HEADINGS)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if section.cells else ""
    return f"<h2>{escape(section.title)}</h2><p>{escape(section.words)}</p>{table}"


def docx(made: Annex) -> bytes:
    """A Word document: the same bytes for the same annex."""
    body = _paragraph(made.title, 36) + _paragraph(made.words)
    for section in made.sections:
        body += _paragraph(section.title, 28) + _paragraph(section.words)
        if section.cells:
            rows = [HEADINGS, *((c.question, c.answer, c.whence) for c in section.cells)]
            body += _table(rows) + _paragraph("")
    parts = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{XML}<w:document {WORD}><w:body>{body}</w:body></w:document>",
    }
    made_of = BytesIO()
    with zipfile.ZipFile(made_of, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, words in parts.items():
            folder.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), words)
    return made_of.getvalue()


def _paragraph(words: str, half_points: int = 0) -> str:
    size = f'<w:rPr><w:b/><w:sz w:val="{half_points}"/></w:rPr>' if half_points else ""
    return f'<w:p><w:r>{size}<w:t xml:space="preserve">{escape(_printable(words))}</w:t></w:r></w:p>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    sides = "".join(
        f'<w:{s} w:val="single" w:sz="4" w:color="999999"/>'
        for s in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    inside = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{_paragraph(x)}</w:tc>" for x in row) + "</w:tr>" for row in rows
    )
    grid = "<w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
    return f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{sides}</w:tblBorders></w:tblPr>{grid}{inside}</w:tbl>'


def _printable(words: str) -> str:
    return "".join(c if c.isprintable() else " " for c in words)
