//! The day at Rotterdam that a story is of: what is set, how far it is spent, and what was decided on it.

use std::fmt::Display;

use jiff::civil::Date;
use seamless_consignments::domain::{
    model::{Plan, Screening},
    ports::{PlanReader, ScreeningReader},
};
use seamless_proto::seamless::consignments::v1 as wire;

use crate::{
    history::{rotterdam, store},
    running::{Partner, Running},
    words::request_id,
};

/// What is set for a day. What is none has the configuration's value.
#[derive(Clone, Copy, Default)]
pub struct Set {
    pub capacity: i32,
    pub random_floor: Option<f64>,
    pub expected_arrivals: Option<i64>,
}

impl Set {
    pub fn of(capacity: i32, floor: f64, arrivals: i64) -> Self {
        Self { capacity, random_floor: Some(floor), expected_arrivals: Some(arrivals) }
    }

    /// Sets the plan of a day.
    pub async fn on(self, partner: &mut Partner, date: impl Display) {
        let plan = wire::Plan {
            capacity: self.capacity,
            random_floor: self.random_floor,
            expected_arrivals: self.expected_arrivals,
            ..wire::Plan::default()
        };
        let request = wire::SetPlanRequest {
            name: format!("entryPoints/NLRTM/plans/{date}"),
            plan: Some(plan),
            request_id: request_id(),
            ..Default::default()
        };
        partner.targeting.set_plan(request).await.unwrap();
    }
}

/// The plan of a day that somebody has set or used.
pub async fn plan_of(running: &Running, date: Date) -> Plan {
    store(running).plan_get(&rotterdam(), date).await.unwrap().expect("the day has a plan")
}

/// How many goods came under the plan of a day.
pub async fn arrivals(running: &Running, date: Date) -> u64 {
    let plan = store(running).plan_get(&rotterdam(), date).await.unwrap();
    plan.map_or(0, |plan| plan.used.arrivals)
}

/// A screening as it is stored.
pub async fn stored(running: &Running, name: &str) -> Screening {
    let id = name.trim_start_matches("screenings/").parse().unwrap();
    store(running).screening_get(id).await.unwrap().unwrap()
}

/// Asks to decide again by what was known then, and demands the same decision.
pub async fn replayed(partner: &mut Partner, name: &str) {
    let request = wire::ReplayScreeningRequest { name: name.to_owned() };
    let replayed = partner.screenings.replay_screening(request).await.unwrap().into_inner();
    assert!(replayed.identical, "{replayed:#?}");
}
