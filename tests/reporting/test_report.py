"""The report as a reader finds it: whole, calm, without a network, and with the numbers of the recording."""

from __future__ import annotations

import csv
import json
import re
import shutil
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glasshouse.measures.measure import measure_recording, write_measures
from glasshouse.recording.place import finish, start
from glasshouse.recording.provenance import manifest, write_manifest
from glasshouse.recording.schema import DAILY, WorldFacts, journal_schema
from glasshouse.recording.store import Recording, open_recording
from glasshouse.recording.writer import write_tables
from glasshouse.reporting import twinned as reporting_twinned
from glasshouse.reporting import words
from glasshouse.reporting.counts import Told
from glasshouse.reporting.headlines import headlines
from glasshouse.reporting.html import page, write_report
from glasshouse.reporting.lives import lives
from glasshouse.reporting.twinned import twinned
from glasshouse.scenario.evidence import standing_label
from glasshouse.scenario.reading import Loaded, read_scenario
from glasshouse.scenario.tables import OWN, OWN_ACT, Names
from recording import fake

CATALOGUE = ("defaulter-list", "suzhou-2016", "unemployment-fraud-flag")
VOID = {"meta", "link", "br", "hr", "img", "wbr", "input"}
SECTIONS = [
    "answer",
    "figures",
    "twins",
    "who",
    "stayed",
    "why",
    "assumed",
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
    acts = np.zeros((days, k, max(len(names.acts), 1), 4), np.int64)
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
    return [*DAILY, *(f"{k}_{g}" for g in names.gates for k in kinds)]


@pytest.fixture(scope="module", params=CATALOGUE)
def catalogued(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return of_catalogue(tmp_path_factory.mktemp("catalogue") / "run", request.param, 0.1)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A scheme with a list that nobody came on."""
    return of_catalogue(tmp_path_factory.mktemp("empty") / "run", "defaulter-list", 0.0)


def whole(recording: Recording) -> str:
    """The page of a recording; drawing it takes a second, so that each is drawn once."""
    return _page_of(recording.path)


@cache
def _page_of(folder: Path) -> str:
    return page(open_recording(folder))


def between(text: str, first: str, then: str) -> str:
    """One section of a page, in plain words."""
    return plain(text[text.index(f'<section id="{first}">') : text.index(f'<section id="{then}">')])


# --- the file -----------------------------------------------------------------------------------------------------------------------


def test_every_tag_that_opens_closes_and_every_id_is_said_once(catalogued: Recording) -> None:
    found = outline(whole(catalogued))
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))


def test_all_sections_are_there_in_order(faked: Recording) -> None:
    ids = [a["id"] for tag, a in outline(whole(faked)).tags if tag == "section"]
    assert ids == SECTIONS


def test_on_a_phone_a_cell_of_a_stacked_table_says_of_what_it_is(faked: Recording) -> None:
    tables = re.findall(r'<table class="[^"]*\bstack\b.*?</table>', whole(faked), flags=re.DOTALL)
    assert tables
    for row in (r for t in tables for r in re.findall(r"<tr>(<td.*?)</tr>", t, flags=re.DOTALL)):
        cells = re.findall(r"<td([^>]*)>", row)
        assert all('data-of="' in c for c in cells[1:])


def test_nothing_is_loaded_and_nothing_runs(catalogued: Recording) -> None:
    text = whole(catalogued)
    for tag, attributes in outline(text).tags:
        assert tag not in ("script", "link", "iframe", "img", "object", "embed", "base", "form")
        for key, value in attributes.items():
            assert not key.startswith("on"), f"{tag} {key}"
            if key in ("src", "href", "xlink:href", "action", "data", "srcset"):
                inside = ("#", "data:text/csv;") if "download" in attributes else ("#",)
                assert (value or "").startswith(inside), f"{tag} {key}={value}"
    style = "".join(re.findall(r"<style.*?</style>", text, flags=re.DOTALL))
    assert "@import" not in style
    assert "url(" not in style


def test_every_plot_says_in_words_what_it_shows(faked: Recording) -> None:
    text = whole(faked)
    plots = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    assert len(plots) >= 16
    for plot in plots:
        assert 'role="img"' in plot
        title, about = re.search(r"<title [^>]*>(.+?)</title>", plot), re.search(r"<desc [^>]*>(.+?)</desc>", plot)
        assert title is not None
        assert about is not None
        assert len(about[1]) > 40
    for id in re.findall(r'aria-labelledby="([^"]+)"', text):
        assert all(f'id="{part}"' in text for part in id.split())


def test_every_plot_says_synthetic_people_and_that_the_scheme_is_hypothetical(faked: Recording) -> None:
    captions = re.findall(r"<figcaption>.*?</figcaption>", whole(faked), flags=re.DOTALL)
    assert len(captions) >= 6
    assert all("ynthetic people" in c and "Hypothetical scheme" in c for c in captions)


def test_headings_go_down_one_step_at_a_time(catalogued: Recording) -> None:
    levels = [int(tag[1]) for tag, _ in outline(whole(catalogued)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(then <= now + 1 for now, then in pairwise(levels))


def test_every_figure_carries_its_numbers_and_each_row_says_synthetic(catalogued: Recording) -> None:
    text = whole(catalogued)
    figures = re.findall(r"<figure.*?</figure>", text, flags=re.DOTALL)
    assert len(figures) >= 2
    label = catalogued.manifest["evidence"]["label"]
    for figure in figures:
        link = re.search(r'href="data:text/csv;charset=utf-8,([^"]+)"', figure)
        assert link is not None, figure[:60]
        rows = list(csv.DictReader(StringIO(unquote(link[1]))))
        assert rows
        assert {(r["people_are"], r["evidence"]) for r in rows} == {("synthetic", label)}


def test_the_numbers_of_a_figure_are_those_of_the_recording(faked: Recording) -> None:
    rows = figure_rows(whole(faked), "funnel")
    factual = [c for c in faked.cases.to_pylist() if c["variant"] == "as-practised"]
    assert int(rows[0]["listings"]) == len(factual)
    assert int(rows[1]["listings"]) == sum(c["notified_on"] is not None for c in factual)


def figure_rows(text: str, id: str) -> list[dict[str, str]]:
    """What was drawn in a figure of a page."""
    figure = text[text.index(f'<figure id="figure-{id}">') :]
    link = re.search(r'href="data:text/csv;charset=utf-8,([^"]+)"', figure)
    assert link is not None
    return list(csv.DictReader(StringIO(unquote(link[1]))))


def test_figures_are_also_written_by_themselves(faked: Recording, tmp_path: Path) -> None:
    write_report(faked, figures=tmp_path / "figures")
    names = {f.name for f in (tmp_path / "figures").iterdir()}
    assert {"twins.svg", "twins.csv", "twins.txt"} <= names
    told = (tmp_path / "figures" / "twins.txt").read_text()
    assert "Source: " in told
    assert "Synthetic people" in told
    assert "<desc" in (tmp_path / "figures" / "twins.svg").read_text()


def test_what_may_be_quoted_stands_on_its_own(faked: Recording, catalogued: Recording) -> None:
    for recording in (faked, catalogued):
        sentences = re.findall(r'<p class="sentence">(.*?)</p>', whole(recording), flags=re.DOTALL)
        cautions = re.findall(r'<p class="caution">(.*?)</p>', whole(recording), flags=re.DOTALL)
        assert len(sentences) == len(cautions) == 6
        people = f"{recording.manifest['people']:,} synthetic people"
        assert all("In a simulation of" in s and people in s.replace("\u00a0", " ") for s in sentences)
        assert all(c.startswith("It does not say") for c in cautions)


def test_the_same_recording_elsewhere_gives_the_same_bytes(faked: Recording, tmp_path: Path) -> None:
    first = write_report(faked).read_bytes()
    elsewhere = tmp_path / "another place"
    shutil.copytree(faked.path, elsewhere)
    told = json.loads((elsewhere / "manifest.json").read_text())
    told["wall_seconds"], told["environment"] = 9999.0, {"machine": "another"}
    (elsewhere / "manifest.json").write_text(json.dumps(told))
    assert write_report(open_recording(elsewhere)).read_bytes() == first


def test_no_place_machine_or_time_is_in_it(faked: Recording) -> None:
    text = whole(faked)
    assert str(faked.path) not in text
    assert "/tmp" not in text
    assert "/home" not in text


def test_words_that_a_report_must_not_use_are_not_in_it(catalogued: Recording) -> None:
    said = plain(whole(catalogued)).lower()
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


def test_a_share_after_a_year_says_of_how_many_a_year_could_be_seen(faked: Recording) -> None:
    first = faked.variants[0]
    wrong = [c for c in faked.cases.to_pylist() if c["variant"] == first and not c["rightful"]]
    early = sum(c["opened"] + 365 <= faked.manifest["days"] for c in wrong)
    assert 0 < early < len(wrong)
    answer = between(whole(faked), "answer", "figures")
    assert f"still open after a year ({early:,} began a year or more before the run ended)" in answer
    assert "an estimated half were over within" in answer or "fewer than half were over in the time" in answer


def test_where_no_listing_was_wrong_nobody_is_told_as_wronged(
    faked: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = fake.fake_cases

    def all_rightful(*asked: object) -> dict[str, np.ndarray]:
        cases = drawn(*asked)  # type: ignore[arg-type]
        return cases | {
            "basis": cases["basis"] * 0 + OWN_ACT,
            "rightful": cases["rightful"] | True,
            "cause_kind": cases["cause_kind"] * 0 + OWN,
        }

    monkeypatch.setattr(fake, "fake_cases", all_rightful)
    lives_of = between(whole(of_catalogue(tmp_path / "right", "defaulter-list", 0.02)), "why", "assumed")
    assert "No listing was wrong; these are three of those who were listed." in lives_of
    assert "wronged" not in lives_of
    assert "Three of those whom the scheme wronged." in between(whole(faked), "why", "assumed")


@pytest.mark.parametrize(
    ("prevented", "said"), [(1047, "1,047 more in the variant"), (-1047, "1,047 fewer in the variant")]
)
def test_unlawful_acts_are_more_or_fewer_and_never_less_than_none(
    faked: Recording, monkeypatch: pytest.MonkeyPatch, prevented: int, said: str
) -> None:
    monkeypatch.setattr(reporting_twinned, "_prevented", lambda *_: prevented)
    assert f"unlawful acts, weighed by gravity: {said}" in plain(page(faked))


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
    n = faked.measures["wrongful_listing_rate"]["n"]
    sentence = (
        f"between 2 and 61 % of {n:,} listings were wrong by the scheme’s own rule when they began; the strongest"
    )
    assert f"{sentence} assumption: a, high." in said


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
    said = plain(whole(faked))
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


def test_the_people_of_a_variant_are_parted_into_spared_harmed_and_unchanged(faked: Recording) -> None:
    found = twinned(Told(faked))
    assert found is not None
    (twin,) = found.rows
    days = [evenings(faked, name) for name in ("as-practised", "as-promised")]
    everybody = set(days[0]) | set(days[1])
    spared = sum(p in days[0] and p not in days[1] for p in everybody)
    less = sum(0 < days[1].get(p, 0) < days[0].get(p, 0) for p in everybody)
    newly = sum(p not in days[0] for p in everybody)
    assert (twin.spared, twin.less, twin.newly) == (spared, less, newly)
    assert spared > 0
    assert twin.spared + twin.less + twin.newly + twin.more + twin.unchanged == found.people
    assert twin.spared_bounds[0] <= twin.spared <= twin.spared_bounds[1]


def test_the_interval_over_seeds_stands_beside_the_luck_of_one_run(faked: Recording) -> None:
    effect = {
        "element": "as-promised", "harm": "wrongful_days_by_rights", "seeds": 4, "difference": 90.0, "interval": [80.0, 100.0],
        "unpaired": [-10.0, 190.0], "runs_ratio": 100.0,
    }  # fmt: skip
    effects = [effect, effect | {"harm": "listed_days"}, effect | {"element": "another"}]
    known = Told(faked)
    known.__dict__["twins"] = {"variants": {"as-practised": "", "as-promised": ""}, "effects": effects}
    found = twinned(known)
    assert found is not None
    (over,) = found.rows[0].over
    assert (over.value, over.low, over.high, over.unpaired) == (-90.0, -100.0, -80.0, (-190.0, 10.0))
    assert str(over).startswith(
        "the difference −90 (−100 to −80); from runs that share no luck it would be −190 to +10"
    )
    alone = Told(faked)
    alone.__dict__["twins"] = known.twins | {"effects": [effect | {"interval": None}]}  # type: ignore[operator]
    assert twinned(alone).rows[0].over == ()  # type: ignore[union-attr]


def evenings(recording: Recording, variant: str) -> dict[int, int]:
    """Evenings on which a listing wrong by rights stood, by person."""
    last, days = int(recording.manifest["days"]), dict[int, int]()
    for c in recording.cases.to_pylist():
        if c["variant"] == variant and c["basis"] != "own_act":
            days[c["person"]] = days.get(c["person"], 0) + (c["closed"] or last + 1) - c["opened"]
    return days


def test_the_benefit_stands_beside_the_harm_that_is_spared(faked: Recording) -> None:
    said = between(whole(faked), "twins", "who")
    assert "would have been spared" in said
    assert "people who complied: " in said
    assert "listings right by rights: " in said


def test_three_lives_are_chosen_by_the_stated_rule_and_nobody_is_told_twice(faked: Recording) -> None:
    days = evenings(faked, "as-practised")
    still = {c["person"] for c in faked.cases.to_pylist() if c["closed"] is None and c["basis"] != "own_act"
             and c["variant"] == "as-practised"}  # fmt: skip
    typical, worst, luckiest = lives(Told(faked))
    assert days[worst.person] == max(n for p, n in days.items() if p != typical.person)
    assert days[luckiest.person] == min(n for p, n in days.items() if p not in still)
    nearest = min(abs(n - np.median(list(days.values()))) for n in days.values())
    assert abs(days[typical.person] - np.median(list(days.values()))) == nearest
    assert len({typical.person, worst.person, luckiest.person}) == 3
    assert "stands for nobody" in plain(whole(faked))


def test_a_life_that_does_not_come_out_as_recorded_is_told_from_its_row_and_says_so(catalogued: Recording) -> None:
    found = lives(Told(catalogued))
    assert not any(life.replayed for life in found if life.listings)
    if any(life.listings for life in found):
        assert "could not be lived again" in plain(whole(catalogued))


def test_a_journalled_life_tells_refusals_and_one_without_a_journal_says_what_it_lacks(
    faked: Recording, tmp_path: Path
) -> None:
    assert "kept no journal of this person" in plain(whole(faked))
    worst = lives(Told(faked))[1]
    said = plain(page(journalled(faked, tmp_path / "journalled", worst.person, worst.opened)))
    assert "Refused: flight." in said


def journalled(recording: Recording, folder: Path, person: int, day: int) -> Recording:
    """The recording with a journal: one person refused a flight on the day of the listing."""
    shutil.copytree(recording.path, folder)
    row = {"person": person, "day": day, "variant": "as-practised", "event": "refused"}
    schema = journal_schema(fake.fake_names(("as-practised", "as-promised")))
    table = pa.Table.from_pylist([row | {"detail": "flight", "source": None, "tag": 0, "amount": 0}], schema)
    pq.write_table(table, folder / "journal.parquet")
    return open_recording(folder)


def test_published_figures_stand_beside_the_simulated_ones_where_there_are_any(empty: Recording) -> None:
    said = plain(whole(empty))
    assert "Simulated and published" in said
    assert "DL-L-02" in said
    assert "too few" in said


def test_a_run_without_a_listing_gives_no_rate_and_says_so(empty: Recording) -> None:
    said = plain(whole(empty))
    assert "nobody was listed" in said
    assert "undefined" in said
    assert "0 % of" not in between(whole(empty), "answer", "figures").replace("100 %", "")


def test_a_scheme_without_a_list_is_told_by_its_scores(tmp_path: Path) -> None:
    said = plain(page(of_catalogue(tmp_path / "run", "suzhou-2016", 0.0, days=366)))  # of its own length: the one swept
    assert "How the scores spread" in said
    assert "the scheme keeps no list" in said
    assert "the highest score at the end was between" in said
    assert words.UNSWEPT not in said  # what is assumed is a range, of scores too


def test_a_recording_that_nobody_measured_still_has_a_report(tmp_path: Path) -> None:
    said = plain(page(open_recording(fake.fake_recording(tmp_path / "raw", people=500))))
    assert "was not measured" in said
