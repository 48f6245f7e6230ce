//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod running;
mod stories;
mod words;

seamless_testkit::on_both_databases! {
    running::Running;
    a_quarter_is_reported_approved_published_and_read_by_the_partner: crate::stories::reports::life;
    the_same_inputs_give_the_same_bytes: crate::stories::reports::again;
    a_wrong_request_is_refused_with_every_field: crate::stories::reports::wrong;
    what_an_authority_lost_the_right_to_is_in_no_report: crate::stories::rights::lost;
    what_a_restored_service_lost_is_in_no_report: crate::stories::rights::restored;
    nothing_is_kept_of_an_authority_that_is_followed_no_more: crate::stories::rights::followed_no_more;
    a_report_waits_until_its_period_is_known: crate::stories::reports::waits;
    numbers_lead_to_their_cases: crate::stories::statistics::numbers;
    numbers_are_told_to_the_side_whose_they_are: crate::stories::statistics::strangers;
    an_answer_for_others_tells_of_no_few_cases: crate::stories::small_counts::answers;
    statistics_for_others_tell_of_no_few_cases: crate::stories::small_counts::annual;
    a_report_about_a_partner_is_for_the_two_sides: crate::stories::small_counts::partners;
    a_second_report_restates_the_first: crate::stories::reports::restated;
}
