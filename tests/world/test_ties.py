"""Ties are symmetric sets, follow what is asked, and are computed from keys: nothing is stored."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from numba import njit

from glasshouse.errors import InputError
from glasshouse.scenario import tie_tables as made
from glasshouse.scenario.schema import Ties, World
from glasshouse.scenario.tables import TIE_KINDS
from glasshouse.world import circles as lanes
from glasshouse.world import ties as keyed

KINDS = range(keyed.REPRESENTATIVE)
"""The kinds that tie people to people."""
ASKED = Ties.model_validate(
    {
        "household": {"sizes": {1: 0.1, 2: 0.22, 3: 0.26, 4: 0.22, 5: 0.13, 6: 0.07}},
        "partner": 0.8,
        "parent_child": 0.7,
        "best_friend": 0.9,
        "friends": {"mean": 8, "sd": 5, "clustering": 0.2},
        "online_friends": {"mean": 12, "sd": 9, "max": 48, "window": 65536, "clustering": 0.05},
        "colleagues": {"sizes": {1: 0.4, 3: 0.1, 8: 0.3, 40: 0.2}},
        "school": {"sizes": {1: 0.8, 25: 0.1, 31: 0.1}},
    }
)
TABLES = made.tie_tables(ASKED, 1, 7)
SIZES = [1, 2, 63, 64, 65, 3000, 4096, 4097, 70_001]


def naive_twin():
    path = Path(__file__).parents[1] / "naive" / "ties.py"
    spec = importlib.util.spec_from_file_location("naive_ties", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Ties


@njit(nogil=True)
def everybody(kind, first, beyond, people, tables, k0, k1):
    """Neighbours of first .. beyond - 1: counts, and rows padded with -1."""
    rows = np.full((beyond - first, keyed.MOST_NEIGHBOURS), -1, np.int64)
    counts = np.zeros(beyond - first, np.int64)
    for person in range(first, beyond):
        counts[person - first] = keyed.neighbours(kind, person, people, tables, k0, k1, rows[person - first])
    return counts, rows


def ask(kind, people, tables=TABLES, seed=7, first=0, beyond=None):
    counts, rows = everybody(
        kind,
        first,
        people if beyond is None else beyond,
        people,
        tables,
        np.uint32(seed % 2**32),
        np.uint32(seed >> 32),
    )
    rows[np.arange(rows.shape[1]) >= counts[:, None]] = -1
    return counts, rows


def pairs(counts, rows, first=0):
    return np.repeat(np.arange(first, first + len(counts)), counts), rows[rows >= 0]


def clustering(counts, rows):
    """Mean over people with two or more neighbours of the share of pairs of neighbours who are neighbours."""
    sets = [set(row[row >= 0]) for row in rows]
    closed = [sum(len(sets[j] & mine) for j in mine) / (len(mine) * (len(mine) - 1)) for mine in sets if len(mine) > 1]
    return float(np.mean(closed))


@pytest.mark.parametrize("people", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_neighbours_are_a_symmetric_ascending_set_of_others_who_exist(kind, people):
    counts, rows = ask(kind, people)
    one, other = pairs(counts, rows)
    assert np.all((other >= 0) & (other < people) & (other != one))
    same = one[1:] == one[:-1]
    assert np.all(other[1:][same] > other[:-1][same])
    there, back = one * people + other, other * people + one
    assert np.array_equal(there, np.sort(back))
    if people >= 3000:
        assert len(one) > people // 20, "a kind that ties nobody proves nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_ties_are_mutual_in_a_world_of_a_million_less_seventeen(kind):
    people = 999_983
    for first in (0, 500_000, people - 700):
        counts, rows = ask(kind, people, first=first, beyond=first + 300)
        for one, other in zip(*pairs(counts, rows, first), strict=True):
            assert one in ask(kind, people, first=other, beyond=other + 1)[1]


@pytest.mark.parametrize("people", [1, 2, 3, 17, 63, 64, 65, 300, 1000, 4096, 4100, 9000])
@pytest.mark.parametrize("seed", [0, 7, 2**63 + 12345])
def test_the_naive_twin_says_the_same_of_everybody(people, seed):
    tables = made.tie_tables(ASKED, people, seed)
    twin = naive_twin()(tables, people, seed)
    for kind in KINDS:
        counts, rows = ask(kind, people, tables, seed)
        assert [list(row[:n]) for row, n in zip(rows, counts, strict=True)] == twin.graph(kind), TIE_KINDS[kind]


@pytest.mark.slow
@pytest.mark.no_cover
def test_the_naive_twin_agrees_where_a_wide_window_is_full():
    twin = naive_twin()(TABLES, 70_001, 7)
    for kind in (keyed.ONLINE_FRIENDS, keyed.COLLEAGUES, keyed.SCHOOL):
        counts, rows = ask(kind, 70_001)
        assert [list(row[:n]) for row, n in zip(rows, counts, strict=True)] == twin.graph(kind)


@njit(nogil=True)
def everybody_in_lanes(kind, people, circles, k0, k1):
    """Friends of all people as `everybody` tells them, computed sixteen layers at a time."""
    rows = np.full((people, keyed.MOST_NEIGHBOURS), -1, np.int64)
    for person in range(people):
        n = lanes.ordered(circles.found, lanes.friends(kind, person, circles, k0, k1), circles.less)
        for which in range(n):
            rows[person, which] = lanes.nth(circles.found, circles.less, which)
    return rows


@pytest.mark.parametrize("asked", [ASKED, Ties.model_validate({"friends": {"mean": 10, "sd": 0}})])
@pytest.mark.parametrize("people", [1, 2, 65, 4096, 9000, 70_001])
@pytest.mark.parametrize("kind", [keyed.FRIENDS, keyed.ONLINE_FRIENDS])
def test_friends_sixteen_layers_at_a_time_are_the_same_people_in_the_same_order(kind, people, asked):
    tables = made.tie_tables(asked, people, 7)
    _, told = ask(kind, people, tables)
    circles = lanes.circles_of(tables, people, streets=2)  # fewer than there are: keys must be made again
    found = everybody_in_lanes(kind, people, circles, np.uint32(7), np.uint32(0))
    np.testing.assert_array_equal(found, told)
    if people > 65 and kind == keyed.FRIENDS:
        friends = (told >= 0).sum(axis=1)
        assert friends.max() > lanes.LANES or friends.min() < friends.max() == 10, "more than lanes, or one met twice"


@pytest.mark.parametrize("n", [1, 2, 3, 5, 63, 64, 65, 1000, 4095, 4096, 50_000, 65_535, 65_536])
def test_the_bijection_reaches_everything_once_and_is_undone(n):
    for word in range(5):
        w = tuple(np.random.default_rng([n, word]).integers(0, 2**32, 3, dtype=np.uint32))
        step = max(n // 3000, 1)
        assert all(keyed.unscrambled(keyed.scrambled(x, n, *w), n, *w) == x for x in range(0, n, step))
        if n <= 4096:
            assert sorted(keyed.scrambled(x, n, *w) for x in range(n)) == list(range(n))


def test_household_sizes_are_the_shares_asked_for_in_every_street():
    counts, _ = ask(keyed.HOUSEHOLD, 10 * 4096)
    for street in counts.reshape(10, 4096):
        got = np.bincount(street + 1, minlength=7)[1:7]
        assert np.all(got % np.arange(1, 7) == 0)
        assert np.abs(got / 4096 - [0.1, 0.22, 0.26, 0.22, 0.13, 0.07]).max() < 6 / 4096


def test_streets_are_built_by_different_templates():
    counts, _ = ask(keyed.HOUSEHOLD, 40 * 4096)
    assert 10 < len({street.tobytes() for street in counts.reshape(40, 4096)}) <= 16


@pytest.mark.parametrize(("size", "whole"), [(3, 4096), (7, 4096), (8, 4096)])
def test_sizes_that_do_not_divide_a_street_leave_one_smaller_household(size, whole):
    sizes = made.cut_sizes({size: 1}, whole)
    assert sum(sizes) == whole
    assert [z for z in sizes if z != size] == ([whole % size] if whole % size else [])


def test_the_share_of_couples_is_the_one_asked_for():
    people = 40 * 4096
    counts, _ = ask(keyed.PARTNER, people)
    big = ask(keyed.HOUSEHOLD, people)[0] >= 1
    firsts = sum(2 / (n + 1) for n in ask(keyed.HOUSEHOLD, people)[0][big])
    assert counts.max() == 1
    assert counts.sum() / firsts == pytest.approx(0.8, abs=0.01)


def test_elders_have_one_grown_child_with_exactly_the_share_asked_for():
    counts, rows = ask(keyed.PARENT_CHILD, 4096)
    template = keyed.template_of(0, np.uint32(7), np.uint32(0))
    role = TABLES.house_role[template]
    elders = role == keyed.ELDER
    assert elders.sum() == TABLES.role_count[1, template]
    assert counts[elders].max() == 1
    assert counts[elders].sum() == int(elders.sum()) * int(TABLES.share[2]) >> 32
    assert np.all(role[rows[elders & (counts > 0), 0]] == keyed.ADULT)
    children = role == keyed.CHILD
    assert np.all(counts[children] == 2)


@pytest.mark.parametrize("kind", [keyed.FRIENDS, keyed.ONLINE_FRIENDS])
def test_the_degree_law_of_friends_is_exact_but_for_people_met_twice(kind):
    window = int(TABLES.window[kind])
    counts, _ = ask(kind, window)
    want = made.memberships(TABLES, kind)
    law = np.array(made.degree_law(getattr(ASKED, TIE_KINDS[kind])))
    ranked = by_rank(kind, counts)
    assert np.all(ranked <= want)
    met_twice = int((want - ranked).sum())
    assert met_twice < want.sum() * 4 * want.mean() / window, "too many met twice"
    assert np.abs(np.bincount(want, minlength=len(law)) - law).sum() <= 2 * TABLES.layer_count[kind]
    assert abs(want.sum() - (law * np.arange(len(law))).sum()) <= TABLES.layer_count[kind]


def by_rank(kind, counts):
    window = int(TABLES.window[kind])
    w = keyed.draw(0, 0, keyed.TIE, 0, 0, keyed.STREAMS[kind], np.uint32(7), np.uint32(0))[:3]
    return np.array([counts[keyed.scrambled(rank, window, *w)] for rank in range(window)])


@pytest.mark.parametrize("kind", [keyed.BEST_FRIEND, keyed.COLLEAGUES, keyed.SCHOOL])
def test_best_friends_and_classes_are_exact_in_a_full_window(kind):
    window = int(TABLES.window[kind])
    counts, _ = ask(kind, window)
    assert np.array_equal(by_rank(kind, counts), made.memberships(TABLES, kind))


def test_class_sizes_are_the_shares_asked_for():
    counts, _ = ask(keyed.COLLEAGUES, 65536)
    got = np.bincount(counts + 1, minlength=41) / 65536
    assert np.abs(got[[1, 3, 8, 40]] - [0.4, 0.1, 0.3, 0.2]).max() < 40 / 65536


@pytest.mark.parametrize("asked", [0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
@pytest.mark.parametrize(("mean", "sd"), [(4, 2.5), (8, 5), (12, 6)])
def test_clustering_of_friends_is_within_two_hundredths_of_what_is_asked(asked, mean, sd):
    ties = Ties.model_validate({"friends": {"mean": mean, "sd": sd, "max": 40, "clustering": asked}})
    counts, rows = ask(keyed.FRIENDS, 4096, made.tie_tables(ties, 4096, 3), seed=3)
    assert clustering(counts, rows) == pytest.approx(asked, abs=0.02)
    assert counts.mean() == pytest.approx(mean, rel=0.02)
    assert counts.std() == pytest.approx(sd, rel=0.03)


@pytest.mark.parametrize(("mean", "sd"), [(1, None), (4, 1), (4, 2), (5, 9), (8, None), (20, 8), (30, 5)])
def test_the_degree_law_has_the_mean_and_spread_asked_for(mean, sd):
    asked = Ties.model_validate({"friends": {"mean": mean, "sd": sd, "max": 48}}).friends
    law = np.array(made.degree_law(asked)) / 4096
    k = np.arange(49)
    got = (law * k).sum()
    assert law.sum() == 1
    assert got == pytest.approx(mean, abs=0.02)
    want = sd if sd is not None else max(0.6 * mean, mean**0.5)
    assert ((law * k**2).sum() - got**2) ** 0.5 == pytest.approx(want, abs=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_expected_is_what_is_found(kind):
    expected = made.expected_statistics(ASKED)[TIE_KINDS[kind]]
    counts, _ = ask(kind, 65536 * 2)
    assert counts.mean() == pytest.approx(expected.mean, rel=0.02)
    assert counts.std() == pytest.approx(expected.sd, rel=0.03)


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_ties_other_people(kind):
    first = ask(kind, 4096)[1]
    other = ask(kind, 4096, made.tie_tables(ASKED, 4096, 8), seed=8)[1]
    assert (first != other).any(axis=1).mean() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_full_windows_do_not_depend_on_how_many_people_there_are(kind):
    window = int(TABLES.window[kind])
    small, large = ask(kind, window + 100), ask(kind, 3 * window + 17, beyond=window + 100)
    assert np.array_equal(small[1][:window], large[1][:window])


@pytest.mark.parametrize("kind", [keyed.HOUSEHOLD, keyed.PARTNER, keyed.PARENT_CHILD])
def test_ties_in_a_street_among_those_who_exist_never_depend_on_the_number_of_people(kind):
    _, small = ask(kind, 1000)
    _, large = ask(kind, 5000, beyond=1000)
    assert [list(row[row >= 0]) for row in small] == [list(row[(row >= 0) & (row < 1000)]) for row in large]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_is_not_asked_for_ties_nobody(kind):
    assert ask(kind, 5000, made.tie_tables(Ties(), 5000, 7))[0].sum() == 0


def test_nothing_is_stored_that_grows_with_the_people():
    small, large = made.tie_tables(ASKED, 100, 7), made.tie_tables(ASKED, 2_000_000_000, 7)
    assert all(np.array_equal(a, b) for a, b in zip(small, large, strict=True))
    assert sum(x.nbytes for x in large) < 1_000_000


def test_nobody_has_more_neighbours_than_there_is_room_for():
    most = {"mean": 30, "sd": 9, "max": 48, "clustering": 0.1}
    ties = Ties.model_validate(
        {"household": {"sizes": {8: 1}}, "parent_child": 1.0, "friends": most, "school": {"sizes": {64: 1}}}
    )
    tables = made.tie_tables(ties, 70_000, 1)
    assert [ask(kind, 70_000, tables, 1)[0].max() for kind in (0, 7)] == [7, 63]
    assert all(ask(kind, 70_000, tables, 1)[0].max() < keyed.MOST_NEIGHBOURS for kind in KINDS)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"partner": 0.5}, "needs world.ties.household"),
        ({"parent_child": 0.5}, "needs world.ties.household"),
        ({"friends": {"mean": 40, "max": 32}}, "not between 0 and max 32"),
        ({"friends": {"mean": 30, "sd": 20, "max": 32}}, "Raise max"),
        ({"friends": {"mean": 30, "sd": 5, "max": 40, "clustering": 0.9}}, "cannot be had"),
        ({"school": {"sizes": {5: 0.0}}}, "at least one size"),
    ],
)
def test_what_cannot_be_had_is_refused_with_a_reason(asked, said):
    with pytest.raises(InputError, match=said):
        made.tie_tables(Ties.model_validate(asked), 1000, 1)


# --- firms and people -------------------------------------------------------------------------------------------------

WORK = (keyed.REPRESENTATIVE, keyed.STAFF)


def town(people=3000, firms=0.1, staff=None, each=None, employed=None):
    """A world whose last slots are firms; they employ, and are represented by, people of a region of their own."""
    return World.model_validate(
        {
            "people": people,
            "start": "2020-01-01",
            "end": "2020-01-02",
            "seed": 7,
            "regions": {"home": {"share": 0.4}, "town": {"share": 0.6 - firms}, "firms": {"share": firms}},
            "ties": ASKED.model_dump(exclude_none=True),
            "firms": {
                "regions": ["firms"],
                "staff": {"sizes": staff or {0: 0.25, 1: 0.25, 2: 0.3, 7: 0.2}, "regions": employed},
                "representative": {"firms": each or {1: 0.5, 3: 0.5}},
            },
        }
    )


@pytest.mark.parametrize(
    "world",
    [town(), town(63), town(400, 0.02, {64: 1.0}), town(70_000, 0.01), town(300, 0.5, {1: 1.0}, {64: 1.0}, None)],
    ids=["small", "tiny", "large firms", "two windows", "as many firms as people"],
)
def test_firms_and_their_people_are_those_of_the_naive_twin_and_the_tie_is_mutual(world):
    tables = made.ties_of_world(world)
    twin = naive_twin()(tables, world.people, 7)
    first = int(tables.beyond[0])
    for kind in WORK:
        counts, rows = ask(kind, world.people, tables)
        found = [list(row[:n]) for row, n in zip(rows, counts, strict=True)]
        assert found == twin.graph(kind), TIE_KINDS[kind]
        one, other = pairs(counts, rows)
        assert np.array_equal(one * world.people + other, np.sort(other * world.people + one))
        assert np.all((one < first) != (other < first)), "somebody is tied to one of their own sort"


def test_the_plain_engine_says_the_same_of_firms_and_their_people():
    from types import SimpleNamespace

    from glasshouse.engines.reference_ties import Ties as Plain

    world = town(1500, employed=["town"])
    tables = made.ties_of_world(world)
    plain = Plain(SimpleNamespace(ties=tables, world=SimpleNamespace(people=1500, k0=7, k1=0)))
    for kind in (*WORK, keyed.HOUSEHOLD, keyed.FRIENDS):
        counts, rows = ask(kind, 1500, tables)
        found = [list(row[:n]) for row, n in zip(rows, counts, strict=True)]
        assert found == [plain.neighbours(person, kind) for person in range(1500)]


def test_a_firm_reaches_as_many_people_as_was_asked_for():
    world = town(200_000, 0.05, {0: 0.1, 3: 0.6, 5: 0.3}, {1: 0.4, 4: 0.6})
    tables, first = made.ties_of_world(world), 190_000
    reach = made.expected_reach(world.firms)
    assert reach == pytest.approx({"staff": 0.6 * 3 + 0.3 * 5, "representative": 1.0}, abs=2e-4)
    for kind, name in zip(WORK, ("representative", "staff"), strict=True):
        counts = ask(kind, world.people, tables, first=first)[0]
        assert counts.mean() == pytest.approx(reach[name], abs=0.003)
    staff = ask(keyed.STAFF, world.people, tables, first=first)[0]
    assert np.bincount(staff, minlength=6) / 10_000 == pytest.approx([0.1, 0, 0, 0.6, 0, 0.3], abs=0.001)
    works_for = ask(keyed.STAFF, world.people, tables, beyond=5000)[0]
    assert works_for.max() == 1
    answers_for = ask(keyed.REPRESENTATIVE, world.people, tables, beyond=20_000)[0]
    assert set(answers_for) <= {0, 1, 2, 3, 4}
    assert (answers_for > 0).mean() == pytest.approx(10_000 * (0.4 + 0.6 / 4) / 190_000, rel=0.1)


def test_firms_employ_people_of_the_region_that_is_named_and_of_no_other():
    world = town(3000, employed=["town"])
    counts, rows = ask(keyed.STAFF, 3000, made.ties_of_world(world))
    _, other = pairs(counts[2700:], rows[2700:])
    assert len(other) > 300
    assert other.min() >= 1200
    assert other.max() < 2700
    assert counts[:1200].sum() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_firms_have_no_household_and_no_friends_and_people_keep_theirs(kind):
    with_firms, without = made.ties_of_world(town(3000)), made.tie_tables(ASKED, 2700, 7)
    assert ask(kind, 3000, with_firms, first=2700)[0].sum() == 0
    assert np.array_equal(ask(kind, 3000, with_firms, beyond=2700)[1], ask(kind, 2700, without)[1])
