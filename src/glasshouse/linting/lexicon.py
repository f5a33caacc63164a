"""Words that say a judgement and not an act, and words that stand for a protected trait. Short lists, each open to dispute."""

from __future__ import annotations

import re
from functools import cache

OPEN_TERMS: tuple[str, ...] = (
    "trustworth", "untrustworth", "dishonest", "honest", "bad character", "good character", "moral", "immoral",
    "fake news", "rumour", "rumor", "disturb", "public order", "social order", "unhealthy", "disloyal", "loyal",
    "uncivil", "civilised", "civilized", "improper", "inappropriate", "wrong type", "bad influence",
    "unreliable", "undesirable", "harmful", "negative", "positive energy", "virtu", "good deed", "good citizen",
    "frivolous", "idle", "lazy", "anti-social", "antisocial", "suspicious", "unpatriotic", "patriotic",
    "vulgar", "filial",
)  # fmt: skip

# The trait, and names of fields that reveal it without naming it.
PROXIES: dict[str, tuple[str, ...]] = {
    "ethnicity": ("name", "surname", "dialect", "accent", "mother_tongue", "postcode", "neighbourhood"),
    "nationality": ("birthplace", "passport", "second_nationality", "spouse_nationality"),
    "religion": ("diet", "place_of_worship", "holiday_calendar", "headscarf"),
    "health": ("clinic_visits", "pharmacy", "prescriptions", "device_steps", "chronic_illness", "addiction"),
    "sexual_orientation": ("spouse_name", "partner_name", "dating_app"),
    "wealth": ("device", "device_model", "car_model", "postcode"),
    "household_registration": ("hukou", "postcode", "birthplace"),
}
SPECIAL = (
    "health", "genetic", "biometric", "religion", "ethnicity", "race", "political_opinion", "union", "sex_life",
    "sexual_orientation", "criminal",
)  # fmt: skip
PROTECTED = (
    "ethnicity", "race", "nationality", "religion", "sex", "gender", "disability", "age", "age_band",
    "birthplace", "household_registration", "marital_status", "political_opinion", "sexual_orientation",
)  # fmt: skip
BELIEFS = ("ethnicity", "race", "religion", "political_opinion", "union", "sex_life", "sexual_orientation")


OPEN_TERM = re.compile(r"\b(" + "|".join(re.escape(t) for t in OPEN_TERMS) + ")")


@cache
def open_term(words: str) -> str | None:
    """The first open-textured term in a text, or None."""
    found = OPEN_TERM.search(words.lower())
    return found[1] if found else None


@cache
def reveals(name: str, traits: tuple[str, ...]) -> str | None:
    """The trait that a field of this name is, or stands for; None where the table knows of none."""
    plain = re.sub(r"[^a-z]+", "_", name.lower()).strip("_")
    if plain in traits:
        return plain
    return next((trait for trait, proxies in PROXIES.items() if trait in traits and plain in proxies), None)
