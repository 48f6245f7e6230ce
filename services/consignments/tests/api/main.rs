//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod alert_feed;
mod history;
mod lost;
mod month;
mod processes;
mod running;
mod screened;
mod stories;
mod words;

seamless_testkit::on_both_databases! {
    running::Running;
    what_was_inspected_is_shared_corrected_and_taken_back: crate::stories::inspections::life;
    a_wrong_inspection_is_refused_with_every_field: crate::stories::inspections::wrong;
    whoever_has_no_part_in_the_arrangement_sees_no_inspection: crate::stories::inspections::strangers;
    a_stream_of_inspections_accounts_for_every_item: crate::stories::inspections::streamed;
    a_plan_is_set_used_and_its_seed_kept_secret_until_the_day_is_over: crate::stories::targeting::plans;
    a_plan_is_set_while_goods_are_drawn_from_it: crate::stories::targeting::busy;
    what_a_plan_chose_is_listed_by_urgency_with_its_controls: crate::stories::targeting::selections;
    estimates_are_those_of_a_slow_calculation: crate::stories::targeting::estimates;
    a_model_is_trained_compared_activated_and_retires_the_one_before: crate::stories::models::life;
    a_model_is_moved_octet_for_octet_or_refused: crate::stories::models::moved;
    of_models_activated_at_once_one_decides: crate::stories::models::race;
    outcomes_are_learned_as_they_come: crate::stories::models::learning;
    what_was_examined_goes_back_to_the_side_that_inspected: crate::stories::controls::life;
    a_control_of_goods_with_many_features_is_recorded_once: crate::stories::controls::repeated;
    a_wrong_control_is_refused_with_every_field: crate::stories::controls::wrong;
    whoever_has_no_part_in_a_control_sees_nothing_of_it: crate::stories::controls::strangers;
    a_suspension_runs_out_after_its_working_days_once: crate::stories::suspensions::overdue;
    suspended_goods_are_released_with_a_reason: crate::stories::suspensions::released;
    a_control_tells_what_the_screening_knew_and_what_an_officer_chose: crate::stories::knowledge::told;
    an_alert_that_is_written_later_is_linked_once: crate::stories::knowledge::linked;
    an_hour_is_told_in_bounded_counts: crate::stories::knowledge::hours;
    a_stream_of_controls_accounts_for_every_item: crate::stories::controls::streamed;
    controls_are_found_by_what_became_of_them: crate::stories::controls::listed;
    a_body_earns_its_trust_by_lot_and_loses_it: crate::stories::trust::earned_and_lost;
    each_entry_point_has_a_reliability_of_its_own: crate::stories::trust::by_entry_point;
    controls_at_the_same_time_are_all_counted: crate::stories::trust::at_once;
    streams_of_controls_at_the_same_time_are_all_counted: crate::stories::trust::streams_at_once;
    approvals_are_proposed_by_numbers_and_decided_by_people: crate::stories::approvals::life;
    a_wrong_approval_is_refused_with_every_field: crate::stories::approvals::wrong;
    a_certificate_is_uploaded_checked_and_read_by_the_other_side: crate::stories::inspections::documents;
    what_was_inspected_counts_when_the_goods_arrive: crate::stories::screenings::inspected;
    pre_inspections_in_memory_are_what_the_database_says: crate::stories::in_memory::as_stored;
    what_one_replica_was_told_of_inspections_counts_at_another: crate::stories::in_memory::of_every_replica;
    nobody_foresees_a_draw_or_has_another_for_the_asking: crate::stories::declarations::draws;
    an_amended_declaration_keeps_its_place_and_counts_once: crate::stories::declarations::amended;
    goods_that_are_declared_again_at_several_replicas_are_one: crate::stories::declarations::contested;
    an_officer_puts_goods_into_another_lane: crate::stories::declarations::overridden;
    goods_that_come_late_are_drawn_by_a_seed_that_nobody_knows: crate::stories::declarations::late;
    a_certificate_that_is_lent_or_forged_is_found_out_and_told: crate::stories::certificates::lent;
    a_certificate_gives_what_was_inspected_and_no_more: crate::stories::certificates::overdrawn;
    a_certificate_is_used_once_by_the_goods_that_it_is_for: crate::stories::certificates::once;
    a_reusable_certificate_is_used_as_its_terms_say: crate::stories::certificates::reusable;
    the_feed_tells_the_decisions_that_it_is_to_tell: crate::stories::screenings::told;
    a_declaration_that_is_split_or_handed_on_is_decided_and_counted: crate::stories::attempts::split;
    nobody_takes_up_the_declaration_of_other_goods: crate::stories::attempts::borrowed;
    a_certificate_is_not_stretched_by_quantities_that_are_none_or_of_others: crate::stories::attempts::stretched;
    goods_are_decided_once_however_often_they_are_asked_about: crate::stories::screenings::repeated;
    an_id_belongs_to_the_goods_that_were_decided_first: crate::stories::screenings::reused;
    a_day_gives_out_its_capacity_and_no_more_and_can_be_replayed: crate::stories::screenings::capacity;
    customs_writes_criteria_tries_them_and_puts_them_into_force: crate::stories::screenings::criteria;
    wrong_inspections_in_a_stream_are_refused_with_field_and_reason: crate::stories::bad_items::inspections;
    wrong_arrivals_in_a_stream_are_refused_with_field_and_reason: crate::stories::bad_items::arrivals;
    goods_get_a_decision_whatever_else_is_wrong_with_their_declaration: crate::stories::bad_items::unread;
    whoever_is_wrong_in_several_ways_is_told_all_of_them: crate::stories::told_together::at_once;
    wrong_controls_in_a_stream_are_refused_with_field_and_reason: crate::stories::bad_items::controls;
    a_screening_is_seen_by_its_side_alone: crate::stories::screenings::strangers;
    an_alert_that_was_imported_as_validated_is_matched: crate::stories::alerts::imported;
    alerts_of_a_restored_service_are_built_anew_and_told_of_if_lost: crate::stories::alerts::restored;
    a_sandbox_has_one_clock_and_never_goes_back: crate::stories::sandbox::one_clock;
}
