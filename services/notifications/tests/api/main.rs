//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod program;
mod replicas;
mod running;
mod stories;
mod words;

/// The upgrade of a database that an earlier version left.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_sqlite_database_is_upgraded() {
    stories::upgrade::migrated(seamless_testkit::TestDatabase::sqlite().await).await;
}

/// The upgrade of a database that an earlier version left.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_postgres_database_is_upgraded() {
    if let Some(database) = seamless_testkit::TestDatabase::postgres().await {
        stories::upgrade::migrated(database).await;
    }
}

/// What stood in lists before they knew of drills.
#[tokio::test(flavor = "multi_thread")]
async fn drills_of_an_older_sqlite_database_leave_its_lists() {
    stories::upgrade::drills(seamless_testkit::TestDatabase::sqlite().await).await;
}

/// What stood in lists before they knew of drills.
#[tokio::test(flavor = "multi_thread")]
async fn drills_of_an_older_postgres_database_leave_its_lists() {
    if let Some(database) = seamless_testkit::TestDatabase::postgres().await {
        stories::upgrade::drills(database).await;
    }
}

seamless_testkit::on_both_databases! {
    running::Running;
    an_alert_goes_from_a_member_state_to_gacc_and_the_reaction_comes_back: crate::stories::main_line::there_and_back;
    an_incomplete_draft_is_not_submitted: crate::stories::main_line::incomplete;
    whoever_has_no_part_in_a_notification_learns_nothing_of_it: crate::stories::main_line::strangers;
    a_case_by_case_arrangement_waits_for_somebody_to_transmit: crate::stories::main_line::case_by_case;
    a_follow_up_names_what_it_follows_to_who_may_know_that: crate::stories::followed::known;
    a_follow_up_says_what_it_follows: crate::stories::followed::required;
    languages_numbers_and_origins_are_told_as_they_were_written: crate::stories::content::whole;
    of_languages_numbers_and_origins_everything_wrong_is_named: crate::stories::content::limits;
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
    a_wrong_name_and_a_wrong_etag_are_told_with_the_rest: crate::stories::requests::wrong_names;
    an_import_accounts_for_every_item: crate::stories::imports::accounted;
    an_import_leaves_what_the_originator_decided: crate::stories::imports::decisions;
    a_second_import_makes_no_doubles: crate::stories::imports::twice;
    imports_that_never_send_keep_nobody_out_and_are_ended: crate::stories::fair_shares::silent_imports;
    readers_that_take_all_streams_leave_room_for_others: crate::stories::fair_shares::followers;
    an_import_of_two_at_once_makes_no_doubles: crate::stories::imports::racing;
    what_comes_over_and_over_in_one_import_ends_as_it_was_sent_last: crate::stories::imports::over_and_over;
    the_inbox_shows_online_first_then_serious_then_the_nearest_deadline: crate::stories::inbox::order;
    what_is_done_stands_last_in_the_inbox: crate::stories::inbox::closed_last;
    pages_hold_every_entry_once: crate::stories::inbox::pages;
    lists_filter_by_what_the_reader_may_see: crate::stories::inbox::filters;
    twenty_one_days_end_at_midnight_in_beijing: crate::stories::inbox::deadline;
    a_reader_sees_each_event_once_and_can_prove_it: crate::stories::feed::complete;
    a_follower_hears_at_once: crate::stories::feed::follows;
    a_quiet_feed_says_how_far_it_is: crate::stories::feed::quiet;
    time_warns_and_breaches_once: crate::stories::clocks::once;
    a_clock_is_told_from_start_to_end: crate::stories::clocks::told_from_start_to_end;
    a_night_of_downtime_loses_no_breach: crate::stories::clocks::downtime;
    a_clock_explains_itself: crate::stories::clocks::explained;
    a_running_clock_keeps_its_rule: crate::stories::clocks::keeps_its_rule;
    a_clock_that_starts_while_a_question_is_open_starts_paused: crate::stories::open_questions::starts_paused;
    a_clock_of_the_acknowledgement_starts_paused_too: crate::stories::open_questions::starts_paused_at_acknowledgement;
    a_question_at_the_moment_of_the_start_holds_the_clock: crate::stories::open_questions::asked_at_the_same_moment;
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
    a_search_finds_the_manufacturer_and_may_be_wrong: crate::stories::traces::traced;
    a_search_names_every_wrong_field_and_does_its_work_once: crate::stories::traces::wrong_input;
    a_search_is_between_its_two_sides: crate::stories::traces::strangers;
    earlier_searches_and_alerts_suggest_manufacturers: crate::stories::suggestions::earlier;
    the_ledger_proves_what_became_of_an_alert: crate::stories::evidence::whole_ledger;
    a_recipient_says_that_it_cannot_use_a_version: crate::stories::evidence::unreadable;
    one_damaged_alert_stops_no_worker: crate::stories::upgrade::damaged;
    without_keys_alerts_go_and_receipts_follow: crate::stories::evidence::receipts_follow;
    the_file_of_a_case_holds_what_its_reader_may_see: crate::stories::case_file::exported;
    entries_at_the_same_time_leave_no_gap: crate::stories::evidence::racing;
    a_feed_that_was_tampered_with_is_found_out: crate::stories::case_file::tampered;
    a_recipient_that_is_taken_off_reads_nothing_from_the_first_position_on: crate::stories::rights::taken_off;
    a_recipient_that_was_taken_off_can_be_sent_it_again: crate::stories::rights::sent_again;
    what_is_sent_again_is_proven_anew: crate::stories::sent_again::proven_anew;
    what_was_acknowledged_at_the_last_moment_is_delivered: crate::stories::sent_again::delivered_at_the_last_moment;
    what_was_acknowledged_of_a_lost_history_is_no_delivery: crate::stories::sent_again::acknowledged_of_a_lost_history;
    acknowledging_and_taking_off_at_once_leave_one_account: crate::stories::sent_again::acknowledged_while_taken_off;
    what_an_open_stream_brings_ends_with_the_right: crate::stories::rights::open_stream;
    only_one_side_takes_off_and_only_once: crate::stories::rights::refusals;
    of_many_that_take_a_recipient_off_one_succeeds: crate::stories::rights::racing;
    a_withdrawal_is_removed_and_confirmed_by_every_holder: crate::stories::rights::withdrawn;
    a_field_made_less_public_is_removed_by_who_was_shown_it: crate::stories::rights::downgraded;
    an_arrangement_that_ends_takes_everything_with_it: crate::stories::rights::arrangement_ends;
    a_party_that_left_is_taken_off_at_the_next_start: crate::stories::rights::party_left;
    a_former_contact_point_finds_nothing_in_lists: crate::stories::contact_points::changed;
    others_propose_and_the_originator_decides: crate::stories::proposals::decided;
    a_proposal_on_what_changed_meanwhile_is_not_taken_over: crate::stories::proposals::overtaken;
    no_crowd_of_proposals_passes_the_limit: crate::stories::proposals::limited;
    a_proposal_names_only_what_its_proposer_is_shown: crate::stories::proposals::wrong;
    two_assessments_stand_side_by_side: crate::stories::proposals::assessments;
    an_assessment_is_taken_back_and_made_again: crate::stories::proposals::assessment_taken_back;
    a_credential_that_is_taken_back_ends_at_once: crate::stories::revocation::taken_back;
    drills_stand_in_no_list_that_did_not_ask_for_them: crate::stories::drills::apart;
    who_names_a_drill_has_asked_for_it: crate::stories::drills::named;
    a_page_belongs_to_the_statuses_that_were_asked_for: crate::stories::drills::pages;
    a_question_holds_the_clock_until_it_is_answered: crate::stories::conversations::question;
    a_conversation_is_between_two_sides: crate::stories::conversations::parties;
    a_flag_says_what_its_kind_asks_for: crate::stories::conversations::violations;
    who_writes_is_known_to_its_own_authority_alone: crate::stories::conversations::principals;
    messages_from_both_sides_at_once_are_numbered_without_a_gap: crate::stories::conversations::racing;
    after_a_withdrawal_conversations_are_only_closed: crate::stories::conversations::withdrawn;
    a_listing_is_followed_until_it_is_gone_and_when_it_comes_back: crate::stories::listings::followed;
    what_a_recipient_reports_stays_between_it_and_the_sender: crate::stories::listings::reported;
    listings_that_are_withheld_are_not_there: crate::stories::listings::withheld;
    an_alert_is_found_by_its_words_in_english_and_chinese: crate::stories::search::words;
    the_best_hits_come_first: crate::stories::search::ranking;
    nobody_finds_what_is_hidden_from_him: crate::stories::search::hidden;
    a_recipient_finds_what_was_sent_to_it: crate::stories::search::received;
    pages_of_hits_hold_every_hit_once: crate::stories::search::pages;
    a_question_that_asks_nothing_is_refused: crate::stories::search::wrong;
    what_was_written_before_the_upgrade_is_found_after_it: crate::stories::search::upgraded;
    a_second_alert_on_one_product_wants_an_answer: crate::stories::similar::gate;
    a_draft_on_a_known_product_is_closed: crate::stories::similar::closed;
    only_what_a_reader_may_see_is_compared: crate::stories::similar::hidden;
    a_decision_on_a_pair_belongs_to_its_side: crate::stories::similar::decisions;
    wrong_answers_are_all_named: crate::stories::similar::wrong;
    of_two_drafts_on_one_product_neither_passes_unseen: crate::stories::similar::racing;
}
