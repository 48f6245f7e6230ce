//! `seamless controls`: what import control found.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use prost::Message;
use seamless_proto::seamless::consignments::v1 as wire;
use serde::{Deserialize, Serialize};

use super::{
    number, numbered, pages, request_id, resource,
    rows::{FieldError, Progress, deliver_sheet, goods, id_of},
    sandbox_clock::now_out,
    states,
};
use crate::{
    cli,
    connection::Connection,
    error::Failure,
    import::{sheet::Header, unsound},
    output,
};

/// How the columns are called.
const HEADER: Header =
    Header { aliases: ALIASES, required: &[&["examine_time"], &["screening", "consignment"]], needed: None };

/// Further names of columns: goods by what customs calls them.
const ALIASES: &[(&str, &str)] = &[
    ("mrn", "consignment.movement_reference_number"),
    ("movement_reference_number", "consignment.movement_reference_number"),
    ("item", "consignment.goods_item_number"),
    ("goods_item_number", "consignment.goods_item_number"),
    ("ucr", "consignment.unique_consignment_reference"),
    ("parcel_id", "consignment.parcel_id"),
];

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Controls, json: bool) -> Result<(), Failure> {
    let outcome_of =
        |word: Option<&str>| numbered(word, "CONTROL_OUTCOME_", wire::ControlOutcome::from_str_name);
    let mut client = connection.controls();
    let control = match step {
        cli::Controls::Import(arguments) => return import(connection, &arguments, json).await,
        cli::Controls::List { outcome, state, overdue, limit } => {
            let number_of = |name: &str| wire::ControlState::from_str_name(name).map(i32::from);
            let request = wire::ListControlsRequest {
                states: states(&state, "CONTROL_STATE_", number_of)?,
                outcome: outcome_of(outcome.as_deref())?,
                overdue_only: overdue,
                ..wire::ListControlsRequest::default()
            };
            return list(connection, request, limit, json).await;
        }
        cli::Controls::Record { screening, outcome, findings } => {
            let control = wire::Control {
                screening: resource("screenings", &screening),
                outcome: outcome_of(outcome.as_deref())?,
                findings,
                examine_time: Some(now_out(connection).await),
                ..wire::Control::default()
            };
            let request = wire::RecordControlRequest {
                control: Some(control),
                request_id: request_id(),
                ..wire::RecordControlRequest::default()
            };
            client.record_control(request).await?
        }
        cli::Controls::Decide { name, outcome, findings } => {
            let request = wire::DecideControlRequest {
                name: resource("controls", &name),
                outcome: number(&outcome, "CONTROL_OUTCOME_", wire::ControlOutcome::from_str_name)?,
                findings,
                request_id: request_id(),
                ..wire::DecideControlRequest::default()
            };
            client.decide_control(request).await?
        }
        cli::Controls::Release { name, reason } => {
            let request = wire::ReleaseControlRequest {
                name: resource("controls", &name),
                reason,
                request_id: request_id(),
                ..wire::ReleaseControlRequest::default()
            };
            client.release_control(request).await?
        }
        cli::Controls::Link { name, notification } => {
            let request = wire::LinkNotificationRequest {
                name: resource("controls", &name),
                notification: resource("notifications", &notification),
                request_id: request_id(),
                ..wire::LinkNotificationRequest::default()
            };
            client.link_notification(request).await?
        }
        cli::Controls::Correct { name, outcome, reason } => {
            let request = wire::CorrectControlRequest {
                name: resource("controls", &name),
                outcome: number(&outcome, "CONTROL_OUTCOME_", wire::ControlOutcome::from_str_name)?,
                reason,
                request_id: request_id(),
                ..wire::CorrectControlRequest::default()
            };
            client.correct_control(request).await?
        }
    };
    let control = control.into_inner();
    if json {
        return output::json(&control);
    }
    output::line(format!("{} is {}", control.name, standing(&control)));
    for matched in control.screened.iter().flat_map(|screened| &screened.matched_notifications) {
        let probability = 100.0 * matched.match_probability;
        output::line(format!("the screening knew of {} ({probability:.0} %)", matched.notification));
    }
    if !control.notification.is_empty() {
        output::line(format!("its alert is {}", control.notification));
    }
    if control.state() == wire::ControlState::Suspended {
        let due = output::time(control.due_time.as_ref());
        output::line(format!("decide or release before {due} UTC: {}", control.due_explanation));
    }
    Ok(())
}

/// State and outcome, for people.
fn standing(control: &wire::Control) -> String {
    let state = output::word(control.state().as_str_name(), "CONTROL_STATE_");
    match control.outcome() {
        wire::ControlOutcome::Unspecified if control.overdue => format!("{state}, overdue"),
        wire::ControlOutcome::Unspecified => state,
        outcome => format!("{state}: {}", output::word(outcome.as_str_name(), "CONTROL_OUTCOME_")),
    }
}

async fn list(
    connection: &Connection,
    request: wire::ListControlsRequest,
    limit: usize,
    json: bool,
) -> Result<(), Failure> {
    let controls = pages(limit, async |page_size, page_token| {
        let request = wire::ListControlsRequest { page_size, page_token, ..request.clone() };
        let page = connection.controls().list_controls(request).await?.into_inner();
        Ok((page.controls, page.next_page_token))
    })
    .await?;
    if json {
        return controls.iter().try_for_each(output::json);
    }
    let mut table = output::table(&[
        "control",
        "is",
        "examined (UTC)",
        "due (UTC)",
        "chosen",
        "inspected by",
        "findings",
        "alert",
    ]);
    for control in &controls {
        table.add_row([
            control.name.trim_start_matches("controls/").to_owned(),
            standing(control),
            output::time(control.examine_time.as_ref()),
            output::time(control.due_time.as_ref()),
            output::word(control.selection().as_str_name(), "SELECTION_"),
            control.inspection_body.clone(),
            control.findings.clone(),
            control.notification.clone(),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", controls.len()));
    Ok(())
}

/// How many rows met which fate.
#[derive(Default, Serialize)]
struct Counts {
    rows: u64,
    /// There now, stored by this run or by an earlier one.
    recorded: u64,
    /// Of those: without an outcome, so that the goods are held.
    suspended: u64,
    rejected: u64,
}

async fn import(connection: &Connection, arguments: &cli::ControlsFile, json: bool) -> Result<(), Failure> {
    let decisions = arguments.decisions.as_deref().map(Decisions::read).transpose()?;
    let check = arguments.rows.check;
    let make = move |mut control: wire::Control| {
        let known = control.consignment.as_ref().map(goods::known_as).filter(|known| !known.is_empty());
        let subject = known.clone().unwrap_or_else(|| control.screening.clone());
        if let (Some(decisions), Some(known), "") = (&decisions, &known, control.screening.as_str()) {
            match decisions.0.get(known) {
                Some(screening) => (control.screening, control.consignment) = (screening.clone(), None),
                None => {
                    let description = format!("no decision on {known} is in the file of decisions");
                    return (subject, Err(vec![FieldError { field: "consignment".to_owned(), description }]));
                }
            }
        }
        let is_named_only = |goods: &wire::Consignment| goods.entry_point.is_empty();
        if control.screening.is_empty() && control.consignment.as_ref().is_some_and(is_named_only) {
            let description = "has no entry point, and no screening: say with --decisions how it was decided";
            let wrong = FieldError { field: "consignment".to_owned(), description: description.to_owned() };
            return (subject, Err(vec![wrong]));
        }
        let goods = control.consignment.as_ref().map(goods::bytes_of).unwrap_or_default();
        let rest = wire::Control { consignment: None, ..control.clone() }.encode_to_vec();
        let request_id = id_of(&[b"control", &rest, &goods]);
        (
            subject,
            Ok(wire::SubmitControlsRequest { control: Some(control), request_id, validate_only: check }),
        )
    };
    let client = connection.controls();
    let open = |requests| {
        let mut client = client.clone();
        async move { client.submit_controls(requests).await }
    };
    let mut counts = Counts::default();
    let accept = |_: &_, answer: wire::SubmitControlsResponse| {
        if let Some(control) = answer.control {
            counts.recorded += 1;
            counts.suspended += u64::from(control.state() == wire::ControlState::Suspended);
        }
        Ok(answer.violations)
    };
    let delivered = deliver_sheet(&arguments.rows, Progress::Shown, HEADER, make, open, accept).await?;
    (counts.rows, counts.rejected) = (delivered.rows, delivered.rejects.count());
    if json {
        output::line(output::plain_json(&counts)?);
    } else {
        let Counts { rows, recorded, suspended, rejected } = counts;
        output::line(match check {
            true => format!("{rows} rows: {recorded} right, {rejected} rejected; nothing was stored"),
            false => {
                format!(
                    "{rows} rows: {recorded} recorded, {suspended} of them suspended, {rejected} rejected"
                )
            }
        });
    }
    delivered.rejects.tell()
}

/// The screening of goods, by what the goods are known as.
struct Decisions(HashMap<String, String>);

impl Decisions {
    /// Reads what `seamless screen` wrote.
    fn read(path: &Path) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Decision {
            goods: String,
            screening: Screening,
        }
        #[derive(Deserialize)]
        struct Screening {
            name: String,
        }
        let fail = |place: &str, why: &dyn std::fmt::Display| {
            Failure::usage(format!("{}{place}: {why}", path.display()))
        };
        let file = File::open(path).map_err(|error| fail("", &error))?;
        let mut known = HashMap::new();
        for (index, line) in BufReader::new(file).lines().enumerate() {
            let place = format!(" line {}", index + 1);
            let line = line.map_err(|error| fail(&place, &error))?;
            let decision: Decision = serde_json::from_str(&line).map_err(|error| {
                fail(&place, &format!("is no decision of `seamless screen`: {}", unsound(&error)))
            })?;
            if !decision.goods.is_empty() {
                known.insert(decision.goods, decision.screening.name);
            }
        }
        Ok(Self(known))
    }
}
