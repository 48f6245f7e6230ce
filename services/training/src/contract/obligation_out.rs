//! Obligations for the wire.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::{training::v1 as wire, r#type::v1 as value};

use super::{proceedings_out::day_out, session_out::count_out};
use crate::domain::model::{Evidence, Fulfilment, Obligation, activity_name};

/// The whole obligation.
#[must_use]
pub fn obligation_out(obligation: &Obligation) -> wire::Obligation {
    let (first, last) = obligation.period;
    wire::Obligation {
        name: obligation.name(),
        kind: obligation.kind as i32,
        period: Some(value::CivilDateRange { start: Some(day_out(first)), end: Some(day_out(last)) }),
        due_date: Some(day_out(obligation.due_date)),
        due_time: Some(timestamp_out(obligation.due)),
        required: count_out(obligation.required),
        fulfilled_by: obligation.fulfilled_by.iter().map(fulfilment_out).collect(),
        planned: obligation.planned.iter().map(fulfilment_out).collect(),
        state: obligation.state as i32,
        legal_basis: obligation.legal_basis.clone(),
    }
}

fn fulfilment_out(one: &Fulfilment) -> wire::Fulfilment {
    let date = Some(day_out(one.date));
    match &one.evidence {
        Evidence::Activity(id) => {
            wire::Fulfilment { activity: activity_name(*id), date, ..wire::Fulfilment::default() }
        }
        Evidence::Report(name) => {
            wire::Fulfilment { report: name.clone(), date, ..wire::Fulfilment::default() }
        }
    }
}
