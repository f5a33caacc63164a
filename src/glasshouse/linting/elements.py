"""Provisions taken apart into their elements: for each, whether the text shows it (met), shows the contrary, or does not say.

An element table is the working of an indicator, not a judgment. Recital 31 of the AI Act (lawful evaluation for a specific purpose) has
a row of its own and is never a reason for silence. Source: AI Act Art. 5(1)(c) in the order of its text; GDPR Art. 22(1)-(4).
"""

from __future__ import annotations

from dataclasses import dataclass

from glasshouse.linting.lexicon import SPECIAL, reveals
from glasshouse.linting.terms import (
    appealable,
    detrimental,
    disproportionate,
    from_afar,
    has_basis,
    promised,
    significant,
)
from glasshouse.linting.text import At, Text
from glasshouse.linting.truth import Truth, all_of, any_of

LIMB_I = "limb (i): in social contexts unrelated to those of the data"
LIMB_II = "limb (ii): unjustified, or disproportionate to the behaviour or its gravity"
RECITAL_31 = "recital 31: a lawful evaluation for one specific purpose"
WORDS = {True: "met", False: "not met", None: "undetermined"}


@dataclass(frozen=True)
class Element:
    """One element of a provision, and what the text shows of it."""

    key: str
    words: str
    law: str
    truth: Truth
    remark: str = ""

    @property
    def state(self) -> str:
        return WORDS[self.truth.value]


@dataclass(frozen=True)
class Table:
    """The elements of one provision in the order of its text."""

    title: str
    law: tuple[str, ...]
    elements: tuple[Element, ...]
    remark: str


def social_scoring(text: Text) -> tuple[Element, ...]:
    """AI Act Art. 5(1)(c), one element for each limb, and recital 31."""
    root, cs = text.root, text.each("consequences")
    evaluated = root.get("score").given() | root.get("lists").given() | root.get("models").given()
    over_time = (
        text.get("score.update").given() | root.get("lists").given() | root.get("rules").satisfies(lambda v: len(v) > 1)
    )
    weighty = any_of(detrimental(c) & disproportionate(c) for c in cs)
    act, used = "EU-AIA-5-1-c", text.get("scheme.status").is_("in_force", "pilot")
    kinds = root.get("rules").given() | root.get("models").given()
    ai = text.get("scheme.uses_ai").true()
    return (
        Element(
            "ai_system",
            "an AI system (Art. 3(1))",
            "EU-AIA-3-1",
            ai,
            "where it is not met the Act is used by analogy only",
        ),
        Element("in_use", "placed on the market, put into service or used", act, used),
        Element(
            "evaluation",
            "evaluation or classification of persons or groups",
            act,
            evaluated,
            "a list, a colour or a flag is one",
        ),
        Element("over_time", "over a certain period of time", act, over_time),
        Element("behaviour", "social behaviour, or known, inferred or predicted characteristics", act, kinds),
        Element("detrimental", "detrimental or unfavourable treatment", act, any_of(detrimental(c) for c in cs)),
        Element(
            "unrelated", LIMB_I, "EU-AIA-5-1-c-i", any_of(in_unrelated_context(c) for c in cs), "either limb is enough"
        ),
        Element("disproportionate", LIMB_II, "EU-AIA-5-1-c-ii", weighty, "either limb is enough"),
        Element(
            "recital_31",
            RECITAL_31,
            "EU-AIA-R31",
            single_purpose(text),
            "for a court to weigh; never a reason for silence",
        ),
    )


def in_unrelated_context(c: At) -> Truth:
    """A detrimental consequence that data from an unrelated context can lead to, with no statute that names both."""
    far = any_of(t for _, t in from_afar(c))
    return detrimental(c) & far & ~c.get("specific_law").given().stated()


def single_purpose(text: Text) -> Truth:
    """Does the scheme declare one purpose context and a legal basis?"""
    one = text.get("scheme.purpose_contexts").satisfies(lambda v: len(v) == 1)
    return one & text.get("scheme.purpose").given() & has_basis(text.get("scheme.legal_basis"))


def automated_decision(text: Text) -> tuple[Element, ...]:
    """GDPR Art. 22: the decision, how it is made, what it does, what allows it, what protects the person."""
    cs = text.each("consequences")
    machine = any_of(c.get("automated").true() & ~c.at("human_review.available").true() for c in cs)
    relied = any_of(s.get("reliance").is_("determinative") for s in text.each("sharing"))
    basis = any_of(has_basis(c.get("legal_basis")) for c in cs) | any_of(
        s.get("collection").is_("consent", "contract") for s in text.each("data_sources")
    )
    human = all_of(c.at("human_review.available").true() for c in cs)
    special = any_of(
        s.get("categories").satisfies(lambda v: any(reveals(str(c), SPECIAL) for c in v))
        for s in text.each("data_sources")
    )
    young = ~text.get("scheme.min_age").over(17)
    return (
        Element("decision", "a decision about a person", "EU-GDPR-22-1", any_of(detrimental(c) for c in cs)),
        Element(
            "automated",
            "based solely on automated processing, profiling included",
            "EU-GDPR-22-1",
            machine | relied,
            "a score that others draw on strongly counts (SCHUFA)",
        ),
        Element(
            "significant", "legal or similarly significant effect", "EU-GDPR-22-1", any_of(significant(c) for c in cs)
        ),
        Element(
            "exception",
            "contract, authorising law or explicit consent (22(2))",
            "EU-GDPR-22-2",
            basis,
            "whether the law named authorises it is for a lawyer",
        ),
        Element("human", "human intervention can be had (22(3))", "EU-GDPR-22-2", human),
        Element(
            "heard",
            "the person is heard before",
            "EU-GDPR-22-2",
            all_of(promised(c, "notice", "before_effect") for c in cs),
        ),
        Element("contest", "the decision can be contested (22(3))", "EU-GDPR-22-2", all_of(appealable(c) for c in cs)),
        Element("special", "rests on special categories (22(4))", "EU-GDPR-22-4", special),
        Element("child", "concerns a child (recital 71)", "EU-GDPR-R71", young),
    )


def tables(text: Text) -> tuple[Table, ...]:
    """Both tables for one text."""
    return (
        Table(
            "AI Act Art. 5(1)(c): social scoring", ("EU-AIA-5-1-c", "EU-GL-STATUS"), social_scoring(text), analogy(text)
        ),
        Table(
            "GDPR Art. 22: automated individual decisions",
            ("EU-GDPR-22-1", "CJEU-SCHUFA"),
            automated_decision(text),
            abroad(text),
        ),
    )


def analogy(text: Text) -> str:
    uses = text.get("scheme.uses_ai")
    if uses.value is True:
        return abroad(text)
    return "by analogy only: " + (
        "the text does not say whether an AI system is used"
        if uses.silent
        else "the text says that no AI system is used"
    )


def abroad(text: Text) -> str:
    home = text.scheme.get("jurisdiction").value
    return "" if home == "EU" else "for comparison: the scheme is not said to be under Union law"
