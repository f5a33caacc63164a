"""What a scenario file may say: one frozen model per part, unknown keys refused, each number with a place for its source.

A scenario is what the scheme's own text says (`scheme`, `data_sources`, `rules`, `lists`, `consequences`, `notice`, ...: the *promise*),
who lives under it (`world`), what they do (`conduct`), what really happens (`practice`), and what is compared (`variants`).
A run uses practice where it is given and the promise where it is not. The linter reads the promise, and a
little of `world`; never `conduct` or `practice`.

Keys that end in `_days` take a number of days or a duration in words; a rate says its unit ("2 per year"); a share is between 0 and 1.
Any number may be a mapping `{value, source, label, range, note}`, and any node may carry `cite` and `note`.
"""

from __future__ import annotations

import re
from datetime import date as Date  # noqa: N812 - some models have a field called date
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

SCHEMA_VERSION = 1

Label = Literal["documented", "pilot", "reported", "hypothetical"]
Context = Literal[
    "courts", "credit", "finance", "commerce", "tax", "welfare", "employment", "workplace", "education", "childcare", "health",
    "housing", "transport", "travel", "border", "communication", "internet", "media", "public_space", "family", "community",
    "volunteering", "policing", "national_security", "elections", "consumption", "leisure", "utilities", "insurance",
    "public_office", "procurement", "hospitality", "firms",
]  # fmt: skip
Right = Literal[
    "movement", "health", "education", "childcare", "housing", "income", "work", "communication", "property", "privacy", "reputation",
    "expression", "assembly", "association", "religion", "family_life", "liberty", "public_service", "social_security", "none",
]  # fmt: skip
Basis = Literal[
    "own_act",
    "cannot_pay",
    "protected_conduct",
    "others_conduct",
    "wrong_person",
    "stale_record",
    "insider_or_intruder",
    "risk_score",
]
TieKind = Literal[
    "household", "partner", "parent_child", "best_friend", "friends", "online_friends", "colleagues", "school", "representative", "staff"
]  # fmt: skip

DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}
DAYS_PATTERN = r"^\s*(\d+)\s*(day|week|month|year)s?\s*$"
RATE_PATTERN = r"^\s*([0-9.]+(?:[eE][-+]?\d+)?)\s+per\s+(day|week|month|year)\s*$"
RATE_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


class Cite(BaseModel):
    """Where the scheme's own text says this. A quote is at most 300 characters and never about a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    document: str
    page: str | int | None = None
    quote: Annotated[str, Field(max_length=300)] | None = None


class Node(BaseModel):
    """A part of the file: frozen, unknown keys refused, and with room for a citation and a note."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    cite: Cite | None = None
    note: str | None = None


T = TypeVar("T")


class OutsideRange(ValueError):
    """A number outside the range that the file gives for it."""


class Quantity(Node, Generic[T]):
    """A number and where it comes from. A bare number is the same as `{value: NUMBER}`.

    `source` is a row id of `evidence.sources`, or `assumption`, or `fitted`. `range` is [lowest, highest] that the number may
    reasonably have; a number whose source is `assumption` should have one, and a run sweeps it.
    """

    value: T
    source: str | None = None
    label: Label | None = None
    disputed: bool = False
    range: tuple[T, T] | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return data if isinstance(data, dict | Quantity) else {"value": data}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.range is not None and not self.range[0] <= self.value <= self.range[1]:  # type: ignore[operator]
            raise OutsideRange(f"value {self.value} is outside its own range {list(self.range)}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        full = handler(core)
        parts = handler.resolve_ref_schema(full).get("properties", {})
        written = cls._written(dict(parts.get("value", {})))
        written.pop("title", None)
        if parts:  # pydantic knows the number that is held; a file may write it in words
            parts["value"] = {**written, "title": "Value"}
            pair = {"type": "array", "prefixItems": [written, written], "minItems": 2, "maxItems": 2}
            parts["range"] = {"anyOf": [pair, {"type": "null"}], "default": None, "title": "Range"}
        return {"anyOf": [written, full]}

    @classmethod
    def _written(cls, held: JsonSchemaValue) -> JsonSchemaValue:
        """How a file writes the number, as JSON Schema, from how it is held."""
        return held


def parse_days(text: Any) -> int:
    """A number of days from a whole number or from words such as `2 years` or `90 days` (a year is 365 days, a month 30)."""
    if isinstance(text, bool) or not isinstance(text, int | str):
        raise ValueError(f'"{text}" is not a duration. Use a whole number of days, or words such as "2 years"')
    if isinstance(text, int):
        if text < 0:
            raise ValueError("a duration cannot be negative")
        return text
    found = re.fullmatch(DAYS_PATTERN, text)
    if not found:
        if re.fullmatch(r"\s*-\s*\d.*", text):
            raise ValueError(f'"{text}": a duration cannot be negative')
        raise ValueError(f'"{text}" is not a duration. Use a whole number of days, or words such as "2 years"')
    return int(found[1]) * DAYS_IN[found[2]]


def parse_rate(text: Any) -> float:
    """A rate per person and year from words such as `2 per year` or `0.01 per day`."""
    if isinstance(text, bool) or not isinstance(text, str):
        raise ValueError(f'{text} has no unit. Write it as "{text} per year" (or per month, week, day)')
    found = re.fullmatch(RATE_PATTERN, text)
    if not found:
        if re.match(r"\s*-\s*\d", text):
            raise ValueError(f'"{text}": a rate cannot be negative')
        raise ValueError(
            f'"{text}" is not a rate. Write a number and a unit, such as "2 per year" or "0.01 per day" (or per week, month)'
        )
    return float(found[1]) * RATE_DAYS["year"] / RATE_DAYS[found[2]]


class _Days(Quantity[int]):
    @model_validator(mode="before")
    @classmethod
    def _words(cls, data: Any) -> Any:
        return _convert(data, parse_days)

    @classmethod
    def _written(cls, held: JsonSchemaValue) -> JsonSchemaValue:
        return {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": DAYS_PATTERN}]}


class _Rate(Quantity[float]):
    """`value` and `range` are held per person and year of 365.25 days."""

    @model_validator(mode="before")
    @classmethod
    def _words(cls, data: Any) -> Any:
        return _convert(data, parse_rate)

    @classmethod
    def _written(cls, held: JsonSchemaValue) -> JsonSchemaValue:
        return {"type": "string", "pattern": RATE_PATTERN}


def _convert(data: Any, parse: Any) -> Any:
    if isinstance(data, Quantity):
        return data
    if not isinstance(data, dict):
        return {"value": parse(data)}
    out = dict(data)
    if "value" in out:
        out["value"] = parse(out["value"])
    if isinstance(out.get("range"), list | tuple):
        out["range"] = [parse(x) for x in out["range"]]
    return out


class _Share(Quantity[Annotated[float, Field(ge=0.0, le=1.0)]]):
    """A share or a probability, 0 to 1."""


class _Number(Quantity[float]):
    """A plain number."""


class _Count(Quantity[Annotated[int, Field(ge=0)]]):
    """A whole number, not negative."""


class _Points(Quantity[int]):
    """Points of a score, a whole number."""


Days = _Days
Rate = _Rate
Share = _Share
Number = _Number
Count = _Count
Points = _Points
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
Group = Annotated[str, Field(pattern=r"^[A-Z]$")]
Region = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


# --- the scheme: what its text promises ---------------------------------------------------------------------------------------


class Operator(Node):
    kind: Literal["public", "on_behalf_of_public", "private", "mixed"]
    body: str | None = None


class Subject(Node):
    kind: Literal["person", "organisation", "both"] = "person"


class Scheme(Node):
    """The head of the scheme: what it is, who runs it, where."""

    title: str
    status: Literal["in_force", "pilot", "draft", "ended", "reported", "hypothetical"] = "hypothetical"
    uses_ai: bool | None = None
    operator: Operator | None = None
    purpose: str | None = None
    purpose_contexts: list[Context] | None = None
    min_age: int | None = None
    jurisdiction: Literal["CN", "EU", "US", "UK", "CA", "AU", "INT", "COE"] | None = None
    subject: Subject = Subject()
    legal_basis: str | None = None
    summary: str | None = None
    tolerated_false_per_day: float | None = None
    changed_on: Date | None = None
    oversight_body: str | None = None


class ErrorRate(Node):
    miss: Share | None = None
    false_match: Share | None = None


class Accuracy(Node):
    """What the scheme itself claims about a source's errors."""

    miss: Share | None = None
    false_match: Share | None = None
    by_group: dict[Group, ErrorRate] | None = None
    gallery: Count | None = None
    measured_on: Date | None = None
    comparisons_per_day: Number | None = None


class Linkage(Node):
    key: Literal["unique_id", "name", "name_dob", "phone", "face", "device", "plate", "other"] | None = None
    missed: Share | None = None
    false: Share | None = None


class CovertAuthorisation(Node):
    authority: str
    term_days: Days | None = None
    later_notification: bool | None = None


class DataSource(Node):
    """What the scheme says of a source. `delay_days`: a record reaches the file so many days after the act (see `practice.sensing`)."""

    id: Id
    title: str | None = None
    context: Context
    kind: Literal[
        "court_record", "government_record", "tax_record", "education_record", "medical_record", "security_record", "financial_record",
        "employment_record", "welfare_record", "face", "voice", "gait", "iris", "camera", "phone", "location", "scanner", "check_in",
        "purchase", "browsing", "social_media", "chat", "platform", "tip", "survey", "sensor", "self_declared", "contact_record", "other",
    ]  # fmt: skip
    controller: Literal["public", "private", "mixed"] | None = None
    collection: Literal["open", "covert", "by_law", "consent", "contract"] | None = None
    mode: Literal["live", "batch", "event"] | None = None
    place: Literal["public", "workplace", "home", "online", "venue", "office"] | None = None
    subject_notified: bool | None = None
    covert_authorisation: CovertAuthorisation | None = None
    categories: list[str] | None = None
    special_category_basis: str | None = None
    accuracy: Accuracy | None = None
    linkage: Linkage | None = None
    delay_days: Days | None = None
    coverage: Share | None = None
    population: Count | None = None
    lawful_purpose: str | None = None
    fed_by: list[Id] | None = None
    one_to_one: bool | None = None
    authoritative: bool | None = None


class Grade(Node):
    name: str
    min: int | None = None
    max: int | None = None


class Decay(Node):
    """Scores drift back: by so many whole points a year, spread evenly over its days, towards the baseline and not past it.

    Only drift towards the baseline is simulated; a run says so where `toward` or `forgets_after_days` ask for something else.
    """

    points_per_year: Number | None = None
    toward: Literal["baseline", "zero"] = "baseline"
    forgets_after_days: Days | None = None


class Scale(Node):
    """The scale of one region. Whoever lives there, for the time being, has a score on it."""

    min: Points
    max: Points
    baseline: Points
    grades: list[Grade] | None = None


class Score(Node):
    """The scale, and when scores move.

    `update`: `monthly` scores move on the first of each month and `yearly` ones on 1 January, for all that was recorded since; with
    `live`, `daily` and `event`, the same here, on the evening of every day. Filing for a list by a rule waits for no update.
    `by_region`: regions with a scale of their own; the others have this one. People who come to live on another scale begin `anew` at its
    baseline, or their score is `converted`: it keeps its place between the two ends, rounded down.
    """

    min: Points
    max: Points
    baseline: Points
    resolution: Points | None = None
    update: Literal["live", "daily", "monthly", "yearly", "event"] | None = None
    by_region: dict[Region, Scale] | None = None
    moving: Literal["converted", "anew"] = "converted"
    grades: list[Grade] | None = None
    thresholds: dict[str, int] | None = None
    decay: Decay | None = None
    sigma: Number | None = None


class When(Node):
    """Which conduct of whom a rule answers to. `signal` names an act of `conduct.acts`."""

    subject: Literal[
        "self",
        "partner",
        "parent",
        "child",
        "household",
        "friend",
        "colleague",
        "contact",
        "employer",
        "firm",
        "guarantor",
    ] = "self"
    signal: Id | None = None
    signal_class: Literal["purchase", "diet", "gaming", "browsing", "sleep", "leisure", "dress", "speech", "payment", "offence", "service", "other"] | None = None  # fmt: skip
    predicate: str | None = None
    definition_ref: str | None = None
    attribute: str | None = None


class Cap(Node):
    """At most `count` items of this rule count in a window of `window_days` from the start of the run."""

    count: Count
    window_days: Days


class Rule(Node):
    """What the scheme does about an act: points, up to a cap, or not again for `cooling_off_days` after it last counted.

    `regions`: it is in force for those who live there only. `points_by_region`: other points for those who live in a region.
    """

    id: Id
    title: str | None = None
    source: Id | None = None
    when: When
    points: Points | None = None
    regions: list[Region] | None = None
    points_by_region: dict[Region, Points] | None = None
    cap: Cap | None = None
    cooling_off_days: Days | None = None
    evidence_standard: (
        Literal[
            "court_final",
            "administrative_finding",
            "documentary",
            "allegation",
            "tip",
            "automated_flag",
            "social_media",
            "unspecified",
        ]
        | None
    ) = None
    gravity: Annotated[int, Field(ge=1, le=5)] | None = None
    conduct_lawful: bool | None = None
    protected_activity: Literal["expression", "criticism", "press", "assembly", "association", "religion", "petition", "complaint", "appeal", "lawyer_contact", "leaving_country", "none"] | None = None  # fmt: skip
    legal_basis: str | None = None
    terms_ref: str | None = None
    offence_ref: str | None = None
    expires_days: Days | None = None
    requires_ability: bool | None = None
    relevance: str | None = None
    specific_law: str | None = None
    contract: bool | None = None
    purchasable: bool | None = None


class Association(Node):
    """Someone's conduct or standing reaches those tied to them by `edge`: of parent_child ties `toward` children, parents, or all; of
    representative and staff, which tie firms and people, `toward` people (a firm's), firms (a person's), or all.

    `transfer: points`: each demerit for one of `acts` (any, if none is named) costs those tied a `fraction` of it, over `max_hops` ties.
    `transfer: listing`: entering one of `lists` (any, if none is named) costs each of those tied `points`.
    `transfer: standing`: falling below `level` costs each of those tied `points`; they get them back when the score is there again.
    `level_by_region` is another level for those who live in a region.
    `transfer: company`: one of `acts` was done, with chance `chance`, in the company of one of those tied, who gets `points`, up or down;
    with `lists`, only if the one who did it is on one of them.
    `chilling`: how much of the reader's lawful conduct that might be penalised one such piece of news stops, whatever it costs.
    """

    id: Id | None = None
    edge: TieKind
    transfer: Literal["points", "listing", "standing", "company", "threshold", "list", "fraction"] = "points"
    fraction: Share | None = None
    points: Points | None = None
    max_hops: Annotated[int, Field(ge=1, le=7)] = 1
    toward: Literal["all", "children", "parents", "people", "firms"] = "all"
    acts: list[Id] | None = None
    lists: list[Id] | None = None
    level: Points | None = None
    level_by_region: dict[Region, Points] | None = None
    chance: Share | None = None
    chilling: Share | None = None
    legal_basis: str | None = None
    positive_only: bool | None = None
    optional: bool | None = None


class Validation(Node):
    id: str | None = None
    n: Count | None = None
    date: Date | None = None
    fpr: Share | None = None
    fnr: Share | None = None
    tpr: Share | None = None
    base_rate: Share | None = None
    calibration: str | None = None
    by_group: dict[Group, dict[str, float]] | None = None
    screens_per_year: Number | None = None


class Feature(Node):
    name: str
    feature_class: Annotated[
        Literal[
            "profile",
            "personality",
            "demographic",
            "association",
            "location",
            "objective_fact",
            "behaviour",
            "financial",
            "other",
        ]
        | None,
        Field(alias="class"),
    ] = None
    source: Id | None = None
    association_with_protected: Share | None = None
    legal_duty: str | None = None


class HumanAssessment(Node):
    before_use: bool | None = None


class Model(Node):
    id: Id
    target: str | None = None
    features: list[Feature] | None = None
    infers: list[str] | None = None
    proxy_for: str | None = None
    bias_note: str | None = None
    validation: Validation | None = None
    human_assessment: HumanAssessment | None = None
    review_only: bool | None = None


class Trigger(Node):
    """Exactly one of the five: {list: ID}, {score_below: N}, {score_above: N}, {rule: ID}, or, for a list, {filed_by: ID}.

    `filed_by` says what else puts people on the list: a model of `models`, a shock of `shocks`, or `health_code`. Such a list is entered
    in no other way; a model or a shock may file for any other list too.
    """

    list: Id | None = None
    score_below: int | None = None
    score_above: int | None = None
    rule: Id | None = None
    filed_by: Id | None = None

    WAYS: ClassVar[tuple[str, ...]] = ("list", "score_below", "score_above", "rule", "filed_by")

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [k for k in self.WAYS if getattr(self, k) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a trigger says exactly one of {', '.join(self.WAYS)}; this one says {', '.join(given) or 'none'}"
            )
        return self


class NoticePromise(Node):
    enabled: bool | None = None
    before_effect: bool | None = None
    sla_days: Days | None = None
    delivery_days: Days | None = None
    delivery_proof: bool | None = None
    content: list[str] | None = None
    channels: list[str] | None = None
    workers: bool | None = None
    worker_representatives: bool | None = None


class AppealPromise(Node):
    available: bool | None = None
    body: str | None = None
    second_instance: str | None = None
    deadline_days: Days | None = None
    runs_from: Literal["receipt", "decision", "listing", "effect"] | None = None
    decide_within_days: Days | None = None
    default_outcome: Literal["lift", "uphold", "none"] | None = None
    suspensive: bool | None = None
    interim_relief: bool | None = None
    fee: Number | None = None
    judicial_review: bool | None = None


class Entry(Node):
    trigger: Trigger
    decided_by: str | None = None
    evidence: str | None = None
    notice: NoticePromise | None = None
    trigger_event: bool | None = None


class Exit(Node):
    conditions: list[Literal["payment", "performance", "cure", "expiry", "correction", "repair", "score_recovers", "discretion", "death", "appearance", "work", "travel", "communication", "account"]] | None = None  # fmt: skip
    auto_removal_days: Days | None = None
    ability_to_pay: bool | None = None
    score_above: int | None = None
    instalments: bool | None = None
    applicant_action_only: bool | None = None
    test_out: bool | None = None


class ListModel(Node):
    """A list, how it is entered and left. `regions`: only those who live there are entered (nobody, if they moved away by then)."""

    id: Id
    title: str | None = None
    entry: Entry
    exit: Exit | None = None
    regions: list[Region] | None = None
    max_days: Days | None = None
    extension_days: Days | None = None
    published: bool | None = None
    publish_fields: list[str] | None = None
    legal_basis: str | None = None
    own_limit_cited: str | None = None


class HumanReview(Node):
    available: bool | None = None
    authority_to_override: bool | None = None
    sees_evidence: bool | None = None
    expected_cases_per_day: Number | None = None
    min_minutes: Number | None = None
    reviewers: Count | None = None
    minutes_per_day: Number | None = None


class Consequence(Node):
    id: Id
    title: str | None = None
    context: Context
    kind: Literal["refusal", "restriction", "freeze", "fee", "publication", "message", "dismissal", "closure", "investigation", "confinement", "penalty", "perk", "warning", "ringtone", "billboard", "broadcast", "social_feed", "name_and_shame"]  # fmt: skip
    severity: Annotated[int, Field(ge=1, le=5)] | None = None
    right: Right | None = None
    reach: list[Literal["self", "household", "spouse", "children", "employer", "contacts", "firm"]] | None = None
    trigger: Trigger
    also_lists: list[Id] | None = None
    automated: bool | None = None
    human_review: HumanReview | None = None
    delay_days: Days | None = None
    duration_days: Days | None = None
    review_every_days: Days | None = None
    lift_condition: Literal["full_payment", "payment_plan", "review", "expiry"] | None = None
    exemptions: list[str] | None = None
    removes: list[Literal["pay", "appear", "work", "travel", "communicate", "hold_account"]] | None = None
    published: bool | None = None
    legal_basis: str | None = None
    terms_ref: str | None = None
    exclusive: bool | None = None
    notice: NoticePromise | None = None
    appeal: AppealPromise | None = None
    urgent_ground: str | None = None
    post_hearing_days: Days | None = None
    specific_law: str | None = None
    needs_based: bool | None = None


class Correction(Node):
    sla_days: Days | None = None
    mark_disputed: bool | None = None
    suspends_meanwhile: bool | None = None


class Sharing(Node):
    recipient: str
    country: str | None = None
    purpose: str | None = None
    transfer_basis: Literal["adequacy", "scc", "bcr", "assessment", "treaty", "none"] | None = None
    propagate_corrections: bool | None = None
    notify_recipients: bool | None = None
    sync_days: Days | None = None
    bulk: bool | None = None
    onward_use_allowed: bool | None = None
    legally_bound: bool | None = None
    reliance: Literal["determinative", "advisory", "none"] | None = None
    legal_process: Literal["per_case", "statutory_report", "none"] | None = None
    live_query: bool | None = None
    anonymised: bool | None = None


class Retention(Node):
    after_exit_days: Days | None = None
    ground: str | None = None
    archive_readable_by_scoring: bool | None = None
    follows: Literal["conduct", "list"] | None = None


class Role(Node):
    id: Id
    can: list[Literal["add", "alter", "lift", "read", "export", "override"]]
    who: str | None = None
    dual_control: bool | None = None
    log: Literal["immutable", "ordinary", "none"] | None = None
    requires_trigger_event: bool | None = None
    conflict_of_interest: str | None = None
    rate_limited: bool | None = None
    reveals: Literal["verdict", "score", "history"] | None = None


class Minors(Node):
    handling: Literal["excluded", "sealed", "lighter", "same_as_adult"] | None = None


class Assessment(Node):
    id: str | None = None
    date: Date | None = None
    published: bool | None = None
    planned_before: Date | None = None


class Assessments(Node):
    dpia: Assessment | None = None
    fria: Assessment | None = None
    pipia: Assessment | None = None
    aia: Assessment | None = None


class Transparency(Node):
    rules_published: bool | None = None
    weights_published: bool | None = None


class Explanation(Node):
    available: bool | None = None
    kind: Literal["reasons", "counterfactual", "score_only", "algorithm_dump"] | None = None
    refusal_ground: str | None = None
    referral_to_authority: bool | None = None


class Waiver(Node):
    """A finding that somebody answers for. `owner` is an office, not a person."""

    rule: str | None = None
    path: str | None = None
    justification: str | None = None
    owner: str | None = None
    decided_on: Date | None = None
    expires: Date | None = None
    second_approver: str | None = None


class RelatedContexts(Node):
    """Two contexts that this scheme says belong together, and why; the linter then treats them as related, both ways."""

    between: tuple[Context, Context]
    justification: Annotated[str, Field(min_length=40)]


class Definition(Node):
    term: str
    statute: str | None = None
    measurable: str | None = None


# --- the world: who lives there -----------------------------------------------------------------------------------------------


class GroupShare(Node):
    share: Share


class Household(Node):
    """Household sizes as shares of *people*; adults come first, then a partner, children, an elder, by the templates of the world."""

    sizes: dict[Annotated[int, Field(ge=1, le=8)], Share]


class FriendLayer(Node):
    """Friends: mean and spread of how many, how clustered (.05 to .30), and within how many consecutive people most are found."""

    mean: Number
    sd: Number | None = None
    max: Annotated[int, Field(ge=1, le=48)] = 32
    clustering: Share | None = None
    window: Literal[4096, 65536] = 4096


class Classes(Node):
    """School classes or work teams: sizes as shares of people, at most 64."""

    sizes: dict[Annotated[int, Field(ge=1, le=64)], Share]


class Ties(Node):
    """What is asked of the ties, as aggregates. A kind that is absent has no ties; nothing is read from a graph file."""

    household: Household | None = None
    partner: Share | None = None
    parent_child: Share | None = None
    best_friend: Share | None = None
    friends: FriendLayer | None = None
    online_friends: FriendLayer | None = None
    colleagues: Classes | None = None
    school: Classes | None = None


class Staff(Node):
    """Whom firms employ: `sizes` are shares of firms with so many people each, who live in `regions` (anywhere, if none are named).

    Nobody works for two firms; who is of no firm's staff works for none of them.
    """

    sizes: dict[Annotated[int, Field(ge=0, le=64)], Share]
    regions: list[Region] | None = None


class Representative(Node):
    """Who answers for firms: each has one legal representative; `firms` are shares of firms whose representative answers for so many."""

    firms: dict[Annotated[int, Field(ge=1, le=64)], Share] = {1: _Share(value=1.0)}
    regions: list[Region] | None = None


class Firms(Node):
    """Firms are scored, graded and listed like people: whoever is in one of `regions`, the last of the world's, is a firm and no person.

    They are among the `people` of the world, and their share is that of their regions; measures count people and firms apart.
    """

    regions: Annotated[list[Region], Field(min_length=1)]
    staff: Staff | None = None
    representative: Representative | None = None


class World(Node):
    """Who lives there, and when. `represents` is how many real people one synthetic person stands for.

    `moves` is the share of people who, in a year of the run, live in another region than the one that keeps their file. Firms do not move.
    `firms`: some regions hold firms, and those who work for them or answer for them are tied to them.
    """

    people: Annotated[int, Field(ge=1, le=2_000_000_000)]
    represents: Number = Number(value=1.0)
    start: Date
    end: Date
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 1
    block: Literal[64, 128, 256, 512, 1024, 2048, 4096] = 4096
    groups: dict[Group, GroupShare] = {"A": GroupShare(share=_Share(value=1.0))}
    regions: dict[Region, GroupShare] = {"all": GroupShare(share=_Share(value=1.0))}
    ties: Ties = Ties()
    firms: Firms | None = None
    moves: Share | None = None

    def asked(self, kind: str) -> Any:
        """What is asked of a kind of tie, in `ties` or in `firms`; None if nothing is."""
        return getattr(self.ties, kind, None) or getattr(self.firms, kind, None)


# --- how rates move over the years ----------------------------------------------------------------------------------------------


class Step(Node):
    """From this day on, times `factor`."""

    kind: Literal["step"]
    from_: Annotated[Date, Field(alias="from")]
    factor: Number


class Growth(Node):
    """From this day on, times (1 + per_year) every year, month by month."""

    kind: Literal["growth"]
    from_: Annotated[Date, Field(alias="from")]
    to: Date | None = None
    per_year: Number


class Rollout(Node):
    """A floor, then a logistic rise to 1: floor + (1 - floor) / (1 + exp(-(day - midpoint) / width)), month by month."""

    kind: Literal["rollout"]
    floor: Share
    midpoint: Date
    width_days: Number


class Window(Node):
    """Zero outside these days (`to` is the first day after)."""

    kind: Literal["window"]
    from_: Annotated[Date, Field(alias="from")] = Date(1900, 1, 1)
    to: Date | None = None


Factor = Annotated[Step | Growth | Rollout | Window, Field(discriminator="kind")]


# --- conduct: what people do ------------------------------------------------------------------------------------------------------


class Liability(Node):
    """The most liable `share` of people have `multiple` times the rate. Steps are listed from the most liable on; the rest have once."""

    share: Share
    multiple: Number


class Circumstance(Node):
    """Who stands behind an act: a share of the acts, and the basis that a listing for it would have."""

    share: Share
    by_group: dict[Group, Share] | None = None
    basis: Basis


class Cost(Node):
    """What being denied costs: days lost, money."""

    days: Number | None = None
    money: Number | None = None


class Asks(Node):
    """An act that asks for something: a loan, a place, a car without deposit. It is denied below a score, and to people on a list.

    `consequence` names the refusal or the perk of the scheme that decides: its trigger is then asked for too (a perk above 700 asks
    for 700; a refusal below 600 asks for 600; a refusal to a list is a refusal to whoever is on it). `cost` is what one denial costs.
    """

    consequence: Id | None = None
    score_at_least: Points | None = None
    not_on: list[Id] | None = None
    cost: Cost | None = None


class Act(Node):
    """A kind of conduct, drawn as potential events. `rate` is per person and year; `envelope` a ceiling that sweeps may share.

    `by_group`, `by_region` (of residence) and `while_listed` are multiples of the rate. `only_while_on`: only people on one of these
    lists do it (gaming a list by going to an insider, say). `asks`: see there. `aimed_at`: the act is put into the file of somebody
    tied to the one who does it, such as a false tip about a colleague, or a firm's penalty for one of its staff. `leaves`: who does it
    leaves, for good. `by`: where the world has firms, an act is one of people unless it is said to be one of firms.
    """

    title: str | None = None
    by: Literal["people", "firms"] = "people"
    rate: Rate
    schedule: list[Factor] = []
    envelope: Rate | None = None
    liability: list[Liability] = []
    by_group: dict[Group, Number] | None = None
    by_region: dict[Region, Number] | None = None
    while_listed: dict[Id, Number] | None = None
    only_while_on: list[Id] | None = None
    circumstances: dict[Id, Circumstance] | None = None
    asks: Asks | None = None
    aimed_at: TieKind | None = None
    leaves: bool = False
    lawful: bool | None = None
    protected: bool = False
    chillable: bool = False


class Tries(Node):
    """How many tries a refused trip makes: a geometric number, at least one, with this mean."""

    mean: Number
    schedule: list[Factor] = []


class Demand(Node):
    """What listed people still try, gate by gate. Tries come in bunches: a trip, refused, is tried again and again."""

    users: Share
    by_group: dict[Group, Share] | None = None
    trips: Rate
    schedule: list[Factor] = []
    tries_per_trip: Tries
    evaded: Share = Share(value=0.0)
    evaded_schedule: list[Factor] = []
    learns: Share = Share(value=0.0)
    never_learns: Share = Share(value=0.0)


class Chilling(Node):
    """People do fewer of the acts that are `chillable`: each, in the most frightened, `most` less often.

    `form` chooses among the published accounts of why. `own_experience`: each evening with a demerit stops `step` of a person's chillable
    conduct. `ties`: news of others stops as much as their `associations[].chilling` says. `publicity`: everybody hears how many are
    listed; `publicity` is how much would stop if everybody were listed once, and less in proportion. `every` (as if nothing were said):
    all for which there is a number. `none`: nobody is chilled, whatever the numbers. Counted in 256ths.
    """

    form: Literal["every", "own_experience", "ties", "publicity", "none"] = "every"
    step: Share = Share(value=0.0)
    most: Share
    publicity: Number = Number(value=0.0)


class TieCutting(Node):
    """People drop those who are on one of `lists`: of the ties of a kind, a share, for as long as the listing lasts."""

    ties: dict[TieKind, Share]
    lists: list[Id]


class Answers(Node):
    """How people answer to the scheme. What they do in answer by an act (leaving, gaming, a false tip) is in `conduct.acts`."""

    chilling: Chilling | None = None
    tie_cutting: TieCutting | None = None


class Conduct(Node):
    acts: dict[Id, Act]
    demand: dict[Id, Demand] = {}
    answers: Answers = Answers()


# --- practice: what really happens ------------------------------------------------------------------------------------------------


class Delay(Node):
    """A number of days: always the same, evenly between two, or exponential with a mean or a median (rounded down)."""

    always_days: Days | None = None
    between_days: tuple[Days, Days] | None = None
    mean_days: Number | None = None
    median_days: Number | None = None

    NAMES: ClassVar[tuple[str, ...]] = ("always_days", "between_days", "mean_days", "median_days")

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [n for n in self.NAMES if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a delay says exactly one of {', '.join(self.NAMES)}; this one says {', '.join(given) or 'none'}"
            )
        return self


class Cameras(Node):
    """How many cameras there are, for each person, or in `number` for so many `people`; an act is seen only if one of them looks.

    `reach` is how many cameras look at an act if there is one for every person; `by_region` multiplies the cameras of a region.
    """

    per_person: Number | None = None
    number: Count | None = None
    people: Count | None = None
    reach: Number
    by_region: dict[Region, Number] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.per_person is None) == (self.number is None) or (self.number is None) != (self.people is None):
            raise ValueError("cameras say either per_person, or both number and people")
        return self


class Identification(Node):
    """A search of a gallery of faces: the more people in it, the more often somebody else is found.

    Either `false_match_per_comparison`, or `published`: false identifications in a search, by the size of the gallery. `by_group`
    multiplies either for people of a group.
    """

    gallery: Count
    false_match_per_comparison: Share | None = None
    published: dict[Annotated[int, Field(ge=1)], Share] | None = None
    by_group: dict[Group, Number] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.false_match_per_comparison is None) == (not self.published):
            raise ValueError("identification says exactly one of false_match_per_comparison, published")
        return self


class Sensing(Node):
    """What a source really sees: acts noticed, and records that land in another person's file.

    `seen` is the share noticed where it looks; it looks everywhere, or where `cameras` do, and in a region as much as `by_region` says.
    `delay_days`: how late a record reaches the file; the day of the act if nothing is said, whatever the source claims of itself.
    """

    seen: Share = Share(value=1.0)
    seen_schedule: list[Factor] = []
    wrong_person: Share = Share(value=0.0)
    by_group: dict[Group, SensingByGroup] | None = None
    by_region: dict[Region, Share] | None = None
    cameras: Cameras | None = None
    identification: Identification | None = None
    delay_days: Days | None = None


class SensingByGroup(Node):
    seen: Share | None = None
    wrong_person: Share | None = None


class LinkageByGroup(Node):
    missed: Share | None = None
    false: Share | None = None


class LinkagePractice(Node):
    """Which file a source's records land in: a share is linked to nobody and lost; of the rest, a share is linked to somebody else."""

    missed: Share = Share(value=0.0)
    false: Share = Share(value=0.0)
    by_group: dict[Group, LinkageByGroup] | None = None


class ByBasis(Node):
    """A share for each basis; a basis left out takes `other`."""

    own_act: Share | None = None
    cannot_pay: Share | None = None
    protected_conduct: Share | None = None
    others_conduct: Share | None = None
    wrong_person: Share | None = None
    stale_record: Share | None = None
    insider_or_intruder: Share | None = None
    risk_score: Share | None = None
    other: Share = Share(value=0.0)


class RateByBasis(Node):
    own_act: Rate | None = None
    cannot_pay: Rate | None = None
    protected_conduct: Rate | None = None
    others_conduct: Rate | None = None
    wrong_person: Rate | None = None
    stale_record: Rate | None = None
    insider_or_intruder: Rate | None = None
    risk_score: Rate | None = None


class NoticePractice(Node):
    served: Share
    delay: Delay = Delay(always_days=_Days(value=0))
    refusal_tells: bool = True


class Clerks(Node):
    """Who decides appeals: so many decisions in a day, for so many people. Appeals beyond that wait, and the queue grows.

    A world of fewer people than `for_people` has a part of the clerks, so that the number may be that of a real office and its country.
    Where `practice.appeal` is for every list, each list has its own clerks.
    """

    decisions_per_day: Number
    for_people: Count


class AppealPractice(Node):
    filed: ByBasis
    delay: Delay = Delay(always_days=_Days(value=0))
    answered: Share = Share(value=1.0)
    decided_after: Delay = Delay(always_days=_Days(value=30))
    upheld: ByBasis
    clerks: Clerks | None = None


class PaymentPractice(Node):
    """Listed people who pay, by basis, as a constant hazard; then the record is cleared after a delay, or never.

    `blocked`: the share of payments, for this or another list, that bounce while the person is on this one, because their assets are
    frozen; a payment for this list that bounced is `tried_again_after` so many days.
    """

    rate: RateByBasis
    clears_after: Delay = Delay(always_days=_Days(value=0))
    never_cleared: Share = Share(value=0.0)
    blocked: Share = Share(value=0.0)
    tried_again_after: Days | None = None


class ExpiryPractice(Node):
    """`termed`: the share of listings whose ground has a stated term (`lists[].max_days`). `in_force_from`: the day the term became law.
    `older_entries`: how listings older than that day are treated: the term runs from their entry, from that day, or never.
    """

    termed: Share = Share(value=1.0)
    extended: Share = Share(value=0.0)
    in_force_from: Date | None = None
    older_entries: Literal["from_entry", "from_that_day", "never"] = "from_entry"


class ListPractice(Node):
    """What really happens with one list. `entry`: the share of recorded acts that lead to a listing, by circumstance.

    `lots`, in a variant only: each listing of the first variant goes to somebody drawn from all who are not on the list, on the same day and
    for as many days; nothing else enters it, and nothing else ends a listing. For lists that are entered by a score or filed for; the
    comparator `lottery` sets it.
    `first_spared`: a person's first listing is taken back on the next morning, before any gate; `without first-listing` sets it.
    """

    entry: dict[Id, Share] | None = None
    notice: NoticePractice | None = None
    appeal: AppealPractice | None = None
    payment: PaymentPractice | None = None
    expiry: ExpiryPractice | None = None
    lots: bool = False
    first_spared: bool = False


class SharingPractice(Node):
    """Copies that a recipient of `sharing` really holds, and what becomes of them.

    Every `sync_days` (as promised, otherwise daily) the recipient is handed the open listings that it has not, of `lists` (all, if none
    is named) and, with `sources`, only those that rest on a record of one of these: so does a venue abroad send its records home. When a
    listing ends, `propagates` of the copies are corrected after `correction`; of the corrected ones `kept` are held back all the same, in
    backups and in what was made of them, and come out in a leak.
    """

    lists: list[Id] | None = None
    sources: list[Id] | None = None
    sync_days: Days | None = None
    propagates: Share = Share(value=0.0)
    correction: Delay = Delay(always_days=_Days(value=0))
    kept: Share = Share(value=0.0)


# --- an epidemic, and the code laid over it ------------------------------------------------------------------------------------------


class Contacts(Node):
    """A layer of contacts: with whom, how many a day, and how likely one contact of one day passes the illness on.

    `with` is a kind of tie, `anybody` in the world, or `own_region`. Either a `number` of contacts a day, each with one of them by chance,
    or `everyone`: each of the ties every day. With `p` 0 a layer passes nothing on: people who are near enough to be traced, and no more.
    """

    with_: Annotated[TieKind | Literal["anybody", "own_region"], Field(alias="with")]
    number: Count | None = None
    everyone: bool = False
    p: Share
    schedule: list[Factor] = []

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.number is None) != self.everyone:
            raise ValueError("a layer of contacts says exactly one of number, everyone: true")
        if self.everyone and self.with_ in ("anybody", "own_region"):
            raise ValueError(f"everyone is for ties; with {self.with_}, say a number of contacts a day")
        return self


class Seeds(Node):
    """Those who have the illness on the first day, in one region or anywhere."""

    number: Count
    region: Region | None = None


class Epidemic(Node):
    """An illness that goes along contacts: caught, `latent` for some days, `infectious` for some, over; nobody has it twice.

    Left out: vaccination, deaths, age, seasons; an illness that changes while it goes round.
    """

    id: Id = "illness"
    contacts: Annotated[dict[Id, Contacts], Field(max_length=8)]
    latent: Delay = Delay(always_days=_Days(value=0))
    infectious: Delay
    seeds: Seeds


class Found(Node):
    """A way in which somebody who is ill is found: a test, their own word. `after` counts from the first infectious day."""

    share: Share
    after: Delay
    files: Id


class TracedLayer(Node):
    """A share of the contacts of a layer is traced and filed for a list."""

    share: Share
    files: Id


class Tracing(Node):
    """From the day somebody is found, their contacts of the last `look_back_days` are traced, layer by layer, and filed the next day.

    `across_regions` false: each region has a register of its own, and a contact of another region is not known to it.
    """

    look_back_days: Days
    contacts: dict[Id, TracedLayer]
    across_regions: bool = True


class ColourCause(Node):
    """Why people are coloured without anybody being ill: a journey, a place, a wrong test, a wrong word of their own.

    `rightful`: the rule is right about it. `basis` is what a reading by rights makes of it.
    """

    title: str | None = None
    rate: Rate
    by_group: dict[Group, Number] | None = None
    files: Id
    rightful: bool = False
    basis: Basis = "wrong_person"


class CodeGate(Node):
    """A place where the code is scanned: visits of each person, the share that is scanned, what a scan reveals, and to whom."""

    visits: Rate
    scanned: Share = Share(value=1.0)
    reveals: list[Literal["colour", "movement", "health", "contacts", "identity"]]
    to: list[str]


class HealthCode(Node):
    """The code: colours are lists (green is on none of them), and their terms, notices and corrections are those of the lists.

    `isolation` says, for a list and a layer of contacts, which share of the contacts is left to somebody who is on the list.
    """

    colours: list[Id]
    found: Annotated[dict[Id, Found], Field(max_length=4)] = {}
    tracing: Tracing | None = None
    causes: Annotated[dict[Id, ColourCause], Field(max_length=16)] = {}
    isolation: dict[Id, dict[Id, Share]] = {}
    gates: Annotated[dict[Id, CodeGate], Field(max_length=16)] = {}


class HasFeature(Node):
    """Share of people with a feature, among those of whom the model's target is true and among the others."""

    if_true: Share
    if_not: Share


class FeaturePractice(HasFeature):
    """The same for everybody, and for groups in which it differs."""

    by_group: dict[Group, HasFeature] = {}


class ErrorCurve(Node):
    """How well a score tells people apart: a false-positive and a true-positive share, at the threshold 0, or the area under its curve."""

    fpr: Share | None = None
    tpr: Share | None = None
    auc: Share | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.fpr is None) != (self.tpr is None) or (self.fpr is None) == (self.auc is None):
            raise ValueError("a stated error says either both fpr and tpr, or auc")
        return self


class StatedErrors(ErrorCurve):
    """What is stated of a model's errors, and of those groups in which they differ."""

    by_group: dict[Group, ErrorCurve] = {}


class TrainingSample(Node):
    """People a model was trained on: how many, who they are (as the world's, where nothing is said; otherwise in proportion to what
    `groups` says), of what share the target is true, and which features are more or less frequent among them than among people.
    """

    people: Count
    target: Share
    by_group: dict[Group, Share] = {}
    groups: dict[Group, Share] | None = None
    features: dict[Id, FeaturePractice] = {}


class Rounds(Node):
    """On which evenings a model looks at everybody: first on a date (that of the world's start), then every so many days."""

    every_days: Days
    first: Date | None = None


class Chooses(Node):
    """Whom a model's operator acts on, in each round.

    `capacity`: the `number` of people with the highest risk; with `for_people`, so many of so many, and fewer in a smaller world.
    `threshold`: everybody whose risk is at or above it. `lottery`: people at random, so many as `number` says, or, in a variant, the
    `same_number` as the first variant chooses in that round. `nobody`.
    """

    by: Literal["nobody", "capacity", "threshold", "lottery"]
    number: Count | None = None
    for_people: Count | None = None
    threshold: Number | None = None
    same_number: bool = False


class ModelPractice(Node):
    """What really happens with a model of `models`: whom it chooses for the list that it `files_for`, `of` people or of firms.

    `target` is the share of people of whom it is true what the model looks for; in a round a share `renews` of people has it drawn anew.
    A person's risk is the sum of the weights of the features they have (in bits: a weight of 1 makes it twice as likely), what `adjust`
    says for their group, and luck by the stated `errors`. Weights are given, or come of a `sample` that it was trained on; with
    `retrains` those who were chosen are added to the sample after every round, and nobody else. `equalise: false_positives` adds to
    each group's risk what makes the false-positive shares on the sample equal.
    """

    files_for: Id
    of: Literal["people", "firms"] = "people"
    target: Share
    target_by_group: dict[Group, Share] = {}
    renews: Share = Share(value=0.0)
    features: dict[Id, FeaturePractice] = {}
    weights: dict[Id, Number] | None = None
    adjust: dict[Group, Number] = {}
    sample: TrainingSample | None = None
    errors: StatedErrors | None = None
    equalise: Literal["false_positives"] | None = None
    rounds: Rounds
    chooses: Chooses
    retrains: bool = False


class Practice(Node):
    """What happens, where it differs from what is promised. `notice` and `appeal` hold for every list that has none of its own.

    `sharing` says of recipients, by their name in `sharing`, what copies they hold. With `observed_anew` the same people do the same, and
    what sources see and whom they take them for is left to another luck: the twin of `score_reliability`, which `without same-luck` sets.
    """

    observed_anew: bool = False
    sensing: dict[Id, Sensing] = {}
    linkage: dict[Id, LinkagePractice] = {}
    notice: NoticePractice | None = None
    appeal: AppealPractice | None = None
    lists: dict[Id, ListPractice] = {}
    models: dict[Id, ModelPractice] = {}
    sharing: dict[str, SharingPractice] = {}
    health_code: HealthCode | None = None


class Conversion(Node):
    """A score of one region on the scale of the merged register: times `factor`, rounded down, plus `add`."""

    factor: Number = Number(value=1.0)
    add: Points = Points(value=0)


class Shock(Node):
    """Something that happens on a date, to a scheme that is not ready for it. `to` is the first day on which it is over, or known.

    `merge`: on the morning of `from` the scores of each region are converted (as they are where `convert` does not name it), and that
    evening a share of files, `wrong_files` or by group, is joined to another person's, who then has the demerits of both.
    `mass_listing`: on the evening of `from` an intruder, or an office, puts people on `list` and takes `points` from them: a `share` of
    those of `regions` (everywhere, if none is named), or exactly `count` there and `elsewhere` so many beyond them.
    `bad_rule`: `rule` is in force only between the two days. `insider`: its `acts` are done only then; with `dual_control` only where a
    second person goes along, `second_goes_along` of the times.
    `outage`: of a `source`, which sees nothing, or of `gates`: without the register none of them refuses anybody.
    `leak`: all that a `recipient` of `sharing` holds on that day is exposed.
    After a mass listing, a bad rule or an insider is found, on `to`, a share `repaired` of those hit (all, unless said) get back what it
    took from them (and lose what it gave them), and are taken off the lists it put them on, after `repair`. What they merit by their own
    acts moves with it: a rule that is no more, or a bargain that is undone, merits nothing. Whoever is not repaired keeps both, and so do
    those tied to them what they paid.
    """

    id: Id
    kind: Literal["outage", "mass_listing", "insider", "bad_rule", "merge", "leak"]
    from_: Annotated[Date, Field(alias="from")]
    to: Date | None = None
    convert: dict[Region, Conversion] | None = None
    wrong_files: Share | None = None
    by_group: dict[Group, Share] | None = None
    regions: list[Region] | None = None
    share: Share | None = None
    count: Count | None = None
    elsewhere: Count | None = None
    points: Points | None = None
    rule: Id | None = None
    acts: list[Id] | None = None
    list_: Annotated[Id | None, Field(alias="list")] = None
    dual_control: bool | None = None
    second_goes_along: Share | None = None
    source: Id | None = None
    gates: bool | None = None
    recipient: str | None = None
    repaired: Share | None = None
    repair: Delay | None = None


class Variant(Node):
    """A named patch on the scenario: paths and the values put there. The first variant is the factual and changes nothing."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: str | None = None
    set: dict[str, Any] = {}


class Source(Node):
    """A published figure or text. `checked` says how: read in the original, read in a secondary text, or recalled."""

    title: str
    ref: str | None = None
    date: str | None = None
    value: float | None = None
    unit: str | None = None
    confidence: Literal["high", "medium", "low"] | None = None
    checked: Literal["retrieved", "press", "memory"] | None = None


class Evidence(Node):
    """Labels of the scenario's parts (a scenario's own label is the weakest of them) and the sources its numbers name."""

    parts: dict[str, Label] = {}
    disputed: list[str] = []
    sources: dict[str, Source] = {}


class Scenario(Node):
    """A whole file."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    scheme: Scheme
    definitions: list[Definition] = []
    related_contexts: list[RelatedContexts] = []
    data_sources: list[DataSource] = []
    score: Score | None = None
    rules: list[Rule] = []
    associations: list[Association] = []
    models: list[Model] = []
    lists: list[ListModel] = []
    consequences: list[Consequence] = []
    notice: NoticePromise | None = None
    appeal: AppealPromise | None = None
    correction: Correction | None = None
    sharing: list[Sharing] = []
    retention: Retention | None = None
    roles: list[Role] = []
    minors: Minors | None = None
    impact_assessments: Assessments | None = None
    transparency: Transparency | None = None
    explanation: Explanation | None = None
    waivers: list[Waiver] = []
    world: World | None = None
    conduct: Conduct | None = None
    epidemic: Epidemic | None = None
    practice: Practice = Practice()
    shocks: list[Shock] = []
    variants: list[Variant] = []
    evidence: Evidence = Evidence()


Sensing.model_rebuild()
Scenario.model_rebuild()
