"""No kernel reads or writes beyond an array: compiled anew with numba's bounds checks on, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIVED = """
import sys
sys.path.insert(0, {tests!r})
import numpy as np
from random import Random
from city import with_city
from worlds import world
from glasshouse.engines.cpu import live_all
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw, read_scenario
def live(loaded):
    plan, _ = compile_plan(loaded)
    live_all(plan, journalled=np.ones(plan.world.people, np.uint8))
for k in range(6):
    live(from_raw(world(k), "world"))
for k in range(6):
    plan, _ = compile_plan(from_raw(world(k), "world"))
    live_all(with_city(plan, Random(k)), journalled=np.ones(plan.world.people, np.uint8))
for name in ("defaulter-list", "suzhou-2016", "unemployment-fraud-flag"):
    live(read_scenario(name, people=9000, days=200))
print("within bounds")
"""


@pytest.mark.long
def test_no_kernel_leaves_its_arrays(tmp_path: Path) -> None:
    script = LIVED.format(tests=str(Path(__file__).parents[1]))
    checked = os.environ | {"NUMBA_BOUNDSCHECK": "1", "GLASSHOUSE_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=checked, capture_output=True, text=True)
    assert done.stdout.strip() == "within bounds", done.stderr[-2000:]
