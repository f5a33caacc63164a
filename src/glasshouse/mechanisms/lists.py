"""Lists: who is entered, and on what basis.

Entry is by a rule that files (a court's decision, a flag), by a score that crosses a threshold, or by what something elsewhere files (a
model, a health code, an intruder). Every listing carries two truths: whether
it is right by the scheme's rule on true facts, and the basis on which a right-based reading judges it (`docs/day.md`, 16).
"""

from __future__ import annotations

from glasshouse.codes import LISTED, OTHERS, OWN_ACT, PROTECTED, TIE, WRONG_PERSON
from glasshouse.kernels import pure

BY_RULE, SCORE_BELOW, SCORE_ABOVE, FILED = 1, 2, 3, 4
NO_EXIT_SCORE = -1


@pure
def is_entered(trigger: int, threshold: int, score: int, weight: int, points: int, filed: bool) -> bool:
    """Does the list's trigger hold this evening? A low score lists only on a day with a demerit, a high one on a day with a gain."""
    if trigger == BY_RULE:
        return filed
    if trigger == SCORE_BELOW:
        return score < threshold and weight > 0
    if trigger == SCORE_ABOVE:
        return score >= threshold and points > 0
    return False


@pure
def has_recovered(trigger: int, exit_score: int, score: int) -> bool:
    """Has the morning's score left the list behind: risen to the exit, or, for a list of high scores, fallen below it?"""
    if exit_score == NO_EXIT_SCORE:
        return False
    return score < exit_score if trigger == SCORE_ABOVE else score >= exit_score


@pure
def is_merited(trigger: int, threshold: int, merited: int) -> bool:
    """Would the list's threshold be crossed on true facts, too?"""
    return merited < threshold if trigger == SCORE_BELOW else merited >= threshold


@pure
def basis_of_score(merited: bool, kind: int, is_protected: bool) -> int:
    """Basis of a listing by score: from the heaviest piece of the day, unless wrong records made the difference."""
    if not merited:
        return WRONG_PERSON
    if kind in (TIE, LISTED):
        return OTHERS
    return PROTECTED if is_protected else OWN_ACT
