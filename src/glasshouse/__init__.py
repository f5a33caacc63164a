"""glasshouse simulates scoring-and-sanction systems on synthetic people, and audits what they do to those people.

The verbs below are all there is to the outside. Inside, data flows from room to room in this order:
scenario (what is asked) -> world (who lives there) -> mechanisms and engines (what happens) -> recording (what was written down)
-> measures (what it did) -> experiments (the same world twice) -> reporting (what we say).

    import glasshouse as gh
    run = gh.run("defaulter-list", people=100_000, seed=7)
    run.measures["wrongful_listing_rate"]

Names are looked up on first use, so that `import glasshouse` and `glasshouse --help` load nothing heavy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasshouse.verbs import (
        demo,
        doctor,
        explain,
        lint,
        load,
        measure,
        report,
        run,
        safeguards,
        scenarios,
        schema,
        sweep,
        twins,
        validate,
        warmup,
    )

__version__ = "0.1.0"
__all__ = [
    "demo",
    "doctor",
    "explain",
    "lint",
    "load",
    "measure",
    "report",
    "run",
    "safeguards",
    "scenarios",
    "schema",
    "sweep",
    "twins",
    "validate",
    "warmup",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("glasshouse.verbs"), name)
    raise AttributeError(f"module 'glasshouse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
