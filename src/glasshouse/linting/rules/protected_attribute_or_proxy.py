"""Who a person was born counts, by name or by proxy.

What it finds: A feature or a rule attribute that is ethnicity, nationality, religion, sex, disability, age,
birthplace or household registration, or a stand-in from the table (name, dialect, postcode, diet, device), with no
legal duty to use it.

Why it matters: A score that knows where somebody was born needs no prejudice to act on one.

Example:
    models:
      - id: fraud
        features: [{name: nationality, class: demographic}]

Better:
    models:
      - id: fraud
        features: [{name: income, class: financial, association_with_protected: 0.05}]

Limits: Proxies are from a short table and marked heuristic; other proxies are found only by measuring
(`demographic_parity_difference`). A rule's duty to use the trait is written as `specific_law`.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.lexicon import PROTECTED, reveals
from glasshouse.linting.terms import unless
from glasshouse.linting.text import Text

CODE = "GH901"
NAME = "protected-attribute-or-proxy"
SEVERITY = "high"
CONFIDENCE = "decidable"
LAW = ("ECHR-14", "ICCPR-26", "EU-CFR-21", "EU-GL-SS-6", "US-ECOA-1691a", "NL-SYRI")
MEASURES: tuple[str, ...] = ("demographic_parity_difference", "fpr_disparity", "between_group_generalized_entropy")
FIX = "Remove, or justify, monitor and cap."
CORE = False
STRONG = 0.3


def check(text: Text) -> Iterator[Verdict]:
    for model in text.each("models"):
        for feature in model.get("features").items():
            trait = reveals(str(feature.get("name").value), PROTECTED)
            named = feature.get("name").satisfies(lambda v: reveals(str(v), PROTECTED) is not None)
            strong = feature.get("association_with_protected").over(STRONG)
            truth = (named | strong) & unless(feature.get("legal_duty").given())
            says = f"`{feature.get('name').value}` is or stands for {trait or 'a protected trait'}"
            yield Verdict(
                feature, truth, says, confidence="decidable" if trait == feature.get("name").value else "heuristic"
            )
    for rule in text.each("rules"):
        attribute = rule.at("when.attribute")
        revealing = attribute.satisfies(lambda v: reveals(str(v), PROTECTED) is not None)
        if revealing.value is False:
            continue
        truth = revealing & unless(rule.get("specific_law").given())
        yield Verdict(rule, truth, f"rule `{rule.id}` turns on {attribute.value}", attribute)
