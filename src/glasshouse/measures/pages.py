"""The page of a measure, and `docs/measures.md`, made from the registry:

what a measure is, is said in one place only.
"""

from __future__ import annotations

from glasshouse.measures.entry import BY_RIGHTS, Measure
from glasshouse.measures.registry import MEASURES, find

HEAD = """# Measures

       What a run is asked about. Each is counted for every variant, and by list, group and region where that makes
       sense. `luck` is what another seed might have given (one run: block jackknife over 50 blocks of consecutive
       people); `range` is what other assumptions might have given; they are never one interval. `standing` says how
       much a number may be believed: *validated*, *anchored* or *assumed*; an assumed number is a range, not a point.
       A number that is undefined is null and says why. Counts are of synthetic people.
       """


def page(name: str) -> str:
    """The page of one measure, in Markdown. UsageError with the nearest name if there is none."""
    return "\n".join(_lines(find(name), "#"))


def all_pages() -> str:
    """The text of `docs/measures.md`."""
    return HEAD + "".join("\n" + "\n".join(_lines(measure, "##")) for measure in MEASURES)


def _lines(measure: Measure, mark: str) -> list[str]:
    further = ", ".join([*measure.cuts, *measure.parts])
    facts = [
        ("Number", measure.id),
        ("Unit", measure.unit),
        ("Denominator", measure.denominator),
        ("Direction", measure.direction),
        ("Scaling", _SCALING[measure.scaling]),
        ("Also given", f"`{measure.name}{BY_RIGHTS}`" if measure.twice else ""),
        ("By", further),
        ("Elsewhere called", measure.library),
        ("Driven by", ", ".join(f"`{path}`" for path in measure.drivers)),
    ]
    said = [f"- {label}: {text}" for label, text in facts if text]
    return [f"{mark} {measure.name}", "", measure.definition, "", *said, ""]


_SCALING = {
    "share": "a share or an average; holds as it is",
    "count": "a count; times what one synthetic person represents, from 100 synthetic cases on",
    "not scalable": "does not scale; run it at 1:1",
}
