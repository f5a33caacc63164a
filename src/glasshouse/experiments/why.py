"""Why was this synthetic person listed? The chain from an act, theirs or another's, to each consequence, and what would have spared them.

The person's block is lived again from the letters that were kept (`lived.py`), each listing is told step by step (`story.py`) and held
against what the scheme promises (`promises.py`), and every change that can be made is tried (`spared.py`). What is not followed is named.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasshouse.experiments.lived import (
    FACTUAL,
    Event,
    cases_of,
    copies_of_person,
    counted,
    events_in,
    listed_days,
    opened_for,
    place_of,
    tries_of,
)
from glasshouse.experiments.spared import Change, How, Tried, changes_tried, in_other_variants
from glasshouse.experiments.story import Chain, chain_of

if TYPE_CHECKING:
    from glasshouse.recording.store import Recording


@dataclass(frozen=True)
class Why:
    """The answer for one person of one variant of a recording. All of it is about a synthetic person, or a synthetic firm.

    `changes` are lives with one thing changed (or two); `other_variants` the same life in the other variants of the recording.
    """

    recording: str
    person: int
    variant: str
    group: str
    region: str
    listed_days: int
    refused_tries: int
    chains: tuple[Chain, ...]
    spared_by: tuple[tuple[str, ...], ...]
    changes: tuple[Change, ...]
    not_followed: tuple[str, ...]
    world_run_again: bool
    whose_conduct: str = ""
    other_variants: tuple[Change, ...] = ()
    firm: bool = False
    synthetic: bool = field(default=True)

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    def sentence(self) -> str:
        """The answer in one or two sentences."""
        who = f"Synthetic {'firm' if self.firm else 'person'} {self.person}"
        where = " under the scheme as it is" if self.variant == FACTUAL else f" in the variant {self.variant}"
        if not self.chains:
            return f"{who} was never listed{where}."
        said = (
            f"{who} was listed {times(len(self.chains))}{where}, for {counted(self.listed_days, 'day', 'days')} in all"
        )
        said += f", and refused {counted(self.refused_tries, 'try', 'tries')}." if self.refused_tries else "."
        return f"{said} {self.remedy()}"

    def remedy(self) -> str:
        """The smallest changes that would have spared the person, or that there are several, or none among those tried."""
        whom = "firm" if self.firm else "person"
        if not self.changes:
            return "No change was tried."
        if not self.spared_by:
            return (
                f"Of the {len(self.changes)} changes that were tried, none would have kept this {whom} off the lists."
            )
        ways = ["; ".join(x) if len(x) == 1 else " together with ".join(x) for x in self.spared_by]
        several = (
            f" There are {len(ways)} such smallest changes; none of them is the one cause." if len(ways) > 1 else ""
        )
        return f"This would have kept them off every list: {', or '.join(ways)}.{several}"


def times(n: int) -> str:
    """Once, twice, 5 times."""
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


# --- the two questions ------------------------------------------------------------------------------------------------------------------


def events_of(recording: Recording | Path | str, person: int, variant: str = FACTUAL) -> list[Event]:
    """Every event of a person, in the order of their days. The block is lived again; no journal is needed.

    Raises RecordingError where there is no such recording, UsageError where it has no such person or variant.
    """
    opened = opened_for(recording, person, variant)
    return events_in(opened, opened.lived([person]))


def why(
    recording: Recording | Path | str,
    person: int,
    variant: str = FACTUAL,
    *,
    pairs: bool = True,
    everybody: bool | None = None,
    threads: int = 2,
    progress: Any = None,
) -> Why:
    """How each listing of this person came about, what it did, which promises were broken, and what would have spared them.

    `pairs` also tries two changes together where no single one spares the person. A change that reaches people of other blocks is lived
    by `everybody` again: always, never, or (None) where that takes less than about half a minute; `progress` is told of it. Raises as
    `events_of`.
    """
    opened = opened_for(recording, person, variant)
    result = opened.lived([person])
    cases, told = cases_of(result, person, opened.v), events_in(opened, result)
    copies = copies_of_person(opened.plan, result, person, opened.v)
    how = How(pairs, everybody, threads, progress)
    tried = changes_tried(opened, result, told, how) if cases else Tried()
    group, region = place_of(opened, person)
    return Why(
        recording=opened.recording.path.name,
        person=person,
        variant=opened.names.variants[opened.v],
        group=group,
        region=region,
        listed_days=listed_days(cases, opened.last),
        refused_tries=tries_of(told),
        chains=tuple(chain_of(opened, case, told, copies) for case in cases),
        spared_by=tried.spared_by,
        changes=tried.changes,
        not_followed=tried.not_followed,
        world_run_again=opened.run_again,
        whose_conduct=tried.whose,
        other_variants=in_other_variants(opened, result),
        firm=opened.is_firm(person),
    )
