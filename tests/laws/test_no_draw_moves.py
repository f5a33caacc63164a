"""Adding a mechanism moves no draw of another: two worlds that an older engine lived are lived again, to the same counts.

The worlds are files of the day they were lived, with ties, gates, caps, associations, appeals and several variants; the digests were made
by the engine of that day, before decay, company, standing, clerks and the rest existed. Whoever moves one changes every recording.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

OLDER = Path(__file__).parents[1] / "cases" / "older"
SINCE = ("bounced", "left", "ties_cut")
"""Columns that did not exist; they are 0 here."""
DIGESTS = {
    "world-3": "b07104d7db7d83cf6716ef76cdfc68a1",
    "world-17": "fc2a917bd64bb7b79e59bfdfb81cca64",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_world_of_an_older_engine_is_lived_to_the_same_counts(name: str) -> None:
    from glasshouse.engines.cpu import live_all
    from glasshouse.scenario.compile import compile_plan
    from glasshouse.scenario.reading import from_raw

    plan, _ = compile_plan(from_raw(json.loads((OLDER / f"{name}.json").read_text(encoding="utf-8")), name))
    lived = live_all(plan)
    assert not any(lived.daily[column].any() for column in SINCE)
    assert not lived.acts[..., 3].any()
    digest = sha256()
    for table in (lived.daily, lived.cases, lived.letters):
        for column in sorted(set(table) - set(SINCE)):
            digest.update(column.encode() + np.ascontiguousarray(table[column], np.int64).tobytes())
    digest.update(np.ascontiguousarray(lived.acts[..., :3], np.int64).tobytes())
    assert digest.hexdigest()[:32] == DIGESTS[name]
