"""Sensing: a source notices an act, or misses it, or thinks that somebody else did it.

A court record, a camera and an informant differ only in their rates, by group. Whose file a misread act lands in is drawn over everybody
(`world.people` stands for the real gallery or name pool). Left out: weather, placement, skill. Sources of rates: the scenario's own.
"""

from __future__ import annotations

from glasshouse.kernels import pure


@pure
def is_seen(word: int, seen: int) -> bool:
    """Did the source notice the act?"""
    return word < seen


@pure
def is_misfiled(word: int, wrong: int) -> bool:
    """Did the record land in another person's file?"""
    return word < wrong
