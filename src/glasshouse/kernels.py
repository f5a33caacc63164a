"""The three ways this package compiles a function, and where compiled code is kept.

`pure` is for the scalar functions of mechanisms and ties; `phase` for the parts of a
kernel, `entry` for the few kernels called from Python. Only entries are cached on disk.
numba's own cache serves stale code when *another* module changes, so the cache directory is named by a digest of the entry's module and of
every module of this package that it imports, however far away: a change to one kernel leaves the others compiled.
"""

from __future__ import annotations

import ast
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numba

BLAS = "scipy.linalg.cython_blas"


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
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
    return [found[name] for name in sorted(found)]


def _file_of(module: str) -> Path | None:
    """Where a module of this package is written down; None for a package, for a name inside a module and for anybody else's."""
    package, _, rest = module.partition(".")
    path = Path(__file__).parent.joinpath(*rest.split(".")).with_suffix(".py")
    return path if package == "glasshouse" and rest and path.is_file() else None


@lru_cache
def source_digest(module: str) -> str:
    """Digest of every file whose code ends up in a kernel of this module, and of numba's version."""
    found = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
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
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder(function.__module__))
    try:
        return numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True, _nrt=False)(function)  # type: ignore[no-any-return]
    finally:
        numba.config.CACHE_DIR = before


load_numba_without_blas()
