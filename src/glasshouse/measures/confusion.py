"""Who was listed and who should have been, group by group, and every disparity that can be read from these four numbers.

One definition serves both a recording and a published table of counts. *Listed* is the outcome that harms, so the
favourable outcome is *not listed*: AIF360's numbers are signed on it, Fairlearn's and Aequitas' are of being listed.
`reference` is the group that the others are held against (AIF360: privileged); the others together are AIF360's
unprivileged. Every function takes counts with any leading axes, so that a jackknife can leave out all blocks at once.

Source: the documentation of Fairlearn, AIF360 and Aequitas; Hardt 2016; Saleiro 2018; Speicher 2018.
Left out: a verdict. That a ratio is below 0.8 says little by itself, and the libraries warn of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FAVOURABLE = "not listed"


class Confusion(NamedTuple):
    """People by what they did and what was done, each float64[..., group]. Truth: should be listed by the scheme's own rule."""

    tp: Floats
    """should be listed, and are"""
    fp: Floats
    """should not, and are"""
    fn: Floats
    """should, and are not"""
    tn: Floats
    """should not, and are not"""

    @property
    def people(self) -> Floats:
        """Everybody of each group."""
        return self.tp + self.fp + self.fn + self.tn

    def pooled(self, groups: NDArray[np.bool_] | None = None) -> Confusion:
        """Some groups as one, or all: float64[..., 1]."""
        kept = slice(None) if groups is None else groups
        return Confusion(*(part[..., kept].sum(axis=-1, keepdims=True) for part in self))


def divided(top: Floats, bottom: Floats) -> Floats:
    """A ratio; NaN, and not 0, where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


# --- rates ------------------------------------------------------------------------------------------------------------


def selection_rate(of: Confusion) -> Floats:
    """Share of the people who are listed: (tp + fp) / people."""
    return divided(of.tp + of.fp, of.people)


def base_rate(of: Confusion) -> Floats:
    """Share of the people who should be listed by the scheme's own rule: (tp + fn) / people."""
    return divided(of.tp + of.fn, of.people)


def false_listing_rate(of: Confusion) -> Floats:
    """Of those who should not be listed, the share who are: fp / (fp + tn)."""
    return divided(of.fp, of.fp + of.tn)


def false_negative_rate(of: Confusion) -> Floats:
    """Of those who should be listed, the share who are not: fn / (fn + tp)."""
    return divided(of.fn, of.fn + of.tp)


def true_positive_rate(of: Confusion) -> Floats:
    """Of those who should be listed, the share who are: tp / (tp + fn)."""
    return divided(of.tp, of.fn + of.tp)


def true_negative_rate(of: Confusion) -> Floats:
    """Of those who should not be listed, the share who are not: tn / (fp + tn)."""
    return divided(of.tn, of.fp + of.tn)


def wrongful_listing_rate(of: Confusion) -> Floats:
    """Of those listed, the share who should not be: fp / (tp + fp)."""
    return divided(of.fp, of.tp + of.fp)


def accusation_ppv(of: Confusion) -> Floats:
    """Of those listed, the share who should be: tp / (tp + fp)."""
    return divided(of.tp, of.tp + of.fp)


def false_omission_rate(of: Confusion) -> Floats:
    """Of those not listed, the share who should be: fn / (fn + tn)."""
    return divided(of.fn, of.fn + of.tn)


def favourable_rate(of: Confusion) -> Floats:
    """Share of the people who are not listed."""
    return divided(of.fn + of.tn, of.people)


Rate = Callable[[Confusion], Floats]


# --- disparities ------------------------------------------------------------------------------------------------------


class Against(NamedTuple):
    """A disparity: over all groups float64[...], and of each group against the reference float64[..., group]."""

    value: Floats
    by: Floats


def _widest(rates: Floats) -> Floats:
    return np.asarray(rates.max(axis=-1) - rates.min(axis=-1))


def _narrowest(rates: Floats) -> Floats:
    return divided(rates.min(axis=-1), rates.max(axis=-1))


def _apart(rates: Floats, reference: int) -> Floats:
    return np.asarray(np.abs(rates - rates[..., reference : reference + 1]))


def demographic_parity_difference(of: Confusion, reference: int) -> Against:
    """The highest less the lowest share listed of any group. No sign. By group: how far it is from the reference."""
    rates = selection_rate(of)
    return Against(_widest(rates), _apart(rates, reference))


def demographic_parity_ratio(of: Confusion, reference: int) -> Against:
    """The lowest over the highest share listed of any group: 1 where all are alike. Being listed is what is compared.

    By group: the smaller of the group's share and the reference's over the larger.
    """
    rates = selection_rate(of)
    other = rates[..., reference : reference + 1]
    return Against(_narrowest(rates), divided(np.minimum(rates, other), np.maximum(rates, other)))


def statistical_parity_difference(of: Confusion, reference: int) -> Against:
    """Share not listed of the others less that of the reference: below 0 where the others are listed more."""
    return _signed(favourable_rate, of, reference)


def disparate_impact(of: Confusion, reference: int) -> Against:
    """Share not listed of the others over that of the reference.

    Not the ratio of shares listed: where few are listed, this one is near 1 whatever the other says.
    """
    return _ratio(favourable_rate, of, reference)


def equalized_odds_difference(of: Confusion, reference: int) -> Against:
    """The larger of two gaps between groups: in the share listed of those who should not be, and of those who should be."""
    wrongly, rightly = false_listing_rate(of), true_positive_rate(of)
    by = np.maximum(_apart(wrongly, reference), _apart(rightly, reference))
    return Against(np.maximum(_widest(wrongly), _widest(rightly)), by)


def equalized_odds_difference_mean(of: Confusion, reference: int) -> Against:
    """The mean of the two gaps of which `equalized_odds_difference` is the larger."""
    wrongly, rightly = false_listing_rate(of), true_positive_rate(of)
    by = (_apart(wrongly, reference) + _apart(rightly, reference)) / 2
    return Against((_widest(wrongly) + _widest(rightly)) / 2, by)


def average_odds_difference(of: Confusion, reference: int) -> Against:
    """Mean of two gaps, others less reference, on the favourable outcome: in the share not listed of those who should be listed,
    and of those who should not be.
    """
    missed, spared = _signed(false_negative_rate, of, reference), _signed(true_negative_rate, of, reference)
    return Against((missed.value + spared.value) / 2, (missed.by + spared.by) / 2)


def average_odds_error(of: Confusion, reference: int) -> Against:
    """As `average_odds_difference`, with each gap taken without its sign, so that two cannot cancel."""
    missed, spared = _signed(false_negative_rate, of, reference), _signed(true_negative_rate, of, reference)
    return Against((abs(missed.value) + abs(spared.value)) / 2, (abs(missed.by) + abs(spared.by)) / 2)


def equal_opportunity_difference(of: Confusion, reference: int) -> Against:
    """Of those who should not be listed, the share not listed: others less reference. Its meaning flips with the label."""
    return _signed(true_negative_rate, of, reference)


def pprev_disparity(of: Confusion, reference: int) -> Against:
    """Share listed over that of the reference; over all groups, the ratio farthest from 1."""
    return _farthest(selection_rate, of, reference)


def fpr_disparity(of: Confusion, reference: int) -> Against:
    """Share listed of those who should not be, over that of the reference; over all groups, the ratio farthest from 1."""
    return _farthest(false_listing_rate, of, reference)


def fdr_disparity(of: Confusion, reference: int) -> Against:
    """Share of the listed who should not be, over that of the reference; over all groups, the ratio farthest from 1."""
    return _farthest(wrongful_listing_rate, of, reference)


def for_disparity(of: Confusion, reference: int) -> Against:
    """Share of the unlisted who should be listed, over that of the reference; over all groups, the ratio farthest from 1.

    It matters where being chosen helps; here being listed harms, so read `fpr_disparity` and `fdr_disparity` first.
    """
    return _farthest(false_omission_rate, of, reference)


def fnr_disparity(of: Confusion, reference: int) -> Against:
    """Share not listed of those who should be, over that of the reference; over all groups, the ratio farthest from 1.

    It matters where being chosen helps; here being listed harms, so read `fpr_disparity` and `fdr_disparity` first.
    """
    return _farthest(false_negative_rate, of, reference)


def _others(of: Confusion, reference: int) -> NDArray[np.bool_]:
    return np.asarray(np.arange(of.tp.shape[-1]) != reference)


def _signed(rate: Rate, of: Confusion, reference: int) -> Against:
    rates = rate(of)
    base = rates[..., reference : reference + 1]
    pooled = rate(of.pooled(_others(of, reference)))
    return Against(pooled[..., 0] - base[..., 0], rates - base)


def _ratio(rate: Rate, of: Confusion, reference: int) -> Against:
    rates = rate(of)
    base = rates[..., reference : reference + 1]
    pooled = rate(of.pooled(_others(of, reference)))
    return Against(divided(pooled, base)[..., 0], divided(rates, base))


def farthest(ratios: Floats) -> Floats:
    """Of some ratios along the last axis, the one farthest from 1, a half being as far as a double. NaN if any is NaN, or none is there."""
    if ratios.shape[-1] == 0:
        return np.full(ratios.shape[:-1], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.abs(np.log(ratios))
    most = np.nan_to_num(distance, nan=-1.0, posinf=np.inf).argmax(axis=-1)
    found = np.take_along_axis(ratios, most[..., None], axis=-1)[..., 0]
    return np.where(np.isnan(ratios).any(axis=-1), np.nan, found)


def _farthest(rate: Rate, of: Confusion, reference: int) -> Against:
    by = _ratio(rate, of, reference).by
    return Against(farthest(by[..., _others(of, reference)]), by)


# --- inequality of what people got against what they should have --------------------------------------------------------


def _benefit(of: Confusion) -> tuple[Floats, Floats, Floats]:
    """People who got 0 (listed wrongly), 1 (what is right) and 2 (missed), each float64[..., group]."""
    return of.fp, of.tp + of.tn, of.fn


def _entropy(shares: Floats, benefit: Floats, theil: bool) -> Floats:
    """Over the last axis: shares of people that sum to 1, and what each has."""
    mean = (shares * benefit).sum(axis=-1, keepdims=True)
    relative = divided(benefit, mean)
    if theil:
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.where(relative > 0, relative * np.log(relative), np.where(relative == 0, 0.0, np.nan))
        return np.asarray((shares * each).sum(axis=-1))
    return np.asarray((shares * (relative**2 - 1)).sum(axis=-1) / 2)


def _of_people(of: Confusion, theil: bool) -> Floats:
    """The index over everybody of each group: float64[..., group]."""
    counts = np.stack(_benefit(of), axis=-1)
    shares = divided(counts, counts.sum(axis=-1, keepdims=True))
    return _entropy(shares, np.broadcast_to(np.array([0.0, 1.0, 2.0]), counts.shape), theil)


def generalized_entropy_index(of: Confusion, reference: int) -> Against:
    """How unequally people get what they should: mean of (b / mean b)^2 - 1, halved; 0 where all get the same.

    b is 1 for who is listed or not as they should be, 0 for who is listed wrongly, 2 for who is missed. By group: within it.
    """
    return Against(_of_people(of.pooled(), theil=False)[..., 0], _of_people(of, theil=False))


def theil_index(of: Confusion, reference: int) -> Against:
    """As `generalized_entropy_index`, with the mean of (b / mean b) ln(b / mean b), and 0 ln 0 = 0."""
    return Against(_of_people(of.pooled(), theil=True)[..., 0], _of_people(of, theil=True))


def between_group_generalized_entropy(of: Confusion, reference: int) -> Against:
    """The part of `generalized_entropy_index` that lies between groups: everybody is given the mean b of their group.

    By group: what the group adds to it.
    """
    wrongly, right, missed = _benefit(of)
    people = wrongly + right + missed
    shares = divided(people, people.sum(axis=-1, keepdims=True))
    mean = divided(right + 2 * missed, people)
    relative = divided(mean, (shares * mean).sum(axis=-1, keepdims=True))
    by = shares * (relative**2 - 1) / 2
    return Against(by.sum(axis=-1), by)


# --- all of them ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Disparity:
    """One number of a table of counts: its name, its id in the audit's list, and what others call it.

    exactly one of rate and against is given.
    """

    name: str
    id: str
    unit: Literal["share", "ratio", "signed share", "index"]
    direction: str
    library: str
    denominator: str
    rate: Rate | None = None
    against: Callable[[Confusion, int], Against] | None = None

    @property
    def definition(self) -> str:
        """The definition, as the function tells it."""
        told = (self.rate or self.against).__doc__ or ""
        return "\n".join(line.strip() for line in told.strip().splitlines())

    def of(self, counts: Confusion, reference: int) -> Against:
        """Over all groups, and by group."""
        if self.rate is not None:
            return Against(self.rate(counts.pooled())[..., 0], self.rate(counts))
        assert self.against is not None
        return self.against(counts, reference)


def _rate(id: str, rate: Rate, direction: str, library: str, denominator: str) -> Disparity:
    return Disparity(rate.__name__, id, "share", direction, library, denominator, rate=rate)


def _gap(
    id: str,
    against: Callable[[Confusion, int], Against],
    unit: Literal["share", "ratio", "signed share", "index"],
    direction: str,
    library: str,
    denominator: str,
) -> Disparity:
    return Disparity(against.__name__, id, unit, direction, library, denominator, against=against)


BOTH = "people who should be listed, and people who should not"
DISPARITIES: tuple[Disparity, ...] = (
    _rate("A07", selection_rate, "neither", "Fairlearn selection_rate; Aequitas pprev", "people"),
    _rate("A00", base_rate, "neither", "Aequitas prev; AIF360 base_rate is of the favourable label, 1 less this", "people"),
    _rate("A01", wrongful_listing_rate, "lower is better", "Aequitas fdr; 1 - precision", "people listed"),
    _rate(
        "A02",
        false_listing_rate,
        "lower is better",
        "Fairlearn false_positive_rate; Aequitas fpr; AIF360 false_negative_rate where not listed is favourable",
        "people who should not be listed",
    ),
    _rate("A04", accusation_ppv, "higher is better", "Fairlearn precision by MetricFrame; Aequitas precision", "people listed"),
    _rate(
        "A02", false_negative_rate, "neither", "Fairlearn false_negative_rate; Aequitas fnr", "people who should be listed"
    ),
    _rate("A09", true_positive_rate, "neither", "Fairlearn true_positive_rate; Aequitas tpr", "people who should be listed"),
    _rate(
        "A09", true_negative_rate, "higher is better", "Fairlearn true_negative_rate; Aequitas tnr", "people who should not be listed"
    ),
    _rate("A10", false_omission_rate, "neither", "Aequitas for", "people not listed"),
    _gap("A07", demographic_parity_difference, "share", "lower is better", "Fairlearn demographic_parity_difference", "people"),
    _gap(
        "A07", statistical_parity_difference, "signed share", "closer to 0",
        "AIF360 statistical_parity_difference, favourable: not listed", "people",
    ),
    _gap("A08", demographic_parity_ratio, "ratio", "closer to 1", "Fairlearn demographic_parity_ratio", "people"),
    _gap("A08", disparate_impact, "ratio", "closer to 1", "AIF360 disparate_impact, favourable: not listed", "people"),
    _gap("A08", pprev_disparity, "ratio", "closer to 1", "Aequitas pprev_disparity", "people"),
    _gap(
        "A09", equalized_odds_difference, "share", "lower is better",
        'Fairlearn equalized_odds_difference(agg="worst_case")', BOTH,
    ),
    _gap(
        "A09", equalized_odds_difference_mean, "share", "lower is better",
        'Fairlearn equalized_odds_difference(agg="mean")', BOTH,
    ),
    _gap("A10", fpr_disparity, "ratio", "closer to 1", "Aequitas fpr_disparity", "people who should not be listed"),
    _gap("A10", fdr_disparity, "ratio", "closer to 1", "Aequitas fdr_disparity", "people listed"),
    _gap("A10", for_disparity, "ratio", "closer to 1", "Aequitas for_disparity", "people not listed"),
    _gap("A10", fnr_disparity, "ratio", "closer to 1", "Aequitas fnr_disparity", "people who should be listed"),
    _gap(
        "A11", average_odds_difference, "signed share", "closer to 0",
        "AIF360 average_odds_difference, favourable: not listed", BOTH,
    ),
    _gap("A11", average_odds_error, "share", "lower is better", "AIF360 average_abs_odds_difference", BOTH),
    _gap(
        "A11", equal_opportunity_difference, "signed share", "closer to 0",
        "AIF360 equal_opportunity_difference, favourable: not listed", "people who should not be listed",
    ),
    _gap(
        "A13", between_group_generalized_entropy, "index", "lower is better",
        "AIF360 between_group_generalized_entropy_index", "people",
    ),
    _gap("A13", generalized_entropy_index, "index", "lower is better", "AIF360 generalized_entropy_index", "people"),
    _gap("A13", theil_index, "index", "lower is better", "AIF360 theil_index", "people"),
)  # fmt: skip
