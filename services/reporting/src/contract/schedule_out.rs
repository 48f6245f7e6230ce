//! Schedules and their runs in the form of the contract.

use seamless_api::{etag_out, violations::timestamp_out};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::reporting::v1 as wire;

use super::report_out::{number_out, period_out};
use crate::domain::{
    model::{ReportSchedule, ScheduleRun, publication_name},
    records::Record,
};

/// The schedule.
#[must_use]
pub fn schedule_out(schedule: &ReportSchedule) -> wire::ReportSchedule {
    let terms = &schedule.terms;
    let last = schedule.last_report.map(|id| publication_name(id, terms.is_of_bulletins()));
    wire::ReportSchedule {
        name: schedule.name(),
        uid: schedule.id.to_string(),
        create_time: Some(timestamp_out(schedule.create_time)),
        update_time: Some(timestamp_out(schedule.update_time)),
        etag: etag_out(schedule.revision),
        owner: schedule.owner.to_string(),
        display_name: terms.display_name.clone(),
        template: terms.template as i32,
        partner: terms.partner.as_ref().map(ToString::to_string).unwrap_or_default(),
        status: terms.status as i32,
        cron_expression: terms.cron_expression.clone(),
        time_zone: terms.time_zone.clone(),
        period: terms.period as i32,
        approve_automatically: terms.approve_automatically,
        readers: terms.readers.iter().map(AuthorityId::to_string).collect(),
        state: schedule.state as i32,
        next_time: schedule.next.map(timestamp_out),
        last_time: schedule.last.map(timestamp_out),
        last_report: last.unwrap_or_default(),
        country_of_origin: terms.origin.map(|origin| origin.to_string()).unwrap_or_default(),
    }
}

/// The run.
#[must_use]
pub fn run_out(run: &ScheduleRun) -> wire::ScheduleRun {
    wire::ScheduleRun {
        name: run.name(),
        intended_time: Some(timestamp_out(run.intended)),
        run_time: Some(timestamp_out(run.time)),
        outcome: run.outcome as i32,
        period: Some(period_out(&run.period)),
        report: run.report.map(|id| publication_name(id, run.is_bulletin)).unwrap_or_default(),
        last_intended_time: run.last_intended.map(timestamp_out),
        count: number_out(run.count),
        failure: run.failure.clone(),
    }
}
