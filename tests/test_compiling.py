"""Kernels compiled our own way do what Python does, and what nobody uses is forgotten."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from glasshouse import kernels
from glasshouse.kernels import Part, phase, pure

DAY = 86_400


class Inner(NamedTuple):
    rate: int
    steps: NDArray[np.int64]


class Table(NamedTuple):
    inner: Inner
    pair: tuple[int, int]


@pure
def raised(amount, by=2):  # type: ignore[no-untyped-def]
    return amount + by


@phase
def halved(amount, table):  # type: ignore[no-untyped-def]
    """The parameter is assigned anew, as Python allows."""
    amount = amount - table.inner.rate
    if amount < 0:
        return -amount
    return amount // 2


@phase
def walked(start, table, out):  # type: ignore[no-untyped-def]
    """A part in a part, whose own parameter and a variable that lags behind by one turn must not be taken for each other."""
    inner, (first, second) = table.inner, table.pair
    last = start
    for n in range(inner.steps.shape[0]):
        now = halved(inner.steps[n] + raised(start, 1), table)
        out[n] = last * first + now * second
        last = now if now != 3 else raised(n)
    return last


def kernel(start, table, second, out):  # type: ignore[no-untyped-def]
    """Two calls of one part, with different tables."""
    other = second
    if start > 5:
        other = table
    a = walked(start, table, out)
    b = walked(raised(a), other, out[3:])
    return a + b + raised(out[0], 4) + raised(out[1], 5)


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_a_kernel_compiled_our_way_does_what_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(Inner(3, np.array([9, 2, -7, 4, 1, 30])), (5, -1))
    second = Table(Inner(1, np.array([8, -6, 3])), (2, 7))
    compiled = numba.njit(nogil=True, _nrt=False, pipeline_class=kernels._Steps)(kernel)  # type: ignore[call-overload]
    got = {}
    for start in (0, 4, 11):
        out = np.zeros(9, np.int64)
        got[start] = (compiled(start, table, second, out), out.tolist())
    asked = raised.called.overloads  # type: ignore[attr-defined]
    assert len(asked) <= 2, "one version for all constants, and one for the default"
    for part in (raised, halved, walked):
        assert isinstance(part, Part)
        monkeypatch.setitem(kernel.__globals__, part.__name__, part.py_func)
    for start, (answer, written) in got.items():
        out = np.zeros(9, np.int64)
        assert kernel(start, table, second, out) == answer
        assert out.tolist() == written


def test_kernels_that_nobody_used_for_a_month_are_forgotten_and_those_being_made_are_not(tmp_path: Path) -> None:
    mine, used, unused, held = (tmp_path / f"kernels-{name}" for name in ("mine", "used", "unused", "held"))
    for folder, days in ((mine, 40), (used, 29), (unused, 31), (held, 31)):
        folder.mkdir()
        (folder / "day.lock").touch()
        os.utime(folder, (time.time() - days * DAY,) * 2)
    other = tmp_path / "notes"
    other.mkdir()
    os.utime(other, (0, 0))
    fcntl = pytest.importorskip("fcntl")
    with (held / "day.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kernels.forget_unused(mine)
    assert {path.name for path in tmp_path.iterdir()} == {"kernels-mine", "kernels-used", "kernels-held", "notes"}


def test_to_ask_for_kernels_is_to_use_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSHOUSE_CACHE_DIR", str(tmp_path))
    kernels.cache_folder.cache_clear()
    folder = kernels.cache_folder()
    os.utime(folder, (0, 0))
    kernels.cache_folder.cache_clear()
    assert kernels.cache_folder().stat().st_mtime > time.time() - 60
    kernels.cache_folder.cache_clear()


def test_a_first_value_that_somebody_may_read_stays() -> None:
    """Two variables are zero at first; one is written on every way to its reader, the other on one of two."""
    from llvmlite import ir
    from llvmlite.ir.instructions import StoreInstr

    from glasshouse.compiling import leave_out_first_values

    word = ir.IntType(64)
    function = ir.Function(ir.Module(), ir.FunctionType(word, [ir.IntType(1), word]), "f")
    begin, some, end = (function.append_basic_block(name) for name in ("begin", "some", "end"))
    at = ir.IRBuilder(begin)
    always, sometimes = at.alloca(word), at.alloca(word)
    for variable in (always, sometimes):
        at.store(word(0), variable)
    at.store(function.args[1], always)
    at.cbranch(function.args[0], some, end)
    at.position_at_end(some)
    at.load(sometimes)  # nobody looks at it
    at.store(function.args[1], sometimes)
    at.branch(end)
    at.position_at_end(end)
    at.ret(at.add(at.load(always), at.load(sometimes)))
    leave_out_first_values(function)
    assert [x.operands[1] for x in begin.instructions if isinstance(x, StoreInstr)] == [sometimes, always]
    assert len(some.instructions) == 2
