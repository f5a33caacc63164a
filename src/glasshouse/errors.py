"""Everything that can go wrong, drawn as a tree.

GlasshouseError            exit 3: our own fault, unless a subclass says otherwise
├── InputError             exit 2: what was asked cannot be done; one block, no traceback
│   ├── ScenarioError      a scheme or scenario file is wrong: problems with file, line, column
│   ├── UsageError         a command or a function was asked for something that makes no sense
│   ├── RecordingError     a folder is not a recording, or not one this version can read
│   └── DoesNotFit         the world asked for needs more memory than there is
└── Interrupted            exit 130: stopped by the user; the recording can be resumed
"""

from __future__ import annotations

from dataclasses import dataclass


class GlasshouseError(Exception):
    """The root of every error this package raises on purpose."""

    exit_code = 3


class InputError(GlasshouseError):
    """What was asked cannot be done. The message says what was found, what is allowed and what to do next."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: where (1-based line and column, 0 where unknown), at which path, and in words."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}  {self.path}: {self.message}" if self.path else f"{place}  {self.message}"


class ScenarioError(InputError):
    """A scenario cannot be used. `problems` holds every one of them, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.file, p.line, p.column, p.path))
        super().__init__("\n".join(str(p) for p in self.problems))


class UsageError(InputError):
    """A command or a function was asked for something that makes no sense."""


class RecordingError(InputError):
    """A folder is not a recording, or not one this version can read."""


class DoesNotFit(InputError):
    """The world asked for needs more memory than there is."""


class Interrupted(GlasshouseError):
    """Stopped by the user. What was simulated so far is kept and `--resume` goes on from there, unless nothing was yet."""

    exit_code = 130

    def __init__(self, message: str, kept: bool = True) -> None:
        self.kept = kept
        super().__init__(message)
