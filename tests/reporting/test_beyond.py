"""What a scheme is about beside lists, in the report: the code, the model, the attack, firms and copies, and published figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import glasshouse as gh
from glasshouse.recording.store import Recording
from glasshouse.reporting import beyond_attack, html
from glasshouse.reporting.beyond import Part, evenings, published_rows
from glasshouse.reporting.counts import Told, funnel, taken_back
from glasshouse.reporting.parts import parts_of

pytestmark = pytest.mark.slow
SMALL = {
    "health-code": (1_000, 30, ("no-code",)),
    "welfare-risk-score": (2_000, 1_000, ("lottery", "retrained")),
    "mass-listing": (1_000, 220, ("calm",)),
    "restaurant-chain": (4_000, 40, ("nothing-sent",)),
}
"""People, days, and the variants beside the first."""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    place = tmp_path_factory.mktemp("beyond")
    return {
        name: gh.run(name, people=n, days=days, variant=list(variants), out=place / name, report=False).recording
        for name, (n, days, variants) in SMALL.items()
    }


def part(recording: Recording, id: str) -> Part:
    return next(p for p in parts_of(Told(recording, {})) if p.id == id)


def cell(found: Part, row: str, column: int = 1, grid: int = 0) -> str:
    return next(r for r in found.grids[grid].rows if r[0] == row)[column]


def test_a_code_is_told_by_who_was_not_green_and_by_who_caught_the_illness(small: dict[str, Recording]) -> None:
    found, recording = part(small["health-code"], "health"), small["health-code"]
    rows = recording.cases.to_pylist()
    mine = {
        r["person"]
        for r in rows
        if r["variant"] == "factual" and r["list"] != "detained" and r["opened"] <= 15 and (r["closed"] or 99) > 15
    }
    assert f"{len(mine):,} of 1,000 people" in found.short
    ill = sum(r["infected"] for r in recording.table("epidemic").to_pylist() if r["variant"] == "no-code")
    assert f"{ill:,} did with no code at all" in " ".join(found.said)
    gates = next(g for g in found.grids if g.title.startswith("Who is shown"))
    scans = sum(r["scans"] for r in recording.table("scans").to_pylist() if r["variant"] == "factual")
    assert sum(int(r[1].replace(",", "")) for r in gates.rows) == scans


def test_a_model_is_told_beside_a_lottery_with_who_is_chosen_again(small: dict[str, Recording]) -> None:
    found = part(small["welfare-risk-score"], "model")
    rounds = small["welfare-risk-score"].table("rounds").to_pylist()
    for column, variant in enumerate(("factual", "lottery", "retrained"), 1):
        wrong = sum(r["found"] for r in rounds if r["variant"] == variant)
        assert cell(found, "something was wrong", column) == f"{wrong:,}"
    again = int(cell(found, "people chosen twice or more").replace(",", ""))
    cases = [r["person"] for r in small["welfare-risk-score"].cases.to_pylist() if r["variant"] == "factual"]
    assert again == sum(n > 1 for n in np.unique(cases, return_counts=True)[1])
    assert "Trained again" in " ".join(found.said)


def test_an_attack_is_told_by_when_all_is_as_before(small: dict[str, Recording]) -> None:
    found = part(small["mass-listing"], "attack")
    assert "found on 6 June 2020" in found.short
    back = small["mass-listing"].measures["days_to_recover"]["by"]["of"]["records"]["value"]
    assert cell(found, "days until records are as before") == f"{back:.0f}"
    assert cell(found, "days until records are as before", 2) == "–"


def test_what_an_authority_puts_right_is_no_objection_that_was_granted(small: dict[str, Recording]) -> None:
    cases = Told(small["mass-listing"], {}).factual
    stages = dict(funnel(cases))
    decided = (cases.decision == 1) & (cases.appealed_on > 0)
    assert stages["upheld"] < decided.sum()  # a repair also ends what somebody objected to
    assert taken_back(cases) + stages["upheld"] == int((cases.decision == 1).sum())
    share = small["mass-listing"].measures["appeal_upheld"]["value"]
    assert share < 0.5  # two in ten are granted; of everything decided in people's favour it would be nearly all


def test_what_a_bad_rule_brought_about_is_told_and_its_repair_is_no_objection(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(BAD_RULE, encoding="utf-8")
    recording = gh.run(tmp_path / "town.yaml", out=tmp_path / "run", report=False).recording
    found, cases = part(recording, "attack"), Told(recording, {}).factual
    walks = (cases.cause_act == 2) & (cases.opened > 31) & (cases.opened < 61)
    assert int(cell(found, "listings that it brought about").replace(",", "")) >= int(walks.sum()) > 20
    assert cell(found, "listings that it brought about", 2) == "0"
    assert not (cases.put_right & (cases.decided_on <= 60)).any()
    assert cases.put_right[(cases.decision == 1) & cases.undue & (cases.decided_on > 60)].all()


BAD_RULE = """
schema: 1
scheme: {title: A bad rule, status: hypothetical, operator: {kind: public}, purpose: none, purpose_contexts: [community]}
data_sources: [{id: register, title: Acts, context: community, kind: government_record, controller: public, collection: by_law}]
score: {min: 0, max: 1000, baseline: 650}
rules:
  - {id: offence, title: An offence, source: register, when: {signal: offends, signal_class: offence}, points: -50, conduct_lawful: false}
  - {id: walks, title: A walk, source: register, when: {signal: walks, signal_class: leisure}, points: -100, conduct_lawful: true}
lists:
  - id: low
    title: Below 500
    entry: {trigger: {score_below: 500}, decided_by: computer}
    exit: {conditions: [score_recovers], score_above: 500}
consequences:
  - {id: train, title: No train, context: travel, kind: refusal, severity: 3, right: movement, reach: [self], trigger: {list: low}}
world: {people: 600, represents: 1, start: 2021-01-01, end: 2021-04-30, seed: 1, block: 64}
conduct:
  acts:
    offends: {title: Offends, rate: 1 per year, lawful: false}
    walks: {title: Walks, rate: 20 per year, lawful: true}
  demand: {train: {users: 0.6, trips: 12 per year, tries_per_trip: {mean: 1}}}
practice:
  sensing: {register: {seen: 0.9}}
  notice: {served: 1}
  appeal: {filed: {other: 0.5}, upheld: {other: 0.5}}
shocks: [{id: bad, kind: bad_rule, rule: walks, from: 2021-02-01, to: 2021-03-01, repaired: 0.9, repair: {between_days: [0, 20]}}]
variants: [{name: factual, title: Live for a month}, {name: never, title: Never live, set: {conduct.acts.walks.rate: 0 per year}}]
evidence: {parts: {scheme: hypothetical}}
"""


def test_evenings_of_listings_are_the_stock_summed_over_days(small: dict[str, Recording]) -> None:
    told = Told(small["mass-listing"], {})
    assert int(evenings(told.factual).sum()) == int(told.days["listed"].sum())


def test_firms_and_copies_are_told_by_what_they_did_and_who_holds_what(small: dict[str, Recording]) -> None:
    found, copies = part(small["restaurant-chain"], "firms"), part(small["restaurant-chain"], "copies")
    acts = small["restaurant-chain"].acts.to_pylist()
    seen = sum(r["seen"] for r in acts if r["variant"] == "factual" and r["act"] == "penalises")
    assert cell(found, "An outlet takes points from one of its staff", 4, grid=1) == f"{seen:,}"
    held = sum(r["variant"] == "factual" for r in small["restaurant-chain"].table("copies").to_pylist())
    assert cell(copies, "copies held") == f"{held:,}"
    assert cell(copies, "copies held", 2) == "0"


def test_the_report_asks_what_the_scheme_is_about_and_shows_every_part(
    small: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = small["restaurant-chain"]
    monkeypatch.setattr(html, "_lives", lambda told: None)  # lives are told in test_report.py, and take a while
    parts, text = parts_of(Told(recording, {})), html.page(recording, {})
    assert text.index(parts[0].question) < text.index(parts[0].short[:30]) < text.index('id="part-firms"')
    assert text.index('id="part-copies"') < text.index('id="held"') < text.index('id="figures"')
    assert all(f'<a href="#part-{p.id}">{p.name}</a>' in text for p in parts)


def test_a_shorter_run_holds_only_what_was_put_in(small: dict[str, Recording]) -> None:
    rows = {(r.id, r.what): r for r in published_rows(Told(small["health-code"], {}))}
    assert rows["HC-R-01", "Days of red"].off == "exact"
    early = next(r for (_, what), r in rows.items() if what.startswith("Yellow or red"))
    assert early.lived == "–"
    assert "fewer days" in early.note


def test_files_of_firms_are_told_beside_those_of_people_and_not_among_them() -> None:
    rows = {"hit": np.array([3, 0]), "firms_hit": np.array([1, 0])}
    assert beyond_attack._and_firms(rows, "hit") == "3 people and 1 firm"
    assert beyond_attack._and_firms({"hit": rows["hit"]}, "hit") == "3 people"
    assert beyond_attack._and_firms({"hit": np.zeros(2, int), "firms_hit": np.zeros(2, int)}, "hit") == ""
