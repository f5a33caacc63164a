"""A few threads that work through a list together: each takes the next item when it is done with one, and the asking thread works too.

Handing every item to a pool by itself costs a waking each, which a day of a few milliseconds feels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Crew:
    """`threads` of them, the asking one among them; they are let go by `close`."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._others = ThreadPoolExecutor(max(threads - 1, 1))  # no thread starts before there is work for it

    def each(self, work: Callable[[T], object], items: Iterable[T]) -> None:
        """Do the work for every item, in no order. A fault of any is raised when all have stopped."""
        waiting = iter(items)
        others = [self._others.submit(_until_empty, work, waiting) for _ in range(self.threads - 1)]
        try:
            _until_empty(work, waiting)
        finally:
            for other in others:
                other.exception()
        for other in others:
            other.result()

    def close(self) -> None:
        """Let the threads go."""
        self._others.shutdown()


def _until_empty(work: Callable[[T], object], waiting: Iterator[T]) -> None:
    """Items are taken one by one from an iterator over a list, which gives each to one thread only."""
    for item in waiting:
        work(item)
