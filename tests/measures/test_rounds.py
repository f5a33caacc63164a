"""What the rounds of a model come to, from a recording of a made-up city."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glasshouse.experiments.why import why
from glasshouse.recording.digest import digest_folder
from glasshouse.recording.store import Recording
from glasshouse.scenario.reading import from_raw
from glasshouse.simulate import simulate
from models import FEATURES, city


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    variants = [
        {"name": "factual"},
        {"name": "drawn", "set": {"practice.models.risk.chooses": {"by": "lottery", "same_number": True}}},
    ]
    raw = city(
        2_000,
        35,
        variants,
        features=FEATURES,
        weights={"late": 2, "moved": 1},
        chooses={"by": "capacity", "number": 100},
    )
    return simulate(from_raw(raw, "city"), out=Path(tmp_path_factory.mktemp("lived")) / "run", journal="2%")


def test_yield_and_shares_are_those_of_the_rounds(lived: Recording) -> None:
    rounds = [r for r in lived.table("rounds").to_pylist() if r["variant"] == "factual"]
    counted = ("eligible", "true", "chosen", "found")
    sums = {k: sum(r[k] for r in rounds) for k in counted}
    of_b = {k: sum(r[k] for r in rounds if r["group"] == "B") for k in counted}
    found = {name: lived.measures[name]["value"] for name in MEASURES}
    assert sums["chosen"] == 400
    assert found["investigation_yield"] == pytest.approx(sums["found"] / 400)
    assert found["yield_over_lottery"] == pytest.approx(sums["found"] / 400 / (sums["true"] / sums["eligible"]))
    wrongly = lived.measures["chosen_wrongly_share"]["by"]["group"]["B"]["value"]
    assert wrongly == pytest.approx((of_b["chosen"] - of_b["found"]) / (of_b["eligible"] - of_b["true"]))


MEASURES = (
    "investigation_yield",
    "yield_over_lottery",
    "chosen_wrongly_share",
    "found_by_model_share",
    "listed_again_share",
)


def test_a_model_looks_into_the_same_people_again_and_a_lottery_does_not(lived: Recording) -> None:
    drawn = lived.measures["variants"]["drawn"]
    assert lived.measures["listed_again_share"]["value"] > 2 * drawn["listed_again_share"]["value"]
    low, high = drawn["yield_over_lottery"]["luck"]["low"], drawn["yield_over_lottery"]["luck"]["high"]
    assert low < 1 < high < lived.measures["yield_over_lottery"]["value"]
    cleared = drawn["wrongful_listing_rate"]["value"]
    assert cleared == pytest.approx(1 - drawn["investigation_yield"]["value"])


def test_a_capacity_leaves_no_luck_to_how_many_are_chosen_and_all_of_it_to_who_they_are(lived: Recording) -> None:
    for measures in (lived.measures, lived.measures["variants"]["drawn"]):
        for name in ("listings", "people_listed", "selection_rate", "wrongful_person_days"):
            assert measures[name]["value"] > 0
            assert measures[name]["luck"]["method"] is measures[name]["luck"]["low"] is None
            assert (
                "the model risk chooses a set number of people; run several seeds" in measures[name]["luck"]["reason"]
            )
        assert measures["listings"]["by"]["group"]["B"]["luck"]["low"] is None
        assert "in every round" in measures["chosen_wrongly_share"]["luck"]["reason"]
        cleared, found = measures["wrongful_listing_rate"]["luck"], measures["investigation_yield"]["luck"]
        assert found["high"] - found["low"] == pytest.approx(cleared["high"] - cleared["low"])


def test_the_tables_of_filings_and_rounds_are_digested_and_a_life_can_be_told_from_them(lived: Recording) -> None:
    assert digest_folder(lived.path, lived.variants) == lived.manifest["digests"]
    assert lived.manifest["channels"] == ["rounds of a model"]
    cases = lived.cases.to_pylist()
    cleared = next(c for c in cases if not c["rightful"] and c["variant"] == "factual")
    assert (cleared["basis"], cleared["cause_kind"], cleared["cause"]) == ("risk_score", "model", "chosen by a model")
    told = why(lived, cleared["person"])
    listed = [c["opened"] for c in cases if c["person"] == cleared["person"] and c["variant"] == "factual"]
    assert [chain.opened for chain in told.chains] == listed
    assert "the model risk chooses them" in told.chains[0].steps[0].text
    assert told.whose_conduct == "nobody's conduct"
    journal = lived.journal.to_pylist()
    assert "listed" in {e["event"] for e in journal}


def test_every_filing_of_somebody_who_is_not_listed_opens_a_case(lived: Recording) -> None:
    filed = lived.table("filings").column("person").to_numpy()
    assert len(filed) == len(lived.cases) == 800
    assert np.array_equal(np.sort(filed), np.sort(lived.cases.column("person").to_numpy()))
