"""Words the rules share: what is detrimental, what a promise of notice or appeal covers, which rule reaches which consequence.

Severity runs from 1 (trivial) over 3 (moderate) to 5 (grave). Where several blocks could promise the same thing (the consequence's own,
its list's, the scheme's), one that promises it is enough, one that denies it counts only where none promises it, and silence is silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import inf
from typing import TypeVar

from glasshouse.linting.contexts import are_related
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import NO, YES, Truth, all_of, any_of, known

MILD = ("message", "warning")
LARGE_RIGHTS = (
    "movement",
    "health",
    "education",
    "housing",
    "income",
    "work",
    "liberty",
    "social_security",
    "childcare",
)
NO_BASIS = ("", "none", "tbd", "internal", "policy", "internal policy", "n/a", "null")


@dataclass(frozen=True)
class Benchmark:
    """Days that a legal order takes as its measure (with the provision that says so)."""

    appeal_at_least: int = 14
    decide_within: int = 30
    correct_within: int = 30
    list_at_most: int = 5 * 365
    remove_within: int = 3


BENCHMARKS: dict[str, Benchmark] = {
    "CN": Benchmark(decide_within=20, correct_within=20),  # CN-CRR-25: 20 days; CN-SPC-2017-12: 15
    "US": Benchmark(list_at_most=7 * 365),  # US-FCRA-1681c, 1681i
}
STRICTEST = Benchmark(decide_within=20, correct_within=20)


def benchmark(text: Text) -> Benchmark:
    """The measure of the scheme's own legal order, or the general one; the strictest of all where the text does not name its order."""
    home = text.scheme.get("jurisdiction")
    return STRICTEST if home.silent else BENCHMARKS.get(home.value, Benchmark())


T = TypeVar("T")


def once(ask: Callable[[At], T]) -> Callable[[At], T]:
    """Ask this of a place once; many rules ask the same."""

    @wraps(ask)
    def asked(place: At) -> T:
        if place.kept is None:
            place.kept = {}
        if ask not in place.kept:
            place.kept[ask] = ask(place)
        found: T = place.kept[ask]
        return found

    return asked


# --- consequences -----------------------------------------------------------------------------------------------------------------


@once
def detrimental(c: At) -> Truth:
    """Does it take something away? Perks do not; messages and warnings only where they weigh 2 or more."""
    kind, mild = c.get("kind"), c.get("kind").is_(*MILD)
    return ~kind.is_("perk") & (~mild | c.get("severity").over(1))


def weighs(c: At, least: int) -> Truth:
    """Is the severity at least this? A right that life hangs on weighs 4 by itself."""
    large = c.get("right").is_(*LARGE_RIGHTS) if least <= 4 else NO
    return c.get("severity").over(least - 1) | large


@once
def significant(c: At) -> Truth:
    """A legal or similarly significant effect: detrimental and of weight 3 or more."""
    return detrimental(c) & weighs(c, 3)


def is_public(text: Text) -> Truth:
    return text.get("scheme.operator.kind").is_("public", "on_behalf_of_public", "mixed")


def any_detrimental(text: Text) -> Truth:
    return any_of(detrimental(c) for c in text.each("consequences"))


def has_basis(place: At) -> Truth:
    """Is a law named? Words such as `internal` or `tbd` are not one."""
    return place.satisfies(lambda v: str(v).strip().lower() not in NO_BASIS)


# --- promises ---------------------------------------------------------------------------------------------------------------------


def blocks(c: At, kind: str) -> list[At]:
    """Where `notice` or `appeal` may be promised for this consequence: itself, its list's entry (notice only), the scheme."""
    found = [c.get(kind)]
    if kind == "notice" and (listed := trigger_list(c)) is not None:
        found.append(listed.at("entry.notice"))
    return [*found, c.text.root.get(kind)]


def promises(places: list[At], ask: Callable[[At], Truth]) -> Truth:
    """One that promises is enough; a denial counts where nobody promises; else the text does not say."""
    answers = [ask(p) for p in places]
    yes = next((a for a in answers if a.value is True), None)
    no = next((a for a in answers if a.value is False), None)
    decided = yes if yes is not None else no
    return decided if decided is not None else answers[-1]


def promised(c: At, kind: str, key: str) -> Truth:
    """Is `notice.KEY` or `appeal.KEY` true for this consequence?"""
    return promises([b.get(key) for b in blocks(c, kind)], lambda p: p.true())


def least_days(c: At, kind: str, key: str) -> At:
    """The shortest time promised for this consequence, or the scheme's silent place."""
    places = [b.get(key) for b in blocks(c, kind)]
    written = [p for p in places if isinstance(p.value, int)]
    return min(written, key=lambda p: p.value) if written else next((p for p in places if not p.silent), places[-1])


def longest_deadline(c: At) -> At:
    """The longest time to appeal that is promised for this consequence (`null`: no end), or the scheme's silent place."""
    places = [b.get("deadline_days") for b in blocks(c, "appeal")]
    written = [p for p in places if not p.silent]
    return max(written, key=lambda p: inf if p.value is None else p.value, default=places[-1])


@once
def notified(c: At) -> Truth:
    """Does a notice block that applies say `enabled: true`?"""

    def on(block: At) -> Truth:
        return block.get("enabled").true() if not block.silent else block.given()

    return promises(blocks(c, "notice"), on)


def once_notified(c: At) -> Truth:
    """`notified`, for rules that ask how: open where notice is denied and one block says nothing, so that it could be promised there."""
    return or_open(notified(c), blocks(c, "notice"), "enabled")


@once
def appealable(c: At) -> Truth:
    """Does an appeal block that applies say `available: true`?"""

    def on(block: At) -> Truth:
        return block.get("available").true() if not block.silent else block.given()

    return promises(blocks(c, "appeal"), on)


def once_appealable(c: At) -> Truth:
    """`appealable`, for rules that ask how: open where appeal is denied and one block says nothing, so that it could be promised there."""
    return or_open(appealable(c), blocks(c, "appeal"), "available")


def or_open(promised_at_all: Truth, places: list[At], key: str) -> Truth:
    """A denial counts only where no block is silent. Otherwise taking out a block that promises badly would end every question of how."""
    if promised_at_all.value is not False:
        return promised_at_all
    gaps = tuple(p if p.silent else p.get(key) for p in places if p.silent or p.get(key).silent)
    return Truth(None, gaps) if gaps else promised_at_all


# --- how a rule comes to a consequence --------------------------------------------------------------------------------------------


@once
def trigger_list(c: At) -> At | None:
    """The list that triggers this consequence, where a list does."""
    name = c.at("trigger.list").value
    return c.text.find("lists", name) if isinstance(name, str) else None


@once
def moves_score(rule: At) -> Truth:
    """Does it cost or bring points, if only to those who live somewhere?"""
    return any_of(points.satisfies(lambda v: v != 0) for points in all_points(rule))


def all_points(rule: At) -> list[At]:
    """Its points, and those that it has for some regions instead."""
    local = rule.get("points_by_region")
    return (
        [rule.get("points"), *(local.get(region) for region in local.value or ())]
        if not local.silent
        else [rule.get("points")]
    )


# --- for whom: where somebody lives -----------------------------------------------------------------------------------------------


@once
def within(trigger: At) -> frozenset[str] | None:
    """The regions whose people alone it can be set off for: of the lists on its way, those that have some only. None: everybody's."""
    found: frozenset[str] | None = None
    seen: set[str] = set()
    name = trigger.get("list").value
    while isinstance(name, str) and name not in seen:
        seen.add(name)
        listed = trigger.text.find("lists", name)
        found = both(found, regions_of(listed))
        name = listed.at("entry.trigger.list").value
    return found


def regions_of(place: At) -> frozenset[str] | None:
    """The regions that a list or a rule is for; None for all."""
    named = place.get("regions").value
    return frozenset(map(str, named)) if isinstance(named, list) else None


def both(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    return b if a is None else a if b is None else a & b


@once
def where_it_costs(rule: At) -> frozenset[str] | None:
    """The regions in which a rule has points; None for all, or where the text does not tell."""
    local, points = rule.get("points_by_region"), rule.get("points").value
    if local.silent or not isinstance(local.value, dict) or points != 0:
        return regions_of(rule)
    return both(regions_of(rule), frozenset(r for r in local.value if local.get(r).value != 0))


def are_apart(a: frozenset[str] | None, b: frozenset[str] | None) -> bool:
    """Does nobody live in both?"""
    return a is not None and b is not None and not a & b


def gets_there(text: Text, a: frozenset[str] | None, b: frozenset[str] | None) -> Truth:
    """Can what befell somebody in one of these regions count in one of those? If they are others, only for those who move."""
    return text.get("world.moves").over(0) if are_apart(a, b) else YES


@once
def end_of(trigger: At) -> tuple[str, At]:
    """What sets a trigger off in the end, through its lists: a `rule`, the `score`, what is `filed`, a `silent` place, or a `circle`."""
    seen: set[str] = set()
    while not trigger.silent:
        listed = trigger.get("list").value
        if not isinstance(listed, str):
            named = {"rule": "rule", "filed_by": "filed"}
            return (next((how for k, how in named.items() if isinstance(trigger.get(k).value, str)), "score"), trigger)
        if listed in seen:
            return ("circle", trigger)
        seen.add(listed)
        trigger = trigger.text.find("lists", listed).at("entry.trigger")
    return ("silent", trigger)


def fires(rule: At, trigger: At) -> Truth:
    """Can this rule set off this trigger: by name, through lists, or through the score?"""
    kind, end = end_of(trigger)
    if rule.silent or kind == "silent":
        return (rule.get("when") if rule.silent else end).given()
    if kind == "score":
        return moves_score(rule) & gets_there(rule.text, where_it_costs(rule), within(trigger))
    return known(kind == "rule" and end.get("rule").value == rule.id) & gets_there(
        rule.text, regions_of(rule), within(trigger)
    )


def by_route(*also: str) -> Callable[[Callable[[At], T]], Callable[[At], T]]:
    """Ask this once for all consequences that are set off by the same thing in the end and say the same under the keys in `also`; the
    answer may rest on those and on the rules only."""

    def kept_by_route(ask: Callable[[At], T]) -> Callable[[At], T]:
        @wraps(ask)
        def asked(c: At) -> T:
            kind, end = end_of(c.get("trigger"))
            key = (
                ask,
                kind,
                "" if kind == "score" else end.steps,
                within(c.get("trigger")),
                *[c.get(k).value for k in also],
            )
            kept: dict[object, T] = c.text.memo.setdefault("routes", {})
            if key not in kept:
                kept[key] = ask(c)
            return kept[key]

        return asked

    return kept_by_route


@by_route()
def reaching(c: At) -> list[tuple[At, Truth]]:
    """Every rule that can lead to this consequence, or may (where the text does not say); those that cannot are left out."""
    found = [(r, fires(r, c.get("trigger"))) for r in c.text.each("rules")]
    return [(r, t) for r, t in found if t.value is not False]


@by_route("context")
def from_afar(c: At) -> list[tuple[At, Truth]]:
    """For each rule that can lead here: does it, from a source whose context does not belong to the consequence's?"""
    found, far = [], dict[object, Truth]()
    for rule, truth in reaching(c):
        source = source_of(rule)
        if source.steps not in far:
            far[source.steps] = unrelated(source, c)
        found.append((rule, truth & rule.get("source").given() & far[source.steps]))
    return found


def feeding(listed: At) -> list[tuple[At, Truth]]:
    """Every rule that can put somebody on this list."""
    found = [(r, fires(r, listed.at("entry.trigger"))) for r in listed.text.each("rules")]
    score = end_of(listed.at("entry.trigger"))[0] == "score"
    here = [
        (r, t & gets_there(r.text, where_it_costs(r) if score else regions_of(r), regions_of(listed))) for r, t in found
    ]
    return [(r, t) for r, t in here if t.value is not False]


@once
def source_of(rule: At) -> At:
    """The data source a rule rests on; a silent one where none is named."""
    named = rule.get("source")
    return rule.text.find("data_sources", named.value)


def unrelated(source: At, c: At) -> Truth:
    """Do the source's context and the consequence's not belong together?"""
    there, extra = str(c.get("context").value), justified(c.text)
    return source.get("context").satisfies(lambda v: not are_related(str(v), there, extra))


def justified(text: Text) -> frozenset[frozenset[str]]:
    """Pairs of contexts that the scheme itself says belong together, with its reason."""
    if not text.root.get("related_contexts").value:
        return frozenset()
    return frozenset(frozenset(map(str, p.get("between").value)) for p in text.each("related_contexts") if not p.silent)


@by_route()
def about_parent(c: At) -> Truth:
    """Does a rule behind it turn on what a parent does?"""
    return any_of(t & r.at("when.subject").is_("parent") for r, t in reaching(c))


def named_by(rule: At, trigger: At) -> Truth:
    """Does this rule set off the trigger without a score between them: by its name, or through lists that it enters by name?"""
    return NO if end_of(trigger)[0] == "score" and not rule.silent else fires(rule, trigger)


@once
def harms(rule: At) -> Truth:
    """Is the rule's effect bad for whom it hits: points lost, or a detrimental consequence set off without a score between?"""
    lost = any_of(points.under(0) for points in all_points(rule))
    if lost.value is True:
        return lost
    others = rule.text.each("consequences") if rule.silent else unscored(rule.text, "consequences", "trigger")
    return lost | any_of(named_by(rule, c.get("trigger")) & detrimental(c) for c in others)


def unscored(text: Text, section: str, trigger: str) -> list[At]:
    """The items that something else than the score sets off in the end; of the others no written rule is the trigger by name."""
    key = f"unscored {section}"
    if key not in text.memo:
        text.memo[key] = [i for i in text.each(section) if end_of(i.at(trigger))[0] != "score"]
    found: list[At] = text.memo[key]
    return found


def unless(excuse: Truth) -> Truth:
    """An exception that counts only where it is written."""
    return ~excuse.stated()


@once
def feeds(source: At) -> Truth:
    """Does a rule or a model rest on this source?"""
    text = source.text
    if source.silent:
        return source.get("id").given()
    rules = any_of(r.get("source").is_(source.id) for r in text.each("rules"))
    if rules.value is True or not text.root.get("models").value:
        return rules
    return rules | any_of(
        f.get("source").is_(source.id) for m in text.each("models") for f in m.get("features").items()
    )


# --- gravity ----------------------------------------------------------------------------------------------------------------------

TOLERANCE = 1
WIDEST = 2


@once
def exceeds(c: At) -> Truth:
    """Is its severity more than one rank above the gravest conduct that can lead to it? No where nothing can."""
    weight = c.get("severity")
    if not reaching(c):
        return NO
    return lighter(c) & weight.given() if isinstance(weight.value, int) else weight.given()


@by_route("severity")
def lighter(c: At) -> Truth:
    """Is everything that can lead here more than one rank below its severity?"""
    routes, least = reaching(c), c.get("severity").value - TOLERANCE
    return any_of(t for _, t in routes) & all_of(~t | r.get("gravity").under(least) for r, t in routes)


@by_route()
def spans(c: At) -> Truth:
    """Does the gravity of what leads to one flat consequence span more than two ranks?"""
    routes = reaching(c)
    sure = [r.get("gravity") for r, t in routes if t.value is True and isinstance(r.get("gravity").value, int)]
    unsure = [r.get("gravity").given() & t for r, t in routes if t.value is None or r.get("gravity").silent]
    open_marks = tuple(m for t in unsure if t.value is None for m in t.marks)
    if sure and max(g.value for g in sure) - min(g.value for g in sure) > WIDEST:
        low, high = min(sure, key=lambda g: g.value), max(sure, key=lambda g: g.value)
        return low.given() & high.given()
    return Truth(None, open_marks) if open_marks else NO


@once
def disproportionate(c: At) -> Truth:
    """Heavier than what it answers, or one weight for very unequal conduct."""
    return exceeds(c) | spans(c)
