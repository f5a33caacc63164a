"""The three ways this package compiles a function, and where compiled code is kept.

`pure` is for the scalar functions of mechanisms and ties; `phase` for the parts of a
kernel, `entry` for the few kernels called from Python. Only entries are cached on disk. How they are compiled is in `compiling.py`, which
a start that finds everything compiled does not even load.
numba's own cache serves stale code when *another* module changes, so the cache directory is named by a digest of the entry's module and of
every module of this package that it imports, however far away: a change to one kernel leaves the others compiled. The place of the files
is no part of the name: a checkout, a worktree and an installed wheel of the same sources share what one of them compiled. Of several
processes that need a kernel at once one compiles it and the others wait. What nobody has used for a month is removed when something new
is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cached_property, lru_cache, update_wrapper
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, NullCache, UserProvidedCacheLocator
from numba.core.compiler import CompilerBase

try:
    import fcntl
except ImportError:  # Windows: each compiles for itself
    fcntl = None  # type: ignore[assignment]

IMPORTS = re.compile(r"^[ \t]*from (glasshouse[\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
"""How this package imports from itself: looked for as text, because parsing every source took a third of a second of every start."""
UNUSED = 30 * 86_400.0
"""Seconds after which kernels that nobody used are forgotten."""
PATIENCE = 600.0
"""Seconds that a process waits for another one's compiling before it compiles for itself. A process that dies lets go at once."""


def sources_of(module: str) -> list[Path]:
    """The files of this package whose code may end up in a kernel of a module: its own, and of everything that it imports."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is None or name in found:
            continue
        found[name] = path
        for module, names in IMPORTS.findall(path.read_text("utf-8")):
            waiting += [module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))]
    return [found[name] for name in sorted(found)]


def _file_of(module: str) -> Path | None:
    """Where a module of this package is written down; None for a package, for a name inside a module and for anybody else's."""
    package, _, rest = module.partition(".")
    path = Path(__file__).parent.joinpath(*rest.split(".")).with_suffix(".py")
    return path if package == "glasshouse" and rest and path.is_file() else None


@lru_cache
def source_digest(module: str) -> str:
    """Digest of every file whose code ends up in a kernel of this module, of numba's version, and of how it is told to compile."""
    told = (numba.__version__, numba.config.OPT, numba.config.BOUNDSCHECK)
    found = hashlib.blake2b(repr(told).encode(), digest_size=8)
    for path in sources_of(module):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


@lru_cache
def cache_folder(module: str = "glasshouse.engines.day") -> Path:
    """Where a module's compiled kernels are kept: under GLASSHOUSE_CACHE_DIR, or the user's cache directory, or a temporary one."""
    given = os.environ.get("GLASSHOUSE_CACHE_DIR")
    if given:
        base = Path(given)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "glasshouse"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "glasshouse"
    folder = base / f"kernels-{source_digest(module)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)  # it is in use
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="glasshouse-kernels-"))
    return folder


def forget_unused(mine: Path) -> None:
    """Remove the kernels of other sources, beside mine, that no process has used for `UNUSED` seconds."""
    long_ago = time.time() - UNUSED
    for other in mine.parent.glob("kernels-*"):
        if other != mine and other.stat().st_mtime < long_ago and not any(map(is_held, other.glob("*.lock"))):
            shutil.rmtree(other, ignore_errors=True)


def is_held(lock: Path) -> bool:
    """Is a process compiling under this lock?"""
    if fcntl is None:
        return False
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


class Part:
    """A function as kernels ask for it. numba is told of it when a kernel is compiled; Python, in tests, may call it too."""

    def __init__(self, function: Callable[..., Any], **how: Any) -> None:
        update_wrapper(self, function)
        self.py_func, self.targetoptions = function, how | {"nogil": True, "_nrt": False}

    def __call__(self, *args: Any) -> Any:
        return self.compiled(*args)

    @cached_property
    def compiled(self) -> Any:
        """As numba compiles it by itself."""
        return numba.njit(**self.targetoptions)(self.py_func)

    @cached_property
    def called(self) -> Any:
        """As it stands in a kernel."""
        from glasshouse.compiling import Called

        return self.compiled if "inline" in self.targetoptions else Called(self.py_func, dict(self.targetoptions))

    @property
    def _numba_type_(self) -> Any:
        return numba.types.Dispatcher(self.called)


def pure(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a scalar function into whichever kernel calls it."""
    return function if numba.config.DISABLE_JIT else Part(function)


def phase(function: Callable[..., Any]) -> Callable[..., Any]:
    """A part of a kernel with a name of its own: laid into its caller before compiling, because each call level that is handed all tables
    would be optimised anew by every level above it (measured: 67 s of compiling became a few).
    """
    return function if numba.config.DISABLE_JIT else Part(function, inline="always")


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that Python calls: serial, without the interpreter lock, kept on disk."""
    kernel = numba.njit(nogil=True, no_cfunc_wrapper=True, _nrt=False, pipeline_class=_Steps)(function)
    if not numba.config.DISABLE_JIT:
        kernel._cache = _Later(function)
    return kernel  # type: ignore[no-any-return]


class _Steps(CompilerBase):  # type: ignore[misc]
    """The steps by which a kernel is compiled."""

    def define_pipelines(self) -> list[Any]:
        from glasshouse.compiling import steps

        return [steps()]


class _Place(UserProvidedCacheLocator):  # type: ignore[misc]
    """Where one function's compiled code lies: by what its sources say, not by where they lie."""

    def __init__(self, py_func: Callable[..., Any], py_file: str) -> None:
        self._py_file, self._lineno = py_file, py_func.__code__.co_firstlineno
        self._cache_path = str(cache_folder(py_func.__module__))

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Place:
        return cls(py_func, py_file)


class _Packing(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Place,)


class _Kept(FunctionCache):  # type: ignore[misc]
    """numba's cache of a function, in our place, where only one process at a time compiles it."""

    _impl_class = _Packing
    _held: int | None = None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        found = self._found(sig, target_context)
        if found is None and self._wait_for_turn():
            found = self._found(sig, target_context)
            if found is not None:
                self._let_go()
        if found is None:
            target_context.refresh()
        return found

    def _found(self, sig: Any, target_context: Any) -> Any:
        """What is kept. numba would first load everything it can compile with, a quarter of a warm start."""
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            with contextlib.suppress(OSError):  # nowhere to keep it is no reason to stop
                super().save_overload(sig, data)
                forget_unused(Path(self.cache_path))
        finally:
            self._let_go()

    def _wait_for_turn(self) -> bool:
        """Hold this function's lock. False where there are no locks, and after waiting for too long."""
        if fcntl is None or self._held is not None:
            return False
        try:
            file = os.open(f"{self.cache_path}/{self._impl.filename_base}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError:
            return False
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.1)
            except OSError:
                break
            else:
                self._held = file
                return True
        os.close(file)
        return False

    def _let_go(self) -> None:
        """Closing a file ends what it locked."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


class _Later(NullCache):  # type: ignore[misc]
    """The cache of a function, looked for when the function is first called: most kernels of a package are not, in most runs."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    @cached_property
    def _kept(self) -> _Kept:
        return _Kept(self._function)

    @property
    def cache_path(self) -> str:
        return str(self._kept.cache_path)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        return self._kept.load_overload(sig, target_context)

    def save_overload(self, sig: Any, cres: Any) -> None:
        self._kept.save_overload(sig, cres)
