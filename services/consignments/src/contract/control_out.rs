//! A control from the domain onto the wire.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{
    consignment_out, etag_out,
    inspection_out::day_out,
    screening_out::{knowledge_out, unread_out},
    test_out,
};
use crate::domain::model::{Control, ControlCorrection, inspection_name, screening_name};

/// The control with every field that it has.
#[must_use]
pub fn control_out(control: &Control) -> wire::Control {
    let cover = control.cover.as_ref();
    let screened = control.screened.as_deref();
    let unread = control.unread.iter().chain(screened.into_iter().flat_map(|known| &known.facts.unread));
    wire::Control {
        name: control.name(),
        authority: control.authority.to_string(),
        screening: control.screening.map(screening_name).unwrap_or_default(),
        consignment: Some(consignment_out(&control.consignment)),
        inspection: cover.map(|cover| inspection_name(cover.inspection)).unwrap_or_default(),
        selection: control.selection as i32,
        selection_probability: control.probability,
        state: control.state as i32,
        outcome: control.outcome.map_or(0, |outcome| outcome as i32),
        tests: control.tests.iter().map(test_out).collect(),
        findings: control.findings.clone(),
        examine_time: Some(timestamp_out(control.examine_time)),
        due_time: control.due.as_ref().map(|due| timestamp_out(due.time)),
        overdue: control.overdue,
        due_explanation: control.due.as_ref().map(|due| due.explanation.clone()).unwrap_or_default(),
        follow_up_reference: control.follow_up_reference.clone(),
        notification: control.notification.clone(),
        internal_note: control.internal_note.clone(),
        corrections: control.corrections.iter().map(correction_out).collect(),
        status: control.status as i32,
        product_area: control.area.as_ref().map(ToString::to_string).unwrap_or_default(),
        inspection_body: cover.map(|cover| cover.body.to_string()).unwrap_or_default(),
        create_time: Some(timestamp_out(control.create_time)),
        update_time: Some(timestamp_out(control.update_time)),
        etag: etag_out(control.revision),
        release_reason: control.release_reason.clone(),
        inspection_passed: cover.is_some_and(|cover| cover.passed),
        lane_without_lot: control.lane_otherwise.map_or(0, |lane| lane as i32),
        plan_date: Some(day_out(control.date)),
        decide_time: control.decide_time.map(timestamp_out),
        unread: unread.map(unread_out).collect(),
        screened: screened.map(|screened| knowledge_out(control, screened)),
    }
}

fn correction_out(correction: &ControlCorrection) -> wire::ControlCorrection {
    wire::ControlCorrection {
        outcome: correction.outcome as i32,
        reason: correction.reason.clone(),
        correct_time: Some(timestamp_out(correction.time)),
    }
}
