"""The lattice: every set of some safeguards, and what each is worth by itself, in company, and on the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from glasshouse.errors import RecordingError, UsageError
from glasshouse.experiments.lattice import (
    HARMS,
    MEASURES,
    TABLE,
    Lattice,
    added,
    groups_of,
    interaction,
    lattice,
    live_group,
    members,
    open_lattice,
    order_weights,
    shapley,
)
from glasshouse.experiments.twins import twins, with_variants
from glasshouse.measures.pair import measure_pair
from glasshouse.scenario.elements import ELEMENTS, NO_SCHEME, DoesNotApply
from glasshouse.scenario.reading import Loaded, from_raw, read_scenario
from glasshouse.simulate import reseeded, simulate

GLOVES = np.array([0.0, 0, 0, 0, 0, 1, 1, 1])
"""Three people; the first two have a left glove each and the third a right one. A pair is worth 1. Set 5 is {first, third}."""


# --- the formula ----------------------------------------------------------------------------------------------------------------


def test_the_gloves_of_the_textbook_are_shared_a_sixth_a_sixth_and_two_thirds() -> None:
    np.testing.assert_allclose(shapley(GLOVES), [1 / 6, 1 / 6, 2 / 3])


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_shares_are_efficient_symmetric_and_nothing_for_a_dummy(n: int) -> None:
    rng = np.random.default_rng(n)
    worth = rng.integers(-50, 50, 1 << n).astype(float)
    worth[0] = 0
    sets = np.arange(1 << n)
    share = shapley(worth)
    assert share.sum() == pytest.approx(worth[-1])  # efficiency
    swapped = (sets & ~3) | (sets >> 1 & 1) | (sets & 1) << 1  # the first two change places
    np.testing.assert_allclose(shapley(worth[swapped])[[1, 0]], share[:2])
    alike = worth[sets | (sets >> 1 & 1) | (sets & 1) << 1]  # either of the first two is as good as both
    assert shapley(alike)[0] == pytest.approx(shapley(alike)[1])  # symmetry
    idle = worth[sets & ~1]
    assert shapley(idle)[0] == pytest.approx(0)  # dummy
    both = shapley(np.stack([worth, idle]))  # additivity, over seeds at once
    np.testing.assert_allclose(both.sum(axis=0), shapley(worth + idle))


def test_shares_are_the_mean_over_every_order() -> None:
    rng = np.random.default_rng(1)
    worth = np.concatenate(([0.0], rng.normal(size=15)))
    total = np.zeros(4)
    for order in permutations(range(4)):
        so_far = 0
        for i in order:
            total[i] += worth[so_far | 1 << i] - worth[so_far]
            so_far |= 1 << i
    np.testing.assert_allclose(shapley(worth), total / 24)
    assert order_weights(added(worth, 2)[0], 4).sum() == pytest.approx(1)


def test_two_that_need_each_other_help_and_two_that_do_the_same_spoil() -> None:
    need, same = np.array([0.0, 0, 0, 7]), np.array([0.0, 7, 7, 7])
    assert interaction(need, 0, 1) == (7, 7)
    assert interaction(same, 0, 1) == (-7, -7)
    alone, company = interaction(GLOVES, 0, 1)
    assert (alone, company) == (
        0,
        pytest.approx(-0.5),
    )  # without the right glove nothing, beside it one spoils the other


# --- sets and groups ------------------------------------------------------------------------------------------------------------


def test_a_set_is_named_by_its_bits() -> None:
    assert members(0, "abc") == ()
    assert members(5, "abc") == ("a", "c")


def test_groups_hold_up_to_eight_that_take_the_same_parts_away() -> None:
    lives: list[dict[str, Any]] = [{}] + [{"practice.x": n} for n in range(9)] + [{"consequences.rail": None}]
    assert groups_of(lives) == [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9], [10]]
    acts: list[dict[str, Any]] = [{}] + [{"conduct.acts.debt.rate": n} for n in range(9)]
    assert groups_of(acts) == [[0, 1, 2, 3, 4, 5, 6, 7], [0, 8, 9]], (
        "the base leads where the first could decide for all"
    )


# --- a small world --------------------------------------------------------------------------------------------------------------

ASKED = ("expiry", "human-review", "essential-needs", "ability-checked")


def town(people: int = 2048) -> Loaded:
    """A hundred days in which a debt is common, half of the debtors cannot pay, and some records are another's."""
    share = {"own_act": 0.2, "wrong_person": 0.5, "other": 0.3}
    return from_raw(
        {
            "schema": 1,
            "scheme": {"title": "A town of debtors", "purpose_contexts": ["courts"], "status": "hypothetical"},
            "data_sources": [{"id": "court", "context": "courts", "kind": "court_record"}],
            "rules": [{"id": "debt", "source": "court", "when": {"signal": "debt"}, "requires_ability": True, "gravity": 3}],
            "lists": [{"id": "debtors", "entry": {"trigger": {"rule": "debt"}}, "max_days": 30}],
            "consequences": [
                {"id": "flight", "context": "transport", "kind": "refusal", "severity": 2, "trigger": {"list": "debtors"}},
                {"id": "clinic", "context": "health", "right": "health", "kind": "refusal", "severity": 5, "trigger": {"list": "debtors"}},
            ],
            "world": {"people": people, "start": "2020-01-01", "end": "2020-04-09", "seed": 5, "block": 256, "groups": {"A": {"share": 1}}},
            "conduct": {
                "acts": {
                    "debt": {
                        "rate": "1 per year",
                        "lawful": False,
                        "while_listed": {"debtors": 0.5},
                        "circumstances": {
                            "unwilling": {"share": 0.5, "basis": "own_act"},
                            "unable": {"share": 0.5, "basis": "cannot_pay"},
                        },
                    }
                },
                "demand": {g: {"users": 1, "trips": "52 per year", "tries_per_trip": {"mean": 2}} for g in ("flight", "clinic")},
            },
            "practice": {
                "sensing": {"court": {"seen": 1, "wrong_person": 0.2}},
                "lists": {
                    "debtors": {
                        "appeal": {"filed": {"other": 0.3}, "upheld": share},
                        "payment": {"rate": {"own_act": "2 per year"}},
                        "expiry": {"termed": 0.5},
                    }
                },
            },
        },
        "town",
    )  # fmt: skip


@pytest.fixture(scope="module")
def done() -> Lattice:
    return lattice(town(), with_=ASKED)


def test_the_corners_of_a_lattice_are_what_twins_count(done: Lattice) -> None:
    """The base, each alone and no scheme, as the twins verb counts them by another way."""
    told = twins(town(), with_=ASKED)
    for harm in ("wrongful_days_by_rights", "wrongful_days", "listed_days", "mobility_loss"):
        assert done.values[harm][0, 0] == told.effect(harm, "no-scheme").base > 0
        for i, name in enumerate(done.safeguards):
            assert done.values[harm][0, 1 << i] == told.effect(harm, f"with-{name}").variant
        assert done.no_scheme[harm][0] == 0


def test_what_stands_beside_a_life_moves_none_of_it(done: Lattice) -> None:
    """A life led by another change, in a group without the base, is what it is alone."""
    base = live_group(town(), [{}])[0]
    entry = {"practice.lists.debtors.entry.unable": 0}
    led = live_group(town(), [{"lists.debtors.max_days": 9}, {}, entry])
    assert led[1] == base
    assert led[2] == live_group(town(), [entry])[0]
    assert base["listings"] == done.values["listings"][0, 0]


def test_burden_is_every_day_of_every_gate_weighed_by_its_severity(done: Lattice) -> None:
    assert done.values["burden"][0, 0] == 7 * done.values["listed_days"][0, 0]
    needs = 1 << done.safeguards.index("essential-needs")
    assert done.values["burden"][0, needs] == 2 * done.values["listed_days"][0, needs]
    assert done.values["refused_tries"][0, needs] < done.values["refused_tries"][0, 0]


def test_burden_and_prevented_harm_are_those_of_the_measures(tmp_path: Path) -> None:
    """Counted here from the engine, and there from a recording of the same twins; flight and clinic together weigh 7."""
    both = with_variants(town(512), {"no-scheme": NO_SCHEME.patch(town(512).scenario)})
    kept = simulate(both, out=tmp_path / "run")
    told = measure_pair(kept, both.variants[0][0], "no-scheme")
    base, none = live_group(town(512), [{}, both.scenario.variants[1].set])
    assert told["prevented_harm"]["value"] == none["unlawful_acts"] - base["unlawful_acts"] > 0
    still_listed = kept.cases.column("closed").null_count
    assert told["burden_spared"]["value"] == base["burden"] - 7 * still_listed, (
        "twins count the last evening too, measures do not"
    )


def test_the_benefit_that_is_lost_stands_beside_the_harm_that_is_spared(done: Lattice) -> None:
    harm, lost = done.answer(), done.answer("prevented_harm")
    assert harm.measure == "wrongful_days_by_rights"
    assert lost.base > 0, "listed people do it less often, so the scheme prevents some"
    assert lost.all > 0, "with fewer listed, less is prevented"
    assert lost.base % 3 == 0, "weighed by the gravity of the rule"
    for word in ("paid go from", "do not happen, weighed by gravity, from"):
        assert word in done.sentence()
    assert sum(s.shapley for s in lost.shares) == pytest.approx(lost.all)
    assert set(done.document()["answers"]) == set(MEASURES)


def test_alone_last_and_pairs_are_read_off_the_sets(done: Lattice) -> None:
    a, v = done.answer("listed_days"), done.values["listed_days"][0]
    review, able = (done.safeguards.index(n) for n in ("human-review", "ability-checked"))
    assert a.shares[review].alone == v[0] - v[1 << review] > 0
    assert a.shares[able].last == v[15 & ~(1 << able)] - v[15] > 0
    beyond = v[1 << review] + v[1 << able] - v[1 << review | 1 << able] - v[0]
    assert interaction(done.worth("listed_days")[0], review, able)[0] == beyond < 0, "they spare the same people"
    assert a.spoils is not None
    assert a.spoils.alone <= beyond
    assert a.helps is None or a.helps.alone > 0


def test_a_safeguard_that_does_harm_in_some_order_is_marked(done: Lattice) -> None:
    """Listings that end are listings that can begin again: a term adds to their number, in whatever order it is brought in."""
    expiry = done.answer("listings").shares[0]
    assert expiry.safeguard == "expiry"
    assert expiry.does_harm
    assert expiry.backfires > 0.5
    assert expiry.least < 0
    assert not done.answer("listed_days").shares[0].does_harm


def test_a_document_is_json_and_holds_no_row_of_a_person(done: Lattice) -> None:
    told = json.loads(json.dumps(done.document(), allow_nan=False))
    assert told["synthetic"] is True
    assert told["evidence"] == "hypothetical"
    assert told["sets"] == 16
    assert len(json.dumps(told)) < 60_000


# --- seeds, files, stopping -----------------------------------------------------------------------------------------------------


def stopping_after(groups: int) -> Callable[..., None]:
    def tell(step: str, n: int, of: int) -> None:
        if n == groups:
            raise KeyboardInterrupt

    return tell


def test_a_stopped_lattice_goes_on_to_the_same_and_gives_intervals_over_seeds(tmp_path: Path) -> None:
    two = ("expiry", "human-review")
    whole = lattice(town(512), with_=two, seeds=2, out=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        lattice(town(512), with_=two, seeds=2, out=tmp_path / "cut", progress=stopping_after(3))
    kept = sorted(p.name for p in (tmp_path / "cut.partial" / "groups").iterdir())
    assert len(kept) == 3
    luck = reseeded(town(512), 6)
    with pytest.raises(RecordingError, match=r"begun with another world\.seed"):
        lattice(luck, with_=two, seeds=2, out=tmp_path / "cut", resume=True)
    with pytest.raises(RecordingError, match="begun with another safeguards"):
        lattice(town(512), with_=("expiry", "ability-checked"), seeds=2, out=tmp_path / "cut", resume=True)
    with pytest.raises(RecordingError, match="beginning of a run that was stopped"):
        lattice(town(512), with_=two, seeds=2, out=tmp_path / "cut")
    again = lattice(town(512), with_=two, seeds=2, out=tmp_path / "cut", resume=True)
    tables = [pq.read_table(tmp_path / name / TABLE) for name in ("whole", "cut")]
    assert tables[0].equals(tables[1])
    assert tables[0].num_rows == len(MEASURES) * 2 * (4 + 1)
    assert {p.name for p in (tmp_path / "cut").iterdir()} == {"lattice.parquet", "lattice.json"}
    share = again.answer().shares[1]
    assert share.interval is not None
    assert share.interval[0] < share.shapley < share.interval[1]
    assert open_lattice(tmp_path / "cut")["answers"] == open_lattice(tmp_path / "whole")["answers"]
    assert whole.seeds[0] == 5
    assert whole.seeds[1] != 5


# --- what is refused ------------------------------------------------------------------------------------------------------------


def test_too_few_too_many_and_what_does_not_apply_are_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match=r"only expiry .* a lattice needs two"):
        lattice(town(512), with_=["expiry", "expiry"])
    eight, small = [e.name for e in ELEMENTS if e.side == "with"], read_scenario("defaulter-list", people=4096, days=30)
    with pytest.raises(UsageError, match="9 make 512 sets; at most 8"):
        lattice(small, with_=eight, without=["misidentification"])
    with pytest.raises(DoesNotApply, match="no gate of this scenario reaches children"):
        lattice(town(512), with_=["expiry", "minors-exempt"])
    with pytest.raises(UsageError, match='Did you mean "expiry"'):
        lattice(town(512), with_=["expiri", "human-review"])
    with pytest.raises(UsageError, match="Of the others: with notice-before-effect: the scheme has no list"):
        lattice(read_scenario("suzhou-2016", people=4096, days=30))
    with pytest.raises(UsageError, match="0 makes no lattice"):
        lattice(town(512), with_=ASKED, seeds=0)


def test_a_measure_that_is_not_counted_is_refused_with_the_nearest(done: Lattice) -> None:
    with pytest.raises(UsageError, match='Did you mean "refused_tries"'):
        done.answer("refused_try")
    assert done.headline in HARMS


def test_no_folder_is_no_lattice(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="holds no lattice"):
        open_lattice(tmp_path)
