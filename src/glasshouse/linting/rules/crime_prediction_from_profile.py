"""A forecast of crime made from who a person is.

What it finds: A model that predicts an offence, reoffending, dangerousness or extremism from profile, personality,
demographic, association or location features, with no objective fact among them; or with one, but with no human
assessment before use.

Why it matters: A person is then treated as an offender for what they resemble, and can never disprove it.

Example:
    models:
      - id: danger
        target: reoffence
        features: [{name: friends_listed, class: association}, {name: district, class: location}]

Better:
    models: []

Limits: Reads the classes that the text gives its features. A model of another target under a harmless name is missed.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.text import Text
from glasshouse.linting.truth import any_of

CODE = "GH104"
NAME = "crime-prediction-from-profile"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-5-1-d", "EU-AIA-III-6", "ECHR-6-2", "EU-LED-11")
MEASURES: tuple[str, ...] = ("false_listing_rate", "accusation_ppv")
FIX = "Require a human assessment already based on objective verifiable facts; drop profile-only models."
CORE = False


CRIMES = ("offence", "offense", "offend", "crime", "criminal", "danger", "extremis", "terror", "recidiv")


def check(text: Text) -> Iterator[Verdict]:
    for model in text.each("models"):
        target = model.get("target").satisfies(lambda v: any(c in str(v).lower() for c in CRIMES))
        fact = any_of(f.get("class").is_("objective_fact") for f in model.get("features").items())
        assessed = model.at("human_assessment.before_use").true()
        profile_only = target & ~fact
        truth = profile_only | (target & fact & ~assessed)
        says = f"model `{model.id}` predicts {model.get('target').value} from " + (
            "profile alone" if profile_only.value else "facts and profile with no human assessment before use"
        )
        yield Verdict(
            model,
            truth,
            says,
            model.get("features"),
            severity="critical" if profile_only.value is not False else "high",
        )
