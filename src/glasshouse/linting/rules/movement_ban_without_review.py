"""A ban on moving that nobody looks at again.

What it finds: A detrimental consequence on movement with no end or no review, one that only full payment lifts, or
one for a debt with no test of ability to pay.

Why it matters: Courts have held again and again that a travel ban for a debt must be weighed, reviewed and ended; one
that ends only on payment is prison for poverty by another name.

Example:
    consequences:
      - id: licence_suspended
        lift_condition: full_payment

Better:
    consequences:
      - id: licence_suspended
        lift_condition: expiry
        duration_days: 180
        review_every_days: 60

Limits: Left alone where every rule that leads there rests on a final decision about a named offence and the ban has a
term.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.terms import by_route, detrimental, once, reaching, unless
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, all_of, any_of, known

CODE = "GH406"
NAME = "movement-ban-without-review"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = (
    "ECHR-P4-2",
    "EU-AIA-III-7",
    "ECTHR-STETSOV",
    "ECTHR-KHLYUSTOV",
    "ECTHR-BATTISTA",
    "ECHR-P4-1",
    "ICCPR-11",
    "ICCPR-12",
    "HRC-GC27-14",
    "CN-SPC-SPEND",
)
MEASURES: tuple[str, ...] = ("mobility_loss",)
FIX = "Fixed term, periodic review, ability-to-pay test, least intrusive alternative."
CORE = False


DEBTS = ("debt", "pay", "loan", "fine", "arrear")


def check(text: Text) -> Iterator[Verdict]:
    for c in text.each("consequences"):
        untested = untested_debt(c)
        open_ended = c.get("duration_days").lacking() | c.get("review_every_days").lacking()
        only_paid = c.get("lift_condition").is_("full_payment")
        faults = [
            w
            for w, t in (
                ("only full payment lifts it", only_paid),
                ("it has no end or no review", open_ended),
                ("nobody asks whether the debtor can pay", untested),
            )
            if t.value
        ]
        truth = (
            detrimental(c) & c.get("right").is_("movement") & (open_ended | only_paid | untested) & unless(convicted(c))
        )
        yield Verdict(
            c,
            truth,
            f"`{c.id}` keeps people from moving and {' and '.join(faults)}",
            c.get("lift_condition") if only_paid.value else c.get("duration_days"),
        )


@by_route()
def untested_debt(c: At) -> Truth:
    """Does a debt lead here with nobody asking whether the debtor can pay?"""
    return any_of(t & is_debt(r) & ~r.get("requires_ability").true() for r, t in reaching(c))


@once
def is_debt(rule: At) -> Truth:
    kind = rule.at("when.signal_class")
    if kind.value == "offence":
        return kind.is_("payment")
    return kind.is_("payment") | rule.at("when.signal").satisfies(lambda v: any(d in str(v) for d in DEBTS))


@by_route()
def final_only(c: At) -> Truth:
    """Does everything that leads here rest on a final decision about a named offence?"""
    rules = [r for r, _ in reaching(c)]
    final = all_of(r.get("evidence_standard").is_("court_final") & r.get("offence_ref").given() for r in rules)
    return known(bool(rules)) & final


def convicted(c: At) -> Truth:
    """Does it answer final convictions only, and does the ban end?"""
    return final_only(c) & c.get("duration_days").over(0) & ~c.get("lift_condition").is_("full_payment")
