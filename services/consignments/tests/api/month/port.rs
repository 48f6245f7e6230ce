//! The port: replicas of the service over one database, the clock and the alerts that they follow, and who works there.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use futures::{StreamExt, future::join_all, stream};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use seamless_calendar::{Clock, Zones};
use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as told};
use seamless_testkit::{TestCredentials, TestDatabase, ToldFeed, eventually};

use super::world::{self, ALERTED, ARRIVALS, Arrival};
use crate::{
    processes::{Process, send, until_done},
    running::Partner,
    words::{goods, request_id},
};

const SOON: Duration = Duration::from_secs(60);
pub const CAPACITY: i32 = 24;
/// A quarter of the capacity.
pub const FOR_THE_LOT: u32 = 6;
/// One in so many declarations is amended.
const AMENDED: usize = 20;

/// The first answer to each request, by the name of the request.
type Answers = HashMap<String, wire::Screening>;

pub struct Port {
    credentials: TestCredentials,
    feed: ToldFeed,
    replicas: Vec<Process>,
    /// Six in the morning of the first day.
    first: Timestamp,
    now: Timestamp,
    zone: TimeZone,
}

impl Port {
    pub async fn open(database: &TestDatabase, replicas: usize) -> Self {
        let credentials = TestCredentials::new();
        let feed = ToldFeed::served(&credentials).await;
        let further = [
            ("alerts.authority", "eu-just".to_owned()),
            ("alerts.channel.address", feed.address().to_owned()),
            ("alerts.channel.ca", feed.ca().to_owned()),
            ("sandbox.enabled", "true".to_owned()),
            ("learning.outcomes", "100000".to_owned()),
        ];
        let mut processes = Vec::new();
        for _ in 0..replicas {
            processes.push(Process::start_with(&credentials, database, &further).await);
        }
        let amsterdam = Zones::bundled().get("Europe/Amsterdam").unwrap();
        let tomorrow = credentials.clock().now().to_zoned(amsterdam.clone()).date().tomorrow().unwrap();
        let first = tomorrow.at(6, 0, 0, 0).to_zoned(amsterdam.clone()).unwrap().timestamp();
        Self { credentials, feed, replicas: processes, now: first, first, zone: amsterdam }
    }

    pub fn date(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    /// When the goods of the day arrive.
    pub fn noon(&self) -> Timestamp {
        self.date().at(12, 0, 0, 0).to_zoned(self.zone.clone()).unwrap().timestamp()
    }

    pub fn partner(&self, authority: &str) -> Partner {
        self.replicas[0].partner_of(&self.credentials, authority)
    }

    /// What every replica says of goods that it is shown, once each says what is waited for.
    async fn all_say(&self, what: &str, goods: &wire::Consignment, says: impl Fn(&wire::Screening) -> bool) {
        for replica in &self.replicas {
            let customs = replica.partner_of(&self.credentials, "nl-customs");
            eventually(what, SOON, async || {
                let request = wire::ScreenConsignmentRequest {
                    consignment: Some(goods.clone()),
                    request_id: request_id(),
                    validate_only: true,
                    ..Default::default()
                };
                let said = customs
                    .clone()
                    .screenings
                    .screen_consignment(request)
                    .await
                    .map_err(|error| error.to_string())?;
                let said = said.into_inner();
                if says(&said) { Ok(()) } else { Err(format!("{said:?}")) }
            })
            .await;
        }
    }

    fn shown(&self) -> wire::Consignment {
        let seconds = self.noon().as_second();
        wire::Consignment { arrival_time: Some(prost_types::Timestamp { seconds, nanos: 0 }), ..goods() }
    }

    async fn go_to(&mut self, time: Timestamp) {
        let ahead = time.duration_since(self.credentials.clock().now());
        let ahead = Some(prost_types::Duration { seconds: ahead.as_secs(), nanos: 0 });
        self.feed.tell(&told::SandboxClockAdvanced { ahead, now: None });
        self.now = time;
        let least = self.now.as_second() - 30;
        let is_there = |said: &wire::Screening| said.screen_time.is_some_and(|time| time.seconds >= least);
        self.all_say("the clock is there", &self.shown(), is_there).await;
    }

    /// The day begins; its plan is set.
    pub async fn morning(&mut self, day: usize) {
        let days = SignedDuration::from_hours(24 * i64::try_from(day).unwrap());
        self.go_to(self.first.checked_add(days).unwrap()).await;
        let plan = wire::Plan {
            capacity: CAPACITY,
            random_floor: Some(0.25),
            expected_arrivals: i64::try_from(ARRIVALS).ok(),
            ..wire::Plan::default()
        };
        let request = wire::SetPlanRequest {
            name: format!("entryPoints/NLRTM/plans/{}", self.date()),
            plan: Some(plan),
            request_id: request_id(),
            ..Default::default()
        };
        self.partner("nl-customs").targeting.set_plan(request).await.unwrap();
    }

    pub async fn evening(&mut self, day: usize) {
        let hours = SignedDuration::from_hours(24 * i64::try_from(day).unwrap() + 12);
        self.go_to(self.first.checked_add(hours).unwrap()).await;
    }

    /// The alert is told, and known to every replica.
    pub async fn is_alerted(&self) {
        self.feed.tell(&world::alert());
        let alerted = wire::Consignment { gtins: vec![ALERTED.to_owned()], ..self.shown() };
        let is_known = |said: &wire::Screening| !said.matched_notifications.is_empty();
        self.all_say("the alert is known", &alerted, is_known).await;
    }

    /// China shares what it inspected.
    pub async fn inspected(&self, inspections: Vec<wire::Inspection>) {
        let mut gacc = self.partner("cn-gacc");
        for inspection in inspections {
            let request = wire::CreateInspectionRequest {
                inspection: Some(inspection),
                request_id: request_id(),
                validate_only: false,
            };
            gacc.inspections.create_inspection(request).await.unwrap();
        }
    }

    /// Goods are declared at all replicas side by side; one of them may die of it, and the rest is declared when it is back.
    pub async fn screened(&mut self, arrivals: &[Arrival], is_killed: bool) -> Vec<wire::Screening> {
        let items: Vec<wire::ScreenConsignmentsRequest> =
            arrivals.iter().map(|one| item(one.consignment.clone())).collect();
        let credentials = &self.credentials;
        let parts = items.chunks(items.len().div_ceil(self.replicas.len()));
        let declared = self.replicas.iter_mut().zip(parts).enumerate().map(async |(at, (replica, part))| {
            let mut answers = Answers::new();
            let partner = replica.partner_of(credentials, "nl-customs");
            if is_killed && at == 0 {
                // What was on its way may arrive after all.
                let _ = send(partner.clone(), part, |answered, request, answer| {
                    take(&mut answers, request, answer);
                    if answered == 1 {
                        replica.kill();
                    }
                })
                .await;
                replica.again(credentials).await;
            }
            until_done(&partner, part, |request, answer| take(&mut answers, request, answer)).await;
            answers
        });
        let mut answers: Answers = join_all(declared).await.into_iter().flatten().collect();
        items.iter().map(|item| answers.remove(&item.request_id).unwrap()).collect()
    }

    /// Some declarations are amended, at another replica: gives what they are amended to, by their place.
    pub async fn amended(
        &mut self,
        screened: &[wire::Screening],
        arrivals: &[Arrival],
    ) -> HashMap<usize, wire::Screening> {
        let replica = self.replicas.last().unwrap().partner_of(&self.credentials, "nl-customs");
        let mut amended = HashMap::new();
        for at in (0..screened.len()).step_by(AMENDED) {
            let consignment = wire::Consignment {
                description: "household goods, amended".to_owned(),
                ..arrivals[at].consignment.clone()
            };
            let items = [item(consignment)];
            until_done(&replica, &items, |_, answer| {
                amended.insert(at, answer.screening.unwrap());
            })
            .await;
        }
        amended
    }

    /// What the plan of the day chose is examined: gives the places of these.
    pub async fn examined(
        &self,
        arrivals: &[Arrival],
        screened: &[wire::Screening],
        amended: &HashMap<usize, wire::Screening>,
    ) -> HashSet<usize> {
        let mut customs = self.partner("nl-customs");
        let mut request = wire::ListSelectionsRequest {
            parent: format!("entryPoints/NLRTM/plans/{}", self.date()),
            ..Default::default()
        };
        let mut selected = Vec::new();
        loop {
            let page = customs.targeting.list_selections(request.clone()).await.unwrap().into_inner();
            selected.extend(page.selections);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        let current = |at: usize| amended.get(&at).unwrap_or(&screened[at]).name.as_str();
        let places: HashMap<&str, usize> = (0..screened.len()).map(|at| (current(at), at)).collect();
        let time = (self.now - SignedDuration::from_hours(1)).as_second();
        let control = |one: &wire::SelectedConsignment| {
            let outcome = match arrivals[places[one.screening.as_str()]].is_unsafe {
                true => wire::ControlOutcome::Unsafe,
                false => wire::ControlOutcome::Safe,
            };
            wire::SubmitControlsRequest {
                control: Some(wire::Control {
                    screening: one.screening.clone(),
                    outcome: outcome.into(),
                    examine_time: Some(prost_types::Timestamp { seconds: time, nanos: 0 }),
                    ..wire::Control::default()
                }),
                request_id: request_id(),
                validate_only: false,
            }
        };
        let controls: Vec<_> = selected.iter().map(control).collect();
        let mut answers =
            customs.controls.submit_controls(stream::iter(controls)).await.unwrap().into_inner();
        while let Some(answer) = answers.next().await {
            assert_eq!(answer.unwrap().violations, []);
        }
        selected.iter().map(|one| places[one.screening.as_str()]).collect()
    }

    /// A model learns what was found, and decides from now on at every replica.
    pub async fn learned(&self) {
        let mut just = self.partner("eu-just");
        let request = wire::TrainModelRequest { from_scratch: false, request_id: request_id() };
        let model = just.targeting.train_model(request).await.unwrap().into_inner();
        let request = wire::ActivateModelRequest {
            name: model.name.clone(),
            etag: model.etag,
            request_id: request_id(),
            validate_only: false,
        };
        just.targeting.activate_model(request).await.unwrap();
        let decides = |said: &wire::Screening| said.model == model.name;
        self.all_say("the model decides", &self.shown(), decides).await;
    }
}

fn item(consignment: wire::Consignment) -> wire::ScreenConsignmentsRequest {
    wire::ScreenConsignmentsRequest {
        consignment: Some(consignment),
        request_id: request_id(),
        ..Default::default()
    }
}

/// The same request has the same answer, whichever replica gives it.
fn take(answers: &mut Answers, request: &str, answer: wire::ScreenConsignmentsResponse) {
    assert_eq!(answer.violations, []);
    let screening = answer.screening.expect("goods are decided on");
    let first = answers.entry(request.to_owned()).or_insert_with(|| screening.clone());
    assert_eq!(*first, screening, "the same request has the same answer");
}
