"""Which contexts of life belong together: the table behind "a consequence in an unrelated context".

A sanction stays in its context where what is taken away belongs to the same part of life as the conduct it answers. The table is
symmetric, short and open to dispute; a scheme may add a pair with `related_contexts` and a reason, which is then printed.
Where two contexts are not in the table they count as unrelated. Left out: degrees.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

# Each line: parts of life that share a purpose, so that data from one are relevant to a decision in another.
CIRCLES: tuple[frozenset[str], ...] = (
    frozenset({"credit", "finance"}),
    frozenset({"insurance", "finance"}),
    frozenset({"commerce", "consumption"}),
    frozenset({"commerce", "firms", "procurement"}),
    frozenset({"tax", "welfare"}),
    frozenset({"employment", "workplace"}),
    frozenset({"education", "childcare"}),
    frozenset({"transport", "travel"}),
    frozenset({"travel", "border"}),
    frozenset({"internet", "communication"}),
    frozenset({"internet", "media"}),
    frozenset({"policing", "national_security"}),
    frozenset({"policing", "courts"}),
    frozenset({"border", "national_security"}),
    frozenset({"housing", "utilities"}),
    frozenset({"family", "childcare"}),
    frozenset({"community", "volunteering"}),
    frozenset({"consumption", "leisure"}),
    frozenset({"leisure", "hospitality"}),
    frozenset({"hospitality", "commerce"}),
    frozenset({"public_office", "elections"}),
)


@cache
def _table() -> frozenset[frozenset[str]]:
    return frozenset(frozenset({a, b}) for circle in CIRCLES for a in circle for b in circle)


def are_related(one: str, other: str, also: Collection[frozenset[str]] = ()) -> bool:
    """Do the two contexts belong together, by the table or by a pair the scheme justifies? Symmetric; each is related to itself."""
    if one == other:
        return True
    pair = frozenset({one, other})
    return pair in _table() or pair in also
