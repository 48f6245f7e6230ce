//! The reasons of a decision onto the wire and in words, as an officer understands them: what goods have, how many earlier ones
//! alike were unsafe, and which way that points.
//!
//! Invariant: what holds for all goods alike is no reason.

use seamless_proto::seamless::consignments::v1 as wire;
use seamless_risk::BASE;

use super::{
    certificate_use::finding_out,
    certificate_words::{doubt_in_words, parts_in_words},
    reason_features::{features_out, in_words},
};
use crate::domain::model::{
    CertificateFinding, Consignment, Counted, Facts, Reason, ReasonKind, Tally, inspection_name,
};

/// What reasons are about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub facts: &'a Facts,
    pub consignment: &'a Consignment,
    /// The probability with which the goods were chosen for examination.
    pub chosen_with: f64,
}

/// The reasons. Those of before outcomes were counted may name the rate of all goods, which is left out.
pub(super) fn reasons_out(reasons: &[Reason], about: About<'_>) -> Vec<wire::ScreeningReason> {
    let told = reasons.iter().filter(|one| one.kind != ReasonKind::Model || one.subject != BASE);
    told.map(|one| reason_out(one, about)).collect()
}

fn reason_out(reason: &Reason, about: About<'_>) -> wire::ScreeningReason {
    if reason.kind == ReasonKind::Model {
        return of_model(reason, about.consignment);
    }
    wire::ScreeningReason {
        kind: reason.kind as i32,
        weight: reason.weight,
        subject: reason.subject.clone(),
        observations: reason.observations,
        explanation: explained(reason, about),
        findings: findings_of(reason, about.facts).iter().map(finding_out).collect(),
        ..wire::ScreeningReason::default()
    }
}

fn of_model(reason: &Reason, goods: &Consignment) -> wire::ScreeningReason {
    let features = features_out(&reason.subject, goods);
    let compared_features = features_out(&reason.coarser, goods);
    let alike = reason.counted.map(|counted| counted.alike);
    let compared = reason.counted.map(|counted| counted.compared).filter(|compared| compared.examined > 0);
    wire::ScreeningReason {
        kind: reason.kind as i32,
        weight: reason.weight,
        subject: in_words(&features),
        observations: reason.observations,
        explanation: counted_in_words(reason, &in_words(&features), &in_words(&compared_features)),
        earlier_examined: alike.map(|tally| tally.examined.into()),
        earlier_unsafe: alike.map(|tally| tally.found_unsafe.into()),
        compared_examined: compared.map(|tally| tally.examined.into()),
        compared_unsafe: compared.map(|tally| tally.found_unsafe.into()),
        features,
        compared_features,
        findings: Vec::new(),
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

/// `HS heading 9503: 3 of 4 earlier ones were unsafe, against 40 of 400 of all; raises the risk`.
fn counted_in_words(reason: &Reason, what: &str, coarser: &str) -> String {
    let direction = if reason.weight > 0.0 { "raises" } else { "lowers" };
    let Some(Counted { alike, compared }) = reason.counted else {
        return format!("{what}: what earlier examinations found {direction} the risk");
    };
    let found = match (alike.examined, alike.found_unsafe) {
        (1, 0) => "the one earlier was not unsafe".to_owned(),
        (1, _) => "the one earlier was unsafe".to_owned(),
        (examined, found_unsafe) => format!("{found_unsafe} of {examined} earlier ones were unsafe"),
    };
    let of_whom = if coarser.is_empty() { "all" } else { coarser };
    let against = match compared.examined > 0 && compared != alike {
        true => format!(", against {} of {} of {of_whom}", compared.found_unsafe, compared.examined),
        false => String::new(),
    };
    // Rates are drawn towards those of coarser features, and each outcome counts for the goods that it stands for: they may
    // differ the other way than the numbers do.
    let turns = points_up(alike, compared).is_some_and(|up| up != (reason.weight > 0.0));
    let weighed = match turns {
        true => "weighed by how many arrivals each stands for and how few they are, it ",
        false => "",
    };
    format!("{what}: {found}{against}; {weighed}{direction} the risk")
}

/// Whether a greater share was unsafe than of what it is compared with; none if as great a one, or if that is not known.
fn points_up(alike: Tally, compared: Tally) -> Option<bool> {
    let product = |one: u32, other: u32| u64::from(one) * u64::from(other);
    let (here, there) =
        (product(alike.found_unsafe, compared.examined), product(compared.found_unsafe, alike.examined));
    (compared.examined > 0 && here != there).then_some(here > there)
}

/// A reason that is no model's in words.
fn explained(reason: &Reason, about: About<'_>) -> String {
    let facts = about.facts;
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
        ReasonKind::InspectedFailed => match inspection {
            Some(one) if inspection_name(one.id) == reason.subject => {
                format!("did not pass the inspection by {body} before export")
            }
            _ => "did not pass an inspection before export, as it was declared before".to_owned(),
        },
        ReasonKind::NotChecked => {
            "nobody is known to have inspected it; that alone does not make it unsafe".to_owned()
        }
        ReasonKind::CertificateDoubtful
        | ReasonKind::CertificateMismatch
        | ReasonKind::CertificateOverdrawn => {
            let doubt = facts.doubtful_certificates.iter().find(|(name, _)| *name == reason.subject);
            let why = doubt.map_or("unknown", |(_, doubt)| doubt_in_words(*doubt));
            format!("the certificate that is invoked is {why}{}", parts_in_words(findings_of(reason, facts)))
        }
        ReasonKind::Criterion => "a criterion of customs applies".to_owned(),
        ReasonKind::RandomDraw => "drawn at random, to see what nobody looks for".to_owned(),
        // Goods at just the threshold are drawn for the examinations that are left for them.
        ReasonKind::Targeted if about.chosen_with < 1.0 => {
            "drawn among equals: others of the day have the same expected harm, and not all can be examined"
                .to_owned()
        }
        ReasonKind::Targeted => "among the highest expected harm of the day".to_owned(),
        ReasonKind::CapacityExhausted => {
            "should be examined, but the examinations of the day are used up".to_owned()
        }
        ReasonKind::Model => String::new(),
    }
}
