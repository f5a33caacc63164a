"""An epidemic on keyed ties is what their graph makes it: held against percolation, and against a plain SIR on ties told plainly."""

from __future__ import annotations

import numpy as np
import pytest
from bench.sir import model
from verification.epidemic_ties import Size, by_engine, graph, made, plain_sir

from glasshouse.world.ties import FRIENDS
from naive.ties import Ties

PEOPLE, TEN_EACH, CLUSTERED = 3_000, {"mean": 10, "sd": 0}, {"mean": 8, "sd": 4, "clustering": 0.1}


def test_with_ten_friends_each_as_many_have_it_as_percolation_says() -> None:
    sizes = Size.of([by_engine(20_000, seed, TEN_EACH) for seed in range(1, 13)])
    assert sizes.error < 0.003
    assert abs(sizes.mean - model.on_a_graph({10: 1}, model.fixed_days()).size) < 3 * sizes.error


def test_the_engine_and_a_plain_sir_on_the_same_friends_reach_as_many() -> None:
    told = Ties(made(PEOPLE, 1, CLUSTERED).ties, PEOPLE, 1).graph(FRIENDS)
    pairs = np.array([(a, b) for a, friends in enumerate(told) for b in friends if a < b], np.int64)
    found = graph(pairs, PEOPLE)
    assert found.degree.mean() == pytest.approx(8, abs=0.2)
    assert found.clustering == pytest.approx(0.1, abs=0.02)
    plain = Size.of([plain_sir(found, seed) for seed in range(8)])
    engine = Size.of([by_engine(PEOPLE, seed, CLUSTERED) for seed in range(1, 17)])
    fewer = Size.of([by_engine(PEOPLE, seed, {**CLUSTERED, "mean": 7}) for seed in range(1, 17)])
    assert engine.apart(plain) < 3 < fewer.apart(plain)


def test_closed_forms_are_those_of_the_book() -> None:
    assert model.well_mixed().size == pytest.approx(0.8002, abs=5e-5)
    assert model.on_a_graph({10: 1}, model.fixed_days()).size == pytest.approx(0.76126, abs=5e-6)
    assert model.geometric_days() < model.fixed_days() < model.CHANCE * model.INFECTIOUS_DAYS
    assert model.on_a_graph({2000: 1}, 2 / 2000).size == pytest.approx(0.8002, abs=5e-4), "many weak ties: everybody"
