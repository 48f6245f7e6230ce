//! A screening from the domain onto the wire, with its reasons in words.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{
    certificate_use::{finding_out, seen_out},
    consignment_out, etag_out, probability_out,
};
use crate::domain::{
    aggregates::HourlyAggregate,
    model::{
        CertificateAgreement, CertificateFinding, CertificatePart, Doubt, Draw, Facts, LaneOverride, Lot,
        MatchedAlert, MatchedInspection, Reason, ReasonKind, Screened, Screening, Selection, Unread,
        inspection_name, plan_name, screening_name,
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
        unsafe_probability: Some(probability_out(&screening.probability)),
        reasons: screening.reasons.iter().map(|reason| reason_out(reason, facts)).collect(),
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
        first: kept.map(|kept| screening_name(kept.first)).unwrap_or_default(),
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

fn unread_out(unread: &Unread) -> wire::ItemViolation {
    let Unread { field, description } = unread.clone();
    wire::ItemViolation { field, description }
}

/// What a screening knew of goods, as their control holds it.
pub(super) fn knowledge_out(screened: &Screened) -> wire::ScreeningKnowledge {
    let facts = &screened.facts;
    wire::ScreeningKnowledge {
        screen_time: Some(timestamp_out(screened.time)),
        reasons: screened.reasons.iter().map(|reason| reason_out(reason, facts)).collect(),
        matched_notifications: facts.alerts.iter().map(alert_out).collect(),
        model: facts.model.clone(),
        model_score: facts.score.probability,
        unsafe_probability: Some(probability_out(&screened.probability)),
        shadow: shadow_out(facts),
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

fn reason_out(reason: &Reason, facts: &Facts) -> wire::ScreeningReason {
    wire::ScreeningReason {
        kind: reason.kind as i32,
        weight: reason.weight,
        subject: reason.subject.clone(),
        observations: reason.observations,
        explanation: explained(reason, facts),
        findings: findings_of(reason, facts).iter().map(finding_out).collect(),
    }
}

/// Where the goods and the certificate of a reason do not agree.
fn findings_of<'a>(reason: &Reason, facts: &'a Facts) -> &'a [CertificateFinding] {
    if !matches!(reason.kind, ReasonKind::CertificateMismatch | ReasonKind::CertificateOverdrawn) {
        return &[];
    }
    let coverage = facts.inspection_under(&reason.subject).and_then(|one| one.coverage.as_deref());
    coverage.map_or(&[], |coverage| &coverage.findings)
}

/// The reason in words.
fn explained(reason: &Reason, facts: &Facts) -> String {
    let inspection = facts.inspections.iter().find(|one| one.doubt.is_none());
    let body = inspection.map(|one| one.body.as_str()).unwrap_or_default();
    match reason.kind {
        ReasonKind::AlertMatch => {
            let alert = facts.alerts.iter().find(|alert| alert.notification == reason.subject);
            alert.map_or_else(String::new, |alert| {
                let by = alert.matched_by.join(", ");
                format!("probably the product of an alert ({:.0} %), by {by}", alert.probability * 100.0)
            })
        }
        ReasonKind::InspectedReliable => match inspection.and_then(|one| one.ratio) {
            Some(ratio) => format!(
                "passed by {body}, whose passed goods are unsafe {ratio:.2} times as often as those that nobody checked"
            ),
            None => format!("inspected by {body}, whose data is reliable"),
        },
        ReasonKind::InspectedNotReliable => {
            format!(
                "passed by {body}, whose data is not, or not yet, known to be reliable: it counts for nothing"
            )
        }
        ReasonKind::InspectedFailed => format!("did not pass the inspection by {body} before export"),
        ReasonKind::NotChecked => {
            "nobody is known to have inspected it; that alone does not make it unsafe".to_owned()
        }
        ReasonKind::CertificateDoubtful
        | ReasonKind::CertificateMismatch
        | ReasonKind::CertificateOverdrawn => {
            let doubt = facts.doubtful_certificates.iter().find(|(name, _)| *name == reason.subject);
            let why = doubt.map_or("unknown", |(_, doubt)| doubt_in_words(*doubt));
            let parts = findings_of(reason, facts).iter().map(in_words).collect::<Vec<_>>().join("; ");
            let parts = if parts.is_empty() { parts } else { format!(": {parts}") };
            format!("the certificate that is invoked is {why}{parts}")
        }
        ReasonKind::Model => {
            let direction = if reason.weight > 0.0 { "raises" } else { "lowers" };
            // The model's name for what holds without any feature.
            let what = if reason.subject == "all" { "the share of all goods" } else { &reason.subject };
            format!("{what} {direction} the risk, from {:.0} outcomes", reason.observations)
        }
        ReasonKind::Criterion => "a criterion of customs applies".to_owned(),
        ReasonKind::RandomDraw => "drawn at random, to see what nobody looks for".to_owned(),
        ReasonKind::Targeted => "among the highest expected harm of the day".to_owned(),
        ReasonKind::CapacityExhausted => {
            "should be examined, but the examinations of the day are used up".to_owned()
        }
    }
}

fn doubt_in_words(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Unknown => "unknown",
        Doubt::Revoked => "revoked",
        Doubt::Expired => "expired",
        Doubt::OtherVersion => "of another version than the one in force",
        Doubt::OtherGoods => "for other goods",
        Doubt::OtherExporter => "for another exporter",
        Doubt::OtherConsignment => "for another consignment",
        Doubt::OtherQuantity => "for a quantity that this one cannot be compared with",
        Doubt::Overdrawn => "for less than this",
        Doubt::UsedUp => "used up by another consignment",
    }
}

/// What disagreed: `container: wants CSQU3054383, got MSKU0000011`.
fn in_words(finding: &CertificateFinding) -> String {
    let part = match finding.part {
        CertificatePart::Exporter => "exporter",
        CertificatePart::ConsignmentReference => "consignment reference",
        CertificatePart::TransportDocument => "transport document",
        CertificatePart::Container => "container",
        CertificatePart::Product => "product",
        CertificatePart::Quantity => "quantity",
        CertificatePart::Arrival => "consignment",
    };
    let got = match finding.agreement {
        CertificateAgreement::NotStated => "got none stated".to_owned(),
        CertificateAgreement::NotComparable => format!("got {}, which cannot be compared", finding.got),
        CertificateAgreement::Differs | CertificateAgreement::Exceeded => format!("got {}", finding.got),
    };
    format!("{part}: wants {}, {got}", finding.wants)
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
