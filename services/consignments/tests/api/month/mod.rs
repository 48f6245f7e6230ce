//! A working month at Rotterdam, twice and side by side: 26 days of declarations, amendments, certificates, an alert,
//! examinations and a model that learns from them, over replicas that are killed. In the end the books agree, and what was said
//! of chances was true.

mod books;
mod chances;
mod estimates;
mod forest;
mod misuse;
mod papers;
mod port;
mod precision;
mod world;

use seamless_testkit::TestDatabase;

use books::Books;
use port::Port;
use world::World;

/// Working days of a month without Sundays.
const DAYS: usize = 26;
/// From when on a model decides.
const LEARNED: usize = 3;
/// The day before which the alert is told.
const ALERT: usize = 8;

/// One month of three replicas on PostgreSQL and one on SQLite; where there is no PostgreSQL, two on SQLite.
#[tokio::test(flavor = "multi_thread")]
async fn two_months_add_up_and_what_was_said_of_chances_was_true() {
    let (first, replicas) = match TestDatabase::postgres().await {
        Some(database) => (database, 3),
        None => (TestDatabase::sqlite().await, 1),
    };
    let second = TestDatabase::sqlite().await;
    let (first, second) = tokio::join!(month(first, replicas), month(second, 1));
    let months = [first, second];
    chances::were_true(&months);
    estimates::cover_the_truth(&months);
    precision::is_above_that_of_a_forest(&months);
}

async fn month(database: TestDatabase, replicas: usize) -> Books {
    let mut port = Port::open(&database, replicas).await;
    let (mut world, mut books) = (World::new(), Books::default());
    for day in 0..DAYS {
        port.morning(day).await;
        let arrivals = world.day(day, port.noon());
        // Each plan is set the day before.
        let first_set = if day == 0 { 0 } else { day + 1 };
        for day in first_set..=day + 1 {
            port.planned(day, world::expected(day)).await;
        }
        if day == ALERT {
            port.is_alerted().await;
        }
        let again = port.declared_again(&books.unmet()).await;
        books.found_a_place(port.date(), again);
        port.inspected(papers::inspections(day)).await;
        let decided = port.declared(day, &arrivals).await;
        port.evening(day).await;
        books.take_in(day, &port, arrivals, decided);
        books.examined(&port.examined(&books).await);
        if day >= LEARNED {
            port.learned().await;
        }
    }
    books.capacity_and_floor(&database).await;
    misuse::was_found_out_and_told(&books, &mut port).await;
    books.alerts_were_heeded();
    books.what_is_to_be_done_was_told(&mut port).await;
    books.can_be_replayed(&mut port).await;
    books.estimated = estimates::of(&books, &mut port).await;
    books
}
