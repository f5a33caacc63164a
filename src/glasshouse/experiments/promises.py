"""What the scheme's own text promises whoever is listed, held against what happened to one synthetic person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from glasshouse.codes import BASES
from glasshouse.experiments.lived import Event, Opened, list_model
from glasshouse.scenario.schema import ListModel


@dataclass(frozen=True)
class Broken:
    """What the scheme's own text promises and what happened instead: the place in the file, both in words, and how many days beyond."""

    promise: str
    said: str
    happened: str
    days_beyond: int = 0
    law: str = ""


def promises_broken(
    opened: Opened, case: Mapping[str, int], refused: Mapping[str, Sequence[Event]]
) -> Iterator[Broken]:
    """What the scheme's text says of such a case, held against what happened. Days run from the morning after the entry."""
    model = list_model(opened, case["list"])
    if model is None:
        return
    yield from _on_entry(opened, case, model)
    yield from _on_notice(opened, case, model, refused)
    yield from _on_appeal(opened, case)
    yield from _on_end(opened, case, model)


def _on_entry(opened: Opened, case: Mapping[str, int], model: ListModel) -> Iterator[Broken]:
    rule = next((r for r in opened.scenario.rules if r.id == model.entry.trigger.rule), None)
    basis = BASES[case["basis"]]
    law = opened.law((rule.legal_basis if rule else None) or model.legal_basis)
    path = f"rules.{rule.id}" if rule else f"lists.{model.id}.entry"
    if basis == "wrong_person":
        yield Broken(
            f"{path}.when.subject" if rule else path,
            "it answers to a person's own conduct",
            "it was somebody else's act",
            0,
            law,
        )
    if basis == "cannot_pay" and rule is not None and rule.requires_ability:
        yield Broken(f"{path}.requires_ability", "only those who are able to comply", "they were not able to", 0, law)
    if basis == "stale_record":
        yield Broken(path, "the record is true", "it was no longer true, or never was", 0, law)


def _on_notice(
    opened: Opened, case: Mapping[str, int], model: ListModel, refused: Mapping[str, Sequence[Event]]
) -> Iterator[Broken]:
    own = model.entry.notice
    promise, path = (own, f"lists.{model.id}.entry.notice") if own else (opened.scenario.notice, "notice")
    if promise is None or promise.enabled is False:
        return
    end = case["closed"] or opened.last + 1
    if promise.sla_days is not None:
        days = promise.sla_days.value + (promise.delivery_days.value if promise.delivery_days else 0)
        served, by = case["notified"], case["opened"] + 1 + days
        if (served or end) > by:
            happened = (
                f"served after {served - case['opened']} days"
                if served
                else f"never served in {end - case['opened']} days"
            )
            yield Broken(f"{path}.sla_days", f"notice within {days} days", happened, (served or end) - by)
    first = min((found[0].day for found in refused.values()), default=0)
    if promise.before_effect and first and (not case["notified"] or case["notified"] > first):
        yield Broken(
            f"{path}.before_effect", "notice before any effect", f"refused on {opened.date(first)}, before any notice"
        )


def _on_appeal(opened: Opened, case: Mapping[str, int]) -> Iterator[Broken]:
    promise = opened.scenario.appeal
    if promise is None or promise.decide_within_days is None or not case["appealed"]:
        return
    days = promise.decide_within_days.value
    end = case["closed"] or opened.last + 1
    by = case["appealed"] + 1 + days
    if (case["decided"] or end) > by:
        after = case["decided"] - case["appealed"]
        happened = f"decided after {after} days" if case["decided"] else f"no answer in {end - case['appealed']} days"
        yield Broken(
            "appeal.decide_within_days", f"a decision within {days} days", happened, (case["decided"] or end) - by
        )


def _on_end(opened: Opened, case: Mapping[str, int], model: ListModel) -> Iterator[Broken]:
    end, law = case["closed"] or opened.last + 1, opened.law(model.legal_basis)
    removal = model.exit.auto_removal_days if model.exit else None
    if case["paid"] and removal is not None and end > case["paid"] + removal.value:
        happened = f"{'listed' if case['closed'] else 'still listed'} {end - case['paid']} days after payment"
        beyond = end - case["paid"] - removal.value
        yield Broken(
            f"lists.{model.id}.exit.auto_removal_days",
            f"off the list {removal.value} days after payment",
            happened,
            beyond,
            law,
        )
    sla = opened.scenario.correction.sla_days if opened.scenario.correction else None
    if case["decision"] == 1 and sla is not None and end > case["decided"] + sla.value:
        happened = f"{end - case['decided']} days after the decision"
        yield Broken(
            "correction.sla_days", f"corrected within {sla.value} days", happened, end - case["decided"] - sla.value
        )
    if model.max_days and model.max_days.value:
        longer = model.extension_days.value if model.extension_days else 0
        term, said = model.max_days.value + longer, f"at most {model.max_days.value} days"
        said += f" and an extension of {longer}" if longer else ""
        if end - case["opened"] > term:
            path = f"lists.{model.id}.max_days"
            yield Broken(path, said, f"{end - case['opened']} days", end - case["opened"] - term, law)
