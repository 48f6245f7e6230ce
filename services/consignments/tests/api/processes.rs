//! The service as processes that are killed while goods are decided on: what was answered for is there, nothing is decided
//! twice, and the days of an entry point add up.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use jiff::civil::Date;
use prost::Message;
use sea_orm::{ColumnTrait, EntityTrait, QuerySelect};
use seamless_calendar::{Clock, Zones};
use seamless_consignments::{
    api::authorization::SCOPES,
    domain::{
        model::{Plan, Selection},
        ports::PlanReader,
    },
    store::{Store, entities::screening},
};
use seamless_feed::FeedSignal;
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tonic::{Code, Status};

use crate::{
    days::Set,
    history::rotterdam,
    running::Partner,
    words::{goods, party, request_id},
};

const CAPACITY: i32 = 60;
/// A fifth of the capacity.
const FOR_THE_LOT: u32 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_outlives_the_process_on_sqlite() {
    killed(TestDatabase::sqlite().await, 4_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_outlives_the_process_on_postgres() {
    if let Some(database) = TestDatabase::postgres().await {
        killed(database, 4_000).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_give_out_one_capacity_and_one_of_them_dies() {
    if let Some(database) = TestDatabase::postgres().await {
        shared(database, 4_000).await;
    }
}

/// The same with a hundred thousand consignments; continuous integration runs it too.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_hundred_thousand_decisions_outlive_the_process_on_sqlite() {
    killed(TestDatabase::sqlite().await, 100_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_hundred_thousand_decisions_outlive_the_process_on_postgres() {
    if let Some(database) = TestDatabase::postgres().await {
        killed(database, 100_000).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn two_replicas_give_out_one_capacity_over_fifty_thousand_goods() {
    if let Some(database) = TestDatabase::postgres().await {
        shared(database, 50_000).await;
    }
}

/// A process of the service; killed with the test.
pub struct Process {
    arguments: Vec<String>,
    address: String,
    child: Child,
}

impl Process {
    pub async fn start(credentials: &TestCredentials, database: &TestDatabase) -> Self {
        Self::start_with(credentials, database, &[]).await
    }

    /// With settings of its own.
    pub async fn start_with(
        credentials: &TestCredentials,
        database: &TestDatabase,
        further: &[(&str, String)],
    ) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut settings = credentials.service_flags(&database.url);
        let own =
            [("server.listen", format!("127.0.0.1:{port}")), ("telemetry.log_filter", "error".to_owned())];
        settings.extend(own.iter().chain(further).map(|(key, value)| ((*key).to_owned(), value.clone())));
        let mut arguments = vec!["serve".to_owned()];
        for (key, value) in settings {
            arguments.extend(["--set".to_owned(), format!("{key}={value}")]);
        }
        let process =
            Self { child: spawned(&arguments), arguments, address: format!("https://localhost:{port}") };
        process.answers(credentials).await;
        process
    }

    async fn answers(&self, credentials: &TestCredentials) {
        let partner = self.partner(credentials);
        eventually("the process answers", Duration::from_secs(60), async || {
            let mut partner = partner.clone();
            partner.screenings.get_screening_status(wire::GetScreeningStatusRequest {}).await
        })
        .await;
    }

    fn partner(&self, credentials: &TestCredentials) -> Partner {
        self.partner_of(credentials, "nl-customs")
    }

    pub fn partner_of(&self, credentials: &TestCredentials, authority: &str) -> Partner {
        let token = credentials.token(authority, &SCOPES);
        Partner::on(credentials.channel(&self.address, Some(token)))
    }

    /// kill -9: no drain, no word to anybody.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn again(&mut self, credentials: &TestCredentials) {
        self.child = spawned(&self.arguments);
        self.answers(credentials).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawned(arguments: &[String]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seamless-consignments"));
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The day after tomorrow in Rotterdam, so that it does not begin while the story is told.
fn day_of(credentials: &TestCredentials) -> (Date, jiff::Timestamp) {
    let arrival = credentials.clock().now() + jiff::SignedDuration::from_hours(48);
    let amsterdam = Zones::bundled().get("Europe/Amsterdam").unwrap();
    (arrival.to_zoned(amsterdam).date(), arrival)
}

/// Goods of three product areas, which weigh differently, of many exporters.
fn arrivals(count: usize, arrival: jiff::Timestamp) -> Vec<wire::ScreenConsignmentsRequest> {
    let arrival = Some(prost_types::Timestamp { seconds: arrival.as_second(), nanos: 0 });
    let one = |number: usize| wire::Consignment {
        arrival_time: arrival,
        commodity_code: ["950300", "850440", "940540"][number % 3].to_owned(),
        exporter: party(&format!("Exporter {}", number % 97)),
        quantity: Some(number as f64),
        ..goods()
    };
    let item = |number| wire::ScreenConsignmentsRequest {
        consignment: Some(one(number)),
        request_id: request_id(),
        ..Default::default()
    };
    (0..count).map(item).collect()
}

/// The day of so many arrivals.
fn day(arrivals: usize) -> Set {
    Set::of(CAPACITY, 0.2, arrivals.try_into().unwrap())
}

/// What was answered, by the request.
#[derive(Default)]
struct Ledger {
    first: HashMap<String, (String, u64)>,
    /// Answers that said that they were given again.
    repeated: usize,
}

impl Ledger {
    /// Takes an answer down; to the same request it must be the same as the first, and say so.
    fn take(&mut self, request: &str, answer: wire::ScreenConsignmentsResponse) {
        assert_eq!(answer.violations, []);
        let screening = answer.screening.expect("right goods are decided on");
        let mut hasher = DefaultHasher::new();
        screening.encode_to_vec().hash(&mut hasher);
        let told = (screening.name, hasher.finish());
        self.repeated += usize::from(answer.repeated_request);
        match self.first.get(request) {
            None => {
                self.first.insert(request.to_owned(), told);
            }
            Some(first) => {
                assert_eq!(*first, told, "the same request has the same answer");
                assert!(answer.repeated_request, "it was decided before: {}", told.0);
            }
        }
    }
}

/// Sends goods; `each` is told how many were answered, and the answer to each.
///
/// # Errors
/// What broke the stream off.
pub async fn send(
    mut partner: Partner,
    items: &[wire::ScreenConsignmentsRequest],
    mut each: impl FnMut(usize, &str, wire::ScreenConsignmentsResponse),
) -> Result<(), Status> {
    let sent = items.to_vec();
    let mut answers = partner.screenings.screen_consignments(stream::iter(sent)).await?.into_inner();
    for (number, item) in items.iter().enumerate() {
        let Some(answer) = answers.next().await else { return Err(Status::unavailable("cut")) };
        let answer = answer?;
        assert_eq!(usize::try_from(answer.index).unwrap(), number, "in the order sent");
        each(number + 1, &item.request_id, answer);
    }
    Ok(())
}

/// The plan of the day, and the stored decisions by what they chose. Whatever happened, they add up.
async fn stored(database: &TestDatabase, date: Date) -> (Plan, BTreeMap<i16, u32>) {
    let store = Store::new(database.database.clone(), FeedSignal::new());
    // Others go on deciding: what is counted between two looks at the same revision of the plan is of that revision.
    let (plan, chosen) = loop {
        let plan = store.plan_get(&rotterdam(), date).await.unwrap().expect("the day has a plan");
        let counts: Vec<(i16, i64)> = screening::Entity::find()
            .select_only()
            .column(screening::Column::Selection)
            .column_as(screening::Column::Selection.count(), "count")
            .group_by(screening::Column::Selection)
            .into_tuple()
            .all(database.database.read())
            .await
            .unwrap();
        let again = store.plan_get(&rotterdam(), date).await.unwrap().expect("the day has a plan");
        if again.revision == plan.revision {
            let counts =
                counts.into_iter().map(|(selection, count)| (selection, u32::try_from(count).unwrap()));
            break (plan, counts.collect::<BTreeMap<i16, u32>>());
        }
    };
    let count = |selection: Selection| chosen.get(&(selection as i16)).copied().unwrap_or_default();
    assert_eq!(plan.used.arrivals, chosen.values().map(|count| u64::from(*count)).sum::<u64>());
    assert_eq!(plan.used.random, count(Selection::Random));
    assert_eq!(plan.used.targeted, count(Selection::Targeted));
    assert_eq!(plan.used.mandatory, count(Selection::Mandatory));
    assert!(plan.used.random <= FOR_THE_LOT);
    assert!(plan.used.random + plan.used.targeted + plan.used.mandatory <= CAPACITY.unsigned_abs());
    (plan, chosen)
}

/// One process is killed twice in a stream, which is sent again each time.
#[allow(clippy::print_stderr, reason = "how much was played tells what the test is worth")]
async fn killed(database: TestDatabase, count: usize) {
    let credentials = TestCredentials::new();
    let (date, arrival) = day_of(&credentials);
    let items = arrivals(count, arrival);
    let mut process = Process::start(&credentials, &database).await;
    day(count).on(&mut process.partner(&credentials), date).await;
    let ledger = Mutex::new(Ledger::default());
    let (mut stored_at_kills, started) = (Vec::new(), Instant::now());
    for kill_at in [count / 3, 2 * count / 3] {
        let partner = process.partner(&credentials);
        let cut = send(partner, &items, |answered, request, answer| {
            ledger.lock().unwrap().take(request, answer);
            if answered == kill_at {
                process.kill();
            }
        });
        cut.await.expect_err("the stream ends with the process");
        // What the process had written when it died, before any other looks at it.
        let decided = stored(&database, date).await.0.used.arrivals;
        let answered = ledger.lock().unwrap().first.len() as u64;
        assert!(answered >= kill_at as u64 && decided >= answered, "{answered} answered, {decided} stored");
        stored_at_kills.push((answered, decided));
        process.again(&credentials).await;
    }
    let before = ledger.lock().unwrap().repeated;
    let again = send(process.partner(&credentials), &items, |_, request, answer| {
        ledger.lock().unwrap().take(request, answer);
    });
    again.await.unwrap();
    let (_, known) = stored_at_kills[1];
    {
        let ledger = ledger.lock().unwrap();
        let repeated = (ledger.repeated - before) as u64;
        assert_eq!(repeated, known, "first answers for what was decided, and for nothing else");
        assert_eq!(ledger.first.len(), count);
    }
    let (plan, chosen) = stored(&database, date).await;
    assert_eq!(plan.used.arrivals, count as u64, "none is lost, none is there twice");
    assert_eq!(plan.used.random, FOR_THE_LOT, "as many came as were expected: the lot had its due");
    let mut partner = process.partner(&credentials);
    for item in items.iter().step_by(count / 20) {
        let name = ledger.lock().unwrap().first[&item.request_id].0.clone();
        let got =
            partner.screenings.get_screening(wire::GetScreeningRequest { name: name.clone() }).await.unwrap();
        assert_eq!(got.into_inner().consignment, item.consignment);
        let replay = wire::ReplayScreeningRequest { name };
        assert!(partner.screenings.replay_screening(replay).await.unwrap().into_inner().identical);
    }
    eprintln!(
        "{count} decisions with two kills in {:?}; (answered, stored) at the kills {stored_at_kills:?}; chosen {chosen:?}",
        started.elapsed()
    );
}

/// Two replicas take goods for the same day, a tenth of them both; one is killed half way, and comes back.
#[allow(clippy::print_stderr, reason = "how much was played tells what the test is worth")]
async fn shared(database: TestDatabase, count: usize) {
    let credentials = Arc::new(TestCredentials::new());
    let (date, arrival) = day_of(&credentials);
    let items = arrivals(count, arrival);
    let lasting = Process::start(&credentials, &database).await;
    let mut dying = Process::start(&credentials, &database).await;
    day(count).on(&mut lasting.partner(&credentials), date).await;
    let ledger = Mutex::new(Ledger::default());
    let (first, second) = (&items[..count * 11 / 20], &items[count * 9 / 20..]);
    let started = Instant::now();
    let breaks = AtomicUsize::new(0);
    let take = |request: &str, answer| ledger.lock().unwrap().take(request, answer);
    let by_lasting = async {
        let partner = lasting.partner(&credentials);
        breaks.fetch_add(until_done(&partner, first, take).await, Ordering::Relaxed);
    };
    let by_dying = async {
        let cut = send(dying.partner(&credentials), second, |answered, request, answer| {
            take(request, answer);
            if answered == second.len() / 2 {
                dying.kill();
            }
        });
        cut.await.expect_err("the stream ends with the process");
        stored(&database, date).await;
        dying.again(&credentials).await;
        let broken = until_done(&dying.partner(&credentials), second, take).await;
        breaks.fetch_add(broken, Ordering::Relaxed);
    };
    tokio::join!(by_lasting, by_dying);
    let (plan, chosen) = stored(&database, date).await;
    let ledger = ledger.lock().unwrap();
    assert_eq!(ledger.first.len(), count);
    assert_eq!(plan.used.arrivals, count as u64, "whichever replica was asked, each was decided once");
    assert_eq!(plan.used.random, FOR_THE_LOT, "the lot had its due");
    let names: std::collections::HashSet<&String> = ledger.first.values().map(|(name, _)| name).collect();
    assert_eq!(names.len(), count);
    assert!(ledger.repeated >= count / 10, "both were asked about {} of them", count / 10);
    eprintln!(
        "{count} decisions by two replicas, one killed, in {:?}; {} streams broke off; chosen {chosen:?}",
        started.elapsed(),
        breaks.load(Ordering::Relaxed)
    );
}

/// Sends goods until all are answered for; a stream that breaks off because two replicas met is sent again. Gives how often.
pub async fn until_done(
    partner: &Partner,
    items: &[wire::ScreenConsignmentsRequest],
    mut each: impl FnMut(&str, wire::ScreenConsignmentsResponse),
) -> usize {
    let (started, mut breaks) = (Instant::now(), 0);
    while let Err(status) = send(partner.clone(), items, |_, request, answer| each(request, answer)).await {
        assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        assert!(started.elapsed() < Duration::from_secs(600), "{status:?}");
        breaks += 1;
    }
    breaks
}
