//! Clocks, as the contract writes them.

use jiff::Timestamp;
use seamless_api::violations::timestamp_out;
use seamless_calendar::{DeadlineUnit, DueDate};
use seamless_proto::seamless::{notifications::v1 as wire, r#type::v1::CivilDate};

use super::content_out::etag_out;
use crate::domain::{
    DomainError, Refusal, Rules,
    model::{Clock, Pause},
};

/// The clock as it is stored, without its explanation.
pub fn clock_out(clock: &Clock) -> wire::Clock {
    let rule = &clock.rule;
    let days = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    // A clock that ended waits for no question any more, even if it may come to life again and still has to.
    let ended = clock.stopped.or(clock.cancelled);
    let end_of = |pause: &Pause| pause.to.or(ended.map(|ended| ended.max(pause.from)));
    wire::Clock {
        name: clock.name(),
        transmission: format!("notifications/{}/transmissions/{}", clock.notification, clock.recipient),
        acting_authority: clock.recipient.to_string(),
        arrangement: clock.arrangement.to_string(),
        rule: Some(wire::ClockRule {
            rule_id: rule.id.clone(),
            start_event: rule.start_event.clone(),
            stop_event: rule.stop_event.clone(),
            length_days: days(rule.length),
            working_day_calendar: match &rule.unit {
                DeadlineUnit::CalendarDays => String::new(),
                DeadlineUnit::WorkingDays { calendar } => calendar.clone(),
            },
            time_zone: rule.time_zone.clone(),
            pauses_on_question: rule.pauses,
            warn_before_days: days(rule.warn_before_days),
            applies_to: rule.applies_to.clone(),
            legal_basis: rule.legal_basis.clone(),
        }),
        state: clock.state() as i32,
        start_time: Some(timestamp_out(clock.start)),
        due_time: Some(timestamp_out(clock.due)),
        warn_time: clock.warn.map(timestamp_out),
        pauses: clock
            .pauses
            .iter()
            .map(|pause| wire::ClockPause {
                question: pause.question.clone(),
                start_time: Some(timestamp_out(pause.from)),
                end_time: end_of(pause).map(timestamp_out),
            })
            .collect(),
        warned_time: clock.warned.map(timestamp_out),
        breached_time: clock.breached.map(timestamp_out),
        stop_time: clock.stopped.map(timestamp_out),
        cancel_time: clock.cancelled.map(timestamp_out),
        status: clock.status as i32,
        etag: etag_out(clock.revision),
        explanation: None,
    }
}

/// The clock as of now, with its explanation.
///
/// # Errors
/// `Fault` where the calendar does not reach far enough.
pub fn explained_clock_out(rules: &Rules, clock: &Clock, now: Timestamp) -> Result<wire::Clock, DomainError> {
    let fault =
        |error: seamless_calendar::CalendarError| DomainError::Refused(Refusal::Fault(error.to_string()));
    // What has ended is explained as of its end.
    let as_of = clock.stopped.or(clock.cancelled).unwrap_or(now);
    let due = clock.due_date(&rules.calendars, as_of).map_err(fault)?;
    let zone =
        rules.cooperation.authority(&clock.originator).and_then(|authority| authority.time_zone.iana_name());
    let originator = zone.map(|zone| due.local(zone)).transpose().map_err(fault)?;
    let mut message = clock_out(clock);
    message.due_time = Some(timestamp_out(due.due));
    message.explanation =
        Some(explanation_out(&due, due.local(&clock.rule.time_zone).map_err(fault)?, originator));
    Ok(message)
}

fn explanation_out(due: &DueDate, acting: String, originator: Option<String>) -> wire::ClockExplanation {
    let explanation = &due.explanation;
    wire::ClockExplanation {
        summary: explanation.to_string(),
        start_date: Some(date_out(explanation.start_date)),
        last_date: Some(date_out(explanation.last_day)),
        counted_dates: explanation.counted.iter().copied().map(date_out).collect(),
        skipped_dates: explanation
            .skipped
            .iter()
            .map(|day| wire::SkippedDate { date: Some(date_out(day.date)), reason: day.why.to_string() })
            .collect(),
        due_local_acting: acting,
        due_local_originator: originator.unwrap_or_default(),
        provisional_years: explanation.provisional.iter().map(|year| i32::from(*year)).collect(),
    }
}

fn date_out(date: jiff::civil::Date) -> CivilDate {
    CivilDate { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}
