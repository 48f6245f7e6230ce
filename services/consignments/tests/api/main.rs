//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod history;
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
    a_certificate_is_uploaded_checked_and_read_by_the_other_side: crate::stories::inspections::documents;
}
