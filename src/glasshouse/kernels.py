"""The three ways this package compiles a function, and where compiled code is kept.

`pure` is for the scalar functions of mechanisms and ties; `phase` for the parts of a
kernel, `entry` for the few kernels called from Python. Only entries are cached on disk.
numba's own cache serves stale code when *another* module changes, so the cache directory is named by a digest of every kernel source.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

BLAS = "scipy.linalg.cython_blas"
SOURCES = ("kernels.py", "chance.py", "codes.py", "scenario/tables.py", "world/*.py", "mechanisms/*.py", "engines/*.py")


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


def source_digest() -> str:
    """Digest of every file whose code ends up in a kernel, and of numba's version."""
    root = Path(__file__).parent
    found = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def cache_folder() -> Path:
    """Where compiled kernels are kept: GLASSHOUSE_CACHE_DIR, or the user's cache directory, or a temporary one."""
    given = os.environ.get("GLASSHOUSE_CACHE_DIR")
    if given:
        base = Path(given)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "glasshouse"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "glasshouse"
    folder = base / f"kernels-{source_digest()}"
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
    numba.config.CACHE_DIR = str(_FOLDER)
    try:
        return numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True, _nrt=False)(function)  # type: ignore[no-any-return]
    finally:
        numba.config.CACHE_DIR = before


load_numba_without_blas()
_FOLDER = cache_folder()
