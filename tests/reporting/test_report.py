"""The report as a reader finds it: whole, calm, without a network, and with the numbers of the recording."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glasshouse.measures.measure import measure_recording, write_measures
from glasshouse.recording.place import finish, start
from glasshouse.recording.provenance import manifest, write_manifest
from glasshouse.recording.schema import WorldFacts, journal_schema
from glasshouse.recording.store import Recording, open_recording
from glasshouse.recording.writer import write_tables
from glasshouse.reporting.headlines import headlines
from glasshouse.reporting.html import page, write_report
from glasshouse.scenario.evidence import standing_label
from glasshouse.scenario.reading import Loaded, read_scenario
from glasshouse.scenario.tables import Names
from recording import fake

CATALOGUE = ("defaulter-list", "suzhou-2016", "unemployment-fraud-flag")
VOID = {"meta", "link", "br", "hr", "img", "wbr", "input"}
SECTIONS = [
    "question",
    "answer",
    "figures",
    "wrongly",
    "appeals",
    "refusals",
    "variants",
    "story",
    "assumed",
    "unsimulated",
    "evidence",
    "method",
    "limits",
]


class Outline(HTMLParser):
    """Tags that are open, ids, attributes of every tag, and text outside of styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value or "" for key, value in attrs if key == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value or "" for key, value in attrs if key == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def outline(text: str) -> Outline:
    parsed = Outline()
    parsed.feed(text)
    parsed.close()
    return parsed


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", " ".join(outline(text).text).replace("\u00a0", " "))


# --- recordings -----------------------------------------------------------------------------------------------------------------


def measured(folder: Path) -> Recording:
    recording = open_recording(folder)
    write_measures(folder, measure_recording(recording))
    return open_recording(folder)


@pytest.fixture(scope="module")
def faked(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Five thousand people, a fifth of them listed, in two variants, under a hypothetical scheme."""
    folder = tmp_path_factory.mktemp("report") / "faked"
    return measured(fake.fake_recording(folder, variants=("as-practised", "as-promised"), days=1200))


def of_catalogue(folder: Path, name: str, share: float, people: int = 3_000, days: int = 360) -> Recording:
    """A recording in the shape of a catalogue scenario, with drawn listings; nobody lived it."""
    loaded = read_scenario(name, people=people, days=days)
    names = _names(loaded)
    k, groups = len(names.variants), len(names.groups)
    world = WorldFacts(people, days, np.full((1, groups), people // groups, np.int64))
    cases = fake.fake_cases(people, days, 1, k, share if names.lists else 0.0)
    cases |= {"list": cases["list"] * 0, "region": cases["region"] * 0, "group": cases["group"] % groups}
    daily = {c: np.zeros((days, k, 1, groups), np.int64) for c in _daily_columns(names)}
    np.add.at(daily["listings"], (cases["opened"] - 1, cases["variant"], 0, cases["group"]), 1)
    everybody = fake.fake_people(cases, people, k)
    everybody |= {"region": everybody["region"] * 0, "group": everybody["group"] % groups}
    work = start(folder)
    letters = iter(fake.fake_letters(people, days, k))
    acts = np.zeros((days, k, max(len(names.acts), 1), 3), np.int64)
    digests = write_tables(work, names, world, daily, acts, cases, everybody, letters, None)
    label = standing_label(loaded.scenario)
    about = manifest(
        scenario=loaded.raw, scenario_name=name, seed=1, people=people, represents=1.0, days=days, names=names,
        engine="none", digests=digests, evidence=label.label, wall_seconds=0.0,
    )  # fmt: skip
    write_manifest(work, about)
    return measured(finish(work, folder))


def _names(loaded: Loaded) -> Names:
    s = loaded.scenario
    assert s.world is not None
    return Names(
        variants=tuple(n for n, _ in loaded.variants),
        groups=tuple(s.world.groups),
        regions=("all",),
        acts=tuple(s.conduct.acts),
        lists=tuple(x.id for x in s.lists),
        gates=tuple(c.id for c in s.consequences),
        associations=(),
        start=str(s.world.start),
    )


def _daily_columns(names: Names) -> list[str]:
    kinds = ("tries", "trips", "people", "evaded")
    base = ("listed", "listings", "delistings", "complied", "notified", "appeals", "corrections")
    stocks = ("wrongful_listed", "wrongful_listed_by_rights")
    return [*base, *stocks, *(f"{k}_{g}" for g in names.gates for k in kinds)]


@pytest.fixture(scope="module", params=CATALOGUE)
def catalogued(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return of_catalogue(tmp_path_factory.mktemp("catalogue") / "run", request.param, 0.1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A scheme with a list that nobody came on."""
    return of_catalogue(tmp_path_factory.mktemp("empty") / "run", "defaulter-list", 0.0)


# --- the file -----------------------------------------------------------------------------------------------------------------------


def test_every_tag_that_opens_closes_and_every_id_is_said_once(catalogued: Recording) -> None:
    found = outline(page(catalogued))
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))


def test_all_sections_are_there_in_order(faked: Recording) -> None:
    ids = [a["id"] for tag, a in outline(page(faked)).tags if tag == "section"]
    assert ids == SECTIONS


def test_nothing_is_loaded_and_nothing_runs(catalogued: Recording) -> None:
    text = page(catalogued)
    for tag, attributes in outline(text).tags:
        assert tag not in ("script", "link", "iframe", "img", "object", "embed", "base", "form")
        for key, value in attributes.items():
            assert not key.startswith("on"), f"{tag} {key}"
            if key in ("src", "href", "xlink:href", "action", "data", "srcset"):
                assert (value or "").startswith("#"), f"{tag} {key}={value}"
    style = "".join(re.findall(r"<style.*?</style>", text, flags=re.DOTALL))
    assert "@import" not in style
    assert "url(" not in style


def test_every_plot_says_in_words_what_it_shows(faked: Recording) -> None:
    text = page(faked)
    plots = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    assert len(plots) >= 12
    for plot in plots:
        assert 'role="img"' in plot
        title, about = re.search(r"<title [^>]*>(.+?)</title>", plot), re.search(r"<desc [^>]*>(.+?)</desc>", plot)
        assert title is not None
        assert about is not None
        assert len(about[1]) > 40
    for id in re.findall(r'aria-labelledby="([^"]+)"', text):
        assert all(f'id="{part}"' in text for part in id.split())


def test_every_plot_says_synthetic_people_and_that_the_scheme_is_hypothetical(faked: Recording) -> None:
    captions = re.findall(r"<figcaption>.*?</figcaption>", page(faked), flags=re.DOTALL)
    assert len(captions) >= 6
    assert all("ynthetic people" in c and "Hypothetical scheme" in c for c in captions)


def test_the_same_recording_elsewhere_gives_the_same_bytes(faked: Recording, tmp_path: Path) -> None:
    first = write_report(faked).read_bytes()
    elsewhere = tmp_path / "another place"
    shutil.copytree(faked.path, elsewhere)
    told = json.loads((elsewhere / "manifest.json").read_text())
    told["wall_seconds"], told["environment"] = 9999.0, {"machine": "another"}
    (elsewhere / "manifest.json").write_text(json.dumps(told))
    assert write_report(open_recording(elsewhere)).read_bytes() == first


def test_no_place_machine_or_time_is_in_it(faked: Recording) -> None:
    text = page(faked)
    assert str(faked.path) not in text
    assert "/tmp" not in text
    assert "/home" not in text


def test_words_that_a_report_must_not_use_are_not_in_it(catalogued: Recording) -> None:
    said = plain(page(catalogued)).lower()
    assert "illegal" not in said
    assert not re.search(r"\b(non-?)?compliant\b", said)


# --- the numbers --------------------------------------------------------------------------------------------------------------------


def test_headlines_are_the_measures_of_the_recording(faked: Recording) -> None:
    found = {h.name: h for h in headlines(faked)}
    assert len(found) == 6
    listings = faked.measures["listings"]
    assert found["listings"].value_text == f"{listings['value']:,.0f} listings"
    rate = faked.measures["wrongful_listing_rate"]
    assert found["wrongful_listing_rate"].denominator.startswith(f"of {rate['n']:,} ")
    assert found["wrongful_listing_rate"].value_text == f"{100 * rate['value']:.3g} %"


def test_an_assumed_headline_says_that_it_was_not_swept(faked: Recording) -> None:
    rate = next(h for h in headlines(faked) if h.name == "wrongful_listing_rate")
    assert rate.standing.startswith("assumed")
    assert "not swept" in rate.standing


def test_a_swept_headline_is_a_range_and_the_answer_begins_with_it(faked: Recording) -> None:
    ranges = {"wrongful_listing_rate": {"all": (0.02, 0.61, ["a.low", "a.high"])}}
    rate = next(h for h in headlines(faked, ranges) if h.name == "wrongful_listing_rate")
    assert rate.value_text == "between 2 and 61 %"
    said = plain(page(faked, ranges))
    assert "between 2 and 61 % of the listings were wrong" in said
    assert "a. high" in said  # it may be broken behind the dot


def test_a_range_reaches_to_the_figure_of_the_run(faked: Recording) -> None:
    value = faked.measures["wrongful_listing_rate"]["value"]
    ranges = {"wrongful_listing_rate": {"all": (value / 4, value / 2, None)}}
    rate = next(h for h in headlines(faked, ranges) if h.name == "wrongful_listing_rate")
    assert rate.value_text.endswith(f"and {100 * value:.3g} %")


def test_wrong_listings_are_counted_by_the_rule_and_by_rights(faked: Recording) -> None:
    cases = faked.cases.filter(np.asarray(faked.cases["variant"].to_pylist()) == "as-practised").to_pylist()
    rule = sum(not c["rightful"] for c in cases)
    rights = sum(c["basis"] != "own_act" for c in cases)
    assert rule != rights
    said = plain(page(faked))
    assert f"{rule:,} of {len(cases):,} listings were wrong on true facts" in said
    assert f"{rights:,} of {len(cases):,} were." in said


def test_counts_are_scaled_only_from_a_hundred_cases_on(tmp_path: Path) -> None:
    few = measured(fake.fake_recording(tmp_path / "few", people=400, share=0.1))
    many = measured(fake.fake_recording(tmp_path / "many", people=4_000, share=0.1))
    assert "stands for" not in next(h for h in headlines(few) if h.name == "listings").scaled
    assert next(h for h in headlines(many) if h.name == "listings").scaled == "stands for 556,000"


def test_a_wait_without_a_median_says_for_how_many_it_was_over_within_a_year(faked: Recording) -> None:
    entry = faked.measures["time_to_correction_median"]
    assert entry["value"] is None
    within = entry["detail"]["happened_within_days"]["365"]
    told = next(h for h in headlines(faked) if h.name == "time_to_correction_median")
    assert told.denominator == f"of {entry['n']:,} wrongful listings; {100 * within:.3g} % within a year"


def test_variants_are_told_as_differences_of_counts(faked: Recording) -> None:
    variant = faked.cases["variant"].to_pylist()
    less = variant.count("as-promised") - variant.count("as-practised")
    assert less < 0
    assert f"−{-less:,}" in plain(page(faked))


def test_the_story_is_of_a_wrongful_listing_and_of_nobody(faked: Recording) -> None:
    said = plain(page(faked))
    person = int(re.search(r"Person ([\d,]+), group", said)[1].replace(",", ""))  # type: ignore[index]
    mine = [c for c in faked.cases.to_pylist() if c["person"] == person and c["variant"] == "as-practised"]
    assert any(not c["rightful"] for c in mine)
    assert "who stands for nobody" in said


def test_a_journalled_story_tells_refusals_and_one_without_a_journal_says_what_it_lacks(
    faked: Recording, tmp_path: Path
) -> None:
    assert "kept no journal of this person" in plain(page(faked))
    told = journalled(faked, tmp_path / "journalled")
    said = plain(page(told))
    assert "Is refused: flight." in said
    assert "kept no journal of this person" not in said


def journalled(recording: Recording, folder: Path) -> Recording:
    """The recording with a journal: one wrongly listed person refused a flight on the day of the listing."""
    shutil.copytree(recording.path, folder)
    case = next(c for c in recording.cases.to_pylist() if c["variant"] == "as-practised" and not c["rightful"])
    row = {"person": case["person"], "day": case["opened"], "variant": "as-practised", "event": "refused"}
    schema = journal_schema(fake.fake_names(("as-practised", "as-promised")))
    table = pa.Table.from_pylist([row | {"detail": "flight", "source": None, "tag": 0, "amount": 0}], schema)
    pq.write_table(table, folder / "journal.parquet")
    return open_recording(folder)


def test_published_figures_stand_beside_the_simulated_ones_where_there_are_any(empty: Recording) -> None:
    said = plain(page(empty))
    assert "Simulated and published" in said
    assert "DL-L-02" in said
    assert "too few" in said


def test_a_run_without_a_listing_gives_no_rate_and_says_so(empty: Recording) -> None:
    said = plain(page(empty))
    assert "nobody was listed" in said
    assert "undefined" in said
    assert "0 % of" not in said.split("The answer")[1].split("Six figures")[0].replace("100 %", "")


def test_a_scheme_without_a_list_is_told_by_its_scores(tmp_path: Path) -> None:
    said = plain(page(of_catalogue(tmp_path / "run", "suzhou-2016", 0.0)))
    assert "How the scores spread" in said
    assert "the scheme keeps no list" in said


def test_a_recording_that_nobody_measured_still_has_a_report(tmp_path: Path) -> None:
    said = plain(page(open_recording(fake.fake_recording(tmp_path / "raw", people=500))))
    assert "was not measured" in said
