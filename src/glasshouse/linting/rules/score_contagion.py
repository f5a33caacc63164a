"""Standing that spreads along ties.

What it finds: An association that hands points, a share of them, a threshold or a listing on to tied people.

Why it matters: A penalty that spreads makes people cut off whoever is in trouble, which is when they need others
most. Where the share handed on times the number of ties reaches one, a penalty need not die out.

Example:
    associations:
      - edge: best_friend
        transfer: points
        fraction: 0.2

Better:
    associations: []

Limits: Medium where it is positive only and optional. The bound uses `world.ties` where the file has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import At, Text

CODE = "GH502"
NAME = "score-contagion"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("CN-APL-5", "CN-PIPL-6", "HRC-GC29-11", "IHL-R103", "ECHR-11", "ICCPR-21-22", "EU-AIA-5-1-c-ii", "EU-GDPR-14")
MEASURES: tuple[str, ...] = (
    "collective_punishment_share",
    "innocents_per_offender",
    "score_assortativity",
    "tie_segregation",
)
FIX = "Remove transfer; if a network feature is used for review only, block any effect without own-conduct evidence."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for tie in text.each("associations"):
        mild = (tie.get("positive_only").true() & tie.get("optional").true()).stated()
        how = "points" if tie.get("transfer").silent else tie.get("transfer").value
        says = f"standing passes to {tie.get('edge').value} ({how}, {hops(tie)})" + growth(tie)
        yield Verdict(
            tie,
            tie.get("edge").given(),
            says,
            tie.get("fraction") if not tie.get("fraction").silent else None,
            severity="medium" if mild.value else "critical",
        )


def hops(tie: At) -> str:
    most = tie.get("max_hops").value if not tie.get("max_hops").silent else 1
    return f"{most} step" + ("s" if most != 1 else "")


def growth(tie: At) -> str:
    """The bound on spread, where the file says how many ties of this kind people have."""
    fraction, ties = tie.get("fraction").value, tie.text.get(f"world.ties.{tie.get('edge').value}.mean").value
    if not isinstance(fraction, float | int) or not isinstance(ties, float | int) or fraction * ties < 1:
        return ""
    return f"; {fraction:g} of each penalty over {ties:g} ties is {fraction * ties:.2g} or more: it need not die out"
