//! What the feed of the consignments service tells, as facts.

use jiff::Timestamp;
use prost::{DecodeError, Message, Name};
use seamless_identifiers::CountryCode;
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1::Event};
use seamless_vocabulary::Vocabulary;

use super::{
    told_reader::FeedReader,
    told_targeting::{criterion, knowledge, misuse, model, overridden, reliability},
    told_values::{count, day, status_of, time},
};
use crate::domain::{
    facts::{
        ApprovalFact, ApprovalStep, ArrivalCount, ArrivalsFact, ControlFact, CorrectionFact, Fact,
        InspectionFact, PlanFact, PlannedFact, Said, TrustFact, VerdictStep,
    },
    model::{
        ApprovalState, ControlOutcome, ControlState, EventStatus, InspectionOutcome, InspectionState, Lane,
        Selection, Verdict,
    },
};

/// What an event says to its reader.
///
/// # Errors
/// That it cannot be read.
pub(super) fn said(reader: &FeedReader, event: &Event) -> Result<Vec<Said>, DecodeError> {
    let data = event.data.as_ref().map_or(&[][..], |data| data.value.as_slice());
    let status = status_of(event);
    macro_rules! told {
        ($kind:ident) => {
            (event.r#type == wire::$kind::full_name()).then(|| wire::$kind::decode(data)).transpose()?
        };
    }
    let control = |told: Option<wire::Control>| told.and_then(|told| control(reader, event, status, told));
    let fact = if let Some(told) = told!(TrustChanged) {
        return Ok(told.change.map(trust).into_iter().flatten().map(Said::Newest).collect());
    } else if let Some(told) = told!(LaneOverridden) {
        let told = told.screening.unwrap_or_default();
        return Ok(overridden(event, &told).into_iter().map(Said::Newest).collect());
    } else if let Some(told) = told!(ControlChanged) {
        control(told.control)
    } else if let Some(told) = told!(ControlOverdue) {
        control(told.control)
    } else if let Some(told) = told!(InspectionChanged) {
        told.inspection.and_then(|told| inspection(reader, event, status, told))
    } else if let Some(told) = told!(ScreeningsAggregated) {
        arrivals(told)
    } else if let Some(told) = told!(PlanClosed) {
        plan(told)
    } else if let Some(told) = told!(ApprovalChanged) {
        told.approval.and_then(approval)
    } else if let Some(told) = told!(ModelChanged) {
        told.model.and_then(|told| model(event, told))
    } else if let Some(told) = told!(CriterionChanged) {
        told.criterion.and_then(|told| criterion(event, told))
    } else if let Some(told) = told!(CertificateMisused) {
        misuse(reader, event, status, told)
    } else {
        None
    };
    Ok(fact.map(Said::Newest).into_iter().collect())
}

fn control(reader: &FeedReader, event: &Event, status: EventStatus, told: wire::Control) -> Option<Fact> {
    let authority = told.authority.parse().ok()?;
    let correction = |one: &wire::ControlCorrection| {
        Some(CorrectionFact {
            outcome: ControlOutcome::from_number(one.outcome)?,
            time: one.correct_time.and_then(time)?,
        })
    };
    let probability = told.selection_probability;
    let matched = told.screened.as_ref().map_or(0, |screened| screened.matched_notifications.len());
    let entry_point = told.consignment.map(|goods| goods.entry_point);
    Some(Fact::Control(ControlFact {
        status,
        state: ControlState::from_number(told.state)?,
        outcome: ControlOutcome::from_number(told.outcome),
        corrections: told.corrections.iter().filter_map(correction).collect(),
        examined: told.examine_time.and_then(time)?,
        due: told.due_time.and_then(time),
        decided: told.decide_time.and_then(time),
        entry_point: entry_point.filter(|port| !port.is_empty()),
        area: Some(told.product_area).filter(|area| !area.is_empty()),
        selection: Selection::from_number(told.selection),
        is_screened: !told.screening.is_empty(),
        probability: Some(probability).filter(|one| *one > 0.0 && *one <= 1.0),
        lane: Lane::from_number(told.lane_without_lot),
        body: Some(told.inspection_body).filter(|body| !body.is_empty()),
        is_passed: told.inspection_passed,
        matched_alerts: matched as u64,
        knowledge: told.screened.as_ref().map(|told| Box::new(knowledge(told))),
        plan_day: day(told.plan_date),
        has_alert: !told.notification.is_empty(),
        shown_under: reader.shown_under([&authority].into_iter(), &event.arrangement),
        authority,
        name: told.name,
    }))
}

fn inspection(
    reader: &FeedReader,
    event: &Event,
    status: EventStatus,
    told: wire::Inspection,
) -> Option<Fact> {
    let originator = told.originator.parse().ok()?;
    Some(Fact::Inspection(InspectionFact {
        status,
        state: InspectionState::from_number(told.state)?,
        body: told.inspection_body,
        outcome: InspectionOutcome::from_number(told.outcome),
        inspected: told.inspect_time.and_then(time)?,
        shown_under: reader.shown_under([&originator].into_iter(), &event.arrangement),
        originator,
        name: told.name,
    }))
}

/// Countries with few screenings in an hour, counted together.
const SEVERAL_ORIGINS: &str = "ZZ";

fn arrivals(told: wire::ScreeningsAggregated) -> Option<Fact> {
    let hour: Timestamp = told.start_time.and_then(time)?;
    let one = |one: &wire::ScreeningCount| ArrivalCount {
        count: count(one.count),
        expected_unsafe: one.expected_unsafe,
        area: Some(one.product_area.clone()).filter(|area| !area.is_empty()),
        lane: Lane::from_number(one.lane),
        lane_without_lot: Lane::from_number(one.lane_without_lot),
        selection: Selection::from_number(one.selection),
        origin: CountryCode::parse(&one.country_of_origin).ok(),
        is_of_several_origins: one.country_of_origin == SEVERAL_ORIGINS,
        is_inspected: one.inspected,
        is_alert_matched: one.alert_matched,
        is_capacity_exhausted: one.capacity_exhausted,
    };
    Some(Fact::Arrivals(ArrivalsFact {
        name: format!("{}/{hour}", told.entry_point),
        hour,
        counts: told.counts.iter().map(one).collect(),
        entry_point: told.entry_point,
    }))
}

fn plan(told: wire::PlanClosed) -> Option<Fact> {
    let plan = told.plan?;
    let day = plan.name.rsplit('/').next()?.parse().ok()?;
    let planned = |one: &wire::SelectionCount| {
        Some(PlannedFact {
            selection: Selection::from_number(one.selection)?,
            selected: count(one.selected),
            examined: count(one.examined),
        })
    };
    Some(Fact::Plan(PlanFact {
        day,
        capacity: count(plan.capacity),
        random_floor: plan.random_floor,
        used: [plan.random_used, plan.targeted_used, plan.mandatory_used].map(count),
        threshold: Some(plan.threshold).filter(|threshold| threshold.is_finite() && *threshold > 0.0),
        selections: told.selections.iter().filter_map(planned).collect(),
        name: plan.name,
    }))
}

/// The verdicts on a body, and what else is said of it that day.
fn trust(told: wire::TrustChange) -> Vec<Fact> {
    let (Some(trust), Some(at)) = (told.trust, told.change_time.and_then(time)) else { return Vec::new() };
    let Some(verdict) = Verdict::from_number(trust.verdict) else { return Vec::new() };
    let reliability = reliability(at, &trust);
    let trust = Fact::Trust(TrustFact {
        name: trust.name,
        body: trust.inspection_body,
        area: trust.product_area,
        entry_point: trust.entry_point,
        verdicts: vec![VerdictStep { verdict, time: at }],
    });
    [Some(trust), reliability].into_iter().flatten().collect()
}

fn approval(told: wire::Approval) -> Option<Fact> {
    let step = |one: &wire::ApprovalDecision| {
        Some(ApprovalStep {
            state: ApprovalState::from_number(one.state)?,
            time: one.decide_time.and_then(time)?,
        })
    };
    Some(Fact::Approval(ApprovalFact {
        body: told.inspection_body,
        area: told.product_area,
        check_frequency: told.check_frequency,
        valid_from: day(told.valid_from)?,
        valid_until: day(told.valid_until)?,
        decisions: told.decisions.iter().filter_map(step).collect(),
        name: told.name,
    }))
}
