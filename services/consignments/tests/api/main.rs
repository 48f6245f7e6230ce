//! The service over real gRPC with TLS and credentials. Every story is told on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

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
    a_certificate_is_uploaded_checked_and_read_by_the_other_side: crate::stories::inspections::documents;
    what_was_inspected_counts_when_the_goods_arrive: crate::stories::screenings::inspected;
    goods_are_decided_once_however_often_they_are_asked_about: crate::stories::screenings::repeated;
    a_day_gives_out_its_capacity_and_no_more_and_can_be_replayed: crate::stories::screenings::capacity;
    customs_writes_criteria_tries_them_and_puts_them_into_force: crate::stories::screenings::criteria;
    a_screening_is_seen_by_its_side_alone: crate::stories::screenings::strangers;
}
