//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod bulletin_words;
mod publishing_at_once;
mod rights_over_rebuilds;
mod running;
mod same_bytes;
mod stories;
mod words;

seamless_testkit::on_both_databases! {
    running::Running;
    a_quarter_is_reported_approved_published_and_read_by_the_partner: crate::stories::reports::life;
    the_same_inputs_give_the_same_bytes: crate::stories::reports::again;
    a_wrong_request_is_refused_with_every_field: crate::stories::reports::wrong;
    what_an_authority_lost_the_right_to_is_in_no_report: crate::stories::rights::lost;
    fields_that_are_shown_no_more_are_rights_that_were_lost: crate::stories::rights::narrowed;
    what_a_restored_service_lost_is_in_no_report: crate::stories::rights::restored;
    nothing_is_kept_of_an_authority_that_is_followed_no_more: crate::stories::rights::followed_no_more;
    a_report_waits_until_its_period_is_known: crate::stories::reports::waits;
    a_report_says_what_it_waits_for: crate::stories::progress::waiting;
    what_is_taken_back_while_it_is_written_has_no_document: crate::stories::progress::taken_back;
    everybody_sees_how_things_stand_with_its_own_authority: crate::stories::situation::shown;
    the_situation_page_shows_what_every_feed_tells: crate::stories::situation::of_all_feeds;
    the_situation_page_opens_for_who_has_a_link_and_for_nobody_else: crate::stories::situation::doors;
    links_to_the_situation_page_and_requests_have_an_end: crate::stories::situation::limits;
    numbers_lead_to_their_cases: crate::stories::statistics::numbers;
    numbers_are_told_to_the_side_whose_they_are: crate::stories::statistics::strangers;
    an_answer_for_others_tells_of_no_few_cases: crate::stories::small_counts::answers;
    statistics_for_others_tell_of_no_few_cases: crate::stories::small_counts::annual;
    a_side_tells_others_of_no_few_alerts: crate::stories::small_counts::sides;
    a_bulletin_and_numbers_for_others_keep_what_the_other_withholds: crate::stories::small_counts::bulletins;
    a_report_about_a_partner_is_for_the_two_sides: crate::stories::small_counts::partners;
    a_zone_has_one_name_in_whatever_case: crate::stories::reports::spelled;
    what_several_of_a_side_may_read_is_listed_once: crate::stories::reports::listed_once;
    behind_each_figure_stand_the_records_that_it_counts: crate::stories::behind_figures::records_of_figures;
    nobody_else_sees_what_stands_behind_a_figure: crate::stories::behind_figures::refused;
    a_second_report_restates_the_first: crate::stories::reports::restated;
    an_older_report_takes_the_place_of_no_newer_one: crate::stories::reports::older;
    what_was_read_is_built_anew_beside_what_stands: crate::stories::reading::rebuilt;
    a_rebuild_is_cancelled_and_leaves_nothing: crate::stories::reading::cancelled;
    a_rebuild_goes_on_after_a_restart: crate::stories::reading::restarted;
    how_far_a_feed_is_read_is_told_with_its_lag: crate::stories::reading::lag;
    a_feed_that_cannot_be_read_keeps_no_other_waiting: crate::stories::reading::side_by_side;
    a_report_that_cannot_be_made_fails_and_keeps_no_other_waiting: crate::stories::reading::damaged;
    a_report_without_a_feed_fails_and_says_why: crate::stories::reading::abandoned;
    a_run_is_of_its_period_whenever_it_runs: crate::stories::schedules::turn_of_the_year;
    after_a_time_without_service_one_run_is_made_up_for: crate::stories::missed_runs::downtime;
    two_schedules_of_one_moment_run_once_each_over_three_replicas: crate::stories::schedules::neighbours;
    no_day_is_lost_or_doubled_while_replicas_are_killed: crate::stories::killed::while_running;
    a_report_of_a_schedule_is_published_as_the_schedule_says: crate::stories::schedules::published;
    a_schedule_is_changed_paused_resumed_and_deleted: crate::stories::schedules::changed;
    a_schedule_that_cannot_be_served_says_so: crate::stories::missed_runs::unserved;
    what_waited_to_run_is_told_as_missed_by_a_pause: crate::stories::missed_runs::paused_while_due;
    a_wrong_schedule_is_refused_with_every_field: crate::stories::schedules::wrong;
    import_control_is_reported_from_its_own_feed: crate::stories::feeds::import_control;
    what_restored_consignments_lost_is_in_no_report: crate::stories::feeds::restored;
    a_review_pack_waits_for_all_feeds: crate::stories::feeds::review_pack;
    tracing_is_reported_without_what_was_revoked: crate::stories::feeds::trace_back;
    what_was_shown_under_an_arrangement_is_forgotten_with_its_end: crate::stories::feeds::ended_arrangement;
    a_bulletin_lists_what_one_side_told_of_a_month_and_an_origin: crate::stories::bulletins::listed;
    a_bulletin_is_generated_approved_published_read_and_restated: crate::stories::bulletins::life;
    a_bulletin_says_the_same_in_every_format: crate::stories::bulletin_texts::formats;
    a_bulletin_with_many_rare_characters_is_signed_and_verified: crate::stories::bulletin_texts::rare;
    a_text_without_translation_or_with_an_old_one_is_marked: crate::stories::bulletin_texts::marked;
    a_text_that_keeps_not_to_the_glossary_is_found_and_accepted_with_a_reason: crate::stories::bulletin_texts::glossary;
    what_was_told_to_an_authority_is_published_to_the_sides_concerned_alone: crate::stories::bulletins::meant_for;
    what_an_authority_lost_the_right_to_is_in_no_bulletin: crate::stories::bulletins::lost;
    facts_of_an_earlier_version_are_read_anew: crate::stories::bulletins::renewed;
    a_bulletin_is_made_each_month_and_published_with_its_approval: crate::stories::bulletin_schedules::months;
    a_wrong_schedule_of_bulletins_is_refused_with_every_field: crate::stories::bulletin_schedules::wrong;
    a_wrong_bulletin_is_refused_with_every_field: crate::stories::bulletins::wrong;
}
