//! A control from the wire into the domain.

use seamless_api::{Violations, violations::excerpt};
use seamless_proto::seamless::consignments::v1 as wire;

use super::{goods_read::goods_read, tests_in, uuid_name};
use crate::domain::{
    DomainError,
    model::{ControlOutcome, TestResult},
    use_cases::{ControlContent, ControlledGoods},
};

/// The longest text of findings and notes, in characters.
const TEXT_LENGTH: usize = 5_000;

/// Parses what the examining authority says; output-only fields are ignored. `at` is the path of the control in the
/// request, for messages; empty where it is the item itself.
pub fn control_in(found: &mut Violations, at: &str, control: wire::Control) -> Option<ControlContent> {
    let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    let goods = match (control.screening.as_str(), control.consignment) {
        ("", None) => {
            found.add(path("screening"), "is required, or consignment");
            None
        }
        ("", Some(consignment)) => goods_read(found, &path(""), consignment)
            .map(|(goods, unread)| ControlledGoods::Unscreened { goods: Box::new(goods), unread }),
        (name, _) => reference(found, &path("screening"), "screenings", name).map(ControlledGoods::Screened),
    };
    let inspection = match control.inspection.as_str() {
        "" => None,
        name => reference(found, &path("inspection"), "inspections", name),
    };
    if control.examine_time.is_none() {
        found.add(path("examine_time"), "is required");
    }
    let examine_time = found.timestamp(path("examine_time"), control.examine_time);
    let outcome = found.vocabulary(path("outcome"), control.outcome);
    let tests = tests_in(found, &path("tests"), control.tests);
    let findings = found.text(path("findings"), control.findings, TEXT_LENGTH);
    let follow_up_reference = found.text(path("follow_up_reference"), control.follow_up_reference, 100);
    let notification = match control.notification.as_str() {
        "" => String::new(),
        _ => notification_in(found, &path("notification"), control.notification),
    };
    let internal_note = found.text(path("internal_note"), control.internal_note, TEXT_LENGTH);
    let status = found.vocabulary(path("status"), control.status);
    Some(ControlContent {
        goods: goods?,
        inspection,
        outcome,
        tests,
        findings,
        examine_time: examine_time?,
        follow_up_reference,
        notification,
        internal_note,
        status,
    })
}

/// The name of an alert, a resource of another service.
pub fn notification_in(found: &mut Violations, field: &str, name: String) -> String {
    if name.strip_prefix("notifications/").is_none_or(str::is_empty) {
        found.add(field, format!("wants notifications/{{notification}}; got {}", excerpt(&name)));
    }
    found.text(field, name, 200)
}

fn reference(found: &mut Violations, field: &str, collection: &str, name: &str) -> Option<uuid::Uuid> {
    match uuid_name(field, collection, name) {
        Ok(id) => Some(id),
        Err(DomainError::Invalid(violations)) => {
            found.add_all(violations);
            None
        }
        Err(_) => None,
    }
}

/// What a decision says was found: outcome, tests, findings.
pub fn findings_in(
    found: &mut Violations,
    outcome: i32,
    tests: Vec<wire::TestResult>,
    findings: String,
) -> (ControlOutcome, Vec<TestResult>, String) {
    (
        outcome_in(found, outcome),
        tests_in(found, "tests", tests),
        found.text("findings", findings, TEXT_LENGTH),
    )
}

/// An outcome that must be given.
pub fn outcome_in(found: &mut Violations, outcome: i32) -> ControlOutcome {
    found.required_vocabulary("outcome", outcome)
}
