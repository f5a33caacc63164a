"""The annex as Markdown, as one HTML file, or as a Word document (Office Open XML, written here: five small parts in a zip)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from pathlib import Path

from glasshouse.errors import UsageError
from glasshouse.linting.annex import HUMAN, Annex, Section

HEADINGS = ("question", "answer", "where it comes from")
OPEN = ' class="human"'
"""Cells that a human must answer are shaded, so that they are found."""
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.4rem .6rem;text-align:left;vertical-align:top}"
    "th{background:#f3f3f0}.human td{background:#fff8e1}td:first-child{width:26%}td:last-child{width:18%;color:#444}"
    "td{overflow-wrap:anywhere}"
    "@media(max-width:40rem){table,tbody,tr,td,td:first-child,td:last-child{display:block;width:auto}thead{display:none}"
    "td{border-bottom:0}td:last-child{border-bottom:1px solid #bbb;margin-bottom:.6rem}td:first-child{font-weight:600}}"
    "@media print{body{margin:0}}"
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml"
STYLES = (("Normal", 20, None), ("Title", 36, None), ("Heading1", 28, 0))
WIDTHS = (2500, 5200, 1938)
"""Of the three columns, in twentieths of a point; together a page less its margins."""
HEAD_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="F3F3F0"/>'
OPEN_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="FFF8E1"/>'
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
    return words.replace("|", "\\|").replace("\n", "<br>")


def html(made: Annex) -> str:
    body = "".join(_html_section(s) for s in made.sections)
    head = f'<meta charset="utf-8"><title>{escape(made.title)}</title><style>{STYLE}</style>'
    top = f"<h1>{escape(made.title)}</h1><p>{escape(made.words)}</p>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{top}{body}</body></html>\n'


def _html_section(section: Section) -> str:
    rows = "".join(
        f"<tr{OPEN if HUMAN in c.whence else ''}>"
        + "".join(_html_cell(x) for x in (c.question, c.answer, c.whence))
        + "</tr>"
        for c in section.cells
    )
    head = "".join(f'<th scope="col">{h}</th>' for h in HEADINGS)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if section.cells else ""
    return f"<h2>{escape(section.title)}</h2><p>{escape(section.words)}</p>{table}"


def _html_cell(words: str) -> str:
    return f"<td>{'<br>'.join(escape(line) for line in words.split(chr(10)))}</td>"


def docx(made: Annex) -> bytes:
    """A Word document: the same bytes for the same annex."""
    body = _paragraph(made.title, "Title") + _paragraph(made.words)
    for section in made.sections:
        body += _paragraph(section.title, "Heading1") + _paragraph(section.words)
        if section.cells:
            body += _table(section) + _paragraph("")
    made_of = BytesIO()
    with zipfile.ZipFile(made_of, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, words in parts(body).items():
            folder.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), words)
    return made_of.getvalue()


def parts(body: str) -> dict[str, str]:
    """The files of a Word document around a body: what is in it, what leads to what, its styles."""
    types = f"{MEDIA}.document.main+xml", f"{MEDIA}.styles+xml"
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"/></w:sectPr>'
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{types[0]}"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{types[1]}"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "word/styles.xml": f"{XML}<w:styles {WORD}>{''.join(_style(*s) for s in STYLES)}</w:styles>",
        "word/document.xml": f"{XML}<w:document {WORD}><w:body>{body}{page}</w:body></w:document>",
    }


def _style(name: str, half_points: int, level: int | None) -> str:
    """A style of paragraphs; headings have a level, so that Word lists them beside the text."""
    outline = f'<w:outlineLvl w:val="{level}"/>' if level is not None else ""
    bold = "<w:b/>" if name != "Normal" else ""
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{name.replace("Heading", "heading ")}"/>'
        f'<w:pPr><w:spacing w:before="{60 if name == "Normal" else 240}" w:after="60"/>{outline}</w:pPr>'
        f'<w:rPr>{bold}<w:sz w:val="{half_points}"/></w:rPr></w:style>'
    )


def _paragraph(words: str, style: str = "Normal", bold: bool = False) -> str:
    shape = "<w:rPr><w:b/></w:rPr>" if bold else ""
    text = f'<w:t xml:space="preserve">{escape(_printable(words))}</w:t>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{shape}{text}</w:r></w:p>'


def _table(section: Section) -> str:
    sides = "".join(
        f'<w:{s} w:val="single" w:sz="4" w:color="999999"/>'
        for s in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = _row(HEADINGS, "<w:trPr><w:tblHeader/></w:trPr>", HEAD_SHADE, bold=True)
    for c in section.cells:
        rows += _row((c.question, c.answer, c.whence), "", OPEN_SHADE if HUMAN in c.whence else "")
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in WIDTHS)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(WIDTHS)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(cells: Sequence[str], head: str, shade: str, bold: bool = False) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        + "".join(_paragraph(line, bold=bold) for line in words.split("\n"))
        + "</w:tc>"
        for words, width in zip(cells, WIDTHS, strict=True)
    )
    return f"<w:tr>{head}{made}</w:tr>"


def _printable(words: str) -> str:
    return "".join(c if c.isprintable() else " " for c in words)
