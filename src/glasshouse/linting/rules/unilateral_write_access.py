"""One hand can write the list.

What it finds: A role that can add, alter, lift or override alone; or without an immutable log; or with no rule on
conflicts of interest.

Why it matters: Where one clerk can add a name, a name has a price.

Example:
    roles:
      - {id: clerk, can: [add], dual_control: false}

Better:
    roles:
      - {id: registrar, can: [add, lift], dual_control: true, log: immutable, conflict_of_interest: recusal}

Limits: Promises only; `unauthorised_status_changes` in a run.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text

CODE = "GH921"
NAME = "unilateral-write-access"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("EU-GDPR-5-1-f", "EU-GDPR-5-2", "CN-SPC-2017-13", "EU-AIA-26-6")
MEASURES: tuple[str, ...] = ("unauthorised_status_changes",)
FIX = "Two people, reason code, log, sampling audit, recusal."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    for role in text.each("roles"):
        alone = ~role.get("dual_control").true()
        unlogged, torn = ~role.get("log").is_("immutable"), ~role.get("conflict_of_interest").given()
        faults = [
            w
            for w, t in (
                ("alone", alone),
                ("without a log that cannot be changed", unlogged),
                ("with no rule on conflicts of interest", torn),
            )
            if t.value
        ]
        truth = role.get("can").holds("add", "alter", "lift", "override") & (alone | unlogged | torn)
        yield Verdict(
            role,
            truth,
            f"`{role.id}` can write the list {' and '.join(faults)}",
            role.get("dual_control") if alone.value else role.get("log"),
        )
