//! `seamless report schedules`: created, listed, paused, resumed, run by hand, deleted.

use jiff::Timestamp;
use seamless_proto::seamless::reporting::v1 as wire;

use super::{event_status, number, pages, report_list, request_id, resource};
use crate::{cli, connection::Connection, error::Failure, output};

/// Carries it out.
pub async fn run(connection: &Connection, step: cli::Schedules, json: bool) -> Result<(), Failure> {
    let mut client = connection.schedules_of_reports();
    let named = |schedule: &cli::ScheduleName| resource("schedules", &schedule.name);
    let schedule = match step {
        cli::Schedules::List { limit } => {
            let all = pages(limit, async |page_size, page_token| {
                let request = wire::ListReportSchedulesRequest { page_size, page_token };
                let page =
                    connection.schedules_of_reports().list_report_schedules(request).await?.into_inner();
                Ok((page.schedules, page.next_page_token))
            })
            .await?;
            return list(&all, json);
        }
        cli::Schedules::Create(given) => {
            let template = number(&given.template, "REPORT_TEMPLATE_", wire::ReportTemplate::from_str_name)?;
            let is_of_bulletins = template == i32::from(wire::ReportTemplate::HazardBulletin);
            let default = if is_of_bulletins { "previous-month" } else { "previous-quarter" };
            let period = given.period.as_deref().unwrap_or(default);
            let schedule = wire::ReportSchedule {
                display_name: given.name,
                template,
                country_of_origin: given.origin,
                partner: given.partner.unwrap_or_default(),
                status: event_status(given.status).into(),
                cron_expression: given.cron,
                time_zone: given.zone,
                period: number(period, "SCHEDULE_PERIOD_", wire::SchedulePeriod::from_str_name)?,
                approve_automatically: given.approve_automatically,
                readers: given.to,
                ..wire::ReportSchedule::default()
            };
            let request = wire::CreateReportScheduleRequest {
                schedule: Some(schedule),
                request_id: request_id(),
                validate_only: false,
            };
            client.create_report_schedule(request).await?
        }
        cli::Schedules::Pause(schedule) => {
            let (name, request_id) = (named(&schedule), request_id());
            let request = wire::PauseReportScheduleRequest { name, request_id, ..Default::default() };
            client.pause_report_schedule(request).await?
        }
        cli::Schedules::Resume(schedule) => {
            let (name, request_id) = (named(&schedule), request_id());
            let request = wire::ResumeReportScheduleRequest { name, request_id, ..Default::default() };
            client.resume_report_schedule(request).await?
        }
        cli::Schedules::Delete(schedule) => {
            let (name, request_id) = (named(&schedule), request_id());
            let request = wire::DeleteReportScheduleRequest { name, request_id, ..Default::default() };
            client.delete_report_schedule(request).await?
        }
        cli::Schedules::Run { schedule, due } => {
            let due: Timestamp = due.parse().map_err(|_| {
                Failure::usage(format!("--due wants an instant such as 2027-04-01T06:00:00Z; got {due}"))
            })?;
            let request = wire::RunReportScheduleRequest {
                name: named(&schedule),
                intended_time: Some(prost_types::Timestamp {
                    seconds: due.as_second(),
                    nanos: due.subsec_nanosecond(),
                }),
                request_id: request_id(),
                validate_only: false,
            };
            let report = client.run_report_schedule(request).await?.into_inner();
            return report_list::list(&[report], json);
        }
        cli::Schedules::Runs { schedule, limit } => {
            let parent = named(&schedule);
            let runs = pages(limit, async |page_size, page_token| {
                let request = wire::ListScheduleRunsRequest { parent: parent.clone(), page_size, page_token };
                let page = connection.schedules_of_reports().list_schedule_runs(request).await?.into_inner();
                Ok((page.runs, page.next_page_token))
            })
            .await?;
            return list_runs(&runs, json);
        }
    };
    list(&[schedule.into_inner()], json)
}

fn list(schedules: &[wire::ReportSchedule], json: bool) -> Result<(), Failure> {
    if json {
        return schedules.iter().try_for_each(output::json);
    }
    let head = [
        "schedule",
        "called",
        "state",
        "template",
        "partner",
        "origin",
        "when",
        "zone",
        "about",
        "next (UTC)",
        "to",
    ];
    let mut table = output::table(&head);
    for schedule in schedules {
        table.add_row([
            schedule.name.clone(),
            schedule.display_name.clone(),
            output::word(schedule.state().as_str_name(), "SCHEDULE_STATE_"),
            output::word(schedule.template().as_str_name(), "REPORT_TEMPLATE_"),
            schedule.partner.clone(),
            schedule.country_of_origin.clone(),
            schedule.cron_expression.clone(),
            schedule.time_zone.clone(),
            output::word(schedule.period().as_str_name(), "SCHEDULE_PERIOD_"),
            output::time(schedule.next_time.as_ref()),
            schedule.readers.join(", "),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", schedules.len()));
    Ok(())
}

fn list_runs(runs: &[wire::ScheduleRun], json: bool) -> Result<(), Failure> {
    if json {
        return runs.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["due (UTC)", "outcome", "how many", "from", "to", "report", "why"]);
    for run in runs {
        let period = run.period.clone().unwrap_or_default();
        table.add_row([
            output::time(run.intended_time.as_ref()),
            output::word(run.outcome().as_str_name(), "SCHEDULE_OUTCOME_"),
            run.count.to_string(),
            output::day(period.start_date.as_ref()),
            output::day(period.end_date.as_ref()),
            run.report.clone(),
            run.failure.clone(),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", runs.len()));
    Ok(())
}
