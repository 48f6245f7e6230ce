//! `targeting-live`: a month of declarations through the running service, which examines, learns and examines better,
//! beside others that learn from the same examinations.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, stream};
use jiff::{SignedDuration, civil::Date};
use seamless_calendar::{Clock, Zones};
use seamless_consignments::{Bound, Config, api::authorization::SCOPES};
use seamless_proto::seamless::consignments::v1::{
    self as wire, Selection, control_service_client::ControlServiceClient,
    screening_service_client::ScreeningServiceClient, targeting_service_client::TargetingServiceClient,
};
use seamless_risk::Feature;
use seamless_testkit::{TestCredentials, TestDatabase, eventually};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    declarations::{Declaration, View},
    forest,
    scorers::{Lookup, Risk, Scorer},
};
use crate::{
    Failure,
    connection::{self, Connection},
    outcome::{Goal, Outcome, rounded},
};

/// Working days of a month without Sundays.
const DAYS: usize = 26;
/// The first of them give labels by lot alone; then a model decides.
const FIRST: usize = 3;
/// Of the arrivals of a day so many can be examined, and of these so many are drawn at random.
const EXAMINED: f64 = 0.1;
const FLOOR: f64 = 0.2;
/// Runs with different draws, of which the mean is told.
const RUNS: usize = 3;
const SOON: Duration = Duration::from_secs(60);

const NOTE: &str = "share of fraud among those that the model of the running service targets after three days, on SQLite, \
                    over 26 days of equally many declarations in the order of their dates; baseline: a random forest \
                    [200 trees, categories as numbers] that learns from the same examinations and chooses as many of \
                    the same arrivals; beta_binomial, lookup: likewise; by_lot: among the random ones";

/// What was found, of the declarations that somebody chose.
#[derive(Clone, Copy, Default)]
struct Found {
    frauds: f64,
    all: f64,
}

impl Found {
    fn add(&mut self, declaration: &Declaration) {
        self.all += 1.0;
        self.frauds += if declaration.is_fraud { 1.0 } else { 0.0 };
    }

    fn share(self) -> f64 {
        self.frauds / self.all.max(1.0)
    }
}

/// By whom declarations were chosen.
#[derive(Clone, Copy, Default)]
struct Course {
    service: Found,
    by_lot: Found,
    forest: Found,
    beta_binomial: Found,
    lookup: Found,
}

/// Measures.
///
/// # Errors
/// If the service does not come up, or anything fails.
pub async fn measure(declarations: &[Declaration]) -> Result<(), Failure> {
    let mut sums = [0.0; 5];
    for _ in 0..RUNS {
        let course = month(declarations).await?;
        let Course { service, by_lot, forest, beta_binomial, lookup } = course;
        for (sum, found) in sums.iter_mut().zip([service, by_lot, forest, beta_binomial, lookup]) {
            *sum += found.share() / RUNS as f64;
        }
    }
    let [value, by_lot, baseline, beta_binomial, lookup] = sums;
    let mut all = Found::default();
    declarations.iter().for_each(|one| all.add(one));
    let facts = vec![
        ("beta_binomial", rounded(beta_binomial).into()),
        ("lookup", rounded(lookup).into()),
        ("by_lot", rounded(by_lot).into()),
        ("arriving", rounded(all.share()).into()),
        ("runs", RUNS.into()),
    ];
    let goal = Goal::RatioAtLeast(1.0);
    let (measure, note) = ("targeting-live".to_owned(), NOTE.to_owned());
    Outcome { measure, value, unit: "share", baseline, goal, note, facts }.print()
}

async fn month(declarations: &[Declaration]) -> Result<Course, Failure> {
    let mut port = Port::open().await?;
    let mut course = Course::default();
    let mut labelled: Vec<&Declaration> = Vec::new();
    let (mut beta_binomial, mut lookup) = (Risk::plain(View::Full)?, Lookup::new(View::Full));
    for (day, arrivals) in declarations.chunks(declarations.len().div_ceil(DAYS)).enumerate() {
        let selections = port.day(arrivals).await?;
        let chosen_for = |wanted: Selection| {
            arrivals.iter().zip(&selections).filter(move |(_, one)| **one == wanted).map(|(one, _)| one)
        };
        if day >= FIRST {
            let targeted: Vec<&Declaration> = chosen_for(Selection::Targeted).collect();
            targeted.iter().for_each(|one| course.service.add(one));
            chosen_for(Selection::Random).for_each(|one| course.by_lot.add(one));
            let choose = |scores: Vec<f64>, found: &mut Found| {
                let mut ranked: Vec<(f64, &Declaration)> = scores.into_iter().zip(arrivals).collect();
                ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
                ranked.iter().take(targeted.len()).for_each(|(_, one)| found.add(one));
            };
            choose(forest::scores(&labelled, arrivals)?, &mut course.forest);
            choose(arrivals.iter().map(|one| beta_binomial.score(one)).collect(), &mut course.beta_binomial);
            choose(arrivals.iter().map(|one| lookup.score(one)).collect(), &mut course.lookup);
        }
        for one in chosen_for(Selection::Targeted).chain(chosen_for(Selection::Random)) {
            labelled.push(one);
            beta_binomial.learn(one, one.is_fraud, 1.0)?;
            lookup.learn(one, one.is_fraud, 1.0)?;
        }
        if day + 1 >= FIRST {
            port.learn().await?;
        }
    }
    port.close().await?;
    Ok(course)
}

/// The service in this process, at the times of the month.
struct Port {
    credentials: TestCredentials,
    _database: TestDatabase,
    address: String,
    token: CancellationToken,
    serving: tokio::task::JoinHandle<Result<(), seamless_program::StartError>>,
}

impl Port {
    async fn open() -> Result<Self, Failure> {
        let (credentials, database) = (TestCredentials::new(), TestDatabase::sqlite().await);
        let mut flags = credentials.service_flags(&database.url);
        flags.push(("learning.outcomes".to_owned(), "100000".to_owned()));
        let config = Config::load(None, HashMap::new(), flags)?.settings;
        let bound = Bound::bind(config, credentials.shared_clock()).await?;
        let address = format!("https://localhost:{}", bound.address().port());
        let token = CancellationToken::new();
        let serving = tokio::spawn(bound.run(token.clone()));
        let now = credentials.clock().now().to_zoned(Zones::bundled().get("Europe/Amsterdam")?);
        let morning = now.date().tomorrow()?.at(6, 0, 0, 0).to_zoned(now.time_zone().clone())?;
        credentials.clock().advance(morning.timestamp().duration_since(now.timestamp()));
        Ok(Self { credentials, _database: database, address, token, serving })
    }

    fn connection(&self, authority: &str) -> Connection {
        let token = self.credentials.token(authority, &SCOPES);
        connection::of(self.credentials.channel(&self.address, Some(token)))
    }

    fn today(&self) -> Result<Date, Failure> {
        Ok(self.credentials.clock().now().to_zoned(Zones::bundled().get("Europe/Amsterdam")?).date())
    }

    /// Declares goods, examines what the plan of the day chooses, and goes on to the next day. Gives how each was chosen.
    async fn day(&mut self, arrivals: &[Declaration]) -> Result<Vec<Selection>, Failure> {
        let customs = self.connection("nl-customs");
        let capacity = (EXAMINED * arrivals.len() as f64).round() as i32;
        let plan = wire::Plan {
            capacity,
            random_floor: Some(FLOOR),
            expected_arrivals: i64::try_from(arrivals.len()).ok(),
            ..wire::Plan::default()
        };
        let request = wire::SetPlanRequest {
            name: format!("entryPoints/NLRTM/plans/{}", self.today()?),
            plan: Some(plan),
            request_id: Uuid::new_v4().to_string(),
            ..wire::SetPlanRequest::default()
        };
        TargetingServiceClient::new(customs.clone()).set_plan(request).await?;

        let arrival = (self.credentials.clock().now() + SignedDuration::from_hours(4)).as_second();
        let items: Vec<_> = arrivals.iter().map(|one| item(one, arrival)).collect();
        let mut screenings = ScreeningServiceClient::new(customs.clone());
        let mut answers = screenings.screen_consignments(stream::iter(items)).await?.into_inner();
        let mut screened = Vec::new();
        while let Some(answer) = answers.next().await {
            let answer = answer?;
            screened.push(answer.screening.ok_or_else(|| format!("refused: {:?}", answer.violations))?);
        }
        let selections: Vec<Selection> = screened
            .iter()
            .map(|one| one.draw.as_ref().map_or(Selection::None, wire::Draw::selection))
            .collect();

        self.credentials.clock().advance(SignedDuration::from_hours(8));
        let time = self.credentials.clock().now().as_second();
        let chosen = screened.iter().zip(arrivals).zip(&selections);
        let controls: Vec<wire::SubmitControlsRequest> = chosen
            .filter(|(_, selection)| **selection != Selection::None)
            .map(|((screening, one), _)| control(screening, one, time))
            .collect();
        let mut controlled = ControlServiceClient::new(customs);
        let mut answers = controlled.submit_controls(stream::iter(controls)).await?.into_inner();
        while let Some(answer) = answers.next().await {
            let answer = answer?;
            if answer.control.is_none() {
                return Err(format!("refused: {:?}", answer.violations).into());
            }
        }
        self.credentials.clock().advance(SignedDuration::from_hours(16));
        Ok(selections)
    }

    /// A model learns what was found, and decides from now on.
    async fn learn(&self) -> Result<(), Failure> {
        let mut just = TargetingServiceClient::new(self.connection("eu-just"));
        let request_id = Uuid::new_v4().to_string();
        let request = wire::TrainModelRequest { from_scratch: false, request_id };
        let model = just.train_model(request).await?.into_inner();
        let request = wire::ActivateModelRequest {
            name: model.name.clone(),
            etag: model.etag,
            request_id: Uuid::new_v4().to_string(),
            validate_only: false,
        };
        just.activate_model(request).await?;
        let screenings = ScreeningServiceClient::new(self.connection("nl-customs"));
        let arrival_time =
            Some(prost_types::Timestamp { seconds: self.credentials.clock().now().as_second(), nanos: 0 });
        eventually("the model decides", SOON, async || {
            let consignment = wire::Consignment {
                entry_point: "NLRTM".to_owned(),
                arrival_time,
                ..wire::Consignment::default()
            };
            let request = wire::ScreenConsignmentRequest {
                consignment: Some(consignment),
                request_id: Uuid::new_v4().to_string(),
                validate_only: true,
                ..wire::ScreenConsignmentRequest::default()
            };
            let said =
                screenings.clone().screen_consignment(request).await.map_err(|status| status.to_string())?;
            let decides = said.into_inner().model;
            if decides == model.name { Ok(()) } else { Err(decides) }
        })
        .await;
        Ok(())
    }

    async fn close(self) -> Result<(), Failure> {
        self.token.cancel();
        Ok(self.serving.await??)
    }
}

fn item(declaration: &Declaration, arrival: i64) -> wire::ScreenConsignmentsRequest {
    let item = declaration.item(View::Full);
    let word = |name: &str| match item.feature(name) {
        Some(Feature::Word(word)) => word.to_string(),
        _ => String::new(),
    };
    let number = |name: &str| match item.feature(name) {
        Some(Feature::Number(number)) => Some(*number),
        _ => None,
    };
    let party = |name: &str| Some(wire::Party { name: word(name), ..wire::Party::default() });
    let consignment = wire::Consignment {
        entry_point: "NLRTM".to_owned(),
        arrival_time: Some(prost_types::Timestamp { seconds: arrival, nanos: 0 }),
        commodity_code: word("hs"),
        country_of_origin: word("origin"),
        country_of_dispatch: word("departure"),
        description: "goods as declared".to_owned(),
        gross_mass_kg: number("mass"),
        value_eur: number("price"),
        importer: party("importer"),
        seller: party("seller"),
        carrier: word("courier"),
        features: [
            ("declarant".to_owned(), word("declarant")),
            ("tax_rate".to_owned(), number("tax_rate").unwrap_or_default().to_string()),
        ]
        .into(),
        ..wire::Consignment::default()
    };
    wire::ScreenConsignmentsRequest {
        consignment: Some(consignment),
        request_id: Uuid::new_v4().to_string(),
        ..wire::ScreenConsignmentsRequest::default()
    }
}

fn control(
    screening: &wire::Screening,
    declaration: &Declaration,
    seconds: i64,
) -> wire::SubmitControlsRequest {
    let outcome =
        if declaration.is_fraud { wire::ControlOutcome::Unsafe } else { wire::ControlOutcome::Safe };
    wire::SubmitControlsRequest {
        control: Some(wire::Control {
            screening: screening.name.clone(),
            outcome: outcome.into(),
            examine_time: Some(prost_types::Timestamp { seconds, nanos: 0 }),
            ..wire::Control::default()
        }),
        request_id: Uuid::new_v4().to_string(),
        validate_only: false,
    }
}
