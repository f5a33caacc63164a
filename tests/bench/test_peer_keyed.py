"""NumPy that draws by the same keys counts the same as the engine on every day: the two are told apart by their speed alone."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.agree import unequal
from bench.engine import engine, live
from bench.peer_keyed import KeyedPeer, Philox, scrambled

from glasshouse.chance import draw
from glasshouse.world import ties


@pytest.mark.parametrize(("people", "days"), [(5_000, 30), (12_288, 20)])
def test_keyed_numpy_counts_what_the_engine_counts(people: int, days: int) -> None:
    assert unequal(people, days) == []


@pytest.mark.slow
def test_keyed_numpy_counts_what_the_engine_counts_until_cases_end() -> None:
    assert unequal(20_000, 150) == []


def test_another_seed_would_be_seen() -> None:
    ours, theirs = (engine(5_000, 5, seed=seed, threads=1) for seed in (7, 8))
    live(ours, 5)
    peer = KeyedPeer(theirs.plan)
    live(peer, 5)
    happened = np.array(peer.acts)[:, 0].sum(axis=1)
    assert (happened != ours.result().acts[:, 0, :, 0].sum(axis=1)).any()


def test_philox_over_arrays_is_the_draw_of_the_engine() -> None:
    words = Philox(123, 456).words(np.arange(20_000, dtype=np.uint64), 77 | 1 << 16, 9, 4_000_000_000)
    for k in (0, 8_191, 8_192, 19_999):
        assert tuple(words[:, k].tolist()) == tuple(map(int, draw(k, 77, 1, 0, 9, 4_000_000_000, 123, 456)))


def test_the_bijection_over_arrays_is_that_of_the_ties() -> None:
    words = np.random.default_rng(5).integers(0, 2**32, 3)
    for n in (1, 2, 63, 4_095, 4_096):
        one_by_one = [ties.scrambled(x, n, *words.astype(np.uint32)) for x in range(n)]
        assert scrambled(np.arange(n), n, words).tolist() == one_by_one
