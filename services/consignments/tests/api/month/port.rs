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

use super::{
    books::Books,
    world::{self, ALERTED, Arrival, seconds_of},
};
use crate::{
    days::Set,
    processes::{Process, send, until_done},
    running::Partner,
    words::{goods, request_id},
};

const SOON: Duration = Duration::from_secs(60);
pub const CAPACITY: i32 = 24;
/// One in so many declarations is amended.
const AMENDED: usize = 20;

/// What each replica is sent, with the places of the goods in the day.
type Parts = Vec<Vec<(usize, wire::ScreenConsignmentsRequest)>>;
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
        self.date_of(self.now)
    }

    pub fn date_of(&self, time: Timestamp) -> Date {
        time.to_zoned(self.zone.clone()).date()
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
        wire::Consignment { arrival_time: seconds_of(self.noon()), ..goods() }
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

    /// The day begins.
    pub async fn morning(&mut self, day: usize) {
        self.go_to(self.day(day)).await;
    }

    /// When a day of the month begins.
    fn day(&self, day: usize) -> Timestamp {
        let days = SignedDuration::from_hours(24 * i64::try_from(day).unwrap());
        self.first.checked_add(days).unwrap()
    }

    /// The plan of a day is set, if somebody says how many are expected.
    pub async fn planned(&self, day: usize, expected: Option<usize>) {
        let Some(expected) = expected else { return };
        let set = Set::of(CAPACITY, 0.25, expected.try_into().unwrap());
        set.on(&mut self.partner("nl-customs"), self.date_of(self.day(day))).await;
    }

    pub async fn evening(&mut self, day: usize) {
        self.go_to(self.day(day) + SignedDuration::from_hours(12)).await;
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

    /// How much of a certificate has been used, of the items and unit of which most has.
    pub async fn used_of(&self, certificate: &str) -> f64 {
        let name = format!("inspectionBodies/cn-ciq-shanghai/certificates/{certificate}");
        let request = wire::GetInspectionRequest { name };
        let shown = self.partner("cn-gacc").inspections.get_inspection(request).await.unwrap().into_inner();
        let balance = shown.balance.unwrap();
        balance.quantities.iter().map(|one| one.used).fold(0.0, f64::max)
    }

    /// Goods are declared once more, in the order of their places; gives the decisions.
    pub async fn declared_again(&mut self, goods: &[wire::Consignment]) -> Vec<wire::Screening> {
        let mut decided = vec![Vec::new(); goods.len()];
        self.decided(self.shared_out(goods.iter().enumerate()), None, &mut decided).await;
        decided.into_iter().flatten().collect()
    }

    /// The goods of a day are declared at all replicas side by side. In its middle some are amended at another replica, among
    /// those that come; and when all have come, some once more. Gives the decisions on each.
    pub async fn declared(&mut self, day: usize, arrivals: &[Arrival]) -> Vec<Vec<wire::Screening>> {
        let half = arrivals.len() / 2;
        let consignments: Vec<&wire::Consignment> = arrivals.iter().map(|one| &one.consignment).collect();
        let mut decided = vec![Vec::new(); arrivals.len()];
        let morning = self.shared_out(consignments[..half].iter().copied().enumerate());
        let mut noon = self.shared_out(consignments.iter().copied().enumerate().skip(half));
        let replica_of: HashMap<usize, usize> = morning
            .iter()
            .enumerate()
            .flat_map(|(replica, part)| part.iter().map(move |(at, _)| (*at, replica)))
            .collect();
        for (number, at) in (0..half).filter(|at| arrivals[*at].amendment.is_some()).enumerate() {
            let (amended, _) = arrivals[at].amendment.as_ref().unwrap();
            let part = &mut noon[(replica_of[&at] + 1) % self.replicas.len()];
            part.insert((2 + 3 * number).min(part.len()), (at, item(amended.clone())));
        }
        let is_killed_in = |half: usize| day % 5 == 2 && day % 2 == half;
        self.decided(morning, is_killed_in(0).then_some(day), &mut decided).await;
        self.decided(noon, is_killed_in(1).then_some(day), &mut decided).await;
        // When the day is spent, too.
        let mut evening = vec![Vec::new(); self.replicas.len()];
        for at in (0..arrivals.len()).step_by(AMENDED) {
            let (arrival, last) = (&arrivals[at], day % self.replicas.len());
            let declared = arrival.amendment.as_ref().map_or(&arrival.consignment, |(amended, _)| amended);
            let description = format!("{}, amended", declared.description);
            evening[last].push((at, item(wire::Consignment { description, ..declared.clone() })));
        }
        self.decided(evening, None, &mut decided).await;
        decided
    }

    /// One part for each replica, with the places of the goods.
    fn shared_out<'a>(&self, goods: impl ExactSizeIterator<Item = (usize, &'a wire::Consignment)>) -> Parts {
        let of_each = goods.len().div_ceil(self.replicas.len()).max(1);
        let items: Vec<_> = goods.map(|(at, goods)| (at, item(goods.clone()))).collect();
        let mut parts: Parts = items.chunks(of_each).map(<[_]>::to_vec).collect();
        parts.resize(self.replicas.len(), Vec::new());
        parts
    }

    /// Each replica is sent its part. On a day on which one is killed, it is another one at another moment each time; the rest
    /// is sent again when it is back.
    async fn decided(
        &mut self,
        parts: Parts,
        killed_on: Option<usize>,
        decided: &mut [Vec<wire::Screening>],
    ) {
        let places: Vec<(String, usize)> =
            parts.iter().flatten().map(|(at, item)| (item.request_id.clone(), *at)).collect();
        let credentials = &self.credentials;
        let killed = killed_on.map(|day| (day / 5 % self.replicas.len(), 1 + 37 * day));
        let sent = self.replicas.iter_mut().zip(parts).enumerate().map(async |(at, (replica, part))| {
            let items: Vec<_> = part.into_iter().map(|(_, item)| item).collect();
            let mut answers = Answers::new();
            let partner = replica.partner_of(credentials, "nl-customs");
            if let Some((_, moment)) = killed.filter(|(killed, _)| *killed == at) {
                // What was on its way may arrive after all.
                let _ = send(partner.clone(), &items, |answered, request, answer| {
                    take(&mut answers, request, answer);
                    if answered == 1 + moment % items.len() {
                        replica.kill();
                    }
                })
                .await;
                replica.again(credentials).await;
            }
            until_done(&partner, &items, |request, answer| take(&mut answers, request, answer)).await;
            answers
        });
        let mut answers: Answers = join_all(sent).await.into_iter().flatten().collect();
        for (request, at) in places {
            decided[at].push(answers.remove(&request).unwrap());
        }
    }

    /// What the plan of the day chose is examined: gives the names of these.
    pub async fn examined(&self, books: &Books) -> HashSet<String> {
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
        let time = seconds_of(self.now - SignedDuration::from_hours(1));
        let control = |one: &wire::SelectedConsignment| {
            let outcome = match books.is_unsafe(&one.screening) {
                true => wire::ControlOutcome::Unsafe,
                false => wire::ControlOutcome::Safe,
            };
            wire::SubmitControlsRequest {
                control: Some(wire::Control {
                    screening: one.screening.clone(),
                    outcome: outcome.into(),
                    examine_time: time,
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
        selected.into_iter().map(|one| one.screening).collect()
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
