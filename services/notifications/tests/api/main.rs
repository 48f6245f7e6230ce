//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod replicas;
mod running;
mod stories;
mod words;

/// Tells stories on both databases.
macro_rules! on_both_databases {
    ($($story:ident: $path:path;)+) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                $path(super::running::Running::on_sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(running) = super::running::Running::on_postgres().await {
                    $path(running).await;
                }
            })+
        }
    };
}

on_both_databases! {
    an_alert_goes_from_a_member_state_to_gacc_and_the_reaction_comes_back: crate::stories::main_line::there_and_back;
    an_incomplete_draft_is_not_submitted: crate::stories::main_line::incomplete;
    whoever_has_no_part_in_a_notification_learns_nothing_of_it: crate::stories::main_line::strangers;
    a_case_by_case_arrangement_waits_for_somebody_to_transmit: crate::stories::main_line::case_by_case;
    a_change_after_transmission_reaches_the_recipient: crate::stories::changes::new_version;
    a_withdrawal_reaches_the_recipient: crate::stories::changes::withdrawal;
    what_is_opened_later_does_not_open_what_stood_there_before: crate::stories::changes::opened_later;
    the_follow_up_of_a_withdrawn_alert_can_be_closed: crate::stories::changes::withdrawn_follow_up;
    an_update_takes_what_its_mask_names: crate::stories::changes::masks;
    an_etag_refuses_the_slower_of_two: crate::stories::changes::etags;
    the_same_request_gets_the_same_answer: crate::stories::requests::repeated;
    sixteen_copies_of_a_request_do_its_work_once: crate::stories::requests::racing;
    copies_of_a_step_all_get_the_first_answer: crate::stories::requests::racing_steps;
    of_many_that_acknowledge_one_succeeds: crate::stories::requests::acknowledging;
    a_source_reference_belongs_to_one_notification: crate::stories::requests::source_keys;
    a_checked_request_changes_nothing: crate::stories::requests::validate_only;
    wrong_fields_are_all_named_at_once: crate::stories::requests::violations;
    an_import_accounts_for_every_item: crate::stories::imports::accounted;
    an_import_leaves_what_the_originator_decided: crate::stories::imports::decisions;
    a_second_import_makes_no_doubles: crate::stories::imports::twice;
    an_import_of_two_at_once_makes_no_doubles: crate::stories::imports::racing;
    the_inbox_shows_online_first_then_serious_then_the_nearest_deadline: crate::stories::inbox::order;
    pages_hold_every_entry_once: crate::stories::inbox::pages;
    lists_filter_by_what_the_reader_may_see: crate::stories::inbox::filters;
    twenty_one_days_end_at_midnight_in_beijing: crate::stories::inbox::deadline;
    a_reader_sees_each_event_once_and_can_prove_it: crate::stories::feed::complete;
    a_follower_hears_at_once: crate::stories::feed::follows;
    time_warns_and_breaches_once: crate::stories::clocks::once;
    a_night_of_downtime_loses_no_breach: crate::stories::clocks::downtime;
    a_clock_explains_itself: crate::stories::clocks::explained;
    a_running_clock_keeps_its_rule: crate::stories::clocks::keeps_its_rule;
    a_file_goes_there_and_back_byte_for_byte: crate::stories::attachments::there_and_back;
    a_cut_upload_goes_on_from_where_it_was_cut: crate::stories::attachments::cut;
    a_refused_file_leaves_nothing: crate::stories::attachments::refused;
    whoever_may_see_a_file_reads_it_and_nobody_else: crate::stories::attachments::audiences;
    storing_and_deleting_the_same_content_at_once_loses_none: crate::stories::attachments::racing;
    each_side_has_its_limit_of_files: crate::stories::attachments::limits;
    an_upload_that_nobody_goes_on_with_is_given_up: crate::stories::attachments::given_up;
    only_a_sandbox_is_moved_and_broken: crate::stories::sandbox::nowhere_else;
    the_operator_of_a_sandbox_moves_its_clock: crate::stories::sandbox::time_is_moved;
    feeds_of_a_sandbox_go_wrong_on_purpose: crate::stories::sandbox::feeds_go_wrong;
    drills_stay_out_of_the_real_inbox: crate::stories::inbox::drills;
}
