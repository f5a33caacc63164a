"""Beliefs or origin read from a face, a voice or a walk.

What it finds: A biometric source in a scheme where a model or a rule infers ethnicity, religion, political opinion,
union membership, sex life or sexual orientation.

Why it matters: What a person believes cannot be seen, so the inference is mostly wrong; where it is right it is
worse.

Example:
    data_sources:
      - id: gate_camera
        context: transport
        kind: face
    rules:
      - id: speeding
        when: {attribute: religion}

Better:
    data_sources:
      - id: road_offences
        kind: government_record

Limits: Fires for the scheme as a whole, even where the inference is said to rest on another source: the text must
keep them apart. Ethnic origin is covered by data protection law, not by the AI Act list.
"""

from __future__ import annotations

from collections.abc import Iterator

from glasshouse.linting.finding import Verdict
from glasshouse.linting.lexicon import BELIEFS
from glasshouse.linting.text import Text
from glasshouse.linting.truth import any_of

CODE = "GH105"
NAME = "biometric-categorisation-of-beliefs"
SEVERITY = "critical"
CONFIDENCE = "decidable"
LAW = ("EU-AIA-5-1-g", "EU-GDPR-9", "ICCPR-26", "ECHR-14")
MEASURES: tuple[str, ...] = ("demographic_parity_difference",)
FIX = "Remove the inference."
CORE = False


def check(text: Text) -> Iterator[Verdict]:
    infers = any_of(m.get("infers").holds(*BELIEFS) for m in text.each("models"))
    attributes = any_of(r.at("when.attribute").is_(*BELIEFS) for r in text.each("rules"))
    for source in text.each("data_sources"):
        truth = source.get("kind").is_("face", "voice", "gait", "iris") & (infers | attributes)
        yield Verdict(source, truth, f"`{source.id}` is biometric and the scheme infers a belief or origin")
