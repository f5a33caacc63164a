"""Every rule, written out: nothing is found by searching folders. A rule that is not here does not exist."""

from __future__ import annotations

from typing import cast

from glasshouse.linting.rule import Rule
from glasshouse.linting.rules import (
    appeal_not_suspensive,
    appeal_to_same_body,
    appeal_window_infeasible,
    base_rate_flood,
    biometric_categorisation_of_beliefs,
    child_is_scored,
    child_treated_by_parents_score,
    compelled_private_sharing,
    consequence_reaches_household,
    correction_not_propagated,
    covert_collection,
    crime_prediction_from_profile,
    cross_border_without_safeguard,
    explanation_refused,
    feedback_loop_or_double_count,
    fulfilled_but_still_listed,
    irrelevant_data_in_score,
    lawful_lifestyle_penalised,
    live_remote_biometric_identification,
    model_not_validated,
    movement_ban_without_review,
    never_expires,
    no_appeal,
    no_correction_path,
    no_decision_deadline,
    no_essential_needs_exemption,
    no_exit_criteria,
    no_human_review,
    no_impact_assessment,
    no_legal_basis,
    no_notice,
    notice_after_effect,
    notice_incomplete_or_undelivered,
    penalises_protected_activity,
    points_for_anothers_conduct,
    protected_attribute_or_proxy,
    public_shaming,
    retention_outlives_effect,
    rubber_stamp_review,
    sanction_blocks_exit,
    sanction_exceeds_gravity,
    score_contagion,
    secret_rules,
    social_scoring_elements_met,
    special_category_data,
    stacked_sanctions,
    stale_or_unjustified_waiver,
    status_by_proximity,
    status_set_without_trigger,
    threshold_finer_than_noise,
    unbounded_read_access,
    unilateral_write_access,
    unknown_error_rate,
    unrelated_context_consequence,
    unreliable_identity_linkage,
    unrestricted_onward_use,
    unverified_allegation,
    vague_predicate,
    wealth_dependent_cure,
    workers_not_informed,
)

RULES: tuple[Rule, ...] = tuple(
    cast(Rule, module)
    for module in (
        no_legal_basis,  # GH101
        vague_predicate,  # GH102
        social_scoring_elements_met,  # GH103
        crime_prediction_from_profile,  # GH104
        biometric_categorisation_of_beliefs,  # GH105
        live_remote_biometric_identification,  # GH106
        special_category_data,  # GH107
        no_impact_assessment,  # GH108
        penalises_protected_activity,  # GH109
        no_notice,  # GH201
        notice_after_effect,  # GH202
        notice_incomplete_or_undelivered,  # GH203
        workers_not_informed,  # GH204
        secret_rules,  # GH221
        explanation_refused,  # GH222
        covert_collection,  # GH223
        no_appeal,  # GH301
        appeal_to_same_body,  # GH302
        appeal_window_infeasible,  # GH303
        no_decision_deadline,  # GH304
        appeal_not_suspensive,  # GH305
        no_human_review,  # GH306
        rubber_stamp_review,  # GH307
        sanction_exceeds_gravity,  # GH401
        stacked_sanctions,  # GH402
        no_essential_needs_exemption,  # GH403
        public_shaming,  # GH404
        lawful_lifestyle_penalised,  # GH405
        movement_ban_without_review,  # GH406
        points_for_anothers_conduct,  # GH501
        score_contagion,  # GH502
        consequence_reaches_household,  # GH503
        status_by_proximity,  # GH504
        child_treated_by_parents_score,  # GH521
        child_is_scored,  # GH522
        unrelated_context_consequence,  # GH601
        irrelevant_data_in_score,  # GH602
        unrestricted_onward_use,  # GH603
        unknown_error_rate,  # GH701
        unverified_allegation,  # GH702
        unreliable_identity_linkage,  # GH703
        no_correction_path,  # GH704
        correction_not_propagated,  # GH705
        fulfilled_but_still_listed,  # GH706
        base_rate_flood,  # GH721
        model_not_validated,  # GH722
        feedback_loop_or_double_count,  # GH723
        threshold_finer_than_noise,  # GH724
        never_expires,  # GH801
        no_exit_criteria,  # GH802
        retention_outlives_effect,  # GH803
        sanction_blocks_exit,  # GH804
        cross_border_without_safeguard,  # GH821
        compelled_private_sharing,  # GH822
        protected_attribute_or_proxy,  # GH901
        wealth_dependent_cure,  # GH902
        unilateral_write_access,  # GH921
        status_set_without_trigger,  # GH922
        unbounded_read_access,  # GH923
        stale_or_unjustified_waiver,  # GH941
    )
)
BY_CODE: dict[str, Rule] = {rule.CODE: rule for rule in RULES}
