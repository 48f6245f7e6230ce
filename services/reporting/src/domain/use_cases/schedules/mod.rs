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
    model::{Month, ReportSchedule, ScheduleState, ScheduleTerms},
    use_cases::{BulletinRequest, ReportRequest, reach::outside, wrong_partner, wrong_recalling},
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
    let partner = match (terms.is_of_bulletins(), &terms.partner) {
        (true, Some(recalling)) => wrong_recalling(rules, recalling),
        (_, partner) => wrong_partner(rules, owner, terms.template, partner.as_ref()),
    };
    wrong.extend(partner.map(|wanted| (within("partner"), wanted)));
    // Whom a bulletin about the own side's alerts is for its owner says: it is judged when it is published.
    let is_for_anybody = terms.is_of_bulletins() && terms.partner.as_ref() == Some(owner);
    let outside = match is_for_anybody {
        true => Vec::new(),
        false => outside(rules, owner, terms.partner.as_ref(), &terms.readers),
    };
    wrong.extend(outside.into_iter().map(|(index, wanted)| (within(&format!("readers[{index}]")), wanted)));
    for (index, reader) in terms.readers.iter().enumerate() {
        if rules.cooperation.authority(reader).is_none() {
            let wanted = format!("wants an authority of the cooperation; got {reader}");
            wrong.push((within(&format!("readers[{index}]")), wanted));
        }
    }
    wrong.into_iter().map(|(field, wanted)| Violation::new(field, wanted)).collect()
}

/// What a run of a schedule asks for.
enum Request {
    Report(ReportRequest),
    Bulletin(BulletinRequest),
}

/// What a run of the schedule asks for; none where its day has no period.
fn request_of(terms: &ScheduleTerms, day: jiff::civil::Date) -> Option<Request> {
    let (period, status) = (terms.period_of(day)?, terms.status);
    if terms.is_of_bulletins() {
        let (recalling, origin) = terms.partner.clone().zip(terms.origin)?;
        let month = Month::of(period.first);
        return Some(Request::Bulletin(BulletinRequest { recalling, origin, month, status }));
    }
    Some(Request::Report(ReportRequest {
        template: terms.template,
        partner: terms.partner.clone(),
        period,
        status,
        for_others: false,
    }))
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
