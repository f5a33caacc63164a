"""What the report says of safeguards: read from what a lattice says, and harm spared never without the benefit that goes with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasshouse.experiments.lattice import MEASURES, TOLD, Lattice
from glasshouse.reporting.safeguards import LOST, named, safeguards_section, save

NAMES = ("expiry", "human-review", "without-silence")
HARM = [1000, 700, 500, 600, 900, 650, 450, 500]
"""The harm of every set: alone the first spares 300, the second 500, the third 100; all three 500."""


def told(seeds: int = 2, paid: tuple[int, ...] = (40, 35, 40, 35, 40, 35, 40, 35)) -> dict[str, Any]:
    shake = np.arange(seeds)[:, None] * np.array([0, 1, 0, 2, 1, 0, 1, 3])
    values = {m: np.zeros((seeds, 8)) for m in MEASURES}
    values["wrongful_days_by_rights"] = np.array(HARM, float) + shake
    values["complied"] = np.tile(np.array(paid, float), (seeds, 1))
    return Lattice(
        "town", 5000, 365, tuple(range(seeds)), NAMES, {n: f"What {n} does" for n in NAMES}, ("with x: no x.",), 8, "hypothetical",
        values, {m: np.zeros(seeds) for m in MEASURES},
    ).document()  # fmt: skip


def test_rows_stand_in_the_order_of_their_shares_with_what_is_lost_beside_each() -> None:
    found = safeguards_section(told(seeds=1))
    assert found is not None
    assert [r.safeguard for r in found.rows] == ["Human review", "Expiry", "Without silence"]
    review, expiry, _ = found.rows
    assert (review.alone, review.interval) == ("500", "one seed")
    assert expiry.lost == ("5",), "a payment that is lost stands in the row of the safeguard that loses it"
    assert found.lost == (LOST["complied"],), "payments always; acts only where some safeguard moves them"
    assert "listed people who paid go from 40 to 35" in found.sentence
    assert "It may not be concluded" in found.caution


def test_pairs_and_harm_in_some_order_are_told_in_sentences() -> None:
    found = safeguards_section(told(seeds=1))
    assert found is not None
    assert (
        "Expiry and human review spoil each other most: both spare 400 less than each alone adds up to." in found.pairs
    )
    assert any(
        line.startswith("Expiry adds to days on a list for anything but an own act of someone able to comply in ")
        for line in found.marked
    )
    assert found.rows[1].backfires.startswith("adds harm in")


def test_the_plot_says_its_numbers_in_words_and_is_drawn_in_two_widths() -> None:
    found = safeguards_section(told())
    assert found is not None
    figure = found.figure
    assert "Human review: share" in figure.description
    assert "payments lost" in figure.description
    assert "mean of 2 seeds; the line is the 95 % interval" in figure.source
    assert "The scheme is hypothetical." in figure.source
    for svg in (figure.wide, figure.narrow):
        assert svg.startswith("<svg")
        assert "payments lost" in svg
        assert "alone" in svg
    assert figure.wide != figure.narrow
    assert len(figure.data) == 3


def test_a_plot_of_safeguards_that_do_nothing_is_still_a_plot() -> None:
    idle = told(seeds=1)
    for answer in idle["answers"].values():
        for share in answer["shares"]:
            share |= {"alone": 0.0, "last": 0.0, "shapley": 0.0, "backfires": 0.0}
    found = safeguards_section(idle)
    assert found is not None
    assert "nothing of this" in found.figure.wide


def test_a_folder_is_read_and_one_without_a_lattice_has_no_section(tmp_path: Path) -> None:
    assert safeguards_section(tmp_path) is None
    (tmp_path / TOLD).write_text(json.dumps(told()), encoding="utf-8")
    found = safeguards_section(tmp_path)
    assert found is not None
    assert found.not_applicable == ("with x: no x.",)
    beside = tmp_path / "recording"
    (beside / "lattice").mkdir(parents=True)
    (beside / "lattice" / TOLD).write_text(json.dumps(told()), encoding="utf-8")
    assert safeguards_section(beside) == found
    names = {p.name for p in save(told(), tmp_path)}
    assert names == {"safeguards.svg", "safeguards.csv", "safeguards.txt"}
    assert "synthetic,hypothetical" in (tmp_path / "safeguards.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "read"), [("expiry", "Expiry"), ("notice-before-effect", "Notice before effect")])
def test_names_are_told_as_people_read_them(name: str, read: str) -> None:
    assert named(name) == read
