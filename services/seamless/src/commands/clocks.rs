//! `seamless clocks`: by when who has to act, and why then.

use std::time::Duration;

use seamless_proto::seamless::notifications::v1 as wire;

use super::{event_status, mark, notification_name, pages, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// Lists clocks, or explains those of one notification.
pub async fn run(connection: &Connection, arguments: cli::Clocks, json: bool) -> Result<(), Failure> {
    let clocks = collect(connection, &arguments).await?;
    if json {
        return clocks.iter().try_for_each(output::json);
    }
    if arguments.name.is_some() {
        clocks.iter().for_each(explain);
        if clocks.is_empty() {
            output::line("no clock runs on it");
        }
        return Ok(());
    }
    let mut table = output::table(&["notification", "acting", "rule", "state", "due (UTC)", "due there"])
        .giving_way(&["due there", "rule"]);
    for clock in &clocks {
        table.add_row([
            clock.transmission.split('/').nth(1).unwrap_or_default().to_owned(),
            clock.acting_authority.clone(),
            clock.rule.clone().unwrap_or_default().rule_id,
            state_word(clock),
            output::time(clock.due_time.as_ref()),
            clock.explanation.clone().unwrap_or_default().due_local_acting,
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", clocks.len()));
    Ok(())
}

async fn collect(connection: &Connection, arguments: &cli::Clocks) -> Result<Vec<wire::Clock>, Failure> {
    let number_of = |name: &str| wire::ClockState::from_str_name(name).map(i32::from);
    let mut chosen = states(&arguments.state, "CLOCK_STATE_", number_of)?;
    if arguments.overdue {
        chosen = vec![wire::ClockState::Breached.into()];
    } else if chosen.is_empty() && arguments.name.is_some() {
        chosen = (1..=5).collect();
    }
    let side = match (arguments.own, arguments.others) {
        (true, _) => wire::ClockSide::Own,
        (_, true) => wire::ClockSide::Others,
        _ => wire::ClockSide::Unspecified,
    };
    let request = wire::ListClocksRequest {
        parent: arguments.name.as_deref().map(notification_name).unwrap_or_default(),
        side: side.into(),
        states: chosen,
        due_within: arguments.due_within.map(duration_out),
        status: arguments.status.map_or(0, |status| event_status(status).into()),
        ..wire::ListClocksRequest::default()
    };
    let mut client = connection.clocks();
    pages(arguments.limit, async |page_size, page_token| {
        let request = wire::ListClocksRequest { page_size, page_token, ..request.clone() };
        let page = client.list_clocks(request).await?.into_inner();
        Ok((page.clocks, page.next_page_token))
    })
    .await
}

fn state_word(clock: &wire::Clock) -> String {
    let word = output::word(clock.state().as_str_name(), "CLOCK_STATE_");
    match (clock.state(), &clock.breached_time) {
        (wire::ClockState::Stopped, Some(_)) => format!("{word} late"),
        _ => word,
    }
}

/// One clock, so that both sides can check it by hand.
fn explain(clock: &wire::Clock) {
    let rule = clock.rule.clone().unwrap_or_default();
    let explanation = clock.explanation.clone().unwrap_or_default();
    let days = match rule.working_day_calendar.as_str() {
        "" => "calendar days".to_owned(),
        calendar => format!("working days of {calendar}"),
    };
    output::line(format!("{}{}: {}", mark(clock.status()), clock.acting_authority, state_word(clock)));
    let mut facts = output::table(&[]);
    for (label, fact) in [
        ("rule", format!("{} of {}: {} {days}", rule.rule_id, clock.arrangement, rule.length_days)),
        ("legal basis", rule.legal_basis),
        ("from", format!("{} at {} UTC", rule.start_event, output::time(clock.start_time.as_ref()))),
        ("to", rule.stop_event),
        ("due", explanation.due_local_acting),
        ("for the originator", explanation.due_local_originator),
        ("counted", explanation.summary),
        ("warned", output::time(clock.warned_time.as_ref())),
        ("late since", output::time(clock.breached_time.as_ref())),
        ("stopped", output::time(clock.stop_time.as_ref())),
        ("cancelled", output::time(clock.cancel_time.as_ref())),
    ] {
        if !fact.is_empty() {
            facts.add_row([label.to_owned(), fact]);
        }
    }
    for pause in &clock.pauses {
        let end = match &pause.end_time {
            Some(end) => format!("to {} UTC", output::time(Some(end))),
            None => "and still open".to_owned(),
        };
        let from = output::time(pause.start_time.as_ref());
        facts.add_row(["paused".to_owned(), format!("from {from} {end}: {}", pause.question)]);
    }
    output::line(facts);
}

/// The duration as the contract writes it.
pub fn duration_out(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or(0),
    }
}
