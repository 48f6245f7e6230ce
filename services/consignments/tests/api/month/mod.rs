//! A working month at Rotterdam: 26 days of declarations, amendments, certificates, an alert, examinations and a model that
//! learns from them, over replicas that are killed. In the end the books agree, and what was said of chances was true.

mod books;
mod forest;
mod port;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_three_replicas_adds_up_on_postgres() {
    if let Some(database) = TestDatabase::postgres().await {
        month(database, 3).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_adds_up_on_sqlite() {
    month(TestDatabase::sqlite().await, 1).await;
}

async fn month(database: TestDatabase, replicas: usize) {
    let mut port = Port::open(&database, replicas).await;
    let (mut world, mut books) = (World::new(), Books::default());
    for day in 0..DAYS {
        port.morning(day).await;
        if day == ALERT {
            port.is_alerted().await;
        }
        port.inspected(world.inspections(day)).await;
        let arrivals = world.arrivals(day, port.noon());
        let screened = port.screened(&arrivals, day % 5 == 2).await;
        let amended = port.amended(&screened, &arrivals).await;
        port.evening(day).await;
        let selected = port.examined(&arrivals, &screened, &amended).await;
        books.close(day, port.date(), arrivals, screened, &amended, &selected);
        if day >= LEARNED {
            port.learned().await;
        }
    }
    books.capacity_and_floor(&database).await;
    books.chances_were_true();
    books.alerts_and_certificates_were_heeded(&mut port).await;
    books.what_is_to_be_done_was_told(&mut port).await;
    books.can_be_replayed(&mut port).await;
    books.estimates_cover_the_truth(&mut port).await;
    books.targets_better_than_a_forest();
}
