"""Where people are kept: regions are runs of consecutive people (day.md, 8). For one person, in a kernel: `belonging`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glasshouse.scenario.tables import WorldTables


def regions_of(world: WorldTables, people: ArrayLike) -> NDArray[np.int64]:
    """The region of each of these people, by its number; of somebody beyond the last, the number of regions."""
    found: NDArray[Any] = np.searchsorted(world.region_cut, np.asarray(people), side="right")
    return found.astype(np.int64, copy=False)
