"""A crew does every item once, whatever the number of its threads, and a fault of one is not lost."""

from __future__ import annotations

import threading

import pytest

from glasshouse.engines.crew import Crew


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_item_once(threads: int) -> None:
    crew, done = Crew(threads), []
    try:
        for _ in range(20):
            crew.each(done.append, range(100))
    finally:
        crew.close()
    assert sorted(done) == sorted([*range(100)] * 20)


def test_the_asking_thread_works_too() -> None:
    crew, who = Crew(1), set()
    crew.each(lambda _: who.add(threading.get_ident()), [1, 2])
    crew.close()
    assert who == {threading.get_ident()}


def test_two_work_at_once() -> None:
    both, crew = threading.Barrier(2, timeout=20), Crew(2)
    crew.each(lambda _: both.wait(), [1, 2])  # one thread alone would wait for the other in vain
    crew.close()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_fault_is_raised_when_all_have_stopped(threads: int) -> None:
    crew = Crew(threads)

    def work(item: int) -> None:
        if item == 3:
            raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        crew.each(work, range(6))
    crew.close()
