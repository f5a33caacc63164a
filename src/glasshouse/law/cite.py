"""The law base, read from `instruments.yaml`: what a provision says, whether it was in force on a day, and how we know.

A provision is cited by its id. Whoever cites it shows its mark: `official` (read in the official text), `secondary` (read in a text
that reports it) or `memory` (recalled, not looked up). Nothing here decides whether a provision is broken; that is for a court.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from glasshouse.errors import UsageError

Checked = Literal["official", "secondary", "memory"]
PACKS: dict[str, str] = {
    "CN": "China's own law",
    "EU": "European Union",
    "COE": "Council of Europe",
    "UN": "United Nations and the law of armed conflict",
    "US": "United States",
    "CA": "Canada",
}
MARKS: dict[str, str] = {
    "official": "",
    "secondary": "read in a secondary text",
    "memory": "recalled, not looked up",
}


@dataclass(frozen=True)
class Provision:
    """One article, paragraph or judgment, in our words. `since` is None where it never came into force or is customary."""

    id: str
    instrument: str
    article: str
    says: str
    bears_on: str
    pack: str
    order: str
    since: Date | None
    until: Date | None
    status: str
    note: str | None
    official_id: str | None
    link: str | None
    text_date: str | None
    checked: Checked
    how: str | None
    confidence: str

    def in_force(self, day: Date) -> bool:
        """Did it bind anyone on that day? Customary law always does; a draft, a proposal or an unratified treaty never."""
        if self.status in ("draft", "not_in_force"):
            return False
        if self.since is not None and day < self.since:
            return False
        return self.until is None or day <= self.until

    def mark(self) -> str:
        """How it was checked, in words; empty where the official text was read."""
        return MARKS[self.checked]

    def cite(self) -> str:
        """Article and instrument, with the mark: `Art. 5(1)(c), EU AI Act, ... [recalled, not looked up]`."""
        return f"{self.article}, {self.instrument}" + (f" [{self.mark()}]" if self.mark() else "")

    def window(self) -> str:
        """The days between which it is in force, in words."""
        if self.status in ("draft", "not_in_force"):
            return self.note or "not in force"
        start = str(self.since) if self.since else "customary"
        return f"{start} to {self.until}" if self.until else f"since {start}" if self.since else start


@cache
def provisions() -> dict[str, Provision]:
    """Every provision of the law base by id, in the order of the file."""
    found: dict[str, Provision] = {}
    for instrument in _written()["instruments"]:
        for entry in instrument["provisions"]:
            found[entry["id"]] = _provision(instrument, entry)
    return found


def _written() -> Any:
    """The file as it stands: every value is text. libyaml reads it in a tenth of the time, and gives the same."""
    text = files("glasshouse.law").joinpath("instruments.yaml").read_text(encoding="utf-8")
    try:
        from yaml import CBaseLoader, load
    except ImportError:  # PyYAML without libyaml, or none
        from ruamel.yaml import YAML

        return YAML(typ="safe", pure=True).load(text)
    return load(text, Loader=CBaseLoader)


def provision(law_id: str) -> Provision:
    """One provision. Raises UsageError when the law base has none of that id."""
    try:
        return provisions()[law_id]
    except KeyError:
        raise UsageError(
            f'the law base has no provision "{law_id}". See law/instruments.yaml for those it has.'
        ) from None


def bibtex(law_id: str) -> str:
    """The provision as a BibTeX entry."""
    p = provision(law_id)
    fields = {
        "title": f"{p.instrument}, {p.article}",
        "date": str(p.text_date or p.since or ""),
        "url": p.link or "",
        "note": p.official_id or "",
    }
    body = ",\n".join(f"  {k} = {{{v}}}" for k, v in fields.items() if v)
    return f"@legislation{{{p.id},\n{body}\n}}"


def _provision(instrument: dict[str, Any], entry: dict[str, Any]) -> Provision:
    return Provision(
        id=entry["id"],
        instrument=instrument["title"],
        article=entry["article"],
        says=entry["says"],
        bears_on=entry["bears_on"],
        pack=instrument["pack"],
        order=instrument.get("order", instrument["pack"]),
        since=_day(entry.get("from")),
        until=_day(entry.get("until")),
        status=entry.get("status", "in_force"),
        note=entry.get("note"),
        official_id=instrument.get("official_id"),
        link=instrument.get("link"),
        text_date=instrument.get("text_date"),
        checked=entry["checked"],
        how=entry.get("how"),
        confidence=entry.get("confidence", "high"),
    )


def _day(text: str | None) -> Date | None:
    if text is None:
        return None
    parts = [int(x) for x in text.split("-")]
    return Date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
