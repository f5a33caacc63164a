"""Each mechanism of the catalogue that works is switched off in a town that has all of them, and a measure of its row moves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from glasshouse.measures.pair import PAIRS, measure_pairs
from glasshouse.recording.store import Recording
from glasshouse.scenario.mechanisms import rows
from glasshouse.scenario.patching import apply_patch
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.source import parse_document
from glasshouse.simulate import simulate
from models import FEATURES, city

TOWN = """
schema: 1
scheme: {title: A town in which everything happens, purpose_contexts: [courts]}
data_sources:
  - {id: street, context: public_space, kind: face}
  - {id: restaurant, context: hospitality, kind: camera, place: venue}
  - {id: phone, context: transport, kind: check_in}
  - {id: shop, context: consumption, kind: purchase}
  - {id: platform, context: internet, kind: chat}
  - {id: court, context: courts, kind: court_record}
score: {min: 0, max: 800, baseline: 650, decay: {points_per_year: 12}}
rules:
  - {id: crossing, source: street, when: {signal: jaywalks}, points: -8}
  - {id: dinner, source: restaurant, when: {signal: dines}, points: -1}
  - {id: fare, source: phone, when: {signal: dodges_fare}, points: -6, points_by_region: {new: -18}}
  - {id: alcohol, source: shop, when: {signal: buys_alcohol}, points: -4}
  - {id: nappies, source: shop, when: {signal: buys_nappies}, points: 6, cooling_off_days: 7}
  - {id: criticism, source: platform, when: {signal: criticises}, points: -20}
  - {id: complaint, source: platform, when: {signal: complains}}
  - {id: press, source: platform, when: {signal: speaks_to_press}, points: -30}
  - {id: debt, source: court, when: {signal: owes}}
  - {id: tip, source: court, when: {signal: tips_off}, points: -60}
  - {id: breach, source: court, when: {signal: leaves_home}}
  - {id: favour, source: court, when: {signal: buys_points}, points: 60}
  - {id: bench, source: street, when: {signal: sits}, points: -9}
  - {id: breach_of_trade, source: court, when: {signal: breaches}, points: -60}
  - {id: dock, source: restaurant, when: {signal: docks}, points: -60}
sharing: [{recipient: carriers}]
associations:
  - {id: low_friend, edge: friends, transfer: standing, level: 620, points: -6}
  - {id: low_partner, edge: partner, transfer: standing, level: 620, points: -12}
  - {id: listed_parent, edge: parent_child, toward: children, transfer: listing, lists: [debtors], points: -25}
  - {id: words, edge: best_friend, transfer: points, acts: [criticises], fraction: 0.5}
  - {id: reprisal, edge: household, transfer: points, acts: [speaks_to_press], fraction: 0.8}
  - {id: at_the_table, edge: friends, transfer: company, acts: [dines], chance: 0.4, points: -4}
  - {id: seen_with_listed, edge: friends, transfer: company, acts: [jaywalks], lists: [low, debtors], chance: 0.8, points: -15}
  - {id: caller, edge: friends, transfer: listing, lists: [debtors], points: 0, chilling: 0.1}
lists:
  - {id: debtors, max_days: 120, entry: {trigger: {rule: debt}}}
  - {id: low, entry: {trigger: {score_below: 600}}, exit: {score_above: 605}}
  - {id: model, entry: {trigger: {score_above: 700}}, exit: {score_above: 690}}
  - {id: summoned, max_days: 30, entry: {trigger: {rule: complaint}}}
  - {id: yellow, max_days: 7, entry: {trigger: {filed_by: health_code}}}
  - {id: red, max_days: 14, entry: {trigger: {filed_by: health_code}}}
  - {id: detained, max_days: 10, entry: {trigger: {rule: breach}}}
consequences:
  - {id: border, context: border, kind: refusal, right: movement, trigger: {list: red}, also_lists: [yellow]}
  - {id: flight, context: travel, kind: refusal, right: movement, trigger: {list: debtors}}
  - {id: rail, context: transport, kind: refusal, right: movement, trigger: {list: debtors}}
  - {id: hotel, context: hospitality, kind: refusal, trigger: {list: low}}
  - {id: assets, context: finance, kind: freeze, trigger: {list: debtors}}
  - {id: no_deposit, context: hospitality, kind: perk, trigger: {score_above: 655}}
world:
  people: 1800
  start: 2020-01-01
  end: 2020-12-31
  groups: {A: {share: 0.5}, B: {share: 0.5}}
  regions: {old: {share: 0.42}, new: {share: 0.42}, firms: {share: 0.16}}
  firms: {regions: [firms], staff: {sizes: {1: 0.5, 4: 0.5}}, representative: {}}
  ties:
    household: {sizes: {1: 0.1, 2: 0.3, 4: 0.6}}
    partner: 0.9
    parent_child: 0.6
    best_friend: 0.8
    friends: {mean: 6}
    colleagues: {sizes: {6: 1.0}}
conduct:
  acts:
    jaywalks: {rate: 4 per year, chillable: true, lawful: false}
    dines: {rate: 6 per year, lawful: true}
    sits: {rate: 6 per year, lawful: true}
    dodges_fare: {rate: 2 per year, lawful: false}
    buys_alcohol: {rate: 3 per year, lawful: true, chillable: true}
    buys_nappies: {rate: 1 per year, lawful: true, liability: [{share: 0.1, multiple: 60}]}
    criticises: {rate: 1 per year, lawful: true, protected: true, chillable: true}
    complains: {rate: 0.2 per year, lawful: true, protected: true, while_listed: {debtors: 0.1}}
    speaks_to_press: {rate: 0.1 per year, lawful: true, protected: true}
    owes: {rate: 0.2 per year}
    tips_off: {rate: 0.1 per year, aimed_at: colleagues}
    buys_points: {rate: 4 per year, only_while_on: [low]}
    answers_summons: {rate: 12 per year, only_while_on: [summoned], asks: {not_on: [summoned], cost: {days: 1, money: 50}}}
    asks_for_loan: {rate: 1 per year, asks: {score_at_least: 640, not_on: [debtors], cost: {days: 3, money: 900}}}
    applies_for_school: {rate: 1 per year, asks: {score_at_least: 630, cost: {days: 60}}}
    takes_room: {rate: 2 per year, asks: {consequence: no_deposit, cost: {money: 500}}}
    breaches: {rate: 2 per year, by: firms, lawful: false}
    docks: {rate: 2 per year, by: firms, aimed_at: staff}
    emigrates: {rate: 0.02 per year, leaves: true}
    leaves_home: {rate: 30 per year, only_while_on: [yellow, red]}
  demand:
    flight: {users: 0.8, trips: 12 per year, tries_per_trip: {mean: 2}, learns: 0.1}
    rail: {users: 0.8, trips: 12 per year, tries_per_trip: {mean: 2}, evaded: 0.2}
    border: {users: 0.8, trips: 12 per year, tries_per_trip: {mean: 1}}
    hotel: {users: 0.8, trips: 12 per year, tries_per_trip: {mean: 1}}
  answers:
    chilling: {form: every, step: 0.05, most: 0.5}
    tie_cutting: {ties: {friends: 0.4}, lists: [debtors, low]}
epidemic:
  contacts:
    home: {with: household, everyone: true, p: 0.02}
    around: {with: own_region, number: 6, p: 0.006}
    abroad: {with: anybody, number: 2, p: 0.006}
  infectious: {always_days: 8}
  seeds: {number: 10}
practice:
  health_code:
    colours: [yellow, red]
    found: {test: {share: 0.5, after: {always_days: 3}, files: red}}
    tracing:
      look_back_days: 3
      contacts: {home: {share: 0.5, files: red}, around: {share: 0.1, files: yellow}, abroad: {share: 0.3, files: yellow}}
    causes: {wrong_test: {rate: 0.02 per year, files: red}}
    isolation: {red: {around: 0.1}, yellow: {around: 0.5}}
    gates: {station: {visits: 1 per day, reveals: [colour, movement], to: [operator, police]}}
  sharing:
    carriers: {sync_days: 7, propagates: 0.6, correction: {between_days: [1, 20]}, kept: 0.2}
  sensing:
    street:
      seen: 0.9
      by_group: {A: {seen: 0.9}, B: {seen: 0.3}}
      cameras: {per_person: 0.25, reach: 4}
      identification: {gallery: 10000, false_match_per_comparison: 0.00001}
    court: {seen: 1.0, wrong_person: 0.02, delay_days: 15}
  linkage:
    shop: {missed: 0.1, false: 0.05}
  notice: {served: 0.7, delay: {always_days: 5}}
  appeal:
    filed: {other: 0.6}
    answered: 0.9
    decided_after: {always_days: 20}
    upheld: {other: 0.5}
    clerks: {decisions_per_day: 1, for_people: 1500}
  lists:
    debtors:
      payment: {rate: {own_act: 6 per year}, never_cleared: 0.4, blocked: 0.5, tried_again_after: 20}
shocks:
  - {id: one_register, kind: merge, from: 2020-07-01, convert: {new: {factor: 0.98, add: 5}}, wrong_files: 0.05}
  - {id: intruder, kind: mass_listing, from: 2020-10-01, to: 2020-10-08, share: 0.1, list: debtors, points: 20, repaired: 0.8}
  - {id: for_sale, kind: insider, acts: [tips_off, buys_points], from: 2020-01-15, to: 2020-11-01}
  - {id: sitting, kind: bad_rule, rule: bench, from: 2020-03-01, to: 2020-05-01, repair: {always_days: 10}}
  - {id: dark, kind: outage, source: shop, from: 2020-04-01, to: 2020-06-01}
  - {id: closed, kind: outage, gates: true, from: 2020-11-05, to: 2020-12-01}
  - {id: spill, kind: leak, recipient: carriers, from: 2020-11-15}
"""

OFF: dict[str, dict[str, Any]] = {
    "S1": {"practice.sensing.street.cameras": None, "practice.sensing.street.identification": None},
    "S2": {"associations.at_the_table.points": 0},
    "S3": {"practice.sensing.phone": {"seen": 0.0}},
    "S4": {"rules.alcohol.points": 0},
    "S5": {"practice.sensing.platform": {"seen": 0.0}},
    "S6": {"practice.sensing.court.seen": 0.0},
    "S7": {"practice.sensing.court.delay_days": 0},
    "S8": {"practice.sensing.street.by_group": None},
    "D1": {"practice.linkage.shop.missed": 0.0, "practice.linkage.shop.false": 0.0},
    "D2": {"practice.lists.debtors.payment.never_cleared": 0.0},
    "D3": {"shocks.one_register": None},
    "R2": {"score.update": "monthly"},
    "R3": {"rules.nappies.cooling_off_days": None},
    "R4": {"rules.fare.points_by_region.new": -6},
    "R5": {"conduct.acts.docks.rate": "0 per year", "conduct.acts.breaches.rate": "0 per year"},
    "A1": {"associations.low_friend.points": 0},
    "A2": {"associations.words.fraction": 0.0},
    "A3": {"associations.low_partner.points": 0},
    "A4": {"associations.listed_parent.points": 0},
    "A5": {"associations.seen_with_listed.points": 0},
    "A6": {"associations.reprisal.fraction": 0.0},
    "L1": {"lists.low.entry.trigger.score_below": 1},
    "L2": {"lists.model.entry.trigger.score_above": 800},
    "L3": {"conduct.acts.complains.protected": False, "conduct.acts.answers_summons.asks": None},
    "C1": {"conduct.demand.flight.trips": "0 per year"},
    "C2": {"conduct.demand.hotel.trips": "0 per year"},
    "C3": {"conduct.acts.asks_for_loan.asks": None},
    "C4": {"conduct.acts.complains.while_listed": None},
    "C5": {"associations.caller.chilling": 0.0},
    "C6": {"practice.lists.debtors.payment.blocked": 0.0},
    "C7": {"lists.debtors.max_days": 10},
    "P1": {"consequences.no_deposit.trigger.score_above": 0},
    "J1": {"practice.notice.served": 0.0},
    "J2": {"practice.appeal.filed.other": 0.0},
    "J3": {"lists.debtors.max_days": None},
    "B1": {"conduct.answers.chilling.form": "none"},
    "B2": {"conduct.acts.tips_off.rate": "0 per year", "conduct.acts.buys_points.rate": "0 per year"},
    "B3": {"conduct.answers.tie_cutting.ties.friends": 0.0},
    "B4": {"conduct.acts.emigrates.rate": "0 per year"},
    "X1": {"shocks.intruder.share": 0.0},
    "X2": {"shocks.for_sale": None},
    "X4": {"practice.sharing.carriers.propagates": 0.0, "shocks.spill": None},
    "X3": {"shocks.sitting": None, "shocks.dark": None, "shocks.closed": None},
    "H1": {"epidemic.contacts.home.p": 0.0, "epidemic.contacts.around.p": 0.0, "epidemic.contacts.abroad.p": 0.0},
    "H2": {"practice.health_code.tracing": None, "practice.health_code.causes.wrong_test.rate": "0 per year"},
    "H3": {"practice.health_code.gates": {}},
    "H4": {"practice.health_code.isolation": {}, "conduct.acts.leaves_home.rate": "0 per year"},
    "H5": {"practice.health_code.tracing.across_regions": False, "conduct.demand.border.trips": "0 per year"},
}
"""For each row, what switches it off in the town."""
ONCE = {"R1": "a scale is one for all variants of a scenario; a scenario without one keeps no score"}
SAME = {"J4": "D2"}
"""Rows that one key switches: a payment that does not clear the record is how a record goes stale."""
IN_A_CITY: dict[str, dict[str, Any]] = {
    "M1": {"practice.models.risk.errors": None},
    "M2": {"practice.models.risk.chooses": {"by": "nobody"}},
    "M3": {"practice.models.risk.retrains": False, "practice.models.risk.equalise": None},
    "M4": {"practice.models.risk.chooses": {"by": "lottery", "same_number": True}},
}
"""The rows of models, which choose among people and not among the firms of the town: what switches each off in a city of their own."""
AT_ONCE = 7
"""Variants beside the factual one in a run."""


def runs() -> list[list[str]]:
    """Rows that are switched off side by side; those of the health code apart from all others."""
    of_health = [name for name in OFF if name.startswith("H")]
    names = [name for name in OFF if name not in of_health]
    return [*(names[n : n + AT_ONCE] for n in range(0, len(names), AT_ONCE)), of_health]


FIRMS_OF_THE_TOWN = {
    "world.firms": None,
    "world.regions": {"old": {"share": 0.5}, "new": {"share": 0.5}},
    "rules.breach_of_trade": None,
    "rules.dock": None,
    "conduct.acts.breaches": None,
    "conduct.acts.docks": None,
}
EPIDEMIC_OF_THE_TOWN = {
    "epidemic": None,
    "practice.health_code": None,
    "rules.breach": None,
    "conduct.acts.leaves_home": None,
    "conduct.demand.border": None,
    "consequences.border": None,
    "lists.detained": None,
    "lists.yellow": None,
    "lists.red": None,
}
"""What is taken out of the town: an epidemic is lived by people only, so that there is either one or firms."""


def town(names: list[str]) -> dict[str, Any]:
    raw: dict[str, Any] = parse_document(TOWN, "town").data
    for path, value in (FIRMS_OF_THE_TOWN if names[0].startswith("H") else EPIDEMIC_OF_THE_TOWN).items():
        raw = apply_patch(raw, path, value)
    raw["variants"] = [{"name": "factual"}, *({"name": f"no-{name.lower()}", "set": OFF[name]} for name in names)]
    return raw


def moved(recording: Recording, twins: Mapping[str, Mapping[str, Any]], variant: str, name: str) -> list[str]:
    """The measures of a row that are other numbers in this variant."""
    pairs, asked = {m.name for m in PAIRS}, rows()[name].measures
    without = recording.measures["variants"][variant]
    found = [m for m in asked if m not in pairs and recording.measures[m]["value"] != without[m]["value"]]
    return found + [m for m in asked if m in pairs and twins[variant][m]["value"]]


def test_every_row_that_works_is_switched_off_here() -> None:
    assert {row.id for row in rows().values() if row.works} == {*OFF, *ONCE, *SAME, *IN_A_CITY}


@pytest.mark.slow
@pytest.mark.parametrize("names", runs(), ids=lambda names: "-".join((names[0], names[-1])))
def test_switching_a_mechanism_off_moves_a_measure_of_its_row(names: list[str], tmp_path: Path) -> None:
    recording = simulate(from_raw(town(names), "town"), out=tmp_path / "run")
    twins = measure_pairs(recording)
    found = {name: moved(recording, twins, f"no-{name.lower()}", name) for name in names}
    found |= {name: moved(recording, twins, f"no-{of.lower()}", name) for name, of in SAME.items() if of in names}
    assert [name for name, measures in found.items() if not measures] == []


def test_switching_a_model_off_moves_a_measure_of_its_row(tmp_path: Path) -> None:
    variants = [{"name": "factual"}, *({"name": f"no-{name.lower()}", "set": off} for name, off in IN_A_CITY.items())]
    sample = {"people": 400, "target": 0.5, "by_group": {"B": 0.7}, "groups": {"A": 0.5, "B": 0.5}}
    raw = city(1_000, 35, variants, features=FEATURES, sample=sample, retrains=True, equalise="false_positives")
    recording = simulate(from_raw(raw, "city"), out=tmp_path / "run")
    twins = measure_pairs(recording)
    assert [name for name in IN_A_CITY if not moved(recording, twins, f"no-{name.lower()}", name)] == []
