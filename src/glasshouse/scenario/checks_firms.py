"""Nonsense about firms: where they are, whom they employ, and which acts and ties are theirs."""

from __future__ import annotations

from fractions import Fraction

from glasshouse.scenario import schema
from glasshouse.scenario.checks_shared import Findings
from glasshouse.scenario.source import Loc, shown
from glasshouse.scenario.wording import Finding

OF_FIRMS = ("representative", "staff")
TOLD_APART = {"children": ("parent_child",), "parents": ("parent_child",), "people": OF_FIRMS, "firms": OF_FIRMS}
"""On which ties those that a letter goes to can be told from the others."""


def firms(s: schema.Scenario) -> Findings:
    """Everything that cannot be meant of firms."""
    yield from _acts(s)
    yield from _toward(s)
    if s.world is None or s.world.firms is None:
        return
    unknown = [*_unknown(s.world, s.world.firms)]
    yield from unknown or _firms(s.world, s.world.firms)
    yield from _ill(s.epidemic, s.world.firms) if s.epidemic else ()


def _ill(illness: schema.Epidemic, asked: schema.Firms) -> Findings:
    """An epidemic is of people: they meet each other, and none of them is a firm."""
    if illness.seeds.region in asked.regions:
        yield Finding(("epidemic", "seeds", "region"), "is a region of firms, and these catch nothing")
    for name, layer in illness.contacts.items():
        if layer.with_ in OF_FIRMS:
            told = (
                f"meets firms over {layer.with_}, and these catch nothing; say colleagues for those who work together"
            )
            yield Finding(("epidemic", "contacts", name, "with"), told)


def _unknown(world: schema.World, asked: schema.Firms) -> Findings:
    named: list[tuple[Loc, list[str]]] = [(("world", "firms", "regions"), asked.regions)]
    named += [
        (("world", "firms", kind, "regions"), getattr(getattr(asked, kind), "regions", None) or []) for kind in OF_FIRMS
    ]
    for loc, regions in named:
        for n, region in enumerate(regions):
            if region not in world.regions:
                yield Finding(
                    (*loc, n), f'"{shown(region)}" is not one of world.regions. There: {", ".join(world.regions)}'
                )


def _firms(world: schema.World, asked: schema.Firms) -> Findings:
    regions = [*world.regions]
    last = regions[len(regions) - len(asked.regions) :]
    if len(asked.regions) >= len(regions):
        yield Finding(("world", "firms", "regions"), "are all the regions there are; somebody must be a person")
        return
    if set(asked.regions) != set(last):
        told = f"firms come after all people: put {', '.join(asked.regions)} last in world.regions"
        yield Finding(("world", "firms", "regions"), told)
        return
    for kind in OF_FIRMS:
        yield from _tied(world, asked, kind)


def _tied(world: schema.World, asked: schema.Firms, kind: str) -> Findings:
    """Are there enough people of those regions, and are these one run of them?"""
    part = getattr(asked, kind)
    if part is None:
        return
    people = [r for r in world.regions if r not in asked.regions]
    loc: Loc = ("world", "firms", kind, "regions")
    named = part.regions or people
    if any(r in asked.regions for r in named):
        yield Finding(loc, "names a region of firms; people work for firms, and answer for them")
        return
    first, last = people.index(min(named, key=people.index)), people.index(max(named, key=people.index))
    if set(people[first : last + 1]) != set(named):
        yield Finding(loc, "are not beside each other in world.regions; name all from the first to the last")
        return
    there = sum((_share(world, r) for r in named), Fraction(0)) * world.people
    firms = sum((_share(world, r) for r in asked.regions), Fraction(0)) * world.people
    each = _each(part)
    if max(each, Fraction(1)) * firms > there:
        needed, found = float(max(each, Fraction(1)) * firms), float(there)
        yield Finding(
            ("world", "firms", kind),
            f"asks for {needed:,.0f} people, and {found:,.0f} live there; ask for fewer, or for fewer firms",
        )


def _share(world: schema.World, region: str) -> Fraction:
    return Fraction(str(world.regions[region].share.value))


def _each(part: schema.Staff | schema.Representative) -> Fraction:
    """People whom a firm needs, in the mean."""
    if isinstance(part, schema.Representative):
        return Fraction(1)
    return sum((z * Fraction(str(p.value)) for z, p in part.sizes.items()), Fraction(0))


def _acts(s: schema.Scenario) -> Findings:
    """Whose acts they are: of people, unless they are said to be of firms."""
    of_firms = (s.world.firms.regions if s.world.firms else []) if s.world else None
    for name, act in (s.conduct.acts if s.conduct and of_firms is not None else {}).items():
        loc: Loc = ("conduct", "acts", name)
        if act.by == "firms" and not of_firms:
            yield Finding((*loc, "by"), "is an act of firms, but world.firms is not there")
        for region in act.by_region or {} if of_firms else {}:
            if (region in (of_firms or ())) != (act.by == "firms"):
                there = "firms" if region in (of_firms or ()) else "people"
                yield Finding(
                    (*loc, "by_region", region), f"is a region of {there}, and this is an act of {act.by}", True
                )


def _toward(s: schema.Scenario) -> Findings:
    for n, a in enumerate(s.associations):
        if a.toward != "all" and a.edge not in TOLD_APART[a.toward]:
            on = " and ".join(TOLD_APART[a.toward])
            yield Finding(
                ("associations", n, "toward"), f"{a.toward} are told apart on {on} ties only, and not on {a.edge}"
            )
