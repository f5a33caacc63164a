"""Elements of a scheme that can be taken out, and safeguards that can be put in: each a patch on the scenario, made from what it says.

An element is taken *out* (`without association`) or a safeguard is put *in* (`with human-review`). Either reads the scenario and gives the
paths and values of a variant, so that the two lives of a person differ by this and by nothing else. No element brings a number of its
own: a value is 0 or 1, or stands in the scenario already, or it is not there and the element says why it does not apply.

The comparator `no-scheme` is here too; the other one, a lottery of the same size, must first count what the scheme does and
is made in `experiments/lottery.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from glasshouse.codes import BASES
from glasshouse.errors import UsageError
from glasshouse.scenario.schema import Act, Consequence, ListPractice, Rule, Scenario

Patch = dict[str, Any]
Side = Literal["without", "with", "comparator"]

ESSENTIAL = ("health", "education", "childcare", "housing", "income", "social_security")
"""Rights without which nobody lives decently (UDHR 25 and 26, ICESCR 9 to 13)."""
PUBLICATIONS = ("publication", "billboard", "broadcast", "social_feed", "name_and_shame", "ringtone")
"""Kinds of consequence that consist in telling others."""


class DoesNotApply(UsageError):
    """An element has nothing to take out of this scenario, or a safeguard nothing to be made from. The message says why."""


class DoNotCombine(UsageError):
    """Two changes ask for different things at the same place. The message says which and where."""


@dataclass(frozen=True)
class Element:
    """One thing that can be taken out or put in. The page is the docstring of the function that makes the patch."""

    name: str
    side: Side
    make: Callable[[Scenario], Patch]

    @property
    def variant(self) -> str:
        """What a variant with this patch is called."""
        return self.name if self.side == "comparator" else f"{self.side}-{self.name}"

    @property
    def title(self) -> str:
        """One line: what is different."""
        return self.page.splitlines()[0].rstrip(".")

    @property
    def page(self) -> str:
        """What it takes out or puts in, how the simulation does it, and what that leaves out."""
        lines = (self.make.__doc__ or "").splitlines()
        return "\n".join(line.strip() for line in lines).strip()

    def patch(self, scenario: Scenario) -> Patch:
        """Paths and values of the variant. Raises DoesNotApply."""
        made = self.make(scenario)
        if not made:
            raise DoesNotApply(f"{self.variant}: this scenario already is so; nothing would differ.")
        return made


def element(side: Side, name: str) -> Element:
    """The element of that name. Raises UsageError with the nearest spelling."""
    from glasshouse.scenario.shape import nearest

    known = [e.name for e in (*ELEMENTS, *TWINS_ONLY) if e.side == side]
    found = next((e for e in (*ELEMENTS, *TWINS_ONLY) if e.side == side and e.name == name), None)
    if found is None:
        raise UsageError(f'--{side}: there is no "{name}".{nearest(name, known)} There are: {", ".join(known)}.')
    return found


def applicable(scenario: Scenario) -> tuple[dict[str, Patch], dict[str, str]]:
    """For each element of both sides by its variant's name: its patch, or the reason why it does not apply to this scenario."""
    return applying(ELEMENTS, scenario)


def applying(elements: Iterable[Element], scenario: Scenario) -> tuple[dict[str, Patch], dict[str, str]]:
    """The same for some elements."""
    patches: dict[str, Patch] = {}
    reasons: dict[str, str] = {}
    for e in elements:
        try:
            patches[e.variant] = e.patch(scenario)
        except DoesNotApply as why:
            reasons[e.variant] = str(why)
    return patches, reasons


def all_together(patches: Iterable[Patch]) -> Patch:
    """Several patches as one: a later one that puts a whole part in place of what an earlier one changed inside wins."""
    out: Patch = {}
    for patch in patches:
        for path, value in patch.items():
            out = {p: v for p, v in out.items() if not (p == path or p.startswith((f"{path}.", f"{path}[")))}
            if not any(v is None and path.startswith(f"{p}.") for p, v in out.items()):
                out[path] = value
    return out


def composed(scenario: Scenario, patches: Mapping[str, Patch]) -> Patch:
    """Several changes at once, the same in whatever order they are named.

    What one takes away stays away, whatever another would change inside it. Where two move the same number the same way, the one that
    goes farther holds: two reviews do not find more than the better of them, which is the least that both can do. Raises DoNotCombine
    where two move a number in opposite ways, or ask for different things that cannot be compared.
    """
    asked = [(name, path, value) for name, patch in patches.items() for path, value in patch.items()]
    gone = {path for _, path, value in asked if value is None}
    out: Patch = {}
    by: dict[str, str] = {}
    for name, path, value in asked:
        if any(_inside(path, root) for root in gone):
            continue
        wider = next((p for p in out if by[p] != name and (_inside(path, p) or _inside(p, path))), None)
        if wider is not None:
            raise DoNotCombine(f"{by[wider]} and {name} do not go together: both put something of their own at {path}.")
        out[path] = _farther(scenario, path, (by[path], out[path]), (name, value)) if path in out else value
        by.setdefault(path, name)
    return out


def _inside(path: str, root: str) -> bool:
    """Does a path lead to something inside of what `root` names?"""
    return path.startswith((f"{root}.", f"{root}["))


def _farther(scenario: Scenario, path: str, one: tuple[str, Any], two: tuple[str, Any]) -> Any:
    """Of two values asked for at a path, the one that is farther from what is there."""
    (first, a), (second, b) = one, two
    if a == b or a is None:
        return a
    if b is None:
        return None
    now = _now(scenario, path)
    if now is None or not all(isinstance(x, int | float) for x in (a, b)):
        raise DoNotCombine(f"{first} and {second} do not go together: they ask for different things at {path}.")
    if (a - now) * (b - now) < 0:
        raise DoNotCombine(f"{first} and {second} do not go together: one raises {path} and the other lowers it.")
    return a if abs(a - now) > abs(b - now) else b


def _now(scenario: Scenario, path: str) -> float | None:
    """The number that stands at a path; 1 for the entry of a circumstance that is not written down; None where there is none."""
    from glasshouse.scenario.patching import loc_of, steps

    raw = scenario.model_dump(mode="json", by_alias=True)
    loc = loc_of(raw, path)
    node: Any = raw
    for step in loc:
        node = node[step] if isinstance(node, list) or step in (node or {}) else None
    if node is None and path.startswith("practice.lists.") and steps(path)[3:4] == ["entry"]:
        return 1.0
    value = node.get("value") if isinstance(node, dict) else node
    return float(value) if isinstance(value, int | float) else None


# --- without -------------------------------------------------------------------------------------------------------------------------


def _association(s: Scenario) -> Patch:
    """Nobody pays for anybody else's conduct or listing.

    Every association hands on nothing: the share of points is 0, and so are the points of a tied person's listing or standing, or of
    being seen in company, and nobody grows quieter for what befell somebody tied. No health code traces anybody for having met somebody.
    Records that land in another person's file stay; that is `misidentification`.
    """
    code = s.practice.health_code
    out: Patch = {"practice.health_code.tracing": None} if code and code.tracing else {}
    if not s.associations and not out:
        raise DoesNotApply(
            "without association: the scheme has no associations; nobody pays for somebody tied to them."
        )
    for n, a in enumerate(s.associations):
        if a.points and a.points.value:
            out[f"associations[{n}].points"] = 0
        if a.fraction and a.fraction.value:
            out[f"associations[{n}].fraction"] = 0
        if a.chilling and a.chilling.value:
            out[f"associations[{n}].chilling"] = 0
    return out


def _integration(s: Scenario) -> Patch:
    """Registers stay apart: the merger of one with another does not take place.

    Scores keep their own scale, and no file is joined to somebody else's. Copies that recipients hold (`practice.sharing`) refuse nobody,
    and stay.
    """
    merges = [x.id for x in s.shocks if x.kind == "merge"]
    if not merges:
        raise DoesNotApply(
            "without integration: no registers are merged; copies that others hold refuse nobody, and are not taken out."
        )
    return {f"shocks.{merge}": None for merge in merges}


def _cross_context(s: Scenario) -> Patch:
    """Consequences stay in the contexts that the scheme is about.

    A consequence goes whose context is neither a purpose of the scheme, nor that of a data source, nor declared related to one of these.
    Its gate closes for nobody.
    """
    home = {*(s.scheme.purpose_contexts or ()), *(d.context for d in s.data_sources)}
    if not home:
        raise DoesNotApply(
            "without cross-context: the scheme names no purpose and no data source, so no context is foreign."
        )
    home |= {x for pair in s.related_contexts for x in pair.between if set(pair.between) & home}
    return _open_gates(
        s,
        lambda c: c.context not in home,
        "without cross-context: every gate that people meet is in a context of the scheme itself.",
    )


def _publication(s: Scenario) -> Patch:
    """Nobody is shown to others: consequences that consist in telling them go.

    So does what follows from being shown: what callers hear, what people do less of because everybody hears how many are listed, the
    dropping of ties to those who are. The list as such goes on. What employers or strangers do on reading it is not simulated.
    """
    out: Patch = {}
    acts = s.conduct.acts if s.conduct else {}
    answers = s.conduct.answers if s.conduct else None
    if answers and answers.chilling and answers.chilling.publicity.value:
        out["conduct.answers.chilling.publicity"] = 0
    if answers and answers.tie_cutting:
        out |= {f"conduct.answers.tie_cutting.ties.{k}": 0 for k, x in answers.tie_cutting.ties.items() if x.value}
    for n, a in enumerate(s.associations):
        tells = (
            a.transfer == "company" and bool(a.acts) and all(acts[x].only_while_on for x in a.acts or () if x in acts)
        )
        if tells and a.chance and a.chance.value:
            out[f"associations[{n}].chance"] = 0
    reason = "without publication: nothing in this scenario consists in publishing; what readers of a list do is not simulated."
    gates = {c.id for c in s.consequences if c.kind in PUBLICATIONS} & set(s.conduct.demand if s.conduct else ())
    return out if out and not gates else out | _open_gates(s, lambda c: c.id in gates, reason)


def _misidentification(s: Scenario) -> Patch:
    """Perfect sensing: what is seen is filed for the one who did it.

    The share of records in another person's file becomes 0, for every source and group: by mistake, by a search of faces that finds
    somebody else, by linkage or a merger to the wrong file. A health code takes nobody for somebody else. As much is seen as before.
    """
    sources = dict.fromkeys((*s.practice.sensing, *s.practice.linkage))
    out: Patch = {path: 0 for source in sources for path, _ in _wrong_files(s, source)}
    for merge in (x for x in s.shocks if x.kind == "merge"):
        out |= {f"shocks.{merge.id}.by_group.{g}": 0 for g, share in (merge.by_group or {}).items() if share.value}
        if merge.wrong_files and merge.wrong_files.value:
            out[f"shocks.{merge.id}.wrong_files"] = 0
    for name, x in s.practice.sensing.items():
        if x.identification is not None:
            out[f"practice.sensing.{name}.identification"] = None
    for d in s.data_sources:
        if d.id in s.practice.sensing:
            continue
        if d.linkage and d.linkage.false and d.linkage.false.value:
            out[f"data_sources.{d.id}.linkage.false"] = 0
        if d.accuracy and d.accuracy.false_match and d.accuracy.false_match.value:
            out[f"data_sources.{d.id}.accuracy.false_match"] = 0
    causes = s.practice.health_code.causes if s.practice.health_code else {}
    for name, cause in causes.items():
        if cause.basis == "wrong_person" and not cause.rightful and cause.rate.value:
            out[f"practice.health_code.causes.{name}.rate"] = "0 per year"
    if not out:
        raise DoesNotApply("without misidentification: no source of this scenario puts a record in the wrong file.")
    return out


def _stale_records(s: Scenario) -> Patch:
    """What is no longer true is not acted on.

    An act whose circumstance has the basis `stale_record` (it was paid, or the record is mistaken) never leads to a listing.
    """
    out: Patch = {}
    seen = False
    for name, circumstance, basis in _circumstances(s):
        if basis == "stale_record":
            seen = True
            for x in _filed_for(s, name):
                if _entry(s, x, circumstance):
                    out[f"practice.lists.{x}.entry.{circumstance}"] = 0
    if not out and not seen:
        raise DoesNotApply("without stale-records: no act of this scenario has a circumstance whose record is stale.")
    return out


def _silence(s: Scenario) -> Patch:
    """Every appeal is answered.

    Who appeals, how long a decision takes and how often it is granted stay as they are; only silence ends.
    """
    out: Patch = {}
    if s.practice.appeal and s.practice.appeal.answered.value < 1:
        out["practice.appeal.answered"] = 1
    for name, x in s.practice.lists.items():
        if x.appeal and x.appeal.answered.value < 1:
            out[f"practice.lists.{name}.appeal.answered"] = 1
    if not out and not _some_appeal(s):
        raise DoesNotApply("without silence: nobody appeals in practice, so there is nothing to answer.")
    return out


# --- with ----------------------------------------------------------------------------------------------------------------------------


def _notice_before_effect(s: Scenario) -> Patch:
    """Everybody is told before the listing takes effect.

    Notice reaches every listed person on the morning after the entry, before any gate can refuse them. Whether they then appeal, and
    what comes of it, is as it was.
    """
    if not s.lists:
        raise DoesNotApply("with notice-before-effect: the scheme has no list.")
    out: Patch = {}
    for x in s.lists:
        old = (s.practice.lists.get(x.id) or ListPractice()).notice or s.practice.notice
        if old and old.served.value == 1 and old.delay.always_days and old.delay.always_days.value == 0:
            continue
        tells = old.refusal_tells if old else True
        out[f"practice.lists.{x.id}.notice"] = {"served": 1, "delay": {"always_days": 0}, "refusal_tells": tells}
    return out


def _working_appeal(s: Scenario) -> Patch:
    """Whoever appeals is answered, in the time that is promised, on the truth.

    Every listing that rests on anything but an own act by somebody able to comply is lifted; the share of the others that is lifted
    stays. How many appeal stays too: people must still have learnt of it, and dare.
    """
    if not _some_appeal(s):
        raise DoesNotApply("with working-appeal: nothing says how many would appeal; give practice.appeal.filed.")
    promised = s.appeal.decide_within_days.value if s.appeal and s.appeal.decide_within_days else None
    out: Patch = {}
    for path, x in _appeals(s):
        out[f"{path}.answered"] = 1
        for basis in (*BASES[1:], "other"):
            out[f"{path}.upheld.{basis}"] = 1
        if x.upheld.own_act is None:
            out[f"{path}.upheld.own_act"] = x.upheld.other.value
        if promised is not None:
            out[f"{path}.decided_after"] = {"always_days": promised}
    return out


def _expiry(s: Scenario) -> Patch:
    """Every listing ends with its term, and no term is extended.

    A list without a term takes the longest of the scheme's other lists. Where no list has a term there is nothing to take.
    """
    terms = [x.max_days.value for x in s.lists if x.max_days and x.max_days.value]
    if not terms:
        raise DoesNotApply("with expiry: no list of this scheme has a term; give lists.LIST.max_days to say which.")
    out: Patch = {}
    for x in s.lists:
        if not (x.max_days and x.max_days.value):
            out[f"lists.{x.id}.max_days"] = max(terms)
        practice = (s.practice.lists.get(x.id) or ListPractice()).expiry
        if practice is None:
            continue
        path = f"practice.lists.{x.id}.expiry"
        if practice.termed.value < 1:
            out[f"{path}.termed"] = 1
        if practice.extended.value > 0:
            out[f"{path}.extended"] = 0
        if practice.in_force_from is not None:
            out[f"{path}.in_force_from"] = None
            out[f"{path}.older_entries"] = "from_entry"
    return out


def _human_review(s: Scenario) -> Patch:
    """Somebody looks at every case before it is entered, and may say no.

    Assumed: a review before entry finds as many mistakes as an appeal after it (`appeal.upheld`, by basis). Entries by circumstances
    other than an own act fall by that share, and so do records in the wrong file. Only lists that are entered by a rule are reviewed.
    """
    if not any(x.entry.trigger.rule for x in s.lists):
        raise DoesNotApply(
            "with human-review: no list is entered by a rule, so there is no case to look at before a score moves."
        )
    if not _some_appeal(s):
        raise DoesNotApply(
            "with human-review: nothing says how many mistakes a review finds; give practice.appeal.upheld."
        )
    out: Patch = {}
    for name, circumstance, basis in _circumstances(s):
        for x in _filed_for(s, name):
            share = _entry(s, x, circumstance)
            if basis != "own_act" and share:
                out[f"practice.lists.{x}.entry.{circumstance}"] = round(share * (1 - _upheld(s, x, basis)), 9)
    for source, x in _reviewed_sources(s).items():
        found = _upheld(s, x, "wrong_person")
        out |= {path: round(share * (1 - found), 9) for path, share in _wrong_files(s, source)}
    return out


def _minors_exempt(s: Scenario) -> Patch:
    """Children meet no consequence of what their parents did.

    Consequences whose reach names children go. People have no age in this version: whether a listed person is a child is not simulated.
    """
    return _open_gates(
        s,
        lambda c: "children" in (c.reach or ()),
        "with minors-exempt: no gate of this scenario reaches children, and people have no age in this version.",
    )


def _essential_needs(s: Scenario) -> Patch:
    """Nobody is refused health care, schooling, housing, income or social security.

    Consequences that touch these rights go (UDHR 25 and 26). Necessary trips through other gates are not told apart from the rest.
    """
    return _open_gates(
        s,
        lambda c: c.right in ESSENTIAL,
        "with essential-needs: no gate of this scenario touches health, education, housing, income or social security.",
    )


def _correction_propagated(s: Scenario) -> Patch:
    """Who has paid is taken off, in the promised time.

    No paid record stays; the delay is the promised one (`exit.auto_removal_days`, else `correction.sla_days`), or as it was where
    nothing is promised. Copies that recipients hold (`practice.sharing`) are corrected as they were.
    """
    if not any(x.payment for x in s.practice.lists.values()):
        raise DoesNotApply(
            "with correction-propagated: nothing says how records of those who paid are cleared (practice.lists.LIST.payment)."
        )
    out: Patch = {}
    for x in s.lists:
        payment = (s.practice.lists.get(x.id) or ListPractice()).payment
        if payment is None:
            continue
        if payment.never_cleared.value > 0:
            out[f"practice.lists.{x.id}.payment.never_cleared"] = 0
        promised = (x.exit.auto_removal_days if x.exit else None) or (s.correction.sla_days if s.correction else None)
        always = payment.clears_after.always_days
        if promised is not None and (always is None or always.value > promised.value):
            out[f"practice.lists.{x.id}.payment.clears_after"] = {"always_days": promised.value}
    return out


def _ability_checked(s: Scenario) -> Patch:
    """Nobody is listed who is not able to comply.

    An act whose circumstance has the basis `cannot_pay` never leads to a listing. Assumed: a look at people's means before entry
    finds all who have none, and nobody else.
    """
    out: Patch = {}
    unable = [(name, c) for name, c, basis in _circumstances(s) if basis == "cannot_pay"]
    if not unable:
        raise DoesNotApply(
            "with ability-checked: no act of this scenario has a circumstance in which people cannot comply."
        )
    for name, circumstance in unable:
        for x in _filed_for(s, name):
            if _entry(s, x, circumstance):
                out[f"practice.lists.{x}.entry.{circumstance}"] = 0
    return out


def _no_scheme(s: Scenario) -> Patch:
    """There is no scheme: no rules, no lists, no consequences.

    People do what they do anyway, and nothing of it is filed, scored or refused. What the scheme may deter is not part of this version.
    """
    out: Patch = {"rules": [], "lists": [], "consequences": [], "associations": []}
    out |= {"practice.lists": {}, "practice.notice": None, "practice.appeal": None}
    if s.practice.models:
        out["practice.models"] = {}
    if s.practice.sharing:
        out["practice.sharing"] = {}
    if s.practice.health_code is not None:
        out["practice.health_code"] = None
    if s.conduct:
        out["conduct.demand"] = {}
        out |= {f"conduct.acts.{name}.while_listed": None for name, act in s.conduct.acts.items() if act.while_listed}
        out |= {f"conduct.acts.{name}.asks": None for name, act in s.conduct.acts.items() if act.asks}
        out |= {f"conduct.acts.{name}.rate": "0 per year" for name, act in s.conduct.acts.items() if act.only_while_on}
        out |= {f"conduct.acts.{name}.only_while_on": None for name, act in s.conduct.acts.items() if act.only_while_on}
        out |= {f"conduct.answers.{name}": None for name, answer in s.conduct.answers if name in ANSWERS and answer}
    return out | {f"shocks.{x.id}": None for x in s.shocks}


ANSWERS = ("chilling", "tie_cutting")


def _first_listing(s: Scenario) -> Patch:
    """Nobody's first listing stands: it is taken back on the next morning, before any gate can refuse.

    It is the twin that `sanction_persistence` asks for: who would be listed later all the same? Every first listing goes, not one person's
    alone; where listings travel along ties, letters of the evening have left. A list that is entered by a low score lifts it to its
    threshold.
    """
    if not s.lists:
        raise DoesNotApply("without first-listing: the scheme has no list.")
    return {f"practice.lists.{x.id}.first_spared": True for x in s.lists}


def _same_luck(s: Scenario) -> Patch:
    """The same conduct, seen by the same sources with other luck: what is noticed, and whom it is taken to be, is drawn anew.

    It is the twin that `score_reliability` asks for: would people have the same score, had they only been observed again?
    """
    if not (s.conduct and s.conduct.acts):
        raise DoesNotApply("without same-luck: nobody does anything that a source could see.")
    return {"practice.observed_anew": True}


ELEMENTS: tuple[Element, ...] = (
    Element("association", "without", _association),
    Element("integration", "without", _integration),
    Element("cross-context", "without", _cross_context),
    Element("publication", "without", _publication),
    Element("misidentification", "without", _misidentification),
    Element("stale-records", "without", _stale_records),
    Element("silence", "without", _silence),
    Element("notice-before-effect", "with", _notice_before_effect),
    Element("working-appeal", "with", _working_appeal),
    Element("expiry", "with", _expiry),
    Element("human-review", "with", _human_review),
    Element("minors-exempt", "with", _minors_exempt),
    Element("essential-needs", "with", _essential_needs),
    Element("correction-propagated", "with", _correction_propagated),
    Element("ability-checked", "with", _ability_checked),
)
NO_SCHEME = Element("no-scheme", "comparator", _no_scheme)
TWINS_ONLY = (Element("first-listing", "without", _first_listing), Element("same-luck", "without", _same_luck))
"""Asked for by name only: each is the twin of one measure and no reform, so that neither `why` nor the lattice tries it."""


# --- what the scenario says ----------------------------------------------------------------------------------------------------------


def _open_gates(s: Scenario, which: Callable[[Consequence], bool], otherwise: str) -> Patch:
    """Consequences that people meet and that go. Those that nobody is counted as meeting are no reason to run anything."""
    gates = s.conduct.demand if s.conduct else {}
    found = [c.id for c in s.consequences if which(c) and c.id in gates]
    if not found:
        raise DoesNotApply(otherwise)
    return {f"consequences.{c}": None for c in found} | {f"conduct.demand.{c}": None for c in found}


def _circumstances(s: Scenario) -> list[tuple[str, str, str]]:
    """Act, circumstance and basis, of every act that has circumstances."""
    acts: dict[str, Act] = s.conduct.acts if s.conduct else {}
    return [(name, c, x.basis) for name, act in acts.items() for c, x in (act.circumstances or {}).items()]


def _filed_for(s: Scenario, act: str) -> list[str]:
    """The lists that a rule on this act files for."""
    rules = {r.id for r in _rules_on(s, act)}
    return [x.id for x in s.lists if x.entry.trigger.rule in rules]


def _rules_on(s: Scenario, act: str) -> list[Rule]:
    return [r for r in s.rules if r.when.signal == act and r.when.subject == "self"]


def _entry(s: Scenario, of: str, circumstance: str) -> float:
    """The share of records with this circumstance that lead to a listing."""
    entry = (s.practice.lists.get(of) or ListPractice()).entry or {}
    return float(entry[circumstance].value) if circumstance in entry else 1.0


def _wrong_files(s: Scenario, source: str) -> list[tuple[str, float]]:
    """Every share of a source's records that practice puts in another person's file, with its path."""
    found = []
    for part, word in (("sensing", "wrong_person"), ("linkage", "false")):
        practice = getattr(s.practice, part).get(source)
        groups = (practice.by_group or {}) if practice else {}
        places = [
            (f"practice.{part}.{source}", practice),
            *((f"practice.{part}.{source}.by_group.{g}", x) for g, x in groups.items()),
        ]
        found += [(f"{path}.{word}", getattr(x, word)) for path, x in places if x]
    return [(path, float(share.value)) for path, share in found if share and share.value]


def _reviewed_sources(s: Scenario) -> dict[str, str]:
    """Sources whose records file for a list, and the list."""
    found = {r.source: x.id for x in s.lists for r in s.rules if r.id == x.entry.trigger.rule and r.source}
    return {str(k): v for k, v in found.items()}


def _appeals(s: Scenario) -> list[tuple[str, Any]]:
    """Every practice of appeals, with its path."""
    general = [("practice.appeal", s.practice.appeal)] if s.practice.appeal else []
    return general + [(f"practice.lists.{n}.appeal", x.appeal) for n, x in s.practice.lists.items() if x.appeal]


def _some_appeal(s: Scenario) -> bool:
    return bool(_appeals(s))


def _upheld(s: Scenario, of: str, basis: str) -> float:
    """The share of appeals on this basis that are granted."""
    own = (s.practice.lists.get(of) or ListPractice()).appeal or s.practice.appeal
    if own is None:
        return 0.0
    share = getattr(own.upheld, basis)
    return float((share if share is not None else own.upheld.other).value)
