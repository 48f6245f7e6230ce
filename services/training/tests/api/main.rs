//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod running;
mod smtp_server;
mod stories;
mod words;
#[path = "../../../../shared/calendar/tests/zone_files/mod.rs"]
mod zone_files;

seamless_testkit::on_both_databases! {
    running::Running;
    a_workshop_is_prepared_published_moved_and_held: crate::stories::activities::life;
    a_wrong_activity_is_refused_with_every_field: crate::stories::activities::wrong;
    whoever_has_no_part_in_an_activity_sees_nothing_of_it: crate::stories::activities::strangers;
    activities_are_found_by_words_in_english_and_chinese: crate::stories::activities::found;
    a_time_that_the_clocks_skip_or_repeat_is_asked_about: crate::stories::activities::clocks;
    minutes_are_recorded_corrected_and_agreed_to: crate::stories::proceedings::minutes_story;
    an_action_item_is_warned_of_overdue_postponed_and_done: crate::stories::proceedings::action_items;
    a_joint_surveillance_is_planned_and_reported_by_each_who_takes_part: crate::stories::proceedings::surveillance;
    quarterly_reports_are_in_time_late_or_missed: crate::stories::obligations::quarters;
    two_workshops_a_year_are_on_track_at_risk_fulfilled_or_missed: crate::stories::obligations::year;
    a_person_is_exported_and_erased_to_the_last_byte: crate::stories::personal_data::erased;
    an_activity_keeps_its_registrations_no_longer_than_it_says: crate::stories::personal_data::kept;
    who_was_there_is_merged_from_all_platforms_and_who_cannot_be_told_is_asked: crate::stories::attendance::merged;
    that_somebody_was_there_outlives_his_erasure: crate::stories::attendance::outlives_erasure;
    a_certificate_is_issued_verified_revoked_and_outlives_an_erasure: crate::stories::certificates::life;
    a_wrong_certificate_request_is_refused: crate::stories::certificates::wrong;
    a_certificate_goes_to_nobody_in_the_place_of_who_was_there: crate::stories::present::in_the_place_of_another;
    hours_at_the_same_time_count_once: crate::stories::present::at_the_same_time;
    a_name_is_put_right_after_the_event: crate::stories::present::under_the_right_name;
    what_was_said_to_be_a_person_is_erased_with_it: crate::stories::privacy::said_to_be;
    the_others_of_a_group_keep_what_is_theirs: crate::stories::privacy::of_a_group;
    who_speaks_stands_in_no_event_and_is_erased_by_name: crate::stories::privacy::speakers;
    what_platforms_saw_is_kept_no_longer_where_nobody_registers: crate::stories::privacy::without_registration;
    nobody_gets_two_certificates_that_count: crate::stories::certificates::at_once;
    a_wrong_file_or_answer_is_refused_with_its_place: crate::stories::attendance::wrong;
    a_calendar_is_subscribed_to_until_its_link_is_revoked: crate::stories::calendars::life;
    a_calendar_shows_what_its_authority_may_see_now: crate::stories::calendars::rights;
    a_person_s_calendar_ends_with_the_person: crate::stories::calendars::person;
    a_wrong_link_is_refused_with_every_field: crate::stories::calendars::wrong;
    calendars_have_limits_and_cost_little: crate::stories::calendars::limits;
    what_is_offered_can_be_booked_and_what_does_not_suit_is_refused: crate::stories::schedules::booked;
    nobody_is_booked_twice_at_the_same_moment: crate::stories::schedules::at_once;
    a_wrong_schedule_is_refused_with_every_field: crate::stories::schedules::wrong;
    clocks_that_are_changed_by_law_are_followed_and_told_of: crate::stories::activities::moved_by_law;
    what_overlaps_since_clocks_were_changed_is_told_to_who_organises_both: crate::stories::schedules::overlapping_by_law;
    a_material_is_translated_goes_stale_and_is_downloaded: crate::stories::materials::life;
    each_mail_reaches_the_meeting_of_the_first: crate::stories::mails::chain;
    each_session_has_a_mail_of_its_own: crate::stories::mails_of_sessions::each;
    what_takes_a_meeting_out_of_a_calendar_goes_over_an_outage: crate::stories::invitations::outage;
    a_seat_is_given_up_once_every_meeting_was_declined: crate::stories::invitations::answered_each;
    meetings_of_a_series_are_answered_one_by_one: crate::stories::invitations::answered_in_a_series;
    a_series_over_skipped_times_is_the_same_everywhere: crate::stories::invitations::over_a_gap;
    a_person_s_calendar_shows_what_the_person_is_registered_for: crate::stories::calendars::of_sessions;
    a_workshop_that_nobody_reported_is_not_planned: crate::stories::obligations::unreported;
    new_times_that_do_not_suit_are_refused_by_fields_of_the_request: crate::stories::activities::moved_wrongly;
    a_mail_is_refused_tried_later_or_unheard_and_none_goes_twice: crate::stories::mails::undelivered;
    the_answer_of_a_calendar_takes_an_offer_or_gives_a_seat_back: crate::stories::mails::answered;
    clocks_that_are_changed_by_law_are_told_to_each_who_takes_part: crate::stories::mails::moved_by_law;
    people_are_reminded_once: crate::stories::mails::reminded;
    who_is_replaced_is_told_and_answers_no_more: crate::stories::mails::transferred;
    topics_are_proposed_from_what_each_authority_is_shown: crate::stories::needs::proposed_topics;
    what_an_authority_loses_the_right_to_counts_no_more: crate::stories::needs::taken_back;
    a_wrong_question_for_topics_is_refused_with_every_field: crate::stories::needs::wrong;
    alerts_before_and_after_an_activity_are_compared: crate::stories::effect::compares;
    an_activity_that_does_not_say_what_it_is_about_has_no_effect: crate::stories::effect::incomplete;
    feeds_are_followed_on_after_a_restart_and_built_anew_after_a_restore: crate::stories::needs::restarted;
    feedback_is_given_once_and_read_without_whose_it_is: crate::stories::feedback::given;
    wrong_feedback_is_refused_with_every_field: crate::stories::feedback::wrong;
    what_was_said_in_words_goes_with_the_person: crate::stories::feedback::erased;
    who_waits_gets_a_seat_in_the_order_of_coming: crate::stories::registrations::order;
    an_offer_holds_its_seat_and_expires: crate::stories::registrations::offers;
    a_wrong_registration_is_refused_with_every_field: crate::stories::registrations::wrong;
    a_registration_is_seen_by_the_organiser_and_by_who_made_it: crate::stories::registrations::strangers;
    nobody_gets_two_seats_and_no_seat_goes_twice: crate::stories::registrations::at_once;
    what_will_stand_in_the_way_later_is_said_when_somebody_is_registered: crate::stories::shown::warned;
    a_wrong_request_id_or_page_size_hides_nothing_else: crate::stories::shown::all_at_once;
    who_shows_no_credential_is_limited_on_every_connection: crate::stories::shown::limited;
    a_crowd_with_twins_wrong_ones_and_trials_gets_each_its_own_answer: crate::stories::crowds::own_answers;
    who_goes_away_takes_nothing_of_the_others_along: crate::stories::crowds::gone;
    groups_that_come_at_once_leave_no_seat_free_that_somebody_may_have: crate::stories::crowds::groups;
    what_another_authority_registered_is_not_told: crate::stories::twins::unseen;
    five_hundred_at_once_get_twenty_seats_in_their_order: crate::stories::registrations::crowd;
}
