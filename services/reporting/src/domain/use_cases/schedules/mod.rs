//! Use cases of schedules.

mod change_schedule;
mod create_schedule;
mod run_schedule;
mod schedule_access;

pub use change_schedule::{ChangeSchedule, ScheduleStep};
pub use create_schedule::CreateSchedule;
pub use run_schedule::RunSchedule;
pub use schedule_access::ScheduleAccess;

use jiff::Timestamp;
use seamless_decision::Told;

use crate::domain::{
    Rules, Violation,
    event::{DomainEvent, EventKind},
    model::{ReportSchedule, ScheduleState, ScheduleTerms},
    use_cases::{ReportRequest, reach::outside, wrong_partner},
};

/// All that is wrong with what an owner says of a schedule.
fn wrong(
    rules: &Rules,
    owner: &seamless_identity::AuthorityId,
    terms: &ScheduleTerms,
    now: Timestamp,
) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let within = |field: &str| format!("schedule.{field}");
    match terms.rhythm(&rules.zones) {
        Err(fields) => wrong.extend(fields.into_iter().map(|one| (within(one.field), one.wanted))),
        Ok(rhythm) => {
            let found = rhythm.wrong(&terms.cron_expression, now, rules.least_distance);
            wrong.extend(found.map(|one| (within(one.field), one.wanted)));
        }
    }
    if let Some(wanted) = wrong_partner(rules, owner, terms.template, terms.partner.as_ref()) {
        wrong.push((within("partner"), wanted));
    }
    let outside = outside(rules, owner, terms.partner.as_ref(), &terms.readers);
    wrong.extend(outside.into_iter().map(|(index, wanted)| (within(&format!("readers[{index}]")), wanted)));
    for (index, reader) in terms.readers.iter().enumerate() {
        if rules.cooperation.authority(reader).is_none() {
            let wanted = format!("wants an authority of the cooperation; got {reader}");
            wrong.push((within(&format!("readers[{index}]")), wanted));
        }
    }
    wrong.into_iter().map(|(field, wanted)| Violation::new(field, wanted)).collect()
}

/// What a run of the schedule asks for; none where its day has no period.
fn request_of(terms: &ScheduleTerms, day: jiff::civil::Date) -> Option<ReportRequest> {
    Some(ReportRequest {
        template: terms.template,
        partner: terms.partner.clone(),
        period: terms.period_of(day)?,
        status: terms.status,
        for_others: false,
    })
}

/// That the schedule stands otherwise, for its owner's side.
fn changed(
    rules: &Rules,
    schedule: &ReportSchedule,
    previous: Option<ScheduleState>,
    now: Timestamp,
) -> DomainEvent {
    Told {
        kind: EventKind::ReportScheduleChanged(Box::new(schedule.clone()), previous),
        time: now,
        arrangement: None,
        readers: rules.side(&schedule.owner),
    }
}
