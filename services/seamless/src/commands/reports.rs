//! `seamless report`: asked for, listed, found right, published, taken back.

use std::time::Duration;

use jiff::civil::Date;
use seamless_calendar::{Clock, SystemClock, Zones};
use seamless_proto::seamless::{reporting::v1 as wire, r#type::v1::CivilDate};

use super::{
    event_status,
    generation::Progress,
    number, pages, report_cases, report_check, report_figures,
    report_files::{self, Saved},
    report_list::list,
    report_rebuilds::{self, rebuild_line},
    request_id, resource, schedules,
};
use crate::{
    cli::{self, ReportStep},
    connection::Connection,
    error::{Failure, REFUSED},
    output,
};

/// Between two looks at a report that is waited for.
const LOOK: Duration = Duration::from_millis(300);

/// Carries the step out; what asks no service is carried out before.
pub async fn run(connection: &Connection, step: cli::Report, json: bool) -> Result<(), Failure> {
    let mut client = connection.reports();
    match step {
        cli::Report::Generate { template, partner, period, from, to, zone, status, for_others, wait } => {
            let template = number(&template, "REPORT_TEMPLATE_", wire::ReportTemplate::from_str_name)?;
            let period = match (from, to) {
                (Some(from), Some(to)) => (day("--from", &from)?, day("--to", &to)?),
                _ => days_of(period.as_deref(), template, for_others, &zone)?,
            };
            let report = wire::Report {
                template,
                partner: partner.unwrap_or_default(),
                period: Some(wire::ReportPeriod {
                    start_date: Some(period.0),
                    end_date: Some(period.1),
                    time_zone: zone,
                }),
                status: event_status(status).into(),
                for_others,
                ..wire::Report::default()
            };
            let request = wire::GenerateReportRequest {
                report: Some(report),
                request_id: request_id(),
                validate_only: false,
            };
            let mut report = client.generate_report(request).await?.into_inner();
            let mut progress = Progress::default();
            while wait && report.state() == wire::ReportState::Queued {
                progress.tell(report.progress.as_ref());
                tokio::time::sleep(LOOK).await;
                let request = wire::GetReportRequest { name: report.name };
                report = client.get_report(request).await?.into_inner();
            }
            list(std::slice::from_ref(&report), json)?;
            match (wait, report.state()) {
                (true, wire::ReportState::Failed | wire::ReportState::Cancelled) => {
                    let state = output::word(report.state().as_str_name(), "REPORT_STATE_");
                    let message = format!("{} is {state}: {}", report.name, report.failure);
                    Err(Failure { exit: REFUSED, message: message.trim_end_matches([':', ' ']).to_owned() })
                }
                _ => Ok(()),
            }
        }
        cli::Report::List { received, limit } => {
            let reports = pages(limit, async |page_size, page_token| {
                let request = wire::ListReportsRequest { page_size, page_token, received };
                let page = connection.reports().list_reports(request).await?.into_inner();
                Ok((page.reports, page.next_page_token))
            })
            .await?;
            list(&reports, json)
        }
        cli::Report::Show { report, definitions } => {
            report_figures::show(connection, resource("reports", &report.name), definitions, json).await
        }
        cli::Report::Download { report, format, output } => {
            let name = resource("reports", &report.name);
            let report = client.get_report(wire::GetReportRequest { name }).await?.into_inner();
            let saved = Saved {
                name: &report.name,
                state: report.state(),
                manifest: report.manifest.as_ref(),
                signature: &report.signature,
            };
            report_files::download(connection, saved, format, output, json).await?;
            if json { output::json(&report) } else { Ok(()) }
        }
        cli::Report::Verify(saved) => report_check::run(&saved, json),
        cli::Report::Compare { report, other } => {
            let (name, other) = (resource("reports", &report.name), resource("reports", &other));
            let request = wire::CompareReportsRequest { name, other };
            let answer = client.compare_reports(request).await?.into_inner();
            report_figures::compare(&answer, connection.language(), json)
        }
        cli::Report::Cases { report, of } => {
            report_cases::cases(connection, resource("reports", &report.name), of, json).await
        }
        cli::Report::Approve(report) => changed(connection, report, ReportStep::Approve, json).await,
        cli::Report::Publish { report, to } => {
            changed(connection, report, ReportStep::Publish(to), json).await
        }
        cli::Report::Cancel(report) => changed(connection, report, ReportStep::Cancel, json).await,
        cli::Report::Schedules(step) => schedules::run(connection, step, json).await,
        cli::Report::Rebuild { source, cancel } => {
            report_rebuilds::rebuild(connection, source, cancel, json).await
        }
        cli::Report::Standing => {
            let standing = client.get_read_standing(wire::GetReadStandingRequest {}).await?.into_inner();
            if json {
                return output::json(&standing);
            }
            let mut table =
                output::table(&["feed", "position", "events", "lost", "known until (UTC)", "lag", "rebuild"]);
            for source in &standing.sources {
                let input = source.input.clone().unwrap_or_default();
                table.add_row([
                    input.source,
                    input.position.to_string(),
                    input.events.to_string(),
                    input.alerts_lost.to_string(),
                    output::time(source.known_until.as_ref()),
                    source.lag.map(|lag| format!("{} s", lag.seconds)).unwrap_or_default(),
                    source.rebuild.as_ref().map(rebuild_line).unwrap_or_default(),
                ]);
            }
            output::line(table);
            Ok(())
        }
        cli::Report::Keys => {
            output::line(client.get_report_keys(wire::GetReportKeysRequest {}).await?.into_inner().jwks);
            Ok(())
        }
    }
}

async fn changed(
    connection: &Connection,
    report: cli::ReportName,
    step: ReportStep,
    json: bool,
) -> Result<(), Failure> {
    let (name, request_id) = (resource("reports", &report.name), request_id());
    let mut client = connection.reports();
    let answer = match step {
        ReportStep::Approve => {
            let request = wire::ApproveReportRequest { name, request_id, ..Default::default() };
            client.approve_report(request).await?
        }
        ReportStep::Publish(readers) => {
            let request = wire::PublishReportRequest { name, request_id, readers, ..Default::default() };
            client.publish_report(request).await?
        }
        ReportStep::Cancel => {
            let request = wire::CancelReportRequest { name, request_id, ..Default::default() };
            client.cancel_report(request).await?
        }
    };
    list(&[answer.into_inner()], json)
}

/// A day that an option names.
pub(super) fn day(option: &str, text: &str) -> Result<CivilDate, Failure> {
    let wanted = || Failure::usage(format!("{option} wants a day such as 2027-04-01; got {text}"));
    text.parse().map(out).map_err(|_| wanted())
}

fn out(date: Date) -> CivilDate {
    CivilDate { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}

/// The days of a quarter or a year; without one of that which runs in the zone. For others, who are told of what is over, of the year before.
pub(super) fn days_of(
    period: Option<&str>,
    template: i32,
    for_others: bool,
    zone: &str,
) -> Result<(CivilDate, CivilDate), Failure> {
    let wanted = |got: &str| Failure::usage(format!("--period wants 2027-Q2 or 2027; got {got}"));
    let (year, quarter) = match period {
        None => {
            let zone = Zones::bundled().get(zone).map_err(|_| {
                Failure::usage(format!("--zone wants an IANA time zone, such as Asia/Shanghai; got {zone}"))
            })?;
            let today = zone.to_datetime(SystemClock.now()).date();
            let is_annual = template == wire::ReportTemplate::AnnualStatistics as i32;
            let year = today.year() - i16::from(for_others);
            (year, (!is_annual && !for_others).then_some((today.month() - 1) / 3))
        }
        Some(text) => match text.split_once("-Q") {
            None => (text.parse().map_err(|_| wanted(text))?, None),
            Some((year, quarter)) => {
                let quarter: i8 = quarter.parse().map_err(|_| wanted(text))?;
                let quarter = Some(quarter - 1).filter(|quarter| (0..4).contains(quarter));
                (year.parse().map_err(|_| wanted(text))?, Some(quarter.ok_or_else(|| wanted(text))?))
            }
        },
    };
    let (first, last) = match quarter {
        None => (1, 12),
        Some(quarter) => (3 * quarter + 1, 3 * quarter + 3),
    };
    let given = period.unwrap_or_default();
    let start = Date::new(year, first, 1).map_err(|_| wanted(given))?;
    let end = Date::new(year, last, 1).map_err(|_| wanted(given))?.last_of_month();
    Ok((out(start), out(end)))
}
