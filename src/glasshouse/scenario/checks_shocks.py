"""Nonsense in shocks, and in what is said of the copies that others hold."""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.scenario import schema
from glasshouse.scenario.checks_shared import FARTHEST, Findings, ids, unknown
from glasshouse.scenario.source import Loc
from glasshouse.scenario.wording import Finding

KEYS: dict[str, tuple[str, ...]] = {
    "mass_listing": ("list", "regions", "share", "count", "elsewhere", "points", "repaired", "repair"),
    "bad_rule": ("rule", "repaired", "repair"),
    "insider": ("acts", "dual_control", "second_goes_along", "repaired", "repair"),
    "outage": ("source", "gates"),
    "leak": ("recipient",),
}
"""What may be said of each kind of shock, beside its days. What is said of a merge is checked with the merge."""
FIELDS = {"list": "list_"}


def shocks(s: schema.Scenario) -> Findings:
    """Everything about shocks and copies that cannot be meant."""
    for n, shock in enumerate(s.shocks):
        loc: Loc = ("shocks", n)
        yield from _foreign(shock, loc)
        yield from OF_KIND[shock.kind](s, shock, loc) if shock.kind in OF_KIND else ()
        if (shock.repair or shock.repaired) and shock.to is None:
            yield Finding(loc, "is repaired, but is never found; say `to`, the first day on which it is known")
    yield from _copies(s)


def _given(shock: schema.Shock, key: str) -> object:
    return getattr(shock, FIELDS.get(key, key))


def _foreign(shock: schema.Shock, loc: Loc) -> Findings:
    for key in dict.fromkeys(k for keys in KEYS.values() for k in keys):
        if key not in KEYS.get(shock.kind, ()) and _given(shock, key) is not None:
            kinds = ", ".join(kind for kind, keys in KEYS.items() if key in keys)
            yield Finding((*loc, key), f"is said of {kinds}, and this is {shock.kind}")


def _mass_listing(s: schema.Scenario, shock: schema.Shock, loc: Loc) -> Findings:
    yield from unknown(shock.list_, ids(s.lists), (*loc, "list"), "one of lists")
    for n, region in enumerate(shock.regions or ()):
        yield from unknown(region, s.world.regions if s.world else (), (*loc, "regions", n), "one of world.regions")
    exact = shock.count is not None or shock.elsewhere is not None
    if (shock.share is not None) == exact:
        yield Finding(loc, "says whom it hits by a share, or else by count and elsewhere; say one of them")
    if shock.list_ is None and not (shock.points and shock.points.value):
        yield Finding(loc, "neither puts anybody on a list nor takes points")
    if shock.points and s.score is None:
        yield Finding((*loc, "points"), "takes points, but the scenario has no score")
    if shock.points and not 0 <= shock.points.value <= FARTHEST:
        yield Finding((*loc, "points"), f"{shock.points.value:,} is not between 0 and {FARTHEST:,}")
    if s.world:
        yield from _room(s.world, shock, loc)


def _room(world: schema.World, shock: schema.Shock, loc: Loc) -> Findings:
    """Exact numbers are drawn one by one; of a crowd of which most are meant that would take for ever."""
    at_home = sum(x.share.value for name, x in world.regions.items() if not shock.regions or name in shock.regions)
    for key, share in (("count", at_home), ("elsewhere", 1 - at_home)):
        asked: schema.Count | None = getattr(shock, key)
        if asked is not None and asked.value > share * world.people / 2:
            there = f"{share * world.people:,.0f} people"
            yield Finding(
                (*loc, key),
                f"{asked.value:,} of {there}; an exact number may be half of them at most, otherwise say a share",
            )
    if shock.from_ < world.start:
        yield Finding((*loc, "from"), f"{shock.from_} is before the run starts, {world.start}")


def _bad_rule(s: schema.Scenario, shock: schema.Shock, loc: Loc) -> Findings:
    if shock.rule is None:
        yield Finding(loc, "is a bad rule, and says none; name it with rule")
    yield from unknown(shock.rule, ids(s.rules), (*loc, "rule"), "one of rules")
    for rule in (r for r in s.rules if r.id == shock.rule):
        if rule.when.signal is None:
            yield Finding((*loc, "rule"), f"{rule.id} names no act (when.signal) and is never applied")
        else:
            yield from _countable(s, rule.when.signal, (*loc, "rule"))


def _insider(s: schema.Scenario, shock: schema.Shock, loc: Loc) -> Findings:
    if not shock.acts:
        yield Finding(loc, "is an insider who does nothing; name what they do with acts")
    for n, act in enumerate(shock.acts or ()):
        yield from unknown(act, s.conduct.acts if s.conduct else (), (*loc, "acts", n), "an act of conduct.acts")
        yield from _countable(s, act, (*loc, "acts", n))
    if shock.second_goes_along is not None and not shock.dual_control:
        yield Finding((*loc, "second_goes_along"), "needs dual_control: true; alone nobody has to go along")


def _countable(s: schema.Scenario, act: str, loc: Loc) -> Findings:
    """What is undone is counted; a cap or a cooling-off would count something else."""
    rules = [r for r in s.rules if r.when.signal == act]
    if any(r.cap or r.cooling_off_days for r in rules):
        yield Finding(
            loc, f"a rule on {act} has a cap or a cooling-off; what it did could not be told apart and undone"
        )
    if len(rules) > 1:
        yield Finding(
            loc, f"{', '.join(r.id for r in rules)} all answer to {act}; one of them alone could not be undone"
        )


def _outage(s: schema.Scenario, shock: schema.Shock, loc: Loc) -> Findings:
    if (shock.source is None) == (not shock.gates):
        yield Finding(loc, "is an outage of a source, or of all gates; say one of them")
    yield from unknown(shock.source, ids(s.data_sources), (*loc, "source"), "one of data_sources")


def _leak(s: schema.Scenario, shock: schema.Shock, loc: Loc) -> Findings:
    if shock.recipient is None:
        yield Finding(loc, "is a leak, and does not say whose; name a recipient of practice.sharing")
    yield from unknown(shock.recipient, [*s.practice.sharing], (*loc, "recipient"), "one of practice.sharing")


OF_KIND = {
    "mass_listing": _mass_listing,
    "bad_rule": _bad_rule,
    "insider": _insider,
    "outage": _outage,
    "leak": _leak,
}


def _copies(s: schema.Scenario) -> Findings:
    recipients = [x.recipient for x in s.sharing]
    for name, practice in s.practice.sharing.items():
        loc: Loc = ("practice", "sharing", name)
        yield from unknown(name, recipients, loc, "a recipient of sharing", at_key=True)
        for n, listed in enumerate(practice.lists or ()):
            yield from unknown(listed, ids(s.lists), (*loc, "lists", n), "one of lists")
        for n, source in enumerate(practice.sources or ()):
            yield from unknown(source, ids(s.data_sources), (*loc, "sources", n), "one of data_sources")


def delays(s: schema.Scenario) -> Iterator[tuple[Loc, schema.Delay]]:
    """Every delay of shocks and copies, with its place."""
    for n, shock in enumerate(s.shocks):
        if shock.repair is not None:
            yield ("shocks", n, "repair"), shock.repair
    for name, practice in s.practice.sharing.items():
        yield ("practice", "sharing", name, "correction"), practice.correction
