//! Domain events in the form of the contract. They are stored whole; the feed redacts them for each reader.

use seamless_api::{told, violations::timestamp_out};
use seamless_feed::NewEvent;
use seamless_proto::seamless::reporting::v1 as wire;

use super::{bulletin_out, report_out, run_out, schedule_out};
use crate::domain::{
    event::{DomainEvent, EventKind},
    model::{bulletin_name, report_name},
};

/// The event as it is appended to the feed.
pub(crate) fn event_out(event: &DomainEvent) -> NewEvent {
    let DomainEvent { kind, time, arrangement, readers } = event;
    let (subject, status) = (kind.subject(), kind.status() as i32);
    seamless_api::event_out(subject, status, *time, arrangement.clone(), readers, data_of(kind))
}

fn data_of(kind: &EventKind) -> (String, Vec<u8>) {
    match kind {
        EventKind::ReportChanged(report, previous) => told(&wire::ReportChanged {
            report: Some(report_out(report)),
            previous_state: previous.map_or(0, |state| state as i32),
        }),
        EventKind::ReportPublished(report) => {
            told(&wire::ReportPublished { report: Some(report_out(report)) })
        }
        EventKind::ReportRestated(report, restated) => {
            told(&wire::ReportRestated { report: Some(report_out(report)), restated: report_name(*restated) })
        }
        EventKind::ReportScheduleChanged(schedule, previous) => told(&wire::ReportScheduleChanged {
            schedule: Some(schedule_out(schedule)),
            previous_state: previous.map_or(0, |state| state as i32),
        }),
        EventKind::ScheduleMissed(schedule, run, made_up) => told(&wire::ScheduleMissed {
            schedule: Some(schedule_out(schedule)),
            run: Some(run_out(run)),
            made_up_time: made_up.map(timestamp_out),
        }),
        EventKind::BulletinChanged(bulletin, previous) => told(&wire::BulletinChanged {
            bulletin: Some(bulletin_out(bulletin)),
            previous_state: previous.map_or(0, |state| state as i32),
        }),
        EventKind::BulletinPublished(bulletin, restated) => told(&wire::BulletinPublished {
            bulletin: Some(bulletin_out(bulletin)),
            restated: restated.map(bulletin_name).unwrap_or_default(),
        }),
    }
}
