//! Three replicas on one PostgreSQL, as processes, under load, one killed every few seconds: every warning and breach is
//! told exactly once, no acknowledged write is lost, and no follower misses an event or gets one out of its order.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{StreamExt, future::BoxFuture};
use seamless_feed::RangeDigest;
use seamless_notifications::api::authorization::SCOPES;
use seamless_proto::seamless::{
    feed::v1::{Event, FollowEventsRequest, GetDigestRequest},
    notifications::v1 as wire,
};
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tonic::{Code, Status};

use crate::{
    running::Partner,
    words::{item, request_id},
};

const REPLICAS: usize = 3;
/// A killed replica stays away so long, and the next is killed so long after that.
const AWAY: Duration = Duration::from_millis(800);
const BETWEEN_KILLS: Duration = Duration::from_millis(1_700);
/// So many days pass in each second: an alert is warned of after four of them, and breached after five.
const DAYS_A_SECOND: i64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_die_lose_nothing_and_tell_nothing_twice() {
    play(Duration::from_secs(20)).await;
}

/// The same for two minutes; continuous integration runs it too.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes over two minutes"]
async fn replicas_that_die_for_two_minutes() {
    play(Duration::from_secs(120)).await;
}

/// A process of the service; killed with the test.
struct Replica {
    arguments: Vec<String>,
    process: Child,
}

impl Replica {
    fn start(settings: &[(String, String)]) -> Self {
        let mut arguments = vec!["serve".to_owned()];
        for (key, value) in settings {
            arguments.extend(["--set".to_owned(), format!("{key}={value}")]);
        }
        Self { process: spawned(&arguments), arguments }
    }

    /// kill -9: no drain, no word to anybody.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn again(&mut self) {
        self.process = spawned(&self.arguments);
    }
}

fn spawned(arguments: &[String]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_seamless-notifications"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Ports that were free just now.
fn free_ports() -> Vec<u16> {
    let listeners: Vec<TcpListener> =
        (0..REPLICAS).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

/// An authority's back end that knows all replicas and asks the next one if one is away.
#[derive(Clone)]
struct BackEnd {
    at: Vec<Partner>,
    turn: Arc<AtomicUsize>,
}

impl BackEnd {
    fn of(credentials: &TestCredentials, ports: &[u16], authority: &str) -> Self {
        let token = credentials.token(authority, &SCOPES);
        let partner = |port: &u16| {
            Partner::on(credentials.channel(&format!("https://localhost:{port}"), Some(token.clone())))
        };
        Self { at: ports.iter().map(partner).collect(), turn: Arc::default() }
    }

    fn next(&self) -> Partner {
        self.at[self.turn.fetch_add(1, Ordering::Relaxed) % self.at.len()].clone()
    }

    /// Calls until there is an answer that says something of the request; a request id makes that safe.
    async fn call<T>(
        &self,
        call: impl Fn(Partner) -> BoxFuture<'static, Result<T, Status>>,
    ) -> Result<T, Status> {
        let started = Instant::now();
        loop {
            match call(self.next()).await {
                Err(status) if is_passing(&status) && started.elapsed() < Duration::from_secs(60) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                answer => return answer,
            }
        }
    }
}

/// What another replica, or the same one a little later, may answer otherwise.
fn is_passing(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable
            | Code::Unknown
            | Code::Cancelled
            | Code::Aborted
            | Code::DeadlineExceeded
            | Code::Internal
    )
}

/// What a follower has seen.
#[derive(Default)]
struct Seen {
    events: Vec<(i64, String, String, String)>,
}

impl Seen {
    fn last(&self) -> i64 {
        self.events.last().map_or(0, |event| event.0)
    }

    fn take(&mut self, event: &Event) {
        assert_eq!(event.previous_position, self.last(), "no event is missing before {}", event.position);
        let kind = event.r#type.rsplit('.').next().unwrap_or_default().to_owned();
        self.events.push((event.position, event.event_id.clone(), kind, event.subject.clone()));
    }

    /// How often this was told, by what it was told of.
    fn told(&self, kind: &str) -> BTreeMap<String, usize> {
        let mut told = BTreeMap::new();
        for (.., subject) in self.events.iter().filter(|event| event.2 == kind) {
            *told.entry(subject.clone()).or_default() += 1;
        }
        told
    }
}

/// Follows the feed through whichever replica answers, going on from what it has.
async fn follow(back_end: BackEnd, seen: Arc<Mutex<Seen>>) {
    loop {
        let after_position = seen.lock().unwrap().last();
        let request = FollowEventsRequest { after_position, ..FollowEventsRequest::default() };
        if let Ok(stream) = back_end.next().feed.follow_events(request).await {
            let mut stream = stream.into_inner();
            while let Some(Ok(event)) = stream.next().await {
                seen.lock().unwrap().take(&event);
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends alerts until told to stop; gives the transmissions that were answered for.
async fn write(writer: usize, just: BackEnd, gacc: BackEnd, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut sent = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let number = sent.len();
        let alert = item(&format!("{writer}/{number}"));
        let imported = just.call(|mut partner| {
            let alert = alert.clone();
            Box::pin(async move {
                let stream = partner.notifications.import_notifications(tokio_stream::iter([alert])).await?;
                let answer = stream.into_inner().message().await?;
                answer.ok_or_else(|| Status::unavailable("cut before the answer"))
            })
        });
        let name = imported.await.unwrap().name;
        let request = wire::TransmitNotificationRequest {
            name: name.clone(),
            recipients: vec!["cn-gacc".to_owned()],
            request_id: request_id(),
            ..wire::TransmitNotificationRequest::default()
        };
        let transmitted = just.call(|mut partner| {
            let request = request.clone();
            Box::pin(async move { partner.notifications.transmit_notification(request).await })
        });
        let transmission = transmitted.await.unwrap().into_inner().transmissions.remove(0).name;
        if number % 3 == 0 {
            react(&gacc, &transmission).await;
        }
        sent.push(transmission);
    }
    sent
}

/// Acknowledges and reacts, so that marks and reactions meet.
async fn react(gacc: &BackEnd, transmission: &str) {
    let acknowledge = wire::AcknowledgeTransmissionRequest {
        name: transmission.to_owned(),
        request_id: request_id(),
        ..wire::AcknowledgeTransmissionRequest::default()
    };
    let acknowledged = gacc.call(|mut partner| {
        let request = acknowledge.clone();
        Box::pin(async move { partner.transmissions.acknowledge_transmission(request).await })
    });
    acknowledged.await.unwrap();
    let start = wire::StartFollowUpRequest {
        transmission: transmission.to_owned(),
        request_id: request_id(),
        ..wire::StartFollowUpRequest::default()
    };
    let started = gacc.call(|mut partner| {
        let request = start.clone();
        Box::pin(async move { partner.follow_ups.start_follow_up(request).await })
    });
    let name = started.await.unwrap().into_inner().name;
    let record = wire::RecordTracingRequest {
        name,
        result: wire::TracingResult::NotTraced.into(),
        not_traced_reason: wire::NotTracedReason::CompanyClosed.into(),
        request_id: request_id(),
        ..wire::RecordTracingRequest::default()
    };
    let recorded = gacc.call(|mut partner| {
        let request = record.clone();
        Box::pin(async move { partner.follow_ups.record_tracing(request).await })
    });
    recorded.await.unwrap();
}

async fn advance(operator: &BackEnd, days: i64) {
    let request = wire::AdvanceClockRequest {
        by: Some(prost_types::Duration { seconds: days * 86_400, nanos: 0 }),
        request_id: request_id(),
    };
    let advanced = operator.call(|mut partner| {
        let request = request.clone();
        Box::pin(async move { partner.sandbox.advance_clock(request).await })
    });
    advanced.await.unwrap();
}

/// All clocks of GACC's, whatever their state.
async fn clocks(gacc: &BackEnd) -> Vec<wire::Clock> {
    let mut all = Vec::new();
    let mut request =
        wire::ListClocksRequest { page_size: 500, states: (1..=5).collect(), ..Default::default() };
    loop {
        let page = gacc.call(|mut partner| {
            let request = request.clone();
            Box::pin(async move { partner.clocks.list_clocks(request).await })
        });
        let page = page.await.unwrap().into_inner();
        all.extend(page.clocks);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

#[allow(clippy::print_stderr, reason = "how much was played tells what the test is worth")]
async fn play(duration: Duration) {
    let Some(database) = TestDatabase::postgres().await else { return };
    let credentials = TestCredentials::new();
    let ports = free_ports();
    let mut replicas: Vec<Replica> = ports
        .iter()
        .map(|port| {
            let mut settings = credentials.service_flags(&database.url);
            settings.extend(
                [
                    ("server.listen", format!("127.0.0.1:{port}")),
                    ("sandbox.enabled", "true".to_owned()),
                    ("clocks.interval", "100ms".to_owned()),
                    ("telemetry.log_filter", "error".to_owned()),
                ]
                .map(|(key, value)| (key.to_owned(), value)),
            );
            Replica::start(&settings)
        })
        .collect();
    let back_end = |authority: &str| BackEnd::of(&credentials, &ports, authority);
    let (just, gacc) = (back_end("eu-just"), back_end("cn-gacc"));
    for index in 0..REPLICAS {
        eventually("the replica answers", Duration::from_secs(60), async || {
            let mut partner = gacc.at[index].clone();
            partner.transmissions.list_inbox(wire::ListInboxRequest::default()).await
        })
        .await;
    }

    let stop = Arc::new(AtomicBool::new(false));
    let seen: [Arc<Mutex<Seen>>; 3] = Default::default();
    let mut followers = tokio::task::JoinSet::new();
    for (seen, authority) in seen.iter().zip(["cn-gacc", "eu-just", "cn-gacc"]) {
        followers.spawn(follow(back_end(authority), seen.clone()));
    }
    let writers: Vec<_> =
        (0..3).map(|writer| tokio::spawn(write(writer, just.clone(), gacc.clone(), stop.clone()))).collect();
    let time = tokio::spawn({
        let (operator, stop) = (just.clone(), stop.clone());
        async move {
            while !stop.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_secs(1)).await;
                advance(&operator, DAYS_A_SECOND).await;
            }
        }
    });
    let started = Instant::now();
    let mut kills = 0;
    while started.elapsed() < duration {
        tokio::time::sleep(BETWEEN_KILLS).await;
        let victim = &mut replicas[kills % REPLICAS];
        victim.kill();
        tokio::time::sleep(AWAY).await;
        victim.again();
        kills += 1;
    }
    stop.store(true, Ordering::Relaxed);
    let mut sent = BTreeSet::new();
    for writer in writers {
        sent.extend(writer.await.unwrap());
    }
    time.await.unwrap();
    advance(&just, 40).await;

    let all = eventually("every clock has come to its end", Duration::from_secs(60), async || {
        let clocks = clocks(&gacc).await;
        let open = clocks.iter().filter(|clock| clock.state() == wire::ClockState::Running).count();
        if open == 0 { Ok(clocks) } else { Err(open) }
    })
    .await;
    for (seen, back_end) in seen.iter().zip([&gacc, &just, &gacc]) {
        eventually("the follower has all that it may see", Duration::from_secs(60), async || {
            let request =
                GetDigestRequest { from_position: 1, to_position: 0, ..GetDigestRequest::default() };
            let whole =
                back_end.next().feed.get_digest(request).await.map_err(|status| status.to_string())?;
            let mut digest = RangeDigest::new();
            let seen = seen.lock().unwrap();
            for (position, event_id, ..) in &seen.events {
                digest.add(*position, event_id);
            }
            let whole = whole.into_inner();
            let mine = (digest.count(), digest.finish());
            if mine == (whole.count, whole.digest.clone()) {
                Ok(())
            } else {
                Err(format!("{mine:?} {whole:?}"))
            }
        })
        .await;
    }
    followers.shutdown().await;

    assert!(kills >= 5 && sent.len() >= 20, "{kills} kills, {} alerts: too few to say anything", sent.len());
    let known: BTreeSet<String> = all.iter().map(|clock| clock.transmission.clone()).collect();
    assert!(sent.is_subset(&known), "every transmission that was answered for is there, with its clock");
    let marked = |time: fn(&wire::Clock) -> bool| -> BTreeMap<String, usize> {
        all.iter().filter(|clock| time(clock)).map(|clock| (clock.name.clone(), 1)).collect()
    };
    let warned = marked(|clock| clock.warned_time.is_some());
    let breached = marked(|clock| clock.breached_time.is_some());
    assert!(breached.len() > 5, "{} breaches: too few to say anything", breached.len());
    for seen in &seen {
        let seen = seen.lock().unwrap();
        assert_eq!(seen.told("ClockWarned"), warned);
        assert_eq!(seen.told("ClockBreached"), breached);
        let transmitted = seen.told("NotificationTransmitted");
        assert!(transmitted.values().all(|times| *times == 1));
        assert_eq!(transmitted.len(), known.len());
    }
    eprintln!(
        "{kills} kills in {:?}: {} alerts, {} warnings and {} breaches, each told once to three followers",
        duration,
        known.len(),
        warned.len(),
        breached.len()
    );
}
