//! What holds for every service that is built on the kit, told on the smallest one, over real sockets, on both databases.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use prost::{Message, Name};
use seamless_calendar::Clock;
use seamless_kit::{Bound, Config, PACKAGES, store::Migrator};
use seamless_proto::seamless::{
    feed::v1::{Event, GetDigestRequest, ReadEventsRequest, feed_service_client::FeedServiceClient},
    notifications::v1::{
        AddAssessmentRequest, Assessment, AssessmentChanged, ListAssessmentsRequest, Risk, RiskScenario,
        assessment_service_client::AssessmentServiceClient,
    },
};
use seamless_service::client::ClientChannel;
use seamless_testkit::{
    Flags, Run, TestCredentials, TestDatabase, TestedService, eventually, on_each_database,
};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use uuid::Uuid;

/// The smallest service.
enum Kit {}

struct Partner {
    opinions: AssessmentServiceClient<ClientChannel>,
    feed: FeedServiceClient<ClientChannel>,
}

type Running = seamless_testkit::Running<Kit>;

impl TestedService for Kit {
    type Partner = Partner;

    fn scopes() -> Vec<&'static str> {
        seamless_proto::access::scopes_of(&PACKAGES)
    }

    async fn bind(flags: Flags, clock: Arc<dyn Clock>, until: CancellationToken) -> (u16, Run) {
        let bound = Bound::bind(Config::of(flags).unwrap(), clock).await.unwrap();
        (bound.opened.server.local_addr().port(), Box::pin(async move { bound.run(until).await.unwrap() }))
    }

    fn partner(channel: ClientChannel) -> Partner {
        let (opinions, feed) =
            (AssessmentServiceClient::new(channel.clone()), FeedServiceClient::new(channel));
        Partner { opinions, feed }
    }
}

on_each_database!(
    a_repeated_call_gets_its_first_answer_and_is_done_once,
    a_request_id_belongs_to_one_content,
    a_check_changes_nothing,
    a_refusal_names_every_wrong_field,
    an_etag_of_before_is_refused,
    many_who_change_one_record_are_all_counted,
    what_is_not_for_a_reader_is_absent_in_list_and_feed,
    pages_end_where_the_next_begin_and_serve_nobody_else,
    a_worker_does_each_thing_once_on_two_replicas,
    the_feed_tells_all_in_order_and_proves_it,
    a_drain_answers_what_is_under_way,
    nobody_is_served_before_the_database_is_migrated,
);

const NOTIFICATION: &str = "notifications/01993f2e-0000-7000-8000-000000000001";

fn opinion(level: i32, scenario: &str) -> AddAssessmentRequest {
    let scenarios = vec![RiskScenario { description: scenario.to_owned(), ..RiskScenario::default() }];
    AddAssessmentRequest {
        parent: NOTIFICATION.to_owned(),
        risk: Some(Risk { level, scenarios, ..Risk::default() }),
        request_id: Uuid::new_v4().to_string(),
        ..AddAssessmentRequest::default()
    }
}

impl Partner {
    async fn add(&mut self, request: &AddAssessmentRequest) -> Result<Assessment, Status> {
        self.opinions.add_assessment(request.clone()).await.map(tonic::Response::into_inner)
    }

    async fn events(&mut self) -> Vec<Event> {
        self.feed.read_events(ReadEventsRequest::default()).await.unwrap().into_inner().events
    }

    async fn told(&mut self) -> Vec<Assessment> {
        let told = self.events().await.into_iter().map(|event| {
            assert_eq!(event.r#type, AssessmentChanged::full_name());
            AssessmentChanged::decode(event.data.unwrap().value.as_slice()).unwrap().assessment.unwrap()
        });
        told.collect()
    }
}

async fn running(test: TestDatabase) -> Running {
    Running::on(test).await
}

async fn a_repeated_call_gets_its_first_answer_and_is_done_once(test: TestDatabase) {
    let running = running(test).await;
    let mut just = running.partner("eu-just");
    let request = opinion(3, "it burns");
    let first = just.add(&request).await.unwrap();
    for _ in 0..3 {
        assert_eq!(just.add(&request).await.unwrap(), first);
    }
    assert_eq!(just.told().await.iter().filter(|told| told.version == 0).count(), 1);
}

async fn a_request_id_belongs_to_one_content(test: TestDatabase) {
    let running = running(test).await;
    let mut just = running.partner("eu-just");
    let request = opinion(3, "it burns");
    just.add(&request).await.unwrap();
    let other = AddAssessmentRequest { request_id: request.request_id.clone(), ..opinion(4, "it burns") };
    assert_eq!(just.add(&other).await.unwrap_err().code(), Code::InvalidArgument);
    // Ids are each caller's own.
    let mut gacc = running.partner("cn-gacc");
    assert_eq!(gacc.add(&request).await.unwrap().authority, "cn-gacc");
}

async fn a_check_changes_nothing(test: TestDatabase) {
    let running = running(test).await;
    let mut just = running.partner("eu-just");
    let request = AddAssessmentRequest { validate_only: true, ..opinion(3, "it burns") };
    assert_eq!(just.add(&request).await.unwrap().level, 3);
    assert!(just.events().await.is_empty());
}

async fn a_refusal_names_every_wrong_field(test: TestDatabase) {
    let running = running(test).await;
    let mut just = running.partner("eu-just");
    let wrong = AddAssessmentRequest {
        parent: "notifications/none".to_owned(),
        etag: "of old".to_owned(),
        risk: None,
        ..opinion(0, "")
    };
    let refused = just.add(&wrong).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let told = String::from_utf8_lossy(refused.details()).into_owned();
    for field in ["parent", "etag", "risk.level"] {
        assert!(told.contains(field), "{field} is not named");
    }
}

async fn an_etag_of_before_is_refused(test: TestDatabase) {
    let running = running(test).await;
    let mut just = running.partner("eu-just");
    let first = just.add(&opinion(1, "")).await.unwrap();
    just.add(&opinion(2, "")).await.unwrap();
    let late = AddAssessmentRequest { etag: first.etag, ..opinion(3, "") };
    assert_eq!(just.add(&late).await.unwrap_err().code(), Code::Aborted);
}

async fn many_who_change_one_record_are_all_counted(test: TestDatabase) {
    let running = running(test).await;
    const RIVALS: usize = 12;
    let rivals = (0..RIVALS).map(|_| {
        let mut just = running.partner("eu-just");
        tokio::spawn(async move { just.add(&opinion(3, "")).await.unwrap().revision })
    });
    let mut revisions: Vec<i64> = join_all(rivals).await.into_iter().map(Result::unwrap).collect();
    revisions.sort_unstable();
    revisions.dedup();
    assert_eq!(revisions.len(), RIVALS, "each has a revision of its own");
    let told = running.partner("eu-just").told().await;
    let given = told.iter().filter(|told| told.version == 0).count();
    assert_eq!(given, RIVALS, "each is told once");
}

async fn what_is_not_for_a_reader_is_absent_in_list_and_feed(test: TestDatabase) {
    let running = running(test).await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    just.add(&opinion(3, "it burns")).await.unwrap();
    let list =
        ListAssessmentsRequest { parent: NOTIFICATION.to_owned(), ..ListAssessmentsRequest::default() };
    let shown = |seen: &Assessment| seen.assessed.clone().unwrap().scenarios.len();
    let own = just.opinions.list_assessments(list.clone()).await.unwrap().into_inner().assessments;
    let others = gacc.opinions.list_assessments(list).await.unwrap().into_inner().assessments;
    assert_eq!((shown(&own[0]), shown(&others[0])), (1, 0));
    assert_eq!((shown(&just.told().await[0]), shown(&gacc.told().await[0])), (1, 0));
    assert_eq!(others[0].level, 3, "the rest is there");
}

async fn pages_end_where_the_next_begin_and_serve_nobody_else(test: TestDatabase) {
    let running = running(test).await;
    let authors = ["eu-just", "cn-gacc", "ca-hc", "us-cpsc", "nl-customs"];
    for author in authors {
        running.partner(author).add(&opinion(3, author)).await.unwrap();
    }
    let mut just = running.partner("eu-just");
    let (mut seen, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let request = ListAssessmentsRequest {
            parent: NOTIFICATION.to_owned(),
            page_size: 2,
            page_token: token.clone(),
        };
        let page = just.opinions.list_assessments(request.clone()).await.unwrap().into_inner();
        seen.extend(page.assessments.into_iter().map(|one| one.authority));
        pages += 1;
        if page.next_page_token.is_empty() {
            break;
        }
        token = page.next_page_token;
        let stolen = ListAssessmentsRequest { page_token: token.clone(), ..request };
        let refused = running.partner("cn-gacc").opinions.list_assessments(stolen).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    seen.sort_unstable();
    let mut wanted = authors.map(str::to_owned);
    wanted.sort_unstable();
    assert_eq!((seen.as_slice(), pages), (wanted.as_slice(), 3));
}

async fn a_worker_does_each_thing_once_on_two_replicas(test: TestDatabase) {
    let running = running(test).await;
    running.replica().await;
    let authors = ["eu-just", "cn-gacc", "ca-hc", "us-cpsc"];
    for author in authors {
        running.partner(author).add(&opinion(3, author)).await.unwrap();
    }
    let mut just = running.partner("eu-just");
    eventually("all are reviewed", Duration::from_secs(20), async || {
        let reviewed = just.told().await.iter().filter(|told| told.version == 1).count();
        if reviewed >= authors.len() { Ok(()) } else { Err(reviewed) }
    })
    .await;
    let told = just.told().await;
    assert_eq!(told.len(), 2 * authors.len(), "each given once, and reviewed once: {told:?}");
}

async fn the_feed_tells_all_in_order_and_proves_it(test: TestDatabase) {
    let running = running(test).await;
    let mut just = running.partner("eu-just");
    for level in 1..=4 {
        just.add(&opinion(level, "")).await.unwrap();
    }
    let events = just.events().await;
    assert!(events.windows(2).all(|pair| pair[0].position < pair[1].position));
    let given: Vec<i32> =
        just.told().await.into_iter().filter(|told| told.version == 0).map(|told| told.level).collect();
    assert_eq!(given, [1, 2, 3, 4]);
    let to_position = events.last().unwrap().position;
    let request = GetDigestRequest { from_position: 1, to_position, ..GetDigestRequest::default() };
    let proven = just.feed.get_digest(request).await.unwrap().into_inner();
    let mut own = Sha256::new();
    events.iter().for_each(|event| own.update(format!("{} {}\n", event.position, event.event_id)));
    assert_eq!(proven.digest, hex::encode(own.finalize()));
}

async fn a_drain_answers_what_is_under_way(test: TestDatabase) {
    let running = running(test).await;
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let mut just = running.partner("eu-just");
            tokio::spawn(async move { just.add(&opinion(3, "")).await })
        })
        .collect();
    // Whatever was answered before the restart is there after it; what was not, was refused, not lost half-way.
    let running = running.restarted(|_| {}).await;
    let answered = join_all(calls).await.into_iter().filter(|call| call.as_ref().unwrap().is_ok()).count();
    let told = running.partner("eu-just").told().await.iter().filter(|told| told.version == 0).count();
    assert_eq!(told, answered);
}

async fn nobody_is_served_before_the_database_is_migrated(test: TestDatabase) {
    let credentials = TestCredentials::new();
    let mut flags = credentials.service_flags(&test.url);
    flags.retain(|(key, _)| key != "database.migrate_at_start");
    flags.push(("database.migrate_at_start".to_owned(), "false".to_owned()));
    let token = CancellationToken::new();
    let (port, run) = Kit::bind(flags, credentials.shared_clock(), token.clone()).await;
    let serving = tokio::spawn(run);
    let bearer = credentials.token("eu-just", &Kit::scopes());
    let mut just = Kit::partner(credentials.channel(&format!("https://localhost:{port}"), Some(bearer)));
    let refused = just.add(&opinion(3, "")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused:?}");
    test.database.migrate::<Migrator>().await.unwrap();
    eventually("it serves by itself", Duration::from_secs(20), async || just.add(&opinion(3, "")).await)
        .await;
    token.cancel();
    serving.await.unwrap();
}
