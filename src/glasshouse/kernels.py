"""The three ways this package compiles a function, and where compiled code is kept.

`pure` is for the scalar functions of mechanisms and ties; `phase` for the parts of a
kernel, `entry` for the few kernels called from Python. Only entries are cached on disk.
numba's own cache serves stale code when *another* module changes, so the cache directory is named by a digest of the entry's module and of
every module of this package that it imports, however far away: a change to one kernel leaves the others compiled. The place of the files
is no part of the name: a checkout, a worktree and an installed wheel of the same sources share what one of them compiled. Of several
processes that need a kernel at once one compiles it and the others wait.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator

try:
    import fcntl
except ImportError:  # Windows: each compiles for itself
    fcntl = None  # type: ignore[assignment]

BLAS = "scipy.linalg.cython_blas"
IMPORTS = re.compile(r"^[ \t]*from (glasshouse[\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
"""How this package imports from itself: looked for as text, because parsing every source took a third of a second of every start."""
PATIENCE = 600.0
"""Seconds that a process waits for another one's compiling before it compiles for itself. A process that dies lets go at once."""


def load_numba_without_blas() -> None:
    """Load the part of numba that loads scipy's linear algebra only to note that it is there: a tenth of a second of every start.

    It is there, for this package depends on scipy; whoever multiplies matrices in a kernel loads it then.
    """
    if BLAS in sys.modules or "numba.np.arraymath" in sys.modules:
        return
    sys.modules[BLAS] = None  # type: ignore[assignment]
    try:
        from numba.np import arraymath
    finally:
        del sys.modules[BLAS]
    arraymath._HAVE_BLAS = True


def lay_in_without_copying_scopes() -> None:
    """Let numba share a function's table of variables between the copies that it makes of the function's blocks.

    To lay a function into its caller numba copies it block by block, and with every block the whole table: a fifth of all compiling here.
    It then renames each variable and gives the copies the caller's table, so none of those copies is ever looked at.
    """
    numba.core.ir.Scope.__deepcopy__ = lambda scope, _: scope


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
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="glasshouse-kernels-"))
    return folder


def pure(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a scalar function into whichever kernel calls it."""
    return numba.njit(nogil=True, _nrt=False)(function)  # type: ignore[no-any-return]


def phase(function: Callable[..., Any]) -> Callable[..., Any]:
    """A part of a kernel with a name of its own: laid into its caller before compiling, because each call level that is handed all tables
    would be optimised anew by every level above it (measured: 67 s of compiling became a few).
    """
    return numba.njit(nogil=True, inline="always", _nrt=False)(function)  # type: ignore[no-any-return]


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that Python calls: serial, without the interpreter lock, kept on disk."""
    kernel = numba.njit(nogil=True, no_cfunc_wrapper=True, _nrt=False)(function)
    if not numba.config.DISABLE_JIT:
        kernel._cache = _Kept(function)
    return kernel  # type: ignore[no-any-return]


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
        found = super().load_overload(sig, target_context)
        if found is None and self._wait_for_turn():
            found = super().load_overload(sig, target_context)
            if found is not None:
                self._let_go()
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            with contextlib.suppress(OSError):  # nowhere to keep it is no reason to stop
                super().save_overload(sig, data)
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


load_numba_without_blas()
lay_in_without_copying_scopes()
