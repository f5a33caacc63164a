"""One call for the command line and for Python: files, folders, patterns or `-` in, a report out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Date  # noqa: N812
from pathlib import Path

from glasshouse.errors import Problem, ScenarioError, UsageError
from glasshouse.law.cite import PACKS
from glasshouse.linting import baseline, reading
from glasshouse.linting.run import Report, lint, without_collector
from glasshouse.linting.text import Text
from glasshouse.scenario import source
from glasshouse.scenario.names import catalogue_names, catalogue_path
from glasshouse.scenario.shape import nearest


def lint_paths(
    names: Iterable[str | Path],
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    as_of: Date | None = None,
    packs: Sequence[str] = (),
    baseline_file: Path | None = None,
) -> Report:
    """Lint every scheme under the names; a name of the catalogue is one too.

    `packs` are legal orders (CN, EU, COE, UN, US, CA) that count as applying; none means the scheme's own. Raises ScenarioError with
    file, line and column, and UsageError.
    """
    with without_collector():
        texts = _texts(_files(names), as_of, _packs(packs))
    report = lint(texts, select, ignore)
    return baseline.against(report, baseline.read(baseline_file)) if baseline_file else report


def _texts(found: list[Path], as_of: Date | None, packs: tuple[str, ...]) -> list[Text]:
    """Every file as a text. Raises ScenarioError with the faults of all files that are no schemes, not only of the first."""
    texts: list[Text] = []
    problems: list[Problem] = []
    for path, name in zip(found, reading.told(found), strict=True):
        try:
            texts.append(_read(path, as_of, packs, name))
        except ScenarioError as fault:
            problems += fault.problems
    if problems:
        raise ScenarioError(problems)
    return texts


def _files(names: Iterable[str | Path]) -> list[Path]:
    found: list[Path] = []
    for name in map(str, names):
        known = None if Path(name).exists() else catalogue_path(name)
        found += [known] if known else _meant(name)
    return list(dict.fromkeys(p for p in found if not p.name.endswith(".waivers.yaml")))


def _meant(name: str) -> list[Path]:
    """The files of a name. Raises UsageError, with the nearest name of the catalogue, for a name of neither."""
    found = reading.files_at([name])
    if found == [Path(name)] and name != reading.STDIN and not found[0].exists():
        hint = nearest(found[0].stem, catalogue_names())
        raise UsageError(
            f"{source.shown(name, 200)}: there is no such file, and no scenario of that name in the catalogue.{hint}"
        )
    return found


def _read(path: Path, as_of: Date | None, packs: tuple[str, ...], name: str) -> Text:
    text = reading.text_at(path, as_of, packs, name)
    return text if str(path) == reading.STDIN else reading.with_waivers(text, path.with_suffix(".waivers.yaml"))


def _packs(packs: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(p.upper() for p in packs)
    unknown = [p for p in wanted if p not in PACKS]
    if unknown:
        raise UsageError(
            f'there is no pack of law "{unknown[0]}". There are: {", ".join(f"{k} ({v})" for k, v in PACKS.items())}.'
        )
    return wanted
