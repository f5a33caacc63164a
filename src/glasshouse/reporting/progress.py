"""What is said while a world lives: one line on standard error, rewritten in place, and nothing at all where nobody watches.

`simulate` calls a progress function with the name of the step, how much of it is done, and, while days are lived, people and date.
"""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO

EVERY_S = 0.1


class Progress(Protocol):
    """`step` in a word or two ("compiling", "living", "writing"); done of total (days, or 0 of 0 if unknown)."""

    def __call__(self, step: str, done: int, total: int, *, people: int = 0, date: str = "") -> None: ...


def clock(seconds: float) -> str:
    """Minutes and seconds, as 1:05."""
    whole = max(int(seconds + 0.5), 0)
    return f"{whole // 60}:{whole % 60:02d}"


def line(step: str, done: int, total: int, people: int, date: str, since_s: float) -> str:
    """One line of progress: step, share done, date, people, person-days a second, time left."""
    parts = [f"{step:<10}"]
    if total:
        parts.append(f"{done / total:4.0%}")
    if date:
        parts.append(date)
    if people:
        parts.append(f"{people:,} people")
    if people and done and since_s > 0:
        parts.append(f"{people * done / since_s:.1e} person-days/s")
    if total and done and since_s > 0:
        parts.append(f"{clock(since_s * (total - done) / done)} left")
    return "  ".join(parts)


class Meter:
    """A progress line on a terminal. It is made when a run begins, called often, and closed when the run ends or fails."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty()
        self.step = ""
        self.width = 0
        self.began = self.said = 0.0
        self.first = 0

    def __call__(self, step: str, done: int, total: int, *, people: int = 0, date: str = "") -> None:
        now = time.monotonic()
        if step != self.step:
            self.close()
            # a resumed run begins in the middle: what was done before this process counts for the share, not for the rate
            self.step, self.began, self.first = step, now, done
        elif now - self.said < EVERY_S and done < total:
            return
        self.said = now
        if self.shown:
            self._write(self._text(done, total, people, date, now - self.began))

    def _text(self, done: int, total: int, people: int, date: str, since_s: float) -> str:
        since_s = since_s * done / (done - self.first) if done > self.first else 0.0
        return line(self.step, done, total, people, date, since_s)

    def _write(self, text: str) -> None:
        self.stream.write("\r" + text.ljust(self.width))
        self.stream.flush()
        self.width = len(text)

    def close(self) -> None:
        """End the line, so that what follows begins on its own."""
        if self.shown and self.width:
            self.stream.write("\n")
            self.stream.flush()
        self.step, self.width = "", 0
