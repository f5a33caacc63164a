"""Several seeds of one scenario: the mean with its interval, worked by hand, and what is not put together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glasshouse.errors import UsageError
from glasshouse.experiments.seeds import FILE, across, over_seeds, seed_intervals, write_seeds
from glasshouse.recording.store import Recording, open_recording
from recording.fake import fake_recording


def entry(value: float | None, unit: str = "share", **more: Any) -> dict[str, Any]:
    return {"value": value, "luck": {"low": None, "high": None, "method": None}, "unit": unit, "by": {}, "n": 5} | more


def seed(replicate: int, value: float | None, folder: Path = Path("nowhere"), digest: str = "d") -> Recording:
    """A recording that says of one measure, in one group, what it came to."""
    manifest = {
        "scenario": {"name": "village", "digest": digest}, "seed": 7, "replicate": replicate, "people": 100, "days": 10,
        "variants": ["factual"],
    }  # fmt: skip
    made = Recording(folder, manifest)
    reason = {} if value is not None else {"reason": "no listing to count among"}
    told = entry(value, **reason) | {"by": {"group": {"A": entry(value, **reason)}}}
    made.__dict__["measures"] = {"about": {}, "wrongful_listing_rate": told, "variants": {}}
    return made


def test_the_mean_of_four_seeds_has_the_interval_that_is_worked_by_hand() -> None:
    found = across([entry(x) for x in (0.1, 0.2, 0.3, 0.4)])
    # mean .25, standard deviation .129099; t at 3 degrees of freedom is 3.182446
    assert found["value"] == pytest.approx(0.25)
    assert found["sd"] == pytest.approx(0.1290994)
    assert found["luck"]["low"] == pytest.approx(0.25 - 3.182446 * 0.1290994 / 2, abs=1e-6)
    assert found["one_run"]["high"] == pytest.approx(0.25 + 3.182446 * 0.1290994 * 1.25**0.5, abs=1e-6)
    assert (found["least"], found["most"], found["n"], found["seeds"]) == (0.1, 0.4, 4, 4)


def test_an_interval_over_seeds_says_what_it_is_over() -> None:
    assert across([entry(1.0), entry(2.0)])["luck"]["over"] == "2 seeds: other people and other luck, the same numbers"


def test_a_share_stays_between_nothing_and_all() -> None:
    luck = over_seeds([seed(0, 0.001), seed(1, 0.9)])["wrongful_listing_rate"]["luck"]
    assert (luck["low"], luck["high"]) == (0.0, 1.0)


def test_what_is_undefined_in_one_seed_has_no_mean_and_says_why() -> None:
    found = over_seeds([seed(0, 0.5), seed(1, None), seed(2, 0.7)])["wrongful_listing_rate"]
    assert found["value"] is None
    assert found["reason"] == "undefined in 1 of 3 seeds: no listing to count among"
    assert (found["n"], found["least"], found["most"]) == (2, 0.5, 0.7)


def test_groups_are_given_over_seeds_too() -> None:
    assert over_seeds([seed(0, 0.2), seed(1, 0.4)])["wrongful_listing_rate"]["by"]["group"]["A"][
        "value"
    ] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([seed(0, 0.1)], "two recordings or more"),
        ([seed(0, 0.1), seed(1, 0.1, digest="other")], "different scenarios"),
        ([seed(1, 0.1), seed(1, 0.2)], "same seed"),
    ],
)
def test_what_are_no_replicates_is_refused(runs: list[Recording], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        over_seeds(runs)


def test_what_was_written_is_what_the_report_reads(tmp_path: Path) -> None:
    runs = [seed(0, 0.1, tmp_path), seed(1, 0.2, tmp_path)]
    assert seed_intervals(runs[0]) is None
    assert seed_intervals(runs[0]) or write_seeds(runs) == seed_intervals(runs[0])
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["about"]["replicates"] == [0, 1]


def test_measures_that_need_a_twin_are_put_together_for_each_other_variant(tmp_path: Path) -> None:
    made = [
        open_recording(fake_recording(tmp_path / f"r{n}", people=1000, days=60, variants=("base", "fewer"), seed=n + 1))
        for n in range(2)
    ]
    for n, one in enumerate(made):
        one.manifest["replicate"] = n
        one.__dict__["measures"] = {"about": {}, "variants": {"fewer": {}}}
    found = over_seeds(made)["pairs"]["fewer"]
    assert found["collective_punishment_share"]["n"] == 2
    assert found["collective_punishment_share"]["luck"]["low"] is not None
