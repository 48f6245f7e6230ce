//! A screening from the domain onto the wire.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{
    certificate_use::{finding_out, seen_out},
    consignment_out, etag_out, probability_out,
    reason_words::{About, reasons_out},
    stated_out,
};
use crate::domain::{
    aggregates::HourlyAggregate,
    model::{
        Control, Draw, Facts, LaneOverride, Lot, MatchedAlert, MatchedInspection, Probability, Screened,
        Screening, Selection, Unread, inspection_name, parse_model_name, plan_name, screening_name,
    },
};

/// The screening with every field that it has.
#[must_use]
pub fn screening_out(screening: &Screening) -> wire::Screening {
    wire::Screening { consignment: Some(consignment_out(&screening.consignment)), ..decision_out(screening) }
}

/// The screening without the goods, which whoever asked has.
#[must_use]
pub fn decision_out(screening: &Screening) -> wire::Screening {
    let facts = &screening.facts;
    let kept = screening.draw.kept.as_deref();
    let is_closed = screening.draw.lot == Some(Lot::Closed);
    wire::Screening {
        name: screening.name(),
        authority: screening.authority.to_string(),
        consignment: None,
        lane: screening.lane as i32,
        unsafe_probability: Some(unsafe_out(&screening.probability, facts)),
        reasons: reasons_out(
            &screening.reasons,
            About { facts, consignment: &screening.consignment, chosen_with: screening.draw.probability },
        ),
        matched_notifications: facts.alerts.iter().map(alert_out).collect(),
        matched_inspections: facts.inspections.iter().map(inspection_out).collect(),
        model: facts.model.clone(),
        draw: (!is_closed).then(|| draw_out(&screening.draw)),
        product_area: screening.area.as_ref().map(ToString::to_string).unwrap_or_default(),
        screen_time: Some(timestamp_out(screening.time)),
        alerts_known_until: facts.alerts_known_until.map(timestamp_out),
        shadow: shadow_out(facts),
        status: screening.status as i32,
        unread: facts.unread.iter().map(unread_out).collect(),
        takes_part_in_lot: match is_closed {
            true => screening.draw.selection == Selection::None,
            false => screening.draw.probability < 1.0,
        },
        state: screening.state() as i32,
        supersedes: kept
            .filter(|kept| kept.supersedes)
            .map(|kept| screening_name(kept.former))
            .unwrap_or_default(),
        superseded_by: screening.superseded_by.map(screening_name).unwrap_or_default(),
        first: kept.map(|_| screening_name(screening.place())).unwrap_or_default(),
        overrides: screening.overrides.iter().map(override_out).collect(),
        control: String::new(),
        etag: etag_out(screening.revision),
    }
}

fn override_out(one: &LaneOverride) -> wire::LaneOverride {
    wire::LaneOverride {
        lane: one.lane as i32,
        former_lane: one.former as i32,
        reason: one.reason.clone(),
        principal: one.principal.clone(),
        override_time: Some(timestamp_out(one.time)),
    }
}

pub(super) fn unread_out(unread: &Unread) -> wire::ItemViolation {
    let Unread { field, description } = unread.clone();
    wire::ItemViolation { field, description }
}

/// What the screening knew of the goods of a control, as the control holds it.
pub(super) fn knowledge_out(control: &Control, screened: &Screened) -> wire::ScreeningKnowledge {
    let facts = &screened.facts;
    let about = About { facts, consignment: &control.consignment, chosen_with: control.probability };
    wire::ScreeningKnowledge {
        screen_time: Some(timestamp_out(screened.time)),
        reasons: reasons_out(&screened.reasons, about),
        matched_notifications: facts.alerts.iter().map(alert_out).collect(),
        model: facts.model.clone(),
        model_score: facts.score.probability,
        unsafe_probability: Some(unsafe_out(&screened.probability, facts)),
        shadow: shadow_out(facts),
    }
}

/// How probably goods are unsafe: of a side without a model a stated number, whatever was made of it.
fn unsafe_out(probability: &Probability, facts: &Facts) -> wire::Probability {
    match parse_model_name(&facts.model) {
        Some((_, 0)) => stated_out(probability.mean),
        _ => probability_out(probability),
    }
}

fn shadow_out(facts: &Facts) -> Option<wire::ShadowScore> {
    facts.shadow.as_ref().map(|shadow| wire::ShadowScore {
        model: shadow.model.clone(),
        score: shadow.score,
        deciding_score: facts.score.probability,
    })
}

/// How goods came to be examined or not.
#[must_use]
pub fn draw_out(draw: &Draw) -> wire::Draw {
    wire::Draw {
        plan: plan_name(&draw.entry_point, draw.date),
        selection: draw.selection as i32,
        probability: draw.probability,
        expected_harm: draw.expected_harm,
        threshold: draw.threshold,
        yellow_threshold: draw.yellow.map(|from| from.expected_harm),
        blue_threshold: draw.blue.map(|from| from.expected_harm),
    }
}

fn alert_out(alert: &MatchedAlert) -> wire::MatchedNotification {
    wire::MatchedNotification {
        notification: alert.notification.clone(),
        match_probability: alert.probability,
        matched_by: alert.matched_by.clone(),
    }
}

fn inspection_out(inspection: &MatchedInspection) -> wire::MatchedInspection {
    let coverage = inspection.coverage.as_deref();
    wire::MatchedInspection {
        inspection: inspection_name(inspection.id),
        version: i32::try_from(inspection.version).unwrap_or(i32::MAX),
        inspection_body: inspection.body.to_string(),
        outcome: inspection.outcome as i32,
        matched_by: inspection.matched_by.clone(),
        verdict: inspection.verdict as i32,
        counted: inspection.doubt.is_none(),
        findings: coverage.iter().flat_map(|coverage| coverage.findings.iter().map(finding_out)).collect(),
        balance: coverage.and_then(seen_out),
    }
}

/// What an entry point screened in an hour.
#[must_use]
pub fn aggregate_out(aggregate: &HourlyAggregate) -> wire::ScreeningsAggregated {
    let counts = aggregate.counts.iter().map(|count| wire::ScreeningCount {
        product_area: count.area.clone(),
        lane: count.lane as i32,
        selection: count.selection as i32,
        inspected: count.inspected,
        count: i64::try_from(count.count).unwrap_or(i64::MAX),
        expected_unsafe: count.expected_unsafe,
        lane_without_lot: count.lane_otherwise as i32,
        country_of_origin: count.origin.clone(),
        alert_matched: count.alert_matched,
        capacity_exhausted: count.capacity_exhausted,
    });
    wire::ScreeningsAggregated {
        entry_point: aggregate.entry_point.to_string(),
        start_time: Some(timestamp_out(aggregate.start)),
        counts: counts.collect(),
    }
}
