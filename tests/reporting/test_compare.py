"""Two recordings side by side: a gap is given only where nothing but the scheme differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glasshouse.errors import UsageError
from glasshouse.measures.measure import measure_recording, write_measures
from glasshouse.recording.store import Recording, open_recording
from glasshouse.reporting.compare import compare, comparison_page, write_comparison
from glasshouse.reporting.counts import Told
from recording import fake
from reporting.test_report import outline, plain

PEOPLE = 3_000


def made(folder: Path, seed: int = 1, share: float = 0.2, **changed: object) -> Recording:
    """A measured recording; `changed` are keys of its practice that differ."""
    fake.fake_recording(folder, people=PEOPLE, seed=seed, share=share)
    if changed:
        file = folder / "manifest.json"
        told = json.loads(file.read_text())
        told["scenario"]["raw"]["practice"]["lists"]["defaulters"].update(changed)
        file.write_text(json.dumps(told))
    recording = open_recording(folder)
    write_measures(folder, measure_recording(recording))
    return open_recording(folder)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return made(tmp_path_factory.mktemp("compare") / "base")


@pytest.fixture(scope="module")
def reformed(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return made(tmp_path_factory.mktemp("compare") / "reformed", share=0.1, notice={"served": {"value": 0.9}})


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Another scheme and another seed."""
    return made(tmp_path_factory.mktemp("compare") / "elsewhere", seed=2, notice={"served": {"value": 0.9}})


def test_where_only_the_scheme_differs_every_row_has_its_difference(base: Recording, reformed: Recording) -> None:
    found = compare(Told(base), Told(reformed))
    assert found.verdict == "policy"
    assert [(c.path, c.first, c.second) for c in found.changes] == [
        ("practice.lists.defaulters.notice.served", "0.35", "0.9")
    ]
    listings = next(r for r in found.rows if r.label == "listings")
    gap = reformed.measures["listings"]["value"] - base.measures["listings"]["value"]
    assert gap < 0
    assert listings.difference == f"−{-gap:,.0f} listings"


def test_people_are_compared_one_by_one_with_the_benefit_beside_it(base: Recording, reformed: Recording) -> None:
    found = compare(Told(base), Told(reformed)).twins
    assert found is not None
    (twin,) = found.rows
    assert twin.spared + twin.less + twin.newly + twin.more + twin.unchanged == PEOPLE
    assert "people who complied" in [b.label for b in twin.benefits]


def test_policy_mixed_with_luck_is_refused_a_difference_and_says_why(base: Recording, elsewhere: Recording) -> None:
    found = compare(Told(base), Told(elsewhere))
    assert found.verdict == "mixed"
    assert [what for what, *_ in found.apart] == ["the seed"]
    assert not any(r.difference for r in found.rows)
    assert found.twins is None
    said = plain(comparison_page(base, elsewhere))
    assert "mix policy with luck" in said
    assert "Difference" not in said


def test_another_seed_of_the_same_scheme_is_luck(base: Recording, tmp_path: Path) -> None:
    found = compare(Told(base), Told(made(tmp_path / "again", seed=3)))
    assert found.verdict == "luck"
    assert found.changes == ()
    assert not any(r.difference for r in found.rows)


def test_more_people_are_not_the_same_world(base: Recording, tmp_path: Path) -> None:
    folder = fake.fake_recording(tmp_path / "more", people=PEOPLE + 1_000)
    write_measures(folder, measure_recording(open_recording(folder)))
    found = compare(Told(base), Told(open_recording(folder)))
    assert ("how many people", "3,000", "4,000") in found.apart
    assert found.verdict == "luck"


def test_a_recording_is_not_compared_with_itself(base: Recording) -> None:
    with pytest.raises(UsageError, match="with itself"):
        comparison_page(base, base)


def test_the_page_is_whole_and_loads_nothing(base: Recording, reformed: Recording, tmp_path: Path) -> None:
    place = write_comparison(base, reformed, tmp_path / "page.html", tmp_path / "figures")
    parsed = outline(place.read_text())
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids))
    assert not any(tag in ("script", "link", "img") for tag, _ in parsed.tags)
    assert {f.name for f in (tmp_path / "figures").iterdir()} >= {"beside.svg", "beside.csv", "beside.txt"}
