//! The closed loop over both services: what is alerted in the notifications service is matched where goods arrive, what was
//! inspected before export guides import control, and what import control finds goes back to who inspected. Two real
//! services over real sockets; every story is told on SQLite and on PostgreSQL.

mod alerts;
mod cut_line;
mod line;
mod restored;
mod whole_loop;
pub mod words;
mod world;

/// Tells stories on both databases.
macro_rules! on_both_databases {
    ($($story:ident: $path:path;)+) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                $path(super::world::World::on_sqlite().await).await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(world) = super::world::World::on_postgres().await {
                    $path(world).await;
                }
            })+
        }
    };
}

on_both_databases! {
    an_alert_is_matched_from_its_confirmation_to_its_withdrawal: super::alerts::life;
    what_others_lose_takes_no_alert_from_who_holds_it: super::alerts::rights;
    from_the_factory_to_the_consumer_and_back: super::whole_loop::told;
    a_restored_service_is_noticed_and_what_it_lost_is_told_of: super::restored::told;
    screening_goes_on_without_the_feed_and_says_how_old_its_alerts_are: super::cut_line::told;
}
